"""Words about a trip besides its plan: what is offered to be cancelled, moved or taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from attest.trip import KST, Basis, State, Trip
from bot.messenger import MAX_PRESS, Button, Reply
from bot.trip_choice import running
from bot.wording import SAY, clock, day, particle
from bot.wording.trips import LEGS, span, thread, where

_ORDERED: Final = re.compile(r"\d일? ?(?:자로|자|부로)|부터|발령|전보|[가-힣](?:과|담당관|팀)(?:으로|로) ")
AGAIN: Final = "앞서 드린 영수증입니다."


def none_to_cancel(coming: Sequence[Trip]) -> Reply:
    """That day has no trip; those of other days are named."""
    if not coming:
        return Reply("적어 두신 출장이 없어 취소할 것이 없습니다. 아무것도 적지 않았습니다.")
    rows = [f"· {span(trip)} · {where(trip)}" for trip in coming[:3]]
    return Reply(
        "\n".join(["그때 적어 두신 출장이 없습니다. 아무것도 바꾸지 않았습니다. 다른 때에는 있습니다.", *rows])
    )


def shift(trips: Sequence[Trip], delta: timedelta) -> Reply:
    """Which hour a trip would get, a press away."""
    buttons, rows = [], []
    for trip in trips:
        if trip.starts_at is None:
            continue
        begin = trip.starts_at + delta
        local = begin.astimezone(KST)
        rows.append(f"{span(trip)} · {where(trip)} → {day(local)} {clock(local)}")
        label = f"{clock(local)}로 고치기" if len(trips) == 1 else f"{day(local)} {clock(local)}로"
        buttons.append(Button(label, f"trip-at:{trip.id}:{int(begin.timestamp()) // 60}"))
    head = "이렇게 고칠까요?" if len(rows) == 1 else "어느 출장을 이렇게 고칠까요?"
    return Reply(
        "\n".join([head, *rows]), buttons=tuple(one for one in buttons if len(one.press.encode()) <= MAX_PRESS)
    )


def moved(trip: Trip) -> Reply:
    """A trip stands at another hour."""
    return Reply(f"고쳤습니다: {span(trip)} · {where(trip)}", buttons=thread(trip))


def offer_back(trips: Sequence[Trip], now: datetime) -> Reply | None:
    """The moment told last of the trip under way, to be taken back; None where none was tapped."""
    trip = running(trips, now)
    leg = trip.legs[-1] if trip is not None and trip.legs else None
    if trip is None or leg is None or leg.receipt is not None or leg.basis is not Basis.TAP or not leg.message:
        return None
    word = LEGS[leg.kind]
    return Reply(
        f"{clock(leg.at)} {particle(word, '을', '를')} 적어 두었습니다({where(trip)}). 지울까요?",
        buttons=(Button(f"{word} 지우기", f"leg-unsay:{trip.id}:{leg.message}"),),
    )


def taken_back(trip: Trip) -> Reply:
    """A moment was taken back."""
    if trip.state is State.CANCELLED:
        return Reply("지웠습니다. 그 말로 새로 적었던 출장도 함께 지웠습니다.")
    return Reply(f"지웠습니다. {span(trip)} · {where(trip)} 출장은 그대로 있습니다.", buttons=thread(trip))


def nothing_told() -> Reply:
    """Nothing was told that could be taken back."""
    return Reply("아직 적은 출발이나 도착이 없습니다. 그때 '출발', '도착'이라고만 써 주십시오.")


def which_departure(trip: Trip) -> Reply:
    """A departure long before the trip that is written down: whether it is that trip's."""
    return Reply(
        f"적어 두신 출장은 {span(trip)} · {where(trip)}입니다. 지금 이 출장으로 출발하셨습니까?",
        buttons=(Button("이 출장 출발", f"leg:{trip.id}:departed"), Button("다른 출장", "leg-new")),
    )


def about_money() -> Reply:
    """A trip that was, or its money: nothing was written."""
    return Reply(
        "지난 출장이나 정산 말씀으로 알아듣고 새로 적지 않았습니다.\n"
        "영수증과 정산 기한은 '정산'에서 보시고, 빠진 것은 '사후 제출'로 더하실 수 있습니다.",
        buttons=(Button("정산", f"{SAY}정산"), Button("사후 제출", f"{SAY}사후 제출")),
    )


def which_trip_joined(trips: Sequence[Trip], who: str) -> Reply:
    """Several trips, and somebody joins one."""
    rows = [f"{number}. {span(trip)} · {where(trip)}" for number, trip in enumerate(trips[:4], 1)]
    told = particle(f"'{who}'", "이", "가")
    return Reply(
        "\n".join([f"{told} 어느 출장에 함께 갑니까? 아직 적지 않았습니다.", *rows]),
        buttons=tuple(Button(f"{n} 고치기", f"trip-fix:{trip.id}") for n, trip in enumerate(trips[:4], 1)),
    )


def anothers(who: str, said: str) -> Reply:
    """Somebody else's trip or move: nothing was written."""
    if _ORDERED.search(said):
        return Reply(
            f"{who}의 부서가 바뀐다는 말씀으로 알아듣고 출장으로 적지 않았습니다. "
            "부서는 기관의 도비 관리자가 바꿉니다.\n"
            "업무를 넘기거나 받으실 때는 '인수인계'라고 써 주십시오.",
            buttons=(Button("인수인계", f"{SAY}인수인계"),),
        )
    return Reply(
        f"{who}의 출장 말씀으로 알아듣고 적지 않았습니다. 출장은 가시는 분이 직접 적으십니다.\n"
        f"함께 가시면 '출장 내일 13시 진주, {who} 동행'처럼 써 주십시오.",
        buttons=(Button("출장 목록", f"{SAY}출장 목록"),),
    )


def not_sure() -> Reply:
    """Words beside 출장 of which it is not plain that they tell a trip."""
    return Reply(
        "출장으로 적을 말씀인지 분명하지 않아 적지 않았습니다.\n"
        "'출장 내일 13시 진주 스마트팜, 관용차'처럼 언제 어디인지 써 주십시오.",
        buttons=(Button("출장 목록", f"{SAY}출장 목록"),),
    )
