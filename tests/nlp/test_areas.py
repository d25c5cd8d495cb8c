"""Policy areas: the table, the classifier, departments, subscriptions to an area."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nlp.archive import Archive, Document
from nlp.areas import (
    AreaError,
    AreaMatcher,
    Classifier,
    area_named,
    area_of,
    areas,
    areas_of_department,
    classifier,
    read_areas,
    subscription_to,
)
from nlp.embedding import load

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
FARM = (
    "청년 농업인 스마트팜 임대농장 입주자 모집",
    "과채류를 기르는 온실을 빌려준다. 농업 경영체로 등록한 농가가 신청한다.",
)
ROAD = ("시내버스 노선 개편", "읍·면 지역에 수요응답형 버스를 들인다.")


def test_the_table_has_eighteen_areas_each_with_parts_and_enough_phrases():
    assert len(areas()) == 18
    assert len({area.name for area in areas()}) == 18
    for area in areas():
        assert len(area.parts) >= 3
        assert sum(len(part.phrases) for part in area.parts) >= 15
        assert area.also


@pytest.mark.parametrize(
    ("title", "lead", "area"),
    [
        (*FARM, "농업·농촌"),
        (*ROAD, "국토·교통"),
        ("산사태 취약지역 사방댐 점검", "국유림관리소는 임도를 살폈다.", "산림"),
        ("굴 양식장 고수온 피해 복구비 지급", "어업인에게 준다.", "해양·수산"),
        ("독감 예방접종 서두르세요", "보건소와 병원에서 맞을 수 있다.", "보건·식의약"),
        ("장애인 활동지원 시간 늘린다", "야간 돌봄을 넓힌다.", "복지·가족"),
        ("전통시장 상인회 온누리상품권 환급 행사", "소상공인을 돕는다.", "중소기업·소상공인"),
        ("한-베트남 외교장관 회담 결과", "양국 장관은 협력을 논의했다.", "외교·안보"),
    ],
)  # fmt: skip
def test_a_document_is_told_by_its_subject(title, lead, area):
    shares = classifier().classify([title], [lead])[0]

    assert areas()[int(shares.argmax())].name == area
    assert abs(float(shares.sum()) - 1) < 1e-4


def test_strange_text_gets_shares_and_no_error():
    shares = classifier().classify(["", "😀", "가" * 100_000, "\ud800"], ["", "☃", "", "x"])

    assert shares.shape == (4, 18)
    assert (abs(shares.sum(axis=1) - 1) < 1e-4).all()


def test_an_area_is_known_by_its_other_words_and_its_parts():
    assert area_named("농업") == area_named("농업·농촌") == area_named("축산") == areas()[0]
    assert area_named("잠수함") is None
    assert area_named("") is None
    assert area_of("분야 농업") == areas()[0]
    assert area_of("분야별 대책") is None
    assert area_of("농업") is None
    assert all(area_of(subscription_to(area)) == area for area in areas())


@pytest.mark.parametrize(
    ("department", "names"),
    [
        ("농정과", ["농업·농촌"]),
        ("산림녹지과", ["산림"]),
        ("교통행정과", ["국토·교통"]),
        ("재난대응과", ["재난·안전"]),
        ("일자리경제과", ["일자리·노동"]),
        ("총무과", []),
        ("구내식당", []),
        ("", []),
    ],
)
def test_a_department_has_the_areas_that_its_name_tells(department, names):
    assert [area.name for area in areas_of_department(department)] == names


def test_a_subscription_to_an_area_is_met_by_its_documents_beside_words():
    matcher = AreaMatcher(load())
    matcher.add("area", "분야 농업·농촌")
    matcher.add("words", "스마트팜")
    matcher.add("quiet", "분야 농업", ["임대농장"])

    found = {one.subscription_id: one for one in matcher.match(FARM[1], FARM[0])}

    assert found["area"].push
    assert found["area"].words == ()
    assert found["words"].push
    assert "quiet" not in found
    assert not any(one.push for one in matcher.match(ROAD[1], ROAD[0]))
    assert len(matcher) == 3


def test_a_subscription_changes_from_area_to_words_and_back_and_ends():
    matcher = AreaMatcher(load())
    for text, count in (("분야 농업", 1), ("버스", 1), ("분야 교통", 1)):
        matcher.add("s", text)
        assert len(matcher) == count
        assert "s" in matcher
    assert [one.push for one in matcher.match(ROAD[1], ROAD[0])] == [True]

    matcher.remove("s")

    assert matcher.match(ROAD[1], ROAD[0]) == []
    assert "s" not in matcher


async def test_a_preview_of_an_area_counts_as_matching_decides(database):
    archive = Archive(database)
    for number, (title, text) in enumerate((FARM, ROAD)):
        at = NOW - timedelta(days=1)
        await archive.put(Document(f"t/{number}", "t", "견본도청", title, text, "", at))

    hits = await archive.count_matches("분야 농업·농촌", (), NOW - timedelta(days=7), load())

    assert [hit.title for hit in hits] == [FARM[0]]


def test_broken_files_are_refused_by_name(tmp_path):
    broken = tmp_path / "areas"
    broken.write_text("[[area]]\nname = 3", encoding="utf-8")

    with pytest.raises(AreaError, match="areas"):
        read_areas(broken)
    with pytest.raises(AreaError, match="areas"):
        Classifier(broken)
    with pytest.raises(AreaError):
        Classifier(tmp_path / "none")


def test_neither_the_weights_nor_scikit_learn_are_read_before_they_are_asked_for():
    code = "import sys, nlp.areas as a; print('sklearn' in sys.modules, a.areas.cache_info().currsize, a.classifier.cache_info().currsize)"  # noqa: E501
    root = Path(__file__).parents[2]

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)

    assert told.stdout.split() == ["False", "0", "0"]
