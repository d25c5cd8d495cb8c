"""Who fell sick and who is well again, told to the operators once each: to them, and not to eighteen institutions.

    health of every source + what was told before ─▶ decide (pure) ─▶ alerts in the outbox ─▶ remember

Several that fall sick together are one message, which grows by edits; one that falls sick and well by turns is told as
such and then left until it holds. Nobody is told at night. An alert's row is named by the sickness itself, so that
another worker, or this one after a crash, writes the same row; what was told is remembered only after the rows stand.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from redis.asyncio import Redis

from bot.clock import KST
from bot.messenger import PushFacts, Reply, Why
from bot.operators import tell_operators
from bot.outbox import Outbox
from bot.sources import lines, token
from bot.tenancy import Tenancy
from bot.wording import alerts as words
from bot.wording.sources import Line
from crawlers.health import SourceHealth
from crawlers.register import Register
from crawlers.snapshots import Proposal

_KEY = "dobi:{crawl}:watch"
_TOGETHER = 3  # sources that fall sick at one time are one message from this number on
_NETWORK = frozenset({"connect", "dns", "timeout", "tls"})
_JOIN = timedelta(hours=2)  # a source that falls sick within is part of an outage that is not over
_SETTLE = timedelta(hours=1)  # how long the last of an outage are waited for
_DAY, _STEADY = timedelta(days=1), timedelta(hours=6)
_MORNING, _EVENING = 7, 22

# KEYS memory; ARGV what was read, what shall stand: another worker may have told meanwhile
_SWAP = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A sickness that the operators know of. `outage` names the message that told of several; "" for its own."""

    since: datetime
    outage: str = ""
    quiet: bool = False
    well_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """Several sources that fell sick together; `steps` counts the versions of its one message."""

    since: datetime
    members: tuple[str, ...]
    steps: int = 1
    easing_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What was told: by source, by outage; when each source was told as sick within the last day; repairs proposed."""

    told: dict[str, Told] = field(default_factory=dict)
    outages: dict[str, Outage] = field(default_factory=dict)
    alerts: dict[str, tuple[datetime, ...]] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to tell now. `what`: sick, unsteady, well, many_sick, many_well; `story` and `step` name its row."""

    what: str
    story: str
    sources: tuple[str, ...]
    since: datetime
    step: int = 1
    times: int = 0
    left: tuple[str, ...] = ()


class Watch:
    """The worker after the crawl."""

    def __init__(
        self,
        redis: Redis,
        register: Register,
        health: Callable[[], Awaitable[Sequence[SourceHealth]]],
        outbox: Outbox,
        tenancy: Tenancy,
        now: Callable[[], datetime],
        proposals: Callable[[], Awaitable[Sequence[Proposal]]],
    ) -> None:
        self._redis: Any = redis
        self._register, self._health, self._outbox, self._tenancy, self._now = register, health, outbox, tenancy, now
        self._proposals = proposals
        self._swap = redis.register_script(_SWAP)

    async def step(self) -> datetime | None:
        """Tells what is new; when to look again, where time alone changes what is to be told."""
        now = self._now()
        if (morning := _night_ends(now)) is not None:
            return morning
        stored = cast("bytes", await self._redis.get(_KEY) or b"")
        before, healths = _memory(stored), await self._health()
        after, alerts = decide(healths, before, now)
        proposals = await self._proposals()
        after = replace(after, repairs=tuple(one.id for one in proposals))
        fresh = [one for one in proposals if one.id not in before.repairs]
        if alerts or fresh:
            placed = await self._register.placed()
            known = {one.source.id: line for one, line in zip(placed, lines(placed, healths), strict=True)}
            for alert in alerts:
                await self._tell(alert, known, now)
            for proposal in fresh:
                await self._propose(proposal, known, now)
        if after != before:
            await self._swap(keys=[_KEY], args=[stored, _record(after)])
        return _next_look(after, now)

    async def _tell(self, alert: Alert, known: dict[str, Line], now: datetime) -> None:
        shown = [known[source] for source in alert.sources if source in known]
        if not shown:  # taken out of the settings meanwhile
            return
        left = [known[source].agency for source in alert.left if source in known]
        reply = _reply(alert, shown, left, now)
        facts = PushFacts(alert.story, _NUMBER[alert.what], shown[0].agency, shown[0].url, Why(0.0, (), ""))
        # a row of a told story is an edit of its first message: fit for an outage that grows, not for its end
        story = f"{alert.story}/{alert.what.removeprefix('many_')}"
        told = replace(reply, facts=facts)
        await tell_operators(self._outbox, self._tenancy, story, lambda _: told, now, alert.step)

    async def _propose(self, proposal: Proposal, known: dict[str, Line], now: datetime) -> None:
        line = known.get(proposal.source)
        if line is None:
            return
        mark, story = token(proposal.id), f"source/{proposal.id}"
        told = words.repair(line, mark, proposal.rows, proposal.known, proposal.before, proposal.sample)
        facts = PushFacts(story, 3, line.agency, line.url, Why(0.0, (), ""))
        told = replace(told, facts=facts)
        await tell_operators(self._outbox, self._tenancy, f"{story}/repair", lambda _: told, now)


