"""Another embedding model in a running house: matched by it at once, the past read again behind, the operators told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import models as opening
from bot.bootstrap import open_house
from bot.clock import VirtualClock
from bot.messenger import Reply
from bot.renewing import Renewing
from bot.settings import Embedding, parse
from bot.wording import models as words
from nlp.adopted import Adopted, ModelStore, Progress
from nlp.archive import Archive
from nlp.opinions import Opinions
from nlp.renewal import Renewal
from tests.fakes import FakeMessenger
from tests.nlp.other_models import Leaning
from tests.nlp.test_renewal import document

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SETTINGS = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "oh"
name = "오하나"
roles = ["운영자"]
"""


class World:
    """A house whose one operator is told things, and the worker at work in it."""

    def __init__(self, house, model: Adopted, waiting: int = 0) -> None:
        self.house, self.model, self.waiting_articles = house, model, waiting
        self.archive = Archive(house.redis)
        renewal = Renewal(
            self.archive, Opinions(house.redis), ModelStore(house.redis), model, ["gyeongnam"], house.clock.now
        )
        self.worker = Renewing(
            house.redis, renewal, model, self._waiting, house.outbox, house.tenancy, house.liveness.owner,
            house.liveness.is_alive, house.clock.now,
        )  # fmt: skip

    async def _waiting(self) -> int:
        return self.waiting_articles

    async def done(self) -> int:
        found = await self.archive.models_of(await self.archive.newest_keys(0, 1_000))
        return sum(model == self.model.name for model in found.values())

    async def told(self) -> list[str]:
        messenger = FakeMessenger()
        self.house.deliver([messenger])
        await self.house.rota.drain()
        await self.house.rota.drain()
        return [message.reply.text for message in messenger.sent]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[object]:
    async with AsyncExitStack() as stack:
        settings = parse(SETTINGS, {}, file_mode=None)
        yield await stack.enter_async_context(open_house(settings, tmp_path, VirtualClock(NOW)))


@pytest.fixture
async def world(house) -> World:
    store, model = ModelStore(house.redis), Leaning()
    scale = await opening.scale_for(model, store, Archive(house.redis))
    made = World(house, Adopted(model, scale))
    for number in range(30):
        await made.archive.put(document(number))
    await store.want(made.model.name, NOW)
    return made


async def test_the_worker_goes_batch_by_batch_and_rests_between_them(world: World) -> None:
    first = await world.worker.step()
    after_one = await world.done()
    while await world.done() < 30:
        again = await world.worker.step()
    idle = await world.worker.step()

    assert 0 < after_one < 30
    assert NOW < first < NOW + timedelta(minutes=1)
    assert again <= NOW + timedelta(minutes=1)
    assert idle == NOW + timedelta(seconds=20)


async def test_keywords_go_first_and_are_kept_as_they_are_made(world: World, house) -> None:
    world.model.encode(["산불", "도로"], role="query")
    world.model.waiting = 5

    again = await world.worker.step()
    told = await ModelStore(house.redis).progress()

    assert again == NOW + timedelta(seconds=2)
    assert (told.keywords, told.done, told.total) == (5, 0, 30)
    assert len(await ModelStore(house.redis).keywords(world.model.name)) == 2

    world.model.waiting = 0
    await world.worker.step()
    assert await world.done() > 0


async def test_live_work_goes_first_but_can_not_stop_it_for_ever(world: World) -> None:
    world.waiting_articles = 1

    assert await world.worker.step() == NOW + timedelta(seconds=2)
    assert await world.done() == 0

    world.house.clock.move_to(NOW + timedelta(seconds=30))
    await world.worker.step()

    assert await world.done() > 0


async def test_a_process_of_the_model_before_undoes_nothing(world: World) -> None:
    await ModelStore(world.house.redis).want("the next one", NOW)

    assert await world.worker.step() == NOW + timedelta(minutes=1)
    assert await world.done() == 0


