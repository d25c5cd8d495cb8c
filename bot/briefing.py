"""New article → who cares → outbox.

    stream → embed once → which story? → match every subscriber of every institution → rows → remember → done

An article is acknowledged only when its rows stand in the outbox, and every step is safe to repeat: a worker may die
anywhere. Revisions of a document are told in their order, whoever has them; one article that fails stops no other. The
first sight of a source is remembered and never pushed; what is under embargo waits for its instant. A chat that
already has the news gets an edit of that message (another agency tells it too, or a fact changed), never a second one.
A new step of the story is news: it comes by itself to whoever was told of the story, and names what it follows.
Near the threshold a chat's own head (`nlp.panel`) has its say; what goes out is remembered, so that a tap can be read.
Of a document whose licence allows no excerpt, title, agency, date and link are shown and kept; matching reads it whole.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial

from bot.cards import Hit, Told, document_of, episode_of, impression, member_of, news_to_readers, row
from bot.changes import changes, digest_of_facts
from bot.logs import failed
from bot.outbox import Outbox, Row
from bot.stream import ArticleStream, Entry
from bot.substance import Part as Piece
from bot.substance import body, is_cover_note, substance
from crawlers.article import Article
from crawlers.licence import may_excerpt
from nlp.archive import Archive, Document
from nlp.calibration import Spread
from nlp.document import Form, lead_vector, read
from nlp.embedding import Embedder, load
from nlp.facts import Deadline, deadline
from nlp.feedback import Seen, Signal
from nlp.ground import Ground
from nlp.matching import Match, Matcher
from nlp.opinions import HeadMirror, Opinions
from nlp.panel import Hearing, near
from nlp.stories import Story, StoryStore
from nlp.subscriptions import SubscriptionMirror
from nlp.words import normalise, occurs

_BATCH = 16
_PAGE = 64
_TIDY_EVERY = timedelta(days=1)
_SOON = timedelta(seconds=1)
_AGAIN = timedelta(seconds=5)
_ATTACHED = 4000  # characters of attachments that matching reads after the body

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """An article as matching sees it."""

    article: Article
    text: str
    form: Form
    matches: Sequence[Match]


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
        opinions: Opinions,
        heads: HeadMirror,
        tenants: Sequence[str],
        now: Callable[[], datetime],
        ground: Ground | None = None,
    ) -> None:
        self._ground = ground
        self._settled: Spread | None = None
        self._stream = stream
        self._mirror = mirror
        self._matcher = matcher
        self._embedder = embedder
        self._stories = stories
        self._archive = archive
        self._outbox = outbox
        self._opinions, self._heads = opinions, heads
        self._tenants = tenants
        self._now = now
        self._tidy_at = self._again_at = now()

    async def step(self) -> datetime | None:
        """Handles every article that waits; once a day old texts are dropped."""
        now = self._now()
        if now >= self._tidy_at:
            await self._archive.drop_texts(now)
            self._tidy_at = now + _TIDY_EVERY
        await self._stream.release(now)
        if now >= self._again_at:
            self._stream.rewind()
        await self._settle(now)
        while entries := await self._stream.read(_BATCH):
            await self._mirror.refresh(self._tenants)
            await self._heads.refresh(self._tenants)
            try:
                if await self._handle(entries):
                    return now + _SOON
            except Exception as error:  # noqa: BLE001 - one article never stops the others
                failed(log, error, "of %d articles one failed", len(entries))
                self._again_at = now + _AGAIN
                if len(entries) > 1:  # each by itself, so that only the one at fault waits
                    self._stream.rewind()
        held_until = await self._stream.release(now)
        again = self._tidy_at if now >= self._again_at else self._again_at
        return min(again, held_until) if held_until else again

    async def _settle(self, now: datetime) -> None:
        """Each keyword goes by what documents are usually like here, measured once a day."""
        if self._ground is None:
            return
        await self._ground.refresh(now)
        spread = self._ground.spread
        if spread is not None and spread is not self._settled:
            await asyncio.to_thread(self._matcher.settle, spread)
            self._settled = spread

    async def _handle(self, entries: Sequence[Entry]) -> bool:
        """Tells of each article; whether one was put back, because its document's earlier revision is not told yet."""
        waits = False
        told = [(entry, Article.from_json(entry.article)) for entry in entries]
        ready = [(entry, article) for entry, article in told if not await self._held(entry, article)]
        readings = await asyncio.to_thread(self._read, [article for _, article in ready])
        for (entry, _), reading in zip(ready, readings, strict=True):
            if reading.article.corrects and await self._is_early(reading.article):
                await self._stream.put_back(entry)
                waits = True
            else:
                await self._tell(entry, reading)
        return waits

    async def _held(self, entry: Entry, article: Article) -> bool:
        """Whether the article may not be told yet; one that came without its embargo frees its earlier revisions."""
        if not entry.free and article.embargo_until is not None and article.embargo_until > self._now():
            await self._stream.hold(entry, article.key, article.revision, article.embargo_until)
            return True
        if article.corrects:
            await self._stream.let_go(article.key)
        return False

    async def _is_early(self, article: Article) -> bool:
        """Whether an earlier revision of the document still waits, at another worker or after a fault."""
        async for entry in self._stream.unfinished():
            other = Article.from_json(entry.article)
            if other.key == article.key and other.revision < article.revision:
                return True
        return False

    def _read(self, articles: Sequence[Article]) -> list[_Read]:
        """Each article's text, form and matches; computing only."""
        texts = [_text(article) for article in articles]
        forms = read(texts, [article.title for article in articles], self._embedder, self._matcher.cut)
        found = self._matcher.match_forms(forms)
        return [_Read(*one) for one in zip(articles, texts, forms, found, strict=True)]

    async def _tell(self, entry: Entry, reading: _Read) -> None:
        now, article = self._now(), reading.article
        story = await self._stories.assign(
            member_of(article),
            article.title,
            reading.text,
            await asyncio.to_thread(lead_vector, reading.form, self._embedder.name, load()),
            article.agency,
            article.published_at or article.fetched_at,
            now,
            corrects=f"{article.key}@{article.revision - 1}" if article.corrects else None,
            same_as=f"{article.same_as}@0" if article.same_as else None,
        )
        part = story.part(member_of(article))
        corrected = bool(article.corrects) or part.relation == "correction"
        name = article.corrects or document_of(part.about)
        before = await self._archive.get(name) if name else None
        opening = await self._archive.get(document_of(story.opening(part.episode).key))
        found = deadline(reading.text, article.published_at or article.fetched_at)
        document = _document(reading, story, self._embedder.name, found)
        changed = changes(before, document) if before and corrected else ()
        said = cache(partial(substance, article.title, _parts(article)))  # many chats share few words
        known = (
            await asyncio.to_thread(self._met, before, reading.matches) if before and corrected else frozenset[str]()
        )
        who = (found.who if found else None) or ""
        told = Told(article, document, story, part, before, opening, corrected, changed, who, known, said)
        if not article.baseline:
            for tenant in self._tenants:
                await self._outbox.put(tenant, await self._rows(tenant, told, reading, now))
        await self._archive.put(document)
        await self._stream.done(entry)

    async def _rows(self, tenant: str, told: Told, reading: _Read, now: datetime) -> list[Row]:
        """First messages to chats that now match; edits to chats that have the news, matched or not.

        A correction is nobody's first message, except where only the correction says what somebody asked for. A step is
        also the first message to whoever was told of the story before.
        """
        have = await self._outbox.told(tenant, told.episode)
        seen = Seen(reading.article.agency, (), reading.form.vector, self._embedder.name)
        hearing, about = self._heads.panel(tenant).hear(seen, now), told.story.id
        unmet = [one for one in reading.matches if one.subscription_id not in told.known]
        best = self._best(tenant, unmet, hearing, about)
        new = {chat: hit for chat, hit in best.items() if chat not in have}
        await self._opinions.sent(tenant, [(chat, impression(told, hit, now)) for chat, hit in new.items()])
        first = [row(chat, told, hit, now, edit=False) for chat, hit in new.items()]
        if told.part.relation == "step":
            following = await self._followers(tenant, told, reading.form.flat, have | new.keys())
            first += [row(chat, told, None, now, edit=False) for chat in following]
        if not news_to_readers(told):
            return first
        if told.known:
            best = self._best(tenant, reading.matches, hearing, about)
        return first + [row(chat, told, best.get(chat), now, edit=True) for chat in sorted(have)]

    async def _followers(self, tenant: str, told: Told, flat: str, known: AbstractSet[str]) -> list[str]:
        """Who was told of the story before and still wants such news: the subscription that brought it lives."""
        chats: set[str] = set()
        for number in range(told.part.episode):
            chats |= await self._outbox.told(tenant, episode_of(told.story, number))
        waiting, following = sorted(chats - known), list[str]()
        for start in range(0, len(waiting), _PAGE):
            page = waiting[start : start + _PAGE]
            wants = await asyncio.gather(*(self._follows(tenant, chat, told.story.id, flat) for chat in page))
            following += [chat for chat, wanted in zip(page, wants, strict=True) if wanted]
        return following

    async def _follows(self, tenant: str, chat: str, story: str, flat: str) -> bool:
        sent = await self._opinions.impression(tenant, chat, story)
        found = self._mirror.get(f"{tenant}/{sent.subscription}") if sent else None
        if found is None or found[1].rests(self._now()):
            return False
        if any(occurs(flat, normalise(word)) for word in found[1].exclude):
            return False
        taps = await self._opinions.taps(tenant, chat)
        return not any(one.about == story and one.signal is Signal.UNRELATED for one in taps)

    def _met(self, before: Document, now: Sequence[Match]) -> frozenset[str]:
        """The subscriptions that a document met as it was; where its text was not kept, all that it meets now."""
        found = now if before.link_only else self._matcher.match_many([before.text], [before.title])[0]
        return frozenset(one.subscription_id for one in found if one.push)

    def _best(self, tenant: str, found: Sequence[Match], hearing: Hearing, about: str) -> dict[str, Hit]:
        """Chat ref → its best match that is worth a push, after the chat's head was heard."""
        best: dict[str, Hit] = {}
        now = self._now()
        for match in found:
            if not match.push and not near(match.score, match.push, match.words):
                continue
            known = self._mirror.get(match.subscription_id)
            if known is None or known[0] != tenant or known[1].rests(now):
                continue
            chat, topic = known[1].owner, known[1].text
            judged = hearing.judge(chat, about, topic, match.score, match.push, match.words)
            if judged.push and (chat not in best or judged.score > best[chat].judged.score):
                best[chat] = Hit(known[1], match, judged)
        return best


