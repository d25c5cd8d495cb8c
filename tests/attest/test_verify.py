"""What is refused, and the four verdicts: with public keys alone, and with the log and the claims."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attest import canonical, verify
from attest.claims import Claims
from attest.crypto import KeyStore, PublicKeys, SigningKey, key_name, open_sealed
from attest.errors import (
    AlreadyClaimedError,
    BadSignatureError,
    KeyFileError,
    MalformedError,
    OutsideKeyPeriodError,
    RevokedKeyError,
    SealError,
    UnknownKeyError,
    VerificationError,
)
from attest.evidence import Evidence
from attest.keycare import KeyCare
from attest.receipt import Envelope, Holder, Pair, join, signing_input, split
from attest.verify import Verdict, Verifier, check, judge

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def with_key(published, **change):
    return Verifier(PublicKeys((replace(published.keys.keys[0], **change),)))


def test_the_golden_token_verifies(published):
    receipt = Verifier(published.keys).verify(published.token)

    assert (receipt.institution, receipt.document) == ("gyeongnam", "총무과-2026-1234")


def test_none_of_20_000_mutations_is_accepted(published):
    verifier, dice, token = Verifier(published.keys), random.Random(5), published.token
    data = canonical.from_text(token)
    mutants = {token[:at] + char + token[at + 1 :] for at in range(len(token)) for char in ALPHABET} - {token}
    while len(mutants) < 21_000:
        mutant = bytearray(data)
        for _ in range(dice.choice((1, 1, 2, 8))):
            match dice.randrange(3):
                case 0:
                    mutant[dice.randrange(len(mutant))] ^= 1 << dice.randrange(8)
                case 1:
                    del mutant[dice.randrange(len(mutant))]
                case _:
                    mutant.insert(dice.randrange(len(mutant) + 1), dice.randrange(256))
        mutants.add(canonical.to_text(bytes(mutant)))
    mutants.discard(token)

    accepted = 0
    for mutant in mutants:
        try:
            verifier.verify(mutant)
            accepted += 1
        except VerificationError:
            pass

    assert (len(mutants) >= 20_000, accepted) == (True, 0)


def test_each_kind_of_refusal_has_its_error(published):
    other = SigningKey.generate(key_name("gyeongnam"))
    envelope = split(published.token)
    forged = join(replace(envelope, signature=other.sign(b"else")))

    with pytest.raises(MalformedError):
        Verifier(published.keys).verify("RRQ")
    with pytest.raises(UnknownKeyError):
        Verifier(PublicKeys()).verify(published.token)
    with pytest.raises(BadSignatureError):
        Verifier(published.keys).verify(forged)
    with pytest.raises(OutsideKeyPeriodError):
        with_key(published, valid_to=datetime(2026, 11, 2, tzinfo=UTC)).verify(published.token)
    with pytest.raises(OutsideKeyPeriodError):
        with_key(published, valid_from=datetime(2026, 11, 24, tzinfo=UTC)).verify(published.token)
    with pytest.raises(RevokedKeyError):
        with_key(published, revoked_at=datetime(2026, 11, 24, tzinfo=UTC)).verify(published.token)


def test_a_signature_made_for_one_institution_is_none_for_another(published):
    envelope = split(published.token)
    moved = published.signer.sign(signing_input("busan", envelope.kid, envelope.payload))

    with pytest.raises(BadSignatureError):
        Verifier(published.keys).verify(join(Envelope(envelope.kid, envelope.payload, moved)))


def test_a_log_key_signs_no_receipts(published):
    with pytest.raises(UnknownKeyError):
        with_key(published, use="log").verify(published.token)


def test_the_verdict_follows_the_flags(published, issue):
    verifier = Verifier(published.keys)

    assert judge(published.token, verifier).verdict is Verdict.VALID  # "live" informs
    assert judge(" \n", verifier).verdict is Verdict.UNREADABLE
    assert judge("안녕하세요", verifier) == verify.Finding(Verdict.INVALID, reason="malformed", checked=("signature",))
    revoked = judge(published.token, with_key(published, revoked_at=datetime(2026, 11, 24, tzinfo=UTC)))
    assert (revoked.verdict, revoked.flags) == (Verdict.VALID_BUT, ("live", "revoked_key"))
    assert [verdict.exit_code for verdict in Verdict] == [0, 0, 1, 2]


async def test_a_point_without_a_challenge_is_to_be_checked_further(issuer, share, keys: KeyStore):
    from attest.evidence import grade
    from attest.receipt import Holder

    given = share()
    issued = await issuer.issue("g", "", Holder("kim", "김", ""), given, grade(given, None), "", "1")

    finding = judge(issued.token, Verifier(keys.public_keys("g")))
    assert (finding.verdict, finding.flags, finding.receipt) == (
        Verdict.VALID_BUT, ("no_challenge",), issued.receipt,
    )  # fmt: skip


@pytest.fixture
def claims(database, issuer, clock) -> Claims:
    return Claims(database, issuer.log, clock)


async def test_with_the_log_a_receipt_is_proven_and_its_use_is_known(issue, issuer, keys, claims):
    issued = await issue()
    verifier = Verifier(keys.public_keys("gyeongnam"))

    fresh = await check("gyeongnam", issued.token, verifier, issuer.log, claims)
    assert (fresh.verdict, fresh.checked) == (Verdict.VALID, ("signature", "log", "claims"))

    await claims.mark("gyeongnam", issued.receipt.serial, "used", "claim-1")
    used = await check("gyeongnam", issued.token, verifier, issuer.log, claims)
    assert (used.verdict, used.flags) == (Verdict.VALID_BUT, ("used",))


async def test_a_voided_receipt_is_invalid(issue, issuer, keys, claims):
    issued = await issue()
    await claims.mark("gyeongnam", issued.receipt.serial, "voided", "v1")

    finding = await check("gyeongnam", issued.token, Verifier(keys.public_keys("gyeongnam")), issuer.log, claims)

    assert (finding.verdict, finding.reason) == (Verdict.INVALID, "voided")


async def test_a_receipt_is_used_once(issue, issuer, claims):
    serial = (await issue()).receipt.serial

    first = await claims.mark("gyeongnam", serial, "used", "claim-1")
    assert await claims.mark("gyeongnam", serial, "used", "claim-1") == first
    for state, key in (("used", "claim-2"), ("voided", "claim-1")):
        with pytest.raises(AlreadyClaimedError):
            await claims.mark("gyeongnam", serial, state, key)
    assert await claims.find("busan", serial) is None
    assert (await issuer.log.check("gyeongnam")).size == 2  # issued, used


def forge(keys: KeyStore, receipt, now, **change: object) -> str:
    """A token by someone who has stolen the month's key."""
    from attest.receipt import encode_payload

    key = keys.receipt_key("gyeongnam", now)
    payload = encode_payload(replace(receipt, **change))
    return join(Envelope(key.kid, payload, key.sign(signing_input("gyeongnam", key.kid, payload))))


