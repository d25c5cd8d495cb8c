"""기록: who did what and when, as a page and as a sheet. Whoever notes an act adds its code to SAID."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

SAID: Final[Mapping[str, str]] = {
    "acts-read": "기록 열람",
    "sheet-made": "표 내보내기",
    "channel-subscribed": "채널 구독 추가",
    "channel-ended": "채널 구독 해지",
    "channel-settings": "채널 설정",
    "room-bound": "방 등록",
    "room-unbound": "방 등록 해제",
    "broadcast-sent": "공지 발송",
    "dead-retried": "못 보낸 것 다시 보냄",
    "dead-dropped": "못 보낸 것 버림",
    "urgent-sent": "재난 알림 발송",
    "urgent-agency": "재난 기관 지정",
    "urgent-agency-ended": "재난 기관 해제",
    "handover-asked": "인수인계 요청",
    "handover-done": "인수인계 수락",
    "handover-refused": "인수인계 거절",
    "handover-withdrawn": "인수인계 취소",
}
"""What each code means, in words that fit in a line; ROSTER, TIME and DELIVERY add their own."""


DOBI: Final = "도비"
"""Who did what nobody did."""


def said(code: str) -> str:
    """The Korean of a code; an unknown one stands as it is."""
    return SAID.get(code, code)


def named(about: str, name_of: Callable[[str], str | None]) -> str:
    """What an act concerned, with names where ids stand: `@kim 총무과` is `김하나 총무과`."""
    return " ".join(
        (name_of(word[1:]) or "명부에 없는 사람") if word.startswith("@") else word for word in about.split()
    )
