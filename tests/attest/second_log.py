"""The second verifier's half about the log, written from attest/FORMAT.md §6 alone: checkpoints and proof files."""

from __future__ import annotations

import base64
import hashlib
import re

from tests.attest.second_verifier import Key, RefusedError, base45, fits, head, judge, need, read, verdict

NOTE = re.compile(
    r"((dobi/\S+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n)\n((?:— [^\s+]+ [A-Za-z0-9+/]+={0,2}\n){1,32})"
)


def strict64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise RefusedError("not_a_checkpoint") from None
    need(base64.b64encode(data).decode() == text, "not_a_checkpoint")
    return data


def checkpoint(note: str, institution: str, keys: list[Key]) -> tuple[int, bytes]:
    """The size and root that the institution's log key signed, or RefusedError: not_a_checkpoint, not_signed."""
    match = NOTE.fullmatch(note)
    need(match, "not_a_checkpoint")
    body, origin, size, root, lines = match.groups()
    own = [line.split(" ") for line in lines.splitlines() if line.split(" ")[1] == origin]
    need(len(own) == 1, "not_a_checkpoint")
    signature, head_of_tree = strict64(own[0][2]), strict64(root)
    need(len(signature) == 68, "not_a_checkpoint")
    need(origin == f"dobi/{institution}", "not_signed")
    for key in keys:
        named = key.use == "log" and key.institution == institution and key.kid == signature[:4]
        if named and fits(key, signature[4:], body.encode()):
            return int(size), head_of_tree
    raise RefusedError("not_signed")


def proven(token: str, receipt: dict, keys: list[Key], proof: str) -> str:
    """Empty where the file proves the receipt's leaf; else the flag, or the refusal other_in_log."""
    start, _, note = proof.partition("\n\n")
    lines = start.split("\n")
    if len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1" or not re.fullmatch("index (0|[1-9][0-9]*)", lines[2]):
        return "proof_wrong"
    try:
        need(lines[1].startswith("extra "))
        leaf, hashed = strict64(lines[1][6:]), [strict64(line) for line in lines[3:]]
        index = int(lines[2][6:])
    except RefusedError:
        return "proof_wrong"
    try:
        size, root = checkpoint(note, receipt["institution"], keys)
    except RefusedError as refusal:
        return "log_damaged" if refusal.kind == "not_signed" else "proof_wrong"
    if index != receipt["index"] or not included(leaf, index, size, hashed, root):
        return "log_damaged"
    try:
        items, end = read(leaf)
        need(isinstance(items, list) and len(items) == 4 and end == len(leaf))
    except RefusedError:
        return "other_in_log"
    facts = b"\xa1\x65token" + head(3, 347) + token.strip().encode()
    digest = hashlib.sha256(base45(token.strip())[167:183] + facts).digest()
    return "" if items[0] == 1 and items[1] == "issued" and items[3] == digest else "other_in_log"


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162 §2.1.3.2."""
    if index >= size:
        return False
    at, last, node = index, size - 1, hashlib.sha256(b"\0" + leaf).digest()
    for one in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = hashlib.sha256(b"\1" + one + node).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = hashlib.sha256(b"\1" + node + one).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def judge_with(token: str, keys: list[Key], proof: str) -> dict:
    """The verdict of §8 with a proof file beside the list of keys."""
    found = judge(token, keys)
    if found["verdict"] == "invalid":
        return found
    outcome = proven(token, found["receipt"], keys, proof)
    if outcome == "other_in_log":
        return {"verdict": "invalid", "reason": outcome}
    settled = not outcome and any(
        key.revoked_index is not None and key.kid.hex() == found["receipt"]["kid"]
        for key in keys
        if key.use == "receipt"
    )
    flags = [flag for flag in found["flags"] if not (settled and flag == "revoked_key")]
    return verdict(found["receipt"], flags + [outcome] * bool(outcome))
