"""What `dobi doctor` says of an institution's travel pay: which amounts nobody has entered for today."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.checklist import Check
from bot.clock import KST
from bot.settings import Institution
from bot.settings_travel import ITEMS

_LEFT_OPEN: Final = ("daily", "meals", "lodging")  # what the decree leaves to its annex, and this house does not ship


def travel_pay(institution: Institution, now: datetime) -> Check:
    """The amounts that are missing for trips of today: to look at where some were entered and others were not."""
    name, rules, today = f"{institution.name} 여비", institution.travel.rules, now.astimezone(KST).date()
    names = {code: title for title, code in ITEMS.items()}
    missing = [names[item] for item in _LEFT_OPEN if rules.find(item, today).value is None]
    if not missing:
        return Check(name, True, False, f"{rules.ordinance or '공무원 여비 규정'}, 오늘 쓸 금액이 있습니다.")
    if not rules.own:
        says = "등록한 금액이 없습니다. 관내 여비만 셈하고, 관외의 일비·식비·숙박비는 정산서에서 비워 둡니다."
        return Check(name, True, False, says)
    hint = "설정 파일의 [[institution.travel.rule]]에 항목·금액·시행일·조문을 적어 주십시오."
    return Check(name, False, False, f"오늘 쓸 금액이 없는 항목: {', '.join(missing)}", hint)
