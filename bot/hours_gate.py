"""The one gate before the outbox: whatever is said unasked passes here, and comes now or with a digest.

    rows → where does each person hear it? → may it be said now, and is there budget left? → outbox
                                                                      ↘ held: a row that waits outside its chat's queue

A held row is a row of the outbox like any other, durable, known by its story, erased with its chat; its state is
`held` until a digest has told of it (`digested`) or it goes out by itself. Whatever is repeated finds its row there.
What is held is renewed by what would edit it; what was told in a digest is renewed in silence, and only a correction
speaks up. It decides for thousands of rows in a few round trips, and composes nothing.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot import hours as rules
from bot.clock import KST
from bot.hours_store import Choices, HoursStore, Urgent
from bot.messenger import Chat, Kind, PushFacts, Reply
from bot.outbox import Outbox, Row
from bot.outbox_rows import body_of, message_id
from bot.whereto import SILENT_EDITS, Whereto, owner_of

_CHUNK: Final = 500  # rows a call: Lua unpacks some 8,000 values at most
_KEPT: Final = timedelta(days=2)  # counters of days that are over

# KEYS: 1 the story's chats, 2 the day's counts, 3 the hour's counts, 4 chats with something held, 5 finished rows
# ARGV: 1 story, 2 row prefix, 3 held prefix, 4 index prefix, 5 the time (ms), 6 the counters' end (s), 7 how many
# classes, then seven fields of each: may it be said now, when its digest is (ms), hourly, daily, can it be edited
# there, step, kind; then for each row: id, chat, class, body. → for each row: 2 it may go to the outbox, 1 it is held,
# 0 it was there, or what holds it was renewed; 3 it would be written, had it come with its body.
_GATE = """
local classes, at = {}, 7
for c = 1, tonumber(ARGV[7]) do
  classes[c] = {now = ARGV[at + 1] == '1', due = ARGV[at + 2], hourly = tonumber(ARGV[at + 3]),
                daily = tonumber(ARGV[at + 4]), editable = ARGV[at + 5] == '1', step = ARGV[at + 6],
                kind = ARGV[at + 7]}
  at = at + 7
