"""How fast a platform is spoken to, by all workers of a deployment together: never faster than it allows.

    who wants to speak → book(…) → a slot now (or, for an answer, soon) | not before …
    it was said        → arrived(…): the slot counts from when the platform had it, at the latest
    it was too fast    → freeze(…): nobody speaks to that chat, or to anybody, until then

A platform counts a sliding window, so the last `count` messages of a scope are kept as instants and a new one waits
until the oldest of them is `per` and a little (2 %) ago: no window of the platform's, wherever it begins, holds more.
What counts is when the platform had a message, not when it was booked: a message that took longer than messages take
counts from the later moment (as NTP bounds an offset by the round trip: it was there before `ended - fastest`), so that
a slow network earns no flood. Pushes are spread evenly over a long window, so that an answer never waits for its end;
an answer books the next slot ahead, and pushes go behind it.

Instants are handed in; Redis' clock only clears away what is over.
"""

from __future__ import annotations

import itertools
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from redis.asyncio import Redis

from bot.messenger import Chat
from bot.outbox_rows import instant
from bot.outbox_together import Rows, Together
from bot.platforms import Pace, Rate

MARGIN = 1.02
"""Windows are taken this much longer than the platform says: clocks of several machines differ, networks jitter."""

_BURST = timedelta(milliseconds=250)  # how far pushes may run ahead of even spacing, to make up for a stall
_LATE_MS = 4.0  # a message that came less late than this counts from its booking, where windows are long
_RECENT = 500
_TURN = timedelta(seconds=1)

# ARGV: 1 the key's head, 2 now, 3 how far ahead is booked (ms), 4 whole count, 5 whole span (ms), 6 interval between
# pushes (ms, 0 none), 7 burst (ms), then of each: chat, count, span, 'a' answer or 'p' push, slot id.
# → of each: 1 and the slot's instant, or 0 and when to ask again, and 'c' or 'w': who is in the way
_BOOK = """
local head, now, ahead = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local all, span, interval, burst = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local function text(number) return string.format('%.3f', number) end
local function free(key, count, per)
  if count == 0 then return 0 end
  local found = redis.call('ZRANGE', key, count - 1, count - 1, 'REV', 'WITHSCORES')
  return found[2] and tonumber(found[2]) + per or 0
end
local function note(key, count, per, at, id)
  if count == 0 then return end
  redis.call('ZADD', key, text(at), id)
  redis.call('ZREMRANGEBYRANK', key, 0, -(count + 1))
  redis.call('PEXPIRE', key, math.ceil(per + ahead + 60000))
end
local whole, even = head .. 'whole', head .. 'even'
local frozen = tonumber(redis.call('GET', head .. 'frozen') or '0')
local evenly = interval > 0 and tonumber(redis.call('GET', even) or '0') or 0
local out, full, moved = {}, false, false
for i = 8, #ARGV, 5 do
  local chat, answer, id = ARGV[i], ARGV[i + 3] == 'a', ARGV[i + 4]
  local count, per = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  if full and not answer then
    out[#out + 1] = {0, text(full), 'w'}
  else
    local theirs = head .. 'chat:' .. chat
    local there = math.max(free(theirs, count, per), tonumber(redis.call('GET', head .. 'frozen:' .. chat) or '0'))
    local here = math.max(frozen, free(whole, all, span))
    if not answer and interval > 0 then here = math.max(here, evenly - burst) end
    local at = math.max(now, there, here)
    if at <= now + ahead then
      note(theirs, count, per, at, id)
      note(whole, all, span, at, id)
      if interval > 0 then evenly = math.max(evenly, now) + interval moved = true end
      out[#out + 1] = {1, text(at), ''}
    elseif here >= there then
      if not answer then full = here end
      out[#out + 1] = {0, text(here), 'w'}
    else
      out[#out + 1] = {0, text(there), 'c'}
    end
  end
end
if moved then redis.call('SET', even, text(evenly), 'PX', math.ceil(span + 60000)) end
return out
"""

# ARGV: 1 the key's head, 2 interval (ms), then of each: chat, slot id. A slot that was not used is free again.
_GIVE_BACK = """
for i = 3, #ARGV, 2 do
  redis.call('ZREM', ARGV[1] .. 'chat:' .. ARGV[i], ARGV[i + 1])
  redis.call('ZREM', ARGV[1] .. 'whole', ARGV[i + 1])
end
local evenly = redis.call('GET', ARGV[1] .. 'even')
if evenly then
  local earlier = tonumber(evenly) - tonumber(ARGV[2]) * (#ARGV - 2) / 2
  redis.call('SET', ARGV[1] .. 'even', string.format('%.3f', earlier), 'KEEPTTL')
end
return 1
"""

# KEYS: 1 the key's head. ARGV, of each message: chat, slot id, the instant from which it counts
_ARRIVED = """
local out = {}
for i = 1, #ARGV, 3 do
  redis.call('ZADD', KEYS[1] .. 'chat:' .. ARGV[i], 'XX', 'GT', ARGV[i + 2], ARGV[i + 1])
  redis.call('ZADD', KEYS[1] .. 'whole', 'XX', 'GT', ARGV[i + 2], ARGV[i + 1])
  out[#out + 1] = 1
end
return out
"""

# ARGV: 1 the key, 2 until, 3 for how long (ms)
_FREEZE = """
if tonumber(redis.call('GET', ARGV[1]) or '0') >= tonumber(ARGV[2]) then return 0 end
redis.call('SET', ARGV[1], ARGV[2], 'PX', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """Who would speak where; `answer`: somebody waits for it."""

    chat: Chat
    answer: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A message may leave `late` after `at`, which is what the book knows; `id` is the book's own."""

    chat: Chat
    at: datetime
    id: str
    late: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Wait:
    """Not before `until`: the chat's turn, or the whole bot's."""

    until: datetime
    scope: Literal["chat", "whole"]


