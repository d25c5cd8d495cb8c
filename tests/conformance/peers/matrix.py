"""People on a homeserver, and its bad days: a real Synapse, or (`play`) any server of that API with their tokens.

Written from the Matrix client-server specification, without a line of the adapter's: people speak through plain HTTP.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web

from bot.messenger import Chat, Messenger, Outgoing, Reply, Update
from bot.messengers import Tools, open_messenger
from bot.settings import MessengerAccount, Secret
from tests.conformance.peer import Can, Fault, Seen
from tests.conformance.peers import synapse
from tests.conformance.peers.matrix_people import V3, Browser, People
from tests.conformance.peers.relay import Relay

ADAPTER_WAITS_S = 2.0
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


class MatrixPeer(People):
    """See `tests.conformance.peer.Peer`."""

    name = "matrix"
    can = frozenset(Can) - {Can.FORGE, Can.PRESS}

    def __init__(
        self, bot: str, browsers: Mapping[str, Browser], relay: Relay, account: MessengerAccount, messenger: Messenger
    ) -> None:
        super().__init__(bot, browsers)
        self.relay = relay
        self.account = account
        self.messenger = messenger
        first, second = browsers
        self.people = (first, second)
        self.group = ""
        self._last: bytes | None = None
        self._again = False

    async def gather(self, bot: Browser) -> None:
        """The group in which everybody is."""
        first, second = (self.browsers[user] for user in self.people)
        wanted = {"name": "총무과", "preset": "private_chat", "invite": [second.user, bot.user]}
        self.group = (await first.ask("POST", f"{V3}/createRoom", wanted))["room_id"]
        for one in (second, bot):
            await one.ask("POST", f"{V3}/join/{quote(self.group, safe='')}", {})

    async def press(self, user: str, label: str) -> None:
        """Somebody answers with the number of the newest choice of that word."""
        for seen in reversed(await self.seen(f"dm:{user}")):
            for line in seen.text.splitlines():
                number, _, word = line.partition(". ")
                if word == label and number.isdigit():
                    await self.say(user, number)
                    return
        raise AssertionError("no such choice")

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
            await browser.ask("POST", f"{V3}/rooms/{quote(room, safe='')}/leave", {})
        self._direct.pop(user, None)

    async def _met(self, room: str, user: str) -> None:
        """Waits until Dobi came; where nobody lets it listen, it listens for as long as that takes."""
        self._direct[user] = room
        listening: asyncio.Task[None] | None = None
        try:
            for tries in range(200):
                path = f"{V3}/rooms/{quote(room, safe='')}/joined_members"
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
        path = f"{V3}/rooms/{quote(self.group, safe='')}/upgrade"
        new = (await first.ask("POST", path, {"new_version": "10"}))["replacement_room"]
        await first.ask("POST", f"{V3}/rooms/{quote(new, safe='')}/invite", {"user_id": self.bot})
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
        events = [event for room in rooms for event in await self.events(user, room)]
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
            for event in await self.events(user, room):
                if event["event_id"] == native:
                    return bool(event["content"])
        return False

    def fault(self, fault: Fault, count: int = 1) -> None:
        """See the port."""
        self.relay.faults.extend([fault] * count)

    def calls(self) -> Mapping[str, int]:
        """See the port."""
        return dict(self.relay.calls)

    async def changed(self, method: str, path: str, body: bytes) -> bytes:
        """A sync on its way to the adapter; a repetition keeps the adapter's place."""
        if not path.startswith(f"{V3}/sync"):
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
