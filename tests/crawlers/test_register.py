"""The file declares, chat adds, the file wins; every change leaves a line; a repair holds while its entry stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crawlers.article import SourceError
from crawlers.fetch import Fetcher
from crawlers.probe import probe
from crawlers.register import MAX_DRAFTS, Draft, Offer, Register, source_id
from crawlers.sources import BoardProfile, Source
from tests.crawlers.site import Site, crawler_over, feed, in_process, page

FILE = Source("province", "도청", "board", "https://www.province.go.kr/list.do?boardId=1")
SHIPPED = Source("city", "시청", "feed", "https://www.city.go.kr/rss.xml", state="unverified", evidence="public code")
ADDED = Source("county-1", "군청", "board", "https://www.county.go.kr/list.do", interval=timedelta(minutes=30))
PROFILE = BoardProfile(rows="ul.list > li", title="a", link="a", date=".day")


@pytest.fixture
def register(database) -> Register:
    return Register(database, [FILE], [SHIPPED])


def offer(source: Source) -> Offer:
    return Offer(source, "제목", 10, 9, "2026-11-20", ("하나", "둘"), ("a link",))


def draft(name: str, clock, url: str = ADDED.url) -> Draft:
    return Draft(name, url, (offer(ADDED),), "allowed", "gyeongnam/oh", "console:dm:oh", clock())


async def test_the_files_entries_come_first_then_the_shipped_then_what_chat_added(register, clock):
    await register.add(ADDED, "gyeongnam/oh", clock())

    assert await register.sources() == (FILE, SHIPPED, ADDED)
    assert [one.origin for one in await register.placed()] == ["file", "catalogue", "chat"]


async def test_what_chat_added_is_read_back_whole_by_another_process(register, database, clock):
    source = replace(ADDED, profile=PROFILE, licence="KOGL-1", level="county", evidence="fetched", kogl="KOGL-1 mark")
    await register.add(source, "gyeongnam/oh", clock())

    assert await Register(database, [FILE], [SHIPPED]).find("county-1") == await register.find("county-1")
    assert (await register.find("county-1")).source == source


@pytest.mark.parametrize(
    "url",
    [
        ADDED.url, "http://county.go.kr/list.do", "https://www.county.go.kr/list.do?page=3",
        "https://www.county.go.kr/list.do;jsessionid=AB12", "https://www.county.go.kr/list.do#list",
    ],
)  # fmt: skip
async def test_an_address_is_added_once(register, clock, url):
    await register.add(ADDED, "gyeongnam/oh", clock())

    known = await register.add(Source("other", "딴 이름", "board", url), "changwon/park", clock())

    assert known.source == ADDED
    assert len(await register.sources()) == 3
    assert [change.source for change in await register.audit()] == ["county-1"]


async def test_two_boards_of_one_page_are_two(register, clock):
    other = "https://www.province.go.kr/list.do?boardId=2"

    await register.add(Source(source_id(other), "도청", "board", other), "gyeongnam/oh", clock())

    assert len(await register.sources()) == 3
    assert source_id(other) != source_id(FILE.url)


async def test_the_file_wins_over_what_chat_added_under_the_same_id_or_address(database, clock):
    before = Register(database)
    await before.add(ADDED, "gyeongnam/oh", clock())

    by_id = Register(database, [replace(ADDED, agency="파일의 군청")])
    by_url = Register(database, [replace(ADDED, id="mine", agency="파일의 군청")])

    assert [one.agency for one in await by_id.sources()] == ["파일의 군청"]
    assert [one.id for one in await by_url.sources()] == ["mine"]


async def test_a_wrong_entry_is_refused_whole(register, clock):
    with pytest.raises(SourceError):
        await register.add(replace(ADDED, url="ftp://www.county.go.kr/"), "gyeongnam/oh", clock())
    with pytest.raises(SourceError):
        await register.set_state("city", "maybe", "", "gyeongnam/oh", clock())

    assert await register.version() == 0


async def test_a_state_is_decided_of_shipped_and_added_entries_and_never_of_the_files(register, clock):
    await register.add(ADDED, "gyeongnam/oh", clock())

    await register.set_state("city", "verified", "fetched 2026-11-23: 20 rows", "gyeongnam/park", clock())
    await register.set_state("county-1", "off", "", "gyeongnam/oh", clock())

    assert await register.set_state("province", "off", "", "gyeongnam/oh", clock()) is None
    assert await register.set_state("nowhere", "off", "", "gyeongnam/oh", clock()) is None
    found = {one.id: one for one in await register.sources()}
    assert (found["city"].state, found["city"].evidence) == ("verified", "fetched 2026-11-23: 20 rows")
    assert (found["county-1"].state, found["county-1"].on) == ("off", False)
    assert found["province"].on


async def test_an_entry_that_the_file_calls_unverified_may_be_verified_and_nothing_else(database, clock):
    waiting = replace(FILE, state="unverified")
    register = Register(database, [waiting])

    assert await register.set_state("province", "off", "", "gyeongnam/oh", clock()) is None
    assert (await register.set_state("province", "verified", "rows", "gyeongnam/oh", clock())).source.on
    assert (await Register(database, [replace(waiting, state="off")]).sources())[0].state == "off"


@pytest.mark.parametrize("source_name", ["province", "city", "county-1"])
async def test_a_repaired_profile_stands_for_any_entry(register, database, clock, source_name):
    await register.add(ADDED, "gyeongnam/oh", clock())

    repaired = await register.repair(source_name, PROFILE, "gyeongnam/oh", clock())

    assert repaired.source.profile == PROFILE
    assert repaired.changed
    assert (await Register(database, [FILE], [SHIPPED]).find(source_name)).source.profile == PROFILE


@pytest.mark.parametrize(
    "edited",
    [replace(FILE, url="https://www.province.go.kr/new.do"), replace(FILE, profile=BoardProfile(rows="tr.row"))],
)
async def test_an_edited_entry_of_the_file_wins_over_an_older_repair(register, database, clock, edited):
    await register.repair("province", PROFILE, "gyeongnam/oh", clock())

    assert await Register(database, [edited]).sources() == (edited,)


async def test_a_second_repair_takes_the_place_of_the_first(register, clock):
    await register.repair("province", PROFILE, "gyeongnam/oh", clock())
    other = BoardProfile(rows="div.item", title="strong")

    assert (await register.repair("province", other, "gyeongnam/oh", clock())).source.profile == other


async def test_every_change_leaves_a_line_and_moves_the_version(register, clock):
    versions = [await register.version()]
    for change in (
        register.add(ADDED, "gyeongnam/oh", clock()),
        register.set_state("city", "verified", "rows", "gyeongnam/park", clock()),
        register.repair("county-1", PROFILE, "gyeongnam/oh", clock()),
    ):
        await change
        versions.append(await register.version())

    assert versions == sorted(set(versions))
    lines = await register.audit()
    assert [(one.what, one.source, one.by) for one in lines] == [
        ("added", "county-1", "gyeongnam/oh"),
        ("state", "city", "gyeongnam/park"),
        ("profile", "county-1", "gyeongnam/oh"),
    ]
    assert {one.at for one in lines} == {clock()}
    assert "unverified → verified" in lines[1].detail


async def test_an_entry_of_another_version_that_cannot_be_read_costs_only_itself(register, database, clock):
    await register.add(ADDED, "gyeongnam/oh", clock())
    await database.hset("dobi:{crawl}:register:added", "strange", b'{"id": "strange", "colour": "blue"}')
    await database.incr("dobi:{crawl}:register:version")

    assert [one.id for one in await register.sources()] == ["province", "city", "county-1"]


async def test_no_key_of_a_portal_is_ever_stored(register, database, clock):
    secret = "abcdefgh" * 8
    source = Source("api", "정책브리핑", "openapi", "https://apis.data.go.kr/1371000/pressReleaseService/x", key=secret)

    await register.add(source, "gyeongnam/oh", clock())

    values = await database.hvals("dobi:{crawl}:register:added") + await database.lrange(
        "dobi:{crawl}:register:audit", 0, -1
    )
    assert not [value for value in values if secret.encode() in value]


async def test_a_draft_waits_until_somebody_decides_and_only_one_does(register, clock):
    await register.keep(draft("d1", clock))

    assert await register.draft("d1") == draft("d1", clock)
    assert await register.decide("d1", "add gyeongnam/oh")
    assert not await register.decide("d1", "no gyeongnam/choi")
    assert (await register.draft("d1")).decided == "add gyeongnam/oh"
    assert not await register.decide("d2", "no")
    assert await register.draft("d2") is None


async def test_drafts_are_bounded_in_number_and_in_age(register, database, clock):
    await register.keep(draft("old", clock))
    clock.advance(timedelta(days=15))
    for number in range(MAX_DRAFTS + 5):
        await register.keep(draft(f"d{number}", clock))
        clock.advance(timedelta(seconds=1))

    assert await register.draft("old") is None
    assert await register.draft("d0") is None
    assert await register.draft(f"d{MAX_DRAFTS + 4}") is not None
    assert await database.hlen("dobi:{crawl}:register:drafts") == MAX_DRAFTS


# --- on a real site


async def test_the_crawler_takes_up_what_was_added_while_it_runs(database, clock, session, guard, site: Site):
    site.pages["/rss"] = feed({"title": "하나", "link": site.url("/1"), "guid": "1"})
    site.pages["/1"] = page("본문 " * 40)
    register = Register(database)
    crawler = crawler_over(database, clock, session, guard, register.sources)
    await crawler.step()
    assert site.times("/rss") == 0

    await register.add(Source("added", "군청", "feed", site.url("/rss")), "gyeongnam/oh", clock())
    await crawler.step()

    assert site.times("/rss") == 1
    assert [(one.source, one.state) for one in await crawler.health()] == [("added", "ok")]
    await register.set_state("added", "off", "", "gyeongnam/oh", clock())
    clock.advance(timedelta(hours=3))
    await crawler.step()
    assert site.times("/rss") == 1
    assert [one.state for one in await crawler.health()] == ["off"]


async def test_a_probe_is_evidence_of_rows_and_dates(clock, session, guard, site: Site):
    items = [
        {"title": f"글 {day}", "link": site.url(f"/{day}"), "guid": str(day), "pubDate": f"2026-11-{day:02d} 09:00"}
        for day in (3, 20)
    ]
    site.pages["/rss"] = feed(*items)
    fetcher = Fetcher(session, guard, clock, clock.sleep)

    seen = await probe(fetcher, in_process, Source("a", "군청", "feed", site.url("/rss")), clock())

    assert (seen.ok, seen.rows, seen.dated, seen.robots) == (True, 2, 2, "allowed")
    assert seen.newest is not None
    assert seen.newest.day == 20
    assert seen.evidence(clock()) == "fetched 2026-11-23: 2 rows, 2 dated, newest 2026-11-20; robots allowed"


@pytest.mark.parametrize(
    ("source", "error", "robots"),
    [
        (Source("a", "군청", "feed", "{site}/gone"), "status_404", "unknown"),
        (Source("a", "군청", "feed", "{site}/page"), "wrong_kind", "allowed"),
        (Source("a", "군청", "board", "{site}/closed/list"), "robots", "refused"),
        (Source("a", "군청", "board", "http://10.0.0.1/list"), "guard", "unknown"),
        (Source("a", "군청", "board", "", state="unverified"), "no_address", "unknown"),
    ],
)
async def test_a_probe_tells_why_there_is_no_list(clock, session, guard, site: Site, source, error, robots):
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /closed/\n"
    site.kinds["/robots.txt"] = "text/plain"
    site.pages["/page"] = page("본문 " * 40)
    fetcher = Fetcher(session, guard, clock, clock.sleep)
    source = replace(source, url=source.url.format(site=site.url("")))

    seen = await probe(fetcher, in_process, source, clock())

    assert (seen.ok, seen.error, seen.robots) == (False, error, robots)
