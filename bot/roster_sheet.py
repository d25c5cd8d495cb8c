"""A sheet of personnel orders, or of everybody, understood: a line a person, however its columns stand and are called.

    bytes → grids (attest.papers, merged cells filled) → heads, sections → lines: who, from, to, when, what

`understand` runs in the sandbox, whole: only values come out. It knows no roster and decides nothing: what a line means
is `bot.roster_orders`'. It guesses no cell: what can't be read is a line with a reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from attest.errors import PaperRefusedError
from attest.papers.grids import Grid, grids
from bot.papers import cells
from bot.papers.cells import Period
from bot.roster_heads import head_of, table
from bot.roster_names import is_department

MOST_LINES: Final = 20_000
_DITTO: Final = frozenset({"〃", '"', "″", "''", "상동", "”", "“"})
_TOTAL: Final = re.compile(r"^(?:합계|총계|소계|누계|계|총원|현원|정원|이하여백|이하 ?여백|끝|\(?이상\)?|.*\d+명)$")
_NAME: Final = re.compile(r"[가-힣]{2,5}(?: ?[A-Za-z]|\d{1,5})?|[A-Za-z][A-Za-z .\-]{1,38}")
_ARROW: Final = re.compile(r"(\S+)\s*(?:→|➔|⇒|->|=>|에서)\s*(\S+)")
_ORDERED: Final = re.compile(
    r"([가-힣0-9·]{1,24})(?:으로|로|에)?\s*(?:근무|전보|배치|지정|발령|보함|이동|에 ?보함)(?:를|을)?\s*(?:명|지정|하)?"
)
_SAID: Final = re.compile(
    r"(?P<of>[가-힣0-9·]{2,24})\s+(?P<name>[가-힣]{2,4})(?:\s+[가-힣]{2,8})?\s*(?:→|➔|⇒|->|=>)\s*(?P<to>[가-힣0-9·]{2,24})"
)
"""A line of words: `총무과 홍길동 → 도로과`."""
_DAY: Final = re.compile(r"(?:\d{4}|'?\d{2})\s*[-./년]\s*\d{1,2}\s*[-./월]\s*\d{1,2}\s*\.?일?|\d{4}[01]\d[0-3]\d")
_BACK_ON: Final = re.compile(r"(?:복직|복귀)\s*예정\s*(?:일자|일)?\s*[:：]?\s*(?P<day>[\d'][\d\s./년월일-]*)?")
"""`복직예정일: 2027. 6. 1.`: the first day back, and nothing that happens now."""
_SPACES: Final = re.compile(r"\t|\s{2,}|\s*\|\s*")
_RANK: Final = re.compile(
    r"(?:지방)?[가-힣]{2,8}(?:주사보?|서기보?|사무관|서기관|부이사관|이사관|연구사|연구관|지도사|지도관)|[1-9]급|임기제|공무직|시보"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a sheet; empty where it says nothing. `kind` is leave, join, change, rest or empty; `why` its word.

    `departments` (the present one), `before` and `after` as they stand there; `place` is an office outside.
    """

    sheet: str
    number: int
    name: str
    employee: str = ""
    department: str = ""
    before: str = ""
    after: str = ""
    rank: str = ""
    after_rank: str = ""
    day: date | None = None
    kind: str = ""
    why: str = ""
    place: str = ""
    phone: str = ""
    fault: str = ""
    until: date | None = None
    """The last day of what is for a time only."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says. `whole`: it reads as a list of everybody. `day`: the one that its title names.

    `headings`: the fullest row of a sheet in which no head was found. `cut`: there is more.
    """

    lines: tuple[Line, ...]
    whole: bool = False
    day: date | None = None
    headings: tuple[str, ...] = ()
    cut: bool = False


@dataclass(slots=True)
class _State:
    """Where the reading of one sheet stands."""

    columns: Mapping[str, int] = field(default_factory=dict)
    headings: tuple[str, ...] = ()
    step: int = 0
    section: str = ""
    last: dict[str, str] = field(default_factory=dict)
    day: date | None = None


