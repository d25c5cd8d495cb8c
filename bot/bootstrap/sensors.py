"""Sensors, put together: the ways in, what looks after them, and what administrators say about them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bot.bootstrap.canteen import CanteenRooms
from bot.daysoff import is_holiday

if TYPE_CHECKING:
    from bot.handlers import Conversation
    from bot.handlers.reports import ReportTalk
    from bot.handlers.sensors import SensorTalk
    from bot.http import Inbound
    from bot.sensing_book import SensorBook
    from bot.sensing_folders import Folders
    from bot.sensing_notices import Managers


class SensorRooms(CanteenRooms):
    """What the sense role takes in, and the conversations about it."""

    @cached_property
    def book(self) -> SensorBook:
        """Approved sensors and what chat decided; a worker learns what other processes decided."""
        from bot.sensing_book import SensorBook

        book = SensorBook(self.redis, self.tenancy, self.clock.now)

        async def learn() -> None:
            for tenant in self.tenants:
                await book.refresh(tenant)

        self.rota.add("sensors", learn)
        return book

    async def sensors_in(self, inbound: Inbound) -> None:
        """Every way in for readings, and the worker that tells administrators of sick sensors."""
        from bot.sensing import ANNOUNCE_PATH, PATH, Sensing, Taking
        from bot.sensing_notices import Caring, Incidents, Managers
        from bot.sensing_reports import Judging
        from occupancy.sensors.chat import Reports

        now = self.clock.now
        managers = Managers(self.tenancy, self.outbox, is_holiday, now, lambda: self.rota.wake("deliver"))
        taking = Taking(self.tenancy, self.readings, self.book, now)
        sensing = Sensing(self.tenancy, taking, self.book, now, managers.announced)
        inbound.route("POST", PATH, sensing.receive)
        inbound.route("POST", ANNOUNCE_PATH, sensing.announced)
        caring = Caring(
            self.tenancy, self.book, self.readings, self.canteen, Incidents(self.redis), managers, now
        )  # fmt: skip
        self.rota.add("care", caring.step)
        self.rota.add("judge", Judging(self.tenancy, self.readings, Reports(self.redis), self.canteen, now).step)
        if any(one.folder for home in self.settings.institutions for each in home.cafeterias for one in each.sensors):
            self.rota.add("folders", self._folders(managers).step)
        if self.settings.mqtt is not None:
            from bot.sensing_mqtt import Listening

            listening = Listening(self.redis, self.settings.mqtt, taking, now, lambda: self.rota.wake("care"))
            self.rota.add("mqtt", listening.beat)
            self._background(listening.run())

    def _folders(self, managers: Managers) -> Folders:
        from bot.sensing_folders import Folders
        from occupancy.sensors.gate_logs import GateLogs
        from occupancy.totals import TotalsStore

        return Folders(
            self.tenancy, self.book, self.readings, GateLogs(self.redis), TotalsStore(self.redis), self.sandbox,
            managers, self.clock.now,
        )  # fmt: skip

    @cached_property
    def sensor_talk(self) -> SensorTalk:
        """What administrators say about sensors."""
        from bot.handlers.sensors import SensorTalk

        return SensorTalk(self.tenancy, self.book, self.readings, self.canteen)

    def sensor_talks(self) -> tuple[Conversation, ...]:
        """What administrators say about sensors, and people about the line."""
        from bot.handlers.calibration import CalibrationTalk

        return (
            self.sensor_talk,
            CalibrationTalk(self.tenancy, self.people, self.readings, self.teaching),
            self.report_talk,
        )

    @cached_property
    def report_talk(self) -> ReportTalk:
        """What people in the line say of it."""
        from bot.handlers.reports import ReportTalk
        from bot.sensing_reports import Voices
        from occupancy.sensors.chat import Reports

        return ReportTalk(self.tenancy, self.people, Voices(self.readings, Reports(self.redis), self.canteen))
