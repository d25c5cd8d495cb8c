"""Words of backups, restores and key care, for whoever runs the house: what was done, what was not, the next step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from bot.clock import KST

_WHY: Mapping[str, str] = MappingProxyType(
    {
        "not_locked": "도비의 백업 파일이 아니거나 앞부분이 상했습니다.",
        "needs_passphrase": "암호로 잠긴 백업입니다. --passphrase env:이름 또는 file:경로로 암호를 알려 주십시오.",
        "needs_key": "이 백업은 공개 열쇠로 잠겨 있습니다. --key로 그 비밀 열쇠의 파일을 알려 주십시오.",
        "wrong_key": "암호나 열쇠가 이 백업의 것이 아닙니다.",
        "altered": "백업 파일이 바뀌었거나 잘렸습니다. 아무것도 되살리지 않았습니다. 다른 사본으로 해 주십시오.",
        "cut": "백업 파일이 잘렸거나 바뀌었습니다. 아무것도 되살리지 않았습니다. 다른 사본으로 해 주십시오.",
        "occupied": "이미 자료가 있습니다. 빈 폴더에 되살리시거나, 있는 것을 바꾸시려면 --replace를 붙여 주십시오.",
        "running": "도비가 이 자료로 일하고 있습니다. 먼저 모두 끄신 뒤 다시 해 주십시오.",
        "older_server": "저장 서버가 백업을 만든 서버보다 오래되어 받지 못합니다. 같은 판이나 새 판으로 해 주십시오.",
        "other_keys": "이 폴더의 열쇠는 백업의 열쇠와 다릅니다. 다른 도비의 폴더 같습니다. 빈 폴더에 되살려 주십시오.",
    }
)


def day(value: datetime) -> str:
    """`2026. 11. 23. 13:42`."""
    local = value.astimezone(KST)
    return f"{local.year}. {local.month}. {local.day}. {local:%H:%M}"


def refused(reason: str) -> str:
    """Why nothing was put back."""
    return _WHY.get(reason, f"되살리지 못했습니다({reason}).")


def no_passphrase() -> str:
    """A backup needs one, and none was given."""
    return (
        '백업을 잠글 암호가 없습니다. 설정에 [backup] passphrase = "env:이름" 또는 "file:경로"를 적으시거나, '
        "--passphrase로 알려 주시거나, 표준 입력 첫 줄로 주십시오. 암호를 잃으면 백업을 열 수 없습니다."
    )


def short_passphrase(least: int) -> str:
    """Too short to be one."""
    return f"암호가 너무 짧습니다. {least}자 이상으로 해 주십시오."


def saved(path: str, keys: int, files: int, size: int, expires: datetime, paused_s: float) -> str:
    """A backup was written."""
    return (
        f"백업을 {path}에 썼습니다: 자료 {keys}건, 파일 {files}개, {size / 2**20:.1f}MB. "
        f"쓰는 동안 새 기록은 {paused_s:.1f}초 기다렸습니다.\n"
        f"{day(expires)}까지 되살릴 수 있습니다. 감사 열쇠는 들어 있지 않으니 따로 보관해 주십시오."
    )


def unpausable(reason: str) -> str:
    """The server lets nobody stop its writers."""
    return f"저장 서버가 잠시 멈추기를 허락하지 않아 한 시점의 백업을 만들지 못했습니다({reason})."


def no_server(reason: str) -> str:
    """The database does not answer, or stopped amid it."""
    return f"저장 서버가 답하지 않아 마치지 못했습니다({reason}). 되살리던 중이면 --replace를 붙여 다시 해 주십시오."


def expired(at: datetime) -> str:
    """Past its date."""
    return (
        f"이 백업은 {day(at)}까지였습니다. 그 뒤로 파기한 것이 되살아날 수 있어 그냥은 되살리지 않습니다.\n"
        "--destroy-due를 붙이시면 되살린 뒤 파기할 날이 지난 것을 먼저 파기하고서 끝냅니다."
    )


def newer_schema(found: int, known: int) -> str:
    """Written by a newer program."""
    return f"이 백업의 자료는 {found}판인데 이 프로그램은 {known}판까지만 압니다. 새 도비로 되살려 주십시오."


def restored(made: datetime, keys: int, files: int, consents: int, *, destroyed: bool) -> str:
    """It is back; `destroyed`: what is due on its date is gone again."""
    told = f"{day(made)}의 백업을 되살렸습니다: 자료 {keys}건, 파일 {files}개. "
    told += (
        "파기할 날이 지난 것은 파기했습니다."
        if destroyed
        else "다만 아래 까닭으로 파기할 날이 지난 것을 아직 다 파기하지 못했습니다."
    )
    if consents:
        told += f"\n그 뒤에 철회한 분이 있을 수 있어 위치 동의 {consents}건을 거두었습니다. "
        told += "다음에 위치를 보내실 때 다시 여쭙니다."
    return told


def still_due() -> str:
    """Expired, and nothing could be destroyed: it is taken away again."""
    return (
        "파기할 날이 지난 것을 파기하지 못했습니다. 영수증 기록이 예전 것이라 파기를 적을 수 없습니다.\n"
        "되살린 자료는 다시 지웠습니다. 더 새로운 백업으로 해 주십시오."
    )


def audit_made(institution: str, path: str, kid: str, *, locked: bool) -> str:
    """The audit office's key lies where it belongs."""
    told = f"{institution} 감사 열쇠 {kid}를 {path}에 두었습니다."
    if not locked:
        told += " 암호가 걸려 있지 않습니다. 설정에 [audit] passphrase를 적으시면 다음 열쇠부터 암호를 겁니다."
    return told


def audit_exported(path: str) -> str:
    """Its public half is a file."""
    return f"공개 열쇠를 {path}에 썼습니다. 발급하는 PC에서 dobi keys audit --enrol {path}로 등록해 주십시오."


def audit_enrolled(institution: str, kid: str) -> str:
    """From now on seals are for this key."""
    return f"{institution}의 봉인은 이제부터 감사 열쇠 {kid}만 엽니다. 예전 것은 예전 열쇠가 엽니다."


def revoked_without_leaf(kid: str, size: int, known: int) -> str:
    """Out of use, and the log can't say so yet."""
    return (
        f"열쇠 {kid}의 사용을 중지했습니다. 이 열쇠로는 더 서명하지 않습니다.\n"
        f"다만 기록은 {size}건인데 서명된 확인표는 {known}건이라, 언제 중지했는지는 아직 기록에 남기지 못했습니다. "
        "그때까지 이 열쇠의 영수증은 '확인 필요'로 나옵니다.\n"
        "더 새로운 백업으로 기록을 되찾으시면 도비가 스스로 남깁니다(같은 명령을 다시 하셔도 됩니다)."
    )
