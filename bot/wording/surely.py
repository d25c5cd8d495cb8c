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
_ACTS: Final[Mapping[str, str]] = {
    "한산해지면 알려줘": "식당이 한산해지면 한 번 알려 드립니다. 그렇게 할까요?",
    "내 시간 알림": "근무일마다 우리 과 차례에 맞춰 식당 알림을 드립니다. 켤까요?",
    "식당 알림 켜기": "이 대화에 식당 차례표와 점심 소식을 올립니다. 켤까요?",
    "식당 알림 끄기": "이 대화에 식당 소식을 더 올리지 않습니다. 끌까요?",
    "쉬기": "구독을 잠시 쉽니다. 하나뿐이면 바로 쉬고, 여럿이면 어느 것인지 여쭙니다. 쉴까요?",
    "다시": "쉬던 구독을 다시 보내 드립니다. 다시 받으실까요?",
    "하루 5건까지": "바로 보내 드리는 소식을 하루 5건까지로 줄입니다. 줄일까요?",
    "모아서만": "소식을 바로 보내지 않고 정한 시각에 모아서만 드립니다. 그렇게 할까요?",
    "중요한 것만 바로": "뚜렷이 맞는 것만 바로 보내고 나머지는 모아 드립니다. 그렇게 할까요?",
    "모두 바로": "맞는 소식을 모두 바로 보내 드립니다. 그렇게 할까요?",
    "하루 제한 없음": "하루 건수 제한을 없앱니다. 없앨까요?",
    "알림 멈춤 2시간": "두 시간 동안 알림을 멈춥니다. 멈출까요?",
    "알림 잠시 멈춤": "알림을 잠시 멈춥니다. 멈출까요?",
    "알림 다시 켜기": "멈춘 알림을 다시 켭니다. 켤까요?",
    "주간 점검": "금요일 오후마다 보내지 않은 글 다섯 건의 제목을 여쭙니다. 켤까요?",
    "식수 알림 켜기": "배식하는 날마다 다음 배식일의 예상 식수를 보내 드립니다. 켤까요?",
    "접속기록": "지난달 접속기록을 보여 드리고, 매월 점검을 하신 것으로 적습니다. 볼까요?",
}
"""What a guess may offer and what would be done at once, though it can be changed again."""
_SAME: Final[Mapping[str, str]] = {"위치 동의 철회": "위치 철회", "동의 철회": "위치 철회", "구독 해지": "해지"}
_FULL: Final[Mapping[str, str]] = {"위치 철회": "위치 동의 철회"}
"""Words that would be asked about once more: as their command."""


def needs_showing(words: str) -> bool:
    """Whether a guess may only show what these words would do."""
    return _SAME.get(words, words) in _TOLD


def at_once(words: str) -> bool:
    """Whether these words would write something at once: nobody's press on a guess does that."""
    return words in _ACTS or needs_showing(words)


def shown(words: str, now: datetime) -> Reply:
    """What they would do, and the one more tap."""
    said = _TOLD.get(_SAME.get(words, words)) or _ACTS[words]
    told = said.format(at=f"{now.astimezone(KST):%H:%M}", what=words)
    return Reply(
        f"{told}\n아직 아무것도 바꾸지 않았습니다.",
        buttons=(Button(words, f"{DO}{_FULL.get(words, words)}"), Button("그만두기", "sure:no")),
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
