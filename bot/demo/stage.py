"""Sets the demo up around the real house: agencies on loopback, settings that name them, cafeterias that speak.

    <data>/demo.json (start, sensor keys; kept) → clock → sample site → <data>/dobi.toml → house → posters, past lunches

The clock starts on a Monday at 11:30 in Korea; started again, it goes on where the last lunch stopped.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import aiohttp

from bot import demo
from bot.bootstrap import House
from bot.clock import KST, Clock, TickingClock, VirtualClock
from bot.daysoff import is_holiday
from bot.demo.cafeteria import Poster, seed
from bot.demo.menus import seed_menus
from bot.demo.site import serve, site
from occupancy.reading import day_of
from occupancy.simulator import Simulator

FIRST = datetime(2026, 11, 23, 11, 30, tzinfo=KST)
_LUNCH_ENDS = time(13, 10)
_MARK_EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Stage:
    """What is known of a demo before its house is opened."""

    config: Path
    clock: Clock
    start: datetime


@asynccontextmanager
async def staged(
    data_dir: Path, at: datetime | None, wall: Callable[[], datetime], *, virtual: bool
) -> AsyncIterator[Stage]:
    """The sample site is served and the demo's settings are written, while the block lasts."""
    await asyncio.to_thread(data_dir.mkdir, mode=0o700, parents=True, exist_ok=True)
    memory = _Memory(data_dir / "demo.json")
    start, keys = memory.start(at or FIRST), memory.keys(demo.sensor_names())
    begins = at or _resumed(memory.mark() or start)
    clock: Clock = VirtualClock(begins) if virtual else TickingClock(wall, begins - wall())
    memory.set_shift(begins - wall())
    server = await serve(site(clock.now, start))
    try:
        config = data_dir / "dobi.toml"
        config.touch(mode=0o600)
        config.chmod(0o600)
        config.write_text(demo.settings_text(server.url, keys), encoding="utf-8")
        yield Stage(config, clock, start)
    finally:
        memory.set_mark(clock.now())
        await server.close()


@asynccontextmanager
async def cafeterias(house: House, stage: Stage, entrance: str) -> AsyncIterator[Mapping[str, Poster]]:
    """The simulated cafeterias speak through the entrance while the block lasts; posters by "institution/sensor"."""
    store, canteen = house.readings, house.canteen
    memory = _Memory(house.data_dir / "demo.json")
    posters: dict[str, Poster] = {}
    async with aiohttp.ClientSession() as session:
        for number, institution in enumerate(house.settings.institutions):
            for cafeteria in institution.cafeterias:
                plan = canteen.plan(cafeteria)
                if plan is None:
                    continue
                named = {one.kind: one.id for one in cafeteria.sensors}
                simulator = Simulator(number, plan, faults=False, camera=named.get("camera"), gate=named.get("gate"))
                await seed(store, institution.id, cafeteria.id, simulator, day_of(stage.start))
                await seed_menus(house.menus, institution.id, cafeteria.id, simulator, plan, day_of(stage.start))
                keys = {one.id: one.key.reveal().encode() for one in cafeteria.sensors}
                poster = Poster(session, entrance, institution.id, cafeteria.id, keys, simulator, plan, house.clock.now)
                house.rota.add(f"poster {institution.id}", poster.step)
                posters |= {f"{institution.id}/{sensor}": poster for sensor in keys}
        if not isinstance(house.clock, VirtualClock):
            house.rota.add("mark", lambda: _mark(memory, house.clock))
        yield posters


async def _mark(memory: _Memory, clock: Clock) -> datetime:
    await asyncio.to_thread(memory.set_mark, clock.now())
    return clock.now() + _MARK_EVERY


def shift_of(data_dir: Path) -> timedelta | None:
    """How far the demo's clock on this data is from the wall's; None where no demo ever ran."""
    return _Memory(data_dir / "demo.json").shift()


def tell_time(data_dir: Path, shift: timedelta) -> None:
    """Lets other commands on this demo's data know its time after a virtual clock was moved; nothing without a demo."""
    memory = _Memory(data_dir / "demo.json")
    if memory.shift() is not None:
        memory.set_shift(shift)


def _resumed(mark: datetime) -> datetime:
    """The same instant while that lunch lasts, else the next working day at 11:30."""
    local = mark.astimezone(KST)
    if local.time() < FIRST.time():
        return local.replace(hour=FIRST.hour, minute=FIRST.minute, second=0, microsecond=0)
    while local.time() >= _LUNCH_ENDS or local.weekday() > 4 or is_holiday(local.date()):
        local = (local + timedelta(days=1)).replace(hour=FIRST.hour, minute=FIRST.minute, second=0, microsecond=0)
    return local


class _Memory:
    """What a demo remembers between starts: one small JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def start(self, default: datetime) -> datetime:
        """When the demo was first started."""
        return datetime.fromisoformat(self._keep("start", default.isoformat()))

    def keys(self, sensors: tuple[str, ...]) -> dict[str, str]:
        """A key for each sensor, made once."""
        known = json.loads(self._keep("keys", "{}"))
        if set(known) != set(sensors):
            known = {sensor: known.get(sensor) or secrets.token_hex(16) for sensor in sensors}
            self._write({**self._read(), "keys": json.dumps(known)})
        return {str(sensor): str(key) for sensor, key in known.items()}

    def mark(self) -> datetime | None:
        """Where the clock stood when the demo last ran."""
        found = self._read().get("mark")
        return datetime.fromisoformat(found) if found else None

    def set_mark(self, instant: datetime) -> None:
        """Remembers where the clock stands."""
        self._write({**self._read(), "mark": instant.isoformat()})

    def shift(self) -> timedelta | None:
        """How far the demo's clock is from the wall's."""
        found = self._read().get("shift")
        return timedelta(seconds=float(found)) if found else None

    def set_shift(self, shift: timedelta) -> None:
        """Remembers the clock's distance from the wall's."""
        self._write({**self._read(), "shift": str(shift.total_seconds())})

    def _keep(self, name: str, default: str) -> str:
        known = self._read()
        if name not in known:
            self._write({**known, name: default})
        return known.get(name, default)

    def _read(self) -> dict[str, str]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(value) for name, value in content.items()} if isinstance(content, dict) else {}

    def _write(self, content: dict[str, str]) -> None:
        partial = self._path.with_suffix(".new")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(content), encoding="utf-8")
        partial.replace(self._path)
