"""The form of `dobi.toml`: which tables and keys there are, their types, bounds and defaults.

Pydantic stays inside this module, `settings_fields` and `settings_faults`: past `bot.settings` there are only frozen
dataclasses. What takes two entries to see (doubles, groups against times) is `settings_checks`' work, because it must
be told even when a single field is wrong as well.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, model_validator

from bot.settings_fields import (
    STRICT,
    Address,
    ClaimedYears,
    Clock,
    ClosedWeeks,
    Extension,
    Host,
    Id,
    LooksMonths,
    Monday,
    Name,
    Path,
    Posts,
    Prompt,
    RedisUrl,
    ReferenceText,
    Role,
    SecretText,
    SensorKind,
    SourceKind,
    SourceState,
    TelegramAddress,
    Tenant,
    WebUrl,
    WitnessKey,
    Words,
)
from bot.settings_hours import HoursForm
from bot.settings_messengers import MessengerForm
from bot.settings_office import codes
from bot.settings_sensors import broker_url
from bot.settings_slots import monthly
from bot.settings_travel import APPROVAL, item, measure, province

Minutes = Annotated[int | float, Field(gt=0, le=240)]
MonthlyText = Annotated[Name, AfterValidator(monthly)]


class Form(BaseModel):
    """The rules of every table: exact types, no unknown keys, no values in pydantic's own messages."""

    model_config = STRICT


class ColumnsForm(Form):
    """`columns` of a gate's folder: how its sheets call what is read of them."""

    time: Name | None = None
    date: Name | None = None
    amount: Name | None = None
    line: Name | None = None


class SensorForm(Form):
    """`[[institution.cafeteria.sensor]]`."""

    id: Id
    kind: SensorKind
    key: SecretText | None = None
    line: Id | None = None
    period_s: Annotated[int, Field(ge=1, le=3600)] = 10
    folder: Path | None = None
    columns: ColumnsForm | None = None
    unsigned: bool = False


class LineForm(Form):
    """`[[institution.cafeteria.line]]`: one of several serving lines."""

    id: Id
    name: Name
    servers: Annotated[int, Field(ge=1, le=100)] = 2


SlotMinutes = Annotated[int, Field(ge=5, le=180)]
Times = Annotated[list[Clock], Field(min_length=1, max_length=24)]
Groups = Annotated[list[list[Name]], Field(min_length=1, max_length=24)]


class WeekForm(Form):
    """`[[institution.cafeteria.slots.week]]`: a week's own order of groups, counted from 1."""

    monday: Monday
    order: Annotated[list[Annotated[int, Field(ge=1, le=24)]], Field(min_length=1, max_length=24)]


class LaterForm(Form):
    """`[[institution.cafeteria.slots.later]]`: the table from a date on; what it leaves out stays as it is."""

    since: date
    times: Times | None = None
    groups: Groups | None = None
    minutes: SlotMinutes | list[SlotMinutes] | None = None


class SlotsForm(Form):
    """`slots`: lunch groups that move one time on each week, counted from `first_monday`."""

    first_monday: Monday
    times: Times
    groups: Groups
    minutes: SlotMinutes | list[SlotMinutes] | None = None
    week: Annotated[list[WeekForm], Field(max_length=200)] = []
    held: Annotated[list[Monday], Field(max_length=200)] = []
    closed_weeks: ClosedWeeks = "advance"
    later: Annotated[list[LaterForm], Field(max_length=50)] = []
    fixed: list[Name] = []
    public: list[Name] = []


class CafeteriaForm(Form):
    """`[[institution.cafeteria]]`."""

    id: Id
    name: Name
    seats: Annotated[int, Field(ge=1, le=20_000)]
    servers: Annotated[int, Field(ge=1, le=100)] = 2
    open: Clock = time(11, 30)
    close: Clock = time(13, 30)
    closed: list[date] = []
    closed_monthly: Annotated[list[MonthlyText], Field(max_length=20)] = []
    posts: Posts | None = None
    slots: SlotsForm | None = None
    levels: Annotated[list[Minutes], Field(min_length=3, max_length=3)] = [2.0, 5.0, 8.0]
    line: Annotated[list[LineForm], Field(max_length=12)] = []
    sensor: list[SensorForm] = []


class Addressed(Form):
    """Who or what has an address on each messenger; the console's is the id."""

    telegram: TelegramAddress | None = None
    slack: Address | None = None
    naverworks: Address | None = None
    matrix: Address | None = None
    post: Address | None = None
    folder: Address | None = None
    mail: Address | None = None


class PersonForm(Addressed):
    """`[[institution.person]]`."""

    id: Id
    name: Name
    department: Name | None = None
    roles: Annotated[list[Role], Field(min_length=1)] = ["직원"]
    phone_ext: Extension | None = None


class ChannelForm(Addressed):
    """`[[institution.channel]]`."""

    id: Id
    department: Name | None = None


class RetentionForm(Form):
    """`[institution.retention]`: see `settings_retention.Retention`."""

    claimed_years: ClaimedYears = 5
    unclaimed_months: Annotated[int, Field(ge=1, le=120)] = 12
    looks_months: LooksMonths = 24
    audits_years: Annotated[int, Field(ge=1, le=30)] = 5
    consents_years: Annotated[int, Field(ge=1, le=30)] = 3
    left_days: Annotated[int, Field(ge=1, le=365)] = 30


