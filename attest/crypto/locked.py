"""A file of any length under a passphrase or to a public key: what it says of itself is bound to it, no cut is whole.

```
dobi-locked/1 LF  head (one line of JSON) LF  HMAC-SHA256 of the head (hex) LF  chunks
chunk n = AES-256-GCM(payload key, nonce = n (11 bytes) ‖ last (1 byte), 65536 bytes or, last, fewer)
file key (random) ─ wrapped in the head: AES-256-GCM under scrypt(passphrase), or HPKE (RFC 9180) to a public key
                  ├ HKDF "head" → key of the HMAC
                  └ HKDF "payload" → payload key, used for this file alone
```
The chunks are those of STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015): moved, left out, added or cut, they do not
open. It reads nothing of the content, and no clock: what a date in the head means is for its reader to say.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from attest.crypto.keys import OpeningKey
from attest.crypto.primitives import seal
from attest.errors import LockError, SealError

MAGIC = b"dobi-locked/1\n"
CHUNK, TAG = 65_536, 16
_LONGEST_HEAD = 16_384
_INFO = b"dobi locked 1"
_R, _P = 8, 1
_HARDEST = 2**20  # 1 GiB of memory: whoever gives us a file does not choose how much we spend

Read = Callable[[int], bytes]
Write = Callable[[bytes], object]
WORK = 2**17  # scrypt's N: 128 MiB, half a second


class Locking:
    """Writes a locked file through `write`: under `passphrase`, or to the public keys `to`; `close` ends it."""

    def __init__(
        self,
        write: Write,
        facts: Mapping[str, str | int],
        *,
        passphrase: bytes = b"",
        to: bytes = b"",
        work: int = WORK,
    ) -> None:
        file_key = secrets.token_bytes(32)
        wrapped = _under(passphrase, file_key, work) if passphrase else _to(to, file_key)
        head = json.dumps({"facts": dict(facts), "key": wrapped}, ensure_ascii=False, sort_keys=True).encode()
        self._write = write
        self._cipher = AESGCM(_derived(file_key, b"payload"))
        self._number = 0
        self._rest = bytearray()
        write(MAGIC + head + b"\n" + _mac(file_key, head) + b"\n")

    def write(self, data: bytes) -> None:
        """Appends to the content."""
        if len(self._rest) + len(data) <= CHUNK:  # the last one is kept back: only `close` knows that it is
            self._rest += data
            return
        whole, at = bytes(self._rest) + data, 0
        while len(whole) - at > CHUNK:
            self._put(whole[at : at + CHUNK], last=False)
            at += CHUNK
        self._rest = bytearray(whole[at:])

    def close(self) -> None:
        """The content ends here; without this the file is a cut one."""
        self._put(bytes(self._rest), last=True)
        self._rest.clear()

    def _put(self, data: bytes, *, last: bool) -> None:
        self._write(self._cipher.encrypt(_nonce(self._number, last=last), data, None))
        self._number += 1


class Locked:
    """A locked file read through `read`; `facts` are anybody's until `unlock` has returned.

    Raises:
        LockError: "not_locked".
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._ahead = b""
        if self._take(len(MAGIC)) != MAGIC:
            raise LockError("not_locked")
        self._head, self._mac = self._line(_LONGEST_HEAD), self._line(64)
        self.facts, self._key = _parsed(self._head)
        self._cipher: AESGCM | None = None

    @property
    def needs_key(self) -> bool:
        """Whether it was locked to a public key, not under a passphrase."""
        return self._key.get("kind") == "hpke"

    def unlock(self, *, passphrase: bytes = b"", key: OpeningKey | None = None) -> None:
        """From here on the facts are those that were locked with the content, and `content` can be read.

        Raises:
            LockError: "needs_passphrase", "needs_key", "wrong_key" or "altered".
        """
        file_key = _unwrapped(self._key, passphrase, key)
        if not hmac.compare_digest(_mac(file_key, self._head), self._mac):
            raise LockError("altered")
        self._cipher = AESGCM(_derived(file_key, b"payload"))

    def content(self) -> Iterator[bytes]:
        """The content, a chunk at a time; each is whole and in its place, the last one is the last.

        Raises:
            LockError: "altered" or "cut".
        """
        if self._cipher is None:
            raise LockError("needs_passphrase")
        data, number = self._take(CHUNK + TAG), 0
        while True:
            following = self._take(CHUNK + TAG)
            yield self._opened(data, number, last=not following)
            if not following:
                return
            data, number = following, number + 1

    def _opened(self, data: bytes, number: int, *, last: bool) -> bytes:
        if self._cipher is None or len(data) < TAG:
            raise LockError("cut")
        try:
            return self._cipher.decrypt(_nonce(number, last=last), data, None)
        except InvalidTag as error:
            raise LockError("cut" if last else "altered") from error

    def _line(self, longest: int) -> bytes:
        line = bytearray()
        while (byte := self._take(1)) != b"\n":
            line += byte
            if not byte or len(line) > longest:
                raise LockError("not_locked")
        return bytes(line)

    def _take(self, count: int) -> bytes:
        parts = bytearray()
        while len(parts) < count and (part := self._read(count - len(parts))):
            parts += part
        return bytes(parts)


def _parsed(head: bytes) -> tuple[dict[str, str | int], dict[str, Any]]:
    try:
        record = json.loads(head)
        facts, key = record["facts"], record["key"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LockError("not_locked") from error
    plain = isinstance(facts, dict) and all(isinstance(value, str | int) for value in facts.values())
    if not plain or not isinstance(key, dict):
        raise LockError("not_locked")
    return facts, key


def _under(passphrase: bytes, file_key: bytes, work: int) -> dict[str, object]:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    wrapped = AESGCM(_scrypt(passphrase, salt, work)).encrypt(nonce, file_key, _INFO)
    return {"kind": "scrypt", "salt": salt.hex(), "n": work, "wrapped": (nonce + wrapped).hex()}


def _to(public: bytes, file_key: bytes) -> dict[str, object]:
    return {"kind": "hpke", "to": public.hex(), "wrapped": seal(file_key, public, _INFO).hex()}


def _unwrapped(wrapped: Mapping[str, Any], passphrase: bytes, key: OpeningKey | None) -> bytes:
    try:
        data = bytes.fromhex(wrapped["wrapped"])
        if wrapped["kind"] == "hpke":
            if key is None:
                raise LockError("needs_key")
            return key.open(data, _INFO)
        work = wrapped["n"]
        if wrapped["kind"] != "scrypt" or type(work) is not int or not 2 <= work <= _HARDEST or work & (work - 1):
            raise LockError("not_locked")
        if not passphrase:
            raise LockError("needs_passphrase")
        return AESGCM(_scrypt(passphrase, bytes.fromhex(wrapped["salt"]), work)).decrypt(data[:12], data[12:], _INFO)
    except (KeyError, TypeError, ValueError) as error:
        raise LockError("not_locked") from error
    except (InvalidTag, SealError) as error:
        raise LockError("wrong_key") from error


def _scrypt(passphrase: bytes, salt: bytes, work: int) -> bytes:
    return hashlib.scrypt(passphrase, salt=salt, n=work, r=_R, p=_P, maxmem=256 * work * _R, dklen=32)


def _derived(file_key: bytes, what: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_INFO + b" " + what).derive(file_key)


def _mac(file_key: bytes, head: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"head"), head, "sha256").hex().encode()


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
