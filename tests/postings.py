"""Invented sheets of personnel orders and rosters, in the shapes that offices draw them; nobody in them lives."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime

from xlsxwriter import Workbook

from bot.roster import Entry

Cells = Sequence[Sequence[object]]

ROSTER = tuple(
    Entry(f"p{number}", name, department, number=number, rank=rank)
    for name, department, number, rank in (
        ("홍길동", "총무과", "1001", "행정7급"),
        ("김하늘", "예산담당관", "1002", "행정6급"),
        ("박바다", "농정과", "1003", "농업7급"),
        ("이강산", "도로과", "1004", "시설8급"),
        ("최별", "총무과", "1005", "행정9급"),
        ("이강산", "농정과", "1006", "농업8급"),
        ("정노을", "감사관", "1007", "행정5급"),
        ("한솔", "재난대응과", "1008", "시설7급"),
    )
)
"""Whom the roster knows; two are of one name."""


def book(
    *sheets: tuple[str, Cells], merged: Sequence[tuple[int, int, int, int, object]] = (), at: tuple[int, int] = (0, 0)
) -> bytes:
    """A workbook of these sheets; `merged` ranges (first sheet): top, left, bottom, right, text; rows begin at `at`."""
    target = io.BytesIO()
    workbook = Workbook(target, {"in_memory": True})
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    for order, (name, rows) in enumerate(sheets):
        page = workbook.add_worksheet(name or None)
        for row, cells in enumerate(rows, at[0]):
            for column, cell in enumerate(cells, at[1]):
                if isinstance(cell, date | datetime):
                    page.write_datetime(row, column, cell, day)
                elif cell is not None and cell != "":
                    page.write(row, column, cell)
        for top, left, bottom, right, text in merged if order == 0 else ():
            page.merge_range(top, left, bottom, right, text)
    workbook.close()
    return target.getvalue()


def csv(rows: Cells, encoding: str = "cp949", mark: str = ",") -> bytes:
    """The rows as separated text."""
    return "\r\n".join(mark.join("" if cell is None else str(cell) for cell in row) for row in rows).encode(encoding)


def plain() -> bytes:
    """구분, 성명, 현소속, 발령부서, 발령일."""
    return book(("발령", [
        ["번호", "구분", "성명", "직급", "현소속", "발령부서", "발령일"],
        [1, "전보", "홍길동", "행정7급", "총무과", "도로과", date(2026, 11, 20)],
        [2, "전출", "김하늘", "행정6급", "예산담당관", "진주시", date(2026, 11, 20)],
        [3, "전입", "서가을", "행정8급", "진주시", "총무과", date(2026, 12, 1)],
    ]))  # fmt: skip


def titled_and_merged() -> bytes:
    """A title over all columns, two-row head (현 / 발령), the day in the title alone."""
    return book(("2026 하반기", [
        [], [], [],
        ["", "", "소속", "직급", "소속", "직급", ""],
        [1, "홍 길 동", "총무과", "행정7급", "예산담당관", "행정7급", ""],
        [2, "박바다(朴바다)", "농정과", "농업7급", "농정과", "농업6급", "승진"],
        [3, "이강산", "도로과", "시설8급", "재난대응과", "시설8급", ""],
    ]), merged=[
        (0, 0, 0, 6, "2026년도 하반기 정기인사 발령사항"), (1, 0, 1, 6, "발령일자: 2026. 12. 1.자"),
        (2, 0, 3, 0, "연번"), (2, 1, 3, 1, "성명"), (2, 2, 2, 3, "현 행"), (2, 4, 2, 5, "발 령"), (2, 6, 3, 6, "비고"),
    ])  # fmt: skip


def sections() -> bytes:
    """Three tables under one another, each with its title and its own columns."""
    return book(("Sheet1", [
        ["인사발령(2026. 11. 30.)"], [],
        ["□ 전출(2명)"],
        ["성명", "소속", "직급", "전입기관"],
        ["김하늘", "예산담당관", "행정6급", "김해시"],
        ["최별", "총무과", "행정9급", "경상남도교육청"], [],
        ["□ 전입(1명)"],
        ["성명", "전출기관", "직급", "발령부서"],
        ["서가을", "창원시", "행정8급", "총무과"], [],
        ["□ 전보(1명)"],
        ["성명", "전 부서", "새 부서"],
        ["이강산", "농정과", "도로과"],
    ]))  # fmt: skip


def sheets() -> bytes:
    """One sheet a kind."""
    return book(
        ("전출", [["성명", "부서", "전출일"], ["김하늘", "예산담당관", "2026.11.23."]]),
        ("전입", [["성명", "부서", "전입일"], ["서가을", "총무과", "2026.11.23."]]),
        ("부서이동", [["성명", "현부서", "이동부서", "발령일"], ["한솔", "재난대응과", "도로과", "26.11.23"]]),
    )


def ordered() -> bytes:
    """What happens stands in words."""
    return book(("발령사항", [
        ["", "인 사 발 령"], [],
        ["", "소속", "직급", "성명", "발령사항"],
        ["", "총무과", "지방행정주사보", "홍길동", "도로과 근무를 명함"],
        ["", "예산담당관", "지방행정주사", "김하늘", "진주시 전출을 명함"],
        ["", "감사관", "지방행정사무관", "정노을", "의원면직"],
        ["", "도로과", "지방시설서기", "이강산", "농정과 → 예산담당관"],
        ["", "재난대응과", "지방시설주사보", "한솔", "휴직을 명함"],
    ]), at=(1, 1))  # fmt: skip


def by_number() -> bytes:
    """사번 first; names alone would not tell two people apart."""
    return csv([
        ["직원번호", "이름", "변경전", "변경후", "적용일"],
        ["1004", "이강산", "", "총무과", "2026-11-24"],
        ["1006", "이강산", "", "재난대응과", "2026-11-24"],
        ["1001", "홍길순", "총무과", "도로과", "2026-11-24"],
    ])  # fmt: skip


def ditto() -> bytes:
    """The kind and the day stand once, then 〃 or nothing."""
    return book(("", [
        ["발령구분", "성 명", "현 부 서", "발령 부서", "발령 일자"],
        ["전보", "홍길동", "총무과", "도로과", "2026.12.1."],
        ["〃", "최별", "총무과", "농정과", "〃"],
        ["", "한솔", "재난대응과", "총무과", ""],
        ["전출", "김하늘", "예산담당관", "함안군", "2026.12.1."],
        ["합계", "4명"],
    ]))  # fmt: skip


def everybody() -> bytes:
    """전 직원 명부, the department once a group; one moved, one new, one missing."""
    return book(("명부", [
        ["직원 명부(2026. 11. 현재)"],
        ["부서", "직급", "성명", "사번", "내선"],
        ["감사관", "행정5급", "정노을", "1007", 3101],
        ["총무과", "행정7급", "홍길동", "1001", 3201],
        ["", "행정9급", "최별", "1005", 3202],
        ["", "행정9급", "새내기", "1010", 3203],
        ["예산담당관", "행정6급", "김하늘", "1002", 3301],
        ["", "농업7급", "박바다", "1003", 3401],
        ["농정과", "농업8급", "이강산", "1006", 3402],
        ["도로과", "시설8급", "이강산", "1004", 3501],
    ]))  # fmt: skip


def side_by_side() -> bytes:
    """Two people a row."""
    return book(("현원", [
        ["부서", "성명", "직급", "부서", "성명", "직급"],
        ["총무과", "홍길동", "행정7급", "농정과", "박바다", "농업7급"],
        ["총무과", "최별", "행정9급", "농정과", "이강산", "농업8급"],
        ["예산담당관", "김하늘", "행정6급", "도로과", "이강산", "시설8급"],
        ["감사관", "정노을", "행정5급", "재난대응과", "한솔", "시설7급"],
    ]))  # fmt: skip


FORMS: dict[str, Callable[[], bytes]] = {
    "plain": plain, "titled_and_merged": titled_and_merged, "sections": sections, "sheets": sheets,
    "ordered": ordered, "by_number": by_number, "ditto": ditto, "everybody": everybody, "side_by_side": side_by_side,
}  # fmt: skip
