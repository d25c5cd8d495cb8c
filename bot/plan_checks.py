"""What `dobi doctor` says of lunch rotations: what was changed in chat, and which of it the settings overrule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.checklist import Check
from bot.plans import Plans
from bot.settings import Cafeteria, Institution
from bot.wording.plans import said
from occupancy.plans import MOST_CHANGES

_NAMED: Final = 3
_NEAR: Final = MOST_CHANGES * 9 // 10


async def rotations(institutions: Sequence[Institution], plans: Plans) -> list[Check]:
    """A line for each cafeteria whose calendar was changed in chat."""
    checks: list[Check] = []
    for institution in institutions:
        for cafeteria in institution.cafeterias:
            checks += await _of(institution, cafeteria, plans)
    return checks


async def _of(institution: Institution, cafeteria: Cafeteria, plans: Plans) -> list[Check]:
    changes = await plans.store.standing(institution.id, cafeteria.id)
    if not changes:
        return []
    ignored = (await plans.composed(institution.id, cafeteria)).ignored
    says = f"대화로 바꾼 휴무와 차례 {len(changes)}건이 설정 파일에 더해져 있습니다."
    hint = ""
    if ignored:
        named = ", ".join(said(changes[place]) for place in ignored[:_NAMED])
        more = f" 외 {len(ignored) - _NAMED}건" if len(ignored) > _NAMED else ""
        says += f" 설정 파일이 달리 정해 쓰이지 않는 것: {named}{more}."
        hint = "관리자가 '차례 이력'에서 되돌리면 사라집니다."
    entries = len(await plans.store.entries(institution.id, cafeteria.id))
    if entries >= _NEAR:
        hint = f"{MOST_CHANGES}건까지 적을 수 있습니다({entries}건). 오래된 것은 설정 파일에 옮겨 주십시오."
    return [Check(f"{institution.name} {cafeteria.name} 차례", not hint, False, says, hint)]
