"""Reminders: in the morning of a working day, never twice, never at night, moved with a corrected deadline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.clock import KST
from bot.daysoff import is_holiday
from bot.messenger import Chat, Outgoing
from bot.outbox import Outbox, State
from bot.reminders import (
    MOST,
    Reminder,
    ReminderStore,
    TooManyRemindersError,
    end_of,
    last_day,
    mornings,
    next_look,
    office_hour,
    reminder_id,
)
from bot.reminding import Reminding, Sources
from nlp.archive import Archive, Document
from nlp.stories import StoryStore
from tests.conftest import FixedClock

TENANT = "gyeongnam"
KIM = Chat("console", "dm:kim", private=True)
FRIDAY = datetime(2026, 12, 4, 9, tzinfo=UTC)  # 18:00 in Korea


def kst(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=KST)


@pytest.mark.parametrize(
    ("deadline", "told"),
    [
        (FRIDAY, [kst(11, 27, 9), kst(12, 3, 9)]),
        (date(2026, 12, 7), [kst(11, 30, 9), kst(12, 4, 9)]),  # the day before is a Sunday
        (date(2026, 12, 12), [kst(12, 4, 9), kst(12, 11, 9)]),  # a week before is a Saturday
        (date(2026, 12, 26), [kst(12, 18, 9), kst(12, 24, 9)]),  # the day before is Christmas
        (kst(12, 5).astimezone(UTC), [kst(11, 27, 9), kst(12, 3, 9)]),  # 24:00 on Friday
        (date(2026, 11, 30), [kst(11, 27, 9)]),  # D-7 is over this morning
        (date(2026, 11, 24), []),  # D-1 is today, and 09:00 is over
        (date(2026, 11, 20), []),
    ],
)
def test_a_week_and_a_day_before_on_working_mornings(
    clock: FixedClock, deadline: date | datetime, told: list[datetime]
) -> None:
    assert list(mornings(deadline, clock(), is_holiday)) == told


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 1_000_000))
def test_every_morning_is_a_working_one_before_the_deadline(day: date, minutes: int) -> None:
    now = datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)

    for at in mornings(day, now, is_holiday):
        local = at.astimezone(KST)
        assert now < at < end_of(day)
        assert (local.hour, local.minute) == (9, 0)
        assert local.weekday() < 5
        assert not is_holiday(local.date())
        assert local.date() < day
    hour = office_hour(now, is_holiday)
    assert hour >= now
    assert 9 <= hour.astimezone(KST).hour < 18
    assert next_look(day, now, is_holiday) > min(now, end_of(day) - timedelta(seconds=1))


def test_midnight_belongs_to_the_day_that_ends() -> None:
    assert last_day(kst(12, 5)) == date(2026, 12, 4)
    assert last_day(kst(12, 5, 0, 1)) == date(2026, 12, 5)
    assert end_of(date(2026, 12, 4)) == kst(12, 5)


@dataclass(slots=True)
class Desk:
    """A worker, its stores, and what was told."""

    redis: Redis
    clock: FixedClock
    store: ReminderStore
    archive: Archive
    stories: StoryStore
    outbox: Outbox

    def worker(self) -> Reminding:
        """A worker that has just started."""
        return Reminding(
            self.store, Sources(self.archive, self.stories), self.outbox, [TENANT], is_holiday, self.clock, lambda: None
        )

    async def document(self, key: str, deadline: date | datetime | None, title: str = "지원사업 공고") -> Document:
        """Publishes a document in the story of the first."""
        vector = np.zeros(8, dtype=np.float32)
        vector[0] = 1
        story = await self.stories.assign(
            f"{key}@0", "지원사업 공고", "본문" * 200, vector, "견본도청", self.clock(), self.clock(),
            corrects="a/1@0" if key != "a/1" else None,
        )  # fmt: skip
        kept = Document(
            key, "a", "견본도청", title, "본문", "https://a.example/1", self.clock(), story=story.id, deadline=deadline
        )
        await self.archive.put(kept)
        return kept

    async def ask(self, document: Document, chat: Chat = KIM) -> Reminder:
        """What [기한 알림] keeps."""
        assert document.deadline is not None
        assert document.story is not None
        one = Reminder(
            reminder_id(chat.ref, document.key), chat.ref, document.story, document.key, document.agency,
            document.title, document.url, document.deadline, "kim", self.clock(),
        )  # fmt: skip
        await self.store.add(TENANT, one, next_look(one.deadline, self.clock(), is_holiday))
        return one

    async def told(self) -> list[Outgoing]:
        """What leaves now."""
        found = []
        while rows := await self.outbox.lease(TENANT, "console", self.clock()):
            for row in rows:
                await self.outbox.finish(TENANT, row, State.SENT, self.clock(), native="n")
            found += [row.message for row in rows]
        return found

    async def at(self, instant: datetime, worker: Reminding | None = None) -> list[str]:
        """Moves the clock there, works once, and tells what left."""
        self.clock.advance(instant - self.clock())
        await (worker or self.worker()).step()
        return [one.reply.text for one in await self.told()]


@pytest.fixture
def desk(database: Redis, clock: FixedClock) -> Desk:
    return Desk(
        database, clock, ReminderStore(database), Archive(database), StoryStore(database), Outbox(database, "me")
    )


async def test_both_mornings_are_told_once_whoever_dies(desk: Desk) -> None:
    one = await desk.ask(await desk.document("a/1", FRIDAY))

    assert await desk.at(kst(11, 27, 8, 59)) == []
    assert await desk.worker().step() == kst(11, 27, 9)
    week = await desk.at(kst(11, 27, 9))
    await desk.store.change(TENANT, one, kst(11, 27, 9))  # as if it died before it moved on
    again = await desk.at(kst(11, 27, 9, 5))
    eve = await desk.at(kst(12, 3, 9))
    after = await desk.at(kst(12, 4, 18))

    assert [text.splitlines()[0] for text in (*week, *eve)] == [
        "기한 알림: 7일 남았습니다. 12. 4.(금) 18:00까지",
        "기한 알림: 내일까지입니다. 12. 4.(금) 18:00까지",
    ]
    assert again == after == []
    assert await desk.store.all(TENANT) == []
    assert await desk.worker().step() is None


async def test_a_counted_day_is_told_as_counted_also_after_a_correction(desk: Desk) -> None:
    shown = await desk.document("a/1", date(2026, 12, 4))
    one = await desk.ask(shown)
    await desk.store.change(TENANT, replace(one, counted=True), kst(11, 27, 9))

    week = await desk.at(kst(11, 27, 9))
    await desk.archive.put(replace(shown, deadline=date(2026, 12, 11), counted=True))
    moved = await desk.at(kst(11, 27, 10))

    assert week[0].splitlines()[0] == "기한 알림: 7일 남았습니다. 12. 4.(금)까지(계산한 날짜)"
    assert moved[0].splitlines()[0] == "기한이 바뀌었습니다: 12. 4.(금)까지 → 12. 11.(금)까지(계산한 날짜)"
    assert [kept.counted for kept in await desk.store.all(TENANT)] == [True]


async def test_a_worker_that_slept_until_night_tells_in_the_morning_or_not_at_all(desk: Desk) -> None:
    await desk.ask(await desk.document("a/1", FRIDAY))
    await desk.ask(await desk.document("b/1", date(2026, 12, 3)), Chat("console", "총무과", private=False))

    night = await desk.at(kst(12, 3, 22))
    morning = await desk.at(kst(12, 4, 9))

    assert night == []
    assert ["오늘까지입니다" in text for text in morning] == [True]


async def test_a_reminder_says_how_many_days_are_left_across_a_weekend(desk: Desk) -> None:
    await desk.ask(await desk.document("a/1", date(2026, 12, 7)))

    assert "7일 남았습니다" in (await desk.at(kst(11, 30, 9)))[0]
    assert "3일 남았습니다" in (await desk.at(kst(12, 4, 9)))[0]


@pytest.mark.parametrize("key", ["a/1", "a/2"])
async def test_a_corrected_deadline_moves_the_reminder_whichever_document_tells_it(desk: Desk, key: str) -> None:
    await desk.ask(await desk.document("a/1", FRIDAY))
    desk.clock.advance(timedelta(hours=1))
    await desk.document(key, date(2026, 12, 11), "[정정] 지원사업 공고 (접수기간 연장)")

    moved = await desk.at(kst(11, 23, 14))
    again = await desk.at(kst(11, 23, 15))
    old = await desk.at(kst(11, 27, 9))
    new = await desk.at(kst(12, 4, 9))

    assert len(moved) == 1
    assert moved[0].startswith("기한이 바뀌었습니다: 12. 4.(금) 18:00까지 → 12. 11.(금)까지")
    assert "12. 4.(금) 09:00에 다시" in moved[0]
    assert again == old == []
    assert ["7일 남았습니다" in text for text in new] == [True]


async def test_a_correction_at_night_is_told_in_the_morning(desk: Desk) -> None:
    await desk.ask(await desk.document("a/1", FRIDAY))
    await desk.document("a/1", date(2026, 12, 11))

    assert await desk.at(kst(11, 23, 22)) == []
    assert len(await desk.at(kst(11, 24, 9))) == 1


async def test_a_new_step_of_the_story_that_corrects_nothing_moves_nothing(desk: Desk) -> None:
    await desk.ask(await desk.document("a/1", FRIDAY))
    await desk.document("a/2", date(2026, 12, 18), "지원사업 설명회 참가 신청")

    assert await desk.at(kst(11, 23, 14)) == []


async def test_what_was_ended_meanwhile_stays_ended(desk: Desk) -> None:
    one = await desk.ask(await desk.document("a/1", FRIDAY))
    assert await desk.store.remove(TENANT, one)

    assert not await desk.store.change(TENANT, one, kst(11, 27, 9))
    assert not await desk.store.remove(TENANT, one)
    assert await desk.at(kst(12, 3, 9)) == []


async def test_a_document_that_is_gone_or_shows_no_text_is_still_reminded_of_by_title_and_date(desk: Desk) -> None:
    kept = await desk.document("a/1", FRIDAY)
    await desk.ask(kept)
    await desk.archive.put(replace(kept, link_only=True, text="", deadline=None))

    told = await desk.at(kst(11, 27, 9))

    assert told == ["기한 알림: 7일 남았습니다. 12. 4.(금) 18:00까지\n[견본도청] 지원사업 공고"]


async def test_a_chat_has_a_limit(desk: Desk, clock: Callable[[], datetime]) -> None:
    kept = await desk.document("a/1", FRIDAY)
    for number in range(MOST):
        await desk.ask(replace(kept, key=f"a/{number}"))

    await desk.ask(kept)  # asked before
    with pytest.raises(TooManyRemindersError):
        await desk.ask(replace(kept, key="a/one more"))
    assert len(await desk.store.of(TENANT, KIM.ref)) == MOST
