"""일일점검표: what is configured, missing or sick, in plain words for one part-time operator.

    settings (or their faults) ─┐
    data directory, disk ───────┼─▶ examine ─▶ [Check] ─▶ render (one page), exit_code (1: something needed is broken)
    server, rooms (callables) ──┘

It looks and changes nothing. Whatever a room raises becomes a line of the page: a sick room must not hide the others.
It names no person's place or message, and of a secret only where it stands.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from redis.asyncio import Redis

from bot.checklist import Check, exit_code, render, when
from bot.clock import KST
from bot.server_checks import PATIENCE_S, durability, patiently, reason, server
from bot.settings import Cafeteria, Institution, Role, Sensor, Settings, SettingsError
from bot.travel_check import travel_pay

__all__ = ["Check", "KeyFile", "Rooms", "SourceState", "Unwell", "examine", "exit_code", "render"]

T = TypeVar("T")

LOADING_S: Final = 180.0
LEAST_DISK: Final = 200 * 2**20
LITTLE_DISK: Final = 2 * 2**30
SHORTEST_KEY: Final = 16
_NAMED: Final = 10

_SILENT_WHILE_OPEN = timedelta(minutes=10)
_SILENT_WHILE_CLOSED = timedelta(days=4)  # a weekend with two holidays


class Unwell(Exception):  # noqa: N818 - a finding, not a fault of ours
    """A room's own account of what is wrong with it, and the next step."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private key that must be there and readable by nobody else; `name` as the operator knows it."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as the crawler sees it: `sick` is empty when well; `declared` the place of its declaration.

    `by_chat`: chat added it, or decided something about it that the file does not say.
    """

    id: str
    agency: str
    on: bool
    sick: str
    last_good_at: datetime | None
    declared: str
    by_chat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """What the doctor asks of the rooms; None is not asked. Each raises when its room is broken.

    `schema` returns the version of the data, `font` and `model` a name (asked off the event loop), `trained` says
    which model training left, `moved` how far the past is read by the present one, `sensor_seen(tenant, sensor)` the
    last reading's instant, `people_met(tenant)` how many have talked with Dobi, `receipts(tenant)` how many receipts
    stand in a log that was found whole; `keys`, `desk`, `sensing`, `rotations`, `messengers` and `backup` make their
    own lines.
    """

    schema: Callable[[], Awaitable[int]] | None = None
    font: Callable[[], str] | None = None
    model: Callable[[], str] | None = None
    trained: Callable[[], Awaitable[list[Check]]] | None = None
    moved: Callable[[], Awaitable[list[Check]]] | None = None
    key_files: tuple[KeyFile, ...] = ()
    keys: Callable[[], list[Check]] | None = None
    desk: Callable[[], Awaitable[list[Check]]] | None = None
    sensor_seen: Callable[[str, str], Awaitable[datetime | None]] | None = None
    people_met: Callable[[str], Awaitable[int]] | None = None
    receipts: Callable[[str], Awaitable[int]] | None = None
    retained: Callable[[Institution], Awaitable[list[Check]]] | None = None
    sources: Callable[[], Awaitable[Sequence[SourceState]]] | None = None
    sensing: Callable[[], Awaitable[list[Check]]] | None = None
    rotations: Callable[[], Awaitable[list[Check]]] | None = None
    roster: Callable[[], Awaitable[list[Check]]] | None = None
    homes_by_chat: int = 0
    operated: bool = False
    messengers: Callable[[], Awaitable[list[Check]]] | None = None
    backup: Callable[[], Awaitable[list[Check]]] | None = None


async def examine(
    settings: Settings | SettingsError, data_dir: Path, redis: Redis | Exception | None, rooms: Rooms, now: datetime
) -> list[Check]:
    """All checks, in the order in which an operator would repair.

    `redis` is the client, or why there is none; None where the settings' faults kept anybody from trying.
    """
    found = _settings(settings, rooms)
    checks = [*found, _folder(data_dir), _disk(data_dir), *(_key_file(one) for one in rooms.key_files)]
    checks += await _asked(_off_loop(rooms.keys), "열쇠", list)
    alive = await server(redis)
    checks.append(alive)
    served = isinstance(redis, Redis) and alive.ok
    if isinstance(redis, Redis) and served:
        checks += await durability(redis)
        checks += await _asked(rooms.schema, "자료 판", _schema)
        checks += await _asked(rooms.backup, "마지막 백업", list)
    checks += await _asked(_off_loop(rooms.font), "글꼴", _font)
    checks += await _asked(_off_loop(rooms.model), "언어 모델", _model, LOADING_S)
    if served:
        checks += await _asked(rooms.trained, "이어 배운 모델", list)
        checks += await _asked(rooms.moved, "지난 글과 언어 모델", list)
        checks += await _asked(rooms.sources, "수집원", _sources)
        checks += await _asked(rooms.desk, "검증", list)
        checks += await _asked(rooms.sensing, "센서", list)
        checks += await _asked(rooms.rotations, "식당 차례", list)
        checks += await _asked(rooms.roster, "명부", list)
        checks += await _asked(rooms.messengers, "메신저", list)
        for institution in settings.institutions if isinstance(settings, Settings) else ():
            checks += await _institution(institution, rooms, now)
    return checks


def _settings(settings: Settings | SettingsError, rooms: Rooms) -> list[Check]:
    if isinstance(settings, SettingsError):
        *first, last = (str(fault) for fault in settings.faults)
        hint = "설정 파일을 고치신 뒤 dobi doctor를 다시 실행해 주십시오."
        return [*(Check("설정", False, True, says) for says in first), Check("설정", False, True, last, hint)]
    homes = settings.institutions
    if not homes and not rooms.homes_by_chat:
        hint = "dobi run이 알려 주는 설정 코드를 도비에게 보내시거나, 설정 파일에 [[institution]]을 적어 주십시오."
        return [Check("설정", False, True, "기관이 하나도 없습니다.", hint)]
    cafeterias = [place for home in homes for place in home.cafeterias]
    people, sensors = sum(len(home.people) for home in homes), sum(len(place.sensors) for place in cafeterias)
    catalogue = "기본 목록 사용" if settings.catalogue else "기본 목록 사용 안 함"
    says = (
        f"기관 {len(homes)}곳, 사람 {people}명, 식당 {len(cafeterias)}곳, 센서 {sensors}개, "
        f"수집원 {len(settings.sources)}곳({catalogue})"
    )
    operators = [] if rooms.operated else _operators(settings)
    return [Check("설정", True, True, says), *operators, *_portal(settings)]


def _operators(settings: Settings) -> list[Check]:
    if any(Role.OPERATOR in person.roles for home in settings.institutions for person in home.people):
        return []
    hint = "설정 파일에서 한 사람의 roles에 운영자를 더해 주십시오."
    return [Check("운영자", False, False, "운영자 역할을 가진 사람이 없어 고장 알림을 받을 사람이 없습니다.", hint)]


def _portal(settings: Settings) -> list[Check]:
    """Whether the declared sources of the public-data portal have its key, and where it stands."""
    asking = [one for one in settings.sources if one.kind == "openapi" and one.on]
    key = settings.openapi.key
    if key is not None:
        return [Check("공공데이터포털 인증키", True, False, f"있습니다({key.origin}).")]
    without = [one.id for one in asking if not one.key]
    if not without:
        return []
    says = f"없습니다. 읽지 못하는 수집원: {', '.join(without[:10])}"
    hint = (
        "data.go.kr에서 활용 신청을 하고 받은 일반 인증키를 환경 변수에 두신 뒤, 설정 파일에 "
        '[openapi] key = "env:DATA_GO_KR_KEY"를 적어 주십시오. '
        "Encoding과 Decoding 두 형태 모두 됩니다."
    )
    return [Check("공공데이터포털 인증키", False, False, says, hint)]


def _folder(data_dir: Path) -> Check:
    name = f"자료 폴더 {data_dir}"
    if not data_dir.exists():
        return Check(name, True, True, "아직 없습니다. 처음 시작할 때 만듭니다.")
    try:
        with tempfile.NamedTemporaryFile(dir=data_dir, prefix=".doctor-"):
            status = data_dir.stat()
    except OSError as error:
        return Check(name, False, True, f"쓸 수 없습니다({error.strerror}).", "폴더의 소유자와 권한을 보아 주십시오.")
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        says = f"다른 사용자가 볼 수 있습니다(권한 {status.st_mode & 0o777:o})."
        return Check(name, False, True, says, "chmod 700으로 바꾸어 주십시오.")
    return Check(name, True, True, "쓸 수 있고, 다른 사용자는 볼 수 없습니다.")


def _disk(data_dir: Path) -> Check:
    here = next((one for one in (data_dir, *data_dir.absolute().parents) if one.exists()), Path("/"))
    free = shutil.disk_usage(here).free
    says = f"{free / 2**30:.1f} GB 남았습니다."
    return Check("디스크", free >= LITTLE_DISK, free < LEAST_DISK, says, "자료 폴더가 있는 디스크를 비워 주십시오.")


def _key_file(key: KeyFile) -> Check:
    name = f"열쇠 {key.name}"
    try:
        mode = key.path.stat().st_mode
    except FileNotFoundError:
        hint = "처음 영수증을 낼 때 만듭니다. 쓰던 열쇠였다면 dobi restore로 되살려 주십시오."
        return Check(name, False, False, "아직 없습니다.", hint)
    except OSError as error:
        return Check(name, False, True, f"읽을 수 없습니다({error.strerror}).", "파일의 권한을 보아 주십시오.")
    says = f"있습니다(권한 {mode & 0o777:o})."
    hint = "chmod 600으로 바꾸시고, 남이 보았을 수 있으면 dobi keys rotate로 바꾸어 주십시오."
    return Check(name, not mode & 0o077, True, says, hint)


def _schema(version: int) -> list[Check]:
    return [Check("자료 판", True, True, f"{version}판, 이 프로그램과 맞습니다.")]


def _font(name: str) -> list[Check]:
    return [Check("글꼴", True, True, f"그림에 씁니다: {name}")]


def _model(name: str) -> list[Check]:
    return [Check("언어 모델", True, True, f"불러왔습니다: {name}")]


def _sources(states: Sequence[SourceState]) -> list[Check]:
    on = [one for one in states if one.on]
    sick = [one for one in on if one.sick]
    says = f"켜짐 {len(on)}곳, 꺼짐 {len(states) - len(on)}곳, 아픔 {len(sick)}곳"
    summary = Check("수집원", bool(on), False, says, "켜진 수집원이 없습니다. 설정 파일에 [[source]]를 적어 주십시오.")
    return [summary, *_declared(states), *map(_sick_source, sick)]


def _declared(states: Sequence[SourceState]) -> list[Check]:
    """Where those that run are declared, and what chat decided, where it is not the one file alone."""
    places = Counter(one.declared for one in states if one.on)
    chat = [one for one in states if one.by_chat]
    if len(places) < 2 and not chat:
        return []
    says = ", ".join(f"{place} {count}곳" for place, count in sorted(places.items()))
    if chat:
        more = f" 외 {len(chat) - _NAMED}곳" if len(chat) > _NAMED else ""
        says += f". 대화로 정한 것: {', '.join(f'{one.agency}({one.id})' for one in chat[:_NAMED])}{more}"
    return [Check("수집원이 적힌 곳", True, False, says)]


def _sick_source(state: SourceState) -> Check:
    since = f"마지막 수집 {when(state.last_good_at)}" if state.last_good_at else "한 번도 수집하지 못했습니다"
    says = f"{state.agency}({state.declared}) {state.sick}. {since}."
    return Check(f"수집원 {state.id}", False, False, says, "dobi sources check로 까닭을 보아 주십시오.")


async def _institution(institution: Institution, rooms: Rooms, now: datetime) -> list[Check]:
    tenant, name = institution.id, institution.name
    people_met, receipts = rooms.people_met, rooms.receipts
    checks = [_roles(institution), travel_pay(institution, now)]
    if people_met is not None:
        checks += await _asked(
            lambda: people_met(tenant),
            f"{name} 대화",
            lambda met: [
                Check(f"{name} 대화", True, False, f"{len(institution.people)}명 가운데 {met}명이 말을 걸었습니다.")
            ],
        )
    if receipts is not None:
        checks += await _asked(
            lambda: receipts(tenant),
            f"{name} 영수증 기록",
            lambda count: [Check(f"{name} 영수증 기록", True, True, f"{count}건이 빠짐없이 맞습니다.")],
        )
    if rooms.retained is not None:
        checks += await _asked(partial(rooms.retained, institution), f"{name} 파기", list)
    for cafeteria in institution.cafeterias:
        checks += _lunch_groups(institution, cafeteria)
        checks += await _sensors(institution, cafeteria, rooms, now)
    return checks


def _roles(institution: Institution) -> Check:
    held = {role for person in institution.people for role in person.roles}
    missing = [role.value for role in (Role.MANAGER, Role.AUDITOR) if role not in held]
    says = f"등록된 사람 {len(institution.people)}명" + (f", 없는 역할: {', '.join(missing)}" if missing else "")
    hint = "관리자가 없으면 물어볼 곳이, 감사가 없으면 영수증을 검증할 사람이 없습니다."
    return Check(f"{institution.name} 사람", not missing, False, says, hint)


def _lunch_groups(institution: Institution, cafeteria: Cafeteria) -> list[Check]:
    if cafeteria.slots is None:
        return []
    grouped = {department for group in cafeteria.slots.groups for department in group}
    without = sorted({person.department for person in institution.people if person.department} - grouped)
    if not without:
        return []
    says = f"점심 조에 없는 부서: {', '.join(without[:10])}" + (f" 외 {len(without) - 10}곳" if without[10:] else "")
    hint = "일부러 뺀 부서가 아니면 slots의 groups에 더해 주십시오."
    return [Check(f"{institution.name} {cafeteria.name}", False, False, says, hint)]


async def _sensors(institution: Institution, cafeteria: Cafeteria, rooms: Rooms, now: datetime) -> list[Check]:
    checks = []
    for sensor in cafeteria.sensors:
        name = f"{institution.name} {cafeteria.name} 센서 {sensor.id}"
        if sensor.folder is None and not sensor.unsigned and len(sensor.key.reveal()) < SHORTEST_KEY:
            says = f"열쇠가 짧습니다({sensor.key.origin})."
            checks.append(Check(name, False, False, says, f"{SHORTEST_KEY}자 이상의 임의 값으로 바꾸어 주십시오."))
        if rooms.sensor_seen is not None:
            found = await patiently(partial(rooms.sensor_seen, institution.id, sensor.id))
            checks.append(
                _broken(name, found) if isinstance(found, Exception) else _seen(name, found, sensor, cafeteria, now)
            )
    return checks


def _seen(name: str, at: datetime | None, sensor: Sensor, cafeteria: Cafeteria, now: datetime) -> Check:
    look = "식권 파일이 그 폴더에 들어오는지" if sensor.folder else "센서의 전원과 통신, 열쇠를"
    hint = f"{look} 보아 주십시오. 그동안 식당 안내는 평소 값임을 밝히고 답합니다."
    if at is None:
        return Check(name, False, False, "아직 값을 보낸 적이 없습니다.", hint)
    local = now.astimezone(KST)
    day_off = local.weekday() >= 5 or local.date() in cafeteria.closed
    is_open = not day_off and cafeteria.open <= local.time() < cafeteria.close
    fresh = now - at <= (_SILENT_WHILE_OPEN if is_open else _SILENT_WHILE_CLOSED)
    return Check(name, fresh, False, f"마지막 값 {when(at)}", hint)


async def _asked(
    ask: Callable[[], Awaitable[T]] | None, name: str, tell: Callable[[T], list[Check]], patience_s: float = PATIENCE_S
) -> list[Check]:
    """What `tell` makes of a room's answer; the fault as one line when it has none; nothing when it is not asked."""
    if ask is None:
        return []
    found = await patiently(ask, patience_s)
    return [_broken(name, found)] if isinstance(found, Exception) else tell(found)


def _off_loop(look: Callable[[], T] | None) -> Callable[[], Awaitable[T]] | None:
    return None if look is None else lambda: asyncio.to_thread(look)


def _broken(name: str, error: Exception) -> Check:
    if isinstance(error, Unwell):
        return Check(name, False, True, *error.args)
    return Check(
        name, False, True, f"고장입니다: {reason(error)}", "같은 고장이 이어지면 이 줄을 담당자에게 보내 주십시오."
    )
