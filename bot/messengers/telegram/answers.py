"""What the platform's refusals mean for delivery. Pure: an error in, a result out; no description goes on unread.

| refused with                                        | result                                                        |
|-----------------------------------------------------|---------------------------------------------------------------|
| 429                                                 | Retry after what it says: the chat, or all (see `Floods`)     |
| 403, chat not found, no right to write              | Gone                                                          |
| migrate_to_chat_id                                  | Moved                                                         |
| not modified                                        | Sent: it stands there already                                 |
| nothing left; 500 or 503 of the API itself; 401     | Retry                                                         |
| a page of something on the way (a proxy's 403)      | Retry, all                                                    |
| left without an answer, 502, 504, any page with 5xx | Ambiguous                                                     |
| any other 400, 413                                  | Rejected                                                      |
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
    TimedOut,
)

from bot.messengers.telegram.wire import CutError, FaultError, FloodError, NotSentError
from bot.platforms import Ambiguous, Gone, Moved, Rejected, Retry, SendResult, Sent

_SOON: Final = timedelta(seconds=1)
_OPERATOR: Final = timedelta(minutes=1)  # a token that is refused waits for a person
_CLOSED: Final = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_id_invalid",
    "user is deactivated",
    "group chat was deactivated",
    "chat was deleted",
    "bot is not a member",
    "bot was kicked",
    "not enough rights to send text",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_send_plain_forbidden",
    "chat_restricted",
    "user_is_blocked",
    "input_user_deactivated",
    "user_banned_in_channel",
    "channel_private",
)
_UNCHANGED: Final = "message is not modified"
_NO_THREAD: Final = ("message thread not found", "topic_deleted", "topic_closed", "message_thread_not_found")
_NO_TEXT: Final = "there is no text in the message to edit"
_NO_EDIT: Final = ("message to edit not found", "message can't be edited", "message_id_invalid", _NO_TEXT)
_FLOODED: Final = 3


@dataclass(slots=True)
class Floods:
    """Whom a 429 stops. The platform does not say; several chats in a row with no success between say all."""

    _chats: set[str] = field(default_factory=set)

    def passed(self) -> None:
        """Something got through."""
        self._chats.clear()

    def scope(self, chat: str) -> Literal["chat", "whole"]:
        """Whom the 429 that `chat` met stops."""
        self._chats.add(chat)
        return "whole" if len(self._chats) >= _FLOODED else "chat"


def of_error(error: TelegramError, chat: str, edited: str | None, floods: Floods) -> SendResult:
    """What becomes of a message; `edited` is the platform's id of the one that was to change."""
    match error:
        case FloodError():
            return Retry(error.after, floods.scope(chat), flood=True)
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case Forbidden():
            return Gone(told(error))
        case BadRequest():
            return _of_refusal(error, edited)
        case InvalidToken() | Conflict():
            return Retry(_OPERATOR, "whole")
        case NotSentError():
            return Retry(_SOON, "whole")
        case FaultError(undone=True):
            return Retry(timedelta())  # it names no span: delivery has its own back-off
        case TimedOut() | CutError() | FaultError():
            return Ambiguous(told(error))
        case _:
            return Ambiguous(told(error))


def unread(error: Exception) -> Ambiguous:
    """An answer that could not be read: it was done, and under which id nobody knows."""
    return Ambiguous(f"the answer could not be read: {type(error).__name__}")


def passing(error: TelegramError) -> timedelta | None:
    """How long a poll that failed may wait before the next; None where somebody else has to decide."""
    if isinstance(error, FloodError):
        return error.after
    return _SOON if isinstance(error, (TimedOut, CutError, FaultError)) else None


def no_thread(error: TelegramError) -> bool:
    """Whether only the thread is missing."""
    return isinstance(error, BadRequest) and _says(error, *_NO_THREAD)


def no_text(error: TelegramError) -> bool:
    """Whether the message that was to change is a picture with a caption."""
    return isinstance(error, BadRequest) and _says(error, _NO_TEXT)


def no_edit(error: TelegramError) -> bool:
    """Whether the message that was to change is no more, or can't be changed."""
    return isinstance(error, BadRequest) and _says(error, *_NO_EDIT)


def told(error: TelegramError) -> str:
    """The kind of an error for a log: of the platform's words only plain letters, in case it repeats what was said."""
    words = re.sub(r"[^A-Za-z_' ]+", " ", error.message.split("\n")[0])
    return f"{type(error).__name__}: {' '.join(words.split())[:80]}"


def _of_refusal(error: BadRequest, edited: str | None) -> SendResult:
    if edited is not None and _says(error, _UNCHANGED):
        return Sent(edited)
    return Gone(told(error)) if _says(error, *_CLOSED) else Rejected(told(error))


def _says(error: BadRequest, *phrases: str) -> bool:
    said = error.message.casefold()
    return any(phrase in said for phrase in phrases)
