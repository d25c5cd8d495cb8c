"""A script's text in pieces: the block after a brace, its statements, the arguments of a call. Pure; runs nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

MAX_CALL = 2000  # characters of a row's script, and of a function's body
_CONDITION = re.compile(
    r"^(?:else\s+)?if\s*\([^()]{0,200}(?:\([^()]{0,80}\)[^()]{0,80}){0,3}\)\s*(?=\S)|^(?:else|return|javascript:)\s*"
)


_CHOICE = re.compile(
    r"\bif\s{0,5}\(\s{0,5}([A-Za-z_$][\w$]{0,40})\s{0,5}([!=]==?)\s{0,5}['\"]?([\w-]{0,40})['\"]?\s{0,5}\)\s{0,9}\{"
)
_ELSE = re.compile(r"\s{0,20}else\s{0,9}(\{)?")
_MAX_CHOICES = 8  # of one body


def pruned(body: str, values: Mapping[str, str], given: Collection[str]) -> str:
    """`body` without the branches that are not taken, where a choice compares one of the `given` with a text."""
    body, at = body[:MAX_CALL], 0
    for _ in range(_MAX_CHOICES):
        found = _CHOICE.search(body, at)
        if found is None:
            break
        if found[1] not in given:
            at = found.end()
            continue
        taken = (values.get(found[1], "") == found[3]) == (found[2][0] == "=")
        yes = block(body, found.end())
        end = found.end() + len(yes) + 1
        no = ""
        other = _ELSE.match(body, end)
        if other and other[1]:
            no = block(body, other.end())
            end = other.end() + len(no) + 1
        elif other:
            end = other.end()  # `else if`: the next choice
        body, at = f"{body[: found.start()]}{yes if taken else no};{body[end:]}", found.start()
    return body


def block(source: str, start: int) -> str:
    """What stands in `source` from `start` to the brace that closes it."""
    depth = 1
    for at in range(start, min(len(source), start + MAX_CALL)):
        depth += (source[at] == "{") - (source[at] == "}")
        if depth == 0:
            return source[start:at]
    return source[start : start + MAX_CALL]


def enclosed(source: str, start: int) -> str:
    """What stands in `source` from `start` to the parenthesis that closes it."""
    depth = 1
    for at in range(start, min(len(source), start + MAX_CALL)):
        depth += (source[at] == "(") - (source[at] == ")")
        if depth == 0:
            return source[start:at]
    return source[start : start + MAX_CALL]


def statements(body: str) -> list[str]:
    """The statements of a body, parted at `;`, braces and line ends outside of quotes and brackets."""
    found, part, quote, depth = [], [], "", 0
    for char in body[:MAX_CALL]:
        if quote:
            part.append(char)
            quote = "" if char == quote or (char == "\n" and quote != "`") else quote
            continue
        depth += (char in "([") - (char in ")]")
        if char in ";{}" or (char == "\n" and depth <= 0 and not _open("".join(part[-3:]))):
            found.append("".join(part).strip())
            part, depth = [], 0
            continue
        quote = char if char in "'\"`" else ""
        part.append(char)
    found.append("".join(part).strip())
    return [_unconditional(one) for one in found if one and not one.startswith("//")]


def arguments_of(arguments: str) -> list[str]:
    """The arguments of a call, parted at commas outside of quotes."""
    parts, part, quote = [], "", ""
    for char in arguments:
        quote = "" if char == quote else quote or (char if char in "'\"`" else "")
        if char == "," and not quote:
            parts.append(part)
            part = ""
        else:
            part += char
    return [*parts, part]


def _open(tail: str) -> bool:
    return tail.rstrip()[-1:] in {"+", "=", ",", "(", "?", ":"}


def _unconditional(statement: str) -> str:
    return _CONDITION.sub("", statement, count=1)
