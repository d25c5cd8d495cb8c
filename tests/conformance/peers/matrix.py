"""People on a homeserver, and its bad days: a real Synapse, or (`play`) any server of that API with their tokens.

Written from the Matrix client-server specification, without a line of the adapter's: people speak through plain HTTP.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import mimetypes
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from aiohttp import web

from bot.messenger import Chat, Messenger, Outgoing, Reply, Update
from bot.messengers import Tools, open_messenger
from bot.settings import MessengerAccount, Secret
from tests.conformance.peer import Can, Fault, Seen
from tests.conformance.peers import synapse
from tests.conformance.peers.relay import Relay

ADAPTER_WAITS_S = 2.0
_V3 = "/_matrix/client/v3"
_SENDING = re.compile(r"/rooms/[^/]+/send/m\.room\.message/")
_CHOICE = re.compile(r"^\d{1,2}\. (.+)$", re.MULTILINE)

missing = synapse.missing
_HOUSES = itertools.count(1)


@dataclass
class Memory:
    """A bookmark for one run."""

    text: str | None = None

    async def get(self) -> str | None:
        return self.text

    async def set(self, text: str) -> None:
        self.text = text


@dataclass
class Browser:
    """One person's client."""

    url: str
    user: str
    token: str
    session: aiohttp.ClientSession
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def ask(self, method: str, path: str, content: object = None, **query: str) -> dict[str, Any]:
        """The answer's JSON; an error raises."""
        url = aiohttp.client.URL(f"{self.url}{path}" + (f"?{urlencode(query)}" if query else ""), encoded=True)
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.request(method, url, json=content, headers=headers) as answer:
            if answer.status != 200:
                raise AssertionError(f"{method} {path}: {answer.status} {await answer.text()}")
            return dict(await answer.json())

    async def event(self, room: str, kind: str, content: object) -> str:
        """Sends an event; its id."""
        number = f"{next(self._numbers)}-{secrets.token_hex(4)}"
        path = f"{_V3}/rooms/{quote(room, safe='')}/send/{kind}/{number}"
        return str((await self.ask("PUT", path, content))["event_id"])

    async def sync(self) -> dict[str, Any]:
        """Everything, as a client that has just started sees it."""
        return await self.ask("GET", f"{_V3}/sync", timeout="0")

    async def upload(self, data: bytes, kind: str, name: str) -> str:
        """Its mxc address."""
        url = f"{self.url}/_matrix/media/v3/upload?{urlencode({'filename': name})}"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        async with self.session.post(url, data=io.BytesIO(data), headers=headers) as answer:
            return str((await answer.json())["content_uri"])

    async def download(self, address: str) -> bytes:
        """What lies there."""
        url = f"{self.url}/_matrix/client/v1/media/download/{address.removeprefix('mxc://')}"
        async with self.session.get(url, headers={"Authorization": f"Bearer {self.token}"}) as answer:
            assert answer.status == 200, answer.status
            return await answer.read()


