"""One event, one story: joined across agencies, apart for a series, the same after a crash."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from nlp.embedding import load
from nlp.stories import Story, StoryStore, telling, text_overlap

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
BODY = (
    "방사선 관련 업무 종사자의 건강진단 항목이 통일된다. 이직하거나 업무가 바뀌어도 같은 검사를 두 번 받지 않는다. "
    "개정 법령은 12월 1일부터 시행되며 혈액검사 결과는 기관 사이에 공유된다. "
    "종사자의 불편이 크게 줄어들 것으로 기대된다."
)
TITLE = "방사선 종사자 건강진단 항목 통일, 중복검사 없앤다"
OTHER = (
    "집중호우로 피해를 입은 여섯 개 시도에 재난 특별교부세를 지원한다. 응급 복구와 잔해물 처리, 이재민 구호에 쓰인다. "
    "피해가 큰 지역부터 먼저 나눈다."
)


async def tell(
    store: StoryStore,
    key: str,
    agency: str,
    title: str = TITLE,
    body: str = BODY,
    at: datetime = NOW,
    corrects: str | None = None,
    same_as: str | None = None,
) -> Story:
    vector = load().encode([f"{title} {body[:300]}"])[0]
    return await store.assign(key, title, body, vector, agency, at, at, corrects, same_as)


async def test_the_same_release_of_two_agencies_is_one_story_first_told_first(database: Redis) -> None:
    store = StoryStore(database)

    first = await tell(store, "a", "보건복지부")
    second = await tell(store, "b", "원자력안전위원회", f"[공동] {TITLE}", "원안위는 " + BODY)

    assert first.is_new
    assert not second.is_new
    assert second.id == first.id
    assert second.first_key == "a"
    assert second.agencies == ("보건복지부", "원자력안전위원회")
    assert second.members == ("a", "b")


async def test_another_title_over_the_same_text_still_joins(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "국무조정실", "적극행정 유공 포상 수여식")

    second = await tell(store, "b", "행정안전부", "국민 편의 높이고 삶 윤택하게")

    assert second.id == first.id


async def test_different_events_stay_apart(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "보건복지부")

    second = await tell(store, "b", "행정안전부", "호우 피해지역 재난특교세 긴급 지원", OTHER)

    assert second.is_new
    assert second.id != first.id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("최저임금위원회 제11차 전원회의 개최", "최저임금위원회 제12차 전원회의 개최"),
        ("SK 그룹 협력사 상생협약 체결식 개최", "LG 그룹 협력사 상생협약 체결식 개최"),
        ("10월 가뭄 예·경보 발표", "11월 가뭄 예·경보 발표"),
    ],
)
async def test_a_series_of_one_agency_is_a_series_of_events(database: Redis, one: str, other: str) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "고용노동부", one)

    second = await tell(store, "b", "고용노동부", other)

    assert second.id != first.id


async def test_a_short_notice_is_too_little_to_join_by(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "외교부", "외교부 인사", "붙임 파일 참조. 끝.")

    second = await tell(store, "b", "통일부", "통일부 소속기관 현황", "붙임 파일 참조. 끝.")

    assert second.id != first.id


async def test_the_same_text_a_week_later_is_a_new_story(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "보건복지부")

    later = await tell(store, "b", "원자력안전위원회", at=NOW + timedelta(days=7))

    assert later.id != first.id


async def test_a_correction_keeps_its_story_however_much_it_changed(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "보건복지부")

    corrected = await tell(store, "a2", "보건복지부", "정정", OTHER, NOW + timedelta(days=9), corrects="a")
    same = await tell(store, "a3", "보건복지부", "다른 제목", OTHER, NOW + timedelta(days=9), same_as="a2")

    assert corrected.id == same.id == first.id
    assert same.members == ("a", "a2", "a3")


async def test_a_correction_of_an_unknown_document_is_judged_by_its_text(database: Redis) -> None:
    assert (await tell(StoryStore(database), "b", "보건복지부", corrects="never-seen")).is_new


async def test_asking_again_gives_the_same_answer(database: Redis) -> None:
    first = await tell(StoryStore(database), "a", "보건복지부")
    await tell(StoryStore(database), "b", "원자력안전위원회")

    again = await tell(StoryStore(database), "a", "보건복지부", "제목이 바뀌었다", OTHER)
    second = await tell(StoryStore(database), "b", "원자력안전위원회")

    assert again.id == first.id
    assert again.is_new
    assert (second.id, second.is_new) == (first.id, False)
    assert second.members == ("a", "b")


async def test_workers_at_once_agree_on_one_story(database: Redis) -> None:
    stores = [StoryStore(database) for _ in range(4)]

    stories = await asyncio.gather(*(tell(stores[n], f"k{n}", f"기관{n}") for n in range(4)))

    last = await stores[0].story(stories[0].id)
    assert len({story.id for story in stories}) == 1
    assert last is not None
    assert sorted(last.members) == ["k0", "k1", "k2", "k3"]
    assert sum(story.is_new for story in stories) == 1


async def test_the_window_is_bounded_and_older_documents_are_let_go(database: Redis) -> None:
    store = StoryStore(database, documents=5)
    await tell(store, "a", "보건복지부")
    for number in range(300):
        await tell(store, f"x{number}", "행정안전부", f"알림 {number}호", OTHER)

    assert len(store._recent) <= 5
    assert await database.xlen("dobi:{crawl}:stories:log") <= 205  # "~" trims whole nodes


async def test_vectors_of_another_model_are_no_obstacle(database: Redis) -> None:
    store = StoryStore(database)
    first = await store.assign("a", TITLE, BODY, np.ones(8, dtype=np.float32), "가", NOW, NOW, None, None)

    second = await tell(store, "b", "나", TITLE, BODY)

    assert second.id == first.id


@given(st.text(max_size=400), st.text(max_size=400))
def test_overlap_is_symmetric_and_within_bounds(left: str, right: str) -> None:
    nothing = np.zeros(4, dtype=np.float32)
    one, other = telling("", left, nothing, "가", NOW), telling("", right, nothing, "나", NOW)

    assert 0 <= text_overlap(one, other) <= 1
    assert text_overlap(one, other) == pytest.approx(text_overlap(other, one))


def test_a_text_within_a_longer_one_overlaps_wholly() -> None:
    nothing = np.zeros(4, dtype=np.float32)
    short, long = telling("", BODY, nothing, "가", NOW), telling("", BODY + OTHER * 3, nothing, "나", NOW)

    assert text_overlap(short, long) > 0.85
