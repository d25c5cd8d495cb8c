"""A Bot API server on loopback, strict in Telegram's ways, written from its documentation and not from our adapter.

Long polls with offsets (409 for the first of two pollers), webhooks with the secret header, sends, edits, callback
queries, files. What people do comes through `tests.conformance.peers.telegram`.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web

from tests.conformance.peer import Fault
from tests.conformance.peers import telegram_rules as rules
from tests.conformance.peers.telegram_rules import Refused, bad
from tests.conformance.peers.telegram_sending import BOT, Room, Sending

TOKEN = "7000000001:AAFstrict-peer_token_of_nobody-0000"
SENDING = frozenset(
    {"sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageCaption", "editMessageMedia"}
)


class Server(Sending):
    """The platform."""

    def __init__(self, now: Callable[[], datetime], *, factor: float = 1.0, slow_s: float = 2.0) -> None:
        self.now = now
        self.floods = rules.Floods(factor)
        self.slow_s = slow_s
        self.calls: Counter[str] = Counter()
        self.rooms: dict[int, Room] = {}
        self.files: dict[str, bytes] = {}
        self.faults: deque[Fault] = deque()
        self.chance: Callable[[int], Fault | None] = lambda _: None
        self.sends = 0
        self.commands: list[dict[str, str]] = []
        self.answered: Counter[str] = Counter()
        self.waiting_queries: set[str] = set()
        self.webhook: dict[str, Any] = {}
        self.longest_s = 50.0
        self.before: tuple[int, str] | None = None  # what something on the way says in the platform's place
        self.reach: Callable[[str], str] = lambda url: url  # the proxy before the bot: where a public address leads
        self.again: list[dict[str, Any]] = []
        self.last: dict[str, Any] | None = None
        self.url = ""
        self._updates: list[dict[str, Any]] = []
        self._number = 500_000
        self._message = 100
        self._news = asyncio.Event()
        self._poller: asyncio.Future[None] | None = None
        self._runner: web.AppRunner | None = None
        self._pusher: asyncio.Task[None] | None = None
        self._methods: dict[str, Callable[[dict[str, Any]], Awaitable[Any]]] = {
            name: getattr(self, f"_{name}")
            for name in (
                "getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "setMyCommands", "sendMessage",
                "sendPhoto", "sendDocument", "editMessageText", "editMessageCaption", "editMessageMedia",
                "deleteMessage", "answerCallbackQuery", "getFile",
            )
        }  # fmt: skip

    async def start(self) -> None:
        app = web.Application(client_max_size=rules.UPLOAD_BYTES + 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._pusher is not None:
            self._pusher.cancel()
            await asyncio.gather(self._pusher, return_exceptions=True)
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        if self._runner is not None:
            await self._runner.cleanup()

    # --- what people and tests do

    def stamp(self) -> int:
        return int(self.now().timestamp())

    def next_message(self) -> int:
        self._message += 1
        return self._message

    def push(self, kind: str, body: dict[str, Any]) -> None:
        """A new update."""
        self._number += 1
        self.last = {"update_id": self._number, kind: body}
        self._updates.append(self.last)
        self._news.set()

    def push_raw(self, raw: Any) -> None:
        """An update as it stands, well-formed or not."""
        self._updates.append(raw)
        self._news.set()

    def number(self) -> int:
        """A fresh update's number, for `push_raw`."""
        self._number += 1
        return self._number

    def repeat(self) -> None:
        if self.last is not None:
            self.again.append(self.last)
            self._news.set()

    @property
    def unconfirmed(self) -> int:
        return len(self._updates)

    # --- HTTP

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if self.before is not None:
            return web.Response(status=self.before[0], text=self.before[1], content_type="text/html")
        if request.match_info["token"] != TOKEN:
            return _refusal(Refused(401, "Unauthorized"))
        handler = self._methods.get(method)
        if handler is None:
            return _refusal(Refused(404, "Not Found"))
        self.calls[method] += 1
        given = await _given(request)
        fault = self._fault() if method in SENDING else None
        try:
            if fault in {Fault.FLOOD, Fault.ERROR, Fault.CUT}:
                return self._spoil(fault, request)
            result = await handler(given)
        except Refused as refused:
            if refused.code == 429:
                self.calls["refused"] += 1
            return _refusal(refused)
        if fault is Fault.LOST:
            return self._spoil(Fault.CUT, request)
        if fault is Fault.SLOW:
            await asyncio.sleep(self.slow_s)
        return web.json_response({"ok": True, "result": result})

    def _fault(self) -> Fault | None:
        """What happens to this send: what was ordered, else what chance has it."""
        self.sends += 1
        return self.faults.popleft() if self.faults else self.chance(self.sends)

    def _spoil(self, fault: Fault | None, request: web.Request) -> web.StreamResponse:
        if fault is Fault.FLOOD:
            after = self.floods.told(1 / self.floods.factor / self.floods.crowd)
            return _refusal(Refused(429, f"Too Many Requests: retry after {after}", {"retry_after": after}))
        if fault is Fault.ERROR:
            return _refusal(Refused(500, "Internal Server Error"))
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _download(self, request: web.Request) -> web.Response:
        data = self.files.get(request.match_info["path"])
        if request.match_info["token"] != TOKEN or data is None:
            return web.Response(status=404, text='{"ok":false,"error_code":404,"description":"Not Found"}')
        return web.Response(body=data)

    # --- methods: updates

    async def _getMe(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - the platform's own names
        return BOT

    async def _getUpdates(self, given: dict[str, Any]) -> list[Any]:  # noqa: N802
        if self.webhook:
            raise Refused(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
                "webhook first",
            )  # fmt: skip
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
        mine = self._poller = asyncio.get_running_loop().create_future()
        if "offset" in given:
            self._confirm(int(given["offset"]))
        limit = min(max(int(given.get("limit", 100)), 1), 100)
        deadline = asyncio.get_running_loop().time() + min(int(given.get("timeout", 0)), self.longest_s)
        try:
            while not (self._updates or self.again):
                await self._wait(mine, deadline - asyncio.get_running_loop().time())
                if mine.done():
                    raise Refused(
                        409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance "
                        "is running",
                    )  # fmt: skip
                if asyncio.get_running_loop().time() >= deadline:
                    break
        finally:
            if self._poller is mine:
                self._poller = None
        repeated, self.again = self.again, []
        allowed = set(json.loads(given.get("allowed_updates", "[]")) or ())
        found = [one for one in self._updates if not allowed or not isinstance(one, dict) or allowed & set(one)]
        return [*repeated, *found][:limit]

    async def _wait(self, mine: asyncio.Future[None], seconds: float) -> None:
        self._news.clear()
        news = asyncio.create_task(self._news.wait())
        await asyncio.wait({news, mine}, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED)
        news.cancel()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self._updates = self._updates[offset:]
        else:
            self._updates = [one for one in self._updates if not isinstance(one, dict) or one["update_id"] >= offset]

    async def _setWebhook(self, given: dict[str, Any]) -> bool:  # noqa: N802
        url = str(given.get("url", ""))
        if url and not url.startswith("https://"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = {"url": url, "secret": given.get("secret_token", "")} if url else {}
        if url and self._pusher is None:
            self._pusher = asyncio.create_task(self._push_all())
        self._news.set()
        return True

    async def _deleteWebhook(self, _: dict[str, Any]) -> bool:  # noqa: N802
        self.webhook = {}
        return True

    async def _getWebhookInfo(self, _: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        return {
            "url": self.webhook.get("url", ""), "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }  # fmt: skip

    async def _push_all(self) -> None:
        """Posts each update until it is answered with 200."""
        async with aiohttp.ClientSession() as session:
            while True:
                queue = self.again or self._updates
                if not self.webhook or not queue:
                    self._news.clear()
                    await self._news.wait()
                elif await self.post(session, queue[0], self.webhook["secret"]) == 200:
                    queue.pop(0)
                else:
                    await asyncio.sleep(0.05)

    async def post(self, session: aiohttp.ClientSession, update: Any, secret: str) -> int:
        """One call of the webhook; the status that came back, 0 for none."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with session.post(self.reach(self.webhook["url"]), json=update, headers=headers) as answer:
                self.calls[f"webhook {answer.status}"] += 1
                return answer.status
        except aiohttp.ClientError:
            return 0

    async def _setMyCommands(self, given: dict[str, Any]) -> bool:  # noqa: N802
        self.commands = rules.commands_of(given)
        return True

    async def _answerCallbackQuery(self, given: dict[str, Any]) -> bool:  # noqa: N802
        query = str(given.get("callback_query_id"))
        if query not in self.waiting_queries:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.waiting_queries.discard(query)
        self.answered[query] += 1
        return True

    async def _getFile(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        path = str(given.get("file_id"))
        data = self.files.get(path)
        if data is None:
            raise bad("invalid file_id")
        if len(data) > rules.DOWNLOAD_BYTES:
            raise bad("file is too big")
        return {"file_id": path, "file_unique_id": f"u{path}", "file_size": len(data), "file_path": path}


async def _given(request: web.Request) -> dict[str, Any]:
    """The parameters, in any of the ways the platform takes them; files as (name, bytes)."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        given |= await request.json()
        return given
    for key, value in (await request.post()).items():
        given[key] = (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
    return given


def _refusal(refused: Refused) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return web.json_response(body, status=refused.code)
