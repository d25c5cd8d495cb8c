"""Readings over MQTT: the wire as pure functions, and the one door to the broker.

    dobi/{institution}/{cafeteria}/{sensor}/reading     each part percent-encoded, as in Dobi-Sensor
    dobi/{institution}/{cafeteria}/{sensor}/status      `online` or `offline`, retained; `offline` is the last will

Brokers are often shared, so a reading is signed by its sensor's key as over HTTP, and nothing rests on who may publish.
A reading's payload is one line and the body of `http`, the topic's middle standing for Dobi-Sensor::

    dobi-sensor-v1 1795401000 5f2c9a7e41d84c0b v1=f579b8fb…      timestamp, nonce, signature
    {"measured_at": "2026-11-23T11:30:00+09:00", "count": 18, "seq": 41}

The same post over both ways counts once. A retained reading is as old as it says: up to two hours it is taken with its
own instant, and never as a new one. A delivery that comes twice (QoS 1) is known by its nonce. A counter that can't
sign (ESPHome) sends its bare number, where the settings allow that; such a value has no age, so a retained one is left
alone. A status is signed by nobody: it may only make us doubt, and the next reading ends the doubt.

Refuses to keep a session: what was sent while nobody listened is lost but for what the broker retained. A gate that
must lose nothing repeats its last readings in each message, or posts over HTTP.
"""

from __future__ import annotations

import logging
import re
import secrets
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import aiomqtt

from occupancy.reading import Batch, Condition, Kind, Malformed, Reading, ReadingError
from occupancy.sensors import KINDS, Gives
from occupancy.sensors import http as wire

TOPICS: Final = ("dobi/+/+/+/reading", "dobi/+/+/+/status")
MAX_PAYLOAD: Final = wire.MAX_BODY_BYTES + 256
_HEAD = re.compile(rb"dobi-sensor-v1 ([0-9]{1,10}) ([A-Za-z0-9_-]{8,64}) (v1=[0-9a-f]{64})\n")
_NUMBER = re.compile(rb"\s*([0-9]{1,4})(?:\.0{1,3})?\s*", re.ASCII)
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0
_QUEUE: Final = 1_000
_TIMEOUT_S: Final = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What the broker handed over."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is and how to log in; `ca`: whom to trust, where the system does not."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str | None = None
    ca: Path | None = None

    def __repr__(self) -> str:
        return f"Broker({self.host}:{self.port})"


def topic(sensor: wire.Address, what: str) -> str:
    """The topic of a sensor's `reading` or `status`."""
    return f"dobi/{sensor}/{what}"


def sender_of(name: str) -> tuple[wire.Address, str]:
    """Who a topic says it is from, and what it carries: not yet believed.

    Raises:
        Malformed: for any other topic.
    """
    head, _, rest = name.partition("/")
    middle, _, what = rest.rpartition("/")
    if head != "dobi" or what not in {"reading", "status"}:
        raise Malformed("expected dobi/institution/cafeteria/sensor and reading or status")
    return wire.address({"Dobi-Sensor": middle}), what


def seal(key: bytes, sensor: wire.Address, body: bytes, now: datetime, nonce: str) -> bytes:
    """The payload that makes `body` (of `http.encode`) a signed reading."""
    headers = wire.sign(key, sensor, body, now, nonce)
    head = " ".join(headers[name] for name in ("Dobi-Timestamp", "Dobi-Nonce", "Dobi-Signature"))
    return f"dobi-sensor-v1 {head}\n".encode("ascii") + body