def understand(data: bytes, file: str, today: date) -> Sheet:
    """Every line of every sheet of a file. To be called through the sandbox.

    Raises:
        PaperRefusedError: the file is not read, with a word for the reason.
    """
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8")):
        raise PaperRefusedError("unsupported")
    return _read([grid for grid in grids(data) if any(any(row) for row in grid.rows)], file, today)


def understand_text(text: str, today: date) -> Sheet:
    """The lines of a pasted table: cells apart by tabs, marks or blanks. To be called through the sandbox."""
    rows = [_cells(line) for line in text.split("\n")]
    sheet = _read([Grid("", [row for row in rows if row])], "", today)
    said = [] if sheet.lines else [(at, _SAID.search(line)) for at, line in enumerate(text.split("\n"), 1)]
    free = tuple(
        Line("", at, found["name"], before=_department(found["of"]), after=_department(found["to"]))
        for at, found in said
        if found is not None
    )
    return Sheet(free, day=sheet.day) if free else sheet


def _cells(line: str) -> list[str]:
    line = unicodedata.normalize("NFC", line).strip()
    if "\t" in line:
        return [cell.strip() for cell in line.split("\t")]
    if "|" in line or re.search(r"\S\s{2,}\S", line):
        return [cell for cell in _SPACES.split(line.strip("| ")) if not re.fullmatch(r"[-:]+", cell)]
    if "," in line:
        return [cell.strip() for cell in line.split(",")]
    return line.split()


def _read(found: Sequence[Grid], file: str, today: date) -> Sheet:
    if not found:
        raise PaperRefusedError("empty")
    reader = _Reader(file, today)
    lines: list[Line] = []
    for grid in found:
        for line in reader.sheet(grid):
            lines.append(line)
            if len(lines) > MOST_LINES:
                raise PaperRefusedError("large")
    headings = () if lines else _fullest(found[0].rows)
    whole = _whole(lines, reader.titles)
    return Sheet(tuple(lines), whole, reader.day, headings, any(grid.cut for grid in found))


def _whole(lines: Sequence[Line], titles: str) -> bool:
    """Whether it reads as a list of everybody: nothing in it happens to anybody, and no title says orders."""
    if not lines or any(line.kind or line.after or line.before for line in lines):
        return False
    bare_titles = "".join(titles.split())
    if any(word in bare_titles for word in table()["titles"]["roster"]):
        return True
    return not any(word in bare_titles for word in table()["titles"]["posting"])


