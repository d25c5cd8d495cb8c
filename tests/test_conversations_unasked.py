"""What nobody asked for is not done at once: exclusions, topics, posts at noon, withdrawals, hand-overs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.told_topic import best_of, doubtful, speaks
from bot.topics import is_when
from bot.wishing import left_when
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("unasked"), roles=("deliver", "chat")) as stage:
        yield stage


async def _has(talk: Talk, *topics: str) -> str:
    user = talk.newcomer()
    for one in topics:
        await talk.say(user, f"구독 {one}")
    return user


# --- words that are left out


@pytest.mark.parametrize("said", ["채용은 빼고", "채용은 빼고요", "채용 제외하고", "채용 빼고 보내줘"])
@pytest.mark.parametrize("between", ["내 정보", "이거 어째 쓰는 물건인고"])
async def test_a_word_is_left_out_at_once_only_right_after(talk, said, between):
    user = await _has(talk, "인구")
    await talk.say(user, between)

    told = await talk.say(user, said)

    assert "'인구' 소식에서 '채용'이 든 글을" in text(told)
    assert "빼기" in labels(told[0])
    assert "제외:" not in text(await talk.say(user, "목록"))


async def test_of_several_subscriptions_it_is_asked_which(talk):
    user = await _has(talk, "예산", "도의회", "인구")
    assert "'예산' 구독을 끝낼까요?" in text(await talk.say(user, "예산은 말고"))

    asked = await talk.say(user, "채용은 빼고")

    assert labels(asked[0])[:3] == ["예산", "도의회", "인구"]
    assert "'도의회' 소식에서 '채용'이" in text(await talk.press(user, asked[0], "도의회"))


async def test_what_is_named_is_done_at_once_and_carries_an_undo(talk):
    user = await _has(talk, "예산", "도의회")

    done = await talk.say(user, "도의회 채용은 빼고요")

    assert "'도의회' 소식에서 '채용'이 든 글은 빼고" in text(done)
    assert "되돌렸습니다" in text(await talk.press(user, done[0], "되돌리기"))
    assert "제외:" not in text(await talk.say(user, "목록"))
    await talk.say(user, "제외 1 훈련")
    assert "되돌렸습니다" in text(await talk.say(user, "취소"))


async def test_no_other_subscription_is_changed_than_the_one_that_is_named(talk):
    user = await _has(talk, "인구")

    assert "찾지 못했습니다" in text(await talk.say(user, "농업에서 채용은 빼줘"))
    assert "제외:" not in text(await talk.say(user, "목록"))


@pytest.mark.parametrize(
    "said",
    [
        "밤은 빼고요",
        "주말은 말고요",
        "평일 아침은 빼줘",
        "월요일은 제외하고",
        "휴일엔 빼고",
        "제외 1 주말",
        "제외 인구 밤",
    ],
)
async def test_days_and_times_are_no_words_to_leave_out(talk, said):
    user = await _has(talk, "인구")

    told = await talk.say(user, said)

    assert "든 글" not in text(told)
    assert "알림 설정" in labels(told[0])
    assert "제외:" not in text(await talk.say(user, "목록"))


async def test_times_are_told_from_words():
    assert left_when("토일은 빼고 보내주세요") == "토일"
    assert left_when("밤하늘 축제는 빼고") == ""
    assert all(is_when(one) for one in ("주말", "밤", "평일", "아침", "월요일", "휴일", "주말하고 밤에는"))
    assert not any(is_when(one) for one in ("아침밥", "밤나무", "주말농장", "저녁 돌봄", "낮은 금리"))


# --- topics that are none


@pytest.mark.parametrize(
    ("said", "best"),
    [
        ("저 이번에 스마트팜쪽으로 발령나서요ㅎㅎ 그쪽 기사뜨면 좀 챙겨주세요", "스마트팜"),
        ("귀농귀촌도 껴주세용", "귀농귀촌"),
        ("노인복지도 끼워줘요", "노인복지"),
        ("박정호의원 이름나오면 무조건", "박정호의원"),
        ("예산이요 오타났어요", "예산"),
        ("도시재생이요ㅋㅋ", "도시재생"),
        ("하천 정비 맡아서요", "하천 정비"),
        ("구독 딸기요", "딸기"),
        ("김주무관 말한것", ""),
        ("그거 아까 말한거", ""),
    ],
)
async def test_the_topic_is_taken_out_of_a_sentence_or_asked_for(said, best):
    assert best_of(said) == best


@pytest.mark.parametrize(
    "plain",
    ["수요응답형 교통", "가정용 비용", "요양보호사", "화면 해설", "청년 채용", "한국어 교육", "동아리", "아이 돌봄"],
)
async def test_plain_words_stay_as_they_are(plain):
    assert not speaks(plain)
    assert doubtful(plain, f"구독 {plain}") is None
    assert doubtful("산불 예방 진화 훈련 지원", "구독 산불 예방 진화 훈련 지원") is None
    assert doubtful("산불 예방 진화 훈련 지원", "산불 예방 진화 훈련 지원 소식 알려줘") is not None


async def test_a_sentence_is_stored_nowhere(talk):
    user = talk.newcomer()
    told = await talk.say(user, "저 이번에 스마트팜쪽으로 발령나서요ㅎㅎ 그쪽 기사뜨면 좀 챙겨주세요")
    assert "아직 구독이 없습니다" in text(await talk.say(user, "목록"))
    assert "'스마트팜' 소식을" in text(await talk.press(user, told[0], "구독 스마트팜"))

    await talk.say(user, "구독 청년정책")
    swapped = await talk.say(user, "앗 청년정책 말고 청년월세요 잘못쳤어요")
    assert "청년정책" in text(await talk.say(user, "목록"))
    await talk.press(user, swapped[0], "구독 바꾸기 청년정책 → 청년월세")
    listed = text(await talk.say(user, "목록"))
    assert "청년월세" in listed
    assert "잘못" not in listed
    assert "청년정책" not in listed


async def test_of_a_swap_the_topic_alone_is_proposed(talk):
    user = await _has(talk, "인구", "예산")
    await talk.say(user, "내 정보")

    told = await talk.say(user, "인구 말고 저출생이요 잘못쳤어요")

    assert "'저출생'" in text(told)
    await talk.press(user, told[0], "바꾸기")
    assert "잘못" not in text(await talk.say(user, "목록"))
    assert "구독 공모" not in labels((await talk.say(user, "공모는 말고요"))[0])


async def test_a_colleague_is_no_topic_of_a_channel(talk):
    await talk.say("kim", "구독 예산", chat="총무과", mention=True)

    told = text(await talk.say("kim", "김주무관 말한것도", chat="총무과", mention=True))

    assert "보내 드리겠습니다" not in told
    assert "김주무관" not in text(await talk.say("kim", "목록", chat="총무과", mention=True))


# --- posts at noon


@pytest.mark.parametrize("said", ["점심 알림", "점심 알림 11:30", "식당 알림"])
async def test_asking_for_the_posts_at_noon_turns_nothing_off(talk, said):
    user = talk.newcomer()

    told = await talk.say(user, said)

    assert "더 올리지 않습니다" not in text(told)
    assert labels(told[0]) == ["켜기"]
    assert ("바꾸지 못합니다" in text(told)) == ("11:30" in said)
    assert "올립니다" in text(await talk.press(user, told[0], "켜기"))


# --- a withdrawal


@pytest.mark.parametrize(
    "said", ["내 위치 그만 받아", "동의 철회할게요", "위치 철회", "위치 동의 취소할게요", "위치 수집 동의 거둘래요"]
)
async def test_a_withdrawal_in_a_sentence_is_asked_about_first(talk, said):
    user = talk.newcomer()
    await talk.receipt(user)

    asked = await talk.say(user, said)

    assert "정산에 쓰지 않은 영수증 1장" in text(asked)
    assert "되살릴 수 없습니다" in text(asked)
    stands = await talk.house.people.consent("gyeongnam", user)
    assert stands is not None
    assert stands.granted
    assert "철회했습니다" in text(await talk.press(user, asked[0], "위치 동의 철회"))


@pytest.mark.parametrize("said", ["지난달 위치남은거 지워주세요", "10월 위치 기록 삭제해줘", "예전 위치들 다 지워줘요"])
async def test_who_wants_old_points_gone_hears_what_is_kept(talk, said):
    user = talk.newcomer()
    await talk.receipt(user)

    told = await talk.say(user, said)

    assert "뒤 저절로 파기합니다" in text(told)
    stands = await talk.house.people.consent("gyeongnam", user)
    assert stands is not None
    assert stands.granted
    assert "거둘까요" in text(await talk.press(user, told[0], "위치 철회"))


# --- a hand-over


async def test_a_colleague_who_has_not_connected_is_said_to_be_that(talk, monkeypatch):
    user = await _has(talk, "재난안전")
    institution = talk.house.tenancy.institution("gyeongnam")
    people = tuple(replace(one, addresses={}) if one.name == "이보름" else one for one in institution.people)
    monkeypatch.setattr(talk.house.tenancy, "institution", lambda _: replace(institution, people=people))

    told = text(await talk.say(user, "인수인계 이보름"))

    assert "아직 도비에 연결하지 않으셔서" in told
    assert "넘길 것이 없습니다" not in told
