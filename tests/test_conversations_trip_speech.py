"""Trips as hurried people speak of them: evidence, questions, places in a list, receipts again, what would happen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.evidence_ways import Way, chosen
from bot.receipt_again import wanted
from bot.sayings import normal
from bot.trip_advice import topic
from bot.trip_asking import asks
from bot.trip_corrections import plain, same_place, vague
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
TODAY = "출장 오늘 13시 진주 스마트팜, 관용차"
WEDNESDAY = "출장 25일 10시 사천시청, 버스, 회의"
MONDAY = "출장 다음 주 월요일 9시 양산 물금"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("speech"), roles=("deliver", "chat", "verify")) as talk:
        yield talk


async def planned(talk: Talk, *memos: str) -> str:
    user = talk.newcomer()
    await talk.agree(user)
    for memo in memos or (TODAY, WEDNESDAY, MONDAY):
        await talk.say(user, memo)
    return user


async def trips(talk: Talk, user: str) -> str:
    return text(await talk.say(user, "출장 목록"))


# --- how a trip is shown


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("위치 말고 사진으로 할게", Way.PHOTO),
        ("사진으로 할래요", Way.PHOTO),
        ("위치 못보내요 사진 찍을게요", Way.PHOTO),
        ("현장사진으로 대체할게요", Way.PHOTO),
        ("위치대신 인증샷 올릴게", Way.PHOTO),
        ("사진으로 증빙해도 되나", Way.PHOTO),
        ("위치 대신 방문확인으로 할게요", Way.HOST),
        ("사진 말고 방문확인으로", Way.HOST),
        ("확인서로 낼게요", Way.HOST),
        ("동행자 확인으로 할래", Way.COLLEAGUE), ("같이 간 사람 확인으로 갈음할게요", Way.COLLEAGUE),
        ("지도 링크로 보내도 돼?", Way.LINK), ("카카오맵 링크 보낼게", Way.LINK), ("좌표로 보낼게요", Way.LINK),
        ("위치는 나중에", Way.LATER), ("나중에 위치 보낼게", Way.LATER), ("위치공유 안할래요", Way.WITHOUT),
        ("gps 말고 사진", Way.PHOTO),
        ("방문한 기관에서 확인받을게", Way.HOST),
        ("이주무관이 확인해줄거야", Way.COLLEAGUE),
        ("위치 대신 뭐 내면 돼", Way.WITHOUT),
        ("하이패스로 낼게요", Way.TOLL),
        ("사진 말고 위치로 할게", Way.LOCATION),
        ("카톡에서 위치가 안보내져", Way.TROUBLE),
    ],
)  # fmt: skip
async def test_a_way_of_showing_a_trip_is_heard(said, way):
    assert chosen(normal(said)) is way


@pytest.mark.parametrize(
    "said",
    ["김해 말고 양산", "관용차 말고 버스", "식단 사진으로 올릴게", "위치 동의 철회", "영수증 다시 줘",
     "위치 저장돼?", "2시 말고 3시로",
     "내일 진주 사진관 점검", "지도과 회의 내일 2시"],
)  # fmt: skip
async def test_other_words_are_no_way_of_showing_one(said):
    assert chosen(normal(said)) is None


@pytest.mark.parametrize(
    "said",
    [
        "위치 말고 사진으로 할게",
        "위치는 나중에",
        "위치 대신 방문확인으로 할게요",
        "사진 찍을게요",
        "지도 링크로 보낼게",
    ],
)
async def test_the_way_is_explained_and_the_destination_stays(house, said):
    user = await planned(house, TODAY)
    await house.say(user, "도착")

    told = text(await house.say(user, said))

    assert "바꾼 것은 없습니다" in told
    assert "진주 스마트팜" in await trips(house, user)


# --- questions about one's own trips


@pytest.mark.parametrize(
    "said",
    [
        "출장 뭐뭐 있지", "나 오늘 출장 있나", "출장 뭐 잡혀있어?", "나 출장 언제야", "출장 몇개 남았지",
        "출장 리스트", "출장 현황",
        "출장 일정좀", "출장 잡아논거 뭐있노", "내가 신청한 출장", "출장 갈거 있나?", "이번주 나 어디어디 가?",
        "오늘 출장 있던가",
        "이번달 출장 좀 보여주라", "출장 몇 번 갔지 이번달", "지금 출장중인거 있어?", "출장 남은거", "출장 다 보여줘",
    ],
)  # fmt: skip
async def test_a_question_shows_the_trips_and_asks_for_no_location(house, said):
    user = await planned(house)

    told = await house.say(user, said)

    assert "진주 스마트팜" in text(told)
    assert not told[0].reply.asks_location
    assert (await trips(house, user)).startswith("11월 출장 3건입니다.")


async def test_the_days_that_are_named_are_shown(house):
    user = await planned(house)

    assert text(await house.say(user, "이번주 출장 몇건이야")).startswith("이번 주 출장 2건입니다.")
    assert "양산 물금" in text(await house.say(user, "담주에 어디 가기로 했지"))
    assert text(await house.say(user, "지난달 출장 보여줘")).startswith("지난달 적어 두신 출장이 없습니다.")
    assert text(await house.say(user, "다음 출장 언제지")).count("\n") == 1
    assert "사천시청" in text(await house.say(user, "사천시청 출장 언제였지"))


@pytest.mark.parametrize(
    "said",
    ["내일 2시에 출장 있어요 김해시청으로", "출장 또 있어 모레 10시 밀양", "출장 내일 김해시청 시설 현황 확인",
     "출장 취소할래",
     "출장비 언제 나와", "출장 어떻게 신청해", "박주무관 출장 어디 갔어", "출장 시간 바꿔줘"],
)  # fmt: skip
async def test_plans_money_and_others_are_no_such_question(said):
    assert not asks(normal(said))


# --- the places of a list


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("첫번째는 안가기로 했어", "진주 스마트팜"),
        ("2번 취소", "사천시청"),
        ("세번째꺼 취소", "양산 물금"),
        ("제일 밑에꺼 지워줘", "양산 물금"),
        ("2번 안 가게 됐어", "사천시청"),
        ("두번째 출장 안가", "사천시청"),
        ("사천거 취소", "사천시청"),
        ("3번은 취소요", "양산 물금"),
    ],
)  # fmt: skip
async def test_a_row_is_called_off_only_after_its_name_was_confirmed(house, said, named):
    user = await planned(house)
    await trips(house, user)

    told = await house.say(user, said)
    before = await trips(house, user)
    await house.press(user, told[0], "취소하기")

    assert named in text(told)
    assert "취소할까요?" in text(told)
    assert before.count("예정") == 3
    assert next(line for line in (await trips(house, user)).splitlines() if "취소" in line).count(named) == 1


@pytest.mark.parametrize("said", ["위에꺼 취소", "다 취소", "1번이랑 2번 취소"])
async def test_a_place_that_is_not_plain_is_asked_for(house, said):
    user = await planned(house)
    await trips(house, user)

    told = await house.say(user, said)

    assert labels(told[0]) == ["1 취소", "2 취소", "3 취소"]
    assert (await trips(house, user)).count("예정") == 3


@pytest.mark.parametrize(
    ("said", "after"),
    [
        ("두번째꺼 11시로", "11:00 · 사천시청"),
        ("마지막 출장 10시로 바꿔줘", "10:00 · 양산 물금"),
        ("2번 김해로 바꿔", "10:00 · 김해"),
        ("2번은 박주무관도 가", "동행 박주무관"), ("2번 관용차로", "관용차"),
    ],
)  # fmt: skip
async def test_a_row_is_corrected_after_it_was_read(house, said, after):
    user = await planned(house)
    await trips(house, user)

    asked = await house.say(user, said)
    done = text(await house.say(user, "네"))

    assert "이렇게 고칠까요?" in text(asked)
    assert after in text(asked)
    assert done.startswith("고쳤습니다")
    assert after in done


@pytest.mark.parametrize("said", ["두번째꺼 시간 바꿔줘", "첫째거 미뤄줘", "2번 장소 바뀜", "2번 동행 추가"])
async def test_a_change_without_its_value_is_asked_for(house, said):
    user = await planned(house)
    await trips(house, user)

    assert "무엇을 고칠까요?" in text(await house.say(user, said))


async def test_a_place_that_no_row_has_changes_nothing(house):
    user = await planned(house)
    await trips(house, user)

    assert "없습니다. 아무것도 바꾸지 않았습니다" in text(await house.say(user, "5번 취소"))


async def test_without_a_list_no_other_trip_is_called_off_by_its_place(house):
    user = await planned(house)

    told = await house.say(user, "첫번째는 안가기로 했어")

    assert "취소로 적었습니다" not in text(told)
    assert (await trips(house, user)).count("예정") == 3


# --- the receipt again


@pytest.mark.parametrize(
    "said",
    [
        "영수증 다시 줘", "영수증 다시 보내줘", "영수증 한번만 더", "아까 영수증", "QR 다시", "큐알 다시 보내줘",
        "영수증 안왔는데", "영수증 지웠어 다시줘",
        "qr 어딨어", "영수증 재발급", "아까 그 큐알", "영수증 날아갔어", "최근 영수증",
        "영수증 이미지 다시 받을수있나", "영수증", "영수증좀",
    ],
)  # fmt: skip
async def test_the_same_receipt_comes_again(house, said):
    user = house.newcomer()
    given = await house.receipt(user)

    told = await house.say(user, said)

    assert text(told).startswith("앞서 드린 영수증입니다.")
    assert told[0].reply.image == given.reply.image


async def test_who_had_none_hears_so(house):
    user = house.newcomer()

    assert "아직 없습니다" in text(await house.say(user, "아까 영수증"))


@pytest.mark.parametrize(
    "said",
    [
        "지난달 영수증",
        "카드 영수증 다시 낼게",
        "영수증 진짜인지 다시 확인",
        "영수증 새로 만들어줘",
        "영수증 금액 바꿔줘",
        "정산 다시",
    ],
)
async def test_other_receipts_are_not_meant(said):
    assert not wanted(normal(said))


# --- what would happen, and what must not


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("집에서 찍어도 돼?", "anywhere"),
        ("늦게 보내면 불이익 있어?", "slow"),
        ("지하라 안잡히면?", "dead"),
        ("내 동선 다 보이나", "seen"),
        ("이주무관 오늘 출장이야?", "others_trips"),
        ("취소하면 기록 남아?", "cancelled"),
        ("복귀 안찍으면 어떻게 돼", "missed"),
        ("도착 안찍었는데 괜찮아?", "missed"),
        ("위치 안보내면 안되나요", "without"),
        ("위치 안 보내면 어떻게 돼요?", "without"),
        ("위치 꼭 보내야 해?", "without"),
        ("잘못찍으면 어떡해", "wrong"),
        ("이거 감사에서 인정돼?", "audit"),
        ("위치 계속 추적되는거 아니지?", "tracked"),
        ("퇴근후에도 추적해?", "tracked"),
        ("누가 볼 수 있어?", "seen"),
        ("팀장님이 내 위치 볼수있나요", "seen"),
        ("위치 얼마나 보관해", "stored"),
        ("사진 저장되나", "photo"),
        ("동의 안하면 불이익 있나", "consent"),
        ("휴대폰 꺼지면 어떻게 해", "dead"),
        ("영수증 위조하면 걸려?", "forged"),
        ("영수증 잃어버리면 어떻게 돼?", "lost"),
        ("관내출장도 위치 보내야돼?", "inside"),
        ("위치 몇번 보내야돼", "times"),
        ("박주무관 지금 어디야", "others_place"),
        ("과장님 출장 어디 갔어", "others_trips"),
        ("우리과 사람들 출장 현황", "others_trips"),
        ("안 갔는데 영수증 만들어줘", "false"),
        ("집인데 김해에 있는걸로 해줘", "false"),
        ("영수증 시간 고쳐줘", "issued"),
        ("법인카드 번호 알려줘", "card"),
        ("김주무관 몰래 감시해줘", "spying"),
        ("직원들 위치 추적해줘", "spying"),
        ("내 대신 박주무관이 위치 보내도 돼?", "stand_in"),
    ],
)  # fmt: skip
async def test_what_is_asked_is_known(said, about):
    assert topic(normal(said)) == about


@pytest.mark.parametrize(
    "said",
    ["출장 취소", "복귀", "도착 13시 40분", "위치 동의 철회", "누가 봤나요", "어제 출장 도착 깜빡했어요",
     "아직 출발 안 했어요", "휴가 취소하면 기록 남아?",
     "이 방 메시지 누가 볼 수 있어?", "위치 안 됨", "출장 내일 13시 감사 대비 회의", "영수증 다시 줘",
     "내일 2시 위치정보 교육 출장"],
)  # fmt: skip
async def test_acts_and_other_subjects_are_no_such_question(said):
    assert topic(normal(said)) == ""


@pytest.mark.parametrize(
    "said", ["복귀 안찍으면 어떻게 돼", "도착 안찍었는데 괜찮아?", "취소하면 기록 남아?", "동의 안하면 불이익 있나"]
)
@pytest.mark.parametrize("under_way", [True, False])
async def test_a_question_is_answered_and_nothing_done(house, said, under_way):
    user = await planned(house, TODAY) if under_way else house.newcomer()

    told = await house.say(user, said)

    assert "알아듣지 못했" not in text(told)
    assert "적었습니다" not in text(told)
    assert not under_way or "예정" in await trips(house, user)


# --- one breath, corrections, short answers


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("출장 신청할게요 내일 2시 김해시청", "11. 24.(화) 14:00 · 김해시청"),
        ("담주 화욜 열시 창원 갔다올게요 회의", "12. 1.(화) 10:00 · 창원"),
        ("출장 하나 잡아줘 금욜 2시 밀양시청 간담회", "11. 27.(금) 14:00 · 밀양시청"),
        ("출장좀 올려줘 내일 3시 거창", "15:00 · 거창"),
        ("나 내일 출장가 2시 김해", "14:00 · 김해"),
        ("나 내일 출장인데 2시 양산이야", "14:00 · 양산"),
        ("내일 진주 출장가야돼 10시", "10:00 · 진주"),
        ("출장신청 내일 2시 김해시청", "14:00 · 김해시청"),
        ("출장 한건 추가 내일 2시 김해시청", "14:00 · 김해시청"),
        ("출장 갈건데 내일 2시 김해시청이야", "14:00 · 김해시청"),
        ("출장 내일두시김해시청 회의", "14:00 · 김해시청"), ("낼 김해 출장요 두시에 버스타고", "14:00 · 김해"),
    ],
)  # fmt: skip
async def test_one_breath_tells_place_and_time(house, said, told):
    assert told in text(await house.say(house.newcomer(), said))


@pytest.mark.parametrize(
    "said", ["출장 가고 싶어요", "출장 신청하고 싶은데요", "출장 좀 적어주세요", "출장 신청할게요"]
)
async def test_a_wish_alone_is_asked_for_its_plan(house, said):
    user = house.newcomer()

    assert text(await house.say(user, said)).startswith("언제 어디로 가십니까?")
    assert "14:00 · 김해시청" in text(await house.say(user, "내일 2시 김해시청"))


async def test_a_leave_and_a_trip_in_one_sentence_are_offered(house):
    told = await house.say(house.newcomer(), "오후반차 쓰고 김해 들렀다 갑니다")

    assert {"휴가 오늘 오후 반차", "출장 오늘 김해"} <= set(labels(told[0]))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("아니 3시", "15:00 · 김해시청"),
        ("3시야", "15:00 · 김해시청"),
        ("2시 아니야 3시야", "15:00 · 김해시청"),
        ("ㄴㄴ 3시", "15:00 · 김해시청"),
        ("시간이 틀렸어 3시야", "15:00 · 김해시청"),
        ("김해 말고 양산", "14:00 · 양산시청"),
        ("김해 아냐 밀양이야", "14:00 · 밀양시청"),
        ("장소 양산으로", "14:00 · 양산"),
        ("목적은 회의", "회의"),
        ("혼자 아니고 박주무관이랑", "동행 박주무관"),
        ("그리고 김주무관도", "동행 김주무관"),
        ("근데 차는 관용차", "관용차"),
        ("박주무관 동행 추가", "동행 박주무관"),
    ],
)  # fmt: skip
async def test_a_correction_changes_that_field_alone(house, said, told):
    user = house.newcomer()
    await house.say(user, "출장 내일 2시 김해시청")

    done = text(await house.say(user, said))

    assert done.startswith("고쳤습니다")
    assert told in done


async def test_the_last_change_is_undone(house):
    user = house.newcomer()
    await house.say(user, "출장 내일 2시 김해시청")
    await house.say(user, "아니 3시")

    assert text(await house.say(user, "방금거 되돌려")).startswith("되돌렸습니다: 11. 24.(화) 14:00 · 김해시청")
    assert "취소할까요?" in text(await house.say(user, "방금거 되돌려"))


@pytest.mark.parametrize(
    "said",
    [
        "아까 취소한 출장 다시 살려줘",
        "취소한 출장 복구해줘",
        "취소했던 일정 되돌려 주세요",
        "취소된 출장 그냥 다시 가기로 했어요",
    ],
)
async def test_a_trip_called_off_comes_back_and_no_other_goes(house, said):
    user = house.newcomer()
    written = await house.say(user, "출장 내일 2시 김해시청")
    await house.press(user, written[0], "맞습니다")

    assert "방금 취소하신 출장이 없습니다" in text(await house.say(user, said))
    assert "취소로 적었습니다" in text(await house.say(user, "출장 취소"))
    assert text(await house.say(user, said)).startswith("되돌렸습니다: 11. 24.(화) 14:00 · 김해시청")


async def test_a_correction_soon_after_it_was_found_right(house):
    user = house.newcomer()
    written = await house.say(user, "출장 내일 2시 김해시청")
    await house.press(user, written[0], "맞습니다")

    assert "14:00 · 양산시청" in text(await house.say(user, "김해 말고 양산"))
    assert "고쳤습니다" not in text(await house.say(user, "청년 말고 창업"))


@pytest.mark.parametrize("said", ["ㄴㄴ", "몰라", "아직 몰라요", "나중에", "거기", "어제 간데"])
async def test_what_names_no_place_is_none(house, said):
    user = house.newcomer()
    await house.say(user, "출장 내일 2시")

    assert "곳 미정 그대로 두었습니다" in text(await house.say(user, said))


async def test_a_place_that_points_at_the_last_trip_is_that_place(house):
    user = house.newcomer()
    await house.say(user, "출장 어제 10시 거창군청")
    await house.say(user, "출장 내일 2시")

    assert "14:00 · 거창군청" in text(await house.say(user, "어제 간데"))


async def test_words_of_a_correction_are_made_plain():
    assert plain("아니 2시 아니야 3시야") == "2시 아니고 3시"
    assert vague("일정 변경됐어")
    assert not vague("3시로 변경")
    assert same_place("저번이랑 같은 곳이요")
    assert not same_place("거기 옆 우체국")


async def test_an_hour_of_the_return_is_that_of_the_trip_just_written(house):
    user = house.newcomer()
    await house.say(user, "출장 내일 2시 김해시청")

    assert "11. 24.(화) 18:00" in text(await house.say(user, "복귀는 6시"))
