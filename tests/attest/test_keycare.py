"""Keys are cared for with a leaf each; a log that was set back keeps no key in use, and signs nothing either."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attest import checkpoint
from attest.crypto import KeyStore, OpeningKey
from attest.errors import LogBehindError
from attest.keycare import KeyCare
from attest.log import ReceiptLog

TENANT = "gyeongnam"


@pytest.fixture
def log(database, keys, clock):
    return ReceiptLog(database, keys, clock)


@pytest.fixture
def care(keys, log, clock):
    return KeyCare(keys, log, clock)


async def set_back(database, log) -> None:
    """The log is as it was before its last leaf, and what came back from outside knows better."""
    kept = {key: await database.dump(key) for key in await database.keys("dobi:{gyeongnam}:log:*")}
    await log.append(TENANT, "access", {"n": 2}, "later")
    note = (await log.checkpoint(TENANT)).note
    await database.delete(*await database.keys("dobi:{gyeongnam}:log:*"))
    for key, value in kept.items():
        await database.restore(key, 0, value)
    await log.know(TENANT, note)


async def test_a_new_log_key_signs_what_comes_and_the_old_one_still_verifies(care, log, keys, clock, tmp_path):
    await log.append(TENANT, "access", {"n": 1}, "k1")
    before = await log.checkpoint(TENANT)
    clock.advance(timedelta(days=1))

    key = await care.rotate_log(TENANT)
    await log.append(TENANT, "access", {"n": 2}, "k2")

    after, public = await log.checkpoint(TENANT), keys.public_keys(TENANT)
    assert (before.kid == key.kid, after.kid == key.kid) == (False, True)
    assert checkpoint.is_signed(before, TENANT, public)
    assert checkpoint.is_signed(after, TENANT, public)
    assert [one.valid_to for one in public.of(TENANT, "log")] == [clock(), None]
    assert (await log.get(TENANT, 1)).fields == {"kid": key.kid, "key": key.key}
    assert (await log.check(TENANT, [before.note])).ok
    assert await log.grows_from(TENANT, before)
    again = KeyStore(tmp_path / "keys")
    assert again.log_key(TENANT, clock()).kid == key.kid
    assert {path.name for path in (tmp_path / "keys" / TENANT).glob("log*.pem")} == {
        "log.pem", f"log-{key.kid.hex()}.pem",
    }  # fmt: skip


async def test_rotated_twice_each_key_has_its_file_and_leaf(care, log, keys, clock):
    made = []
    for _ in range(2):
        made.append(await care.rotate_log(TENANT))
        clock.advance(timedelta(minutes=1))
        await log.append(TENANT, "access", {"n": 1}, f"k{len(made)}")

    assert len({key.kid for key in made}) == 2
    assert (await log.checkpoint(TENANT)).kid == made[-1].kid
    assert (await log.check(TENANT)).ok


async def test_a_leaf_that_a_crash_left_out_is_added_later(care, log, keys, clock):
    await log.append(TENANT, "access", {"n": 1}, "k1")
    clock.advance(timedelta(minutes=1))
    key = keys.rotate_log(TENANT, clock())
    office = OpeningKey.generate()
    keys.audit_key(TENANT, clock())
    clock.advance(timedelta(minutes=1))
    keys.enrol_audit_key(TENANT, office.public, clock())

    await care.record(TENANT)
    await care.record(TENANT)

    size = (await log.checkpoint(TENANT)).size
    added = [(await log.get(TENANT, n)).fields["key"] for n in range(1, size)]
    assert added == [key.key, office.public]


async def test_on_a_log_that_was_set_back_a_key_goes_out_of_use_and_its_leaf_follows(care, log, keys, clock, database):
    kid = keys.receipt_key(TENANT, clock()).kid
    await log.append(TENANT, "access", {"n": 1}, "k1")
    await set_back(database, log)

    with pytest.raises(LogBehindError):
        await care.revoke(TENANT, kid)
    revoked = keys.public_keys(TENANT).find(kid, "receipt")[0]
    now_signing = keys.receipt_key(TENANT, clock()).kid
    await database.delete("dobi:{gyeongnam}:log:known")  # a newer backup was put back
    await care.record(TENANT)

    assert (revoked.revoked_at, revoked.revoked_index) == (clock(), None)
    assert now_signing != kid
    mended = keys.public_keys(TENANT).find(kid, "receipt")[0]
    assert (await log.get(TENANT, mended.revoked_index)).kind == "key_revoked"


@pytest.mark.parametrize("rotate", ["rotate", "rotate_log"])
async def test_on_a_log_that_was_set_back_no_key_is_made(care, log, keys, clock, database, rotate):
    keys.receipt_key(TENANT, clock())
    await log.append(TENANT, "access", {"n": 1}, "k1")
    await set_back(database, log)
    before = keys.public_keys(TENANT)

    with pytest.raises(LogBehindError):
        await getattr(care, rotate)(TENANT)

    assert keys.public_keys(TENANT) == before
