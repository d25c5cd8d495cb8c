"""The console's screen: what somebody wrote can be read there, and gives the terminal no orders."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.messenger import Button
from bot.messengers.console import Pictures
from bot.messengers.terminal import Terminal
from bot.platforms import Sent
from tests.conftest import FixedClock
from tests.odd import out


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("제목\x1b[2J\x1b]52;c;aGk=\x07끝", "제목␛[2J␛]52;c;aGk=␇끝"),
        ("\x1b[31m붉은\x1b[0m", "␛[31m붉은␛[0m"),
        ("앞\r뒤\x08\x7f\x9b1A", "앞␍뒤␈␡\ufffd1A"),
        ("반\ud83d쪽\x00", "반\ufffd쪽\ufffd"),
        ("두 줄\n탭\t이모지 😀 <b>*굵게*</b>", "두 줄\n탭\t이모지 😀 <b>*굵게*</b>"),
    ],
)
async def test_a_text_gives_the_terminal_no_orders(written, seen, tmp_path: Path, clock: FixedClock, capsys):
    screen = Terminal({"kim": "김하나"}, Pictures(tmp_path), tmp_path / "history", clock, "도비", greet=False)
    message = out("console", "dm:kim", written, buttons=(Button(written, "p"),))

    assert await screen.send(message) == Sent("m1")
    told = capsys.readouterr().out
    assert told.count(seen) >= 2
    assert "\x1b" not in told.replace("\x1b[0m", "").replace("\x1b[32m", "")
