"""Words of the audit office's desk: who has to wait is told so, why, and what happens next."""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Reply
from bot.wording import moment, whom


def closed(contact: str) -> Reply:
    """Nobody is there to answer now."""
    return Reply(
        "감사 담당의 확인 프로그램이 꺼져 있습니다. 켜지면 바로 답하겠습니다.\n"
        "보내신 것은 감사 담당만 열 수 있게 잠가 두었으니 다시 보내지 않으셔도 됩니다.\n"
        f"급하시면 {whom(contact)}에게 켜 달라고 말씀해 주십시오."
    )


def given_up(at: datetime) -> Reply:
    """It waited for days, and is gone."""
    return Reply(
        f"{moment(at)}에 보내신 것은 사흘 동안 감사 담당의 확인 프로그램이 꺼져 있어 답하지 못하고 지웠습니다.\n"
        "켜진 것을 확인하신 뒤 다시 보내 주십시오."
    )


def unopened(at: datetime) -> Reply:
    """It could not be opened for days: its key is not there any more."""
    return Reply(
        f"{moment(at)}에 보내신 것은 그때의 감사 열쇠가 확인 프로그램에 없어 열지 못하고 지웠습니다.\n"
        "다시 보내 주십시오."
    )


def too_many(contact: str) -> Reply:
    """The desk is full."""
    return Reply(
        "감사 담당의 확인 프로그램이 답할 것이 너무 많이 쌓여 방금 보내신 것은 받지 못했습니다.\n"
        f"앞의 것이 끝난 뒤 다시 보내 주십시오. 오래 그대로면 {whom(contact)}에게 알려 주십시오."
    )


def too_large(megabytes: int) -> Reply:
    """More than goes at once."""
    return Reply(f"한 번에 보내신 것이 {megabytes}MB를 넘어 받지 못했습니다. 나누어 보내 주십시오.")


def no_key(contact: str) -> Reply:
    """No audit key is enrolled, and none may be made here."""
    return Reply(
        "감사 담당의 열쇠가 아직 등록되지 않아 확인해 드릴 수 없습니다. 보내신 것은 저장하지 않았습니다.\n"
        f"{whom(contact)}에게 'dobi keys audit'으로 열쇠를 등록해 달라고 말씀해 주십시오."
    )
