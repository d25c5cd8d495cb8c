"""The continued model in Redis: whole or not at all, only on the model that it began with, and easily left again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import redis.asyncio

from nlp.continued import Card, ContinuedStore, Figures
from nlp.embedding import Moments, StaticEmbedder
from nlp.table import quantise
from nlp.training.bags import train_tokenizer

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
KEY = "dobi:{deployment}:model:continued"
TOKENIZER = train_tokenizer(["재난 안전 점검", "청년 창업 지원", "농업 수출"] * 20)


def model(seed: int, name: str = "작은 모델") -> StaticEmbedder:
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal((TOKENIZER.get_vocab_size(), 8)).astype(np.float32)
    moments = Moments(weights.mean(axis=0), np.eye(8, dtype=np.float32))
    return StaticEmbedder(TOKENIZER, quantise(weights, name, 0), moments)


BUILT_IN = model(0)


def card(one: StaticEmbedder, before: StaticEmbedder = BUILT_IN, base: StaticEmbedder = BUILT_IN) -> Card:
    figures = Figures(0.8, 0.7, 0.1, 0.2, 0.5, 1.0)
    return Card(one.name, base.name, before.name, NOW, 400, 100, 80, figures, replace(figures, title_body=0.9))


@pytest.fixture
def store(database: redis.asyncio.Redis) -> ContinuedStore:
    return ContinuedStore(database)


async def test_without_one_the_built_in_model_speaks(store: ContinuedStore) -> None:
    assert await store.load(BUILT_IN) is BUILT_IN
    assert await store.card() is None
    assert not await store.drop()


async def test_what_was_put_is_found_by_every_role_until_it_is_dropped(store: ContinuedStore) -> None:
    new = model(1)

    assert await store.put(new, card(new))

    found = await store.load(BUILT_IN)
    assert found.name == new.name
    assert np.array_equal(found.encode(["재난 안전"]), new.encode(["재난 안전"]))
    assert found.moments is not None
    assert new.moments is not None
    assert np.allclose(found.moments.mean, new.moments.mean)
    assert await store.card() == card(new)
    assert await store.drop()
    assert await store.load(BUILT_IN) is BUILT_IN


async def test_it_rests_when_the_built_in_model_is_another(
    store: ContinuedStore, caplog: pytest.LogCaptureFixture
) -> None:
    new, updated = model(1), model(2, "새 내장 모델")
    await store.put(new, card(new))

    assert await store.load(updated) is updated
    assert "rests" in caplog.text
    again = model(3)
    assert await store.put(again, card(again, before=updated, base=updated))
    assert (await store.load(updated)).name == again.name


async def test_of_two_trainers_the_slower_one_is_told(store: ContinuedStore) -> None:
    first, second, third = model(1), model(2), model(3)

    assert await store.put(first, card(first))
    assert not await store.put(second, card(second))
    assert (await store.load(BUILT_IN)).name == first.name
    assert await store.put(third, card(third, before=first))


@pytest.mark.parametrize("field", ["table", "moments"])
@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: b"", lambda data: data[:40] + data[48:]])
async def test_a_broken_one_stops_nobody(
    store: ContinuedStore, database: redis.asyncio.Redis, field: str, damage: object
) -> None:
    new = model(1)
    await store.put(new, card(new))
    stored = await database.hget(KEY, field)

    await database.hset(KEY, field, damage(stored))  # type: ignore[operator]

    assert await store.load(BUILT_IN) is BUILT_IN


async def test_a_table_of_another_training_is_not_taken_for_it(
    store: ContinuedStore, database: redis.asyncio.Redis
) -> None:
    new, other = model(1), model(2)
    await store.put(other, card(other))
    stolen = await database.hget(KEY, "table")
    await store.drop()
    await store.put(new, card(new))

    await database.hset(KEY, "table", stolen)

    assert await store.load(BUILT_IN) is BUILT_IN


async def test_whoever_reads_while_it_is_replaced_gets_one_of_both_whole(store: ContinuedStore) -> None:
    models = [model(seed) for seed in range(1, 8)]
    seen: list[str] = []

    async def read() -> None:
        while len(seen) < 60:
            seen.append((await store.load(BUILT_IN)).name)

    await store.put(models[-1], card(models[-1]))
    reading, before = asyncio.create_task(read()), models[-1]
    for _ in range(5):
        for one in models:
            await store.put(one, card(one, before=before))
            before = one
    await reading

    assert len(set(seen)) > 1
    assert set(seen) <= {one.name for one in models}


async def test_it_is_not_kept_without_its_moments(store: ContinuedStore) -> None:
    bare = StaticEmbedder(TOKENIZER, model(1).table)

    with pytest.raises(ValueError, match="moments"):
        await store.put(bare, card(bare))
    assert await store.card() is None
