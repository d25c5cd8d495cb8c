"""One event, one story: joined across agencies, apart for a series, carried on by steps, the same after a crash."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from nlp.document import read
from nlp.embedding import load
from nlp.recollection import row_of
from nlp.stages import Stage, corrects, head, ordinals, stages
from nlp.stories import MEMBERS, Story, StoryStore
from nlp.tellings import Telling, telling
from tests.bench.bench_stories import NEWS, SETS, assigned, families

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
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
HOME = "빈집을 고쳐 쓰는 청년에게 집수리비를 최대 삼천만 원까지 지원한다. 신청은 도 건축주택과에서 받는다."


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
    vector = read([body], [title], load())[0].vector
    return await store.assign(key, title, body, vector, agency, at, at, corrects, same_as)


# --- words of a title


@pytest.mark.parametrize(
    ("title", "stage"),
    [
        ("청년 월세 지원 신청 27일까지 연장", Stage.EXTENDED),
        ("제한급수 전면 해제", Stage.LIFTED),
        ("사진공모전 수상작 발표", Stage.RESULT),
        ("국도 5호선 우선 개통", Stage.DONE),
        ("따오기축제 잠정 연기", Stage.POSTPONED),
        ("시내버스 임단협 타결, 파업 철회", Stage.PASSED | Stage.CANCELLED),
        ("가을 들녘 풍경", Stage(0)),
    ],
)
def test_a_title_says_how_far_its_event_has_come(title: str, stage: Stage) -> None:
    assert stages(title) & stage == stage
    assert bool(stages(title)) == bool(stage)


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("[정정] 예산 5조 3,050억 원 편성", "예산 5조 3,050억 원 편성"),
        ("(수정 배포) 10월 주택 인허가", "10월 주택 인허가"),
        ("실태조사 결과(수정)", "실태조사 결과"),
        ("[바로잡습니다] 설계공모 당선작 발표", "설계공모 당선작 발표"),
        ("보상계획 열람 정정공고", "보상계획 열람 공고"),
        ("[정정] 학교안전법 시행규칙 일부개정령안 입법예고", "학교안전법 시행규칙 입법예고"),
    ],
)
def test_a_correction_is_known_by_its_mark_and_has_the_title_of_what_it_corrects(title: str, bare: str) -> None:
    assert corrects(title)
    assert head(title) == bare


def test_a_title_about_correcting_something_corrects_nothing() -> None:
    assert not corrects("역사 교과서 수정 요구에 대한 입장")


@pytest.mark.parametrize(
    ("title", "numbers"),
    [
        ("육성자금 2차 융자 지원 계획", {"차": frozenset({"2"})}),
        ("주간 가격 동향 (11월 3주)", {"월": frozenset({"11"}), "주": frozenset({"3"})}),
        ("12월 9일 임시휴관", {}),
        ("고용위기지역 1년 연장", {}),
        ("함안군 공고 제2026-1187호 보상계획", {}),
    ],
)
def test_a_series_is_numbered_and_a_date_is_no_number(title: str, numbers: dict[str, frozenset[str]]) -> None:
    assert ordinals(title) == numbers


# --- what joins


async def test_vectors_of_another_model_are_of_no_account(database: Redis) -> None:
    """As after an update that brings another built-in model: of the same length, and of another meaning."""
    before, after = StoryStore(database, model="one"), StoryStore(database, model="two")
    await tell(before, "a", "보건복지부")

    second = await tell(after, "b", "원자력안전위원회", f"[공동] {TITLE}", "원안위는 " + BODY)

    assert second.first_key == "a"
    assert not after._recent._scales.any() or not after._recent._scales[1]


async def test_the_same_release_of_two_agencies_is_one_story_first_told_first(database: Redis) -> None:
    store = StoryStore(database)

    first = await tell(store, "a", "보건복지부")
    second = await tell(store, "b", "원자력안전위원회", f"[공동] {TITLE}", "원안위는 " + BODY)

    assert (first.is_new, first.relation) == (True, "first")
    assert not second.is_new
    assert second.id == first.id
    assert second.first_key == "a"
    assert second.agencies == ("보건복지부", "원자력안전위원회")
    assert second.members == ("a", "b")
    assert second.part("b").about == "a"
    assert second.newest == "a"


async def test_another_title_over_the_same_text_still_joins(database: Redis) -> None:
    store = StoryStore(database)
    body = f"적극행정 유공 포상 수여식이 열려 국민 편의를 높인 공직자를 기렸다. {BODY}"
    first = await tell(store, "a", "국무조정실", "적극행정 유공 포상 수여식", body)

    second = await tell(store, "b", "행정안전부", "국민 편의 높인 공직자 포상", body)

    assert second.id == first.id


@pytest.mark.parametrize("day", [1, 40, 100])
async def test_a_new_step_is_news_on_the_old_story(database: Redis, day: int) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "경상남도", "빈집 청년 집수리 지원 대상 모집", HOME)

    step = await tell(store, "b", "경상남도", "빈집 청년 집수리 지원 신청 연장", HOME, NOW + day * DAY)
    again = await tell(store, "c", "경상남도", "빈집 청년 집수리 지원 대상 선정 결과", HOME, NOW + (day + 5) * DAY)

    assert step.id == again.id == first.id
    assert [one.relation for one in again.parts] == ["first", "step", "step"]
    assert [one.episode for one in again.parts] == [0, 1, 2]
    assert [one.stage for one in again.parts] == [None, Stage.EXTENDED, Stage.RESULT]
    assert again.opening(1).key == "b"
    assert again.newest == "c"


async def test_what_is_told_of_a_step_belongs_to_it(database: Redis) -> None:
    store = StoryStore(database)
    await tell(
        store, "a", "강릉시", "강릉 제한급수 시행", "오봉저수지 저수율이 14.8%로 떨어져 강릉에서 제한급수를 한다."
    )
    end = "강릉 오봉저수지 저수율이 61.2%로 올라 제한급수를 전면 해제한다. 시민은 물을 마음껏 쓸 수 있다."
    await tell(store, "b", "강릉시", "강릉 제한급수 전면 해제", end, NOW + 20 * DAY)

    told = await tell(store, "c", "강원특별자치도", "강릉 제한급수 전면 해제", f"도는 {end}", NOW + 20 * DAY)

    assert (told.part("c").relation, told.part("c").episode) in {("report", 1), ("duplicate", 1)}


async def test_a_repost_is_a_duplicate_and_a_marked_one_a_correction(database: Redis) -> None:
    store = StoryStore(database)
    body = f"{BODY} 예산은 3,150억 원이다."
    await tell(store, "a", "보건복지부", body=body)

    again = await tell(store, "b", "보건복지부", f"(보도자료) {TITLE}", body, NOW + DAY)
    mended = await tell(store, "c", "보건복지부", f"[정정] {TITLE}", body.replace("3,150", "3,050"), NOW + DAY)

    assert again.relation == "duplicate"
    assert (mended.relation, mended.part("c").about) in {("correction", "a"), ("correction", "b")}


async def test_a_step_follows_the_last_of_events_that_come_again(database: Redis) -> None:
    store = StoryStore(database)
    cold = "거창과 함양에 한파주의보가 내려진다. 아침 기온은 영하 {}도까지 떨어진다. 수도 동파에 주의해야 한다."
    over = "거창과 함양의 한파주의보가 해제된다. 기온은 {}도까지 오른다. 수도 동파에는 계속 주의해야 한다."
    told = [
        await tell(store, f"k{day}", "기상청", title, body.format(day), NOW + day * DAY)
        for day, title, body in (
            (1, "거창 함양 한파주의보 발표", cold),
            (3, "거창 함양 한파주의보 해제", over),
            (8, "거창 함양 한파주의보 발표", cold),
            (9, "거창 함양 한파주의보 해제", over),
        )
    ]

    assert [one.relation for one in told] == ["first", "step", "first", "step"]
    assert told[0].id == told[1].id != told[2].id == told[3].id


async def test_a_body_without_full_stops_counts_though_it_points_to_a_file(database: Redis) -> None:
    store = StoryStore(database)
    listed = "□ 개요 ○ 염소 누출 가정 훈련 ○ 여수국가산단 22개 기관 410명 참여 ○ 재난안전통신망 점검 붙임 자료를 참고"
    first = await tell(store, "a", "행정안전부", "안전한국훈련 실시", listed)

    again = await tell(store, "b", "행정안전부", "[보도자료] 안전한국훈련 실시", listed)

    assert (again.id, again.relation) == (first.id, "duplicate")


# --- what stays apart


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
        ("창원가포 국민임대 예비입주자 모집", "진주가좌 국민임대 예비입주자 선정 결과"),
        ("육성자금 1차 융자 접수", "육성자금 2차 융자 접수 마감"),
    ],
)
async def test_a_series_of_one_agency_is_a_series_of_events(database: Redis, one: str, other: str) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "고용노동부", one, f"{one}. {BODY} 3건이다.")

    second = await tell(store, "b", "고용노동부", other, f"{other}. {BODY} 5건이다.")

    assert second.id != first.id


async def test_two_counties_with_one_form_are_two_stories(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "함양군", "함양군 청년 농업인 정착 지원 접수", HOME)

    second = await tell(store, "b", "산청군", "산청군 청년 농업인 정착 지원 접수", HOME)

    assert second.id != first.id


async def test_a_short_notice_is_too_little_to_join_by(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "외교부", "외교부 인사", "붙임 파일 참조. 끝.")

    second = await tell(store, "b", "외교부", "외교부 인사", "붙임 파일 참조. 끝.")

    assert second.id != first.id


async def test_the_same_text_a_week_later_is_a_new_story(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "보건복지부")

    later = await tell(store, "b", "원자력안전위원회", at=NOW + timedelta(days=7))

    assert later.id != first.id


# --- hints of the crawl, crashes, several workers, bounds


async def test_a_correction_keeps_its_story_however_much_it_changed(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "a", "보건복지부")

    corrected = await tell(store, "a2", "보건복지부", "정정", OTHER, NOW + timedelta(days=9), corrects="a")
    same = await tell(store, "a3", "보건복지부", "다른 제목", OTHER, NOW + timedelta(days=9), same_as="a2")

    assert corrected.id == same.id == first.id
    assert same.members == ("a", "a2", "a3")
    assert [one.relation for one in same.parts] == ["first", "correction", "duplicate"]


async def test_a_correction_of_an_unknown_document_is_judged_by_its_text(database: Redis) -> None:
    assert (await tell(StoryStore(database), "b", "보건복지부", corrects="never-seen")).is_new


async def test_asking_again_gives_the_same_answer(database: Redis) -> None:
    first = await tell(StoryStore(database), "a", "보건복지부")
    await tell(StoryStore(database), "b", "원자력안전위원회")

    again = await tell(StoryStore(database), "a", "보건복지부", "제목이 바뀌었다", OTHER)
    second = await tell(StoryStore(database), "b", "원자력안전위원회")

    assert again.id == first.id
    assert again.is_new
    assert (second.id, second.is_new, second.relation) == (first.id, False, "duplicate")
    assert second.members == ("a", "b")


async def test_workers_at_once_agree_on_one_story(database: Redis) -> None:
    stores = [StoryStore(database) for _ in range(4)]

    stories = await asyncio.gather(*(tell(stores[n], f"k{n}", f"기관{n}위원회") for n in range(4)))

    last = await stores[0].story(stories[0].id)
    assert len({story.id for story in stories}) == 1
    assert last is not None
    assert sorted(last.members) == ["k0", "k1", "k2", "k3"]
    assert sum(story.is_new for story in stories) == 1


async def test_what_is_remembered_is_bounded(database: Redis) -> None:
    store = StoryStore(database, documents=5)
    await tell(store, "a", "보건복지부")
    for number in range(300):
        await tell(store, f"x{number}", "행정안전부", f"알림 {number}호", OTHER)

    forgotten = await tell(store, "b", "원자력안전위원회")

    assert len(store._recent) == 5
    assert forgotten.is_new
    assert await database.xlen("dobi:{crawl}:stories:window") <= 205  # "~" trims whole nodes


async def test_a_story_that_is_full_is_followed_by_another(database: Redis) -> None:
    store = StoryStore(database)
    first = await tell(store, "0", "기관0위원회")
    for number in range(1, MEMBERS):
        await tell(store, str(number), f"기관{number}위원회")

    over = await tell(store, "over", "또다른위원회")

    assert over.id != first.id
    assert over.members == ("over",)


async def test_vectors_of_another_model_are_no_obstacle(database: Redis) -> None:
    store = StoryStore(database)
    first = await store.assign("a", TITLE, BODY, np.ones(8, dtype=np.float32), "가위원회", NOW, NOW, None, None)

    second = await tell(store, "b", "나위원회", TITLE, BODY)

    assert second.id == first.id


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=20))
def test_what_is_kept_of_a_document_is_read_as_it_was_written(title: str, text: str, agency: str) -> None:
    told = telling(title, text, np.ones(4, dtype=np.float32), agency, NOW)

    again = Telling.unpack(told.pack(), agency, told.vector)

    assert np.array_equal(again.terms, told.terms)
    assert np.array_equal(again.figures, told.figures)
    assert (again.series, again.places, again.written) == (told.series, told.places, told.written)
    assert (again.stages, again.said, again.corrects, again.size) == (told.stages, told.said, told.corrects, told.size)
    assert np.allclose(again.weights, told.weights, rtol=1e-2, atol=1e-2)
    assert len(row_of(told).told) < 3_000


# --- the sets of event families


@pytest.mark.parametrize(("name", "recall"), [("A", 0.85), ("B", 0.68), ("C", 0.85)])
async def test_families_of_events_are_told_together_and_no_news_is_lost(
    database: Redis, name: str, recall: float
) -> None:
    told = families(SETS[name])

    found = await assigned(database, told)

    pairs = list(itertools.combinations(told, 2))
    gold = [pair for pair in pairs if pair[0].card == pair[1].card]
    made = [pair for pair in pairs if found[pair[0].key].card == found[pair[1].key].card]
    right = sum(one.card == other.card for one, other in made)
    lost = [one for one in told if one.relation in NEWS and found[one.key].relation not in NEWS]
    assert right / len(made) >= 0.97
    assert right / len(gold) >= recall
    assert len(lost) <= 1
