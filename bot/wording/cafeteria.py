"""Words of the cafeteria: the line now, my slot, how old the figures are.

A number always carries its age and source; an old number is never said as a new one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.messenger import Button
from bot.wording import clock, day, particle, short, when, whom
from occupancy.chart import Labels
from occupancy.slots import Slot

LEVELS = {"quiet": "여유", "normal": "보통", "busy": "약간 붐빔", "crowded": "붐빔"}
BASES = {
    "rotation": "이번 주와 차례가 같은 날의 평균",
    "weekday": "같은 요일의 평균",
    "reckoned": "지난 식수와 차례표로 계산한 값, 잰 값이 아님",
    "none": "지난 기록 없음",
}
SENSORS = {"camera": "카메라", "gate": "식권", "beam": "출입 감지", "wifi": "무선망", "chat": "직원 제보"}
SURE = {"high": "확신 높음.", "middle": "확신 보통.", "low": "확신 낮음."}

BUTTONS = (Button("우리 과 차례", "slot"), Button("이번 주 차례", "slots"))
WHY = "왜 이 숫자?"
REPORT = Button("줄 제보", "crowd:")


@dataclass(frozen=True, slots=True)
class Source:
    """A sensor behind the answer: its kind and the age of its last word in seconds."""

    kind: str
    age_s: float


@dataclass(frozen=True, slots=True)
class Line:
    """The serving line: people, minutes with their range, and how crowded that is."""

    name: str
    people: int
    minutes: float
    low: float
    high: float
    level: str


def span(seconds: float) -> str:
    """`8초`, `3분`, `2시간`."""
    if seconds < 90:
        return f"{seconds:.0f}초"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f}분"
    return f"{seconds / 3600:.0f}시간"


def ago(seconds: float) -> str:
    """`방금`, or `8초 전`."""
    return "방금" if seconds < 5 else f"{span(seconds)} 전"


def waits(value: float) -> str:
    """`약 4분 기다립니다`, or that there is hardly any wait."""
    return "거의 기다리지 않습니다" if value < 0.75 else f"약 {value:.0f}분 기다립니다"


def now_line(line: Line) -> str:
    """Minutes first, then people, level and the minutes' range."""
    low, high = math.floor(line.low), max(math.ceil(line.high), math.floor(line.low) + 1)
    return f"{line.name}: 지금 {waits(line.minutes)}. 줄 {line.people}명 · {LEVELS[line.level]} · {low}~{high}분"


def trust(sources: Sequence[Source], silent: Sequence[Source], frozen: Sequence[str]) -> str:
    """Which sensors and how long ago; which have gone silent, and which were left out for repeating themselves."""
    told = " · ".join(f"{SENSORS.get(one.kind, one.kind)} {ago(one.age_s)}" for one in sources) + " 기준입니다."
    for one in silent:
        told += f" {particle(SENSORS.get(one.kind, one.kind), '은', '는')} {span(one.age_s)}째 조용합니다."
    if frozen:
        names = "·".join(dict.fromkeys(SENSORS.get(kind, kind) for kind in frozen))
        told += f" {particle(names, '은', '는')} 같은 값만 보내 와 뺐습니다."
    return told


def silent(name: str, since: datetime | None, now: datetime) -> str:
    """No sensor speaks: what is not known, and since when."""
    if since is None:
        return f"{name}: 지금 줄을 알 수 없습니다. 센서가 아직 아무것도 보내지 않았습니다."
    told = span((now - since).total_seconds())
    return f"{name}: 지금 줄을 알 수 없습니다. 센서가 {when(since, now)} 뒤로 {told}째 조용합니다."


def no_sensors(name: str) -> str:
    """A cafeteria that nothing counts."""
    return f"{name}: 줄을 세는 장치가 없어 지금 줄은 알 수 없습니다."


def several(name: str, rows: Sequence[tuple[str, Line | None]]) -> str:
    """All lines of a cafeteria, each in a few words."""
    told = []
    for line, found in rows:
        if found is None:
            told.append(f"{line} 알 수 없음")
            continue
        wait = "바로" if found.minutes < 0.75 else f"약 {found.minutes:.0f}분"
        told.append(f"{line} {wait}(줄 {found.people}명, {LEVELS[found.level]})")
    return f"{name}: 지금 {' · '.join(told)}"


def faster(line: str, minutes: float) -> str:
    """Which line moves sooner."""
    return f"지금은 {line} 쪽이 {minutes:.0f}분쯤 빠릅니다."


def other(name: str, found: Line | None) -> str:
    """Another cafeteria of the institution in a few words."""
    if found is None:
        return f"{name}: 지금 줄을 알 수 없습니다."
    return f"{name}: {waits(found.minutes)}(줄 {found.people}명)."


