"""The camera agent's figures, on synthetic recordings drawn here (tests/occupancy/scenes.py): no clip of anybody.

    .venv/bin/python tests/bench/bench_camera.py [accuracy [SEED…]] [queue] [agent]

accuracy: mean absolute error of the count with and without 12 hand counts, seeds 2, 4, 6 (tuned on odd ones).
queue:    area kept through three minutes of a queue that stands still, after an empty room was learned.
agent:    processor and memory of `dobi camera run` at its own pace on a 640x480 recording, and what it posted.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import psutil
from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[2]))

from occupancy.sensors.camera.live import LiveCounter
from occupancy.sensors.camera.people import Hog
from occupancy.sensors.camera.recording import read
from occupancy.sensors.camera.region import WHOLE
from occupancy.sensors.camera.source import Capture, one_core, place_of
from occupancy.sensors.camera.taught import HandCount
from tests.occupancy.scenes import Renderer, Scene, frames, stands, walks, write


def pedestrians(seed: int) -> tuple[Scene, float]:
    """480x360, 3 to 9 walkers of about 55 px."""
    rng, people = np.random.default_rng(seed), []
    for _ in range(40):
        since, y, way = rng.uniform(-10, 60), rng.uniform(0.35, 0.95), rng.choice([-1, 1])
        end = (0.5 + way * 0.55, y + rng.uniform(-0.1, 0.1))
        people.append(walks((0.5 - way * 0.55, y), end, since, rng.uniform(7, 12), int(rng.integers(0, 60))))
    return Scene(480, 360, 0.13, 0.17, seed, people=people), 40


def hall(seed: int) -> tuple[Scene, float]:
    """640x480 at night with strong noise, 0 to 14 who mostly stand and cover one another."""
    rng, people = np.random.default_rng(seed), []
    for _ in range(40):
        since, at = rng.uniform(-30, 110), (rng.uniform(0.15, 0.85), rng.uniform(0.5, 0.98))
        people.append(stands(*at, since, since + rng.uniform(8, 45), look=int(rng.integers(0, 60))))
    for _ in range(15):
        since, y = rng.uniform(-10, 115), rng.uniform(0.5, 0.95)
        people.append(walks((-0.05, y), (1.05, y), since, rng.uniform(6, 10), int(rng.integers(0, 60))))
    return Scene(640, 480, 0.2, 0.5, seed, people=people, base=0.35, noise=4.0), 120


def plaza(seed: int) -> tuple[Scene, float]:
    """1280x720, 30 to 45 walkers."""
    rng, people = np.random.default_rng(seed), []
    for _ in range(170):
        since, y, way = rng.uniform(-15, 45), rng.uniform(0.3, 0.98), rng.choice([-1, 1])
        end = (0.5 + way * 0.55, y + rng.uniform(-0.1, 0.1))
        people.append(walks((0.5 - way * 0.55, y), end, since, rng.uniform(10, 18), int(rng.integers(0, 60))))
    return Scene(1280, 720, 0.09, 0.2, seed, people=people), 40


def accuracy(folder: Path, seeds: Sequence[int] = (2, 4, 6)) -> None:
    scenes: tuple[Callable[[int], tuple[Scene, float]], ...] = (pedestrians, hall, plaza)
    for make in scenes:
        for seed in seeds:
            scene, lasts = make(seed)
            path = write(folder / f"{make.__name__}{seed}.mp4", frames(scene, lasts, 10), 10)
            rng = np.random.default_rng(seed + 100)
            taught = [HandCount(float(at), scene.count(at)) for at in np.sort(rng.uniform(0, lasts - 1, 12))]
            judged = rng.uniform(0, lasts - 1, 30)
            for name, counts in (("untaught", []), ("taught", taught)):
                began = time.perf_counter()
                with Capture(place_of(str(path))) as capture:
                    said = list(read(capture, WHOLE, Hog(WHOLE), counts))
                near = [min(said, key=lambda one, at=at: abs(one.second - at)).count or 0 for at in judged]
                off = np.array(near) - np.array([scene.count(at) for at in judged])
                print(
                    f"{make.__name__:12} seed {seed} {name:9} MAE {np.abs(off).mean():5.2f} bias {off.mean():+5.2f} "
                    f"mean {np.mean([scene.count(at) for at in judged]):5.1f} in {time.perf_counter() - began:5.1f} s",
                    flush=True,
                )


def queue() -> None:
    one_core()
    people = [stands(0.15 + 0.1 * n, 0.62 + 0.05 * (n % 3), 70.0, look=n) for n in range(7)]
    kinds = {
        "swaying": people,
        "motionless": [stands(0.15 + 0.1 * n, 0.62 + 0.05 * (n % 3), 70.0, sway=0, look=n) for n in range(7)],
    }
    for name, standing in kinds.items():
        renderer = Renderer(Scene(640, 480, 0.2, 0.5, 8, people=standing, noise=4.0))
        counter = LiveCounter(WHOLE, Hog(WHOLE), idle=lambda: False)
        areas, counts = [], []
        for second in np.arange(0, 260, 2.0):
            reading = counter.see(float(second), renderer.frame(float(second)))
            if counter._found_with is not None and counter._room is not None and second >= 72:
                seen = counter._eyes.see(renderer.frame(float(second)), counter._room)
                areas.append(float(seen.mask.sum()))
                counts.append(reading.count)
        kept = np.mean(areas[-10:]) / np.mean(areas[:10])
        print(f"queue of 7, {name}: area after 3 min {kept:.1%}; counts {counts[4 :: len(counts) // 4]}", flush=True)


async def agent(folder: Path) -> None:
    people = [stands(0.15 + 0.1 * n, 0.62 + 0.05 * (n % 3), 75.0, look=n) for n in range(7)]
    scene = Scene(640, 480, 0.2, 0.5, 10, people=people)
    print("drawing two minutes of 640x480 at 15 frames/s", flush=True)
    path = write(folder / "agent.mp4", frames(scene, 150, 15), 15)
    posts: list[object] = []

    async def take(request: web.Request) -> web.Response:
        posts.append(json.loads(await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/{tail:.*}", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "camera", "run", "--server", f"http://127.0.0.1:{port}", "--institution", "gn",
        "--cafeteria", "main", "--sensor", "cam1", "--key", "env:BENCH_KEY", "--source", str(path),
        "--region", "0,0 1,0 1,1 0,1", env={**os.environ, "BENCH_KEY": "demo-key-of-cam1"},
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    watched, most, began = psutil.Process(process.pid), 0, time.perf_counter()
    started = None
    while process.returncode is None:
        try:
            most = max(most, watched.memory_info().rss)
            spent = sum(watched.cpu_times()[:2])
        except psutil.NoSuchProcess:
            break
        if started is None and time.perf_counter() - began > 5:
            started = (time.perf_counter(), spent)
        await asyncio.sleep(0.5)
    lasted = time.perf_counter() - (started[0] if started else began)
    share = (spent - (started[1] if started else 0)) / lasted
    counts = [one.get("count") for one in posts if isinstance(one, dict)]
    print(f"agent: {share:.1%} of a core, {most / 2**20:.0f} MiB at most; {len(counts)} posts, counts {counts}")
    await runner.cleanup()


def main(wanted: list[str]) -> None:
    """Runs what is named, or all."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not wanted or "agent" in wanted:
            asyncio.run(agent(folder))
        if not wanted or "queue" in wanted:
            queue()
        if not wanted or "accuracy" in wanted:
            accuracy(folder, [int(one) for one in wanted if one.isdecimal()] or (2, 4, 6))


if __name__ == "__main__":
    main(sys.argv[1:])