_NUMBER = {"sick": 1, "many_sick": 1, "unsteady": 1, "well": 2, "many_well": 2}


def _reply(alert: Alert, shown: list[Line], left: list[str], now: datetime) -> Reply:
    match alert.what:
        case "sick":
            return words.sick(shown[0], now)
        case "unsteady":
            return words.unsteady(shown[0], alert.times)
        case "well":
            return words.well(shown[0], alert.since, now)
        case "many_sick":
            return words.many_sick(shown, alert.since)
        case _:
            return words.many_well(len(shown), alert.since, now, left)


def decide(healths: Sequence[SourceHealth], before: Memory, now: datetime) -> tuple[Memory, list[Alert]]:
    """What is to be told now, and what is remembered once it is."""
    alerts = {source: tuple(at for at in times if now - at < _DAY) for source, times in before.alerts.items()}
    draft = _Draft(
        {one.source: one for one in healths},
        dict(before.told),
        dict(before.outages),
        {source: times for source, times in alerts.items() if times},
        now,
    )
    draft.recover()
    draft.end_outages()
    draft.fall_sick([one for one in healths if one.state == "sick" and one.source not in draft.told])
    return Memory(draft.told, draft.outages, draft.recent, before.repairs), draft.alerts


@dataclass(slots=True)
class _Draft:
    """The memory as it changes in one look."""

    healths: dict[str, SourceHealth]
    told: dict[str, Told]
    outages: dict[str, Outage]
    recent: dict[str, tuple[datetime, ...]]
    now: datetime
    alerts: list[Alert] = field(default_factory=list)

    def recover(self) -> None:
        """Sources told by themselves that are well now; one that was unsteady only after it has held."""
        for source, one in list(self.told.items()):
            state = self._state(source)
            if state in {"off", "unsupported"}:  # somebody switched it off: nothing to tell
                del self.told[source]
            elif state != "ok":
                self.told[source] = replace(one, well_at=None)
            elif one.outage:
                continue
            elif one.quiet and (one.well_at is None or self.now - one.well_at < _STEADY):
                self.told[source] = replace(one, well_at=one.well_at or self.now)
            else:
                del self.told[source]
                self.alerts.append(Alert("well", _story(source, one.since), (source,), one.since))

    def end_outages(self) -> None:
        """An outage is over when all are well, or an hour after the first was: the rest is then each its own."""
        for story, outage in list(self.outages.items()):
            members = [source for source in outage.members if source in self.told]
            bad = [source for source in members if self._state(source) != "ok"]
            well = [source for source in members if source not in bad]
            easing = outage.easing_at or (self.now if well else None)
            if bad and (easing is None or self.now - easing < _SETTLE):
                self.outages[story] = replace(outage, easing_at=easing)
                continue
            del self.outages[story]
            for source in well:
                del self.told[source]
            for source in bad:
                self.told[source] = replace(self.told[source], outage="")
            if well:
                self.alerts.append(Alert("many_well", story, tuple(well), outage.since, left=tuple(bad)))

    def fall_sick(self, fresh: list[SourceHealth]) -> None:
        """Sources that are sick and not told: part of an outage, an outage by themselves, or each its own."""
        if not fresh:
            return
        late = [(story, one) for story, one in self.outages.items() if self.now - one.since < _JOIN]
        if late:
            self._join(*late[-1], fresh)
        elif len(fresh) >= _TOGETHER:
            self._break_out(fresh)
        elif len(failing := self._failing(fresh)) >= _TOGETHER:
            self._break_out(failing)
        else:
            for one in fresh:
                self._alone(one)

    def _failing(self, fresh: list[SourceHealth]) -> list[SourceHealth]:
        """With one that can't be reached, all others that can't be either: the first of them is told first."""
        if not any(one.error in _NETWORK for one in fresh):
            return []
        away = [one for one in self.healths.values() if one.state in {"sick", "failing"} and one.error in _NETWORK]
        names = {one.source for one in fresh}
        return [one for one in away if one.source in names or one.source not in self.told]

    def _break_out(self, fresh: list[SourceHealth]) -> None:
        since = min(one.since or self.now for one in fresh)
        members = tuple(one.source for one in fresh)
        story = f"source/*@{_stamp(since)}"
        self.outages[story] = Outage(since, members)
        for one in fresh:
            self.told[one.source] = Told(one.since or self.now, story)
        self.alerts.append(Alert("many_sick", story, members, since))

    def _join(self, story: str, outage: Outage, fresh: list[SourceHealth]) -> None:
        members = (*outage.members, *(one.source for one in fresh if one.source not in outage.members))
        self.outages[story] = outage = replace(outage, members=members, steps=outage.steps + 1)
        for one in fresh:
            self.told[one.source] = Told(one.since or self.now, story)
        bad = tuple(source for source in members if self._state(source) != "ok")
        self.alerts.append(Alert("many_sick", story, bad, outage.since, outage.steps))

    def _alone(self, one: SourceHealth) -> None:
        since, before = one.since or self.now, self.recent.get(one.source, ())
        self.recent[one.source] = (*before, self.now)
        self.told[one.source] = Told(since, quiet=bool(before))
        what = "unsteady" if before else "sick"
        self.alerts.append(Alert(what, _story(one.source, since), (one.source,), since, times=len(before) + 1))

    def _state(self, source: str) -> str:
        found = self.healths.get(source)
        return found.state if found else "off"


