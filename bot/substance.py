"""What a document says, in one sentence of its own: for a phone, and for a PC on which links are dead.

    title, body, attachments, words of interest → the sentence that shows them, and the file it stands in

Offices publish cover notes ("붙임과 같이 알려 드립니다") whose substance is in a file, and pages that begin with their
own title and date. The sentence is always a piece of the source; it never merely repeats the title.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nlp.sentences import excerpt, key_sentence, sentences
from nlp.words import normalise

_LETTERS = re.compile(r"[^0-9a-z가-힣]")
_ABOUT_THE_PAGE = re.compile(
    r"^(?:담당\s*부서|작성\s*부서|부서|작성자|담당자|작성\s*일|등록\s*일|게시\s*일|조회\s*수?|제목|첨부\s*(?:파일)?)\s*[:：]?\s+\S"
)
_COVER = re.compile(r"(?:붙임|첨부|별첨)")
_COVER_LETTERS = 250  # a longer body has a substance of its own
_QUOTE = re.compile(r"[\"“”].{8,}[\"“”].{0,12}(?:라고|며|면서|고)\s|(?:말했다|말하였다|강조했다|당부했다|덧붙였다)\.?$")
_FEWEST, _LONGEST = 12, 600


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a document: its body (no name) or one of its files."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Substance:
    """The key sentence, and the name of the file that holds it; an empty name is the body."""

    sentence: str
    file: str = ""


def substance(title: str, parts: Sequence[Part], words: Sequence[str]) -> Substance:
    """The key sentence of the first part that has a substance; an empty one where nothing but the title is told."""
    told = [(part, body(title, part.text)) for part in parts]
    covered = len(told) > 1 and is_cover_note(told[0][1])
    for part, text in told[1:] + told[:1] if covered else told:
        found = _sentence(text, words)
        if found:
            return Substance(found, part.name)
    return Substance("")


def body(title: str, text: str) -> str:
    """The text without lines that repeat the title or speak of the page itself (department, date, hits)."""
    head = _letters(title)
    return "\n".join(line for line in text.splitlines() if not (_is_title(line, head) or _ABOUT_THE_PAGE.match(line)))


def is_cover_note(text: str) -> bool:
    """Whether a body only points to its attachments."""
    return len(text) <= _COVER_LETTERS and _COVER.search(text) is not None


def summary(title: str, text: str, limit: int) -> str:
    """The first whole sentences that fit into `limit` characters, title and page lines left out."""
    return excerpt(body(title, text), limit)


def _sentence(text: str, words: Sequence[str]) -> str:
    """The sentence that shows most of the words; what an official is quoted with only where nothing else is there."""
    plain = [one for one in sentences(text) if len(one) >= _FEWEST]
    reported = [one for one in plain if len(one) > _LONGEST or not _QUOTE.search(one)]
    return key_sentence("\n".join(reported or plain), words) if plain else ""


def _is_title(line: str, head: str) -> bool:
    """Whether a line says the title again, perhaps with the agency behind it."""
    letters = _letters(line)
    return bool(letters) and (letters in head or (letters.startswith(head) and len(letters) <= len(head) + 20))


def _letters(text: str) -> str:
    return _LETTERS.sub("", normalise(text))
