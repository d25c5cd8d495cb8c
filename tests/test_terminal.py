"""The console for people: through a real pseudo-terminal and through a pipe, in real processes on the demo."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import io
import os
import re
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from PIL import Image

from attest import qr
from attest.receipt import looks_like_token
from bot.messenger import Button, Chat, Outgoing, Reply, Update
from bot.messengers.console import Pictures
from bot.messengers.terminal import Terminal, blocks
from tests.conftest import FixedClock

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


def pictured(drawn: str) -> bytes:
    """Half blocks as a picture of four pixels a module, as a phone would see them on the screen."""
    rows = [line for line in drawn.splitlines() if line.strip(" ▀▄█") == "" and len(line) > 20]
    width = max(map(len, rows))
    image = Image.new("L", (width, 2 * len(rows)), 255)
    for y, row in enumerate(rows):
        for x, char in enumerate(row):
            for half in range(2):
                if char in ("▀█", "▄█")[half]:
                    image.putpixel((x, 2 * y + half), 0)
    target = io.BytesIO()
    image.resize((4 * image.width, 4 * image.height), Image.Resampling.NEAREST).save(target, "PNG")
    return target.getvalue()


class Keyboard:
    """A `dobi console --demo` on a pseudo-terminal."""

    def __init__(self, data: Path) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 140, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "console", "--demo", "--data", data],
            stdin=slave, stdout=slave, stderr=subprocess.DEVNULL, cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"},
        )  # fmt: skip
        os.close(slave)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._seen = ""

    def wait_for(self, *words: str) -> str:
        """What has been shown since the last time, once all the words are there."""
        end = time.monotonic() + PATIENCE_S
        while not all(word in self._seen for word in words):
            assert time.monotonic() < end, f"{words} in {self._seen[-2000:]!r}"
            with contextlib.suppress(BlockingIOError):
                self._seen += self._decoder.decode(os.read(self._master, 65536))
            self._seen = _ESCAPES.sub("", self._seen)
        shown, self._seen = self._seen, ""
        return shown

    def type(self, line: str, *words: str) -> str:
        """Types a line and waits for the words."""
        os.write(self._master, line.encode() + b"\r")
        return self.wait_for(*words)

    def close(self) -> int:
        """Ends the process if it still runs; its status."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(60)
        self._process.kill()
        os.close(self._master)
        return self._process.wait()


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "demo"


def test_a_newcomer_talks_through_all_three_at_the_keyboard_and_then_through_a_pipe(folder, tmp_path):
    keyboard = Keyboard(folder)
    try:
        greeting = keyboard.wait_for("[5] 도움말", "김하나")
        assert "예시입니다" in greeting
        assert "안녕하십니까, 김하나 님" in greeting
        assert "/나 lee" in greeting
        assert "'재난안전' 소식을" in keyboard.type("1", "지난 7일이면", "[1] 목록")
        line = keyboard.type("식당", "기준입니다.", "그림: ", "이번 주 차례")
        mine = re.search(r"\[(\d)\] 우리 과 차례", line)
        assert mine is not None
        assert "총무과는 이번 주" in keyboard.type(mine[1], "총무과는 이번 주")
        assert re.search(r"그림: .+\.png", line)
        assert "버렸습니다" in keyboard.type("/위치", "[1] 동의합니다")
        keyboard.type("1", "동의를 기록했습니다")
        receipt = keyboard.type("/위치 35.2279 128.6811", "그림: ", "글자로 받기")
        [token] = qr.read(pictured(receipt))
        assert looks_like_token(token)
        picture = re.search(r"그림: (\S+\.png)", receipt)
        assert picture is not None
        assert "감사 담당만" in keyboard.type(f"/파일 {picture[1]}", "감사 담당만")
        keyboard.type("/나 lee", "이보름")
        assert "유효" in keyboard.type(f"/파일 {picture[1]}", "확인하지 못한 것")
        assert "#총무과" in keyboard.type("/채널 총무과 식당", "#총무과", "감사관은 이번 주")
        assert "그런 사람이 없습니다" in keyboard.type("/나 nobody", "가운데서 골라")
        os.write(keyboard._master, "/끝\r".encode())
    finally:
        assert keyboard.close() == 0

    started = subprocess.run(
        [sys.executable, "-m", "bot", "console", "--demo", "--data", folder],
        input="목록\n/위치 1\n/파일 없는그림.png\n/위치\n2\n/끝\n식당\n".encode(),
        capture_output=True, cwd=ROOT, timeout=PATIENCE_S, check=True,
    )  # fmt: skip
    told = started.stdout.decode()
    assert "무엇을 도와드릴까요" in told  # known by now: no second introduction
    assert "1. 재난안전" in told
    assert "'/위치 위도 경도'로" in told
    assert "파일을 읽지 못했습니다: 없는그림.png" in told
    assert "\x1b" not in told
    last_token = [line for line in told.splitlines() if looks_like_token(line)]
    assert qr.read(pictured(told)) == last_token
    assert "본관 구내식당" not in told  # nothing after /끝
    assert started.stderr == b""


