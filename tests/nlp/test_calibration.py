"""A score is a probability: agencies count where they speak, common words less than rare ones, appointments hardly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.calibration import FACTS, FEATURES, Seen, Spread, features, is_appointment, probability, speaks
from nlp.embedding import load
from nlp.matching import Matcher

SHARE = st.floats(0, 1, width=32)


@pytest.mark.parametrize(
    "flat",
    [
        "산림청, 산불 대응 강화\n전국에서",
        "[보도자료] 산림청 여름철 대책\n전국에서",
        "여름철 대책\n산림청(청장 박은식)은 여름철 대책을 밝혔다.",
        "여름철 대책\n산림청 국립수목원은 여름 식물을 소개했다.",
        "북부지방산림청, 위촉식\n북부지방산림청(청장 송준호)은 위촉했다.",
        "여름철 대책\n산림청은 밝혔다.",
    ],
)
def test_an_agency_speaks_where_it_is_the_subject(flat):
    assert speaks(flat, "산림청")


@pytest.mark.parametrize(
    "flat",
    [
        "여름철 대책\n행정안전부(장관 윤호중)는 산림청, 소방청 등과 점검했다.",
        "여름철 대책\n행정안전부는 대책을 밝혔다. " + "관계기관이 모였다. " * 40 + "산림청은 함께했다.",
        "여름철 대책\n" + "산림청장배 축구 대회가 열렸다.",
        "",
    ],
)
def test_an_agency_that_is_only_mentioned_does_not(flat):
    assert not speaks(flat, "산림청")


def pushed(words: str, title: str, text: str) -> bool:
    made = Matcher(load())
    made.add("me", words)
    return any(match.push for match in made.match(text, title))


def test_an_agencys_own_news_is_sent_and_its_mention_on_the_way_is_not():
    assert pushed("산림청", "목재 명예감시원 위촉", "산림청(청장 박은식)은 명예감시원 열 명을 위촉했다고 밝혔다.")
    assert not pushed(
        "산림청", "가뭄 점검 회의", "행정안전부(장관 윤호중)는 기상청, 산림청 등 관계기관과 회의를 열었다."
    )


def test_an_appointment_concerns_those_who_follow_the_agency_only():
    title, text = "(인사발령) 개인정보보호위원회 인사발령", "개인정보보호위원회는 과장급 인사를 발령했다."

    assert is_appointment(title)
    assert not is_appointment("중소기업 인사관리 상담")
    assert pushed("개인정보보호위원회", title, text)
    assert not pushed("개인정보", title, text)


def test_a_word_that_all_documents_hold_is_less_sure_than_a_rare_one():
    def score(rarity: float) -> float:
        facts = np.zeros((1, len(FACTS)), dtype=np.float32)
        facts[0, [0, 3, 6, 7]] = 1.0, rarity, 0.07, 0.08
        column = np.full(1, 0.5, dtype=np.float32)
        return float(probability(Seen(*[column] * 8, np.zeros(1, dtype=np.float32)), facts)[0])

    assert score(1.5) < score(3.5)


@given(st.lists(SHARE, min_size=8, max_size=8), st.lists(st.floats(0, 4, width=32), min_size=8, max_size=8))
def test_whatever_is_seen_the_score_is_a_probability(seen, facts):
    columns = [np.full(3, value, dtype=np.float32) for value in (*seen, 1.0)]
    known = np.tile(np.array(facts, dtype=np.float32), (3, 1))

    chances = probability(Seen(*columns), known, appointment=True)

    assert features(Seen(*columns), known).shape == (3, len(FEATURES))
    assert np.isfinite(chances).all()
    assert ((chances >= 0) & (chances <= 1)).all()


def test_the_spread_comes_from_the_archive_once_it_is_large_enough():
    embedder = load()
    keyword = embedder.encode(["업무협약"])
    shipped = Spread(embedder, ["업무협약 체결"] * 10).moments(keyword)
    archive = Spread(embedder, [f"{number}번째 업무협약 체결" for number in range(300)])

    assert archive.moments(keyword)[0, 0] > shipped[0, 0]
    assert archive.floors(keyword)[0] > 0
    assert Spread(embedder, []).floors(keyword)[0] == 0
    assert archive.moments(keyword[:0]).shape == (0, 2)


class Narrow:
    """Another model than the built-in one, of other dimensions."""

    name, dimensions = "narrow", 4

    def encode(self, texts, *, role="document"):
        return np.tile(np.array([[1, 0, 0, 0]], dtype=np.float32), (len(texts), 1))


def test_another_model_works_before_anything_was_read():
    made = Matcher(Narrow())
    made.add("me", "스마트공장")

    assert 0 <= made.match("스마트공장을 보급한다.", "스마트공장 보급")[0].score <= 1
