"""The audit office's private keys, read where they lie when something has to be opened, and not before.

```
<directory>/<institution>/audit.pem        suite 1; audit-2.pem for suite 2; audit-<kid>.pem for each later one
```
Several may lie there: what was sealed to an older key is opened by it for ever. Only the role that opens makes one of
these; the passphrase is asked for at the first key that is under one, and both are kept in this process's memory alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from attest.crypto.files import beside, write_new
from attest.crypto.keys import OpeningKey, load_opening_keys
from attest.crypto.primitives import key_id
from attest.crypto.public import key_name
from attest.crypto.sealed import open_with
from attest.errors import KeyFileError, SealError
from attest.receipt import Receipt, Sealed, institution_fits

_LARGEST = 20_000
_MOST = 100
Mark = tuple[int, int, int]


class OpeningKeys:
    """The opening keys of the institutions under `directory`, and of `older` places where some may still lie.

    `passphrase` gives the one they are under; None where they are under none.
    """

    def __init__(
        self, directory: Path, passphrase: Callable[[], bytes | None] = lambda: None, older: Sequence[Path] = ()
    ) -> None:
        self._directory = directory
        self._places = (*older, directory)
        self._passphrase = passphrase
        self._read: dict[Path, tuple[Mark, list[OpeningKey]]] = {}

    def of(self, tenant: str) -> tuple[OpeningKey, ...]:
        """Every opening key of the institution that lies here; empty without one.

        Raises:
            KeyFileError: a file is no key, can't be read, or is under another passphrase.
        """
        found = [key for path in self.files(tenant) for key in self._keys(path)]
        return tuple({key.public: key for key in found}.values())

    def holds(self, tenant: str, public: bytes) -> bool:
        """Whether the private half of that public key lies here."""
        return any(key.public == public for key in self.of(tenant))

    def open(self, receipt: Receipt) -> Sealed:
        """The exact point and the person of a verified receipt.

        Raises:
            KeyFileError: no key lies here, or none that can be read.
            SealError: none of them fits.
        """
        keys = [key for key in self.of(receipt.institution) if key.suite == receipt.suite]
        if not keys:
            raise KeyFileError(f"no opening key of suite {receipt.suite} for {receipt.institution} lies here")
        for key in keys[:-1]:
            try:
                return open_with(receipt, key)
            except SealError:
                continue
        return open_with(receipt, keys[-1])

    def open_letter(self, tenant: str, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this office under `info` outside of any receipt.

        Raises:
            KeyFileError: as `open`.
            SealError: no key here opens it.
        """
        for key in self.of(tenant):
            try:
                return key.open(sealed, info)
            except SealError:
                continue
        raise SealError("no key here opens this letter")

    def make(self, tenant: str, suite: int, *, another: bool = False) -> OpeningKey:
        """The institution's key of that suite, made where there is none; with `another`, a further one.

        Raises:
            KeyFileError: a key that is there can't be read, or none can be written.
        """
        there = [key for key in self.of(tenant) if key.suite == suite]
        if there and not another:
            return there[-1]
        key = OpeningKey.generate(suite)
        folder = self._directory / tenant
        first = beside(folder / "audit.pem", suite)
        path = folder / f"audit-{key_id(key_name(tenant), key.public).hex()}.pem" if there or first.exists() else first
        pem = key.to_pem(self._passphrase())
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(path, pem)
        except OSError as error:
            raise KeyFileError(f"can't write the key file {path.name}: {error.strerror}") from error
        return key

    def files(self, tenant: str) -> list[Path]:
        """The files of an institution's opening keys, the oldest first, not looked into."""
        if not institution_fits(tenant):
            raise KeyFileError("not an institution's id")
        found = [path for place in self._places for path in (place / tenant).glob("audit*.pem") if path.is_file()]
        return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name))[-_MOST:]

    def _keys(self, path: Path) -> list[OpeningKey]:
        try:
            with path.open("rb") as file:
                stamp = path.stat()
                mark = (stamp.st_mtime_ns, stamp.st_ino, stamp.st_size)
                if path not in self._read or self._read[path][0] != mark:
                    self._read[path] = mark, self._load(file.read(_LARGEST))
        except OSError as error:
            raise KeyFileError(f"can't read the key file {path.name}: {error.strerror}") from error
        return self._read[path][1]

    def _load(self, pem: bytes) -> list[OpeningKey]:
        return load_opening_keys(pem, self._passphrase() if b"ENCRYPTED" in pem else None)
