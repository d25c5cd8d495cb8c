"""Plain text of DOCX, XLSX and PPTX parts (ECMA-376). Pure; refuses entities, and everything but what is read aloud.

Only what a search needs: paragraphs, a slide's texts, a sheet's rows. The caller unpacks, under its cap.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from itertools import islice
from xml.etree.ElementTree import Element, ParseError, fromstring

_MAX_PIECES = 200_000
_ANY_TAG = re.compile(rb"<[^<>]{0,2000}>")
_MAX_ROWS = 20_000
WANTED = {
    "hwpx": re.compile(r"Contents/section\d{1,5}\.xml", re.IGNORECASE),
    "docx": re.compile(r"word/(?:document|footnotes|endnotes)\d*\.xml"),
    "xlsx": re.compile(r"xl/(?:sharedStrings|worksheets/[^/]{1,100})\.xml"),
    "pptx": re.compile(r"ppt/slides/slide\d{1,5}\.xml"),
}
_MARKED = re.compile(
    rb"<(?:[A-Za-z]\w{0,20}:)?(t|p|lineBreak|tab|nbSpace|fwSpace)(?=[\s/>])[^<>]{0,500}>|</(?:[A-Za-z]\w{0,20}:)?(t|p)>"
)
_NUMBER = re.compile(r"\d+")


def text_of_parts(kind: str, parts: Mapping[str, bytes]) -> str:
    """The text of a document of `kind` in its own order, from its XML parts by name.

    Raises:
        ValueError: a part is no XML, or declares entities.
    """
    ordered = sorted(parts, key=lambda name: [int(number) for number in _NUMBER.findall(name)] or [0])
    return _READERS[kind]({name: _root(parts[name]) for name in ordered})


def words_of_sections(parts: Mapping[str, bytes]) -> str:
    """What the sections of an HWPX say, a line a paragraph, whatever became of their XML: a part cut off too."""
    ordered = sorted(parts, key=lambda name: [int(number) for number in _NUMBER.findall(name)] or [0])
    told: list[str] = []
    for name in ordered:
        data, inside, at = parts[name], False, 0
        for tag in _MARKED.finditer(data):
            if len(told) > _MAX_PIECES:
                break
            if inside:
                told.append(_unescaped(data[at : tag.start()]))
            at, opened = tag.end(), tag[1]
            if opened == b"t":
                inside = not tag[0].endswith(b"/>")
            elif tag[2] == b"t":
                inside = False
            elif opened == b"p" or tag[2] == b"p" or opened == b"lineBreak":
                told.append("\n")
            elif inside:
                told.append(" ")
    return "".join(told)


def _unescaped(data: bytes) -> str:
    return html.unescape(_ANY_TAG.sub(b"", data).decode(errors="replace"))


def _root(data: bytes) -> Element:
    # the formats have no use for a DTD, and an attacker's entities would grow out of one
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("a document part with a DTD")
    try:
        return fromstring(data)  # noqa: S314 - no DTD, hence no entities; the sandbox caps the rest
    except ParseError as error:
        raise ValueError(str(error)) from error


def _paragraphs(roots: Mapping[str, Element]) -> str:
    """Texts by paragraph (`w:p`, `a:p`), of whichever part."""
    lines = []
    for root in roots.values():
        line: list[str] = []
        for element in root.iter():
            name = _name(element)
            if name == "p":
                lines.append("".join(line))
                line = []
            elif name == "t":
                line.append(element.text or "")
            elif name in {"tab", "br", "tc"}:
                line.append(" ")
        lines.append("".join(line))
    return "\n".join(lines)


def _rows(roots: Mapping[str, Element]) -> str:
    """A sheet's rows, its cells side by side; shared strings looked up."""
    shared: list[str] = []
    for name, root in roots.items():
        if "sharedStrings" in name:
            shared = ["".join(part.text or "" for part in item.iter() if _name(part) == "t") for item in root]
    lines = []
    for name, root in roots.items():
        if "worksheets" in name:
            rows = (element for element in root.iter() if _name(element) == "row")
            lines += [" ".join(filter(None, (_cell(cell, shared) for cell in row))) for row in islice(rows, _MAX_ROWS)]
    return "\n".join(lines)


def _cell(cell: Element, shared: list[str]) -> str:
    told = "".join(part.text or "" for part in cell.iter() if _name(part) in {"v", "t"})
    if cell.get("t") != "s":
        return told
    return shared[int(told)] if told.isdecimal() and len(told) < 8 and int(told) < len(shared) else ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


_READERS: dict[str, Callable[[Mapping[str, Element]], str]] = {"docx": _paragraphs, "pptx": _paragraphs, "xlsx": _rows}
