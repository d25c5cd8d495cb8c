"""Who looked at whose receipt: a leaf `looked` first, then the traveller's list and the notice that is due.

```
look → one leaf for all receipts of one institution and audit → traveller's list, notice due      (again: nothing twice)
follow: what a killed process left in the log without its list is made up for from the log
take → the looks that one notice tells, frozen → told
```
The log is the truth; the rest is its index and holds no name, no place and no document. A look at another institution's
receipt that this house may not see into is a leaf of the looker's own log. It speaks to nobody: `take` hands over what
is to be told, and holds are the teller's to keep.

    dobi:{tenant}:looks:all             sorted set, leaf → ms: every look in this institution's log
    dobi:{tenant}:looks:of:<holder>     sorted set, "leaf:row" → ms, of one traveller; `told:<holder>` those told
    dobi:{tenant}:looks:under:<audit>   sorted set, the same under one audit
    dobi:{tenant}:looks:waiting:<group>, telling:<group>   the same, not told yet; in a notice that is being written
    dobi:{tenant}:looks:due             sorted set, group → ms; group = holder/office/audit
    dobi:{tenant}:looks:followed        the first leaf that `follow` has not seen
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

import redis.asyncio

from attest import canonical
from attest.audits import Access, Audits
from attest.errors import LogCorruptError
from attest.leaf import Entry
from attest.log import ReceiptLog
from attest.receipt import Receipt
from attest.verify import Verdict

KIND: Final = "looked"
MOST: Final = 500  # receipts in one leaf
_PREFIX: Final = b"\x84\x01" + bytes([0x60 + len(KIND)]) + KIND.encode()
_BATCH: Final = 1000

# KEYS 1 all, 2 due; ARGV 1 leaf, 2 look (ms), 3 prefix of the keys, 4 audit or '', 5... holder, group, in turn
# The first to write a leaf's rows writes them all; whoever repeats it changes nothing: 0.
_INDEX = """
if redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[1]) == 0 then return 0 end
for i = 5, #ARGV, 2 do
  local row = ARGV[1] .. ':' .. ((i - 5) / 2)
  if ARGV[4] ~= '' then redis.call('ZADD', ARGV[3] .. 'under:' .. ARGV[4], ARGV[2], row) end
  if ARGV[i] ~= '' then
    redis.call('ZADD', ARGV[3] .. 'of:' .. ARGV[i], ARGV[2], row)
    redis.call('ZADD', ARGV[3] .. 'waiting:' .. ARGV[i + 1], ARGV[2], row)
    redis.call('ZADD', KEYS[2], 'LT', ARGV[2], ARGV[i + 1])
  end
end
return 1
"""

# KEYS 1 waiting, 2 telling. What is being told stays as it is until it is told.
_FREEZE = """
if redis.call('EXISTS', KEYS[2]) == 0 and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('RENAME', KEYS[1], KEYS[2])
end
return redis.call('ZRANGE', KEYS[2], 0, -1)
"""

# KEYS 1 telling, 2 told, 3 due, 4 waiting, 5 last; ARGV 1 group, 2 the time (ms), 3 look again at (ms), 4... rows
# Whoever comes late, after what he took was told by another, takes nothing of what is being told since.
_TOLD = """
for i = 4, #ARGV do
  redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[i])
  redis.call('ZREM', KEYS[1], ARGV[i])
