"""Words about one document: three sentences of it, a text to paste into a report, and its deadline in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.messenger import Button, Reply
from bot.wording import day, moment, short
from bot.wording.news import until

_TITLE, _SENTENCE, _LISTED = 70, 160, 20
_MARKS = "①②③"


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that somebody wants to be reminded of.

    `left` are the days until it; `counted`: the day is our count.
    """

    id: str
    story: str
    agency: str
    title: str
    deadline: date | datetime
    left: int = 0
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """What a report says of a document, each as the document says it; empty where it says nothing.

    `counted`: the document gives a span ("공고일부터 14일"), and the day is our count.
    """

    agency: str
    department: str
    title: str
    published_at: datetime
    sentences: tuple[str, ...]
    target: str = ""
    deadline: date | datetime | None = None
    who: str = ""
    counted: bool = False
    amounts: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    url: str = ""


def with_actions(reply: Reply, story: str, *, has_deadline: bool, liked: bool = False) -> Reply:
    """A document that is shown, with what can be done with it; `liked`: with 좋아요, for which its card had no room."""
    second = (Button("좋아요", f"good:{story}"),) if liked else ()
    second = second or ((Button("기한 알림", f"remind:{story}"),) if has_deadline else ())
    return replace(reply, buttons=(Button("3줄 요약", f"sum3:{story}"), *second, *reply.buttons))


def three_lines(
    agency: str, title: str, told: Sequence[str], places: Sequence[int], of: int, story: str, *, has_deadline: bool
) -> Reply:
    """Three sentences of a document, as they stand in it."""
    which = "·".join(str(place) for place in places)
    head = f"[{agency}] {short(title, _TITLE)} · 원문 {of}문장 가운데 {which}번째"
    rows = [f"{mark} {short(one, _SENTENCE)}" for mark, one in zip(_MARKS, told, strict=False)]
    remind = (Button("기한 알림", f"remind:{story}"),) if has_deadline else ()
    return Reply("\n".join([head, *rows]), buttons=(Button("보고용", f"paste:{story}"), *remind))


def nothing_to_sum_up(url: str) -> Reply:
    """A document with no sentence of its own."""
    return Reply(f"본문이 짧거나 붙임만 있어 추릴 문장이 없습니다. 원문을 보아 주십시오.\n원문: {url}")


def not_shown(url: str) -> Reply:
    """A document whose text may be neither shown nor kept."""
    return Reply(
        f"이용 조건이 밝혀져 있지 않거나 제한되어 있어 요약해 드리지 못합니다. 원문을 보아 주십시오.\n원문: {url}"
    )


def report(points: Points) -> Reply:
    """A block to paste: □ ○ - as offices write, every line from the document."""
    of = f"{points.agency}{' ' + points.department if points.department else ''}"
    lines = [f"□ {points.title} ({of}, {_bare(points.published_at)})"]
    if points.sentences:
        lines += [" ○ 주요 내용", *(f"  - {one}" for one in points.sentences)]
    who = f" ({points.who})" if points.who else ""
    rows = (
        ("대상", points.target),
        ("기한", f"{until(points.deadline, counted=points.counted)}{who}" if points.deadline else ""),
        ("금액", ", ".join(points.amounts)),
        ("근거", ", ".join(points.laws)),
        ("문의", ", ".join(points.contacts)),
        ("붙임", ", ".join(points.attachments)),
        ("원문", points.url),
    )
    lines += [f" ○ {name}: {said}" for name, said in rows if said]
    return Reply("\n".join(lines))


def _bare(at: datetime) -> str:
    """`11. 23.`: the day as reports give it."""
    return day(at).partition("(")[0]


def reminding(due: Due, mornings: Sequence[datetime], *, before: bool) -> Reply:
    """A reminder that now stands, or stood `before`."""
    when = "과 ".join(moment(one) for one in mornings)
    said = "이미 알려 드리기로 되어 있습니다" if before else "여기로 알려 드립니다"
    return Reply(
        f"{_until(due)} · [{due.agency}] {short(due.title, _TITLE)}\n{when}에 {said}. 기한이 바뀌면 함께 옮깁니다.",
        buttons=(Button("알림 목록", "reminders"), Button("알림 해지", f"unremind:{due.id}")),
    )


