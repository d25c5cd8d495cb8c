"""Words of the import of document numbers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.messenger import Reply
from bot.wording import short


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the rows of a sheet."""

    rows: int
    numbered: int
    there: int
    other: int
    none: int
    foreign: int
    unread: int


def how() -> Reply:
    """출장명령 without a sheet."""
    return Reply(
        "복무 시스템에서 받은 출장명령 파일(엑셀·CSV)을 '출장명령'이라는 글과 함께 보내 주십시오.\n"
        "문서번호·성명·출장일 칸을 찾아 적어 두신 출장에 번호를 붙입니다. 파일은 저장하지 않습니다."
    )


def taken(name: str, counts: Counts) -> Reply:
    """What was done with a sheet; every row is accounted for."""
    rest = [
        f"이미 같은 번호 {counts.there}건" if counts.there else "",
        f"다른 번호가 있어 그대로 둔 것 {counts.other}건" if counts.other else "",
        f"맞는 출장을 찾지 못한 것 {counts.none}건" if counts.none else "",
        f"다른 분의 것 {counts.foreign}건" if counts.foreign else "",
        f"읽지 못한 줄 {counts.unread}건" if counts.unread else "",
    ]
    lines = [f"{short(name, 40)}: 출장명령 {counts.rows}건을 읽어 {counts.numbered}건에 문서번호를 붙였습니다."]
    said = ". ".join(one for one in rest if one)
    return Reply("\n".join([*lines, *([said + "."] if said else [])]))


def no_columns(name: str) -> Reply:
    """A sheet without the columns."""
    return Reply(
        f"{short(name, 40)}에서 문서번호·성명·출장일 칸을 찾지 못했습니다. 첫 줄에 그 이름의 칸이 있어야 합니다.\n"
        "한 건이면 '문서번호 농정과-812'처럼 써 주셔도 됩니다."
    )


def unreadable(name: str) -> Reply:
    """A file that is no sheet."""
    return Reply(f"{short(name, 40)}을 표로 읽지 못했습니다. 엑셀(xlsx)이나 CSV로 다시 받아 보내 주십시오.")
