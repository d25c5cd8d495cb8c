"""Words of the manager's figures: meals as counted and as expected, guests, what draws, how fast. Private ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.messenger import Button, Reply
from bot.wording import day, particle, short, whom
from bot.wording.kitchen import fits
from occupancy.meals import DishEffect, TotalBasis, TotalForecast
from occupancy.pace import Pace
from occupancy.totals import Guests, Source, Total

TITLE = "식수"
ON, OFF = "켜기", "끄기"
_WEEKDAYS = "월화수목금토일"
_SOURCES = {Source.HAND: "손으로 적음", Source.FILE: "파일", Source.GATE: "식권 기록"}
_REASONS = {
    "empty": "빈 파일입니다",
    "large": "파일이 너무 큽니다(5 MB까지)",
    "bomb": "풀면 너무 커지는 파일이라 열지 않았습니다",
    "password": "암호가 걸린 파일입니다",
    "broken": "깨진 파일입니다",
    "unsupported": "읽지 못하는 종류입니다(CSV, XLSX를 받습니다)",
}


def press(verb: str, cafeteria: str, *rest: str) -> str:
    """What a button carries."""
    return "/".join((f"meals:{verb}", cafeteria, *rest))


def _undo(tag: str, change: str) -> Button:
    return Button("취소", press("u", tag, change))


def _source(total: Total) -> str:
    return _SOURCES[total.source]


def kept(total: Total, before: Total | None, other: Total | None, tag: str, change: str) -> Reply:
    """A total stands; what it was, and what another source says."""
    if before is not None:
        told = f"{day(total.day)} 식수를 {before.meals:,}명에서 {total.meals:,}명으로 고쳤습니다."
    else:
        told = f"{day(total.day)} 식수를 {total.meals:,}명으로 적었습니다."
    if other is not None and other.meals != total.meals:
        told += f" {_source(other)}은 {other.meals:,}명이지만 손으로 적은 값을 씁니다."
    return Reply(told, buttons=(_undo(tag, change),))


def kept_before(total: Total) -> Reply:
    """It stood so already."""
    return Reply(f"{day(total.day)} 식수는 이미 {total.meals:,}명으로 적혀 있습니다.")


def undone(on: date | None, stands: Total | None) -> Reply:
    """A change was taken back."""
    if on is None:
        return Reply("취소했습니다. 전과 같습니다.")
    if stands is None:
        return Reply(f"취소했습니다. {day(on)} 식수는 이제 적힌 것이 없습니다.")
    return Reply(f"취소했습니다. {day(on)} 식수는 {stands.meals:,}명입니다({_source(stands)}).")


def undone_before() -> Reply:
    """It was taken back already."""
    return Reply("이미 취소했습니다.")


def not_undone() -> Reply:
    """Too long ago, or changed since."""
    return Reply("그 뒤에 다시 고쳤거나 오래되어 그대로 두었습니다. '식수'라고 쓰시면 지금 값을 보여 드립니다.")


def beyond() -> Reply:
    """A figure or a day that can't be meant."""
    return Reply(
        "적지 않았습니다. 식수는 오늘까지의 날에 20,000명까지, 추가·빠짐은 오늘부터 1년 안에 받습니다.\n"
        "'어제 842명', '12월 3일 교육생 120명 추가'처럼 다시 써 주십시오."
    )


def no_such_day() -> Reply:
    """A date that is none."""
    return Reply("달력에 없는 날짜입니다. '12월 3일 민방위 80명 빠짐'처럼 다시 써 주십시오.")


def not_read() -> Reply:
    """A sentence that was not understood."""
    return Reply("알아듣지 못해 적지 않았습니다. '오늘 861명' 또는 '내일 교육생 120명 추가'처럼 써 주십시오.")


