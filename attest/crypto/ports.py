"""Where a cryptographic module goes: what a key must do, behind which a file or a PKCS #11 module stands.

`cryptography` is a good library and not a validated module. A body that is held to one (in Korea: the national list of
verified modules) writes one class, `Keeper`, over its module's PKCS #11 library, and hands it to `KeyStore`; nothing
else in the house touches a private key. What such a class calls, by suite:

| | suite 1 | suite 2 |
|---|---|---|
| `make_signer` | C_GenerateKeyPair, CKM_EC_EDWARDS_KEY_PAIR_GEN | CKM_EC_KEY_PAIR_GEN, P-256 |
| `Signer.sign` | CKM_EDDSA | CKM_ECDSA_SHA256, then the low s (`primitives.low_s` shows it) |
| `make_opener` | CKM_EC_MONTGOMERY_KEY_PAIR_GEN | CKM_EC_KEY_PAIR_GEN, P-256 |
| `Opener.open` | CKM_ECDH1_DERIVE with CKD_NULL, then RFC 9180's key schedule | the same |

Private keys are made CKA_SENSITIVE and not CKA_EXTRACTABLE, with the file's name (`receipt-<kid>`, `log`, `audit`) as
CKA_LABEL. Suite 2 is what such modules offer today. No such class ships, for no such module was at hand to test one.
"""

from __future__ import annotations

from typing import Literal, Protocol

SigningUse = Literal["receipt", "log"]


class Signer(Protocol):
    """A private key that signs, wherever it lies; `public` is 32 bytes of Ed25519 or 65 of P-256."""

    @property
    def name(self) -> str:
        """The name under which the key is hashed to its id, `dobi/<institution>`."""

    @property
    def kid(self) -> bytes:
        """The key's id: four bytes."""

    @property
    def public(self) -> bytes:
        """The public key as it stands in the list of keys."""

    @property
    def suite(self) -> int:
        """1 or 2."""

    def sign(self, data: bytes) -> bytes:
        """64 bytes: Ed25519's signature, or r and the low s of ECDSA over SHA-256."""


class Opener(Protocol):
    """The audit office's private key, wherever it lies."""

    @property
    def public(self) -> bytes:
        """The public key as it stands in the list of keys."""

    @property
    def suite(self) -> int:
        """1 or 2."""

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this key under `info`.

        Raises:
            SealError: sealed to another key, or altered.
        """


class Keeper(Protocol):
    """Makes and finds the private keys of institutions; never hands one out. Called under the institution's lock."""

    def make_signer(self, tenant: str, use: SigningUse, suite: int, *, another: bool = False) -> Signer:
        """A fresh key, kept before this returns; the log's is made once, and found again if it is there.

        `another` is asked for when the log's key is rotated: a fresh one in any case, the old ones stay.
        """

    def signer(self, tenant: str, use: SigningUse, kid: bytes) -> Signer:
        """The key with that id.

        Raises:
            KeyFileError: it is missing or damaged.
        """

    def make_opener(self, tenant: str, suite: int) -> bytes:
        """The public half of the audit office's key of that suite, made if there is none."""
