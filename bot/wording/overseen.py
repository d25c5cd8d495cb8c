"""Words to an institution's administrators about what an operator did to its people."""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import moment
from bot.wording.acts import named, said

__all__ = ["named", "told"]


def told(operator: str, home: str, what: str, about: str, at: datetime) -> Reply:
    """Who, whom, when; `home` is the operator's institution where that is another."""
    who = f"{operator}({home})" if home else operator
    return Reply(
        f"운영자 {who} 님이 우리 기관 명부에 한 일입니다.\n"
        f"{said(what)}: {about} · {moment(at)}\n"
        "모르시는 일이면 운영자에게 확인해 주십시오. '기록'에도 남아 있습니다.",
        buttons=(Button("기록", "acts"),),
    )
