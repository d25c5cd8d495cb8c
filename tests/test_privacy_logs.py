"""No point, text, place, token or picture in any line of a log, whatever breaks: in this process and in a real one."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import psutil
import pytest
import pytest_asyncio

from bot.logs import failed, failed_for
from bot.messenger import InFile, Location
from bot.platforms import Retry
from tests.talk import Talk, talking, text
from tests.traces import traces

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = Location(35.182937, 128.094271, accuracy_m=13.0)
WORDS = "비밀낱말고라니"
DOCUMENT = "비밀과-88213"
NAMES = ("진주시", "김하나", WORDS, DOCUMENT)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("logs"), roles=("deliver", "chat", "verify")) as stage:
        yield stage


def forms(point: Location) -> Iterator[bytes]:
    """The point as it might be written, shortened too."""
    yield from traces(point)
    for value in (point.lat, point.lon):
        for digits in (3, 4, 5):
            yield f"{value:.{digits}f}".encode()
            yield f"{value:.{digits}f}"[: digits + 3].encode()


def leaks(said: str | bytes, *more: str) -> list[bytes]:
    """What of the secrets stands in it."""
    written = said if isinstance(said, bytes) else said.encode(errors="surrogateescape")
    wanted = [*forms(SECRET), *(one.encode() for one in (*NAMES, *more) if one)]
    return [one for one in wanted if one in written]


def records(caplog: pytest.LogCaptureFixture) -> str:
    """All lines with all that their records carry, formatted or not."""
    lines = [caplog.text]
    for record in caplog.records:
        lines += [record.getMessage(), repr(record.args), repr(record.exc_info), str(record.exc_text)]
    return "\n".join(lines)


async def walk(talk: Talk, user: str, *, update: str = "") -> str:
    """Every way of a point into the house; a receipt's token, or nothing where none could be had."""
    await talk.say(user, location=SECRET)
    await talk.say(user, press="consent:yes")
    await talk.say(user, f"출장 {DOCUMENT}")
    given = await talk.say(user, location=SECRET, update=update or None)
    for kind in ("forwarded", "venue", "via_bot", "edited", "live"):
        await talk.say(user, location=replace(SECRET, **{kind: True}))
    await talk.say(user, location=replace(SECRET, lat=float("nan")))
    await talk.say(user, location=replace(SECRET, lat=SECRET.lat * 1000))
    await talk.say(user, location=SECRET, update=update or None)
    await talk.say(user, f"구독 {WORDS}")
    await talk.say(user, f"찾기 {WORDS}")
    await talk.say(user, f"{WORDS} 어떻게 하나요")
    with contextlib.suppress(StopIteration, AssertionError, IndexError, RuntimeError):
        return text(await talk.press(user, given[0], "글자로 받기"))
    return ""


async def test_every_way_of_a_point_leaves_no_line(talk, caplog):
    caplog.set_level(logging.DEBUG)
    user = talk.newcomer()

    token = await walk(talk, user, update="w-1")
    await talk.say("lee", f"검증 {token}")
    await talk.say(user, "내 정보")
    await talk.say(user, "위치 동의 철회")
    await talk.say(user, location=SECRET)

    assert token
    assert leaks(records(caplog), token) == []


async def test_a_database_that_refuses_to_write_leaves_no_line(talk, caplog):
    caplog.set_level(logging.DEBUG)
    user, redis = talk.newcomer(), talk.house.redis
    token = await walk(talk, user)
    await redis.config_set("maxmemory", "1")
    try:
        answers = await talk.say(user, location=talk.here(SECRET))
        answers += await talk.say(user, f"구독 {WORDS} 하나")
    finally:
        await redis.config_set("maxmemory", "0")

    assert "could not be handled" in caplog.text
    assert any("접수번호" in one.reply.text for one in answers)
    assert leaks(records(caplog), token) == []


async def test_a_database_that_dies_under_a_share_leaves_no_line(talk, caplog):
    caplog.set_level(logging.DEBUG)
    user, redis = talk.newcomer(), talk.house.redis
    token = await walk(talk, user)
    server = psutil.Process((await redis.info("server"))["process_id"])

    sharing = [asyncio.ensure_future(talk.say(user, location=talk.here(SECRET))) for _ in range(6)]
    await asyncio.sleep(0.02)
    server.kill()
    await asyncio.gather(*sharing, return_exceptions=True)
    again = await talk.say(user, location=talk.here(SECRET))

    assert again
    assert leaks(records(caplog), token) == []


@pytest.mark.parametrize("part", ["log:state", "vault:points:{user}", "people:consent:{user}", "trips:of:{user}"])
async def test_a_part_of_the_database_that_is_of_another_type_leaves_no_line(talk, caplog, part):
    caplog.set_level(logging.DEBUG)
    user, redis = talk.newcomer(), talk.house.redis
    await walk(talk, user)
    name = f"dobi:{{gyeongnam}}:{part.format(user=user)}"
    await redis.rename(name, "kept") if await redis.exists(name) else None
    await redis.hset(name, "a", "b") if "points" not in part else await redis.set(name, "x")
    try:
        await talk.say(user, location=talk.here(SECRET))
        await talk.say(user, f"출장 내일 13시 {WORDS}")
    finally:
        await redis.delete(name)
        if await redis.exists("kept"):
            await redis.rename("kept", name)

    assert "could not be handled" in caplog.text
    assert leaks(records(caplog)) == []


