"""What is shown before a guess does what can't be undone, or is evidence; and a word about a location in a group."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.clock import KST
from bot.messenger import Button, Reply

DO: Final = "do:"
"""Head of a button that says its words for whoever presses it, after they were shown what it does."""
_LEG: Final = "지금 시각 {at}을 출장 {what} 시각으로 적습니다. 적은 시각은 정산의 증빙이 됩니다. 적을까요?"
_TOLD: Final[Mapping[str, str]] = {
    "출발": _LEG,
    "도착": _LEG,
    "복귀": _LEG,
    "해지": "구독을 끝냅니다. 하나뿐이면 바로 끝나고, 빼 두신 낱말도 함께 없어집니다. 계속할까요?",
    "위치 철회": "위치 동의를 거둡니다. 정산에 쓰지 않은 영수증은 하루 뒤 파기되어 되살릴 수 없습니다. 거둘까요?",
    "초기화": "이 대화에서 눌러 주신 의견을 모두 지웁니다. 지우면 되살릴 수 없습니다. 지울까요?",
    "감사 끝": "열어 두신 감사를 끝냅니다. 끝내시면 다시 여실 때 문서번호가 필요합니다. 끝낼까요?",
}
_SAME: Final[Mapping[str, str]] = {"위치 동의 철회": "위치 철회", "동의 철회": "위치 철회", "구독 해지": "해지"}


def needs_showing(words: str) -> bool:
    """Whether a guess may only show what these words would do."""
    return _SAME.get(words, words) in _TOLD


def shown(words: str, now: datetime) -> Reply:
    """What they would do, and the one more tap."""
    told = _TOLD[_SAME.get(words, words)].format(at=f"{now.astimezone(KST):%H:%M}", what=words)
    return Reply(
        f"{told}\n아직 아무것도 바꾸지 않았습니다.",
        buttons=(Button(words, f"{DO}{words}"), Button("그만두기", "sure:no")),
    )


def dropped() -> Reply:
    """It was not done."""
    return Reply("알겠습니다. 아무것도 바꾸지 않았습니다.")


def strayed() -> Reply:
    """To whoever posted a location in a group."""
    return Reply(
        "방에 올리신 위치는 받지도 남기지도 않았습니다. 출장 확인에 쓰실 위치라면 이 대화에 보내 주십시오.\n"
        "방에서 나누신 것이면 그대로 두셔도 됩니다."
    )
