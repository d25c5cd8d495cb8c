"""NAVER WORKS over HTTP: a service account's access token, and calls whose every end has a name.

https://developers.worksmobile.com/kr/docs/auth-jwt : a JWT (RS256; iss the client id, sub the service account, an hour
at most) is changed for an access token of an hour or a day. Errors repeat neither addresses nor answers: both hold ids,
and an answer may repeat what was said.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import aiohttp
import jwt
from yarl import URL

from bot.messenger import MAX_FILE_BYTES
from bot.messengers.letters import file_name

_SCOPE: Final = "bot.message"
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTED: Final = timedelta(minutes=30)
_EARLY: Final = timedelta(minutes=5)
_LONGEST_ANSWER: Final = 64 * 1024
_STORAGE: Final = (".worksmobile.com", ".worksapis.com")
_CHUNK: Final = 256 * 1024
_KEPT_S: Final = 1.0
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,8192}")


class CallError(Exception):
    """A call that did not end well.

    ├ NotSentError      nothing reached the platform
    ├ CutError          it was sent, and nobody knows what became of it
    ├ BadAccountError   the platform refuses the account
    └ AnswerError       the platform refused
    """


class NotSentError(CallError):
    """The platform could not be reached; nothing was sent."""


class CutError(CallError):
    """It was sent, and no answer came."""


class BadAccountError(CallError):
    """The platform gives no token for this account."""


class AnswerError(CallError):
    """The platform's refusal: its status, its code, and when to come again (seconds)."""

    def __init__(self, status: int, code: str, after_s: float | None = None) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        self.code = code
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Key:
    """A service account of the developer console."""

    client_id: str
    client_secret: str
    service_account: str
    private_key: str


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the platform is."""

    auth: str = "https://auth.worksmobile.com"
    api: str = "https://www.worksapis.com"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file's bytes and what the server called it."""

    name: str
    kind: str
    data: bytes


