"""Whoever is asked who and where answers in their own words; what is said right after adding somebody is of them."""

from __future__ import annotations

import pytest
import pytest_asyncio

from bot.added_words import of_added
from bot.talked_of import switched, talks_of
from tests.talk import labels, talking, text


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory):
    async with talking(tmp_path_factory.mktemp("desk"), roles=("deliver", "chat")) as stage:
        for who in ("park", "oh", "kim"):
            await stage.say(who, "안녕하세요")
        yield stage


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("wish", "answer", "who"),
    [
        ("신규 직원 한 명 추가하려고요", "홍길동이고 도로과입니다", "홍길동"),
        ("새로 온 사람 등록해야 하는데요", "이름은 성춘향 부서는 도로과", "성춘향"),
        ("직원 추가", "배정남 씨고 도로과요", "배정남"),
        ("신입 한 분 명부에 올리려고요", "도로과 변학도요", "변학도"),
    ],
)
async def test_name_and_department_are_taken_from_one_plain_answer(talk, wish, answer, who):
    await talk.say("park", wish)
    assert text(await talk.say("park", answer)).startswith(f"도로과 {who} 님을 명부에 더했습니다")


async def test_a_department_alone_is_kept_and_the_name_asked(talk):
    await talk.say("park", "신규 직원 한 명 추가하려고요")
    assert "도로과" in text(await talk.say("park", "도로과요"))
    assert text(await talk.say("park", "이몽룡입니다")).startswith("도로과 이몽룡 님을")


async def test_right_after_adding_it_is_of_them(talk):
    await talk.say("park", "직원 추가 임꺽정 도로과")
    assert "임꺽정 님을 도로과에서 농정과로" in text(await talk.say("park", "아 근데 도로과 아니고 농정과였네요"))
    assert "임꺽정 님(농정과)의 초대 코드" in text(await talk.say("park", "초대장도 보내주세요"))


@pytest.mark.parametrize(
    "said", ["초대 정가온", "초대장 총무과", "초대장 전체", "도로과도 추가", "취소", "농정과 직원 목록"]
)
async def test_other_words_are_not_of_whoever_was_added(said):
    assert of_added(said, "직원 추가 홍길동 도로과") == ""


async def test_an_echo_is_shown_only_where_it_leads_somewhere(talk):
    assert labels((await talk.say("oh", "식댱"))[0])[0] == "식당"
    assert labels((await talk.say("oh", "구돜 대설"))[0])[0] == "구독 대설"
    for said in ("일단 꺼두세요", "초대장도보내주세요"):
        answer = await talk.say("oh", said)
        assert "말씀이십니까" not in text(answer) or len(labels(answer[0])) > 1
        assert "꺼두세요" not in text(answer)


async def test_a_notice_in_reported_speech_is_read_back_whole(talk):
    said = text(await talk.say("park", "총무과에 오늘 5시까지 보안점검표 내라고 공지 부탁해요"))
    assert "총무과" in said
    assert "\n오늘 5시까지 보안점검표 내 주십시오\n" in said
    assert "정보화담당관 제외" not in text(await talk.say("park", "정보화담당관은 빼고 보내주세요"))


async def test_words_that_are_not_understood_are_asked_for_and_the_audience_stays(talk):
    asked = await talk.say("park", "도로과에 내일은 수신기라고 공지해줘")
    assert "내일은 수신기라고" in text(asked)
    assert labels(asked[0]) == []
    said = text(await talk.say("park", "내일은 수신기를 점검합니다"))
    assert "도로과" in said.splitlines()[0]
    assert "\n내일은 수신기를 점검합니다\n" in said


async def test_a_department_is_left_out_of_an_open_notice(talk):
    await talk.say("park", "전 직원한테 공지 하나 보내려고요")
    first = text(await talk.say("park", "내일 오전 9시부터 10시까지 전산 점검으로 메신저가 멈춥니다"))
    assert "전산 점검으로 메신저가 멈춥니다" in first
    assert "정보화담당관 제외" in text(await talk.say("park", "정보화담당관은 빼고 보내주세요"))
    again = await talk.say("park", "보내기 전에 몇 명한테 가는지 알려주세요")
    assert "정보화담당관 제외" in text(again)
    assert labels(again[0]) == ["보내기", "그만두기"]
    assert "아무도 빼지 않았습니다" in text(await talk.say("park", "경제과는 빼고요"))


