"""People on Telegram: the other side of `bot.messengers.telegram`, over our own strict server on loopback.

No Telegram server that nobody here wrote runs offline (shared/research/chat.md §1.1), so the server is ours, and its
answers must pass python-telegram-bot's own classes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.messenger import Messenger
from bot.messengers import Tools, open_messenger
from bot.settings import MessengerAccount, Secret
from tests.conformance.peer import Can, Fault, Seen
from tests.conformance.peers import telegram_rules as rules
from tests.conformance.peers.telegram_sending import BOT, Message, Room
from tests.conformance.peers.telegram_server import TOKEN, Server

KIM, LEE, GROUP, FORUM = 11_000_001, 11_000_002, -4_000_001, -1_002_000_000_001
_TIMEOUT_S = 1.0


def missing() -> str:
    """Nothing: the server is our own."""
    return ""


class NoBookmark:
    """The platform itself knows what was confirmed."""

    async def get(self) -> str | None:
        return None

    async def set(self, text: str) -> None:
        raise AssertionError("telegram keeps nothing")


class TelegramPeer:
    """See `tests.conformance.peer.Peer`."""

    name = "telegram"
    can = frozenset(Can) - {Can.FORGE}
    people = (str(KIM), str(LEE))
    group = str(GROUP)

    def __init__(self, server: Server, messenger: Messenger, account: MessengerAccount) -> None:
        self.server = server
        self.messenger = messenger
        self.account = account

    async def say(
        self, user: str, text: str, *, chat: str | None = None, mention: bool = False, thread: int | None = None
    ) -> str:
        """Somebody writes."""
        text = f"@{BOT['username']} {text}" if mention else text
        body: dict[str, Any] = {"text": text}
        if entities := rules.entities_of(text):
            body["entities"] = entities
        if thread is not None:
            body |= {"message_thread_id": thread, "is_topic_message": True}
        return self.post(user, body, chat=chat)

    def post(self, user: str, body: dict[str, Any], *, chat: str | None = None, data: bytes | None = None) -> str:
        """A message of somebody's with that body; its id."""
        room = self.room(chat or f"dm:{user}")
        told = {"message_id": self.server.next_message(), "from": self.person(user), "chat": room.told,
                "date": self.server.stamp(), **body}  # fmt: skip
        room.messages[told["message_id"]] = Message(told, data)
        self.server.push("message", told)
        return str(told["message_id"])

    def hide(self, text: str, *, chat: str | None = None, behind: dict[str, Any] | None = None, **more: Any) -> None:
        """Somebody writes under the group's own name, or a channel's: the platform puts a bot of its own in `from`.

        python-telegram-bot's `constants.ChatID` has their numbers.
        """
        group = self.room(chat or self.group).told
        fake = (136_817_688, "Channel_Bot", "Channel") if behind else (1_087_968_824, "GroupAnonymousBot", "Group")
        body: dict[str, Any] = {
            "text": text, "entities": rules.entities_of(text), "sender_chat": behind or group,
            "from": {"id": fake[0], "is_bot": True, "first_name": fake[2], "username": fake[1]}, **more,
        }  # fmt: skip
        self.post(self.people[0], body, chat=chat or self.group)

    async def edit(self, user: str, native: str, text: str) -> None:
        """Somebody changes a text."""
        self.change(user, native, {"text": text})

    def change(self, user: str, native: str, body: dict[str, Any]) -> None:
        """A message of somebody's becomes another."""
        message = self.room(f"dm:{user}").messages[int(native)]
        message.told = {**message.told, **body, "edit_date": self.server.stamp()}
        self.server.push("edited_message", message.told)

    async def share(self, user: str, lat: float, lon: float, accuracy_m: float | None = None) -> str:
        """Somebody shares their location."""
        point = {"latitude": lat, "longitude": lon}
        return self.post(
            user, {"location": point | ({} if accuracy_m is None else {"horizontal_accuracy": accuracy_m})}
        )

    async def upload(self, user: str, name: str, data: bytes, text: str = "") -> str:
        """Somebody sends a file."""
        key = self.server.keep(data)
        file = {"file_id": key, "file_unique_id": f"u{key}", "file_name": name, "file_size": len(data)}
        return self.post(user, {"document": file} | ({"caption": text} if text else {}), data=data)

    async def press(self, user: str, label: str) -> None:
        """Somebody presses the newest such button."""
        messages = self.room(f"dm:{user}").messages
        for message in sorted(messages.values(), key=lambda one: -one.told["message_id"]):
            rows = message.told.get("reply_markup", {}).get("inline_keyboard", [])
            for button in (button for row in rows for button in row):
                if button["text"] == label:
                    self.push_press(user, message.told, button["callback_data"])
                    return
        raise LookupError(f"no button {label!r}")

    def push_press(self, user: str, message: dict[str, Any], data: str) -> str:
        """A callback query; its id."""
        query = f"q{self.server.number()}"
        self.server.waiting_queries.add(query)
        self.server.push("callback_query", {
            "id": query, "from": self.person(user), "chat_instance": "1", "message": message, "data": data,
        })  # fmt: skip
        return query

    async def repeat(self) -> None:
        """The last update once more."""
        self.server.repeat()

    async def forge(self, user: str, text: str) -> int:
        """Somebody else posts to the webhook, without the secret."""
        told = {"message_id": 1, "from": self.person(user), "chat": self.room(f"dm:{user}").told,
                "date": self.server.stamp(), "text": text}  # fmt: skip
        async with aiohttp.ClientSession() as session:
            return await self.server.post(session, {"update_id": self.server.number(), "message": told}, "")

    async def seen(self, chat: str) -> list[Seen]:
        """What the bot's messages look like."""
        room = self.room(chat)
        if room.moved_to is not None:
            room = self.server.rooms[room.moved_to]
        return [_seen(one) for _, one in sorted(room.messages.items()) if one.by_bot]

    async def exists(self, user: str, native: str) -> bool:
        """Whether it still stands there."""
        return int(native) in self.room(f"dm:{user}").messages

    def fault(self, fault: Fault, count: int = 1) -> None:
        """The next sends meet this."""
        self.server.faults.extend([fault] * count)

    async def block(self, user: str, *, back: bool = False) -> None:
        """Somebody blocks the bot, or takes it back."""
        room = self.room(f"dm:{user}")
        room.blocked = not back
        states = ("member", "kicked") if not back else ("kicked", "member")
        self.membership(user, room, *states)

    def membership(self, user: str, room: Room, was: str, becomes: str) -> None:
        """The bot's own standing in a chat changes."""
        self.server.push("my_chat_member", {
            "chat": room.told, "from": self.person(user), "date": self.server.stamp(),
            "old_chat_member": _member(was), "new_chat_member": _member(becomes),
        })  # fmt: skip

    async def move(self) -> str:
        """The group becomes a supergroup."""
        old = self.room(self.group)
        new = Room({**old.told, "id": -1_002_000_000_777, "type": "supergroup"})
        self.server.rooms[new.told["id"]] = new
        old.moved_to = new.told["id"]
        self.post(str(KIM), {"migrate_to_chat_id": new.told["id"]}, chat=self.group)
        self.post(str(KIM), {"migrate_from_chat_id": old.told["id"]}, chat=str(new.told["id"]))
        return str(new.told["id"])

    async def settled(self) -> None:
        """Returns when the bot has confirmed every update."""
        async with asyncio.timeout(120):
            while self.server.unconfirmed:  # noqa: ASYNC110 - the bot is another process
                await asyncio.sleep(0.05)

    def calls(self) -> Mapping[str, int]:
        """How often each method was called."""
        return self.server.calls

    def room(self, chat: str) -> Room:
        """The room of a private or group chat's id."""
        return self.server.rooms[int(chat.removeprefix("dm:"))]

    def person(self, user: str) -> dict[str, Any]:
        """Somebody as the platform tells of them."""
        return {"id": int(user), "is_bot": False, "first_name": f"사람{user[-2:]}", "language_code": "ko"}

    def settle(self, user: int) -> None:
        """Somebody more who has started the bot."""
        told = {"id": user, "type": "private", "first_name": f"사람{str(user)[-2:]}"}
        self.server.rooms[user] = Room(told)


