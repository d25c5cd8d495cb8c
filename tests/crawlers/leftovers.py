"""What a run leaves behind: processes that it started, whoever is their parent by now, and files."""

from __future__ import annotations

import contextlib
import multiprocessing.util
import os
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import forkserver, resource_tracker
from pathlib import Path

import psutil

_PATIENCE_S = 5.0


class Leftovers:
    """Watches from its making on; `folder` is where every temporary file of the run goes meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._me, self._since = psutil.Process(), time.time() - 2.0  # the birth of a process is known to a second
        self._before = set(self._me.children(recursive=True))
        self._seen: set[psutil.Process] = set()

    def look(self) -> list[psutil.Process]:
        """The living processes below this one, remembered by their number and birth: an orphan is known again."""
        with contextlib.suppress(psutil.Error):
            self._seen |= set(self._me.children(recursive=True)) - self._before
        return [one for one in self._seen if _lives(one)]

    def left(self, patience_s: float = _PATIENCE_S) -> list[str]:
        """What is still there after a while: processes that were seen or have our folder from us, and files."""
        until = time.monotonic() + patience_s
        while (found := self._processes()) and time.monotonic() < until:
            time.sleep(0.05)
        files = [path for path in self.folder.rglob("*") if not path.is_dir()]
        return [*map(_told, found), *map(str, files)]

    def _processes(self) -> list[psutil.Process]:
        self.look()
        for one in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if one.create_time() >= self._since and one.environ().get("TMPDIR") == str(self.folder):
                    self._seen.add(one)
        # these two serve every pool of this program until its end
        kept = {forkserver._forkserver._forkserver_pid, resource_tracker._resource_tracker._pid, os.getpid()}
        return [one for one in self._seen if one.pid not in kept and _lives(one)]


@contextlib.contextmanager
def temporary(folder: Path) -> Iterator[None]:
    """While the block lasts, temporary files are made in `folder`."""
    multiprocessing.util.get_temp_dir()  # the fork server's, which outlives the block
    before, environ = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        os.environ.pop("TMPDIR")
        if environ is not None:
            os.environ["TMPDIR"] = environ


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_DEAD
    return False


def _told(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return f"{process.pid} {process.status()} {' '.join(process.cmdline())[:200]}"
    return str(process.pid)
