"""What kitchen staff tell by button: serving is delayed, a dish is sold out, serving is over.

Values and pure questions about them; refuses to say who waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice tells."""

    DELAY = "delay"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing told. In force from `at` until `until` (closing time unless told otherwise); undone ones are removed.

    `line` is the id of the serving line, empty for the whole cafeteria; `minutes` is the delay told, 0 where none was.
    """

    id: str
    kind: NoticeKind
    at: datetime
    until: datetime
    line: str = ""
    dish: str = ""
    instead: str = ""
    minutes: int = 0

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.at <= now < self.until


def delays(notices: Iterable[Notice], line: str = "") -> tuple[tuple[datetime, datetime], ...]:
    """The spans in which serving at a line was said to be delayed."""
    return tuple((one.at, one.until) for one in notices if one.kind is NoticeKind.DELAY and one.line in {"", line})
