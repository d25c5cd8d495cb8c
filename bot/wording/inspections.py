"""Words of the check of trips (점검): facts with where each comes from; no score, no finding, nobody suspected.

What people read on a phone; `inspection_tables` has the words of the workbook and the summary.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from attest.inspection import Comparison, Of
from attest.ledgers import Row, Source, Way
from bot.clock import KST
from bot.messenger import OutFile, Reply
from bot.papers.sheets import Read, Skipped
from bot.wording import clock, day, particle, short, toward
from bot.wording.verdicts import FAULTS, spans

BOOKS = {
    Source.DRIVE: "운행일지", Source.TOLL: "하이패스", Source.GATE: "출입기록", Source.CLOSING: "출장종료",
    Source.CLAIM: "청구",
}  # fmt: skip
WAYS = {Way.IN: "입실", Way.OUT: "퇴실", Way.UNKNOWN: "통과"}
STATED = {Of.DEPARTURE: "출발", Of.RETURN: "복귀", Of.CLOSED: "복귀", Of.LAST_TOLL: "복귀"}
MARKS = {
    "early_return": "복귀보다 이른 도착·입실 기록 있음",
    "late_departure": "출발보다 늦은 출차·퇴실 기록 있음",
    "gate_inside": "출장 시간 안에 출입 기록 있음",
    "four_hours": "출장 기록은 4시간 이상, 자료의 복귀까지는 4시간 미만",
    "official_car": "관용차 운행 기록 있음(출장에는 다른 차량)",
    "short": "직선거리 1km 이하(왕복 2km 기준)",
    "no_closing": "출장종료 자료에 없음",
    "no_drive": "운행일지에 없음(관용차 출장)",
    "overlap": "같은 사람의 다른 출장과 시간이 겹침",
    "amount": "청구 자료와 정산 금액이 다름",
    "namesakes": "동명이인이라 정하지 않은 행 있음",
    "no_receipt": "영수증 없음(사후 자료·관내일 수 있음)",
}
NO_RECEIPT = "no_receipt"
FIELDS = {
    "day": "날짜", "clock": "시각", "begins": "시작시각", "ends": "종료시각", "name": "성명", "department": "부서",
    "staff": "사번", "vehicle": "차량번호", "place": "장소", "origin": "출발지", "distance": "거리", "entry": "진입",
    "exit": "진출", "card": "카드", "amount": "금액", "way": "출입구분", "gate": "게이트", "period": "기간",
    "told": "종료보고", "ends_day": "종료일자", "goal": "도착", "none": "쓰지 않음",
}  # fmt: skip
_BY_BOOK = {
    (Source.DRIVE, "begins"): "출발시각", (Source.DRIVE, "ends"): "도착시각", (Source.DRIVE, "name"): "운전자",
    (Source.DRIVE, "place"): "목적지", (Source.TOLL, "begins"): "통행일시", (Source.GATE, "begins"): "출입일시",
}  # fmt: skip
MISSING = {
    "day": ("날짜가", "없어"), "clock": ("시각이", "없어"), "name": ("성명이", "없어"), "place": ("영업소가", "없어"),
    "amount": ("금액이", "없어"),
}  # fmt: skip
_FAULTS = {
    "unsupported": "표로 된 파일이 아닙니다. 엑셀(xlsx·xls)이나 CSV로 보내 주십시오",
    "too_large": "너무 큽니다(한 파일 20MB까지). 기간을 나누어 보내 주십시오",
    "time": "읽는 데 너무 오래 걸려 멈추었습니다. 기간이나 시트를 나누어 보내 주십시오",
    "memory": "읽기에 너무 큽니다. 기간이나 시트를 나누어 보내 주십시오",
}
_MOST_FILES, _MOST_SPANS = 6, 60
_SHEETS = "운행일지·하이패스·출입기록·출장종료 파일"


def how() -> Reply:
    """When 점검 comes alone."""
    return Reply(
        "부서와 기간을 함께 써 주십시오. 예: '점검 총무과 10월', '점검 전체 10. 1.~10. 31. 표본 20'\n"
        f"{_SHEETS}을 함께 보내시면 출장과 나란히 놓아 드립니다.\n"
        "'점검 2026년'은 한 해의 부서·월별 건수입니다."
    )


def no_period(what: str) -> Reply:
    """A department and no days."""
    return Reply(f"어느 기간을 볼지 써 주십시오. 예: '점검 {what} 10월', '점검 {what} 10. 1.~10. 31.'")


def no_such_period(*, backwards: bool, text: str) -> Reply:
    """Days that can't be."""
    why = "끝나는 날이 시작하는 날보다 앞섭니다" if backwards else "달력에 없는 날입니다"
    return Reply(f"'{short(text, 30)}': {why}. 예: '점검 총무과 10. 1.~10. 31.'")


