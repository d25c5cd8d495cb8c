"""Words of reports from the line: thanks in one line, what was understood, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from bot.messenger import Button, Reply
from bot.wording import clock

_STEPS = ("한산", "보통", "혼잡")


def three(suffix: str = "") -> tuple[Button, ...]:
    """The three words, for whichever line `suffix` names."""
    return tuple(Button(word, f"crowd:{at}{suffix}") for at, word in enumerate(_STEPS))


def ask(name: str) -> Reply:
    """How is the line?"""
    return Reply(f"{name} 줄이 지금 어떻습니까? 누르시거나 '줄 18명'처럼 써 주십시오.", buttons=three())


def too_long(people: int, most: int) -> Reply:
    """More than anybody counts."""
    return Reply(f"{people:,}명은 받지 않았습니다({most}명까지). 다시 써 주시거나 눌러 주십시오.", buttons=three())


def which(named: Sequence[tuple[str, str]]) -> Reply:
    """Several lines; name and press of each."""
    return Reply("어느 줄입니까?", buttons=tuple(Button(name, press) for name, press in named))


def thanks(name: str, people: int, step: int | None, mark: str) -> Reply:
    """Heard."""
    told = f"줄 {people}명" if step is None else f"{_STEPS[step]}(줄 {people}명쯤)"
    return Reply(
        f"고맙습니다. {name} {told}으로 알아들었습니다.",
        buttons=(Button("되돌리기", f"crowd:undo:{mark}"), Button("식당", "cafeteria")),
    )


def wait(until: datetime) -> Reply:
    """One report in five minutes."""
    told = f"조금 전 말씀을 반영했습니다. 다음 제보는 {clock(until)}부터 받습니다."
    return Reply(told, buttons=(Button("식당", "cafeteria"),))


def closed(name: str, opens: time, closes: time) -> Reply:
    """Nobody stands in line now."""
    return Reply(f"{name}: 배식 시간({opens:%H:%M}~{closes:%H:%M})에만 제보를 받습니다.")


def undone(*, now: bool) -> Reply:
    """Taken back."""
    return Reply("되돌렸습니다. 다시 알려 주셔도 됩니다." if now else "이미 지난 제보라 되돌릴 것이 없습니다.")


def nowhere() -> Reply:
    """An institution without a cafeteria."""
    return Reply("등록된 구내식당이 없어 제보를 받지 않습니다.")
