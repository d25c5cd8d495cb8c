"""What the settings say, as frozen values: no files read, no secret in a repr. `bot.settings` makes and names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum

from bot.hours import USUAL, Hours
from bot.platforms import Content
from bot.settings_keys import Audit, Backup, Timestamp, WitnessServer
from bot.settings_office import Office
from bot.settings_retention import Retention
from bot.settings_sensors import Folder, Mqtt
from bot.settings_slots import LaterSlots, MonthlyDay, OwnWeek
from bot.settings_travel import Travel
from crawlers.sources import Source


class Role(Enum):
    """What somebody may do; the value is the word used in the file and in chat."""

    STAFF = "직원"
    AUDITOR = "감사"
    MANAGER = "관리자"
    KITCHEN = "배식"
    OPERATOR = "운영자"


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that no repr, message or log shows; `origin` says where it stands."""

    _value: str
    origin: str

    def reveal(self) -> str:
        """The value itself: for the one who signs or connects, and nobody else."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.origin})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of an institution; `addresses` maps an adapter's name to the person's id there."""

    id: str
    name: str
    department: str
    roles: frozenset[Role]
    addresses: Mapping[str, str] = field(hash=False)
    phone_ext: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A group room of one department; `addresses` as in `Person`."""

    id: str
    department: str
    addresses: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Slots:
    """The lunch rotation: as many groups of departments as times; each `times` entry begins a slot of `minutes`.

    `lengths` are the slots' own minutes where they differ. A week of `held` repeats the one before; with `pauses` a
    week without any lunch does not move the rotation either. `fixed` departments stay in their group and those of
    `public` never all eat at once, when a better table is proposed.
    """

    first_monday: date
    times: tuple[time, ...]
    groups: tuple[tuple[str, ...], ...]
    minutes: int
    lengths: tuple[int, ...] = ()
    weeks: tuple[OwnWeek, ...] = ()
    held: tuple[date, ...] = ()
    pauses: bool = False
    later: tuple[LaterSlots, ...] = ()
    fixed: tuple[str, ...] = ()
    public: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sensor:
    """A counter at a serving line; `kind` is camera, gate, beam or wifi; `key` signs its readings.

    `line` is the id of the line it watches, empty where the cafeteria has only one. `period_s` is how often it speaks.
    `folder`: a gate's sheets are dropped there. `unsigned`: it can't sign, and is heard over a broker with a login
    alone. `by_chat`: the file does not name it; an administrator approved it.
    """

    id: str
    kind: str
    key: Secret
    line: str = ""
    period_s: float = 10.0
    folder: Folder | None = None
    unsigned: bool = False
    by_chat: bool = False


@dataclass(frozen=True, slots=True)
class ServingLine:
    """One of the lines of a cafeteria (한식, 분식); `id` and `name` are empty where there is only one."""

    id: str
    name: str
    servers: int


@dataclass(frozen=True, slots=True)
class Cafeteria:
    """A cafeteria. Times of day are Korean; `servers` counts its serving points; `closed` are days without lunch."""

    id: str
    name: str
    seats: int
    servers: int
    slots: Slots | None
    sensors: tuple[Sensor, ...]
    open: time
    close: time
    closed: frozenset[date]
    lines: tuple[ServingLine, ...] = ()
    """At least one."""
    levels: tuple[float, ...] = (2.0, 5.0, 8.0)
    """Minutes of waiting at which 보통, 약간 붐빔 and 붐빔 begin."""
    closed_monthly: tuple[MonthlyDay, ...] = ()
    posts: str = ""
    """What the channels of departments with a slot get until they say otherwise: all, weekly, off; empty: chat says."""

    def place(self, line: str = "") -> str:
        """Under which name a line's readings and history are kept: the cafeteria's own id for its first line."""
        return self.id if line in {"", self.lines[0].id} else f"{self.id}/{line}"

    def line_of(self, sensor: str) -> ServingLine:
        """The line that a sensor watches; the first where it names none."""
        named = next((one.line for one in self.sensors if one.id == sensor), "")
        return next((line for line in self.lines if line.id == named), self.lines[0])


@dataclass(frozen=True, slots=True)
class Institution:
    """A public office; `contact` says in words whom to ask, and is empty when nobody is known.

    `receipt_suite` is the suite of its new receipt keys (attest/FORMAT.md §2): 1, or 2 for P-256. `sensor_enrol` signs
    the announcement of sensors that the file does not name.
    """

    id: str
    name: str
    contact: str
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]
    cafeterias: tuple[Cafeteria, ...]
    receipt_suite: int = 1
    retention: Retention = field(default_factory=Retention)
    office: Office | None = None
    travel: Travel = field(default_factory=Travel)
    sensor_enrol: Secret | None = None
    hours: Hours = USUAL


@dataclass(frozen=True, slots=True)
class Network:
    """Hosts that the guard lets through though they are not public, and seconds between two requests to a host.

    Hosts in `legacy_tls` are servers of another age: older ciphers are spoken with them, their certificates checked.
    """

    allow_hosts: frozenset[str]
    pace_s: Mapping[str, float] = field(hash=False)
    legacy_tls: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Http:
    """Where the one inbound server listens; port 0 is any free one.

    `callback_port`: what messengers call comes in there, and not where sensors do.
    """

    host: str
    port: int
    callback_port: int | None = None


@dataclass(frozen=True, slots=True)
class RedisServer:
    """The server's URL; None is the embedded one."""

    url: Secret | None


@dataclass(frozen=True, slots=True)
class OpenApi:
    """The deployment's key at the public-data portal (data.go.kr); None where there is none."""

    key: Secret | None = None


@dataclass(frozen=True, slots=True)
class Embedding:
    """The embedding model's name or folder; None is the built-in Korean model. The rest is for a transformer."""

    model: str | None
    batch: int = 16
    window: int | None = None
    threads: int | None = None
    query_prompt: str | None = None
    document_prompt: str | None = None


@dataclass(frozen=True, slots=True)
class MessengerAccount:
    """The bot's account on a messenger: its named secrets, what else its table says, and what may pass there.

    `content` None is what the adapter itself allows.
    """

    adapter: str
    secrets: Mapping[str, Secret] = field(hash=False)
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything configured. `catalogue` says whether the shipped sources are used beside `sources`."""

    institutions: tuple[Institution, ...]
    sources: tuple[Source, ...]
    network: Network
    http: Http
    redis: RedisServer
    embedding: Embedding
    messengers: tuple[MessengerAccount, ...]
    catalogue: bool
    openapi: OpenApi = OpenApi()
    words: str = "bigrams"
    audit: Audit = field(default_factory=Audit)
    timestamp: Timestamp | None = None
    backup: Backup = field(default_factory=Backup)
    witnesses: tuple[WitnessServer, ...] = ()
    mqtt: Mqtt | None = None
