"""식당 알림 켜기 · 끄기: whether a channel, or a person, gets Monday's table and the noon post."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.board_store import EVERYWHERE, BoardStore, Choice, Chosen, usual_choice
from bot.messenger import Reply
from bot.plans import Plans
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import boards as words
from occupancy.reading import day_of

_ON: Final = re.compile(r"(?:을|를)? ?(?:켜(?!져)|받을|받고|받겠|다시|시작|신청)")
_OFF: Final = re.compile(r"(?:을|를)? ?(?:꺼(?!져)|끄|그만|중지|안 ?받|해지|취소|해제)")
_CLOCK: Final = re.compile(r"\d{1,2} ?(?::\d\d|시)|\d ?분 ?전|[한두세네열] ?시")
_MANAGERS: Final = frozenset({Role.MANAGER})


class BoardTalk:
    """The conversation about posts; what is said in a channel is for the channel."""

    def __init__(self, tenancy: Tenancy, plans: Plans, store: BoardStore) -> None:
        self._tenancy, self._plans, self._store = tenancy, plans, store

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "boards-on", ("식당 알림 켜기", "식당알림 켜기", "점심 알림 켜기", "식당 소식 켜기"), ("boardson",),
                self.on, about="식당", help="식당 알림 켜기 · 끄기 — 월요일 차례표와 점심 소식을 이 방에", quiet=True,
                sentences=(r"^(?:식당|점심) ?(?:알림|소식)(?:을|를)? ?(?:켜|받을|받고|다시)",),
            ),
            Route(
                "boards-off", ("식당 알림 끄기", "식당알림 끄기", "점심 알림 끄기", "식당 소식 끄기"), ("boardsoff",),
                self.off, quiet=True,
                sentences=(r"^(?:식당|점심) ?(?:알림|소식)(?:을|를)? ?(?:꺼|끄|그만|중지|안 받)",),
            ),
            Route("boards-weekly", ("식당 알림 월요일만", "차례표 알림"), ("boardsweekly",), self.weekly, quiet=True),
            Route(
                "boards-all", ("식당 알림 모두", "식당 알림 전체"), ("boardsall",), self.everywhere, about="관리",
                help="식당 알림 모두 켜기 — 차례가 있는 과의 채널마다 월요일 차례표와 점심 소식을", roles=_MANAGERS,
                quiet=True, title="식당 알림 모두 켜기",
            ),
            Route("boards", ("식당 알림", "점심 알림"), ("boards",), self.state, press="boards", quiet=True),
        )  # fmt: skip

    async def on(self, request: Request) -> Sequence[Reply]:
        """Everything."""
        return [await self._choose(request, Choice.ALL)]

    async def off(self, request: Request) -> Sequence[Reply]:
        """Nothing more."""
        return [await self._choose(request, Choice.OFF)]

    async def weekly(self, request: Request) -> Sequence[Reply]:
        """Monday's table alone."""
        return [await self._choose(request, Choice.WEEKLY)]

    async def everywhere(self, request: Request) -> Sequence[Reply]:
        """What all channels of departments with a slot get that did not choose; an administrator's word."""
        off, weekly = re.search(r"끄|꺼|그만|중지", request.argument), re.search(r"월요일|차례표", request.argument)
        choice = Choice.OFF if off else Choice.WEEKLY if weekly else Choice.ALL
        sites = self._tenancy.institution(request.tenant).cafeterias
        if not sites:
            return [Reply(words.no_cafeteria())]
        if any(site.posts for site in sites):
            return [Reply(words.declared())]
        await self._store.choose(request.tenant, EVERYWHERE, Chosen(choice, request.person, request.now))
        return [Reply(words.everywhere(choice.value))]

    async def state(self, request: Request) -> Sequence[Reply]:
        """A pressed choice; else what stands."""
        if request.argument in {one.value for one in Choice}:
            return [await self._choose(request, Choice(request.argument))]
        if _ON.match(request.argument) or _OFF.match(request.argument):
            return [await self._choose(request, Choice.ALL if _ON.match(request.argument) else Choice.OFF)]
        stands = (await self._store.choices(request.tenant)).get(request.chat.ref)
        if stands is not None:
            return [await self._stands(request, stands.choice)]
        sites = self._tenancy.institution(request.tenant).cafeterias
        given = not request.chat.private and sites and not await self._slotless(request)
        usual = usual_choice(sites[0].posts, await self._store.choices(request.tenant)) if given else Choice.OFF
        return [await self._stands(request, usual)]

    async def _stands(self, request: Request, choice: Choice) -> Reply:
        """What stands, of which nothing was changed; an hour that was asked for can't be had."""
        if not self._tenancy.institution(request.tenant).cafeterias:
            return Reply(words.no_cafeteria())
        asked = _CLOCK.search(request.argument) is not None
        told = (
            words.off_now(private=request.chat.private) if choice is Choice.OFF else await self._told(request, choice)
        )
        return words.hour_is_fixed(told) if asked else told

    async def _choose(self, request: Request, choice: Choice) -> Reply:
        if not self._tenancy.institution(request.tenant).cafeterias:
            return Reply(words.no_cafeteria())
        await self._store.choose(request.tenant, request.chat.ref, Chosen(choice, request.person, request.now))
        return await self._told(request, choice)

    async def _told(self, request: Request, choice: Choice) -> Reply:
        return words.chosen(choice.value, private=request.chat.private, slotless=await self._slotless(request))

    async def _slotless(self, request: Request) -> bool:
        """Whether the room's department has no slot anywhere."""
        room = None
        if not request.chat.private:
            room = self._tenancy.channel(request.chat.adapter, request.tenant, request.update.chat or "")
        department, today = room.department if room else request.member.person.department, day_of(request.now)
        sites = self._tenancy.institution(request.tenant).cafeterias
        plans = [await self._plans.calendar(request.tenant, one) for one in sites]
        return all(plan.group_of(department, today) is None for plan in plans)
