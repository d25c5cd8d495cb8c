"""What a kitchen says of menus that it will enter or change, and what a list of dishes looks like. Pure."""

from __future__ import annotations

import re
from typing import Final

from bot.routes import tidy, unaddressed
from occupancy.menus.cells import DISH

FOOD: Final = r"밥|국|찌개|탕|김치|볶음|구이|면|까스|카레|나물"
"""Parts of the names of dishes."""
_DAY: Final = (
    r"(?:\d{1,2}월 ?\d{1,2}일|\d{1,2}/\d{1,2}|오늘|내일|모레|글피|(?:(?:이번|다음|다다음) ?주 ?)?[월화수목금]요일)"
)
_MENU: Final = r"(?<![가-힣])(?:점심|중식|저녁|석식|주간 ?)?(?:식단표?|메뉴표?|급식표?)(?:을|를|도|은|는|이|가)?"
_OWN: Final = r"^(?!.*(?:알림|소식|구독|브리핑|알려|보여|볼게|볼래|보려|확인|누가|언제|되나|돼나|될까|어디|[?？]))"
_WANTS: Final = (
    r"(?:려|라[고꼬구]|게 ?요?[ .!~]*$|께요|건데|거[예에라]|[가-힣]야 ?(?:하|되|돼|해|겠|지|죠)|는데|고 ?싶|예정|고자"
    r"|고 ?합|까 ?하)"
)
_ENTER: Final = r"(?:올리|올릴|올려|등록|입력|넣|적[으을어]|쓰려|쓸|짜|작성|보내려|보낼|공지)"
_CHANGE: Final = r"(?:바꾸|바꿀|바꿔|바뀌|바뀐|바뀜|변경|수정|고치|고칠|고쳐|정정|교체|대체)"
_INSTEAD: Final = r"(?:대신에?|말고|아니라|아니고)"
ENTERED: Final = (
    r"식단표?.{0,6}(?:등록|올리|올려|올립|업로드|입력|보내드|보냅|첨부|공유)(?!.{0,8}(?:볼게|볼래|보려|보여|보고|확인))"
)
"""A menu is entered, or will be; who looks at one that was, enters none."""
MEANT: Final = (
    rf"{_OWN}.{{0,16}}{_MENU}.{{0,8}}{_ENTER}.{{0,6}}{_WANTS}",
    rf"{_OWN}{_DAY} ?{_MENU}.{{1,60}}(?:올려|등록해|넣어|입력해) ?[줘주드].{{0,8}}$",
)
"""Somebody will enter a menu: `내일 식단 올리려고요`."""
CHANGES: Final = (
    rf"{_OWN}(?:{_DAY})?.{{0,6}}{_MENU} ?(?:좀|하나|다시|다)? ?{_CHANGE}\S{{0,12}}(?: \S{{1,8}}){{0,2}}$",
    rf"(?:^|{_DAY} ?){_MENU} ?어떻게 ?{_CHANGE}\S{{0,8}}(?: \S{{1,4}})?$",
    (
        rf"{_OWN}{_DAY}.{{0,4}}(?:{_MENU}|점심|중식|저녁|석식).{{0,40}}(?:{_INSTEAD}|빼고|→|->)"
        rf".{{1,30}}(?:으로|로) ?(?:{_CHANGE}|나가|나갑|해|합니다|할게|갈게|가요).{{0,10}}$"
    ),
    rf"{_OWN}{_DAY}(?:에|은|는)? ?\S*(?:{FOOD})\S{{0,2}} {_INSTEAD} ?\S*(?:{FOOD}).{{0,24}}$",
    (
        rf"^(?!(?:저|제가|저는|난|나는|내가|전) )(?:{_DAY}(?:에|은|는)? ?)?\S*(?:{FOOD}|조림|찜|튀김)"
        r"(?:에는|에도|에|엔|은|는)? [가-힣\d., ]{1,40}(?:들어가|들어갑|들어갔|들었|들어 ?있|포함)"
        r"(?:요|니다|고요|습니다|어요|돼요|됩니다|이에요)[ .!~]*$"
    ),
)
"""A menu that stands changes, or what a dish holds is told: `수요일 계란찜 대신 두부조림으로`."""
LIST: Final = rf"^(?=(?:[^?]*?(?:{FOOD})){{2}})[^?,:]{{1,20}}(?:,[^?,:]{{1,20}}){{2,12}}$"
ROW: Final = rf"^(?=(?:\S*(?:{FOOD}|찜|조림|무침|깍두기)\S? ?){{3}})(?:{DISH} ){{3,11}}{DISH}요?$"
"""Dishes and nothing else, with commas or without."""


def changes(text: str) -> bool:
    """Whether a text of the kitchen's wants a menu changed."""
    said = unaddressed(tidy(text))
    return any(re.search(pattern, said) for pattern in CHANGES)


def meant(text: str) -> bool:
    """Whether somebody only says that they will enter a menu."""
    said = unaddressed(tidy(text))
    return any(re.search(pattern, said) for pattern in MEANT)
