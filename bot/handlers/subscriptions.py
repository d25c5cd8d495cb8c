"""구독 · 해지 · 쉬기 · 다시 · 제외 · 목록: what a person or a channel wants to hear about.

A subscription is written before it is confirmed and works from then on; its id is a hash of chat and words, so that a
repeated request changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import topics
from bot.answers import names_something
from bot.channel_care import ADDED, ENDED, ChannelCare
from bot.handlers.undoable import undoable
from bot.joined import Joined, apart, joined, listed
from bot.last_deeds import LastDeeds, mark_of, token_of
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route, unaddressed
from bot.subscribing import chosen_each, chosen_of, first_chosen, for_a_while, narrowed, subscription_id
from bot.told_topic import doubtful, speaks
from bot.topics import Topic, is_when
from bot.unwanted import bare
from bot.wording import FIRST_TOPICS, news, unknown
from bot.wording import areas as area_words
from bot.wording import channels as channel_words
from bot.wording import joined as joined_words
from bot.wording import resting as rest_words
from bot.wording.wishes import ends, quiet_instead, which_topic
from bot.wording.words import also as also_looked_for
from nlp.archive import Archive
from nlp.areas import area_named, area_of, subscription_to
from nlp.embedding import Embedder
from nlp.keywords import key_of
from nlp.subscriptions import InvalidSubscriptionError, Subscription, SubscriptionStore, TooManySubscriptionsError
from nlp.wordbook import Wordbooks

_MAX_WORDS = 200
_SHORT = 40  # what is longer than that names something
_AREA = "분야 "
_NEWS = re.compile(
    r"(?:(?:이제|앞으로|더|더는|그냥|좀|저|나) ?)*(?:소식|알림|뉴스|보도 ?자료|글|연락)(?:들)?(?:은|는|을|를|도|만)?"
)
_WEEK = timedelta(days=7)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,100}>")  # a page pasted as it was marked up


class Subscriptions:
    """The subscription conversation."""

    def __init__(
        self,
        store: SubscriptionStore,
        archive: Archive,
        embedder: Embedder,
        people: PeopleStore,
        snoozed: Callable[[Request, Subscription], Awaitable[None]],
        tables: Wordbooks,
        care: ChannelCare | None = None,
        deeds: LastDeeds | None = None,
    ) -> None:
        self._store = store
        self._deeds = deeds
        self._care = care
        self._tables = tables
        self._snoozed = snoozed
        self._archive = archive
        self._embedder = embedder
        self._people = people

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        own = (
            Route(
                "subscribe",
                ("구독", "구독하기"),
                ("subscribe", "구독"),
                self.subscribe,
                about="소식",
                help="구독 재난안전 — 그 낱말의 새 소식을 받습니다. 채널에서는 그 채널로 받습니다",
                sentences=topics.SUBSCRIBE,
                press="subscribe",
                takes=names_something,
            ),
            Route("topic", (), (), self.topic, press="topic"),
            Route("subscribe-each", (), (), self.each, press="each", title="구독"),
            Route(
                "list",
                ("목록", "구독 목록", "내 구독", "구독 내역", "구독 현황"),
                ("list", "목록"),
                self.listing,
                about="소식",
                help="목록 — 받고 있는 구독",
                press="subs",
            ),
            Route(
                "remove",
                ("해지", "구독 해지", "구독해지", "구독 취소", "구독취소"),
                ("unsubscribe", "해지"),
                self.remove,
                about="소식",
                help="해지 1 — 그 번호의 구독을 끝냅니다. '해지 전체'는 모두",
                sentences=topics.END,
            ),
            Route("remove-one", (), (), self.remove_one, press="unsub", title="해지"),
            Route(
                "pause",
                ("쉬기", "일시중지", "중지"),
                ("pause", "쉬기"),
                self.pause,
                about="소식",
                help="쉬기 1 — 잠시 받지 않습니다",
                quiet=True,
            ),
            Route(
                "resume",
                ("다시", "재개"),
                ("resume", "다시"),
                self.resume,
                about="소식",
                help="다시 1 — 쉬던 것을 다시 받습니다",
                quiet=True,
            ),
            Route(
                "exclude",
                ("제외",),
                ("exclude", "제외"),
                self.exclude,
                about="소식",
                help="제외 1 채용 — 그 말이 든 글은 빼고 받습니다",
                sentences=topics.LEAVE_OUT,
                quiet=True,
            ),
        )
        return undoable(own, self._deeds)

    async def subscribe(self, request: Request) -> Sequence[Reply]:
        """New words, with a preview of what they would have brought."""
        request = replace(request, argument=" ".join(_TAG.sub("", request.argument).split()))
        ends = topics.ending(request.argument)
        if ends is not None:
            return await self.remove(replace(request, argument=ends))
        if topics.asks_for_list(request.argument):
            return await self.listing(request)
        topic = topics.parse(request.argument)
        topic = replace(topic, exclude=topics.listed(", ".join(map(bare, apart(" ".join(topic.exclude))))))
        if topic.words.startswith(_AREA):
            area = area_named(topic.words.removeprefix(_AREA))
            if area is None:
                return [area_words.none_called(topic.words.removeprefix(_AREA))]
            topic = replace(topic, words=subscription_to(area))
        pointed = len(topic.words) < _SHORT and not topics.names(topic.words)
        if not topic.words or pointed or topics.asks_how(request.argument):
            await self._people.ask(request.tenant, request.person, request.chat.ref, Question("subscribe"), request.now)
            return [news.ask_words()]
        said = re.match(r"\s*(?:/|구독)", unaddressed(request.update.text)) is None
        several = None if request.update.press else joined(topic.words) or listed(topic.words, said=said)
        if several is not None and not speaks(topic.words):
            return await self._several(request, topic, several)
        best = doubtful(topic.words, request.update.text)
        if best is not None:
            return [which_topic(best, f"구독 {best}")]
        if len(topic.words) > _MAX_WORDS:
            return [news.words_too_long(_MAX_WORDS)]
        return await self._subscribe(request, topic)

    async def _subscribe(self, request: Request, topic: Topic) -> Sequence[Reply]:
        words, mine = topic.words, await self._store.of(request.tenant, request.chat.ref)
        known = next((one for one in mine if key_of(one.text) == key_of(words)), None)
        exclude = topic.exclude or (known.exclude if known else ())
        if known is not None and not known.rests(request.now) and known.exclude == exclude:
            await self.noted(request, ADDED, [known])
            return [news.already(words)]
        if known is not None and known.exclude != exclude and self._others(request, [known]):
            return [Reply(channel_words.somebody_elses(1))]
        try:
            await self._keep(request, Topic(words, exclude), mine, known)
        except TooManySubscriptionsError as error:
            return [news.too_many(error.limit)]
        except InvalidSubscriptionError:
            return [news.how_to_exclude()]
        return [await self._preview(request, words, exclude)]

    async def _several(self, request: Request, topic: Topic, several: Joined) -> Sequence[Reply]:
        """Each of the topics that one wish joins; asked where it may as well be one."""
        if not several.sure and (asked := joined_words.asked(topic.words, several.parts)) is not None:
            return [asked]
        kept: list[str] = []
        for words in several.parts:
            mine = await self._store.of(request.tenant, request.chat.ref)
            known = next((one for one in mine if key_of(one.text) == key_of(words)), None)
            if known is not None and self._others(request, [known]):
                continue
            try:
                await self._keep(request, Topic(words, topic.exclude or (known.exclude if known else ())), mine, known)
            except TooManySubscriptionsError as error:
                if not kept:
                    return [news.too_many(error.limit)]
                break
            except InvalidSubscriptionError:
                return [news.how_to_exclude()]
            kept.append(words)
        where = None if request.chat.private else request.chat.id
        return [joined_words.subscribed(kept, topic.exclude, where, [one for one in several.parts if one not in kept])]

    async def each(self, request: Request) -> Sequence[Reply]:
        """Several topics, where it was asked whether they are one."""
        parts = tuple(one for part in request.argument.split(",") if (one := part.strip()))
        return await self._several(request, Topic(request.argument), Joined(parts, sure=True))

    async def _keep(
        self, request: Request, topic: Topic, mine: Sequence[Subscription], known: Subscription | None
    ) -> None:
        if known is not None:
            await self.before(request, known.id, known)
            await self._store.update(request.tenant, known.id, exclude=topic.exclude, paused=False)
            return
        owner = request.chat.ref
        # numbers in the list follow the order of asking, also for two asked at one instant
        last = max((one.created_at for one in mine), default=None)
        at = request.now if last is None else max(request.now, last + timedelta(microseconds=1))
        new = Subscription(
            id=subscription_id(owner, topic.words),
            owner=owner,
            text=topic.words,
            exclude=topic.exclude,
            created_at=at,
            created_by=request.person,
        )
        await self._store.add(request.tenant, new)
        await self.before(request, new.id, None)
        await self.noted(request, ADDED, [new])

    async def _preview(self, request: Request, words: str, exclude: tuple[str, ...]) -> Reply:
        table = await self._tables.table(request.tenant)
        hits = await self._archive.count_matches(words, exclude, request.now - _WEEK, self._embedder, table)
        where = None if request.chat.private else request.chat.id
        also = [] if area_of(words) else also_looked_for(table.expand(words))
        stories = {hit.story or hit.key for hit in hits}  # several offices' tellings of an event come as one
        week = len(stories) if hits or await self._archive.count() else None
        return news.subscribed(words, exclude, where, week, [hit.title for hit in hits[:1]], also)

    async def topic(self, request: Request) -> Sequence[Reply]:
        """One of the first question's buttons."""
        number = int(request.argument) if request.argument.isdigit() else 0
        words = FIRST_TOPICS[min(number, len(FIRST_TOPICS) - 1)]
        return await self.subscribe(replace(request, argument=words))

    async def listing(self, request: Request) -> Sequence[Reply]:
        """Every subscription of this chat."""
        found = await self._store.of(request.tenant, request.chat.ref)
        return [news.listing(lines_of(found, request.now), None if request.chat.private else request.chat.id)]

    async def remove(self, request: Request) -> Sequence[Reply]:
        """Ends those that are meant by number, by words, or with 전체 all."""
        found = await self._store.of(request.tenant, request.chat.ref)
        wanted, _, spared = request.argument.partition(" // ")
        if found and _NEWS.fullmatch(wanted):
            return [rest_words.all_of_it([(one.text, one.id) for one in found])]
        told = await self._end(replace(request, argument=wanted), found, chosen_each(found, wanted))
        return [*told, news.spared(spared, stands=bool(chosen_of(found, spared)))] if spared else told

    async def remove_one(self, request: Request) -> Sequence[Reply]:
        """Ends the one whose button was pressed."""
        found = await self._store.of(request.tenant, request.chat.ref)
        return await self._end(request, found, [one for one in found if one.id == request.argument])

    async def _end(
        self, request: Request, found: Sequence[Subscription], chosen: Sequence[Subscription]
    ) -> Sequence[Reply]:
        if not chosen:
            return [_not_chosen(found, request.argument, "해지")]
        left = self._others(request, chosen)
        ends = [one for one in chosen if one not in left]
        await self.noted(request, ENDED, ends)
        for one in ends:
            await self.before(request, one.id, one)
            await self._store.remove(request.tenant, one.id)
        return _with_left([news.removed([one.text for one in ends])] if ends else [], len(left))

    def _others(self, request: Request, chosen: Sequence[Subscription]) -> Sequence[Subscription]:
        """Those that somebody else added to this channel, whom only they or an administrator change."""
        if request.chat.private or self._care is None:
            return ()
        return [one for one in chosen if not self._care.may_change(request.member, one.created_by)]

    async def noted(self, request: Request, what: str, chosen: Sequence[Subscription]) -> None:
        """A channel's subscriptions are everybody's: who added and who ended one is kept."""
        if request.chat.private or self._care is None:
            return
        for one in chosen:
            by = one.created_by if what == ADDED else request.person
            await self._care.note(request.tenant, by, what, request.chat, one, request.now)

    async def pause(self, request: Request) -> Sequence[Reply]:
        """A rest without forgetting."""
        return await self._set_paused(request, paused=True)

    async def resume(self, request: Request) -> Sequence[Reply]:
        """Ends a rest."""
        return await self._set_paused(request, paused=False)

    async def _set_paused(self, request: Request, *, paused: bool) -> Sequence[Reply]:
        found = await self._store.of(request.tenant, request.chat.ref)
        chosen, until = chosen_each(found, request.argument), None
        if paused and not chosen:
            chosen, until = for_a_while(found, request.argument, request.now)
        if not chosen and _says_something_else(found, request.argument):
            return [unknown()]
        if not chosen:
            return [_not_chosen(found, request.argument, "쉬기" if paused else "다시")]
        left = self._others(request, chosen) if paused else ()
        chosen = [one for one in chosen if one not in left]
        return _with_left(await self.rest(request, chosen, until, paused=paused) if chosen else [], len(left))

    async def rest(
        self, request: Request, chosen: Sequence[Subscription], until: datetime | None, *, paused: bool
    ) -> Sequence[Reply]:
        """They rest until then, or until they are woken; or run again."""
        for one in chosen:
            await self.before(request, one.id, one)
            await self._store.update(request.tenant, one.id, paused=paused and until is None, rests_until=until)
            if paused:
                await self._snoozed(request, one)
        words = [one.text for one in chosen]
        if until is not None:
            return [rest_words.resting(words, until, request.now)]
        return [news.paused(words) if paused else news.resumed(words)]

    async def before(self, request: Request, name: str, before: Subscription | None) -> None:
        """Keeps how it stood, so that it can be taken back."""
        if self._deeds is not None:
            await self._deeds.subscription(request, name, before)

    async def exclude(self, request: Request) -> Sequence[Reply]:
        """Words whose documents are left out; none clears them."""
        found = await self._store.of(request.tenant, request.chat.ref)
        told = narrowed(found, request.argument)
        one, rest = first_chosen(found, told)
        if found and told != request.argument and rest == told:
            return [news.not_found(told.partition(" ")[0])]
        if found and (rest or request.argument) and not topics.names(rest or request.argument):
            return [news.which_word([(each.id, each.text) for each in found])]
        if one is None or not rest or topics.asks_how(rest):
            return [news.how_to_exclude() if found else news.nothing_yet()]
        one, rest = next(
            ((each, rest[len(each.text) :]) for each in found if rest.startswith(f"{each.text} ")), (one, rest)
        )
        if self._others(request, [one]):
            return [Reply(channel_words.somebody_elses(1))]
        named = {key_of(part) for part in apart(rest)}
        others = [each for each in found if each is not one and key_of(each.text) in named]
        if others:
            return [ends([(each.text, each.id) for each in others])]
        added = topics.listed(", ".join(map(bare, apart(topics.without_particles(" ".join(topics.names(rest)))))))
        if any(is_when(word) for word in added):
            return [quiet_instead(rest)]
        await self.before(request, one.id, one)
        words = () if rest in {"없음", "지우기"} else tuple(dict.fromkeys((*one.exclude, *added)))
        try:
            await self._store.update(request.tenant, one.id, exclude=words)
        except InvalidSubscriptionError:
            return [news.how_to_exclude()]
        here = request.chat.id == (request.update.chat or f"dm:{request.update.sender}")
        return [news.excluding(one.text, words, token_of(mark_of(request)) if here and self._deeds else "")]