def too_late_to_remind(deadline: date | datetime, *, over: bool) -> Reply:
    """When no morning is left before the deadline."""
    if over:
        return Reply(f"이미 지난 기한입니다: {until(deadline)}. 연장되었는지 원문에서 확인해 주십시오.")
    return Reply(f"{until(deadline)}입니다. 기한이 가까워 따로 알려 드릴 아침이 없습니다. 지금 챙겨 주십시오.")


def no_deadline() -> Reply:
    """When a document tells no deadline that we can be sure of."""
    return Reply("이 글에서 기한을 찾지 못했습니다. 원문이나 붙임에 있는지 확인해 주십시오.")


def too_many(limit: int) -> Reply:
    """When a chat has as many reminders as it may have."""
    return Reply(
        f"기한 알림은 {limit}개까지 됩니다. '알림 해지 1'처럼 끝난 것을 지운 뒤 다시 눌러 주십시오.",
        buttons=(Button("알림 목록", "reminders"),),
    )


def reminder(due: Due, sentence: str) -> Reply:
    """The reminder itself: how long, until when, of what, and the sentence that says so."""
    left = {0: "오늘까지입니다", 1: "내일까지입니다"}.get(due.left, f"{due.left}일 남았습니다")
    lines = [
        f"기한 알림: {left}. {_until(due)}",
        f"[{due.agency}] {short(due.title, _TITLE)}",
        short(sentence, _SENTENCE),
    ]
    return Reply("\n".join(line for line in lines if line), buttons=_reminder_buttons(due))


def moved(due: Due, before: date | datetime, then: datetime | None) -> Reply:
    """A corrected deadline, and when the reminder comes now."""
    again = f"{moment(then)}에 다시 알려 드립니다." if then else "더 알려 드릴 아침이 없으니 지금 챙겨 주십시오."
    lines = [
        f"기한이 바뀌었습니다: {until(before)} → {_until(due)}",
        f"[{due.agency}] {short(due.title, _TITLE)}",
        again,
    ]
    return Reply("\n".join(lines), buttons=_reminder_buttons(due))


def _until(due: Due) -> str:
    return until(due.deadline, counted=due.counted)


def _reminder_buttons(due: Due) -> tuple[Button, ...]:
    return (Button("자세히", f"more:{due.story}"), Button("알림 해지", f"unremind:{due.id}"))


def reminders(dues: Sequence[Due], where: str | None) -> Reply:
    """All reminders of this chat."""
    if not dues:
        return nothing_to_remind()
    head = f"{where} 채널의 기한 알림 {len(dues)}개입니다." if where else f"기한 알림 {len(dues)}개입니다."
    rows = [
        f"{number}. {_until(one)} · [{one.agency}] {short(one.title, 50)}"
        for number, one in enumerate(dues[:_LISTED], 1)
    ]
    more = [f"그 밖에 {len(dues) - _LISTED}개가 더 있습니다."] if len(dues) > _LISTED else []
    buttons = tuple(Button(f"{number} 해지", f"unremind:{one.id}") for number, one in enumerate(dues[:3], 1))
    return Reply("\n".join([head, *rows, *more]), buttons=buttons)


def nothing_to_remind() -> Reply:
    """This chat has no reminder."""
    return Reply("알려 드릴 기한이 없습니다. 기한이 있는 소식 아래 '기한 알림'을 누르시면 미리 알려 드립니다.")


def which_reminder(count: int) -> Reply:
    """When it is not clear which reminder is meant."""
    return Reply(
        f"어느 알림을 끝낼지 1부터 {count}까지의 번호로 말씀해 주십시오. 예: '알림 해지 1'",
        buttons=(Button("알림 목록", "reminders"),),
    )


def ended(title: str) -> Reply:
    """A reminder that was ended."""
    return Reply(f"'{short(title, 50)}' 기한은 더 알려 드리지 않겠습니다.")


def ended_before() -> Reply:
    """A button of a reminder that has ended."""
    return Reply("이미 끝난 알림입니다. 더 하실 일은 없습니다.", buttons=(Button("알림 목록", "reminders"),))
