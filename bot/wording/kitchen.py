"""Words of the kitchen's notices: one line each: what was told, until when, how to take it back. Nobody is blamed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import time

from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import clock, particle, short, whom
from occupancy.kitchen import Notice, NoticeKind

TITLE = "배식 알림"
_WHOLE = "전체"
_ALL_LINES = "*"
_WHAT = {NoticeKind.DELAY: "배식 지연", NoticeKind.CLOSED: "배식 마감"}


def tag(cafeteria: str) -> str:
    """A cafeteria's name on a button."""
    return hashlib.blake2b(cafeteria.encode(), digest_size=3).hexdigest()


def press(verb: str, cafeteria: str, *rest: str) -> str:
    """What a button of the kitchen carries."""
    return "/".join((f"kitchen:{verb}", cafeteria, *rest))


def fits(carried: str) -> bool:
    """Whether a button can carry it."""
    return len(carried.encode()) <= MAX_PRESS


def what(notice: Notice, line: str = "") -> str:
    """`한식 배식 10분 지연`, `제육볶음 품절(대신 계란말이)`, `배식 마감`."""
    where = f"{line} " if line else ""
    if notice.kind is NoticeKind.SOLD_OUT:
        return f"{where}{notice.dish} 품절" + (f"(대신 {notice.instead})" if notice.instead else "")
    if notice.kind is NoticeKind.DELAY:
        late = f"{notice.minutes}분 지연" if notice.minutes else "지연"
        return f"{where}{notice.dish or '배식'} {late}"
    return f"{where}배식 마감"


def _row(notice: Notice, line: str) -> str:
    until = f", {clock(notice.until)}까지" if notice.kind is NoticeKind.DELAY and notice.minutes else ""
    return f"{what(notice, line)}({clock(notice.at)}{until})"


def panel(name: str, tag: str, rows: Sequence[tuple[Notice, str]]) -> Reply:
    """What is in force, and the buttons."""
    held = ", ".join(_row(*row) for row in rows)
    return Reply(
        f"{name} 배식 알림입니다. 지금 알린 것: {held or '없습니다'}.\n누르시면 식당을 묻는 모두에게 바로 보입니다.",
        buttons=(*_panel(tag), *(_lift(tag, one, line) for one, line in rows[:6])),
    )


def _panel(tag: str) -> tuple[Button, ...]:
    return (
        Button("10분 지연", press("d", tag, "", "10")),
        Button("20분 지연", press("d", tag, "", "20")),
        Button("품절", press("s", tag)),
        Button("마감", press("c", tag, "")),
    )


def _lift(tag: str, notice: Notice, line: str, *, alone: bool = False) -> Button:
    label = "풀렸습니다" if alone else f"풀림: {short(what(notice, line), 14)}"
    return Button(label, press("l", tag, notice.id))


def told(notice: Notice, line: str, tag: str, change: str, *, unlisted: bool = False) -> Reply:
    """It stands; of a dish that the menu does not have, too, which is said."""
    undo = Button("취소", press("u", tag, change))
    if notice.kind is NoticeKind.CLOSED:
        lift = _lift(tag, notice, line, alone=True)
        return Reply(f"{what(notice, line)}을 알렸습니다({clock(notice.at)}).", buttons=(undo, lift))
    ends = f"{clock(notice.until)}에 저절로 풀립니다"
    buttons = (undo, _lift(tag, notice, line, alone=True))
    if notice.kind is NoticeKind.SOLD_OUT:
        instead = () if notice.instead else (Button("대신 나가는 음식", press("i", tag, notice.id)),)
        odd = " 오늘 식단에는 없는 이름입니다." if unlisted else ""
        return Reply(f"{_object(notice, line)} 알렸습니다. 배식이 끝나는 {ends}.{odd}", buttons=(*buttons, *instead))
    minutes = () if notice.minutes or notice.dish else (5, 10, 20)
    more = tuple(_minutes(tag, notice.line, each) for each in minutes)
    return Reply(f"{_object(notice, line)} 알렸습니다. {ends}.", buttons=(*buttons, *more))


def _minutes(tag: str, line: str, minutes: int) -> Button:
    return Button(f"{minutes}분", press("d", tag, line or _ALL_LINES, str(minutes)))


def _object(notice: Notice, line: str) -> str:
    """What was told, with 을 or 를; behind a bracket the word before it counts."""
    return f"{what(notice, line)}을" if notice.instead else particle(what(notice, line), "을", "를")


def before(notice: Notice, line: str, tag: str) -> Reply:
    """It had been told."""
    return Reply(f"이미 알려 둔 내용입니다: {_row(notice, line)}.", buttons=(_lift(tag, notice, line, alone=True),))


def lifted(notice: Notice, line: str, tag: str, change: str) -> Reply:
    """It is over."""
    told_ = f"{what(notice, line)}이" if notice.instead else particle(what(notice, line), "이", "가")
    return Reply(f"{told_} 풀렸다고 알렸습니다.", buttons=(Button("취소", press("u", tag, change)),))


def lifted_many(rows: Sequence[tuple[Notice, str]]) -> Reply:
    """Several are over."""
    return Reply(f"풀렸다고 알렸습니다: {', '.join(what(*row) for row in rows)}.")


