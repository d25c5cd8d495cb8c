"""Words of the Matrix messenger, and of messengers that have no buttons or carry one way only."""

from __future__ import annotations

from collections.abc import Sequence

_UNREAD = "이 대화방은 종단간 암호화가 켜져 있어 도비가 글을 읽지 못합니다."


def encrypted_chat() -> str:
    """In an encrypted private chat, once: Dobi opened another and asked them in."""
    return (
        f"{_UNREAD}\n암호화하지 않은 대화방을 따로 열어 초대를 보냈습니다. 초대를 수락하고 그 방에서 말씀해 주십시오.\n"
        "이 방은 나가셔도 됩니다."
    )


def encrypted_chat_beside() -> str:
    """As `encrypted_chat`, to somebody who has a chat that Dobi can read."""
    return f"{_UNREAD}\n이미 쓰시는 도비와의 다른 대화방에서 말씀해 주십시오. 이 방은 나가셔도 됩니다."


def encrypted_by_server() -> str:
    """As `encrypted_chat`, where the server encrypts every room: only its operator can change that."""
    return (
        f"{_UNREAD}\n이 서버는 모든 대화방을 암호화하도록 정해져 있어 다른 방도 열 수 없습니다.\n"
        "서버 담당자에게 '도비와는 암호화하지 않은 방이 필요합니다'라고 알려 주십시오."
    )


def encrypted_group() -> str:
    """In an encrypted group, once: how to make one that Dobi can read."""
    return (
        f"{_UNREAD} 한번 켠 암호화는 끌 수 없습니다.\n"
        "대화방을 새로 만드실 때 '종단간 암호화'를 끄고 도비를 초대해 주십시오.\n"
        "혼자 쓰시려면 도비에게 따로 말을 거시면 됩니다."
    )


def opened_chat() -> str:
    """The first words in the chat that Dobi opened instead."""
    return "이 방의 글은 도비가 읽을 수 있습니다. 여기에 '도움말'이라고 써 보십시오."


def choices(first: int, labels: Sequence[str]) -> str:
    """Buttons as numbered lines."""
    return "\n".join(f"{number}. {label}" for number, label in enumerate(labels, first))


def how_to_choose(first: int) -> str:
    """How a number is chosen, for whoever sees it for the first time."""
    return f"번호로 답해 주십시오. 예: {first}"


def answer_elsewhere(where: str) -> str:
    """What people do about a message that came through a messenger which carries one way only."""
    return f"답은 {where}에서 도비에게 해 주십시오."


def unset(adapter: str, names: str) -> str:
    """What a messenger's table lacks, for the operator."""
    return f"[messenger.{adapter}]에 {names} 값이 있어야 합니다."


def either(adapter: str, first: str, second: str) -> str:
    """That one of two is needed, for the operator."""
    return f"[messenger.{adapter}]에 {first}과 {second} 중 하나가 있어야 합니다."


def sender_name() -> str:
    """How Dobi's mails are signed."""
    return "도비"
