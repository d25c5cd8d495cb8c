"""What an institution's administrators did, said and handed over is nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.acts import Acts
from bot.rooms import RoomBook, TakenError
from bot.settings import Institution
from bot.tenancy import Tenancy

ONE, OTHER = "gyeongnam", "changwon"


def both() -> Tenancy:
    return Tenancy([Institution(ONE, "가", "", (), (), ()), Institution(OTHER, "나", "", (), (), ())])


async def acts(database, clock, _folder) -> None:
    store, since = Acts(database), clock() - timedelta(days=1)
    await store.note(ONE, "park", "role-given", "이주무관", clock(), key="u1")

    assert list(await store.listing(OTHER, since)) == []
    assert await store.count(OTHER, since) == 0
    assert await store.forget(OTHER, clock() + timedelta(days=1)) == 0
    assert await store.note(OTHER, "yun", "role-given", "이주무관", clock(), key="u1")
    assert [one.by for one in await store.listing(ONE, since)] == ["park"]


async def rooms(database, clock, _folder) -> None:
    tenancy = both()
    book = RoomBook(database, tenancy)
    await book.bind(ONE, "telegram", "-100", "총무과", "park", clock())
    await book.behave(ONE, "telegram:총무과", "park", clock(), addressed=True)
    await book.welcome_once(ONE, "telegram:총무과", clock())

    assert await book.bound(OTHER) == []
    assert not await book.only_addressed(OTHER, "telegram:총무과")
    assert await book.unbind(OTHER, "telegram:-100") is None
    assert not await book.moved(OTHER, "telegram", "-100", "-200")
    await book.left(OTHER, "telegram:총무과")
    assert not await book.welcome_once(ONE, "telegram:총무과", clock())
    assert await book.welcome_once(OTHER, "telegram:총무과", clock())
    with pytest.raises(TakenError):
        await book.bind(OTHER, "telegram", "-100", "복지과", "nam", clock())
    await book.refresh(OTHER)
    assert tenancy.channel("telegram", OTHER, "-100") is None
    assert tenancy.room("telegram", "-100").tenant == ONE


CASES = {"Acts": acts, "RoomBook": rooms}
NOT_STORES: set[str] = set()
COMMON = {"StrangeRooms"}  # rooms of no institution
