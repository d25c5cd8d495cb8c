"""What is said where something must not be done: that it is not, and the way that there is."""

from __future__ import annotations

from bot.messenger import Button, Reply
from bot.wording import SAY, public, whom

_HELP = Button("도움말", "help")


def secret_written() -> Reply:
    """A password, card or resident number was written; it stands nowhere in the answer."""
    return public(
        "비밀번호, 카드번호, 주민번호 같은 것은 이 대화에 쓰지 마십시오. 저는 남기지 않았습니다.\n"
        "쓰신 글은 지워 주시고, 비밀번호였다면 바꾸시는 것이 안전합니다.",
        buttons=(_HELP,),
    )


def no_secrets(contact: str) -> Reply:
    """A secret was asked for, or is to be kept."""
    return public(
        "비밀번호나 카드·주민번호는 받지도 갖고 있지도 않아 알려 드리거나 바꿔 드리지 못합니다.\n"
        f"쓰시는 시스템의 담당이나 전산 담당에게 물어 주십시오. 문의: {whom(contact)}",
        buttons=(_HELP,),
    )


def no_role_for_oneself(contact: str) -> Reply:
    """Roles are given by others."""
    return Reply(
        "역할은 본인이 받으실 수 없고 우리 기관의 관리자가 드립니다.\n"
        f"맡으셔야 하는 일이면 관리자에게 부탁해 주십시오. 문의: {whom(contact)}",
        buttons=(_HELP,),
    )


def log_stays() -> Reply:
    """The log can't be switched off."""
    return Reply(
        "누가 무엇을 했는지 남기는 기록은 누구도 끄거나 지울 수 없습니다.\n"
        "잘못하신 일은 되돌리시면 되고, 되돌린 것까지 함께 남습니다. 본인에 관한 것은 '내 정보'에서 보십니다.",
        buttons=(Button("내 정보", f"{SAY}내 정보"), _HELP),
    )


def others_matters() -> Reply:
    """What belongs to somebody else."""
    return Reply(
        "다른 분의 대화, 구독, 출장, 위치는 보여 드리지 못합니다. 그분께 직접 여쭈어 주십시오.\n"
        "본인의 기록과 누가 그것을 보았는지는 보여 드립니다.",
        buttons=(Button("내 정보", f"{SAY}내 정보"), Button("누가 봤나요", f"{SAY}누가 봤나요"), _HELP),
    )


def another_institution(contact: str) -> Reply:
    """People and records of another institution."""
    return Reply(
        "다른 기관의 사람과 기록은 그 기관에서만 봅니다. 그 기관의 관리자에게 물어 주십시오.\n"
        f"우리 기관 일은 기관 이름 없이 써 주시면 됩니다. 문의: {whom(contact)}",
        buttons=(_HELP,),
    )
