"""Asks another COSE library, in an environment of its own: `cwt` pins older libraries than ours.

    python3 -m venv other && other/bin/pip install cwt && other/bin/python -m tests.attest.make_cwt_vectors

It decodes valid vectors of both suites with `cwt`, signs the same payloads with it under the same published keys, and
writes what came out to `data/cwt.json`, which `test_vectors.py` holds against the house. It also counts which refused
vectors `cwt` takes: it is lenient where we are strict (research/attest.md §2.6).
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cwt import COSE, COSEKey  # type: ignore[import-not-found]

from tests.attest.second_verifier import N, RefusedError, base45

HERE = Path(__file__).parent
ALGORITHMS = {1: "Ed25519", 2: "ESP256"}
NUMBERS = {1: -19, 2: -9}


def signing_key(suite: int, kid: bytes) -> COSEKey:
    seeds = json.loads((HERE / "vectors" / "test_keys.json").read_text("utf-8"))["signing"]
    secret = bytes.fromhex(seeds["1" if suite == 1 else "6979"])
    private = (
        ed25519.Ed25519PrivateKey.from_private_bytes(secret)
        if suite == 1
        else ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    )
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return COSEKey.from_pem(pem, alg=ALGORITHMS[suite], kid=kid)


def signed(suite: int, key: COSEKey, kid: bytes, payload: bytes) -> bytes:
    """cwt's COSE_Sign1; of ECDSA the first one whose s is low, for cwt takes what comes."""
    while True:
        header = {1: NUMBERS[suite], 4: kid}
        out = COSE.new(deterministic_header=True).encode_and_sign(payload, key, header, {}, external_aad=b"gyeongnam")
        if suite == 1 or int.from_bytes(out[-32:], "big") <= N // 2:
            return bytes(out)


def rows() -> Iterator[dict[str, object]]:
    for suite in (1, 2):
        for path in sorted((HERE / "vectors" / "receipts").glob(f"{suite}-valid-0[0-3]?.txt")):
            data = base45(path.read_text("utf-8").strip())
            kid, payload = data[8:12], data[15:165]
            key = signing_key(suite, kid)
            read = COSE.new().decode(data, key, external_aad=b"gyeongnam")
            assert read == payload, path
            yield {"vector": path.name, "suite": suite, "cwt": signed(suite, key, kid, payload).hex()}


def taken() -> list[str]:
    """The refused vectors of one fault in the frame or signature that cwt takes all the same."""
    found = []
    for suite in (1, 2):
        for path in sorted((HERE / "vectors" / "receipts").glob(f"{suite}-*.txt")):
            if "-frame-" not in path.name and "-key-s-" not in path.name:
                continue
            try:
                data = base45(path.read_text("utf-8").strip())
                COSE.new().decode(data, signing_key(suite, data[8:12]), external_aad=b"gyeongnam")
            except (RefusedError, Exception):  # noqa: BLE001  it fails in many ways, and all are refusals
                continue
            found.append(path.name)
    return found


def main() -> None:
    answer = {
        "made_by": f"cwt {importlib.metadata.version('cwt')}, cbor2 {importlib.metadata.version('cbor2')}",
        "signed": list(rows()),
        "refused_here_taken_there": taken(),
    }
    lines = ",\n".join(json.dumps(row) for row in answer["signed"])
    rest = json.dumps({name: value for name, value in answer.items() if name != "signed"})
    (HERE / "data" / "cwt.json").write_text(f'{rest[:-1]}, "signed": [\n{lines}\n]}}\n', "utf-8")
    sys.stdout.write(f"{len(answer['signed'])} signed by cwt, {len(answer['refused_here_taken_there'])} taken there\n")


if __name__ == "__main__":
    main()