def nothing_to_lift(tag: str) -> Reply:
    """Nothing of that is in force."""
    return Reply("이미 풀렸거나 알린 것이 없습니다.", buttons=_panel(tag))


def undone(notice: Notice | None, line: str, stands: Notice | None) -> Reply:
    """A change was taken back; what stands instead."""
    if stands is not None:
        return Reply(f"취소했습니다. 전처럼 {what(stands, line)} 그대로 보입니다.")
    told_ = f"{particle(what(notice, line), '은', '는')} " if notice is not None and not notice.instead else ""
    return Reply(f"취소했습니다. {told_}이제 보이지 않습니다.")


def undone_before() -> Reply:
    """It was taken back already."""
    return Reply("이미 취소했습니다.")


def overtaken(tag: str) -> Reply:
    """Somebody told something newer."""
    return Reply("그 뒤에 다시 알린 것이 있어 그대로 두었습니다. 지금 알린 것을 보아 주십시오.", buttons=_see(tag))


def too_long_ago(tag: str) -> Reply:
    """A change of another day."""
    return Reply("지난 알림이라 취소할 것이 없습니다. 배식이 끝나면 저절로 풀립니다.", buttons=_see(tag))


def _see(tag: str) -> tuple[Button, ...]:
    return (Button("배식 알림", press("p", tag)),)


def which_dish(name: str, tag: str, dishes: Sequence[tuple[str, str]]) -> Reply:
    """Which dish is gone: a button each, or in words."""
    buttons = tuple(Button(short(label, 16), press("o", tag, "", carried)) for label, carried in dishes)
    if not buttons:
        return Reply(f"무엇이 떨어졌습니까? 음식 이름만 써 주십시오. 예: 제육볶음 ({name})")
    return Reply("무엇이 떨어졌습니까? 누르시거나 음식 이름을 써 주십시오.", buttons=buttons)


def which_line(verb: str, tag: str, lines: Sequence[tuple[str, str]], *rest: str) -> Reply:
    """Which line it is."""
    buttons = tuple(Button(name, press(verb, tag, line, *rest)) for name, line in lines)
    return Reply("어느 줄입니까?", buttons=(*buttons, Button(_WHOLE, press(verb, tag, _ALL_LINES, *rest))))


def which_cafeteria(sites: Sequence[tuple[str, str]]) -> Reply:
    """Which cafeteria it is: `sites` are names and what each button carries."""
    if not all(fits(carried) for _, carried in sites):
        return Reply(f"어느 식당입니까? '{sites[0][0]} 제육 소진'처럼 식당 이름을 앞에 붙여 다시 써 주십시오.")
    return Reply("어느 식당입니까?", buttons=tuple(Button(short(name, 16), carried) for name, carried in sites))


def which_instead(dish: str) -> Reply:
    """What is served in its place."""
    return Reply(f"{dish} 대신 무엇이 나갑니까? 음식 이름만 써 주십시오.")


def not_serving(name: str, opens: time, closes: time) -> Reply:
    """After closing, or on a closed day."""
    return Reply(f"{name}의 오늘 배식({opens:%H:%M}~{closes:%H:%M})은 끝났습니다. 알린 것은 모두 저절로 풀렸습니다.")


def closed_today(name: str) -> Reply:
    """On a day without lunch."""
    return Reply(f"{particle(name, '은', '는')} 오늘 쉬는 날이라 알리지 않았습니다.")


def not_understood(tag: str) -> Reply:
    """What it was is not clear; how to write it."""
    return Reply("'배식 10분 지연', '제육 소진', '마감'처럼 써 주시거나 눌러 주십시오.", buttons=_panel(tag))


def too_many(tag: str) -> Reply:
    """A day holds no more."""
    return Reply("오늘 알린 것이 너무 많아 더 받지 못했습니다. 풀린 것을 먼저 지워 주십시오.", buttons=_see(tag))


def beyond(limit: int, longest: int) -> Reply:
    """A delay or a name that can't be meant."""
    return Reply(
        f"지연은 1~{limit}분, 음식 이름은 {longest}자까지 받습니다. 다시 써 주십시오. 아무것도 알리지 않았습니다."
    )


def only_staff(rows: Sequence[tuple[Notice, str]], contact: str) -> Reply:
    """To somebody else: who may, what is known, and how to report."""
    known = f" 지금 알려진 것: {', '.join(_row(*row) for row in rows)}." if rows else ""
    return Reply(
        f"배식 알림은 배식·관리자만 올립니다.{known}\n"
        f"보신 줄은 '지금 줄 18명'처럼 알려 주시면 됩니다. 다른 것은 문의: {whom(contact)}",
        buttons=(Button("식당", "cafeteria"),),
    )


def known(rows: Sequence[tuple[Notice, str]]) -> Reply:
    """To somebody who asks what is gone or over."""
    held = ", ".join(_row(*row) for row in rows)
    return Reply(f"주방에서 지금 알린 것: {held or '없습니다'}.", buttons=(Button("식당", "cafeteria"),))


def no_cafeteria() -> Reply:
    """An institution without one."""
    return Reply("등록된 구내식당이 없습니다. 정보화 담당자에게 등록을 요청해 주십시오.")
