"""What is served on a day: dishes with their allergens, where the food comes from, or that nothing is served; kept.

Values and their store. Reading a sheet is `occupancy.menu_sheet`'s (in the sandbox), a text's `occupancy.menu_text`'s.
Refuses to guess an allergen that the menu doesn't mark, and to keep who entered it.

Keys, `K` being ``dobi:{tenant}:menu``::

    K:days:<cafeteria>   hash     2026-11-23 -> the day as JSON
    K:draft:<id>         string   what was read and waits to be confirmed, a day long
    K:change:<id>        string   what a confirmation changed, before and after, a month long: for its undoing
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, cast
from urllib.parse import quote

from redis.asyncio import Redis

KEEP_DAYS: Final = 800
"""Two years and more: popularity is learned from what was served."""
DRAFT_LIFE: Final = timedelta(days=1)
CHANGE_LIFE: Final = timedelta(days=30)


class Meal(StrEnum):
    """Which meal of the day."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"


@dataclass(frozen=True, slots=True)
class Dish:
    """A dish as the menu names it. `allergens` are the numbers of `occupancy.allergens`; none may mean: not marked.

    `corner` is the menu's own word for where it is served (한식, 일품, A코너), empty where there is only one.
    """

    name: str
    allergens: frozenset[int] = frozenset()
    corner: str = ""
    meal: Meal = Meal.LUNCH


@dataclass(frozen=True, slots=True)
class DayMenu:
    """What one cafeteria serves on one day, in the menu's order. `closed` says in its words why nothing is served.

    `origins` are lines such as ``쌀: 국내산``; `notes` what else stands there (a price). `kcal` is the lunch's.
    """

    day: date
    served: tuple[Dish, ...] = ()
    origins: tuple[str, ...] = ()
    closed: str = ""
    kcal: int | None = None
    notes: tuple[str, ...] = ()
    simulated: bool = False

    @property
    def dishes(self) -> tuple[Dish, ...]:
        """The lunch's; where the menu knows no lunch, whatever is served."""
        lunch = self.of(Meal.LUNCH)
        return lunch or self.served

    @property
    def marked(self) -> bool:
        """Whether any dish carries allergen numbers: where none does, nothing is known of them."""
        return any(dish.allergens for dish in self.served)

    def of(self, meal: Meal) -> tuple[Dish, ...]:
        """The dishes of one meal."""
        return tuple(dish for dish in self.served if dish.meal is meal)

    def with_any(self, allergens: Iterable[int]) -> tuple[Dish, ...]:
        """The dishes of `dishes` that are marked with one of these numbers."""
        wanted = frozenset(allergens)
        return tuple(dish for dish in self.dishes if dish.allergens & wanted)

    def facts_names(self) -> tuple[str, ...]:
        """Plain names for `occupancy.facts.DayFacts.dishes`, in the menu's order, each once."""
        return tuple(dict.fromkeys(dish.name for dish in self.dishes))


class Doubt(StrEnum):
    """Why something of a menu was not read, or not surely."""

    DAY = "day"
    """Nothing tells which day this is."""
    WEEKDAY = "weekday"
    """The date and its weekday disagree; the date was believed."""
    NUMBER = "number"
    """An allergen number that is none of the nineteen was left out."""
    CELL = "cell"
    """The cell holds no dish that could be told."""
    ALLERGENS = "allergens"
    """Allergen numbers that belong to no single dish were left out."""
    TWICE = "twice"
    """The day stands in two places; the first was taken."""
    MORE = "more"
    """There is more than is read."""


@dataclass(frozen=True, slots=True)
class Unread:
    """One place of a menu that needs a look: `where` as its program names it (`C5`), and what stands there, cut."""

    why: Doubt
    where: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sheet or a text says: its days in order, and what could not be read of it."""

    days: tuple[DayMenu, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read for a cafeteria and waits for a yes. `heard` are the keys of corrections that it holds already."""

    cafeteria: str
    days: tuple[DayMenu, ...]
    unread: tuple[Unread, ...] = ()
    heard: tuple[str, ...] = ()
    done: bool = False


