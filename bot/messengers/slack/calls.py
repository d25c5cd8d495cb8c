"""The calls of Slack's Web API: one aiohttp session, one try each, every failure told as `CallFailedError`.

slack_sdk retries by itself where it is let (connection errors) and never on 429; here it retries nothing, for delivery
decides. It logs whole requests at DEBUG, texts and all, and addresses with tickets at ERROR: its logger is silent.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.messengers.slack.answers import LACKS, NO_CODE, CallFailedError, code_of, scopes_of, unreached, wait_of
from bot.messengers.slack.incoming import Me

BASE_URL: Final = "https://slack.com/api/"
CONNECT_S: Final = 5.0
ANSWER_S: Final = 15.0
WHOLE_S: Final = 60.0
CONNECTIONS: Final = 64
_FILE_HOSTS: Final = ("slack.com", "slack-files.com", "slack-edge.com")

log = logging.getLogger(__name__)

SILENT: Final = logging.getLogger("bot.messengers.slack.libraries")
SILENT.setLevel(logging.CRITICAL + 1)
SILENT.disabled = True


class Calls:
    """One account's calls. `base_url` names another server than Slack's own: a test's, or a relay's."""

    def __init__(
        self, token: str, base_url: str = BASE_URL, proxy: str | None = None, answer_s: float = ANSWER_S
    ) -> None:
        self._proxy = proxy
        self._answer_s = answer_s
        self._session: aiohttp.ClientSession | None = None
        self._me: Me | None = None
        self._lacked: set[str] = set()
        self._host = urlsplit(base_url).netloc
        self._token = token
        self.web = self._client(base_url, token)

    @property
    def base_url(self) -> str:
        """Where Slack is."""
        return self.web.base_url

    def client(self) -> AsyncWebClient:
        """A client without a token on the same session, for what brings its own (Bolt, Socket Mode)."""
        self._open()
        made = self._client(self.base_url, None)
        made.session = self._session
        return made

    async def whoami(self) -> Me:
        """Dobi's own account, asked for once.

        Raises:
            CallFailedError: Slack refuses the token, or can't be reached.
        """
        if self._me is None:
            told = await self.test()
            rest = (str(told.get(name) or "") for name in ("bot_id", "team_id", "enterprise_id"))
            self._me = Me(str(told["user_id"]), *rest)
        return self._me

    async def test(self) -> Mapping[str, Any]:
        """`auth.test`: the account as Slack sees it now.

        Raises:
            CallFailedError: see `whoami`.
        """
        return await self.done(self.ready().auth_test())

    def ready(self) -> AsyncWebClient:
        """The client, its session open."""
        self._open()
        return self.web

    async def done(self, calling: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
        """The body of a call that Slack did.

        Raises:
            CallFailedError: it refused, or the connection failed; without Slack's words, which may repeat ours.
        """
        try:
            data = (await calling).data
        except SlackApiError as error:
            refused = _refused(error)
            if refused.code == LACKS and refused.needed not in self._lacked:
                self._lacked.add(refused.needed)
                log.warning("slack: the app lacks a scope: %s", refused.needed or "Slack does not say which")
            raise refused from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unreached(error) from None
        except (AttributeError, UnicodeDecodeError):  # slack_sdk breaks over an answer that is no object, or no text
            raise CallFailedError(NO_CODE) from None
        if not isinstance(data, dict):
            raise CallFailedError(NO_CODE)
        return data

    async def upload(self, url: str, data: bytes) -> None:
        """Hands a file's bytes to the address that Slack gave for them; the token stays here.

        Raises:
            CallFailedError: they did not arrive, and nobody saw anything yet.
        """
        self._open()
        assert self._session is not None  # noqa: S101 - `_open` made it
        try:
            async with self._session.post(url, data=data, proxy=self._proxy, allow_redirects=False) as answer:
                await answer.read()
                if answer.status != 200:
                    raise CallFailedError(
                        "upload_failed", status=503, after_s=wait_of(answer.headers.get("Retry-After"))
                    )
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise CallFailedError("upload_failed", status=503) from None

    async def download(self, url: str, limit: int) -> bytes:
        """A file's bytes, at most `limit`; the token goes to Slack's own hosts only, and through no redirection.

        Raises:
            CallFailedError: it lies elsewhere, is too large, or is not given out.
        """
        if not self._own(url):
            raise CallFailedError("foreign_host")
        self._open()
        assert self._session is not None  # noqa: S101 - `_open` made it
        head = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._session.get(url, headers=head, proxy=self._proxy, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise CallFailedError("no_file", status=answer.status)
                return await _bounded(answer, limit)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unreached(error) from None

    async def close(self) -> None:
        """Ends the session; a later call opens another."""
        session, self._session, self.web.session = self._session, None, None
        if session is not None:
            await session.close()
            await asyncio.sleep(0)

    def _own(self, url: str) -> bool:
        """Whether the token may be shown there."""
        parts = urlsplit(url)
        if parts.netloc == self._host and f"{parts.scheme}://" == self.base_url[: len(parts.scheme) + 3]:
            return True
        host = parts.hostname or ""
        known = any(host == one or host.endswith(f".{one}") for one in _FILE_HOSTS)
        return parts.scheme == "https" and known and parts.port in {None, 443}

    def _open(self) -> None:
        if self._session is None or self._session.closed:
            timeout = aiohttp.ClientTimeout(total=WHOLE_S, sock_connect=CONNECT_S, sock_read=self._answer_s)
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=connector)
            self.web.session = self._session

    def _client(self, base_url: str, token: str | None) -> AsyncWebClient:
        client = AsyncWebClient(token, base_url, timeout=int(ANSWER_S), logger=SILENT, retry_handlers=[])
        client.proxy = self._proxy  # the settings say it, not the environment
        return client


async def _bounded(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body up to the limit. A page instead of the file is Slack's door: the scope `files:read` is missing."""
    if (answer.content_length or 0) > limit:
        raise CallFailedError("too_large")
    data = bytearray()
    async for chunk in answer.content.iter_chunked(2**16):
        data += chunk
        if len(data) > limit:
            raise CallFailedError("too_large")
    if answer.content_type == "text/html" and b"<html" in data[:512].lower() and "sign" in str(answer.url.path):
        raise CallFailedError("no_file")
    return bytes(data)


def _refused(error: SlackApiError) -> CallFailedError:
    """The code, status and wait of a refusal; the answer may also be no JSON, or a page."""
    answer = error.response
    status = getattr(answer, "status_code", None) or getattr(answer, "status", None) or 200
    data = getattr(answer, "data", answer)
    code = data.get("error") if isinstance(data, dict) else None
    headers = getattr(answer, "headers", None) or {}
    needed = scopes_of(data.get("needed")) if isinstance(data, dict) else ""
    return CallFailedError(
        code_of(code), status=int(status), after_s=wait_of(headers.get("Retry-After")), needed=needed
    )
