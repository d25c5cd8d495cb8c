"""Socket Mode: the envelopes of one websocket, acknowledged once they were stored; and the watch over its silence.

slack_sdk reconnects by itself when Slack says so or pings stay unanswered. It was also seen to go on without ever
delivering again (slackapi/python-slack-sdk#1701, slackapi/bolt-python#1529): so every minute `auth.test` is asked, a
connection that stays down or whose tasks died ends `serve`, and one that was silent for long is made anew.

aiohttp ends a connection over a frame above 4 MiB, and Slack hands the same frame out three times more: up to 16 MiB
are read, a few of them at a time. Over a still larger one the line is made anew at once, and what was under way comes
again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.messengers.slack.answers import ACCOUNT, CallFailedError
from bot.messengers.slack.calls import SILENT, Calls

log = logging.getLogger(__name__)

CHECK_S: Final = 15.0
CHECKS_DOWN: Final = 3
"""A connection may be down for two checks: slack_sdk is then making the next one."""
CHECKS_ALIVE: Final = 4
"""Every how many checks Slack is asked whether the account lives."""
TESTS_UNANSWERED: Final = 3
CHECKS_SILENT: Final = 60
"""After how many checks without an envelope the connection is made anew: fifteen minutes."""

LARGEST: Final = 16 * 2**20
"""Bytes of a frame that are read."""

_LARGE: Final = 2**20
_LARGE_AT_ONCE: Final = 4
_CONNECT_S: Final = 30.0
_CLOSE_S: Final = 5.0
_AT_ONCE: Final = 256
_PING_S: Final = 5.0
_LATELY_S: Final = 60.0
_AT_ONCE_AGAIN: Final = 3
_SLOWEST_S: Final = 20.0


class _Lines:
    """aiohttp's session, whose websockets take larger frames; slack_sdk has no word for it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @property
    def closed(self) -> bool:
        return self._session.closed

    async def close(self) -> None:
        await self._session.close()

    async def ws_connect(self, url: str, **more: Any) -> aiohttp.ClientWebSocketResponse:
        line: aiohttp.ClientWebSocketResponse = await self._session.ws_connect(url, max_msg_size=LARGEST, **more)
        return line


class Socket(SocketModeClient):
    """slack_sdk's client, with a bound on what is in hand: beyond it the network waits."""

    def __init__(
        self, app_token: str, calls: Calls, proxy: str | None, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        super().__init__(app_token, logger=SILENT, web_client=calls.client(), ping_interval=_PING_S)
        self.proxy = proxy
        self.aiohttp_client_session = _Lines(self.aiohttp_client_session)  # type: ignore[assignment]
        self.on_error_listeners.append(self._broken)
        self.heard = 0
        self._sleep = sleep
        self._asked_at: list[float] = []
        self.ending = False
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)
        self.running: set[asyncio.Task[None]] = set()

    async def issue_new_wss_url(self) -> str:
        """See slack_sdk; a Slack that hangs up at once each time is asked more and more slowly for another address."""
        now = asyncio.get_running_loop().time()
        self._asked_at = [at for at in self._asked_at if now - at < _LATELY_S]
        self._asked_at.append(now)
        often = len(self._asked_at) - _AT_ONCE_AGAIN
        if often > 0:
            await self._sleep(min(2.0**often, _SLOWEST_S))
        return await super().issue_new_wss_url()

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """See slack_sdk; who ends makes no new connection."""
        if not self.ending:
            await super().connect_to_new_endpoint(force)

    async def enqueue_message(self, message: str) -> None:
        """See slack_sdk; handled at once, as many as there is room for."""
        self.heard += 1
        told = json.loads(message) if message.startswith("{") else {}
        if told.get("type") == "disconnect":  # never behind a full house
            self._spawn(self.run_message_listeners(told, message))
            return
        held = self._large if len(message) > _LARGE else self._room
        await held.acquire()
        self._spawn(self.run_message_listeners(told, message)).add_done_callback(lambda _: held.release())

    async def _broken(self, _: aiohttp.WSMessage) -> None:
        """The line ended over what it brought."""
        log.warning("slack: a frame could not be read, and the line is made anew")
        await self.connect_to_new_endpoint()

    def sick(self) -> bool:
        """Whether one of the tasks that keep the connection alive has died."""
        keeping = (self.message_receiver, self.current_session_monitor)
        return any(task is None or task.done() for task in keeping)

    def _spawn(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        return task


async def serve(
    calls: Calls,
    app_token: str,
    proxy: str | None,
    take: Callable[[Mapping[str, Any]], Awaitable[bool]],
    sleep: Callable[[float], Awaitable[None]],
    beat: Callable[[], None],
) -> None:
    """Hands every envelope to `take` and acknowledges those it says were stored; returns never.

    `beat` is called while the connection is well.

    Raises:
        ConnectionError: the connection is lost and did not come back.
        CallFailedError: Slack refuses a token.
    """
    opened = await calls.done(calls.client().apps_connections_open(app_token=app_token))
    socket = Socket(app_token, calls, proxy, sleep)
    socket.wss_uri = str(opened["url"])

    async def listen(client: object, request: SocketModeRequest) -> None:  # noqa: ARG001 - slack_sdk's shape
        if await take(request.payload):
            await socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    socket.socket_mode_request_listeners.append(listen)
    try:
        await asyncio.wait_for(socket.connect(), _CONNECT_S)  # type: ignore[no-untyped-call]
        log.info("slack: connected")
        await _watch(socket, calls, sleep, beat)
    except TimeoutError:
        raise ConnectionError("no connection to Slack in time") from None
    finally:
        await _close(socket)


async def _watch(
    socket: Socket, calls: Calls, sleep: Callable[[float], Awaitable[None]], beat: Callable[[], None]
) -> None:
    down = silent = count = unanswered = 0
    heard = socket.heard
    while True:
        await sleep(CHECK_S)
        count += 1
        down = 0 if await socket.is_connected() and not socket.sick() else down + 1
        if not down:
            beat()
        if down >= CHECKS_DOWN:
            raise ConnectionError("the connection to Slack is down and did not come back")
        silent, heard = (silent + 1 if socket.heard == heard else 0), socket.heard
        if count % CHECKS_ALIVE == 0:
            unanswered = 0 if await _answered(calls) else unanswered + 1
        if unanswered >= TESTS_UNANSWERED:
            raise ConnectionError("Slack does not answer")
        if silent >= CHECKS_SILENT:
            silent = 0
            await asyncio.wait_for(socket.connect_to_new_endpoint(force=True), _CONNECT_S)


async def _answered(calls: Calls) -> bool:
    """Whether Slack answers; a moment without it is no reason to give a good connection up.

    Raises:
        CallFailedError: the account is refused.
    """
    try:
        await calls.test()
    except CallFailedError as error:
        if error.code in ACCOUNT:
            raise
        return False
    return True


async def _close(socket: Socket) -> None:
    """Ends what is in hand and the connection, each in bounded time."""
    socket.ending = True
    if socket.running:
        await asyncio.wait(set(socket.running), timeout=_CLOSE_S)
    for task in (late := set(socket.running)):
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    keeping = [socket.message_processor, socket.message_receiver, socket.current_session_monitor]
    with contextlib.suppress(TimeoutError, OSError, RuntimeError):
        await asyncio.wait_for(socket.close(), _CLOSE_S)  # type: ignore[no-untyped-call]
    ending = [task for task in keeping if task is not None]
    await asyncio.wait(ending, timeout=_CLOSE_S)
