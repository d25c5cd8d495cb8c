"""The demo's documents, sites, settings and cafeteria: what a newcomer and a crawler must be able to rely on."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

import aiohttp
import feedparser
import pypdfium2
import pytest
import unhwp
from redis.asyncio import Redis
from selectolax.lexbor import LexborHTMLParser

from bot import demo
from bot.demo import attachments
from bot.demo.addresses import file_path, list_path, page_path, view_path
from bot.demo.cafeteria import Poster, PostError, seed
from bot.demo.press import DemoError, Press, Release, agencies, fill, offset
from bot.demo.site import Server, release_url, serve, site
from bot.http import Answer, Inbound
from occupancy.reading import Kind, Reading, SensorError
from occupancy.sensors import http as wire
from occupancy.simulator import Simulator
from occupancy.slots import SlotPlan
from occupancy.store import OccupancyStore

START = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # Monday 11:30 in Korea
LATER = START + timedelta(days=10)
SOON = timedelta(minutes=9)


@pytest.fixture
def press() -> Press:
    return Press(START)


@pytest.fixture
async def server(clock) -> AsyncIterator[Server]:
    running = await serve(site(clock, START))
    yield running
    await running.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def live(press: Press) -> list[Release]:
    return [each for each in press.published(LATER) if each.published_at > START]


# --- documents


def test_sixty_documents_of_six_agencies_stand_at_the_start_and_more_follow(press):
    at_start = press.published(START)

    assert len(at_start) >= 60
    assert len({each.agency.id for each in at_start}) >= 6
    assert all(START - each.published_at <= timedelta(days=11) for each in at_start)
    assert sum(each.published_at > START - timedelta(days=1) for each in at_start) >= 10
    assert len(live(press)) >= 10
    assert len({each.area for each in at_start}) >= 14


def test_every_document_is_natural_in_length_and_has_no_placeholder_left(press):
    for each in press.published(LATER):
        text = each.text + "".join("\n".join(file.lines) for file in each.attachments)

        assert 3 <= text.count("\n") + 1 <= 16, each.title
        assert 300 <= len(text) <= 1500, each.title
        assert not re.search(r"[{}]", each.title + text), each.title


def test_whatever_is_simulated_says_so(press):
    for each in press.published(LATER):
        assert "(예시)" in each.agency.name
        assert each.agency.name in each.text + "".join("\n".join(file.lines) for file in each.attachments), each.title
        assert all("(예시)" in file.name for file in each.attachments)
    settings = tomllib.loads(demo.settings_text("http://127.0.0.1:1", dict.fromkeys(demo.sensor_names(), "k" * 32)))
    for institution in settings["institution"]:
        assert "(예시)" in institution["name"]
        assert all("(예시)" in cafeteria["name"] for cafeteria in institution["cafeteria"])
    assert all("(예시)" in source["agency"] for source in settings["source"])


def test_no_telephone_number_or_address_could_be_a_real_one(press):
    for each in press.published(LATER):
        whole = each.text + "".join("\n".join(file.lines) for file in each.attachments)
        for number in re.findall(r"\d{2,4}-\d{3,4}-\d{4}", whole):
            assert number.startswith("055-000-"), number
        assert not re.search(r"\w+@\w+\.|\d{6}-\d{7}|https?://", whole)


@pytest.mark.parametrize("area", ["재난안전", "소상공인", "청년 일자리", "농정", "복지"])
def test_a_newcomer_gets_a_live_document_within_three_minutes(press, area):
    instants = sorted(each.published_at - START for each in live(press) if each.area == area)

    for joined in range(7):  # minutes after the start
        wait = min(each for each in instants if each > timedelta(minutes=joined)) - timedelta(minutes=joined)
        assert wait <= timedelta(minutes=3, seconds=30)


def test_live_documents_keep_coming_for_days(press):
    assert {each.published_at - START > timedelta(hours=3) for each in live(press)} == {True, False}
    assert len({(each.published_at - START).days for each in live(press)}) >= 4


def test_a_document_of_each_required_kind_is_there(press):
    titles = {each.title: each for each in press.published(LATER)}

    hwpx_only = [
        each
        for each in titles.values()
        if len(each.text) < 150 and [file.kind for file in each.attachments] == ["hwpx"]
    ]
    with_pdf = [each for each in titles.values() if any(file.kind == "pdf" for file in each.attachments)]
    deadline = titles["소상공인 겨울철 전기·가스요금 특별지원 신청 접수"]
    assert len([each for each in hwpx_only if each.published_at <= START]) >= 1
    assert with_pdf
    assert "2026. 12. 4.(금) 18:00까지" in Press(START).find(START + SOON, "sme-agency", deadline.id).text
    assert "시·군 소상공인 담당 부서는" in deadline.text


def test_one_event_is_told_by_two_agencies_minutes_apart(press):
    told = [each for each in live(press) if "합동" in each.title and "훈련" in each.title]

    first, second = sorted(told, key=lambda each: each.published_at)
    assert first.agency != second.agency
    assert timedelta(0) < second.published_at - first.published_at < timedelta(minutes=5)
    assert "차량 120대" in first.text
    assert "차량 120대" in second.text
    assert first.title != second.title


def test_a_correction_changes_exactly_the_facts_it_says(press):
    agency, title = "sme-agency", "소상공인 겨울철 전기·가스요금 특별지원 신청 접수"
    before = next(each for each in press.published(START + timedelta(minutes=10), agency) if each.title == title)
    after = press.find(START + timedelta(minutes=11), agency, before.id)

    changed = [(old, new) for old, new in zip(before.lines, after.lines, strict=True) if old != new]

    assert changed == [
        (
            "○ (지원내용) 업체당 최대 20만 원을 전기요금 고지서에서 차감하거나 계좌로 지급",
            "○ (지원내용) 업체당 최대 30만 원을 전기요금 고지서에서 차감하거나 계좌로 지급",
        ),
        ("○ (신청기한) 2026. 12. 4.(금) 18:00까지", "○ (신청기한) 2026. 12. 11.(금) 18:00까지"),
    ]
    assert (after.title, after.published_at) == (before.title, before.published_at)
    assert after.updated_at - before.updated_at == timedelta(minutes=9, seconds=30)


def test_the_same_day_gives_the_same_documents_and_another_day_gives_others():
    first = {each.id: each.text for each in Press(START).published(START)}
    again = {each.id: each.text for each in Press(START + timedelta(hours=2)).published(START + timedelta(hours=2))}
    other = {each.id for each in Press(START + timedelta(days=7)).published(START + timedelta(days=7))}

    assert first == again
    assert not other & first.keys()


def test_dates_are_written_as_offices_write_them():
    today = date(2026, 11, 23)

    assert fill("{date:+11d} 18:00까지", today) == "2026. 12. 4.(금) 18:00까지"
    assert fill("{day:-3d} / {month:+30d} / {year:+40d}", today) == "11. 20.(금) / 12월 / 2027년"
    assert offset("-3d1h20m") == -timedelta(days=3, hours=1, minutes=20)
    assert offset("+90s") == timedelta(seconds=90)


@pytest.mark.parametrize("text", ["", "+", "3m", "+3x", "+m", "+3m1h"])
def test_an_offset_that_says_nothing_clear_is_refused(text):
    with pytest.raises(DemoError):
        offset(text)


# --- files


def test_hwpx_and_pdf_give_their_text_back():
    lines = (
        "□ 접수: 2026. 12. 4.(금) 18:00까지 <1차> & 2차",
        "○ 최대 2,000만 원 · 국비 50%",
        "○ " + " ".join(f"낱말{n:03d}" for n in range(300)),
    )

    read = unhwp.parse_bytes(attachments.hwpx("제목(예시)", lines)).text
    document = pypdfium2.PdfDocument(attachments.pdf("제목(예시)", lines))
    printed = " ".join(page.get_textpage().get_text_range() for page in document)

    assert read.splitlines()[:2] == ["제목(예시)", lines[0]]
    assert lines[1] in read
    assert re.findall(r"낱말(\d{3})", printed) == [f"{n:03d}" for n in range(300)]
    assert lines[1] in printed
    assert len(document) > 1


def test_files_are_the_same_bytes_each_time():
    assert attachments.hwpx("제목", ("본문",)) == attachments.hwpx("제목", ("본문",))
    assert attachments.pdf("제목", ("본문",)) == attachments.pdf("제목", ("본문",))


# --- the sites


async def test_feeds_parse_and_carry_every_release_of_their_agency(server, http, press):
    for agency in agencies():
        if not agency.style.startswith(("rss", "atom")):
            continue
        async with http.get(server.url + list_path(agency)) as response:
            feed = feedparser.parse(await response.read())

        expected = press.published(START, agency.id)
        assert not feed.bozo
        assert feed.version in {"rss20", "atom10"}
        assert [entry.title for entry in feed.entries] == [each.title for each in expected]
        assert [entry.link for entry in feed.entries] == [release_url(server.url, each) for each in expected]
        assert [entry.author for entry in feed.entries] == [each.department for each in expected]


async def test_ids_do_not_depend_on_the_port(http, clock):
    found = []
    for _ in range(2):
        running = await serve(site(clock, START))
        async with http.get(running.url + "/safety-ministry/rss/press.xml") as response:
            found.append([entry.id for entry in feedparser.parse(await response.read()).entries])
        await running.close()

    assert found[0] == found[1]
    assert len(set(found[0])) == len(found[0])


async def test_a_release_is_there_from_its_own_instant_on(server, http, clock, press):
    release = next(each for each in live(press) if each.agency.id == "province")
    url = release_url(server.url, release)

    clock.instant = release.published_at - timedelta(seconds=1)
    async with http.get(url) as early:
        assert early.status == 404
    clock.instant = release.published_at
    async with http.get(url) as due, http.get(server.url + list_path(release.agency)) as board:
        assert due.status == 200
        assert release.title in await board.text()


async def test_the_old_site_speaks_euc_kr_and_says_so_only_in_its_page(server, http, press):
    release = press.published(START, "nuri-city")[0]

    async with http.get(release_url(server.url, release)) as response:
        body = await response.read()

    assert response.headers["Content-Type"] == "text/html"
    assert release.title in body.decode("euc-kr")
    assert b'<meta charset="euc-kr">' in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


async def test_boards_page_through_all_their_rows(server, http, clock, press):
    clock.instant = LATER
    for agency in agencies():
        if agency.style not in {"dom", "web", "asp"}:
            continue
        expected = press.published(LATER, agency.id)
        titles: list[str] = []
        for number in range(1, -(-len(expected) // 10) + 1):
            async with http.get(server.url + page_path(agency, number)) as response:
                body = await response.read()
            tree = LexborHTMLParser(body.decode("euc-kr" if agency.style == "asp" else "utf-8"))
            links = tree.css(".t1") if agency.style == "web" else tree.css("td a[href*=view]")
            titles += [link.text(strip=True) for link in links]

        assert Counter(titles) >= Counter(each.title for each in expected)


async def test_the_board_has_the_columns_of_its_system(server, http, press):
    agency = next(each for each in agencies() if each.style == "dom")

    async with http.get(server.url + list_path(agency)) as response:
        tree = LexborHTMLParser(await response.read())

    assert [cell.text(strip=True) for cell in tree.css("th")] == ["번호", "제목", "부서", "날짜", "조회"]
    row = [cell.text(strip=True) for cell in tree.css("tbody tr")[1].css("td")]
    newest = press.published(START, "province")[0]
    assert row[1:4] == [newest.title, newest.department, "2026-11-23"]
    assert row[0] == "10"
    assert tree.css_first("tbody tr").text().startswith("공지")


@pytest.mark.parametrize("path", [list_path(each) for each in agencies()])
async def test_validators_answer_304_until_something_is_published(server, http, clock, path):
    async with http.get(server.url + path) as first:
        tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        async with http.get(server.url + path, headers=headers) as again:
            assert again.status == 304
            assert await again.read() == b""

    clock.advance(timedelta(minutes=15))  # each agency speaks within a quarter of an hour

    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        async with http.get(server.url + path, headers=headers) as changed:
            assert changed.status == 200
            assert changed.headers["ETag"] != tag


async def test_every_release_and_every_file_can_be_fetched(server, http, clock, press):
    clock.instant = LATER
    for release in press.published(LATER):
        async with http.get(release_url(server.url, release)) as response:
            assert response.status == 200
            body = await response.read()
        page = body.decode("euc-kr" if release.agency.style == "asp" else "utf-8")
        text = " ".join(LexborHTMLParser(page).text().split())
        assert all(" ".join(line.split()) in text for line in release.lines)
        assert "예시이며" in text
        for number, file in enumerate(release.attachments):
            async with http.get(server.url + file_path(release, number)) as response:
                content = await response.read()
                assert response.content_disposition is not None
                assert response.content_disposition.filename == file.name
            if file.kind == "hwpx":
                assert file.lines[0] in unhwp.parse_bytes(content).text
            else:
                assert content.startswith(b"%PDF-1.4")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/",
        "/province/board/view.do",
        "/province/board/view.do?dataSid=1",
        "/province/download.do?atchId=1&fileSn=0",
        "/province/board/list.do?boardId=x&startPage=../../etc",
        "/fire-hq/news/%00",
    ],
)
async def test_a_hostile_address_gets_a_plain_answer(server, http, path):
    async with http.get(server.url + path) as response:
        assert response.status in {200, 404}


async def test_another_method_is_refused(server, http):
    async with http.post(server.url + "/", data=b"x") as response:
        assert response.status == 405


async def test_robots_let_a_crawler_read(server, http):
    async with http.get(server.url + "/robots.txt") as response:
        assert response.content_type == "text/plain"
        assert "Allow: /" in await response.text()


# --- settings


def test_the_settings_are_complete_and_name_the_sites_lists():
    keys = {name: f"key-of-{name}" for name in demo.sensor_names()}

    settings = tomllib.loads(demo.settings_text("http://127.0.0.1:4321", keys))

    people = {person["id"]: person for one in settings["institution"] for person in one["person"]}
    assert {name: people[name].get("roles", ["직원"])[-1] for name in ("kim", "lee", "park", "choi", "oh", "yun")} == {
        "kim": "직원", "lee": "감사", "park": "관리자", "choi": "배식", "oh": "운영자", "yun": "직원",
    }  # fmt: skip
    assert people["kim"]["department"] == "총무과"
    assert {"gyeongnam/cam1", "gyeongnam/gate1"} <= keys.keys()
    cafeteria = settings["institution"][0]["cafeteria"][0]
    assert [sensor["key"] for sensor in cafeteria["sensor"]] == ["key-of-gyeongnam/cam1", "key-of-gyeongnam/gate1"]
    assert [group[0] for group in cafeteria["slots"]["groups"]] == ["총무과", "예산담당관", "농정과", "도로과"]
    assert {source["url"]: source["agency"] for source in settings["source"]} == {
        "http://127.0.0.1:4321" + list_path(agency): agency.name for agency in agencies()
    }


def test_a_sensor_without_a_key_is_told():
    with pytest.raises(KeyError, match="gyeongnam/gate1"):
        demo.settings_text("http://127.0.0.1:1", {"gyeongnam/cam1": "k"})


# --- the cafeteria

PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12), time(12, 20), time(12, 40)), (("가",), ("나",), ("다",), ("라",))
)
KEYS = {"cam1": b"key-of-cam1", "gate1": b"key-of-gate1"}
KINDS = {"cam1": Kind.CAMERA, "gate1": Kind.GATE}


class Entrance:
    """The house's real inbound server and wire, keeping what comes in."""

    def __init__(self, now) -> None:
        self.readings: list[Reading] = []
        self.now = now
        self.is_open = True

    async def receive(self, path, headers, body) -> Answer:
        if not self.is_open:
            return Answer(503)
        sensor = path["sensor"]
        try:
            batch = wire.parse(headers, body, KEYS[sensor], self.now(), kind=KINDS[sensor])
        except SensorError:
            return Answer(403)
        self.readings += batch.readings
        return Answer(200)

    def of(self, sensor: str) -> list[Reading]:
        return [each for each in self.readings if each.sensor == sensor]


