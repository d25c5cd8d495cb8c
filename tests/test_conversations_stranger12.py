"""Words of two meanings: 감사 the office, 다 of all there are, 쉬다 of a person, a name beside a role."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.talk import Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30."""
    async with talking(tmp_path_factory.mktemp("stranger12"), roles=("deliver", "chat")) as stage:
        yield stage


@pytest.mark.parametrize(
    "typed",
    [
        "감사 권한 누구한테 있죠?",
        "감사 담당자 누구예요?",
        "감사담당자누구예요",
        "감사 역할 누구누구 있어요?",
        "감사 맡은 사람 누구예요",
    ],
)
async def test_who_audits_is_told_and_not_thanked_for(talk, typed):
    assert "감사 1명" in text(await talk.say("park", typed))


@pytest.mark.parametrize(
    "typed",
    ["감사 기간이 언제예요?", "감사 자료 제출 어떻게 해요", "감사 언제 시작해요?", "이번 종합감사 일정 알려주세요"],
)
async def test_when_an_audit_is_and_what_it_wants_is_not_known(talk, typed):
    assert "제가 가지고 있지 않습니다" in text(await talk.say("park", typed))
    assert "열려 있는 감사가 없습니다" in text(await talk.say("lee", typed))


@pytest.mark.parametrize(
    "typed",
    ["감사", "감사요", "감사합니다", "감사해요~", "감사드립니다!", "정말 감사합니다", "감사 많이요", "아이고 감사"],
)
async def test_thanks_stay_thanks(talk, typed):
    assert "다행입니다" in text(await talk.say("park", typed))


@pytest.mark.parametrize("typed", ["감사실이요", "감사요청", "감사 담당관실 어디예요"])
async def test_the_office_alone_is_no_thanks(talk, typed):
    assert all("다행입니다" not in one.reply.text for one in await talk.say("park", typed))
