"""Writes the test vectors of attest/FORMAT.md: `.venv/bin/python -m tests.attest.make_vectors [FOLDER]`.

Every key is published (RFC 8032 §7.1, RFC 6979 §A.2.5, RFC 9180 §A), worthless, and FOR TESTS ONLY. Same input, same
bytes: seals are made with ephemeral keys hashed from a counter, which only a test may do. A line of `expected.json`
says what a checker must find in each file:

```
receipts/NAME.txt   a token      → verdict, flags or reason; what it says; what its seal says, or that it does not open
proofs/NAME.txt     a proof file → the verdict on the receipt it names, with that proof
keylists/NAME.json  a key list   → ok, or not
checkpoints/NAME.txt a note      → size and root, or why not
```
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from attest import canonical
from attest.crypto import OpeningKey, PublicKey, PublicKeys, SigningKey, key_name
from attest.receipt import (
    FLAGS,
    MESSENGERS,
    Envelope,
    Pair,
    Point,
    Receipt,
    Sealed,
    encode_sealed,
    flag_names,
    join,
    sealed_room,
    signing_input,
    split,
)
from attest.trip import Vehicle
from tests.attest import second_verifier as second
from tests.attest.vector_faults import FRAME_FAULTS, PAYLOAD_FAULTS, TEXT_FAULTS

FOLDER = Path(__file__).parent / "vectors"
# RFC 8032 §7.1: TEST 1, 2, 3, 1024 and SHA(abc). As scalars of P-256 they serve suite 2 too, but for the first
SEEDS = {
    "1": "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "2": "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3": "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "1024": "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
    "abc": "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    "6979": "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",  # RFC 6979 §A.2.5
}
# RFC 9180 §A: skRm of DHKEM(X25519) and DHKEM(P-256)
OPENING = {
    1: bytes.fromhex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d"),
    2: bytes.fromhex("f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2"),
}
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
REVOKED_FROM = 1000  # the leaf that revoked the keys of TEST 1024
HALF_POINTS = {
    "lat-null": (None, 128_107_600, 12), "lon-null": (35_180_000, None, 12), "accuracy-alone": (None, None, 12),
    "lat-alone": (35_180_000, None, None), "lon-alone": (None, 128_107_600, None), "lat-false": (False, 0, None),
    "lat-beyond": (90_000_001, 0, None), "accuracy-beyond": (0, 0, 65536),
}  # fmt: skip
WORDS = ("총무과", "재난안전건설본부", "농정과", "é뷁", "", "Smart Farm", "漢字課")
NAMES = ("김하나", "남궁하나", "이", "Åsa", "박준")


def signer(seed: str, suite: int, institution: str = "gyeongnam") -> SigningKey:
    return SigningKey.from_seed(key_name(institution), bytes.fromhex(SEEDS[seed]), suite)


def month_key(suite: int) -> SigningKey:
    """The key in use in November 2026: RFC 8032's TEST 1, or RFC 6979's."""
    return signer("1" if suite == 1 else "6979", suite)


def listed(key: SigningKey | OpeningKey, use: str, institution: str = "gyeongnam", **more: object) -> PublicKey:
    from attest.crypto.primitives import key_id

    kid = key_id(key_name(institution), key.public)
    period = {"valid_from": NOVEMBER, "valid_to": DECEMBER} | more
    return PublicKey(kid, use, institution, "시험", key.public, suite=key.suite, **period)


def key_list() -> PublicKeys:
    """Both suites: a month's key, one for ever, one revoked, one revoked by a leaf; log and seal keys."""
    ever = {"valid_from": EVER, "valid_to": None}
    keys = []
    for suite in (1, 2):
        keys += [
            listed(month_key(suite), "receipt"),
            listed(signer("2", suite, "busan"), "receipt", "busan", **ever),
            listed(signer("3", suite), "receipt", **ever, revoked_at=DECEMBER),
            listed(signer("1024", suite), "receipt", **ever, revoked_at=DECEMBER, revoked_index=REVOKED_FROM),
            listed(signer("abc", suite, "gyeongnam" if suite == 1 else "busan"), "log",
                   "gyeongnam" if suite == 1 else "busan", **ever),
            listed(OpeningKey.from_seed(OPENING[suite], suite), "seal", **ever),
        ]  # fmt: skip
    return PublicKeys(tuple(keys))