def delayed(at: datetime, minutes: int, dish: str = "") -> str:
    """What the kitchen told, of serving or of one dish."""
    late = particle(dish or "배식", "이", "가")
    how = f"{late} {minutes}분쯤 늦어진다고" if minutes else f"{late} 늦어지고 있다고"
    return f"주방에서 {how} 알려 왔습니다({clock(at)})."


def closed_early(name: str, at: datetime) -> str:
    """Serving ended before its time."""
    return f"{name}: 오늘 배식은 {clock(at)}에 마감했습니다."


def dishes(rows: Sequence[tuple[str, str | None]]) -> str:
    """Today's dishes; the second is None while there is some, else what came instead."""
    return "메뉴: " + ", ".join(_dish(name, instead) for name, instead in rows)


def _dish(name: str, instead: str | None) -> str:
    if instead is None:
        return name
    return f"{name} 품절(대신 {instead})" if instead else f"{name} 품절"


def gone(rows: Mapping[str, str]) -> str:
    """Dishes that are gone and stand on no menu."""
    return "품절: " + ", ".join(f"{name}(대신 {instead})" if instead else name for name, instead in rows.items())


def old(line: Line, since: datetime, now: datetime) -> str:
    """The last figures, said as old ones."""
    told = span((now - since).total_seconds())
    return (
        f"{line.name}: 지금 줄을 알 수 없습니다. 센서가 {told}째 조용합니다.\n"
        f"마지막으로 안 것은 {when(since, now)}의 줄 {line.people}명입니다."
    )


def usual(value: float, basis: str) -> str:
    """The usual wait at this time, said as usual."""
    return f"평소 이 시간에는 {waits(value)}({BASES[basis]})."


def by_gate(low: float, value: float, high: float) -> str:
    """The wait as the gate's passing and the usual arrivals make it, where nothing counts the line."""
    wait = "거의 기다리지 않는 것으로" if value < 0.75 else f"약 {value:.0f}분({low:.0f}~{high:.0f}분)으로"
    return f"식권이 지나가는 것과 평소 오는 사람으로 계산하면 {wait} 보입니다. 줄을 세어 잰 값은 아닙니다."


def reckoned(low: float, value: float, high: float, days: int) -> str:
    """The wait as reckoned, never as measured, with its wide range and what it rests on."""
    told = f"{math.floor(low)}~{math.ceil(max(high, low + 1))}분"
    return f"계산한 값으로는 이 시간에 {waits(value)}({told}). 지난 식수 {days}일과 차례표로 셈했고, 잰 값이 아닙니다."


def calmest(at: time, *, mine: bool) -> str:
    """When the line is shortest within a slot, by reckoning."""
    return f"계산으로는 {'우리 과 ' if mine else ''}차례 가운데 {at:%H:%M}쯤 줄이 가장 짧습니다."


def closed(name: str, opens: time, closes: time) -> str:
    """Outside serving hours."""
    return f"{name}: 지금은 배식 시간이 아닙니다({opens:%H:%M}~{closes:%H:%M})."


def closed_today(name: str) -> str:
    """On a closed day."""
    return f"{name}: 오늘은 쉬는 날입니다."


def slot(department: str, start: time, end: time) -> str:
    """My department's slot this week."""
    return f"{particle(department, '은', '는')} 이번 주 {start:%H:%M}~{end:%H:%M}입니다."


def _days(first: date, *, week: bool) -> str:
    """`11. 24.(화)`, or a week from its Monday to its Friday."""
    return f"{day(first)}~{day(first + timedelta(days=4))}" if week else day(first)


def slot_on(department: str, first: date, start: time, end: time, shut: Sequence[date], *, week: bool) -> str:
    """A department's slot on a day or in a week, and which of its days are closed."""
    told = f"{particle(department, '은', '는')} {_days(first, week=week)} {start:%H:%M}~{end:%H:%M}입니다."
    return told + _shut(shut)


def _shut(shut: Sequence[date]) -> str:
    return f" 쉬는 날: {', '.join(day(one) for one in shut)}." if shut else ""


def slots_on(
    name: str, first: date, rows: Sequence[tuple[time, time, Sequence[str]]], shut: Sequence[date], *, week: bool
) -> str:
    """Everybody's slot on a day or in a week."""
    lines = [f"{start:%H:%M}~{end:%H:%M} {', '.join(groups)}" for start, end, groups in rows]
    return "\n".join([f"{name} {_days(first, week=week)} 차례입니다.{_shut(shut)}", *lines])


def whose(on: date, at: time, groups: Sequence[str]) -> str:
    """Whose slot runs at a time."""
    if not groups:
        return f"{day(on)} {at:%H:%M}에는 정해진 차례가 없습니다."
    return f"{day(on)} {at:%H:%M}은 {', '.join(groups)} 차례입니다."


