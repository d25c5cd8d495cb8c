"""What somebody writes of a trip for the claim is read whole, or not at all."""

from __future__ import annotations

import time

import pytest

from attest.expenses import Expenses, ExpenseStore
from attest.trip import Area, Vehicle
from bot.handlers.expenses import read


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("관용차", Expenses(vehicle=Vehicle.OFFICIAL)),
        (" 자가용으로 ", Expenses(vehicle=Vehicle.OWN)),
        ("KTX", Expenses(vehicle=Vehicle.PUBLIC)),
        ("은 관용차입니다", Expenses(vehicle=Vehicle.OFFICIAL)),
        ("카풀", Expenses(vehicle=Vehicle.SHARED)),
        ("관내", Expenses(area=Area.INSIDE)),
        ("관외", Expenses(area=Area.OUTSIDE)),
        ("거리 13.5", Expenses(route_m=13_500)),
        ("여행거리 편도 7km", Expenses(route_m=7_000)),
        ("거리 0.95 킬로미터", Expenses(route_m=950)),
        ("운임 45,200", Expenses(fare=45_200)),
        ("교통비 0원", Expenses(fare=0)),
        ("실비 3000원", Expenses(actual=3_000)),
        ("숙박 60,000", Expenses(lodging=(60_000,))),
        ("숙박비 60,000원, 70000원", Expenses(lodging=(60_000, 70_000))),
        ("숙박 없음", Expenses(nights=0)),
        ("식사 제공 2끼", Expenses(meals=2)),
        ("부득이", Expenses(unavoidable=True)),
        ("문서 총무과-812", Expenses(document="총무과-812")),
    ],
)
def test_one_statement_is_read(said, told):
    assert read(said) == told


@pytest.mark.parametrize(
    "said",
    ["", "아무말", "운임", "운임 -5", "운임 4,52", "운임 99999999", "거리 -3", "거리 99999",
     "숙박 60,000 육만", "식사 많이", "숙박 " + "1 " * 61,
     "관용차 운임 5000", "문서", "운임 1e5", "거리 １３", "1" * 500],
)  # fmt: skip
def test_anything_else_is_not_read(said):
    assert read(said) is None


@pytest.mark.parametrize("said", ["숙박 " + "1" * 115, "숙박 " + "1," * 57, "거리 " + "9" * 115, "문서 " + "가" * 110])
def test_a_long_text_takes_no_time(said):
    start = time.perf_counter()

    read(said)

    assert time.perf_counter() - start < 0.5


async def test_statements_add_up_and_are_one_institutions_alone(database):
    store = ExpenseStore(database)
    await store.change("a", "t1", lambda before: Expenses(fare=100, document=before.document))

    assert (await store.of("a", ["t1", "t2"])) == {"t1": Expenses(fare=100), "t2": Expenses()}
    assert (await store.of("b", ["t1"])) == {"t1": Expenses()}
    every = Expenses(Area.INSIDE, Vehicle.SHARED, 1, 2, 3, (4, 5), 6, 7, True, "총무과-1")
    assert await store.change("a", "t1", lambda _: every) == every
    assert (await store.of("a", ["t1"]))["t1"] == every
    assert 0 < await database.ttl("dobi:{a}:claims:expenses:t1") <= 400 * 86_400
    await store.remove("a", "t1")
    assert (await store.of("a", ["t1"]))["t1"] == Expenses()
