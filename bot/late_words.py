"""The hour of a moment that was, as people answer it: `두시쯤 드갔지싶다`, `아이다 세시네`, `그래 그걸로`. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.answers import Said, asks, said
from bot.trip_memo import Memo, read
from bot.trip_words import FORGOT

_HOUR: Final = re.compile(
    r"(?:(?:오전|오후|새벽|아침|낮|점심|저녁|밤)\s*)?(?:\d{1,2}|열한|열두|다섯|여섯|일곱|여덟|아홉|한|두|세|네|열)\s?시"
    r"(?!간|[장청민])(?:\s?(?:반|\d{1,2}\s?분))?|\d{1,2}:\d{2}|정오"
)
_DENIES: Final = r"(?:아니(?:다|요|야|네|에요|예요|라|고|지)?|아이(?:다|고|네)|아뇨|아냐|아녀)"
_AROUND: Final = (
    rf"{_DENIES}|다시|아마도?|대략|약|한|거의|쯤\S{{0,6}}|즈음\S{{0,3}}|즘\S{{0,3}}|경\S{{0,3}}|정도\S{{0,4}}|정각\S{{0,3}}"
    r"|에|이?요|입니다|임|이야|다|네|네요|넹|였\S{0,5}|이?었\S{0,5}|이?지|이?지요|이?죠|인데|이?에요|예요|이라\S{0,3}"
    r"|(?:도착|출발|복귀|귀청)\S{0,6}|(?:드|들어|기어)?\s?[갔왔]\S{0,6}|닿\S{0,5}|(?:이?지)?\s?싶\S{0,4}|같\S{0,5}|거|것|듯\S{0,4}"
    r"|맞\S{0,4}|(?:영수증|내역|사진|하이패스|찍힌\s?거|기록)\S{0,3}|보\S{0,4}|찍\S{0,5}|나오\S{0,3}|나왔\S{0,3}|되어\S{0,4}|돼\S{0,4}"
    r"|어제|그날|그때|제가|내가|저|나|아|어|음|네|예|응|참|그|그게|생각해|다시|정확히\S{0,2}"
)
_ONLY: Final = re.compile(rf"(?:(?:{_AROUND})[\s,.!~ㅎㅋㅠㅜ]*)*")
_UNSURE: Final = re.compile(r"쯤|즈음|즘|경|정도|아마|대략|거의|싶|같|듯")
_CORRECTS: Final = re.compile(rf"^\s*(?:아|어|앗|참)?[\s,]*{_DENIES}|(?:영수증|내역|사진|하이패스|기록)\S{{0,2}}\s?보")
_THAT: Final = re.compile(
    r"(?:그래|그려|어|응|네|예|넵|오케이|됐다|댔다|맞다|맞아요?)?[\s,.!]*(?:그걸로|그거로|그대로|그\s?시간(?:으)?로)"
    r"(?:\s?(?:내|올|적|해|하|가|부탁|쓰|써)\S{0,5})?(?:\s(?:줘|주세요|주라))?[\s.!~ㅎㅋ]*"
)
_WENT: Final = r"(?:다녀왔|다녀온|갔다 ?왔|갔다 ?온|갔었|갔던|방문했|출장 ?갔)"
UNTOLD: Final = (
    rf"^(?P<argument>(?!.*(?:휴가|연가|식당|점심|소식|구독)).*{_WENT}.{{0,14}}(?:아무것도|하나도|기록|등록|신청|버튼"
    r"|증빙|입력|도비에|출장)\S{0,3} ?(?:하나도 |전혀 |아예 )?(?:안|못|빠) ?\S.*)$"
)
"""Somebody was there, and nothing of it was told: `금요일에 함양군청 다녀왔는데 아무것도 안 했어요`."""
MISSED: Final = (
    r"^(?P<argument>(?:\S{1,10} ){0,3}(?:증빙|인증)\S{0,3} ?(?:자료\S? ?)?(?:제출\S? ?)?(?:안|못) ?"
    r"(?:냈|올렸|했|남겼|챙겼|제출했|보냈)\S{0,8}"
    r"(?: (?:어떡|어떻|어쩌|어찌)\S*(?: \S{1,5})?)?)[.!~ㅠㅜ ]*$"
)
"""Evidence that was not handed in, without the word 출장: `어제 증빙 못냈어요`."""
TELLS_NOTHING: Final = (
    rf"{_WENT}\S*|(?:아무것도|하나도|전혀|아예|기록|등록|신청|버튼|증빙|입력|도비에)\S*|(?<!\S)(?:안|못) ?\S+"
)
_NOISE: Final = re.compile(
    rf"\S*(?:{FORGOT})\S*|(?:출발|도착|복귀|귀청)\S*|출장\S*|(?:그때|그날|휴대폰|핸드폰|폰|배터리)\S*|어요|습니다"
    r"|(?:인증|증빙|증거)\S*|(?:어떡|어떻|어쩌|어찌|우짜|우야|우얄)\S*"
    rf"|(?<!\S)(?:하죠|하지|해요|하나요|되나요|할까요|됩니까)\S*|{TELLS_NOTHING}"
)
_SPAN: Final = re.compile(r"(?:시|분|반|:\d\d)\s?(?:부터|에서|~|-).{0,8}\d\s?(?:시|:)")
_MATERIAL: Final = re.compile(
    r"(?:영수증|사진|확인서|확인증|하이패스|통행료|주차권|증빙|내역)\S{0,3} ?(?:만 |은 )?(?:있|찍|가지고|갖고|받|남)"
)


def gives(text: str) -> bool:
    """Whether it answers what may be added: from when until when, or that there is some material."""
    short = len(text) <= 40 and not asks(text)
    return short and (_SPAN.search(text) is not None or names_material(text))


def names_material(text: str) -> bool:
    """Whether somebody says that there is something to show."""
    return _MATERIAL.search(text) is not None


def only_an_hour(text: str) -> bool:
    """Whether an hour is told and nothing else is spoken of."""
    if len(text) > 40 or asks(text) or _HOUR.search(text) is None:
        return False
    rest = _HOUR.sub(" ", text, count=1).strip(" ,.!~ㅎㅋㅠㅜ")
    return _ONLY.fullmatch(rest) is not None


def unsure(text: str) -> bool:
    """Whether the hour is told as a guess."""
    return _UNSURE.search(text) is not None


def corrects(text: str) -> bool:
    """Whether it tells another hour than was told before."""
    return only_an_hour(text) and _CORRECTS.search(text) is not None


def that_one(text: str) -> bool:
    """Whether it agrees to the hour that was read back: `그래 그걸로`."""
    return _THAT.fullmatch(text.strip()) is not None


def answers(text: str) -> bool:
    """Whether it answers the hour of evidence that waits."""
    return only_an_hour(text) or that_one(text) or said(text) is Said.YES


def fixes(text: str) -> bool:
    """Whether it speaks of the hour that was only just recorded."""
    return only_an_hour(text) or that_one(text)


def spoken_of(text: str, now: datetime) -> Memo:
    """The trip of which something was missed; its place ends before 출장 where one stands there."""
    whole = read(_NOISE.sub(" ", text), now, past=True)
    before = read(_NOISE.sub(" ", text.partition("출장")[0]), now, past=True) if "출장" in text else whole
    return replace(whole, destination=before.destination, purpose=before.purpose) if before.destination else whole
