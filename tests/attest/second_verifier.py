"""A second verifier, written from attest/FORMAT.md alone: it imports nothing of the house, no CBOR, no base45.

It exists to show that the format says enough, and to disagree where the first one is wrong. Section numbers are
FORMAT.md's. It is slow, and checks what a checker with files alone can check.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils, x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P = 2**255 - 19
TORSION = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
HEADS = {1: "d28449a201320444", 2: "d28449a201280444"}
FLAGS = [
    "no_challenge",
    "late_answer",
    "stale",
    "clock",
    "edited",
    "live",
    "no_accuracy",
    "coarse",
    "grid",
    "no_place",
    "early",
    "no_location",
    "late",
    "colleague",
    "host",
    "trace",
    "fast",
    "same_point",
    "still",
    "replayed",
    "overlap",
    "declared",
]
HARMLESS = {"live", "trace", "colleague", "host"}
MESSENGERS = ["", "console", "telegram", "slack", "naverworks", "matrix", "web"]


class RefusedError(Exception):
    """`kind` is the class of the refusal, as §8 names them."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def need(condition: object, kind: str = "malformed") -> None:
    if not condition:
        raise RefusedError(kind)


# base45 (RFC 9285)


def base45(text: str) -> bytes:
    need(all(letter in ALPHABET for letter in text) and len(text) % 3 != 1)
    out = b""
    for at in range(0, len(text), 3):
        value = sum(ALPHABET.index(letter) * 45**n for n, letter in enumerate(text[at : at + 3]))
        size = len(text[at : at + 3]) - 1
        need(value < 256**size)
        out += value.to_bytes(size, "big")
    return out


# CBOR: the subset of §1, in its shortest form


def read(data: bytes, at: int = 0) -> tuple[object, int]:
    need(at < len(data))
    major, low = data[at] >> 5, data[at] & 31
    if data[at] in (0xF4, 0xF5, 0xF6):
        return {0xF4: False, 0xF5: True, 0xF6: None}[data[at]], at + 1
    need(major in (0, 1, 2, 3, 4, 5) and low < 28)
    at, value = at + 1, low
    if low >= 24:
        size = 1 << low - 24
        need(at + size <= len(data))
        value = int.from_bytes(data[at : at + size], "big")
        need(value >= (24 if size == 1 else 1 << 4 * size))
        at += size
    if major < 2:
        return (value if major == 0 else -1 - value), at
    if major < 4:
        need(at + value <= len(data))
        raw = data[at : at + value]
        try:
            return (raw if major == 2 else raw.decode()), at + value
        except UnicodeDecodeError:
            raise RefusedError("malformed") from None
    need(major == 4 and value < 64)
    items = []
    for _ in range(value):
        item, at = read(data, at)
        items.append(item)
    return items, at


def head(major: int, value: int) -> bytes:
    if value < 24:
        return bytes([major << 5 | value])
    size = next(n for n in (1, 2, 4, 8) if value < 256**n)
    return bytes([major << 5 | 23 + size.bit_length()]) + value.to_bytes(size, "big")


def text_of(item: object) -> str:
    """Packed text, §3."""
    try:
        text = item.decode("cp949") if isinstance(item, bytes) else item
    except UnicodeDecodeError:
        raise RefusedError("malformed") from None
    need(isinstance(text, str))
    try:
        packed = text.encode("cp949")
    except UnicodeEncodeError:
        packed = None
    need(item == (text if packed is None else packed))
    return text


def number(item: object, low: int, end: int) -> int:
    need(type(item) is int and low <= item < end)
    return item


def blob(item: object, size: int) -> bytes:
    need(isinstance(item, bytes) and len(item) == size)
    return item


# the list of keys, §5


@dataclass
class Key:
    kid: bytes
    suite: int
    use: str
    institution: str
    key: bytes
    valid_from: datetime
    valid_to: datetime | None
    revoked_at: datetime | None
    revoked_index: int | None


def instant(text: object) -> datetime | None:
    if text is None:
        return None
    need(isinstance(text, str), "key_list")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError("key_list") from None
    need(at.tzinfo, "key_list")
    return at


def unhex(text: object) -> bytes:
    need(isinstance(text, str) and re.fullmatch("([0-9a-f]{2})*", text), "key_list")
    return bytes.fromhex(text)


def sound(key: bytes, suite: int, use: str) -> bool:
    if suite == 1 and len(key) == 32:
        y = int.from_bytes(key, "little") % (2**255 if use != "seal" else 2**256)
        eighth = int.from_bytes(TORSION, "little")
        return y < P and (use == "seal" or y not in (0, 1, P - 1, eighth, P - eighth))
    if suite == 2 and len(key) == 65 and key[0] == 4:
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        except ValueError:
            return False
        return True
    return False


