"""The console for people: a prompt with colours, history and line editing; pushes appear above it as they arrive.

A person may speak as anybody of the demo (`/나 lee`), in a channel (`/채널 총무과 식당`), share a point
(`/위치 35.2 128.6`) and hand over a file (`/파일 그림.png`): what a real messenger has buttons for. Two-coloured
pictures (QR codes) are drawn in half blocks, dark on light, so that a phone can read them off the screen.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import math
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PIL import Image
from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import FileHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.clock import KST
from bot.messenger import Button, InFile, Location, Outgoing, Plain, Receive, Update
from bot.messengers import lines
from bot.messengers.console import CAPABILITIES, Pictures
from bot.messengers.letters import visible
from bot.platforms import SendResult, Sent

_RESET, _DIM, _BOLD, _CYAN, _GREEN, _YELLOW = "\x1b[0m", "\x1b[2m", "\x1b[1m", "\x1b[36m", "\x1b[32m", "\x1b[33m"
_PAPER = "\x1b[38;5;16;48;5;231m"  # black on white whatever the theme: a QR code needs a light ground

_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_EXAMPLE = Location(35.2279, 128.6811, accuracy_m=12.0)

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


@dataclass(frozen=True, slots=True)
class _Shown:
    """The buttons that a number presses: of the newest message to whoever is at the keyboard."""

    buttons: tuple[Button, ...] = ()
    chat: str | None = None
    message: str | None = None


class Terminal(Plain):
    """The person's side of the console.

    `people` are the ids that may be spoken as; `now` is shown at the prompt. Where the input is no terminal each line
    is handled wholly before the next, `finish` being what makes Dobi say all that is due.
    """

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
        finish: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._people = people
        first = next(iter(people))
        self._me = Me(first, people[first])
        self._pictures = pictures
        self._history = history
        self._now = now
        self._opening = opening
        self._greet = greet
        self._finish = finish
        self._shown = _Shown()
        self._coloured = sys.stdout.isatty()
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
            return
        await self._settle()
        while (line := await asyncio.to_thread(sys.stdin.readline)) and line.strip() != "/끝":
            await self._take(line.strip("\n"))
            await self._settle()

    async def _settle(self) -> None:
        if self._finish is not None:
            await self._finish()

    async def send(self, message: Outgoing) -> SendResult:
        """Prints one message."""
        reply = message.reply
        where = "" if message.chat.private else f" #{visible(message.chat.id)}"
        mine = not message.chat.private or message.chat.id == f"dm:{self._me.user}"
        whose = "" if mine else f" → {message.chat.id[3:]}"
        mark = {"reply": "", "correction": " (고침)", "instant": " (새 소식)"}.get(message.kind, "")
        if message.edits:
            mark += " (앞 글을 고쳤습니다)"
        self._say(f"{_CYAN}{_BOLD}도비{_RESET}{_DIM}{where}{whose}{mark} {self._time()}{_RESET}\n{visible(reply.text)}")
        self._show_picture(reply.image, reply.alt)
        if reply.buttons and mine:
            self._shown = _Shown(reply.buttons, None if message.chat.private else message.chat.id, message.message)
            self._say(
                " ".join(f"{_GREEN}[{n}]{_RESET} {visible(button.label)}" for n, button in enumerate(reply.buttons, 1))
            )
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
        except _Refused as error:
            self._say(f"{_YELLOW}{error}{_RESET}\n")
            return
        if update is not None:
            await self._receive(update)

    def _order(self, head: str, rest: str, line: str) -> Update | None:
        if head == "/나":
            if rest not in self._people:
                raise _Refused(f"그런 사람이 없습니다. {', '.join(self._people)} 가운데서 골라 주십시오.")
            self._me, self._shown = Me(rest, self._people[rest]), _Shown()
            return None
        if head == "/위치":
            return self._update(location=_point(rest))
        if head == "/파일":
            return self._update(files=(_file(rest),))
        if head == "/채널":
            channel, _, words = rest.partition(" ")
            if not words:
                raise _Refused("'/채널 채널이름 할 말'로 써 주십시오. 예: /채널 총무과 식당")
            return replace(self._update(text=words), chat=channel, mention=True)
        shown = self._shown
        if line.strip().isdecimal() and 1 <= int(line) <= len(shown.buttons):
            return self._update(press=shown.buttons[int(line) - 1].press, chat=shown.chat, message=shown.message)
        return self._update(text=line)

    def _update(self, **fields: object) -> Update:
        base = Update(lines.ADAPTER, self._me.user, self._now(), reference=next(self._count), sent_at=self._now())
        return replace(base, **fields)  # type: ignore[arg-type]

    def _say(self, text: str = "") -> None:
        sys.stdout.write((text if self._coloured else _COLOUR.sub("", text)) + "\n")
        sys.stdout.flush()

    def _time(self) -> str:
        return f"{self._now().astimezone(KST):%H:%M}"

    def _show_picture(self, image: bytes | None, alt: str | None) -> None:
        if image is None:
            return
        drawn = blocks(image)
        if drawn:
            self._say(drawn)
        self._say(f"{_DIM}그림: {self._pictures.path(image, '.png')}\n{visible(alt or '')}{_RESET}")


class _Refused(Exception):  # noqa: N818 - the sentence is for the person at the keyboard
    """An order to the console that can't be done; the text says why, in Korean."""


def _point(text: str) -> Location:
    try:
        lat, lon = (float(word) for word in text.replace(",", " ").split()) if text else (_EXAMPLE.lat, _EXAMPLE.lon)
    except ValueError as error:
        raise _Refused("'/위치 위도 경도'로 써 주십시오. 예: /위치 35.2279 128.6811") from error
    return replace(_EXAMPLE, lat=lat, lon=lon)


def _file(text: str) -> InFile:
    try:
        return lines.read_file(str(Path(text.strip("'\" ")).expanduser()))
    except (lines.BadLine, RuntimeError) as error:  # RuntimeError: ~ of an unknown user
        raise _Refused(
            f"파일을 읽지 못했습니다: {text or '이름이 없습니다'}. '/파일 그림.png'로 써 주십시오."
        ) from error


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
