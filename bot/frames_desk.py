"""What is said around the desk, as the command or the answer that it comes to. Pure.

    "지금 어디 이상한데 없지?" → 상태, for who administers    "번호 바꿨어요" → what that means here
    "총무과가 행정과로 바뀌었어요" → 부서 이름 변경            "잘못 넣었어요" → the last act, named

Every word of a question after the state of things must be one of those listed: what asks after anything else is left.
"""

from __future__ import annotations

import re
from typing import Final

from bot.answers import said
from bot.carrying import Known, one_named
from bot.messenger import Reply
from bot.wording import own_matters

UNDO: Final = "방금 한 것 되돌리기"
_LONGEST: Final = 60

# --- how things are

_OF: Final = re.compile(
    r"(?:지금|현재|오늘|어제|그저께|밤새|밤사이|밤에|주말|주말에|주말동안|요즘|요새|혹시|도비|시스템|서버|봇"
    r"|챗봇|메신저|센서|센서들|카메라"
    r"|수집|수집원|크롤링|크롤러|출처|게시판|백업|디스크|알림|발송|전송|배달|서비스|프로그램|기능|전체|전부|모두"
    r"|모든|모든게|다|다들"
    r"|잘|뭐|뭔가|어디|어딘가|아무|아무데도|따로|특별히|제대로|별|별다른|큰|이상한|안되는|안|못|고장난|고장|죽은"
    r"|멈춘|끊긴|끊어진|난|있는|되는|된"
    r"|거|것|게|건|데|곳|일|좀|한번|우리|기관|쪽|거기|여기|아직|계속|그대로|문제|문제되는|오류|에러|장애|이상|탈"
    r"|소식)"
    r"(?:거|것|데|곳|게)?(?:은|는|이|가|을|를|도|들|들은|들이|에|에서|엔|만)?"
)
_HOW: Final = re.compile(
    r"(?:이상|문제|오류|에러|장애|고장|탈|별일|별탈|정상|괜찮|멀쩡|무사|살아|죽|멈|돌아|작동|동작|가동|되고|됐"
    r"|되|돼|나가|나갔|끊기|있|없|확인"
    r"|점검|봐|알려|안녕)[가-힣]*"
)
_STRONG: Final = re.compile(
    r"이상|문제|오류|에러|장애|고장|별일|별탈|탈 ?없|정상|괜찮|멀쩡|무사|살아|죽|멈|잘 ?(?:되|돼|됐|돌|나가)"
    r"|돌아가|돌아|작동|동작|가동|안되는|끊긴"
)
_ASKS: Final = re.compile(
    r"[?？]|(?:나|니|냐|노|지|죠|까|가|려나|는지|은지|나요|가요|지요|니까|냐고)[\s~!.ㅋㅎㅠ]*$|(?:확인|점검|봐"
    r"|알려)\S*$"
)
_SYSTEM: Final = re.compile(
    r"도비|시스템|서버|봇|센서|카메라|수집|크롤|출처|백업|디스크|알림|발송|전송|배달|전체|전부|모두|모든|다 "
    r"|다들|어디|뭐|뭔가|오류|에러|장애|고장|죽은|멈춘|끊긴|문제|이상|잘 ?(?:돌아|되고)"
)
_ALONE: Final = re.compile(
    r"(?:별일|문제|이상|오류|에러|장애|별탈|탈) ?(?:은|는)? ?없(?:나|지|니|냐|죠|어\?|나요|지요|어요\?|습니까)\S{0,2}"
)


def _state(text: str) -> bool:
    told = " ".join(text.split())
    bare = re.sub(r"[\s?？!.~ㅋㅎㅠㅜ]+$", "", told)
    if _ALONE.fullmatch(told.rstrip(" !.~")):
        return True
    words = bare.split()
    if len(words) < 2 or not _STRONG.search(bare) or not _SYSTEM.search(f"{bare} "):
        return False
    return all(_OF.fullmatch(one) or _HOW.fullmatch(one) for one in words) and _ASKS.search(told) is not None


# --- one's own

