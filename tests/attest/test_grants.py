"""One institution looks at another's receipts by its consent alone, as long and as far as that says."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attest.audits import Audits
from attest.crypto import KeyStore
from attest.errors import AskedTooLongAgoError
from attest.grants import ASKED_FOR, LONGEST_TERM, TERM, Ask, Grants
from attest.log import ReceiptLog
from attest.mandate import Mandate

PROVINCE, CITY = "gyeongnam", "changwon"
OCTOBER = Mandate(
    "감사관-90", datetime(2026, 9, 30, 15, tzinfo=UTC), datetime(2026, 10, 31, 15, tzinfo=UTC), "출장여비 점검"
)
INSIDE, OUTSIDE = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def log(database, clock, tmp_path) -> ReceiptLog:
    return ReceiptLog(database, KeyStore(tmp_path / "keys"), clock)


@pytest.fixture
def audits(database, clock, log) -> Audits:
    return Audits(database, log, clock)


@pytest.fixture
def grants(audits) -> Grants:
    return audits.grants


async def asked(audits: Audits, clock, *, ends_at: datetime | None = None) -> Ask:
    """A request of the province to the city, as the conversation makes it."""
    audit = await audits.open(PROVINCE, "lee", OCTOBER, "u1")
    sent = await audits.grants.note(PROVINCE, "lee", audit.id, OCTOBER, "창원시", "u2")
    ask = Ask(sent.id, PROVINCE, audit.id, OCTOBER, "lee", clock(), ends_at)
    await audits.grants.ask(CITY, ask)
    return ask


async def test_without_consent_a_foreign_receipt_is_another_institutions(audits, grants, clock):
    await asked(audits, clock)

    access = await audits.may_check(PROVINCE, await audits.current(PROVINCE, "lee"), CITY, INSIDE)

    assert (access.full, access.opens, access.limit) == (False, False, "other_institution")


async def test_consent_opens_the_period_and_no_more(audits, grants, clock, log):
    ask = await asked(audits, clock)
    await grants.decide(CITY, ask.id, "baek", granted=True)
    audit = await audits.current(PROVINCE, "lee")

    inside = await audits.may_check(PROVINCE, audit, CITY, INSIDE)
    outside = await audits.may_check(PROVINCE, audit, CITY, OUTSIDE)
    without = await audits.may_check(PROVINCE, None, CITY, INSIDE)
    back = await audits.may_check(CITY, audit, PROVINCE, INSIDE)

    assert (inside.full, inside.opens, inside.audit) == (True, True, audit)
    assert (outside.full, outside.opens, outside.limit) == (False, False, "outside_period")
    assert without.limit == back.limit == "other_institution"
    fields = (await log.get(CITY, 0)).fields
    assert (fields["did"], fields["office"], fields["audit"], fields["by"]) == (
        "granted",
        PROVINCE,
        "감사관-90",
        "baek",
    )


async def test_another_audit_of_the_same_office_has_no_part_in_it(audits, grants, clock):
    ask = await asked(audits, clock)
    await grants.decide(CITY, ask.id, "baek", granted=True)

    other = await audits.open(PROVINCE, "lee", replace(OCTOBER, number="감사관-91"), "u9")

    assert (await audits.may_check(PROVINCE, other, CITY, INSIDE)).limit == "other_institution"


async def test_a_grant_ends_by_itself_and_early_when_it_is_taken_back(audits, grants, clock, log):
    ask = await asked(audits, clock)
    await grants.decide(CITY, ask.id, "baek", granted=True)
    audit = await audits.current(PROVINCE, "lee")
    clock.advance(TERM - timedelta(seconds=1))
    last = await audits.may_check(PROVINCE, audit, CITY, INSIDE)
    clock.advance(timedelta(seconds=1))
    over = await audits.may_check(PROVINCE, audit, CITY, INSIDE)
    again = await grants.note(PROVINCE, "lee", audit.id, OCTOBER, "창원시", "u6")
    await grants.ask(CITY, Ask(again.id, PROVINCE, audit.id, OCTOBER, "lee", clock(), None))
    await grants.decide(CITY, again.id, "baek", granted=True)
    renewed = await audits.may_check(PROVINCE, audit, CITY, INSIDE)

    await grants.end(CITY, again.id, "baek")

    assert (last.full, over.full, renewed.full) == (True, False, True)
    assert (await audits.may_check(PROVINCE, audit, CITY, INSIDE)).limit == "other_institution"
    assert (await log.get(CITY, 2)).fields["did"] == "revoked"


async def test_a_request_repeated_while_it_waits_is_the_same(audits, grants, clock, log):
    ask = await asked(audits, clock)

    again = await grants.note(PROVINCE, "lee", ask.audit, OCTOBER, "창원 시", "u7")

    assert again.id == ask.id
    assert (await log.tip(PROVINCE)).size == 2


async def test_a_named_day_ends_it_yet_none_is_longer_than_half_a_year(audits, grants, clock):
    named = await asked(audits, clock, ends_at=clock() + timedelta(days=3))
    far = replace(named, ends_at=clock() + timedelta(days=999))

    assert named.term(clock()) == clock() + timedelta(days=3)
    assert far.term(clock()) == clock() + LONGEST_TERM


async def test_the_first_decision_stands_whoever_comes_at_once(audits, grants, clock, log):
    ask = await asked(audits, clock)

    made = await asyncio.gather(
        *(grants.decide(CITY, ask.id, f"m{number}", granted=number % 2 == 0) for number in range(6))
    )

    assert len({(one.granted, one.decided_by) for one in made}) == 1
    assert (await log.tip(CITY)).size == 1


async def test_a_request_that_nobody_decided_is_over(audits, grants, clock):
    ask = await asked(audits, clock)
    clock.advance(ASKED_FOR)

    with pytest.raises(AskedTooLongAgoError):
        await grants.decide(CITY, ask.id, "baek", granted=True)
    assert await grants.decide(CITY, "nothing", "baek", granted=True) is None


async def test_the_askers_side_is_the_same_for_a_name_that_is_nobodys_and_for_a_refusal(
    audits, grants, clock, log, database
):
    ask = await asked(audits, clock)
    audit = await audits.current(PROVINCE, "lee")
    await grants.note(PROVINCE, "lee", audit.id, OCTOBER, "없는시", "u3")
    grant = await grants.decide(CITY, ask.id, "baek", granted=False)
    await grants.tell_asker(CITY, grant)

    refused, nobody = await grants.sent(PROVINCE, audit.id)

    assert (refused.institution, refused.ends_at) == (nobody.institution, nobody.ends_at) == ("", None)
    assert (await log.tip(PROVINCE)).size == 3
    everything = [await database.hgetall(key) for key in await database.keys("dobi:{gyeongnam}:grants:*")]
    assert CITY.encode() not in repr(everything).encode()


async def test_the_asker_learns_of_consent_and_of_its_end(audits, grants, clock):
    ask = await asked(audits, clock)
    grant = await grants.decide(CITY, ask.id, "baek", granted=True)
    await grants.tell_asker(CITY, grant)
    (sent,) = await grants.sent(PROVINCE, ask.audit)
    clock.advance(timedelta(days=1))

    await grants.tell_asker(CITY, await grants.end(CITY, ask.id, "baek"))

    assert (sent.institution, sent.ends_at) == (CITY, grant.ends_at)
    (over,) = await grants.sent(PROVINCE, ask.audit)
    assert over.ends_at == clock()
    assert not over.is_open(clock())
