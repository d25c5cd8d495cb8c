"""Words of the Matrix messenger, and of messengers that have no buttons or carry one way only."""

from __future__ import annotations

from collections.abc import Sequence


def encrypted_room() -> str:
    """Dobi can't read what is said in an encrypted room; said once."""
    return (
        "이 대화방은 종단간 암호화가 켜져 있어 도비가 글을 읽지 못합니다.\n"
        "암호화하지 않은 대화방을 새로 만들어 도비를 초대해 주십시오."
    )


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
