"""Words of changes of the lunch rotation: what was understood, what changes for whom, who changed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.messenger import Button, Reply
from bot.wording import day, moment, particle, toward, whom
from bot.wording.slots import hours, order
from occupancy.rearranged import (
    Assigned,
    Change,
    Closed,
    Held,
    Monthly,
    Ordered,
    Paused,
    Renamed,
    Timed,
    Week,
)
from occupancy.slots import Slot


class Fault(StrEnum):
    """What is wrong with a wish."""

    DAY = "day"
    """No such day, or none named."""
    PAST = "past"
    GROUP = "group"
    """A group that there is not."""
    ORDER = "order"
    """Neither two groups to swap nor every group once."""
    SLOT = "slot"
    TIMES = "times"
    """Not as many times as groups, or times that overlap."""
    NAME = "name"
    """No department is named."""


_NTH = {1: "첫째", 2: "둘째", 3: "셋째", 4: "넷째", 5: "다섯째", -1: "마지막"}
_MOST = 6
_FAULTS = {
    Fault.DAY: "날짜를 알아보지 못했습니다.",
    Fault.PAST: "지난 일이라 바꿀 수 없습니다.",
    Fault.GROUP: "그런 조가 없습니다.",
    Fault.ORDER: "바꿀 두 조, 또는 모든 조를 한 번씩 적어 주십시오.",
    Fault.TIMES: "조의 수만큼 겹치지 않는 시각을 적어 주십시오.",
    Fault.SLOT: "그 시각에 시작하는 차례가 없습니다.",
    Fault.NAME: "어느 과인지 알아보지 못했습니다.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """Departments that move together: from which slot to which, seen first on `day`."""

    departments: tuple[str, ...]
    day: date
    before: Slot | None
    after: Slot | None


def said(change: Change) -> str:
    """A change in a phrase."""
    match change:
        case Closed(on, closed, reason):
            return f"{day(on)} {'휴무' if closed else '정상 배식'}{f'({reason})' if reason else ''}"
        case Monthly(nth, weekday, since, closed):
            told = f"매월 {_NTH[nth]} {'월화수목금'[weekday]}요일 휴무"
            return f"{day(since)}부터 {told}" if closed else f"{told} 그만({day(since)}부터)"
        case Week(monday, own):
            return f"{day(monday)} 주 차례를 {order(own)} 순으로" if own else f"{day(monday)} 주 차례를 원래대로"
        case Held(monday, held):
            return f"{day(monday)} 주 순번 {'멈춤(앞 주와 같은 차례)' if held else '멈춤 취소'}"
        case Paused(since, paused):
            return f"{day(since)}부터 한 주를 다 쉬면 순번을 {'멈춤' if paused else '그대로 넘김'}"
        case Assigned(department, group, since):
            return f"{day(since)}부터 {department} {'차례 없음' if group is None else f'{group + 1}조'}"
        case Renamed(old, new, since):
            return f"{day(since)}부터 {particle(old, '을', '를')} {toward(new)}"
        case Timed(since, times, minutes):
            slots = " ".join(f"{at:%H:%M}({length}분)" for at, length in zip(times, minutes, strict=True))
            return f"{day(since)}부터 배식 시각 {slots}"
        case Ordered(since, groups):
            return f"{day(since)}부터 조의 차례를 {order(groups)}의 순으로"


def all_said(changes: Sequence[Change]) -> str:
    """Several changes in a line; days in a row are told as many."""
    closed = [one for one in changes if isinstance(one, Closed)]
    if len(closed) > 2 and len(closed) == len(changes):
        last = closed[-1]
        return f"{day(closed[0].day)}부터 {said(last)}까지 {len(closed)}일"
    return " · ".join(said(one) for one in changes)


def read_back(name: str, changes: Sequence[Change], effect: Sequence[str], key: str) -> Reply:
    """What was understood and what changes for whom, before anything is written."""
    return Reply(
        "\n".join([f"{name}: {all_said(changes)}. 이렇게 바꿀까요?", *effect]),
        buttons=(Button("맞습니다", f"plan-yes:{key}"), Button("아니요", f"plan-no:{key}")),
    )


def effects(steps: Sequence[Step], *, everybody: int) -> list[str]:
    """Who has which slot instead, at most a few lines."""
    if not steps:
        return []
    lines = [_effect(one) for one in steps[:_MOST]]
    touched = sum(len(one.departments) for one in steps)
    rest = sum(len(one.departments) for one in steps[_MOST:])
    if rest:
        lines.append(f"그 밖에 {rest}개 과도 바뀝니다.")
    return [
        *lines,
        f"나머지 {everybody - touched}개 과는 그대로입니다." if everybody > touched else "모든 과가 바뀝니다.",
    ]


def _effect(step: Step) -> str:
    names = ", ".join(step.departments)
    if step.before is None or step.after is None:
        slot = step.after or step.before
        told = hours(slot.start, slot.end) if slot else ""
        return f"{day(step.day)}부터 {names}: {f'새로 {told}' if step.after else f'차례 없음(지금 {told})'}"
    before, after = (hours(one.start, one.end) for one in (step.before, step.after))
    return f"{day(step.day)}부터 {names}: {before} → {after}"


def closing_effect(days: Sequence[date]) -> list[str]:
    """What closing days mean for everybody."""
    told = ", ".join(day(one) for one in days[:5])
    return [f"{told}에는 모든 과의 차례와 배식이 없습니다. 다른 날의 차례는 그대로입니다."]


def opening_effect(days: Sequence[date]) -> list[str]:
    """What serving after all means."""
    return [f"{', '.join(day(one) for one in days[:5])}에는 그 주의 차례대로 배식합니다."]


def idle_week(*, held: bool) -> str:
    """A week without any lunch: whether its turn is lost."""
    if held:
        return "한 주를 다 쉬므로 그 주의 순번은 다음 주로 미룹니다."
    return "한 주를 다 쉬어도 순번은 넘어갑니다. 미루시려면 '쉬는 주 차례 멈춤'이라고 써 주십시오."


def later_weeks() -> str:
    """What holding a week means for those that follow."""
    return "이어지는 주의 차례도 한 주씩 늦어집니다."


def nothing_changes(name: str, changes: Sequence[Change]) -> str:
    """What is wanted is so already."""
    return f"{name}: {all_said(changes)}. 이미 그렇게 되어 있어 바꿀 것이 없습니다."


def overruled(name: str, changes: Sequence[Change], contact: str) -> str:
    """The settings say otherwise."""
    return (
        f"{name}: {all_said(changes)}. 설정 파일이 달리 정하고 있어 대화로는 바꿀 수 없습니다.\n"
        f"설정 파일을 고치시려면 {whom(contact)}에게 말씀해 주십시오."
    )


def written(name: str, changes: Sequence[Change], key: str) -> Reply:
    """It is written."""
    return Reply(
        f"{name}: {all_said(changes)}. 반영했습니다.\n이제부터 이대로 답합니다. '차례 이력'에서 다시 보실 수 있습니다.",
        buttons=(Button("되돌리기", f"plan-undo:{key}"), Button("차례 이력", "plan-log")),
    )


def dropped() -> str:
    """Nothing was written."""
    return "바꾸지 않았습니다."


def gone() -> str:
    """The button's draft is no more."""
    return "하루가 지났거나 이미 지운 제안입니다. 다시 말씀해 주십시오."


