"""The cafeteria, put together: what every answer, post and alert about a serving line stands on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from bot.daysoff import is_holiday
from bot.household import Household

if TYPE_CHECKING:
    from bot.advising import Advising
    from bot.board_store import BoardStore
    from bot.canteen import Canteen
    from bot.forecasts import Forecasts
    from bot.handlers import Conversation
    from bot.handlers.allergies import OwnAllergies
    from bot.handlers.menu_entry import MenuEntry
    from bot.handlers.quiet import Quiet
    from bot.keeping import Keeping
    from bot.mealcount import MealCount
    from bot.plans import Plans
    from occupancy.kitchen import KitchenStore
    from occupancy.menu import MenuStore
    from occupancy.record import RecordStore
    from occupancy.store import OccupancyStore
    from occupancy.teaching import TeachingStore
    from occupancy.totals import TotalsStore


class CanteenRooms(Household):
    """The stores, workers and conversations of cafeterias."""

    @cached_property
    def readings(self) -> OccupancyStore:
        """Readings and histories of every line."""
        from occupancy.store import OccupancyStore

        return OccupancyStore(self.redis)

    @cached_property
    def canteen(self) -> Canteen:
        """The cafeterias as askers see them; one for all roles of this process, so that each thing is computed once."""
        from bot.canteen import Canteen
        from bot.reckoning import Reckoning

        now, told = self.clock.now, self.kitchen.notices
        reckoned = Reckoning(self.meal_count, self.readings, self.plans.of, self.plans.store.desks).usual
        return Canteen(
            self.readings, now, is_holiday, self.menus.day, told, self.plans, reckoned, self.forecasts,
            self.teaching.gains,
        )  # fmt: skip

    @cached_property
    def teaching(self) -> TeachingStore:
        """What people counted beside what sensors said."""
        from occupancy.teaching import TeachingStore

        return TeachingStore(self.redis)

    @cached_property
    def forecasts(self) -> Forecasts:
        """What was learned of every line; one for all roles of this process."""
        from bot.forecasts import Forecasts

        found = Forecasts(self.readings, self.meal_count.facts, self.plans.calendar)
        self._stack.push_async_callback(found.close)
        return found

    @cached_property
    def advising(self) -> Advising:
        """Who should go when; one for all roles of this process."""
        from bot.advising import Advising
        from occupancy.told import ToldStore

        return Advising(self.canteen, self.readings, ToldStore(self.redis))

    @cached_property
    def plans(self) -> Plans:
        """The lunch rotations, with what administrators changed."""
        from bot.plans import Plans
        from occupancy.plans import PlanStore

        return Plans(PlanStore(self.redis), is_holiday)

    @cached_property
    def kitchen(self) -> KitchenStore:
        """What kitchens told today."""
        from occupancy.kitchen import KitchenStore

        return KitchenStore(self.redis)

    @cached_property
    def menus(self) -> MenuStore:
        """What is served, on every day that was entered."""
        from occupancy.menu import MenuStore

        return MenuStore(self.redis)

    def lunch(self) -> tuple[Conversation, ...]:
        """The conversations about cafeterias, in the order in which their sentences are tried."""
        from bot.handlers.boards import BoardTalk
        from bot.handlers.cafeteria import Cafeteria
        from bot.handlers.menus import MenuTalk
        from bot.handlers.slots import SlotTalk
        from bot.track_record import TrackRecord

        return (
            self._kitchen_talk(),
            self._meal_talk(),
            self._menu_entry,
            self._own_allergies,
            MenuTalk(self.tenancy, self.menus, self.canteen.is_open, self._menu_entry, self._own_allergies),
            Cafeteria(
                self.tenancy,
                self.canteen,
                TrackRecord(self.readings, self.records),
                self.advising,
                self._own_allergies.of,
                self.quiet,
            ),
            SlotTalk(self.tenancy, self.plans),
            BoardTalk(self.tenancy, self.plans, self.boards),
        )

    @cached_property
    def quiet(self) -> Quiet:
        """Who asks to be called when the line is short."""
        from bot.handlers.quiet import Quiet
        from bot.quiet_store import QuietStore

        return Quiet(self.tenancy, QuietStore(self.redis), self.canteen, self.advising)

    def alerts(self) -> None:
        """The worker that calls them."""
        from attest.trips import Trips
        from bot.quiet_alerts import QuietAlerts, away
        from bot.quiet_store import QuietStore

        worker = QuietAlerts(
            QuietStore(self.redis), self.canteen, self.advising, self.outbox, self.tenancy, self.tenants,
            away(Trips(self.redis)), self.clock.now, lambda: self.rota.wake("deliver"),
        )  # fmt: skip
        self.rota.add("quiet", worker.step)

    @cached_property
    def boards(self) -> BoardStore:
        """Which chats get the posts."""
        from bot.board_store import BoardStore

        return BoardStore(self.redis)

    def post(self, adapters: Sequence[str]) -> None:
        """The worker of Monday's and the noon posts, for the messengers of this deployment."""
        from bot.boards import Boards

        def wake() -> None:
            self.rota.wake("deliver")

        boards = Boards(
            self.tenancy, self.canteen, self.plans, self.boards, self.readings, self.outbox, self.menus.day,
            adapters, is_holiday, self.clock.now, wake,
        )  # fmt: skip
        self.rota.add("boards", boards.step)

    def plan_talks(self) -> tuple[Conversation, ...]:
        """What administrators change about the rotation; its sentences go before those of trips."""
        from bot.handlers.balance import BalanceTalk
        from bot.handlers.plans import PlanTalk

        talk = PlanTalk(self.tenancy, self.people, self.plans, lambda: self.rota.wake("boards"))
        return talk, BalanceTalk(talk, self.plans, self.readings)

    @cached_property
    def _own_allergies(self) -> OwnAllergies:
        """What people wrote down of themselves."""
        from bot.handlers.allergies import OwnAllergies

        return OwnAllergies(self.people)

    @cached_property
    def _menu_entry(self) -> MenuEntry:
        """Where menus are entered, by who may."""
        from bot.handlers.menu_entry import MenuEntry

        return MenuEntry(self.tenancy, self.people, self.menus, self.sandbox, self.canteen.is_open)

    def _kitchen_talk(self) -> Conversation:
        """What kitchen staff tell; whoever waits for it is told by the alerts' worker."""
        from bot.handlers.kitchen import KitchenTalk

        def told() -> None:
            self.rota.wake("quiet")

        return KitchenTalk(self.tenancy, self.people, self.kitchen, self.menus.day, self.canteen.is_open, told)

    @cached_property
    def totals(self) -> TotalsStore:
        """Meals of whole days as told, and guests announced."""
        from occupancy.totals import TotalsStore

        return TotalsStore(self.redis)

    @cached_property
    def meal_count(self) -> MealCount:
        """How many meals there were and will be."""
        from bot.mealcount import MealCount

        return MealCount(self.totals, self.readings, self.menus.days, self.plans.calendar)

    def _meal_talk(self) -> Conversation:
        """A kitchen's figures, and the worker that tells at 14:00 what the next day with lunch will need."""
        from bot.handlers.meals import MealTalk
        from bot.kitchen_day import KitchenDay
        from bot.meal_followers import FollowerStore

        def wake() -> None:
            self.rota.wake("deliver")

        followers, count = FollowerStore(self.redis), self.meal_count
        self.rota.add("meals", KitchenDay(followers, count, self.outbox, self.tenancy, self.clock.now, wake).step)
        return MealTalk(self.tenancy, self.totals, count, followers, self.kitchen, self.sandbox, self.people)

    @cached_property
    def records(self) -> RecordStore:
        """What was said of each line."""
        from occupancy.record import RecordStore

        return RecordStore(self.redis)

    @cached_property
    def keeping(self) -> Keeping:
        """The writer of each day's history."""
        from bot.keeping import Keeping

        return Keeping(self.readings, self.records, self.canteen, self.settings.institutions, self.clock.now)
