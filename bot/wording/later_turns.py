"""What is said on the turn after: to whoever disputes a refusal, has Dobi wait, or asks what becomes of news."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.messenger import Button, Reply
from bot.wording import SAY, whom

_DISPUTED: Final[Mapping[str, str]] = {
    "rank": (
        "직위를 말씀하셔도 답이 달라지지는 않습니다. 할 수 있는 일은 명부의 역할로만 정해지고, 다른 분의 위치나 기록은 "
        "누구께도 알려 드리지 않습니다.\n역할이 더 필요하시면 관리자에게 말씀해 주십시오. 문의: {contact}"
    ),
    "ordered": (
        "누가 시키셨는지로는 달라지지 않습니다. 할 수 있는 일은 명부의 역할로만 정해집니다.\n"
        "그분이 직접 도비에 쓰시거나, 관리자에게 말씀해 주십시오. 문의: {contact}"
    ),
    "vexed": (
        "불편하게 해 드려 죄송합니다. 무엇을 하시려던 것인지 짧게 한 번만 더 써 주시면 다시 찾겠습니다.\n"
        "사람과 말씀하시려면 {contact}"
    ),
    "call": (
        "다른 분께 말이나 부탁을 대신 전하지 못합니다. 직접 전화하시거나 메신저로 말씀해 주십시오.\n문의: {contact}"
    ),
    "alerts": (
        "다른 분께 가는 알림을 이어 받게 하지는 못합니다. 같은 소식은 '구독 낱말'로 직접 받으실 수 있습니다.\n"
        "그분이 '구독 내보내기'로 만든 파일을 주시면 '구독 가져오기'로 한 번에 옮겨집니다."
    ),
}
_ASIDES: Final[Mapping[str, str]] = {
    "missed": (
        "네, 보실 수 있습니다. 쉬시는 동안 온 소식은 모아 두었다가, 끝난 다음 근무일에 모아 드립니다.\n"
        "휴가는 그대로이고 바꾼 것은 없습니다."
    ),
    "missed-rest": "네, 보실 수 있습니다. 그동안 온 것은 버리지 않고, 끝나면 모아 드립니다. 바꾼 것은 없습니다.",
    "only-now": (
        "이 설정은 그때만 따로 되지 않고 계속됩니다. 방금 바꾼 것은 그대로 있습니다.\n"
        "그때만 조용히 받으시려면 '알림 멈춤 오늘'처럼, 되돌리시려면 '되돌려줘'라고 써 주십시오."
    ),
    "one-day": (
        "요일마다 시각을 따로 정하지는 못합니다. 근무일에는 모두 같은 시각에 드립니다. 바꾼 것은 없습니다.\n"
        "모든 날을 바꾸시려면 '아침 브리핑 8시 30분'처럼 써 주십시오."
    ),
}


def disputed(kind: str, contact: str) -> Reply:
    """The refusal stays, with the way."""
    said = {"alerts": ("구독 가져오기",), "vexed": ("도움말", "쉬운 것부터")}.get(kind, ())
    return Reply(
        _DISPUTED[kind].format(contact=whom(contact)), buttons=tuple(Button(one, f"{SAY}{one}") for one in said)
    )


def aside(kind: str) -> Reply:
    """What becomes of it; nothing is changed."""
    return Reply(_ASIDES[kind])


def ended(words: str) -> Reply:
    """Somebody has Dobi wait after a subscription ended."""
    return Reply(
        f"'{words}' 구독은 방금 끝냈습니다. 다시 받으시겠습니까?", buttons=(Button("다시 받기", f"{SAY}구독 {words}"),)
    )


def nothing_done(*, boss: bool) -> Reply:
    """Somebody asks whether it is done, and nothing was done here that is known of."""
    shown = ("목록", "알림 설정", "출장 목록", *(("못 보낸 것",) if boss else ()))
    return Reply(
        "방금 여기서 하신 일을 찾지 못해 됐는지 알지 못합니다. 지금 어떤지는 아래에서 보실 수 있습니다.",
        buttons=tuple(Button(one, f"{SAY}{one}") for one in shown),
    )


def waiting() -> Reply:
    """Somebody wants Dobi to wait."""
    return Reply("네, 기다리겠습니다. 새로 한 일은 없습니다. 방금 한 일을 되돌리시려면 '되돌려줘'라고 써 주십시오.")
