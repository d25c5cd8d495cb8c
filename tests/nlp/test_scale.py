"""Another model's cosines on the built-in's scale: rising, harmless to the order, and worth the name in matching."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import keywords, usual_documents
from nlp.adopted import MOST, Adopted, ModelStore
from nlp.calibration import Spread
from nlp.document import lead_vector, read
from nlp.embedding import load
from nlp.matching import Matcher
from nlp.scale import Scale, fit
from tests.nlp.other_models import Leaning, Noisy

KEYWORDS = ("재난안전", "소상공인 지원", "스마트공장", "노인 일자리", "산불", "식품 안전", "도로 결빙", "청년 주거")
MORE = (
    "복지", "농업", "교통", "교육", "보건", "축제", "환경", "산업", "주택", "세금", "일자리", "도서관", "관광", "수출",
    "채용", "예방접종", "하천",
)  # fmt: skip
SCALE = fit(Leaning(), load(), keywords(), usual_documents())


@given(st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=30))
def test_a_curve_rises_and_stays_within_cosines(cosines: list[float]) -> None:
    given_ = np.sort(np.array(cosines, dtype=np.float32))

    meant = SCALE.to_query(given_)

    assert (np.diff(meant) >= 0).all()
    assert (np.abs(meant) <= 1).all()
    assert SCALE.to_query(np.ones(1, dtype=np.float32))[0] == 1


def test_a_model_that_knows_the_same_is_read_as_the_built_in() -> None:
    other, own, texts = Leaning(), load(), usual_documents()

    raw = other.encode(KEYWORDS, role="query") @ other.encode(texts).T
    meant, truth = SCALE.to_query(raw), own.encode(KEYWORDS) @ own.encode(texts).T

    assert np.abs(raw - truth).mean() > 0.5
    assert np.abs(meant - truth).mean() < 0.02
    assert np.abs(meant - truth).max() < 0.1


def test_a_scale_is_kept_whole() -> None:
    again = Scale.load(SCALE.dump())

    assert (again.model, again.count) == (SCALE.model, SCALE.count)
    assert np.array_equal(again.to_query.given, SCALE.to_query.given)
    assert np.allclose(again.documents, SCALE.documents, atol=1e-3)


def test_what_counts_less_still_does_and_what_has_no_vector_is_like_nothing() -> None:
    rows = np.stack((SCALE.documents[0], 0.92 * SCALE.documents[0], 0 * SCALE.documents[0]))
    asked = Leaning().encode(KEYWORDS[:1], role="query")

    whole, part, none = SCALE.passages(asked @ rows.T, rows)[0]

    assert part == pytest.approx(0.92 * whole, abs=1e-4)
    assert none == 0


def test_matching_decides_with_it_as_with_the_built_in_model() -> None:
    own, other = Matcher(load()), Matcher(Adopted(Leaning(), SCALE))
    for matcher in (own, other):
        for words in (*KEYWORDS, *MORE):
            matcher.add(words, words)
    texts = usual_documents()

    expected, found = (
        [{one.subscription_id for one in matches if one.push} for matches in matcher.match_many(texts)]
        for matcher in (own, other)
    )

    both = sum(len(one & two) for one, two in zip(expected, found, strict=True))
    either = sum(len(one | two) for one, two in zip(expected, found, strict=True))
    assert either >= 50
    assert both / either > 0.85


def test_a_bare_matcher_reads_another_model_on_the_scale_too() -> None:
    own, other = Matcher(load()), Matcher(Leaning())
    for matcher in (own, other):
        for words in KEYWORDS:
            matcher.add(words, words)

    expected, found = (
        [{one.subscription_id for one in matches if one.push} for matches in matcher.match_many(usual_documents())]
        for matcher in (own, other)
    )

    both = sum(len(one & two) for one, two in zip(expected, found, strict=True))
    assert both / sum(len(one | two) for one, two in zip(expected, found, strict=True)) > 0.8


def test_a_model_that_finds_everything_alike_says_nothing() -> None:
    class Same(Leaning):
        def encode(self, texts, *, role="document"):
            return np.tile(np.eye(1, self.dimensions, dtype=np.float32), (len(texts), 1))

    same = Same()
    same.name = "same"
    matcher = Matcher(same)
    matcher.add("me", "산불")

    assert not any(one.push for one in matcher.match("식당 차림표를 알린다.", "구내식당"))


def test_too_few_documents_make_no_scale() -> None:
    with pytest.raises(ValueError, match="expected at least 20 documents, got 3"):
        fit(Leaning(), load(), KEYWORDS, ["가", "나", "다"])


def test_the_shipped_moments_are_not_taken_for_another_models() -> None:
    class SameSize(Leaning):
        def __init__(self) -> None:
            super().__init__(0.0)
            self.dimensions = 256

        def encode(self, texts, *, role="document"):
            return super().encode(texts)[:, :256]

    other = SameSize()
    keyword = other.encode(["업무협약"])

    assert Spread(other).moments(keyword) == pytest.approx(np.array([[0.066, 0.083]]))


def test_keywords_are_encoded_once() -> None:
    model = Leaning()
    adopted = Adopted(model, SCALE)

    first = adopted.encode(["산불", "재난", "산불"], role="query")
    again = adopted.encode(["재난", "산불"], role="query")

    assert model.queries == 2
    assert np.array_equal(first[:2], again[::-1])
    assert np.array_equal(first[0], first[2])
    assert len(adopted.fresh()) == 2
    assert adopted.fresh() == {}
    assert adopted.waiting == 0
    assert adopted.encode([], role="query").shape == (0, model.dimensions)


async def test_keywords_are_known_again_after_a_restart(database) -> None:
    store, adopted = ModelStore(database), Adopted(Leaning(), SCALE)
    before = adopted.encode(KEYWORDS, role="query")
    await store.keep_keywords(adopted.name, adopted.fresh())
    await store.keep_scale(SCALE)
    model = Leaning()

    scale = await store.scale(model.name)
    after = Adopted(model, scale, await store.keywords(model.name)).encode(KEYWORDS, role="query")

    assert np.array_equal(before, after)
    assert model.queries == 0
    assert await store.keywords("another") == {}
    assert await store.scale("another") is None


async def test_keywords_of_the_model_before_are_forgotten(database) -> None:
    store, now = ModelStore(database), datetime(2026, 11, 23, tzinfo=UTC)
    for name in ("one", "two"):
        await store.keep_keywords(name, {b"k": b"v"})
    await store.want("one", now)
    await store.want("one", now + timedelta(days=1))
    assert (await store.wanted()).since == now

    await store.want("two", now + timedelta(days=2))

    assert await store.keywords("one") == {}
    assert await store.keywords("two") == {b"k": b"v"}


async def test_the_memory_of_keywords_is_bounded(database) -> None:
    store = ModelStore(database)
    await store.keep_keywords("m", {b"%d" % number: b"" for number in range(MOST)})

    await store.keep_keywords("m", {b"one more": b""})

    assert await store.keywords("m") == {b"one more": b""}


def test_the_lead_of_a_document_by_the_built_in_model_whichever_read_it() -> None:
    own, other = load(), Leaning()
    for title in ("산불 조심 기간 운영", ""):
        by_own, by_other = (read(["산림청은 산불 감시를 늘린다. " * 40], [title], model)[0] for model in (own, other))

        assert np.array_equal(lead_vector(by_own, own.name, own), by_own.vector)
        assert np.allclose(lead_vector(by_other, other.name, own), by_own.vector, atol=1e-6)


def test_a_model_that_knows_nothing_does_not_silence_words_that_plainly_stand_there() -> None:
    matcher = Matcher(Noisy(50.0))
    for words in KEYWORDS:
        matcher.add(words, words)

    found = matcher.match(
        "산림청은 봄철 산불 조심 기간에 산불 감시 인력을 늘린다. 산불 신고도 받는다.", "산불 조심 기간"
    )

    assert (found[0].subscription_id, found[0].push, found[0].words) == ("산불", True, ("산불",))
    assert sum(one.push for one in found) == 1