def how_many(on: date, *, ahead: bool) -> Reply:
    """How many there were, or how a day to come is told."""
    if ahead:
        return Reply(
            f"{day(on)}에 더 오시거나 빠지는 분을 '{on.month}월 {on.day}일 교육생 120명 추가'처럼 써 주십시오.\n"
            "그날 식수는 마친 뒤에 '오늘 861명'이라고 적으시면 됩니다."
        )
    return Reply(f"{day(on)} 식수는 몇 명이었습니까? '861명'처럼 써 주십시오.")


def _people(guests: Guests) -> str:
    who = f"{guests.what} " if guests.what else ""
    return f"{who}{abs(guests.people):,}명 {'추가' if guests.people > 0 else '빠짐'}"


def announced(guests: Guests, total: int, tag: str, change: str, *, closed: bool) -> Reply:
    """People more or fewer on a day; the day's sum where there are several."""
    told = f"{day(guests.day)} {particle(_people(guests), '을', '를')} 적었습니다."
    if total != guests.people:
        told += f" 그날 모두 {total:+,}명입니다."
    if closed:
        told += " 그날은 쉬는 날로 알고 있습니다."
    return Reply(told, buttons=(_undo(tag, change),))


def announced_before(guests: Guests) -> Reply:
    """The same was told already."""
    return Reply(f"{day(guests.day)} {_people(guests)}: 이미 적혀 있습니다.")


def more_or_fewer(guests: Guests, tag: str) -> Reply:
    """Whether they come on top or stay away."""
    carried = [press("g", tag, guests.day.isoformat(), str(sign * guests.people), guests.what) for sign in (1, -1)]
    if not all(map(fits, carried)):
        return not_read()
    buttons = tuple(Button(label, one) for label, one in zip(("추가", "빠짐"), carried, strict=True))
    return Reply(f"{day(guests.day)} {guests.what} {guests.people:,}명은 추가입니까, 빠짐입니까?", buttons=buttons)


def called_off(guests: Guests, tag: str, change: str) -> Reply:
    """An announcement is off."""
    return Reply(f"{day(guests.day)} {_people(guests)}: 지웠습니다.", buttons=(_undo(tag, change),))


def nothing_called_off() -> Reply:
    """There was none such."""
    return Reply("이미 지웠거나 없는 항목입니다.")


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of figures shows."""

    name: str
    totals: Sequence[Total]
    guests: Sequence[Guests]
    following: bool


def page(one: Page, tag: str) -> Reply:
    """The last days, what is announced, and what can be done."""
    rows = [f"{day(total.day)} {total.meals:,}명({_source(total)})" for total in one.totals]
    told = [f"{one.name} 식수", *(rows or ["아직 적힌 식수가 없습니다. '오늘 861명'처럼 써 주십시오."])]
    if one.guests:
        told.append("알고 있는 변동: " + ", ".join(f"{day(each.day)} {_people(each)}" for each in one.guests[:6]))
    off = tuple(Button(short(f"지움: {_people(each)}", 18), press("x", tag, each.id)) for each in one.guests[:4])
    switch = Button(f"14시 알림 {OFF if one.following else ON}", press("n" if one.following else "y", tag))
    return Reply("\n".join(told), buttons=(Button("내일 예상", press("e", tag)), switch, *off))


def _when(on: date, today: date) -> str:
    """`내일(11. 24. 화)`, `12. 3.(목)`."""
    near = {0: "오늘", 1: "내일", 2: "모레"}.get((on - today).days)
    dated = f"{on.month}. {on.day}. {_WEEKDAYS[on.weekday()]}"
    return f"{near}({dated})" if near else day(on)


def expected(one: TotalForecast, today: date, error: float | None, judged: int) -> str:
    """A day's meals with their range, and why, in one line."""
    menu = one.q50 - one.guests - one.usual
    why = [f"{_WEEKDAYS[one.day.weekday()]}요일 평소 {one.usual:,}명"]
    if menu and one.dishes:
        best = max(one.dishes, key=lambda each: abs(each.meals))
        led = f", {best.dish} 등" if best.sure else ""
        why.append(f"메뉴 {menu:+,}명{led}")
    if one.guests:
        why.append(f"알려 주신 변동 {one.guests:+,}명")
    why.append(f"{one.days}일 치 기록")
    if error is not None:
        why.append(f"지난 {judged}일을 같은 방법으로 되짚은 오차 평균 {error:.0f}명")
    lines = [
        f"{_when(one.day, today)} 점심 예상 {one.q50:,}명({one.q10:,}~{one.q90:,}명)",
        f"근거: {' · '.join(why)}.",
    ]
    if one.basis is TotalBasis.SHORT:
        lines.append("기록이 짧아 많이 틀릴 수 있습니다. 매일 '오늘 861명'처럼 적어 주시면 나아집니다.")
    if one.simulated:
        lines.append("예시 자료로 계산했습니다.")
    return "\n".join(lines)


