"""Documents as the briefing would tell them: kept, of a story, and put into the outbox for whom the test says."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from bot.messenger import PushFacts, Why, chat_of
from bot.outbox import Row
from bot.wording import news
from nlp.archive import Document
from nlp.feedback import topic_of
from nlp.opinions import Impression, Opinions
from nlp.stories import Story, StoryStore
from tests.talk import Talk

_NUMBERS = itertools.count(1)
_LETTERS = "가나다라마바사아자차카타파하"


@dataclass(frozen=True, slots=True)
class Published:
    """A document and its story."""

    document: Document
    story: Story


async def publish(
    talk: Talk, title: str, *, deadline: date | datetime | None = None, agency: str = "견본도청", text: str = ""
) -> Published:
    """A document that was read now."""
    number, redis, now = next(_NUMBERS), talk.house.redis, talk.clock.now()
    rng = np.random.default_rng(number)
    vector = rng.standard_normal(8).astype(np.float32)
    body = text or f"{title}에 관하여 다음과 같이 알린다. 신청은 온라인으로 받는다."
    document = Document(
        f"feed/{number}", "feed", agency, title, body, f"https://a.example/{number}", now, deadline=deadline,
        deadline_sentence="기한을 지킨다." if deadline else None,
    )  # fmt: skip
    story = await StoryStore(redis).assign(
        f"{document.key}@0", f"{_LETTERS[number % 14] * 9}{number}", f"{number} " * 300,
        vector / np.linalg.norm(vector), agency, now, now,
    )  # fmt: skip
    document = replace(document, story=story.id)
    await talk.house.archive.put(document)
    return Published(document, story)


def row(
    talk: Talk, ref: str, told: Published, *, score: float = 0.8, step: int = 1, changed: tuple[str, ...] = (),
    others: tuple[str, ...] = (), subscription: str = "재난안전",
) -> Row:  # fmt: skip
    """What the briefing writes for one chat."""
    one, now = told.document, talk.clock.now()
    card = news.Card(
        agency=one.agency, title=one.title, published_at=one.published_at, excerpt=one.text, deadline=one.deadline,
        subscription=subscription, words=("재난안전",), changed=changed, others=others,
    )  # fmt: skip
    why = Why(score, ("재난안전",), subscription)
    facts = PushFacts(told.story.id, step, one.agency, one.url, why)
    kind = "correction" if changed else "instant"
    return Row(chat_of(ref), told.story.id, step, kind, news.push(card, now, told.story.id, "s1", facts), now)


async def tell(talk: Talk, user: str, *titles: str, score: float = 0.8) -> list[Published]:
    """Documents of these titles for a person, as the briefing would."""
    found = [await publish(talk, title) for title in titles]
    ref = user if ":" in user else f"console:dm:{user}"
    now = talk.clock.now()
    for one in found:
        sent = Impression(
            one.story.id, one.document.key, "s1", topic_of("재난안전"), one.document.agency, ("재난안전",), score, now
        )
        await Opinions(talk.house.redis).sent("gyeongnam", [(ref, sent)])
        await talk.house.outbox.put("gyeongnam", [row(talk, ref, one, score=score)])
    return found
