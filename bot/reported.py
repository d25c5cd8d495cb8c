"""Reported speech as its speaker would write it: what stands before `-고` becomes a whole, polite sentence. Pure.

    "5시까지 점검표 내라고"   → "5시까지 점검표 내 주십시오"      "시스템 바뀌었다고" → "시스템 바뀌었습니다"
    "자료 보내달라고"        → "자료 보내 주십시오"           "같이 먹자고"      → "같이 먹으면 좋겠습니다"
    "참석할 수 있냐고"        → "참석할 수 있습니까?"         "현장 나가지 말라고" → "현장 나가지 말아 주십시오"

Tables and vowels, no dictionary: behind an open syllable `-라고` and `-냐고` may follow a verb's stem or a noun, and
only those named here are known. What is not known is "": then the sentence is asked for.
"""

from __future__ import annotations

import re
from typing import Final

_BASE: Final = ord("가")
_N, _L, _B = 4, 8, 17
"""Finals of a syllable: ㄴ, ㄹ, ㅂ."""
_A, _O, _U, _EU, _I = 0, 8, 13, 18, 20
"""Vowels of a syllable: ㅏ, ㅗ, ㅜ, ㅡ, ㅣ."""
_GLIDES: Final = {_O: 9, _U: 14, _I: 6, 11: 10}
"""ㅗ → ㅘ, ㅜ → ㅝ, ㅣ → ㅕ, ㅚ → ㅙ before -아/-어."""
_FUSED: Final = frozenset({_A, 1, 4, 5, 6, 7})
"""ㅏ, ㅐ, ㅓ, ㅔ, ㅕ, ㅖ swallow it."""
_BRIGHT: Final = frozenset({_A, 2, _O})
_ODD: Final = {"도우": "도와", "푸": "퍼", "하": "해", "이르": "이르러", "푸르": "푸르러"}
_KEEP_EU: Final = ("따르", "들르", "치르", "잠그", "담그", "쓰", "끄", "모으", "크", "뜨", "트")
"""Stems whose ㅡ only falls; the others on -르 double their ㄹ."""

_VERB: Final = re.compile(
    r"(?!.*(?:지하|이하|영하|저하|강하|귀하|휘하|산하)$)[가-힣A-Za-z]*하"
    r"|[가-힣]*(?:내|쓰|끄|켜|빼|쉬|되|재우)(?<!안내)(?<!시내)(?<!사내)(?<!실내)(?<!국내)(?<!이내)(?<!관내)"
    r"|(?:[가-힣]*(?:나|들어|돌아|내려|올라|가져|다녀|찾아|건너|따라|데려|넘어|챙겨))?(?:가|오)|[가-힣]*다니"
    r"|[가-힣]*(?:해|써|어|아|와|가|려|켜|겨|펴|져|쳐|워|꿔|줘|내|둬|봐|나|여)(?:보|주|두)|보|주|두"
    r"|타|사|자|서|매|떼|대|펴|세|재|들이|먹이|보이|가리|마치|만지|일어서|물러서|줄서|나서|마시|모시|모이|계시|아끼"
    r"|[가-힣]*(?:치우|지우|비우|채우|세우|태우|씌우|띄우|키우|메우|깨우|바꾸|나누|미루|다루|맞추|갖추|멈추|낮추|늦추|도우"
    r"|주우|누우|들르|따르|치르|서두르|고르|누르|부르|오르|자르|머무르|바르|나르|잠그|담그|지키|시키|식히|챙기|옮기"
    r"|맡기|남기|넘기|당기|즐기|숨기|내리|올리|돌리|알리|늘리|말리|살리|날리|흘리|버리|드리|기다리|두드리|줄이|붙이|높이|숙이"
    r"|기울이|끓이|녹이|바치|고치|합치|펼치|앉히|입히|밝히|익히|꾸미|비키|삼키|던지|빠지|모으|지으|이으|부으)"
)
"""Stems on an open syllable."""
_NOUN: Final = re.compile(
    r".*(?:(?:\d|[한두세네섯곱덟홉열몇]) ?시|까지|부터|에서|회의|휴가|연가|취소|연기|무료|유료|금지|중지|폐지|방지"
    r"|필수|이수|행사|대회|공사|검사|조사|감사|인사|평가|허가|추가|접수|회수|보수|단수|근무지|주의|유의|거부|여부|무효|오류|완료|종료|만료|자료|서류|예외|제외|이하|지하|영하|하루"
    r"|(?:다음|이번|지난|매|\d) ?주|정보|경보|예보|주의보|홍보|통보"
    r"|후보|담보|안내|실내|시내|이내|모두|오후|이후|원두|의무|업무|근무|휴무|교부|회비|경비|자리|차례|거|바"
    r"|언제|어디|누구|뭐|무어|얼마|몇\s?개|\d+\s?(?:호|개|세|조|부))"
)
_ORDERED_BY: Final = re.compile(r"(?:.*\s)?(?:\S*님|\S*[과국실팀]장|\S*관)(?:이|께서)(?:는)?\s.*")
_WEEK: Final = re.compile(r"(?:다음|이번|지난|매|첫째|둘째|\d) ?주$")
_ENDINGS: Final = (
    (re.compile(r"(?P<of>.*)래(?:요|용)?"), "라고"),
    (re.compile(r"(?P<of>.*)대(?:요|용)"), "다고"),
    (re.compile(r"(?P<of>.*)재(?:요|용)"), "자고"),
    (re.compile(r"(?P<of>.*[가-힣])는 ?(?:거|것|걸|건)"), "다고"),
)
"""`하래요` is `하라고 해요`, `하는 것` what is said to be so."""


