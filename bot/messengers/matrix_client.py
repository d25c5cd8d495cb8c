"""The connection to a homeserver: one request and its typed fate; the only file that knows `nio`.

nio opens the session, logs in and names the paths of the specification. Its own senders are not used: they wait out
floods and repeat by themselves, put the token into addresses, and read answers of any size. Here a request is sent
once, under a header, and its answer is bounded in size and time.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
from nio import AsyncClient, AsyncClientConfig, LoginError  # type: ignore[import-untyped, unused-ignore]

from bot.messengers.tools import Bookmark

V3 = "/_matrix/client/v3"
MEDIA = "/_matrix/client/v1/media"
UPLOAD = "/_matrix/media/v3/upload"
LARGEST_ANSWER = 64 * 2**20
_OF_THE_ACCOUNT = frozenset({
    "M_USER_SUSPENDED", "M_USER_LOCKED", "M_USER_DEACTIVATED", "M_CONSENT_NOT_GIVEN", "M_RESOURCE_LIMIT_EXCEEDED",
    "M_GUEST_ACCESS_FORBIDDEN", "M_MISSING_TOKEN",
})  # fmt: skip
"""What the homeserver says of Dobi's own account, or of itself, with the status of a closed room."""
_OF_THE_REQUEST = frozenset({401, 408, 413, 429})

log = logging.getLogger(__name__)


class HomeserverError(Exception):
    """The homeserver gave no answer that could be used."""


class UnreachedError(HomeserverError):
    """No connection was had: nothing was asked."""


class UnansweredError(HomeserverError):
    """It was asked, and did not answer in time, or with something that is no answer."""


