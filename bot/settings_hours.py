"""`[institution.hours]`: what holds for an institution's people and channels until they choose for themselves.

`quiet` is a span of the day ("18:00~08:30") or "없음"; people change theirs in chat, and the file is where they start.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Final

from pydantic import BaseModel, Field, field_validator

from bot.hours import CLOSES, DAILY, HOURLY, OPENS, Hours
from bot.settings_fields import STRICT, wrong

_SPAN: Final = re.compile(r"^(\d{1,2}):(\d{2})\s?~\s?(\d{1,2}):(\d{2})$")
_NONE: Final = "없음"


class HoursForm(BaseModel):
    """`[institution.hours]`."""

    model_config = STRICT

    quiet: str = f"{CLOSES:%H:%M}~{OPENS:%H:%M}"
    weekends: bool = False
    hourly: Annotated[int, Field(ge=0, le=1_000)] = HOURLY
    daily: Annotated[int, Field(ge=0, le=10_000)] = DAILY

    @field_validator("quiet")
    @classmethod
    def _span(cls, value: str) -> str:
        """A span of the day, or 없음."""
        if value != _NONE and span(value) is None:
            raise wrong(f"조용한 시간은 '18:00~08:30'이나 '없음'으로 적어 주십시오: {value[:40]}")
        return value


def span(text: str) -> tuple[time, time] | None:
    """When quiet begins and ends; None for what is no such span."""
    match = _SPAN.match(text)
    if match is None:
        return None
    hour, minute, end_hour, end_minute = (int(part) for part in match.groups())
    if max(hour, end_hour) > 23 or max(minute, end_minute) > 59:
        return None
    return time(hour, minute), time(end_hour, end_minute)


def hours(form: HoursForm) -> Hours:
    """The hours that a checked form describes."""
    found = span(form.quiet)
    closes, opens = found if found is not None else (time(), time())
    return Hours(opens=opens, closes=closes, weekends=form.weekends, hourly=form.hourly, daily=form.daily)
