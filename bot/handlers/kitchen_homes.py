"""식당 추가: the administrator of an institution that chat added gives it a cafeteria; read back before it stands."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot import roster_kitchens as kitchens
from bot.clock import KST
from bot.handlers.roster_desk import Desk
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.roster_homes import Homes
from bot.roster_kitchens import Kitchen
from bot.routes import Request, Route
from bot.settings import Role
from bot.wording import kitchens as words

_ASKED: Final = "kitchen-draft"
_SEATS: Final = re.compile(r"(?:좌석 ?)?(\d{1,3}(?:,\d{3})+|\d{1,5}) ?석|좌석 ?(\d{1,5})")
_SERVERS: Final = re.compile(r"배식구 ?(\d{1,3})개?|배식대 ?(\d{1,3})개?")
_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2}) ?(?:~|-|–|부터) ?(\d{1,2}):(\d{2})(?:까지)?")
_ROTA: Final = re.compile(r"(?<!\S)(?:부서 ?)?차례(?:는|:)? (?P<rota>\d.+)$")
_SLOT: Final = re.compile(r"(\d{1,2}):(\d{2})\s+(.+)")
_LONGEST: Final = 30


class KitchenHomeTalk:
    """The conversation about an institution's cafeterias."""

    def __init__(self, desk: Desk, homes: Homes, people: PeopleStore) -> None:
        self._desk, self._homes, self._people = desk, homes, people

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""
        managers = frozenset({Role.MANAGER})
        return (
            Route(
                "kitchen-add", ("식당 추가", "식당 등록", "구내식당 추가", "식당 고치기"), ("cafeteria-add",), self.add,
                press="kitchenset", roles=managers, private=True,
                sentences=(r"^(?:구내)?식당(?:을|를|도)? ?(?:하나 ?)?(?:더하|더해|추가|등록|만들).{0,12}$",),
            ),
            Route(_ASKED, (), (), self.add, roles=managers, private=True, title="식당 추가", takes=lambda _: False),
        )  # fmt: skip

    async def add(self, request: Request) -> Sequence[Reply]:
        """Read back, then by the button."""
        home = self._desk.tenancy.institution(request.tenant)
        if not self._desk.mirror.by_chat(home):
            return [words.by_file(home.name)]
        if request.update.press is not None:
            return [await self._pressed(request)]
        told = self._told(request)
        return [told if isinstance(told, Reply) else await self._asked(request, told)]

    def _told(self, request: Request) -> Kitchen | Reply:
        """The cafeteria that the words describe, over one of that name as it stands."""
        text = request.argument
        rota = _ROTA.search(text)
        plain = text[: rota.start()] if rota else text
        seats, servers, hours = _SEATS.search(plain), _SERVERS.search(plain), _HOURS.search(plain)
        for pattern in (_SEATS, _SERVERS, _HOURS):
            plain = pattern.sub(" ", plain)
        name = " ".join(re.sub(r"[,，]", " ", plain).split())
        if not name or len(name) > _LONGEST or not name.isprintable() or "차례" in name.split():
            return words.how()
        standing = self._homes_kitchens(request.tenant)
        before = next((one for one in standing if one.name == name), None)
        if before is None and len(standing) >= kitchens.MOST:
            return words.full(kitchens.MOST)
        base = before or Kitchen(f"c{len(standing) + 1}", name)
        monday = request.now.astimezone(KST).date()
        monday -= timedelta(days=monday.weekday())
        slots = _slots(rota["rota"]) if rota else base.slots
        if rota and not slots:
            return words.how()
        made = Kitchen(
            base.id, name, int((seats[1] or seats[2]).replace(",", "")) if seats else base.seats,
            int(servers[1] or servers[2]) if servers else base.servers,
            _clock(hours[1], hours[2]) if hours else base.opens, _clock(hours[3], hours[4]) if hours else base.closes,
            slots, monday.isoformat() if rota else base.since,
        )  # fmt: skip
        return self._checked(request, made)

    def _checked(self, request: Request, made: Kitchen) -> Kitchen | Reply:
        try:
            fault = kitchens.fault(made)
        except ValueError:
            fault = "hours"
        if fault:
            return words.wrong(fault)
        known = {one.department for one in self._desk.mirror.entries(request.tenant)}
        strange = [one for one in made.departments if one not in known]
        return words.unknown(strange) if strange else made

    def _homes_kitchens(self, tenant: str) -> Sequence[Kitchen]:
        return self._desk.mirror.kitchens(tenant)

    async def _asked(self, request: Request, made: Kitchen) -> Reply:
        draft = json.dumps(made.to_row(), ensure_ascii=False, sort_keys=True)
        await self._people.ask(request.tenant, request.person, _ASKED, Question(_ASKED, draft), request.now)
        there = any(one.id == made.id for one in self._homes_kitchens(request.tenant))
        slots = [f"{at} {', '.join(who)}" for at, who in made.slots]
        hours = f"{made.opens}~{made.closes}"
        return words.ask(made.name, made.seats, made.servers, hours, slots, _mark(draft), there=there)

    async def _pressed(self, request: Request) -> Reply:
        what, _, mark = request.argument.partition(":")
        waiting = await self._people.pending(request.tenant, request.person, _ASKED, request.now)
        if what == "no":
            return words.kept()
        if what != "yes" or waiting is None or _mark(waiting.argument) != mark:
            return words.gone()
        made = Kitchen.from_row(json.loads(waiting.argument))
        await self._homes.furnish(request.tenant, made, change=f"kitchen:{mark}:{self._desk.key(request)}")
        await self._desk.mirror.refresh()
        await self._desk.acts.note(
            request.tenant, request.person, "cafeteria-set", f"{made.name} {made.seats}", request.now,
            key=f"kitchen:{mark}:{self._desk.key(request)}",
        )  # fmt: skip
        await self._people.settle(request.tenant, request.person, _ASKED, waiting)
        return words.done(made.name)


def _slots(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`11:40 총무과, 감사관 / 12:00 도로과`; nothing where a part is not so."""
    found = [_SLOT.fullmatch(part.strip()) for part in re.split(r"\s*/\s*|\s*;\s*", text.strip(" ."))]
    if not all(found):
        return ()
    return tuple(
        (_clock(one[1], one[2]), tuple(each for each in re.split(r"[\s,，·]+", one[3]) if each)) for one in found if one
    )


def _clock(hour: str, minute: str) -> str:
    return f"{int(hour):02}:{minute}"


def _mark(draft: str) -> str:
    return hashlib.blake2b(draft.encode(), digest_size=6).hexdigest()
