"""The console's part of the kills: a script that talks to `dobi console --json` itself, whose process or pipes end.

    kill -9 · its input ends in the middle of a line · its reader goes away · its database dies and comes back

The script says each thing again, under the same `update_id`, until it is answered, as `CONTRACT.md` has it; a line that
comes again under the same `message` is the same message.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from bot.embedded import remote_client
from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row, message_id
from tests.conformance.lives import Lives
from tests.conformance.outcome import Fate, judged
from tests.conformance.settling import Database, fields_of, settled

TENANT = "gyeongnam"
PEOPLE = ("kim", "lee")
_SUBSCRIPTIONS = 24  # a person's first words are those; later ones ask what there is
_ANSWER_S = 60.0
_END_S = 60.0
_UP_S = 120.0
_EARLY = 0.15  # of the lives end before they have come up
_PIPE = 2**22
_WRONG = ("did not come up", "did not end", "ended in error")
_TOLD = 20_000  # characters of what a life said about where it stands

SETTINGS = """[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "kim"
name = "김하나"
[[institution.person]]
id = "lee"
name = "이두리"
[catalogue]
enabled = false
[redis]
url = "{url}"
"""


@dataclass
class Script:
    """Writes lines and reads lines, over all the console's lives."""

    config: Path
    data: Path
    lives: Lives
    lines: list[dict[str, Any]] = field(default_factory=list)
    owed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What has not been answered yet, by its id."""
    _pid: int = 0
    _stdin: int = -1
    _reading: asyncio.Task[None] | None = None
    _pipe: asyncio.ReadTransport | None = None
    _up: asyncio.Event = field(default_factory=asyncio.Event)
    orphaned: bool = False
    """Whether its database died before it was up: it may then end, in error."""

    @property
    def living(self) -> bool:
        """Whether the process is there."""
        return bool(self._pid) and not self.lives.over(self._pid)

    @property
    def answers(self) -> bool:
        """Whether it has come up."""
        return self._up.is_set()

    async def start(self) -> None:
        """Begins a life; what is owed an answer is said again."""
        (told, self._stdin), (source, target) = os.pipe(), os.pipe()
        words = ["console", "--json", "--config", str(self.config), "--data", str(self.data)]
        with self.data.with_suffix(".log").open("ab") as log:
            self._pid = await self.lives.begin(words, told, target, log.fileno())
        os.close(told)
        os.close(target)
        reader = asyncio.StreamReader(limit=_PIPE)
        loop = asyncio.get_running_loop()
        self._pipe, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(source, "rb", buffering=0)
        )
        self._up.clear()
        self.orphaned = False
        self._reading = asyncio.create_task(self._read(reader))
        self._write(b'{"id": "up", "control": "?"}\n')
        self.again()

    async def up(self) -> bool:
        """Waits until it answers, if only that it knows no such order; False where it ends instead, or never does."""
        end = asyncio.get_running_loop().time() + _UP_S
        while not self._up.is_set() and self.living:
            if asyncio.get_running_loop().time() > end:
                break
            await asyncio.sleep(0.02)
        if self._up.is_set():
            return True
        await self._stands()
        return False

    async def _stands(self) -> None:
        """Prints where the life stands, and what it said before."""
        for number in (signal.SIGUSR1, signal.SIGUSR2):
            if self.living:
                os.kill(self._pid, number)
                await asyncio.sleep(1)
        self._told()

    def _told(self) -> None:
        print(self.data.with_suffix(".log").read_text(encoding="utf-8")[-_TOLD:], file=sys.stderr)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        async for line in reader:
            if line.endswith(b"\n"):  # a life may end in the middle of one
                told = json.loads(line)
                self._up.set()
                self.lines.append(told)
                if "error" not in told:
                    self.owed.pop(str(told["in_reply_to"]), None)

    def say(self, token: str, **record: object) -> None:
        """Says a thing, from now on until it is answered."""
        self.owed[token] = {"id": token, "update_id": token, **record}
        self._write(json.dumps(self.owed[token], ensure_ascii=False).encode() + b"\n")

    def again(self) -> None:
        """Says what is owed an answer once more."""
        for record in self.owed.values():
            self._write(json.dumps(record, ensure_ascii=False).encode() + b"\n")

    def _write(self, data: bytes) -> None:
        if self._stdin >= 0:
            with suppress(BrokenPipeError):
                os.write(self._stdin, data)

    async def kill(self) -> None:
        """Ends the life at once; what it had written is read."""
        if self._pid:
            await self.lives.kill(self._pid)
        await self._ended()

    async def broken(self, line: bytes) -> int:
        """Its input ends within a line; the exit status, -9 where it did not end by itself."""
        self._write(line)
        self.close()
        code = await self._ended()
        if code:
            print(f"after its input's end its status was {code}", file=sys.stderr)
            self._told()
        return code

    def close(self) -> None:
        """Its input ends."""
        if self._stdin >= 0:
            os.close(self._stdin)
            self._stdin = -1

    async def deaf(self) -> int:
        """Its reader goes away, in the middle of a line where it is at one; the exit status, -9 as above.

        It is stopped meanwhile: what is in the pipe when its reader goes is read by nobody, and no writer can tell.
        """
        assert self._pipe is not None
        assert self._reading is not None
        with suppress(ProcessLookupError, psutil.Error):
            process = psutil.Process(self._pid)
            process.suspend()
            over = {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE}
            while process.status() not in over:  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(0.001)
            for _ in range(5):  # what it had written is read
                await asyncio.sleep(0.002)
            await gone(self._pipe, self._reading)
            process.resume()
        self._write(b'{"id": "up", "control": "?"}\n')  # it has something to answer
        return await self._ended()

    async def _ended(self) -> int:
        if not self._pid:
            return 0
        try:
            async with asyncio.timeout(_END_S):
                code = await self.lives.end(self._pid)
        except TimeoutError:
            await self._stands()
            await self.lives.kill(self._pid)
            code = -9
        self._pid = 0
        self.close()
        if self._reading is not None:
            await self._reading
        return code


async def gone(pipe: asyncio.ReadTransport, reading: asyncio.Task[None]) -> None:
    """Nobody reads that pipe any more: a transport that was closed keeps it open until the loop's next turn."""
    pipe.close()
    await reading


async def play(database: Database, folder: Path, kills: int, seed: int) -> dict[str, int]:
    """The run; what became of everything."""
    async with Lives("bot.__main__") as lives:
        run = Run(database, folder, random.Random(seed), lives)
        try:
            return await run.all(kills)
        finally:
            await run.script.kill()


class Run:
    """One run."""

    def __init__(self, database: Database, folder: Path, chance: random.Random, lives: Lives) -> None:
        config = folder / "dobi.toml"
        config.write_text(SETTINGS.format(url=database.url), encoding="utf-8")
        self.script = Script(config, folder / "console", lives)
        self._database = database
        self._chance = chance
        self._done = Counter[str]()
        self._rows: dict[str, tuple[str, str]] = {}
        """Token → kind and the outbox's id."""
        self._said: dict[str, str] = {}
        """Token → text."""
        self._words: defaultdict[str, list[str]] = defaultdict(list)

    async def all(self, kills: int) -> dict[str, int]:
        """Lives, and what became of everything."""
        await self.script.start()
        for number in range(kills):
            await self._burden(number)
            if self._chance.random() > _EARLY and not await self.script.up():
                excused = self.script.orphaned and not self.script.living
                self._done["ended with its database" if excused else "did not come up"] += 1
                await self.script.kill()
                await self.script.start()
            await asyncio.sleep(self._chance.uniform(0.0, self._chance.choice((0.1, 0.6, 3.0))))
            await self._worst()
            if not self.script.living:
                await self.script.kill()
                await self.script.start()
        self._done.update(await self._settle())
        fates = await self._fates()
        listed = await self._listed()
        self._over(await self.script.broken(b""))
        found = judged(fates, sure=True)
        found["against"] += listed + sum(self._done[one] for one in _WRONG)
        return {**self._done, "subscriptions lost or doubled": listed, **found}

    async def _burden(self, number: int) -> None:
        """A push and a receipt for somebody, and somebody says something that changes something, or asks."""
        rows = []
        for kind in ("instant", "reply"):
            token = f"{kind}{number:04d}x"
            chat = Chat("console", f"dm:{self._chance.choice(PEOPLE)}", private=True)
            rows.append(Row(chat, token, 1, kind, Reply(f"소식 {token} 입니다"), datetime.now(UTC)))
            self._rows[token] = (kind, message_id(TENANT, chat.ref, token, 1))
        redis = remote_client(self._database.url)
        try:
            await Outbox(redis, "test").put(TENANT, rows)
        finally:
            await redis.aclose()
        user, token = self._chance.choice(PEOPLE), f"said{number:04d}x"
        text = "목록"
        if len(self._words[user]) < _SUBSCRIPTIONS:
            word = f"낱말{number}번"
            self._words[user].append(word)
            text = f"구독 {word}"
        self._said[token] = text
        self.script.say(token, user=user, text=text)

    async def _worst(self) -> None:
        """One of what may happen, at this moment."""
        what = self._chance.choice(("kill", "kill", "kill", "line", "reader", "database", "database"))
        match what:
            case "kill":
                await self.script.kill()
                self._done["kills"] += 1
                return
            case "line":
                half = json.dumps({"id": "half", "user": "kim", "text": "목록"}).encode()
                half = half[: self._chance.randrange(1, len(half) - 1)]
                self._over(await self.script.broken(half))
            case "reader":
                self._done["did not end"] += await self.script.deaf() == -9
            case _:
                self.script.orphaned |= not self.script.answers
                self._database.kill()
                await asyncio.sleep(self._chance.uniform(0.0, 1.0))
                await self._database.start()
                self.script.again()
        self._done["cuts"] += 1
        self._done[f"cuts: {what}"] += 1

    def _over(self, code: int) -> None:
        """Counts an end that was none, or not a good one."""
        self._done["did not end"] += code == -9
        self._done["ended with its database" if self.script.orphaned else "ended in error"] += code not in {0, -9}

    async def _settle(self) -> dict[str, int]:
        """Until everything is answered and nothing waits."""
        for _ in range(20):
            if not self.script.living:
                await self.script.kill()
                await self.script.start()
            end = asyncio.get_running_loop().time() + _ANSWER_S
            while self.script.owed and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.2)
            if not self.script.owed:
                break
            self.script.again()
        redis = remote_client(self._database.url)
        try:
            return await settled(redis, TENANT, "console")
        finally:
            await redis.aclose()

    async def _fates(self) -> list[Fate]:
        """What the outbox says of each message, and which lines came."""
        redis = remote_client(self._database.url)
        rows = await fields_of(redis, TENANT)
        await redis.aclose()
        fates = []
        for token, (kind, row) in self._rows.items():
            ids = Counter(line["message"] for line in self.script.lines if token in line.get("text", "").split())
            kind_ = "push" if kind == "instant" else "receipt"
            fates.append(Fate(kind_, rows[row]["state"], len(ids), repeats=ids.total() - len(ids)))  # type: ignore[arg-type]
        for token in self._said:
            lines = [line for line in self.script.lines if line["in_reply_to"] == token and "error" not in line]
            texts = {line["message"]: line["text"] for line in lines}
            times = Counter(texts.values())
            seen = max(times.values(), default=0)
            fates.append(Fate("answer", "", seen, repeats=len(lines) - len(texts)))
        return fates

    async def _listed(self) -> int:
        """How many subscriptions a person does not find exactly once, asking in the end."""
        wrong = 0
        for user, words in self._words.items():
            token = f"last-{user}"
            self.script.say(token, user=user, text="목록")
            async with asyncio.timeout(_ANSWER_S):
                while token in self.script.owed:  # noqa: ASYNC110 - as above
                    await asyncio.sleep(0.1)
            text = "\n".join(line["text"] for line in self.script.lines if line["in_reply_to"] == token)
            wrong += sum(text.count(word) != 1 for word in words)
        return wrong
