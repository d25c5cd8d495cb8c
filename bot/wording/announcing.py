"""Words on the screen of a new sensor's own PC."""

from __future__ import annotations

_WHY = {
    "refused": (
        "코드가 맞지 않거나 한 시간이 지났거나, 관리자가 거절했습니다. "
        "관리자에게 '센서 등록'으로 새 코드를 받아 주십시오."
    ),
    "taken": "그 이름의 센서가 이미 있습니다. --sensor에 다른 이름을 적어 주십시오.",
    "nowhere": "그런 식당이나 줄이 없습니다. --cafeteria와 --line을 관리자에게 확인해 주십시오.",
    "later": (
        "도비에 연결하지 못했거나 기다리는 신청이 너무 많습니다. "
        "주소(--server)를 확인하고 잠시 뒤 다시 해 주십시오."
    ),
}  # fmt: skip


def number(text: str) -> str:
    """What the administrator compares."""
    return (
        f"신청했습니다. 이 센서의 번호: {text}\n"
        "관리자가 대화에서 이 번호를 확인하고 승인할 때까지 기다립니다. 그만두려면 Ctrl+C를 누르십시오."
    )


def approved(path: str) -> str:
    """Taken."""
    told = f"승인되었습니다. 열쇠를 {path}에 두었습니다(이 사용자만 읽을 수 있습니다)."
    return f"{told} 보낼 때 key에 file:{path}를 적으십시오."


def not_taken(why: str) -> str:
    """Not taken, and what to do."""
    return f"받아들여지지 않았습니다. {_WHY[why]}"


def key_exists(path: str) -> str:
    """A key is never written over."""
    return f"열쇠 파일이 이미 있습니다: {path}. 새로 등록하시려면 다른 이름을 적어 주십시오."


def key_unwritten(path: str, why: str) -> str:
    """The place can't be written."""
    return f"열쇠를 쓰지 못했습니다: {path} ({why}). 관리자에게 그 센서를 지워 달라고 하시고 다시 해 주십시오."


def which_institution() -> str:
    """Nobody said which."""
    return "--institution에 기관의 id를 적어 주십시오."
