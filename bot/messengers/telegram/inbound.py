"""What the platform says, as `Update`s. Pure: one raw update in, one update or None out; it decides nothing.

Left out: channels, other bots, who speaks for a channel, commands for another bot, and what the platform says of itself
(somebody joined, a title changed). Of an administrator who hides behind the group only that somebody spoke is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import telegram

from bot.messenger import MAX_PRESS, Event, FileRef, Location, Update

KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
_LONGEST: Final = 8_192  # twice what the platform sends
_NAME_LIMIT: Final = 120
_INSIDE: Final = frozenset({"member", "administrator", "creator"})
_OUTSIDE: Final = frozenset({"left", "kicked"})
_CONTENTS: Final = (
    "text", "caption", "location", "venue", "photo", "document", "sticker", "voice", "video", "video_note", "audio",
    "animation", "contact", "poll", "dice", "story",
)  # fmt: skip
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f/\\\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Self:
    """Who Dobi is there."""

    id: int
    username: str


class UnreadableError(ValueError):
    """An update that is none; it holds no word of it."""


def number_of(raw: object) -> int | None:
    """The number of a raw update; None where it has none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def parsed(raw: object, bot: telegram.Bot) -> telegram.Update:
    """The library's view of a raw update.

    Raises:
        UnreadableError: it can't be read.
    """
    if number_of(raw) is None:
        raise UnreadableError("no update")
    try:
        return telegram.Update.de_json(raw, bot)  # type: ignore[arg-type]  # number_of has seen that it is a dict
    except Exception as error:  # noqa: BLE001 - the library raises whatever its constructors do
        raise UnreadableError(type(error).__name__) from None


def translated(update: telegram.Update, me: Self, name: str, now: Callable[[], datetime]) -> Update | None:
    """What somebody did; None where nobody did anything that concerns Dobi.

    Raises:
        UnreadableError: it is not what the platform promises.
    """
    try:
        if update.callback_query is not None:
            return _pressed(update, update.callback_query, name, now())
        if update.my_chat_member is not None:
            return _membership(update, update.my_chat_member, name, now())
        message = update.message or update.edited_message
        return None if message is None else _said(update, message, me, name, now())
    except (AttributeError, TypeError, ValueError, KeyError, IndexError) as error:
        raise UnreadableError(type(error).__name__) from None


def _said(update: telegram.Update, message: telegram.Message, me: Self, name: str, now: datetime) -> Update | None:
    moved = _moved(update, message, name, now)
    if moved is not None:
        return moved
    if message.chat.type == "channel" or not any(getattr(message, part) for part in _CONTENTS):
        return None
    if _for_another(message, me):
        return None
    edited, sender = update.edited_message is not None, message.from_user
    if message.sender_chat is not None:
        hidden = message.sender_chat.id == message.chat.id and not edited
        return _masked(update, message, me, name, now) if hidden else None
    if sender is None or sender.is_bot:
        return None
    text, mentioned = _text(message, me)
    return Update(
        adapter=name,
        sender=str(sender.id),
        received_at=now,
        id=str(update.update_id),
        chat=_chat(message.chat),
        text=text,
        mention=mentioned,
        thread=_thread(message),
        location=_location(message, edited=edited),
        message=str(message.message_id),
        sent_at=(message.edit_date if edited else None) or message.date,
        refs=_files(message),
        edit=edited,
        answers=None if message.reply_to_message is None else str(message.reply_to_message.message_id),
        name=_plain(sender.full_name)[:_NAME_LIMIT],
    )


def _masked(update: telegram.Update, message: telegram.Message, me: Self, name: str, now: datetime) -> Update:
    """Somebody whom the platform hides: their words stand under the group's own name (Bot API, `sender_chat`)."""
    text, mentioned = _text(message, me)
    return Update(
        adapter=name,
        sender=str(message.chat.id),
        received_at=now,
        id=str(update.update_id),
        chat=_chat(message.chat),
        text=text,
        mention=mentioned,
        thread=_thread(message),
        event="masked",
        sent_at=message.date,
    )


def _pressed(update: telegram.Update, query: telegram.CallbackQuery, name: str, now: datetime) -> Update | None:
    message, data = query.message, query.data
    if message is None or not data or query.from_user.is_bot or len(data.encode("utf-8", "replace")) > MAX_PRESS:
        return None
    full = message if isinstance(message, telegram.Message) else None
    return Update(
        adapter=name,
        sender=str(query.from_user.id),
        received_at=now,
        id=str(update.update_id),
        chat=_chat(message.chat),
        mention=True,
        thread=_thread(full) if full else None,
        press=_plain(data),
        message=str(message.message_id),
        sent_at=now,
        name=_plain(query.from_user.full_name)[:_NAME_LIMIT],
    )


