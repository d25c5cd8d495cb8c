"""NAVER WORKS on loopback, as its documentation describes it and as strictly as it can be read; knows no adapter.

https://developers.worksmobile.com/kr/docs/ : auth-jwt, rate-limits, file-upload, bot-user-message-send,
bot-channel-message-send, bot-attachment-create, bot-attachment-get, bot-send-button, bot-actionobject.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import hashlib
import hmac
import json
import secrets
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.conformance.peer import Fault

CLIENT, SECRET, SERVICE, BOT, BOT_SECRET = "client1", "s3cret", "abcde.serviceaccount@haesol", "2000001", "botsecret"
MINUTE_S = 60.0
_ANYWHERE = frozenset({"message", "uri", "copy"})
_QUICK = _ANYWHERE | {"postback", "camera", "cameraRoll", "location"}
_BLOCKED_ENDINGS = (".bat", ".cmd", ".com", ".cpl", ".exe", ".scr", ".js", ".vbs", ".wsf", ".hta")


class RefusedError(Exception):
    """The platform answers with an error."""

    def __init__(self, status: int, code: str, **headers: str) -> None:
        super().__init__(code)
        self.status, self.code, self.headers = status, code, headers


@functools.cache
def _account_key() -> rsa.RSAPrivateKey:
    """The service account's key; one a process, for it takes long to make."""
    return rsa.generate_private_key(65537, 2048)


@dataclass(slots=True)
class File:
    """Something uploaded, or about to be."""

    name: str
    data: bytes | None = None


