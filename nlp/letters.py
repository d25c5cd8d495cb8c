"""Letters that mean the same written otherwise: Hanja by their Korean reading, look-alikes as the Latin they pass for.

    災難 안전 → 재난 안전        АI (Cyrillic А) → AI

Releases and keywords go through it alike, so equal words meet however they were typed. At the start of a word the
initial-sound rule holds (勞動 노동, 過勞 과로). The table (`hanja.txt`, our own) covers what offices and headlines
write; it refuses to guess the rest, which stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "hanja.txt"
# at the start of a word ㄹ and ㄴ give way (한글 맞춤법, articles 10 to 12)
_AT_START: Final = dict(
    zip(
        "뇨녀년념락란람랑량려력련렬렴령례로록론료룡루류륙륜률릉리림립",
        "요여연염낙난남낭양여역연열염영예노녹논요용누유육윤율능이임입",
        strict=True,
    )
)
_PASSES_FOR: Final = dict(
    zip(
        "авсԁеһіјкӏмоԛрѕтухѵԝзьοαρτυνικεχγ",
        "abcdehijklmoqpstyxvwзьoaptuvikexy",
        strict=True,
    )
)
_STRANGE: Final = re.compile(r"[\u0370-\u052f\u4e00-\u9fff]")
_RUN: Final = re.compile(r"[\u4e00-\u9fff]+")
_FOREIGN: Final = re.compile(r"[\u0370-\u052f]+")


def plain(text: str) -> str:
    """A text in lower case and composed form with known Hanja read and look-alikes as Latin; as long as it was."""
    if not _STRANGE.search(text):
        return text
    return _FOREIGN.sub(_as_latin, _RUN.sub(_read, text))


@lru_cache(maxsize=1)
def _hanja() -> dict[str, str]:
    with TABLE.open(encoding="utf-8") as lines:
        rows = [line.split() for line in lines if not line.startswith("#")]
    return {letter: reading for reading, letters in rows for letter in letters}


def _read(found: re.Match[str]) -> str:
    before = found.string[found.start() - 1] if found.start() else " "
    read, known = list[str](), _hanja()
    for letter in found[0]:
        said = known.get(letter, letter)
        if said in "렬률" and _open_or_n(before):  # 비율, but 실업률
            said = _AT_START[said]
        elif not ("가" <= before <= "힣" or before.isdecimal()):
            said = _AT_START.get(said, said)
        read.append(said)
        before = said
    return "".join(read)


def _open_or_n(letter: str) -> bool:
    return "가" <= letter <= "힣" and (ord(letter) - 0xAC00) % 28 in {0, 4}


def _as_latin(found: re.Match[str]) -> str:
    return "".join(_PASSES_FOR.get(letter, letter) for letter in found[0])
