"""The agent: pictures of one camera in, signed figures out. The only thing that leaves the camera's PC is a number.

    stream.py (a thread) ── picture ──> live.py (a thread) ── count ──> Sender ── signed JSON ──> the house

What the camera itself is (black, standing still, gone) is told by its state, and no count is said for that time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from occupancy.reading import Condition
from occupancy.sensors.camera.live import LiveCounter
from occupancy.sensors.camera.recording import Reading
from occupancy.sensors.camera.source import Frame
from occupancy.sensors.camera.stream import Lost
from occupancy.sensors.camera.witness import BLIND
from occupancy.sensors.sender import Sender, Sent

_UNSURE = 0.4


@dataclass(frozen=True, slots=True)
class Word:
    """What the agent has to tell whoever stands at its PC."""

    reading: Reading | None
    ready: bool
    sent: Sent
    lost_s: float | None = None


async def work(
    events: Iterator[Frame | Lost],
    counter: LiveCounter,
    sender: Sender,
    tell: Callable[[Word], None],
    say_every_s: float,
) -> None:
    """Counts and posts until the pictures end. Nothing is said before the empty room is known."""
    said_at, state = -1e9, Condition.OK
    while (event := await asyncio.to_thread(next, events, None)) is not None:
        if isinstance(event, Lost):
            state = _told(sender, Condition.OFFLINE, state)
            tell(Word(None, counter.ready, await sender.flush(), event.wait_s))
            continue
        reading = await asyncio.to_thread(counter.see, event.second, event.picture)
        state = _told(sender, condition(reading), state)
        due = event.second - said_at >= say_every_s - 0.2
        if counter.ready and not reading.frozen and reading.count is not None and due:
            said_at = event.second
            sender.say(reading.count, noise=doubt(reading))
        tell(Word(reading, counter.ready, await sender.flush()))
    await sender.flush(force=True)


def _told(sender: Sender, state: Condition, before: Condition) -> Condition:
    if state is not before:
        sender.tell(state)
    return state


def condition(reading: Reading) -> Condition:
    """How the camera is, by its reading."""
    if reading.fault is None:
        return Condition.OK
    return Condition.BLIND if reading.fault in BLIND else Condition.FROZEN


def doubt(reading: Reading) -> float | None:
    """Standard deviation of an unsure count, in people; a sure one has its kind's."""
    if reading.count is None or reading.confidence >= _UNSURE:
        return None
    return round(1.5 + 0.1 * reading.count + (_UNSURE - reading.confidence) * reading.count, 1)
