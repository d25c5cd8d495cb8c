"""That somebody will go is no place, and what is said after the plan is none either."""

from __future__ import annotations

from datetime import datetime

import pytest

from attest.trip import KST
from bot.restating import first
from bot.trip_memo import read

NOW = datetime(2026, 11, 23, 11, 30, tzinfo=KST)


def place(text: str) -> str:
    meant = first(text, frozenset(), room=False)
    return read((meant.words[0] if meant else text).removeprefix("출장 "), NOW).destination


@pytest.mark.parametrize(
    "said",
    [
        "내일 출장 가는데요",
        "모레 출장이 하나 있어요",
        "내일 출장 있는데",
        "낼 출장 잡혔는데요",
        "목요일에 출장이 잡혔어요",
        "내일 출장 갈 거 같은데",
        "내일 출장을 가게 됐습니다",
        "내일 출장 가게 되었는데요",
        "모레 출장 한 건 등록하려는데요",
        "금요일에 출장 갈 일이 생겼어요",
        "내일 출장 하나 넣으려구요",
        "내일 오후 출장이 있을 예정입니다",
        "모레 갑자기 출장이 생겨서요",
        "출장을 내일 가야 할 것 같아요",
        "내일 2시에 출장이 있어서요",
        "내일 급하게 출장 갑니다",
        "내일은 출장이라 자리에 없습니다",
    ],
)
def test_that_somebody_goes_names_no_place(said: str) -> None:
    assert place(said) == ""


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("오늘 3시 창원 중소벤처기업청 회의 출장 올려주세요 김밥 먹고 출발할 예정", "창원 중소벤처기업청"),
        ("내일 10시 진주시청 출장인데 밥 먹고 갈게요", "진주시청"),
        ("내일 출장 진주시청 들렀다가 퇴근할게요", "진주시청"),
        ("모레 2시 함안군청 출장 등록해주세요 좀 늦을 수도 있어요", "함안군청"),
        ("내일 통영 갔다가 거제 들르는 출장이요", "통영 거제"),
        ("내일 진주 출장이 있어요", "진주"),
        ("내일 진주 먹거리센터 출장", "진주 먹거리센터"),
        ("내일 2시 창고 점검 양산 출장", "창고 점검 양산"),
        ("내일 진주경찰서 출장", "진주경찰서"),
        ("내일 업무로 진주 출장 갑니다", "진주"),
        ("모레 교육으로 창원 출장", "창원"),
        ("모레 진주로 교육 출장", "진주"),
        ("내일 11시 마산 가고파초등학교 출장", "마산 가고파초등학교"),
    ],
)
def test_the_place_ends_where_another_clause_begins(said: str, where: str) -> None:
    assert place(said) == where
