"""`dobi camera run`: the agent's settings, its memory of four numbers, and its work until it is stopped.

Settings are a `[camera]` table in a small file of the camera's own PC, or flags of the same names; a flag wins. On the
house's own PC the house's settings do: then only the sensor, the source and the region are said.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tomllib
from asyncio import get_running_loop
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from threading import Event
from typing import Any

import aiohttp

from bot.bootstrap import wall
from bot.clock import KST
from bot.commands import Refused
from bot.commands.camera import detector_said, place_said, region_said
from bot.settings import SettingsError, load, reference
from bot.settings_keys import NoPassphrase
from bot.wording import camera as words
from occupancy.reading import Kind
from occupancy.sensors.camera.agent import Word, work
from occupancy.sensors.camera.errors import SourceError
from occupancy.sensors.camera.live import Known, LiveCounter
from occupancy.sensors.camera.source import Capture, one_core
from occupancy.sensors.camera.stream import pictures
from occupancy.sensors.http import Address
from occupancy.sensors.sender import Sender, Sent, over

_LARGEST = 64 * 1024
_NAMES = frozenset(
    {"server", "institution", "cafeteria", "sensor", "key", "source", "region", "serving", "detector", "memory",
     "every", "post_every"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """What one agent needs to know. `key` is revealed once, for signing."""

    server: str
    address: Address
    key: bytes
    source: str
    region: str
    serving: tuple[time, time] | None
    detector: Path | None
    memory: Path | None
    every_s: float
    post_every_s: float


def post_of(args: argparse.Namespace) -> Post:
    """The agent's settings.

    Raises:
        Refused: something is missing or wrong; all that is missing is told at once.
    """
    told = _told(args)
    needed = ("server", "institution", "cafeteria", "sensor", "source", "region")
    if lacking := [name for name in needed if not told.get(name)]:
        raise Refused(words.lacking(lacking))
    key = told["key"] if isinstance(told.get("key"), bytes) else _key(str(told.get("key") or ""))
    path = {name: Path(str(told[name])) if told.get(name) else None for name in ("detector", "memory")}
    return Post(
        str(told["server"]), Address(str(told["institution"]), str(told["cafeteria"]), str(told["sensor"])), key,
        str(told["source"]), str(told["region"]), _serving(told.get("serving")), path["detector"], path["memory"],
        max(0.5, _number(told, "every", 2.0)), max(2.0, _number(told, "post_every", 5.0)),
    )  # fmt: skip


def _number(told: Mapping[str, Any], name: str, usual: float) -> float:
    value = told.get(name)
    return float(value) if isinstance(value, int | float) and 0 < value < 3600 else usual


def _told(args: argparse.Namespace) -> dict[str, Any]:
    """The file's table, under the flags."""
    flags = {name: value for name in _NAMES if (value := getattr(args, name, None)) is not None}
    path: Path = args.config or Path("camera.toml")
    if args.config is None and not path.exists():
        return _of_house(Path("dobi.toml"), flags) if Path("dobi.toml").exists() else flags
    try:
        with path.open("rb") as file:
            document = tomllib.loads(file.read(_LARGEST).decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise Refused(words.unreadable(str(path))) from error
    table = document.get("camera")
    if not isinstance(table, dict):
        return _of_house(path, flags)
    if strange := sorted(set(table) - _NAMES):
        raise Refused(words.strange(strange))
    return {**table, **flags}


def _of_house(path: Path, flags: dict[str, Any]) -> dict[str, Any]:
    """What the house's own settings know of the sensor, under the flags."""
    try:
        known = load(path)
    except SettingsError as error:
        raise Refused(words.unreadable(str(path)) + f"\n{error}") from error
    wanted = str(flags.get("sensor") or "")
    for institution in known.institutions:
        for cafeteria in institution.cafeterias:
            for one in cafeteria.sensors:
                if one.id == wanted and flags.get("institution") in (None, institution.id):
                    told = {
                        "server": f"http://{known.http.host}:{known.http.port}", "institution": institution.id,
                        "cafeteria": cafeteria.id, "key": one.key.reveal().encode(),
                        "serving": f"{cafeteria.open:%H:%M}-{cafeteria.close:%H:%M}",
                    }  # fmt: skip
                    return {**told, **flags}
    return flags


def _key(text: str) -> bytes:
    if not text.startswith(("env:", "file:")):
        raise Refused(words.key())
    try:
        return reference(text).reveal().strip().encode()
    except NoPassphrase as error:
        raise Refused(words.key()) from error


def _serving(text: object) -> tuple[time, time] | None:
    if text is None:
        return None
    first, dash, last = str(text).partition("-")
    try:
        hours = time.fromisoformat(first.strip()), time.fromisoformat(last.strip())
    except ValueError as error:
        raise Refused(words.serving()) from error
    if not dash or hours[0] >= hours[1]:
        raise Refused(words.serving())
    return hours


def is_idle(serving: tuple[time, time] | None, now: datetime) -> bool:
    """Whether nobody can be waiting: outside the serving hours; never where these are not known."""
    if serving is None:
        return False
    clock = now.astimezone(KST).time()
    return not serving[0] <= clock <= serving[1]


def remembered(path: Path | None) -> Known | None:
    """The four numbers of an earlier run; None where there are none that make sense."""
    if path is None or not path.is_file():
        return None
    try:
        told = json.loads(path.read_bytes()[:1000])
        known = Known(float(told["height"]), float(told["slope"]), float(told["person"]), float(told["contour"]))
    except (ValueError, KeyError, TypeError, OSError):
        return None
    sound = (
        0.02 < known.height < 1 and 0 <= known.slope < 3 and 0.05 < known.person < 0.5 and 0.1 < known.contour < 10_000
    )
    return known if sound else None


def remember(path: Path | None, known: Known | None) -> None:
    """Keeps the four numbers, and nothing else."""
    if path is not None and known is not None and remembered(path) != known:
        path.write_text(
            json.dumps({"height": known.height, "slope": known.slope, "person": known.person, "contour": known.contour})
        )


async def agent(args: argparse.Namespace) -> int:
    """Works until it is stopped, or a recording given in a camera's place is over."""
    post = post_of(args)
    place, region = place_said(post.source), region_said(post.region)
    try:
        if not place.live:
            Capture(place).close()
    except SourceError as error:
        raise Refused(words.source(error.code, str(place))) from error
    one_core()
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        get_running_loop().add_signal_handler(number, stop.set)
    counter = LiveCounter(
        region, detector_said(post.detector, region), lambda: is_idle(post.serving, wall()), remembered(post.memory)
    )
    tell = _teller(counter, post.memory)
    async with aiohttp.ClientSession() as session:
        sender = Sender(post.address, post.key, Kind.CAMERA, over(session, post.server), wall)
        await work(pictures(place, post.every_s, stop), counter, sender, tell, post.post_every_s)
    return 0


def _teller(counter: LiveCounter, memory: Path | None) -> Callable[[Word], None]:
    """Says each change once, to whoever looks at this PC."""
    last: dict[str, object] = {"ready": None, "fault": None, "sent": Sent.DONE}

    def line(text: str) -> None:
        sys.stderr.write(text + "\n")

    def tell(word: Word) -> None:
        remember(memory, counter.known)
        if word.lost_s is not None:
            line(words.lost(word.lost_s))
        if last["ready"] is not word.ready:
            last["ready"] = word.ready
            line(words.READY if word.ready else words.LEARNING)
        fault = word.reading.fault if word.reading else None
        if fault is not last["fault"]:
            last["fault"] = fault
            line(words.FAULTS[fault.value] if fault else words.again())
        if word.sent is not last["sent"]:
            last["sent"] = word.sent
            line({Sent.REFUSED: words.refused, Sent.LATER: words.later, Sent.DONE: words.again}[word.sent]())

    return tell
