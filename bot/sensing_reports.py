"""Reports from the line → one reading of the source `chat`; and later, how near each came to the sensors.

    report → once in five minutes → with the others' of the last minutes → reading → store
    90 s later: what did the sensors say? → two numbers of that person · who left is forgotten

The report is kept before its reading: whoever dies in between repeats the update, and the same reading comes of it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.canteen import Canteen
from bot.clock import KST
from bot.settings import Cafeteria, ServingLine
from bot.tenancy import Tenancy
from occupancy.estimate import estimate
from occupancy.reading import Batch, Kind, day_of
from occupancy.sensors import chat
from occupancy.sensors.chat import Glance, Report, Reports, Taken, Trust
from occupancy.store import OccupancyStore

_LOOK_BACK: Final = timedelta(minutes=30)
_JUDGE_EVERY: Final = timedelta(seconds=30)
_REST_EVERY: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class At:
    """A serving line of a cafeteria."""

    cafeteria: Cafeteria
    line: ServingLine

    @property
    def place(self) -> str:
        """Under which name its readings are kept."""
        return self.cafeteria.place(self.line.id)

    @property
    def name(self) -> str:
        """What people call it."""
        return " ".join(filter(None, (self.cafeteria.name, self.line.name)))


class Voices:
    """What people report, taken in."""

    def __init__(self, store: OccupancyStore, reports: Reports, canteen: Canteen) -> None:
        self._store, self._reports, self._canteen = store, reports, canteen

    async def serving(self, tenant: str, cafeteria: Cafeteria, now: datetime) -> bool:
        """Whether anybody can stand in line now."""
        clock = now.astimezone(KST).time()
        return cafeteria.open <= clock < cafeteria.close and await self._canteen.is_open(tenant, cafeteria, day_of(now))

    async def glance(self, tenant: str, at: At, step: int) -> Glance:
        """One of the three words in people, by how fast this line is served."""
        view = await self._canteen.view(tenant, at.cafeteria, at.line)
        per_minute = view.estimate.per_minute or 12.0
        return chat.level(step, at.cafeteria.levels, per_minute)

    async def report(self, tenant: str, at: At, person: str, glance: Glance, mark: str, now: datetime) -> Taken:
        """Hears a report, once however often its update comes."""
        taken = await self._reports.take(tenant, at.place, Report(person, now, glance.people, glance.noise, mark))
        if taken.wait_until is None:
            await self._say(tenant, at, taken.report.mark, now)
        return taken

    async def undo(self, tenant: str, at: At, person: str, mark: str, now: datetime) -> bool:
        """Takes a report back; its reading goes, and what the others said stands. Safe to repeat."""
        known = (await self._reports.of(tenant, at.place)).get(person)
        if known is None or known.mark != mark:
            return False
        await self._reports.put(tenant, at.place, replace(known, undone=True))
        await self._store.retract(tenant, at.place, chat.SENSOR, known.at)
        await self._say(tenant, at, f"undo {mark}", now)
        return True

    async def _say(self, tenant: str, at: At, mark: str, now: datetime) -> None:
        reports = await self._reports.of(tenant, at.place)
        mine = next((one for one in reports.values() if one.mark == mark), None)
        said_at = mine.at if mine is not None else now
        found = chat.together(reports.values(), await self._reports.trust(tenant), now)
        if found is not None:
            nonce = hashlib.blake2b(f"{at.place} {mark}".encode(), digest_size=16).hexdigest()
            reading = chat.reading(found, said_at)
            await self._store.append(tenant, at.place, Batch(chat.SENSOR, nonce, now, (reading,)))


class Judging:
    """The worker that holds reports against what the sensors said then."""

    def __init__(
        self, tenancy: Tenancy, store: OccupancyStore, reports: Reports, canteen: Canteen, now: Callable[[], datetime]
    ) -> None:
        self._tenancy, self._store, self._reports, self._now = tenancy, store, reports, now
        self._canteen = canteen
        self._forgot_on: date | None = None

    async def step(self) -> datetime:
        """Judges what is old enough; forgets whoever left, once a day; when to look again."""
        now, waits = self._now(), False
        if self._forgot_on != day_of(now):
            await self._forget()
            self._forgot_on = day_of(now)
        for home in self._tenancy.institutions():
            for cafeteria in home.cafeterias:
                for line in cafeteria.lines:
                    waits = await self._judge(home.id, At(cafeteria, line), now) or waits
        return now + (_JUDGE_EVERY if waits else _REST_EVERY)

    async def _judge(self, tenant: str, at: At, now: datetime) -> bool:
        reports = await self._reports.of(tenant, at.place)
        await self._reports.drop(tenant, at.place, [who for who, one in reports.items() if now - one.at > chat.KEPT])
        fresh = [one for one in reports.values() if not one.judged and now - one.at <= chat.KEPT]
        due = [one for one in fresh if now - one.at >= chat.JUDGED_AFTER]
        trust = await self._reports.trust(tenant) if due else {}
        for one in due:
            people = None if one.undone else await self._seen(tenant, at, one)
            if people is not None:
                known = trust.get(one.person, Trust())
                await self._reports.learn(tenant, one.person, known.after(one.people, people))
            await self._reports.put(tenant, at.place, replace(one, judged=True))
        return bool(fresh)

    async def _seen(self, tenant: str, at: At, one: Report) -> float | None:
        """How many the sensors saw then or soon after, the nearest to what was said; None where they saw nothing.

        People's own words are left out. A line may double within a minute, so several moments are looked at.
        """
        readings = await self._store.recent(tenant, at.place, one.at - _LOOK_BACK)
        seen = [each for each in readings if each.kind is not Kind.CHAT]
        if not any(each.count is not None for each in seen):
            return None
        moments = [one.at + chat.JUDGED_AFTER * part / 3 for part in range(4)]
        config = await self._canteen.config(tenant, at.cafeteria, at.line)
        found = [await asyncio.to_thread(estimate, seen, then, config) for then in moments]
        people = [each.people for each in found if not each.stale and each.people is not None]
        return min(people, key=lambda each: abs(each - one.people), default=None)

    async def _forget(self) -> None:
        for home in self._tenancy.institutions():
            for person in await self._reports.trust(home.id):
                if self._tenancy.member(home.id, person) is None:
                    await self._reports.forget(home.id, person)
