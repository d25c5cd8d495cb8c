"""What was asked is done once, by whoever is alive, and answered even where the doing fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.inquiries import MOST_OPEN, Inquiries, Inquiry
from bot.outbox import Outbox
from bot.scouting import Eyes, Scout
from bot.settings import parse
from bot.tenancy import Tenancy
from crawlers.discover import Discovery, Draft
from crawlers.probe import Probe
from crawlers.register import Register
from crawlers.sources import Source

SETTINGS = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "oh"
name = "오나래"
department = "정보화담당관"
roles = ["운영자"]
[[institution]]
id = "changwon"
name = "창원시"
[[institution.person]]
id = "cha"
name = "차오름"
department = "정보통신담당관"
roles = ["관리자"]
"""
URL = "https://www.haesol.go.kr/list.do"
DRAFT = Draft(
    "board", URL, "보도자료 | 해솔군청", None, "", 10, 10, "2026-11-20", ("하나", "둘"), "", ("the address itself",)
)


class Post:
    """An office in which one worker looks, and all that was answered."""

    def __init__(self, database, clock) -> None:
        self.database, self.clock = database, clock
        self.alive = {"worker", "other"}
        self.looks: list[str] = []
        self.found: Callable[[str], Discovery] = lambda url: Discovery(url, (DRAFT,), "allowed", ())
        self.outbox = Outbox(database, "worker")
        self.register = Register(database)
        self.inquiries = Inquiries(database, "worker", self.lives)
        tenancy = Tenancy(parse(SETTINGS, {}, file_mode=None).institutions)
        eyes = Eyes(self.discover, self.probe, None)
        self.scout = Scout(self.inquiries, self.register, eyes, self.outbox, tenancy, clock)

    async def lives(self, owner: str) -> bool:
        return owner in self.alive

    async def discover(self, url: str) -> Discovery:
        self.looks.append(url)
        return self.found(url)

    async def probe(self, source: Source) -> Probe:
        self.looks.append(source.id)
        return Probe(source.id, error="dns", detail="www")

    async def ask(self, work: str = "discover", target: str = URL, name: str = "i1", who: str = "gyeongnam/oh") -> bool:
        tenant, _, person = who.partition("/")
        inquiry = Inquiry(name, work, target, person, f"console:dm:{person}", self.clock(), reference=7)
        return await self.inquiries.ask(tenant, inquiry)

    async def told(self, tenant: str = "gyeongnam") -> list[tuple[str, str, object]]:
        found = []
        while leased := await self.outbox.lease(tenant, "console", self.clock()):
            for one in leased:
                found.append((one.message.chat.id, one.message.reply.text, one.message.reference))
                await self.outbox.finish(tenant, one, "sent", self.clock())
        return found


@pytest.fixture
def post(database, clock) -> Post:
    return Post(database, clock)


async def test_what_is_asked_while_a_long_search_runs_does_not_wait_for_it(post):
    slow, seen = asyncio.Event(), asyncio.Event()

    async def discover(url: str) -> Discovery:
        if url.endswith("slow"):
            await slow.wait()
        seen.set()
        return await post.discover(url)

    post.scout._eyes = Eyes(discover, post.probe, None)
    await post.ask(target=f"{URL}?slow", name="slow")
    step = asyncio.create_task(post.scout.step())
    await post.ask(name="quick")
    async with asyncio.timeout(60):
        await seen.wait()

    slow.set()
    await step
    assert len(await post.told()) == 2


async def test_an_inquiry_is_answered_once_to_whoever_asked(post):
    assert await post.ask()
    assert not await post.ask()

    await post.scout.step()
    await post.scout.step()

    (chat, told, reference), *more = await post.told()
    assert (chat, reference, more) == ("dm:oh", 7, [])
    assert "기관: 해솔군청" in told
    assert post.looks == [URL]


async def test_what_a_living_worker_does_is_left_to_it_and_what_a_dead_one_did_is_taken_up(post, database):
    await post.ask()
    await database.hset("dobi:{gyeongnam}:inquiries:held", "i1", "other 1")

    await post.scout.step()
    assert await post.told() == []
    post.alive.discard("other")
    await post.scout.step()

    assert len(await post.told()) == 1


async def test_a_worker_that_dies_after_its_answer_makes_no_second_one(post, database):
    await post.ask()
    asked = await database.hgetall("dobi:{gyeongnam}:inquiries")
    await post.scout.step()
    await database.hset("dobi:{gyeongnam}:inquiries", mapping=asked)  # it was never ticked off

    await post.scout.step()

    assert len(await post.told()) == 1
    assert post.looks == [URL]  # what was found is kept


async def test_a_search_that_breaks_is_tried_again_and_then_owned_up_to(post, caplog):
    def broken(url: str) -> Discovery:
        raise RuntimeError("a fault of ours")

    post.found = broken
    await post.ask()

    dues = [await post.scout.step() for _ in range(3)]

    assert [due is not None for due in dues] == [True, True, False]
    assert len(post.looks) == 3
    assert "도비에 고장이 났습니다" in (await post.told())[0][1]
    assert "a fault of ours" in caplog.text


async def test_a_search_that_works_the_second_time_is_answered(post):
    good = post.found

    def once(url: str) -> Discovery:
        post.found = good
        raise RuntimeError("once")

    post.found = once
    await post.ask()
    await post.scout.step()

    assert await post.scout.step() is None
    assert "게시판을 찾았습니다" in (await post.told())[0][1]


async def test_an_operator_of_another_institution_is_not_told_who_asked(post):
    await post.ask(who="changwon/cha")

    await post.scout.step()

    alert = next(told for chat, told, _ in await post.told("gyeongnam") if chat == "dm:oh")
    assert "다른 기관의 관리자가 게시판 추가를 요청했습니다" in alert
    assert "차오름" not in alert
    assert "창원" not in alert
    assert [chat for chat, *_ in await post.told("changwon")] == ["dm:cha"]


async def test_an_answer_that_comes_after_a_restart_names_no_reference_of_the_dead_process(post):
    await post.ask()
    post.alive.discard("worker")

    await post.scout.step()

    assert [reference for *_, reference in await post.told()] == [None]


async def test_only_so_many_may_wait(post):
    for number in range(MOST_OPEN):
        assert await post.ask(name=f"i{number}")

    assert await post.ask(name="one too many") is None
    assert await post.ask(name="elsewhere", who="changwon/cha")


async def test_an_entry_that_can_not_be_reached_stays_as_it_was(post, clock):
    await post.register.add(Source("haesol", "해솔군", "board", URL, state="unverified"), "gyeongnam/oh", clock())
    await post.ask("check", "haesol")

    await post.scout.step()

    assert "해솔군 게시판을 확인하지 못했습니다. 누리집 이름을 찾지 못합니다." in (await post.told())[0][1]
    assert [one.state for one in await post.register.sources()] == ["unverified"]


async def test_an_unknown_kind_of_work_is_answered_too(post):
    await post.ask("dance")

    for _ in range(3):
        await post.scout.step()

    assert len(await post.told()) == 1
