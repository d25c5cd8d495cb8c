"""Words that ask which quiet hours were meant: of today or of every day, of the evening or the morning after."""

from __future__ import annotations

from datetime import datetime, time

from bot.clock import KST
from bot.hours import is_noon
from bot.messenger import Button, Reply
from bot.wording import SAY


def _hm(at: time) -> str:
    return at.strftime("%H:%M")


def which_day(begins: time, ends: time, now: datetime, *, today: bool) -> Reply:
    """Hours within a day: of today, or of every day?"""
    buttons: list[Button] = []
    if now.astimezone(KST).time() < ends:
        half = "오전" if ends.hour < 12 else "오후"
        minute = f" {ends.minute}분" if ends.minute else ""
        press = f"{SAY}{half} {ends.hour % 12 or 12}시{minute}까지 알림 꺼줘"
        buttons.append(Button(f"오늘만, 지금부터 {_hm(ends)}까지", press))
    if today:
        note = "" if buttons else " 그 시간은 이미 지났습니다."
        return Reply(f"오늘은 지금부터 멈춰 둘 수 있습니다. 아직 바꾸지 않았습니다.{note}", buttons=tuple(buttons))
    daily = f"조용한 시간 {_hm(begins)}~{_hm(ends)}"
    buttons.append(Button(f"매일 {_hm(begins)}~{_hm(ends)}만", f"{SAY}{daily}"))
    instead = "" if is_noon(begins, ends) else " 매일로 하시면 지금의 밤 조용한 시간을 대신합니다."
    return Reply(f"오늘만입니까, 매일입니까? 아직 바꾸지 않았습니다.{instead}", buttons=tuple(buttons))


def which_end(closes: time, opens: time) -> Reply:
    """Quiet hours that may end in the evening or the morning after."""
    late = opens.replace(hour=opens.hour + 12)
    each = [f"조용한 시간 {_hm(closes)}~{_hm(one)}" for one in (opens, late)]
    return Reply(
        "다음 날 아침까지입니까, 그날 저녁까지입니까? 아직 바꾸지 않았습니다.",
        buttons=tuple(Button(one, f"{SAY}{one}") for one in each),
    )


def which_night(closes: time, opens: time) -> Reply:
    """`6시~8시`: from the evening on, or an hour or two of the morning?"""
    late = closes.replace(hour=(closes.hour + 12) % 24)
    each = [f"조용한 시간 {_hm(one)}~{_hm(opens)}" for one in (late, closes)]
    return Reply(
        "저녁부터 다음 날 아침까지입니까, 아침 사이입니까? 아직 바꾸지 않았습니다.",
        buttons=tuple(Button(one, f"{SAY}{one}") for one in each),
    )
