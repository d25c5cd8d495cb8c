"""One polite, guarded, bounded request, and nothing else that talks to the outside. Refuses to parse what it brings.

    address → guard → robots → turn at the host → GET or POST → (redirect: all of it again) → capped body

Politeness: our own name, robots per path, one connection and a rest per host, conditional requests with the validators
exactly as they came, Retry-After (whom that binds: `pauses`). A block is never worked around. A form is posted again
(307, 308) on its own site only; after any other redirect, as in every browser, a GET follows. No error tells a query:
it may hold a key.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import aiohttp
from yarl import URL

from crawlers.article import FetchError, GuardError
from crawlers.dates import parse_date
from crawlers.disposition import told_name
from crawlers.domains import disguise
from crawlers.exchange import Allowance, Form, Visit, legacy_tls
from crawlers.fair import whose
from crawlers.guard import Connector, Guard
from crawlers.hosts import Hosts, Rules
from crawlers.identity import registrable
from crawlers.pace import Pace
from crawlers.pauses import Pauses
from crawlers.robots import MAX_BYTES as ROBOTS_BYTES
from crawlers.robots import Policies, Policy

AGENT = "DobiBot"
PAGE_BYTES = 15 * 2**20
FILE_BYTES = 20 * 2**20
MAX_HOPS = 5
CHAIN = 2  # time-outs that all hops of one document may take together, turns apart
ROBOTS_LIFE = timedelta(hours=24)  # RFC 9309 §2.4
ROBOTS_RETRY = timedelta(minutes=10)
LONGEST_WAIT = timedelta(days=1)
BUSY_PAUSE = timedelta(hours=4)  # 429 without a Retry-After
_REDIRECTS = {301, 302, 303, 307, 308}
_KEEP_METHOD = {307, 308}
_QUERY = re.compile(r"\?[^\s'\"<>]*")


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask again with: verbatim, quotes included, never invented."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it came, decompressed. `moved_to` is set where every redirect so far was permanent.

    `hint` is for how long the server calls this answer fresh; `not_modified` answers have no body. `name` is the file's
    own, where the server tells it.
    """

    url: str
    body: bytes
    charset: str = ""
    content_type: str = ""
    validators: Validators = Validators()
    not_modified: bool = False
    moved_to: str | None = None
    hint: timedelta | None = None
    name: str = ""


def client(guard: Guard) -> aiohttp.ClientSession:
    """The session that a `Fetcher` works with: vetted addresses only, no cookies kept, no proxy from the environment.

    Needs a running loop; the caller closes it.
    """
    return aiohttp.ClientSession(connector=Connector(guard), cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)


@dataclass(frozen=True, slots=True)
class _Answer:
    fetched: Fetched | None = None
    location: str = ""
    permanent: bool = False
    keep_method: bool = False


@dataclass(frozen=True, slots=True)
class _Request:
    """What goes with a request from hop to hop. `keyed`: the host gave us a key for just this.

    `asker` is the registrable domain on whose behalf we ask, `left` the time that is left for it.
    """

    max_bytes: int
    validators: Validators | None = None
    form: Form | None = None
    visit: Visit | None = None
    keyed: bool = False
    asker: str = ""
    left: Allowance | None = None

    def headers(self, target: URL) -> dict[str, str]:
        given = self.validators or Validators()
        headers = {"If-None-Match": given.etag, "If-Modified-Since": given.last_modified}
        if self.form is not None:
            headers["Content-Type"] = f"application/x-www-form-urlencoded; charset={self.form.charset}"
        visit = self.visit.headers(target) if self.visit else {}
        return {name: value for name, value in headers.items() if value} | visit


