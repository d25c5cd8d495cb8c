"""Hostile: who becomes somebody without right, whose room is taken, what is lost; over whole houses."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.settings import Role
from tests.phones import Phones, phones

pytestmark = pytest.mark.asyncio(loop_scope="module")
MANAGER, OPERATOR = "console:park", "console:oh"
CODE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b")
HOMES = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "park"
name = "박새로"
department = "정보화담당관"
roles = ["직원", "관리자"]
[[institution.person]]
id = "oh"
name = "오나래"
department = "정보화담당관"
roles = ["직원", "운영자"]
[[institution.person]]
id = "ahn"
name = "안다움"
department = "총무과"
roles = ["직원", "관리자", "운영자"]
[[institution]]
id = "changwon"
name = "창원시"
[[institution.person]]
id = "baek"
name = "백소망"
department = "감사담당관"
roles = ["직원", "감사"]
[[institution.person]]
id = "nam"
name = "남다온"
department = "정보통신담당관"
roles = ["직원", "관리자"]
[catalogue]
enabled = false
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory) -> AsyncIterator[Phones]:
    async with phones(tmp_path_factory.mktemp("hostile"), HOMES) as found:
        yield found


# --- who becomes whom


async def test_an_administrator_does_not_become_operator_by_a_code_for_one(stage):
    told = (await stage.says(MANAGER, "초대 오나래"))[0].reply.text
    code = CODE.search(told)
    if code is not None:
        await stage.says("telegram:666", code[0])

    member = stage.house.tenancy.person("telegram", "666")
    assert member is None or Role.OPERATOR not in member.person.roles
    assert "운영자" in told


async def test_an_operator_does_not_become_another_institutions_auditor_by_a_code(stage):
    told = (await stage.says(OPERATOR, "초대 백소망 @창원시"))[0].reply.text

    assert CODE.search(told) is None
    assert "감사" in told


async def test_letters_hold_no_code_for_whom_one_may_not_let_in(stage):
    codes, made = stage.house.linking.codes, []
    make = codes.make

    async def spied(tenant, people, *rest):
        made.extend(people)
        return await make(tenant, people, *rest)

    codes.make = spied
    try:
        await stage.says(MANAGER, "초대장 정보화담당관")
        await stage.says(OPERATOR, "초대장 전체 @창원시")
    finally:
        del codes.make

    assert "oh" not in made
    assert "baek" not in made
    assert "nam" in made


async def test_an_operator_gives_themselves_no_role_by_naming_an_administrator(stage):
    await stage.says(OPERATOR, "기관 관리자 경상남도 오나래 정보화담당관")

    assert Role.MANAGER not in stage.house.tenancy.member("gyeongnam", "oh").person.roles


async def test_an_administrators_sheet_does_not_end_an_operator(stage):
    table = "인사발령\n성명\t현 소속\t발령 부서\t구분\n오나래\t정보화담당관\t\t퇴직\n"
    [told] = await stage.says(MANAGER, table)
    assert "운영자여서 운영자만" in told.reply.text
    for button in told.reply.buttons:
        if button.press.startswith("posting:ok"):
            await stage.says(MANAGER, press=button.press)

    assert stage.house.tenancy.member("gyeongnam", "oh") is not None


async def test_who_is_operator_no_more_gives_nobody_that_role_back_by_an_old_button(stage):
    """박새로, operator for a while, took the role from a colleague; the button below that is not right for ever."""
    for name in ("박새로", "오나래"):
        await stage.says("console:ahn", f"역할 {name} 운영자 추가")
    took = await stage.says(MANAGER, "역할 오나래 운영자 빼기")
    if not took[0].reply.buttons:  # what the file says chat does not take
        await stage.says("console:ahn", "직원 추가 동료 총무과")
        await stage.says("console:ahn", "역할 동료 운영자 추가")
        took = await stage.says(MANAGER, "역할 동료 운영자 빼기")
    await stage.says("console:ahn", "역할 박새로 운영자 빼기")
    mine = stage.house.tenancy.member("gyeongnam", "park")
    assert Role.OPERATOR not in mine.person.roles

    undo = next(one.press for one in took[0].reply.buttons if one.press.startswith("staff-undo"))
    await stage.says(MANAGER, press=undo)

    friend = next(one for one in stage.house.mirror.entries("gyeongnam") if one.name == "동료")
    assert Role.OPERATOR not in friend.roles


class KilledError(BaseException):
    """As `kill -9` in the midst of an update."""


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("역할 {} 배식 추가", "role-given"),
        ("부서 변경 {} 회계과", "department-moved"),
        ("퇴직 {}", "person-left"),
    ],
)
async def test_what_was_done_is_logged_though_whoever_did_it_was_killed(stage, monkeypatch, said, what):
    name = {"role-given": "가죽음", "department-moved": "나죽음", "person-left": "다죽음"}[what]
    await stage.says(MANAGER, f"직원 추가 {name} 총무과")
    person = next(one.id for one in stage.house.mirror.entries("gyeongnam") if one.name == name)
    asked: dict[str, str] = {"text": said.format(name)}
    if what == "person-left":
        [told] = await stage.says(MANAGER, **asked)
        asked = {"press": next(one.press for one in told.reply.buttons if ":yes:" in one.press)}
    note, killed = stage.house.acts.note, []

    async def dying(tenant, by, code, *rest, **more):
        if code == what and not killed:
            killed.append(code)
            raise KilledError
        return await note(tenant, by, code, *rest, **more)

    monkeypatch.setattr(stage.house.acts, "note", dying)
    with pytest.raises(KilledError):
        await stage.says(MANAGER, update=f"killed {what}", **asked)
    [told] = await stage.says(MANAGER, update=f"killed {what}", **asked)

    acts = await stage.house.acts.listing("gyeongnam", stage.clock.now() - timedelta(days=1))
    assert [one.what for one in acts if one.about.startswith(f"@{person}")].count(what) == 1
    assert "찾지 못했습니다" not in told.reply.text


async def test_what_the_file_takes_back_chat_does_not_keep(tmp_path):
    async with phones(tmp_path, HOMES) as before:
        await before.says("console:nam", "역할 백소망 배식 추가")
        assert Role.AUDITOR in before.house.tenancy.member("changwon", "baek").person.roles
    async with phones(tmp_path, HOMES.replace('roles = ["직원", "감사"]', 'roles = ["직원"]')) as after:
        await after.house.mirror.refresh()
        roles = after.house.tenancy.member("changwon", "baek").person.roles

    assert roles == {Role.STAFF, Role.KITCHEN}


async def test_whom_the_file_lets_go_chat_does_not_keep(tmp_path):
    async with phones(tmp_path, HOMES) as before:
        await before.says("console:nam", "역할 백소망 배식 추가")
        code = CODE.search((await before.says("console:nam", "초대 백소망"))[0].reply.text)
        await before.says("telegram:777", code[0])
        assert before.house.tenancy.person("telegram", "777") is not None
    head, _, tail = HOMES.partition('[[institution.person]]\nid = "baek"')
    async with phones(tmp_path, head + tail[tail.index("[[institution.person]]") :]) as after:
        await after.house.mirror.refresh()

        assert after.house.tenancy.person("telegram", "777") is None
        assert after.house.tenancy.member("changwon", "baek") is None
