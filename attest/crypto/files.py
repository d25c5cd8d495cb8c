"""The file keeper: private keys as PEM files of mode 0600, one folder an institution, a passphrase where one is given.

```
<directory>/<institution>/receipt-<kid>.pem    one a month
                          log.pem              signs checkpoints; log-<kid>.pem after a rotation
                          audit.pem            opens seals; audit-2.pem for suite 2: move it away, issuing needs it not
```
It never overwrites or deletes a private key.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from attest.crypto.keys import OpeningKey, SigningKey, load_opening_key
from attest.crypto.ports import SigningUse
from attest.crypto.public import key_name
from attest.errors import KeyFileError
from attest.receipt import SUITE


class FileKeeper:
    """The private keys of the institutions under `directory`, each under `passphrase` where there is one.

    The audit office's are made under `audit_directory`, which the issuing role need not be able to read; or by
    `make_audit(tenant, suite)`, which gives the public half, or refuses.
    """

    def __init__(
        self,
        directory: Path,
        passphrase: bytes | None = None,
        audit_directory: Path | None = None,
        make_audit: Callable[[str, int], bytes] | None = None,
    ) -> None:
        self._directory = directory
        self._make_audit = make_audit
        self._audit_directory = audit_directory or directory
        self._passphrase = passphrase
        self._loaded: dict[tuple[str, str], SigningKey] = {}

    def make_signer(self, tenant: str, use: SigningUse, suite: int, *, another: bool = False) -> SigningKey:
        """A fresh key in its file; the log's file may stand from a process that died before it was listed."""
        first = use == "log" and not another
        if first and self._path(tenant, "log.pem").exists():
            return self._load(tenant, "log.pem")
        key = SigningKey.generate(key_name(tenant), suite)
        name = "log.pem" if first else f"{use}-{key.kid.hex()}.pem"
        write_new(self._path(tenant, name), key.to_pem(self._passphrase))
        return key

    def signer(self, tenant: str, use: SigningUse, kid: bytes) -> SigningKey:
        """The key of that id from its file.

        Raises:
            KeyFileError: no such file, or another key in it.
        """
        name = f"{use}-{kid.hex()}.pem"
        return self._load(tenant, "log.pem" if use == "log" and not self._path(tenant, name).exists() else name, kid)

    def make_opener(self, tenant: str, suite: int) -> bytes:
        """The public half of the audit office's key, made if its file is not there."""
        if self._make_audit is not None:
            return self._make_audit(tenant, suite)
        path = self.audit_file(tenant, suite)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(path, OpeningKey.generate(suite).to_pem(self._passphrase))
        return load_opening_key(path.read_bytes(), self._passphrase).public

    def audit_file(self, tenant: str, suite: int = SUITE) -> Path:
        """Where the audit office's private key of that suite is made."""
        return beside(self._audit_directory / tenant / "audit.pem", suite)

    def _path(self, tenant: str, name: str) -> Path:
        return self._directory / tenant / name

    def _load(self, tenant: str, name: str, kid: bytes | None = None) -> SigningKey:
        if (tenant, name) not in self._loaded:
            label = f"{tenant}/{name}"
            try:
                pem = self._path(tenant, name).read_bytes()
            except OSError as error:
                raise KeyFileError(f"can't read the key file {label}: {error.strerror}") from error
            key = SigningKey.from_pem(key_name(tenant), pem, self._passphrase)
            if kid is not None and key.kid != kid:
                raise KeyFileError(f"{label} holds key {key.kid.hex()}, not {kid.hex()}")
            self._loaded[tenant, name] = key
        return self._loaded[tenant, name]


def beside(keyfile: Path, suite: int) -> Path:
    """The name of a key file for another suite: `audit.pem`, `audit-2.pem`."""
    return keyfile if suite == SUITE else keyfile.with_name(f"{keyfile.stem}-{suite}{keyfile.suffix}")


def write_new(path: Path, data: bytes) -> None:
    """A new file of mode 0600 on the disk before this returns; a whole file or none, never over one that stands."""
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
    sync(path.parent)


def sync(folder: Path) -> None:
    """The folder's entries on the disk before this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
