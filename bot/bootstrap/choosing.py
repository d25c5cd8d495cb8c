"""Numbers and reactions where a messenger has no buttons, put together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from bot.asked import AskedStore
from bot.choices import Choices, numbered
from bot.choosing import Chooser
from bot.household import Household
from bot.strayed_places import StrayedPlaces
from bot.typed_answers import TypedAnswers
from bot.wished import Wished

if TYPE_CHECKING:
    from bot.handlers.wishes import WishTalk
    from bot.messenger import Messenger
    from bot.router import Router
    from bot.routes import Grammar


class ChoiceRooms(Household):
    """The choices that stand in chats without buttons."""

    @cached_property
    def numbers(self) -> Choices:
        """What numbers and reactions stand for."""
        return Choices(self.redis, self.clock.now)

    def numbered(self, messengers: Sequence[Messenger]) -> list[Messenger]:
        """The messengers, each able to show buttons in its own way."""
        where = {one.adapter: one.options.get("answers", "") for one in self.settings.messengers}
        return [numbered(one, self.numbers, where.get(one.name, "")) for one in messengers]

    def speak(self, router: Router, grammar: Grammar, messengers: Sequence[Messenger], wishes: WishTalk) -> None:
        """The router speaks through these messengers, reads numbers as presses and what is left unsaid in full."""
        router.choose(Chooser(self.numbers, self.people, grammar, StrayedPlaces(self.people, self.outbox)).meant)
        answers = TypedAnswers(AskedStore(self.redis), self.people, grammar)
        router.follow(Wished(self.people, grammar, self.tenancy, answers, wishes))
        router.attach(self.numbered(messengers))
