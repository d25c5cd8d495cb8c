"""Offers of what is one's own or comes in several: subscriptions, allergens, a trip's memo, newcomers.

    "청년꺼 인자 안봐도된다", 해지        → "해지 청년"
    "신규 두명요 한가을 윤슬비 둘다 농정과" → "직원 추가 한가을 농정과", "직원 추가 윤슬비 농정과"

Pure, as `bot.carrying` is: each piece stands in the text, and what can't be read wholly leaves the offer bare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.carrying import BLANK, SURNAMES, Carried, Known, carried, is_office, office_in, one_named
from bot.messenger import MAX_PRESS
from bot.roster_names import is_name
from bot.trip_memo import Memo, read
from bot.wording.trips import VEHICLES
from occupancy import allergens

LIKELY_ACT: Final = 0.3
"""An act on a person by name is offered from here on."""
OWN: Final = frozenset({"해지", "쉬기", "다시"})
_FOODS: Final = {"알레르기 새우": "알레르기", "내 알레르기": "내 알레르기"}
ENDS: Final = frozenset({"퇴직", "접속 끊기", "휴직 처리", "부서 변경", "역할", "복직"})
_SUFFIX: Final = (
    r"(?: ?(?:꺼|거|것|건|껀|걸|쪽|관련|소식|알림|뉴스|기사|키워드|구독|분야)"
    r"|이랑|하고|이|가|은|는|을|를|도|만|랑|과|와|의|에|요)*"
)
_GOES_ON: Final = (
    r"(?=$|[^가-힣A-Za-z0-9]|그만|이제|이젠|인자|안 ?|좀|해지|끊|빼|쉬|다시|필요|취소|잠깐|잠시|당분간|삭제|지워|없애)"
)
_KEPT: Final = rf"{_SUFFIX} ?(?:말고|빼고|두고|놔두고|남기고|남겨|냅두고|제외하고|놔둬|놔두|계속|그대로)"
_PRAISED: Final = re.compile(
    r"승진|진급|영전|칭찬|축하|수상|표창|상 ?(?:받|탔)"
    r"|(?:팀장|과장|국장|실장|계장|사무관|서기관|주사)(?:을|를)? ?(?:달|됐|되셨|되었)"
    r"|일 ?(?:참 |정말 |너무 )?잘|고생|수고|대단|최고"
)
_LISTED: Final = re.compile(
    r"(?:명단|목록|명부|리스트|등록)\S{0,3} ?.{0,6}(?:있|없|들어|빠졌|빠져|올라|되어|돼|됐)\S{0,4}"
    r"(?:나|냐|노|까|가|지|죠|니|요|음|데|어)[?\s.]*$"
)
_GOES: Final = re.compile(
    r"(?<=[가-힣]{2})(?=(?:간다|갑니다|가요|갈게|갈거|갈꺼|갈 ?예정|가야|가기로|감|간데이|가니더)\S{0,4}$)"
)
_NO_TRIP: Final = re.compile(
    r"[?？]|취소|안 ?(?:가|감|간)|못 ?(?:가|감|간)|미뤄|미뤘|밀렸|연기|어디|누구|언제|까요|나요"
)
_NO_PLACE: Final = re.compile(
    r"뭐|무슨|어떤|몇|이거|그거|저거|(?:다|요|까|네|됨|죠|는|은|데|음|게)$|식단|메뉴|점심|밥|날씨|알림|소식|연가|휴가"
)
_COUNTED: Final = re.compile(r"(?P<n>\d|한|두|세|네|다섯) ?(?:명|분|사람)|(?P<all>둘|셋|넷) ?(?:다|모두|이|$|\s)")
_COUNTS: Final = {"한": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4, "다섯": 5}
_CANDIDATE: Final = re.compile(
    r"(?<![가-힣])(?P<who>[가-힣]{3})(?=(?:이랑|하고|이하고|이고|랑|과|와|이|님|씨| ?주무관| ?실무관)?(?:[^가-힣]|$))"
)
_NO_NAME: Final = re.compile(
    r"이번|이제|오늘|신규|신입|새로|모두|전부|둘다|하나|우리|직원|추가|등록|명단|명부|부서|주무관|실무관|팀장|과장|고마|감사"
    r"|안녕|공무|임용|발령|채용|전입|지금|내일|다음|소속|배치|인원|사람|양식|정원|정규|기간|임기|한명|한분|주세|주십"
)


def bare_of(words: str) -> str:
    """The ability without any piece, the example of another's allergen neither."""
    return _FOODS.get(words, words)


