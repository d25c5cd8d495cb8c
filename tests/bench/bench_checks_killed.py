"""A batch of checks whose process is killed (-9) again and again: it ends once, and every receipt was looked at once.

Run `.venv/bin/python tests/bench/bench_checks_killed.py [--kills N] [--receipts N]`. A real console process is given an
archive, killed at a random moment, started again on the same data and told the same update, until N kills are done;
then it is let alone. Not in the suite: each start takes seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import random
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from bot.embedded import EmbeddedServer  # noqa: E402
from tests.attest.sheets_of_receipts import zipped  # noqa: E402

CONSOLE = ("-m", "bot", "console", "--demo", "--json", "--virtual-clock", "--roles", "chat,deliver,verify")
POINT = {"lat": 35.18, "lon": 128.1076, "accuracy_m": 12}


class Console:
    """A real process, its lines in and out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *CONSOLE, "--data", str(self._folder), cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
            limit=2**26,
        )  # fmt: skip

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    def tell(self, **line: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    async def hear(self) -> dict[str, Any] | None:
        """The next line; None at the end."""
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        return json.loads(line) if line.strip() else None

    async def drained(self) -> list[dict[str, Any]]:
        """Everything that is said until nothing is left to do."""
        self.tell(id="drain", control="drain")
        said = []
        while (line := await self.hear()) is not None and line.get("control") != "drained":
            said.append(line)
        return said

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


async def receipts(console: Console, count: int) -> dict[str, bytes]:
    console.tell(id=0, user="kim", text="출장")
    first = await console.drained()
    yes = next(one["press"] for line in first for one in line["buttons"] if one["label"] == "동의합니다")
    console.tell(id=1, user="kim", press=yes)
    for number in range(count):
        console.tell(id=10 + number, user="kim", location=POINT, message=f"m{number}", update_id=f"u{number}")
    pictures = [line["image"] for line in await console.drained() if line.get("image")]
    return {f"{at}.png": await asyncio.to_thread(Path(one).read_bytes) for at, one in enumerate(pictures)}


async def killed(console: Console, target: Path, dice: random.Random) -> list[dict[str, Any]]:
    """What was heard until it was killed: a random while after the work was seen to have begun."""
    console.tell(id=1, user="lee", text="검증", files=[str(target)], update_id="batch")
    heard = []
    with contextlib.suppress(TimeoutError):  # where all was said before, nothing is said again
        heard.append(await asyncio.wait_for(console.hear(), 20) or {})
    span = dice.uniform(0.0, 0.8)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(span):
            while (line := await console.hear()) is not None:
                heard.append(line)
    await console.kill()
    texts = [line.get("text", "").splitlines()[0][:40] for line in heard if line.get("text")]
    print(json.dumps({"killed_after_s": round(span, 2), "heard": texts}, ensure_ascii=False), flush=True)
    return heard


async def measured(args: argparse.Namespace) -> Mapping[str, object]:
    dice = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        data, console = Path(folder) / "data", Console(Path(folder) / "data")
        await console.start()
        pictures = await receipts(console, args.receipts)
        target = Path(folder) / "모음.zip"
        await asyncio.to_thread(target.write_bytes, zipped(pictures))
        said: list[dict[str, Any]] = []
        for _ in range(args.kills):
            said += await killed(console, target, dice)
            await console.start()
        console.tell(id=2, user="lee", text="검증", files=[str(target)], update_id="batch")
        said += await console.drained()
        await console.kill()
        return await ended(data, said, len(pictures))


async def ended(data: Path, said: list[dict[str, Any]], count: int) -> Mapping[str, object]:
    """What stands in the log at the end."""
    server = EmbeddedServer(data)
    await server.ensure()
    redis = server.client()
    rows = [row.decode() async for row, _ in redis.zscan_iter("dobi:{gyeongnam}:looks:all")]
    holders = [name async for name in redis.scan_iter("dobi:{gyeongnam}:looks:of:*")]
    looked = [await redis.zcard(name) for name in holders]
    reports = await redis.hlen("dobi:{gyeongnam}:checks:reports")
    await redis.aclose()
    await server.close()
    summary = next((line["text"] for line in said if line.get("file") and line["file"].endswith(".pdf")), "")
    size = min(max(math.ceil(count / 12), 20), 100)
    summaries = {line["message"] for line in said if line.get("file") and line["file"].endswith(".pdf")}
    held = len(rows) == math.ceil(count / size) and sum(looked) == count and reports == len(summaries) == 1
    held = held and f"{count}건을 확인했습니다" in summary
    return {
        "receipts": count, "leaves": len(rows), "expected_leaves": math.ceil(count / size), "looks": sum(looked),
        "reports": reports, "summary": summary.splitlines()[:2], "held": held,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--receipts", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    result = asyncio.run(measured(parser.parse_args()))
    print(json.dumps(result, ensure_ascii=False))
    sys.exit(not result["held"])


if __name__ == "__main__":
    main()
