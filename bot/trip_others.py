"""Whose trip a sentence tells: somebody else's is nobody's own. Pure.

"과장님은 내일 부산으로 출장 가십니다" → 과장님    "과장님이 시키신 진주 출장 내일 갑니다" → one's own
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from bot.ellipses_desk import OFFICE
from bot.trip_words import TITLES

_LONGEST: Final = 80
_LEADS: Final = (
    r"^(?:출장 )?(?:(?:아|네|참|근데|그런데|저기|우리|저희|오늘|내일|낼|모레|글피"
    r"|(?:(?:다음|이번) ?주 ?)?[월화수목금토일]요일(?:에)?"
    rf"|\d{{1,2}}[./월] ?\d{{1,2}}일?(?:에)?|오전(?:에)?|오후(?:에)?|{OFFICE}) )*"
)
_TITLED: Final = rf"(?:[가-힣]{{2,4}}? ?|[가-힣] ?)?(?:{TITLES})님?(?:들)?|[가-힣]{{2,4}} ?씨"
_MARK: Final = r"(?:이|가|은|는|께서|께서는|께선)"
_NAMED: Final = re.compile(rf"{_LEADS}(?P<who>{_TITLED}){_MARK} (?=\S)")
_BARE: Final = re.compile(rf"{_LEADS}(?P<who>[가-힣]{{2,4}}?)(?:{_MARK}|이가|이는) (?=\S)")
_UNMARKED: Final = re.compile(rf"{_LEADS}(?P<who>{_TITLED}),? (?=\S)")
_GOES: Final = re.compile(r"출장|[가갈간감갑갔](?:$|[가-힣\s.!~])|다녀|방문")
_SAID_OF: Final = re.compile(
    r"(?:가|다녀오|출장이|오)(?:십니다|신답니다|신대\S*|신다\S*|셔요|세요|셨\S*|시네\S*|시고|시는데\S*|실 ?예정\S*)"
    r"|(?:간|온|갔|이|다녀온|있)(?:대요?|답니다|다네요|다고 ?(?:해|합|하)\S*|다던데\S*)"
    r"|출장이(?:래요?|랍니다|라고 ?(?:해|합|하)\S*|십니다|세요|시\S*)"
)
_IS_AWAY: Final = re.compile(
    r"(?:(?:오늘|내일|낼|모레|글피|지금|(?:(?:다음|이번) ?주 ?)?[월화수목금토일]요일|\d{1,2}[./월] ?\d{1,2}일?"
    r"|오전|오후)(?:은|에)? )+"
    r"(?:\S{2,8} )?출장 ?(?:이에요|예요|입니다|이요|임|중)\S{0,5}[.!~]*$"
)
_OWN: Final = re.compile(
    r"(?<![가-힣])(?:제가|저도|저랑|저와|저하고|나도|내가|저희도|우리도)(?=\s)|같이|함께|모시|동행|동반|수행|대동|시키|시킨|시켜"
    r"|지시|[가하으오]라[고는셔하]|부탁|대신|말씀|부르|불러|호출|말고|아니|빼|빠|불참|추가|취소|바뀌|변경|까요|나요|[?？]"
)


def traveller(text: str, names: Collection[str] = ()) -> str:
    """Who is said to travel, where that is plainly not the speaker; `names` are of the roster."""
    told = " ".join(text.split())
    if len(told) > _LONGEST or "\n" in text or not _GOES.search(told) or _OWN.search(told):
        return ""
    if found := _NAMED.match(told):
        return found["who"]
    if (found := _BARE.match(told)) is not None and found["who"] in names:
        return found["who"]
    found = _UNMARKED.match(told)
    if found is None or not (_SAID_OF.search(told) or _IS_AWAY.match(told[found.end() :])):
        return ""
    return found["who"]