def offers_of(words: str, text: str, known: Known, likely: float = 1.0) -> list[Carried]:
    """The offers of one ability, each with its piece; bare where nothing of it was said, none where unfit."""
    if words in OWN:
        topics = topics_named(text, known.topics)
        return [Carried(f"{words} {one}", full=True) for one in topics] or [Carried(words, full=False)]
    if words in _FOODS:
        foods = ", ".join(allergens.NAMES[one] for one in sorted(allergens.said_in(text)))
        return [Carried(f"{_FOODS[words]} {foods}".strip(), full=bool(foods))]
    if words == "출장":
        memo = trip_told(text, known.now)
        return [Carried(f"{words} {memo}".strip(), full=bool(memo))]
    if words == "직원 추가" and (new := newcomers(text, known)):
        office = office_in(text, known)
        return [Carried(f"{words} {one} {office or BLANK}", full=bool(office)) for one in new]
    who = one_named(text, known) if words == "직원 추가" else ""
    if who in known.people:
        return [Carried(f"직원 {who}", full=True)]
    if words in ENDS:
        return _on_somebody(words, text, known, likely)
    return [carried(words, text, known)]


def _on_somebody(words: str, text: str, known: Known, likely: float) -> list[Carried]:
    """An act on a person, where it is likely; else the page of whoever is named, or nothing."""
    who, listed = one_named(text, known), _LISTED.search(text) is not None
    if not listed and _PRAISED.search(text) is None and (likely >= LIKELY_ACT or not who):
        return [carried(words, text, known)]
    return [Carried(f"직원 {who}", full=True)] if who else []


def topics_named(text: str, topics: Sequence[str]) -> list[str]:
    """Whose of these names a text says, the whole name before its beginning; none that it wants kept."""
    told, found, kept = " ".join(text.split()), [], False
    for topic in sorted(set(topics), key=len, reverse=True):
        spelt = r"(?<![가-힣A-Za-z0-9])" + r" ?".join(map(re.escape, topic.replace(" ", "")))
        rest = re.sub(rf"{spelt}{_KEPT}", " ", told, flags=re.IGNORECASE)
        kept, told = kept or rest != told, rest
        at = re.search(rf"{spelt}{_SUFFIX}{_GOES_ON}", told, re.IGNORECASE)
        if at is not None:
            found.append((at.start(), topic))
            told = f"{told[: at.start()]}{'·' * (at.end() - at.start())}{told[at.end() :]}"
    named = [topic for _, topic in sorted(found)]
    return named if named or kept else _begun(told, topics)


def _begun(told: str, topics: Sequence[str]) -> list[str]:
    """The names that a word of two syllables or more begins, or a word of theirs."""
    for word in told.split():
        stem = re.match(rf"([가-힣A-Za-z0-9]{{2,}}?){_SUFFIX}(?:$|[^가-힣A-Za-z0-9])", word)
        begun = [one for one in topics if stem is not None and any(part.startswith(stem[1]) for part in one.split())]
        if begun:
            return begun
    return []


def trip_told(text: str, now: datetime) -> str:
    """The memo of a trip in what was said, where it says a day and a place; short enough for a button."""
    said = _GOES.sub(" ", " ".join(text.split()).strip(" .!~"))
    if _NO_TRIP.search(said):
        return ""
    memo = read(said, now)
    place = memo.destination
    if memo.span.day is None or not place or len(place) > 14 or len(place) < 2 or _NO_PLACE.search(place):
        return ""
    short = _spelt(memo)
    for one in (said.removeprefix("출장").strip(), short):
        again = read(one, now)
        same = (again.destination, again.span.day, again.span.start, again.vehicle, again.companions) == (
            place, memo.span.day, memo.span.start, memo.vehicle, memo.companions,
        )  # fmt: skip
        if same and len(f"say:출장 {one}".encode()) <= MAX_PRESS:
            return one
    return ""


def _spelt(memo: Memo) -> str:
    day, start = memo.span.day, memo.span.start
    clock = "" if start is None else f"{start.hour}시" + (f" {start.minute}분" if start.minute else "")
    by = VEHICLES.get(memo.vehicle, "") if memo.vehicle is not None else ""
    pieces = (f"{day.month}/{day.day}" if day else "", clock, memo.destination, memo.purpose, by, *memo.companions)
    return " ".join(one for one in pieces if one)


def newcomers(text: str, known: Known) -> list[str]:
    """The names of whoever is new, as many as the text counts; none where that is not plain."""
    names = []
    for found in _CANDIDATE.finditer(text):
        who = found["who"]
        named = who[0] in SURNAMES and is_name(who) and not _NO_NAME.search(who) and not is_office(who)
        if named and who[-1] not in "에로요다는게고까도를":
            names.append(who)
    counted = _COUNTED.search(text)
    many = (counted["n"] or counted["all"]) if counted is not None else ""
    wanted = int(many) if many.isdecimal() else _COUNTS.get(many, len(names))
    return [one for one in dict.fromkeys(names) if one not in known.people] if len(names) == wanted else []