def _membership(update: telegram.Update, change: telegram.ChatMemberUpdated, name: str, now: datetime) -> Update | None:
    """Blocked, unblocked, let in, put out; a promotion is nothing."""
    was, is_ = _inside(change.old_chat_member), _inside(change.new_chat_member)
    private = change.chat.type == "private"
    if was == is_ or change.chat.type == "channel":
        return None
    event: Event = "left" if was else "returned" if private else "joined"
    return Update(
        adapter=name,
        sender=str(change.from_user.id),
        received_at=now,
        id=str(update.update_id),
        chat=_chat(change.chat),
        event=event,
        sent_at=change.date,
        name=_plain(change.from_user.full_name)[:_NAME_LIMIT],
    )


def _moved(update: telegram.Update, message: telegram.Message, name: str, now: datetime) -> Update | None:
    """Both ends of a migration say the same: the group that became a supergroup has a new id."""
    here = message.chat.id
    if message.migrate_to_chat_id:
        old, new = here, message.migrate_to_chat_id
    elif message.migrate_from_chat_id:
        old, new = message.migrate_from_chat_id, here
    else:
        return None
    return Update(
        adapter=name,
        sender="" if message.from_user is None else str(message.from_user.id),
        received_at=now,
        id=str(update.update_id),
        chat=str(old),
        event="moved",
        moved_to=str(new),
        sent_at=message.date,
    )


def _chat(chat: telegram.Chat) -> str | None:
    return None if chat.type == "private" else str(chat.id)


def _inside(member: telegram.ChatMember) -> bool:
    if member.status in _INSIDE:
        return True
    return member.status not in _OUTSIDE and bool(getattr(member, "is_member", False))


def _thread(message: telegram.Message) -> str | None:
    """A topic of a forum; a row of replies has a thread's number too and is none."""
    return str(message.message_thread_id) if message.is_topic_message and message.message_thread_id else None


def _location(message: telegram.Message, *, edited: bool) -> Location | None:
    point = message.location or (message.venue.location if message.venue else None)
    if point is None:
        return None
    return Location(
        lat=point.latitude,
        lon=point.longitude,
        accuracy_m=point.horizontal_accuracy,
        live="live_period" in point.to_dict(),  # the attribute itself warns of the library's future
        forwarded=message.forward_origin is not None,
        venue=message.venue is not None,
        via_bot=message.via_bot is not None,
        edited=edited,
    )


def _files(message: telegram.Message) -> tuple[FileRef, ...]:
    if message.photo:
        best = max(message.photo, key=lambda one: (one.width * one.height, one.file_size or 0))
        return (FileRef("photo.jpg", best.file_id, best.file_size),)
    if message.document is not None:
        named = _UNSAFE.sub("_", _plain(message.document.file_name or "file"))[-_NAME_LIMIT:]
        return (FileRef(named, message.document.file_id, message.document.file_size),)
    return ()


def _text(message: telegram.Message, me: Self) -> tuple[str, bool]:
    """What was written without Dobi's own name there, and whether Dobi was addressed."""
    raw = message.text if message.text is not None else message.caption or ""
    units = raw.encode("utf-16-le", "surrogatepass")
    mentioned = _answers_me(message, me)
    for entity in sorted(message.entities or message.caption_entities, key=lambda one: -one.offset):
        start, end = entity.offset * 2, (entity.offset + entity.length) * 2
        word = units[start:end].decode("utf-16-le", "replace")
        if _names_me(entity, word, me):
            mentioned, units = True, units[:start] + units[end:]
        elif entity.type == "bot_command" and word.partition("@")[2].casefold() == me.username.casefold():
            mentioned = True
    text = _plain(units.decode("utf-16-le", "replace")[:_LONGEST])
    return (text.strip() if mentioned else text), mentioned


def _names_me(entity: telegram.MessageEntity, word: str, me: Self) -> bool:
    if entity.type == "text_mention":
        return entity.user is not None and entity.user.id == me.id
    return entity.type == "mention" and word.casefold() == f"@{me.username}".casefold()


def _answers_me(message: telegram.Message, me: Self) -> bool:
    before = message.reply_to_message
    return before is not None and before.from_user is not None and before.from_user.id == me.id


def _for_another(message: telegram.Message, me: Self) -> bool:
    """`/verify@another_bot`."""
    raw = message.text or message.caption or ""
    head = raw.split(maxsplit=1)[0] if raw.strip() else ""
    _, at, name = head.partition("@")
    return head.startswith("/") and bool(at) and name.casefold() != me.username.casefold()


def _plain(text: str) -> str:
    """Text that can be kept: half a character is none."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
