"""A web server that means harm, in a process of its own: `python -m tests.crawlers.hostile_server SEED [PORT]`.

Every loopback address is another host. `host_of(n)` serves the hostile case `n`; `ok_host(k)` an honest feed that
publishes an item every few seconds; the canary's address serves nobody, and counts whoever comes.
"""

# ruff: noqa: E501 - raw HTTP is read best on its own line

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import json
import random
import re
import socket
import subprocess
import sys
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from tests.crawlers.hostile_bodies import BOARDS, CANARY, FEEDS, FILES, ODD, PAGES, bad_addresses, robots
from tests.crawlers.site import LONG, feed, hwpx, page

ROOT = Path(__file__).parents[2]
PERIOD_S = 4.0  # between two items of an honest source
KEPT = 8  # items that an honest feed lists
MODES = ("list", "list", "http", "robots", "pages", "pages", "files", "files")


def host_of(n: int) -> str:
    """The address of hostile case `n`."""
    return f"127.{1 + n // 40_000}.{n // 200 % 200}.{n % 200 + 1}"


def case_of(host: str) -> int:
    """The case at that address."""
    _, high, middle, low = (int(part) for part in host.split("."))
    return (high - 1) * 40_000 + middle * 200 + low - 1


def ok_host(k: int) -> str:
    """The address of the honest source `k`."""
    return f"127.240.0.{k + 1}"


def kind_of(n: int) -> str:
    """The kind of source to declare for case `n`."""
    return "board" if n % 3 == 2 else "feed"


def http(body: bytes, *headers: bytes, status: bytes = b"200 OK", length: bytes | None = None) -> bytes:
    said = b"Content-Length: %d" % len(body) if length is None else length
    lines = [line for line in (b"Connection: close", said, *headers) if line]
    return b"HTTP/1.1 " + status + b"\r\n" + b"\r\n".join(lines) + b"\r\n\r\n" + body


@dataclass
class Served:
    """What the server did."""

    hostile: int = 0
    canary: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


Send = Callable[[bytes], Awaitable[None]]


