"""What people really type: marks, quotes, endings, near misses, and words that are no answer to what was asked."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from PIL import Image

from bot.messenger import InFile, Location, Outgoing, Update
from tests.talk import CHANGWON_CITY_HALL, Talk, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("understanding")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("sense", "deliver", "chat", "verify")) as house:
        yield house


async def known(talk: Talk) -> str:
    user = talk.newcomer()
    await talk.say(user, "시작")
    return user


@pytest.mark.parametrize(
    "typed",
    [
        "식당?",
        "식당!",
        "식당요",
        "식당 좀",
        '"식당"',
        "「식당」",
        "／식당",
        "/ 식당",
        "식\u200b당",
        "/식당!",
        "식당이요?",
    ],
)
async def test_a_command_word_is_known_in_any_dress(talk, typed):
    user = await known(talk)

    assert (await talk.say(user, typed))[0].reply.facts == (await talk.say(user, "식당"))[0].reply.facts is not None


@pytest.mark.parametrize("typed", ["심당", "네?", "/xyz", "고마워", "/심당", "식당가 소식이 뭐야"])
async def test_what_is_no_yes_or_no_is_no_answer_to_the_consent_question(talk, typed):
    user = await known(talk)
    await talk.say(user, "출장")

    said = text(await talk.say(user, typed))

    assert "동의" not in said
    assert "동의를 기록했습니다" in text(await talk.say(user, "네!"))


async def test_a_no_in_words_is_a_no(talk):
    user = await known(talk)
    await talk.say(user, "출장")

    assert "위치를 받지 않겠습니다" in text(await talk.say(user, "동의 안 합니다."))


async def test_a_near_miss_at_the_first_contact_is_suggested_before_the_introduction(talk):
    said = await talk.say(talk.newcomer(), "심당")

    assert "'식당' 말씀이십니까" in said[0].reply.text
    assert len(said) == 4
    assert "도비입니다" in said[1].reply.text


# --- days, departments, months; the clock says Monday 2026-11-23


async def test_a_named_department_is_answered_not_ones_own(talk):
    user = await known(talk)

    for typed in ("차례 농정과", "농정과 차례", "농정과는 몇 시?"):
        said = text(await talk.say(user, typed))
        assert said.startswith("농정과는 ")
        assert "총무과" not in said
    assert text(await talk.say(user, "차례 없는과")).startswith("없는과의 차례는 정해져 있지 않습니다")
    assert text(await talk.say(user, "차례")).startswith("총무과는 이번 주")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("내일 차례", "총무과는 11. 24.(화) "),
        ("차례 내일", "총무과는 11. 24.(화) "),
        ("다음 주 우리 과 몇 시", "총무과는 11. 30.(월)~12. 4.(금) "),
        ("12월 3일 차례", "총무과는 12. 3.(목) "),
        ("12월 3일 농정과 차례", "농정과는 12. 3.(목) "),
        ("12월 25일 차례", "12. 25.(금)에는 쉽니다"),
        ("이번 주 토요일 차례", "11. 28.(토)에는 쉽니다"),
        ("2월 30일 차례", "달력에 없는 날짜"),
        ("다음 주 차례", "11. 30.(월)~12. 4.(금) 차례입니다"),
        ("12월 3일 12시 20분은 누구?", "12. 3.(목) 12:20은 "),
        ("12월 3일 15시는 누구?", "정해진 차례가 없습니다"),
    ],
)
async def test_the_day_that_is_named_is_answered(talk, typed, told):
    assert told in text(await talk.say(await known(talk), typed))


async def test_who_travels_on_a_day_is_no_question_about_lunch(talk):
    assert "12. 3." not in text(await talk.say(await known(talk), "12월 3일 출장 누구 가?"))


async def test_claims_of_a_month_that_is_named(talk):
    user = await known(talk)
    await talk.receipt(user)

    assert "11월 출장 영수증 1장" in text(await talk.say(user, "정산 11월"))
    assert "10월에 받으신 출장 영수증이 없습니다" in text(await talk.say(user, "정산 10월"))
    assert "10월에" in text(await talk.say(user, "지난달 정산"))


# --- the receipt tells the traveller what it tells the auditor


async def test_a_flag_of_the_receipt_is_told_at_once_in_four_lines(talk):
    user = await known(talk)
    await talk.agree(user)
    await talk.say(user, "출장")
    await talk.advance(timedelta(minutes=5))

    late = text(await talk.say(user, location=Location(35.228, 128.681)))

    assert late.count("\n") == 3
    told = late.splitlines()[3]
    assert told.startswith("감사 때 함께 볼 것: 위치 요청에 늦게 답한 것입니다.")
    assert "오차를 알려 주지" in told
    assert "손으로 넣었을" in told


async def test_consent_names_the_window(talk):
    user = await known(talk)
    await talk.say(user, "출장")

    assert "1분 30초 안에" in text(await talk.say(user, "네"))


async def test_a_point_from_before_the_question_is_early_and_not_late(talk):
    user = await known(talk)
    await talk.agree(user)
    await talk.say(user, "출장")

    before = talk.clock.now() - timedelta(seconds=40)
    said = text(await talk.say(user, location=CHANGWON_CITY_HALL, sent_at=before))

    assert "먼저 찍힌" in said
    assert "늦게" not in said


async def test_a_point_in_no_known_place_says_so(talk):
    user = await known(talk)
    await talk.agree(user)

    said = text(await talk.say(user, location=Location(48.8566, 2.3522, accuracy_m=10)))

    assert "국내 시군구를 찾지 못한 곳" in said
    assert "부근" not in said
    assert "시군구를 찾지 못했습니다" in said
    assert "국내 시군구를 찾지 못한 곳" in text(await talk.say(user, "정산"))


# --- one receipt a message


async def share(talk: Talk, user: str, message: str, at: Location) -> list[Outgoing]:
    before = len(talk.messenger.sent)
    now = talk.clock.now()
    await talk.router.receive(
        Update("console", user, now, message=message, location=at, sent_at=now, reference=message)
    )
    await talk.house.rota.drain()
    return talk.messenger.sent[before:]


async def test_a_live_share_is_one_receipt_however_often_it_moves(talk):
    user = await known(talk)
    await talk.agree(user)
    live = replace(CHANGWON_CITY_HALL, live=True)

    first = await share(talk, user, "7", live)
    moved = [await share(talk, user, "7", replace(live, lat=35.3 + step / 100, edited=True)) for step in range(3)]

    assert len(first) == 1
    assert moved == [[], [], []]
    assert "영수증 1장" in text(await talk.say(user, "정산"))


async def test_the_same_message_twice_is_one_receipt_and_another_is_another(talk):
    user = await known(talk)
    await talk.agree(user)

    for message in ("8", "8", "9"):
        await share(talk, user, message, CHANGWON_CITY_HALL)

    assert "영수증 2장" in text(await talk.say(user, "정산"))


# --- what is handed over


async def test_tags_in_a_topic_are_no_part_of_it(talk):
    assert "'재난' 소식을" in text(await talk.say(await known(talk), "구독 <b>재난</b>"))


async def test_each_code_in_one_picture_gets_its_verdict(talk):
    codes = []
    for _ in range(2):
        user = await known(talk)
        receipt = await talk.receipt(user)
        codes.append(Image.open(io.BytesIO(receipt.reply.image)).convert("L"))
    sheet = Image.new("L", (codes[0].width * 2, codes[0].height), 255)
    for number, code in enumerate(codes):
        sheet.paste(code, (number * code.width, 0))
    out = io.BytesIO()
    sheet.save(out, "PNG")

    said = await talk.say("lee", "검증", files=[InFile("two.png", out.getvalue())])

    assert [
        message.reply.text.partition(":")[0].endswith(f"{number}번째 QR)") for number, message in enumerate(said, 1)
    ] == [True, True]
    assert all("총무과-812" in message.reply.text for message in said)


@pytest.mark.parametrize("data", [b"%PDF-1.7 ...", b"PK\x03\x04...."])
async def test_broken_papers_are_unreadable_and_it_says_so(talk, data):
    said = text(await talk.say("lee", "검증", files=[InFile("a.bin", data)]))

    assert said.startswith("판독 불가")
    assert "깨졌거나" in said
