"""The questions that Dobi put with buttons, as long as a typed answer may mean them: half an hour, also over a restart.

    dobi:{tenant}:people:asked:<person>    hash, chat → JSON of its last questions, newest first

What waits for words of its own is `bot.people.Question`; here are buttons alone. It goes with the person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.messenger import Button, Reply
from bot.outbox_together import Together
from bot.wording.answers import question_in

LIFE: Final = timedelta(minutes=30)
_MOST: Final = 3
_FINAL: Final = re.compile(r"되돌릴 수 없|되살릴 수 없|다시 살릴 수 없")

# KEYS the hash; ARGV chat, what goes before what is there ('' for nothing), how many are kept, how long (s), the update
# that was answered, and what was pressed. What was last is so no more; where nothing stands nothing is written.
_MOVE = """
local before = redis.call('HGET', KEYS[1], ARGV[1])
if not before and ARGV[2] == '' then return 0 end
local kept = {}
if ARGV[2] ~= '' then kept[1] = cjson.decode(ARGV[2]) end
local changed = ARGV[2] ~= ''
for _, one in ipairs(before and cjson.decode(before) or {}) do
  if one.last then changed = true end
  one.last = false
  for _, button in ipairs(one.buttons) do
    for said = 6, #ARGV do
      if string.sub(button, -#ARGV[said] - 1) == '\\31' .. ARGV[said] and one.used ~= ARGV[5] then
        one.used, changed = ARGV[5], true
      end
    end
  end
  if #kept < tonumber(ARGV[3]) and not (kept[1] and ARGV[2] ~= '' and one.line == kept[1].line) then
    kept[#kept + 1] = one
  end
end
if not changed then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(kept))
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with buttons. `last`: nothing was answered in its chat since; `used`: the update that answered it.

    `final`: what is chosen can't be undone. `slot`: the command whose sentence an answer may end, where the question is
    about a time.
    """

    at: datetime
    line: str
    buttons: tuple[Button, ...]
    last: bool = True
    used: str = ""
    slot: str = ""
    final: bool = False

    @property
    def labels(self) -> list[str]:
        """The words on its buttons."""
        return [one.label for one in self.buttons]

    @classmethod
    def of(cls, replies: Sequence[Reply], at: datetime, slot: str = "") -> Asked | None:
        """The last question in these replies that buttons answer; None where there is none."""
        found = [(question_in(reply), reply.buttons) for reply in replies]
        line, buttons = next((pair for pair in reversed(found) if pair[0]), ("", ()))
        final = any(_FINAL.search(reply.text) for reply in replies)
        return cls(at, line, tuple(buttons), slot=slot, final=final) if line else None

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        row: dict[str, Any] = {
            "at": self.at.astimezone(UTC).isoformat(),
            "line": self.line,
            "last": self.last,
            "used": self.used,
        }
        return row | {
            "slot": self.slot,
            "final": self.final,
            "buttons": [f"{one.label}\x1f{one.press}" for one in self.buttons],
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Asked:
        """What `to_json` gave."""
        pairs = [one.partition("\x1f") for one in row["buttons"] or ()]
        buttons = tuple(Button(label, press) for label, _, press in pairs)
        at = datetime.fromisoformat(row["at"])
        return cls(at, row["line"], buttons, row["last"], row["used"], row["slot"], row["final"])


class AskedStore:
    """The last questions of each person in each chat."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._moving = Together(redis, _MOVE)

    @staticmethod
    def _key(tenant: str, person: str) -> str:
        return f"dobi:{{{tenant}}}:people:asked:{person}"

    async def of(self, tenant: str, person: str, chat: str, now: datetime) -> list[Asked]:
        """The chat's last questions, newest first; none that is too old."""
        found = await self._redis.hget(self._key(tenant, person), chat)
        rows = [] if found is None else [Asked.from_json(row) for row in json.loads(found) or ()]
        return [one for one in rows if now - one.at <= LIFE]

    async def answered(
        self, tenant: str, person: str, chat: str, asked: Asked | None, presses: Sequence[str] = (), update: str = ""
    ) -> None:
        """Something was answered there, with this question or with none; `presses`: what may have been pressed."""
        row = "" if asked is None else json.dumps(asked.to_json(), ensure_ascii=False)
        pressed = [one.encode("utf-8", "replace").decode() for one in presses]  # half a letter may have been typed
        args: list[str | int] = [chat, row, _MOST, int(LIFE.total_seconds()), update or "-", *pressed]
        await self._moving([self._key(tenant, person)], args)
