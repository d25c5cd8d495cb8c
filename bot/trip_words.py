"""The words of a trip memo: vehicles, titles, purposes, and what around them says nothing. Korean is data here.

A list that misses a word costs a question or a [고치기]; a list that is too wide eats a destination. So it is short.
"""

from __future__ import annotations

import re
from typing import Final

from attest.trip import Vehicle

TAKEN: Final = " , "  # what was taken out leaves a mark, so that its neighbours do not grow together
LABELS: Final = (
    r"(?:출장\s*)?(?:일시|기간|일자|날짜|장소|목적지|방문지|방문처|행선지|목적|용무|용건|사유|업무\s*내용|내용"
    r"|차량|교통편|교통수단"
    r"|이동수단|동행자|동행|동반자|동승자|문서\s*번호|명령\s*번호)|출장지"
)
FORGOT: Final = (
    r"깜빡|깜박|까먹|잊었|잊어|잊고|(?<!잘)(?<!잘 )못 ?(?:눌|찍|보냈)|안 ?눌|안 ?찍|누락"
    r"|빠뜨|빠트|사후 ?제출|꺼져|꺼졌|방전"
    r"|(?:안|못) ?(?:터졌|터져|잡혔|잡혀)"
    r"|(?:증빙|인증|증거)\S{0,3} ?(?:자료\S? ?)?(?:제출\S? ?|등록\S? ?|하나도 ?|아직 ?)?(?:안|못) ?"
    r"(?:냈|낸|올렸|올린|했|한|남겼|남긴|챙겼|챙긴|제출했|보냈|드렸)"
)
ELSEWHERE: Final = (
    r"조용히|방해 ?(?:하|금)|알림(?!판|장|톡)|브리핑|구독(?!경제|서비스)|모아 ?보|소리 ?꺼|(?:꺼|막아|끊어) ?(?:줘|주)"
    r"|소식 ?(?:막|줘|주|받|끊|보내|말)"
    r"|진짜|진본|위조|가짜|검증|^(?:감사|점검|교육) ?시작|감사실입니다"
)
"""Words of what is no trip, although one is named beside them."""
DOCUMENT: Final = re.compile(
    r"[(\[]?\s*(?:(?:출장\s*명령|문서|공문|명령|복명)\s*(?:서)?\s*(?:번호)?\s*[:：]?\s*)?"
    r"(?:(?P<dashed>[가-힣]{2,12}\s?-\s?(?:\d{4}-)?\d{1,7})(?!\d|\s*시|:)(?:\s*호)?"
    r"|(?P<counted>[가-힣]{1,12}(?:과|관|실|팀|국|단|센터|소)\s?제?\d{1,7}\s?호)"
    r"|(?<![\d-])(?P<plain>\d{4}-\d{3,7}(?![\d-])))\s*[)\]]?"
)

