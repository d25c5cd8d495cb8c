"""The agent at work: figures go out and nothing else, to disk or to the wire; it comes back after a loss."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from bot.__main__ import main
from bot.commands.camera_agent import is_idle, remember, remembered
from occupancy.reading import Condition, Kind
from occupancy.sensors.camera.agent import Word, work
from occupancy.sensors.camera.errors import SourceError
from occupancy.sensors.camera.live import Known, LiveCounter
from occupancy.sensors.camera.region import WHOLE
from occupancy.sensors.camera.source import Frame, Place
from occupancy.sensors.camera.stream import Lost, pictures
from occupancy.sensors.http import Address
from occupancy.sensors.sender import Posted, Sender
from tests.occupancy.scenes import Renderer, Scene, frames, stands, write

ROOT = Path(__file__).parents[2]


async def test_no_picture_reaches_disk_or_wire(tmp_path):
    people = [stands(0.2 + 0.2 * n, 0.85, 70.0, look=n) for n in range(4)]
    recording = write(tmp_path / "in.mp4", frames(Scene(320, 240, 0.3, 0.6, 8, people=people), 84, 2), 2)
    sandbox = tmp_path / "home"
    sandbox.mkdir()
    heard: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))[16:])
            heard.append(head)
            heard.append(await reader.readexactly(length))
            writer.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()

    async def safely(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await take(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(safely, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-B", str(ROOT / "tests/occupancy/camera_child.py"), str(recording), str(port),
        cwd=sandbox, env={"PYTHONPATH": str(ROOT), "HOME": str(sandbox), "TMPDIR": str(sandbox)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(child.communicate(), 120)
    server.close()

    assert child.returncode == 0, err.decode()
    report = json.loads(out.splitlines()[-1])
    assert report["ready"]
    assert report["opened"] == []
    assert report["acts"] == []
    assert {
        json.loads(one.replace("(", "[").replace(")", "]").replace("'", '"'))[1] for one in report["connected"]
    } == {port}
    bodies = [json.loads(one) for one in heard[1::2]]
    items = [item for body in bodies for item in body.get("readings", [body])]
    assert len(items) >= 2
    assert any(item.get("count", 0) >= 1 for item in items)
    assert all(set(item) <= {"measured_at", "count", "seq", "noise"} for item in items)
    assert sum(map(len, heard)) < 600 * len(heard)
    assert report["written"] < 2_000 + sum(map(len, heard))  # what was handed to write(2), by whichever library
    assert list(sandbox.rglob("*")) == []


class House:
    """An entrance that takes what comes, or does not."""

    def __init__(self) -> None:
        self.bodies: list[dict] = []

    async def post(self, path: str, headers, body: bytes) -> Posted:
        self.bodies.append(json.loads(body))
        return Posted(204, {})

    @property
    def counts(self) -> list[int]:
        items = [item for body in self.bodies for item in body.get("readings", [body])]
        return [item["count"] for item in items if "count" in item]


async def test_counts_are_said_only_once_the_room_is_known_and_never_while_it_is_not_seen(clock):
    house, told = House(), list[Word]()
    renderer = Renderer(Scene(320, 240, seed=8))
    counter = LiveCounter(WHOLE, _Nobody(), idle=lambda: False)
    sender = Sender(Address("gn", "main", "cam1"), b"k", Kind.CAMERA, house.post, clock)

    def come() -> Iterator[Frame | Lost]:
        for number in range(80):
            clock.advance(timedelta(seconds=2))
            picture = renderer.frame(2.0 * number)
            if number == 50:
                yield Lost(2.0)
            yield Frame(2.0 * number, np.zeros_like(picture) if number >= 60 else picture)

    await work(come(), counter, sender, told.append, 4.0)

    first = next(at for at, one in enumerate(told) if one.ready)
    assert first >= 30
    assert house.bodies
    assert house.counts == [0] * len(house.counts)
    assert 10 <= len(house.counts) <= 16
    states = [body["state"] for body in house.bodies if "state" in body]
    assert states == [Condition.OFFLINE.value, Condition.OK.value, Condition.BLIND.value]


class _Nobody:
    def find(self, picture):
        return []


class _Camera:
    """A capture that gives a few pictures and is lost."""

    def __init__(self, log: list[str], number: int) -> None:
        log.append("open")
        self._left = number

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def advance(self):
        self._left -= 1
        return None if self._left < 0 else 0.0

    def look(self):
        return np.zeros((20, 20, 3), np.uint8)


class _Stop(Event):
    """An event that is never set, and on which nobody waits for long."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0)
        if len(self.waited) >= 9:
            self.set()
        return self.is_set()


def test_a_lost_camera_is_asked_again_ever_more_seldom():
    log, stop = [], _Stop()

    def opened(place: Place):
        if 2 <= len(log) < 7:
            log.append("fail")
            raise SourceError("unreadable", "gone")
        return _Camera(log, 3)

    said = list(pictures(Place("0", device=0), 2.0, stop, opened=opened, clock=lambda: 0.0))

    assert [one.wait_s for one in said if isinstance(one, Lost)][:6] == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0]
    assert sum(isinstance(one, Frame) for one in said) >= 2
    assert log.count("fail") == 5


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("cli") / "a.mp4", frames(Scene(160, 120, seed=4), 6, 4), 4)


