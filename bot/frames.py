"""Frames of sentences: who or what, and the words of an act, with the command that each comes to. Data, and its words.

`FIRST` are sentences whose words would lead astray; those that nothing else understood are `bot.frames_plainly`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.ellipses_desk import NAME, OFFICE, TITLE
from bot.settings import Role

BOSSES: Final = frozenset({Role.MANAGER, Role.OPERATOR})
KITCHEN: Final = frozenset({Role.KITCHEN, Role.MANAGER})
AUDITOR: Final = frozenset({Role.AUDITOR})
EVERYBODY: Final[frozenset[Role]] = frozenset()


@dataclass(frozen=True, slots=True)
class Frame:
    """A pattern over the normal text, the commands it comes to with its groups filled in, and for whom and where."""

    pattern: re.Pattern[str]
    words: tuple[str, ...]
    roles: frozenset[Role] = EVERYBODY
    asks: bool = False
    where: str = ""


def frame(pattern: str, *words: str, roles: frozenset[Role] = EVERYBODY, asks: bool = False, where: str = "") -> Frame:
    """A frame of a pattern and the commands that it comes to, likeliest first."""
    return Frame(re.compile(pattern), words, roles, asks, where)


WHO: Final = rf"(?P<who>{NAME}?){TITLE}"
TO_WHO: Final = rf"(?P<who>{NAME}?{TITLE})"
IS: Final = r"(?:이|가|은|는|께서)?"
ASKS: Final = r"(?!.*(?:\?|어떻게|하면|되나|언제|얼마|방법|[가-힣]까요?$|려면))"
PHONE: Final = r"(?:휴대폰|휴대전화|핸드폰|전화기|폰|전화)"
GONE: Final = r"(?:잃어|분실|도난|두고 ?(?:내|왔|와)|놓고 ?(?:내|왔|와)|없어졌|훔쳐|떨어뜨렸|도둑)"
HERE: Final = (
    r"(?:(?:여기|이 ?방|우리 ?방|이 ?채널|우리 ?채널|이 ?단톡(?:방)?)(?:에도|에다가?|에서는"
    r"|에서|에는|에|도|엔|은|는)?(?: ?(?:우리|좀))? )"
)
NEWS: Final = r"(?:소식|보도 ?자료|뉴스|기사|공고|자료|거|것|꺼)"
WANT: Final = (
    r"(?:받(?:고 ?싶|을래|을게|아 ?보|아볼|겠|자)|챙겨|보내|알려|올려|올라오게|넣어|구독|보고 ?싶|받아)"
    r"(?:은데|을래|자|고|주|줘|달|요|볼래|볼게|봐|어|아|해|하|할|네|었으면|싶)*[가-힣 ]{0,8}"
)
NO_TOPIC: Final = (
    r"(?!(?:알림|연락|메일|이거|그거|이런|저런|브리핑|밤|낮|주말|평일|아침|점심|저녁|매일|"
    r"오늘|어제|내일|메시지|공지|식당|영수증|출장|정산|파일|위치|코드)"
    r"(?:에|엔|은|는|을|를|이|만|으로|로|도)?(?:\s|$))"
)
DAY: Final = (
    r"(?:오늘|내일|모레|글피|(?:(?:이번|다음) ?주 ?)?[월화수목금토일]요일|\d{1,2}월 ?\d{1,"
    r"2}일|\d{1,2}[./]\d{1,2}|\d{1,2}일)"
)
GOES: Final = (
    r"(?:갑니다|가요|갈게요?|가게 ?됐|가야|갔다 ?(?:올|옵|와|오)|다녀 ?(?:올|옵|오|와)|나갑"
    r"니다|나가요|방문(?:해|합|예정))"
)
NO_TRIP: Final = (
    r"(?!.*(?:휴가|연차|연가|반차|병가|집에|병원|식당|점심|밥|화장실|퇴근|출근|교육|얼마|언"
    r"제|뭐|왜|누가|안 ?가|못 ?가|알림|구독|소식))"
)

FIRST: Final[tuple[Frame, ...]] = (
    frame(
        rf"^{HERE}?(?:점심|식당|줄|차례).{{0,10}}(?:알림|소식).{{0,8}}(?:켜|올려|보내|받)",
        "식당 알림 켜기",
        where="room",
    ),
    frame(
        rf"^{HERE}?(?:점심|식당|줄|차례).{{0,10}}(?:알림|소식).{{0,8}}(?:켜|올려|보내|받)",
        "식당 알림 켜기",
        where="room",
    ),
    frame(
        rf"^{HERE}?(?:점심|식당|줄|차례).{{0,8}}(?:알림|소식).{{0,6}}(?:꺼|끄|빼|그만|안 ?)",
        "식당 알림 끄기",
        where="room",
    ),
    frame(
        rf"^{DAY}(?:에|의)? ?(?:있는 ?|가는 ?)?출장 ?(?:시간|날짜|일정|장소|출발|시각)?(?:이|가"
        rf"|을|를|은|는)? ?[^?]{{0,20}}"
        r"(?:당겨|당기|미뤄|미루|늦춰|늦어|바뀌|바뀐|변경|바꿔)[^?]*$",
        "출장 목록",
    ),
    frame(
        r"^(?:이 ?방|여기)?.{0,3}?알림(?:을|은)? ?(?:하루(?:에)?|하루 ?최대) ?(?P<n>\d{1,3}"
        r"|열) ?(?:번|건|개|통) ?(?:넘지|이상|까지|이하|만).{0,8}$",
        "알림 건수 하루 {n}건까지",
    ),
    frame(
        rf"^{NO_TOPIC}(?P<what>\S.{{1,30}}?)(?:이랑|랑|하고|와|과|,) ?(?P<more>\S.{{1,20}}?) (?"
        r":둘 ?다|모두|다) ?(?:소식 ?)?(?:구독|받)",
        "구독 {what}",
        "구독 {more}",
        asks=True,
    ),
    frame(
        rf"^(?P<day>{DAY})? ?(?:점심 |저녁 )?(?P<dish>\S{{0,8}}(?:국|밥|반찬|찌개|구이|볶음|무침"
        rf"|조림|탕|전|김치|나물))(?:이|가|은|는|을|를)? (?P<what>[^\s?]{{2,10}}?)(?:으로|로) ?"
        r"(?:바꿔|변경|바뀌|바뀐|바뀝|수정|대체)",
        "식단 수정 {day} {dish}을 {what}으로",
        roles=KITCHEN,
    ),
    frame(
        r"^(?P<a>(?:오전 |오후 )?\d{1,2} ?시 ?(?:반|\d{1,2}분)?) ?(?:부터|에서|~) ?(?P<b>("
        r"?:오전 |오후 )?\d{1,2} ?시 ?(?:반|\d{1,2}분)?)까지.{0,8}(?:회의|교육|행사|면담"
        r"|미팅|발표|보고).{0,8}(?:알림|조용|방해|연락)",
        "알림 멈춤 {b}까지",
        "알림 설정",
        asks=True,
    ),
    frame(
        r"^위치(?: ?정보| ?수집| ?제공)?(?: ?이용)?(?: ?동의)(?:를|한 ?거|는)? ?(?:취소|철회|해"
        r"지|거둘|그만|안 ?할)",
        "위치 동의 철회",
    ),
    frame(rf"^{WHO}(?:의|이|가|은|는|께서)?(?: .{{0,4}})? ?{PHONE}.{{0,6}}{GONE}", "접속 끊기 {who}", roles=BOSSES),
    frame(rf"^{WHO}(?:의|을|를)? ?(?:접속|계정)(?:을|를)? ?(?:막아|끊어|차단|정지)", "접속 끊기 {who}", roles=BOSSES),
    frame(
        r"^(?:초대 ?코드|가입 ?코드|코드)(?:를|을)? ?(?:하나|한 ?개|좀|새로)? ?(?:만들|발급|줘"
        r"|주세요|뽑|필요|생성)",
        "초대",
        roles=BOSSES,
    ),
    frame(
        rf"^{ASKS}(?=.*점검)(?!.*점검 ?(?:하러|차|갑|가요|나가))(?P<of>{OFFICE}) ?(?P<when>\d{{"
        rf"1,2}}월|지난 ?달|이번 ?달) ?(?:출장)? ?점검",
        "점검 {of} {when}",
        roles=AUDITOR,
    ),
    frame(
        rf"^{ASKS}(?!.*취소.{{0,3}}(?:안|하지|말))(?P<when>{DAY})?(?:에|의)? ?(?:있는 ?|가는 "
        rf"?)?출장(?:이|은|을|가|건)? ?(?:취소|철회|[안못] ?(?:가|갈|감|갑)).{{0,14}}$",
        "출장 취소 {when}",
    ),
    frame(r"^(?:(?:지난|어제|방금|아까) ?)?영수증(?:을|를)? ?(?:다시|또|한 ?번 ?더|재발급|재전송)", "정산"),
    frame(
        rf"^(?P<a>{DAY}) ?(?:이랑|랑|하고|와|과|,) ?(?P<b>{DAY})(?:에|은|는)? ?(?:휴가|연차|연가)\S{{0,6}}$",
        "휴가 {a}",
        "휴가 {b}",
        asks=True,
    ),
    frame(r"^(?:내 ?|제 ?)?(?:연가|연차|휴가)(?:가|는|은)? ?(?:며칠|몇 ?일|얼마나?) ?(?:남|있)", "휴가 남은 일수"),
    frame(
        r"^출장 ?(?P<what>(?:시간|날짜|일정|장소|차량|출발|목적지).{0,30}(?:바꿔|변경|고쳐|수정"
        r"|미뤄|당겨|늦춰|옮겨).*)$",
        "{what}",
    ),
    frame(
        r"^(?!.*(?:매일|부터|이후))(?:.{0,14}(?:니까|라서|라|어서|해서|이라|들어가서|중) )?(?P"
        r"<at>(?:오전 |오후 )?\d{1,2} ?시 ?(?:반|\d{1,2}분)?)까지.{0,6}"
        r"(?:조용|알림.{0,4}(?:꺼|끄|멈|보내지)|방해|연락.{0,3}(?:하지|말))",
        "알림 멈춤 {at}까지",
    ),
    frame(
        r"^(?:매일 ?)?(?:점심 ?시간|밥 ?먹을 ?때|식사 ?시간)(?:에는|에|엔|만)? ?(?:알림|연락|소"
        r"식)?(?:을|은)? ?(?:보내지|하지|주지|안 ?보|꺼|끄|조용)",
        "조용한 시간",
        "알림 설정",
        asks=True,
    ),
    frame(
        r"^(?:당분간|잠시|잠깐|한동안|요 ?며칠)(?:만|은)? (?P<what>\S.{1,20}?) ?(?:소식|구독|보"
        r"도자료)(?:은|는|을|를)? ?(?:안 ?받|받지|쉬|그만|꺼|끄|멈)",
        "쉬기 {what}",
    ),
    frame(r"^(?:내 ?)?구독.{0,8}(?:파일|엑셀)(?:로|에)? ?(?:뽑|받|저장|내보|만들|줘)", "구독 내보내기"),
    frame(
        rf"^(?P<day>{DAY})? ?(?:점심 ?)?(?:메뉴|식단)(?:를|을|이|가)? (?P<what>\S{{2,10}}?)(?:"
        r"으로|로) ?(?:바꿔|변경|바뀌|바뀐|수정)",
        "식단 수정 {day} 메뉴를 {what}으로",
        roles=KITCHEN,
    ),
    frame(rf"^{HERE}(?P<what>\S.{{0,30}}?) ?{NEWS}(?:도|를|을|만|은)? ?{WANT}$", "구독 {what}", where="room"),
    frame(
        rf"^{HERE}?(?P<what>(?!식당|점심|여기|이 ?방|우리 ?방)\S.{{0,20}}?) ?{NEWS}?(?:은|는|을"
        r"|를|이제)? ?(?:그만"
        rf"|빼|안 ?)(?: ?(?:올려|올라|받|보내|줘|해|볼|봐))\S{{0,6}}$",
        "해지 {what}",
        where="room",
    ),
    frame(
        rf"^{HERE}?(?:소식(?:은|는|을)? ?)?(?:매일|하루에?) ?(?:한 ?번|1번|1회)?(?:만|씩)? ?(?"
        rf"P<at>(?:오전 |오후 |아침 |저녁 )?\d{{1,2}} ?시 ?(?:반|\d{{1,2}}분)?)(?:에만|에|만|로"
        rf")?.{{0,14}}$",
        "모아보기 시간 {at}에만",
        where="room",
    ),
    frame(
        rf"^{HERE}?(?:점심|식당|줄|차례).{{0,8}}(?:알림|소식).{{0,6}}(?:꺼|끄|빼|그만|안 ?)",
        "식당 알림 끄기",
        where="room",
    ),
)
"""Tried before anything else."""