async def test_a_stolen_key_cannot_take_a_place_in_the_log(issue, issuer, keys, claims, clock):
    issued = await issue()
    verifier = Verifier(keys.public_keys("gyeongnam"))

    instead = await check("gyeongnam", forge(keys, issued.receipt, clock(), grade=5), verifier, issuer.log, claims)
    beyond = await check("gyeongnam", forge(keys, issued.receipt, clock(), index=1), verifier, issuer.log, claims)

    assert (instead.verdict, instead.reason) == (Verdict.INVALID, "other_in_log")
    assert (beyond.verdict, beyond.flags) == (Verdict.VALID_BUT, ("not_in_log",))


async def test_revoking_a_key_keeps_what_was_logged_before_and_refuses_the_rest(issue, issuer, keys, claims, clock):
    issued = await issue()
    stolen = forge(keys, issued.receipt, clock(), index=7)
    await KeyCare(keys, issuer.log, clock).revoke("gyeongnam", issued.receipt.kid)
    after = await issue("m2")
    verifier = Verifier(keys.public_keys("gyeongnam"))

    findings = [await check("gyeongnam", t, verifier, issuer.log, claims) for t in (issued.token, stolen, after.token)]

    assert [finding.verdict for finding in findings] == [Verdict.VALID, Verdict.INVALID, Verdict.VALID]
    assert findings[1].reason == "revoked_key"
    assert judge(issued.token, verifier).flags == ("revoked_key",)