# KEYS days, draft, change; ARGV draft as read, as done, change's life s, oldest day kept, cafeteria, then day, JSON
# Written once a draft: a repetition answers 0 and changes nothing. What stood there before goes into the change.
_CONFIRM = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return -1 end
local before, after = {}, {}
for i = 6, #ARGV, 2 do
  local was = redis.call('HGET', KEYS[1], ARGV[i])
  before[#before + 1] = was or ''
  after[#after + 1] = ARGV[i + 1]
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
local days = {}
for i = 6, #ARGV, 2 do days[#days + 1] = ARGV[i] end
local change = cjson.encode({cafeteria = ARGV[5], days = days, before = before, after = after})
redis.call('SET', KEYS[3], change, 'EX', ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'KEEPTTL')
for _, day in ipairs(redis.call('HKEYS', KEYS[1])) do
  if day < ARGV[4] then redis.call('HDEL', KEYS[1], day) end
end
return 1
"""

# KEYS days, change. Each day goes back to what it was, unless somebody changed it since; answers how many went back.
_UNDO = """
local kept = redis.call('GET', KEYS[2])
if not kept then return -1 end
local change, back = cjson.decode(kept), 0
for i, day in ipairs(change.days) do
  if redis.call('HGET', KEYS[1], day) == change.after[i] then
    back = back + 1
    if change.before[i] == '' then redis.call('HDEL', KEYS[1], day)
    else redis.call('HSET', KEYS[1], day, change.before[i]) end
  end
end
return back
"""

# KEYS draft; ARGV what it must be, what it becomes
_EDIT = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
"""


class MenuStore:
    """The menus of all cafeterias; the client stays the caller's."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._confirm = redis.register_script(_CONFIRM)
        self._undo = redis.register_script(_UNDO)
        self._edit = redis.register_script(_EDIT)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:menu", *(quote(part, safe="") for part in parts)))

    async def day(self, tenant: str, cafeteria: str, day: date) -> DayMenu | None:
        """The menu of a day; None where none was entered."""
        found = cast("bytes | None", await self._redis.hget(self._key(tenant, "days", cafeteria), day.isoformat()))
        return None if found is None else unpacked(found)

    async def days(self, tenant: str, cafeteria: str, first: date, last: date) -> tuple[DayMenu, ...]:
        """The known days from `first` to `last`, both included, oldest first."""
        names = [(first + timedelta(days=step)).isoformat() for step in range((last - first).days + 1)]
        if not names:
            return ()
        found = cast("list[bytes | None]", await self._redis.hmget(self._key(tenant, "days", cafeteria), names))
        return tuple(unpacked(one) for one in found if one is not None)

    async def put(self, tenant: str, cafeteria: str, days: Iterable[DayMenu]) -> None:
        """Writes days over what was there, without a way back: to seed a demo. Safe to repeat."""
        written = {one.day.isoformat(): packed(one) for one in days}
        if written:
            await self._redis.hset(self._key(tenant, "days", cafeteria), mapping=cast("Any", written))

    async def draft(self, tenant: str, draft_id: str) -> Draft | None:
        """What waits under that id; None when its day is over."""
        found = cast("bytes | None", await self._redis.get(self._key(tenant, "draft", draft_id)))
        return None if found is None else _draft(found)

    async def put_draft(self, tenant: str, draft_id: str, draft: Draft) -> Draft:
        """Keeps what was read; what stands under that id already stays, and is returned. Safe to repeat."""
        await self._redis.set(self._key(tenant, "draft", draft_id), _drafted(draft), ex=DRAFT_LIFE, nx=True)
        return await self.draft(tenant, draft_id) or draft

    async def edit_draft(self, tenant: str, draft_id: str, before: Draft, after: Draft) -> bool:
        """Puts a correction in; False where the draft is no longer the one it was made on."""
        key = self._key(tenant, "draft", draft_id)
        return bool(await self._edit(keys=[key], args=[_drafted(before), _drafted(after)]))

    async def drop_draft(self, tenant: str, draft_id: str) -> None:
        """What was read is not wanted."""
        await self._redis.delete(self._key(tenant, "draft", draft_id))

    async def confirm(self, tenant: str, draft_id: str, draft: Draft, today: date) -> bool:
        """All days of the draft stand as one write; False when the draft is no longer this one (edited, over)."""
        if draft.done:
            return True
        done = Draft(draft.cafeteria, draft.days, draft.unread, draft.heard, done=True)
        keys = [
            self._key(tenant, "days", draft.cafeteria),
            self._key(tenant, "draft", draft_id),
            self._key(tenant, "change", draft_id),
        ]
        oldest = (today - timedelta(days=KEEP_DAYS)).isoformat()
        arguments: list[str | int] = [_drafted(draft), _drafted(done), int(CHANGE_LIFE.total_seconds()), oldest]
        arguments.append(draft.cafeteria)
        for day in draft.days:
            arguments += [day.day.isoformat(), packed(day)]
        return int(await self._confirm(keys=keys, args=arguments)) == 1

    async def undo(self, tenant: str, change_id: str) -> int | None:
        """How many days went back to what they were before that confirmation; None when it is too long ago."""
        change = self._key(tenant, "change", change_id)
        kept = cast("bytes | None", await self._redis.get(change))
        if kept is None:
            return None
        keys = [self._key(tenant, "days", json.loads(kept)["cafeteria"]), change]
        back = int(await self._undo(keys=keys, args=[]))
        return None if back < 0 else back


def packed(day: DayMenu) -> str:
    """A day as JSON; the same day gives the same text."""
    content: dict[str, Any] = {
        "day": day.day.isoformat(),
        "dishes": [[one.name, sorted(one.allergens), one.corner, one.meal.value] for one in day.served],
    }
    rest = {
        "origins": list(day.origins),
        "closed": day.closed,
        "kcal": day.kcal,
        "notes": list(day.notes),
        "simulated": day.simulated,
    }
    content |= {name: value for name, value in rest.items() if value}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def unpacked(payload: str | bytes) -> DayMenu:
    """The day that `packed` wrote."""
    return _day(json.loads(payload))


def _day(content: Mapping[str, Any]) -> DayMenu:
    return DayMenu(
        date.fromisoformat(content["day"]),
        tuple(Dish(name, frozenset(numbers), corner, Meal(meal)) for name, numbers, corner, meal in content["dishes"]),
        tuple(content.get("origins", ())),
        content.get("closed", ""),
        content.get("kcal"),
        tuple(content.get("notes", ())),
        content.get("simulated", False),
    )


def _drafted(draft: Draft) -> str:
    return json.dumps(
        {
            "cafeteria": draft.cafeteria,
            "days": [json.loads(packed(day)) for day in draft.days],
            "unread": [[one.why.value, one.where, one.text] for one in draft.unread],
            "heard": draft.heard,
            "done": draft.done,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _draft(payload: bytes) -> Draft:
    content = json.loads(payload)
    return Draft(
        content["cafeteria"],
        tuple(map(_day, content["days"])),
        tuple(Unread(Doubt(why), where, text) for why, where, text in content["unread"]),
        tuple(content["heard"]),
        content["done"],
    )


_NOT_IN_A_NAME = re.compile(r"\([^)]*\)|[^가-힣a-z0-9]+")


def normal(name: str) -> str:
    """A name as it is compared: without brackets, spaces, marks and case: `제육 볶음(5.6)` is `제육볶음`."""
    return _NOT_IN_A_NAME.sub("", name.casefold())
