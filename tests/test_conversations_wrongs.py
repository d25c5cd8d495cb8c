"""Sentences that once were taken for something else: what is not understood is said to be, and nothing is changed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEWS = ("구독 재난안전",)
TRIP = ("출장 내일 13시 진주 스마트팜", "네")
WHERE = ("출장 내일 13시",)
LEAVE = ("휴가 12/24~12/26",)
LOST = (*NEWS, "폰 잃어버렸어요 ㅠㅠ")
ASKED = ("출장 증빙",)
_AS_TOLD: dict[tuple[str, ...], list[str]] = {}
STANDS = ("목록", "출장 목록", "알림 설정", "위치 동의")

NOT_A_MEMO = "출장 메모"
NOT_FIXED = "고칠 출장"
NOT_LATE = "더할 출장"
NOT_ENDED = "구독을 끝냈"
NOT_FOUND = "구독을 찾지 못"
NO_CONSENT = "위치를 쓰려면"
NOT_REFUSED = "위치를 받지 않겠"
NO_CHOICE = "어느 쪽입니까"
NO_MENU = "식단은"
NO_NEWS = "새 소식이 아직"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30."""
    async with talking(tmp_path_factory.mktemp("wrongs"), roles=("deliver", "chat")) as stage:
        yield stage


async def stands(talk: Talk, person: str) -> list[str]:
    """What is kept of a person: subscriptions, trips, times, consent."""
    return [text(await talk.say(person, asked)) for asked in STANDS]


async def as_told(talk: Talk, before: tuple[str, ...]) -> list[str]:
    """What is kept of somebody who said no more than that."""
    if before not in _AS_TOLD:
        person, _ = await told(talk, before, "도움말")
        _AS_TOLD[before] = await stands(talk, person)
    return _AS_TOLD[before]


async def told(talk: Talk, before: tuple[str, ...], typed: str) -> tuple[str, str]:
    """Who said it all, and what was answered last."""
    person = talk.newcomer()
    await talk.say(person, "도움말")
    for one in before:
        await talk.say(person, one)
    return person, text(await talk.say(person, typed))


