"""What people do on a homeserver: through plain HTTP, as the Matrix client-server specification has it."""

from __future__ import annotations

import io
import itertools
import mimetypes
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

V3 = "/_matrix/client/v3"


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
        path = f"{V3}/rooms/{quote(room, safe='')}/send/{kind}/{number}"
        return str((await self.ask("PUT", path, content))["event_id"])

    async def sync(self) -> dict[str, Any]:
        """Everything, as a client that has just started sees it."""
        return await self.ask("GET", f"{V3}/sync", timeout="0")

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


class People:
    """Those who talk with Dobi, each by their own client."""

    def __init__(self, bot: str, browsers: Mapping[str, Browser]) -> None:
        self.bot = bot
        self.browsers = browsers
        self._signs: dict[tuple[str, str], str] = {}
        self._direct: dict[str, str] = {}

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

    async def react(self, user: str, native: str, sign: str, *, off: bool = False) -> None:
        """Somebody puts a sign on a message, or takes it off: their client redacts the reaction."""
        room = await self._private(user)
        if off:
            path = "/".join(quote(part, safe="") for part in (room, "redact", self._signs.pop((native, sign)), "off"))
            await self.browsers[user].ask("PUT", f"{V3}/rooms/{path}", {})
            return
        content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": native, "key": sign}}
        self._signs[native, sign] = await self.browsers[user].event(room, "m.reaction", content)

    async def seal(self, user: str) -> str:
        """Somebody asks Dobi into an encrypted chat, as their client makes them."""
        sealed = {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        wanted = {"preset": "trusted_private_chat", "is_direct": True, "invite": [self.bot], "initial_state": [sealed]}
        return str((await self.browsers[user].ask("POST", f"{V3}/createRoom", wanted))["room_id"])

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
        path = f"{V3}/rooms/{quote(room, safe='')}/state/{kind}/{state_key}"
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
        events = await self.events(user, room)
        return [one["content"]["body"] for one in events if one["sender"] == self.bot]

    async def enter(self, user: str, room: str) -> None:
        """Somebody comes into a room that they were asked into, and talks with Dobi there from now on."""
        await self.browsers[user].ask("POST", f"{V3}/join/{quote(room, safe='')}", {})
        self._direct[user] = room

    async def events(self, user: str, room: str) -> list[dict[str, Any]]:
        """What was said in a room, oldest first."""
        found: list[dict[str, Any]] = []
        start: dict[str, str] = {}
        while True:
            path = f"{V3}/rooms/{quote(room, safe='')}/messages"
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
            await browser.ask("POST", f"{V3}/join/{quote(room, safe='')}", {})
        if told.get("rooms", {}).get("invite"):
            told = await browser.sync()
        found = []
        for room in told.get("rooms", {}).get("join", {}):
            members = await browser.ask("GET", f"{V3}/rooms/{quote(room, safe='')}/members")
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
        return str((await self.browsers[user].ask("POST", f"{V3}/createRoom", wanted))["room_id"])
