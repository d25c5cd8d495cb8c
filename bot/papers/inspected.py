"""The check of trips as a workbook and as a summary: from plain values, the same bytes for the same values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from attest.inspection import Compared, Comparison, Inspection, Of
from attest.ledgers import Row, Source
from attest.sampling import Sample, order
from attest.trip import LegKind
from bot.inspecting.gathering import Line
from bot.inspecting.rounds import Round
from bot.papers import pdf
from bot.papers.sheets import Read
from bot.papers.workbook import Book, Column, Kind, Sheet, Value, write
from bot.wording import inspection_tables as words
from bot.wording import inspections as talk

_KINDS: dict[str, Kind] = {
    "출장일": "date", "날짜": "date", "출발": "instant", "도착": "instant", "복귀": "instant", "출장 시각": "instant",
    "자료 시각": "instant", "시각": "instant", "마지막 점검": "instant", "여행시간(분)": "number",
    "직선거리(km)": "number", "차이(분)": "number", "청구액(원)": "money", "행": "number", "출장": "number",
    "점검": "number", "순서": "number",
}  # fmt: skip
_WIDTHS = {
    "장소": 26, "표시": 44, "등급": 26, "출발": 17, "도착": 17, "복귀": 17, "출장 시각": 17, "자료 시각": 17,
    "시각": 17, "자료의 내용": 26, "자료": 24, "내용": 40, "까닭": 40, "문서번호": 18, "정산번호": 18, "번호": 20,
    "해시(SHA-256)": 22, "마지막 점검": 17, "운행일지": 30, "하이패스": 30, "출입기록": 30, "출장종료": 26,
}  # fmt: skip
_LARGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything that the papers say. `amounts` by a line's key, `fields` name who checked what, when, under what."""

    title: str
    fields: tuple[tuple[str, str], ...]
    lines: Sequence[Line]
    found: Inspection
    reads: Sequence[Read] = ()
    sample: Sample | None = None
    amounts: Mapping[str, int] | None = None
    files: Sequence[tuple[str, str]] = ()  # name, SHA-256


def marks_of(line: Line, compared: Compared) -> list[str]:
    """What a reader may sort by, in words: facts of the comparison first, then the receipts' flags."""
    return [*(talk.MARKS[mark] for mark in compared.marks), *words.flags(line.flags)]


def is_flagged(line: Line, compared: Compared) -> bool:
    """Whether there is more to look at than a missing receipt, which is nothing by itself."""
    return bool(line.flags) or any(mark != talk.NO_RECEIPT for mark in compared.marks)


def as_book(checked: Checked) -> bytes:
    """The workbook."""
    compared = {one.case.id: one for one in checked.found.cases}
    sheets = [_list(checked, compared)]
    if checked.reads:
        sheets += [_beside(checked), *_apart(checked)]
    if checked.sample is not None:
        sheets.append(_sample(checked, compared, checked.sample))
    sheets.append(_how(checked))
    return write(Book(checked.title, tuple(sheets)))


def _columns(titles: Sequence[str]) -> tuple[Column, ...]:
    return tuple(Column(title, _WIDTHS.get(title, 12), _KINDS.get(title, "text")) for title in titles)


def _list(checked: Checked, compared: Mapping[str, Compared]) -> Sheet:
    books = [source for source in Source if any(read.source is source for read in checked.reads)]
    rows = [_row(line, compared[line.key], checked.amounts or {}, books) for line in checked.lines]
    titles = (*words.LIST_COLUMNS, *(words.book(source) for source in books))
    return Sheet(words.LIST, _columns(titles), rows, above=(checked.title,))


def _row(line: Line, compared: Compared, amounts: Mapping[str, int], books: Sequence[Source]) -> list[Value]:
    case = line.case
    return [
        line.name, line.department, case.day, words.place(line.place, line.destination), line.document,
        case.departed, line.arrived, case.returned, case.minutes,
        None if case.distance_m is None else round(case.distance_m / 1000, 1), words.vehicle(int(case.vehicle)),
        words.grade(line.grade), "\n".join(marks_of(line, compared)), words.claimed(line.claim),
        line.claim.sheet if line.claim else "", amounts.get(line.key),
        words.verdict(line.verdict.value if line.verdict else ""), words.receipts(case.receipts, line.gone), line.key,
        *("\n".join(words.told(row) for row in compared.of(source)) for source in books),
    ]  # fmt: skip


