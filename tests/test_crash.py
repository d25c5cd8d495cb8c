"""Whoever is killed, and whenever: no document is lost, and nobody hears anything twice.

Real processes of every role of walk 1 (site → crawl → stream → brief → outbox → deliver → console) and of walk 2 die by
`kill -9` at random moments, the database among them, and are started again at once. A failing run tells its seed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import secrets
import socket
import subprocess
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import VALKEY
from tests.crashing import CORRECTED, TOPICS, House, Release, Role, Site

PATIENCE_S = 60.0

WANTED = {
    ("gyeongnam", "dm:kim"): ("청년월세", "가축방역", "전통시장"),
    ("gyeongnam", "dm:lee"): ("산불예방", "전통시장", "미세먼지"),
    ("gyeongnam", "총무과"): ("청년월세", "공공도서관", "수소버스"),
    ("busan", "dm:yun"): ("청년월세", "어촌체험", "치매안심"),
    ("busan", "dm:seo"): ("전통시장", "가축방역"),
    ("busan", "총무과"): ("공공도서관", "치매안심"),
}
LATE = (("gyeongnam", "dm:lee"), "스마트팜")  # subscribed while processes are dying
SPEAKER = {("gyeongnam", "총무과"): "kim", ("busan", "총무과"): "yun"}

SETTINGS = """
[catalogue]
enabled = false
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "kim"
name = "김하나"
department = "총무과"
[[institution.person]]
id = "lee"
name = "이보름"
department = "총무과"
[[institution.channel]]
id = "총무과"
[[institution]]
id = "busan"
name = "부산광역시"
[[institution.person]]
id = "yun"
name = "윤가람"
department = "총무과"
[[institution.person]]
id = "seo"
name = "서마루"
department = "총무과"
[[institution.channel]]
id = "총무과"
[[source]]
id = "feed"
agency = "견본도청"
kind = "feed"
url = "http://127.0.0.1:{port}/feed/list"
interval = 1
[[source]]
id = "board"
agency = "견본시청"
kind = "board"
url = "http://127.0.0.1:{port}/board/list"
interval = 1
[network]
allow_hosts = ["127.0.0.1"]
"""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site().served() as served:
        yield served


@pytest.fixture
async def house(tmp_path: Path, site: Site) -> AsyncIterator[House]:
    house = House(tmp_path)
    write_settings(house, site)
    yield house
    await house.stop()
    with contextlib.suppress(TimeoutError):
        await until(lambda: not house.orphans(), 10)
    left = house.orphans()
    for orphan in left:
        orphan.kill()
    assert not left


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.kill()


class Valkey:
    """A server that is nobody's child but the test's, reached by URL."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        where = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._folder))
        durable = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")
        self._process = subprocess.Popen([VALKEY, *where, *durable], stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()


def write_settings(house: House, site: Site, url: str = "") -> None:
    redis = f'[redis]\nurl = "{url}"\n' if url else ""
    house.config.touch(mode=0o600)
    house.config.write_text(SETTINGS.format(port=site.port) + redis, encoding="utf-8")


async def until(done: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    async with asyncio.timeout(patience_s):
        while not done():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.05)


async def run(house: House, *words: str) -> list[dict[str, Any]]:
    """One command from start to end; its JSON lines."""
    process = await asyncio.create_subprocess_exec(
        *house.command(*words), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[1]
    )
    output, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    return [json.loads(line) for line in output.splitlines()]


class Talk:
    """People at the console, who say a thing again until it is answered."""

    def __init__(self, console: Role) -> None:
        self._console = console
        self._count = 0

    async def ask(self, expected: str, **line: Any) -> None:
        """Returns when an answer that contains `expected` has come to one of the tries."""
        asked = set[int]()

        def answered() -> bool:
            return any(
                one.get("in_reply_to") in asked and expected in one.get("text", "") for one in self._console.lines
            )

        for _ in range(40):
            self._count += 1
            asked.add(self._count)
            self._console.say(id=self._count, **line)
            with contextlib.suppress(TimeoutError):
                await until(answered, 2)
                return
        raise AssertionError(f"no answer to {line}")

    async def subscribe(self, place: tuple[str, str], word: str) -> None:
        _, chat = place
        user = SPEAKER.get(place, chat.removeprefix("dm:"))
        group = {} if chat.startswith("dm:") else {"chat": chat, "mention": True}
        await self.ask(f"'{word}'", user=user, text=f"구독 {word}", **group)


class Trips:
    """Locations whose platform sends each update again and again: one receipt each."""

    def __init__(self, console: Role) -> None:
        self._console = console
        self.sent: list[dict[str, Any]] = []

    def share(self, user: str) -> None:
        number = len(self.sent)
        point = {"lat": 35.2279 + number / 1000, "lon": 128.6811, "accuracy_m": 12}
        self.sent.append({"id": f"trip-{number}", "user": user, "update_id": f"u{number}", "location": point})
        self._console.say(**self.sent[-1])

    def again(self) -> None:
        for line in self.sent:
            self._console.say(**line)

    def receipts(self, house: House) -> dict[str, set[str]]:
        """Line id → ids of the messages that carried a receipt."""
        found: dict[str, set[str]] = defaultdict(set)
        for line in house.lines:
            if str(line.get("in_reply_to")).startswith("trip-") and line.get("image"):
                found[line["in_reply_to"]].add(line["message"])
        return found


class News:
    """What was published since the baseline, and who must hear of it."""

    def __init__(self, site: Site, chance: random.Random) -> None:
        self.site = site
        self._chance = chance
        self.wanted = {place: set(words) for place, words in WANTED.items()}
        self.published: list[Release] = []

    def happen(self) -> None:
        """A new document on one site or on both, or a correction of an earlier one."""
        plain = [one for one in self.published if len(one.boards) == 1 and not one.corrected]
        if plain and self._chance.random() < 0.15:
            self._chance.choice(plain).corrected = True
            return
        topics = sorted(set.union(*self.wanted.values()))
        boards = self._chance.choice([("feed",), ("board",), ("feed", "board")])
        self.published.append(self.site.publish(self._chance.choice(topics), *boards))

    def expected(self) -> set[tuple[str, str, str, bool]]:
        """(institution, chat, address, whether corrected) of every document for every chat that asked for its word."""
        return {
            (*place, self.site.url(board, one), one.corrected)
            for one in self.published
            for board in one.boards
            for place, words in self.wanted.items()
            if one.topic in words
        }


def pushes(house: House) -> list[dict[str, Any]]:
    return [line for line in house.lines if "story" in line]


def arrived(house: House) -> set[tuple[str, str, str, bool]]:
    return {(one["institution"], one["chat"], one["url"], CORRECTED in one["text"]) for one in pushes(house)}


def twice(house: House) -> list[object]:
    """What some chat was told more than once: two ids for a step of a story, or two first messages of a story."""
    ids, firsts = defaultdict[object, set[str]](set), defaultdict[object, set[str]](set)
    for one in pushes(house):
        chat = (one["institution"], one["chat"], one["story"])
        ids[*chat, one["step"]].add(one["message"])
        if one["edits"] is None:
            firsts[chat].add(one["message"])
    urls = defaultdict[object, set[str]](set)
    for one in pushes(house):
        urls[one["institution"], one["chat"], one["url"]].add(one["story"])
    return [*(key for found in (ids, firsts, urls) for key, seen in found.items() if len(seen) > 1)]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "kills"), [("embedded", 36), ("url", 30)])
