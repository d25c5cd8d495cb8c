"""Words of the posts: Monday's table, the noon post with its edits and its end, and how they are stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.messenger import Button, Reply
from bot.wording import clock, day, short
from bot.wording.slots import group, hours

BUTTONS = (Button("식당", "cafeteria"), Button("이번 주 차례", "slots"))
STOP = Button("월요일 것만", "boards:weekly"), Button("그만 받기", "boards:off")
_DAYS = "월화수목금"


def week(
    name: str,
    monday: date,
    mine: str | None,
    rows: Sequence[tuple[time, time, Sequence[str], int]],
    changes: Sequence[str],
    dishes: Sequence[tuple[date, Sequence[str]]],
) -> str:
    """The week's table, one's own slot first, then what is different this week, and the menu as far as it is known."""
    friday = monday + timedelta(days=4)
    head = f"이번 주 식당 {monday.month}. {monday.day}.~{friday.month}. {friday.day}. · {name}"
    lines = [head, *([mine] if mine else [])]
    lines += [f"{hours(start, end)} {group(names, number)}" for start, end, names, number in rows]
    lines += changes
    lines += [f"{_DAYS[on.weekday()]} {short(', '.join(names), 40)}" for on, names in dishes]
    return "\n".join(lines)


def week_closed(name: str, monday: date, why: Sequence[str]) -> str:
    """A week without any lunch."""
    return f"이번 주 식당 {monday.month}. {monday.day}.~ · {name}\n이번 주에는 배식이 없습니다: {', '.join(why)}"


def own_slot(department: str, start: time, end: time) -> str:
    """One's own slot of the week."""
    return f"우리 과({department})는 {hours(start, end)}입니다."


def no_own_slot(department: str) -> str:
    """A department without one."""
    return f"{department}의 차례는 정해져 있지 않습니다."


def shut(rows: Sequence[str]) -> str:
    """The days that rest."""
    return f"쉬는 날: {', '.join(rows)}"


def from_day(on: date, rows: Sequence[tuple[time, time, Sequence[str], int]]) -> list[str]:
    """Another table from a day of the week on."""
    return [f"{day(on)}부터", *(f"{hours(start, end)} {group(names, number)}" for start, end, names, number in rows)]


def noon_head(name: str, on: date) -> str:
    """What the noon post is about."""
    return f"오늘 점심 {day(on)} · {name}"


def slot_today(department: str, start: time, end: time) -> str:
    """One's own slot today."""
    return f"우리 과({department}) 차례 {hours(start, end)}"


def expected(peak: datetime, minutes: float) -> str:
    """When the line should be longest."""
    return f"예상: {clock(peak)}쯤 가장 깁니다(약 {minutes:.0f}분)."


def calm(since: datetime, until: datetime, minutes: float, *, mine: bool) -> str:
    """When to go."""
    told = "거의 기다리지 않습니다" if minutes < 0.75 else f"길어야 약 {minutes:.0f}분"
    return f"{'우리 차례에는 ' if mine else ''}{clock(since)}~{clock(until)}이 한산합니다({told})."


def no_history() -> str:
    """Nothing can be foretold yet."""
    return "예상은 기록이 더 모이면 알려 드립니다."


def as_of(at: datetime) -> str:
    """Which instant the figures are of."""
    return f"{clock(at)} 현재"


def over(name: str, on: date) -> str:
    """The lunch is over."""
    return f"오늘 점심 {day(on)} · {name}: 배식이 끝났습니다."


def peak(at: datetime, people: int, minutes: float | None) -> str:
    """How long the line was at its longest."""
    wait = f"(약 {minutes:.0f}분)" if minutes else ""
    return f"줄이 가장 길었을 때: {clock(at)} {people}명{wait}"


def judged(told: datetime, people: int, error: float) -> str:
    """How right the post was."""
    return f"배식 전 예상은 {clock(told)}에 {people}명이었고, 점심 내내 평균 {error:.0f}명 차이 났습니다."


def no_record() -> str:
    """No sensor told of today's line."""
    return "오늘은 센서 기록이 없어 줄이 얼마나 길었는지 알 수 없습니다."


def how_to_stop(*, private: bool) -> str:
    """Told once in each chat."""
    where = "여기" if private else "이 채널"
    return f"월요일 차례표와 점심 소식을 {where}에 하루 한 번 올리고 고쳐 씁니다. 그만 받으시려면 '식당 알림 끄기'."


def chosen(choice: str, *, private: bool, slotless: bool) -> Reply:
    """What the chat gets from now on."""
    where = "여기" if private else "이 채널"
    told = {
        "all": f"{where}에 월요일 08:50 차례표와 배식 20분 전 점심 소식을 올립니다. 점심 소식은 그 글을 고쳐 씁니다.",
        "weekly": f"{where}에 월요일 08:50 차례표만 올립니다.",
        "off": f"{where}에 식당 소식을 더 올리지 않습니다.",
    }[choice]
    if slotless and choice != "off":
        told += "\n정해진 차례가 없는 과라 모든 과의 차례를 함께 알려 드립니다."
    other = Button("다시 켜기", "boards:all") if choice == "off" else Button("끄기", "boards:off")
    return Reply(told, buttons=(other,))


def off_now(*, private: bool) -> Reply:
    """Nothing is posted in the chat, and what would be."""
    where = "여기에는" if private else "이 채널에는"
    return Reply(
        f"지금 {where} 식당 소식을 올리지 않고 있습니다.\n"
        "켜시면 월요일 08:50에 차례표를, 배식 20분 전에 점심 소식을 올립니다.",
        buttons=(Button("켜기", "boards:all"),),
    )


def hour_is_fixed(told: Reply) -> Reply:
    """What stands, to whoever named an hour."""
    return replace(told, text=f"점심 소식의 시각은 배식 20분 전으로 정해져 있어 바꾸지 못합니다.\n{told.text}")


def everywhere(choice: str) -> str:
    """What all channels get from now on."""
    told = {
        "all": "차례가 있는 과의 채널마다 월요일 08:50 차례표와 배식 20분 전 점심 소식을 올립니다.",
        "weekly": "차례가 있는 과의 채널마다 월요일 08:50 차례표만 올립니다.",
        "off": "따로 켜지 않은 채널에는 식당 소식을 올리지 않습니다.",
    }[choice]
    return f"{told}\n채널마다 '식당 알림 끄기'와 '식당 알림 켜기'로 달리 정하실 수 있습니다."


def declared() -> str:
    """The settings decide for all."""
    return "모든 채널의 식당 알림은 설정 파일(posts)이 정하고 있습니다. 채널마다 '식당 알림 끄기'는 됩니다."


def no_cafeteria() -> str:
    """Nothing to tell of."""
    return "등록된 구내식당이 없어 올릴 소식이 없습니다."
