"""일일점검표's lines on destruction: the periods in force, when it was done last and is next, and what still waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from redis.asyncio import Redis

from attest.destruction import Destruction
from bot.checklist import Check, when
from bot.erasing import Erasures
from bot.retention import Nights, next_night
from bot.settings import Institution

_LATE = timedelta(days=2)


async def retained(institution: Institution, redis: Redis, destruction: Destruction, now: datetime) -> list[Check]:
    """What stands of an institution's destruction."""
    kept, name = institution.retention, institution.name
    last = await Nights(redis).last(institution.id)
    periods = (
        f"정산한 증빙 {kept.claimed_years}년(다음 해 1월 1일부터), 그 밖의 영수증·출장 {kept.unclaimed_months}개월, "
        f"열람 기록 {kept.looks_months}개월, 감사 {kept.audits_years}년, 동의 기록 {kept.consents_years}년, "
        f"퇴직·전출 뒤 {kept.left_days}일"
    )
    return [
        Check(f"{name} 보관 기간", True, False, periods),
        _nights(name, None if last is None else last.at, last.counts if last else {}, now),
        *await _waiting(institution.id, name, redis, destruction),
    ]


def _nights(name: str, last: datetime | None, counts: dict[str, int], now: datetime) -> Check:
    hint = "dobi run이나 dobi work chat이 켜져 있는지, 영수증 기록이 온전한지 보아 주십시오."
    if last is None:
        return Check(f"{name} 파기", False, False, "아직 한 번도 점검하지 않았습니다.", hint)
    gone = sum(counts.values())
    says = f"마지막 {when(last)}({gone}건 파기), 다음 {when(max(next_night(last), now))}"
    return Check(f"{name} 파기", now - last < _LATE, False, says, hint)


async def _waiting(tenant: str, name: str, redis: Redis, destruction: Destruction) -> list[Check]:
    """Withdrawals whose receipts go soon; an append-only file that still holds what was destroyed."""
    due = await Erasures(redis).next_due(tenant)
    checks = [Check(f"{name} 동의 철회 파기", True, False, f"예정 {when(due)}")] if due is not None else []
    if await destruction.waits(tenant):
        hint = "저장 서버가 BGREWRITEAOF를 받는지 보아 주십시오. 다시 쓰기 전에는 지운 것이 파일에 남아 있습니다."
        checks.append(Check(f"{name} 저장 파일 다시 쓰기", False, False, "기다리고 있습니다.", hint))
    return checks
