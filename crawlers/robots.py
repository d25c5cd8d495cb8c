"""What a host's robots.txt lets us fetch (RFC 9309), under our own name. Refuses to fetch it.

Read in the main process, unlike other foreign bytes: it is a list of lines, cut to 512 KiB, 2,000 characters a line
and 5,000 lines, and protego matches by scanning, without backtracking (a test holds it to that).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from protego import Protego

MAX_BYTES = 512 * 1024  # RFC 9309 §2.5 asks for at least 500 KiB
MAX_DELAY = timedelta(seconds=60)
_MAX_LINE = 2000
_MAX_LINES = 5000


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
    return Policy(agent, Protego.parse("\n".join(line for line in lines if len(line) <= _MAX_LINE)))
