"""The roster: the file wins, one address one person, the last administrator stays; what doctors and backups see."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from bot.backup import kept
from bot.invitations import ALPHABET, LENGTH, code_in, shown
from bot.romanize import suggested
from bot.roster import Entry, Kind, LastManagerError, Move, Roster
from bot.roster_bindings import COOLING, Binding, Bindings
from bot.roster_checks import roster_checks
from bot.roster_mirror import RosterMirror
from bot.settings import Role, parse
from bot.tenancy import Tenancy

TENANT, TODAY = "gyeongnam", date(2026, 11, 23)
SETTINGS = parse(
    """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "kim"
name = "김하나"
telegram = 111
[[institution.person]]
id = "park"
name = "박새로"
department = "정보화담당관"
roles = ["직원", "관리자"]
""",
    {},
    file_mode=0o600,
)


@pytest.fixture
def tenancy() -> Tenancy:
    return Tenancy(SETTINGS.institutions)


@pytest.fixture
def mirror(database, tenancy) -> RosterMirror:
    return RosterMirror(database, tenancy, [TENANT])


async def test_chat_adds_to_somebody_of_the_file_and_the_file_wins(database, tenancy, mirror):
    entry = Entry("kim", "다른이름", "총무과", frozenset({Role.STAFF, Role.AUDITOR}))
    await Roster(database).apply(TENANT, "c", [Move(Kind.CHANGE, entry, in_file=True)], TODAY)
    await mirror.refresh()

    kim = tenancy.member(TENANT, "kim").person

    assert (kim.name, kim.department, kim.roles) == ("김하나", "총무과", {Role.STAFF, Role.AUDITOR})
    assert kim in tenancy.people_with(TENANT, Role.AUDITOR)
    assert kim in tenancy.institution(TENANT).people


async def test_an_address_of_the_file_is_never_anothers(database, tenancy, mirror, clock):
    await Roster(database).apply(TENANT, "c", [Move(Kind.JOIN, Entry("p1", "새이"))], TODAY)
    await Bindings(database).bind(TENANT, "p1", ("telegram", "111"), clock(), lambda *_: True, change="b")
    await mirror.refresh()

    assert tenancy.person("telegram", "111").person.id == "kim"
    assert tenancy.member(TENANT, "p1").person.addresses == {}


async def test_an_address_is_one_persons_however_many_ask_at_once(database, clock):
    store, alive = Bindings(database), lambda *_: True
    found = await asyncio.gather(
        *(store.bind(f"t{one}", "p", ("telegram", "1"), clock(), alive, change=f"c{one}") for one in range(8))
    )

    assert sorted(one.what.value for one in found) == [*["done"], *["taken"] * 7]


async def test_what_a_leaver_held_may_be_anothers_and_what_was_cut_waits(database, clock):
    store, place = Bindings(database), ("telegram", "1")
    await store.bind("one", "p", place, clock(), lambda *_: True, change="c1")
    assert (await store.bind("two", "q", place, clock(), lambda *_: False, change="c2")).what is Binding.DONE
    await store.cut("two", "q", [place], clock(), clock() + COOLING, change="c3")

    waits = await store.bind("one", "r", place, clock(), lambda *_: True, change="c4")

    assert (waits.what, waits.until) == (Binding.COOLING, clock() + COOLING)
    clock.advance(COOLING + timedelta(seconds=1))
    assert (await store.bind("one", "r", place, clock(), lambda *_: True, change="c5")).what is Binding.DONE


async def test_two_administrators_who_remove_each_other_at_once_are_not_both_gone(database):
    roster = Roster(database)
    both = frozenset({Role.STAFF, Role.MANAGER})
    one, other = Entry("a", "가", roles=both), Entry("b", "나", roles=both)
    await roster.apply(TENANT, "in", [Move(Kind.JOIN, one), Move(Kind.JOIN, other)], TODAY)

    done = await asyncio.gather(
        roster.apply(TENANT, "x", [Move(Kind.LEAVE, one)], TODAY, keep={"b": False}),
        roster.apply(TENANT, "y", [Move(Kind.LEAVE, other)], TODAY, keep={"a": False}),
        return_exceptions=True,
    )

    assert sum(isinstance(found, LastManagerError) for found in done) == 1
    assert len((await roster.since(TENANT, 0)).fields) == 1


async def test_the_same_decision_twice_is_one(database):
    roster, entry = Roster(database), Entry("a", "가")
    for _ in range(2):
        await roster.apply(TENANT, "in", [Move(Kind.JOIN, entry)], TODAY)
    await roster.apply(TENANT, "out", [Move(Kind.LEAVE, entry)], TODAY)
    await roster.apply(TENANT, "in", [Move(Kind.JOIN, entry)], TODAY)

    assert (await roster.since(TENANT, 0)).fields == {}
    assert (await roster.undo(TENANT, "out")).now == 1
    assert (await roster.undo(TENANT, "out")).now == 0


async def test_an_undoing_leaves_what_others_changed_since(database):
    roster = Roster(database)
    await roster.apply(
        TENANT, "in", [Move(Kind.JOIN, Entry("a", "가", "총무과")), Move(Kind.JOIN, Entry("b", "나"))], TODAY
    )
    before = Entry("a", "가", "총무과")
    await roster.apply(TENANT, "later", [Move(Kind.CHANGE, Entry("a", "가", "도로과"), before)], TODAY)

    undone = await roster.undo(TENANT, "in")

    assert (undone.now, undone.overtaken) == (1, 1)
    assert list((await roster.since(TENANT, 0)).fields) == ["p:a"]


async def test_a_reader_is_given_what_changed_alone(database, mirror, tenancy):
    roster = Roster(database)
    await roster.apply(TENANT, "in", [Move(Kind.JOIN, Entry(f"p{one}", "가")) for one in range(50)], TODAY)
    first = await roster.since(TENANT, 0)
    await roster.apply(TENANT, "out", [Move(Kind.LEAVE, Entry("p7", "가"))], TODAY)

    assert (await roster.since(TENANT, first.version)).fields == {"p:p7": ""}
    await mirror.refresh()
    assert len(tenancy.people_with(TENANT, Role.STAFF)) == 51


async def test_the_doctor_says_what_stands_where(database, tenancy, mirror):
    roster = Roster(database)
    moves = [Move(Kind.LEAVE, Entry("kim", "김하나"), in_file=True), Move(Kind.JOIN, Entry("p1", "새이"))]
    await roster.apply(TENANT, "c", moves, TODAY, {TODAY + timedelta(days=3): [Move(Kind.LEAVE, Entry("p1", "새이"))]})
    await mirror.refresh()

    told = "\n".join(f"{one.name} {one.says}" for one in roster_checks(SETTINGS, tenancy, mirror))

    assert "2명(설정 파일 1, 대화 1), 연결 1명, 관리자 1명" in told
    assert "설정 파일에 남은 사람 1명: kim" in told
    assert "2026-11-26에 1건" in told
    assert "새이" not in told


def test_backups_hold_the_roster_and_no_code():
    assert kept(b"dobi:{gyeongnam}:roster")
    assert kept(b"dobi:{deployment}:addresses")
    assert kept(b"dobi:{deployment}:institutions")
    assert not kept(b"dobi:{deployment}:codes:open")
    assert not kept(b"dobi:{deployment}:setup")


def test_codes_are_bounded_by_arithmetic():
    assert len(ALPHABET) ** LENGTH > 3e12
    assert not set("01OIL5S8BZ2U") & set(ALPHABET) - {"2"}
    assert 168 * 300 * 3_000 / len(ALPHABET) ** LENGTH < 1e-4


@pytest.mark.parametrize(
    ("said", "strict", "code"),
    [
        ("K7Q-M3X-FA4", True, "K7QM3XFA4"),
        (" k7q m3x fa4 ", True, "K7QM3XFA4"),
        ("초대 코드는 K7Q-M3X-FA4입니다.", False, "K7QM3XFA4"),
        ("Ｋ７Ｑ－Ｍ３Ｘ－ＦＡ４", False, "K7QM3XFA4"),
        ("K0Q-M3X-FA4", False, ""),
        ("123456", False, ""),
        ("식당", False, None),
        ("안녕하세요 K7QM3XFA4 드립니다", False, None),
        ("x" * 5000, False, None),
    ],
)
def test_what_is_a_code(said, strict, code):
    assert code_in(said, strict=strict) == code


def test_a_code_is_shown_in_groups():
    assert shown("K7QM3XFA4") == "K7Q-M3X-FA4"


@pytest.mark.parametrize(
    ("name", "taken", "wanted"),
    [
        ("진주시", (), "jinju"),
        ("진주시청", ("jinju",), "jinju2"),
        ("경상남도(예시)", (), "gyeongsangnam"),
        ("!!!", (), "office"),
    ],
)
def test_ids_are_suggested(name, taken, wanted):
    assert suggested(name, taken) == wanted
