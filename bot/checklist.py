"""The page that `dobi doctor` prints: its lines, their order and the exit status. It finds nothing out by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import KST


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the page. `needed`: the house does not work without it. `hint` says the next step when not `ok`."""

    name: str
    ok: bool
    needed: bool
    says: str
    hint: str = ""


def exit_code(checks: Iterable[Check]) -> int:
    """1 when something needed is broken, else 0."""
    return int(any(check.needed and not check.ok for check in checks))


def render(checks: Sequence[Check], now: datetime) -> str:
    """The page: a headline with the counts, what is broken first, then what to look at, then what is well."""
    ranked = sorted(checks, key=_rank)
    counts = [sum(_rank(check) == rank for check in checks) for rank in range(3)]
    lines = [
        f"도비 일일점검표 · {when(now)}",
        f"고장 {counts[0]}건 · 확인 {counts[1]}건 · 정상 {counts[2]}건",
        "",
    ]
    for check in ranked:
        lines.append(f"[{('고장', '확인', '정상')[_rank(check)]}] {check.name}: {check.says}")
        if check.hint and not check.ok:
            lines.append(f"       → {check.hint}")
    return "\n".join(lines)


def _rank(check: Check) -> int:
    return 2 if check.ok else 0 if check.needed else 1


def when(instant: datetime) -> str:
    """The instant in Korean time, such as `2026. 11. 23.(월) 11:30`."""
    local = instant.astimezone(KST)
    return f"{local.year}. {local.month}. {local.day}.({'월화수목금토일'[local.weekday()]}) {local:%H:%M}"
