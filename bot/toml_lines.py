"""Reads TOML and remembers on which line each table, key and list item stands.

`tomllib` checks the syntax and builds the values; the scanner here only walks text that `tomllib` has accepted and
notes lines. It refuses to judge what the values mean (`settings_form` does) and to guess at text that is not TOML:
a broken line is set aside only when it is broken by itself, so that the faults after it can be told as well.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

Path = tuple[str | int, ...]

MOST_BROKEN_LINES = 20
LONGEST_LINE = 5_000  # tomllib needs time with the square of a dotted key's length
DEEPEST = 16  # what lies deeper is told with the line of what is around it

_AT_LINE = re.compile(r"^(?P<says>.*) \(at line (?P<line>\d+), column \d+\)$", re.DOTALL)
_KEY_LINE = re.compile(r"\s*[A-Za-z0-9_\"'.-]+\s*=")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRINGS = (
    re.compile(r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}', re.DOTALL),
    re.compile(r"'''(?:[^']|'{1,2}(?!'))*'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A place that is not TOML: its line (from 1; 0 = the file as a whole) and `tomllib`'s English reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """What could be read of a text, where it stood, and what could not be read."""

    data: dict[str, object]
    lines: dict[Path, int]
    broken: tuple[Broken, ...]

    def line_of(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it that has one; 0 for the file as a whole."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


def read(text: str) -> Document:
    """The values and lines of `text`; what is not TOML is in `broken`, and never raised."""
    text = text.replace("\r\n", "\n") + "\n"
    if long := _long_line(text):
        return Document({}, {}, (Broken(long, f"line longer than {LONGEST_LINE}"),))
    broken: list[Broken] = []
    while True:
        try:
            data = tomllib.loads(text)
            return Document(data, _Scanner(text).scan(), tuple(broken))
        except RecursionError:
            broken.append(Broken(0, "nested too deeply"))
            return Document({}, {}, tuple(broken))
        except ValueError as error:  # TOMLDecodeError, or an integer of thousands of digits
            fault = _located(str(error), text)
        broken.append(fault)
        repaired = _without(text, fault)
        if repaired is None or len(broken) == MOST_BROKEN_LINES:
            return Document({}, {}, tuple(broken))
        text = repaired


def _long_line(text: str) -> int:
    return next((n for n, line in enumerate(text.split("\n"), 1) if len(line) > LONGEST_LINE), 0)


def _located(message: str, text: str) -> Broken:
    found = _AT_LINE.match(message)
    if found:
        return Broken(int(found["line"]), found["says"])
    if "digits" in message:
        return Broken(_line_of_long_number(text), "number too long")
    return Broken(text.count("\n"), message.removesuffix(" (at end of document)"))


def _line_of_long_number(text: str) -> int:
    return next((n for n, line in enumerate(text.split("\n"), 1) if re.search(r"[\d_]{4000}", line)), 0)


def _without(text: str, fault: Broken) -> str | None:
    """`text` with the faulty line emptied, or None when the fault may have begun on another line."""
    lines = text.split("\n")
    line = lines[fault.line - 1] if 0 < fault.line <= len(lines) else ""
    if not _KEY_LINE.match(line) or not (fault.reason == "Cannot overwrite a value" or _broken_alone(line)):
        return None
    lines[fault.line - 1] = ""
    return "\n".join(lines)


def _broken_alone(line: str) -> bool:
    try:
        tomllib.loads(line + "\n")
    except ValueError:
        # an array or a string left open belongs to the lines after it, which would be blamed one by one
        return not (line.rstrip().endswith(("[", "{", ",")) or '"""' in line or "'''" in line)
    except RecursionError:
        return True
    return False


class _Scanner:
    """Walks text that is known to be TOML, noting the line on which each path begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Path, int] = {}
        self._last_of: dict[Path, int] = {}
        self._line = 1
        self._counted_to = 0

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._lines

    def _skip(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._at

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._line

    def _header(self) -> Path:
        line = self._here()
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        *outer, name = self._key("]")[:DEEPEST]
        self._at += brackets
        path: Path = ()
        for part in outer:
            path = self._latest((*path, part))
            self._lines.setdefault(path, line)
        path = (*path, name)
        self._lines.setdefault(path, line)
        if brackets == 2:
            self._last_of[path] = self._last_of.get(path, -1) + 1
            path = self._latest(path)
            self._lines[path] = line
        return path

    def _latest(self, path: Path) -> Path:
        return (*path, self._last_of[path]) if path in self._last_of else path

    def _key(self, end: str) -> list[str]:
        """The parts of the dotted key before `end`; the position stands on `end` afterwards."""
        parts: list[str] = []
        self._skip(_SPACE)
        while self._text[self._at] != end:
            parts.append(self._part())
            self._skip(_SPACE)
            if self._text[self._at] == ".":
                self._at += 1
                self._skip(_SPACE)
        return parts

    def _part(self) -> str:
        start = self._at
        if self._skip(_BARE_KEY) > start:
            return self._text[start : self._at]
        self._string()
        # tomllib knows the escapes: let it read its own string again
        return str(tomllib.loads(f"k = {self._text[start : self._at]}")["k"])

    def _pair(self, path: Path) -> None:
        line = self._here()
        for part in self._key("=")[:DEEPEST]:
            path = (*path, part)
            self._lines.setdefault(path, line)
        self._at += 1
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        first = self._text[self._at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self._string()
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self._at += 1
        number = 0
        while self._text[self._skip(_BLANK)] != "]":
            item: Path = (*path, number)
            self._lines[item] = self._here()
            self._value(item)
            number += 1
            self._skip_comma()
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while self._text[self._skip(_BLANK)] != "}":
            self._pair(path)
            self._skip_comma()
        self._at += 1

    def _skip_comma(self) -> None:
        if self._text[self._skip(_BLANK)] == ",":
            self._at += 1

    def _string(self) -> None:
        start = self._at
        for pattern in _STRINGS:
            if self._skip(pattern) > start:
                return
