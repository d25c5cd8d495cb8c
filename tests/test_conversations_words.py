"""Administrators write their institution's words in chat; everybody's subscriptions and searches go by them at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.messenger import PushFacts
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("words")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("crawl", "brief", "deliver", "chat")) as stage:
        yield stage


async def test_an_added_word_reaches_subscriptions_that_were_there_before_and_no_other_institution(talk):
    early, other = talk.newcomer(), "yun"
    for user in (early, other):
        assert "0건입니다" in text(await talk.say(user, "구독 도깨비병"))

    done = text(await talk.say("park", "낱말 추가 도깨비병 = 가축전염병"))
    later = text(await talk.say(talk.newcomer(), "구독 도깨비병"))
    told = await talk.advance(timedelta(minutes=40))

    assert "'도깨비병 = 가축전염병'을 더했습니다" in done
    assert "지난 7일 글: 가축전염병" in done
    assert "'낱말 삭제 도깨비병 = 가축전염병'" in done
    assert "'도깨비병'은 가축전염병" in later
    assert "도 찾습니다" in later
    pushed = [one for one in told if isinstance(one.reply.facts, PushFacts)]
    assert "가축전염병 차단방역" in next(one.reply.text for one in pushed if one.chat.id == f"dm:{early}")
    assert not [one for one in pushed if one.chat.id == f"dm:{other}"]
    assert "그 말 그대로 찾습니다" in text(await talk.say(other, "낱말 도깨비병"))


async def test_a_narrower_word_counts_in_the_preview_as_it_would_be_pushed(talk):
    before = text(await talk.say(talk.newcomer(), "구독 도깨비철"))
    await talk.say("park", "낱말 추가 도깨비철 > 고독사, 동파")
    after = text(await talk.say(talk.newcomer(), "구독 도깨비철"))

    assert "지난 7일이면 0건" in before
    assert "지난 7일이면 0건" not in after
    assert "동파, 고독사" in after or "고독사, 동파" in after
    await talk.say("park", "낱말 삭제 도깨비철 > 동파")
    assert "동파" not in text(await talk.say(talk.newcomer(), "낱말 도깨비철"))


async def test_search_goes_by_the_institutions_words(talk):
    assert "찾지 못했습니다" in text(await talk.say(talk.newcomer(), "찾기 반짝잔치"))
    await talk.say("park", "낱말 추가 반짝잔치 = 주차타워")

    found = text(await talk.say(talk.newcomer(), "찾기 반짝잔치"))

    assert "주차타워" in found
    assert found.splitlines()[0].endswith("'반짝잔치'는 주차타워로도 찾습니다.")
    assert "찾지 못했습니다" in text(await talk.say("yun", "찾기 반짝잔치"))


async def test_a_shipped_word_is_shown_switched_off_and_on(talk):
    user = talk.newcomer()

    assert "'중기부'는 중소벤처기업부" in text(await talk.say(user, "구독 중기부"))
    shown = text(await talk.say(user, "낱말 중기부"))
    assert "'중기부'는 중소벤처기업부" in shown
    assert "기본 낱말표" in shown
    refused = text(await talk.say("park", "낱말 삭제 중기부 = 중기청"))
    assert "'낱말 끄기 중기부 = 중기청'" in refused
    assert "함께 찾지 않습니다" in text(await talk.say("park", "낱말 끄기 중기부 = 중기청"))
    assert "중기청" not in text(await talk.say(user, "낱말 중기부")).partition("\n")[0]
    assert "중기청" in text(await talk.say("yun", "낱말 중기부"))
    assert "이미 꺼져" in text(await talk.say("park", "낱말 끄기 중기부 = 중기청"))
    assert "다시 켰습니다" in text(await talk.say("park", "낱말 켜기 중기부 = 중기청"))
    assert "중기청" in text(await talk.say(user, "낱말 중기부"))
    assert "다른 말로 찾지 않습니다" in text(await talk.say("park", "낱말 끄기 중기부"))
    assert "도 찾습니다" not in text(await talk.say(talk.newcomer(), "구독 중기부"))
    assert "다시 켰습니다" in text(await talk.say("park", "낱말 켜기 중기부"))


async def test_twice_is_once_and_the_list_says_who(talk):
    await talk.say("park", "낱말 추가 으뜸과 = 총무과")
    again = text(await talk.say("park", "낱말 추가 총무과 = 으뜸과"))

    listed = text(await talk.say(talk.newcomer(), "낱말 목록"))

    assert "이미 있습니다" in again
    assert listed.count("으뜸과") == 1
    assert "박" in next(line for line in listed.splitlines() if "으뜸과" in line)
    assert "으뜸과" not in text(await talk.say("yun", "낱말 목록"))
    assert "지웠습니다" in text(await talk.say("park", "낱말 삭제 으뜸과"))
    history = text(await talk.say("park", "낱말 기록"))
    assert "으뜸과 = 총무과 더함" in history
    assert "으뜸과 = 총무과 지움" in history
    assert "관리자만" in text(await talk.say(talk.newcomer(), "낱말 기록"))


async def test_who_is_no_administrator_is_refused_with_what_to_do_and_may_suggest(talk):
    user = talk.newcomer()

    refused = text(await talk.say(user, "낱말 추가 우리섬 = 견본도"))
    assert "관리자만" in refused
    assert "'낱말 제안 우리섬 = 견본도'" in refused
    assert "전했습니다" in text(await talk.say(user, "낱말 제안 우리섬 = 견본도"))
    assert "이미 제안" in text(await talk.say(user, "낱말 제안 우리섬 = 견본도"))
    asked = [one for one in await talk.advance(timedelta(minutes=1)) if "우리섬" in one.reply.text]
    assert [one.chat.id for one in asked] == ["dm:park"]
    assert labels(asked[0]) == ["더하기", "그만"]
    assert "관리자만" in text(await talk.say(user, press=asked[0].reply.buttons[0].press))

    assert "더했습니다" in text(await talk.press("park", asked[0], "더하기"))
    assert "이미 정해진" in text(await talk.press("park", asked[0], "그만"))
    told = [one for one in await talk.advance(timedelta(minutes=1)) if "제안하신" in one.reply.text]
    assert [one.chat.id for one in told] == [f"dm:{user}"]
    assert "견본도" in text(await talk.say(user, "낱말 우리섬"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("낱말 추가", "'낱말 추가 중기 = 중소벤처기업부'"),
        ("낱말 추가 중기 중소벤처기업부", "'낱말 추가 중기 = 중소벤처기업부'"),
        ("낱말 추가 중기 = ", "'낱말 추가 중기 = 중소벤처기업부'"),
        ("낱말 추가 = 중기", "'낱말 추가 중기 = 중소벤처기업부'"),
        ("낱말 추가 강 = 하천", "한 글자"),
        ("낱말 추가 2026 = 올해", "한 글자나 숫자"),
        ("낱말 추가 산불 = 🔥🔥", "그림 문자"),
        ("낱말 추가 산불 = <b>화재</b>", "그림 문자"),
        ("낱말 추가 산불 = " + "가" * 41, "40자까지"),
        ("낱말 추가 산불 = 산 불", "양쪽이 같은 낱말"),
        ("낱말 추가 집중호우 > 풍수해", "거꾸로도"),
        ("낱말 삭제", "함께 써 주십시오"),
        ("낱말 삭제 없는낱말 = 다른낱말", "우리 기관 낱말에 없습니다"),
        ("낱말 끄기 없는낱말 = 다른낱말", "기본 낱말표에 없어"),
        ("낱말 켜기 없는낱말", "꺼져 있지 않습니다"),
        ("낱말", "낱말 중기부"),
    ],
)
async def test_what_can_not_be_done_says_why(talk, typed, said):
    assert said in text(await talk.say("park", typed))


async def test_a_circle_of_the_institutions_own_is_refused(talk):
    await talk.say("park", "낱말 추가 가나병 > 다라병")
    await talk.say("park", "낱말 추가 다라병 > 마바병")

    assert "거꾸로도" in text(await talk.say("park", "낱말 추가 마바병 > 가나병"))
    assert "다른 관계" in text(await talk.say("park", "낱말 추가 가나병 = 다라병"))


async def test_a_word_takes_ten_of_them_and_no_more(talk):
    names = ", ".join(f"많은말{letter}{letter}" for letter in "가나다라마바사아자차카")

    await talk.say("park", f"낱말 추가 많은말 = {names}")

    assert "10개 있어" in text(await talk.say("park", "낱말 추가 많은말 = 또다른말"))


async def test_in_a_channel_an_administrator_writes_words_when_dobi_is_addressed(talk):
    assert await talk.say("park", "낱말 추가 채널말 = 다른말", chat="총무과") == []
    assert "더했습니다" in text(await talk.say("park", "낱말 추가 채널말 = 다른말", chat="총무과", mention=True))
