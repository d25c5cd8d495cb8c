"""Whether a platform is down, and how rarely it is asked then. It decides; it sends and stores nothing.

    a message fails, then one of another chat … eight in a row → down: nobody speaks to it for a while
    while it is down → two messages at a time, each while twice as long as the one before, a minute at most
    one arrives → up

Thousands of rows may wait for a platform that answers 503: it hears of two of them a minute. What may be one chat's own
fault stays that chat's.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Set
from datetime import datetime, timedelta
from typing import Final

PROBES: Final = 2
"""How many messages at a time try a platform that is down."""

_CHATS: Final = 8  # so many chats in a row that fail mean that the platform is down, not they
_LONGEST_S: Final = 60.0


class Outages:
    """What this process has seen of each messenger."""

    def __init__(self) -> None:
        self._failing: defaultdict[str, set[str]] = defaultdict(set)
        self._down: dict[str, tuple[int, datetime]] = {}  # how often in a row, and until when nobody need try

    def down(self, name: str) -> bool:
        """Whether the platform is down, as far as is known."""
        return name in self._down

    def failing(self, name: str) -> Set[str]:
        """The chats that failed since anything arrived: others had better try."""
        return self._failing.get(name, frozenset())

    def arrived(self, name: str) -> None:
        """Something got through."""
        self._failing.pop(name, None)
        self._down.pop(name, None)

    def failed(self, name: str, chat: str, now: datetime, *, all_of_it: bool = False) -> timedelta | None:
        """How long nobody need try; None where it may be this chat's own. `all_of_it`: no chat could be reached."""
        failing = self._failing[name]
        failing.add(chat)
        number, until = self._down.get(name, (0, now))
        if not (number or all_of_it or len(failing) >= _CHATS):
            return None
        if until <= now:
            span = random.uniform(0.5, 1) * min(_LONGEST_S, 2.0**number)
            number, until = number + 1, now + timedelta(seconds=span)
            self._down[name] = (number, until)
        return until - now
