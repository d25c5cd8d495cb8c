"""All heads of an institution before one document: what is sent, lifted, held back or tried.

    matcher's score, own pull, colleagues' pull ─ log-odds added ─► judge ─► score; near the threshold also the decision

A head can't narrow a subscription to nothing: what scores far above the threshold always passes, what scores far below
never does, and of what is held back one in eight goes out all the same. Whoever has not tapped a topic yet hears by the
median of at least three colleagues of the same department who have, on the same words. It may lift, and never holds
anything back: what one finds unrelated is hidden from nobody else. Their words are not shared, and no single person's
taps show.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

import numpy as np

from nlp.embedding import Vectors
from nlp.feedback import DOWN, HALF_LIFE, UP, Head, Seen, bounded, level, score_at, token, topic_of

PEERS: Final = 3
"""Colleagues whose heads must know a topic before their median counts for another."""

_PEERS_SHARE: Final = 0.5
_TRIED: Final = 8  # one in so many of what is held back goes out all the same
_AGENCY: Final = token("agency", "")
_ROOM: Final = 16  # heads; doubled when more come
_NOWHERE: Final = np.zeros(0, dtype=np.float32)


class Moved(StrEnum):
    """What the heads did to a document."""

    NOT = ""
    LIFTED = "lifted"
    LIFTED_BY_PEERS = "lifted by peers"
    HELD_BACK = "held back"
    TRIED = "tried"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The score and the decision after the head was heard."""

    score: float
    push: bool
    moved: Moved = Moved.NOT


def near(score: float, push: bool, words: Sequence[str]) -> bool:
    """Whether a head could change the decision: a sent match not far above the threshold, or one with words below."""
    if push:
        return level(score) < DOWN
    return -UP <= level(score) < 0 and bool(words)


def judge(
    score: float, push: bool, words: Sequence[str], own: float, peers: float, chance: Callable[[], int]
) -> Judgement:
    """The matcher's score, corrected by two pulls; its decision too, for what is `near`.

    `chance` gives a number that is the same for the same chat and story: of what is held back one in eight is tried.
    """
    pull = bounded(own + peers)
    height = level(score) + pull
    moved = score_at(height)
    after = height >= 0 if pull < 0 or not push else push
    if after == push or not near(score, push, words):
        return Judgement(moved, push)
    if after:
        return Judgement(moved, True, Moved.LIFTED if own >= peers else Moved.LIFTED_BY_PEERS)
    if chance() % _TRIED == 0:
        return Judgement(moved, True, Moved.TRIED)
    return Judgement(moved, False, Moved.HELD_BACK)


class Panel:
    """The heads of one institution, heard together: one product with all vectors a document.

    `groups` says who is whose colleague; a chat that is nobody's has no group.
    """

    def __init__(self, model: str, dimensions: int, group_of: Callable[[str], str | None]) -> None:
        self._model = model
        self._group_of = group_of
        self._heads: dict[str, Head] = {}
        self._row: dict[str, int] = {}
        self._free: list[int] = []
        self._vectors = np.zeros((_ROOM, dimensions), dtype=np.float32)
        self._shifts = np.zeros(_ROOM)
        self._since = np.zeros(_ROOM)  # seconds
        self._agencies: dict[str, dict[int, float]] = {}  # weight by row, for each that any head has a weight for
        self._taught: dict[tuple[str, str], set[str]] = {}
        self._places: dict[str, list[tuple[str, str]]] = {}
        self.version = 0
        """Rises with every change."""

    def __len__(self) -> int:
        return len(self._heads)

    def get(self, chat: str) -> Head | None:
        """The chat's head, or None."""
        return self._heads.get(chat)

    def put(self, chat: str, head: Head | None) -> None:
        """A chat's new head; None forgets it."""
        self._drop(chat)
        if head is None:
            return
        row = self._take()
        fits = head.model == self._model and head.vector.size == self._vectors.shape[1]
        self._vectors[row] = head.vector if fits else 0.0
        self._shifts[row], self._since[row] = head.shift, head.at.timestamp()
        for name in (name for name in head.tokens if name.startswith(_AGENCY)):
            self._agencies.setdefault(name, {})[row] = head.tokens[name]
        self._heads[chat], self._row[chat] = replace(head, vector=_NOWHERE), row  # once in memory is enough
        group = self._group_of(chat)
        known = [topic for topic, taps in head.known.items() if taps >= 1]
        self._places[chat] = [] if group is None else [(group, topic) for topic in known]
        for place in self._places[chat]:
            self._taught.setdefault(place, set()).add(chat)

    def _take(self) -> int:
        if self._free:
            return self._free.pop()
        row = len(self._row)
        if row == len(self._vectors):
            for column in (self._vectors, self._shifts, self._since):
                column.resize((2 * row, *column.shape[1:]), refcheck=False)
        return row

    def _drop(self, chat: str) -> None:
        self.version += 1
        head = self._heads.pop(chat, None)
        if head is None:
            return
        row = self._row.pop(chat)
        self._free.append(row)
        for name in (name for name in head.tokens if name.startswith(_AGENCY)):
            del self._agencies[name][row]
            if not self._agencies[name]:
                del self._agencies[name]
        for place in self._places.pop(chat):
            self._taught[place].discard(chat)
            if not self._taught[place]:
                del self._taught[place]

    def hear(self, seen: Seen, now: datetime) -> Hearing:
        """Everybody's opinion of a document; the words of a match are given later, chat by chat."""
        return Hearing(self, seen, now)

    def products(self, seen: Seen) -> Vectors | None:
        """The document's product with every head's vector; None where there is nothing to multiply."""
        if seen.vector is None or seen.model != self._model or not self._heads:
            return None
        # small products are made in this thread: with a large one a busy second core would be waited for
        blocks = self._vectors.reshape(-1, _ROOM, len(seen.vector))
        return np.asarray(blocks @ seen.vector).reshape(-1)

    def opinions(self, seen: Seen, now: datetime) -> _Opinions:
        """What every head says of a document apart from its words, before any topic is asked for."""
        raw, products = self._shifts.copy(), self.products(seen)
        if products is not None:
            raw += products
        for row, weight in self._agencies.get(token("agency", seen.agency), {}).items():
            raw[row] += weight
        left = 0.5 ** (np.maximum(now.timestamp() - self._since, 0.0) / HALF_LIFE.total_seconds())
        return _Opinions(self.version, raw.tolist(), left.tolist())

    def group(self, chat: str) -> str | None:
        """Whose colleague the chat's person is."""
        return self._group_of(chat)

    def taught(self, group: str, topic: str) -> tuple[str, ...]:
        """The chats of a group whose head knows a topic."""
        return tuple(self._taught.get((group, topic), ()))

    def row(self, chat: str) -> int | None:
        """Where the chat's vector stands in the product, None where it has none (any more)."""
        return self._row.get(chat)


