"""The messengers, put together: accounts → adapters, who listens to them, and what came in → the router."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from bot.household import Household
from bot.intake import Entrance, Intake
from bot.intake_signs import DEPLOYMENT, Signs
from bot.messenger_checks import Account, about_messengers
from bot.messengers import Tools, UnknownMessengerError, open_messenger
from bot.receiving import Receiving, Stand, State
from bot.troubles import Troubles

if TYPE_CHECKING:
    from bot.checklist import Check
    from bot.http import Answer, Handler, Inbound
    from bot.messenger import Messenger, Update
    from bot.router import Router


@dataclass(slots=True)
class _Ear:
    """Hears of an adapter's signs of life before there is anybody to tell."""

    tell: Callable[[], None] | None = None

    def heard(self) -> None:
        if self.tell is not None:
            self.tell()


@dataclass(frozen=True, slots=True)
class Callback:
    """A route that an adapter's platform calls."""

    method: str
    path: str
    handler: Handler


@dataclass(frozen=True, slots=True)
class Opened:
    """The adapters of the settings' accounts, the routes they want, and what is wrong with an account (in Korean)."""

    messengers: tuple[Messenger, ...]
    callbacks: tuple[Callback, ...]
    faults: dict[str, str]
    stands: dict[str, Stand]
    ears: dict[str, _Ear] = field(default_factory=dict)


async def _known() -> None:
    """Nothing is due."""


class MessengerRooms(Household):
    """The adapters of this process, and its part in `receive` and `chat`."""

    @cached_property
    def intake(self) -> Intake:
        """What came in and waits."""
        return Intake(self.redis, self.liveness.owner)

    @cached_property
    def entrance(self) -> Entrance:
        """Where each update is kept before its platform hears that it came."""
        return Entrance(self.intake, self._home)

    @cached_property
    def troubles(self) -> Troubles:
        """What is wrong with a messenger, as whoever sends saw it."""
        return Troubles(self.redis)

    @cached_property
    def signs(self) -> Signs:
        """Where something waits."""
        return Signs(self.redis)

    @cached_property
    def opened(self) -> Opened:
        """The adapters; made once a process, closed with the house. An account that lacks something is left out."""
        messengers, callbacks, faults = list["Messenger"](), list[Callback](), dict[str, str]()
        stands, ears = dict[str, Stand](), dict[str, _Ear]()

        def route(method: str, path: str, handler: Handler) -> None:
            callbacks.append(Callback(method, path, handler))

        for account in self.settings.messengers:
            name, ear = account.adapter, _Ear()
            stand = Stand(self.redis, name, self.liveness.owner, self.liveness.is_alive)
            tools = Tools(self.clock.now, self.clock.sleep, stand, route, ear.heard)
            try:
                messenger = open_messenger(account, tools)
            except UnknownMessengerError:
                faults[name] = "이 판의 도비가 모르는 메신저입니다"
                continue
            except ValueError as error:
                faults[name] = str(error)
                continue
            self._stack.push_async_callback(messenger.close)
            messengers.append(messenger)
            stands[name], ears[name] = stand, ear
        return Opened(tuple(messengers), tuple(callbacks), faults, stands, ears)

    @property
    def messengers(self) -> Sequence[Messenger]:
        """The adapters of the settings' accounts."""
        return self.opened.messengers

    def receive(self) -> None:
        """The role that hears: every messenger on which people answer, each update kept before it is acknowledged."""
        self.rota.add("receive", _known)  # before each step the rota learns who is known by now
        for messenger in self.messengers:
            if messenger.capabilities.talks:
                stand = self.opened.stands[messenger.name]
                receiving = Receiving(stand, messenger, self.entrance.receive, self.clock.now)
                self.opened.ears[messenger.name].tell = receiving.heard
                self._background(receiving.run())

    def attend(self, router: Router) -> None:
        """What waits is handled by this process's router."""
        from bot.attendant import Attendant

        attendant = Attendant(
            self.intake, self.signs, self.messengers, self._tenants, self.liveness.is_alive, self.clock.now,
            router.attend, router.say, self._wants, lingers=True,
        )  # fmt: skip
        self.entrance.hand_to(attendant)
        self.rota.add("intake", attendant.step, wake=attendant.wake)

    def _tenants(self) -> list[str]:
        return [one.id for one in self.tenancy.institutions()]

    def _home(self, update: Update) -> str:
        member = self.tenancy.person(update.adapter, update.sender)
        return DEPLOYMENT if member is None else member.tenant

    async def _wants(self, update: Update) -> bool:
        """Whether anybody will read the files: a stranger's are never fetched, nor a group's that did not ask."""
        await self.mirror.refresh()
        private = update.chat in {None, f"dm:{update.sender}"}
        known = self.tenancy.person(update.adapter, update.sender) is not None
        return known and (private or update.mention or bool(update.text.strip()))

    async def callbacks_in(self, inbound: Inbound) -> None:
        """The ways in for what platforms call."""
        for one in self.opened.callbacks:
            inbound.route(one.method, one.path, one.handler)

    async def listen(self) -> Inbound:
        """A server for callbacks alone; `health` says that it stands.

        Raises:
            OSError: the port is taken.
        """
        from bot.http import Answer, Inbound

        http = self.settings.http
        inbound = Inbound(http.host, http.port if http.callback_port is None else http.callback_port)

        async def health(*_: object) -> Answer:
            return Answer(200, "ok")

        inbound.route("GET", "/health", health)
        await self.callbacks_in(inbound)
        await inbound.start()
        self._stack.push_async_callback(inbound.stop)
        return inbound

    async def messenger_checks(self) -> list[Check]:
        """What an operator should know of each account."""
        last, troubles = await self.signs.last(), await self.troubles.standing(self.clock.now())
        accounts = [
            Account(
                account.adapter,
                self.opened.faults.get(account.adapter, ""),
                next((one.capabilities for one in self.messengers if one.name == account.adapter), None),
                await self._state(account.adapter),
                last.get(account.adapter),
                tuple(one for one in troubles if one.adapter == account.adapter),
            )
            for account in self.settings.messengers
        ]
        waiting = await self.signs.waiting([*self._tenants(), DEPLOYMENT])
        return about_messengers(accounts, waiting)

    async def _state(self, adapter: str) -> State | None:
        stand = self.opened.stands.get(adapter)
        return None if stand is None else await stand.state()
