"""The settings: the only reader of `dobi.toml` and of the environment. Past `load` there are only frozen values.

    bytes → text → `toml_lines` (values, lines) → `settings_form` (fields) + `settings_checks` (between entries)
          → every fault at once, by line (`SettingsError`), or `Settings`

It opens no connection, makes no file and keeps no secret in a repr.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from pydantic import ValidationError

from bot import settings_checks, settings_faults, settings_form, toml_lines
from bot.platforms import Content
from bot.settings_faults import Fault, SettingsError
from bot.settings_fields import Surroundings, env_name
from bot.settings_hours import hours
from bot.settings_keys import Audit, Backup, Reference, Timestamp, WitnessServer
from bot.settings_messengers import MessengerForm
from bot.settings_office import office
from bot.settings_retention import Retention
from bot.settings_sensors import Folder, Mqtt, mqtt
from bot.settings_slots import LaterSlots, OwnWeek, monthly_of
from bot.settings_travel import Entry, Travel, travel
from bot.settings_values import (
    Cafeteria,
    Channel,
    Embedding,
    Http,
    Institution,
    MessengerAccount,
    Network,
    OpenApi,
    Person,
    RedisServer,
    Role,
    Secret,
    Sensor,
    ServingLine,
    Settings,
    Slots,
)
from crawlers.article import SourceError
from crawlers.sources import Source, source_from

__all__ = [
    "Cafeteria",
    "Channel",
    "Embedding",
    "Fault",
    "Http",
    "Institution",
    "MessengerAccount",
    "Network",
    "OpenApi",
    "Person",
    "RedisServer",
    "Role",
    "Secret",
    "Sensor",
    "ServingLine",
    "Settings",
    "SettingsError",
    "Slots",
    "load",
    "parse",
    "reference",
]

LARGEST_FILE = 2**20
_USUAL_SLOT = timedelta(minutes=20)
_CONTENTS = {"공개": Content.PUBLIC, "업무": Content.OFFICE, "위치": Content.PLACE}


def load(path: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in the file `path`; `environ` is the process's own environment unless given.

    Raises:
        SettingsError: the file can't be read, or holds faults; all of them are told.
    """
    environ = os.environ if environ is None else environ
    try:
        # a pipe that nobody writes to must not hold us
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _of_file(f"보통 파일이 아닙니다: {path}")
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _of_file(f"설정 파일이 없습니다: {path}") from None
    except OSError as error:
        raise _of_file(f"설정 파일을 읽지 못했습니다: {path} ({error.strerror})") from error
    return parse(_decoded(content), environ, file_mode=stat.S_IMODE(status.st_mode))


def parse(text: str, environ: Mapping[str, str], *, file_mode: int | None) -> Settings:
    """The settings that `text` declares; `file_mode` None means that literal secrets are nobody else's to read.

    Raises:
        SettingsError: with every fault of `text`, by line.
    """
    if len(text) > LARGEST_FILE:
        raise _of_file(f"설정 파일이 너무 큽니다. {LARGEST_FILE // 2**20} MB까지입니다.")
    # a Mac may save 직원 as its single letters
    document = toml_lines.read(unicodedata.normalize("NFC", text.removeprefix("\ufeff")))
    faults = [settings_faults.of_toml(broken) for broken in document.broken]
    faults += settings_checks.together(document)
    sources, source_faults = _sources(document)
    form: settings_form.SettingsForm | None = None
    try:
        form = settings_form.SettingsForm.model_validate(document.data, context=Surroundings(environ, file_mode))
    except ValidationError as error:
        # beside a broken line a missing key may well be the one that stands on it
        found = [one for one in error.errors() if not (document.broken and one["type"] == "missing")]
        faults += settings_faults.of_form(found, settings_form.SettingsForm, document)
    told = {(fault.line, fault.key) for fault in faults}
    faults += [fault for fault in source_faults if (fault.line, fault.key) not in told]
    if faults or form is None:
        raise SettingsError(faults)
    return _settings(form, sources, environ)


def _of_file(says: str) -> SettingsError:
    return SettingsError([Fault(0, "", says)])


