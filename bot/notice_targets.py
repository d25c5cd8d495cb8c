"""Whom a notice is for: `총무과: 내용`, `총무과, 도로과: 내용`, `전체: 내용`, `진주시 총무과: 내용`. Pure.

A name in front of a colon that looks like a department and is none is never read as everybody: whoever wrote it is
asked, with the nearest names.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.roster_names import bare
from bot.settings import Institution

_TO: Final = re.compile(r"^(?P<to>[^:：\n]{1,60})\s?[:：]\s*(?P<text>.+)$", re.DOTALL)
_EVERYBODY: Final = re.compile(
    r"(?:우리 ?기관 ?)?(?:전체|모두|전 ?직원|전원|모든 ?직원|전 ?부서)(?: ?(?:분들|직원))?(?:에게|한테|께|에)?"
)
_TAIL: Final = re.compile(r"(?: ?(?:전 ?직원|전체|모두|직원))?(?: ?(?:분들|님들))?(?:에게만|에게|한테|께|에만|에|만)?$")
_APART: Final = re.compile(r"\s*[,，、/]\s*|\s+및\s+")
_LIKE: Final = re.compile(
    r"[가-힣A-Za-z0-9·ㆍ]{1,20}(?:과|담당관|국|실|팀|소|센터|본부|단|위원회|의회|면|읍|동|시|군|구|청)"
)
_NO_DEPARTMENT: Final = re.compile(
    r".*(?:일시|장소|일정|시간|회의실|교육실|강당|문의|비고|"
    r"결과|경과|효과|행동|활동|이동|화면|서면|다시|잠시|즉시|필독실|기간)"
)
_NEAR: Final = 0.66
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Aim:
    """`homes`: the institutions' ids; `department` empty: everybody; `text`: what is said.

    Where `doubt` holds a name, it is asked whether one of `near` was meant or everybody, and nothing is sent.
    """

    homes: tuple[str, ...]
    department: str
    text: str
    doubt: str = ""
    near: tuple[str, ...] = ()


def aimed(typed: str, homes: Sequence[Institution]) -> Aim:
    """Whom the words are for, of these institutions."""
    everybody = Aim(tuple(one.id for one in homes), "", typed)
    found = _TO.match(typed)
    if found is None:
        return _uncoloned(typed, homes, everybody)
    said, text = found["to"].strip().removeprefix("@"), found["text"].strip()
    if _EVERYBODY.fullmatch(said):
        return Aim(everybody.homes, "", text)
    home, rest = _home(said, homes)
    if home is not None:
        homes, everybody = [home], Aim((home.id,), "", text)
        if not rest or _EVERYBODY.fullmatch(rest):
            return everybody
        said = rest
    return _departments(said, text, typed, homes, everybody)


def _departments(said: str, text: str, typed: str, homes: Sequence[Institution], everybody: Aim) -> Aim:
    known = departments(homes)
    parts = [one for one in _APART.split(said) if one]
    names = [_known(one, known) for one in parts]
    if parts and all(names):
        return Aim(everybody.homes, ", ".join(dict.fromkeys(names)), text)
    odd = next((part for part, name in zip(parts, names, strict=True) if not name), said)
    near = nearest(odd, known)
    if any(names) or _is_like(odd) or (near and not _NO_DEPARTMENT.fullmatch(odd)):
        return Aim(everybody.homes, "", typed, odd, near or tuple(name for name in names if name))
    return Aim(everybody.homes, "", typed)


def _uncoloned(typed: str, homes: Sequence[Institution], everybody: Aim) -> Aim:
    """`총무과 오늘 회식`: for the department, or for all about it? Asked."""
    first, _, rest = typed.partition(" ")
    name = _known(first, departments(homes)) if rest else ""
    return Aim(everybody.homes, "", typed, name, (name,)) if name else everybody


def without_target(typed: str, department: str) -> str:
    """What is said to a department that was chosen afterwards: the words behind the name that was in doubt."""
    found = _TO.match(typed)
    if found is not None:
        return found["text"].strip()
    first, _, rest = typed.partition(" ")
    return rest.strip() if _known(first, [department]) else typed


def departments(homes: Sequence[Institution]) -> list[str]:
    """The departments of these institutions' people, each once."""
    return list(dict.fromkeys(one.department for home in homes for one in home.people if one.department))


def nearest(said: str, known: Sequence[str]) -> tuple[str, ...]:
    """The departments that a name may have meant, the nearest first: by their letters, each syllable taken apart."""
    wanted = _letters(_TAIL.sub("", said) or said)
    rated = [(_alike(wanted, _letters(one)), one) for one in known]
    return tuple(name for score, name in sorted(rated, key=lambda pair: -pair[0]) if score >= _NEAR)[:_SHOWN]


def _alike(wanted: str, name: str) -> float:
    if len(wanted) > 3 and (name.startswith(wanted) or wanted.startswith(name)):
        return 0.95
    shared = 0.1 * (wanted[:4] == name[:4])
    return difflib.SequenceMatcher(None, wanted, name).ratio() + shared


def _letters(name: str) -> str:
    return unicodedata.normalize("NFD", bare(name))


def _known(said: str, known: Sequence[str]) -> str:
    """The department that is called so, also with a particle behind it; empty where there is none."""
    for form in (said, _TAIL.sub("", said)):
        found = next((one for one in known if bare(one) == bare(form)), "")
        if found:
            return found
    return ""


def _home(said: str, homes: Sequence[Institution]) -> tuple[Institution | None, str]:
    """The institution in front, and what stands behind its name."""
    words = said.split()
    for count in range(len(words), 0, -1):
        wanted = _plain(_TAIL.sub("", " ".join(words[:count])))
        found = [one for one in homes if wanted and wanted in {_plain(one.name), one.id.casefold()}]
        if len(found) == 1:
            return found[0], " ".join(words[count:])
    return None, said


def _plain(name: str) -> str:
    plain = bare(re.sub(r"\(.*?\)", "", name)).casefold()
    return plain.removesuffix("청") if len(plain) > 2 else plain


def _is_like(said: str) -> bool:
    """Whether a name looks like a department's or an institution's."""
    name = bare(_TAIL.sub("", said) or said)
    return _LIKE.fullmatch(name) is not None and _NO_DEPARTMENT.fullmatch(name) is None
