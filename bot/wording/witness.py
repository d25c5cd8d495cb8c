"""Words of the receipt log's checkpoints: shown in a room, compared by anyone, and what to do when they don't fit.

A difference is told as what it is: a log that does not continue. Nobody is accused of anything.
"""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Reply
from bot.wording import moment, whom

_CHECK = "영수증 로그 확인"


def shown(note: str, size: int, at: datetime) -> Reply:
    """A checkpoint for the room to keep."""
    return Reply(
        f"영수증 기록 확인표입니다({moment(at)}, 기록 {size}건). 이 글은 지우지 말고 두어 주십시오.\n\n{note}\n"
        f"나중에 '{_CHECK}' 뒤에 이 글을 붙여 보내시면 그 사이에 지우거나 바꾼 기록이 없는지 누구나 대조할 수 있습니다."
    )


def showing() -> Reply:
    """This room is shown checkpoints from now on."""
    return Reply(
        "이 방에 영수증 기록 확인표를 올리겠습니다. 기록이 늘면 한 시간에 한 번까지 올립니다.\n"
        "확인표에는 건수와 검증값만 있고, 누가 어디에 갔는지는 없습니다. '영수증 로그 게시 끄기'로 그만둡니다."
    )


def shown_no_more() -> Reply:
    """No more of them here."""
    return Reply("이 방에는 영수증 기록 확인표를 더 올리지 않겠습니다. 이미 올린 것으로도 계속 대조하실 수 있습니다.")


def only_in_rooms() -> Reply:
    """Asked in private, where nobody else sees it."""
    return Reply("확인표는 여럿이 보는 방에 올려야 뜻이 있습니다. 올릴 방에서 '영수증 로그 게시'라고 불러 주십시오.")


def now(note: str, size: int, at: datetime) -> Reply:
    """The log as it is, and how to compare."""
    return Reply(
        f"영수증 기록은 지금({moment(at)}) {size}건입니다.\n\n{note}\n"
        f"전에 받아 두신 확인표가 있으면 '{_CHECK}' 뒤에 붙여 보내 주십시오. 그때의 기록이 그대로인지 대조해 드립니다."
    )


def nothing_yet() -> Reply:
    """A log that has not begun."""
    return Reply("영수증 기록이 아직 없습니다. 첫 영수증이 나오면 시작됩니다.")


def unread() -> Reply:
    """What was pasted is no checkpoint."""
    return Reply(
        "확인표를 읽지 못했습니다. 'dobi/'로 시작하는 줄부터 '—'로 시작하는 마지막 줄까지 빠짐없이 붙여 주십시오."
    )


def foreign() -> Reply:
    """Not signed by this institution's log."""
    return Reply(
        "이 기관의 기록 열쇠로 서명한 확인표가 아닙니다. 옮기다 글자가 바뀌었거나 다른 기관 것일 수 있습니다.\n"
        "올라온 글에서 그대로 다시 붙여 주십시오."
    )


def same(size: int) -> Reply:
    """The very same tree."""
    return Reply(f"같습니다. 붙이신 확인표와 지금 기록이 모두 {size}건이고 검증값이 같습니다.")


def grown(kept: int, size: int) -> Reply:
    """The kept tree is the beginning of today's."""
    return Reply(
        f"이어집니다. 붙이신 확인표의 {kept}건은 하나도 지워지거나 바뀌지 않았습니다.\n"
        f"그 뒤로 {size - kept}건이 더해졌고, 지금은 {size}건입니다."
    )


def behind(kept: int, size: int, contact: str) -> Reply:
    """The kept tree is larger than today's."""
    return Reply(
        f"이어지지 않습니다. 붙이신 확인표는 {kept}건인데 지금 기록은 {size}건입니다.\n"
        "예전 백업으로 되돌렸을 수 있습니다. 기록을 찾을 때까지 영수증을 새로 만들지 않습니다.\n"
        f"붙이신 확인표는 보관했습니다. {whom(contact)}에게 알려 주십시오."
    )


def other(kept: int, contact: str) -> Reply:
    """The kept tree is not the beginning of today's."""
    return Reply(
        f"이어지지 않습니다. 붙이신 확인표의 {kept}건과 지금 기록의 처음 {kept}건이 서로 다릅니다.\n"
        "확인될 때까지 영수증을 새로 만들지 않습니다. 붙이신 확인표는 보관했습니다.\n"
        f"{whom(contact)}에게 알려 주십시오."
    )


def stopped(size: int, known: int, contact: str) -> Reply:
    """No receipt: the log was set back."""
    return Reply(
        f"지금은 영수증을 새로 만들지 않습니다. 남아 있는 확인표는 {known}건인데 지금 기록은 {size}건입니다.\n"
        "예전 백업으로 되돌린 것으로 보입니다. 방금 위치는 저장하지 않았습니다.\n"
        f"{whom(contact)}에게 알려 주시고, 고쳐진 뒤 다시 보내 주십시오."
    )


def set_back(size: int, known: int) -> str:
    """The same for whoever runs the house, in one line."""
    return (
        f"기록은 {size}건인데 서명된 확인표는 {known}건입니다. 예전 백업으로 되돌린 것으로 보여 새 서명을 멈췄습니다. "
        "더 새로운 백업으로 되돌려 주십시오"
    )


def mend() -> str:
    """The next step, for whoever runs the house."""
    return (
        "가장 새로운 백업을 dobi restore FILE --replace로 되살려 주십시오. 확인표보다 새것이면 다시 서명합니다. "
        "그런 백업이 없으면 지우지 말고 두신 채 감사 담당에게 알려 주십시오(docs/keys.md)."
    )
