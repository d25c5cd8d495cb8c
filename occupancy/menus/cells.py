"""A cell of a menu, or a line of a pasted one, as dishes, origins, calories, or a day that is closed. Pure.

    text → lines → (origin | kcal | remark | closed) or dishes: split outside brackets → name + allergen marks

Refuses to infer an allergen: only what is written counts, as a number of the nineteen or as one of their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from occupancy import allergens
from occupancy.menu import Dish
from occupancy.menus.words import COURSES, NOT_SERVED, closed

LONGEST_CELL: Final = 2_000
LONGEST_NAME: Final = 40
MOST_DISHES: Final = 60


@dataclass(slots=True)
class Cell:
    """What one cell says. `odd` are dishes whose numbers are none of the nineteen, as they were written."""

    dishes: list[Dish] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    kcal: int | None = None
    closed: str = ""
    notes: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


_CIRCLED: Final = (
    {chr(0x2460 + step): step + 1 for step in range(20)}
    | {chr(0x2474 + step): step + 1 for step in range(20)}
    | {chr(0x2776 + step): step + 1 for step in range(10)}
    | {chr(0x24EB + step): step + 11 for step in range(10)}
)
_ROUND: Final = f"[{''.join(_CIRCLED)}]"
_NUMBERS: Final = r"\d{1,2}(?:\s*[.,·ㆍ/、\s*]\s*\d{1,2})*\s*[.,]?"
_IN_BRACKETS: Final = re.compile(r"[(\[<{（【]\s*([^()\[\]<>{}（）【】]*?)\s*[)\]>}）】]")
_ONLY_NUMBERS: Final = re.compile(rf"(?:알[레러]르?[기지]\s*:?\s*)?{_NUMBERS}")
_TRAILING: Final = re.compile(rf"(?<=[가-힣A-Za-z)\]])(?:\s*[-:*_]\s*|\s+|(?=\d{{1,2}}[.,]\d))({_NUMBERS})\s*$")
_TRAILING_ROUND: Final = re.compile(rf"(?<=\S)[\s(\[.,]*((?:{_ROUND}[\s.,]*)+)[)\]]*")
_MARKS: Final = r"\-–—•·ㆍ▪▶▷►■□●○◆◇◎☞★☆♥♡♣♠◈※>*∙"
_LEADING: Final = re.compile(rf"^\s*(?:[{_MARKS}]+\s*|{_ROUND}\s*|\d{{1,2}}\s*[.)]\s*(?=[가-힣A-Za-z]))+")
_SHORT: Final = frozenset("김귤떡빵죽국묵배감차밥쌈전콩무회면탕쨈잼즙")
"""Dishes of one letter; any other letter alone is a word written over several cells."""
_STARS: Final = re.compile(r"[★☆♥♡♣♠◈◆◇■□●○▶▷]+")
_TAG: Final = re.compile(
    r"^[(\[<【]\s*(?:특식|신메뉴|NEW|추천|인기|계절|제철|이벤트|특별식|별미|선택)\s*[)\]>】]\s*(?=\S)", re.IGNORECASE
)
_TAIL: Final = re.compile(rf"[\s{_MARKS}~!^_=+,./:;|]+$")
_KCAL: Final = re.compile(
    r"(?:총?\s*(?:에너지|열량|칼로리))?\s*[(<\[:]*\s*(?:약\s*)?(\d{1,2},?\d{3}|\d{2,4})(?:\.\d+)?\s*(?:k\s*cal|㎉)\s*[)>\]]*|(?:에너지|열량|칼로리)\s*:?\s*(\d{3,4})",
    re.IGNORECASE,
)
_NUTRIENTS: Final = re.compile(
    r"^[^가-힣]*(?:(?:에너지|열량|탄수화물|단백질|지방|나트륨|당류|칼슘|철분?|비타민\S{0,2}|칼로리|식이섬유|콜레스테롤)\W*(?:k?cal|m?g)?\W*){2,}$",
    re.IGNORECASE,
)
_NUTRITION: Final = re.compile(r"^(?:탄수화물|단백질|지방|나트륨|당류|탄|단|지)\s*[:(]?\s*\d")
_PRICE: Final = re.compile(r"[(\[<]?\s*(?:[₩￦]\s*)?\d{1,3},?\d{3}\s*원\s*[)\]>]?|[₩￦]\s*\d{1,3},?\d{3}")
_PLACE: Final = r"(?:[가-힣]{2,6}산|국내산\s*[가-힣]{0,3}|외국산|수입산|[가-힣]{2,5}\s*산|국산)"
_ORIGIN: Final = re.compile(rf"[가-힣]{{1,12}}\s*[:：(\-]\s*{_PLACE}")
_RAW: Final = re.compile(
    r"(?:돼지고기|돈육|쇠고기|소고기|우육|한우|육우|닭고기|계육|오리고기|양고기|쌀|찹쌀|현미|콩|대두|배추|무|고춧가루|마늘|고등어|갈치|오징어|낙지|명태|동태|조기|꽃게|새우|주꾸미|아귀)\s*\("
)
_PLACES: Final = re.compile(rf"{_PLACE}(?:\s*[,/·]\s*{_PLACE})*(?:\s*[가-힣]{{0,4}})?")
_ORIGIN_HEAD: Final = re.compile(
    r"^[^가-힣]*(?:식재료\s*)?원\s*산\s*지(?:\s*(?:표시|안내|정보|표기))*\s*(?:제)?\s*[:：)\]>】\-–]*\s*"
)
_REMARK: Final = re.compile(
    r"^\s*(?:[※＊]|\*(?!\w*\d*\s*$)|주\)|비고|참고|(?:식재료\s*)?원산지\s*(?:표시|정보|안내)?\s*$|문의|안내|알[레러]르?[기지])"
    r"|(?:니다|세요|십시오|바랍니다|합니다|드립니다|있음|될 수 있음|변경\s*가능|해요|어요|ㅎㅎ|ㅋㅋ)[\s.!~^♡♥]*$"
)
_LEGEND: Final = re.compile(r"1\s*[.:)]?\s*난류.*2\s*[.:)]?\s*우유|①\s*난류")
_DOTS: Final = re.compile(r"(?<=[가-힣)])\s*[·ㆍ]\s*(?=[가-힣])")
_HOURS: Final = re.compile(r"^\W*\d{1,2}\s*[:시]\s*\d{0,2}\s*분?\s*[~∼～-]\s*\d{1,2}\s*[:시]\s*\d{0,2}\W*$")
_ENDING: Final = (
    "밥|국|찌개|탕|전골|죽|면|국수|우동|김치|깍두기|볶음|구이|찜|조림|무침|나물|전|튀김|까스|샐러드|말이|강정|덮밥|카레|만두|잡채|불고기|갈비|두부|냉면|라면|장아찌|피클"
    "|단무지|주스|요구르트|우유|과일|김|쌈|쌈장|소스|수프|스프|빵|떡|떡볶이|스파게티|파스타|피자|햄버거|소바|라떼|식혜|숭늉|생채|겉절이|젓갈|지|까스|커틀릿|탕수육|짜장|짬뽕|라이스|개장|정식|스테이크|땡|땡땡|편육|수육|보쌈|죽|비빔면|쫄면|막국수|칼국수|수제비|된장|청국장|순두부|숙회|회|장조림|자반|부침|산적|꼬치|너겟|텐더|시리얼|후라이|프라이|두유|롤|치즈"
)
_ENDS: Final = re.compile(rf"[가-힣+&]*(?:{_ENDING})(?:[(①-⑳].*)?")
DISH: Final = rf"[가-힣]*(?:{_ENDING})"
"""A word that ends as dishes do."""
_BARE_ENDING: Final = re.compile(
    r"(?:볶음|구이|찜|조림|무침|나물|전|튀김|국|탕|찌개|전골|샐러드|말이|강정|덮밥|볶음밥|절임|장아찌|비빔밥|국밥|국수)(?:[(①-⑳].*)?"
)


def read(text: str) -> Cell:
    """What the cell says; at most 60 dishes of it."""
    found = Cell()
    text = text[:LONGEST_CELL].replace("\r", "\n")
    if text.strip() in NOT_SERVED:
        return found
    found.closed = closed(text)
    if found.closed:
        return found
    for line in text.split("\n"):
        _line(line.strip(), found)
    if not found.dishes and len(found.notes) == 1 and not found.origins:
        found.closed = closed(found.notes[0])
    return found


def ends_as_dish(name: str) -> bool:
    """Whether a name ends as dishes do: 제육볶음, 순두부찌개."""
    return bool(name) and _ENDS.fullmatch(name.rsplit(maxsplit=1)[-1]) is not None


def is_remark(line: str) -> bool:
    """Whether a line is said beside the menu: a footnote, a greeting, the table of allergens."""
    bare = _LEADING.sub("", line)
    return bool(_REMARK.search(line) or _REMARK.search(bare) or _LEGEND.search(line))


def origins(text: str) -> list[str]:
    """The origins of a line, each as `쌀: 국내산`; empty where it tells none."""
    body = _ORIGIN_HEAD.sub("", text.strip())
    headed = body != text.strip()
    body = re.sub(r"^\s*[※＊*\-•]\s*", "", body)
    framed = re.fullmatch(r"[(\[<]\s*([^()\[\]<>]+)\s*[)\]>]", body.strip())
    body = framed[1] if framed else body
    if not _ORIGIN.search(body) and not (headed and re.search(_PLACE, body)):
        return []
    return [one for part in _parts(body, ",，/;·ㆍ") if (one := _origin(part))]


def _origin(part: str) -> str:
    part = " ".join(part.split()).strip(" .※*")
    whole = re.fullmatch(r"([^():：]{1,20}?)\s*[:：\-]\s*([^():：]{2,40})", part)
    if whole:
        return f"{whole[1].strip()}: {whole[2].strip()}"
    held = re.fullmatch(r"([^():：]{1,20}?)\s*\(([^()]{2,60})\)", part)
    if held and _PLACES.fullmatch(held[2].strip()):
        return f"{held[1].strip()}: {held[2].strip()}"
    if held and ":" in held[2]:
        inner = ", ".join(": ".join(piece.strip() for piece in one.split(":")) for one in held[2].split(","))
        return f"{held[1].strip()}({inner})"
    return part if re.search(_PLACE, part) and len(part) <= 60 else ""


def _line(line: str, found: Cell) -> None:
    line = _without_origins(_without_figures(line, found), found)
    if not line or line in NOT_SERVED or _HOURS.match(line) or _NUTRITION.match(line) or _NUTRIENTS.match(line):
        return
    told = origins(line) if not line.startswith("(") or _ORIGIN.search(line) else []
    if told and is_all_origin(line):
        found.origins += told
        return
    if is_remark(line):
        found.notes.append(line)
        return
    head = re.match(r"\s*([가-힣]{1,5})\s*\d?\s*[:：]\s*", line)
    if head and head[1] in COURSES:
        line = line[head.end() :]
    for part in _split(line):
        dish = _dish(part, found)
        if dish is not None and len(found.dishes) < MOST_DISHES:
            found.dishes.append(dish)


def _without_origins(line: str, found: Cell) -> str:
    """Where food of the dish before is from (`쇠불고기 (쇠고기:호주산)`) goes to the origins first."""

    def taken(match: re.Match[str]) -> str:
        inner = match[1].strip()
        whole = re.fullmatch(rf"([^:：()]{{1,30}})[:：]\s*({_PLACE})", inner)
        if whole is None or not line.replace(match[0], "").strip():
            return match[0]
        found.origins.append(f"{'·'.join(one.strip() for one in whole[1].split(','))}: {whole[2].strip()}")
        return " "

    return _IN_BRACKETS.sub(taken, line) if ":" in line or "：" in line else line


def _without_figures(line: str, found: Cell) -> str:
    kcal = _KCAL.search(line)
    if kcal:
        found.kcal = int((kcal[1] or kcal[2]).replace(",", ""))
        line = line[: kcal.start()] + line[kcal.end() :]
    price = _PRICE.search(line)
    if price:
        found.notes.append(price[0].strip("()[]<> "))
        line = line[: price.start()] + line[price.end() :]
    line = line.strip()
    return "" if re.fullmatch(r"[\s()\[\]<>/,.:]*(?:총|약)?[\s()\[\]<>/,.:]*", line) else line


def is_all_origin(line: str) -> bool:
    """Origins and nothing to eat: every part of the line tells where something is from."""
    body = _ORIGIN_HEAD.sub("", line)
    if body != line:
        return True
    body = re.sub(r"^\s*[※＊*(\[<]+\s*", "", body)
    parts = [part for part in _parts(body, ",，/;") if part.strip(" )]>.")]
    if not all(re.search(rf"[가-힣]\s*[:：(\-]\s*(?:{_PLACE}|[가-힣]+\s*[:：])", part) for part in parts):
        return False
    return any(re.search(rf"[:：]\s*{_PLACE}", part) or _RAW.match(part.strip()) for part in parts)


def _parts(text: str, marks: str) -> Iterator[str]:
    """The pieces between these marks, outside brackets."""
    depth, start = 0, 0
    for at, char in enumerate(text):
        depth = max(depth + (char in "([<{（【") - (char in ")]>}）】"), 0)
        if depth == 0 and char in marks and not _between_digits(text, at):
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _between_digits(text: str, at: int) -> bool:
    """A comma of `5, 6, 10`: a number on both sides."""
    after, before = text[at + 1 :].lstrip(), text[:at].rstrip()
    number = re.match(r"\d{1,2}(?![\d가-힣])", after)
    return bool(number and before and before[-1].isdigit())


def _split(line: str) -> list[str]:
    parts = [part for part in _parts(line, ",，/、;|") if part.strip()]
    if len(parts) == 1 and len(_DOTS.findall(line)) > 1:
        parts = list(_parts(line, "·ㆍ"))
    least = 2 if _is_loose(line) else 3 if len(parts) == 1 else 4
    return [one for part in parts for wide in re.split(r"\s{2,}", part.strip()) for one in _spaced(wide, least)]


def _is_loose(line: str) -> bool:
    """Whether a line is many dishes with nothing but spaces, and a slash here and there, between them."""
    words = [word for word in re.split(r"[\s/]+", line.strip()) if word]
    endings = sum(bool(_ENDS.fullmatch(word)) for word in words)
    return "," not in line and len(line.split()) >= 4 and len(words) >= 5 and endings * 2 > len(words)


def _spaced(line: str, least: int) -> list[str]:
    """A line of at least so many dishes with nothing but spaces between; a dish of several words stays one."""
    words = re.sub(r"\s+(?=[(①-⑳])", "", line).split(" ")
    if len(words) < least or any(re.fullmatch(r"[\d.,]+|or|OR|또는|혹은|&|\+", word) for word in words):
        return [line]
    if least > 2 and sum(bool(_ENDS.fullmatch(word)) for word in words) * 2 < len(words) + 1:
        return [line]
    parts: list[str] = []
    for word in words:
        if parts and _BARE_ENDING.fullmatch(word) and not _ENDS.fullmatch(parts[-1]) and len(word) < 4:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts


def _dish(text: str, found: Cell) -> Dish | None:
    name = _TAG.sub("", _STARS.sub(" ", _LEADING.sub("", text.strip())).strip())
    numbers: set[int] = set()
    name = _bracketed(name, numbers, found)
    name = _rounded(name, numbers)
    name = _trailed(name, numbers)
    name = " ".join(_TAIL.sub("", _LEADING.sub("", name)).split())
    name = name.strip("'\"“”‘’`")
    if not re.search(r"[가-힣A-Za-z]", name) or name in NOT_SERVED or len(name) > LONGEST_NAME:
        return None
    if len(name) == 1 and name not in _SHORT:
        return None
    if numbers - allergens.NAMES.keys():
        found.odd.append(" ".join(text.split())[:60])
    for at, one in enumerate(found.origins):
        if one.startswith("\0"):
            found.origins[at] = f"{name}: {one[1:]}"
    return Dish(name, frozenset(numbers & allergens.NAMES.keys()))


def _bracketed(name: str, numbers: set[int], found: Cell) -> str:
    """Takes allergens and origins out of brackets; what else stands in brackets belongs to the name."""

    def taken(match: re.Match[str]) -> str:
        inner = match[1].strip()
        if not inner:
            return " "
        if _ONLY_NUMBERS.fullmatch(inner):
            numbers.update(int(one) for one in re.findall(r"\d{1,2}", inner))
            return " "
        if re.fullmatch(rf"(?:{_ROUND}[\s.,]*)+", inner):
            numbers.update(_CIRCLED[char] for char in inner if char in _CIRCLED)
            return " "
        words = [word for word in re.split(r"[\s,./·ㆍ、]+", inner) if word]
        known = [allergens.number_of(word) or (int(word) if word.isdecimal() else None) for word in words]
        if words and all(number is not None for number in known):
            numbers.update(number for number in known if number is not None)
            return " "
        if _PLACES.fullmatch(inner):
            found.origins.append(f"\0{inner}")
            return " "
        if _ORIGIN.search(inner):
            found.origins.extend(origins(inner))
            return " "
        return match[0]

    return _IN_BRACKETS.sub(taken, name)


def _rounded(name: str, numbers: set[int]) -> str:
    found = _TRAILING_ROUND.search(name)
    if not found:
        return name
    numbers.update(_CIRCLED[char] for char in found[1] if char in _CIRCLED)
    return name[: found.start()] + name[found.end() :]


def _trailed(name: str, numbers: set[int]) -> str:
    found = _TRAILING.search(name.strip())
    if not found:
        return name
    told = [int(one) for one in re.findall(r"\d{1,2}", found[1])]
    if not all(one in allergens.NAMES for one in told):
        return name
    numbers.update(told)
    return name.strip()[: found.start()]