def kid_of(institution: str, key: bytes) -> bytes:
    kind = b"\x01" if len(key) == 32 else b"\xffESP256"
    return hashlib.sha256(b"dobi/" + institution.encode() + b"\n" + kind + key).digest()[:4]


def load_keys(text: str) -> list[Key]:
    """The keys of a list; RefusedError("key_list") for anything else."""
    try:
        data = json.loads(text)
    except ValueError:
        raise RefusedError("key_list") from None
    need(isinstance(data, dict) and data.get("format") == "dobi-keys/1", "key_list")
    need(isinstance(data.get("keys"), list), "key_list")
    return [one_key(entry) for entry in data["keys"]]


def one_key(entry: object) -> Key:
    names = {"kid", "suite", "use", "institution", "institution_name", "key", "valid_from", "valid_to", "revoked_at"}
    need(isinstance(entry, dict) and set(entry) - {"revoked_index"} == names, "key_list")
    key = Key(
        unhex(entry["kid"]), entry["suite"], entry["use"], entry["institution"], unhex(entry["key"]),
        instant(entry["valid_from"]), instant(entry["valid_to"]), instant(entry["revoked_at"]),
        entry.get("revoked_index"),
    )  # fmt: skip
    need(key.use in ("receipt", "log", "seal") and type(key.suite) is int and key.valid_from, "key_list")
    need(isinstance(entry["institution_name"], str), "key_list")
    need(isinstance(key.institution, str) and re.fullmatch(r"\w[\w.-]{0,31}", key.institution), "key_list")
    need(sound(key.key, key.suite, key.use) and key.kid == kid_of(key.institution, key.key), "key_list")
    if "revoked_index" in entry:
        need(type(key.revoked_index) is int and key.revoked_index >= 0 and key.revoked_at, "key_list")
    return key


