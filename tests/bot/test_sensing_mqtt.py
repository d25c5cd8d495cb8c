"""A real broker: readings and statuses through it, a killed client's last will, a restart, a login."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from amqtt.broker import Broker
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from redis.asyncio import Redis

from bot.sensing import Taking
from bot.sensing_book import Fault, SensorBook
from bot.sensing_mqtt import Listening, standing
from bot.settings import Settings, parse
from bot.tenancy import Tenancy
from occupancy.reading import Condition
from occupancy.sensors import http, mqtt
from occupancy.store import OccupancyStore
from tests.conftest import FixedClock

# paho drops a socket that it refused, and the broker sometimes one that its client closed
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

KEY = "0123456789abcdef-cam1"
CAM = http.Address("gyeongnam", "main", "cam1")
BEAM = http.Address("gyeongnam", "main", "beam1")
HOUSE = f"""
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.cafeteria]]
id = "main"
name = "본관"
seats = 300
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "{KEY}"
[[institution.cafeteria.sensor]]
id = "beam1"
kind = "beam"
unsigned = true
[mqtt]
url = "mqtt://127.0.0.1:PORT"
user = "dobi"
password = "broker-password"
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def broker(port: int, *, users: Path | None = None, tls: Path | None = None) -> AsyncIterator[Broker]:
    """A broker on loopback; with `users` (a file) only those may come in, with `tls` (key and certificate) sealed."""
    login: dict[str, object] = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    if users is not None:
        login = {"amqtt.plugins.authentication.FileAuthPlugin": {"password_file": str(users)}}
    listener: dict[str, object] = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
    if tls is not None:
        listener |= {"ssl": True, "certfile": str(tls), "keyfile": str(tls)}
    found = Broker({"listeners": {"default": listener}, "plugins": login})
    await found.start()
    try:
        yield found
    finally:  # now and then it waits forever for a client whose connection is closed already
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await found.shutdown()


class Ear:
    """The product's listener on a real store, and what it has heard so far."""

    def __init__(self, database: Redis, clock: FixedClock, port: int, house: str = HOUSE) -> None:
        settings: Settings = parse(house.replace("PORT", str(port)), {}, file_mode=None)
        assert settings.mqtt is not None
        tenancy = Tenancy(settings.institutions)
        self.store, self.clock, self.redis = OccupancyStore(database), clock, database
        self.book = SensorBook(database, tenancy, clock)
        taking = Taking(tenancy, self.store, self.book, clock)
        self.woken = asyncio.Event()
        self.listening = Listening(database, settings.mqtt, taking, clock, self.woken.set)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.listening.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def counts(self) -> list[tuple[datetime, int | None]]:
        found = await self.store.recent("gyeongnam", "main", self.clock() - timedelta(hours=3))
        return [(one.measured_at, one.count) for one in found]

    async def up(self) -> bool:
        found = await standing(self.redis)
        return found is not None and found.wrong == ""

    async def told(self, sensor: str = "cam1") -> str:
        found = (await self.book.faults("gyeongnam")).get(sensor, {}).get(Fault.TOLD)
        return "" if found is None else found.detail


async def until(done: Callable[[], Awaitable[object]], patience_s: float = 20) -> None:
    async with asyncio.timeout(patience_s):
        while not await done():  # noqa: ASYNC110 - the broker sets no event
            await asyncio.sleep(0.02)


def sealed(clock: FixedClock, count: int, *, nonce: str = "12345678", at: datetime | None = None) -> bytes:
    body = json.dumps({"measured_at": (at or clock()).isoformat(), "count": count}).encode()
    return mqtt.seal(KEY.encode(), CAM, body, at or clock(), nonce)


def door(port: int) -> mqtt.Broker:
    return mqtt.Broker("127.0.0.1", port, user="cam", password="x")


async def test_readings_come_once_however_often_they_are_delivered(database, clock):
    port = free_port()
    ear = Ear(database, clock, port)
    async with broker(port), ear.open():
        await until(ear.up)
        async with mqtt.speaking(door(port), CAM) as say:
            await say(sealed(clock, 18))
            await say(sealed(clock, 18))  # QoS 1 may deliver twice
            await say(sealed(clock, 99)[:-5])
            clock.advance(timedelta(seconds=10))
            await say(sealed(clock, 19, nonce="87654321"))
            await until(lambda: _long(ear, 2))

    assert [count for _, count in await ear.counts()] == [18, 19]


async def _long(ear: Ear, length: int) -> bool:
    return len(await ear.counts()) >= length


async def test_a_retained_value_comes_with_its_own_age_and_never_as_a_new_one(database, clock):
    port = free_port()
    at = clock()
    async with broker(port):
        async with mqtt.speaking(door(port), CAM) as say:
            await say(sealed(clock, 18))
        clock.advance(timedelta(minutes=30))
        ear = Ear(database, clock, port)
        async with ear.open():
            await until(lambda: _long(ear, 1))
        assert await ear.counts() == [(at, 18)]

        clock.advance(timedelta(hours=2))
        late = Ear(database, clock, port)
        async with late.open():
            await until(lambda: _is(late, "offline"))
        assert await late.counts() == [(at, 18)]
        assert Fault.CLOCK not in (await late.book.faults("gyeongnam"))["cam1"]


