"""What people did and nobody has handled yet: durable before the platform hears that it came.

    adapter → put (one write) → acknowledged ‖ lease the oldest of a chat → router → done (deleted with its text)

Updates of one sender in one chat (a lane) are handled in their order, one at a time; lanes side by side, by any number
of processes. What comes where nobody waits may be taken in the very write that keeps it, by a process that handles too.
A lease belongs to an owner whose connection lives (`Liveness`): a killed worker's update is taken over. Its end is
counted by the database's clock alone: machines may differ by hours.

An update that comes twice is kept once. An edit takes the place of a text that nobody has read yet, also of one that
it overtook, which is then not read any more; of one that was read it is an update of its own. Who floods fills the room
of one sender, and an institution its own: whoever wrote when there was none hears so once. It handles nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from redis.asyncio import Redis

from bot import intake_scripts as scripts
from bot.intake_form import LONGEST, bounded, dump, edited, load
from bot.intake_signs import DEPLOYMENT, LAST, WAITING, Held, place
from bot.messenger import Update
from bot.outbox_together import Together

MEMORY: Final = timedelta(days=2)
"""How long a repetition is known."""
MOST_KNOWN: Final = 1_000_000
SENDER_BYTES: Final = 16 * 2**20
STRANGER_BYTES: Final = 2 * 2**20
TENANT_BYTES: Final = 256 * 2**20
STRANGERS_BYTES: Final = 64 * 2**20
_MS: Final = timedelta(milliseconds=1)


class Put(StrEnum):
    """What became of an update; all of them may be acknowledged."""

    NEW = "new"
    TAKEN = "taken"
    """It is new, and this worker's to handle now."""
    AGAIN = "again"
    """It came before."""
    REPLACED = "replaced"
    """It changed one that waits."""
    DROPPED = "dropped"
    """Its sender floods: what waits of them fills their room."""
    REFUSED = "refused"
    """What waits of its institution fills the room: it was not kept, and its sender will hear so, once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An update that this worker alone handles now; `tries` counts this one too.

    `refused`: nothing is left of what was said but who said it, and where.
    """

    tenant: str
    row: str
    lane: str
    update: Update
    tries: int
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Leased:
    """What was taken, and in how long the next lane may be; None: nothing of this messenger is left there at all."""

    taken: tuple[Taken, ...]
    next_in: timedelta | None


@dataclass(frozen=True, slots=True)
class Done:
    """How many of the sender's updates were dropped, told with their last one, and whether their chat has more."""

    flood: int
    more: bool


def _digest(*parts: str) -> str:
    told = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=12).hexdigest()


def lane_of(update: Update) -> str:
    """Whose updates are handled one after the other: one sender's, in one chat."""
    return _digest(update.adapter, update.sender[:LONGEST], (update.chat or "")[:LONGEST])


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


