"""The Web API: those methods that an app like Dobi needs, with Slack's refusals. An unknown one is refused too.

Shapes and errors: docs.slack.dev/reference/methods/*. A call without the right token, or one that this app has no scope
for, is refused as Slack refuses it; a call too many answers 429 with `Retry-After`.
"""

from __future__ import annotations

import asyncio
import json
import math
import mimetypes
from collections import Counter, deque
from collections.abc import Callable

from aiohttp import web

from tests.conformance.slack import manifest, rules
from tests.conformance.slack.handing import Handing
from tests.conformance.slack.rules import RefusedError
from tests.conformance.slack.workspace import BOT, BOT_ID, PEOPLE, TEAM, Payload, Stored, Workspace

SENDS = {"chat.postMessage", "chat.postEphemeral", "chat.update", "files.completeUploadExternal"}
JSON_TOO = {
    "chat.postMessage",
    "chat.postEphemeral",
    "chat.update",
    "conversations.open",
    "conversations.join",
    "views.open",
    "files.completeUploadExternal",
}
TIER = {
    "auth.test": 4, "conversations.open": 3, "conversations.join": 3,
    "conversations.history": 3, "conversations.replies": 3, "chat.update": 3,
    "files.getUploadURLExternal": 4, "files.completeUploadExternal": 4, "files.info": 4, "views.open": 4,
    "chat.postEphemeral": 4,
    "apps.connections.open": 1,
}  # fmt: skip
STRUCTURES = ("blocks", "metadata", "files", "view")