class HostileServer:
    def __init__(self, seed: int) -> None:
        self.seed, self.served, self.port = seed, Served(), ""
        self.born = time.time()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]

        async def send(data: bytes) -> None:
            writer.write(data)
            await writer.drain()

        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            async with asyncio.timeout(60):
                if host in {CANARY, "::1"}:
                    self.served.canary.append(f"{host} {(await reader.read(200))!r}")
                    return
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode("latin-1")
                await self.route(host, path, send, writer)
        with contextlib.suppress(OSError):
            writer.close()

    async def route(self, host: str, path: str, send: Send, writer: asyncio.StreamWriter) -> None:
        if path == "/stats":
            told = {"hostile": self.served.hostile, "canary": self.served.canary, "kinds": self.served.kinds}
            await send(http(json.dumps(told).encode()))
        elif host.startswith("127.240."):
            await send(self.honest(int(host.rsplit(".", 1)[1]) - 1, path))
        else:
            await self.hostile(case_of(host), path, send, writer)

    def honest(self, k: int, path: str) -> bytes:
        if path == "/robots.txt":
            return http(b"", status=b"404 Not Found")
        if found := re.match(r"/p(\d+)", path):
            return http(
                page(f"{LONG} 소식 {k} {found[1]}", f"<a href='/f{found[1]}.hwpx'>붙임.hwpx</a>").encode(),
                b"Content-Type: text/html",
            )
        if found := re.match(r"/f(\d+)", path):
            return http(hwpx(f"붙임 {k} {found[1]}"))
        last = int((time.time() - self.born - k % 10 * PERIOD_S / 10) / PERIOD_S)
        items = [
            {"title": f"honest {k} {n} {self.published(k, n):.3f}", "link": f"/p{n}", "guid": str(n)}
            for n in range(last, max(-1, last - KEPT), -1)
        ]
        return http(feed(*items).encode(), b"Content-Type: application/xml")

    def published(self, k: int, n: int) -> float:
        return self.born + k % 10 * PERIOD_S / 10 + n * PERIOD_S

    async def hostile(self, n: int, path: str, send: Send, writer: asyncio.StreamWriter) -> None:
        rng = random.Random(f"{self.seed}:{n}:{path}")
        mode = MODES[n % len(MODES)]
        if path == "/robots.txt":
            if mode == "robots":
                self.count("robots")
                await (
                    send(http(robots(rng, self.port))) if rng.random() < 0.7 else self.attack(rng, b"", send, writer)
                )
            else:
                await send(http(b"", status=b"404 Not Found"))
        elif path.startswith("/list"):
            await self.list(n, mode, rng, send, writer)
        elif path.startswith("/f"):
            self.count("file")
            await self.body_or_attack(rng, FILES, 0.15, send, writer)
        else:
            self.count("page")
            files = "".join(
                f"<a href='/f{one}.{rng.choice(['hwpx', 'pdf', 'hwp', 'txt'])}'>붙임{one}.hwpx</a>" for one in range(3)
            )
            if mode == "files":
                await send(http(page(LONG, files).encode(), b"Content-Type: text/html"))
            else:
                await self.body_or_attack(rng, PAGES, 0.3, send, writer)

    async def list(self, n: int, mode: str, rng: random.Random, send: Send, writer: asyncio.StreamWriter) -> None:
        good = self.good_list(n, rng, {"pages": 5, "files": 2}.get(mode, 1))
        if mode == "list":
            self.count("list")
            makers = BOARDS if kind_of(n) == "board" else FEEDS
            await self.body_or_attack(rng, makers, 0.0, send, writer)
        elif mode == "http":
            self.count("http")
            await self.attack(rng, good, send, writer)
        else:
            await send(http(good))

    def good_list(self, n: int, rng: random.Random, count: int) -> bytes:
        if kind_of(n) == "board":
            rows = "".join(
                f"<tr><td>{one}</td><td><a href='/p{one}?nttId={one}'>공고 안내 {n} {one}</a></td><td>2026-11-20</td></tr>"
                for one in range(count)
            )
            return f"<html><body><table>{rows}</table></body></html>".encode()
        bad = bad_addresses(self.port)
        links = [
            f"/p{one}" if rng.random() < 0.8 else rng.choice(bad).replace("\ud800", "").replace("\x00", "")
            for one in range(count)
        ]
        return feed(
            *({"title": f"공고 {n} {one}", "link": link, "guid": f"g{one}"} for one, link in enumerate(links))
        ).encode()

    def count(self, kind: str) -> None:
        self.served.hostile += 1
        self.served.kinds[kind] += 1

    async def body_or_attack(
        self,
        rng: random.Random,
        makers: list[Callable[[random.Random, str], bytes]],
        share: float,
        send: Send,
        writer: asyncio.StreamWriter,
    ) -> None:
        body = await asyncio.to_thread(rng.choice(makers), rng, self.port)
        if rng.random() < share:
            await self.attack(rng, body[:100_000], send, writer)
        elif rng.random() < 0.2:
            await send(http(gzip.compress(body, 1), b"Content-Encoding: gzip"))
        else:
            await send(
                http(
                    body,
                    *rng.choice(
                        [(), (b"Content-Type: text/html; charset=euc-kr",), (b"Content-Type: application/xml",)]
                    ),
                )
            )

    async def attack(self, rng: random.Random, good: bytes, send: Send, writer: asyncio.StreamWriter) -> None:
        await rng.choice(ATTACKS)(rng, good, send, writer, self.port)


