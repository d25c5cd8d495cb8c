"""What counts as a sick source, and the evidence. Pure; refuses to call silence health.

A dead feed looks like a quiet one (a team lost 36 days to that, news note §0.3): a list that is empty, an answer of
another kind, and a site that moved away are sickness at once; what may pass (time-outs, 5xx) after three polls.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from crawlers.sources import Source
from crawlers.store import SourceState

PATIENCE = 3  # polls in a row that may fail before anybody is told
AT_ONCE = {"empty", "no_rows", "wrong_kind", "moved_away", "gone", "robots", "guard", "markup", "unsupported"}


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source as an operator should see it.

    `state`: ok, failing (not yet told), sick, unsupported, off, new (never polled). `error` is a code, `evidence`
    what was seen (a foreign text: quote it, do not trust it).
    """

    source: str
    agency: str
    state: str
    error: str = ""
    evidence: str = ""
    failures: int = 0
    since: datetime | None = None
    ok_at: datetime | None = None
    newest_at: datetime | None = None
    due_at: datetime | None = None
    entries: int = 0


def failed(state: SourceState, code: str, evidence: str, now: datetime) -> SourceState:
    """`state` after one more poll that failed with `code`."""
    since = state.sick_since or (now if is_sick(code, state.failures + 1) else None)
    told = evidence[:200]
    return replace(state, failures=state.failures + 1, error=code, evidence=told, sick_since=since, polled_at=now)


def recovered(state: SourceState, now: datetime) -> SourceState:
    """`state` after a poll that told something."""
    return replace(state, failures=0, error="", evidence="", sick_since=None, polled_at=now, ok_at=now)


def is_sick(code: str, failures: int) -> bool:
    """Whether `failures` polls in a row, the last with `code`, are a sickness."""
    return bool(code) and (code in AT_ONCE or failures >= PATIENCE)


def assess(source: Source, state: SourceState) -> SourceHealth:
    """How `source` is, from what is remembered of it."""
    known = SourceHealth(
        source.id, source.agency, _named(source, state), state.error, state.evidence, state.failures,
        state.sick_since, state.ok_at, state.newest_at, state.due_at, state.entries,
    )  # fmt: skip
    return known if source.on else replace(known, state="off", evidence=source.evidence)


def _named(source: Source, state: SourceState) -> str:
    if state.error == "unsupported" or source.kind in {"eminwon", "openapi"}:
        return "unsupported"
    if state.polled_at is None:
        return "new"
    if not state.error:
        return "ok"
    return "sick" if is_sick(state.error, state.failures) else "failing"
