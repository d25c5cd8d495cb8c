"""Words of the check's workbook and summary: headings, cells, and how to read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from attest.claims import Claim
from attest.inspection import Basis, Of
from attest.ledgers import Row, Source
from attest.trip import KST
from bot.wording.inspections import BOOKS, WAYS
from bot.wording.receipts import FLAGS
from bot.wording.verdicts import GRADES, VEHICLES, VERDICTS

TITLE = "출장 점검"
FOOT = "도비가 만든 점검 자료입니다. 표시는 살펴볼 자료를 고르는 사실이며 판단이 아닙니다."
LIST, BESIDE, STRAYS, LOOK, SAMPLE, READ = "목록", "나란히", "출장 없는 행", "확인할 행", "표본", "읽는 법"
LIST_COLUMNS = (
    "성명", "부서", "출장일", "장소", "문서번호", "출발", "도착", "복귀", "여행시간(분)", "직선거리(km)", "차량",
    "등급", "표시", "정산", "정산번호", "청구액(원)", "판정", "영수증", "번호",
)  # fmt: skip
BESIDE_COLUMNS = (
    "성명", "부서", "출장일", "항목", "출장 시각", "출장 시각의 출처", "자료 시각", "자료의 내용", "자료", "차이(분)",
    "출장 시간 안", "맞춘 근거", "번호",
)  # fmt: skip
STRAY_COLUMNS = ("자료", "날짜", "성명", "부서", "시각", "내용")
LOOK_COLUMNS = ("자료", "행", "날짜", "성명", "내용", "까닭")
SAMPLE_COLUMNS = ("순서", "성명", "부서", "출장일", "장소", "표시", "번호", "해시(SHA-256)")
READ_COLUMNS = ("항목", "내용")
YEAR, LOOKED = "부서·월", "점검한 달"
LOOKED_COLUMNS = ("부서", "월", "출장", "점검", "마지막 점검", "문서번호")
SUMMARY_COLUMNS = ("성명", "부서", "출장일", "두 시각과 출처", "차이(분)")
DEPARTMENT_COLUMNS = ("부서", "출장", "영수증 있음", "표시 있음", "표본")
ITEMS = {Of.DEPARTURE: "출발", Of.RETURN: "복귀", Of.CLOSED: "종료보고", Of.LAST_TOLL: "마지막 통행"}
BASES = {
    Basis.STAFF: "사번", Basis.NAME: "성명", Basis.DEPARTMENT: "성명과 부서", Basis.COMPANION: "동행자의 성명",
    Basis.VEHICLE: "운행일지의 차량",
    Basis.PLACE: "영업소 이름과 시각",
}  # fmt: skip
NAMESAKES = "동명이인이라 누구의 것인지 정하지 않았습니다"
SEVERAL = "그 시각 그곳의 출장이 여럿이라 정하지 않았습니다"
STRANGER = "직원 명단에 없는 이름입니다"
LIMITS = (
    "영수증이 없는 출장은 사후 자료·관내 출장일 수 있어, 그것만으로는 지적 사항이 되지 않습니다.",
    "시각의 차이는 시계 차이와 기록하는 자리의 차이일 수 있습니다. 10분 안의 차이는 표시하지 않습니다.",
    "직선거리는 사무실에서 가장 먼 위치까지이며, 실제 이동거리는 이보다 깁니다.",
    "올린 자료는 이 점검에만 쓰고 저장하지 않았습니다.",
)
METHOD = (
    "부서와 표시 유무로 층을 나누고(영수증 없음은 표시로 치지 않음), 층의 크기에 맞추어 나눕니다(층마다 1건 이상).",
    "층마다 '종자, 줄바꿈, 번호'를 UTF-8로 이은 글의 SHA-256 값이 작은 것부터 고릅니다.",
    "종자와 번호가 이 파일에 있으므로 누구나 다시 뽑아 맞추어 볼 수 있습니다.",
)


def grade(value: int) -> str:
    """What a grade means; empty where there is no receipt."""
    return GRADES.get(value, "") if value else ""


def vehicle(value: int) -> str:
    """How somebody travelled."""
    return VEHICLES.get(value, VEHICLES[0])


def verdict(value: str) -> str:
    """One of the four words; a trip without a receipt has none."""
    return VERDICTS.get(value, "") if value else "영수증 없음"


def flags(found: Sequence[str]) -> list[str]:
    """Flags in words."""
    return [FLAGS.get(flag, flag) for flag in found]


def claimed(claim: Claim | None) -> str:
    """Whether a trip was settled."""
    return "정산 전" if claim is None else {"used": "정산함", "voided": "취소됨"}[claim.state]


def receipts(count: int, gone: int) -> str:
    """How many receipts there are; those destroyed on their date are said."""
    return f"{count}장" + (f"(보존 기간이 지나 파기 {gone}장)" if gone else "")


def place(title: str, destination: str) -> str:
    """Where to, as stated, and where the receipt was shared from."""
    near = f"{title} 부근" if title else ""
    return f"{destination} ({near})" if destination and near else destination or near


def of_row(row: Row) -> str:
    """`운행일지.csv 3행`."""
    return f"{row.file} {row.number}행"


def told(row: Row) -> str:
    """What a row says, short: for a cell beside the trip."""
    first, last = _clock(row.begins), _clock(row.ends)
    if row.source is Source.DRIVE:
        hours = f"{first}~{last}" if first or last else ""
        return " ".join(part for part in (hours, row.vehicle, "→".join(row.places)) if part)
    if row.source is Source.TOLL:
        return " ".join(part for part in (first, "→".join(row.places)) if part)
    if row.source is Source.GATE:
        return " ".join(part for part in (first, WAYS[row.way], row.gate) if part)
    if row.source is Source.CLOSING:
        closed = f"보고 {_clock(row.told)}" if row.told else "보고 없음"
        return f"{first}~{last} {closed}".strip("~ ")
    return "" if row.amount is None else f"{row.amount:,}원"


def stated(*, signed: bool) -> str:
    """Where the trip's instant comes from."""
    return "영수증" if signed else "출장 기록"


def book(source: Source) -> str:
    """What a book is called."""
    return BOOKS[source]


def month(value: date) -> str:
    """`10월`."""
    return f"{value.month}월"


def seed(number: str, institution: str, first: date, last: date) -> str:
    """What a draw begins from: the document number and the period; without a number the institution's name."""
    return f"{number or institution} {first.isoformat()}~{last.isoformat()}"


def instant(value: datetime) -> str:
    """`2026. 11. 23. 13:42`."""
    local = value.astimezone(KST)
    return f"{local.year}. {local.month}. {local.day}. {local:%H:%M}"


def _clock(value: datetime | None) -> str:
    return "" if value is None else f"{value.astimezone(KST):%H:%M}"