_TOWARD = r"(?:으?로)(?:요|\s*(?:감|가요|갑니다|이동|다녀\S*))?"
_RIDING = r"(?:\s*(?:타고|타요|탑니다|이용\S*|사용\S*|운전\S*|몰고|쓸\S*|씁\S*|쓰겠\S*)|임|이요|입니다|이에요|예요)?"
_ENDS = rf"(?:{_TOWARD}|편(?:으로)?|을|를|에)?{_RIDING}"
_STOPS = (
    r"(?!\s*(?:터미널|정류|승강장|차고|업체|회사|조합|노선|기사|운수|공사|공단|역|정비|배차|관리|충전|운송))"
    r"(?=[\s,.()·]|$)"
)
_FREE = r"(?<![가-힣A-Za-z])"
_SOMEBODY = r"(?P<who>[가-힣]{1,4}\s?(?:주무관|팀장|과장|계장|국장|실장|주사)님?)"
_RIDES = r"차(?:량)?(?:에|로|를|을)?\s*(?:동승|타고|같이\s*타고|얻어\s*타고)?"
_SHARED = rf"(?:{_SOMEBODY}\s*{_RIDES}|{_FREE}(?:동승|카풀|합승|얻어\s*타고|차를?\s*같이\s*타고))"
_TRAINS = r"KTX|SRT|ITX\S*|무궁화호?|새마을호?|기차|열차|지하철|전철"
_COACHES = r"(?:시외|고속|시내|광역|직행|통근|전세)?\s*버스|대중\s*교통|택시|비행기|항공편?|여객선|배편"
VEHICLES: Final = (
    (
        Vehicle.OFFICIAL,
        re.compile(
            rf"{_FREE}(?:(?:관용|공용|업무용?|공무)\s*(?:차량|차|트럭|버스|승합차)|관차)(?:고|이고)?{_ENDS}{_STOPS}"
        ),
    ),
    (Vehicle.SHARED, re.compile(rf"{_SHARED}(?:해서|하여|합니다|으로|로|함|하고)?{_STOPS}")),
    (
        Vehicle.OWN,
        re.compile(
            rf"{_FREE}(?:자가용|자차|자가\s*차량|자가(?!\s*(?:격리|진단|검사|점검))|(?:제|내|본인"
            rf"|개인)\s*(?:소유\s*)?(?:승용차|차량|차)){_ENDS}{_STOPS}"
        ),
    ),
    (Vehicle.PUBLIC, re.compile(rf"{_FREE}(?i:{_TRAINS}|{_COACHES}){_ENDS}{_STOPS}")),
    (Vehicle.UNKNOWN, re.compile(rf"{_FREE}(?:도보|걸어서|걸어|자전거){_ENDS}{_STOPS}")),
)

TITLES: Final = (
    "주무관|서기관|사무관|주사보|주사|서기보|서기|연구사|연구관|지도사|지도관|전문관|실무관|조사관|팀장|과장"
    "|국장|실장|계장|부장"
    "|소장|원장|본부장|차장|면장|읍장|동장|부시장|부군수|부지사|담당자?|주임|대리|선생|박사|교수|위원|공무관|인턴"
)
_TITLED = rf"(?<![가-힣])(?:[가-힣]{{1,4}}|[가-힣]\s|[가-힣]{{3}}\s)?(?:{TITLES})님?(?:들)?"
_NAME = r"(?<![가-힣])[가-힣]{2,4}"
_AND = r"\s*(?:,|·|、|/|및|와|과|이랑|랑|하고)\s*"
_WITH = (
    r"(?:함께|같이|동행|동반|모시고|수행|대동|동참)(?:\s*(?:하여|해서|하고|하며|합니다|함|예정|갑니다|가요|감|간다))?"
)
_GROUP = re.compile(
    rf"(?P<list>{_TITLED}(?:{_AND}(?:{_TITLED}|{_NAME}(?=\s*(?:와|과|이랑|랑|하고|동행)))|\s+{_TITLED})*"
    rf"|{_NAME}(?=\s?(?:와|과|이랑|랑|하고)\s*{_WITH})|(?<![가-힣])[가-힣]{{3}}(?=\s+(?:동행|동반)))"
    rf"(?:님|씨)?\s*(?:와|과|이랑|랑|하고|을|를|이|가|도)?\s*{_WITH}"
)
_TOGETHER = re.compile(rf"(?P<list>{_TITLED}(?:{_AND}{_TITLED})*)\s*(?:와|과|이랑|랑|하고)(?=[\s,]|$)")
_AFTER = re.compile(
    rf"(?<![가-힣])(?:동행자?|동반자?)(?:은|는)?\s*[:：]?\s+(?P<list>(?:{_TITLED}|{_NAME}(?:\s(?:{TITLES})님?)?)"
    rf"(?:{_AND}(?:{_TITLED}|{_NAME}(?:\s(?:{TITLES})님?)?))*)"
)
_BARE = re.compile(rf"(?:(?<=,)|^)\s*(?P<list>[가-힣]{{1,4}}\s?(?:{TITLES})님?(?:{_AND}{_TITLED})*)\s*(?=,|$)")
_SPLIT = re.compile(
    r"\s*(?:,|·|、|/|및|(?:와|과|이랑|랑|하고)(?=\s|,|$)|(?<=(?:관|장|사|님))(?:와|과|이랑|랑|하고))\s*"
    rf"|(?<=[관장사님리임])\s+(?={_TITLED})"
)
_NOBODY: Final = frozenset(
    {"출장자", "혼자", "단독", "없음", "없이", "일행", "직원", "본인", "직원들", "출장", "관용차"}
)
_ALONE = re.compile(
    r"(?<![가-힣])(?:혼자(?:서)?|단독(?:으로)?|저만|동행\s*(?:자\s*)?(?:은|는|이)?\s*(?:없음|없이|없습니다"
    r"|없어요|안\s*함|없이요|없어|없다|없고|없슴"
    r"|없네요))(?![가-힣])(?:\s*(?:갑니다|가요|감))?"
)