class Fetcher:
    """Fetches documents from public hosts.

    `pace` is the least rest between two requests to one host; hosts that the guard lets through by name have none
    unless `paces` or their own robots.txt gives one. `timeout_s` bounds one request whole, waiting for a turn apart; a
    chain of redirects may take twice that.
    `service_key` is the deployment's key at the public-data portal, for whoever writes such requests; hosts in
    `old_tls` are spoken to with `legacy_tls`. With `hosts`, turns, pauses and robots.txt are shared by all processes.
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
        service_key: str = "",
        old_tls: Collection[str] = (),
        hosts: Hosts | None = None,
    ) -> None:
        self._session, self._guard, self._now, self._hosts = session, guard, now, hosts
        hold = timedelta(seconds=timeout_s * 1.25)
        self._pace, self._paces, self._turns = pace, dict(paces or {}), Pace(now, sleep, hosts, hold)
        self._timeout_s, self._agent = timeout_s, agent
        self.service_key, self.now = service_key, now
        self._old_tls = frozenset(host.lower() for host in old_tls)
        self._headers = {"User-Agent": f"{agent}/0.1" + (f" (+{contact})" if contact else "")}
        self._policies = Policies(agent, now, hosts)
        self._pauses = Pauses(now, hosts)

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        max_bytes: int = PAGE_BYTES,
        stay: bool = False,
        visit: Visit | None = None,
        keyed: bool = False,
    ) -> Fetched:
        """The document at `url`, at most five redirects away; with `stay`, inside the same registrable domain.

        `keyed` says that the host itself gave us a key for this request: a robots.txt that its gateway answers with
        5xx forbids nothing then (one that can be read does), and the key never goes from https to http.

        Raises:
            GuardError: some hop is an address we do not talk to.
            FetchError: `robots`, `held`, `timeout`, `too_large`, `redirects`, `moved_away`, `look_alike`, `gone`,
                `status_NNN`, `dns`, `tls`, `connect`, `bad_http`. `robots` is a rule that was read; where the rules
                themselves are out of reach nothing is fetched, and the code is what kept them away.
        """
        return await self._fetch(url, _Request(max_bytes, validators, None, visit, keyed), stay=stay)

    async def post(
        self, url: str, form: Form, *, max_bytes: int = PAGE_BYTES, stay: bool = False, visit: Visit | None = None
    ) -> Fetched:
        """What `url` answers to `form`: the same guard, robots, pace, caps, redirects and errors as of `get`.

        A 307 or 308 posts the form again where it stays on the site (else `moved_away`), other redirects become a GET.
        """
        return await self._fetch(url, _Request(max_bytes, None, form, visit), stay=stay)

    async def _fetch(self, url: str, request: _Request, *, stay: bool) -> Fetched:
        moved_to, all_permanent = None, True
        home = target = self._guard.check(url)
        request = replace(request, asker=_asker(home), left=Allowance(CHAIN * self._timeout_s))
        for _ in range(MAX_HOPS + 1):
            answer = await self._hop(target, request)
            if answer.fetched is not None:
                return replace(answer.fetched, moved_to=moved_to)
            before, target = target, self._next(target, answer.location)
            if self._guard.allows(target.host or "") and not self._guard.allows(before.host or ""):
                raise GuardError("guard", f"{before.host} leads to {target.host}, which is not public")
            at_home, bared = self._same_site(home, target), home.scheme == "https" and target.scheme == "http"
            if request.form is not None and not answer.keep_method:
                request = replace(request, form=None)
            if not at_home and (stay or request.form is not None):
                raise FetchError("moved_away", f"to {target.host}")
            if stay and self.disguise(str(target)) and not self.disguise(url):
                raise FetchError("look_alike", f"to {target.host}")
            if bared and request.keyed:
                raise FetchError("moved_away", f"to {target.host} without TLS")
            all_permanent = all_permanent and answer.permanent and not bared
            moved_to = str(target) if all_permanent and at_home else moved_to
        raise FetchError("redirects", f"more than {MAX_HOPS}")

    async def permits(self, url: str) -> bool:
        """Whether the host's robots.txt lets us fetch `url`."""
        target = self._guard.check(url)
        return (await self._policy(target, _asker(target))).permits(str(target))

    def disguise(self, url: str) -> str | None:
        """How the host of `url` pretends to be an official one, as `domains.lookalike` names it; None if it does not.

        A host that the guard lets through by name is what it is.
        """
        return disguise(url, self._guard.allows)

    def _next(self, target: URL, location: str) -> URL:
        plain = location.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()
        try:
            return self._guard.check(str(target.join(URL(plain))))
        except ValueError as error:
            raise FetchError("redirects", f"to nowhere: {_said(error)}") from error

    def _same_site(self, home: URL, target: URL) -> bool:
        one, other = home.host or "", target.host or ""
        return registrable(one) == registrable(other) or (self._guard.allows(one) and self._guard.allows(other))

    async def _hop(self, target: URL, request: _Request) -> _Answer:
        policy = await self._policy(target, request.asker, request.left)
        unread_by_fault = policy.cause.startswith("status_5") and request.keyed
        if policy.cause and not unread_by_fault:
            pause = await self._pauses.left(target.host or "", request.asker)
            raise FetchError(policy.cause, f"{target.host}: robots.txt", retry_after=pause)
        if not policy.permits(str(target)) and not unread_by_fault:
            raise FetchError("robots", f"{target.host} closes {target.path} to {self._agent}")
        async with self._turns.turn(target.host or "", self._gap(target, policy)):
            return await self._ask(target, request)

    def _gap(self, target: URL, policy: Policy | None) -> timedelta:
        host = target.host or ""
        if host in self._paces:
            return self._paces[host]
        asked = (policy.delay if policy else None) or timedelta()
        return asked if self._guard.allows(host) else max(asked, self._pace)

    async def _policy(self, target: URL, asker: str, left: Allowance | None = None) -> Policy:
        return await self._policies.of(target.origin(), partial(self._robots, asker, left))

    async def _robots(self, asker: str, left: Allowance | None, target: URL) -> Rules:
        """What stands at a robots.txt, as an answer of any status, or the cause that kept it away; raises `held`.

        Whoever asks pays with its own time, but never too little to read the rules: they are everybody's.
        """
        own = Allowance(CHAIN * self._timeout_s, left)
        request = _Request(ROBOTS_BYTES, asker=asker, left=own)
        try:
            for _ in range(MAX_HOPS + 1):
                async with self._turns.turn(target.host or "", self._gap(target, None)):
                    answer = await self._ask(target, request, cut=True)
                if answer.fetched is not None:
                    return Rules(200, answer.fetched.body, "", self._now() + ROBOTS_LIFE)
                target = self._next(target, answer.location)
        except FetchError as error:
            if error.code == "held":  # that binds this asker, and says nothing of the rules
                raise
            code = "status_410" if error.code == "gone" else error.code
            status = int(code[7:]) if code.startswith("status_") else 0
            if 0 < status < 500:
                return Rules(status, b"", "", self._now() + ROBOTS_LIFE)
            return Rules(status, b"", code, self._now() + ROBOTS_RETRY)
        # endless redirects: RFC 9309 §2.3.1.2 lets us go on
        return Rules(404, b"", "", self._now() + ROBOTS_LIFE)

    async def _ask(self, target: URL, request: _Request, *, cut: bool = False) -> _Answer:
        host = target.host or ""
        if pause := await self._pauses.left(host, request.asker):
            raise FetchError("held", f"{host} asked for a pause", retry_after=pause)
        left = request.left or Allowance(self._timeout_s)
        if left.seconds <= 0:
            raise FetchError("timeout", f"{CHAIN * self._timeout_s:g} s for all redirects")
        body = request.form.encoded() if request.form is not None else None
        try:
            with left.spent():
                async with (
                    asyncio.timeout(min(self._timeout_s, left.seconds)),
                    self._session.request(
                        "GET" if body is None else "POST",
                        target,
                        data=body,
                        headers={**self._headers, **request.headers(target)},
                        allow_redirects=False,
                        ssl=legacy_tls() if host in self._old_tls else True,
                    ) as response,
                ):
                    if request.visit is not None:
                        request.visit.take(target, {name: item.value for name, item in response.cookies.items()})
                    return await self._answer(response, request, cut=cut)
        except TimeoutError as error:
            raise FetchError("timeout", f"{self._timeout_s:g} s") from error
        except aiohttp.ClientConnectorDNSError as error:
            raise FetchError("dns", _said(error)) from error
        except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError) as error:
            raise FetchError("tls", _said(error)) from error
        except (aiohttp.ClientResponseError, aiohttp.ClientPayloadError, aiohttp.InvalidURL) as error:
            raise FetchError("bad_http", _said(error)) from error
        except (aiohttp.ClientError, OSError) as error:
            raise FetchError("connect", _said(error)) from error

    async def _answer(self, response: aiohttp.ClientResponse, request: _Request, *, cut: bool) -> _Answer:
        status, headers = response.status, response.headers
        if status in _REDIRECTS and headers.get("Location"):
            return _Answer(None, headers["Location"], status in {301, 308}, status in _KEEP_METHOD)
        url = str(response.url)
        validators = Validators(
            _verbatim(headers.get("ETag", ""), 500), _verbatim(headers.get("Last-Modified", ""), 100)
        )
        hint = _fresh_for(headers.get("Cache-Control", ""))
        if status == 304:
            return _Answer(Fetched(url, b"", validators=validators, not_modified=True, hint=hint))
        if status != 200:
            raise await self._refused(response, request.asker)
        body = await _body(response, request.max_bytes, cut=cut)
        kind = response.content_type
        name = told_name(headers.get("Content-Disposition", ""))
        return _Answer(Fetched(url, body, response.charset or "", kind, validators, hint=hint, name=name))

    async def _refused(self, response: aiohttp.ClientResponse, asker: str) -> FetchError:
        status, host = response.status, response.url.host or ""
        after = _retry_after(response.headers.get("Retry-After", ""), self._now())
        if status == 429:
            after = after or BUSY_PAUSE
        if after and status in {429, 503}:
            await self._pauses.ask(host, asker, after)
        return FetchError("gone" if status == 410 else f"status_{status}", "", retry_after=after)


def _asker(target: URL) -> str:
    """On whose behalf `target` is asked: the source's that is polled, else its own."""
    return registrable(whose.get() or target.host or "")


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


def _verbatim(value: str, most: int) -> str:
    """A validator that can go back as it came, or ""; half of one, or one that no header may hold, matches nothing."""
    return value if len(value) <= most and value.isascii() and value.isprintable() else ""


def _said(error: Exception) -> str:
    return _QUERY.sub("?…", str(error))[:200]


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
