"""Sealing the exact point and the person to the audit office, bound to one receipt by HPKE's info."""

from __future__ import annotations

from pathlib import Path

from attest.crypto.primitives import OpeningKey, load_opening_key, open_seal, seal
from attest.errors import KeyFileError, SealError, VerificationError
from attest.receipt import Receipt, Sealed, decode_sealed, encode_sealed, sealed_room

_MAX_KEY_FILE = 10_000


def seal_for(receipt: Receipt, sealed: Sealed, public: bytes) -> bytes:
    """The sealed part of `receipt`, as long as the receipt's other fields leave room for."""
    return seal(encode_sealed(sealed, sealed_room(receipt)), public, _info(receipt))


def open_with(receipt: Receipt, key: OpeningKey) -> Sealed:
    """The exact point and the person of a receipt.

    Raises:
        SealError: another office's key, or a sealed part from another receipt.
    """
    try:
        return decode_sealed(open_seal(receipt.sealed, key, _info(receipt)))
    except VerificationError as error:
        raise SealError("the seal holds something else") from error


def open_sealed(receipt: Receipt, keyfile: Path) -> Sealed:
    """The exact point and the person of a verified receipt, by the audit office's key file.

    Raises:
        KeyFileError: no such file, or not such a key.
        SealError: another office's key.
    """
    try:
        with keyfile.open("rb") as file:
            pem = file.read(_MAX_KEY_FILE)
    except OSError as error:
        raise KeyFileError(f"can't read the key file: {error.strerror}") from error
    return open_with(receipt, load_opening_key(pem))


def _info(receipt: Receipt) -> bytes:
    return b"dobi receipt 1\0" + receipt.institution.encode() + b"\0" + receipt.serial
