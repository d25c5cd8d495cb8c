"""Which places an office's name belongs to: its own, and those around it (its province, or its cities). Pure.

    경상남도 → own 경상남도 경남; around 창원 진주 …        창원시 → own 창원 창원시; around 경상남도 경남

It refuses to guess: an office whose name holds no place has none, and neither has a name that several provinces share
(고성군, 광주시) or a district of a city (중구).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TABLE: Final = """
서울특별시 서울 서울시
부산광역시 부산 부산시: 기장
대구광역시 대구 대구시: 달성 군위
인천광역시 인천 인천시: 강화 옹진
광주광역시 광주
대전광역시 대전 대전시
울산광역시 울산 울산시: 울주
세종특별자치시 세종 세종시
경기도 경기: 수원 고양 용인 성남 화성 부천 남양주 안산 평택 안양 시흥 파주 김포 의정부 하남 광명 군포 양주
경기도 경기: 오산 이천 안성 구리 의왕 포천 양평 여주 동두천 과천 가평 연천
강원특별자치도 강원 강원도: 춘천 원주 강릉 동해 태백 속초 삼척 홍천 횡성 영월 평창 정선 철원 화천 양구 인제 양양
충청북도 충북: 청주 충주 제천 보은 옥천 영동 증평 진천 괴산 음성 단양
충청남도 충남: 천안 공주 보령 아산 서산 논산 계룡 당진 금산 부여 서천 청양 홍성 예산 태안
전북특별자치도 전북 전라북도: 전주 군산 익산 정읍 남원 김제 완주 진안 무주 장수 임실 순창 고창 부안
전라남도 전남: 목포 여수 순천 나주 광양 담양 곡성 구례 고흥 보성 화순 장흥 강진 해남 영암 무안
전라남도 전남: 함평 영광 장성 완도 진도 신안
경상북도 경북: 포항 경주 김천 안동 구미 영주 영천 상주 문경 경산 의성 청송 영양 영덕 청도 고령 성주 칠곡
경상북도 경북: 예천 봉화 울진 울릉
경상남도 경남: 창원 진주 통영 사천 김해 밀양 거제 양산 의령 함안 창녕 남해 하동 산청 함양 거창 합천
제주특별자치도 제주 제주도: 서귀포
"""
# two syllables that are also words of every day: only with 시 or 군 behind them
_WORDS: Final = """
화성 이천 구리 보은 예산 공주 부여 음성 장수 무안 상주 고령 영양 동해 의성 사천 영광 성주 남해 강진 보성 양산 진도 거제
"""
_WORDS_TOO: Final = frozenset(_WORDS.split())
_KINDS: Final = ("특례시", "특별자치시", "시", "군")


@dataclass(frozen=True, slots=True)
class Home:
    """The places of an office, as agencies are called and titles say."""

    own: tuple[str, ...] = ()
    around: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _provinces() -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line in _TABLE.strip().splitlines():
        names, _, cities = line.partition(":")
        known = tuple(names.split())
        found[known] = (*found.get(known, ()), *cities.split())
    return found


def _said(city: str) -> tuple[str, ...]:
    """How a city is called: 창원, 창원시, 창원군; one whose name is a word of every day never without its kind."""
    return (*(() if city in _WORDS_TOO else (city,)), f"{city}시", f"{city}군", f"{city}특례시")


def home_of(office: str) -> Home:
    """The places of an office by its name ("경상남도", "경남 창원시", "진주시청"); none where it holds no place."""
    name = office.replace(" ", "")
    for names, cities in _provinces().items():
        for city in cities:
            if any(f"{city}{kind}" in name for kind in _KINDS):
                return Home(_said(city), names)
    for names, cities in _provinces().items():
        if any(name.startswith(one) for one in names):
            return Home(names, tuple(said for city in cities for said in _said(city)))
    return Home()
