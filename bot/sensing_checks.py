"""일일점검표's lines on sensors: the broker, what waits for a yes, what only chat declared, folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from redis.asyncio import Redis

from bot.checklist import Check, when
from bot.sensing_book import Decisions, SensorBook
from bot.sensing_mqtt import standing
from bot.settings import Institution, Role, Sensor, Settings
from bot.tenancy import Tenancy

_LATE = timedelta(minutes=3)


async def sensing(settings: Settings, redis: Redis, tenancy: Tenancy, book: SensorBook, now: datetime) -> list[Check]:
    """What stands of sensors beyond each one's last word."""
    checks = await _broker(settings, redis, now)
    for declared in settings.institutions:
        decisions = await book.refresh(declared.id)
        checks += _decided(tenancy.institution(declared.id), decisions)
        checks += await _waiting(declared, book)
        checks += [found for one in _declared(declared) if (found := _folder(declared.name, one)) is not None]
    return checks


async def _broker(settings: Settings, redis: Redis, now: datetime) -> list[Check]:
    if settings.mqtt is None:
        return []
    name, found = f"센서 브로커 {settings.mqtt.host}", await standing(redis)
    checks = _unsigned(settings)
    if found is None:
        hint = "dobi run이나 dobi work sense를 켜면 연결합니다."
        return [Check(name, False, False, "아직 연결해 본 적이 없습니다.", hint), *checks]
    if now - found.at > _LATE:
        hint = "dobi run이나 dobi work sense가 켜져 있는지 보아 주십시오."
        return [Check(name, False, False, f"{when(found.at)} 뒤로 듣고 있지 않습니다.", hint), *checks]
    if found.wrong:
        says = f"{when(found.since)}부터 연결하지 못하고 있습니다: {found.wrong}. 다른 길로 오는 값은 그대로 받습니다."
        hint = "브로커가 켜져 있는지, [mqtt]의 주소와 로그인, 인증서를 보아 주십시오. 저절로 다시 연결합니다."
        return [Check(name, False, False, says, hint), *checks]
    return [Check(name, True, False, f"{when(found.since)}부터 듣고 있습니다."), *checks]


def _unsigned(settings: Settings) -> list[Check]:
    names = [one.id for home in settings.institutions for one in _declared(home) if one.unsigned]
    if not names:
        return []
    says = f"서명하지 못하는 센서: {', '.join(names[:10])}. 브로커에 로그인한 누구나 이 값을 지어낼 수 있으니 "
    says += "브로커에서 이 토픽에 쓸 수 있는 사용자를 하나로 좁혀 주십시오."
    return [Check("서명 없는 센서", True, False, says)]


def _declared(home: Institution) -> Sequence[Sensor]:
    return [sensor for cafeteria in home.cafeterias for sensor in cafeteria.sensors]


def _decided(home: Institution, decisions: Decisions) -> list[Check]:
    """What the file does not say: who was approved in chat, who rests."""
    by_chat = [one.id for cafeteria in home.cafeterias for one in cafeteria.sensors if one.by_chat]
    checks = []
    if by_chat:
        says = f"대화로 승인한 것(설정 파일에 없음): {', '.join(by_chat[:10])}"
        checks.append(Check(f"{home.name} 센서가 적힌 곳", True, False, says))
    if decisions.paused:
        says = f"대화로 멈춘 것: {', '.join(sorted(decisions.paused)[:10])}. 관리자가 '센서'에서 다시 켤 수 있습니다."
        checks.append(Check(f"{home.name} 멈춘 센서", True, False, says))
    return checks


async def _waiting(home: Institution, book: SensorBook) -> list[Check]:
    waiting = await book.waiting(home.id)
    if not waiting:
        return []
    nobody = not any(Role.MANAGER in person.roles for person in home.people)
    says = f"{len(waiting)}개가 관리자의 승인을 기다립니다: {', '.join(one.sensor for one in waiting[:10])}"
    hint = (
        "관리자가 없습니다. 한 사람의 roles에 관리자를 더해 주십시오." if nobody else "관리자가 '센서'라고 쓰면 됩니다."
    )
    return [Check(f"{home.name} 새 센서", False, False, says, hint)]


def _folder(name: str, sensor: Sensor) -> Check | None:
    if sensor.folder is None:
        return None
    path = sensor.folder.path
    title = f"{name} 식권 폴더 {sensor.id}"
    if not path.is_dir():
        return Check(title, False, False, f"폴더가 없습니다: {path}", "설정의 folder를 보아 주십시오.")
    if not os.access(path, os.R_OK | os.X_OK):
        return Check(title, False, False, f"폴더를 읽을 수 없습니다: {path}", "폴더의 권한을 보아 주십시오.")
    return Check(title, True, False, f"읽을 수 있습니다: {path}")
