"""One `Outgoing` as one call to the platform, its text exactly as written: no mark-up is interpreted, no link preview.

An edit that the platform refuses because the message is no more is said anew where it must be heard (a correction, an
answer, an alert); of a push that somebody took away nothing more is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import TelegramError

from bot.messenger import MAX_PRESS, Outgoing, Reply
from bot.messengers.letters import file_name, whole
from bot.messengers.telegram import answers
from bot.messengers.telegram.wire import Connection
from bot.platforms import Capabilities, Rejected

_QUIET: Final = {"is_disabled": True}
_A_ROW: Final = 3
_ROW_LETTERS: Final = 24  # a phone shows about that many Korean letters side by side
_LARGEST_PHOTO: Final = 10 * 10**6
_LARGEST_FILE: Final = 50 * 10**6
_MOST_ASKED: Final = 10_000
_MUST_BE_HEARD: Final = frozenset({"reply", "correction", "alert"})

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None


class Asked:
    """The private chats that show a button for their location, as far as this process knows."""

    def __init__(self) -> None:
        self._chats: dict[str, None] = {}

    def __contains__(self, chat: str) -> bool:
        return chat in self._chats

    def showed(self, chat: str, below: Markup) -> None:
        """What hung below the last message there."""
        if isinstance(below, ReplyKeyboardMarkup):
            self._chats[chat] = None
            if len(self._chats) > _MOST_ASKED:
                del self._chats[next(iter(self._chats))]
        elif isinstance(below, ReplyKeyboardRemove):
            self._chats.pop(chat, None)


class Gone(Exception):  # noqa: N818 - a state of the world: nothing is left to change and nothing need be said
    """The message that was to change is no more, and nobody needs to hear it again."""


def carried(reply: Reply) -> Reply:
    """The reply without what the platform refuses: halves of letters, names of files that are none."""
    return replace(
        reply,
        text=whole(reply.text),
        file=None if reply.file is None else replace(reply.file, name=file_name(reply.file.name)),
        buttons=tuple(replace(one, label=whole(one.label)) for one in reply.buttons),
    )


def unfit(reply: Reply, capable: Capabilities) -> Rejected | None:
    """Why a message can't be one message of this platform; None where it can."""
    beside = reply.image is not None or reply.file is not None
    limit, size = capable.max_caption if beside else capable.max_text, capable.units(reply.text)
    if size > limit:
        return Rejected(f"the text is longer than {limit} units: {size}")
    if not beside and not reply.text.strip():
        return Rejected("nothing to say")
    if reply.image is not None and reply.file is not None:
        return Rejected("a picture and a file are two messages")
    if len(reply.image or b"") > _LARGEST_PHOTO or len(reply.file.data if reply.file else b"") > _LARGEST_FILE:
        return Rejected("the picture or file is larger than the platform takes")
    if any(len(button.press.encode()) > MAX_PRESS for button in reply.buttons):
        return Rejected(f"a button carries more than {MAX_PRESS} bytes")
    return None


def markup(reply: Reply, *, private: bool, asked: bool) -> Markup:
    """What hangs below a message. `asked`: the chat shows a button for its location, which is over now."""
    if reply.buttons:
        return InlineKeyboardMarkup(_rows(reply))
    if reply.asks_location and private:
        here = KeyboardButton(reply.asks_location, request_location=True)
        return ReplyKeyboardMarkup([[here]], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove() if asked and private else None


async def send(bot: Connection, chat: int, message: Outgoing, below: Markup) -> str:
    """The platform's id of the new message.

    A thread is a topic of a forum, else the row of answers to that message; one that is no more is left out.

    Raises:
        TelegramError: the platform refused, or nobody knows.
    """
    thread = int(message.thread) if message.thread and message.thread.isdecimal() else None
    try:
        return await _send(bot, chat, message.reply, below, {"message_thread_id": thread})
    except TelegramError as error:
        if thread is None or not answers.no_thread(error):
            raise
        beneath = ReplyParameters(thread, allow_sending_without_reply=True)
        return await _send(bot, chat, message.reply, below, {"reply_parameters": beneath})


async def edit(bot: Connection, chat: int, message: Outgoing, native: str, below: Markup) -> str:
    """The platform's id of the message as it stands now.

    Raises:
        Gone: it is no more, and nothing need be said.
        TelegramError: the platform refused, or nobody knows.
    """
    keyboard = below if isinstance(below, InlineKeyboardMarkup) else None
    try:
        await _edit(bot, chat, message.reply, int(native), keyboard)
    except TelegramError as error:
        if not answers.no_edit(error):
            raise
        if message.kind not in _MUST_BE_HEARD:
            raise Gone from None
        return await send(bot, chat, message, below)
    return native


async def _send(bot: Connection, chat: int, reply: Reply, below: Markup, place: Mapping[str, object]) -> str:
    """`place`: where within its chat it stands, a topic or beneath another message."""
    where = {"chat_id": chat, "reply_markup": below, **place}
    caption = reply.text or None
    if reply.image is not None:
        photo = InputFile(reply.image, filename="picture.png")
        return await bot.spoken("sendPhoto", photo=photo, caption=caption, **where)
    if reply.file is not None:
        document = InputFile(reply.file.data, filename=reply.file.name)
        return await bot.spoken(
            "sendDocument", document=document, caption=caption, disable_content_type_detection=True, **where
        )
    return await bot.spoken("sendMessage", text=reply.text, link_preview_options=_QUIET, **where)


async def _edit(bot: Bot, chat: int, reply: Reply, native: int, below: InlineKeyboardMarkup | None) -> None:
    if reply.image is not None:
        photo = InputMediaPhoto(reply.image, caption=reply.text or None, filename="picture.png")
        await bot.edit_message_media(photo, chat, native, reply_markup=below)
        return
    if reply.file is not None:
        document = InputMediaDocument(reply.file.data, caption=reply.text or None, filename=reply.file.name)
        await bot.edit_message_media(document, chat, native, reply_markup=below)
        return
    quiet = LinkPreviewOptions(is_disabled=True)
    try:
        await bot.edit_message_text(reply.text, chat, native, reply_markup=below, link_preview_options=quiet)
    except TelegramError as error:
        if not answers.no_text(error):
            raise
        await bot.edit_message_caption(chat, native, caption=reply.text, reply_markup=below)


def _rows(reply: Reply) -> list[list[InlineKeyboardButton]]:
    """Short words side by side, long ones below each other."""
    rows: list[list[InlineKeyboardButton]] = []
    room = 0
    for button in reply.buttons:
        if not rows or len(rows[-1]) == _A_ROW or len(button.label) > room:
            rows.append([])
            room = _ROW_LETTERS
        room -= len(button.label) + 2
        rows[-1].append(InlineKeyboardButton(button.label, callback_data=button.press))
    return rows
