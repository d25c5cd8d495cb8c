"""The client half: bounded, the same bytes again after a lost answer, its own clock set right by signed answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from occupancy.reading import Condition, Kind, Malformed, SensorError, Skewed
from occupancy.sensors import http as wire
from occupancy.sensors.sender import Posted, Sender, SendError, Sent
from occupancy.store import OccupancyStore
from tests.conftest import FixedClock

CAM, KEY = wire.Address("gyeongnam", "main", "cam1"), b"demo-key-of-cam1"


class Entrance:
    """The wire's own server side over a real store, with a clock of its own; `lose` answers are lost on their way."""

    def __init__(self, store: OccupancyStore, now: FixedClock) -> None:
        self.store, self.now = store, now
        self.lose = self.down = 0
        self.posts: list[tuple[Mapping[str, str], bytes]] = []
        self.conditions: list[Condition] = []
        self.lie: Mapping[str, str] | None = None

    async def __call__(self, path: str, headers: Mapping[str, str], body: bytes) -> Posted:
        assert path == "/sensors/gyeongnam/cam1"
        if self.down:
            self.down -= 1
            raise SendError("down")
        self.posts.append((headers, body))
        answer = await self._answer(headers, body)
        if self.lose:
            self.lose -= 1
            raise SendError("lost")
        return answer

    async def _answer(self, headers: Mapping[str, str], body: bytes) -> Posted:
        if self.lie is not None:
            return Posted(403, self.lie)
        try:
            batch = wire.parse(headers, body, KEY, self.now(), kind=Kind.CAMERA)
        except Skewed:
            return Posted(403, wire.told(KEY, headers, self.now()))
        except Malformed:
            return Posted(400, {})
        except SensorError:
            return Posted(403, {})
        if batch.state is not None:
            self.conditions.append(batch.state)
        await self.store.append("gyeongnam", "main", batch)
        return Posted(200, wire.told(KEY, headers, self.now()))

    async def counts(self) -> list[tuple[datetime, int | None]]:
        readings = await self.store.recent("gyeongnam", "main", self.now() - timedelta(hours=3))
        return [(one.measured_at, one.count) for one in readings]


@pytest.fixture
def entrance(database: Redis, clock: FixedClock) -> Entrance:
    return Entrance(OccupancyStore(database), clock)


def sender(entrance: Entrance, now: FixedClock, **more: int) -> Sender:
    return Sender(CAM, KEY, Kind.CAMERA, entrance, now, **more)


async def test_what_is_said_arrives(entrance, clock):
    agent = sender(entrance, clock)
    agent.say(18, noise=1.5)

    assert await agent.flush() is Sent.DONE
    assert await entrance.counts() == [(clock(), 18)]
    assert agent.waiting == 0
    assert (await entrance.store.recent("gyeongnam", "main", clock()))[0].noise == 1.5


async def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(entrance, clock):
    agent = sender(entrance, clock)
    agent.say(18)
    entrance.lose = 1

    assert await agent.flush() is Sent.LATER
    clock.advance(timedelta(seconds=2))
    agent.say(19)
    assert await agent.flush() is Sent.DONE

    assert entrance.posts[0] == entrance.posts[1]
    assert [count for _, count in await entrance.counts()] == [18, 19]


async def test_an_answer_lost_long_ago_counts_once_under_a_new_signature(entrance, clock):
    agent = sender(entrance, clock)
    agent.say(18)
    entrance.lose = 1
    await agent.flush()
    clock.advance(timedelta(minutes=10))

    assert await agent.flush() is Sent.DONE
    assert entrance.posts[0][0] != entrance.posts[1][0]
    assert entrance.posts[0][1] == entrance.posts[1][1]
    assert len(await entrance.counts()) == 1


@pytest.mark.parametrize("off", [timedelta(hours=9), timedelta(hours=-9), timedelta(days=-4000), timedelta(seconds=40)])
async def test_a_clock_that_is_off_is_set_right_by_the_first_answer(entrance, clock, off):
    own = FixedClock(clock() + off)
    agent = sender(entrance, own)
    agent.say(18)

    assert await agent.flush() is Sent.DONE
    assert abs(agent.offset + off) < timedelta(seconds=1)
    clock.advance(timedelta(seconds=10))
    own.advance(timedelta(seconds=10))
    agent.say(19)
    assert await agent.flush() is Sent.DONE
    at = [at for at, _ in await entrance.counts()]
    assert len(at) == 2
    assert abs(at[1] - clock()) < timedelta(seconds=1)


async def test_nobody_without_the_key_sets_the_clock(entrance, clock):
    agent = sender(entrance, clock)
    agent.say(18)
    entrance.lie = wire.told(b"another key", wire.sign(KEY, CAM, b"{}", clock(), "12345678"), clock() + timedelta(1))

    assert await agent.flush() is Sent.REFUSED
    assert agent.offset == timedelta()
    assert agent.waiting == 1


async def test_an_answer_to_another_post_sets_no_clock(entrance, clock):
    agent = sender(entrance, clock)
    agent.say(1)
    entrance.lie = wire.told(KEY, wire.sign(KEY, CAM, b"{}", clock(), "12345678"), clock() + timedelta(1))

    assert await agent.flush() is Sent.REFUSED
    assert agent.offset == timedelta()


async def test_the_spool_is_bounded_and_what_is_too_old_is_dropped(entrance, clock):
    agent = sender(entrance, clock, most=100)
    entrance.down = 1
    agent.say(7)
    await agent.flush()
    for count in range(150):
        clock.advance(timedelta(seconds=1))
        agent.say(count)
    assert (agent.waiting, agent.dropped) == (100, 51)

    assert await agent.flush() is Sent.DONE
    assert [count for _, count in await entrance.counts()] == list(range(50, 150))

    agent.say(5)
    clock.advance(timedelta(hours=3))
    agent.say(6)
    assert await agent.flush() is Sent.DONE
    assert (await entrance.counts())[-1] == (clock(), 6)
    assert agent.dropped == 52


async def test_it_waits_ever_longer_between_two_tries(entrance, clock):
    agent = sender(entrance, clock)
    agent.say(18)
    entrance.down = 100
    for _ in range(600):
        await agent.flush()
        clock.advance(timedelta(seconds=1))

    assert 100 - entrance.down < 20
    entrance.down = 0
    clock.advance(timedelta(seconds=61))
    assert await agent.flush() is Sent.DONE


async def test_a_long_outage_comes_in_batches(entrance, clock):
    agent = sender(entrance, clock)
    for count in range(1200):
        clock.advance(timedelta(seconds=2))
        agent.say(count % 40)

    assert await agent.flush() is Sent.DONE
    assert len(entrance.posts) == 3
    assert len(await entrance.counts()) == 1200


async def test_how_the_sensor_is_goes_before_figures_and_counts_nothing(entrance, clock):
    agent = sender(entrance, clock)
    agent.say(3)
    agent.tell(Condition.BLIND)

    assert await agent.flush() is Sent.DONE
    assert entrance.conditions == [Condition.BLIND]
    assert await entrance.counts() == [(datetime(2026, 11, 23, 2, 30, tzinfo=UTC), 3)]


async def test_what_no_entrance_takes_is_given_up(entrance, clock):
    agent = sender(entrance, clock)
    agent.say(18, at=clock())
    entrance.lie = None
    entrance._answer = lambda *_: _refused()  # type: ignore[method-assign]

    assert await agent.flush() is Sent.DONE
    assert (agent.waiting, agent.dropped) == (0, 1)


async def _refused() -> Posted:
    return Posted(400, {})
