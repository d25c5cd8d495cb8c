"""Three sentences, a text to paste, and being told in time: what people do with one document.

One walk on the demo's own releases: the special grant of 견본상생진흥원 comes at 11:3x and is corrected eleven minutes
later, its deadline moved a week. The days after are jumped to; `tests/bot/test_reminders.py` holds the mornings.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from bot.clock import KST
from bot.messenger import Outgoing
from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

GRANT = "전기·가스요금 특별지원"
CHANNEL = "총무과"


@dataclass(slots=True)
class Walk:
    """Who asked for what, what was answered, and every reminder by the instant of looking."""

    talk: Talk
    people: dict[str, str] = field(default_factory=dict)
    said: dict[str, list[Outgoing]] = field(default_factory=dict)
    told: dict[str, list[Outgoing]] = field(default_factory=dict)

    def to(self, name: str, at: str) -> list[str]:
        """The reminders that a chat got then."""
        chat = f"dm:{self.people[name]}" if name in self.people else name
        return [one.reply.text for one in self.told[at] if one.chat.id == chat]


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("reminders")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(_folder) -> AsyncIterator[Walk]:
    async with talking(_folder, roles=("crawl", "brief", "deliver", "chat")) as talk:
        walk = Walk(talk, {name: talk.newcomer() for name in ("early", "late", "ender")})
        for user in walk.people.values():
            await talk.say(user, "구독 소상공인")
        pushed = await talk.advance(timedelta(minutes=9))
        await _before_the_correction(walk, pushed)
        walk.told["correction"] = _reminders(await talk.advance(timedelta(minutes=12)))
        await _after_the_correction(walk, pushed)
        for at in ("12-04 08:59", "12-04 09:00", "12-10 09:00", "12-12 00:00"):
            walk.told[at] = await _jump(talk, datetime.fromisoformat(f"2026-{at}").replace(tzinfo=KST))
        yield walk


def _grant(pushed: list[Outgoing], user: str) -> Outgoing:
    return next(one for one in pushed if one.chat.id == f"dm:{user}" and GRANT in one.reply.text)


async def _before_the_correction(walk: Walk, pushed: list[Outgoing]) -> None:
    talk, user = walk.talk, walk.people["early"]
    walk.said["push"] = [_grant(pushed, user)]
    walk.said["details"] = await talk.press(user, _grant(pushed, user), "자세히")
    walk.said["short"] = await talk.press(user, walk.said["details"][0], "3줄 요약")
    walk.said["report"] = await talk.press(user, walk.said["short"][0], "보고용")
    walk.said["early"] = await talk.press(user, _grant(pushed, user), "기한 알림")
    walk.said["liked"] = await talk.press(user, walk.said["details"][0], "좋아요")
    walk.said["alike"] = await talk.press(user, walk.said["details"][0], "비슷한 것")
    walk.said["found"] = await talk.press(user, (await talk.say(user, f"찾기 {GRANT}"))[0], "1")


async def _after_the_correction(walk: Walk, pushed: list[Outgoing]) -> None:
    talk, late, ender = walk.talk, walk.people["late"], walk.people["ender"]
    card = _grant(pushed, late)
    walk.said["first"] = await talk.press(late, card, "기한 알림")
    walk.said["again"] = await talk.press(late, card, "기한 알림")
    walk.said["list"] = await talk.say(late, "알림 목록")
    await talk.say("kim", press=button(card, "기한 알림"), chat=CHANNEL)
    walk.said["none"] = await talk.say(ender, "알림 해지 1")
    await talk.press(ender, card, "기한 알림")
    walk.said["ender's list"] = await talk.say(ender, "알림 목록")
    walk.said["which"] = await talk.say(ender, "알림 해지 7")
    walk.said["ended"] = await talk.say(ender, "알림 해지")
    walk.said["ended before"] = await talk.say(ender, press=button(walk.said["ender's list"][0], "1 해지"))
    walk.said["not mine"] = await talk.say(ender, press=button(walk.said["list"][0], "1 해지"))
    walk.said["other institution"] = await talk.say("yun", "알림 목록")


def _reminders(told: list[Outgoing]) -> list[Outgoing]:
    return [one for one in told if one.kind == "reminder"]


async def _jump(talk: Talk, instant: datetime) -> list[Outgoing]:
    before = len(talk.messenger.sent)
    talk.clock.move_to(instant)
    await talk.house.rota.drain()
    return _reminders(talk.messenger.sent[before:])


async def test_a_card_with_a_deadline_ahead_offers_the_reminder_and_its_details_the_rest(walk):
    assert labels(walk.said["push"][0]) == ["자세히", "기한 알림", "관련 없음", "나중에"]
    assert labels(walk.said["details"][0]) == ["3줄 요약", "좋아요", "비슷한 것"]
    assert labels(walk.said["short"][0]) == ["보고용", "기한 알림"]
    assert "더 챙겨" in text(walk.said["liked"])
    assert "비슷한 글" in text(walk.said["alike"])


async def test_what_was_found_offers_the_same(walk):
    assert labels(walk.said["found"][0]) == ["3줄 요약", "기한 알림", "비슷한 것"]
    assert "문장 가운데" in text(await walk.talk.press(walk.people["early"], walk.said["found"][0], "3줄 요약"))


async def test_three_sentences_of_the_source_with_their_places(walk):
    head, *lines = text(walk.said["short"]).splitlines()

    assert head.startswith("[견본상생진흥원(예시)] 소상공인 겨울철 전기·가스요금 특별지원 신청 접수")
    assert "문장 가운데" in head
    assert [line[:2] for line in lines] == ["① ", "② ", "③ "]
    assert any("(신청기한)" in line and "12. 4." in line for line in lines)


async def test_a_text_to_paste_has_the_same_sentences_and_the_facts(walk):
    block = text(walk.said["report"])

    assert block.startswith(
        "□ 소상공인 겨울철 전기·가스요금 특별지원 신청 접수 (견본상생진흥원(예시) 소상공인지원팀, 11. 23.)"
    )
    assert " ○ 기한: 12. 4.(금) 18:00까지" in block
    assert " ○ 대상: 견본도에서 사업장을 운영하는 소상공인" in block
    assert "20만 원" in block
    assert " ○ 원문: http://127.0.0.1" in block
    assert all(line[2:] in block for line in text(walk.said["short"]).splitlines()[1:])
    assert all(line.startswith(("□ ", " ○ ", "  - ")) for line in block.splitlines())


async def test_who_asks_is_told_when_the_reminders_will_come(walk):
    early, late = text(walk.said["early"]), text(walk.said["first"])

    assert early.splitlines()[0].startswith("12. 4.(금) 18:00까지 · [견본상생진흥원(예시)]")
    assert "11. 27.(금) 09:00과 12. 3.(목) 09:00에 여기로 알려 드립니다" in early
    assert "12. 4.(금) 09:00과 12. 10.(목) 09:00에 여기로 알려 드립니다" in late
    assert "이미" in text(walk.said["again"])


async def test_a_corrected_deadline_moves_the_reminder_and_says_so_once(walk):
    moved = walk.to("early", "correction")

    assert len(moved) == 1
    assert moved[0].startswith("기한이 바뀌었습니다: 12. 4.(금) 18:00까지 → 12. 11.(금) 18:00까지")
    assert "12. 4.(금) 09:00에 다시" in moved[0]
    assert walk.to("late", "correction") == []


async def test_reminders_come_to_whoever_asked_and_to_nobody_else(walk):
    assert walk.told["12-04 08:59"] == walk.told["12-12 00:00"] == []
    for at, left in (("12-04 09:00", "7일 남았습니다"), ("12-10 09:00", "내일까지입니다")):
        assert sorted(one.chat.id for one in walk.told[at]) == sorted(
            [f"dm:{walk.people['early']}", f"dm:{walk.people['late']}", CHANNEL]
        )
        for one in walk.told[at]:
            lines = one.reply.text.splitlines()
            assert lines[0] == f"기한 알림: {left}. 12. 11.(금) 18:00까지"
            assert GRANT in lines[1]
            assert "(신청기한)" in lines[2]
            assert len(lines) == 3
            assert labels(one) == ["자세히", "알림 해지"]


async def test_the_list_numbers_them_and_what_is_over_leaves_it(walk):
    listed = text(walk.said["list"])

    assert listed.splitlines()[0] == "기한 알림 1개입니다."
    assert listed.splitlines()[1].startswith("1. 12. 11.(금) 18:00까지 · [견본상생진흥원(예시)]")
    assert labels(walk.said["list"][0]) == ["1 해지"]
    assert "없습니다" in text(await walk.talk.say(walk.people["late"], "알림 목록"))


async def test_a_reminder_ends_by_number_by_button_and_only_in_its_own_chat(walk):
    assert "없습니다" in text(walk.said["none"])
    assert "번호" in text(walk.said["which"])
    assert "더 알려 드리지 않겠습니다" in text(walk.said["ended"])
    assert "이미 끝난" in text(walk.said["ended before"])
    assert "이미 끝난" in text(walk.said["not mine"])
    assert "없습니다" in text(walk.said["other institution"])


async def test_when_no_morning_is_left_that_is_said(walk):
    story = button(walk.said["push"][0], "자세히").removeprefix("more:")

    late = text(await walk.talk.say(walk.people["late"], press=f"remind:{story}"))

    assert "지난 기한" in late or "누리집" in late


async def test_buttons_of_what_is_gone_or_has_no_deadline_say_so(walk):
    user = walk.people["late"]

    for press in ("remind:gone", "sum3:gone", "paste:gone"):
        assert "누리집" in text(await walk.talk.say(user, press=press))
