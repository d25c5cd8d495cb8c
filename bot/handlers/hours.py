"""알림 설정 · 휴가 · 알림 잠시 멈춤 · 하루 10건까지 · 아침 브리핑 · 받는 곳: people decide about their time.

In a private chat for the person, on whichever messenger; in a channel, where Dobi is addressed, for the channel. What
was chosen is written before it is confirmed, and holds for what waits already.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from bot import hours as rules
from bot import hours_words as reading
from bot.clock import KST
from bot.digests_store import DigestStore
from bot.handlers.leaves import LeaveTalk
from bot.hours import Hours, Instant
from bot.hours_gate import Gate
from bot.hours_store import HoursStore
from bot.messenger import Reply
from bot.platforms import Content
from bot.routes import Handle, Request, Route, tidy, unaddressed
from bot.whereto import places
from bot.wording import hours as words

_NOTHING = (
    r"(?:(?:알림|연락|소식|아무것도)?(?:을|은|는|도)? ?"
    r"(?:ㄴㄴ|보내지|주지|하지|오지|안 ?(?:보내|받|오)|꺼|끄|끌|멈|그만|쉬).{0,10}"
    r"|(?:좀 )?조용.{0,10})"
)
_OF_DAY = r"(?:(?:매일|평일|날마다|다음 ?날|밤|저녁|아침|새벽|오전|오후|점심|낮) ?){0,2}"  # no day: every day is meant
_HOUR = r"(?:\d{1,2}(?:시(?: ?반| ?\d{1,2}분)?|:\d\d)|자정|정오)"
_HUSH = (
    (
        rf"^{_OF_DAY}{_HOUR} ?(?:~|부터|에서) ?{_OF_DAY}{_HOUR}(?:까지)?"
        rf"(?:는|엔|에는)? ?{_NOTHING}$"
    ),
    rf"^{_OF_DAY}{_HOUR} ?(?:이후|부터|넘어|지나)(?:서|면|로|엔|에)?(?:는|은)? ?{_NOTHING}$",
    rf"^(?:밤|저녁|야간|퇴근 ?(?:후|하고))(?:에|엔|에는|에만|시간에)?(?:는|은)? ?{_NOTHING}$",
)
_WEEKENDS = (
    (
        r"^(?!.*(?:\?|나요|까요|못|려면|어떻게))(?:주말|휴일|공휴일|토일)(?:과 ?공휴일|이나 ?공휴일"
        r"|이랑 ?공휴일|과 ?휴일)?"
        r"(?:에도|에는|도|엔|은|는|에)? ?(?:알림|소식|연락)?(?:을|은|도)? ?(?:그냥 |계속 |좀 )?"
        r"(?:받기|받[을아겠고지].{0,10}|안 ?받.{0,8}|보내.{0,8}|안 ?보내.{0,6}|쉬게.{0,8}|꺼.{0,6}"
        r"|끄.{0,6}|조용.{0,8}|ㄴㄴ)$"
    ),
)
_OFF_ON_WEEKENDS = re.compile(r"않|안 ?[받보]|(?<!주)말|마(?:요|세요|$)|쉬게|꺼|끄|조용|ㄴㄴ|싫")
_LUNCH = (
    (
        r"^(?:매일 ?|평일 ?)?(?:점심 ?(?:시간|때)?|밥 ?먹을 ?때|식사 ?시간)(?:에는|에만|에|엔|만|은"
        r"|는)? ?(?:알림|연락|소식)"
        r"?(?:을|은)? ?(?:보내지|하지|주지|안 ?보|꺼|끄|조용).{0,10}$"
    ),
)
_MORNING = (
    r"^(?:매일 ?|날마다 ?)?아침(?:마다|에)? ?(?:\d{1,2}시.{0,8}?에? ?)?(?:소식 ?)?브리핑.{0,14}$",
    r"^브리핑(?:은|을)? ?(?:매일 )?(?:아침 )?\d{1,2}시.{0,8}에.{0,10}$",
)
_MANY = r"^(?:알림|소식|연락|메시지)(?:이|가|은|는)? ?(?:너무|왜 ?이리|왜 ?이렇게|진짜|엄청)+ ?(?:자주|많).{0,8}$"
_DAWN = 6
_BEGINS = r"(?:\d시(?: ?반| ?\d{1,2}분)?|:\d\d|자정|정오) ?(?:이후|부터|넘어|지나)"
_INSTANTS = {"all": Instant.ALL, "important": Instant.IMPORTANT, "none": Instant.NONE}
_PAUSE = (
    (
        r"^(?:오늘(?: ?하루)?(?:만|은)?|(?:오늘|내일|모레|(?:다음 ?주 |이번 ?주 )?[월화수목금]요일)까지(?:만|는)?"
        r"|\d{1,2} ?일 ?(?:동안|간)?(?:만|은)?) ?(?:알림(?:을|은)? ?(?:꺼|끄|멈|중지|쉬)|조용).{0,8}$"
    ),
    r"^(?:알림|연락|소식)(?:을|은)? ?(?:좀 |잠시 |잠깐 )*(?:멈춰|멈춤|꺼|중지).*$",
    r"^(?:\d+ ?(?:시간|분)|한 시간|두 시간)(?: 동안|만)? ?(?:알림|조용).{0,8}$",
    r"^(?:지금|오늘|잠시|잠깐)(?:은|만)? ?(?:알림|보내지).{0,3}(?:멈|꺼|끄|말|그만).*$",
    (
        r"^오늘(?:은|만|만은)? ?(?:이제 |더는 |더 |더 이상 |여기까지만? )?(?:그만|조용히|쉬어|됐어)"
        r"(?: ?(?:보내|받|볼|할|해|하자|줘|있어)\S{0,6})?(?: ?(?:줘|주세요))?(?:요)?$"
    ),
    (
        r"^(?:지금 )?(?:회의|교육|행사|발표)?(?:라서?|중이니|중이라)?,? ?(?:\d+|한|두|세|네) ?(?:시간|분)"
        r"(?: ?동안|만|은)? ?(?:좀 )?(?:알림|조용|보내지|연락).{0,10}$"
    ),
    rf"^(?:오전 |오후 )?\d{{1,2}}시(?: ?반| ?\d{{1,2}}분)?까지(?:는|만)? ?{_NOTHING}$",
)
_LIMIT = (
    (
        r"^(?:하루|한 ?시간|시간당)(?:에|당)? ?(?:\d{1,4}|[가-힣]{1,2}) ?(?:건|개|통)"
        r"(?:까지만|까지|만|만 보내.*|으로.*|으로 제한.*|이하.*)?$"
    ),
)


@dataclass(frozen=True, slots=True)
class Stores:
    """What the conversation stands on."""

    choices: HoursStore
    digests: DigestStore
    gate: Gate


class HoursTalk:
    """The conversation about one's own time."""

    def __init__(self, stores: Stores, is_holiday: rules.IsHoliday, wake: Callable[[], None]) -> None:
        self._choices, self._digests, self._gate = stores.choices, stores.digests, stores.gate
        self._is_holiday, self._wake = is_holiday, wake
        self._leaves = LeaveTalk(self._of, self._put, is_holiday)

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "hours", ("알림 설정", "알림설정", "방해 금지"), ("hours", "알림설정"), self.settings, about="소식",
                help="알림 설정 — 바로 받을 것, 건수, 조용한 시간, 멈춤, 받는 곳", press="hours", quiet=True,
                sentences=(r"^알림 설정.{0,10}$",),
            ),
            Route("too-many", (), (), self.too_many, quiet=True, title="알림 설정", sentences=(_MANY,)),
            Route("hours-all", ("모두 바로", "모두 바로 보내"), (), self._instant(Instant.ALL), quiet=True),
            Route(
                "hours-important", ("중요한 것만 바로", "중요한 것만", "중요한것만 바로"), (),
                self._instant(Instant.IMPORTANT), quiet=True,
            ),
            Route("hours-none", ("모아서만", "모아서 보내"), (), self._instant(Instant.NONE), quiet=True),
            Route(
                "limit", ("알림 건수", "건수 제한", "하루 제한 없음", "건수 제한 없음",
                 "제한 없음", "무제한", "제한 없이"),
                (), self.limit,
                quiet=True,
                sentences=_LIMIT,
            ),
            Route("quiet-hours", ("조용한 시간",), ("quiet-hours",), self.hush, quiet=True, sentences=_HUSH,
                  eager=True),
            Route("weekends", (), (), self.weekends, quiet=True, title="주말 알림", sentences=_WEEKENDS,
                  eager=True),
            Route("lunch-hours", ("점심시간 알림",), (), self.lunch, quiet=True, sentences=_LUNCH),
            Route("digest-times", ("모아 보기 시간", "모아보기 시간"), (), self.digest_times, quiet=True, sentences=(
                r"^모아 ?보기(?:는|를)? .*\d{1,2}(?:시|:).*$",
            )),
            *self._leaves.routes(),
            Route(
                "rest", ("알림 잠시 멈춤", "알림 멈춤", "알림 끄기"), ("rest",), self.rest, press="rest", quiet=True,
                sentences=_PAUSE,
            ),
            Route("awake", ("알림 다시 켜기", "알림 켜기", "알림 다시", "알림 재개"), (), self.awake, quiet=True,
                  sentences=(r"^(?:이제|인제|그만) ?알림을? ?(?:다시 )?(?:켜|보내|줘|받을).{0,6}$",)),
            Route(
                "morning", ("아침 브리핑", "아침브리핑"), ("morning",), self.morning, about="소식", quiet=True,
                help="아침 브리핑 8시 40분 — 근무일 아침에 밤사이 온 것을 한 번에", press="morning",
                sentences=_MORNING,
            ),
            Route(
                "place", ("받는 곳", "받는곳", "알림 받는 곳"), ("place",), self.place, press="place", private=True,
            ),
        )  # fmt: skip

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

    async def too_many(self, _: Request) -> Sequence[Reply]:
        """Somebody has had enough."""
        return [words.too_many()]

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
            hours = replace(hours, opens=time(), closes=time())
        else:
            found = reading.clocks_in(text)
            if len(found) == 1 and re.search(_BEGINS, text):
                found.append(hours.opens)
            if len(found) != 2 or found[0] == found[1]:
                return [words.how_to_hush(hours)]
            if _either(text, *found):
                return [words.which_end(*found)]
            hours = replace(hours, closes=found[0], opens=found[1])
        await self._put(request, hours)
        return [words.hushed(hours)]

    async def lunch(self, request: Request) -> Sequence[Reply]:
        """점심시간에는 보내지 마: quiet hours are one span, so what comes near it is told."""
        return [words.no_lunch(await self._of(request))]

    async def weekends(self, request: Request) -> Sequence[Reply]:
        """주말에도 받기."""
        off = _OFF_ON_WEEKENDS.search(_said(request)) is not None
        hours = replace(await self._of(request), weekends=not off)
        await self._put(request, hours)
        return [words.weekends(hours)]

    async def digest_times(self, request: Request) -> Sequence[Reply]:
        """모아 보기 10시, 16시."""
        hours, text = await self._of(request), _said(request)
        told = reading.clocks_in(text)
        if not any(one in text for one in ("오전", "새벽", ":")):  # nobody reads a digest at four in the night
            told = [one.replace(hour=one.hour + 12) if 0 < one.hour < _DAWN else one for one in told]
        found = tuple(sorted(set(told)))[:4]
        if not found:
            return [words.how_to_digest(hours)]
        only = Instant.NONE if re.search(r"(?:시|분|반|\d)에?만(?:\s|$)", text) else hours.instant
        hours = replace(hours, digests=found, instant=only)
        await self._put(request, hours)
        return [words.chosen(hours, _where(request)) if only is Instant.NONE else words.digests_at(hours)]

    async def rest(self, request: Request) -> Sequence[Reply]:
        """알림 잠시 멈춤 2시간."""
        if request.argument == "off":
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
        return [words.placed(name, talks=name not in {"post", "folder", "mail"})]

    # --- what is kept

    def _owner(self, request: Request) -> str:
        return f"@{request.person}" if request.chat.private else request.chat.ref

    async def _of(self, request: Request) -> Hours:
        return await self._choices.of(request.tenant, self._owner(request))

    async def _put(self, request: Request, hours: Hours, *, over: bool = False) -> None:
        """Keeps it, and tells what waits by it; at once where a quiet time is `over`."""
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


def _either(text: str, closes: time, opens: time) -> bool:
    """Whether `오후 6시~8시` may end the same evening as well as the next morning."""
    bare = re.search(r"(?:오후|저녁|낮|점심|밤)\D*\d.*?(?:~|부터|에서)\s?\d{1,2}(?:시|:)", text)
    return bare is not None and opens < closes < opens.replace(hour=opens.hour + 12 if opens.hour < 12 else 0)


def _said(request: Request) -> str:
    """All that was said: sentences hand no argument on."""
    return unaddressed(tidy(request.update.text)) or request.argument


def _where(request: Request) -> str | None:
    return None if request.chat.private else request.chat.id


def _tonight(now: datetime) -> datetime:
    local = now.astimezone(KST)
    return datetime.combine(local.date() + timedelta(days=1), time(), KST).astimezone(UTC)
