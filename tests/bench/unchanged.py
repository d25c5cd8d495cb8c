"""An HTTP server on every loopback address; `python -m tests.bench.unchanged` prints its port.

`/rss` is a feed that says "unchanged" to whoever asks with its validators, verbatim. `/news` is a feed of 30 entries
without validators, which has one new entry more after each `/publish`. No address has a robots.txt.
"""

from __future__ import annotations

import asyncio

ETAG, MODIFIED = 'W/"v 1; \\"quoted\\""', "Mon, 23 Nov 2026 01:00:00 GMT"
_ENTRIES, _NEWS = 2, 30
_published = [0]
_TEXT = "겨울철 자연재난에 대비하여 종합 대책을 마련하고 시행한다. 한파 쉼터와 제설 장비를 미리 살핀다."


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
    path = lines[0].split(" ")[1]
    if path == "/rss":
        given = dict(line.split(": ", 1) for line in lines[1:])
        if given.get("If-None-Match") == ETAG and given.get("If-Modified-Since") == MODIFIED:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\n\r\n".encode()
        return _feed(host, range(_ENTRIES), f"ETag: {ETAG}\r\nLast-Modified: {MODIFIED}\r\n")
    if path == "/news":
        return _feed(host, range(_published[0], _published[0] + _NEWS), "")
    _published[0] += path == "/publish"
    return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def _feed(host: str, numbers: range, headers: str) -> bytes:
    items = "".join(
        f'<item><title>{host} 지원 사업 공고 제{n}호</title><guid isPermaLink="false">{n}</guid>'
        f"<description>{host} 제{n}호. {_TEXT}</description>"
        "<pubDate>Tue, 10 Nov 2026 00:30:00 GMT</pubDate></item>"
        for n in reversed(numbers)
    )
    body = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()
    told = f"{headers}Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return b"HTTP/1.1 200 OK\r\n" + told.encode() + body


async def main() -> None:
    """Serves until killed."""
    server = await asyncio.get_running_loop().create_server(Unchanged, "0.0.0.0", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
