"""Words of sensors: announced, approved, stopped; what is wrong with one, what to do; for administrators alone.

No key, code of a past hour or address of a machine ever stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import clock, particle, short, when
from bot.wording.cafeteria import SENSORS, ago, span

DECLARED = {"file": "설정 파일", "chat": "대화"}


@dataclass(frozen=True, slots=True)
class Row:
    """One sensor of the list. `line` is its line's name, empty where there is one; `trouble` a word or empty."""

    kind: str
    id: str
    place: str
    line: str
    declared: str
    age_s: float | None
    trouble: str
    paused_at: datetime | None = None


def called(kind: str, sensor: str) -> str:
    """`카메라 cam1`."""
    return f"{SENSORS.get(kind, kind)} {sensor}"


TROUBLES = {
    "offline": "꺼졌다고 알려 왔습니다",
    "blind": "화면이 검거나 가려졌습니다",
    "still": "화면이 멈췄습니다",
    "clock": "시계가 틀립니다",
    "key": "열쇠가 다른 신호가 옵니다",
    "frozen": "같은 값만 보냅니다",
    "silent": "조용합니다",
}
_DO = {
    "offline": "센서 PC가 꺼졌는지, 인터넷이 되는지 보아 주십시오.",
    "blind": "카메라 앞이 가려졌는지, 불이 꺼졌는지 보아 주십시오.",
    "still": "카메라의 선을 뺐다 꽂거나 카메라 프로그램을 다시 켜 주십시오.",
    "clock": "그 PC의 시계를 맞추어 주십시오(윈도우: 설정 > 시간 > 지금 동기화).",
    "key": "센서의 열쇠를 바꾸셨으면 설정의 열쇠도 같게 해 주십시오. 아니면 누가 시험하고 있는지 알아보아 주십시오.",
    "frozen": "카메라 화면이 멈췄는지 보아 주십시오.",
    "silent": "센서의 전원과 인터넷 연결을 보아 주십시오.",
}


def sick(kind: str, sensor: str, place: str, what: str, since: datetime, detail: str, now: datetime) -> Reply:
    """Something is wrong with a sensor: what, since when, what to do, what happens meanwhile."""
    name = particle(called(kind, sensor), "이", "가")
    told = {
        "offline": f"{name} {when(since, now)}에 꺼졌다고 알려 왔습니다.",
        "blind": f"{name} {when(since, now)}부터 검거나 가려진 화면만 봅니다.",
        "still": f"{name} {when(since, now)}부터 멈춘 화면만 봅니다.",
        "clock": f"{called(kind, sensor)}의 시계가 {_off(detail)}. 보낸 값을 받지 못하고 있습니다.",
        "key": f"{called(kind, sensor)}의 이름으로 열쇠가 다른 신호가 {when(since, now)}부터 옵니다. 받지 않았습니다.",
        "frozen": f"{name} {when(since, now)}까지 같은 값만 되풀이했습니다. 사람은 지나가고 있어 그 값을 뺐습니다.",
        "silent": f"{name} {when(since, now)}부터 조용합니다.",
    }[what]  # fmt: skip
    meanwhile = "" if what == "key" else " 그동안 식당 안내는 이 센서 없이, 그렇다고 밝히고 답합니다."
    return Reply(f"{place}: {told}\n{_DO[what]}{meanwhile}", buttons=(Button("센서", "sensor"),))


def _off(detail: str) -> str:
    seconds = float(detail or 0)
    return f"{span(abs(seconds))} {'빠릅니다' if seconds > 0 else '늦습니다'}"


def well(kind: str, sensor: str, place: str, since: datetime, now: datetime) -> Reply:
    """It is back."""
    lasted = span((now - since).total_seconds())
    return Reply(f"{place}: {particle(called(kind, sensor), '이', '가')} 다시 값을 보냅니다({lasted} 만입니다).")


