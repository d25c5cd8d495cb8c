"""The words around a date that make it a deadline: who asks for what by then, and what is asked of nobody.

    date ─ is it an end ("까지", "마감", the far end of a range)? ─ what is due (신청, a label, a request)? ─ strength

Precision over recall: an event, a result, a plan, a term of office, somebody else's term (납품기한) or what is over is
no deadline, whatever stands beside it.
"""

from __future__ import annotations

import re
from typing import Final

from nlp.dates import Found
from nlp.sentences import unmarked

__all__ = ["COLUMN", "GROUP", "HEADING", "TERM", "WITHIN", "is_until", "strength", "who"]

_PAST_TENSE: Final = "".join(
    letter for place in range(20, 11_172, 28) if (letter := chr(0xAC00 + place)) not in "있겠"
)  # syllables that end in ㅆ
_ACT: Final = (
    r"(?:신청|접수|제출|응모|추천|입찰(?!\s*(?:동향|현황|예정|\S{0,2}\s*집행|공고일))|참가(?!비)|응시)(?!자|인|\S{0,2}\s*(?:후|뒤|이후)\s)"
    r"|공모|모집|회신|통보|송부|납부|입력|확정신고|신고(?=\s*(?:하|해|기|·|납부|는|를))|보고(?=\s*(?:하|한|해|할|바|요|$))"
    r"|의견|추천서|투고|지원서|원서|마감|등록(?=\s*(?:하|해|기|신|을|접|바|요|은\s))"
    r"|이의\s?(?:신청|제기|를)|청구(?=[는를하해할기])|투찰|모은다|모읍니다|모신다|모십니다|뽑는다|뽑습니다|내야|내면|내\s주|보내(?=\s*(?:주|면|야|시))|예약|예매|(?i:submission|registration|application|submit|deadline|apply|register)"
    r"|(?:희망자|참가자|참여자|지원자|신청자|작품|제안|후보|사연|서류|이력서|[청획안원견천][서])(?:를|을)?\s*(?:받는|받습|모신|모집|찾|추천)"
    r"|(?:입법|행정)예고|도착(?=분|하|한)"
    r"|(?:완료|결재|작성|참여|확인|조치|이행)\s*(?:요망|바람|바랍니다|(?:하여|해)\s*주시기|할\s것)"
)
_ACTS: Final = re.compile(_ACT)
_TERMS: Final = r"신청|접수|제출|응모|공모|모집|회신|납부|신고|참가|응시|입찰|투찰|등록|지원|의견|추천|가입"
_LABEL: Final = re.compile(
    rf"(?:{_TERMS})\S{{0,4}}\s*(?:기간|기한|마감|일정|시한|일시)"
    r"|마감일|기한\s*[:은이]|까지\s*제출|당초.{4,60}(?:변경|연장)\s*[)\]:：]?\s*$"
)
HEADING: Final = re.compile(
    r"^.{0,14}(?:신청|접수|제출|응모|공모|모집|회신|납부|신고|등록|추천|참가|응시)\S{0,4}\s*(?:기간|기한|마감)(?:\s*[:：)]?|[이은]\s*(?:어떻게|언제).{2,12}\?)$"
)
"""A heading that says what the line below it is: "신청기간"."""
COLUMN: Final = re.compile(
    r"(?:신청|접수|제출|응모|공모|모집|회신|납부|참가|응시)\S{0,4}\s*(?:기간|기한|마감|일정|시한)|마감일|기한"
    r"|(?:접수|신청|제출|응모|등록)(?:일자?)?$"
)
"""The head of a table's column of deadlines."""
GROUP: Final = re.compile(r"^.{0,8}(?:신청|접수|제출|응모|납부|견적서|지원서|원서|의견)[^\d|:：]{0,10}$")
"""A heading under which a bare "기간:" is that of handing in."""
TERM: Final = re.compile(
    r"^(?:[가-하][.)]\s*|\d[.)]\s*|\(\s*)?(?:기\s*간|기\s*한|마\s*감|일\s*시|일\s*정|마감일시|마감기한)\s*[)：:]"
)
"""A bare term at the start of a line."""
WITHIN: Final = re.compile(
    r"(?P<term>(?:열람|공람|공고|게시|예고|공시)\s?(?:·\s?\S{2,4}\s?)?기간)\s*(?:안|내|중|이내|동안|만료일\s?까지)에?\s"
    r"[^.]{0,60}(?:제출|신청|신고|의견|이의)"
)
"""Where a text says that objections are taken within a term that it names elsewhere."""
_LINE_IS: Final = re.compile(
    r"^(?:\(?(?:\d{1,2}|[가-하])[.)]\s*)?(?:[가-힣]{1,5}\s?)?(?:제출|접수|회신|마감)(?:일|일자)?\s*[:：|)]"
)
_LINE_ASKS: Final = re.compile(
    r"^(?:\(?(?:\d{1,2}|[가-하])[.)]\s*|\|\s*)?\(?(?:[가-힣]{1,5}\s?)?(?:신청|접수|제출|응모|회신|납부|참가신청|등록)(?:방법)?\s*[:：|)]"
)
_OTHERS_TERM: Final = re.compile(
    r"(?:(?:납품|준공|완공|착공|완료|유효|사용|소비|유통|처리|지급|보존|상환|계약|이용|보관|공사|과업|단속|통제|사업|교육|운영|행사|공연|위탁"
    r"|근무|활동|체험|임용|대회|점검|조사|대여|관람|시험|심사|평가|면접|발표)\s?(?:기한|기간|일시|일정)|임기|자격)\s*[:은|]?\s*$"
)
_IN_TERM: Final = re.compile(r"기간\s?(?:안|내|중)에?\s")
_REQUEST: Final = re.compile(
    r"[가-힣](?:\s*(?:바랍니다|바람|요망|부탁드립니다)|할\s*것|(?:하여|[가-힣])\s*(?:주(?:시기|십시오|세요|시면|실)|달라)"
    r"|하(?:십시오|세요)|면\s*(?:된다|됩니다|되며))"
)
_NO_DUTY: Final = re.compile(
    r"양해|참고|이용|유의|주의|참석|관람|방문|협조|관심|완료될|찾아|즐기|즐겨|응원|기대|기다|만나|오세요|오십시오|자제|삼가|우회"
)
_UNTIL: Final = re.compile(
    r"\s*\(?\s*(?:한국시간|KST|까지|이?전까지|이?전에)|\s*[)\]]?\s*까지"
    r"|\s?한(?=\s*(?:$|[.,)※])|\s(?!차례|번|명|해|달|곳|건|사람))|\s?限"
    r"|(?:\s*(?:정각|자정))?에?\s*(?:마감|종료|끝[나난]|닫)|\s*(?:업무|근무|영업|일과)\s*(?:종료|마감|시간)?\s*시?\s?(?:전\s?)?까지|\s*(?:도착|소인|접수)분|으?로\s*(?:\S{1,8}\s)?(?:연장|늦[추춘췄]|미[루뤘룬]|하[며고여]|한다|합니다)"
    r"|\s*\)?\s*중(?:으로|에)?\s(?!하루|한\s)|\s*안(?:에|으로)\s"
)
_BEFORE_UNTIL: Final = re.compile(
    r"(?:~|∼|〜|마감(?:일시?)?\s*[:은]?|기한\s*[:은|]?|(?i:deadline\s*:?|by|until|due|closes?\s+on))\s*(?:오는\s*)?$"
)
_MOVED: Final = re.compile(r"\s*(?:까지)?(?:으?로)?\s*(?:\S{1,8}\s)?(?:연장|늦[추춘췄]|미[루뤘룬]|늘[리린렸어])")
_ABOUT_IT: Final = re.compile(r"(?:이|가|을|를)\s")  # something is said of the day itself
_STATE: Final = re.compile(  # up to a day something holds, which asks nothing
    r"\s*까지\s*(?:(?!접수|신청|모집|공모|응모)\S{1,6}\s)?(?:유효|발급(?!\s?신청)|사용|이용|보관|보존|게시|운영|진행|개최|전시|계속|주민등록|한시|취소)"
)
_CLAUSE: Final = re.compile(
    r"(?:[가-힣](?:며|(?<![신공권광보참최재창예원경])고(?!\s싶)|지만|는데)|이후|한편)\s*,?\s|[,;]\s| / "
)
_EVENT: Final = re.compile(
    r"열리|열린|(?<!공모전 )개최|(?<!대)전시|휴관|심사(?!평가원)|평가(?!원|\s*입력)"
    r"|발표|개찰|행사\s*기간|시상|면접|설명회|보고회|시험일"
    r"|자격\s*[:：은]"
)
_EVENT_IS: Final = re.compile(r"(?:심사|발표|개찰|시상|면접|설명회|보고회|시험일)\s*(?:[은는:：]|일정\s*[:：])\s*$")
_DENIED: Final = r"(?:받|신청하|제출하)지\s?(?:않|아니|못)(?:는다|습니다|아도)|[\d일.)]\s?(?:공고|모집|공모)?\s?결과\s"
_OVER: Final = re.compile(
    rf"(?:신청|접수|마감|지급|모집|제출)[·\s가-힣]{{0,6}}\s*결과|사실이\s?아니|사실이\s?아닙|사실과\s?다르|사실과\s?다릅|{_DENIED}|[{_PAST_TENSE}](?:다|습니다|음|고|으며)\.?\s*$"
    r"|까지\s*(?:접수|신청|제출|모집|응모|신고|등록|납부)(?:된|한|받은|받아(?!.{0,20}(?:예정|계획)))\s"
)
_PLANNED: Final = re.compile(
    r"(?:통보|보고|송부|제출|입력|등록|회신)(?:할|하기로)\s*(?:예정|계획|방침|했|하였|한\s)"
    r"|\S{2,3}[을를]?\s*(?:면제|유예|중단|제한|금지|취소|보류|생략|대행)"
)
_PAST: Final = re.compile(r"(?:지난(?:해|달)?|작년|전년|당초|기존|애초)\s*[)\]]?\s*$")
_FORMER: Final = re.compile(r"\s*까지(?:였|이었|이던|\s*(?:받|접수하|모집하|신청받)(?:기로|으려|을\s|려던|던))")
_REPORTED: Final = re.compile(
    r"(?:다|라)고\s*(?:\S{1,4}\s)?(?:밝혔|말했|전했|설명했|강조했|덧붙였|당부했)(?:다|습니다)\.?\s*$"
    r"|(?:연장(?:되었|됐|했|하였)|늦췄|미뤘|늘렸|늘어났)(?:다|습니다)\.?\s*$"
)
_OBLIGED: Final = re.compile(r"[가-힣]야\s*(?:한|합|하)")
_DUTY: Final = re.compile(
    r"(?:제출|신청|회신|통보|송부|보고|입력|등록|신고|납부|접수|응모|지원|작성)\s*(?:을|를)?\s*(?:하면|하도록|할\s*(?:것|수\s*있))"
    r"|(?:통보|송부|보고|제출|입력)\s*한다|[가-힣]면\s*(?:된다|됩니다|되[며고])|하(?:세요|십시오)|바랍|바람|요망|할\s*것"
    r"|[가-힣]\s*주(?:시기|세요|십시오|시면)|[가-힣]야\s*(?:한|합|하)"
)
_SUBJECT: Final = re.compile(r"(?<!또)(?:은|는|,)\s+")
_NO_SUBJECT: Final = re.compile(r"[,:.()|]")
_SUBJECT_MOST: Final = 44
_PREFACE: Final = re.compile(
    r"^(?:이\s[^,.]{2,24}에\s(?:대하여|대해|관하여|관해)\s|[^가-힣]*\d{1,2}(?:일|\.)\s(?:현재|기준)\s|(?:다만|또한|아울러|한편),?\s)"
)
_PEOPLE: Final = re.compile(  # who can hand something in; an application, a date or a document can't
    r"(?:(?<![일숫문])자|인|[시도군구주국농어]민|직원|공무원|회원|[교위의]원|조합원|학생|[수교]\S생|업체|기업|법인|기관|단체|시·?군"
    r"|시·도|지자체|(?:부|소방|경찰)서|[가-힣]{2,}[과실국](?:장)?|실·국|학교|대학|유치원|어린이집|[농어]가|가구|세대|가족|팀|사람|분|분들"
    r"|청년|어르신|여성|부부|임산부|(?:사업|건물|세대|고용|차|선|견|화)주|부모|(?:단체|부서|학교|기관|시설|센터|읍|면|동|통|이|소|교)장"
    r"|조합|센터|회사|업소|사업장|읍·?면·?동|구·군|담당|[가-힣]{2,}회|대표회의|(?:관리)?사무소|보건소|상황실)$"
)


