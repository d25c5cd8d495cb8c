"""What a sheet of orders means for the roster: who comes, goes and moves, and which lines are left out and why. Pure.

    lines + entries → whose line is it? → move, by its day · unclear, with a reason · nothing new

People of one name are told apart by employee's number, then by department; whoever can't be told is left out, never
guessed. Of a list of everybody, whoever is missing in it is counted and named, and nothing happens to them.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot import roster_pauses as pauses
from bot.roster import Entry, Kind, Move, person_id
from bot.roster_names import bare
from bot.roster_sheet import Line, Sheet, is_outside

_GOING = frozenset({"전보", "부서이동", "부서변경", "이동", "배치", "재배치", "근무지정", "보직변경"})
"""Words that say that somebody goes elsewhere: a line that does not say where is never passed over."""


class Reason(StrEnum):
    """Why a line is left out."""

    NAME = "name"
    DAY = "day"
    NOBODY = "nobody"
    SEVERAL = "several"
    DEPARTMENT = "department"
    """No department stands in it."""
    ELSEWHERE = "elsewhere"
    """The roster knows the person in another department."""
    NUMBER = "number"
    """Number and name are of two people."""
    REST = "rest"
    """Suspension, training and the like, which the roster does not know."""
    FILE = "file"
    """The settings file says it, and wins."""
    TWICE = "twice"
    OPERATOR = "operator"
    """Whoever runs the deployment is let go by others who do."""


class What(StrEnum):
    """What a move is called when it is counted."""

    OUT = "out"
    IN = "in"
    MOVED = "moved"
    REST = "rest"
    """On leave of absence."""
    LENT = "lent"
    """Lent, to where they stay of their own office."""
    BACK = "back"
    """Back from one of the two."""
    OTHER = "other"
    """Grade, number or telephone."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A move, its day, what it is counted as, and the line that says so."""

    move: Move
    day: date
    what: What
    line: Line


@dataclass(frozen=True, slots=True)
class Unclear:
    """A line that is left out."""

    line: Line
    reason: Reason


