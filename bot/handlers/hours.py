"""알림 설정 · 휴가 · 알림 잠시 멈춤 · 하루 10건까지 · 아침 브리핑 · 받는 곳: people decide about their time.

In a private chat for the person, on whichever messenger; in a channel, where Dobi is addressed, for the channel. What
was chosen is written before it is confirmed, and holds for what waits already.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot import hours as rules
from bot import hours_sayings as say
from bot import hours_words as reading
from bot.clock import KST
from bot.digests_store import DigestStore
from bot.handlers.leaves import LeaveTalk
from bot.handlers.undoable import undoable
from bot.hours import Hours, Instant
from bot.hours_gate import Gate
from bot.hours_store import HoursStore
from bot.last_deeds import LastDeeds
from bot.messenger import Chat, Reply
from bot.platforms import Content
from bot.routes import Handle, Request, Route, tidy, unaddressed
from bot.whereto import places
from bot.wording import hours as words
from bot.wording import quiet_hours as questions

_DAWN = 6
_EVENING = time(18)
_INSTANTS = {"all": Instant.ALL, "important": Instant.IMPORTANT, "none": Instant.NONE}


Wanted = Callable[[str, Chat, datetime], Awaitable[object]]
"""Hears that somebody wants to be told in a chat: who could not be reached there is tried again."""


@dataclass(frozen=True, slots=True)
class Stores:
    """What the conversation stands on."""

    choices: HoursStore
    digests: DigestStore
    gate: Gate


class HoursTalk:
    """The conversation about one's own time."""

    def __init__(
        self, stores: Stores, is_holiday: rules.IsHoliday, wake: Callable[[], None], wanted: Wanted | None = None,
        deeds: LastDeeds | None = None,
    ) -> None:  # fmt: skip
        self._wanted, self._deeds = wanted, deeds
        self._choices, self._digests, self._gate = stores.choices, stores.digests, stores.gate
        self._is_holiday, self._wake = is_holiday, wake
        self._leaves = LeaveTalk(self._of, self._put, is_holiday)

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        own = (
            Route(
                "hours", ("알림 설정", "알림설정", "방해 금지"), ("hours", "알림설정"), self.settings, about="소식",
                help="알림 설정 — 바로 받을 것, 건수, 조용한 시간, 멈춤, 받는 곳", press="hours", quiet=True,
                sentences=(r"^알림 설정.{0,10}$",),
            ),
            Route("too-many", (), (), self.too_many, quiet=True, title="알림 설정", sentences=(say.MANY,)),
            Route("hours-all", ("모두 바로", "모두 바로 보내"), (), self._instant(Instant.ALL), quiet=True,
                  sentences=say.ALL, eager=True),
            Route(
                "hours-important", ("중요한 것만 바로", "중요한 것만", "중요한것만 바로"), (),
                self._instant(Instant.IMPORTANT), quiet=True, sentences=say.IMPORTANT, eager=True,
            ),
            Route("hours-none", ("모아서만", "모아서 보내"), (), self._instant(Instant.NONE), quiet=True,
                  sentences=say.NONE, eager=True),
            Route(
                "limit", ("알림 건수", "건수 제한", "하루 제한 없음", "건수 제한 없음",
                 "제한 없음", "무제한", "제한 없이"),
                (), self.limit,
                quiet=True,
                sentences=say.LIMIT,
            ),
            Route("quiet-hours", ("조용한 시간",), ("quiet-hours",), self.hush, quiet=True, sentences=say.HUSH,
                  eager=True),
            Route("weekends", (), (), self.weekends, quiet=True, title="주말 알림", sentences=say.WEEKENDS,
                  eager=True),
            Route("lunch-hours", ("점심시간 알림",), (), self.lunch, quiet=True, sentences=say.LUNCH, eager=True),
            Route("hours-one", (), (), self.one, quiet=True, title="알림 설정", sentences=say.ONE, eager=True),
            Route("digest-times", ("모아 보기 시간", "모아보기 시간"), (), self.digest_times, quiet=True, sentences=(
                r"^모아 ?보기(?:는|를)? .*\d{1,2}(?:시|:).*$", say.MORNINGS.pattern,
            ), eager=True),
            *self._leaves.routes(),
            Route(
                "rest", ("알림 잠시 멈춤", "알림 멈춤", "알림 끄기"), ("rest",), self.rest, press="rest", quiet=True,
                sentences=say.PAUSE,
            ),
            Route("awake", ("알림 다시 켜기", "알림 켜기", "알림 다시", "알림 재개"), (), self.awake, quiet=True,
                  sentences=say.AWAKE),
            Route(
                "morning", ("아침 브리핑", "아침브리핑"), ("morning",), self.morning, about="소식", quiet=True,
                help="아침 브리핑 8시 40분 — 근무일 아침에 밤사이 온 것을 한 번에", press="morning",
                sentences=say.MORNING,
            ),
            Route(
                "place", ("받는 곳", "받는곳", "알림 받는 곳"), ("place",), self.place, press="place", private=True,
            ),
        )  # fmt: skip
        return undoable(own, self._deeds)

    async def settings(self, request: Request) -> Sequence[Reply]:
        """All that was chosen; a button chooses what comes at once."""
        if request.argument in _INSTANTS:
            return await self._instant(_INSTANTS[request.argument])(request)
        hours = await self._of(request)
        known, owner = await self._choices.choices(request.tenant), self._owner(request)
        person = request.member.person
        place = next(places(person, hours.place, known.last.get(owner, request.chat.adapter)), "")
        several = request.chat.private and len(person.addresses) > 1
        return [words.settings(hours, request.now, _where(request), place if several else "")]

    async def too_many(self, request: Request) -> Sequence[Reply]:
        """Somebody has had enough."""
        return [words.too_many(await self._of(request))]

    def _instant(self, instant: Instant) -> Handle:
        async def choose(request: Request) -> Sequence[Reply]:
            hours = replace(await self._of(request), instant=instant)
            await self._put(request, hours)
            return [words.chosen(hours, _where(request))]

        return choose

    async def limit(self, request: Request) -> Sequence[Reply]:
        """하루 10건까지, 한 시간 3건까지, 제한 없음."""
        text, hours = _said(request), await self._of(request)
        count = reading.count_in(text)
        if re.search(r"없|무제한|풀어|해제", text) and count is None:
            hours = replace(hours, hourly=0, daily=0)
        elif count is None or not count:
            return [words.how_to_limit(hours)]
        elif "시간" in text:
            hours = replace(hours, hourly=count, daily=max(hours.daily, count) if hours.daily else 0)
        else:
            hours = replace(hours, daily=count, hourly=min(hours.hourly, count))
        await self._put(request, hours)
        return [words.limited(hours)]

    async def hush(self, request: Request) -> Sequence[Reply]:
        """조용한 시간 19시~8시."""
        text, hours = _said(request), await self._of(request)
        if "없" in text:
            hours = replace(hours, opens=time(), closes=time(), noon=None)
        else:
            found = reading.clocks_in(text)
            late = _within_day(text, found)
            if late is not None and not say.EVERY_DAY.search(text):
                return [questions.which_day(found[0], late, request.now, today="오늘" in text)]
            noon = _noon(found, text)
            if noon is not None:
                return await self._noon(request, replace(hours, noon=noon))
            if len(found) == 1 and re.search(say.BEGINS, text):
                found = [_evening(found[0], text), hours.opens]
            if len(found) != 2 or found[0] == found[1]:
                return [words.how_to_hush(hours)]
            if _either(text, *found):
                return [questions.which_end(*found)]
            if found[0] < found[1] <= rules.NOON[0] and not say.HALF.search(text):
                return [questions.which_night(*found)]
            before, hours = hours, replace(hours, closes=found[0], opens=found[1])
            await self._put(request, hours)
            return [words.hushed(hours, _louder(before, hours))]
        await self._put(request, hours)
        return [words.hushed(hours)]

    async def lunch(self, request: Request) -> Sequence[Reply]:
        """점심시간에는 보내지 마; 점심시간에도 받기."""
        text, hours = _said(request), await self._of(request)
        if say.AT_LUNCH.search(text):
            return await self._noon(request, replace(hours, noon=None))
        return await self._noon(request, replace(hours, noon=_noon(reading.clocks_in(text), text) or rules.NOON))

    async def _noon(self, request: Request, hours: Hours) -> Sequence[Reply]:
        await self._put(request, hours)
        return [words.noon(hours)]

    async def one(self, _: Request) -> Sequence[Reply]:
        """이 구독만 모아서: what comes at once is chosen for all of them together."""
        return [words.not_one()]

    async def weekends(self, request: Request) -> Sequence[Reply]:
        """주말에도 받기."""
        off = say.OFF_ON_WEEKENDS.search(_said(request)) is not None
        hours = replace(await self._of(request), weekends=not off)
        await self._put(request, hours)
        return [words.weekends(hours)]

    async def digest_times(self, request: Request) -> Sequence[Reply]:
        """모아 보기 10시, 16시."""
        hours, text = await self._of(request), _said(request)
        told = reading.clocks_in(text)
        if not any(one in text for one in ("오전", "새벽", ":")):  # nobody reads a digest at four in the night
            told = [one.replace(hour=one.hour + 12) if 0 < one.hour < _DAWN else one for one in told]
        if not told and say.MORNINGS.search(text):
            told = [hours.opens if not hours.always else rules.OPENS]
        found = tuple(sorted(set(told)))[:4]
        if not found:
            return [words.how_to_digest(hours)]
        alone = re.search(r"(?:시|분|반|\d)에?만(?:\s|$)", text) or say.MORNINGS.search(text)
        only = Instant.NONE if alone else hours.instant
        hours = replace(hours, digests=found, instant=only)
        await self._put(request, hours)
        return [words.chosen(hours, _where(request)) if only is Instant.NONE else words.digests_at(hours)]

    async def rest(self, request: Request) -> Sequence[Reply]:
        """알림 잠시 멈춤 2시간."""
        if request.argument == "off" or say.OVER.search(request.argument):
            return await self.awake(request)
        codes = {
            "60": request.now + timedelta(hours=1),
            "120": request.now + timedelta(hours=2),
            "day": _tonight(request.now),
        }
        pressed = request.update.press is not None
        until = codes.get(request.argument) if pressed else reading.rest_until(_said(request), request.now)
        if until is None or until <= request.now:
            return [words.how_long()]
        await self._put(request, replace(await self._of(request), rests_until=until))
        return [words.resting(until, request.now)]

    async def awake(self, request: Request) -> Sequence[Reply]:
        """알림 다시 켜기."""
        await self._put(request, replace(await self._of(request), rests_until=None), over=True)
        return [words.awake(await self._digests.held(request.tenant, request.chat.ref))]

    async def morning(self, request: Request) -> Sequence[Reply]:
        """아침 브리핑 8시 40분."""
        hours, text = await self._of(request), request.argument or _said(request)
        if request.argument == "off" or any(
            one in text for one in ("끄", "꺼", "그만", "중지", "해지", "취소", "안 ", "안받")
        ):
            await self._put(request, replace(hours, briefing=None))
            return [words.no_briefing()]
        told = [time(int(text[:2]), int(text[2:]))] if text in {"0840", "0900"} else reading.clocks_in(text)
        if not told or (len(told) > 1 and "말고" not in text):
            return [words.when_briefing(hours.briefing)]
        at = told[-1]
        await self._put(request, replace(hours, briefing=at))
        return [words.briefing(at, _where(request))]

    async def place(self, request: Request) -> Sequence[Reply]:
        """받는 곳: where unasked things come."""
        person, owner = request.member.person, self._owner(request)
        hours, known = await self._of(request), await self._choices.choices(request.tenant)
        usable = [one for one in places(person, "", "") if self._gate.whereto.carries(one, Content.PUBLIC)]
        wanted = request.argument
        if not wanted:
            chat = self._gate.whereto.chat(person, hours.place, known.last.get(owner, request.chat.adapter))
            current = chat.adapter if chat else request.chat.adapter
            return [words.place(current, usable, chosen=bool(hours.place))]
        if wanted in {"auto", "자동", "말한 곳", "말한 곳으로"}:
            await self._put(request, replace(hours, place=""))
            return [words.place(request.chat.adapter, usable, chosen=False)]
        name = next((one for one in usable if wanted.startswith((one, words.MESSENGERS.get(one, one)))), None)
        if name is None:
            return [words.place_unknown(usable)]
        await self._put(request, replace(hours, place=name))
        if self._wanted is not None:
            there = Chat(name, f"dm:{person.addresses[name]}", private=True)
            await self._wanted(request.tenant, there, request.now)
        return [words.placed(name, talks=name not in {"post", "folder", "mail"})]

    async def chosen(self, request: Request) -> Hours:
        """What stands for whoever asks, here."""
        return await self._of(request)

    async def back(self, request: Request, hours: Hours) -> None:
        """They are as they were before."""
        await self._put(request, hours, over=True)

    # --- what is kept

    def _owner(self, request: Request) -> str:
        return f"@{request.person}" if request.chat.private else request.chat.ref

    async def _of(self, request: Request) -> Hours:
        return await self._choices.of(request.tenant, self._owner(request))

    async def _put(self, request: Request, hours: Hours, *, over: bool = False) -> None:
        """Keeps it, and tells what waits by it; at once where a quiet time is `over`."""
        before = await self._of(request)
        if self._deeds is not None and before != hours:
            await self._deeds.hours(request, before)
        await self._choices.put(request.tenant, self._owner(request), hours)
        home = await self._home(request, hours)
        refs = self._gate.whereto.others(request.chat.ref) if request.chat.private else {request.chat.ref}
        for ref in refs:
            at = rules.next_briefing(hours, request.now, self._is_holiday) if ref == home else None
            if await self._digests.held(request.tenant, ref):
                at = await self._when(request, ref, hours, over=over)
            await self._digests.schedule(request.tenant, ref, at)
        self._wake()

    async def _when(self, request: Request, ref: str, hours: Hours, *, over: bool) -> datetime:
        """When what is held there is told now."""
        at = rules.next_digest(hours, request.now, self._is_holiday)
        if not rules.is_free(hours, request.now, self._is_holiday):
            return at
        before = await self._digests.due_at(request.tenant, ref)
        return request.now if over else min(at, before or at)

    async def _home(self, request: Request, hours: Hours) -> str:
        """Where unasked things come, as a ref."""
        if not request.chat.private:
            return request.chat.ref
        known = await self._choices.choices(request.tenant)
        last = known.last.get(self._owner(request), request.chat.adapter)
        chat = self._gate.whereto.chat(request.member.person, hours.place, last)
        return chat.ref if chat else request.chat.ref


