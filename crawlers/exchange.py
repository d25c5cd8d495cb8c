"""What goes with a request besides its address: a form, a visit's cookies, its time, old TLS. Refuses to send it."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from yarl import URL

_MAX_COOKIES = 20
_COOKIE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}=[\x21-\x3a\x3c-\x7e]{0,1000}")  # one pair, nothing to inject
_LEGACY_CIPHERS = "DEFAULT:@SECLEVEL=1"
_LEGACY_CONNECT = 0x4  # OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT; its name in `ssl` is newer than 3.11


@dataclass(frozen=True, slots=True)
class Form:
    """What is posted: named values, written in the charset of the page that holds the form."""

    fields: tuple[tuple[str, str], ...]
    charset: str = "utf-8"

    def encoded(self) -> bytes:
        """As `application/x-www-form-urlencoded`; what the charset lacks goes as a character reference."""
        return urlencode(self.fields, encoding=self.charset, errors="xmlcharrefreplace").encode("ascii")


class Visit:
    """The cookies of one host, for as long as one poll of one source lasts; never written down."""

    def __init__(self) -> None:
        self._host, self._https, self._cookies = "", False, dict[str, str]()

    def headers(self, target: URL) -> dict[str, str]:
        """What `target` is sent back: nothing but its own cookies, and none of a safe connection on an open one."""
        if not self._cookies or target.host != self._host or (self._https and target.scheme != "https"):
            return {}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def take(self, target: URL, given: Mapping[str, str]) -> None:
        """Keeps what the host of `target` set; another host's cookies are refused, and so are very many."""
        if not given or self._host not in {"", target.host}:
            return
        self._host, self._https = target.host or "", self._https or target.scheme == "https"
        for name, value in given.items():
            if _COOKIE.fullmatch(f"{name}={value}") and (name in self._cookies or len(self._cookies) < _MAX_COOKIES):
                self._cookies[name] = value


class Allowance:
    """How many `seconds` requests that belong together may still take; what is spent is spent of `of` too."""

    def __init__(self, seconds: float, of: Allowance | None = None) -> None:
        self.seconds, self._of = seconds, of

    @contextmanager
    def spent(self) -> Iterator[None]:
        """The time that the block takes is gone."""
        begun = time.monotonic()
        try:
            yield
        finally:
            self._pay(time.monotonic() - begun)

    def _pay(self, seconds: float) -> None:
        self.seconds -= seconds
        if self._of is not None:
            self._of._pay(seconds)  # noqa: SLF001 - its own kind


@cache
def legacy_tls() -> ssl.SSLContext:
    """TLS for servers whose ciphers or renegotiation are of another age. Certificates are checked as everywhere."""
    context = ssl.create_default_context()
    context.set_ciphers(_LEGACY_CIPHERS)
    context.options |= _LEGACY_CONNECT
    return context
