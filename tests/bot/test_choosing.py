"""A number as a press, unless a question that waits wants the number itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.choices import Choices, Numbered
from bot.choosing import Chooser
from bot.messenger import Button, Chat, Location, Outgoing, Reply, Update
from bot.people import PeopleStore, Question
from bot.routes import Grammar, Request, Route
from bot.settings import Person, Role
from bot.tenancy import Member
from tests.bot.test_choices import Buttonless

TENANT = "gyeongnam"
KIM = Member(TENANT, Person("kim", "김하나", "총무과", frozenset({Role.STAFF}), {"matrix": "@kim:localhost"}))
HERE, GROUP = Chat("matrix", "dm:@kim:localhost", private=True), Chat("matrix", "총무과", private=False)


async def _nothing(request: Request) -> list[Reply]:
    return []


def route(name: str, takes: Callable[[str], bool] | None) -> Route:
    return Route(name, (name,), (name,), _nothing, takes=takes)


class Stage:
    """A chat on a platform without buttons, and who reads it."""

    def __init__(self, database, clock) -> None:
        self.clock = clock
        self.people = PeopleStore(database)
        self.messenger = Numbered(Buttonless(), Choices(database, clock))
        grammar = Grammar([route("count", str.isdigit), route("word", str.isalpha), route("any", None)])
        self.chooser = Chooser(self.messenger._choices, self.people, grammar)

    async def show(self, message: str, *labels: str, kind: str = "reply", chat: Chat = HERE) -> None:
        buttons = tuple(Button(label, f"{message}:{label}") for label in labels)
        await self.messenger.send(Outgoing(TENANT, chat, message, Reply("?", buttons=buttons), kind))  # type: ignore[arg-type]

    async def ask(self, name: str) -> None:
        await self.people.ask(TENANT, "kim", HERE.ref, Question(name), self.clock())

    async def read(self, text: str = "", chat: Chat = HERE, **more: object) -> Request | None:
        now: datetime = self.clock()
        update = Update("matrix", "@kim:localhost", now, text=text, **more)  # type: ignore[arg-type]
        return await self.chooser.meant(Request(KIM, chat, update, "", now))

    async def press(self, text: str, chat: Chat = HERE, **more: object) -> str | None:
        found = await self.read(text, chat, **more)
        assert found is not None
        assert found.update.press is None or found.update.text == ""
        return found.update.press


@pytest.fixture
def stage(database, clock) -> Stage:
    return Stage(database, clock)


async def test_a_number_is_a_press_and_other_words_are_words(stage: Stage) -> None:
    await stage.show("m1", "예", "아니요")

    assert await stage.press("2번") == "m1:아니요"
    assert [await stage.press(text) for text in ("해지 1", "12시", "3", "", "1 2")] == [None] * 5


async def test_a_question_that_takes_the_number_goes_first(stage: Stage) -> None:
    await stage.show("m1", "예", "아니요")
    await stage.ask("count")

    assert await stage.press("2") is None


async def test_a_question_that_wants_a_word_leaves_numbers_to_the_choices(stage: Stage) -> None:
    await stage.show("m1", "예", "아니요", kind="instant")
    await stage.ask("word")

    assert await stage.press("2") == "m1:아니요"


async def test_a_question_that_takes_anything_shares_with_its_own_choices_alone(stage: Stage) -> None:
    await stage.show("m1", "3줄 요약", kind="instant")
    await stage.ask("any")
    assert await stage.press("1") is None

    await stage.show("m2", "맞습니다", "고치기")
    assert await stage.press("2") == "m2:맞습니다"
    assert await stage.press("1") is None

    await stage.show("m3")
    assert await stage.press("2") is None


async def test_in_a_group_only_what_is_said_to_dobi_counts(stage: Stage) -> None:
    await stage.show("m1", "예", chat=GROUP)

    assert await stage.press("1", GROUP) is None
    assert await stage.press("1", GROUP, mention=True) == "m1:예"
    assert await stage.press("1", GROUP, answers="native-m1") == "m1:예"


async def test_a_reaction_is_a_press_or_nothing_at_all(stage: Stage) -> None:
    await stage.show("m1", "👍", "관련 없음", chat=GROUP)

    pressed = await stage.read(chat=GROUP, reaction="👍", answers="native-m1")
    assert pressed is not None
    assert pressed.update.press == "m1:👍"
    assert await stage.read(chat=GROUP, reaction="🎉", answers="native-m1") is None
    assert await stage.read(chat=GROUP, reaction="👍", answers="native-m0") is None
    assert await stage.read(chat=GROUP, reaction="👍") is None


async def test_what_already_is_something_else_stays_it(stage: Stage) -> None:
    await stage.show("m1", "예")

    point = await stage.read("1", location=Location(35.0, 128.0))
    button = await stage.read("1", press="own:1")

    assert point is not None
    assert button is not None
    assert (point.update.press, button.update.press) == (None, "own:1")


CARD = ("good:s1", "off:u1:s1")


async def test_a_thumb_that_is_taken_off_takes_its_opinion_back(stage: Stage) -> None:
    backs = [
        await stage.press("", reaction=sign, presses=CARD, answers="m", withdrawn=True) for sign in ("👍", "👎", "👎🏽")
    ]

    assert backs == ["back:good:s1", "back:off:s1", "back:off:s1"]
    assert await stage.read(reaction="🎉", presses=CARD, answers="m", withdrawn=True) is None
    assert await stage.read(reaction="👍", presses=("more:s1",), answers="m", withdrawn=True) is None


async def test_a_reaction_that_only_its_own_id_is_left_of_is_known_to_whoever_put_it(stage: Stage) -> None:
    message = Outgoing(
        TENANT, GROUP, "m1", Reply("소식", buttons=tuple(Button(one, one) for one in (*CARD, "more:s1"))), "instant"
    )
    await stage.messenger.send(message)
    await stage.read(chat=GROUP, reaction="👎", answers="native-m1", id="r1")
    await stage.read(chat=GROUP, reaction="3️⃣", answers="native-m1", id="r2")

    assert await stage.press("", GROUP, answers="r1", withdrawn=True) == "back:off:s1"
    assert await stage.press("", GROUP, answers="r1", withdrawn=True) == "back:off:s1"
    assert await stage.read(chat=GROUP, answers="r2", withdrawn=True) is None  # what was done is not undone by it
    assert await stage.read(chat=GROUP, answers="r3", withdrawn=True) is None
    assert await stage.messenger._choices.told(TENANT, GROUP.ref, "r1", by="@park:localhost") is None
