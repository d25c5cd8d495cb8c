"""Operators hear of sickness once and of recovery once: one message for many, none at night, the same after a crash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clock import VirtualClock
from bot.outbox import Outbox
from bot.rota import Rota
from bot.settings import parse
from bot.tenancy import Tenancy
from bot.watch import Watch
from crawlers.health import SourceHealth
from crawlers.register import Register
from crawlers.snapshots import Proposal
from crawlers.sources import BoardProfile, Source

SETTINGS = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "oh"
name = "오나래"
department = "정보화담당관"
roles = ["운영자"]
[[institution.person]]
id = "park"
name = "박새로"
department = "정보화담당관"
roles = ["관리자"]
[[institution]]
id = "changwon"
name = "창원시"
[[institution.person]]
id = "cha"
name = "차오름"
department = "정보통신담당관"
roles = ["운영자"]
"""
NAMES = (
    "가람시",
    "나래군",
    "다온시",
    "라온군",
    "마루시",
    "바다군",
    "사랑시",
    "아름군",
    "자연시",
    "차돌군",
    "카페시",
    "타래군",
)


class Ward:
    """Sources whose health the test decides, and everything that was told about them."""

    def __init__(self, database, clock, count: int = 12) -> None:
        self.clock, self.database = clock, database
        self.sources = [Source(f"s{n}", NAMES[n], "board", f"https://s{n}.go.kr/list.do") for n in range(count)]
        self.healths = {
            one.id: SourceHealth(one.id, one.agency, "ok", ok_at=clock(), entries=10, usual_rows=10)
            for one in self.sources
        }
        self.proposed: list[Proposal] = []
        self.outbox = Outbox(database, "worker")
        self.tenancy = Tenancy(parse(SETTINGS, {}, file_mode=None).institutions)
        self.register = Register(database, self.sources)

    def watch(self) -> Watch:
        return Watch(
            self.database, self.register, self.health, self.outbox, self.tenancy, self.clock, self.proposals
        )  # fmt: skip

    async def health(self) -> Sequence[SourceHealth]:
        return list(self.healths.values())

    async def proposals(self) -> Sequence[Proposal]:
        return self.proposed

    def set(self, state: str, *numbers: int, error: str = "no_rows", evidence: str = "") -> None:
        for number in numbers:
            old = self.healths[f"s{number}"]
            sick = state in {"sick", "failing"}
            since = self.clock() if state == "sick" else None
            self.healths[f"s{number}"] = replace(
                old, state=state, error=error if sick else "", since=since, evidence=evidence if sick else "",
                ok_at=old.ok_at if sick else self.clock(),
            )  # fmt: skip

    async def told(self, tenant: str = "gyeongnam", person: str = "oh") -> list[str]:
        """What is told to one operator by one look, edits marked."""
        await self.watch().step()
        return await self.waiting(tenant, person)

    async def waiting(self, tenant: str = "gyeongnam", person: str = "oh") -> list[str]:
        found = []
        while leased := await self.outbox.lease(tenant, "console", self.clock()):
            for one in leased:
                assert one.message.kind == "alert"
                assert one.message.chat.id == f"dm:{person}"
                found.append(("(고침) " if one.message.edits else "") + one.message.reply.text)
                await self.outbox.finish(tenant, one, "sent", self.clock(), native=one.message.message)
        return found

    async def after(self, **span: float) -> list[str]:
        self.clock.advance(timedelta(**span))
        return await self.told()


@pytest.fixture
def ward(database, clock) -> Ward:
    return Ward(database, clock)


async def test_nothing_is_told_of_what_is_well_or_only_failing(ward):
    ward.set("failing", 0, error="timeout")

    assert await ward.told() == []


async def test_a_sickness_is_told_once_to_each_operator_and_to_nobody_else(ward):
    ward.set("sick", 0, evidence="no rows in 48,211 bytes")

    first = await ward.told()

    assert len(first) == 1
    assert first[0].startswith("[출처 이상] 가람시 게시판을 11. 23.(월) 11:30부터 읽지 못하고 있습니다.")
    assert "글 목록이 보이지 않습니다" in first[0]
    assert "no rows in 48,211 bytes" in first[0]
    assert len(await ward.waiting("changwon", "cha")) == 1
    assert await ward.after(minutes=30) == []


