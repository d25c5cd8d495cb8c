"""After a change of model: no vector meets another model's, everything is found meanwhile, who is killed goes on."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.models import keywords, usual_documents
from nlp.adopted import Adopted, ModelStore
from nlp.archive import TEXT_KEPT, Archive, Document
from nlp.document import read
from nlp.embedding import load
from nlp.feedback import Seen, Signal, Tap, topic_of
from nlp.finding import Finder
from nlp.opinions import HeadMirror, Opinions
from nlp.query import Query
from nlp.renewal import BATCH, Renewal
from nlp.scale import fit
from tests.nlp.other_models import Leaning

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TENANT, CHAT = "gyeongnam", "console|dm:kim"
SCALE = fit(Leaning(), load(), keywords(), usual_documents())
SUBJECTS = (
    ("산불 조심 기간 운영", "산림청은 봄철 산불 조심 기간에 산불 감시 인력을 늘린다."),
    ("소상공인 경영 자금 지원", "소상공인에게 낮은 이자로 경영 자금을 빌려준다."),
    ("어르신 일자리 확대", "어르신 공공 일자리를 늘리고 활동비를 올린다."),
    ("도로 결빙 취약 구간 점검", "겨울철 도로 결빙 구간을 미리 점검하고 제설 자재를 둔다."),
)


def document(number: int, model=None, *, text: bool = True) -> Document:
    title, body = SUBJECTS[number % len(SUBJECTS)]
    model = model or load()
    (form,) = read([body], [title], model)
    return Document(
        key=f"a/{number}", source="a", agency="견본도청", title=title, text=body if text else "",
        url="https://a.go.kr", published_at=NOW - timedelta(hours=number), story=f"s{number}",
        vectors=form.vectors, model=model.name,
    )  # fmt: skip


def adopted() -> Adopted:
    return Adopted(Leaning(), SCALE)


async def filled(database, count: int = 20) -> Archive:
    archive = Archive(database)
    for number in range(count):
        await archive.put(document(number))
    return archive


def renewal(database, embedder, archive: Archive | None = None) -> Renewal:
    return Renewal(
        archive or Archive(database), Opinions(database), ModelStore(database), embedder, [TENANT], lambda: NOW
    )  # fmt: skip


async def whole(work: Renewal) -> int:
    await work.begin()
    steps = 0
    while await work.step():
        steps += 1
    return steps


async def models(archive: Archive) -> set[str | None]:
    return set((await archive.models_of(await archive.newest_keys(0, 1_000))).values())


async def test_the_archive_is_read_again_newest_first_and_once(database) -> None:
    archive, model = await filled(database), adopted()
    work = renewal(database, model)

    assert await work.begin() == 20
    await work.step()

    done = await archive.models_of([f"a/{number}" for number in range(20)])
    assert [number for number in range(20) if done[f"a/{number}"] == model.name] == list(range(BATCH))

    while await work.step():
        pass
    assert await models(archive) == {model.name}
    expected = read([SUBJECTS[0][1]], [SUBJECTS[0][0]], model)[0]
    found = (await archive.get("a/0")).vectors
    assert np.allclose(found, expected.vectors, atol=1e-3)
    assert await renewal(database, adopted()).begin() == 0


async def test_how_far_it_is_stands_in_the_store(database) -> None:
    await filled(database)
    work, store = renewal(database, adopted()), ModelStore(database)

    assert await store.progress() is None
    await work.begin()
    at_first = await store.progress()
    await work.step()
    then = await store.progress()
    await whole(work)
    at_last = await store.progress()

    assert (at_first.done, at_first.total, at_first.left, at_first.finished) == (0, 20, None, False)
    assert (then.done, then.finished) == (BATCH, False)
    assert then.left > timedelta()
    assert (at_last.done, at_last.finished, at_last.left) == (20, True, None)


async def test_a_worker_that_is_killed_goes_on_where_it_was(database, tmp_path: Path) -> None:
    archive = await filled(database, 40)
    script = tmp_path / "one_batch.py"
    path = database.connection_pool.connection_kwargs["path"]
    script.write_text(f"""
