"""Words of digests and morning briefings, of what can be done with them, and of what was put off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.messenger import Button, Reply
from bot.wording import day, news, particle, short, when
from bot.wording.news import Silent, until
from crawlers.health import SourceHealth

_TITLE = 60
_SENTENCE = 110


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a digest; by `deadline` (`counted`: our count) somebody must act."""

    agency: str
    title: str
    deadline: datetime | date | None = None
    counted: bool = False


def is_unread(source: SourceHealth) -> bool:
    """Whether what it publishes may be missing: it is sick, or has never answered yet."""
    return source.state == "sick" or (source.state == "failing" and source.ok_at is None)


def first_line(text: str) -> str:
    """What a message is about."""
    return short(text.partition("\n")[0], _TITLE)


def title_of(text: str, title: str) -> str:
    """A document's title, with the mark of a correction, and how many others told it."""
    mark = "[정정] " if text.startswith("[정정]") else ""
    last = text.rpartition("\n")[2]
    others = last[last.rindex("외 ") :] if "외 " in last and last.rstrip(".").endswith("곳") else ""
    return f"{mark}{short(title, _TITLE)}" + (f" {others}" if others else "")


def digest(
    lines: Sequence[Line], total: int, now: datetime, digest_id: str, silent: Sequence[Silent], *, morning: bool
) -> Reply:
    """How many of how many, the first of them, which board could not be read since when."""
    name = "아침 브리핑" if morning else "모아 보기"
    if not total:
        text = f"{day(now)} {name}입니다. 지난번 뒤로 맞는 새 소식이 없습니다."
        return Reply(news.with_sick(text, silent), buttons=(Button("브리핑", "briefing"),))
    some = f"{total}건입니다" if len(lines) >= total else f"{total}건 가운데 {len(lines)}건입니다"
    head = f"{day(now)} {name}입니다. 기다린 {some}."
    text = news.with_sick("\n".join([head, *_rows(lines, 1)]), silent)
    return Reply(text, buttons=_buttons(digest_id, len(lines), total))


def more(lines: Sequence[Line], start: int, total: int, digest_id: str) -> Reply:
    """The next of a digest."""
    rows = _rows(lines, start + 1)
    head = f"이어서 {start + 1}~{start + len(lines)}번입니다(모두 {total}건)."
    return Reply("\n".join([head, *rows]), buttons=_buttons(digest_id, start + len(lines), total, start))


def no_more(total: int) -> Reply:
    """The digest was shown whole."""
    return Reply(f"{total}건을 모두 보여 드렸습니다.")


def no_such_number(number: int, total: int) -> Reply:
    """A number that the last digest does not have."""
    return Reply(f"마지막 모아 보기에는 {number}번이 없습니다({total}건). '더 보기'로 번호를 확인해 주십시오.")


def gone() -> Reply:
    """A digest that is not kept."""
    return Reply("오래된 모아 보기라 보관하지 않습니다. '브리핑'으로 오늘 소식을 보실 수 있습니다.",
                 buttons=(Button("브리핑", "briefing"),))  # fmt: skip


def summaries(rows: Sequence[tuple[int, str, str]]) -> Reply:
    """One sentence of each document."""
    told = [f"{number}. {short(title, 40)}: {short(sentence, _SENTENCE)}" for number, title, sentence in rows]
    return Reply("\n".join(told))


def no_sentence() -> str:
    """Of a document with no text that may be shown."""
    return "본문을 보여 드릴 수 없습니다. '원문'을 보아 주십시오."


def no_document() -> str:
    """Of a message that is no document."""
    return "알림이라 원문이 따로 없습니다. 번호를 누르시면 전체를 보여 드립니다."


def originals(rows: Sequence[tuple[int, str, str]]) -> Reply:
    """Where each document stands."""
    return Reply("\n".join(f"{number}. {short(title, 40)}\n{url}" for number, title, url in rows))


def reasons(rows: Sequence[tuple[int, str]], held: str) -> Reply:
    """Why each came, and why with a digest."""
    return Reply("\n".join([*(f"{number}. {why}" for number, why in rows), held]))


def why(subscription: str, words: Sequence[str]) -> str:
    """Why a document came."""
    found = ", ".join(f"'{word}'" for word in words[:3])
    if not subscription:
        told = f"글에 {particle(found, '이', '가')} 있습니다. 그 구독은 끝나 더는 오지 않습니다." if found else ""
        return told or "앞서 보내 드린 소식이 이어져 알려 드렸습니다."
    shown = f" 글에 {particle(found, '이', '가')} 있습니다." if found else " 내용이 가깝습니다."
    return f"{news.quote(subscription)} 구독에 맞았습니다.{shown}"


