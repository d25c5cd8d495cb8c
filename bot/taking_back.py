"""`취소`, `방금 거 되돌려 줘`: typed, it is the one undo button below the last answer in the same conversation.
`아니 816명`, `교육생 100명으로 변경`: the same, and then the last words once more with the other number.

Kept in memory only: after a restart, or once something else was answered, nobody's bare word undoes anything.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.messenger import Reply

_PLEASE: Final = (
    r"(?:요|해|할게요?|합니다|하겠습니다|해요|줘요?|주세요|주십시오|돼요?|부탁(?:해요|합니다|드립니다|드려요)?)"
)
_WORD: Final = re.compile(
    r"(?:(?:아니|아|앗|잠깐만?|방금|지금)[ ,.]*)*(?:(?:그|이|한|쓴|올린|보낸|누른) ?)?(?:내 ?)?"
    r"(?:거|것|건|내용|제보|등록|알림)?(?:는|은|를|을)? ?"
    rf"(?:취소|되돌리기|되돌려|무르기|원래대로|철회)(?: ?(?:해 ?)?{_PLEASE})?[ .!~]*"
)
_COUNTED: Final = r"\d[\d,]{0,7} ?(?:명|식|인분|분)"
_OTHERWISE: Final = re.compile(
    rf"(?:아니(?:요|다|라|고)?|정정|수정)[ ,:]*(?P<who>[가-힣 ]{{0,12}}?) ?(?P<new>{_COUNTED})"
    r"(?:이?요|입니다|이에요|임|으로|로)?[ .!~]*"
    rf"|(?P<who2>[가-힣 ]{{0,16}}?) ?(?P<new2>{_COUNTED})(?:으로|로) ?(?:변경|정정|수정|바꿔|고쳐).{{0,10}}"
)
_LABELS: Final = frozenset({"취소", "되돌리기", "알림 취소"})
_ASKED_ABOUT: Final = ("trip",)
"""What a bare word never undoes: which trip is asked even if there is but one."""
_LIFE: Final = timedelta(minutes=30)
_MOST: Final = 20_000

Key = tuple[str, str, str]
"""Institution, person, conversation."""


def takes_back(text: str) -> bool:
    """Whether the text wants the last thing undone and says nothing else."""
    return len(text) <= 40 and _WORD.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class _Offer:
    """An undo button, and the words whose answer carried it."""

    at: datetime
    press: str
    text: str
    last: bool = True
    """Whether nothing else was answered since."""


class LastUndo:
    """What each person's last answer in each conversation offered to undo."""

    def __init__(self) -> None:
        self._offers: OrderedDict[Key, _Offer] = OrderedDict()

    def answered(self, key: Key, text: str, press: str | None, replies: Sequence[Reply], now: datetime) -> None:
        """Remembers the answer's only undo button and what led to it, by words or by the button `press`.

        After an answer without one a bare word undoes nothing more; a number can still be corrected by name.
        """
        before = self._offers.pop(key, None)
        if before is not None and press != before.press:
            self._offers[key] = replace(before, last=False)
        offered = [
            one.press
            for reply in replies
            for one in reply.buttons
            if one.label in _LABELS and not one.press.startswith(_ASKED_ABOUT)
        ]
        if len(offered) == 1:
            self._offers[key] = _Offer(now, offered[0], text)
            while len(self._offers) > _MOST:
                self._offers.popitem(last=False)

    def press(self, key: Key, text: str, now: datetime) -> str | None:
        """The button that a bare `취소` means, or None."""
        offer = self._offers.get(key)
        return offer.press if offer and offer.last and now - offer.at <= _LIFE and takes_back(text) else None

    def otherwise(self, key: Key, text: str, now: datetime) -> tuple[str, str] | None:
        """The undo button and the last words with another number, where the text corrects them; else None."""
        offer = self._offers.get(key)
        if offer is None or now - offer.at > _LIFE:
            return None
        said = corrected(offer.text, text, named=not offer.last)
        return (offer.press, said) if said else None


def corrected(before: str, text: str, *, named: bool = False) -> str | None:
    """`before` with the number that `text` puts in its place; None where that is not plain, or not `named`."""
    found, counted = _OTHERWISE.fullmatch(text), re.findall(_COUNTED, before)
    if found is None or len(counted) != 1:
        return None
    who, new = (found["who"] or found["who2"] or "").split(), found["new"] or found["new2"]
    if named and not who:
        return None
    same = re.sub(r"[\d, ]", "", new) == re.sub(r"[\d, ]", "", counted[0])
    return before.replace(counted[0], new) if same and all(one in before for one in who) else None