import asyncio, os, signal, sys
from redis.asyncio import Redis
from tests.nlp.test_renewal import adopted, renewal
async def main():
    work = renewal(Redis(unix_socket_path={path!r}), adopted())
    await work.begin()
    await work.step()
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
""")
    root = Path(__file__).parents[2]

    environment = {"PYTHONPATH": str(root)}
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, str(script)], cwd=root, env=environment, check=False
    )
    left = await renewal(database, adopted()).begin()

    assert ended.returncode == -9
    assert left == 40 - BATCH
    await whole(renewal(database, adopted()))
    assert await models(archive) == {adopted().name}


async def test_meanwhile_everything_is_found_by_its_words_and_then_by_its_meaning_too(database) -> None:
    archive, model = await filled(database, 8), adopted()
    finder = Finder(archive, model)
    await finder.fill()

    before = await finder.search(Query("산불 조심"))
    work = renewal(database, model, archive)
    await whole(work)
    await finder.refresh(NOW)
    after = await finder.search(Query("산불 조심"))

    assert before[0].key in {"a/0", "a/4"}
    assert after[0].score > before[0].score + 0.1
    assert len(finder) == 8


async def test_previews_see_a_document_before_and_after(database) -> None:
    archive, model = await filled(database, 8), adopted()
    since = NOW - timedelta(days=7)

    before = await archive.count_matches("산불 조심", (), since, model)
    await whole(renewal(database, model))
    after = await archive.count_matches("산불 조심", (), since, model)

    assert {hit.key for hit in before} == {hit.key for hit in after} == {"a/0", "a/4"}
    assert after[0].score == pytest.approx(before[0].score, abs=0.05)


async def test_without_its_text_a_document_is_read_by_its_title_and_comes_back_whole(database) -> None:
    archive, model = await filled(database, 4), adopted()
    whole_before = (await archive.get("a/1")).vectors[:2]
    await archive.drop_texts(NOW + TEXT_KEPT + timedelta(days=1))

    await whole(renewal(database, model))
    by_title = (await archive.get("a/1")).vectors
    await whole(renewal(database, load()))
    back = await archive.get("a/1")

    title = model.encode([SUBJECTS[1][0].lower()])[0]
    assert by_title.shape == (2, model.dimensions)
    assert np.allclose(by_title[0], title, atol=1e-3)
    assert back.model == load().name
    assert np.array_equal(back.vectors, whole_before)


async def test_a_document_that_came_again_meanwhile_keeps_what_came(database) -> None:
    archive = await filled(database, 1)
    old = await archive.get("a/0")
    newer = Document(**{**{name: getattr(old, name) for name in Document.__slots__}, "text": "고친 글이다. " * 3})
    await archive.put(newer)

    assert not await archive.renew(old, adopted().encode(["가"]), "other")
    assert (await archive.get("a/0")).text == newer.text
    assert not await archive.renew(document(99), adopted().encode(["가"]), "other")
    assert await archive.get("a/99") is None


async def test_what_cant_be_read_stops_nothing_else(database) -> None:
    class Sour(Leaning):
        def encode(self, texts, *, role="document"):
            if any("소상공인" in text for text in texts):
                raise RuntimeError("sour")
            return super().encode(texts, role=role)

    await filled(database, 24)
    work, archive = renewal(database, Adopted(Sour(), SCALE)), Archive(database)
    await work.begin()

    for _ in range(100):
        try:
            if not await work.step():
                break
        except RuntimeError:
            continue

    done = await archive.models_of([f"a/{number}" for number in range(24)])
    assert await work.step() == 0.0
    assert {int(key[2:]) % 4 for key, model in done.items() if model == load().name} == {1}
    assert sum(model == load().name for model in done.values()) == 6


def tap(number: int, signal: Signal, one: Document) -> Tap:
    seen = Seen(one.agency, ("산불",), one.vector, one.model or "")
    return Tap(f"s{number}", signal, NOW, topic_of("산불"), 0.5, seen, document=one.key)


async def test_opinions_are_carried_over_and_heads_are_fitted_anew(database) -> None:
    archive, model, opinions = await filled(database, 12), adopted(), Opinions(database)
    await opinions.sent(TENANT, [])
    await database.sadd(Opinions._key(TENANT, "chats"), CHAT)
    for number in range(12):
        signal = Signal.LIKED if number % 4 == 0 else Signal.UNRELATED
        await opinions.tap(TENANT, CHAT, tap(number, signal, await archive.get(f"a/{number}")))
    heads = HeadMirror(opinions, model, lambda *_: None, lambda: NOW)
    await heads.refresh([TENANT])
    between = heads.panel(TENANT).get(CHAT)
    blind = (await opinions.heads(TENANT, {CHAT: await opinions.sequence(TENANT)}, model.name))[CHAT]

    await whole(renewal(database, model))
    await heads.refresh([TENANT])

    taps = await opinions.taps(TENANT, CHAT)
    head = (await opinions.heads(TENANT, {CHAT: await opinions.sequence(TENANT)}, model.name))[CHAT]
    assert between is not None
    assert blind.vector.size == 0
    assert head.vector.size == model.dimensions
    assert {one.seen.model for one in taps} == {model.name}
    assert sorted(one.signal for one in taps).count(Signal.LIKED) == 3
    wanted, unwanted = (Seen("x", (), model.encode([" ".join(SUBJECTS[n])])[0], model.name) for n in (0, 2))
    assert head.raw(wanted) > head.raw(unwanted)


async def test_a_tap_that_comes_while_its_vector_is_renewed_is_kept(database) -> None:
    archive, model, opinions = await filled(database, 1), adopted(), Opinions(database)
    one = await archive.get("a/0")
    await opinions.tap(TENANT, CHAT, tap(0, Signal.LIKED, one))

    assert await opinions.renew(TENANT, CHAT, {"a/0": model.encode(["가"])[0]}, model.name) == 1
    assert await opinions.renew(TENANT, CHAT, {"a/0": model.encode(["가"])[0]}, model.name) == 0
    assert await opinions.outdated(TENANT, CHAT, model.name) == []
    assert await opinions.outdated(TENANT, CHAT, load().name) == ["a/0"]


@pytest.mark.parametrize("count", [0, 3])
async def test_nothing_to_do_is_done_at_once(database, count: int) -> None:
    await filled(database, count)
    work = renewal(database, load())

    assert await work.begin() == 0
    assert await work.step() == 0.0
    assert (await ModelStore(database).progress()).finished
