"""What a kitchen's manager types of figures: `오늘 861명`, `내일 교육생 120명 추가`, `모레 민방위 80명 빠짐`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_DAY: Final = (
    r"(?:\d{1,2}월 ?\d{1,2}일|\d{1,2}[./] ?\d{1,2}\.?|그저께|어제|오늘|내일|모레|글피"
    r"|(?:(?:이번|다음|다다음|지난|저번) ?주 ?)?[월화수목금토일]요일)"
)
_PEOPLE: Final = r"(?P<n>\d{1,3}(?:,\d{3})+|\d{1,6}) ?(?:명|식|인분|인|그릇)"
_WORDS: Final = r"(?:총|합계|모두|점심|중식|식수|배식|식사|이용자?|인원|식당)"
_SAID: Final = (
    r"(?:이?(?:요|에요|예요|었어요|였어요|었습니다|였습니다|입니다|다)|정도"
    r"|먹었\S{0,4}|드셨\S{0,4}|나갔\S{0,4}|왔\S{0,4}"
    r"|(?:으로 ?)?(?:올릴게|올립니|올려|입력|등록|적어|적을게|넣어)\S{0,5}(?: ?(?:주세요|할게요|합니다|해주세요))?)?"
)
_MORE: Final = r"(?:추가|더|늘|옵니다|와요|옴|온대|방문|참석|합류|예정)"
_FEWER: Final = r"(?:빠|제외|불참|안 ?[와옵옴먹오]|못 ?[와옵옴먹오]|감소|줄|덜|취소|휴가|없[어습음])"

_TOTAL = re.compile(
    rf"(?P<day>{_DAY})?(?:의|은|는|엔|에)? ?(?:{_WORDS}(?:은|는|이|가|수는|수)? ?)*:? ?"
    rf"(?:\d[\d,]{{0,6}} ?(?:명|식) ?(?:아니고|아니라|에서|말고|→|->) ?)?{_PEOPLE}? ?{_SAID}"
)
_BARE = re.compile(
    rf"(?P<day>{_DAY})?(?:의|은|는)? ?(?:점심 ?|중식 ?)?식수(?:는|은)?:? ?(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})"
)
_GUESTS = re.compile(
    rf"(?P<day>{_DAY})(?:에|은|는|엔)? ?(?:점심(?:에|은)? ?)?(?P<what>[^\d]{{0,24}}?) ?{_PEOPLE}(?:이|은|는|가)? ?"
    rf"(?:정도 ?)?(?P<verb>{_MORE}|{_FEWER})?.{{0,12}}"
)
_FEW = re.compile(_FEWER)
_PARTICLES: Final = ("들이", "이", "가", "은", "는", "들")

_COUNTED: Final = r"\d[\d,]{0,6} ?(?:명|식|인분|그릇)"
_CORRECTED: Final = r"(?:(?:아니고|아니라|에서|말고|→|->) ?\d[\d,]{0,6} ?(?:명|식))?"
_ANNOUNCED: Final = r"\d[\d,]{0,6} ?(?:명|식|인분|인)(?:이|은|는|가)? ?(?:정도 ?)?"
_NO_LINE: Final = r"(?!.{0,20}줄(?![어었음임]))"

_SOON: Final = r"(?:내일|모레|글피|다음 ?주 ?[월화수목금]요일)"
_MEALS_OF: Final = rf"(?:의|은|는|엔|에)? ?(?:{_WORDS}(?:은|는|이|가|수는|수)? ?)*:? ?"
_ON: Final = r"(?:에|은|는|엔)? ?"

TOTAL_SENTENCES: Final = (
    rf"^{_DAY}{_MEALS_OF}{_COUNTED} ?{_CORRECTED}(?:으로)? ?{_SAID}\W*$",
    rf"^(?:{_DAY}(?:의|은|는)? ?)?(?:점심 ?|중식 ?)?식수(?:는|은)?:? ?\d[\d,]{{0,6}} ?(?:명|식)?\W*$",
)
GUEST_SENTENCES: Final = (
    rf"^{_DAY}{_ON}(?:점심(?:에|은)? ?)?{_NO_LINE}[^\d]{{0,24}}? ?{_ANNOUNCED}(?:{_MORE}|{_FEWER}).{{0,12}}$",
    rf"^{_SOON}{_ON}[가-힣]{{2,12}}(?: [가-힣]{{1,8}})? ?\d[\d,]{{0,6}} ?명\W*$",
)
EXPECTED_SENTENCES: Final = (
    rf"^{_DAY}(?:의|은|는|에|엔)? ?(?:점심|식수|중식|배식|밥)?(?:은|는|에)? ?(?:예상 ?)?몇 ?(?:명|식|인분)(?!.*줄)",
    rf"^{_SOON}(?:의|은|는)? ?(?:예상 ?)?식수(?: ?예상)?(?:은|는)?\W*$",
    r"^(?:내일 )?(?:예상 ?식수|식수 ?예상)\W*$",
    rf"^{_SOON}.{{0,16}} 몇 ?(?:명|식|인분)(?:이|을|은)? ?(?:더|덜|정도|쯤|이나|올|와|오|먹|준비)(?!.*줄)",
    r"^왜 ?이렇게 ?(?:많이 ?|적게 ?)?예상",
)
_PAGE = (
    r"^(?:[\d월일./~ -]{0,16}|오늘 ?|어제 ?|이번 ?달 ?|지난 ?달 ?)(?:식수|이용자 ?수|식당 마감|식권 마감)"
    r"(?: ?(?:파일|자료|현황|표|목록|입니다|등록|올립니다))*\W*$"
)
POPULAR_SENTENCES: Final = (
    r"인기 ?(?:가|는|도)? ?(?:제일 ?|가장 ?)?(?:있|많|좋|높|순|없|낮|적).{0,6}(?:메뉴|음식|반찬|식단)",
    r"(?:메뉴|음식|반찬|식단).{0,10}인기",
    r"(?:제일|가장) ?(?:많이 ?)?(?:잘 ?)?(?:먹는|나가는|팔리는) ?(?:메뉴|음식|반찬)",
)
_ENTER: Final = r"(?:올리|올릴|올려|입력|등록|적[으을어]|넣[으을어]|쓰려|쓸|보고)"
MEANT_SENTENCES: Final = (
    (
        rf"^(?!.*(?:알림|현황|보여|어떻게|[?？]|\d ?명))(?:{_DAY})?.{{0,8}}"
        rf"(?:식수|인원|식사 ?인원|몇 ?(?:명|식|인분)).{{0,12}}{_ENTER}"
        r".{0,4}(?:려|라고|게 ?요?[ .!~]*$|건데|거[예에]|야 ?(?:하|되|돼|해)|는데|고 ?싶|예정)"
    ),
)
_TOLD: Final = re.compile(
    r"(?:총|모두|합계|전부|오늘은?)? ?(?P<n>\d{1,3}(?:,\d{3})+|\d{1,6}) ?(?:명|식|인분|그릇|분)?(?:정도|쯤)? ?"
    r"(?:이?요|이에요|예요|입니다|임|이었\S{0,4}|였\S{0,4}|먹었\S{0,4}|드셨\S{0,4}|왔\S{0,4})?[ .!~]*"
)
PAGE_SENTENCES: Final = (_PAGE,)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of people for the day that `day` names in words (empty: today); `what` and its sign for guests."""

    day: str
    people: int
    what: str = ""
    sure: bool = True
    """Whether it was said that they come more, or fewer."""


