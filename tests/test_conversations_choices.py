"""Conversations on a messenger without buttons: numbers and reactions in the place of presses."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.messenger import Outgoing, Update
from tests.fakes import FakeMessenger
from tests.talk import Talk, talking

_NUMBERS = itertools.count(1)


class Buttonless(FakeMessenger):
    """The console's people on a platform without buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.capabilities = replace(self.capabilities, buttons=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Talk]:
    messenger = Buttonless()
    async with talking(tmp_path_factory.mktemp("choices"), messenger=messenger) as found:
        found.messenger = messenger
        yield found


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def react(talk: Talk, user: str, message: Outgoing, sign: str) -> list[Outgoing]:
    """What comes back for a reaction to a message of Dobi's."""
    reference, now = f"react {next(_NUMBERS)}", talk.clock.now()
    before = len(talk.messenger.sent)
    native = f"native-{message.message}"
    await talk.router.receive(
        Update("console", user, now, id=reference, reaction=sign, answers=native, reference=reference)
    )
    return [one for one in talk.messenger.sent[before:] if one.reference == reference]


def number(message: Outgoing, label: str) -> str:
    """The number before a choice."""
    return next(line.partition(". ")[0] for line in message.reply.text.splitlines() if line.endswith(f". {label}"))


async def test_consent_is_given_by_a_number(talk: Talk) -> None:
    user = talk.newcomer()
    asked = (await talk.say(user, "출장"))[-1]
    assert asked.reply.buttons == ()
    assert f"{number(asked, '동의합니다')}. 동의합니다" in asked.reply.text

    given = await talk.say(user, number(asked, "동의합니다"))

    assert "동의" in given[-1].reply.text
    assert "이해하지 못" not in given[-1].reply.text
    assert "동의합니다" not in (await talk.say(user, "출장"))[-1].reply.text.splitlines()[-1]


async def test_consent_is_given_by_a_reaction_and_an_idle_one_is_left_alone(talk: Talk) -> None:
    user = talk.newcomer()
    asked = (await talk.say(user, "출장"))[-1]

    assert await react(talk, user, asked, "😀") == []
    given = await react(talk, user, asked, f"{number(asked, '동의합니다')}️⃣")

    assert "동의" in given[-1].reply.text


async def test_a_number_without_choices_is_as_unknown_as_ever(talk: Talk) -> None:
    user = talk.newcomer()
    await talk.say(user, "도움말")

    with_choice = await talk.say(user, "87")

    assert with_choice[-1].reply.text


async def test_a_command_with_a_number_is_that_command(talk: Talk) -> None:
    user = talk.newcomer()
    await talk.say(user, "구독 제설 장비")
    asked = await talk.say(user, "출장")

    removed = await talk.say(user, "해지 1")

    assert "동의합니다" in asked[-1].reply.text
    assert "제설 장비" in removed[0].reply.text


async def test_whoever_never_saw_a_choice_chooses_nothing(talk: Talk) -> None:
    first, second = talk.newcomer(), talk.newcomer()
    asked = (await talk.say(first, "출장"))[-1]

    answer = (await talk.say(second, number(asked, "동의합니다")))[-1].reply.text

    assert "동의를 받" not in answer
    again = (await talk.say(second, "출장"))[-1]
    assert "동의합니다" in again.reply.text


async def test_whoever_has_their_things_erased_leaves_no_numbers_behind(talk: Talk) -> None:
    user = talk.newcomer()
    await talk.say(user, "출장")
    key = f"dobi:{{gyeongnam}}:choices:console:dm:{user}"
    assert "consent" in str(await talk.house.redis.get(key))

    asked = (await talk.say(user, "내 정보 삭제"))[-1]
    await talk.say(user, number(asked, "구독·알림 지우기"))

    assert "consent" not in str(await talk.house.redis.get(key))