AREAS: Final = re.compile(r"(?<![가-힣])(?P<area>관내|관외)(?:\s*출장)?(?:입니다|이에요|로)?(?![가-힣])")
NOISE: Final = re.compile(
    r"(?<![가-힣])(?:출장\s?(?:내역|개요|계획|신청서)|출장(?:입니다|이에요|예요|이고|이요|예정(?:입니다)?"
    r"|갑니다|가요|감|자|건|인데요?|이라서?요?|이|을|도|은)?(?:\s*(?:하나|한 ?건)(?=\s))?(?:\s*(?:갑니다|가요|감"
    r"|예정|다녀\S*|있습니다|있어요|있음|있을|있어서\S*|있는데\S*|생[겨겼긴길김]\S*|잡[혀혔힌힘]\S*"
    r"|가는데\S*|가게|가려\S*|가야\S*|가기로|갈|넣[어으을]\S*"
    r"|신청|등록|(?:신청|등록)(?:합|해|드|할|하)\S*|올려\S*|올립\S*|올릴\S*|적어\S*|써줘\S*))?"
    r"|(?:(?:갔다|들렀다|들러|다녀)\s*)?(?:오|올|옵|다녀오|다녀올|다녀옵|갔다오|갔다올)(?:겠|게|려|니|라"
    r"|ㄹ)\S*|다녀\S*|저|나|제가|저희|(?:적어|올려|써|기록해|등록해"
    r"|남겨)\s?(?:줘|주|두|놔|놓)\S*|들어가요|들어갑니다|둘이|차는|잠깐|잠시|갑니다|가요|갈게요|갈\s*예정\S*"
    r"|가려고\S*|갈려고\S*|예정(?:입니다|이에요)?|이동(?:합니다)?|입니다"
    r"|출발(?:합니다|해요|예정|이요|이에요)?|있습니다|있어요|잡혔\S*|부탁\S*)(?=[\s,.:()]|$)|[○◦•▪□■]"
    r"|\d{2,3}[가-힣]\s?\d{4}"
)