def _decoded(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise _of_file(f"설정 파일이 너무 큽니다. {LARGEST_FILE // 2**20} MB까지입니다.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _of_file("글자 부호가 UTF-16입니다. UTF-8로 다시 저장해 주십시오.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        says = "UTF-8이 아닌 글자가 있습니다. 메모장에서는 '다른 이름으로 저장'의 인코딩을 UTF-8로 골라 주십시오."
        raise SettingsError([Fault(line, "", says)]) from None


def _sources(document: toml_lines.Document) -> tuple[tuple[Source, ...], list[Fault]]:
    """What the crawlers' own door makes of the `[[source]]` tables."""
    tables = document.data.get("source")
    sources: list[Source] = []
    faults: list[Fault] = []
    for number, table in enumerate(tables if isinstance(tables, list) else []):
        if not isinstance(table, dict):
            continue
        entry = {("interval" if key == "interval_s" else key): value for key, value in table.items()}
        try:
            sources.append(source_from(entry))
        except SourceError as error:
            if not (document.broken and error.detail == "missing"):
                key = "interval_s" if error.code == "interval" and "interval_s" in table else error.code
                path: toml_lines.Path = ("source", number, *key.split("."))
                faults.append(settings_faults.of_source(error.code, path, document))
    return tuple(sources), faults


def _settings(form: settings_form.SettingsForm, sources: tuple[Source, ...], environ: Mapping[str, str]) -> Settings:
    return Settings(
        institutions=tuple(_institution(one, environ) for one in form.institution),
        sources=sources,
        network=Network(frozenset(form.network.allow_hosts), form.network.pace, frozenset(form.network.legacy_tls)),
        http=Http(form.http.host, form.http.port, form.http.callback_port),
        redis=RedisServer(None if form.redis.url is None else _secret(form.redis.url, environ)),
        embedding=Embedding(**form.embedding.model_dump()),
        messengers=_messengers(form.messenger, environ),
        catalogue=form.catalogue.enabled,
        openapi=OpenApi(None if form.openapi.key is None else _secret(form.openapi.key, environ)),
        words=form.matching.words,
        audit=Audit(_path(form.audit.directory), _reference(form.audit.passphrase, environ)),
        timestamp=None if (one := form.timestamp) is None else Timestamp(one.url, Path(one.certificate)),
        backup=Backup(_reference(form.backup.passphrase, environ), form.backup.days),
        witnesses=tuple(WitnessServer(one.url, one.key) for one in form.witness),
        mqtt=None if form.mqtt is None else _mqtt(form.mqtt, environ),
    )


def _mqtt(form: settings_form.MqttForm, environ: Mapping[str, str]) -> Mqtt:
    password = None if form.password is None else _secret(form.password, environ)
    return mqtt(form.url, form.user, password, form.ca)


def reference(text: str, environ: Mapping[str, str] | None = None) -> Reference:
    """The passphrase that a command line refers to; `environ` is the process's own environment unless given."""
    return Reference(text, os.environ if environ is None else environ)


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _reference(text: str | None, environ: Mapping[str, str]) -> Reference | None:
    return None if text is None else Reference(text, environ)


def _secret(text: str, environ: Mapping[str, str]) -> Secret:
    name = env_name(text)
    # the form has checked that a reference leads somewhere
    return Secret(text, "file") if name is None else Secret(environ[name], text)


def _institution(form: settings_form.InstitutionForm, environ: Mapping[str, str]) -> Institution:
    people = tuple(_person(one) for one in form.person)
    return Institution(
        id=form.id,
        name=form.name,
        contact=form.contact or _first_manager(people),
        people=people,
        channels=tuple(Channel(one.id, one.department or one.id, _addresses(one.id, one)) for one in form.channel),
        cafeterias=tuple(_cafeteria(one, environ) for one in form.cafeteria),
        receipt_suite=int(form.receipt_suite),  # true would be 1 too
        retention=Retention(**form.retention.model_dump()),
        office=None if form.office is None else office(**form.office.model_dump()),
        travel=_travel(form),
        sensor_enrol=None if form.sensor_enrol is None else _secret(form.sensor_enrol, environ),
        hours=hours(form.hours),
    )


def _travel(form: settings_form.InstitutionForm) -> Travel:
    told = form.travel
    entries = [
        Entry(one.item, one.value, one.since, one.article, one.until, one.where or "", one.grade or "", one.law or "")
        for one in told.rule
    ]
    inside = () if form.office is None else office(**form.office.model_dump()).inside
    return travel(
        entries, inside, ordinance=told.ordinance or "", applies=told.applies or "", distance=told.distance,
        dedicated=told.dedicated, grades=told.grades, approval=told.approval,
    )  # fmt: skip


def _person(form: settings_form.PersonForm) -> Person:
    return Person(
        id=form.id,
        name=form.name,
        department=form.department or "",
        roles=frozenset(Role(word) for word in form.roles),
        addresses=_addresses(form.id, form),
        phone_ext=form.phone_ext or "",
    )


def _first_manager(people: tuple[Person, ...]) -> str:
    for person in people:
        if Role.MANAGER in person.roles:
            extension = f"내선 {person.phone_ext}" if person.phone_ext else ""
            return " ".join(filter(None, (person.department, person.name, extension)))
    return ""


def _addresses(console: str, form: settings_form.Addressed) -> dict[str, str]:
    declared: dict[str, str | None] = {name: getattr(form, name) for name in settings_form.Addressed.model_fields}
    return {"console": console} | {name: address for name, address in declared.items() if address is not None}


def _cafeteria(form: settings_form.CafeteriaForm, environ: Mapping[str, str]) -> Cafeteria:
    return Cafeteria(
        id=form.id,
        name=form.name,
        seats=form.seats,
        servers=form.servers,
        slots=None if form.slots is None else _slots(form.slots),
        sensors=tuple(_sensor(one, environ) for one in form.sensor),
        open=form.open,
        close=form.close,
        closed=frozenset(form.closed),
        lines=tuple(ServingLine(one.id, one.name, one.servers) for one in form.line)
        or (ServingLine("", "", form.servers),),
        levels=tuple(map(float, form.levels)),
        closed_monthly=tuple(day for one in form.closed_monthly if (day := monthly_of(one)) is not None),
        posts=form.posts or "",
    )


def _sensor(form: settings_form.SensorForm, environ: Mapping[str, str]) -> Sensor:
    key = Secret("", "none") if form.key is None else _secret(form.key, environ)
    columns = {} if form.columns is None else form.columns.model_dump(exclude_none=True)
    folder = None if form.folder is None else Folder(Path(form.folder), columns)
    return Sensor(form.id, form.kind, key, form.line or "", float(form.period_s), folder, form.unsigned)


def _slots(form: settings_form.SlotsForm) -> Slots:
    return Slots(
        form.first_monday,
        tuple(form.times),
        _groups(form.groups),
        min(form.minutes) if isinstance(form.minutes, list) else _minutes(form.minutes, form.times),
        _lengths(form.minutes, form.times) if isinstance(form.minutes, list) else (),
        tuple(OwnWeek(one.monday, tuple(one.order)) for one in form.week),
        tuple(form.held),
        form.closed_weeks == "hold",
        tuple(_later(one, form) for one in form.later),
        tuple(form.fixed),
        tuple(form.public),
    )


def _later(one: settings_form.LaterForm, form: settings_form.SlotsForm) -> LaterSlots:
    times = one.times or form.times
    minutes = one.minutes if one.minutes is not None or one.times else form.minutes
    return LaterSlots(one.since, tuple(times), _groups(one.groups or form.groups), _lengths(minutes, times))


def _groups(groups: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group) for group in groups)


def _lengths(minutes: int | list[int] | None, times: list[time]) -> tuple[int, ...]:
    return tuple(minutes) if isinstance(minutes, list) else (_minutes(minutes, times),) * len(times)


def _minutes(minutes: int | None, times: list[time]) -> int:
    return minutes or round(_slot_length(times).total_seconds() / 60)


def _slot_length(times: list[time]) -> timedelta:
    """The shortest step between two times: what each group has when `minutes` is not given."""
    instants = [datetime.combine(date.min, one) for one in times]
    return min((after - before for before, after in pairwise(instants)), default=_USUAL_SLOT)


def _messengers(form: MessengerForm, environ: Mapping[str, str]) -> tuple[MessengerAccount, ...]:
    accounts: list[MessengerAccount] = []
    for adapter, account in form:
        if account is not None:
            told = account.model_dump(exclude_none=True, exclude={"content"})
            named = {name: _secret(told.pop(name), environ) for name in account.SECRETS if name in told}
            options = {name: str(value) for name, value in told.items()}
            content = None if account.content is None else _CONTENTS[account.content]
            accounts.append(MessengerAccount(adapter, named, options, content))
    return tuple(accounts)
