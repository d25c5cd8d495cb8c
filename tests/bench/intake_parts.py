"""What the runs of `bench_intake` share: the platform's side that calls, a stopwatch on its chats, and what it cost."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import aiohttp
import psutil

from tests.conformance.peers import naverworks_server as platform
from tests.naverworks_house import Deployment, Working

WORDS = ("도움말", "식당", "내 정보", "목록", "식단")


class Stopwatch(dict[str, list[dict[str, object]]]):
    """The platform's chats; when each message of a chat came is noted."""

    def __init__(self) -> None:
        super().__init__()
        self.came: dict[str, list[float]] = defaultdict(list)

    def setdefault(self, chat: str, default: list[dict[str, object]] | None = None) -> list[dict[str, object]]:  # type: ignore[override]
        self.came[chat].append(time.perf_counter())
        return super().setdefault(chat, default or [])

    def after(self, number: int, began: float) -> float | None:
        """When the first message after that instant came."""
        return next((at for at in self.came[f"dm:user-{number}"] if at >= began), None)


def quantile(values: Sequence[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(values)
    return 1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Caller:
    """The platform's side that calls back, over connections that are kept."""

    def __init__(self, house: Deployment, session: aiohttp.ClientSession) -> None:
        self.house, self.session = house, session

    async def say(self, number: int, text: str) -> int:
        """A callback; its answer's status, 0 for none."""
        now = datetime.now(UTC)
        event = {
            "type": "message", "source": {"userId": f"user-{number}", "domainId": 1},
            "issuedTime": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "content": {"type": "text", "text": text},
        }  # fmt: skip
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"X-WORKS-Signature": platform.signature(body, platform.BOT_SECRET), "X-WORKS-BotId": platform.BOT}
        try:
            async with self.session.post(self.house.server.callback_url, data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0


async def eventually(holds: Callable[[], bool], seconds: float) -> bool:
    end = time.perf_counter() + seconds
    while not holds():
        if time.perf_counter() > end:
            return False
        await asyncio.sleep(0.05)
    return True


def told(values: Sequence[float]) -> str:
    """Quantiles in words."""
    return " ".join(f"p{share:g} {quantile(values, share / 100):.1f}" for share in (50, 95, 99)) + (
        f" max {1000 * max(values):.1f} ms"
    )


def memory(workers: Sequence[Working]) -> None:
    """What each process holds."""
    for one in workers:
        if one.process is not None:
            held = psutil.Process(one.process.pid).memory_info().rss / 2**20
            print(f"  {','.join(one.roles)}: {held:.0f} MB")


def cpu(workers: Sequence[Working]) -> list[float]:
    """Seconds of CPU that each process has used."""
    times = [psutil.Process(one.process.pid).cpu_times() for one in workers if one.process is not None]
    return [one.user + one.system for one in times]
