"""A briefing knows who asks: their province stands before a ministry, that before others, and so do their duties."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from nlp.archive import Document
from nlp.document import read
from nlp.embedding import load
from tests.talk import Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGENCIES = ("전라남도청", "행정안전부", "경상남도청", "창원시청")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("briefing")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("deliver", "chat")) as stage:
        embedder = load()
        said = {f"{agency}/{n}": "우주 발사체 발사장 개방" for n, agency in enumerate(AGENCIES)}
        said |= {"소방청/7": "드론 비행장 개방", "소방청/8": "드론 비행장 개방과 축산 농가 견학"}
        said |= {f"소방청/old{n}": "잠수함 승조원 모집" for n in range(7)}
        forms = read([f"{title}한다." for title in said.values()], list(said.values()), embedder)
        for (key, title), form in zip(said.items(), forms, strict=True):
            document = Document(key, "s", key.partition("/")[0], title, f"{title}한다.", "https://a", stage.clock.now())
            document = replace(document, vectors=form.vectors, model=embedder.name, story=key)
            await stage.house.archive.put(replace(document, published_at=stage.clock.now() - timedelta(hours=1)))
        yield stage


async def test_ones_own_province_stands_first_then_its_cities_then_ministries_then_others(talk):
    told = text(await talk.say(talk.newcomer(), "브리핑 우주 발사체"))

    _, *rows = told.splitlines()
    assert [row.partition("[")[2].partition("]")[0] for row in rows] == [
        "경상남도청", "창원시청", "행정안전부", "전라남도청",
    ]  # fmt: skip
    assert rows[0].endswith("· 우리 지역")
    assert rows[1].endswith("· 이웃 지역")
    assert "지역" not in rows[2] + rows[3]


async def test_another_institution_has_another_order(talk):
    told = text(await talk.say("yun", "브리핑 우주 발사체"))

    assert told.splitlines()[1].startswith("1. [창원시청]")


async def test_what_a_channels_department_does_stands_before_what_it_does_not(talk):
    told = text(await talk.say("kim", "브리핑 드론 비행장", chat="농정과", mention=True))

    assert "축산 농가" in told.splitlines()[1]
    assert told.splitlines()[1].endswith("· 우리 업무")
    assert "우리 업무" not in text(await talk.say("kim", "브리핑 드론 비행장"))


async def test_no_more_than_five_are_shown_and_the_count_is_of_all(talk):
    head, *rows = text(await talk.say(talk.newcomer(), "브리핑 잠수함 승조원")).splitlines()

    assert "7건 가운데 5건" in head
    assert len(rows) == 5
