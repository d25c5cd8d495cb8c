"""The published vectors: the house's verifier and a second one, written from FORMAT.md alone, agree on all of them."""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest

from attest import canonical, checkpoint, proofs
from attest.crypto import OpeningKey, PublicKeys, open_with
from attest.errors import KeyListError, LogCorruptError, SealError
from attest.verify import Verifier, judge
from tests.attest import make_vectors, second_log
from tests.attest import second_verifier as second

FOLDER = Path(__file__).parent / "vectors"
EXPECTED: dict[str, dict] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
OPENING = {
    int(suite): bytes.fromhex(secret)
    for suite, secret in json.loads((FOLDER / "test_keys.json").read_text("utf-8"))["opening"].items()
}


def of(folder: str) -> list[str]:
    return [path for path in EXPECTED if path.startswith(folder + "/")]


def content(path: str) -> str:
    return (FOLDER / path).read_bytes().decode()


@cache
def both() -> SimpleNamespace:
    """The list of keys as each verifier reads it."""
    text = (FOLDER / "keys.json").read_text("utf-8")
    return SimpleNamespace(first=PublicKeys.from_json(text), second=second.load_keys(text))


def test_there_are_enough_and_they_are_small():
    files = [path for path in FOLDER.rglob("*") if path.is_file() and path.name != ".gitattributes"]

    assert len(EXPECTED) >= 500
    assert {str(path.relative_to(FOLDER)) for path in files} == {
        *EXPECTED,
        "expected.json",
        "keys.json",
        "test_keys.json",
    }
    assert sum(path.stat().st_size for path in files) < 1_500_000
    kinds = [EXPECTED[path].get("reason", EXPECTED[path].get("verdict")) for path in of("receipts")]
    for kind in (
        "valid",
        "valid_but",
        "malformed",
        "unknown_key",
        "bad_signature",
        "outside_key_period",
        "revoked_key",
    ):
        assert kinds.count(kind) >= 4


def test_the_script_writes_exactly_these_files(tmp_path):
    make_vectors.main(tmp_path)

    for path in sorted(FOLDER.rglob("*")):
        if path.is_file() and path.name != ".gitattributes":
            assert (tmp_path / path.relative_to(FOLDER)).read_bytes() == path.read_bytes(), path


def test_receipts_from_before_closed_trips_keep_their_very_bytes():
    old = [
        path
        for path in of("receipts")
        if ("-valid-" in path or "-key-" in path) and "-pair-" not in path and "-no-point-" not in path
    ]
    assert len(old) == 220

    digest = hashlib.sha256(b"".join((FOLDER / path).read_bytes() for path in sorted(old)))
    assert digest.hexdigest() == "9173df6df260db1c03e182cd12208ed37fb291c3f4f1638822f039b951df4c82"


def test_the_second_verifier_imports_nothing_of_the_house():
    trees = [ast.parse(Path(str(one.__file__)).read_text("utf-8")) for one in (second, second_log)]
    names = {
        name if name.startswith("tests") else name.split(".")[0]
        for node in itertools.chain.from_iterable(map(ast.walk, trees))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }

    assert names <= {
        "__future__", "base64", "hashlib", "hmac", "json", "re", "unicodedata", "dataclasses", "datetime",
        "cryptography", "tests.attest.second_verifier",
    }  # fmt: skip


def first_says(finding) -> dict[str, object]:
    """A finding of the house in the words of the vectors."""
    if finding.reason:
        return {"verdict": finding.verdict.value, "reason": finding.reason}
    receipt = finding.receipt
    return {
        "verdict": finding.verdict.value, "flags": list(finding.flags),
        "receipt": {
            "institution": receipt.institution, "kid": receipt.kid.hex(), "suite": receipt.suite,
            "serial": receipt.serial.hex(), "time": int(receipt.time.timestamp()), "grade": receipt.grade,
            "place": receipt.place, "accuracy": receipt.accuracy, "holder": receipt.holder.hex(),
            "document": receipt.document, "index": receipt.index,
            **({"pair": [pair.minutes, pair.distance_100m, int(pair.vehicle)]} if (pair := receipt.pair) else {}),
        },
    }  # fmt: skip


def second_says(found: dict) -> dict[str, object]:
    if "receipt" in found:
        found = found | {"receipt": {k: v for k, v in found["receipt"].items() if k not in {"flags", "sealed"}}}
    return found


def without_seal(path: str) -> dict[str, object]:
    return {name: value for name, value in EXPECTED[path].items() if name not in {"sealed", "token"}}


