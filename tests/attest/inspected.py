"""Trips and the sheets that offices keep beside them, from one table of truth: each row knows the trip it is of.

Written before the matcher was tuned, with the errors of real life in the cells: names with spaces and titles, 13:5 for
13:05, days as numbers of a spreadsheet, years of two digits, 오후 1:20, nights past midnight, heads below a title,
totals at the end, cells left empty. `TUNING` seeds may be looked at, `UNSEEN` ones are for the figures alone.
"""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import xlsxwriter

from attest.inspection import inspect
from attest.ledgers import Case, Someone
from attest.trip import KST, Basis, Leg, LegKind, State, Trip, Vehicle
from bot.papers.sheets import Read

TUNING = range(1, 11)
UNSEEN = range(1001, 1011)

MONTH = date(2026, 10, 1)
OFFICE = "창원시"
PLACES = {
    "진주": 48170, "통영": 48220, "사천": 48240, "김해": 48250, "밀양": 48270, "거제": 48310, "양산": 48330,
    "의령": 48720, "함안": 48730, "창녕": 48740, "고성": 48820, "남해": 48840, "하동": 48850, "산청": 48860,
    "함양": 48870, "거창": 48880, "합천": 48890,
}  # fmt: skip
BY_ROAD = (
    "진주",
    "통영",
    "사천",
    "밀양",
    "양산",
    "함안",
    "창녕",
    "고성",
    "산청",
    "함양",
    "거창",
)  # a toll gate of that name
TARGETS = ("스마트팜", "군청", "시청", "농업기술센터", "보건소", "현장점검", "산업단지")
DEPARTMENTS = ("총무과", "예산담당관", "농정과", "도로과", "재난대응과", "청년정책과", "감사관", "세정과")
_FAMILY = "김이박최정강조윤장임한오서신권황안송류홍"
_GIVEN = (
    "하나",
    "보름",
    "새로",
    "다솜",
    "나래",
    "가온",
    "이든",
    "해솔",
    "여울",
    "아람",
    "마루",
    "슬기",
    "한별",
    "초롱",
    "으뜸",
)
_TITLES = ("주무관", "팀장", "과장", "사무관")

Kind = Literal["drive", "toll", "gate", "closing", "claim"]
HEADS: dict[Kind, tuple[tuple[str, ...], ...]] = {
    "drive": (
        ("운행일자", "차량번호", "운전자", "출발시각", "도착시각", "출발지", "목적지", "주행거리(km)"),
        ("일자", "차 량 번 호", "운전자 성명", "출발시간", "도착시간", "출발지", "행선지", "운행거리"),
        ("사용일", "차번", "사용자(운전자)", "출차시각", "입차시각", "출발", "경유지 및 목적지", "주행거리"),
    ),
    "toll": (
        ("통행일시", "진입 영업소", "진출 영업소", "카드번호", "차량번호", "통행요금"),
        ("거래일시", "입구영업소", "출구영업소", "카드번호", "차량번호", "이용금액"),
        ("이용일", "통행시간", "입구", "출구", "카드번호", "차량번호", "요금"),
    ),
    "gate": (
        ("출입일시", "성명", "사번", "출입구분", "게이트"),
        ("일시", "이름", "직원번호", "구분", "출입문"),
        ("인증일자", "인증시각", "사용자명", "사원번호", "입퇴구분", "단말기명"),
    ),
    "closing": (
        ("성명", "부서", "출장기간", "출장지", "종료보고일시"),
        ("신청자", "소속", "출장 기간", "출장장소", "출장종료일시"),
        ("출장자", "소속부서", "시작일시", "종료일시", "목적지", "복귀신고일시"),
    ),
    "claim": (
        ("성명", "부서", "출장일", "금액"),
        ("출장자", "소속", "출장일자", "지급액(원)"),
        ("수령인", "부서명", "여행일", "청구금액"),
    ),
}
TITLES: dict[Kind, str] = {
    "drive": "관용차량 운행일지", "toll": "하이패스 통행내역", "gate": "청사 출입기록",
    "closing": "복무(출장) 종료 현황", "claim": "관내·관외 여비 지급 내역",
}  # fmt: skip

Truth = str | None  # the trip's id; None: no trip's


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    department: str


@dataclass(slots=True)
class Line:
    """One row before it is written: what stands in each cell, and the truth about it."""

    cells: list[object]
    trip: Truth
    readable: bool = True
    namesakes: bool = False  # a name that two people bear, and nothing tells which


