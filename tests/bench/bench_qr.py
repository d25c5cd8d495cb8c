"""QR pictures beside what bounds them, in one run: the library's own writer and reader, and the degraded set.

Run `.venv/bin/python tests/bench/bench_qr.py [--note N] [--street N] [--skip N] [--no-held-out] [--no-speeds]`: N
seeds of each suite of `tests/bench/degrade.py` (76 and 18 pictures a seed), by default seeds that the reader was not
developed on. The speeds are rounds taken in turn, with medians shown, so that a busy neighbour hits both sides of a
ratio alike; `_cpu_ms` is processor time.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path

import degrade
import numpy as np
import qrcode
import redis.asyncio
import zxingcpp
from bench_attest import HOLDER, NOW, a_share, grey, percentile_ms, rates
from PIL import Image

from attest import qr
from attest.crypto import KeyStore
from attest.evidence import Challenge, grade
from attest.issue import Issuer
from attest.receipt import join
from attest.verify import Verifier

ONLY = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def cpu_ms(job: Callable[[], object], calls: int) -> float:
    """The largest processor time of so many calls."""
    spans = []
    for _ in range(calls):
        start = time.thread_time()
        job()
        spans.append(time.thread_time() - start)
    return round(max(spans) * 1e3, 1)


def slow_writer(token: str) -> bytes:
    """What `qrcode`, the package the customer names, takes for the same picture."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, box_size=8, border=4)
    code.add_data(token, optimize=0)
    out = io.BytesIO()
    code.make_image().save(out)
    return out.getvalue()


def issuing(folder: Path) -> tuple[Callable[[], str], KeyStore]:
    """A function that signs and seals a receipt as the product does, without the durable write."""
    keys = KeyStore(folder)
    keys.prepare("gyeongnam", NOW, "경상남도")
    issuer = Issuer(redis.asyncio.Redis(), keys, lambda: NOW)
    evidence = grade(a_share(), Challenge(NOW - timedelta(seconds=20)))

    def sign() -> str:
        draft = issuer._draft("gyeongnam", "경상남도", HOLDER, a_share(), evidence, "총무과-2026-1234", None)
        return join(draft.signed(1234))

    return sign, keys


def photos(png: bytes) -> dict[str, bytes]:
    """Pictures of 12 megapixels: a receipt, one small in a corner, and noise that every look is tried on in vain."""
    code = Image.open(io.BytesIO(png)).convert("L")
    found = {}
    for name, size, at in (("near", 2200, (900, 400)), ("far", 420, (3200, 2300))):
        photo = Image.new("L", (4000, 3000), 190)
        photo.paste(code.resize((size, size), Image.Resampling.BOX), at)
        out = io.BytesIO()
        photo.save(out, "JPEG", quality=85)
        found[name] = out.getvalue()
    out = io.BytesIO()
    Image.effect_noise((4000, 3000), 60).save(out, "JPEG", quality=85)
    return found | {"nothing": out.getvalue()}


def speeds() -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="dobi-bench-") as name:
        sign, keys = issuing(Path(name) / "keys")
        token = sign()
        png, verifier = qr.write(token), Verifier(keys.public_keys("gyeongnam"))
        pixels = grey(png)
        measured = rates({
            "raw writer (zxing-cpp, symbol only)": lambda: zxingcpp.create_barcode(
                token, zxingcpp.BarcodeFormat.QRCode, ec_level="Q"
            ),
            "raw writer (qrcode, PNG)": lambda: slow_writer(token),
            "raw reader (zxing-cpp, decoded picture)": lambda: zxingcpp.read_barcodes(pixels, formats=ONLY),
            "token to PNG": lambda: qr.write(token),
            "share to token": sign,
            "share to PNG": lambda: qr.write(sign()),
            "PNG to token": lambda: qr.read(png),
            "token to receipt": lambda: verifier.verify(token),
            "PNG to receipt": lambda: verifier.verify(qr.read(png)[0]),
        })  # fmt: skip
        p99 = {
            "issue_p99_ms": round(percentile_ms(lambda: qr.write(sign()), 1000, 0.99), 2),
            "raw_writer_p99_ms": round(
                percentile_ms(
                    lambda: zxingcpp.create_barcode(token, zxingcpp.BarcodeFormat.QRCode, ec_level="Q"), 1000, 0.99
                ),
                2,
            ),
        }
    taken = photos(png)
    return {
        "png_bytes": len(png),
        "qr_modules": qr.writing.symbol(token).shape[0],
        "per_second": {name: round(value) for name, value in measured.items()},
        "issue_of_raw_writer": round(
            measured["share to PNG"] / measured["raw writer (zxing-cpp, symbol only)"], 2
        ),
        "png_verify_of_raw_reader": round(
            measured["PNG to receipt"] / measured["raw reader (zxing-cpp, decoded picture)"], 2
        ),
        **p99,
        "photos_read": {name: qr.read(picture) == [token] for name, picture in taken.items()},
        "photos_12mp_ms": {name: round(percentile_ms(partial(qr.read, p), 9, 0.5), 1) for name, p in taken.items()},
        "photos_12mp_max_cpu_ms": {name: cpu_ms(partial(qr.read, p), 9) for name, p in taken.items()},
    }  # fmt: skip


def peer(picture: bytes) -> set[str]:
    """What the reader alone finds in the picture as it is."""
    found = zxingcpp.read_barcodes(np.asarray(Image.open(io.BytesIO(picture)).convert("L")), formats=ONLY)
    return {code.text for code in found if code.valid}


def robustness(samples: Iterable[degrade.Sample]) -> dict[str, object]:
    seen, failed, alone = (Counter[str]() for _ in range(3))
    wrong, slowest, used = 0, 0.0, 0.0
    for sample in samples:
        start = time.thread_time()
        texts = set(qr.read(sample.picture))
        span = time.thread_time() - start
        slowest, used = max(slowest, span), used + span
        seen[sample.condition] += 1
        failed[sample.condition] += texts != sample.texts
        alone[sample.condition] += peer(sample.picture) != sample.texts
        wrong += len(texts - sample.texts)
    total = seen.total()
    return {
        "pictures": total,
        "read": round(100 * (1 - failed.total() / max(1, total)), 3),
        "read_by_zxing_alone": round(100 * (1 - alone.total() / max(1, total)), 3),
        "wrong_texts": wrong,
        "mean_cpu_ms": round(used / max(1, total) * 1e3, 1),
        "slowest_cpu_ms": round(slowest * 1e3),
        "not_read": {name: f"{count} of {seen[name]}" for name, count in failed.items() if count},
        "not_read_by_zxing_alone": {name: f"{count} of {seen[name]}" for name, count in alone.items() if count},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--note", type=int, default=40)
    parser.add_argument("--street", type=int, default=167)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--held-out", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--speeds", action=argparse.BooleanOptionalAction, default=True)
    args = parser.parse_args()
    result = speeds() if args.speeds else {}
    for name, suite, count in (("note", degrade.note, args.note), ("street", degrade.street, args.street)):
        result[f"set_{name}"] = robustness(suite(degrade.halves(count, held_out=args.held_out, skipped=args.skip)))
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
