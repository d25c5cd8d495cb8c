"""What Slack's mark-up says, as the person typed it: links, mentions and the three escapes. Pure.

Slack hands out every message in its own mark-up (docs.slack.dev/messaging/formatting-message-text): `&`, `<` and `>`
escaped, and links, people, channels and broadcasts between angle brackets.
"""

from __future__ import annotations

import re

_MARK = re.compile(r"<([^<>]*)>")
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)")


def plain(text: str, bot: str = "") -> str:
    """The text without mark-up; `bot` is the user id whose mentions are left out."""
    told = _MARK.sub(lambda match: _said(match[1], bot), text)
    return told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def names(text: str, bot: str) -> bool:
    """Whether the text addresses this user."""
    return bool(bot) and (f"<@{bot}>" in text or f"<@{bot}|" in text)


def _said(inside: str, bot: str) -> str:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return "" if bot and target == f"@{bot}" else f"@{(label or target[1:]).removeprefix('@')}"
    if target.startswith("#"):
        return f"#{(label or target[1:]).removeprefix('#')}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return _link(target, label)


def _link(target: str, label: str) -> str:
    """A link as it was typed: alone, without its scheme, or as a word with an address behind it."""
    if not label or label == target:
        return target
    bare = _SCHEME.sub("", target)
    return label if bare.rstrip("/") == label.rstrip("/") else f"{label} {target}"
