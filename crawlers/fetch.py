"""One polite, guarded, bounded GET, and nothing else that talks to the outside. Refuses to parse what it brings.

    address → guard → robots → turn at the host → request → (redirect: all of it again) → capped body

Politeness: our own name, robots per path, one connection and a rest per host, conditional requests with the validators
exactly as they came, Retry-After. A block is never worked around.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from yarl import URL

from crawlers.article import FetchError
from crawlers.dates import parse_date
from crawlers.guard import Guard, PinnedResolver
from crawlers.identity import registrable
from crawlers.pace import Pace
from crawlers.robots import MAX_BYTES as ROBOTS_BYTES
from crawlers.robots import Policy, policy_for, unread

AGENT = "DobiBot"
PAGE_BYTES = 15 * 2**20
FILE_BYTES = 20 * 2**20
MAX_HOPS = 5
ROBOTS_LIFE = timedelta(hours=24)  # RFC 9309 §2.4
ROBOTS_RETRY = timedelta(minutes=10)
LONGEST_WAIT = timedelta(days=1)
BUSY_PAUSE = timedelta(hours=4)  # 429 without a Retry-After
_MAX_ORIGINS = 10_000
_REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask again with: verbatim, quotes included, never invented."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it came, decompressed. `moved_to` is set where every redirect so far was permanent.

    `hint` is for how long the server calls this answer fresh; `not_modified` answers have no body.
    """

    url: str
    body: bytes
    charset: str = ""
    content_type: str = ""
    validators: Validators = Validators()
    not_modified: bool = False
    moved_to: str | None = None
    hint: timedelta | None = None


def client(guard: Guard) -> aiohttp.ClientSession:
    """The session that a `Fetcher` works with: vetted addresses only, no cookies kept, no proxy from the environment.

    Needs a running loop; the caller closes it.
    """
    connector = aiohttp.TCPConnector(resolver=PinnedResolver(guard), limit=100, ttl_dns_cache=60)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    fetched: Fetched | None = None
    location: str = ""
    permanent: bool = False


