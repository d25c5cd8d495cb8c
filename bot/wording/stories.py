"""Words that tie a message to the story it belongs to: who told it too, and what step it is of what was told before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.wording import day, short
from nlp.stages import Stage

_STAGES: Final = {
    Stage.CLOSING: "마감 임박",
    Stage.STARTED: "착수",
    Stage.RAISED: "단계 격상·확대",
    Stage.SECOND: "2단계",
    Stage.THIRD: "3단계",
    Stage.CONFIRMED: "확정",
    Stage.PASSED: "의결·타결",
    Stage.ENACTED: "공포·시행",
    Stage.DONE: "완료·개통",
    Stage.RESULT: "결과 발표",
    Stage.FINAL: "최종 결과",
    Stage.EXTENDED: "기간 연장",
    Stage.POSTPONED: "연기",
    Stage.CANCELLED: "취소·중단",
    Stage.LIFTED: "해제·종료",
}
_TITLE: Final = 45
_NAMED: Final = 3


def also_told(agencies: Sequence[str]) -> str:
    """`창원시도 알렸습니다.`: who told it after the first."""
    if not agencies:
        return ""
    if len(agencies) > _NAMED:
        return f"{agencies[0]} 외 {len(agencies) - 1}곳도 알렸습니다."
    return f"{', '.join(agencies)}도 알렸습니다."


def follows(stage: Stage | None, title: str, told_at: datetime | None) -> str:
    """`기간 연장 · 앞선 소식: 11. 3.(화) '청년 월세 참여자 모집'`; without what is no longer known."""
    what = _STAGES.get(stage, "") if stage else ""
    before = f"앞선 소식: {f'{day(told_at)} ' if told_at else ''}'{short(title, _TITLE)}'" if title else ""
    return " · ".join(part for part in (what or "이어진 소식", before) if part)