def is_until(sentence: str, found: Found, start: int) -> bool:
    """Whether a date (whose range, if any, begins at `start`) is the end of a time, and nobody else's."""
    before = sentence[max(0, start - 40) : start]
    if found.ends_range and _MOVED.match(sentence, found.end):
        return True  # from the day it was to the day it is
    if found.starts_range or _PAST.search(before):
        return False
    if _OTHERS_TERM.search(before) and not _IN_TERM.search(sentence, found.end):
        return False
    if _FORMER.match(sentence, found.end) or (_STATE.match(sentence, found.end) and not _LABEL.search(before)):
        return False
    if found.hours and _LABEL.search(before):
        return True
    if _LINE_IS.match(sentence) and re.match(r"[\s).]*(?:,.{0,20})?$", sentence[found.end :]):
        return True
    if found.ends_range or _UNTIL.match(sentence, found.end):
        return True
    return _BEFORE_UNTIL.search(before) is not None and not _ABOUT_IT.match(sentence, found.end)


def strength(sentence: str, start: int, end: int) -> int:
    """0: no deadline; 1: words of handing in beside the date (or its range); 2: a label says so."""
    if _OVER.search(_REPORTED.sub("", sentence)):
        return 0
    before, after = _clause(sentence, start, end)
    label = list(_LABEL.finditer(before))
    if (label and not _EVENT.search(before, label[-1].end())) or HEADING.match(before.strip()):
        return 2
    if _EVENT_IS.search(before):
        return 0
    if _LINE_ASKS.match(sentence) and not _EVENT.search(sentence[:end]):
        return 1
    if _acts_before(before) or _acts_after(after) or _requests(sentence[end:][:80]):
        return 1
    return 1 if _OBLIGED.search(after) and who(sentence, start) and not _NO_DUTY.search(after) else 0