def _beside(checked: Checked) -> Sheet:
    lines = {line.key: line for line in checked.lines}
    bases = {
        (one.row.file, one.row.source, one.row.number): one.basis
        for compared in checked.found.cases
        for one in compared.beside
    }
    rows: list[list[Value]] = []
    for one in checked.found.comparisons:
        line, row = lines[one.case], one.row
        rows.append([
            line.name, line.department, line.case.day, words.ITEMS[one.of], one.stated,
            words.stated(signed=is_signed(line, one)), one.found, talk.found(one), words.of_row(row), one.minutes,
            "예" if one.inside else "아니요", words.BASES[bases[row.file, row.source, row.number]], line.key,
        ])  # fmt: skip
    return Sheet(words.BESIDE, _columns(words.BESIDE_COLUMNS), rows)


def is_signed(line: Line, comparison: Comparison) -> bool:
    """Whether the trip's instant stands in a receipt."""
    kind = LegKind.DEPARTED if comparison.of is Of.DEPARTURE else LegKind.RETURNED
    return kind in line.signed


def _apart(checked: Checked) -> Iterator[Sheet]:
    """Rows without a trip, and those that somebody has to look at."""
    strays = [
        [words.of_row(row), row.day, row.name, row.department, talk.moment_of(row), words.told(row)]
        for row in checked.found.strays
    ]
    if strays:
        yield Sheet(words.STRAYS, _columns(words.STRAY_COLUMNS), strays)
    looks = [_look(one.row, words.NAMESAKES if one.row.name else words.SEVERAL) for one in checked.found.unclear]
    looks += [_look(row, words.STRANGER) for row in checked.found.strangers]
    looks += [
        [read.file, one.number, None, "", read.sheet, talk.skipped(one)]
        for read in checked.reads
        for one in read.skipped
    ]
    if looks:
        yield Sheet(words.LOOK, _columns(words.LOOK_COLUMNS), looks)


def _look(row: Row, why: str) -> list[Value]:
    return [row.file, row.number, row.day, row.name, words.told(row), why]


def _sample(checked: Checked, compared: Mapping[str, Compared], sample: Sample) -> Sheet:
    lines = {line.key: line for line in checked.lines}
    rows: list[list[Value]] = []
    for number, key in enumerate(sample.keys, 1):
        line = lines[key]
        rows.append([
            number, line.name, line.department, line.case.day, words.place(line.place, line.destination),
            "\n".join(marks_of(line, compared[key])), key, order(sample.seed, key),
        ])  # fmt: skip
    return Sheet(words.SAMPLE, _columns(words.SAMPLE_COLUMNS), rows)


def _how(checked: Checked) -> Sheet:
    rows: list[list[Value]] = [[name, value] for name, value in checked.fields]
    if checked.sample is not None:
        rows.append(["표본의 종자", checked.sample.seed])
        rows += [["뽑은 방법", line] for line in words.METHOD]
        rows += [["층", _share(*one.stratum, one.size, one.drawn)] for one in checked.sample.shares]
    rows += [["올린 파일", f"{name} · SHA-256 {digest}"] for name, digest in checked.files]
    rows += [["읽은 자료", f"{read.file} {read.sheet}: {talk.reading(read)}"] for read in checked.reads]
    rows += [["열", _headings(read)] for read in checked.reads if read.source]
    if checked.found.passages:
        rows.append(["출입기록", f"출장 시간 밖의 출입 {checked.found.passages}행은 세기만 했습니다"])
    if checked.found.elsewhere:
        rows.append(["다른 부서", f"점검하지 않는 부서의 행 {checked.found.elsewhere}개는 뺐습니다"])
    rows += [["읽을 때", line] for line in words.LIMITS]
    return Sheet(words.READ, (Column(words.READ_COLUMNS[0], 14), Column(words.READ_COLUMNS[1], 110)), rows, wide=False)


def _share(department: str, flagged: bool, size: int, drawn: int) -> str:
    return f"{department or '부서 없음'} · {'표시 있음' if flagged else '표시 없음'}: {size}건 가운데 {drawn}건"


def _headings(read: Read) -> str:
    told = (
        f"{heading or '(이름 없음)'} = {talk.column(number, field, read.source)}"
        for number, heading, field in read.columns
        if field
    )
    return ", ".join(told)


# --- the summary


