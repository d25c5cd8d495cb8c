"""An HTTP server that says "unchanged" to whoever asks with its validators, verbatim; on every loopback address.

`python -m tests.bench.unchanged` prints its port. Each address serves a feed of its own; there is no robots.txt.
"""

from __future__ import annotations

import asyncio

ETAG, MODIFIED = 'W/"v 1; \\"quoted\\""', "Mon, 23 Nov 2026 01:00:00 GMT"
_ENTRIES = 2


class Unchanged(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._data = transport, b""

    def data_received(self, data: bytes) -> None:
        self._data += data
        while b"\r\n\r\n" in self._data:
            head, _, self._data = self._data.partition(b"\r\n\r\n")
            self._transport.write(answer(head.decode("latin-1"), self._transport.get_extra_info("sockname")[0]))


def answer(head: str, host: str) -> bytes:
    """What `host` answers to a request."""
    lines = head.split("\r\n")
    if lines[0].split(" ")[1] == "/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    given = dict(line.split(": ", 1) for line in lines[1:])
    if given.get("If-None-Match") == ETAG and given.get("If-Modified-Since") == MODIFIED:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n".encode()
    items = "".join(
        f'<item><title>{host} 공고 {n}</title><guid isPermaLink="false">{n}</guid><description>{host} {n}</description>'
        "<pubDate>Tue, 10 Nov 2026 00:30:00 GMT</pubDate></item>"
        for n in range(_ENTRIES)
    )
    body = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()
    told = f"ETag: {ETAG}\r\nLast-Modified: {MODIFIED}\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return b"HTTP/1.1 200 OK\r\n" + told.encode() + body


async def main() -> None:
    """Serves until killed."""
    server = await asyncio.get_running_loop().create_server(Unchanged, "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
