"""일일점검표 on sensors: broker, approvals, pauses, folders; nothing of a secret."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.sensing_book import SensorBook
from bot.sensing_checks import sensing
from bot.sensing_mqtt import Listening
from bot.settings import parse
from bot.tenancy import Tenancy
from occupancy.reading import Kind
from occupancy.sensors.announcing import Announcement, new_salt
from occupancy.sensors.http import Address

HOUSE = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.cafeteria]]
id = "main"
name = "본관"
seats = 300
[[institution.cafeteria.sensor]]
id = "gate1"
kind = "gate"
folder = "FOLDER"
[[institution.cafeteria.sensor]]
id = "beam1"
kind = "beam"
unsigned = true
[mqtt]
url = "mqtt://broker.example.org"
user = "dobi"
password = "broker-password"
"""


async def test_the_page_says_what_stands_of_sensors(database, clock, tmp_path: Path):
    settings = parse(HOUSE.replace("FOLDER", str(tmp_path)), {}, file_mode=None)
    tenancy = Tenancy(settings.institutions)
    book = SensorBook(database, tenancy, clock)
    assert settings.mqtt is not None
    ear = Listening(database, settings.mqtt, None, clock, lambda: None)  # type: ignore[arg-type]

    async def page() -> str:
        found = await sensing(settings, database, tenancy, book, clock())
        return "\n".join(f"{one.name}|{one.ok}|{one.says}" for one in found)

    assert "센서 브로커 broker.example.org|False|아직 연결해 본 적이 없습니다." in await page()
    assert "beam1" in await page()
    assert "식권 폴더 gate1|True|" in await page()

    await ear._stands("")
    assert "센서 브로커 broker.example.org|True|" in await page()
    await ear._stands("Connection refused")
    assert "Connection refused" in await page()
    clock.advance(timedelta(minutes=5))
    assert "듣고 있지 않습니다" in await page()

    waiting = await book.announce(
        "gyeongnam", Announcement(Address("gyeongnam", "main", "cam9"), Kind.CAMERA, new_salt()), b"enrolment-key"
    )
    assert waiting is not None
    assert "1개가 관리자의 승인을 기다립니다: cam9" in await page()
    await book.approve("gyeongnam", "c1", waiting)
    await book.pause("gyeongnam", "c2", "beam1")
    told = await page()
    assert "대화로 승인한 것(설정 파일에 없음): cam9" in told
    assert "대화로 멈춘 것: beam1" in told
    assert waiting.key.reveal() not in told
    assert "broker-password" not in told


async def test_a_folder_that_is_not_there_is_told(database, clock):
    settings = parse(HOUSE.replace("FOLDER", "/nowhere/at/all"), {}, file_mode=None)
    tenancy = Tenancy(settings.institutions)

    found = await sensing(settings, database, tenancy, SensorBook(database, tenancy, clock), clock())

    assert [one.ok for one in found if "식권 폴더" in one.name] == [False]