@pytest.mark.parametrize("said", ["농정과요", "농정과", "농정과에만요"])
async def test_a_department_alone_is_whom_the_awaited_words_are_for(talk, said):
    await talk.say("park", "공지 하나 보내야하는데요")
    assert "농정과에 보낼 글" in text(await talk.say("park", said))
    assert "농정과" in text(await talk.say("park", "내일 10시에 회의가 있습니다")).splitlines()[0]
    for bare in ("공지 농정과에", "공지 농정과:"):
        assert "농정과에 보낼 글" in text(await talk.say("park", bare))


async def test_what_was_read_back_before_a_correction_can_t_be_sent_any_more(talk):
    before = (await talk.say("park", "공지 내일 9시에 소방 훈련이 있습니다"))[0]
    after = (await talk.say("park", "정보화담당관은 빼고 보내주세요"))[0]

    assert "보내지 않았습니다" in text(await talk.press("park", before, "보내기"))
    assert "보내지 않았습니다" not in text(await talk.press("park", after, "보내기"))


async def test_one_s_own_data_comes_as_a_file_and_is_no_sheet(talk):
    [answer] = await talk.say("kim", "제 자료는 따로 파일로 받고 싶은데요")
    assert "보관하는 모든 것을 파일에 담았습니다" in answer.reply.text


async def test_who_reads_what_is_written_and_what_a_hand_over_carries(talk):
    assert "본인에게만 답합니다" in text(await talk.say("kim", "도비한테 쓴 얘기 과장님도 볼 수 있어요?"))
    assert "30분" in text(await talk.say("kim", "제가 여기 쓴 말은 얼마나 보관되나요"))
    assert "출장, 위치, 영수증" in text(await talk.say("kim", "출장 기록도 넘어가나요?"))


async def test_a_board_that_was_spoken_of_is_the_one_that_is_switched(talk):
    await talk.say("oh", "재난안전부 게시판 수집이 이상한 것 같아요")
    assert "출처 끄기" in text(await talk.say("oh", "일단 꺼두세요"))
    assert "출처 켜기" in text(await talk.say("oh", "다시 켜주세요"))


async def test_to_whom_a_hand_over_goes_is_answered_though_it_was_only_spoken_of(talk):
    await talk.say("kim", "저 다음주에 부서 옮겨서 업무 넘겨야 해요")
    assert "넘길 것이 없습니다" in text(await talk.say("kim", "정가온 주무관한테요"))
    await talk.say("kim", "하던 일을 후임한테 인계해야 되는데요")
    assert "명부에서 찾지 못했습니다" in text(await talk.say("kim", "박서준 씨한테요"))


async def test_one_person_s_move_is_none_of_the_sheet_that_is_waited_for(talk):
    await talk.say("park", "1월 1일자 인사발령 파일 있는데 어떻게 넣나요")
    for said in ("조해솔 한 명만 먼저 총무과로 옮겨주세요", "정가온만 농정과로 옮겨줘"):
        assert "설정 파일에 적힌 분" in text(await talk.say("park", said))


@pytest.mark.parametrize("said", ["오늘부터요", "다음주 월요일부터요"])
async def test_a_time_that_nobody_asked_for_shows_nothing(talk, said):
    who = talk.newcomer()
    await talk.say(who, "안녕하세요")
    assert "하실 일을 함께 써 주십시오" in text(await talk.say(who, said))


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("하던 일을 후임한테 인계해야 되는데요", "handover"),
        ("소상공인 게시판이 자꾸 오류 나요", "source"),
        ("게시판 추가하고 싶어요", ""),
        ("오늘 점심 뭐예요", ""),
    ],
)
async def test_what_is_spoken_of(said, about):
    assert talks_of(said, operates=True) == about


@pytest.mark.parametrize(
    ("said", "turn"),
    [
        ("일단 꺼두세요", "끄기"), ("그럼 잠시 꺼주세요", "끄기"),
        ("다시 켜주세요", "켜기"), ("그거 도로 켜줘", "켜기"),
        ("알림 꺼주세요", ""), ("식당 알림 꺼줘", ""), ("브리핑 켜주세요", ""),
    ],
)  # fmt: skip
async def test_what_is_switched_is_nothing_else(said, turn):
    assert switched(said) == turn
