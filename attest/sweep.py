"""A block of leaves recomputed at once: a check of a million leaves can't ask for a million signatures.

A block whose leaves lead to a root that the log's key signed is, leaf by leaf, the block that was logged (RFC 6962: no
other leaves have that root). So one signature answers for the block, and only where it does not is each head of the
block looked at, to name the first bad leaf. It reads no database and reports no fault: it says yes, or not sure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from attest.leaf import ERASED
from attest.merkle import Edge

BLOCK = 4096  # leaves, a whole subtree
_HASH = 32
_MARK = b"\x84\x01" + bytes([0x60 + len(ERASED)]) + ERASED.encode()


@dataclass(frozen=True, slots=True)
class Block:
    """A whole block, recomputed: the tree behind it, its nodes level by level, and what its leaves say of facts."""

    edge: Edge
    levels: tuple[bytes, ...]
    missing: tuple[int, ...]
    marks: tuple[int, ...]


def swept(edge: Edge, leaves: Sequence[bytes], details: Sequence[bytes | None]) -> Block | None:
    """The block that continues `edge`, a tree of whole blocks; None where facts are not those of their leaf.

    A block has a power of two of leaves, always the same.

    `missing` are the leaves without facts, and `marks` those that tell of an erasure.
    """
    missing, marks = [], []
    for number, (leaf, detail) in enumerate(zip(leaves, details, strict=True), edge.size):
        if detail is None:
            missing.append(number)
        elif not _belongs(detail, leaf):
            return None
        if leaf.startswith(_MARK):
            marks.append(number)
    levels = _levels(leaves)
    return Block(_behind(edge, levels), tuple(map(b"".join, levels)), tuple(missing), tuple(marks))


def _belongs(detail: bytes, leaf: bytes) -> bool:
    """Whether salt and facts, in their one encoding `82 50 salt, bytes`, have the hash that ends the leaf."""
    if detail[:2] != b"\x82\x50" or len(detail) < 20:
        return False
    kind = detail[18]
    start = {0x58: 20, 0x59: 21}.get(kind, 19)
    length = int.from_bytes(detail[19:start], "big") if start > 19 else kind - 0x40
    shortest = {0x58: 24, 0x59: 256}.get(kind, 0)
    if length < shortest or start + length != len(detail) or (start == 19 and length > 23):
        return False
    return hashlib.sha256(detail[2:18] + detail[start:]).digest() == leaf[-_HASH:]


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    sha256 = hashlib.sha256
    row = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    levels = [row]
    while len(row) > 1:
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
        levels.append(row)
    return levels


def _behind(edge: Edge, levels: list[list[bytes]]) -> Edge:
    """The edge after the block, whose joint nodes above it are appended to `levels`."""
    height = len(levels) - 1
    blocks = Edge(edge.size >> height, list(edge.peaks))
    (root,) = levels.pop()
    levels += [[hashed] for _, hashed in blocks.append(root)]
    return Edge(blocks.size << height, blocks.peaks)
