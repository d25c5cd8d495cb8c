"""What `dobi.toml` says of keys and of who else vouches: [audit], [timestamp], [backup], [[witness]].

A passphrase stands there as a reference and is looked up by the one role that needs it, when it needs it: the same file
serves a machine that may not know it.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings_fields import env_name

REFERENCE = re.compile(r"(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)")
_LONGEST = 10_000


class NoPassphrase(Exception):  # noqa: N818 - a finding, told to whoever runs the command
    """The place that a reference names holds no passphrase; the text is Korean, for the operator."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a passphrase is: `env:NAME` or `file:PATH`."""

    origin: str
    _environ: Mapping[str, str] = field(repr=False, hash=False, compare=False)

    def reveal(self) -> str:
        """The passphrase, without the line end of its file.

        Raises:
            NoPassphrase: it is not there, or a file that others may read.
        """
        name = env_name(self.origin)
        found = _from_file(Path(self.origin[5:])) if name is None else self._environ.get(name, "")
        if not found.strip():
            raise NoPassphrase(f"암호가 없거나 비어 있습니다({self.origin}).")
        return found


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            mode, content = path.stat().st_mode, file.read(_LONGEST)
    except OSError as error:
        raise NoPassphrase(f"암호 파일을 읽지 못했습니다: {path} ({error.strerror})") from error
    if stat.S_ISREG(mode) and mode & 0o077:
        raise NoPassphrase(f"암호 파일을 다른 사용자가 볼 수 있습니다: {path}. chmod 600으로 바꾸어 주십시오.")
    try:
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise NoPassphrase(f"암호 파일이 UTF-8이 아닙니다: {path}") from None


@dataclass(frozen=True, slots=True)
class Audit:
    """Where the audit office's opening keys lie, None for `audit` in the data directory, and what they are under."""

    directory: Path | None = None
    passphrase: Reference | None = None

    def unlock(self) -> bytes | None:
        """The passphrase of the opening keys; None where they are under none.

        Raises:
            NoPassphrase: see `Reference.reveal`.
        """
        return None if self.passphrase is None else self.passphrase.reveal().encode()


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A time stamp authority: its address, and the file of the certificates in PEM that are trusted."""

    url: str
    certificate: Path


@dataclass(frozen=True, slots=True)
class Backup:
    """What backups are under unless the command says otherwise, and for how many days they are good."""

    passphrase: Reference | None = None
    days: int = 30


@dataclass(frozen=True, slots=True)
class WitnessServer:
    """Who cosigns the logs over HTTP (C2SP tlog-witness): its address and its key as a vkey."""

    url: str
    key: str