@pytest.mark.parametrize(
    ("before", "typed", "never"),
    [
        # the judge's
        (NEWS, "청년일자리요 근데 서울꺼는 빼고", "제외"),
        ((), "회의 들어가요 두시간만 조용히 해줘", NOT_A_MEMO),
        ((), "감사담당관-812호로 출장여비 감사 시작할게요", NO_CONSENT),
        ((), "감사담당관-1043호로 11/1~11/30 출장여비 점검 시작합니다", NO_CONSENT),
        ((), "출장 영수증 진짜인지 확인하려는데 사진 찍어 보내면 됩니까", NO_CONSENT),
        (NEWS, "다시 생각해보니 관용차로 가야될듯", NOT_FOUND),
        (NEWS, "오늘 6시부터는 알림 안받을래요", NOT_FOUND),
        ((), "아 잘못눌렀어요", NOT_LATE),
        (TRIP, "아침꺼 9시로 바꿔주세요", "고쳤습니다"),
        (NEWS, "아니 다시 켜고 확인부터 해봐", NO_CHOICE),
        (LOST, "네 끊어주세요", NOT_ENDED),
        ((), "거기에 점심메뉴도 넣을수있나요", NO_MENU),
        (ASKED, "외부손님 세분 모시고 12시에 가도 되나요 우리 차례는 아닌데", NOT_REFUSED),
        # no trips: other things that are done at an hour
        ((), "면담 들어가요 두시간 방해하지 마세요", NOT_A_MEMO),
        ((), "내일 3시에 국장님 보고 들어가요 그때 조용히 좀", NOT_A_MEMO),
        ((), "2시에 회의실 올라가요 30분만 막아줘", NOT_A_MEMO),
        ((), "두시에 회의 나가요 그동안 연락 하지마", NOT_A_MEMO),
        ((), "오늘 2시간 일찍 나가요 브리핑은 내일 주세요", NOT_A_MEMO),
        ((), "내일 새로운 직원이 들어가요 코드 좀 만들어줘", NOT_A_MEMO),
        ((), "3시에 민원인 나가요 그 다음에 알려줘", NOT_A_MEMO),
        ((), "내일 9시에 자료 올라가요 확인해줘", NOT_A_MEMO),
        ((), "5시까지 결재 올라가야 하는데 조용히 해줘", NOT_A_MEMO),
        ((), "내일 오전 10시에 수능 듣기평가 들어가요 소리 꺼줘", NOT_A_MEMO),
        ((), "두시간 뒤에 회의 나가요", NOT_A_MEMO),
        ((), "출장 4시까지만 조용히", NOT_A_MEMO),
        ((), "출장 갔다올동안 5시까지 소식 막아줘", NOT_A_MEMO),
        ((), "출장 끝나면 6시에 브리핑 줘", NOT_A_MEMO),
        ((), "출장 중이니까 두시간만 알림 꺼줘", NO_CONSENT),
        ((), "출장 세시로 밀렸어요", NOT_A_MEMO),
        ((), "출장 3시로", NOT_A_MEMO),
        ((), "출장 신청 시작 전에 결재 받아야 하나요", NOT_A_MEMO),
        # no trip evidence: an audit's words
        ((), "감사담당관-77호로 출장 점검 시작합니다", NO_CONSENT),
        ((), "출장여비 감사 시작하려고요", NO_CONSENT),
        ((), "출장 영수증 위조된건지 봐주세요", NO_CONSENT),
        ((), "출장 영수증 이거 진본 맞나요", NO_CONSENT),
        ((), "영수증 확인이 필요한데 어디로 보내나", NO_CONSENT),
        ((), "출장 증빙 점검하러 왔습니다 감사실입니다", NO_CONSENT),
        ((), "영수증 검증 받고 싶은데요", NO_CONSENT),
        ((), "신입들 출장여비 교육 시작합니다", NO_CONSENT),
        # subscriptions: what is left out, ended, begun again
        (NEWS, "소상공인요 그리고 부산꺼는 빼고", "제외"),
        (NEWS, "산불 관련해서요 대신 채용은 빼고", "제외"),
        (NEWS, "아 그건 좋은데 서울 것만 빼고", "제외"),
        (NEWS, "청년창업 받을건데요 경기도꺼는 빼고", "제외"),
        (NEWS, "오후 회의 끝나고 알려줘 채용은 빼고", "제외"),
        (NEWS, "브리핑 말고 목록", "제외"),
        (NEWS, "제외 어떻게 쓰는거에요", "든 글은 빼고"),
        (NEWS, "오늘 3시부터는 알림 안받을래요", NOT_FOUND),
        (NEWS, "내일까지는 소식 그만 받을래", NOT_FOUND),
        (NEWS, "퇴근하고 나서는 알림 안받고싶어요", NOT_FOUND),
        (NEWS, "회의중에는 알림 받지 않을게요", NOT_FOUND),
        (NEWS, "다음주부터 소식 끊어주세요", NOT_FOUND),
        (NEWS, "점심먹을때는 알림 그만", NOT_FOUND),
        (NEWS, "다시 말씀드리면 내일이에요", NOT_FOUND),
        (NEWS, "다시 한번 설명해주세요", NOT_FOUND),
        (NEWS, "중지 버튼은 어디 있어요", NOT_FOUND),
        (NEWS, "쉬기 전에 하나만 물어볼게요", NOT_FOUND),
        (NEWS, "아니 일단 그대로 놔두고 기다려봐", NO_CHOICE),
        (NEWS, "아니 그게 아니고 다른 얘기야", NO_CHOICE),
        (NEWS, "아니 왜 이렇게 느려", NO_CHOICE),
        (NEWS, "아니 팀장님한테 먼저 물어볼게", NO_CHOICE),
        (NEWS, "아니 이거 어디서 나온거야", NO_CHOICE),
        (NEWS, "네 끊어주세요", NOT_ENDED),
        (NEWS, "네 그만할게요", NOT_ENDED),
        (NEWS, "네 취소해주세요", NOT_ENDED),
        (LOST, "네 그만", NOT_ENDED),
        (LOST, "끊어주세요", NOT_ENDED),
        (LOST, "네 해지해주세요", NOT_FOUND),
        ((*NEWS, "내 정보"), "취소해주세요", NOT_ENDED),
        ((*NEWS, "내 정보"), "그만요", NOT_ENDED),
        ((*NEWS, "내 정보"), "없애줘", NOT_ENDED),
        # a leave, and what only counts days
        (LEAVE, "하루 더 놀고 싶다", "휴가로 적었"),
        (LEAVE, "이틀 더 일해야 되나요", "휴가로 적었"),
        (LEAVE, "하루 빼면 며칠 남아요", "휴가로 적었"),
        (LEAVE, "하루더 출근합니다", "휴가로 적었"),
        # pressed by mistake is not forgotten
        ((), "잘못 눌렀네요", NOT_LATE),
        ((), "제가 잘못 보냈어요", NOT_LATE),
        ((), "버튼을 잘못 눌렀어요", NOT_LATE),
        ((), "아 제가 그만 잘못눌렀네", NOT_LATE),
        # a question is no answer to the consent question
        (ASKED, "동의 안하면 불이익 있나요", NOT_REFUSED),
        (ASKED, "거부하면 어떻게 되나요", NOT_REFUSED),
        (ASKED, "그건 아닌데 위치는 언제 지워지나요", NOT_REFUSED),
        ((), "위치는 언제 지워지나요", "철회했습니다"),
        ((), "위치 동의 철회하면 어떻게 되나요", "철회했습니다"),
        (ASKED, "제가 간게 아닌데 누구껀가요", NOT_REFUSED),
        (ASKED, "아니 식당 줄이 얼마나 돼", NOT_REFUSED),
        (ASKED, "동의 못하는 사람은 어떻게 정산해요", NOT_REFUSED),
        (ASKED, "오늘은 아닌데 내일 갑니다", NOT_REFUSED),
        (ASKED, "아니 그전에 구독부터 볼게요", NOT_REFUSED),
        # a briefing that is spoken of, and a menu
        (NEWS, "브리핑 8시 말고 9시", NO_NEWS),
        (NEWS, "브리핑 시간 몇시에요", NO_NEWS),
        (NEWS, "브리핑 팀장님한테도 보내줘", NO_NEWS),
        (NEWS, "브리핑 너무 길어요", NO_NEWS),
        ((), "브리핑에 점심메뉴도 같이 보내줘", NO_MENU),
        # what moves is no trip
        (TRIP, "그 시간 10시로 변경해줘", "고쳤습니다"),
        (TRIP, "회의 3시로 바뀌었어요", "고쳤습니다"),
        (TRIP, "차례를 12시로 바꿔주세요", "고쳤습니다"),
        (TRIP, "당직 토요일로 변경됐어요", "고쳤습니다"),
        (TRIP, "모아보기 내일부터 바꿔줘", "고쳤습니다"),
        (TRIP, "버스 노선 바뀐거 알려줘", "고쳤습니다"),
        (TRIP, "김주무관은 같이 밥먹는대요", "고쳤습니다"),
        (TRIP, "팀장님도 같이 구경한대요", "고쳤습니다"),
        (TRIP, "박팀장님은 빠른 답 원하세요", "고쳤습니다"),
        ((), "회의 3시로 바뀌었어요", NOT_FIXED),
        # a question about a trip takes what is about a trip
        (WHERE, "회의중이니까 두시간만 조용히 해줘", "고쳤습니다"),
        (WHERE, "오늘 점심 메뉴 뭐야", "고쳤습니다"),
        (WHERE, "그건 어떻게 쓰나요", "고쳤습니다"),
        (WHERE, "아 잘못 눌렀어요", "고쳤습니다"),
        (WHERE, "고마워요", "고쳤습니다"),
        (WHERE, "팀장님이 부르셔서 잠깐만요", "고쳤습니다"),
        (TRIP[:1], "소식은 취소해줘", "출장을 취소"),
        (TRIP[:1], "그 시간 10시로 변경해줘", "고쳤습니다"),
    ],
)
async def test_what_is_about_something_else_changes_nothing(talk, before, typed, never):
    person, answer = await told(talk, before, typed)
    assert never not in answer
    assert await stands(talk, person) == await as_told(talk, before)


