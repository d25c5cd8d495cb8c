"""What is kept of a document to recognise it again: hashed words, figures and stages, no text; a kilobyte.

    title, text ─► words weighed by how rare they are ─► 256 strongest (16 bits each) · its title's · figures · vector

A hash of 16 bits is wrong once in 250 words of another document, which thresholds forgive. What stands in every release
("자세한 내용은 첨부파일을 참고") tells nothing and is left out.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.embedding import Vectors
from nlp.lexicon import background
from nlp.places import named_places
from nlp.query import level_of
from nlp.stages import Stage, corrects, head, ordinals, stages
from nlp.synonyms import built_in
from nlp.words import normalise, split, terms, word_terms

Hashes = NDArray[np.uint16]

_TEXT: Final = 4_000
_KEPT: Final = 256
_FIGURES: Final = 24
_POINTER: Final = re.compile(
    r"관련\s?보도자료\s?내용입니다|보도자료입니다|첨부\S{0,6}\s(?:참고|확인)|붙임\S{0,80}\s?(?:참고|참조)|문의\.?\s[^()]{0,60}\(\d"
)
_PIECES: Final = re.compile(r"(?<=\.)\s|\s(?=[□○◦※▷*ㅇ]\s?\S|-\s|붙임|문의)")
_LONGEST_POINTER: Final = 200
_NUMBER: Final = re.compile(
    r"(?<![\d.])(\d[\d,]*(?:\.\d+)?)(?![.\d])\s?(조|억|만|천|%|원|명|곳|개|대|ha|km|톤|호|세대|필지|건|m|채|마리|팀|점|㎡)?"
)
_TELLING_UNITS: Final = frozenset({"조", "억", "ha", "km", "마리", "채", "대"})
_YEAR: Final = re.compile(r"20\d\d")
_SUFFIX: Final = re.compile(r"(?:특별자치도|특별자치시|특별시|광역시|도|시|군|구)$")
_SHORT: Final = {
    "충청남": "충남", "충청북": "충북", "경상남": "경남", "경상북": "경북", "전라남": "전남", "전라북": "전북",
}  # fmt: skip
_NOTE: Final = re.compile(r"\s*[(（][^()（）]*[)）]\s*")
_HEADER: Final = struct.Struct("<qfIIIIHHHHH")


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """A document as far as it is remembered. `weights` are of the words of its title; `norm` of all its words.

    `written` is a digest of all its numbers: a repost has the same.
    """

    agency: str
    published_at: datetime
    vector: Vectors
    norm: float
    size: int
    terms: Hashes
    title: Hashes
    weights: NDArray[np.float32]
    figures: Hashes
    series: frozenset[tuple[str, int]]
    places: frozenset[int]
    written: int
    stages: Stage
    said: Stage
    corrects: bool

    @property
    def local(self) -> bool:
        """Whether a province, city or county tells it."""
        return level_of(self.agency) in ("province", "city")

    def pack(self) -> bytes:
        """The stored form, without agency and vector."""
        units = [f"{unit}{number}" for unit, number in sorted(self.series)]
        series = "|".join([*units, *(f"@{place}" for place in sorted(self.places))]).encode()
        header = _HEADER.pack(
            int(self.published_at.timestamp()), self.norm, self.size, self.written, self.stages, self.said,
            len(self.terms), len(self.title), len(self.figures), len(series), self.corrects,
        )  # fmt: skip
        arrays = (self.terms, self.title, self.weights.astype(np.float16), self.figures)
        return header + b"".join(one.tobytes() for one in arrays) + series

    @classmethod
    def unpack(cls, stored: bytes, agency: str, vector: Vectors) -> Telling:
        """Reads the stored form."""
        at, norm, size, written, told, said, *lengths, mark = _HEADER.unpack_from(stored)
        n_terms, n_title, n_figures, n_series = lengths
        starts = np.cumsum([_HEADER.size, 2 * n_terms, 2 * n_title, 2 * n_title, 2 * n_figures]).tolist()
        kept = [
            np.frombuffer(stored, np.uint16, count, start)
            for count, start in ((n_terms, starts[0]), (n_title, starts[1]), (n_figures, starts[3]))
        ]
        weights, place = np.frombuffer(stored, np.float16, n_title, starts[2]), starts[4]
        marks = [_ordinal(one) for one in stored[place : place + n_series].decode().split("|") if one]
        return cls(
            agency, datetime.fromtimestamp(at, UTC), vector, norm, size, kept[0], kept[1],
            weights.astype(np.float32), kept[2], frozenset(one for one in marks if one[0] != "@"),
            frozenset(number for unit, number in marks if unit == "@"), written,
            Stage(told), Stage(said), bool(mark),
        )  # fmt: skip


def _ordinal(text: str) -> tuple[str, int]:
    found = re.fullmatch(r"(\D+)(\d+)", text)
    return (found[1], int(found[2])) if found else (text, 0)


def _weighed(text: str) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """The words of a text (in-word bigrams, Latin words, numbers) and the square of how rare each is."""
    ids = terms(text, flat=True).ids
    ids = ids[(ids >> 28 == 0) | (ids >> 28 == 3)]
    return ids, background().idf(ids) ** 2


def _hash(ids: NDArray[np.uint32]) -> Hashes:
    return ((ids * np.uint32(2654435761)) >> np.uint32(16)).astype(np.uint16)


def telling(title: str, text: str, vector: Vectors, agency: str, published_at: datetime) -> Telling:
    """What is kept of a document."""
    top = head(title)
    pieces = _PIECES.split(normalise(text[: 2 * _TEXT])[:_TEXT])
    told = (one for one in pieces if len(one) > _LONGEST_POINTER or not _POINTER.search(one))
    whole = f"{top} {' '.join(told)}"
    ids, weights = _weighed(whole)
    mine, heavy = _weighed(top)
    strongest = np.argsort(-(weights + 1e6 * np.isin(ids, mine)), kind="stable")[:_KEPT]
    return Telling(
        agency=agency,
        published_at=published_at,
        vector=vector.astype(np.float32),
        norm=float(weights[strongest].sum()),
        size=len(ids),
        terms=np.unique(_hash(ids[strongest])),
        title=_hash(mine),
        weights=heavy,
        figures=_figures(whole),
        series=frozenset((u, _value(v)) for u, values in ordinals(top).items() for v in values),
        places=named_places(top),
        written=zlib.crc32(" ".join(sorted(set(re.findall(r"\d+", whole)))).encode()),
        stages=stages(top),
        said=stages(whole),
        corrects=corrects(normalise(title)),
    )


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else {"상": 1, "하": 2}.get(number, 0)


def _figures(text: str) -> Hashes:
    """Amounts, sizes and counts that are unlikely to be another event's; years and days of the month are none."""
    found = set()
    for number, unit in _NUMBER.findall(text):
        plain = number.replace(",", "").rstrip(".")
        long = "." in plain or (len(plain) >= 3 and not _YEAR.fullmatch(plain))
        if long or (unit in _TELLING_UNITS and len(plain) >= 2):
            found.add(f"{plain}{unit}")
    return np.array(sorted({zlib.crc32(one.encode()) & 0xFFFF for one in found})[:_FIGURES], dtype=np.uint16)


@lru_cache(maxsize=4_096)
def names(agency: str) -> tuple[Hashes, ...]:
    """The names by which others speak of an agency, each as its hashed bigrams."""
    plain = _NOTE.sub("", agency).strip()
    place = _SUFFIX.sub("", plain)
    known = {plain, plain.rpartition(" ")[2], _SHORT.get(place, place), *built_in().of(plain)}
    ids = [np.array([one for word in split(name) for one in _bigrams(word)], dtype=np.uint32) for name in known]
    return tuple(_hash(one) for name, one in zip(known, ids, strict=True) if len(name) > 1 and len(one))


def _bigrams(word: str) -> list[int]:
    """As the document's bigrams: whatever the seam."""
    return [one & 0x0FFF_FFFF if one >> 28 == 1 else one for one in word_terms(word)]
