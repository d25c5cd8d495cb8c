"""A letter on the audit office's desk belongs to one living process at a time, and goes when it is answered."""

from __future__ import annotations

from bot.letters import Letter, Letters


async def test_what_a_dead_process_took_is_taken_by_the_next(database, clock):
    living = {"a", "b"}

    async def is_alive(owner: str) -> bool:
        return owner in living

    first, second = Letters(database, "a", is_alive), Letters(database, "b", is_alive)
    letter = Letter("one", clock(), "console:dm:lee", None, 7, "a")
    assert await first.put("g", letter, b"x") is True
    assert await second.put("g", letter, b"x") is False

    assert await first.take("g", letter) == 1
    assert await second.take("g", letter) == 0
    living.remove("a")
    assert await second.take("g", letter) == 2
    assert await second.reference("g", letter) is None
    await second.done("g", "one")
    assert await second.take("g", letter) == 0
    assert await database.keys("*") == []


async def test_the_sum_of_what_waits_is_bounded(database, clock):
    async def is_alive(owner: str) -> bool:
        return True

    letters, half = Letters(database, "a", is_alive, largest_total=1000), bytes(500)
    wanted = [Letter(name, clock(), "console:dm:lee", None, 7, "a") for name in ("one", "two", "three")]

    assert [await letters.put("g", one, half) for one in wanted] == [True, True, None]
    assert await letters.put("h", wanted[2], half) is True
