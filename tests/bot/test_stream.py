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


async def test_an_article_that_fails_again_and_again_is_set_aside(database, living):
    await put(database, b"poison", b"good")
    seen = []
    for _ in range(12):
        stream = ArticleStream(database, KEY, "one", living)
        for entry in await stream.read():
            seen.append(entry.article)
            if entry.article == b"good":
                await stream.done(entry)

    assert seen.count(b"poison") == 5
    assert seen.count(b"good") == 1
    assert await database.xlen(f"{KEY}:dead") == 1
    assert await stream.waiting() == 0