def closed_on(name: str, first: date, *, week: bool) -> str:
    """A day or a whole week without lunch."""
    return f"{name}: {_days(first, week=week)}에는 쉽니다."


def watched(contact: str) -> str:
    """What the sensors take of people."""
    return (
        "식당에서는 사람 수만 셉니다. 카메라 사진과 영상은 저장하지 않고 밖으로 보내지도 않습니다.\n"
        "식권은 몇 분이 지나갔는지만 세고 카드 번호와 이름은 남기지 않습니다.\n"
        f"더 알고 싶으시면 {whom(contact)}에게 물어 주십시오."
    )


def no_such_time() -> str:
    """A time of day that is none."""
    return "없는 시각입니다. '12시 20분은 누구 차례'처럼 다시 써 주십시오."


def no_such_day() -> str:
    """A date that is none."""
    return "달력에 없는 날짜입니다. '12월 3일 차례'처럼 다시 써 주십시오."


def no_slot(department: str) -> str:
    """A department without a slot."""
    return f"{department}의 차례는 정해져 있지 않습니다. 배식 시간 안에 오시면 됩니다."


def better(at: datetime, value: float) -> str:
    """When to go instead."""
    return f"예측: {clock(at)}에 가시면 {waits(value)}."


def then(at: datetime, value: float, low: float, high: float) -> str:
    """What is forecast for the minute that was asked about."""
    most = max(math.ceil(high), math.floor(low) + 1)
    return f"{clock(at)} 예측: {waits(value)}({max(0, math.floor(low))}~{most}분)."


def usually_then(at: datetime, value: float, *, reaches: bool) -> str:
    """The usual at the minute that was asked about, where no forecast reaches."""
    why = "예측은 한 시간 앞까지만 합니다." if reaches else "지금 줄을 몰라 예측은 하지 못합니다."
    return f"{clock(at)}에는 평소 {waits(value)}. {why}"


def shorter(at: datetime, less: float, *, now: bool, sure: bool) -> str:
    """Which of the minutes that were compared has the shorter wait, and whether that is plain."""
    if round(less) < 1:
        return "예측으로는 기다리는 시간이 비슷합니다."
    told = f"예측으로는 {'지금' if now else f'{clock(at)}에'} 가시는 편이 {less:.0f}분쯤 덜 기다립니다."
    return told if sure else f"{told} 예측 범위가 겹쳐 확실하지는 않습니다."


def not_served_then(at: datetime, opens: time, closes: time) -> str:
    """Asked about a minute at which nothing is served."""
    return f"{clock(at)}에는 배식하지 않습니다. 배식 시간은 {opens:%H:%M}~{closes:%H:%M}입니다."


def go_now() -> str:
    """When no minute of one's slot is better than this one."""
    return "지금 가시는 편이 낫습니다."


def slots(name: str, rows: Sequence[tuple[time, time, Sequence[str]]]) -> str:
    """Everybody's slot this week."""
    lines = [f"{start:%H:%M}~{end:%H:%M} {', '.join(groups)}" for start, end, groups in rows]
    return "\n".join([f"{name} 이번 주 차례입니다.", *lines])


def no_plan(name: str) -> str:
    """A cafeteria without a rotation."""
    return f"{particle(name, '은', '는')} 과별 차례가 정해져 있지 않습니다. 배식 시간 안에 오시면 됩니다."


def labels(slots: Sequence[Slot], name: str) -> Labels:
    """The words on the chart."""
    return Labels(
        title=name,
        today="오늘",
        usual="평소",
        forecast="예측",
        people="줄 선 사람(명)",
        now="지금",
        minutes="기다릴 시간(분)",
        mine="우리 과",
        slots=tuple(_slot_name(slot) for slot in slots),
        note="예시 자료" if "예시" in name else "",
    )


def _slot_name(slot: Slot) -> str:
    """The first department, and a mark for the others: a slot on the chart is six letters wide."""
    first = short(slot.departments[0] if slot.departments else f"{slot.group + 1}조", 5)
    return f"{first} 등" if len(slot.departments) > 1 else first


def no_cafeteria() -> str:
    """An institution without one."""
    return (
        "등록된 구내식당이 없습니다. 정보화 담당자에게 등록을 요청해 주십시오.\n"
        "기관의 관리자이시면 '식당 추가 구내식당 300석'이라고 쓰시면 됩니다."
    )


def alt(name: str, now: datetime, told: str, slot_text: str) -> str:
    """The chart in words, for whoever can't see it."""
    return f"{name} 오늘 줄 그래프({clock(now)}). {told} {slot_text} 실선은 오늘, 점선은 평소, 옅은 띠는 예측입니다."
