"""What a headline says without its decorations, and of an earlier posting. Pure; refuses to guess a meaning.

`[정정]`, `(수정)`, `정정공고` mark a posting that takes the place of an earlier one. `결정(변경)` is part of a title,
and `재공고` an act of its own: neither is touched.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from crawlers.identity import normal

_MEND = r"재?정정|재?수정본?|변경|연장|연기|취소|오류\s?정정|일부\s?(?:정정|수정|변경)|최종\s?수정"
_NOTE = r"긴급|공지(?:사항)?|알림|필독|중요|보도자료|보도참고자료|참고자료|설명자료"
_DRESS = rf"{_NOTE}|재게시|재공지|재등록|최종본?|new|hot|n|첨부파일?"
_WHEN = r"(?:\d{1,2}\s?[./월]\s?\d{1,2}\s?[.일]?\s*|\d차\s*)?"
_ACT = r"(?:\s?(?:공고|고시|안내|알림|공지|게시|사항))?"
_BRACKETED = rf"[\[(<【〔〈《{{]\s*{_WHEN}(?P<mark>{_MEND}|{_DRESS}){_ACT}\s*[\])>】〕〉》}}]"
_LEADING = re.compile(rf"^\s*{_BRACKETED}\s*[:：-]?\s*", re.IGNORECASE)
_TRAILING = re.compile(rf"\s*(?:{_BRACKETED}|[-_]\s*(?P<plain>{_MEND})|(?<=\s)(?P<dress>new|hot|n))\s*$", re.IGNORECASE)
_INLINE = re.compile(r"(?P<mark>재?정정|수정)\s?(?=(?:공고|고시|안내|알림|공지)\b)")
_IS_MEND = re.compile(_MEND)
_ACTS = ("결정", "인가", "승인", "지정", "허가", "계획", "등록", "해제")
_REPEATS = 4


def bare(title: str) -> str:
    """`title` without marks of correction and of attention, in one spelling."""
    return _taken_apart(title)[0]


def mark(title: str) -> str:
    """What `title` says of an earlier posting (`정정`, `연장`, …), "" for nothing."""
    return " ".join(_taken_apart(title)[1])


def short(text: str) -> str:
    """The hash of a text's normal form, 16 hexadecimal digits: enough within one source."""
    return hashlib.blake2b(normal(text).lower().encode(errors="surrogatepass"), digest_size=8).hexdigest()


def _taken_apart(title: str) -> tuple[str, list[str]]:
    left, marks = " ".join(unicodedata.normalize("NFKC", title[:500]).split()), []
    for _ in range(_REPEATS):
        found = _LEADING.match(left) or _TRAILING.search(left) or _INLINE.search(left)
        if not found or found.span() == (0, len(left)) or _is_an_act(left[: found.start()], found):
            break
        left = left[: found.start()] + left[found.end() :]
        told = found.groupdict()
        said = told.get("mark") or told.get("plain") or ""
        marks += [said] if _IS_MEND.match(said) else []
    return left.strip(), marks


def _is_an_act(before: str, found: re.Match[str]) -> bool:
    """Whether the mark is what was done: a change of a plan, a permit revoked."""
    said = found.groupdict().get("mark") or ""
    return before.rstrip().endswith(_ACTS) and said in {"변경", "취소", "연장"}
