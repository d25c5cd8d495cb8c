"""A backup is the whole house in one locked file; what it brings back is no more than it may be."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from attest.crypto import OpeningKey, PublicKey, PublicKeys, key_id_of
from bot.__main__ import main
from bot.backup import kept
from bot.bootstrap import open_house
from bot.embedded import EmbeddedServer
from tests.talk import CHANGWON_CITY_HALL, Talk, talking, text
from tests.test_conversations_receipts import token_of, verdict

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = ("desk", "desk:sealed", "vault:points:nobody", "vault:boxes:0")
WORD = "참 길고 긴 백업의 암호"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("backup"), roles=("deliver", "chat", "verify")) as stage:
        yield stage


@pytest.fixture
def word(tmp_path: Path) -> str:
    path = tmp_path / "word"
    path.touch(mode=0o600)
    path.write_text(WORD + "\n", encoding="utf-8")
    return f"file:{path}"


@pytest.fixture
def dobi(capsys):
    async def run(*words: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        status = await asyncio.to_thread(main, [str(word) for word in words])
        return status, "".join(capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def lock(tmp_path_factory) -> tuple[tuple[str, Path], tuple[str, Path]]:
    """A key of the tests' own, to lock to and to open with: quicker than a passphrase."""
    folder, key = tmp_path_factory.mktemp("lock"), OpeningKey.generate()
    entry = PublicKey(key_id_of("g", key.public), "seal", "g", "g", key.public, datetime(2026, 1, 1, tzinfo=UTC))
    public, private = folder / "public.json", folder / "private.pem"
    public.write_text(PublicKeys((entry,)).to_json(), encoding="utf-8")
    private.write_bytes(key.to_pem())
    return ("--to", public), ("--key", private)


async def saved(talk: Talk, dobi, folder: Path, *how: str | Path) -> Path:
    file = folder / f"house-{len(list_of(folder))}.dobi"
    status, told = await dobi("backup", file, "--config", talk.config, "--data", talk.data, *how)
    assert status == 0, told
    assert "백업을" in told
    return file


