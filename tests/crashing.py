"""A house of real processes that can be killed at any moment, and the agencies' site that it reads."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import psutil
from aiohttp import web
from redis.exceptions import RedisError

from bot.embedded import EmbeddedServer, remote_client
from bot.rota import WAKE_CHANNEL
from tests.conformance.lives import Lives

ROOT = Path(__file__).parents[1]

TOPICS = {
    "청년월세": "만 열아홉 살부터 서른네 살까지 혼자 사는 세입자를 다달이 돕습니다. 소득과 재산을 함께 봅니다.",
    "가축방역": "축사마다 소독 차량을 돌리고 구제역 백신을 다시 놓습니다. 농가는 출입 명부를 적어야 합니다.",
    "산불예방": "입산 길목마다 감시원을 세우고 논두렁 태우기를 막습니다. 진화 헬기도 가까이 둡니다.",
    "수소버스": "충전소를 세 곳 더 짓고 경유 시내버스를 차례로 바꿉니다. 정비사 교육도 시작합니다.",
    "전통시장": "상인회와 함께 지붕을 고치고 주차장을 넓힙니다. 장날에는 온누리상품권을 돌려줍니다.",
    "공공도서관": "밤 열 시까지 열람실을 열고 어린이 서가를 새로 꾸밉니다. 책 배달도 해 드립니다.",
    "치매안심": "보건소에서 기억력 검사를 거저 해 드리고 어르신 댁을 찾아갑니다. 보호자 쉼터도 엽니다.",
    "어촌체험": "갯벌에서 조개를 캐고 배를 타는 마을을 넓힙니다. 안전 요원을 배치합니다.",
    "스마트팜": "유리온실에 온도와 물을 스스로 맞추는 장치를 달고 작물 자료를 모읍니다. 농업인 교육생을 뽑습니다.",
    "미세먼지": "대기 측정소를 늘리고 노후 경유차 운행을 줄입니다. 마스크를 나누어 드립니다.",
}


CORRECTED = "고쳐 알림 "


@dataclass
class Release:
    """A document of the site. Its ordinal ("제12차") keeps it apart from others on the same subject."""

    number: int
    topic: str
    at: datetime
    boards: tuple[str, ...]
    corrected: bool = False

    @property
    def title(self) -> str:
        return f"{CORRECTED if self.corrected else ''}{self.topic} 사업 제{self.number}차 안내"

    @property
    def text(self) -> str:
        return f"{TOPICS[self.topic]} 이번 {self.topic} 일은 제{self.number}차이며 담당 부서가 맡아 차례로 합니다."


@dataclass
class Site:
    """One agency's feed and another's board; documents keep appearing."""

    releases: list[Release] = field(default_factory=list)
    port: int = 0
    read: asyncio.Event = field(default_factory=asyncio.Event)

    def publish(self, topic: str, *boards: str) -> Release:
        release = Release(11 + len(self.releases), topic, datetime.now(UTC), boards)
        self.releases.append(release)
        return release

    def path(self, board: str, release: Release) -> str:
        return f"/{board}/view?nttId={release.number}"

    def url(self, board: str, release: Release) -> str:
        return f"http://127.0.0.1:{self.port}{self.path(board, release)}"

    def on(self, board: str) -> list[Release]:
        return [release for release in reversed(self.releases) if board in release.boards]

    async def feed(self, _: web.Request) -> web.Response:
        items = "".join(
            f"<item><title>{escape(one.title)}</title><link>{escape(self.url('feed', one))}</link>"
            f"<pubDate>{one.at:%a, %d %b %Y %H:%M:%S +0000}</pubDate></item>"
            for one in self.on("feed")
        )
        body = (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
        )
        return web.Response(body=body.encode(), content_type="application/rss+xml")

    async def board(self, _: web.Request) -> web.Response:
        rows = "".join(
            f'<tr><td>{one.number}</td><td><a href="{escape(self.path("board", one))}">{one.title}</a></td>'
            f"<td>{one.at:%Y-%m-%d}</td></tr>"
            for one in self.on("board")
        )
        head = "<tr><th>번호</th><th>제목</th><th>작성일</th></tr>"
        return _page(f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>")

    async def view(self, request: web.Request) -> web.Response:
        release = next(one for one in self.releases if str(one.number) == request.query["nttId"])
        self.read.set()
        return _page(f"<article><h1>{release.title}</h1><div class='view_cont'><p>{release.text}</p></div></article>")

    @contextlib.asynccontextmanager
    async def served(self) -> AsyncIterator[Site]:
        app = web.Application()
        app.add_routes(
            [
                web.get("/feed/list", self.feed),
                web.get("/board/list", self.board),
                web.get("/{board}/view", self.view),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.port = runner.addresses[0][1]
            yield self
        finally:
            await runner.cleanup()


def _page(body: str) -> web.Response:
    return web.Response(text=f"<html><body><h1>알림</h1>{body}</body></html>", content_type="text/html")


class Watch:
    """Hears when an article is handed over ("brief") and when rows are written ("deliver"), while the server lives."""

    def __init__(self, address: Callable[[], AbstractContextManager[str]]) -> None:
        self._address = address
        self._heard: dict[str, asyncio.Event] = {name: asyncio.Event() for name in ("brief", "deliver")}
        self._listening = asyncio.create_task(self._listen())

    async def next(self, name: str, patience_s: float) -> None:
        """Returns at the next such moment, or after `patience_s`."""
        self._heard[name].clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._heard[name].wait(), patience_s)

    async def stop(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(RedisError, OSError), self._address() as url:
                client = remote_client(url)
                try:
                    async with client.pubsub() as channel:
                        await channel.subscribe(WAKE_CHANNEL)
                        async for message in channel.listen():
                            if message["data"] in {b"brief", b"deliver"}:
                                self._heard[message["data"].decode()].set()
                finally:
                    await client.aclose()
            await asyncio.sleep(0.05)


class Role:
    """A process that is started again at once when it dies; what it says is kept over all its lives."""

    def __init__(self, name: str, words: list[str], log: Path, births: Lives) -> None:
        self.name = name
        self.lines: list[dict[str, Any]] = []
        self.lives = 0
        self.heard = asyncio.Event()
        self._words = words
        self._log = log
        self._births = births
        self._pid = 0
        self._stdin: asyncio.WriteTransport | None = None
        self._stdout: asyncio.ReadTransport | None = None
        self._living = asyncio.create_task(self._live())

    @property
    def pid(self) -> int | None:
        return self._pid if self._pid and not self._births.over(self._pid) else None

    def say(self, **record: Any) -> None:
        """Writes a line; lost when the process dies first."""
        if self._stdin is not None and not self._stdin.is_closing():
            self._stdin.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")

    async def up(self) -> None:
        """Returns once it has answered, if only that it knows no such order; each life is asked once."""
        asked = 0
        while not self.heard.is_set():
            if self.lives > asked:
                asked = self.lives
                self.say(id="up", control="?")
            self.check()
            await asyncio.sleep(0.02)

    def check(self) -> None:
        """Raises what ended the watch over this role, if anything did."""
        if self._living.done():
            self._living.result()

    async def stop(self) -> None:
        self._living.cancel()
        await asyncio.gather(self._living, return_exceptions=True)
        if self._pid:
            await self._births.kill(self._pid)

    async def _live(self) -> None:
        while True:
            try:
                lines = await self._begin()
                self.lives += 1
                async for line in lines:
                    if line.startswith(b"{") and line.endswith(b"\n"):  # a life may end in the middle of a line
                        self.lines.append(json.loads(line))
                        self.heard.set()
                await self._births.end(self._pid)
            finally:
                self._close()

    async def _begin(self) -> asyncio.StreamReader:
        loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=2**22)
        (stdin, tell), (hear, stdout) = os.pipe(), os.pipe()
        try:
            with self._log.open("ab") as log:
                self._pid = await self._births.begin(self._words, stdin, stdout, log.fileno())
        finally:
            os.close(stdin)
            os.close(stdout)
        self._stdin, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(tell, "wb", buffering=0))
        self._stdout, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(hear, "rb", buffering=0)
        )
        return reader

    def _close(self) -> None:
        if self._stdin is not None and not self._stdin.is_closing():
            self._stdin.abort()
        if self._stdout is not None:
            self._stdout.close()


class House:
    """The roles of one deployment on one data directory (or on one Redis by URL)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "dobi.toml"
        self.data = folder / "data"
        self.roles: dict[str, Role] = {}
        self.family: dict[int, float] = {}
        self._births: Lives | None = None

    def _words(self, *words: str) -> list[str]:
        return [*words, "--config", str(self.config), "--data", str(self.data)]

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bot", *self._words(*words)]

    @contextlib.contextmanager
    def address(self) -> Iterator[str]:
        """Where the embedded server is, whoever started it."""
        with EmbeddedServer(self.data).address() as path:
            yield f"unix://{path}"

    def start(self, name: str, *words: str) -> Role:
        """Keeps such a process alive from now on; none reads the house's code anew."""
        self._births = self._births or Lives("bot.__main__")
        self.roles[name] = Role(name, self._words(*words), self.folder / f"{name}.log", self._births)
        return self.roles[name]

    @property
    def lines(self) -> list[dict[str, Any]]:
        for role in self.roles.values():
            role.check()
        return [line for role in self.roles.values() for line in role.lines]

    def server(self) -> psutil.Process | None:
        """The embedded server, whoever started it."""
        return next((one for one in self._children() if "valkey-server" in one.name()), None)

    def parent(self) -> int | None:
        """The process that the embedded server dies with."""
        with contextlib.suppress(psutil.Error):
            server = self.server()
            return server.ppid() if server else None
        return None

    def kill(self, victim: str) -> bool:
        """`kill -9` of a role, of the server, or of the server's parent; False when there is none at the moment."""
        self._children()  # remembered: whoever dies must take its children along
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            server = self.server() if victim == "server" else None
            pid = server.pid if server else self.parent() if victim == "parent" else None
            pid = self.roles[victim].pid if victim in self.roles else pid
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
                return True
        return False

    def orphans(self) -> list[psutil.Process]:
        """Processes that outlived the house."""
        found = []
        for pid, born in self.family.items():
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(pid)
                if process.create_time() == born and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    async def stop(self) -> None:
        self._children()
        await asyncio.gather(*(role.stop() for role in self.roles.values()))
        if self._births is not None:
            await self._births.close()

    def _children(self) -> list[psutil.Process]:
        children = []
        for role in self.roles.values():
            with contextlib.suppress(psutil.Error):
                children += psutil.Process(role.pid).children(recursive=True) if role.pid else []
        for child in children:
            with contextlib.suppress(psutil.Error):
                self.family[child.pid] = child.create_time()
        return children
