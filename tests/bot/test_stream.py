"""An article is handled until it is done: nobody's death loses one."""

from __future__ import annotations

import pytest

from bot.stream import ArticleStream

KEY = "dobi:{crawl}:test-articles"


class Living:
    def __init__(self) -> None:
        self.names = {"one", "two"}

    async def __call__(self, owner: str) -> bool:
        return owner in self.names


@pytest.fixture
def living():
    return Living()


async def put(database, *articles):
    for article in articles:
        await database.xadd(KEY, {b"article": article})


async def test_each_article_goes_to_one_worker(database, living):
    await put(database, b"1", b"2")
    one, two = (ArticleStream(database, KEY, name, living) for name in ("one", "two"))

    got = [*(await one.read(1)), *(await two.read(1))]

    assert sorted(entry.article for entry in got) == [b"1", b"2"]


async def test_what_was_not_done_comes_again(database, living):
    await put(database, b"1")
    stream = ArticleStream(database, KEY, "one", living)

    [first] = await stream.read()
    [again] = await ArticleStream(database, KEY, "one", living).read()
    await stream.done(again)

    assert first == again
    assert await stream.read() == []
    assert await stream.waiting() == 0


async def test_a_dead_workers_article_is_taken_over(database, living):
    await put(database, b"1")
    await ArticleStream(database, KEY, "one", living).read()
    two = ArticleStream(database, KEY, "two", living)

    assert await two.read() == []
    living.names.remove("one")
    [taken] = await two.read()

    assert taken.article == b"1"


async def test_what_was_left_comes_one_by_one_and_then_what_is_new(database, living):
    await put(database, b"1", b"2")
    await ArticleStream(database, KEY, "one", living).read()
    await put(database, b"3", b"4")
    stream = ArticleStream(database, KEY, "one", living)

    batches = [[entry.article for entry in await stream.read()] for _ in range(4)]

    assert batches == [[b"1"], [b"2"], [b"3", b"4"], []]
    stream.rewind()
    assert [entry.article for entry in await stream.read()] == [b"1"]


async def test_an_article_that_fails_again_and_again_is_set_aside_alone(database, living):
    await put(database, b"poison", b"good")
    tried = []
    for _ in range(15):
        stream = ArticleStream(database, KEY, "one", living)
        while entries := await stream.read(1):
            tried += [entry.article for entry in entries]
            if entries[0].article == b"good":
                await stream.done(entries[0])

    assert tried.count(b"poison") == 10
    assert tried.count(b"good") == 1
    assert [fields[b"article"] for _, fields in await database.xrange(f"{KEY}:dead")] == [b"poison"]
    assert await stream.waiting() == 0


async def test_an_article_outlives_many_workers(database, living):
    await put(database, b"1")
    for number in range(10):
        living.names = {f"worker-{number}"}
        [entry] = await ArticleStream(database, KEY, f"worker-{number}", living).read()

        assert entry.article == b"1"
    assert len(await database.xinfo_consumers(KEY, "brief")) == 1 + 1


async def test_what_is_put_back_comes_after_the_rest_and_has_not_failed(database, living):
    await put(database, b"later", b"first")
    stream = ArticleStream(database, KEY, "one", living)
    for _ in range(20):
        later, first = await stream.read()
        await stream.put_back(later)
        await stream.put_back(first)

    assert [entry.article for entry in await stream.read()] == [b"later", b"first"]
    assert [entry.article async for entry in stream.unfinished()] == [b"later", b"first"]
    assert await database.xlen(f"{KEY}:dead") == 0
