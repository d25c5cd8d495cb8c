"""What an article's messages say, chat by chat: first ones, edits and steps, each a row of the outbox.

The news that a row is of is named by its story and its episode, so that a step comes by itself and what is told of it
later edits it, and not the message before. Pure: whoever asks has read what is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.messenger import Kind, PushFacts, Reply, Why, chat_of
from bot.outbox import Row
from bot.substance import Part as Piece
from bot.substance import Substance, substance, summary
from bot.wording import news
from bot.wording.stories import also_told, follows
from crawlers.article import Article
from nlp.archive import Document
from nlp.feedback import topic_of
from nlp.matching import Match
from nlp.opinions import Impression
from nlp.panel import Judgement, Moved
from nlp.stories import Part, Story
from nlp.subscriptions import Subscription

_BODY: Final = 600  # characters of a document that are shown


@dataclass(frozen=True, slots=True)
class Told:
    """An article with everything that its messages need.

    `part`: what it is in its story. `known` are subscriptions that its last revision met too; `before` is the document
    that it corrects or follows, `opening` the one that its episode is told by, where they are kept.
    """

    article: Article
    document: Document
    story: Story
    part: Part
    before: Document | None
    opening: Document | None
    corrected: bool
    changed: tuple[str, ...]
    who: str
    known: frozenset[str]
    said: Callable[[tuple[str, ...]], Substance]

    @property
    def episode(self) -> str:
        """The outbox's name of the news that this is of: a step is told by itself."""
        return episode_of(self.story, self.part.episode)


@dataclass(frozen=True, slots=True)
class Hit:
    """A subscription that an article meets, and what the chat's head made of it."""

    subscription: Subscription
    match: Match
    judged: Judgement


def row(chat: str, told: Told, hit: Hit | None, now: datetime, *, edit: bool) -> Row:
    """What one chat is sent: a first message, or with `edit` one that takes the place of what it has."""
    article, story = told.article, told.story
    kind: Kind = "correction" if edit and told.changed else "instant"
    step = story.members.index(member_of(article)) + 1
    words = hit.match.words if hit else ()
    card = _told_first(told) if edit and not told.corrected else None
    card = replace(
        card or _card(told, words, edit=edit),
        subscription=hit.subscription.text if hit else "",
        words=words,
        moved=hit.judged.moved if hit else Moved.NOT,
    )
    why = Why(round(hit.judged.score, 3), words, hit.subscription.text) if hit else Why(0.0, (), "")
    facts = PushFacts(story.id, step, article.agency, article.url, why)
    reply = news.push(card, now, story.id, hit.subscription.id if hit else "", facts)
    return Row(chat_of(chat), told.episode, step, kind, reply, now)


def _card(told: Told, words: tuple[str, ...], *, edit: bool) -> news.Card:
    """The article's own card."""
    article, document, before = told.article, told.document, told.before
    said, note = told.said(words), ""
    if told.part.relation == "step":
        note = follows(told.part.stage, before.title if before else "", before.published_at if before else None)
    return news.Card(
        agency=article.agency,
        title=article.title,
        published_at=article.published_at,
        excerpt=said.sentence,
        file=said.file,
        deadline=document.deadline,
        counted=document.counted,
        who=told.who,
        subscription="",
        words=(),
        note=note,
        others=_others(told.story, told.part.episode, article.agency),
        changed=told.changed if edit else (),
        link_only=document.link_only,
        url=article.url,
    )


def _told_first(told: Told) -> news.Card | None:
    """The card of the document that the news was first told by, with who told it too; None where none is kept."""
    first = told.opening
    if first is None:
        return None
    said = substance(first.title, [Piece(first.text)], ())
    return news.Card(
        agency=first.agency,
        title=first.title,
        published_at=first.published_at,
        excerpt=said.sentence,
        deadline=first.deadline,
        counted=first.counted,
        subscription="",
        words=(),
        also=also_told(_others(told.story, told.part.episode, first.agency)),
        link_only=first.link_only,
        url=first.url,
    )


def impression(told: Told, hit: Hit, now: datetime) -> Impression:
    """What is kept of a push, so that a tap on it can be read later."""
    wanted, match = hit.subscription, hit.match
    return Impression(
        told.story.id,
        told.document.key,
        wanted.id,
        topic_of(wanted.text),
        told.article.agency,
        match.words,
        match.score,
        now,
    )


def member_of(article: Article) -> str:
    """A revision's name within its story."""
    return f"{article.key}@{article.revision}"


def document_of(member: str) -> str:
    """The document's key of a member."""
    return member.rpartition("@")[0]


def episode_of(story: Story, number: int) -> str:
    """The outbox's name of an episode."""
    return f"{story.id}.{number}" if number else story.id


def _others(story: Story, episode: int, agency: str) -> tuple[str, ...]:
    """The other agencies that told an episode, first told first."""
    told = dict.fromkeys(one.agency for one in story.parts if one.episode == episode)
    return tuple(one for one in told if one and one != agency)


def news_to_readers(told: Told) -> bool:
    """Whether a chat that has the news is shown this: a fact was corrected, or another agency tells it too."""
    if told.corrected:
        return bool(told.changed)
    # also for the first document: another's may have been told before it, when its own worker died
    return bool(_others(told.story, told.part.episode, told.article.agency))


def details(document: Document, now: datetime) -> Reply:
    """A kept document in full, as whoever opens it reads it."""
    return news.details(
        document.agency,
        document.department or "",
        document.title,
        document.published_at,
        summary(document.title, document.text, _BODY),
        document.attachments,
        document.deadline,
        document.url,
        now,
        counted=document.counted,
    )
