"""A locked file opens whole, with its key alone, or not at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.crypto import Locked, Locking, OpeningKey
from attest.crypto.locked import CHUNK, MAGIC, TAG
from attest.errors import LockError

QUICK = 2**4


def locked(content: bytes, **how: object) -> bytes:
    target = io.BytesIO()
    writer = Locking(target.write, {"made_at": "2026-11-23", "schema": 1}, work=QUICK, **how)
    for at in range(0, len(content), 50_000):
        writer.write(content[at : at + 50_000])
    writer.close()
    return target.getvalue()


def opened(data: bytes, **how: object) -> bytes:
    reader = Locked(io.BytesIO(data).read)
    reader.unlock(**how)
    return b"".join(reader.content())


def reason(data: bytes, **how: object) -> str:
    with pytest.raises(LockError) as caught:
        opened(data, **how)
    return caught.value.reason


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_what_was_locked_comes_back(size):
    content = bytes(range(256)) * (size // 256 + 1)
    data = locked(content[:size], passphrase=b"horse")

    assert opened(data, passphrase=b"horse") == content[:size]
    assert content[:64] not in data


@pytest.mark.parametrize("suite", [1, 2])
def test_to_a_public_key_only_the_private_one_opens(suite):
    key = OpeningKey.generate(suite)
    data = locked(b"content", to=key.public)

    assert opened(data, key=key) == b"content"
    assert reason(data, key=OpeningKey.generate(suite)) == "wrong_key"
    assert reason(data, passphrase=b"x") == "needs_key"


def test_another_passphrase_is_told_from_an_altered_file():
    data = locked(b"content", passphrase=b"horse")

    assert reason(data, passphrase=b"cow") == "wrong_key"
    assert reason(data) == "needs_passphrase"
    assert reason(data.replace(b"2026-11-23", b"2036-11-23"), passphrase=b"horse") == "altered"
    assert reason(b"something else", passphrase=b"horse") == "not_locked"
    assert reason(MAGIC + b"{}\n" + b"0" * 64 + b"\n", passphrase=b"x") == "not_locked"
    assert reason(MAGIC + b"x" * 100_000, passphrase=b"x") == "not_locked"
    hard = data.replace(b'"n": 16', b'"n": 1125899906842624')
    assert reason(hard, passphrase=b"horse") == "not_locked"


@pytest.mark.parametrize("cut", [1, TAG, CHUNK // 2, CHUNK + TAG, CHUNK + TAG + 1, 2 * (CHUNK + TAG)])
def test_a_cut_file_is_never_whole(cut):
    data = locked(bytes(3 * CHUNK), passphrase=b"horse")

    assert reason(data[:-cut], passphrase=b"horse") in {"cut", "altered"}


def test_chunks_have_their_places():
    data = locked(bytes(4 * CHUNK), passphrase=b"horse")
    start = len(data) - 4 * (CHUNK + TAG)
    chunks = [data[start + n * (CHUNK + TAG) :][: CHUNK + TAG] for n in range(4)]

    for order in ((1, 0, 2, 3), (0, 2, 3), (0, 1, 1, 2, 3), (0, 1, 2, 3, 3)):
        assert reason(data[:start] + b"".join(chunks[n] for n in order), passphrase=b"horse") in {"altered", "cut"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_byte_can_be_turned(data):
    whole = locked(b"content" * 20, passphrase=b"horse")
    at = data.draw(st.integers(0, len(whole) - 1))
    turned = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]

    with pytest.raises(LockError):
        opened(turned, passphrase=b"horse")