def _noon(found: Sequence[time], text: str) -> tuple[time, time] | None:
    """The break of a working day that two clocks are: `12시부터 1시까지`; None where they are a night."""
    if len(found) != 2:
        return None
    begins, ends = found
    if ends < begins and ends.hour < _DAWN and not re.search(r"오전|새벽|아침|다음 ?날", text):
        ends = ends.replace(hour=ends.hour + 12)
    return (begins, ends) if rules.is_noon(begins, ends) else None


def _evening(begins: time, text: str) -> time:
    """`6시 이후`, of quiet: in the evening, unless the morning is said."""
    early = begins.hour and begins.hour < rules.NOON[0].hour and not say.HALF.search(text) and ":" not in text
    return begins.replace(hour=begins.hour + 12) if early else begins


def _either(text: str, closes: time, opens: time) -> bool:
    """Whether `오후 6시~8시` may end the same evening as well as the next morning."""
    bare = re.search(r"(?:오후|저녁|낮|점심|밤)\D*\d.*?(?:~|부터|에서)\s?\d{1,2}(?:시|:)", text)
    return bare is not None and opens < closes < opens.replace(hour=opens.hour + 12 if opens.hour < 12 else 0)


def _within_day(text: str, found: Sequence[time]) -> time | None:
    """The end of hours that begin and end by day, `오후 2시부터 6시까지`; None of a night or of lunch."""
    if len(found) != 2:
        return None
    closes, opens = found
    early = _either(text, closes, opens) or (opens < closes and opens.hour < _DAWN and not say.HALF.search(text))
    late = opens.replace(hour=opens.hour + 12) if early and opens.hour < rules.NOON[0].hour else opens
    by_day = rules.OPENS <= closes < _EVENING and closes < late
    lunch = closes < rules.NOON[1] and late > rules.NOON[0] and "오늘" not in text
    return late if by_day and not lunch else None


def _louder(before: Hours, hours: Hours) -> list[tuple[time, time]]:
    """What was quiet at night and is not any more, where both are nights."""

    def of(at: time) -> int:
        return ((at.hour - 12) % 24) * 60 + at.minute

    if before.always or hours.always or any(of(one.closes) >= of(one.opens) for one in (before, hours)):
        return []
    spans = []
    if of(hours.closes) > of(before.closes):
        spans.append((before.closes, hours.closes))
    if of(hours.opens) < of(before.opens):
        spans.append((hours.opens, before.opens))
    return spans


def _said(request: Request) -> str:
    """All that was said: sentences hand no argument on."""
    return unaddressed(tidy(request.update.text)) or request.argument


def _where(request: Request) -> str | None:
    return None if request.chat.private else request.chat.id


def _tonight(now: datetime) -> datetime:
    local = now.astimezone(KST)
    return datetime.combine(local.date() + timedelta(days=1), time(), KST).astimezone(UTC)
