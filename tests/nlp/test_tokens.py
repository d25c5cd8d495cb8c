"""Two ways to cut texts behind one seam: bigrams as ever, Kiwi's morphemes where they are installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bot import models
from nlp.document import read
from nlp.embedding import ModelError, load
from nlp.matching import Matcher
from nlp.morphemes import Morphemes
from nlp.tokens import BIGRAMS
from nlp.words import query_terms, terms

INSTALLED = importlib.util.find_spec("kiwipiepy") is not None
without_kiwi = pytest.mark.skipif(INSTALLED, reason="the extra 'kiwi' is installed")


def with_kiwi(test: Callable[..., Any]) -> Callable[..., Any]:
    """It runs where `make conformance` installed the extra."""
    skipped = pytest.mark.skipif(not INSTALLED, reason="the extra 'kiwi' is not installed")
    return pytest.mark.heavy(skipped(test))


def test_bigrams_are_what_they_were() -> None:
    assert np.array_equal(BIGRAMS.document("산불 조심 기간").ids, terms("산불 조심 기간").ids)
    assert np.array_equal(BIGRAMS.keyword(["산불", "조심"]), query_terms(["산불", "조심"]))


async def test_without_being_asked_for_bigrams_are_used_and_the_doctor_says_nothing() -> None:
    assert await models.words_of("bigrams") is BIGRAMS
    assert models.kiwi("bigrams") == []


@without_kiwi
async def test_kiwi_that_is_not_installed_is_refused_in_words_and_told_by_the_doctor() -> None:
    with pytest.raises(ModelError) as told:
        Morphemes()
    with pytest.raises(models.NoModel) as refused:
        await models.words_of("kiwi")
    (check,) = models.kiwi("kiwi")

    assert told.value.cause == "extra"
    assert "make extra EXTRA=kiwi" in str(refused.value)
    assert (check.ok, check.needed) == (False, True)


@pytest.fixture(scope="module")
def kiwi() -> Morphemes:
    return Morphemes()


@with_kiwi
def test_particles_and_endings_do_not_count_and_compounds_come_apart(kiwi: Morphemes) -> None:
    same = [set(kiwi.document(text).ids.tolist()) for text in ("창업을 지원한다", "창업의 지원", "창업 지원")]

    assert same[0] >= same[1] == same[2]
    assert set(kiwi.keyword(["산업재해"]).tolist()) == set(kiwi.keyword(["산업", "재해"]).tolist())
    assert not set(kiwi.document("창업 지원").ids.tolist()) & set(terms("창업 지원").ids.tolist())


@with_kiwi
@pytest.mark.parametrize("text", ["", " ", "😀", "\ud800", "\x00", "가" * 50_000, "ㅋㅋㅋ", "災難"])
def test_strange_texts_are_cut_too(kiwi: Morphemes, text: str) -> None:
    found = kiwi.document(text.encode("utf-8", "replace").decode())

    assert len(found.ids) == len(found.counts)


@with_kiwi
def test_a_matcher_with_its_words_finds_and_shows_why(kiwi: Morphemes) -> None:
    matcher = Matcher(load(), cut=kiwi)
    matcher.add("me", "창업 지원")
    matcher.add("other", "산불")

    found = matcher.match("소상공인의 창업을 지원하는 사업을 공고한다.", "창업 지원사업 공고")

    assert found[0].subscription_id == "me"
    assert found[0].push
    assert "창업" in found[0].words
    assert not any(one.push for one in found if one.subscription_id == "other")
    assert read(["창업을 지원한다."], ["창업"], load(), kiwi)[0].ids.size


@with_kiwi
def test_rare_morphemes_weigh_more(kiwi: Morphemes) -> None:
    common, rare = (kiwi.background().idf(kiwi.keyword([word]))[0] for word in ("지원", "화상병"))

    assert rare > common > 0


@with_kiwi
async def test_the_house_uses_it_where_it_is_asked_for() -> None:
    assert isinstance(await models.words_of("kiwi"), Morphemes)
    assert models.kiwi("kiwi")[0].ok
