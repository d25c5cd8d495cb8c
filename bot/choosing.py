"""A number or a reaction read as the button that it stands for, before anything else is made of it.

A question that waits and takes the text goes first: a number that a question wants is no choice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.choices import number_of, opinion, withdrawing
from bot.routes import Grammar, Request, tidy, unaddressed

if TYPE_CHECKING:
    from bot.choices import Choices
    from bot.people import PeopleStore
    from bot.strayed_places import StrayedPlaces


class Chooser:
    """Reads requests; `meant` is for the router."""

    def __init__(
        self, choices: Choices, people: PeopleStore, grammar: Grammar, strayed: StrayedPlaces | None = None
    ) -> None:
        self._choices = choices
        self._strayed = strayed
        self._people = people
        self._grammar = grammar

    async def meant(self, request: Request) -> Request | None:
        """The request as a press where it is one, itself where it is none, None for a reaction that says nothing."""
        update = request.update
        if update.reaction or update.withdrawn:
            press = await self._reacted(request)
            return None if press is None else _pressing(request, press, update.presses or (press,))
        if update.location is not None and not (request.chat.private or update.mention) and self._strayed is not None:
            await self._strayed.heard(request)
        if update.press is not None or update.location is not None or update.files:
            return request
        press = await self._numbered(request)
        return request if press is None else _pressing(request, press)

    async def _reacted(self, request: Request) -> str | None:
        update, chat = request.update, request.chat.ref
        if update.presses:
            press = opinion(update.presses, update.reaction)
        elif update.answers is None:
            return None
        elif update.withdrawn:
            press = await self._choices.told(request.tenant, chat, update.answers, by=update.sender)
        else:
            press = await self._choices.reacted(
                request.tenant, chat, update.answers, update.reaction, update=update.id, by=update.sender
            )
        return withdrawing(press) if update.withdrawn else press

    async def _numbered(self, request: Request) -> str | None:
        update = request.update
        if not (request.chat.private or update.mention or update.answers) or len(update.text) > 100:
            return None
        text = unaddressed(tidy(update.text))
        number = number_of(text)
        if number is None:
            return None
        tenant, chat = request.tenant, request.chat.ref
        waiting = await self._people.pending(tenant, request.person, chat, request.now)
        takes = self._grammar.named(waiting.route, "").route.takes if waiting else None
        if takes is not None and takes(text):
            return None
        return await self._choices.numbered(
            tenant,
            chat,
            number,
            update=update.id,
            answers=update.answers,
            current=waiting is not None and takes is None,
        )


def _pressing(request: Request, press: str, signed: tuple[str, ...] = ()) -> Request:
    """As the press; `signed`: a sign on a message with these presses stands for it."""
    update = replace(request.update, text="", press=press, reaction="", withdrawn=False, presses=signed)
    return replace(request, update=update)
