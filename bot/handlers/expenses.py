"""What somebody writes of a trip for the claim: `관용차`, `거리 13.5`, `숙박 60,000 70,000`, `문서 총무과-812`. Pure.

One statement at a time; a text that holds anything else is not read at all, so that no number goes to a wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from attest.errors import InvalidShareError
from attest.expenses import Expenses
from attest.receipt import clean_document
from attest.trip import Area, Vehicle

_MOST_WON = 10_000_000
_MOST_KM = 2_000
_MOST_NIGHTS = 60
_MOST_MEALS = 180
_LONGEST = 120

_VEHICLES = {
    Vehicle.OFFICIAL: ("관용차", "공용차", "관용차량", "공용차량", "공무용 차량"),
    Vehicle.OWN: ("자가용", "자차", "제 차", "개인차"),
    Vehicle.PUBLIC: (
        "대중교통",
        "버스",
        "기차",
        "열차",
        "ktx",
        "srt",
        "택시",
        "지하철",
        "항공",
        "비행기",
        "배",
        "도보",
    ),
    Vehicle.SHARED: ("동승", "카풀", "합승"),
}
_AREAS = {Area.INSIDE: ("관내", "근무지 내"), Area.OUTSIDE: ("관외", "근무지 외")}
_WON = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,8}"


def read(said: str) -> Expenses | None:
    """What the text states; None where it states nothing that is understood."""
    text = " ".join(said.split()).lstrip(" .,:은는이가을를").rstrip(" .,").removesuffix("입니다").strip()
    if not text or len(text) > _LONGEST:
        return None
    plain = text.casefold().removesuffix("으로").removesuffix("로")
    for vehicle, names in _VEHICLES.items():
        if plain in names:
            return Expenses(vehicle=vehicle)
    for area, names in _AREAS.items():
        if plain in names:
            return Expenses(area=area)
    made = ((make, pattern.fullmatch(text)) for pattern, make in _FIELDS)
    return next((make(found[1]) for make, found in made if found), None)


def _fare(text: str) -> Expenses | None:
    won = _amount(text)
    return None if won is None else Expenses(fare=won)


def _actual(text: str) -> Expenses | None:
    won = _amount(text)
    return None if won is None else Expenses(actual=won)


def _amount(text: str) -> int | None:
    won = int(text.replace(",", ""))
    return won if won <= _MOST_WON else None


def _route(text: str) -> Expenses | None:
    metres = int(Decimal(text) * 1000)
    return Expenses(route_m=metres) if metres <= _MOST_KM * 1000 else None


def _lodging(text: str) -> Expenses | None:
    told = text.replace("원", " ").replace(", ", " ").split()
    nights = [_amount(one) if re.fullmatch(_WON, one) else None for one in told]
    paid = tuple(one for one in nights if one is not None)
    return Expenses(lodging=paid) if paid and len(paid) == len(nights) <= _MOST_NIGHTS else None


def _meals(text: str) -> Expenses | None:
    return Expenses(meals=int(text)) if int(text) <= _MOST_MEALS else None


def _document(text: str) -> Expenses | None:
    try:
        document = clean_document(text.strip())
    except InvalidShareError:
        return None
    return Expenses(document=document) if document else None


_FIELDS: tuple[tuple[re.Pattern[str], Callable[[str], Expenses | None]], ...] = (
    (re.compile(r"(?:편도 )?(?:여행)?거리 ?(?:편도 ?)?([0-9]{1,4}(?:\.[0-9]{1,3})?) ?(?:km|킬로(?:미터)?)?"), _route),
    (re.compile(rf"(?:운임|교통비) ?({_WON}) ?원?"), _fare),
    (re.compile(rf"실비 ?({_WON}) ?원?"), _actual),
    (re.compile(r"숙박비? ?([0-9][0-9, 원]*)"), _lodging),
    (re.compile(r"숙박비? ?(?:없음|안 함|안함|하지 않음)()"), lambda _: Expenses(nights=0)),
    (re.compile(r"(?:제공 ?)?식사 ?(?:제공 ?)?([0-9]{1,3}) ?(?:끼|번|회)?"), _meals),
    (re.compile(r"(?:숙박비? )?부득이(?:함|한 초과)?()"), lambda _: Expenses(unavoidable=True)),
    (re.compile(r"문서(?:번호)? ?(\S.*)"), _document),
)
