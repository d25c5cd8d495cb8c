"""The Telegram adapter against the strict server: what comes in, what goes out, what the platform says no to."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image

from bot.messenger import Button, Chat, FileRef, FileRefusedError, OutFile, Outgoing, Reply, Update
from bot.parts import cut
from bot.platforms import Ambiguous, Content, Gone, Moved, Rejected, Retry, Sent
from bot.wording import receipts
from tests.conformance.peer import Fault
from tests.conformance.peers import telegram
from tests.conformance.peers.telegram import FORUM, GROUP, KIM, LEE, TelegramPeer
from tests.conformance.peers.telegram_sending import BOT
from tests.conformance.peers.telegram_server import TOKEN

DM = Chat("telegram", f"dm:{KIM}", private=True)
ROOM = Chat("telegram", str(GROUP), private=False)
TOPICS = Chat("telegram", str(FORUM), private=False)


def picture(colour: int = 200, size: tuple[int, int] = (60, 40)) -> bytes:
    kept = io.BytesIO()
    Image.new("L", size, colour).save(kept, "PNG")
    return kept.getvalue()


def said(text: str = "안녕하세요", chat: Chat = DM, **more: object) -> Outgoing:
    whole = {key: more.pop(key) for key in ("thread", "edits", "edits_native", "kind") if key in more}
    return Outgoing("gyeongnam", chat, "m1", Reply(text, **more), **whole)  # type: ignore[arg-type]


@pytest.fixture
async def peer(tmp_path, clock) -> AsyncIterator[TelegramPeer]:
    async with telegram.opened(tmp_path, clock) as opened:
        opened.server.floods.on = False
        yield opened


@asynccontextmanager
async def listening(
    peer: TelegramPeer, receive: Callable[[Update], Awaitable[None]] | None = None
) -> AsyncIterator[asyncio.Queue[Update]]:
    heard: asyncio.Queue[Update] = asyncio.Queue()

    task = asyncio.create_task(peer.messenger.run(receive or heard.put))
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 - what is awaited happens at the server
            await asyncio.sleep(0.005)


async def next_of(heard: asyncio.Queue[Update]) -> Update:
    return await asyncio.wait_for(heard.get(), 5)


# --- what comes in


async def test_a_text_comes_in_with_the_platforms_ids(peer, clock):
    async with listening(peer) as heard:
        native = await peer.say(str(KIM), "식당")

        update = await next_of(heard)

    assert (update.sender, update.chat, update.text, update.message) == (str(KIM), None, "식당", native)
    assert update.id is not None
    assert update.sent_at == clock()
    assert not update.mention


@pytest.mark.parametrize(
    ("text", "mention", "told", "addressed"),
    [
        ("식당", False, "식당", False),
        ("식당 알려줘", True, "식당 알려줘", True),
        (f"/verify@{BOT['username']} ABC", False, f"/verify@{BOT['username']} ABC", True),
        (f"😀 @{BOT['username'].upper()} 식당", False, "😀  식당", True),
        ("/verify ABC", False, "/verify ABC", False),
        ("@somebody_else 식당", False, "@somebody_else 식당", False),
    ],
)
async def test_in_a_group_dobi_knows_when_it_is_addressed(peer, text, mention, told, addressed):
    async with listening(peer) as heard:
        await peer.say(str(KIM), text, chat=peer.group, mention=mention)

        update = await next_of(heard)

    assert (update.chat, update.text, update.mention) == (str(GROUP), told, addressed)


async def test_a_reply_to_dobi_addresses_it_and_one_to_somebody_else_does_not(peer):
    async with listening(peer) as heard:
        for speaker in (BOT, peer.person(str(LEE))):
            before = {"message_id": 7, "from": speaker, "chat": peer.room(peer.group).told, "date": 1, "text": "앞말"}
            peer.post(str(KIM), {"text": "네", "reply_to_message": before}, chat=peer.group)

        answers = [await next_of(heard), await next_of(heard)]

    assert [one.mention for one in answers] == [True, False]
    assert [one.answers for one in answers] == ["7", "7"]


async def test_what_is_not_dobis_is_left_alone_and_does_not_hold_up_the_rest(peer):
    group = peer.room(peer.group).told
    channel = {"id": -1009, "type": "channel", "title": "공지"}
    async with listening(peer) as heard:
        await peer.say(str(KIM), "/verify@another_bot ABC", chat=peer.group)
        peer.post(str(KIM), {"text": "채널이 말합니다", "sender_chat": channel}, chat=peer.group)
        peer.server.push("message", {"message_id": 3, "date": 1, "chat": group, "text": "다른 봇",
                                     "from": {"id": 5, "is_bot": True, "first_name": "b"}})  # fmt: skip
        peer.post(str(KIM), {"new_chat_title": "새 이름"}, chat=peer.group)
        await peer.say(str(KIM), "식당", chat=peer.group)

        assert (await next_of(heard)).text == "식당"
        assert heard.empty()


async def test_who_hides_behind_the_group_is_nobody_and_a_channel_says_nothing(peer):
    channel = {"id": -1009, "type": "channel", "title": "공지"}
    async with listening(peer) as heard:
        peer.hide("@dobi_test_bot 식당")
        peer.hide("점심 뭐 먹죠")
        peer.hide("@dobi_test_bot 식당", behind=channel)
        peer.hide("공지입니다", behind=channel, is_automatic_forward=True)
        peer.server.push("channel_post", {"message_id": 9, "date": 1, "chat": channel, "sender_chat": channel,
                                          "text": "@dobi_test_bot 식당"})  # fmt: skip
        await peer.say(str(KIM), "식당", chat=peer.group)
        told = [await next_of(heard) for _ in range(3)]

    assert [(one.event, one.text, one.mention) for one in told] == [
        ("masked", "식당", True), ("masked", "점심 뭐 먹죠", False), (None, "식당", False),
    ]  # fmt: skip
    assert {one.sender for one in told[:2]} == {str(GROUP)}
    assert heard.empty()


async def test_a_press_comes_in_and_is_answered_once(peer):
    await peer.messenger.send(said(buttons=(Button("동의합니다", "consent:yes"),)))
    async with listening(peer) as heard:
        await peer.press(str(KIM), "동의합니다")
        update = await next_of(heard)
        await until(lambda: peer.server.answered)
        await peer.repeat()
        again = await next_of(heard)
        await until(lambda: peer.server.calls["answerCallbackQuery"] == 2)

    assert (update.press, update.sender, update.chat) == ("consent:yes", str(KIM), None)
    assert again.id == update.id
    assert set(peer.server.answered.values()) == {1}


async def test_points_tell_how_they_were_shared(peer):
    point = {"latitude": 35.2279, "longitude": 128.6811, "horizontal_accuracy": 12.5}
    origin = {"type": "user", "date": 1, "sender_user": peer.person(str(LEE))}
    helper = {"id": 9, "is_bot": True, "first_name": "g", "username": "gif"}
    async with listening(peer) as heard:
        await peer.share(str(KIM), 35.2279, 128.6811, 12.5)
        plain = await next_of(heard)
        peer.post(str(KIM), {"location": point, "forward_origin": origin})
        forwarded = await next_of(heard)
        venue = {"location": point, "title": "도청", "address": "창원"}
        peer.post(str(KIM), {"location": point, "venue": venue})
        chosen = await next_of(heard)
        peer.post(str(KIM), {"location": point, "via_bot": helper})
        helped = await next_of(heard)
        native = peer.post(str(KIM), {"location": point | {"live_period": 900}})
        live = await next_of(heard)
        peer.change(str(KIM), native, {"location": point | {"live_period": 900, "latitude": 35.3}})
        moved = await next_of(heard)

    def marks(update: Update) -> list[str]:
        assert update.location is not None
        return [name for name in ("live", "forwarded", "venue", "via_bot", "edited") if getattr(update.location, name)]

    assert plain.location is not None
    assert (plain.location.lat, plain.location.lon, plain.location.accuracy_m) == (35.2279, 128.6811, 12.5)
    assert [marks(one) for one in (plain, forwarded, chosen, helped, live, moved)] == [
        [], ["forwarded"], ["venue"], ["via_bot"], ["live"], ["live", "edited"],
    ]  # fmt: skip
    assert (moved.message, moved.edit) == (native, True)


async def test_files_are_told_of_and_fetched_later(peer):
    async with listening(peer) as heard:
        await peer.upload(str(KIM), "../../목록\n.xlsx", b"sheet", "검증")
        document = await next_of(heard)
        sizes = [
            {"file_id": peer.server.keep(b"x" * width), "file_unique_id": str(width), "width": width, "height": width}
            for width in (90, 800, 320)
        ]
        peer.post(str(KIM), {"photo": sizes})
        photo = await next_of(heard)

    assert (document.refs[0].name, document.text) == (".._.._목록_.xlsx", "검증")
    assert (await peer.messenger.fetch(document.refs[0])).data == b"sheet"
    assert len((await peer.messenger.fetch(photo.refs[0])).data) == 800


@pytest.mark.parametrize(
    "file", [FileRef("a", "gone"), FileRef("a", "x", 21 * 2**20), FileRef("a", "files/f0")], ids=["gone", "told", "big"]
)
async def test_a_file_that_cant_be_had_is_refused(peer, file):
    peer.server.keep(bytes(20 * 2**20 + 1))

    with pytest.raises(FileRefusedError):
        await peer.messenger.fetch(file)


async def test_an_edit_says_so(peer):
    async with listening(peer) as heard:
        native = await peer.say(str(KIM), "식땅")
        await next_of(heard)
        await peer.edit(str(KIM), native, "식당")

        update = await next_of(heard)

    assert (update.text, update.message, update.edit) == ("식당", native, True)


async def test_chats_that_open_close_and_move_are_told(peer):
    async with listening(peer) as heard:
        await peer.block(str(KIM))
        await peer.block(str(KIM), back=True)
        group = peer.room(peer.group)
        peer.membership(str(KIM), group, "left", "member")
        peer.membership(str(KIM), group, "member", "administrator")
        peer.membership(str(KIM), group, "administrator", "kicked")
        new = await peer.move()

        told = [await next_of(heard) for _ in range(6)]

    assert [(one.event, one.chat) for one in told[:4]] == [
        ("left", None), ("returned", None), ("joined", str(GROUP)), ("left", str(GROUP)),
    ]  # fmt: skip
    assert {(one.event, one.chat, one.moved_to) for one in told[4:]} == {("moved", str(GROUP), new)}


async def test_a_topic_is_a_thread_and_a_row_of_replies_is_none(peer):
    async with listening(peer) as heard:
        await peer.say(str(KIM), "식당", chat=str(FORUM), thread=5)
        topic = await next_of(heard)
        peer.post(str(KIM), {"text": "네", "message_thread_id": 80}, chat=str(FORUM))
        replies = await next_of(heard)

    assert (topic.thread, replies.thread) == ("5", None)


# --- confirmed only once kept


async def test_an_update_is_confirmed_only_after_it_was_kept(peer):
    kept, asked = asyncio.Event(), asyncio.Event()

    async def receive(_: Update) -> None:
        asked.set()
        await kept.wait()

    async with listening(peer, receive):
        await peer.say(str(KIM), "식당")
        await asked.wait()
        before = peer.server.unconfirmed
        kept.set()
        await until(lambda: peer.server.unconfirmed == 0)

    assert before == 1


async def test_what_was_not_kept_comes_again(peer):
    heard: list[str | None] = []

    async def receive(update: Update) -> None:
        heard.append(update.id)
        if len(heard) == 2:
            raise OSError("the disk is full")

    await peer.say(str(KIM), "하나")
    await peer.say(str(KIM), "둘")
    with pytest.raises(OSError, match="disk"):
        await peer.messenger.run(receive)
    async with listening(peer, receive):
        await until(lambda: len(heard) == 3)

    assert heard[1] == heard[2]
    assert heard[0] != heard[1]


async def test_numbers_that_begin_anew_after_a_quiet_week_lose_nothing(peer):
    # core.telegram.org/bots/api#update: after a week without any the next number is chosen at random
    peer.server.longest_s = 0.05
    async with listening(peer) as heard:
        await peer.say(str(KIM), "하나")
        await next_of(heard)
        asked = peer.calls()["getUpdates"]
        await until(lambda: peer.calls()["getUpdates"] > asked + 2)
    peer.server._number -= 1_000
    await peer.say(str(KIM), "둘")
    async with listening(peer) as heard:
        assert (await next_of(heard)).text == "둘"
        await until(lambda: peer.server.unconfirmed == 0)


async def test_a_malformed_update_does_not_lose_its_neighbours(peer, caplog):
    await peer.say(str(KIM), "앞")
    for broken in (
        {"message": {"message_id": 1, "date": 1, "chat": "없음", "text": "비밀"}},
        {"message": {"message_id": "일", "text": "비밀"}},
        {"callback_query": {"id": "1"}},
        {"message": None, "poll": []},
    ):
        peer.server.push_raw({"update_id": peer.server.number(), **broken})
    await peer.say(str(KIM), "뒤\ud800")
    async with listening(peer) as heard:
        texts = [(await next_of(heard)).text, (await next_of(heard)).text]
        await until(lambda: peer.server.unconfirmed == 0)

    assert texts == ["앞", "뒤\ufffd"]
    assert "비밀" not in caplog.text


async def test_two_pollers_are_a_conflict_that_is_raised(peer, tmp_path, clock):
    from telegram.error import Conflict

    from bot.messengers import Tools, open_messenger

    second = open_messenger(peer.account, Tools(clock, asyncio.sleep, telegram.NoBookmark()))
    first = asyncio.create_task(peer.messenger.run(_nothing))
    await until(lambda: peer.server.calls["getUpdates"])
    other = asyncio.create_task(second.run(_nothing))

    with pytest.raises(Conflict):
        await asyncio.wait_for(first, 5)
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    await second.close()


async def test_a_webhook_of_before_does_not_keep_the_updates(peer):
    peer.server.webhook = {"url": "https://old.example", "secret": "x"}
    async with listening(peer) as heard:
        await peer.say(str(KIM), "식당")

        assert (await next_of(heard)).text == "식당"


async def test_a_refused_token_is_told_in_korean_and_never_shown(tmp_path, clock, caplog):
    caplog.set_level(logging.DEBUG)
    async with telegram.opened(tmp_path, clock) as peer:
        object.__setattr__(peer.account.secrets["token"], "_value", "1:AAAAAAAAAAAAAAAAAAA_wrong")
        from bot.messengers import Tools, open_messenger

        other = open_messenger(peer.account, Tools(clock, asyncio.sleep, telegram.NoBookmark()))
        with pytest.raises(PermissionError, match="텔레그램이 봇 토큰을 받아 주지 않습니다") as refused:
            await other.run(_nothing)
        await other.close()

    assert "AAAA_wrong" not in caplog.text + str(refused.value) + repr(refused.value.__cause__)


async def test_no_token_and_no_text_gets_into_the_log(peer, caplog):
    caplog.set_level(logging.DEBUG)  # the root logger's; taken back at the end
    for fault in (Fault.FLOOD, Fault.ERROR, Fault.CUT, Fault.LOST):
        peer.fault(fault)
        await peer.messenger.send(said("비밀입니다"))
    async with listening(peer) as heard:
        await peer.share(str(KIM), 35.2279, 128.6811)
        await next_of(heard)
    await peer.messenger.delete(DM, "99999")

    assert TOKEN.partition(":")[2] not in caplog.text
    assert "비밀" not in caplog.text
    assert "35.2279" not in caplog.text


async def test_the_list_behind_the_slash_is_set(peer):
    async with listening(peer):
        await until(lambda: peer.server.commands)

    assert {"verify", "cafeteria", "help"} <= {one["command"] for one in peer.server.commands}


async def _nothing(_: Update) -> None:
    return


# --- what goes out


async def test_a_text_stands_exactly_as_written(peer):
    text = "<b>굵게</b> *별* _밑줄_ [링크](http://a) & \\ `코드`\n둘째 줄"

    result = await peer.messenger.send(said(text))

    seen = (await peer.seen(f"dm:{KIM}"))[0]
    assert result == Sent(seen.native)
    assert seen.text == text


async def test_pictures_files_and_buttons_arrive(peer):
    data = picture()
    await peer.messenger.send(said("영수증입니다", image=data, buttons=(Button("내 정보", "mine"),)))
    await peer.messenger.send(said("", file=OutFile("정산 내역.xlsx", b"sheet")))

    photo, file = await peer.seen(f"dm:{KIM}")
    assert (photo.text, photo.image, photo.buttons) == ("영수증입니다", data, ("내 정보",))
    assert file.file == ("정산 내역.xlsx", b"sheet")


async def test_long_emoji_count_twice_and_too_much_is_refused_before_it_leaves(peer):
    fits, over = "😀" * 2048, "😀" * 2048 + "."

    assert isinstance(await peer.messenger.send(said(fits)), Sent)
    calls = peer.server.calls["sendMessage"]
    assert isinstance(await peer.messenger.send(said(over)), Rejected)
    assert isinstance(await peer.messenger.send(said("가" * 1025, image=picture())), Rejected)
    assert isinstance(await peer.messenger.send(said(" \n")), Rejected)
    assert isinstance(await peer.messenger.send(said(buttons=(Button("긴", "가" * 22),))), Rejected)
    assert peer.server.calls["sendMessage"] == calls
    assert peer.messenger.capabilities.units(over) == 4097


@pytest.mark.parametrize("data", [b"no picture", picture(size=(2100, 100))], ids=["none", "thin"])
async def test_a_picture_that_is_none_is_rejected(peer, data):
    assert isinstance(await peer.messenger.send(said("그림", image=data)), Rejected)


async def test_edits_change_text_caption_and_picture(peer):
    first = await peer.messenger.send(said("처음"))
    shot = await peer.messenger.send(said("그림", image=picture(1)))
    edits = [
        said("다음", edits="m0", edits_native=first.native),
        said("새 설명", edits="m0", edits_native=shot.native),
        said("새 그림", edits="m0", edits_native=shot.native, image=picture(2)),
        said("글이 그림으로", edits="m0", edits_native=first.native, image=picture(3)),
    ]

    results = [await peer.messenger.send(one) for one in edits]

    assert results == [first, shot, shot, first]
    seen = await peer.seen(f"dm:{KIM}")
    assert [(one.text, one.image) for one in seen] == [("글이 그림으로", picture(3)), ("새 그림", picture(2))]
    assert all(one.edited for one in seen)


async def test_an_edit_that_changes_nothing_counts_as_sent(peer):
    first = await peer.messenger.send(said("그대로"))

    again = await peer.messenger.send(said("그대로", edits="m0", edits_native=first.native))

    assert again == first
    assert len(await peer.seen(f"dm:{KIM}")) == 1


@pytest.mark.parametrize(("kind", "count"), [("correction", 1), ("reply", 1), ("instant", 0), ("digest", 0)])
async def test_what_somebody_took_away_is_said_anew_only_where_it_must_be_heard(peer, kind, count):
    first = await peer.messenger.send(said("처음"))
    await peer.messenger.delete(DM, first.native)

    result = await peer.messenger.send(said("정정합니다", edits="m0", edits_native=first.native, kind=kind))

    assert isinstance(result, Sent)
    assert len(await peer.seen(f"dm:{KIM}")) == count


async def test_a_thread_is_a_topic_or_the_answers_to_a_message_and_a_closed_one_is_left_out(peer):
    await peer.messenger.send(said("주제 안", TOPICS, thread="9"))
    await peer.messenger.send(said("없는 주제", TOPICS, thread="77"))
    first = await peer.messenger.send(said("새 소식", ROOM))
    await peer.messenger.send(said("이어서", ROOM, thread=first.native, image=picture()))

    assert [one.thread for one in await peer.seen(str(FORUM))] == ["9", None]
    assert [one.thread for one in await peer.seen(str(GROUP))] == [None, first.native]


async def test_a_location_is_asked_with_a_button_that_goes_away_again(peer):
    async def below() -> dict[str, object]:
        return list(peer.room(f"dm:{KIM}").messages.values())[-1].told.get("reply_markup", {})

    await peer.messenger.send(said("보내 주십시오", asks_location="현재 위치 보내기"))
    asked = await below()
    await peer.messenger.send(said("단추가 있는 글", buttons=(Button("네", "y"),)))
    await peer.messenger.send(said("그다음 글"))
    over = await below()
    await peer.messenger.send(said("또 다음 글"))
    after = await below()

    assert asked["keyboard"] == [[{"text": "현재 위치 보내기", "request_location": True}]]
    assert asked["one_time_keyboard"] is True
    assert over == {"remove_keyboard": True}
    assert after == {}
    assert isinstance(await peer.messenger.send(said("모임방", ROOM, asks_location="현재 위치 보내기")), Sent)


async def test_the_location_message_is_taken_away(peer):
    native = await peer.share(str(KIM), 35.2, 128.6)

    assert await peer.messenger.delete(DM, native)
    assert not await peer.exists(str(KIM), native)
    assert not await peer.messenger.delete(DM, native)
    assert not await peer.messenger.delete(DM, "x")


# --- refusals


@pytest.mark.parametrize(
    ("fault", "expected", "arrived"),
    [
        (Fault.FLOOD, Retry(timedelta(seconds=1), "chat", flood=True), 0),
        (Fault.ERROR, Retry(timedelta()), 0),
        (Fault.CUT, Ambiguous, 0),
        (Fault.LOST, Ambiguous, 1),
        (Fault.SLOW, Ambiguous, 1),
    ],
)
async def test_bad_days_of_the_platform_are_results(tmp_path, clock, fault, expected, arrived):
    async with telegram.opened(tmp_path, clock, timeout_s=0.2) as peer:
        peer.server.floods.on = False
        peer.fault(fault)

        result = await peer.messenger.send(said())

        assert result == expected if isinstance(expected, Retry) else isinstance(result, expected)
        assert len(await peer.seen(f"dm:{KIM}")) == arrived
        assert isinstance(await peer.messenger.send(said("다음")), Sent)


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ({"message_id": 77, "chat": "unheard of", "date": None}, Sent("77")),
        ({"message_id": "77"}, Ambiguous),
        ({"message_id": True}, Ambiguous),
        ([], Ambiguous),
        (True, Ambiguous),
    ],
)
@pytest.mark.parametrize("beside", ["", "image", "file"])
async def test_of_an_answer_only_the_number_is_needed(peer, answered, expected, beside):
    async def said_yes(_: object) -> object:
        return answered

    for method in ("sendMessage", "sendPhoto", "sendDocument"):
        peer.server._methods[method] = said_yes
    more = {"": {}, "image": {"image": picture()}, "file": {"file": OutFile("목록.txt", b"x")}}[beside]

    result = await peer.messenger.send(said(**more))

    assert result == expected if isinstance(expected, Sent) else isinstance(result, expected)


async def test_as_many_as_it_says_are_under_way_at_once(tmp_path, clock):
    async with telegram.opened(tmp_path, clock, timeout_s=5.0) as peer:
        peer.server.floods.on = False
        peer.server.slow_s = 0.3
        count = peer.messenger.capabilities.in_flight
        peer.fault(Fault.SLOW, count)
        sending = [asyncio.create_task(peer.messenger.send(said())) for _ in range(count)]

        await until(lambda: len(peer.room(f"dm:{KIM}").messages) == count)

        assert not any(one.done() for one in sending)
        assert all([isinstance(await one, Sent) for one in sending])


async def test_nobody_there_is_tried_again_by_everyone(tmp_path, clock):
    async with telegram.opened(tmp_path, clock) as peer:
        await peer.server.stop()

        assert await peer.messenger.send(said()) == Retry(timedelta(seconds=1), "whole")


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 407, 451])
async def test_a_page_of_something_in_between_is_no_word_of_the_platforms(peer, status):
    """A proxy that bars the way must not make everybody somebody who has blocked Dobi."""
    peer.server.before = (status, "<html>접속이 차단되었습니다: 비밀</html>")

    result = await peer.messenger.send(said("비밀"))

    assert result == Retry(timedelta(seconds=1), "whole")
    peer.server.before = None
    assert isinstance(await peer.messenger.send(said()), Sent)


async def test_a_flood_stops_its_chat_and_floods_everywhere_stop_all(peer):
    scopes = []
    for user in (KIM, LEE, GROUP):
        peer.fault(Fault.FLOOD)
        chat = ROOM if user == GROUP else Chat("telegram", f"dm:{user}", private=True)
        scopes.append((await peer.messenger.send(said(chat=chat))).scope)
    await peer.messenger.send(said())
    peer.fault(Fault.FLOOD)
    scopes.append((await peer.messenger.send(said())).scope)

    assert scopes == ["chat", "chat", "whole", "chat"]


async def test_too_fast_is_refused_per_chat_per_group_and_as_a_whole(tmp_path, clock):
    async with telegram.opened(tmp_path, clock, factor=1.0) as peer:
        floods = peer.server.floods
        twice = [await peer.messenger.send(said(chat=DM)) for _ in range(2)]
        floods.chat = (1000, 1.0)
        group = [await peer.messenger.send(said(chat=ROOM)) for _ in range(21)]
        floods.whole = (5, 60.0)
        whole = await peer.messenger.send(said(chat=Chat("telegram", f"dm:{LEE}", private=True)))

    assert isinstance(twice[0], Sent)
    assert isinstance(twice[1], Retry)
    assert twice[1].flood
    assert twice[1].after <= timedelta(seconds=1)
    assert [isinstance(one, Sent) for one in group] == [*[True] * 20, False]
    assert isinstance(whole, Retry)
    assert peer.calls()["refused"] == 3


async def test_blocked_unknown_left_and_moved_chats(peer):
    await peer.block(str(KIM))
    peer.room(str(FORUM)).member = False
    new = await peer.move()

    assert isinstance(await peer.messenger.send(said()), Gone)
    assert isinstance(await peer.messenger.send(said(chat=Chat("telegram", "dm:404", private=True))), Gone)
    assert isinstance(await peer.messenger.send(said(chat=Chat("telegram", "dm:없음", private=True))), Gone)
    assert isinstance(await peer.messenger.send(said(chat=TOPICS)), Gone)
    assert await peer.messenger.send(said(chat=ROOM)) == Moved(new)
    await peer.block(str(KIM), back=True)
    assert isinstance(await peer.messenger.send(said()), Sent)


async def test_what_may_pass_is_office_work_unless_the_settings_say_otherwise(peer, clock):
    from bot.messengers import Tools, open_messenger

    narrow = replace(peer.account, content=Content.PUBLIC)

    assert peer.messenger.capabilities.content is Content.OFFICE
    other = open_messenger(narrow, Tools(clock, asyncio.sleep, telegram.NoBookmark()))
    assert other.capabilities.content is Content.PUBLIC


def test_a_question_for_a_location_with_other_buttons_is_two_messages(peer):
    asks = Reply(
        "도착, 적었습니다.\n'현재 위치'를 보내 주십시오.",
        buttons=(Button("복귀", "x"),),
        asks_location="현재 위치 보내기",
    )

    parts = cut(asks, peer.messenger.capabilities)
    plain = cut(asks, replace(peer.messenger.capabilities, location_button=False))

    assert [(one.text, len(one.buttons), one.asks_location) for one in parts.all] == [
        ("도착, 적었습니다.", 1, ""), ("'현재 위치'를 보내 주십시오.", 0, "현재 위치 보내기"),
    ]  # fmt: skip
    assert plain.all == (asks,)
    assert cut(replace(asks, text="보내 주십시오."), peer.messenger.capabilities).own.buttons


async def test_dobi_asks_for_a_location_with_that_button():
    assert receipts.how("", unread=False).asks_location == receipts.HERE
