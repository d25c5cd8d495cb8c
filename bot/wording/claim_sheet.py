"""Words of the claim sheet as a paper (국내출장 여비 정산서): its head, its columns, its rows and what stands below."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from attest import places
from attest.travel_rules import decree
from bot.claim_record import Amount, ClaimRecord, Line
from bot.clock import KST

ELSEWHERE: Final = "다른 정산"
AREAS: Final = {"inside": "관내", "outside": "관외", "unknown": "미정"}
VEHICLES: Final = {0: "미기재", 1: "관용차", 2: "자가용", 3: "대중교통", 4: "동승"}
KINDS: Final = {
    "inside": "근무지 내 여비",
    "official": "공무용 차량 감액",
    "dedicated": "전용 차량 배정",
    "near": "근거리 실비",
    "cap": "하루 한도 초과",
    "fare": "운임",
    "daily": "일비",
    "stay": "장기체재 감액",
    "half": "공무용 차량 일비 감액",
    "meals": "식비",
    "given": "제공받은 식사",
    "lodging": "숙박비",
    "more": "숙박비 추가",
}
# what a traveller can tell, and what an institution has to enter
ASKED: Final = {
    "area": "관내·관외",
    "distance": "여행거리",
    "minutes": "출발·복귀 시각",
    "days": "날짜별 출장시간",
    "vehicle": "차량",
    "actual": "실비 영수증",
    "fare": "운임 카드 영수증",
    "lodging_receipt": "숙박 카드 영수증",
}
UNSET: Final = {
    "rules": "그날의 여비 규정",
    "daily": "일비 금액",
    "meals": "식비 금액",
    "meal_share": "제공 식사 공제 기준",
    "lodging": "숙박비 상한",
}
DISTANCE: Final = "여행거리를 확인해 주십시오."
DIFFERS: Final = "receipt_differs"
NOTES: Final = {
    DIFFERS: "영수증에 서명된 출장시간이나 차량과 다릅니다",
    "near_unchecked": "왕복 2km 이내인지 확인하지 못했습니다",
    "official_twice": "같은 날 공무용 차량 출장이 더 있습니다. 하루 한도를 확인해 주십시오",
    "lodging_over": "숙박비가 상한을 넘어 상한까지만 셈했습니다. 부득이하면 1주일 안에 추가로 정산합니다",
    "stay_official": "장기체재와 공무용 차량이 겹칩니다. 일비 감액을 확인해 주십시오",
}
STATED: Final = {
    "area": "관내·관외",
    "vehicle": "차량",
    "route_m": "여행거리",
    "fare": "운임",
    "actual": "실비",
    "lodging": "숙박비",
    "nights": "숙박한 밤",
    "meals": "제공받은 식사",
    "unavoidable": "부득이한 초과",
    "document": "문서번호",
}
COLUMNS: Final = (
    "번호",
    "출장일",
    "출장시간",
    "출장지",
    "용무",
    "구분",
    "차량",
    "금액(원)",
    "산출과 근거",
    "영수증 번호",
)
SHEET_COLUMNS: Final = (
    "정산 번호", "성명", "소속", "번호", "출장일", "출발", "복귀", "출장시간(분)", "출장지", "용무", "구분", "차량",
    "금액(원)", "산출", "근거 조문", "문서번호", "영수증 번호", "확인할 것",
)  # fmt: skip
CODES: Final = "영수증 QR (감사 담당은 이 그림으로 확인합니다)"
TOTAL: Final = "합계"
SHEET: Final = "정산"
TITLES: Final = "국내출장 여비 정산 모음"
FOOT: Final = "도비가 등록된 규정으로 셈한 정산서입니다. 지급은 회계 담당이 정합니다."
UNCOUNTED: Final = "출장 시간을 몰라 셈하지 않았습니다"


def series(department: str, year: int) -> str:
    """`정산-총무과-2026`: what the numbers of its sheets begin with."""
    return f"정산-{re.sub(r'[^0-9A-Za-z가-힣]', '', department) or '공통'}-{year}"


def title(record: ClaimRecord) -> str:
    """The sheet's title: inside or outside the duty area where all of it is one of them."""
    areas = {line.area for line in record.lines}
    if areas == {"inside"}:
        return "근무지 내 국내출장 여비 정산서"
    return "근무지 외 국내출장 여비 정산서" if areas == {"outside"} else "국내출장 여비 정산서"


def fields(record: ClaimRecord) -> tuple[tuple[str, str], ...]:
    """Whose sheet it is; the rank is for hand."""
    month = f"{record.month.year}년 {record.month.month}월"
    return (
        ("성명", record.name), ("소속", f"{record.institution} {record.department}".strip()), ("직급", ""),
        ("정산 월", month),
    )  # fmt: skip


