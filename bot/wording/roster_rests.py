"""Words of leave of absence and secondment: to whoever administers, and to whoever rests."""

from __future__ import annotations

from datetime import date, timedelta

from bot.messenger import Button, Reply
from bot.wording import day

OPEN = "open"


def how() -> Reply:
    """휴직 처리 without whom it is about."""
    return Reply(
        "누구의 휴직인지 함께 써 주십시오. 예: '휴직 처리 홍길동 2027-05-31까지' (돌아오는 날을 모르면 날짜 없이)\n"
        "돌아오시면 '복직 홍길동'입니다. 여러 분은 인사발령 엑셀로 한 번에 됩니다."
    )


def how_back() -> Reply:
    """복직 without whom it is about."""
    return Reply("누구의 복직인지 함께 써 주십시오. 예: '복직 홍길동'")


def past() -> Reply:
    """A day that is over, or none."""
    return Reply("휴직이 끝나는 날은 오늘이나 그 뒤여야 합니다. 예: '휴직 처리 홍길동 2027-05-31까지'")


def ask(name: str, department: str, until: date | None, press: str) -> Reply:
    """Asked once before access rests."""
    return Reply(
        f"{department} {name} 님을 {_through(until)} 휴직으로 할까요?\n"
        "그동안 접속과 알림, 물음을 멈춥니다. 구독과 역할은 그대로 두고, 복직하시면 이어집니다.",
        buttons=(Button("휴직 처리", f"staff-rest:yes:{press}"), Button("그만두기", "staff-rest:no")),
    )


def done(name: str, until: date | None, undo: str) -> Reply:
    """It is so."""
    back = (
        f"{day(until + timedelta(days=1))}에 저절로 복직됩니다."
        if until is not None
        else f"돌아오시면 '복직 {name}'이라고 써 주십시오."
    )
    return Reply(
        f"{name} 님은 {_through(until)} 휴직입니다. 접속과 알림을 멈췄습니다.\n{back}",
        buttons=(Button("되돌리기", f"staff-undo:{undo}"),),
    )


def same(name: str) -> Reply:
    """Nothing to change."""
    return Reply(f"{name} 님은 이미 그렇게 되어 있습니다.")


def not_away(name: str) -> Reply:
    """Who neither rests nor is lent."""
    return Reply(f"{name} 님은 휴직이나 파견 중이 아닙니다. 바꾼 것이 없습니다.")


def back(name: str, department: str, undo: str) -> Reply:
    """They are back."""
    return Reply(
        f"{department} {name} 님이 돌아오셨습니다. 접속과 알림을 다시 엽니다. 구독은 그대로입니다.",
        buttons=(Button("되돌리기", f"staff-undo:{undo}"),),
    )


def how_to_lend() -> Reply:
    """파견 without whom it is about."""
    return Reply(
        "누가 어디로 언제까지 파견인지 써 주십시오. 예: '파견 홍길동 행정안전부 12/1~12/31' (끝을 모르면 '12/1부터')\n"
        "돌아오시면 '복직 홍길동'입니다. 여러 분은 인사발령 엑셀로 한 번에 됩니다."
    )


def lend_where(name: str) -> Reply:
    """To where?"""
    return Reply(f"{name} 님이 어디로 파견되는지 함께 써 주십시오. 예: '파견 {name} 행정안전부 12/1~12/31'")


def no_days() -> Reply:
    """Days that can't be read."""
    return Reply(
        "날짜를 읽지 못했습니다. 아직 아무것도 바꾸지 않았습니다. '12/1~12/31'이나 '12/1부터'처럼 써 주십시오."
    )


def lend_head(who: str, goal: str, since: date, until: date | None, *, inside: bool) -> str:
    """How a secondment was read."""
    return f"{who} 님, {goal}({'우리 기관 부서' if inside else '다른 기관'}) 파견, {_from(since, until)}"


def rest_head(who: str, since: date, until: date | None) -> str:
    """How a leave of absence was read."""
    return f"{who} 님 휴직, {_from(since, until)}"


def move_head(who: str, goal: str, on: date) -> str:
    """How a move to another department was read."""
    return f"{who} 님 부서 변경: {goal}, {day(on)}부터"


def leave_head(who: str, on: date) -> str:
    """How a day of leaving was read."""
    return f"{who} 님 퇴직, {day(on)}. 그날 접속과 알림이 저절로 끝납니다."


def _from(since: date, until: date | None) -> str:
    return f"{day(since)}부터 돌아오실 때까지" if until is None else f"{day(since)}~{day(until)}"


def resting(first: str) -> Reply:
    """To whoever rests and writes; `first`: the first day back (ISO), or `OPEN`."""
    until = "" if first == OPEN else f" {day(date.fromisoformat(first))}에 이어집니다."
    return Reply(
        f"휴직 중이셔서 도비도 쉬고 있습니다. 구독은 그대로 두었습니다.{until}\n"
        "먼저 돌아오셨으면 기관의 도비 관리자에게 복직 처리를 부탁해 주십시오."
    )


def away(rest: str, home: str, sent: str) -> str:
    """How a list says that somebody is away for a time; empty for everybody else."""
    if rest:
        return "휴직" if rest == OPEN else f"휴직({day(date.fromisoformat(rest))} 복직)"
    if sent:
        return f"{sent} 파견"
    return f"원소속 {home}" if home else ""


def _through(until: date | None) -> str:
    return "복직하실 때까지" if until is None else f"{day(until)}까지"
