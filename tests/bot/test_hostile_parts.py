"""Hostile: single parts under races, forged requests and strange orders."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot import hours as rules
from bot.broadcasts import PAGE, Broadcasting, Broadcasts, Notice
from bot.digests import Digests
from bot.digests_store import DigestStore
from bot.discretion import Discretion
from bot.handlers.invitations import MOST_ANSWERS, Newcomers
from bot.hours_words import NoSuchDayError, days
from bot.invitations import LINKED_FOR, Codes, Kind
from bot.messenger import Chat, Reply, Update
from bot.messengers.matrix_rooms import Room
from bot.messengers.matrix_sync import Follower, _Place
from bot.messengers.slack.calls import Calls
from bot.messengers.slack.dispatch import Dispatch
from bot.messengers.slack.incoming import Me
from bot.platforms import Content
from bot.rooms import RoomBook
from bot.settings import Institution, Person, Role
from bot.tenancy import Tenancy

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def homes(*people: Person) -> Tenancy:
    return Tenancy([Institution("a", "가시", "", people, (), ()), Institution("b", "나시", "", (), (), ())])


# --- rooms


async def test_a_room_that_moves_onto_another_institutions_room_does_not_take_it(database):
    tenancy = homes()
    book = RoomBook(database, tenancy)
    await book.bind("a", "matrix", "!a:x", "총무과", "kim", NOW)
    await book.bind("b", "matrix", "!b:x", "도로과", "lee", NOW)

    await book.moved("a", "matrix", "!a:x", "!b:x")

    assert tenancy.channel("matrix", "a", "!b:x") is None
    assert tenancy.channel("matrix", "b", "!b:x") is not None
    assert tenancy.room("matrix", "!b:x").tenant == "b"


async def test_a_room_that_moves_onto_a_room_of_anothers_file_does_not_take_it(database):
    from bot.outbox import Outbox
    from bot.reach import Hearing, Reach
    from bot.settings import Channel

    own, other = Channel("총무과", "총무과", {"matrix": "!a:x"}), Channel("도로과", "도로과", {"matrix": "!b:x"})
    tenancy = Tenancy([Institution("a", "가시", "", (), (own,), ()), Institution("b", "나시", "", (), (other,), ())])
    reach = Reach(database, tenancy, Outbox(database, "test"))

    told = Update("matrix", "@eve:x", NOW, id="1", chat="!a:x", event="moved", moved_to="!b:x")
    await Hearing(reach, tenancy, lambda: NOW).hear(told)

    assert not await reach.moved("a", Chat("matrix", "총무과", private=False), "!b:x")
    assert await reach.moved("a", Chat("matrix", "총무과", private=False), "!a:x")
    assert tenancy.channel("matrix", "a", "!b:x") is None


async def test_the_word_of_an_ordinary_member_moves_no_room():
    """A tombstone that is no state is a message like any other: whoever may write may send it."""
    follower = Follower(None, None, frozenset(), lambda: NOW, None)
    place = _Place(Room("!a:x", NOW), "")
    event = {"type": "m.room.tombstone", "sender": "@eve:x", "content": {"replacement_room": "!eve:x"}}

    assert await follower._moved(place, event) is None


# --- notices


async def test_a_notice_skips_nobody_when_somebody_leaves_while_it_is_written(database):
    people = [
        Person(f"p{n:04}", f"이름{n}", "", frozenset({Role.STAFF}), {"console": f"p{n:04}"}) for n in range(PAGE + 9)
    ]
    tenancy, store, got = homes(*people), Broadcasts(database), set[str]()
    notice = Notice("n1", "p0001", "", "정전", len(people), NOW.isoformat(), "a")
    await store.draft("a", notice)
    await store.send("a", "n1")

    async def put(tenant, rows):
        if got:
            raise ConnectionError
        got.update(row.chat.id for row in rows)
        return len(rows)

    async def put_on(tenant, rows):
        got.update(row.chat.id for row in rows)
        return len(rows)

    def place(person):
        return Chat("console", f"dm:{person.id}", private=True)

    with pytest.raises(ConnectionError):
        await Broadcasting(tenancy, store, put, place, lambda: NOW, lambda: None).step()
    tenancy.unseat("a", "p0000")
    await Broadcasting(tenancy, store, put_on, place, lambda: NOW, lambda: None).step()

    assert {f"dm:{one.id}" for one in people} <= got


# --- digests


@pytest.mark.parametrize("hours", [rules.USUAL, replace(rules.USUAL, briefing=rules.OPENS)])
async def test_what_is_held_in_the_very_moment_of_a_digest_comes_with_the_next(database, hours):
    store, chat, due = DigestStore(database), "console:dm:kim", NOW + timedelta(hours=3)

    class Racing(DigestStore):
        async def freeze(self, tenant, chat, now, *, empty):
            await super().freeze(tenant, chat, now, empty=empty)
            await self.brief(tenant, chat, due)  # another process holds a row just now

    async def of(tenant, owner):
        return hours

    gate = SimpleNamespace(whereto=SimpleNamespace(tenancy=homes()))
    choices, now = SimpleNamespace(of=of), lambda: NOW
    worker = Digests(gate, Racing(database), choices, None, ["a"], lambda day: False, now, lambda: None)

    await worker._due("a", chat)

    assert await store.due_at("a", chat) == due


# --- leave


@pytest.mark.parametrize(
    "text", ["휴가 9999/12/31", "휴가 9999/12/30~9999/12/31", "휴가 9999년 12월 31일", "휴가 2190/1/1"]
)
def test_a_leave_that_no_calendar_reaches_is_no_leave(text):
    with pytest.raises(NoSuchDayError):
        days(text, NOW)


def test_a_leave_of_next_year_is_one():
    assert days("휴가 2027/12/30~2027/12/31", NOW).last == date(2027, 12, 31)


# --- codes


async def test_a_code_that_was_ended_meanwhile_does_not_come_back_by_its_release(database):
    codes = Codes(database)
    for number in range(30):
        made = await codes.make("a", ["kim"], Kind.LINK, "kim", NOW, LINKED_FOR)
        code = await codes.claim("", made["kim"], ("telegram", str(number)), NOW)
        await asyncio.gather(codes.release("a", code), codes.spend("a", code))
        assert not await database.hexists("dobi:{deployment}:codes:open", code.field)


# --- what may pass


def test_an_answer_that_may_not_pass_goes_to_no_messenger_in_which_nobody_answers():
    kim = Person("kim", "김하나", "", frozenset({Role.STAFF}), {"telegram": "1", "mail": "kim@x.kr"})
    limits = {"telegram": Content.PUBLIC, "mail": Content.OFFICE}
    asked = Chat("telegram", "dm:1", private=True)
    discretion = Discretion(homes(kim), lambda: limits, lambda adapter: adapter != "mail")

    found = discretion.screened("a", asked, Reply("코드: K7Q-M3X-FA4"), answer=True)

    assert "K7Q" not in found.reply.text
    assert found.elsewhere is None


# --- many strangers


async def test_many_strangers_do_not_have_each_other_forgotten():
    newcomers = Newcomers(None, None)
    noisy = ("telegram", "1")
    for _ in range(MOST_ANSWERS):
        assert newcomers._may_answer(noisy, NOW)
    for number in range(10_000):
        newcomers._may_answer(("telegram", f"s{number}"), NOW)
        if number % 1_000 == 0:
            newcomers._may_answer(noisy, NOW)

    assert not newcomers._may_answer(noisy, NOW)


# --- forged requests to Slack's door


@dataclass
class Door:
    dispatch: Dispatch
    got: list[Update]

    async def call(self, body: bytes, secret: str = "sekrit", **over: str) -> int:
        stamp = str(int(time.time()))
        signature = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        head = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature, "Content-Type": "application/json"}
        return (
            await self.dispatch.http({}, head | {name.replace("_", "-"): text for name, text in over.items()}, body)
        ).status


@pytest.fixture
async def door():
    calls = Calls("xoxb-1", "http://127.0.0.1:1/api/")
    dispatch, got = Dispatch(calls, "sekrit", lambda: NOW), list[Update]()

    async def receive(update):
        got.append(update)

    dispatch.me, dispatch.receive = Me("UBOT", "BBOT", "T1"), receive
    yield Door(dispatch, got)
    await calls.close()


EVENT = json.dumps({
    "type": "event_callback", "event_id": "E1", "team_id": "T1",
    "event": {"type": "message", "channel": "D1", "user": "U1", "text": "식당", "ts": "1700000000.000100"},
}).encode()  # fmt: skip


async def test_what_slack_signed_is_taken(door):
    assert await door.call(EVENT) == 200
    assert [one.text for one in door.got] == ["식당"]


@pytest.mark.parametrize(
    "over",
    [
        {"X_Slack_Signature": "v0=é한"}, {"X_Slack_Signature": "v0=\udc80"}, {"X_Slack_Signature": ""},
        {"X_Slack_Request_Timestamp": "nan"}, {"X_Slack_Request_Timestamp": "abc"},
        {"X_Slack_Request_Timestamp": "9" * 5000}, {"X_Slack_Request_Timestamp": ""},
    ],
)  # fmt: skip
async def test_forged_heads_are_refused_and_break_nothing(door, over):
    assert await door.call(EVENT, **over) == 401
    assert not door.got


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 40_000, b"[1]", b'"x"', b"\xff\xfe", b"payload=%7B%22a%22%3A"]
)
async def test_nothing_unsigned_is_parsed(door, body):
    assert await door.call(body, secret="another") == 401


@pytest.mark.parametrize("body", [b"[1]", b'"x"', b"[" * 100_000])
async def test_signed_nonsense_is_no_fault(door, body):
    assert await door.call(body) == 400


# --- logs


def test_the_matrix_library_is_silent_below_a_warning(caplog):
    """At DEBUG it writes the answer of a login, and the token in it."""
    from bot.messengers import Tools
    from bot.messengers.matrix import make
    from bot.settings import MessengerAccount, Secret

    caplog.set_level(logging.DEBUG)  # the root logger's
    for name in ("nio", "nio.responses"):  # as they are in a fresh process, whatever other tests made of them
        logging.getLogger(name).setLevel(logging.NOTSET)

    async def sleep(seconds):
        raise NotImplementedError

    account = MessengerAccount(
        "matrix",
        options={"homeserver": "http://127.0.0.1:1", "user": "@dobi:x"},
        secrets={"token": Secret("t", "test")},
    )
    make(account, Tools(lambda: NOW, sleep, None, None, lambda: None))

    assert not logging.getLogger("nio.responses").isEnabledFor(logging.INFO)
