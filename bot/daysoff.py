"""Korean public holidays, substitute days included; the one door to the `holidays` library."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import holidays


def is_holiday(day: date) -> bool:
    """Whether offices are closed by law that day (관공서의 공휴일에 관한 규정); weekends are not holidays here."""
    return day in _korea()


@cache
def _korea() -> Any:
    return holidays.country_holidays("KR")
