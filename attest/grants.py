"""Consent of one institution to another's audit: asked by number and period, given, taken back, over by itself.

```
ask → (the other institution's people are asked by whoever calls) → decide, once → live … end
```
A grant belongs to the institution that gives it: it is stored and logged there. The asker's side keeps what was asked
under the name that was typed, and looks the same whether such an institution exists, refused, or has not answered.

    dobi:{tenant}:grants:asked     hash, id → JSON of a request to this institution; `decided`, `ended`: id → JSON
    dobi:{tenant}:grants:sent      hash, "<audit> <id>" → JSON of what this institution asked for; `given`: the same, of
                                   consent that came back
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import redis.asyncio

from attest.errors import AskedTooLongAgoError, MarkTakenError
from attest.log import Mark, ReceiptLog
from attest.mandate import ACCESS, Mandate, id_of, instant, iso, mandate_of, pack

ASKED_FOR: Final = timedelta(days=14)  # an unanswered request is over then
TERM: Final = timedelta(days=30)  # a grant ends that long after consent, unless the request named a day
LONGEST_TERM: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to an institution: whose audit it is, who asked, and until when the looks are to be made."""

    id: str
    office: str
    audit: str
    mandate: Mandate
    by: str
    at: datetime
    ends_at: datetime | None

    def term(self, decided_at: datetime) -> datetime:
        """When a grant given then ends."""
        return min(self.ends_at or decided_at + TERM, decided_at + LONGEST_TERM)


@dataclass(frozen=True, slots=True)
class Grant:
    """A request and what became of it: `granted` None while nobody decided."""

    ask: Ask
    granted: bool | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """When consent ends, or ended; None where there is none."""
        if not self.granted or self.decided_at is None:
            return None
        ends = self.ask.term(self.decided_at)
        return ends if self.ended_at is None else min(ends, self.ended_at)

    def is_live(self, now: datetime) -> bool:
        """Whether looks under it are allowed."""
        return self.ends_at is not None and now < self.ends_at


