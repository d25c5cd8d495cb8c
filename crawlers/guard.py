"""Which addresses we talk to: public ones, by http(s), vetted at the moment of connecting. Refuses all else.

A name is resolved once per connection, every answer is checked, and the connection goes to exactly the checked answer
(`PinnedResolver` is the only resolver the client has), so a name that changes its answer between check and use gains
nothing. Literal addresses never reach a resolver: `Guard.check` refuses them, on every hop. What a name pretends to be
is not asked here but in `crawlers.domains`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from crawlers.article import GuardError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str], Awaitable[list[str]]]

MAX_URL = 4000
_MAX_INTERIM = 20  # answers 1xx before the answer

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address stands in the last 32 bits
_ISATAP = {0x00005EFE, 0x02005EFE}  # RFC 5214 §6.1: the same, behind this in any prefix
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # RFC 6890: protocol assignments, some of them "global"; Oracle's metadata is 192.0.0.192
        "192.88.99.0/24",  # RFC 7526: the 6to4 relays that are no more
        "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24",  # RFC 7534, 7535, 7450: AS112 and AMT
        "168.63.129.16/32",  # Azure's host, reachable from inside only
        "64:ff9b:1::/48", "2001::/23", "2620:4f:8000::/48", "3fff::/20", "5f00::/16",  # RFC 8215, 2928, 9637 …
    )
)  # fmt: skip
# WHATWG Fetch §2.9 "bad port": services that would take a request for their own protocol …
_BAD_PORTS = frozenset({
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
    111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
    540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
    6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
})  # fmt: skip
# … and those that a server has at home: databases, queues, control planes, remote desktops
_HOME_PORTS = frozenset({
    445, 873, 1433, 1521, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5432, 5672, 5900, 5984, 5985, 5986, 6379,
    6380, 8009, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 26379, 27017, 50000, 61616,
})  # fmt: skip
_NUMERIC = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)$", re.IGNORECASE)  # WHATWG URL §3.5, "ends in a number"
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PORT = re.compile(r":(?P<port>[^:\]@]*)$")
# Names of one's own house, by RFC 6761, 6762, 7686, 8375, 9476 and use; a name without a dot is one, too
_HOUSE = frozenset({
    "localhost", "local", "localdomain", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "onion",
    "alt", "test", "invalid", "example",
})  # fmt: skip


async def system_lookup(host: str) -> list[str]:
    """The addresses that the operating system knows for `host`."""
    infos = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(info[4][0]) for info in infos]


class Guard:
    """Decides about addresses; `allow_hosts` are names or addresses let through as they are (tests and the demo)."""

    def __init__(self, allow_hosts: Iterable[str] = (), lookup: Lookup = system_lookup) -> None:
        self._allowed = frozenset(host.lower().strip("[]").rstrip(".") for host in allow_hosts)
        self._lookup = lookup

    def allows(self, host: str) -> bool:
        """Whether `host` is let through by name."""
        return host.lower().strip("[]").rstrip(".") in self._allowed

    def check(self, url: str) -> URL:
        """The address that the client may be given for `url`, as far as can be told without resolving.

        The very object that is checked is the one to fetch: two parsers that read one text differently (a full-width
        dot, a backslash) are the oldest way around a guard.

        Raises:
            GuardError: another scheme than http(s), user names, control characters, no host, a port of another
                service, a name of one's own house, a non-public literal.
        """
        if len(url) > MAX_URL or "\\" in url or any(ord(char) < 32 or 127 <= ord(char) < 160 for char in url):
            raise GuardError("guard", "address holds characters that no address holds")
        try:
            parsed = URL(url.strip())
            host, port = parsed.raw_host, parsed.port
        except (ValueError, IndexError) as error:
            raise GuardError("guard", str(error)) from error
        if parsed.scheme not in {"http", "https"}:
            raise GuardError("guard", f"scheme {parsed.scheme[:40]!r}")
        if "@" in _authority(url):
            raise GuardError("guard", "address carries a user name")
        if not host or not port:
            raise GuardError("guard", "address without host or port")
        self._check_port(url, port, host)
        self._check_host(host.lower().removesuffix("."))
        return parsed

    def _check_port(self, url: str, port: int, host: str) -> None:
        written = _PORT.search(_authority(url))
        if written and written["port"] and not re.fullmatch(r"[0-9]{1,5}", written["port"]):
            raise GuardError("guard", "port is no number")
        if port in _HOME_PORTS or (port in _BAD_PORTS and not self.allows(host)):
            raise GuardError("guard", f"port {port} is another service's")

    def _check_host(self, host: str) -> None:
        literal = _literal(host)
        if literal is None and _NUMERIC.search(host):
            raise GuardError("guard", f"{host[:80]!r} is a number in disguise")  # 2130706433, 0x7f.1, 127.1
        if self.allows(host):
            return
        if literal is None:
            _check_name(host)
        elif not public(literal):
            raise GuardError("guard", f"{literal} is not a public address")

    async def addresses(self, host: str) -> list[str]:
        """Every address of `host`, vetted.

        Raises:
            GuardError: one of them is not public (one bad answer spoils all: nobody honest mixes them).
            OSError: the name does not resolve.
        """
        found = list(dict.fromkeys(await self._lookup(host)))
        if not found:
            raise OSError(f"no address for {host}")
        if not self.allows(host):
            for text in found:
                literal = _literal(text)
                if literal is None or not public(literal):
                    raise GuardError("guard", f"{host} resolves to {text}, which is not a public address")
        return found


class PinnedResolver(AbstractResolver):
    """The client's only resolver: hands the connector vetted numeric addresses."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """See aiohttp's `AbstractResolver`."""
        found = await self._guard.addresses(host)
        return [_result(host, text, port) for text in found if family in {socket.AF_UNSPEC, _family(text)}]

    async def close(self) -> None:
        """Nothing is held."""


class _Handler(ResponseHandler):
    """A connection that no server keeps busy with interim answers: a flood of them starves every other source."""

    _interim = 0

    def feed_data(self, data: Any, size: int = 0) -> None:
        """See aiohttp's `DataQueue`."""
        code = data[0].code
        if not 100 <= code < 200 or code == 101:
            self._interim = 0
            super().feed_data(data, size)
            return
        self._interim += 1
        if self._interim == _MAX_INTERIM:
            self.set_exception(aiohttp.ServerDisconnectedError("interim answers without end"))
            if self.transport is not None:
                self.transport.abort()


