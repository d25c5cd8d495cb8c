"""What people ask of their own words and things with Dobi: who sees them, how long they stay, what goes along. Pure.

    "도비한테 쓴 얘기 과장님도 볼 수 있어요?" → "written"    "여기 쓴 말은 얼마나 보관되나요" → "written_kept"
    "출장 기록도 넘어가나요?"              → "handed"      "제 자료는 따로 파일로 받고 싶은데요" → `wants_file`

The answers are facts of docs/privacy.md, bot.wording.mine and bot.handover.
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 60
_ASKS: Final = re.compile(
    r"[?？]|(?:나요?|까요?|까|니|냐|노|죠|지요?|[는은던인]?가요?|[어아여]요|[돼되]요?|려나|는지|은지|예요"
    r"|에요)[\s.!~ㅠㅜ]*$"
    r"|(?:는지|은지|얼마나|언제까지|궁금|누가|뭐가|어디까지)"
)
_ORDERS: Final = re.compile(
    r"(?:지워|삭제해|보여|꺼|켜|보내|읽어|저장해|기록해|남겨|넘겨|찾아|올려|전해|요약해) ?(?:줘|주|드)|할게"
    r"|할래|하려고"
)
_DEED: Final = (
    r"(?:쓴|쓰는|적은|적는|보낸|보내는|말한|말하는|한|하는|나눈|나누는|친|치는|물어본|묻는|입력한|주고 ?받은"
    r"|얘기한|털어놓은|남긴|올린)"
)
_WORDS: Final = r"(?:말|얘기|이야기|글|것|거|게|건|걸|내용|메시지|대화|질문|톡|채팅)"
_HERE: Final = r"(?:도비|너|니|당신|여기|이거|이 ?방|이 ?채팅|챗봇|봇|이 ?메신저)"
_WROTE: Final = (
    rf"(?:{_HERE}(?:한테|에게|에다가?|에서|에|와|랑|이랑|하고|다가?)?(?:다가)? ?(?:제가 |내가 )?{_DEED} ?{_WORDS}"
    rf"|(?:제가|내가|저희가|우리가) ?(?:{_HERE}\S{{0,4}} )?{_DEED} ?{_WORDS}"
    r"|(?:내|제|저의|나의|우리|저희) ?(?:도비 ?)?(?:대화|채팅|톡|질문|검색|메시지)"
    rf"|{_HERE}(?:와|랑|이랑|하고)의? ?(?:대화|채팅|톡)|(?:대화|채팅) ?(?:내용|기록|내역|이력)"
    r"|(?:내|제|제가|내가) ?(?:뭘?|뭐|무엇을?|무슨 ?\S{1,4})(?:를)? ?(?:구독|검색|찾|물어|썼|쓰|받)\S*|(?:내|제"
    r"|제가|내가) ?구독\S*)"
)
_WHO: Final = (
    r"(?:누가|누구|과장|팀장|국장|계장|부서장|상사|윗사람|위에서|관리자|운영자|감사|인사과|총무과"
    r"|전산|다른|남|동료|직원|딴|사람|부서|회사|시장|도지사)"
)
_SEEN: Final = re.compile(
    rf"(?=.*{_WROTE})(?=.*(?:{_WHO}.{{0,14}}(?:볼 ?수|보나|보는|보게|보이|보여|봐|열람|알 ?수|알게|알아|공개"
    rf"|공유|보고|읽|확인|조회|들여다|뒤져)"
    r"|비밀|익명|유출|새 ?나|새어|공개되|안전|몰래|들키|감시))(?!.*(?:봤|보았|읽었|봣))"
)
_KEPT: Final = re.compile(
    rf"(?=.*{_WROTE})(?=.*(?:얼마나|언제까지|며칠|몇 ?(?:일|달|개월|년)|보관|저장|보존|(?<![가-힣])남(?:나|아"
    rf"|는|게|을)|기록(?:되|돼|으로)|지워지|사라지|삭제되|없어지"
    r"|서버))"
)
_OTHERS: Final = re.compile(
    r"(?:다른 ?(?:사람|직원|분)|남|직원|팀원|부하 ?직원)들?(?:의|이|들이)? ?(?:쓴|한|보낸|나눈)? ?(?:대화|채팅"
    r"|메시지|구독|말|얘기)"
)
_CARRIED: Final = (
    r"(?:출장|위치|영수증|정산|기록|구독|알림|기한|반응|대화|채팅|검색|설정|휴가|알레르기|자료"
    r"|제 ?거|내 ?거|채널|뭐|무엇|어떤 ?(?:것|거|게)|어디까지|전부|다)"
)
_HANDED: Final = re.compile(
    rf"(?=.*{_CARRIED})(?=.*(?:넘어 ?가|넘겨 ?지|넘겨지|인계 ?(?:되|돼)|딸려 ?가|옮겨 ?가|이어 ?받|전달되|포함"
    rf"|들어 ?가|같이 ?가))"
)
_GOES: Final = re.compile(r"넘어 ?가|넘겨 ?지|인계 ?(?:되|돼)|딸려 ?가")
_NO_HANDING: Final = re.compile(
    r"부서(?:가|를)? ?(?:바뀌|옮|변경)|발령|퇴직|퇴사|휴직|복직|파견|삭제|탈퇴|해제|분실|하루|자정|밤|시간이"
    r"|다음 ?날|\d ?시|\d ?건|글자|예산|초과"
)
_OWN: Final = (
    r"(?:내|제|나의|저의|제가 ?가진|본인|개인|(?:나|저)(?:에|와|하고) ?(?:대한|관한|관련된|대해)"
    r"|나에 ?관해)"
)
_THING: Final = r"(?:모든 ?|전체 ?)?(?:자료|정보|기록|데이터|개인 ?정보|것|거|꺼|내역|이력)"
_FILE: Final = r"(?:파일|엑셀|excel|xlsx|엑셀 ?파일|표|문서)"
_TAKE: Final = (
    r"(?:받|내려|다운|뽑|저장|내보|보내 ?(?:줘|주|달)|(?<=[로을를] )(?:줘|주|달라)|추출|가져|백업|떼"
    r"|출력|볼|보고|만들|있|되|돼|부탁|주세|주시|줄)"
)
_WANTS_FILE: Final = re.compile(
    rf"(?:(?:그럼|혹시|저|근데|그리고|저기|도비야|일단|나도) )*(?:{_OWN} ?{_THING}\S{{0,3}} ?(?:(?:따로|전부"
    rf"|모두|다|좀|한 ?번에|싹|통째로|한꺼번에|그냥) ?)*"
    rf"(?:{_FILE}(?:로|으로|을|를|이|은)?(?:만|도)? ?.{{0,8}}{_TAKE}|다운 ?(?:로드|받)|내려 ?받|내보내|백업)"
    rf"|{_FILE}(?:로|으로) ?{_OWN} ?{_THING}\S{{0,3}} ?.{{0,6}}{_TAKE})\S{{0,8}}(?: \S{{1,8}}){{0,3}}[\s?!.~]*",
    re.IGNORECASE,
)
_NO_FILE: Final = re.compile(
    r"드릴|드려|보낼게|올릴|지워|삭제|영수증|출장|식단|구독|통계|정산|직원|우리 ?(?:과|부서|기관)"
)


def privacy_asked(text: str) -> str:
    """`written`, `written_kept`, `handed`, or empty for all other texts."""
    told = " ".join(text.split())
    if len(told) > _LONGEST or ":" in told or "\n" in text or _ORDERS.search(told) or not _ASKS.search(told):
        return ""
    if _HANDED.search(told) and not _NO_HANDING.search(told) and ("인계" in told or _GOES.search(told)):
        return "handed"
    if _OTHERS.search(told) and not re.search(r"(?<![가-힣])(?:내(?!용)|제|저|우리|도비)", told):
        return ""
    if _SEEN.match(told):
        return "written"
    return "written_kept" if _KEPT.match(told) else ""


def wants_file(text: str) -> bool:
    """Whether somebody wants what is held of them as a file; an administrator's sheets are none of it."""
    told = " ".join(text.split())
    return len(told) <= _LONGEST and _WANTS_FILE.fullmatch(told) is not None and _NO_FILE.search(told) is None