class Calls:
    """The calls of one account; the session is made with the first of them."""

    def __init__(
        self, key: Key, addresses: Addresses, now: Callable[[], datetime], timeout_s: float, in_flight: int
    ) -> None:
        self._key = key
        self._at = addresses
        self._now = now
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, connect=min(timeout_s, 10.0))
        self._in_flight = in_flight
        self._session: aiohttp.ClientSession | None = None
        self._token = ""
        self._ends_at: datetime | None = None
        self._renewing = asyncio.Lock()

    async def close(self) -> None:
        """Lets go of the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The platform's answer; a token that it refuses is renewed once.

        Raises:
            CallError: it did not end well.
        """
        for last in (False, True):
            token = await self._access()
            try:
                return await self._ask("POST", URL(f"{self._at.api}{path}"), headers=_bearer(token), data=_json(body))
            except AnswerError as error:
                if error.status != 401 or last:
                    raise
                self._refused(token)
        raise AssertionError("unreachable")

    async def upload(self, url: str, name: str, data: bytes) -> None:
        """Puts a file where the platform told to.

        Raises:
            CallError: it did not end well.
        """
        form = aiohttp.FormData()
        name = file_name(name)
        form.add_field("resourceName", name)
        form.add_field("FileData", data, filename=name, content_type="application/octet-stream")
        await self._ask("POST", self._trusted(url), headers=_bearer(await self._access()), data=form)

    async def download(self, path: str) -> Fetched:
        """A file, at most MAX_FILE_BYTES.

        Raises:
            CallError: it can't be had, is too large, or lies at a stranger's.
        """
        for last in (False, True):
            token = await self._access()
            try:
                return await self._download(path, token)
            except AnswerError as error:
                if error.status != 401 or last:
                    raise
                self._refused(token)
        raise AssertionError("unreachable")

    async def _download(self, path: str, token: str) -> Fetched:
        at = URL(f"{self._at.api}{path}")
        try:
            async with self._open().get(at, headers=_bearer(token), allow_redirects=False) as answer:
                if answer.status not in {301, 302, 303, 307, 308}:
                    raise AnswerError(answer.status, "no file")
                lies_at = self._trusted(answer.headers.get("Location", ""))
            async with self._open().get(lies_at, headers=_bearer(token), allow_redirects=False) as answer:
                if answer.status != 200:
                    raise AnswerError(answer.status, "no file")
                name = answer.content_disposition.filename if answer.content_disposition else None
                return Fetched(name or lies_at.name, answer.content_type, await _bounded(answer))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CutError(type(error).__name__) from error

    def _trusted(self, url: str) -> URL:
        """The address, where it is the platform's own: the token goes there with the request.

        Raises:
            AnswerError: it is somebody else's.
        """
        try:
            found, api = URL(url), URL(self._at.api)
            own = found.origin() == api.origin() if found.is_absolute() else False
        except (ValueError, TypeError) as error:
            raise AnswerError(0, "no address") from error
        host = found.host or ""
        if found.user is not None or found.password is not None:
            raise AnswerError(0, "an address with somebody's name")
        if not own and not (found.scheme == "https" and host.endswith(_STORAGE)):
            raise AnswerError(0, "an address that is not the platform's")
        return found

    async def _access(self) -> str:
        """A token that is good for a while; asked for by one at a time."""
        async with self._renewing:
            if self._ends_at is None or self._now() >= self._ends_at:
                await self._renew()
            return self._token

    def _refused(self, token: str) -> None:
        """The platform takes this token no more; another may stand here already."""
        if token == self._token:
            self._ends_at = None

    async def _renew(self) -> None:
        now, key = self._now(), self._key
        claims = {"iss": key.client_id, "sub": key.service_account, "iat": now, "exp": now + _ASSERTED}
        form = {
            "assertion": await asyncio.to_thread(jwt.encode, claims, key.private_key, "RS256"),
            "grant_type": _GRANT,
            "client_id": key.client_id,
            "client_secret": key.client_secret,
            "scope": _SCOPE,
        }
        try:
            told = await self._ask("POST", URL(f"{self._at.auth}/oauth2/v2.0/token"), data=form)
            token = _TOKEN.fullmatch(told["access_token"])
            lasts = timedelta(seconds=min(float(told["expires_in"]), 86_400))
        except CutError as error:
            raise NotSentError("no token came") from error
        except AnswerError as error:
            if error.status in {429, 500, 502, 503, 504}:
                raise NotSentError(f"no token came: {error}") from error
            raise BadAccountError(f"the account is refused: {error}") from error
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise NotSentError("no token came") from error
        if token is None:
            raise NotSentError("no token came")
        self._token, self._ends_at = token[0], now + max(lasts - _EARLY, lasts / 2)

    async def _ask(self, method: str, url: URL, **sent: Any) -> dict[str, Any]:
        try:
            async with self._open().request(method, url, allow_redirects=False, **sent) as answer:
                told = _parsed(await _read(answer, _LONGEST_ANSWER))
                if _in_between(answer, told):
                    raise NotSentError(f"something on the way answered {answer.status}")
                if 200 <= answer.status < 300:
                    return told or {}
                raise AnswerError(answer.status, str((told or {}).get("code", ""))[:40], _after(answer))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CutError(type(error).__name__) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            # one that is kept open longer may be closed just as it is used again: nobody could tell what became of a
            # message. No server closes one within a second of its last use
            connector = aiohttp.TCPConnector(limit=self._in_flight, keepalive_timeout=_KEPT_S)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        return self._session


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _json(body: dict[str, Any]) -> aiohttp.BytesPayload:
    data = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return aiohttp.BytesPayload(data, content_type="application/json")


def _parsed(data: bytes) -> dict[str, Any] | None:
    """What was said; None where that is no JSON object."""
    try:
        told = json.loads(data) if data else None
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _in_between(answer: aiohttp.ClientResponse, told: dict[str, Any] | None) -> bool:
    """Whether a proxy, a portal or a gateway spoke, and not the platform, which refuses in JSON and redirects nobody.

    What they said of a request says nothing of the person it was for.
    """
    if told is not None:
        return False
    if 200 <= answer.status < 300:
        return answer.content_type == "text/html"
    return 300 <= answer.status < 500 and answer.status not in {401, 408, 413, 425, 429}


def _after(answer: aiohttp.ClientResponse) -> float | None:
    """When the platform counts anew (https://developers.worksmobile.com/kr/docs/rate-limits), in seconds."""
    for name in ("RateLimit-Reset", "Retry-After"):
        try:
            seconds = float(answer.headers[name])
        except (KeyError, ValueError):
            continue
        if not math.isnan(seconds):
            return min(max(seconds, 0.0), 120.0)
    return None


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    found = b"" if (answer.content_length or 0) > MAX_FILE_BYTES else await _read(answer, MAX_FILE_BYTES)
    if max(len(found), answer.content_length or 0) > MAX_FILE_BYTES:
        raise AnswerError(answer.status, "too large")
    return found


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body, in however many pieces it comes; of one over the limit no more than shows that it is."""
    data = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        data += chunk
        if len(data) > limit:
            break
    return bytes(data[: limit + 1])
