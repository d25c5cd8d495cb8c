"""인수인계: what an officer hands to a colleague of the same institution, who takes it or not; both keep a note."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.acts import Acts
from bot.asked import Asked, AskedStore
from bot.handing import Handing
from bot.handover import Counts, HandOver, HandOvers, Stage
from bot.messenger import Reply
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.routes import Request, Route
from bot.settings import Person
from bot.tenancy import Member, Tenancy
from bot.trip_people import resolve
from bot.wording import moving as words

_TO = re.compile(r"\s*(?:님)?(?:에게|께|한테)(?:\s.*)?$|\s*(?:님)?(?:으로|로)?\s*(?:해 ?줘|해 ?주세요|부탁.*)$")
_LIST = frozenset({"내역", "목록", "기록", "현황"})
_CANCEL = frozenset({"취소", "거두기", "철회", "그만"})


class HandOverTalk:
    """The conversation about hand-overs."""

    def __init__(
        self, tenancy: Tenancy, store: HandOvers, handing: Handing, outbox: Outbox, acts: Acts,
        wake: Callable[[], None], asked: AskedStore,
    ) -> None:  # fmt: skip
        self._tenancy, self._store, self._handing = tenancy, store, handing
        self._outbox, self._acts, self._wake, self._asked = outbox, acts, wake, asked

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "handover", ("인수인계", "업무 인계", "인계"), ("handover",), self.asked, about="소식",
                help="인수인계 이주무관 — 구독과 기한 알림, 채널에서 맡은 것을 동료에게 넘깁니다", press="hand",
                private=True, quiet=True,
                sentences=(
                    r"^(?P<argument>@?[가-힣]{2,12})(?: ?님)?(?:에게|께|한테) ?(?:업무(?:를|을)? ?)?인(?:수인)?계.*$",
                ),
            ),
        )  # fmt: skip

    async def asked(self, request: Request) -> Sequence[Reply]:
        """A name, a list, or a button."""
        if request.update.press is not None:
            return [await self._pressed(request)]
        said = request.argument.strip()
        if said in _LIST:
            return [await self._listing(request)]
        if said in _CANCEL:
            return [await self._withdraw(request)]
        return [await self._begin(request, said)]

    async def _pressed(self, request: Request) -> Reply:
        what, _, rest = request.argument.partition(":")
        name, _, more = rest.partition(":")
        match what:
            case "list":
                return await self._listing(request)
            case "who":
                return await self._chosen(request, name)
            case "turn" | "send" | "drop":
                return await self._drafted(request, what, name, more)
            case "yes" | "no":
                return await self._answered(request, name, yes=what == "yes")
            case "keep" | "end":
                return await self._decided(request, name, ends=what == "end")
        return words.to_whom()

    # --- the giver

    async def _begin(self, request: Request, said: str) -> Reply:
        name = _TO.sub("", said.removeprefix("@")).strip(" .!")
        if not name:
            return words.to_whom()
        me, roster = request.member.person, self._tenancy.institution(request.tenant).people
        if name == me.name:
            return words.oneself()
        found = resolve([name], roster, me)
        if found.known:
            return await self._draft(request, found.known[0])
        if found.doubts:
            each = found.doubts[0].candidates
            return words.who([(one.name, one.department, _mark(request.tenant, one.id)) for one in each])
        return words.nobody(name)

    async def _chosen(self, request: Request, mark: str) -> Reply:
        people = self._tenancy.institution(request.tenant).people
        person = next((one for one in people if _mark(request.tenant, one.id) == mark), None)
        return words.over() if person is None or person.id == request.person else await self._draft(request, person)

    async def _draft(self, request: Request, taker: Person) -> Reply:
        source = request.update.id or request.now.isoformat()
        made = await self._handing.gathered(request.member, taker.id, request.now, source)
        if not (made.things or made.reminders or made.channels):
            return words.nothing_to_give()
        if not private_chats(taker):
            return words.not_connected(taker.name)
        return self._shown(request.tenant, await self._store.put(request.tenant, made))

    def _shown(self, tenant: str, one: HandOver) -> Reply:
        taker = self._person(tenant, one.taker)
        things = [words.Given(thing.words, thing.left) for thing in one.things]
        office = taker.department if taker is not None else ""
        return words.draft(_name(taker), office, things, len(one.reminders), len(one.channels), one.id)

    async def _drafted(self, request: Request, what: str, name: str, more: str) -> Reply:
        one = await self._store.get(request.tenant, name, request.now)
        if one is None or one.giver != request.person or one.stage not in {Stage.DRAFT, Stage.OFFERED}:
            return words.over()
        if what == "drop":
            await self._store.end(request.tenant, name, Stage.WITHDRAWN, request.now, Counts())
            return words.dropped()
        if what == "turn" and one.stage is Stage.DRAFT:
            number = int(more) if more.isdecimal() else 0
            turned = await self._store.change(request.tenant, name, lambda each: _turned(each, number))
            return self._shown(request.tenant, turned or one)
        return await self._offer(request, one)

    async def _offer(self, request: Request, one: HandOver) -> Reply:
        """Offered, then told: whoever dies in between tells when it is pressed again."""
        offered = await self._store.change(request.tenant, one.id, _offered)
        taker = self._person(request.tenant, one.taker)
        if offered is None or taker is None:
            return words.over()
        if not (offered.given or offered.reminders or offered.channels):
            return words.nothing_to_give()
        me = request.member.person
        reply = words.offer(
            me.name, me.department, [thing.words for thing in offered.given], len(offered.reminders),
            len(offered.channels), one.id,
        )  # fmt: skip
        await self._note(request, request.person, "handover-asked", offered, offered.taker)
        await self._tell(request, taker, f"handover/{one.id}/asked", reply)
        return words.asked(taker.name)

    async def _withdraw(self, request: Request) -> Reply:
        count = 0
        for one in await self._store.of(request.tenant, request.person):
            if one.giver == request.person and one.stage in {Stage.OFFERED, Stage.DRAFT}:
                ended = await self._store.end(request.tenant, one.id, Stage.WITHDRAWN, request.now, Counts())
                if ended is not None and one.stage is Stage.OFFERED:
                    await self._note(request, request.person, "handover-withdrawn", one, one.taker)
                    count += 1
        return words.withdrawn(count)

    async def _decided(self, request: Request, name: str, *, ends: bool) -> Reply:
        one = await self._store.get(request.tenant, name, request.now)
        if one is None or one.giver != request.person or one.stage is not Stage.DONE:
            return words.over()
        count = await self._handing.ended(request.member, one) if ends else 0
        if not ends:
            return words.kept()
        await self._store.close(request.tenant, name)
        return words.ended(count)

    # --- the colleague

    async def _answered(self, request: Request, name: str, *, yes: bool) -> Reply:
        one = await self._store.get(request.tenant, name, request.now)
        if one is None or one.taker != request.person:
            return words.over()
        if one.stage is Stage.DONE:  # whoever took it may have died before it was logged or told
            await self._note(request, request.person, "handover-done", one, one.giver)
            await self._told(request, one)
            return words.taken_before()
        return await (self._take(request, one) if yes else self._refuse(request, one))

    async def _take(self, request: Request, one: HandOver) -> Reply:
        accepted = await self._store.accept(request.tenant, one.id, request.now)
        if accepted is None:
            return words.over()
        giver = self._person(request.tenant, one.giver)
        counts = await self._handing.done(request.member, giver, accepted, request.chat, request.now)
        await self._store.end(request.tenant, one.id, Stage.DONE, request.now, counts)
        await self._note(request, request.person, "handover-done", replace(accepted, counts=counts), one.giver)
        await self._told(request, replace(accepted, counts=counts))
        name = words.somebody(_name(giver))
        return words.taken(name, counts.subscriptions, counts.reminders, counts.channels, counts.there)

    async def _told(self, request: Request, one: HandOver) -> None:
        """The giver hears that it was taken; once."""
        giver, counts = self._person(request.tenant, one.giver), one.counts
        if giver is not None:
            name = request.member.person.name
            reply = words.given(name, one.id, counts.subscriptions, counts.reminders, counts.channels)
            await self._tell(request, giver, f"handover/{one.id}/taken", reply)

    async def _refuse(self, request: Request, one: HandOver) -> Reply:
        ended = await self._store.end(request.tenant, one.id, Stage.REFUSED, request.now, Counts())
        if ended is None:
            return words.over()
        await self._note(request, request.person, "handover-refused", one, one.giver)
        giver = self._person(request.tenant, one.giver)
        if giver is not None:
            await self._tell(
                request, giver, f"handover/{one.id}/refused", words.was_refused(request.member.person.name)
            )
        return words.refused()

    # --- both

    async def _listing(self, request: Request) -> Reply:
        found = [one for one in await self._store.of(request.tenant, request.person) if one.stage is not Stage.DRAFT]
        rows = []
        for one in found:
            gave = one.giver == request.person
            other = self._person(request.tenant, one.taker if gave else one.giver)
            rows.append((one.ended_at or one.at, words.somebody(_name(other)), gave, one.stage.value))
        return words.listing(rows)

    async def _note(self, request: Request, by: str, what: str, one: HandOver, other: str) -> None:
        counts = one.counts
        if one.stage is not Stage.DONE and not any((counts.subscriptions, counts.reminders, counts.channels)):
            counts = Counts(len(one.given), len(one.reminders), len(one.channels))
        about = words.about(other, counts.subscriptions, counts.reminders, counts.channels)
        await self._acts.note(request.tenant, by, what, about, request.now, key=f"{what}:{one.id}")

    async def _tell(self, request: Request, person: Person, story: str, reply: Reply) -> None:
        chats = private_chats(person)
        if chats:
            await self._outbox.put(request.tenant, [Row(chats[0], story, 1, "notice", reply, request.now)])
            asked = Asked.of([reply], request.now)
            if asked is not None:
                await self._asked.answered(request.tenant, person.id, chats[0].ref, asked)
            self._wake()

    def _person(self, tenant: str, name: str) -> Person | None:
        found: Member | None = self._tenancy.member(tenant, name)
        return None if found is None else found.person


def _offered(one: HandOver) -> HandOver | None:
    if one.stage is Stage.OFFERED:
        return one
    return replace(one, stage=Stage.OFFERED) if one.stage is Stage.DRAFT else None


def _turned(one: HandOver, number: int) -> HandOver | None:
    if one.stage is not Stage.DRAFT:
        return None
    things = tuple(
        replace(thing, left=not thing.left) if place == number else thing for place, thing in enumerate(one.things, 1)
    )
    return replace(one, things=things)


def _name(person: Person | None) -> str:
    return "" if person is None else person.name


def _mark(tenant: str, person: str) -> str:
    return hashlib.blake2b(f"{tenant}/{person}".encode(), digest_size=6).hexdigest()