async def _is(ear: Ear, condition: str) -> bool:
    return await ear.told() == condition


_VICTIM = """
import asyncio, sys
from occupancy.sensors import http, mqtt
async def main():
    door, cam = mqtt.Broker("127.0.0.1", int(sys.argv[1]), user="cam"), http.Address("gyeongnam", "main", "cam1")
    async with mqtt.speaking(door, cam):
        print("up", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_a_killed_client_is_flagged_at_once_and_its_next_reading_ends_the_doubt(database, clock):
    port = free_port()
    ear = Ear(database, clock, port)
    async with broker(port), ear.open():
        await until(ear.up)
        victim = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _VICTIM, str(port), stdout=asyncio.subprocess.PIPE
        )
        assert victim.stdout is not None
        assert await victim.stdout.readline() == b"up\n"
        await until(lambda: _is(ear, Condition.OK.value))
        ear.woken.clear()
        clock.advance(timedelta(seconds=5))

        victim.send_signal(signal.SIGKILL)
        await victim.wait()

        await until(lambda: _is(ear, Condition.OFFLINE.value))
        async with asyncio.timeout(60):
            await ear.woken.wait()


async def test_the_house_goes_on_without_the_broker_and_hears_it_again_after_a_restart(database, clock, caplog):
    port = free_port()
    ear = Ear(database, clock, port)
    async with ear.open():
        await until(lambda: _wrong(ear))
        async with broker(port):
            await until(ear.up)
            async with mqtt.speaking(door(port), CAM) as say:
                await say(sealed(clock, 1))
                await until(lambda: _long(ear, 1))
        await until(lambda: _wrong(ear))
        async with broker(port):
            await until(ear.up)
            clock.advance(timedelta(seconds=10))
            async with mqtt.speaking(door(port), CAM) as say:
                await say(sealed(clock, 2, nonce="abcdefgh"))
                await until(lambda: _long(ear, 2))
    assert "broker-password" not in caplog.text


async def _wrong(ear: Ear) -> bool:
    found = await standing(ear.redis)
    return found is not None and found.wrong != ""


async def test_whoever_is_no_sensor_is_not_heard_and_forgeries_are_noticed(database, clock):
    port = free_port()
    ear = Ear(database, clock, port)
    stranger = http.Address("gyeongnam", "main", "cam7")
    async with broker(port), ear.open():
        await until(ear.up)
        async with mqtt.speaking(door(port), stranger) as say:
            await say(mqtt.seal(KEY.encode(), stranger, b'{"count": 3}', clock(), "12345678"))
        async with mqtt.speaking(door(port), CAM) as say:
            await say(mqtt.seal(b"another key", CAM, b"{}", clock(), "12345678"))
            clock.advance(timedelta(seconds=2))
            await say(sealed(clock, 4, nonce="22345678"))
            await until(lambda: _long(ear, 1))
        faults = await ear.book.faults("gyeongnam")

    assert set(faults) == {"cam1"}
    assert Fault.KEY in faults["cam1"]


async def test_a_counter_that_can_not_sign_is_heard_where_the_settings_say_so(database, clock):
    port = free_port()
    ear = Ear(database, clock, port)
    async with broker(port), ear.open():
        await until(ear.up)
        async with mqtt.speaking(door(port), CAM) as say:
            await say(b"55")
        async with mqtt.speaking(door(port), BEAM) as say:
            await say(b"7.0")
            await until(lambda: _long(ear, 1))

    assert await ear.counts() == [(clock(), 7)]


def certificate(path: Path) -> Path:
    """A key and a certificate for 127.0.0.1, signed by itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


async def test_with_tls_and_a_login_and_neither_a_wrong_password_nor_an_unknown_certificate(
    database, clock, tmp_path, caplog
):
    port, tls, users = free_port(), certificate(tmp_path / "server.pem"), tmp_path / "users"
    users.write_text(f"dobi:{PasswordHash((Argon2Hasher(),)).hash('broker-password')}\n", encoding="utf-8")
    secured = HOUSE.replace("mqtt://", "mqtts://") + f'ca = "{tls}"\n'

    async def stands(settings: str) -> str:
        ear = Ear(database, clock, port, settings)
        await database.flushall()
        async with ear.open():
            await until(lambda: standing(database))
            found = await standing(database)
        assert found is not None
        return found.wrong

    async with broker(port, users=users, tls=tls):
        assert await stands(secured) == ""
        assert await stands(secured.replace("broker-password", "wrong-password")) != ""
        assert "certificate" in (await stands(HOUSE.replace("mqtt://", "mqtts://"))).lower()
    assert "broker-password" not in caplog.text