def parse(sensor: wire.Address, message: Message, key: bytes, now: datetime, *, kind: Kind) -> Batch:
    """The readings of a signed payload, checked as `http.parse` does; a retained one may be up to two hours old.

    Raises:
        SensorError: as `http.parse`.
    """
    if len(message.payload) > MAX_PAYLOAD:
        raise Malformed(f"expected at most {MAX_PAYLOAD} bytes, got {len(message.payload)}")
    found = _HEAD.match(message.payload)
    if found is None:
        raise Malformed("the payload does not begin with its signature")
    timestamp, nonce, signature = (part.decode("ascii") for part in found.groups())
    headers = {
        "Dobi-Sensor": str(sensor), "Dobi-Timestamp": timestamp, "Dobi-Nonce": nonce, "Dobi-Signature": signature,
    }  # fmt: skip
    delay = wire.MAX_AGE if message.retained else wire.MAX_SKEW
    return wire.parse(headers, message.payload[found.end() :], key, now, kind=kind, delay=delay)


def plain(sensor: wire.Address, message: Message, now: datetime, *, kind: Kind) -> Batch:
    """The reading of a counter that can't sign: a bare number of people, measured now.

    Raises:
        Malformed: anything else, and whatever the broker retained: nobody knows how old it is.
    """
    found = _NUMBER.fullmatch(message.payload[:64])
    if message.retained or found is None or len(message.payload) > 64 or KINDS[kind].gives is not Gives.COUNT:
        raise Malformed("expected a bare number of people, fresh")
    try:
        reading = Reading(sensor.sensor, kind, now, now, count=int(found[1]))
    except ReadingError as error:
        raise Malformed(str(error)) from error
    return Batch(sensor.sensor, secrets.token_hex(8), now, (reading,))


def condition(message: Message) -> Condition:
    """What a status says.

    Raises:
        Malformed: neither online nor offline.
    """
    said = {b"online": Condition.OK, b"offline": Condition.OFFLINE}.get(message.payload[:16].strip().lower())
    if said is None:
        raise Malformed("expected online or offline")
    return said


Hear = Callable[[Message], Awaitable[None]]
Stands = Callable[[str], Awaitable[None]]
"""Told how the connection stands: empty when it is up, else what is wrong, in a word of the library."""


async def listen(broker: Broker, hear: Hear, stands: Stands, sleep: Callable[[float], Awaitable[None]]) -> None:
    """Hears every reading and status until cancelled; connects again by itself, after up to a minute each time."""
    wait = _FIRST_WAIT_S
    while True:
        try:
            async with _connected(broker) as client:
                for name in TOPICS:
                    await client.subscribe(name, qos=1)
                await stands("")
                wait = _FIRST_WAIT_S
                async for one in client.messages:
                    await hear(Message(str(one.topic), one.payload, bool(one.retain)))
        except (aiomqtt.MqttError, OSError, ssl.SSLError) as error:
            await stands(_reason(error))
        await sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT_S)


@asynccontextmanager
async def speaking(broker: Broker, sensor: wire.Address) -> AsyncIterator[Callable[[bytes], Awaitable[None]]]:
    """A sensor's own end: says `online`, leaves `offline` as its will, and publishes sealed payloads, retained.

    Raises:
        OSError: the broker can't be reached, or the connection was lost.
    """
    gone = topic(sensor, "status")
    will = aiomqtt.Will(gone, b"offline", qos=1, retain=True)
    try:
        async with _connected(broker, will) as client:
            await client.publish(gone, b"online", qos=1, retain=True)

            async def say(payload: bytes) -> None:
                await client.publish(topic(sensor, "reading"), payload, qos=1, retain=True)

            yield say
            await client.publish(gone, b"offline", qos=1, retain=True)
    except aiomqtt.MqttError as error:
        raise ConnectionError(_reason(error)) from error


def _connected(broker: Broker, will: aiomqtt.Will | None = None) -> aiomqtt.Client:
    context = None
    if broker.tls:
        context = ssl.create_default_context(cafile=None if broker.ca is None else str(broker.ca))
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.user,
        password=broker.password,
        tls_context=context,
        will=will,
        clean_session=True,
        keepalive=30,
        timeout=_TIMEOUT_S,
        max_queued_incoming_messages=_QUEUE,
        logger=log.getChild("library"),
    )


def _reason(error: Exception) -> str:
    """What is wrong, in one short line without names of people or secrets."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return "".join(filter(str.isprintable, text))[:120]
