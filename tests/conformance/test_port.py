"""What every messenger must keep, whatever it is: one suite over the port, played against each adapter's peer.

`make test` plays it against the peers that need nothing but Python; `make conformance` against those too that it
installs (Synapse, the Slack emulator). What a platform can't do, or a peer can't play, is left out and named.
"""

from __future__ import annotations

import asyncio
import importlib
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.messenger import Button, Chat, OutFile, Outgoing, Reply, Update
from bot.platforms import Absent, Ambiguous, Gone, Moved, Rejected, Retry, Sent
from tests.conformance.peer import Can, Fault, Peer, Seen

PEERS = (
    "console",
    "telegram",
    "slack_strict",
    "slack_http",
    "slack",
    "naverworks",
    "matrix",
    "matrix_fake",
    "post",
    "folder",
    "mail",
)
HEAVY = frozenset({"slack", "slack_http", "matrix"})

HOSTILE = (
    "*굵게* _기울임_ `코드` <b>태그</b> &amp; & < > [링크](https://example.go.kr) ~지움~ \\*",
    "<!channel> <@U012345> @here #총무과 :smile: &lt;!everyone&gt;",
    "줄 하나\n줄 둘\n\n  들여 쓴 줄\n1. 목록\n- 점\n# 제목\n> 인용",
    "가족 👨‍👩‍👧‍👦 깃발 🇰🇷 한글 자모 ㄱㅏ 漢字 é ﷺ",
    "/verify 처럼 시작하는 글",
    "http://example.go.kr/a_b_c?x=1&y=2 뒤",
)
PATIENCE_S = 20.0


def _wall() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(params=[pytest.param(one, marks=[pytest.mark.heavy] if one in HEAVY else []) for one in PEERS])
async def peer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Peer]:
    """The adapter's other side, or why it can't be had here."""
    module = importlib.import_module(f"tests.conformance.peers.{request.param}")
    if why := module.missing():
        pytest.skip(why)
    async with module.opened(tmp_path, _wall) as found:
        yield found


class Ear:
    """What arrived. `deaf` refuses that many times, as a house whose store is away does."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.deaf = 0
        self._came = asyncio.Event()

    async def receive(self, update: Update) -> None:
        if self.deaf:
            self.deaf -= 1
            raise ConnectionError("the store is away")
        self.updates.append(update)
        self._came.set()

    async def until(self, wanted: Callable[[Update], bool]) -> Update:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for one in self.updates:
                    if wanted(one):
                        return one
                self._came.clear()
                await self._came.wait()

    async def until_count(self, wanted: Callable[[Update], bool], count: int) -> list[Update]:
        async with asyncio.timeout(PATIENCE_S):
            while len(found := [one for one in self.updates if wanted(one)]) < count:
                self._came.clear()
                await self._came.wait()
        return found


@asynccontextmanager
async def hearing(peer: Peer, ear: Ear | None = None) -> AsyncIterator[Ear]:
    """The adapter listens, and is begun again when it ends, as `bot.receiving` does."""
    ear = ear or Ear()

    async def listen() -> None:
        while True:
            with suppress(ConnectionError):
                await peer.messenger.run(ear.receive)
            await asyncio.sleep(0.05)

    task = asyncio.create_task(listen())
    try:
        await asyncio.sleep(0.2)
        yield ear
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def needs(peer: Peer, *what: Can) -> None:
    """Leaves out what can't be played."""
    lacking = [one.value for one in what if one not in peer.can]
    if lacking:
        pytest.skip(f"{peer.name}: {', '.join(lacking)} can't be played here")


def out(peer: Peer, reply: Reply | str, message: str = "m1", *, group: bool = False, **more: object) -> Outgoing:
    """A message to the first person, or to the group."""
    chat = Chat(peer.name, peer.group, private=False) if group else Chat(peer.name, f"dm:{peer.people[0]}", True)
    said = Reply(reply) if isinstance(reply, str) else reply
    return replace(Outgoing("gyeongnam", chat, message, said), **more)  # type: ignore[arg-type]


async def sent(peer: Peer, message: Outgoing) -> Sent:
    """It must arrive, as soon as the platform's pace allows."""
    for _ in range(5):
        result = await peer.messenger.send(message)
        if not isinstance(result, Retry):
            break
        await asyncio.sleep(result.after.total_seconds() + 0.2)
    assert isinstance(result, Sent), result
    return result


