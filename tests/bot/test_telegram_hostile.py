"""Telegram's webhook, its strict peer seen through the stock library, and updates that nobody should ever send."""

from __future__ import annotations

import asyncio
import io
import json
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp
import pytest
import telegram as library
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from bot.http import Inbound
from bot.messenger import Update
from bot.messengers import Tools, open_messenger
from bot.messengers.telegram import SECRET_HEADER, inbound, make
from bot.settings import MessengerAccount, Secret
from tests.conformance.peers import telegram
from tests.conformance.peers.telegram import GROUP, KIM, NoBookmark, TelegramPeer
from tests.conformance.peers.telegram_sending import BOT
from tests.conformance.peers.telegram_server import TOKEN

MANY = 3_000
DEEP = b"[" * 9_999
SECRET = "a-secret-of-the-webhook_0123"
UNUSED = library.Bot(TOKEN)
ME = inbound.Self(int(str(BOT["id"])), str(BOT["username"]))


@asynccontextmanager
async def hooked(folder, clock) -> AsyncIterator[tuple[TelegramPeer, Inbound, asyncio.Queue[Update]]]:
    """The adapter in webhook mode behind a proxy that leads the public address to our one server."""
    server = Inbound("127.0.0.1", 0)
    tools = Tools(clock, asyncio.sleep, NoBookmark(), server.route)
    options = {"mode": "webhook", "webhook_url": "https://bot.example.go.kr/telegram"}
    async with telegram.opened(folder, clock, options=options, secrets={"webhook_secret": SECRET}, tools=tools) as peer:
        await server.start()
        peer.server.reach = lambda url: f"{server.url}{urlsplit(url).path}"
        heard: asyncio.Queue[Update] = asyncio.Queue()
        task = asyncio.create_task(peer.messenger.run(heard.put))
        async with asyncio.timeout(60):
            while not peer.server.webhook:  # noqa: ASYNC110 - what is awaited happens at the server
                await asyncio.sleep(0.005)
        yield peer, server, heard
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await server.stop()


async def test_a_webhook_hears_stores_and_then_says_200(tmp_path, clock):
    async with hooked(tmp_path, clock) as (peer, _, heard):
        await peer.say(str(KIM), "식당")
        update = await asyncio.wait_for(heard.get(), 5)
        await peer.repeat()
        again = await asyncio.wait_for(heard.get(), 5)

    assert update.text == "식당"
    assert again.id == update.id
    assert peer.server.webhook["secret"] == SECRET
    assert peer.messenger.capabilities.callbacks


async def test_whoever_lacks_the_secret_is_not_heard(tmp_path, clock):
    async with hooked(tmp_path, clock) as (peer, server, heard):
        statuses = [await peer.forge(str(KIM), "식당")]
        async with aiohttp.ClientSession() as session:
            for secret, body in (
                ("wrong", b"{}"),
                ("틀림", b"{}"),
                (SECRET, b"{"),
                (SECRET, b"[]"),
                (SECRET, b"[" * 9_999),
            ):
                headers = {SECRET_HEADER: secret}
                async with session.post(f"{server.url}/telegram", data=body, headers=headers) as answer:
                    statuses.append(answer.status)

    assert statuses == [403, 403, 403, 400, 400, 400]
    assert heard.empty()


async def test_an_update_that_could_not_be_kept_is_not_acknowledged(tmp_path, clock):
    server = Inbound("127.0.0.1", 0)
    account = MessengerAccount(
        "telegram",
        {"token": Secret(TOKEN, "test"), "webhook_secret": Secret(SECRET, "test")},
        {"mode": "webhook", "webhook_url": "https://a.kr/t"},
    )
    messenger = make(account, Tools(clock, asyncio.sleep, NoBookmark(), server.route))
    body = json.dumps({"update_id": 1}).encode()

    before_run = await messenger.hear({}, {SECRET_HEADER: SECRET}, body)

    assert before_run.status == 503


@pytest.mark.parametrize(
    ("secrets", "options"),
    [
        ({}, {}),
        ({"token": "없음"}, {}),
        ({"token": TOKEN}, {"mode": "webhook"}),
        ({"token": TOKEN, "webhook_secret": "짧음"}, {"mode": "webhook", "webhook_url": "https://a.kr/t"}),
    ],
)
def test_an_account_that_lacks_something_says_so_in_korean(clock, secrets, options):
    kept = {name: Secret(text, "test") for name, text in secrets.items()}
    tools = Tools(clock, asyncio.sleep, NoBookmark(), lambda *_: None)

    with pytest.raises(ValueError, match="텔레그램") as refused:
        open_messenger(MessengerAccount("telegram", kept, options), tools)

    assert TOKEN not in str(refused.value)


# --- the peer, seen by the library as it comes


