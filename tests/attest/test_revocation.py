"""Months, rotation and revocation: what a token is worth with the list alone, with a proof beside it, and in the house.

A key is in use, rotated out, revoked by a leaf that the list names, or marked revoked without one; a receipt was logged
before that, is forged after it, or was never logged.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attest.claims import Claims
from attest.crypto import FileKeeper, KeyStore, OpeningKey, PublicKeys, SigningKey, key_name, open_sealed, open_with
from attest.errors import KeyFileError, KeyListError, OutsideKeyPeriodError, RevokedKeyError, SealError
from attest.keycare import KeyCare
from attest.log import Proof
from attest.receipt import Envelope, encode_payload, join, signing_input
from attest.verify import Finding, Verdict, Verifier, check, judge, prove

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def forge(keys: KeyStore, receipt, **change: object) -> str:
    """A token by someone who has stolen the key of `receipt`."""
    fake = replace(receipt, serial=b"stolen!!", **change)
    key = keys._signer(keys.public_keys("gyeongnam").find(receipt.kid, "receipt")[0])
    payload = encode_payload(fake)
    signature = key.sign(signing_input("gyeongnam", key.kid, payload, fake.suite))
    return join(Envelope(key.kid, payload, signature, fake.suite))


def told(finding: Finding) -> tuple[str, ...]:
    """The verdict, then its reason or flags."""
    return (finding.verdict.value, *((finding.reason,) if finding.reason else finding.flags))


class Checker:
    """One list of keys and one log, asked in the three ways."""

    def __init__(self, issuer, claims, keys: PublicKeys) -> None:
        self._log, self._claims, self._verifier = issuer.log, claims, Verifier(keys)

    def alone(self, token: str) -> tuple[str, ...]:
        return told(judge(token, self._verifier))

    async def with_proof(self, token: str, index: int) -> tuple[str, ...]:
        proof = await self._log.proof("gyeongnam", index)
        leaf = (await self._log.get("gyeongnam", index)).leaf
        return told(prove(judge(token, self._verifier), token, leaf, proof, self._verifier))

    async def in_house(self, token: str) -> tuple[str, ...]:
        return told(await check("gyeongnam", token, self._verifier, self._log, self._claims))


@pytest.fixture(params=[1, 2], ids=["suite 1", "suite 2"])
def keys(request, tmp_path) -> KeyStore:
    return KeyStore(tmp_path / "keys", {"gyeongnam": request.param})


@pytest.fixture
def claims(database, issuer, clock) -> Claims:
    return Claims(database, issuer.log, clock)


VALID, DOUBT, LATE = ("valid",), ("valid_but", "revoked_key"), ("invalid", "revoked_key")


async def test_a_rotated_key_is_as_good_as_it_was(issue, issuer, keys, claims, clock):
    issued = await issue()
    clock.advance(timedelta(seconds=5))
    await KeyCare(keys, issuer.log, clock).rotate("gyeongnam")
    asked = Checker(issuer, claims, keys.public_keys("gyeongnam"))
    forged = forge(keys, issued.receipt, index=9)
    later = forge(keys, issued.receipt, index=9, time=clock())

    assert asked.alone(issued.token) == await asked.in_house(issued.token) == VALID
    assert await asked.with_proof(issued.token, 0) == VALID
    assert asked.alone(forged) == VALID  # a stolen key that nobody reported: only the log tells
    assert await asked.in_house(forged) == ("valid_but", "not_in_log")
    assert await asked.with_proof(forged, 0) == ("valid_but", "log_damaged")
    assert asked.alone(later) == await asked.in_house(later) == ("invalid", "outside_key_period")


async def test_with_the_revoking_leaf_named_each_check_knows_before_from_after(issue, issuer, keys, claims, clock):
    before = await issue("m1")
    await KeyCare(keys, issuer.log, clock).revoke("gyeongnam", before.receipt.kid)
    after = await issue("m2")
    asked = Checker(issuer, claims, keys.public_keys("gyeongnam"))
    instead = forge(keys, before.receipt)  # names the place of another
    unlogged = forge(keys, before.receipt, index=9)

    assert (before.index, after.index) == (0, 2)
    assert keys.public_keys("gyeongnam").find(before.receipt.kid, "receipt")[0].revoked_index == 1
    assert asked.alone(before.token) == DOUBT
    assert await asked.with_proof(before.token, 0) == VALID
    assert await asked.in_house(before.token) == VALID
    assert asked.alone(instead) == DOUBT
    assert await asked.with_proof(instead, 0) == await asked.in_house(instead) == ("invalid", "other_in_log")
    assert asked.alone(unlogged) == await asked.in_house(unlogged) == LATE
    assert asked.alone(after.token) == await asked.in_house(after.token) == VALID


async def test_a_key_marked_revoked_without_a_leaf_stays_a_question(issue, issuer, keys, claims, clock):
    issued = await issue()
    keys.revoke("gyeongnam", issued.receipt.kid, clock())  # by hand: no leaf says when
    asked = Checker(issuer, claims, keys.public_keys("gyeongnam"))

    assert asked.alone(issued.token) == DOUBT
    assert await asked.with_proof(issued.token, 0) == DOUBT
    assert await asked.in_house(issued.token) == DOUBT
    with pytest.raises(RevokedKeyError):
        Verifier(keys.public_keys("gyeongnam")).verify(issued.token)


async def test_a_list_from_before_the_revocation_is_put_right_by_the_log_alone(issue, issuer, keys, claims, clock):
    issued = await issue()
    old = keys.public_keys("gyeongnam")
    await KeyCare(keys, issuer.log, clock).revoke("gyeongnam", issued.receipt.kid)
    asked = Checker(issuer, claims, old)
    forged = forge(keys, issued.receipt, index=9)

    assert asked.alone(forged) == VALID  # a list is as good as its date: said in FORMAT.md
    assert await asked.in_house(forged) == LATE
    assert await asked.in_house(issued.token) == VALID


async def test_the_list_remembers_the_leaf_that_a_hand_took_from_the_logs_index(
    issue, issuer, keys, claims, clock, database
):
    issued = await issue()
    await KeyCare(keys, issuer.log, clock).revoke("gyeongnam", issued.receipt.kid)
    await database.delete(issuer.log._key("gyeongnam", "keys"))
    asked = Checker(issuer, claims, keys.public_keys("gyeongnam"))

    assert await asked.in_house(forge(keys, issued.receipt, index=9)) == LATE
    assert await asked.in_house(issued.token) == VALID


async def test_a_proof_that_proves_nothing_is_none(issue, issuer, keys, clock):
    first, second = await issue("m1"), await issue("m2")
    busan = await issue("m1", tenant="busan")
    verifier = Verifier(keys.export(["gyeongnam", "busan"]))
    finding = judge(first.token, verifier)
    proof, leaf = await issuer.log.proof("gyeongnam", 0), (await issuer.log.get("gyeongnam", 0)).leaf
    other, other_leaf = await issuer.log.proof("gyeongnam", 1), (await issuer.log.get("gyeongnam", 1)).leaf
    foreign = await issuer.log.proof("busan", busan.index)

    assert told(prove(finding, first.token, leaf, proof, verifier)) == VALID
    for wrong, wrong_leaf in (
        (other, other_leaf), (proof, other_leaf), (proof, b""), (foreign, leaf), (Proof(0, (), proof.checkpoint), leaf),
        (replace(proof, checkpoint=replace(proof.checkpoint, size=3)), leaf),
        (replace(proof, checkpoint=replace(proof.checkpoint, signature=bytes(64))), leaf),
    ):  # fmt: skip
        assert told(prove(finding, first.token, wrong_leaf, wrong, verifier)) == ("valid_but", "log_damaged")
    refused = judge(second.token, Verifier(PublicKeys()))
    assert prove(refused, second.token, leaf, proof, verifier) == refused


async def test_each_month_has_its_key_id_and_no_token_outlives_its_month(issue, keys, clock):
    november = await issue("m1")
    clock.advance(timedelta(days=30))
    december = await issue("m2")
    verifier = Verifier(keys.public_keys("gyeongnam"))

    assert november.receipt.kid != december.receipt.kid
    assert [judge(issued.token, verifier).verdict for issued in (november, december)] == [Verdict.VALID] * 2
    with pytest.raises(OutsideKeyPeriodError):
        verifier.verify(forge(keys, november.receipt, time=clock()))


async def test_a_revocation_named_by_a_later_leaf_too_keeps_the_first(issue, issuer, keys, clock):
    issued = await issue()
    care = KeyCare(keys, issuer.log, clock)
    await care.revoke("gyeongnam", issued.receipt.kid)
    await issue("m2")
    again = await care.revoke("gyeongnam", issued.receipt.kid)

    assert again.revoked_index == 1


@pytest.mark.parametrize("index", [-1, "3", 1.0, True])
def test_a_revoking_leaf_is_a_number_in_the_list(keys, index):
    import json

    keys.prepare("gyeongnam", NOW, "")
    keys.revoke("gyeongnam", keys.receipt_key("gyeongnam", NOW).kid, NOW, 3)
    data = json.loads(keys.public_keys("gyeongnam").to_json())
    assert PublicKeys.from_json(json.dumps(data)) == keys.public_keys("gyeongnam")
    revoked = next(entry for entry in data["keys"] if "revoked_index" in entry)
    revoked["revoked_index"] = index

    with pytest.raises(KeyListError):
        PublicKeys.from_json(json.dumps(data))
    with pytest.raises(KeyListError):
        PublicKeys.from_json(json.dumps({**data, "keys": [{**revoked, "revoked_index": 3, "revoked_at": None}]}))


def test_files_lie_under_a_passphrase_where_one_is_given(tmp_path):
    keeper = FileKeeper(tmp_path, b"correct horse")
    signer = KeyStore(tmp_path, None, keeper).receipt_key("g", NOW)
    KeyStore(tmp_path, None, keeper).audit_key("g", NOW)

    pems = list((tmp_path / "g").glob("*.pem"))
    assert len(pems) == 2
    assert all(b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes() for path in pems)
    again = KeyStore(tmp_path, None, FileKeeper(tmp_path, b"correct horse"))
    assert again.receipt_key("g", NOW).sign(b"x") == signer.sign(b"x")
    for wrong in (None, b"other"):
        with pytest.raises(KeyFileError):
            KeyStore(tmp_path, None, FileKeeper(tmp_path, wrong)).receipt_key("g", NOW)


def test_a_file_from_before_the_passphrase_is_still_read(tmp_path):
    signer = KeyStore(tmp_path).receipt_key("g", NOW)

    assert KeyStore(tmp_path, None, FileKeeper(tmp_path, b"new")).receipt_key("g", NOW).kid == signer.kid


def test_another_key_under_a_keys_file_name_is_refused(tmp_path):
    signer = KeyStore(tmp_path).receipt_key("g", NOW)
    (tmp_path / "g" / f"receipt-{signer.kid.hex()}.pem").write_bytes(SigningKey.generate(key_name("g")).to_pem())

    with pytest.raises(KeyFileError):
        KeyStore(tmp_path).receipt_key("g", NOW)


async def test_the_audit_office_makes_its_key_where_it_lives_and_the_issuer_never_sees_it(issue, keys, clock, tmp_path):
    suite = keys.suite("gyeongnam")
    office = OpeningKey.generate(suite)
    enrolled = keys.enrol_audit_key("gyeongnam", office.public, clock(), "경상남도")
    assert keys.enrol_audit_key("gyeongnam", office.public, clock(), "경상남도") == enrolled

    issued = await issue()

    assert open_with(issued.receipt, office).name == "김하나"
    assert not list((tmp_path / "keys").rglob("audit*.pem"))
    with pytest.raises(KeyFileError):
        open_sealed(issued.receipt, keys.audit_file("gyeongnam"))
    locked = tmp_path / "office.pem"
    locked.write_bytes(office.to_pem(b"one long passphrase"))
    assert open_sealed(issued.receipt, locked, b"one long passphrase").name == "김하나"
    with pytest.raises(KeyFileError):
        open_sealed(issued.receipt, locked)


async def test_a_new_audit_key_opens_the_new_and_the_old_one_the_old(issue, keys, clock, tmp_path):
    suite = keys.suite("gyeongnam")
    offices = [OpeningKey.generate(suite), OpeningKey.generate(suite)]
    issued = []
    for number, office in enumerate(offices):
        keys.enrol_audit_key("gyeongnam", office.public, clock())
        issued.append(await issue(f"m{number}"))
        clock.advance(timedelta(minutes=1))
    both = tmp_path / "both.pem"
    both.write_bytes(b"".join(office.to_pem() for office in offices))

    assert [open_with(one.receipt, office).name for one, office in zip(issued, offices, strict=True)] == ["김하나"] * 2
    assert [open_sealed(one.receipt, both).name for one in issued] == ["김하나"] * 2
    with pytest.raises(SealError):
        open_with(issued[1].receipt, offices[0])
    with pytest.raises(KeyListError):  # back to a key that was replaced
        keys.enrol_audit_key("gyeongnam", offices[0].public, clock())


def test_the_audit_offices_key_may_be_made_in_a_folder_of_its_own(tmp_path):
    store = KeyStore(tmp_path / "keys", None, FileKeeper(tmp_path / "keys", None, tmp_path / "office"))
    store.prepare("g", NOW, "")

    assert not list((tmp_path / "keys").rglob("audit*.pem"))
    assert (tmp_path / "office" / "g" / "audit.pem").exists()


async def test_revoking_while_issuing_leaves_no_receipt_of_that_key_behind_its_leaf(issue, issuer, keys, claims, clock):
    first = await issue("m0")
    care = KeyCare(keys, issuer.log, clock)

    issued = await asyncio.gather(*(issue(f"m{n}") for n in range(1, 9)), care.revoke("gyeongnam", first.receipt.kid))

    revoked = issued.pop()
    asked = Checker(issuer, claims, keys.public_keys("gyeongnam"))
    assert {await asked.in_house(one.token) for one in issued} == {VALID}
    assert all(one.receipt.kid != revoked.kid for one in issued if one.index > revoked.revoked_index)


async def test_a_receipt_drafted_before_the_revocation_and_logged_after_it_is_signed_anew(
    issue, issuer, keys, clock, monkeypatch
):
    first = await issue("m0")
    tip, care = issuer.log.tip, KeyCare(keys, issuer.log, clock)

    async def slow(tenant: str):
        """Another process revokes the key between the draft and its place."""
        monkeypatch.undo()
        issuer.log.turn(tenant).release()
        await care.revoke(tenant, first.receipt.kid)
        await issuer.log.turn(tenant).acquire()
        return await tip(tenant)

    monkeypatch.setattr(issuer.log, "tip", slow)
    late = await issue("m1")

    assert (late.index, late.receipt.kid == first.receipt.kid) == (2, False)


async def test_a_revocation_cut_short_is_mended_by_the_same_call(issue, issuer, keys, clock):
    issued = await issue()
    keys.revoke("gyeongnam", issued.receipt.kid, clock())
    clock.advance(timedelta(hours=1))

    mended = await KeyCare(keys, issuer.log, clock).revoke("gyeongnam", issued.receipt.kid)

    assert (mended.revoked_index, mended.revoked_at) == (1, clock() - timedelta(hours=1))
