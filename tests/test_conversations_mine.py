"""내 정보 names everything: whatever stands in the database about a person has a line there, or this walk fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio

from attest.crypto import KeyStore
from attest.trips import Trips
from bot.about import About, Item, Kind
from bot.handlers.mine import Mine
from bot.messenger import InFile
from bot.reminders import Reminder, ReminderStore
from bot.searches import Search, Searches
from nlp.feedback import Seen, Signal, Tap, topic_of
from nlp.opinions import Impression, Opinions
from nlp.own_words import Line
from nlp.probes import ProbeStore
from nlp.profile import Profile, ProfileStore, Proposal
from nlp.wordbook import Wordbook
from tests.talk import Talk, labels, talking, text
from tests.traces import flat, rows

pytestmark = pytest.mark.asyncio(loop_scope="module")

TENANT = "gyeongnam"
TRAVELLER = "new77"  # an id that stands inside no other
PHOTO = InFile("현장.jpg", b"\xff\xd8\xff" + b"a photo of a greenhouse" * 40)

# what stands under which keys, by the kinds under which 내 정보 lists it; a new place for persons belongs in both
PLACES: Mapping[str, frozenset[Kind]] = {
    "people:consent": frozenset({Kind.CONSENT}),
    "people:deciders": frozenset({Kind.CONSENT}),
    "people:introduced": frozenset({Kind.GREETING}),
    "people:questions": frozenset({Kind.QUESTION}),
    "people:spoken": frozenset({Kind.QUESTION}),
    "people:undo": frozenset({Kind.QUESTION}),
    "people:asked": frozenset({Kind.QUESTION}),
    "people:paused": frozenset({Kind.PAUSE}),
    "people:allergies": frozenset({Kind.ALLERGY}),
    "people:declined": frozenset({Kind.REFUSAL}),
    "erasure:due": frozenset({Kind.ERASURE}),
    "holdings:of": frozenset({Kind.RECEIPT}),
    "looks:": frozenset({Kind.LOOK}),
    "checks:": frozenset({Kind.LOOK, Kind.AUDIT}),  # what an auditor handed over, for a day; reports issued
    "trips:": frozenset({Kind.TRIP, Kind.COMPANION}),
    "claims:expenses": frozenset({Kind.EXPENSE}),
    "vault:": frozenset({Kind.POINT}),
    "visit:": frozenset({Kind.TRIP}),
    "subscriptions:": frozenset({Kind.SUBSCRIPTION, Kind.CHANNEL_SUBSCRIPTION}),
    "opinions:sent": frozenset({Kind.SENT}),
    "opinions:": frozenset({Kind.TAP, Kind.SENT}),
    "probes:": frozenset({Kind.PROBE}),
    "reminders:": frozenset({Kind.REMINDER}),
    "quiet:": frozenset({Kind.LUNCH}),
    "boards:": frozenset({Kind.BOARD}),
    "searches:": frozenset({Kind.SEARCH}),
    "profile:": frozenset({Kind.PROPOSAL}),
    "outbox:": frozenset({Kind.MESSAGE}),
    "words:": frozenset({Kind.WORD}),
    "audits:": frozenset({Kind.AUDIT}),
    "acts:": frozenset({Kind.ACT}),
    "rooms:": frozenset({Kind.ACT}),  # who bound a room, who said how Dobi behaves there: each is an act
    "broadcasts:": frozenset({Kind.ACT}),
    "handover:": frozenset({Kind.HANDOVER}),
    "roster": frozenset({Kind.ROSTER}),
    "addresses": frozenset({Kind.ADDRESS}),
    "moving:": frozenset({Kind.IMPORT}),
    # facts beside the log: receipts, looks, claims, confirmations, audits; each is one of these
    "log:details": frozenset({Kind.RECEIPT, Kind.LOOK, Kind.SHEET, Kind.AUDIT, Kind.COMPANION}),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("mine"), roles=("deliver", "chat", "verify")) as stage:
        yield stage


def about(talk: Talk) -> About:
    """The one that the house itself asks."""
    grammar = talk.router._grammar
    route = next(one for one in grammar.routes if one.name == "mine")
    owner = route.handle.__self__
    assert isinstance(owner, Mine)
    return owner._about


async def held(talk: Talk, person: str) -> list[Item]:
    member = talk.house.tenancy.member(TENANT, person)
    assert member is not None
    return list(await about(talk).everything(TENANT, member))


async def named(talk: Talk, person: str) -> set[str]:
    """Every key of the institution under which the person's id, name or pseudonym stands, without the tenant."""
    member = talk.house.tenancy.member(TENANT, person)
    assert member is not None
    pseudonym = KeyStore(talk.data / "keys").pseudonym(TENANT, person)
    marks = [person.encode(), pseudonym, pseudonym.hex().encode()]
    head = f"dobi:{{{TENANT}}}:".encode()
    found = {
        key.removeprefix(head).decode()
        for key, value in (await rows(talk.house.redis)).items()
        if any(mark in one for one in flat({key: value}) for mark in marks)
    }
    return {key for key in found if not key.startswith("people:begun") and not key.startswith("people:handled")}