@pytest.fixture
def entrance(clock) -> Entrance:
    return Entrance(clock)


@pytest.fixture
async def poster(entrance, http, clock) -> AsyncIterator[Poster]:
    inbound = Inbound("127.0.0.1", 0)
    inbound.route("POST", "/sensors/{institution}/{sensor}", entrance.receive)
    await inbound.start()
    simulator = Simulator(7, PLAN, faults=False)
    yield Poster(http, inbound.url, "gyeongnam", "main", KEYS, simulator, PLAN, clock)
    await inbound.stop()


async def test_the_first_step_catches_up_and_the_next_ones_post_every_ten_seconds(poster, entrance, clock):
    due = await poster.step()
    caught_up = len(entrance.of("cam1"))
    clock.instant = due
    await poster.step()

    assert caught_up == 61  # 11:20 to 11:30
    assert len(entrance.of("cam1")) == len(entrance.of("gate1")) == 62
    assert due == START + timedelta(seconds=10)
    assert entrance.of("cam1")[-1].measured_at == due


async def test_a_whole_lunch_is_posted_once_through_the_entrance(poster, entrance, clock):
    simulator = Simulator(7, PLAN, faults=False)
    while (due := await poster.step()) < START + timedelta(hours=2):
        clock.instant = due + timedelta(minutes=7)

    expected = simulator.readings_between(START - timedelta(minutes=10, seconds=1), START + timedelta(hours=2))
    said = {(each.sensor, each.measured_at, each.count, each.served) for each in entrance.readings}
    assert len(entrance.readings) == len(expected)
    assert said == {(each.sensor, each.measured_at, each.count, each.served) for each in expected}