async def shown(peer: Peer, chat: str = "") -> list[Seen]:
    return await peer.seen(chat or f"dm:{peer.people[0]}")


async def soon(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await done():  # noqa: ASYNC110 - the peer sets no event
            await asyncio.sleep(0.05)


def picture(width: int = 320, height: int = 200) -> bytes:
    target = BytesIO()
    Image.effect_noise((width, height), 40).save(target, "PNG")
    return target.getvalue()


class TestInbound:
    """What people do, as updates."""

    @pytest.mark.parametrize("text", ["식당", *HOSTILE], ids=lambda text: f"{zlib.crc32(text.encode()):08x}")
    async def test_what_somebody_writes_arrives_as_it_was_written(self, peer: Peer, text: str) -> None:
        needs(peer, Can.TALK)
        async with hearing(peer) as ear:
            await peer.say(peer.people[0], text)

            update = await ear.until(lambda one: bool(one.text))

        assert update.text.strip() == text.strip()
        assert (update.adapter, update.sender, update.chat) == (peer.name, peer.people[0], None)
        assert update.id
        assert update.received_at.tzinfo is not None

    async def test_a_group_is_heard_and_whether_it_speaks_to_dobi(self, peer: Peer) -> None:
        needs(peer, Can.TALK, Can.GROUP)
        async with hearing(peer) as ear:
            await peer.say(peer.people[0], "점심 뭐 먹지", chat=peer.group)
            await peer.say(peer.people[1], "식당", chat=peer.group, mention=True)

            addressed = await ear.until(lambda one: one.mention)

        assert (addressed.sender, addressed.chat) == (peer.people[1], peer.group)
        assert "식당" in addressed.text
        assert not any(one.mention for one in ear.updates if "점심" in one.text)

    async def test_a_shared_location_is_the_point_with_its_accuracy(self, peer: Peer) -> None:
        needs(peer, Can.SHARE)
        async with hearing(peer) as ear:
            await peer.share(peer.people[0], 35.227912, 128.681134, 12.0)

            found = (await ear.until(lambda one: one.location is not None)).location

        assert found is not None
        assert (found.lat, found.lon) == (pytest.approx(35.227912, abs=1e-6), pytest.approx(128.681134, abs=1e-6))
        assert found.accuracy_m in {12.0, None}
        assert (found.forwarded, found.live, found.edited) == (False, False, False)

    async def test_a_file_is_had_byte_for_byte(self, peer: Peer) -> None:
        needs(peer, Can.UPLOAD)
        data = b"%PDF-1.4 " + bytes(range(256)) * 40
        async with hearing(peer) as ear:
            await peer.upload(peer.people[0], "영수증 모음.pdf", data)

            update = await ear.until(lambda one: bool(one.files or one.refs))
            files = [*update.files, *[await peer.messenger.fetch(ref) for ref in update.refs]]

        assert [one.data for one in files] == [data]
        assert files[0].name.endswith(".pdf")

    async def test_a_button_brings_back_what_it_carries(self, peer: Peer) -> None:
        needs(peer, Can.PRESS)
        press = "off:0123456789ab:" + "0" * 47  # 64 bytes: as many as any may carry
        await sent(
            peer, out(peer, Reply("어떻습니까?", buttons=(Button("좋아요", "good:1"), Button("관련 없음", press))))
        )
        async with hearing(peer) as ear:
            await peer.press(peer.people[0], "관련 없음")

            update = await ear.until(lambda one: one.press is not None)

        assert (update.press, update.sender) == (press, peer.people[0])

    async def test_what_the_platform_says_twice_has_one_name(self, peer: Peer) -> None:
        needs(peer, Can.TALK, Can.REPEAT)
        async with hearing(peer) as ear:
            await peer.say(peer.people[0], "목록")
            await ear.until(lambda one: one.text == "목록")
            await peer.repeat()

            first, again = await ear.until_count(lambda one: one.text == "목록", 2)

        assert first.id == again.id

    async def test_who_is_not_the_platform_is_not_heard(self, peer: Peer) -> None:
        needs(peer, Can.FORGE)
        async with hearing(peer) as ear:
            status = await peer.forge(peer.people[0], "위조")
            await peer.say(peer.people[0], "진짜")
            await ear.until(lambda one: one.text == "진짜")

        assert 400 <= status < 500
        assert all(one.text != "위조" for one in ear.updates)

    async def test_what_was_not_kept_is_not_acknowledged(self, peer: Peer) -> None:
        needs(peer, Can.TALK)
        if peer.name in {"console", "naverworks"} or Can.REPEAT not in peer.can:
            pytest.skip(f"{peer.name}: the platform never says anything again")
        ear = Ear()
        ear.deaf = 1
        async with hearing(peer, ear):
            await peer.say(peer.people[0], "다시 옵니다")

            update = await ear.until(lambda one: one.text == "다시 옵니다")

        assert update.sender == peer.people[0]

    async def test_a_changed_message_says_that_it_is_one(self, peer: Peer) -> None:
        needs(peer, Can.TALK, Can.EDIT)
        async with hearing(peer) as ear:
            native = await peer.say(peer.people[0], "출장 진주")
            await ear.until(lambda one: one.text == "출장 진주")
            await peer.edit(peer.people[0], native, "출장 사천")

            update = await ear.until(lambda one: one.text == "출장 사천")

        assert update.edit
        assert update.message == next(one.message for one in ear.updates if one.text == "출장 진주")


class TestOutbound:
    """What Dobi says, as people see it."""

    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{zlib.crc32(text.encode()):08x}")
    async def test_text_is_shown_exactly_as_written(self, peer: Peer, text: str) -> None:
        result = await sent(peer, out(peer, text))

        seen = (await shown(peer))[-1]
        assert seen.text == text
        assert seen.native == result.native

    async def test_as_much_text_as_is_promised_goes_through(self, peer: Peer) -> None:
        longest = peer.messenger.capabilities.max_text
        text = ("가나다 라마바사 " * (longest // 9 + 1))[: longest - 1] + "끝"

        await sent(peer, out(peer, text))

        assert (await shown(peer))[-1].text == text

    async def test_a_picture_comes_with_its_words(self, peer: Peer) -> None:
        capable = peer.messenger.capabilities
        if not capable.image_out:
            pytest.skip(f"{peer.name}: no pictures there")
        words = "줄 18명 · 약 4분" if capable.max_caption else ""

        await sent(peer, out(peer, Reply(words, alt="오늘 줄 그래프", image=picture())))

        seen = (await shown(peer))[-1]
        assert seen.image is not None
        assert Image.open(BytesIO(seen.image)).size == (320, 200)
        assert words in seen.text

    async def test_a_file_goes_out_byte_for_byte(self, peer: Peer) -> None:
        capable = peer.messenger.capabilities
        if not capable.file_out:
            pytest.skip(f"{peer.name}: no files there")
        data = bytes(range(256)) * 30

        await sent(
            peer,
            out(peer, Reply("" if not capable.max_caption else "여기 있습니다", file=OutFile("정산서.xlsx", data))),
        )

        seen = (await shown(peer))[-1]
        assert seen.file is not None
        assert seen.file[1] == data

    async def test_buttons_are_words_to_press(self, peer: Peer) -> None:
        if not peer.messenger.capabilities.buttons:
            pytest.skip(f"{peer.name}: no buttons there")

        await sent(
            peer, out(peer, Reply("고르십시오", buttons=(Button("3줄 요약", "a:1"), Button("<보고용> & 더", "b:1"))))
        )

        assert (await shown(peer))[-1].buttons == ("3줄 요약", "<보고용> & 더")

    async def test_an_edit_changes_the_message_in_its_place(self, peer: Peer) -> None:
        if not peer.messenger.capabilities.edit:
            pytest.skip(f"{peer.name}: nothing is changed there once it was said")
        first = await sent(peer, out(peer, "처음 글"))
        before = len(await shown(peer))

        change = out(peer, "고친 글", "m2", edits="m1", edits_native=first.native)
        results = [await sent(peer, change), await sent(peer, change)]

        seen = await shown(peer)
        assert len(results) == 2  # said again unchanged, it is no fault
        assert len(seen) == before
        assert (seen[-1].text, seen[-1].edited) == ("고친 글", True)

    async def test_messages_of_a_chat_stand_in_the_order_in_which_they_were_sent(self, peer: Peer) -> None:
        for number in range(3):
            await sent(peer, out(peer, f"{number}번", f"m{number}"))

        assert [one.text for one in await shown(peer)][-3:] == ["0번", "1번", "2번"]

    async def test_a_group_hears_it_and_in_its_thread(self, peer: Peer) -> None:
        needs(peer, Can.GROUP)
        result = await sent(peer, out(peer, "새 소식", group=True))
        if not peer.messenger.capabilities.threads:
            assert (await shown(peer, peer.group))[-1].text == "새 소식"
            return

        await sent(peer, out(peer, "정정", "m2", group=True, thread=result.native))

        seen = (await shown(peer, peer.group))[-1]
        assert (seen.text, seen.thread) == ("정정", result.native)

    async def test_the_same_message_twice_is_one_where_that_is_promised(self, peer: Peer) -> None:
        if not peer.messenger.capabilities.idempotent_send:
            pytest.skip(f"{peer.name}: a repetition is not recognised there")
        before = len(await shown(peer))

        await sent(peer, out(peer, "한 번만", "once"))
        await sent(peer, out(peer, "한 번만", "once"))

        assert len(await shown(peer)) == before + 1

    async def test_somebodys_own_message_is_taken_away_where_that_is_promised(self, peer: Peer) -> None:
        needs(peer, Can.DELETE, Can.SHARE)
        async with hearing(peer) as ear:
            native = await peer.share(peer.people[0], 35.2, 128.6)
            update = await ear.until(lambda one: one.location is not None)

        assert update.message is not None
        assert await peer.messenger.delete(Chat(peer.name, f"dm:{peer.people[0]}", True), update.message)
        assert not await peer.exists(peer.people[0], native)


class TestRefusals:
    """A bad day of the platform is a result, never an exception and never a lie."""

    async def test_too_fast_is_told_with_its_time_and_nothing_was_said(self, peer: Peer) -> None:
        needs(peer, Can.FAULTS)
        before = len(await shown(peer))
        peer.fault(Fault.FLOOD)

        result = await peer.messenger.send(out(peer, "너무 빠른 글"))

        assert isinstance(result, Retry), result
        assert result.flood
        assert timedelta(0) < result.after <= timedelta(seconds=60)
        assert len(await shown(peer)) == before

    async def test_a_platform_that_fails_is_asked_again_later(self, peer: Peer) -> None:
        needs(peer, Can.FAULTS)
        peer.fault(Fault.ERROR)

        result = await peer.messenger.send(out(peer, "오류 뒤의 글"))

        assert isinstance(result, Retry | Ambiguous), result

    async def test_a_connection_that_was_cut_is_never_called_sent(self, peer: Peer) -> None:
        needs(peer, Can.FAULTS)
        peer.fault(Fault.CUT)

        result = await peer.messenger.send(out(peer, "끊긴 글"))

        assert isinstance(result, Retry | Ambiguous), result

    @pytest.mark.parametrize("fault", [Fault.LOST, Fault.SLOW])
    async def test_a_lost_answer_is_ambiguous_and_evidence_settles_it(self, peer: Peer, fault: Fault) -> None:
        needs(peer, Can.FAULTS)
        since, message = _wall() - timedelta(seconds=5), out(peer, "답을 잃은 글", "lost1")
        peer.fault(fault)

        async with asyncio.timeout(90):
            result = await peer.messenger.send(message)

        capable = peer.messenger.capabilities
        assert isinstance(result, Ambiguous) or (capable.idempotent_send and isinstance(result, Retry)), result
        if capable.evidence:
            found = await peer.messenger.find(message, since)
            assert isinstance(found, Sent)
            never = await peer.messenger.find(out(peer, "보낸 적 없는 글", "never1"), since)
            assert isinstance(never, Absent)
        elif capable.idempotent_send:
            await sent(peer, message)
            assert [one.text for one in await shown(peer)].count("답을 잃은 글") == 1

    async def test_who_wants_no_more_is_gone_and_may_come_back(self, peer: Peer) -> None:
        needs(peer, Can.BLOCK)
        await peer.block(peer.people[0])

        result = await peer.messenger.send(out(peer, "아무도 없나요"))
        assert isinstance(result, Gone), result

        await peer.block(peer.people[0], back=True)
        await sent(peer, out(peer, "다시 오셨습니다", "m2"))

    async def test_a_group_that_moved_says_where_to(self, peer: Peer) -> None:
        needs(peer, Can.MOVE)
        new = await peer.move()

        result = await peer.messenger.send(out(peer, "이사한 방", group=True))

        assert isinstance(result, Moved), result
        assert result.chat == new

    async def test_nobody_there_is_no_error(self, peer: Peer) -> None:
        if peer.name in {"console", "folder"}:
            pytest.skip(f"{peer.name}: everybody is there")
        message = replace(out(peer, "누구세요"), chat=Chat(peer.name, "dm:999000999000", True))

        result = await peer.messenger.send(message)

        assert isinstance(result, Gone | Rejected), result
