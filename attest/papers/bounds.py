"""What a file may hold at most, and how an archive is unpacked under a cap whatever its headers declare."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from attest.errors import PaperRefusedError

MAX_PAPER_BYTES = 20 * 2**20
MAX_UNPACKED = 96 * 2**20  # of an office file's parts
MAX_PARTS = 4_000
_CHUNK = 1 << 16
_DIRECTORY_ENTRY = b"PK\x01\x02"


def refuse_large(data: bytes) -> None:
    """Nothing, or a refusal.

    Raises:
        PaperRefusedError: `too_large`, or `empty`.
    """
    if not data:
        raise PaperRefusedError("empty")
    if len(data) > MAX_PAPER_BYTES:
        raise PaperRefusedError("too_large")


def refuse_crowd(data: bytes, most: int = MAX_PARTS) -> None:
    """Refuses a zip whose directory would cost memory before its names can be counted.

    Raises:
        PaperRefusedError: `bomb`.
    """
    if data.count(_DIRECTORY_ENTRY) > 4 * most:
        raise PaperRefusedError("bomb")


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """A member piece by piece.

    Raises:
        PaperRefusedError: `bomb`: more than `most` bytes came out; `password`: it is encrypted.
    """
    if member.flag_bits & 0x1:
        raise PaperRefusedError("password")
    if member.file_size > most:
        raise PaperRefusedError("bomb")
    came = 0
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            came += len(chunk)
            if came > most:
                raise PaperRefusedError("bomb")
            yield chunk
