"""Words of the policy areas: the list with its counts, an area that there is none of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messenger import Button, Reply
from bot.wording import particle, short
from bot.wording.news import quote

_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Line:
    """An area in the list: its place in the table, and how many documents of the last week are of it."""

    place: int
    name: str
    week: int


def button(place: int, name: str) -> Button:
    """Subscribes to an area."""
    return Button(f"{name} 분야 구독", f"area:{place}")


def listing(lines: Sequence[Line], mine: Sequence[int]) -> Reply:
    """Every area with what it would have brought; the department's own are offered first, then the fullest."""
    told = ", ".join(f"{line.name} {line.week}" for line in lines)
    first = [line for line in lines if line.place in mine]
    others = sorted((line for line in lines if line.place not in mine and line.week), key=lambda line: -line.week)
    offered = [*first, *others][:_OFFERED]
    head, tail = (
        f"정책 분야 {len(lines)}개와 지난 7일의 글 수입니다.",
        "'구독 분야 농업'처럼 쓰시면 그 분야의 글을 받습니다.",
    )
    return Reply(
        f"{head}\n{told}\n{tail}",
        buttons=tuple(button(line.place, line.name) for line in offered),
    )


def none_called(wanted: str) -> Reply:
    """There is no such area; the words themselves may be subscribed to."""
    text = f"{quote(short(wanted, 30))} 분야는 없습니다. '분야 목록'에서 고르시거나, 낱말로 구독해 주십시오."
    return Reply(text, buttons=(Button("분야 목록", "areas"),))


def suggestion(department: str, name: str) -> str:
    """A department's own area, in the first conversation."""
    return f"{particle(department, '이시면', '시면')} '{name}' 분야를 통째로 받아 보실 수도 있습니다."
