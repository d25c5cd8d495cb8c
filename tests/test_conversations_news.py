"""Agencies publish, Dobi tells: previews, pushes, edits, corrections, briefings; two institutions on one crawl.

One walk through the demo's first hour, crawled for real over loopback; the tests look at what was said to whom.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.demo.press import Press
from bot.demo.stage import FIRST
from bot.messenger import Outgoing, PushFacts
from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHANNEL = "총무과"


@dataclass(slots=True)
class Walk:
    """Who subscribed to what at 11:30, and all that was said until 12:32."""

    talk: Talk
    people: dict[str, str]
    told: list[Outgoing]

    def to(self, name: str) -> list[Outgoing]:
        """What a chat was told unasked, in order."""
        chat = f"dm:{self.people[name]}" if name in self.people else name
        return [message for message in self.told if message.chat.id == chat]

    def fresh(self, name: str) -> list[Outgoing]:
        """The same without edits of earlier messages."""
        return [message for message in self.to(name) if message.edits is None]


def about(messages: list[Outgoing], words: str) -> list[Outgoing]:
    """Those whose first line holds the words."""
    return [message for message in messages if words in message.reply.text.partition("\n")[0]]


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("news")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(_folder) -> AsyncIterator[Walk]:
    async with talking(_folder, roles=("crawl", "brief", "deliver", "chat")) as talk:
        wanted = {
            "reader": ("구독 재난안전",),
            "excluder": ("구독 재난안전 제외 훈련",),
            "later excluder": ("구독 재난안전", "제외 1 훈련"),
            "pauser": ("구독 재난안전", "쉬기 1"),
            "leaver": ("구독 재난안전", "해지 1"),
            "euc-kr": ("구독 카드수수료",),
            "hwpx": ("구독 가축전염병",),
            "duty": ("구독 농업",),
            "other": ("구독 우주 발사체",),
            "two": ("구독 소상공인", "구독 전기요금"),
        }
        people = {name: talk.newcomer() for name in wanted}
        for name, lines in wanted.items():
            for line in lines:
                await talk.say(people[name], line)
        await talk.say("kim", "@도비 구독 소상공인", chat=CHANNEL, mention=True)
        await talk.say("baek", "구독 재난안전")
        people |= {"baek": "baek", "yun": "yun"}
        told = await talk.advance(timedelta(minutes=32))
        await talk.say(people["pauser"], "다시 1")
        told += await talk.advance(timedelta(minutes=30))
        yield Walk(talk, people, told)


# --- asking


@pytest.mark.parametrize("words", ["재난안전", "소상공인", "청년 일자리"])
async def test_a_preview_counts_what_the_last_week_would_have_brought(walk, words):
    told = text(await walk.talk.say(walk.talk.newcomer(), f"구독 {words}"))

    found = re.search(r"지난 7일이면 (\d+)건입니다. 예: (.{12})", told)

    assert found is not None
    assert int(found[1]) >= 2
    assert found[2] in "\n".join(each.title for each in Press(FIRST).published(walk.talk.clock.now()))


async def test_a_topic_of_which_nothing_came_says_so(walk):
    assert "지난 7일이면 0건입니다" in text(await walk.talk.say(walk.talk.newcomer(), "구독 잠수함 승조원 훈련병"))


async def test_a_briefing_on_demand_is_ranked_dated_and_names_the_subscription(walk):
    told = text(await walk.talk.say(walk.people["reader"], "브리핑"))

    head, *rows = told.splitlines()
    assert re.match(r"11\. 23\.\(월\) 브리핑입니다. 맞는 소식 \d+건 가운데 \d건입니다.", head)
    assert 3 <= len(rows) <= 5
    assert all(re.match(r"\d\. \[.+\(예시\)\] .+ · .+ — 재난안전(?: · .+)?$", row) for row in rows)
    assert sum("합동훈련" in row for row in rows) == 1  # two agencies, one story


async def test_a_briefing_leaves_out_what_is_excluded_or_rests_and_helps_who_has_nothing(walk):
    excluded = text(await walk.talk.say(walk.people["excluder"], "브리핑"))
    nobody = text(await walk.talk.say(walk.talk.newcomer(), "브리핑"))
    nothing = text(await walk.talk.say(walk.people["other"], "브리핑"))

    assert "브리핑입니다" in excluded
    assert "합동훈련" not in excluded
    assert "아직 구독이 없어" in nobody
    assert "오늘 나온 것은" in nobody
    assert "새 소식이 아직 없습니다" in nothing


async def test_a_briefing_on_named_words_needs_no_subscription_and_keeps_none(walk):
    user = walk.talk.newcomer()

    told = text(await walk.talk.say(user, "브리핑 소상공인"))

    assert "브리핑입니다" in told
    assert all(row.endswith("— 소상공인") for row in told.splitlines()[1:])
    assert "아직 구독이 없습니다" in text(await walk.talk.say(user, "목록"))


async def test_a_channels_briefing_is_for_the_channels_subscription(walk):
    told = text(await walk.talk.say("kim", "브리핑", chat=CHANNEL))

    assert "— 소상공인" in told
    assert "재난안전" not in re.findall(r"— (.+)$", told, re.MULTILINE)


# --- pushes


async def test_a_new_document_arrives_with_its_reason_in_words_and_in_figures(walk):
    first = walk.fresh("reader")[0]
    lines = first.reply.text.splitlines()

    assert first.kind == "instant"
    assert lines[0] == "[견본생활안전부(예시)] 밤사이 대설 예비특보, 재난안전대책본부 비상 1단계 가동 · 11:31"
    assert lines[-1] == "'재난안전' 구독이라 보내 드립니다. 글에 '재난안전'이 있습니다."
    facts = first.reply.facts
    assert isinstance(facts, PushFacts)
    assert (facts.source, facts.step, facts.why.subscription) == ("견본생활안전부(예시)", 1, "재난안전")
    assert 0.45 <= facts.why.score <= 1
    assert facts.why.words == ("재난안전",)
    assert facts.url.startswith("http://127.0.0.1")
    assert labels(first) == ["자세히", "좋아요", "관련 없음", "나중에"]


async def test_a_deadline_stands_in_the_push_with_whoever_must_act(walk):
    told = [message.reply.text for message in walk.told]

    assert any("\n기한: 12. 4.(금) 18:00까지\n" in one for one in told)
    assert any(re.search(r"\n기한: .{2,30}[은는] 1[12]\. \d+\.\(.\)( \d\d:\d\d)?까지\n", one) for one in told)


async def test_every_push_is_short_shows_no_invented_clock_and_never_repeats_its_title(walk):
    assert len(walk.told) > 20
    for message in walk.told:
        head, *rest = message.reply.text.splitlines()
        title = re.sub(r"^\[.+?\] | · [^·]+$", "", head.removeprefix("[정정] "))

        assert len(rest) <= 3, message.reply.text
        assert all(len(line) <= 140 for line in (head, *rest))
        assert "00:00" not in message.reply.text
        assert not any(title[:20] in line for line in rest), message.reply.text


async def test_a_board_that_tells_no_time_gets_a_day(walk):
    head = about(walk.fresh("two"), "가람사랑상품권")[0].reply.text.splitlines()[0]

    assert head.endswith("· 11. 23.(월)")


async def test_what_stood_at_the_first_sight_is_never_pushed(walk):
    later = {each.title for each in Press(FIRST).published(walk.talk.clock.now()) if each.published_at > FIRST}

    assert [m.reply.text for m in walk.told if not any(title[:25] in m.reply.text for title in later)] == []


async def test_nobody_hears_of_a_story_twice(walk):
    heard = Counter(
        (message.chat.id, message.reply.facts.story)
        for message in walk.told
        if message.edits is None and isinstance(message.reply.facts, PushFacts)
    )

    assert set(heard.values()) == {1}
    assert len({message.message for message in walk.told}) == len(walk.told)


async def test_two_agencies_that_tell_one_event_make_one_card_and_an_edit_of_it(walk):
    first, *more = about(walk.to("reader"), "합동훈련")

    assert first.edits is None
    assert "[견본도청(예시)]" in first.reply.text
    assert [message.edits for message in more] == [first.message]
    assert more[0].reply.text.startswith(first.reply.text.splitlines()[0])
    assert more[0].reply.text.endswith("견본소방본부(예시)도 알렸습니다.")


async def test_a_correction_edits_the_earlier_message_and_says_what_changed(walk):
    first, *more = about(walk.to(CHANNEL), "전기·가스요금 특별지원")

    assert first.edits is None
    assert "기한: 12. 4.(금) 18:00까지" in first.reply.text
    assert [(message.kind, message.edits) for message in more] == [("correction", first.message)]
    told = more[0].reply.text
    assert told.startswith("[정정] [견본상생진흥원(예시)]")
    assert "기한 12. 4.(금) 18:00까지 → 12. 11.(금) 18:00까지" in told
    assert "금액 20만 원 → 30만 원" in told


async def test_excluded_words_really_exclude(walk):
    for name in ("excluder", "later excluder"):
        assert not about(walk.to(name), "훈련")
        assert not [message for message in walk.to(name) if "훈련" in message.reply.text]
        assert len(walk.fresh(name)) >= 2


async def test_what_rests_is_silent_until_it_is_resumed_and_what_ended_stays_silent(walk):
    resumed_at = 32
    early = [each.title for each in Press(FIRST).published(FIRST + timedelta(minutes=resumed_at - 1))]
    heard = [message.reply.text for message in walk.to("pauser")]

    assert not [one for one in heard if any(title[:20] in one for title in early)]
    assert [one for one in heard if "특별교부금 48억" in one]
    assert walk.to("leaver") == []
    assert walk.to("other") == []


async def test_a_page_in_an_old_encoding_arrives_readable_with_its_substance(walk):
    push = walk.fresh("euc-kr")[0].reply.text

    assert push.startswith("[누리시청(예시)] 영세 소상공인 카드수수료 지원 접수, 업체당 최대 50만 원")
    assert "신용카드 수수료의 일부를 지원한다고" in push
    assert "12. 11.(금) 18:00까지" in push


async def test_a_document_whose_substance_is_in_its_hwpx_shows_the_files_sentence_and_name(walk):
    push = walk.fresh("hwpx")[0]

    assert "붙임 '가축전염병 차단방역 특별대책(예시).hwpx': " in push.reply.text
    assert "철새 도래 시기를 맞아" in push.reply.text
    details = text(await walk.talk.press(walk.people["hwpx"], push, "자세히"))
    assert "거점소독시설 21곳" in details
    assert "붙임: 가축전염병 차단방역 특별대책(예시).hwpx" in details
    assert "원문: http://127.0.0.1" in details


async def test_details_show_the_text_for_a_pc_without_links_and_the_newest_facts(walk):
    push = about(walk.to(CHANNEL), "전기·가스요금 특별지원")[0]

    details = text(await walk.talk.press("kim", push, "자세히", chat=CHANNEL))

    assert "최대 30만 원" in details
    assert "기한: 12. 11.(금) 18:00까지" in details
    assert details.splitlines()[0].startswith("[견본상생진흥원(예시) ")
    assert len(details) < 900


async def test_unrelated_is_one_step_from_not_happening_again(walk):
    user, push = walk.people["two"], walk.fresh("two")[0]

    answer = await walk.talk.press(user, push, "관련 없음")
    ended = await walk.talk.press(user, answer[0], next(one for one in labels(answer[0]) if one.endswith("해지")))

    assert "'제외 2 낱말'" in text(answer)
    assert "구독을 끝냈습니다" in text(ended)
    assert "이미 끝난 구독" in text(await walk.talk.say(user, press=button(push, "관련 없음")))


# --- two institutions


async def test_one_crawl_serves_two_institutions_and_nothing_crosses(walk):
    assert {message.institution for message in walk.to("baek")} == {"changwon"}
    assert about(walk.to("baek"), "대설 예비특보")
    assert {message.institution for message in walk.told if message.chat.id != "dm:baek"} == {"gyeongnam"}
    assert walk.to("yun") == []


async def test_the_other_institution_sees_no_subscription_and_no_channel(walk):
    assert "아직 구독이 없습니다" in text(await walk.talk.say("yun", "목록"))
    answer = await walk.talk.say("yun", "목록", chat=CHANNEL, mention=True)
    assert answer[0].chat.id == "dm:yun"
    assert "소상공인" not in text(answer)
    assert await walk.talk.say("yun", "목록", chat=CHANNEL) == []


async def test_an_operator_sees_whether_every_source_is_read(walk):
    told = text(await walk.talk.say("oh", "출처 상태"))

    assert told.startswith("출처 7곳 가운데 이상 0곳입니다.")
    assert told.count("정상") == 7
    assert "관리자·운영자만" in text(await walk.talk.say("kim", "출처 상태"))


async def test_the_briefing_says_in_few_words_why_an_item_stands_where_it_stands(walk):
    told = text(await walk.talk.say(walk.people["reader"], "브리핑"))

    assert re.search(r"— 재난안전(?: · (?:여러 기관|기한 임박|우리 지역|우리 업무|이웃 지역))+", told)
