"""What opens seals is answered by the one process that holds the opening key: closed, open, dying; never in clear."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from bot.bootstrap import House, open_house
from bot.letters import MOST, Letters
from bot.messenger import InFile, Outgoing, VerdictFacts
from bot.settings import Role, Settings
from bot.wording import checks as words
from tests.talk import Talk, talking, text
from tests.test_conversations_receipts import contents, files, token_of, verdict

pytestmark = pytest.mark.asyncio(loop_scope="module")

DESK = "dobi:{gyeongnam}:desk"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("desk"), roles=("deliver", "chat")) as stage:
        yield stage


@asynccontextmanager
async def office(talk: Talk, settings: Settings | None = None) -> AsyncIterator[House]:
    """The audit office's process, beside the one that talks."""
    async with open_house(settings or talk.house.settings, talk.data, talk.clock) as house:
        await house.verify()
        await house.rota.drain()
        yield house


async def answered(talk: Talk, house: House) -> list[Outgoing]:
    """What is said once the office has answered and it is delivered; the traveller's own notice is not of it."""
    before = len(talk.messenger.sent)
    await house.rota.drain()
    await talk.house.rota.drain()
    return [one for one in talk.messenger.sent[before:] if one.kind != "notice"]


def everything(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


def noise(width: int = 300) -> bytes:
    target = io.BytesIO()
    Image.frombytes("L", (width, 40), os.urandom(width * 40)).save(target, "PNG")
    return target.getvalue()


async def test_nobody_is_there_says_so_at_once_and_answers_when_it_comes_up(talk):
    user = talk.newcomer()
    token = await token_of(talk, user, await talk.receipt(user))

    told = text(await talk.say("lee", f"검증 {token}"))
    async with office(talk):
        await talk.house.rota.drain()
        answer = [one for one in talk.messenger.sent if one.chat.id == "dm:lee"][-1]

    assert "꺼져 있습니다" in told
    assert "켜지면 바로 답하겠습니다" in told
    assert verdict([answer]) == ("유효", ())
    assert "김하나 총무과" in answer.reply.text
    assert answer.chat.id == "dm:lee"
    assert answer.kind == "reply"
    assert not await talk.house.redis.keys(f"{DESK}*")


async def test_while_it_is_there_the_answer_is_all_that_comes(talk):
    user = talk.newcomer()
    receipt = await talk.receipt(user)
    async with office(talk) as house:
        asked = await talk.say("lee", "검증", files=[InFile("a.png", receipt.reply.image), InFile("b.png", noise())])
        answers = await answered(talk, house)

    assert asked == []
    assert [verdict([one])[0] for one in answers] == ["유효", "판독 불가"]
    assert "b.png" in answers[1].reply.text
    assert {one.reference for one in answers} == {answers[0].reference} != {None}
    assert "확인한 횟수 1번" in text(await talk.say(user, "내 정보"))


async def test_buttons_and_files_go_the_same_way(talk):
    user = talk.newcomer()
    token = await token_of(talk, user, await talk.receipt(user))
    async with office(talk) as house:
        await talk.say("lee", f"검증 {token}")
        found = (await answered(talk, house))[-1]
        assert await talk.press("lee", found, words.REPORT) == []
        report = await answered(talk, house)

    handed = next(one.reply.file for one in report if one.reply.file is not None)
    assert handed.data.startswith(b"%PDF")
    assert handed.name.endswith(".pdf")


async def test_neither_the_words_nor_the_picture_stand_anywhere_in_clear(talk):
    picture, words = noise(), "검증 참나무숲속도토리묵집"
    await talk.say("lee", words, files=[InFile("참나무숲.png", picture)])

    kept = await contents(talk.house.redis) + files(talk.data)

    assert len(await talk.house.redis.hvals(f"{DESK}:sealed")) == 1
    for secret in (picture, picture[100:200], words[3:].encode(), "참나무숲".encode(), b"\\ucc38\\ub098\\ubb34"):
        assert secret not in kept
    async with office(talk) as house:
        await answered(talk, house)
    assert not await talk.house.redis.keys(f"{DESK}*")


async def test_a_repeated_update_is_one_request_and_one_answer(talk):
    picture = InFile("x.png", noise())
    await talk.say("lee", "검증", files=[picture], update="desk-1")
    await talk.house.redis.delete("dobi:{gyeongnam}:people:handled:console")  # as if the process died before that
    await talk.say("lee", "검증", files=[picture], update="desk-1")

    assert len(await talk.house.redis.hvals(DESK)) == 1
    async with office(talk):
        await talk.house.rota.drain()
        first = len(talk.messenger.sent)
    await talk.house.redis.delete("dobi:{gyeongnam}:people:handled:console")
    await talk.say("lee", "검증", files=[picture], update="desk-1")
    async with office(talk) as house:
        later = await answered(talk, house)

    assert [one for one in talk.messenger.sent[first:] + later if isinstance(one.reply.facts, VerdictFacts)] == []


async def test_the_desk_is_bounded_and_says_so(talk):
    told = [text(await talk.say("lee", f"검증 {number}")) for number in range(MOST + 1)]

    assert sum("켜지면 바로" in one for one in told) == MOST
    assert "쌓여" in told[-1]
    async with office(talk) as house:
        await answered(talk, house)
        assert not await talk.house.redis.keys(f"{DESK}:sealed")


async def test_what_this_house_did_not_hand_in_is_not_answered(talk, caplog):
    await talk.say("lee", "검증 하나")
    redis = talk.house.redis
    (name, head), *_ = (await redis.hgetall(DESK)).items()
    sealed = await redis.hget(f"{DESK}:sealed", name)
    forged = head.replace(name, b"f" * 24).replace(b"dm:lee", b"dm:kim")
    await redis.hset(DESK, b"f" * 24, forged)
    await redis.hset(f"{DESK}:sealed", b"f" * 24, sealed)

    async with office(talk):
        await talk.house.rota.drain()
        answers = [one for one in talk.messenger.sent if one.chat.id == "dm:kim"]

    assert answers == []
    assert list(await redis.hkeys(DESK)) == [b"f" * 24]
    assert caplog.text.count("can't be opened here") == 1
    talk.clock.move_to(talk.clock.now() + timedelta(days=4))
    await redis.delete(f"{DESK}:held")  # by the office that has just closed: it may count as alive for a moment
    async with office(talk):
        await talk.house.rota.drain()
    assert await redis.hkeys(DESK) == []


async def test_who_lost_the_role_meanwhile_gets_no_answer(talk):
    await talk.say("lee", "검증 하나")
    first, *others = talk.house.settings.institutions
    people = tuple(
        replace(one, roles=frozenset({Role.STAFF})) if one.id == "lee" else one for one in first.people
    )  # fmt: skip
    settings = replace(talk.house.settings, institutions=(replace(first, people=people), *others))

    async with office(talk, settings):
        await talk.house.rota.drain()

    assert "감사 담당만" in talk.messenger.sent[-1].reply.text


async def test_an_office_that_died_meanwhile_is_told_of_once_and_after_days_it_is_given_up(talk):
    letters = Letters(talk.house.redis, talk.house.liveness.owner, talk.house.liveness.is_alive)
    async with office(talk):
        assert await talk.say("lee", "검증 하나") == []

    told = await talk.advance(timedelta(minutes=5))
    late = await talk.advance(timedelta(days=4))

    assert ["켜지면 바로" in one.reply.text for one in told if one.chat.id == "dm:lee"] == [True]
    assert ["다시 보내 주십시오" in one.reply.text for one in late if "지웠습니다" in one.reply.text] == [True]
    assert await letters.open("gyeongnam") == []


async def test_each_office_answers_for_its_own_institution_only(talk, tmp_path):
    token = "검증 하나"
    await talk.say("lee", token)
    await talk.say("baek", token)
    settings = replace(
        talk.house.settings, audit=replace(talk.house.settings.audit, directory=tmp_path / "elsewhere")
    )  # fmt: skip
    (tmp_path / "elsewhere").mkdir()
    (talk.data / "audit" / "changwon").rename(tmp_path / "elsewhere" / "changwon")

    async with office(talk, settings):
        await talk.house.rota.drain()
        attended = [await talk.house.letters.attended(one) for one in ("gyeongnam", "changwon")]

    (tmp_path / "elsewhere" / "changwon").rename(talk.data / "audit" / "changwon")
    assert attended == [False, True]
    assert len(await talk.house.redis.hkeys(DESK)) == 1
    assert talk.messenger.sent[-1].chat.id == "dm:baek"
    async with office(talk) as house:
        await answered(talk, house)
        assert not await talk.house.redis.hkeys(DESK)


async def test_a_key_kept_elsewhere_is_never_made_here(talk, tmp_path):
    """A suite is changed while the office keeps its key elsewhere: nothing is sealed to a key of our own."""
    async with talking(tmp_path, roles=("deliver", "chat")) as other:
        user = other.newcomer()
        await other.receipt(user)
        (other.data / "audit").rename(tmp_path / "office")
        first, *rest = other.house.settings.institutions
        settings = replace(other.house.settings, institutions=(replace(first, receipt_suite=2), *rest))

        async with open_house(settings, other.data, other.clock) as changed:
            router = await changed.chat([other.messenger], opens_seals=False)
            told = text(await replace(other, house=changed, router=router).say("lee", "검증 하나"))

        assert "열쇠가 아직 등록되지 않아" in told
        assert not any("audit" in path.name for path in everything(other.data))
