"""What administrators see, say and take away: the log, the state, letters that did not arrive, notices, sheets."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from python_calamine import CalamineWorkbook

from bot.acts import DEPLOYMENT, Acts
from bot.backup_note import BackupNote
from bot.broadcasts import PAGE, Broadcasting, Broadcasts, made, receivers
from bot.dead_letters import DeadLetters
from bot.messenger import Chat, Outgoing, Reply
from bot.outbox import Row
from bot.platforms import Gone, Rejected
from bot.settings import Institution, Person
from bot.tenancy import Tenancy
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

TENANT = "gyeongnam"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("operating"), roles=("deliver", "chat")) as stage:
        yield stage


async def drained(talk: Talk) -> list[Outgoing]:
    before = len(talk.messenger.sent)
    await talk.house.rota.drain()
    return talk.messenger.sent[before:]


async def noted(talk: Talk) -> set[str]:
    found = await Acts(talk.house.redis).listing(TENANT, talk.clock.now() - timedelta(days=1))
    return {one.what for one in found}


async def lost(talk: Talk, user: str, story: str, result: object = Rejected("too odd")) -> None:
    """Something for that person that the platform refuses."""
    chat = Chat("console", f"dm:{user}", private=True)
    row = Row(chat, story, 1, "reply", Reply("사적인 내용"), talk.clock.now())
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=1))
    await talk.house.rota.drain()
    talk.messenger.results.append(result)  # type: ignore[arg-type]
    await talk.house.outbox.put(TENANT, [row])
    await talk.house.rota.drain()


def sheet(message: Outgoing, name: str) -> list[list[object]]:
    assert message.reply.file is not None
    book = CalamineWorkbook.from_filelike(io.BytesIO(message.reply.file.data))
    return book.get_sheet_by_name(name).to_python()


# --- the log


async def test_a_manager_reads_who_did_what_by_name_newest_first(talk):
    acts = Acts(talk.house.redis)
    await acts.note(TENANT, "park", "room-bound", "@kim 총무과", talk.clock.now(), key="log-1")
    await acts.note(TENANT, "", "room-unbound", "@nobody", talk.clock.now() + timedelta(seconds=1), key="log-2")

    said = text(await talk.say("park", "기록")).splitlines()
    assert "기록" in said[0]
    assert said[1].endswith("도비 · 방 등록 해제 · 명부에 없는 사람")
    assert "박새로 · 방 등록 · 김하나 총무과" in said[2]
    assert "room-bound" not in "\n".join(said)


async def test_an_auditor_reads_along_and_nobody_else(talk):
    assert "방 등록" in text(await talk.say("lee", "관리 기록 11월"))
    assert "관리자" in text(await talk.say("kim", "기록"))
    assert "남은 기록이 없습니다" in text(await talk.say("nam", "기록"))
    assert "개인 대화에서만" in text(await talk.say("park", "기록", chat="총무과", mention=True))


async def test_a_span_is_named_as_people_name_it(talk):
    assert "남은 기록이 없습니다" in text(await talk.say("park", "기록 10월"))
    assert "방 등록" in text(await talk.say("park", "기록 11. 1.~11. 30."))
    assert "기간을 알아듣지 못했습니다" in text(await talk.say("park", "기록 11. 31.~12. 1."))


async def test_a_long_log_is_read_page_by_page_and_taken_away_as_a_sheet(talk):
    acts = Acts(talk.house.redis)
    for number in range(12):
        await acts.note(TENANT, "park", "channel-settings", f"방{number}", talk.clock.now(), key=f"long-{number}")

    first = (await talk.say("park", "기록"))[0]
    more = (await talk.press("park", first, "더 보기"))[0]
    assert set(first.reply.text.splitlines()[1:]).isdisjoint(more.reply.text.splitlines()[1:])

    taken = (await talk.press("park", first, "표로 받기"))[0]
    rows = sheet(taken, "기록")
    assert rows[1][1:] == ["한 사람", "일", "대상"]
    assert any("김하나 총무과" in str(row) for row in rows)
    assert "sheet-made" in await noted(talk)


async def test_the_deployments_log_is_the_operators(talk):
    await Acts(talk.house.redis).note(
        DEPLOYMENT, f"{TENANT}/oh", "broadcast-sent", "전체 9명", talk.clock.now(), key="dep-1"
    )
    assert "오나래 · 공지 발송 · 전체 9명" in text(await talk.say("oh", "운영 기록"))
    assert "전체 9명" in text(await talk.say("oh", "기록"))
    assert "운영자만" in text(await talk.say("park", "운영 기록"))


# --- the state of things


async def test_one_screen_says_what_is_well_and_what_is_not(talk):
    said = (await talk.say("park", "상태"))[0]
    lines = said.reply.text.splitlines()
    assert "상태입니다" in lines[0]
    for name in ("메신저", "수집원", "센서", "보낼 것", "백업", "디스크"):
        assert any(name in line for line in lines[1:])
    assert len(lines) <= 8
    assert any(line.startswith("! 백업: 한 번도") for line in lines)
    assert labels(said) == ["자세히", "못 보낸 것"]

    whole = text(await talk.press("park", said, "자세히"))
    assert "[디스크]" in whole


async def test_a_backup_is_remembered_with_its_age(talk):
    await BackupNote(talk.house.redis).made(talk.clock.now() - timedelta(hours=26))
    assert "26시간 전" in text(await talk.say("oh", "상태"))


async def test_the_state_is_not_everybodys(talk):
    assert "관리자" in text(await talk.say("kim", "상태"))
    assert "개인 대화에서만" in text(await talk.say("park", "상태", chat="총무과", mention=True))


async def test_what_did_not_arrive_shows_in_the_state(talk):
    await lost(talk, "kim", "state-1")
    assert "못 보낸 것 1건" in text(await talk.say("park", "상태"))
    await DeadLetters(talk.house.redis).drop_all(TENANT)


# --- letters that did not arrive


async def test_letters_that_a_permission_stopped_go_by_themselves_once_it_is_there(talk):
    chat = Chat("console", "dm:kim", private=True)
    await talk.house.outbox.put(TENANT, [Row(chat, "scope", 1, "notice", Reply("정산서"), talk.clock.now())])
    talk.messenger.results = [Rejected("missing_scope", "files:write")]
    await drained(talk)
    asked = (await talk.say("park", "못 보낸 것"))[0]
    assert "저절로 다시 보냅니다" in asked.reply.text

    before = len(talk.messenger.sent)
    await talk.advance(timedelta(minutes=6))

    assert [one.reply.text for one in talk.messenger.sent[before:] if one.chat == chat] == ["정산서"]
    assert await DeadLetters(talk.house.redis).count(TENANT) == 0


async def test_letters_are_listed_in_words_and_never_what_they_said(talk):
    await lost(talk, "kim", "letter-1")
    await lost(talk, "seo", "letter-2", Gone("blocked"))
    chat = Chat("console", "총무과", private=False)
    talk.clock.move_to(talk.clock.now() + timedelta(seconds=1))
    talk.messenger.results.append(Rejected("no"))
    await talk.house.outbox.put(TENANT, [Row(chat, "letter-3", 1, "notice", Reply("글"), talk.clock.now())])
    await talk.house.rota.drain()

    said = (await talk.say("park", "못 보낸 것"))[0]
    assert "못 보낸 것 3건" in said.reply.text
    assert "김하나 님(콘솔) · 답" in said.reply.text
    assert "총무과 채널(콘솔)" in said.reply.text
    assert "메신저가 받지 않았습니다" in said.reply.text
    assert "차단했거나" in said.reply.text
    assert "사적인 내용" not in said.reply.text
    assert "개인 대화에서만" in text(await talk.say("park", "못 보낸 것", chat="총무과", mention=True))
    assert "관리자" in text(await talk.say("kim", "못 보낸 것"))


async def test_one_is_sent_again_and_one_is_dropped(talk):
    said = (await talk.say("park", "밀린 것"))[0]
    again = await talk.press("park", said, "3 다시")
    assert "김하나 님께 다시 보냅니다" in text(again)
    assert [one.reply.text for one in await drained(talk) if one.chat.id == "dm:kim"] == ["사적인 내용"]
    assert "이미 다시 보냈거나" in text(await talk.press("park", said, "3 다시"))
    assert await drained(talk) == []

    assert "버렸습니다" in text(await talk.press("park", said, "1 버리기"))
    assert "못 보낸 것 1건" in text(await talk.say("park", "못 보낸 것"))
    assert {"dead-retried", "dead-dropped"} <= await noted(talk)


async def test_all_go_after_they_were_read_back(talk):
    await lost(talk, "kim", "all-1")
    said = (await talk.say("park", "못 보낸 것"))[0]
    asked = (await talk.press("park", said, "모두 버리기"))[0]
    assert "2건을 모두 버릴까요" in asked.reply.text
    assert "2건을 버렸습니다" in text(await talk.press("park", asked, "모두 버립니다"))
    assert "못 보낸 것이 없습니다" in text(await talk.say("park", "못 보낸 것"))

    await lost(talk, "kim", "all-2")
    said = (await talk.say("park", "못 보낸 것"))[0]
    assert "1건을 다시 보냅니다" in text(await talk.press("park", said, "모두 다시 보내기"))
    assert [one.chat.id for one in await drained(talk)] == ["dm:kim"]


async def test_pages_are_bounded(talk):
    for number in range(7):
        await lost(talk, "kim", f"page-{number}")
    first = (await talk.say("park", "못 보낸 것"))[0]
    assert sum(label.endswith("다시") for label in labels(first)) == 5
    second = (await talk.press("park", first, "더 보기"))[0]
    assert second.reply.text.splitlines()[1].startswith("6. ")
    await DeadLetters(talk.house.redis).drop_all(TENANT)


async def test_an_operator_sees_counts_and_no_names(talk):
    await lost(talk, "kim", "op-1")
    said = text(await talk.say("oh", "못 보낸 것"))
    assert "경상남도(예시): 1건" in said
    assert "김하나" not in said
    await DeadLetters(talk.house.redis).drop_all(TENANT)


# --- notices


async def test_a_notice_is_read_back_with_its_number_and_goes_once(talk):
    asked = (await talk.say("park", "공지 예산담당관: 오늘 18시부터 정전 점검이 있습니다", update="notice-1"))[0]
    assert "예산담당관 1명에게" in asked.reply.text
    assert "오늘 18시부터 정전 점검" in asked.reply.text
    assert await drained(talk) == []

    assert "1명에게 보냅니다" in text(await talk.press("park", asked, "보내기"))
    told = await drained(talk)
    assert [one.chat.id for one in told] == ["dm:jung"]
    assert told[0].reply.text.startswith("[공지] 오늘 18시부터 정전 점검이 있습니다\n정보화담당관 박새로")

    assert "이미 보낸 공지" in text(await talk.press("park", asked, "보내기"))
    assert await drained(talk) == []


async def test_a_notice_keeps_its_lines(talk):
    asked = (await talk.say("park", "공지 농정과:\n첫째 줄\n둘째 줄"))[0]
    assert "첫째 줄\n둘째 줄" in asked.reply.text
    await talk.press("park", asked, "그만두기")


async def test_a_notice_that_was_left_does_not_go(talk):
    asked = (await talk.say("park", "공지 도로과: 취소될 글"))[0]
    assert "보내지 않았습니다" in text(await talk.press("park", asked, "그만두기"))
    assert "지난 공지" in text(await talk.press("park", asked, "보내기"))
    assert await drained(talk) == []


async def test_everybody_of_the_institution_and_nobody_of_another(talk):
    asked = (await talk.say("park", "공지 전 직원 안내"))[0]
    everybody = talk.house.tenancy.institution(TENANT).people
    assert f"{len(everybody):,}명에게" in asked.reply.text
    await talk.press("park", asked, "보내기")
    told = [one.chat.id for one in await drained(talk)]
    away = {"dm:seo"}  # has blocked Dobi, above
    assert sorted(told) == sorted({f"dm:{one.id}" for one in everybody} - away)
    assert "dm:yun" not in told


async def test_an_operator_speaks_to_all(talk):
    asked = (await talk.say("oh", "공지 정보화담당관: 점검"))[0]
    assert "기관 2곳" in asked.reply.text
    everybody = (await talk.say("oh", "공지 두 기관 모두"))[0]
    await talk.press("oh", everybody, "보내기")
    told = {one.chat.id for one in await drained(talk)}
    assert {"dm:kim", "dm:yun"} <= told
    notice = next(one for one in talk.messenger.sent if one.chat.id == "dm:yun" and "두 기관" in one.reply.text)
    assert "오나래" in notice.reply.text
    await talk.press("oh", asked, "그만두기")


async def test_who_may_not_is_told_so_and_nothing_empty_or_endless_goes(talk):
    assert "관리자" in text(await talk.say("kim", "공지 모두 퇴근"))
    assert "무엇을 알릴지" in text(await talk.say("park", "공지"))
    assert "1,000자까지" in text(await talk.say("park", "공지 " + "가" * 1_001))
    assert "개인 대화에서만" in text(await talk.say("park", "공지 안내", chat="총무과", mention=True))


@pytest.mark.parametrize("typed", ["전 직원에게 공지해줘", "공지사항 보내줘", "공지 올리고 싶어"])
async def test_a_wish_to_tell_everybody_is_answered_with_how(talk, typed):
    assert "무엇을 알릴지" in text(await talk.say("park", typed))


@pytest.mark.parametrize("typed", ["메시지 안 간 거 있어?", "못 보낸 거 보여줘", "안 간 알림 있나요"])
async def test_people_ask_for_what_did_not_arrive_in_their_own_words(talk, typed):
    assert "못 보낸 것" in text(await talk.say("park", typed))


async def test_no_words_of_a_notice_are_kept_once_it_went(talk):
    asked = (await talk.say("park", "공지 예산담당관: 비밀스러운문장"))[0]
    await talk.press("park", asked, "보내기")
    await drained(talk)
    redis = talk.house.redis
    kept = [await redis.dump(key) or b"" async for key in redis.scan_iter("dobi:{gyeongnam}:broadcasts*")]
    assert "비밀스러운문장".encode() not in b"".join(kept)


class DiedError(Exception):
    """A worker was killed."""


def _five_thousand() -> Tenancy:
    people = tuple(Person(f"p{n}", f"이름{n}", "총무과", frozenset(), {"console": f"p{n}"}) for n in range(5_000))
    return Tenancy([Institution("big", "큰 기관", "", people, (), ())])


@pytest.mark.asyncio(loop_scope="function")
async def test_five_thousand_people_get_one_row_each_however_often_the_worker_dies(database, clock):
    tenancy, store, rows = _five_thousand(), Broadcasts(database), dict[str, int]()
    calls = 0

    async def put(tenant: str, page: list[Row]) -> int:
        nonlocal calls
        calls += 1
        assert len(page) <= PAGE
        for row in page:
            assert tenant == "big"
            assert row.story == f"notice/{notice.id}"
            rows[row.chat.ref] = rows.get(row.chat.ref, 0) + 1
        if calls in {3, 6}:
            raise DiedError  # after the rows were written, before the page was turned
        return len(page)

    def place(person: Person) -> Chat:
        return Chat("console", f"dm:{person.id}", private=True)

    notice = made("big", "p1", "", "안내", 5_000, clock(), "u1")
    await store.draft("big", notice)
    assert [await store.send("big", notice.id) for _ in range(3)] == ["begun", "sending", "sending"]
    for _ in range(3):
        worker = Broadcasting(tenancy, store, put, place, clock, lambda: None)
        try:
            await worker.step()
        except DiedError:
            continue

    assert len(rows) == len(receivers(tenancy, "big", "")) == 5_000
    assert calls == 12
    assert await store.send("big", notice.id) == "sent"
    assert await store.sending("big") == []


@pytest.mark.asyncio(loop_scope="function")
async def test_a_draft_a_day_old_is_over(database, clock):
    store = Broadcasts(database)
    notice = made("big", "p1", "", "안내", 1, clock(), "u1")
    await store.draft("big", notice)
    clock.advance(timedelta(hours=25))
    assert await store.drafted("big", notice.id, clock()) is None
    assert await store.state("big", notice.id) == ""


# --- sheets


async def test_a_manager_takes_the_roster_away_without_addresses(talk):
    asked = (await talk.say("park", "내보내기"))[0]
    assert labels(asked) == ["구독", "사람과 역할", "기록", "발송"]
    rows = sheet((await talk.press("park", asked, "사람과 역할"))[0], "사람과 역할")
    assert rows[1] == ["번호", "이름", "부서", "역할", "메신저", "내선"]
    assert ["lee", "이보름", "감사관", "감사, 직원", "콘솔", ""] in rows
    assert not any("윤슬기" in row for row in rows)


async def test_peoples_own_subscriptions_are_counted_and_nobody_is_named(talk):
    people = [talk.newcomer() for _ in range(3)]
    for user in people:
        await talk.say(user, "구독 상수도")
    await talk.say(people[0], "구독 난임 지원")
    await talk.say("kang", "농정과 채널 구독 스마트팜")

    taken = (await talk.say("park", press="sheets:subscriptions"))[0]
    topics = sheet(taken, "개인 구독 주제")
    assert ["상수도", 3] in [row[:2] for row in topics]
    assert "난임" not in str(topics)
    channels = sheet(taken, "채널 구독")
    assert any(row[:2] == ["농정과", "스마트팜"] and row[3] == "강이든" for row in channels)


async def test_what_was_sent_is_counted_by_day_messenger_and_kind(talk):
    rows = sheet((await talk.say("park", press="sheets:delivery"))[0], "발송")
    assert rows[2][:4] == ["날", "메신저", "종류", "보냄"]
    assert any(row[1:3] == ["콘솔", "안내"] and float(str(row[3])) > 400 for row in rows[3:])


async def test_an_auditor_gets_the_log_and_no_roster(talk):
    assert labels((await talk.say("lee", "내보내기"))[0]) == ["기록"]
    assert (await talk.say("lee", press="sheets:people"))[0].reply.file is None
    assert (await talk.say("lee", press="sheets:acts"))[0].reply.file is not None
    assert (await talk.say("kim", press="sheets:people"))[0].reply.file is None
    assert "개인 대화에서만" in text(await talk.say("park", "내보내기", chat="총무과", mention=True))


async def test_each_sheet_is_logged_before_it_is_handed_over(talk):
    await talk.say("park", press="sheets:people", update="sheet-once")
    found = await Acts(talk.house.redis).listing(TENANT, talk.clock.now() - timedelta(days=1))
    assert any(one.what == "sheet-made" and one.by == "park" and "사람과 역할" in one.about for one in found)
