"""What somebody writes around dishes: an intent, a question, a remark are no dishes. Pure.

"올리려고요" → ""     "보리밥, 된장찌개, 깍두기요" → "보리밥, 된장찌개, 깍두기"
"비빔밥으로 올릴게요" → "비빔밥"     "올립니다 보리밥, 국" → "보리밥, 국"
"""

from __future__ import annotations

import re
from typing import Final

from occupancy.menus import cells


def _with(final: int) -> str:
    """All syllables with that final consonant, as a class of letters."""
    return f"[{''.join(chr(0xAC00 + 28 * number + final) for number in range(399))}]"


_N, _L, _SS = _with(4), _with(8), _with(20)
_POLITE: Final = r"(?:요|여|용|예)?"
_SPEECH: Final = re.compile(
    rf"\S*(?:{_SS}|없|싶|않)\S*"
    rf"|\S*려(?:고|구|는데|는|던|면|나|니|합니다|해|했)\S{{0,5}}|\S*{_L}라(?:고|구|꼬|는데)\S{{0,5}}"
    rf"|(?!(?:돌|털|물)게)\S*{_L}(?:게|께|래|까){_POLITE}|\S*(?:건|꺼|텐|거)(?:데|야|예|에|임|입니)\S{{0,3}}"
    rf"|\S*{_N}데{_POLITE}|\S*(?:한|는|간|온|된|든|뺀|준|쓴|낸|린)(?:다|대|답니다|다고){_POLITE}"
    rf"|(?:하|해|되|돼|할|될)|\S*(?:해|려|어|아|와|줘|워|겨|꿔|내|써|짜)야(?!채|끼)\S{{0,6}}"
    rf"|\S*(?:니다|니까|니까요|세요|시오|죠|네요|군요|구요|고요|{_N}가요?|는지\S{{0,3}}|(?<!바나)나요)"
    r"|\S*(?:하|되|돼|맞|있)지요?|\S*(?:줘|줄래|달라|주라|드려|부탁)\S{0,4}"
    r"|(?:올려|등록해|입력해|넣어|바꿔|고쳐|적어|써|나가|나와|해|돼|몰라|아니|같아|들어가|어때|뭐야|뭐예|뭐지)"
    rf"{_POLITE}|맞(?:아요?|습니다)"
    r"|(?:예정|생각|계획|필요|것|거|중)(?:임|이에요|이요|요|인데요?|입니다)?"
)
_AROUND: Final = re.compile(
    r"(?:올리|등록|입력|업로드|작성|수정|변경|바꾸|고치|공지|공유|첨부)\S{0,3}"
    r"|(?:올릴|올려|올린|넣을|넣어|보낼|보내|쓸|써|적을|적어|할|하기|해|하|짤|정할|알릴|알려|바꿀|바꿔|고칠|낼|될)"
    r"|어떻게|어찌|어떡|언제|누가|누구\S{0,2}|뭐\S?|뭘|무엇\S{0,2}|무슨|어디\S{0,2}|왜|몇\S{0,2}|얼마\S{0,2}|혹시"
    r"|아직\S?|벌써|이따가?|나중에|좀|못|안|지금|제가|저|저희가?|내가|방금|먼저|일단|다시|그냥|근데|이제|빨리|미리|금방|곧"
    r"|확인|미정|준비|문의|담당\S{0,3}|파일\S{0,2}|사진\S{0,2}|엑셀\S{0,2}|표|내용|것|거|수|것도|하나|다|잘|더"
)
_HEAD: Final = re.compile(r"(?:식단표?|메뉴|급식|점심|중식|저녁|석식|아침|조식)(?:을|를|은|는|이|가|도|에|의|로|으로)?")
_MARKS: Final = " .!~?？…^ㅋㅎㅠㅜ;"
_PARTICLE: Final = re.compile(rf"(?<=\S)(?:으로|(?<!{_with(0)}로)을|를|(?<=\S\S)로)$")
_COPULA: Final = re.compile(
    r"(?P<dish>(?:^|\s)\S*(?<![거것중정각획시하되있습])[가-힣)])(?:입니다|이에요|예요|이예요|임니다)$"
)
_SAID: Final = re.compile(r"(?:이에요|예요|이예요|이요|요|임)$")


def without(text: str) -> str:
    """The text with its lines, of each line what is no speech."""
    return "\n".join(_line(line) for line in text.split("\n"))


def dishlike(names: list[str] | tuple[str, ...]) -> bool:
    """Whether names may be a menu: several, or one that ends as dishes do."""
    return len(names) > 1 or any(cells.ends_as_dish(name) for name in names)


def all_dishes(line: str) -> bool:
    """Whether every word of it ends as dishes do."""
    return all(cells.ends_as_dish(word) for word in line.split())


def _line(line: str) -> str:
    parts = [_part(part) for part in line.split(",")]
    kept = [part for part, _ in parts if part]
    if not any(spoken for _, spoken in parts):
        return _unpolite(", ".join(kept)) if len(kept) == len(parts) else line
    return _unpolite(", ".join(kept))


def _part(part: str) -> tuple[str, bool]:
    """A part between commas without what is said around it, and whether anything was."""
    plain = _COPULA.sub(r"\g<dish>", part.rstrip(_MARKS))
    words = plain.split()
    said = [at for at, word in enumerate(words) if is_speech(word)]
    if not said:
        return plain.strip() if plain != part.rstrip(_MARKS) else part.strip(), plain != part.rstrip(_MARKS)
    behind = words[said[-1] + 1 :]
    if [word for word in behind if not _around(word)]:
        heads = [word for word in words[: said[0]] if not _around(word)]
        return " ".join((*heads, *(word for word in behind if not _around(word)))), True
    left = words[: said[0]]
    while left and _around(left[-1]):
        left.pop()
    while left and _around(left[0]):
        left.pop(0)
    return (_PARTICLE.sub("", " ".join(left)) if left and not _HEAD.fullmatch(left[-1]) else " ".join(left)), True


def is_speech(word: str) -> bool:
    """Whether a word ends a sentence or an intent, as no dish's name does."""
    bare = word.strip(_MARKS)
    return bool(bare) and _SPEECH.fullmatch(bare) is not None


def _around(word: str) -> bool:
    bare = word.strip(_MARKS)
    return not bare or _AROUND.fullmatch(bare) is not None


def _unpolite(line: str) -> str:
    """깍두기요 is 깍두기."""
    bare = line.rstrip(_MARKS)
    found = _SAID.search(bare)
    return bare[: found.start()] if found and len(bare) - len(found[0]) > 1 and not _HEAD.search(bare[-4:]) else line
