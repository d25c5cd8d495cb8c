"""The sandbox with real workers: bombs, deaths, cancellation, and a parent that is killed."""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bot.sandbox import Limits, ProcessSandbox

ROOT = Path(__file__).parents[2]
MiB = 1 << 20


class FussyError(Exception):
    """An error that cannot be unpickled: its constructor wants more than its message."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(f"{line}:{column}")


def double(value: int) -> int:
    return value * 2


def loop_for_ever() -> None:
    while True:
        pass


def loop_in_c() -> None:
    re.match(r"(a+)+$", "a" * 60 + "b")


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def take_memory(size: int) -> int:
    return len(bytearray(size))


def exit_hard() -> None:
    os._exit(3)


def exit_softly() -> None:
    sys.exit(3)


def cancel() -> None:
    raise asyncio.CancelledError


def complain() -> None:
    raise KeyError("missing")


def complain_fussily() -> None:
    raise FussyError(3, 4)


def many_bytes(size: int) -> bytes:
    return bytes(size)


def unpicklable() -> object:
    return threading.Lock()


def surroundings() -> tuple[dict[str, str], set[str], int]:
    files = set()
    for link in list(Path("/proc/self/fd").iterdir()):
        try:
            files.add(str(link.readlink()))
        except FileNotFoundError:  # the one that listed the folder
            continue
    return dict(os.environ), files, os.nice(0)


def write_file(path: str) -> None:
    Path(path).write_bytes(b"x")


def shout() -> None:
    os.write(1, b"to standard output")
    os.write(2, b"to standard error")


def pid() -> int:
    return os.getpid()


@pytest.fixture
async def sandbox() -> AsyncIterator[ProcessSandbox]:
    made = ProcessSandbox(workers=1, limits=Limits(memory_bytes=256 * MiB, result_bytes=MiB, cpu_s=10))
    yield made
    await made.close()


def wait_for_end(process: psutil.Process) -> None:
    try:
        process.wait(60)
    except psutil.NoSuchProcess:
        return


async def test_a_function_runs_in_another_process(sandbox: ProcessSandbox) -> None:
    assert await sandbox(double, 21) == 42
    assert await sandbox(pid) != os.getpid()


@pytest.mark.parametrize("endless", [loop_for_ever, loop_in_c])
async def test_an_endless_loop_is_killed_and_the_next_call_served(sandbox: ProcessSandbox, endless) -> None:
    worker = psutil.Process(await sandbox(pid))

    with pytest.raises(TimeoutError, match=r"0\.2 s"):
        await sandbox(endless, timeout_s=0.2)

    assert await sandbox(double, 1) == 2
    wait_for_end(worker)


async def test_cpu_time_is_limited_by_call_and_not_by_worker() -> None:
    sandbox = ProcessSandbox(workers=1, limits=Limits(cpu_s=0.5))

    with pytest.raises(ChildProcessError, match="-24"):  # SIGXCPU
        await sandbox(loop_for_ever, timeout_s=60)

    assert [await sandbox(double, n) for n in range(3)] == [0, 2, 4]
    await sandbox.close()


async def test_a_memory_hog_is_refused_and_the_next_call_served(sandbox: ProcessSandbox) -> None:
    with pytest.raises((MemoryError, ChildProcessError)):
        await sandbox(take_memory, 512 * MiB)

    assert await sandbox(take_memory, 64 * MiB) == 64 * MiB


async def test_a_worker_that_exits_is_a_child_process_error(sandbox: ProcessSandbox) -> None:
    with pytest.raises(ChildProcessError, match="status 3"):
        await sandbox(exit_hard)

    assert await sandbox(double, 1) == 2


async def test_a_worker_killed_while_idle_is_replaced(sandbox: ProcessSandbox) -> None:
    worker = psutil.Process(await sandbox(pid))
    worker.kill()
    wait_for_end(worker)

    answers = [await answer_or_error(sandbox) for _ in range(3)]

    assert answers[-1] == 2


async def answer_or_error(sandbox: ProcessSandbox) -> int | None:
    try:
        return await sandbox(double, 1)
    except ChildProcessError:
        return None


async def test_what_the_function_raises_arrives(sandbox: ProcessSandbox) -> None:
    with pytest.raises(KeyError, match="missing"):
        await sandbox(complain)


async def test_an_error_that_cannot_travel_arrives_by_name(sandbox: ProcessSandbox) -> None:
    with pytest.raises(TypeError):
        pickle.loads(pickle.dumps(FussyError(3, 4)))

    with pytest.raises(RuntimeError, match="FussyError: 3:4"):
        await sandbox(complain_fussily)

    assert await sandbox(double, 1) == 2


@pytest.mark.parametrize(("quit_it", "name"), [(exit_softly, "SystemExit"), (cancel, "CancelledError")])
async def test_a_function_can_neither_end_nor_cancel_its_caller(sandbox: ProcessSandbox, quit_it, name: str) -> None:
    with pytest.raises(RuntimeError, match=name):
        await sandbox(quit_it)


async def test_a_result_too_large_or_unpicklable_is_refused(sandbox: ProcessSandbox) -> None:
    with pytest.raises(ValueError, match="1048576 are allowed"):
        await sandbox(many_bytes, 2 * MiB)
    with pytest.raises(TypeError):
        await sandbox(unpicklable)

    assert len(await sandbox(many_bytes, MiB // 2)) == MiB // 2


async def test_large_arguments_arrive(sandbox: ProcessSandbox) -> None:
    assert await sandbox(len, bytes(20 * MiB)) == 20 * MiB


async def test_100_callers_at_once_are_all_served(sandbox: ProcessSandbox) -> None:
    answers = await asyncio.gather(*(sandbox(double, n) for n in range(100)))

    assert answers == [2 * n for n in range(100)]


async def test_a_queue_that_is_full_refuses(sandbox: ProcessSandbox) -> None:
    small = ProcessSandbox(workers=1, waiting=1)
    await small(double, 1)
    busy = [asyncio.create_task(small(sleep, 60.0)) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(ChildProcessError, match="too many"):
        await small(double, 1)

    await small.close()
    assert [type(e) for e in await asyncio.gather(*busy, return_exceptions=True)] == [ChildProcessError] * 2


async def test_cancelling_the_caller_kills_the_worker(sandbox: ProcessSandbox) -> None:
    worker = psutil.Process(await sandbox(pid))
    before = worker.cpu_times().user
    call = asyncio.create_task(sandbox(loop_for_ever, timeout_s=60))
    while worker.cpu_times().user < before + 0.2:  # noqa: ASYNC110 - until it is really looping
        await asyncio.sleep(0.01)

    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.to_thread(wait_for_end, worker)
    assert await sandbox(double, 1) == 2


async def test_a_worker_is_replaced_after_its_share_of_calls() -> None:
    sandbox = ProcessSandbox(workers=1, tasks_per_worker=3)

    pids = [await sandbox(pid) for _ in range(7)]

    assert len(set(pids)) == 3
    await sandbox.close()


async def test_a_worker_has_no_environment_no_terminal_and_few_files(
    sandbox: ProcessSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOBI_TOKEN", "hidden")
    with (tmp_path / "open").open("wb"):
        environment, files, niceness = await sandbox(surroundings)

    assert environment == {}
    assert {name for name in files if not name.startswith("pipe:")} == {"/dev/null"}
    assert niceness >= 10


async def test_a_worker_can_write_no_file(sandbox: ProcessSandbox, tmp_path: Path) -> None:
    with pytest.raises((OSError, ChildProcessError)):
        await sandbox(write_file, str(tmp_path / "x"))

    assert (tmp_path / "x").read_bytes() == b""


async def test_a_workers_chatter_goes_nowhere(sandbox: ProcessSandbox, capfd: pytest.CaptureFixture[str]) -> None:
    await sandbox(shout)

    assert capfd.readouterr() == ("", "")


async def test_close_kills_what_runs_and_refuses_what_comes(sandbox: ProcessSandbox) -> None:
    worker = psutil.Process(await sandbox(pid))
    call = asyncio.create_task(sandbox(loop_for_ever, timeout_s=60))
    await asyncio.sleep(0)

    await sandbox.close()

    with pytest.raises(ChildProcessError):
        await call
    with pytest.raises(ChildProcessError, match="closed"):
        await sandbox(double, 1)
    await asyncio.to_thread(wait_for_end, worker)


PARENT = """
import asyncio, sys
from bot.sandbox import ProcessSandbox
from tests.bot import test_sandbox as jobs

async def main():
    sandbox = ProcessSandbox(workers=2)
    print(*(await asyncio.gather(*(sandbox(jobs.pid) for _ in range(20)))), flush=True)
    await asyncio.gather(*(sandbox(jobs.loop_in_c, timeout_s=600) for _ in range(2)))

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_workers_die_with_a_parent_killed_in_the_middle_of_a_c_loop() -> None:
    parent = subprocess.Popen(  # noqa: ASYNC220 - a fork of milliseconds, awaited by nobody else
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    assert parent.stdout is not None
    workers = [psutil.Process(int(found)) for found in set(parent.stdout.readline().split())]
    family = psutil.Process(parent.pid).children(recursive=True)
    before = max(worker.cpu_times().user for worker in workers)
    while any(worker.cpu_times().user < before + 0.2 for worker in workers):  # noqa: ASYNC110 - until they are really looping
        await asyncio.sleep(0.01)

    parent.kill()

    parent.wait()
    parent.stdout.close()
    for process in family:
        await asyncio.to_thread(wait_for_end, process)
    assert not any(process.is_running() for process in family)
    assert len(family) >= 4  # two workers, the fork server, the tracker
