"""식수: a kitchen's figures in private: counted, announced, expected with why, told at 14:00; nobody else sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.demo.stage import FIRST
from bot.messenger import InFile, Outgoing
from occupancy.menu import DayMenu, Dish
from occupancy.reading import DayHistory, Minute
from occupancy.slots import SlotPlan
from occupancy.totals import Source, Total
from tests.talk import Talk, labels, talking, text

TODAY = date(2026, 11, 23)
AFTERNOON = FIRST + timedelta(hours=2, minutes=15)  # 13:45
DAY = timedelta(days=1)
CSV = "일자,식수\n2026-11-19,842\n2026-11-20,861\n".encode()


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    """A quarter to two on a Monday; nothing is known of any day."""
    async with talking(tmp_path, roles=("deliver", "chat"), at=AFTERNOON) as talk:
        yield talk


def open_days(talk: Talk, n: int, before: date = TODAY) -> list[date]:
    plan: SlotPlan | None = talk.house.canteen.plan(talk.house.tenancy.institution("gyeongnam").cafeterias[0])
    assert plan is not None
    found: list[date] = []
    day = before
    while len(found) < n:
        day -= DAY
        if plan.is_open(day):
            found.append(day)
    return found[::-1]


async def past(talk: Talk, n: int, tenant: str = "gyeongnam") -> list[date]:
    """n open days with totals around 840, Fridays fewer."""
    days = open_days(talk, n)
    totals = [
        Total(day, 840 + (at * 37) % 41 - 20 - 60 * (day.weekday() == 4), Source.FILE) for at, day in enumerate(days)
    ]
    await talk.house.totals.put(tenant, "main", totals, TODAY, f"seed {tenant}")
    return days


def pushed(messages: list[Outgoing]) -> list[Outgoing]:
    return [one for one in messages if any(each.press.startswith("meals:n") for each in one.reply.buttons)]


async def test_todays_meals_are_told_corrected_and_taken_back(talk):
    first = (await talk.say("choi", "오늘 861명"))[0]
    second = (await talk.say("choi", "오늘 861명 아니고 863명"))[0]

    assert first.reply.text == "11. 23.(월) 식수를 861명으로 적었습니다."
    assert second.reply.text == "11. 23.(월) 식수를 861명에서 863명으로 고쳤습니다."
    assert text(await talk.say("choi", "오늘 863명")) == "11. 23.(월) 식수는 이미 863명으로 적혀 있습니다."
    assert text(await talk.press("choi", second, "취소")) == (
        "취소했습니다. 11. 23.(월) 식수는 861명입니다(손으로 적음)."
    )
    assert text(await talk.press("choi", first, "취소")) == "취소했습니다. 11. 23.(월) 식수는 이제 적힌 것이 없습니다."
    assert text(await talk.press("choi", first, "취소")) == "이미 취소했습니다."


DATED = [
    ("어제 842명", "11. 22.(일) 식수를 842명으로 적었습니다."),
    ("11월 19일 830명", "11. 19.(목) 식수를 830명으로 적었습니다."),
    ("금요일 812명", "11. 20.(금) 식수를 812명으로 적었습니다."),
    ("식수 861", "11. 23.(월) 식수를 861명으로 적었습니다."),
    ("내일 861명", "적지 않았습니다."),
    ("오늘 99999명", "적지 않았습니다."),
    ("2월 30일 830명", "달력에 없는 날짜입니다."),
]


async def test_a_day_is_named_as_people_name_it(talk):
    for typed, answer in DATED:
        assert text(await talk.say("choi", typed)).startswith(answer), typed


async def test_hand_stands_over_file_over_gate_and_it_is_said(talk):
    day = open_days(talk, 1)[0]
    gate = DayHistory(day, (Minute(720, 10.0, 848),))
    await talk.house.readings.put_history("gyeongnam", "main", [gate])

    assert "848명(식권 기록)" in text(await talk.say("choi", "식수"))
    told = text(await talk.say("choi", "11월 20일 861명"))
    assert told == ("11. 20.(금) 식수를 861명으로 적었습니다. 식권 기록은 848명이지만 손으로 적은 값을 씁니다.")
    assert "861명(손으로 적음)" in text(await talk.say("choi", "식수"))
    read = (await talk.say("choi", "식수", files=[InFile("마감.csv", CSV)]))[0]
    assert "11. 19.(목)~11. 20.(금) 2일 치. 마지막 11. 20.(금) 861명." in read.reply.text
    assert text(await talk.press("choi", read, "맞습니다")) == "2일 치 식수를 적었습니다."
    assert "11. 19.(목) 842명(파일), 11. 20.(금) 861명(손으로 적음)".replace(", ", "\n") in text(
        await talk.say("choi", "식수")
    )


async def test_what_a_gates_file_tells_of_yesterday_is_seen_today(talk):
    day = open_days(talk, 1)[0]
    assert "848" not in text(await talk.say("choi", "식수"))
    await talk.house.readings.put_history("gyeongnam", "main", [DayHistory(day, (Minute(720, 10.0, 848),))])

    assert "848명(식권 기록)" in text(await talk.say("choi", "식수"))


async def test_a_file_waits_for_a_yes_and_can_be_taken_back(talk):
    differing = CSV.replace(b"861", b"900")
    await talk.say("choi", "11월 20일 861명")

    read = (await talk.say("choi", "11월 식수 파일입니다", files=[InFile("a.csv", differing)]))[0]
    assert "손으로 적은 1일(11. 20.(금) 861명)은 손으로 적은 값을 그대로 씁니다." in read.reply.text
    assert labels(read) == ["맞습니다", "버리기"]
    assert "842" not in text(await talk.say("choi", "식수"))
    kept = (await talk.press("choi", read, "맞습니다"))[0]
    assert "842" in text(await talk.say("choi", "식수"))
    await talk.press("choi", kept, "취소")
    assert "842" not in text(await talk.say("choi", "식수"))
    dropped = (await talk.say("choi", "식수", files=[InFile("a.csv", differing)]))[0]
    assert "버렸습니다" in text(await talk.press("choi", dropped, "버리기"))
    assert "취소할 것이 없" not in text(await talk.press("choi", dropped, "맞습니다"))
    assert "842" not in text(await talk.say("choi", "식수"))


NONE = [
    ("a.csv", b"hello,world\n1,2\n", "찾지 못해 적지 않았습니다"),
    ("a.xlsx", b"PK\x03\x04broken", "깨진 파일입니다"),
    ("a.csv", b"", "빈 파일입니다"),
]


async def test_a_file_that_is_none_is_said_so(talk):
    for name, data, answer in NONE:
        assert answer in text(await talk.say("choi", "식수", files=[InFile(name, data)]))


async def test_guests_are_announced_listed_and_called_off(talk):
    first = (await talk.say("choi", "내일 교육생 120명 추가"))[0]
    second = text(await talk.say("choi", "내일 출장 15명 제외"))
    fewer = text(await talk.say("choi", "12월 3일 민방위 80명 빠짐"))

    assert first.reply.text == "11. 24.(화) 교육생 120명 추가를 적었습니다."
    assert second == "11. 24.(화) 출장 15명 빠짐을 적었습니다. 그날 모두 +105명입니다."
    assert fewer == "12. 3.(목) 민방위 80명 빠짐을 적었습니다."
    assert (
        text(await talk.say("choi", "내일 교육생 120명 추가")) == "11. 24.(화) 교육생 120명 추가: 이미 적혀 있습니다."
    )
    page = (await talk.say("choi", "식수"))[0]
    assert "알고 있는 변동: 11. 24.(화) 교육생 120명 추가" in page.reply.text
    off = (await talk.press("choi", page, "지움: 교육생 120명 추가"))[0]
    assert off.reply.text == "11. 24.(화) 교육생 120명 추가: 지웠습니다."
    assert text(await talk.press("choi", off, "취소")).startswith("취소했습니다.")
    await talk.press("choi", first, "취소")
    assert "교육생" not in text(await talk.say("choi", "식수"))


async def test_whether_they_come_or_stay_away_is_asked_where_it_was_not_said(talk):
    asked = (await talk.say("choi", "내일 교육생 120명"))[0]

    assert asked.reply.text == "11. 24.(화) 교육생 120명은 추가입니까, 빠짐입니까?"
    assert text(await talk.press("choi", asked, "추가")) == "11. 24.(화) 교육생 120명 추가를 적었습니다."


async def test_tomorrow_is_expected_with_its_range_and_why_in_one_line(talk):
    await past(talk, 28)
    await talk.say("choi", "내일 교육생 120명 추가")

    told = text(await talk.say("choi", "내일 몇 명?")).splitlines()

    assert told[0].startswith("내일(11. 24. 화) 점심 예상 9")
    assert told[1].startswith("근거: 화요일 평소 8")
    assert "알려 주신 변동 +120명" in told[1]
    assert "28일 치 기록" in told[1]
    assert "지난 5일을 같은 방법으로 되짚은 오차 평균" in told[1]
    assert len(told) == 2
    assert text(await talk.say("choi", "내일 점심 몇 명이야")).splitlines() == told
    assert text(await talk.say("park", "내일 예상 식수")).splitlines() == told


async def test_todays_total_counts_for_tomorrow_once_it_was_told(talk):
    await past(talk, 28)
    before = text(await talk.say("choi", "내일 몇 명?"))
    await talk.say("choi", "오늘 861명")

    assert "28일 치 기록" in before
    assert "29일 치 기록" in text(await talk.say("choi", "내일 몇 명?"))


async def test_a_dish_that_draws_is_named_among_the_reasons(talk):
    days = open_days(talk, 40)
    mains = ("제육볶음", "된장국", "고등어조림", "닭갈비")
    menus = [DayMenu(day, (Dish(mains[at % 4]), Dish("밥"))) for at, day in enumerate(days)]
    totals = [Total(day, (940 if at % 4 == 0 else 820) + (at * 37) % 21, Source.FILE) for at, day in enumerate(days)]
    await talk.house.menus.put("gyeongnam", "main", [*menus, DayMenu(TODAY + DAY, (Dish("제육볶음"), Dish("밥")))])
    await talk.house.totals.put("gyeongnam", "main", totals, TODAY, "seed")

    told = text(await talk.say("choi", "내일 몇 명?"))
    popular = text(await talk.say("choi", "인기 메뉴"))

    assert "메뉴 +" in told
    assert "제육볶음 등" in told
    assert "다른 날보다 더 오신 메뉴 제육볶음 +" in popular
    assert "(10번)" in popular
    assert "관리자께만" in popular


async def test_a_short_history_is_unsure_and_none_is_none(talk):
    nothing = text(await talk.say("choi", "내일 몇 명?"))
    await past(talk, 5)
    short = text(await talk.say("choi", "내일 몇 명?"))

    assert nothing.startswith("내일(11. 24. 화) 식수는 아직 예상하지 못합니다. 기록이 0일뿐입니다(적어도 3일).")
    assert "기록이 짧아 많이 틀릴 수 있습니다" in short


async def test_a_closed_day_and_a_past_day_are_answered_as_such(talk):
    await past(talk, 10)

    assert text(await talk.say("choi", "토요일 몇 명?")).startswith("11. 28.(토)은 본관 구내식당(예시) 쉬는 날입니다.")
    assert "(파일)" in text(await talk.say("choi", "11월 20일 몇 명?"))


async def test_at_two_those_who_want_it_are_told_of_the_next_day_once(talk):
    await past(talk, 28)
    assert text(await talk.say("choi", "내일 식수 알림 켜기")).startswith("식수 알림을 켰습니다.")
    assert "이미 켜져" in text(await talk.say("choi", "식수 알림 켜기"))

    told = pushed(await talk.advance(timedelta(minutes=20)))
    again = pushed(await talk.advance(timedelta(hours=3)))

    assert [one.chat.id for one in told] == ["dm:choi"]
    assert told[0].reply.text.startswith("본관 구내식당(예시): 내일(11. 24. 화) 점심 예상 8")
    assert again == []
    tuesday = pushed(await talk.advance(timedelta(hours=21)))
    assert "내일(11. 25. 수)" in tuesday[0].reply.text
    assert text(await talk.press("choi", tuesday[0], "14시 알림 끄기")).startswith("식수 알림을 껐습니다.")
    assert pushed(await talk.advance(timedelta(days=1))) == []


async def test_whoever_asks_after_two_is_told_from_the_next_day_on(talk):
    await past(talk, 28)
    await talk.advance(timedelta(minutes=30))
    await talk.say("choi", "식수 알림 켜기")

    assert pushed(await talk.advance(timedelta(hours=4))) == []
    assert len(pushed(await talk.advance(timedelta(hours=21)))) == 1


async def test_a_repeated_update_changes_nothing_more(talk):
    await talk.say("choi", "내일 교육생 120명 추가", update="u1")
    await talk.say("choi", "내일 교육생 120명 추가", update="u1")

    assert text(await talk.say("choi", "식수")).count("교육생") == 1


async def test_speed_is_said_only_where_gate_and_line_tell_it(talk):
    assert "아직 모자랍니다" in text(await talk.say("choi", "배식 속도"))
    days = open_days(talk, 3)
    busy = [DayHistory(day, tuple(Minute(m, 12.0, 11) for m in range(720, 740))) for day in days]
    await talk.house.readings.put_history("gyeongnam", "main", busy)

    told = text(await talk.say("park", "배식 속도"))

    assert "줄이 있을 때 1분에(지난 3일)" in told
    assert "12:00 11.0명" in told
    assert "알린 지연 0번" in told


async def test_nobody_else_sees_or_writes_figures_and_no_group_does(talk):
    await past(talk, 28)
    for typed in (
        "오늘 861명",
        "내일 교육생 120명 추가",
        "내일 몇 명?",
        "인기 메뉴",
        "배식 속도",
        "식수",
        "식수 알림 켜기",
    ):
        assert text(await talk.say("kim", typed)).startswith("식수는 배식·관리자만 적고 봅니다."), typed
        group = text(await talk.say("choi", typed, chat="총무과", mention=True))
        assert "개인 대화에서만" in group, typed
        assert "점심 예상" not in text(await talk.say("nam", typed)), typed
    page = (await talk.say("choi", "식수"))[0]
    assert "적고 봅니다" in text(await talk.press("kim", page, "내일 예상"))
    assert "28" not in text(await talk.say("nam", "식수"))


async def test_of_several_cafeterias_the_one_is_asked_or_named(talk):
    known = talk.house.tenancy
    site = known.institution("gyeongnam").cafeterias[0]
    annex = replace(site, id="annex", name="별관 식당")
    known._institutions["gyeongnam"] = replace(known.institution("gyeongnam"), cafeterias=(site, annex))

    which = (await talk.say("choi", "오늘 861명"))[0]
    assert labels(which) == ["본관 구내식당(예시)", "별관 식당"]
    assert "861명으로 적었습니다" in text(await talk.press("choi", which, "별관 식당"))
    page = (await talk.say("choi", "식수"))[0]
    assert "861명" in text(await talk.press("choi", page, "별관 식당"))
    assert "아직 적힌 식수가 없습니다" in text(await talk.press("choi", page, "본관 구내식당(예시)"))


async def test_being_told_ends_with_the_rest_of_ones_own_data(talk):
    await talk.say("choi", "식수 알림 켜기")
    assert len(await talk.house.redis.hgetall("dobi:{gyeongnam}:meals:followers")) == 1

    forgotten = (await talk.say("choi", "내 정보 삭제"))[0]
    await talk.press("choi", forgotten, forgotten.reply.buttons[0].label)

    assert await talk.house.redis.hgetall("dobi:{gyeongnam}:meals:followers") == {}
