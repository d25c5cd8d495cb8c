"""A trip as an official writes it down: `내일 13시 진주 스마트팜, 관용차, 박주무관 동행`. Text in, `Memo` out.

    labels (일시: 장소: 목적: …) → number of a document → days and hours → vehicle → companions → what is left is where,
    and at its end what for

Pure: it knows no roster and no map, guesses nothing that was not written, and leaves companions as the words they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final

from attest.trip import KST, Area, Vehicle
from bot.trip_times import Span, ends, find, starts
from bot.trip_words import AREAS, DOCUMENT, LABELS, NOISE, TAKEN, TITLES, VEHICLES, companions, destination

_LONGEST: Final = 600
_LABEL = re.compile(rf"(?<![가-힣])(?:(?P<sure>{LABELS})\s*[:：]|(?P<name>출장\s?(?:지|일시|기간|장소|목적))(?=\s))\s*")

_COURTESY = re.compile(
    rf"(?:안녕하(?:세요|십니까)|수고\S*(?:\s많으십니다)?|고생\S*(?:\s많으십니다)?|감사(?:합|드)\S*|고맙\S*"
    rf"|(?:저는\s)?(?:\S{{1,10}}\s)?[가-힣]{{0,6}}(?:{TITLES})입니다)(?=[\s.!,~]|$)[.!,~]*"
)
_GLUED = re.compile(
    r"(?<!\S)(오늘|내일|낼|모레|글피)((?:오전|오후)?(?:\d{1,2}|열한|열두|다섯|여섯|일곱|여덟|아홉|한|두|세|네"
    r"|열)시(?:반|\d{1,2}분)?)에?(?=[가-힣]{2,})"
)  # 내일두시김해시청
_SLASH = re.compile(r" / ")  # between the cells of a form in one line
_PARTS = re.compile(r"[,;\n]|(?<=\s)(?:그리고|그다음)(?=\s)")
_VALUE_END = re.compile(r"[\n,;]")
_LIST_END = re.compile(r"[\n;]")


@dataclass(frozen=True, slots=True)
class Memo:
    """What was understood; empty or None is what was not written. `said_on` is the day it was written on."""

    said_on: date
    span: Span = field(default_factory=Span)
    destination: str = ""
    purpose: str = ""
    vehicle: Vehicle | None = None
    companions: tuple[str, ...] = ()
    alone: bool = False
    document: str = ""
    area: Area = Area.UNKNOWN

    @property
    def starts_at(self) -> datetime | None:
        """The planned begin, aware UTC."""
        return _utc(starts(self.span, self.said_on))

    @property
    def ends_at(self) -> datetime | None:
        """The planned return, aware UTC."""
        return _utc(ends(self.span, self.said_on))

    @property
    def whole_day(self) -> bool:
        """Whether a day was told without an hour."""
        return self.span.day is not None and self.span.start is None

    @property
    def tells(self) -> bool:
        """Whether it says when, where, how or with whom: more than a document's number alone."""
        said = (self.span.told, self.destination, self.purpose, self.vehicle, self.companions, self.alone)
        return any(said) or self.area is not Area.UNKNOWN


def read(text: str, now: datetime, *, past: bool = False) -> Memo:
    """The memo in a text; `now` aware. `past`: it speaks of a trip that was."""
    local = now.astimezone(KST).replace(tzinfo=None)
    memo = Memo(local.date())
    rest = _COURTESY.sub(TAKEN, _GLUED.sub(r"\1 \2 ", _lines(text[:_LONGEST])))
    labelled, rest = _labelled(rest)
    found = DOCUMENT.search(labelled.pop("document", "") or rest)
    if found:
        memo = replace(memo, document=_number(found))
        rest = rest.replace(found[0], TAKEN)
    span, rest = find(f"{labelled.pop('when', '')} {TAKEN} {rest}", local, past=past)
    memo = replace(memo, span=span)
    memo, rest = _vehicle(memo, f"{labelled.pop('vehicle', '')} {TAKEN} {rest}")
    names, alone, rest = companions(rest, labelled.pop("with", ""))
    area, rest = _area(rest)
    where, what = destination(NOISE.sub(TAKEN, rest), labelled.pop("where", ""), labelled.pop("what", ""))
    return replace(memo, companions=names, alone=alone, area=area, destination=where, purpose=what)


def several(text: str, now: datetime) -> list[Memo]:
    """`10시 김해, 15시 양산`: more than one trip in a text, each with its own hour and place; else nothing."""
    memos = [read(part, now) for part in _PARTS.split(_SLASH.sub(" , ", text)) if part.strip()]
    if len(memos) < 2 or not all(memo.span.start and memo.destination for memo in memos):
        return []
    day = memos[0].span.day
    return [replace(one, span=replace(one.span, day=one.span.day or day)) for one in memos]


def _utc(local: datetime | None) -> datetime | None:
    return None if local is None else local.replace(tzinfo=KST).astimezone(UTC)


def _lines(text: str) -> str:
    return "\n".join(_SLASH.sub(" , ", " ".join(line.split())) for line in text.splitlines())


def _labelled(text: str) -> tuple[dict[str, str], str]:
    """Label → what stands after it up to the next label or the line's end; and what stands before or between."""
    marks = list(_LABEL.finditer(text))
    found: dict[str, str] = {}
    rest = text[: marks[0].start()] if marks else text
    for number, mark in enumerate(marks):
        stop = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        kind = _kind(mark["name"] or mark["sure"])
        ends_at = _LIST_END if kind == "with" else _VALUE_END
        inside = ends_at.split(text[mark.end() : stop], maxsplit=1)
        found[kind] = inside[0].strip(" ,;")
        rest += "\n" + "\n".join(inside[1:])
    return found, rest.replace("\n", TAKEN)


def _kind(label: str) -> str:
    bare = label.replace(" ", "").removeprefix("출장")
    for kind, names in _KINDS.items():
        if bare in names:
            return kind
    return "other"


_KINDS: Final = {
    "when": ("일시", "기간", "일자", "시간", "날짜"),
    "where": ("장소", "지", "목적지", "방문지", "방문처", "행선지", "곳"),
    "what": ("목적", "용무", "사유", "내용", "업무내용", "용건"),
    "vehicle": ("차량", "교통편", "교통수단", "교통", "이동수단", "이동"),
    "with": ("동행", "동행자", "동반자", "동승자", "인원", "일행"),
    "document": ("문서번호", "문서", "명령번호", "공문"),
}


def _number(found: re.Match[str]) -> str:
    number = found["dashed"] or found["counted"] or found["plain"]
    return re.sub(r"\s*-\s*", "-", number).strip()


def _vehicle(memo: Memo, text: str) -> tuple[Memo, str]:
    """The vehicle that counts most where several are named: the official one, for pay depends on it."""
    found: list[Vehicle] = []
    for vehicle, pattern in VEHICLES:
        if pattern.search(text):
            found.append(vehicle)
            text = pattern.sub(_passenger, text)
    known = [one for one in found if one is not Vehicle.UNKNOWN]
    return replace(memo, vehicle=known[0] if known else None), text


def _passenger(match: re.Match[str]) -> str:
    """Whose car it is rides along."""
    who = match.groupdict().get("who")
    return f"{TAKEN}동행 {who} ; " if who else TAKEN


def _area(text: str) -> tuple[Area, str]:
    found = AREAS.search(text)
    if found is None:
        return Area.UNKNOWN, text
    return Area.INSIDE if found["area"] == "관내" else Area.OUTSIDE, AREAS.sub(TAKEN, text)