@dataclass(frozen=True, slots=True)
class _Opinions:
    """By row: log-odds before trust and bounds, without those of words; how much of each head is left."""

    version: int
    raw: list[float]
    left: list[float]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the people of a group say, by chat and in order."""

    pulls: dict[str, float]
    ordered: list[float]

    def without(self, chat: str) -> float:
        """The median of all others; nothing where they are fewer than three."""
        own, values = self.pulls.get(chat), self.ordered
        size = len(values) - (own is not None)
        if size < PEERS:
            return 0.0
        gap = len(values) if own is None else bisect_left(values, own)  # the place that is left out
        low, high = (size - 1) // 2, size // 2
        return (values[low + (low >= gap)] + values[high + (high >= gap)]) / 2


class Hearing:
    """One document before all heads of an institution."""

    def __init__(self, panel: Panel, seen: Seen, now: datetime) -> None:
        self._panel = panel
        self._seen = seen
        self._now = now
        self._shared: dict[tuple[str, str], _Shared] = {}
        self._kept: _Opinions | None = None

    @property
    def _opinions(self) -> _Opinions:
        """Of all heads at once, when the first match near the threshold asks: most documents have none."""
        if self._kept is None or self._kept.version != self._panel.version:  # they come and go meanwhile
            self._kept = self._panel.opinions(self._seen, self._now)
        return self._kept

    def pulls(self, chat: str, topic: str, words: tuple[str, ...]) -> tuple[float, float]:
        """What the chat's own head and its colleagues' say, in log-odds; the better known, the less the colleagues'."""
        head, own, trust = self._panel.get(chat), 0.0, 0.0
        if head is not None:
            said = sum(head.tokens.get(token("word", word), 0.0) for word in dict.fromkeys(words))
            own, trust = self._weigh(chat, head, topic, said), head.trust(topic, self._now)
        return own, (1 - trust) * _PEERS_SHARE * max(self._peers(chat, topic), 0.0)

    def _peers(self, chat: str, topic: str) -> float:
        """The median of colleagues who know the topic; nothing where fewer than three do. Words are never shared."""
        group = self._panel.group(chat)
        if group is None:
            return 0.0
        if (group, topic) not in self._shared:
            self._shared[group, topic] = self._said(group, topic)
        return self._shared[group, topic].without(chat)

    def _said(self, group: str, topic: str) -> _Shared:
        taught = self._panel.taught(group, topic)
        heads = {chat: self._panel.get(chat) for chat in taught} if len(taught) >= PEERS else {}
        pulls = {chat: self._weigh(chat, head, topic) for chat, head in heads.items() if head is not None}
        return _Shared(pulls, sorted(pulls.values()))

    def _weigh(self, chat: str, head: Head, topic: str, said: float = 0.0) -> float:
        """A head's pull; `said` is what the words add."""
        opinions, row = self._opinions, self._panel.row(chat)
        if row is None or row >= len(opinions.raw):
            return 0.0
        return head.weigh(opinions.raw[row] + said, topic, opinions.left[row])

    def judge(self, chat: str, about: str, text: str, score: float, push: bool, words: tuple[str, ...]) -> Judgement:
        """The decision on one match for one chat.

        `about` names the story, so that a trial stays a trial; `text` is the subscription's.
        """
        if not (push or near(score, push, words)) or not len(self._panel):
            return Judgement(score, push)
        own, peers = self.pulls(chat, topic_of(text), words)
        if own == 0.0 and peers == 0.0:
            return Judgement(score, push)
        return judge(score, push, words, own, peers, lambda: _lot(chat, about))


def _lot(chat: str, about: str) -> int:
    return hashlib.blake2b(f"{chat}\x1f{about}".encode(), digest_size=2).digest()[0]