def money(won: int | None) -> str:
    """`20,000`; blank where nobody knows."""
    return "" if won is None else f"{won:,}"


def short_number(serial: str) -> str:
    """A receipt's number for people: `A1B2-C3D4`."""
    return f"{serial[:4]}-{serial[4:8]}".upper()


def where(line: Line) -> str:
    """The destination as it was told, or else the city of the share."""
    near = places.by_code(line.place).title.strip()
    return line.destination or (f"{near} 부근" if near else "")


def day(instant: datetime | None) -> str:
    """`2026. 11. 20.`."""
    return "" if instant is None else _day(instant.astimezone(KST).date())


def _day(value: date) -> str:
    return f"{value.year}. {value.month}. {value.day}."


def span(line: Line) -> str:
    """`13:00~18:20` and its length on a line of its own; a return on another day carries its date."""
    begins, ends = line.begins, line.ends
    if begins is None or ends is None:
        return f"{begins.astimezone(KST):%H:%M}" if begins else ""
    first, last = begins.astimezone(KST), ends.astimezone(KST)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{last.month}. {last.day}. {last:%H:%M}"
    hours = "" if line.minutes is None else f"\n({line.minutes // 60}시간 {line.minutes % 60}분)"
    return f"{first:%H:%M}~{until}{hours}"


def reckoning(amounts: tuple[Amount, ...]) -> str:
    """How the amount came about: `근무지 내 여비 20,000 / 공무용 차량 감액 -10,000`."""
    return " / ".join(f"{KINDS[one.kind]} {'미정' if one.won is None else money(one.won)}" for one in amounts)


def articles(amounts: tuple[Amount, ...]) -> str:
    """The articles, once each; a law's name where another one's stood before."""
    told, last = [], ""
    for article in dict.fromkeys(article for one in amounts for article in one.articles):
        law, mark, rest = article.partition(" 제")
        told.append(f"제{rest}" if mark and law == last else article)
        last = law
    return ", ".join(told)


def remarks(line: Line) -> list[str]:
    """What a checker should know of a line: facts and what is open, no judgement."""
    found = [] if line.trip else [UNCOUNTED]
    if line.late:
        found.append("사후 제출")
    if not line.located:
        found.append("위치 없음")
    if "distance" in line.needs:
        found.append(DISTANCE.removesuffix("."))
    if needed := [ASKED[one] for one in line.needs if one in ASKED and one != "distance"]:
        found.append(f"확인 필요: {', '.join(needed)}")
    if unset := [UNSET[one] for one in line.needs if one in UNSET]:
        found.append(f"등록되지 않은 것: {', '.join(unset)}")
    found += [NOTES[one] for one in line.notes]
    if line.stated:
        found.append(f"정산 때 적은 것: {', '.join(STATED[one] for one in line.stated)}")
    return found


def total(record: ClaimRecord) -> str:
    """`합계`, and of how many rows where some are open."""
    known = sum(line.total is not None for line in record.lines)
    return TOTAL if known == len(record.lines) else f"{TOTAL}({len(record.lines)}건 가운데 {known}건)"


def below(record: ClaimRecord) -> tuple[str, ...]:
    """What stands below the table: open lines, the rules, and the claim itself."""
    lines = [
        f"{number}번: {' · '.join(told)}" for number, line in enumerate(record.lines, 1) if (told := remarks(line))
    ]
    law = decree()
    if record.ordinance:
        applied = f" {record.applies}에 따라" if record.applies else ""
        lines.append(
            f"적용: {record.ordinance}({law.local}). 조례가 정하지 않은 것은{applied} 공무원 여비 규정을 준용합니다."
        )
    else:
        lines.append(f"적용: 공무원 여비 규정. 기관의 여비 조례는 등록되지 않았습니다({law.local}).")
    lines.append(
        f"지급액은 기관의 장이 줄일 수 있습니다({law.reduction}). "
        f"거짓으로 받은 여비는 5배를 더해 돌려받습니다({law.fraud})."
    )
    return tuple(lines)


def claimed(record: ClaimRecord) -> tuple[str, ...]:
    """The claim, its day and its signature."""
    return (
        "위와 같이 출장여비의 정산을 신청합니다.",
        _day(record.at.astimezone(KST).date()),
        f"신청인  {record.name}  (서명)",
    )


def voided(at: datetime) -> str:
    """Over a sheet that was taken back."""
    return f"취소된 정산서입니다({day(at)})."