@dataclass(slots=True)
class Sheet:
    kind: Kind
    name: str
    head: tuple[str, ...]
    lines: list[Line] = field(default_factory=list)
    first: int = 0  # the number of the first line as a spreadsheet counts

    def truth(self) -> Iterator[tuple[int, Line]]:
        return enumerate(self.lines, self.first)


@dataclass(frozen=True, slots=True)
class World:
    people: list[Person]
    trips: list[Trip]
    sheets: list[Sheet]


def world(seed: int, trips: int = 300, people: int = 120, *, errors: float = 1.0) -> World:
    """`errors` scales how often a cell is written as people write it; 0 is as a program would."""
    chance = random.Random(seed)
    staff = _people(chance, people)
    travelled: list[Trip] = []
    busy: set[tuple[str, date]] = set()
    while len(travelled) < trips:  # nobody is on two trips of one day: what a row is of would be a matter of opinion
        trip = _trip(chance, staff, len(travelled))
        if not {(trip.person, trip.day + timedelta(days=step)) for step in (-1, 0, 1)} & busy:
            busy.add((trip.person, trip.day))
            travelled.append(trip)
    return World(staff, travelled, [_Scribe(chance, staff, travelled, kind, errors).sheet() for kind in HEADS])


def _people(chance: random.Random, count: int) -> list[Person]:
    found: list[Person] = []
    taken: set[str] = set()
    while len(found) < count:
        name = chance.choice(_FAMILY) + chance.choice(_GIVEN)
        if name in taken and chance.random() < 0.9:
            name = chance.choice(_FAMILY) + chance.choice(_GIVEN)[0] + chance.choice("준서우진민지호")
        taken.add(name)
        found.append(Person(f"p{len(found) + 1:03}", name, chance.choice(DEPARTMENTS)))
    return found


def _trip(chance: random.Random, people: list[Person], number: int) -> Trip:
    person = chance.choice(people)
    begin = datetime.combine(MONTH + timedelta(days=chance.randrange(31)), time(chance.choice((8, 9, 10, 13, 14))), KST)
    begin += timedelta(minutes=chance.randrange(60))
    if chance.random() < 0.02:
        begin += timedelta(hours=8)  # a night shift, into the next day
    end = begin + timedelta(minutes=chance.choice((90, 150, 200, 250, 300, 420)) + chance.randrange(45))
    town = chance.choice(list(PLACES))
    vehicle = chance.choices(list(Vehicle), (1, 5, 3, 1, 1))[0]
    kinds = [(LegKind.DEPARTED, begin), (LegKind.ARRIVED, begin + (end - begin) / 3), (LegKind.RETURNED, end)]
    legs = tuple(
        Leg(kind, at.astimezone(UTC), at.astimezone(UTC), Basis.SHARE, place=PLACES[town], distance_m=30_000)
        for kind, at in kinds
    )
    return Trip(
        f"t{number:05}", person.id, begin.astimezone(UTC), f"{town} {chance.choice(TARGETS)}", "",
        begin.astimezone(UTC), end.astimezone(UTC), vehicle, document=f"{person.department}-{number}", legs=legs,
        state=State.CLOSED,
    )  # fmt: skip


