"""What somebody looks for among all that they say about it: "지난주에 봤던 한파 대책 글 어딨지" → "한파 대책". Pure.

When they saw it is no day of publication and is dropped; when it came out (`지난달에 나온`) is, and stays.
"""

from __future__ import annotations

import re
from typing import Final

_WHEN: Final = (
    r"(?:지난 ?주|저번 ?주|지난 ?달|저번 ?달|어제|그저께|그제|아까|방금|오늘|얼마 ?전|며칠 ?전|요전|저번|지난번|전번"
    r"|예전|옛날|전|접때|요 ?며칠 ?전"
    r"|일전|작년|올 ?초|이번 ?주|이번 ?달|지난 ?[월화수목금토일]요일)(?:쯤)?(?:에|에도|에는)?"
)
_SEEN: Final = re.compile(
    rf"(?:(?<!\S){_WHEN} )?(?:(?:내가|제가|나한테|저한테|우리한테|여기서|여기에) )?"
    r"(?<![가-힣])(?:봤던|보았던|본|읽었던|읽은|보내 ?(?:줬던|준|주신|주셨던)|받았던|받은|왔던|온"
    r"|보여 ?줬던)(?: (?:거|것|건|글))?(?= |$)"
)
_OUT: Final = re.compile(
    r"(?<!\S)(?P<when>"
    + _WHEN
    + r" )?(?<![가-힣])(?:나왔던|나온|올라왔던|올라온|떴던|뜬|있었던|발표된|발표됐던)(?= |$|거|것|글)"
)
_VAGUE: Final = re.compile(
    r"(?<!\S)(?:얼마 ?전|며칠 ?전|요전|저번|지난번|전번|예전|옛날|전|접때|일전|아까|방금)(?:에|에도|에는)?(?!\S)"
)
THING: Final = r"(?:보도 ?자료|소식|뉴스|기사|자료|공고문?|글|안내문?|공문|거|것|내용)"
_ENDS: Final = re.compile(
    rf"(?:(?:^|(?<=\S)| )(?:관련|관한|대한|관련된)?(?: |(?<=\S))(?:그 )?{THING}(?:들|이|가|을|를|은|는|도|만)?"
    r"|(?:^| )(?:좀|다시|또|한번|한 번|혹시|이거|그거|도대체|그|저)"
    r"|(?:^| )(?:어딨\S{0,5}|어디 ?(?:있|갔|뒀|로 ?갔)\S{0,6}|어디(?:에|서|야|지|죠|에요|예요)?(?: ?(?:있|봐|보"
    r"|찾)\S{0,6})?"
    r"|있었(?:는데|던\S{0,4}|지|죠|잖아|나|어|을 ?텐데)\S{0,3}|(?:뭐|뭐였|무엇이었)(?:더라|지|죠)?"
    r"|(?:찾아|검색해|보여|열어|뒤져|꺼내|알려)\s?(?:줘|줄래|주라|주세요|주십시오|주실래|주시|봐|보|달라|다오|드려"
    r"|줄)?[가-힣]{0,6}"
    r"|(?:다시 )?보고 ?싶\S{0,5}|찾고 ?(?:싶|있)\S{0,5}|찾을 ?수 ?있\S{0,4}|찾는데|나왔(?:던|었)\S{0,4}|봤(?:는데"
    r"|었는데|던데)\S{0,3}"
    r"|왔(?:었는데|는데|던데|잖아)\S{0,3}))[\s.!?~]*$"
)  # fmt: skip
_LEADS: Final = re.compile(r"^(?:(?:그|저|음|아|저기|혹시|있잖아|왜)(?:요)?[ ,.]+)+")
_LOOKS: Final = re.compile(
    r"어딨|어디 ?(?:있|갔|뒀|로 ?갔)|있었는데|있었던 ?것|찾|검색|보고 ?싶|뒤져|[봤본] ?(?:거|것|글)|봤던|나왔던"
    r"|올라왔던|떴던|보내 ?줬던|왔던|받았던"
    r"|(?<!\S)(?:요전|저번|지난번|얼마 ?전|아까|예전|접때|일전)에? ?(?:올라온|나온|온|뜬|본|받은) "
)
LOST: Final = (
    (
        r"^(?P<argument>\S.{1,50}?(?:소식|보도 ?자료|뉴스|기사|자료|공고문?|글|안내문?|공문)(?:이|가|은|는|를|을|들)? ?"
        r"(?:어딨|어디 ?(?:있|갔|로)|있었는데|있었던 ?(?:것|거)|뭐였)[가-힣 ]{0,6})[\s.?!~]*$"
    ),
)
"""Sentences that look for something without saying so."""
_PUBLISHED: Final = (
    r"(?:보도 ?자료|뉴스|기사|소식|자료|공고문?|발표|발표문|대책|나온 ?(?:거|것|게))(?:들)?"
    r"(?:이|가|은|는|도|라도|나|를|을)?"
)
_PAST: Final = (
    r"(?:지난|저번|이번 ?주|이번 ?달|이달|어제|그저께|그제|최근|작년|올해|요즘|요새|\d{1,2}월|요 ?며칠|며칠 ?전"
    r"|얼마 ?전)"
)
_NO_NEWS: Final = (
    r"(?!.*(?:출장|식단|메뉴|휴가|연차|공지|구독|영수증|브리핑|한테|에게|보내 ?[주줬]|받은|받았"
    r"|오늘|방금|아까|왜|어떻게|몇|말고))"
    r"(?!(?:내|제|우리 ?방|이 ?방) )"
)
_THERE: Final = (
    r"(?:있(?:나요?|어요?|을까요?|습니까|는지\S*|던가요|니|냐|지요?|죠|으려나\S*)"
    r"|없(?:나요?|을까요?|어요?|습니까|니|냐)"
    r"|나왔(?:나요?|어요?|습니까|니|는지\S*)|나온 ?(?:게|거|것) ?있\S+)(?: (?:알려|궁금|확인)\S*(?: \S{1,5})?)?"
)
IN_TIME: Final = (
    (
        rf"^{_NO_NEWS}(?=.*(?:관련|관한|대한|대해|나온|올라온|뜬|낸|발표|배포|{_PAST}))(?P<argument>\S.{{1,60}}?"
        rf"{_PUBLISHED}) ?(?:(?:좀|뭐|혹시|더|새로) ?)*{_THERE}[ ?!.~]*$"
    ),
    (
        rf"^{_NO_NEWS}(?=.*{_PAST})(?P<argument>\S.{{1,60}}?{_PUBLISHED}) ?(?:(?:좀|다시|한번) ?)*"
        r"(?:보여|알려|볼래|볼게|보고 ?싶|궁금)\S*(?: \S{1,5})?[ ?!.~]*$"
    ),
)
"""`지난주에 나온 소상공인 관련 보도자료 있나요?`: what came out, by topic and time."""
_ABOUT: Final = re.compile(
    r"(?<=\S)(?:에|와|과|이랑|랑)? (?:관련해서|관련하여|관련된|관련한|대해서?|대하여|대한|관해서?|관한)(?=\s|$)"
)
_BY: Final = re.compile(
    r"(?<=\S)(?:에서|이|가)(?P<when> (?:지난|이번|저번) ?(?:주|달)에?)? ?(?:낸|내놓은|발표한|배포한|올린)(?=\s|$)"
)
_SORT: Final = re.compile(r"(?<=\S) (?:보도 ?자료|뉴스|기사|소식|자료|거|것)(?:들)?$")
_LONGEST: Final = 60


def looked_for(text: str) -> str:
    """The words that are looked for, with the days on which it came out; empty where none are left."""
    words = _LEADS.sub("", re.sub(r"저번 ?(?=주|달)", "지난", " ".join(text.split()).strip(" .!?~")))
    if len(words) > _LONGEST:
        return ""
    words = _OUT.sub(lambda found: found["when"] or "", _SEEN.sub(" ", words))
    words, before = " ".join(_VAGUE.sub(" ", words).split()), ""
    while words != before:
        before, words = words, _LEADS.sub("", _ENDS.sub("", words)).strip(" .!?~")
    return words if any(char.isalnum() for char in words) else ""


def plainer(text: str) -> str:
    """The words without `관련해서`, `나온`, `중기부에서 낸` and what sort of writing it is."""
    words = _ABOUT.sub("", _OUT.sub(lambda found: found["when"] or "", text))
    words = " ".join(_BY.sub(lambda found: found["when"] or "", words).split())
    words = _SORT.sub("", words)
    return words if any(char.isalnum() for char in words) else text


def looks(text: str) -> bool:
    """Whether a text says that something is looked for."""
    return _LOOKS.search(text) is not None
