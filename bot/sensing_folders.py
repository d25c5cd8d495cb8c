"""A gate's folder: its sheets are read where they lie, in the sandbox, and become readings, history or a day's total.

    folder → files that look new → sandbox: times and sums, no card ever → what is new of each day's logs
      → young rows: readings · every row: the day's meals by minute · totals alone: the day's total · a fault: told once

Files are never moved, changed or deleted. What is young enough is written first, then the history, then what is known
of the file: whoever dies in between finds the same rows new again, and they count once by their identities.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import stat
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol, TypeVar

from bot.logs import failed
from bot.sensing_book import SensorBook
from bot.sensing_notices import Managers
from bot.settings import Cafeteria, Sensor
from bot.settings_sensors import Folder
from bot.tenancy import Tenancy
from bot.wording import sensors as words
from occupancy.reading import KST, Batch, Kind, Reading, day_of
from occupancy.sensors import gate
from occupancy.sensors.gate_logs import Added, File, GateLogs, Key, added
from occupancy.sensors.gate_times import Moment
from occupancy.slots import instant
from occupancy.store import OccupancyStore
from occupancy.totals import Source, Total, TotalsError, TotalsStore

T = TypeVar("T")

OPEN_EVERY: Final = timedelta(seconds=5)
CLOSED_EVERY: Final = timedelta(seconds=60)
SETTLED: Final = timedelta(seconds=60)
"""A file that did not change for so long has its last line."""
_LIVE: Final = timedelta(hours=2)
_AHEAD: Final = timedelta(minutes=5)
_AROUND: Final = timedelta(hours=1)
_MOST_FILES: Final = 1_000
_ENDS: Final = frozenset({".csv", ".txt", ".tsv", ".log", ".dat"})
_EACH: Final = 50  # more in one row are one reading
_PER_LOG: Final = 1_000_000
_BATCH: Final = 500
_TIMEOUT_S: Final = 60.0

log = logging.getLogger(__name__)


class Sandbox(Protocol):
    """Where foreign bytes are parsed."""

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What the function returns, run in a process that can be killed."""


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    looks: str
    inode: int
    size: int
    changed: datetime


@dataclass(frozen=True, slots=True)
class _Gate:
    tenant: str
    cafeteria: Cafeteria
    sensor: Sensor
    folder: Folder


@dataclass(slots=True)
class _Watched:
    """What this process knows of a file: since when it looks as it does, when it may be read again."""

    looks: str
    since: datetime
    again_at: datetime
    half: bool = False


