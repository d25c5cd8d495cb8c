"""Finding in the whole archive, on a real database: by words, filters, likeness; filling, following, forgetting."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from nlp.archive import Archive, Document
from nlp.embedding import load
from nlp.finding import Finder, Hit, handle_of
from nlp.query import Agencies, Query, level_of, read_query
from nlp.synonyms import built_in
from tests.bench.bench_queries import AGENCIES, SETS, asked, judged

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
SME = "중소벤처기업부"


def document(key: str, title: str, text: str = "", *, days: float = 1, agency: str = "행정안전부", **more) -> Document:
    return Document(
        key=f"test/{key}",
        source="test",
        agency=agency,
        title=title,
        text=text,
        url=f"https://example.org/{key}",
        published_at=NOW - timedelta(days=days),
        **more,
    )


DOCUMENTS = [
    document("공장", "스마트공장 보급사업 참여기업 모집", "제조 중소기업의 지능형 공장을 돕는다.", agency=SME),
    document("상인", "소상공인 경영안정 바우처 지급", "연 매출 3억 원 미만 가게에 준다.", days=2, agency=SME),
    document("상인도", "소상공인 육성자금 융자 지원", "도내 가게에 융자한다.", days=3, agency="경상남도"),
    document("상인시", "소상공인 경영환경 개선사업", "간판을 바꾸고 진열대를 고친다.", days=30, agency="창원시"),
    document("호우", "집중호우 대비 점검", "침수 우려 지역의 주민 대피 체계를 점검했다."),
    document("옛호우", "지난여름 집중호우 피해 복구", "", days=400),
    document("지원금", "긴급재난지원금 이의신청 접수", "10월 말까지 받는다.", days=35),
]  # fmt: skip


@pytest.fixture
async def archive(database) -> Archive:
    made = Archive(database)
    for one in DOCUMENTS:
        await made.put(one)
    return made


@pytest.fixture
async def finder(archive: Archive) -> Finder:
    made = Finder(archive, load())
    await made.fill()
    return made


def keys(hits: list[Hit]) -> list[str]:
    return [hit.key.partition("/")[2] for hit in hits]


async def find(finder: Finder, text: str) -> list[str]:
    return keys(await finder.search(read_query(text, TODAY, finder.agencies)))


async def test_words_find_titles_texts_and_what_is_said_otherwise(finder):
    assert (await find(finder, "스마트 공장"))[0] == "공장"
    assert (await find(finder, "지능형 공장"))[0] == "공장"
    assert (await find(finder, "폭우"))[0] == "호우"
    assert set(await find(finder, "집중호우")) == {"호우", "옛호우"}
    assert await find(finder, "항공모함 건조") == []


async def test_a_period_keeps_the_rest_out(finder):
    assert await find(finder, "재난지원금 지난달") == ["지원금"]
    assert await find(finder, "재난지원금 이번 주") == []
    assert await find(finder, "작년 집중호우") == ["옛호우"]


async def test_an_agency_by_any_of_its_names_and_a_level_narrow(finder):
    assert await find(finder, "소상공인 중기부") == ["상인"]
    assert await find(finder, "소상공인 경남도") == ["상인도"]
    assert await find(finder, "소상공인 창원시") == ["상인시"]
    assert await find(finder, "소상공인 시군") == ["상인시"]
    assert await find(finder, "소상공인 중앙부처") == ["상인"]
    assert len(await find(finder, "소상공인")) == 3


async def test_filters_alone_list_the_newest_first(finder):
    assert await find(finder, "중기부") == ["공장", "상인"]
    assert await find(finder, "중기부 최근 2일") == ["공장"]
    assert await find(finder, "") == []


async def test_newer_comes_first_where_words_say_as_much(database):
    archive = Archive(database)
    for days in (300, 3, 100):
        await archive.put(document(str(days), "겨울철 산불 예방 대책", days=days))
    finder = Finder(archive, load())
    await finder.fill()

    assert await find(finder, "산불 예방") == ["3", "100", "300"]


async def test_one_story_is_one_hit_that_counts_its_tellings(database):
    archive = Archive(database)
    for number, agency in enumerate(["행정안전부", "경상남도", "부산광역시"]):
        await archive.put(document(agency, "합동 재난 훈련 실시", days=number + 1, agency=agency, story="s1"))
    finder = Finder(archive, load())
    await finder.fill()

    hits = await finder.search(Query("재난 훈련"))

    assert [(hit.others, hit.key) for hit in hits] == [(2, "test/행정안전부")]


async def test_what_is_put_or_corrected_later_is_found_after_a_refresh(finder, archive):
    await archive.put(document("새", "농기계 임대사업소 개소"))
    await archive.put(document("공장", "가을 축제 안내", agency="중소벤처기업부"))
    assert await find(finder, "농기계 임대") == []

    await finder.refresh(NOW)

    assert await find(finder, "농기계 임대") == ["새"]
    assert await find(finder, "축제") == ["공장"]
    assert await find(finder, "스마트공장") == []
    assert len(finder) == len(DOCUMENTS) + 1 == await finder.total()


async def test_two_refreshes_at_once_take_a_document_up_once(finder, archive):
    import asyncio

    await archive.put(document("새", "농기계 임대사업소 개소"))

    await asyncio.gather(*(finder.refresh(NOW) for _ in range(5)))

    assert await find(finder, "농기계 임대") == ["새"]
    assert len(finder) == len(DOCUMENTS) + 1


async def test_past_its_days_a_document_is_found_by_its_title_and_meaning_only(finder, archive):
    later = NOW + timedelta(days=40)
    await archive.drop_texts(later)

    await finder.refresh(later)
    restarted = Finder(archive, load())
    await restarted.fill()

    for each in (finder, restarted):
        assert (await find(each, "경영안정 바우처"))[0] == "상인"
        assert "상인시" not in keys(await each.search(Query("진열대")))


async def test_a_link_only_document_is_found_by_its_title(database):
    archive = Archive(database)
    vectors = load().encode(["도로 결빙", "도로 결빙 취약구간"])
    await archive.put(document("링크", "도로 결빙 취약구간 안내", link_only=True, vectors=vectors, model=load().name))
    finder = Finder(archive, load())
    await finder.fill()

    assert await find(finder, "결빙 취약구간") == ["링크"]


async def test_vectors_of_another_model_or_of_a_broken_shape_are_made_anew(database):
    archive = Archive(database)
    strange = np.ones((2, 8), dtype=np.float32)
    await archive.put(document("타", "노인 일자리 확대", vectors=strange, model="another"))
    finder = Finder(archive, load())
    await finder.fill()

    assert await find(finder, "어르신 일자리") == ["타"]


async def test_the_budget_drops_the_terms_of_the_oldest_texts_and_no_title(archive):
    finder = Finder(archive, load(), budget=150)
    await finder.fill()

    assert (await find(finder, "육성자금 융자"))[0] == "상인도"
    assert (await find(finder, "스마트공장"))[0] == "공장"
    assert len(finder) == len(DOCUMENTS)


async def test_likeness_finds_the_nearest_and_leaves_out_the_documents_own_story(finder, archive):
    one = await archive.get("test/상인")
    assert one is not None

    near = keys(await finder.similar(one))

    assert near[0] == "상인도"
    assert "상인" not in near


async def test_a_button_leads_back_to_its_document(finder):
    assert finder.key_of(handle_of("test/호우")) == "test/호우"
    assert finder.key_of(handle_of("test/없음")) is None
    assert finder.key_of("zz") is None


async def test_a_gap_in_the_changes_is_closed_by_reading_the_whole_list(finder, archive, database):
    await archive.put(document("하나", "농기계 임대사업소 개소"))
    await finder.refresh(NOW)
    await archive.put(document("둘", "전통시장 화재 점검"))
    await archive.put(document("셋", "어린이 통학로 정비"))
    await database.xtrim("dobi:{crawl}:archive:changes", maxlen=1, approximate=False)

    await finder.refresh(NOW)

    assert await find(finder, "전통시장 화재") == ["둘"]
    assert await find(finder, "통학로 정비") == ["셋"]


@pytest.mark.parametrize(
    ("agency", "level"),
    [
        ("행정안전부", "central"), ("산림청", "central"), ("공정거래위원회", "central"), ("국무조정실", "central"),
        ("경상남도", "province"), ("부산광역시", "province"), ("세종특별자치시", "province"),
        ("경상남도교육청", "province"), ("창원특례시", "city"), ("경상남도 창원시", "city"), ("거창군", "city"),
        ("견본도청(예시)", "province"), ("한국개발연구원", "other"), ("수원시청", "city"), ("견본시(예시)", "city"),
    ],
)  # fmt: skip
def test_a_name_tells_the_level(agency, level):
    assert level_of(agency) == level


def test_what_stands_in_quotation_marks_is_looked_for_not_understood():
    agencies = Agencies(built_in())
    agencies.add(["중소벤처기업부"])

    found = read_query('"중기부 지난달" 예산', TODAY, agencies)

    assert found == Query('"중기부 지난달" 예산')
    assert replace(found, words="") == Query("")


# --- what is left out; what previews are spared; the sets of questions


async def test_what_is_left_out_is_not_found(finder):
    assert set(await find(finder, "소상공인")) == {"상인", "상인도", "상인시"}
    assert set(await find(finder, "소상공인 -융자")) == {"상인", "상인시"}
    assert set(await find(finder, "소상공인 제외 간판")) == {"상인", "상인도"}
    assert set(await find(finder, "중기부 말고 소상공인")) == {"상인도", "상인시"}


@pytest.mark.parametrize("words", ["스마트공장", "소상공인 융자", "중기부", "가게", "집중호우", "분야 농업·농촌"])
async def test_a_preview_is_the_same_whether_the_index_spares_it_documents_or_not(archive, finder, words):
    since, plain = NOW - timedelta(days=500), Archive(archive._redis)
    archive.far = finder.far

    spared = await archive.count_matches(words, (), since, load())

    assert spared == await plain.count_matches(words, (), since, load())
    assert await archive.count_each([words], since, load()) == await plain.count_each([words], since, load())


async def test_an_index_spares_a_preview_most_documents_but_none_that_it_does_not_hold(archive, finder):
    late = document("늦은", "스마트공장 추가 모집")
    await archive.put(late)  # the index has not taken it up yet

    far = await finder.far(["스마트공장"], NOW - timedelta(days=500))

    assert "test/상인" in far
    assert not far & {"test/공장", late.key}
    assert await finder.far(["분야 농업·농촌"], NOW - timedelta(days=500)) == frozenset()


@pytest.mark.parametrize(("name", "least"), [("first", 58), ("second", 56)])
def test_questions_as_officials_type_them_are_understood(name, least):
    agencies = Agencies(built_in())
    agencies.add(AGENCIES)

    understood = [all(judged(one, agencies).values()) for one in asked(SETS[name])]

    assert len(understood) == 60
    assert sum(understood) >= least