def too_long() -> Reply:
    """More than a year."""
    return Reply("한 번에 한 해까지 봅니다. 기간을 나누어 주십시오.")


def unknown_department(word: str, departments: Sequence[str]) -> Reply:
    """A word that names no department."""
    known = short(", ".join(departments), 200)
    return Reply(
        f"'{short(word, 20)}' 부서를 찾지 못했습니다. 부서: {known}\n"
        "다른 기관은 '감사 요청'으로 그 기관의 동의를 받은 뒤에 기관 이름을 붙여 볼 수 있습니다."
    )


def span(first: date, last: date) -> str:
    """`10. 1.~10. 31.`, with years where they are not the same."""
    if first.year != last.year:
        return f"{first.year}. {first.month}. {first.day}.~{last.year}. {last.month}. {last.day}."
    return f"{first.month}. {first.day}.~{last.month}. {last.day}."


def file_name(institution: str, departments: Sequence[str], first: date, last: date) -> str:
    """`출장 점검 총무과 2026-10-01~2026-10-31`, without what file names can't hold."""
    who = "·".join(departments) if departments else "전체"
    told = " ".join(part for part in ("출장 점검", institution, short(who, 40), f"{first}~{last}") if part)
    return "".join(char for char in told if char not in '\\/:*?"<>|')


def scoped(institution: str, departments: Sequence[str], days: str) -> str:
    """`총무과 10. 1.~10. 31.`; `institution` is empty for one's own."""
    who = "·".join(departments) if departments else "전체"
    return " ".join(part for part in (institution, short(who, 60), days) if part)


def none_found(scope: str, outside: int, unlisted: int = 0) -> Reply:
    """Nothing to list, which says nothing about anybody."""
    told = f"{scope}에 볼 수 있는 출장이 없습니다."
    if outside:
        told += f" 감사 기간 밖 {outside}건은 뺐습니다."
    told += _of_who_left(unlisted)
    return Reply(f"{told}\n기간이나 부서를 바꾸어 다시 써 주십시오.")


def listed(scope: str, count: int, marks: Counter[str], drawn: int, rest: Sequence[str]) -> str:
    """The first answer: how many, what a reader may sort by, what else there is to say; at most four lines."""
    lines = [f"{scope} 출장 {count}건입니다." + (f" 표본 {drawn}건을 골랐습니다." if drawn else "")]
    told = [f"{MARKS[mark].partition('(')[0]} {number}건" for mark, number in marks.most_common() if mark != NO_RECEIPT]
    if marks[NO_RECEIPT]:  # no finding by itself, so never without what it may be
        told = [*told[:2], f"{MARKS[NO_RECEIPT]} {marks[NO_RECEIPT]}건"]
    if told:
        lines.append(f"표시: {' · '.join(told[:3])}")
    return "\n".join([*lines, *rest])


