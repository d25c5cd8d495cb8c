"""What is said to somebody who only asks what an act would do: what is known of it, and how it is done."""

from __future__ import annotations

from typing import Final

from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import SAY, particle

_TRIP: Final = "출장을 취소하셔도 '출장 목록'에 '취소'로 남고, 이미 받으신 영수증은 그대로 있습니다."
_CHANGED: Final = (
    "출장은 바뀐 것만 써 주시면 고칩니다('14시로 바꿔줘'). 가실지는 제가 정하지 못하니 부서에 여쭈어 주십시오."
)
_ENDED: Final = (
    "해지하시면 그 낱말의 새 소식만 오지 않습니다. 지난 소식은 '찾기'로 보시고, 다시 '구독'하실 수 있습니다."
)
_CONSENT: Final = "위치 동의를 철회하셔도 불이익이 없습니다. 사진, 방문기관이나 동행자 확인으로 똑같이 정산합니다."
_MOMENT: Final = "출발·도착·복귀는 그때 한 번 말씀하시면 적습니다. 지난 것은 '사후 제출'로 더하실 수 있습니다."
_KNOWN: Final = {
    "trip-off": (_TRIP, "출장 취소"),
    "trip-off-asked": (_TRIP, "출장 취소"),
    "trip-fixing": (_CHANGED, "출장 목록"),
    "trip-memo": (_CHANGED, "출장 목록"),
    "trip": (_CHANGED, "출장 목록"),
    "trip-row": (_CHANGED, "출장 목록"),
    "trip-instead": (_CHANGED, "출장 목록"),
    "remove": (_ENDED, "목록"),
    "subscribe": ("구독하시면 그 낱말의 새 소식을 이 대화로 보내 드립니다. 언제든 해지하실 수 있습니다.", "목록"),
    "pause": ("쉬시면 그 구독의 소식만 잠시 오지 않고, '다시'로 이어 받으십니다.", "목록"),
    "resume": ("쉬시던 구독은 '다시 1'처럼 쓰시면 이어 받으십니다.", "목록"),
    "exclude": ("제외하신 낱말이 든 글만 빼고 보내 드립니다. '제외 1 없음'으로 되돌리십니다.", "목록"),
    "withdraw": (_CONSENT, "위치 동의 철회"),
    "location-pause": (_CONSENT, "위치 잠시 멈춤"),
    "invite-end": ("초대를 취소하시면 그 코드로는 연결할 수 없습니다. 명부는 그대로입니다.", "초대 목록"),
    "departed": (_MOMENT, "출장 목록"),
    "arrived": (_MOMENT, "출장 목록"),
    "returned": (_MOMENT, "출장 목록"),
    "late": (_MOMENT, "사후 제출"),
}


def only_asked(name: str, command: str, help_line: str) -> Reply:
    """Nothing was done. `name` is the route's, `command` what it is called by, if by anything; `help_line` its help."""
    told, offered = _KNOWN.get(name, ("", command))
    how = f"하시려면 이렇게 써 주십시오: {help_line}" if help_line and not told else ""
    if not how and offered:
        called = particle(f"'{offered}'", "이라고", "라고")
        how = f"하시려면 {called} 써 주십시오."
    if name in {"trip-fixing", "trip-memo", "trip", "trip-row", "trip-instead", "departed", "arrived", "returned"}:
        how = ""
    lines = [line for line in ("물어보신 것으로 알아듣고 아무것도 바꾸지 않았습니다.", told, how) if line]
    press = f"{SAY}{offered}"
    buttons = [Button(offered, press)] if offered and len(press.encode()) <= MAX_PRESS else []
    return Reply("\n".join(lines), buttons=(*buttons, Button("도움말", "help")))
