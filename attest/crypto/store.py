"""An institution's private keys in a directory: made on first use, mode 0600, one folder an institution.

```
<directory>/<institution>/keys.json            its public keys, with periods (what `export` hands out)
                          receipt-<kid>.pem    Ed25519, one a month
                          log.pem              Ed25519, signs checkpoints
                          audit.pem            X25519, the audit office's: move it away, issuing needs it not
                          holder.secret        32 bytes, keys the pseudonyms
```
A file lock keeps two processes from making the same key twice. Keys lie in plain files: a passphrase and
PKCS #11 are issue 5. It never overwrites or deletes a private key.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from attest.crypto.primitives import OpeningKey, SigningKey, key_id, load_opening_key
from attest.crypto.public import PublicKey, PublicKeys, Use, key_name
from attest.errors import KeyFileError, KeyListError
from attest.receipt import institution_fits

KST = timezone(timedelta(hours=9), "KST")
SLACK = timedelta(days=1)  # a share taken just before a key's first use may be signed by it


class KeyStore:
    """The signing keys, audit public keys and pseudonym secrets of the institutions under `directory`.

    Safe for threads and for processes on one machine. `tenant` is the institution's id.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._private: dict[str, SigningKey] = {}
        self._lists: dict[str, _Cached] = {}
        self._secrets: dict[str, bytes] = {}

    def prepare(self, tenant: str, now: datetime, institution_name: str) -> PublicKeys:
        """An institution's public keys, all made if they were not: one may export them before the first receipt."""
        self.receipt_key(tenant, now, institution_name)
        self.log_key(tenant, now, institution_name)
        self.audit_key(tenant, now, institution_name)
        return self.public_keys(tenant)

    def receipt_key(self, tenant: str, now: datetime, institution_name: str = "") -> SigningKey:
        """The key that signs receipts now: this month's (Korean time), made if there is none.

        Raises:
            KeyFileError: its file is missing or damaged.
        """
        current = self._current(tenant, now)
        if current is None:
            with self._locked(tenant):
                current = self._current(tenant, now) or self._add_receipt_key(tenant, now, institution_name)
        return self._load(tenant, f"receipt-{current.kid.hex()}.pem")

    def log_key(self, tenant: str, now: datetime, institution_name: str = "") -> SigningKey:
        """The key that signs the log's checkpoints, made if there is none."""
        if not self.public_keys(tenant).of(tenant, "log"):
            with self._locked(tenant):
                if not self.public_keys(tenant).of(tenant, "log"):
                    self._add_log_key(tenant, now, institution_name)
        return self._load(tenant, "log.pem")

    def audit_key(self, tenant: str, now: datetime, institution_name: str = "") -> bytes:
        """The audit office's public key, to which points and names are sealed; made if there is none."""
        if not self.public_keys(tenant).of(tenant, "seal"):
            with self._locked(tenant):
                if not self.public_keys(tenant).of(tenant, "seal"):
                    self._add_audit_key(tenant, now, institution_name)
        return self.public_keys(tenant).of(tenant, "seal")[-1].key

    def audit_file(self, tenant: str) -> Path:
        """Where the audit office's private key is made; it may since have been moved to where it belongs."""
        return self._folder(tenant) / "audit.pem"

    def pseudonym(self, tenant: str, holder_id: str) -> bytes:
        """Eight bytes that stand for a person within one institution: HMAC-SHA256 under its own secret, cut."""
        return hmac.digest(self._secret(tenant), holder_id.encode(), hashlib.sha256)[:8]

    def public_keys(self, tenant: str) -> PublicKeys:
        """All public keys of one institution; empty before their first use.

        Raises:
            KeyListError: the list is damaged.
        """
        path = self._folder(tenant) / "keys.json"
        try:
            stamp = path.stat()
        except FileNotFoundError:
            return PublicKeys()
        cached = self._lists.get(tenant)
        mark = (stamp.st_mtime_ns, stamp.st_ino, stamp.st_size)  # each write makes a new file
        if cached is None or cached.mark != mark:
            cached = self._lists[tenant] = _Cached(mark, PublicKeys.from_json(path.read_bytes()))
        return cached.keys

    def export(self, tenants: Iterable[str]) -> PublicKeys:
        """The public keys of several institutions as one list."""
        return PublicKeys.merge(self.public_keys(tenant) for tenant in tenants)

    def rotate(self, tenant: str, now: datetime) -> PublicKey:
        """A new key for receipts from now on; the one in use until now ends now."""
        with self._locked(tenant):
            current = self._current(tenant, now)
            name = current.institution_name if current else ""
            if current is not None:
                self._replace(tenant, current, replace(current, valid_to=now))
            return self._add_receipt_key(tenant, now, name)

    def revoke(self, tenant: str, kid: bytes, now: datetime) -> PublicKey:
        """The key with this id, marked revoked now; twice is once.

        Raises:
            KeyListError: this institution has no such key for receipts.
        """
        with self._locked(tenant):
            found = [key for key in self.public_keys(tenant).find(kid, "receipt") if key.institution == tenant]
            if not found:
                raise KeyListError(f"{tenant} has no receipt key {kid.hex()}")
            if found[0].revoked_at is not None:
                return found[0]
            revoked = replace(found[0], revoked_at=now)
            self._replace(tenant, found[0], revoked)
            return revoked

    def _current(self, tenant: str, now: datetime) -> PublicKey | None:
        """The receipt key in use now; the newest one, where a rotation left two."""
        keys = self.public_keys(tenant).of(tenant, "receipt")
        usable = [k for k in keys if k.revoked_at is None and k.valid_from <= now and not _ended(k, now)]
        return usable[-1] if usable else None

    def _add_receipt_key(self, tenant: str, now: datetime, institution_name: str) -> PublicKey:
        taken = {key.kid for key in self.public_keys(tenant).keys}
        key = SigningKey.generate(key_name(tenant))
        while key.kid in taken:
            key = SigningKey.generate(key_name(tenant))
        _write(self._folder(tenant) / f"receipt-{key.kid.hex()}.pem", key.to_pem())
        return self._add(tenant, "receipt", key.public, institution_name, now - SLACK, _next_month(now))

    def _add_log_key(self, tenant: str, now: datetime, institution_name: str) -> None:
        # the file stands without an entry where a process died between the two
        if not (self._folder(tenant) / "log.pem").exists():
            _write(self._folder(tenant) / "log.pem", SigningKey.generate(key_name(tenant)).to_pem())
        self._add(tenant, "log", self._load(tenant, "log.pem").public, institution_name, now)

    def _add_audit_key(self, tenant: str, now: datetime, institution_name: str) -> None:
        path = self.audit_file(tenant)
        if not path.exists():
            _write(path, OpeningKey.generate().to_pem())
        self._add(tenant, "seal", load_opening_key(path.read_bytes()).public, institution_name, now)

    def _add(
        self, tenant: str, use: Use, public: bytes, institution_name: str, start: datetime, end: datetime | None = None
    ) -> PublicKey:
        entry = PublicKey(
            key_id(key_name(tenant), public), use, tenant, institution_name, public,
            start.astimezone(UTC), end and end.astimezone(UTC),
        )  # fmt: skip
        self._save(tenant, (*self.public_keys(tenant).keys, entry))
        return entry

    def _replace(self, tenant: str, old: PublicKey, new: PublicKey) -> None:
        self._save(tenant, tuple(new if key == old else key for key in self.public_keys(tenant).keys))

    def _save(self, tenant: str, keys: tuple[PublicKey, ...]) -> None:
        path = self._folder(tenant) / "keys.json"
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        _write(fresh, PublicKeys(keys).to_json().encode())
        fresh.replace(path)
        _sync(path.parent)

    def _load(self, tenant: str, name: str) -> SigningKey:
        label = f"{tenant}/{name}"
        if label not in self._private:
            try:
                pem = (self._folder(tenant) / name).read_bytes()
            except OSError as error:
                raise KeyFileError(f"can't read the key file {label}: {error.strerror}") from error
            self._private[label] = SigningKey.from_pem(key_name(tenant), pem)
        return self._private[label]

    def _secret(self, tenant: str) -> bytes:
        if tenant not in self._secrets:
            path = self._folder(tenant) / "holder.secret"
            with self._locked(tenant):
                if not path.exists():
                    _write(path, secrets.token_bytes(32))
            self._secrets[tenant] = path.read_bytes()
        return self._secrets[tenant]

    def _folder(self, tenant: str) -> Path:
        if not institution_fits(tenant):
            raise KeyFileError("not an institution's id")
        return self._directory / tenant

    @contextlib.contextmanager
    def _locked(self, tenant: str) -> Iterator[None]:
        """Alone in this institution's folder, among threads and processes."""
        folder = self._folder(tenant)
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


class _Cached:
    """A list of keys as read, with the mark of the file it was read from."""

    __slots__ = ("keys", "mark")

    def __init__(self, mark: tuple[int, int, int], keys: PublicKeys) -> None:
        self.mark = mark
        self.keys = keys


def _write(path: Path, data: bytes) -> None:
    """A new file of mode 0600 on the disk before this returns; a whole file or none."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)  # unlike a rename, never over a key that stands
    finally:
        part.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _ended(key: PublicKey, now: datetime) -> bool:
    return key.valid_to is not None and key.valid_to <= now


def _next_month(now: datetime) -> datetime:
    local = now.astimezone(KST)
    year, month = divmod(local.year * 12 + local.month, 12)
    return datetime(year, month + 1, 1, tzinfo=KST)
