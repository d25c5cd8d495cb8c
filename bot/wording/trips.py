"""Words of a trip's memo: what was understood, what is asked, the list. At most four lines; buttons are short words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from attest.trip import KST, Area, LegKind, State, Trip, Vehicle
from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import clock, day, particle, short
from bot.wording.receipts import HERE

VEHICLES = {
    Vehicle.UNKNOWN: "교통편 미정",
    Vehicle.OFFICIAL: "관용차",
    Vehicle.OWN: "자가용",
    Vehicle.PUBLIC: "대중교통",
    Vehicle.SHARED: "동승",
}
AREAS = {Area.UNKNOWN: "", Area.INSIDE: "관내", Area.OUTSIDE: "관외"}
LEGS = {LegKind.DEPARTED: "출발", LegKind.ARRIVED: "도착", LegKind.RETURNED: "복귀"}
_STATES = {State.PLANNED: "예정", State.OPEN: "출장 중", State.CLOSED: "마침", State.CANCELLED: "취소"}
_LISTED = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A companion as written who may be one of these people: label and id."""

    said: str
    people: tuple[tuple[str, str], ...]


def span(trip: Trip) -> str:
    """`11. 24.(화) 13:00~18:00`; of a whole day the day; `때 미정` where nothing was told."""
    if trip.starts_at is None:
        return "때 미정"
    begin, end = trip.starts_at.astimezone(KST), trip.ends_at.astimezone(KST) if trip.ends_at else None
    if end is not None and end.date() != begin.date():
        hours = ("", "") if trip.whole_day else (f" {clock(begin)}", f" {clock(end)}")
        return f"{day(begin)}{hours[0]} ~ {day(end)}{hours[1]}"
    if trip.whole_day:
        return day(begin)
    return f"{day(begin)} {clock(begin)}" + (f"~{clock(end)}" if end else "")


def where(trip: Trip) -> str:
    """The destination, or that it is not known."""
    return trip.destination or "곳 미정"


def facts(trip: Trip, names: Sequence[str]) -> str:
    """Vehicle, companions, area, purpose and document in one line; what was not told is left out."""
    said = [
        VEHICLES[trip.vehicle],
        f"동행 {', '.join(names)}" if names else "",
        AREAS[trip.area],
        trip.purpose,
        f"문서 {trip.document}" if trip.document else "문서번호 없음",
    ]
    return " · ".join(one for one in said if one)


def memo(trip: Trip, names: Sequence[str], asked: Sequence[Asked], other: Trip | None, *, changed: bool) -> Reply:
    """What was understood, read back: right or to be corrected. `other` is a trip at the same time."""
    head = "고쳤습니다" if changed else "출장 메모"
    lines = [f"{head}: {span(trip)} · {where(trip)}", facts(trip, names)]
    if other is not None:
        lines.append(
            f"같은 때에 {span(other)} {where(other)} 출장이 있습니다. 하나는 '출장 취소'로 지우실 수 있습니다."
        )
    elif trip.stated:
        stated = particle(f"'{', '.join(trip.stated)}'", "은", "는")
        lines.append(f"{stated} 명부에서 찾지 못해 적으신 대로 두었습니다.")
    lines.append(_ask(trip, asked))
    return Reply("\n".join(lines), buttons=(*_right(trip), *_people(trip, asked), *_areas(trip)))


def _ask(trip: Trip, asked: Sequence[Asked]) -> str:
    if asked:
        said = particle(f"'{asked[0].said}'", "은", "는")
        return f"{said} 어느 분입니까? 아래에 없으면 적으신 대로 두겠습니다."
    if not trip.destination:
        return "어디로 가십니까? '진주 스마트팜, 관용차'처럼 써 주십시오."
    if trip.starts_at is None:
        return "언제 가십니까? '내일 13시'처럼 써 주십시오. 오늘이면 그대로 두셔도 됩니다."
    if trip.area is Area.UNKNOWN:
        return "관내 출장입니까, 관외 출장입니까?"
    return "다르면 '13시 말고 14시'처럼 써 주십시오."


def _right(trip: Trip) -> tuple[Button, ...]:
    return (Button("맞습니다", f"trip-ok:{trip.id}"), Button("고치기", f"trip-fix:{trip.id}"))


