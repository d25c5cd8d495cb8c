"""Sealing the exact point and the person to the audit office, bound to one receipt by HPKE's info."""

from __future__ import annotations

from pathlib import Path

from attest.crypto.files import beside
from attest.crypto.keys import OpeningKey, load_opening_keys
from attest.crypto.ports import Opener
from attest.crypto.primitives import seal
from attest.errors import KeyFileError, SealError, VerificationError
from attest.receipt import Receipt, Sealed, decode_sealed, encode_sealed, sealed_room

_MAX_KEY_FILE = 20_000


def seal_for(receipt: Receipt, sealed: Sealed, public: bytes) -> bytes:
    """The sealed part of `receipt`, as long as the receipt's other fields leave room for."""
    return seal(encode_sealed(sealed, sealed_room(receipt)), public, _info(receipt))


def seal_letter(plain: bytes, public: bytes, info: bytes) -> bytes:
    """`plain` for the audit office alone, outside of any receipt; `info` says what it is, and for which place."""
    return seal(plain, public, info)


def open_with(receipt: Receipt, key: Opener) -> Sealed:
    """The exact point and the person of a receipt.

    Raises:
        SealError: another office's key, or of another suite, or a sealed part from another receipt.
    """
    if key.suite != receipt.suite:
        raise SealError(f"a key of suite {key.suite} opens no seal of suite {receipt.suite}")
    try:
        return decode_sealed(key.open(receipt.sealed, _info(receipt)))
    except VerificationError as error:
        raise SealError("the seal holds something else") from error


def open_sealed(receipt: Receipt, keyfile: Path, passphrase: bytes | None = None) -> Sealed:
    """The exact point and the person of a verified receipt, by the audit office's key file.

    The file may hold several keys, older ones too; for suite 2 `<name>-2.pem` beside it is looked into as well.

    Raises:
        KeyFileError: no such file, or not such a key, or another passphrase.
        SealError: another office's key.
    """
    keys = [key for key in _keys(receipt, keyfile, passphrase) if key.suite == receipt.suite]
    for key in keys[:-1]:
        try:
            return open_with(receipt, key)
        except SealError:
            continue
    if not keys:
        raise SealError(f"no key of suite {receipt.suite} in this file")
    return open_with(receipt, keys[-1])


def _keys(receipt: Receipt, keyfile: Path, passphrase: bytes | None) -> list[OpeningKey]:
    own = beside(keyfile, receipt.suite)
    files = (
        [keyfile, own] if own != keyfile and keyfile.exists() and own.exists() else [own if own.exists() else keyfile]
    )
    return [key for file in files for key in load_opening_keys(_read(file), passphrase)]


def _read(keyfile: Path) -> bytes:
    try:
        with keyfile.open("rb") as file:
            return file.read(_MAX_KEY_FILE)
    except OSError as error:
        raise KeyFileError(f"can't read the key file: {error.strerror}") from error


def _info(receipt: Receipt) -> bytes:
    return b"dobi receipt 1\0" + receipt.institution.encode() + b"\0" + receipt.serial