class Dobi:
    """The command line in this process, with what it says on both outputs."""

    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capfd, self._monkeypatch = capfd, monkeypatch

    def __call__(self, *words: str, given: str = "") -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = main(["camera", *words])
        out, err = self._capfd.readouterr()
        return code, out, err


@pytest.fixture
def dobi(capfd, monkeypatch, tmp_path) -> Dobi:
    monkeypatch.chdir(tmp_path)
    return Dobi(capfd, monkeypatch)


def test_the_command_prints_a_json_line_a_reading(dobi, recording):
    code, out, err = dobi(
        "count", str(recording), "--region", "0,0 1,0 1,1 0,1", "--calibrate", "1=0,3=0,99=4", "--json"
    )

    assert code == 0, err
    lines = [json.loads(line) for line in out.splitlines()]
    assert len(lines) >= 10
    assert all(set(one) == {"second", "count", "confidence", "frozen"} for one in lines)
    assert all(one["count"] == 0 and not one["frozen"] and 0 <= one["confidence"] <= 1 for one in lines)
    assert "영상에 없는 초라서 쓰지 못했습니다: 99" in err


def test_wrong_words_end_with_a_korean_sentence_and_2(dobi, tmp_path, recording):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video" * 1000)
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    wrong = {
        (str(tmp_path / "none.mp4"),): "카메라나 파일이 없습니다",
        (str(tmp_path),): "카메라나 파일이 없습니다",
        (str(fifo),): "카메라나 파일이 없습니다",
        (str(broken),): "영상을 열지 못했습니다",
        ("rtsp://admin:secret@127.0.0.1:1/x",): "영상을 열지 못했습니다: rtsp://127.0.0.1.",
        (str(recording), "--region", "0,0 1,1 1,0 0,1"): "엇갈립니다",
        (str(recording), "--region", "0,0 2,0 1,1"): "화면 밖",
        (str(recording), "--calibrate", "많음"): "초=명",
        (str(recording), "--detector", str(broken)): "읽을 수 없는 검출 모델",
    }

    for words, told in wrong.items():
        code, out, err = dobi("count", *words)
        assert (code, out) == (2, ""), err
        assert told in err
        assert err.count("\n") == 1
        assert "secret" not in err


def test_the_region_is_drawn_in_a_terminal_and_shown_back(dobi, recording, tmp_path):
    code, out, err = dobi("setup", str(recording), "--terminal", "--plain", given="A5 Q5\nA5 Q5 Q13 A13\n\n")

    assert code == 0, err
    assert "꼭짓점 3개에서" in out
    assert 'region = "0,0.333 1,0.333 1,1 0,1"' in out
    assert out.count("   A   B   C") == 4
    assert list(tmp_path.iterdir()) == []
    assert dobi("setup", str(recording), "--terminal", "--plain", given="\n")[0] == 2


def test_the_agent_says_what_its_settings_lack(dobi, tmp_path, recording):
    file = tmp_path / "camera.toml"
    file.write_text('[camera]\nsensor = "cam1"\nkey = "plain"\n')
    lacking = dobi("run")
    file.write_text('[camera]\nsensor = "cam1"\npassword = "x"\n')
    strange = dobi("run")
    file.write_text(
        '[camera]\nserver = "http://127.0.0.1:1"\ninstitution = "gn"\ncafeteria = "main"\nsensor = "cam1"\n'
        f'source = "{recording}"\nregion = "0,0 1,0 1,1"\nkey = "plain"\n'
    )
    literal = dobi("run")

    assert lacking[0] == strange[0] == literal[0] == 2
    assert "빠진 것이 있습니다: server, institution, cafeteria, source, region" in lacking[2]
    assert "모르는 이름이 있습니다: password" in strange[2]
    assert "센서의 열쇠가 없습니다" in literal[2]
    assert "plain" not in literal[2]


def test_only_figures_are_remembered_of_a_place(tmp_path):
    path, known = tmp_path / "cam1.json", Known(0.4, 0.2, 0.18, 90.0)

    remember(path, None)
    assert not path.exists()
    remember(path, known)
    assert remembered(path) == known
    assert set(json.loads(path.read_text())) == {"height", "slope", "person", "contour"}
    for wrong in ("", "[]", '{"height": "x"}', '{"height": 9, "slope": 0, "person": 0.2, "contour": 50}'):
        path.write_text(wrong)
        assert remembered(path) is None


@pytest.mark.parametrize(("at", "idle"), [("11:19", True), ("11:20", False), ("13:10", False), ("13:11", True)])
def test_outside_serving_hours_nobody_can_be_waiting(at, idle):
    hours = time(11, 20), time(13, 10)
    assert is_idle(hours, datetime.fromisoformat(f"2026-11-23T{at}:00+09:00")) is idle
    assert not is_idle(None, datetime.fromisoformat(f"2026-11-23T{at}:00+09:00"))
