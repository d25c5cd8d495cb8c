"""`local-slack`, a Slack emulator that nobody here wrote, in a network namespace of its own.

It listens on every interface and can't be told otherwise; there, loopback is the only one, and a Unix socket the only
door. It limits nothing, redelivers nothing and keeps no metadata: for those there is `slack_strict`.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.messengers.slack import SlackMessenger, make
from bot.messengers.tools import Tools
from bot.settings import MessengerAccount, Secret
from tests.conformance.peer import Can, Fault, Seen
from tests.conformance.peers.slack_strict import SIGNS, NoBookmark
from tests.conformance.slack import rules
from tests.conformance.slack.namespace import pipe

ROOT = Path(__file__).parents[3]
HOME = ROOT / ".conformance" / "slack"
SOURCE = ROOT / "tests" / "conformance" / "slack"
BINARY = HOME / "node_modules" / "local-slack-linux-x64" / "bin" / "local-slack"
ALONE = ("unshare", "--map-root-user", "--net", "--")
BOT, KIM, LEE, GROUP = "U0DOBI", "U0KIM", "U0LEE", "C0GENERAL"
SECRETS = {"bot_token": "xoxb-emulated", "app_token": "xapp-emulated", "signing_secret": "emulated"}
START_S = 20.0


def missing() -> str:
    """Why it can't run here; empty when it can."""
    if not BINARY.exists():
        return "the Slack emulator is not installed: sh tests/conformance/install.sh"
    if shutil.which("unshare") is None or subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode:
        return "no network namespace can be made here, and the Slack emulator listens on every interface"
    return ""


@dataclass
class EmulatedSlack:
    """The emulator's control side."""

    messenger: SlackMessenger
    account: MessengerAccount
    url: str
    web: aiohttp.ClientSession
    name: str = "slack"
    can: frozenset[Can] = frozenset({Can.TALK, Can.EDIT, Can.UPLOAD, Can.PRESS, Can.GROUP, Can.THREAD})
    people: tuple[str, str] = (KIM, LEE)
    group: str = GROUP
    counted: Counter[str] = field(default_factory=Counter)

    async def _control(self, verb: str, /, **told: Any) -> dict[str, Any]:
        async with self.web.post(f"{self.url}/_control/{verb}", json=told) as answer:
            found = await answer.json()
            assert found["ok"], found
            return dict(found)

    async def _connected(self) -> None:
        """Until the app's websocket stands: what happens before is told to nobody, ever."""
        async with asyncio.timeout(START_S):
            while True:
                async with self.web.get(f"{self.url}/_control/log") as answer:
                    told = (await answer.json())["log"]
                if any("socket connected" in one["summary"] for one in told):
                    return
                await asyncio.sleep(0.05)

    async def _room(self, user: str) -> str:
        head = {"Authorization": f"Bearer {SECRETS['bot_token']}"}
        async with self.web.post(f"{self.url}/api/conversations.open", data={"users": user}, headers=head) as answer:
            return str((await answer.json())["channel"]["id"])

    async def _messages(self, channel: str) -> list[dict[str, Any]]:
        async with self.web.get(f"{self.url}/_control/messages/{channel}") as answer:
            return list((await answer.json())["messages"])

    async def say(
        self, user: str, text: str, *, chat: str | None = None, mention: bool = False, thread: str | None = None
    ) -> str:
        await self._connected()
        channel = chat or await self._room(user)
        command, _, rest = text.partition(" ")
        if command.startswith("/"):
            await self._control("command", channel=channel, user=user, command=command, text=rest)
            return ""
        written = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # as Slack's clients do
        more = {} if thread is None else {"thread_ts": thread.rpartition(":")[2]}
        said = f"<@{BOT}> {written}" if mention else written
        found = await self._control("message", channel=channel, user=user, text=said, **more)
        return f"{channel}:{found['message']['ts']}"

    async def edit(self, user: str, native: str, text: str) -> None:
        channel, _, ts = native.partition(":")
        await self._control("edit-message", channel=channel, ts=ts, user=user, text=text)

    async def share(self, user: str, lat: float, lon: float, accuracy_m: float | None = None) -> str:
        raise NotImplementedError("Slack has no such thing")

    async def upload(self, user: str, name: str, data: bytes, text: str = "") -> str:
        await self._connected()
        form = aiohttp.FormData({"channel": await self._room(user), "user": user, "text": text})
        form.add_field("file", data, filename=name)
        async with self.web.post(f"{self.url}/_control/upload", data=form) as answer:
            found = await answer.json()
            assert found["ok"], found
        return str(found.get("message", {}).get("ts", ""))

    async def press(self, user: str, label: str) -> None:
        await self._connected()
        channel = await self._room(user)
        for message in reversed(await self._messages(channel)):
            for block in message.get("blocks") or ():
                for button in block.get("elements") or ():
                    if rules.shown(button["text"]) == label:
                        await self._control(
                            "interact", channel=channel, messageTs=message["ts"], user=user, action=button
                        )
                        return
        raise LookupError(label)

    async def react(self, user: str, native: str, sign: str, *, off: bool = False) -> None:
        """Somebody puts a sign on a message, or takes it off."""
        await self._connected()
        channel, _, ts = native.partition(":")
        await self._control("reaction", channel=channel, ts=ts, user=user, name=SIGNS.get(sign, sign), present=not off)

    async def submit(self, user: str, values: dict[str, str]) -> None:
        """Somebody fills the form before them: its web page's own way, for the control side has none."""
        filled = {name: {"value": {"type": "plain_text_input", "value": one}} for name, one in values.items()}
        async with asyncio.timeout(START_S), self.web.ws_connect(f"{self.url}/ui") as page:
            async for told in page:
                news = told.json()
                stack = news["state"]["modalStack"] if news["t"] == "init" else news.get("stack")
                if news["t"] in {"init", "view"} and stack:
                    await page.send_json({"t": "view_submit", "user": user, "values": filled})
                    return

    async def repeat(self) -> None:
        raise NotImplementedError("it hands nothing out twice")

    async def forge(self, user: str, text: str) -> int:
        raise NotImplementedError("nobody else reaches the websocket")

    async def whispered(self) -> list[tuple[str, str]]:
        """What stands in the group for one person's eyes: whose, and the words."""
        told = [one for one in await self._messages(GROUP) if one.get("subtype") == "ephemeral"]
        return [(one["ephemeral_to"], rules.read(one.get("blocks"), one.get("text") or "")) for one in told]

    async def seen(self, chat: str) -> list[Seen]:
        channel = await self._room(chat.removeprefix("dm:")) if chat.startswith("dm:") else chat
        return [await self._seen(channel, one) for one in await self._messages(channel) if one.get("user") == BOT]

    async def _seen(self, channel: str, one: dict[str, Any]) -> Seen:
        blocks, thread, files = one.get("blocks") or [], one.get("thread_ts"), one.get("files") or ()
        data = await self._bytes(files[0]["url_private"]) if files else None
        image = data if files and files[0]["mimetype"].startswith("image/") else None
        return Seen(
            native=f"{channel}:{one['ts']}",
            text=rules.read(blocks, one.get("text") or ""),
            image=image,
            file=None if data is None or image is not None else (files[0]["name"], data),
            buttons=tuple(rules.shown(e["text"]) for block in blocks for e in block.get("elements", ())),
            thread=None if thread is None else f"{channel}:{thread}",
            edited="edited" in one,
        )

    async def _bytes(self, url: str) -> bytes:
        async with self.web.get(url, headers={"Authorization": f"Bearer {SECRETS['bot_token']}"}) as answer:
            return await answer.read()

    async def exists(self, user: str, native: str) -> bool:
        return any(native.endswith(f":{one['ts']}") for one in await self._messages(await self._room(user)))

    def fault(self, fault: Fault, count: int = 1) -> None:
        raise NotImplementedError("it has no bad days")

    async def block(self, user: str, *, back: bool = False) -> None:
        raise NotImplementedError("nobody blocks an app there")

    async def move(self) -> str:
        raise NotImplementedError("channels stay")

    def calls(self) -> Mapping[str, int]:
        return self.counted