def undone(name: str, changes: Sequence[Change]) -> str:
    """It was taken back."""
    return f"{name}: {all_said(changes)}. 되돌렸습니다. 차례는 그 전대로입니다."


def undone_before(name: str, changes: Sequence[Change]) -> str:
    """It had been taken back."""
    return f"{name}: {all_said(changes)}. 이미 되돌린 것입니다."


def undo_which(name: str, changes: Sequence[Change], key: str) -> Reply:
    """The last change, about to be taken back."""
    told = f"{name}: {all_said(changes)}. 이 마지막 변경을 되돌릴까요?"
    return Reply(told, buttons=(Button("되돌리기", f"plan-undo:{key}"), Button("차례 이력", "plan-log")))


def nothing_to_undo() -> str:
    """No change stands."""
    return "대화로 바꾼 차례가 없습니다."


def unknown(name: str, near: Sequence[str], key: str) -> Reply:
    """A department that nobody knows."""
    buttons = tuple(Button(one[:20], f"plan-as:{key}.{number}") for number, one in enumerate(near))
    ask = "혹시 아래의 과입니까?" if near else "이름을 다시 확인해 주십시오."
    return Reply(
        f"{particle(name, '은', '는')} 차례표와 직원 명부에 없는 이름입니다. {ask}",
        buttons=(*buttons, Button("새 과입니다", f"plan-as:{key}.new")),
    )


