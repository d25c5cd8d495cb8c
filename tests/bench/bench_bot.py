"""The house's figures: start, memory, questions, pushes; each beside its aim and what bounds it.

`python tests/bench/bench_bot.py [start|ask|push …]`. Everything is measured from outside, at the console's pipes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from aiohttp import web

from bot.bootstrap import wall
from bot.embedded import EmbeddedServer
from bot.messenger import Chat, Outgoing, Reply, Update
from bot.messengers.console import JsonConsole, Pictures
from bot.outbox import Outbox, Row, State
from bot.rota import WAKE_CHANNEL
from nlp.subscriptions import Subscription, SubscriptionStore

ROOT = Path(__file__).parents[2]
PEOPLE, SUBSCRIBERS, DOCUMENTS, ROUNDS = 200, 2_000, 30, 8
WORDS = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()
TEXT = (
    "{topic} 사업을 새로 시작합니다. 올해 {topic} 예산은 {n}억 원이며 신청은 다음 달 말까지 담당 부서에서 받습니다. "
    "도는 지난해 설명회와 현장 조사에서 나온 의견을 모아 대상과 금액을 넓혔습니다. 자격은 공고일에 도내에 주소를 둔 "
    "사람과 단체이며, 심사는 서류와 발표로 합니다. 결과는 누리집에 알리고 개별로도 연락드립니다. 자세한 내용은 붙임 "
    "공고문을 보아 주십시오. 문의는 담당 부서로 하시면 됩니다. "
)

SETTINGS = """
[catalogue]
enabled = false
[[institution]]
id = "gyeongnam"
name = "경상남도"
[institution.hours]
quiet = "없음"
weekends = true
hourly = 0
daily = 0
[[institution.cafeteria]]
id = "main"
name = "본관 구내식당"
seats = 300
[institution.cafeteria.slots]
first_monday = 2026-01-05
times = ["11:40", "12:00", "12:20", "12:40"]
groups = [["가과"], ["나과"], ["다과"], ["라과"]]
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "{key}"
[[source]]
id = "feed"
agency = "견본도청"
kind = "feed"
url = "http://127.0.0.1:{port}/feed"
interval = 1
[network]
allow_hosts = ["127.0.0.1"]
"""


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def line(what: str, got: float, unit: str, aim: float | None, bound: str, floor: float | None) -> None:
    target = f"aim {aim:g}" if aim is not None else ""
    ratio = f" = {got / floor:.1f} × " if floor else " "
    beside = f"{ratio}{floor:.1f} {unit}, {bound}" if floor else f" {bound}"
    print(f"{what:42} {got:8.1f} {unit:2} {target:8} {beside}", flush=True)


class Console:
    """A console process: lines in, lines out with the instant at which each was read."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.heard: list[tuple[float, dict[str, Any]]] = []
        self.answers: dict[object, float] = {}
        self._news = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for raw in self.process.stdout:
            now = time.perf_counter()
            found = json.loads(raw)
            self.heard.append((now, found))
            self.answers.setdefault(found.get("in_reply_to"), now)
            self._news.set()

    def say(self, *records: dict[str, Any]) -> float:
        assert self.process.stdin is not None
        self.process.stdin.write(b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in records))
        return time.perf_counter()

    async def until(self, done: Callable[[], bool], patience_s: float = 60) -> None:
        async with asyncio.timeout(patience_s):
            while not done():
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), 0.5)

    async def ask(self, number: object, **record: Any) -> float:
        """Milliseconds until the first line of the answer."""
        said = self.say({"id": number, **record})
        await self.until(lambda: number in self.answers)
        return (self.answers[number] - said) * 1000

    async def ask_all(self, first: int, records: list[dict[str, Any]]) -> list[float]:
        """Milliseconds of each, all asked in one breath."""
        numbers = range(first, first + len(records))
        said = self.say(*({"id": number, **one} for number, one in zip(numbers, records, strict=True)))
        await self.until(lambda: all(number in self.answers for number in numbers))
        return [(self.answers[number] - said) * 1000 for number in numbers]