@dataclass(slots=True)
class Plan:
    """What applying the sheet would do."""

    moves: list[Dated] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    same: int = 0
    missing: list[Entry] = field(default_factory=list)
    returns: list[Dated] = field(default_factory=list)
    """The days back of what is for a time only: they are not counted."""

    def count(self, what: What) -> int:
        """How many moves of that kind."""
        return sum(one.what is what for one in self.moves)

    @property
    def digest(self) -> str:
        """The same for the same plan: whoever presses a button presses what they saw."""
        moves = [(one.move.entry, one) for one in self.moves]
        told = sorted(
            f"{one.what.value} {who.name} {who.department} {who.number} {one.day} {one.line.sheet} {one.line.number}"
            f"{who.rest}{who.home}{who.sent}"
            for who, one in moves
        )
        told += sorted(one.id for one in self.missing)
        return hashlib.blake2b("\n".join(told).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Ground:
    """What a plan stands on: everybody, who of them is the file's, the institution's name, today, the sheet's name."""

    tenant: str
    name: str
    entries: Sequence[Entry]
    in_file: frozenset[str]
    today: date
    batch: str


def planned(sheet: Sheet, ground: Ground) -> Plan:
    """The plan."""
    return _Planner(sheet, ground).plan()


class _Planner:
    def __init__(self, sheet: Sheet, ground: Ground) -> None:
        self._sheet, self._ground = sheet, ground
        self._names: dict[str, list[Entry]] = defaultdict(list)
        self._numbers: dict[str, Entry] = {}
        self._known = {bare(one.department) for one in ground.entries if one.department}
        for one in ground.entries:
            self._names[one.name].append(one)
            if one.number:
                self._numbers[one.number] = one
        self._done: dict[str, Dated] = {}
        self._met: set[str] = set()
        self._new: set[tuple[str, str, str]] = set()
        self._returns: dict[str, list[Dated]] = {}
        self._plan = Plan()
        home = re.sub(r"\(.*?\)|\s", "", ground.name)
        self._own = tuple(sorted({home, home + "청"}, key=len, reverse=True))

    def plan(self) -> Plan:
        for line in self._sheet.lines:
            found = self._judged(line)
            if isinstance(found, Reason):
                self._plan.unclear.append(Unclear(line, found))
            elif found is None:
                self._plan.same += 1
            else:
                self._take(found)
        if self._sheet.whole:
            named = {one.line.name for one in self._plan.unclear}
            gone = [one for one in self._ground.entries if one.id not in self._met and one.name not in named]
            self._plan.missing = [one for one in gone if one.id not in self._ground.in_file]
        return self._plan

    def _take(self, found: Dated) -> None:
        """One move a person: the same said twice is once, something else said of them is left out."""
        person = found.move.entry.id
        before = self._done.get(person)
        if before is None:
            self._done[person] = found
            self._plan.moves.append(found)
            self._plan.returns += self._returns.pop(person, ())
        elif (before.move.kind, before.move.entry, before.day) != (found.move.kind, found.move.entry, found.day):
            self._plan.unclear.append(Unclear(found.line, Reason.TWICE))

    def _judged(self, line: Line) -> Dated | Reason | None:
        if line.fault:
            return Reason(line.fault)
        if line.kind == "rest" and line.why not in pauses.KNOWN:
            return Reason.REST
        line = self._at_home(line)
        if line.kind == "rest":
            return self._for_a_time(line)
        kind = self._kind(line)
        if kind == "join":
            return self._joins(line)
        whose = self._whose(line, kind)
        if isinstance(whose, Reason):
            return self._joins(line) if whose is Reason.NOBODY and self._sheet.whole else whose
        self._met.add(whose.id)
        return self._leaves(line, whose) if kind == "leave" else self._changes(line, whose)

    def _kind(self, line: Line) -> str:
        """What happens, where the sheet names no kind, or one that where-from and where-to contradict."""
        if line.kind == "leave" or (line.kind == "join" and not self._is_known(line)):
            return line.kind
        if line.after and self._outside(line.after):
            return "leave"
        if line.before and self._outside(line.before) and line.after:
            return "join"
        return line.kind or "change"

    def _is_known(self, line: Line) -> bool:
        """Whether 임용 may be of somebody who is here: only where a present department stands beside it."""
        return line.why == "임용" and bool(line.before) and not self._outside(line.before)

    def _at_home(self, line: Line) -> Line:
        """The institution's own name before a department says nothing."""
        return replace(
            line, department=self._bare(line.department), before=self._bare(line.before), after=self._bare(line.after)
        )

    def _bare(self, text: str) -> str:
        words = [word for word in text.split() if word not in self._own]
        return " ".join(words)

    def _outside(self, text: str) -> bool:
        return bare(text) not in self._known and any(is_outside(word) for word in text.split())

    def _whose(self, line: Line, kind: str) -> Entry | Reason:
        """Whose line it is."""
        numbered = self._numbers.get(line.employee) if line.employee else None
        if numbered is not None:
            return numbered if numbered.name == line.name else Reason.NUMBER
        named = [one for one in self._names.get(line.name, ()) if not (line.employee and one.number)]
        present = line.before or line.department
        if not named:
            return Reason.NOBODY
        if not present or self._outside(present):
            return named[0] if len(named) == 1 else Reason.SEVERAL
        there = [one for one in named if bare(one.department) == bare(present)]
        if there:
            return there[0] if len(there) == 1 else Reason.SEVERAL
        if kind == "change" and not line.before and not line.after and not self._sheet.whole:
            return named[0] if len(named) == 1 else Reason.SEVERAL  # the one department is where they go
        return self._elsewhere(line, named)

    def _elsewhere(self, line: Line, named: Sequence[Entry]) -> Entry | Reason:
        """The name is known, in other departments than the sheet's."""
        if self._sheet.whole:
            left = [one for one in named if one.id not in self._met]
            others = [one for one in self._sheet.lines if one.name == line.name]
            return left[0] if len(left) == len(named) == 1 and len(others) == 1 else Reason.NOBODY
        if len(named) == 1 and not named[0].department:
            return named[0]
        return Reason.ELSEWHERE if len(named) == 1 else Reason.SEVERAL

    def _joins(self, line: Line) -> Dated | Reason | None:
        department = line.after or line.department
        if not _named(department) or self._outside(department):
            return Reason.DEPARTMENT
        known = self._numbers.get(line.employee) if line.employee else None
        same = [one for one in self._names.get(line.name, ()) if bare(one.department) == bare(department)]
        same = [one for one in same if not (line.employee and one.number and one.number != line.employee)]
        if known is not None or same:
            here = known or same[0]
            self._met.add(here.id)
            return self._stays(line, here) if here.name == line.name else Reason.NUMBER
        key = (line.name, bare(department), line.employee)
        if key in self._new:
            return Reason.TWICE
        self._new.add(key)
        person = person_id(self._ground.tenant, self._ground.batch, *key)
        entry = Entry(
            person, line.name, bare(department), phone_ext=_extension(line.phone), number=line.employee,
            rank=line.after_rank or line.rank,
        )  # fmt: skip
        return Dated(Move(Kind.JOIN, entry, why=line.why or "전입"), self._day(line), What.IN, line)

    def _stays(self, line: Line, here: Entry) -> Dated | None:
        """전입 of somebody who was lent to us: they belong here from now on."""
        lent = here.home and bare(here.home) not in self._known and line.kind == "join"
        if not lent:
            return None
        return Dated(Move(Kind.CHANGE, replace(here, home=""), here, line.why), self._day(line), What.IN, line)

    # --- what is for a time only

    def _for_a_time(self, line: Line) -> Dated | Reason | None:
        whose = self._whose(line, "change")
        if whose is Reason.NOBODY and line.why in pauses.LENDS and self._outside(line.before or line.department):
            return self._lent_in(line)
        if isinstance(whose, Reason):
            return whose
        self._met.add(whose.id)
        if line.until is not None and line.until < self._ground.today:
            return None  # it is over
        if line.why in pauses.BACK:
            return self._back(line, whose)
        in_file = whose.id in self._ground.in_file
        if line.why in pauses.RESTS:
            return self._paused(line, whose, What.REST, pauses.rested(whose, line.until, in_file=in_file))
        goal = line.after or line.place
        inside = bare(goal) in self._known
        if not _named(goal):
            return Reason.DEPARTMENT
        if inside and in_file:
            return Reason.FILE
        goal = bare(goal) if inside else goal
        return self._paused(
            line, whose, What.LENT, pauses.lent(whose, goal, line.until, inside=inside, in_file=in_file)
        )  # fmt: skip

    def _paused(self, line: Line, whose: Entry, what: What, pause: pauses.Pause) -> Dated | None:
        if pause.back is not None and pause.back_on is not None:
            self._returns[whose.id] = [Dated(pause.back, pause.back_on, What.BACK, line)]
        if pause.after == whose:
            return None
        move = Move(Kind.CHANGE, pause.after, whose, line.why, whose.id in self._ground.in_file)
        return Dated(move, self._day(line), what, line)

    def _lent_in(self, line: Line) -> Dated | Reason | None:
        """Somebody of another office who works here for a time."""
        found = self._joins(replace(line, after=line.after or line.department))
        if not isinstance(found, Dated):
            return found
        entry = replace(found.move.entry, home=line.before or line.department)
        pause = pauses.lent_in(entry, line.until)
        if pause.back is not None and pause.back_on is not None:
            self._returns[entry.id] = [Dated(pause.back, pause.back_on, What.OUT, line)]
        return Dated(Move(Kind.JOIN, entry, why=line.why), found.day, What.LENT, line)

    def _back(self, line: Line, whose: Entry) -> Dated | Reason | None:
        goal = bare(line.after)
        if whose.home and bare(whose.home) not in self._known:
            return self._leaves(line, whose)  # back to the office that lent them
        in_file = whose.id in self._ground.in_file
        goal = goal if goal in self._known and not in_file else ""
        after = pauses.returned(whose, goal)
        if after == whose:
            return None
        return Dated(Move(Kind.CHANGE, after, whose, line.why, in_file), self._day(line), What.BACK, line)

    def _leaves(self, line: Line, whose: Entry) -> Dated:
        move = Move(Kind.LEAVE, whose, why=line.why or "전출", in_file=whose.id in self._ground.in_file)
        return Dated(move, self._day(line), What.OUT, line)

    def _changes(self, line: Line, whose: Entry) -> Dated | Reason | None:
        goal = bare(line.after or ("" if line.before and not line.after else line.department))
        if goal and not _named(goal):
            return Reason.DEPARTMENT
        goal = goal or whose.department
        in_file = whose.id in self._ground.in_file
        rank = line.after_rank or line.rank or whose.rank
        after = replace(
            whose, department=goal, rank=rank, number=line.employee or whose.number,
            phone_ext=_extension(line.phone) or whose.phone_ext,
        )  # fmt: skip
        if after == whose:
            silent = line.why in _GOING and not line.after and not line.after_rank
            return Reason.DEPARTMENT if silent else None
        if in_file and goal != whose.department:
            return Reason.FILE
        what = What.MOVED if goal != whose.department else What.OTHER
        move = Move(Kind.CHANGE, after, whose, why=line.why or "전보", in_file=in_file)
        return Dated(move, self._day(line), what, line)

    def _day(self, line: Line) -> date:
        day = line.day or self._sheet.day or self._ground.today
        return max(day, self._ground.today)


def _named(department: str) -> bool:
    """Whether a text may be a department's name."""
    return re.fullmatch(r"(?=.*[가-힣])[가-힣A-Za-z0-9·ㆍ.\- ]{2,40}", department) is not None


def _extension(text: str) -> str:
    """An inner number of three to five digits, of whatever stands in a telephone's column."""
    found = re.search(r"(?<!\d)(\d{3,5})$", text)
    return found[1] if found else ""


def by_day(moves: Sequence[Dated]) -> Mapping[date, list[Move]]:
    """The moves by their days."""
    found: dict[date, list[Move]] = defaultdict(list)
    for one in moves:
        found[one.day].append(one.move)
    return found
