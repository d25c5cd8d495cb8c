"""식당 추가: an institution that chat made has a cafeteria, slots and sensors of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.settings import Secret, Sensor
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = "jinju"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("kitchens"), roles=("deliver", "chat")) as stage:
        asked = await stage.say("oh", "기관 추가 진주시, 관리자 서진주 정보통신과")
        added = await stage.press("oh", asked[0], "추가")
        code = next(word for word in added[0].reply.text.split() if word.count("-") == 2)
        await stage.say("seojin", code)
        await stage.say("seojin", "직원 추가 강진주 총무과")
        yield stage


async def test_a_cafeteria_is_read_back_then_stands_and_answers(talk):
    asked = (await talk.say("seojin", "식당 추가 구내식당 300석 11:40~13:10"))[0]
    assert "구내식당을 이렇게 더할까요?" in asked.reply.text
    assert "좌석 300석, 배식구 2개, 배식 11:40~13:10" in asked.reply.text
    assert labels(asked) == ["추가", "그만두기"]
    assert talk.house.tenancy.institution(HOME).cafeterias == ()

    assert "더했습니다" in text(await talk.press("seojin", asked, "추가"))
    site = talk.house.tenancy.institution(HOME).cafeterias[0]
    assert (site.name, site.seats, f"{site.open:%H:%M}", len(site.lines)) == ("구내식당", 300, "11:40", 1)
    said = (await talk.say("seojin", "식당"))[0].reply.text
    assert "접수 번호" not in said
    assert "식당이 없" not in said
    assert "식당 설정 · 구내식당" in text(await talk.say("seojin", "기록"))
    assert "지난 단추" in text(await talk.press("seojin", asked, "추가"))


async def test_what_is_not_said_has_a_default_and_the_same_name_is_changed(talk):
    asked = (await talk.say("seojin", "식당 추가 별관식당"))[0]
    assert "좌석 200석, 배식구 2개, 배식 11:30~13:30" in asked.reply.text
    await talk.press("seojin", asked, "추가")

    again = (await talk.say("seojin", "식당 추가 별관식당 80석"))[0]
    assert "이렇게 고칠까요" in again.reply.text
    await talk.press("seojin", again, "고치기")

    assert [one.seats for one in talk.house.tenancy.institution(HOME).cafeterias if one.name == "별관식당"] == [80]


async def test_slots_of_departments(talk):
    asked = (await talk.say("seojin", "식당 추가 차례식당 100석 11:30~13:00 차례 11:40 정보통신과 / 12:00 총무과"))[0]
    assert "11:40 정보통신과 / 12:00 총무과" in asked.reply.text
    await talk.press("seojin", asked, "추가")

    site = next(one for one in talk.house.tenancy.institution(HOME).cafeterias if one.name == "차례식당")
    assert site.slots is not None
    assert site.slots.groups == (("정보통신과",), ("총무과",))
    assert "차례식당" in "".join(one.reply.text for one in await talk.say("seojin", "차례표"))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("식당 추가", "식당 이름과 좌석 수"),
        ("식당 추가 이상식당 0석", "1석부터"),
        ("식당 추가 이상식당 13:00~12:00", "시작보다 뒤"),
        ("식당 추가 이상식당 25:00~26:00", "시작보다 뒤"),
        ("식당 추가 이상식당 차례 11:40 없는과", "명부에 없는 부서"),
        ("식당 추가 이상식당 차례 11:40 총무과 / 12:00 총무과", "한 차례에만"),
        ("식당 추가 이상식당 차례 언젠가", "식당 이름과 좌석 수"),
    ],
)
async def test_what_can_not_stand_is_said(talk, said, told):
    assert told in text(await talk.say("seojin", said))


async def test_only_its_own_administrator_and_no_institution_of_the_file(talk):
    assert "설정 파일" in text(await talk.say("park", "식당 추가 구내식당 300석"))
    assert "관리자" in text(await talk.say("kim", "식당 추가 구내식당 300석"))


async def test_a_sensor_that_was_approved_stays_when_the_cafeteria_is_changed(talk):
    tenancy = talk.house.tenancy
    one = tenancy.institution(HOME).cafeterias[0]
    sensor = Sensor("cam9", "camera", Secret("0123456789abcdef", "chat"), by_chat=True)
    tenancy.adopt(HOME, {one.id: [sensor]})
    assert tenancy.sensor(HOME, "cam9") is not None

    asked = (await talk.say("seojin", f"식당 추가 {one.name} 310석"))[0]
    await talk.press("seojin", asked, "고치기")

    found = tenancy.sensor(HOME, "cam9")
    assert found is not None
    assert found.cafeteria.seats == 310