def not_expected(on: date, today: date, days: int, fewest: int) -> str:
    """Too little is known."""
    return (
        f"{_when(on, today)} 식수는 아직 예상하지 못합니다. 기록이 {days}일뿐입니다(적어도 {fewest}일).\n"
        "'오늘 861명'처럼 적어 주시거나 식권 마감 파일(CSV)을 '식수'와 함께 보내 주십시오."
    )


def closed(name: str, on: date, today: date, then: date | None) -> str:
    """A day without lunch, and the next with one."""
    after = f" 다음 배식은 {day(then)}입니다." if then is not None else ""
    return f"{_when(on, today)}은 {name} 쉬는 날입니다.{after}"


def so_far(total: Total, today: date) -> str:
    """What a day has had."""
    so = "까지 " if total.source is Source.GATE and total.day == today else " "
    return f"{_when(total.day, today)}{so}식수는 {total.meals:,}명입니다({_source(total)})."


def expectation(text: str, tag: str) -> Reply:
    """An answer about a day to come."""
    return Reply(text, buttons=(Button("변동·지난 식수", press("p", tag)),))


def pushed(name: str, text: str, tag: str) -> Reply:
    """What is told at 14:00."""
    return Reply(f"{name}: {text}", buttons=(Button("14시 알림 끄기", press("n", tag)),))


def following(name: str, *, on: bool, before: bool) -> Reply:
    """Whether somebody is told at 14:00."""
    if on:
        told = "이미 켜져 있습니다" if before else "켰습니다"
        return Reply(f"식수 알림을 {told}. 배식하는 날 14:00에 {name}의 다음 배식일 예상을 보내 드립니다.")
    told = "껐습니다" if before else "이미 꺼 두었습니다"
    return Reply(f"식수 알림을 {told}. 다시 받으시려면 '식수 알림 켜기'라고 써 주십시오.")


def file_read(
    name: str, days: Sequence[tuple[date, int]], unread: Sequence[int], differ: Mapping[date, int], tag: str, draft: str
) -> Reply:
    """What a file was read as, for a yes."""
    first, last = days[0], days[-1]
    span = f"{day(first[0])}~{day(last[0])} {len(days)}일 치" if len(days) > 1 else day(first[0])
    lines = [f"{name} 식수를 이렇게 읽었습니다: {span}. 마지막 {day(last[0])} {last[1]:,}명."]
    if differ:
        days_ = ", ".join(f"{day(on)} {meals:,}명" for on, meals in list(differ.items())[:3])
        lines.append(f"손으로 적은 {len(differ)}일({days_})은 손으로 적은 값을 그대로 씁니다.")
    if unread:
        lines.append(f"읽지 못한 행: {', '.join(map(str, unread))}행.")
    buttons = (Button("맞습니다", press("k", tag, draft)), Button("버리기", press("z", tag, draft)))
    return Reply("\n".join(lines), buttons=buttons)


def file_kept(days: int, tag: str, change: str) -> Reply:
    """The file's totals stand."""
    return Reply(f"{days}일 치 식수를 적었습니다.", buttons=(_undo(tag, change),))