async def test_a_receipt_signed_before_a_rotation_and_one_after_both_verify(issue, issuer, keys, clock):
    before = await issue("m1")
    clock.advance(timedelta(seconds=5))
    await KeyCare(keys, issuer.log, clock).rotate("gyeongnam")
    after = await issue("m2")
    verifier = Verifier(keys.public_keys("gyeongnam"))

    assert verifier.verify(before.token).kid != verifier.verify(after.token).kid


async def test_another_institutions_receipt_is_not_looked_up(issue, issuer, keys, claims):
    issued = await issue(tenant="busan")

    finding = await check("gyeongnam", issued.token, Verifier(keys.public_keys("busan")), issuer.log, claims)

    assert (finding.verdict, finding.flags, finding.checked) == (
        Verdict.VALID_BUT, ("other_institution",), ("signature",),
    )  # fmt: skip


async def test_a_damaged_log_is_a_flag_not_a_crash(issue, issuer, keys, claims, database):
    issued = await issue()
    await database.set(issuer.log._key("gyeongnam", "checkpoint"), b"nonsense")

    finding = await check("gyeongnam", issued.token, Verifier(keys.public_keys("gyeongnam")), issuer.log, claims)

    assert (finding.verdict, finding.flags) == (Verdict.VALID_BUT, ("log_damaged",))


async def test_only_the_audit_office_opens_the_seal(issue, keys, tmp_path):
    issued = await issue()

    facts = open_sealed(issued.receipt, keys.audit_file("gyeongnam"))
    assert (facts.name, facts.department, facts.messenger) == ("김하나", "총무과", "console")
    assert (facts.point.lat, facts.point.lon, facts.point.accuracy_m) == (35.180123, 128.107654, 12.0)
    keys.audit_key("busan", datetime(2026, 11, 23, tzinfo=UTC))
    with pytest.raises(SealError):
        open_sealed(issued.receipt, keys.audit_file("busan"))
    with pytest.raises(SealError):
        open_sealed(replace(issued.receipt, serial=bytes(8)), keys.audit_file("gyeongnam"))
    with pytest.raises(KeyFileError):
        open_sealed(issued.receipt, tmp_path / "none.pem")


async def test_a_finding_is_plain_json(issue, keys):
    import json

    issued = await issue()
    finding = judge(issued.token, Verifier(keys.public_keys("gyeongnam")))

    data = json.loads(json.dumps(verify.as_json(finding, open_sealed(issued.receipt, keys.audit_file("gyeongnam")))))

    assert (data["verdict"], data["receipt"]["place"]["name"]) == ("valid", "경상남도 진주시")
    assert data["sealed"]["name"] == "김하나"
    assert data["receipt"]["pair"] is None


async def test_a_closed_trip_in_json_has_metres_and_its_harmless_flags_call_for_nothing(issuer, keys, share):
    harmless = ("live", "colleague", "host", "trace")
    issued = await issuer.issue(
        "gyeongnam", "", Holder("kim", "김하나", ""), share(), Evidence(4, harmless), "", "m1", pair=Pair(505, 352)
    )

    data = verify.as_json(judge(issued.token, Verifier(keys.public_keys("gyeongnam"))))

    assert (data["verdict"], data["flags"]) == ("valid", list(harmless))
    assert data["receipt"]["pair"] == {"minutes": 505, "distance_m": 35_200, "vehicle": 0}


@pytest.mark.parametrize(
    "flag", ["no_location", "late", "fast", "same_point", "still", "replayed", "overlap", "declared", "flag22"]
)
async def test_every_other_flag_calls_for_a_further_look(issuer, keys, share, flag):
    issued = await issuer.issue("gyeongnam", "", Holder("kim", "", ""), share(), Evidence(2, (flag,)), "", "m1")

    finding = judge(issued.token, Verifier(keys.public_keys("gyeongnam")))

    assert (finding.verdict, finding.flags) == (Verdict.VALID_BUT, (flag,))
