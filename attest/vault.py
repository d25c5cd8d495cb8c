"""Points kept for screening, for at most a day, and readable by nobody after: sealed under a key that is destroyed.

```
a share's point, a live share's fix → sealed under this hour's key → Redis      the key: a file (`crypto.hourly`)
answers (too fast? another's too? as a phone moves? near?) ← opened, compared, forgotten
sweep: keys whose day is over are overwritten and removed; then what lies in Redis under them is deleted
```
It gives answers, never points. Redis, its append-only file and a backup hold ciphertext and keyed digests alone, so the
key's end is theirs. A lost key means that nothing can be said of what was sealed under it; it is no error. Per tenant:

    dobi:{tenant}:vault:points:<person>           hash, message → sealed point
    dobi:{tenant}:vault:fixes:<message>:<person>  hash, digest of time and coordinates → sealed fix of a live share
    dobi:{tenant}:vault:boxes:<hour>              hash, message:person → sealed box around that hour's fixes
    dobi:{tenant}:vault:compared:<message>:<person>  how many fixes were compared with others', and the flags of it
    dobi:{tenant}:vault:same:<hour>               sorted set, digest of the coordinates ‖ person
    dobi:{tenant}:vault:due                       sorted set, name of each of these → when the last key in it dies

Sealed: the key's hour (4 bytes) ‖ AES-256-GCM, bound to its place.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import redis.asyncio
import redis.asyncio.client

from attest import canonical, screening
from attest.crypto.hourly import LIFE, HourKey, HourKeys
from attest.evidence import NEAR_M, NEAR_TIME, Trace
from attest.places import distance_m
from attest.receipt import Point
from attest.screening import Fix

SHARP_M = 200.0  # a point less exact than that is no witness to a colleague's
FIXES_KEPT = 720  # of one live share: two hours at one in ten seconds
POINTS_KEPT = 256  # of one person, in a day
_COMPARED = 20  # earlier traces in the same place
_GROWN = 1.25
_SPARE = timedelta(hours=1)
_DEGREES = 10_000_000  # seven decimals: a centimetre
_MARGIN = 20_000  # of these: 200 m
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Kept:
    """A point as it was kept, and whether it answered a challenge."""

    fix: Fix
    answered: bool


@dataclass(frozen=True, slots=True)
class _Box:
    """The box around some fixes, in 10^-7 degrees."""

    south: int
    west: int
    north: int
    east: int

    def meets(self, other: _Box) -> bool:
        """Whether the two lie within some 200 m of each other."""
        return (
            self.south <= other.north + _MARGIN
            and other.south <= self.north + _MARGIN
            and self.west <= other.east + _MARGIN
            and other.west <= self.east + _MARGIN
        )


class Vault:
    """The points of all institutions on one Redis, sealed under hourly keys that lie under `directory`."""

    def __init__(self, database: redis.asyncio.Redis, directory: Path, now: Callable[[], datetime]) -> None:
        self._database = database
        self._keys = HourKeys(directory)
        self._now = now

    async def keep(self, tenant: str, person: str, message: str, kept: Kept) -> None:
        """Keeps a share's point, once for this message; of too many in a day the later ones are not kept.

        Raises:
            OSError: no key could be kept; nothing was.
        """
        key = await asyncio.to_thread(self._keys.current, self._now())
        name, field = self._key(tenant, "points", person), _tag(message)
        if not await self._full(name, field, POINTS_KEPT):
            await self._write(tenant, key, name, field, _pack(kept))
            await self._mark(tenant, person, key, kept.fix)

    async def keep_fix(self, tenant: str, person: str, message: str, fix: Fix) -> None:
        """Keeps a fix of a live share, once.

        Raises:
            OSError: no key could be kept; nothing was.
        """
        key = await asyncio.to_thread(self._keys.current, self._now())
        trace = f"{_tag(message)}:{person}"
        name = self._key(tenant, "fixes", trace)
        field = key.digest(b"fix" + canonical.dumps([_milliseconds(fix.at), *_units(fix.point)])).hex()
        if not await self._full(name, field, FIXES_KEPT):
            await self._write(tenant, key, name, field, _pack(Kept(fix, answered=False)))
            await self._widen(tenant, key, trace, fix)
            await self._mark(tenant, person, key, fix)

    async def too_fast(self, tenant: str, person: str, message: str) -> bool:
        """Whether this share is too far from another of the person's for the time between."""
        points = await self._opened(self._key(tenant, "points", person))
        this = points.pop(_tag(message), None)
        return this is not None and any(screening.too_fast(this.fix, other.fix) for other in points.values())

    async def elsewhere(self, tenant: str, person: str, fixes: Iterable[Fix]) -> bool:
        """Whether another person of the institution gave the very same coordinates, to seven decimals.

        Inexact ones (beyond 100 m) don't count: a cell's own position is the same for all its phones.
        """
        coordinates = {_coordinates(tenant, fix) for fix in fixes if screening.is_sharp(fix)}
        keys = await asyncio.to_thread(self._keys.living, self._now())
        asked = [(hour, key.digest(one)) for hour, key in keys.items() for one in coordinates]
        if not asked:
            return False
        async with self._database.pipeline(transaction=False) as pipe:
            for hour, digest in asked:
                # a person's id in UTF-8 has no byte 0xff
                pipe.zrangebylex(self._key(tenant, "same", str(hour)), b"[" + digest, b"(" + digest + b"\xff")
            found = cast("list[list[bytes]]", await pipe.execute())
        return any(member[_DIGEST:].decode() != person for members in found for member in members)

    async def trace(self, tenant: str, person: str, message: str, *, anew: bool = True) -> Trace:
        """What a live share shows so far, screened by itself, against earlier ones, and against other people's.

        Others are looked at once it is long enough to lift. Not `anew`: what was found against them stands until the
        trace has grown by a quarter.
        """
        trace = f"{_tag(message)}:{person}"
        fixes = await self._fixes(tenant, trace)
        if not fixes:
            return Trace()
        positions = len({tuple(_units(fix.point)) for fix in fixes})
        found = Trace(positions, screening.lasted(fixes), screened=screening.is_telling(fixes))
        own = await asyncio.to_thread(screening.examine, fixes)
        beside = await self._compared(tenant, trace, fixes, anew=anew) if anew or found.lifts else ()
        flags = (*(remark.flag for remark in own), *beside)
        return replace(found, flags=tuple(dict.fromkeys(flags)))

    async def _compared(self, tenant: str, trace: str, fixes: Sequence[Fix], *, anew: bool) -> tuple[str, ...]:
        """The flags that come of other traces and of other people's points."""
        name = self._key(tenant, "compared", trace)
        many, *flags = (cast("bytes | None", await self._database.get(name)) or b"0").decode().split()
        if anew or len(fixes) > _GROWN * int(many):
            others = await self._others(tenant, trace, fixes)
            remark = await asyncio.to_thread(screening.replayed, fixes, others)
            flags = [] if remark is None else [remark.flag]
            flags += ["same_point"] if await self.elsewhere(tenant, trace.partition(":")[2], fixes) else []
            async with self._database.pipeline(transaction=True) as pipe:
                pipe.set(name, " ".join([str(len(fixes)), *flags]))
                self._end(pipe, tenant, self._now() + LIFE, name)
                await pipe.execute()
        return tuple(flags)

    async def near(self, tenant: str, person: str, colleague: str) -> bool:
        """Whether both gave an answer to a challenge within 200 m and 10 minutes, from two places that differ."""
        if person == colleague:
            return False
        mine, theirs = [await self._opened(self._key(tenant, "points", one)) for one in (person, colleague)]
        return any(_witness(one, other) for one in mine.values() for other in theirs.values())

    async def count(self, tenant: str, person: str) -> int:
        """How many of the person's points are kept now; what they are is not told."""
        return int(await self._database.hlen(self._key(tenant, "points", person)))

    async def forget(self, tenant: str, person: str) -> None:
        """Deletes what is kept of a person; what the append-only file still holds of it dies with its key."""
        names = [self._key(tenant, "points", person)]
        for hour in await asyncio.to_thread(self._keys.living, self._now()):
            boxes, same = self._key(tenant, "boxes", str(hour)), self._key(tenant, "same", str(hour))
            traces = [field.decode() for field in cast("list[bytes]", await self._database.hkeys(boxes))]
            own = [trace for trace in traces if trace.partition(":")[2] == person]
            members = cast("list[bytes]", await self._database.zrange(same, 0, -1))
            marks = [member for member in members if member[_DIGEST:].decode() == person]
            names += [self._key(tenant, kind, trace) for trace in own for kind in ("fixes", "compared")]
            async with self._database.pipeline(transaction=True) as pipe:
                if own:
                    pipe.hdel(boxes, *own)
                if marks:
                    pipe.zrem(same, *marks)
                await pipe.execute()
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.unlink(*names)
            pipe.zrem(self._key(tenant, "due"), *names)
            await pipe.execute()

    async def sweep(self, tenants: Sequence[str], now: datetime) -> datetime | None:
        """Destroys what is a day old: the keys, then what they sealed. Returns when the next key is due, if any."""
        destroyed, due = await asyncio.to_thread(self._keys.destroy, now)
        for tenant in tenants:
            await self._delete(tenant, now)
            if destroyed:
                await self._thin(tenant, now)
        return due

    async def _delete(self, tenant: str, now: datetime) -> None:
        """Whatever holds nothing that can still be opened."""
        index = self._key(tenant, "due")
        over = cast("list[bytes]", await self._database.zrangebyscore(index, "-inf", now.timestamp()))
        if over:
            async with self._database.pipeline(transaction=True) as pipe:
                pipe.unlink(*over)
                pipe.zrem(index, *over)
                await pipe.execute()

    async def _thin(self, tenant: str, now: datetime) -> None:
        """Of what is still in use the fields that nobody can open any more."""
        living = await asyncio.to_thread(self._keys.living, now)
        for name in cast("list[bytes]", await self._database.zrange(self._key(tenant, "due"), 0, -1)):
            if not any(kind in name for kind in (b":vault:points:", b":vault:fixes:")):
                continue
            stored = cast("dict[bytes, bytes]", await self._database.hgetall(name.decode()))
            dead = [field.decode() for field, sealed in stored.items() if _hour(sealed) not in living]
            if dead:
                await self._database.hdel(name.decode(), *dead)

    async def _write(self, tenant: str, key: HourKey, name: str, field: str, plain: bytes) -> None:
        """Sealed into one field, with the date of its end."""
        sealed = key.hour.to_bytes(4, "big") + key.lock(plain, _place(name, field))
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.hset(name, field, sealed)
            self._end(pipe, tenant, key.dies_at, name)
            await pipe.execute()

    def _end(self, pipe: redis.asyncio.client.Pipeline, tenant: str, at: datetime, name: str) -> None:
        """When it is deleted: by `sweep`, and by the database itself where nobody sweeps."""
        pipe.zadd(self._key(tenant, "due"), {name: at.timestamp()})
        pipe.expire(name, LIFE + _SPARE)
        pipe.expire(self._key(tenant, "due"), 2 * LIFE)

    async def _mark(self, tenant: str, person: str, key: HourKey, fix: Fix) -> None:
        """Notes that this person gave these coordinates, as a digest under the hour's key."""
        if not screening.is_sharp(fix):
            return
        name = self._key(tenant, "same", str(key.hour))
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.zadd(name, {key.digest(_coordinates(tenant, fix)) + person.encode(): 0})
            self._end(pipe, tenant, key.dies_at, name)
            await pipe.execute()

    async def _widen(self, tenant: str, key: HourKey, trace: str, fix: Fix) -> None:
        """The box around the trace's fixes of this hour, with this one."""
        name = self._key(tenant, "boxes", str(key.hour))
        stored = cast("bytes | None", await self._database.hget(name, trace))
        here = _box([fix])
        box = _unpack_box(_open(name, trace, stored or b"", {key.hour: key}))
        await self._write(tenant, key, name, trace, _pack_box(here if box is None else _around([box, here])))

    async def _full(self, name: str, field: str, most: int) -> bool:
        """Whether the field is there already, or there are too many."""
        async with self._database.pipeline(transaction=False) as pipe:
            pipe.hexists(name, field)
            pipe.hlen(name)
            there, many = await pipe.execute()
        return bool(there) or int(many) >= most

    async def _fixes(self, tenant: str, trace: str) -> list[Fix]:
        found = await self._opened(self._key(tenant, "fixes", trace))
        return sorted((kept.fix for kept in found.values()), key=lambda fix: (fix.at, fix.received_at))

    async def _opened(self, name: str) -> dict[str, Kept]:
        """What can still be opened, by its field."""
        stored = cast("dict[bytes, bytes]", await self._database.hgetall(name))
        return await asyncio.to_thread(self._open_all, name, stored) if stored else {}

    def _open_all(self, name: str, stored: Mapping[bytes, bytes]) -> dict[str, Kept]:
        keys = self._keys.living(self._now(), {_hour(sealed) for sealed in stored.values()})
        found = {field.decode(): _open(name, field.decode(), sealed, keys) for field, sealed in stored.items()}
        return {field: _unpack(plain) for field, plain in found.items() if plain is not None}

    async def _others(self, tenant: str, trace: str, fixes: Sequence[Fix]) -> list[Sequence[Fix]]:
        """The traces that came by the same place: other people's, and other ones of this person's."""
        own, near = _box(fixes), set()
        keys = await asyncio.to_thread(self._keys.living, self._now())
        for hour, key in keys.items():
            name = self._key(tenant, "boxes", str(hour))
            stored = cast("dict[bytes, bytes]", await self._database.hgetall(name))
            for field, sealed in stored.items():
                box = _unpack_box(_open(name, field.decode(), sealed, {hour: key}))
                if box is not None and box.meets(own):
                    near.add(field.decode())
        names = sorted(near - {trace})[:_COMPARED]
        return [found for name in names if (found := await self._fixes(tenant, name))]

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:vault", *parts))


