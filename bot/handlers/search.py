"""찾기 · 더 보기 · 비슷한 것: the whole archive by words, period and agency, or by likeness to a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from bot import topics
from bot.answers import names_something
from bot.cards import details
from bot.clock import KST
from bot.joined import joined
from bot.looked_for import IN_TIME, LOST, looked_for, looks, plainer
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.reminders import end_of
from bot.routes import Request, Route
from bot.searches import Search, Searches
from bot.wording import news, stale_button
from bot.wording import search as words
from bot.wording.facts import with_actions
from bot.wording.words import also
from nlp.archive import Archive, Document
from nlp.finding import Finder, Hit, handle_of
from nlp.query import MAX_QUERY, Agencies, Query, read_query
from nlp.wordbook import Wordbooks
from nlp.words import normalise, quoted

_PAGE: Final = 4
_FOUND: Final = 40
_ALIKE: Final = 12
_ALL: Final = "all"
_THING: Final = r"(?:소식|보도\s?자료|뉴스|기사|자료|공고|글)"
_ASKED: Final = (
    (
        rf"^(?P<argument>\S.{{0,200}}?)(?:\s*{_THING})?(?:을|를|이|가|도|은|는)?\s*(?:좀\s*)?(?:한번\s*)?"
        r"(?:찾아|검색해)\s*(?:줘|줄래|주세요|주십시오|주시겠|봐|보여|달라|다오|드려)[가-힣 .!?~]*$"
    ),
)


class SearchTalk:
    """The search conversation."""

    def __init__(
        self, finder: Finder, archive: Archive, searches: Searches, people: PeopleStore, tables: Wordbooks
    ) -> None:
        self._tables = tables
        self._finder = finder
        self._archive = archive
        self._searches = searches
        self._people = people

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "find",
                ("찾기", "검색"),
                ("find", "찾기", "search", "검색"),
                self.find,
                about="소식",
                help="찾기 재난지원금 지난달 — 지난 글을 낱말과 기간, 기관으로 찾습니다",
                sentences=(*_ASKED, *LOST, *IN_TIME),
                quiet=True,
                takes=names_something,
            ),
            Route("find-more", (), (), self.more, press="find", title="더 보기"),
            Route("document", (), (), self.document, press="doc", title="자세히"),
            Route("alike", (), (), self.alike, press="like", title="비슷한 것"),
        )

    async def find(self, request: Request) -> Sequence[Reply]:
        """The best documents for a question, the first page."""
        text = " ".join(request.argument.split())
        if looks(text) and not quoted(text):
            text = looked_for(text) or text
        if not quoted(text):
            text = plainer(text)
        if len(text) > MAX_QUERY:
            return [words.too_long(MAX_QUERY)]
        await self._finder.refresh(request.now)
        today = request.now.astimezone(KST).date()
        query = understood(text, today, self._finder.agencies)
        if not query.words and not query.narrowed:
            await self._people.ask(request.tenant, request.person, request.chat.ref, Question("find"), request.now)
            return [words.ask()]
        return [await self._answer(request, text, query)]

    async def _answer(self, request: Request, text: str, query: Query) -> Reply:
        hits = await self._hits(request, query)
        if not hits and query.agencies and query.words:
            # the agency may have been the subject: somebody else's documents about it
            about = replace(query, words=f"{query.words} {query.named}", agencies=frozenset(), named="")
            hits, query = (found, about) if (found := await self._hits(request, about)) else (hits, query)
        head = _head(request, query)
        if not hits:
            wider = await self._keep(request, Search(text, head, (), ())) if query.narrowed and query.words else ""
            return words.nothing(head, query.words, wider and f"find:{wider}:{_ALL}", await self._left())
        table = await self._tables.table(request.tenant)
        page = await self._page(request, _search(text, head, hits), 0)
        return words.with_also(page, also(table.expand(query.words)) if query.words else [])

    async def _hits(self, request: Request, query: Query) -> list[Hit]:
        hits = await self._finder.search(query, _FOUND, await self._tables.table(request.tenant))
        phrases = quoted(query.words)
        if not phrases or not hits:
            return hits
        documents = await self._archive.get_many([hit.key for hit in hits])
        return [hit for hit in hits if hit.key in documents and _holds(documents[hit.key], phrases)]

    async def _page(self, request: Request, search: Search, start: int, name: str = "") -> Reply:
        end = start + _PAGE
        documents = await self._archive.get_many(search.keys[start:end])
        rows = [
            words.Row(one.agency, one.title, one.published_at, handle_of(key), others)
            for key, others in zip(search.keys[start:end], search.others[start:end], strict=True)
            if (one := documents.get(key))
        ]
        more = ""
        if end < len(search.keys):
            more = f"find:{name or await self._keep(request, search)}:{end}"
        total, left = len(search.keys), await self._left()
        return words.results(search.head, rows, start, total, more, request.now, left)

    async def _keep(self, request: Request, search: Search) -> str:
        return await self._searches.keep(request.tenant, request.chat.ref, search, request.now)

    async def _left(self) -> int:
        return max(await self._finder.total() - len(self._finder), 0)

    async def more(self, request: Request) -> Sequence[Reply]:
        """The next page, or the same question without its conditions."""
        name, _, place = request.argument.partition(":")
        search = await self._searches.get(request.tenant, request.chat.ref, name, request.now)
        if search is None:
            return [words.old_search()]
        if place == _ALL:
            today = request.now.astimezone(KST).date()
            query = understood(search.text, today, self._finder.agencies)
            return [await self._answer(request, query.words, Query(query.words, exclude=query.exclude))]
        start = int(place) if place.isdecimal() and len(place) < 4 else 0
        return [await self._page(request, search, start, name) if start < len(search.keys) else words.no_more()]

    async def document(self, request: Request) -> Sequence[Reply]:
        """The document behind a number, with the way to those like it."""
        document = await self._named(request)
        if isinstance(document, Reply):
            return [document]
        return [words.with_like(_with_actions(_details(document, request), document, request), request.argument)]

    async def alike(self, request: Request) -> Sequence[Reply]:
        """The documents nearest to one."""
        document = await self._named(request)
        if isinstance(document, Reply):
            return [document]
        hits = await self._finder.similar(document, _ALIKE)
        if not hits:
            return [words.nothing_alike()]
        search = _search(f"like:{request.argument}", words.like_heading(document.title), hits)
        return [await self._page(request, search, 0)]

    async def _named(self, request: Request) -> Document | Reply:
        """The document that a button carries, or what to say where there is none."""
        await self._finder.refresh(request.now)
        key = self._finder.key_of(request.argument)
        document = await self._archive.get(key) if key else None
        if document is None:
            left = await self._left()
            return words.not_yet(left) if left else stale_button()
        return document


def understood(text: str, today: date, agencies: Agencies) -> Query:
    """The question as it is looked for."""
    return _spoken(read_query(text, today, agencies))


def _spoken(query: Query) -> Query:
    """The question without "관련 소식 좀"; what stands in quotation marks stays as it is."""
    if quoted(query.words):
        return query
    words = topics.named(query.words) if query.words else ""
    several = joined(words)
    return replace(query, words=several.listed if several is not None and several.sure else words)


def _head(request: Request, query: Query) -> str:
    today = request.now.astimezone(KST).date()
    first, last = (query.period.first, query.period.last) if query.period else (None, None)
    whose = [*sorted(query.agencies), *words.whose(sorted(query.levels))]
    return words.heading(query.words, first, last, whose, today, [*query.exclude, *sorted(query.without)])


def _search(text: str, head: str, hits: Sequence[Hit]) -> Search:
    return Search(text, head, tuple(hit.key for hit in hits), tuple(hit.others for hit in hits))


def _holds(document: Document, phrases: tuple[str, ...]) -> bool:
    flat = normalise(f"{document.title}\n{document.text}")
    return all(phrase in flat for phrase in phrases)


def _with_actions(reply: Reply, document: Document, request: Request) -> Reply:
    """The document with what can be done with it, where it is kept and belongs to a story."""
    if not document.text or not document.story:
        return reply
    is_open = document.deadline is not None and request.now < end_of(document.deadline)
    return with_actions(reply, document.story, has_deadline=is_open)


def _details(document: Document, request: Request) -> Reply:
    """All that may be shown of it."""
    if document.link_only:
        return news.link_only(document.agency, document.title, document.published_at, document.url, request.now)
    if not document.text:
        return words.past_its_days(
            document.agency, document.title, document.published_at, document.deadline, document.url, request.now
        )
    return details(document, request.now)