async def test_after_lunch_the_next_open_day_is_awaited(poster):
    friday_evening = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)

    assert poster.next_due(friday_evening) == datetime(2026, 11, 30, 2, 20, tzinfo=UTC)


async def test_no_lunch_in_sight_is_said(http, clock):
    plan = SlotPlan(date(2026, 1, 5), (time(12),), (("가",),), is_holiday=lambda _day: True)
    poster = Poster(http, "http://127.0.0.1:9", "gyeongnam", "main", KEYS, Simulator(7, plan), plan, clock)

    assert await poster.step() is None


async def test_a_silenced_sensor_says_nothing_and_tells_nothing_later(poster, entrance, clock):
    poster.silent.add("cam1")
    await poster.step()
    assert entrance.of("cam1") == []
    assert entrance.of("gate1")

    poster.silent.clear()
    clock.advance(timedelta(seconds=30))
    await poster.step()

    assert [each.measured_at for each in entrance.of("cam1")] == [
        START + timedelta(seconds=seconds) for seconds in (10, 20, 30)
    ]


async def test_a_reading_by_hand_stands_for_ten_minutes(poster, entrance, clock):
    await poster.step()
    before = len(entrance.of("cam1"))

    await poster.send("cam1", count=18)
    for _ in range(60):
        clock.advance(timedelta(seconds=10))
        await poster.step()

    assert len(entrance.of("cam1")) == before + 1
    assert entrance.of("cam1")[-1].count == 18
    assert len(entrance.of("gate1")) == before + 60
    clock.advance(timedelta(seconds=10))
    await poster.step()
    assert len(entrance.of("cam1")) == before + 2


