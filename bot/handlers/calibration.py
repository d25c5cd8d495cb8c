"""보정: administrators and kitchen staff teach a counting sensor how many people it does not see, by counting them.

    보정 → which sensor? → "12", again and again → each set beside what the sensor says at that moment → a gain

The count and the sensor's word are kept, who counted is not. From three counts on the gain is used in every answer.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot import report_words
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route, tidy, unaddressed
from bot.settings import Cafeteria, Role, Sensor
from bot.tenancy import Tenancy
from bot.wording import calibration as words
from occupancy.reading import Kind
from occupancy.store import OccupancyStore
from occupancy.teaching import MOST_PEOPLE, SEEN_WITHIN, Pair, TeachingStore, disputed, learned, said_of
from occupancy.undoable import Undone

_ROUTE = "teach"
_STAFF = frozenset({Role.MANAGER, Role.KITCHEN})
_COUNTING = frozenset({Kind.CAMERA, Kind.BEAM, Kind.WIFI})
_NUMBER = re.compile(r"(?<![A-Za-z\d.])(\d{1,6})(?:\s*(?:명|사람))?(?![\d.])")
_STOP = re.compile(r"(?:그만|끝|마침|중지|종료|다 ?했)\S*")
_RESET = re.compile(r"(?:초기화|지우기|지우고 ?다시|처음부터|리셋)\S*")
_LONGEST = 40
_LASTS = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class _At:
    """A sensor that counts people, and where its readings are kept."""

    cafeteria: Cafeteria
    sensor: Sensor

    @property
    def place(self) -> str:
        return self.cafeteria.place(self.sensor.line)

    @property
    def where(self) -> str:
        """The cafeteria, and its line where there are several."""
        line = next((one.name for one in self.cafeteria.lines if one.id == self.sensor.line), "")
        return f"{self.cafeteria.name} {line}".strip()

    @property
    def token(self) -> str:
        """Names the sensor on a button."""
        return hashlib.blake2b(f"{self.place}\x1f{self.sensor.id}".encode(), digest_size=5).hexdigest()


class CalibrationTalk:
    """The conversation in which a sensor is taught."""

    def __init__(
        self, tenancy: Tenancy, people: PeopleStore, readings: OccupancyStore, teaching: TeachingStore
    ) -> None:
        self._tenancy, self._people, self._readings, self._teaching = tenancy, people, readings, teaching

    def routes(self) -> tuple[Route, ...]:
        """What staff say."""
        return (
            Route(
                _ROUTE,
                ("보정", "카메라 보정"),
                ("calibrate", "보정"),
                self.teach,
                about="식당",
                help="보정 — 줄에 선 사람을 세어 카메라를 가르칩니다('보정 12')",
                sentences=(r"^카메라.{0,8}(보정|가르치)\S*$",),
                press=_ROUTE,
                roles=_STAFF,
                private=True,
                title=words.TITLE,
            ),
            Route(
                "teach-count", (), (), self.counted, takes=_answers, free=True, roles=_STAFF, private=True,
                title=words.TITLE,
            ),
        )  # fmt: skip

    async def teach(self, request: Request) -> Sequence[Reply]:
        """`보정`, `보정 12`, `보정 cam1 12`, or a button."""
        known = self._sensors(request.tenant)
        if not known:
            return [words.none()]
        if request.update.press is not None:
            return [await self._pressed(request, known)]
        asked = request.argument.strip()
        named = [one for one in known if one.sensor.id in asked.split()]
        rest = " ".join(word for word in asked.split() if not named or word != named[0].sensor.id)
        placed = [one for one in named or known if one.cafeteria.name in rest]
        among = placed or named or known
        for one in placed:
            rest = rest.replace(one.cafeteria.name, " ").strip()
        if rest and not _answers(rest):
            return [words.unknown(rest.split()[0]) if not named else words.not_a_count()]
        if len(among) == 1:
            return [await self._said(request, among[0], rest)]
        people = _people(rest)
        return [words.which([(one.sensor.id, one.where, one.token) for one in among], people)]

    async def counted(self, request: Request) -> Sequence[Reply]:
        """The answer to how many stand there."""
        token, _, rest = request.argument.partition(" ")
        found = next((one for one in self._sensors(request.tenant) if one.token == token), None)
        if found is None:
            return [words.none()]
        return [await self._said(request, found, unaddressed(tidy(rest)) or rest)]

    async def _pressed(self, request: Request, known: Sequence[_At]) -> Reply:
        verb, _, rest = request.argument.partition(":")
        token, _, more = rest.partition(":")
        found = next((one for one in known if one.token == token), None)
        if found is None:
            return words.none()
        if verb == "undo":
            undone = await self._teaching.undo(request.tenant, found.place, found.sensor.id, more)
            await self._ask(request, found)
            return words.undone(
                now=undone in {Undone.NOW, Undone.BEFORE}, learned=learned(await self._pairs(request, found))
            )
        if verb == "reset":
            return await self._reset(request, found)
        return await self._said(request, found, more)

    async def _said(self, request: Request, at: _At, text: str) -> Reply:
        if _STOP.fullmatch(text):
            return words.stopped()
        await self._ask(request, at)
        if _RESET.fullmatch(text):
            return await self._reset(request, at)
        people = _people(text)
        if people is not None:
            return await self._keep(request, at, people)
        if text:
            return words.not_a_count()
        pairs = await self._pairs(request, at)
        return words.panel(at.sensor.id, at.where, at.token, learned(pairs), await self._seen(request, at))

    async def _keep(self, request: Request, at: _At, people: int) -> Reply:
        if people > MOST_PEOPLE:
            return words.too_many(people)
        said = await self._seen(request, at)
        if said is None:
            last = (await self._readings.last_seen(request.tenant, at.place)).get(at.sensor.id)
            return words.silent(at.sensor.id, last.measured_at if last is not None else None)
        pair, change = Pair(request.now, said, people), _change(request)
        other = disputed(await self._pairs(request, at), pair)
        pairs = await self._teaching.teach(request.tenant, at.place, at.sensor.id, pair, change)
        return words.kept(pair, at.sensor.id, at.token, learned(pairs), other, change)

    async def _reset(self, request: Request, at: _At) -> Reply:
        pairs, change = await self._pairs(request, at), _change(request)
        await self._teaching.forget(request.tenant, at.place, at.sensor.id, change)
        return words.reset(at.sensor.id, at.token, change, len(pairs))

    async def _ask(self, request: Request, at: _At) -> None:
        """The next number in this chat is a count, for a while."""
        question = Question("teach-count", at.token, life=_LASTS)
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)

    async def _seen(self, request: Request, at: _At) -> float | None:
        readings = await self._readings.recent(request.tenant, at.place, request.now - SEEN_WITHIN)
        return said_of(readings, at.sensor.id, request.now)

    async def _pairs(self, request: Request, at: _At) -> tuple[Pair, ...]:
        return await self._teaching.pairs(request.tenant, at.place, at.sensor.id)

    def _sensors(self, tenant: str) -> list[_At]:
        sites = self._tenancy.institution(tenant).cafeterias
        return [_At(site, one) for site in sites for one in site.sensors if Kind(one.kind) in _COUNTING]


def _people(text: str) -> int | None:
    """The number of people in a short text, in digits or in words; None where there is none, or more than one."""
    numbers = _NUMBER.findall(text)
    if len(numbers) == 1:
        return int(numbers[0])
    told = None if numbers else report_words.said(text)
    return told.people if told is not None else None


def _answers(text: str) -> bool:
    bare = unaddressed(tidy(text))
    short = len(bare) <= _LONGEST and "?" not in bare and not bare.startswith("보정")  # that may name another sensor
    return short and (_people(bare) is not None or bool(_STOP.fullmatch(bare) or _RESET.fullmatch(bare)))


def _change(request: Request) -> str:
    """Names what this update does, the same when it comes again."""
    update = request.update
    return hashlib.blake2b((update.id or secrets.token_hex(8)).encode(), digest_size=6).hexdigest()
