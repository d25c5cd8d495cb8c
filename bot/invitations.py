"""One-time codes that say who somebody is: an invitation, a second messenger, the first administrator.

    made for a person → said once in private by whoever holds it → claimed by that address → bound → spent

A code is 9 of 25 letters and digits that nobody mistakes for each other: 25**9 = 3.8e12, in three groups of three.
Guessing is bounded: 5 wrong ones an hour from one sender, 300 an hour from all. In the 7 days that an invitation lives
that is at most 168 * 300 = 50,400 guesses; with 3,000 codes open at once the chance that any of them hits is at most
50,400 * 3,000 / 3.8e12 = 4e-5, a setup code alone (an hour, 300 guesses) 8e-11. Past the limit every code is refused
unread, so a flood can delay people (by an hour at most) but not let anybody in.

Only digests are kept: PBKDF2-HMAC-SHA256 with the deployment's own salt, compared in constant time, gone when spent.

    dobi:{deployment}:codes:open     hash, first 16 digits of the digest → JSON of the code's record
    dobi:{deployment}:codes:of       hash, "<kind> <institution> <person>" → those 16 digits: a new code ends the old
    dobi:{deployment}:codes:salt     16 bytes
    dobi:{deployment}:codes:wrong    sorted set, guess → milliseconds; a guess is "<sender's digest> <number>"
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from redis.asyncio import Redis

from bot.roster_bindings import Place

ALPHABET: Final = "234679ACDEFGHJKMNPQRTVWXY"
LENGTH: Final = 9
INVITED_FOR: Final = timedelta(days=7)
LINKED_FOR: Final = timedelta(minutes=10)
SETUP_FOR: Final = timedelta(hours=1)
WRONG_EACH: Final = 5
WRONG_ALL: Final = 300
WINDOW: Final = timedelta(hours=1)
_ROUNDS: Final = 1_000
_KEY: Final = "dobi:{deployment}:codes"
_WORDS: Final = re.compile(r"(?:초대|연결|등록|설정|처음)? ?(?:코드|번호)?(?:는|은|입니다|이에요|예요|요|:)*")
_CODE: Final = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
_CODELIKE: Final = re.compile(r"[0-9A-Z]{6,14}")

# KEYS: open, wrong. ARGV: field, address, now ms, window start ms, sender, most of one sender, most of all, guess
# The record's line with this address as its holder, "" for a wrong guess (which is counted), nil where it is too much.
_CLAIM: Final = """
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[4])
local all = redis.call('ZRANGE', KEYS[2], 0, -1)
local own = 0
for _, one in ipairs(all) do
  if string.sub(one, 1, #ARGV[5]) == ARGV[5] then own = own + 1 end
end
if own >= tonumber(ARGV[6]) or #all >= tonumber(ARGV[7]) then return false end
local found = redis.call('HGET', KEYS[1], ARGV[1])
if found then
  local row = cjson.decode(found)
  if tonumber(row['until']) > tonumber(ARGV[3]) and (row['holder'] == '' or row['holder'] == ARGV[2]) then
    if row['holder'] == '' then
      row['holder'] = ARGV[2]
      found = cjson.encode(row)
      redis.call('HSET', KEYS[1], ARGV[1], found)
    end
    return found
  end
end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[8])
return ''
"""


# KEYS: open. ARGV: field. The code has no holder any more, where it still stands.
_RELEASE: Final = """
local found = redis.call('HGET', KEYS[1], ARGV[1])
if not found then return 0 end
local row = cjson.decode(found)
row['holder'] = ''
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(row))
return 1
"""


class Kind(StrEnum):
    """What a code is for."""

    INVITE = "invite"
    LINK = "link"
    SETUP = "setup"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that stands: for what, for whom (institution and person; empty for the first administrator), by whom."""

    field: str
    kind: Kind
    tenant: str
    person: str
    by: str
    until: datetime


class Refused(StrEnum):
    """Why a code was not taken."""

    WRONG = "wrong"
    """No such code, or not any more, or somebody else's."""
    BUSY = "busy"
    """Too many wrong ones lately."""


def shown(code: str) -> str:
    """As people read it: `K7Q-M3X-FA4`."""
    return "-".join(code[at : at + 3] for at in range(0, LENGTH, 3))


def code_in(text: str, *, strict: bool = False) -> str | None:
    """The code that a message is; "" for what was meant as one but can be none; None for any other message.

    `strict`: it must be written in its groups, for whoever may have meant a word.
    """
    bare = _bare(text)
    packed = re.sub(r"[\s\-‐-―.,_]", "", bare)
    if _CODE.fullmatch(packed):
        return packed if not strict or "-" in bare or re.fullmatch(r"\S{3} \S{3} \S{3}", bare) else None
    looks = _CODELIKE.fullmatch(packed) and any(char.isdigit() for char in packed)
    return "" if looks and not strict else None


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text[:200]).strip().strip("\"'`“”‘’「」[]()<>!.~")
    folded = _WORDS.sub("", folded, count=1).strip()
    return re.sub(r"\s*(?:입니다|이에요|예요|요)\.?$", "", folded).strip().upper()


