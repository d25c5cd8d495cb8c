"""Words after several acts of one breath."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import Reply
from bot.wording import particle, short


def unread(parts: Sequence[str], *, done: bool) -> Reply:
    """What was not understood, beside what was done."""
    told = particle(", ".join(f"'{short(one, 30)}'" for one in parts), "은", "는")
    head = "나머지에는 위와 같이 답드렸고, " if done else ""
    return Reply(f"{head}{told} 알아듣지 못했습니다. 그것만 다시 써 주십시오.")
