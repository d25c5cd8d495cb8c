"""What came in is kept once, in order, bounded, and forgotten when it was handled."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intake import DEPLOYMENT, Done, Intake, Put
from bot.intake_form import MAX_KEPT_FILES, MAX_KEPT_TEXT, bounded, dump, load, lost
from bot.intake_signs import Signs
from bot.messenger import FileRef, InFile, Location, Update

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
ONE = "gyeongnam"


def said(text: str, number: int | str = 1, **more) -> Update:
    return Update(
        **{"adapter": "naverworks", "sender": "kim", "received_at": NOW, "id": f"u{number}", "text": text} | more
    )


async def taken(intake: Intake, tenant: str = ONE) -> list[str]:
    """The texts of everything that waits, each handled at once."""
    texts = []
    while found := (await intake.lease(tenant, "naverworks")).taken:
        for one in found:
            texts.append(one.update.text)
            await intake.done(tenant, one)
    return texts


async def test_updates_of_a_chat_come_in_their_order_one_at_a_time(database):
    intake = Intake(database, "a")
    for number in range(3):
        await intake.put(ONE, said(f"{number}", number))

    first = (await intake.lease(ONE, "naverworks")).taken

    assert [one.update.text for one in first] == ["0"]
    assert (await intake.lease(ONE, "naverworks")).taken == ()
    await intake.done(ONE, first[0])
    assert await taken(intake) == ["1", "2"]


async def test_different_chats_and_senders_are_taken_at_once(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("1", 1))
    await intake.put(ONE, said("2", 2, chat="room"))
    await intake.put(ONE, said("3", 3, chat="room", sender="lee"))

    assert len((await intake.lease(ONE, "naverworks")).taken) == 3


async def test_who_waits_longest_is_taken_first_whatever_a_clock_says(database):
    intake = Intake(database, "a")
    for number, ahead in enumerate((50, -50, 0)):
        at = NOW + timedelta(seconds=ahead)
        await intake.put(ONE, said(f"{number}", number, sender=f"p{number}", received_at=at))

    assert [one.update.text for one in (await intake.lease(ONE, "naverworks", 2)).taken] == ["0", "1"]


async def test_an_update_that_comes_twice_is_kept_once_even_after_it_was_handled(database):
    intake = Intake(database, "a")

    assert await intake.put(ONE, said("안녕")) is Put.NEW
    assert await intake.put(ONE, said("안녕")) is Put.AGAIN
    assert await taken(intake) == ["안녕"]
    assert await intake.put(ONE, said("안녕")) is Put.AGAIN
    assert await intake.put(ONE, said("안녕", adapter="slack")) is Put.NEW


async def test_nothing_of_what_was_said_stays(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("비밀 이야기", message="m1"))
    await intake.put(ONE, said("비밀 이야기 둘", 2, message="m2"))
    await taken(intake)

    kept = b""
    async for key in database.scan_iter("*"):
        kept += key + (await database.dump(key) or b"")
        assert b":intake:row:" not in key
        assert b":intake:lane:" not in key
    assert "비밀".encode() not in kept
    assert b"kim" not in kept
    assert await database.hgetall("dobi:{gyeongnam}:intake:messages") == {}


async def test_an_edit_replaces_what_nobody_has_read(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("식단", message="m1"))

    assert await intake.put(ONE, said("식당", 2, message="m1", edit=True)) is Put.REPLACED

    (one,) = (await intake.lease(ONE, "naverworks")).taken
    assert (one.update.text, one.update.id, one.update.edit) == ("식당", "u1", False)


async def test_an_edit_of_what_is_being_read_or_was_is_an_update_of_its_own(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("식단", message="m1"))
    (one,) = (await intake.lease(ONE, "naverworks")).taken

    assert await intake.put(ONE, said("식당", 2, message="m1", edit=True)) is Put.NEW

    await intake.done(ONE, one)
    (after,) = (await intake.lease(ONE, "naverworks")).taken
    assert (after.update.text, after.update.edit) == ("식당", True)


async def test_an_edit_that_overtook_its_message_is_the_message(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("식당", 2, message="m1", edit=True))
    await intake.put(ONE, said("식단", 1, message="m1"))

    (one,) = (await intake.lease(ONE, "naverworks")).taken

    assert (one.update.text, one.update.edit) == ("식당", False)
    await intake.done(ONE, one)
    assert await taken(intake) == []


async def test_what_was_first_written_is_not_obeyed_after_its_edit(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("구독 청년", 2, message="m1", edit=True))
    (one,) = (await intake.lease(ONE, "naverworks")).taken
    assert (one.update.text, one.update.edit) == ("구독 청년", False)
    assert await intake.put(ONE, said("구독 재난", 1, message="m1")) is Put.AGAIN  # while it is being read
    await intake.done(ONE, one)

    assert await intake.put(ONE, said("구독 재난", 3, message="m1")) is Put.AGAIN
    assert await taken(intake) == []
    assert await intake.put(ONE, said("구독 노인", 4, message="m1", edit=True)) is Put.NEW
    (late,) = (await intake.lease(ONE, "naverworks")).taken
    assert late.update.edit


async def test_an_edit_that_overtook_its_message_may_be_taken_in_the_write(database):
    intake = Intake(database, "a")

    put, mine = await intake.take(ONE, said("식당", 2, message="m1", edit=True))

    assert (put, mine.update.text, mine.update.edit) == (Put.TAKEN, "식당", False)
    assert await intake.put(ONE, said("식단", 1, message="m1")) is Put.AGAIN


async def test_of_two_edits_the_one_told_last_counts_in_whatever_order_they_come(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("하나", 1, message="m1"))
    await intake.put(ONE, said("셋", 3, message="m1", edit=True, sent_at=NOW + timedelta(seconds=3)))
    await intake.put(ONE, said("둘", 2, message="m1", edit=True, sent_at=NOW + timedelta(seconds=2)))

    assert await taken(intake) == ["셋"]


async def test_a_live_location_keeps_its_first_point_and_its_newest(database):
    intake = Intake(database, "a")
    for number, lat in enumerate((35.0, 35.1, 35.2)):
        point = Location(lat, 128.0, live=True, edited=number > 0)
        await intake.put(ONE, said("", number, message="m1", location=point, edit=number > 0))

    points = []
    while found := (await intake.lease(ONE, "naverworks")).taken:
        points.append((found[0].update.location.lat, found[0].update.edit))
        await intake.done(ONE, found[0])
    assert points == [(35.0, False), (35.2, True)]


async def test_a_dead_workers_update_is_taken_over_and_its_late_word_changes_nothing(database):
    dead, living = Intake(database, "dead"), Intake(database, "living")
    await dead.put(ONE, said("1"))
    (mine,) = (await dead.lease(ONE, "naverworks")).taken
    (held,) = await Signs(database).held([ONE], ["naverworks"])

    assert await living.free(ONE, held)
    (yours,) = (await living.lease(ONE, "naverworks")).taken

    assert yours.tries == 2
    assert await dead.done(ONE, mine) is None
    assert not await dead.again(ONE, mine, timedelta())
    assert await living.done(ONE, yours) == Done(0, more=False)


async def test_a_machine_without_power_holds_a_lane_no_longer_than_its_lease(database):
    intake, brief, other = Intake(database, "a"), Intake(database, "a", lease=timedelta()), Intake(database, "b")
    await intake.put(ONE, said("1"))
    (one,) = (await intake.lease(ONE, "naverworks")).taken
    assert (await other.lease(ONE, "naverworks")).taken == ()

    assert await brief.extend(ONE, one)

    (theirs,) = (await other.lease(ONE, "naverworks")).taken
    assert theirs.tries == 2
    assert not await intake.extend(ONE, one)
    assert await intake.done(ONE, one) is None


async def test_leases_end_by_the_databases_clock_however_far_apart_the_machines_are(database):
    """An adapter's clock that is a day ahead, or behind, hurries nothing and holds nothing up."""
    mine, yours = Intake(database, "a", lease=timedelta(minutes=3)), Intake(database, "b")
    for number, skew in enumerate((timedelta(days=1), timedelta(days=-1))):
        update = said(f"{number}", number, sender=f"p{number}", received_at=NOW + skew)
        assert await mine.put(ONE, update) is Put.NEW

    held = await mine.lease(ONE, "naverworks")

    assert [one.update.text for one in held.taken] == ["0", "1"]
    assert timedelta(minutes=2) < held.next_in <= timedelta(minutes=3)
    assert (await yours.lease(ONE, "naverworks")).taken == ()
    assert await mine.again(ONE, held.taken[0], timedelta(hours=1))
    assert (await yours.lease(ONE, "naverworks")).next_in <= timedelta(minutes=3)
    assert await mine.put(ONE, said("0", 0, sender="p0", received_at=NOW - timedelta(days=9))) is Put.AGAIN


