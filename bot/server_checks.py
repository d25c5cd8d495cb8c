"""What the doctor says of the database server: is it there, new enough, and does it keep what it acknowledged?

It looks and changes nothing, and waits for nobody for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar, cast

from redis.asyncio import Redis

from bot.checklist import Check

T = TypeVar("T")

PATIENCE_S: Final = 30.0
OLDEST_SERVER: Final = 7


async def server(redis: Redis | Exception | None) -> Check:
    """Whether it answers; the client, or why there is none."""
    hint = "자료 폴더의 database/server.log, 또는 설정의 redis.url을 보아 주십시오."
    if redis is None:
        return Check(
            "저장 서버", False, True, "연결하지 않았습니다.", f"설정에 고장이 있으면 먼저 고쳐 주십시오. {hint}"
        )
    if isinstance(redis, Exception):
        return Check("저장 서버", False, True, f"연결하지 못했습니다: {reason(redis)}", hint)
    found = await patiently(lambda: cast(Awaitable[dict[str, object]], redis.info("server")))
    if isinstance(found, Exception):
        return Check("저장 서버", False, True, f"응답하지 않습니다: {reason(found)}", hint)
    name, key = ("Valkey", "valkey_version") if "valkey_version" in found else ("Redis", "redis_version")
    version = str(found.get(key, "?"))
    number = version.partition(".")[0]
    fit = number.isdecimal() and int(number) >= OLDEST_SERVER
    return Check("저장 서버", fit, True, f"응답합니다: {name} {version}", f"{OLDEST_SERVER}판 이상이 필요합니다.")


async def durability(redis: Redis) -> list[Check]:
    """Whether what was acknowledged survives: written at once, and never evicted."""
    hint = "서버 설정을 appendonly yes, appendfsync always, maxmemory-policy noeviction으로 바꾸어 주십시오."
    found = await _configured(redis, "append*", "maxmemory*")
    if isinstance(found, Exception):
        return [Check("저장 방식", False, False, f"서버가 알려 주지 않습니다: {reason(found)}", hint)]
    return [
        _written(found.get("appendonly", ""), found.get("appendfsync", ""), hint),
        _kept(found.get("maxmemory", ""), found.get("maxmemory-policy", ""), hint),
    ]


def _written(append_only: str, fsync: str, hint: str) -> Check:
    if append_only != "yes":
        return Check("저장 방식", False, True, "쓴 것을 디스크에 남기지 않습니다. 서버가 멈추면 잃습니다.", hint)
    if fsync != "always":
        says = f"쓴 것을 조금 뒤에 디스크에 남깁니다({fsync}). 전기가 나가면 끝부분을 잃습니다."
        return Check("저장 방식", False, True, says, hint)
    return Check("저장 방식", True, True, "쓸 때마다 디스크에 남깁니다.")


def _kept(limit: str, policy: str, hint: str) -> Check:
    keeps = policy == "noeviction" or limit == "0"
    says = "가득 차도 지우지 않습니다." if keeps else f"가득 차면 옛것을 지웁니다({policy})."
    return Check("기억 용량", keeps, True, says, hint)


async def _configured(redis: Redis, *patterns: str) -> dict[str, str] | Exception:
    found = await patiently(lambda: cast(Awaitable[dict[object, object]], redis.config_get(*patterns)))
    if isinstance(found, Exception):
        return found
    return {_text(name): _text(value) for name, value in found.items()}


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


async def patiently(ask: Callable[[], Awaitable[T]], patience_s: float = PATIENCE_S) -> T | Exception:
    """The answer, or what kept it from coming: a finding like any other."""
    try:
        async with asyncio.timeout(patience_s):
            return await ask()
    except Exception as error:  # noqa: BLE001 - whatever a sick room raises is a finding, and is told
        return error


def reason(error: Exception) -> str:
    """A fault in one line."""
    if isinstance(error, TimeoutError):
        return "기다려도 답이 없습니다"
    first = next(iter(str(error).splitlines()), "")[:200]
    return f"{type(error).__name__} {''.join(filter(str.isprintable, first))}".strip()