def sealed_bytes(plain: bytes, receipt: Receipt, ephemeral: bytes, to: int | None = None) -> bytes:
    """HPKE with a given ephemeral key, so that the same vector is made again."""
    info = b"dobi receipt 1\0" + receipt.institution.encode() + b"\0" + receipt.serial
    office = OpeningKey.from_seed(OPENING[to or receipt.suite], receipt.suite)
    if receipt.suite == 1:
        own = x25519.X25519PrivateKey.from_private_bytes(ephemeral)
        enc = wire = own.public_key().public_bytes_raw()
        shared, kem = own.exchange(x25519.X25519PublicKey.from_public_bytes(office.public)), 0x20
    else:
        own2 = ec.derive_private_key(int.from_bytes(b"\0" + ephemeral[1:], "big"), ec.SECP256R1())
        enc = second.raw(own2.public_key())
        wire = bytes([2 + (enc[64] & 1)]) + enc[1:33]
        shared = own2.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), office.public))
        kem = 0x10
    key, nonce = second.schedule(kem, shared, enc, office.public, info)
    return wire + AESGCM(key).encrypt(nonce, plain, b"")


def drawn(*of: object) -> bytes:
    """32 bytes that look random and are always the same."""
    return hashlib.sha256(repr(of).encode()).digest()


def example(suite: int, number: int, institution: str = "gyeongnam", **change: object) -> Receipt:
    """The nth receipt without its seal: every field takes every kind of value in turn."""
    dice = drawn("receipt", suite, number)
    key = month_key(suite) if institution == "gyeongnam" else signer("2", suite, institution)
    documents = (
        "",
        "총무과-2026-1234",
        "A-1",
        "é-7",
        "가나다라마바사아자차카타파",
        "12345678901234567890123456",
        "뷁-漢-1",
    )
    fields = Receipt(
        institution, key.kid, dice[:8], datetime.fromtimestamp(1_793_500_000 + 1_000_003 * number % 2_500_000, UTC),
        1 + number % 5, (0, 48170, 11680, 65535)[number % 4], number % 5, dice[8:16], documents[number % 7],
        (0, 5, 23, 24, 255, 256, 65535, 65536, 2**32 - 1)[number % 9], flag_names((1 << number % 17) >> 1), b"", suite,
    )  # fmt: skip
    return replace(fields, **change)


def facts(number: int) -> Sealed:
    """What the nth receipt seals."""
    places = ((35.18, 128.1076), (-90.0, -180.0), (90.0, 180.0), (0.0, 0.0), (37.566536, 126.977966))
    lat, lon = places[number % 5]
    accuracy = (None, 0.0, 12.0, 65535.0, 1e6)[number % 5]
    return Sealed(
        Point(lat, lon, accuracy), NAMES[number % 5], WORDS[number % 7], MESSENGERS[number % 7], drawn(number)[:4]
    )


def payload_items(receipt: Receipt, sealed: bytes) -> list[object]:
    from attest.receipt import _clear

    return list(canonical.loads(_clear(receipt, sealed)))


def whole(receipt: Receipt, number: int = 0, inside: Sealed | None = None) -> bytes:
    """The payload of a receipt with its seal."""
    plain = encode_sealed(inside or facts(number), sealed_room(receipt))
    return canonical.dumps(payload_items(receipt, sealed_bytes(plain, receipt, drawn("eph", receipt.suite, number))))


def closing(suite: int, number: int, institution: str = "gyeongnam") -> Receipt:
    """The nth receipt that closes a trip: minutes, distance and vehicle take every kind of value in turn."""
    minutes = (0, 23, 24, 239, 240, 255, 256, 1440, 65535)[number % 9]
    distance = (None, 0, 23, 24, 117, 120, 255, 256, 4500, 65535)[number % 10]
    pair = Pair(minutes, distance, Vehicle(number % 5))
    flags = flag_names((1 << 11 + number % 21) | (1 << 15 if number % 3 else 0))
    return example(suite, number, institution, pair=pair, flags=flags)