end
redis.call('HSET', KEYS[5], ARGV[1], ARGV[2])
if redis.call('EXISTS', KEYS[4], KEYS[1]) > 0 then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
else redis.call('ZREM', KEYS[3], ARGV[1]) end
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One receipt that an auditor looked at, with what `Audits.may_check` said, and the verdict that was given."""

    access: Access
    receipt: Receipt
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class LookRecord:
    """A look as its traveller may know it: when, by which institution's auditors, under which document number.

    `number` is empty where there was none. `serial` and `receipt_at` name the receipt; `opened`: its sealed part was
    open to the look. `row` is its place in the log, `leaf:row`.
    """

    at: datetime
    office: str
    number: str
    serial: bytes
    receipt_at: datetime
    verdict: Verdict
    opened: bool
    row: str


@dataclass(frozen=True, slots=True)
class Group:
    """The looks of one audit (or of none: empty) of one institution at one traveller: they are told together."""

    holder: bytes
    office: str
    audit: str

    @property
    def name(self) -> str:
        """As the stores know it."""
        return f"{self.holder.hex()}/{self.office}/{self.audit}"

    @classmethod
    def named(cls, name: str) -> Group:
        """The group of a `name`."""
        holder, office, audit = name.split("/")
        return cls(bytes.fromhex(holder), office, audit)


@dataclass(frozen=True, slots=True)
class Telling:
    """What one notice tells: its rows, and the records of those whose facts are still there."""

    rows: tuple[str, ...]
    records: tuple[LookRecord, ...]


class Looks:
    """The looks at all institutions' receipts on one Redis. `tenant` is the institution whose receipts they are."""

    def __init__(
        self, database: redis.asyncio.Redis, log: ReceiptLog, audits: Audits, now: Callable[[], datetime]
    ) -> None:
        self._database: Any = database  # its stubs tell every decoding of an answer at once
        self._log = log
        self._audits = audits
        self._now = now
        self._index = database.register_script(_INDEX)
        self._freeze = database.register_script(_FREEZE)
        self._tell = database.register_script(_TOLD)

    async def look(self, tenant: str, by: str, access: Access, receipt: Receipt, verdict: Verdict, key: str) -> Entry:
        """The leaf of one look by a person of institution `tenant`: durable, with its notice due, before any answer.

        The same `key` (the update's, with the number of the receipt in it) gives the very same leaf.

        Raises:
            LogError: the log is overrun, damaged or behind; nothing was written, and nothing may be answered.
        """
        return (await self.look_many(tenant, by, [Look(access, receipt, verdict)], key))[0]

    async def look_many(self, tenant: str, by: str, looks: Sequence[Look], key: str) -> Sequence[Entry]:
        """As `look`, of any number of receipts: a leaf for each institution and audit, and for each 500 receipts."""
        entries = []
        for number, same in enumerate(_parts(looks)):
            access = same[0].access
            home = access.institution if access.full else tenant  # whose log tells of it
            audit = access.audit
            facts: dict[str, str | int | bytes] = {
                "by": by, "office": tenant, "audit": audit.number if audit else "", "case": audit.id if audit else "",
                "seen": _pack(same),
            }  # fmt: skip
            if home != access.institution:
                facts["of"] = access.institution
            entry = await self._log.append(home, KIND, facts, f"looked:{key}:{access.institution}:{number}")
            await self._indexed(home, entry)
            entries.append(entry)
        return entries

    async def looks_at(self, tenant: str, holder: bytes) -> Sequence[LookRecord]:
        """The looks at this traveller's receipts, oldest first; of what is held, nothing before its notice.

        `holder` is the pseudonym in the receipts (`KeyStore.pseudonym`). Looks whose facts were destroyed are left out.
        """
        told_key = self._key(tenant, "told", holder.hex())
        rows = [row.decode() for row in await self._database.zrange(self._key(tenant, "of", holder.hex()), 0, -1)]
        told = {row.decode() for row in await self._database.zrange(told_key, 0, -1)}
        found, held = [], _Held(self._audits)
        for record, audit in await self._records(tenant, rows):
            if record.row in told or not await held.covers(record, audit):
                found.append(record)
        return found

    async def count(self, tenant: str, audit: str) -> int:
        """How many looks at receipts of `tenant` were made under this audit."""
        return int(await self._database.zcard(self._key(tenant, "under", audit)))

    async def between(self, tenant: str, since: datetime, until: datetime) -> Sequence[Entry]:
        """The leaves of looks written down in [since, until), oldest first, for the review of access records."""
        found = await self._database.zrangebyscore(self._key(tenant, "all"), _ms(since), f"({_ms(until)}")
        return await self._entries(tenant, [int(leaf) for leaf in found])

    async def follow(self, tenant: str) -> None:
        """Makes up for what whoever wrote a look did not live to do; cheap where nothing is new."""
        stored = await self._database.get(self._key(tenant, "followed"))
        at = int(stored or 0)
        while leaves := await self._log.leaves(tenant, at, at + _BATCH):
            places = [at + place for place, leaf in enumerate(leaves) if leaf.startswith(_PREFIX)]
            for entry in await self._entries(tenant, places):
                await self._indexed(tenant, entry)
            at += len(leaves)
            await self._database.set(self._key(tenant, "followed"), at)

    async def due(self, tenant: str, now: datetime) -> Sequence[Group]:
        """The groups in which something is to be told by now."""
        found = await self._database.zrangebyscore(self._key(tenant, "due"), "-inf", _ms(now))
        return [Group.named(name.decode()) for name in found]

    async def next_due(self, tenant: str) -> datetime | None:
        """When the next notice is due."""
        found = await self._database.zrange(self._key(tenant, "due"), 0, 0, withscores=True)
        return datetime.fromtimestamp(found[0][1] / 1000, UTC) if found else None

    async def defer(self, tenant: str, group: Group, until: datetime) -> None:
        """The group is looked at again then."""
        await self._database.zadd(self._key(tenant, "due"), {group.name: _ms(until)}, xx=True)

    async def hasten(self, tenant: str, audit: str) -> None:
        """What waits under this audit is due now: its hold has ended."""
        names = [name.decode() for name in await self._database.zrange(self._key(tenant, "due"), 0, -1)]
        now = _ms(self._now())
        if mine := {name: now for name in names if name.endswith(f"/{audit}")}:
            await self._database.zadd(self._key(tenant, "due"), mine, xx=True)

    async def last_told(self, tenant: str, group: Group) -> datetime | None:
        """When the group's last notice was written."""
        found = await self._database.hget(self._key(tenant, "last"), group.name)
        return None if found is None else datetime.fromtimestamp(int(found) / 1000, UTC)

    async def take(self, tenant: str, group: Group) -> Telling:
        """What the group's next notice tells: the same until it is `told`, whoever asks, whatever comes meanwhile."""
        keys = [self._key(tenant, "waiting", group.name), self._key(tenant, "telling", group.name)]
        rows = tuple(row.decode() for row in await self._freeze(keys=keys))
        return Telling(rows, tuple(record for record, _ in await self._records(tenant, rows)))

    async def told(self, tenant: str, group: Group, telling: Telling, again: datetime) -> None:
        """The notice is written; what came meanwhile is looked at `again`."""
        keys = [
            self._key(tenant, "telling", group.name), self._key(tenant, "told", group.holder.hex()),
            self._key(tenant, "due"), self._key(tenant, "waiting", group.name), self._key(tenant, "last"),
        ]  # fmt: skip
        await self._tell(keys=keys, args=[group.name, _ms(self._now()), _ms(again), *telling.rows])

    async def forget(self, tenant: str, before: datetime) -> int:
        """How many looks of before that date went out of all lists; their leaves stay. Safe to repeat."""
        end = f"({_ms(before)}"
        gone = 0
        for what in ("of", "told", "under"):
            async for name in self._database.scan_iter(match=f"{self._key(tenant, what)}:*", count=1000):
                rows = int(await self._database.zremrangebyscore(name, "-inf", end))
                gone += rows if what == "of" else 0
        for group, at in (await self._database.hgetall(self._key(tenant, "last"))).items():
            if int(at) < _ms(before):
                await self._database.hdel(self._key(tenant, "last"), group)
        await self._database.zremrangebyscore(self._key(tenant, "all"), "-inf", end)
        return gone

    async def _indexed(self, tenant: str, entry: Entry) -> None:
        if entry.fields is None:
            return
        office, case = str(entry.fields.get("office", tenant)), str(entry.fields.get("case", ""))
        own = "of" not in entry.fields
        holders = [row.holder for row in _rows(entry)]
        groups = [Group(holder, office, case).name for holder in holders]
        pairs = zip([holder.hex() if own else "" for holder in holders], groups, strict=True)
        args: list[str | int] = [entry.index, _ms(entry.at), self._key(tenant, ""), case]
        args += itertools.chain.from_iterable(pairs)
        await self._index(keys=[self._key(tenant, "all"), self._key(tenant, "due")], args=args)

    async def _records(self, tenant: str, rows: Sequence[str]) -> list[tuple[LookRecord, str]]:
        """Records of `leaf:row` names with the audits' ids; those whose facts are gone are left out."""
        places = [tuple(map(int, row.split(":"))) for row in rows]
        leaves = sorted({leaf for leaf, _ in places})
        entries = {entry.index: (entry, _rows(entry)) for entry in await self._entries(tenant, leaves)}
        found = [(*entries[leaf], row) for leaf, row in places if leaf in entries]
        return [
            (_record(tenant, entry, seen, row), str((entry.fields or {}).get("case", "")))
            for entry, seen_rows, row in found
            for seen in seen_rows[row : row + 1]
        ]

    async def _entries(self, tenant: str, places: Sequence[int]) -> list[Entry]:
        """The entries there, without those whose facts were destroyed."""
        found = []
        for leaf in places:
            entry = await self._log.get(tenant, leaf)
            if entry is not None and entry.fields is not None:
                found.append(entry)
        return found

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:looks", *parts))


