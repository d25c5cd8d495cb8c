"""Words of a more even lunch: which departments would move, and the minutes it would save. For administrators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from bot.messenger import Button, Reply
from bot.wording import particle
from bot.wording.slots import order


def moves(rows: Sequence[tuple[str, int, int]]) -> list[str]:
    """Each department and its groups."""
    return [f"· {particle(name, '을', '를')} {before + 1}조에서 {after + 1}조로" for name, before, after in rows]


def reorder(groups: Sequence[int]) -> list[str]:
    """Another order of the groups."""
    return [f"· 조의 차례를 {order(groups)}의 순으로"]


def retime(times: Sequence[time]) -> list[str]:
    """Other times."""
    return [f"· 배식 시각을 {', '.join(f'{at:%H:%M}' for at in times)}로"]


def proposal(
    name: str, lines: Sequence[str], now: float, then: float, span: tuple[float, float], days: int,
    sizes: Sequence[tuple[int, int]], key: str,
) -> Reply:  # fmt: skip
    """The table, what changes, and the minutes saved."""
    low, high = span
    wait = f"{name}: 이렇게 바꾸면 평균 {now:.1f}분 기다리던 것이 {then:.1f}분이 됩니다"
    spread = f"(지난 {days}일에 견주어 하루 {max(0.0, low):.1f}~{high:.1f}분 줄어듭니다)."
    told = " · ".join(f"{number + 1}조 {before}→{after}명" for number, (before, after) in enumerate(sizes))
    return Reply(
        "\n".join(
            [
                wait + spread,
                *lines,
                f"조의 크기(식당에 온 사람): {told}",
                "대기열 계산으로 어림한 값입니다. 바꾼 뒤 실제와 견주어 보십시오.",
            ]
        ),
        buttons=(Button("적용 날짜 정하기", f"plan-when:{key}"), Button("그만두기", f"plan-no:{key}")),
    )


def nothing(name: str, days: int, *, heads: bool) -> str:
    """Nothing clearly pays."""
    told = f"{name}: 지난 {days}일을 보면 지금 조가 고른 편이라 바꾸시라고 할 것이 없습니다."
    return told if heads else f"{told}\n{heads_help()}"


def heads_help() -> str:
    """What head counts are good for."""
    return "과를 옮기는 안까지 보시려면 인원을 알려 주십시오: '부서 인원 총무과 35명, 감사관 12명'"


def too_short(name: str, least: int) -> str:
    """The past is too short."""
    return f"{name}: 지금 차례표로 식권이나 카메라 기록이 {least}일은 쌓여야 제안할 수 있습니다."


def no_rotation() -> str:
    """No cafeteria with groups."""
    return "과별 차례가 있는 식당이 없어 제안할 것이 없습니다."


def when() -> str:
    """From which day."""
    return "언제부터 적용할까요? '1월 4일부터'처럼 써 주십시오. 주가 시작하는 월요일이 알맞습니다."


def office(rows: Sequence[str], left_out: Sequence[str]) -> str:
    """What was told of departments."""
    told = f"이렇게 적었습니다: {', '.join(rows)}." if rows else "적은 것이 없습니다."
    if left_out:
        told += f"\n차례표에 없는 이름이라 뺐습니다: {', '.join(left_out)}"
    return f"{told}\n'차례 제안'이라고 쓰시면 이대로 더 고른 조를 찾아 봅니다."


def office_how() -> str:
    """How head counts are told."""
    return (
        "'부서 인원 총무과 35명, 감사관 12명'처럼 써 주십시오. 표를 그대로 붙여 넣으셔도 됩니다.\n"
        "옮기지 않을 과는 '고정 부서 민원과', 함께 비우지 않을 과는 '민원 부서 민원과, 세무과'라고 써 주십시오."
    )


def desk(name: str, people: int | None, *, fixed: bool, public: bool) -> str:
    """What is told of a department."""
    marks = [*([f"{people}명"] if people else []), *(["고정"] if fixed else []), *(["민원"] if public else [])]
    return f"{name} {' '.join(marks) or '적은 것 없음'}"
