"""What waits is handled once, in order, different chats at once, and outlives whoever handles it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.attendant import TRIES, Attendant
from bot.intake import DEPLOYMENT, Entrance, Intake
from bot.intake_signs import Signs
from bot.messenger import MAX_FILE_BYTES, FileRef, FileRefusedError, InFile, Reply, Update
from tests.fakes import FakeMessenger

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
ONE = "gyeongnam"


class Files(FakeMessenger):
    """A messenger that keeps files."""

    name = "naverworks"

    def __init__(self, **kept: bytes) -> None:
        super().__init__()
        self.kept = kept

    async def fetch(self, file: FileRef) -> InFile:
        if file.native not in self.kept:
            raise FileRefusedError("gone")
        return InFile(file.name, self.kept[file.native])


class Desk:
    """A router's place: what it was handed, and what was said beside it."""

    def __init__(self, database, owner="me", alive=("me",), **more) -> None:
        self.intake = Intake(database, owner)
        self.handled: list[Update] = []
        self.said: list[tuple[Update, Reply]] = []
        self.faults: list[Exception] = []
        self.gate: asyncio.Event | None = None
        self.waiting = 0
        self.now = NOW

        async def is_alive(name: str) -> bool:
            return name in alive

        self.attendant = Attendant(
            self.intake, Signs(database), [more.pop("messenger", Files())], lambda: [ONE], is_alive, lambda: self.now,
            self.handle, self.say, **more,
        )  # fmt: skip

    async def handle(self, update: Update) -> None:
        if self.faults:
            raise self.faults.pop(0)
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
        self.handled.append(update)

    async def say(self, update: Update, replies: Sequence[Reply]) -> None:
        self.said += [(update, reply) for reply in replies]

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.handled]


def said(text: str, number: int | str = 1, **more) -> Update:
    return Update(
        **{"adapter": "naverworks", "sender": "kim", "received_at": NOW, "id": f"u{number}", "text": text} | more
    )


async def nobody(_update: Update) -> bool:
    return False


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.001)


async def rested(database) -> None:
    """Every lane's rest is over."""
    key = "dobi:{gyeongnam}:intake:ready:naverworks"
    for lane in await database.zrange(key, 0, -1):
        await database.zadd(key, {lane: 1}, xx=True)


async def test_everything_that_waits_is_handled_and_forgotten(database):
    desk = Desk(database)
    for number in range(5):
        await desk.intake.put(ONE, said(f"{number}", number))
    await desk.intake.put(DEPLOYMENT, said("저는 누구", "s", sender="stranger"))

    assert await desk.attendant.step() is None

    assert sorted(desk.texts) == ["0", "1", "2", "3", "4", "저는 누구"]
    assert [one for one in desk.texts if one.isdigit()] == ["0", "1", "2", "3", "4"]
    assert await Signs(database).waiting([ONE, DEPLOYMENT]) == 0


async def test_a_slow_chat_keeps_no_other_waiting(database):
    desk = Desk(database)
    desk.gate = asyncio.Event()
    await desk.intake.put(ONE, said("느린 말"))
    working = asyncio.create_task(desk.attendant.step())
    await until(lambda: desk.waiting)
    gate, desk.gate = desk.gate, None

    await desk.intake.put(ONE, said("빠른 말", 2, sender="lee"))
    desk.attendant.wake.set()
    await until(lambda: desk.handled)

    assert desk.texts == ["빠른 말"]
    gate.set()
    await working
    assert desk.texts == ["빠른 말", "느린 말"]


async def test_no_more_are_in_hand_than_there_are_hands(database):
    desk = Desk(database, in_flight=3)
    desk.gate = asyncio.Event()
    for number in range(8):
        await desk.intake.put(ONE, said(f"{number}", number, sender=f"p{number}"))
    working = asyncio.create_task(desk.attendant.step())
    await until(lambda: desk.waiting >= 3)

    desk.attendant.wake.set()
    await asyncio.sleep(0.02)

    assert desk.waiting == 3
    desk.gate.set()
    await working
    assert len(desk.handled) == 8


async def test_the_dead_ones_update_is_taken_over(database):
    dead = Intake(database, "dead")
    await dead.put(ONE, said("끝내지 못한 말"))
    await dead.lease(ONE, "naverworks")
    desk = Desk(database)

    await desk.attendant.step()

    assert desk.texts == ["끝내지 못한 말"]


async def test_what_a_living_one_has_in_hand_is_left_to_it(database):
    other = Intake(database, "other")
    await other.put(ONE, said("남의 말"))
    await other.lease(ONE, "naverworks")
    desk = Desk(database, alive=("me", "other"))

    assert await desk.attendant.step() is not None

    assert desk.texts == []


async def test_a_fault_is_tried_again_later_and_the_chat_keeps_its_order(database, caplog):
    desk = Desk(database, rest=lambda tries: timedelta(minutes=2 * tries))
    desk.faults = [ValueError("비밀 이야기")]
    await desk.intake.put(ONE, said("비밀 이야기", 1))
    await desk.intake.put(ONE, said("다음 말", 2))

    due = await desk.attendant.step()

    assert desk.texts == []
    assert due is not None
    assert timedelta(minutes=1) < due - NOW <= timedelta(minutes=2)
    await rested(database)
    await desk.attendant.step()
    assert desk.texts == ["비밀 이야기", "다음 말"]
    assert "비밀" not in caplog.text
    assert "kim" not in caplog.text