async def test_a_recovery_is_told_once_as_a_message_of_its_own(ward):
    ward.set("sick", 0)
    await ward.told()
    ward.clock.advance(timedelta(hours=2))
    ward.set("ok", 0)

    told = await ward.told()

    assert len(told) == 1
    assert told[0].startswith("[출처 회복] 가람시 게시판을 다시 읽고 있습니다. 11. 23.(월) 11:30부터 2시간 동안")
    assert await ward.after(hours=1) == []


async def test_twelve_that_fall_sick_together_are_one_message_and_so_is_their_recovery(ward):
    ward.set("sick", *range(12), error="connect")

    told = await ward.told()

    assert len(told) == 1
    assert told[0].startswith("[출처 이상] 출처 12곳을 11. 23.(월) 11:30부터 읽지 못하고 있습니다.")
    assert "서버에 연결되지 않습니다" in told[0]
    assert "우리 쪽 인터넷 연결" in told[0]
    ward.clock.advance(timedelta(minutes=40))
    ward.set("ok", *range(12))
    assert [one.partition("\n")[0] for one in await ward.told()] == [
        "[출처 회복] 출처 12곳을 다시 읽고 있습니다. 11. 23.(월) 11:30부터 40분 동안 이상이 있었습니다."
    ]


async def test_the_first_that_can_not_be_reached_speaks_for_those_that_just_begin_to_fail(ward):
    ward.set("failing", *range(1, 6), error="timeout")
    ward.set("sick", 0, error="dns")

    assert [one.partition("을 ")[0] for one in await ward.told()] == ["[출처 이상] 출처 6곳"]
    ward.set("sick", *range(1, 6), error="timeout")
    assert await ward.after(minutes=20) == []


async def test_one_that_falls_sick_amid_an_outage_makes_its_message_grow(ward):
    ward.set("sick", 0, 1, 2, error="connect")
    await ward.told()
    ward.clock.advance(timedelta(minutes=20))
    ward.set("sick", 3, error="connect")

    told = await ward.told()

    assert len(told) == 1
    assert told[0].startswith("(고침) [출처 이상] 출처 4곳을")


async def test_an_outage_that_does_not_end_for_all_says_who_is_left_and_tells_of_them_later(ward):
    ward.set("sick", 0, 1, 2, 3, error="connect")
    await ward.told()
    ward.clock.advance(timedelta(minutes=20))
    ward.set("ok", 0, 1, 2)
    assert await ward.told() == []

    told = await ward.after(minutes=61)

    assert len(told) == 1
    assert "출처 3곳을 다시 읽고 있습니다" in told[0]
    assert "아직 읽지 못하는 곳: 라온군" in told[0]
    ward.set("ok", 3)
    assert [one.partition(" 게시판")[0] for one in await ward.told()] == ["[출처 회복] 라온군"]


async def test_two_that_are_sick_are_two_messages_for_each_has_its_own_cause(ward):
    ward.set("sick", 0, error="no_rows")
    ward.set("sick", 1, error="tls")

    assert len(await ward.told()) == 2


async def test_one_that_comes_and_goes_is_told_as_such_and_then_left_until_it_holds(ward):
    heard = []
    for _ in range(6):
        ward.clock.advance(timedelta(minutes=30))
        ward.set("sick", 0, error="timeout")
        heard += await ward.told()
        ward.clock.advance(timedelta(minutes=30))
        ward.set("ok", 0)
        heard += await ward.told()

    assert len(heard) == 3
    assert heard[0].startswith("[출처 이상] 가람시 게시판을 11. 23.(월) 12:00부터")
    assert heard[1].startswith("[출처 회복] 가람시 게시판을 다시 읽고 있습니다.")
    assert heard[2].startswith("[출처 이상] 가람시 게시판이 하루 사이 2번 끊겼다")
    ward.clock.advance(timedelta(hours=14))  # the next morning
    assert [one.partition(" 게시판")[0] for one in await ward.told()] == ["[출처 회복] 가람시"]


async def test_nobody_is_told_at_night_and_in_the_morning_only_what_still_is(ward):
    ward.clock.advance(timedelta(hours=11))  # 22:30
    ward.set("sick", 0, 1)
    assert await ward.told() == []
    ward.clock.advance(timedelta(hours=4))
    ward.set("ok", 1)

    due = await ward.watch().step()

    assert due == ward.clock() + timedelta(hours=4, minutes=30)
    ward.clock.instant = due
    assert [one.partition(" 게시판")[0] for one in await ward.told()] == ["[출처 이상] 가람시"]