_SELF: Final = r"(?:저는|저|제가|나는|나|내가|전|난|저도)"
_WHEN: Final = (
    r"(?:이번에|곧|내일|모레|오늘|어제|다음 ?주에?|이번 ?주에?|담주에?|다음 ?달에?|이번 ?달에?|담달에?|내년에?"
    r"|연말에?|연초에?|상반기에?|하반기에?"
    r"|\d{1,2}월(?: ?\d{1,2}일)?에?|\d{1,2}/\d{1,2}에?|갑자기|드디어|인제|이제|아마)"
)
_OFFICE: Final = r"(?:\S{2,14}(?:으로|로|에) )"
_MOVED: Final = (
    rf"(?:{_OFFICE}?(?:발령|전보|전출|인사 ?이동|인사 ?발령|부서 ?이동|자리 ?이동|전근)(?:이|을|를|가|도)? "
    rf"?(?:나|났|날|받|가|갑|갈|갔|됐|되|있|예정|통보|확정|명령)"
    r"|(?:부서|과|팀)(?:가|를)? ?(?:옮|바뀌|이동)|(?:퇴직|퇴사|명퇴|정년 ?퇴직|사직|의원 ?면직)(?:해|하|합|할"
    r"|예정|이|을|입)"
    r"|(?:회사|직장|일)?(?:을|를)? ?그만 ?(?:둬|두|둡|둘|뒀))"
)
_OWN: Final = re.compile(rf"^{_SELF} (?:{_WHEN} )*{_MOVED}[가-힣 ]{{0,10}}[\s.!~ㅠㅜ]*$")
_OWN_BARE: Final = re.compile(rf"^(?:{_WHEN} )*{_MOVED}[가-힣 ]{{0,10}}[\s.!~ㅠㅜ]*$")
_NUMBER: Final = re.compile(
    r"^(?:(?:제|내|저|나) ?)?(?:(?:휴대폰|휴대전화|핸드폰|전화|폰|연락처) ?)?(?:번호|연락처)(?:가|를|도|은)? "
    r"?(?:(?:이번에|어제|새로|최근에) ?)?"
    r"(?:바꿨|바꾸|바뀌|바꼈|변경|달라|새로)[가-힣 ]{0,10}[\s.!~?]*$"
)
_PHONE: Final = re.compile(
    r"^(?:(?:제|내|저|이거) ?)?새 ?(?:휴대폰|핸드폰|폰|전화기?)(?:인데|이에요|예요|입니다|으로|로|에서|샀)[가-힣 "
    r"]{0,12}[\s.!~?]*$"
)
_QUITS: Final = re.compile(
    r"^(?:도비(?:를|는)? ?)?(?:(?:회원 ?)?탈퇴|(?:내 |제 )?계정(?:을|를)? ?(?:삭제|탈퇴|없애|지워))(?:를|을)? "
    r"?(?:어떻게|하고|할|하|해|시켜|신청|좀|방법|부탁|요|$)?[가-힣 ]{0,12}[\s.!~?]*$"
    r"|^(?:저 |나 |이제 )*(?:그만|안) ?(?:쓸래|쓸게|쓰고 ?싶|쓰려|쓸라|쓰겠)[가-힣 ]{0,8}[\s.!~?]*$"
    r"|^(?:저 |나 |이제 )*도비(?:를|는|랑|도)? ?(?:이제 ?)?(?:그만 ?(?:쓸|쓰|할|써)|안 ?(?:쓸|써|쓰)|끊)[가-힣 "
    r"]{0,8}[\s.!~?]*$"
)
_ERASES: Final = re.compile(
    r"^(?:내|제|저의|나의|나에 ?대한|저에 ?대한) ?(?:데이터|정보|기록|자료|거|것|흔적)(?:을|를|은|들)? ?(?:전부"
    r"|모두|다|싹|몽땅)? ?(?:지워|지울|지우|삭제|없애|파기)[가-힣 ]{0,8}[\s.!~]*$"
)
_RENAMED: Final = re.compile(
    rf"^(?:{_SELF} ?|제 ?|내 ?)(?:이름(?:이|을)? ?(?:바꿨|바뀌|바꼈|변경|고쳤)|개명)[가-힣 ]{{0,10}}[\s.!~]*$"
)
_RESTS: Final = re.compile(
    rf"^{_SELF} (?:{_WHEN} )*(?:육아 ?휴직|질병 ?휴직|출산 ?휴가|휴직)(?:을|에|이)? ?(?:들어가|들어갑|갑|가요"
    rf"|가게|갈|쓸|쓰|내|낼|하|할|해|예정|시작)[가-힣 ]{{0,10}}[\s.!~]*$"
)

# --- names that changed