def list_of(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def copied(talk: Talk, folder: Path) -> Path:
    """The settings of the same house for another place."""
    folder.mkdir()
    target = folder / "dobi.toml"
    shutil.copyfile(talk.config, target)
    target.chmod(0o600)
    return target


async def everything(folder: Path) -> dict[bytes, bytes]:
    """Every key that a backup holds, with its value."""
    server = EmbeddedServer(folder)
    await server.ensure()
    redis = server.client()
    try:
        return {name: await redis.dump(name) for name in await redis.keys("dobi:*") if kept(name)}
    finally:
        await redis.aclose()
        await server.close()


@asynccontextmanager
async def opened(talk: Talk, data: Path) -> AsyncIterator[Talk]:
    """The restored house, to talk to."""
    async with open_house(talk.house.settings, data, talk.clock) as house:
        house.deliver([talk.messenger])
        router = await house.chat([talk.messenger], opens_seals=True)
        yield Talk(house, talk.clock, router, talk.messenger, talk.config, {})


async def test_everything_comes_back_but_what_lives_a_day_or_opens_seals(talk, tmp_path, word, dobi):
    user, redis = talk.newcomer(), talk.house.redis
    await talk.say(user, "구독 재난안전")
    await redis.hset("dobi:{deployment}:model:continued", "probe", b"weights")
    token = await token_of(talk, user, await talk.receipt(user))
    for name in SHORT:
        await redis.hset(f"dobi:{{gyeongnam}}:{name}", "x", "y")
    (talk.data / "vault").mkdir(exist_ok=True)
    (talk.data / "vault" / "hour.key").write_bytes(b"key")
    file = await saved(talk, dobi, tmp_path, "--passphrase", word)
    await redis.delete(*[f"dobi:{{gyeongnam}}:{name}" for name in SHORT])
    data, config = tmp_path / "new", copied(talk, tmp_path / "settings")

    status, told = await dobi("restore", file, "--config", config, "--data", data, "--passphrase", word)

    assert status == 0, told
    assert "되살렸습니다" in told
    assert "위치 동의" in told
    assert not list(data.rglob("audit*.pem"))
    assert not (data / "vault").exists()
    assert WORD.encode() not in file.read_bytes()
    names = await everything(data)
    assert not [name for name in names if b":desk" in name or b":vault" in name]
    assert {path.name for path in (data / "keys" / "gyeongnam").iterdir()} >= {"keys.json", "log.pem", "holder.secret"}
    shutil.copytree(talk.data / "audit", data / "audit")
    async with opened(talk, data) as back:
        assert "재난안전" in text(await back.say(user, "목록"))
        assert await back.house.redis.hget("dobi:{deployment}:model:continued", "probe") == b"weights"
        assert verdict(await back.say("lee", f"검증 {token}"))[0] == "유효"
        asked = await back.say(user, location=CHANGWON_CITY_HALL)
        assert "동의" in asked[0].reply.text  # who withdrew meanwhile can't be known
        await back.press(user, asked[0], "동의합니다")
        await back.say(user, "출장 총무과-812")
        assert "영수증" in (await back.say(user, location=CHANGWON_CITY_HALL))[0].reply.text


async def test_whatever_is_wrong_is_told_and_changes_nothing(talk, tmp_path, word, dobi, lock, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    file = await saved(talk, dobi, tmp_path, *lock[0])
    under = await saved(talk, dobi, tmp_path, "--passphrase", word)
    other = tmp_path / "other"
    other.touch(mode=0o600)
    other.write_text("another passphrase", encoding="utf-8")
    data, config = tmp_path / "new", copied(talk, tmp_path / "settings")
    at = ("--config", config, "--data", data)
    whole = file.read_bytes()

    async def told(content: bytes) -> str:
        file.write_bytes(content)
        status, said = await dobi("restore", file, *at, *lock[1])
        assert status == 2, said
        return said

    assert "암호나 열쇠가" in (await dobi("restore", under, *at, "--passphrase", f"file:{other}"))[1]
    assert "--key" in (await dobi("restore", file, *at))[1]
    assert "잘렸" in await told(whole[:-1])
    assert "아무것도 되살리지 않았습니다" in await told(whole[: len(whole) // 2])
    assert "잘렸" in await told(whole[:-200] + bytes([whole[-200] ^ 1]) + whole[-199:])
    assert "도비의 백업 파일이 아니" in await told(b"PK\x03\x04" + whole)
    assert "바뀌었" in await told(whole.replace(b'expires_at": "2', b'expires_at": "3', 1))
    file.write_bytes(whole)
    assert set(await everything(data)) <= {b"dobi:{deployment}:schema"}
    assert not (data / "keys").exists()
    in_use = ("--config", talk.config, "--data", talk.data)
    assert "일하고 있습니다" in (await dobi("restore", file, *in_use, *lock[1], "--replace"))[1]
    assert "암호가 없습니다" in (await dobi("backup", tmp_path / "none", *in_use))[1]
    assert not (tmp_path / "none").exists()


async def test_past_its_date_it_needs_the_destruction_that_has_happened_since(talk, tmp_path, lock, dobi):
    user = talk.newcomer()
    receipt = await talk.receipt(user)
    token = await token_of(talk, user, receipt)
    file = await saved(talk, dobi, tmp_path, *lock[0], "--days", "1")
    config = copied(talk, tmp_path / "settings")
    data = tmp_path / "late"
    data.mkdir(mode=0o700)
    (data / "demo.json").write_text(json.dumps({"shift": str(timedelta(days=700).total_seconds())}), encoding="utf-8")
    at = ("--config", config, "--data", data, *lock[1])

    refused = await dobi("restore", file, *at)
    done = await dobi("restore", file, *at, "--destroy-due")

    assert refused[0] == 2
    assert "까지였습니다" in refused[1]
    assert done[0] == 0, done[1]
    assert "파기했습니다" in done[1]
    kept_now = b"".join(value or b"" for value in (await everything(data)).values())
    assert token.encode()[:80] not in kept_now


async def test_past_its_date_it_is_taken_away_again_where_nothing_can_be_destroyed(talk, tmp_path, lock, dobi):
    await talk.receipt(talk.newcomer())
    file = await saved(talk, dobi, tmp_path, *lock[0], "--days", "1")
    await talk.receipt(talk.newcomer())
    note = await talk.house.redis.get("dobi:{gyeongnam}:log:checkpoint")
    data, config = tmp_path / "late", copied(talk, tmp_path / "settings")
    (data / "log" / "gyeongnam").mkdir(mode=0o700, parents=True)
    (data / "log" / "gyeongnam" / "known").write_bytes(note)
    data.chmod(0o700)
    (data / "demo.json").write_text(json.dumps({"shift": str(timedelta(days=700).total_seconds())}), encoding="utf-8")

    status, told = await dobi("restore", file, "--config", config, "--data", data, *lock[1], "--destroy-due")

    assert status == 2
    assert "다시 지웠습니다" in told
    assert set(await everything(data)) <= {b"dobi:{deployment}:schema"}


async def test_an_older_backup_signs_nothing_while_a_larger_checkpoint_is_known(talk, tmp_path, lock, dobi):
    """What a colleague kept of the newer log binds the restored one; doctor and chat say what to do."""
    await talk.receipt(talk.newcomer())
    older = await saved(talk, dobi, tmp_path, *lock[0])
    await talk.receipt(talk.newcomer())
    kept_note = text(await talk.say("kim", "영수증 로그 확인"))
    newer = await saved(talk, dobi, tmp_path, *lock[0])
    data, config = tmp_path / "set-back", copied(talk, tmp_path / "settings")
    at = ("--config", config, "--data", data, *lock[1])
    where = ("--config", config, "--data", data)

    assert (await dobi("restore", older, *at))[0] == 0
    async with opened(talk, data) as back:
        compared = text(await back.say("kim", f"영수증 로그 확인 {kept_note}"))
        who = talk.newcomer()
        await back.agree(who)
        refused = text(await back.say(who, location=CHANGWON_CITY_HALL))
    sick = await dobi("doctor", *where)
    again = await dobi("restore", older, *at, "--replace")
    mended = await dobi("restore", newer, *at, "--replace")
    well = await dobi("doctor", *where)

    assert "이어지지 않습니다" in compared
    assert "영수증을 새로 만들지 않습니다" in refused
    assert "더 새로운 백업으로" in sick[1]
    assert again[0] == 1
    assert "다 파기하지 못했습니다" in again[1]
    assert "새 서명을 멈췄습니다" in again[1]
    assert mended[0] == 0, mended[1]
    assert "더 새로운 백업으로" not in well[1]


async def test_a_restore_that_was_killed_is_no_house_and_is_restored_again(talk, tmp_path, lock, dobi):
    file = await saved(talk, dobi, tmp_path, *lock[0])
    data, config = tmp_path / "half", copied(talk, tmp_path / "settings")
    at = ("--config", config, "--data", data, *lock[1])
    server = EmbeddedServer(data)
    await server.ensure()
    redis = server.client()
    await redis.set("dobi:{deployment}:schema", b"restoring")
    await redis.set("dobi:{gyeongnam}:half", b"x")
    await redis.aclose()
    await server.close()

    closed = await dobi("log", "check", "--config", config, "--data", data)
    first = await dobi("restore", file, *at)
    second = await dobi("restore", file, *at, "--replace")

    assert closed[0] == 2
    assert "restore was not finished" in closed[1]
    assert "--replace" in first[1]
    assert second[0] == 0, second[1]
    assert b"dobi:{gyeongnam}:half" not in await everything(data)


async def test_the_doctor_tells_how_old_the_last_backup_is(talk, tmp_path, lock, dobi):
    """`dobi backup` writes it down; the page of the same house says it."""
    await saved(talk, dobi, tmp_path, *lock[0])

    _, page = await dobi("doctor", "--config", talk.config, "--data", talk.data)

    assert "[정상] 마지막 백업: 마지막 " in page
