"""What the strict server does with what the bot says: rooms, messages, edits, files."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from tests.conformance.peers import telegram_rules as rules
from tests.conformance.peers.telegram_rules import Refused, bad

BOT = {
    "id": 7_000_000_001, "is_bot": True, "first_name": "도비", "username": "dobi_test_bot",
    "can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False,
}  # fmt: skip


@dataclass
class Message:
    """A message as the server keeps it; `told` is its JSON."""

    told: dict[str, Any]
    data: bytes | None = None
    name: str = ""
    edited: bool = False

    @property
    def by_bot(self) -> bool:
        return bool(self.told.get("from", {}).get("is_bot"))

    @property
    def text(self) -> str:
        return str(self.told.get("text") or self.told.get("caption") or "")


@dataclass
class Room:
    """A chat: private, group, supergroup, or a supergroup with topics."""

    told: dict[str, Any]
    member: bool = True
    blocked: bool = False
    moved_to: int | None = None
    topics: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return self.told["type"] == "private"


class Sending:
    """The methods that write into rooms."""

    floods: rules.Floods
    rooms: dict[int, Room]
    files: dict[str, bytes]

    def stamp(self) -> int:
        """The platform's time."""
        raise NotImplementedError

    def next_message(self) -> int:
        """A fresh message id."""
        raise NotImplementedError

    def _room(self, given: dict[str, Any]) -> Room:
        """The chat, if the bot may write there."""
        text = str(given.get("chat_id", ""))
        room = self.rooms.get(int(text)) if text.lstrip("-").isdecimal() else None
        if room is None:
            raise bad("chat not found")
        if room.moved_to is not None:
            raise Refused(
                400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": room.moved_to}
            )  # fmt: skip
        if room.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not room.member:
            raise Refused(403, f"Forbidden: bot is not a member of the {room.told['type']} chat")
        return room

    def _count(self, room: Room) -> None:
        """One message more, or too fast; what is refused for another reason counts for nothing."""
        self.floods.count(room.told["id"], asyncio.get_running_loop().time(), private=room.private)

    def _new(self, given: dict[str, Any], room: Room, body: dict[str, Any], markup: dict[str, Any] | None) -> Message:
        thread = given.get("message_thread_id")
        if thread is not None and int(thread) not in room.topics:
            raise bad("message thread not found")
        before = self._answered(given, room)
        self._count(room)
        told = {"message_id": self.next_message(), "from": BOT, "chat": room.told, "date": self.stamp(), **body}
        if thread is not None:
            told |= {"message_thread_id": int(thread), "is_topic_message": True}
        if before is not None:
            told["reply_to_message"] = {key: value for key, value in before.told.items() if key != "reply_to_message"}
        if markup is not None:
            told["reply_markup"] = markup
        message = room.messages[told["message_id"]] = Message(told)
        return message

    @staticmethod
    def _answered(given: dict[str, Any], room: Room) -> Message | None:
        """The message that this one answers."""
        if not given.get("reply_parameters"):
            return None
        told = json.loads(given["reply_parameters"])
        found = room.messages.get(int(told["message_id"]))
        if found is None and not told.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        return found

    async def _sendMessage(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        room = self._room(given)
        text, markup = rules.text_of(given), rules.markup_of(given, private=room.private)
        return _shown(self._new(given, room, {"text": text}, markup))

    async def _sendPhoto(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        room = self._room(given)
        caption, markup = rules.caption_of(given), rules.markup_of(given, private=room.private)
        _, data = _file(given, given.get("photo"))
        message = self._new(given, room, {**self._photo(data), "caption": caption}, markup)
        message.data = data
        return _shown(message)

    async def _sendDocument(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        room = self._room(given)
        caption, markup = rules.caption_of(given), rules.markup_of(given, private=room.private)
        name, data = _file(given, given.get("document"))
        message = self._new(given, room, {**self._document(name, data), "caption": caption}, markup)
        message.name, message.data = name, data
        return _shown(message)

    def _photo(self, data: bytes) -> dict[str, Any]:
        width, height = rules.photo_of(data)
        key = self.keep(data)
        size = {"file_id": key, "file_unique_id": f"u{key}", "width": width, "height": height, "file_size": len(data)}
        return {"photo": [size]}

    def _document(self, name: str, data: bytes) -> dict[str, Any]:
        if not data:
            raise bad("file must be non-empty")
        if len(data) > rules.UPLOAD_BYTES:
            raise Refused(413, "Request Entity Too Large")
        key = self.keep(data)
        return {"document": {"file_id": key, "file_unique_id": f"u{key}", "file_name": name, "file_size": len(data)}}

    def keep(self, data: bytes) -> str:
        """A file at the platform; its id."""
        key = f"files/f{len(self.files)}"
        self.files[key] = data
        return key

    def _editable(self, given: dict[str, Any]) -> tuple[Room, Message, dict[str, Any] | None]:
        room = self._room(given)
        self._count(room)
        message = room.messages.get(int(given.get("message_id", 0)))
        if message is None:
            raise bad("message to edit not found")
        if not message.by_bot or {"keyboard", "remove_keyboard"} & set(message.told.get("reply_markup", {})):
            raise bad("message can't be edited")
        return room, message, rules.markup_of(given, private=room.private)

    def _change(self, message: Message, body: dict[str, Any], markup: dict[str, Any] | None) -> dict[str, Any]:
        after = {key: value for key, value in message.told.items() if key not in {"reply_markup", "edit_date"}} | body
        if markup is not None:
            after["reply_markup"] = markup
        before = {key: value for key, value in message.told.items() if key != "edit_date"}
        if after == before:
            raise bad(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        message.told, message.edited = after | {"edit_date": self.stamp()}, True
        return _shown(message)

    async def _editMessageText(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        _, message, markup = self._editable(given)
        if "text" not in message.told:
            raise bad("there is no text in the message to edit")
        return self._change(message, {"text": rules.text_of(given)}, markup)

    async def _editMessageCaption(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        _, message, markup = self._editable(given)
        if "caption" not in message.told:
            raise bad("there is no caption in the message to edit")
        return self._change(message, {"caption": rules.caption_of(given)}, markup)

    async def _editMessageMedia(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        _, message, markup = self._editable(given)
        media = json.loads(given["media"])
        name, data = _file(given, media.get("media"))
        body = self._photo(data) if media.get("type") == "photo" else self._document(name, data)
        same = message.data == data
        kept = {key: value for key, value in message.told.items() if key in body} if same else body
        for gone in ("text", "photo", "document"):
            message.told.pop(gone, None) if gone not in kept else None
        told = self._change(message, {**kept, "caption": rules.caption_of(media)}, markup)
        message.data, message.name = data, name
        return told

    async def _deleteMessage(self, given: dict[str, Any]) -> bool:  # noqa: N802
        room = self.rooms.get(int(given.get("chat_id", 0)))
        if room is None:
            raise bad("chat not found")
        message = room.messages.get(int(given.get("message_id", 0)))
        if message is None:
            raise bad("message to delete not found")
        if not room.private and not message.by_bot:
            raise bad("message can't be deleted")
        del room.messages[message.told["message_id"]]
        return True


def _file(given: dict[str, Any], told: Any) -> tuple[str, bytes]:
    """The uploaded file, given straight or by `attach://`."""
    if isinstance(told, str) and told.startswith("attach://"):
        told = given.get(told.removeprefix("attach://"))
    if not isinstance(told, tuple):
        raise bad("there is no file in the request")
    return told


def _shown(message: Message) -> dict[str, Any]:
    """A message as the platform answers it: only inline keyboards are told."""
    told = dict(message.told)
    if "inline_keyboard" not in told.get("reply_markup", {"inline_keyboard": []}):
        del told["reply_markup"]
    if not told.get("caption", "x"):
        del told["caption"]
    return told