_PERSON: Final = re.compile(
    r"^(?P<who>[가-힣]{2,5}?)(?: ?(?:주무관|팀장|과장|계장|님|씨))?(?:이|가|은|는|의)? ?(?:이름(?:을|이|도)? "
    r"?)?(?:이번에 )?"
    r"(?:개명(?:을|해서|했는데|하셔서|하고|했어요|함)?|이름(?:을|이)? ?(?:바꿔서|바뀌어서|바뀌었는데|바꿨는데)"
    r"|(?=[가-힣]{2,5}(?:으로|로) 개명))[, ]*"
    r"(?:이제 |지금은 )?(?P<to>[가-힣]{2,5}?)(?:으로|로)? ?(?:개명)?(?:이에요|예요|입니다|이야|임|요|으로|로"
    r"|바꿔|했어요|했습니다|하셨어요|됐|했대요|래요|이래요|이고요)[가-힣 ]{0,12}[\s.!~]*$"
)
_NAME_TO: Final = re.compile(
    r"^(?P<who>[가-힣]{2,5}?)(?: ?(?:주무관|팀장|과장|계장|님|씨))?(?:의)? ?(?:이름|성명)(?:을|이)? "
    r"(?P<to>[가-힣]{2,5}?)(?:으로|로) ?"
    r"(?:바꿔|변경|고쳐|수정|정정|바꾸|바뀌|바꼈)[가-힣 ]{0,10}[\s.!~]*$"
)
_UNIT: Final = r"[가-힣A-Za-z0-9·]{2,12}(?:과|담당관|실|국|팀|소|센터|단|본부)"
_OFFICE_TO: Final = re.compile(
    rf"^(?:(?:이번에|조직 ?개편으로|우리) )*(?P<was>{_UNIT})(?:이|가|은|는|의|에서|를|을)? ?(?:부서 ?)?(?:이름"
    rf"|명칭|부서명|과명)?(?:이|을|를)? ?(?:이제 )?"
    rf"(?P<to>{_UNIT})(?:으로|로) ?(?:부서 ?)?(?:이름|명칭)?(?:이|을|를)? ?(?:바뀌|바꿔|바꼈|바꿨|변경|개편|개칭"
    rf"|됐|되었|고쳐|바꾸)[가-힣 ]{{0,12}}[\s.!~]*$"
)
_OFFICE_NAME: Final = re.compile(
    r"^(?:우리 ?)?(?:부서|과|팀|조직) ?(?:이름|명칭|명)(?:이|을|를|도)? ?(?:좀 |이번에 |다 )*(?:바뀌|바꿔|바꼈"
    r"|바꿨|변경|고쳐|바꾸|개편)[가-힣 ]{0,12}[\s.!~?]*$"
)

# --- taking back

_UNDOES: Final = r"(?:취소|되돌|되돌려|무르|물러|물릴|원래대로|원상 ?복구|복구|없던 ?일|철회)"
_UNDO: Final = re.compile(
    rf"^(?:(?:아니|아|앗|어|헉|아이고|에고|잠깐만?|저기|죄송한데|미안한데|방금|지금|아까|조금 ?전에?|좀 ?전에?)[ "
    rf",.~!]*)*"
    rf"(?:(?:제가|내가) )?(?:(?:방금|아까) )?(?:(?:직원|사람|역할|권한|부서|초대|휴직|퇴직|복직|인사발령|발령) ?)?"
    rf"(?:(?:추가|등록|처리|변경|발급|부여|적용|한|넣은|넣|옮긴|바꾼|준|뺀|올린|만든|시킨|누른|더한|보낸"
    rf"|퇴직시킨|퇴직처리)[가-힣]{{0,4}} ?)?"
    rf"(?:거|것|꺼|건|걸|일)?(?:는|은|를|을|도|좀| )*{_UNDOES}[가-힣 ]{{0,12}}[\s.!~ㅠㅜ]*$"
    r"|^(?:(?:아|앗|어|헉|아이고|에고|아니)[ ,.~!]*)*(?:제가 |내가 |방금 |아까 |뭔가 |뭘 )*(?:잘못|실수로|실수"
    r"|엉뚱한 ?(?:사람|거|것)\S{0,3}|다른 ?(?:사람|분)\S{0,3})"
    r" ?(?:로|을|를)? ?(?:(?:넣|추가|등록|처리|눌|눌러|했|한|하|해|옮|바꿨|바꾼|줬|준|뺐|보냈|올렸|입력|쳤|적|썼"
    r"|퇴직|선택|골랐)[가-힣]*)?[가-힣 ]{0,10}[\s.!~ㅠㅜ]*$"
)
_OTHER: Final = re.compile(r"구독|소식|출장|알림|식단|메뉴|제보|영수증|휴가|연차|차례|예약|\?|까요|되나|하면|어떻게")
_INSTEAD: Final = re.compile(
    r"^(?:(?:아니|앗|아|아뇨|아니요|잠깐만?|죄송)[ ,.~!]*)*(?P<not>[가-힣]{1,6}?)(?: ?(?:님|씨))?(?:이|가)? "
    r"?(?:아니고|말고|아니라|아니구)[ ,]*"
    r"(?P<who>[가-힣]{1,4}?(?: ?(?:주무관|팀장|과장|계장|사무관))?)(?: ?(?:님|씨))?(?:이요|요|입니다|이에요|예요"
    r"|인데요?|이야|야|이었어요|였어요|임)?[\s.!~]*$"
)

