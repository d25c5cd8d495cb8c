"""왜 아무것도 안 와 · 같은 게 또 왔어 · 브리핑이 안 왔어: answered with how it stands with whoever complains.

    subscriptions? → rests or on leave? → quiet now? → only important, gathered or over the limit? → nothing new

It looks and changes nothing; the two buttons below are what would change it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime, time

from bot import hours as rules
from bot.clock import KST
from bot.complaining import Complaint
from bot.digests_store import DigestStore
from bot.handlers.hours import HoursTalk
from bot.hours import Hours, Instant
from bot.messenger import Reply
from bot.routes import Request, Route
from bot.wording import complaints as words
from nlp.subscriptions import SubscriptionStore

_USUAL = time(8, 40)
_NAMED = 2


class ComplaintTalk:
    """The conversation; `others` are a chat and the same person's other private ones."""

    def __init__(
        self, subscriptions: SubscriptionStore, digests: DigestStore, hours: HoursTalk, is_holiday: rules.IsHoliday,
        others: Callable[[str], AbstractSet[str]],
    ) -> None:  # fmt: skip
        self._subscriptions, self._digests, self._hours = subscriptions, digests, hours
        self._is_holiday, self._others = is_holiday, others

    def routes(self) -> tuple[Route, ...]:
        """What people complain of (`bot.complaining`), and which method answers."""
        return (
            Route("why-nothing", (), (), self.nothing, title="알림", quiet=True, sentences=(_only(Complaint.NOTHING),)),
            Route("when-again", (), (), self.when, title="알림", quiet=True, sentences=(_only(Complaint.WHEN),)),
            Route("why-again", (), (), self.again, title="알림", quiet=True, sentences=(_only(Complaint.AGAIN),)),
            Route(
                "why-no-briefing", (), (), self.briefing, title="아침 브리핑", quiet=True,
                sentences=(_only(Complaint.BRIEFING),), eager=True,
            ),
        )  # fmt: skip

    async def nothing(self, request: Request) -> Sequence[Reply]:
        """Why nothing comes: the first thing that is in its way."""
        now, refs = request.now, self._refs(request)
        mine = [one for ref in refs for one in await self._subscriptions.of(request.tenant, ref)]
        if not mine:
            return [words.none_subscribed()]
        awake = [one for one in mine if not one.rests(now)]
        if not awake:
            return [words.all_rest(mine[0].text)]
        hours, last = await self._hours.chosen(request), await self._came(request)
        held = sum([await self._digests.held(request.tenant, ref) for ref in refs])
        stopped = self._stopped(hours, held, last, now)
        if stopped is not None:
            return [stopped]
        names = [one.text for one in awake[:_NAMED]]
        return [words.nothing_met(len(awake), names, last, now)]

    def _stopped(self, hours: Hours, held: int, last: datetime | None, now: datetime) -> Reply | None:
        """What their own hours hold back now."""
        if hours.rests_until is not None and now < hours.rests_until:
            return words.resting(hours.rests_until, held, last, now)
        leave = next((one for one in hours.leaves if one.since <= now < one.until), None)
        if leave is not None:
            return words.on_leave(leave.until, held, last, now)
        next_at = rules.next_digest(hours, now, self._is_holiday)
        if not rules.is_free(hours, now, self._is_holiday):
            return words.quiet_now(hours, rules.free_at(hours, now, self._is_holiday), held, last, now)
        if hours.instant is not Instant.ALL:
            return words.held_back(hours, next_at, held, last, now)
        return words.over_limit(hours, next_at, held, last, now) if held else None

    async def when(self, request: Request) -> Sequence[Reply]:
        """When what was stopped comes again."""
        hours, now = await self._hours.chosen(request), request.now
        free = rules.free_at(hours, now, self._is_holiday)
        if hours.rests_until is not None and now < hours.rests_until:
            return [words.comes_again(hours.rests_until, free, now)]
        leaves = rules.still(hours.leaves, now)
        if leaves:
            first = min(leaves, key=lambda one: one.since)
            return [words.after_leave(first, rules.free_at(hours, max(now, first.since), self._is_holiday))]
        mine = [one for ref in self._refs(request) for one in await self._subscriptions.of(request.tenant, ref)]
        if mine and all(one.rests(now) for one in mine):
            return [words.all_rest(mine[0].text)]
        quiet = not rules.is_free(hours, now, self._is_holiday)
        return [words.quiet_now(hours, free, 0, await self._came(request), now) if quiet else words.nothing_stopped()]

    async def again(self, request: Request) -> Sequence[Reply]:
        """Why the same came twice."""
        return [words.again(await self._came(request), request.now)]

    async def briefing(self, request: Request) -> Sequence[Reply]:
        """Why no briefing came this morning."""
        hours, now = await self._hours.chosen(request), request.now
        if hours.briefing is None:
            return [words.no_briefing(hours, _USUAL)]
        next_at = rules.next_briefing(hours, now, self._is_holiday)
        last = await self._came(request)
        why = self._why_none(hours, hours.briefing, last, now)
        return [words.briefing_stands(hours.briefing, next_at, why, last, now)]

    def _why_none(self, hours: Hours, at: time, last: datetime | None, now: datetime) -> str:
        local = now.astimezone(KST)
        due = datetime.combine(local.date(), at, KST)
        if not rules.is_working(local.date(), self._is_holiday):
            return words.DAY_OFF
        if now < due:
            return words.NOT_YET
        if any(one.since <= due < one.until for one in hours.leaves):
            return words.AWAY
        return words.EARLIER if last is None or last < due else ""

    async def _came(self, request: Request) -> datetime | None:
        """When news came last."""
        came = await self._digests.last(request.tenant, self._refs(request))
        return came.at if came is not None else None

    def _refs(self, request: Request) -> Sequence[str]:
        return sorted(self._others(request.chat.ref)) if request.chat.private else [request.chat.ref]


def _only(kind: Complaint) -> str:
    return rf"^{kind.value}$"
