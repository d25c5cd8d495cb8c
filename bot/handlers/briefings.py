"""브리핑 and 자세히: today's documents on demand, and the document behind a push."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from crawlers.health import SourceHealth
from nlp.archive import Archive
from nlp.ranking import rank
from nlp.sentences import excerpt
from nlp.stories import StoryStore

from bot.messenger import Reply
from bot.routes import Request, Route
from bot.settings import Role
from bot.wording import news
from nlp.embedding import Embedder
from nlp.matching import Matcher
from nlp.subscriptions import SubscriptionStore

_SHOWN = 5
_EXAMINED = 1000
_BODY = 600


class Briefings:
    """Reading on demand. `health` lists the sources with their state."""

    def __init__(
        self,
        store: SubscriptionStore,
        archive: Archive,
        stories: StoryStore,
        embedder: Embedder,
        health: Callable[[], Awaitable[Sequence[SourceHealth]]],
    ) -> None:
        self._store = store
        self._archive = archive
        self._stories = stories
        self._embedder = embedder
        self._health = health

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "briefing",
                ("브리핑", "오늘 소식", "오늘의 소식"),
                ("briefing", "브리핑"),
                self.briefing,
                press="briefing",
                help="브리핑 — 오늘 나온 것 가운데 내 구독에 맞는 것",
                sentences=(r"(?:오늘|새) ?(?:소식|보도자료|뉴스).{0,6}(?:있|알려|보여|뭐)",),
            ),
            Route("more", (), (), self.more, press="more"),
            Route(
                "sources",
                ("출처 상태", "출처"),
                ("sources",),
                self.sources,
                help="출처 상태 — 기관 게시판을 잘 읽고 있는지",
                roles=frozenset({Role.OPERATOR, Role.MANAGER}),
                private=True,
            ),
        )

    async def briefing(self, request: Request) -> Sequence[Reply]:
        """The best of the last day for this chat's subscriptions."""
        found = [one for one in await self._store.of(request.tenant, request.chat.ref) if not one.paused]
        documents = await self._archive.recent(_since(request.now), _EXAMINED)
        if not found:
            newest = sorted(documents, key=lambda one: one.published_at or request.now, reverse=True)
            return [news.briefing_without_subscriptions([f"[{one.agency}] {one.title}" for one in newest[:3]])]
        matcher = Matcher(self._embedder)
        texts = {one.id: one.text for one in found}
        for one in found:
            matcher.add(one.id, one.text, one.exclude)
        ranked = rank(_candidates(matcher, documents), request.now)
        cards = [_card(one.document, texts[one.subscription_id], one.words) for one in ranked[:_SHOWN]]
        sick = [one.agency for one in await self._health() if one.state == "sick"]
        return [news.briefing(cards, len(ranked), request.now, sick)]

    async def more(self, request: Request) -> Sequence[Reply]:
        """The newest document of a story, as text for a PC on which links are dead."""
        key = await self._stories.latest(request.argument)
        document = await self._archive.get(key) if key else None
        if document is None:
            return [news.document_gone()]
        return [
            news.details(
                document.agency,
                document.department,
                document.title,
                document.published_at,
                excerpt(document.text, _BODY),
                document.attachments,
                document.deadline,
                document.url,
            )
        ]

    async def sources(self, request: Request) -> Sequence[Reply]:
        """Every source and whether it is well."""
        lines = [
            news.SourceLine(one.agency, one.state, one.last_ok_at, one.error or "") for one in await self._health()
        ]
        return [news.sources(lines, request.now)]
