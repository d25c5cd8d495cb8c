"""The keys of institutions: which is in use, since when, until when; the private ones lie with a keeper.

```
<directory>/<institution>/keys.json      its public keys, with periods (what `export` hands out)
                          holder.secret  32 bytes, keys the pseudonyms
```
Beside them the file keeper (`files`) puts its PEM files; another keeper (`ports`) keeps the private keys elsewhere.
A file lock keeps two processes from making the same key twice. An institution's suite is one setting and counts for
keys made from then on: a key keeps the suite it was made for, and a receipt the suite of its key.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from attest.crypto.files import FileKeeper, sync, write_new
from attest.crypto.ports import Keeper, Signer
from attest.crypto.primitives import key_id, suite_of
from attest.crypto.public import PublicKey, PublicKeys, Use, key_name
from attest.errors import KeyFileError, KeyListError
from attest.receipt import SUITE, institution_fits

KST = timezone(timedelta(hours=9), "KST")
SLACK = timedelta(days=1)  # a share taken just before a key's first use may be signed by it


class KeyStore:
    """The signing keys, audit public keys and pseudonym secrets of the institutions under `directory`.

    Safe for threads and for processes on one machine. `tenant` is the institution's id; `suites` names the suite of
    its new keys where that is not 1. Without a `keeper` private keys are files under `directory`.
    """

    def __init__(self, directory: Path, suites: Mapping[str, int] | None = None, keeper: Keeper | None = None) -> None:
        self._directory = directory
        self._suites = dict(suites or {})
        self._files = FileKeeper(directory)
        self._keeper = keeper or self._files
        self._signers: dict[bytes, Signer] = {}
        self._lists: dict[str, _Cached] = {}
        self._secrets: dict[str, bytes] = {}

    def prepare(self, tenant: str, now: datetime, institution_name: str) -> PublicKeys:
        """An institution's public keys, all made if they were not: one may export them before the first receipt."""
        self.receipt_key(tenant, now, institution_name)
        self.log_key(tenant, now, institution_name)
        self.audit_key(tenant, now, institution_name)
        return self.public_keys(tenant)

    def receipt_key(self, tenant: str, now: datetime, institution_name: str = "") -> Signer:
        """The key that signs receipts now: this month's (Korean time), made if there is none.

        Raises:
            KeyFileError: its file is missing or damaged.
        """
        current = self._current(tenant, now)
        if current is None:
            with self._locked(tenant):
                current = self._current(tenant, now) or self._add_receipt_key(tenant, now, institution_name)
        return self._signer(current)

    def log_key(self, tenant: str, now: datetime, institution_name: str = "") -> Signer:
        """The key that signs the log's checkpoints, made if there is none."""
        if not self.public_keys(tenant).of(tenant, "log"):
            with self._locked(tenant):
                if not self.public_keys(tenant).of(tenant, "log"):
                    signer = self._keeper.make_signer(tenant, "log", self.suite(tenant))
                    self._add(tenant, "log", signer.public, institution_name, now)
        return self._signer(self.public_keys(tenant).of(tenant, "log")[-1])

    def audit_key(self, tenant: str, now: datetime, institution_name: str = "", suite: int | None = None) -> bytes:
        """The audit office's public key of a suite, to which points and names are sealed; made if there is none."""
        wanted = suite or self.suite(tenant)
        if not self._seal_keys(tenant, wanted):
            with self._locked(tenant):
                if not self._seal_keys(tenant, wanted):
                    public = self._keeper.make_opener(tenant, wanted)
                    self._add(tenant, "seal", public, institution_name, now)
        return self._seal_keys(tenant, wanted)[-1].key

    def enrol_audit_key(self, tenant: str, public: bytes, now: datetime, institution_name: str = "") -> PublicKey:
        """The audit office's own public key: seals from now on are for it, and this house can't open them.

        The office makes its key where it lives and hands over 32 or 65 bytes. Twice is once.

        Raises:
            KeyListError: not such a key.
        """
        with self._locked(tenant):
            known = [key for key in self.public_keys(tenant).of(tenant, "seal") if key.key == public]
            if known and known[0] == self._seal_keys(tenant, known[0].suite)[-1]:
                return known[0]
            if known:
                raise KeyListError(f"key {known[0].kid.hex()} was followed by another")
            return self._add(tenant, "seal", public, institution_name, now)

    def audit_file(self, tenant: str) -> Path:
        """Where the audit office's private key is made; it may since have been moved to where it belongs.

        That of suite 2 lies beside it (`audit-2.pem`), where `open_sealed` looks for it.
        """
        self._folder(tenant)
        return self._files.audit_file(tenant)

    def suite(self, tenant: str) -> int:
        """The suite of this institution's new keys."""
        return self._suites.get(tenant, SUITE)

    def pseudonym(self, tenant: str, holder_id: str) -> bytes:
        """Eight bytes that stand for a person within one institution: HMAC-SHA256 under its own secret, cut."""
        return hmac.digest(self._secret(tenant), holder_id.encode(), hashlib.sha256)[:8]

    def mark(self, tenant: str, data: bytes) -> bytes:
        """32 bytes over `data` that only a holder of this institution's secret can make, and no pseudonym's."""
        return hmac.digest(self._secret(tenant), b"\0mark\0" + data, hashlib.sha256)

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

    def rotate_log(self, tenant: str, now: datetime, institution_name: str = "") -> PublicKey:
        """A new key for checkpoints from now on; what the old ones signed is verified with them for ever."""
        self.log_key(tenant, now, institution_name)
        with self._locked(tenant):
            current = self.public_keys(tenant).of(tenant, "log")[-1]
            signer = self._keeper.make_signer(tenant, "log", self.suite(tenant), another=True)
            added = self._add(tenant, "log", signer.public, current.institution_name, now)
            self._replace(tenant, current, replace(current, valid_to=now))  # last: one of them signs at any moment
            return added

    def revoke(self, tenant: str, kid: bytes, now: datetime, index: int | None = None) -> PublicKey:
        """The key with this id, marked revoked now, by the leaf `index` of the log; twice is once.

        Raises:
            KeyListError: this institution has no such key for receipts.
        """
        with self._locked(tenant):
            found = [key for key in self.public_keys(tenant).find(kid, "receipt") if key.institution == tenant]
            if not found:
                raise KeyListError(f"{tenant} has no receipt key {kid.hex()}")
            if found[0].revoked_at is not None and (index is None or found[0].revoked_index is not None):
                return found[0]
            revoked = replace(found[0], revoked_at=found[0].revoked_at or now, revoked_index=index)
            self._replace(tenant, found[0], revoked)
            return revoked

    def _current(self, tenant: str, now: datetime) -> PublicKey | None:
        """The receipt key in use now; the newest one, where a rotation left two."""
        keys = self.public_keys(tenant).of(tenant, "receipt")
        usable = [k for k in keys if k.revoked_at is None and k.valid_from <= now and not _ended(k, now)]
        return usable[-1] if usable else None

    def _add_receipt_key(self, tenant: str, now: datetime, institution_name: str) -> PublicKey:
        taken = {key.kid for key in self.public_keys(tenant).keys}
        signer = self._keeper.make_signer(tenant, "receipt", self.suite(tenant))
        while signer.kid in taken:
            signer = self._keeper.make_signer(tenant, "receipt", self.suite(tenant))
        return self._add(tenant, "receipt", signer.public, institution_name, now - SLACK, _next_month(now))

    def _seal_keys(self, tenant: str, suite: int) -> list[PublicKey]:
        return [key for key in self.public_keys(tenant).of(tenant, "seal") if key.suite == suite]

    def _add(
        self, tenant: str, use: Use, public: bytes, institution_name: str, start: datetime, end: datetime | None = None
    ) -> PublicKey:
        entry = PublicKey(
            key_id(key_name(tenant), public), use, tenant, institution_name, public,
            start.astimezone(UTC), end and end.astimezone(UTC), suite=suite_of(public) or 0,
        )  # fmt: skip
        self._save(tenant, (*self.public_keys(tenant).keys, entry))
        return entry

    def _replace(self, tenant: str, old: PublicKey, new: PublicKey) -> None:
        self._save(tenant, tuple(new if key == old else key for key in self.public_keys(tenant).keys))

    def _save(self, tenant: str, keys: tuple[PublicKey, ...]) -> None:
        path = self._folder(tenant) / "keys.json"
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        write_new(fresh, PublicKeys(keys).to_json().encode())
        fresh.replace(path)
        sync(path.parent)

    def _signer(self, key: PublicKey) -> Signer:
        if key.use == "seal":
            raise KeyFileError("a seal's key signs nothing")
        signer = self._signers.get(key.key)
        if signer is None:
            signer = self._keeper.signer(key.institution, key.use, key.kid)
            if signer.public != key.key:
                raise KeyFileError(f"the keeper has another key {key.kid.hex()}")
            self._signers[key.key] = signer
        return signer

    def _secret(self, tenant: str) -> bytes:
        if tenant not in self._secrets:
            path = self._folder(tenant) / "holder.secret"
            with self._locked(tenant):
                if not path.exists():
                    write_new(path, secrets.token_bytes(32))
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


def _ended(key: PublicKey, now: datetime) -> bool:
    return key.valid_to is not None and key.valid_to <= now


def _next_month(now: datetime) -> datetime:
    local = now.astimezone(KST)
    year, month = divmod(local.year * 12 + local.month, 12)
    return datetime(year, month + 1, 1, tzinfo=KST)
