"""What a sensor said about a serving line, what a day of that comes to, and the errors of this package.

Holds counts only: there is no field in which a picture, a card number or a device address could travel.

Errors::

    OccupancyError
    ├── ReadingError         a value no sensor can have meant
    ├── SensorError          the entrance refuses a post
    │   ├── BadSignature     not signed by this sensor's key
    │   ├── Stale            too old, or from the future
    │   │   └── Skewed       signed as it should be, by a clock that is off
    │   └── Malformed        not the documented wire
    └── SlotError            a lunch plan that contradicts itself
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

KST = timezone(timedelta(hours=9), "KST")
MAX_COUNT = 5_000
"""No line a camera or an access point tells us of is longer; a larger figure is a fault, not a crowd."""
MAX_SERVED = 1_000
"""No gate serves more between two of its own events."""


class OccupancyError(Exception):
    """Root of what this package raises."""


class ReadingError(OccupancyError, ValueError):
    """A value no sensor can have meant."""


class SensorError(OccupancyError):
    """The sensor entrance refuses a post."""


class BadSignature(SensorError):  # noqa: N818 - the wire's own word; the tree says it is an error
    """The post is not signed by this sensor's key, or the signature is missing."""


class Stale(SensorError):  # noqa: N818
    """The post, or a reading in it, is too old or lies in the future."""


class Skewed(Stale):
    """The post is signed as it should be, but its clock is off by `by_s` seconds (positive: it runs ahead)."""

    def __init__(self, by_s: float) -> None:
        super().__init__(f"sent {-by_s:.0f} s ago by the sender's clock, at most 300 allowed")
        self.by_s = by_s


class Malformed(SensorError):  # noqa: N818
    """The post is not the documented wire: size, headers, JSON or fields."""


class SlotError(OccupancyError, ValueError):
    """A lunch plan contradicts itself."""


class Kind(StrEnum):
    """The sensor kinds of the settings file."""

    CAMERA = "camera"
    GATE = "gate"
    BEAM = "beam"
    WIFI = "wifi"
    CHAT = "chat"
    """What people in the line write; no sensor of the settings file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing one sensor said: either how many stand in line, or how many were served since it last spoke.

    `measured_at` is never after `received_at`: a clock that runs ahead was set back at the entrance.
    `identity` stays the same when a sensor posts the same reading again, whatever its nonce.

    Raises:
        ReadingError: for naive times, both or neither of count and served, or impossible figures.
    """

    sensor: str
    kind: Kind
    measured_at: datetime
    received_at: datetime
    count: int | None = None
    served: int | None = None
    seq: int | None = None
    stated_at: datetime | None = None
    """The instant as the sensor wrote it, where the entrance set it back."""
    noise: float | None = None
    """Standard deviation of `count` in people, where this very reading knows it; None: what its kind has."""

    def __post_init__(self) -> None:
        if self.measured_at.tzinfo is None or self.received_at.tzinfo is None:
            raise ReadingError(f"times of {self.sensor!r} must be aware")
        if (self.count is None) == (self.served is None):
            raise ReadingError(f"expected one of count and served, got {self.count} and {self.served}")
        if self.count is not None and not 0 <= self.count <= MAX_COUNT:
            raise ReadingError(f"expected a count of 0 to {MAX_COUNT}, got {self.count}")
        if self.served is not None and not 0 <= self.served <= MAX_SERVED:
            raise ReadingError(f"expected 0 to {MAX_SERVED} served, got {self.served}")
        if self.noise is not None and not 0 < self.noise <= MAX_COUNT:
            raise ReadingError(f"expected a noise above 0 and up to {MAX_COUNT} people, got {self.noise}")
        if self.measured_at > self.received_at:
            raise ReadingError(f"measured {self.measured_at} after it was received {self.received_at}")

    @property
    def identity(self) -> str:
        """The sensor, the instant as stated in UTC microseconds, and the sequence number, as one string."""
        stated = (self.stated_at or self.measured_at) - datetime(1970, 1, 1, tzinfo=UTC)
        seq = "" if self.seq is None else str(self.seq)
        return f"{stated // timedelta(microseconds=1)}:{seq}:{self.sensor}"


class Condition(StrEnum):
    """How a sensor says that it is itself."""

    OK = "ok"
    BLIND = "blind"
    """A camera's picture is black or covered."""
    FROZEN = "frozen"
    """A camera's picture stands still."""
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Batch:
    """What one accepted post carried; `received_at` is the entrance's instant, `nonce` the sender's.

    With a `state`, told at `told_at` by the sender's clock, there are no readings.
    """

    sensor: str
    nonce: str
    received_at: datetime
    readings: tuple[Reading, ...]
    state: Condition | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of a line: mean people waiting (None where nothing counted them) and meals served."""

    minute: int
    """Minutes since midnight in Korea."""
    people: float | None
    served: int = 0


@dataclass(frozen=True, slots=True)
class DayHistory:
    """One day's minutes in ascending order; minutes without data are left out. `simulated` stays with it."""

    day: date
    minutes: tuple[Minute, ...]
    simulated: bool = False

    @property
    def served(self) -> int:
        """Meals of the whole day."""
        return sum(minute.served for minute in self.minutes)


def minute_of(at: datetime) -> int:
    """The minute of the Korean day, 0 to 1439."""
    local = at.astimezone(KST)
    return local.hour * 60 + local.minute


def day_of(at: datetime) -> date:
    """The Korean calendar day of an instant."""
    return at.astimezone(KST).date()
