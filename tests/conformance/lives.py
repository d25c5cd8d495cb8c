"""Lives of one program, each a process of its own that may be killed: forked from one that has read the program's code.

    python -m tests.conformance.lives CHANNEL MODULE        started by `Lives`; CHANNEL is a socket's number

A life begins where the program's `main` does, with no thread, loop, file or connection of an earlier one; what it is
spared is a second or two of reading modules. `MODULE.main(words)` gives the exit status.
"""

from __future__ import annotations

import asyncio
import faulthandler
import importlib
import json
import os
import pkgutil
import random
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
_LONGEST = 2**16
_UNREAD = frozenset({"nlp.transformer", "nlp.kiwi"})


class Lives:
    """Begins lives of `module` and tells how they end."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._parent: asyncio.subprocess.Process | None = None
        self._channel: socket.socket | None = None
        self._reading: asyncio.Task[None] | None = None
        self._born: asyncio.Queue[int] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}

    async def __aenter__(self) -> Self:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        self._channel = ours
        with theirs:
            self._parent = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.conformance.lives", str(theirs.fileno()), self._module,
                pass_fds=[theirs.fileno()], cwd=ROOT,
            )  # fmt: skip
        self._reading = asyncio.create_task(self._read(ours))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._channel is not None
        assert self._reading is not None
        assert self._parent is not None
        self._channel.close()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._parent.wait()

    async def begin(self, words: list[str], stdin: int, stdout: int, stderr: int) -> int:
        """A new life's process id; the files stay the caller's to close."""
        assert self._channel is not None
        socket.send_fds(self._channel, [json.dumps(["begin", words]).encode()], [stdin, stdout, stderr])
        return await self._born.get()

    async def end(self, pid: int) -> int:
        """Returns when that life has ended: its exit status, or the negative signal that ended it."""
        return await asyncio.shield(self._ended[pid])

    def over(self, pid: int) -> bool:
        """Whether that life has ended."""
        return self._ended[pid].done()

    async def kill(self, pid: int) -> None:
        """Ends a life at once."""
        assert self._channel is not None
        if not self._ended[pid].done():
            self._channel.send(json.dumps(["kill", pid]).encode())
        await self.end(pid)

    async def _read(self, channel: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while told := await loop.sock_recv(channel, _LONGEST):
            name, pid, status = json.loads(told)
            if name == "born":
                self._ended[pid] = loop.create_future()
                self._born.put_nowait(pid)
            else:
                self._ended[pid].set_result(status)


def _read_all() -> None:
    """Every module of the house, but for those whose libraries are not here, or large and seldom wanted."""
    for room in ("bot", "attest", "crawlers", "nlp", "occupancy"):
        for found in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if found.name not in _UNREAD:
                with suppress(Exception):
                    importlib.import_module(found.name)


def main() -> None:
    """The process that lives are forked from: it forks and waits, and holds nothing."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    _read_all()
    program = importlib.import_module(sys.argv[2])
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken)
    living = set[int]()
    while True:
        ready, _, _ = select.select([channel.fileno(), wake], [], [])
        if wake in ready:
            os.read(wake, _LONGEST)
        if channel.fileno() in ready:
            data, files, _, _ = socket.recv_fds(channel, _LONGEST, 3)
            if not data:
                return
            name, word = json.loads(data)
            if name == "kill" and word in living:  # else its number may be somebody else's by now
                os.kill(word, signal.SIGKILL)
            if name == "begin":
                living.add(_begun(channel, program, word, files))
        _tell(channel, living)


def _begun(channel: socket.socket, program: object, words: list[str], files: list[int]) -> int:
    pid = os.fork()
    if pid == 0:
        channel.close()
        _live(program, words, files)
    for file in files:
        os.close(file)
    channel.send(json.dumps(["born", pid, 0]).encode())
    return pid


def _tell(channel: socket.socket, living: set[int]) -> None:
    """The lives that have ended."""
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            pid, status = found
            living.discard(pid)
            channel.send(json.dumps(["ended", pid, os.waitstatus_to_exitcode(status)]).encode())


def _live(program: object, words: list[str], files: list[int]) -> None:
    """What is left of this process is a life."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        sys.stdin, sys.stdout, sys.stderr = (open(number, mode, encoding="utf-8") for number, mode in enumerate("rww"))  # noqa: SIM115, PTH123 - they are the life's
        random.seed()
        faulthandler.register(signal.SIGUSR1, sys.stderr)  # where it stands, for whoever asks
        status = program.main(words)  # type: ignore[attr-defined]
        sys.stdout.flush()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the end of a process, whatever it is
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
