"""Nothing private ever answers in a group: the whole route table, every word, slash and button, by every role.

A private route answers there that it is private, or nothing. Of all others, no answer holds anything of one person that
was planted in every store before: and it is shown that the same questions, asked privately, would show it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import pytest_asyncio

from bot.messenger import Outgoing
from bot.reminders import Reminder, ReminderStore
from bot.routes import Route
from bot.searches import Search, Searches
from tests.talk import Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

TENANT, GROUP, USER = "gyeongnam", "총무과", "kim"
CHAT = f"console:dm:{USER}"
PLANTED = (
    "육아휴직", "여수 수산시험장", "총무과-77031", "비밀공모신청", "찾아본말", "이보름",
)  # fmt: skip
SPEAKERS = (USER, "lee", "park", "choi", "oh")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("groups"), roles=("deliver", "chat", "verify")) as stage:
        await _planted(stage)
        yield stage


async def _planted(talk: Talk) -> None:
    """Something of one person's in every store that answers."""
    redis, now = talk.house.redis, talk.clock.now()
    for user in SPEAKERS:
        await talk.say(user, "구독 육아휴직")
    await talk.press(USER, (await talk.say(USER, "내 알레르기 메밀"))[0], "동의하고 저장")
    await talk.receipt(USER, "총무과-77031")
    memo = await talk.say(USER, "출장 내일 13시 여수 수산시험장")
    await talk.press(USER, memo[0], "맞습니다")
    reminder = Reminder(
        "r1", CHAT, "s", "d", "가부", "비밀공모신청", "http://x", date(2026, 12, 20), USER, now
    )  # fmt: skip
    await ReminderStore(redis).add(TENANT, reminder, now + timedelta(days=1))
    await Searches(redis).keep(TENANT, CHAT, Search("찾아본말", "", (), ()), now)
    await talk.say(USER, "한산해지면 알려줘")
    await talk.say(USER, "인수인계 이보름")


def routes(talk: Talk) -> tuple[Route, ...]:
    return talk.router._grammar.routes


def asked(route: Route) -> Iterator[dict[str, str]]:
    """Every way to ask for a route by name."""
    for word in route.words:
        yield {"text": word}
        yield {"text": f"{word} 1"}
    for slash in route.slash:
        yield {"text": f"/{slash}"}
    if route.press:
        for argument in ("", ":1", ":list"):
            yield {"press": f"{route.press}{argument}"}


async def said(talk: Talk, user: str, how: dict[str, str]) -> list[Outgoing]:
    return await talk.say(user, how.get("text", ""), press=how.get("press"), chat=GROUP, mention=True)


def leaks(message: Outgoing) -> list[str]:
    reply = message.reply
    shown = "\n".join([reply.text, reply.alt or "", *(one.label for one in reply.buttons)])
    if reply.file is not None:
        shown += reply.file.name + reply.file.data.decode("utf-8", "replace")
    return [one for one in PLANTED if one in shown]


@dataclass(frozen=True)
class Asked:
    """One question in the group, and what came back."""

    route: Route
    user: str
    how: dict[str, str]
    answers: list[Outgoing]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(talk) -> list[Asked]:
    """Everything, asked once, by somebody who may little and by somebody who may much."""
    return [
        Asked(route, user, how, await said(talk, user, how))
        for user in (USER, "park")
        for route in routes(talk)
        for how in asked(route)
    ]


async def test_the_walk_asks_for_every_route_that_has_a_name(talk, walk):
    named = {one.name for one in routes(talk) if one.words or one.slash or one.press}
    assert {one.route.name for one in walk} == named
    assert len(walk) > 500


async def test_a_private_route_answers_in_a_group_that_it_is_private_or_not_at_all(talk, walk):
    wrong = []
    for one in walk:
        member = talk.house.tenancy.member(TENANT, one.user)
        meant = talk.router._grammar.command(one.how["text"]) if "text" in one.how else None
        elsewhere = meant is not None and meant.route.name != one.route.name  # a longer name is another's
        if not one.route.private or elsewhere or not one.route.allows(member):
            continue
        answers = [each.reply.text for each in one.answers if each.chat.id == GROUP]
        wrong += [(one.route.name, one.user, one.how, each) for each in answers if "개인 대화에서만" not in each]
    assert wrong == []


async def test_no_route_shows_in_a_group_what_is_one_persons(walk):
    wrong = [
        (one.route.name, one.user, one.how, leaks(each))
        for one in walk
        for each in one.answers
        if each.chat.id == GROUP and leaks(each)
    ]
    assert wrong == []


async def test_what_a_person_says_in_whole_sentences_leaks_nothing(talk):
    sentences = (
        "내 구독 보여줘", "내 출장 어디야", "나에 대해 뭘 알고 있어?", "내 알레르기 뭐야", "내 영수증 누가 봤어?",
        "이번 달 정산 알려줘", "내 기한 알림 보여줘", "인수인계 내역", "못 보낸 것", "기록 11월", "상태",
        "구독 내보내기", "서마루님에게 인수인계", "출장 내일 13시 진주", "위치 동의 철회", "김하나 출장 보여줘",
        "누가 관리자야", "명부",
    )  # fmt: skip
    wrong = [
        (sentence, user, leaks(message))
        for sentence in sentences
        for user in SPEAKERS
        for message in await said(talk, user, {"text": sentence})
        if message.chat.id == GROUP and leaks(message)
    ]
    assert wrong == []


async def test_the_same_things_are_shown_privately_so_that_the_walk_could_fail(talk):
    user = "jung"
    await talk.say(user, "구독 육아휴직")
    assert "육아휴직" in text(await talk.say(user, "목록"))
    assert "비밀공모신청" in "\n".join(one.reply.text for one in await talk.say(USER, "기한 알림"))


async def test_a_private_question_is_not_answered_from_a_group(talk):
    user = "kang"
    await talk.say(user, "구독")
    await talk.say(user, "재난안전", chat=GROUP, mention=True)
    assert "아직 구독이 없습니다" in text(await talk.say(user, "목록"))
