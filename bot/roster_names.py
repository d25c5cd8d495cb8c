"""Whom somebody means: a name, with a department or an employee's number beside it where several share the name. Pure.

    "홍길동" · "총무과 홍길동" · "홍길동 주무관 감사 추가" · "홍길동(총무과)" · "홍길동 20113045"

It never guesses between people of one name: whoever asks gets all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.roster import LONGEST_NAME, Entry

_DEPARTMENT: Final = re.compile(
    r"[가-힣A-Za-z0-9·ㆍ]{1,24}(?:과|담당관|관|실|국|팀|소|센터|단|원|부|처|본부|사업소|위"
    r"원회|의회|면|읍|동|계|반|대|청|학교|서|시설|관리소)"
)
_TITLE: Final = re.compile(
    r"(?:주무관|실무관|팀장|과장|국장|실장|계장|사무관|서기관|주사보?|서기보?|담당관|연구["
    r"사관]|지도[사관]|위원|직원|선생님?|님|씨)"
)
_SURNAMED: Final = re.compile(
    r"[가-힣](?:주무관|실무관|팀장|과장|국장|실장|계장|사무관|서기관|주사보?|담당관|연구[사관]|지도[사관])(?:님)?"
)
_NAME: Final = re.compile(r"[가-힣]{2,5}|[A-Za-z][A-Za-z.\-]{1,38}")
_NUMBER: Final = re.compile(r"(?=[A-Za-z]{0,3}\d)[A-Za-z0-9\-]{3,20}")


@dataclass(frozen=True, slots=True)
class Meant:
    """People of the institution whom the first words mean, and the words behind them."""

    people: tuple[Entry, ...]
    rest: str
    said: str
    loose: bool = False
    """By a surname alone: whoever is meant is chosen, though there be but one."""


def bare(text: str) -> str:
    """A text as it is compared: composed, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_department(word: str) -> bool:
    """Whether a word looks like a department's name."""
    return _DEPARTMENT.fullmatch(word) is not None


def is_name(word: str) -> bool:
    """Whether a word may be a person's name."""
    return len(word) <= LONGEST_NAME and _NAME.fullmatch(word) is not None


def is_number(word: str) -> bool:
    """Whether a word looks like an employee's number."""
    return _NUMBER.fullmatch(word) is not None


def words_of(text: str) -> list[str]:
    """The words of a text, brackets and commas as blanks."""
    return re.sub(r"[()\[\],，、]", " ", unicodedata.normalize("NFC", text)).split()


def meant(entries: Iterable[Entry], text: str) -> Meant:
    """Who is meant: the first word that is somebody's name, narrowed by what else stands beside it."""
    words = words_of(text)
    known = list(entries)
    names = {bare(entry.name) for entry in known}
    at = next((at for at, word in enumerate(words[:4]) if _named(word, names)), None)
    if at is None:
        return _by_surname(known, words)
    name = _named(words[at], names)
    people = [entry for entry in known if bare(entry.name) == name]
    people, rest = _narrowed(people, [*words[:at], *words[at + 1 :]])
    return Meant(tuple(people), " ".join(rest), name)


def _by_surname(entries: Sequence[Entry], words: Sequence[str]) -> Meant:
    """Those whom `이주무관`, `이 주무관` or `예산담당관 김` may mean; nobody where no such word stands there."""
    nobody = Meant((), " ".join(words), words[0] if words else "")
    for at, word in enumerate(words[:3]):
        after = words[at + 1] if at + 1 < len(words) else ""
        beside = _TITLE.fullmatch(after) or any(is_department(one) for one in words[:at])
        if not _SURNAMED.fullmatch(word) and not (len(word) == 1 and beside):
            continue
        people, rest = _narrowed(
            [one for one in entries if one.name[:1] == word[0]], [*words[:at], *words[at + 1 :]]
        )  # fmt: skip
        return Meant(tuple(people), " ".join(rest), word, loose=True)
    return nobody


def _named(word: str, names: set[str]) -> str:
    """The name that a word is, with or without a title glued to it."""
    if word in names:
        return word
    stripped = _TITLE.sub("", word)
    return stripped if stripped in names and word.startswith(stripped) else ""


def _narrowed(people: Sequence[Entry], words: Sequence[str]) -> tuple[list[Entry], list[str]]:
    """Those to whom the words beside the name fit; such words are not left over."""
    found, rest = list(people), []
    for word in words:
        if _TITLE.fullmatch(word):
            continue
        of = [
            one
            for one in found
            if bare(one.department) == word or (one.number and one.number == word) or one.id == word
        ]
        if of and (len(found) > 1 or words.index(word) == 0):
            found = of
        elif of and one_only(found, word):
            continue
        else:
            rest.append(word)
    return found, rest


def one_only(found: Sequence[Entry], word: str) -> bool:
    """Whether the word merely says again who the one person is."""
    return len(found) == 1 and word in {found[0].number, found[0].id}