def unplaced(number: int) -> Sealed:
    """What a receipt seals that had no point."""
    return replace(facts(number), point=None)


def token(key: SigningKey, payload: bytes, institution: str = "gyeongnam", frame: int | None = None) -> str:
    suite = frame or key.suite
    return join(Envelope(key.kid, payload, key.sign(signing_input(institution, key.kid, payload, suite)), suite))


@dataclass(frozen=True)
class Vector:
    """A file and what must be found in it."""

    path: str
    content: str
    expected: dict[str, object]


def said(receipt: Receipt, number: int, flags: tuple[str, ...] = (), inside: Sealed | None = None) -> dict[str, object]:
    """What a checker finds in a valid receipt."""
    inside = inside or facts(number)
    flags = (*receipt.flags, *flags)
    pair, point = receipt.pair, inside.point
    lat, lon = (round(point.lat * 1e6), round(point.lon * 1e6)) if point else (None, None)
    return {
        "verdict": "valid_but" if set(flags) - second.HARMLESS else "valid", "flags": list(flags),
        "receipt": {
            "institution": receipt.institution, "kid": receipt.kid.hex(), "suite": receipt.suite,
            "serial": receipt.serial.hex(), "time": int(receipt.time.timestamp()), "grade": receipt.grade,
            "place": receipt.place, "accuracy": receipt.accuracy, "holder": receipt.holder.hex(),
            "document": receipt.document, "index": receipt.index,
            **({"pair": [pair.minutes, pair.distance_100m, int(pair.vehicle)]} if pair else {}),
        },
        "sealed": {"lat": lat, "lon": lon, "name": inside.name},
    }  # fmt: skip


def refused(reason: str) -> dict[str, object]:
    return {"verdict": "invalid", "reason": reason}


def valid_receipts(suite: int) -> Iterator[Vector]:
    for number in range(72):
        bare = example(suite, number)
        # an odd number of outer white space is nothing
        text = ("", " ", "\n", "\t\r\n ")[number % 12 // 3 if number % 3 == 0 else 0] + token(
            month_key(suite), whole(bare, number)
        )
        yield Vector(f"receipts/{suite}-valid-{number:03d}.txt", text + "\n" * (number % 2), said(bare, number))
    for number, seconds in enumerate((0, 1, 2**31, 2**32 - 1, 2**32, 2**33 - 1)):
        bare = example(suite, number, "busan", time=datetime.fromtimestamp(seconds, UTC), document="")
        text = token(signer("2", suite, "busan"), whole(bare, number), "busan")
        yield Vector(f"receipts/{suite}-valid-time-{seconds}.txt", text, said(bare, number))


def trip_receipts(suite: int) -> Iterator[Vector]:
    """Receipts that close a trip, and receipts without a point."""
    name, key = f"receipts/{suite}-valid-", month_key(suite)
    for number in range(30):
        bare = replace(closing(suite, number), document=("", "A-1", "총무과-1")[number % 3])
        yield Vector(f"{name}pair-{number:02d}.txt", token(key, whole(bare, number)), said(bare, number))
    for number in range(10):
        bare = example(suite, number, grade=1, place=0, accuracy=0)
        bare = replace(bare, flags=flag_names(1 << 11 | (0, 1 << 12, 3 << 12, 5 << 12)[number % 4]))
        if number > 7:
            bare = replace(bare, pair=Pair(number, None), document="")
        inside = unplaced(number)
        yield Vector(
            f"{name}no-point-{number}.txt", token(key, whole(bare, 5, inside)), said(bare, number, inside=inside)
        )


