"""What counts as a sick source, and the evidence. Pure; refuses to call silence health.

A dead feed looks like a quiet one (a team lost 36 days to that, news note §0.3): a list that is empty, an answer of
another kind, and a site that moved away are sickness at once; a name or a certificate that fails, and a refusal, after
two polls; what may pass (time-outs, 5xx) after three. A list that came but is old, or half as long as usual, is sick.

    well ──(faults)──→ failing ──(patience)──→ sick ──(one good poll; three if it fell sick within a day)──→ well
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawlers import listing, usual
from crawlers.dates import KST
from crawlers.sources import Source
from crawlers.state import SourceState

PATIENCE = 3  # polls in a row that may fail before anybody is told
AT_ONCE = {
    "empty", "no_rows", "wrong_kind", "moved_away", "look_alike", "gone", "robots", "guard", "markup", "unsupported",
    "stale", "fewer_rows", "key_missing", "key_refused", "quota", "service_gone", "window", "request",
    "frame", "blocked", "script_only",
}  # fmt: skip
_SECOND = {"tls", "dns", "status_401", "status_403"}
_FLAPPING = timedelta(days=1)
_STEADY = 3  # good polls in a row that end a sickness of a source that was well only briefly
_QUOTED = 200


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source as an operator should see it.

    `state`: ok, failing (not yet told), sick, unsupported, off, new (never polled). `error` is a code, `evidence`
    what was seen (may quote a foreign text: do not trust it). `since` is when the sickness began, `recovered_at` when
    the last one ended. `usual_gap` (working time) and `usual_rows` are None and 0 until known; `fresh_at` is when the
    newest document appeared, `newest_at` the newest date listed.
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
    recovered_at: datetime | None = None
    fresh_at: datetime | None = None
    usual_gap: timedelta | None = None
    usual_rows: int = 0

    @property
    def rows(self) -> int:
        """How many rows the last list had."""
        return self.entries


def failed(state: SourceState, code: str, evidence: str, now: datetime) -> SourceState:
    """`state` after one more poll that failed with `code`."""
    failures = state.failures + 1
    since = state.sick_since or (now if is_sick(code, failures) else None)
    told = evidence[:_QUOTED]
    return replace(state, failures=failures, well=0, error=code, evidence=told, sick_since=since, polled_at=now)


def answered(state: SourceState, now: datetime, is_holiday: usual.IsHoliday) -> SourceState:
    """`state` after a poll that brought a list of `state.entries` rows: well, or sick of what the list shows."""
    state = replace(state, failures=0, polled_at=now, ok_at=now)
    code, evidence = _complaint(state, now, is_holiday)
    if code:
        return replace(state, well=0, error=code, evidence=evidence, sick_since=state.sick_since or now)
    if state.sick_since is None:
        return replace(state, error="", evidence="")
    flapping = state.recovered_at is not None and state.sick_since - state.recovered_at < _FLAPPING
    if flapping and state.well + 1 < _STEADY:
        return replace(state, well=state.well + 1)
    return replace(state, well=0, error="", evidence="", sick_since=None, recovered_at=now)


def is_sick(code: str, failures: int) -> bool:
    """Whether `failures` polls in a row, the last with `code`, are a sickness."""
    return bool(code) and (code in AT_ONCE or failures >= (2 if code in _SECOND else PATIENCE))


def assess(source: Source, state: SourceState) -> SourceHealth:
    """How `source` is, from what is remembered of it."""
    known = SourceHealth(
        source.id, source.agency, _named(source, state), state.error, state.evidence, state.failures,
        state.sick_since, state.ok_at, state.newest_at, state.due_at, state.entries, state.recovered_at,
        state.fresh_at, usual.usual_gap(state), usual.usual_rows(state),
    )  # fmt: skip
    return known if source.on else replace(known, state="off", evidence=source.evidence)


def _complaint(state: SourceState, now: datetime, is_holiday: usual.IsHoliday) -> tuple[str, str]:
    if usual.too_few(state, state.entries):
        return "fewer_rows", f"{state.entries} rows, usually {usual.usual_rows(state)}"
    silent, gap, limit = usual.silent_for(state, now, is_holiday), usual.usual_gap(state), usual.stale_after(state)
    if silent is None or gap is None or limit is None or state.fresh_at is None:
        return "", ""
    newest = f"{state.fresh_at.astimezone(KST):%Y-%m-%d %H:%M} KST"
    return (
        "stale",
        f"newest {newest}, {_hours(silent)} working hours ago; usual gap {_hours(gap)}, limit {_hours(limit)}",
    )


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:.1f}".removesuffix(".0")


def _named(source: Source, state: SourceState) -> str:
    if state.error == "unsupported" or source.kind not in listing.SUPPORTED:
        return "unsupported"
    if state.polled_at is None:
        return "new"
    if state.sick_since is not None:
        return "sick"
    return "failing" if state.error else "ok"