def lines_of(found: Sequence[Subscription], now: datetime) -> list[news.Line]:
    """Subscriptions as a list tells them."""
    rests = [rest_words.told(one.rests_until, now, paused=one.paused) for one in found]
    return [news.Line(one.id, one.text, one.exclude, rest) for one, rest in zip(found, rests, strict=True)]


def _with_left(told: Sequence[Reply], left: int) -> Sequence[Reply]:
    """What was done, and how many of somebody else's were left as they are."""
    if not left:
        return told
    note = channel_words.somebody_elses(left)
    return [replace(told[0], text=f"{told[0].text}\n{note}")] if told else [Reply(note)]


def _says_something_else(found: Sequence[Subscription], argument: str) -> bool:
    """Whether a word that begins a command only began a sentence: `다시 한번 설명해 주세요`."""
    told = argument.split()
    known = "".join(one.text for one in found)
    return len(told) > 1 and not any(len(word) > 1 and word in known for word in told)


def _not_chosen(found: Sequence[Subscription], argument: str, action: str) -> Reply:
    """Why nothing was done: there is none, none of that name, or it is not clear which."""
    if not found:
        return news.nothing_yet()
    rows = [(one.text, one.id) for one in found] if action == "해지" else []
    return news.not_found(argument) if argument else news.which(action, rows)
