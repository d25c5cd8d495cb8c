"""Keys of an hour each, destroyed within a day: what was sealed under one is gone with it, from every copy.

```
<directory>/<hour>.key   32 bytes, mode 0600, made at the first use in that hour; dies 24 hours after the hour began
            CACHEDIR.TAG  asks backup programs to leave the folder out (bford.info/cachedir)
```
Crypto-shredding: a ciphertext in a database, its append-only file or a backup is worth nothing without its key, and the
key lies nowhere else. A file system may keep overwritten blocks (flash, snapshots): put the folder on tmpfs where that
counts. A key that is lost is lost; nobody is told an error for it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from attest.crypto.files import sync, write_new

LIFE = timedelta(hours=24)
_HOUR = 3600
_KEY_BYTES, _NONCE_BYTES = 32, 12
_TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# keys that must not be copied: they are destroyed within a day\n"


@dataclass(frozen=True, slots=True)
class HourKey:
    """The key of the hour that began `hour` hours after 1970."""

    hour: int
    secret: bytes

    @property
    def dies_at(self) -> datetime:
        """When it is destroyed."""
        return datetime.fromtimestamp(self.hour * _HOUR, UTC) + LIFE

    def lock(self, plain: bytes, place: bytes) -> bytes:
        """`plain` sealed (AES-256-GCM, a random nonce), to be opened at the same `place` only; 28 bytes longer."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.secret).encrypt(nonce, plain, place)

    def unlock(self, sealed: bytes, place: bytes) -> bytes | None:
        """What was sealed; None under another key, from another place, or altered."""
        try:
            return AESGCM(self.secret).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            return None

    def digest(self, data: bytes) -> bytes:
        """16 bytes that are equal for equal data, to whoever has this key; to others noise."""
        return hmac.digest(self.secret, b"same\0" + data, hashlib.sha256)[:16]


class HourKeys:
    """The keys under `directory`, read from there at each use, so that what is destroyed there is destroyed here."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def current(self, now: datetime) -> HourKey:
        """This hour's key, made if there is none; the same for every process on this folder."""
        hour = _hour(now)
        key = self._read(hour)
        if key is None:
            self._prepare()
            if self._path(hour).exists() and self._read(hour) is None:  # half destroyed, when a clock was set back
                self._path(hour).unlink(missing_ok=True)
            with suppress(FileExistsError):
                write_new(self._path(hour), secrets.token_bytes(_KEY_BYTES))
            key = self._read(hour)
        if key is None:
            raise OSError(f"can't keep a key in {self._directory.name}")
        return key

    def living(self, now: datetime, wanted: Collection[int] | None = None) -> dict[int, HourKey]:
        """Every key that may still be used, by its hour; of the hours `wanted` alone, where they are named."""
        latest = _hour(now)
        first = latest - int(LIFE.total_seconds()) // _HOUR + 1
        hours = self._hours() if wanted is None else wanted
        found = (self._read(hour) for hour in hours if first <= hour <= latest + 1)
        return {key.hour: key for key in found if key is not None and key.dies_at > now}

    def destroy(self, now: datetime) -> tuple[int, datetime | None]:
        """Destroys every key whose day is over, or whose hour is yet to come (a clock was wrong).

        Returns how many there were, and when the next is due. Safe to be killed at any point, and for several at once.
        """
        due, destroyed = [], 0
        for hour in self._hours():
            dies_at = datetime.fromtimestamp(hour * _HOUR, UTC) + LIFE
            if dies_at <= now or hour > _hour(now) + 1:
                _shred(self._path(hour))
                destroyed += 1
            else:
                due.append(dies_at)
        self._sweep_parts(_hour(now))
        return destroyed, min(due, default=None)

    def _hours(self) -> list[int]:
        try:
            names = [path.name for path in self._directory.iterdir()]
        except OSError:  # none was made yet, or none can be
            return []
        return [int(name[:-4]) for name in names if name.endswith(".key") and name[:-4].isdecimal()]

    def _sweep_parts(self, current: int) -> None:
        """Files of a process that was killed while it made a key: a second name of that key's file, or a key unused."""
        for part in self._directory.glob(".*.key.*"):
            hour = part.name.split(".")[1]
            if not hour.isdecimal() or int(hour) >= current:  # one being made just now is another's
                continue
            with suppress(FileNotFoundError):
                if part.stat().st_nlink > 1:
                    part.unlink()
                else:
                    _shred(part)

    def _read(self, hour: int) -> HourKey | None:
        try:
            secret = self._path(hour).read_bytes()
        except OSError:
            return None
        return HourKey(hour, secret) if len(secret) == _KEY_BYTES and any(secret) else None

    def _prepare(self) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        tag = self._directory / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_bytes(_TAG)

    def _path(self, hour: int) -> Path:
        return self._directory / f"{hour}.key"


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // _HOUR


def _shred(path: Path) -> None:
    """Overwrites and removes a key: a process killed in between leaves zeros, which are no key."""
    with suppress(FileNotFoundError):
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(handle, bytes(_KEY_BYTES), 0)
            os.fsync(handle)
        finally:
            os.close(handle)
        path.unlink(missing_ok=True)
        sync(path.parent)
