"""The government's policy areas: what a document is about in one of eighteen words, and which areas a department has.

    title with lead ─ vector ⊕ hashed terms ─ one linear step ─ shares of the areas (sum 1)

A linear model whose weights ship as numbers (`areas.npz`, made by `nlp.training.areas` from `areas.toml` and titles
with departments); the areas and their words are our own file, to be read and edited. Nothing but numpy runs here, and
nothing is read before the first question. It tells the subject, not whom it concerns, and knows no area besides those.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.calibration import Spread
from nlp.document import Form
from nlp.embedding import Embedder, NlpError, load
from nlp.lexicon import background
from nlp.matching import Match, Matcher, New
from nlp.synonyms import Synonyms, key
from nlp.tokens import BIGRAMS, Words
from nlp.words import normalise, occurs, terms

Shares = NDArray[np.float32]

TABLE: Final = Path(__file__).parent / "areas.toml"
WEIGHTS: Final = Path(__file__).parent / "model" / "areas.npz"
BUCKETS: Final = 8_192
"""Places that terms are hashed into."""

PUSH_AT: Final = 0.5
"""Share from which a document is of the area: then no other area can be likelier."""

_LEAD: Final = 150
_ASKED: Final = ("분야 ", "분야: ", "분야:")
_CANDIDATE: Final = 0.12
_SATURATION: Final = 1.2
_UNITS: Final = ("과", "국", "실", "담당관", "팀", "관", "단", "본부", "센터", "소")


class AreaError(NlpError):
    """The table or the weights of the areas can't be read, or don't belong together."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an area, and phrases that are at home in it."""

    name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Area:
    """A policy area: `also` other words for it, `departments` stems of department names, `offices` bodies of it."""

    name: str
    also: tuple[str, ...]
    departments: tuple[str, ...]
    offices: tuple[str, ...]
    parts: tuple[Part, ...]


def read_areas(path: Path = TABLE) -> tuple[Area, ...]:
    """The areas of a table, in its order.

    Raises:
        AreaError: the file is missing or not such a table.
    """
    try:
        with path.open("rb") as file:
            rows = tomllib.load(file)["area"]
        return tuple(
            Area(
                row["name"],
                tuple(row["also"]),
                tuple(row["departments"]),
                tuple(row["offices"]),
                tuple(Part(part["name"], tuple(part["phrases"])) for part in row["part"]),
            )
            for row in rows
        )
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise AreaError(f"no table of areas can be read from {path}: {error}") from error


@lru_cache(maxsize=1)
def areas() -> tuple[Area, ...]:
    """The areas that ship with Dobi."""
    return read_areas()


def area_named(text: str) -> Area | None:
    """The area of that name, of that other word or with a part of that name; None where no area is called so."""
    wanted = key(text)
    if not wanted:
        return None
    for names in (_own_names, _part_names):
        found = next((one for one in areas() if wanted in {key(name) for name in names(one)}), None)
        if found is not None:
            return found
    return None


def _own_names(area: Area) -> Iterable[str]:
    return (area.name, *area.also, *area.name.split("·"))


def _part_names(area: Area) -> Iterable[str]:
    return (word for part in area.parts for word in (part.name, *part.name.split("·")))


def area_of(subscription: str) -> Area | None:
    """The area that a subscription's text asks for ("분야 농업"), or None: it asks for words."""
    for start in _ASKED:
        if subscription.startswith(start):
            return area_named(subscription.removeprefix(start))
    return None


def subscription_to(area: Area) -> str:
    """The text of a subscription to an area."""
    return f"{_ASKED[0]}{area.name}"


def areas_of_department(name: str) -> tuple[Area, ...]:
    """The areas that a department's name tells ("농정과" → 농업·농촌), at most two, the one named last first.

    The last word of a Korean name says what the department is. The table's last area, administration itself, is none to
    suggest: every "행정과" would have it.
    """
    flat = key(name)
    for unit in _UNITS:
        flat = flat.removesuffix(unit) if len(flat) > len(unit) + 1 else flat
    found: list[tuple[int, int, Area]] = []
    for area in areas()[:-1]:
        ends = [(place + len(stem), len(stem)) for stem in area.departments if (place := flat.rfind(stem)) >= 0]
        if ends:
            found.append((*max(ends, key=lambda end: (end[1], end[0])), area))
    found.sort(key=lambda one: (-one[1], -one[0]))
    return tuple(area for _, _, area in found[:2])


def duties_of(department: str) -> tuple[str, ...]:
    """Words of what a department does, by its areas and their parts; none for a name that tells no area."""
    found = (word for area in areas_of_department(department) for word in (*_own_names(area), *_part_names(area)))
    return tuple(dict.fromkeys(word for word in found if len(word) > 1 and "·" not in word))