def place_of(key: str) -> str | None:
    return next((place for place in PLACES if key.startswith(place)), None)


async def live(talk: Talk, person: str, other: str) -> None:
    """A person does everything that leaves a trace."""
    chat, redis, now = f"console:dm:{person}", talk.house.redis, talk.clock.now()
    await talk.say(person, "안녕")
    await talk.say(person, "구독 재난안전")
    await talk.say(person, "구독 입찰", chat="총무과", mention=True)
    await talk.press(person, (await talk.say(person, "내 알레르기 우유, 새우"))[0], "동의하고 저장")
    await talk.say(person, "구독")  # a question that waits
    seen = Seen("가부", ("재난안전",))
    await Opinions(redis).sent(TENANT, [(chat, Impression("s", "d", "x", topic_of("재난안전"), "가부", (), 0.5, now))])
    await Opinions(redis).tap(TENANT, chat, Tap("s", Signal.LIKED, now, topic_of("재난안전"), 0.5, seen))
    await ProbeStore(redis).switch(TENANT, chat, on=True)
    await ReminderStore(redis).add(
        TENANT,
        Reminder(
            id="r1",
            chat=chat,
            story="s",
            document="d",
            agency="가부",
            title="공모",
            url="http://x",
            deadline=date(2026, 12, 20),
            counted=False,
            created_by=person,
            created_at=now,
        ),
        now,
    )
    assert "한 번만 알려" in text(await talk.say(person, "한산해지면 알려줘"))
    assert "켰습니다" in text(await talk.say(person, "내 시간 알림"))
    await talk.say(person, "부를 때만", chat="총무과", mention=True)
    await talk.say(person, "낱말에도", chat="총무과", mention=True)
    brought = InFile("구독.txt", "지방세\n".encode())
    assert "새로 1개" in text(await talk.say(person, "구독 가져오기", files=[brought]))
    handed = (await talk.say(person, "인수인계 서마루"))[0]
    await talk.press(person, handed, "보내기")
    await Searches(redis).keep(TENANT, chat, Search("청년 일자리", "", (), ()), now)
    await ProfileStore(redis).put(
        TENANT, Profile("p1", chat, "총무과", (Proposal("재난안전", 1, True),), now + timedelta(days=1))
    )
    await Wordbook(redis).propose(TENANT, Line.of("=", "우리섬", "경상남도"), person, now)
    await talk.receipt(person, "총무과-5001")
    memo = await talk.say(person, "출장 내일 13시 진주 스마트팜, 관용차, 서주무관 동행")
    assert "맞습니다" in labels(memo[0])
    await talk.press(person, memo[0], "맞습니다")
    asked = await talk.say(other, "출장 모레 13시 진주 스마트팜")
    (trip,) = await Trips(redis).of(TENANT, other, date(2026, 11, 25), date(2026, 11, 26))
    await Trips(redis).change(TENANT, trip.id, lambda one: replace(one, companions=(person,)))
    assert asked