async def test_what_is_tried_again_keeps_its_lane_waiting(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("1", 1))
    await intake.put(ONE, said("2", 2))
    (one,) = (await intake.lease(ONE, "naverworks")).taken

    await intake.again(ONE, one, timedelta(seconds=50))

    rests = await intake.lease(ONE, "naverworks")
    assert rests.taken == ()
    assert timedelta(seconds=40) < rests.next_in <= timedelta(seconds=50)
    await database.zadd("dobi:{gyeongnam}:intake:ready:naverworks", {one.lane: 1}, xx=True)  # its rest is over
    assert await taken(intake) == ["1", "2"]


async def test_what_comes_where_nobody_waits_is_its_keepers_in_one_write(database):
    intake, other = Intake(database, "a"), Intake(database, "b")

    put, mine = await intake.take(ONE, said("1", 1, message="m1"))

    assert put is Put.TAKEN
    assert (mine.update.text, mine.tries) == ("1", 1)
    assert (await other.lease(ONE, "naverworks")).taken == ()
    assert await intake.take(ONE, said("1", 1, message="m1")) == (Put.AGAIN, None)
    assert await intake.put(ONE, said("1!", 2, message="m1", edit=True)) is Put.NEW  # it is being read
    assert await intake.take(ONE, said("3", 3)) == (Put.NEW, None)  # behind the first of the chat
    assert await intake.done(ONE, mine) == Done(0, more=True)
    assert await taken(other) == ["1!", "3"]


