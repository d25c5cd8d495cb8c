"""People on NAVER WORKS: the other side of `bot.messengers.naverworks`, over our own strict server on loopback.

Nobody offers a NAVER WORKS that runs offline, so the server is ours (`naverworks_server`), from its documentation.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.http import Inbound
from bot.messenger import Messenger
from bot.messengers import Tools, open_messenger
from bot.settings import MessengerAccount, Secret
from tests.conformance.peer import Can, Fault, Seen
from tests.conformance.peers import naverworks_server as platform

KIM, LEE, ROOM = "kim7f-da82-4284-13e7-030f3b4c756x", "lee@haesol.go.kr", "12345a12-b12c-12d3-e123fghijkl"
NAME = "도비"
_TIMEOUT_S = 1.0


def missing() -> str:
    """Nothing: the server is our own."""
    return ""


class NoBookmark:
    """The platform calls back; nothing has to be remembered."""

    async def get(self) -> str | None:
        return None

    async def set(self, text: str) -> None:
        raise AssertionError("naverworks keeps nothing")


class NaverWorksPeer:
    """See `tests.conformance.peer.Peer`. What a callback was answered with stands in `answered`."""

    name = "naverworks"
    can = frozenset(
        {Can.TALK, Can.SHARE, Can.UPLOAD, Can.PRESS, Can.REPEAT, Can.FORGE, Can.FAULTS, Can.BLOCK, Can.GROUP}
    )
    people = (KIM, LEE)
    group = ROOM

    def __init__(self, server: platform.Server, messenger: Messenger, account: MessengerAccount) -> None:
        self.server = server
        self.messenger = messenger
        self.account = account
        self.answered: list[int] = []

    def calls_at(self, base: str) -> None:
        """See `tests.conformance.peer.Calling`."""
        self.server.callback_url = f"{base}/callback/naverworks"

    async def say(self, user: str, text: str, *, chat: str | None = None, mention: bool = False) -> str:
        """Somebody writes."""
        said = f"@{NAME} {text}" if mention else text
        return await self.send(user, {"type": "text", "text": said}, chat)

    async def send(self, user: str, content: dict[str, Any], chat: str | None = None) -> str:
        """A message event; messages have no id that anybody is told."""
        await self.event({"type": "message", "source": self.source(user, chat), "content": content})
        return ""

    async def event(self, event: dict[str, Any]) -> None:
        """Any event."""
        self.answered.append(await self.server.call(event))

    @staticmethod
    def source(user: str, chat: str | None = None) -> dict[str, Any]:
        """Who it is from; a private chat has no id."""
        return {"userId": user, "domainId": 40029600} | ({} if chat is None else {"channelId": chat})

    async def edit(self, user: str, native: str, text: str) -> None:
        """Nothing is changed there."""
        raise NotImplementedError

    async def share(self, user: str, lat: float, lon: float, accuracy_m: float | None = None) -> str:
        """Somebody shares their location; the platform tells no accuracy."""
        return await self.send(
            user,
            {"type": "location", "address": "경상남도 창원시 의창구 중앙대로 300", "latitude": lat, "longitude": lon},
        )

    async def upload(self, user: str, name: str, data: bytes, text: str = "") -> str:
        """Somebody sends a file; of its name the callback says nothing."""
        native = f"kr1.{len(self.server.files)}.4321.0.0"
        self.server.files[native] = platform.File(name, data)
        await self.send(user, {"type": "file", "fileId": native})
        if text:
            await self.say(user, text)
        return ""

    async def press(self, user: str, label: str) -> None:
        """The button's word is said in the chat, with what it carries."""
        for content in reversed(self.server.messages.get(f"dm:{user}", [])):
            for action in _actions(content):
                if action["label"] == label:
                    text = action.get("text", label)
                    await self.send(user, {"type": "text", "text": text, "postback": action["postback"]})
                    return
        raise LookupError(f"no button {label!r}")

    async def repeat(self) -> None:
        """The platform never repeats; somebody who listened does, byte for byte."""
        assert self.server.last is not None
        self.answered.append(await self.server.post(*self.server.last))

    async def forge(self, user: str, text: str) -> int:
        """Somebody else posts, who does not know the bot's secret."""
        body = b'{"type":"message","source":{"userId":"%s"},"content":{"type":"text","text":"%s"}}'
        told = body % (user.encode(), text.encode())
        headers = {"X-WORKS-Signature": platform.signature(told, "guessed"), "X-WORKS-BotId": platform.BOT}
        return await self.server.post(told, headers)

    async def seen(self, chat: str) -> list[Seen]:
        """What the bot said."""
        return [self._seen(one) for one in self.server.messages.get(chat, [])]

    def _seen(self, content: dict[str, Any]) -> Seen:
        text = content.get("text") or content.get("contentText") or ""
        buttons = tuple(one["label"] for one in _actions(content))
        file = self.server.files.get(content.get("fileId", ""))
        if content["type"] == "image" and file is not None:
            return Seen("", text, image=file.data)
        if file is not None and file.data is not None:
            return Seen("", text, file=(file.name, file.data))
        return Seen("", text, buttons=buttons)

    async def exists(self, user: str, native: str) -> bool:
        """Nothing is taken away there."""
        return True

    def fault(self, fault: Fault, count: int = 1) -> None:
        """The next sends meet this."""
        self.server.faults.extend([fault] * count)

    async def block(self, user: str, *, back: bool = False) -> None:
        """The bot may not write to somebody any more; or may."""
        (self.server.shut.discard if back else self.server.shut.add)(user)

    async def move(self) -> str:
        """Rooms keep their ids."""
        raise NotImplementedError

    def calls(self) -> Mapping[str, int]:
        """How often each operation was called."""
        return self.server.calls


def _actions(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [*content.get("actions", []), *(one["action"] for one in content.get("quickReply", {}).get("items", []))]


def account_at(server: platform.Server, **options: str) -> MessengerAccount:
    """The account of the bot there."""
    secrets = {"client_secret": platform.SECRET, "private_key": server.pem, "bot_secret": platform.BOT_SECRET}
    told = {
        "client_id": platform.CLIENT, "service_account": platform.SERVICE, "bot_id": platform.BOT, "bot_name": NAME,
        "auth_url": server.url, "api_url": server.url, "timeout_s": str(_TIMEOUT_S), **options,
    }  # fmt: skip
    return MessengerAccount("naverworks", {name: Secret(text, "test") for name, text in secrets.items()}, told)


async def _asleep(_seconds: float) -> None:
    raise AssertionError("an adapter never waits by itself")


@asynccontextmanager
async def opened(_folder: Path, now: Callable[[], datetime], **options: Any) -> AsyncIterator[NaverWorksPeer]:
    """The platform with two people, a room, and the bot connected to it."""
    async with platform.serving(now, **options) as server:
        server.users |= {KIM, LEE}
        server.channels[ROOM] = {KIM, LEE}
        inbound = Inbound("127.0.0.1", 0)
        account = account_at(server)
        messenger = open_messenger(account, Tools(now, _asleep, NoBookmark(), inbound.route))
        await inbound.start()
        peer = NaverWorksPeer(server, messenger, account)
        peer.calls_at(inbound.url)
        try:
            yield peer
        finally:
            await inbound.stop()
            await messenger.close()
