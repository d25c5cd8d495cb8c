"""What was not understood is offered, likeliest first: on sentences that stand in no list of ours."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bot.guessing import FILE, MOST, guessed
from bot.settings import Person, Role
from bot.tenancy import Member
from bot.wording.ways import digest, ways
from nlp.nearness import Leanings

MEANT = {
    "우리 과 배식 언제 시작해": "우리 과 차례",
    "수요일 12시엔 어느 과가 먹어": "전체 차례",
    "예산담당관은 언제야": "전체 차례",
    "자리 좀 있나 지금": "식당",
    "돈까스 나오는 날 언제야": "이번 주 식단",
    "오늘 점심 몇 시까지 해?": "식당 쉬는 날",
    "이제 정상 배식합니다 여러분": "배식",
    "이번주 식수 좀": "식수 현황",
    "줄 없으면 톡해줘": "한산해지면 알려줘",
    "보도자료 그만 보내": "해지",
    "출장비 언제 들어와": "정산",
    "위치 기록 삭제": "위치 철회",
    "금요일 연가입니다": "휴가",
    "저녁에는 알림 끄고 싶다": "조용한 시간",
    "카메라 안 나오는데": "센서 상태",
    "영수증이 가짜 같은데": "검증",
    "이번 달에 다녀온 출장": "내 출장",
    "출장 증빙 깜박했는데 어떡하죠": "사후 제출",
    "농업 관련 소식 받아볼래요": "구독",
    "사용 방법": "도움말",
}
STRANGE = (
    "ㅋㅋㅋㅋ", "회의실 예약해줘", "과장님 어디 계세요", "asdf", "1234", "휴대폰 요금제 추천", "주차 등록",
    "프린터가 안 됩니다", "비밀번호 초기화", "고맙습니다", "네 알겠습니다", "결재 올렸습니다", "", "😀", "a" * 100_000,
)  # fmt: skip


_UNSEEN = Path(__file__).with_name("offers_unseen.tsv").read_text(encoding="utf-8").splitlines()
UNSEEN = [(said, meant) for said, _, meant in (line.partition("\t") for line in _UNSEEN) if meant != "-"]
FOREIGN = [said for said, _, meant in (line.partition("\t") for line in _UNSEEN) if meant == "-"]
"""Written in other words than the examples, and never used to set a number."""


def somebody(*roles: Role) -> Member:
    return Member("gyeongnam", Person("kim", "김하나", "총무과", frozenset(roles), {}))


def test_four_in_five_are_among_the_offers() -> None:
    found = [meant in guessed(said, somebody(*Role)).offers for said, meant in MEANT.items()]

    assert sum(found) >= 0.8 * len(found)


def test_what_dobi_does_not_do_is_seldom_offered_as_something_else() -> None:
    offered = [bool(guessed(said, somebody(*Role)).offers) for said in STRANGE]

    assert sum(offered) <= 0.25 * len(STRANGE)


def test_nobody_is_offered_what_they_may_not_do() -> None:
    assert "배식" not in guessed("이제 정상 배식합니다", somebody(Role.STAFF)).offers
    assert "배식" in guessed("이제 정상 배식합니다", somebody(Role.KITCHEN)).offers


def test_offers_are_few_and_every_button_carries_them() -> None:
    for said in MEANT:
        assert len(guessed(said, somebody(*Role)).offers) <= MOST
    assert all(len(f"say:{way.words}".encode()) <= 64 for way in ways())


def test_who_says_it_in_words_of_their_own_mostly_finds_it_among_the_offers() -> None:
    found = [meant in guessed(said, somebody(*Role)).offers for said, meant in UNSEEN]

    assert len(found) > 150
    assert sum(found) >= 0.88 * len(found)


def test_weather_shares_and_small_talk_seldom_get_an_offer() -> None:
    offered = [said for said in FOREIGN if guessed(said, somebody(*Role)).offers]

    assert len(FOREIGN) >= 60
    assert len(offered) <= 0.25 * len(FOREIGN), offered


def test_every_ability_has_a_dozen_ways_and_no_way_leads_two_ways() -> None:
    said = Counter(text for way in ways() for text in way.examples)

    assert [way.words for way in ways() if len(way.examples) < 12] == []
    assert [text for text, count in said.items() if count > 1] == []
    assert len({(way.words, way.kind) for way in ways()}) == len(ways())


def test_what_is_judged_was_never_learnt() -> None:
    learnt = {"".join(text.split()) for way in ways() for text in way.examples}

    assert [said for said, _ in UNSEEN if "".join(said.split()) in learnt] == []
    assert [said for said in FOREIGN if "".join(said.split()) in learnt] == []


def test_what_was_learnt_was_learnt_from_the_ways_that_stand_there() -> None:
    kept = Leanings.load(FILE)

    assert kept.learnt_from == digest(), "the ways were changed: python tests/bench/fit_ways.py"
    assert set(kept.kinds) == {way.name for way in ways()}


def test_what_is_shown_at_once_is_nearly_always_what_was_meant() -> None:
    plain = [(meant, told.offers[0]) for said, meant in UNSEEN if (told := guessed(said, somebody(*Role))).plain]
    strange = [said for said in FOREIGN if guessed(said, somebody(*Role)).plain]

    assert len(plain) >= 0.35 * len(UNSEEN)
    assert sum(meant == first for meant, first in plain) >= 0.95 * len(plain)
    assert len(strange) <= 0.05 * len(FOREIGN), strange


def test_who_may_not_do_what_they_plainly_want_hears_whose_it_is() -> None:
    assert guessed("이제 정상 배식합니다 여러분", somebody(Role.STAFF)).forbidden == "배식"
    assert guessed("이제 정상 배식합니다 여러분", somebody(Role.KITCHEN)).offers[0] == "배식"


def test_a_bare_word_that_is_another_trades_command_forbids_nobody_anything() -> None:
    assert [guessed(said, somebody(Role.STAFF)).forbidden for said in ("종료", "정상", "끝")] == ["", "", ""]
