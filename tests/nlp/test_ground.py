"""Each keyword's thresholds come from the archive, once a day; previews and pushes go by the same ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from redis.asyncio import Redis

from nlp.archive import Archive, Document
from nlp.calibration import Spread
from nlp.document import read
from nlp.embedding import load
from nlp.ground import EVERY, MOST, Ground
from nlp.matching import Matcher

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
FIELDS = (
    "산불 예방 순찰",
    "딸기 농가 지원",
    "버스 노선 개편",
    "도서관 강좌 모집",
    "수출 상담회",
    "독감 예방접종",
    "하천 정비 공사",
)


async def filled(database: Redis, count: int, titles: tuple[str, ...] = FIELDS) -> Archive:
    archive, embedder = Archive(database), load()
    said = [f"{titles[number % len(titles)]} {number}차 시행" for number in range(count)]
    forms = read([f"{title}을 알린다." for title in said], said, embedder)
    for number, (title, form) in enumerate(zip(said, forms, strict=True)):
        at = NOW - timedelta(minutes=number)
        document = Document(str(number), "s", "견본도청", title, f"{title}을 알린다.", "https://a", at)
        document = Document(
            document.key, "s", "견본도청", title, document.text, "https://a", at,
            vectors=form.vectors, model=embedder.name,
        )  # fmt: skip
        await archive.put(document)
    return archive


async def test_a_small_archive_leaves_the_shipped_measure(database: Redis) -> None:
    archive, embedder = await filled(database, 30), load()
    ground = Ground(archive, embedder)

    assert await ground.refresh(NOW)
    vectors = embedder.encode(["산불"])
    assert ground.spread is not None
    assert np.array_equal(ground.spread.moments(vectors), Spread(embedder).moments(vectors))
    assert ground.spread.floors(vectors).tolist() == [0.0]


async def test_it_is_measured_once_a_day_and_given_to_previews(database: Redis) -> None:
    archive = await filled(database, 250)
    ground = Ground(archive, load())

    done = [await ground.refresh(NOW + after) for after in (timedelta(), timedelta(hours=23), EVERY)]

    assert done == [True, False, True]
    assert archive.spread is ground.spread


async def test_only_titles_read_by_this_model_count_and_no_more_than_the_newest(database: Redis) -> None:
    archive, embedder = await filled(database, 40), load()

    assert (await archive.title_vectors(embedder.name, embedder.dimensions, 25)).shape == (25, embedder.dimensions)
    assert (await archive.title_vectors("another", embedder.dimensions, MOST)).shape == (0, embedder.dimensions)
    norms = np.linalg.norm(await archive.title_vectors(embedder.name, embedder.dimensions, MOST), axis=1)
    assert np.allclose(norms, 1, atol=0.01)


async def test_a_keyword_that_is_everywhere_needs_more_than_one_that_is_rare(database: Redis) -> None:
    archive, embedder = await filled(database, 400, (*FIELDS[:1] * 6, *FIELDS)), load()
    ground = Ground(archive, embedder)
    await ground.refresh(NOW)
    assert ground.spread is not None

    broad, rare = ground.spread.floors(embedder.encode(["산불 예방 순찰", "우주 발사체"])).tolist()
    (usual, _), (unusual, _) = ground.spread.moments(embedder.encode(["산불 예방 순찰", "우주 발사체"])).tolist()

    assert broad > rare
    assert usual > unusual


async def test_a_settled_matcher_scores_as_one_made_so_and_as_the_preview(database: Redis) -> None:
    archive, embedder = await filled(database, 400), load()
    ground = Ground(archive, embedder)
    matcher = Matcher(embedder)
    for words in ("산불", "농가 지원", "예방"):
        matcher.add(words, words)
    await ground.refresh(NOW)
    assert ground.spread is not None
    matcher.settle(ground.spread)
    made_so = Matcher(embedder, spread=ground.spread)
    for words in ("산불", "농가 지원", "예방"):
        made_so.add(words, words)

    documents = await archive.recent(NOW - timedelta(days=1), 50)
    found = [matcher.match(one.text, one.title) for one in documents]

    for some, others in zip(found, (made_so.match(one.text, one.title) for one in documents), strict=True):
        assert [(one.subscription_id, one.words, one.push) for one in some] == [
            (one.subscription_id, one.words, one.push) for one in others
        ]
        assert [one.score for one in some] == pytest.approx([one.score for one in others], abs=2e-6)
    for words in ("산불", "농가 지원", "예방"):
        pushed = {
            one.key
            for one, hits in zip(documents, found, strict=True)
            if any(hit.push and hit.subscription_id == words for hit in hits)
        }
        preview = await archive.count_matches(words, (), documents[-1].published_at, embedder)
        assert {hit.key for hit in preview} & {one.key for one in documents} == pushed
    assert any(hit.push for hits in found for hit in hits)