def file_dropped() -> Reply:
    """The file's totals are not taken."""
    return Reply("버렸습니다. 아무것도 적지 않았습니다.")


def file_empty() -> Reply:
    """A file without totals."""
    return Reply(
        "파일에서 날짜와 식수를 찾지 못해 적지 않았습니다. '날짜'와 '식수' 열이 있는 CSV나 XLSX로 보내 주십시오."
    )


def file_refused(reason: str) -> Reply:
    """A file that could not be opened."""
    return Reply(
        f"{_REASONS.get(reason, '읽지 못했습니다')}. 적지 않았습니다. 날짜와 식수 열이 있는 CSV로 보내 주십시오."
    )


def one_file() -> Reply:
    """Several files at once."""
    return Reply("한 번에 파일 하나만 보내 주십시오. 아무것도 적지 않았습니다.")


def popular(name: str, dishes: Sequence[DishEffect], *, simulated: bool) -> Reply:
    """What draws, and what does not; never without how often it was served."""
    sure = [one for one in dishes if one.sure]
    if not sure:
        return Reply(
            f"{name}: 아직 확실히 말씀드릴 메뉴가 없습니다. 같은 메뉴가 세 번 넘게 나가고 식수가 쌓이면 알려 드립니다."
        )
    more = [_effect(one) for one in sure if one.meals > 0][:5]
    fewer = [_effect(one) for one in reversed(sure) if one.meals < 0][:3]
    lines = [f"{name}: 다른 날보다 더 오신 메뉴 {', '.join(more) or '없음'}"]
    if fewer:
        lines.append(f"덜 오신 메뉴 {', '.join(fewer)}")
    lines.append("요일·날씨를 뺀 차이이며 관리자께만 보입니다." + (" 예시 자료입니다." if simulated else ""))
    return Reply("\n".join(lines))


def _effect(one: DishEffect) -> str:
    return f"{one.dish} {one.meals:+.0f}명({one.days}번)"


@dataclass(frozen=True, slots=True)
class LinePaces:
    """How fast one line was served, and how often it was delayed."""

    line: str
    paces: Sequence[Pace]
    delays: int
    delayed_min: int


def speed(name: str, lines: Sequence[LinePaces], days: int, *, simulated: bool) -> Reply:
    """People a minute by half hour, and delays."""
    known = [one for one in lines if one.paces]
    if not known:
        return Reply(f"{name}: 배식 속도는 식권 기록과 줄 기록이 함께 있어야 알 수 있습니다. 아직 모자랍니다.")
    told = [f"{name} 배식 속도, 줄이 있을 때 1분에(지난 {days}일)"]
    for one in known:
        head = f"{one.line}: " if one.line else ""
        told.append(head + " · ".join(f"{_clock(pace.start)} {pace.per_minute:.1f}명" for pace in one.paces))
    count, minutes = sum(one.delays for one in lines), sum(one.delayed_min for one in lines)
    told.append(f"알린 지연 {count}번, 모두 {minutes}분." + (" 예시 자료입니다." if simulated else ""))
    return Reply("\n".join(told))


def _clock(minute: int) -> str:
    return f"{time(minute // 60, minute % 60):%H:%M}"


def which_cafeteria(rows: Sequence[tuple[str, str]]) -> Reply:
    """Which cafeteria is meant."""
    if not all(fits(carried) for _, carried in rows):
        return Reply(f"어느 식당입니까? '{rows[0][0]} 오늘 861명'처럼 식당 이름을 앞에 붙여 다시 써 주십시오.")
    return Reply("어느 식당입니까?", buttons=tuple(Button(short(name, 16), carried) for name, carried in rows))


def only_staff(contact: str) -> Reply:
    """To somebody else."""
    return Reply(
        f"식수는 배식·관리자만 적고 봅니다. 지금 줄은 '식당'에서 보실 수 있습니다. 문의: {whom(contact)}",
        buttons=(Button("식당", "cafeteria"),),
    )