@dataclass(frozen=True, slots=True)
class _Row:
    """One receipt in a leaf's facts."""

    serial: bytes
    holder: bytes
    at: datetime
    verdict: Verdict
    opened: bool


class _Held:
    """Whether an untold look was held back; an audit's holds are read once."""

    def __init__(self, audits: Audits) -> None:
        self._audits = audits
        self._ends: dict[tuple[str, str], datetime | None] = {}

    async def covers(self, record: LookRecord, audit: str) -> bool:
        place = record.office, audit
        if place not in self._ends:
            holds = await self._audits.holds(*place) if audit else ()
            self._ends[place] = max((hold.ends_at for hold in holds), default=None)
        last = self._ends[place]
        return last is not None and last > record.at


def seen_in(entry: Entry) -> int:
    """How many receipts a leaf of looks tells of; one where it is of before 0.3, or its facts were destroyed."""
    return len(_rows(entry)) or 1


def _parts(looks: Sequence[Look]) -> Iterator[list[Look]]:
    """The looks that one leaf can tell of together, in order."""
    together: dict[tuple[str, str, bool, bool], list[Look]] = {}
    for look in looks:
        access = look.access
        case = access.audit.id if access.audit else ""
        together.setdefault((access.institution, case, access.full, access.opens), []).append(look)
    for same in together.values():
        for at in range(0, len(same), MOST):
            yield same[at : at + MOST]


