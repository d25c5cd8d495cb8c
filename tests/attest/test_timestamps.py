"""Stamps of a third party on checkpoints: OpenSSL's answers are understood, and nothing but a right answer is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from attest.crypto.timestamp import Stamp, stamp_of
from attest.errors import TimestampError
from attest.log import ReceiptLog
from attest.timestamps import Timestamps
from bot.sandbox import ProcessSandbox
from tests.attest.authority import Authority

TENANT = "gyeongnam"
FILES = Path(__file__).parent / "tsa"  # made once with `openssl ts`; keys thrown away
NONCE = 12345


@pytest.mark.parametrize("name", ["hello", "hello-ec", "hello-v1"])
def test_an_answer_of_openssl_is_a_stamp(name):
    answer, trusted = (FILES / f"{name}.tsr").read_bytes(), (FILES / "ca.pem").read_bytes()

    stamp = stamp_of(answer, b"hello", NONCE, trusted)

    assert stamp.at.date() == datetime(2026, 11, 21, tzinfo=UTC).date()
    assert stamp.authority.endswith("TSA")
    assert stamp == stamp_of(answer, b"hello", None, trusted)
    for data, nonce in ((b"hellp", NONCE), (b"hello", NONCE + 1)):
        with pytest.raises(TimestampError):
            stamp_of(answer, data, nonce, trusted)


def test_no_single_byte_of_an_answer_can_be_changed_to_another_time():
    answer, trusted = (FILES / "hello-ec.tsr").read_bytes(), (FILES / "ca.pem").read_bytes()
    whole = stamp_of(answer, b"hello", NONCE, trusted)

    for at in range(len(answer)):
        changed = answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :]
        try:
            found = stamp_of(changed, b"hello", NONCE, trusted)
        except TimestampError:
            continue
        assert found == whole, at  # bytes beside what is signed: the version, the signer's number


async def in_process(function, /, *args, timeout_s=None):
    return function(*args)


@pytest.fixture
def authority(clock) -> Authority:
    return Authority(clock())


@pytest.fixture
async def log(database, keys, clock) -> ReceiptLog:
    log = ReceiptLog(database, keys, clock)
    await log.append(TENANT, "access", {"n": 1}, "k")
    return log


def stamping(database, log, folder: Path, authority: Authority, trusted: bytes | None = None) -> Timestamps:
    (folder / TENANT).mkdir(parents=True, exist_ok=True)
    (folder / TENANT / "tsa.pem").write_bytes(trusted or authority.trusted)
    return Timestamps(database, log, folder, in_process, authority)


async def test_a_checkpoint_is_stamped_once_and_kept(database, log, authority, clock, tmp_path):
    stamps, note = stamping(database, log, tmp_path, authority), (await log.checkpoint(TENANT)).note

    stamp = await stamps.stamp(TENANT)

    assert stamp == Stamp(clock(), "CN=TSA", 7)
    assert await stamps.stamp(TENANT) == await stamps.find(TENANT, note) == stamp
    assert authority.asked == 1
    kept = tmp_path / TENANT / "timestamps"
    assert stamp_of((kept / "1.tsr").read_bytes(), (kept / "1.note").read_bytes(), None, authority.trusted) == stamp
    await log.append(TENANT, "access", {"n": 2}, "k2")
    assert await stamps.find(TENANT, (await log.checkpoint(TENANT)).note) is None
    await stamps.stamp(TENANT)
    assert authority.asked == 2


async def test_a_log_that_has_not_begun_is_not_stamped(database, keys, clock, authority, tmp_path):
    assert await stamping(database, ReceiptLog(database, keys, clock), tmp_path, authority).stamp(TENANT) is None


@pytest.mark.parametrize("spoil", ["imprint", "nonce", "digest", "signature"])
async def test_a_wrong_answer_is_not_kept(database, log, authority, tmp_path, spoil):
    stamps = stamping(database, log, tmp_path, authority)
    authority.spoil = spoil

    with pytest.raises(TimestampError):
        await stamps.stamp(TENANT)

    assert not (tmp_path / TENANT / "timestamps").exists()
    authority.spoil = ""
    assert await stamps.stamp(TENANT) is not None


async def test_only_a_trusted_authority_for_stamps_at_a_time_it_was_valid_counts(
    database, log, authority, clock, tmp_path
):
    stranger, unfit = Authority(clock()), Authority(clock(), usage=False)
    late = replace(authority, at=clock() + timedelta(days=3000))
    cases = [
        (authority, stranger.trusted), (unfit, unfit.trusted), (late, late.trusted), (authority, b"nothing"),
        (replace(authority, status=2), authority.trusted),
    ]  # fmt: skip
    for asked, trusted in cases:
        with pytest.raises(TimestampError):
            await stamping(database, log, tmp_path, asked, trusted).stamp(TENANT)


@pytest.mark.parametrize("answer", [b"", b"0", b"\x30\x80", b"\x30\x03\x02\x01\x00", b"x" * 100_000])
async def test_rubbish_is_refused_in_the_real_sandbox_too(database, log, authority, tmp_path, answer):
    async def ask(_request: bytes) -> bytes:
        return answer

    stamping(database, log, tmp_path, authority)
    sandbox = ProcessSandbox(workers=1)
    try:
        with pytest.raises(TimestampError):
            await Timestamps(database, log, tmp_path, sandbox, ask).stamp(TENANT)
    finally:
        await sandbox.close()
