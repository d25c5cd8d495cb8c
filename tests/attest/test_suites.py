"""Suite 2 beside suite 1: published vectors of P-256, one encoding, no downgrade, one setting, for new keys only."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cryptography_vectors
import pytest
from cryptography.hazmat.bindings._rust import openssl
from hypothesis import given
from hypothesis import strategies as st

from attest import qr
from attest.crypto import KeyStore, OpeningKey, PublicKey, PublicKeys, SigningKey, key_name, open_sealed, open_with
from attest.crypto.primitives import P256_HPKE, P256_ORDER, _lengthen, _shorten, low_s, seal, verify_signature
from attest.errors import (
    BadSignatureError,
    KeyFileError,
    KeyListError,
    MalformedError,
    SealError,
    UnknownKeyError,
    VerificationError,
)
from attest.evidence import Challenge, grade
from attest.issue import Issuer
from attest.receipt import Envelope, Holder, encode_payload, join, signing_input, split
from attest.verify import Verdict, Verifier, judge

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
# RFC 6979 §A.2.5, the private key of the P-256 examples: published, worthless, for tests only
RFC6979_SECRET = bytes.fromhex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721")


def test_signing_agrees_with_rfc_6979_where_its_s_is_low():
    key = SigningKey.from_seed("x", RFC6979_SECRET, 2)

    # RFC 6979 §A.2.5, SHA-256; of the first the RFC prints n - s
    assert key.sign(b"sample").hex().startswith("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716")
    assert key.sign(b"test").hex() == (
        "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
        "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"
    )
    s = int.from_bytes(key.sign(b"sample")[32:], "big")
    assert P256_ORDER - s == 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8


def fips_signatures() -> list[dict[str, str]]:
    """The P-256 with SHA-256 cases of NIST's SigVer: fields by name."""
    with cryptography_vectors.open_vector_file("asymmetric/ECDSA/FIPS_186-3/SigVer.rsp", "r") as file:
        text = file.read()
    section = text.split("[P-256,SHA-256]")[1].split("[P-")[0]
    return [
        dict(line.split(" = ", 1) for line in block.splitlines() if " = " in line)
        for block in section.replace("\r", "").split("\n\n")
        if "Result" in block
    ]


def test_verifying_agrees_with_the_nist_cases_whose_s_is_low():
    cases, agreed, low = fips_signatures(), 0, 0
    for case in cases:
        number = {name: int(case[name], 16) for name in ("Qx", "Qy", "R", "S")}
        public = b"\4" + number["Qx"].to_bytes(32, "big") + number["Qy"].to_bytes(32, "big")
        signature = number["R"].to_bytes(32, "big") + number["S"].to_bytes(32, "big")
        is_low = number["S"] <= P256_ORDER // 2
        low += is_low
        fits = verify_signature(public, signature, bytes.fromhex(case["Msg"]))
        agreed += fits == (case["Result"].startswith("P") and is_low)

    assert (len(cases) >= 15, low >= 3, agreed) == (True, True, len(cases))


def hpke_vectors() -> list[dict]:
    with cryptography_vectors.open_vector_file("HPKE/test-vectors.json", "r") as file:
        found = json.load(file)
    return [one for one in found if (one["mode"], one["kem_id"], one["kdf_id"], one["aead_id"]) == (0, 16, 1, 2)]


def test_our_hpke_suite_opens_the_rfc_9180_vectors_of_p256():
    vectors = [vector for vector in hpke_vectors() if vector["encryptions"]]

    assert vectors
    for vector in vectors:
        first = vector["encryptions"][0]
        private = OpeningKey.from_seed(bytes.fromhex(vector["skRm"]), 2)
        assert private.public.hex() == vector["pkRm"]
        enc_and_ct = bytes.fromhex(vector["enc"] + first["ct"])
        plain = openssl.hpke._decrypt_with_aad(
            P256_HPKE, _lengthen(_shorten(enc_and_ct)), private._private, bytes.fromhex(vector["info"]),
            bytes.fromhex(first["aad"]),
        )  # fmt: skip
        assert plain == bytes.fromhex(first["pt"])


@given(st.binary(max_size=60), st.binary(max_size=20))
def test_a_seal_of_p256_opens_for_its_key_in_its_place_and_for_nothing_else(plain, info):
    sealed = seal(plain, SEALED_TO.public, info)

    assert (len(sealed), SEALED_TO.open(sealed, info)) == (len(plain) + 49, plain)
    for data, key, place in (
        (sealed, OpeningKey.generate(2), info), (sealed, OpeningKey.generate(1), info),
        (sealed, SEALED_TO, info + b"x"),
        (sealed[:-1], SEALED_TO, info), (bytes([5 - sealed[0]]) + sealed[1:], SEALED_TO, info), (b"", SEALED_TO, info),
        (b"\4" + sealed[1:], SEALED_TO, info),
    ):  # fmt: skip
        with pytest.raises(SealError):
            key.open(data, place)


