"""The visited office's code: eight digits that its staff can show, new every two minutes, used once a traveller.

RFC 6238 (TOTP) with HMAC-SHA-256 and a secret an institution, `<keys>/<institution>/visit.key`. A right code shows that
somebody there told it within minutes: E4's fact of another's (research/attest.md §3.2). It does not show who was told.
Whoever types one learns which office it was only when it is right: no name is taken, every wrong code gets the same
answer in the same time, whichever institutions there are, and guesses are few.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import redis.asyncio

from attest.crypto.files import write_new
from attest.receipt import institution_fits

DIGITS = 8
STEP = timedelta(minutes=2)
TRIES = 5  # a person, in ten minutes
_GRACE = 1  # steps: a code may be typed just after it changed
_WINDOW = timedelta(minutes=10)
_SECRET_BYTES = 32


class VisitCodes:
    """The codes of the institutions whose keys lie under `directory`."""

    def __init__(self, database: redis.asyncio.Redis, directory: Path, now: Callable[[], datetime]) -> None:
        self._database = database
        self._directory = directory
        self._now = now
        self._none = secrets.token_bytes(_SECRET_BYTES)  # computed with where there is no secret: takes as long

    async def show(self, tenant: str) -> str:
        """The code of `tenant` for now, such as 04718293; its secret is made if there is none."""
        return totp(await asyncio.to_thread(self._made, tenant), _step(self._now()))

    async def check(self, tenant: str, person: str, code: str, visited: Collection[str], key: str = "") -> str | None:
        """The institution of `visited` whose code this is, once for this traveller of `tenant`; else None.

        None says no more than that: a wrong code, one used already, or the sixth try in ten minutes. The code of one's
        own institution counts nothing. `key` names the request: the same one again gives the same answer.
        """
        typed = _digits(code)
        if not await self._may_try(tenant, person, key or secrets.token_hex(8)):
            return None
        found = await asyncio.to_thread(self._matching, typed, sorted({*visited} - {tenant}))
        if found is None:
            return None
        institution, step = found
        name, mine = self._key(tenant, "used", person, institution, str(step)), key or secrets.token_hex(8)
        there = await self._database.set(name, mine, nx=True, ex=_WINDOW, get=True)
        return institution if there is None or there == mine.encode() else None

    async def _may_try(self, tenant: str, person: str, key: str) -> bool:
        """Whether this is one of the first tries of these ten minutes."""
        name = self._key(tenant, "tries", person, str(int(self._now().timestamp() // _WINDOW.total_seconds())))
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.sadd(name, key)
            pipe.expire(name, 2 * _WINDOW)
            pipe.scard(name)
            *_, tries = await pipe.execute()
        return cast(int, tries) <= TRIES

    def _matching(self, typed: str, institutions: Collection[str]) -> tuple[str, int] | None:
        """Every institution is looked at, whichever matches, so that the time tells nothing."""
        found, now = None, _step(self._now())
        for institution in institutions:
            secret = self._read(institution) or self._none
            for step in range(now - _GRACE, now + 1):
                right = hmac.compare_digest(totp(secret, step).encode(), typed.encode())
                if right and secret is not self._none:
                    found = (institution, step)
        return found

    def _made(self, tenant: str) -> bytes:
        secret = self._read(tenant)
        if secret is None:
            path = self._path(tenant)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                write_new(path, secrets.token_bytes(_SECRET_BYTES))
            secret = path.read_bytes()
        return secret

    def _read(self, tenant: str) -> bytes | None:
        try:
            return self._path(tenant).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, tenant: str) -> Path:
        if not institution_fits(tenant):
            raise ValueError("not an institution's id")
        return self._directory / tenant / "visit.key"

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:visit", *parts))


def totp(secret: bytes, step: int) -> str:
    """The code of a step: HMAC-SHA-256, cut as RFC 4226 §5.3 says."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha256)
    at = mac[-1] & 15
    return str((int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF) % 10**DIGITS).zfill(DIGITS)


def _step(now: datetime) -> int:
    return int(now.timestamp() // STEP.total_seconds())


def _digits(code: str) -> str:
    """What was typed without spaces and hyphens, in ASCII; anything else matches no code."""
    text = unicodedata.normalize("NFKC", code[:64])
    return "".join(letter for letter in text if not (letter.isspace() or letter == "-")) if text.strip() else ""