@asynccontextmanager
async def opened(folder: Path, now: Callable[[], datetime]) -> AsyncIterator[EmulatedSlack]:
    """The emulator behind its door, and an adapter that is set up for it."""
    with tempfile.TemporaryDirectory(prefix="dobi-slack-") as made:
        async with _emulator(Path(made)) as url:
            account = MessengerAccount(
                "slack",
                {name: Secret(value, "test") for name, value in SECRETS.items()},
                {"base_url": f"{url}/api/"},
            )
            messenger = make(account, Tools(now, asyncio.sleep, NoBookmark()))
            async with aiohttp.ClientSession() as web:
                try:
                    yield EmulatedSlack(messenger, account, url, web)
                finally:
                    await messenger.close()


def _config() -> str:
    app = {
        "appId": "A0DOBI", "botUserId": BOT, "botName": "dobi", "botToken": SECRETS["bot_token"],
        "appToken": SECRETS["app_token"], "signingSecret": SECRETS["signing_secret"], "mode": "socket",
    }  # fmt: skip
    users = [{"id": KIM, "name": "kim"}, {"id": LEE, "name": "lee"}]
    channels = [{"id": GROUP, "name": "general", "members": [BOT, KIM, LEE]}]
    return json.dumps({"apps": [app], "users": users, "channels": channels})


@asynccontextmanager
async def _emulator(folder: Path) -> AsyncIterator[str]:
    """Its address on our loopback: the same port inside and outside, for it tells people where it is."""
    door, config = folder / "door", folder / "config.json"
    config.write_text(_config(), encoding="utf-8")

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner, outer = await asyncio.open_unix_connection(str(door))
        except OSError:
            writer.close()
            return
        await asyncio.gather(pipe(reader, outer), pipe(inner, writer))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    command = [str(BINARY), "--config", str(config), "--port", str(port), "--base-host", "127.0.0.1"]
    helper = [sys.executable, str(SOURCE / "namespace.py"), str(door), str(port)]
    process = await asyncio.create_subprocess_exec(
        *ALONE, *helper, *command, "--files-dir", str(folder / "files"),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _answers(f"http://127.0.0.1:{port}/_control/state")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()
        assert process.stdin is not None
        process.stdin.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 10)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _answers(url: str) -> None:
    async with asyncio.timeout(START_S), aiohttp.ClientSession() as web:
        while True:
            with suppress(aiohttp.ClientError, OSError):
                async with web.get(url) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)