@contextlib.asynccontextmanager
async def console(*words: str) -> AsyncIterator[Console]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT, limit=2**24
    )
    try:
        yield Console(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()


def demo(data: Path, *words: str) -> tuple[str, ...]:
    return ("-m", "bot", "console", "--json", "--demo", "--data", str(data), *words)


async def start(folder: Path) -> None:
    """Second start of the demo to its first answer; memory of the whole demo after some talk."""
    async with console(*demo(folder / "demo")) as talk:
        await talk.ask(1, user="kim", text="식당")
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        async with console(*demo(folder / "demo")) as talk:
            await talk.ask(1, user="kim", text="식당")
            taken.append(time.perf_counter() - began)
    bare = []
    for _ in range(3):
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import numpy, redis.asyncio, aiohttp")
        await process.wait()
        bare.append(time.perf_counter() - began)
    floor = statistics.median(bare)
    line(
        "second start to first answer, worst of 5", max(taken), "s", 5, "python importing numpy, redis, aiohttp", floor
    )
    line("second start to first answer, median", statistics.median(taken), "s", 5, "the same", floor)
    async with console(*demo(folder / "demo")) as talk:
        await converse(talk)
        await asyncio.sleep(20)
        family = [psutil.Process(talk.process.pid), *psutil.Process(talk.process.pid).children(recursive=True)]
        rss = sum(one.memory_info().rss for one in family) / 1e6
        pss = sum(one.memory_full_info().pss for one in family) / 1e6
        shown = ", ".join(f"{one.name()} {one.memory_info().rss / 1e6:.0f}" for one in family)
        line("memory of the demo, resident (RSS) summed", rss, "MB", 400, f"({shown})", None)
        line("the same without counting shared twice (PSS)", pss, "MB", 400, "", None)


async def converse(talk: Console) -> None:
    """Every kind of conversation once, so that whatever loads late is loaded."""
    said = ["식당", "차례", "구독 청년 일자리", "브리핑", "위치 동의 예", "도움말", "청년 월세 소식 구독해 줘"]
    for number, text in enumerate(said):
        await talk.ask(f"w{number}", user="kim", text=text)
    point = {"lat": 35.2279, "lon": 128.6811, "accuracy_m": 12}
    await talk.ask("w-trip", user="kim", location=point)
    image = next(one["image"] for _, one in talk.heard if one.get("in_reply_to") == "w-trip")
    if image:
        await talk.ask("w-check", user="lee", text="검증", files=[image])


def write_settings(folder: Path, port: int = 9) -> tuple[str, ...]:
    """A house of our own; the words that start its console."""
    config = folder / "dobi.toml"
    people = "".join(
        f'[[institution.person]]\nid = "u{number}"\nname = "사람{number}"\ndepartment = "{"가나다라"[number % 4]}과"\n'
        for number in range(PEOPLE)
    )
    head, mark, rest = SETTINGS.format(key="k" * 32, port=port).partition("[[institution.cafeteria]]\n")
    config.touch(mode=0o600)
    config.write_text(head + people + mark + rest, encoding="utf-8")
    return ("-m", "bot", "console", "--json", "--config", str(config), "--data", str(folder / "data"))


async def ask(folder: Path) -> None:
    """One asker, then everybody at once; beside an echo through the same console."""
    questions: dict[str, dict[str, Any]] = {"차례": {"text": "차례"}, "식당": {"text": "식당"}}
    async with console(str(Path(__file__)), "--echo", str(folder)) as talk:
        await talk.ask("warm", user="u0", text="x")
        one = [await talk.ask(n, user="u1", text="식당") for n in range(200)]
        many = [
            value
            for turn in range(ROUNDS)
            for value in await talk.ask_all(
                1000 + turn * PEOPLE, [{"user": f"u{n}", "text": "식당"} for n in range(PEOPLE)]
            )
        ]
    echo_one, echo_many = p95(one), p95(many)
    words = write_settings(folder)
    async with console(*words, "--at", "2026-11-23T12:00", "--roles", "chat,deliver,sense") as talk:
        talk.say({"control": "sensor", "sensor": "cam1", "count": 18})
        for number in range(PEOPLE):
            await talk.ask(f"meet{number}", user=f"u{number}", text="도움말")
        for name in questions:
            await talk.ask(f"warm-{name}", user="u0", text=name)
        for name, aim in (("차례", 150), ("식당", 600)):
            got = []
            for n in range(100):
                talk.say({"control": "sensor", "sensor": "cam1", "count": 10 + n % 9}) if not n % 50 else None
                got.append(await talk.ask(f"{name}{n}", user=f"u{n % PEOPLE}", text=name))
            what = "text" if name == "차례" else "with picture"
            line(f"one asks '{name}' ({what}), p95", p95(got), "ms", aim, "an echo through the console", echo_one)
        server = EmbeddedServer(folder / "data")
        redis = server.client()
        changed = (await redis.info("persistence"))["rdb_changes_since_last_save"]
        for turn, name in enumerate(("차례", "식당")):
            got = []
            for n in range(ROUNDS):
                records = [{"user": f"u{k}", "text": name} for k in range(PEOPLE)]
                got += await talk.ask_all(10_000 * (turn + 1) + n * PEOPLE, records)
                await asyncio.sleep(1.1)
            line(f"{PEOPLE} ask '{name}' at once, p95", p95(got), "ms", 500, "an echo to as many", echo_many)
        after = (await redis.info("persistence"))["rdb_changes_since_last_save"]
        print(f"changes in the database during {2 * ROUNDS * PEOPLE} questions: {after - changed} (aim 0)")
        await redis.aclose()
    drawn = await picture(folder)
    line("'식당' with a picture drawn anew, p95", p95(drawn), "ms", 600, "an echo through the console", echo_one)


async def picture(folder: Path) -> list[float]:
    """A picture is kept for a minute: a clock that leaps shows what drawing costs."""
    words = write_settings(folder)
    got = []
    async with console(*words, "--virtual-clock", "--at", "2026-11-23T11:45", "--roles", "chat,deliver,sense") as talk:
        for n in range(31):
            talk.say({"id": f"s{n}", "control": "sensor", "sensor": "cam1", "count": 12 + n % 9})
            await talk.until(lambda n=n: f"s{n}" in talk.answers)
            got.append(await talk.ask(f"p{n}", user="u1", text="식당"))
            await talk.ask(f"a{n}", control="advance", seconds=61)
    return got[1:]


async def echo(folder: Path) -> None:
    """The console with nothing behind it: an answer of the same size."""

    class Controls:
        async def drain(self) -> None:
            return

        async def advance(self, seconds: float) -> datetime:
            raise NotImplementedError

        async def sensor(self, control: object) -> None:
            raise NotImplementedError

    messenger = JsonConsole(Controls(), Pictures(folder / "echo"), wall)

    async def receive(update: Update) -> None:
        chat = Chat("console", f"dm:{update.sender}", private=True)
        await messenger.send(Outgoing("a", chat, "m1", Reply("가" * 120), reference=update.reference))

    await messenger.run(receive)


class Site:
    """A feed to which documents are added; each page says all of itself."""

    def __init__(self) -> None:
        self.topics: list[str] = []
        self.port = 0

    def _url(self, number: int) -> str:
        return f"http://127.0.0.1:{self.port}/view?nttId={number}"

    async def feed(self, _: web.Request) -> web.Response:
        items = "".join(
            f"<item><title>{topic} 지원 제{number}차 공고</title><link>{self._url(number)}</link></item>"
            for number, topic in reversed(list(enumerate(self.topics, 11)))
        )
        return web.Response(
            text=f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>', content_type="text/xml"
        )

    async def view(self, request: web.Request) -> web.Response:
        number = int(request.query["nttId"])
        topic = self.topics[number - 11]
        text = TEXT.format(topic=topic, n=number)
        return web.Response(
            text=f"<html><body><article><h1>{topic}</h1><p>{text}</p></article></body></html>", content_type="text/html"
        )

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[Site]:
        app = web.Application()
        app.add_routes([web.get("/feed", self.feed), web.get("/view", self.view)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.port = runner.addresses[0][1]
            yield self
        finally:
            await runner.cleanup()


async def subscribe(redis: Any, chance: random.Random) -> None:
    """10,000 subscriptions: five of some 200 words for each of 2,000 chats."""
    store = SubscriptionStore(redis)

    async def one(number: int) -> None:
        for text in chance.sample(WORDS, 5):
            owner = f"console:dm:v{number}"
            added = Subscription(
                id=f"{number}-{text}", owner=owner, text=text, created_at=datetime.now(UTC), created_by=f"v{number}"
            )
            await store.add("gyeongnam", added)

    for start_at in range(0, SUBSCRIBERS, 100):
        await asyncio.gather(*(one(number) for number in range(start_at, start_at + 100)))


async def push(folder: Path) -> None:
    """A new document on a site, from its hand-over to the lines at the console; beside the bare outbox."""
    chance = random.Random(1)
    async with Site().served() as site:
        words = write_settings(folder, site.port)
        server = EmbeddedServer(folder / "data")
        await server.ensure()
        redis = server.client()
        await subscribe(redis, chance)
        site.topics += ["옛 소식"] * 3
        handed: list[float] = []

        async def listen() -> None:
            nonlocal handed
            async with redis.pubsub() as channel:
                await channel.subscribe(WAKE_CHANNEL)
                async for message in channel.listen():
                    if message["data"] == b"brief":
                        handed += [time.perf_counter()]

        listening = asyncio.create_task(listen())
        delays, lasts, rows = [], [], []
        async with console(*words, "--roles", "crawl,brief,deliver,chat") as talk:
            await talk.ask(1, user="u0", text="도움말")
            await asyncio.sleep(4)  # the baseline is read
            for number in range(DOCUMENTS):
                heard, before = len(talk.heard), len(handed)
                topic = chance.choice(WORDS)
                site.topics.append(topic)
                await talk.until(lambda before=before: len(handed) > before, 15)
                quiet = 0
                while quiet < 6:  # 0.6 s without another line
                    was = len(talk.heard)
                    await asyncio.sleep(0.1)
                    quiet = quiet + 1 if len(talk.heard) == was else 0
                found = [at - handed[before] for at, one in talk.heard[heard:] if "story" in one]
                if number >= 2:
                    delays += [value * 1000 for value in found]
                    lasts += [max(found) * 1000] if found else []
                    rows.append(len(found))
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        mean = round(statistics.mean(rows))
        bare = [await bare_outbox(redis, mean, turn) for turn in range(10)]
        each = f"bare put, lease and finish of {mean} rows, one after the other's"
        line(f"push, hand-over to line, p95 of {len(delays)}", p95(delays), "ms", 500, each, statistics.median(bare))
        line("push, to the last line of a document, p95", p95(lasts), "ms", None, each, statistics.median(bare))
        print(f"rows a document: {min(rows)} to {max(rows)}, mean {mean}; {SUBSCRIBERS * 5} subscriptions")
        await redis.aclose()
        await server.close()


async def bare_outbox(redis: Any, count: int, turn: int) -> float:
    """Milliseconds for as many rows through the outbox and nothing else."""
    outbox, now = Outbox(redis, "bench"), datetime.now(UTC)
    rows = [
        Row(Chat("bench", f"dm:v{n}", private=True), f"bench-{turn}", 1, "instant", Reply("가" * 200), now)
        for n in range(count)
    ]
    began = time.perf_counter()
    await outbox.put("gyeongnam", rows)
    while taken := await outbox.lease("gyeongnam", "bench", now):
        await asyncio.gather(*(outbox.finish("gyeongnam", one, State.SENT, now, native="n") for one in taken))
    return (time.perf_counter() - began) * 1000


async def run(wanted: list[str]) -> None:
    print(f"load of the machine before: {', '.join(f'{one:.2f}' for one in os.getloadavg())} on {os.cpu_count()} cores")
    for name, part in (("start", start), ("ask", ask), ("push", push)):
        if name in wanted or not wanted:
            folder = Path(tempfile.mkdtemp(prefix="dobi-bench-"))
            try:
                await part(folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--echo"]:
        asyncio.run(echo(Path(sys.argv[2])))
    else:
        asyncio.run(run(sys.argv[1:]))
