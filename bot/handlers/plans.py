"""휴무 · 차례 바꾸기: administrators change the lunch rotation, after they have read what changes for whom.

    words ─► plan_sayings.read ─► draft ─► read back [맞습니다][아니요] ─► written for good ─► [되돌리기]

Nothing is written before the yes; every press may come twice; who changed what stays in the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.assent import agrees
from bot.handlers import plan_sayings as sayings
from bot.handlers import plan_swaps
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.plan_effects import effects, standing_already
from bot.plans import Plans
from bot.routes import Request, Route, tidy
from bot.settings import Cafeteria as Site
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import plans as words
from occupancy.plans import MOST_CHANGES, Entry, TooManyChangesError
from occupancy.reading import day_of
from occupancy.rearranged import Assigned, Change

_CALLED: Final = ("차례 바꾸기", "차례 변경", "차례 시각", "배식 시각", "휴무 등록")
_MANAGERS: Final = frozenset({Role.MANAGER})
_LIFE: Final = timedelta(hours=12)
_SHOWN: Final = 8


class PlanTalk:
    """The conversation about changes. `changed` is told that a rotation is another one now."""

    def __init__(
        self, tenancy: Tenancy, people: PeopleStore, plans: Plans, changed: Callable[[], None] = lambda: None
    ) -> None:
        self._tenancy, self._people, self._plans, self._changed = tenancy, people, plans, changed

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "plan-change",
                (*_CALLED, *(f"이번 주 차례 {do}" for do in ("바꿔", "바꾸기", "그대로", "멈춤", "원래대로"))),
                ("planchange", "차례변경"),
                self.change,
                about="관리",
                help="12월 24일 휴무 · 다음 주 차례 바꿔 1조 2조 · 재난대응과를 1월 1일부터 2조로",
                sentences=(sayings.CLOSES, *sayings.WEEKS, *sayings.MOVES),
                quiet=True,
                title="식당 차례 변경",
            ),
            Route(
                "plan-trade", (), (), self.change, sentences=plan_swaps.SENTENCES, roles=_MANAGERS, eager=True,
                quiet=True, title="식당 차례 변경", refuse=self.change,
            ),
            Route("plan-yes", (), (), self.yes, press="plan-yes", roles=_MANAGERS, title="식당 차례 변경"),
            Route("plan-no", (), (), self.no, press="plan-no", roles=_MANAGERS, title="식당 차례 변경"),
            Route("plan-as", (), (), self.named, press="plan-as", roles=_MANAGERS, title="식당 차례 변경"),
            Route("plan-answer", (), (), self.answered, roles=_MANAGERS, takes=lambda text: agrees(text) is not None),
            Route(
                "plan-undo", ("차례 되돌리기", "차례 취소"), ("planundo",), self.undo, press="plan-undo",
                roles=_MANAGERS, quiet=True, title="차례 되돌리기",
            ),
            Route(
                "plan-log", ("차례 이력", "차례 기록", "차례 변경 이력"), ("planlog", "차례이력"), self.history,
                press="plan-log", roles=_MANAGERS, quiet=True, title="차례 이력",
            ),
        )  # fmt: skip

    async def change(self, request: Request) -> Sequence[Reply]:
        """A wish, read back with what changes for whom."""
        if not request.member.person.roles & _MANAGERS:
            return [Reply(words.managers_only(self._contact(request)))]
        said = tidy(request.update.text)
        site = await self._site(request, said)
        if site is None:
            return [Reply(words.which_cafeteria([one.name for one in self.sites(request)]))]
        calendar = await self._plans.calendar(request.tenant, site)
        known, today = self._known(request, calendar.departments), day_of(request.now)
        try:
            wish = sayings.read(said.replace(site.name, " "), calendar, known, today)
        except sayings.WrongWishError as error:
            return [Reply(words.fault(error.fault, calendar.on(today).groups))]
        if wish is None:
            return [words.how()]
        if wish.unknown:
            return [await self._ask_name(request, site, wish, known)]
        return [await self.propose(request, site, wish.changes)]

    async def propose(self, request: Request, site: Site, changes: Sequence[Change]) -> Reply:
        """Keeps the changes as a draft and reads them back; what stands already is told at once."""
        before = await self._plans.composed(request.tenant, site)
        wanted = tuple(one for one in changes if not standing_already(before.plan, one))
        after = await self._plans.after(request.tenant, site, wanted)
        if not wanted or after.plan == before.plan:
            if wanted and await self._plans.overruled(request.tenant, site, wanted):
                return Reply(words.overruled(site.name, wanted, self._contact(request)))
            return Reply(words.nothing_changes(site.name, changes))
        key = await self.keep(request, site, wanted)
        await self.ask(request, Question("plan-answer", key, _LIFE))
        told = effects(before.plan, after.plan, wanted, day_of(request.now))
        return words.read_back(site.name, wanted, told, key)

    async def ask(self, request: Request, question: Question) -> None:
        """Waits for an answer in this chat."""
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)

    async def _ask_name(self, request: Request, site: Site, wish: sayings.Wish, known: Sequence[str]) -> Reply:
        name = wish.unknown[0]
        near = sayings.nearest(name, known)
        if not all(isinstance(one, Assigned) and one.group is not None for one in wish.changes):
            return Reply(words.unknown_here(name, near))
        return words.unknown(name, near, await self.keep(request, site, wish.changes))

    async def keep(self, request: Request, site: Site, changes: Sequence[Change]) -> str:
        """Keeps a draft; the same update makes the same one."""
        mark = request.update.id or f"{request.now.isoformat()}\x1f{request.update.text}{request.update.press}"
        parts = "\x1f".join((request.tenant, site.id, request.person, mark, repr(changes)))
        draft = hashlib.blake2b(parts.encode("utf-8", "replace"), digest_size=6).hexdigest()
        entry = Entry(draft, request.person, request.now, tuple(changes))
        await self._plans.store.draft(request.tenant, site.id, entry)
        return f"{self.sites(request).index(site)}.{draft}"

    async def draft(self, request: Request, key: str) -> tuple[Site | None, Entry | None]:
        """The cafeteria and the fresh draft that a button carries."""
        site, draft = self._of(request, key)
        found = await self._plans.store.drafted(request.tenant, site.id, draft, request.now) if site else None
        return site, found

    async def named(self, request: Request) -> Sequence[Reply]:
        """Which department was meant by an unknown name, or that it is a new one."""
        key, _, choice = request.argument.rpartition(".")
        site, found = await self.draft(request, key)
        if site is None or found is None:
            return [Reply(words.gone())]
        if choice == "new":
            return [await self.propose(request, site, found.changes)]
        known = self._known(request, (await self._plans.calendar(request.tenant, site)).departments)
        changes: list[Change] = []
        for one in found.changes:
            near = sayings.nearest(one.department, known) if isinstance(one, Assigned) else []
            meant = isinstance(one, Assigned) and one.department not in known and choice.isdecimal()
            if isinstance(one, Assigned) and meant and int(choice) < len(near):
                one = replace(one, department=near[int(choice)])  # noqa: PLW2901 - the name that was meant
            changes.append(one)
        return [await self.propose(request, site, changes)]

    async def answered(self, request: Request) -> Sequence[Reply]:
        """A yes or no in words."""
        key, _, text = request.argument.partition(" ")
        meant = replace(request, argument=key)
        return await (self.yes(meant) if agrees(text) else self.no(meant))

    async def yes(self, request: Request) -> Sequence[Reply]:
        """Writes the draft; pressed twice it says so twice."""
        site, draft = self._of(request, request.argument)
        if site is None:
            return [Reply(words.gone())]
        store, key = self._plans.store, request.argument
        written = await self._entry(request, site, draft)
        if written is not None and written.undone_at is not None:
            return [Reply(words.undone_before(site.name, written.changes))]
        if written is None:
            found = await store.drafted(request.tenant, site.id, draft, request.now)
            if found is None:
                return [Reply(words.gone())]
            written = Entry(draft, request.person, request.now, found.changes)
            try:
                await store.add(request.tenant, site.id, written)
            except TooManyChangesError:
                return [Reply(words.full(MOST_CHANGES))]
        await store.drop(request.tenant, site.id, draft)
        self._changed()
        return [words.written(site.name, written.changes, key)]

    async def no(self, request: Request) -> Sequence[Reply]:
        """Forgets the draft."""
        site, draft = self._of(request, request.argument)
        if site is not None:
            await self._plans.store.drop(request.tenant, site.id, draft)
        return [Reply(words.dropped())]

    async def undo(self, request: Request) -> Sequence[Reply]:
        """Takes a change back; without a name it asks about the last one."""
        if request.update.press is None:
            return [await self._undo_which(request)]
        site, entry = self._of(request, request.argument)
        found = await self._entry(request, site, entry) if site else None
        if site is None or found is None:
            return [Reply(words.gone())]
        if found.undone_at is not None:
            return [Reply(words.undone_before(site.name, found.changes))]
        await self._plans.store.undo(request.tenant, site.id, entry, request.person, request.now)
        self._changed()
        return [Reply(words.undone(site.name, found.changes))]

    async def _undo_which(self, request: Request) -> Reply:
        every = [(site, one) for site, one in await self._every(request) if one.undone_at is None]
        if not every:
            return Reply(words.nothing_to_undo())
        site, last = every[-1]
        return words.undo_which(site.name, last.changes, f"{self.sites(request).index(site)}.{last.id}")

    async def history(self, request: Request) -> Sequence[Reply]:
        """Who changed what, newest first."""
        every = await self._every(request)
        idle = {site.id: await self._idle(request, site) for site in self.sites(request)}
        rows = [
            words.Logged(
                site.name, self._name(request, one.by), one.at, one.changes, self._name(request, one.undone_by),
                one.undone_at, one.id in idle[site.id],
            )
            for site, one in reversed(every[-_SHOWN:])
        ]  # fmt: skip
        last = next(((site, one) for site, one in reversed(every) if one.undone_at is None), None)
        undo = f"{self.sites(request).index(last[0])}.{last[1].id}" if last else ""
        return [words.history(rows, undo)]

    async def _every(self, request: Request) -> list[tuple[Site, Entry]]:
        found = [
            (site, one)
            for site in self.sites(request)
            for one in await self._plans.store.entries(request.tenant, site.id)
        ]
        return sorted(found, key=lambda pair: (pair[1].at, pair[1].id))

    async def _idle(self, request: Request, site: Site) -> frozenset[str]:
        """The entries that say nothing, because the settings say otherwise."""
        ignored = set((await self._plans.composed(request.tenant, site)).ignored)
        standing = [
            one for one in await self._plans.store.entries(request.tenant, site.id) if one.undone_at is None
        ]  # fmt: skip
        places = [one.id for one in standing for _ in one.changes]
        return frozenset(
            one.id for one in standing if {place for place, name in enumerate(places) if name == one.id} <= ignored
        )

    async def _entry(self, request: Request, site: Site, entry: str) -> Entry | None:
        found = await self._plans.store.entries(request.tenant, site.id)
        return next((one for one in found if one.id == entry), None)

    def _of(self, request: Request, key: str) -> tuple[Site | None, str]:
        """The cafeteria and the id that a button carries."""
        place, _, name = key.partition(".")
        sites = self.sites(request)
        return (sites[int(place)] if place.isdecimal() and int(place) < len(sites) else None), name

    def sites(self, request: Request) -> tuple[Site, ...]:
        """The institution's cafeterias."""
        return self._tenancy.institution(request.tenant).cafeterias

    async def _site(self, request: Request, said: str) -> Site | None:
        """The cafeteria that is named, the only one, or the only one where a named department eats."""
        sites = self.sites(request)
        named = [one for one in sites if one.name in said or one.name.split()[0] in said.split()]
        if len(named) == 1 or len(sites) == 1:
            return (named or sites)[0]
        plans = [(one, await self._plans.calendar(request.tenant, one)) for one in sites]
        eating = [one for one, plan in plans if any(name in said for name in plan.departments)]
        return eating[0] if len(eating) == 1 else None

    def _known(self, request: Request, planned: Sequence[str]) -> list[str]:
        """Every department that somebody has heard of."""
        institution = self._tenancy.institution(request.tenant)
        people = (one.department for one in institution.people if one.department)
        rooms = (one.department for one in institution.channels)
        return sorted({*planned, *people, *rooms})

    def _name(self, request: Request, person: str) -> str:
        member = self._tenancy.member(request.tenant, person)
        return member.person.name if member else person

    def _contact(self, request: Request) -> str:
        return self._tenancy.institution(request.tenant).contact
