"""Words of the numbered check report (검증서): for the audit file, in the office's language, without bare codes."""

from __future__ import annotations

from datetime import datetime

from bot.clock import KST
from bot.wording import check_limits as limits
from bot.wording.receipts import FLAGS
from bot.wording.verdicts import FAULTS, GRADES, LIMITS, REASONS, VEHICLES, Checked, paired, place_of

TITLE = "출장 영수증 검증서"
FOOT = "도비가 만든 검증서입니다. 원본은 파일이며, '검증서 확인'으로 맞춰 볼 수 있습니다."
SUMMARY = "결과 요약"
ITEMS = "항목별 결과"
FILES = "받은 파일"
CHECKED = "확인한 것과 확인하지 못한 것"
LEGEND = "증빙 단계의 뜻"
PROOF = "대조 자료"
NO_AUDIT = "열린 감사 없음"
COLUMNS = (
    "번호",
    "항목",
    "판정",
    "증빙 단계",
    "일시",
    "장소(시군구)",
    "문서번호",
    "성명·부서",
    "여행",
    "볼 것·사유",
    "발급 기록",
)
FILE_COLUMNS = ("번호", "파일", "크기(바이트)", "SHA-256")
SHEETS = ("요약", "항목", "파일")
SHEET_COLUMNS = (
    "번호", "항목", "판정", "판정 설명", "증빙 단계", "단계의 뜻", "일시", "장소(시군구)", "오차", "문서번호",
    "성명", "부서", "여행시간(분)", "직선거리(km)", "교통편", "볼 것", "같은 영수증", "기관",
    "영수증 일련번호", "발급 기록 번호",
)  # fmt: skip
CLOSED = "열지 않음"
NUMBERS = frozenset({"번호", "여행시간(분)", "직선거리(km)", "발급 기록 번호"})
TIME = "일시"
WHOLE_COLUMNS = ("항목", "내용")
CHECKED_LINES = limits.CHECKED
UNCHECKED_LINES = limits.UNCHECKED


def number(institution: str, year: int, serial: int) -> str:
    """`검증-경상남도-2026-17`; what stands in brackets in a name is left out."""
    bare = "".join(char for char in institution.partition("(")[0] if char.isalnum())
    return f"검증-{bare or '기관'}-{year}-{serial}"


def instant(value: datetime) -> str:
    """`2026. 11. 23. 13:42`."""
    local = value.astimezone(KST)
    return f"{local.year}. {local.month}. {local.day}. {local:%H:%M}"


def day(value: datetime) -> str:
    """`2026. 11. 23.`."""
    local = value.astimezone(KST)
    return f"{local.year}. {local.month}. {local.day}."


def grade(value: int) -> str:
    """`2단계`."""
    return f"{value}단계" if value else ""


def legend() -> tuple[str, ...]:
    """What each step means."""
    return tuple(f"{value}단계: {told}" for value, told in GRADES.items())


def looked_at(checked: Checked) -> str:
    """What to look at, or why nothing stands."""
    if checked.verdict == "unreadable":
        told = [FAULTS.get(checked.fault, FAULTS[""]).partition("\n")[0]]
    elif checked.verdict == "invalid":
        told = [REASONS.get(checked.reason, REASONS["malformed"])]
    else:
        told = [FLAGS.get(flag, flag) for flag in checked.flags]
        told += [] if checked.logged else ["발급 기록과는 맞춰 보지 못했습니다"]
        told += [LIMITS[checked.limit].rstrip(".")] if checked.limit in LIMITS else []
    told += [f"같은 영수증: {checked.twin}"] if checked.twin else []
    return ". ".join(told)


def place(checked: Checked) -> str:
    """Where, in words; empty where no receipt was read."""
    return place_of(checked) if checked.at is not None else ""


def trip(checked: Checked) -> str:
    """Duration, distance, vehicle of a closed trip."""
    return "" if checked.pair is None else paired(checked.pair)


def vehicle(checked: Checked) -> str:
    """How somebody travelled."""
    return "" if checked.pair is None else VEHICLES.get(checked.pair.vehicle, VEHICLES[0])


def fields(
    institution: str, auditor: str, at: datetime, audit: tuple[str, str, str] | None, count: int
) -> tuple[tuple[str, str], ...]:
    """Who checked what, when, under which document; `audit` is its number, period and reason."""
    document, period, reason = audit or (NO_AUDIT, "", "")
    return (
        ("기관", institution), ("확인 일시", instant(at)), ("확인한 사람", auditor), ("확인한 건수", f"{count:,}건"),
        ("감사 문서번호", document), ("감사 대상 기간", period or "-"), ("감사 사유", reason or "-"),
    )  # fmt: skip


def period(since: datetime, until: datetime, last: datetime) -> str:
    """`2026. 10. 1. ~ 2026. 10. 31.`; `last` is the last moment before `until`."""
    return f"{day(since)} ~ {day(last)}" if until > since else day(since)


def proof(keys: str, size: int, root: str) -> tuple[tuple[str, str], ...]:
    """What anyone needs to check this again: the key list's print and the log's state."""
    return (
        ("공개 열쇠 목록의 SHA-256", keys),
        ("발급 기록의 크기", f"{size:,}개(이 검증서를 만들 때)"),
        ("발급 기록의 머리 해시", root or "없음"),
    )


def explained(checked: Checked) -> str:
    """What a verdict means, in a sentence."""
    return {
        "valid": "서명과 기록이 맞고, 더 볼 것이 없습니다" if checked.logged else "서명이 맞습니다",
        "valid_but": "서명은 맞고, 더 볼 것이 있습니다",
        "invalid": "증빙이 되지 않습니다",
        "unreadable": "증빙도, 위조의 증거도 아닙니다",
    }[checked.verdict]


def meaning(value: int) -> str:
    """What a step means."""
    return GRADES.get(value, "") if value else ""


def accuracy(checked: Checked) -> str:
    """How exact the device said it was."""
    return "" if checked.accuracy_m is None else f"{checked.accuracy_m:.0f}m 이내"


def flagged(flag: str, count: int) -> str:
    """How many receipts carry a flag."""
    return f"- {FLAGS.get(flag, flag)}: {count:,}건"
