"""One reply as the messages that a platform can carry: pure, and always cut in the same way.

    picture or file of its own ─ before │ the text, or its first part ─ own │ the rest of the text, more buttons ─ after

`own` is the message that a later edit changes. A text is cut at a paragraph, then a line, a sentence, a word, and at
last between characters as people see them: never inside a syllable of several code points, an emoji or a flag. Buttons
stand below the end of the text. What a platform can't carry at all is said in words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.messenger import Reply
from bot.platforms import Capabilities
from bot.wording import delivery as words

_ENDS = (
    re.compile(r"\n[ \t]*\n\s*"),
    re.compile(r"\n\s*"),
    re.compile(r"(?<=[.!?。…])[\"'”’」』)\]]*\s+"),
    re.compile(r"\s+"),
)
_LEAST = 0.4  # a part is at least so full, else a lesser border is taken


@dataclass(frozen=True, slots=True)
class Parts:
    """The messages of one reply in their order: `before`, `own`, `after`."""

    before: tuple[Reply, ...]
    own: Reply
    after: tuple[Reply, ...]

    @property
    def all(self) -> tuple[Reply, ...]:
        """All of them, as they are read."""
        return (*self.before, self.own, *self.after)


def cut(reply: Reply, capable: Capabilities, *, edit: bool = False) -> Parts:
    """The reply for that platform. An edit repeats no picture or file that would be a message of its own."""
    if reply.asks_location and reply.buttons and capable.location_button and not edit:
        return _asking(reply, capable)
    if reply.image is None and reply.file is None and _fits(reply, capable):
        return Parts((), reply, ())
    reply = _carried(reply, capable)
    before, reply = _apart(reply, capable)
    texts = list(pieces(reply.text, capable)) or [""]
    last = _buttoned(replace(_bare(reply), text=texts[-1], buttons=reply.buttons, facts=None), capable)
    if len(texts) == 1:
        own, *rest = last
        own = replace(own, image=reply.image, alt=reply.alt, file=reply.file, facts=reply.facts, receipt=reply.receipt)
        return Parts(() if edit else before, own, tuple(rest))
    first = replace(reply, text=texts[0], buttons=(), asks_location="")
    middle = [replace(_bare(reply), text=one) for one in texts[1:-1]]
    last[-1] = replace(last[-1], asks_location=reply.asks_location)
    return Parts(() if edit else before, first, (*middle, *last))


def _asking(reply: Reply, capable: Capabilities) -> Parts:
    """Where a button for a location suffers no other beside it, the last line, which asks, is a message of its own."""
    head, _, asks = reply.text.rpartition("\n")
    if not head.strip():
        return cut(replace(reply, asks_location=""), capable)
    parts = cut(replace(reply, text=head, asks_location=""), capable)
    return replace(parts, after=(*parts.after, replace(_bare(reply), text=asks)))


def _fits(reply: Reply, capable: Capabilities) -> bool:
    few = not capable.buttons or len(reply.buttons) <= max(1, capable.max_buttons)
    return few and capable.units(reply.text) <= capable.max_text


def _bare(reply: Reply) -> Reply:
    """Its words and how private they are, and nothing else."""
    return Reply(reply.text, content=reply.content, asks_location=reply.asks_location, aside=reply.aside)


def _carried(reply: Reply, capable: Capabilities) -> Reply:
    """What the platform can't carry as words."""
    lines = [reply.text]
    if reply.image is not None and not capable.image_out:
        lines += [reply.alt] if reply.alt and reply.alt not in reply.text else []
        reply = replace(reply, image=None, alt=None)
    if reply.file is not None and not capable.file_out:
        lines.append(words.no_files(reply.file.name))
        reply = replace(reply, file=None)
    return replace(reply, text="\n".join(line for line in lines if line))