def as_pdf(checked: Checked) -> bytes:
    """The summary as a document."""
    compared = {one.case.id: one for one in checked.found.cases}
    blocks: list[pdf.Block] = [
        pdf.Fields(checked.fields), pdf.Gap(),
        pdf.Text(("부서별 건수",), bold=True), _departments(checked, compared), pdf.Gap(),
        pdf.Text(("표시별 건수(한 출장에 여럿일 수 있음)",), bold=True), _marks(checked, compared), pdf.Gap(),
    ]  # fmt: skip
    if checked.found.comparisons:
        blocks += [pdf.Text(("두 시각의 차이가 큰 것부터",), bold=True), _differences(checked), pdf.Gap()]
    if checked.sample is not None:
        blocks += [
            pdf.Text(("표본을 뽑은 방법",), bold=True),
            pdf.Text((f"종자: {checked.sample.seed}", *words.METHOD), size=8.5), pdf.Gap(),
        ]  # fmt: skip
    if checked.reads:
        told = tuple(f"{read.file} {read.sheet}: {talk.reading(read)}" for read in checked.reads[:30])
        blocks += [pdf.Text(("읽은 자료",), bold=True), pdf.Text(told, size=8.5), pdf.Gap()]
    blocks.append(pdf.Text(words.LIMITS, size=8.5))
    return pdf.write(pdf.Paper(checked.title, tuple(blocks), foot=words.FOOT))


def _departments(checked: Checked, compared: Mapping[str, Compared]) -> pdf.Table:
    lines: dict[str, list[Line]] = {}
    for line in checked.lines:
        lines.setdefault(line.department, []).append(line)
    drawn = set(checked.sample.keys) if checked.sample else set()
    rows = [
        [name or "부서 없음", str(len(own)), str(sum(bool(one.case.receipts) for one in own)),
         str(sum(is_flagged(one, compared[one.key]) for one in own)), str(sum(one.key in drawn for one in own))]
        for name, own in sorted(lines.items())
    ]  # fmt: skip
    titles = words.DEPARTMENT_COLUMNS
    columns = (pdf.Column(titles[0], 60), *(pdf.Column(title, align="right") for title in titles[1:]))
    return pdf.Table(columns, rows)


def _marks(checked: Checked, compared: Mapping[str, Compared]) -> pdf.Table:
    counts = Counter(mark for line in checked.lines for mark in marks_of(line, compared[line.key]))
    rows = [[mark, str(number)] for mark, number in counts.most_common()]
    return pdf.Table((pdf.Column("표시"), pdf.Column("출장", 24, "right")), rows)


def _differences(checked: Checked) -> pdf.Table:
    lines = {line.key: line for line in checked.lines}
    rows = []
    for one in checked.found.comparisons[:_LARGEST_SHOWN]:
        line = lines[one.case]
        told = talk.beside(one, signed=is_signed(line, one))
        rows.append([line.name, line.department, talk.span_day(one.stated), told, f"{one.minutes:+d}"])
    widths = (22, 28, 22, 0, 18)
    columns = tuple(pdf.Column(title, width) for title, width in zip(words.SUMMARY_COLUMNS, widths, strict=True))
    return pdf.Table(columns, rows)


# --- a year


def year_book(
    title: str, counts: Mapping[tuple[str, date], int], rounds: Sequence[Round], months: Sequence[date]
) -> bytes:
    """Counts by department and month, and which of them were looked at."""
    names = sorted({name for name, _ in counts})
    table: list[list[Value]] = [
        [name or "부서 없음", *(counts.get((name, month), 0) for month in months), _total(counts, name)]
        for name in names
    ]
    heads = (
        Column("부서", 18),
        *(Column(words.month(month), 7, "number") for month in months),
        Column("계", 8, "number"),
    )
    looked: dict[tuple[str, date], list[Round]] = {}
    for one in rounds:
        looked.setdefault((one.department, one.month), []).append(one)
    rows = [_looked(name, month, counts[name, month], looked.get((name, month), [])) for name, month in sorted(counts)]
    return write(Book(title, (
        Sheet(words.YEAR, heads, table, above=(title,)),
        Sheet(words.LOOKED, _columns(words.LOOKED_COLUMNS), rows),
    )))  # fmt: skip


def _total(counts: Mapping[tuple[str, date], int], name: str) -> int:
    return sum(count for (department, _), count in counts.items() if department == name)


def _looked(name: str, month: date, trips: int, rounds: Sequence[Round]) -> list[Value]:
    last: datetime | None = max((one.at for one in rounds), default=None)
    numbers = ", ".join(dict.fromkeys(one.number for one in rounds if one.number))
    return [name or "부서 없음", words.month(month), trips, len(rounds), last, numbers]