def _people(trip: Trip, asked: Sequence[Asked]) -> tuple[Button, ...]:
    found = [Button(short(label, 14), f"mate:{trip.id}:{person}") for one in asked[:1] for label, person in one.people]
    return tuple(one for one in found if len(one.press.encode()) <= MAX_PRESS)


def _areas(trip: Trip) -> tuple[Button, ...]:
    if trip.area is not Area.UNKNOWN:
        return ()
    return (Button("관내", f"triparea:{trip.id}:in"), Button("관외", f"triparea:{trip.id}:out"))


def thread(trip: Trip) -> tuple[Button, ...]:
    """The buttons of a trip's three moments, without those that were told."""
    if trip.state in {State.CLOSED, State.CANCELLED}:
        return ()
    told = {leg.kind for leg in trip.legs}
    kinds = [kind for kind in LEGS if kind not in told and not (kind is LegKind.DEPARTED and told)]
    return tuple(Button(LEGS[kind], f"leg:{trip.id}:{kind.value}") for kind in kinds)


def confirmed(trip: Trip) -> Reply:
    """The memo stands; the three moments are buttons."""
    number = "" if trip.document else " 문서번호는 '문서번호 농정과-812'처럼 나중에 쓰셔도 됩니다."
    if trip.area is Area.INSIDE:
        how = "관내라 위치는 묻지 않습니다. 출발·도착·복귀 때 눌러 주십시오."
    else:
        how = "출발·도착·복귀 때 눌러 주십시오. 위치는 도착 때 한 번만 여쭙니다."
    return Reply(f"적어 두었습니다: {span(trip)} · {where(trip)}\n{how}{number}", buttons=thread(trip))


def how_to_fix(trip: Trip) -> Reply:
    """What can be said to correct a memo."""
    return Reply(
        f"{span(trip)} · {where(trip)}\n"
        "무엇을 고칠까요? 바뀐 것만 써 주십시오.\n"
        "예: '14시', '진주 말고 사천', '자가용', '동행 없음', '관내', '문서번호 농정과-812'",
        buttons=(Button("출장 취소", f"trip-off:{trip.id}"),),
    )


def left(trip: Trip) -> Reply:
    """A no, or a not yet, to what was asked about a trip."""
    return Reply(f"알겠습니다. {span(trip)} · {where(trip)} 그대로 두었습니다. 정해지면 그때 써 주십시오.")


def nothing_to_fix() -> Reply:
    """No trip of the asker's can be changed."""
    return Reply("고칠 출장이 없습니다. '출장 내일 13시 진주 스마트팜, 관용차'처럼 쓰시면 적어 두겠습니다.")


def not_understood(trip: Trip) -> Reply:
    """A correction that says nothing."""
    return Reply(
        f"무엇이 바뀌는지 알아듣지 못했습니다. 지금은 {span(trip)} · {where(trip)}입니다.\n"
        "'14시', '진주 말고 사천', '관용차'처럼 바뀐 것만 써 주십시오.",
        buttons=(Button("출장 취소", f"trip-off:{trip.id}"),),
    )


def closed_stays(trip: Trip) -> Reply:
    """A trip that is over is changed no more."""
    return Reply(
        f"{span(trip)} {where(trip)} 출장은 마치고 영수증이 나가 바꾸지 않습니다.\n"
        "빠진 자료는 '사후 제출'로 더하실 수 있습니다."
    )


def numbered(trip: Trip, number: str) -> Reply:
    """A document number was put to a trip."""
    after = " 이미 드린 영수증의 글은 그대로입니다." if trip.receipts else ""
    return Reply(f"{span(trip)} {where(trip)} 출장에 문서번호를 적었습니다: {number}.{after}", buttons=thread(trip))


def numbers_wanted() -> Reply:
    """문서번호 without one."""
    return Reply("문서번호를 함께 써 주십시오. 예: '문서번호 농정과-812'")


def cancelled(trip: Trip) -> Reply:
    """A trip is off."""
    kept = " 이미 받으신 영수증은 그대로 있습니다." if trip.receipts else ""
    return Reply(f"{span(trip)} {where(trip)} 출장을 취소로 적었습니다.{kept}")


def not_cancelled() -> Reply:
    """출장 취소, denied."""
    return Reply("취소하지 않았습니다. 출장은 그대로 있습니다. '출장 목록'을 쓰시면 보여 드립니다.")