def reports(clause: str) -> bool:
    """Whether a clause ends as reported speech does."""
    return (
        re.search(
            r"(?:[다라자냐]고|도록|[은는인을] ?지|[가-힣][래대재]요|[가-힣]는 ?(?:거|것|걸|건))(?:요|들|좀)?$", clause
        )
        is not None
    )


def as_said(clause: str) -> str:
    """The clause as its own polite sentence; empty where its ending is not known."""
    told = _quoted(clause)
    if _ORDERED_BY.fullmatch(told) and re.search(r"[라자]고$", told):
        return ""  # somebody's order, told by another: whose words they are is not plain
    if told.endswith("도록"):
        return f"{told} 해 주십시오"
    if re.search(r"[은는인을]\s?지$", told):
        return f"{told} 알려 주십시오"
    if len(told) < 4 or not told.endswith("고"):
        return ""
    head = told[:-1].strip("'\" ")
    kind, stem = head[-1], head[:-1]
    turn = {"다": _stated, "자": _proposed, "냐": _asked, "라": _bidden}.get(kind)
    return turn(stem) if turn is not None and stem.strip() and "가" <= stem[-1] <= "힣" else ""


def _quoted(clause: str) -> str:
    """The clause with -고 at its end, where it is said shorter."""
    told = re.sub(r"(?<=고)(?:요|들)$| 좀$", "", clause.strip(" ,.'\"")).strip(" ,.'\"")
    for pattern, ending in _ENDINGS:
        found = pattern.fullmatch(told)
        if found is not None:
            return f"{found['of']}{ending}"
    return told


def _parts(syllable: str) -> tuple[int, int, int]:
    code = ord(syllable) - _BASE
    return code // 588, code % 588 // 28, code % 28


def _syllable(first: int, vowel: int, final: int) -> str:
    return chr(_BASE + first * 588 + vowel * 28 + final)


def _final(stem: str) -> int:
    return _parts(stem[-1])[2]


def _formal(stem: str, open_end: str, closed_end: str) -> str:
    """`가` → `갑니다`, `길` → `깁니다`, `있` → `있습니다`."""
    first, vowel, final = _parts(stem[-1])
    if final in {0, _L}:
        return f"{stem[:-1]}{_syllable(first, vowel, _B)}{open_end}"
    return f"{stem}{closed_end}"


def _stated(stem: str) -> str:
    """`바뀌었`, `먹는`, `한`, `없`, `회의이` before -다."""
    first, vowel, final = _parts(stem[-1])
    if stem[-1] == "는" and len(stem) > 1:
        return f"{stem[:-1]}습니다"
    if final == _N:
        return f"{stem[:-1]}{_syllable(first, vowel, _B)}니다"
    return _formal(stem, "니다", "습니다")


def _proposed(stem: str) -> str:
    """`먹`, `모이`, `하지 말` before -자."""
    if stem.endswith("말"):
        return f"{stem[:-1]}않으면 좋겠습니다" if stem[:-1].rstrip().endswith("지") else ""
    for odd, form in (("걷", "걸"), ("듣", "들"), ("싣", "실")):
        if stem.endswith(odd):
            return f"{stem[:-1]}{form}으면 좋겠습니다"
    return f"{stem}{'면' if _final(stem) in {0, _L} else '으면'} 좋겠습니다"


