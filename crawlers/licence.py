"""What of a document may be shown and kept: decided by whose work it is and by the mark it bears. Pure.

    mark on the document, else on the source ─┬─ KOGL 0 or 1 ──────────────── an excerpt with attribution
                                              ├─ KOGL 2 to 4, a prohibition ── title, agency, date and link
                                              └─ none ─ work of the State or a local government? excerpt : link

Works that the State or a local government made in its office may be used without asking (저작권법 제24조의2); public
bodies' and institutes' works without a mark may not. It refuses to guess in a body's favour: what is unknown is a link.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from crawlers.sources import Source

STATE = "state"
FORBIDDEN = "forbidden"  # "무단 전재 금지" and the like, without a KOGL mark
_GOVERNMENT = frozenset({"central", "province", "city", "county", "district"})
_EXCERPT = frozenset({STATE, "KOGL-0", "KOGL-1"})
_KOGL = re.compile(
    r"(?:kogl|공공\s*누리|opentype|open_?code)[^0-9]{0,12}0?([0-4])(?!\d)|(?<!\d)([0-4])\s*유형", re.IGNORECASE
)
_ATTRIBUTION = re.compile(r"출처\s*표시(?P<rest>[^\n]{0,40})")
_NO_PROFIT, _NO_CHANGE = (
    re.compile(r"상업[^\n]{0,8}(?:금지|불가)|비\s*상업"),
    re.compile(r"변경[^\n]{0,8}(?:금지|불가)"),
)
_NEVER = re.compile(r"(?:무단\s*)?(?:전재|복제|배포|도용)[^\n]{0,16}(?:금지|금함|불허|금합)")
_OFFICES = re.compile(
    r"(?:부|처|청|위원회|감사원|국무조정실|특별시|광역시|특별자치시|특별자치도|도|시|군|구|도의회|시의회|군의회|구의회)$"
)
_NO_OFFICE = re.compile(r"(?:협의회|협회|재단|공사|공단|연구원|진흥원|센터|은행|대학교?|병원)$")


def rights(source: Source, mark: str) -> str:
    """Under what a document of `source` stands: `KOGL-0` to `KOGL-4`, `state`, `forbidden`, or "" for unknown.

    `mark` is what the document itself says, raw; where it says nothing the source's own licence stands.
    """
    told = mark_in(mark) or mark_in(source.licence)
    return told or (STATE if is_government(source) else "")


def may_excerpt(licence: str) -> bool:
    """Whether more than title, agency, date and link may be shown and kept of a document under `licence`."""
    return licence in _EXCERPT


def mark_in(text: str) -> str:
    """The mark that `text` names, in the form that `rights` answers; "" where it names none.

    A copyright line ("© 2026 견본도") is no mark: it says whose work it is, not what may be done with it.
    """
    plain = unicodedata.normalize("NFKC", text[:500]).strip()
    if plain.lower() in {STATE, FORBIDDEN}:
        return plain.lower()
    if found := _KOGL.search(plain):
        return f"KOGL-{found[1] or found[2]}"
    if found := _ATTRIBUTION.search(plain):  # the words that stand beside the picture (공공누리 유형안내)
        return f"KOGL-{1 + bool(_NO_PROFIT.search(found['rest'])) + 2 * bool(_NO_CHANGE.search(found['rest']))}"
    return FORBIDDEN if _NEVER.search(plain) else ""


def is_government(source: Source) -> bool:
    """Whether the source's agency is the State or a local government.

    Its declared level decides; without one, its official domain or its name. "경상남도", never "경남연구원".
    """
    if source.level:
        return source.level in _GOVERNMENT
    agency = "".join(re.sub(r"\([^()]*\)\s*$", "", source.agency).split())
    if _NO_OFFICE.search(agency):
        return False
    host = (urlsplit(source.url).hostname or "").rstrip(".")
    return host.endswith(".go.kr") or _OFFICES.search(agency) is not None
