"""The log as static files: C2SP tlog-tiles beside a signed checkpoint, to be copied and checked without us.

```
<directory>/<institution>/checkpoint                 the signed note, written last
                          tile/<L>/<N>[.p/<W>]       256 hashes of 2^(8·L) leaves each, or the W there are
                          tile/entries/<N>[.p/<W>]   the leaves: kind, time and salted hash; never a fact
```
`TileWriter` derives them from Redis, each file whole or not there; `TileLog` computes proofs (RFC 6962 §2.1) from such
a folder, wherever it comes from. Neither signs anything, and no file holds what has to be destroyed one day.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from attest import checkpoint, merkle
from attest.checkpoint import Checkpoint
from attest.errors import LogBehindError, LogCorruptError
from attest.log import ReceiptLog
from attest.merkle import Node

HEIGHT = 8  # of a tile, in levels of the tree (c2sp.org/tlog-tiles)
WIDTH = 1 << HEIGHT
_HASH = 32
_MOST_LEVELS = 6
_LONGEST_BUNDLE = WIDTH * (2 + 512)  # our leaves have about 60 bytes
_LONGEST_NOTE = 16_384
_AT_ONCE = 64 * WIDTH


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """A tile's path: `tile/0/x001/x234/067`, and `.p/<width>` behind it where it is not full."""
    digits = f"{number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{name}" + ("" if width == WIDTH else f".p/{width}")


@dataclass(frozen=True, slots=True)
class _Tile:
    """The tile `number` of a level, as wide as the tree makes it."""

    level: int
    number: int
    width: int


