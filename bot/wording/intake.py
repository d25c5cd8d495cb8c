"""What is said of what came in and could not be read as it came."""

from __future__ import annotations

from bot.messenger import MAX_FILE_BYTES, Reply

_NAMED = 3


def files_refused(names: list[str]) -> Reply:
    """Files that could not be had from the messenger."""
    named = ", ".join(name[:40] or "이름 없는 파일" for name in names[:_NAMED])
    more = f" 외 {len(names) - _NAMED}개" if len(names) > _NAMED else ""
    return Reply(
        f"파일을 받아 오지 못했습니다: {named}{more}. 읽은 것도, 저장한 것도 없습니다.\n"
        f"{MAX_FILE_BYTES // 2**20}MB 이하의 파일인지 보시고 다시 보내 주십시오."
    )


def flooded(count: int) -> Reply:
    """So much came from one person at once that the rest was not kept."""
    return Reply(
        f"한꺼번에 너무 많이 보내셔서 {count:,}건은 받지 못했습니다. 저장한 것도 없습니다.\n"
        "빠진 것이 있으면 조금씩 다시 보내 주십시오."
    )


def given_up() -> Reply:
    """What somebody sent ended every process that took it up."""
    return Reply(
        "보내 주신 것을 여러 번 처리해 보았으나 끝내지 못했습니다. 저희 쪽 문제입니다. 보내 주신 것은 지웠습니다.\n"
        "나누어 보내시거나 다른 말로 다시 보내 주십시오. 계속되면 관리자에게 알려 주십시오."
    )


def no_room() -> Reply:
    """So much came from an institution at once that this was not kept."""
    return Reply(
        "지금 한꺼번에 들어온 말이 너무 많아 보내 주신 것을 받지 못했습니다. 저장한 것도 없습니다.\n"
        "몇 분 뒤에 다시 보내 주십시오."
    )