def noted(number: str, outside: int, unlisted: int = 0) -> str:
    """Under what the look was written down, and what was left out."""
    under = (
        f"문서번호 {number}로 확인 기록을 남겼습니다."
        if number
        else "문서번호 없이 확인 기록을 남겼습니다('감사 시작')."
    )
    return under + (f" 감사 기간 밖 {outside}건은 뺐습니다." if outside else "") + _of_who_left(unlisted)


def _of_who_left(count: int) -> str:
    """Trips of people whom the roster no longer has: nobody knows of which department they were."""
    return f" 이제 명부에 없는 분의 출장 {count}건은 '점검 전체'에서 보실 수 있습니다." if count else ""


def go_on() -> str:
    """What can be laid beside the trips."""
    return f"{_SHEETS}을 30분 안에 이어 보내시면 나란히 놓아 드립니다."


def largest(comparison: Comparison, name: str, *, signed: bool) -> str:
    """The largest difference, as two times with where each comes from."""
    told = f"{day(comparison.stated)} {beside(comparison, signed=signed)}"
    return f"가장 큰 차이: {name} {told}, {apart(comparison.minutes)}"


def beside(comparison: Comparison, *, signed: bool) -> str:
    """`복귀 17:40(영수증) · 출입 16:05 입실(출입기록)`."""
    own = "영수증" if signed else "출장 기록"
    stated = f"{STATED[comparison.of]} {clock(comparison.stated)}({own})"
    return f"{stated} · {found(comparison)}({BOOKS[comparison.row.source]})"


def found(comparison: Comparison) -> str:
    """What the row says: `출입 16:05 입실`."""
    row, told = comparison.row, clock(comparison.found)
    if comparison.found.astimezone(KST).date() != comparison.stated.astimezone(KST).date():
        told = f"{day(comparison.found)} {told}"
    if row.source is Source.DRIVE:
        return f"운행 {told} {'출발' if comparison.of is Of.DEPARTURE else '도착'}"
    if row.source is Source.TOLL:
        return f"통행 {told} {'→'.join(row.places)}"
    if row.source is Source.GATE:
        return f"출입 {told} {WAYS[row.way]}"
    return f"종료보고 {told}" if comparison.of is Of.CLOSED else f"출장기간 끝 {told}"


def apart(minutes: int) -> str:
    """`1시간 35분 이름`."""
    hours, rest = divmod(abs(minutes), 60)
    told = " ".join(
        part for part in (f"{hours}시간" if hours else "", f"{rest}분" if rest or not hours else "") if part
    )
    return f"{told} {'이름' if minutes < 0 else '늦음'}" if minutes else "차이 없음"


def matched(beside_: int, strays: int, unclear: int, strangers: int) -> str:
    """What lies where."""
    parts = [f"출장 옆에 놓인 행 {beside_}개"]
    parts += [f"출장 없는 행 {strays}개"] if strays else []
    parts += [f"동명이인·여러 출장이라 정하지 않은 행 {unclear}개"] if unclear else []
    parts += [f"명단에 없는 이름 {strangers}개"] if strangers else []
    return " · ".join(parts)


# --- what was understood of a sheet


def understood(reads: Sequence[Read], refused: Sequence[tuple[str, str]], corrected: Sequence[str] = ()) -> Reply:
    """What each sheet was read as, said first; rows that could not be read by number; what is not understood."""
    lines = [f"고쳐 읽었습니다: {', '.join(corrected)}"] if corrected else []
    lines += [_refused(name, reason) for name, reason in refused]
    several = Counter(read.file for read in reads)
    lines += [_read(read, several[read.file] > 1) for read in reads[:_MOST_FILES]]
    if len(reads) > _MOST_FILES:
        lines.append(f"그 밖의 시트 {len(reads) - _MOST_FILES}개는 파일의 '읽는 법'에 적었습니다.")
    if any(read.rows for read in reads):
        lines.append("잘못 읽었으면 '2열은 출발시각'처럼 말씀해 주십시오.")
    return Reply("\n".join(lines))


def _read(read: Read, several: bool) -> str:
    name = f"{read.file}({read.sheet})" if several and read.sheet else read.file
    return f"{name}: {reading(read)}"