async def test_another_living_process_is_left_at_it_and_a_dead_one_is_not(world: World, house) -> None:
    await house.redis.set("dobi:{deployment}:model:renewing", "somebody dead")
    alive = True

    async def is_alive(owner: str) -> bool:
        return alive

    world.worker._is_alive = is_alive
    assert await world.worker.step() == NOW + timedelta(minutes=1)

    alive = False
    await world.worker.step()
    assert await world.done() > 0


async def test_operators_hear_once_that_it_began_where_it_lasts_and_once_that_it_is_done(world: World) -> None:
    world.worker._renewal._measure = lambda *_: setattr(world.worker._renewal, "_paced", 600.0)

    while await world.done() < 30:
        await world.worker.step()
    told = await world.told()

    assert len(told) == 2
    assert told[0].startswith("언어 모델을 바꾸었습니다: leaning-1.5-1. 새 글과 검색에는 바로 씁니다.")
    assert "지난 글 30건은 뒤에서 다시 읽습니다. 5시간쯤 걸립니다." in told[0]
    assert told[1] == "지난 글 30건을 모두 새 언어 모델로 다시 읽었습니다: leaning-1.5-1."


async def test_what_is_over_soon_nobody_is_told_of(world: World) -> None:
    while await world.done() < 30:
        await world.worker.step()

    assert await world.told() == []


@pytest.mark.parametrize(
    ("progress", "says"),
    [
        (None, "아직 시작하지 않았습니다"),
        (Progress("other", 1, 2, 0.0, 0, NOW), "아직 시작하지 않았습니다"),
        (
            Progress("m@1", 3_210, 12_345, 1.0, 0, NOW),
            "3,210건을 새 언어 모델로 옮겼습니다. 3시간쯤 남았습니다.",
        ),
        (Progress("m@1", 0, 10, 0.0, 0, NOW), "지난 글 10건 가운데 0건을 새 언어 모델로 옮겼습니다."),
        (Progress("m@1", 10, 10, 0.0, 0, NOW), "지난 글을 모두 이 모델로 읽었습니다."),
        (Progress("m@1", 10, 10, 0.0, 1_500, NOW), "구독 낱말 1,500개를 새 언어 모델로 읽는 중입니다."),
    ],
)
def test_the_state_in_words(progress: Progress | None, says: str) -> None:
    told = words.state("m@1", progress)

    assert isinstance(told, Reply)
    assert told.text.startswith("언어 모델: m\n")
    assert says in told.text


async def test_the_scale_is_fitted_once_and_again_when_the_archive_has_grown(house) -> None:
    store, archive = ModelStore(house.redis), Archive(house.redis)

    first = await opening.scale_for(Leaning(), store, archive)
    again = await opening.scale_for(Leaning(), store, archive)
    for number in range(250):
        one = document(number)
        await archive.put(replace(one, title=f"{one.title} {number}"))
    grown = await opening.scale_for(Leaning(), store, archive)

    assert again.count == first.count
    assert first.count == len(opening.usual_documents())
    assert grown.count == 250


def test_a_model_that_can_not_be_had_is_refused_in_words() -> None:
    with pytest.raises(opening.Refused) as refused:
        opening.load_named(Embedding("./no-such-folder"))

    extra = "필요한 부가 프로그램이 설치되어 있지 않습니다"
    assert "그 폴더가 없습니다" in str(refused.value) or extra in str(refused.value)
    assert "설정 파일에서 그 줄을 지우시면 내장 모델로 시작합니다." in str(refused.value)


@pytest.mark.parametrize("cause", ["extra", "folder", "unknown", "offline", "broken", "", "what nobody foresaw"])
def test_every_cause_is_told_with_the_next_step(cause: str) -> None:
    says, hint = words.no_model("a/b", cause)

    assert says.startswith("언어 모델 'a/b': ")
    assert says.endswith(".")
    assert "내장 모델" in hint


async def test_the_house_opens_its_model_once_and_wants_it(house) -> None:
    one, other = await asyncio.gather(house.embedder(), house.embedder())
    wanted = await ModelStore(house.redis).wanted()

    assert one is other
    assert (wanted.model, wanted.since) == (one.name, NOW)
