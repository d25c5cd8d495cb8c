"""Over the years: what is due is nowhere, in the database or in its files, and every old proof still verifies."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest_asyncio

from attest import proofs
from attest.claims import Claims
from attest.crypto import KeyStore
from attest.destruction import PUBLIC, Destruction
from attest.erasures import DESTROYED
from attest.leaf import entry_of
from attest.log import ReceiptLog
from attest.trip import Basis, Leg, LegKind, State, Trip
from attest.trips import Trips
from attest.verify import Verdict, Verifier, judge
from bot.bootstrap import open_house
from bot.clock import KST
from bot.erasing import Erasures
from bot.messenger import Outgoing
from bot.retained import retained
from bot.retention import KINDS, Nights, next_night
from bot.settings import load
from bot.verifying.batches import Batches, Issued
from tests.talk import CHANGWON_CITY_HALL, Talk, button, talking, text
from tests.traces import contents, files

TENANT = "gyeongnam"


@pytest_asyncio.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as stage:
        yield stage


def log_of(talk: Talk) -> ReceiptLog:
    return ReceiptLog(talk.house.redis, KeyStore(talk.data / "keys"), talk.clock.now)


async def leap(talk: Talk, to: datetime) -> None:
    """The machine sleeps until then; at its next start every worker does what is due."""
    talk.clock.move_to(to)
    async for key in talk.house.redis.scan_iter("dobi:*", count=1_000):  # in those years the server's own clock went on
        if await talk.house.redis.ttl(key) >= 0:
            await talk.house.redis.delete(key)
    for _ in range(300):
        await talk.house.rota.drain()
        state = await talk.house.redis.info("persistence")
        if not (state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"]):
            break
        await asyncio.sleep(0.01)
    await talk.house.rota.drain()


def serial_of(receipt: Outgoing) -> str:
    return button(receipt, "글자로 받기").partition(":")[2]


async def traces_left(talk: Talk, *wanted: str) -> list[str]:
    """Which of them stand in the database, its files or the log's copies; the roster is the settings' own."""
    kept = await contents(talk.house.redis)
    kept += files(talk.data / "database") + files(talk.data / "log")
    return [one for one in wanted if one.encode() in kept]


async def test_receipts_and_trips_go_on_their_dates_and_proofs_stay_for_ever(talk):
    user, log = talk.newcomer(), log_of(talk)
    first = await talk.receipt(user, "총무과-7001")
    await talk.say(user, "출장 총무과-7002")
    second = (await talk.say(user, location=CHANGWON_CITY_HALL))[0]
    tokens = [text(await talk.press(user, one, "글자로 받기")) for one in (first, second)]
    await Claims(talk.house.redis, log, talk.clock.now).mark(TENANT, bytes.fromhex(serial_of(second)), "used", "c")
    receipts = [judge(token, Verifier(KeyStore(talk.data / "keys").public_keys(TENANT))).receipt for token in tokens]
    trips, now = Trips(talk.house.redis), talk.clock.now()
    for number, receipt in enumerate(receipts):
        leg = Leg(LegKind.ARRIVED, now, now, Basis.SHARE, receipt.index, receipt.serial, 2, 48120, 41_000)
        await trips.add(TENANT, Trip(f"t{number}", user, now, "진주 스마트팜", legs=(leg,), state=State.CLOSED))
    old_proofs = [(await proofs.proof_of(TENANT, log, one.index)).to_text() for one in receipts]
    old_point = (await log.checkpoint(TENANT)).note

    await leap(talk, datetime(2027, 11, 23, 12, tzinfo=KST))  # a year, and a morning after
    assert await traces_left(talk, tokens[0], "총무과-7001", serial_of(first)) == []
    assert await traces_left(talk, tokens[1]) == tokens[1:]
    assert await trips.get(TENANT, "t0") is None
    assert (await trips.get(TENANT, "t1")).place == 48120
    assert "영수증 1장(정산 1장)" in text(await talk.say(user, "내 정보"))

    await leap(talk, datetime(2031, 12, 31, 23, 0, tzinfo=KST))  # the last day of the fifth year after the year
    assert await traces_left(talk, tokens[1]) == tokens[1:]
    await leap(talk, datetime(2032, 1, 1, 4, 0, tzinfo=KST))
    # the mark that this random serial was used stays: else a kept copy could be claimed again
    assert await traces_left(talk, *tokens, "총무과-7002", "스마트팜", f'"{user}"') == []
    assert await trips.get(TENANT, "t1") is None
    assert "영수증 0장" in text(await talk.say(user, "내 정보"))

    keys = Verifier(KeyStore(talk.data / "keys").public_keys(TENANT))
    for token, proof in zip(tokens, old_proofs, strict=True):
        finding = judge(token, keys)
        assert finding.verdict is Verdict.VALID
        assert proofs.with_proof(finding, token, proof, keys).verdict is Verdict.VALID
        assert "log" in (await checked(talk, token)).checked
        assert text(await talk.say("lee", f"검증 {token}")).startswith("유효")
    assert (await log.check(TENANT, [old_point])).ok


async def checked(talk: Talk, token: str):
    """An old receipt held against the log alone: its salt comes from its signature (FORMAT.md §6)."""
    from attest.verify import check

    log = log_of(talk)
    verifier = Verifier(KeyStore(talk.data / "keys").public_keys(TENANT))
    return await check(TENANT, token, verifier, log, Claims(talk.house.redis, log, talk.clock.now))


async def test_a_receipt_claimed_in_the_next_year_stays_with_that_year(talk):
    user, log = talk.newcomer(), log_of(talk)
    talk.clock.move_to(datetime(2026, 12, 30, 12, tzinfo=KST))
    receipt = await talk.receipt(user, "총무과-8001")
    token = text(await talk.press(user, receipt, "글자로 받기"))
    talk.clock.move_to(datetime(2027, 1, 4, 12, tzinfo=KST))
    await Claims(talk.house.redis, log, talk.clock.now).mark(TENANT, bytes.fromhex(serial_of(receipt)), "used", "c")

    await leap(talk, datetime(2032, 1, 2, 12, tzinfo=KST))
    assert await traces_left(talk, token) == [token]
    await leap(talk, datetime(2032, 12, 31, 12, tzinfo=KST))
    assert await traces_left(talk, token) == [token]
    await leap(talk, datetime(2033, 1, 1, 12, tzinfo=KST))
    assert await traces_left(talk, token) == []


async def test_looks_go_after_their_own_time_and_not_before(talk):
    user, log = talk.newcomer(), log_of(talk)
    token = text(await talk.press(user, await talk.receipt(user), "글자로 받기"))
    await talk.say("lee", f"검증 {token}")

    async def looks() -> int:
        return len([fields for kind, fields in await facts(log) if kind == "looked" and fields is not None])

    assert await looks() == 1
    await leap(talk, datetime(2028, 11, 22, 12, tzinfo=KST))
    assert await looks() == 1
    await leap(talk, datetime(2028, 11, 24, 12, tzinfo=KST))
    assert await looks() == 0
    assert (await log.check(TENANT)).ok


async def facts(log: ReceiptLog) -> list[tuple[str, object]]:
    leaves = await log.leaves(TENANT, 0, 10_000)
    details = await log.details(TENANT, 0, len(leaves))
    entries = [entry_of(n, leaf, detail) for n, (leaf, detail) in enumerate(zip(leaves, details, strict=True))]
    return [(entry.kind, entry.fields) for entry in entries]


def test_every_kind_of_leaf_has_a_date_or_says_nothing_of_anybody():
    source = "\n".join(path.read_text() for room in ("attest", "bot") for path in Path(room).rglob("*.py"))
    named = set(re.findall(r'log\.append(?:_at)?\(\s*[\w.]+,\s*"(\w+)"', source))
    constants = set(
        re.findall(r'^(?:KIND|CLAIMED|CLAIM_VOIDED|UNBOUND|EVIDENCE|ACCESS)\b[^=\n]*= "(\w+)"', source, re.MULTILINE)
    )

    assert constants >= {"issued", "looked", "report", "claimed", "claim_voided"}
    assert named | constants <= KINDS | PUBLIC | {DESTROYED}


# --- leaving


async def test_whoever_leaves_is_bound_no_more_and_their_old_receipts_still_verify(talk):
    user = "new77"
    await talk.say(user, "구독 재난안전")
    token = text(await talk.press(user, await talk.receipt(user), "글자로 받기"))
    await talk.say(user, "위치 잠시 멈춤")
    folder, redis = talk.data, talk.house.redis
    settings = talk.house.settings
    home, *others = settings.institutions
    gone = replace(home, people=tuple(one for one in home.people if one.id != user))

    async with open_house(replace(settings, institutions=(gone, *others)), folder, talk.clock) as house:
        await house.chat([talk.messenger], opens_seals=False)

        async def night(days: int) -> None:
            talk.clock.move_to(talk.clock.now() + timedelta(days=days))
            await house.rota.drain()

        await night(1)
        assert not (await house.people.consent(TENANT, user)).granted
        assert user in await Erasures(redis).missed(TENANT)
        assert f"dm:{user}".encode() in await contents(redis)
        await night(1)
        await night(31)
        await night(1)
        assert f"dm:{user}".encode() not in await contents(redis)
        assert token.encode() in await contents(redis)  # the receipt has its own date
        log = log_of(talk)
        assert [kind for kind, _ in await facts(log)].count("unbound") == 1
        assert (await log.check(TENANT)).ok

    assert judge(token, Verifier(KeyStore(folder / "keys").public_keys(TENANT))).verdict is Verdict.VALID
    assert (await checked(talk, token)).verdict in {Verdict.VALID, Verdict.VALID_BUT}


async def test_whoever_comes_back_under_that_account_is_asked_anew(talk):
    user = "new78"
    await talk.agree(user)
    home, *others = talk.house.settings.institutions
    gone = replace(home, people=tuple(one for one in home.people if one.id != user))
    async with open_house(replace(talk.house.settings, institutions=(gone, *others)), talk.data, talk.clock) as house:
        await house.chat([talk.messenger], opens_seals=False)
        talk.clock.move_to(talk.clock.now() + timedelta(days=1))
        await house.rota.drain()

    assert "먼저 동의가 필요합니다" in text(await talk.say(user, "출장"))


# --- nights


async def test_it_is_done_once_a_night_and_after_a_night_asleep_at_the_next_start(talk):
    nights = Nights(talk.house.redis)
    started = (await nights.last(TENANT)).at

    await talk.advance(timedelta(hours=2))
    assert (await nights.last(TENANT)).at == started
    await talk.advance(timedelta(hours=24))
    assert (await nights.last(TENANT)).at == next_night(started)
    asleep = next_night(started) + timedelta(days=3, hours=6)
    await leap(talk, asleep)
    assert (await nights.last(TENANT)).at == asleep


async def test_what_a_killed_rewrite_or_a_save_left_behind_is_deleted(talk):
    folder = talk.data / "database"
    for name in ("dump.rdb", "temp-99.rdb", "temp-rewriteaof-99.aof"):
        (folder / name).write_bytes(b"old secrets")

    await leap(talk, talk.clock.now() + timedelta(days=1))

    assert b"old secrets" not in files(folder)
    assert (folder / "appendonlydir").is_dir()


async def test_while_the_log_is_not_whole_nothing_is_destroyed_and_the_rest_goes_on(talk, caplog):
    user = talk.newcomer()
    token = text(await talk.press(user, await talk.receipt(user), "글자로 받기"))
    note = await talk.house.redis.get("dobi:{gyeongnam}:log:checkpoint")
    await talk.house.redis.set("dobi:{gyeongnam}:log:checkpoint", note.replace(b"\n", b"\n1", 1))

    await leap(talk, datetime(2028, 1, 1, 12, tzinfo=KST))

    assert await traces_left(talk, token) == [token]
    assert "nothing of gyeongnam can be destroyed" in caplog.text
    assert (await Nights(talk.house.redis).last("changwon")).at == talk.clock.now()


# --- the ledger


async def test_the_ledger_tells_what_went_and_names_nobody(talk):
    user = talk.newcomer()
    await talk.receipt(user, "총무과-9001")
    await leap(talk, datetime(2027, 11, 24, 12, tzinfo=KST))

    told = await talk.say("park", "파기 대장 2027년")

    assert "2027년 파기: 출장 영수증 1건" in text(told)
    file = told[0].reply.file
    assert file.name == "파기대장-2027.pdf"
    shown = words_in(file.data)
    assert "출장 영수증" in shown
    assert "2027-11-24" in shown
    assert "총무과-9001" not in shown
    assert "아직 파기한 것이 없습니다" in text(await talk.say("park", "파기 대장 2026년"))
    assert "관리자" in text(await talk.say(user, "파기 대장"))


def words_in(data: bytes) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_settings_are_read_where_the_demo_keeps_them(tmp_path):
    path = tmp_path / "dobi.toml"
    path.write_text('[[institution]]\nid = "a"\nname = "가"\n[institution.retention]\nunclaimed_months = 3\n')

    assert load(path, {}).institutions[0].retention.unclaimed_months == 3


async def test_the_doctor_says_what_is_in_force_when_it_was_done_and_is_next(talk):
    await leap(talk, datetime(2026, 11, 25, 12, tzinfo=KST))
    log = log_of(talk)
    institution = talk.house.settings.institutions[0]

    async def lines() -> list[str]:
        destruction = Destruction(talk.house.redis, log)
        found = await retained(institution, talk.house.redis, destruction, talk.clock.now())
        return [f"{check.name} {check.ok} {check.says}" for check in found]

    first, second = await lines()
    assert "정산한 증빙 5년" in first
    assert "열람 기록 24개월" in first
    assert second.endswith("파기 True 마지막 2026. 11. 25.(수) 12:00(0건 파기), 다음 2026. 11. 26.(목) 03:10")
    talk.clock.move_to(talk.clock.now() + timedelta(days=3))
    assert "파기 False" in (await lines())[1]
    await Destruction(talk.house.redis, log).mark(TENANT)
    assert "다시 쓰기 False" in (await lines())[2]


async def test_check_reports_go_from_the_list_after_the_audits_years_and_their_numbers_stay_used(talk):
    batches = Batches(talk.house.redis)
    await batches.issued(TENANT, Issued("검증-2026-1", talk.clock.now().isoformat(), "이감사", 3, {"valid": 3}, {}, 0))

    await leap(talk, datetime(2031, 12, 31, 12, tzinfo=KST))
    assert await batches.report(TENANT, "검증-2026-1") is not None
    await leap(talk, datetime(2032, 1, 2, 12, tzinfo=KST))
    assert await batches.report(TENANT, "검증-2026-1") is None
    assert await traces_left(talk, "이감사") == []