def _pack(looks: Sequence[Look]) -> bytes:
    return canonical.dumps(
        [
            [one.receipt.serial, one.receipt.holder, int(one.receipt.time.timestamp()), one.verdict.value,
             one.access.opens]
            for one in looks
        ]
    )  # fmt: skip


def _rows(entry: Entry) -> list[_Row]:
    """What a leaf says was seen; nothing where it is of before 0.3, which told no holder."""
    packed = (entry.fields or {}).get("seen")
    if not isinstance(packed, bytes):
        return []
    rows = canonical.loads(packed)
    try:
        return [
            _Row(serial, holder, datetime.fromtimestamp(at, UTC), Verdict(verdict), bool(opened))
            for serial, holder, at, verdict, opened in cast("list[list[object]]", rows)
            if isinstance(serial, bytes) and isinstance(holder, bytes) and isinstance(at, int)
        ]
    except (TypeError, ValueError) as error:
        raise LogCorruptError(f"entry {entry.index} is not a look") from error


def _record(tenant: str, entry: Entry, seen: _Row, row: int) -> LookRecord:
    fields = entry.fields or {}
    return LookRecord(
        at=entry.at, office=str(fields.get("office", tenant)), number=str(fields.get("audit", "")),
        serial=seen.serial, receipt_at=seen.at, verdict=seen.verdict, opened=seen.opened, row=f"{entry.index}:{row}",
    )  # fmt: skip


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
