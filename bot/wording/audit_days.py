"""What an auditor is told of days: those of an audit stay as they are; the month that is running has looks too."""

from __future__ import annotations

from attest.audits import Audit
from bot.messenger import Button, Reply


def days_stay(audit: Audit) -> Reply:
    """What an audit was opened for is in the log and is not changed afterwards."""
    return Reply(
        f"감사 '{audit.number}'의 기간은 시작할 때 적은 대로 기록에 남아, 바꾸지 않습니다.\n"
        "다른 기간을 보시려면 '감사 끝' 뒤에 새 기간으로 다시 시작해 주십시오.\n"
        f"예: '감사 시작 {audit.number}, 10. 1.~12. 31., 사유'",
        buttons=(Button("감사 끝", "auditend"),),
    )


def running(month: int, looks: int) -> str:
    """Told where the month that has ended has no looks and the one that is running has."""
    return f"이번 달에는 지금까지 {looks}건입니다. 보시려면 '접속기록 {month}월'이라고 써 주십시오."
