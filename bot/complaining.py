"""What people complain of about what comes, or does not: nothing, too much, the same again, no briefing, why to them.

    "왜 아무것도 안 와" → nothing    "어제꺼 또 왔는데" → again    "아침에 브리핑 안 왔는데요" → briefing

Only what tells of it: who asks for less (`알림 안 오게 해줘`) or for more (`다시 보내줘`) complains of nothing. Pure.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Complaint(StrEnum):
    """What it is about; its value is the sentence by which its route is called."""

    NOTHING = "알림이 안 옵니다"
    BRIEFING = "아침 브리핑이 안 왔습니다"
    AGAIN = "같은 소식이 또 왔습니다"
    ME = "왜?"
    MANY = "알림이 너무 많아"


_END: Final = r"[\s?？!.~ㅠㅜㅎㅋ…]*$"
_NOT: Final = (
    r"(?:안 ?(?:와(?!도)|오(?:네|는(?! ?게)|지(?! ?(?:마|말))|냐|나|노|니|더|죠|잖|거든|고 ?있)|옵|옴|온(?:다|거| 거| "
    r"것)|왔(?!으면)"
    r"|떠(?!도)|뜨(?:네|는)|들어(?:와(?!도)|오(?:네|는)|왔)|울(?:려(?!도)|리(?:네|는)))|못 ?받(?:았|고 ?있|네|는|음"
    r"|겠)"
    r"|왜 ?안 ?(?:보내|줘|주|알려))"
)
_TALK: Final = (
    r"(?:(?:왜|아니|요즘|요새|오늘|어제|며칠째|며칠 ?전부터|계속|도대체|근데|이거|저는|나는|나만|저만|저한테|나한테"
    r"|나|저"
    r"|구독 ?(?:했는데|한 ?거|한 ?것|하고|은)?|신청했는데|아침부터|설정했는데|분명|혹시|지금|이상하네|어라|그런데)"
    r"(?:은|는|도|만|부터|,)? ?)*"
)
_SUBJECT: Final = r"(?:알림|소식|뉴스|문자|메시지|메세지|톡|연락|보도 ?자료)(?:들)?(?:이|가|은|는|도|을|를)?"
_NONE: Final = (
    r"(?:하나도|아무 ?것도|아무거도|암 ?것도|아무 ?소식도|아무 ?알림도|통|전혀|도통|한 ?건도|한 ?개도|한 ?통도|1건도)"
)
_NOTHING: Final = re.compile(
    rf"^(?=.{{3,36}}$)(?=.*(?:{_SUBJECT}|{_NONE})){_TALK}(?:{_SUBJECT} ?)?{_TALK}(?:{_NONE} ?)?(?:왜 "
    rf"?)?{_NOT}\S{{0,6}}"
    rf"(?: ?\S{{1,5}}){{0,2}}{_END}"
)
_NOT_SENT: Final = re.compile(
    rf"^(?=.{{3,36}}$)(?=.*왜){_TALK}{_SUBJECT} ?{_TALK}(?:{_NONE} ?)?안 ?(?:보내|줘|주|알려)\S{{0,6}}(?: "
    rf"?\S{{1,5}})?{_END}"
)
_BRIEFING: Final = re.compile(
    rf"^(?=.{{4,40}}$){_TALK}(?:(?:오늘 ?|어제 ?)?아침(?:에|마다)? ?)?(?:\d{{1,2}}시에? ?)?{_TALK}(?:아침 "
    rf"?)?브리핑(?:이|은|도|을|를)? ?"
    rf"(?:오늘(?:은|도)? ?|아직(?:도)? ?|하나도 ?|왜 ?|계속 ?)*{_NOT}\S{{0,6}}(?: ?\S{{1,5}}){{0,2}}{_END}"
)
_THING: Final = r"(?:거|꺼|것|건|게|걸|소식|글|기사|알림|내용|뉴스)"
_CAME: Final = (
    r"(?:와|왔|오네|오는|오[죠지냐]|옵|옴|온다|온거|받았|보내(?!\s?(?:줘|주|달|라))|보냈|떠|떴|뜨네|뜨는"
    r"|들어왔|들어와|나왔|나와)"
)
_AGAIN: Final = re.compile(
    r"^(?=.{4,40}$)(?!.*(?:줘|주세요|줄래|부탁|볼래|보여|싶|면 ?좋|려면))"
    rf"(?:.{{0,10}}(?:어제|아까|그제|그저께|지난번|저번|방금|전에|이미|벌써|지난 ?주)(?:에)? ?(?:본|온|왔던|받은|봤던"
    rf"|읽은|보낸)? ?{_THING}?\S{{0,3}} ?"
    rf"(?:왜 ?)?(?:또|다시)|.{{0,8}}(?:같은|똑같은|동일한) ?{_THING}\S{{0,2}} ?(?:왜 ?)?(?:또|다시|두 ?번|2번|여러 "
    rf"?번|계속|자꾸|몇 ?번|반복|중복)"
    rf"|.{{0,12}}(?:중복(?:으로|해서|되어|돼서|돼)?|두 ?번씩?|2번씩?|반복해서)) ?.{{0,8}}{_CAME}\S{{0,6}}(?: "
    rf"?\S{{1,5}}){{0,2}}{_END}"
)
_ME: Final = re.compile(
    rf"^(?=.{{4,36}}$)(?:(?:이거|이게|이건|이런 ?{_THING}|이 ?{_THING}|방금 ?(?:거|온 ?거|꺼)|저거|그거|근데"
    rf"|아니)(?:은|는|를|을)? ?)*"
    r"(?:(?:나랑|저랑|나하고|우리랑)? ?(?:상관|관련|관계)(?:도|이)? ?없는(?:데|거|걸)\S? ?)?왜 ?(?:나|저|우리|나만"
    r"|저만|여기|이 ?방|우리 ?방)"
    rf"(?:한테|에게|보고|로|에|까지)? ?(?:만 ?)?(?:이거 ?|이걸 ?|이런 ?걸? ?|자꾸 ?|계속 ?)*(?:{_CAME}|보내(?:는|요"
    rf"|지|냐|죠)?)\S{{0,5}}"
    rf"(?: ?\S{{1,5}}){{0,2}}{_END}"
)
_SUCH: Final = re.compile(
    rf"^(?=.{{4,30}}$)(?:(?:이런|이딴|이|그런) ?{_THING}|이게|이거|이걸)(?:은|는|를|을|이|들)? ?왜 ?(?:자꾸 ?|계속 "
    rf"?)?(?:{_CAME}|보내(?:는|요|지|냐|죠)?)"
    rf"\S{{0,6}}(?: ?\S{{1,5}}){{0,2}}{_END}"
    rf"|^왜 ?(?:자꾸 ?|계속 ?)?(?:이런|이딴) ?{_THING}(?:를|을|이|만)? ?(?:자꾸 ?|계속 ?)?(?:{_CAME}|보내(?:는|요|지"
    rf"|냐|죠)?)\S{{0,5}}{_END}"
)
_MUCH: Final = (
    r"(?:너무|왜 ?이리|왜 ?이렇게|왜케|진짜|엄청|정말|겁나|자꾸|계속|많이|시도 ?때도 ?없이|하루 ?종일|쉴 "
    r"?새 ?없이|좀)"
)
_MANY: Final = re.compile(
    rf"^(?=.{{4,34}}$)(?!.*(?:주세요|[해봐려]줘|줄여|싶|안 ?와|면 ?좋))(?:(?:아니|아|와|진짜|요즘|요새|오늘|근데|저기"
    rf"|하루에|하루 ?종일)(?:는|은|,)? ?)*"
    rf"(?:(?:{_SUBJECT}|카톡) ?(?:{_MUCH} ?)+(?:많|자주|시끄|귀찮|성가|쏟아|정신|울(?:려|리)|와(?!도)|오(?:네|는)|옵"
    rf"|옴|온다|보내(?:네|시네|는))"
    r"|(?:알림|소식|메시지) ?폭탄|너무 ?(?:많이|자주) ?(?:보내지 ?(?:마|말)|와(?!도)|오(?:네|는)|옵|옴|온다|보내(?:네"
    r"|시네|는)|울))"
    rf"\S{{0,6}}(?: ?\S{{1,5}}){{0,2}}{_END}"
)
_ROOM: Final = re.compile(
    r"^(?:이|우리|저희) ?(?:방|채널|단톡방?)(?:은|는|에|에는|엔|에서|이|만)? |^여기(?:는|만|에|엔)? "
)
_ORDER: Final = (
    (_BRIEFING, Complaint.BRIEFING), (_AGAIN, Complaint.AGAIN), (_ME, Complaint.ME), (_SUCH, Complaint.ME),
    (_MANY, Complaint.MANY), (_NOTHING, Complaint.NOTHING), (_NOT_SENT, Complaint.NOTHING),
)  # fmt: skip


def complaint(text: str) -> Complaint | None:
    """What a text complains of; None where it complains of nothing that comes or stays away."""
    if len(text) > 40:
        return None
    told = _ROOM.sub("", text)
    return next((kind for pattern, kind in _ORDER if pattern.match(told)), None)
