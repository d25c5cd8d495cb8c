"""A group keeps what the receipt log was; anyone there checks that it is still its beginning, and nobody signs less."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.__main__ import main
from bot.messenger import Outgoing
from tests.talk import CHANGWON_CITY_HALL, Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOM = "총무과"
CHECK = "영수증 로그 확인"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("log"), roles=("deliver", "chat", "verify")) as stage:
        yield stage


def posts(messages: list[Outgoing]) -> list[Outgoing]:
    return [message for message in messages if "기록 확인표" in message.reply.text and message.reference is None]


async def posted(talk: Talk) -> Outgoing:
    """A receipt more, and the checkpoint that the room is shown."""
    before = len(talk.messenger.sent)
    await talk.receipt(talk.newcomer())
    await talk.advance(timedelta(hours=1, minutes=1))
    return posts(talk.messenger.sent[before:])[-1]


async def test_who_keeps_the_office_decides_where_the_log_is_shown(talk):
    assert "관리자" in text(await talk.say("kim", "영수증 로그 게시", chat=ROOM, mention=True))
    assert "방에서" in text(await talk.say("park", "영수증 로그 게시"))

    told = text(await talk.say("park", "영수증 로그 게시", chat=ROOM, mention=True))

    assert "올리겠습니다" in told


async def test_the_room_is_shown_a_checkpoint_within_the_hour_and_only_when_something_was_added(talk):
    await talk.say("park", "영수증 로그 게시", chat=ROOM, mention=True)
    shown = await posted(talk)

    assert shown.chat.id == ROOM
    assert "\ndobi/gyeongnam\n" in shown.reply.text
    assert "\n— dobi/gyeongnam " in shown.reply.text
    assert posts(await talk.advance(timedelta(hours=5))) == []


async def test_anyone_there_compares_what_they_see_with_the_log(talk):
    await talk.say("park", "영수증 로그 게시", chat=ROOM, mention=True)
    kept = (await posted(talk)).reply.text

    same = text(await talk.say("kim", f"{CHECK} {kept}", chat=ROOM, mention=True))
    await posted(talk)
    grown = text(await talk.say("kim", f"{CHECK}\n{kept}"))

    assert "같습니다" in same
    assert "1건이 더해졌고" in grown
    assert "바뀌지 않았습니다" in grown


async def test_without_a_checkpoint_it_says_what_the_log_is_and_how_to_compare(talk):
    await talk.say("park", "영수증 로그 게시", chat=ROOM, mention=True)
    await posted(talk)

    for said in (
        await talk.say("kim", CHECK, chat=ROOM),
        await talk.say("choi", CHECK),
        await talk.say("kim", "/log", chat=ROOM, mention=True),
    ):
        assert "dobi/gyeongnam" in text(said)
        assert "붙여" in text(said)
    assert "아직" in text(await talk.say("yun", CHECK))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: note.replace("dobi/gyeongnam", "dobi/busan"),
        lambda note: note[: note.rindex("—")],
        lambda note: note.replace("gyeongnam\n", "gyeongnam\n1", 1),
        lambda note: "x" * 500,
    ],
)
async def test_what_is_no_checkpoint_of_this_log_accuses_nobody(talk, spoil):
    await talk.say("park", "영수증 로그 게시", chat=ROOM, mention=True)
    kept = (await posted(talk)).reply.text

    told = text(await talk.say("kim", f"{CHECK} {spoil(kept)}"))

    assert "이어지지" not in told
    assert "확인표" in told
    issued = await talk.receipt(talk.newcomer())
    assert "출장 영수증입니다" in issued.reply.text


async def test_another_institutions_checkpoint_says_nothing_of_this_one(talk):
    await talk.say("park", "영수증 로그 게시", chat=ROOM, mention=True)
    kept = (await posted(talk)).reply.text

    told = text(await talk.say("yun", f"{CHECK} {kept}"))

    assert "이 기관의" in told


async def test_it_can_be_ended(talk):
    await talk.say("park", "영수증 로그 게시", chat=ROOM, mention=True)

    told = text(await talk.say("park", "영수증 로그 게시 끄기", chat=ROOM, mention=True))

    assert "올리지 않겠습니다" in told
    await talk.receipt(talk.newcomer())
    assert posts(await talk.advance(timedelta(hours=2))) == []


async def test_after_an_older_backup_the_room_shows_it_and_nothing_is_signed(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        redis = talk.house.redis
        await talk.say("park", "영수증 로그 게시", chat=ROOM, mention=True)
        await posted(talk)
        backup = {key: await redis.dump(key) for key in await redis.keys("dobi:{gyeongnam}:log:*")}
        kept = (await posted(talk)).reply.text
        await redis.delete(*await redis.keys("dobi:{gyeongnam}:log:*"))
        for key, data in backup.items():
            await redis.restore(key, 0, data)
        who = talk.newcomer()
        await talk.agree(who)

        refused = text(await talk.say(who, location=CHANGWON_CITY_HALL))
        told = text(await talk.say("kim", f"{CHECK} {kept}", chat=ROOM, mention=True))

        assert "영수증을 새로 만들지 않습니다" in refused
        assert "예전 백업" in refused
        assert "이어지지 않습니다" in told
        assert "확인표는 3건인데 지금 기록은 2건" in told


async def test_a_restored_directory_is_caught_by_what_a_colleague_kept(tmp_path):
    """Files and database alike are old: only the room knows."""
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        redis = talk.house.redis
        await talk.say("park", "영수증 로그 게시", chat=ROOM, mention=True)
        await posted(talk)
        backup = {key: await redis.dump(key) for key in await redis.keys("dobi:{gyeongnam}:log:*")}
        kept = (await posted(talk)).reply.text
        await redis.delete(*await redis.keys("dobi:{gyeongnam}:log:*"))
        for key, data in backup.items():
            await redis.restore(key, 0, data)
        for path in sorted((talk.data / "log").rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()

        told = text(await talk.say("kim", f"{CHECK} {kept}"))
        who = talk.newcomer()
        await talk.agree(who)
        refused = text(await talk.say(who, location=CHANGWON_CITY_HALL))

        assert "이어지지 않습니다" in told
        assert "영수증을 새로 만들지 않습니다" in refused


# --- the commands of whoever has no messenger


async def test_a_receipt_is_proven_without_the_house_and_a_set_back_log_is_told(tmp_path, capsys):
    async def dobi(*words: str | Path) -> tuple[int, str]:
        capsys.readouterr()
        status = await asyncio.to_thread(main, [str(word) for word in words])
        return status, "".join(capsys.readouterr())

    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        who, redis = talk.newcomer(), talk.house.redis
        receipt = await talk.receipt(who)
        token = text(await talk.press(who, receipt, "글자로 받기"))
        backup = {key: await redis.dump(key) for key in await redis.keys("dobi:{gyeongnam}:log:*")}
        await talk.receipt(talk.newcomer())
        at = ("--config", talk.config, "--data", talk.data)
        keys, proof, copy = tmp_path / "keys.json", tmp_path / "one.tlog-proof", tmp_path / "copy"
        assert (await dobi("keys", "export", keys, *at))[0] == 0
        assert (await dobi("log", "publish", *at))[0] == 0
        assert (await dobi("log", "proof", token, proof, *at))[0] == 0
        await asyncio.to_thread(shutil.copytree, talk.data / "log", copy)

        alone = await dobi("verify", "--keys", keys, "--json", "--", token)
        by_file = await dobi("verify", "--keys", keys, "--proof", proof, "--json", "--", token)
        by_copy = await dobi("verify", "--keys", keys, "--log", copy, "--json", "--", token)
        by_one = await dobi("verify", "--keys", keys, "--log", copy / "gyeongnam", "--", token)

        assert json.loads(alone[1])["checked"] == ["signature"]
        assert json.loads(by_file[1])["checked"] == json.loads(by_copy[1])["checked"] == ["signature", "log"]
        assert json.loads(by_copy[1])["verdict"] == "유효"
        assert "발급 기록으로" in by_one[1]
        await asyncio.to_thread(proof.write_text, "nothing")
        wrong = await dobi("verify", "--keys", keys, "--proof", proof, "--json", "--", token)
        assert (json.loads(wrong[1])["verdict"], json.loads(wrong[1])["flags"]) == (
            "유효하나 확인 필요",
            ["proof_wrong"],
        )

        await redis.delete(*await redis.keys("dobi:{gyeongnam}:log:*"))
        for key, data in backup.items():
            await redis.restore(key, 0, data)
        assert "새 서명을 멈췄습니다" in (await dobi("keys", "rotate", *at))[1]
        status, told = await dobi("log", "check", *at)

        assert status == 1
        assert "예전 백업" in told
        assert "gyeongnam: 기록은 2건인데 서명된 확인표는 3건" in told
