"""What people ask around the cafeteria, as hurried people type it. Pure.

meant: a sentence without a command, as the command that it comes to: "몇시에 가야 한산해" → "식당 …"
aside: what the command 식당 can't show and is told instead: a price, a place, who may eat, seats, other meals
dish: the dish that is asked about, and whether it is asked when
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_LONGEST: Final = 40
_NOT: Final = re.compile(
    r"출장|휴가|연차|회의|구독|소식|브리핑|공지|정산|영수증|초대|예약|신청|등록|수정|고쳐|올려|제보|취소|알림 "
    r"?(?:꺼|멈|설정)|퇴근|주차|행사|공고|직원|명부"
)
_CALM: Final = (
    (
        r"(?:몇 ?시|언제|어느 ?(?:시간|때)|시간대).{0,12}(?:한산|한가|안 ?붐|덜 ?붐|덜 ?기다|안 ?기다|줄 ?(?:이 "
        r"?)?(?:없|짧)|널널|사람 ?(?:이 ?)?(?:적|없))"
    ),
    r"(?:한산|한가|덜 ?붐비|안 ?붐비|널널|여유)(?:한|로운|하는|는)? ?(?:시간|때|시각|타임)",
    (
        r"사람 ?(?:이 ?)?(?:없|적)(?:는|은)? ?(?:시간|때)|^(?:점심|밥|식당)(?:은|을|에)? ?몇 ?시(?:가|쯤|에|쯤에)? "
        r"?(?:좋|나아|낫|가)\S{0,4}$"
    ),
    r"줄 ?(?:없|안 ?서|짧).{0,4}(?:시간|때|타임)",
)
_WHEN: Final = (
    r"(?:지금|당장|바로|(?:11|12|13|1|오전|오후|열두|한) ?시(?: ?\d{1,2} ?분| ?반)?|1[123]:\d\d"
    r"|\d{1,3} ?분 ?(?:뒤|후|있다|이따)"
    r"|(?:좀|조금|잠깐)? ?(?:있다가?|이따가?|나중에|뒤에|후에|기다렸다가?))"
)
_GO: Final = r"(?:가[는면도야]?|갈|먹|내려가|내려갈|나가|나갈)"
_BETTER: Final = r"(?:나[아을은]|낫|좋|덜|빠[르를]|빨[라리]|한산|짧|괜찮|편)"
_SHALL: Final = (
    r"(?:내려|나|먹으러 ?)?(?:갈까|가지|가죠|가나|가야|가면|갈지|먹을까|먹지|먹죠|먹을지)\S{0,3}(?: ?\S{1,4})?"
)
_BEST: Final = (
    (
        rf"^(?:오늘|이따|우리)? ?(?:점심|밥|식당|식사)?\S{{0,2}} ?(?:몇 ?시|언제|어느 ?때)(?:쯤|에|쯤에)? "
        rf"?(?:점심|밥|식당|식사|먹으러)\S{{0,2}} ?{_SHALL}$"
        rf"|^(?:오늘|이따|우리)? ?(?:점심|밥|식당|식사)\S{{0,2}} ?(?:몇 ?시|언제|어느 ?때)(?:쯤|에|쯤에)? ?{_SHALL}$"
    ),
    (
        rf"(?:점심|밥|식당|먹으러|식사).{{0,10}}(?:몇 ?시|언제|어느 ?때).{{0,6}}{_GO}.{{0,8}}{_BETTER}"
        rf"|(?:몇 ?시|언제|어느 ?때)(?:쯤|에|쯤에)? ?(?:점심|밥|식당|식사)\S{{0,3}} ?{_GO}.{{0,8}}{_BETTER}"
    ),
    rf"{_WHEN}.{{0,4}}{_GO}.{{0,12}}(?:아니면|아님|[,?]|요|까|나아|낫.|좋.) ?.{{0,4}}{_WHEN}.{{0,4}}{_GO}",
    rf"{_WHEN}.{{0,8}}{_WHEN} ?(?:중에?|가운데)?.{{0,8}}{_GO}.{{0,8}}{_BETTER}",
    (
        rf"^{_WHEN} ?(?:점심|밥|식당)?\S{{0,2}} ?(?:갈까|먹을까|내려갈까|나갈까)\S{{0,3}} ?"
        r"(?:말까|아님|기다릴까|어쩔까)\S{0,3}$"
    ),
    rf"^지금 ?(?:점심|밥|식당)?\S{{0,2}} ?{_GO}.{{0,4}}(?:나[아을]|낫)\S{{0,4}}$",
    rf"^(?:좀|조금|잠깐)? ?(?:있다가?|이따가?|기다렸다가?) ?{_GO}.{{0,6}}(?:{_BETTER}|까)\S{{0,5}}$",
)
"""When to go, now or later, which of two minutes."""
_NOW: Final = (
    (
        r"^(?:지금|오늘|현재|아직|벌써)? ?(?:식당 ?|줄 ?)?(?:혼잡도|혼잡|대기 ?(?:인원|줄|시간)|붐벼|붐비나"
        r"|북적여?)\S{0,4}$"
    ),
    r"^(?:지금|아직|오늘|혹시)? ?줄(?:이|은)? ?(?:있|없|길|짧|긴|서|많|늘|줄었|빠졌|어떄)\S{0,5}$",
    r"^(?:지금|이제|슬슬)? ?(?:내려)?(?:가도|가면|먹으러 ?가도) ?(?:돼|되|될|괜찮)\S{0,4}$",
    r"^(?:지금 ?)?(?:몇 ?명(?:이야|이나|있어|정도|쯤)?|사람 ?몇)\S{0,4}$",
    r"^(?:지금|오늘)? ?(?:식당 ?)?(?:널널|한산|여유|한가)(?:해|하나|한가|로워|있나|있어|하니)\S{0,3}\?*$",
    r"^(?:지금 ?)?줄(?:이|은)? ?(?:얼마나|어떄|어떤|어느)\S{0,4}(?: ?\S{1,4})?$",
    r"앉을 ?(?:데|곳|자리)",
    r"^(?:아 |아우 |너무 |진짜 |지금 )*배(?:가)? ?고(?:파|프)\S{0,5}$",
    r"^(?:우리 |슬슬 |이제 )*(?:밥|점심)(?:이나)? ?(?:먹자|먹을까|먹으러 ?(?:가자|갈까|가야)|고고|ㄱㄱ)\S{0,4}$",
    (
        r"^(?:지금|오늘|혹시|식당)? ?(?:빈 ?)?(?:자리|좌석|테이블)(?:가|는|이)? ?(?:좀 |아직 )?(?:있|비었|비어|없"
        r"|남|나)\S{0,6}(?: ?\S{1,4})?$"
    ),
    r"^.{0,14}(?:자리|좌석)(?:가|는)? ?(?:있을까|있나|있어|있으려나|비었)\S{0,4}$",
)
_TELL: Final = (
    r"(?:줄|사람|자리)(?:이|가)? ?(?:좀 )?(?:줄면|줄어들면|없어지면|짧아지면|빠지면|적어지면|나면"
    r"|없으면).{0,6}(?:알려|말해|연락|불러|톡)"
)
_EATS_NOT: Final = re.compile(
    r"^(?:나|난|나는|저|저는|제가|내가)? ?(?P<what>[가-힣]{1,6}?)(?:을|를|은|는|이|가)? ?"
    r"(?:못 ?먹|먹으면 ?(?:안 ?(?:돼|되)|큰일|두드러기)|안 ?맞|알러지|알레르기)(?P<rest>.*)$"
)
_TODAY: Final = re.compile(r"오늘|지금|괜찮|먹어도|되나|있나|나오")
_MARKED: Final = re.compile(
    r"난류|계란|달걀|우유|유제품|메밀|땅콩|대두|콩|밀|밀가루|고등어|게|꽃게|새우|돼지고기|돼지|복숭아|토마토"
    r"|아황산류?|호두|닭고기|닭|쇠고기|소고기"
    r"|오징어|조개류?|굴|전복|홍합|잣|갑각류|견과류?"
)
_MENU: Final = (
    r"(?:비건|채식|베지)(?:인)?.{0,10}(?:메뉴|식단|있|되|돼|나와)",
    r"^오늘(?:은)? ?(?:점심 ?)?[가-힣]{2,7}(?:이야|야|인가|이지|맞아|임)\s?\?+$",
)
_ASIDES: Final = (
    (
        "price",
        (
            r"(?:식권|밥 ?값|식대|식비|한 ?끼|점심 ?값|가격|요금).{0,8}(?:얼마|몇 ?원|가격|값|얼만|어떻게)"
            r"|(?:얼마|몇 ?원)(?:야|예요|에요|이야|임|지)?\s*\??$"
        ),
    ),
    (
        "guests",
        (
            r"(?:외부인|손님|민원인|방문객|가족|아이|애기|친구|지인|퇴직자|타 ?기관|다른 ?기관"
            r"|일반인).{0,12}(?:먹|가도|이용|되|돼|가능|데려|입장|올 ?수)"
        ),
    ),
    (
        "where",
        r"(?:식당|구내식당|급식실|밥 ?먹는 ?(?:데|곳))(?:이|은|는)? ?(?:어디(?!가|서 ?나)|어딨|몇 ?층|위치|가는 ?길)",
    ),
    (
        "hours",
        (
            r"(?:언제|몇 ?시)(?:에|부터|까지)? ?(?:열|닫|여|문|해|하|끝|시작|배식|운영|영업)|(?:저녁|석식|아침"
            r"|조식)(?:밥|은|도|에도|에)? ?(?:해|하|돼|되|먹|있|나와|줘|운영|열)|(?:언제|몇 ?시)(?:까지|부터) "
            r"?(?:먹|식사|밥)|(?:운영|영업|배식) ?시간|점심 "
            r"?시간(?:이|은)? ?(?:언제|몇 ?시)"
        ),
    ),
    ("eaten", r"먹었(?!나|니|냐|을까|지\?)|먹고 ?(?:왔|옴|나왔)|다 ?먹|잘 ?먹었"),
    ("seats", r"자리|좌석|테이블|앉을 ?(?:데|곳)"),
)  # fmt: skip
_GENERIC: Final = re.compile(
    r"(?:오늘의? ?)?(?:메뉴|식단|반찬|밥|점심|저녁|아침|뭐|무엇|사람|줄|고기|국|음식|급식|누구|언제|오늘|내일"
    r"|우리|여기|거기|자리|좌석|이거|그거)"
    r"|.*(?:소식|브리핑|자료|공문|결과|발표|기사|보도|공고|월급|급여|수당|차례|순서|순번|영수증|알림|식권|출장"
    r"|회의|휴가|예산|명단|과|팀|관|실|부서)"
)
_DISH: Final = re.compile(
    r"^(?:(?:혹시|그럼|근데)\s)?(?:(?:오늘|내일|모레|글피|어제|(?:이번 |다음 )?주?\s?[월화수목금]요일"
    r"|\d{1,2}월 ?\d{1,2}일)(?:은|는|에|엔)?\s)?"
    r"(?:(?:점심|메뉴|식단|식당)(?:에|은|으로)?\s)?(?P<dish>[가-힣]{2,7}?)(?:이|가|은|는|도)?\s?"
    r"(?P<when>언제 ?(?:나와|나오|있|줘)|(?:나오는|있는) ?날)?(?(when).{0,8}|(?:나와|나오나|나옵니까|나오니"
    r"|나오냐|있나|있어|나오는지|인가|이야\?|야\?).{0,4})[\s?!.~]*$"
)


class Dish(NamedTuple):
    """A dish that is asked about; `when`: on which day it comes."""

    name: str
    when: bool


def meant(text: str) -> str:
    """The command of a sentence in its normal form; empty where it is none."""
    if len(text) > _LONGEST or "\n" in text or _NOT.search(text):
        return ""
    text = text.removeprefix("식당 ")
    if re.search(_TELL, text):
        return "한산해지면 알려줘"
    if any(re.search(one, text) for one in _CALM):
        return "식당 언제 가면 좋아"
    if any(re.search(one, text) for one in _BEST):
        return f"식당 {text}" if re.search(r"\d", text) else "식당 언제 가면 좋아"
    if any(re.search(one, text) for one in _NOW):
        return f"식당 {text}"
    found = _EATS_NOT.match(text)
    if found is not None and _MARKED.fullmatch(found["what"]):
        today = _TODAY.search(found["rest"]) is not None
        return f"오늘 메뉴 {found['what']} 들어가나요" if today else f"내 알레르기 {found['what']}"
    if any(re.search(one, text) for one in _MENU):
        return f"식단 {text}" if "오늘" in text else f"식단 오늘 {text}"
    if aside(text) in {"price", "guests", "where", "hours"} and re.search(r"식당|밥|식권|점심|저녁|아침|식대|먹", text):
        return f"식당 {text}"
    asked = dish(text)
    return f"식단 {text}" if asked is not None and asked.when else ""


def aside(text: str) -> str:
    """What is asked of the cafeteria that its line does not tell; empty where nothing is."""
    return next((name for name, pattern in _ASIDES if re.search(pattern, text)), "")


def dish(text: str) -> Dish | None:
    """The dish that is asked about; None where none is."""
    found = _DISH.match(text.removeprefix("식단 ")) if len(text) <= _LONGEST else None
    if found is None or _GENERIC.fullmatch(found["dish"]):
        return None
    return Dish(found["dish"], found["when"] is not None)