def after_why(subscription: str, story: str) -> tuple[Button, ...]:
    """What may be changed about why it came."""
    off = (Button("관련 없음", f"off:{subscription}:{story}"),) if subscription else ()
    return (*off, Button("목록", "subs"))


def why_told() -> str:
    """Why a message that is no document came."""
    return "업무 알림입니다."


def why_digest() -> str:
    """Why things come together."""
    return "조용한 시간이었거나 정하신 건수를 넘어 모아 드렸습니다. '알림 설정'에서 바꾸십니다."


def original(title: str, url: str) -> Reply:
    """Where one document stands."""
    return Reply(f"{short(title, _TITLE)}\n{url}")


def nothing_sent() -> Reply:
    """Nothing was sent of which one could ask."""
    return Reply("최근 이 대화에 보내 드린 소식이 없습니다. '브리핑'으로 오늘 소식을 보실 수 있습니다.",
                 buttons=(Button("브리핑", "briefing"),))  # fmt: skip


def which_of_digest() -> Reply:
    """Which of several that came together."""
    return Reply("모아 드린 소식이라 어느 것인지 번호로 말씀해 주십시오. 예: '2번 원문', '3번 요약'")


def no_such_card(*, later: bool) -> Reply:
    """Nothing came before the first, or after the last."""
    if later:
        return Reply("그 뒤에 온 소식은 없습니다. 방금 보신 것이 마지막입니다.")
    return Reply("그보다 앞에 보내 드린 소식은 찾지 못했습니다. 지난 글은 '찾기 낱말'로 보실 수 있습니다.")


# --- put off


def when_again(story: str) -> Reply:
    """When somebody wants to see it again."""
    return Reply(
        "언제 다시 보여 드릴까요?",
        buttons=(
            Button("1시간 뒤", f"later:1h:{story}"), Button("오늘 저녁", f"later:eve:{story}"),
            Button("내일 아침", f"later:morning:{story}"),
        ),
    )  # fmt: skip


def no_news_of_mine() -> Reply:
    """What somebody answered is no news that was sent."""
    return Reply("답하신 글이 제가 보낸 소식이 아니라 미루지 못했습니다. 소식 글에 답하시거나 답장 없이 써 주십시오.")


def which_later(stories: Sequence[str]) -> Reply:
    """Several came together: the first three can be put off from here."""
    return Reply(
        "모아 보기의 어느 글을 다시 보여 드릴까요?",
        buttons=tuple(Button(f"{number}번", f"later:{story}") for number, story in enumerate(stories[:3], 1)),
    )


def put_off(at: datetime, now: datetime) -> Reply:
    """It will be shown again."""
    return Reply(f"{when(at, now)}에 다시 보여 드리겠습니다.")


def too_many_later() -> Reply:
    """As much was put off as we keep."""
    return Reply("미뤄 두신 글이 너무 많아 더 담지 못했습니다. '기한 알림'을 쓰시면 기한 앞에 알려 드립니다.")


def again(card: news.Card, now: datetime, story: str, subscription_id: str) -> Reply:
    """A card that was put off."""
    shown = news.push(card, now, story, subscription_id, None)
    return replace(shown, text=f"미뤄 두신 글입니다.\n{shown.text}")


def _rows(lines: Sequence[Line], start: int) -> list[str]:
    rows = []
    for number, line in enumerate(lines, start):
        limit = f" (기한 {until(line.deadline, counted=line.counted)})" if line.deadline else ""
        agency = f"[{line.agency}] " if line.agency else ""
        rows.append(f"{number}. {agency}{line.title}{limit}")
    return rows


def _buttons(digest_id: str, shown: int, total: int, start: int = 0) -> tuple[Button, ...]:
    further = (Button("더 보기", f"digest:more:{digest_id}:{shown}"),) if shown < total else ()
    span = f"{digest_id}:{start}:{shown}"
    numbers = tuple(Button(f"{n}번", f"digest:open:{digest_id}:{n}") for n in range(start + 1, shown + 1))
    return (
        *further, Button("요약", f"digest:sum:{span}"), Button("원문", f"digest:url:{span}"),
        Button("왜?", f"digest:why:{span}"), *numbers,
    )  # fmt: skip
