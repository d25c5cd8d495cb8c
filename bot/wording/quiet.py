"""Words of the alerts about a quiet line: asked for, come, not come, taken back; and of one's own best minute.

Short: whoever reads them is on the way to lunch. A number has its time and its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import clock, particle, when
from bot.wording.cafeteria import SENSORS, waits

ASK = Button("한산해지면 알려줘", "quiet")
MY_TIME = Button("내 시간 알림", "mytime")
_CANCEL = Button("알림 취소", "unquiet")
_OFF = Button("내 시간 알림 끄기", "mytime:off")
_NOW = Button("지금 줄", "cafeteria")


@dataclass(frozen=True, slots=True)
class Place:
    """A line as it is: its name, people, minutes, and which kinds of sensor said so when."""

    name: str
    people: int
    minutes: float
    kinds: Sequence[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """When a person may go: their own slot, or the serving hours."""

    since: datetime
    until: datetime
    own: bool


def _span(span: Span) -> str:
    return f"{'우리 과 차례' if span.own else '배식 시간'} {clock(span.since)}~{clock(span.until)}"


def _until(span: Span) -> str:
    return f"{'우리 과 차례는' if span.own else '배식은'} {clock(span.until)}까지입니다."


def _by(place: Place) -> str:
    told = "·".join(dict.fromkeys(SENSORS.get(kind, kind) for kind in place.kinds))
    return f"{clock(place.at)} {told} 기준" if told else f"{clock(place.at)} 기준"


def _goal(below: float | None) -> str:
    return "한산해지면" if below is None else f"기다릴 시간이 {below:g}분 아래가 되면"


def waiting(span: Span, below: float | None, *, before: bool) -> Reply:
    """It is asked for, when it may come, and how to take it back."""
    head = f"이미 기다리고 있습니다. {_goal(below)} 한 번만" if before else f"{_goal(below)} 한 번만"
    told = f"{_span(span)} 안에서만 알리고, 몰리지 않게 몇 분씩 나누어 보내 드립니다."
    return Reply(f"{head} 알려 드리겠습니다.\n{told}", buttons=(_CANCEL, MY_TIME))


def in_private() -> Reply:
    """Asked in a group: the word goes to the person alone."""
    return Reply("알겠습니다. 한산해지면 개인 대화로 알려 드리겠습니다.")


def quiet_already(place: Place, span: Span) -> Reply:
    """Asked while it is quiet: nothing to wait for."""
    told = f"{place.name}: 지금 한산합니다. {waits(place.minutes)}(줄 {place.people}명)."
    return Reply(f"{told}\n{_by(place)} · {_until(span)}", buttons=(_NOW,))


def told_today(at: datetime) -> Reply:
    """One a day."""
    return Reply(
        f"오늘은 {clock(at)}에 알려 드렸습니다. 이 알림은 하루 한 번입니다. 지금 줄은 '식당'으로 보실 수 있습니다.",
        buttons=(_NOW,),
    )


def over(span: Span) -> Reply:
    """Asked after the own slot: nothing can come any more."""
    where = "차례" if span.own else "배식 시간"
    return Reply(
        f"오늘 {particle(_span(span), '은', '는')} 지났거나 곧 끝납니다. {where} 밖에는 알리지 않으니 "
        "내일 다시 말씀해 주십시오.",
        buttons=(_NOW,),
    )


def no_sensors(name: str) -> Reply:
    """A cafeteria whose line nothing counts."""
    return Reply(
        f"{name}에는 줄을 세는 센서가 없어 한산해지는 때를 알 수 없습니다. "
        "차례만은 '내 시간 알림'으로 미리 알려 드릴 수 있습니다.",
        buttons=(MY_TIME,),
    )


def now_quiet(place: Place, span: Span) -> Reply:
    """The alert itself."""
    told = f"지금 한산합니다. {place.name}: {waits(place.minutes)}(줄 {place.people}명)."
    return Reply(f"{told}\n{_by(place)} · {_until(span)}", buttons=(_NOW,))


def still_crowded(place: Place, span: Span) -> Reply:
    """The last call: it did not get quiet, and there is just time enough to go."""
    told = f"한산해지지 않았지만 지금 나서실 때입니다. {place.name}: {waits(place.minutes)}(줄 {place.people}명)."
    return Reply(f"{told}\n{_by(place)} · {_until(span)}", buttons=(_NOW,))


def blind(name: str, since: datetime | None, now: datetime, span: Span) -> Reply:
    """The last call where no sensor speaks: what happened, and no number."""
    told = f"센서가 {when(since, now)}부터 조용합니다" if since else "센서가 조용합니다"
    return Reply(f"한산해졌는지 알 수 없었습니다. {name} {told}. {_until(span)}", buttons=(_NOW,))


def shut(told: str) -> Reply:
    """The kitchen closed early: nothing to wait for."""
    return Reply(f"{told} 한산 알림은 여기서 마칩니다.")


def cancelled(others: int) -> Reply:
    """It was taken back; deadlines of documents are other alerts."""
    more = f" 기한 알림 {others}개는 그대로 있습니다." if others else ""
    return Reply(f"한산 알림을 취소했습니다.{more}")


def nothing_waits() -> Reply:
    """Nothing to take back."""
    return Reply("기다리는 한산 알림이 없습니다. '한산해지면 알려줘'라고 하시면 한 번 알려 드립니다.", buttons=(ASK,))


def standing(span: Span, below: float | None) -> str:
    """The alert as a line of the list."""
    return f"오늘 {_goal(below)} 알림 · {_span(span)}"


def standing_daily() -> str:
    """The daily word as a line of the list."""
    return "내 시간 알림 켜짐 · 근무일마다 우리 과 차례에"


def list_buttons(*, alert: bool, daily: bool) -> tuple[Button, ...]:
    """What ends the ones that stand."""
    return (*((_CANCEL,) if alert else ()), *((_OFF,) if daily else ()))


def listed(rows: Sequence[str], buttons: tuple[Button, ...]) -> Reply:
    """The person's alerts about lunch."""
    return Reply("\n".join(["점심 알림입니다.", *rows]), buttons=buttons)


