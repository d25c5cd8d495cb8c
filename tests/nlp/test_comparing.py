"""Two models compared: what is worse is called worse, what can't be told is not told, and n decides which."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.__main__ import main
from bot.demo.press import agencies
from bot.wording import models as words
from nlp.archive import Archive, Document
from nlp.comparing import Figure, Judged, bodies, by_opinions, by_titles, judgements
from nlp.embedding import MODEL, load, load_static, save_static
from nlp.feedback import Reason, Seen, Signal, Tap, topic_of
from nlp.opinions import Impression, Opinions
from nlp.probes import Drawn, Probe, ProbeStore, Unsent
from nlp.subscriptions import Subscription, SubscriptionStore
from nlp.weighing import weigh
from tests.nlp.other_models import Leaning, Noisy

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TENANT = "gyeongnam"


def documents() -> list[Document]:
    rows = [(one.title, " ".join(one.lines), agency.name) for agency in agencies() for one in agency.documents]
    return [
        Document(f"a/{n}", "a", agency, title, text, "https://a.go.kr", NOW - timedelta(hours=n))
        for n, (title, text, agency) in enumerate(rows)
    ]


def judged(people: int, each: int = 12) -> list[Judged]:
    """People who want what the built-in model holds to be near their words, as far as its first half goes."""
    some, subjects = documents(), ("재난안전", "소상공인 지원", "농업", "노인 복지", "도로", "청년")
    vectors = load().encode([f"{one.title} {one.text[:300]}" for one in some])
    found = []
    for person in range(people):
        subject = subjects[person % len(subjects)]
        order = np.argsort(-(vectors @ load().encode([subject])[0]))
        chosen = [*order[: each // 2], *order[20 : 20 + each // 2]]
        found += [Judged(f"p{person}", subject, some[n], place < each // 2) for place, n in enumerate(chosen)]
    return found


def test_a_model_that_knows_less_is_called_worse_by_titles() -> None:
    found = by_titles(documents(), load(), Noisy(2.0))

    assert found.n == len(bodies(documents())[0]) >= 50
    assert found.candidate < found.present - 0.2
    assert found.low < found.difference < found.high < 0
    assert found.verdict == "worse"
    assert by_titles(documents(), Noisy(2.0), load()).verdict == "better"


def test_the_same_knowledge_seen_from_elsewhere_is_no_better_and_no_worse() -> None:
    found = by_titles(documents(), load(), Leaning())

    assert found.difference == pytest.approx(0, abs=0.01)
    assert found.verdict == "open"


def test_a_model_that_knows_less_is_called_worse_by_opinions() -> None:
    found = by_opinions(judged(24), load(), Noisy(4.0))

    assert (found.n, found.groups) == (288, 24)
    assert found.present > found.candidate
    assert found.verdict == "worse"


def test_few_people_or_documents_allow_no_verdict() -> None:
    by_few = by_opinions(judged(4, 20), load(), Noisy(4.0))
    by_some = by_titles(documents()[:20], load(), Noisy(4.0))

    assert (by_few.groups, by_few.enough, by_few.verdict) == (4, False, "too few")
    assert by_some.verdict == "too few"
    assert by_titles(documents()[:1], load(), load()) is None
    assert by_opinions([one for one in judged(6) if one.wanted], load(), load()) is None
    assert by_opinions([], load(), load()) is None


def test_a_body_does_not_hold_its_own_title() -> None:
    one = replace(documents()[0], title="도로 결빙 점검", text="도로 결빙 점검 " + "겨울철 도로를 살핀다. " * 30)

    titles, texts = bodies([one, one, replace(one, text="짧다")])

    assert titles == ["도로 결빙 점검"]
    assert "도로 결빙 점검" not in texts[0]


async def test_opinions_and_weekly_looks_are_read_with_their_subscriptions(database) -> None:
    opinions, probes = Opinions(database), ProbeStore(database)
    subscriptions, archive = SubscriptionStore(database), Archive(database)
    for one in documents()[:5]:
        await archive.put(one)
    await subscriptions.add(TENANT, Subscription("s1", "kim", "산불", NOW, "kim"))
    await subscriptions.add(TENANT, Subscription("s2", "kim", "분야 농업·농촌", NOW, "kim"))
    topic, area, gone = topic_of("산불"), topic_of("분야 농업·농촌"), topic_of("예전 구독")
    await opinions.sent(TENANT, [("kim", Impression("x", "a/0", "s1", topic, "a", (), 0.5, NOW))])

    async def tap(story: str, document: str, signal: Signal, topic: str, reason: Reason = Reason.NONE) -> None:
        await opinions.tap(TENANT, "kim", Tap(story, signal, NOW, topic, 0.5, Seen("a", ()), reason, document))

    await tap("s-0", "a/0", Signal.LIKED, topic)
    await tap("s-1", "a/1", Signal.UNRELATED, topic)
    await tap("s-2", "a/2", Signal.UNRELATED, topic, Reason.KNOWN)
    await tap("s-3", "a/3", Signal.LIKED, area)
    await tap("s-4", "a/4", Signal.LIKED, gone)
    await tap("s-9", "a/999", Signal.LIKED, topic)
    unsent = [Unsent(f"a/{n}", f"s-{n}", "a", topic, (), 0.3) for n in (1, 3, 4)]
    await probes.keep(TENANT, "kim", Probe("2026-47", NOW, 3, tuple(Drawn(one, 1.0) for one in unsent)))
    await probes.answer(TENANT, "kim", "2026-47", 2)

    found = await judgements(opinions, probes, subscriptions, archive, [TENANT, "other"])

    assert {(one.document.key, one.wanted) for one in found} == {
        ("a/0", True),
        ("a/1", False),
        ("a/3", True),
        ("a/4", False),
    }
    assert {(one.chat, one.subscription) for one in found} == {(f"{TENANT}/kim", "산불")}


def test_what_a_model_costs_is_measured() -> None:
    found = weigh(None)

    assert found.passages_per_s > 10
    assert found.memory_mb > 20
    assert 0 < found.keyword_ms < 1_000


def figure(verdict: str, *, enough: bool = True) -> Figure:
    low, high = {"better": (0.1, 0.2), "worse": (-0.2, -0.1), "open": (-0.1, 0.1)}[verdict]
    return Figure(100, 10, 0.5, 0.5 + (low + high) / 2, low, high, enough)


@pytest.mark.parametrize(
    ("opinions", "titles", "says"),
    [
        (figure("better"), figure("worse"), "판단(의견): 견줄 모델이 낫습니다."),
        (figure("worse", enough=False), figure("better"), "글만 보면 견줄 모델이 낫습니다."),
        (None, figure("open"), "글만 보면 어느 쪽이 낫다고 할 수 없습니다."),
        (None, figure("better", enough=False), "아직 아무 말도 할 수 없습니다."),
        (None, None, "아직 아무 말도 할 수 없습니다."),
    ],
)
def test_one_honest_sentence(opinions: Figure | None, titles: Figure | None, says: str) -> None:
    assert words.verdict(opinions, titles).endswith(says)


def test_the_command_compares_in_a_running_house(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, other = tmp_path / "dobi.toml", tmp_path / "other"
    config.write_text('[[institution]]\nid = "gyeongnam"\nname = "경상남도"\n')
    own = load_static(MODEL)
    rows = own.rows(np.arange(own.tokenizer.get_vocab_size()))
    save_static(other, own.tokenizer, np.roll(rows, 1, axis=0), "rolled")
    place = ["--config", str(config), "--data", str(tmp_path / "data")]

    assert main(["compare", str(other), "--json", *place]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["opinions"] is None
    assert row["titles"] is None
    assert row["candidate"]["model"].startswith("rolled")
    assert row["present"]["passages_per_s"] > 0
    assert row["says"].endswith("아직 아무 말도 할 수 없습니다.")

    assert main(["compare", "내장", *place]) == 2
    assert "지금 쓰는 모델과 같은 모델입니다." in capsys.readouterr().err
    assert main(["compare", str(tmp_path / "no" / "such"), *place]) == 2
    assert "언어 모델" in capsys.readouterr().err