def fits(key: Key, signature: bytes, data: bytes) -> bool:
    """§2: one signature, one encoding."""
    try:
        if key.suite == 1:
            ed25519.Ed25519PublicKey.from_public_bytes(key.key).verify(signature, data)
            return True
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if len(signature) != 64 or not 1 <= r < N or not 1 <= s <= N // 2:
            return False
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.key)
        point.verify(utils.encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


# the receipt, §1 and §3


def verify(token: str, keys: list[Key]) -> tuple[dict, Key]:
    """What a token says and the key that signed it, or RefusedError."""
    text = token.strip()
    need(len(text) == 347)
    data = base45(text)
    suite = {bytes.fromhex(one): number for number, one in HEADS.items()}.get(data[:8])
    need(suite and data[12:15].hex() == "a05896" and data[165:167].hex() == "5840")
    kid, payload, signature = data[8:12], data[15:165], data[167:]
    named = [key for key in keys if key.kid == kid and key.use == "receipt"]
    need(named, "unknown_key")
    for key in named:
        aad = key.institution.encode()
        signed = b"\x84" + head(3, 10) + b"Signature1" + data[2:12] + head(2, len(aad)) + aad + b"\x58\x96" + payload
        if key.suite == suite and fits(key, signature, signed):
            receipt = payload_of(payload, suite)
            time = receipt["time"]
            need(time >= int(key.valid_from.timestamp()), "outside_key_period")
            need(key.valid_to is None or time < key.valid_to.timestamp(), "outside_key_period")
            return {"institution": key.institution, "kid": kid.hex(), **receipt}, key
    raise RefusedError("bad_signature")


def payload_of(payload: bytes, suite: int) -> dict:
    items, end = read(payload)
    need(isinstance(items, list) and len(items) in (11, 12) and end == 150)
    document = text_of(items[7])
    need(unicodedata.is_normalized("NFC", document) and document == document.strip(" "))
    need(all(letter == " " or unicodedata.category(letter)[0] not in "CZ" for letter in document))
    need(len(items[7] if isinstance(items[7], bytes) else items[7].encode()) <= 26)
    need(isinstance(items[10], bytes))
    bits = number(items[9], 0, 1 << 32)
    return {
        "suite": number(items[0], suite, suite + 1), "serial": blob(items[1], 8).hex(),
        "time": number(items[2], 0, 1 << 33), "grade": number(items[3], 1, 6), "place": number(items[4], 0, 1 << 16),
        "accuracy": number(items[5], 0, 5), "holder": blob(items[6], 8).hex(), "document": document,
        "index": number(items[8], 0, 1 << 32),
        "flags": [(FLAGS[n] if n < len(FLAGS) else f"flag{n}") for n in range(32) if bits >> n & 1],
        "sealed": items[10].hex(), **({"pair": pair_of(items[11])} if len(items) == 12 else {}),
    }  # fmt: skip


def pair_of(item: object) -> list:
    """Minutes, distance in 100 m or null, vehicle: §3."""
    need(isinstance(item, list) and len(item) == 3)
    return [
        number(item[0], 0, 1 << 16),
        None if item[1] is None else number(item[1], 0, 1 << 16),
        number(item[2], 0, 5),
    ]


def judge(token: str, keys: list[Key]) -> dict:
    """The verdict of §8 with a list of keys alone."""
    if not token.strip():
        return {"verdict": "unreadable", "reason": "no_code"}
    try:
        receipt, key = verify(token, keys)
    except RefusedError as refusal:
        return {"verdict": "invalid", "reason": refusal.kind}
    flags = list(receipt["flags"])
    if key.revoked_at:
        if key.revoked_index is not None and receipt["index"] >= key.revoked_index:
            return {"verdict": "invalid", "reason": "revoked_key"}
        flags.append("revoked_key")
    return verdict(receipt, flags)


def verdict(receipt: dict, flags: list[str]) -> dict:
    """Flags call for a further look, but for those that only inform."""
    return {"verdict": "valid_but" if set(flags) - HARMLESS else "valid", "flags": flags, "receipt": receipt}


# the seal, §4: HPKE base mode (RFC 9180) written out


def extract(salt: bytes, label: bytes, secret: bytes, suite: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")


def expand(key: bytes, label: bytes, info: bytes, size: int, suite: bytes) -> bytes:
    labelled = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    out, block = b"", b""
    while len(out) < size:
        block = hmac.digest(key, block + labelled + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:size]


def schedule(kem: int, shared: bytes, enc: bytes, public: bytes, info: bytes) -> tuple[bytes, bytes]:
    """The key and nonce of the first message."""
    own = b"KEM" + kem.to_bytes(2, "big")
    secret = expand(extract(b"", b"eae_prk", shared, own), b"shared_secret", enc + public, 32, own)
    suite = b"HPKE" + kem.to_bytes(2, "big") + bytes.fromhex("00010002")
    context = b"\0" + extract(b"", b"psk_id_hash", b"", suite) + extract(b"", b"info_hash", info, suite)
    root = extract(secret, b"secret", b"", suite)
    return expand(root, b"key", context, 32, suite), expand(root, b"base_nonce", context, 12, suite)


def raw(point: ec.EllipticCurvePublicKey) -> bytes:
    return point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def open_seal(receipt: dict, secret: bytes) -> dict:
    """What only the audit office reads, or RefusedError("seal")."""
    sealed, suite = bytes.fromhex(receipt["sealed"]), receipt["suite"]
    info = b"dobi receipt 1\0" + receipt["institution"].encode() + b"\0" + bytes.fromhex(receipt["serial"])
    try:
        if suite == 1:
            own, enc, rest = x25519.X25519PrivateKey.from_private_bytes(secret), sealed[:32], sealed[32:]
            shared = own.exchange(x25519.X25519PublicKey.from_public_bytes(enc))
            key, nonce = schedule(0x20, shared, enc, own.public_key().public_bytes_raw(), info)
        else:
            need(sealed[0] in (2, 3), "seal")
            own2, rest = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1()), sealed[33:]
            other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealed[:33])
            shared = own2.exchange(ec.ECDH(), other)
            key, nonce = schedule(0x10, shared, raw(other), raw(own2.public_key()), info)
        plain = AESGCM(key).decrypt(nonce, rest, b"")
        items, end = read(plain)
        need(isinstance(items, list) and len(items) == 7 and not any(plain[end:]))
        if items[:3] != [None, None, None]:
            number(items[0], -90_000_000, 90_000_001)
            number(items[1], -180_000_000, 180_000_001)
            need(items[2] is None or number(items[2], 0, 1 << 16) >= 0)
        return {
            "lat": items[0], "lon": items[1], "accuracy_m": items[2], "name": text_of(items[3]),
            "department": text_of(items[4]), "messenger": MESSENGERS[number(items[5], 0, len(MESSENGERS))],
            "message": blob(items[6], 4).hex(),
        }  # fmt: skip
    except (InvalidTag, ValueError, IndexError, RefusedError):
        raise RefusedError("seal") from None
