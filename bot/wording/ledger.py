"""Words of the destruction ledger (파기 대장): what, how many, when, by which leaf of the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.messenger import OutFile, Reply
from bot.wording import moment, whom

TITLE = "개인정보 파기 대장"
COLUMNS = ("파기한 날", "무엇", "건수", "까닭", "방법", "기록 번호")
METHOD = "복구되지 않게 삭제(임의 값과 함께), 저장 파일 다시 씀"
FOOT = "발급 기록의 파기 표시로 만들었습니다. 기록 번호로 누구나 대조할 수 있습니다."

THINGS = {
    "issued": ("출장 영수증", "보관 기간 만료 또는 동의 철회"),
    "used": ("정산 기록", "보관 기간 만료"),
    "voided": ("취소 기록", "보관 기간 만료"),
    "claimed": ("정산서", "보관 기간 만료"),
    "claim_voided": ("정산서 취소 기록", "보관 기간 만료"),
    "evidence": ("출장 증빙 파일의 지문", "보관 기간 만료"),
    "confirmed": ("동행·방문기관 확인", "보관 기간 만료"),
    "report": ("검증서 발급 기록", "보관 기간 만료"),
    "looked": ("열람 기록", "보관 기간 만료"),
    "access": ("감사 기록", "보관 기간 만료"),
    "unbound": ("퇴직·전출 기록", "보관 기간 만료"),
    "trips": ("출장", "보관 기간 만료"),
    "consents": ("동의 기록", "보관 기간 만료"),
    "belongings": ("퇴직·전출자의 구독·대화", "퇴직·전출"),
    "audits": ("감사", "보관 기간 만료"),
    "looks": ("열람 목록", "보관 기간 만료"),
    "reports": ("검증서", "보관 기간 만료"),
}


def thing(what: str) -> tuple[str, str]:
    """What it is called, and why it goes."""
    return THINGS.get(what, (what, "보관 기간 만료"))


def ledger(year: int, counted: Sequence[tuple[str, int]], next_at: datetime, last: date | None, name: str,
           data: bytes) -> Reply:  # fmt: skip
    """The ledger of a year in a few lines, with the file."""
    until = f" 마지막 {last.month}. {last.day}." if last else ""
    told = " · ".join(f"{thing(what)[0]} {count}건" for what, count in counted)
    lines = [
        f"{year}년 파기: {told}.{until}" if told else f"{year}년에는 아직 파기한 것이 없습니다.",
        f"다음 점검은 {moment(next_at)}입니다. 이름이나 장소는 대장에도 남지 않습니다.",
    ]
    return Reply("\n".join(lines), file=OutFile(name, data))


def in_question(contact: str) -> Reply:
    """The log is not whole: no ledger can be made of it."""
    return Reply(
        f"발급 기록이 온전하지 않아 대장을 만들지 못했습니다. 아무것도 바꾸지 않았습니다. 문의: {whom(contact)}"
    )
