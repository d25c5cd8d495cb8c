"""`dobi doctor` tells what chat changed about lunch rotations, and what of it the settings overrule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.plan_checks import rotations
from bot.plans import Plans
from bot.settings import Institution
from occupancy.plans import Entry, PlanStore
from occupancy.rearranged import Closed, Held
from tests.tenancy_plans import DAY, MAIN, ONE


async def test_what_chat_changed_is_counted_and_what_the_file_overrules_is_named(database, clock):
    plans = Plans(PlanStore(database), lambda _day: False)
    home = Institution(ONE, "가", "", (), (), (MAIN,))
    assert await rotations([home], plans) == []

    await plans.store.add(ONE, "main", Entry("e1", "kim", clock(), (Closed(DAY),)))
    (fine,) = await rotations([home], plans)
    assert fine.ok
    assert "1건" in fine.says

    strict = replace(home, cafeterias=(replace(MAIN, closed=frozenset({DAY + timedelta(days=4)})),))
    await plans.store.add(ONE, "main", Entry("e2", "kim", clock(), (Closed(DAY + timedelta(days=4), closed=False),)))
    await plans.store.add(ONE, "main", Entry("e3", "kim", clock(), (Held(date(2026, 12, 7)),)))
    (sick,) = await rotations([strict], Plans(plans.store, lambda _day: False))
    assert not sick.ok
    assert "12. 28.(월) 정상 배식" in sick.says
