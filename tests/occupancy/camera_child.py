"""A child process: the agent on a recording, with everything it opens, connects to and writes written down.

python camera_child.py RECORDING PORT  →  the last line on standard output is a JSON report
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

RECORDING, PORT = sys.argv[1], int(sys.argv[2])
opened: list[str] = []
connected: list[str] = []
acts: list[str] = []


def watch(event: str, args: tuple[object, ...]) -> None:
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        opened.append(str(args[0]))
    elif event == "socket.connect":
        connected.append(str(args[1]))
    elif event in {"os.rename", "os.mkdir", "os.symlink", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.fork"}:
        acts.append(event)


sys.addaudithook(watch)


def written() -> int:
    """Bytes that this process handed to write(2) and its kin, the library's own included (proc(5))."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("wchar")))


async def main() -> dict[str, object]:
    import aiohttp

    from occupancy.reading import Kind
    from occupancy.sensors.camera.agent import work
    from occupancy.sensors.camera.live import LiveCounter
    from occupancy.sensors.camera.people import Hog
    from occupancy.sensors.camera.region import WHOLE
    from occupancy.sensors.camera.source import Capture, place_of, sampled
    from occupancy.sensors.http import Address
    from occupancy.sensors.sender import Sender, over

    before, said = written(), []
    counter = LiveCounter(WHOLE, Hog(WHOLE, pixels=2e5), idle=lambda: False)
    async with aiohttp.ClientSession() as session:
        now = lambda: datetime.now(UTC)  # noqa: E731
        sender = Sender(
            Address("gn", "main", "cam1"), b"k" * 20, Kind.CAMERA, over(session, f"http://127.0.0.1:{PORT}"), now
        )
        with Capture(place_of(RECORDING)) as capture:
            await work(sampled(capture, 2.0), counter, sender, said.append, 4.0)
    return {
        "opened": opened, "connected": connected, "acts": acts, "written": written() - before, "ready": counter.ready,
        "words": len(said),
    }  # fmt: skip


sys.stdout.write(json.dumps(asyncio.run(main())) + "\n")
