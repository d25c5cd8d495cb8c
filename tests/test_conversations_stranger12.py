"""Words of two meanings: 감사 the office, 다 of all there are, 쉬다 of a person, a name beside a role."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.talk import Talk, labels, talking, text

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


@pytest.mark.parametrize(
    "typed",
    [
        "구독 다 지워주세요",
        "구독 전부 삭제",
        "구독 싹 다 없애주세요",
        "구독 모조리 삭제",
        "구독 다빼줘",
        "구독한거 전부 지워줘",
        "구독 다 지우고 새로 하고싶은데",
        "인사이동으로 업무가 바뀌어서 구독 다 지우고 새로 하고싶은데",
    ],
)
async def test_all_subscriptions_are_no_topic_and_their_end_is_asked(talk, typed):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    await talk.say(user, "구독 농업")

    asked = await talk.say(user, typed)

    assert text(asked).startswith("끝낼 구독 2개: '재난안전', '농업'")
    assert labels(asked[0]) == ["끝내기", "그만두기"]


async def test_all_but_some_end_where_the_word_stands_between(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    await talk.say(user, "구독 농업")

    assert "끝낼 구독 1개: '농업'" in text(await talk.say(user, "재난안전만 남기고 구독 다 지워주세요"))
    assert "끝낼 구독 1개: '농업'" in text(await talk.say(user, "구독 다 끊고 재난안전만 남겨줘"))


@pytest.mark.parametrize("typed", ["구독 다문화", "구독 다자녀", "구독 모두의 주차장"])
async def test_topics_that_begin_like_all_stay_topics(talk, typed):
    assert "여기로 보내 드리겠습니다" in text(await talk.say(talk.newcomer(), typed))


@pytest.mark.parametrize(
    ("typed", "each"),
    [
        ("복지, 농업, 관광 구독할게요", "'복지', '농업', '관광'"),
        ("복지,농업 구독", "'복지', '농업'"),
        ("복지, 농업 소식 보내주세요", "'복지', '농업'"),
        ("소상공인이랑 청년창업 둘다 구독", "'소상공인', '청년창업'"),
        ("소상공인, 청년창업 둘 다 구독해주세요", "'소상공인', '청년창업'"),
        ("스마트팜,귀농 다 구독해줘", "'스마트팜', '귀농'"),
    ],
)
async def test_topics_told_with_commas_or_as_both_stand_each_by_itself(talk, typed, each):
    assert text(await talk.say(talk.newcomer(), typed)).startswith(f"{each} 소식을 따로따로")


async def test_a_command_with_commas_stays_one(talk):
    assert text(await talk.say(talk.newcomer(), "구독 복지, 농업")).startswith("'복지, 농업' 소식을 여기로")


@pytest.mark.parametrize(
    "typed",
    [
        "최다솜님 배식 역할 빼고 이보름님 넣어주세요",
        "최다솜 배식 역할 빼고 이보름 넣어주세요",
        "최다솜씨 배식 빼고 이보름씨로 바꿔주세요",
        "배식 역할 최다솜님에서 이보름님으로 바꿔주세요",
        "배식 담당 최다솜 주무관 빼고 이보름 주무관 넣어줘",
    ],
)
async def test_one_in_anothers_role_is_asked_and_no_topic(talk, typed):
    asked = await talk.say("park", typed)

    assert labels(asked[0]) == ["역할 최다솜 배식 빼기", "역할 이보름 배식 추가"]
    assert "아직 구독이 없습니다" in text(await talk.say("park", "목록"))


@pytest.mark.parametrize(
    "typed",
    [
        "관광은 제외하고 문화만 보내줘",
        "관광 빼고 문화만 보내주세요",
        "관광 말고 문화만 보내줘",
        "관광은 됐고 문화만 받을게요",
    ],
)
async def test_one_topic_but_not_the_other_is_asked_and_nothing_said_to_be_done(talk, typed):
    user = talk.newcomer()

    asked = await talk.say(user, typed)

    assert "아직 아무것도 바꾸지 않았습니다" in text(asked)
    assert labels(asked[0])[:2] == ["구독 문화", "구독 문화 제외 관광"]


async def test_several_acts_with_what_is_left_out_are_still_read(talk):
    told = await talk.say(talk.newcomer(), "농정이랑 산림 받고 행사는 빼줘")

    assert ["행사" in one.reply.text for one in told] == [False, False, True, True]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("내일 하루 쉽니다", "내일"),
        ("내일 쉬어요", "내일"),
        ("낼 쉬어요~", "내일"),
        ("저 모레 쉽니다", "모레"),
        ("금요일에 쉬어요", "금요일"),
        ("다음주 월요일 하루 쉽니다", "다음 주 월요일"),
    ],
)
async def test_a_day_off_is_leave_and_asked_about(talk, typed, day):
    user = talk.newcomer()

    assert f"휴가 {day}" in labels((asked := await talk.say(user, typed))[0])
    assert "아직 아무것도 바꾸지 않았습니다" in text(asked)
    assert f"휴가 {day}" in labels((both := await talk.say("choi", typed))[0])
    assert f"휴무 등록 {day} 휴무" in labels(both[0])


@pytest.mark.parametrize("typed", ["내일 쉬어요?", "내일 식당 쉬어요", "내일 쉽니까", "수요일 쉬는 날인가요"])
async def test_whether_the_cafeteria_rests_is_still_told(talk, typed):
    assert "배식합니다" in text(await talk.say(talk.newcomer(), typed))


async def test_what_a_dish_holds_goes_into_the_draft_by_its_short_name(talk):
    await talk.say("choi", "오늘 메뉴 제육볶음, 쌀밥, 미역국, 배추김치")

    assert "제육볶음(5·10)" in text(await talk.say("choi", "제육에 돼지고기 대두 들어가요"))
    assert "제육볶음(2·5·10)" in text(await talk.say("choi", "제육엔 우유도 들어가요"))
    assert "고쳤습니다" not in text(await talk.say("choi", "제육에 밀 들어가요?"))
    assert "고쳤습니다" not in text(await talk.say("choi", "오늘 점심에 새우 들어가요"))
    await talk.say("choi", "취소")


@pytest.mark.parametrize("typed", ["이주무관이요", "이 주무관님이요", "아 이주무관이에요", "이주무관"])
async def test_whom_to_hand_over_to_is_answered_with_a_surname_and_title(talk, typed):
    await talk.say("park", "인수인계")

    asked = await talk.say("park", typed)

    assert "어느 분께 넘기시겠습니까" in text(asked)
    assert labels(asked[0]) == ["이보름(감사관)"]


async def test_a_no_names_nobody_to_hand_over_to(talk):
    await talk.say("park", "인수인계")

    assert all("명부에서 찾지 못했습니다" not in one.reply.text for one in await talk.say("park", "아니요"))