def _story(source: str, since: datetime) -> str:
    return f"source/{source}@{_stamp(since)}"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _night_ends(now: datetime) -> datetime | None:
    """When the night is over that it is now; None by day."""
    local = now.astimezone(KST)
    if _MORNING <= local.hour < _EVENING:
        return None
    day = local.date() + timedelta(days=1 if local.hour >= _EVENING else 0)
    return datetime(day.year, day.month, day.day, _MORNING, tzinfo=KST)


def _next_look(memory: Memory, now: datetime) -> datetime | None:
    """When something is told though nothing else happens: an outage that settles, an unsteady one that held."""
    dues = [one.easing_at + _SETTLE for one in memory.outages.values() if one.easing_at]
    dues += [one.well_at + _STEADY for one in memory.told.values() if one.quiet and one.well_at]
    return min((due for due in dues if due > now), default=None)


def _memory(stored: bytes) -> Memory:
    if not stored:
        return Memory()
    record = json.loads(stored)
    return Memory(
        {name: Told(**_timed(one)) for name, one in record["told"].items()},
        {name: Outage(**{**_timed(one), "members": tuple(one["members"])}) for name, one in record["outages"].items()},
        {name: tuple(map(datetime.fromisoformat, times)) for name, times in record["alerts"].items()},
        tuple(record["repairs"]),
    )


def _timed(record: dict[str, Any]) -> dict[str, Any]:
    instants = {"since", "well_at", "easing_at"}
    return {key: datetime.fromisoformat(one) if key in instants and one else one for key, one in record.items()}


def _record(memory: Memory) -> str:
    return json.dumps(asdict(memory), default=lambda at: at.astimezone(UTC).isoformat(), ensure_ascii=False)