def my_time_on(span: Span | None, *, before: bool) -> Reply:
    """The daily word is on, and what it will do."""
    head = "이미 켜져 있습니다." if before else "내 시간 알림을 켰습니다."
    today = f" 오늘은 {clock(span.since)}~{clock(span.until)}입니다." if span else ""
    rule = "근무일마다 우리 과 차례에서 가장 한산할 때를 5분 전에 알려 드립니다. 출장 중에는 보내지 않습니다."
    return Reply(f"{head} {rule}{today}", buttons=(_OFF,))


def my_time_off(*, before: bool) -> Reply:
    """The daily word is off."""
    return Reply("내 시간 알림은 꺼져 있습니다." if before else "내 시간 알림을 껐습니다.", buttons=(MY_TIME,))


def no_slot(department: str) -> Reply:
    """Nobody's slot, nobody's best minute."""
    return Reply(
        f"{department}의 차례가 정해져 있지 않아 알려 드릴 때가 없습니다. "
        "줄이 짧아지는 때는 '한산해지면 알려줘'로 알려 드립니다.",
        buttons=(ASK,),
    )


def my_time(at: datetime, minutes: float, now: datetime, span: Span) -> Reply:
    """The daily word: when to set out, by the forecast of now."""
    told = f"{clock(at)}에 나서시면 {waits(minutes)}({clock(now)} 예측)."
    return Reply(f"{told} {_span(span)}입니다.", buttons=(_NOW, _OFF))


def my_slot(span: Span) -> Reply:
    """The daily word where no minute is better than another, or nothing is known."""
    return Reply(f"곧 {_span(span)}입니다.", buttons=(_NOW, _OFF))