def tiles_of(size: int, since: int = 0) -> Iterator[_Tile]:
    """The tiles in which a tree of `size` leaves differs from one of `since`."""
    for level in range(_MOST_LEVELS):
        before, there = since >> HEIGHT * level, size >> HEIGHT * level
        for number in range(before // WIDTH, -(-there // WIDTH)):
            width = min(WIDTH, there - number * WIDTH)
            if before < number * WIDTH + width:
                yield _Tile(level, number, width)


class TileWriter:
    """Writes the institutions' logs under `directory`; derived, so that they may be deleted and are made again."""

    def __init__(self, directory: Path, log: ReceiptLog) -> None:
        self._directory = directory
        self._log = log

    async def publish(self, tenant: str) -> Checkpoint | None:
        """The checkpoint that now stands on disk with every tile under it; None for a log that has not begun.

        Raises:
            LogBehindError: what stands there is larger than the log: a backup was restored, and nothing is written.
            LogCorruptError: what stands there is of another tree.
        """
        folder = self._directory / tenant
        there = await asyncio.to_thread(_standing, folder)
        point = await self._log.checkpoint(tenant)
        if point is None or (there is not None and there.note == point.note):
            await self._refuse_other(tenant, there, point)
            return point
        await self._refuse_other(tenant, there, point)
        since = there.size if there else 0
        for first in range(since - since % WIDTH, point.size, _AT_ONCE):
            last = min(first + _AT_ONCE, point.size)
            await self._leaves(tenant, folder, max(first, since), last)
        for tile in tiles_of(point.size, since):
            if tile.level:
                hashes = await self._log.nodes(tenant, tile.level * HEIGHT, tile.number * WIDTH, tile.width)
                await asyncio.to_thread(_put_tile, folder, tile, hashes)
        now_there = await asyncio.to_thread(_standing, folder)
        if now_there is None or now_there.size < point.size:  # another process may have been faster
            await asyncio.to_thread(write, folder / "checkpoint", point.note.encode())
        return point

    async def _leaves(self, tenant: str, folder: Path, since: int, size: int) -> None:
        start = since - since % WIDTH
        leaves = await self._log.leaves(tenant, start, size)
        await asyncio.to_thread(_put_leaves, folder, start, leaves)

    async def _refuse_other(self, tenant: str, there: Checkpoint | None, point: Checkpoint | None) -> None:
        if there is None or there.size == 0:
            return
        if point is None or there.size > point.size:
            raise LogBehindError(point.size if point else 0, there.size)
        if not await self._log.grows_from(tenant, there):
            raise LogCorruptError(f"the published checkpoint of {there.size} leaves is of another tree")


class TileLog:
    """A log read from a folder of tiles, checked against nothing but its own checkpoint: who signed it is asked apart.

    What it reads was written by anybody: every file is bounded, and every hash folded up to the root.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.checkpoint = self._checkpoint()

    def leaf(self, index: int) -> bytes:
        """The leaf at `index`, shown to be in the tree.

        Raises:
            IndexError: there is no such leaf.
            LogCorruptError: a file is missing or does not belong to the tree.
        """
        size = self.checkpoint.size
        if not 0 <= index < size:
            raise IndexError(f"no leaf {index} in a log of {size}")
        leaf = self._bundle(index // WIDTH)[index % WIDTH]
        if not merkle.included(merkle.leaf_hash(leaf), index, size, self.inclusion(index), self.checkpoint.root):
            raise LogCorruptError(f"leaf {index} is not the one that was logged")
        return leaf

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The proof that the leaf at `index` is in the tree, from the leaf's neighbour up."""
        return self._hashes(merkle.inclusion_spans(index, self.checkpoint.size))

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """The proof that the tree of the first `old` leaves is this one's beginning."""
        if not 0 < old <= self.checkpoint.size:
            raise IndexError(f"no tree of {old} leaves")
        return self._hashes(merkle.consistency_spans(old, self.checkpoint.size))

    def leaves(self) -> Iterator[bytes]:
        """Every leaf in order; whoever takes them all has the root checked at the end.

        Raises:
            LogCorruptError: a file is missing, or the leaves are not those of the checkpoint.
        """
        edge = merkle.Edge(0, [])
        for number in range(-(-self.checkpoint.size // WIDTH)):
            for leaf in self._bundle(number):
                for _ in edge.append(merkle.leaf_hash(leaf)):
                    pass
                yield leaf
        if (edge.size, edge.root()) != (self.checkpoint.size, self.checkpoint.root):
            raise LogCorruptError("the leaves are not those of the checkpoint")

    def _checkpoint(self) -> Checkpoint:
        note = _read(self._folder / "checkpoint", _LONGEST_NOTE)
        if note is None:
            raise LogCorruptError("there is no checkpoint")
        return checkpoint.parse(note.decode("utf-8", "replace"))

    def _hashes(self, spans: Sequence[merkle.Span]) -> tuple[bytes, ...]:
        nodes = {node for span in spans for node in merkle.nodes_of(span)}
        stored = {node: self._node(node) for node in nodes}
        return tuple(merkle.hash_of(span, stored) for span in spans)

    def _node(self, node: Node) -> bytes:
        """A whole subtree's hash, folded from the hashes of its tile."""
        level, height = divmod(node.level, HEIGHT)
        first = node.index << height
        row = self._tile(level, first // WIDTH)
        at = first % WIDTH
        hashes = [row[_HASH * n : _HASH * (n + 1)] for n in range(at, at + (1 << height))]
        if any(len(one) != _HASH for one in hashes):
            raise LogCorruptError(f"tile {level}/{first // WIDTH} is too short")
        while len(hashes) > 1:
            hashes = [merkle.node_hash(*hashes[n : n + 2]) for n in range(0, len(hashes), 2)]
        return hashes[0]

    def _tile(self, level: int, number: int) -> bytes:
        data, width = self._file(level, number, self.checkpoint.size >> HEIGHT * level, WIDTH * _HASH)
        if len(data) != width * _HASH:
            raise LogCorruptError(f"tile {level}/{number} has {len(data)} bytes for {width} hashes")
        return data

    def _bundle(self, number: int) -> list[bytes]:
        data, width = self._file("entries", number, self.checkpoint.size, _LONGEST_BUNDLE)
        leaves: list[bytes] = []
        at = 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 2], "big")
            leaves.append(data[at + 2 : at + 2 + length])
            at += 2 + length
        if len(leaves) != width or at > len(data):
            raise LogCorruptError(f"entry bundle {number} is damaged")
        return leaves[: self.checkpoint.size - number * WIDTH]

    def _file(self, level: int | str, number: int, there: int, longest: int) -> tuple[bytes, int]:
        """A tile as wide as the tree needs it, or the full one that may have taken its place, and how wide it is."""
        width = min(WIDTH, there - number * WIDTH)
        for wide in dict.fromkeys((width, WIDTH)):
            data = _read(self._folder / tile_path(level, number, wide), longest) if wide > 0 else None
            if data is not None:
                return data, wide
        raise LogCorruptError(f"tile {level}/{number} is missing")


class Published:
    """The checkpoints that stand on disk beside the database: they survive its being set back.

    `known` is the largest that came back from elsewhere; `checkpoint` is the tile writer's.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def notes(self, tenant: str) -> Sequence[str]:
        """The signed notes there are, not checked."""
        found = (_read(self._directory / tenant / name, _LONGEST_NOTE) for name in ("checkpoint", "known"))
        return [data.decode("utf-8", "replace") for data in found if data]

    def keep(self, tenant: str, point: Checkpoint) -> None:
        """Keeps a checkpoint, signed by the log, that came back from elsewhere; the largest stays."""
        path = self._directory / tenant / "known"
        old = _parsed(_read(path, _LONGEST_NOTE))
        if old is None or old.size < point.size:
            write(path, point.note.encode())


def write(path: Path, data: bytes) -> None:
    """A file on the disk, whole, under its name; readers see the old one or this one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _put_tile(folder: Path, tile: _Tile, hashes: bytes) -> None:
    if len(hashes) != _HASH * tile.width:
        raise LogCorruptError(f"tile {tile.level}/{tile.number}: {len(hashes)} bytes for {tile.width} hashes")
    _put(folder, tile.level, tile.number, tile.width, hashes)


def _put_leaves(folder: Path, start: int, leaves: Sequence[bytes]) -> None:
    for at in range(0, len(leaves), WIDTH):
        some, number = leaves[at : at + WIDTH], (start + at) // WIDTH
        _put(folder, "entries", number, len(some), b"".join(len(x).to_bytes(2, "big") + x for x in some))
        _put(folder, 0, number, len(some), b"".join(map(merkle.leaf_hash, some)))


def _put(folder: Path, level: int | str, number: int, width: int, data: bytes) -> None:
    """One tile; the partial ones go once it is full (c2sp.org/tlog-tiles: they may)."""
    write(folder / tile_path(level, number, width), data)
    if width == WIDTH:
        partial = folder / (tile_path(level, number) + ".p")
        for old in partial.iterdir() if partial.is_dir() else ():
            old.unlink(missing_ok=True)
        if partial.is_dir():
            partial.rmdir()


def _standing(folder: Path) -> Checkpoint | None:
    return _parsed(_read(folder / "checkpoint", _LONGEST_NOTE))


def _parsed(note: bytes | None) -> Checkpoint | None:
    try:
        return None if note is None else checkpoint.parse(note.decode("utf-8", "replace"))
    except LogCorruptError:
        return None


def _read(path: Path, longest: int) -> bytes | None:
    """The file's bytes; None where there is none, or one too long to be what it should be."""
    try:
        with path.open("rb") as file:
            data = file.read(longest + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    return data if len(data) <= longest else None
