"""For how long an institution keeps what: `[institution.retention]`, checked, and the day on which each thing is due.

Spans are months of the Korean calendar. What an accounting rule keeps is counted from the first day of the year after
it ended (공공기록물 관리에 관한 법률 시행령 제26조), everything else from its own instant. docs/privacy.md says on
which article each of them rests, and which of them the operator has to confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.clock import KST


@dataclass(frozen=True, slots=True)
class Retention:
    """The periods of one institution.

    `claimed_years`: receipts and trips that a claim for money rests on, with the claim's own records.
    `unclaimed_months`: all other receipts, and the trips that no claim was made of.
    `looks_months`: who looked at whose receipt. `audits_years`: the audits and check reports themselves.
    `consents_years`: what was decided about location, after the last decision. `left_days`: after somebody has left
    the roster, until what they kept for themselves (subscriptions, taps, reminders) goes.
    """

    claimed_years: int = 5
    unclaimed_months: int = 12
    looks_months: int = 24
    audits_years: int = 5
    consents_years: int = 3
    left_days: int = 30

    def claimed_before(self, now: datetime) -> datetime:
        """What was claimed before this instant is due: counted from the January after it."""
        return datetime(now.astimezone(KST).year - self.claimed_years, 1, 1, tzinfo=KST).astimezone(UTC)

    def audited_before(self, now: datetime) -> datetime:
        """The same for audits."""
        return datetime(now.astimezone(KST).year - self.audits_years, 1, 1, tzinfo=KST).astimezone(UTC)

    def unclaimed_before(self, now: datetime) -> datetime:
        """What was never claimed and is older is due."""
        return months_before(now, self.unclaimed_months)

    def looked_before(self, now: datetime) -> datetime:
        """Looks older than this are due."""
        return months_before(now, self.looks_months)

    def decided_before(self, now: datetime) -> datetime:
        """Decisions about location that ended before this are due."""
        return months_before(now, 12 * self.consents_years)

    def left_before(self, now: datetime) -> datetime:
        """Who was first missed before this has left for good."""
        return now - timedelta(days=self.left_days)


def months_before(now: datetime, months: int) -> datetime:
    """The same time of the Korean day so many months earlier; the month's last day where it is shorter."""
    local = now.astimezone(KST)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    following = datetime(year + month // 11, (month + 1) % 12 + 1, 1, tzinfo=KST)
    last = (following - timedelta(days=1)).day
    return local.replace(year=year, month=month + 1, day=min(local.day, last)).astimezone(UTC)
