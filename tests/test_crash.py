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
from typing import Any, NamedTuple

import pytest

from tests.conftest import VALKEY
from tests.crashing import CORRECTED, TOPICS, House, Release, Role, Site, Watch

PATIENCE_S = 120.0

TENANTS = ("gyeongnam", "busan")
PEOPLE = 8  # in each institution; both have a channel of the same name
CHANNEL = "총무과"
LATE = "스마트팜"  # what one person subscribes to while processes are dying
EARLY = [topic for topic in TOPICS if topic != LATE]

AGENCIES = {"feed": "견본도청", "board": "견본시청"}

Place = tuple[str, str]


class Told(NamedTuple):
    """A document that a chat has heard of."""

    place: Place
    document: str
    agency: str
    corrected: bool


WANTED: dict[Place, list[str]] = {
    (tenant, chat): [EARLY[(start + number * step) % len(EARLY)] for step in (1, 2, 4)]
    for start, tenant in enumerate(TENANTS)
    for number, chat in enumerate([*(f"dm:{tenant}{person}" for person in range(PEOPLE)), CHANNEL])
}

SOURCES = """
[catalogue]
enabled = false
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
INSTITUTION = """[[institution]]
id = "{id}"
name = "{id}"
[institution.hours]
quiet = "없음"
weekends = true
hourly = 0
daily = 0
[[institution.channel]]
id = "{channel}"
"""
PERSON = '[[institution.person]]\nid = "{id}"\nname = "{id}"\ndepartment = "총무과"\n'


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
    parts = [SOURCES.format(port=site.port), f'[redis]\nurl = "{url}"\n' if url else ""]
    for tenant in TENANTS:
        parts.append(INSTITUTION.format(id=tenant, channel=CHANNEL))
        parts += [PERSON.format(id=f"{tenant}{number}") for number in range(PEOPLE)]
    house.config.touch(mode=0o600)
    house.config.write_text("".join(parts), encoding="utf-8")


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

    async def subscribe(self, place: Place, word: str) -> None:
        tenant, chat = place
        user = f"{tenant}0" if chat == CHANNEL else chat.removeprefix("dm:")
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
        """New documents on one site or on both, or a correction of an earlier one."""
        plain = [one for one in self.published if len(one.boards) == 1 and not one.corrected]
        if plain and self._chance.random() < 0.15:
            self._chance.choice(plain).corrected = True
            return
        topics = sorted(set.union(*self.wanted.values()))
        for _ in range(self._chance.randint(1, 3)):
            boards = self._chance.choice([("feed",), ("board",), ("feed", "board")])
            self.published.append(self.site.publish(self._chance.choice(topics), *boards))

    def expected(self) -> set[Told]:
        """Every document, told by each of its agencies, for every chat that asked for its word."""
        return {
            Told(place, str(one.number), AGENCIES[board], one.corrected)
            for one in self.published
            for board in one.boards
            for place, words in self.wanted.items()
            if one.topic in words
        }


def pushes(house: House) -> list[dict[str, Any]]:
    return [line for line in house.lines if "story" in line]


def arrived(house: House) -> set[Told]:
    """What the lines tell; the second agency of an event may be named in the first one's message."""
    return {
        Told((one["institution"], one["chat"]), one["url"].rpartition("=")[2], agency, CORRECTED in one["text"])
        for one in pushes(house)
        for agency in AGENCIES.values()
        if agency == one["source"] or f"같은 소식: {agency}" in one["text"]
    }


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
@pytest.mark.timeout(700)
@pytest.mark.parametrize(("kind", "kills"), [("embedded", 24), ("url", 16)])
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
    await asyncio.wait_for(live(house, news, chance, kills, valkey), 500)  # 20 s alone, 170 at a load of 20

    assert not twice(house)
    assert {one[:2] for one in arrived(house)} <= {one[:2] for one in news.expected()}


async def live(house: House, news: News, chance: random.Random, kills: int, valkey: Valkey | None) -> None:
    """The house works while it is killed, and until everything has come."""
    for number in range(2 if valkey else 1):
        house.start(f"crawl{number}", "work", "crawl")
        house.start(f"brief{number}", "work", "brief")
    console = house.start("console", "console", "--json", "--roles", "chat,deliver")
    if valkey:
        house.start("deliver", "console", "--json", "--roles", "deliver")
    talk, trips = Talk(console), Trips(console)
    await asyncio.gather(*(talk.subscribe(place, word) for place, words in WANTED.items() for word in words))
    travellers = [f"{tenant}1" for tenant in TENANTS]
    for user in travellers:
        await talk.ask("기록", user=user, text="위치 동의 예")
    late = asyncio.create_task(talk.subscribe((TENANTS[0], f"dm:{TENANTS[0]}0"), LATE))
    watch = Watch(house.address if valkey is None else lambda: contextlib.nullcontext(valkey.url))
    killed: Counter[str] = Counter()
    while killed.total() < kills:
        news.happen()
        if len(trips.sent) < 8:
            trips.share(chance.choice(travellers))
        if late.done():
            news.wanted[TENANTS[0], f"dm:{TENANTS[0]}0"].add(LATE)
        victims = await moment(house, watch, news.site, chance)
        victim = chance.choice(victims)
        if valkey and victim in {"server", "parent"}:
            valkey.kill()
            valkey.start()
            killed["server"] += 1
        else:
            killed[victim] += house.kill(victim)
        trips.again()
    await watch.stop()
    print(f"killed: {dict(killed)}; arrived in time: {len(news.expected() & arrived(house))} of {len(news.expected())}")
    await late
    await settled(house, news, trips)


async def moment(house: House, watch: Watch, site: Site, chance: random.Random) -> list[str]:
    """Waits for any moment, more often than not one at which a document is on its way; who may die then."""

    def roles(*kinds: str) -> list[str]:
        return [name for name in house.roles if name.startswith(kinds)]

    match chance.choice(("any", "read", "handed over", "handed over", "written", "written")):
        case "read":
            site.read.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(site.read.wait(), 4)
            await asyncio.sleep(chance.uniform(0, 0.1))
            return [*roles("crawl"), "server"]
        case "handed over":
            await watch.next("brief", 4)
            await asyncio.sleep(chance.uniform(0, 0.05))
            return [*roles("brief"), *roles("brief"), "parent"]
        case "written":
            await watch.next("deliver", 4)
            await asyncio.sleep(chance.uniform(0, 0.03))
            return [*roles("brief"), *roles("console", "deliver"), "server"]
        case _:
            await asyncio.sleep(chance.uniform(0.1, 4))
            return [*house.roles, "server", "parent"]


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
    others = sum(one["size"] for one in checked) - len(trips.sent)
    assert 0 <= others <= len(checked)  # each institution's receipt key has a leaf, once a worker has come round