class _Fastest:
    """How long a message takes at the least, of the last 500 to 1,000; nothing, before enough were seen."""

    def __init__(self) -> None:
        self._before, self._now = 0.0, float("inf")
        self._count = 0

    def of(self, took: float) -> float:
        """The least, this one included."""
        if self._count == _RECENT:
            self._before, self._now, self._count = self._now, took, 0
        self._now = min(self._now, took)
        self._count += 1
        return min(self._before, self._now)


class Pacing:
    """The deployment's book of who spoke when. A bot has one account on a messenger, so its name is the account."""

    def __init__(self, redis: Redis) -> None:
        self._book = Together(redis, _BOOK)
        self._returned = Together(redis, _GIVE_BACK)
        self._arrived = Rows(redis, _ARRIVED)
        self._freeze = Together(redis, _FREEZE)
        self._mine = secrets.token_hex(4)
        self._count = itertools.count(1)
        self._fastest: defaultdict[str, _Fastest] = defaultdict(_Fastest)

    @staticmethod
    def _key(adapter: str, *parts: str) -> str:
        return ":".join(("dobi:{deployment}:pace", adapter, *parts))

    async def book(
        self, adapter: str, pace: Pace, asks: Sequence[Ask], now: datetime, ahead: timedelta = timedelta()
    ) -> list[Slot | Wait]:
        """A slot up to `ahead` from now, or when there will be one, for each."""
        if not asks:
            return []
        interval = _interval(pace)
        args: list[str | int | float] = [
            self._key(adapter, ""), _ms(now), ahead / timedelta(milliseconds=1), *_window(pace.whole), interval,
            _BURST / timedelta(milliseconds=1),
        ]  # fmt: skip
        free = pace == Pace()  # nothing is counted; a freeze holds all the same
        ids = ["" if free else f"{self._mine}{next(self._count):x}" for _ in asks]
        for ask, name in zip(asks, ids, strict=True):
            rate = pace.chat if ask.chat.private else pace.group
            args += [ask.chat.id, *_window(rate), "a" if ask.answer else "p", name]
        found = await self._book([], args)
        return [
            _answer(ask, name, now, *one) for ask, name, one in zip(asks, ids, found, strict=True)
        ]  # fmt: skip

    async def give_back(self, adapter: str, pace: Pace, slots: Sequence[Slot]) -> None:
        """Slots in which nothing was said are free again."""
        named = [word for slot in slots if slot.id for word in (slot.chat.id, slot.id)]
        if named:
            await self._returned([], [self._key(adapter, ""), _interval(pace), *named])

    def arrived(self, adapter: str, pace: Pace, slot: Slot, begun: datetime, now: datetime) -> datetime:
        """What was begun to be sent then, the platform has answered now, or will not any more; from when it counts."""
        if not slot.id:
            return now
        took = (now - begun) / timedelta(milliseconds=1)
        latest = _ms(now) - self._fastest[adapter].of(took)
        if latest - _ms(slot.at) > _late_ms(pace, slot.chat):
            self._arrived.later(self._key(adapter, ""), (slot.chat.id, slot.id, f"{latest:.3f}"))
        return max(slot.at, instant(latest))

    async def freeze(self, adapter: str, chat: Chat | None, until: datetime, now: datetime) -> None:
        """Nobody in the deployment speaks to that chat, or with None to anybody there, before `until`."""
        key = self._key(adapter, "frozen") if chat is None else self._key(adapter, "frozen", chat.id)
        span = max(1, int((until - now) / timedelta(milliseconds=1))) + 60_000
        await self._freeze([], [key, _ms(until), span])


def _ms(moment: datetime) -> float:
    return moment.timestamp() * 1000


def _window(rate: Rate | None) -> tuple[int, float]:
    return (0, 0) if rate is None else (rate.count, rate.per / timedelta(milliseconds=1) * MARGIN)


def turn_of(pace: Pace, chat: Chat) -> timedelta:
    """From one message of that chat to its next at the platform's own pace; a second where nothing is limited.

    Back-off and doubt count in turns, so that they are as long as the platform is slow.
    """
    rate = (pace.chat if chat.private else pace.group) or pace.whole
    return _TURN if rate is None else rate.per / rate.count


def follows(pace: Pace, slot: Slot, before: datetime) -> Slot:
    """The slot, held until it may follow the chat's message before, which counts from then."""
    rate = pace.chat if slot.chat.private else pace.group
    if rate is None or rate.count > 1:  # it follows an earlier one, whose instant is in the book
        return slot
    return replace(slot, late=max(timedelta(), before + rate.per * MARGIN - slot.at))


def _late_ms(pace: Pace, chat: Chat) -> float:
    """A quarter of what a window is taken longer than it is, where that is less."""
    rate = (pace.chat if chat.private else pace.group) or pace.whole
    return _LATE_MS if rate is None else min(_LATE_MS, rate.per / timedelta(milliseconds=1) * (MARGIN - 1) / 4)


def _interval(pace: Pace) -> float:
    """Milliseconds between pushes spread evenly over the whole bot's window."""
    return 0.0 if pace.whole is None else pace.whole.per / timedelta(milliseconds=1) / pace.whole.count


def _answer(ask: Ask, name: str, now: datetime, granted: int, at: bytes, scope: bytes) -> Slot | Wait:
    moment = instant(float(at))
    if granted:
        return Slot(ask.chat, max(moment, now), name)
    return Wait(moment, "chat" if scope == b"c" else "whole")