def unsteady(kind: str, sensor: str, place: str, times: int) -> Reply:
    """It comes and goes; told once, then not again that day."""
    return Reply(
        f"{place}: {particle(called(kind, sensor), '이', '가')} 오늘 {times}번째 끊겼습니다. 오늘은 그만 알립니다.\n"
        "선이나 무선 신호가 약한지 보아 주십시오. 지금 상태는 '센서'라고 쓰시면 보여 드립니다.",
        buttons=(Button("센서", "sensor"),),
    )


def announced(kind: str, sensor: str, place: str, number: str, token: str) -> Reply:
    """A new sensor asks to be taken."""
    return Reply(
        f"새 센서가 승인을 기다립니다: {called(kind, sensor)} ({place})\n"
        f"그 센서 화면의 번호가 {number}이면 승인해 주십시오. 다르거나 모르는 센서이면 거절해 주십시오.\n"
        "승인하실 때까지 아무 값도 받지 않습니다.",
        buttons=(Button("승인", f"sensor:ok:{token}"), Button("거절", f"sensor:no:{token}")),
    )


def rows(listed: Sequence[Row], now: datetime, *, places: bool) -> list[str]:
    """A line a sensor."""
    return [f"· {_row(one, now, places=places)}" for one in listed]


def _row(one: Row, now: datetime, *, places: bool) -> str:
    where = " ".join(filter(None, (one.place if places else "", one.line)))
    name = called(one.kind, one.id) + (f" ({where})" if where else "")
    if one.paused_at is not None:
        state = f"멈춰 두었습니다({when(one.paused_at, now)}부터)"
    elif one.age_s is None:
        state = one.trouble or "아직 보낸 값이 없습니다"
    else:
        state = f"{one.trouble or '정상'}, 마지막 값 {ago(one.age_s)}"
    return f"{name}: {state} · {DECLARED[one.declared]}"


def listing(listed: Sequence[Row], waiting: Sequence[tuple[str, str, str]], now: datetime) -> Reply:
    """All sensors; `waiting` are those to approve: kind, id, number."""
    places = len({one.place for one in listed}) > 1
    lines = [f"센서 {len(listed)}개입니다." if listed else "등록된 센서가 없습니다."]
    lines += rows(listed, now, places=places)
    lines += [f"승인을 기다립니다: {called(kind, sensor)}, 번호 {number}" for kind, sensor, number in waiting]
    if waiting:
        lines.append("센서 화면의 번호를 그대로 쓰시면 승인합니다. 예: '센서 " + waiting[0][2] + "'")
    elif listed:
        lines.append("'센서 " + listed[0].id + "'처럼 쓰시면 멈추거나 지울 수 있습니다. 새 센서는 '센서 등록'.")
    else:
        lines.append("'센서 등록'이라고 쓰시면 새 센서에 넣을 코드를 드립니다.")
    return Reply("\n".join(lines))


def one(row: Row, now: datetime, token: str) -> Reply:
    """One sensor with what can be done about it."""
    stop = Button("다시 켜기", f"sensor:go:{token}") if row.paused_at else Button("멈춤", f"sensor:stop:{token}")
    more = (Button("지우기", f"sensor:del:{token}"),) if row.declared == "chat" else ()
    note = "" if more else "\n설정 파일에 적힌 센서라 지우기는 파일에서 하실 수 있습니다."
    return Reply(f"{_row(row, now, places=True)}{note}", buttons=(stop, *more, Button("센서", "sensor")))


def done(what: str, kind: str, sensor: str, change: str) -> Reply:
    """What was decided, with the way back."""
    name = called(kind, sensor)
    told = {
        "ok": f"{particle(name, '을', '를')} 승인했습니다. 이제부터 보내는 값을 씁니다.",
        "stop": f"{particle(name, '을', '를')} 멈췄습니다. 보내 오는 값을 쓰지 않습니다.",
        "go": f"{particle(name, '을', '를')} 다시 켰습니다.",
        "del": f"{particle(name, '을', '를')} 지웠습니다. 다시 쓰시려면 센서를 새로 등록하셔야 합니다.",
    }[what]
    return Reply(told, buttons=(Button("되돌리기", f"sensor:undo:{change}"), Button("센서", "sensor")))