# --- one keyboard, several people


class Said:
    """What reached Dobi."""

    def __init__(self) -> None:
        self.updates: list[Update] = []

    async def __call__(self, update: Update) -> None:
        self.updates.append(update)


@pytest.fixture
def terminal(tmp_path, clock: FixedClock) -> Terminal:
    people = {"kim": "김하나", "lee": "이보름"}
    return Terminal(people, Pictures(tmp_path), tmp_path / "history", clock, "도비 콘솔입니다.", greet=False)


def message(chat: Chat, *buttons: Button, kind: str = "reply") -> Outgoing:
    return Outgoing("gyeongnam", chat, "m1", Reply("글", buttons=buttons), kind)


async def typed(terminal: Terminal, *lines: str) -> list[Update]:
    """What Dobi gets from these lines."""
    said = Said()
    terminal._receive = said
    for line in lines:
        await terminal._take(line)
    return said.updates


KIM = Chat("console", "dm:kim", private=True)
LEE = Chat("console", "dm:lee", private=True)
ROOM = Chat("console", "총무과", private=False)


async def test_a_number_presses_the_newest_button_of_whoever_is_at_the_keyboard(terminal):
    await terminal.send(message(KIM, Button("목록", "subs")))
    await terminal.send(message(LEE, Button("자세히", "more:x"), kind="instant"))

    [pressed] = await typed(terminal, "1")

    assert (pressed.sender, pressed.press, pressed.chat) == ("kim", "subs", None)


async def test_a_button_shown_in_a_channel_is_pressed_there(terminal):
    await terminal.send(message(ROOM, Button("이번 주 차례", "slots")))

    [pressed] = await typed(terminal, "1")

    assert (pressed.press, pressed.chat) == ("slots", "총무과")


async def test_another_person_does_not_press_what_was_shown_before(terminal):
    await terminal.send(message(KIM, Button("동의합니다", "consent:yes")))

    updates = await typed(terminal, "/나 lee", "1")

    assert [(one.sender, one.press, one.text) for one in updates] == [("lee", None, "1")]


async def test_a_message_to_somebody_else_says_whose_it_is(terminal, capsys):
    await terminal.send(message(LEE, Button("자세히", "more:x"), kind="instant"))

    told = capsys.readouterr().out
    assert "→ lee (새 소식)" in told
    assert "[1]" not in told


@pytest.mark.parametrize(
    "line", ["/위치 a b", "/위치 1", "/파일", "/파일 /없는/길.png", "/나", "/채널", "/채널 총무과"]
)
async def test_an_order_that_can_not_be_done_is_explained_in_korean(terminal, capsys, line):
    assert await typed(terminal, line) == []

    told = capsys.readouterr().out
    assert "주십시오" in told
    assert not re.search(r"expected|not a file|could not|Error", told)


def test_only_a_picture_of_two_colours_is_drawn():
    chart = Image.linear_gradient("L")
    target = io.BytesIO()
    chart.save(target, "PNG")

    assert blocks(target.getvalue()) is None
