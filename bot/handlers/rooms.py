"""이 방 등록: an administrator binds the room in which it is said to a department; 방 목록 shows and lets go.

It is the only conversation that answers in a room no institution knows, and there it tells of nothing but the room.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot.acts import Acts
from bot.handlers.channels import token
from bot.messenger import Chat, Reply
from bot.rooms import MOST, Room, RoomBook, TakenError, TooManyRoomsError, reference
from bot.routes import Request, Route
from bot.settings import Role
from bot.subscribing import subscription_id
from bot.tenancy import Tenancy
from bot.wording import channels as words
from nlp.subscriptions import Subscription, SubscriptionError, SubscriptionStore

_MANAGERS = frozenset({Role.MANAGER})


class RoomTalk:
    """The conversation about rooms."""

    def __init__(self, tenancy: Tenancy, book: RoomBook, acts: Acts, subscriptions: SubscriptionStore) -> None:
        self._tenancy, self._book, self._acts, self._subscriptions = tenancy, book, acts, subscriptions

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""
        return (
            Route(
                "room-unbind", ("이 방 등록 해제", "방 등록 해제", "이 방 해제"), ("unroom",), self.unbind,
                roles=_MANAGERS, quiet=True, title="방 등록 해제",
            ),
            Route(
                "room-bind", ("이 방 등록", "방 등록", "이 채널 등록", "채널 등록"), ("room",), self.bind, about="관리",
                help="이 방 등록 총무과 — 도비를 초대한 방을 그 부서의 방으로 등록합니다", roles=_MANAGERS,
                press="room", quiet=True, anywhere=True, title="방 등록",
                sentences=(
                    r"^(?:이|여기) ?(?:방|채널)(?:을|를)? ?(?P<argument>\S{1,20}?) ?(?:방|채널)?(?:으로|로) ?등록",
                ),
            ),
            Route(
                "room-list", ("방 목록", "등록된 방", "방 관리"), ("rooms",), self.listing, about="관리",
                help="방 목록 — 대화로 등록한 방과 해제", roles=_MANAGERS, press="rooms", private=True,
            ),
            Route(
                "room-off", (), (), self.let_go, roles=_MANAGERS, press="room-off", private=True, title="방 등록 해제"
            ),
        )  # fmt: skip

    async def bind(self, request: Request) -> Sequence[Reply]:
        """The room takes the department that was named; without one it is asked for."""
        native = request.update.chat
        if request.chat.private or native is None:
            return [words.from_inside()]
        known = self._tenancy.room(request.chat.adapter, native)
        if known is not None and known.tenant != request.tenant and request.chat.adapter != "console":
            return [words.taken()]
        department = self._department(request)
        if department is None:
            pressed = request.update.press is not None
            return [words.which_department(self._offered(request), "" if pressed else request.argument)]
        stands = self._tenancy.channel(request.chat.adapter, request.tenant, native)
        if stands is not None and stands.department == department:
            await self._finish(request, native)
            return [words.bound_already(department)]
        return [await self._bind(request, native, department, stands.id if stands is not None else None)]

    async def _bind(self, request: Request, native: str, department: str, before: str | None) -> Reply:
        moved: list[Subscription] = []
        if before is not None:
            name = await self._book.channel(request.tenant, request.chat.adapter, native, department)
            moved = await self._copied(request, before, name)
        try:
            room = await self._book.bind(
                request.tenant, request.chat.adapter, native, department, request.person, request.now
            )
        except TakenError:
            return words.taken()
        except TooManyRoomsError:
            return words.too_many_rooms(MOST)
        await self._note(request, room)
        for one in moved:
            await self._subscriptions.remove(request.tenant, one.id)
        return words.bound(department, room.channel, len(moved))

    async def _copied(self, request: Request, before: str, name: str) -> list[Subscription]:
        """What came to the room under its name of before, and now stands under the new one too.

        It is copied before the room is bound and taken away after: whoever dies in between leaves nothing behind
        without a copy, and the same words again go on.
        """
        old, new = (Chat(request.chat.adapter, one, private=False).ref for one in (before, name))
        if old == new:
            return []
        found = await self._subscriptions.of(request.tenant, old)
        for one in found:
            with suppress(SubscriptionError):  # as many as one may have
                copy = replace(one, id=subscription_id(new, one.text), owner=new)
                await self._subscriptions.add(request.tenant, copy)
        return found

    async def _finish(self, request: Request, native: str) -> None:
        """Whoever bound the room may have died before it was logged."""
        name = f"{request.chat.adapter}:{native}"
        for room in await self._book.bound(request.tenant):
            if room.name == name:
                await self._note(request, room)

    async def _note(self, request: Request, room: Room) -> None:
        key = f"room-bound:{room.name}:{room.at.isoformat()}:{room.department}"
        about = f"{room.channel} {words.messenger(room.adapter)}"
        await self._acts.note(request.tenant, room.by, "room-bound", about, room.at, key=key)
        await self._book.welcome_once(request.tenant, reference(room), request.now)

    def _departments(self, request: Request) -> list[str]:
        """Departments of the roster, the asker's own first, then the largest."""
        own, counts = request.member.person.department, dict[str, int]()
        for person in self._tenancy.institution(request.tenant).people:
            if person.department:
                counts[person.department] = counts.get(person.department, 0) + 1
        return sorted(counts, key=lambda name: (name != own, -counts[name], name))

    def _offered(self, request: Request) -> list[tuple[str, str]]:
        """Those to choose from: first whose name the room's id holds."""
        native = request.update.chat or ""
        names = sorted(self._departments(request), key=lambda name: name not in native)
        return [(name, token(name)) for name in names]

    def _department(self, request: Request) -> str | None:
        wanted = request.argument.strip()
        if request.update.press is not None:
            return next((one for one in self._departments(request) if token(one) == wanted), None)
        flat = wanted.replace(" ", "")
        return next((one for one in self._departments(request) if one.replace(" ", "") == flat and flat), None)

    async def unbind(self, request: Request) -> Sequence[Reply]:
        """The room in which it is said is let go."""
        native = request.update.chat
        if request.chat.private or native is None:
            return await self.listing(request)
        return [await self._let_go(request, f"{request.chat.adapter}:{native}")]

    async def let_go(self, request: Request) -> Sequence[Reply]:
        """The room of the list whose button was pressed."""
        bound = await self._book.bound(request.tenant)
        room = next((one for one in bound if token(one.name) == request.argument), None)
        return [words.not_bound() if room is None else await self._let_go(request, room.name)]

    async def _let_go(self, request: Request, name: str) -> Reply:
        before = next((one for one in await self._book.bound(request.tenant) if one.name == name), None)
        if before is None:
            await self._book.unbind(request.tenant, name)  # what a killed process left half done
            return words.not_bound()
        key = f"room-unbound:{name}:{before.at.isoformat()}"
        about = f"{before.channel} {words.messenger(before.adapter)}"
        await self._acts.note(request.tenant, request.person, "room-unbound", about, request.now, key=key)
        await self._book.unbind(request.tenant, name)
        return words.unbound(before.channel)

    async def listing(self, request: Request) -> Sequence[Reply]:
        """Every room that was bound by chat."""
        bound = await self._book.bound(request.tenant)
        declared = len(self._tenancy.institution(request.tenant).channels) - len({one.channel for one in bound})
        return [words.rooms([self._row(request.tenant, one) for one in bound], declared)]

    def _row(self, tenant: str, room: Room) -> words.BoundRoom:
        by = self._tenancy.member(tenant, room.by)
        name = by.person.name if by is not None else ""
        return words.BoundRoom(room.channel, room.department, room.adapter, name, room.at, token(room.name))
