"""받는 곳: a person with several messengers hears each unasked thing once, where they chose or talked last."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.bootstrap import House, open_house
from bot.clock import VirtualClock
from bot.demo.stage import staged
from bot.messenger import Outgoing, Reply, Update, chat_of
from bot.operators import tell_operators
from bot.outbox import Row
from bot.platforms import Content
from bot.settings import MessengerAccount, Role, Settings, load
from nlp.feedback import topic_of
from nlp.opinions import Impression, Opinions
from nlp.subscriptions import SubscriptionStore
from tests.fakes import FakeMessenger
from tests.sent import publish, row
from tests.talk import Talk, labels, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

TENANT = "gyeongnam"


@dataclass
class Two:
    """A house that speaks on the console, on Slack and by mail, and people who have addresses there."""

    house: House
    clock: VirtualClock
    messengers: dict[str, FakeMessenger]
    talk: Talk

    async def say(self, adapter: str, user: str, words: str = "", press: str | None = None) -> list[Outgoing]:
        before = len(self.messengers[adapter].sent)
        await self.talk.router.receive(Update(adapter, user, self.clock.now(), text=words, press=press, reference="x"))
        return self.messengers[adapter].sent[before:]

    async def told(self, *rows: Row) -> list[str]:
        """Where these rows arrive, as refs."""
        before = {name: len(one.sent) for name, one in self.messengers.items()}
        await self.house.outbox.put(TENANT, rows)
        await self.house.rota.drain()
        return [one.chat.ref for name, each in self.messengers.items() for one in each.sent[before[name] :]]


def many(settings: Settings) -> Settings:
    """The demo's, with people who have several messengers."""
    first, *others = settings.institutions
    kim = next(one for one in first.people if one.id == "kim")
    oh = next(one for one in first.people if one.id == "oh")
    several = [
        replace(kim, id=f"two{n}", addresses={"console": f"two{n}", "slack": f"U{n}", "mail": f"two{n}@a.kr"})
        for n in range(9)
    ]
    operator = replace(oh, addresses={"console": "oh", "slack": "UOH"}, roles=frozenset({Role.OPERATOR}))
    people = [one for one in first.people if one.id != "oh"]
    accounts = (MessengerAccount("slack", {}), MessengerAccount("mail", {}, content=Content.PUBLIC))
    home = replace(first, people=(*people, *several, operator))
    return replace(settings, institutions=(home, *others), messengers=accounts)


class Named(FakeMessenger):
    def __init__(self, name: str, *, edit: bool) -> None:
        super().__init__(edit=edit)
        self.name = name


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def two(tmp_path_factory) -> AsyncIterator[Two]:
    data = tmp_path_factory.mktemp("places") / "data"
    names = {"console": True, "slack": True, "mail": False}
    messengers = {name: Named(name, edit=edit) for name, edit in names.items()}
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(staged(data, None, lambda: datetime.now(UTC), virtual=True))
        house = await stack.enter_async_context(open_house(many(load(stage.config)), data, stage.clock))
        house.deliver(list(messengers.values()))
        router = await house.chat(list(messengers.values()), opens_seals=False)
        await house.rota.drain()
        assert isinstance(stage.clock, VirtualClock)
        talk = Talk(house, stage.clock, router, messengers["console"], stage.config, {})
        yield Two(house, stage.clock, messengers, talk)


async def test_each_thing_comes_once_where_they_talked_last(two):
    await two.say("slack", "U1", "도움말")
    one, other = [await publish(two.talk, title) for title in ("하나", "둘")]
    rows = [row(two.talk, ref, one) for ref in ("console:dm:two1", "slack:dm:U1")]

    assert await two.told(*rows) == ["slack:dm:U1"]
    assert await two.told(*rows) == []
    await two.say("console", "two1", "도움말")
    assert await two.told(row(two.talk, "slack:dm:U1", other)) == ["console:dm:two1"]