def key_receipts(suite: int) -> Iterator[Vector]:
    """Periods, revocation, and every way to take the wrong key."""
    name, key, bare = f"receipts/{suite}-key-", month_key(suite), example(suite, 1)
    other, ever = 3 - suite, signer("2", suite, "busan")
    first, last = int(NOVEMBER.timestamp()), int(DECEMBER.timestamp())
    for seconds, inside in ((first - 1, 0), (first, 1), (last - 1, 1), (last, 0), (0, 0), (2**33 - 1, 0)):
        dated = replace(bare, time=datetime.fromtimestamp(seconds, UTC))
        if seconds >= 2**32:
            dated = replace(dated, document="")
        found = said(dated, 1) if inside else refused("outside_key_period")
        yield Vector(f"{name}period-{seconds}.txt", token(key, whole(dated, 1)), found)
    for seed, index, found in (("3", 5, "doubt"), ("1024", REVOKED_FROM - 1, "doubt"),
                               ("1024", REVOKED_FROM, "late"), ("1024", 2**32 - 1, "late")):  # fmt: skip
        held = replace(bare, kid=signer(seed, suite).kid, index=index)
        expected = said(held, 1, ("revoked_key",)) if found == "doubt" else refused("revoked_key")
        yield Vector(f"{name}revoked-{seed}-{index}.txt", token(signer(seed, suite), whole(held, 1)), expected)
    good = split(token(key, whole(bare, 1)))
    swap = split(token(month_key(other), whole(example(other, 1), 1)))
    n, s = second.N, int.from_bytes(good.signature[32:], "big" if suite == 2 else "little")
    order = n if suite == 2 else 2**252 + 27742317777372353535851937790883648493
    little = "big" if suite == 2 else "little"
    wrong = {
        "unknown": (replace(good, kid=bytes(4)), "unknown_key"),
        "of-the-log": (split(token(signer("abc", 1), whole(bare, 1), frame=suite)), "unknown_key"),
        "of-the-seal": (replace(good, kid=key_list().of("gyeongnam", "seal")[suite - 1].kid), "unknown_key"),
        "of-another-institution": (split(token(ever, whole(bare, 1))), "bad_signature"),
        "signed-for-another": (split(token(key, whole(bare, 1), "busan")), "bad_signature"),
        "signed-for-nobody": (split(token(key, whole(bare, 1), "")), "bad_signature"),
        "another-kid": (replace(good, kid=signer("3", suite).kid), "bad_signature"),
        "frame-exchanged": (replace(good, suite=other), "bad_signature"),
        "frame-of-the-other-signed": (split(token(key, whole(bare, 1), frame=other)), "bad_signature"),
        "kid-of-the-other": (replace(good, kid=swap.kid), "bad_signature"),
        "payload-of-the-other": (replace(good, payload=swap.payload), "bad_signature"),
        "signature-of-the-other": (replace(good, signature=swap.signature), "bad_signature"),
        "payload-of-the-other-signed": (split(token(key, swap.payload)), "malformed"),
        "signature-of-zeros": (replace(good, signature=bytes(64)), "bad_signature"),
        "signature-of-ones": (replace(good, signature=b"\xff" * 64), "bad_signature"),
        "r-zero": (replace(good, signature=bytes(32) + good.signature[32:]), "bad_signature"),
        "s-zero": (replace(good, signature=good.signature[:32] + bytes(32)), "bad_signature"),
        "s-turned": (replace(good, signature=good.signature[:32] + (order - s).to_bytes(32, little)), "bad_signature"),
        "s-and-order": (
            replace(good, signature=good.signature[:32] + ((order + s) % 2**256).to_bytes(32, little)), "bad_signature"
        ),
        "halves-exchanged": (replace(good, signature=good.signature[32:] + good.signature[:32]), "bad_signature"),
        "byte-order": (replace(good, signature=good.signature[:32][::-1] + good.signature[32:][::-1]), "bad_signature"),
    }  # fmt: skip
    for fault, (envelope, reason) in wrong.items():
        yield Vector(f"{name}{fault}.txt", join(envelope), refused(reason))