def which_day(said: str) -> Reply:
    """Words that leave the day open."""
    vague = particle(f"'{said}'", "은", "는")
    return Reply(f"{vague} 며칠인지 분명하지 않아 적지 않았습니다. '출장 12월 1일 14시 하동'처럼 날짜로 써 주십시오.")


def no_such_time(said: str) -> Reply:
    """A day or an hour that does not exist."""
    wrong = particle(f"'{said}'", "은", "는")
    return Reply(f"{wrong} 없는 날짜나 시각이라 적지 않았습니다. '출장 11월 30일 13시 진주'처럼 다시 써 주십시오.")


def which_to_cancel(trips: Sequence[Trip]) -> Reply:
    """Several may be meant."""
    rows = [f"{number}. {span(trip)} · {where(trip)}" for number, trip in enumerate(trips[:4], 1)]
    buttons = [Button(f"{number} 취소", f"trip-off:{trip.id}") for number, trip in enumerate(trips[:4], 1)]
    return Reply("\n".join(["어느 출장을 취소할까요?", *rows]), buttons=tuple(buttons))


def nothing_to_cancel() -> Reply:
    """No trip is ahead."""
    return Reply("취소할 출장이 없습니다. '출장 목록'을 쓰시면 이번 달 출장을 보여 드립니다.")


def listing(trips: Sequence[Trip], month: int) -> Reply:
    """A month's trips with state and document."""
    if not trips:
        return Reply(f"{month}월 출장이 없습니다. '출장 내일 13시 진주 스마트팜, 관용차'처럼 쓰시면 적어 두겠습니다.")
    rows = [row(number, trip) for number, trip in enumerate(trips[-_LISTED:], 1)]
    more = f" 마지막 {_LISTED}건입니다." if len(trips) > _LISTED else ""
    return Reply("\n".join([f"{month}월 출장 {len(trips)}건입니다.{more}", *rows]))


def row(number: int, trip: Trip) -> str:
    """A trip's line in a list."""
    paper = trip.document or "문서번호 없음"
    return f"{number}. {told(trip)} {where(trip)} · {_STATES[trip.state]} · {paper}"


def told(trip: Trip) -> str:
    """When it was, as far as it was told; else when it is planned."""
    begin, end = trip.begun_at, trip.returned_at
    if begin is None:
        return span(trip)
    return f"{day(begin)} {clock(begin)}~" + (clock(end) if end else "")


def running(trip: Trip, *, location: bool, receipt: bool = False) -> Reply:
    """A trip that is planned for today, or under way: its next moment; `receipt`: one is waited for."""
    lines = [f"{told(trip)} {where(trip)} 출장입니다({_STATES[trip.state]})."]
    if receipt:
        lines.append("영수증은 복귀를 알리시면 위치 없이도 드립니다.")
    if location:
        lines.append("'현재 위치'를 1분 30초 안에 한 번 보내시거나, 단추를 눌러 주십시오.")
    elif trip.area is Area.INSIDE:
        lines.append("아래를 눌러 주십시오.")
    else:
        lines.append("위치 없이 아래를 눌러 주십시오. 위치도 남기시려면 '위치 동의'라고 써 주십시오.")
        return Reply("\n".join(lines), buttons=(*thread(trip), Button("위치 동의", "consent")))
    return Reply("\n".join(lines), buttons=thread(trip), asks_location=HERE if location else "")


def gone() -> Reply:
    """A button of a trip that is not the asker's, or is no more."""
    return Reply("그 출장을 찾지 못했습니다. '출장 목록'을 쓰시면 이번 달 출장을 보여 드립니다.")


def minutes(count: int) -> str:
    """`4시간 35분`."""
    hours, rest = divmod(count, 60)
    said = [f"{hours}시간" if hours else "", f"{rest}분" if rest or not hours else ""]
    return " ".join(one for one in said if one)


def planned_moved(trip: Trip, kind: LegKind, at: datetime) -> Reply:
    """A moment that is still to come was told: the plan is changed."""
    which = "복귀 예정" if kind is LegKind.RETURNED else "출발 예정"
    return Reply(
        f"{particle(which, '을', '를')} {day(at)} {clock(at)}로 고쳤습니다. {where(trip)} 출장입니다.",
        buttons=thread(trip),
    )