async def test_a_log_set_back_and_a_log_damaged_leave_no_line(talk, caplog):
    caplog.set_level(logging.DEBUG)
    user, redis = talk.newcomer(), talk.house.redis
    await walk(talk, user)
    parts = [f"dobi:{{gyeongnam}}:log:{part}" for part in ("state", "checkpoint")]
    stored = [await redis.get(part) for part in parts]
    await talk.say(user, location=talk.here(SECRET))
    later = [await redis.get(part) for part in parts]

    for part, value in zip(parts, stored, strict=True):
        await redis.set(part, value)
    behind = await talk.say(user, location=talk.here(SECRET))
    await redis.set(parts[0], b"nonsense")
    damaged = await talk.say(user, location=talk.here(SECRET))
    for part, value in zip(parts, later, strict=True):
        await redis.set(part, value)

    assert behind or damaged
    assert leaks(records(caplog)) == []


async def test_a_sandbox_killed_over_somebodys_picture_leaves_no_line(talk, caplog):
    caplog.set_level(logging.DEBUG)
    user = talk.newcomer()
    given = await talk.say(user, press="consent:yes") and await talk.say(user, location=SECRET)
    token, picture = text(await talk.press(user, given[0], "글자로 받기")), given[0].reply.image
    assert picture
    await talk.say("lee", "검증", files=[InFile("a.png", picture)])  # the workers have started
    assert children()
    looking = asyncio.ensure_future(talk.say("lee", f"검증 {WORDS}", files=[InFile(f"{WORDS}.png", picture)]))

    for _ in range(20):
        await asyncio.sleep(0.02)
        for child in children():
            with contextlib.suppress(psutil.Error):
                child.kill()
    await asyncio.wait_for(looking, 60)

    assert leaks(records(caplog), token, base64.b64encode(picture).decode()[:200]) == []


def children() -> list[psutil.Process]:
    """Our sandbox's workers: whatever of Python runs below this process, but what keeps its books."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "python" in child.name() and not any("resource_tracker" in word for word in child.cmdline()):
                found.append(child)
    return found


async def test_a_messenger_that_fails_leaves_no_line(talk, caplog):
    caplog.set_level(logging.DEBUG)
    user = talk.newcomer()
    await talk.say(user, press="consent:yes")
    talk.messenger.results = [Retry(timedelta(seconds=5)), Retry(timedelta(seconds=5))]

    await talk.say(user, location=SECRET)
    await talk.advance(timedelta(minutes=2))

    assert leaks(records(caplog)) == []


async def test_an_error_that_repeats_what_it_was_given_is_named_only(caplog):
    """The words of `int(…)`, `float(…)` and of an encoding are what somebody sent."""
    for thing in (
        lambda: int(WORDS),
        lambda: float(f"{SECRET.lat}x"),
        f"{WORDS}\udc00".encode,
        lambda: {}[WORDS],
    ):
        try:
            thing()
        except (ValueError, KeyError) as error:
            failed_for(logging.getLogger("x"), error, "case %s", "A1")

    assert leaks(caplog.text) == []
    assert "case A1: ValueError" in caplog.text
    assert "UnicodeEncodeError" in caplog.text
    try:
        int(WORDS)
    except ValueError as error:
        failed(logging.getLogger("x"), error, "public")
    assert leaks(caplog.text) != [], "the search finds what is there"


async def test_a_real_process_writes_none_of_it_on_standard_error(talk, tmp_path):
    lines: list[dict[str, object]] = []
    share = {"lat": SECRET.lat, "lon": SECRET.lon, "accuracy_m": 13}
    for number, said in enumerate(
        (
            {"location": share}, {"press": "consent:yes"}, {"text": f"출장 {DOCUMENT}"}, {"location": share},
            {"location": {**share, "lat": "35.182937도"}}, {"location": {**share, "lat": 1e400}},
            {"location": {**share, "live": True}, "message": "u1"},
            {"location": {**share, "live": True}, "message": "u1", "edit": True},
            {"text": f"구독 {WORDS}"}, {"text": WORDS * 2000}, {"text": f"{WORDS}\ud800"}, {"press": WORDS},
            {"text": "위치 동의 철회"}, {"location": share},
        ),
        1,
    ):  # fmt: skip
        lines.append({"id": number, "user": "kim", **said})
    raw = (
        "\n".join(json.dumps(line) for line in lines) + f'\n{{"id": 99, "location": {{"lat": {SECRET.lat}, \n{WORDS}\n'
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "console", "--json", "--roles", "chat,deliver",
        "--config", talk.config, "--data", tmp_path / "data", "--virtual-clock",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(raw.encode()), 120)

    assert b"image" in out
    assert process.returncode == 0, err[-500:]
    assert leaks(err) == []
    left = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*.log*") if path.is_file())
    assert leaks(left) == []
