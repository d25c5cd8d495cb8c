"""Words of a trip's report, as offices write it: a draft with brackets for what nobody told."""

from __future__ import annotations

from dataclasses import dataclass

from attest.trip import Trip
from bot.messenger import Button, Reply
from bot.wording import day, moment
from bot.wording.legs import until
from bot.wording.receipts import near
from bot.wording.trips import LEGS, VEHICLES, minutes


@dataclass(frozen=True, slots=True)
class Report:
    """What is known for a trip's report."""

    traveller: str
    names: tuple[str, ...]
    trip: Trip
    place: str
    receipts: int


def report(known: Report) -> Reply:
    """A draft as offices write it (국가공무원 복무규정 제4조의2제3항); what is not known is a bracket."""
    trip = known.trip
    begun, returned = trip.begun_at, trip.returned_at
    span = f"{moment(begun)} ~ {until(begun, returned)}" if begun and returned else "(        )"
    if trip.minutes is not None:
        span += f" ({minutes(trip.minutes)})"
    place = f" ({near(known.place)})" if known.place else ""
    late = [LEGS[leg.kind] for leg in trip.legs if leg.late]
    rows = [
        "□ 출장 결과보고(초안)",
        f" ○ 출장자: {known.traveller}" + (f" (동행: {', '.join(known.names)})" if known.names else ""),
        f" ○ 일시: {span}",
        f" ○ 장소: {trip.destination or '(        )'}{place}",
        f" ○ 목적: {trip.purpose or '(        )'}",
        f" ○ 교통: {VEHICLES[trip.vehicle] if trip.vehicle else '(        )'}",
        f" ○ 출장명령: {trip.document or '(        )'}",
        "□ 주요 내용",
        "  - (        )",
        "□ 조치할 사항",
        "  - (        )",
        f"□ 증빙: 출장 영수증 {known.receipts}장" + (f" (사후 제출: {', '.join(dict.fromkeys(late))})" if late else ""),
    ]
    return Reply("\n".join(rows), buttons=(Button("파일로", f"report-file:{trip.id}"), Button("정산", "claim")))


def no_report() -> Reply:
    """A report of no trip."""
    return Reply("보고서를 쓸 출장이 없습니다. 출장을 마치시면 초안을 드립니다.")


def file_name(trip: Trip) -> str:
    """Of a report: `출장결과보고_1124.txt`."""
    begun = trip.begun_at or trip.starts_at or trip.created_at
    return f"출장결과보고_{day(begun).split('(')[0].replace('. ', '-').strip('. -')}.txt"


def as_file() -> str:
    """What stands beside the file."""
    return "출장 결과보고 초안입니다. 괄호를 채워 쓰시면 됩니다."
