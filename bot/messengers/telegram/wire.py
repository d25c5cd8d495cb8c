"""How requests travel to the Bot API: python-telegram-bot's own `Bot`, over an HTTP client that tells why it failed.

The library's own transport (httpx) writes each address, and with it the token, into the log, slows down with more
requests in flight, and does not say whether a failed request had left. This one says it by the type of the error:

    TelegramError ─┬─ FloodError                    too fast; `after` is the platform's word
                   └─ NetworkError ─┬─ NotSentError   it never left, or something on the way answered in its place
                                    ├─ CutError       it left, and no answer came
                                    ├─ FaultError     the server failed; `undone` where it says that nothing was done
                                    └─ TooLargeError  the answer is larger than anything that is taken

No error repeats an address, for the token stands in it. Bodies are bounded while they come in.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import aiohttp
from telegram import Bot
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

# The library's own transport slows down above 8 (shared/research/chat.md §5); this one costs the same at 8 and at 64
# (tests/bench/bench_telegram.py). Thirty a second, with half a second there and back, are 15 under way.
IN_FLIGHT: Final = 32
LARGEST_ANSWER: Final = 20 * 2**20 + 1
_CONNECT_S: Final = 5.0
_IDLE_S: Final = 20.0  # a connection that the server may have closed by then is not used again
_LONGEST_BAN_S: Final = 7 * 86_400
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_UNAVAILABLE: Final = frozenset({500, 503})
_PATH: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)*", re.ASCII)


class FloodError(TelegramError):
    """Too fast. The library's own `RetryAfter` warns of its future at each look at it."""

    def __init__(self, after: timedelta) -> None:
        super().__init__("too many requests")
        self.after = after


class NotSentError(NetworkError):
    """The request never left, or went no further than a proxy that answered in the platform's place."""


class CutError(NetworkError):
    """The request left, and the connection ended before the answer."""


class FaultError(NetworkError):
    """The server answered with a fault of its own; `undone`: it says itself that nothing was done."""

    def __init__(self, status: int, *, undone: bool) -> None:
        super().__init__(f"the server failed with {status}")
        self.undone = undone


class TooLargeError(NetworkError):
    """The answer is larger than anything that is taken."""


class Wire(BaseRequest):
    """The connections to one server; opened at the first request, closed by `shutdown`."""

    def __init__(self, read_timeout_s: float, connections: int = IN_FLIGHT) -> None:
        self._read_timeout_s = read_timeout_s
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds without a byte until an answer is given up."""
        return self._read_timeout_s

    async def initialize(self) -> None:
        """Nothing is opened before it is needed."""

    async def shutdown(self) -> None:
        """Closes every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the library's
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """The status and the body of the answer.

        Raises:
            FloodError, NotSentError, CutError, FaultError, TooLargeError, TimedOut: see the module.
        """
        seconds = read_timeout if isinstance(read_timeout, (int, float)) else self._read_timeout_s
        timeout = aiohttp.ClientTimeout(total=None, connect=None, sock_connect=_CONNECT_S, sock_read=seconds)
        body, kind = (None, None) if request_data is None else _body(request_data)
        try:
            async with asyncio.timeout(seconds * 3 + _CONNECT_S):  # a byte now and then is no answer either
                async with self._open().request(
                    method, url, data=body, headers=kind, timeout=timeout, allow_redirects=False
                ) as answer:
                    told = await _bounded(answer)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
            raise NotSentError(type(error).__name__) from None  # the cause may hold the address
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise CutError(type(error).__name__) from None
        _refuse(answer.status, told)
        return answer.status, told

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """The answer as values.

        Raises:
            TelegramError: it is none; unlike the library's own, this does not log what it was.
        """
        try:
            return json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            raise TelegramError("Invalid server response") from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_IDLE_S)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session


class Connection(Bot):
    """The bot, with its updates as they came: one that can't be read must not take its neighbours with it.

    Of what it says only the number is read: the library's `Message` takes as long to build as the request to be made,
    and a message that stands there must not become a doubt over a field that nobody needs.
    """

    async def spoken(self, method: str, **asked: object) -> str:
        """The number of the message that a sending method has made.

        Raises:
            TelegramError: the platform refused, nobody knows, or the answer tells no number.
        """
        told: object = await self._post(method, asked)
        number = told.get("message_id") if isinstance(told, dict) else None
        if not isinstance(number, int) or isinstance(number, bool):
            raise TelegramError("Invalid server response")
        return str(number)

    async def content(self, native: str) -> bytes:
        """The bytes of a file, which lies below the platform's own address and nowhere else.

        The library's own way reads a path that is one of this machine's from its disk.

        Raises:
            TelegramError: it can't be had.
        """
        told: object = await self._post("getFile", {"file_id": native})
        path = told.get("file_path") if isinstance(told, dict) else None
        if not isinstance(path, str) or not _PATH.fullmatch(path) or ".." in path.split("/"):
            raise TelegramError("no path of a file")
        return await self.request.retrieve(f"{self.base_file_url}/{path}")

    async def raw_updates(self, offset: int | None, wait_s: int, limit: int, kinds: Sequence[str]) -> list[Any]:
        """The updates from `offset` on, waited for; everything below it is confirmed."""
        asked = {"offset": offset, "timeout": wait_s, "limit": limit, "allowed_updates": list(kinds)}
        wait = (self.request.read_timeout or 0.0) + wait_s
        found: object = await self._post("getUpdates", asked, read_timeout=wait)
        if not isinstance(found, list):
            raise TelegramError("Invalid server response")
        return found


def _body(asked: RequestData) -> tuple[aiohttp.FormData | bytes, Mapping[str, str] | None]:
    """What is posted, and its headers where aiohttp does not know them by itself."""
    if not asked.contains_files:
        return asked.url_encoded_parameters().encode(), _FORM  # a third of what aiohttp's own encoding takes
    form = aiohttp.FormData(quote_fields=False)
    for name, value in asked.json_parameters.items():
        form.add_field(name, value)
    for name, (file, data, kind) in (asked.multipart_data or {}).items():
        form.add_field(name, data, filename=file, content_type=kind)
    return form, None


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.content.iter_chunked(2**16):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            answer.close()
            raise TooLargeError(f"the answer is larger than {LARGEST_ANSWER}")
    return b"".join(parts)


def _refuse(status: int, told: bytes) -> None:
    """What the library would not tell apart."""
    if status < 300:
        return
    try:
        said = json.loads(told)
    except (ValueError, RecursionError):
        said = None
    spoke = isinstance(said, dict) and said.get("ok") is False  # the API itself, no gateway before it
    if status >= 500:
        raise FaultError(status, undone=spoke and status in _UNAVAILABLE)
    if status == 429:
        raise FloodError(_span(said))
    if status == 413:
        raise BadRequest("request entity too large")
    if not spoke:  # a proxy's page, of which the library would make somebody who has blocked the bot
        raise NotSentError(f"something on the way answered {status}")


def _span(said: object) -> timedelta:
    """How long a 429 says to wait, a week at most; a second where it does not say."""
    parameters = said.get("parameters") if isinstance(said, dict) else None
    told = parameters.get("retry_after") if isinstance(parameters, dict) else None
    try:
        seconds = float(told)  # type: ignore[arg-type]  # whatever is no number ends below
    except (TypeError, ValueError, OverflowError):
        seconds = math.inf if isinstance(told, int) else math.nan
    return timedelta(seconds=min(seconds, _LONGEST_BAN_S) if seconds >= 0 else 1)