def _apart(reply: Reply, capable: Capabilities) -> tuple[tuple[Reply, ...], Reply]:
    """Pictures and files that are messages of their own, and what is left."""
    fits = not reply.text or 0 < capable.units(reply.text) <= capable.max_caption
    apart: list[Reply] = []
    if reply.image is not None and not fits:
        apart.append(Reply("", alt=reply.alt, image=reply.image, content=reply.content))
        reply = replace(reply, image=None, alt=None)
    if reply.file is not None and (reply.image is not None or not fits):
        apart.append(Reply("", file=reply.file, content=reply.content))
        reply = replace(reply, file=None)
    if not reply.text and not reply.buttons and apart and reply.image is None and reply.file is None:
        *apart, reply = apart  # there was nothing to read: the last of them is the message
    return tuple(apart), reply


def _buttoned(reply: Reply, capable: Capabilities) -> list[Reply]:
    """The reply with as many buttons as the platform shows, and further messages with the others."""
    most = capable.max_buttons
    if not capable.buttons or most < 1 or len(reply.buttons) <= most:
        return [reply]
    groups = [reply.buttons[start : start + most] for start in range(0, len(reply.buttons), most)]
    return [
        replace(reply, text=reply.text if number == 0 else words.more_buttons(), buttons=group)
        for number, group in enumerate(groups)
    ]


def pieces(text: str, capable: Capabilities) -> Iterator[str]:
    """The text in parts of at most `max_text` as the platform counts; only white space at the cuts is left out."""
    while capable.units(text) > capable.max_text:
        most = _longest(text, capable)
        end, start = _border(text, most)
        yield text[:end]
        text = text[start:]
    if text:
        yield text


def _longest(text: str, capable: Capabilities) -> int:
    """How many code points of the text fit."""
    low, high = 1, min(len(text), capable.max_text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if capable.units(text[:middle]) <= capable.max_text else (low, middle - 1)
    return low


def _border(text: str, most: int) -> tuple[int, int]:
    """Where a part ends at the latest place before `most`, and where the next begins."""
    for pattern in _ENDS:
        found = [one for one in pattern.finditer(text, 0, min(len(text), most + 1)) if 0 < one.start() <= most]
        if found and found[-1].start() >= most * _LEAST:
            space = re.compile(r"\s*").match(text, found[-1].end())
            end = found[-1].start() + len(found[-1].group().rstrip())
            return min(end, most), space.end() if space else found[-1].end()
    end = most
    while end > 1 and _joined(text, end):
        end -= 1
    if end <= 1 and most > 1 and _joined(text, 1):
        end = most  # one heap of marks longer than a message
    return end, end


def _joined(text: str, place: int) -> bool:
    """Whether no border between characters is before `place` (Unicode Standard Annex 29, the rules that occur)."""
    if place >= len(text):
        return False
    before, after = text[place - 1], text[place]
    if (before, after) == ("\r", "\n") or "\u200d" in {before, after} or _extends(after):
        return True
    if _is_flag(before) and _is_flag(after):
        start = place
        while start and _is_flag(text[start - 1]):
            start -= 1
        return (place - start) % 2 == 1
    return (
        _jamo(after) in {"": "", "L": "LVS", "V": "VT", "T": "T", "S": "VT"}[_jamo(before)] if _jamo(after) else False
    )


def _extends(char: str) -> bool:
    code = ord(char)
    marks = unicodedata.category(char) in {"Mn", "Me", "Mc"}
    return marks or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F or code == 0x200C


def _is_flag(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _jamo(char: str) -> str:
    """Which part of a syllable it is: leading L, vowel V, trailing T, a whole one S; empty for anything else."""
    code = ord(char)
    for kind, spans in _JAMO.items():
        if any(low <= code <= high for low, high in spans):
            return kind
    return ""


_JAMO = {
    "L": ((0x1100, 0x115F), (0xA960, 0xA97C)),
    "V": ((0x1160, 0x11A7), (0xD7B0, 0xD7C6)),
    "T": ((0x11A8, 0x11FF), (0xD7CB, 0xD7FB)),
    "S": ((0xAC00, 0xD7A3),),
}
