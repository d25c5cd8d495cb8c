"""Slack's rules as its documentation states them: what a message may hold, how fast it may come, how it is shown.

Sources: docs.slack.dev/reference/block-kit (text object: 1–3,000 characters; button: label 75, value 2,000; modal:
title, submit and close 24, 100 blocks; a message: 50 blocks), /messaging/formatting-message-text (escapes, mrkdwn,
mentions), /apis/web-api/rate-limits (1 message a second a channel with short bursts; tiers 20, 50, 100 a minute), and
slackapi/bolt-js#2509 for `msg_blocks_too_long` at about 13,200 characters.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict, deque
from typing import Any

Block = dict[str, Any]

BLOCKS = 50
TEXT = 3_000
WHOLE = 13_200
LONGEST_TEXT = 40_000

POSTS = ((1.0, 3), (30.0, 33))
"""(span in seconds, at most so many): one a second in the long run, three at once."""
TIERS = {1: ((60.0, 3),), 2: ((60.0, 25),), 3: ((60.0, 60),), 4: ((60.0, 130),)}


class RefusedError(Exception):
    """What Slack answers instead; `args[0]` is its code."""


class Pace:
    """Sliding windows per key. `factor` makes them that much shorter, so that a test sees hours in minutes."""

    def __init__(self, factor: float = 1.0) -> None:
        self._factor = factor
        self._times: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def wait_s(self, method: str, key: str, windows: tuple[tuple[float, int], ...]) -> float:
        """0 where it may pass, and then it counts; else for how long it may not."""
        now, times = time.monotonic(), self._times[method, key]
        longest = max(span for span, _ in windows) / self._factor
        while times and times[0] <= now - longest:
            times.popleft()
        for span, most in windows:
            within = [at for at in times if at > now - span / self._factor]
            if len(within) >= most:
                return within[-most] + span / self._factor - now
        times.append(now)
        return 0.0


def length(text: str) -> int:
    """As JavaScript counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_text(text: Any, most: int = TEXT, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> int:
    """The length of a text object."""
    if not isinstance(text, dict) or text.get("type") not in kinds or not isinstance(text.get("text"), str):
        raise RefusedError("invalid_blocks")
    if not 1 <= length(text["text"]) <= most:
        raise RefusedError("invalid_blocks")
    if text["type"] == "mrkdwn" and "emoji" in text:
        raise RefusedError("invalid_blocks")
    return length(text["text"])


def check_message(text: str, blocks: Any) -> None:
    """Refuses what Slack would."""
    if length(text) > LONGEST_TEXT:
        raise RefusedError("msg_too_long")
    if not text.strip() and not blocks:
        raise RefusedError("no_text")
    if blocks is None:
        return
    if not isinstance(blocks, list) or len(blocks) > BLOCKS:
        raise RefusedError("invalid_blocks")
    actions: list[str] = []
    whole = sum(_check_block(block, actions) for block in blocks)
    if len(actions) != len(set(actions)):
        raise RefusedError("invalid_blocks")
    if whole > WHOLE:
        raise RefusedError("msg_blocks_too_long")


def _check_block(block: Any, actions: list[str]) -> int:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind == "section":
        text = block.get("text")
        if isinstance(text, dict) and "verbatim" in text and text.get("type") != "mrkdwn":
            raise RefusedError("invalid_blocks")
        return check_text(text)
    if kind == "actions":
        elements = block.get("elements")
        if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
            raise RefusedError("invalid_blocks")
        return sum(_check_button(element, actions) for element in elements)
    raise RefusedError("invalid_blocks")


def _check_button(element: Any, actions: list[str]) -> int:
    if element.get("type") != "button" or not 1 <= length(element.get("action_id", "")) <= 255:
        raise RefusedError("invalid_blocks")
    actions.append(element["action_id"])
    if "value" in element and not 1 <= length(element["value"]) <= 2_000:
        raise RefusedError("invalid_blocks")
    return check_text(element.get("text"), 75, ("plain_text",))


INPUTS = {"plain_text_input", "datepicker", "timepicker", "static_select"}


def check_modal(view: Any) -> None:
    """Refuses a modal that Slack would."""
    if not isinstance(view, dict) or view.get("type") != "modal":
        raise RefusedError("invalid_arguments")
    for name in ("title", "submit", "close"):
        check_text(view.get(name), 24, ("plain_text",))
    if not 1 <= len(view.get("blocks") or ()) <= 100 or length(view.get("private_metadata", "")) > 3_000:
        raise RefusedError("invalid_arguments")
    names = [block.get("block_id") for block in view["blocks"]]
    if len(names) != len(set(names)):
        raise RefusedError("invalid_arguments")
    for block in view["blocks"]:
        check_text(block.get("label"), 2_000, ("plain_text",))
        element = block.get("element") or {}
        if block.get("type") != "input" or element.get("type") not in INPUTS:
            raise RefusedError("invalid_arguments")
        for option in element.get("options") or ():
            check_text(option.get("text"), 75, ("plain_text",))


_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_EMOJI = re.compile(r":([a-z0-9_+-]+):")
_MENTION = re.compile(r"(<(?:[@#!][^<>]*|https?://[^<>]*|mailto:[^<>]*)>)")
_MARKS = re.compile(r"(?<!\w)([*_~])(\S(?:.*?\S)?)\1(?!\w)")
_CODE = re.compile(r"(`+)(.+?)\1")


def unescaped(text: str) -> str:
    """The three characters that Slack decodes, and no others."""
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    return text


def shown(text: Block) -> str:
    """A text object as a person reads it: plain text as it is, mrkdwn interpreted, emoji codes turned if let."""
    told = str(text["text"])
    if text["type"] == "plain_text":
        told = _EMOJI.sub("🙂", told) if text.get("emoji", True) else told
        return unescaped(told)
    told = _EMOJI.sub("🙂", told)
    return unescaped("".join(_interpreted(part) for part in _MENTION.split(told)))


def _interpreted(part: str) -> str:
    """A piece of mrkdwn: an address alone between angle brackets reads as itself, what else stands there is marked."""
    if part.startswith("<") and part.endswith(">"):
        return part[1:-1] if part.startswith("<http") and "|" not in part else f"[{part[1:-1].partition('|')[2]}]"
    return _MARKS.sub(r"\2", _CODE.sub(r"\2", part))


def read(blocks: list[Block] | None, text: str, *, mrkdwn: bool = True) -> str:
    """What stands in a message: its sections, or, where it has no blocks, its text, as mrkdwn where it is that."""
    if not blocks and not mrkdwn:
        return unescaped(text)
    if not blocks:
        return shown({"type": "mrkdwn", "text": text}) if text else ""
    return "\n".join(shown(block["text"]) for block in blocks if block["type"] == "section")
