"""What an institution's administrators did, said and handed over is nobody else's."""

from __future__ import annotations

from datetime import timedelta

from bot.acts import Acts

ONE, OTHER = "gyeongnam", "changwon"


async def acts(database, clock, _folder) -> None:
    store, since = Acts(database), clock() - timedelta(days=1)
    await store.note(ONE, "park", "role-given", "이주무관", clock(), key="u1")

    assert list(await store.listing(OTHER, since)) == []
    assert await store.count(OTHER, since) == 0
    assert await store.forget(OTHER, clock() + timedelta(days=1)) == 0
    assert await store.note(OTHER, "yun", "role-given", "이주무관", clock(), key="u1")
    assert [one.by for one in await store.listing(ONE, since)] == ["park"]


CASES = {"Acts": acts}
NOT_STORES: set[str] = set()
