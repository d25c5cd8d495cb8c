"""What people decide about their location holds at once; what is held of them they see whole; nobody is watched."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import pytest_asyncio

from attest.trips import Trips
from bot.messenger import Location, Outgoing
from bot.wording import moment
from tests.auditing import open_audit, token_of
from tests.talk import CHANGWON_CITY_HALL, Talk, button, labels, talking, text
from tests.traces import contents, files, traces

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET_PLACE = Location(36.123457, 128.987643, accuracy_m=17.0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("privacy"), roles=("deliver", "chat", "verify")) as stage:
        yield stage


# --- consent


async def test_the_question_says_what_for_how_long_for_whom_and_that_no_costs_nothing(talk):
    asked = await talk.say(talk.newcomer(), "출장")

    told = text(asked)
    for must in (
        "한 점과 시각",
        "출장 증빙에만",
        "5년",
        "1년",
        "감사 담당만",
        "불이익이 없고",
        "사진·방문기관 확인",
        "위치 동의 철회",
    ):
        assert must in told, must
    assert told.count("\n") <= 3
    assert labels(asked[0]) == ["동의합니다", "동의하지 않습니다", "자세히"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("네 동의합니다", "동의를 기록했습니다"),
        ("예, 위치정보 이용에 동의할게요!", "동의를 기록했습니다"),
        ("동의 안함", "위치를 받지 않겠습니다"),
        ("아뇨 저는 동의 못 합니다", "위치를 받지 않겠습니다"),
    ],
)
async def test_the_question_is_answered_in_ones_own_words(talk, said, told):
    user = talk.newcomer()
    await talk.say(user, "출장")

    assert told in text(await talk.say(user, said))


async def test_later_is_neither_yes_nor_no(talk):
    user = talk.newcomer()
    await talk.say(user, "출장")

    assert "동의하신 것이 아니므로" in text(await talk.say(user, "나중에 할게요"))


@pytest.mark.parametrize("said", ["나중에 할게요", "네?", "동의하면 뭐가 좋아요", "출장 안 가요"])
async def test_what_is_no_yes_is_never_taken_for_one(talk, said):
    user = talk.newcomer()
    await talk.say(user, "출장")

    told = await talk.say(user, said)

    assert not any("기록했습니다" in one.reply.text for one in told)
    assert await talk.house.people.consent("gyeongnam", user) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("위치정보 수집 동의 안 할래요", "철회"),
        ("위치 당분간 안 쓸래요", "멈출 것이 없습니다"),
        ("제 기록 다 지워주세요", "무엇을 지울까요?"),
        ("내 기록 누가 봤나요", "아직 아무도"),
        ("위치추적 하는 거 아니죠?", "위치"),
    ],
)
async def test_what_people_ask_of_their_location_is_answered(talk, said, told):
    assert told in text(await talk.say(talk.newcomer(), said))


async def test_the_whole_notice_stands_behind_a_button_and_the_question_goes_on_waiting(talk):
    user = talk.newcomer()
    asked = await talk.say(user, "출장")

    notice = await talk.press(user, asked[0], "자세히")

    for must in (
        "목적", "보관", "다음 해 1월 1일부터 5년", "열람 기록은 2년", "권리", "위치 잠시 멈춤", "24시간 안에",
        "불이익이 없습니다",
        "국외 서버", "위치정보법 제15·18·19·23·24조", "개인정보 보호법", "문의:", "8시간",
    ):  # fmt: skip
        assert must in text(notice), must
    assert labels(notice[0]) == ["동의합니다", "동의하지 않습니다"]
    assert "동의를 기록했습니다" in text(await talk.say(user, "네"))


async def test_a_changed_text_is_asked_again_and_what_comes_meanwhile_is_dropped(talk):
    user = talk.newcomer()
    await talk.house.people.grant("gyeongnam", user, talk.clock.now(), "2026-11")  # an earlier text

    asked = await talk.say(user, location=SECRET_PLACE)

    assert "동의문이 바뀌어 다시 여쭙니다" in text(asked)
    assert "저장하지 않고 버렸습니다" in text(asked)
    assert "지금은 동의하지 않음" in text(await talk.say(user, "내 정보"))
    await talk.press(user, asked[0], "동의합니다")
    assert (await talk.say(user, location=CHANGWON_CITY_HALL))[0].reply.image is not None


async def test_no_word_of_a_refusal_is_a_disadvantage(talk):
    user = talk.newcomer()
    asked = await talk.say(user, "출장")

    refused = text(await talk.press(user, asked[0], "동의하지 않습니다"))

    assert "불이익은 없습니다" in refused
    assert "똑같이 정산합니다" in refused
    for bad in ("제한", "어렵", "감액", "불가", "못 쓰", "권장", "아쉽"):
        assert bad not in refused


# --- withdrawal


async def test_a_withdrawal_drops_the_very_next_share_and_asks_nothing_back(talk):
    user = talk.newcomer()
    await talk.agree(user)

    said = await talk.say(user, "위치 동의 철회")
    dropped = await talk.say(user, location=SECRET_PLACE)

    assert "철회했습니다" in text(said)
    assert "?" not in text(said)
    assert "버렸습니다" in text(dropped)
    kept = await contents(talk.house.redis) + files(talk.data)
    assert [trace for trace in traces(SECRET_PLACE) if trace in kept] == []


async def test_a_share_on_its_way_with_the_withdrawal_comes_before_it_or_is_dropped(talk):
    user = talk.newcomer()
    await talk.agree(user)

    await asyncio.gather(
        talk.say(user, "위치 동의 철회"), *(talk.say(user, location=CHANGWON_CITY_HALL) for _ in range(5))
    )

    assert "버렸습니다" in text(await talk.say(user, location=SECRET_PLACE))


@pytest.mark.parametrize("said", ["위치 동의 철회", "/withdraw"])
async def test_a_withdrawal_is_understood(talk, said):
    user = talk.newcomer()
    await talk.agree(user)

    assert "철회했습니다" in text(await talk.say(user, said))


async def test_receipts_no_claim_rests_on_go_a_day_after_the_withdrawal_with_all_their_traces(talk):
    user = talk.newcomer()
    receipt = await talk.receipt(user, "총무과-4711")
    token = text(await talk.press(user, receipt, "글자로 받기"))
    serial = serial_of(receipt)

    said = text(await talk.say(user, "위치 동의 철회"))

    assert "영수증 1장과 그 기록은 11. 24.(화)" in said
    assert "영수증 1장" in text(await talk.say(user, "내 정보"))
    before = await contents(talk.house.redis)
    assert token.encode() in before
    await talk.advance(timedelta(hours=25))
    await settled(talk)
    kept = await contents(talk.house.redis) + files(talk.data)
    for gone in (token.encode(), serial.encode()):
        assert gone not in kept, gone
    assert "영수증 0장" in text(await talk.say(user, "내 정보"))
    (trip,) = await Trips(talk.house.redis).of("gyeongnam", user, date(2026, 1, 1), date(2027, 1, 1))
    assert (trip.place, trip.distance_m, trip.receipts) == (0, None, ())  # the trip itself is the person's own word
    assert text(await talk.say("lee", f"검증 {token}")).startswith("유효")


async def test_they_go_at_once_at_a_word(talk):
    user = talk.newcomer()
    token = text(await talk.press(user, await talk.receipt(user), "글자로 받기"))
    said = await talk.say(user, "위치 동의 철회")

    done = await talk.press(user, said[0], "영수증도 파기")

    assert "영수증 1장과 그 기록을 파기했습니다" in text(done)
    assert token.encode() not in await contents(talk.house.redis)
    assert "영수증 0장" in text(await talk.say(user, "정산"))
    assert "파기할 영수증이 없습니다" in text(await talk.press(user, said[0], "영수증도 파기"))


async def test_they_stay_for_a_claim_at_a_word(talk):
    user = talk.newcomer()
    await talk.receipt(user)
    said = await talk.say(user, "위치 동의 철회")

    kept = await talk.press(user, said[0], "정산할 것은 남기기")
    await talk.advance(timedelta(hours=25))

    assert "영수증 1장은 남겨 두겠습니다" in text(kept)
    assert "영수증 1장" in text(await talk.say(user, "내 정보"))


async def test_a_receipt_a_claim_rests_on_stays_to_its_date_and_that_is_said(talk):
    user = talk.newcomer()
    receipt = await talk.receipt(user)
    await claim(talk, serial_of(receipt))

    said = await talk.say(user, "위치 동의 철회")

    assert "정산에 쓴 1장은 회계 증빙이라" in text(said)
    assert "영수증도 파기" not in labels(said[0])
    await talk.advance(timedelta(hours=25))
    assert "영수증 1장(정산 1장)" in text(await talk.say(user, "내 정보"))


async def test_whoever_agrees_again_is_told_what_still_goes(talk):
    user = talk.newcomer()
    await talk.receipt(user)
    assert "'위치 동의'라고" in text(await talk.say(user, "위치 동의 철회"))

    asked = await talk.say(user, "위치 동의")
    agreed = await talk.press(user, asked[0], "동의합니다")

    assert "앞서 철회하셨을 때의 영수증" in text(agreed)
    await talk.press(user, agreed[0], "정산할 것은 남기기")
    await talk.advance(timedelta(hours=25))
    assert "영수증 1장" in text(await talk.say(user, "내 정보"))


async def test_what_comes_under_a_new_consent_does_not_go_with_the_old(talk):
    user = talk.newcomer()
    await talk.receipt(user, "총무과-6001")
    await talk.say(user, "위치 동의 철회")
    await talk.advance(timedelta(hours=1))
    await talk.say(user, press="consent:yes")
    await talk.say(user, "출장 총무과-6002")
    new = await talk.say(user, location=talk.here())

    await talk.advance(timedelta(hours=25))

    mine = await talk.press(user, (await talk.say(user, "내 정보"))[0], "영수증")
    assert "영수증 1장입니다" in text(mine)
    assert text(await talk.press(user, new[0], "글자로 받기")).isascii()


async def test_a_second_withdrawal_takes_what_came_between_and_one_said_twice_moves_nothing(talk):
    user = talk.newcomer()
    await talk.receipt(user, "총무과-6003")
    await talk.say(user, "위치 동의 철회")
    await talk.advance(timedelta(hours=1))
    await talk.say(user, press="consent:yes")
    await talk.say(user, "출장 총무과-6004")
    await talk.say(user, location=talk.here())
    await talk.advance(timedelta(hours=1))

    said = text(await talk.say(user, "위치 동의 철회"))
    await talk.advance(timedelta(hours=10))
    again = text(await talk.say(user, "위치 동의 철회"))

    assert "영수증 2장" in said
    assert said.partition("기록은 ")[2][:20] == again.partition("기록은 ")[2][:20]
    await talk.advance(timedelta(hours=15))
    assert "영수증 0장" in text(await talk.say(user, "내 정보"))


# --- a rest


async def test_location_rests_at_a_word_and_goes_on_at_a_word(talk):
    user = talk.newcomer()
    await talk.agree(user)

    paused = await talk.say(user, "위치 잠시 멈춤")
    dropped = await talk.say(user, location=SECRET_PLACE)

    assert "잠시 멈췄습니다" in text(paused)
    assert "버렸습니다" in text(dropped)
    assert labels(dropped[0]) == ["다시 시작"]
    assert "잠시 멈춤" in text(await talk.say(user, "내 정보"))
    assert "잠시 멈추신 동안" in text(await talk.say(user, "출장"))
    kept = await contents(talk.house.redis) + files(talk.data)
    assert [trace for trace in traces(SECRET_PLACE) if trace in kept] == []
    assert "다시 받습니다" in text(await talk.press(user, paused[0], "다시 시작"))
    assert (await talk.say(user, location=CHANGWON_CITY_HALL))[0].reply.image is not None


async def test_a_rest_is_never_refused_and_says_where_there_is_nothing_to_stop(talk):
    user = talk.newcomer()

    assert "멈출 것이 없습니다" in text(await talk.say(user, "위치 잠시 멈춤"))
    assert "멈춰 있지 않습니다" in text(await talk.say(user, "다시 시작"))


# --- no watching


async def test_a_live_share_before_consent_or_after_withdrawal_leaves_nothing_and_is_not_answered_each_time(talk):
    user = talk.newcomer()
    live = replace(SECRET_PLACE, live=True)

    first = await talk.say(user, location=live)
    moves = [await talk.say(user, location=replace(live, edited=True, lat=live.lat + n / 1e4)) for n in range(3)]

    assert "버렸습니다" in text(first)
    assert moves == [[], [], []]
    await talk.agree(user)
    await talk.say(user, "위치 동의 철회")
    assert await talk.say(user, location=replace(live, edited=True)) == []
    kept = await contents(talk.house.redis) + files(talk.data)
    assert [trace for trace in traces(SECRET_PLACE) if trace in kept] == []


# --- what is held


async def test_what_is_held_stands_in_four_lines_with_its_details_behind_buttons(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    await talk.receipt(user, "총무과-812")

    mine = await talk.say(user, "내 정보")

    told = text(mine)
    assert told.count("\n") == 3
    assert "구독 1개" in told
    assert "영수증 1장" in told
    assert "부터 동의" in told
    assert labels(mine[0])[:5] == ["구독", "영수증", "누가 봤나요", "동의 기록", "파일로 받기"]
    assert "재난안전" in text(await talk.press(user, mine[0], "구독"))
    assert "창원시 · 총무과-812" in text(await talk.press(user, mine[0], "영수증"))
    assert "아직 아무도 보지 않았습니다" in text(await talk.press(user, mine[0], "누가 봤나요"))
    assert f"{moment(talk.clock.now())} · 동의(2026-12판)" in text(await talk.press(user, mine[0], "동의 기록"))


async def test_who_looked_is_told_with_office_and_document_number_and_a_held_look_only_after_its_notice(talk):
    user = talk.newcomer()
    token = await token_of(talk, user)
    await talk.say("lee", f"검증 {token}")
    await open_audit(talk, "감사담당관-901")
    first = text(await talk.say(user, "누가 봤나요"))
    await talk.say("lee", "통지 보류 7일 증거인멸 우려")
    await talk.say("lee", f"검증 {token}")
    await talk.say("lee", f"검증 {token}")

    held = text(await talk.say(user, "누가 봤나요"))

    assert "문서번호 없이" in first
    assert "901" not in held
    assert "3번" not in text(await talk.say(user, "내 정보"))
    assert not any("901" in cell for cell in cells((await talk.say(user, press="mine:file"))[0].reply.file.data))
    monday = talk.clock.now() + timedelta(days=15 - talk.clock.now().weekday())
    talk.clock.move_to(monday.replace(hour=1, minute=30))  # 10:30 in Korea: the notice comes in office hours
    await talk.house.rota.drain()
    after = text(await talk.say(user, "누가 봤나요"))
    assert "감사 담당이 3번 봤습니다" in after
    assert "경상남도(예시) 감사 담당 · 감사담당관-901" in after
    assert "lee" not in after
    assert "횟수 3번" in text(await talk.say(user, "내 정보"))
    await talk.say("lee", "감사 종료")


async def test_the_file_holds_all_of_it(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    await talk.receipt(user, "총무과-813")
    mine = await talk.say(user, "내 정보")

    given = await talk.press(user, mine[0], "파일로 받기")

    file = given[0].reply.file
    assert file is not None
    assert file.name.endswith(".xlsx")
    shown = cells(file.data)
    for must in ("출장 영수증", "총무과-813", "재난안전", "위치 동의 기록", "첫 인사", "김하나"):
        assert any(must in cell for cell in shown), must


async def test_everything_a_person_kept_for_themselves_is_deleted_at_a_word(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    await talk.receipt(user)

    asked = await talk.say(user, "내 정보 삭제")
    done = await talk.press(user, asked[0], "구독·알림 지우기")

    assert "정산에 쓰지 않은 위치 영수증 1장" in text(asked)
    assert "정산에 쓴 영수증 0장" in text(asked)
    assert "지웠습니다" in text(done)
    assert "구독 0개" in text(await talk.say(user, "내 정보"))
    assert "영수증 1장" in text(await talk.say(user, "내 정보"))


async def test_a_wrong_department_is_told_whom_to_ask(talk):
    said = text(await talk.say(talk.newcomer(), "내 부서가 틀렸어요"))

    assert "인사 자료" in said
    assert "총무과" in said


async def test_nothing_of_it_is_answered_in_a_group(talk):
    user = talk.newcomer()

    for said in ("내 정보", "누가 봤나요", "위치 동의 철회", "위치 잠시 멈춤", "내 정보 삭제"):
        assert "개인 대화에서만" in text(await talk.say(user, said, chat="총무과", mention=True))


async def test_nobody_sees_anothers(talk):
    one, other = talk.newcomer(), talk.newcomer()
    receipt = await talk.receipt(one, "총무과-9999")

    assert "영수증 0장" in text(await talk.say(other, "내 정보"))
    await talk.say(other, press="erase:now")
    assert "영수증 1장" in text(await talk.say(one, "내 정보"))
    assert button(receipt, "글자로 받기")


# --- tools


def serial_of(receipt: Outgoing) -> str:
    return button(receipt, "글자로 받기").partition(":")[2]


async def claim(talk: Talk, serial: str) -> None:
    from attest.claims import Claims
    from attest.crypto import KeyStore
    from attest.log import ReceiptLog

    log = ReceiptLog(talk.house.redis, KeyStore(talk.data / "keys"), talk.clock.now)
    await Claims(talk.house.redis, log, talk.clock.now).mark("gyeongnam", bytes.fromhex(serial), "used", "claim-1")


async def settled(talk: Talk) -> None:
    """Until the append-only file was rewritten."""
    await talk.house.rota.drain()
    for _ in range(500):
        state = await talk.house.redis.info("persistence")
        if not (state["aof_rewrite_in_progress"] or state.get("aof_rewrite_scheduled")):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the rewrite did not end")


def cells(data: bytes) -> list[str]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