class OfficeForm(Form):
    """`[institution.office]`: where the office is, and its duty area as 시군구 names or codes."""

    lat: Annotated[float, Field(ge=33, le=39)]
    lon: Annotated[float, Field(ge=124, le=132)]
    inside: Annotated[list[str], AfterValidator(codes)] = []


class TravelRuleForm(Form):
    """`[[institution.travel.rule]]`: see `settings_travel.Entry`."""

    item: Annotated[str, AfterValidator(item)]
    value: Annotated[int, Field(ge=0, le=10_000_000)]
    since: date
    article: Name
    until: date | None = None
    where: Annotated[Name, AfterValidator(province)] | None = None
    grade: Name | None = None
    law: Name | None = None


class TravelForm(Form):
    """`[institution.travel]`: see `settings_travel.Travel`."""

    ordinance: Name | None = None
    applies: Name | None = None
    distance: Annotated[str, AfterValidator(measure)] | None = None
    dedicated: list[Id] = []
    grades: dict[Id, Name] = {}
    approval: Annotated[list[Name], Field(max_length=6)] = [*APPROVAL]
    rule: list[TravelRuleForm] = []


class InstitutionForm(Form):
    """`[[institution]]`."""

    id: Tenant
    name: Name
    contact: Name | None = None
    receipt_suite: Literal[1, 2] = 1
    retention: RetentionForm = RetentionForm()
    office: OfficeForm | None = None
    travel: TravelForm = TravelForm()
    sensor_enrol: SecretText | None = None
    hours: HoursForm = HoursForm()
    person: list[PersonForm] = []
    channel: list[ChannelForm] = []
    cafeteria: list[CafeteriaForm] = []


class ProfileForm(Form):
    """`profile` of a board as a table: a shipped profile's name, and what differs, as `crawlers.sources` explains."""

    name: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: object) -> object:
        """A text is the name of a shipped profile."""
        return {"name": value} if isinstance(value, str) else value

    rows: str = ""
    title: str = ""
    link: str = ""
    date: str = ""
    department: str = ""
    body: str = ""
    attachments: str = ""
    detail: str = ""
    id: str = ""
    fallback: str = ""


class SourceForm(Form):
    """`[[source]]`: what every source has; `crawlers.sources` makes the value and has the last word."""

    id: Id
    agency: Name
    kind: SourceKind
    url: WebUrl
    level: str = ""
    region: str = ""
    licence: str = ""
    state: SourceState = "on"
    interval: Any = None
    interval_s: Any = None
    profile: ProfileForm | None = None
    evidence: str = ""
    robots: str = ""
    kogl: str = ""


class NetworkForm(Form):
    """`[network]`."""

    allow_hosts: list[Host] = []
    legacy_tls: list[Host] = []
    pace: dict[Host, Annotated[float, Field(ge=0, le=3600)]] = {}


class HttpForm(Form):
    """`[http]`: the one inbound server; `callback_port` where what messengers call has a port of its own."""

    host: Host = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8700
    callback_port: Annotated[int, Field(ge=0, le=65_535)] | None = None


class RedisForm(Form):
    """`[redis]`."""

    url: RedisUrl | None = None


class OpenApiForm(Form):
    """`[openapi]`: the public-data portal; its key in either form that the portal shows."""

    key: SecretText | None = None


class EmbeddingForm(Form):
    """`[embedding]`: the model by hub name or folder; the rest is for a transformer that needs another than its own."""

    model: Path | None = None
    batch: Annotated[int, Field(ge=1, le=1_024)] = 16
    window: Annotated[int, Field(ge=16, le=32_768)] | None = None
    threads: Annotated[int, Field(ge=1, le=256)] | None = None
    query_prompt: Prompt | None = None
    document_prompt: Prompt | None = None


class MatchingForm(Form):
    """`[matching]`: by what words are compared."""

    words: Words = "bigrams"


class AuditForm(Form):
    """`[audit]`: the audit office's opening keys."""

    directory: Path | None = None
    passphrase: ReferenceText | None = None


class TimestampForm(Form):
    """`[timestamp]`: an authority that stamps checkpoints, and whom to trust for it."""

    url: WebUrl
    certificate: Path


class BackupForm(Form):
    """`[backup]`."""

    passphrase: ReferenceText | None = None
    days: Annotated[int, Field(ge=1, le=3650)] = 30


class WitnessForm(Form):
    """`[[witness]]`: who cosigns the logs."""

    url: WebUrl
    key: WitnessKey


class MqttForm(Form):
    """`[mqtt]`: the broker that sensors speak through."""

    url: Annotated[str, AfterValidator(broker_url)]
    user: Name | None = None
    password: SecretText | None = None
    ca: Path | None = None


class CatalogueForm(Form):
    """`[catalogue]`."""

    enabled: bool = True


class SettingsForm(Form):
    """The whole file."""

    institution: list[InstitutionForm] = []
    source: list[SourceForm] = []
    network: NetworkForm = NetworkForm()
    http: HttpForm = HttpForm()
    redis: RedisForm = RedisForm()
    embedding: EmbeddingForm = EmbeddingForm()
    matching: MatchingForm = MatchingForm()
    catalogue: CatalogueForm = CatalogueForm()
    openapi: OpenApiForm = OpenApiForm()
    messenger: MessengerForm = MessengerForm()
    audit: AuditForm = AuditForm()
    timestamp: TimestampForm | None = None
    backup: BackupForm = BackupForm()
    witness: list[WitnessForm] = []
    mqtt: MqttForm | None = None
