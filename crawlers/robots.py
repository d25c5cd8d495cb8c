"""What a host's robots.txt lets us fetch (RFC 9309), under our own name. Refuses to fetch it; remembers it for a day.

Read in the main process, unlike other foreign bytes: it is a list of lines, cut to 512 KiB, 2,000 characters a line
and 5,000 lines, and protego matches by scanning, without backtracking (a test holds it to that).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from protego import Protego
from yarl import URL

from crawlers.hosts import Hosts, Rules

MAX_BYTES = 512 * 1024  # RFC 9309 §2.5 asks for at least 500 KiB
MAX_DELAY = timedelta(seconds=60)
_MAX_LINE = 2000
_MAX_LINES = 5000
_MAX_ORIGINS = 10_000
_MAX_KEPT = 8 * 2**20  # bytes of rules held in memory; a parsed one takes several times its size
_AGENT_NAMES = {"user-agent", "useragent", "user agent"}


class Policy:
    """One host's rules for one agent; `cause` is the code of what kept them away, "" where they are known."""

    def __init__(self, agent: str, rules: Any, *, cause: str = "") -> None:
        self._agent, self._rules, self.cause = agent, rules, cause

    def permits(self, url: str) -> bool:
        """Whether `url` may be fetched; nothing may while the rules are out of reach."""
        if self.cause:
            return False
        return self._rules is None or bool(self._rules.can_fetch(url, self._agent))

    @property
    def delay(self) -> timedelta | None:
        """The Crawl-delay asked of us, at most a minute."""
        seconds = None if self._rules is None else self._rules.crawl_delay(self._agent)
        return None if seconds is None else min(timedelta(seconds=max(0.0, min(float(seconds), 3600.0))), MAX_DELAY)


def unread(agent: str, cause: str) -> Policy:
    """The policy of a host whose rules could not be had, for `cause`: all is forbidden (RFC 9309 §2.3.1.4)."""
    return Policy(agent, None, cause=cause)


def policy_for(agent: str, status: int, body: bytes) -> Policy:
    """The policy that an answer below 500 at /robots.txt means.

    4xx is no rules (RFC 9309 §2.3.1.3); an HTML page is nobody's policy.
    """
    if status >= 300 or body.lstrip()[:1] == b"<":
        return Policy(agent, None)
    lines = body[:MAX_BYTES].decode("utf-8", "replace").splitlines()[:_MAX_LINES]
    return Policy(agent, Protego.parse("\n".join(_ours([one for one in lines if len(one) <= _MAX_LINE], agent))))


def _ours(lines: list[str], agent: str) -> list[str]:
    """The groups that may be meant for us: every agent of a group keeps each of its rules, and there may be thousands.

    A group is the agents named in a row and the rules after them (RFC 9309 §2.1).
    """
    kept: list[str] = []
    group: set[str] = set()
    naming = False
    for one in lines:
        name, _, value = one.partition(":")
        if name.strip().lower() in _AGENT_NAMES:
            known = value.partition("#")[0].partition("/")[0].strip().lower()
            group = group if naming else set()
            naming = True
            if known and (known == "*" or agent.lower().startswith(known)) and known not in group:
                group.add(known)
                kept.append(f"User-agent: {known}")
        elif one.strip():
            naming = False
            kept += [one] if group else []
    return kept


class Policies:
    """The policies of hosts, each fetched once by whichever worker needs it first: in memory, in `hosts`, by `ask`."""

    def __init__(self, agent: str, now: Callable[[], datetime], hosts: Hosts | None) -> None:
        self._agent, self._now, self._hosts = agent, now, hosts
        self._known: dict[URL, tuple[Policy, datetime]] = {}
        self._asking: dict[URL, asyncio.Lock] = {}
        self._held = 0

    async def of(self, origin: URL, ask: Callable[[URL], Awaitable[Rules]]) -> Policy:
        """The policy of `origin`; `ask` fetches its robots.txt where nobody has it."""
        known = self._known.get(origin)
        if known and known[1] > self._now():
            return known[0]
        lock = self._asking.setdefault(origin, asyncio.Lock())
        try:
            async with lock:
                return await self._asked(origin, ask)
        finally:
            if self._asking.get(origin) is lock and not lock.locked():
                del self._asking[origin]

    async def _asked(self, origin: URL, ask: Callable[[URL], Awaitable[Rules]]) -> Policy:
        known = self._known.get(origin)
        if known and known[1] > self._now():  # somebody asked while we waited
            return known[0]
        rules = await self._rules(origin, ask)
        self._held += len(rules.body)
        if len(self._known) > _MAX_ORIGINS or self._held > _MAX_KEPT:
            self._known.clear()
            self._held = len(rules.body)
        policy = unread(self._agent, rules.cause) if rules.cause else policy_for(self._agent, rules.status, rules.body)
        self._known[origin] = (policy, rules.until)
        return policy

    async def _rules(self, origin: URL, ask: Callable[[URL], Awaitable[Rules]]) -> Rules:
        name, shared = str(origin), self._hosts
        rules = await shared.rules(name, self._now()) if shared else None
        if rules is None:
            rules = await ask(origin / "robots.txt")
            if shared:
                await shared.keep_rules(name, rules, self._now())
        return rules