@dataclass(slots=True)
class Server:
    """The platform. `now` moves its tokens and files; limits count real seconds."""

    now: Callable[[], datetime]
    per_minute: int = 240
    token_lasts: timedelta = timedelta(hours=24)
    slow_s: float = 3.0
    users: set[str] = field(default_factory=set)
    shut: set[str] = field(default_factory=set)
    channels: dict[str, set[str]] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    messages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    random_fault: Callable[[], Fault | None] = lambda: None
    calls: Counter[str] = field(default_factory=Counter)
    tokens: dict[str, datetime] = field(default_factory=dict)
    windows: dict[str, deque[float]] = field(default_factory=dict)
    callback_url: str = ""
    url: str = ""
    last: tuple[bytes, dict[str, str]] | None = None
    pem: str = ""
    public: Any = None

    async def start(self, stack: contextlib.AsyncExitStack) -> None:
        """Listens on loopback until the stack ends."""
        key = _account_key()
        self.public = key.public_key()
        plain = serialization.NoEncryption()
        self.pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
        app = web.Application(client_max_size=64 * 2**20)
        bot = "/v1.0/bots/{bot}"
        app.router.add_post("/oauth2/v2.0/token", self._guarded(self._token))
        app.router.add_post(bot + "/users/{user}/messages", self._guarded(self._to_user))
        app.router.add_post(bot + "/channels/{channel}/messages", self._guarded(self._to_channel))
        app.router.add_post(bot + "/attachments", self._guarded(self._place))
        app.router.add_get(bot + "/attachments/{file}", self._guarded(self._where))
        app.router.add_post("/storage/{file}", self._guarded(self._upload))
        app.router.add_get("/storage/{file}", self._guarded(self._download))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    def _guarded(self, handler: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except RefusedError as error:
                self.calls["refused"] += error.status == 429
                body = {"code": error.code, "description": "no words of which anything should depend"}
                return web.json_response(body, status=error.status, headers=error.headers)

        return handle

    # --- who is asking

    async def _token(self, request: web.Request) -> web.Response:
        self.calls["token"] += 1
        form = await request.post()
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            raise RefusedError(400, "unsupported_grant_type")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            raise RefusedError(401, "invalid_client")
        try:
            claims = jwt.decode(
                str(form.get("assertion")), self.public, ["RS256"],
                options={"require": ["iss", "sub", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise RefusedError(400, "invalid_grant") from error
        now = self.now().timestamp()
        in_time = claims["iat"] - 60 <= now < claims["exp"] and claims["exp"] - claims["iat"] <= 3600
        if (claims["iss"], claims["sub"]) != (CLIENT, SERVICE) or not in_time:
            raise RefusedError(400, "invalid_grant")
        if not set(str(form.get("scope", "")).replace(",", " ").split()) & {"bot", "bot.message"}:
            raise RefusedError(400, "invalid_scope")
        token = secrets.token_urlsafe(24)
        self.tokens[token] = self.now() + self.token_lasts
        lasts = str(int(self.token_lasts.total_seconds()))
        return web.json_response({
            "access_token": token, "refresh_token": "r", "token_type": "Bearer", "expires_in": lasts, "scope": "bot",
        })  # fmt: skip

    def _known(self, request: web.Request) -> None:
        told = request.headers.get("Authorization", "")
        ends = self.tokens.get(told.removeprefix("Bearer "))
        if not told.startswith("Bearer ") or ends is None or self.now() >= ends:
            raise RefusedError(401, "UNAUTHORIZED")
        if request.match_info.get("bot", BOT) != BOT:
            raise RefusedError(404, "NOT_FOUND")

    def _counted(self, operation: str) -> dict[str, str]:
        """The headers of a call that is within the limit of its operation; each operation has its own."""
        clock = asyncio.get_running_loop().time()
        window = self.windows.setdefault(operation, deque())
        while window and window[0] <= clock - MINUTE_S:
            window.popleft()
        reset = MINUTE_S if not window else window[0] + MINUTE_S - clock
        left = self.per_minute - len(window)
        headers = {"RateLimit-Limit": str(self.per_minute), "RateLimit-Reset": str(max(1, round(reset)))}
        if left <= 0:
            raise RefusedError(429, "TOO_MANY_REQUESTS", **headers, **{"RateLimit-Remaining": "0"})
        window.append(clock)
        self.calls[operation] += 1
        return headers | {"RateLimit-Remaining": str(left - 1)}

    # --- messages

    async def _to_user(self, request: web.Request) -> web.StreamResponse:
        user = request.match_info["user"]

        def allowed() -> None:
            if user not in self.users:
                raise RefusedError(404, "NOT_FOUND")
            if user in self.shut:
                raise RefusedError(403, "FORBIDDEN")

        return await self._said(request, f"dm:{user}", "user-message", allowed)

    async def _to_channel(self, request: web.Request) -> web.StreamResponse:
        channel = request.match_info["channel"]

        def allowed() -> None:
            if channel not in self.channels:
                raise RefusedError(404, "NOT_FOUND")
            if channel in self.outside:
                raise RefusedError(403, "FORBIDDEN")

        return await self._said(request, channel, "channel-message", allowed)

    async def _said(
        self, request: web.Request, chat: str, operation: str, allowed: Callable[[], None]
    ) -> web.StreamResponse:
        self._known(request)
        body = await self._json(request)
        fault = self.faults.popleft() if self.faults else self.random_fault()
        if fault is Fault.FLOOD:
            raise RefusedError(429, "TOO_MANY_REQUESTS", **{"RateLimit-Remaining": "0", "RateLimit-Reset": "1"})
        if fault is Fault.ERROR:
            raise RefusedError(500, "INTERNAL_SERVER_ERROR")
        if fault is Fault.CUT:
            return _cut(request)
        headers = self._counted(operation)
        allowed()
        self.messages.setdefault(chat, []).append(self._checked(body))
        if fault is Fault.LOST:
            return _cut(request)
        if fault is Fault.SLOW:
            await asyncio.sleep(self.slow_s)
        return web.Response(status=201, headers=headers)

    async def _json(self, request: web.Request) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise RefusedError(415, "UNSUPPORTED_MEDIA_TYPE")
        try:
            body = json.loads((await request.read()).decode("utf-8", "strict"))
        except ValueError as error:
            raise RefusedError(400, "INVALID_PARAMETER") from error
        if not isinstance(body, dict):
            raise RefusedError(400, "INVALID_PARAMETER")
        return body

    def _checked(self, body: dict[str, Any]) -> dict[str, Any]:
        content = body.get("content")
        if set(body) != {"content"} or not isinstance(content, dict):
            raise RefusedError(400, "INVALID_PARAMETER")
        kind, quick = content.get("type"), content.get("quickReply")
        if quick is not None:
            items = quick.get("items", [])
            _need(0 < len(items) <= 13)
            for item in items:
                _action(item["action"], _QUICK)
        if kind == "text":
            _need(isinstance(content.get("text"), str) and 0 < len(content["text"]) <= 2_000)
        elif kind == "button_template":
            _need(isinstance(content.get("contentText"), str) and 0 < len(content["contentText"]) <= 1_000)
            _need(0 < len(content.get("actions", [])) <= 10)
            for action in content["actions"]:
                _action(action, _ANYWHERE)
        elif kind in {"image", "file"}:
            file = self.files.get(content.get("fileId", ""))
            _need(file is not None and file.data is not None)
        else:
            _need(False)
        return content

    # --- files

    async def _place(self, request: web.Request) -> web.Response:
        self._known(request)
        body = await self._json(request)
        _need(set(body) == {"fileName"} and isinstance(body["fileName"], str) and 0 < len(body["fileName"]) <= 200)
        _need(not body["fileName"].lower().endswith(_BLOCKED_ENDINGS))
        headers = self._counted("attachment")
        native = f"jp1.{secrets.token_hex(8)}.2000001.0.0.0"
        self.files[native] = File(body["fileName"])
        return web.json_response({"fileId": native, "uploadUrl": f"{self.url}/storage/{native}"}, headers=headers)

    async def _upload(self, request: web.Request) -> web.Response:
        self._known(request)
        file = self.files.get(request.match_info["file"])
        if file is None or file.data is not None:  # an upload URL is good once
            raise RefusedError(400, "INVALID_PARAMETER")
        form = await request.post()
        part = form.get("FileData")
        _need(isinstance(part, web.FileField))
        assert isinstance(part, web.FileField)
        file.data = part.file.read()
        return web.json_response({"fileName": file.name})

    async def _where(self, request: web.Request) -> web.Response:
        self._known(request)
        headers = self._counted("attachment-get")
        if request.match_info["file"] not in self.files:
            raise RefusedError(404, "NOT_FOUND")
        at = f"{self.url}/storage/{request.match_info['file']}"
        return web.Response(status=302, headers=headers | {"Location": at})

    async def _download(self, request: web.Request) -> web.Response:
        self._known(request)
        file = self.files.get(request.match_info["file"])
        if file is None or file.data is None:
            raise RefusedError(404, "NOT_FOUND")
        told = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        return web.Response(body=file.data, headers={"Content-Disposition": told})

    # --- the way to the bot

    async def call(self, event: dict[str, Any]) -> int:
        """Calls the bot back, once; its answer's status, 0 for none."""
        stamp = self.now().strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.now().microsecond // 1000:03d}Z"
        body = json.dumps({**event, "issuedTime": stamp}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        headers = {"X-WORKS-Signature": signature(body, BOT_SECRET), "X-WORKS-BotId": BOT}
        self.last = body, headers
        return await self.post(body, headers)

    async def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Posts something to the bot's callback address."""
        told = {"Content-Type": "application/json; charset=UTF-8", **headers}
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
                session.post(self.callback_url, data=body, headers=told) as answer,
            ):
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0


def signature(body: bytes, secret: str) -> str:
    """As the documentation has it."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _need(holds: bool) -> None:
    if not holds:
        raise RefusedError(400, "INVALID_PARAMETER")


def _action(action: Any, kinds: frozenset[str]) -> None:
    _need(isinstance(action, dict) and action.get("type") in kinds)
    _need(isinstance(action.get("label"), str) and 0 < len(action["label"]) <= 20)
    for name in ("text", "postback", "data"):
        _need(len(action.get(name) or "") <= 300)


@contextlib.asynccontextmanager
async def serving(now: Callable[[], datetime], **options: Any) -> AsyncIterator[Server]:
    """The platform, listening."""
    server = Server(now, **options)
    async with contextlib.AsyncExitStack() as stack:
        await server.start(stack)
        yield server