class Api:
    """The server's methods. `factor` scales the limits; faults meet the next sends, in order."""

    def __init__(self, workspace: Workspace, handing: Handing, tokens: tuple[str, str], factor: float) -> None:
        self.space = workspace
        self.handing = handing
        self.bot_token, self.app_token = tokens
        self.factor = factor
        self.pace = rules.Pace(factor)
        self.faults: deque[str] = deque()
        self.calls: Counter[str] = Counter()
        self.slow_s = 5.0
        self.refuse: dict[str, str] = {}
        self.no_blocks = ""
        self.scopes = manifest.scopes()
        self.asked: list[tuple[str, Payload]] = []
        self.tokens_seen: list[str] = []
        self._methods: dict[str, Callable[[Payload], Payload]] = {
            "auth.test": self._auth,
            "apps.connections.open": self._connect,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.postEphemeral": self._whisper,
            "conversations.open": self._open,
            "conversations.join": self._join,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "files.getUploadURLExternal": self._place,
            "files.completeUploadExternal": self._complete,
            "files.info": self._file,
            "views.open": self._view,
        }

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/api/{method}", self.call),
            web.get("/link", self.handing.socket),
            web.post("/upload/{file}", self._bytes),
            web.get("/files-pri/{file}/{name}", self._download),
        ]

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call, with its fault if it is to meet one."""
        method = request.match_info["method"]
        self.calls[method] += 1
        fault = self.faults.popleft() if self.faults and method in SENDS else ""
        if fault == "flood":
            return self._flood(1.0 / self.factor)
        if fault == "error":
            return web.json_response({"ok": False, "error": "service_unavailable"}, status=503)
        if fault == "cut":
            return self._cut(request)
        answer = await self._answered(request, method)
        if fault == "lost":
            return self._cut(request)
        if fault == "slow":
            await asyncio.sleep(self.slow_s)
        return answer

    async def _answered(self, request: web.Request, method: str) -> web.Response:
        try:
            arguments = await self._arguments(request, method)
            self.asked.append((method, arguments))
            wait_s = self._too_fast(method, arguments)
            if wait_s > 0:
                self.calls["refused"] += 1
                return self._flood(wait_s)
            return web.json_response({"ok": True} | self._method(method, self._kind(arguments))(arguments))
        except RefusedError as error:
            more = error.args[1] if len(error.args) > 1 else {}
            return web.json_response({"ok": False, "error": error.args[0], **more})

    def _kind(self, told: Payload) -> str:
        """The kind of the conversation that a call names."""
        channel = self.space.channels.get(str(told.get("channel")))
        return "" if channel is None else channel.kind

    def _method(self, name: str, kind: str) -> Callable[[Payload], Payload]:
        if name in self.refuse:
            raise RefusedError(self.refuse[name])
        if name not in self._methods:
            raise RefusedError("unknown_method")
        lacked = manifest.lacks(name, kind, self.scopes)
        if lacked:
            raise RefusedError("missing_scope", {"needed": lacked, "provided": ",".join(sorted(self.scopes))})
        return self._methods[name]

    async def _arguments(self, request: web.Request, method: str) -> Payload:
        """The arguments of a call, as Slack takes them, and only with the method's own kind of token."""
        head = request.headers.get("Authorization", "")
        wanted = self.app_token if method == "apps.connections.open" else self.bot_token
        told: Payload = dict(request.query)
        if request.content_type == "application/json":
            if method not in JSON_TOO:
                raise RefusedError("invalid_arguments")
            told |= await request.json()
        elif request.method == "POST":
            told |= {name: str(value) for name, value in (await request.post()).items()}
        self._authorized(head.removeprefix("Bearer ") or told.pop("token", ""), wanted)
        for name in STRUCTURES:
            if isinstance(told.get(name), str):
                told[name] = json.loads(told[name])
        return told

    def _authorized(self, token: str, wanted: str) -> None:
        if not token:
            raise RefusedError("not_authed")
        if token != wanted:
            ours = token in {self.bot_token, self.app_token}
            raise RefusedError("not_allowed_token_type" if ours else "invalid_auth")

    def _too_fast(self, method: str, told: Payload) -> float:
        if method == "chat.postMessage":
            name = str(told.get("channel"))
            key = self.space.room(name).id if name in PEOPLE or name.startswith("U9") else name
            return self.pace.wait_s(method, key, rules.POSTS)
        return self.pace.wait_s(method, "", rules.TIERS[TIER[method]]) if method in TIER else 0.0

    def _flood(self, wait_s: float) -> web.Response:
        whole = self.factor == 1.0
        told = str(math.ceil(wait_s)) if whole else f"{wait_s + 0.001:.3f}"
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": told})

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response(status=500)

    def _auth(self, told: Payload) -> Payload:
        return {"url": self.space.base, "team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID, "user": "dobi"}

    def _connect(self, told: Payload) -> Payload:
        return {"url": f"{self.space.base.replace('http', 'ws', 1)}/link?ticket={self.handing.ticket()}"}

    def _post(self, told: Payload) -> Payload:
        channel = self.space.writable(str(told.get("channel")))
        self._check(told)
        message = self._bots(told)
        if told.get("thread_ts"):
            if all(one["ts"] != told["thread_ts"] for one in channel.messages):
                raise RefusedError("thread_not_found")
            message["thread_ts"] = told["thread_ts"]
        channel.messages.append(message)
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _whisper(self, told: Payload) -> Payload:
        channel, user = self.space.writable(str(told.get("channel"))), str(told.get("user"))
        if channel.user or user not in channel.members:
            raise RefusedError("user_not_in_channel")
        self._check(told)
        message = {**self._bots(told), "thread_ts": told.get("thread_ts")}
        self.space.whispers.append((channel.id, user, message))
        return {"message_ts": message["ts"]}

    def _check(self, told: Payload) -> None:
        if told.get("blocks") and self.no_blocks:
            raise RefusedError(self.no_blocks)
        rules.check_message(str(told.get("text", "")), told.get("blocks"))

    def _bots(self, told: Payload) -> Payload:
        known = told.get("metadata")
        if known is not None and not (
            isinstance(known.get("event_type"), str) and isinstance(known["event_payload"], dict)
        ):
            raise RefusedError("invalid_metadata_format")
        message = {
            "type": "message", "user": BOT, "bot_id": BOT_ID, "ts": self.space.ts(), "text": told.get("text", ""),
            "blocks": told.get("blocks"), "metadata": known, "mrkdwn": told.get("mrkdwn"),
        }  # fmt: skip
        return {name: value for name, value in message.items() if value is not None}

    def _update(self, told: Payload) -> Payload:
        channel = self.space.writable(str(told.get("channel")))
        found = next((one for one in channel.messages if one["ts"] == told.get("ts")), None)
        if found is None:
            raise RefusedError("message_not_found")
        if found.get("user") != BOT:
            raise RefusedError("cant_update_message")
        if rules.length(str(told.get("text", ""))) > 4_000:
            raise RefusedError("msg_too_long")
        self._check(told)
        new = self._bots(told)
        found |= {name: new[name] for name in ("text", "blocks", "metadata") if name in new}
        found["edited"] = {"user": BOT, "ts": new["ts"]}
        return {"channel": channel.id, "ts": found["ts"], "text": found["text"]}

    def _open(self, told: Payload) -> Payload:
        user = str(told.get("users"))
        if user in self.space.disabled:
            raise RefusedError("user_disabled")
        if user not in PEOPLE and not user.startswith("U9"):
            raise RefusedError("user_not_found")
        return {"channel": {"id": self.space.room(user).id}}

    def _join(self, told: Payload) -> Payload:
        """docs.slack.dev/reference/methods/conversations.join: public channels alone."""
        channel = self.space.channel(str(told.get("channel")))
        if channel.user:
            raise RefusedError("method_not_supported_for_channel_type")
        if channel.archived:
            raise RefusedError("is_archived")
        channel.members.add(BOT)
        return {"channel": {"id": channel.id}}

    def _history(self, told: Payload) -> Payload:
        channel = self.space.channel(str(told.get("channel")))
        roots = [one for one in channel.messages if one.get("thread_ts", one["ts"]) == one["ts"]]
        return self._page(roots, told)

    def _replies(self, told: Payload) -> Payload:
        channel = self.space.channel(str(told.get("channel")))
        thread = told.get("ts")
        found = [one for one in channel.messages if thread in {one["ts"], one.get("thread_ts")}]
        if not found:
            raise RefusedError("thread_not_found")
        return self._page(found, told)

    @staticmethod
    def _page(messages: list[Payload], told: Payload) -> Payload:
        """Newest first, between `oldest` and `latest`, a page at a time; metadata only for who asks."""
        low, high = float(told.get("oldest", 0)), float(told.get("latest", "inf"))
        edge = str(told.get("inclusive", "")).lower() in {"1", "true"}
        within = [
            one for one in messages if low < float(one["ts"]) < high or (edge and float(one["ts"]) in {low, high})
        ]
        within.reverse()
        start, limit = int(told.get("cursor") or 0), min(int(told.get("limit", 100)), 999)
        page = [dict(one) for one in within[start : start + limit]]
        if str(told.get("include_all_metadata", "")).lower() not in {"1", "true"}:
            for one in page:
                one.pop("metadata", None)
        more = start + limit < len(within)
        return {
            "messages": page,
            "has_more": more,
            "response_metadata": {"next_cursor": str(start + limit) if more else ""},
        }

    def _place(self, told: Payload) -> Payload:
        if not told.get("filename") or int(told.get("length", 0)) < 1:
            raise RefusedError("invalid_arguments")
        kind = mimetypes.guess_type(told["filename"])[0] or "application/octet-stream"
        file = Stored(self.space.id("F"), told["filename"], BOT, None, kind)
        self.space.files[file.id] = file
        self.space.uploads[file.id] = told["length"]
        return {"upload_url": f"{self.space.base}/upload/{file.id}", "file_id": file.id}

    async def _bytes(self, request: web.Request) -> web.Response:
        file = self.space.files[request.match_info["file"]]
        self.tokens_seen.append(request.headers.get("Authorization", ""))
        data = await request.read()
        if len(data) != int(self.space.uploads.pop(file.id, -1)):
            return web.Response(status=400)
        file.data = data
        return web.Response(text=f"OK - {len(data)}")

    def _complete(self, told: Payload) -> Payload:
        files = [self.space.files.get(one.get("id", "")) for one in told.get("files") or ()]
        if not files or any(one is None or one.data is None or one.channel for one in files):
            raise RefusedError("file_not_found")
        name = str(told.get("channel_id", ""))
        if not name.startswith(("C", "D", "G")):  # a person's id is no conversation here
            raise RefusedError("invalid_channel")
        channel = self.space.writable(name)
        self._check(told | {"text": told.get("initial_comment") or "-"})
        message = self._bots({"text": told.get("initial_comment", ""), "blocks": told.get("blocks")})
        message |= {"subtype": "file_share", "files": [self.described(one) for one in files if one is not None]}
        if told.get("thread_ts"):
            message["thread_ts"] = told["thread_ts"]
        for one in files:
            assert one is not None
            one.channel = channel.id
        channel.messages.append(message)
        return {"files": [{"id": one.id, "title": one.name} for one in files if one is not None]}

    def described(self, file: Stored) -> Payload:
        url = f"{self.space.base}/files-pri/{file.id}/{file.name}"
        return {
            "id": file.id, "name": file.name, "title": file.name, "mimetype": file.mimetype, "mode": "hosted",
            "size": len(file.data or b""), "user": file.user, "url_private": url, "url_private_download": url,
        }  # fmt: skip

    def _file(self, told: Payload) -> Payload:
        file = self.space.files.get(str(told.get("file")))
        if file is None or file.data is None:
            raise RefusedError("file_not_found")
        return {"file": self.described(file)}

    async def _download(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            return web.Response(status=302, headers={"Location": "/signin"})
        file = self.space.files[request.match_info["file"]]
        return web.Response(body=file.data or b"", content_type=file.mimetype)

    def _view(self, told: Payload) -> Payload:
        user = self.space.spend(str(told.get("trigger_id")))
        view = told.get("view")
        rules.check_modal(view)
        assert isinstance(view, dict)
        self.space.views[user] = {**view, "id": self.space.id("V"), "team_id": TEAM, "hash": "1"}
        return {"view": self.space.views[user]}
