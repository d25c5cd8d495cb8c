"""Words of an auditor's verdict: one of four, what was checked, what is missing, what to look at besides.

A verdict names facts and limits and never a finding of guilt; it never says that somebody was somewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Button, Reply, VerdictFacts
from bot.wording import moment
from bot.wording.receipts import also, near

VERDICTS = {"valid": "유효", "valid_but": "유효하나 확인 필요", "invalid": "무효", "unreadable": "판독 불가"}

REASONS = {
    "malformed": "형식이 맞지 않습니다. 옮기다 글자가 바뀌었을 수 있으니 원본으로 한 번 더 확인해 주십시오",
    "unknown_key": "등록된 기관의 열쇠로 서명한 것이 아닙니다",
    "bad_signature": "서명이 맞지 않습니다. 내용이 바뀌었습니다",
    "outside_key_period": "그 열쇠를 쓰던 때의 영수증이 아닙니다",
    "other_in_log": "발급 기록의 그 자리에 다른 영수증이 있습니다",
    "voided": "발급 뒤에 취소된 영수증입니다",
    "revoked_key": "사용을 중지한 열쇠로 서명한 것입니다",
}

# what a grade means (FORMAT.md §3): five steps, each the one before and something more
GRADES = {
    1: "요청 없이 보낸 위치이거나 사후에 낸 증빙",
    2: "위치 요청에 바로 답한 한 점",
    3: "10분 넘게 실시간으로 공유한 위치",
    4: "실시간 위치에 동행자나 방문 기관의 확인이 더해진 것",
    5: "실시간 위치와 다른 사람의 확인에 출발과 복귀까지 갖춘 것",
}

VEHICLES = {0: "교통편 미상", 1: "관용차", 2: "자가용", 3: "대중교통", 4: "동승"}

_IPHONE = "아이폰: 설정 > 카메라 > 포맷 > '높은 호환성'으로 바꾸어 다시 찍거나, 사진을 화면 갈무리해 보내 주십시오"

# why a file or a part of it could not be read, and what to do
FAULTS = {
    "": "영수증을 읽지 못했습니다",
    "empty": "빈 파일입니다",
    "broken": "파일이 깨졌거나 끝까지 오지 않았습니다. 다시 받아 보내 주십시오",
    "too_large": "너무 큽니다(한 파일 20MB, PDF·TIFF 300쪽까지). 나누어 보내 주십시오",
    "bomb": "풀면 지나치게 커지는 파일이라 열지 않았습니다. 파일을 따로 보내 주십시오",
    "missing": "그런 파일이 없습니다. 파일 이름과 폴더를 다시 보아 주십시오",
    "password": "암호가 걸려 있어 열지 못했습니다. 암호를 풀어 보내 주십시오",
    "nested": "압축 파일 안의 압축 파일은 열지 않습니다. 한 번 풀어서 보내 주십시오",
    "document": "문서 파일(한글·워드)은 열지 않습니다. PDF로 저장하거나 QR이 있는 쪽을 그림으로 보내 주십시오",
    "heic": f"HEIC 사진은 읽지 못합니다. 사진을 JPEG로 바꾸어 보내 주십시오.\n{_IPHONE}",
    "avif": "AVIF 사진은 읽지 못합니다. 사진을 JPEG나 PNG로 바꾸어 보내 주십시오",
    "unsupported": "읽을 수 있는 종류의 파일이 아닙니다. 그림(PNG·JPEG·WebP·TIFF), PDF, 엑셀·CSV, zip을 읽습니다",
    "time": "읽는 데 너무 오래 걸려 멈추었습니다. QR 부분만 찍어 보내 주십시오",
    "memory": "읽기에 너무 큽니다. 쪽이나 파일을 나누어 보내 주십시오",
    "skipped": "같은 파일의 앞부분이 거듭 멈추어 보지 않았습니다. 이 쪽만 그림으로 보내 주십시오",
    "lost": "QR이 보이지만 읽지 못했습니다. 그 부분을 가까이서 다시 찍어 주십시오",
}

LIMITS = {
    "outside_period": "감사 기간 밖의 영수증이라 성명은 열지 않았습니다.",
}


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What departure and return say together: minutes, metres in a straight line, vehicle code."""

    minutes: int
    distance_m: int | None
    vehicle: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, in plain values; `opened` holds what only the audit office can read.

    `fault` says why nothing was read; `twin` names an earlier item with the same receipt; `beside` is what has to be
    said of the file besides.
    """

    name: str
    verdict: str
    flags: tuple[str, ...]
    reason: str = ""
    institution: str = ""
    place: str = ""
    at: datetime | None = None
    accuracy_m: float | None = None
    document: str = ""
    logged: bool = False
    opened: tuple[str, ...] = ()
    grade: int = 0
    pair: PairFacts | None = None
    fault: str = ""
    twin: str = ""
    limit: str = ""
    beside: tuple[str, ...] = ()


def verdict(checked: Checked, buttons: Sequence[Button] = ()) -> Reply:
    """One of four words; what was checked; what is missing; what to look at besides."""
    word = VERDICTS[checked.verdict]
    head = f"{word}({checked.name})" if checked.name else word
    if checked.verdict == "unreadable":
        lines = [
            f"{head}: {FAULTS.get(checked.fault, FAULTS[''])}.",
            "읽지 못한 것은 증빙도, 위조의 증거도 아닙니다. 원본 그림이나 글자를 다시 받아 주십시오.",
        ]
    elif checked.verdict == "invalid":
        lines = [
            f"{head}: {REASONS.get(checked.reason, REASONS['malformed'])}.",
            "이 영수증은 증빙이 되지 않습니다.",
        ]
    else:
        lines = _valid(head, checked)
    if checked.twin:
        lines.append(f"같은 영수증이 앞에도 있습니다: {checked.twin}")
    text = "\n".join([*lines, *checked.beside])
    return Reply(text, facts=VerdictFacts(word, checked.flags), buttons=tuple(buttons))


def _valid(head: str, checked: Checked) -> list[str]:
    at = f" · {moment(checked.at)}" if checked.at else ""
    paper = f" · 문서 {checked.document}" if checked.document else ""
    accuracy = f" · 오차 {checked.accuracy_m:.0f}m 이내" if checked.accuracy_m is not None else ""
    who = f" · {' '.join(checked.opened)}" if checked.opened else ""
    told = "서명과 발급 기록이 맞습니다." if checked.logged else "서명이 맞습니다. 발급 기록과는 맞춰 보지 못했습니다."
    step = f" {graded(checked.grade)}" if checked.grade else ""
    lines = [
        f"{head}: {checked.institution}{who}",
        f"{place_of(checked)}{at}{accuracy}{paper}",
        f"확인한 것: {told}{step}",
    ]
    if checked.pair is not None:
        lines.append(f"출발에서 복귀까지: {paired(checked.pair)}")
    if checked.flags:
        lines.append(f"더 볼 것: {also(checked.flags)}")
    if checked.limit in LIMITS:
        lines.append(LIMITS[checked.limit])
    stayed = "" if checked.pair is not None else ", 얼마나 머물렀는지"
    lines.append(f"확인하지 못한 것: 위치를 손으로 골랐는지{stayed}. 출장 문서와 함께 보아 주십시오.")
    return lines


def place_of(checked: Checked) -> str:
    """Where, in words; a receipt without a point says so."""
    return "위치 없는 증빙" if "no_location" in checked.flags else near(checked.place)


def graded(grade: int) -> str:
    """What a grade means, in words."""
    return f"증빙 5단계 가운데 {grade}단계({GRADES.get(grade, '알 수 없음')})."


def paired(pair: PairFacts) -> str:
    """`5시간 20분 · 직선 54.3km · 관용차`."""
    hours, minutes = divmod(pair.minutes, 60)
    span = " ".join(part for part in (f"{hours}시간" if hours else "", f"{minutes}분" if minutes else "") if part)
    away = "거리 미상" if pair.distance_m is None else f"직선 {pair.distance_m / 1000:.1f}km"
    return " · ".join([span or "0분", away, VEHICLES.get(pair.vehicle, VEHICLES[0])])


def nth(name: str, number: int) -> str:
    """One of several codes in a picture or on a page."""
    return f"{name} {number}번째 QR".strip()


def nameless(number: int) -> str:
    """An item of a pasted text, by its place."""
    return f"{number}번째"


def on_page(name: str, page: int) -> str:
    """A page of a file."""
    return f"{name} {page}쪽"


def file_of(page: str) -> str:
    """The file of a page's name."""
    return page.rpartition(" ")[0] if page.endswith("쪽") else page


def in_row(name: str, sheet: str, row: int) -> str:
    """A row of a sheet; 0: no row."""
    return " ".join(part for part in (name, sheet, f"{row}행" if row else "") if part)


def within(archive: str, part: str) -> str:
    """A file in an archive."""
    return f"{archive} › {part}"


def empty_rows(name: str, count: int) -> str:
    """Rows of a sheet without a receipt: said, and never held against anybody."""
    return f"{name}: 영수증 칸이 빈 행 {count}개는 세지 않았습니다."


def silent_pages(name: str, pages: Sequence[int]) -> str:
    """Pages of a file on which there is no code."""
    return f"{name}: QR을 찾지 못한 쪽 {len(pages)}개({spans(pages)}쪽)는 세지 않았습니다."


def spans(numbers: Sequence[int]) -> str:
    """`1, 4–9`."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