def _member(status: str) -> dict[str, Any]:
    if status == "kicked":
        return {"status": status, "user": BOT, "until_date": 0}
    if status == "administrator":
        rights = ("be_edited", "manage_chat", "delete_messages", "manage_video_chats", "restrict_members",
                  "promote_members", "change_info", "invite_users", "post_stories", "edit_stories",
                  "delete_stories")  # fmt: skip
        return {"status": status, "user": BOT, "is_anonymous": False, **{f"can_{one}": False for one in rights}}
    return {"status": status, "user": BOT}


def _seen(message: Message) -> Seen:
    told = message.told
    rows = told.get("reply_markup", {}).get("inline_keyboard", [])
    picture = "photo" in told
    thread = told.get("message_thread_id") or told.get("reply_to_message", {}).get("message_id")
    return Seen(
        native=str(told["message_id"]),
        text=message.text,
        image=message.data if picture else None,
        file=(message.name, message.data) if message.data is not None and not picture else None,
        buttons=tuple(button["text"] for row in rows for button in row),
        thread=None if thread is None else str(thread),
        edited=message.edited,
    )


@asynccontextmanager
async def opened(
    folder: Path,
    now: Callable[[], datetime],
    *,
    factor: float = 1.0,
    options: Mapping[str, str] | None = None,
    secrets: Mapping[str, str] | None = None,
    tools: Tools | None = None,
    timeout_s: float = _TIMEOUT_S,
) -> AsyncIterator[TelegramPeer]:
    """The server, two people who have started the bot, a group, a group with topics, and the adapter."""
    server = Server(now, factor=factor, slow_s=timeout_s * 2)
    await server.start()
    kept = {"token": Secret(TOKEN, "test"), **{name: Secret(text, "test") for name, text in (secrets or {}).items()}}
    told = {"api_url": server.url, "file_url": f"{server.url}/file", "timeout_s": str(timeout_s), **(options or {})}
    account = MessengerAccount("telegram", kept, told)
    messenger = open_messenger(account, tools or Tools(now, asyncio.sleep, NoBookmark()))
    peer = TelegramPeer(server, messenger, account)
    for user in (KIM, LEE):
        peer.settle(user)
    server.rooms[GROUP] = Room({"id": GROUP, "type": "group", "title": "총무과"})
    server.rooms[FORUM] = Room({"id": FORUM, "type": "supergroup", "title": "주제방", "is_forum": True}, topics={5, 9})
    try:
        yield peer
    finally:
        await messenger.close()  # type: ignore[attr-defined]  # the port has no word for it
        await server.stop()
