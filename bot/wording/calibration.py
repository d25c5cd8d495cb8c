"""Words of teaching a camera by hand counts: for administrators and kitchen staff, in private, a line or two each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import clock, particle
from occupancy.teaching import ENOUGH, LEAST, MOST_PEOPLE, Learned, Pair

TITLE = "카메라 보정"
_PRESS = "teach"
_HOW = "지금 줄에 선 사람을 세어 '12'처럼 보내 주십시오."


def _press(verb: str, *rest: str) -> str:
    return ":".join((_PRESS, verb, *rest))


def which(sensors: Sequence[tuple[str, str, str]], people: int | None) -> Reply:
    """Several sensors: which is meant. Rows are sensor, place and token."""
    carried = () if people is None else (str(people),)
    return Reply(
        "어느 카메라를 보정합니까?",
        buttons=tuple(Button(f"{sensor}({place})", _press("on", token, *carried)) for sensor, place, token in sensors),
    )


def none() -> Reply:
    """No sensor that counts people."""
    return Reply("사람 수를 세는 센서가 없습니다. '센서 등록'으로 카메라를 먼저 이어 주십시오.")


def unknown(name: str) -> Reply:
    """No such sensor."""
    return Reply(f"'{name}' 센서가 없습니다. '센서'라고 쓰시면 목록을 보여 드립니다.")


def panel(sensor: str, place: str, token: str, learned: Learned, said: float | None) -> Reply:
    """How a sensor's teaching stands, and how to go on."""
    now = f"지금 {said:.0f}명으로 봅니다." if said is not None else "지금은 조용합니다."
    buttons = (Button("지우고 다시", _press("reset", token)),) if learned.pairs else ()
    return Reply(f"{place} {sensor} 보정: {standing(learned)} {now}\n{_HOW}", buttons=buttons)


def standing(learned: Learned) -> str:
    """How often, and how far off: `지금까지 7번, 평균 오차 1.3명(보정 전 4.0명).`."""
    if not learned.pairs:
        return f"아직 한 번도 없습니다. {ENOUGH}~15번이면 넉넉합니다."
    if learned.error is None or learned.raw_error is None:
        return f"지금까지 {learned.pairs}번. {LEAST}번부터 씁니다."
    more = "" if learned.pairs >= ENOUGH else f" {ENOUGH - learned.pairs}번쯤 더 있으면 좋습니다."
    return f"지금까지 {learned.pairs}번, 평균 오차 {learned.error:.1f}명(보정 전 {learned.raw_error:.1f}명).{more}"


def kept(pair: Pair, sensor: str, token: str, learned: Learned, other: Pair | None, change: str) -> Reply:
    """A pair was kept: both figures, how the teaching stands, and where two people disagree."""
    lines = [f"{sensor}: 센서 {pair.said:.0f}명, 직접 세신 것 {pair.people}명을 적었습니다. {standing(learned)}"]
    if other is not None:
        lines.append(
            f"{clock(other.at)}에는 {other.people}명으로 적혀 있습니다. 둘 다 두었습니다. "
            "방금 것이 틀렸으면 [취소]를 눌러 주십시오."
        )
    elif abs(pair.said / learned.gain - pair.people) > 3 + 0.4 * pair.people and learned.used:
        lines.append("다른 때와 많이 다릅니다. 센 자리가 카메라의 줄 영역과 같은지 보아 주십시오.")
    elif learned.pairs < ENOUGH:
        lines.append("줄 길이가 달라지면 또 보내 주십시오.")
    return Reply("\n".join(lines), buttons=(Button("취소", _press("undo", token, change)),))


def silent(sensor: str, since: datetime | None) -> Reply:
    """The sensor says nothing that a count could be set beside."""
    last = "" if since is None else f" 마지막 신호는 {clock(since)}입니다."
    return Reply(f"{particle(sensor, '이', '가')} 지금 조용해서 적지 않았습니다.{last} 신호가 오면 다시 세어 주십시오.")


def too_many(people: int) -> Reply:
    """More than ever stand there."""
    return Reply(f"{people}명은 너무 많아 적지 않았습니다. {MOST_PEOPLE}명까지 적을 수 있습니다. 다시 보내 주십시오.")


def not_a_count() -> Reply:
    """No number in it."""
    return Reply(f"몇 명인지 읽지 못해 적지 않았습니다. {_HOW}")


def reset(sensor: str, token: str, change: str, pairs: int) -> Reply:
    """All pairs were let go of."""
    if not pairs:
        return Reply(f"{sensor}에는 적힌 것이 없습니다. {_HOW}")
    buttons = (Button("되돌리기", _press("undo", token, change)),)
    return Reply(f"{sensor}의 보정 {pairs}번을 지웠습니다. {_HOW}", buttons=buttons)


def undone(*, now: bool, learned: Learned) -> Reply:
    """A pair or a reset was taken back, or could not be."""
    if now:
        return Reply(f"되돌렸습니다. {standing(learned)}")
    return Reply(f"그 뒤에 다른 것이 적혀 되돌리지 않았습니다. {standing(learned)}")


def stopped() -> Reply:
    """No more counts for now."""
    return Reply("보정을 마쳤습니다. '보정'이라고 쓰시면 이어서 합니다.")