def counted(text: str) -> int | None:
    """The number that answers how many there were; None for anything else."""
    found = _TOLD.fullmatch(" ".join(text.split()))
    return _number(found["n"]) if found is not None else None


def total(text: str) -> Figure | None:
    """A day's meals as somebody counted them."""
    plain = _plain(text)
    found = _BARE.fullmatch(plain.removesuffix("명").removesuffix("식").strip()) or _TOTAL.fullmatch(plain)
    if found is None or not found["n"]:
        return None
    return Figure(found["day"] or "", _number(found["n"]))


def guests(text: str) -> Figure | None:
    """People more, or fewer (negative), on a day."""
    found = _GUESTS.fullmatch(_plain(text))
    if found is None:
        return None
    verb, people = found["verb"] or "", _number(found["n"])
    fewer = bool(_FEW.match(verb)) or bool(_FEW.search(_plain(text)[found.end("n") :]))
    return Figure(found["day"], -people if fewer else people, _what(found["what"]), sure=bool(verb))


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .!~…?")


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _what(text: str) -> str:
    """Who they are, without a particle."""
    bare = text.strip(" ,:")
    ending = next((end for end in _PARTICLES if bare.endswith(end) and len(bare) > len(end) + 1), "")
    if ending in {"이", "은"} and (ord(bare[-2]) - 0xAC00) % 28 == 0:
        ending = ""
    if ending in {"가", "는"} and (ord(bare[-2]) - 0xAC00) % 28 != 0:
        ending = ""
    return bare.removesuffix(ending) if ending else bare
