"""Who wants the receipt that they had once more: `영수증 다시 줘`, `아까 영수증`, `QR 다시`. Pure.

Another receipt than a trip's (카드, 주차 …), another month's sheet, and one that is to say something else are none.
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 40
_THING: Final = r"(?:영수증|QR ?코드|QR|큐 ?알 ?코드|큐 ?알)"
_AGAIN: Final = (
    r"다시|(?:한 ?번|함|한 ?장|하나)(?: ?만)? ?더|한번만|또|재발급|재발송|재전송|아까|방금|좀 ?전|마지막|최근"
    r"|어제|그저께|저번"
    r"|지난번|잃어|잊어|분실|지웠|지워졌|지워버|날아|날렸|없어졌|사라"
    r"|안 ?(?:왔|와|보여|보이|떠|뜨|나와|나왔)|못 ?(?:받|봤|찾)|어디 ?(?:갔|있|에)|어딨|어디야|안 ?보|찾아|까먹"
)
_WANTED: Final = re.compile(rf"{_THING}.*(?:{_AGAIN})|(?:{_AGAIN}).*{_THING}", re.IGNORECASE)
_OUT: Final = re.compile(
    rf"{_THING}(?:이|은|는|도)?\s?(?:벌써|이제|혹시|잘|다)?\s?(?:나왔|왔|발급 ?(?:됐|되었|됬))"
    r"(?:나요?|는지|니|냐|어요?|는가요?|을까요?|습니까|음|죠|지요?|남)?[\s?!.~ㅠㅎㅋ]*$",
    re.IGNORECASE,
)
_ALONE: Final = re.compile(
    rf"(?:(?:내|제|나|저|그|출장|아|근데)\s*)*{_THING}(?:이|을|를|은|는|도)?\s*(?:좀|요|이미지|그림|사진|파일)*\s*"
    r"(?:(?:보여|보내|띄워|볼래|볼게|봐|보자|줄래)\S{0,5}(?: \S{1,4})?)?[\s?!.~]*",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    r"정산|카드|주차|주유|톨|하이패스|숙박|호텔|식대|밥값|택시|버스|KTX|기차|교통|로그|확인|검증|진짜|진본"
    r"|위조|가짜|조작|새로|두 ?장|여러|고쳐|고치|바꿔|바꾸|수정|변경|정정"
    r"|취소|모두|전부|목록|내역|몇|언제|기한|까지 ?내|\d{1,2}월|지난 ?달|이번 ?달|저번 ?달|얼마|여비|출장비"
    r"|하면|으면|위치|말고|합쳐|다른 ?사람|남의|남이|팀장|주무관|과장|누가"
    r"|왜|저장|보관|코드로|로그인"
    r"|만들|끊어|써 ?줘|꾸며",
    re.IGNORECASE,
)


def wanted(text: str) -> bool:
    """Whether a receipt that was had before is wanted again."""
    return _short(text) and (_WANTED.search(text) is not None or _OUT.search(text) is not None)


def bare(text: str) -> bool:
    """Whether nothing but the receipt is named: the last one, where no new one is due."""
    return _short(text) and _ALONE.fullmatch(text) is not None


def _short(text: str) -> bool:
    return len(text) <= _LONGEST and "\n" not in text and ":" not in text and _OTHER.search(text) is None
