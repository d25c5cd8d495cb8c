"""Published vectors, key files and the list of public keys."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.hazmat.bindings._rust import openssl

from attest.crypto import KeyStore, OpeningKey, PublicKey, PublicKeys, SigningKey, load_opening_key, verify_signature
from attest.crypto.primitives import X25519_HPKE, open_seal, seal
from attest.errors import KeyFileError, KeyListError, SealError

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def rfc8032_lines() -> list[list[bytes]]:
    with cryptography_vectors.open_vector_file("asymmetric/Ed25519/sign.input", "r") as file:
        return [[bytes.fromhex(part) for part in line.strip().split(":")[:4]] for line in file]


def test_ed25519_agrees_with_the_1024_vectors_of_the_reference_implementation():
    lines = rfc8032_lines()

    assert len(lines) == 1024
    for seed_and_public, public, message, signature_and_message in lines:
        key = SigningKey.from_seed("x", seed_and_public[:32])
        signature = signature_and_message[:64]
        assert (key.public, key.sign(message)) == (public, signature)
        assert verify_signature(public, signature, message)
        assert not verify_signature(public, signature, message + b"x")


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(33), b"\xff" * 32])
def test_a_key_that_is_no_key_verifies_nothing(public):
    assert not verify_signature(public, bytes(64), b"")


def hpke_vectors() -> list[dict]:
    with cryptography_vectors.open_vector_file("HPKE/test-vectors.json", "r") as file:
        return [
            vector
            for vector in json.load(file)
            if (vector["mode"], vector["kem_id"], vector["kdf_id"], vector["aead_id"]) == (0, 32, 1, 2)
        ]


def test_our_hpke_suite_opens_the_rfc_9180_vectors():
    vectors = [vector for vector in hpke_vectors() if vector["encryptions"]]

    assert vectors
    for vector in vectors:
        first = vector["encryptions"][0]
        private = OpeningKey.from_seed(bytes.fromhex(vector["skRm"]))
        plain = openssl.hpke._decrypt_with_aad(
            X25519_HPKE, bytes.fromhex(vector["enc"] + first["ct"]), private._private, bytes.fromhex(vector["info"]),
            bytes.fromhex(first["aad"]),
        )  # fmt: skip
        assert plain == bytes.fromhex(first["pt"])


def test_a_seal_opens_for_its_key_in_its_place_unaltered_and_for_nothing_else():
    key, other = OpeningKey.generate(), OpeningKey.generate()
    sealed = seal(b"here", key.public, b"receipt 1")

    assert key.open(sealed, b"receipt 1") == b"here"
    for data, opener, info in (
        (sealed, other, b"receipt 1"), (sealed, key, b"receipt 2"), (sealed[:-1], key, b"receipt 1"), (b"", key, b""),
        (bytes(len(sealed)), key, b"receipt 1"),
    ):  # fmt: skip
        with pytest.raises(SealError):
            open_seal(data, opener, info)


def test_key_files_are_made_on_first_use_and_nobody_else_may_read_them(keys: KeyStore, tmp_path: Path):
    keys.prepare("gyeongnam", NOW, "경상남도")
    keys.pseudonym("gyeongnam", "kim")

    folder = tmp_path / "keys" / "gyeongnam"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"audit.pem", "holder.secret", "keys.json", "log.pem"} < set(modes)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_second_store_on_the_directory_uses_the_same_keys(keys: KeyStore, tmp_path: Path):
    again = KeyStore(tmp_path / "keys")

    assert keys.receipt_key("gyeongnam", NOW) == again.receipt_key("gyeongnam", NOW)
    assert keys.log_key("gyeongnam", NOW) == again.log_key("gyeongnam", NOW)
    assert keys.audit_key("gyeongnam", NOW) == again.audit_key("gyeongnam", NOW)
    assert keys.pseudonym("gyeongnam", "kim") == again.pseudonym("gyeongnam", "kim")


def test_many_at_once_make_one_key(tmp_path: Path):
    stores = [KeyStore(tmp_path / "keys") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        kids = set(pool.map(lambda store: store.receipt_key("gyeongnam", NOW).kid, stores))
        secrets = set(pool.map(lambda store: store.pseudonym("gyeongnam", "kim"), stores))

    assert (len(kids), len(secrets)) == (1, 1)


def test_a_process_that_died_between_key_and_list_leaves_a_key_that_is_used(keys: KeyStore, tmp_path: Path):
    keys.log_key("gyeongnam", NOW)
    keys.audit_key("gyeongnam", NOW)
    listed = {key.key for key in keys.public_keys("gyeongnam").keys}
    (tmp_path / "keys" / "gyeongnam" / "keys.json").unlink()

    again = KeyStore(tmp_path / "keys")

    assert {again.log_key("gyeongnam", NOW).public, again.audit_key("gyeongnam", NOW)} == listed


def test_each_month_has_its_key_by_korean_time(keys: KeyStore):
    november = keys.receipt_key("gyeongnam", datetime(2026, 11, 30, 14, 59, tzinfo=UTC))
    december = keys.receipt_key("gyeongnam", datetime(2026, 11, 30, 15, 0, tzinfo=UTC))

    assert november.kid != december.kid
    first = keys.public_keys("gyeongnam").find(november.kid, "receipt")[0]
    assert first.valid_to == datetime(2026, 11, 30, 15, 0, tzinfo=UTC)


def test_rotating_and_revoking_end_a_key_and_the_next_is_another(keys: KeyStore):
    first = keys.receipt_key("gyeongnam", NOW, "경상남도")
    second = keys.rotate("gyeongnam", NOW + timedelta(hours=1))
    assert keys.receipt_key("gyeongnam", NOW + timedelta(hours=1)).kid == second.kid != first.kid

    revoked = keys.revoke("gyeongnam", second.kid, NOW + timedelta(hours=2))
    assert keys.revoke("gyeongnam", second.kid, NOW + timedelta(hours=3)) == revoked
    assert keys.receipt_key("gyeongnam", NOW + timedelta(hours=4)).kid not in {first.kid, second.kid}
    with pytest.raises(KeyListError):
        keys.revoke("busan", second.kid, NOW)


def test_pseudonyms_differ_between_people_and_between_institutions(keys: KeyStore):
    names = {keys.pseudonym(tenant, person) for tenant in ("gyeongnam", "busan") for person in ("kim", "lee")}

    assert len(names) == 4


@pytest.mark.parametrize("tenant", ["", ".", "..", "a/b", "../x", "a\0b", "a b", "x" * 33, "-x", "a\n"])
def test_an_institution_id_that_could_leave_the_directory_is_refused(keys: KeyStore, tenant: str):
    with pytest.raises(KeyFileError):
        keys.receipt_key(tenant, NOW)


def test_the_key_list_comes_back_from_its_file(keys: KeyStore):
    keys.prepare("gyeongnam", NOW, "경상남도")
    keys.prepare("busan", NOW, "부산광역시")
    exported = keys.export(["gyeongnam", "busan"])

    assert PublicKeys.from_json(exported.to_json()) == exported
    assert {key.use for key in exported.keys} == {"receipt", "log", "seal"}
    assert "PRIVATE" not in exported.to_json()


def entry(**change: object) -> str:
    key = SigningKey.generate("dobi/gyeongnam")
    data = json.loads(PublicKeys((PublicKey(key.kid, "receipt", "gyeongnam", "x", key.public, NOW),)).to_json())
    data["keys"][0].update(change)
    return json.dumps(data)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "[" * 100_000, '{"format": "dobi-keys/2", "keys": []}', '{"format": "dobi-keys/1", "keys": {}}',
        '{"format": "dobi-keys/1", "keys": [1]}', entry(kid="00000000"), entry(kid="zz"), entry(kid=None),
        entry(key="00"), entry(use="all"), entry(use=["receipt"]), entry(suite=2), entry(suite="1"), entry(extra=1),
        entry(valid_from="2026-11-01"), entry(valid_to="soon"), entry(institution="../x"), entry(revoked_at=5),
    ],
)  # fmt: skip
def test_a_key_list_with_anything_wrong_is_refused_whole(text):
    with pytest.raises(KeyListError):
        PublicKeys.from_json(text)


def test_two_institutions_may_share_a_key_id():
    key = SigningKey.generate("dobi/gyeongnam")
    one = PublicKey(key.kid, "receipt", "gyeongnam", "x", key.public, NOW)

    assert PublicKeys((one, replace(one, use="log"))).find(key.kid, "receipt") == (one,)


@pytest.mark.parametrize("pem", [b"", b"nonsense", SigningKey.generate("x").to_pem()])
def test_only_an_opening_key_opens(pem):
    with pytest.raises(KeyFileError):
        load_opening_key(pem)
