"""출장명령: numbers of the office's own system, from its sheet, for the trips that people wrote down.

A manager imports for the institution, everybody else for themselves. The sheet is read in the sandbox and not kept; a
number that stands is never replaced; the same sheet twice changes nothing more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, Protocol, TypeVar

from attest import papers
from attest.errors import InvalidShareError, PaperRefusedError
from attest.receipt import clean_document
from attest.trips import Trips
from bot.messenger import InFile, Reply
from bot.routes import Request, Route
from bot.settings import Person, Role
from bot.tenancy import Tenancy
from bot.trip_orders import Order, meant, understand
from bot.wording import orders as words

T = TypeVar("T")
_READ_S: Final = 20.0
_MOST: Final = 5_000


class Sandbox(Protocol):
    """Runs a function on foreign bytes where it can do no harm."""

    def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> Awaitable[T]:
        """What the function returns; TimeoutError, MemoryError or ChildProcessError when it was stopped."""


class OrderTalk:
    """The conversation about document numbers by the sheet."""

    def __init__(self, tenancy: Tenancy, trips: Trips, sandbox: Sandbox) -> None:
        self._tenancy = tenancy
        self._trips = trips
        self._sandbox = sandbox

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "orders",
                ("출장명령", "출장 명령"),
                ("orders",),
                self.take,
                about="출장",
                help="출장명령 — 복무 시스템의 출장명령 엑셀·CSV와 함께 보내시면 문서번호를 붙입니다",
                private=True,
                quiet=True,
            ),
        )

    async def take(self, request: Request) -> Sequence[Reply]:
        """Sheets of orders."""
        if not request.update.files:
            return [words.how()]
        return [await self._sheet(request, file) for file in request.update.files[:3]]

    async def _sheet(self, request: Request, file: InFile) -> Reply:
        try:
            rows = await self._sandbox(papers.rows, file.data, timeout_s=_READ_S)
        except (PaperRefusedError, TimeoutError, MemoryError, ChildProcessError):
            return words.unreadable(file.name)
        found = understand(rows, request.now)
        if found is None:
            return words.no_columns(file.name)
        told = [await self._number(request, order) for order in found.orders[:_MOST]]
        counts = words.Counts(
            len(told), told.count("numbered"), told.count("there"), told.count("other"), told.count("none"),
            told.count("foreign"), found.unread + max(0, len(found.orders) - _MOST),
        )  # fmt: skip
        return words.taken(file.name, counts)

    async def _number(self, request: Request, order: Order) -> str:
        """What became of one row."""
        try:
            number = clean_document(order.number)
        except InvalidShareError:
            return "none"
        people = self._people(request, order)
        if people is None:
            return "foreign"
        if len(people) != 1:
            return "none"
        around = await self._trips.of(
            request.tenant, people[0].id, order.first - timedelta(days=10), order.last + timedelta(days=1)
        )
        trip = meant(order, around)
        if trip is None:
            return "none"
        if trip.document:
            return "there" if trip.document == number else "other"
        changed = await self._trips.change(
            request.tenant, trip.id, lambda one: one if one.document else replace(one, document=number)
        )
        return "numbered" if changed is not None and changed.document == number else "other"

    def _people(self, request: Request, order: Order) -> list[Person] | None:
        """Who is meant; None where that is somebody else's matter."""
        people = [one for one in self._tenancy.people_with(request.tenant, Role.STAFF) if one.name == order.person]
        people = [one for one in people if not order.department or one.department == order.department] or people
        if Role.MANAGER in request.member.person.roles:
            return people
        return [one for one in people if one.id == request.person] or None
