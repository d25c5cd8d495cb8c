"""RFC 6962 trees as pure arithmetic: roots, inclusion and consistency proofs, and which stored nodes they need.

A node is named by its level and its place in it: node (k, i) covers the leaves [i·2^k, (i+1)·2^k). Only whole nodes
are stored; the ragged right edge is folded from them. Checked against RFC 9162's algorithms, not against a library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Node:
    """A whole subtree of 2^level leaves, the `index`th of its level."""

    level: int
    index: int


@dataclass(frozen=True, slots=True)
class Span:
    """The leaves [start, start + size)."""

    start: int
    size: int


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf's bytes (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def peaks_of(size: int) -> tuple[Node, ...]:
    """The whole subtrees that make up a tree of `size` leaves, left to right, largest first."""
    peaks, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            peaks.append(Node(level, start >> level))
            start += 1 << level
    return tuple(peaks)


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The root of a tree from the hashes of its peaks, left to right."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


@dataclass(slots=True)
class Edge:
    """The right edge of a growing tree: its size and the hashes of its peaks."""

    size: int
    peaks: list[bytes]

    def append(self, hashed: bytes) -> Iterator[tuple[Node, bytes]]:
        """Adds one leaf hash; yields each node that this completes, the leaf's own first."""
        index, level = self.size, 0
        yield Node(0, index), hashed
        while self.size >> level & 1:
            hashed = node_hash(self.peaks.pop(), hashed)
            level += 1
            index >>= 1
            yield Node(level, index), hashed
        self.peaks.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return root_of(self.peaks)


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """The subtrees whose hashes prove that a leaf is in the tree, in the proof's order (RFC 6962 §2.1.1)."""
    spans: list[Span] = []
    whole = Span(0, size)
    while whole.size > 1:
        half = _split(whole.size)
        left, right = Span(whole.start, half), Span(whole.start + half, whole.size - half)
        whole, other = (left, right) if index < right.start else (right, left)
        spans.append(other)
    return tuple(reversed(spans))


def consistency_spans(old: int, new: int) -> tuple[Span, ...]:
    """The subtrees that prove one tree to be the beginning of another (RFC 6962 §2.1.2); none when equal."""
    if old in (0, new):
        return ()
    spans: list[Span] = []
    whole, known = Span(0, new), True
    while old - whole.start != whole.size:
        half = _split(whole.size)
        left, right = Span(whole.start, half), Span(whole.start + half, whole.size - half)
        if old <= right.start:
            spans.append(right)
            whole = left
        else:
            spans.append(left)
            whole, known = right, False
    if not known:
        spans.append(whole)
    return tuple(reversed(spans))


def nodes_of(span: Span) -> tuple[Node, ...]:
    """The stored nodes from which a subtree's hash is folded, left to right."""
    return tuple(Node(node.level, node.index + (span.start >> node.level)) for node in peaks_of(span.size))


def hash_of(span: Span, nodes: Mapping[Node, bytes]) -> bytes:
    """A subtree's hash from stored nodes."""
    return root_of([nodes[node] for node in nodes_of(span)])


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows a leaf hash at `index` of the tree with this root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, found = index, size - 1, leaf
    for hashed in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            found = node_hash(hashed, found)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            found = node_hash(found, hashed)
        first, last = first >> 1, last >> 1
    return last == 0 and found == root


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the smaller tree is the beginning of the larger (RFC 9162 §2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    older = newer = path[0]
    for hashed in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            older, newer = node_hash(hashed, older), node_hash(hashed, newer)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            newer = node_hash(newer, hashed)
        first, last = first >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