class Codes:
    """The codes of the deployment. Making a new one for the same person and purpose ends the one before."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._claim, self._release = redis.register_script(_CLAIM), redis.register_script(_RELEASE)

    async def make(
        self, tenant: str, people: Sequence[str], kind: Kind, by: str, now: datetime, life: timedelta
    ) -> Mapping[str, str]:
        """A code for each of these people, to be shown once; nothing here can show it again."""
        salt = await self._salt()
        codes = {person: "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for person in people}
        digests = await asyncio.to_thread(lambda: {one: _digest(code, salt) for one, code in codes.items()})
        owners = [f"{kind.value} {tenant} {person}" for person in people]
        old = [one for one in await self._redis.hmget(f"{_KEY}:of", owners) if one] if owners else []
        async with self._redis.pipeline(transaction=True) as pipe:
            if old:
                pipe.hdel(f"{_KEY}:open", *old)
            for person, owner in zip(people, owners, strict=True):
                row = {"digest": digests[person], "kind": kind.value, "tenant": tenant, "person": person, "by": by}
                row |= {"until": str(_ms(now + life)), "holder": ""}
                pipe.hset(f"{_KEY}:open", digests[person][:16], json.dumps(row, ensure_ascii=False))
                pipe.hset(f"{_KEY}:of", owner, digests[person][:16])
            await pipe.execute()
        return codes

    async def claim(self, tenant: str, code: str, place: Place, now: datetime) -> Code | Refused:
        """The code is this address's alone from now on, until it is spent; `tenant` is empty for a stranger.

        Whoever repeats it from the same address gets the same answer: a handling that died is done again.
        """
        salt = await self._salt()
        digest, sender = await asyncio.to_thread(lambda: (_digest(code, salt), _sender(place, salt)))
        guess = f"{sender} {tenant} {secrets.token_hex(4)}"
        args: list[Any] = [
            digest[:16], ":".join(place), _ms(now), _ms(now - WINDOW), sender, WRONG_EACH, WRONG_ALL, guess
        ]  # fmt: skip
        found = await self._claim(keys=[f"{_KEY}:open", f"{_KEY}:wrong"], args=args)
        if found is None:
            return Refused.BUSY
        row = json.loads(found) if found else {"digest": ""}
        if not hmac.compare_digest(row["digest"], digest):
            return Refused.WRONG
        until = datetime.fromtimestamp(int(row["until"]) / 1000, now.tzinfo)
        return Code(digest[:16], Kind(row["kind"]), row["tenant"], row["person"], row["by"], until)

    async def release(self, tenant: str, code: Code) -> None:  # noqa: ARG002 - the code's own institution
        """The code was good but could not be used yet: its owner may say it again, from here or elsewhere."""
        await self._release(keys=[f"{_KEY}:open"], args=[code.field])

    async def spend(self, tenant: str, code: Code) -> None:
        """It is used up. Safe to repeat."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(f"{_KEY}:open", code.field)
            pipe.hdel(f"{_KEY}:of", f"{code.kind.value} {tenant} {code.person}")
            await pipe.execute()

    async def end(self, tenant: str, person: str) -> None:
        """Whatever codes of the person's are open are none any more."""
        owners = [f"{kind.value} {tenant} {person}" for kind in Kind]
        fields = [one for one in await self._redis.hmget(f"{_KEY}:of", owners) if one]
        if fields:
            await self._redis.hdel(f"{_KEY}:open", *fields)
            await self._redis.hdel(f"{_KEY}:of", *owners)

    async def revoke(self, tenant: str, person: str, kind: Kind) -> bool:
        """The person's code of that kind is none any more; False where none was open. Safe to repeat."""
        owner = f"{kind.value} {tenant} {person}"
        field = await self._redis.hget(f"{_KEY}:of", owner)
        if field is None:
            return False
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(f"{_KEY}:open", field)
            pipe.hdel(f"{_KEY}:of", owner)
            gone, _ = await pipe.execute()
        return bool(gone)

    async def standing(self, tenant: str, kind: Kind, now: datetime) -> Sequence[Code]:
        """The institution's codes of that kind that may still be said, those that end first in front."""
        rows = [(field, json.loads(text)) for field, text in (await self._redis.hgetall(f"{_KEY}:open")).items()]
        found = [
            Code(
                field.decode(), kind, tenant, row["person"], row["by"],
                datetime.fromtimestamp(int(row["until"]) / 1000, now.tzinfo),
            )
            for field, row in rows
            if row["tenant"] == tenant and row["kind"] == kind.value and int(row["until"]) > _ms(now)
        ]  # fmt: skip
        return sorted(found, key=lambda one: (one.until, one.person))

    async def sweep(self, tenant: str, now: datetime) -> int:
        """Codes of the institution whose time is over go; how many."""
        gone = 0
        for name, text in (await self._redis.hgetall(f"{_KEY}:open")).items():
            row = json.loads(text)
            if row["tenant"] == tenant and int(row["until"]) <= _ms(now):
                until = datetime.fromtimestamp(int(row["until"]) / 1000, now.tzinfo)
                await self.spend(tenant, Code(name.decode(), Kind(row["kind"]), tenant, row["person"], "", until))
                gone += 1
        return gone

    async def _salt(self) -> bytes:
        await self._redis.setnx(f"{_KEY}:salt", secrets.token_bytes(16))
        salt: bytes = await self._redis.get(f"{_KEY}:salt")
        return salt


def _digest(code: str, salt: bytes) -> str:
    return hashlib.pbkdf2_hmac("sha256", code.encode(), salt, _ROUNDS).hex()


def _sender(place: Place, salt: bytes) -> str:
    """Whoever guesses, without their address: it is kept for an hour."""
    return hashlib.blake2b("\x1f".join(place).encode(), key=salt, digest_size=9).hexdigest()


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
