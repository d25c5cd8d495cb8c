"""Who belongs where: native users and rooms to an institution, its people, roles, channels and sensors.

Pure look-ups over what `settings` declared, and over the sensors that administrators approved (`adopt`); no I/O. Every
look-up that starts in an institution ends in it: a room or sensor of another one is not found, exactly as one that does
not exist.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.settings import Cafeteria, Channel, Institution, Person, Role, Sensor


class UnknownInstitution(LookupError):  # noqa: N818 - a state of the world, as KeyError is not
    """No institution of that id is configured."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person together with the institution (`tenant`) that vouches for them."""

    tenant: str
    person: Person


@dataclass(frozen=True, slots=True)
class SensorPlace:
    """A sensor and where it stands."""

    tenant: str
    cafeteria: Cafeteria
    sensor: Sensor

    @property
    def place(self) -> str:
        """Under which name the readings of its line are kept."""
        return self.cafeteria.place(self.cafeteria.line_of(self.sensor.id).id)


class Tenancy:
    """The look-ups; settings have made sure that no address means two people and no id stands twice."""

    def __init__(self, institutions: Iterable[Institution]) -> None:
        self._institutions = {one.id: one for one in institutions}
        self._declared = dict(self._institutions)
        self._members: dict[tuple[str, str], Member] = {}
        self._people: dict[tuple[str, str], Person] = {}
        self._channels: dict[tuple[str, str, str], Channel] = {}
        self._sensors: dict[tuple[str, str], SensorPlace] = {}
        for one in self._institutions.values():
            self._place(one)

    def _place(self, institution: Institution) -> None:
        tenant = institution.id
        for person in institution.people:
            self._people[tenant, person.id] = person
            for adapter, address in person.addresses.items():
                self._members[adapter, address] = Member(tenant, person)
        for channel in institution.channels:
            for adapter, address in channel.addresses.items():
                self._channels[adapter, tenant, address] = channel
        self._sense(institution)

    def _sense(self, institution: Institution) -> None:
        for cafeteria in institution.cafeterias:
            for sensor in cafeteria.sensors:
                self._sensors[institution.id, sensor.id] = SensorPlace(institution.id, cafeteria, sensor)

    def adopt(self, tenant: str, approved: Mapping[str, Sequence[Sensor]]) -> None:
        """Takes an institution's approved sensors, by cafeteria, in place of those adopted before; the file wins."""
        home = self._declared.get(tenant)
        if home is None:
            return
        named = {sensor.id for cafeteria in home.cafeterias for sensor in cafeteria.sensors}
        cafeterias = tuple(
            replace(one, sensors=(*one.sensors, *(new for new in approved.get(one.id, ()) if new.id not in named)))
            for one in home.cafeterias
        )
        self._institutions[tenant] = replace(home, cafeterias=cafeterias)
        self._sensors = {place: found for place, found in self._sensors.items() if place[0] != tenant}
        self._sense(self._institutions[tenant])

    def person(self, adapter: str, native_user: str) -> Member | None:
        """The person whom a platform's user id means, or None for a stranger."""
        return self._members.get((adapter, _nfc(native_user)))

    def member(self, tenant: str, person_id: str) -> Member | None:
        """The person of that id in the institution, or None."""
        found = self._people.get((tenant, _nfc(person_id)))
        return None if found is None else Member(tenant, found)

    def channel(self, adapter: str, tenant: str, native_chat: str) -> Channel | None:
        """The institution's channel that a platform's room id means, or None; never another institution's."""
        return self._channels.get((adapter, tenant, _nfc(native_chat)))

    def department_of(self, tenant: str, chat: str) -> str | None:
        """The department of the person whose private chat (`Chat.ref`) this is; None for a channel or a stranger."""
        adapter, _, address = chat.partition(":dm:")
        member = self.person(adapter, address) if address else None
        return member.person.department or None if member is not None and member.tenant == tenant else None

    def institution(self, tenant: str) -> Institution:
        """The institution of that id.

        Raises:
            UnknownInstitution: there is none.
        """
        try:
            return self._institutions[tenant]
        except KeyError:
            raise UnknownInstitution(tenant) from None

    def institutions(self) -> tuple[Institution, ...]:
        """All institutions, as declared."""
        return tuple(self._institutions.values())

    def sensor(self, tenant: str, sensor_id: str) -> SensorPlace | None:
        """Where the institution's sensor stands, or None."""
        return self._sensors.get((tenant, _nfc(sensor_id)))

    def sensors_named(self, sensor_id: str) -> tuple[SensorPlace, ...]:
        """The sensors of that id in any institution: for the command line, which may name none."""
        return tuple(place for (_, name), place in self._sensors.items() if name == _nfc(sensor_id))

    def people_with(self, tenant: str, role: Role) -> tuple[Person, ...]:
        """The institution's people who may do what `role` may; nobody where there is no such institution."""
        return tuple(person for (home, _), person in self._people.items() if home == tenant and self.may(person, role))

    def operators(self) -> tuple[Member, ...]:
        """The deployment's operators, each with their own institution."""
        found = self._people.items()
        return tuple(Member(tenant, person) for (tenant, _), person in found if Role.OPERATOR in person.roles)

    @staticmethod
    def may(person: Person, role: Role) -> bool:
        """Whether `person` holds `role`. Everybody declared is staff; no other role implies another.

        An operator runs the deployment and has no say in an institution's receipts; a manager is no auditor.
        """
        return role is Role.STAFF or role in person.roles


def _nfc(text: str) -> str:
    # settings keep ids composed; a Mac's keyboard and file names may send Hangul in pieces
    return unicodedata.normalize("NFC", text)
