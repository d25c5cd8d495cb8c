"""What an auditor waits for: hundreds of receipts in one go, through the product's own conversation, with its report.

Run `.venv/bin/python tests/bench/bench_checks.py [--pictures N] [--rows N] [--pages N]`. Each line is one hand-over:
seconds from the message to the report, what it took a second, the size of the report, and the memory that this
process and its sandbox workers held before and at most. The reader alone is run on the same pictures beside it: that
is the limit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import degrade
from PIL import Image

from attest import qr
from bot.messenger import InFile
from tests.attest.sheets_of_receipts import jpeg, pdf, scanned, zipped
from tests.talk import Talk, talking
from tests.test_conversations_verify import handed, issued, sheet


class Memory:
    """The most that all processes of this group held at once, in MiB; each at its own most."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.most = 0.0

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self.most = max(self.most, held())


def held() -> float:
    """What all processes of this group hold now, in MiB."""
    return sum(map(_held, Path("/proc").glob("[0-9]*")))


def _held(process: Path) -> float:
    """Proportional memory, so that what forked workers share counts once."""
    try:
        if os.getpgid(int(process.name)) != os.getpgrp():
            return 0.0
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def photo(token: str, seed: int) -> bytes:
    """A receipt on a table, askew, soft and noisy, as a messenger sends it on."""
    dice = degrade.Dice.of("checks", seed)
    image = degrade.turned(degrade.on_table(degrade.symbol(token)), dice.between(-12, 12))
    image = degrade.scaled(degrade.blurred(image, dice.between(0.5, 1.6)), 0.75)
    return jpeg(degrade.noisy(image, 4, dice), 60)


async def told(name: str, talk: Talk, count: int, file: InFile, pictures: Iterable[bytes]) -> None:
    """One line of figures."""
    start = time.perf_counter()
    for picture in pictures:
        qr.read_all(picture)
    alone = time.perf_counter() - start
    before = held()
    with Memory() as memory:
        start = time.perf_counter()
        messages = await handed(talk, "검증", file)
        seconds = time.perf_counter() - start
    reports = {one.reply.file.name.rpartition(".")[2]: len(one.reply.file.data) for one in messages if one.reply.file}
    first = next((one.reply.text.splitlines()[1] for one in messages if one.reply.file), messages[-1].reply.text[:30])
    line = {
        "what": name, "receipts": count, "bytes": len(file.data), "seconds": round(seconds, 2),
        "a_second": round(count / seconds, 1), "reader_alone_s": round(alone, 2),
        "memory_mib": [round(before), round(memory.most)],
        "report_bytes": reports, "says": first, "progress": sum(one.edits is not None for one in messages),
    }  # fmt: skip
    print(json.dumps(line, ensure_ascii=False), flush=True)


async def measured(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with talking(Path(folder), roles=("deliver", "chat", "verify")) as talk:
            most = max(args.pictures, args.rows)
            tokens = [await issued(talk, number) for number in range(most)]
            await handed(talk, f"검증 {tokens[0]}")  # the sandbox is warm
            drawn = {f"{at // 50}/{at}.png": qr.write(token) for at, token in enumerate(tokens[: args.pictures])}
            photos = {f"{at // 50}/{at}.jpg": photo(token, at) for at, token in enumerate(tokens[: args.pictures])}
            blank = {f"{at}.jpg": jpeg(Image.effect_noise((600, 600), 60), 60) for at in range(args.pictures // 3)}
            for name, pictures in (("zip of PNG", drawn), ("zip of photos", photos), ("zip of no receipts", blank)):
                file = InFile("모음.zip", zipped(pictures))
                await told(name, talk, len(pictures), file, pictures.values())
            await told("rows of a sheet", talk, args.rows, InFile("명부.csv", sheet(tokens[: args.rows])), ())
            for dpi, each in ((150, 12), (200, 4), (300, 6)):
                pile = [scanned(tokens[at * each % 200 :][:each], dpi, at) for at in range(args.pages)]
                file = InFile("스캔.pdf", pdf(pile, dpi))
                pages = [jpeg(one) for one in pile]
                name = f"{args.pages} pages at {dpi} dpi, {each} a page"
                await told(name, talk, args.pages * each, file, pages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=12)
    asyncio.run(measured(parser.parse_args()))


if __name__ == "__main__":
    main()