def faulty_receipts(suite: int) -> Iterator[Vector]:
    key, bare = month_key(suite), example(suite, 1)
    payload = whole(bare, 1)
    good = token(key, payload)
    data = canonical.from_text(good)
    for fault, change in TEXT_FAULTS.items():
        yield Vector(f"receipts/{suite}-text-{fault}.txt", change(good), refused("malformed"))
    for fault, reframe in FRAME_FAULTS.items():
        text = canonical.to_text(reframe(data))
        assert text != good, fault
        yield Vector(f"receipts/{suite}-frame-{fault}.txt", text, refused("malformed"))
    # a byte of each part, and each byte of the signature
    for at in (*range(15, 165, 6), *range(167, 231, 4)):
        turned = bytearray(data)
        turned[at] ^= 1 << at % 8
        yield Vector(f"receipts/{suite}-bit-{at:03d}.txt", canonical.to_text(bytes(turned)), refused("bad_signature"))
    for at in range(8, 12):
        turned = bytearray(data)
        turned[at] ^= 1 << at % 8
        yield Vector(f"receipts/{suite}-bit-{at:03d}.txt", canonical.to_text(bytes(turned)), refused("unknown_key"))
    items = payload_items(bare, payload[-82:])
    for fault, make in PAYLOAD_FAULTS.items():
        bad = make([suite, *items[1:10]])
        assert len(bad) == 150, (fault, len(bad))
        yield Vector(f"receipts/{suite}-payload-{fault}.txt", token(key, bad), refused("malformed"))


def seals(suite: int) -> Iterator[Vector]:
    """Receipts that are valid, and whose seal does not open."""
    bare, key = example(suite, 1, flags=()), month_key(suite)
    room = sealed_room(bare)
    plain = encode_sealed(facts(1), room)
    one = [lambda p: p[:-1] + b"\1", lambda p: b"\x86" + p[1:], lambda p: bytes(room), lambda p: b"\xff" * room]
    for number, change in enumerate(one):
        yield unopened(suite, f"content-{number}", bare, sealed_bytes(change(plain), bare, drawn(suite, number)))
    rest = canonical.loads_prefix(plain)[0][3:]
    for fault, (lat, lon, accuracy) in HALF_POINTS.items():
        half = canonical.dumps([lat, lon, accuracy, *rest]).ljust(room, b"\0")
        yield unopened(suite, fault, bare, sealed_bytes(half, bare, drawn(suite, fault)))
    moved = replace(bare, serial=bytes(8))
    yield unopened(suite, "of-another-serial", bare, sealed_bytes(plain, moved, drawn(suite)))
    yield unopened(suite, "of-another-institution", bare,
                   sealed_bytes(plain, replace(bare, institution="busan"), drawn(suite)))  # fmt: skip
    yield unopened(suite, "for-another-office", bare, sealed_bytes(plain, bare, drawn(suite), 3 - suite))
    good = sealed_bytes(plain, bare, drawn(suite))
    yield unopened(suite, "tag-turned", bare, good[:-1] + bytes([good[-1] ^ 1]))
    yield unopened(suite, "enc-of-zeros", bare, bytes(32) + good[32:])
    yield unopened(suite, "enc-turned", bare, bytes([good[0] ^ 1]) + good[1:])
    assert key.suite == suite


def unopened(suite: int, fault: str, bare: Receipt, sealed: bytes) -> Vector:
    text = token(month_key(suite), canonical.dumps(payload_items(bare, sealed)))
    return Vector(f"receipts/{suite}-seal-{fault}.txt", text, said(bare, 1) | {"sealed": None})


def vectors() -> list[Vector]:
    """All of them, in order of their paths."""
    found = [one for suite in (1, 2) for make in (valid_receipts, trip_receipts, key_receipts, faulty_receipts, seals)
             for one in make(suite)]  # fmt: skip
    from tests.attest import make_log_vectors as log

    found += [Vector("receipts/nothing.txt", " \n", {"verdict": "unreadable", "reason": "no_code"})]
    found += [*log.proofs(), *log.key_lists(), *log.checkpoints()]
    return sorted(found, key=lambda vector: vector.path)


def main(folder: Path) -> None:
    for vector in (found := vectors()):
        path = folder / vector.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(vector.content.encode())
    (folder / "keys.json").write_text(key_list().to_json(), "utf-8")
    test_keys = {
        "warning": "published test keys, worthless: never use them for anything but these vectors",
        "opening": {str(suite): secret.hex() for suite, secret in OPENING.items()},
        "signing": SEEDS,
    }
    (folder / "test_keys.json").write_text(json.dumps(test_keys, indent=1) + "\n", "utf-8")
    lines = [f"{json.dumps(one.path)}: {json.dumps(one.expected, ensure_ascii=False)}" for one in found]
    (folder / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    sys.stdout.write(f"{len(found)} vectors, flags {len(FLAGS)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