async def test_what_nobody_can_handle_is_given_up_with_a_sentence(database):
    desk = Desk(database, rest=lambda _: timedelta())
    desk.faults = [ValueError("x") for _ in range(TRIES)]
    await desk.intake.put(ONE, said("독", 1))
    await desk.intake.put(ONE, said("다음 말", 2))

    await desk.attendant.step()

    assert desk.texts == ["다음 말"]
    assert "지웠습니다" in desk.said[0][1].text


async def test_files_are_fetched_before_anybody_reads_the_update(database):
    desk = Desk(database, messenger=Files(a=b"one", b=b"two"))
    refs = (FileRef("가.pdf", "a"), FileRef("나.pdf", "b"))
    await desk.intake.put(ONE, said("검증", refs=refs))

    await desk.attendant.step()

    (update,) = desk.handled
    assert (update.files, update.refs) == ((InFile("가.pdf", b"one"), InFile("나.pdf", b"two")), ())
    assert desk.said == []


@pytest.mark.parametrize(("text", "handled"), [("", []), ("검증", ["검증"])])
async def test_a_file_that_cannot_be_had_is_said_politely(database, text, handled):
    desk = Desk(database, messenger=Files(big=b"x" * (MAX_FILE_BYTES + 1)))
    refs = (FileRef("없는.pdf", "gone"), FileRef("큰.zip", "big"))
    await desk.intake.put(ONE, said(text, refs=refs))

    await desk.attendant.step()

    assert desk.texts == handled
    ((_, reply),) = desk.said
    assert "없는.pdf, 큰.zip" in reply.text
    assert "20MB" in reply.text


async def test_a_file_that_says_it_is_too_large_is_not_even_asked_for(database):
    desk = Desk(database, messenger=Files(a=b"small after all"))
    await desk.intake.put(ONE, said("검증", refs=(FileRef("큰.zip", "a", MAX_FILE_BYTES + 1),)))

    await desk.attendant.step()

    assert desk.handled[0].files == ()
    assert "큰.zip" in desk.said[0][1].text


async def test_files_that_nobody_will_read_are_never_fetched(database):
    desk = Desk(database, messenger=Files(a=b"one"), wants=nobody)
    await desk.intake.put(ONE, said("그냥 그림", refs=(FileRef("가.png", "a"),)))

    await desk.attendant.step()

    assert desk.handled[0].files == desk.handled[0].refs == ()
    assert desk.said == []


async def test_whoever_flooded_is_told_once_how_much_was_not_kept(database):
    desk = Desk(database)
    desk.intake = Intake(database, "me", sender_bytes=2_000)
    for number in range(10):
        await desk.intake.put(ONE, said("가" * 300, number))

    await desk.attendant.step()

    ((_, reply),) = desk.said
    kept = len(desk.handled)
    assert f"{10 - kept}건" in reply.text


async def test_a_stopped_worker_first_ends_what_it_has_in_hand(database):
    desk = Desk(database)
    desk.gate = asyncio.Event()
    await desk.intake.put(ONE, said("끝까지"))
    working = asyncio.create_task(desk.attendant.step())
    await until(lambda: desk.waiting)
    asyncio.get_running_loop().call_soon(working.cancel)
    asyncio.get_running_loop().call_later(0.01, desk.gate.set)

    with pytest.raises(asyncio.CancelledError):
        await working

    assert desk.texts == ["끝까지"]
    assert await Signs(database).waiting([ONE]) == 0


async def test_one_that_does_not_end_is_left_to_the_next_worker(database):
    desk = Desk(database, grace_s=0.01)
    desk.gate = asyncio.Event()
    await desk.intake.put(ONE, said("끝나지 않는 말"))
    working = asyncio.create_task(desk.attendant.step())
    await until(lambda: desk.waiting)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    heir = Desk(database, owner="heir", alive=("heir",))

    await heir.attendant.step()

    assert heir.texts == ["끝나지 않는 말"]


async def test_an_update_is_kept_where_its_sender_belongs(database):
    desk = Desk(database)
    entrance = Entrance(desk.intake, lambda update: ONE if update.sender == "kim" else DEPLOYMENT)

    await entrance.receive(said("안녕"))
    await entrance.receive(replace(said("누구"), id="u2", sender="stranger"))

    signs = Signs(database)
    assert (await signs.waiting([ONE]), await signs.waiting([DEPLOYMENT])) == (1, 1)


async def test_whoever_writes_when_their_institution_is_full_hears_so_once(database):
    desk = Desk(database)
    small = Intake(database, "me", tenant_bytes=1_500)
    await small.put(ONE, said("가" * 300, 1))
    for number in range(5):
        await small.put(ONE, said("나" * 300, f"l{number}", sender="lee"))
    await small.put(ONE, said("다" * 300, "g", sender="park", chat="room"))  # to others in a room: nobody was asked

    await desk.attendant.step()

    assert desk.texts == ["가" * 300]
    ((update, reply),) = desk.said
    assert update.sender == "lee"
    assert "받지 못했습니다" in reply.text