async def _drip(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    whole = http(good)
    start = rng.choice([0, 20, whole.index(b"\r\n\r\n") + 5])
    await send(whole[:start])
    for at in range(start, len(whole)):
        await asyncio.sleep(1)
        await send(whole[at : at + 1])


async def _cut(rng: random.Random, good: bytes, send: Send, writer: asyncio.StreamWriter, _: str) -> None:
    whole = http(good, length=b"Content-Length: %d" % (len(good) + rng.choice([0, 1, 10**6])))
    await send(whole[: rng.randrange(len(whole))])
    if rng.random() < 0.3:
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


async def _silence(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    await send(rng.choice([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"]))
    await asyncio.sleep(30)


async def _garbage(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    await send(
        rng.choice(
            [good, b"HTTP/9.9 banana\r\n\r\n", rng.randbytes(5000), b"\x00" * 10**5, b"HTTP/1.1 200\r\n\r\n" + good, b"HTTP/1.1  200  OK\r\n\r\n" + good, b"ICY 200 OK\r\n\r\n", b"SSH-2.0-x\r\n", b"\x16\x03\x01\x02\x00\x01",
             b"HTTP/1.1 " + b"2" * 10**5 + b"\r\n\r\n", b"HTTP/1.1 200 " + b"x" * 10**6 + b"\r\n\r\n", b"HTTP/2.0 200 OK\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\r\n" * 10**5 + http(good), b"HTTP/1.1 \xb2\xb0\xb0 OK\r\n\r\n",
             b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n" + rng.randbytes(10**6), b"+OK\r\n", b"-ERR unknown command\r\n" * 100]
        )
    )  # fmt: skip


async def _informed(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    piece = rng.choice(
        [
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n",
            b"HTTP/1.1 102 x\r\n\r\n",
        ]
    )
    for _ in range(rng.choice([10, 10, 300])):
        await send(piece * 2000)
    await send(http(good))


async def _headers(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    many = [b"X-%d: %s" % (n, b"y" * 50) for n in range(rng.choice([100, 127, 10_000]))]
    chosen = rng.choice(
        [many, [b"X: " + b"y" * 10**6], [b"X" * 10**5 + b": y"], [b"X: a\x00b"], [b"X: a\r\n folded\r\n\tmore"], [b"no colon"], [b": empty"], [b"X\xff: \xfe\xfd"], [b"X : spaced"], [b"X: " + ODD.encode("utf-8", "replace").replace(b"\r", b"")],
         [b"Set-Cookie: " + b"a=" + b"b" * 8000] * 120, [b"Set-Cookie: " + b"a=\"" * 2600] * 100, [b"Set-Cookie: " + b"; =" * 2000] * 120, [b"Content-Type: " + b"a/b;" * 2000], [b"Content-Type: text/html; charset=\"" + b"x" * 5000]]
    )  # fmt: skip
    await send(http(good, *chosen))


async def _endless_headers(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    await send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await send(rng.choice([b"X: y\r\n" * 1000, b"X" * 10**5]))


async def _chunked(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    whole = b"%x\r\n%s\r\n0\r\n\r\n" % (len(good), good)
    await send(
        head
        + rng.choice(
            [b"zz\r\n" + good, b"-5\r\nhello\r\n", b"f" * 100 + b"\r\n" + good, b"5;" + b"x" * 10**6 + b"\r\nhello\r\n0\r\n\r\n", b"1\r\nx\r\n" * 200_000, b"5\r\nhelloXX0\r\n\r\n", whole[:-5], b"%x\r\n%s\r\n0\r\n" % (len(good), good) + b"T: y\r\n" * 100_000,
             b"0x5\r\nhello\r\n0\r\n\r\n", b" 5 \r\nhello\r\n0\r\n\r\n", b"\r\n" * 1000, whole + http(b"second"), b"+5\r\nhello\r\n0\r\n\r\n", b"5\nhello\n0\n\n", rng.randbytes(3000)]
        )
    )  # fmt: skip


async def _lengths(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    said = rng.choice(
        [b"Content-Length: -1", b"Content-Length: " + b"9" * 5000, b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: 0x10", b"Content-Length: 5, 5", b"Content-Length: ", b"Content-Length: 99999999999999999999",
         b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: xchunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"Content-Length: 3"]
    )  # fmt: skip
    await send(http(good, length=said))


def _bomb(rng: random.Random, mebibytes: int, wbits: int = 31) -> Iterator[bytes]:
    packer = zlib.compressobj(9, wbits=wbits)
    block = bytes(2**20)
    for _ in range(mebibytes):
        yield packer.compress(block)
    yield packer.flush()


async def _encoded(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    said, layers = rng.choice(
        [
            (b"gzip", 1),
            (b"deflate", 1),
            (b"gzip, gzip", 2),
            (b"gzip, deflate, gzip", 3),
            (b"br", 0),
            (b"zstd", 0),
            (b"x-unknown", 0),
            (b"gzip", 0),
            (b"deflate", 0),
            (b"identity", 0),
            (b",,,", 0),
            (b"GZIP", 1),
            (b"gzip" * 500, 1),
        ]
    )
    body = good
    for _ in range(layers):
        body = gzip.compress(body, 1)
    told = rng.choice(
        [
            body,
            body[: len(body) // 2],
            body + b"garbage",
            body * 3,
            rng.randbytes(2000),
            b"",
            gzip.compress(b"") * 20_000,
        ]
    )
    await send(http(told, b"Content-Encoding: " + said))


async def _bombed(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    name, wbits = rng.choice([(b"gzip", 31), (b"deflate", 15), (b"deflate", -15)])
    await send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: " + name + b"\r\n\r\n")
    for piece in _bomb(rng, rng.choice([20, 64, 300]), wbits):
        if piece:
            await send(piece)
        await asyncio.sleep(0)


async def _redirect(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, port: str) -> None:
    status = rng.choice([b"301 x", b"302 x", b"303 x", b"307 x", b"308 x", b"300 x", b"305 x", b"399 x"])
    where = rng.choice(
        [
            *bad_addresses(port) * 2,
            "/list",
            f"/list{rng.random()}",
            "list/" * 500,
            "?" + "a" * 7000,
            "",
            "#",
            "/\udcff\udcfe",
            "//",
            "///list",
            "http:list",
            "HTTP://" + host_of(rng.randrange(2000)) + f":{port}/list",
            "\t/list",
            "/list\udc80" * 100,
            "https://www.go.kr.evil.com/",
        ]
    )
    raw = where.encode("utf-8", "surrogateescape" if "\udc80" <= max(where or "a") <= "\udcff" else "replace").replace(
        b"\x00", b""
    )
    await send(
        http(
            b"",
            b"Location: " + raw,
            *rng.choice(
                [
                    (),
                    (b"Location: /list",),
                    (b"Refresh: 0; url=http://" + CANARY.encode() + b":" + port.encode() + b"/",),
                ]
            ),
            status=status,
        )
    )


async def _status(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    status = rng.choice(
        [
            b"000 x",
            b"099 x",
            b"999 x",
            b"1000 x",
            b"204 x",
            b"205 x",
            b"206 x",
            b"304 x",
            b"401 x",
            b"403 x",
            b"404 x",
            b"407 x",
            b"410 x",
            b"418 x",
            b"429 x",
            b"451 x",
            b"500 x",
            b"503 x",
            b"511 x",
            b"20 x",
        ]
    )
    after = rng.choice(
        [
            b"-1",
            b"9" * 4000,
            b"1e9",
            b"Fri, 99 Foo 0000 +9999",
            b"Thu, 01 Jan 1970 00:00:00 GMT",
            b"Fri, 31 Dec 9999 23:59:59 GMT",
            "٣٠".encode(),
            b"\xff",
            b"NaN",
            b"",
        ]
    )
    await send(http(good, b"Retry-After: " + after, b"WWW-Authenticate: " + b"Basic " * 500, status=status))


async def _absurd(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, port: str) -> None:
    canary = f"http://{CANARY}:{port}/".encode()
    told = rng.choice(
        [b"ETag: " + b"x" * 8000, b"ETag: \"\xff\xfe\x80\"", b"ETag: a\tb\x7f", "ETag: \"한\u202e글\"".encode(), b"Last-Modified: " + b"9" * 8000, b"Last-Modified: \xff\xff", b"Cache-Control: max-age=" + b"9" * 5000, b"Cache-Control: " + b"," * 8000,
         b"Cache-Control: max-age=\xd9\xa3", b"Cache-Control: max-age=-1, max-age=\"5\"", b"Link: " + b"<" * 8000, b"Link: <" + canary + b">; rel=next", b"Alt-Svc: h2=\"" + CANARY.encode() + b":" + port.encode() + b"\"; ma=99999", b"Refresh: 0;url=" + canary,
         b"Content-Location: " + canary, b"Content-Type: text/html; charset=zlib", b"Content-Type: \xff/\xfe;;;charset=\"", b"Content-Type: text/html; charset=" + b"utf-8;" * 900, b"Content-Disposition: attachment; filename=\"" + b"../" * 2000, b"X-Accel-Redirect: /etc/passwd",
         b"Expires: " + b"0" * 8000, b"Content-Type: application/x-zip; charset=idna", b"Content-Type:", b"Set-Cookie: a=b; Domain=.kr; Path=/", b"Content-Range: bytes 0-99999999999/1", b"Trailer: Content-Length", b"Content-Encoding: identity, identity"]
    )  # fmt: skip
    await send(http(good, told))


async def _smuggled(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    await send(
        http(good).replace(b"Connection: close", b"Connection: keep-alive")
        + http(b"<rss>poison</rss>") * rng.choice([1, 500])
    )
    await asyncio.sleep(rng.choice([0, 1]))


async def _endless_body(rng: random.Random, good: bytes, send: Send, _w: asyncio.StreamWriter, _p: str) -> None:
    await send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    for _ in range(400):
        await send(rng.choice([b"x", b"<", b"\x00"]) * 2**16)


ATTACKS = [
    _cut, _cut, _cut, _garbage, _garbage, _informed, _headers, _headers, _headers, _chunked, _chunked, _chunked, _lengths, _lengths, _encoded, _encoded, _encoded, _bombed, _redirect, _redirect, _redirect,
    _redirect, _status, _status, _absurd, _absurd, _absurd, _smuggled, _endless_body, _endless_headers, _drip, _silence,
]  # fmt: skip


async def serve(seed: int, port: int) -> None:
    server = HostileServer(seed)
    tcp = await asyncio.start_server(server.answer, "0.0.0.0", port, limit=2**16, backlog=500)
    server.port = str(tcp.sockets[0].getsockname()[1])
    with contextlib.suppress(OSError):
        await asyncio.start_server(server.answer, "::1", int(server.port))
    print(server.port, flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started it is gone


@contextlib.contextmanager
def hostile_server(seed: int) -> Iterator[int]:
    """The port of a hostile server in a process of its own."""
    command = [sys.executable, "-m", "tests.crawlers.hostile_server", str(seed)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if isinstance(pipe, io.IOBase):
                with contextlib.suppress(OSError):
                    pipe.close()


def stats(port: int) -> dict[str, object]:
    """What the server did so far."""
    with urlopen(f"http://127.240.0.1:{port}/stats", timeout=30) as answer:
        return dict(json.loads(answer.read()))


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
