"""Words where one's own trips were asked about, or one of those listed was meant by its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from attest.trip import KST, State, Trip
from bot.messenger import Button, Reply
from bot.wording import SAY, day, particle
from bot.wording.trips import facts, row, span, thread, told, where

_LISTED = 10
_FOLLOWING = 3
SURE = "취소하기"
FIX = "이렇게 고치기"


def title(trip: Trip) -> str:
    """A trip in one line, as its row calls it."""
    return f"{told(trip)} {where(trip)}"


def shown(trips: Sequence[Trip], said: str, following: Sequence[Trip]) -> Reply:
    """The trips of the days that were asked about; `following` are those that come, where there are none."""
    if trips:
        rows = [row(number, trip) for number, trip in enumerate(trips[:_LISTED], 1)]
        head = f"{said} 출장 {len(trips)}건입니다.".strip()
        return Reply("\n".join([head, *rows]))
    empty = f"{said} 적어 두신 출장이 없습니다.".strip()
    rows = [row(number, trip) for number, trip in enumerate(following[:_FOLLOWING], 1)]
    return Reply("\n".join([f"{empty} 앞으로는 이렇습니다." if rows else empty, *rows]))


def of_days(first: date, last: date) -> str:
    """`11. 24.(화)`; of several days both ends."""
    begin, end = (datetime(one.year, one.month, one.day, tzinfo=KST) for one in (first, last))
    return day(begin) if first == last else f"{day(begin)}~{day(end)}"


def which(trips: Sequence[Trip], *, off: bool) -> Reply:
    """Which of them is meant, to be called off or corrected; nothing is done yet."""
    rows = [f"{number}. {span(trip)} · {where(trip)}" for number, trip in enumerate(trips[:4], 1)]
    wants = "어느 출장을 취소할까요?" if off else "어느 출장의 말씀입니까?"
    return Reply("\n".join([f"{wants} 아직 아무것도 바꾸지 않았습니다.", *rows]), buttons=_each(trips[:4], off=off))


def _each(trips: Sequence[Trip], *, off: bool) -> tuple[Button, ...]:
    act, press = ("취소", "trip-off") if off else ("고치기", "trip-fix")
    return tuple(Button(f"{number} {act}", f"{press}:{trip.id}") for number, trip in enumerate(trips, 1))


def out_of_range(place: str, count: int) -> Reply:
    """A place that the list did not have."""
    named = particle(f"{place}번", "은", "는")
    return Reply(
        f"{named} 방금 보여 드린 {count}건에 없습니다. 아무것도 바꾸지 않았습니다. '출장 목록'에서 다시 봐 주십시오."
    )


def cancel_sure(trip: Trip) -> Reply:
    """A trip is named, and asked about before it is off."""
    return Reply(
        f"{title(trip)} 출장을 취소할까요? 아직 그대로 있습니다.",
        buttons=(Button(SURE, f"trip-off:{trip.id}"), Button("그대로 두기", f"trip-keep:{trip.id}")),
    )


def change_sure(before: Trip, after: Trip) -> Reply:
    """What a correction would come to, asked about before it is written."""
    return Reply(
        f"{span(before)} · {where(before)} 출장을 이렇게 고칠까요? 아직 그대로 있습니다.\n"
        f"→ {span(after)} · {where(after)}\n{facts(after, after.stated)}",
        buttons=(Button(FIX, f"trip-do:{before.id}"), Button("그대로 두기", f"trip-keep:{before.id}")),
    )


def kept(trip: Trip) -> Reply:
    """그대로 두기."""
    return Reply(f"알겠습니다. {title(trip)} 출장은 그대로 있습니다.")


def one(trip: Trip, number: int | None = None) -> Reply:
    """A row by itself, and what can be done with it."""
    text = row(number, trip) if number else f"{title(trip)} 출장입니다."
    if trip.state in {State.CLOSED, State.CANCELLED}:
        return Reply(text)
    buttons = (Button("고치기", f"trip-fix:{trip.id}"), Button("취소", f"trip-off:{trip.id}"), *thread(trip))
    return Reply(text, buttons=buttons)


def no_receipt_yet(trip: Trip) -> Reply:
    """That trip has no receipt."""
    return Reply(f"{title(trip)} 출장의 영수증은 아직 없습니다. 도착과 복귀 때 드립니다.", buttons=thread(trip))


def already_off(trip: Trip) -> Reply:
    """That trip was called off before."""
    return Reply(f"{title(trip)} 출장은 이미 취소로 적혀 있습니다.")


def none_again() -> Reply:
    """No receipt was ever given."""
    return Reply("다시 드릴 영수증이 아직 없습니다. 출장지에서 '도착'이라고 쓰시면 영수증을 받으실 수 있습니다.")


def nothing_called_off() -> Reply:
    """No trip was called off just now."""
    return Reply(
        "방금 취소하신 출장이 없습니다. 다시 가시면 '출장 내일 13시 진주'처럼 새로 써 주십시오.",
        buttons=(Button("출장 목록", f"{SAY}출장 목록"),),
    )


def taken_back(trip: Trip) -> Reply:
    """A correction was undone."""
    return Reply(f"되돌렸습니다: {span(trip)} · {where(trip)}\n{facts(trip, trip.stated)}", buttons=thread(trip))


def what_trip() -> Reply:
    """Somebody wants to write a trip down and has told nothing of it yet."""
    return Reply(
        "언제 어디로 가십니까? '내일 13시 진주 스마트팜, 관용차'처럼 써 주시면 적어 두겠습니다.\n"
        "결재는 쓰시는 복무 시스템에서 받으시고, 문서번호는 나중에 알려 주셔도 됩니다."
    )
