"""Whom a document concerns: by word, by synonym, by compound; and whom it must not reach."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.embedding import load
from nlp.matching import Match, Matcher, New
from nlp.synonyms import Synonyms, built_in

SMART = (
    "스마트공장 보급·확산 사업 참여기업 모집",
    "중소벤처기업부는 제조 중소기업의 지능형 공장 구축을 지원한다. 신청은 12월 4일까지다.",
)
FLOOD = (
    "여름철 집중호우 대비 긴급 점검",
    "행정안전부는 침수 우려 지역의 주민 대피 체계를 점검했다. 산사태 취약지역도 살폈다.",
)
ELDERLY = ("노인 일자리 사업 확대", "보건복지부는 내년 노인 일자리를 늘린다고 밝혔다. 돌봄과 안전 분야를 강화한다.")


def matcher(**wanted: str) -> Matcher:
    made = Matcher(load())
    for subscription_id, text in wanted.items():
        made.add(subscription_id, text)
    return made


def pushed(made: Matcher, document: tuple[str, str]) -> set[str]:
    title, text = document
    return {match.subscription_id for match in made.match(text, title) if match.push}


@pytest.mark.parametrize(
    ("words", "document"),
    [
        ("스마트공장", SMART),
        ("스마트 공장", SMART),
        ("중기부", SMART),
        ("집중호우", FLOOD),
        ("폭우", FLOOD),
        ("어르신 일자리", ELDERLY),
        ("복지부", ELDERLY),
        ("농업, 집중호우", FLOOD),
    ],
)
def test_a_subscriber_hears_of_what_concerns_them(words: str, document: tuple[str, str]) -> None:
    assert pushed(matcher(me=words), document) == {"me"}


@pytest.mark.parametrize("document", [SMART, FLOOD, ELDERLY])
@pytest.mark.parametrize("words", ["축구 대회", "문화유산", "최저임금", "원자력 발전소", "구제역", "제주"])
def test_a_subscriber_is_spared_what_does_not(words: str, document: tuple[str, str]) -> None:
    assert pushed(matcher(me=words), document) == set()


def test_evidence_names_the_synonym_that_was_found() -> None:
    (match,) = matcher(me="중기부").match(SMART[1], SMART[0])

    assert match.words == ("중소벤처기업부",)
    assert 0 < match.score <= 1


def test_a_compound_finds_its_parts_written_apart_and_says_so() -> None:
    (match,) = matcher(me="재난안전").match("재난에 대비한 안전 교육을 한다", "재난 대비 안전 교육")

    assert match.words == ("재난", "안전")


def test_an_excluded_word_vetoes_whatever_the_score() -> None:
    made = Matcher(load())
    made.add("me", "스마트공장", exclude=["모집"])
    made.add("you", "스마트공장", exclude=["경제주체", "제주"])

    assert [match.subscription_id for match in made.match(SMART[1], SMART[0])] == ["you"]


def test_an_exclude_is_a_word_not_a_chance_run_of_letters() -> None:
    made = Matcher(load())
    made.add("me", "물가", exclude=["제주"])

    assert [match.push for match in made.match("경제주체의 물가 인식 조사", "물가 동향")] == [True]


@pytest.mark.parametrize(
    ("words", "found"),
    [('"스마트 공장"', False), ('"스마트공장"', True), ("“보급·확산 사업”", True), ('"참여기업 선정"', False)],
)
def test_a_quoted_phrase_must_stand_letter_by_letter(words: str, found: bool) -> None:
    assert bool(pushed(matcher(me=words), SMART)) is found


def test_every_candidate_is_listed_best_first() -> None:
    made = matcher(a="스마트공장 보급", b="중소기업", c="축구", d="일자리 창출")

    matches = made.match(SMART[1], SMART[0])

    scores = [match.score for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert matches[0].subscription_id == "a"
    assert "c" not in {match.subscription_id for match in matches if match.push}


def test_equal_keywords_share_a_vector_and_each_gets_the_match() -> None:
    made = matcher(**{f"s{number}": "  스마트공장 " if number % 2 else "스마트공장" for number in range(50)})

    assert len(made) == 50
    assert len(pushed(made, SMART)) == 50
    assert len(made._entries) == 1


def test_new_words_replace_old_ones_and_removal_forgets() -> None:
    made = matcher(me="스마트공장")

    made.add("me", "집중호우")
    assert (pushed(made, SMART), pushed(made, FLOOD)) == (set(), {"me"})

    made.remove("me")
    made.remove("me")
    assert pushed(made, FLOOD) == set()
    assert len(made) == 0
    assert "me" not in made


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["스마트공장", "중기부 지원", "집중호우", "재난", None])),
        max_size=25,
    )
)
def test_any_order_of_adding_and_removing_ends_like_a_fresh_matcher(steps: list[tuple[str, str | None]]) -> None:
    made, last = Matcher(load()), dict[str, str]()
    for subscription_id, words in steps:
        if words is None:
            made.remove(subscription_id)
            last.pop(subscription_id, None)
        else:
            made.add(subscription_id, words)
            last[subscription_id] = words

    fresh = matcher(**last)

    for title, text in (SMART, FLOOD):
        assert rounded(made.match(text, title)) == rounded(fresh.match(text, title))


def rounded(matches: list[Match]) -> list[tuple[str, float, tuple[str, ...], bool]]:
    found = [(match.subscription_id, round(match.score, 3), match.words, match.push) for match in matches]
    return sorted(found)


def test_many_documents_together_are_matched_like_each_alone() -> None:
    made = matcher(a="스마트공장", b="집중호우", c="노인 일자리", d="중기부")
    titles, texts = zip(*[SMART, FLOOD, ELDERLY] * 9, strict=True)

    together = made.match_many(list(texts), list(titles))

    alone = [made.match(text, title) for title, text in zip(titles, texts, strict=True)]
    assert [rounded(matches) for matches in together] == [rounded(matches) for matches in alone]


def test_bulk_and_single_addition_are_the_same() -> None:
    one, many = Matcher(load()), Matcher(load())
    news = [New(f"s{number}", f"사업 {number}", ("제외",)) for number in range(300)] + [New("x", "스마트공장")]
    for new in news:
        one.add(new.subscription_id, new.text, new.exclude)

    many.add_many(news)

    assert rounded(one.match(SMART[1], SMART[0])) == rounded(many.match(SMART[1], SMART[0]))


def test_a_title_counts_more_than_page_three() -> None:
    filler = "예산 편성 절차를 안내한다. " * 40
    made = matcher(me="스마트공장")

    (top,) = made.match(filler, "스마트공장 지원")
    deep = made.match(filler + "스마트공장도 있다.", "예산 편성 안내")

    assert top.push
    assert not any(match.push for match in deep)


def test_a_weak_likeness_alone_never_pushes() -> None:
    made = Matcher(load(), synonyms=Synonyms([]), push_at=0.0)
    made.add("me", "온실가스 감축")

    matches = made.match("기후위기에 대응하는 탄소중립 정책 토론회를 연다.", "기후위기 대응 토론회")

    assert [match.push for match in matches] == [False]
    assert matches[0].words == ()


def test_the_archive_sharpens_what_a_word_tells() -> None:
    common = [f"{number}번째 보도자료: 업무협약 체결" for number in range(3_000)]
    plain, taught = Matcher(load()), Matcher(load(), archive=common)
    for made in (plain, taught):
        made.add("me", "업무협약 드론")

    before, after = (made.match("기관 사이의 업무협약", "업무협약 체결")[0].score for made in (plain, taught))

    assert after < before


@pytest.mark.parametrize(
    "text", ["", " ", "😀" * 500, "가" * 5_000_000, "\ud800", "\u1100\u1161" * 1000, "ＡＩ" * 9_999]
)
def test_hostile_text_is_matched_without_ado(text: str) -> None:
    made = matcher(me="재난안전", odd=text[:2_000])

    assert all(0 <= match.score <= 1 for match in made.match(text, text[:5_000]))


def test_ten_thousand_keywords_find_the_few_that_fit() -> None:
    rng = random.Random(1)
    syllables = "가나다라마바사아자차카타파하고노도로모보소오조초코토포호"
    made = Matcher(load())
    made.add_many(New(f"k{n}", "".join(rng.choices(syllables, k=4))) for n in range(10_000))
    made.add("real", "스마트공장")

    assert pushed(made, SMART) == {"real"}


def test_quality_on_labelled_releases_is_recorded() -> None:
    """The texts aren't ours to ship; the labels are, and must stay readable for `make bench`."""
    rows = [
        line.split("\t") for line in (Path(__file__).parent / "labels.tsv").read_text().splitlines() if line[0] != "#"
    ]

    assert len(rows) >= 60
    assert all(ids.replace(" ", "").isdigit() for _, ids in rows)


def test_synonyms_are_exchanged_as_whole_words_only() -> None:
    table = Synonyms(["=\t중기부\t중소벤처기업부", ">\t재난\t산불", "# note"])

    assert [other.text for other in table.expand("중기부 공고")] == ["중소벤처기업부 공고"]
    assert table.expand("신중기부") == []
    assert table.of("산불") == ()
    assert table.expand("재난")[0].narrower


def test_the_shipped_table_is_well_formed() -> None:
    table = built_in()

    assert len(table) > 600
    assert "중소벤처기업부" in table.of("중기부")
    assert "노인" in table.of("어르신")
    assert not any(term == other for term, other in table.pairs())


def test_scores_do_not_depend_on_who_else_subscribes() -> None:
    alone = matcher(me="스마트공장 보급").match(SMART[1], SMART[0])
    crowd = Matcher(load())
    crowd.add_many(New(f"k{number}", f"공장 보급 {number}") for number in range(500))
    crowd.add("me", "스마트공장 보급")

    among = [match for match in crowd.match(SMART[1], SMART[0]) if match.subscription_id == "me"]

    assert np.isclose(alone[0].score, among[0].score, atol=1e-4)
