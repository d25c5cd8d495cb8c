"""기록: who did what and when, as a page and as a sheet. Whoever notes an act adds its code to SAID."""

from __future__ import annotations

import re
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
    "person-added": "명부에 더함",
    "person-left": "퇴직 처리",
    "role-given": "역할 부여",
    "role-taken": "역할 회수",
    "department-moved": "부서 변경",
    "person-renamed": "이름 변경",
    "leave-begun": "휴직 처리",
    "leave-over": "복직 처리",
    "roster-undone": "명부 변경 되돌림",
    "posting-applied": "인사발령 적용",
    "posting-undone": "인사발령 되돌림",
    "posting-stopped": "기다리던 발령 취소",
    "posting-due": "발령일에 적용",
    "invited": "초대 코드 발급",
    "invited-many": "초대장 발급",
    "uninvited": "초대 코드 취소",
    "joined": "메신저 연결",
    "unlinked": "메신저 연결 해제",
    "access-cut": "접속 끊기",
    "access-warm": "재연결 앞당김",
    "institution-added": "기관 추가",
    "cafeteria-set": "식당 설정",
    "setup-code": "설정 코드 발급",
    "set-up": "첫 관리자 설정",
}
"""What each code means, in words that fit in a line; ROSTER, TIME and DELIVERY add their own."""


DOBI: Final = "도비"
"""Who did what nobody did."""


def said(code: str) -> str:
    """The Korean of a code; an unknown one stands as it is."""
    return SAID.get(code, code)


def named(about: str, name_of: Callable[[str], str | None]) -> str:
    """What an act concerned, with names where ids stand: `@kim 총무과` is `김하나 총무과`."""
    return " ".join(told for word in about.split() if (told := _word(word, name_of)))


_COUNTED: Final[Mapping[str, str]] = {"-": "나감", "+": "들어옴", "~": "옮김", "=": "그 밖"}
_CHANGE: Final = re.compile(r"(?:[a-z]+-)?[0-9a-f]{8,}")


def _word(word: str, name_of: Callable[[str], str | None]) -> str:
    """A word of it as people read it: a change's own name is nothing to read, `-3` of a personnel order is `나감 3`."""
    if word.startswith("@"):
        return name_of(word[1:]) or "명부에 없는 사람"
    if _CHANGE.fullmatch(word):
        return ""
    if word[0] in _COUNTED and word[1:].isdecimal():
        return f"{_COUNTED[word[0]]} {word[1:]}" if word[1:] != "0" else ""
    return word
