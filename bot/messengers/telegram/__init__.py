"""Telegram, over python-telegram-bot's `Bot` and classes: long polling, or a webhook with a secret.

    getUpdates from the offset → each update by itself → `receive` → the offset moves on
    webhook: secret → update → `receive` → 200

The library's own updater confirms an update when it queues it; here the offset moves only once `receive` returned. It
paces nothing, retries nothing and keeps nothing durable.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.messenger import MAX_FILE_BYTES, Chat, FileRef, FileRefusedError, InFile, Outgoing, Plain, Receive
from bot.messengers.telegram import answers, inbound, outbound
from bot.messengers.telegram.wire import IN_FLIGHT, Connection, Wire
from bot.platforms import Capabilities, Content, Gone, Pace, Rate, SendResult, Sent
from bot.wording import slashes

if TYPE_CHECKING:
    from bot.http import Answer
    from bot.messengers.tools import Tools
    from bot.settings import MessengerAccount

log = logging.getLogger(__name__)

NAME: Final = "telegram"
API: Final = "https://api.telegram.org"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

CAPABILITIES: Final = Capabilities(
    location_in=True,
    image_out=True,
    buttons=True,
    edit=True,
    idempotent_send=False,
    max_text=4096,
    max_caption=1024,
    max_buttons=100,
    threads=True,
    delete=True,
    pace=Pace(
        chat=Rate(1, timedelta(seconds=1)),
        group=Rate(20, timedelta(minutes=1)),
        whole=Rate(30, timedelta(seconds=1)),
    ),  # core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    in_flight=IN_FLIGHT,
    content=Content.OFFICE,
    utf16=True,
    location_button=True,
)

_WAIT_S: Final = 25
_BATCH: Final = 100
_READ_S: Final = 10.0
_FETCH_S: Final = 60.0
_SPOILT_S: Final = 1.0
_FAILURES: Final = 5
_MOST_ANSWERS: Final = 1_000
_TOKEN: Final = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{10,}")
_HOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{16,256}")


class BadTokenError(PermissionError):
    """The platform refuses the token; the words are for the operator and hold nothing of it."""


def make(account: MessengerAccount, tools: Tools) -> TelegramMessenger:
    """The adapter of an account.

    Raises:
        ValueError: the token or the webhook's address is missing or none, in Korean, for the operator.
    """
    token = account.secrets.get("token")
    if token is None or not _TOKEN.fullmatch(token.reveal()):
        raise ValueError(slashes.UNSET)
    for name in ("telegram", "httpx", "httpcore"):  # below, they log tokens and what people write
        logging.getLogger(name).setLevel(logging.WARNING)
    return TelegramMessenger(account, tools, token.reveal())


class TelegramMessenger(Plain):
    """One bot on Telegram."""

    name = NAME

    def __init__(self, account: MessengerAccount, tools: Tools, token: str) -> None:
        options = account.options
        self.capabilities = CAPABILITIES
        if account.content is not None:
            self.capabilities = replace(CAPABILITIES, content=account.content)
        self._now, self._sleep, self._beat = tools.now, tools.sleep, tools.beat
        read_s = float(options.get("timeout_s", _READ_S))
        self._wires = (Wire(read_s, 2), Wire(read_s, IN_FLIGHT))
        api = options.get("api_url", API).rstrip("/")
        files = options.get("file_url", f"{api}/file").rstrip("/")
        self._bot = Connection(
            token, f"{api}/bot", f"{files}/bot", get_updates_request=self._wires[0], request=self._wires[1]
        )
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._floods = answers.Floods()
        self._asked = outbound.Asked()
        self._answering: set[asyncio.Task[None]] = set()
        self._offset: int | None = None
        self._me: inbound.Self | None = None
        self._receive: Receive | None = None
        self._hook = _hook_of(account, tools, self)
        if self._hook is not None:
            self.capabilities = replace(self.capabilities, callbacks=True)

    async def run(self, receive: Receive) -> None:
        """See the port; raises where another poller holds the token (Conflict) or the platform can't be reached.

        Raises:
            BadTokenError: the platform refuses the token.
            TelegramError: any other refusal.
        """
        self._receive = receive
        try:
            self._me = await self._introduce()
            await self._commands()
            await (self._hooked(self._hook) if self._hook else self._poll(receive))
        except InvalidToken:
            raise BadTokenError(slashes.REFUSED) from None
        finally:
            self._receive = None
            await self._settle()

    async def send(self, message: Outgoing) -> SendResult:
        """See the port."""
        chat = _native(message.chat)
        if chat is None:
            return Gone("no such chat there")
        if (refused := outbound.unfit(message.reply, self.capabilities)) is not None:
            return refused
        message = replace(message, reply=outbound.carried(message.reply))
        native = message.edits_native if message.edits else None
        try:
            async with self._room:
                sent = await self._put(chat, message, native)
        except outbound.Gone:
            self._floods.passed()
            return Sent(native or "")
        except TelegramError as error:
            return answers.of_error(error, message.chat.id, native, self._floods)
        except (KeyError, TypeError, ValueError) as error:  # the library could not read the answer
            return answers.unread(error)
        self._floods.passed()
        return Sent(sent)

    async def fetch(self, file: FileRef) -> InFile:
        """See the port."""
        if file.size is not None and file.size > MAX_FILE_BYTES:
            raise FileRefusedError(f"larger than {MAX_FILE_BYTES}: {file.size}")
        try:
            async with asyncio.timeout(_FETCH_S), self._room:
                data = await self._bot.content(file.native)
        except TimeoutError:
            raise FileRefusedError(f"not there within {_FETCH_S:g} s") from None
        except TelegramError as error:
            raise FileRefusedError(answers.told(error)) from None
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise FileRefusedError(type(error).__name__) from None
        if len(data) > MAX_FILE_BYTES:
            raise FileRefusedError(f"larger than {MAX_FILE_BYTES}: {len(data)}")
        return InFile(file.name, data)

    async def delete(self, chat: Chat, native: str) -> bool:
        """See the port; the platform lets a bot do that for two days, in private chats."""
        place = _native(chat)
        if place is None or not native.isdecimal():
            return False
        try:
            async with self._room:
                return await self._bot.delete_message(place, int(native))
        except TelegramError as error:
            log.info("a message could not be taken away: %s", answers.told(error))
            return False

    async def close(self) -> None:
        """Closes the connections; a later call opens them anew."""
        await self._settle()
        for wire in self._wires:
            await wire.shutdown()

    # --- what comes in

    async def _introduce(self) -> inbound.Self:
        user = await self._bot.get_me()
        return inbound.Self(user.id, user.username or "")

    async def _commands(self) -> None:
        """The list that the app shows behind `/`; without it everything works too."""
        known = [BotCommand(name, about) for name, about in slashes.COMMANDS]
        try:
            await self._bot.set_my_commands(known)
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("the list of commands was not taken: %s", answers.told(error))

    async def _poll(self, receive: Receive) -> None:
        await self._bot.delete_webhook()  # a webhook that was set before would keep every update to itself
        failed = 0
        while True:
            try:
                batch = await self._bot.raw_updates(self._offset, _WAIT_S, _BATCH, inbound.KINDS)
            except TelegramError as error:
                failed += 1
                span = answers.passing(error)
                if span is None or failed >= _FAILURES:
                    raise
                log.info("no updates: %s", answers.told(error))
                await self._sleep(span.total_seconds())
                continue
            failed = 0
            self._beat()
            for raw in batch:
                await self._take(raw, receive)
            if not batch:  # whatever was before is confirmed; numbers begin anew, and lower, after a quiet week
                self._offset = None
            elif not any(inbound.number_of(raw) is not None for raw in batch):
                await self._sleep(_SPOILT_S)  # nothing that could be confirmed: it will come again

    async def _take(self, raw: object, receive: Receive) -> None:
        """One update as far as it is kept; only then the next getUpdates confirms it."""
        number = inbound.number_of(raw)
        await self._handle(raw, receive)
        if number is not None:
            self._offset = max(self._offset or 0, number + 1)

    async def _handle(self, raw: object, receive: Receive) -> None:
        query, me = None, self._me
        if me is None:
            raise RuntimeError("the bot has not introduced itself")
        try:
            update = inbound.parsed(raw, self._bot)
            query = update.callback_query
            told = inbound.translated(update, me, self.name, self._now)
        except inbound.UnreadableError as error:
            log.warning("an update could not be read: %s", error)
            told = None
        if told is not None:
            await receive(told)
        if query is not None:
            self._behind(self._answer(query.id))

    async def _answer(self, query: str) -> None:
        """Ends the little clock on the button; one that is over, or was ended before, is refused and no harm."""
        try:
            async with self._room:
                await self._bot.answer_callback_query(query)
        except TelegramError as error:
            log.debug("a press was not answered: %s", answers.told(error))

    def _behind(self, work: Coroutine[Any, Any, None]) -> None:
        if len(self._answering) >= _MOST_ANSWERS:
            work.close()
            return
        task = asyncio.create_task(work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _settle(self) -> None:
        for task in tuple(self._answering):
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    async def _hooked(self, hook: _Hook) -> None:
        await self._bot.set_webhook(
            hook.url, secret_token=hook.secret, allowed_updates=list(inbound.KINDS), max_connections=1
        )
        await asyncio.Event().wait()  # the server calls `hear`; this ends by being cancelled

    async def hear(self, _path: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        """One call of the platform; 200 only once its update is kept."""
        from bot.http import Answer

        hook, receive = self._hook, self._receive
        shown = headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        if hook is None or not hmac.compare_digest(shown, hook.secret.encode()):
            return Answer(403)
        if receive is None or self._me is None:
            return Answer(503)  # the platform comes again
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return Answer(400)
        if inbound.number_of(raw) is None:
            return Answer(400)
        await self._handle(raw, receive)
        return Answer(200)

    # --- what goes out

    async def _put(self, chat: int, message: Outgoing, native: str | None) -> str:
        asked = message.kind == "reply" and message.chat.id in self._asked
        below = outbound.markup(message.reply, private=message.chat.private, asked=asked)
        if native and native.isdecimal():
            return await outbound.edit(self._bot, chat, message, native, below)
        sent = await outbound.send(self._bot, chat, message, below)
        self._asked.showed(message.chat.id, below)
        return sent


@dataclass(frozen=True, slots=True, repr=False)
class _Hook:
    """Where the platform calls, and how it shows that it is the platform."""

    url: str
    secret: str


def _hook_of(account: MessengerAccount, tools: Tools, messenger: TelegramMessenger) -> _Hook | None:
    if account.options.get("mode", "polling") != "webhook":
        return None
    url, given = account.options.get("webhook_url", ""), account.secrets.get("webhook_secret")
    if not url or given is None or tools.route is None or not _HOOK_SECRET.fullmatch(given.reveal()):
        raise ValueError(slashes.NO_WEBHOOK)
    tools.route("POST", urlsplit(url).path or "/", messenger.hear)
    return _Hook(url, given.reveal())


def _native(chat: Chat) -> int | None:
    """The platform's number of a chat; a private one's is the person's."""
    text = chat.id.removeprefix("dm:")
    return int(text) if re.fullmatch(r"-?\d{1,20}", text) else None
