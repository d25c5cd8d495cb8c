"""Which addresses we talk to: public ones, by http(s), vetted at the moment of connecting. Refuses all else.

A name is resolved once per connection, every answer is checked, and the connection goes to exactly the checked answer
(`PinnedResolver` is the only resolver the client has), so a name that changes its answer between check and use gains
nothing. Literal addresses never reach a resolver: `Guard.check` refuses them, on every hop.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from crawlers.article import GuardError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[[str], Awaitable[list[str]]]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address stands in the last 32 bits
_NUMERIC = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)$", re.IGNORECASE)  # WHATWG URL §3.5, "ends in a number"
_MAX_URL = 4000


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
            GuardError: another scheme than http(s), user names, control characters, no host, a non-public literal.
        """
        if len(url) > _MAX_URL or "\\" in url or any(ord(char) < 32 or ord(char) == 127 for char in url):
            raise GuardError("guard", "address holds characters that no address holds")
        try:
            parsed = URL(url.strip())
            host, port = parsed.raw_host, parsed.port
        except (ValueError, UnicodeError) as error:
            raise GuardError("guard", str(error)) from error
        if parsed.scheme not in {"http", "https"}:
            raise GuardError("guard", f"scheme {parsed.scheme!r}")
        if parsed.user is not None or parsed.password is not None:
            raise GuardError("guard", "address carries a user name")
        if not host or not port:
            raise GuardError("guard", "address without host or port")
        self._check_literal(host.rstrip("."))
        return parsed

    def _check_literal(self, host: str) -> None:
        literal = _literal(host)
        if literal is None and _NUMERIC.search(host):
            raise GuardError("guard", f"{host!r} is a number in disguise")  # 2130706433, 0x7f.1, 127.1
        if literal and not self.allows(host) and not public(literal):
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


def public(address: Address) -> bool:
    """Whether `address` is one that anybody on the internet may be reached at, whatever it is wrapped in."""
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
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


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
