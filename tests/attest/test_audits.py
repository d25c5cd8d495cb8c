"""An audit is opened once, every look is a leaf with its number, and nobody is looked at without it being told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from attest.audits import LONGEST_HOLD, Audits
from attest.crypto import KeyStore
from attest.errors import AuditClosedError
from attest.grants import Ask
from attest.log import ReceiptLog
from attest.looks import MOST, Group, Look, Looks
from attest.mandate import Mandate
from attest.receipt import Receipt
from attest.verify import Verdict

ONE, OTHER = "gyeongnam", "changwon"
OCTOBER = Mandate(
    "감사담당관-812", datetime(2026, 9, 30, 15, tzinfo=UTC), datetime(2026, 10, 31, 15, tzinfo=UTC), "출장여비 점검"
)
KIM = b"kim-----"


@pytest.fixture
def log(database, clock, tmp_path) -> ReceiptLog:
    return ReceiptLog(database, KeyStore(tmp_path / "keys"), clock)


@pytest.fixture
def audits(database, clock, log) -> Audits:
    return Audits(database, log, clock)


@pytest.fixture
def looks(database, clock, log, audits) -> Looks:
    return Looks(database, log, audits, clock)


def receipt(number: int = 1, *, holder: bytes = KIM, tenant: str = ONE, day: int = 20) -> Receipt:
    return Receipt(
        institution=tenant,
        kid=b"\0\0\0\1",
        serial=number.to_bytes(8, "big"),
        time=datetime(2026, 10, day, 3, tzinfo=UTC),
        grade=2,
        place=48170,
        accuracy=1,
        holder=holder,
        document="총무과-1",
        index=number,
        flags=(),
        sealed=b"",
        suite=1,
    )


async def kinds(log: ReceiptLog, tenant: str = ONE) -> list[str]:
    size = (await log.tip(tenant)).size
    return [(await log.get(tenant, index)).kind for index in range(size)]


# --- the audit


async def test_an_audit_is_opened_once_whoever_repeats_the_update(audits, log, clock):
    first = await audits.open(ONE, "lee", OCTOBER, "u1")
    clock.advance(timedelta(seconds=5))
    again = await audits.open(ONE, "lee", OCTOBER, "u1")

    assert first == again == await audits.current(ONE, "lee")
    assert await kinds(log) == ["access"]
    entry = await log.get(ONE, 0)
    assert (entry.fields["did"], entry.fields["audit"], entry.fields["by"]) == ("opened", "감사담당관-812", "lee")
    assert entry.fields["reason"] == "출장여비 점검"


async def test_a_colleague_joins_the_open_audit_of_that_number(audits, log):
    mine = await audits.open(ONE, "lee", OCTOBER, "u1")

    joined = await audits.open(ONE, "min", Mandate("감사담당관 -812", *_period(OCTOBER), "다른 말"), "u2")

    assert joined == mine == await audits.current(ONE, "min")
    assert (await log.get(ONE, 1)).fields["did"] == "joined"
    assert len(await audits.all(ONE)) == 1


async def test_closing_ends_it_for_everybody_once(audits, log, clock):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    await audits.open(ONE, "min", OCTOBER, "u2")

    closed = await audits.close(ONE, "min", audit)
    clock.advance(timedelta(hours=1))

    assert (await audits.close(ONE, "lee", audit)).closed_at == closed.closed_at
    assert await audits.current(ONE, "lee") is None
    assert await audits.current(ONE, "min") is None
    assert await kinds(log) == ["access"] * 3
    assert await audits.open(ONE, "lee", OCTOBER, "u3") != audit


def _period(mandate: Mandate) -> tuple[datetime, datetime]:
    return mandate.since, mandate.until


# --- what a look may see


async def test_within_the_period_all_is_open_outside_the_seal_stays_shut_without_an_audit_it_says_so(audits):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    inside, outside = datetime(2026, 10, 31, 14, 59, tzinfo=UTC), datetime(2026, 10, 31, 15, tzinfo=UTC)

    within = await audits.may_check(ONE, audit, ONE, inside)
    without = await audits.may_check(ONE, None, ONE, inside)
    late = await audits.may_check(ONE, audit, ONE, outside)
    foreign = await audits.may_check(ONE, audit, OTHER, inside)

    assert (within.full, within.opens, within.limit) == (True, True, "")
    assert (late.full, late.opens, late.limit) == (True, False, "outside_period")
    assert (without.full, without.opens, without.limit) == (True, True, "no_audit")
    assert (foreign.full, foreign.opens, foreign.limit) == (False, False, "other_institution")


# --- looks


async def test_a_look_is_a_leaf_with_the_number_and_stands_in_the_travellers_list(audits, looks, log, clock):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    access = await audits.may_check(ONE, audit, ONE, receipt().time)

    entry = await looks.look(ONE, "lee", access, receipt(), Verdict.VALID, "u2:0")
    again = await looks.look(ONE, "lee", access, receipt(), Verdict.VALID, "u2:0")

    assert entry == again
    assert (entry.kind, entry.fields["audit"], entry.fields["by"]) == ("looked", "감사담당관-812", "lee")
    (told,) = await looks.looks_at(ONE, KIM)
    assert (told.at, told.office, told.number) == (clock(), ONE, "감사담당관-812")
    assert (told.serial, told.receipt_at, told.verdict) == (receipt().serial, receipt().time, Verdict.VALID)
    assert await looks.looks_at(OTHER, KIM) == []
    assert await looks.count(ONE, audit.id) == 1


async def test_a_batch_is_a_leaf_for_each_five_hundred(audits, looks, log):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    access = await audits.may_check(ONE, audit, ONE, receipt().time)
    many = [Look(access, receipt(number, holder=bytes([number % 7]) * 8), Verdict.VALID) for number in range(MOST + 1)]

    entries = await looks.look_many(ONE, "lee", many, "u2")

    assert len(entries) == 2
    assert await looks.count(ONE, audit.id) == MOST + 1
    assert sum([len(await looks.looks_at(ONE, bytes([number]) * 8)) for number in range(7)]) == MOST + 1
    assert (await log.check(ONE)).ok


async def test_a_look_at_another_institutions_receipt_stands_in_the_lookers_log_alone(audits, looks, log):
    access = await audits.may_check(ONE, None, OTHER, receipt().time)

    await looks.look(ONE, "lee", access, receipt(tenant=OTHER), Verdict.VALID_BUT, "u1")

    assert (await log.get(ONE, 0)).fields["of"] == OTHER
    assert await log.get(OTHER, 0) is None
    assert await looks.looks_at(ONE, KIM) == await looks.looks_at(OTHER, KIM) == []
    assert await looks.due(ONE, receipt().time + timedelta(days=99)) == []


async def test_a_look_whose_writer_died_behind_its_leaf_is_made_up_for(database, audits, looks, log, clock):
    access = await audits.may_check(ONE, None, ONE, receipt().time)
    await looks.look(ONE, "lee", access, receipt(), Verdict.VALID, "u1")
    whole = sorted(await database.keys("dobi:{gyeongnam}:looks:*"))
    await database.delete(*whole)

    await looks.follow(ONE)
    await looks.follow(ONE)

    assert [one.serial for one in await looks.looks_at(ONE, KIM)] == [receipt().serial]
    assert await looks.due(ONE, clock()) == [Group(KIM, ONE, "")]


# --- telling


async def test_what_a_notice_tells_is_frozen_until_it_is_told(audits, looks, clock):
    access = await audits.may_check(ONE, None, ONE, receipt().time)
    await looks.look(ONE, "lee", access, receipt(1), Verdict.VALID, "u1")
    (group,) = await looks.due(ONE, clock())
    first = await looks.take(ONE, group)
    await looks.look(ONE, "lee", access, receipt(2), Verdict.VALID, "u2")

    again = await looks.take(ONE, group)
    await looks.told(ONE, group, again, clock() + timedelta(days=1))

    assert first == again
    assert len(first.records) == 1
    assert await looks.last_told(ONE, group) == clock()
    assert await looks.due(ONE, clock()) == []
    clock.advance(timedelta(days=1))
    assert [one.serial for one in (await looks.take(ONE, (await looks.due(ONE, clock()))[0])).records] == [
        receipt(2).serial
    ]


async def test_whoever_comes_late_takes_nothing_of_the_next_notice(audits, looks, clock):
    access = await audits.may_check(ONE, None, ONE, receipt().time)
    await looks.look(ONE, "lee", access, receipt(1), Verdict.VALID, "u1")
    (group,) = await looks.due(ONE, clock())
    late = await looks.take(ONE, group)
    await looks.told(ONE, group, late, clock())
    await looks.look(ONE, "lee", access, receipt(2), Verdict.VALID, "u2")
    following = await looks.take(ONE, group)

    await looks.told(ONE, group, late, clock())

    assert await looks.take(ONE, group) == following
    assert await looks.due(ONE, clock()) == [group]


async def test_a_repeated_look_that_was_told_is_not_told_again(audits, looks, clock):
    access = await audits.may_check(ONE, None, ONE, receipt().time)
    await looks.look(ONE, "lee", access, receipt(), Verdict.VALID, "u1")
    (group,) = await looks.due(ONE, clock())
    await looks.told(ONE, group, await looks.take(ONE, group), clock())

    await looks.look(ONE, "lee", access, receipt(), Verdict.VALID, "u1")
    await looks.follow(ONE)

    assert await looks.due(ONE, clock() + timedelta(days=9)) == []


# --- holds


async def test_a_hold_is_a_leaf_with_its_reason_and_ends_by_itself(audits, log, clock):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")

    hold = await audits.hold(ONE, "lee", audit, timedelta(days=7), "증거인멸 우려", "u2")

    assert hold == await audits.hold(ONE, "lee", audit, timedelta(days=7), "증거인멸 우려", "u2")
    assert hold.ends_at == clock() + timedelta(days=7)
    fields = (await log.get(ONE, 1)).fields
    assert (fields["did"], fields["why"], fields["end"]) == ("held", "증거인멸 우려", int(hold.until.timestamp()))
    assert await kinds(log) == ["access", "access"]


@pytest.mark.parametrize("span", [timedelta(), timedelta(days=-1), LONGEST_HOLD + timedelta(seconds=1)])
async def test_no_hold_is_longer_than_thirty_days(audits, span):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")

    with pytest.raises(ValueError, match="30 days"):
        await audits.hold(ONE, "lee", audit, span, "까닭", "u2")


async def test_a_closed_audit_holds_nothing_back(audits):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    await audits.close(ONE, "lee", audit)

    with pytest.raises(AuditClosedError):
        await audits.hold(ONE, "lee", audit, timedelta(days=1), "까닭", "u2")


async def test_a_held_look_is_in_nobodys_list_before_its_notice(audits, looks, clock):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    access = await audits.may_check(ONE, audit, ONE, receipt().time)
    await audits.hold(ONE, "lee", audit, timedelta(days=7), "증거인멸 우려", "u2")
    await looks.look(ONE, "lee", access, receipt(), Verdict.VALID, "u3")
    before = await looks.looks_at(ONE, KIM)
    clock.advance(timedelta(days=8))
    over = await looks.looks_at(ONE, KIM)
    (group,) = await looks.due(ONE, clock())

    await looks.told(ONE, group, await looks.take(ONE, group), clock())

    assert before == over == []
    assert len(await looks.looks_at(ONE, KIM)) == 1


async def test_a_hold_freed_early_is_over(audits, looks, clock):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    await audits.hold(ONE, "lee", audit, timedelta(days=7), "증거인멸 우려", "u2")
    clock.advance(timedelta(days=1))

    assert await audits.release(ONE, "lee", audit)
    assert not await audits.release(ONE, "lee", audit)
    assert [one.ends_at for one in await audits.holds(ONE, audit.id)] == [clock()]


async def test_a_hold_stands_in_the_log_of_whoever_consented_too(audits, log, clock):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    sent = await audits.grants.note(ONE, "lee", audit.id, OCTOBER, "창원시", "u2")
    await audits.grants.ask(OTHER, Ask(sent.id, ONE, audit.id, OCTOBER, "lee", clock(), None))
    await audits.grants.tell_asker(OTHER, await audits.grants.decide(OTHER, sent.id, "baek", granted=True))

    await audits.hold(ONE, "lee", audit, timedelta(days=7), "증거인멸 우려", "u3")

    fields = (await log.get(OTHER, 1)).fields
    assert (fields["did"], fields["office"], fields["why"]) == ("held", ONE, "증거인멸 우려")
    assert [(await log.get(ONE, index)).fields["did"] for index in range(4)] == ["opened", "asked", "consented", "held"]


async def test_under_a_closed_audit_nothing_of_another_institution_is_seen(audits, clock):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    sent = await audits.grants.note(ONE, "lee", audit.id, OCTOBER, "창원시", "u2")
    await audits.grants.ask(OTHER, Ask(sent.id, ONE, audit.id, OCTOBER, "lee", clock(), None))
    await audits.grants.decide(OTHER, sent.id, "baek", granted=True)
    inside = receipt().time
    before = await audits.may_check(ONE, audit, OTHER, inside)

    closed = await audits.close(ONE, "lee", audit)

    assert before.full
    assert not (await audits.may_check(ONE, closed, OTHER, inside)).full
    assert (await audits.may_check(ONE, closed, ONE, inside)).limit == "no_audit"


# --- dates


async def test_what_is_over_long_ago_is_forgotten_and_the_log_stays_whole(audits, looks, log, clock):
    old = await audits.open(ONE, "lee", OCTOBER, "u1")
    access = await audits.may_check(ONE, old, ONE, receipt().time)
    await looks.look(ONE, "lee", access, receipt(1), Verdict.VALID, "u2")
    await audits.hold(ONE, "lee", old, timedelta(days=1), "까닭", "u3")
    sent = await audits.grants.note(ONE, "lee", old.id, OCTOBER, "창원시", "u4")
    await audits.grants.ask(OTHER, Ask(sent.id, ONE, old.id, OCTOBER, "lee", clock(), None))
    await audits.close(ONE, "lee", old)
    clock.advance(timedelta(days=400))
    young = await audits.open(ONE, "lee", OCTOBER, "u5")
    access = await audits.may_check(ONE, young, ONE, receipt().time)
    await looks.look(ONE, "lee", access, receipt(2), Verdict.VALID, "u6")
    day = clock() - timedelta(days=365)

    gone = [await store.forget(ONE, day) for store in (looks, audits, audits.grants)]
    again = [await store.forget(ONE, day) for store in (looks, audits, audits.grants)]

    assert (gone, again) == ([1, 1, 1], [0, 0, 0])
    assert await audits.grants.forget(OTHER, day) == 1
    assert [one.serial for one in await looks.looks_at(ONE, KIM)] == [receipt(2).serial]
    assert await audits.all(ONE) == [young]
    assert await audits.holds(ONE, old.id) == await audits.grants.sent(ONE, old.id) == []
    assert (await log.check(ONE)).ok


async def test_an_open_audit_is_never_forgotten(audits, clock):
    audit = await audits.open(ONE, "lee", OCTOBER, "u1")
    clock.advance(timedelta(days=4000))

    assert await audits.forget(ONE, clock()) == 0
    assert await audits.current(ONE, "lee") == audit