async def test_a_chosen_place_stays_and_answers_go_where_one_asks(two):
    asked = await two.say("console", "two2", "받는 곳")
    assert labels(asked[0]) == ["메일", "슬랙", "콘솔"]
    press = next(one.press for one in asked[0].reply.buttons if one.label == "슬랙")
    assert "슬랙으로 한 번만" in text(await two.say("console", "two2", press=press))

    assert "받는 곳 슬랙" in text(await two.say("console", "two2", "알림 설정"))
    assert await two.told(row(two.talk, "console:dm:two2", await publish(two.talk, "셋"))) == ["slack:dm:U2"]
    assert "등록되어 있지 않습니다" in text(await two.say("console", "two2", "받는 곳 카카오톡"))


async def test_a_messenger_that_only_receives_may_carry_what_is_public(two):
    said = text(await two.say("console", "two3", "받는 곳 메일"))
    public = row(two.talk, "console:dm:two3", await publish(two.talk, "넷"))
    public = replace(public, reply=replace(public.reply, content=Content.PUBLIC))
    office = Row(chat_of("console:dm:two3"), "notice/1", 1, "notice", Reply("업무"), two.clock.now())

    assert "받기만 되니" in said
    assert await two.told(public) == ["mail:dm:two3@a.kr"]
    assert await two.told(office) == ["console:dm:two3"]


async def test_an_operator_is_told_once(two):
    await two.say("slack", "UOH", "도움말")
    before = {name: len(one.sent) for name, one in two.messengers.items()}

    for _ in range(2):
        await tell_operators(two.house.outbox, two.house.tenancy, "sick/1", lambda _: Reply("고장"), two.clock.now())
        await two.house.rota.drain()

    told = [one.chat.ref for name, each in two.messengers.items() for one in each.sent[before[name] :]]
    assert told == ["slack:dm:UOH"]


async def test_a_correction_finds_its_card_where_it_went(two):
    await two.say("slack", "U4", "도움말")
    one = await publish(two.talk, "다섯")
    await two.told(row(two.talk, "console:dm:two4", one))
    have = await two.house.outbox.told(TENANT, one.story.id)
    assert {"console:dm:two4", "slack:dm:U4"} <= have
    before = len(two.messengers["slack"].sent)

    rows = [row(two.talk, ref, one, step=2, changed=("기한",)) for ref in sorted(have)]
    assert await two.told(*rows) == ["slack:dm:U4"]
    assert [each.edits is not None for each in two.messengers["slack"].sent[before:]] == [True]


async def test_a_tap_counts_wherever_the_card_came(two):
    subscribed = await two.say("console", "two5", "구독 재난안전")
    assert "보내 드리겠습니다" in text(subscribed)
    mine = (await two.talk.house.choices.choices(TENANT)).last["@two5"]
    one = await publish(two.talk, "여섯")
    subscription = (await SubscriptionStore(two.house.redis).of(TENANT, "console:dm:two5"))[0]
    sent = Impression(
        one.story.id, one.document.key, subscription.id, topic_of("재난안전"), "가", (), 0.8, two.clock.now()
    )
    await Opinions(two.house.redis).sent(TENANT, [("console:dm:two5", sent)])

    liked = text(await two.say("slack", "U5", press=f"good:{one.story.id}"))
    why = text(await two.say("slack", "U5", press=f"because:{one.story.id}"))
    off = text(await two.say("slack", "U5", press=f"off:{subscription.id}:{one.story.id}"))

    assert mine == "console"
    assert "고맙습니다" in liked
    assert "'재난안전' 구독에 맞았습니다" in why
    assert "'재난안전' 구독으로 보내 드린 글" in off


async def test_leave_noted_on_one_messenger_holds_on_the_other(two):
    await two.say("console", "two6", "오늘 휴가")
    await two.say("slack", "U6", "도움말")

    assert await two.told(row(two.talk, "slack:dm:U6", await publish(two.talk, "일곱"))) == []
    assert "휴가를 취소" in text(await two.say("slack", "U6", "휴가 취소"))
    before = len(two.messengers["slack"].sent)
    await two.house.rota.advance(two.clock, timedelta(minutes=1))
    assert [one.kind for one in two.messengers["slack"].sent[before:]] == ["digest"]