end
local count, chats = (#ARGV - at) / 4, {}
for i = 1, count do chats[i] = ARGV[at + (i - 1) * 4 + 2] end
local firsts = redis.call('HMGET', KEYS[1], unpack(chats))
local days, hours = redis.call('HMGET', KEYS[2], unpack(chats)), redis.call('HMGET', KEYS[3], unpack(chats))
local spent_day, spent_hour, out = {}, {}, {}
local new_day, new_hour = {}, {}
local function fold(row, chat, id, first, body)
  if body == '' then return 3 end
  redis.call('HSET', ARGV[2] .. first, 'body', body)
  redis.call('HSET', row, 'state', 'folded', 'chat', chat, 'story', ARGV[1], 'due', ARGV[5])
  redis.call('ZADD', KEYS[5], ARGV[5], id)
  redis.call('ZADD', ARGV[4] .. chat, ARGV[5], id)
  return 0
end
local function hold(row, chat, id, body, class, first)
  if body == '' then return 3 end
  redis.call('HSET', row, 'body', body, 'state', 'held', 'tries', 0, 'due', class.due, 'chat', chat,
             'story', ARGV[1], 'step', class.step, 'kind', class.kind)
  if first then redis.call('HSET', row, 'edits', first) else redis.call('HSET', KEYS[1], chat, id) end
  redis.call('ZADD', ARGV[3] .. chat, ARGV[5], id)
  redis.call('ZADD', KEYS[4], 'LT', class.due, chat)
  redis.call('ZADD', ARGV[4] .. chat, ARGV[5], id)
  return 1
end
for i = 1, count do
  local p = at + (i - 1) * 4
  local id, chat, class, body = ARGV[p + 1], ARGV[p + 2], classes[tonumber(ARGV[p + 3])], ARGV[p + 4]
  local row, first, code, now = ARGV[2] .. id, firsts[i], 2, class.now
  local correction = class.kind == 'correction'
  local state = first and redis.call('HGET', ARGV[2] .. first, 'state')
  if first and redis.call('EXISTS', row) == 1 then code = 0
  elseif state == 'held' or (state == 'digested' and not correction) then code = fold(row, chat, id, first, body)
  elseif state == 'digested' then
    if now then redis.call('HDEL', KEYS[1], chat) else code = hold(row, chat, id, body, class, false) end
  elseif first then
    if correction and not class.editable and not now then code = hold(row, chat, id, body, class, first) end
  else
    if now and (class.hourly > 0 or class.daily > 0) then
      local d = spent_day[chat] or tonumber(days[i] or 0)
      local h = spent_hour[chat] or tonumber(hours[i] or 0)
      if (class.daily > 0 and d >= class.daily) or (class.hourly > 0 and h >= class.hourly) then now = false
      else spent_day[chat], spent_hour[chat] = d + 1, h + 1 end
    end
    if not now then code = hold(row, chat, id, body, class, false) end
  end
  out[i] = code
end
for chat, n in pairs(spent_day) do new_day[#new_day + 1] = chat new_day[#new_day + 1] = n end
for chat, n in pairs(spent_hour) do new_hour[#new_hour + 1] = chat new_hour[#new_hour + 1] = n end
if #new_day > 0 then
  redis.call('HSET', KEYS[2], unpack(new_day)) redis.call('EXPIRE', KEYS[2], ARGV[6])
  redis.call('HSET', KEYS[3], unpack(new_hour)) redis.call('EXPIRE', KEYS[3], ARGV[6])
end
return out
"""
_WITH_BODY: Final = 3
_GOES: Final = 2


@dataclass(frozen=True, slots=True)
class _Judged:
    row: Row
    verdict: rules.Verdict
    hourly: int
    daily: int


class Gate(Outbox):
    """The outbox as whoever speaks unasked sees it. `wake` rouses a worker of this process by name."""

    def __init__(
        self, redis: Redis, owner: str, choices: HoursStore, whereto: Whereto, is_holiday: rules.IsHoliday,
        now: Callable[[], datetime], wake: Callable[[str], None] = lambda _: None,
    ) -> None:  # fmt: skip
        super().__init__(redis, owner)
        self._choices, self.whereto = choices, whereto
        self._is_holiday, self._now, self._wake = is_holiday, now, wake
        self.silent_edits: frozenset[str] = SILENT_EDITS  # the messengers on which a change rings nowhere
        self._gate = redis.register_script(_GATE)

    async def put(self, tenant: str, rows: Sequence[Row]) -> int:
        """As `Outbox.put`; what may not be said now is held. How many rows were new."""
        if not rows:
            return 0
        if all(_is_asked(row) for row in rows):
            return await super().put(tenant, rows)
        known, now = await self._choices.choices(tenant), self._now()
        placed = self._placed(known, rows)
        passing = [row for row in placed if _is_asked(row)]
        judged = [self._judged(known, row, now) for row in placed if not _is_asked(row)]
        codes = await self._decide(tenant, judged, now)
        going = passing + [one.row for one, code in zip(judged, codes, strict=True) if code == _GOES]
        held = sum(code == 1 for code in codes)
        if held:
            await self._redis.publish("dobi:wake", "digest")
            self._wake("digest")
        await self._note_urgent(tenant, known, placed, now)
        return held + await super().put(tenant, going)

    async def put_urgent(self, tenant: str, rows: Sequence[Row]) -> int:
        """What overrides all hours: each person once, where they hear things. Whoever calls it has logged it."""
        known = await self._choices.choices(tenant)
        return await super().put(tenant, self._placed(known, rows))

    async def told(self, tenant: str, story: str) -> frozenset[str]:
        """As `Outbox.told`, with every private chat of a person who was told in one of them."""
        found = await super().told(tenant, story)
        return frozenset(other for ref in found for other in self.whereto.others(ref))

    async def clear(self, tenant: str, chat: str) -> int:
        """As `Outbox.clear`, with what was held, told in digests and counted."""
        count = await super().clear(tenant, chat)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(self._key(tenant, "held", chat), self._key(tenant, "digest", chat))
            pipe.zrem(self._key(tenant, "digests"), chat)
            async for name in self._redis.scan_iter(self._key(tenant, "spent", "*")):
                pipe.hdel(name, chat)
            await pipe.execute()
        return count

    # --- one row

    def _placed(self, known: Choices, rows: Sequence[Row]) -> list[Row]:
        """Each row where its reader hears it, and once; of several the one that says why it comes."""
        moved = [self._moved(known, row) for row in rows]
        if all(new is old for new, old in zip(moved, rows, strict=True)):
            return list(rows)
        moved.sort(key=lambda row: not _why(row.reply))
        return list({(row.chat.ref, row.story, row.step): row for row in reversed(moved)}.values())[::-1]

    def _moved(self, known: Choices, row: Row) -> Row:
        person = None if _stays(row) else self.whereto.person(row.chat)
        if person is None:
            return row
        owner = f"@{person.id}"
        chat = self.whereto.chat(person, known.of(owner).place, known.last.get(owner, ""), row.reply.content)
        return row if chat is None or chat == row.chat else replace(row, chat=chat, thread=None)

    def _whose(self, chat: Chat) -> str:
        """Whose choices hold for a chat."""
        return owner_of(self.whereto.tenancy, chat)

    def _judged(self, known: Choices, row: Row, now: datetime) -> _Judged:
        hours = known.of(self._whose(row.chat)) if known.own else known.usual
        if _is_urgent(known, row):
            return _Judged(row, rules.Verdict(True, now), 0, 0)
        facts = row.reply.facts
        score = facts.why.score if isinstance(facts, PushFacts) and facts.why.subscription else 1.0
        at = max(now, row.due_at)
        verdict = self._verdict(row.kind, hours, at, score)
        counts = verdict.counts
        return _Judged(row, verdict, hours.hourly * counts, hours.daily * counts)

    def _verdict(self, kind: Kind, hours: rules.Hours, at: datetime, score: float) -> rules.Verdict:
        """`rules.decide`, worked out once for all who chose the same."""
        asked = (kind, hours, at, hours.instant is rules.Instant.IMPORTANT and score < rules.IMPORTANT)
        last = getattr(self, "_last_asked", None)
        if last is None or last[0] != asked:
            last = (asked, rules.decide(kind, hours, at, self._is_holiday, score))
            self._last_asked = last
        verdict: rules.Verdict = last[1]
        return verdict

    async def _decide(self, tenant: str, judged: Sequence[_Judged], now: datetime) -> list[int]:
        """What becomes of each row. The words of most need not travel: only what is held comes with them."""
        codes = await self._ask(tenant, judged, now, bodies=False)
        writing = [place for place, code in enumerate(codes) if code == _WITH_BODY]
        if writing:
            late = [replace(judged[place], verdict=replace(judged[place].verdict, now=False)) for place in writing]
            for place, code in zip(writing, await self._ask(tenant, late, now, bodies=True), strict=True):
                codes[place] = code
        return codes

    async def _ask(self, tenant: str, judged: Sequence[_Judged], now: datetime, *, bodies: bool) -> list[int]:
        """One round trip, and one write to disk, however many there are."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for _, group in itertools.groupby(judged, key=lambda one: one.row.story):
                whole = list(group)
                for start in range(0, len(whole), _CHUNK):
                    await self._call(tenant, whole[start : start + _CHUNK], now, pipe, bodies=bodies)
            return [int(code) for codes in await pipe.execute() for code in codes]

    async def _call(
        self, tenant: str, chunk: Sequence[_Judged], now: datetime, pipe: Pipeline, *, bodies: bool
    ) -> None:  # fmt: skip
        local, story = now.astimezone(KST), chunk[0].row.story
        classes: dict[tuple[str | int, ...], int] = {}
        rows: list[str | int] = []
        for one in chunk:
            row, verdict = one.row, one.verdict
            kind = (
                int(verdict.now), _ms(verdict.digest_at), one.hourly, one.daily,
                int(row.chat.adapter in self.silent_edits), row.step, row.kind,
            )  # fmt: skip
            place = classes.setdefault(kind, len(classes) + 1)
            ref = row.chat.ref
            row_id = row.id or message_id(tenant, ref, row.story, row.step)
            rows += (row_id, ref, place, body_of(row) if bodies else "")
        heads = [self._key(tenant, part, "") for part in ("row", "held", "of")]
        args: list[str | int] = [story, *heads, _ms(now), int(_KEPT.total_seconds()), len(classes)]
        args += [field for kind in classes for field in kind]
        keys = [
            self._key(tenant, "story", story), self._key(tenant, "spent", f"{local:%Y-%m-%d}"),
            self._key(tenant, "spent", f"{local:%Y-%m-%dT%H}"), self._key(tenant, "digests"),
            self._key(tenant, "finished"),
        ]  # fmt: skip
        await self._gate(keys=keys, args=[*args, *rows], client=pipe)

    async def _note_urgent(self, tenant: str, known: Choices, rows: Sequence[Row], now: datetime) -> None:
        """An urgent agency's document overrode somebody's hours: written down once a document."""
        found = [row for row in rows if known.urgent and _is_urgent(known, row)]
        if found:
            title = found[0].reply.text.partition("\n")[0]
            agency = _agency(found[0])
            await self._choices.log(tenant, Urgent(found[0].story, now, "", title, agency, len(found)))


def _is_asked(row: Row) -> bool:
    return rules.is_asked(row.kind, row.story, passing=row.until is not None)


def _stays(row: Row) -> bool:
    """Whether a row is for the very chat in which it was asked for."""
    return row.kind == "reply" or row.until is not None or row.story.startswith("later/")


def _agency(row: Row) -> str:
    return row.reply.facts.source if isinstance(row.reply.facts, PushFacts) else ""


def _is_urgent(known: Choices, row: Row) -> bool:
    return row.kind in {"instant", "correction"} and _agency(row) in known.urgent


def _why(reply: Reply) -> str:
    return reply.facts.why.subscription if isinstance(reply.facts, PushFacts) else ""


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def held_body(body: bytes | str) -> tuple[Reply, Kind]:
    """What a held row says, and of which kind it is."""
    record = json.loads(body)
    return Reply.from_json(record["reply"]), record["kind"]


def instant_of(milliseconds: float) -> datetime:
    """The instant of a score."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
