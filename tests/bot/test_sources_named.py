"""Which agency a page's title names, which one somebody named beside an address, which source somebody means."""

from __future__ import annotations

import pytest

from bot.messenger import MAX_PRESS
from bot.sources import agency_beside, agency_in, agency_name, lines, meant, token
from crawlers.register import Placed
from crawlers.sources import Source


@pytest.mark.parametrize(
    ("title", "agency"),
    [
        ("보도자료 | 해솔군청", "해솔군청"),
        ("보도자료 < 시정소식 < 하늘시청", "하늘시청"),
        ("공지사항 - 경상남도", "경상남도"),
        ("경상남도 김해시 고시공고", "김해시"),
        ("서울특별시 강남구 > 새소식", "서울특별시 강남구"),
        ("보도자료 목록 - 행정안전부>뉴스·소식>보도자료", "행정안전부"),
        ("채용공고 | 한국토지주택공사", "한국토지주택공사"),
        ("국립농산물품질관리원 > 알림", "국립농산물품질관리원"),
        ("창원특례시 > 시정소식 > 보도자료", "창원특례시"),
        ("게시판 목록", ""),
        ("RSS", ""),
        ("", ""),
        ("고용노동부와 보건복지부의 합동 발표", ""),
    ],
)
def test_a_title_names_one_agency_or_none_is_guessed(title, agency):
    assert agency_in(title) == agency


@pytest.mark.parametrize(
    ("said", "agency"),
    [
        ("미르군", "미르군"), ("해 줘 창원시청으로", "창원시청"), ("한국은행 거예요", "한국은행"), ("여기", ""),
        ("이것 좀", ""), ("우리 시 게시판도 읽어줘", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_word_beside_an_address_is_an_agency_only_where_it_looks_like_one(said, agency):
    assert agency_beside(said) == agency


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("창원시", "창원시"), (" '창원시'입니다. ", "창원시"), ("KDI", "KDI"), ("창", ""), ("!!!", ""), ("가" * 41, ""),
        ("https://www.changwon.go.kr/list.do", ""),
    ],
)  # fmt: skip
def test_an_answer_is_an_agencys_name_or_it_is_asked_for_again(said, name):
    assert agency_name(said) == name


def known(*sources: tuple[str, str]):
    placed = [
        Placed(Source(name, agency, "board", f"https://{name}.go.kr/list"), "catalogue") for name, agency in sources
    ]
    return lines(placed, [])


def test_several_boards_of_one_agency_are_told_apart():
    shown = known(("moel-press", "고용노동부"), ("moel-policy", "고용노동부"), ("changwon", "창원시"))

    assert [one.agency for one in shown] == ["고용노동부 보도자료", "고용노동부 정책", "창원시"]
    assert [one.agency for one in meant(shown, "고용노동부 정책")] == ["고용노동부 정책"]
    assert len(meant(shown, "고용노동부")) == 2


@pytest.mark.parametrize("said", ["창원시", "창원시청", "창원", "창 원 시", "changwon.go.kr"])
def test_a_source_is_meant_by_its_name_a_part_of_it_or_its_address(said):
    assert [one.agency for one in meant(known(("changwon", "창원시"), ("gimhae", "김해시")), said)] == ["창원시"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("창원시", "창원특례시"), ("서울시", "서울특별시"), ("강원도", "강원특별자치도"), ("경남", "경상남도"),
        ("경남도청", "경상남도"), ("경남연구원", "경남연구원"), ("부산", "부산광역시"),
    ],
)  # fmt: skip
def test_names_are_short_in_speech_and_long_in_law(said, name):
    named = ("창원특례시", "서울특별시", "강원특별자치도", "경상남도", "경남연구원", "부산광역시")
    shown = known(*((f"s{number}", agency) for number, agency in enumerate(named)))

    assert [one.agency for one in meant(shown, said)] == [name]


def test_nothing_is_meant_by_nothing_or_by_a_stranger():
    assert meant(known(("changwon", "창원시")), " ") == []
    assert meant(known(("changwon", "창원시")), "달나라") == []


def test_a_button_carries_any_source():
    assert len(f"source-check:{token('가' * 64)}".encode()) <= MAX_PRESS
