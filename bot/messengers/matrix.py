"""Matrix: an office's own messenger server (Synapse and its kin), through its client-server API.

    run:  sync from where it stopped → invitations → updates, each received → the place is kept
    send: the room → upload a picture or file → PUT under Dobi's own id of the message → the homeserver's answer

The same transaction id of the same device is the same event, for as long as the homeserver remembers it (Synapse: a
day). Beyond that each message carries Dobi's id in its content, and `find` reads the room back for it. Encrypted rooms
are not spoken in: what their people chose to seal is never said in the clear.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.messenger import MAX_FILE_BYTES, Chat, FileRef, FileRefusedError, InFile, Outgoing, Receive
from bot.messengers.letters import file_name
from bot.messengers.matrix_client import (
    MEDIA,
    V3,
    Account,
    Homeserver,
    HomeserverError,
    Kept,
    RefusedError,
    UnansweredError,
    UnreachedError,
    path_of,
)
from bot.messengers.matrix_events import MESSAGE_KEY, events_of, instant, media_of, picture_kind, said, shown, text_at
from bot.messengers.matrix_rooms import Room, Rooms
from bot.messengers.matrix_sealed import Sealed
from bot.messengers.matrix_sync import ADAPTER, FILTER, Follower
from bot.messengers.tools import Tools
from bot.platforms import (
    Absent,
    Ambiguous,
    Capabilities,
    Content,
    Gone,
    Moved,
    Rejected,
    Retry,
    SendResult,
    Sent,
)
from bot.wording import matrix as wording

if TYPE_CHECKING:
    from bot.settings import MessengerAccount

CAPABILITIES = Capabilities(
    location_in=True,
    image_out=True,
    buttons=False,
    edit=True,
    idempotent_send=True,
    max_text=15_000,
    max_caption=0,
    threads=True,
    evidence=True,
    delete=True,
    in_flight=8,
)

_POLL_S = 30
_FETCH_S = 60.0
_UPLOADS = 64
_SETTLES = timedelta(seconds=5)
_REFUSED_FOR = timedelta(hours=1)
_FIND_PAGES = 20
_NOT_YET = frozenset({500, 502, 503})

log = logging.getLogger(__name__)


class MatrixMessenger:
    """One account on one homeserver."""

    name = ADAPTER

    def __init__(
        self, account: Account, servers: frozenset[str], poll_s: int, content: Content | None, tools: Tools
    ) -> None:
        self.capabilities = CAPABILITIES if content is None else replace(CAPABILITIES, content=content)
        self._tools = tools
        self._poll_s = poll_s
        self._kept = Kept(tools.bookmark)
        self._server = Homeserver(account, self._kept)
        self._rooms = Rooms(self._server, tools.now)
        self._follower = Follower(self._server, self._rooms, servers, tools.now, Sealed(self._server, self._rooms).tell)
        self._uploads: OrderedDict[bytes, str] = OrderedDict()
        self._refused_at: OrderedDict[str, datetime] = OrderedDict()

    async def close(self) -> None:
        """Ends the connection."""
        await self._server.close()

    # in

    async def run(self, receive: Receive) -> None:
        """Follows the homeserver; the place is moved only behind updates that were received."""
        try:
            await self._rooms.begin()
            since = await self._kept.get("since") or ""
            while True:
                try:
                    batch = await self._sync(since)
                except RefusedError as refused:
                    if not since or refused.status != 400:
                        raise
                    log.warning("the homeserver knows no more where Dobi stopped reading: %s", refused)
                    since = ""
                    continue
                self._tools.beat()
                following, self._rooms.following = self._rooms.following, True
                if not following:
                    self._rooms.forget()
                await self._follower.accept(batch)
                if since:  # what was said before Dobi first came is not answered
                    async for update in self._follower.updates(batch, since):
                        await receive(update)
                since = text_at(batch, "next_batch") or since
                await self._kept.set("since", since)
        finally:
            self._rooms.following = False
            self._rooms.forget()

    async def _sync(self, since: str) -> dict[str, Any]:
        waits = self._poll_s if since else 0
        query = {"timeout": str(waits * 1000), "filter": json.dumps(FILTER, separators=(",", ":"))}
        if since:
            query["since"] = since
        longest = waits + max(30.0, self._server.account.timeout_s)
        return await self._server.ask("GET", path_of(f"{V3}/sync", **query), timeout_s=longest)

    async def fetch(self, file: FileRef) -> InFile:
        """A file by its `mxc:` address, as the account may read it."""
        found = media_of(file.native)
        if found is None or (file.size or 0) > MAX_FILE_BYTES:
            raise FileRefusedError("no address of a file, or too large a file")
        try:
            path = path_of(f"{MEDIA}/download", *found)
            data = await self._server.raw("GET", path, None, "", MAX_FILE_BYTES, _FETCH_S)
        except HomeserverError as error:
            raise FileRefusedError(f"the homeserver did not hand it over: {error}") from None
        return InFile(file.name, data)

    # out

    async def send(self, message: Outgoing) -> SendResult:
        """Sends or edits one message."""
        left = asyncio.Event()
        try:
            await self._rooms.begin()
            room_id = await self._room_for(message)
            if not isinstance(room_id, str):
                return room_id
            content = await self._content(message)
            left.set()
            answer = await self._server.ask("PUT", _event_path(room_id, message.message), content)
        except UnreachedError:
            return Retry(timedelta(seconds=1), "whole")
        except UnansweredError as error:
            return Ambiguous(str(error)) if left.is_set() else Retry(timedelta(seconds=1))
        except RefusedError as refused:
            return await self._refused(message, refused)
        native = text_at(answer, "event_id")
        return Sent(native) if native else Ambiguous("an answer without an event")

    async def _content(self, message: Outgoing) -> dict[str, Any]:
        reply = message.reply
        if reply.image is not None and not message.edits_native:
            kind, suffix = picture_kind(reply.image)
            name = f"dobi{suffix}"
            return shown(message, await self._uploaded(reply.image, kind, name), name, kind, len(reply.image))
        if reply.file is not None and not message.edits_native:
            kind, name = "application/octet-stream", file_name(reply.file.name)
            return shown(message, await self._uploaded(reply.file.data, kind, name), name, kind, len(reply.file.data))
        return said(message)

    async def _uploaded(self, data: bytes, kind: str, name: str) -> str:
        """Where the homeserver keeps it; a picture for many chats is carried there once."""
        digest = hashlib.blake2b(name.encode() + b"\x00" + data, digest_size=16).digest()
        if digest not in self._uploads:
            self._uploads[digest] = await self._server.upload(data, kind, name)
            while len(self._uploads) > _UPLOADS:
                self._uploads.popitem(last=False)
        return self._uploads[digest]

    async def _room_for(self, message: Outgoing) -> str | Gone | Rejected | Moved:
        """The room of a chat, where it may be spoken in."""
        if not message.chat.private:
            room = await self._rooms.look(message.chat.id)
            if room.successor:
                return Moved(room.successor)
            return Rejected("the room is encrypted") if room.encrypted else room.id
        user = message.chat.id.removeprefix("dm:")
        found = await self._private(user, str(message.reference or ""))
        return found if isinstance(found, str | Gone) else Rejected("the room is encrypted")

    async def _private(self, user: str, hint: str) -> str | Gone | None:
        """The private chat with somebody: where they spoke, else their newest, else a new one; None: only sealed.

        That somebody is gone costs them their news: it is said by the account's list as it stands now, and not of who
        asked Dobi into a room that is not in it yet.
        """
        found = await self._spoken_in(user, hint)
        if not isinstance(found, Gone):
            return found
        self._rooms.forget_directs()
        found = await self._spoken_in(user, hint)
        return found if not isinstance(found, Gone) else await self._rooms.unlisted(user) or found

    async def _spoken_in(self, user: str, hint: str) -> str | Gone | None:
        rooms = (await self._rooms.directs()).get(user, [])
        hinted = [hint] if hint.startswith("!") and hint not in rooms[:1] else []
        left = sealed = False
        for room_id in [*hinted, *rooms]:
            room = await self._with(user, room_id)
            if room is None:
                continue
            left = left or user not in room.present()
            sealed = sealed or (room.encrypted and user in room.present())
            if user in room.present() and not room.encrypted and not room.successor:
                return room_id
        if left and not sealed:
            return Gone("the person left the private chat")
        opened = await self._rooms.open_direct(user)
        made = await self._with(user, opened, begun=True)
        if made is not None and user not in made.present():
            return Gone("the person left the private chat")
        return None if made is None or made.encrypted else opened

    async def _with(self, user: str, room_id: str, *, begun: bool = False) -> Room | None:
        """A private chat as it stands now; None where Dobi is not in it, or somebody else is.

        Raises:
            UnansweredError: it is `begun`, and not there yet.
        """
        try:
            room = await self._rooms.look(room_id, afresh=not self._rooms.following)
            if user not in room.present():  # what is known may be a moment old, and "gone" is not said lightly
                room = await self._rooms.look(room_id, afresh=True)
            if user not in room.members and room.present() == {self._rooms.me}:
                room = await self._rooms.ask_in(user, room_id)
        except RefusedError as refused:
            if refused.status not in {403, 404}:
                raise
            if begun:  # its name comes before it
                raise UnansweredError("the private chat is still being made") from None
            return None
        return room if room.present() <= {user, self._rooms.me} else None

    async def _refused(self, message: Outgoing, refused: RefusedError) -> SendResult:
        """The homeserver's word as the port's."""
        if refused.status == 429 or refused.code == "M_LIMIT_EXCEEDED":
            after = timedelta(seconds=min(refused.after_s if refused.after_s is not None else 1.0, 3600.0))
            return Retry(after, "whole", flood=True)
        if refused.status == 401 or refused.code in {"M_UNKNOWN_TOKEN", "M_UNRECOGNIZED"}:
            log.error("the homeserver refuses Dobi's account, or knows no such request: %s", refused)
            return Retry(timedelta(minutes=1), "whole")
        if refused.status in _NOT_YET:
            return Retry(timedelta(seconds=1))
        if refused.status >= 500 or refused.status == 408:
            return Ambiguous(str(refused))
        if refused.status in {403, 404}:
            return await self._gone(message, refused)
        return Rejected(str(refused))

    async def _gone(self, message: Outgoing, refused: RefusedError) -> SendResult:
        """A refusal in a room that went on elsewhere is a move; one in a private chat may be of the moment."""
        if not message.chat.private:
            self._rooms.forget(message.chat.id)
            path = path_of(f"{V3}/rooms", message.chat.id, "state", "m.room.tombstone", "")
            try:
                new = text_at(await self._server.ask("GET", path), "replacement_room")
            except HomeserverError:
                new = ""
            if new:
                return Moved(new)
        elif refused.status == 403 and self._for_a_moment(message.chat.id):
            self._rooms.forget()
            return Retry(_SETTLES)
        return Gone(str(refused))

    def _for_a_moment(self, chat: str) -> bool:
        """Whether a private chat is refused for the first time: who has only come in may not speak at once."""
        now, first = self._tools.now(), self._refused_at.get(chat)
        if first is not None and now - first < _REFUSED_FOR:
            return now - first < _SETTLES
        self._refused_at[chat] = now
        while len(self._refused_at) > _UPLOADS:
            self._refused_at.popitem(last=False)
        return True

    async def find(self, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:
        """Reads the chat back for a message that carries this id."""
        try:
            await self._rooms.begin()
            for room_id in await self._possible(message.chat, message.reference):
                found = await self._read_back(room_id, message.message, since - timedelta(minutes=5))
                if not isinstance(found, Absent):
                    return found
        except HomeserverError as error:
            return Ambiguous(str(error))
        return Absent()

    async def _possible(self, chat: Chat, reference: int | str | None = None) -> list[str]:
        if not chat.private:
            return [chat.id]
        hint = [reference] if isinstance(reference, str) and reference.startswith("!") else []
        return list(dict.fromkeys([*hint, *(await self._rooms.directs()).get(chat.id.removeprefix("dm:"), [])]))

    async def _read_back(self, room_id: str, message: str, since: datetime) -> Sent | Absent | Ambiguous:
        start: dict[str, str] = {}
        rule = json.dumps({"types": ["m.room.message"], "senders": [self._rooms.me]}, separators=(",", ":"))
        for _ in range(_FIND_PAGES):
            query = {"dir": "b", "limit": "100", "filter": rule, **start}
            page = await self._server.ask("GET", path_of(f"{V3}/rooms", room_id, "messages", **query))
            for event in events_of(page, "chunk"):
                at = instant(event)
                if text_at(event, "content", MESSAGE_KEY) == message:
                    return Sent(text_at(event, "event_id"))
                if at is not None and at < since:
                    return Absent()
            if not text_at(page, "end"):
                return Absent()
            start = {"from": text_at(page, "end")}
        return Ambiguous("the room said more since than is read back")

    async def delete(self, chat: Chat, native: str) -> bool:
        """Redacts somebody's message where Dobi's power in the room suffices."""
        try:
            await self._rooms.begin()
            for room_id in await self._possible(chat):
                if await self._redacted(room_id, native):
                    return True
        except HomeserverError as error:
            log.warning("a message could not be taken away: %s", error)
        return False

    async def _redacted(self, room_id: str, native: str) -> bool:
        key = hashlib.blake2b(native.encode(), digest_size=10).hexdigest()
        try:
            await self._server.ask("GET", path_of(f"{V3}/rooms", room_id, "event", native))
            await self._server.ask("PUT", path_of(f"{V3}/rooms", room_id, "redact", native, f"d{key}"), {})
        except RefusedError as refused:
            if refused.status not in {403, 404}:
                raise
            return False
        return True


def _event_path(room_id: str, transaction: str) -> str:
    return path_of(f"{V3}/rooms", room_id, "send", "m.room.message", transaction)


def make(account: MessengerAccount, tools: Tools) -> MatrixMessenger:
    """The adapter of an account.

    Raises:
        ValueError: it lacks what Matrix needs; in Korean, for the operator.
    """
    options: Mapping[str, str] = account.options
    homeserver, user = options.get("homeserver", ""), options.get("user", "")
    token, password = (
        account.secrets[name].reveal() if name in account.secrets else "" for name in ("token", "password")
    )
    if not homeserver or not user.startswith("@") or ":" not in user:
        raise ValueError(wording.unset("matrix", "homeserver, user(@dobi:server)"))
    if not token and not password:
        raise ValueError(wording.either("matrix", "token", "password"))
    allowed = options.get("servers", "") or user.partition(":")[2]
    return MatrixMessenger(
        Account(
            homeserver=homeserver,
            user=user,
            device=options.get("device", "DOBI"),
            token=token,
            password=password,
            timeout_s=float(options.get("timeout_s", "12")),
        ),
        frozenset(one.strip() for one in allowed.split(",") if one.strip()),
        int(options.get("poll_s", _POLL_S)),
        account.content,
        tools,
    )