def _witness(one: Kept, other: Kept) -> bool:
    """Whether two people's points stand for each other: near in place and time, exact enough, and two phones'."""
    if not (one.answered and other.answered) or abs(one.fix.received_at - other.fix.received_at) > NEAR_TIME:
        return False
    exact = all(kept.fix.point.accuracy_m is None or kept.fix.point.accuracy_m <= SHARP_M for kept in (one, other))
    apart = distance_m(one.fix.point, other.fix.point)
    return exact and apart <= NEAR_M and _units(one.fix.point) != _units(other.fix.point)


def _open(name: str, field: str, sealed: bytes, keys: Mapping[int, HourKey]) -> bytes | None:
    key = keys.get(_hour(sealed))
    return None if key is None else key.unlock(sealed[4:], _place(name, field))


def _hour(sealed: bytes) -> int:
    return int.from_bytes(sealed[:4], "big")


def _place(name: str, field: str) -> bytes:
    return f"{name}\0{field}".encode()


def _tag(message: str) -> str:
    return hashlib.sha256(message.encode()).hexdigest()[:32]


def _coordinates(tenant: str, fix: Fix) -> bytes:
    return canonical.dumps([tenant, *_units(fix.point)])


def _units(point: Point) -> list[int]:
    return [round(point.lat * _DEGREES), round(point.lon * _DEGREES)]


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _pack(kept: Kept) -> bytes:
    """As long for every point, so that its length tells nothing."""
    fix = kept.fix
    accuracy = -1 if fix.point.accuracy_m is None else min(round(fix.point.accuracy_m * 10), 10**9)
    times = [_milliseconds(fix.at), _milliseconds(fix.received_at)]
    return canonical.dumps([*times, *_units(fix.point), accuracy, kept.answered]).ljust(48, b"\0")


def _unpack(plain: bytes) -> Kept:
    items = cast("list[int]", canonical.loads_prefix(plain)[0])
    at, received_at, lat, lon, accuracy, answered = items
    point = Point(lat / _DEGREES, lon / _DEGREES, accuracy / 10 if accuracy >= 0 else None)
    return Kept(Fix(_instant(at), _instant(received_at), point), bool(answered))


def _box(fixes: Sequence[Fix]) -> _Box:
    return _around([_Box(lat, lon, lat, lon) for lat, lon in (_units(fix.point) for fix in fixes)])


def _around(boxes: Sequence[_Box]) -> _Box:
    return _Box(
        min(box.south for box in boxes),
        min(box.west for box in boxes),
        max(box.north for box in boxes),
        max(box.east for box in boxes),
    )


def _pack_box(box: _Box) -> bytes:
    return canonical.dumps([box.south, box.west, box.north, box.east]).ljust(24, b"\0")


def _unpack_box(plain: bytes | None) -> _Box | None:
    return None if plain is None else _Box(*cast("list[int]", canonical.loads_prefix(plain)[0]))