async def test_whatever_stands_about_a_person_is_listed(talk):
    await live(talk, TRAVELLER, "new76")
    token = text(await talk.say(TRAVELLER, press=await press_of_token(talk)))
    await talk.say("lee", f"검증 {token}")
    await talk.say(TRAVELLER, "위치 잠시 멈춤")
    await talk.say(TRAVELLER, "식당 알림 켜기")

    keys, items = await named(talk, TRAVELLER), await held(talk, TRAVELLER)

    kinds = {item.kind for item in items}
    assert {key for key in keys if place_of(key) is None} == set(), "held, and 내 정보 does not know the place"
    missing = {key: PLACES[place] for key in keys if (place := place_of(key)) and not PLACES[place] & kinds}
    assert missing == {}, "held, and 내 정보 does not list it"
    assert len({place_of(key) for key in keys}) >= 15
    assert kinds >= {
        Kind.CONSENT, Kind.PAUSE, Kind.RECEIPT, Kind.LOOK, Kind.TRIP, Kind.COMPANION, Kind.SUBSCRIPTION,
        Kind.CHANNEL_SUBSCRIPTION, Kind.TAP, Kind.SENT, Kind.PROBE, Kind.REMINDER, Kind.SEARCH, Kind.PROPOSAL,
        Kind.MESSAGE, Kind.WORD, Kind.GREETING, Kind.POINT, Kind.LUNCH,
        Kind.ALLERGY, Kind.BOARD, Kind.ACT, Kind.HANDOVER, Kind.IMPORT,
    }  # fmt: skip


async def press_of_token(talk: Talk) -> str:
    for message in reversed(talk.messenger.sent):
        if message.chat.id == f"dm:{TRAVELLER}":
            for button in message.reply.buttons:
                if button.press.startswith("token:"):
                    return button.press
    raise AssertionError("no receipt was sent")


async def test_the_walk_finds_a_place_that_nobody_listed(talk):
    await talk.house.redis.set(f"dobi:{{{TENANT}}}:shadow:{TRAVELLER}", "1")

    keys = await named(talk, TRAVELLER)

    await talk.house.redis.delete(f"dobi:{{{TENANT}}}:shadow:{TRAVELLER}")
    assert [key for key in keys if place_of(key) is None] == [f"shadow:{TRAVELLER}"]


async def test_an_auditors_own_acts_are_listed_too(talk):
    opened = await talk.say("lee", "감사 시작 감사담당관-812, 10. 1.~11. 30., 정기 감사")
    for label in ("시작합니다", "맞습니다", "네"):
        if opened and label in labels(opened[0]):
            await talk.press("lee", opened[0], label)

    keys, items = await named(talk, "lee"), await held(talk, "lee")

    assert any(key.startswith("audits:") for key in keys)
    assert Kind.AUDIT in {item.kind for item in items}
    names = {key for key in keys if place_of(key) is None}
    assert names == set()


async def test_no_name_stands_anywhere_in_the_open(talk):
    """Names live in the roster and sealed in receipts, and beside acts of administering, which outlive the roster.

    Elsewhere people are known by their ids; a question that was put with somebody's name is kept for half an hour.
    """
    data = talk.house.redis
    named_in = {key for key, value in (await rows(data)).items() if "김하나".encode() in b"".join(flat(value))}
    asked = {key for key in named_in if b":people:asked:" in key}

    assert {key.rsplit(b":", 2)[-2] for key in named_in - asked} <= {b"acts"}
    assert all([0 < await data.ttl(key) <= 1_800 for key in asked])


async def test_after_the_withdrawal_and_the_deletion_little_is_left(talk):
    await talk.say(TRAVELLER, "위치 동의 철회")
    await talk.say(TRAVELLER, press="erase:now")
    await talk.say(TRAVELLER, press="mine-delete:own")

    kinds = {item.kind for item in await held(talk, TRAVELLER)}

    assert kinds <= {Kind.CONSENT, Kind.GREETING, Kind.LOOK, Kind.TRIP, Kind.COMPANION, Kind.CHANNEL_SUBSCRIPTION,
                     Kind.WORD, Kind.MESSAGE, Kind.ACT, Kind.HANDOVER, Kind.ROSTER, Kind.ADDRESS}  # fmt: skip
    await talk.advance(timedelta(days=1))  # marks of change go at night, when every mirror has seen them
    left = {place_of(key) for key in await named(talk, TRAVELLER)}
    assert left & {"vault:", "holdings:of", "opinions:", "probes:"} == set()
