"""What somebody says their work is while they ask for news of it: several items, or one of several words. Pure.

"우리 업무가 기록물 관리랑 청사 관리인데 관련된 거 나오면 알려줘요"  → "기록물 관리, 청사 관리"
"""

from __future__ import annotations

import re
from typing import Final

from bot.joined import joined

_LONGEST: Final = 120
_WANTED: Final = (
    r"(?:(?:거기|그쪽|이쪽|그|이|그거|여기)(?:에|와|하고|랑)?\s?)?(?:관련(?:된|한|해서)?|대한|필요한|맞는|그런|이런)?\s?"
    r"(?:새\s?)?(?:소식|거|것|게|글|뉴스|보도\s?자료|정보|공고)?(?:들)?(?:을|를|이|가|은|만)?\s?(?:좀\s?)?"
    r"(?:(?:나오|있으|뜨|올라오|생기)면\s?)?(?:바로\s?|좀\s?)?(?:알려|보내|받|챙겨|구독|추천|골라)[^?]{0,14}"
)
_OURS: Final = (
    r"(?:우리|저희|제|저의|내|제가|내가|저는|저희는)\s?(?:과|팀|부서|계|실)?(?:는|가|의)?\s?"
    r"(?:담당\s?|맡은\s?|하는\s?|주요\s?|요즘\s?)*"
)
_WORK: Final = (
    re.compile(
        rf"{_OURS}(?:업무|일|사무)(?:가|이|는|은)\s+(?P<what>\S[^?]*?)"
        r"(?:인데요?|이라서?|라서?|이니까?|니까|이고요?|고요?|입니다|이에요|예요|이야|야)[,.]?\s+"
        rf"{_WANTED}"
    ),
    re.compile(
        r"(?:(?:저는|전|저희는|우리는|저희 ?과는|우리 ?과는|우리 ?팀은|제가|저)\s+)?(?:요즘\s)?(?P<what>\S[^?]*?)"
        r"\s?(?:업무)?(?:을|를)?\s?(?:담당|맡)(?:하고 ?있|하|고 ?있|았|아)"
        rf"(?:는데요?|습니다|어요|으니|어서|서|아서)[,.]?\s+{_WANTED}"
    ),
)


def work_told(text: str) -> str:
    """The items of the work, with commas between; empty where none are told, or a single word is."""
    plain = " ".join(text.split()).strip(" .!~")
    if len(plain) > _LONGEST:
        return ""
    found = next((one["what"] for pattern in _WORK if (one := pattern.fullmatch(plain)) is not None), "").strip()
    found = re.sub(r"(?<=[가-힣]{2})(?:하고|하며|이며) ", ", ", found)
    several = joined(found)
    if several is not None:
        return several.listed
    return found if "," in found or 1 < len(found.split()) <= 4 else ""
