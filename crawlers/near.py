"""Texts that say nearly the same, found without keeping them. Pure; refuses to remember, and to guess.

    text → 5-letter shingles → 96 minima (MinHash) → 24 bands of 4 (LSH) → candidates → estimated Jaccard + what tells

MinHash: Broder, "On the resemblance and containment of documents", 1997. Bands: Leskovec, Rajaraman, Ullman, "Mining of
Massive Datasets", ch. 3: two texts of similarity s share a band with probability 1 − (1 − s⁴)²⁴ (0.97 at 0.6).

Public offices write by template: two obituaries, two tenders, two weather warnings are alike but for a place, a day, a
sum. So likeness alone is never enough: where each text has a figure, a place or a person that the other lacks, or each
title a word, they are two documents. One may add to the other (a contact, a line of its own), not replace.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crawlers.identity import counters_out, normal

ALIKE: Final = 0.6  # estimated Jaccard; chosen on rewordings of our own and real releases (tests/bench/bench_near.py)
WINDOW: Final = timedelta(days=30)
BUCKET_DAYS: Final = 15
_BANDS, _ROWS = 24, 4
_SHINGLE = 5
_LEAST = 120  # letters below which a text is boilerplate rather than a telling
_SHORT = 600  # letters up to which a text may be a template filled in, and every spot is compared
_MOST = 20_000  # letters that are looked at
_SPOT = 3  # three-letter pieces that one other letter breaks; an insertion breaks two
_ALIKE_LONG = 0.8
_MANY = 1_000  # features kept of a text at most
_LETTERS = re.compile(r"[^0-9a-z가-힣]+")
_PHONE = re.compile(
    r"\(?\b0\d{1,2}\)?[-.) ]{1,2}\d{3,4}[-. ]\d{4}\b|\b\d{3,4}-\d{4}\b|[\w.+-]{1,60}@[\w.-]{1,80}|https?://\S{1,300}"
)
_FIGURE = re.compile(r"(\d+(?:[.,:]\d+)*)\s{0,4}([가-힣%])?")
_SENTENCE = re.compile(r"\n+|(?<=[.!?])\s+")
_WORD = re.compile(r"[가-힣A-Za-z]{2,20}")
_PARTICLE = re.compile(
    r"(?<=..)(?:에서는|에서|에게|으로|까지|부터|이라고|라고|에는|에도|은|는|이|가|을|를|의|에|로|와|과|도|만|서)$"
)
_PLACE = re.compile(
    r"[가-힣]{2,6}(?:특별시|광역시|자치도|자치시|시청|군청|구청|도청|시|군|읍|면|동|리|역|항|대학교|고등학교|중학교|"
    r"초등학교|병원|경찰서|소방서|보건소)|[중동서남북]구|[가-힣]{2,4}구"
)
_PLAIN = {  # words that end as a place's name does
    "반드시", "마무리", "일자리", "보금자리", "동아리", "먹거리", "볼거리", "놀거리", "길거리", "온누리", "울타리",
    "줄거리", "일거리", "재난지역", "또다시",
}  # fmt: skip
_PERSON = re.compile(
    r"故\s?[가-힣]{2,4}|[가-힣]{2,4}(?=\s?(?:씨|님|주무관|사무관|서기관|과장|국장|실장|팀장|시장|군수|구청장|도지사|장관|차관|"
    r"청장|원장|소장|대표|교수|위원장|회장|사장|의장|의원|부친상|모친상|별세)(?![가-힣]{2}))"
)
_SEED = np.random.default_rng(1997)
_A = _SEED.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
_B = _SEED.integers(0, 2**63, _BANDS * _ROWS, dtype=np.uint64)
_POWERS = np.array([1_000_003**n % 2**64 for n in range(_SHINGLE)], dtype=np.uint64)
_HEADER = struct.Struct("<IIHHHHHH")

Hashes = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What is kept of a text: hashes only. `day` is that of publication.

    Of a short text also its `spots` (three letters each) and `lines` (one hash and one length a sentence).
    """

    key: str
    day: date
    letters: int
    minima: NDArray[np.uint32]
    figures: Hashes
    names: Hashes
    title: Hashes
    spots: Hashes
    lines: Hashes


def sketch(key: str, title: str, text: str, day: date) -> Sketch | None:
    """The sketch of a document; None where its text is too short to tell it from another.

    `title` comes without its decorations. Takes about 3 ms for 2,000 letters.
    """
    plain = normal(text)[:_MOST].lower()
    letters = _LETTERS.sub("", plain)
    if len(letters) < _LEAST:
        return None
    said = _PHONE.sub(" ", counters_out(f"{title}\n{text[:_MOST]}"))
    return Sketch(
        key=key,
        day=day,
        letters=len(letters),
        minima=_minima(letters),
        figures=_hashes(_counted(_figures(said))),
        names=_hashes(_names(said)),
        title=_hashes(_spots(_LETTERS.sub("", normal(title).lower()))),
        spots=_hashes(_spots(letters) if len(letters) <= _SHORT else ()),
        lines=_lines(text if len(letters) <= _SHORT else ""),
    )


def bands(one: Sketch) -> list[bytes]:
    """The names of the bands that a text falls into, 6 bytes each; texts that share none are not alike."""
    rows = one.minima.reshape(_BANDS, _ROWS)
    return [hashlib.blake2b(bytes([number]) + row.tobytes(), digest_size=6).digest() for number, row in enumerate(rows)]


def figures(text: str) -> frozenset[str]:
    """The figures of a text, each with the letter of what it counts and its place among its likes; no telephones."""
    return frozenset(_counted(_figures(_PHONE.sub(" ", counters_out(text)))))


