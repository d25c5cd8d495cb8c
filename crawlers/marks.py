"""The KOGL mark that a page bears: by its picture's name, its text, its conditions. Runs in the sandbox.

Refuses to take a page that writes about KOGL for one that bears it: a mark in words says "this work", or under which
conditions it may be used, or is nothing but the mark.
"""

from __future__ import annotations

import re

from crawlers.markup import Node, attribute, plain

_NAMED = re.compile(
    r"(?:opentype|open[_-]?code|codetype|licen[sc]e[_-]?type|kogl[\w./-]{0,20}?type|img_kogl|kogl)[_=-]?0?([0-4])(?!\d)",
    re.IGNORECASE,
)
_TOLD = re.compile(r"공공\s*누리[^0-9<>]{0,40}?제?\s*([0-4])\s*유형|제?\s*([0-4])\s*유형[^0-9<>]{0,40}공공\s*누리")
_WORDS = re.compile(
    r"공공\s*누리[^<>\n]{0,80}?(출처\s*표시[^<>\n]{0,60})|(출처\s*표시[^<>\n]{0,40})[^<>]{0,20}공공\s*누리"
)
_NO_PROFIT, _NO_CHANGE = re.compile(r"상업|비영리"), re.compile(r"변경\s*(?:금지|불가|을)")
_OF_THIS = re.compile(
    r"(?:본|이|해당|위|상기|당해)\s*(?:공공\s*)?(?:저작|게시|자료|콘텐츠|컨텐츠|글|문서|보고|기사|사진|영상|누리집|홈페이지|작품|데이터|정보)"
)
_CONDITIONS = re.compile(r"조건에|이용\s*할\s*수\s*있|자유\s*이용|이용\s*허락|이용\s*가능|이용하실|출처\s*표시")
_SENTENCE = re.compile(r"다\s*[.”\"']?\s*$")
_REPORTS = re.compile(r"(?:했|였|됐|된|한|[렸혔었])다\s*[.”\"']?\s*$")
_TYPE = re.compile(r"제?\s*([0-4])\s*유형")
_GUIDE = 3  # types that a page tells of when it explains them
_BARE = 40  # characters of a line that is nothing but the mark
_MAX_LINE = 300


def mark_of(root: Node, source: str) -> str:
    """The type as `KOGL-n`; "" where the page bears none.

    Of two the stricter; a page that shows more explains the types, and bears none of them.
    """
    pictures = [f"{attribute(image, 'src')[:300]} {attribute(image, 'alt')[:300]}" for image in root.css("img")[:500]]
    addresses = [attribute(anchor, "href") for anchor in root.css("a[href*=kogl i]")[:20]]
    types = set(_NAMED.findall(" ".join([*pictures, *addresses])))
    if not types and "누리" in source:
        text = plain(source)
        lines = [*pictures, *(_telling(text) if len(set(_TYPE.findall(text))) < _GUIDE else ())]
        types = {one or other for line in lines for one, other in _TOLD.findall(line)}
        types = types or {_type(one or other) for line in lines for one, other in _WORDS.findall(line)}
    return f"KOGL-{max(types)}" if 0 < len(types) <= 2 else ""


def _type(told: str) -> str:
    return str(1 + bool(_NO_PROFIT.search(told)) + 2 * bool(_NO_CHANGE.search(told)))


def _telling(text: str) -> list[str]:
    """The lines of a page that put its own work under KOGL; a mark may be told on two lines, next to each other."""
    lines = text.split("\n")
    near = [at for at, line in enumerate(lines) if "누리" in line and len(line) <= _MAX_LINE]
    told = []
    for at in near[:50]:
        line = lines[at]
        if _REPORTS.search(line):
            continue
        if _OF_THIS.search(line) or _CONDITIONS.search(line) or (len(line) <= _BARE and not _SENTENCE.search(line)):
            told.append(" ".join(part for part in lines[max(0, at - 1) : at + 2] if len(part) <= _MAX_LINE))
    return told
