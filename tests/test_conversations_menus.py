"""식단: kitchens send what they have, see what was read, put it right; people ask and hear allergens and origins."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta

import pytest
import xlsxwriter
from reportlab.pdfgen import canvas

from bot.messenger import InFile, Outgoing
from tests.occupancy.menus import documents, first
from tests.talk import Talk, labels, talking, text

TUESDAY = date(2026, 11, 24)


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("chat",)) as found:
        yield found


def sheet() -> InFile:
    form = first.merged_title()
    assert isinstance(form.data, bytes)
    return InFile("주간식단표.xlsx", form.data)


def all_text(messages: Sequence[Outgoing]) -> str:
    return "\n".join(message.reply.text for message in messages)


async def entered(talk: Talk, who: str = "choi") -> Outgoing:
    """The sheet of this week, confirmed."""
    shown = await talk.say(who, files=[sheet()])
    done = await talk.press(who, shown[0], "맞습니다")
    assert "등록했습니다" in text(done)
    return done[0]


async def test_a_sheet_sent_alone_is_read_back_day_by_day_and_stands_only_after_a_yes(talk):
    shown = await talk.say("choi", files=[sheet()])

    told = text(shown).splitlines()
    assert told[0] == "이렇게 읽었습니다: 본관 구내식당(예시) 11. 23.(월)~11. 27.(금) 5일"
    assert told[1] == "11. 23.(월) 쌀밥, 근대된장국(5·6), 제육볶음(5·6·10·13), 계란찜(1), 배추김치(9)"
    assert "알레르기 표시: 음식 25가지 중 19가지" in text(shown)
    assert "원산지: 쌀: 국내산" in text(shown)
    assert labels(shown[0])[:2] == ["맞습니다", "고치기"]
    assert "아직 등록되지 않았습니다" in text(await talk.say("kim", "오늘 메뉴"))

    done = await talk.press("choi", shown[0], "맞습니다")

    assert text(done).startswith("등록했습니다: 본관 구내식당(예시) 11. 23.(월)~11. 27.(금) 5일")
    answer = text(await talk.say("kim", "오늘 메뉴"))
    assert answer.splitlines()[0] == (
        "본관 구내식당(예시) 11. 23.(월) 점심(850kcal): "
        "쌀밥, 근대된장국(5·6), 제육볶음(5·6·10·13), 계란찜(1), 배추김치(9)"
    )
    assert "알레르기: 1 난류 · 5 대두 · 6 밀 · 9 새우 · 10 돼지고기 · 13 아황산류" in answer
    assert "원산지: 쌀: 국내산, 돼지고기: 국내산" in answer


async def test_people_ask_for_any_day_or_week_as_they_speak(talk):
    await entered(talk)

    for typed in (
        "내일 뭐 나와", "내일 메뉴 알려줘", "화요일 점심", "11월 24일 식단", "식단 내일", "내일 점심 뭐야?",
        "도비야 내일 반찬 뭐 나와?",
    ):  # fmt: skip
        assert "11. 24.(화) 점심(910kcal): 잡곡밥" in text(await talk.say("kim", typed)), typed
    for typed in ("이번 주 식단", "주간 식단", "이번주 메뉴 뭐야"):
        told = text(await talk.say("kim", typed))
        assert "11. 27.(금) 곤드레밥, 어묵국, 오징어볶음, 두부조림, 열무김치" in told, typed
        assert told.count("\n") == 5
    assert "11. 30.(월) 주 식단은 아직 등록되지 않았습니다" in text(await talk.say("kim", "다음 주 식단 나왔어?"))
    none = text(await talk.say("kim", "12월 3일 식단"))
    assert "12. 3.(목) 식단은 아직 등록되지 않았습니다" in none
    assert "'식단 등록'" in none
    assert "쉽니다" in text(await talk.say("kim", "토요일 점심 메뉴"))
    assert "달력에 없는 날짜" in text(await talk.say("kim", "2월 30일 식단"))
    assert "돈까스(1·2·5·6·10)" in text(await talk.say("kim", "목요일 메뉴", chat="총무과", mention=True))


async def test_sentences_about_lunch_that_ask_for_something_else_are_not_answered_with_dishes(talk):
    grammar = talk.router._grammar
    for typed in (
        "오늘 점심 861명", "내일 점심 교육생 120명 추가", "오늘 점심 10분 지연", "금요일 점심 몇 시에 가?",
        "내일 점심 줄 길까", "오늘 저녁 진주 출장", "점심 한산해지면 알려줘", "내일 점심 예상 몇 명이야",
        "이번 주 차례", "오늘 점심 언제 가",
        "이번 주 소식", "내일 회의 메모",
    ):  # fmt: skip
        found = grammar.command(typed) or grammar.sentence(typed)
        assert found is None or found.route.name != "menu", typed
    for typed in (
        "내일 점심",
        "오늘 뭐 먹지",
        "오늘 점심 뭐야?",
        "다음 주 월요일 식단",
        "모레 저녁은?",
        "12월 24일 뭐 나와요",
        "점심 메뉴",
        "메뉴",
    ):
        found = grammar.command(typed) or grammar.sentence(typed)
        assert found is not None, typed
        assert found.route.name == "menu", typed


async def test_allergens_are_found_by_day_and_what_is_unmarked_is_said(talk):
    await entered(talk)

    for typed in ("알레르기 고등어", "고등어 들어간 날", "고등어 알레르기 있는데요"):
        told = text(await talk.say("kim", typed))
        assert "11. 24.(화) 고등어구이(7)" in told, typed
        assert "같은 조리실" in told
    assert "땅콩 표시가 있는 음식이 없습니다" in text(await talk.say("kim", "땅콩 들어간 날"))
    assert "19 잣" in text(await talk.say("kim", "알레르기"))


async def test_whether_an_allergen_is_in_it_is_answered_first_and_never_with_a_promise(talk):
    await entered(talk)

    there = text(await talk.say("kim", "오늘 메뉴에 새우 들어가나요?"))
    bare = text(await talk.say("kim", "내일 우유 들어가요?"))
    absent = text(await talk.say("kim", "오늘 점심에 복숭아 들어 있나요"))

    for one in (there, bare, absent):
        first = one.splitlines()[0]
        assert first.startswith("네, 들어간다고 표시") or "표시가 있는 음식은 없습니다" in first, one
    assert "없습니다. 조금이라도 안 되는 분은" in absent.splitlines()[0]


async def test_corrections_are_shown_and_nothing_stands_before_the_yes(talk):
    shown = await talk.say("choi", files=[sheet()])
    asked = await talk.press("choi", shown[0], "고치기")
    assert "화요일 국을 미역국으로" in text(asked)

    fixed = await talk.say("choi", "화요일 국을 미역국(5.16)으로")
    assert "11. 24.(화) 잡곡밥, 미역국(5·16), 고등어구이(7)" in text(fixed)
    assert "11. 25.(수) 쌀밥, 순두부찌개(1·5·9·18), 감자채볶음" in text(await talk.say("choi", "수요일 닭갈비 빼줘"))
    assert "돈까스(1·2·5·6·10), 양배추샐러드(1·5), 배추김치(9), 식혜" in text(
        await talk.say("choi", "목요일 식혜 추가")
    )
    assert "그런 음식이 없습니다" in text(await talk.say("choi", "금요일 갈비 빼줘"))
    assert "어느 날입니까" in text(await talk.say("choi", "쌀밥 빼줘"))
    assert "아직 등록되지 않았습니다" in text(await talk.say("kim", "내일 메뉴"))

    done = await talk.say("choi", "네 맞습니다")

    assert "등록했습니다" in text(done)
    assert "미역국(5·16)" in text(await talk.say("kim", "내일 메뉴"))
    assert "닭갈비" not in text(await talk.say("kim", "수요일 메뉴"))


async def test_what_is_entered_is_corrected_later_too_and_undone(talk):
    await entered(talk)

    fixed = await talk.say("choi", "식단 수정 내일 고등어구이를 갈치구이로")
    assert "갈치구이" in text(fixed)
    assert "고등어구이" in text(await talk.say("kim", "내일 메뉴"))
    done = await talk.press("choi", fixed[0], "맞습니다")
    assert "갈치구이" in text(await talk.say("kim", "내일 메뉴"))

    assert "1일의 식단을 등록 전으로" in text(await talk.press("choi", done[0], "되돌리기"))
    assert "고등어구이" in text(await talk.say("kim", "내일 메뉴"))
    assert "되돌릴 것이 없습니다" in text(await talk.press("choi", done[0], "되돌리기"))


async def test_a_second_sheet_says_what_changes_and_replaces_after_the_yes(talk):
    await entered(talk)
    again = await talk.say("choi", files=[sheet()])
    assert "5일은 이미 등록된 것과 같습니다" in text(again)
    await talk.press("choi", again[0], "취소")

    other = await talk.say("choi", "식단 등록\n화: 쌀밥, 김치찌개(5.9.10), 달걀말이(1)\n수: 휴무")

    assert "이미 등록된 식단과 다릅니다" in text(other)
    assert "11. 24.(화), 11. 25.(수)" in text(other)
    await talk.press("choi", other[0], "맞습니다")
    assert "김치찌개(5·9·10)" in text(await talk.say("kim", "내일 메뉴"))
    assert "식단이 없습니다: 휴무" in text(await talk.say("kim", "수요일 메뉴"))
    assert "제육볶음" in text(await talk.say("kim", "오늘 메뉴"))


async def test_a_pasted_menu_is_read_however_it_comes(talk):
    for typed in (
        "식단 등록 월: 쌀밥, 된장국, 제육볶음 / 화: 잡곡밥, 미역국, 고등어구이",
        "월: 쌀밥, 된장국, 제육볶음 / 화: 잡곡밥, 미역국, 고등어구이",
        "이번 주 식단입니다\n월: 쌀밥, 된장국, 제육볶음\n화: 잡곡밥, 미역국, 고등어구이",
        "식단 올려주세요\n\n구분\t월(11/23)\t화(11/24)\n중식\t쌀밥\t잡곡밥\n\t된장국\t미역국\n\t제육볶음\t고등어구이",
    ):
        shown = await talk.say("choi", typed)

        assert "11. 23.(월) 쌀밥, 된장국, 제육볶음\n11. 24.(화) 잡곡밥, 미역국, 고등어구이" in text(shown), typed
        assert "알레르기 표시는 읽은 것이 없습니다" in text(shown)
        await talk.say("choi", "취소")


async def test_one_day_is_pasted_in_a_sentence_and_the_question_waits_for_a_paste(talk):
    assert "11. 24.(화) 비빔밥, 미역국" in text(await talk.say("choi", "내일 점심 비빔밥, 미역국"))
    await talk.say("choi", "취소")
    assert "식단표를 보내 주십시오" in text(await talk.say("choi", "식단 등록"))
    assert "11. 25.(수) 카레라이스, 단무지" in text(await talk.say("choi", "수요일 카레라이스, 단무지, 국"))


async def test_a_document_of_a_word_processor_and_a_caption(talk):
    form = documents.document()
    assert isinstance(form.data, bytes)

    for caption in ("", "이번 주 식단입니다", "식단 등록"):
        shown = await talk.say("park", caption, files=[InFile("식단.hwpx", form.data)])
        assert "고등어구이(7)" in text(shown), caption
        assert "11. 27.(금) 쉼: 휴무" in text(shown)
        await talk.press("park", shown[0], "취소")


async def test_others_are_refused_politely_and_groups_are_no_place_for_it(talk):
    told = text(await talk.say("kim", "식단 등록"))
    assert "관리자·배식만 쓰실 수 있습니다" in told
    assert "문의" in told
    shown = await talk.say("choi", files=[sheet()])
    for press in [button.press for button in shown[0].reply.buttons]:
        assert "쓰실 수 있습니다" in text(await talk.say("kim", press=press))
    assert "따로" in text(await talk.say("choi", "식단 등록", chat="총무과", mention=True))
    assert "아직 등록되지 않았습니다" in text(await talk.say("yun", "오늘 메뉴"))


async def test_a_repeated_update_finds_its_own_draft_and_a_correction_is_heard_once(talk):
    first_time = await talk.say("choi", files=[sheet()], update="u1")
    await talk.say("choi", "금요일 식혜 추가", update="u2")
    store = talk.house.menus
    draft_id = next(one.press for one in first_time[0].reply.buttons).partition(":")[2]
    before = await store.draft("gyeongnam", draft_id)

    await talk.house.redis.delete(*[key async for key in talk.house.redis.scan_iter("dobi:*:people:handled:*")])
    again = await talk.say("choi", files=[sheet()], update="u1")
    repeated = await talk.say("choi", "금요일 식혜 추가", update="u2")

    assert [one.press for one in again[0].reply.buttons] == [one.press for one in first_time[0].reply.buttons]
    assert "식혜" in all_text(repeated)
    assert await store.draft("gyeongnam", draft_id) == before
    for _ in range(2):
        assert "등록했습니다" in text(await talk.say("choi", press=f"menu-yes:{draft_id}"))
    assert text(await talk.say("kim", "금요일 메뉴")).count("식혜") == 1


async def test_what_could_not_be_read_is_named(talk):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["11/23(화)", "11/24(화)"])
        page.write_row(
            1, 0, ["쌀밥", "가나다라마바사아자차카타파하가나다라마바사아자차카타파하가나다라마바사아자차카타파하"]
        )
        page.write_row(2, 0, ["제육볶음(5.6.25)", "된장국(5)"])

    told = text(await talk.say("choi", files=[InFile("식단.xlsx", out.getvalue())]))

    assert "A1 '11/23화' 날짜와 요일이 다름" in told
    assert "A3 '제육볶음(5.6.25)' 1~19가 아닌 알레르기 번호는 뺌" in told
    assert "B2" in told


async def test_hostile_files_are_refused_in_words(talk):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (80 * 2**20))
    for name, data, expected in (
        ("식단.xlsx", bomb.getvalue(), "압축을 풀면 너무 커지는"),
        ("식단.xlsx", b"PK\x03\x04broken", "깨져"),
        ("식단.xlsx", b"", "비어"),
        ("식단.xlsx", b"x" * (6 * 2**20), "너무 큽니다"),
        ("식단.csv", b"\x00\x01\x02" * 50, "읽을 수 있는 형식이 아닙니다"),
        ("식단.txt", "점심은 맛있게".encode(), "날짜와 음식을 찾지 못했습니다"),
    ):
        told = text(await talk.say("choi", files=[InFile(name, data)]))
        assert expected in told, name
        assert "저장한 것은 없습니다" in told
    assert not [key async for key in talk.house.redis.scan_iter("dobi:*:menu:*")]


async def test_a_printed_page_is_refused_with_the_way_out(talk):
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawString(100, 700, "Menu 11/23 11/24 Kimchi soup")
    page.save()

    told = text(await talk.say("choi", "식단 등록", files=[InFile("식단.pdf", out.getvalue())]))

    assert "표의 칸을 알 수 없습니다" in told
    assert "HWPX" in told


async def test_a_draft_is_gone_after_a_day(talk):
    shown = await talk.say("choi", files=[sheet()])
    async for key in talk.house.redis.scan_iter("dobi:*:menu:draft:*"):
        assert 0 < await talk.house.redis.ttl(key) <= 86_400
        await talk.house.redis.delete(key)

    assert "읽은 내용을 지웠습니다" in text(await talk.press("choi", shown[0], "맞습니다"))
    await talk.advance(timedelta(hours=3))
    said = await talk.say("choi", "화요일 국을 미역국으로")
    assert "읽은 식단" not in text(said)
    assert "도움말" in text(said) or "도움말" in labels(said[0])


async def test_the_demo_has_menus_that_say_what_they_are(tmp_path):
    async with talking(tmp_path, roles=("sense", "chat")) as talk:
        today = text(await talk.say("kim", "오늘 메뉴"))
        week = text(await talk.say("kim", "다음 주 식단"))

        assert today.startswith("본관 구내식당(예시) 11. 23.(월) 점심(")
        assert "알레르기: " in today
        assert "원산지: 쌀: 국내산" in today
        assert week.count("\n") == 5
        assert "(예시)" in text(await talk.say("yun", "내일 메뉴"))


async def test_own_allergens_are_kept_only_after_their_own_yes_and_warn_in_private_alone(talk):
    await entered(talk)
    asked = await talk.say("kim", "내 알레르기 새우, 돼지고기")
    assert "민감정보" in text(asked)
    assert "9 새우 · 10 돼지고기(번호만)" in text(asked)
    assert "동의하지 않으셔도" in text(asked)
    assert "주의" not in text(await talk.say("kim", "오늘 메뉴"))
    assert await talk.house.people.allergies("gyeongnam", "kim") is None

    assert "저장했습니다" in text(await talk.press("kim", asked[0], "동의하고 저장"))

    told = text(await talk.say("kim", "오늘 메뉴"))
    assert told.startswith("주의: 제육볶음(돼지고기), 배추김치(새우)\n본관 구내식당(예시)")
    assert "주의: 제육볶음(돼지고기), 배추김치(새우)" in text(await talk.say("kim", "식당"))
    for typed in ("오늘 메뉴", "식당"):
        assert "주의" not in text(await talk.say("kim", typed, chat="총무과", mention=True)), typed
        assert "주의" not in text(await talk.say("choi", typed)), typed
    assert "따로" in text(await talk.say("kim", "내 알레르기", chat="총무과", mention=True))
    assert "적어 두신 알레르기: 9 새우 · 10 돼지고기" in text(await talk.say("kim", "내 알레르기"))
    assert "저장했습니다: 7 고등어" in text(await talk.say("kim", "내 알레르기 고등어"))
    assert "주의: 고등어구이(고등어)" in text(await talk.say("kim", "내일 메뉴"))

    assert "지웠습니다" in text(await talk.say("kim", "내 알레르기 지우기"))
    assert await talk.house.people.allergies("gyeongnam", "kim") is None
    assert "주의" not in text(await talk.say("kim", "내일 메뉴"))


async def test_a_no_keeps_nothing_and_what_is_kept_goes_with_ones_data(talk):
    await talk.say("new1", "내 알레르기 땅콩")
    assert "저장하지 않았습니다" in text(await talk.say("new1", "아니요"))
    assert await talk.house.people.allergies("gyeongnam", "new1") is None
    await talk.say("new1", "나 땅콩 알레르기 있어요")
    assert "저장했습니다: 4 땅콩" in text(await talk.say("new1", "네 동의합니다"))
    assert "모르겠습니다" in text(await talk.say("new1", "내 알레르기 먼지"))

    await talk.say("new1", press="mine-delete:own")

    assert await talk.house.people.allergies("gyeongnam", "new1") is None


async def test_where_the_menu_marks_nothing_the_warning_says_so(talk):
    shown = await talk.say("choi", "식단 등록 오늘: 쌀밥, 된장국, 새우튀김")
    await talk.press("choi", shown[0], "맞습니다")
    asked = await talk.say("new2", "내 알레르기 새우")
    await talk.press("new2", asked[0], "동의하고 저장")

    told = text(await talk.say("new2", "오늘 메뉴"))

    assert "적어 두신 알레르기는 확인할 수 없습니다" in told
    assert "알레르기 표시는 식단표에 없습니다" in told
