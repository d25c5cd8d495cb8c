"""NAVER WORKS (LINE WORKS) by plain HTTP: callbacks in, the Bot API 2.0 out.

The platform calls a bot back once and never again: a callback is kept before it is answered with 200, and answered
with 503 where it can't be. It takes 240 calls a minute of each kind (60 in the free plan), edits nothing, gives no id
of what was sent, and has no record that could be asked. A picture or file is a message of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from bot.http import Answer
from bot.logs import failed_for
from bot.messenger import Chat, FileRef, FileRefusedError, InFile, OutFile, Outgoing, Plain, Receive, Reply
from bot.messengers.naverworks.calls import (
    Addresses,
    AnswerError,
    BadAccountError,
    CallError,
    Calls,
    CutError,
    Key,
    NotSentError,
)
from bot.messengers.naverworks.events import NAME, BadCallbackError, parse, verify
from bot.platforms import Ambiguous, Capabilities, Content, Gone, Pace, Rate, Rejected, Retry, SendResult, Sent
from bot.wording import naverworks as words

if TYPE_CHECKING:
    from bot.messengers.tools import Tools
    from bot.settings import MessengerAccount

log = logging.getLogger(__name__)

PATH: Final = "/callback/naverworks"
MAX_TEXT: Final = 2_000
MAX_BUTTON_TEXT: Final = 1_000
MAX_BUTTONS: Final = 10
MAX_LABEL: Final = 20
PER_MINUTE: Final = {"free": 60, "paid": 240}
IN_FLIGHT: Final = 8

_CONNECTIONS: Final = 32
_LONGEST_NAME: Final = 200
_TIMEOUT_S: Final = 15.0
_LISTENS_S: Final = 5.0
_SOON: Final = timedelta(seconds=1)
_FLOODED: Final = timedelta(seconds=15)
_OPERATOR: Final = timedelta(minutes=1)
_SHUT_OUT: Final = 3
_NEEDED: Final = ("client_secret", "private_key", "bot_secret")
_TOLD: Final = ("client_id", "service_account", "bot_id")
# what a file without a name is called, by what the platform says that it is: a sheet is known by its ending
_ENDINGS: Final = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}

CAPABILITIES: Final = Capabilities(
    location_in=True,
    image_out=True,
    buttons=True,
    edit=False,
    idempotent_send=False,
    max_text=MAX_TEXT,
    max_caption=0,
    max_buttons=MAX_BUTTONS,
    in_flight=IN_FLIGHT,
    content=Content.PLACE,
    location_button=True,
    callbacks=True,
)


def make(account: MessengerAccount, tools: Tools) -> NaverWorksMessenger:
    """The adapter of an account.

    Raises:
        ValueError: the account is not whole, in Korean, for the operator.
    """
    missing = [name for name in _NEEDED if not account.secrets.get(name) or not account.secrets[name].reveal().strip()]
    missing += [name for name in _TOLD if not account.options.get(name, "").strip()]
    if missing:
        raise ValueError(words.missing(missing))
    pem = account.secrets["private_key"].reveal().replace("\\n", "\n").strip()
    if "PRIVATE KEY-----" not in pem:
        raise ValueError(words.NO_KEY)
    return NaverWorksMessenger(account, tools, pem + "\n")


def _pace(options: Mapping[str, str]) -> Pace:
    count = int(options.get("per_minute", PER_MINUTE[options.get("plan", "paid")]))
    return Pace(whole=Rate(count, timedelta(minutes=1)))


class NaverWorksMessenger(Plain):
    """One bot on NAVER WORKS."""

    name = NAME

    def __init__(self, account: MessengerAccount, tools: Tools, pem: str) -> None:
        options, secrets = account.options, account.secrets
        content = CAPABILITIES.content if account.content is None else account.content
        self.capabilities = replace(CAPABILITIES, content=content, pace=_pace(options))
        self._now: Callable[[], datetime] = tools.now
        self._bot_id = options["bot_id"]
        self._bot_name = options.get("bot_name", "")
        self._secret = secrets["bot_secret"].reveal()
        key = Key(options["client_id"], secrets["client_secret"].reveal(), options["service_account"], pem)
        at = Addresses()
        at = Addresses(options.get("auth_url", at.auth).rstrip("/"), options.get("api_url", at.api).rstrip("/"))
        self._calls = Calls(key, at, tools.now, float(options.get("timeout_s", _TIMEOUT_S)), _CONNECTIONS)
        self._refusing: set[str] = set()
        self._receive: Receive | None = None
        self._listens = asyncio.Event()
        if tools.route is not None:
            tools.route("POST", options.get("callback_path", PATH), self.called)

    async def run(self, receive: Receive) -> None:
        """Takes callbacks until cancelled: the inbound server hands them in."""
        self._receive = receive
        self._listens.set()
        try:
            await asyncio.Event().wait()
        finally:
            self._listens.clear()
            self._receive = None

    async def called(self, _path: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        """One callback: kept, then answered."""
        try:
            verify(headers, body, self._bot_id, self._secret)
            update = parse(body, self._now(), self._bot_name)
        except BadCallbackError as error:
            log.warning("a callback was refused with %d: %s", error.status, error)
            return Answer(error.status)
        if update is None:
            return Answer(200)
        try:
            async with asyncio.timeout(_LISTENS_S):
                await self._listens.wait()
                receive = self._receive
                if receive is not None:
                    await receive(update)
                    return Answer(200)
        except Exception as error:  # noqa: BLE001 - whatever kept it from being kept, the platform hears that it was not
            failed_for(log, error, "a callback could not be kept, and will not come again")
        return Answer(503)

    async def send(self, message: Outgoing) -> SendResult:
        """See the port."""
        try:
            body = await self._body(message.reply, private=message.chat.private)
        except CallError as error:  # a file is put there before anybody can see it: nothing was said yet
            return Retry(_SOON) if isinstance(error, CutError) else _refused(error)
        try:
            await self._calls.post(self._room(message.chat), body)
        except CallError as error:
            return self._shut_out(message.chat, _refused(error), error)
        self._refusing.clear()
        return Sent("")  # the platform names nothing that it took

    def _shut_out(self, chat: Chat, result: SendResult, error: CallError) -> SendResult:
        """403 is said of a person and of the bot itself: several in a row are the bot's, and nobody is given up."""
        if not isinstance(result, Gone) or not isinstance(error, AnswerError) or error.status != 403:
            return result
        if len(self._refusing) < _SHUT_OUT:
            self._refusing.add(chat.id)
        if len(self._refusing) < _SHUT_OUT:
            return result
        log.error("the platform refuses the bot itself: %s", error)
        return Retry(_OPERATOR, "whole")

    def _room(self, chat: Chat) -> str:
        kind, native = ("users", chat.id.removeprefix("dm:")) if chat.private else ("channels", chat.id)
        return f"/v1.0/bots/{quote(self._bot_id, safe='')}/{kind}/{quote(native, safe='')}/messages"

    async def _body(self, reply: Reply, *, private: bool) -> dict[str, Any]:
        if reply.image is not None:
            file = await self._uploaded(OutFile("image.png", reply.image))
            return {"content": {"type": "image", "fileId": file}}
        if reply.file is not None:
            return {"content": {"type": "file", "fileId": await self._uploaded(reply.file)}}
        actions = [_action(one.label, one.press) for one in reply.buttons[:MAX_BUTTONS]]
        text = {"type": "text", "text": reply.text}
        if reply.asks_location and private:
            here = {"type": "location", "label": _label(reply.asks_location)}
            return {"content": {**text, "quickReply": {"items": [{"action": one} for one in (here, *actions)]}}}
        if actions and len(reply.text) > MAX_BUTTON_TEXT:
            return {"content": {**text, "quickReply": {"items": [{"action": one} for one in actions]}}}
        if actions:
            return {"content": {"type": "button_template", "contentText": reply.text, "actions": actions}}
        return {"content": text}

    async def _uploaded(self, file: OutFile) -> str:
        """The platform's id of a file that it now has.

        Raises:
            CallError: it has it not.
        """
        told = await self._calls.post(f"/v1.0/bots/{quote(self._bot_id, safe='')}/attachments", {"fileName": file.name})
        native, url = told.get("fileId"), told.get("uploadUrl")
        if not isinstance(native, str) or not isinstance(url, str):
            raise AnswerError(0, "no place for a file")
        await self._calls.upload(url, file.name, file.data)
        return native

    async def fetch(self, file: FileRef) -> InFile:
        """See the port.

        Raises:
            FileRefusedError: it can't be had.
        """
        where = f"/v1.0/bots/{quote(self._bot_id, safe='')}/attachments/{quote(file.native, safe='')}"
        try:
            found = await self._calls.download(where)
        except CallError as error:
            raise FileRefusedError(f"a file can't be had: {error}") from error
        name = file.name if "." in file.name else found.name.replace("\\", "/").rpartition("/")[2][-_LONGEST_NAME:]
        if "." not in name:
            name = f"{name or 'file'}{_ENDINGS.get(found.kind, '')}"
        return InFile(name, found.data)

    async def close(self) -> None:
        """See the port."""
        await self._calls.close()


def _label(text: str) -> str:
    return text if len(text) <= MAX_LABEL else f"{text[: MAX_LABEL - 1]}…"


def _action(label: str, press: str) -> dict[str, str]:
    """A button that says its own word in the chat and hands `press` back with it."""
    return {"type": "message", "label": _label(label), "text": _label(label), "postback": press}


def _refused(error: CallError) -> SendResult:
    match error:
        case NotSentError():
            return Retry(_SOON, "whole")
        case BadAccountError():
            log.error("%s", error)
            return Retry(_OPERATOR, "whole")
        case AnswerError(status=429, after_s=after):
            return Retry(_FLOODED if after is None else timedelta(seconds=after), "whole", flood=True)
        case AnswerError(status=401):
            return Retry(_OPERATOR, "whole")
        case AnswerError(status=403 | 404):
            return Gone(str(error))
        case AnswerError(status=408 | 425 | 500 | 503):
            return Retry(timedelta())  # as delivery says
        case AnswerError(status=502 | 504) | CutError():
            return Ambiguous(str(error))
        case _:
            return Rejected(str(error))