class MatrixPeer:
    """See `tests.conformance.peer.Peer`."""

    name = "matrix"
    can = frozenset(Can) - {Can.FORGE, Can.PRESS}

    def __init__(
        self, bot: str, browsers: Mapping[str, Browser], relay: Relay, account: MessengerAccount, messenger: Messenger
    ) -> None:
        self.bot = bot
        self.browsers = browsers
        self.relay = relay
        self.account = account
        self.messenger = messenger
        first, second = browsers
        self.people = (first, second)
        self.group = ""
        self._direct: dict[str, str] = {}
        self._last: bytes | None = None
        self._again = False

    async def gather(self, bot: Browser) -> None:
        """The group in which everybody is."""
        first, second = (self.browsers[user] for user in self.people)
        wanted = {"name": "총무과", "preset": "private_chat", "invite": [second.user, bot.user]}
        self.group = (await first.ask("POST", f"{_V3}/createRoom", wanted))["room_id"]
        for one in (second, bot):
            await one.ask("POST", f"{_V3}/join/{quote(self.group, safe='')}", {})

    # people

    async def say(
        self, user: str, text: str, *, chat: str | None = None, mention: bool = False, thread: str | None = None
    ) -> str:
        """Somebody writes."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": text, "m.mentions": {}}
        if thread is not None:
            below = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": True}
            content["m.relates_to"] = {**below, "m.in_reply_to": {"event_id": thread}}
        if mention:
            content["m.mentions"] = {"user_ids": [self.bot]}
            content["body"] = f"{self.bot.partition(':')[0]}: {text}"
        return await self.browsers[user].event(chat or await self._private(user), "m.room.message", content)

    async def edit(self, user: str, native: str, text: str) -> None:
        """Somebody changes a message."""
        content = {
            "msgtype": "m.text",
            "body": f"* {text}",
            "m.new_content": {"msgtype": "m.text", "body": text},
            "m.relates_to": {"rel_type": "m.replace", "event_id": native},
        }
        await self.browsers[user].event(await self._private(user), "m.room.message", content)

    async def share(self, user: str, lat: float, lon: float, accuracy_m: float | None = None) -> str:
        """Somebody shares where they are."""
        uri = f"geo:{lat},{lon}" + ("" if accuracy_m is None else f";u={accuracy_m:g}")
        content = {
            "msgtype": "m.location",
            "body": f"Location {uri}",
            "geo_uri": uri,
            "org.matrix.msc3488.location": {"uri": uri},
            "org.matrix.msc3488.asset": {"type": "m.self"},
        }
        return await self.browsers[user].event(await self._private(user), "m.room.message", content)

    async def upload(self, user: str, name: str, data: bytes, text: str = "") -> str:
        """Somebody sends a file."""
        browser = self.browsers[user]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        content = {
            "msgtype": "m.image" if kind.startswith("image/") else "m.file",
            "body": text or name,
            "filename": name,
            "url": await browser.upload(data, kind, name),
            "info": {"mimetype": kind, "size": len(data)},
        }
        return await browser.event(await self._private(user), "m.room.message", content)

    async def press(self, user: str, label: str) -> None:
        """Somebody answers with the number of the newest choice of that word."""
        for seen in reversed(await self.seen(f"dm:{user}")):
            for line in seen.text.splitlines():
                number, _, word = line.partition(". ")
                if word == label and number.isdigit():
                    await self.say(user, number)
                    return
        raise AssertionError("no such choice")

    async def react(self, user: str, native: str, sign: str) -> str:
        """Somebody puts a sign on a message."""
        content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": native, "key": sign}}
        return await self.browsers[user].event(await self._private(user), "m.reaction", content)

    async def seal(self, user: str) -> str:
        """Somebody asks Dobi into an encrypted chat, as their client makes them."""
        sealed = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        wanted = {"preset": "trusted_private_chat", "is_direct": True, "invite": [self.bot], "initial_state": [sealed]}
        return str((await self.browsers[user].ask("POST", f"{_V3}/createRoom", wanted))["room_id"])

    async def invited(self, user: str) -> list[str]:
        """The rooms that somebody is asked into."""
        return list((await self.browsers[user].sync()).get("rooms", {}).get("invite", {}))

    async def begin_sharing(self, user: str, room: str) -> str:
        """Somebody begins to share where they are (MSC3672, as clients send it); the share's event."""
        content = {
            "description": "위치", "live": True, "timeout": 900_000, "org.matrix.msc3488.ts": int(time.time() * 1000),
            "org.matrix.msc3488.asset": {"type": "m.self"},
        }  # fmt: skip
        kind, state_key = "org.matrix.msc3672.beacon_info", quote(user, safe="")
        path = f"{_V3}/rooms/{quote(room, safe='')}/state/{kind}/{state_key}"
        return str((await self.browsers[user].ask("PUT", path, content))["event_id"])

    async def go_on_sharing(self, user: str, room: str, share: str, uri: str) -> str:
        """The next point of it."""
        content = {
            "m.relates_to": {"rel_type": "m.reference", "event_id": share},
            "org.matrix.msc3488.location": {"uri": uri},
            "org.matrix.msc3488.ts": int(time.time() * 1000),
        }
        return await self.browsers[user].event(room, "org.matrix.msc3672.beacon", content)

    async def bodies(self, user: str, room: str) -> list[str]:
        """What Dobi said in a room, as somebody in it reads it."""
        events = await self._events(user, room)
        return [one["content"]["body"] for one in events if one["sender"] == self.bot]

    async def enter(self, user: str, room: str) -> None:
        """Somebody comes into a room that they were asked into, and talks with Dobi there from now on."""
        await self.browsers[user].ask("POST", f"{_V3}/join/{quote(room, safe='')}", {})
        self._direct[user] = room

    async def block(self, user: str, *, back: bool = False) -> None:
        """Somebody leaves their private chat, or asks Dobi into a new one."""
        browser = self.browsers[user]
        if back:
            await self._met(await self._open(user), user)
            return
        if not await self._rooms(user):
            chat = Chat("matrix", f"dm:{user}", private=True)
            await self.messenger.send(Outgoing("gyeongnam", chat, "greeting", Reply("안녕하세요.")))
        for room in await self._rooms(user):
            await browser.ask("POST", f"{_V3}/rooms/{quote(room, safe='')}/leave", {})
        self._direct.pop(user, None)

    async def _met(self, room: str, user: str) -> None:
        """Waits until Dobi came; where nobody lets it listen, it listens for as long as that takes."""
        self._direct[user] = room
        listening: asyncio.Task[None] | None = None
        try:
            for tries in range(200):
                path = f"{_V3}/rooms/{quote(room, safe='')}/joined_members"
                if self.bot in (await self.browsers[user].ask("GET", path))["joined"]:
                    return
                if tries == 20:
                    listening = asyncio.create_task(self.messenger.run(_nothing))
                await asyncio.sleep(0.1)
            raise AssertionError("Dobi does not come")
        finally:
            if listening is not None:
                await asyncio.sleep(0.5)
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)

    async def move(self) -> str:
        """The group is upgraded, and Dobi asked into its successor."""
        first = self.browsers[self.people[0]]
        path = f"{_V3}/rooms/{quote(self.group, safe='')}/upgrade"
        new = (await first.ask("POST", path, {"new_version": "10"}))["replacement_room"]
        await first.ask("POST", f"{_V3}/rooms/{quote(new, safe='')}/invite", {"user_id": self.bot})
        return str(new)

    async def forge(self, user: str, text: str) -> int:
        """Nobody can: Dobi takes nothing in by itself, it asks its homeserver."""
        raise NotImplementedError

    async def repeat(self) -> None:
        """The last sync with anything in it comes once more."""
        assert self._last is not None
        self._again = True

    # what stands there

    async def seen(self, chat: str) -> list[Seen]:
        """Dobi's messages as a person sees them, changes applied."""
        user = chat.removeprefix("dm:") if chat.startswith("dm:") else self.people[0]
        rooms = await self._rooms(user) if chat.startswith("dm:") else [chat]
        events = [event for room in rooms for event in await self._events(user, room)]
        events.sort(key=lambda event: event["origin_server_ts"])
        found: dict[str, Seen] = {}
        for event in events:
            content = event["content"]
            relation = content.get("m.relates_to", {})
            if event["sender"] != self.bot or not content:
                continue
            if relation.get("rel_type") == "m.replace":
                old = found[relation["event_id"]]
                body = content["m.new_content"]["body"]
                found[old.native] = Seen(old.native, body, buttons=_labels(body), thread=old.thread, edited=True)
            else:
                found[event["event_id"]] = await self._one(user, event)
        return list(found.values())

    async def _one(self, user: str, event: dict[str, Any]) -> Seen:
        content, browser = event["content"], self.browsers[user]
        relation = content.get("m.relates_to", {})
        thread = relation["event_id"] if relation.get("rel_type") == "m.thread" else None
        native, body, kind = event["event_id"], content["body"], content["msgtype"]
        assert "formatted_body" not in content
        if kind == "m.image":
            return Seen(native, body, image=await browser.download(content["url"]), thread=thread)
        if kind == "m.file":
            data = await browser.download(content["url"])
            return Seen(native, body, file=(content["filename"], data), thread=thread)
        return Seen(native, body, buttons=_labels(body), thread=thread)

    async def exists(self, user: str, native: str) -> bool:
        """Whether the message still says something."""
        for room in await self._rooms(user):
            for event in await self._events(user, room):
                if event["event_id"] == native:
                    return bool(event["content"])
        return False

    def fault(self, fault: Fault, count: int = 1) -> None:
        """See the port."""
        self.relay.faults.extend([fault] * count)

    def calls(self) -> Mapping[str, int]:
        """See the port."""
        return dict(self.relay.calls)

    async def _events(self, user: str, room: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        start: dict[str, str] = {}
        while True:
            path = f"{_V3}/rooms/{quote(room, safe='')}/messages"
            page = await self.browsers[user].ask("GET", path, dir="b", limit="500", **start)
            found += [event for event in page["chunk"] if event["type"] == "m.room.message"]
            if not page.get("end") or not page["chunk"]:
                return found[::-1]
            start = {"from": page["end"]}

    async def _rooms(self, user: str) -> list[str]:
        """Somebody's private chats with Dobi; an invitation of Dobi's is taken."""
        browser = self.browsers[user]
        told = await browser.sync()
        for room in told.get("rooms", {}).get("invite", {}):
            await browser.ask("POST", f"{_V3}/join/{quote(room, safe='')}", {})
        if told.get("rooms", {}).get("invite"):
            told = await browser.sync()
        found = []
        for room in told.get("rooms", {}).get("join", {}):
            members = await browser.ask("GET", f"{_V3}/rooms/{quote(room, safe='')}/members")
            present = {
                event["state_key"] for event in members["chunk"] if event["content"]["membership"] in {"join", "invite"}
            }
            if present == {user, self.bot}:
                found.append(room)
        return found

    async def _private(self, user: str) -> str:
        """Somebody's private chat with Dobi, opened by them where there is none."""
        if user not in self._direct:
            rooms = await self._rooms(user)
            self._direct[user] = rooms[-1] if rooms else await self._open(user)
        return self._direct[user]

    async def _open(self, user: str) -> str:
        wanted = {"preset": "trusted_private_chat", "is_direct": True, "invite": [self.bot]}
        return str((await self.browsers[user].ask("POST", f"{_V3}/createRoom", wanted))["room_id"])

    async def changed(self, method: str, path: str, body: bytes) -> bytes:
        """A sync on its way to the adapter; a repetition keeps the adapter's place."""
        if not path.startswith(f"{_V3}/sync"):
            return body
        told = json.loads(body)
        if self._again and self._last is not None and "next_batch" in told:
            self._again = False
            rooms = {**json.loads(self._last)["rooms"].get("join", {}), **told.get("rooms", {}).get("join", {})}
            return json.dumps({**told, "rooms": {**told.get("rooms", {}), "join": rooms}}).encode()
        if any(_spoken(room, self.bot) for room in told.get("rooms", {}).get("join", {}).values()):
            self._last = body
        return body


async def _nothing(update: Update) -> None:
    return


def _spoken(room: Mapping[str, Any], bot: str) -> bool:
    return any(one["type"] == "m.room.message" and one["sender"] != bot for one in room["timeline"]["events"])


def _labels(body: str) -> tuple[str, ...]:
    return tuple(_CHOICE.findall(body))


def _flood() -> web.Response:
    return web.json_response(
        {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 400}, status=429
    )


def _error() -> web.Response:
    return web.json_response({"errcode": "M_UNKNOWN", "error": "Internal server error"}, status=500)


@asynccontextmanager
async def play(
    url: str, bot: Browser, browsers: Mapping[str, Browser], now: Callable[[], datetime], token: str, **options: str
) -> AsyncIterator[MatrixPeer]:
    """The people, the road and the adapter on some homeserver."""
    peers: list[MatrixPeer] = []

    async def changed(method: str, path: str, body: bytes) -> bytes:
        return await peers[0].changed(method, path, body) if peers else body

    relay = Relay(
        url, lambda _, path: bool(_SENDING.search(path)), _named, _flood, _error, ADAPTER_WAITS_S * 1.5, changed
    )
    async with relay.open():
        told = {"homeserver": relay.url, "user": bot.user, "timeout_s": str(ADAPTER_WAITS_S), "poll_s": "2", **options}
        account = MessengerAccount("matrix", {"token": Secret(token, "test")}, told)
        messenger = open_messenger(account, Tools(now, asyncio.sleep, Memory()))
        peer = MatrixPeer(bot.user, browsers, relay, account, messenger)
        peers.append(peer)
        await peer.gather(bot)
        try:
            yield peer
        finally:
            await messenger.close()  # type: ignore[attr-defined]


def _named(method: str, path: str) -> str:
    bare = path.partition("?")[0]
    if _SENDING.search(bare):
        return "send"
    return bare.rsplit("/", maxsplit=1)[-1] if not re.search(r"[!$%]", bare) else method.lower()


@asynccontextmanager
async def hurried(folder: Path, now: Callable[[], datetime]) -> AsyncIterator[MatrixPeer]:
    """For runs of kills: on a busy machine Synapse takes longer over a message than the suite lets an adapter wait."""
    async with opened(folder, now, timeout_s="10") as peer:
        yield peer


@asynccontextmanager
async def opened(folder: Path, now: Callable[[], datetime], **options: str) -> AsyncIterator[MatrixPeer]:
    """A peer on Synapse, with people of its own."""
    server, number = await synapse.shared(), next(_HOUSES)
    async with aiohttp.ClientSession() as session:
        browsers = []
        for name in (f"dobi{number}", f"kim{number}", f"park{number}"):
            token = await synapse.register(server, name, "pass-word-1")
            browsers.append(Browser(server.url, f"@{name}:{synapse.NAME}", token, session))
        bot, people = browsers[0], {one.user: one for one in browsers[1:]}
        async with play(server.url, bot, people, now, bot.token, **options) as peer:
            yield peer
