"""The command that a mistyped one may have meant, shown only where it leads somewhere. Pure.

"식댱" → [식당]    "초대장도 보내주세요" → [초대장]    "일단 꺼두세요" → nothing: `식단 꺼두세요` is no command
"""

from __future__ import annotations

import re
from typing import Final

from bot import wording
from bot.messenger import MAX_PRESS, Reply
from bot.routes import Found
from bot.wanting import only_wants

_SHOWN: Final = re.compile(r"(?:보여|알려|보내|열어|찾아|말해|보고|볼)(?:줘|주|요|봐|싶|드|라|래|게)\S*")
_SPOKEN: Final = re.compile(r"(?:세요|십시오|줘요?|니다|어요|아요|해요|까요|나요|네요|데요|게요|래요|죠)[?!.~]*$")


def nearest(meant: Found | None) -> Reply | None:
    """What is asked back; None where the rest of the words is somebody's sentence and no value of the command."""
    if meant is None:
        return None
    rest = " ".join(word for word in meant.argument.split() if not (only_wants(word) or _SHOWN.fullmatch(word)))
    if _SPOKEN.search(rest):
        return None
    words = f"{meant.route.words[0]} {rest}".strip()
    press = f"{meant.route.press}:{rest}".rstrip(":") if meant.route.press else f"{wording.SAY}{words}"
    return wording.perhaps(words, press) if len(press.encode()) <= MAX_PRESS else None