async def test_nobody_takes_what_came_before_somebody_who_waits_longer(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("1", 1))

    assert await intake.take(ONE, said("2", 2, sender="lee")) == (Put.NEW, None)

    assert [one.update.text for one in (await intake.lease(ONE, "naverworks")).taken] == ["1", "2"]


async def test_what_was_taken_in_the_write_is_the_next_workers_when_its_keeper_dies(database):
    dead, living = Intake(database, "dead"), Intake(database, "living")
    _, mine = await dead.take(ONE, said("1"))
    (held,) = await Signs(database).held([ONE], ["naverworks"])

    assert (held.owner, held.lane) == ("dead", mine.lane)
    assert await living.free(ONE, held)
    (yours,) = (await living.lease(ONE, "naverworks")).taken
    assert (yours.update.text, yours.tries) == ("1", 2)
    assert not await living.free(ONE, held)  # of an earlier lease: the lane is in living hands again


async def test_a_flood_fills_its_senders_room_alone(database):
    intake = Intake(database, "a", sender_bytes=10_000)
    put = [await intake.put(ONE, said("가" * 300, number)) for number in range(20)]

    assert await intake.put(ONE, said("나", "l", sender="lee")) is Put.NEW
    kept = put.count(Put.NEW)
    assert 5 < kept < 20
    assert put[kept:] == [Put.DROPPED] * (20 - kept)
    floods = []
    while found := (await intake.lease(ONE, "naverworks")).taken:
        floods += [(await intake.done(ONE, one)).flood for one in found]
    assert sorted(floods)[-2:] == [0, 20 - kept]
    assert await Signs(database).waiting([ONE]) == 0
    assert await intake.put(ONE, said("다", "new")) is Put.NEW


async def test_who_writes_when_their_institution_is_full_is_noted_once_and_no_other_is_touched(database):
    intake, other = Intake(database, "a", tenant_bytes=2_000), "changwon"
    for number in range(3):
        await intake.put(ONE, said("가" * 100, number, sender=f"p{number}"))

    late = [await intake.put(ONE, said("비밀" * 150, f"late{number}", sender="lee")) for number in range(9)]

    assert late == [Put.REFUSED] * 9
    assert await intake.put(ONE, said("비밀" * 150, "late0", sender="lee")) is Put.AGAIN
    assert await intake.put(other, said("나" * 300, "other")) is Put.NEW
    found = (await intake.lease(ONE, "naverworks")).taken
    (note,) = [one for one in found if one.refused]
    assert (note.update.sender, note.update.text, note.update.id) == ("lee", "", "ulate0")
    for one in found:
        await intake.done(ONE, one)
    assert await intake.put(ONE, said("나" * 300, "more", sender="lee")) is Put.NEW
    assert await Signs(database).waiting([ONE]) == 1


async def test_what_became_of_a_room_is_kept_though_its_institution_is_full(database):
    intake = Intake(database, "a", tenant_bytes=500)
    while await intake.put(ONE, said("가" * 30, 1 + await Signs(database).waiting([ONE]))) is Put.NEW:
        pass

    assert await intake.put(ONE, said("", "moved", sender="room", event="moved", moved_to="-2")) is Put.NEW


