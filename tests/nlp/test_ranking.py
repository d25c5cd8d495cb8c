"""The order of a briefing: relevance, freshness, one story once, agencies in turn; and its reasons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nlp.ranking import Candidate, Ranked, Reader, Reason, rank
from nlp.regions import home_of

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def candidate(key: str, relevance: float = 0.5, hours: float = 1, story: str = "", agency: str = "") -> Candidate:
    return Candidate(key, relevance, NOW - timedelta(hours=hours), story or key, agency or key)


def order(*candidates: Candidate) -> list[str]:
    return [one.candidate.key for one in rank(candidates, NOW)]


def test_the_more_relevant_of_the_same_age_stands_first() -> None:
    assert order(candidate("a", 0.5), candidate("b", 0.9)) == ["b", "a"]


def test_the_fresher_of_the_same_relevance_stands_first() -> None:
    assert order(candidate("a", hours=90), candidate("b", hours=2)) == ["b", "a"]


def test_a_story_stands_once_by_its_first_telling_with_the_others_named() -> None:
    (one,) = rank([candidate("late", 0.9, 1, "s", "도청"), candidate("early", 0.5, 5, "s", "부처")], NOW)

    assert one.candidate.key == "early"
    assert one.tellings == ("late",)
    assert Reason.SEVERAL_AGENCIES in one.reasons
    assert Reason.RELEVANT in one.reasons


def test_no_agency_fills_the_list_while_another_is_nearly_as_good() -> None:
    same = [candidate(f"a{n}", 0.60 - n / 1000, agency="산림청") for n in range(3)]

    assert order(*same, candidate("b", 0.58, agency="행안부"))[:2] == ["a0", "b"]


def test_a_near_deadline_lifts_and_is_said() -> None:
    soon = Candidate("soon", 0.5, NOW, "s", "가", date(2026, 11, 27))
    past = Candidate("past", 0.5, NOW, "p", "나", date(2026, 11, 20))

    first, second = rank([past, soon], NOW)

    assert first.candidate.key == "soon"
    assert Reason.DEADLINE in first.reasons
    assert Reason.DEADLINE not in second.reasons


@given(
    st.lists(
        st.builds(
            Candidate,
            key=st.uuids().map(str),
            relevance=st.floats(0, 1),
            published_at=st.integers(-300, 300).map(lambda hours: NOW + timedelta(hours=hours)),
            story=st.sampled_from("abcd"),
            agency=st.sampled_from(["가", "나"]),
        ),
        max_size=12,
        unique_by=lambda one: one.key,
    ),
    st.randoms(),
)
def test_the_order_depends_on_nothing_but_the_candidates(candidates: list[Candidate], chance: object) -> None:
    shuffled = list(candidates)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    first, second = rank(candidates, NOW), rank(shuffled, NOW)

    assert first == second
    assert {key for one in first for key in (one.candidate.key, *one.tellings)} == {one.key for one in candidates}


HERE = Reader(regions=("경상남도", "경남", "창원"), duties=("스마트팜",))


def reasons(told: Candidate, reader: Reader = HERE) -> Ranked:
    return rank([told], NOW, reader)[0]


def test_ones_own_region_stands_before_the_ministry_and_that_before_another_region() -> None:
    told = [candidate(agency, agency=agency) for agency in ("전라북도", "농림축산식품부", "경상남도")]

    assert [one.candidate.key for one in rank(told, NOW, HERE)] == ["경상남도", "농림축산식품부", "전라북도"]
    assert Reason.OWN_REGION in reasons(told[2]).reasons
    assert Reason.OTHER_REGION in reasons(told[0]).reasons
    assert not {Reason.OWN_REGION, Reason.OTHER_REGION} & set(reasons(told[1]).reasons)


def test_a_ministry_that_names_ones_own_region_is_near() -> None:
    told = Candidate("k", 0.5, NOW, "k", "국토교통부", title="경남 창원 도시재생 현장 점검")

    assert Reason.OWN_REGION in reasons(told).reasons
    assert Reason.OWN_REGION not in reasons(told, Reader()).reasons


def test_what_ones_department_does_stands_before_what_it_does_not() -> None:
    told = [
        Candidate(key, 0.5, NOW, key, "농식품부", title=title) for key, title in (("a", "쌀값"), ("b", "스마트팜 공모"))
    ]

    assert [one.candidate.key for one in rank(told, NOW, HERE)] == ["b", "a"]
    assert Reason.OWN_DUTY in reasons(told[1]).reasons


def test_no_more_stories_than_the_reader_has_attention_for_and_the_best_of_them() -> None:
    told = [candidate(str(number), number / 10) for number in range(10)]

    shown = rank(told, NOW, Reader(attention=3))

    assert [one.candidate.key for one in shown] == ["9", "8", "7"]
    assert rank(told, NOW, Reader(attention=0)) == []


def test_whoever_is_not_known_gets_the_same_order_as_anybody() -> None:
    told = [candidate("a", 0.5, agency="전라북도"), candidate("b", 0.6, agency="경상남도")]

    assert rank(told, NOW) == rank(told, NOW, Reader())


def test_what_fits_best_stands_third_at_the_latest_however_old_and_whoever_tells_it() -> None:
    fresh = [candidate(f"a{n}", 0.88, agency=f"가{n}") for n in range(6)]
    best = candidate("best", 0.9, hours=200, agency="가0")

    assert order(*fresh, best).index("best") <= 2
    assert rank([*fresh, best], NOW, Reader(attention=3))[2].candidate.key == "best"


def test_age_takes_a_quarter_at_most() -> None:
    assert order(candidate("old", 0.9, hours=5_000), candidate("new", 0.6)) == ["old", "new"]


def test_the_province_around_a_city_is_nearer_than_others_and_farther_than_its_own() -> None:
    home = home_of("창원시")
    told = [candidate(agency, agency=agency) for agency in ("전라남도", "경상남도", "창원시", "행정안전부")]

    shown = rank(told, NOW, Reader(home.own, home.around))

    assert [one.candidate.key for one in shown] == ["창원시", "경상남도", "행정안전부", "전라남도"]
    assert Reason.AROUND in shown[1].reasons
