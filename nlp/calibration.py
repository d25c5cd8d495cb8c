"""One score that means the same for every keyword: how likely a document concerns whoever asked for these words.

A raw mixture of words and cosine doesn't: "인공지능" is half as sure at 0.6 as "과수화상병". So the mixture only
picks candidates, and a logistic map over what was seen turns each into a probability:

    words     how much of the keyword stands in title, opening and body, by weight; how rare it is; said otherwise?
    meaning   cosine of title, lead and best window, also in units of this keyword's own spread over documents
    kind      an agency's name counts where it speaks (title, opening), not where it is mentioned

The map was fitted on two readers' labels by subscription (`tests/bench/fit_calibration.py`); no keyword has weights of
its own. The spread comes from the installation's archive, else from shipped moments of administrative titles. It
refuses to send anything: thresholds and vetoes are `matching`'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.adopted import scale_of
from nlp.embedding import Embedder, Moments, StaticEmbedder, Vectors
from nlp.keywords import NARROWER, SAID_OTHERWISE, Way

Column = NDArray[np.float32]

MOMENTS: Final = Path(__file__).parent / "model" / "calibration.npz"
_FEWEST: Final = 200  # archived documents whose spread is worth more than the shipped one
_AS_MANY: Final = 1_000  # archived documents that weigh as much as the shipped moments
_QUANTILE: Final = 0.995
_NARROWEST: Final = np.float32(0.02)  # of a spread: a zero vector has none
_RAREST: Final = 40.0

_AGENCY: Final = re.compile(r"[가-힣]{2,}(?:부|처|청|위|위원회|공단|공사)")
_SPEAKS: Final = 250
_HEAD: Final = r"(?:\([가-힣 ]{0,10}(?:장|장관|차관)\s[^()]{1,50}\))"  # (청장 홍길동)
_BODY_OF: Final = r"(?:\s(?:소속\s|산하\s)?[가-힣]{1,20}(?:원|소|관|본부|단|청|센터))"  # its own institute
_SUBJECT: Final = re.compile(
    rf"\s?{_HEAD}[,은는과와]|\(이하[^()]{{2,20}}\)[은는과와]|(?:{_HEAD})?{_BODY_OF}{{0,2}}(?:\s?{_HEAD}|은\s|는\s|과\s|와\s)"
)
_REGION: Final = re.compile(r"(?:^|[^가-힣])(?:[가-힣]{2,4}지방)?$")
_APPOINTMENT: Final = re.compile(r"인사\s?발령|[(\[]\s?인사\s?[)\]]|^인사\b|부고|전보 발령")
_NOT_THE_MATTER: Final = np.float32(0.4)  # an appointment concerns nobody but those who follow the agency

FACTS: Final = ("share", "narrower", "otherwise", "rarity", "several", "agency", "mean", "spread")
"""Columns of what is known of a keyword's way before any document."""

FEATURES: Final = (
    "words", "cosine", "title cosine", "lead cosine", "unusual", "in title", "in opening", "in body", "anywhere",
    "hardly", "narrower", "otherwise", "rare", "several", "several, not all", "agency speaks",
    "agency in body", "agency", "words squared", "words and cosine", "all up front",
)  # fmt: skip
"""Columns of what a document shows of a keyword."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one document shows of n ways: each column has shape (n,).

    `title`, `opening`, `body` and `anywhere` are shares in [0, 1] of the keyword's terms by weight; `speaks` is 1 for
    an agency that tells the document itself.
    """

    words: Column
    cosine: Column
    title_cosine: Column
    lead_cosine: Column
    title: Column
    opening: Column
    body: Column
    anywhere: Column
    speaks: Column


@dataclass(frozen=True, slots=True, eq=False)
class _Shipped:
    moments: Moments
    weights: NDArray[np.float64]


@lru_cache(maxsize=1)
def _shipped() -> _Shipped:
    with np.load(MOMENTS, allow_pickle=False) as stored:
        mean, covariance = stored["mean"].astype(np.float32), stored["covariance"].astype(np.float32)
        return _Shipped(Moments(mean, covariance), stored["weights"].astype(np.float64))


def _moments_of(embedder: Embedder) -> Moments | None:
    """A continued model brings its own; the shipped ones are for the built-in kind alone."""
    own = embedder.moments if isinstance(embedder, StaticEmbedder) else None
    if own is None and isinstance(embedder, StaticEmbedder) and embedder.dimensions == len(_shipped().moments.mean):
        own = _shipped().moments
    return own


def _blended(titles: Vectors, shipped: Moments | None) -> Moments:
    """The moments of an archive, weighed by its size against the shipped ones: one ministry's field isn't the world."""
    mean, covariance = titles.mean(axis=0), np.cov(titles.T).astype(np.float32)
    if shipped is None:
        return Moments(mean, covariance)
    own = np.float32(len(titles) / (len(titles) + _AS_MANY))
    return Moments(own * mean + (1 - own) * shipped.mean, own * covariance + (1 - own) * shipped.covariance)


