"""Several topics in one wish: plainly several, plainly one, or to be asked."""

from __future__ import annotations

import pytest

from bot.joined import Joined, apart, joined


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("산불이랑 산사태", ("산불", "산사태")),
        ("산불이랑 산사태 관련", ("산불", "산사태")),
        ("대설과 소상공인", ("대설", "소상공인")),
        ("대설하고 소상공인", ("대설", "소상공인")),
        ("대설 및 한파", ("대설", "한파")),
        ("산불 / 산사태", ("산불", "산사태")),
        ("대설, 한파랑 소상공인", ("대설", "한파", "소상공인")),
        ("대설이랑 한파랑", ("대설", "한파")),
        ("청년월세랑 전세사기 두 개 다", ("청년월세", "전세사기")),
        ("청년 일자리와 노인 복지", ("청년 일자리", "노인 복지")),
        ("기록물 관리랑 청사 관리", ("기록물 관리", "청사 관리")),
        ("과학과 기술", ("과학", "기술")),
        ("교통과 환경", ("교통", "환경")),
        ("행사랑 축제", ("행사", "축제")),
        ("어린이랑 노인", ("어린이", "노인")),
        ("AI랑 로봇", ("AI", "로봇")),
    ],
)
def test_topics_that_are_joined_are_several(said: str, parts: tuple[str, ...]) -> None:
    found = joined(said)
    assert found is not None
    assert found.parts == parts


@pytest.mark.parametrize(
    "said",
    [
        "과학", "기업과", "총무과", "대화", "남북 대화", "산과 들", "고향사랑 기부제", "지역사랑 상품권",
        "밀양 아리랑 축제", "전통기와 보수", "간호학과 신설", "산부인과 지원", "심사결과 발표", "기업과 대학 협약",
        "한국과 일본 관계", "농업과 관광 융합", "예방하고 대응하는 정책", "신청하고 받는 법", "대설과 관련된 것",
        "산불이랑 비슷한 것", "주말과 공휴일", "이거랑 저거", "R&D 예산", "대설, 한파", '"산불과 산사태"',
    ],
)  # fmt: skip
def test_one_notion_stays_one(said: str) -> None:
    assert joined(said) is None


@pytest.mark.parametrize("said", ["소방과 훈련", "농정과 행사", "문화재와 박물관 전시", "기업이랑 대학 협약"])
def test_what_may_be_either_is_not_sure(said: str) -> None:
    found = joined(said)
    assert isinstance(found, Joined)
    assert not found.sure
    assert apart(said) == [said]
