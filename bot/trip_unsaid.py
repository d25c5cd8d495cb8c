"""What is said with a moment's word and is none: not yet, still to come, or told by mistake. Nothing is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from attest.trip import LegKind, State, Trip
from bot.evidence_ways import without_refusal
from bot.messenger import Reply
from bot.routes import Request
from bot.trip_ahead import UNDER_WAY, ahead, nearly
from bot.trip_choice import just_over, of_word, running
from bot.trip_moments import DENIED, NOT_YET
from bot.wording import legs as words
from bot.wording.trip_asides import nothing_told, offer_back
from bot.wording.trips import LEGS

TAKEN_BACK: Final = (
    r"(?:을|를|은|는|도)?\s?(?:버튼|단추|기록|시각|시간|눌렀는데"
    r"|(?:누른|한|찍은|적은) ?[거것건])?(?:을|를|은|는|이)?\s?(?:방금\s?|그냥\s?|좀\s?|다시\s?)?"
    r"(?:취소|철회|지워|지우|지울|삭제|되돌|무르|물러|물릴|잘못\s?(?:눌|누|찍|적|썼|말|했|보냈|입력|올|됐)|실수)[^?]{0,20}"
)
NO_MOMENT: Final = (
    rf"(?:{TAKEN_BACK}|(?:{UNDER_WAY})(?:[가-힣]{{0,5}}|\s(?:중|합니다|해요|함|있)[가-힣]{{0,5}})[.!~ㅎㅋ ]*)"
)
_TAKEN_BACK: Final = re.compile(TAKEN_BACK)
_MISTAKEN: Final = re.compile(r"(?:잘못|실수로)\s?$")


def no_moment(
    request: Request, kind: LegKind, said: str, trips: Sequence[Trip], *, comes: bool = False
) -> Reply | None:
    """What is answered where the word tells no moment that was; None where it does. `comes`: its hour is ahead."""
    written = request.update.text
    word = "귀청" if "귀청" in written or "귀청" in said else LEGS[kind]
    text = written if word in written else said
    before, _, behind = text.partition(word)
    now = request.now
    if _TAKEN_BACK.match(behind) or _MISTAKEN.search(before):
        return take_back(trips, kind, now) or receipt_out(trips, now) or nothing_told()
    if not comes and (ahead(text, word) or (word not in text and nearly(said))):
        return words.still_ahead(of_word(trips, kind, now), kind)
    if NOT_YET.search(without_refusal(said)):
        denied = re.search(DENIED, said) is not None
        return (denied and (offer_back(trips, now) or receipt_out(trips, now))) or words.not_yet(kind)
    return None


def take_back(trips: Sequence[Trip], kind: LegKind, now: datetime) -> Reply | None:
    """The moment told last, to be taken back; another than was named is said to be the first to go."""
    offered, trip = offer_back(trips, now), running(trips, now)
    if offered is None or trip is None or trip.legs[-1].kind is kind or trip.leg(kind) is None:
        return offered
    return replace(offered, text=f"나중에 적은 것부터 지웁니다.\n{offered.text}")


def receipt_out(trips: Sequence[Trip], now: datetime) -> Reply | None:
    """That a receipt went out, and what may still be done; None where none did."""
    trip = running(trips, now) or just_over(trips, now)
    if trip is None or not (trip.state is State.CLOSED or (trip.legs and trip.legs[-1].receipt is not None)):
        return None
    return words.receipt_stays(trip)


def on_the_way(trips: Sequence[Trip], text: str, now: datetime) -> Reply:
    """`돌아가는 중`, `거의 다 왔어요`: which moment that will be."""
    trip = running(trips, now)
    back = re.search(r"돌아|사무실|청사|회사|본청|끝|마[쳤칩]", text) is not None
    kind = LegKind.RETURNED if back or (trip is not None and trip.leg(LegKind.ARRIVED)) else LegKind.ARRIVED
    kind = LegKind.DEPARTED if re.search(r"나[가갑갈]|떠[나납]", text) else kind
    return words.still_ahead(of_word(trips, kind, now), kind)
