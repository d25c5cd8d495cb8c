"""휴직, 복직, 파견: by a sheet and by a word; access and pushes rest, and all is as it was afterwards."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
import pytest_asyncio

from bot.clock import KST
from bot.dead_letters import DeadLetters
from bot.messenger import InFile, Outgoing
from tests.postings import book
from tests.sent import tell
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = "gyeongnam"
HEAD = ["성명", "현소속", "발령부서", "발령구분", "발령사항", "휴직기간"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("rests"), roles=("deliver", "chat")) as stage:
        yield stage


async def joined(talk: Talk, name: str, user: str, department: str = "총무과") -> None:
    added = await talk.say("park", f"직원 추가 {name} {department}")
    invited = await talk.press("park", added[0], "초대 코드")
    code = next(word for word in invited[0].reply.text.split() if word.count("-") == 2 and len(word) == 11)
    assert "반갑습니다" in text(await talk.say(user, code))


async def sends(talk: Talk, *rows: list[object]) -> Outgoing:
    return (await talk.say("park", "인사발령", files=[InFile("발령.xlsx", book(("", [HEAD, *rows])))]))[0]


def heard(said: list[Outgoing], user: str) -> list[str]:
    return [one.reply.text for one in said if one.chat.id == f"dm:{user}"]


def today(talk: Talk) -> date:
    return talk.clock.now().astimezone(KST).date()


async def workday(talk: Talk) -> None:
    """Eleven in the morning of the next working day."""
    then = talk.clock.now().astimezone(KST).replace(hour=11, minute=0) + timedelta(days=1)
    while then.weekday() > 4:
        then += timedelta(days=1)
    await talk.advance(then - talk.clock.now())


async def test_a_sheet_lets_somebody_rest_until_their_day_and_all_is_as_it_was(talk):
    await joined(talk, "쉬는이", "swi")
    await talk.say("swi", "구독 재난안전")
    last = today(talk) + timedelta(days=20)

    shown = await sends(talk, ["쉬는이", "총무과", "", "육아휴직", "", f"{today(talk)} ~ {last}"])
    assert "휴직 1." in shown.reply.text
    assert "구독은 그대로" in shown.reply.text
    applied = text(await talk.press("park", shown, "적용"))
    assert "휴직 1." in applied

    said = text(await talk.say("swi", "식당"))
    assert said.startswith("휴직 중이셔서 도비도 쉬고 있습니다")
    assert f"{(last + timedelta(days=1)).month}. {(last + timedelta(days=1)).day}." in said
    assert f"휴직({(last + timedelta(days=1)).month}. " in text(await talk.say("park", "직원 쉬는이"))
    await tell(talk, "swi", "쉬는 동안의 글")
    await workday(talk)
    assert heard(await talk.advance(timedelta(hours=2)), "swi") == []
    assert await DeadLetters(talk.house.redis).count(HOME) == 0

    back = await talk.advance(timedelta(days=20))
    assert any("다시 오셨군요" in one and "1건은 보내지 않았습니다" in one for one in heard(back, "swi"))
    assert "재난안전" in text(await talk.say("swi", "목록"))
    await workday(talk)
    await tell(talk, "swi", "돌아온 뒤의 글")
    assert any("돌아온 뒤의 글" in one for one in heard(await talk.advance(timedelta(minutes=5)), "swi"))


async def test_by_a_word_and_back_by_a_word(talk):
    await joined(talk, "말로쉼", "malro")

    asked = await talk.say("park", "휴직 처리 말로쉼")
    assert "총무과 말로쉼 님을 복직하실 때까지 휴직으로 할까요?" in text(asked)
    assert labels(asked[0]) == ["휴직 처리", "그만두기"]
    assert "연결된 메신저" in text(await talk.say("malro", "연결"))
    await talk.press("park", asked[0], "휴직 처리")

    assert "휴직 중이셔서" in text(await talk.say("malro", "연결"))
    assert "총무과 말로쉼 님이 돌아오셨습니다" in text(await talk.say("park", "복직 말로쉼"))
    assert "연결된 메신저" in text(await talk.say("malro", "연결"))
    assert "휴직이나 파견 중이 아닙니다" in text(await talk.say("park", "복직 말로쉼"))
    log = text(await talk.say("park", "기록"))
    assert "휴직 처리 · 말로쉼" in log
    assert "복직 처리 · 말로쉼" in log


async def test_it_can_be_taken_back(talk):
    await joined(talk, "물러쉼", "mulleo")
    until = today(talk) + timedelta(days=3)
    asked = await talk.say("park", f"휴직 처리 물러쉼 {until}까지")
    done = await talk.press("park", asked[0], "휴직 처리")

    await talk.press("park", done[0], "되돌리기")

    assert "연결된 메신저" in text(await talk.say("mulleo", "연결"))
    assert not [one for one in talk.house.mirror.waiting(HOME) if "물러쉼" in one.text]


async def test_a_longer_leave_is_not_ended_by_the_day_that_was_said_first(talk):
    await joined(talk, "연장이", "yeonjang")
    for days in (3, 30):
        asked = await talk.say("park", f"휴직 처리 연장이 {today(talk) + timedelta(days=days)}까지")
        await talk.press("park", asked[0], "휴직 처리")

    await talk.advance(timedelta(days=6))
    assert "휴직 중이셔서" in text(await talk.say("yeonjang", "연결"))

    await talk.advance(timedelta(days=26))
    assert "연결된 메신저" in text(await talk.say("yeonjang", "연결"))


async def test_the_last_administrator_does_not_rest(talk):
    asked = await talk.say("park", "휴직 처리 박새로")

    assert "연결된 관리자가 그분뿐" in text(await talk.press("park", asked[0], "휴직 처리"))
    shown = await sends(talk, ["박새로", "정보화담당관", "", "휴직", "", ""])
    assert "연결된 관리자가 한 분도" in text(await talk.press("park", shown, "적용"))
    assert "연결된 메신저" in text(await talk.say("park", "연결"))


async def test_nobody_else_may(talk):
    assert "관리자" in text(await talk.say("kim", "휴직 처리 정가온"))
    assert "관리자" in text(await talk.say("kim", "복직 정가온"))


async def test_somebody_of_the_settings_file_rests_too(talk):
    asked = await talk.say("park", "휴직 처리 한여울")
    await talk.press("park", asked[0], "휴직 처리")
    assert "휴직 중이셔서" in text(await talk.say("han", "식당"))

    await talk.say("park", "복직 한여울")

    assert "휴직" not in text(await talk.say("han", "연결"))


async def test_lent_within_the_institution_works_there_and_comes_home(talk):
    await joined(talk, "꾸어이", "kkueo")
    last = today(talk) + timedelta(days=9)

    shown = await sends(talk, ["꾸어이", "총무과", "도로과", "파견", "", f"{today(talk)}~{last}"])
    assert "파견 1." in shown.reply.text
    await talk.press("park", shown, "적용")

    assert "도로과 꾸어이 · 원소속 총무과" in text(await talk.say("park", "직원 꾸어이"))
    assert talk.house.tenancy.person("console", "kkueo").person.department == "도로과"
    await talk.advance(timedelta(days=10))
    assert talk.house.tenancy.person("console", "kkueo").person.department == "총무과"
    assert "원소속" not in text(await talk.say("park", "직원 꾸어이"))


async def test_lent_to_another_office_keeps_all_they_have(talk):
    await joined(talk, "나간이", "nagan")

    await talk.press("park", await sends(talk, ["나간이", "총무과", "행정안전부", "파견", "", ""]), "적용")

    assert "총무과 나간이 · 행정안전부 파견" in text(await talk.say("park", "직원 나간이"))
    assert "연결된 메신저" in text(await talk.say("nagan", "연결"))
    shown = await sends(talk, ["나간이", "총무과", "농정과", "파견복귀", "", ""])
    assert "복직·복귀 1." in shown.reply.text
    await talk.press("park", shown, "적용")
    assert "농정과 나간이" in text(await talk.say("park", "직원 나간이"))
    assert "파견" not in text(await talk.say("park", "직원 나간이"))


async def test_lent_to_us_is_let_in_and_leaves_on_their_day(talk):
    last = today(talk) + timedelta(days=5)
    shown = await sends(talk, ["들어온", "진주시", "총무과", "파견", "", f"{today(talk)}~{last}"])
    assert "파견 1." in shown.reply.text
    await talk.press("park", shown, "적용")
    assert "원소속 진주시" in text(await talk.say("park", "직원 들어온"))

    await talk.advance(timedelta(days=7))

    assert "찾지 못했습니다" in text(await talk.say("park", "직원 들어온"))


async def test_what_is_neither_stays_left_out(talk):
    shown = await sends(talk, ["정가온", "예산담당관", "", "직위해제", "", ""])

    assert "직위해제·교육훈련 등은" in shown.reply.text
    assert labels(shown) == ["자세히", "취소"]


@pytest.mark.parametrize(
    "said",
    [
        "휴직 처리 서마루 12.1-31", "서마루 주무관 12월 1일부터 31일까지 병가", "서마루 출산휴가 12/1~12/31 처리해줘",
        "휴직 처리 서마루 12월 한달",
    ],
)  # fmt: skip
async def test_a_range_of_days_is_read_back_with_both_its_days(talk, said):
    asked = text(await talk.say("park", said))

    assert re.search(r"서마루 님 휴직, 12\. 1\.\(.\)~12\. 31\.", asked)


@pytest.mark.parametrize("said", ["휴직 처리 서마루 이번달 말까지", "서마루 주무관 이번달 말까지 휴직"])
async def test_an_end_that_was_said_is_never_left_open(talk, said):
    first = today(talk).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    assert f"{last.month}. {last.day}.(" in text(await talk.say("park", said))
