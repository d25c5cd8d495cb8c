"""Around the desk: how things are, what was done wrong, what an act leads to, one's own moves, what is never done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.acts import Acts
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = "gyeongnam"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("ear"), roles=("deliver", "chat")) as stage:
        for who in ("park", "oh", "lee", "kim", "choi"):
            await stage.say(who, "식당")
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def talk(house: Talk) -> Talk:
    await house.advance(timedelta(minutes=31))
    return house


async def newest(talk: Talk) -> str:
    acts = await Acts(talk.house.redis).listing(HOME, talk.clock.now() - timedelta(days=30))
    return acts[0].what if acts else ""


async def met(talk: Talk) -> str:
    user = talk.newcomer()
    await talk.say(user, "식당")
    return user


# --- how things are


@pytest.mark.parametrize("who", ["park", "oh"])
@pytest.mark.parametrize(
    "said",
    [
        "지금 어디 이상한데 없지?",
        "다 잘 돌아가나",
        "뭐 문제 있어?",
        "센서 살아있나",
        "어제 수집 잘 됐어?",
        "별일 없나",
        "오류 난거 있나",
        "에러 없어?",
        "죽은거 없지",
        "알림 잘 나가고 있어?",
        "수집 안되는데 있나",
        "백업은 잘 되고 있지?",
        "문제되는거 있으면 알려줘",
        "도비 잘 돌아가요?",
    ],
)
async def test_whoever_administers_asks_how_it_is_and_sees_it(talk, who, said):
    assert "상태입니다" in text(await talk.say(who, said))


@pytest.mark.parametrize("said", ["괜찮아요", "내일 출장 문제 없나", "식당 문제 있나", "문제 없습니다"])
async def test_what_asks_after_something_else_is_no_question_of_state(talk, said):
    assert "상태입니다" not in "".join(one.reply.text for one in await talk.say("park", said))


async def test_the_state_is_not_everybodys(talk):
    assert "상태입니다" not in text(await talk.say("kim", "다 잘 돌아가나"))


# --- once more


@pytest.mark.parametrize("said", ["다시 보내줘봐요", "한번 더 보내줘", "아까 그거 다시 보내줘", "재전송해주세요"])
async def test_after_dead_letters_it_is_they_that_are_meant_and_else_what_was_shown(talk, said):
    await talk.say("park", "못 보낸 것")
    assert "못 보낸 것" in text(await talk.say("park", said))

    await talk.say("kim", "우리 과 차례")
    assert "12:20" in text(await talk.say("kim", said))


# --- what was done wrong


@pytest.mark.parametrize(
    "said",
    [
        "방금 추가한거 취소",
        "잘못 넣었어요",
        "되돌려줘",
        "아니 잘못했어요 되돌려주세요",
        "앗 실수",
        "방금꺼 되돌려줘",
        "취소",
        "아 잘못 눌렀네",
        "방금 등록한 거 없던 일로 해줘",
    ],
)
async def test_the_last_act_is_named_before_it_is_taken_back(talk, said):
    name = f"홍길{'동산수남길철영호민준석진우'[int(talk.clock.now().timestamp()) // 60 % 13]}"
    await talk.say("park", f"직원 추가 {name} 총무과")

    asked = await talk.say("park", said)

    assert f"방금 하신 일: 명부에 더함 · {name} 총무과" in text(asked)
    assert await newest(talk) == "person-added"
    assert "되돌렸습니다" in text(await talk.press("park", asked[0], "되돌리기"))
    assert await newest(talk) == "roster-undone"


async def test_a_move_meant_for_another_is_taken_back_and_offered_for_them(talk):
    await talk.say("park", "직원 추가 임가람 총무과")
    await talk.advance(timedelta(minutes=1))
    await talk.say("park", "역할 임가람 배식 추가")

    asked = await talk.say("park", "임가람 아니고 강이든이요")

    assert labels(asked[0]) == ["되돌리기", "역할 강이든 배식 추가"]
    await talk.press("park", asked[0], "되돌리기")
    asked = await talk.say("park", "퇴직 임가람")
    assert "강이든 님을 퇴직으로" in text(await talk.say("park", "아니 강이든이요"))


async def test_what_cant_be_taken_back_is_said_with_what_can_be_done(talk):
    asked = await talk.say("park", "접속 끊기 조해솔")
    await talk.press("park", asked[0], "접속 끊기")

    assert "재연결" in text(await talk.say("park", "실수했어요"))


async def test_whoever_did_nothing_is_offered_nothing_that_acts(talk):
    user = await met(talk)

    said = await talk.say(user, "방금꺼 되돌려줘")

    assert not set(labels(said[0])) & {"초기화", "차례 되돌리기", "해지"}


# --- what an act leads to


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("퇴직 처리하면 자료 다 지워져요?", "보관 기간 동안 남습니다"),
        ("그만둔 사람 명부에서 빼면 출장 기록은 어떻게 돼요", "보관 기간 동안 남습니다"),
        ("퇴직 잘못 처리하면 되돌릴 수 있나요", "7일 안에는"),
        ("초대코드 잃어버리면요?", "새 코드를"),
        ("코드 얼마나 가요?", "7일"),
        ("코드 남이 쓰면 어떡해요?", "초대 취소"),
        ("공지 보내면 취소돼요?", "거둘 수 없습니다"),
        ("관리자 두명 돼요?", "여러 분을 둘 수 있습니다"),
        ("관리자 그만두면 어떻게 되나요", "마지막 관리자"),
        ("이거 누가 했는지 남아요?", "'기록'에 남고"),
        ("부서 옮기면 구독은 어떻게 돼?", "그대로 따라갑니다"),
        ("휴직하면 알림 안가요?", "접속과 알림이 멈추고"),
        ("인수인계하면 내꺼 없어지나", "받겠습니다"),
        ("접속 끊으면 다시 연결 돼요?", "재연결"),
        ("역할 빼면 바로 바뀌나요?", "바로 바뀌고"),
    ],
)
async def test_a_question_of_what_follows_is_answered_and_nothing_is_offered_to_be_done(talk, said, told):
    before = await newest(talk)

    answer = await talk.say("park", said)

    assert told in text(answer)
    assert set(labels(answer[0])) <= {"도움말", "기록", "초대 목록", "못 보낸 것", "출처 상태"}
    assert await newest(talk) == before


# --- one's own


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("번호 바꿨어요", "전화번호는 제가 갖고 있지 않아"),
        ("제 휴대폰 번호가 변경됐는데요", "전화번호는 제가 갖고 있지 않아"),
        ("새 폰인데요", "연결된 메신저"),
        ("저 다음주에 발령나요", "인수인계"),
        ("저 예산담당관으로 발령났어요", "인수인계"),
        ("저 전출가요", "구독을 파일로"),
        ("저 이제 그만둬요", "인수인계"),
        ("탈퇴할래요", "'연결 해제'는"),
        ("회원탈퇴", "'연결 해제'는"),
        ("도비 그만 쓸래요", "'연결 해제'는"),
        ("저 휴직 들어가요", "관리자가 명부에 적습니다"),
        ("저 이름 바꿨어요", "인사 자료를 따릅니다"),
        ("내 데이터 다 지워줘", "무엇을 지울까요"),
        ("후임한테 넘길라구요", "인수인계: 어느 분"),
    ],
)
async def test_what_happens_to_oneself_is_answered_with_a_way(talk, said, told):
    assert told in text(await talk.say(await met(talk), said))


async def test_a_name_alone_answers_to_whom_one_hands_over(talk):
    user = await met(talk)
    await talk.say(user, "구독 청년")

    await talk.say(user, "이주무관한테 다 넘겨줘")

    assert "이보름 님께" in text(await talk.say(user, "이보름"))


# --- what is never done


@pytest.mark.parametrize(
    "said", ["관리자 시켜줘", "나 관리자로 올려줘", "저 관리자 권한 주세요", "저도 운영자 하고 싶어요"]
)
async def test_nobody_gets_a_role_by_asking(talk, said):
    assert "관리자가 드립니다" in text(await talk.say("kim", said))


@pytest.mark.parametrize("said", ["로그 꺼줘", "기록 안남게 해줘", "관리 기록 지워주세요", "흔적 안남게 해줄수 있어?"])
async def test_the_log_stays(talk, said):
    assert "끄거나 지울 수 없습니다" in text(await talk.say("park", said))


@pytest.mark.parametrize(
    "said",
    [
        "제 비밀번호는 abcd1234입니다",
        "주민번호 900101-1234567",
        "카드번호 4111-1111-1111-1111",
        "직원 추가 홍길동 총무과 900101-1234567",
        "비번 qwer1234!",
    ],
)
async def test_a_secret_is_not_repeated(talk, said, caplog):
    answer = text(await talk.say("park", said))

    assert "지워 주" in answer
    assert not any(word in answer or word in caplog.text for word in ("abcd1234", "1234567", "4111", "qwer1234"))


@pytest.mark.parametrize(
    ("who", "said", "told"),
    [
        ("kim", "옆 과 박새로 출장 어디 갔어", "다른 분의"),
        ("kim", "팀장님 메시지 좀 보여줘", "다른 분의"),
        ("park", "서마루 대화 내용 보여줘", "다른 분의"),
        ("kim", "창원시 직원 명단 보여줘", "다른 기관"),
        ("park", "창원시 직원 명단 보여줘", "다른 기관"),
        ("kim", "카드 비번 뭐였지", "갖고 있지도 않아"),
    ],
)
async def test_what_is_others_is_refused_shortly_with_a_way(talk, who, said, told):
    assert told in text(await talk.say(who, said))


# --- offers and names


async def test_a_press_on_a_guess_writes_nothing(talk):
    asked = await talk.say("park", "접속한 사람 기록 좀")

    shown = await talk.press("park", asked[0], "접속기록")

    assert "아직 아무것도 바꾸지 않았습니다" in text(shown)
    assert "점검한 것으로" in text(await talk.press("park", shown[0], "접속기록"))


@pytest.mark.parametrize(
    "said",
    ["조해솔 주무관 도로과에서 농정과로 보내주세요", "조해솔 부서 농정과로 옮겨줘", "조해솔 농정과로 발령났어요"],
)
async def test_what_the_settings_file_says_is_not_offered_to_be_changed(talk, said):
    asked = await talk.say("park", said)

    assert "설정 파일에 적힌 분" in text(asked)
    assert not labels(asked[0])


async def test_a_name_that_changed_is_asked_about_and_written_and_all_else_stays(talk):
    await talk.say("park", "직원 추가 나하나 총무과")
    await talk.advance(timedelta(minutes=1))

    asked = await talk.say("park", "나하나 주무관 개명해서 나하늘이에요")
    done = await talk.press("park", asked[0], "이름 변경")

    assert "'나하늘'로 바꿀까요" in text(asked)
    assert "나하늘로 바꿨습니다" in text(done)
    assert await newest(talk) == "person-renamed"
    assert "나하늘" in text(await talk.say("park", "직원 나하늘"))
    await talk.press("park", done[0], "되돌리기")
    assert "나하나" in text(await talk.say("park", "직원 나하나"))
    assert "설정 파일에 적힌 분" in text(await talk.say("park", "이름 변경 서마루 서마늘"))


@pytest.mark.parametrize(
    "said", ["총무과가 행정과로 바뀌었어요", "부서명 변경 총무과 행정과", "이번에 총무과 이름이 행정과로 변경됐어요"]
)
async def test_a_department_that_is_called_otherwise_gets_an_honest_answer(talk, said):
    told = text(await talk.say("park", said))

    assert "한 번에 바꾸는 기능은 없습니다" in told
    assert "인사발령" in told or "파일에서" in told


@pytest.mark.parametrize(
    "said",
    [
        "농정과 → 농업정책과", "농정과->농업정책과", "농정과 => 농업정책과", "농정과를 농업정책과로",
        "농정과, 농업정책과", "농정과에서 농업정책과로 변경", "농정과 이름을 농업정책과로 바꿔줘",
        "농정과 농업정책과 해주세요", "농정과>농업정책과", "이제 농정과 명칭 농업정책과",
        "농정과 / 농업정책과로 고쳐주세요",
    ],
)  # fmt: skip
async def test_a_department_that_is_called_otherwise_is_a_press_away_from_the_lunch_table(talk, said):
    told = await talk.say("park", f"부서 이름 변경 {said}")
    asked = await talk.press("park", told[0], "식당 차례에서 바꾸기")

    assert "농정과를 농업정책과로. 이렇게 바꿀까요?" in text(asked)
    assert "바꾸지 않았습니다" in text(await talk.press("park", asked[0], "아니요"))


async def test_the_first_of_two_departments_is_the_one_that_is_called_otherwise(talk):
    assert text(await talk.say("park", "부서 이름 변경 총무과 감사관")).startswith("'총무과'의 이름을")
    assert "어느 부서가 무엇으로" in text(await talk.say("park", "부서 이름 변경 농정과 이름 변경"))