class Fetcher:
    """Fetches documents from public hosts.

    `pace` is the least rest between two requests to one host; hosts that the guard lets through by name have none
    unless `paces` or their own robots.txt gives one. `timeout_s` bounds one request whole, waiting for a turn apart.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        guard: Guard,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        *,
        pace: timedelta = timedelta(seconds=2),
        paces: Mapping[str, timedelta] | None = None,
        timeout_s: float = 20.0,
        agent: str = AGENT,
        contact: str = "",
    ) -> None:
        self._session, self._guard, self._now = session, guard, now
        self._pace, self._paces, self._turns = pace, dict(paces or {}), Pace(now, sleep)
        self._timeout_s, self._agent = timeout_s, agent
        self._headers = {"User-Agent": f"{agent}/0.1" + (f" (+{contact})" if contact else "")}
        self._policies: dict[str, tuple[Policy, datetime]] = {}
        self._asking: dict[str, asyncio.Lock] = {}
        self._held: dict[str, datetime] = {}

    async def get(
        self, url: str, *, validators: Validators | None = None, max_bytes: int = PAGE_BYTES, stay: bool = False
    ) -> Fetched:
        """The document at `url`, at most five redirects away; with `stay`, inside the same registrable domain.

        Raises:
            GuardError: some hop is an address we do not talk to.
            FetchError: `robots`, `held`, `timeout`, `too_large`, `redirects`, `moved_away`, `gone`, `status_NNN`,
                `dns`, `tls`, `connect`, `bad_http`. `robots` is a rule that was read; where the rules themselves are
                out of reach nothing is fetched, and the code is what kept them away.
        """
        moved_to, all_permanent = None, True
        target = self._guard.check(url)
        home = target
        for _ in range(MAX_HOPS + 1):
            answer = await self._hop(target, validators, max_bytes)
            if answer.fetched is not None:
                fetched = answer.fetched
                return _moved(fetched, moved_to) if moved_to else fetched
            target = self._next(target, answer.location)
            if stay and not self._same_site(home, target):
                raise FetchError("moved_away", f"to {target.host}")
            all_permanent = (
                all_permanent and answer.permanent and not (home.scheme == "https" and target.scheme == "http")
            )
            moved_to = str(target) if all_permanent and self._same_site(home, target) else moved_to
        raise FetchError("redirects", f"more than {MAX_HOPS}")

    async def permits(self, url: str) -> bool:
        """Whether the host's robots.txt lets us fetch `url`."""
        target = self._guard.check(url)
        return (await self._policy(target)).permits(str(target))

    def _next(self, target: URL, location: str) -> URL:
        plain = location.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()
        try:
            return self._guard.check(str(target.join(URL(plain))))
        except ValueError as error:
            raise FetchError("redirects", f"to nowhere: {error}") from error

    def _same_site(self, home: URL, target: URL) -> bool:
        one, other = home.host or "", target.host or ""
        return registrable(one) == registrable(other) or (self._guard.allows(one) and self._guard.allows(other))

    async def _hop(self, target: URL, validators: Validators | None, max_bytes: int) -> _Answer:
        policy = await self._policy(target)
        if policy.cause:
            raise FetchError(policy.cause, f"{target.host}: robots.txt", retry_after=self._pause(target))
        if not policy.permits(str(target)):
            raise FetchError("robots", f"{target.host} closes {target.path} to {self._agent}")
        headers = {}
        if validators and validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators and validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        async with self._turns.turn(target.host or "", self._gap(target, policy)):
            return await self._ask(target, headers, max_bytes)

    def _pause(self, target: URL) -> timedelta | None:
        """What is left of the pause that the host asked for, if it did."""
        until, now = self._held.get(target.host or ""), self._now()
        return until - now if until and until > now else None

    def _gap(self, target: URL, policy: Policy | None) -> timedelta:
        host = target.host or ""
        if host in self._paces:
            return self._paces[host]
        asked = (policy.delay if policy else None) or timedelta()
        return asked if self._guard.allows(host) else max(asked, self._pace)

    async def _policy(self, target: URL) -> Policy:
        origin = str(target.origin())
        async with self._asking.setdefault(origin, asyncio.Lock()):
            known = self._policies.get(origin)
            if known and known[1] > self._now():
                return known[0]
            if len(self._policies) > _MAX_ORIGINS:
                self._policies.clear()
                self._asking = {origin: self._asking[origin]}
            policy, life = await self._fresh_policy(target.origin() / "robots.txt")
            self._policies[origin] = (policy, self._now() + life)
            return policy

    async def _fresh_policy(self, target: URL) -> tuple[Policy, timedelta]:
        try:
            for _ in range(MAX_HOPS + 1):
                async with self._turns.turn(target.host or "", self._gap(target, None)):
                    answer = await self._ask(target, {}, ROBOTS_BYTES, cut=True)
                if answer.fetched is not None:
                    return policy_for(self._agent, 200, answer.fetched.body), ROBOTS_LIFE
                target = self._next(target, answer.location)
        except FetchError as error:
            code = "status_410" if error.code == "gone" else error.code
            status = int(code[7:]) if code.startswith("status_") else 0
            if 0 < status < 500:
                return policy_for(self._agent, status, b""), ROBOTS_LIFE
            return unread(self._agent, code), ROBOTS_RETRY
        return policy_for(self._agent, 404, b""), ROBOTS_LIFE  # endless redirects: RFC 9309 §2.3.1.2 lets us go on

    async def _ask(self, target: URL, headers: Mapping[str, str], max_bytes: int, *, cut: bool = False) -> _Answer:
        host = target.host or ""
        if pause := self._pause(target):
            raise FetchError("held", f"{host} asked for a pause", retry_after=pause)
        try:
            async with asyncio.timeout(self._timeout_s):
                async with self._session.get(
                    target, headers={**self._headers, **headers}, allow_redirects=False
                ) as response:
                    return await self._answer(response, max_bytes, cut=cut)
        except TimeoutError as error:
            raise FetchError("timeout", f"{self._timeout_s:g} s") from error
        except aiohttp.ClientConnectorDNSError as error:
            raise FetchError("dns", str(error)) from error
        except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError) as error:
            raise FetchError("tls", str(error)) from error
        except (aiohttp.ClientResponseError, aiohttp.ClientPayloadError, aiohttp.InvalidURL) as error:
            raise FetchError("bad_http", str(error)[:200]) from error
        except (aiohttp.ClientError, OSError) as error:
            raise FetchError("connect", str(error)[:200]) from error

    async def _answer(self, response: aiohttp.ClientResponse, max_bytes: int, *, cut: bool) -> _Answer:
        status, headers = response.status, response.headers
        if status in _REDIRECTS and headers.get("Location"):
            return _Answer(location=headers["Location"], permanent=status in {301, 308})
        url = str(response.url)
        validators = Validators(headers.get("ETag", "")[:500], headers.get("Last-Modified", "")[:100])
        hint = _fresh_for(headers.get("Cache-Control", ""))
        if status == 304:
            return _Answer(Fetched(url, b"", validators=validators, not_modified=True, hint=hint))
        if status != 200:
            raise self._refused(response)
        body = await _body(response, max_bytes, cut=cut)
        kind = response.content_type
        return _Answer(Fetched(url, body, response.charset or "", kind, validators, hint=hint))

    def _refused(self, response: aiohttp.ClientResponse) -> FetchError:
        status, host = response.status, response.url.host or ""
        after = _retry_after(response.headers.get("Retry-After", ""), self._now())
        if status == 429:
            after = after or BUSY_PAUSE
        if after and status in {429, 503}:
            self._held[host] = self._now() + after
        return FetchError("gone" if status == 410 else f"status_{status}", "", retry_after=after)


async def _body(response: aiohttp.ClientResponse, max_bytes: int, *, cut: bool) -> bytes:
    declared = response.content_length
    if declared is not None and declared > max_bytes and not cut:
        raise FetchError("too_large", f"{declared} of at most {max_bytes} bytes")
    body = bytearray()
    async for chunk in response.content.iter_any():  # decompressed by now: the cap counts what we would hold
        body += chunk
        if len(body) > max_bytes:
            if cut:
                return bytes(body[:max_bytes])
            raise FetchError("too_large", f"more than {max_bytes} bytes")
    return bytes(body)


def _moved(fetched: Fetched, moved_to: str) -> Fetched:
    return Fetched(
        fetched.url, fetched.body, fetched.charset, fetched.content_type, fetched.validators,
        fetched.not_modified, moved_to, fetched.hint,
    )  # fmt: skip


def _fresh_for(cache_control: str) -> timedelta | None:
    for part in cache_control.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.strip('" ').isdecimal():
            return min(timedelta(seconds=min(int(value.strip('" ')[:9]), 10**8)), LONGEST_WAIT)
    return None


def _retry_after(value: str, now: datetime) -> timedelta | None:
    value = value.strip()
    if value.isdecimal():
        return min(timedelta(seconds=int(value[:9])), LONGEST_WAIT)
    # parse_date refuses the future, so this asks as if from the far end of what we would wait for
    at = parse_date(value, now + LONGEST_WAIT).at if value else None
    return max(timedelta(), min(at - now, LONGEST_WAIT)) if at else None
