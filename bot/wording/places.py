"""Words of pasted places: what can be read, what can't, and what such a place is worth."""

from __future__ import annotations

from datetime import datetime

from bot.clock import KST
from bot.messenger import Button, Reply
from bot.wording import moment

_HOW = "지도에서 그 지점을 길게 눌러 나오는 좌표(예: 35.2279, 128.6811)를 복사해 보내 주십시오."


def short_link() -> Reply:
    """A link that only its maker's server can unfold."""
    return Reply(
        "줄인 지도 링크는 바깥에 접속해야 풀리는데, 도비는 링크를 열지 않습니다. 저장한 것은 없습니다.\n" + _HOW
    )


def no_point() -> Reply:
    """A map's link that names a place and holds no point."""
    return Reply("이 지도 링크에는 좌표가 들어 있지 않아 위치를 읽지 못했습니다. 저장한 것은 없습니다.\n" + _HOW)


def several() -> Reply:
    """Links to more than one place."""
    return Reply("위치가 여러 곳이라 어디인지 모르겠습니다. 저장한 것은 없습니다.\n한 곳만 다시 보내 주십시오.")


def no_map() -> Reply:
    """A link that only looks like a map's."""
    return Reply("아는 지도 주소가 아니어서 읽지 않았습니다. 링크는 열지도 저장하지도 않았습니다.\n" + _HOW)


def abroad() -> Reply:
    """A point outside Korea: it is asked before anything is made of it."""
    return Reply(
        "국내가 아닌 곳으로 읽었습니다. 아직 영수증을 만들지 않았습니다.\n"
        "국외 출장이면 10분 안에 아래를 눌러 주십시오. 아니면 좌표를 확인해 다시 보내 주십시오.",
        buttons=(Button("국외가 맞습니다", "abroad"),),
    )


def how() -> Reply:
    """위치, and nothing beside it."""
    return Reply(
        "위치를 보내는 방법입니다.\n"
        "1. 메신저의 위치 공유로 '현재 위치'를 보내시면 가장 좋습니다.\n"
        "2. 위치 공유가 없으면 지도 링크나 좌표(예: 35.2279, 128.6811)를 붙여 주십시오.\n"
        "3. 위치가 든 사진은 '파일로 보내기'로 주십시오. 2와 3은 스스로 알린 위치로 적습니다."
    )


def no_place_in_photo() -> Reply:
    """A photo without a place in it."""
    return Reply(
        "사진 안에 위치가 없습니다. 사진은 저장하지 않았습니다.\n"
        "메신저가 사진을 줄이면서 지웠을 수 있습니다. '파일로 보내기'로 원본을 보내시거나 좌표를 적어 주십시오."
    )


def unreadable_photo() -> Reply:
    """A photo that took too long or broke its reader."""
    return Reply("사진을 읽지 못했고 저장하지 않았습니다. 좌표(예: 35.2279, 128.6811)를 적어 보내 주십시오.")


def old_photo(taken_at: datetime) -> Reply:
    """A photo of another time."""
    return Reply(
        f"{taken_at.astimezone(KST).year}. {moment(taken_at)}에 찍은 사진이라 지금 위치로 적지 않았습니다. "
        "사진은 저장하지 않았습니다.\n"
        "지난 일의 증빙으로 내시려면 '사후 제출'을 써 주십시오."
    )


def no_sharing() -> Reply:
    """Somebody's location can't be shared: the other ways to the same end."""
    return Reply(
        "위치 없이도 됩니다. '출발', '도착', '복귀'를 쓰시면 시각을 적고, 사진이나 방문기관·동"
        "행자 확인으로 증빙합니다.\n"
        "지도 주소나 좌표(예: 35.2279, 128.6811)를 붙여 보내셔도 됩니다. 휴대전화 설정에서 메"
        "신저의 위치 권한도 확인해 주십시오.\n"
        "이미 지난 것은 '사후 제출'로 나중에 내십니다."
    )


def stale() -> Reply:
    """A button of long ago."""
    return Reply("이 단추는 더 쓸 수 없습니다. 좌표를 다시 보내 주십시오.")