async def test_what_somebody_switched_off_is_told_no_more(ward):
    ward.set("sick", 0)
    await ward.told()
    ward.healths["s0"] = replace(ward.healths["s0"], state="off", error="")

    assert await ward.after(minutes=10) == []
    ward.set("ok", 0)
    assert await ward.after(minutes=10) == []


async def test_a_source_that_left_the_settings_is_told_no_more(ward):
    ward.set("sick", 0)
    await ward.told()
    del ward.healths["s0"]

    assert await ward.after(minutes=10) == []


async def test_a_worker_that_dies_between_telling_and_remembering_makes_no_second_message(ward, database):
    ward.set("sick", 0)
    await ward.told()
    await database.delete("dobi:{crawl}:watch")  # nothing was remembered

    assert await ward.after(minutes=1) == []


async def test_two_workers_at_once_tell_once(ward):
    ward.set("sick", 0, error="tls")
    ward.set("sick", 1)

    await ward.watch().step()
    await ward.watch().step()

    assert len(await ward.waiting()) == 2


async def test_a_repair_is_proposed_once_with_what_it_found_and_two_choices(ward):
    profile = BoardProfile(rows="li")
    ward.proposed = [Proposal("s0@1", "s0", ward.clock(), profile, "", 15, 13, 15, ("첫 글", "둘째 글"))]

    told = await ward.told()

    assert len(told) == 1
    assert told[0].startswith("[출처 고치기] 가람시 게시판의 모양이 바뀐 듯하여")
    assert "글 15건이 보이고, 전에 읽은 15건 가운데 13건을 다시 찾았습니다." in told[0]
    assert "'첫 글' / '둘째 글'" in told[0]
    assert await ward.after(minutes=5) == []
    ward.proposed = [replace(ward.proposed[0], id="s0@2", rows=14)]
    assert len(await ward.after(days=1)) == 1


async def test_two_hundred_and_fifty_sources_are_looked_at_without_a_word_while_all_is_well(ward, database):
    for number in range(250):
        ward.healths[f"x{number}"] = SourceHealth(f"x{number}", "기관", "ok", ok_at=ward.clock())
    await ward.watch().step()
    before = (await database.info("stats"))["total_commands_processed"]

    await ward.watch().step()

    assert (await database.info("stats"))["total_commands_processed"] - before < 5


async def test_what_waits_for_the_morning_is_told_at_seven_though_the_house_was_restarted_at_night(ward, database):
    night = ward.clock() + timedelta(hours=11)  # 22:30
    clock = VirtualClock(night)
    ward.clock.instant = night
    before = Rota(clock, database)
    before.add("watch", Watch(*house(ward, clock)).step)
    ward.set("sick", 0, 1, 2, error="connect")
    await before.advance(clock, timedelta(hours=4, minutes=30))  # 03:00, and the house goes down

    after = Rota(clock, database)
    after.add("watch", Watch(*house(ward, clock)).step)
    await after.advance(clock, timedelta(hours=3, minutes=59, seconds=59))
    ward.clock.instant = clock.now()
    assert await ward.waiting() == []
    await after.advance(clock, timedelta(seconds=1))
    ward.clock.instant = clock.now()

    told = await ward.waiting()

    assert [one.partition("\n")[0] for one in told] == [
        "[출처 이상] 출처 3곳을 11. 23.(월) 22:30부터 읽지 못하고 있습니다."
    ]
    assert len(await ward.waiting("changwon", "cha")) == 1


async def test_a_house_that_was_down_at_seven_tells_as_soon_as_it_is_up(ward, database):
    ward.clock.advance(timedelta(hours=11))
    ward.set("sick", 0)
    assert await ward.told() == []

    assert [one.partition(" 게시판")[0] for one in await ward.after(hours=9, minutes=10)] == ["[출처 이상] 가람시"]


def house(ward: Ward, clock: VirtualClock) -> tuple:
    """What a watch is made of, on another clock."""
    return ward.database, ward.register, ward.health, ward.outbox, ward.tenancy, clock.now, ward.proposals
