"""The monthly look through the access records: what there is to see, and whoever answers for it asked once.

개인정보의 안전성 확보조치 기준 제8조제2항: access records are looked through at least monthly. On the first working
morning of a month the institution's managers and auditors are asked, where anybody looked and nobody has reviewed it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from attest.audits import Audits
from attest.leaf import Entry
from attest.looks import Looks, seen_in
from bot.clock import KST
from bot.institutions import called
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.reminders import IsHoliday, office_hour
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import audits as words

_ASKED = timedelta(days=10)  # later in the month nobody is asked: who starts the house late is not late


def span_of(month: date) -> tuple[datetime, datetime]:
    """The instants [since, until) of the month whose first day this is."""
    following = (month + timedelta(days=31)).replace(day=1)
    return _instant(month), _instant(following)


def counted(tenancy: Tenancy, tenant: str, entries: Sequence[Entry]) -> Sequence[words.Counted]:
    """Looks by document number and auditor, those without a number first; another institution's by its name alone."""
    found: Counter[tuple[str, str, str]] = Counter()
    for entry in entries:
        fields = entry.fields or {}
        who = str(fields.get("office", tenant)), str(fields.get("by", ""))
        found[str(fields.get("audit", "")), *who] += seen_in(entry)
    ordered = sorted(found.items(), key=lambda pair: (pair[0][0] != "", -pair[1], pair[0]))
    return [
        words.Counted(number, _name(tenancy, tenant, office, person), count)
        for (number, office, person), count in ordered
    ]


class Reviewing:
    """The worker. `wake` rouses delivery in this process."""

    def __init__(
        self, tenancy: Tenancy, audits: Audits, looks: Looks, outbox: Outbox, is_holiday: IsHoliday,
        now: Callable[[], datetime], wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._tenancy, self._audits, self._looks, self._outbox = tenancy, audits, looks, outbox
        self._is_holiday, self._now, self._wake = is_holiday, now, wake
        self._done: set[tuple[str, date]] = set()

    async def step(self) -> datetime | None:
        """Asks where it is time to; when the next month's first working morning is."""
        now = self._now()
        this = now.astimezone(KST).date().replace(day=1)
        morning = office_hour(_instant(this), self._is_holiday)
        if morning <= now < morning + _ASKED:
            for institution in self._tenancy.institutions():
                await self._ask(institution.id, (this - timedelta(days=1)).replace(day=1), now)
        following = office_hour(span_of(this)[1], self._is_holiday)
        return morning if now < morning else following

    async def _ask(self, tenant: str, month: date, now: datetime) -> None:
        if (tenant, month) in self._done:
            return
        since, until = span_of(month)
        entries = await self._looks.between(tenant, since, until)
        if entries and not await self._audits.was_reviewed(tenant, since):
            reply = words.review_due(month.month, counted(self._tenancy, tenant, entries))
            people = {
                person.id: person
                for role in (Role.MANAGER, Role.AUDITOR)
                for person in self._tenancy.people_with(tenant, role)
            }
            due = office_hour(now, self._is_holiday)
            story = f"access review/{month.isoformat()}"
            rows = [Row(chat, story, 1, "notice", reply, due) for one in people.values() for chat in private_chats(one)]
            await self._outbox.put(tenant, rows)
            self._wake()
        self._done.add((tenant, month))


def _name(tenancy: Tenancy, tenant: str, office: str, person: str) -> str:
    if office != tenant:
        return called(tenancy, office)
    member = tenancy.member(tenant, person)
    return member.person.name if member is not None else person


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), KST).astimezone(UTC)