class RefusedError(HomeserverError):
    """It answered with an error: its HTTP status and its own code (`M_FORBIDDEN`); 401 where Dobi's account is sick."""

    def __init__(self, status: int, code: str, after_s: float | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Account:
    """Who Dobi is on the homeserver. One of `token` and `password` is given."""

    homeserver: str
    user: str
    device: str
    token: str = ""
    password: str = ""
    timeout_s: float = 12.0


class Kept:
    """What is remembered over restarts in the adapter's one bookmark: how far it has read, and its token."""

    def __init__(self, bookmark: Bookmark) -> None:
        self._bookmark = bookmark

    async def get(self, name: str) -> str | None:
        """What is kept under that name."""
        return (await self._all()).get(name)

    async def set(self, name: str, value: str) -> None:
        """Keeps it."""
        await self._bookmark.set(json.dumps({**await self._all(), name: value}))

    async def _all(self) -> dict[str, str]:
        text = await self._bookmark.get()
        try:
            found = json.loads(text or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def path_of(base: str, *parts: str, **query: str) -> str:
    """A path with each part quoted, and its query."""
    path = "/".join([base, *(quote(part, safe="") for part in parts)])
    return f"{path}?{urlencode(query)}" if query else path


class Homeserver:
    """One account's requests. A password is used only where no token is kept, or the kept one is refused."""

    def __init__(self, account: Account, kept: Kept) -> None:
        self.account = account
        logging.getLogger("nio").setLevel(logging.WARNING)  # below, it writes what a login was answered
        self._kept = kept
        self._token = account.token
        self._entering = asyncio.Lock()
        self._client: AsyncClient | None = None

    async def close(self) -> None:
        """Ends the session."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def ask(
        self,
        method: str,
        path: str,
        content: Mapping[str, Any] | None = None,
        *,
        timeout_s: float | None = None,
    ) -> dict[str, Any]:
        """The answer's JSON object.

        Raises:
            UnreachedError: nothing was asked.
            UnansweredError: nobody knows whether it was done.
            RefusedError: the homeserver's own word.
        """
        body = None if content is None else json.dumps(content, separators=(",", ":")).encode()
        return _object(await self.raw(method, path, body, "application/json", LARGEST_ANSWER, timeout_s))

    async def upload(self, data: bytes, kind: str, name: str) -> str:
        """The `mxc:` address under which the homeserver keeps a file."""
        path = path_of(UPLOAD, filename=name)
        answer = _object(await self.raw("POST", path, data, kind, LARGEST_ANSWER, self.account.timeout_s * 3))
        found = answer.get("content_uri")
        if not isinstance(found, str):
            raise UnansweredError("an upload was answered without an address")
        return found

    async def raw(
        self, method: str, path: str, body: bytes | None, kind: str, limit: int, timeout_s: float | None = None
    ) -> bytes:
        """The answer's bytes, at most `limit`; a refused token is renewed once where there is a password."""
        token = await self._entered()
        try:
            return await self._once(method, path, body, kind, limit, timeout_s, token)
        except RefusedError as refused:
            if refused.code != "M_UNKNOWN_TOKEN" or not self.account.password:
                raise
        token = await self._entered(instead_of=token)
        return await self._once(method, path, body, kind, limit, timeout_s, token)

    async def _once(
        self, method: str, path: str, body: bytes | None, kind: str, limit: int, timeout_s: float | None, token: str
    ) -> bytes:
        headers = {"Authorization": f"Bearer {token}"}
        if body is not None:
            headers["Content-Type"] = kind
        total = aiohttp.ClientTimeout(total=timeout_s or self.account.timeout_s, sock_connect=10)
        try:
            sent = None if body is None else io.BytesIO(body)  # a large one goes out in pieces
            answer = await self._nio().send(method, path, sent, headers, timeout=total)
            async with answer:
                if answer.status == 200:
                    return await _bounded(answer, limit)
                raise _refusal(answer, await _bounded(answer, 2**20))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise UnreachedError(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnansweredError(type(error).__name__) from None

    def _nio(self) -> AsyncClient:
        if self._client is None:
            config = AsyncClientConfig(
                max_limit_exceeded=0, max_timeouts=0, request_timeout=self.account.timeout_s, encryption_enabled=False
            )
            base = self.account.homeserver.rstrip("/")
            self._client = AsyncClient(base, self.account.user, self.account.device, config=config)
            session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.account.timeout_s))
            session._retry_connection = False  # noqa: SLF001 - no public switch keeps it from asking twice
            self._client.client_session = session
        return self._client

    async def _entered(self, instead_of: str = "") -> str:
        """A token: the account's, the one that this or another process keeps, or a new one of the same device."""
        if self._token and self._token != instead_of:
            return self._token
        async with self._entering:
            if self._token and self._token != instead_of:
                return self._token
            kept = await self._kept.get("token")
            if not kept or kept == instead_of:
                kept = await self._login()
                await self._kept.set("token", kept)
            self._token = kept
            return kept

    async def _login(self) -> str:
        try:
            answer = await self._nio().login(self.account.password, "Dobi")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise UnreachedError(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnansweredError(type(error).__name__) from None
        if isinstance(answer, LoginError):
            after_s = answer.retry_after_ms / 1000 if answer.retry_after_ms else None
            raise RefusedError(429 if after_s else 401, answer.status_code or "M_UNKNOWN", after_s)
        return str(answer.access_token)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise UnansweredError("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise UnansweredError("the answer is no JSON object")
    return found


async def _bounded(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body, or `UnansweredError` where it is larger."""
    pieces, size = [], 0
    async for piece in answer.content.iter_chunked(64 * 1024):
        size += len(piece)
        if size > limit:
            raise UnansweredError(f"an answer of more than {limit} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def _refusal(answer: aiohttp.ClientResponse, body: bytes) -> HomeserverError:
    """What the error's body says.

    A homeserver gives each refusal a code; without one something before it refused, and it was never asked.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    told = told if isinstance(told, dict) else {}
    spoke = isinstance(told.get("errcode"), str) and not answer.history
    if answer.status < 500 and answer.status not in _OF_THE_REQUEST and not spoke:
        return UnreachedError(f"something on the way answered {answer.status}")
    code, after_ms = told.get("errcode"), told.get("retry_after_ms")
    after_s = after_ms / 1000 if isinstance(after_ms, int | float) and after_ms >= 0 else None
    header = answer.headers.get("Retry-After", "")
    if after_s is None and header.isascii() and header.isdigit():
        after_s = float(header)
    status = 401 if code in _OF_THE_ACCOUNT else answer.status
    return RefusedError(status, code if isinstance(code, str) and len(code) < 100 else "", after_s)
