"""A deployment of real processes on NAVER WORKS' strict peer: who may be killed at any moment, and is started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.embedded import EmbeddedServer
from tests.conformance.peers import naverworks_server as platform

ROOT = Path(__file__).parents[1]
READY_S = 120.0

_SETTINGS = """
[catalogue]
enabled = false
[http]
port = 0
callback_port = 0
[messenger.naverworks]
client_id = "{client}"
client_secret = "{secret}"
service_account = "{service}"
private_key = '''{pem}'''
bot_id = "{bot}"
bot_secret = "{bot_secret}"
auth_url = "{url}"
api_url = "{url}"
per_minute = {per_minute}
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.cafeteria]]
id = "main"
name = "본관 구내식당"
seats = 300
"""
_PERSON = """
[[institution.person]]
id = "p{number}"
name = "김{number}"
department = "총무과"
roles = ["직원"]
naverworks = "user-{number}"
"""


@dataclass(slots=True)
class Working:
    """A process with these roles; started again when it dies, until `stop`."""

    roles: Sequence[str]
    house: Deployment
    lives: int = 0
    process: asyncio.subprocess.Process | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    said: list[str] = field(default_factory=list)
    _living: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when it works."""
        self._living = asyncio.create_task(self._live())
        waiting = asyncio.create_task(self.ready.wait())
        async with asyncio.timeout(READY_S):
            await asyncio.wait([waiting, self._living], return_when=asyncio.FIRST_COMPLETED)
        if self._living.done():
            waiting.cancel()
            self._living.result()

    async def _live(self) -> None:
        command = [sys.executable, "-m", "bot", "work", *self.roles, "--config", str(self.house.config)]
        while True:
            with (self.house.folder / f"{'-'.join(self.roles)}.log").open("ab") as log:
                self.process = await asyncio.create_subprocess_exec(
                    *command, "--data", str(self.house.data), cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=log
                )
            self.lives += 1
            assert self.process.stdout is not None
            async for line in self.process.stdout:
                self._hear(line.decode())
            if await self.process.wait() > 0:
                last = (self.house.folder / f"{'-'.join(self.roles)}.log").read_text()[-2_000:]
                raise RuntimeError(f"{self.roles} ended by itself: {self.said[-1:]} {last}")
            self.ready.clear()

    def _hear(self, line: str) -> None:
        self.said.append(line.rstrip())
        if found := re.search(r"콜백 입구: (\S+)", line):
            self.house.server.callback_url = f"{found[1]}/callback/naverworks"
        if "일하고 있습니다" in line:
            self.ready.set()

    def kill(self) -> None:
        """kill -9, this process alone."""
        if self.process is not None and self.process.returncode is None:
            self.ready.clear()
            os.kill(self.process.pid, signal.SIGKILL)

    async def stop(self) -> None:
        """Ends it for good."""
        if self._living is not None:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                async with asyncio.timeout(60):
                    await self.process.wait()
            except TimeoutError:
                self.process.kill()
                await self.process.wait()


@dataclass(slots=True)
class Deployment:
    """The platform, the database and the processes."""

    folder: Path
    server: platform.Server
    database: EmbeddedServer
    workers: list[Working] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def config(self) -> Path:
        return self.folder / "dobi.toml"

    async def work(self, *roles: str) -> Working:
        """Starts a process of these roles."""
        worker = Working(roles, self)
        self.workers.append(worker)
        await worker.start()
        return worker

    async def say(self, number: int, text: str) -> int:
        """Somebody writes privately; what the callback was answered with."""
        source = {"userId": f"user-{number}", "domainId": 40029600}
        return await self.server.call({"type": "message", "source": source, "content": {"type": "text", "text": text}})

    def heard(self, number: int) -> list[dict[str, object]]:
        """What the bot said to somebody."""
        return self.server.messages.get(f"dm:user-{number}", [])


def settings_at(server: platform.Server, people: int, per_minute: int = 240) -> str:
    """The settings of a house whose bot is on that platform, with so many people."""
    settings = _SETTINGS.format(
        client=platform.CLIENT, secret=platform.SECRET, service=platform.SERVICE, pem=server.pem, bot=platform.BOT,
        bot_secret=platform.BOT_SECRET, url=server.url, per_minute=per_minute,
    )  # fmt: skip
    return settings + "".join(_PERSON.format(number=number) for number in range(people))


@contextlib.asynccontextmanager
async def deployment(folder: Path, people: int, per_minute: int = 100_000) -> AsyncIterator[Deployment]:
    """The platform and a database that outlives every process; nobody works yet."""
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(platform.serving(lambda: datetime.now(UTC), per_minute=per_minute))
        server.users |= {f"user-{number}" for number in range(people)}
        database = EmbeddedServer(folder / "data")
        await database.ensure()
        stack.push_async_callback(database.close)
        house = Deployment(folder, server, database)
        house.config.write_text(settings_at(server, people, per_minute))
        house.config.chmod(0o600)
        try:
            yield house
        finally:
            await asyncio.gather(*(one.stop() for one in house.workers))