async def test_nothing_is_lost_and_nothing_is_said_twice(
    kind: str, kills: int, house: House, site: Site, request: pytest.FixtureRequest
) -> None:
    seed = int(os.environ.get("DOBI_CRASH_SEED") or secrets.randbits(32))
    print(f"DOBI_CRASH_SEED={seed}")
    chance = random.Random(seed)
    valkey: Valkey | None = request.getfixturevalue("valkey") if kind == "url" else None
    if valkey:
        write_settings(house, site, valkey.url)
    for topic in TOPICS:
        site.publish(topic, "feed", "board")
    baseline = await run(house, "crawl", "--once", "--json")
    assert [one["error"] for one in baseline] == [None, None]

    news = News(site, chance)
    await asyncio.wait_for(live(house, news, chance, kills, valkey), 170)

    assert not twice(house)
    assert {one[:3] for one in arrived(house)} <= {one[:3] for one in news.expected()}


async def live(house: House, news: News, chance: random.Random, kills: int, valkey: Valkey | None) -> None:
    """The house works while it is killed, and until everything has come."""
    copies = 2 if valkey else 1
    for number in range(copies):
        house.start(f"crawl{number}", "work", "crawl")
        house.start(f"brief{number}", "work", "brief")
    console = house.start("console", "console", "--json", "--roles", "chat,deliver")
    if valkey:
        house.start("deliver", "console", "--json", "--roles", "deliver")
    talk, trips = Talk(console), Trips(console)
    for place, words in WANTED.items():
        for word in words:
            await talk.subscribe(place, word)
    for user in ("kim", "yun"):
        await talk.ask("기록", user=user, text="위치 동의 예")
    late = asyncio.create_task(talk.subscribe(*LATE))
    victims = [*house.roles] * 3 + ["server", *(() if valkey else ("parent",))]
    killed: Counter[str] = Counter()
    while killed.total() < kills:
        news.happen()
        if len(trips.sent) < 8:
            trips.share(chance.choice(("kim", "yun")))
        if late.done():
            place, word = LATE
            news.wanted[place].add(word)
        await moment(news.site, chance)
        victim = chance.choice(victims)
        if valkey and victim == "server":
            valkey.kill()
            valkey.start()
            killed[victim] += 1
        else:
            killed[victim] += house.kill(victim)
        trips.again()
    print(f"killed: {dict(killed)}; arrived in time: {len(news.expected() & arrived(house))} of {len(news.expected())}")
    await late
    await settled(house, news, trips)


async def moment(site: Site, chance: random.Random) -> None:
    """Any moment; more often than not one at which a document is on its way."""
    if chance.random() < 0.4:
        await asyncio.sleep(chance.uniform(0.1, 4.0))
        return
    site.read.clear()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(site.read.wait(), 4)
    await asyncio.sleep(chance.uniform(0.0, 0.25))


async def settled(house: House, news: News, trips: Trips) -> None:
    started = asyncio.get_running_loop().time()

    def over() -> bool:
        return news.expected() <= arrived(house) and len(trips.receipts(house)) == len(trips.sent)

    with contextlib.suppress(TimeoutError):
        while not over():
            trips.again()
            with contextlib.suppress(TimeoutError):
                await until(over, 3)
            if asyncio.get_running_loop().time() - started > PATIENCE_S:
                break
    print(f"settled in {asyncio.get_running_loop().time() - started:.1f} s")
    missing = news.expected() - arrived(house)
    if missing:
        print(*house.lines[-60:], sep="\n")
    assert not missing
    assert {trip: len(ids) for trip, ids in trips.receipts(house).items()} == {line["id"]: 1 for line in trips.sent}
    await asyncio.sleep(2)  # what would be said twice has its chance
    checked = await run(house, "log", "check", "--json")
    assert [one["ok"] for one in checked] == [True, True]
    assert sum(one["size"] for one in checked) == len(trips.sent)