def features(texts: Sequence[str], embedder: Embedder) -> Shares:
    """What the model sees of texts, shape (n, dimensions + BUCKETS): unit vectors beside unit hashed term weights."""
    lexical = np.zeros((len(texts), BUCKETS), dtype=np.float32)
    for number, text in enumerate(texts):
        bag = terms(text)
        if len(bag.ids):
            places = (bag.ids.astype(np.uint64) * np.uint64(2_654_435_761) >> np.uint64(7)) % np.uint64(BUCKETS)
            weights = background().idf(bag.ids) * bag.counts / (bag.counts + _SATURATION)
            np.add.at(lexical[number], places.astype(np.int64), weights)
            lexical[number] /= np.linalg.norm(lexical[number])
    return np.concatenate((embedder.encode(texts), lexical), axis=1)


class Classifier:
    """The linear model; made with the built-in embedder, whose vectors its weights are for."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        """Reads the weights.

        Raises:
            AreaError: they are missing, or for other areas.
        """
        try:
            with np.load(path, allow_pickle=False) as stored:
                names = [str(name) for name in stored["names"]]
                weights = stored["weights"].astype(np.float32) * stored["scales"][:, None]
                bias = stored["bias"]
        except (OSError, KeyError, ValueError) as error:
            raise AreaError(f"no weights of areas can be read from {path}: {error}") from error
        if names != [area.name for area in areas()]:
            raise AreaError(f"expected weights for {len(areas())} areas of the table, got {len(names)} others")
        self._weights: Shares = weights.T.copy()
        self._bias: Shares = bias
        self._embedder = load()

    def classify(self, titles: Sequence[str], leads: Sequence[str]) -> Shares:
        """How much of each document is of each area, shape (n, areas), rows of sum 1."""
        texts = [f"{title} {lead[:_LEAD]}" for title, lead in zip(titles, leads, strict=True)]
        return _softmax(features(texts, self._embedder) @ self._weights + self._bias)

    def classify_forms(self, forms: Sequence[Form]) -> Shares:
        """`classify` for documents read before (`nlp.document.read`)."""
        parts = [form.flat.partition("\n") for form in forms]
        return self.classify([head or body[:100] for head, _, body in parts], [body for _, _, body in parts])


def _softmax(scores: Shares) -> Shares:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    """The model that ships with Dobi."""
    return Classifier()


def areas_of(titles: Sequence[str], leads: Sequence[str]) -> list[str]:
    """The name of the area that each document is plainly of, empty where none is."""
    if not titles:
        return []
    return [
        areas()[int(row.argmax())].name if row.max() >= PUSH_AT else "" for row in classifier().classify(titles, leads)
    ]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A subscription to an area: its place in the table, and words that silence it."""

    place: int
    exclude: tuple[str, ...]


class AreaMatcher(Matcher):
    """A matcher that also knows subscriptions to areas ("분야 농업·농촌"); what names no area is words, as ever."""

    def __init__(
        self,
        embedder: Embedder,
        archive: Iterable[str] = (),
        *,
        synonyms: Synonyms | None = None,
        spread: Spread | None = None,
        cut: Words = BIGRAMS,
    ) -> None:
        super().__init__(embedder, archive, synonyms=synonyms, spread=spread, cut=cut)
        self._wanted: dict[str, _Wanted] = {}

    def __len__(self) -> int:
        return super().__len__() + len(self._wanted)

    def __contains__(self, subscription_id: object) -> bool:
        return subscription_id in self._wanted or super().__contains__(subscription_id)

    def add_many(self, news: Iterable[New]) -> None:
        """Subscribes in bulk, to words and to areas."""
        words: list[New] = []
        for new in news:
            area = area_of(new.text)
            if area is None:
                self._wanted.pop(new.subscription_id, None)
                words.append(new)
            else:
                super().remove(new.subscription_id)
                exclude = tuple(word for text in new.exclude if (word := normalise(text)))
                self._wanted[new.subscription_id] = _Wanted(areas().index(area), exclude)
        super().add_many(words)

    def remove(self, subscription_id: str) -> None:
        """Forgets a subscription; an unknown id is no error."""
        self._wanted.pop(subscription_id, None)
        super().remove(subscription_id)

    def match_forms(self, forms: Sequence[Form]) -> list[list[Match]]:
        """Matches by words and by area, best first."""
        wanted = dict(self._wanted)
        found = super().match_forms(forms) if super().__len__() else [[] for _ in forms]
        if not wanted or not forms:
            return found
        shares = classifier().classify_forms(forms)
        both = [
            matches + _of_areas(form, wanted, row)
            for form, matches, row in zip(forms, found, shares.tolist(), strict=True)
        ]
        return [sorted(matches, key=lambda match: (-match.score, match.subscription_id)) for matches in both]


def _of_areas(form: Form, wanted: dict[str, _Wanted], shares: list[float]) -> list[Match]:
    return [
        Match(name, round(shares[one.place], 6), (), shares[one.place] >= PUSH_AT)
        for name, one in wanted.items()
        if shares[one.place] >= _CANDIDATE and not any(occurs(form.flat, word) for word in one.exclude)
    ]