class Folders:
    """The worker."""

    def __init__(
        self,
        tenancy: Tenancy,
        book: SensorBook,
        store: OccupancyStore,
        logs: GateLogs,
        totals: TotalsStore,
        sandbox: Sandbox,
        managers: Managers,
        now: Callable[[], datetime],
    ) -> None:
        self._tenancy, self._book, self._store, self._logs, self._totals = tenancy, book, store, logs, totals
        self._sandbox, self._managers, self._now = sandbox, managers, now
        self._watched: dict[tuple[str, str, str], _Watched] = {}

    async def step(self) -> datetime | None:
        """Reads what looks new in every folder; when to look again; None without a folder."""
        now, dues = self._now(), list[datetime]()
        for home in self._tenancy.institutions():
            paused = (await self._book.refresh(home.id)).paused
            for cafeteria in home.cafeterias:
                for sensor in cafeteria.sensors:
                    if sensor.folder is not None:
                        dues.append(now + _every(cafeteria, now))
                        if sensor.id not in paused:
                            await self._folder(_Gate(home.id, cafeteria, sensor, sensor.folder), now)
        return min(dues, default=None)

    async def _folder(self, one: _Gate, now: datetime) -> None:
        try:
            found = await asyncio.to_thread(_listed, one.folder.path)
        except OSError:
            return  # doctor tells
        known = await self._logs.files(one.tenant, one.sensor.id)
        gone = [name for name in known if name not in {each.path.name for each in found}]
        await self._logs.gone(one.tenant, one.sensor.id, gone)
        for each in found:
            try:
                await self._file(one, each, known.get(each.path.name, ""), now)
            except (OSError, TimeoutError, MemoryError) as error:
                failed(log, error, "a sheet of gate %s could not be read", one.sensor.id)
                await self._tell(one, each, "timeout")
                await self._logs.read(one.tenant, one.sensor.id, each.path.name, each.looks)

    async def _file(self, one: _Gate, found: _Found, known: str, now: datetime) -> None:
        name = (one.tenant, one.sensor.id, found.path.name)
        watched = self._watched.get(name)
        if watched is None or watched.looks != found.looks:
            again_at = now if watched is None else max(watched.again_at, now)
            watched = _Watched(found.looks, now, again_at, half=watched.half if watched is not None else False)
            self._watched[name] = watched
        settled = now - watched.since >= SETTLED
        if now < watched.again_at or (known == found.looks and not (watched.half and settled)):
            return
        watched.again_at = now + OPEN_EVERY * (1 + found.size // 2**20)  # a large one is not read at each row
        sheet = await self._sandbox(gate.read, str(found.path), _ask(one, found, now, settled), timeout_s=_TIMEOUT_S)
        watched.half = sheet.half
        if sheet.fault is not None:
            await self._tell(one, found, sheet.fault.value)
        await self._keep(one, File(found.path.name, found.inode), sheet, now)
        await self._logs.read(one.tenant, one.sensor.id, found.path.name, found.looks)

    async def _keep(self, one: _Gate, file: File, sheet: gate.Sheet, now: datetime) -> None:
        days: dict[date, dict[Key, int]] = defaultdict(dict)
        for (day, second, line), count in sheet.served.items():
            if instant_of(day, second) <= now + _AHEAD:
                days[day][second, line] = count
        for day, served in sorted(days.items()):
            found = added(await self._logs.day(one.tenant, one.sensor.id, day), file, served)
            if found.new:
                await self._live(one, day, found, now)
                await self._history(one, day, found)
            await self._logs.put(one.tenant, one.sensor.id, day, found.logs, day_of(now))
        if sheet.totals:
            await self._total(one, sheet.totals, now)

    async def _live(self, one: _Gate, day: date, found: Added, now: datetime) -> None:
        """Rows of the last two hours as readings, each with an identity that it has however often it is read."""
        lines: dict[str, list[Reading]] = defaultdict(list)
        for (second, line), count in sorted(found.new.items()):
            at = instant_of(day, second)
            if now - at <= _LIVE:
                first = found.index * _PER_LOG + found.before.get((second, line), 0)
                lines[_place(one, line)] += _readings(one.sensor, at, min(at, now), now, first, count)
        for place, readings in lines.items():
            for start in range(0, len(readings), _BATCH):
                some = readings[start : start + _BATCH]
                nonce = hashlib.blake2b(" ".join(each.identity for each in some).encode(), digest_size=16).hexdigest()
                await self._store.append(one.tenant, place, Batch(one.sensor.id, nonce, now, tuple(some)))

    async def _history(self, one: _Gate, day: date, found: Added) -> None:
        """The whole day's meals by minute, as all its logs say now."""
        minutes: dict[str, Counter[int]] = defaultdict(Counter)
        for (second, line), count in found.total().items():
            minutes[_place(one, line)][second // 60] += count
        for place, served in minutes.items():
            await self._store.put_served(one.tenant, place, day, one.sensor.id, served)

    async def _total(self, one: _Gate, totals: Mapping[date, int], now: datetime) -> None:
        """Meals of whole days; of today only once serving is over."""
        today, closed = day_of(now), now >= instant(day_of(now), one.cafeteria.close)
        told = [
            Total(day, meals, Source.FILE, at=now)
            for day, meals in sorted(totals.items())
            if day < today or (day == today and closed)
        ]
        for start in range(0, len(told), _BATCH):
            some = told[start : start + _BATCH]
            text = " ".join(f"{each.day}={each.meals}" for each in some)
            change = f"file-{one.sensor.id}-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"
            try:
                await self._totals.put(one.tenant, one.cafeteria.id, some, today, change)
            except TotalsError as error:
                failed(log, error, "totals of gate %s were refused", one.sensor.id)

    async def _tell(self, one: _Gate, found: _Found, what: str) -> None:
        """A sheet that can't be read, once while it looks as it does."""
        mark = hashlib.blake2b(f"{found.path.name} {found.looks} {what}".encode(), digest_size=8).hexdigest()
        reply = words.sheet(one.sensor.id, one.cafeteria.name, found.path.name, what)
        await self._managers.tell(one.tenant, f"sensor/{one.sensor.id}/sheet/{mark}", reply)


def _listed(folder: Path) -> list[_Found]:
    """The folder's sheets, those changed last first; links, folders, pipes and half copies are none."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if path.suffix.lower() not in _ENDS or path.name.startswith((".", "~")):
                continue
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                looks = f"{status.st_mtime_ns} {status.st_size} {status.st_ino}"
                changed = datetime.fromtimestamp(status.st_mtime, UTC)
                found.append(_Found(path, looks, status.st_ino, status.st_size, changed))
    return sorted(found, key=lambda one: one.changed, reverse=True)[:_MOST_FILES]


def _ask(one: _Gate, found: _Found, now: datetime, settled: bool) -> gate.Ask:
    local = min(found.changed, now).astimezone(KST)
    written = Moment(local.date(), local.hour * 3600 + local.minute * 60 + local.second)
    lines = {line.id: line.name for line in one.cafeteria.lines if line.id}
    return gate.Ask(dict(one.folder.columns), lines, day_of(now), written, settled)


def _place(one: _Gate, line: str) -> str:
    return one.cafeteria.place(line or one.cafeteria.line_of(one.sensor.id).id)


def _readings(
    sensor: Sensor, stated: datetime, at: datetime, now: datetime, first: int, count: int
) -> Iterator[Reading]:
    """`count` meals of one second: each by itself, so that those already told are known again."""
    if count > _EACH:
        yield Reading(sensor.id, Kind.GATE, at, now, served=count, seq=first, stated_at=stated)
        return
    for number in range(first, first + count):
        yield Reading(sensor.id, Kind.GATE, at, now, served=1, seq=number, stated_at=stated)


def instant_of(day: date, second: int) -> datetime:
    """The instant of a second of a Korean day."""
    return datetime.combine(day, datetime.min.time(), KST).astimezone(UTC) + timedelta(seconds=second)


def _every(cafeteria: Cafeteria, now: datetime) -> timedelta:
    today = day_of(now)
    near = instant(today, cafeteria.open) - _AROUND <= now < instant(today, cafeteria.close) + _AROUND
    return OPEN_EVERY if near else CLOSED_EVERY
