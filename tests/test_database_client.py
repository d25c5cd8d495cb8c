"""The client of the database: what it sends is what redis-py would send."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio.connection import Connection

from bot.embedded import remote_client

WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"])) | st.binary() | st.integers() | st.floats(), max_size=8
)


@given(st.sampled_from(["GET", "CONFIG GET", b"GET"]), WORDS)
def test_commands_are_packed_as_redis_py_packs_them(name: str | bytes, words: list[str | bytes | int | float]) -> None:
    ours, theirs = remote_client("redis://nowhere").connection_pool.connection_class(), Connection()
    for more in ([], [memoryview(b"picture")]):
        packed = b"".join(ours.pack_command(name, *words, *more))
        assert packed == b"".join(theirs.pack_command(name, *words, *more))