def unknown_here(name: str, near: Sequence[str]) -> str:
    """A department that has no slot to change."""
    told = f"{particle(name, '은', '는')} 그날의 차례표에 없습니다."
    return f"{told} 비슷한 이름: {', '.join(near)}" if near else told


def fault(what: Fault, groups: Sequence[Sequence[str]]) -> str:
    """What is wrong with a wish, and how it is said."""
    told = f"{_FAULTS[what]} 바꾼 것은 없습니다."
    if what in {Fault.GROUP, Fault.ORDER, Fault.TIMES, Fault.SLOT}:
        listed = ", ".join(f"{number + 1}조 {names[0] if names else '(빔)'}" for number, names in enumerate(groups))
        return f"{told}\n지금은 {len(groups)}개 조입니다: {listed}"
    return f"{told}\n'12월 24일 휴무', '재난대응과를 1월 1일부터 2조로'처럼 적어 주십시오."


def how() -> Reply:
    """What can be changed, by examples."""
    return Reply(
        "식당 차례는 이렇게 바꿉니다. 쓰시면 먼저 읽어 드리고, 맞다고 하셔야 바꿉니다.\n"
        "· 12월 24일 휴무 / 매월 셋째 수요일 휴무 / 12월 24일 휴무 취소\n"
        "· 다음 주 차례 바꿔 1조 2조 / 다음 주 차례 그대로\n"
        "· 재난대응과를 1월 1일부터 2조로 / 차례 이력 / 차례 제안",
        buttons=(Button("차례 이력", "plan-log"),),
    )


def managers_only(contact: str) -> str:
    """Somebody else may not."""
    return f"식당의 휴무와 차례는 관리자가 바꿉니다. {whom(contact)}에게 말씀해 주십시오."


def which_cafeteria(names: Sequence[str]) -> str:
    """Several cafeterias, and none named."""
    return f"어느 식당입니까? 식당 이름을 앞에 붙여 다시 써 주십시오: {', '.join(names)}"


def full(limit: int) -> str:
    """The record holds no more."""
    return f"대화로 바꾼 것이 {limit}건을 넘어 더 적을 수 없습니다. 지금의 차례를 설정 파일에 옮겨 주십시오."


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of the record."""

    name: str
    by: str
    at: datetime
    changes: tuple[Change, ...]
    undone_by: str = ""
    undone_at: datetime | None = None
    ignored: bool = False


def history(rows: Sequence[Logged], undo: str) -> Reply:
    """Who changed what, newest first."""
    if not rows:
        return Reply(nothing_to_undo())
    lines = [f"{moment(one.at)} {one.by}: {all_said(one.changes)}{_fate(one)}" for one in rows]
    buttons = (Button("마지막 것 되돌리기", f"plan-undo:{undo}"),) if undo else ()
    return Reply("\n".join(["대화로 바꾼 차례입니다(새것부터).", *lines]), buttons=buttons)


def _fate(one: Logged) -> str:
    if one.undone_at is not None:
        return f" — {moment(one.undone_at)} {one.undone_by} 되돌림"
    return " — 설정 파일이 달리 정해 쓰이지 않음" if one.ignored else ""


def office(rows: Sequence[str], unknown_names: Sequence[str]) -> str:
    """What was told of departments."""
    told = "이렇게 적었습니다: " + ", ".join(rows) + "." if rows else "적은 것이 없습니다."
    if unknown_names:
        told += f"\n차례표에 없는 이름이라 뺐습니다: {', '.join(unknown_names)}"
    return told + "\n'차례 제안'이라고 쓰시면 이 인원으로 더 고른 조를 찾아 드립니다."


def office_how() -> str:
    """How head counts are told."""
    return "'부서 인원 총무과 35명, 감사관 12명'처럼 써 주십시오. 표를 그대로 붙여 넣으셔도 됩니다."
