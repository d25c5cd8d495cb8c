"""First run: an empty deployment's first administrator by a one-time code, led to institution and people."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.acts import DEPLOYMENT, Acts
from bot.settings import Role
from tests.phones import EMPTY, HOME, button, code_in, phones

ROLES = {Role.STAFF, Role.MANAGER, Role.OPERATOR}


async def made(stage) -> str:
    found = await stage.house.setup_code()
    assert found is not None
    return found[0]


async def test_whoever_says_the_code_first_is_led_to_an_institution(tmp_path):
    async with phones(tmp_path, EMPTY) as stage:
        code = await made(stage)

        assert "기관 이름을" in await stage.read("telegram:7", code)
        assert "성함을" in await stage.read("telegram:7", "진주시")
        assert "소속 부서를" in await stage.read("telegram:7", "홍길동입니다")
        done = await stage.read("telegram:7", "정보통신과")

        assert "진주시(jinju), 홍길동 님은 운영자이자 관리자" in done
        member = stage.house.tenancy.person("telegram", "7")
        assert (member.tenant, member.person.department, member.person.roles) == ("jinju", "정보통신과", ROLES)
        assert await stage.house.setup_code() is None
        log = [one.what for one in await Acts(stage.house.redis).listing(DEPLOYMENT, stage.clock.now() - timedelta(1))]
        assert set(log) == {"set-up", "setup-code"}

        added = await stage.says("telegram:7", "직원 추가 김하나 총무과")
        invited = await stage.says("telegram:7", press=button(added[0], "초대 코드"))
        assert "반갑습니다" in await stage.read("console:hana", code_in(invited[0].reply.text))
        assert stage.house.tenancy.person("console", "hana").tenant == "jinju"


async def test_there_is_one_winner_however_many_say_it_at_once(tmp_path):
    async with phones(tmp_path, EMPTY) as stage:
        code = await made(stage)

        told = await asyncio.gather(*(stage.read(f"telegram:{number}", code) for number in range(1, 9)))

        assert sum("기관 이름을" in one for one in told) == 1
        assert sum("맞지 않거나" in one for one in told) == 7
        winner = next(number for number, one in enumerate(told, 1) if "기관 이름을" in one)
        other = winner % 8 + 1
        assert "등록된 직원만" in await stage.read(f"telegram:{other}", "진주시")
        assert "성함을" in await stage.read(f"telegram:{winner}", "진주시")


async def test_a_code_is_good_for_an_hour_and_the_next_start_ends_it(tmp_path):
    async with phones(tmp_path, EMPTY) as stage:
        first = await made(stage)
        second = await made(stage)
        assert "맞지 않거나" in await stage.read("telegram:7", first)
        await stage.later(timedelta(minutes=61))
        assert "맞지 않거나" in await stage.read("telegram:7", second)
        assert stage.house.tenancy.institutions() == ()


async def test_an_answer_said_twice_or_after_a_crash_makes_one_institution(tmp_path):
    async with phones(tmp_path, EMPTY) as stage:
        code = await made(stage)
        for said in (code, "진주시", "홍길동"):
            await stage.says("telegram:7", said)
        setup = await stage.house.first_run.of(("telegram", "7"))
        await stage.house.first_run._institution(setup)  # died here
        await stage.house.mirror.refresh()

        assert "운영자이자 관리자" in await stage.read("telegram:7", "총무과")
        assert [one.id for one in stage.house.tenancy.institutions()] == ["jinju"]


async def test_where_the_file_names_an_institution_it_is_not_made(tmp_path):
    without = HOME.replace('roles = ["직원", "관리자"]\n', "")
    async with phones(tmp_path, without) as stage:
        code = await made(stage)

        assert "경상남도입니다. 이제 본인의 성함" in await stage.read("telegram:9", code)
        await stage.says("telegram:9", "한새봄")
        assert "경상남도(gyeongnam)" in await stage.read("telegram:9", "총무과")
        assert stage.house.tenancy.person("telegram", "9").tenant == "gyeongnam"


async def test_somebody_whom_the_file_knows_becomes_administrator_at_once(tmp_path):
    without = HOME.replace('roles = ["직원", "관리자"]\n', "")
    async with phones(tmp_path, without) as stage:
        told = await stage.read("telegram:111", await made(stage))

        assert "김하나 님은 이제 운영자이자 관리자" in told
        assert stage.house.tenancy.person("console", "kim").person.roles == ROLES
        assert "명부" in await stage.read("console:kim", "직원 목록")


async def test_where_somebody_administers_there_is_no_code(tmp_path):
    async with phones(tmp_path) as stage:
        assert await stage.house.setup_code() is None


@pytest.mark.parametrize("said", ["가" * 50, "가", "..."])
async def test_what_is_no_answer_is_asked_again(tmp_path, said):
    async with phones(tmp_path, EMPTY) as stage:
        await stage.says("telegram:7", await made(stage))

        assert "알아듣지 못했습니다" in await stage.read("telegram:7", said)
        assert "그만두었습니다" in await stage.read("telegram:7", "취소")
