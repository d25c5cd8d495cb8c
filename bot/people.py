"""What is kept of a person besides the settings: consent to location, the first greeting, an open question, and which
updates have been handled.

    dobi:{tenant}:people:consent:<person>     list, one JSON record a decision, oldest first; never shortened
    dobi:{tenant}:people:deciders:<person>    set, keys of the updates that decided
    dobi:{tenant}:people:paused               hash, person → instant since which location rests
    dobi:{tenant}:people:declined             hash, person → instant at which location was declined last
    dobi:{tenant}:people:allergies            hash, person → JSON of allergen numbers, the consent's instant and text
    dobi:{tenant}:people:introduced           hash, person → "instant key"
    dobi:{tenant}:people:questions:<person>   hash, chat → JSON of the question and its instants
    dobi:{tenant}:people:spoken:<person>      hash, chat → JSON of what was spoken of last; ten minutes
    dobi:{tenant}:people:begun:<adapter>      sorted set, update → milliseconds at which its handling began
    dobi:{tenant}:people:handled:<adapter>    sorted set, the same for those whose handling is done

It keeps no picture, no place, and of what was written nothing longer than a question waits. It
judges no instant by the server's own clock.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from redis.asyncio import Redis

from bot.meant import LIFE, Spoken

INBOX_MEMORY: Final = timedelta(days=2)  # Telegram keeps unfetched updates a day; Slack repeats for minutes
QUESTION_LIFE: Final = timedelta(minutes=15)

_LONGEST_UPDATE_ID = 128
_LONGEST_ARGUMENT = 2_000
_ASIDE = (
    "questions",
    "spoken",
    "undo",
    "asked",
)
"""Gone within the hour by themselves; the last two are `bot.taking_back`'s and `bot.asked`'s."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The decision that stands: given or withdrawn, when, and to which version of the text (a withdrawal has none)."""

    granted: bool
    at: datetime
    text_version: str


@dataclass(frozen=True, slots=True)
class Allergies:
    """A person's own allergens by number, since when, and the text agreed to: health data, told to nobody else."""

    numbers: frozenset[int]
    at: datetime
    text_version: str


@dataclass(frozen=True, slots=True)
class Question:
    """What Dobi waits to hear in a chat: the `route` that takes the answer, and its `argument`, put before it."""

    route: str
    argument: str = ""
    life: timedelta = QUESTION_LIFE
    mark: str = field(default="", compare=False)  # tells one asking from the next; the store sets it
    asked_at: datetime | None = field(default=None, compare=False)  # the store's too


@dataclass(frozen=True, slots=True)
class Fresh:
    """The update is seen for the first time."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """The update came before, at `begun_at`; unless `done`, its handling is under way or died, and may be redone."""

    done: bool
    begun_at: datetime


# KEYS consent, deciders; ARGV record, its head (decision and text), the decider's key or ''
# A decision is written once a decider, and only where it changes what stands; a withdrawal needs something to withdraw.
_DECIDE = """
local last = redis.call('LINDEX', KEYS[1], -1)
if ARGV[3] ~= '' and redis.call('SADD', KEYS[2], ARGV[3]) == 0 and last then return last end
local grants = string.sub(ARGV[2], 1, 15) == '{"granted":true'
if last then
  if string.sub(last, 1, #ARGV[2]) == ARGV[2] then return last end
  if not grants and string.sub(last, 1, 16) == '{"granted":false' then return last end
elseif not grants then
  return false
end
redis.call('RPUSH', KEYS[1], ARGV[1])
return ARGV[1]
"""

# KEYS questions; ARGV chat, the question as it was read
_SETTLE = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
"""

# KEYS begun, handled; ARGV update, now, forget before
_BEGIN = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[3])
local done = redis.call('ZSCORE', KEYS[2], ARGV[1])
if done then return {'done', done} end
if redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[1]) == 0 then
  return {'begun', redis.call('ZSCORE', KEYS[1], ARGV[1])}
