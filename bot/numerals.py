"""Korean number words: native ones, which count (`두 시`, `세 건`), and Sino-Korean ones (`이십육 일`). Pure."""

from __future__ import annotations

from typing import Final

_ONES: Final = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}
NATIVE: Final = _ONES | {"열": 10, **{f"열{word}": 10 + count for word, count in _ONES.items()}, "스무": 20}
"""As they stand before what is counted: 한 to 열아홉, and 스무."""
NATIVE_WORD: Final = "|".join(sorted(NATIVE, key=len, reverse=True))
"""The same for a regular expression, the longest first."""
SPAN: Final = {"반": 0.5, **{word: float(NATIVE[word]) for word in ("한", "두", "세", "네")}}
"""What counts hours where somebody waits: `반 시간`, `두 시간`."""
SINO: Final = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}


def sino(tens: str | None, ones: str | None) -> int:
    """`이십` and `육` as 26; either may be missing."""
    return (10 * SINO.get(tens[0], 1) if tens else 0) + (SINO[ones] if ones else 0)