def _clause(sentence: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after the date within its clause."""
    before, after = sentence[:start], sentence[end:]
    cuts = [cut.end() for cut in _CLAUSE.finditer(before)]
    lead = re.match(r"\s*까지,", after)
    stop = _CLAUSE.search(after, lead.end() + 1 if lead else 0)
    return before[cuts[-1] if cuts else 0 :][-60:], after[: stop.start() + 1 if stop else 60][:60]


def _acts_before(before: str) -> bool:
    """Whether the words before a date speak of handing in, and of no event since."""
    acts, events = list(_ACTS.finditer(before)), list(_EVENT.finditer(before))
    return bool(acts) and (not events or events[-1].start() < acts[-1].start())


def _acts_after(after: str) -> bool:
    act, event = _ACTS.search(after[:48]), _EVENT.search(after)
    return act is not None and not _PLANNED.match(after, act.start()) and (event is None or act.start() < event.start())


def _requests(after: str) -> bool:
    """Whether what follows a date asks the reader to do something by then."""
    asked = _REQUEST.search(after)
    return asked is not None and not _NO_DUTY.search(after) and not _EVENT.search(after[: asked.start()])


def who(sentence: str, at: int = 0) -> str | None:
    """Who must hand something in: the subject of the clause in which the date at `at` stands, else of the sentence."""
    cuts = [cut.end() for cut in _CLAUSE.finditer(sentence[:at])]
    for start in dict.fromkeys((cuts[-1] if cuts else 0, 0)):
        clause = _PREFACE.sub("", sentence[start:])
        duty = _DUTY.search(clause)
        told = _subject(clause[: min(duty.start(), _SUBJECT_MOST)]) if duty else None
        if told:
            return told
    return None


def _subject(before: str) -> str | None:
    """The first topic before a duty that is somebody."""
    for end in _SUBJECT.finditer(before):
        said = unmarked(before[: end.start()].strip()).removesuffix("에서").removesuffix("께서")
        if _NO_SUBJECT.search(said):
            return None
        if _PEOPLE.search(said):
            return said
    return None