def bucket(day: date) -> int:
    """The number of the span of days that a document published on `day` is kept in."""
    return day.toordinal() // BUCKET_DAYS


def alike(one: Sketch, other: Sketch) -> float:
    """The estimated Jaccard similarity of two texts' shingles, in [0, 1]; its standard error is at most 0.05."""
    return float(np.mean(one.minima == other.minima))


def agree(one: Sketch, other: Sketch) -> bool:
    """Whether neither text has put something telling in the place of something of the other's."""
    if _replaced(one.figures, other.figures, 1) or _replaced(one.names, other.names, 1):
        return False
    if _replaced(one.title, other.title, _SPOT):
        return False
    if not (one.spots.size and other.spots.size):
        return alike(one, other) >= _ALIKE_LONG
    return not _replaced(one.spots, other.spots, _SPOT) or _one_sentence(one, other)


def _one_sentence(one: Sketch, other: Sketch) -> bool:
    """Whether the texts differ in one sentence that is another one, rather than in the words of a form filled in."""
    left, right = _only(one.lines, other.lines), _only(other.lines, one.lines)
    if len(left) != 1 or len(right) != 1 or len(one.lines) < 2 * 4:
        return False
    gone, come = len(np.setdiff1d(one.spots, other.spots)), len(np.setdiff1d(other.spots, one.spots))
    return gone >= 0.7 * left[0] and come >= 0.7 * right[0]


def _only(lines: Hashes, others: Hashes) -> list[int]:
    """The lengths of the sentences that the other text lacks."""
    known = set(others[::2].tolist())
    return [int(length) for name, length in lines.reshape(-1, 2) if int(name) not in known]


def same(one: Sketch, other: Sketch) -> bool:
    """Whether two documents tell the same: alike, of the same weeks, and in agreement on all that tells."""
    return abs(one.day - other.day) <= WINDOW and alike(one, other) >= ALIKE and agree(one, other)


def pack(one: Sketch) -> bytes:
    """A sketch as bytes, about 700 for a page of text."""
    name = one.key.encode()
    sets = (one.figures, one.names, one.title, one.spots, one.lines)
    head = _HEADER.pack(one.day.toordinal(), one.letters, len(name), *(part.size for part in sets))
    return b"".join((head, name, one.minima.tobytes(), *(part.tobytes() for part in sets)))


def unpack(data: bytes) -> Sketch:
    """The sketch that `pack` wrote."""
    day, letters, name, *sizes = _HEADER.unpack_from(data)
    at = _HEADER.size + name
    minima = np.frombuffer(data, np.uint32, _BANDS * _ROWS, at)
    at += minima.nbytes
    sets = []
    for size in sizes:
        sets.append(np.frombuffer(data, np.uint16, size, at))
        at += 2 * size
    key = data[_HEADER.size : _HEADER.size + name].decode()
    return Sketch(key, date.fromordinal(day), letters, minima, *sets)


def _minima(letters: str) -> NDArray[np.uint32]:
    points = np.frombuffer(letters.encode("utf-32-le"), np.uint32).astype(np.uint64)
    count = len(points) - _SHINGLE + 1
    mixed = sum((points[n : n + count] * _POWERS[n] for n in range(_SHINGLE)), np.zeros(count, np.uint64))
    mixed = np.unique(mixed)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)  # the finaliser of splitmix64: neighbours' hashes must not be neighbours
    mixed ^= mixed >> np.uint64(32)
    # multiply-shift (Dietzfelbinger 1996): the high half of a·x + b mod 2⁶⁴
    return np.array([((mixed * a + b) >> np.uint64(32)).min() for a, b in zip(_A, _B, strict=True)], dtype=np.uint32)


def _names(text: str) -> set[str]:
    stems = {_PARTICLE.sub("", word) for word in _WORD.findall(text)}
    places = {stem for stem in stems if stem not in _PLAIN and len(stem) <= 8 and _PLACE.fullmatch(stem)}
    latin = {stem.lower() for stem in stems if stem.isascii() and len(stem) > 2}
    return places | latin | {found.replace(" ", "") for found in _PERSON.findall(text)}


def _figures(text: str) -> Iterator[str]:
    """Figures, each with the letter of what it counts."""
    for found in _FIGURE.finditer(text):
        yield found[1].replace(",", "").lstrip("0") + (found[2] or "")


def _spots(letters: str) -> Iterator[str]:
    return _counted(letters[at : at + 3] for at in range(max(1, len(letters) - 2)))


def _counted(words: Iterable[str]) -> Iterator[str]:
    """Each word with its place among its likes: what stands twice here and once there makes a difference."""
    counts: Counter[str] = Counter()
    for word in words:
        counts[word] += 1
        yield f"{word}#{counts[word]}"


def _lines(text: str) -> Hashes:
    told = [_LETTERS.sub("", normal(line).lower()) for line in _SENTENCE.split(text)]
    pairs = [(zlib.crc32(line.encode()) & 0xFFFF, len(line)) for line in told if line]
    return np.array(pairs[:100], dtype=np.uint16).ravel()


def _hashes(words: Iterable[str]) -> Hashes:
    told = {zlib.crc32(word.encode(errors="replace")) & 0xFFFF for word in words}
    return np.array(sorted(told)[:_MANY], dtype=np.uint16)


def _replaced(one: Hashes, other: Hashes, spots: int) -> bool:
    """Whether each side has that many features which the other lacks."""
    return len(np.setdiff1d(one, other)) >= spots and len(np.setdiff1d(other, one)) >= spots
