"""A small homeserver in this process, strict in what the adapter relies on, for tests that can't wait for Synapse.

Written from the client-server specification: events have to be well formed and small enough, a transaction id is one
event of its device, who is not in a room is refused, a sync tells what is new and nothing else, and says when it has
left something out (`limited`).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from tests.conformance.peers.matrix import MatrixPeer, play
from tests.conformance.peers.matrix_people import Browser
from tests.conformance.peers.matrix_room import Json, RefusalError, Room, messages, related, timeline

NAME = "localhost"
_LARGEST = 65_536


def missing() -> str:
    """It needs nothing."""
    return ""


class FakeHomeserver:
    """Users by token; `limit` is how many events of a room one sync tells at most."""

    def __init__(self, users: tuple[str, ...]) -> None:
        self.tokens = {secrets.token_hex(8): user for user in users}
        self.passwords = dict.fromkeys(users, "pass-word-1")
        self.devices: dict[str, str] = {}
        self.rooms: dict[str, Room] = {}
        self.aliases: dict[str, str] = {}
        self.account: dict[tuple[str, str, str], Json] = {}
        self.stamps: dict[tuple[str, str, str], int] = {}
        self.media: dict[str, tuple[bytes, str]] = {}
        self.transactions: dict[tuple[str, str, str], str] = {}
        self.encrypt = False
        self.slow_rooms: dict[str, str] = {}  # where somebody who has come in may not speak yet
        self.version = "10"
        self.limit = 50
        self._stream = itertools.count(1)
        self._place = 0
        self._changed = asyncio.Event()
        self.url = ""

    def token(self, user: str) -> str:
        return next(token for token, one in self.tokens.items() if one == user)

    # the server

    @asynccontextmanager
    async def open(self) -> AsyncIterator[FakeHomeserver]:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/{any:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        path = request.url.raw_path
        try:
            return await self._routed(request, [_unquoted(part) for part in path.split("/")[1:]])
        except RefusalError as refusal:
            body = {"errcode": refusal.code, "error": refusal.code}
            return web.json_response(body, status=refusal.status)

    async def _routed(self, request: web.Request, parts: list[str]) -> web.Response:
        body = await request.read()
        if parts[:4] == ["_matrix", "client", "v3", "login"]:
            return web.json_response(self._login(json.loads(body)))
        user = self.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if user is None or "access_token" in request.query:
            raise RefusalError(401, "M_UNKNOWN_TOKEN")
        if parts[1] == "media":
            return self._upload(request, body)
        if parts[2:4] == ["v1", "media"]:
            return self._download(parts)
        content = json.loads(body) if body else {}
        head, rest = parts[3], parts[4:]
        handlers: Mapping[str, Callable[[web.Request, str, list[str], Json], Any]] = {
            "account": lambda *_: {"user_id": user, "device_id": self.devices.get(user, "D")},
            "profile": self._profile,
            "sync": self._sync,
            "createRoom": self._create,
            "join": lambda _, who, names, __: self._join(names[0], who),
            "directory": self._alias,
            "joined_rooms": lambda _, who, *__: {
                "joined_rooms": [one.id for one in self.rooms.values() if one.membership(who) == "join"]
            },
            "user": self._account_data,
            "rooms": self._room,
        }
        if head not in handlers:
            raise RefusalError(404, "M_UNRECOGNIZED")
        answer = handlers[head](request, user, rest, content)
        return web.json_response(await answer if asyncio.iscoroutine(answer) else answer)

    def _login(self, content: Json) -> Json:
        user = content["identifier"]["user"] if "identifier" in content else content["user"]
        if self.passwords.get(user) != content["password"]:
            raise RefusalError(403, "M_FORBIDDEN")
        device = content.get("device_id") or "NEW"
        if self.devices.get(user) == device:  # the same device again ends its earlier token
            self.tokens = {token: one for token, one in self.tokens.items() if one != user}
        self.devices[user] = device
        token = secrets.token_hex(8)
        self.tokens[token] = user
        return {"user_id": user, "access_token": token, "device_id": device}

    def _profile(self, _: web.Request, __: str, names: list[str], ___: Json) -> Json:
        if names[0] not in self.passwords:
            raise RefusalError(404, "M_NOT_FOUND")
        return {"displayname": names[0][1:].partition(":")[0]}

    def _upload(self, request: web.Request, body: bytes) -> web.Response:
        name = secrets.token_hex(8)
        self.media[name] = (body, request.content_type)
        return web.json_response({"content_uri": f"mxc://{NAME}/{name}"})

    def _download(self, parts: list[str]) -> web.Response:
        if parts[-1] not in self.media:
            raise RefusalError(404, "M_NOT_FOUND")
        body, kind = self.media[parts[-1]]
        return web.Response(body=body, content_type=kind)

    def _alias(self, _: web.Request, __: str, names: list[str], ___: Json) -> Json:
        if names[1] not in self.aliases:
            raise RefusalError(404, "M_NOT_FOUND")
        return {"room_id": self.aliases[names[1]], "servers": [NAME]}

    def _account_data(self, request: web.Request, user: str, names: list[str], content: Json) -> Json:
        key = (user, names[2] if names[1] == "rooms" else "", names[-1])
        if request.method == "PUT":
            self.account[key] = content
            self.stamps[key] = self._tick()
            return {}
        if key not in self.account:
            raise RefusalError(404, "M_NOT_FOUND")
        return self.account[key]

    # rooms

    def _tick(self) -> int:
        self._place = next(self._stream)
        self._changed.set()
        self._changed = asyncio.Event()
        return self._place

    def add(self, room: Room, sender: str, kind: str, content: Json, state_key: str | None = None) -> str:
        """An event of a room."""
        if len(json.dumps(content, ensure_ascii=False).encode()) > _LARGEST - 1_000:
            raise RefusalError(413, "M_TOO_LARGE")
        if "\x00" in json.dumps(content) or any(0xD800 <= ord(letter) < 0xE000 for letter in json.dumps(content)):
            raise RefusalError(400, "M_BAD_JSON")
        event: Json = {
            "event_id": f"${secrets.token_urlsafe(32)}",
            "type": kind,
            "sender": sender,
            "content": content,
            "origin_server_ts": int(time.time() * 1000),
            "room_id": room.id,
        }
        if state_key is not None:
            before = room.state.get((kind, state_key))
            event["state_key"] = state_key
            if before is not None:
                event["unsigned"] = {"prev_content": before["content"], "prev_sender": before["sender"]}
            room.state[kind, state_key] = event
        room.events.append(event)
        room.places.append(self._tick())
        return str(event["event_id"])

    def _member(self, room: Room, sender: str, user: str, membership: str, **more: object) -> None:
        content = {"membership": membership, "displayname": user[1:].partition(":")[0], **more}
        self.add(room, sender, "m.room.member", content, user)

    def _create(self, _: web.Request, user: str, __: list[str], content: Json) -> Json:
        alias = content.get("room_alias_name")
        full = f"#{alias}:{NAME}"
        if alias and full in self.aliases:
            raise RefusalError(400, "M_ROOM_IN_USE")
        for one in content.get("invite", []):
            if not re.fullmatch(r"@[^:]+:\S+", one):
                raise RefusalError(400, "M_INVALID_PARAM")
        room = Room(f"!{secrets.token_hex(9)}:{NAME}", user)
        self.rooms[room.id] = room
        if alias:
            self.aliases[full] = room.id
        self.add(room, user, "m.room.create", {"room_version": self.version}, "")
        self._member(room, user, user, "join")
        if self.encrypt:
            self.add(room, user, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, "")
        for one in content.get("initial_state", []):
            self.add(room, user, one["type"], one["content"], one.get("state_key", ""))
        if content.get("name"):
            self.add(room, user, "m.room.name", {"name": content["name"]}, "")
        for one in content.get("invite", []):
            self._member(room, user, one, "invite", is_direct=content.get("is_direct") is True)
        trusted = content.get("preset") == "trusted_private_chat"
        powers = {user: 100, **{one: 100 for one in content.get("invite", []) if trusted}}
        levels = {"users": powers, **content.get("power_level_content_override", {})}
        room.state["m.room.power_levels", ""] = {"content": levels, "sender": user}
        return {"room_id": room.id}

    def _join(self, name: str, user: str) -> Json:
        room = self._known(name)
        if room.membership(user) == "leave" and ("m.room.public", "") not in room.state:
            raise RefusalError(403, "M_FORBIDDEN")
        if room.membership(user) != "join":
            self._member(room, user, user, "join")
        return {"room_id": room.id}

    def _known(self, room_id: str) -> Room:
        if room_id not in self.rooms:
            raise RefusalError(404, "M_NOT_FOUND")
        return self.rooms[room_id]

    def _room(self, request: web.Request, user: str, names: list[str], content: Json) -> Any:
        room, verb = self._known(names[0]), names[1]
        if verb == "join":
            return self._join(room.id, user)
        if verb == "leave":
            self._member(room, user, user, "leave")
            return {}
        if room.membership(user) != "join":
            raise RefusalError(403, "M_FORBIDDEN")
        if verb in {"invite", "kick"}:
            self._member(room, user, content["user_id"], "invite" if verb == "invite" else "leave")
            return {}
        if verb == "upgrade":
            return self._upgrade(room, user)
        if verb == "state" and request.method == "PUT":
            return self._stated(room, user, names[2:], content)
        if verb in {"send", "redact"}:
            return self._sent(room, user, verb, names[2:], content)
        return self._asked(request, room, verb, names[2:])

    def _asked(self, request: web.Request, room: Room, verb: str, names: list[str]) -> Any:
        if verb in {"members", "joined_members"}:
            members = [event for (kind, _), event in room.state.items() if kind == "m.room.member"]
            joined = {one["state_key"]: {} for one in members if one["content"]["membership"] == "join"}
            return {"chunk": members} if verb == "members" else {"joined": joined}
        if verb == "state":
            return self._state(room, names)
        if verb == "event":
            return next((one for one in room.events if one["event_id"] == names[0]), None) or self._nothing()
        if verb == "messages":
            return messages(request.query, room)
        if verb == "relations":
            return related(request.query, room, names)
        raise RefusalError(404, "M_UNRECOGNIZED")

    @staticmethod
    def _nothing() -> Json:
        raise RefusalError(404, "M_NOT_FOUND")

    def _state(self, room: Room, names: list[str]) -> Any:
        if not names:
            return [event for event in room.state.values() if "type" in event]
        found = room.state.get((names[0], names[1] if len(names) > 1 else ""))
        if found is None:
            raise RefusalError(404, "M_NOT_FOUND")
        return found["content"]

    def _stated(self, room: Room, user: str, names: list[str], content: Json) -> Json:
        """A state event of somebody's: where their power suffices, and under no other person's name."""
        key = names[1] if len(names) > 1 else ""
        needed = room.levels().get("events", {}).get(names[0], room.levels().get("state_default", 50))
        if room.power(user) < needed or (key.startswith("@") and key != user):
            raise RefusalError(403, "M_FORBIDDEN")
        return {"event_id": self.add(room, user, names[0], content, key)}

    def _sent(self, room: Room, user: str, verb: str, names: list[str], content: Json) -> Json:
        key = (user, room.id, f"{verb}:{names[-1]}")
        if key in self.transactions:
            return {"event_id": self.transactions[key]}
        if ("m.room.tombstone", "") in room.state and user != room.creator:
            raise RefusalError(403, "M_FORBIDDEN")
        if verb == "send" and room.id in self.slow_rooms and user == self.slow_rooms[room.id]:
            raise RefusalError(403, "M_FORBIDDEN")
        if verb == "send" and room.power(user) < room.levels().get("events_default", 0):
            raise RefusalError(403, "M_FORBIDDEN")
        if verb == "redact":
            target = next((one for one in room.events if one["event_id"] == names[0]), None) or self._nothing()
            powers = room.state["m.room.power_levels", ""]["content"]["users"]
            if target["sender"] != user and powers.get(user, 0) < 50:
                raise RefusalError(403, "M_FORBIDDEN")
            found = self._redacted(room, user, names[0])
        else:
            if names[0] == "m.room.message" and not {"msgtype", "body"} <= set(content):
                raise RefusalError(400, "M_BAD_JSON")
            found = self.add(room, user, names[0], content)
        self.transactions[key] = found
        return {"event_id": found}

    def _redacted(self, room: Room, user: str, target: str) -> str:
        """Only `content` says what, from room version 11 on; before, only the event itself (spec, m.room.redaction)."""
        next(one for one in room.events if one["event_id"] == target)["content"] = {}
        if int(self.version) >= 11:
            return self.add(room, user, "m.room.redaction", {"redacts": target})
        found = self.add(room, user, "m.room.redaction", {})
        room.events[-1]["redacts"] = target
        return found

    def _upgrade(self, room: Room, user: str) -> Json:
        new = self._create(web.Request.__new__(web.Request), user, [], {"name": "총무과"})["room_id"]
        self.add(room, user, "m.room.tombstone", {"body": "moved", "replacement_room": new}, "")
        return {"replacement_room": new}

    async def _sync(self, request: web.Request, user: str, _: list[str], __: Json) -> Json:
        since = int(request.query.get("since", "t0")[1:])
        waits = min(int(request.query.get("timeout", "0")), 30_000) / 1000
        rule = json.loads(request.query.get("filter", "{}"))
        deadline = time.monotonic() + waits
        while True:
            changed = self._changed
            found = self._news(user, since, rule)
            left = deadline - time.monotonic()
            if found or left <= 0 or not since:
                return {"next_batch": f"t{self._place}", **found}
            try:
                async with asyncio.timeout(left):
                    await changed.wait()
            except TimeoutError:
                continue

    def _news(self, user: str, since: int, rule: Json) -> Json:
        rooms: dict[str, Json] = {"join": {}, "invite": {}, "leave": {}}
        for room in self.rooms.values():
            mine = [place for place, one in zip(room.places, room.events, strict=True) if one.get("state_key") == user]
            membership = room.membership(user)
            if membership == "invite" and mine and mine[-1] > since:
                stripped = [
                    {**one} for one in room.state.values() if one.get("type") in {"m.room.member", "m.room.name"}
                ]
                rooms["invite"][room.id] = {"invite_state": {"events": stripped}}
            elif membership == "join" or (membership in {"leave", "ban"} and mine and mine[-1] > since):
                told = timeline(room, since, rule, user, self.limit)
                if told["timeline"]["events"] or not since:
                    rooms["join" if membership == "join" else "leave"][room.id] = told
        found: Json = {"rooms": {name: one for name, one in rooms.items() if one}} if any(rooms.values()) else {}
        events = [
            {"type": kind, "content": content}
            for (owner, room_id, kind), content in self.account.items()
            if owner == user and not room_id and self.stamps[owner, room_id, kind] > since
        ]
        return found | ({"account_data": {"events": events}} if events else {})


def _unquoted(part: str) -> str:
    return unquote(part)


@asynccontextmanager
async def people(server: FakeHomeserver, now: Callable[[], datetime], **options: str) -> AsyncIterator[MatrixPeer]:
    """Dobi, two people and the adapter on it."""
    async with aiohttp.ClientSession() as session:
        bot, kim, park = (Browser(server.url, user, server.token(user), session) for user in server.passwords)
        async with play(server.url, bot, {kim.user: kim, park.user: park}, now, bot.token, **options) as peer:
            yield peer


@asynccontextmanager
async def opened(folder: Path, now: Callable[[], datetime]) -> AsyncIterator[MatrixPeer]:
    """A peer on a fresh fake."""
    users = (f"@dobi:{NAME}", f"@kim:{NAME}", f"@park:{NAME}")
    async with FakeHomeserver(users).open() as server, people(server, now) as peer:
        yield peer
