"""Private keys held by this process, of either suite: what a file of PKCS #8 PEM holds, open or under a passphrase.

These are the `Signer` and `Opener` of the file store; a module's are elsewhere (`ports`). Keys leave this file only as
PEM, the form every tool reads. PKCS #8's passphrase hashing is quick (PBKDF2 of few rounds): take a long random one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeGuard

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from attest.crypto.primitives import ECDSA, key_id, low_s, open_seal, public_bytes
from attest.errors import KeyFileError
from attest.receipt import SUITE, SUITE_P256

_PEM = re.compile(rb"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", re.DOTALL)
_MOST_KEYS = 16


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key under its name; `kid` is the first four bytes of its C2SP key id."""

    name: str
    kid: bytes
    public: bytes
    suite: int
    _private: Ed25519PrivateKey | ec.EllipticCurvePrivateKey = field(repr=False, compare=False)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the one signature over `data`: both suites sign without a random number."""
        if isinstance(self._private, Ed25519PrivateKey):
            return self._private.sign(data)
        return low_s(self._private.sign(data, ECDSA))

    def to_pem(self, passphrase: bytes | None = None) -> bytes:
        """PKCS #8 for a file of mode 0600, encrypted where there is a passphrase."""
        return _to_pem(self._private, passphrase)

    @classmethod
    def generate(cls, name: str, suite: int = SUITE) -> SigningKey:
        """A fresh key."""
        return cls._of(
            name, ec.generate_private_key(ec.SECP256R1()) if _is_p256(suite) else Ed25519PrivateKey.generate()
        )

    @classmethod
    def from_seed(cls, name: str, seed: bytes, suite: int = SUITE) -> SigningKey:
        """The key of 32 secret bytes, RFC 8032's or a big-endian scalar of P-256; for published test keys."""
        return cls._of(name, _p256(seed) if _is_p256(suite) else Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_pem(cls, name: str, pem: bytes, passphrase: bytes | None = None) -> SigningKey:
        """The key that `to_pem` wrote.

        Raises:
            KeyFileError: not a private key that signs, or another passphrase.
        """
        key = _load_pem(pem, passphrase)
        if isinstance(key, Ed25519PrivateKey) or _on_p256(key):
            return cls._of(name, key)
        raise KeyFileError("expected a private key of Ed25519 or P-256")

    @classmethod
    def _of(cls, name: str, private: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> SigningKey:
        public, suite = _public(private)
        return cls(name, key_id(name, public), public, suite, private)


@dataclass(frozen=True, slots=True)
class OpeningKey:
    """The audit office's private key."""

    public: bytes
    suite: int
    _private: X25519PrivateKey | ec.EllipticCurvePrivateKey = field(repr=False, compare=False)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this key under `info`.

        Raises:
            SealError: another key, another place, or altered bytes.
        """
        return open_seal(sealed, self._private, info)

    def to_pem(self, passphrase: bytes | None = None) -> bytes:
        """PKCS #8 for a file of mode 0600, encrypted where there is a passphrase."""
        return _to_pem(self._private, passphrase)

    @classmethod
    def generate(cls, suite: int = SUITE) -> OpeningKey:
        """A fresh key."""
        return cls._of(ec.generate_private_key(ec.SECP256R1()) if _is_p256(suite) else X25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes, suite: int = SUITE) -> OpeningKey:
        """The key of 32 secret bytes; for published test keys."""
        return cls._of(_p256(seed) if _is_p256(suite) else X25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def _of(cls, private: X25519PrivateKey | ec.EllipticCurvePrivateKey) -> OpeningKey:
        public, suite = _public(private)
        return cls(public, suite, private)


def load_opening_key(pem: bytes, passphrase: bytes | None = None) -> OpeningKey:
    """The audit office's private key from PEM.

    Raises:
        KeyFileError: not a private key that opens, or another passphrase.
    """
    key = _load_pem(pem, passphrase)
    if isinstance(key, X25519PrivateKey) or _on_p256(key):
        return OpeningKey._of(key)  # noqa: SLF001  one file, one owner
    raise KeyFileError("expected a private key of X25519 or P-256, the audit office's")


def load_opening_keys(pem: bytes, passphrase: bytes | None = None) -> list[OpeningKey]:
    """The private keys of a PEM file, which may hold one after the other.

    Raises:
        KeyFileError: none is there, or one is no key that opens.
    """
    blocks = [block[0] for block in _PEM.finditer(pem)][:_MOST_KEYS]
    return [load_opening_key(block, passphrase) for block in blocks or [pem]]


def _on_p256(key: object) -> TypeGuard[ec.EllipticCurvePrivateKey]:
    return isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)


def _is_p256(suite: int) -> bool:
    if suite not in (SUITE, SUITE_P256):
        raise KeyFileError(f"expected suite {SUITE} or {SUITE_P256}, got {suite}")
    return suite == SUITE_P256


def _p256(secret: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())


def _public(private: Ed25519PrivateKey | X25519PrivateKey | ec.EllipticCurvePrivateKey) -> tuple[bytes, int]:
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return public_bytes(private.public_key()), SUITE_P256
    return private.public_key().public_bytes_raw(), SUITE


def _to_pem(
    private: Ed25519PrivateKey | X25519PrivateKey | ec.EllipticCurvePrivateKey, passphrase: bytes | None
) -> bytes:
    encryption = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def _load_pem(pem: bytes, passphrase: bytes | None) -> object:
    locked = b"ENCRYPTED" in pem
    if locked and not passphrase:
        raise KeyFileError("the key file is under a passphrase, and none was given")
    try:
        # a file from before the passphrase was set is still read
        return load_pem_private_key(pem, password=passphrase if locked else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyFileError("not a private key in PEM, or another passphrase") from error
