"""The algorithms of both suites (FORMAT.md §2) on raw keys and bytes; nothing here knows a receipt.

A key's length tells its kind, so that no caller can name a wrong algorithm: 32 bytes are Ed25519 or X25519 (suite 1),
65 bytes a point of P-256, uncompressed (suite 2). Each signature has one encoding: P-256's is r and s of 32 bytes
with the low s, nothing else verifies. The library is not a validated cryptographic module; `ports` says where one goes.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from attest.errors import SealError
from attest.receipt import SUITE, SUITE_P256

CURVE_BYTES, POINT_BYTES, SIGNATURE_BYTES = 32, 65, 64
X25519_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
P256_HPKE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
ECDSA = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)  # RFC 6979: no signature hangs on a random number

# FIPS 186-5, curve P-256: the order of its base point
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# RFC 8032 §5.1: the field of edwards25519, and the y of the eight points under which anything verifies
_FIELD = 2**255 - 19
_EIGHTH = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)  # fmt: skip
_SMALL_ORDER = frozenset({0, 1, _FIELD - 1, _EIGHTH, _FIELD - _EIGHTH})
# C2SP signed-note: the type of Ed25519, and 0xff with a name for what has no type there
_TYPES = {SUITE: b"\x01", SUITE_P256: b"\xffESP256"}


def suite_of(public: bytes) -> int | None:
    """The suite of a public key by its length; None for what is no key's length."""
    return {CURVE_BYTES: SUITE, POINT_BYTES: SUITE_P256}.get(len(public))


def key_id(name: str, public: bytes) -> bytes:
    """Four bytes that name a key: SHA-256(name, 0x0A, type, key), cut (C2SP signed-note)."""
    kind = _TYPES[suite_of(public) or SUITE]
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def is_sound(public: bytes, *, signs: bool) -> bool:
    """Whether this is a key one may trust: on its curve, in its one encoding, and of no small order."""
    match suite_of(public):
        case 1 if signs:
            # the highest bit is the sign of x; y has one encoding below the field
            y = int.from_bytes(public, "little") & (2**255 - 1)
            return y < _FIELD and y not in _SMALL_ORDER and _verifier(public) is not None
        case 1:
            return int.from_bytes(public, "little") < _FIELD
        case 2:
            return _verifier(public) is not None
    return False


def verify_signature(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether a signature of 64 bytes fits: Ed25519's for 32 bytes of key, ECDSA's with the low s for 65."""
    key = _verifier(public)
    if key is None or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, data)
            return True
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if not (0 < r < P256_ORDER and 0 < s <= P256_ORDER // 2):  # (r, n - s) would verify too
            return False
        key.verify(encode_dss_signature(r, s), data, ECDSA)
    except InvalidSignature:
        return False
    return True


def low_s(der: bytes) -> bytes:
    """An ECDSA signature in DER, as libraries make it, in its one encoding: r and the lower of s and n - s."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


def seal(plain: bytes, public: bytes, info: bytes) -> bytes:
    """`plain` for the holder of `public` alone, 48 bytes longer, 49 for P-256; `info` binds it to its place.

    Raises:
        SealError: `public` is no key of either suite.
    """
    try:
        if len(public) == CURVE_BYTES:
            return X25519_HPKE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info)
        return _shorten(P256_HPKE.encrypt(plain, _point(public), info))
    except ValueError as error:
        raise SealError("the audit office's public key is no key of a suite") from error


def open_seal(sealed: bytes, key: X25519PrivateKey | ec.EllipticCurvePrivateKey, info: bytes) -> bytes:
    """What was sealed.

    Raises:
        SealError: another key, another place, or altered bytes.
    """
    try:
        if isinstance(key, X25519PrivateKey):
            return X25519_HPKE.decrypt(sealed, key, info)
        return P256_HPKE.decrypt(_lengthen(sealed), key, info)
    except (InvalidTag, ValueError) as error:
        raise SealError("this key does not open this seal") from error


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """A point of P-256 in 65 bytes (SEC 1 §2.3.3, uncompressed; RFC 9180 §7.1.1)."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@lru_cache(maxsize=2048)
def _verifier(public: bytes) -> Ed25519PublicKey | ec.EllipticCurvePublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(public) if len(public) == CURVE_BYTES else _point(public)
    except ValueError:
        return None


def _point(public: bytes) -> ec.EllipticCurvePublicKey:
    if len(public) != POINT_BYTES or public[0] != 4:
        raise ValueError("not an uncompressed point")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)


def _shorten(sealed: bytes) -> bytes:
    """HPKE's output with its encapsulated key compressed (SEC 1): 33 bytes instead of 65, the same point."""
    return bytes([2 + (sealed[POINT_BYTES - 1] & 1)]) + sealed[1:33] + sealed[POINT_BYTES:]


def _lengthen(sealed: bytes) -> bytes:
    if len(sealed) < 33 or sealed[0] not in (2, 3):
        raise ValueError("not a compressed point")
    return public_bytes(ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sealed[:33])) + sealed[33:]