def _text(article: Article) -> str:
    """Body, then files; where the body only points to them, the files come first and stand for it."""
    attached = "\n".join(one.text for one in article.attachments if one.text)[:_ATTACHED]
    told = body(article.title, article.text)
    if attached and is_cover_note(told):
        return f"{attached}\n{told}".strip()
    return f"{article.text}\n{attached}".strip()


def _parts(article: Article) -> list[Piece]:
    """The body, then the files that could be read."""
    return [Piece(article.text), *(Piece(one.text, one.name) for one in article.attachments if one.text)]


def _document(reading: _Read, story: Story, model: str, found: Deadline | None) -> Document:
    """What is kept of an article; of one whose text may not be shown, title, agency, date and link."""
    article, files = reading.article, tuple(one.name for one in reading.article.attachments)
    bare = Document(
        key=article.key,
        source=article.source,
        agency=article.agency,
        title=article.title,
        text="",
        url=article.url,
        published_at=article.published_at or article.fetched_at,
        story=story.id,
        vectors=reading.form.vectors,
        model=model,
        facts=digest_of_facts(reading.text, found, files),
        link_only=True,
    )
    if not may_excerpt(article.licence):
        return bare
    return replace(
        bare,
        text=reading.text,
        department=article.department,
        deadline=found.at if found else None,
        deadline_sentence=found.sentence if found else None,
        counted=found is not None and found.counted,
        attachments=files,
        link_only=False,
    )