@pytest.mark.parametrize(
    ("typed", "when"),
    [
        ("출장 두시로 밀렸어요", "11. 24.(화) 14:00 진주 스마트팜"),
        ("출장 4시로 옮겼어요", "11. 24.(화) 16:00 진주 스마트팜"),
        ("출장 모레로 밀렸습니다", "11. 25.(수) 13:00 진주 스마트팜"),
        ("출장 다음주 월요일로 미뤄졌어요", "11. 30.(월) 13:00 진주 스마트팜"),
        ("출장 오후 3시로 늦춰졌어요", "11. 24.(화) 15:00 진주 스마트팜"),
        ("출장 30분 늦어졌어요", "11. 24.(화) 13:00 진주 스마트팜"),
    ],
)
async def test_a_trip_that_was_put_off_is_the_one_there_is(talk, typed, when):
    person, _ = await told(talk, TRIP, typed)
    listed = text(await talk.say(person, "출장 목록"))
    assert "출장 1건" in listed
    assert when in listed


@pytest.mark.parametrize(
    ("before", "typed", "stands"),
    [
        (WHERE, "진주 스마트팜", "13:00 진주 스마트팜"),
        (TRIP[:1], "14시 30분", "14:30 진주 스마트팜"),
        (TRIP, "내일 사천으로 변경해줘", "13:00 사천"),
        (TRIP, "3시로 바꿔줘", "15:00 진주 스마트팜"),
        ((), "출장 내일 10시 창원 도로 점검 시작", "10:00 창원"),
        ((), "출장 내일 14시 양산 구독경제 세미나", "14:00 양산"),
        ((), "내일 10시 창원시청 갑니다", "10:00 창원시청"),
    ],
)
async def test_what_is_about_a_trip_is_still_taken(talk, before, typed, stands):
    person, _ = await told(talk, before, typed)
    assert stands in text(await talk.say(person, "출장 목록"))