@pytest.mark.parametrize("kind", ["text", "frame", "bit", "payload", "key", "seal", "valid"])
@pytest.mark.parametrize("suite", [1, 2])
def test_both_verifiers_find_in_each_receipt_what_is_expected(suite, kind):
    paths = [path for path in of("receipts") if path.startswith(f"receipts/{suite}-{kind}-")]
    verifier = Verifier(both().first)

    assert paths
    for path in paths:
        assert first_says(judge(content(path), verifier)) == without_seal(path), path
        assert second_says(second.judge(content(path), both().second)) == without_seal(path), path


def test_both_open_each_seal_or_neither_does():
    verifier, opened = Verifier(both().first), 0
    assert first_says(judge(content("receipts/nothing.txt"), verifier)) == without_seal("receipts/nothing.txt")
    for path in of("receipts"):
        if "sealed" not in EXPECTED[path]:
            continue
        receipt = judge(content(path), verifier).receipt
        key = OpeningKey.from_seed(OPENING[receipt.suite], receipt.suite)
        other, _ = second.verify(content(path), both().second)
        expected = EXPECTED[path]["sealed"]
        if expected is None:
            with pytest.raises(SealError):
                open_with(receipt, key)
            with pytest.raises(second.RefusedError):
                second.open_seal(other, OPENING[receipt.suite])
            continue
        facts, same = open_with(receipt, key), second.open_seal(other, OPENING[receipt.suite])
        lat, lon, accuracy = (
            (round(facts.point.lat * 1e6), round(facts.point.lon * 1e6), facts.point.accuracy_m)
            if facts.point
            else (None, None, None)
        )
        assert (lat, lon) == (expected["lat"], expected["lon"])
        assert (same["lat"], same["lon"]) == (expected["lat"], expected["lon"])
        assert facts.name == same["name"] == expected["name"]
        assert (facts.department, facts.messenger, facts.message.hex(), accuracy) == (
            same["department"], same["messenger"], same["message"], same["accuracy_m"],
        )  # fmt: skip
        opened += 1

    assert opened >= 150


def test_both_take_and_refuse_the_same_lists_of_keys():
    for path in of("keylists"):
        text, expected = content(path), EXPECTED[path]
        if expected["ok"]:
            assert len(PublicKeys.from_json(text).keys) == len(second.load_keys(text)) == expected["keys"]
            continue
        with pytest.raises(KeyListError):
            PublicKeys.from_json(text)
        with pytest.raises(second.RefusedError):
            second.load_keys(text)


def first_checkpoint(note: str, institution: str) -> dict[str, object]:
    try:
        point, _ = checkpoint.with_cosignatures(note)
    except LogCorruptError:
        return {"institution": institution, "error": "not_a_checkpoint"}
    if not checkpoint.is_signed(point, institution, both().first):
        return {"institution": institution, "error": "not_signed"}
    return {"institution": institution, "size": point.size, "root": point.root.hex()}


def second_checkpoint(note: str, institution: str) -> dict[str, object]:
    try:
        size, root = second_log.checkpoint(note, institution, both().second)
    except second.RefusedError as refusal:
        return {"institution": institution, "error": refusal.kind}
    return {"institution": institution, "size": size, "root": root.hex()}


def test_both_read_the_same_checkpoints():
    for path in of("checkpoints"):
        expected = EXPECTED[path]
        assert first_checkpoint(content(path), expected["institution"]) == expected, path
        assert second_checkpoint(content(path), expected["institution"]) == expected, path


def test_both_take_and_refuse_the_same_proofs():
    verifier = Verifier(both().first)
    for path in of("proofs"):
        token, proof = EXPECTED[path]["token"], content(path)
        finding = proofs.with_proof(judge(token, verifier), token, proof, verifier)
        assert first_says(finding) == without_seal(path), path
        assert second_says(second_log.judge_with(token, both().second, proof)) == without_seal(path), path


def test_what_another_cose_library_signs_is_a_receipt_and_in_suite_1_the_very_same_bytes():
    rows = json.loads((Path(__file__).parent / "data" / "cwt.json").read_text("utf-8"))["signed"]
    verifier = Verifier(both().first)

    assert {row["suite"] for row in rows} == {1, 2}
    for row in rows:
        ours, theirs = canonical.from_text(content(f"receipts/{row['vector']}").strip()), bytes.fromhex(row["cwt"])
        assert ours[:167] == theirs[:167]
        assert row["suite"] == 2 or ours == theirs
        assert verifier.verify(canonical.to_text(theirs)).suite == row["suite"]
