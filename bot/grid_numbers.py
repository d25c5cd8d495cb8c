"""Places as people read them off a sign or a map's grid: 국가지점번호 (다사 5390 5203) and MGRS (52S CG 2144 5950).

Text in, a point out; pure. A number names a square of ten metres or less: its middle is the point.
"""

from __future__ import annotations

import re
from typing import Final

from bot.coordinates import Place, place
from bot.map_grids import UTM_K, from_tm, utm

_EAST: Final = "가나다라마바사아"
_NORTH: Final = "가나다라마바사아자차카타파하"
_LEAD: Final = (
    r"(?:(?:현재|지금|제|내|여기|출장지)?\s*(?:위치|좌표|장소|국가지점번호|지점번호)\s*(?:는|은|가)?\s*[:=]?\s*)?"
)
_TAIL: Final = r"\s*(?:입니다|이에요|예요|이요|요|임)?\s*[.!~]?"
_SIGN: Final = rf"^{_LEAD}([{_EAST}])\s?([{_NORTH}])[\s-]?(\d{{4}})[\s-]?(\d{{4}}){_TAIL}$"
_METRES: Final = r"(?:(\d{4})\s?(\d{4})|(\d{5})\s?(\d{5}))"
_MGRS: Final = rf"^{_LEAD}(?:MGRS\s*[:=]?\s*)?(5[12])\s?(S)\s?([A-HJ-NP-Z])([A-HJ-NP-V])\s?{_METRES}{_TAIL}$"
SENTENCES: Final = tuple(
    "(?i)" + re.sub(r"\((?![?])", "(?:", one) for one in (_SIGN, _MGRS)
)  # no groups of their own among other patterns
"""What in a message plainly is such a number; `numbered` has the last word."""

_SIGNS: Final = re.compile(_SIGN)
_GRIDS: Final = re.compile(_MGRS, re.IGNORECASE)
_COLUMNS: Final = ("STUVWXYZ", "ABCDEFGH", "JKLMNPQR")
_ROWS: Final = "ABCDEFGHJKLMNPQRSTUV"


def numbered(text: str) -> Place | None:
    """The one point that a text is, in Korea; None for any other text."""
    plain = " ".join(text.split())
    if found := _SIGNS.match(plain):
        return _of_sign(found)
    return _of_mgrs(found) if (found := _GRIDS.match(plain)) else None


def _of_sign(found: re.Match[str]) -> Place | None:
    x = 700_000 + _EAST.index(found[1]) * 100_000 + int(found[3]) * 10 + 5
    y = 1_300_000 + _NORTH.index(found[2]) * 100_000 + int(found[4]) * 10 + 5
    return _korean(*from_tm(UTM_K, x, y))


def _of_mgrs(found: re.Match[str]) -> Place | None:
    zone, column, row = int(found[1]), found[3].upper(), found[4].upper()
    columns = _COLUMNS[zone % 3]
    if column not in columns:
        return None
    across, along = found[5] or found[7], found[6] or found[8]
    step = 10 ** (5 - len(across))
    x = (columns.index(column) + 1) * 100_000 + (int(across) + 0.5) * step
    rows = (_ROWS.index(row) - (5 if zone % 2 == 0 else 0)) % 20
    y = rows * 100_000 + (int(along) + 0.5) * step + 2_000_000
    return _korean(*from_tm(utm(zone), x, y if y > 3_500_000 else y + 2_000_000))


def _korean(lat: float, lon: float) -> Place | None:
    found = place(lat, lon)
    return found if found is not None and found.in_korea else None
