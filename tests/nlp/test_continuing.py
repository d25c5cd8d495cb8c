"""The model continued on an archive: it learns, what is kept out stays out, and it never pays with what it knew."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nlp.embedding import MODEL, load_static
from nlp.synonyms import built_in
from nlp.training.continuing import FEWEST, Material, Outcome, Pace, gather, proceed
from nlp.training.exam import Exam, Limits, Marks, divided, lift, ranks
from tests.nlp.lessons import START, made_up

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SHIPPED = load_static(MODEL)


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return proceed(gather(made_up(320)), SHIPPED, SHIPPED, NOW, pace=Pace(steps=16, batch=256, rate=0.003))


def test_what_a_title_is_about_is_learnt_and_holds_for_documents_never_seen(outcome: Outcome) -> None:
    judged = outcome.judgement

    assert judged.verdict == "better"
    assert judged.after.title_body > judged.before.title_body + 0.02
    assert judged.lift.low > 0
    assert outcome.model is not None
    one, other, stranger = outcome.model.encode(["두루미", "철새", "제분시설"])
    before = SHIPPED.encode(["두루미", "철새", "제분시설"])
    assert one @ other - one @ stranger > before[0] @ before[1] - before[0] @ before[2]


def test_the_new_model_says_how_it_came_to_be_and_brings_its_own_moments(outcome: Outcome) -> None:
    model, card = outcome.model, outcome.card

    assert model is not None
    assert card is not None
    assert card.name == model.name != SHIPPED.name
    assert (card.base, card.continued) == (SHIPPED.name, SHIPPED.name)
    assert (card.documents, card.held_out, card.made_at) == (320, 64, NOW)
    assert card.after == outcome.judgement.after
    assert model.tokenizer.get_vocab() == SHIPPED.tokenizer.get_vocab()
    titles = model.encode([one.title for one in made_up(320)])
    assert model.moments is not None
    assert np.allclose(model.moments.mean, titles.mean(axis=0), atol=0.01)


def test_a_gain_that_costs_what_was_known_is_refused() -> None:
    hot = Pace(steps=24, batch=256, rate=0.02, kept=1.0)

    found = proceed(gather(made_up(320)), SHIPPED, SHIPPED, NOW, pace=hot)

    assert found.judgement.lift.low > 0
    assert found.judgement.verdict == "forgets"
    assert found.model is found.card is None


def test_nothing_learnt_is_no_reason_to_switch() -> None:
    idle = Pace(steps=1, batch=64, rate=0.0)

    found = proceed(gather(made_up(320)), SHIPPED, SHIPPED, NOW, pace=idle)

    assert found.judgement.verdict == "same"
    assert found.model is None


def test_too_few_documents_are_refused_with_both_numbers() -> None:
    lessons = gather(made_up(FEWEST - 1))

    assert not lessons.enough
    with pytest.raises(ValueError, match=rf"expected {FEWEST} .* got {FEWEST - 1}"):
        proceed(lessons, SHIPPED, SHIPPED, NOW)


def test_whoever_tells_how_far_it_is_can_stop_it() -> None:
    heard: list[float] = []

    def stop(share: float) -> None:
        heard.append(share)
        if len(heard) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        proceed(gather(made_up(320)), SHIPPED, SHIPPED, NOW, stop, Pace(steps=4, batch=64))
    assert heard == [0.25, 0.5]


# --- what is learnt from


def test_the_newest_fifth_with_text_is_kept_out_of_everything() -> None:
    materials = made_up(400)

    lessons = gather(materials)

    newest = {one.title for one in sorted(materials, key=lambda one: one.at)[-80:]}
    assert {title for title, _ in lessons.held} == newest
    taught = {title for title, _ in (*lessons.learnt, *lessons.windows)} | set(lessons.titles)
    assert not taught & newest


def test_a_document_without_text_teaches_by_its_title_only() -> None:
    materials = [replace(one, body="") if number % 2 else one for number, one in enumerate(made_up(400))]

    lessons = gather(materials)

    assert lessons.documents == 200
    assert len(lessons.titles) == 200
    assert {one.title for one in materials[1::2]} == set(lessons.titles)


def test_one_event_told_often_counts_once_and_never_on_both_sides() -> None:
    first, *others = made_up(50)
    again = [
        replace(first, title=f"{first.title} {number}", at=START + timedelta(days=30 + number)) for number in range(9)
    ]

    lessons = gather([first, *again, *again, *others])

    told = [title for title, _ in (*lessons.learnt, *lessons.held) if title.startswith(first.title)]
    assert told == [again[-1].title]


def test_a_body_that_repeats_its_title_does_not_give_itself_away() -> None:
    one = made_up(1)[0]

    lessons = gather([replace(one, body=f"보도자료 {one.title} {one.body}")])

    assert lessons.learnt[0][1] == one.body


@pytest.mark.parametrize("title", ["", "   ", "\u200b"])
def test_documents_without_a_title_are_left_out(title: str) -> None:
    lessons = gather([Material(title, "본문 " * 100, "s", START)])

    assert lessons.documents == 0


def test_a_text_of_five_megabytes_costs_no_more_than_another() -> None:
    lessons = gather([Material("긴 글 하나", "가나 다라 " * 1_000_000, "s", START)])

    assert sum(len(window) for _, window in lessons.windows) < 2_000


# --- the exam


def test_ranks_count_from_one_and_ties_are_not_held_against_the_answer() -> None:
    questions, answers = np.eye(2, dtype=np.float32), np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32)

    assert ranks(questions, answers, np.array([0, 0])).tolist() == [1, 3]


def test_a_model_that_did_not_change_has_no_lift() -> None:
    exam = Exam(SHIPPED.tokenizer, *([(one.title, one.body) for one in part] for part in (made_up(40), made_up(20, 4))))

    marks = exam(SHIPPED.table.weights())

    assert lift(marks, marks).mean == lift(marks, marks).low == 0


def test_luck_is_no_lift_and_a_part_that_falls_is_told() -> None:
    rng = np.random.default_rng(1)
    flat = Marks(np.full(200, 0.5), np.full(200, 0.5), np.full(200, 0.1))
    noisy = Marks(flat.title_body + rng.normal(0, 0.3, 200), flat.mrr, flat.split)
    uneven = Marks(flat.title_body + 0.2, flat.mrr, flat.split - 0.05)

    assert lift(flat, noisy).low < 0 < lift(flat, replace(flat, split=flat.split + 0.1)).low
    assert lift(flat, uneven).low > 0
    assert lift(flat, uneven).worse


def test_no_term_is_both_learnt_and_asked() -> None:
    learnt, asked = divided(built_in())

    assert len(asked) > 500
    assert not {term for pair in learnt for term in pair} & {term for pair in asked for term in pair}


def test_limits_have_room_for_rounding_only() -> None:
    assert Limits().forgotten <= 0.005
    assert Limits().nearest >= 0.85