async def test_of_two_trips_none_is_moved_unasked(talk):
    person, _ = await told(talk, (*TRIP, "출장 모레 10시 사천 항공청", "네"), "출장 두시로 밀렸어요")
    listed = text(await talk.say(person, "출장 목록"))
    assert "출장 2건" in listed
    assert "14:00" not in listed


async def test_what_is_meant_of_the_last_thing_is_done_to_it_alone(talk):
    _, answer = await told(talk, TRIP, "다시 생각해보니 관용차로 가야될듯")
    assert "관용차" in answer
    assert "13:00" in answer
    _, answer = await told(talk, LEAVE, "아 하루더요 27일까지")
    assert "12. 24.(목)~12. 27.(일)" in answer
    _, answer = await told(talk, (), "청년창업쪽 소식 받을래요")
    assert "'청년창업' 소식" in answer
    _, answer = await told(talk, (), "브리핑 주말엔 빼고 평일만 7시50분")
    assert "07:50" in answer


async def test_access_is_cut_by_its_own_button_alone(talk):
    person = talk.newcomer()
    for one in LOST:
        await talk.say(person, one)
    for typed in ("네 끊어주세요", "응 막아줘"):
        assert "이 대화 끊기" in labels((await talk.say(person, typed))[-1])
    assert "재난안전" in text(await talk.say(person, "목록"))


async def test_an_audit_that_is_told_is_offered_and_not_opened(talk):
    said = await talk.say("lee", "감사담당관-812호로 출장여비 감사 시작할게요")
    assert "감사 시작 감사담당관-812" in text(said)
    assert "아직 아무것도" in text(said)


async def test_a_rooms_briefing_is_moved_and_no_trip_is_spoken_of(talk):
    said = await talk.say("kim", "아침꺼 9시로 바꿔주세요", chat="총무과", mention=True)
    assert "출장" not in text(said)
    await talk.say("kim", "브리핑 8시 30분", chat="총무과", mention=True)
    assert "09:00" in text(await talk.say("kim", "아침꺼 9시로 바꿔주세요", chat="총무과", mention=True))