def refused(kind: str, sensor: str, token: str) -> Reply:
    """An announcement was turned down."""
    return Reply(
        f"{particle(called(kind, sensor), '을', '를')} 거절했습니다. 하루 동안 다시 묻지 않습니다.",
        buttons=(Button("되돌리기", f"sensor:ask:{token}"),),
    )


def undone(*, now: bool) -> Reply:
    """A decision was taken back, or could not be."""
    return Reply(
        "되돌렸습니다." if now else "그 뒤에 바뀐 것이 있어 되돌리지 못했습니다. '센서'로 지금 상태를 보아 주십시오."
    )


def code(text: str, until: datetime, cafeterias: Sequence[tuple[str, str]]) -> Reply:
    """An enrolment code to type at the sensor; `cafeterias` are id and name."""
    which = ", ".join(f"{name}은 {each}" if name != each else each for each, name in cafeterias)
    return Reply(
        f"새 센서에 이 코드를 넣어 주십시오: {text}\n"
        f"{clock(until)}까지 쓸 수 있습니다. 식당 이름은 이렇게 넣습니다: {which}\n"
        "센서가 신청하면 번호를 보여 드리고 승인을 여쭙겠습니다."
    )


def too_many() -> Reply:
    """Nothing more can be taken at the moment."""
    return Reply(
        "지금은 더 받을 수 없습니다. 기다리는 것을 먼저 승인하거나 거절해 주십시오. 코드는 한 시간 뒤에 비워집니다."
    )


def gone() -> Reply:
    """What the button or number meant is no more."""
    return Reply("그 신청은 이제 없습니다. '센서'로 지금 상태를 보아 주십시오.", buttons=(Button("센서", "sensor"),))


def already(kind: str, sensor: str) -> Reply:
    """Another administrator was faster."""
    return Reply(
        f"{particle(called(kind, sensor), '은', '는')} 이미 승인되어 있습니다.", buttons=(Button("센서", "sensor"),)
    )


def unknown(name: str) -> Reply:
    """No sensor of that name."""
    return Reply(
        f"'{name}' 센서를 찾지 못했습니다. '센서'로 목록을 보아 주십시오.", buttons=(Button("센서", "sensor"),)
    )


def in_file(kind: str, sensor: str) -> Reply:
    """The file names it, so chat can't delete it."""
    return Reply(
        f"{particle(called(kind, sensor), '은', '는')} 설정 파일에 적혀 있어 파일에서 지우셔야 합니다.\n"
        "우선 멈추시려면 [멈춤]을 눌러 주십시오."
    )


_SHEETS = {
    "not_a_file": "보통 파일이 아닙니다",
    "too_big": "50 MB를 넘습니다",
    "binary": "글자로 된 표(CSV)가 아닙니다",
    "long_line": "한 줄이 너무 깁니다",
    "formula": "읽을 칸에 수식이 들어 있습니다",
    "no_columns": "시각이나 인원이 적힌 칸을 찾지 못했습니다",
    "timeout": "읽는 데 너무 오래 걸립니다",
}


def sheet(sensor: str, place: str, name: str, what: str) -> Reply:
    """A gate's file was left alone: which, why, what to do."""
    shown = "".join(letter if letter.isprintable() else "·" for letter in short(name, 60))
    hint = "식권 시스템에서 CSV로 다시 내보내 주십시오."
    if what == "no_columns":
        hint = "시각 칸의 이름을 설정의 columns에 적어 주시면 읽을 수 있습니다."
    return Reply(
        f"{place}: {called('gate', sensor)} 폴더의 파일을 읽지 않았습니다: {shown}\n"
        f"{_SHEETS[what]}. {hint} 파일은 그대로 두었습니다.",
        buttons=(Button("센서", "sensor"),),
    )
