"""A message of Dobi's as Slack's blocks, so that people read exactly what was written. Pure.

Text goes into `plain_text` sections without emoji codes: there is no bold, no mention and no link in them, and what
Slack decodes in any text object (`&amp;`, `&lt;`, `&gt;`) is escaped. Only a line that ends in an address is mrkdwn, so
that it can be followed; it reads the same. Limits: a section holds 3,000 characters
(docs.slack.dev/reference/block-kit/composition-objects/text-object), a message 50 blocks, and about 13,200 characters
in all before `msg_blocks_too_long` (slackapi/bolt-js#2509).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from bot.messenger import Button

Block: TypeAlias = dict[str, Any]

SECTION: Final = 3_000
LABEL: Final = 75
ROW: Final = 5
MAX_BUTTONS: Final = 50
MAX_TEXT: Final = 2_500
"""Of what is written, so that even a text of nothing but `&` stays below the limit of all blocks once escaped."""

EVENT: Final = "dobi_message"
"""The type of the metadata under which Dobi's own id of a message travels with it."""

# a line that is an address, or a word before one (원문: https://…): nothing in it that mrkdwn would read otherwise
_LINK: Final = re.compile(r"((?:(?:[^\W_]| ){1,20}: )?)(https?://[^\s<>|*~`]+)")
_MOST_RUNS: Final = 20

_ESCAPES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
# Slack escapes a button's value on its way back in some payloads (slackapi/bolt-python#513): these never get there
_CARRIED: Final = (("%", "%25"), ("&", "%26"), ("<", "%3C"), (">", "%3E"))


def escaped(text: str) -> str:
    """The text with the three characters escaped that Slack reads as its own."""
    for char, written in _ESCAPES:
        text = text.replace(char, written)
    return text


def carried(press: str) -> str:
    """A button's press as its value."""
    for char, written in _CARRIED:
        press = press.replace(char, written)
    return press


def pressed(value: str) -> str:
    """The press that a button's value carried."""
    for char, written in reversed(_CARRIED):
        value = value.replace(written, char)
    return value


def presses(blocks: object) -> tuple[str, ...]:
    """What the buttons of a message carry, as Slack tells its blocks."""
    rows = [one.get("elements") or () for one in _records(blocks) if one.get("type") == "actions"]
    values = [button.get("value") for row in rows for button in _records(row)]
    return tuple(pressed(value) for value in values if isinstance(value, str))[:MAX_BUTTONS]


def _records(told: object) -> list[Block]:
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def units(text: str) -> int:
    """How long a text is once escaped, in UTF-16 units."""
    return len(escaped(text).encode("utf-16-le", "surrogatepass")) // 2


def message(text: str, buttons: Sequence[Button] = ()) -> list[Block]:
    """The blocks of a text and its buttons; none where there is neither."""
    return [*_sections(text), *_rows(buttons[:MAX_BUTTONS])]


def metadata(message_id: str) -> dict[str, Any]:
    """Dobi's own id of a message, for nobody's eyes: `conversations.history` gives it back."""
    return {"event_type": EVENT, "event_payload": {"id": message_id}}


def plain_text(text: str) -> Block:
    """A text object that shows this text and nothing else."""
    return {"type": "plain_text", "text": escaped(text), "emoji": False}


def shortened(text: str, limit: int) -> str:
    """A text of at most this many units once escaped; an ellipsis says that there was more."""
    if units(text) <= limit:
        return text
    while text and units(text) >= limit:
        text = text[:-1]
    return f"{text}…"


def pieces(text: str, limit: int = SECTION) -> Iterator[str]:
    """The text in parts that fit a section each, cut at an end of line where there is one, else at a space."""
    while units(text) > limit:
        at = _fitting(text, limit)
        line, space = text.rfind("\n", 1, at), text.rfind(" ", at // 2, at)
        if line > 0:
            yield text[:line]
            text = text[line + 1 :]
        else:
            at = space + 1 if space > 0 else at
            yield text[:at]
            text = text[at:]
    yield text


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit."""
    low, high = 1, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if units(text[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _sections(text: str) -> list[Block]:
    """Sections that read as the text; a line that ends in an address is a link, where there are not many."""
    runs = _runs(text)
    if len(runs) > _MOST_RUNS or any(run.link and len(run.written) > SECTION for run in runs):
        runs = [_Run(text)]
    return [section for run in runs for section in run.sections()]


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines that stand together: `link` where each is an address (or blank), which is then written as one."""

    text: str
    link: bool = False

    @property
    def written(self) -> str:
        return "\n".join(_LINK.sub(_linked, line) for line in self.text.split("\n"))

    def sections(self) -> list[Block]:
        if self.link:
            return [{"type": "section", "text": {"type": "mrkdwn", "text": self.written, "verbatim": True}}]
        return [{"type": "section", "text": plain_text(piece)} for piece in pieces(self.text) if piece.strip()]


def _runs(text: str) -> list[_Run]:
    runs: list[_Run] = []
    for line in text.split("\n"):
        link = _LINK.fullmatch(line) is not None
        last = runs[-1] if runs else None
        if last is not None and (link == last.link or not line.strip() or not last.text.strip()):
            runs[-1] = _Run(f"{last.text}\n{line}", last.link or link)
        else:
            runs.append(_Run(line, link))
    return runs


def _linked(match: re.Match[str]) -> str:
    return f"{match[1]}<{escaped(match[2])}>"


def _rows(buttons: Sequence[Button]) -> Iterator[Block]:
    for start in range(0, len(buttons), ROW):
        row = enumerate(buttons[start : start + ROW], start)
        yield {"type": "actions", "elements": [_button(number, button) for number, button in row]}


def _button(number: int, button: Button) -> Block:
    return {
        "type": "button",
        "action_id": f"press-{number}",
        "text": plain_text(shortened(button.label, LABEL)),
        "value": carried(button.press),
    }
