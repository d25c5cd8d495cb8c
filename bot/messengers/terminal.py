"""The console for people: a prompt with colours, history and line editing; pushes appear above it as they arrive.

A person may speak as anybody of the demo (`/나 lee`), in a channel (`/채널 총무과 식당`), share a point (`/위치 35.2 128.6`)
and hand over a file (`/파일 그림.png`): what a real messenger has buttons for. Two-coloured pictures (QR codes) are drawn
in half blocks, dark on light, so that a phone can read them off the screen.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PIL import Image
from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.clock import KST
from bot.messenger import Button, Location, Outgoing, Receive, SendResult, Sent, Update
from bot.messengers import lines
from bot.messengers.console import CAPABILITIES, Pictures

_RESET, _DIM, _BOLD, _CYAN, _GREEN, _YELLOW = "\x1b[0m", "\x1b[2m", "\x1b[1m", "\x1b[36m", "\x1b[32m", "\x1b[33m"
_PAPER = "\x1b[38;5;16;48;5;231m"  # black on white whatever the theme: a QR code needs a light ground

HELP = """콘솔 전용 명령입니다. 실제 메신저에서는 단추와 첨부로 합니다.
  /나 lee              다른 사람으로 말합니다. 예시 사람: {people}
  /위치 35.2279 128.6811   그 자리에서 위치를 보냅니다(값이 없으면 예시 위치)
  /파일 그림.png        파일을 보냅니다(검증할 QR 그림 등)
  /채널 총무과 식당      채널에서 저를 불러 말합니다
  1, 2, 3              방금 나온 단추를 누릅니다
  /끝                  마칩니다"""


@dataclass(frozen=True, slots=True)
class Me:
    """Who is at the keyboard."""

    user: str
    name: str


class Terminal:
    """The person's side of the console. `people` are the ids that may be spoken as; `now` is shown at the prompt."""

    name = lines.ADAPTER
    capabilities = CAPABILITIES

    def __init__(
        self,
        people: dict[str, str],
        pictures: Pictures,
        history: Path,
        now: Callable[[], datetime],
        opening: str,
        greet: bool,
    ) -> None:
        self._people = people
        first = next(iter(people))
        self._me = Me(first, people[first])
        self._pictures = pictures
        self._history = history
        self._now = now
        self._opening = opening
        self._greet = greet
        self._buttons: tuple[Button, ...] = ()
        self._count = itertools.count(1)
        self._receive: Receive | None = None

    async def run(self, receive: Receive) -> None:
        """Talks until /끝 or the end of input."""
        self._receive = receive
        self._say(self._opening)
        self._say(_DIM + HELP.format(people=", ".join(f"{key}({name})" for key, name in self._people.items())) + _RESET)
        if self._greet:
            await receive(self._update(text="안녕하세요"))
        if sys.stdin.isatty():
            await self._talk()
        else:
            while line := await asyncio.to_thread(sys.stdin.readline):
                await self._take(line.strip("\n"))

    async def send(self, message: Outgoing) -> SendResult:
        """Prints one message."""
        reply = message.reply
        where = "" if message.chat.private else f" #{message.chat.id}"
        whose = (
            ""
            if message.chat.id in {f"dm:{self._me.user}"} or not message.chat.private
            else f" → {message.chat.id[3:]}"
        )
        mark = {"reply": "", "correction": " (고침)", "instant": " (새 소식)"}.get(message.kind, "")
        if message.edits:
            mark += " (앞 글을 고쳤습니다)"
        self._say(f"{_CYAN}{_BOLD}도비{_RESET}{_DIM}{where}{whose}{mark} {self._time()}{_RESET}\n{reply.text}")
        self._show_picture(reply.image, reply.alt)
        if reply.buttons:
            self._buttons = reply.buttons
            self._say(" ".join(f"{_GREEN}[{n}]{_RESET} {button.label}" for n, button in enumerate(reply.buttons, 1)))
        self._say()
        return Sent(message.message)

    async def _talk(self) -> None:
        self._history.parent.mkdir(parents=True, exist_ok=True)
        session: PromptSession[str] = PromptSession(history=FileHistory(str(self._history)))
        with patch_stdout(raw=True):
            while True:
                try:
                    line = await session.prompt_async(
                        lambda: ANSI(f"{_YELLOW}{self._me.name}{_RESET} {self._time()} > ")
                    )
                except (EOFError, KeyboardInterrupt):
                    return
                if line.strip() == "/끝":
                    return
                await self._take(line)

    async def _take(self, line: str) -> None:
        """One line a person typed: a console order, a button's number, or words for Dobi."""
        if self._receive is None:
            return
        head, _, rest = line.strip().partition(" ")
        update: Update | None
        try:
            update = self._order(head, rest.strip(), line)
        except (lines.BadLine, ValueError) as error:
            self._say(f"{_YELLOW}{error}{_RESET}\n")
            return
        if update is not None:
            await self._receive(update)

    def _order(self, head: str, rest: str, line: str) -> Update | None:
        if head == "/나":
            if rest not in self._people:
                raise lines.BadLine(f"그런 사람이 없습니다. {', '.join(self._people)} 가운데서 골라 주십시오.")
            self._me = Me(rest, self._people[rest])
            return None
        if head == "/위치":
            numbers = [float(word) for word in rest.replace(",", " ").split()] or [35.2279, 128.6811]
            if len(numbers) != 2:
                raise lines.BadLine("'/위치 위도 경도'로 써 주십시오. 예: /위치 35.2279 128.6811")
            return self._update(location=Location(numbers[0], numbers[1], accuracy_m=12.0))
        if head == "/파일":
            return self._update(files=(lines.read_file(rest),))
        if head == "/채널":
            channel, _, words = rest.partition(" ")
            return replace(self._update(text=words), chat=channel, mention=True)
        if line.strip().isdecimal() and 1 <= int(line) <= len(self._buttons):
            return self._update(press=self._buttons[int(line) - 1].press)
        return self._update(text=line)

    def _update(self, **fields: object) -> Update:
        base = Update(lines.ADAPTER, self._me.user, self._now(), reference=next(self._count), sent_at=self._now())
        return replace(base, **fields)  # type: ignore[arg-type]

    @staticmethod
    def _say(text: str = "") -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def _time(self) -> str:
        return f"{self._now().astimezone(KST):%H:%M}"

    def _show_picture(self, image: bytes | None, alt: str | None) -> None:
        if image is None:
            return
        drawn = blocks(image)
        if drawn:
            self._say(drawn)
        self._say(f"{_DIM}그림: {self._pictures.path(image, '.png')}\n{alt or ''}{_RESET}")


