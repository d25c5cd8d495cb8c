"""브리핑 and 자세히: today's documents on demand, and the document behind a push."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.cards import details
from bot.clock import KST
from bot.messenger import Reply
from bot.reminders import end_of
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.topics import LONGEST, named
from bot.wording import news, unknown
from bot.wording.facts import with_actions
from bot.wording.hours import stop_briefing
from bot.wording.search import with_like
from crawlers.health import SourceHealth
from nlp.archive import Archive, Document
from nlp.areas import areas_of, areas_of_department, duties_of
from nlp.embedding import Embedder
from nlp.feedback import Seen
from nlp.finding import handle_of
from nlp.matching import Match, New
from nlp.opinions import HeadMirror
from nlp.panel import Moved
from nlp.ranking import Candidate, Reader, Reason, rank
from nlp.readings import ReadingMatcher
from nlp.regions import home_of
from nlp.stories import StoryStore
from nlp.subscriptions import Subscription, SubscriptionStore
from nlp.synonyms import Synonyms
from nlp.wordbook import Wordbooks

_ASKED = (
    (
        r"(?:오늘|새로운|새|최신|요즘|주요|방금)(?:의)? ?(?:나온 )?(?:소식|보도 ?자료|뉴스|글).{0,8}"
        r"(?:있|알려|보여|뭐|줘|정리)"
    ),
    r"^(?:오늘|지금) .{0,20}(?:소식|보도 ?자료|뉴스).{0,4}(?:있|알려|보여|뭐)",
)
_NO_MORE = re.compile(r"(?:이제 |그만 )?(?:안 ?(?:받|봐|볼|와도)|그만|꺼|끄|끌|중지|필요 ?없)")
_ABOUT_IT = re.compile(
    r"\d ?시|\d:\d|시간|(?:한테|에게)|평일|주말|매일|왜|(?:이|가|은|는)? ?(?:길|짧|늦|느리)(?:어|다|고|네)|전체가|말고"
)
"""Whoever says this speaks of the briefing, and wants none now."""
_SHOWN = 5
_EXAMINED = 500
_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What is shown, of how many stories, and how many this chat's taps kept out."""

    cards: Sequence[news.Card]
    total: int
    held_back: int