class Intake:
    """The waiting updates of every institution. `owner` is this worker's name in `Liveness`."""

    def __init__(
        self,
        redis: Redis,
        owner: str,
        lease: timedelta = timedelta(minutes=3),
        sender_bytes: int = SENDER_BYTES,
        tenant_bytes: int = TENANT_BYTES,
    ) -> None:
        self.owner = owner
        self._lease = int(lease / _MS)
        self._rooms = sender_bytes, tenant_bytes
        self._put, self._done = Together(redis, scripts.PUT), Together(redis, scripts.DONE)
        self._take, self._free = Together(redis, scripts.LEASE), Together(redis, scripts.FREE)
        self._extend = Together(redis, scripts.EXTEND)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return place(tenant, *parts)

    async def put(self, tenant: str, update: Update) -> Put:
        """Keeps an update: once this returns it is durable, and its platform may hear so. One round trip.

        Where there is no room for it a note of whose it was is kept in its place, so that they hear of it.
        """
        return (await self._kept(tenant, _whole(update), takes=False))[0]

    async def take(self, tenant: str, update: Update) -> tuple[Put, Taken | None]:
        """As `put`; with TAKEN the update is this worker's in the same write, as if it had been leased."""
        return await self._kept(tenant, _whole(update), takes=True)

    async def _kept(self, tenant: str, update: Update, *, takes: bool) -> tuple[Put, Taken | None]:
        row, lane = _digest(update.adapter, update.id or ""), lane_of(update)
        found = await self._write(tenant, row, lane, update, _kind(update), takes=takes)
        if found == "full" and tenant == DEPLOYMENT:
            return Put.DROPPED, None
        if found == "full":
            found = await self._write(tenant, row, lane, _emptied(update), "refused", takes=False)
        if found == "first":
            found, update = "taken", replace(update, edit=False)
        put = Put(found)
        return put, Taken(tenant, row, lane, update, 1) if put is Put.TAKEN else None

    async def _write(self, tenant: str, row: str, lane: str, update: Update, kind: str, *, takes: bool) -> str:
        at, adapter = update.received_at, update.adapter
        message = "" if update.message is None else _digest(lane, update.message, "point" if kind == "point" else "")
        keys = [
            self._key(tenant, "row", row),
            self._key(tenant, "lane", lane),
            self._key(tenant, "ready", adapter),
            *(self._key(tenant, name) for name in ("known", "messages", "weights")),
            WAITING, LAST,
            self._key(tenant, "leases", adapter),
        ]  # fmt: skip
        args: list[Any] = [
            row, lane, _ms(at), dump(update), message if _may_change(update) and kind != "refused" else "", kind,
            _digest(adapter, update.sender), *self._room(tenant, update), int(MEMORY / _MS), MOST_KNOWN,
            self._key(tenant, "row", ""), _ms(update.sent_at or at), tenant, adapter,
            self.owner if takes else "", self._lease,
        ]  # fmt: skip
        return str((await self._put(keys, args)).decode())

    def _room(self, tenant: str, update: Update) -> tuple[int, int]:
        """Bytes that may wait of one sender, and of all; what became of a room is small, and nobody could say again."""
        sender, everybody = self._rooms
        if tenant != DEPLOYMENT:
            return sender, everybody if update.event is None else everybody + SENDER_BYTES
        return min(STRANGER_BYTES, sender), min(STRANGERS_BYTES, everybody)

    async def lease(self, tenant: str, adapter: str, limit: int = 64) -> Leased:
        """Takes the oldest update of each lane that is free, at most `limit` lanes, who waits longest first.

        Who asks at the same time asks in the same round trip.
        """
        keys = [
            self._key(tenant, "ready", adapter),
            self._key(tenant, "leases", adapter),
            self._key(tenant, "messages"),
        ]
        heads = self._key(tenant, "lane", ""), self._key(tenant, "row", "")
        due, found = await self._take(keys, [limit, self._lease, self.owner, *heads])
        next_in = timedelta(milliseconds=int(due)) if due else None
        return Leased(tuple(_taken(tenant, fields) for fields in found), next_in)

    async def extend(self, tenant: str, taken: Taken) -> bool:
        """Keeps a lease that takes long; False when it is another's by now."""
        keys = [self._key(tenant, name, taken.update.adapter) for name in ("ready", "leases")]
        return bool(await self._extend(keys, [taken.lane, self._name(taken), self._lease]))

    async def done(self, tenant: str, taken: Taken) -> Done | None:
        """Forgets an update with all that was said; None when another worker had taken it over."""
        keys = [
            self._key(tenant, "row", taken.row),
            self._key(tenant, "lane", taken.lane),
            self._key(tenant, "ready", taken.update.adapter),
            self._key(tenant, "leases", taken.update.adapter),
            self._key(tenant, "weights"),
        ]
        flood, more = await self._done(keys, [taken.row, taken.lane, self.owner, self._key(tenant, "row", "")])
        return None if flood < 0 else Done(int(flood), bool(more))

    async def again(self, tenant: str, taken: Taken, after: timedelta) -> bool:
        """Lets the update be taken once more, not before that time has passed."""
        held = Held(tenant, taken.update.adapter, taken.lane, self.owner, self._name(taken))
        return await self.free(tenant, held, after)

    async def free(self, tenant: str, held: Held, after: timedelta = timedelta()) -> bool:
        """Ends that very lease; False when the lane was no longer held by it."""
        keys = [self._key(tenant, name, held.adapter) for name in ("ready", "leases")]
        args: list[str | int | float] = [
            held.lane, held.lease, int(after / _MS), self._key(tenant, "lane", ""),
            self._key(tenant, "row", ""),
        ]  # fmt: skip
        return bool(await self._free(keys, args))

    def _name(self, taken: Taken) -> str:
        return f"{self.owner} {taken.row} {taken.tries}"


def _whole(update: Update) -> Update:
    return bounded(update if update.id is not None else replace(update, id=f"in-{secrets.token_hex(10)}"))


def _emptied(update: Update) -> Update:
    """Whose it was, and where an answer goes, if Dobi was spoken to."""
    spoken = update.mention or update.press is not None or update.text.lstrip().startswith("/")
    return Update(
        update.adapter, update.sender, update.received_at, id=update.id, chat=update.chat, mention=spoken,
        thread=update.thread, event=update.event, reference=update.reference,
    )  # fmt: skip


def _kind(update: Update) -> str:
    if not update.edit:
        return "text"
    return "edit" if update.location is None else "point"


def _may_change(update: Update) -> bool:
    """Whether an edit of this may come: presses name the message of their button, and are none themselves."""
    return update.press is None and update.event is None and (update.edit or update.location is None)


def _taken(tenant: str, fields: list[Any]) -> Taken:
    lane, row, body, edit, tries, kind = fields
    update = load(body)
    if edit:
        update = edited(update, load(edit))
    if kind == b"first":
        update = replace(update, edit=False)
    return Taken(tenant, row.decode(), lane.decode(), update, int(tries), kind == b"refused")


Home = Callable[[Update], str]
"""Whose update this is: the institution that knows its sender, or DEPLOYMENT."""


class Hands(Protocol):
    """A worker of this process that handles what comes (`bot.attendant.Attendant`)."""

    def reach(self, tenant: str, lane: str) -> bool:
        """Keeps a hand free for what may come of that lane; False where none is to be had."""

    def got(self, tenant: str, lane: str, taken: Taken | None) -> None:
        """What came, for the hand that was kept free; None: nothing that is its to handle."""


class Entrance:
    """What adapters are given as `receive`: each update is kept where it belongs."""

    def __init__(self, intake: Intake, home: Home, kept: Callable[[Put], None] | None = None) -> None:
        self._intake = intake
        self._home = home
        self._kept = kept
        self._hands: Hands | None = None

    def hand_to(self, hands: Hands) -> None:
        """What comes where nobody waits is these hands' from the start."""
        self._hands = hands

    async def receive(self, update: Update) -> None:
        """See `bot.messenger.Receive`."""
        tenant, lane = self._home(update), lane_of(update)
        hands = self._hands
        if hands is None or not hands.reach(tenant, lane):
            put = await self._intake.put(tenant, update)
        else:
            taken: Taken | None = None
            try:
                put, taken = await self._intake.take(tenant, update)
            finally:
                hands.got(tenant, lane, taken)
        if self._kept is not None:
            self._kept(put)