_NO_BUT: Final = re.compile(
    r"^(?:아니(?:요|고|야)?|아뇨|앗|정정)[ ,.~!]+(?P<who>[가-힣]{2,4}?|[가-힣]{1,4}? ?(?:주무관|팀장|과장|계장"
    r"|사무관))(?: ?(?:님|씨))?"
    r"(?:이요|요|입니다|이에요|예요|인데요?|으로|로)[\s.!~]*$"
)


def undoing(text: str) -> bool:
    """Whether a text wants the last act taken back, or tells that it was wrong, and names nothing else."""
    return len(text) <= 40 and _UNDO.fullmatch(text.strip()) is not None and _OTHER.search(text) is None


def instead(text: str) -> str:
    """Whom the last act was meant for: `김주무관 아니고 이주무관이요`; empty for all other texts."""
    told = text.strip() if len(text) <= 30 else ""
    found = _INSTEAD.fullmatch(told) or _NO_BUT.fullmatch(told)
    return found["who"].replace(" ", "") if found is not None and len(found["who"]) > 1 else ""


def asks_state(text: str) -> bool:
    """Whether somebody asks how all of it is."""
    return len(text) <= _LONGEST and _state(text)


def near_desk(text: str, *, boss: bool) -> bool:
    """Whether it is worth while to know who is who here: `at_desk` is None of any other text."""
    told = " ".join(text.split())
    if len(told) > _LONGEST:
        return False
    own = (_NUMBER, _QUITS, _OWN, _OWN_BARE, _RESTS, _PHONE, _ERASES, _RENAMED)
    names = (_PERSON, _NAME_TO, _OFFICE_TO, _OFFICE_NAME) if boss else ()
    return any(one.fullmatch(told) for one in (*own, *names)) or (boss and _state(told))


def at_desk(text: str, known: Known, *, boss: bool) -> str | Reply | None:
    """The command that a sentence comes to, or what is answered at once; None for all other texts."""
    told = " ".join(text.split())
    if len(told) > _LONGEST or "\n" in text or ":" in told:
        return None
    if boss:
        return ("상태" if _state(told) else None) or _names(told, known) or _own(told, known, boss=True)
    return _own(told, known, boss=False)


def _names(told: str, known: Known) -> str | None:
    for pattern in (_PERSON, _NAME_TO):
        found = pattern.fullmatch(told)
        if found is not None and found["who"] in known.people:
            return f"이름 변경 {found['who']} {found['to']}"
    if (found := _OFFICE_TO.fullmatch(told)) is not None and not one_named(told, known):
        return f"부서 이름 변경 {found['was']} {found['to']}"
    return "부서 이름 변경" if _OFFICE_NAME.fullmatch(told) else None


def _own(told: str, known: Known, *, boss: bool) -> str | Reply | None:
    if _NUMBER.fullmatch(told) and "문서" not in told:
        return own_matters.number_changed()
    if _QUITS.fullmatch(told):
        return own_matters.leaves_dobi()
    named = any(name in told for name in known.people)
    bare = not boss and said(told) is None  # `그만둘게요` is a no to whatever was asked
    if not named and (_OWN.fullmatch(told) or (bare and _OWN_BARE.fullmatch(told))):
        return own_matters.moves(known.contact)
    if _RESTS.fullmatch(told) and not re.search(r"\d", told):
        return own_matters.rests(known.contact)
    for pattern, command in ((_PHONE, "연결"), (_ERASES, "내 정보 삭제"), (_RENAMED, "내 정보 정정")):
        if pattern.fullmatch(told):
            return command
    return None