@dataclass(frozen=True, slots=True)
class Sent:
    """What the asker's side knows: the name that was typed and, after consent, which institution it is, until when."""

    id: str
    name: str
    at: datetime
    institution: str = ""
    ends_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether it waits for an answer, or consent stands."""
        return now < (self.ends_at or self.at + ASKED_FOR)


class Grants:
    """The grants of all institutions on one Redis. `tenant` is the institution that is asked, unless said otherwise."""

    def __init__(self, database: redis.asyncio.Redis, log: ReceiptLog, now: Callable[[], datetime]) -> None:
        self._database: Any = database  # its stubs tell every decoding of an answer at once
        self._log = log
        self._now = now

    async def note(self, tenant: str, by: str, audit: str, mandate: Mandate, name: str, key: str) -> Sent:
        """The asker's side (`tenant`): that consent was asked for under this name, logged.

        Asking again while the first request waits, or consent stands, is the same request. Who calls can't tell
        whether the name is anybody's.
        """
        now = self._now()
        before = [one for one in await self.sent(tenant, audit) if _plain(one.name) == _plain(name)]
        if before and before[-1].is_open(now):
            return before[-1]
        sent = Sent(id_of(tenant, key, name), name, now)
        await self._log.append(tenant, ACCESS, {**mandate.facts("asked", by), "of": name}, f"asked:{sent.id}")
        await self._database.hsetnx(
            self._key(tenant, "sent"), f"{audit} {sent.id}", pack({"name": name, "at": iso(now)})
        )  # fmt: skip
        return sent

    async def ask(self, tenant: str, ask: Ask) -> Grant:
        """The request as it stands with the institution that is asked; one that is there already is left."""
        record = {
            **ask.mandate.record(), "office": ask.office, "audit": ask.audit, "by": ask.by, "at": iso(ask.at),
            "ends": None if ask.ends_at is None else iso(ask.ends_at),
        }  # fmt: skip
        await self._database.hsetnx(self._key(tenant, "asked"), ask.id, pack(record))
        return await self.get(tenant, ask.id) or Grant(ask)

    async def decide(self, tenant: str, ask_id: str, by: str, *, granted: bool) -> Grant | None:
        """The request with its decision, durable and logged; the first decision stands. None: no such request.

        Raises:
            AskedTooLongAgoError: nobody decided within 14 days, and it is over.
        """
        grant = await self.get(tenant, ask_id)
        if grant is None or grant.granted is not None:
            return grant
        now, ask = self._now(), grant.ask
        if now >= ask.at + ASKED_FOR:
            raise AskedTooLongAgoError(ask_id)
        fresh = replace(grant, granted=granted, decided_by=by, decided_at=now)
        mark = Mark(self._key(tenant, "decided"), ask_id, pack({"granted": granted, "by": by, "at": iso(now)}))
        facts = {**ask.mandate.facts("granted" if granted else "refused", by), "office": ask.office}
        try:
            await self._log.append(tenant, ACCESS, facts, f"decided:{ask_id}", mark)
        except MarkTakenError:
            return await self.get(tenant, ask_id)
        return fresh

    async def tell_asker(self, tenant: str, grant: Grant) -> None:
        """Writes consent, or its end, on the asker's side, logged; safe to repeat. A refusal leaves no trace there."""
        ask = grant.ask
        if grant.ends_at is not None:
            record = pack({"institution": tenant, "ends": iso(grant.ends_at)})
            await self._database.hset(self._key(ask.office, "given"), f"{ask.audit} {ask.id}", record)
            did = "consented" if grant.ended_at is None else "consent_ended"
            facts = {**ask.mandate.facts(did, ask.by), "of": tenant, "end": int(grant.ends_at.timestamp())}
            await self._log.append(ask.office, ACCESS, facts, f"{did}:{ask.id}")

    async def end(self, tenant: str, ask_id: str, by: str) -> Grant | None:
        """The grant, taken back, durable and logged; None where there was none to take back."""
        grant = await self.get(tenant, ask_id)
        if grant is None or not grant.granted or grant.ended_at is not None:
            return grant if grant is not None and grant.granted else None
        ask = grant.ask
        mark = Mark(self._key(tenant, "ended"), ask_id, pack({"by": by, "at": iso(self._now())}))
        facts = {**ask.mandate.facts("revoked", by), "office": ask.office}
        with contextlib.suppress(MarkTakenError):  # a colleague was faster
            await self._log.append(tenant, ACCESS, facts, f"ended:{ask_id}", mark)
        return await self.get(tenant, ask_id)

    async def get(self, tenant: str, ask_id: str) -> Grant | None:
        """The request of that id, with what became of it."""
        async with self._database.pipeline(transaction=False) as pipe:
            for name in ("asked", "decided", "ended"):
                pipe.hget(self._key(tenant, name), ask_id)
            asked, decided, ended = await pipe.execute()
        return None if asked is None else _grant(ask_id, asked, decided, ended)

    async def all(self, tenant: str) -> Sequence[Grant]:
        """Every request that came to the institution, oldest first."""
        async with self._database.pipeline(transaction=False) as pipe:
            for name in ("asked", "decided", "ended"):
                pipe.hgetall(self._key(tenant, name))
            asked, decided, ended = await pipe.execute()
        found = (_grant(name.decode(), one, decided.get(name), ended.get(name)) for name, one in asked.items())
        return sorted(found, key=lambda grant: grant.ask.at)

    async def live(self, tenant: str, office: str, audit: str) -> Grant | None:
        """The consent of `tenant` under which an audit of the institution `office` may look now."""
        now = self._now()
        found = [one for one in await self.all(tenant) if (one.ask.office, one.ask.audit) == (office, audit)]
        return next((one for one in reversed(found) if one.is_live(now)), None)

    async def sent(self, tenant: str, audit: str) -> Sequence[Sent]:
        """The asker's side (`tenant`): what was asked for under this audit, oldest first."""
        async with self._database.pipeline(transaction=False) as pipe:
            pipe.hgetall(self._key(tenant, "sent"))
            pipe.hgetall(self._key(tenant, "given"))
            sent, given = await pipe.execute()
        mine = [name for name in sent if name.startswith(f"{audit} ".encode())]
        return sorted((_sent(name, sent[name], given.get(name)) for name in mine), key=lambda one: one.at)

    async def givers(self, tenant: str, audit: str) -> Sequence[str]:
        """The institutions that ever consented to this audit of `tenant`: looks under it may stand in their logs."""
        return list(dict.fromkeys(one.institution for one in await self.sent(tenant, audit) if one.institution))

    async def forget(self, tenant: str, before: datetime) -> int:
        """How many requests of before that date went, sent and received; what is still alive stays. Safe to repeat."""
        now = self._now()
        came = [one.ask.id for one in await self.all(tenant) if one.ask.at < before and not one.is_live(now)]
        sent: dict[bytes, bytes] = await self._database.hgetall(self._key(tenant, "sent"))
        given: dict[bytes, bytes] = await self._database.hgetall(self._key(tenant, "given"))
        old = [
            name
            for name, record in sent.items()
            if (one := _sent(name, record, given.get(name))).at < before and not one.is_open(now)
        ]
        async with self._database.pipeline(transaction=True) as pipe:
            for what in ("decided", "ended", "asked"):
                pipe.hdel(self._key(tenant, what), "", *came)
            for what in ("given", "sent"):
                pipe.hdel(self._key(tenant, what), "", *old)
            await pipe.execute()
        return len(came) + len(old)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:grants", *parts))


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _sent(name: bytes, sent: bytes, given: bytes | None) -> Sent:
    row = json.loads(sent)
    found = Sent(name.decode().split()[1], row["name"], instant(row["at"]))
    if given is None:
        return found
    back = json.loads(given)
    return replace(found, institution=back["institution"], ends_at=instant(back["ends"]))


def _grant(ask_id: str, asked: bytes, decided: bytes | None, ended: bytes | None) -> Grant:
    row = json.loads(asked)
    ends = None if row["ends"] is None else instant(row["ends"])
    ask = Ask(ask_id, row["office"], row["audit"], mandate_of(row), row["by"], instant(row["at"]), ends)
    if decided is None:
        return Grant(ask)
    said = json.loads(decided)
    over = None if ended is None else instant(json.loads(ended)["at"])
    return Grant(ask, said["granted"], said["by"], instant(said["at"]), over)
