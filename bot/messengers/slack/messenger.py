"""Slack: Socket Mode by default, signed HTTP where the settings say so. It translates, and nothing else.

    envelope | signed request → Bolt → Update → receive → acknowledged
    Outgoing → chat.postMessage | chat.update | files v2 → Sent, or why not

Slack has no idempotency key; Dobi's id travels in each message's metadata, and `find` looks for it in the history.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.messenger import MAX_FILE_BYTES, Chat, FileRef, FileRefusedError, InFile, Outgoing, Receive, Reply
from bot.messengers.letters import whole
from bot.messengers.slack import blocks, socket
from bot.messengers.slack.answers import BLOCKS, CANNOT_EDIT, NO_CODE, OUTSIDE, CallFailedError, result
from bot.messengers.slack.calls import Calls
from bot.messengers.slack.dispatch import Dispatch
from bot.messengers.slack.history import Look, history
from bot.messengers.slack.incoming import ADAPTER, native, ts_of
from bot.messengers.tools import Tools
from bot.platforms import (
    Absent,
    Ambiguous,
    Capabilities,
    Content,
    Gone,
    Pace,
    Rate,
    Rejected,
    Retry,
    SendResult,
    Sent,
)

_ONE_A_SECOND: Final = Rate(1, timedelta(seconds=1))

CAPABILITIES: Final = Capabilities(
    location_in=False,
    image_out=True,
    buttons=True,
    edit=True,
    idempotent_send=False,
    max_text=blocks.MAX_TEXT,
    max_caption=0,
    max_buttons=blocks.MAX_BUTTONS,
    threads=True,
    evidence=True,
    pace=Pace(chat=_ONE_A_SECOND, group=_ONE_A_SECOND),
    content=Content.OFFICE,
    utf16=True,
    aside=True,
)

log = logging.getLogger(__name__)

_ROOMS: Final = 20_000
_FETCH_S: Final = 45.0
_LONGEST_ALT: Final = 1_000
_LONGEST_EDIT: Final = 4_000  # of a text without blocks (docs, chat.update, msg_too_long)
_UNKNOWN_AFTER: Final = timedelta(seconds=2)
_WHISPER: Final = "aside-"  # nothing can be done any more with what one person alone saw
_FILE: Final = "file-"  # a shared file's message has no `ts` that Slack would tell


@dataclass(frozen=True, slots=True)
class Account:
    """What the adapter needs of its settings; `app_token` is Socket Mode's, `signing_secret` HTTP's."""

    bot_token: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    base_url: str = ""
    proxy: str | None = None
    path: str = ""


class SlackMessenger:
    """One Slack app in one workspace."""

    name = ADAPTER

    def __init__(self, account: Account, tools: Tools, calls: Calls, content: Content | None = None) -> None:
        may = CAPABILITIES.content if content is None else content
        self.capabilities = replace(CAPABILITIES, content=may, callbacks=bool(account.path))
        self._account = account
        self._sleep = tools.sleep
        self._beat = tools.beat
        self._calls = calls
        self._dispatch = Dispatch(calls, account.signing_secret, tools.now)
        self._rooms: dict[str, str] = {}
        self._socket = not account.path
        if not self._socket and tools.route is not None:
            tools.route("POST", account.path, self._dispatch.http)

    async def run(self, receive: Receive) -> None:
        """See the port; over HTTP it waits while the inbound server brings the requests.

        Raises:
            ConnectionError: Slack refuses the account, or can't be reached.
        """
        try:
            self._dispatch.me = await self._calls.whoami()
            self._dispatch.receive = receive
            if self._socket:
                account = self._account
                await socket.serve(
                    self._calls, account.app_token, account.proxy, self._dispatch.socket, self._sleep, self._beat
                )
            else:
                await asyncio.Event().wait()
        except CallFailedError as error:
            raise ConnectionError(f"Slack: {error.code}") from None
        finally:
            self._dispatch.receive = None

    async def close(self) -> None:
        """Ends the connections; a later call opens others."""
        await self._calls.close()

    async def send(self, message: Outgoing) -> SendResult:
        """See the port."""
        message, plain, joined = replace(message, reply=_carried(message.reply)), False, False
        while True:
            try:
                return await self._put(message, plain=plain)
            except CallFailedError as error:  # what Slack refuses with a code was not done
                if error.code in BLOCKS and message.reply.buttons:
                    return Rejected(error.code, buttons=True)
                if error.code in BLOCKS and not plain:
                    log.warning("slack: %s is refused with %s, and goes without blocks", message.message, error.code)
                    plain = True
                elif error.code == OUTSIDE and not (joined or message.chat.private):
                    outside = await self._join(message.chat.id)
                    if outside is not None:
                        return outside
                    joined = True
                else:
                    return result(error, chat=error.posting)

    async def _put(self, message: Outgoing, *, plain: bool) -> Sent:
        if message.reply.image is not None or message.reply.file is not None:
            return await self._share(message, plain=plain)
        if message.edits_native and not ts_of(message.edits_native).startswith((_FILE, _WHISPER)):
            edited = await self._update(message, message.edits_native, plain=plain)
            if edited is not None:
                return edited
        try:
            return await (self._whisper(message, plain=plain) if message.only else self._post(message, plain=plain))
        except CallFailedError as error:
            error.posting = True
            raise

    async def _join(self, channel: str) -> Gone | Retry | None:
        """None once Dobi is in that public channel: where the operator gave it `channels:join`."""
        try:
            await self._calls.done(self._calls.ready().conversations_join(channel=channel))
        except CallFailedError as error:
            told = result(error, chat=False)
            if isinstance(told, Ambiguous):
                return Retry(_UNKNOWN_AFTER)
            return told if isinstance(told, Retry) else Gone(OUTSIDE)
        log.info("slack: joined a channel that Dobi was to speak in")
        return None

    async def find(self, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:
        """See the port; a picture or file is known by its name and size, for Slack keeps no metadata with it."""
        try:
            room = await self._room(message.chat)
            look = Look(message, room, since, (await self._calls.whoami()).user)
            return await history(self._calls, look)
        except CallFailedError as error:
            return Ambiguous(error.code)

    async def fetch(self, file: FileRef) -> InFile:
        """See the port."""
        if (file.size or 0) > MAX_FILE_BYTES:
            raise FileRefusedError("too_large")
        try:
            async with asyncio.timeout(_FETCH_S):
                told = (await self._calls.done(self._calls.ready().files_info(file=file.native))).get("file") or {}
                url = str(told.get("url_private_download") or told.get("url_private") or "")
                return InFile(file.name, await self._calls.download(url, MAX_FILE_BYTES))
        except CallFailedError as error:
            raise FileRefusedError(error.code) from None
        except TimeoutError:
            raise FileRefusedError("no_answer") from None

    async def delete(self, chat: Chat, native: str) -> bool:  # noqa: ARG002 - the port's
        """Nothing: an app takes away none but its own messages."""
        return False

    async def _whisper(self, message: Outgoing, *, plain: bool) -> Sent:
        """Shown to one person of a channel, and kept nowhere."""
        told = await self._calls.done(
            self._calls.ready().chat_postEphemeral(
                channel=message.chat.id,
                user=message.only,
                **_words(message.reply, plain=plain),
                thread_ts=None if message.thread is None else ts_of(message.thread),
                parse="none",
                link_names=False,
            )
        )
        return Sent(native(message.chat.id, f"{_WHISPER}{_told(told, 'message_ts')}"))

    async def _post(self, message: Outgoing, *, plain: bool) -> Sent:
        chat = message.chat
        user = chat.id.removeprefix("dm:")
        told = await self._calls.done(
            self._calls.ready().chat_postMessage(
                # a user's id opens their conversation by itself, without a call of its own (docs, chat.postMessage)
                channel=self._rooms.get(user, user) if chat.private else chat.id,
                **_words(message.reply, plain=plain),
                metadata=blocks.metadata(message.message),
                thread_ts=None if message.thread is None else ts_of(message.thread),
                parse="none",
                link_names=False,
                mrkdwn=False,
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        channel, ts = _told(told, "channel"), _told(told, "ts")
        if chat.private:
            self._remember(user, channel)
        return Sent(native(channel, ts))

    async def _update(self, message: Outgoing, edits: str, *, plain: bool) -> Sent | None:
        """The edit; None where the earlier message can be edited no more and has to be said anew."""
        channel, _, ts = edits.rpartition(":")
        try:
            await self._calls.done(
                self._calls.ready().chat_update(
                    channel=channel,
                    ts=ts,
                    **_words(message.reply, plain=plain),
                    metadata=blocks.metadata(message.message),
                    parse="none",
                    link_names=False,
                )
            )
        except CallFailedError as error:
            if error.code in CANNOT_EDIT:
                return None
            raise
        return Sent(edits)

    async def _share(self, message: Outgoing, *, plain: bool) -> Sent:
        """A picture or file: bytes first, which nobody sees; the last call alone shows them."""
        reply, client = message.reply, self._calls.ready()
        name, data = filed(message)
        try:
            room = await self._room(message.chat)
            place = await self._calls.done(
                client.files_getUploadURLExternal(filename=name, length=len(data), alt_txt=_alt(reply.alt))
            )
            file = _told(place, "file_id")
            await self._calls.upload(_told(place, "upload_url"), data)
        except CallFailedError as error:
            raise _unseen(error) from None
        caption = blocks.message(reply.text, reply.buttons)
        more: dict[str, Any] = {"blocks": json.dumps(caption)} if caption and not plain else {}
        if plain and reply.text:
            more["initial_comment"] = _whole(reply.text)
        if message.thread is not None:
            more["thread_ts"] = ts_of(message.thread)
        await self._calls.done(
            client.files_completeUploadExternal(files=[{"id": file, "title": name}], channel_id=room, **more)
        )
        return Sent(native(room, f"{_FILE}{file}"))

    async def _room(self, chat: Chat) -> str:
        """The native id of a conversation: files and the history want it, and know no people."""
        if not chat.private:
            return chat.id
        user = chat.id.removeprefix("dm:")
        if user not in self._rooms:
            told = await self._calls.done(self._calls.ready().conversations_open(users=user))
            self._remember(user, str(told["channel"]["id"]))
        return self._rooms[user]

    def _remember(self, user: str, room: str) -> None:
        if len(self._rooms) >= _ROOMS:
            self._rooms.pop(next(iter(self._rooms)))
        self._rooms[user] = room


def _told(told: Mapping[str, Any], name: str) -> str:
    """What Slack's answer says under that name.

    Raises:
        CallFailedError: it is no answer of Slack's: what became of the message nobody knows.
    """
    found = told.get(name)
    if not isinstance(found, str) or not found:
        raise CallFailedError(NO_CODE)
    return found


def _carried(reply: Reply) -> Reply:
    """The reply without halves of letters, of which Slack would refuse the whole."""
    buttons = tuple(replace(one, label=whole(one.label)) for one in reply.buttons)
    return replace(reply, text=whole(reply.text), buttons=buttons)


def filed(message: Outgoing) -> tuple[str, bytes]:
    """The name and bytes of what is handed over."""
    reply = message.reply
    if reply.image is not None:
        return f"{message.message}.png", reply.image
    assert reply.file is not None  # noqa: S101 - asked before
    return reply.file.name, reply.file.data


def _alt(alt: str | None) -> str | None:
    """The picture in words, as long as Slack takes it."""
    return (alt or "")[:_LONGEST_ALT] or None


def _words(reply: Reply, *, plain: bool) -> dict[str, Any]:
    """The text and its blocks; `plain`: the whole text alone, and of what stood there before no block is left."""
    if plain:
        return {"text": _whole(reply.text), "blocks": []}
    return {"text": _spoken(reply.text), "blocks": blocks.message(reply.text, reply.buttons)}


def _whole(text: str) -> str:
    return blocks.escaped(blocks.shortened(text, _LONGEST_EDIT)) or " "


def _spoken(text: str) -> str:
    """What a notification shows and a screen reader reads."""
    return blocks.escaped(blocks.shortened(text, blocks.SECTION)) or " "


def _unseen(error: CallFailedError) -> CallFailedError:
    """A failure before anything was shown: nothing happened, whatever is known of it."""
    doubted = isinstance(result(error, chat=False), Ambiguous)
    return CallFailedError(error.code, status=503, after_s=error.after_s) if doubted else error
