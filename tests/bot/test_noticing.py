"""Travellers hear of every look exactly once, whoever wrote it, wherever a process dies; never at night."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from attest.audits import Audit, Audits
from attest.crypto import KeyStore
from attest.log import ReceiptLog
from attest.looks import Looks
from attest.mandate import Mandate
from attest.receipt import Receipt
from attest.verify import Verdict
from bot.daysoff import is_holiday
from bot.noticing import Noticing
from bot.outbox import Outbox, State
from bot.settings import parse
from bot.tenancy import Tenancy

HOME = "gyeongnam"
NOVEMBER = Mandate(
    "감사담당관-812", datetime(2026, 10, 31, 15, tzinfo=UTC), datetime(2026, 11, 30, 15, tzinfo=UTC), "출장여비 점검"
)
SETTINGS = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
contact = "정보화담당관 (내선 0000)"
[[institution.person]]
id = "kim"
name = "김하나"
department = "총무과"
[[institution.person]]
id = "lee"
name = "이보름"
department = "감사관"
roles = ["감사"]
"""


class Death(Exception):  # noqa: N818 - what befalls a process is no error of ours
    """The process ends here."""


class Mortal:
    """Passes every call on, and dies before or after the `at`-th one."""

    def __init__(self, inner: Any, calls: itertools.count[int], at: int, *, after: bool) -> None:
        self._inner, self._calls, self._at, self._after = inner, calls, at, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        async def call(*args: Any, **more: Any) -> Any:
            mine = next(self._calls) == self._at
            if mine and not self._after:
                raise Death
            answer = await found(*args, **more)
            if mine:
                raise Death
            return answer

        return call


@dataclass
class Office:
    """The house of one institution, as far as looks and notices go."""

    clock: Any
    keys: KeyStore
    log: ReceiptLog
    audits: Audits
    looks: Looks
    outbox: Outbox
    tenancy: Tenancy

    def worker(self, mortal: Callable[[Any], Any] = lambda inner: inner) -> Noticing:
        return Noticing(
            mortal(self.looks), mortal(self.audits), self.keys, self.tenancy, mortal(self.outbox), is_holiday,
            self.clock, lambda: None,
        )  # fmt: skip

    async def look(self, number: int, audit: Audit | None = None, *, holder: str = "kim") -> None:
        receipt = self.receipt(number, holder)
        access = await self.audits.may_check(HOME, audit, HOME, receipt.time)
        await self.looks.look(HOME, "lee", access, receipt, Verdict.VALID, f"look {number}")

    def receipt(self, number: int, holder: str = "kim") -> Receipt:
        return Receipt(
            institution=HOME, kid=b"\0\0\0\1", serial=number.to_bytes(8, "big"), grade=2, place=48170, accuracy=1,
            time=datetime(2026, 11, 20, 3, tzinfo=UTC), holder=self.keys.pseudonym(HOME, holder), document="",
            index=number, flags=(), sealed=b"", suite=1,
        )  # fmt: skip

    async def told(self) -> list[str]:
        """What is sent now, in order."""
        found = []
        while rows := await self.outbox.lease(HOME, "console", self.clock()):
            for row in rows:
                found.append(row.message.reply.text)
                await self.outbox.finish(HOME, row, State.SENT, self.clock(), native="1")
        return found

    async def run(self, span: timedelta = timedelta()) -> list[str]:
        """What is told while the clock moves: the worker comes when it said it would."""
        end, worker, found = self.clock() + span, self.worker(), list[str]()
        while True:
            due = await worker.step()
            found += await self.told()
            if due is None or due > end:
                break
            self.clock.advance(max(due - self.clock(), timedelta(seconds=1)))
        self.clock.advance(end - self.clock())
        return found


@pytest.fixture
def office(database, clock, tmp_path) -> Office:
    keys = KeyStore(tmp_path / "keys")
    log = ReceiptLog(database, keys, clock)
    audits = Audits(database, log, clock)
    tenancy = Tenancy(parse(SETTINGS, {}, file_mode=0o600).institutions)
    return Office(clock, keys, log, audits, Looks(database, log, audits, clock), Outbox(database, "one"), tenancy)


async def test_one_look_is_one_notice_with_number_and_day(office):
    audit = await office.audits.open(HOME, "lee", NOVEMBER, "u1")
    await office.look(1, audit)

    (notice,) = await office.run()

    assert notice.splitlines()[0] == "감사 담당이 11. 20.(금) 출장 영수증을 확인했습니다. 문서 감사담당관-812"
    assert "11. 23.(월) 11:30" in notice
    assert "이보름" not in notice
    assert await office.run(timedelta(days=3)) == []