class _Scribe:
    """Whoever keeps one sheet: habits of writing, a share of lapses."""

    def __init__(
        self, chance: random.Random, people: list[Person], trips: list[Trip], kind: Kind, errors: float
    ) -> None:
        self.chance, self.kind, self.errors, self.trips = chance, kind, errors, trips
        self.people = {person.id: person for person in people}
        names = [person.name for person in people]
        self.doubled = {name for name in names if names.count(name) > 1}
        self.style = chance.randrange(len(HEADS[kind]))
        self.habit = chance.choice(("iso", "dots", "short", "slashes", "serial", "typed", "korean", "packed"))
        self.clocks = chance.choice(("plain", "loose", "korean", "half", "typed", "seconds"))

    def sheet(self) -> Sheet:
        made = {"drive": self.drive, "toll": self.toll, "gate": self.gate, "closing": self.closing, "claim": self.claim}
        lines = [line for trip in self.trips for line in made[self.kind](trip)]
        lines += [line for _ in range(len(self.trips) // 10) if (line := self.stranger())]
        if self.chance.random() < 0.5:
            self.chance.shuffle(lines)
        return Sheet(self.kind, f"{TITLES[self.kind]}.xlsx", HEADS[self.kind][self.style], lines)

    # --- the five kinds

    def drive(self, trip: Trip) -> Iterator[Line]:
        if trip.vehicle is not Vehicle.OFFICIAL and self.chance.random() > 0.05:
            return
        begin, end = self.near(trip.begun_at, 8), self.near(trip.returned_at, 8, early=0.15)
        town = trip.destination.split(" ")[0]
        if self.chance.random() < 0.15:  # a line for each way
            middle = begin + (end - begin) / 2
            yield self.driven(trip, begin, middle - timedelta(minutes=20), OFFICE, town)
            yield self.driven(trip, middle, end, town, OFFICE)
        else:
            yield self.driven(trip, begin, end, OFFICE, trip.destination)

    def driven(self, trip: Trip, begin: datetime, end: datetime, start: str, goal: str) -> Line:
        name = self.name(trip.person)
        cells = [self.day(begin), plate(trip), name, self.clock(begin), self.clock(end), start, goal, 60]
        return self.lapse(cells, trip, 0)

    def toll(self, trip: Trip) -> Iterator[Line]:
        town = trip.destination.split(" ")[0]
        if trip.vehicle is not Vehicle.OFFICIAL or town not in BY_ROAD:
            return
        span = trip.returned_at - trip.begun_at
        for at, way in ((0.25, ("동창원", town)), (0.8, (town, "동창원"))):
            when = trip.begun_at + span * at
            stamp = [self.stamp(when)] if self.style < 2 else [self.day(when), self.clock(when)]
            named = f"{way[0]}IC" if self.chance.random() < 0.3 else way[0]
            cells = [*stamp, named, way[1], "****-****-****-1234", plate(trip), self.money(2_400)]
            yield self.lapse(cells, trip, 0, who=False)

    def gate(self, trip: Trip) -> Iterator[Line]:
        if self.chance.random() < 0.25:
            return
        yield self.passed(trip, self.near(trip.begun_at, 6), out=True)
        yield self.passed(trip, self.near(trip.returned_at, 6, early=0.1), out=False)

    def passed(self, trip: Trip, when: datetime, *, out: bool) -> Line:
        stamp = [self.stamp(when)] if self.style < 2 else [self.day(when), self.clock(when)]
        way = self.chance.choice((("입실", "퇴실"), ("IN", "OUT"), ("출근", "퇴근"), ("들어옴", "나감")))[out]
        staff = trip.person if self.chance.random() < 0.5 else f"20{self.chance.randrange(10**6):06}"
        return self.lapse([*stamp, self.name(trip.person), staff, way, "본관 1층"], trip, 0, staff=staff == trip.person)

    def closing(self, trip: Trip) -> Iterator[Line]:
        if self.chance.random() < 0.1:
            return
        person = self.people[trip.person]
        begin, end = trip.begun_at, self.near(trip.returned_at, 10)
        told = self.near(trip.returned_at, 30)
        span = [f"{self.text(begin)} ~ {self.text(end)}"] if self.style < 2 else [self.stamp(begin), self.stamp(end)]
        cells = [self.name(trip.person), person.department, *span, trip.destination, self.stamp(told)]
        yield self.lapse(cells, trip, 2, department=True)

    def claim(self, trip: Trip) -> Iterator[Line]:
        person = self.people[trip.person]
        cells = [self.name(trip.person), person.department, self.day(trip.begun_at), self.money(20_000)]
        yield self.lapse(cells, trip, 2, department=True)

    # --- lapses

    def lapse(
        self, cells: list[object], trip: Trip, day: int, *, who: bool = True, department: bool = False,
        staff: bool = False,
    ) -> Line:  # fmt: skip
        name = self.people[trip.person].name
        unclear = who and name in self.doubled and not staff
        if unclear and department:
            homes = [person.department for person in self.people.values() if person.name == name]
            unclear = homes.count(self.people[trip.person].department) > 1
        line = Line(cells, trip.id, namesakes=unclear)
        if self.chance.random() < 0.01 * self.errors:
            line.cells[day] = self.chance.choice(("", "미기재", "-"))
            line.readable, line.trip = False, None
        return line

    def stranger(self) -> Line | None:
        """A row that is of no trip: a ride of another day, a commuter, somebody from outside."""
        trip = self.chance.choice(self.trips)
        other = next(iter(self._rows_of_another_day(trip)), None)
        if other is not None:
            other.trip = None
        return other

    def _rows_of_another_day(self, trip: Trip) -> Iterator[Line]:
        busy = {one.day for one in self.trips if one.person == trip.person}
        free = [
            MONTH + timedelta(days=step)
            for step in range(31)
            if not {MONTH + timedelta(days=step + by) for by in (-1, 0, 1)} & busy
        ]
        if not free:
            return
        shift = datetime.combine(self.chance.choice(free), time(), KST) - datetime.combine(trip.day, time(), KST)
        legs = tuple(Leg(leg.kind, leg.at + shift, leg.told_at, leg.basis) for leg in trip.legs)
        moved = Trip(trip.id, trip.person, trip.created_at, trip.destination, vehicle=trip.vehicle, legs=legs)
        made = {"drive": self.drive, "toll": self.toll, "gate": self.gate, "closing": self.closing, "claim": self.claim}
        if self.kind != "toll":  # a car of that plate may be out with somebody else
            yield from made[self.kind](moved)

    def near(self, when: datetime | None, minutes: int, early: float = 0.0) -> datetime:
        assert when is not None
        if self.chance.random() < early:
            return when - timedelta(minutes=self.chance.randrange(30, 80))
        return when + timedelta(minutes=self.chance.randint(-minutes, minutes))

    # --- habits of writing

    def odd(self, share: float) -> bool:
        return self.chance.random() < share * self.errors

    def name(self, person: str) -> str:
        name = self.people[person].name
        if self.odd(0.08):
            name = f"{name[0]} {name[1:]}"
        if self.odd(0.05):
            return f"{name} {self.chance.choice(_TITLES)}"
        if self.odd(0.03):
            return " ".join(name.replace(" ", ""))
        if self.odd(0.02):
            return f"  {name} "
        return name

    def day(self, when: datetime) -> object:
        local = when.astimezone(KST)
        habit = self.habit
        if self.odd(0.05):
            habit = self.chance.choice(("iso", "dots", "short", "slashes", "serial", "korean", "bare", "packed"))
        return _DAYS[habit](local)

    def clock(self, when: datetime) -> object:
        local = when.astimezone(KST)
        habit = self.clocks
        if self.odd(0.06):
            habit = self.chance.choice(("loose", "korean", "half", "plain", "bare"))
        return _CLOCKS[habit](local)

    def stamp(self, when: datetime) -> object:
        local = when.astimezone(KST)
        if self.habit == "typed":
            return local.replace(tzinfo=None)
        if self.habit == "serial":
            return _serial(local)
        return self.text(when)

    def text(self, when: datetime) -> str:
        local = when.astimezone(KST)
        habit = self.habit if self.habit not in {"typed", "serial"} else "iso"
        clock = self.clocks if self.clocks != "typed" else "plain"
        return f"{_DAYS[habit](local)} {_CLOCKS[clock](local)}"

    def money(self, won: int) -> object:
        return self.chance.choice((won, f"{won:,}", f"{won:,}원", f"₩{won:,}"))


def plate(trip: Trip) -> str:
    """The car that took this trip; one of thirty."""
    return f"{10 + int(trip.id[1:]) % 30}가{1000 + int(trip.id[1:]) % 30}"


def _serial(local: datetime) -> float:
    day = (local.date() - date(1899, 12, 30)).days
    return day + round((local.hour * 60 + local.minute) / 1440, 6)


_DAYS = {
    "iso": lambda at: f"{at:%Y-%m-%d}",
    "dots": lambda at: f"{at.year}. {at.month}. {at.day}.",
    "short": lambda at: f"{at:%y}.{at.month}.{at.day}",
    "slashes": lambda at: f"{at:%Y/%m/%d}",
    "serial": lambda at: (at.date() - date(1899, 12, 30)).days,
    "typed": lambda at: at.date(),
    "korean": lambda at: f"{at.year}년 {at.month}월 {at.day}일",
    "bare": lambda at: f"{at.month}/{at.day}",
    "packed": lambda at: f"{at:%Y%m%d}",
}
_CLOCKS = {
    "plain": lambda at: f"{at:%H:%M}",
    "loose": lambda at: f"{at.hour}:{at.minute}",
    "korean": lambda at: f"{'오전' if at.hour < 12 else '오후'} {(at.hour - 1) % 12 + 1}:{at:%M}",
    "half": lambda at: f"{at.hour}시 {at.minute}분" if at.minute else f"{at.hour}시",
    "typed": lambda at: at.time().replace(second=0, microsecond=0),
    "seconds": lambda at: f"{at:%H:%M}:00",
    "bare": lambda at: f"{at:%H%M}",
}


# --- as files


def as_csv(sheet: Sheet, encoding: str = "cp949") -> bytes:
    """As a program exports it: the head first, everything quoted."""
    target = io.StringIO()
    writer = csv.writer(target, quoting=csv.QUOTE_ALL)
    sheet.first = 2
    writer.writerows([sheet.head, *([_typed(cell) for cell in line.cells] for line in sheet.lines)])
    return target.getvalue().encode(encoding, "replace")


def as_xlsx(sheets: list[Sheet], seed: int = 0) -> bytes:
    """As an office keeps it: a merged title, an empty row, the head, the rows, totals."""
    chance, target = random.Random(seed), io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        forms = {date: book.add_format({"num_format": "yyyy-mm-dd"}), time: book.add_format({"num_format": "hh:mm"}),
                 datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"})}  # fmt: skip
        for number, sheet in enumerate(sheets, 1):
            page = book.add_worksheet(f"{number}월 {sheet.kind}")
            above = chance.randrange(4)
            if above:
                page.merge_range(0, 0, 0, len(sheet.head) - 1, TITLES[sheet.kind])
            page.write_row(above, 0, sheet.head)
            sheet.first = above + 2
            for at, line in sheet.truth():
                for column, cell in enumerate(line.cells):
                    form = forms.get(type(cell))
                    if form is not None:
                        page.write_datetime(at - 1, column, cell, form)
                    else:
                        page.write(at - 1, column, cell)
            page.write(sheet.first - 1 + len(sheet.lines), 0, chance.choice(("합계", "계", "총 계")))
    return target.getvalue()


def _typed(cell: object) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return f"{cell:%H:%M}" if isinstance(cell, time) else str(cell)


# --- what became of it


def cases(made: World) -> list[Case]:
    """The trips as they are compared."""
    return [_case(trip) for trip in made.trips]


def someones(made: World) -> list[Someone]:
    return [Someone(person.id, person.name, person.department) for person in made.people]


def _case(trip: Trip) -> Case:
    departed, returned = trip.leg(LegKind.DEPARTED), trip.leg(LegKind.RETURNED)
    assert departed is not None
    assert returned is not None
    town = trip.destination.split(" ")[0]
    return Case(
        trip.id, trip.person, trip.day, departed.at, returned.at, departed.at, returned.at, (town,), trip.vehicle,
        trip.distance_m, len(trip.receipts),
    )  # fmt: skip


def judged(made: World, reads: Sequence[Read]) -> Counter[str]:
    """Rows by what became of them, against the truth; `reads` in the order of the sheets."""
    rows = [replace(row, file=sheet.kind) for sheet, read in zip(made.sheets, reads, strict=True) for row in read.rows]
    found = inspect(cases(made), rows, someones(made))
    taken = {(one.row.file, one.row.number): compared.case.id for compared in found.cases for one in compared.beside}
    unclear = {(one.row.file, one.row.number) for one in found.unclear}
    counts: Counter[str] = Counter()
    for sheet, read in zip(made.sheets, reads, strict=True):
        named = {one.number for one in read.skipped}
        counts["wrong book"] += read.source is None or read.source.value != sheet.kind
        for number, line in sheet.truth():
            place = (sheet.kind, number)
            counts[_became(line, taken.get(place), place in unclear, number in named)] += 1
    return counts


def _became(line: Line, taken: Truth, unclear: bool, skipped: bool) -> str:
    if not line.readable:
        return "unreadable, named" if skipped else "unreadable, not named"
    if skipped:
        return "readable, not read"
    if line.namesakes:
        return "namesakes, told" if unclear and taken is None else "namesakes, taken" if taken else "namesakes, lost"
    if taken == line.trip:
        return "right" if taken else "of no trip"
    if taken is None:
        return "missed, told as unclear" if unclear else "missed"
    return "wrong"


def precision(counts: Counter[str]) -> float:
    """Of the rows laid beside a trip, those that are of it."""
    return counts["right"] / (counts["right"] + counts["wrong"] + counts["namesakes, taken"])


def recall(counts: Counter[str]) -> float:
    """Of the rows of a trip that can be told, those laid beside it."""
    missed = counts["missed"] + counts["missed, told as unclear"] + counts["readable, not read"] + counts["wrong"]
    return counts["right"] / (counts["right"] + missed)
