"""Two embedding models on one installation: by its own opinions, and by finding bodies from titles in its archive.

    opinions, weekly looks ─► (subscription, document, wanted?) ─ whole matching by each model ─► wanted above unwanted?
    archive ─► (title, body)                                    ─ cosine alone, by each model  ─► nDCG@10

Both models read the same texts, those that are still kept. Every figure has its n and an interval of 95 % (bootstrap:
people are drawn with all their opinions, titles one by one), and the difference has its own, over the same draws. With
too few it says nothing: an interval over four people is no interval. It gives numbers only; no text leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.archive import Archive, Document
from nlp.areas import area_of
from nlp.document import LEAD, read
from nlp.embedding import Embedder
from nlp.feedback import Signal, topic_of
from nlp.matching import Matcher
from nlp.opinions import Opinions
from nlp.probes import ProbeStore
from nlp.subscriptions import SubscriptionStore
from nlp.words import normalise

Floats = NDArray[np.float64]

MOST: Final = 1_000
"""Opinions, and titles, that are looked at: the newest."""

FEWEST_PEOPLE: Final = 5
FEWEST_OPINIONS: Final = 60
FEWEST_TITLES: Final = 50
_DRAWS: Final = 2_000
_BODY: Final = 150  # characters below which a body tells nothing
_TOP: Final = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """What one chat thinks of one document that one of its subscriptions met, or should have."""

    chat: str
    subscription: str
    document: Document
    wanted: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """Both models' figure in [0, 1], higher is better; the candidate's less the present one's, and its interval."""

    n: int
    groups: int
    present: float
    candidate: float
    low: float
    high: float
    enough: bool

    @property
    def difference(self) -> float:
        """How much better the candidate is."""
        return self.candidate - self.present

    @property
    def verdict(self) -> str:
        """`better`, `worse`, `open` (either may be), or `too few`."""
        if not self.enough:
            return "too few"
        return "better" if self.low > 0 else "worse" if self.high < 0 else "open"


async def judgements(
    opinions: Opinions, probes: ProbeStore, subscriptions: SubscriptionStore, archive: Archive, tenants: Sequence[str]
) -> list[Judged]:
    """What this installation's people said of documents that are still kept, in no order; the newest of each chat."""
    found: list[Judged] = []
    for tenant in tenants:
        for chat in await opinions.chats(tenant):
            texts = {topic_of(one.text): one.text for one in await subscriptions.of(tenant, chat)}
            texts = {topic: text for topic, text in texts.items() if area_of(text) is None}
            said = await _said(tenant, chat, opinions, probes)
            known = [(document, topic, yes) for document, topic, yes in said if topic in texts]
            kept = await archive.get_many(list({document for document, _, _ in known}))
            found += [
                Judged(f"{tenant}/{chat}", texts[topic], kept[document], yes)
                for document, topic, yes in known
                if document in kept
            ]
    return sorted(found, key=lambda one: one.document.published_at)[-MOST:]


async def _said(tenant: str, chat: str, opinions: Opinions, probes: ProbeStore) -> list[tuple[str, str, bool]]:
    """Document, topic and whether it was wanted; what somebody tapped outweighs what a weekly look tells."""
    said: dict[tuple[str, str], bool] = {}
    for look in await probes.answered(tenant, chat):
        for number, drawn in enumerate(look.probe.items, 1):
            if drawn.one.topic:
                said[drawn.one.document, drawn.one.topic] = number in look.wanted
    for tap in await opinions.taps(tenant, chat):
        if tap.document and (tap.judges or tap.signal is Signal.OPENED):
            said[tap.document, tap.topic] = tap.signal is not Signal.UNRELATED
    return [(document, topic, yes) for (document, topic), yes in said.items()]


def by_opinions(judged: Sequence[Judged], present: Embedder, candidate: Embedder) -> Figure | None:
    """How often a document that a chat wanted scores above one that it didn't; None where there is no such pair."""
    chats = sorted({one.chat for one in judged})
    won = np.zeros((len(chats), 2))
    pairs = np.zeros(len(chats))
    scores = np.stack([_scores(judged, model) for model in (present, candidate)])
    for place, chat in enumerate(chats):
        yes, no = (
            [n for n, one in enumerate(judged) if one.chat == chat and one.wanted is wanted] for wanted in (True, False)
        )
        above = scores[:, yes, None] - scores[:, None, no]
        won[place] = ((above > 0) + 0.5 * (above == 0)).sum(axis=(1, 2))
        pairs[place] = len(yes) * len(no)
    won, pairs = won[pairs > 0], pairs[pairs > 0]
    if not len(pairs):
        return None
    shares = won / pairs[:, None]  # every chat counts alike, however much it taps
    enough = len(pairs) >= FEWEST_PEOPLE and len(judged) >= FEWEST_OPINIONS
    return _figure(shares, len(judged), enough=enough)


def _scores(judged: Sequence[Judged], model: Embedder) -> Floats:
    """What matching makes of each pair."""
    matcher, texts = Matcher(model), sorted({one.subscription for one in judged})
    for text in texts:
        matcher.add(text, text)
    documents = {one.document.key: one.document for one in judged}
    forms = read([one.text for one in documents.values()], [one.title for one in documents.values()], model)
    found = {
        (key, match.subscription_id): match.score
        for key, matches in zip(documents, matcher.match_forms(forms), strict=True)
        for match in matches
    }
    return np.array([found.get((one.document.key, one.subscription), 0.0) for one in judged])


def bodies(documents: Sequence[Document]) -> tuple[list[str], list[str]]:
    """Titles and the beginnings of bodies, without the title where the body repeats it; a title once."""
    pairs: dict[str, str] = {}
    for one in documents:
        title, body = normalise(one.title), normalise(one.text[:2_000])
        body = body.replace(title, " ").strip()
        if len(body) >= _BODY and title:
            pairs.setdefault(title, body[:LEAD])
    return list(pairs), list(pairs.values())


def by_titles(documents: Sequence[Document], present: Embedder, candidate: Embedder) -> Figure | None:
    """nDCG@10 of finding a body by its title, by cosine alone; None without two such documents."""
    titles, texts = bodies(documents)
    if len(titles) < 2:
        return None
    gains = np.stack([_gains(titles, texts, model) for model in (present, candidate)], axis=1)
    return _figure(gains, len(titles), enough=len(titles) >= FEWEST_TITLES)


def _gains(titles: Sequence[str], texts: Sequence[str], model: Embedder) -> Floats:
    cosines = model.encode(titles, role="query") @ model.encode(texts).T
    own = np.diagonal(cosines)[:, None]
    rank = (cosines > own).sum(axis=1) + ((cosines == own).sum(axis=1) - 1) / 2
    return np.where(rank < _TOP, 1 / np.log2(rank + 2), 0.0)


def _figure(values: Floats, n: int, *, enough: bool) -> Figure:
    """Means of two columns; the interval of their difference over draws of rows (Efron 1979, percentiles)."""
    lots = np.random.default_rng(0).integers(0, len(values), size=(_DRAWS, len(values)))
    differences = values[:, 1] - values[:, 0]
    low, high = np.quantile(differences[lots].mean(axis=1), (0.025, 0.975))
    mean = values.mean(axis=0)
    return Figure(n, len(values), float(mean[0]), float(mean[1]), float(low), float(high), enough)
