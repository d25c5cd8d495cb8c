"""The algorithms of suite 1: Ed25519 (RFC 8032) and HPKE base mode (RFC 9180), on raw keys and bytes.

Nothing here knows a receipt. Private keys leave this file only as PKCS #8 PEM, the form every tool reads.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from attest.errors import KeyFileError, SealError

_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 private key under its name; `kid` is the first four bytes of its C2SP key id."""

    name: str
    kid: bytes
    public: bytes
    _private: Ed25519PrivateKey = field(repr=False, compare=False)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of an Ed25519 signature over `data`."""
        return self._private.sign(data)

    def to_pem(self) -> bytes:
        """PKCS #8, not encrypted: for a file of mode 0600."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @classmethod
    def generate(cls, name: str) -> SigningKey:
        """A fresh key."""
        return cls._of(name, Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, name: str, seed: bytes) -> SigningKey:
        """The key of a 32-byte RFC 8032 secret; for published test keys."""
        return cls._of(name, Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_pem(cls, name: str, pem: bytes) -> SigningKey:
        """The key that `to_pem` wrote.

        Raises:
            KeyFileError: not an Ed25519 private key.
        """
        key = _load_pem(pem)
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyFileError("expected an Ed25519 private key")
        return cls._of(name, key)

    @classmethod
    def _of(cls, name: str, private: Ed25519PrivateKey) -> SigningKey:
        public = private.public_key().public_bytes_raw()
        return cls(name, key_id(name, public), public, private)


@dataclass(frozen=True, slots=True)
class OpeningKey:
    """The audit office's X25519 private key."""

    public: bytes
    _private: X25519PrivateKey = field(repr=False, compare=False)

    def to_pem(self) -> bytes:
        """PKCS #8, not encrypted: for a file of mode 0600."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @classmethod
    def generate(cls) -> OpeningKey:
        """A fresh key."""
        private = X25519PrivateKey.generate()
        return cls(private.public_key().public_bytes_raw(), private)

    @classmethod
    def from_seed(cls, seed: bytes) -> OpeningKey:
        """The key of 32 secret bytes; for published test keys."""
        private = X25519PrivateKey.from_private_bytes(seed)
        return cls(private.public_key().public_bytes_raw(), private)


def load_opening_key(pem: bytes) -> OpeningKey:
    """The audit office's private key from PEM.

    Raises:
        KeyFileError: not an X25519 private key.
    """
    key = _load_pem(pem)
    if not isinstance(key, X25519PrivateKey):
        raise KeyFileError("expected an X25519 private key, the audit office's")
    return OpeningKey(key.public_key().public_bytes_raw(), key)


def key_id(name: str, public: bytes) -> bytes:
    """Four bytes that name a key: SHA-256(name, 0x0A, 0x01, key), cut (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]


def verify_signature(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether an Ed25519 signature fits."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def seal(plain: bytes, public: bytes, info: bytes) -> bytes:
    """`plain` for the holder of `public` alone, 48 bytes longer; `info` binds it to its place.

    Raises:
        SealError: `public` is no X25519 key.
    """
    try:
        return _HPKE.encrypt(plain, X25519PublicKey.from_public_bytes(public), info)
    except ValueError as error:
        raise SealError("the audit office's public key is not an X25519 key") from error


def open_seal(sealed: bytes, key: OpeningKey, info: bytes) -> bytes:
    """What was sealed.

    Raises:
        SealError: another key, another place, or altered bytes.
    """
    try:
        return _HPKE.decrypt(sealed, key._private, info)  # noqa: SLF001  one file, one owner
    except (InvalidTag, ValueError) as error:
        raise SealError("this key does not open this seal") from error


def _load_pem(pem: bytes) -> object:
    try:
        return load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileError("not an unencrypted private key in PEM") from error
