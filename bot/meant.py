"""What was just spoken of, and the full sentence that a short one stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LIFE: Final = timedelta(minutes=10)
"""How long something may be left unsaid about what was spoken of."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody said last that can be followed up: the route that answered, the words as if fully typed."""

    topic: str
    words: str
    argument: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meant:
    """The sentences that may be meant, likeliest first; `asks`: whoever wrote it chooses before anything is done."""

    words: tuple[str, ...]
    asks: bool = False


def meant(*words: str, asks: bool = False) -> Meant:
    """`Meant` of these sentences."""
    return Meant(words, asks)
