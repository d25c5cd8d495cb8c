"""제보: people in the line say how it is: a word, a number, or in their own words; in private and in groups."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from bot import report_words
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.report_words import Said
from bot.routes import Handle, Request, Route, tidy, unaddressed
from bot.sensing_reports import At, Voices
from bot.tenancy import Tenancy
from bot.wording import reports as words
from occupancy.sensors import chat

_ROUTE = "crowd"


class ReportTalk:
    """The conversation about the line as people see it."""

    def __init__(self, tenancy: Tenancy, people: PeopleStore, reporting: Voices) -> None:
        self._tenancy, self._people, self._reporting = tenancy, people, reporting

    def routes(self) -> tuple[Route, ...]:
        """What people in line say."""
        return (
            Route(
                _ROUTE,
                ("제보", "줄 제보"),
                ("crowd",),
                self.report,
                about="식당",
                help="제보 — 지금 줄을 알려 주기('줄 18명')",
                sentences=report_words.SENTENCES,
                press=_ROUTE,
                takes=lambda text: report_words.answer(text) is not None,
            ),
        )

    async def report(self, request: Request) -> Sequence[Reply]:
        """Hears it, asks what it does not understand, or says when it can hear more."""
        lines = self._lines(request.tenant)
        if not lines:
            return [words.nowhere()]
        if request.update.press is not None:
            return [await self._pressed(request, lines)]
        text = unaddressed(tidy(request.update.text))
        told = report_words.said(text) or report_words.answer(request.argument) or Said()
        if told == Said():
            told = report_words.said(request.argument) or told
        return [await self._told(request, lines, told, text)]

    def over(self, routes: Sequence[Route]) -> tuple[Route, ...]:
        """The routes, with what is said behind the word 식당 heard as a report where it is one."""
        return tuple(replace(one, handle=self._first(one.handle)) if one.name == "cafeteria" else one for one in routes)

    def _first(self, handle: Handle) -> Handle:
        async def either(request: Request) -> Sequence[Reply]:
            told = None if request.update.press is not None else report_words.said(request.argument)
            return await (handle(request) if told is None else self.report(request))

        return either

    async def _pressed(self, request: Request, lines: Sequence[At]) -> Reply:
        what, _, rest = request.argument.partition(":")
        if what == "undo":
            mark, _, number = rest.partition(":")
            at = lines[int(number)] if number.isdecimal() and int(number) < len(lines) else lines[0]
            done = await self._reporting.undo(request.tenant, at, request.person, mark, request.now)
            return words.undone(now=done)
        if what == "at":
            number, _, said = rest.partition(":")
            if number.isdecimal() and int(number) < len(lines):
                return await self._at(request, lines, int(number), _read(said))
        return await self._told(request, lines, _read(what), "")

    async def _told(self, request: Request, lines: Sequence[At], told: Said, text: str) -> Reply:
        named = [at for at, line in enumerate(lines) if _names(line, text, lines)]
        if len(lines) == 1 or len(named) == 1:
            return await self._at(request, lines, named[0] if named else 0, told)
        among = named or range(len(lines))
        return words.which([(lines[at].name, f"crowd:at:{at}:{_write(told)}") for at in among])

    async def _at(self, request: Request, lines: Sequence[At], number: int, told: Said) -> Reply:
        at = lines[number]
        if not await self._reporting.serving(request.tenant, at.cafeteria, request.now):
            return words.closed(at.cafeteria.name, at.cafeteria.open, at.cafeteria.close)
        if told.people is not None and not 0 <= told.people <= chat.MAX_PEOPLE:
            return words.too_long(told.people, chat.MAX_PEOPLE)
        if told == Said():
            question = Question(_ROUTE)
            await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
            return words.ask(at.name)
        step = told.step
        glance = (
            chat.counted(told.people) if told.people is not None
            else await self._reporting.glance(request.tenant, at, step or 0)
        )  # fmt: skip
        mark = _mark(request)
        taken = await self._reporting.report(request.tenant, at, request.person, glance, mark, request.now)
        if taken.wait_until is not None:
            return words.wait(taken.wait_until)
        return words.thanks(at.name, round(glance.people), step, f"{mark}:{number}")

    def _lines(self, tenant: str) -> list[At]:
        cafeterias = self._tenancy.institution(tenant).cafeterias
        return [At(cafeteria, line) for cafeteria in cafeterias for line in cafeteria.lines]


def _names(at: At, text: str, lines: Sequence[At]) -> bool:
    """Whether the text names this line, or a cafeteria that has no other."""
    if at.line.name and at.line.name in text:
        return True
    alone = sum(one.cafeteria.id == at.cafeteria.id for one in lines) == 1
    return alone and any(len(part) > 1 and part in text for part in at.cafeteria.name.partition("(")[0].split()[:1])


def _write(told: Said) -> str:
    return f"n{told.people}" if told.people is not None else "" if told.step is None else str(told.step)


def _read(text: str) -> Said:
    if text in {"0", "1", "2"}:
        return Said(step=int(text))
    return Said(people=int(text[1:])) if text[:1] == "n" and text[1:].isdecimal() and len(text) < 8 else Said()


def _mark(request: Request) -> str:
    """The report's name: the same for a repeated update."""
    source = request.update.id or request.now.isoformat()
    return hashlib.blake2b(f"{request.person} {source}".encode(), digest_size=6).hexdigest()
