"""The archive keeps public documents, forgets their text in time, and previews a subscription as matching would."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from redis.asyncio import Redis

from nlp.archive import Archive, Document
from nlp.document import read
from nlp.embedding import load
from nlp.matching import Matcher

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def document(number: int, title: str, text: str = "", days: float = 1, deadline: date | None = None) -> Document:
    form = read([text], [title], load())[0]
    return Document(
        key=f"견본:{number}",
        source="sample",
        agency="견본도청",
        title=title,
        text=text,
        url=f"http://127.0.0.1/{number}",
        published_at=NOW - timedelta(days=days),
        department="산업정책과",
        story=f"s{number}",
        deadline=deadline,
        deadline_sentence="접수기간: ~ 12. 11." if deadline else None,
        attachments=("붙임.hwpx",),
        vectors=form.vectors,
        model=load().name,
    )


@pytest.mark.parametrize("deadline", [None, date(2026, 12, 11)])
async def test_what_is_put_is_got_and_putting_again_changes_nothing(database: Redis, deadline: date | None) -> None:
    archive = Archive(database)
    original = document(1, "스마트공장 모집", "본문이다.\n둘째 줄.", deadline=deadline)

    await archive.put(original)
    await archive.put(original)

    got = await archive.get("견본:1")
    assert got == original
    assert got.vectors is not None
    assert original.vectors is not None
    assert np.allclose(got.vectors, original.vectors, atol=1e-3)
    assert await archive.count() == 1
    assert await archive.get("없음") is None


async def test_an_instant_as_deadline_keeps_its_clock(database: Redis) -> None:
    archive = Archive(database)
    original = replace(document(1, "모집"), deadline=datetime(2026, 12, 11, 9, tzinfo=UTC))

    await archive.put(original)

    assert await archive.get("견본:1") == original


async def test_a_counted_deadline_stays_counted_and_older_records_are_not(database: Redis) -> None:
    original = replace(document(1, "모집", deadline=date(2026, 12, 11)), counted=True)
    await Archive(database).put(original)
    fields = original.dump()
    fields["meta"] = fields["meta"].replace(b'"counted": true, ', b"")

    assert await Archive(database).get("견본:1") == original
    assert not Document.load("견본:1", {name.encode(): value for name, value in fields.items()}).counted


async def test_recent_is_newest_first_within_since_and_limit(database: Redis) -> None:
    archive = Archive(database)
    for number, days in enumerate([1, 5, 3, 9]):
        await archive.put(document(number, f"제목 {number}", days=days))

    found = await archive.recent(NOW - timedelta(days=7), 2)

    assert [one.key for one in found] == ["견본:0", "견본:2"]


async def test_texts_go_after_thirty_days_and_the_rest_stays(database: Redis) -> None:
    archive = Archive(database)
    await archive.put(document(1, "오래된 알림", "긴 본문", days=31))
    await archive.put(document(2, "새 알림", "긴 본문", days=29))

    dropped = await archive.drop_texts(NOW)
    again = await archive.drop_texts(NOW)

    old, new = await archive.get("견본:1"), await archive.get("견본:2")
    assert (dropped, again) == (1, 0)
    assert old is not None
    assert (old.title, old.text) == ("오래된 알림", "")
    assert old.vectors is not None
    assert new is not None
    assert new.text == "긴 본문"


TEXTS = [
    ("스마트공장 보급사업 참여기업 모집", "중소벤처기업부는 제조기업을 지원한다."),
    ("집중호우 대비 점검", "침수 우려 지역을 살폈다."),
    ("노인 일자리 확대", "스마트공장과는 무관하다. 어르신 일자리를 늘린다."),
    ("축제 안내", "가을 축제를 연다."),
]


@pytest.mark.parametrize("words", ["스마트공장", "중기부", "어르신 일자리", '"참여기업 모집"', "등산"])
async def test_a_preview_counts_exactly_what_matching_would_have_sent(database: Redis, words: str) -> None:
    archive, matcher = Archive(database), Matcher(load())
    matcher.add("me", words)
    for number, (title, text) in enumerate(TEXTS):
        await archive.put(document(number, title, text))

    hits = await archive.count_matches(words, (), NOW - timedelta(days=7), load())

    sent = {f"견본:{n}" for n, (title, text) in enumerate(TEXTS) if any(m.push for m in matcher.match(text, title))}
    assert {hit.key for hit in hits} == sent


async def test_a_preview_heeds_excludes_time_and_new_documents(database: Redis) -> None:
    archive = Archive(database)
    since = NOW - timedelta(days=7)
    await archive.put(document(1, "스마트공장 모집"))
    await archive.put(document(2, "스마트공장 모집", days=8))
    assert len(await archive.count_matches("스마트공장", (), since, load())) == 1

    await Archive(database).put(document(3, "스마트공장 점검"))

    assert [hit.title for hit in await archive.count_matches("스마트공장", ("모집",), since, load())] == [
        "스마트공장 점검"
    ]


async def test_a_correction_by_the_same_key_is_previewed_as_corrected(database: Redis) -> None:
    archive = Archive(database)
    since = NOW - timedelta(days=7)
    await archive.put(document(1, "스마트공장 모집"))
    assert len(await archive.count_matches("스마트공장", (), since, load())) == 1

    await archive.put(document(1, "집중호우 점검"))

    assert await archive.count_matches("스마트공장", (), since, load()) == []


async def test_documents_of_another_model_are_encoded_anew(database: Redis) -> None:
    archive = Archive(database)
    foreign = replace(document(1, "스마트공장 모집"), vectors=np.ones((1, 8), dtype=np.float32), model="another")
    await archive.put(foreign)

    hits = await archive.count_matches("스마트공장", (), NOW - timedelta(days=7), load())

    assert [hit.key for hit in hits] == ["견본:1"]
