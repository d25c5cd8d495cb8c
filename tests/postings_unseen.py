"""Further invented sheets, drawn after the reader was written: 8 of these 12 were read rightly at the first try.

Each says what must come of it: who goes, who comes, who moves where, and how many lines stay unclear.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tests.postings import book, csv

Wanted = dict[str, str]
"""Name (with the number of the present department's letters for two of one name) → new department, "-" for who goes."""


def hanja_and_titles() -> bytes:
    """Names with hanja and titles glued on; the office's name before the department."""
    return book(("발령", [
        ["", "경상남도 인사발령(안)", "", "", ""],
        ["", "2026. 11. 30.자", "", "", ""],
        [],
        ["순번", "소 속", "직 위", "성  명", "임용사항"],
        [1, "경상남도 총무과", "주무관", "홍길동(洪吉童)", "경상남도 도로과로 전보"],
        [2, "경상남도 예산담당관", "주무관", "김하늘 주무관", "함양군 전출"],
        [3, "함양군", "주무관", "유다래", "경상남도 총무과 전입"],
    ]))  # fmt: skip


def upper_and_lower() -> bytes:
    """실국 and 과 in columns of their own, before and after, under a two-row head."""
    return book(("Sheet1", [
        ["□ 전보 발령 현황"],
        ["연번", "성명", "발령 전", "", "발령 후", "", "발령일자"],
        ["", "", "실국", "부서", "실국", "부서", ""],
        [1, "박바다", "농정국", "농정과", "행정국", "총무과", date(2026, 12, 7)],
        [2, "정노을", "감사관", "감사관", "도시국", "도로과", date(2026, 12, 7)],
    ]), merged=[
        (1, 2, 1, 3, "발령 전"), (1, 4, 1, 5, "발령 후"), (1, 0, 2, 0, "연번"), (1, 1, 2, 1, "성명"),
        (1, 6, 2, 6, "발령일자"),
    ])  # fmt: skip


def retirement_list() -> bytes:
    """퇴직 예정자: a date column of retirement, no kind."""
    return csv([
        ["2026년 하반기 퇴직 예정자 명단"],
        ["번호", "부서명", "직급", "성명", "퇴직일", "사유"],
        ["1", "감사관", "행정5급", "정노을", "2026-12-31", "정년퇴직"],
        ["2", "재난대응과", "시설7급", "한솔", "2026-12-31", "명예퇴직"],
    ])  # fmt: skip


def arrows() -> bytes:
    """One column "총무과→도로과"."""
    return book(("이동", [
        ["이름", "직급", "이동 내용", "시행일"],
        ["홍길동", "7급", "총무과→도로과", "2026/11/25"],
        ["한솔", "7급", "재난대응과 → 농정과", "2026/11/25"],
    ]))  # fmt: skip


def new_people() -> bytes:
    """신규임용: no present department."""
    return book(("신규임용", [
        ["2026년 제2회 신규임용 후보자 배치"],
        ["응시번호", "성명", "생년월일", "직급", "배치부서", "임용일"],
        ["0101", "문새찬", "1999-03-02", "행정9급", "총무과", "2026.12.14"],
        ["0102", "백도담", "2000-11-12", "시설9급", "도로과", "2026.12.14"],
    ]))  # fmt: skip


def in_and_out_columns() -> bytes:
    """전출기관 and 전입기관 say where from and where to."""
    return book(("교류", [
        ["시군 인사교류 명단"],
        ["성명", "직급", "전출기관", "전입기관", "전입부서", "발령일"],
        ["김하늘", "행정6급", "경상남도", "거제시", "", "2026.12.1"],
        ["우가람", "행정6급", "거제시", "경상남도", "예산담당관", "2026.12.1"],
    ]))  # fmt: skip


def promotions() -> bytes:
    """승진: present and new grade side by side, department unchanged."""
    return book(("승진", [
        ["승진임용"],
        ["소속", "성명", "현직급", "승진직급", "비고"],
        ["총무과", "최별", "행정9급", "행정8급", ""],
        ["도로과", "이강산", "시설8급", "시설7급", ""],
    ]))  # fmt: skip


def footnotes() -> bytes:
    """Totals, page heads again, footnotes below."""
    rows = [["구 분", "직 급", "성 명", "현 소 속", "발령 소속"]]
    page = [
        ["전 보", "행정7급", "홍길동", "총무과", "농정과"],
        ["전 보", "행정9급", "최  별", "총무과", "감사관"],
        ["소계", "", "2명", "", ""],
    ]
    again = [
        ["구 분", "직 급", "성 명", "현 소 속", "발령 소속"],
        ["파 견", "시설7급", "한 솔", "재난대응과", "행정안전부"],
    ]
    foot = [["※ 발령일: 2026. 11. 25."], ["끝."]]
    return book(("별지", [["[별지] 인사발령 조서"], *rows, *page, *again, *foot]))


def pasted_blanks() -> str:
    """Pasted from a document: single blanks between the cells."""
    return "연번 성명 현소속 발령소속\n1 홍길동 총무과 도로과\n2 박바다 농정과 총무과"


def contact_list() -> bytes:
    """비상연락망: team, phone; it is everybody."""
    return book(("연락망", [
        ["○○도 직원 비상연락망"],
        ["과", "팀", "직위", "성명", "행정전화", "휴대전화"],
        ["총무과", "총무팀", "주무관", "홍길동", "055-211-3201", "010-0000-0001"],
        ["총무과", "총무팀", "주무관", "최별", "055-211-3202", "010-0000-0002"],
        ["예산담당관", "예산팀", "팀장", "김하늘", "055-211-3301", "010-0000-0003"],
        ["농정과", "농정팀", "주무관", "박바다", "055-211-3401", "010-0000-0004"],
        ["농정과", "농정팀", "주무관", "이강산", "055-211-3402", "010-0000-0005"],
        ["도로과", "도로팀", "주무관", "이강산", "055-211-3501", "010-0000-0006"],
        ["감사관", "감사팀", "과장", "정노을", "055-211-3101", "010-0000-0007"],
        ["재난대응과", "대응팀", "주무관", "한솔", "055-211-3601", "010-0000-0008"],
    ]))  # fmt: skip


def english_heads() -> bytes:
    """Out of another system."""
    return csv([
        ["EMP_NO", "NAME", "FROM", "TO", "EFFECTIVE_DATE"],
        ["1003", "박바다", "농정과", "예산담당관", "20261130"],
        ["1008", "한솔", "재난대응과", "총무과", "20261130"],
    ], "utf-8-sig")  # fmt: skip


def leave_and_return() -> bytes:
    """휴직, 복직 beside one move."""
    return book(("발령", [
        ["발령일자", "발령구분", "성명", "소속부서", "발령부서"],
        ["2026-11-24", "육아휴직", "최별", "총무과", ""],
        ["2026-11-24", "복직", "한솔", "재난대응과", "재난대응과"],
        ["2026-11-24", "부서이동", "홍길동", "총무과", "감사관"],
    ]))  # fmt: skip


UNSEEN: dict[str, tuple[Callable[[], bytes | str], Wanted, int, date | None]] = {
    "hanja_and_titles": (
        hanja_and_titles, {"홍길동": "도로과", "김하늘": "-", "유다래": "총무과"}, 0, date(2026, 11, 30)
    ),
    "upper_and_lower": (upper_and_lower, {"박바다": "총무과", "정노을": "도로과"}, 0, date(2026, 12, 7)),
    "retirement_list": (retirement_list, {"정노을": "-", "한솔": "-"}, 0, date(2026, 12, 31)),
    "arrows": (arrows, {"홍길동": "도로과", "한솔": "농정과"}, 0, date(2026, 11, 25)),
    "new_people": (new_people, {"문새찬": "총무과", "백도담": "도로과"}, 0, date(2026, 12, 14)),
    "in_and_out_columns": (in_and_out_columns, {"김하늘": "-", "우가람": "예산담당관"}, 0, date(2026, 12, 1)),
    "promotions": (promotions, {"최별": "총무과", "이강산": "도로과"}, 0, None),
    "footnotes": (footnotes, {"홍길동": "농정과", "최별": "감사관", "한솔": "재난대응과"}, 0, None),
    "pasted_blanks": (pasted_blanks, {"홍길동": "도로과", "박바다": "총무과"}, 0, None),
    "contact_list": (contact_list, {}, 0, None),
    "english_heads": (english_heads, {"박바다": "예산담당관", "한솔": "총무과"}, 0, date(2026, 11, 30)),
    "leave_and_return": (leave_and_return, {"홍길동": "감사관", "최별": "휴직"}, 0, date(2026, 11, 24)),
}  # fmt: skip
