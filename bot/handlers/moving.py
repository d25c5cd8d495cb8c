"""구독 내보내기 · 구독 가져오기: one's subscriptions as a file, and back, with the difference shown before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol, TypeVar

from bot.handing import Handing
from bot.import_drafts import ImportDrafts
from bot.messenger import InFile, OutFile, Reply
from bot.moving_file import Entry, Read, read, write
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.subscribing import subscription_id
from bot.wording import moving as words
from nlp.keywords import key_of
from nlp.subscriptions import Subscription, SubscriptionError, SubscriptionStore, ahead
from occupancy.reading import day_of

_READ_S = 15.0
_OUT = ("구독 내보내기", "구독 내려받기", "구독 옮기기", "구독 옮기고", "구독 백업")
_NAMES = (".json", ".txt", ".csv")

T = TypeVar("T")


class Sandbox(Protocol):
    """Where foreign bytes are parsed."""

    def __call__(
        self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None
    ) -> Awaitable[T]:  # fmt: skip
        """What the function answers, out of harm's way."""


class MovingTalk:
    """The conversation about taking one's subscriptions along."""

    def __init__(
        self, store: SubscriptionStore, handing: Handing, people: PeopleStore, drafts: ImportDrafts, sandbox: Sandbox
    ) -> None:  # fmt: skip
        self._store, self._handing, self._people = store, handing, people
        self._drafts, self._sandbox = drafts, sandbox

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "take-out", _OUT, ("export",), self.take_out, about="소식",
                help="구독 내보내기 · 구독 가져오기 — 내 구독을 파일로 옮깁니다", private=True, quiet=True,
                sentences=(r"^(?:내 ?)?구독(?:을|를)? ?(?:파일로 )?(?:내보내|내려받|백업).{0,12}$",),
            ),
            Route(
                "take-in", ("구독 가져오기", "구독 불러오기"), ("import",), self.take_in, private=True, quiet=True,
                sheets=_may_be, takes=lambda _: False,
                sentences=(r"^(?:내 ?)?구독(?:을|를)? ?(?:파일(?:로|에서) )?(?:가져오|가져와|불러오|불러와).{0,12}$",),
            ),
            Route("take-in-press", (), (), self.pressed, press="takein", private=True, title="구독 가져오기"),
        )  # fmt: skip

    async def take_out(self, request: Request) -> Sequence[Reply]:
        """The file."""
        mine = await self._handing.own(request.tenant, request.member.person)
        if not mine:
            return [words.nothing_to_export()]
        today = day_of(request.now)
        entries = [Entry(one.text, one.exclude, one.paused, ahead(one.rests_until, request.now)) for one in mine]
        data = write(entries, today)
        return [Reply(words.exported(len(mine)), file=OutFile(words.file_name(today), data))]

    async def take_in(self, request: Request) -> Sequence[Reply]:
        """The difference; without a file it is asked for."""
        if not request.update.files:
            waits = Question("take-in", "", timedelta(minutes=30))
            await self._people.ask(request.tenant, request.person, request.chat.ref, waits, request.now)
            return [words.which_file()]
        try:
            found: Read = await self._sandbox(read, request.update.files[0].data, timeout_s=_READ_S)
        except (ValueError, TimeoutError, MemoryError, ChildProcessError):
            return [words.no_such_file()]
        await self._people.answer(request.tenant, request.person, request.chat.ref, request.now)
        new = await self._new(request, found.entries)
        mark = await self._drafts.put(request.tenant, request.person, new, request.now) if new else ""
        return [words.difference([one.words for one in new], len(found.entries) - len(new), found.unread, mark)]

    async def _new(self, request: Request, entries: Sequence[Entry]) -> list[Entry]:
        stands = {key_of(one.text) for one in await self._store.of(request.tenant, request.chat.ref)}
        new: dict[str, Entry] = {}
        for one in entries:
            if key_of(one.words) not in stands:
                new.setdefault(key_of(one.words), one)
        return list(new.values())

    async def pressed(self, request: Request) -> Sequence[Reply]:
        """가져오기, 그만두기."""
        if request.argument == "no":
            await self._drafts.drop(request.tenant, request.person)
            return [words.not_imported()]
        draft = await self._drafts.get(request.tenant, request.person, request.argument, request.now)
        if draft is None:
            return [words.stale_import()]
        owner, count, full = request.chat.ref, 0, 0
        for number, one in enumerate(draft.entries):
            at = draft.at + timedelta(microseconds=number)
            name, rest = subscription_id(owner, one.words), ahead(one.rests_until, request.now)
            try:
                await self._store.add(
                    request.tenant,
                    Subscription(name, owner, one.words, at, request.person, one.exclude, one.paused, rest),
                )
                count += 1
            except SubscriptionError:
                full += 1
        await self._drafts.drop(request.tenant, request.person)
        return [words.imported(count, full)]


def _may_be(files: Sequence[InFile]) -> bool:
    return len(files) == 1 and files[0].name.casefold().endswith(_NAMES)
