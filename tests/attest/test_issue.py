"""Issuing: durable before it returns, the same for the same key, one institution apart from another."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from attest import qr
from attest.crypto import KeyStore, open_sealed
from attest.errors import InvalidShareError, ReceiptDestroyedError
from attest.evidence import Evidence, grade, without_point
from attest.issue import Issuer
from attest.places import by_code
from attest.receipt import Holder, Pair, Point, Share
from attest.trip import Vehicle
from attest.verify import Verifier


async def test_a_receipt_says_in_clear_only_what_it_should(issue, keys, clock):
    issued = await issue()

    receipt = Verifier(keys.public_keys("gyeongnam")).verify(issued.token)
    assert receipt == issued.receipt
    assert (receipt.institution, receipt.time, receipt.grade, receipt.flags) == ("gyeongnam", clock(), 2, ())
    assert (by_code(receipt.place).title, receipt.accuracy, receipt.document) == ("경상남도 진주시", 1, "총무과-1234")
    assert receipt.holder == keys.pseudonym("gyeongnam", "kim")
    assert issued.place.title == "경상남도 진주시"


async def test_the_picture_holds_the_token(issue):
    issued = await issue()

    assert qr.read(issued.png) == [issued.token]


async def test_the_leaf_is_there_before_the_receipt_is(issue, issuer):
    issued = await issue()

    assert (await issuer.log.get("gyeongnam", issued.index)).fields == {"token": issued.token}
    assert (await issuer.log.check("gyeongnam")).size == 1


async def test_the_same_request_gives_the_very_same_receipt(issue, issuer, database, keys, clock):
    first = await issue("m1")
    clock.advance(timedelta(hours=1))

    assert await issue("m1") == first
    assert (await issuer.log.check("gyeongnam")).size == 1


async def test_the_same_request_at_the_same_time_gives_one_receipt(database, keys, clock, share):
    issuers = [Issuer(database, keys, clock) for _ in range(3)]
    holder, evidence, given = Holder("kim", "김하나", "총무과"), Evidence(2, ()), share()

    issued = await asyncio.gather(*(i.issue("g", "", holder, given, evidence, "", "m1") for i in issuers * 4))

    assert len({one.token for one in issued}) == 1


async def test_many_at_once_each_get_their_own_place(database, keys, clock, share):
    issuers = [Issuer(database, keys, clock) for _ in range(3)]
    holder, evidence, given = Holder("kim", "김하나", "총무과"), Evidence(2, ()), share()

    issued = await asyncio.gather(
        *(issuers[n % 3].issue("g", "", holder, given, evidence, "", f"m{n}") for n in range(30))
    )

    assert sorted(one.receipt.index for one in issued) == list(range(30))
    assert len({one.receipt.serial for one in issued}) == 30
    assert (await issuers[0].log.check("g")).ok


async def test_two_institutions_never_meet(issue, issuer, keys: KeyStore):
    here, there = await issue("m1"), await issue("m1", tenant="busan")

    assert (here.receipt.institution, there.receipt.institution) == ("gyeongnam", "busan")
    assert (here.index, there.index) == (0, 0)
    assert here.receipt.holder != there.receipt.holder
    assert not keys.public_keys("busan").find(here.receipt.kid, "receipt")


async def test_the_same_place_and_person_look_different_each_time_under_seal(issue):
    first, second = await issue("m1"), await issue("m2")

    assert first.receipt.sealed != second.receipt.sealed
    assert len(first.receipt.sealed) == len(second.receipt.sealed)


async def test_nothing_in_the_database_tells_the_point_or_the_name(issue, database, share):
    await issue("m1", given=share(35.1801234, 128.1076543, messenger="telegram", message="4242"))

    dumped = b"".join([await database.dump(key) for key in await database.keys("*")])
    for secret in ("김하나", "총무과"):
        assert secret.encode() not in dumped
        assert secret.encode("cp949") not in dumped or secret == "총무과"  # the document number repeats it
    for number in (35180123, 128107654):
        assert number.to_bytes(4, "big") not in dumped


async def test_a_receipt_destroyed_on_its_date_is_not_made_again(issue, issuer):
    issued = await issue("m1")
    await issuer.log.forget("gyeongnam", issued.index)

    with pytest.raises(ReceiptDestroyedError):
        await issue("m1")


async def test_a_share_from_the_future_or_of_another_day_is_refused(issue, issuer, share, clock):
    for shift in (timedelta(minutes=5), timedelta(days=-2)):
        at = clock() + shift
        with pytest.raises(InvalidShareError):
            await issue("m1", given=share(sent_at=at, received_at=at))
    assert (await issuer.log.check("gyeongnam")).size == 0


async def test_a_share_of_yesterday_is_in_its_keys_period(issue, keys, share, clock):
    at = clock() - timedelta(hours=23)
    issued = await issue("m1", given=share(sent_at=at, received_at=at))

    assert Verifier(keys.public_keys("gyeongnam")).verify(issued.token).time == at


async def test_a_document_number_that_does_not_fit_is_refused_and_nothing_is_issued(issue, issuer):
    with pytest.raises(InvalidShareError):
        await issue(document="가" * 14)
    assert (await issuer.log.check("gyeongnam")).size == 0


async def test_a_point_outside_the_table_says_so(issue, share):
    issued = await issue(given=share(35.6762, 139.6503))

    assert (issued.receipt.place, issued.receipt.flags, issued.place.title) == (0, ("no_place",), "")


async def test_what_is_told_without_a_place_gets_a_receipt_that_says_so(issuer, keys, clock):
    holder, told = Holder("kim", "김하나", "총무과"), Share(None, clock(), clock(), messenger="console", message="u9")
    evidence = without_point({"photo", "host"}, late=True)

    issued = await issuer.issue("gyeongnam", "경상남도", holder, told, evidence, "총무과-1234", "m1")

    receipt = Verifier(keys.public_keys("gyeongnam")).verify(issued.token)
    assert (receipt.grade, receipt.place, receipt.accuracy) == (1, 0, 0)
    assert receipt.flags == ("no_location", "late", "host")
    assert (issued.place.title, receipt.pair) == ("", None)
    sealed = open_sealed(receipt, keys.audit_file("gyeongnam"))
    assert (sealed.point, sealed.name) == (None, "김하나")


async def test_a_receipt_that_closes_a_trip_says_minutes_distance_and_vehicle(issuer, keys, share):
    holder, pair = Holder("kim", "김하나", "총무과"), Pair(505, 352, Vehicle.OFFICIAL)

    issued = await issuer.issue("gyeongnam", "", holder, share(), Evidence(5, ("trace",)), "총무과-1", "m1", pair=pair)

    receipt = Verifier(keys.public_keys("gyeongnam")).verify(issued.token)
    assert (receipt.grade, receipt.pair, len(issued.token)) == (5, pair, 347)
    assert await issuer.again("gyeongnam", issued.index) == issued


@pytest.mark.parametrize(("grade_given", "point"), [(5, True), (2, False)])
async def test_a_grade_that_such_a_receipt_can_not_have_is_refused(issuer, share, clock, grade_given, point):
    given = share() if point else Share(None, clock(), clock())

    with pytest.raises(InvalidShareError):
        await issuer.issue("g", "", Holder("kim", "김하나", ""), given, Evidence(grade_given, ()), "", "m1")
    assert await issuer.log.get("g", 0) is None


async def test_an_unknown_messenger_is_sealed_without_its_name(issue, share, keys):
    from attest.crypto import open_sealed

    issued = await issue(given=share(messenger="pigeon", message="1"))

    assert open_sealed(issued.receipt, keys.audit_file("gyeongnam")).messenger == ""


async def test_a_token_survives_a_messenger_that_folds_spaces(database, tmp_path, clock):
    issuer = Issuer(database, KeyStore(tmp_path), clock)
    share = Share(Point(35.2279, 128.6811, 12.0), clock(), clock())

    tokens = [
        (await issuer.issue("a", "가", Holder("kim", "김", "과"), share, grade(share, None), "", f"k{n}")).token
        for n in range(60)
    ]

    assert [" ".join(token.split()) for token in tokens] == tokens


async def test_two_spaces_in_what_no_draw_changes_do_not_hold_the_issuer(database, tmp_path, clock, monkeypatch):
    monkeypatch.setattr("attest.issue.join", lambda envelope: "RRQ  " + envelope.kid.hex())
    issuer = Issuer(database, KeyStore(tmp_path), clock)
    share = Share(Point(35.2279, 128.6811, 12.0), clock(), clock())
    draft = issuer._draft("a", "가", Holder("kim", "김", "과"), share, grade(share, None), "", None)

    assert draft.signed(0).signature
