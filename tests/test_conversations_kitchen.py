"""배식: one or two taps with wet hands, or a few words; everybody who asks 식당 sees it at once; undone as easily."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.demo.stage import FIRST
from bot.settings import ServingLine
from occupancy.menu import DayMenu, Dish
from tests.talk import Talk, labels, talking, text

NOON = FIRST + timedelta(minutes=35)  # 12:05
MENU = DayMenu(date(2026, 11, 23), tuple(map(Dish, ("흑미밥", "제육볶음", "돈까스", "배추김치", "김치찌개"))))


@pytest.fixture
async def noon(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("chat",), at=NOON) as talk:
        await talk.house.menus.put("gyeongnam", "main", [MENU])
        yield talk


async def sees(talk: Talk, who: str = "kim") -> str:
    return text(await talk.say(who, "식당"))


async def test_a_delay_is_one_tap_from_the_panel_and_ends_by_itself(noon):
    panel = (await noon.say("choi", "배식"))[0]
    assert panel.reply.text.splitlines()[0] == "본관 구내식당(예시) 배식 알림입니다. 지금 알린 것: 없습니다."
    assert labels(panel) == ["10분 지연", "20분 지연", "품절", "마감"]

    told = (await noon.press("choi", panel, "10분 지연"))[0]

    assert told.reply.text == "배식 10분 지연을 알렸습니다. 12:15에 저절로 풀립니다."
    assert labels(told) == ["취소", "풀렸습니다"]
    assert "10분쯤 늦어진다고" in await sees(noon)
    await noon.advance(timedelta(minutes=11))
    assert "늦어" not in await sees(noon)


async def test_a_dish_is_gone_in_two_taps_and_gets_a_substitute(noon):
    panel = (await noon.say("choi", "/kitchen"))[0]
    which = (await noon.press("choi", panel, "품절"))[0]
    assert labels(which) == ["흑미밥", "제육볶음", "돈까스", "배추김치", "김치찌개"]

    told = (await noon.press("choi", which, "돈까스"))[0]
    asked = text(await noon.press("choi", told, "대신 나가는 음식"))
    instead = (await noon.say("choi", "계란말이"))[0]

    assert told.reply.text == "돈까스 품절을 알렸습니다. 배식이 끝나는 13:30에 저절로 풀립니다."
    assert asked == "돈까스 대신 무엇이 나갑니까? 음식 이름만 써 주십시오."
    assert instead.reply.text == "돈까스 품절(대신 계란말이)을 알렸습니다. 배식이 끝나는 13:30에 저절로 풀립니다."
    assert "돈까스 품절(대신 계란말이)" in await sees(noon)


TYPED = [
    ("배식 10분 지연", "배식 10분 지연을 알렸습니다. 12:15에 저절로 풀립니다."),
    ("국 나오는 데 15분", "국 15분 지연을 알렸습니다. 12:20에 저절로 풀립니다."),
    ("배식 지연", "배식 지연을 알렸습니다. 13:30에 저절로 풀립니다."),
    ("제육 소진", "제육볶음 품절을 알렸습니다. 배식이 끝나는 13:30에 저절로 풀립니다."),
    (
        "돈까스 떨어졌어 대신 계란말이",
        "돈까스 품절(대신 계란말이)을 알렸습니다. 배식이 끝나는 13:30에 저절로 풀립니다.",
    ),
    ("마감", "배식 마감을 알렸습니다(12:05)."),
    ("배식 끝", "배식 마감을 알렸습니다(12:05)."),
]


async def test_it_is_understood_as_it_is_typed_and_taken_back(noon):
    for typed, answer in TYPED:
        told = (await noon.say("choi", typed))[0]

        assert told.reply.text == answer
        taken_back = text(await noon.press("choi", told, "취소"))
        assert taken_back.startswith("취소했습니다. "), typed
        assert text(await noon.press("choi", told, "취소")) == "이미 취소했습니다."
        assert "지금 알린 것: 없습니다" in text(await noon.say("choi", "배식"))


async def test_a_dish_that_comes_later_is_said_so(noon):
    await noon.say("choi", "국 나오는 데 15분")

    assert "주방에서 국이 15분쯤 늦어진다고 알려 왔습니다(12:05)." in await sees(noon)


async def test_minutes_are_added_to_a_delay_with_one_more_tap(noon):
    told = (await noon.say("choi", "배식 지연"))[0]
    assert labels(told) == ["취소", "풀렸습니다", "5분", "10분", "20분"]

    exact = text(await noon.press("choi", told, "5분"))

    assert exact == "배식 5분 지연을 알렸습니다. 12:10에 저절로 풀립니다."


async def test_a_dish_that_the_menu_does_not_have_is_told_and_said_to_be_odd(noon):
    told = text(await noon.say("choi", "짜장 소진"))

    assert told.endswith("저절로 풀립니다. 오늘 식단에는 없는 이름입니다.")
    assert "짜장" in await sees(noon)


async def test_a_word_that_means_two_dishes_is_asked_about(noon):
    which = (await noon.say("choi", "김치 떨어졌어"))[0]

    assert labels(which) == ["배추김치", "김치찌개"]
    assert "김치찌개 품절을" in text(await noon.press("choi", which, "김치찌개"))


async def test_without_a_menu_the_name_is_written(noon):
    await noon.house.menus.put("gyeongnam", "main", [DayMenu(MENU.day)])
    panel = (await noon.say("choi", "배식"))[0]
    which = (await noon.press("choi", panel, "품절"))[0]
    assert "음식 이름만 써 주십시오" in which.reply.text

    told = text(await noon.say("choi", "겉절이"))

    assert told.startswith("겉절이 품절을 알렸습니다.")
    assert "겉절이" in await sees(noon)


async def test_what_is_over_is_told_with_a_tap_or_a_word(noon):
    told = (await noon.say("choi", "배식 20분 지연"))[0]
    await noon.say("choi", "제육 소진")

    over = (await noon.press("choi", told, "풀렸습니다"))[0]
    back = text(await noon.say("choi", "제육 다시 나와요"))

    assert over.reply.text == "배식 20분 지연이 풀렸다고 알렸습니다."
    assert back == "제육볶음 품절이 풀렸다고 알렸습니다."
    assert "지금 알린 것: 없습니다" in text(await noon.say("choi", "배식"))
    assert text(await noon.press("choi", over, "취소")) == "취소했습니다. 전처럼 배식 20분 지연 그대로 보입니다."
    assert text(await noon.say("choi", "지연 풀렸어요")) == "배식 20분 지연이 풀렸다고 알렸습니다."
    assert text(await noon.say("choi", "지연 풀렸어요")) == "이미 풀렸거나 알린 것이 없습니다."


async def test_the_panel_shows_what_is_in_force_and_ends_it(noon):
    await noon.say("choi", "배식 10분 지연")
    await noon.say("choi", "제육 소진")

    panel = (await noon.say("choi", "배식"))[0]

    assert "지금 알린 것: 배식 10분 지연(12:05, 12:15까지), 제육볶음 품절(12:05)." in panel.reply.text
    assert "풀림: 제육볶음 품절" in labels(panel)
    assert text(await noon.press("choi", panel, "풀림: 제육볶음 품절")) == "제육볶음 품절이 풀렸다고 알렸습니다."


async def test_closing_is_seen_by_everybody_and_clears_with_the_day(noon):
    await noon.say("choi", "마감")

    assert "오늘 배식은 12:05에 마감했습니다" in await sees(noon)
    await noon.advance(timedelta(hours=23, minutes=50))
    assert "마감했습니다" not in await sees(noon)


async def test_two_at_once_and_a_repeated_update_tell_it_once(noon):
    first = text(await noon.say("choi", "제육 소진", update="u1"))
    repeated = await noon.say("choi", "제육 소진", update="u1")
    other = (await noon.say("park", "제육볶음 품절"))[0]

    assert first.startswith("제육볶음 품절을 알렸습니다")
    assert repeated == []
    assert other.reply.text == "이미 알려 둔 내용입니다: 제육볶음 품절(12:05)."
    assert labels(other) == ["풀렸습니다"]


async def test_an_undo_spares_what_somebody_told_since(noon):
    first = (await noon.say("choi", "배식 10분 지연"))[0]
    await noon.say("park", "배식 20분 지연")

    answer = text(await noon.press("choi", first, "취소"))

    assert answer.startswith("그 뒤에 다시 알린 것이 있어 그대로 두었습니다.")
    assert "20분쯤 늦어진다고" in await sees(noon)


async def test_others_are_told_who_may_what_is_known_and_how_to_report(noon):
    await noon.say("choi", "제육 소진")

    for typed in ("배식", "돈까스 떨어졌어", "마감", "/kitchen", "배식 10분 지연"):
        answer = (await noon.say("kim", typed))[0]
        assert answer.reply.text.splitlines() == [
            "배식 알림은 배식·관리자만 올립니다. 지금 알려진 것: 제육볶음 품절(12:05).",
            "보신 줄은 '지금 줄 18명'처럼 알려 주시면 됩니다. 다른 것은 문의: 정보화담당관 (내선 0000)",
        ], typed
        assert labels(answer) == ["식당"]
    panel = (await noon.say("choi", "배식"))[0]
    assert "올립니다" in text(await noon.press("kim", panel, "마감"))
    assert "마감했습니다" not in await sees(noon)


async def test_the_second_institution_sees_none_of_it(noon):
    for typed in ("배식 10분 지연", "제육 소진", "마감"):
        await noon.say("choi", typed)

    assert not {"지연", "늦어", "품절", "마감"} & set((await sees(noon, "yun")).split())
    refused = text(await noon.say("yun", "배식"))
    assert "지금 알려진 것" not in refused
    assert "지금 알린 것: 없습니다" in text(await noon.say("nam", "배식"))


async def test_after_closing_and_on_a_closed_day_nothing_is_told(tmp_path):
    async with talking(tmp_path, roles=("chat",), at=FIRST + timedelta(hours=3)) as talk:
        assert text(await talk.say("choi", "배식 10분 지연")) == (
            "본관 구내식당(예시)의 오늘 배식(11:30~13:30)은 끝났습니다. 알린 것은 모두 저절로 풀렸습니다."
        )
        await talk.advance(timedelta(days=4, hours=21))  # Saturday
        assert "오늘 쉬는 날이라 알리지 않았습니다" in text(await talk.say("choi", "마감"))


async def test_before_opening_a_delay_counts_from_opening(tmp_path):
    async with talking(tmp_path, roles=("chat",), at=FIRST - timedelta(minutes=30)) as talk:
        told = text(await talk.say("choi", "배식 10분 지연"))

        assert told == "배식 10분 지연을 알렸습니다. 11:40에 저절로 풀립니다."


async def test_a_question_tells_nothing_and_is_answered(noon):
    await noon.say("choi", "제육 소진")

    assert text(await noon.say("kim", "제육 떨어졌어?")) == "주방에서 지금 알린 것: 제육볶음 품절(12:05)."
    assert text(await noon.say("yun", "배식 끝났나요?")) == "주방에서 지금 알린 것: 없습니다."
    assert "지금 알린 것: 제육볶음 품절(12:05)." in text(await noon.say("choi", "배식 마감했나요?"))


async def test_odd_figures_tell_nothing(noon):
    assert "1~120분" in text(await noon.say("choi", "배식 500분 지연"))
    assert "지금 알린 것: 없습니다" in text(await noon.say("choi", "배식"))


async def test_of_several_lines_the_one_is_asked_or_named(noon):
    site = noon.house.tenancy.institution("gyeongnam").cafeterias[0]
    lines = (ServingLine("k", "한식", 2), ServingLine("b", "분식", 1))
    with_lines(noon, replace(site, lines=lines))

    which = (await noon.say("choi", "10분 지연"))[0]
    assert labels(which) == ["한식", "분식", "전체"]
    assert text(await noon.press("choi", which, "분식")).startswith("분식 배식 10분 지연을 알렸습니다.")
    assert text(await noon.say("choi", "배식 알림 한식 마감")).startswith("한식 배식 마감을 알렸습니다")
    panel = text(await noon.say("choi", "배식"))
    assert "분식 배식 10분 지연(12:05, 12:15까지), 한식 배식 마감(12:05)" in panel


async def test_of_several_cafeterias_the_one_is_asked_or_named(noon):
    site = noon.house.tenancy.institution("gyeongnam").cafeterias[0]
    with_lines(noon, site, replace(site, id="annex", name="별관 식당"))

    which = (await noon.say("choi", "두부조림 소진"))[0]
    assert labels(which) == ["본관 구내식당(예시)", "별관 식당"]
    assert text(await noon.press("choi", which, "별관 식당")).startswith("두부조림 품절을 알렸습니다.")
    assert text(await noon.say("choi", "제육 소진")).startswith("제육볶음 품절")  # the only menu that has it
    assert "두부조림" in text(await noon.say("choi", "배식 알림 별관 식당"))
    assert "제육볶음" not in text(await noon.say("choi", "배식 알림 별관 식당"))
    assert text(await noon.say("choi", "배식 알림 별관 식당 마감")).startswith("배식 마감을 알렸습니다")


def with_lines(talk: Talk, *sites) -> None:
    """The institution's cafeterias are these from now on: as if the settings said so."""
    known = talk.house.tenancy
    known._institutions["gyeongnam"] = replace(known.institution("gyeongnam"), cafeterias=sites)
