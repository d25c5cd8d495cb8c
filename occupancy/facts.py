"""What is known of a day besides its sensors: dishes, announced guests, weather, and the meals counted by hand.

Values only. Each field may be missing; whoever learns from them must do without.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One day of one cafeteria."""

    day: date
    dishes: tuple[str, ...] = ()
    """Names of what is served, main dish first, as the menu writes them; empty when unknown."""
    guests: int = 0
    """People announced beyond the usual (교육생 120명); negative when fewer come."""
    total: int | None = None
    """Meals of the whole day as staff or an end-of-day file told; None when only sensors know."""
    rain_mm: float | None = None
    high_c: float | None = None
    simulated: bool = False