_PURPOSES = (
    "점검|회의|교육|연수|워크숍|워크샵|세미나|간담회|협의|협의회|실사|조사|확인|지도|단속|답사|방문|면담"
    "|설명회|심사|평가|감사|견학|벤치마킹"
    "|특강|측량|홍보|캠페인|민원|상담|출석|정비|검수|납품|설치|수거|채취|시찰|보고회|보고|토론회|공청회|포럼"
    "|발표|심의|협약식|협약|착공식|준공식"
    "|개소식|기공식|행사|시험|면접|컨설팅|모니터링|집합교육|훈련|봉사|예찰|방제|소독|순찰|감독|인터뷰|배석"
    "|업무연락|업무보고|촬영|취재|검사|구매|계약|인수|전달|제출|수령"
)
_FURTHER = r"(?:배석|참석|참가|참여|지원|실시|추진|준비|대응|진행|처리|의뢰|청취|수료|응시|협조|업무|동행)"
_BEFORE = (
    "현장|합동|정기|수시|사전|업무|실무|예산|하반기|상반기|특별|불시|최종|중간|긴급|안전|시설|관계자|주민|민원"
    "|용역|직원|신규|보조금|사업|정책"
    "|난방|냉방|시설물|소송|문화재|의회|국비|위생|방역|환경|물품|서류|자료|불법|기관|유관기관|분기|연말|월례"
    "|제도|법정|의무|전문|역량|직무"
)
_CLOSES: Final = re.compile(r"(?<=\s)(?:일대|일원|부근|인근|주변|전역|관내)(?=\s)")
_WHY = (
    r"(?:\s*(?:차(?=$|\s)|건으로|건|를|을|하러|하려고요?|하려고|받으러|하기|위해서?|위하여|위함|목적(?:으로)?"
    r"|관련(?:해서|하여)?|때문에|예정|합니다|입니다|겸))*"
)
_TAIL = re.compile(
    rf"(?:^|\s)(?P<what>(?:(?:{_BEFORE})\s+)*\S*(?:{_PURPOSES})(?:\s+{_FURTHER})?)"
    rf"(?:차|러|하러|하려고요?|받으러)?{_WHY}\s*[.!]?$"
)
_PLACED = re.compile(r"^(?P<where>\S{2,}?(?: .*?)?)(?:에서|에|으로|(?<![도종])로)\s+(?P<what>\S.*)$")
_WHY_ALONE: Final = re.compile(rf"(?:{_PURPOSES}|업무|용무|공무|볼일)(?: ?(?:관계|건|차))?")
_SOMEONE: Final = re.compile(rf"(?:{TITLES})님(?:이|은|는|께서|도)?|[가-힣]{{2,4}}씨(?:가|는|도)?")
_OFF = re.compile(r"(?:에서|까지|에|으로|(?<=[가-힣])(?<![도종학진통])로)$")
_SPOKEN = re.compile(
    r"(?:(?:는|은|인)데요?|습니다|[어아해예여]요|이에요|네요|지만|[돼해라]서요?|(?<=[겨려혀있없])어?서요?"
    r"|려[고구]요?|[할을갈]래요?|[가-힣]게요|거든요?|[갑합됩]니다|가고|되고|먹고|마치고|끝나고|[갔왔]어|[갔왔렀렸]다가?|수도)$"
    r"|^(?:가|나가|나갑니다|나가요|가야|간다|감|좀|이번|그|있어|있을|출발할|먹을|들르는|갑자기|급하게|급히|일이)$"
)
_NO_PLACE = re.compile(
    r"아|앗|어|음|아니|아니다|아니요|아직|참|저기|추가\S{0,3}|(?:한|두|세|1|2|3)명|한참\S{0,4}|[안못]?(?:간다"
    r"|간대|갔다|갔네|갔지)"
    r"|[안못]\s?(?:가|간|갈|감|갑|갔)\S{0,4}|(?:갔다|다녀)?온지\S{0,2}|갔다온\S{0,2}|누르는\S{0,2}|찍는\S{0,2}"
    r"|언제까지\S{0,3}|거|것|걸|할|갈|자리에?"
    r"|(?:(?:등록|신청|작성|입력|기록|추가)?(?:하|할|해|합|했)|올릴|적을|갈|가려|갈려|잡을)(?:게|래|려|께|려고"
    r"|야|겠|건|거|건데|고|까)\S{0,4}"
    r"|출장(?:좀|요|이요|이야|이에요|임|인데|이고|이라|건|가야(?:돼|되|해|하|지)\S{0,3}|가요?|감|갑니다|간다"
    r"|갈\S{0,4}|가는데|가려\S{0,3}|신청\S{0,4}"
    r"|등록\S{0,4})?"
    r"|하나|한 ?건|한 ?개|또|더|(?:신청|등록|추가|기록|입력|작성)(?:요|좀|합니다|해요|해줘|해|함|하고|하려"
    r"|드려요|드립니다|부탁\S{0,4})?"
    r"|(?:잡아|올려|적어|써|넣어)(?:줘|주라|주세요|줄래|놔|둬|달라\S{0,2})\S{0,2}|싶\S{0,4}|할라고|하려구"
    r"|부탁\S{0,4}|예정\S{0,3}|있음|있는데|가야(?:돼|되|해|하|지|겠|함)\S{0,3}"
)
"""What is spoken around a trip, and no place."""
_NOUN_END = re.compile(r"(?<=[가-힣])(?:이야|이에요|이예요|예요|이요|입니다|인데요?|이고요?|이라서?)$")
_NUMBERS = re.compile(r"(?:[\d:~./-]+(?:분|시간|박|주일?)?\s*)+")  # how long, or nothing: no place
_REMNANT = re.compile(
    r"(?:으로|로|에|에서|까지|부터|만|은|는|이|가|을|를|도|쯤|뒤에?|후에?)"
)  # what stood behind an hour
_EDGES = " \t,.;:()[]-~·*○!"
_LONGEST = 60


