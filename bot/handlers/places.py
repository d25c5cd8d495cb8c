"""위치, pasted: a map's link, coordinates, or a photo that holds its place, for messengers that can't share a location.

    text, photo (sandbox) → a point in Korea → the same consent, receipt and trip as a share, marked as declared
                          → abroad: asked back · short link, no point, hostile link, old photo: told, nothing kept

No address is ever opened. Without consent a photo is not even read.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from bot import consents
from bot.messenger import InFile, Location, Reply
from bot.pasted_places import SENTENCES, Place, Unread, find
from bot.people import PeopleStore, Question
from bot.photo_places import is_photo, may_hold_place, read
from bot.routes import Request, Route, tidy, unaddressed
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import places as words

T = TypeVar("T")

_OLD: Final = timedelta(hours=1)
_READ_S: Final = 15.0
_WORD: Final = (
    r"^(?:(?:제|내|나의|지금|현재|이|여기|사진)\s*)*위치(?:\s*(?:입니다|예요|이에요|요|임|보내기|전송))?[.!~?]*$"
)
_NAME: Final = "place-abroad"  # a chat name that no chat has: only its button answers it
_WAITS: Final = timedelta(minutes=10)


class Sandbox(Protocol):
    """Runs a function in a killable worker."""

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What it returns."""


class Places:
    """What comes of a pasted place. `take` is what a shared location meets (`Receipts.location`)."""

    def __init__(
        self,
        tenancy: Tenancy,
        people: PeopleStore,
        sandbox: Sandbox,
        take: Callable[[Request], Awaitable[Sequence[Reply]]],
    ) -> None:
        self._tenancy = tenancy
        self._people = people
        self._sandbox = sandbox
        self._take = take

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "pasted-place",
                (),
                (),
                self.pasted,
                private=True,
                quiet=True,
                title="위치",
                sentences=SENTENCES,
                eager=True,
            ),
            Route("place-trouble", ("위치 공유 안 됨", "위치 안 됨"), (), self.trouble, private=True, quiet=True,
                  title="위치"),
            Route("place-abroad", (), (), self.abroad, press="abroad", private=True, quiet=True, title="위치"),
            Route(
                "place-photo", (), (), self.photo, private=True, quiet=True, title="위치", sentences=(_WORD,),
                sheets=_photos, brings=_placed_photos, unless=frozenset({Role.AUDITOR}),
            ),
        )  # fmt: skip

    async def trouble(self, _: Request) -> Sequence[Reply]:
        """Somebody's phone shares no location."""
        return [words.no_sharing()]

    async def pasted(self, request: Request) -> Sequence[Reply]:
        """A link or coordinates."""
        found = find(unaddressed(tidy(request.update.text)))
        if isinstance(found, Place):
            return await self._told(request, found)
        why = found.why if isinstance(found, Unread) else "no_point"
        return [
            {"short": words.short_link, "several": words.several, "hostile": words.no_map}.get(why, words.no_point)()
        ]

    async def abroad(self, request: Request) -> Sequence[Reply]:
        """국외가 맞습니다: the point that was asked about."""
        waiting = await self._people.pending(request.tenant, request.person, _NAME, request.now)
        point, _, message = ("" if waiting is None else waiting.argument).partition(" ")
        place = find(f"geo:{point}")
        if not isinstance(place, Place):
            return [words.stale()]
        asked = replace(request, update=replace(request.update, message=message or None))  # what gave the point
        replies = await self._declared(asked, place)
        await self._people.answer(request.tenant, request.person, _NAME, request.now)
        return replies

    async def photo(self, request: Request) -> Sequence[Reply]:
        """A photo with a place in it; the word alone explains how a place is sent."""
        photos = [file for file in request.update.files if is_photo(file)]
        if not photos:
            return [words.how()]
        if not await consents.agreed(self._people, request):
            return [await consents.ask(self._people, self._tenancy, request, discarded=True)]
        try:
            found = await self._sandbox(read, photos[0].data, timeout_s=_READ_S)
        except Exception:  # noqa: BLE001 - whatever a hostile picture does to its reader
            return [words.unreadable_photo()]
        if found is None:
            return [words.no_place_in_photo()]
        if found.taken_at is not None and request.now - found.taken_at > _OLD:
            return [words.old_photo(found.taken_at)]
        return await self._told(request, Place(found.lat, found.lon, found.accuracy_m), found.taken_at)

    async def _told(self, request: Request, place: Place, at: datetime | None = None) -> Sequence[Reply]:
        """A place in Korea as it is; one abroad is asked back first, once its keeping is agreed to."""
        if place.in_korea or not await consents.agreed(self._people, request):
            return await self._declared(request, place, at)
        point = f"{place.lat:.7f},{place.lon:.7f}"
        waiting = Question("place-abroad", f"{point} {request.update.message or ''}".strip(), _WAITS)
        await self._people.ask(request.tenant, request.person, _NAME, waiting, request.now)
        return [words.abroad()]

    async def _declared(self, request: Request, place: Place, at: datetime | None = None) -> Sequence[Reply]:
        """`at`: a photo's own time; it stands beside ours, and what differs becomes a flag."""
        update = replace(
            request.update,
            text="",
            files=(),
            press=None,
            edit=False,
            location=Location(place.lat, place.lon, place.accuracy_m, declared=True),
            sent_at=at or request.update.sent_at,
        )
        return await self._take(replace(request, update=update, argument=""))


def _photos(files: Sequence[InFile]) -> bool:
    return len(files) == 1 and is_photo(files[0])


def _placed_photos(files: Sequence[InFile]) -> bool:
    return len(files) == 1 and may_hold_place(files[0])
