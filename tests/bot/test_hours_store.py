"""What people chose about their time is known to every process, and a change costs as much as what changed."""

from __future__ import annotations

from dataclasses import replace

from bot.hours import USUAL, Hours
from bot.hours_store import HoursStore

ONE = "gyeongnam"
BRIEF = replace(USUAL, hourly=3)


async def everybodys(database) -> int:
    """How often a whole table was read so far."""
    return (await database.info("commandstats")).get("cmdstat_hgetall", {}).get("calls", 0)


async def test_another_process_learns_what_changed_without_reading_everybodys(database):
    mine, yours = HoursStore(database), HoursStore(database)
    for number in range(50):
        await mine.put(ONE, f"@p{number}", BRIEF)
    assert len((await yours.choices(ONE)).own) == 50
    await mine.choices(ONE)
    before = await everybodys(database)

    await mine.put(ONE, "@p7", replace(BRIEF, hourly=9))
    await mine.talked(ONE, "@p7", "slack")
    await mine.put(ONE, "@new", BRIEF)
    known = await yours.choices(ONE)

    assert (known.own["@p7"].hourly, known.own["@p8"].hourly, known.last) == (9, 3, {"@p7": "slack"})
    assert known.own["@new"] == BRIEF
    assert await everybodys(database) == before


async def test_who_is_forgotten_is_named_nowhere_and_known_to_nobody(database):
    mine, yours = HoursStore(database), HoursStore(database)
    await mine.put(ONE, "@kim", BRIEF)
    await mine.talked(ONE, "@kim", "slack")
    await mine.put(ONE, "@lee", BRIEF)
    assert set((await yours.choices(ONE)).own) == {"@kim", "@lee"}

    assert await mine.forget(ONE, "@kim")

    assert not await mine.forget(ONE, "@kim")
    for store in (mine, yours):
        known = await store.choices(ONE)
        assert (set(known.own), known.last) == ({"@lee"}, {})
    kept = b"".join([await database.dump(key) async for key in database.scan_iter("*")])
    assert b"@kim" not in kept


async def test_a_mirror_that_missed_more_than_is_listed_reads_everything(database):
    mine, yours = HoursStore(database), HoursStore(database)
    await mine.put(ONE, "@first", BRIEF)
    await yours.choices(ONE)

    await mine.put(ONE, "@first", replace(BRIEF, daily=1))
    for number in range(1_001):
        await mine.talked(ONE, f"@p{number}", "slack")

    known = await yours.choices(ONE)
    assert known.own["@first"].daily == 1
    assert len(known.last) == 1_001
    assert await database.zcard("dobi:{gyeongnam}:hours:changed") == 1_000


async def test_who_goes_on_talking_where_they_talked_costs_no_write_and_no_question(database):
    store = HoursStore(database)
    await store.talked(ONE, "@kim", "slack")
    await store.talked(ONE, "@kim", "slack")
    version = await database.get("dobi:{gyeongnam}:hours:version")
    asked = (await database.info("stats"))["total_commands_processed"]

    for _ in range(50):
        await store.talked(ONE, "@kim", "slack")

    assert (await database.info("stats"))["total_commands_processed"] - asked <= 2
    assert await database.get("dobi:{gyeongnam}:hours:version") == version


async def test_one_process_sees_its_own_change_of_messenger_at_once(database):
    store = HoursStore(database)
    for adapter in ("slack", "telegram", "slack"):
        await store.talked(ONE, "@kim", adapter)

        assert (await store.choices(ONE)).last == {"@kim": adapter}


async def test_what_nobody_chose_is_the_usual(database):
    store = HoursStore(database, lambda tenant: Hours(hourly=1) if tenant == ONE else USUAL)

    assert (await store.of(ONE, "@kim")).hourly == 1
    assert await store.of("changwon", "@kim") == USUAL