async def test_five_hundred_looks_are_one_notice(office):
    audit = await office.audits.open(HOME, "lee", NOVEMBER, "u1")
    for number in range(40):
        await office.look(number, audit)

    (notice,) = await office.run(timedelta(days=3))

    assert "영수증 40장" in notice


async def test_later_looks_of_a_day_come_the_next_working_morning(office):
    audit = await office.audits.open(HOME, "lee", NOVEMBER, "u1")
    office.clock.advance(timedelta(days=4))  # Friday
    await office.look(1, audit)
    first = await office.run()
    await office.look(2, audit)

    weekend = await office.run(timedelta(days=2, hours=21, minutes=29))
    monday = await office.run(timedelta(minutes=2))

    assert (len(first), weekend, len(monday)) == (1, [], 1)


async def test_two_audits_and_none_are_told_apart(office):
    one = await office.audits.open(HOME, "lee", NOVEMBER, "u1")
    other = await office.audits.open(
        HOME, "lee", Mandate("감사담당관-813", NOVEMBER.since, NOVEMBER.until, "점검"), "u2"
    )
    for number, audit in enumerate((one, other, None)):
        await office.look(number, audit)

    told = await office.run()

    assert sorted(notice.splitlines()[0].partition("습니다. ")[2] for notice in told) == [
        "문서 감사담당관-812",
        "문서 감사담당관-813",
        "문서번호 없이 확인했습니다",
    ]


async def test_a_hold_made_after_the_look_holds_it_too_and_a_further_one_goes_on(office):
    audit = await office.audits.open(HOME, "lee", NOVEMBER, "u1")
    office.clock.advance(timedelta(hours=9))  # 20:30: it would be told in the morning
    await office.look(1, audit)
    await office.audits.hold(HOME, "lee", audit, timedelta(days=3), "면담 전", "u2")
    first = await office.run(timedelta(days=2))
    await office.audits.hold(HOME, "lee", audit, timedelta(days=5), "면담이 미뤄짐", "u3")

    second = await office.run(timedelta(days=4, hours=12))
    over = await office.run(timedelta(hours=25))

    assert (first, second) == ([], [])
    assert len(over) == 1
    assert "미루었다가" in over[0]


async def test_whoever_left_is_told_nothing_and_nothing_waits_for_ever(office):
    await office.look(1, holder="gone")

    assert await office.run() == []
    assert await office.looks.next_due(HOME) is None


async def deaths(office: Office) -> Sequence[Callable[[Any], Any]]:
    """A worker for each place in which it may die, and one that lives."""

    def dying(at: int, *, after: bool) -> Callable[[Any], Any]:
        calls = itertools.count()
        return lambda inner: Mortal(inner, calls, at, after=after)

    return [dying(at, after=after) for at in range(12) for after in (False, True)]


async def test_wherever_the_worker_dies_each_look_is_told_once(office):
    number, died = itertools.count(), 0
    for mortal in await deaths(office):
        audit = await office.audits.open(
            HOME,
            "lee",
            Mandate(f"감사-{next(number)}", NOVEMBER.since, NOVEMBER.until, "점검"),
            f"open {died} {id(mortal)}",
        )
        mine = [next(number) for _ in range(2)]
        await office.look(mine[0], audit)
        try:
            await office.worker(mortal).step()
        except Death:
            died += 1
        await office.look(mine[1], audit)  # comes while nobody works

        told = await office.run(timedelta(days=5))

        assert sum(2 if "2장" in one else 1 for one in told if audit.number in one) == 2, told
        assert len([one for one in told if audit.number in one]) <= 2
    assert died >= 14


async def test_looks_written_by_a_process_that_died_at_its_leaf_are_told(database, office):
    await office.look(1)
    await database.delete(*await database.keys("dobi:*:looks:*"))

    assert len(await office.run()) == 1


async def test_looks_of_an_institution_that_left_the_house_are_told_by_its_id(office):
    await office.look(1)
    entry = await office.log.get(HOME, 0)
    facts = {**entry.fields, "office": "gone"}
    await office.log.append(HOME, "looked", facts, "foreign")

    told = await office.run()

    assert [one.startswith("gone 감사 담당이") for one in sorted(told)] == [True, False]


async def test_a_damaged_log_keeps_nobody_else_waiting(database, office, caplog):
    await office.look(1)
    await database.hset("dobi:{gyeongnam}:log:details", "0", b"rubbish")
    await database.delete(*await database.keys("dobi:*:looks:*"))

    assert await office.worker().step() == office.clock() + timedelta(minutes=5)
    assert "can't be told" in caplog.text
