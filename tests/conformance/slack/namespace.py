"""Runs a server in the empty network namespace that this process was put into, and lets one door out: a Unix socket.

    python namespace.py SOCKET PORT COMMAND…

The server sees a loopback of its own and nothing else, and nothing sees it but who may open the socket. It ends with
this process, and this process with its standard input.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import signal
import socket
import struct
import sys
from contextlib import suppress

_SET, _GET, _UP, _DEATH = 0x8914, 0x8913, 1, 1  # SIOCSIFFLAGS, SIOCGIFFLAGS, IFF_UP, PR_SET_PDEATHSIG


def loopback_up() -> None:
    """Brings the namespace's own `lo` up; there must be no other device."""
    names = [name for _, name in socket.if_nameindex()]
    if names != ["lo"]:
        raise SystemExit(f"not an empty network namespace: {names}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = fcntl.ioctl(any_socket, _GET, struct.pack("16sH14x", b"lo", 0))
        flags = struct.unpack("16sH14x", asked)[1]
        fcntl.ioctl(any_socket, _SET, struct.pack("16sH14x", b"lo", flags | _UP))


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything from one side to the other."""
    with suppress(OSError):
        while data := await reader.read(2**16):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        writer.close()


async def main(path: str, port: int, command: list[str]) -> None:
    loopback_up()
    dies = ctypes.CDLL(None).prctl
    server = await asyncio.create_subprocess_exec(*command, preexec_fn=lambda: dies(_DEATH, signal.SIGKILL))

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pipe(reader, outer), pipe(inner, writer))

    await asyncio.start_unix_server(connected, path)
    await asyncio.to_thread(sys.stdin.buffer.read)
    with suppress(ProcessLookupError):
        server.kill()
    await server.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
