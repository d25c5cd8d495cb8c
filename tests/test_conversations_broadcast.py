"""공지 and whom it is for: a department that does not exist is never everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.acts import Acts
from bot.messenger import Outgoing
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

TENANT, OTHER = "gyeongnam", "changwon"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("broadcast"), roles=("deliver", "chat")) as stage:
        yield stage


async def drained(talk: Talk) -> list[Outgoing]:
    before = len(talk.messenger.sent)
    await talk.house.rota.drain()
    return talk.messenger.sent[before:]


@pytest.mark.parametrize("typed", ["예산담당괸", "예산 담당", "예산과", "예산담당관실"])
async def test_a_department_that_does_not_exist_is_refused_and_the_nearest_are_offered(talk, typed):
    await talk.advance(timedelta(minutes=1))
    asked = (await talk.say("park", f"공지 {typed}: 오늘 저녁 정전"))[0]

    assert typed in asked.reply.text
    assert "찾지 못했습니다" in asked.reply.text
    assert "보내기" not in labels(asked)
    assert labels(asked)[0] == "예산담당관"

    back = (await talk.press("park", asked, "예산담당관"))[0]
    assert "예산담당관 1명에게" in back.reply.text
    assert "———\n오늘 저녁 정전\n———" in back.reply.text
    await talk.press("park", back, "보내기")
    assert [one.chat.id for one in await drained(talk)] == ["dm:jung"]


async def test_what_is_near_nothing_is_refused_too_and_everybody_is_one_press_more(talk):
    asked = (await talk.say("park", "공지 우주항공과: 오늘 저녁 정전"))[0]
    assert "찾지 못했습니다" in asked.reply.text
    assert await drained(talk) == []

    back = (await talk.press("park", asked, "모두에게"))[0]

    everybody = talk.house.tenancy.institution(TENANT).people
    assert f"{len(everybody)}명에게" in back.reply.text
    assert "우주항공과: 오늘 저녁 정전" in back.reply.text
    assert labels(back) == ["보내기", "그만두기"]
    assert await drained(talk) == []
    await talk.press("park", back, "그만두기")


@pytest.mark.parametrize(
    "typed", ["일시: 11월 24일 14시", "오늘 18:00부터 정전", "안내: 정전", "[긴급] 장소 변경: 강당"]
)
async def test_a_colon_alone_is_no_department(talk, typed):
    asked = (await talk.say("park", f"공지 {typed}"))[0]

    assert labels(asked) == ["보내기", "그만두기"]
    assert typed in asked.reply.text


@pytest.mark.parametrize("typed", ["전체", "모두", "전 직원", "전직원에게"])
async def test_everybody_by_name_is_everybody(talk, typed):
    asked = (await talk.say("park", f"공지 {typed}: 오늘 저녁 정전"))[0]

    assert "———\n오늘 저녁 정전\n———" in asked.reply.text
    assert labels(asked) == ["보내기", "그만두기"]


async def test_several_departments_at_once(talk):
    asked = (await talk.say("park", "공지 예산담당관, 도로과에: 점검"))[0]
    people = talk.house.tenancy.institution(TENANT).people
    count = sum(one.department in {"예산담당관", "도로과"} for one in people)

    assert f"예산담당관, 도로과 {count}명에게" in asked.reply.text
    await talk.press("park", asked, "보내기")
    assert len(await drained(talk)) == count

    wrong = (await talk.say("park", "공지 예산담당관, 도로가: 점검"))[0]
    assert "도로가" in wrong.reply.text
    assert "도로과" in labels(wrong)


async def test_a_department_before_the_words_without_a_colon_is_asked_about(talk):
    asked = (await talk.say("park", "공지 예산담당관 오늘 저녁 회식"))[0]
    assert labels(asked) == ["예산담당관", "모두에게", "그만두기"]

    back = (await talk.press("park", asked, "예산담당관"))[0]

    assert "예산담당관 1명에게" in back.reply.text
    assert "오늘 저녁 회식" in back.reply.text


async def test_an_operator_speaks_to_one_institution_and_it_stands_in_its_log(talk):
    asked = (await talk.say("oh", "공지 창원시: 서버 점검"))[0]
    count = len(talk.house.tenancy.institution(OTHER).people)
    assert f"창원시(예시) {count}명에게" in asked.reply.text

    await talk.press("oh", asked, "보내기")

    told = [one.chat.id for one in await drained(talk)]
    assert "dm:yun" in told
    assert "dm:kim" not in told
    noted = await Acts(talk.house.redis).listing(OTHER, talk.clock.now() - timedelta(days=1))
    assert ("gyeongnam/oh", "broadcast-sent") in {(one.by, one.what) for one in noted}


async def test_an_administrator_speaks_to_no_other_institution(talk):
    asked = (await talk.say("park", "공지 창원시: 서버 점검"))[0]

    assert "찾지 못했습니다" in asked.reply.text
    assert "보내기" not in labels(asked)


async def test_a_question_is_nobodys_else_and_sends_nothing(talk):
    asked = (await talk.say("park", "공지 우주항공과: 비밀"))[0]
    mark = next(one.press for one in asked.reply.buttons if one.label == "그만두기").rpartition(":")[2]

    for press in (f"notice:send:{mark}", f"notice:to:{mark}:nothing", "notice:to:x", "notice:all:x", "notice:"):
        said = text(await talk.say("park", press=press))
        assert "지난 공지" in said, press
    assert "지난 공지" in text(await talk.say("oh", press=f"notice:all:{mark}"))
    assert await drained(talk) == []


@pytest.mark.parametrize("wish", ["하나 보낼게요", "하나 올리려고요", "보내려는데요"])
async def test_a_wish_to_write_one_is_no_notice(talk, wish):
    told = (await talk.say("park", f"공지 {wish}"))[0]

    assert "보내기" not in labels(told)
    await talk.say("park", "네")
    assert await drained(talk) == []