class Spread:
    """How alike documents usually are to a keyword: mean and deviation of its cosine, and its idea of unusual."""

    def __init__(self, embedder: Embedder, archive: Sequence[str] = (), *, titles: Vectors | None = None) -> None:
        """From an archive's texts, or the vectors of its titles; with fewer than 200 the shipped one is better."""
        if titles is None and len(archive) >= _FEWEST:
            titles = embedder.encode([text[:400] for text in archive])
        self._scale = scale_of(embedder)
        self._vectors = titles if titles is not None and len(titles) >= _FEWEST else None
        if self._vectors is None and self._scale is not None:
            self._vectors = self._scale.documents
        self._moments = _moments_of(embedder)
        if self._vectors is not None and self._scale is None:  # a linear map has its moments without any product
            self._moments = _blended(self._vectors, self._moments)

    def moments(self, vectors: Vectors) -> NDArray[np.float32]:
        """Mean and deviation of each row's cosine over documents, shape (n, 2)."""
        if self._scale is not None:
            found = [self._of(vectors[start : start + 256]) for start in range(0, len(vectors), 256)]
            return np.concatenate(found) if found else np.zeros((0, 2), dtype=np.float32)
        known = self._moments
        if known is None:  # another model, nothing read yet: as if every keyword were an average one
            return np.tile(np.array([0.066, 0.083], dtype=np.float32), (len(vectors), 1))
        variance = np.einsum("ij,ij->i", vectors @ known.covariance, vectors)
        deviation = np.sqrt(np.maximum(variance, _NARROWEST**2))
        return np.stack((vectors @ known.mean, deviation), axis=1).astype(np.float32)

    def _of(self, vectors: Vectors) -> NDArray[np.float32]:
        cosines = self._cosines(vectors)
        return np.stack((cosines.mean(axis=1), np.maximum(cosines.std(axis=1), _NARROWEST)), axis=1)

    def _cosines(self, vectors: Vectors) -> Column:
        cosines = vectors @ (self._vectors if self._vectors is not None else vectors).T
        return np.asarray(cosines if self._scale is None else self._scale.to_query(cosines), dtype=np.float32)

    def floors(self, vectors: Vectors) -> Column:
        """The cosine that only one archived document in 200 exceeds; zero without an archive."""
        if self._vectors is None or not len(vectors):
            return np.zeros(len(vectors), dtype=np.float32)
        floors, place = np.empty(len(vectors), dtype=np.float32), int(_QUANTILE * (len(self._vectors) - 1))
        for start in range(0, len(vectors), 256):
            cosines = self._cosines(vectors[start : start + 256])
            cosines.partition(place, axis=1)
            floors[start : start + 256] = cosines[:, place]
        return floors


def facts_of(way: Way, rarity: float) -> tuple[float, ...]:
    """The first six of `FACTS` of a way; `rarity` is the mean idf of its words."""
    agency = bool(way.words) and all(_AGENCY.fullmatch(word) for word in way.words)
    kinds = (way.share == NARROWER, way.share == SAID_OTHERWISE)
    return (
        way.share,
        *map(float, kinds),
        float(np.log1p(min(rarity, _RAREST))),
        float(len(way.words) > 1),
        float(agency),
    )


def is_appointment(title: str) -> bool:
    """Whether a title only tells who was appointed or died."""
    return _APPOINTMENT.search(title) is not None


def speaks(flat: str, agency: str) -> bool:
    """Whether an agency tells a document (title, line break, text, in normal form): it heads the title, or its name
    stands as a subject, alone or before a body of its own, in the first 250 characters of the text.
    """
    title, _, body = flat.partition("\n")
    if _heads(title, agency):
        return True
    body, at = body[:_SPEAKS], -1
    while (at := body.find(agency, at + 1)) >= 0:
        if _REGION.search(body[max(at - 8, 0) : at]) and _SUBJECT.match(body, at + len(agency)):
            return True
    return False


def _heads(title: str, agency: str) -> bool:
    at = title.find(agency)
    return 0 <= at <= 16 and (at == 0 or title[at - 1] == "]" or title[at - 2 : at] in ("] ", "지방"))


def features(seen: Seen, facts: NDArray[np.float32]) -> NDArray[np.float32]:
    """`FEATURES` of n ways, shape (n, 21); `facts` has their rows of `FACTS`."""
    _, narrower, otherwise, rarity, several, agency, mean, spread = facts.T
    topic = 1 - agency
    return np.stack(
        (
            seen.words,
            seen.cosine,
            seen.title_cosine,
            seen.lead_cosine,
            (seen.cosine - mean) / np.maximum(spread, _NARROWEST),
            topic * seen.title,
            topic * seen.opening,
            topic * seen.body,
            topic * seen.anywhere,
            seen.anywhere < 0.3,
            narrower,
            otherwise,
            rarity * seen.anywhere,
            several,
            several * (1 - seen.anywhere),
            seen.speaks,
            agency * seen.body,
            agency,
            seen.words**2,
            seen.words * seen.cosine,
            topic * (np.maximum(seen.title, seen.opening) > 0.99),
        ),
        axis=1,
        dtype=np.float32,
    )


def probability(seen: Seen, facts: NDArray[np.float32], *, appointment: bool = False) -> Column:
    """How likely the document concerns whoever asked for each way, in [0, 1], shape (n,)."""
    weights = _shipped().weights
    chances = 1 / (1 + np.exp(-np.clip(features(seen, facts) @ weights[1:] + weights[0], -30, 30)))
    if appointment:
        chances = np.where(facts[:, FACTS.index("agency")] > 0, chances, chances * _NOT_THE_MATTER)
    return np.asarray(chances, dtype=np.float32)
