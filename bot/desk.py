"""The audit office's desk: what opens seals is answered by the one process that holds the opening key, wherever.

    chat: update → route of the desk → sealed to the audit office, marked → written down → told, if nobody is there
    verify: taken → mark → opened → the same handler → replies into the outbox → deleted

A request is sealed whole (HPKE, `attest.crypto`): neither Redis nor its file holds a picture or a word of it in clear.
Its mark is an HMAC under a secret that is not in Redis, so that whoever writes there asks nothing in an auditor's name.
Every step is safe to repeat: a request goes only when its answers stand in the outbox, each under a name of its own.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hmac import compare_digest

from attest.crypto import KeyStore, OpeningKeys, seal_letter
from attest.errors import AttestError, KeyFileError
from bot import parcels, wording
from bot.letters import Letter, Letters
from bot.logs import failed_for
from bot.messenger import Reply, chat_of
from bot.outbox import Outbox, Row
from bot.routes import Handle, Request, Route
from bot.tenancy import Tenancy
from bot.wording import desk as words

LARGEST = 48 * 2**20
MARK_BYTES = 32
KEPT = timedelta(days=3)
_AT_ONCE = 2
_TRIES, _MOST_TAKES = 3, 10
_AGAIN, _LOOK = timedelta(seconds=5), timedelta(seconds=15)
_LOOK_S = 1.0

log = logging.getLogger(__name__)


class Counter:
    """Where a process that opens no seals hands in what the audit office has to answer."""

    def __init__(self, letters: Letters, keys: KeyStore, tenancy: Tenancy, outbox: Outbox) -> None:
        self._letters = letters
        self._keys = keys
        self._tenancy = tenancy
        self._outbox = outbox

    def over(self, routes: Iterable[Route]) -> tuple[Route, ...]:
        """The routes, those of the desk led to it."""
        return tuple(replace(one, handle=self._handing(one.name)) if one.desk else one for one in routes)

    def _handing(self, name: str) -> Handle:
        async def hand_in(request: Request) -> Sequence[Reply]:
            return await self._hand_in(request, name)

        return hand_in

    async def _hand_in(self, request: Request, route: str) -> Sequence[Reply]:
        tenant, update = request.tenant, request.update
        institution = self._tenancy.institution(tenant)
        packed = parcels.pack(request, route)
        if len(packed) > LARGEST:
            return [words.too_large(LARGEST // 2**20)]
        try:
            public = await asyncio.to_thread(self._keys.audit_key, tenant, request.now, institution.name)
        except KeyFileError:
            return [words.no_key(institution.contact)]
        letter = Letter(
            parcels.name(update), request.now, request.chat.ref, update.thread, update.reference, self._letters.owner
        )  # fmt: skip
        sealed = await asyncio.to_thread(self._sealed, tenant, letter, packed, public)
        written = await self._letters.put(tenant, letter, sealed)
        if written is None:
            return [words.too_many(institution.contact)]
        if await self._letters.attended(tenant):
            return []
        await self._letters.tell(tenant, letter.id)
        return [words.closed(institution.contact)]

    def _sealed(self, tenant: str, letter: Letter, packed: bytes, public: bytes) -> bytes:
        sealed = seal_letter(packed, public, _info(tenant, letter))
        return self._keys.mark(tenant, letter.head + sealed) + sealed

    async def wait(self, now: datetime) -> datetime | None:
        """Tells whoever waits that nobody is there, and after days that it will not be answered; when to look again."""
        looks = []
        for institution in self._tenancy.institutions():
            letters = await self._letters.open(institution.id)
            closed = bool(letters) and not await self._letters.attended(institution.id)
            looks += [
                await self._tell(institution.id, letter, institution.contact, now) if closed else now + _LOOK
                for letter in letters
            ]
        return min(looks, default=None)

    async def _tell(self, tenant: str, letter: Letter, contact: str, now: datetime) -> datetime:
        """What has to be said of a letter that nobody is there to answer; when it has to be looked at again."""
        late = now - letter.at > KEPT
        if not late and now - letter.at < _LOOK:
            return letter.at + _LOOK
        if late or await self._letters.tell(tenant, letter.id):
            reply = words.given_up(letter.at) if late else words.closed(contact)
            story = f"desk/{letter.id}/{'late' if late else 'waits'}"
            await self._outbox.put(tenant, [Row(chat_of(letter.chat), story, 1, "notice", reply, now)])
        if late:
            await self._letters.done(tenant, letter.id)
        return letter.at + KEPT + _LOOK


class Desk:
    """The worker that answers, for the institutions whose opening key lies here."""

    def __init__(
        self, letters: Letters, keys: KeyStore, opening: OpeningKeys, tenancy: Tenancy, routes: Sequence[Route],
        outbox: Outbox, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._letters = letters
        self._keys = keys
        self._opening = opening
        self._tenancy = tenancy
        self._routes: Mapping[str, Route] = {one.name: one for one in routes if one.desk}
        self._outbox = outbox
        self._now = now
        self._faults: dict[str, str] = {}
        self._odd: set[str] = set()  # letters that could not be opened, and of which the log says so

    async def step(self) -> datetime | None:
        """Answers everything that waits, also meanwhile; when to look again, where something could not be answered."""
        running: dict[str, asyncio.Task[bool]] = {}
        chats: dict[str, str] = {}
        later: set[str] = set()
        try:
            while True:
                for tenant, letter in await self._waiting():
                    free = len(running) < _AT_ONCE and letter.chat not in chats.values()
                    if free and letter.id not in later and (tries := await self._letters.take(tenant, letter)):
                        running[letter.id] = asyncio.create_task(self._do(tenant, letter, tries))
                        chats[letter.id] = letter.chat
                if not running:
                    return self._now() + _AGAIN if later else None
                await asyncio.wait(running.values(), timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                for name in [name for name, task in running.items() if task.done()]:
                    chats.pop(name)
                    if not running.pop(name).result():
                        later.add(name)
        finally:
            for task in running.values():
                task.cancel()
            await asyncio.gather(*running.values(), return_exceptions=True)

    async def leave(self) -> None:
        """Nobody counts on this process from here on."""
        for institution in self._tenancy.institutions():
            await self._letters.leave(institution.id)

    async def _waiting(self) -> list[tuple[str, Letter]]:
        """What waits where this process can open, the oldest first; that it is here is told on the way."""
        found = []
        for institution in self._tenancy.institutions():
            if await asyncio.to_thread(self._can_open, institution.id):
                await self._letters.attend(institution.id, self._now())
                found += [(institution.id, letter) for letter in await self._letters.open(institution.id)]
            else:
                await self._letters.leave(institution.id)
        return sorted(found, key=lambda pair: pair[1].at)

    def _can_open(self, tenant: str) -> bool:
        """Whether the key that requests are sealed to now lies here; why not is logged once."""
        try:
            suite = self._keys.suite(tenant)
            seals = [key for key in self._keys.public_keys(tenant).of(tenant, "seal") if key.suite == suite]
            fault = "" if not seals or self._opening.holds(tenant, seals[-1].key) else "another key lies here"
        except AttestError as error:
            seals, fault = [], str(error)
        if fault and self._faults.get(tenant) != fault:
            log.error("the seals of %s can't be opened here: %s", tenant, fault)
        self._faults[tenant] = fault
        return bool(seals) and not fault

    async def _do(self, tenant: str, letter: Letter, tries: int) -> bool:
        """Whether it is off the desk; False where it has to wait."""
        try:
            request, route = await self._opened(tenant, letter)
        except (AttestError, ValueError, KeyError) as error:  # altered, or sealed to a key that is elsewhere
            return await self._unopened(tenant, letter, error)
        try:
            replies = await self._answer(request, route) if tries <= _MOST_TAKES else self._gives_up(tenant, letter)
        except Exception as error:  # noqa: BLE001 - whatever happens, whoever asked gets an answer
            failed_for(log, error, "letter %s", letter.id)
            if tries < _TRIES:
                return False
            replies = self._gives_up(tenant, letter)
        reference = await self._letters.reference(tenant, letter)
        rows = [
            Row(chat_of(letter.chat), reply.receipt or f"desk/{letter.id}/{number}", 1, "reply", reply, self._now(),
                reference, letter.thread)
            for number, reply in enumerate(replies)
        ]  # fmt: skip
        await self._outbox.put(tenant, rows)
        await self._letters.done(tenant, letter.id)
        return True

    async def _unopened(self, tenant: str, letter: Letter, error: Exception) -> bool:
        """Told once in the log; it waits for a process that has its key, for some days."""
        if letter.id not in self._odd:
            failed_for(log, error, "letter %s of %s can't be opened here", letter.id, tenant)
            self._odd.add(letter.id)
        if self._now() - letter.at <= KEPT:
            return False
        self._odd.discard(letter.id)
        row = Row(chat_of(letter.chat), f"desk/{letter.id}/late", 1, "notice", words.unopened(letter.at), self._now())
        await self._outbox.put(tenant, [row])
        await self._letters.done(tenant, letter.id)
        return True

    def _gives_up(self, tenant: str, letter: Letter) -> Sequence[Reply]:
        """A polite sentence instead of an answer, for what failed too often or killed whoever took it up."""
        case = secrets.token_hex(3).upper()
        log.error("case %s: letter %s is given up", case, letter.id)
        return [wording.failed(case, self._tenancy.institution(tenant).contact)]

    async def _opened(self, tenant: str, letter: Letter) -> tuple[Request, Route]:
        data = await self._letters.sealed(tenant, letter.id)
        return await asyncio.to_thread(self._open, tenant, letter, data)

    def _open(self, tenant: str, letter: Letter, data: bytes) -> tuple[Request, Route]:
        mark, sealed = data[:MARK_BYTES], data[MARK_BYTES:]
        if not compare_digest(mark, self._keys.mark(tenant, letter.head + sealed)):
            raise ValueError("not handed in by this house")
        parcel = parcels.unpack(self._opening.open_letter(tenant, sealed, _info(tenant, letter)), letter)
        member = self._tenancy.person(parcel.update.adapter, parcel.update.sender)
        if member is None or member.tenant != tenant:
            raise ValueError("from nobody of this institution")
        request = Request(member, chat_of(letter.chat), parcel.update, parcel.argument, self._now())
        return request, self._routes[parcel.route]

    async def _answer(self, request: Request, route: Route) -> Sequence[Reply]:
        """What the handler says; the role is asked for again, for it may have been taken since."""
        if not route.allows(request.member):
            roles = sorted(role.value for role in route.roles)
            contact = self._tenancy.institution(request.tenant).contact
            return [wording.not_allowed(route.called, roles, contact)]
        return await route.handle(request)


def _info(tenant: str, letter: Letter) -> bytes:
    return b"dobi desk 1\0" + tenant.encode() + b"\0" + letter.id.encode()
