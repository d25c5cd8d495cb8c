"""What people read about messages themselves: what could not pass here, what was missed, what goes on below."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import Reply
from bot.platforms import Content
from bot.wording import particle, public, toward, whom

_MESSENGERS = {
    "telegram": "텔레그램",
    "slack": "슬랙",
    "naverworks": "네이버웍스",
    "matrix": "매트릭스 메신저",
    "console": "콘솔",
    "mail": "메일",
    "post": "업무 메신저",
    "folder": "업무 폴더",
}


def messenger(adapter: str) -> str:
    """A messenger as people call it."""
    return _MESSENGERS.get(adapter, adapter)


def no_files(name: str) -> str:
    """A platform takes no files."""
    quoted = f"'{name}'"
    return f"첨부 {particle(quoted, '은', '는')} 이 메신저로 보내 드릴 수 없습니다."


def more_buttons() -> str:
    """Above the buttons that had no room."""
    return "아래에서도 고르실 수 있습니다."


def kept_back(content: Content, elsewhere: Sequence[str], contact: str) -> Reply:
    """In place of what is too private for a messenger: what there is, and where to read it or whom to ask."""
    what = "정확한 위치가 담긴 답" if content is Content.PLACE else "업무 내용이 담긴 답"
    if elsewhere:
        return Reply(f"{what}이 있습니다. 이 메신저로는 보낼 수 없어 {toward(messenger(elsewhere[0]))} 보내 드립니다.")
    return Reply(f"{what}이 있습니다. 이 메신저로는 보낼 수 없습니다. {whom(contact)}에게 문의해 주십시오.")


def room_closed(channel: str, adapter: str) -> Reply:
    """To the administrators of a channel in which Dobi can't speak any more."""
    return Reply(
        f"{channel} 채널({messenger(adapter)})에 글을 올리지 못합니다. 도비가 방에 없거나 방이 닫힌 것 같습니다.\n"
        "쓰시는 방이면 도비를 다시 초대해 주십시오. 그때까지 그 채널의 소식은 쉽니다."
    )


def welcome_back(missed: int) -> Reply:
    """To somebody who blocked Dobi, or left, and is here again."""
    if not missed:
        return public("다시 오셨군요, 반갑습니다. 구독은 그대로 두었습니다.")
    return public(
        f"다시 오셨군요, 반갑습니다. 구독은 그대로 두었고, 그사이 알림 {missed:,}건은 보내지 않았습니다.\n"
        "필요하시면 '브리핑'이라고 말씀해 주십시오."
    )