async def test_what_comes_while_nobody_waits_is_handled_without_being_looked_for(database):
    desk = Desk(database, lingers=True)
    entrance = Entrance(desk.intake, lambda _: ONE)
    entrance.hand_to(desk.attendant)
    working = asyncio.create_task(desk.attendant.step())
    await until(lambda: desk.attendant._works)
    await asyncio.sleep(0.05)  # it has looked round
    before = (await database.info("commandstats")).get("cmdstat_smembers", {}).get("calls", 0)

    await asyncio.gather(*(entrance.receive(said(f"{n}", n, sender=f"p{n}")) for n in range(5)))
    await until(lambda: len(desk.handled) == 5)

    assert (await database.info("commandstats")).get("cmdstat_smembers", {}).get("calls", 0) == before
    await until(lambda: not desk.attendant._running)
    assert await Signs(database).waiting([ONE]) == 0
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_a_chat_keeps_its_order_though_its_first_update_was_taken_as_it_came(database):
    desk = Desk(database, lingers=True)
    entrance = Entrance(desk.intake, lambda _: ONE)
    entrance.hand_to(desk.attendant)
    working = asyncio.create_task(desk.attendant.step())
    await until(lambda: desk.attendant._works)

    for number in range(20):
        await entrance.receive(said(f"{number}", number))
    await until(lambda: len(desk.handled) == 20)

    assert desk.texts == [f"{number}" for number in range(20)]
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_one_whose_step_is_over_takes_nothing_that_nobody_would_end(database):
    desk = Desk(database)
    entrance = Entrance(desk.intake, lambda _: ONE)
    entrance.hand_to(desk.attendant)

    await entrance.receive(said("1"))

    assert desk.handled == []
    assert [one.owner for one in await Signs(database).held([ONE], ["naverworks"])] == []
    await desk.attendant.step()
    assert desk.texts == ["1"]


async def test_what_was_answered_is_not_answered_again_though_it_could_not_be_forgotten(database):
    desk = Desk(database, rest=lambda _: timedelta())
    done, broken = desk.intake.done, [ConnectionError("cut")]

    async def forgets(tenant, taken):
        if broken:
            raise broken.pop()
        return await done(tenant, taken)

    desk.intake.done = forgets
    await desk.intake.put(ONE, said("한 번만"))

    await desk.attendant.step()

    assert desk.texts == ["한 번만"]
    assert await Signs(database).waiting([ONE]) == 0


async def test_one_persons_thousands_keep_nobody_else_waiting(database):
    """Somebody else's words are read after a handful of the flood's, however many wait."""
    desk = Desk(database)
    flood = [said(f"{number}", number) for number in range(2_000)]
    await asyncio.gather(*(desk.intake.put(ONE, one) for one in flood))
    working = asyncio.create_task(desk.attendant.step())
    await until(lambda: len(desk.handled) > 50)

    before = len(desk.handled)
    await desk.intake.put(ONE, said("저는요", "lee", sender="lee"))
    desk.attendant.wake.set()
    await until(lambda: "저는요" in desk.texts)
    read = desk.texts[before : desk.texts.index("저는요")]

    assert len(read) <= 8
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_an_institutions_flood_leaves_hands_for_the_others(database):
    """As many slow chats as there are hands, of one institution and of strangers: the other one's words are read."""
    desk = Desk(database, in_flight=8)
    desk.gate = asyncio.Event()
    for number in range(30):
        await desk.intake.put(ONE, said(f"{number}", number, sender=f"p{number}"))
        await desk.intake.put(DEPLOYMENT, said(f"s{number}", f"s{number}", sender=f"s{number}"))
    working = asyncio.create_task(desk.attendant.step())
    await until(lambda: desk.waiting >= 8)
    held = Counter(one for one, _ in desk.attendant._running)
    assert held == {ONE: 4, DEPLOYMENT: 4}

    await desk.intake.put("changwon", said("저희는요", "c", sender="choi"))
    desk.gate.set()
    desk.gate = None
    await until(lambda: "저희는요" in desk.texts)

    assert len(desk.handled) <= 8 + 8 + 1
    await working


async def test_one_institutions_flood_alone_leaves_a_quarter_of_the_hands(database):
    desk = Desk(database, in_flight=8)
    desk.gate = asyncio.Event()
    for number in range(30):
        await desk.intake.put(ONE, said(f"{number}", number, sender=f"p{number}"))
    working = asyncio.create_task(desk.attendant.step())
    await until(lambda: desk.waiting >= 6)

    await desk.intake.put("changwon", said("저희는요", "c", sender="choi"))
    desk.attendant.wake.set()
    await until(lambda: desk.waiting >= 7)

    assert Counter(one for one, _ in desk.attendant._running) == {ONE: 6, "changwon": 1}
    desk.gate.set()
    await working