def blocks(image: bytes) -> str | None:
    """A two-coloured picture in half blocks, one character a module wide; None for any other picture."""
    picture = Image.open(io.BytesIO(image)).convert("L")
    colours = picture.getcolors(8)
    if colours is None or len(colours) != 2:
        return None
    step = _module(picture)
    small = picture.resize((picture.width // step, picture.height // step), Image.Resampling.NEAREST)
    if small.width > 120:
        return None
    dark = [[small.getpixel((x, y)) < 128 for x in range(small.width)] for y in range(small.height)]  # type: ignore[operator]
    if len(dark) % 2:
        dark.append([False] * small.width)
    rows = (
        "".join(" ▀▄█"[above + 2 * below] for above, below in zip(dark[y], dark[y + 1], strict=True))
        for y in range(0, len(dark), 2)
    )
    return "\n".join(f"{_PAPER}{row}{_RESET}" for row in rows)


def _module(picture: Image.Image) -> int:
    """Pixels a module: the greatest common divisor of all runs of one colour in the middle and first dark rows."""
    size = 0
    for y in range(0, picture.height, max(1, picture.height // 16)):
        row = list(picture.crop((0, y, picture.width, y + 1)).tobytes())
        for _, run in itertools.groupby(row):
            size = math.gcd(size, len(list(run)))
    return max(1, size)