class Briefings:
    """Reading on demand. `health` lists the sources with their state; `opened` is told whenever somebody opens one.

    It answers whether that was sent to the chat.
    """

    def __init__(
        self,
        store: SubscriptionStore,
        archive: Archive,
        stories: StoryStore,
        embedder: Embedder,
        health: Callable[[], Awaitable[Sequence[SourceHealth]]],
        heads: HeadMirror,
        opened: Callable[[Request, str], Awaitable[bool]],
        tables: Wordbooks,
        tenancy: Tenancy,
    ) -> None:
        self._tables, self._tenancy = tables, tenancy
        self._store = store
        self._archive = archive
        self._stories = stories
        self._embedder = embedder
        self._health = health
        self._heads, self._opened = heads, opened

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "briefing",
                ("브리핑", "오늘 소식", "오늘의 소식", "새 소식"),
                ("briefing", "브리핑"),
                self.briefing,
                press="briefing",
                about="소식",
                help="브리핑 — 어제 저녁부터 나온 것 가운데 내 구독에 맞는 것",
                sentences=_ASKED,
            ),
            Route("more", (), (), self.more, press="more", title="자세히"),
        )

    async def briefing(self, request: Request) -> Sequence[Reply]:
        """The best of the last day for this chat's subscriptions, or for the words that were named."""
        if _NO_MORE.match(request.argument):
            return [stop_briefing()]
        if _ABOUT_IT.search(request.argument):
            return [unknown()]
        words = named(request.argument) if len(request.argument) <= LONGEST else ""
        mine = [] if words else await self._store.of(request.tenant, request.chat.ref)
        wanted = [_once(words, request)] if words else [one for one in mine if not one.rests(request.now)]
        documents = await self._archive.recent(_since(request.now), _EXAMINED)
        if not wanted:
            newest = sorted(documents, key=lambda one: one.published_at, reverse=True)
            return [news.briefing_without_subscriptions([f"[{one.agency}] {one.title}" for one in newest[:3]])]
        await self._heads.refresh([request.tenant])
        table = await self._tables.table(request.tenant)
        matcher = ReadingMatcher(self._embedder, synonyms=table, spread=self._archive.spread)
        found = await asyncio.to_thread(self._ranked, request, wanted, documents, matcher)
        silent = await self._silent(wanted, request.now, table)
        return [news.briefing(found.cards, found.total, request.now, silent, found.held_back)]

    async def _silent(self, wanted: Sequence[Subscription], now: datetime, table: Synonyms) -> list[news.Silent]:
        """The boards that can't be read now and would have something: in the last month they met these subscriptions.

        Where nothing was ever read nobody can tell, and all are named.
        """
        sick = [one for one in await self._health() if _unread(one)]
        if not sick:
            return []
        if await self._archive.count():
            feeding: set[str] = set()
            for each in wanted:
                hits = await self._archive.count_matches(each.text, each.exclude, now - _MONTH, self._embedder, table)
                feeding |= {hit.key.partition("/")[0] for hit in hits}
            sick = [one for one in sick if one.source in feeding]
        named: dict[str, news.Silent] = {}
        for one in sick:
            named.setdefault(one.agency, news.Silent(one.agency, one.since if one.ok_at else None))
        return list(named.values())

    def _ranked(
        self, request: Request, wanted: Sequence[Subscription], documents: Sequence[Document], matcher: ReadingMatcher
    ) -> _Ranked:
        """Cards of the stories that the subscriptions want, best first, as many as one takes at once."""
        texts = {one.id: one.text for one in wanted}
        matcher.add_many(New(one.id, one.text, one.exclude) for one in wanted)
        found = matcher.match(matcher.read(documents))
        best: dict[str, tuple[Document, Match]] = {}
        held_back: set[str] = set()
        for document, hits in zip(documents, found, strict=True):
            hit, held = self._heard(request, document, hits, texts)
            if hit is not None:
                best[document.key] = (document, hit)
            elif held:
                held_back.add(document.story or document.key)
        told = list(best.values())
        named = areas_of([document.title for document, _ in told], [document.text for document, _ in told])
        candidates = [_candidate(*one, area) for one, area in zip(told, named, strict=True)]
        stories = {one.story for one in candidates}
        cards = [
            _card(*best[one.candidate.key], texts[best[one.candidate.key][1].subscription_id], one.reasons)
            for one in rank(candidates, request.now, self._reader(request))
        ]
        return _Ranked(cards, len(stories), len(held_back - stories))

    def _reader(self, request: Request) -> Reader:
        """Who asks: the places of their institution, and what their department does, or in a channel the channel's."""
        home = home_of(self._tenancy.institution(request.tenant).name)
        department = request.member.person.department if request.chat.private else request.chat.id
        mine = tuple(area.name for area in areas_of_department(department))
        return Reader(home.own, home.around, duties_of(department), mine, _SHOWN)

    def _heard(
        self, request: Request, document: Document, hits: Sequence[Match], texts: Mapping[str, str]
    ) -> tuple[Match | None, bool]:
        """The best hit after the chat's head was heard, and whether the head kept one out."""
        seen = Seen(document.agency, (), document.vector, document.model or "")
        hearing = self._heads.panel(request.tenant).hear(seen, request.now)
        about, chat = document.story or document.key, request.chat.ref
        found, held = None, False
        for hit in hits:
            judged = hearing.judge(chat, about, texts[hit.subscription_id], hit.score, hit.push, hit.words)
            held = held or judged.moved is Moved.HELD_BACK
            if judged.push and (found is None or judged.score > found.score):
                found = replace(hit, score=judged.score, push=True)
        return found, held

    async def more(self, request: Request) -> Sequence[Reply]:
        """The newest document of a story, as text for a PC on which links are dead."""
        sent = await self._opened(request, request.argument)
        story = await self._stories.story(request.argument)
        document = await self._archive.get(story.newest.rpartition("@")[0]) if story else None
        if document is None:
            return [news.document_gone()]
        if document.link_only:
            shown = (document.agency, document.title, document.published_at, document.url)
            return [with_like(news.link_only(*shown, request.now), handle_of(document.key))]
        return [
            with_like(
                with_actions(
                    details(document, request.now),
                    request.argument,
                    liked=sent and news.can_wait(document.deadline, request.now),
                    has_deadline=document.deadline is not None and request.now < end_of(document.deadline),
                ),
                handle_of(document.key),
            )
        ]


def _once(words: str, request: Request) -> Subscription:
    """A subscription for one look, never kept."""
    return Subscription("once", request.chat.ref, words, request.now, request.person)


def _unread(source: SourceHealth) -> bool:
    """Whether what it publishes may be missing: it is sick, or has never answered yet."""
    return source.state == "sick" or (source.state == "failing" and source.ok_at is None)


def _since(now: datetime) -> datetime:
    """The last working evening: what came since 18:00 yesterday, on a Monday since Friday's."""
    local = now.astimezone(KST)
    days = 3 if local.weekday() == 0 else 1
    return (local - timedelta(days=days)).replace(hour=18, minute=0, second=0, microsecond=0)


def _candidate(document: Document, hit: Match, area: str) -> Candidate:
    return Candidate(
        document.key,
        hit.score,
        document.published_at,
        document.story or document.key,
        document.agency,
        document.deadline,
        document.title,
        area,
    )


def _card(document: Document, hit: Match, subscription: str, reasons: Sequence[Reason]) -> news.Card:
    return news.Card(
        agency=document.agency,
        title=document.title,
        published_at=document.published_at,
        excerpt="",
        deadline=document.deadline,
        counted=document.counted,
        subscription=subscription,
        words=hit.words,
        reasons=tuple(reasons),
    )
