"""Lives of one program, each a process of its own that may be killed: forked from one that has read the program's code.

    test process → reader, one for all its tests → a parent for each `Lives` → lives
    python -m tests.conformance.lives CHANNEL        the reader, started by `Lives`; CHANNEL is a socket's number

A life begins where the program's `main` does, with no thread, loop, file or connection of an earlier one; what it is
spared is a second or two of reading modules. `MODULE.main(words)` gives the exit status. Lives end with their `Lives`.
"""

from __future__ import annotations

import asyncio
import atexit
import faulthandler
import gc
import importlib
import json
import os
import pkgutil
import random
import select
import signal
import socket
import subprocess
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
_LONGEST = 2**16
_READ = b"read"
_UNREAD = frozenset({"nlp.transformer", "nlp.kiwi"})


_READERS: list[socket.socket] = []


def _reader() -> socket.socket:
    """The way to the process that has read the code; it ends with this one. The first one to ask waits for it."""
    if not _READERS:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            number = theirs.fileno()
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.conformance.lives", str(number)],
                pass_fds=[number], stdin=subprocess.DEVNULL, cwd=ROOT,
            )  # fmt: skip
        atexit.register(process.wait)
        atexit.register(ours.close)
        assert ours.recv(_LONGEST) == _READ
        _READERS.append(ours)
    return _READERS[0]


class Lives:
    """Begins lives of `module` and tells how they end."""

    def __init__(self, module: str) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        with theirs:
            socket.send_fds(_reader(), [module.encode()], [theirs.fileno()])
        self._channel = ours
        self._born: asyncio.Queue[int] = asyncio.Queue()
        self._ended: dict[int, asyncio.Future[int]] = {}
        self._reading = asyncio.create_task(self._read())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends all that live."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_WR)
        await self._reading
        self._channel.close()

    async def begin(self, words: list[str], stdin: int, stdout: int, stderr: int) -> int:
        """A new life's process id; the files stay the caller's to close."""
        told = {"words": words, "environ": dict(os.environ)}
        socket.send_fds(self._channel, [json.dumps(["begin", told]).encode()], [stdin, stdout, stderr])
        return await self._born.get()

    async def end(self, pid: int) -> int:
        """Returns when that life has ended: its exit status, or the negative signal that ended it."""
        return await asyncio.shield(self._ended[pid])

    def over(self, pid: int) -> bool:
        """Whether that life has ended."""
        return self._ended[pid].done()

    async def kill(self, pid: int) -> None:
        """Ends a life at once."""
        if not self._ended[pid].done():
            self._channel.send(json.dumps(["kill", pid]).encode())
        await self.end(pid)

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        with suppress(ConnectionError):
            while told := await loop.sock_recv(self._channel, _LONGEST):
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
    """The process that has read the code: forks a parent for each that asks, and holds nothing."""
    reader = socket.socket(fileno=int(sys.argv[1]))
    _read_all()
    gc.freeze()  # what was read stays where it is, shared by all
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a parent
    reader.send(_READ)
    while True:
        data, files, _, _ = socket.recv_fds(reader, _LONGEST, 1)
        if not data:
            return
        if os.fork() == 0:
            reader.close()
            try:
                _parent(socket.socket(fileno=files[0]), data.decode())
            except BaseException:  # noqa: BLE001 - the end of a process, whatever it is
                traceback.print_exc()
            os._exit(0)
        os.close(files[0])


def _parent(channel: socket.socket, module: str) -> None:
    """The process that lives are forked from: it forks and waits, until nobody asks any more."""
    program = importlib.import_module(module)
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
                _ended(living)
                return
            name, word = json.loads(data)
            if name == "kill" and word in living:  # else its number may be somebody else's by now
                os.kill(word, signal.SIGKILL)
            if name == "begin":
                living.add(_begun(channel, program, word, files))
        _tell(channel, living)


def _ended(living: set[int]) -> None:
    for pid in living:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _begun(channel: socket.socket, program: object, told: dict[str, Any], files: list[int]) -> int:
    pid = os.fork()
    if pid == 0:
        channel.close()
        os.environ.clear()
        os.environ.update(told["environ"])
        _live(program, told["words"], files)
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
            with suppress(BrokenPipeError):
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
        signal.signal(signal.SIGUSR2, lambda *_: _show_tasks())
        status = program.main(words)  # type: ignore[attr-defined]
        sys.stdout.flush()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the end of a process, whatever it is
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _show_tasks() -> None:
    """What each task of this life waits for: its threads alone (SIGUSR1) do not tell."""
    with suppress(RuntimeError):  # between two of its loops
        for task in asyncio.all_tasks():
            print(f"{task.get_name()}, cancelled {task.cancelling()} times", file=sys.stderr)
            task.print_stack(file=sys.stderr)
    sys.stderr.flush()


if __name__ == "__main__":
    main()
