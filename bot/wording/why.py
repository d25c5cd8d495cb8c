"""Words of "왜 이 숫자?": what the figures stand on, each with its age and weight, and our own error.

Tells nothing of the serving speed: that is the kitchen's own figure.
"""

from __future__ import annotations

import math

from bot.wording import clock
from bot.wording.cafeteria import BASES, SENSORS, ago
from occupancy.estimate import Estimate, Health, Source
from occupancy.forecast import Forecast, Usual
from occupancy.reading import Kind
from occupancy.record import Errors


def lines(found: Estimate, usual: Usual, ahead: Forecast, errors: Errors, name: str) -> list[str]:
    """The whole answer, line by line."""
    told = [head(found, name), *(source(one) for one in found.sources), *usually(usual, found)]
    if ahead.points:
        told.append(forecast(ahead))
    return [*told, own_error(errors)]


def head(found: Estimate, name: str) -> str:
    """Which figures are explained; an old number is not repeated."""
    if found.people is None or found.minutes is None or found.stale:
        return f"{name}: {clock(found.at)} 지금은 센서값이 없어 줄을 말씀드리지 않습니다."
    low = math.floor(found.low or 0.0)
    high = max(math.ceil(found.high or 0.0), low + 1)
    return (
        f"{name}: {clock(found.at)} 줄 {found.people}명, {found.minutes:.1f}분은 이렇게 나왔습니다. "
        f"열에 여덟은 {low}~{high}분 사이입니다."
    )


def source(one: Source) -> str:
    """One sensor: its age, and how much it weighed or why it did not."""
    name = f"· {SENSORS.get(one.kind.value, one.kind.value)}({ago(one.age_s)})"
    if one.health is Health.FROZEN:
        return f"{name}: 같은 값만 보내 와 쓰지 않았습니다."
    if one.health is Health.SILENT:
        return f"{name}: 조용해져 쓰지 않았습니다."
    if one.kind is Kind.GATE:
        return f"{name}: 얼마나 빨리 줄어드는지를 여기서 봅니다({one.weight:.0%} 반영)."
    alone = "" if one.people is None else f", 혼자서는 {one.people:.0f}명"
    return f"{name}: 사람 수를 셉니다(비중 {one.weight:.0%}{alone})."


def usually(usual: Usual, found: Estimate) -> list[str]:
    """The usual at this time."""
    people = usual.at(found.at)
    if people is None:
        return ["· 평소: 지난 기록이 아직 모자랍니다."]
    sample = ", 예시 자료" if usual.simulated else ""
    return [f"· 평소 이 시간: {people:.0f}명({BASES[usual.basis.value]}, {usual.days}일{sample})."]


def forecast(ahead: Forecast) -> str:
    """Where the next hour comes from."""
    if ahead.learned:
        today = "와 오늘 흐름" if ahead.live else ""
        return f"· 예측: 지난 {ahead.days}일의 차례·요일·메뉴{today}에서 배운 값입니다."
    return "· 예측: 평소 흐름에 지금 차이를 더했습니다." if ahead.live else "· 예측: 평소 흐름 그대로입니다."


def own_error(errors: Errors) -> str:
    """The last two weeks' own error."""
    if errors.wait is None and errors.ahead is None:
        return "지난 2주 우리 오차: 아직 견줄 기록이 없습니다. 오늘부터 적고 있습니다."
    told = []
    if errors.wait is not None:
        told.append(f"기다릴 시간은 평균 {errors.wait:.1f}분({errors.waits}번)")
    if errors.ahead is not None:
        told.append(f"15분 뒤 줄은 평균 {errors.ahead:.0f}명({errors.aheads}번)")
    sample = " 예시 자료입니다." if errors.simulated else ""
    return f"지난 2주 {errors.days}일 우리 오차: {', '.join(told)} 어긋났습니다.{sample}"