async def test_the_stock_library_accepts_every_answer_of_the_peer(tmp_path, clock):
    picture = io.BytesIO()
    Image.new("L", (40, 30)).save(picture, "PNG")
    async with telegram.opened(tmp_path, clock) as peer:
        peer.server.floods.on = False
        await peer.share(str(KIM), 35.2, 128.6, 12.0)
        await peer.say(str(KIM), "/verify@dobi_test_bot 글", chat=str(GROUP))
        await peer.upload(str(KIM), "목록.xlsx", b"x")
        await peer.block(str(KIM))
        await peer.block(str(KIM), back=True)
        peer.membership(str(KIM), peer.room(str(GROUP)), "left", "administrator")
        await peer.move()
        bot = library.Bot(TOKEN, f"{peer.server.url}/bot", f"{peer.server.url}/file/bot")
        async with bot:
            keyboard = library.InlineKeyboardMarkup([[library.InlineKeyboardButton("네", callback_data="y")]])
            sent = await bot.send_message(KIM, "글", reply_markup=keyboard)
            peer.push_press(str(KIM), sent.to_dict(), "y")
            photo = await bot.send_photo(KIM, picture.getvalue(), caption="그림")
            await bot.send_document(KIM, b"x", filename="a.txt")
            edited = await bot.edit_message_text("다른 글", KIM, sent.message_id)
            await bot.edit_message_caption(KIM, photo.message_id, caption="다른 그림")
            updates = await bot.get_updates(timeout=0)
            await bot.answer_callback_query(updates[-1].callback_query.id)
            file = await (await bot.get_file(updates[2].message.document.file_id)).download_as_bytearray()
            await bot.set_my_commands([library.BotCommand("help", "도움말")])
            await bot.delete_message(KIM, sent.message_id)
            with pytest.raises(library.error.BadRequest, match=r"(?i)message to edit not found"):
                await bot.edit_message_text("글", KIM, sent.message_id)
            with pytest.raises(library.error.BadRequest, match=r"(?i)too old"):
                await bot.answer_callback_query(updates[-1].callback_query.id)
            with pytest.raises(library.error.ChatMigrated):
                await bot.send_message(GROUP, "글")
            with pytest.raises(library.error.BadRequest, match=r"(?i)BUTTON_DATA_INVALID"):
                await bot.send_message(KIM, "글", reply_markup=library.InlineKeyboardMarkup(
                    [[library.InlineKeyboardButton("네", callback_data="가" * 22)]]))  # fmt: skip
            with pytest.raises(library.error.BadRequest, match=r"(?i)too long"):
                await bot.send_message(KIM, "😀" * 2049)

    assert edited.text == "다른 글"
    assert bytes(file) == b"x"
    assert len(updates) == 9
    assert updates[0].message.location.horizontal_accuracy == 12.0


# --- what nobody should ever send

_leaf = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20)
_anything = some.recursive(
    _leaf, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3)
)
_USER = {"id": 1, "is_bot": False, "first_name": "김"}
_MESSAGE = {
    "message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "from": _USER, "text": "식당",
    "entities": [{"type": "mention", "offset": 0, "length": 4}], "location": {"latitude": 1.0, "longitude": 2.0},
    "photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}],
    "document": {"file_id": "a", "file_unique_id": "b", "file_name": "x"},
    "reply_to_message": {"message_id": 4, "date": 1, "chat": {"id": 1, "type": "private"}},
    "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}, "message_thread_id": 3,
    "is_topic_message": True,
}  # fmt: skip
_QUERY = {"id": "1", "from": _USER, "chat_instance": "1", "message": _MESSAGE, "data": "y"}


@settings(max_examples=200, deadline=None)
@given(
    some.sampled_from(["message", "edited_message", "callback_query", "my_chat_member"]),
    some.sampled_from(sorted({*_MESSAGE, *_QUERY})),
    _anything,
)
def test_a_broken_update_is_refused_or_read_and_never_more(kind, field, value):
    whole = _QUERY if kind == "callback_query" else _MESSAGE
    raw = {"update_id": 9, kind: {**whole, field: value}}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            told = inbound.translated(
                inbound.parsed(raw, UNUSED), ME, "telegram", lambda: datetime(2026, 1, 1, tzinfo=UTC)
            )
        except inbound.UnreadableError:
            return

    assert told is None or (told.id == "9" and isinstance(told.text, str))
    if told is not None:
        told.text.encode()
        told.name.encode()


@pytest.mark.parametrize("raw", [None, 1, "x", [], {}, {"update_id": True}, {"update_id": "1"}])
def test_what_is_no_update_has_no_number(raw):
    assert inbound.number_of(raw) is None
    with pytest.raises(inbound.UnreadableError):
        inbound.parsed(raw, UNUSED)


async def test_a_burst_of_updates_all_come_in_once_and_in_order(tmp_path, clock):
    async with telegram.opened(tmp_path, clock) as peer:
        for number in range(MANY):
            peer.server.push("message", {"message_id": number, "date": 1, "chat": peer.room(f"dm:{KIM}").told,
                                         "from": peer.person(str(KIM)), "text": str(number)})  # fmt: skip
        heard: list[str] = []

        async def receive(update: Update) -> None:
            heard.append(update.text)

        task = asyncio.create_task(peer.messenger.run(receive))
        async with asyncio.timeout(60):
            while peer.server.unconfirmed or len(heard) < MANY:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert heard == [str(number) for number in range(MANY)]
