"""What is said to somebody whose own place changes: a new number, a transfer, leaving, being forgotten."""

from __future__ import annotations

from bot.messenger import Button, Reply
from bot.wording import SAY, whom

_HANDOVER = Button("인수인계", f"{SAY}인수인계")
_EXPORT = Button("구독 내보내기", f"{SAY}구독 내보내기")
_HELP = Button("도움말", "help")


def number_changed() -> Reply:
    """The telephone's number is another."""
    return Reply(
        "전화번호는 제가 갖고 있지 않아 고치실 것이 없습니다. 이 대화가 그대로 되면 그대로 쓰시면 됩니다.\n"
        "메신저 계정도 바뀌셨으면 아래에서 코드를 받아 새 계정의 도비에게 보내 주십시오.",
        buttons=(Button("연결", f"{SAY}연결"), Button("분실 신고", f"{SAY}분실 신고")),
    )


def moves(contact: str) -> Reply:
    """Somebody is transferred, or leaves."""
    return Reply(
        "부서와 퇴직은 관리자가 명부에서 고치고, 부서가 바뀌어도 구독과 출장 기록은 따라갑니다.\n"
        "하시던 일은 '인수인계 이주무관'처럼 넘기시고, 다른 기관으로 가시면 구독을 파일로 받아 두십시오. "
        f"문의: {whom(contact)}",
        buttons=(_HANDOVER, _EXPORT, _HELP),
    )


def rests(contact: str) -> Reply:
    """Somebody goes on leave of absence."""
    return Reply(
        "휴직은 관리자가 명부에 적습니다. 휴직 동안 접속과 알림이 멈추고, 구독은 그대로 두었다가 복직하시면 "
        "이어집니다.\n"
        f"며칠 쉬시는 것이면 '휴가 12/1~12/5'처럼 직접 적으실 수 있습니다. 문의: {whom(contact)}",
        buttons=(_HANDOVER, _HELP),
    )


def leaves_dobi() -> Reply:
    """Somebody wants to use Dobi no more."""
    return Reply(
        "그만 쓰시려면 두 가지가 있습니다. '연결 해제'는 이 메신저에서 끊고, '내 정보 삭제'는 구독과 알림을 "
        "지웁니다.\n"
        "명부에서 빼는 일은 관리자가 합니다. 누르셔도 먼저 여쭙고, 소식만 줄이시려면 '알림 설정'이 있습니다.",
        buttons=(
            Button("연결 해제", f"{SAY}연결 해제"), Button("내 정보 삭제", f"{SAY}내 정보 삭제"),
            Button("알림 설정", f"{SAY}알림 설정"),
        ),
    )  # fmt: skip


def nothing_sent() -> Reply:
    """There is nothing that could be shown once more."""
    return Reply(
        "방금 보내 드린 것을 찾지 못했습니다. 무엇을 다시 볼지 써 주십시오. 예: '브리핑', '영수증', '오늘 메뉴'",
        buttons=(Button("브리핑", f"{SAY}브리핑"), _HELP),
    )
