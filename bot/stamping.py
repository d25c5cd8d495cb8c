"""How a request for a time stamp travels: one POST (RFC 3161 §3.4), bounded in time and size, no redirect followed."""

from __future__ import annotations

import asyncio

import aiohttp

from attest.errors import TimestampError

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_LONGEST = 65_536


class Authority:
    """A time stamp authority at a URL; `session` vets its address."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def __call__(self, request: bytes) -> bytes:
        """The answer's body, not looked into.

        Raises:
            TimestampError: nobody there, no answer in time, or one that is none.
        """
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            async with self._session.post(
                self._url, data=request, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise TimestampError(f"the authority answered {answer.status}")
                return await answer.content.readexactly(_LONGEST + 1)
        except asyncio.IncompleteReadError as error:
            return error.partial
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise TimestampError("the authority does not answer") from error