def reading(read: Read) -> str:
    """`운행일지로 읽었습니다. 42행, 9~12행은 날짜가 없어 뺐습니다`, or what to say about it."""
    if read.source is None:
        heads = short(", ".join(f"{number}열 {heading}" for number, heading, _ in read.columns), 120)
        return (
            f"무슨 자료인지 알아보지 못했습니다({heads}). '이 파일은 출입기록'이나 '2열은 성명'처럼 알려 주십시오."
            " 영수증 목록이면 '검증'을 붙여 보내 주십시오."
        )
    told = [f"{len(read.rows)}행"]
    for reason, (what, why) in MISSING.items():
        numbers = [one.number for one in read.skipped if one.reason == reason]
        if numbers:
            told.append(f"{short(_rows(numbers), _MOST_SPANS)}행은 {what} {why} 뺐습니다")
    if read.outside:
        told.append(f"다른 기간 {read.outside}행은 뺐습니다")
    if read.cut:
        told.append("너무 길어 뒤는 읽지 않았습니다")
    return f"{toward(BOOKS[read.source])} 읽었습니다. {', '.join(told)}."


def _rows(numbers: Sequence[int]) -> str:
    return spans(numbers).replace("–", "~")


def _refused(name: str, reason: str) -> str:
    return f"{name}: {_FAULTS.get(reason) or FAULTS.get(reason, _FAULTS['unsupported'])}."


def skipped(one: Skipped) -> str:
    """Why a row was left out."""
    what, why = MISSING.get(one.reason, ("값을", "읽지 못해"))
    return f"{what} {why} 뺐습니다"


def column(number: int, field: str, source: Source | None) -> str:
    """`2열 출발시각`."""
    told = _BY_BOOK.get((source, field)) if source else None
    return f"{number}열 {told or FIELDS.get(field, field)}"


def as_book(file: str, source: Source) -> str:
    """`a.csv는 출입기록으로`."""
    return f"{particle(file, '은', '는')} {toward(BOOKS[source])}" if file else toward(BOOKS[source])


def not_understood(text: str) -> Reply:
    """A correction that can't be followed."""
    return Reply(
        f"'{short(text, 30)}': 알아듣지 못했습니다. '2열은 출발시각', '이 파일은 출입기록'처럼 말씀해 주십시오."
    )


def over() -> Reply:
    """The table was cleared, or the house was started again meanwhile."""
    return Reply(
        "이어 볼 점검이 없습니다. 올리신 파일은 30분이 지나면 지웁니다.\n'점검 총무과 10월'과 함께 다시 보내 주십시오."
    )


# --- files


def with_table(text: str, name: str, data: bytes) -> Reply:
    """The answer with its workbook."""
    return Reply(text, file=OutFile(f"{name}.xlsx", data))


def with_summary(name: str, data: bytes) -> Reply:
    """The summary."""
    return Reply(
        "요약 PDF입니다. 표시는 살펴볼 자료를 고르는 데 쓰는 사실이며, 판단은 원문서와 함께 하여 주십시오.",
        file=OutFile(f"{name}.pdf", data),
    )


def year(number: int, trips: int, departments: int, looked: int, months: int) -> str:
    """A year's counts."""
    lines = [f"{number}년 출장 {trips}건, 부서 {departments}곳입니다."]
    lines.append(f"출장이 있는 부서·월 {months}곳 가운데 {looked}곳을 점검했습니다. 부서·월별 건수는 파일에 있습니다.")
    return "\n".join(lines)


def no_year(number: int) -> Reply:
    """A year without trips."""
    return Reply(f"{number}년에 기록된 출장이 없습니다.")


def span_day(value: datetime) -> str:
    """`10. 5.(월)`."""
    return day(value)


def moment_of(row: Row) -> datetime | None:
    """The instant by which a row is told."""
    return row.begins or row.ends or row.told
