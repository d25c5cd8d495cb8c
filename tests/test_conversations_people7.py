"""What administrators say in a hurry, and as they say it: nobody's access, code or notice is taken for another's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.acts import Acts
from bot.messenger import InFile, Outgoing
from tests.postings import book
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = "gyeongnam"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("people7"), roles=("deliver", "chat")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def talk(house: Talk) -> Talk:
    await house.advance(timedelta(seconds=1))
    return house


async def acts(talk: Talk) -> list[str]:
    since = talk.clock.now() - timedelta(days=30)
    return [f"{one.by} {one.what}" for one in await Acts(talk.house.redis).listing(HOME, since)]


async def add(talk: Talk, name: str, department: str = "총무과") -> None:
    assert "더했습니다" in text(await talk.say("park", f"직원 추가 {name} {department}"))


def code_in(message: Outgoing) -> str:
    return next(word for word in message.reply.text.split() if word.count("-") == 2 and len(word) == 11)


# --- a lost phone


@pytest.mark.parametrize(
    "said",
    ["분실 신고 서마루", "분실 서마루", "휴대폰 분실 서마루 주무관", "분실 신고 총무과 서마루"],
)
async def test_an_administrator_who_names_somebody_is_offered_their_access_and_not_ones_own(talk, said):
    asked = (await talk.say("park", said))[0]

    assert "서마루 님의 접속을 끊을까요" in asked.reply.text
    assert "이 대화 끊기" not in labels(asked)


async def test_a_name_that_nobody_has_offers_nobodys_access(talk):
    asked = (await talk.say("park", "분실 신고 홍길덩"))[0]

    assert "찾지 못했습니다" in asked.reply.text
    assert "이 대화 끊기" not in labels(asked)


async def test_ones_own_name_is_ones_own_phone_and_a_colleagues_is_not_ones_to_cut(talk):
    own = (await talk.say("park", "분실 신고 박새로"))[0]
    other = text(await talk.say("kim", "분실 신고 서마루"))

    assert "이 대화 끊기" in labels(own)
    assert "기관 관리자가 바로 끊을 수 있습니다" in other


# --- codes


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("초대 취소 {}", "하늘가"),
        ("{} 초대 취소", "하늘나"),
        ("{} 초대 코드 취소해줘", "하늘다"),
        ("{}에게 준 초대 코드 회수해 주세요", "하늘라"),
        ("초대 코드 취소 {}", "하늘마"),
    ],
)
async def test_an_invitation_is_taken_back_by_word_and_its_code_lets_nobody_in(talk, said, name):
    await add(talk, name)
    code = code_in((await talk.say("park", f"초대 {name}"))[0])

    told = text(await talk.say("park", said.format(name)))

    assert f"{name} 님의 초대 코드를 못 쓰게 했습니다" in told
    assert "맞지 않거나" in text(await talk.say(f"guest-{name}", code))
    assert "park uninvited" in await acts(talk)
    assert "남아 있는 초대 코드가 없습니다" in text(await talk.say("park", f"초대 취소 {name}"))


async def test_the_codes_that_stand_are_listed_and_one_press_ends_one(talk):
    await add(talk, "목록가")
    code = code_in((await talk.say("park", "초대 목록가"))[0])

    listed = (await talk.say("park", "초대 목록"))[0]

    assert "목록가" in listed.reply.text
    assert code not in listed.reply.text
    assert "못 쓰게 했습니다" in text(await talk.press("park", listed, "목록가 취소"))
    assert "맞지 않거나" in text(await talk.say("guest-list", code))


async def test_a_code_in_the_wrong_hands_leads_to_what_stands(talk):
    await add(talk, "오발송")
    await talk.say("park", "초대 오발송")

    listed = (await talk.say("park", "초대 코드 잘못 보냈어요 취소해 주세요"))[0]

    assert "오발송 취소" in labels(listed)
    assert "관리자·운영자만" in text(await talk.say("kim", "초대 목록"))


async def test_who_wants_a_code_for_another_messenger_gets_one(talk):
    assert "연결 코드: " in text(await talk.say("kim", "연결 코드"))
    assert "연결 코드: " in text(await talk.say("kim", "연결 코드 주세요"))
    assert "영문과 숫자 아홉 자" in text(await talk.say("kim", "연결 코드 123456"))


# --- a disaster, a notice


@pytest.mark.parametrize("said", ["긴급 공지", "재난 긴급", "재난 공지", "긴급 알림"])
async def test_a_disaster_is_told_in_whatever_words(talk, said):
    asked = (await talk.say("park", f"{said} 지하주차장 침수, 차를 옮겨 주십시오"))[0]

    assert "조용한 시간과 휴가에도 갑니다" in asked.reply.text
    assert "「지하주차장 침수, 차를 옮겨 주십시오」" in asked.reply.text
    await talk.press("park", asked, "그만두기")
    assert "관리자만" in text(await talk.say("kim", f"{said} 지하주차장 침수"))


@pytest.mark.parametrize("said", ["공지 취소", "공지 취소해줘", "공지 취소할게요", "공지 아까 쓴 거 취소"])
async def test_a_notice_that_waits_is_withdrawn_by_word_and_the_word_is_none(talk, said):
    asked = (await talk.say("park", f"공지 총무과: {said}하려는 점검"))[0]

    told = text(await talk.say("park", said))

    assert "거두었습니다" in told
    assert "지난 공지" in text(await talk.press("park", asked, "보내기"))
    assert "이미 보낸 공지는 거둘 수 없습니다" in text(await talk.say("park", said))


async def test_a_notice_about_something_cancelled_is_a_notice(talk):
    asked = (await talk.say("park", "공지 취소된 회의를 다시 엽니다"))[0]

    assert "취소된 회의를 다시 엽니다" in asked.reply.text
    await talk.press("park", asked, "그만두기")


@pytest.mark.parametrize(
    ("said", "whom"),
    [("모두에게 공지: 오늘 18시 점검", "11명"), ("총무과에 공지: 오늘 18시 점검", "총무과")],
)
async def test_whom_a_notice_is_for_may_stand_in_front(talk, said, whom):
    asked = (await talk.say("park", said))[0]

    assert "———\n오늘 18시 점검\n———" in asked.reply.text
    assert whom in asked.reply.text or whom == "11명"
    await talk.press("park", asked, "그만두기")


async def test_the_same_words_to_a_department_and_then_to_all_are_two_notices(talk):
    one = (await talk.say("park", "공지 총무과: 같은 글"))[0]
    await talk.press("park", one, "보내기")
    two = (await talk.say("park", "공지 전체: 같은 글"))[0]

    assert "차례로 갑니다" in text(await talk.press("park", two, "보내기"))


# --- a sheet without a word

HEAD = ["성명", "현소속", "발령부서", "발령구분"]


async def test_a_sheet_from_an_administrator_needs_no_word(talk):
    await add(talk, "무언이")
    file = InFile("20261123.xlsx", book(("", [HEAD, ["무언이", "총무과", "도로과", "전보"]])))

    asked = (await talk.say("park", files=[file]))[0]
    beside = (await talk.say("park", "확인 부탁드려요", files=[file]))[0]

    assert "부서변경 1" in asked.reply.text
    assert "적용" in labels(asked)
    assert "부서변경 1" in beside.reply.text


async def test_a_sheet_that_holds_no_orders_says_what_else_it_may_be(talk):
    file = InFile("표.xlsx", book(("", [["품목", "수량"], ["종이", 3]])))

    told = text(await talk.say("park", files=[file]))

    assert "'성명' 칸을 찾지 못했습니다" in told
    assert "출장명령" in told
    assert "열지도 저장하지도" in text(await talk.say("kim", files=[file]))


# --- one's own time, as people say it


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("한 시간에 3개까지만 보내줘", "한 시간 3건"),
        ("하루에 5건만 받을게요", "하루 5건"),
        ("지금부터 두 시간 조용히", "알림을 멈춥니다"),
        ("지금부터 한 시간만 알림 꺼줘", "알림을 멈춥니다"),
        ("조용히 그만", "알림을 다시 켰습니다"),
        ("알림 멈춤 취소", "알림을 다시 켰습니다"),
        ("전부 바로 받을래", "맞는 소식을 모두 바로"),
        ("바로 알림 끄고 모아서만 줘", "13:10, 17:30, 그리고 조용한 시간이 끝날 때"),
        ("알림은 모아서 보내줘", "바로 보내지 않고"),
        ("중요한 것만 보내줘", "뚜렷이 맞는 것만"),
        ("이 구독만 중요한 것만 보내줘", "구독 하나만 따로"),
        ("재난안전은 모아서 보내줘", "구독 하나만 따로"),
        ("점심시간에는 알림 꺼줘", "12:00~13:00에는 알리지 않고"),
        ("점심시간엔 조용히", "조용한 시간 18:00~08:30, 주말과 공휴일, 낮 12:00~13:00"),
        ("점심시간에도 받을래요", "낮에도 보내 드리겠습니다"),
        ("12시부터 1시까지는 알림 꺼줘", "12:00~13:00에는 알리지 않고"),
        ("조용한 시간 11:30~12:30", "11:30~12:30에는 알리지 않고"),
        ("조용한 시간 19시~8시", "조용한 시간 19:00~08:00"),
        ("밤 10시부터 아침 7시까지 조용히", "조용한 시간 22:00~07:00"),
    ],
)
async def test_time_as_people_say_it(talk, said, expected):
    user = talk.newcomer()
    await talk.say(user, "식당")

    assert expected in text(await talk.say(user, said))


async def test_a_quiet_noon_is_kept_with_the_night_and_ends_by_word(talk):
    user = talk.newcomer()
    await talk.say(user, "조용한 시간 20시~7시")
    await talk.say(user, "점심시간에는 보내지 마")

    assert "조용한 시간 20:00~07:00, 주말과 공휴일, 낮 12:00~13:00" in text(await talk.say(user, "알림 설정"))

    await talk.say(user, "점심시간에도 받기")

    assert "낮 12:00" not in text(await talk.say(user, "알림 설정"))


# --- away for a time, by word


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("파견 가온이 행정안전부 12/1~12/31", "총무과 가온이 님, 행정안전부(다른 기관) 파견, 12. 1.(화)~12. 31.(목)"),
        ("가온이 주무관 12월 1일부터 행안부로 파견 갑니다", "행안부(다른 기관) 파견, 12. 1.(화)부터 돌아오실 때까지"),
        ("가온이 농정과 파견 12/1~12/31", "농정과(우리 기관 부서) 파견"),
        ("가온이 주무관을 진주시로 12월 31일까지 파견", "진주시(다른 기관) 파견, 11. 23.(월)~12. 31.(목)"),
        ("가온이 육아휴직 12월 1일부터", "총무과 가온이 님 휴직, 12. 1.(화)부터 돌아오실 때까지"),
        ("휴직 처리 가온이 12/1~12/31", "휴직, 12. 1.(화)~12. 31.(목)"),
        ("휴직 가온이 12월 1일부터", "휴직, 12. 1.(화)부터"),
    ],
)
async def test_who_is_away_for_a_time_is_read_back_with_its_days(talk, said, expected):
    await talk.say("park", "직원 추가 가온이 총무과")

    asked = (await talk.say("park", said))[0]

    assert expected in asked.reply.text
    assert labels(asked) == ["적용", "자세히", "취소"]
    await talk.press("park", asked, "취소")
    assert "파견" not in text(await talk.say("park", "직원 가온이"))


async def test_somebody_lent_by_word_is_lent_from_their_day_to_their_day(talk):
    await add(talk, "파란이")
    asked = (await talk.say("park", "파견 파란이 행정안전부 12/1~12/10"))[0]

    assert "파견 1. 발령일 12. 1.(화)에" in asked.reply.text.replace("\n", " ")
    assert "적용했습니다" in text(await talk.press("park", asked, "적용"))
    assert "이미 적용한 발령" in text(await talk.press("park", asked, "적용"))
    assert "park posting-applied" in await acts(talk)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("파견", "누가 어디로 언제까지"), ("파견 서마루", "어디로 파견되는지"),
        ("파견 없는이 행안부", "찾지 못했습니다"), ("파견 서마루 농정과 12/1~12/31", "설정 파일에 적힌 분"),
        ("파견 서마루 행안부 13월 40일", "날짜를 읽지 못했습니다"),
        ("서마루 휴직 언제까지야?", None), ("휴직은 어떻게 신청해요", None),
    ],
)  # fmt: skip
async def test_what_is_missing_is_asked_for_and_a_question_is_none(talk, said, expected):
    told = (await talk.say("park", said))[0]

    assert "적용" not in labels(told)
    assert expected is None or expected in told.reply.text


# --- who is there


@pytest.mark.parametrize("said", ["직원 내보내기", "직원 명단 엑셀로", "직원 목록 엑셀", "직원 엑셀로 줘"])
async def test_the_roster_as_a_sheet_is_asked_for_in_words_and_written_down(talk, said):
    told = (await talk.say("park", said))[0]

    assert told.reply.file is not None
    assert told.reply.file.name.endswith(".xlsx")
    assert (await acts(talk))[0] == "park sheet-made"


@pytest.mark.parametrize("said", ["직원 찾기 마루", "직원 마루", "직원 검색 서마루"])
async def test_somebody_is_found_by_part_of_a_name(talk, said):
    told = (await talk.say("park", said))[0]

    assert "서마루" in told.reply.text + " ".join(labels(told))
    assert "찾지 못했습니다" not in told.reply.text


# --- the log, of those who left


async def test_who_did_what_is_read_after_they_left(talk):
    await add(talk, "떠날이")
    code = code_in((await talk.say("park", "초대 떠날이"))[0])
    await talk.say("leaver7", code)
    await talk.say("leaver7", "구독 산사태", chat="총무과", mention=True)
    asked = (await talk.say("park", "퇴직 떠날이"))[0]
    await talk.press("park", asked, "퇴직 처리")

    log = text(await talk.say("park", "기록"))

    assert "퇴직 처리 · 떠날이(지금 명부에 없음) 총무과" in log
    assert "떠날이(지금 명부에 없음) · 채널 구독 추가 · 총무과 산사태" in log
    assert "명부에 없는 사람" not in log


async def test_who_came_back_is_called_as_the_roster_calls_them(talk):
    await add(talk, "돌아이")
    asked = (await talk.say("park", "퇴직 돌아이"))[0]
    left = (await talk.press("park", asked, "퇴직 처리"))[0]
    await talk.press("park", left, "되돌리기")

    assert "퇴직 처리 · 돌아이 총무과" in text(await talk.say("park", "기록"))


@pytest.mark.parametrize(
    ("who", "said", "expected"),
    [
        ("park", "관리자 누구야", "· 관리자 1명: 정보화담당관 박새로"),
        ("park", "누가 관리자야?", "· 관리자 1명"),
        ("park", "역할 목록", "· 감사 1명: 감사관 이보름"),
        ("oh", "운영자 목록", "· 운영자 1명: 정보화담당관 오나래"),
        ("park", "못 보낸 글 다시 보내줘", "못 보낸 것이 없습니다"),
        ("oh", "수집원", "출처"),
        ("kang", "서마루 주무관한테 인수인계해줘", "넘길 것이 없습니다"),
    ],
)
async def test_what_is_asked_in_other_words(talk, who, said, expected):
    assert expected in text(await talk.say(who, said))


# --- what was misread by a stranger


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("6시 이후 알림 끄기", "조용한 시간 18:00~08:30"),
        ("밤 9시 이후 알림 꺼줘", "조용한 시간 21:00~08:30"),
        ("조용한 시간 6시~8시", "저녁부터 다음 날 아침까지입니까"),
        ("아침에만 보내줘", "바로 보내지 않고 08:30"),
        ("소식 하루에 한 번만", "바로 보내지 않고 08:30"),
        ("휴대폰을 잃어버렸다가 찾았어요", "아무것도 끊지 않았습니다"),
    ],
)
async def test_a_person_is_not_misread(talk, said, expected):
    user = talk.newcomer()
    await talk.say(user, "식당")

    assert expected in text(await talk.say(user, said))


@pytest.mark.parametrize(
    ("who", "said", "expected"),
    [
        ("park", "공지 몇 명이 봤어", "누가 읽었는지는 남기지 않습니다"),
        ("park", "방금 보낸 공지 취소해줘", "이미 보낸 공지는 거둘 수 없습니다"),
        ("park", "재난 알림 총무과: 대피하십시오", "재난 알림을 총무과 "),
        ("park", "재난 알림 장소: 상황실", "「장소: 상황실」"),
        ("park", "인사발령 되돌려줘", "되돌릴"),
        ("oh", "창원시 관리자 누구야", "정보통신담당관 남다온"),
    ],
)
async def test_an_administrator_is_not_misread(talk, who, said, expected):
    assert expected in text(await talk.say(who, said))


async def test_a_disaster_of_one_department_goes_to_it_alone(talk):
    asked = (await talk.say("park", "재난 알림 농정과: 대피하십시오"))[0]
    before = len(talk.messenger.sent)
    await talk.press("park", asked, "지금 보내기")
    await talk.house.rota.drain()

    sent = [one for one in talk.messenger.sent[before:] if one.kind == "notice"]
    assert [one.chat.id for one in sent] == ["dm:kang"]
    assert sent[0].reply.text.startswith("[재난 알림] 대피하십시오")


@pytest.mark.parametrize(
    "said", ["퇴직 {} 12월 31일", "{} 12월 31일자 퇴직", "{} 12/31 전출", "{} 주무관 12월 31일부로 퇴직합니다"]
)
async def test_somebody_leaves_on_a_day_that_is_named(talk, said):
    await talk.say("park", "직원 추가 섣달이 총무과")

    asked = (await talk.say("park", said.format("섣달이")))[0]

    assert "총무과 섣달이 님 퇴직, 12. 31.(목)" in asked.reply.text
    assert labels(asked) == ["적용", "자세히", "취소"]
    assert "총무과 섣달이" in text(await talk.say("park", "직원 섣달이"))


async def test_an_order_is_taken_back_by_word_once(talk):
    await add(talk, "물릴이")
    asked = (
        await talk.say(
            "park", "인사발령", files=[InFile("발령.xlsx", book(("", [HEAD, ["물릴이", "총무과", "도로과", "전보"]])))]
        )
    )[0]
    await talk.press("park", asked, "적용")

    again = (await talk.say("park", "인사발령 취소"))[0]

    assert "적용한 인사발령을 되돌릴까요" in again.reply.text
    await talk.press("park", again, "되돌리기")
    assert "총무과 물릴이" in text(await talk.say("park", "직원 물릴이"))


async def test_the_log_of_one_person(talk):
    await add(talk, "기록이")
    await talk.say("kim", "구독 가뭄", chat="총무과", mention=True)

    told = text(await talk.say("park", "기록 기록이"))

    assert "명부에 더함 · 기록이" in told
    assert "가뭄" not in told
    assert "채널 구독 추가 · 총무과 가뭄" in text(await talk.say("park", "기록 김하나"))


async def test_who_is_not_linked_yet_is_listed(talk):
    await add(talk, "미연이")

    assert "· 총무과 미연이 · 연결 전" in text(await talk.say("park", "연결 안 한 사람"))
    assert "총무과 미연이 · 연결 전" in text(await talk.say("park", "미연이 연결됐나"))
    assert "혹시 총무과 미연이 님이십니까" in text(await talk.say("park", "부서 변경 연이 농정과"))
    assert "총무과 미연이" in " ".join(labels((await talk.say("park", "초대 연이"))[0]))


async def test_a_notice_to_all_needs_no_colon(talk):
    asked = (await talk.say("park", "전직원 공지 내일 점검합니다"))[0]

    assert "———\n내일 점검합니다\n———" in asked.reply.text
    await talk.press("park", asked, "그만두기")
    assert "무엇을 알릴지" in text(await talk.say("park", "전직원에게 공지 보내줘"))


async def test_the_log_of_a_day_that_stands_in_front(talk):
    assert "11. 22.(일)" in text(await talk.say("park", "어제 기록"))
    assert "기록" in text(await talk.say("park", "이번 주 기록 보여줘"))