async def test_a_gate_by_hand_says_what_it_served(poster, entrance):
    await poster.send("gate1", served=12, at=START - timedelta(minutes=1))

    assert [(each.served, each.measured_at) for each in entrance.of("gate1")] == [(12, START - timedelta(minutes=1))]


async def test_what_failed_is_posted_at_the_next_step(poster, entrance, clock):
    entrance.is_open = False
    with pytest.raises(PostError):
        await poster.step()
    with pytest.raises(PostError):
        await poster.send("cam1", count=3)

    entrance.is_open = True
    clock.advance(timedelta(seconds=10))
    await poster.step()

    assert len(entrance.of("cam1")) == 62


async def test_an_entrance_that_is_away_is_told_in_our_own_words(http, clock):
    poster = Poster(http, "http://127.0.0.1:9", "gyeongnam", "main", KEYS, Simulator(7, PLAN), PLAN, clock)

    with pytest.raises(PostError, match="can't be reached"):
        await poster.send("cam1", count=3)
    with pytest.raises(KeyError):
        await poster.send("cam9", count=3)


async def test_seeding_twice_is_seeding_once_and_is_marked_simulated(database: Redis):
    store, simulator = OccupancyStore(database), Simulator(7, PLAN)

    first = await seed(store, "gyeongnam", "main", simulator, date(2026, 11, 23))
    before = await store.history("gyeongnam", "main", 60, START)
    again = await seed(store, "gyeongnam", "main", simulator, date(2026, 11, 23))

    assert (first, again) == (30, 0)
    assert len(before) == 30
    assert all(day.simulated for day in before)
    assert await store.history("gyeongnam", "main", 60, START) == before
    assert await store.history("changwon", "main", 60, START) == ()


def test_paths_need_no_host():
    for release in Press(START).published(START):
        assert urlsplit(view_path(release)).netloc == ""