class Connector(aiohttp.TCPConnector):
    """Connects to vetted addresses only."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(resolver=PinnedResolver(guard), limit=100, ttl_dns_cache=60)
        made: type[ResponseHandler] = _Handler
        self._factory = partial(made, loop=asyncio.get_running_loop())


def public(address: Address) -> bool:
    """Whether `address` is one that anybody on the internet may be reached at, whatever it is wrapped in."""
    if any(address.version == network.version and address in network for network in _NEVER):
        return False
    inner = _embedded(address)
    if inner is not None:
        return public(inner)
    odd = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    site = isinstance(address, ipaddress.IPv6Address) and (address.is_site_local or address.scope_id is not None)
    return address.is_global and not odd and not site


def _embedded(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or int(address) >> 32 & 0xFFFFFFFF in _ISATAP:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _authority(url: str) -> str:
    """What stands between `//` and the path, as written: the client's parser forgives where others do not."""
    return re.split(r"[/?#]", url.strip().partition("://")[2], maxsplit=1)[0]


def _check_name(host: str) -> None:
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):  # RFC 1035 §2.3.4, and "_" in use
        raise GuardError("guard", f"{host[:80]!r} is no host name")
    if len(labels) == 1 or labels[-1] in _HOUSE:
        raise GuardError("guard", f"{host[:80]!r} is a name of one's own house")


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _family(text: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in text else socket.AF_INET


def _result(host: str, text: str, port: int) -> ResolveResult:
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=text, port=port, family=_family(text), proto=0, flags=flags)