async def test_strangers_who_fill_their_room_keep_nobody_waiting(database):
    intake = Intake(database, "a", tenant_bytes=2_000)
    put = [await intake.put(DEPLOYMENT, said("가" * 100, number, sender=f"p{number}")) for number in range(20)]

    assert put[-1] is Put.DROPPED
    assert await intake.put(ONE, said("나", "x")) is Put.NEW


async def test_a_burst_of_one_sender_is_all_kept(database):
    intake = Intake(database, "a")
    for number in range(500):
        await intake.put(ONE, said("식당", number))

    assert await Signs(database).waiting([ONE]) == 500


async def test_an_update_without_an_id_is_the_same_when_it_is_taken_over(database):
    intake = Intake(database, "a")
    await intake.put(ONE, said("1", id=None))
    (one,) = (await intake.lease(ONE, "naverworks")).taken
    await intake.again(ONE, one, timedelta())
    (again,) = (await intake.lease(ONE, "naverworks")).taken

    assert one.update.id is not None
    assert one.update == again.update


async def test_where_something_waits_is_known_until_it_is_empty(database):
    intake, signs = Intake(database, "a"), Signs(database)
    await intake.put(ONE, said("1"))
    await signs.quiet(ONE, ["naverworks"])

    assert await signs.told() == {ONE}
    await taken(intake)
    await signs.quiet(ONE, ["naverworks"])
    assert await signs.told() == frozenset()
    assert await signs.last() == {"naverworks": NOW}


def test_what_nobody_could_keep_is_cut_before_it_is_kept():
    huge = InFile("a.bin", b"x" * (MAX_KEPT_FILES + 1))
    cut = bounded(said("가" * 100_000, files=(InFile("b.txt", b"b"), huge), sender="s" * 10_000))

    assert len(cut.text) == MAX_KEPT_TEXT
    assert [one.name for one in cut.files] == ["b.txt"]
    assert [(one.name, lost(one)) for one in cut.refs] == [("a.bin", True)]
    assert len(dump(cut)) < 2 * MAX_KEPT_FILES


words = st.text(max_size=20) | st.just("\ud800\u0000")


@settings(max_examples=100, deadline=None)
@given(
    text=words,
    press=st.none() | words,
    chat=st.none() | words,
    reference=st.none() | st.integers() | words,
    location=st.none()
    | st.builds(Location, lat=st.floats(-90, 90), lon=st.floats(-180, 180), accuracy_m=st.none() | st.floats(0, 99)),
    files=st.lists(st.builds(InFile, name=words, data=st.binary(max_size=20)), max_size=2).map(tuple),
    refs=st.lists(st.builds(FileRef, name=words, native=words, size=st.none() | st.integers()), max_size=2).map(tuple),
    event=st.sampled_from([None, "joined", "moved"]),
    flag=st.booleans(),
)
def test_an_update_is_the_same_when_it_is_read_again(text, press, chat, reference, location, files, refs, event, flag):
    update = said(text, press=press, chat=chat, reference=reference, location=location, files=files, refs=refs)
    update = replace(update, event=event, edit=flag, mention=not flag, sent_at=NOW if flag else None, name=text)

    assert load(dump(update)) == update


SAMPLES = {
    "adapter": "slack",
    "sender": "kim",
    "received_at": NOW,
    "id": "u1",
    "chat": "room",
    "text": "글",
    "mention": True,
    "thread": "t1",
    "location": Location(35.1, 128.2, 12.0, live=True, edited=True),
    "files": (InFile("가.txt", b"\x00\xff"),),
    "press": "a:1",
    "message": "m1",
    "sent_at": NOW - timedelta(seconds=3),
    "reference": 7,
    "refs": (FileRef("나.pdf", "f1", 9),),
    "edit": True,
    "event": "joined",
    "moved_to": "room2",
    "name": "김하나",
    "reaction": "👍",
    "answers": "m0",
    "presses": ("good:s", "off:u:s"),
    "withdrawn": True,
}


def test_every_field_of_an_update_waits_with_it():
    """A field that the port gains is named here, and kept."""
    assert set(SAMPLES) == {one.name for one in fields(Update)}
    update = Update(**SAMPLES)

    assert load(dump(update)) == update


def test_what_a_newer_version_kept_is_read_without_what_is_new_in_it():
    assert load(dump(said("글")).replace(b"{", b'{"novel":1,', 1)) == said("글")
