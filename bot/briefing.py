"""New article → who cares → outbox.

    stream → embed once → which story? → match every subscriber of every institution → rows → remember → done

An article is acknowledged only when its rows stand in the outbox, and every step is safe to repeat: a worker may die
anywhere. The first sight of a source is remembered and never pushed. A chat that already has the story gets an edit of
that message (another agency tells it too, or a fact changed), never a second one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Kind, PushFacts, Why, chat_of
from bot.outbox import Outbox, Row
from bot.stream import ArticleStream, Entry
from bot.wording import news
from crawlers.article import Article
from nlp.archive import Archive, Document
from nlp.embedding import Embedder
from nlp.facts import amounts, deadline, key_sentence
from nlp.matching import Match, Matcher
from nlp.stories import Story, StoryStore
from nlp.subscriptions import SubscriptionMirror

_BATCH = 16
_ATTACHED = 4000  # characters of attachments that matching reads after the body
_STATE_WORKS = frozenset({"", "KOGL-1", "kogl1", "state"})  # licences under which an excerpt may be shown


@dataclass(frozen=True, slots=True)
class _Told:
    """An article with everything that its messages need."""

    article: Article
    document: Document
    story: Story
    changed: tuple[str, ...]


class Briefing:
    """The `brief` role. `tenants` are all institutions: one article is embedded once for all of them."""

    def __init__(
        self,
        stream: ArticleStream,
        mirror: SubscriptionMirror,
        matcher: Matcher,
        embedder: Embedder,
        stories: StoryStore,
        archive: Archive,
        outbox: Outbox,
        tenants: Sequence[str],
        now: Callable[[], datetime],
    ) -> None:
        self._stream = stream
        self._mirror = mirror
        self._matcher = matcher
        self._embedder = embedder
        self._stories = stories
        self._archive = archive
        self._outbox = outbox
        self._tenants = tenants
        self._now = now

    async def step(self) -> datetime | None:
        """Handles every article that waits; nothing is due by the clock."""
        while entries := await self._stream.read(_BATCH):
            await self._mirror.refresh(self._tenants)
            articles = [Article.from_json(entry.article) for entry in entries]
            texts = [_text(article) for article in articles]
            matches = await asyncio.to_thread(self._matcher.match_many, texts, [one.title for one in articles])
            vectors = await asyncio.to_thread(self._embedder.encode, [_lead(article) for article in articles])
            for entry, article, text, found, vector in zip(entries, articles, texts, matches, vectors, strict=True):
                await self._tell(entry, article, text, found, vector)
        return None

    async def _tell(self, entry: Entry, article: Article, text: str, found: Sequence[Match], vector: object) -> None:
        now = self._now()
        story = await self._stories.assign(
            f"{article.key}@{article.revision}",
            article.title,
            text,
            vector,
            article.agency,
            article.published_at,
            now,
            corrects=f"{article.corrects}@{article.revision - 1}" if article.corrects else None,
            same_as=f"{article.same_as}@1" if article.same_as else None,
        )
        before = await self._archive.get(article.key) if article.corrects else None
        document = _document(article, text, story, vector, now)
        told = _Told(article, document, story, _changes(before, document) if before else ())
        if not article.baseline:
            for tenant in self._tenants:
                rows = await self._rows(tenant, told, found, now)
                await self._outbox.put(tenant, rows)
        await self._archive.put(document)
        await self._stream.done(entry)

    async def _rows(self, tenant: str, told: _Told, found: Sequence[Match], now: datetime) -> list[Row]:
        """First messages to chats that now match, edits to chats that have the story."""
        have = await self._outbox.told(tenant, told.story.id)
        best = self._best(tenant, found)
        rows = [self._row(chat, told, match, now, have) for chat, match in best.items() if _worth(told, chat in have)]
        return rows

    def _best(self, tenant: str, found: Sequence[Match]) -> dict[str, Match]:
        """Chat ref → its best match that is worth a push; `found` comes best first."""
        best: dict[str, Match] = {}
        for match in found:
            if match.push and match.subscription_id.startswith(f"{tenant}/"):
                best.setdefault(self._mirror.get(match.subscription_id).owner, match)
        return best

    def _row(self, chat: str, told: _Told, match: Match, now: datetime, have: frozenset[str]) -> Row:
        article, document, story = told.article, told.document, told.story
        subscription = self._mirror.get(match.subscription_id)
        edit = chat in have
        kind: Kind = "correction" if edit and told.changed else "instant"
        step = story.members.index(f"{article.key}@{article.revision}") + 1
        card = news.Card(
            agency=article.agency,
            title=article.title,
            published_at=article.published_at,
            excerpt=key_sentence(document.text, match.words),
            deadline=document.deadline,
            subscription=subscription.text,
            words=match.words,
            others=tuple(agency for agency in story.agencies if agency != article.agency),
            changed=told.changed if edit else (),
            link_only=article.licence not in _STATE_WORKS,
        )
        why = Why(round(match.score, 3), match.words, subscription.text)
        facts = PushFacts(story.id, step, article.agency, article.url, why)
        return Row(chat_of(chat), story.id, step, kind, news.push(card, now, story.id, subscription.id, facts), now)


def _worth(told: _Told, has_it: bool) -> bool:  # noqa: FBT001
    """A first telling always is; a correction only where a fact changed; another member only from another agency."""
    if not has_it:
        return True
    return bool(told.changed) if told.article.corrects else len(told.story.agencies) > 1


def _text(article: Article) -> str:
    attached = "\n".join(one.text for one in article.attachments if one.text)[:_ATTACHED]
    return f"{article.text}\n{attached}".strip()


def _lead(article: Article) -> str:
    return f"{article.title}\n{_text(article)[:400]}"


def _document(article: Article, text: str, story: Story, vector: object, now: datetime) -> Document:
    found = deadline(text, article.title, article.published_at or now)
    return Document(
        key=article.key,
        source=article.source,
        agency=article.agency,
        department=article.department,
        title=article.title,
        text=text,
        url=article.url,
        published_at=article.published_at or article.fetched_at,
        story=story.id,
        vector=vector,
        deadline=found.at if found else None,
        attachments=tuple(one.name for one in article.attachments),
    )


def _changes(before: Document, after: Document) -> tuple[str, ...]:
    """The facts that differ, as the words of the message; a mended comma is none of them."""
    changed = []
    if before.title != after.title:
        changed.append("제목")
    if before.deadline != after.deadline and after.deadline is not None:
        changed.append(f"기한 {news.until(after.deadline)}")
    if set(amounts(before.text)) != set(amounts(after.text)):
        changed.append("금액")
    if before.attachments != after.attachments:
        changed.append("붙임")
    return tuple(changed)
