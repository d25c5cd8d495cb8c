"""The vectors about the log and the lists of keys; `make_vectors` writes them with the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from attest import canonical, checkpoint, merkle
from attest.crypto import PublicKeys, SigningKey
from attest.issue import receipt_fields, receipt_salt
from attest.leaf import leaf_bytes
from attest.proofs import ReceiptProof
from attest.receipt import Receipt, join, split
from tests.attest.make_vectors import (
    NOVEMBER,
    Vector,
    drawn,
    example,
    key_list,
    month_key,
    refused,
    said,
    signer,
    token,
    whole,
)
from tests.attest.vector_faults import KEY_LIST_FAULTS, NOTE_FAULTS, PROOF_FAULTS


def tree(size: int, leaves: dict[int, bytes]) -> list[bytes]:
    return [leaves.get(n, leaf_bytes("looked", NOVEMBER, bytes(16), canonical.dumps({"n": n}))) for n in range(size)]


def path_of(leaves: list[bytes], index: int) -> tuple[bytes, ...]:
    """RFC 6962 §2.1.1, as it stands there."""
    if len(leaves) == 1:
        return ()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    if index < half:
        return (*path_of(leaves[:half], index), root_of(leaves[half:]))
    return (*path_of(leaves[half:], index - half), root_of(leaves[:half]))


def root_of(leaves: list[bytes]) -> bytes:
    edge = merkle.Edge(0, [])
    for leaf in leaves:
        list(edge.append(merkle.leaf_hash(leaf)))
    return edge.root()


def proofs() -> Iterator[Vector]:
    """Trees of many sizes under both suites' log keys, and each fault of a proof."""

    def proof_of(
        suite: int, key: SigningKey, size: int, index: int, institution: str, kind: str = "issued"
    ) -> tuple[Receipt, str, ReceiptProof]:
        bare = replace(example(suite, 1, institution, index=index, flags=()), kid=key.kid)
        text = token(key, whole(bare, 1), institution)
        envelope = split(text)
        leaf = leaf_bytes(kind, NOVEMBER, receipt_salt(envelope), canonical.dumps(receipt_fields(envelope)))
        leaves = tree(size, {index: leaf})
        log_key = signer("abc", 1 if institution == "gyeongnam" else 2, institution)
        point = checkpoint.sign(log_key, size, root_of(leaves))
        return bare, text, ReceiptProof(index, leaf, path_of(leaves, index), point)

    for size, index in ((1, 0), (2, 0), (2, 1), (3, 2), (5, 4), (7, 3), (8, 0), (8, 7), (13, 12), (20, 16), (33, 5)):
        for suite, institution in ((1, "gyeongnam"), (2, "busan")):
            key = month_key(1) if institution == "gyeongnam" else signer("2", suite, institution)
            bare, text, proof = proof_of(suite, key, size, index, institution)
            yield with_receipt(f"{suite}-valid-{size}-{index}", text, proof.to_text(), said(bare, 1))
    bare, text, proof = proof_of(1, signer("1024", 1), 12, 9, "gyeongnam")
    yield with_receipt("1-revoked-by-a-leaf-behind-it", text, proof.to_text(), said(bare, 1))
    bare, text, proof = proof_of(1, signer("3", 1), 12, 9, "gyeongnam")
    yield with_receipt("1-revoked-without-a-leaf", text, proof.to_text(), said(bare, 1, ("revoked_key",)))
    _, text, proof = proof_of(1, month_key(1), 12, 9, "gyeongnam", "voided")
    yield with_receipt("1-leaf-of-another-kind", text, proof.to_text(), refused("other_in_log"))
    _, other, _ = proof_of(1, month_key(1), 12, 9, "gyeongnam")
    altered = replace(split(other), signature=bytes(64))
    yield with_receipt("1-receipt-not-signed", join(altered), proof.to_text(), refused("bad_signature"))
    bare, text, proof = proof_of(1, month_key(1), 12, 9, "gyeongnam")
    twin = token(month_key(1), whole(replace(bare, serial=bytes(8)), 1))
    yield with_receipt("1-another-at-its-place", twin, proof.to_text(), refused("other_in_log"))
    for fault, (flag, change) in PROOF_FAULTS.items():
        yield with_receipt(f"1-{fault}", text, change(proof.to_text()), said(bare, 1, (flag,)))


def with_receipt(name: str, text: str, proof: str, expected: dict[str, object]) -> Vector:
    return Vector(f"proofs/{name}.txt", proof, {"token": text, **{k: v for k, v in expected.items() if k != "sealed"}})


def key_lists() -> Iterator[Vector]:
    good = key_list().to_json()
    yield Vector("keylists/valid.json", good, {"ok": True, "keys": len(key_list().keys)})
    yield Vector("keylists/valid-empty.json", PublicKeys().to_json(), {"ok": True, "keys": 0})
    for fault, change in KEY_LIST_FAULTS.items():
        entry = json.loads(PublicKeys((key_list().keys[3],)).to_json())
        yield Vector(f"keylists/{fault}.json", change(entry), {"ok": False})


def checkpoints() -> Iterator[Vector]:
    for suite, institution in ((1, "gyeongnam"), (2, "busan")):
        key, root = signer("abc", suite, institution), drawn("root", 256)
        for size in (0, 1, 255, 256, 10**6, 2**53 - 1):
            point = checkpoint.sign(key, size, drawn("root", size))
            found = {"institution": institution, "size": size, "root": point.root.hex()}
            yield Vector(f"checkpoints/{suite}-valid-{size}.txt", point.note, found)
        good = checkpoint.sign(key, 256, root)
        for fault, (error, change) in NOTE_FAULTS.items():
            yield unsigned(f"{suite}-{fault}", institution, change(good), error)
        wrong = {
            "another-key": checkpoint.sign(signer("3", suite, institution), 256, root),
            "another-origin": checkpoint.sign(signer("abc", suite, "seoul"), 256, root),
            "signature-turned": replace(good, signature=good.signature[:-1] + bytes([good.signature[-1] ^ 1])),
            "size-turned": replace(good, size=257),
            "root-turned": replace(good, root=bytes(32)),
        }
        for fault, point in wrong.items():
            yield unsigned(f"{suite}-{fault}", institution, point.note, "not_signed")


def unsigned(name: str, institution: str, note: str, error: str) -> Vector:
    return Vector(f"checkpoints/{name}.txt", note, {"institution": institution, "error": error})