def companions(text: str, labelled: str) -> tuple[tuple[str, ...], bool, str]:
    """The companions as written, whether it says that there is nobody, and the rest of the text."""
    alone = _ALONE.search(text) is not None or labelled.strip() in {"없음", "무", "-"}
    text = _ALONE.sub(TAKEN, text)
    found = [] if alone else [one for one in _SPLIT.split(labelled) if one]
    for pattern in (_AFTER, _GROUP, _TOGETHER, _BARE):
        text = pattern.sub(lambda match: _keep(match, found), text)
    names = (re.sub(r"\s*(?:외\s*\d+\s*명|씨)$", "", one.strip(_EDGES)) for one in found)
    kept = [name for name in names if name and name not in _NOBODY]
    return tuple(dict.fromkeys(kept)), alone, text


def _keep(match: re.Match[str], found: list[str]) -> str:
    said = [one for one in _SPLIT.split(match["list"] or "") if one.strip()]
    if not said or all(one.strip() in _NOBODY for one in said):
        return TAKEN
    found.extend(said)
    return TAKEN


def destination(text: str, where: str, what: str) -> tuple[str, str]:
    """Where, and what for: from what was labelled, else from what is left of the text."""
    parts = [part.strip(_EDGES) for part in re.split("[,;]", text)]
    for part in (part for part in parts if part):
        here, why = _apart(part)
        where = where or _clean(here)
        what = what or why
    return _clean(where), _clean(_bare(what))


def _apart(part: str) -> tuple[str, str]:
    """A piece of text as place and purpose."""
    closed = _CLOSES.search(part)
    if closed is not None:
        return part[: closed.end()], part[closed.end() :]
    placed = _PLACED.match(part)
    if placed is not None and _WHY_ALONE.fullmatch(placed["where"]):
        return _OFF.sub("", placed["what"]), placed["where"]
    if placed is not None:
        return placed["where"], placed["what"]
    tail = _TAIL.search(part)
    if tail is not None:
        return part[: tail.start()], tail["what"]
    return _OFF.sub("", part), ""


def _bare(what: str) -> str:
    """`농가 점검하러` is `농가 점검`."""
    tail = _TAIL.search(what)
    if tail is not None:
        return what[: tail.start()] + " " + tail["what"]
    return re.sub(rf"(?:(?<=\S)차|하러|받으러|하려고요?)?{_WHY}$", "", what)


def _clean(text: str) -> str:
    words = (
        word
        for word in _NOUN_END.sub("", text.strip(_EDGES)).split()
        if not (_SPOKEN.search(word) or _NO_PLACE.fullmatch(word) or _SOMEONE.fullmatch(word))
    )
    told = " ".join(words).strip(_EDGES)[:_LONGEST]
    return "" if _NUMBERS.fullmatch(told) or _REMNANT.fullmatch(told) else told
