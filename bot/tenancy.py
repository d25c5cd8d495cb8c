"""Who belongs where: native users and rooms to an institution, its people, roles, channels and sensors.

Pure look-ups over what `settings` declared, over the sensors that administrators approved (`adopt`), and over the
people and institutions that chat added (`seat`, `unseat`, `found`; `bot.roster_mirror` calls them); no I/O. Every
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


@dataclass(frozen=True, slots=True)
class RoomPlace:
    """A group room of a platform: the institution's channel that it is."""

    tenant: str
    channel: Channel


class Tenancy:
    """The look-ups; settings have made sure that no address means two people and no id stands twice."""

    def __init__(self, institutions: Iterable[Institution]) -> None:
        self._institutions = {one.id: one for one in institutions}
        self._declared = dict(self._institutions)
        self._in_file = {(one.id, person.id): person for one in self._institutions.values() for person in one.people}
        self._file_addresses = {
            place: (one.id, person.id)
            for one in self._institutions.values()
            for person in one.people
            for place in person.addresses.items()
        }
        self._members: dict[tuple[str, str], Member] = {}
        self._people: dict[str, dict[str, Person]] = {}
        self._holders: dict[tuple[str, Role], dict[str, Person]] = {}
        self._moved: set[str] = set()  # institutions whose `people` are to be gathered anew
        self._channels: dict[tuple[str, str, str], Channel] = {}
        self._sensors: dict[tuple[str, str], SensorPlace] = {}
        for one in self._institutions.values():
            self._place(one)

    def _place(self, institution: Institution) -> None:
        tenant = institution.id
        self._people.setdefault(tenant, {})
        for person in institution.people:
            self._sit(tenant, person)
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
        self._institutions[tenant] = replace(self.institution(tenant), cafeterias=cafeterias)
        self._sensors = {place: found for place, found in self._sensors.items() if place[0] != tenant}
        self._sense(self._institutions[tenant])

    # --- people and institutions that chat added

    def declared(self, tenant: str, person_id: str) -> Person | None:
        """The person as the settings file declares them, or None."""
        return self._in_file.get((tenant, person_id))

    def declared_at(self, adapter: str, native_user: str) -> tuple[str, str] | None:
        """Whose address it is by the settings file: institution and person; None where the file names it nowhere."""
        return self._file_addresses.get((adapter, _nfc(native_user)))

    def found(self, institution: Institution) -> None:
        """Takes up an institution that the file does not name; one that is known already stays as it is."""
        if institution.id not in self._declared:
            self._declared[institution.id] = self._institutions[institution.id] = institution
            self._place(institution)

    def furnish(self, tenant: str, cafeterias: Sequence[Cafeteria]) -> None:
        """The institution that the file does not name has these cafeterias; what was approved there stays."""
        home = self._declared.get(tenant)
        if home is None or home.cafeterias == tuple(cafeterias):
            return
        adopted = {one.id: one.sensors for one in self.institution(tenant).cafeterias}
        self._declared[tenant] = replace(home, cafeterias=tuple(cafeterias))
        now = tuple(replace(one, sensors=adopted.get(one.id, ())) for one in cafeterias)
        self._institutions[tenant] = replace(self.institution(tenant), cafeterias=now)
        self._sense(self._institutions[tenant])

    def seat(self, tenant: str, person: Person) -> None:
        """The person stands from now on as given, in place of what stood under that id."""
        if tenant in self._institutions:
            self.unseat(tenant, person.id)
            self._sit(tenant, person)
            self._moved.add(tenant)

    def unseat(self, tenant: str, person_id: str) -> None:
        """Nobody stands under that id any more; their addresses mean nobody."""
        before = self._people.get(tenant, {}).pop(person_id, None)
        if before is None:
            return
        self._moved.add(tenant)
        for role in before.roles:
            self._holders.get((tenant, role), {}).pop(person_id, None)
        for place in before.addresses.items():
            held = self._members.get(place)
            if held is not None and (held.tenant, held.person.id) == (tenant, person_id):
                del self._members[place]

    def _sit(self, tenant: str, person: Person) -> None:
        self._people[tenant][person.id] = person
        for role in person.roles:
            self._holders.setdefault((tenant, role), {})[person.id] = person
        for place in person.addresses.items():
            self._members[place] = Member(tenant, person)

    def adopt_rooms(self, tenant: str, bound: Sequence[Channel]) -> None:
        """Takes the rooms that administrators bound, in place of those adopted before; the file wins.

        A channel of a declared id only gains addresses: on a messenger that has one already it stays as it is.
        """
        home = self._declared.get(tenant)
        if home is None:
            return
        channels = {one.id: one for one in home.channels}
        for one in bound:
            known = channels.get(one.id)
            addresses = {**one.addresses, **(known.addresses if known is not None else {})}
            channels[one.id] = replace(known or one, addresses=addresses)
        self._institutions[tenant] = replace(self._institutions[tenant], channels=tuple(channels.values()))
        self._channels = {place: found for place, found in self._channels.items() if place[1] != tenant}
        for channel in channels.values():
            for adapter, address in channel.addresses.items():
                self._channels[adapter, tenant, address] = channel

    def readdress(self, tenant: str, adapter: str, old: str, new: str) -> None:
        """A room that the settings file names has another id at its platform from now on."""
        home = self._declared.get(tenant)
        if home is None or not any(one.addresses.get(adapter) == old for one in home.channels):
            return
        moved = tuple(_readdressed(one, adapter, old, new) for one in home.channels)
        self._declared[tenant] = replace(home, channels=moved)
        now = tuple(_readdressed(one, adapter, old, new) for one in self._institutions[tenant].channels)
        self._institutions[tenant] = replace(self._institutions[tenant], channels=now)
        self._channels.pop((adapter, tenant, old), None)
        channel = next(one for one in now if one.addresses.get(adapter) == new)
        self._channels[adapter, tenant, new] = channel

    # --- look-ups

    def room(self, adapter: str, native_chat: str) -> RoomPlace | None:
        """Whose channel a platform's room is, in whichever institution; None where nobody knows it."""
        native = _nfc(native_chat)
        for (of, tenant, address), channel in self._channels.items():
            if of == adapter and address == native:
                return RoomPlace(tenant, channel)
        return None

    def may_move(self, tenant: str, adapter: str, old: str, new: str) -> bool:
        """Whether the institution's room may get that id: it is nobody else's, and no other channel's of its own."""
        here, there = self.channel(adapter, tenant, old), self.room(adapter, new)
        if there is None:
            return True
        return there.tenant == tenant and (here is None or here.id == there.channel.id)

    def channel_named(self, tenant: str, channel_id: str) -> Channel | None:
        """The institution's channel of that id, or None.

        Raises:
            UnknownInstitution: there is no such institution.
        """
        name = _nfc(channel_id)
        return next((one for one in self.institution(tenant).channels if one.id == name), None)

    def person(self, adapter: str, native_user: str) -> Member | None:
        """The person whom a platform's user id means, or None for a stranger."""
        return self._members.get((adapter, _nfc(native_user)))

    def member(self, tenant: str, person_id: str) -> Member | None:
        """The person of that id in the institution, or None."""
        found = self._people.get(tenant, {}).get(_nfc(person_id))
        return None if found is None else Member(tenant, found)

    def name_of(self, tenant: str, person_id: str) -> str | None:
        """What that person of the institution is called, or None."""
        member = self.member(tenant, person_id)
        return None if member is None else member.person.name

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
            found = self._institutions[tenant]
        except KeyError:
            raise UnknownInstitution(tenant) from None
        if tenant in self._moved:
            self._moved.discard(tenant)
            self._institutions[tenant] = found = replace(found, people=tuple(self._people[tenant].values()))
        return found

    def institutions(self) -> tuple[Institution, ...]:
        """All institutions, with the people who stand now."""
        return tuple(self.institution(tenant) for tenant in self._institutions)

    def sensor(self, tenant: str, sensor_id: str) -> SensorPlace | None:
        """Where the institution's sensor stands, or None."""
        return self._sensors.get((tenant, _nfc(sensor_id)))

    def sensors_named(self, sensor_id: str) -> tuple[SensorPlace, ...]:
        """The sensors of that id in any institution: for the command line, which may name none."""
        return tuple(place for (_, name), place in self._sensors.items() if name == _nfc(sensor_id))

    def people_with(self, tenant: str, role: Role) -> tuple[Person, ...]:
        """The institution's people who may do what `role` may; nobody where there is no such institution."""
        if role is Role.STAFF:
            return tuple(self._people.get(tenant, {}).values())
        return tuple(self._holders.get((tenant, role), {}).values())

    def operators(self) -> tuple[Member, ...]:
        """The deployment's operators, each with their own institution."""
        homes = ((tenant, self._holders.get((tenant, Role.OPERATOR), {})) for tenant in self._institutions)
        return tuple(Member(tenant, person) for tenant, held in homes for person in held.values())

    @staticmethod
    def may(person: Person, role: Role) -> bool:
        """Whether `person` holds `role`. Everybody declared is staff; no other role implies another.

        An operator runs the deployment and has no say in an institution's receipts; a manager is no auditor.
        """
        return role is Role.STAFF or role in person.roles


def _readdressed(channel: Channel, adapter: str, old: str, new: str) -> Channel:
    if channel.addresses.get(adapter) != old:
        return channel
    return replace(channel, addresses={**channel.addresses, adapter: new})


def _nfc(text: str) -> str:
    # settings keep ids composed; a Mac's keyboard and file names may send Hangul in pieces
    return unicodedata.normalize("NFC", text)