SEALED_TO = OpeningKey.generate(2)


@given(st.binary(max_size=200))
def test_a_signature_has_one_encoding_of_64_bytes(data):
    key = SigningKey.from_seed("x", RFC6979_SECRET, 2)
    signature = key.sign(data)
    r, s = signature[:32], int.from_bytes(signature[32:], "big")

    assert (len(signature), key.sign(data)) == (64, signature)
    assert verify_signature(key.public, signature, data)
    assert not verify_signature(key.public, r + (P256_ORDER - s).to_bytes(32, "big"), data)
    assert not verify_signature(key.public, signature + b"\0", data)
    assert not verify_signature(key.public, bytes(64), data)
    assert not verify_signature(key.public, r + bytes(32), data)
    if s + P256_ORDER < 2**256:
        assert not verify_signature(key.public, r + (P256_ORDER + s).to_bytes(32, "big"), data)


def test_a_high_s_is_brought_low():
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    assert low_s(encode_dss_signature(5, P256_ORDER - 7)) == low_s(encode_dss_signature(5, 7))


def entry(public: bytes, use: str = "receipt", suite: int = 1) -> PublicKey:
    from attest.crypto.primitives import key_id

    return PublicKey(key_id(key_name("g"), public), use, "g", "", public, NOW, suite=suite)


ED = SigningKey.from_seed("dobi/g", bytes(range(32)))
P256 = SigningKey.from_seed("dobi/g", bytes(range(1, 33)), 2)
SMALL_ORDER = [
    bytes(32), bytes(31) + b"\x80", b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f",
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
    b"\xed" + b"\xff" * 30 + b"\x7f", b"\xee" + b"\xff" * 31,
]  # fmt: skip


@pytest.mark.parametrize(
    ("public", "suite"),
    [
        (ED.public, 2), (P256.public, 1), (P256.public, 3), (ED.public, 0), (P256.public[:-1], 2),
        (b"\2" + P256.public[1:33], 2), (b"\6" + P256.public[1:], 2), (P256.public[:-1] + b"\0", 2),
        (b"\4" + bytes(64), 2),
        (b"", 1), *((key, 1) for key in SMALL_ORDER),
    ],
)  # fmt: skip
def test_a_key_of_another_suite_off_its_curve_or_of_small_order_is_in_no_list(public, suite):
    with pytest.raises(KeyListError):
        entry(public, suite=suite)


def test_lists_hold_keys_of_both_suites():
    both = PublicKeys((entry(ED.public), entry(P256.public, suite=2), entry(SEALED_TO.public, "seal", 2)))

    assert PublicKeys.from_json(both.to_json()) == both
    assert len({key.kid for key in both.keys}) == 3


@pytest.fixture
def second(database, keys, clock, tmp_path) -> Issuer:
    return Issuer(database, KeyStore(tmp_path / "keys", {"gyeongnam": 2}), clock)


async def one(issuer: Issuer, share, clock, key: str = "m1", tenant: str = "gyeongnam", document: str = "총무과-1234"):
    given = share(messenger="console", message="u9")
    evidence = grade(given, Challenge(clock() - timedelta(seconds=20)))
    return await issuer.issue(tenant, "경상남도", Holder("kim", "김하나", "총무과"), given, evidence, document, key)


async def test_a_receipt_of_suite_2_is_as_long_and_its_picture_as_large(second, share, clock, keys, issue):
    receipt = await one(second, share, clock)
    other = await issue(tenant="busan")

    assert (receipt.receipt.suite, other.receipt.suite) == (2, 1)
    assert len(receipt.token) == len(other.token) == 347
    assert qr.read(receipt.png) == [receipt.token]
    verifier = Verifier(keys.export(["gyeongnam", "busan"]))
    assert [verifier.verify(one.token) for one in (receipt, other)] == [receipt.receipt, other.receipt]
    assert {key.suite for key in keys.public_keys("gyeongnam").keys} == {2}
    facts = open_sealed(receipt.receipt, keys.audit_file("gyeongnam"))
    assert (facts.name, facts.department, facts.point.accuracy_m) == ("김하나", "총무과", 12.0)
    assert (await second.log.check("gyeongnam")).ok


async def test_the_setting_counts_for_new_keys_and_old_receipts_verify_for_ever(
    issue, database, share, clock, tmp_path, keys
):
    before = await issue("m1")
    second = Issuer(database, KeyStore(tmp_path / "keys", {"gyeongnam": 2}), clock)
    same_month = await one(second, share, clock, "m2")
    clock.advance(timedelta(days=10))
    next_month = await one(second, share, clock, "m3")

    receipts = [before, same_month, next_month]
    assert [issued.receipt.suite for issued in receipts] == [1, 1, 2]
    verifier = Verifier(keys.public_keys("gyeongnam"))
    assert [judge(issued.token, verifier).verdict for issued in receipts] == [Verdict.VALID] * 3
    file = keys.audit_file("gyeongnam")
    assert {open_sealed(issued.receipt, file).name for issued in receipts} == {"김하나"}
    both = tmp_path / "both.pem"
    both.write_bytes(file.read_bytes() + file.with_name("audit-2.pem").read_bytes())
    assert {open_sealed(issued.receipt, both).name for issued in receipts} == {"김하나"}
    with pytest.raises(SealError):
        open_with(before.receipt, SEALED_TO)
    assert (await second.log.check("gyeongnam")).ok


