"""센서: for an institution's administrators, in private: what stands, what waits, approve, stop, delete, and back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from bot.canteen import Canteen
from bot.clock import KST
from bot.messenger import Reply
from bot.routes import Request, Route
from bot.sensing import place_of
from bot.sensing_book import CODE_LIFE, SensorBook, Waiting
from bot.sensing_health import Seen, frozen, judge
from bot.settings import Role
from bot.tenancy import SensorPlace, Tenancy
from bot.wording import sensors as words
from occupancy.slots import instant
from occupancy.store import OccupancyStore
from occupancy.undoable import Undone

_NUMBER = re.compile(r"\d{3}[ -]?\d{3}")
_REGISTER = re.compile(r"(?:새 ?센서 ?)?(?:등록|추가|코드)")
_STOP = re.compile(r"\s*(멈춤|멈춰|중지|정지|꺼|끄기)$")
_GO = re.compile(r"\s*((?:다시 ?)?(?:켜기|켜|재개)|다시)$")
_DELETE = re.compile(r"\s*(지우기|지워|삭제|제거)$")
_POLITE = re.compile(r"\s*(?:해|줘|주세요|주십시오|요)+$")


class SensorTalk:
    """The conversation about sensors."""

    def __init__(self, tenancy: Tenancy, book: SensorBook, store: OccupancyStore, canteen: Canteen) -> None:
        self._tenancy, self._book, self._store, self._canteen = tenancy, book, store, canteen

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""
        return (
            Route(
                "sensors",
                ("센서", "센서 목록"),
                ("sensors", "센서"),
                self.sensors,
                about="식당",
                help="센서 — 센서 상태, 승인, 멈춤",
                sentences=(
                    r"^새 ?센서 ?(?P<argument>등록|추가)",
                    r"^(?P<argument>센서).{0,6}(상태|어때|목록|보여|현황)",
                ),
                press="sensor",
                roles=frozenset({Role.MANAGER}),
                private=True,
                title="센서 관리",
            ),
        )

    async def sensors(self, request: Request) -> Sequence[Reply]:
        """The list, or what was asked of one sensor."""
        await self._book.refresh(request.tenant)
        asked = request.argument.strip()
        if request.update.press is not None:
            return [await self._pressed(request, asked)] if asked else [await self._list(request)]
        if asked in {"", "센서", "목록", "상태", "현황"}:
            return [await self._list(request)]
        return [await self._typed(request, asked)]

    async def _typed(self, request: Request, asked: str) -> Reply:
        if _REGISTER.fullmatch(asked):
            return await self._code(request)
        if _NUMBER.fullmatch(asked):
            return await self._by_number(request, re.sub(r"\D", "", asked))
        bare = _POLITE.sub("", asked)
        for pattern, what in ((_STOP, "stop"), (_GO, "go"), (_DELETE, "del")):
            if found := pattern.search(bare):
                place = self._tenancy.sensor(request.tenant, bare[: found.start()].strip())
                return await self._decide(request, what, place) if place else words.unknown(bare[: found.start()])
        place = self._tenancy.sensor(request.tenant, asked)
        if place is None:
            return words.unknown(asked)
        return words.one(await self._row(place, request.now), request.now, token(asked))

    async def _pressed(self, request: Request, asked: str) -> Reply:
        what, _, rest = asked.partition(":")
        if what in {"ok", "no", "ask"}:
            return await self._on_waiting(request, what, rest)
        if what == "undo":
            made = await self._book.made(request.tenant, rest)
            undone = await self._book.undo(request.tenant, rest) if made is not None else Undone.UNKNOWN
            return words.undone(now=undone in {Undone.NOW, Undone.BEFORE})
        place = next((one for one in self._all(request.tenant) if token(one.sensor.id) == rest), None)
        return words.gone() if place is None else await self._decide(request, what, place)

    async def _decide(self, request: Request, what: str, place: SensorPlace) -> Reply:
        sensor, change = place.sensor, _change(request, what, place.sensor.id)
        if what == "del" and not sensor.by_chat:
            return words.in_file(sensor.kind, sensor.id)
        act = {"stop": self._book.pause, "go": self._book.resume, "del": self._book.remove}.get(what)
        if act is None:
            return words.gone()
        await act(request.tenant, change, sensor.id)
        return words.done(what, sensor.kind, sensor.id, change)

    # --- what waits

    async def _code(self, request: Request) -> Reply:
        code = await self._book.new_code(request.tenant)
        if code is None:
            return words.too_many()
        home = self._tenancy.institution(request.tenant)
        return words.code(code, request.now + CODE_LIFE, [(one.id, one.name) for one in home.cafeterias])

    async def _by_number(self, request: Request, number: str) -> Reply:
        waiting = await self._book.waiting(request.tenant)
        found = [one for one in waiting if one.number.replace(" ", "") == number]
        return await self._approve(request, found[0]) if len(found) == 1 else words.gone()

    async def _on_waiting(self, request: Request, what: str, mark: str) -> Reply:
        found = await self._waiting(request.tenant, mark)
        if found is None:
            return await self._gone(request, mark)
        if what == "ok":
            return await self._approve(request, found)
        await self._book.refuse(request.tenant, found, refused=what == "no")
        kind = found.kind.value
        if what == "no":
            return words.refused(kind, found.sensor, found.token)
        return words.announced(kind, found.sensor, self._place(request.tenant, found), found.number, found.token)

    async def _approve(self, request: Request, one: Waiting) -> Reply:
        change = _change(request, "ok", one.token)
        made = await self._book.approve(request.tenant, change, one)
        return words.done("ok", one.kind.value, one.sensor, change) if made is not None else words.too_many()

    async def _gone(self, request: Request, mark: str) -> Reply:
        """Approved by somebody else, or by this very press before; or expired."""
        name = (await self._book.refresh(request.tenant)).tokens.get(mark, "")
        place = self._tenancy.sensor(request.tenant, name)
        return words.already(place.sensor.kind, name) if place is not None else words.gone()

    async def _waiting(self, tenant: str, mark: str) -> Waiting | None:
        """The announcement of that token, a refused one among them."""
        for one in await self._book.waiting(tenant, refused=True):
            if one.token == mark:
                return one
        return None

    def _place(self, tenant: str, one: Waiting) -> str:
        cafeterias = self._tenancy.institution(tenant).cafeterias
        return next((each.name for each in cafeterias if each.id == one.cafeteria), one.cafeteria)

    # --- the list

    def _all(self, tenant: str) -> list[SensorPlace]:
        home = self._tenancy.institution(tenant)
        return [SensorPlace(tenant, each, sensor) for each in home.cafeterias for sensor in each.sensors]

    async def _list(self, request: Request) -> Reply:
        rows = [await self._row(place, request.now) for place in self._all(request.tenant)]
        waiting = await self._book.waiting(request.tenant)
        return words.listing(rows, [(one.kind.value, one.sensor, one.number) for one in waiting], request.now)

    async def troubles(self, tenant: str, now: datetime) -> list[tuple[str, str]]:
        """Every sensor as it is called, and what is wrong with it; empty where it is well, or was told to rest."""
        await self._book.refresh(tenant)
        rows = [await self._row(place, now) for place in self._all(tenant)]
        return [(words.called(one.kind, one.id), "" if one.paused_at else one.trouble) for one in rows]

    async def _row(self, place: SensorPlace, now: datetime) -> words.Row:
        tenant, sensor = place.tenant, place.sensor
        last = (await self._store.last_seen(tenant, place_of(place))).get(sensor.id)
        faults = (await self._book.faults(tenant)).get(sensor.id, {})
        view = await self._canteen.view(tenant, place.cafeteria, place.cafeteria.line_of(sensor.id))
        found = judge(Seen(sensor, last, faults, frozen(view.estimate, sensor.id), watched=_opened(place, now)), now)
        return words.Row(
            kind=sensor.kind,
            id=sensor.id,
            place=place.cafeteria.name,
            line=place.cafeteria.line_of(sensor.id).name,
            declared="chat" if sensor.by_chat else "file",
            age_s=None if last is None else (now - last.measured_at).total_seconds(),
            trouble=words.TROUBLES[found.what.value] if found is not None else "",
            paused_at=(await self._book.refresh(tenant)).paused.get(sensor.id),
        )


def _opened(place: SensorPlace, now: datetime) -> datetime | None:
    """Since when the sensor ought to speak today; None outside serving time."""
    local = now.astimezone(KST)
    if not place.cafeteria.open <= local.time() < place.cafeteria.close:
        return None
    return instant(local.date(), place.cafeteria.open)


def token(sensor: str) -> str:
    """Names a sensor on a button, however long its id."""
    return hashlib.blake2b(sensor.encode(), digest_size=6).hexdigest()


def _change(request: Request, what: str, sensor: str) -> str:
    """The decision's name: the same for a repeated update."""
    source = request.update.id or request.now.isoformat()
    digest = hashlib.blake2b(f"{request.person} {source} {sensor}".encode(), digest_size=8).hexdigest()
    return f"{what}-{digest}"