def _asked(stem: str) -> str:
    """`있`, `했`, `하느`, `언제`, `누구이` before -냐."""
    bare = re.sub(r"(?<=[가-힣])느$", "", stem)
    word = bare.rsplit(maxsplit=1)[-1]
    if word.endswith("거") and " " in bare:
        return f"{bare[:-1]}겁니까?"
    if _final(bare) not in {0, _L}:
        return _formal(bare, "니까?", "습니까?")
    if bare != stem or _VERB.fullmatch(word) or _final(bare) == _L:
        return _formal(bare, "니까?", "습니까?")
    if word.endswith("으"):
        return f"{bare[:-1]}습니까?"
    if word.endswith("이") and len(word) > 1:
        return f"{bare[:-1]}입니까?"
    return f"{bare}입니까?" if _NOUN.fullmatch(bare) else ""


def _bidden(stem: str) -> str:
    """What stands before -라: an order, a wish (`달라`), a prohibition (`말라`), or a noun."""
    if stem.endswith("달"):
        return f"{stem[:-1].rstrip()} 주십시오" if stem[:-1].strip() else ""
    if re.search(r"지\s?(?:는\s|도\s)?[말마]$", stem):
        return f"{stem[:-1].rstrip()} 말아 주십시오"
    last = stem.rsplit(maxsplit=1)[-1]
    word, before = last.removesuffix("시") if _honoured(last) else last, stem.removesuffix(last)
    if word.endswith("으") and len(word) > 1 and not _VERB.fullmatch(word):
        return f"{before}{_joined_closed(word[:-1])} 주십시오"
    if _final(word) == _L:
        return f"{before}{_joined_closed(word)} 주십시오"
    if _final(word):
        return ""
    if _VERB.fullmatch(word) and not _WEEK.search(stem):
        return f"{before}{_ordered(word)}"
    if word.endswith("이") and len(word) > 1 and (_final(word[:-1]) or word.endswith("것이")):
        return f"{before}{word[:-1]}입니다"
    return f"{stem}입니다" if _NOUN.fullmatch(stem) else ""


def _ordered(stem: str) -> str:
    """`내` → `내 주십시오`, `써보` → `써보십시오`, `보내주` → `보내 주십시오`."""
    if stem[-1] in "보두" or stem == "계시":
        return f"{stem.removesuffix('시')}십시오"
    if stem.endswith("주"):
        return f"{stem[:-1]} 주십시오".lstrip()
    return f"{joined(stem)} 주십시오"


def _honoured(word: str) -> bool:
    """Whether -시- stands there: `오시`, `읽으시`; `마시` and `3시` have none."""
    if not word.endswith("시") or len(word) < 2 or word in {"마시", "모시", "계시"}:
        return False
    bare = word[:-1]
    return _VERB.fullmatch(bare) is not None or (bare.endswith("으") and len(bare) > 1)


def joined(stem: str) -> str:
    """A stem on an open syllable with -아/-어: `내` → `내`, `오` → `와`, `고르` → `골라`."""
    for odd, form in _ODD.items():
        if stem.endswith(odd) and (odd != "푸" or stem == "푸"):
            return f"{stem[: -len(odd)]}{form}"
    first, vowel, _ = _parts(stem[-1])
    if stem.endswith("으"):
        return _joined_closed(stem[:-1])
    if vowel == _EU:
        return _without_eu(stem)
    if vowel in _FUSED:
        return stem
    if stem[-1] in "쉬뛰뀌" or vowel not in _GLIDES:
        return f"{stem}어"
    return f"{stem[:-1]}{_syllable(first, _GLIDES[vowel], 0)}"


def _without_eu(stem: str) -> str:
    first, _, _ = _parts(stem[-1])
    before = _parts(stem[-2])[1] if len(stem) > 1 and "가" <= stem[-2] <= "힣" else -1
    vowel = _A if before in _BRIGHT else 4
    if stem.endswith("르") and not stem.endswith(_KEEP_EU) and len(stem) > 1:
        head, middle, _ = _parts(stem[-2])
        return f"{stem[:-2]}{_syllable(head, middle, _L)}{_syllable(5, vowel, 0)}"
    return f"{stem[:-1]}{_syllable(first, vowel, 0)}"


def _joined_closed(stem: str) -> str:
    """`받` → `받아`, `적` → `적어`."""
    return f"{stem}{'아' if _parts(stem[-1])[1] in _BRIGHT else '어'}"
