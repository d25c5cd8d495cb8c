"""Workers run when they are due, outlive their faults, and a virtual clock stops at each due instant."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from bot.clock import VirtualClock
from bot.rota import WAKE_CHANNEL, Rota

START = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


async def test_advance_stops_at_each_due_instant_in_order(database):
    clock = VirtualClock(START)
    rota, ran = Rota(clock, database), []

    def every(name, seconds):
        async def step():
            ran.append((name, (clock.now() - START).total_seconds()))
            return START + timedelta(seconds=((clock.now() - START).total_seconds() // seconds + 1) * seconds)

        return step

    rota.add("slow", every("slow", 60))
    rota.add("fast", every("fast", 25))
    await rota.advance(clock, timedelta(seconds=60))

    assert [at for name, at in ran if name == "fast"] == [0, 25, 50, 60]
    assert clock.now() == START + timedelta(seconds=60)


async def test_a_worker_outlives_a_fault(database, caplog):
    clock = VirtualClock(START)
    rota, ran = Rota(clock, database), []

    async def step():
        ran.append(clock.now())
        if len(ran) == 1:
            raise RuntimeError("once")

    rota.add("frail", step)
    with caplog.at_level(logging.CRITICAL):
        await rota.advance(clock, timedelta(seconds=10))

    assert len(ran) >= 2


async def test_a_step_that_leaves_due_work_behind_does_not_hold_the_clock(database):
    clock = VirtualClock(START)
    rota = Rota(clock, database)

    async def step():
        return clock.now() - timedelta(hours=1)

    rota.add("late", step)
    await asyncio.wait_for(rota.advance(clock, timedelta(seconds=5)), 5)

    assert clock.now() == START + timedelta(seconds=5)


async def test_a_wake_from_another_process_runs_the_worker(database):
    clock = VirtualClock(START)
    rota, ran = Rota(clock, database), asyncio.Queue()

    async def step():
        ran.put_nowait(1)

    rota.add("brief", step)
    running = asyncio.create_task(rota.run())
    await asyncio.wait_for(ran.get(), 5)
    while not await database.publish(WAKE_CHANNEL, "brief"):  # until the rota listens
        pass
    await asyncio.wait_for(ran.get(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_at_a_due_instant_only_those_run_who_are_due_and_whoever_takes_up_what_they_leave(database):
    clock = VirtualClock(START)
    rota, ran = Rota(clock, database), []

    def step(name, every=None):
        async def run():
            ran.append(name)
            return clock.now() + timedelta(seconds=every) if every else None

        return run

    rota.add("idle", step("idle", 3600))
    rota.add("crawl", step("crawl", 40))
    rota.add("brief", step("brief"), after="crawl")
    rota.add("deliver", step("deliver"), after="brief")
    await rota.drain()
    ran.clear()
    await rota.advance(clock, timedelta(seconds=50))

    drained = ["idle", "crawl", "brief", "deliver"]
    assert ran == [*drained, "crawl", "brief", "deliver", *drained]
