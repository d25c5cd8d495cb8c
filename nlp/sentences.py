"""Sentences of administrative prose, cut where a reader would: bullets (□ ○ -), list lines, ends of sentences.

A full stop after a figure ("12. 5.") ends no sentence. Every sentence is a piece of the source: only white space is
collapsed, nothing is rewritten, so that what Dobi quotes can be found in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from nlp.words import evidence, normalise

MAX_TEXT: Final = 20_000
_BULLET: Final = re.compile(
    r"(?<![○□△◇☆◯▲●])(?:[□■◦◯●▷▶◆◇※★☆➊-➓✓∙‣]|[▲△](?!\s?\d))(?![○□△◇☆◯▲●])\s*"
    r"|^\s*(?P<figure>[□■●▷▶▲◆◇※★☆◎])(?P=figure)+\s+"  # "★★ 안내"; a name left out ("○○시", "△△전력") is no bullet
    r"|(?:^|(?<=\s))(?:○(?!○)|◎|[①-⑳]+|[-–—*·oㅇ❍](?=\s)(?!(?:(?<=\d\s[-–—])|(?<=\d[.일]\s[-–—])|(?<=[월화수목금토일]\)\s[-–—]))\s*['’]?\d))\s*"
    r"|(?<=[가-힣)\]\"'」])[-–]\s+(?=\S)"
)
_END: Final = re.compile(r"(?<=[가-힣\"'”’)\]][.!?])(?<!\d부\.)(?=\s|[가-힣□○▷\"“‘'(])")
_WRAPPED: Final = re.compile(
    r"[가-힣](?:[을를은는의며]|에서|에게|하여|으로|및|또는|하는|위한|대한|따른|관한|따라|되는|있는),?$|,$"
)
_BEGINS: Final = re.compile(
    r"\s*(?:[□■◦◯●▷▶▲△◆◇※★☆❍◎①-⑳*·<(\[|\-–—]|[oㅇ]\s|○(?!○)|\(?(?:\d{1,3}|[가-하])[.)]|붙임|문의)"
)
_WRAPS: Final = 24  # characters of a line at least that its page broke
_MARK: Final = re.compile(r"^(?:\(?(?:\d{1,2}|[가나다라마바사아자차카타파하])[.)]\s+(?!\d))")
_QUOTATION: Final = 8  # a quotation of more sentences has lost its end mark
_SPACES: Final = re.compile(r"\s+")
_MIN_LEAD: Final = 12  # shorter pieces are headings, not sentences


def lines(text: str) -> list[str]:
    """The lines and bullets of a text, without their marks and blank ones, white space collapsed."""
    rows = _unwrapped(text[:MAX_TEXT].splitlines())
    return [part for row in rows for piece in _pieces(row) if (part := _SPACES.sub(" ", piece).strip())]


def _pieces(line: str) -> Iterator[str]:
    """What stands between the bullets of a line."""
    start = 0
    for bullet in _BULLET.finditer(line):
        yield line[start : bullet.start()]
        start = bullet.end()
    yield line[start:]


def _unwrapped(rows: Sequence[str]) -> Iterator[str]:
    """The lines, those joined that the page broke in the middle of a sentence."""
    held = ""
    for row, following in pairwise([*rows, ""]):
        line = f"{held} {row}" if held else row
        broken = len(row) >= _WRAPS and following.strip() and "|" not in row and _WRAPPED.search(row.rstrip())
        held = line if broken and not _BEGINS.match(following) else ""
        if not held:
            yield line


def sentences(text: str) -> list[str]:
    """The sentences of a text in order; a list's mark ("가.", "1)") and a quotation stay with their sentence."""
    return [sentence for line in lines(text) for sentence in _cut(line)]


def unmarked(sentence: str) -> str:
    """The sentence without the mark of its list."""
    return _MARK.sub("", sentence)


def _cut(line: str) -> list[str]:
    if line.count("|") > 1:  # a table's row
        return [line]
    mark = _MARK.match(line)
    start = mark.end() if mark else 0
    pieces = _END.split(line[start:])
    pieces[0] = line[:start] + pieces[0]
    found: list[str] = []
    while pieces:
        count = _quoted(pieces)
        found.append("".join(pieces[:count]).strip())
        del pieces[:count]
    return [one for one in found if one]


def _quoted(pieces: Sequence[str]) -> int:
    """How many of the first pieces are one sentence: up to where a quotation that begins in the first ends."""
    told = ""
    for count, piece in enumerate(pieces[:_QUOTATION], 1):
        told += piece
        if told.count("“") == told.count("”") and told.count('"') % 2 == 0:
            return count
    return 1


def key_sentence(text: str, words: Sequence[str]) -> str:
    """The sentence that shows most of the words, the earliest of equals; without a hit the first whole sentence.

    Empty only for a text without any sentence.
    """
    wanted = [word for text_ in words if (word := normalise(text_))]
    best, most = "", 0
    for sentence in sentences(text):
        shown = len(evidence(normalise(sentence), wanted)) if wanted else 0
        if shown > most:
            best, most = sentence, shown
    return best or _first(text)


def _first(text: str) -> str:
    found = sentences(text)
    return next((sentence for sentence in found if len(sentence) >= _MIN_LEAD), found[0] if found else "")


def excerpt(text: str, limit: int) -> str:
    """The first whole sentences that fit into `limit` characters; one that is too long is cut at a word with "…"."""
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}" if kept else sentence
        if len(longer) > limit:
            break
        kept = longer
    if kept or limit < 1:
        return kept
    start = _first(text)[:limit]
    return start[: max(start.rfind(" "), 0) or limit - 1].rstrip(" ,·") + "…" if start else ""
