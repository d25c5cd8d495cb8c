"""What an institution's administrators did, said and handed over is nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.acts import Acts
from bot.asked import Asked, AskedStore
from bot.broadcasts import Broadcasts, made
from bot.delivery_figures import DeliveryFigures
from bot.handover import Counts, HandOver, HandOvers, Stage, Thing
from bot.import_drafts import ImportDrafts
from bot.messenger import Button, Chat, Reply
from bot.moving_file import Entry
from bot.outbox import Outbox, Row, State
from bot.pulse import Sending
from bot.rooms import RoomBook, TakenError
from bot.settings import Institution
from bot.taking_back import Offer, Undoables
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


async def notices(database, clock, _folder) -> None:
    store, notice = Broadcasts(database), made(ONE, "park", "", "안내", 3, clock(), "u1")
    await store.draft(ONE, notice)

    assert await store.drafted(OTHER, notice.id, clock()) is None
    assert await store.send(OTHER, notice.id) == await store.state(OTHER, notice.id) == ""
    assert await store.send(ONE, notice.id) == "begun"
    await store.turn(ONE, notice.id, "kim")
    assert await store.sending(OTHER) == []
    assert await store.page(OTHER, notice.id) == ""
    await store.drop(OTHER, notice.id)
    await store.sent(OTHER, notice.id, clock())
    assert [one.id for one in await store.sending(ONE)] == [notice.id]


async def figures(database, clock, _folder) -> None:
    outbox, chat = Outbox(database, "worker"), Chat("console", "dm:kim", private=True)
    await outbox.put(ONE, [Row(chat, "s", 1, "notice", Reply("글"), clock())])
    (leased,) = await outbox.lease(ONE, "console", clock())
    await outbox.finish(ONE, leased, State.DEAD, clock())
    await outbox.put(ONE, [Row(chat, "s2", 1, "notice", Reply("글"), clock())])
    since = clock() - timedelta(days=1)

    assert (await DeliveryFigures(database).of(OTHER, since)).figures == []
    assert [one.dead for one in (await DeliveryFigures(database).of(ONE, since)).figures] == [1]
    assert await Sending(database).dead(OTHER) == 0
    assert await Sending(database).waiting(OTHER, ["console"], clock()) == (0, None)
    assert await Sending(database).dead(ONE) == 1
    assert (await Sending(database).waiting(ONE, ["console"], clock()))[0] == 1


async def hand_overs(database, clock, _folder) -> None:
    store = HandOvers(database)
    mine = HandOver("h1", "kim", "seo", clock(), Stage.OFFERED, (Thing("청사"),))
    await store.put(ONE, mine)

    assert await store.get(OTHER, "h1", clock()) is None
    assert await store.of(OTHER, "kim") == await store.of(OTHER, "seo") == []
    assert await store.accept(OTHER, "h1", clock()) is None
    assert await store.change(OTHER, "h1", lambda one: one) is None
    assert await store.end(OTHER, "h1", Stage.REFUSED, clock(), Counts()) is None
    assert await store.close(OTHER, "h1") is None
    assert await store.forget(OTHER, clock() + timedelta(days=9)) == 0
    assert await store.tidy(OTHER, clock() + timedelta(days=99)) == 0
    assert await store.erase(OTHER, "kim") == 0
    assert await store.get(ONE, "h1", clock()) == mine


async def import_drafts(database, clock, _folder) -> None:
    store = ImportDrafts(database)
    mark = await store.put(ONE, "kim", [Entry("지방세")], clock())

    assert await store.get(OTHER, "kim", mark, clock()) is None
    await store.drop(OTHER, "kim")
    assert await store.count(OTHER, "kim") == 0
    assert (await store.get(ONE, "kim", mark, clock())).entries == (Entry("지방세"),)


async def questions(database, clock, _folder) -> None:
    store = AskedStore(database)
    asked = Asked(clock(), "적용할까요?", (Button("적용", "apply:1"), Button("취소", "apply:no")))
    await store.answered(ONE, "kim", "console:dm:kim", asked)
    assert await store.of(OTHER, "kim", "console:dm:kim", clock()) == []
    assert await store.of(ONE, "lee", "console:dm:kim", clock()) == []
    assert await store.of(ONE, "kim", "console:dm:kim", clock()) == [asked]


async def undoables(database, clock, _folder) -> None:
    store = Undoables(database)
    await store.put(ONE, "kim", "console:dm:kim", Offer(clock(), "meal:undo:1", ""))

    assert await store.get(OTHER, "kim", "console:dm:kim") is None
    assert await store.get(ONE, "kim", "console:dm:kim") is not None


CASES = {
    "AskedStore": questions,
    "Undoables": undoables,
    "Acts": acts,
    "RoomBook": rooms,
    "Broadcasts": notices,
    "DeliveryFigures": figures,
    "Sending": figures,
    "HandOvers": hand_overs,
    "ImportDrafts": import_drafts,
}
NOT_STORES = {"ChannelCare", "Handing", "SensorTalk", "Deeds"}  # they hold nothing of their own
COMMON = {"Troubles", "StrangeRooms", "BackupNote"}  # of no institution, or of all