end
return {'fresh', ARGV[2]}
"""

# KEYS begun, handled; ARGV update. An update already forgotten is too old to come again.
_DONE = """
local begun = redis.call('ZSCORE', KEYS[1], ARGV[1])
if begun then redis.call('ZADD', KEYS[2], 'NX', begun, ARGV[1]) end
"""


class PeopleStore:
    """Consent, first contact and open questions of each institution's people.

    `key` names the update that a call answers: repeating the call with the same key changes nothing more.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._decide = redis.register_script(_DECIDE)
        self._settle = redis.register_script(_SETTLE)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:people", *parts))

    async def consent(self, tenant: str, person: str) -> Consent | None:
        """The decision on location that stands, or None when the person was never asked or never answered."""
        record = await cast(Awaitable[bytes | None], self._redis.lindex(self._key(tenant, "consent", person), -1))
        return None if record is None else _consent(record)

    async def decisions(self, tenant: str, person: str) -> tuple[Consent, ...]:
        """Every grant and withdrawal, oldest first."""
        records = cast(Awaitable[list[bytes]], self._redis.lrange(self._key(tenant, "consent", person), 0, -1))
        return tuple(_consent(record) for record in await records)

    async def grant(self, tenant: str, person: str, now: datetime, text_version: str, *, key: str = "") -> Consent:
        """The consent that stands after the grant; granting what stands already adds nothing."""
        stands = await self._decided(tenant, person, Consent(True, now, text_version), key)
        if stands is None:
            raise AssertionError("a grant always leaves a decision")
        return stands

    async def withdraw(self, tenant: str, person: str, now: datetime, *, key: str = "") -> Consent | None:
        """The decision that stands after the withdrawal; None when there was never a consent to withdraw."""
        return await self._decided(tenant, person, Consent(False, now, ""), key)

    async def _decided(self, tenant: str, person: str, decision: Consent, key: str) -> Consent | None:
        head = json.dumps(
            {"granted": decision.granted, "text": decision.text_version}, ensure_ascii=False, separators=(",", ":")
        )[:-1]
        record = f'{head},"at":"{_iso(decision.at)}"}}'
        keys = [self._key(tenant, "consent", person), self._key(tenant, "deciders", person)]
        stands = await self._decide(keys=keys, args=[record, head, key])
        return None if stands is None else _consent(cast(bytes, stands))

    async def decline(self, tenant: str, person: str, now: datetime) -> None:
        """The person was asked for location and said no: nobody asks again by themselves."""
        await self._redis.hset(self._key(tenant, "declined"), person, _iso(now))

    async def declined_at(self, tenant: str, person: str) -> datetime | None:
        """When the person said no last."""
        found = await cast(Awaitable[bytes | None], self._redis.hget(self._key(tenant, "declined"), person))
        return None if found is None else datetime.fromisoformat(found.decode())

    async def pause(self, tenant: str, person: str, now: datetime) -> None:
        """Location rests from now on; resting already, it goes on as it was."""
        await self._redis.hsetnx(self._key(tenant, "paused"), person, _iso(now))

    async def resume(self, tenant: str, person: str) -> bool:
        """Ends the rest; False where there was none."""
        return bool(await self._redis.hdel(self._key(tenant, "paused"), person))

    async def paused_at(self, tenant: str, person: str) -> datetime | None:
        """Since when the person's location rests."""
        found = await cast(Awaitable[bytes | None], self._redis.hget(self._key(tenant, "paused"), person))
        return None if found is None else datetime.fromisoformat(found.decode())

    async def keep_allergies(
        self, tenant: str, person: str, numbers: frozenset[int], now: datetime, text_version: str
    ) -> None:
        """The person's own allergens by number, agreed to under that text, in place of others. Safe to repeat."""
        record = json.dumps({"numbers": sorted(numbers), "at": _iso(now), "text": text_version}, ensure_ascii=False)
        await self._redis.hset(self._key(tenant, "allergies"), person, record)

    async def allergies(self, tenant: str, person: str) -> Allergies | None:
        """What the person wrote down; None where that is nothing."""
        found = await cast(Awaitable[bytes | None], self._redis.hget(self._key(tenant, "allergies"), person))
        if found is None:
            return None
        record = json.loads(found)
        return Allergies(frozenset(record["numbers"]), datetime.fromisoformat(record["at"]), record["text"])

    async def drop_allergies(self, tenant: str, person: str) -> bool:
        """They go, and the consent with them; False where there were none."""
        return bool(await self._redis.hdel(self._key(tenant, "allergies"), person))

    async def introduced_at(self, tenant: str, person: str) -> datetime | None:
        """When the person was greeted first."""
        mark = await cast(Awaitable[bytes | None], self._redis.hget(self._key(tenant, "introduced"), person))
        return None if mark is None else datetime.fromisoformat(mark.decode().partition(" ")[0])

    async def questions(self, tenant: str, person: str) -> int:
        """How many questions wait or waited for the person's answer, and how many chats' last words are kept."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for name in _ASIDE:
                pipe.hlen(self._key(tenant, name, person))
            return sum(map(int, await pipe.execute()))

    async def deciders(self, tenant: str, person: str) -> int:
        """How many keys of deciding updates are remembered."""
        return int(await self._redis.scard(self._key(tenant, "deciders", person)))

    async def known(self, tenant: str) -> frozenset[str]:
        """Everybody of whom a decision, a question, allergens or the first greeting is kept."""
        found: set[str] = set()
        for part in ("introduced", "allergies"):
            names = await cast(Awaitable[list[bytes]], self._redis.hkeys(self._key(tenant, part)))
            found |= {name.decode() for name in names}
        for part in ("consent", "questions", "deciders"):
            head = self._key(tenant, part, "")
            async for name in self._redis.scan_iter(match=f"{head}*", count=1_000):
                found.add(name.decode().removeprefix(head))
        return frozenset(found)

    async def forget_questions(self, tenant: str, person: str) -> None:
        """What waits for the person's answer is dropped, and what was spoken of."""
        await self._redis.delete(*(self._key(tenant, part, person) for part in _ASIDE))

    async def forget_decisions(self, tenant: str, person: str) -> None:
        """Every decision of the person's; safe to repeat."""
        await self._redis.delete(self._key(tenant, "consent", person), self._key(tenant, "deciders", person))

    async def speak(self, tenant: str, person: str, chat: str, spoken: Spoken) -> None:
        """What was spoken of last in a chat; gone ten minutes after the last of the person's."""
        record = {"topic": spoken.topic, "words": spoken.words, "argument": spoken.argument, "at": _iso(spoken.at)}
        key = self._key(tenant, "spoken", person)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(key, chat, json.dumps(record, ensure_ascii=False))
            pipe.expire(key, LIFE)
            await pipe.execute()

    async def spoken(self, tenant: str, person: str, chat: str) -> Spoken | None:
        """What was spoken of last in a chat; None where it is not known any more."""
        record = await self._redis.hget(self._key(tenant, "spoken", person), chat)
        if record is None:
            return None
        found = json.loads(record)
        return Spoken(found["topic"], found["words"], found["argument"], datetime.fromisoformat(found["at"]))

    async def forget_person(self, tenant: str, person: str) -> None:
        """What is kept of the person beside decisions: questions, a rest, allergens, the greeting; safe to repeat."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(*(self._key(tenant, part, person) for part in _ASIDE))
            pipe.hdel(self._key(tenant, "paused"), person)
            pipe.hdel(self._key(tenant, "declined"), person)
            pipe.hdel(self._key(tenant, "allergies"), person)
            pipe.hdel(self._key(tenant, "introduced"), person)
            await pipe.execute()

    async def introduce_once(self, tenant: str, person: str, now: datetime, *, key: str = "") -> bool:
        """True for the first call for that person ever, and for its repetitions with the same `key`; else False."""
        name = self._key(tenant, "introduced")
        if await self._redis.hsetnx(name, person, f"{_iso(now)} {key}"):
            return True
        mark = await cast(Awaitable[bytes | None], self._redis.hget(name, person))
        return bool(key) and mark is not None and mark.decode().partition(" ")[2] == key

    async def met(self, tenant: str) -> int:
        """How many people of the institution have been greeted."""
        return int(await self._redis.hlen(self._key(tenant, "introduced")))

    async def ask(self, tenant: str, person: str, chat: str, question: Question, now: datetime) -> None:
        """Remembers that Dobi waits for an answer in `chat`; an earlier question there is forgotten."""
        if len(question.argument) > _LONGEST_ARGUMENT:
            raise ValueError(f"argument of {len(question.argument)} characters, at most {_LONGEST_ARGUMENT}")
        record = {"route": question.route, "argument": question.argument, "asked": _iso(now)}
        record |= {"until": _iso(now + question.life), "mark": secrets.token_hex(4)}
        name = self._key(tenant, "questions", person)
        await self._redis.hset(name, chat, json.dumps(record, ensure_ascii=False))

    async def pending(self, tenant: str, person: str, chat: str, now: datetime) -> Question | None:
        """The question that waits in `chat`, left in place; None when there is none or its time is over."""
        record = await self._question(tenant, person, chat)
        return None if record is None else _question(record, now)

    async def answer(self, tenant: str, person: str, chat: str, now: datetime) -> Question | None:
        """Takes the waiting question away and returns it: one of several callers gets it.

        A handler that must be safe to repeat looks with `pending`, acts, and only then takes.
        """
        record = await self._question(tenant, person, chat)
        if record is None:
            return None
        taken = await self._settle(keys=[self._key(tenant, "questions", person)], args=[chat, record])
        return _question(record, now) if taken else None

    async def settle(self, tenant: str, person: str, chat: str, question: Question) -> bool:
        """Takes away the very question that `pending` gave; one that was asked since then stays. Safe to repeat."""
        record = await self._question(tenant, person, chat)
        if record is None or json.loads(record).get("mark", "") != question.mark:
            return False
        return bool(await self._settle(keys=[self._key(tenant, "questions", person)], args=[chat, record]))

    async def _question(self, tenant: str, person: str, chat: str) -> bytes | None:
        name = self._key(tenant, "questions", person)
        return await cast(Awaitable[bytes | None], self._redis.hget(name, chat))


class Inbox:
    """Which updates of each messenger came already, for two days: platforms and people send things twice."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._begin = redis.register_script(_BEGIN)
        self._done = redis.register_script(_DONE)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:people", *parts))

    def _keys(self, tenant: str, adapter: str) -> list[str]:
        return [self._key(tenant, "begun", adapter), self._key(tenant, "handled", adapter)]

    async def begin(self, tenant: str, adapter: str, update_id: str, now: datetime) -> Fresh | Repeat:
        """Marks the update as begun, durably; says whether it came before."""
        args: list[str | int] = [_bounded(update_id), _milliseconds(now), _milliseconds(now - INBOX_MEMORY)]
        state, at = cast(list[bytes], await self._begin(keys=self._keys(tenant, adapter), args=args))
        if state == b"fresh":
            return Fresh()
        return Repeat(state == b"done", datetime.fromtimestamp(float(at) / 1000, UTC))

    async def done(self, tenant: str, adapter: str, update_id: str) -> None:
        """Marks an update that was begun as handled: its repetitions need no answer."""
        await self._done(keys=self._keys(tenant, adapter), args=[_bounded(update_id)])


def _bounded(update_id: str) -> str:
    # whoever speaks to the console chooses these: a megabyte is remembered as a hash
    if len(update_id) <= _LONGEST_UPDATE_ID:
        return update_id
    return "sha256:" + hashlib.sha256(update_id.encode("utf-8", "surrogatepass")).hexdigest()


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)


def _iso(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return instant.astimezone(UTC).isoformat()


def _consent(record: bytes) -> Consent:
    found = json.loads(record)
    return Consent(found["granted"], datetime.fromisoformat(found["at"]), found["text"])


def _question(record: bytes, now: datetime) -> Question | None:
    found = json.loads(record)
    asked, until = datetime.fromisoformat(found["asked"]), datetime.fromisoformat(found["until"])
    if now >= until:
        return None
    return Question(found["route"], found["argument"], until - asked, found.get("mark", ""), asked)
