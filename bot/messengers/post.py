"""Signed HTTP posts: each message is one JSON object that an office's own system takes in and shows.

    {"id", "to", "text", "kind", "url", "at", "edits"?}
    X-Dobi-Timestamp: seconds since 1970
    X-Dobi-Signature: sha256=<hex HMAC-SHA256 of "timestamp.body" under the shared key>

The receiver keeps the ids of a day: the same id twice is the same message, and is answered 2xx again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp

from bot.messengers.one_way import CAPABILITIES, OneWay, after, bounded, link, recipient, words
from bot.platforms import Ambiguous, Gone, Rejected, Retry, SendResult, Sent
from bot.wording import matrix as wording

if TYPE_CHECKING:
    from bot.messenger import Outgoing
    from bot.messengers.tools import Tools
    from bot.settings import MessengerAccount

log = logging.getLogger(__name__)


class PostMessenger(OneWay):
    """One address that takes posts."""

    name = "post"

    def __init__(self, url: str, key: bytes, account: MessengerAccount, tools: Tools) -> None:
        self.capabilities = bounded(CAPABILITIES, account)
        self._url = url
        self._key = key
        self._now = tools.now
        self._timeout = aiohttp.ClientTimeout(total=float(account.options.get("timeout_s", "15")), sock_connect=10)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Ends the session."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def send(self, message: Outgoing) -> SendResult:
        """Posts one message."""
        body, headers = self._signed(message)
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                page = answer.content_type == "text/html"
                return self._result(message, answer.status, answer.headers.get("Retry-After", ""), page=page)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return Retry(timedelta(seconds=5), "whole")
        except (aiohttp.ClientError, TimeoutError) as error:
            return Ambiguous(type(error).__name__)

    def _signed(self, message: Outgoing) -> tuple[bytes, dict[str, str]]:
        now = self._now()
        record = {
            "id": message.message,
            "to": recipient(message),
            "text": words(message),
            "kind": message.kind,
            "url": link(message),
            "at": now.isoformat(),
        }
        if message.edits:
            record["edits"] = message.edits
        body = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")
        stamp = str(int(now.timestamp()))
        return body, {
            "Content-Type": "application/json",
            "X-Dobi-Timestamp": stamp,
            "X-Dobi-Signature": f"sha256={signature(self._key, stamp, body)}",
        }

    def _result(self, message: Outgoing, status: int, wait: str, *, page: bool) -> SendResult:
        """`page`: it answers people's browsers, as a server does behind which no receiver stands (any more)."""
        if 200 <= status < 300:
            return Sent(message.message)
        if status in {429, 503}:
            span = after(wait, self._now()) or timedelta(seconds=5)
            return Retry(span, "whole", flood=status == 429)
        if status in {401, 403, 407} or 300 <= status < 400 or (page and status in {404, 405, 410}):
            log.error("the address that takes posts refuses Dobi, or is none: %d", status)
            return Retry(timedelta(minutes=1), "whole")
        if status >= 500 or status in {408, 425}:  # the id makes a repetition harmless
            return Retry(timedelta(seconds=5))
        if status in {404, 410}:
            return Gone(str(status))
        return Rejected(str(status))


def signature(key: bytes, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, in hex."""
    return hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def make(account: MessengerAccount, tools: Tools) -> PostMessenger:
    """The adapter of an account.

    Raises:
        ValueError: it lacks an address or a key; in Korean, for the operator.
    """
    url = account.options.get("url", "")
    if not url or "key" not in account.secrets:
        raise ValueError(wording.unset("post", "url, key"))
    return PostMessenger(url, account.secrets["key"].reveal().encode(), account, tools)