def signed_by(key: SigningKey, envelope: Envelope, suite: int, payload: bytes | None = None, tenant: str = "g") -> str:
    """A token with that suite in its frame, signed over exactly what stands there."""
    payload = payload or envelope.payload
    signed = signing_input(tenant, key.kid, payload, suite)
    return join(Envelope(key.kid, payload, key.sign(signed), suite))


@pytest.mark.parametrize(("key", "other"), [(ED, P256), (P256, ED)], ids=["1 as 2", "2 as 1"])
async def test_no_token_is_checked_under_another_suite_than_its_keys(second, share, clock, key, other):
    issued = await one(second, share, clock)
    envelope, suite = split(issued.token), key.suite
    payload = encode_payload(replace(issued.receipt, suite=suite, sealed=bytes(len(issued.receipt.sealed))))
    verifier = Verifier(PublicKeys((entry(ED.public), entry(P256.public, suite=2))))
    good = signed_by(key, envelope, suite, payload)
    assert verifier.verify(good).suite == suite

    with pytest.raises(BadSignatureError):  # the frame says the other suite, and is signed so
        verifier.verify(signed_by(key, envelope, 3 - suite, payload))
    with pytest.raises(BadSignatureError):  # the frame is exchanged after signing
        verifier.verify(join(replace(split(good), suite=3 - suite)))
    with pytest.raises(BadSignatureError):  # the other suite's key under this key's id
        verifier.verify(join(replace(split(signed_by(other, envelope, other.suite, payload)), kid=key.kid)))
    with pytest.raises(MalformedError):  # a payload of the other suite, rightly signed
        verifier.verify(signed_by(key, envelope, suite, encode_payload(replace(issued.receipt, suite=3 - suite))))
    with pytest.raises(UnknownKeyError):
        Verifier(PublicKeys((entry(other.public, suite=other.suite),))).verify(good)


async def test_no_bit_of_a_receipt_of_suite_2_can_be_turned(second, share, clock, keys):
    from attest import canonical

    issued = await one(second, share, clock)
    verifier, data = Verifier(keys.public_keys("gyeongnam")), canonical.from_text(issued.token)

    for at in range(8 * len(data)):
        turned = bytearray(data)
        turned[at // 8] ^= 1 << at % 8
        with pytest.raises(VerificationError):
            verifier.verify(canonical.to_text(bytes(turned)))
    envelope = split(issued.token)
    s = int.from_bytes(envelope.signature[32:], "big")
    twin = replace(envelope, signature=envelope.signature[:32] + (P256_ORDER - s).to_bytes(32, "big"))
    with pytest.raises(BadSignatureError):
        verifier.verify(join(twin))


class ModuleKeeper:
    """Stands for a PKCS #11 module: keys by label, none can be taken out."""

    def __init__(self) -> None:
        self.keys: dict[str, SigningKey | OpeningKey] = {}

    def make_signer(self, tenant, use, suite):
        key = SigningKey.generate(key_name(tenant), suite)
        self.keys[f"{tenant}/{use}-{key.kid.hex()}"] = key
        return key

    def signer(self, tenant, use, kid):
        return self.keys[f"{tenant}/{use}-{kid.hex()}"]

    def make_opener(self, tenant, suite):
        return self.keys.setdefault(f"{tenant}/audit-{suite}", OpeningKey.generate(suite)).public


@pytest.mark.parametrize("suite", [1, 2])
async def test_behind_the_seam_no_private_key_touches_the_disk(database, clock, share, tmp_path, suite):
    module = ModuleKeeper()
    store = KeyStore(tmp_path, {"gyeongnam": suite}, module)

    issued = await one(Issuer(database, store, clock), share, clock)

    assert judge(issued.token, Verifier(store.public_keys("gyeongnam"))).verdict is Verdict.VALID
    assert {path.name for path in (tmp_path / "gyeongnam").iterdir()} == {".lock", "keys.json", "holder.secret"}
    assert open_with(issued.receipt, module.keys[f"gyeongnam/audit-{suite}"]).name == "김하나"


def test_a_keeper_that_gives_another_key_is_not_used(tmp_path):
    module = ModuleKeeper()
    KeyStore(tmp_path, None, module).receipt_key("g", NOW)
    for label in module.keys:
        module.keys[label] = SigningKey.generate("dobi/g")

    with pytest.raises(KeyFileError):
        KeyStore(tmp_path, None, module).receipt_key("g", NOW)