def _fullest(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    row = max(rows[:20], key=lambda row: sum(map(bool, row)), default=[])
    return tuple(cell[:20] for cell in row if cell)[:20]


class _Reader:
    """Reads the sheets of one file."""

    def __init__(self, file: str, today: date) -> None:
        self._today = today
        self._period = Period(today - timedelta(days=150), today + timedelta(days=200))
        self._file = re.sub(r"\.\w{2,5}$", "", file)
        self.titles = self._file
        self.day = self._named_day(self._file)

    def sheet(self, grid: Grid) -> Iterator[Line]:
        """The lines of one sheet; its head may come again, or another after a section's title."""
        state = _State(section=kind_of(grid.name) or kind_of(self._file))
        rows = grid.rows
        self.titles += " " + grid.name
        blanks = _filled_down(rows)
        for at, row in enumerate(rows):
            head = head_of(row, rows[at - 1] if at else [])
            if head is not None:
                state.columns, state.headings, state.step = head
                state.last = {}
                continue
            said = list(dict.fromkeys(cell for cell in row if cell))
            if not said:
                continue
            if not state.columns or _is_title(said, row, state):
                self._title(said, state, before_head=not state.columns)
                continue
            for part in range(_parts(state, len(row))):
                yield from self._line(row, at + 1, grid.name, state, part * state.step, blanks)

    def _title(self, said: Sequence[str], state: _State, *, before_head: bool) -> None:
        """A line above a table: what it is about, and when."""
        text = " ".join(said)[:200]
        if before_head:
            self.titles += " " + text
        section = kind_of(text)
        if section or not before_head:
            state.section = section or state.section
        day = self._named_day(text)
        if day is not None and len(text) < 80:
            state.day = day
            self.day = self.day or day

    def _named_day(self, text: str) -> date | None:
        found = re.search(
            r"(?:\d{4}|'?\d{2})\s*[-./년]\s*\d{1,2}\s*[-./월]\s*\d{1,2}\s*일?|\d{1,2}월\s*\d{1,2}일", text
        )
        return cells.told(found[0], self._period).day if found else None

    def _line(
        self, row: Sequence[str], number: int, sheet: str, state: _State, shift: int, blanks: frozenset[int]
    ) -> Iterator[Line]:
        told = {name: _cell(row, at + shift) for name, at in state.columns.items()}
        for name, text in told.items():
            if text in _DITTO or (
                not text and state.columns[name] in blanks and name in {"department", "upper", "kind", "day"}
            ):
                told[name] = state.last.get(name, "")
        if not told.get("name") or _TOTAL.match("".join(told["name"].split())):
            return
        state.last = told
        people = cells.names(told["name"])
        for name, behind in people:
            line = self._made(Line(sheet, number, name[:40]), told, behind, state)
            if _NAME.fullmatch(name) is None:
                if sum(map(bool, told.values())) > 1:
                    yield replace(line, fault="name")
                continue
            yield line

    def _made(self, line: Line, told: Mapping[str, str], behind: str, state: _State) -> Line:
        day_text = told.get("day", "")
        day = cells.told(day_text, self._period).day if day_text else state.day
        order = told.get("order", "")
        since, until = self._span(told, state)
        kind_text = told.get("kind", "") or (order if not told.get("kind") else "")
        kind, why = kind_and_word(kind_text)
        if not kind and "note" in told:
            kind, why = kind_and_word(told["note"])
        if not kind and state.section:
            kind, why = state.section, _section_word(state.section)
        before, after = told.get("from", "") or told.get("from_org", ""), told.get("to", "") or told.get("to_org", "")
        if order:
            before, after = _ordered(order, before, after)
        department = told.get("department", "") or (behind if is_department(_department(behind)) else "")
        return replace(
            line, employee=_employee(told.get("number", "")), department=_department(department),
            before=_department(before), after=_department(after), rank=_tidy(told.get("rank", "")),
            after_rank=_tidy(told.get("to_rank", "")), day=day or (since if kind == "rest" else None), kind=kind,
            why=why,
            place=_tidy(told.get("to_org", "") or told.get("from_org", "")), phone=_tidy(told.get("phone", "")),
            fault="day" if day_text and day is None else "", until=until if kind == "rest" else None,
        )  # fmt: skip

    def _span(self, told: Mapping[str, str], state: _State) -> tuple[date | None, date | None]:
        """From when until when (inclusive) it holds, by a column of its own or the words around it."""
        at = state.columns.get("until")
        heading = state.headings[at] if at is not None and at < len(state.headings) else ""
        own = told.get("until", "")
        back = self._days(own)[-1:] if "예정" in heading else []
        words = " ".join([own if not back else "", *(told.get(name, "") for name in ("order", "kind", "note"))])
        said = _BACK_ON.search(words)
        back = back or (self._days(said["day"] or "") if said is not None else [])
        days = self._days(_BACK_ON.sub(" ", words))
        if back:
            return (days[0] if days else None), back[0] - timedelta(days=1)
        if len(days) > 1:
            return days[0], days[-1]
        alone = bool(days) and (bool(own) or re.search(r"까지|~\s*['\d]", words) is not None)
        return None, days[0] if alone else None

    def _days(self, text: str) -> list[date]:
        found = (cells.told(one[0], self._period).day for one in _DAY.finditer(text))
        return [one for one in found if one is not None]


def _section_word(kind: str) -> str:
    return {"leave": "전출", "join": "전입", "change": "전보", "rest": ""}[kind]


def _parts(state: _State, width: int) -> int:
    """How many people stand side by side in a row."""
    return max(1, -(-(width - min(state.columns.values())) // state.step)) if state.step else 1


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip() if 0 <= at < len(row) else ""


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())[:40]


def _employee(text: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", unicodedata.normalize("NFKC", text).removesuffix(".0"))[:20]


def _department(text: str) -> str:
    """The last department that a cell names: `기획조정실 예산담당관` is 예산담당관; an office outside stays whole."""
    plain = re.sub(r"\(.*?\)", " ", unicodedata.normalize("NFKC", text))
    words = [word for word in re.split(r"[\s,/>]+", plain) if word and not _RANK.fullmatch(word)]
    named = [word for word in words if is_department(word) and not is_team(word)]
    if any(is_outside(word) for word in words):
        return " ".join(words)[:40]
    return (named[-1] if named else " ".join(words))[:40]


def is_team(word: str) -> bool:
    """Whether a word is a team's name: people belong to its department."""
    return len(word) > 2 and word.endswith(("팀", "담당", "계"))


_OUTSIDE: Final = re.compile(
    r"[가-힣]{2,12}(?:특별시|광역시|특별자치도|특별자치시|시|군|도|도청|시청|군청|구청|교육청|공사|공단|재단|진흥원|대학교"
    r"|[가-힣]{2,6}부|위원회)"
)


def is_outside(word: str) -> bool:
    """Whether a word looks like another office: a city, a ministry, a corporation."""
    return _OUTSIDE.fullmatch(word) is not None and not word.endswith("본부")


def kind_of(text: str) -> str:
    """The kind that a title names; empty where it names none, or several."""
    return kind_and_word(text, title=True)[0]


def kind_and_word(text: str, *, title: bool = False) -> tuple[str, str]:
    """leave, join, change or rest, and the word that said so."""
    plain = "".join(_BACK_ON.sub(" ", unicodedata.normalize("NFKC", text)).split())
    if not plain or (title and "전출입" in plain):
        return "", ""
    kinds: dict[str, list[str]] = table()["kinds"]
    found = {kind: next((word for word in words if word in plain), "") for kind, words in kinds.items()}
    named = [kind for kind in ("rest", "leave", "change", "join") if found[kind]]
    if title and len([kind for kind in named if kind != "join" or found["join"] != "임용"]) > 1:
        return "", ""
    if not named:
        return "", ""
    return named[0], found[named[0]]


def _ordered(order: str, before: str, after: str) -> tuple[str, str]:
    """Where from and where to by the words of an order: `총무과 → 도로과`, `도로과 근무를 명함`."""
    arrow = _ARROW.search(order)
    if arrow:
        return before or arrow[1], after or arrow[2]
    named = (one if is_department(one) else re.sub(r"(?:으로|로|에)$", "", one) for one in _ORDERED.findall(order))
    goals = [one for one in named if is_department(one)]
    if goals:
        return before, after or goals[-1]
    words = [word for word in re.split(r"[\s,]+", order) if is_department(word)]
    return before, after or (words[-1] if words else "")


def _is_title(said: Sequence[str], row: Sequence[str], state: _State) -> bool:
    """Whether a row is a title: one text alone in it, and no person."""
    if len(said) > 1:
        return False
    at = state.columns.get("name", 0)
    alone = said[0]
    return sum(cell == alone for cell in row) > 1 or _cell(row, at) != alone or len(alone) > 8 or kind_of(alone) != ""


def _filled_down(rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """Columns in which a blank says "as above": filled in some rows, empty in most that have more than two cells."""
    full = [row for row in rows if sum(map(bool, row)) > 1]
    width = max(map(len, full), default=0)
    counts = [sum(at < len(row) and bool(row[at]) for row in full) for at in range(width)]
    return frozenset(at for at, count in enumerate(counts) if count > 1 and count * 10 <= len(full) * 8)
