"""The last line: whatever breaks, the person gets one polite sentence, and the log no word of theirs."""

from __future__ import annotations

import logging

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.messenger import Update
from bot.outbox import Outbox
from bot.people import Inbox, PeopleStore
from bot.router import Router
from bot.routes import Grammar, Route
from bot.settings import parse
from bot.tenancy import Tenancy
from tests.fakes import FakeMessenger

SETTINGS = """
[[institution]]
id = "a"
name = "가도청"
[[institution.person]]
id = "kim"
name = "김"
department = "총무과"
"""


class Counting:
    def __init__(self, fault: Exception | None = None) -> None:
        self.times, self.fault = 0, fault

    async def __call__(self, _request):
        self.times += 1
        if self.fault:
            raise self.fault
        return []


@pytest.fixture
def world(database, clock):
    def build(handle, inbox=None):
        messenger = FakeMessenger()
        route = Route("say", ("말해",), ("say",), handle)
        router = Router(
            Tenancy(parse(SETTINGS, {}, file_mode=0o600).institutions),
            Grammar([route]),
            PeopleStore(database),
            inbox or Inbox(database),
            Outbox(database, "w"),
            clock,
            lambda _word, _names: None,
        )
        router.attach([messenger])
        return router, messenger

    return build


def update(clock, **more):
    return Update("console", "kim", clock(), text="말해 비밀이야기", **more)


async def test_a_broken_handler_ends_in_one_sentence_and_keeps_the_words_out_of_the_log(world, clock, caplog):
    router, messenger = world(Counting(RuntimeError("boom")))

    with caplog.at_level(logging.DEBUG):
        await router.receive(update(clock))

    assert len(messenger.sent) == 1
    assert "처리하지 못했습니다" in messenger.sent[0].reply.text
    assert "비밀이야기" not in caplog.text


async def test_a_database_that_is_away_is_told_politely_too(world, clock, caplog):
    class Away:
        async def begin(self, *_):
            raise RedisConnectionError("away")

    router, messenger = world(Counting(), Away())

    with caplog.at_level(logging.CRITICAL):
        await router.receive(update(clock, id="u1"))

    assert "처리하지 못했습니다" in messenger.sent[0].reply.text


async def test_an_update_is_handled_once(world, clock):
    handle = Counting()
    router, _ = world(handle)

    await router.receive(update(clock, id="u1"))
    await router.receive(update(clock, id="u1"))
    await router.receive(update(clock, id="u2"))
    await router.receive(update(clock))

    assert handle.times == 3


async def test_words_that_were_changed_after_they_were_answered_are_told_so_and_not_obeyed(world, clock):
    handle = Counting()
    router, messenger = world(handle)

    await router.receive(update(clock, id="u1", edit=True))
    await router.receive(update(clock, id="u2", edit=True, chat="총무과", mention=True))

    assert handle.times == 0
    assert [one.reply.text for one in messenger.sent] == [
        "먼저 보내신 글을 이미 읽어, 고치신 내용은 반영하지 않았습니다. 바꾸실 것이 있으면 새로 써 주십시오."
    ]
