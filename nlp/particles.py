"""Particles cut from a keyword's words, and nouns left alone that only look as if they had one. Pure.

    예산을 대책에서는 주민들에게  →  예산 대책 주민          마을 총무과 전공의 국무회의  →  as they are

Korean spelling decides most: 을, 은, 과, 이 and 으로 follow a closed syllable, 를, 는, 와 and 가 an open one, so that
마을 and 물가 hold none. What needs another word behind it (의, 과, 이, 가) is none at the end. For nouns in 의, 이
and 가 there are lists. It refuses to cut 도, 만 and 로: too many nouns end so (제주도, 도로), and a word that keeps
one is found by its other letters.
"""

from __future__ import annotations

import re
from typing import Final

_AFTER_CLOSED: Final = ("을", "은", "과", "이", "으")
_AFTER_OPEN: Final = ("를", "는", "와", "가")
_JOINING: Final = frozenset("의과이가")
_PARTICLES_WORDS: Final = """
에서는 에서의 에서도 에게는 에게서 으로는 으로도 으로의 으로서 에서 에게 에는 에도 까지 부터 으로 과의 와의
을 를 은 는 이 가 의 에 과 와
"""
_FOUND: Final = re.compile(
    rf"(?<=[가-힣]{{2}})(들?)({'|'.join(_PARTICLES_WORDS.split())})$|(?<=[가-힣]{{2}})(들)(도|만)$"
)
_RIEUL: Final = 8  # the number of the final sound ㄹ

# Nouns of an odd number of syllables, and what others end in behind an even number of them (국무|회의, 사전|동의).
_WHOLE_WORDS: Final = """
전공의 수련의 전임의 전문의 주치의 개원의 봉직의 공보의 보건의 촉탁의 당직의 지도의 일반의 한의 치의
입법발의 주민발의 공동발의 의원발의 재심의 재논의 재협의 재결의
"""
_HALVES_WORDS: Final = """
협의 합의 심의 논의 결의 건의 문의 질의 강의 정의 주의 동의 편의 예의 유의 항의 창의 토의 숙의 명의 모의 상의 기와
"""
_BODIES_WORDS: Final = """
위원회 협의회 연합회 자치회 의회 협회 학회 총회 국회 교회 사회 대회 기회 박람회 전시회 설명회 간담회 토론회 발표회
공청회 보고회 동호회 부녀회 청년회 노인회 공제회 중앙회 모금회 연구회 상인회 체육회 향우회 장학회 음악회 품평회
"""
# What nouns in 이 and 가 end in: 어린이, 물놀이, 해돋이, 고양이; 휴가, 공시지가, 정치가.
_ENDS_WORDS: Final = """
어린이 젊은이 늙은이 놀이 맞벌이 돈벌이 받이 막이 높이 깊이 넓이 먹이 고양이 길냥이 걸이 외톨이 향살이 집살이 해살이
앓이 풀이 팔이 잡이 꽂이 볶이 팡이 호랑이 원숭이 구쟁이 심쟁이 둥이 덩이 맹이 지킴이 알림이 돌봄이 돋이 떨이 뺑이
꽃송이 색종이 휴가 허가 공시지가 국제유가 귀가 폐가 정치가 투자가 애호가
"""
_MEETING: Final = "회의"
_WHOLE: Final = tuple(_WHOLE_WORDS.split())
_HALVES: Final = frozenset(_HALVES_WORDS.split())
_ENDS: Final = tuple(_ENDS_WORDS.split())
_BODIES: Final = tuple(_BODIES_WORDS.split())


def bare(words: list[str]) -> list[str]:
    """The words of a keyword in order, each without its particle."""
    return [_cut(word, last=place == len(words) - 1) for place, word in enumerate(words)]


def ends_in_noun(word: str) -> bool:
    """Whether its last letter is a noun's own: 어린이, 물놀이, 휴가."""
    return word.endswith(_ENDS)


def _cut(word: str, *, last: bool) -> str:
    found = _FOUND.search(word)
    if found is None:
        return word
    plural, particle = (found[1], found[2]) if found[2] else (found[3], found[4])
    stem = word[: found.start()]
    if plural:
        return word if stem.endswith(("나", "집")) else stem  # 봄나들이
    if not _follows(stem[-1], particle) or (particle in _JOINING and last) or _is_noun(word):
        return word
    return stem


def _follows(letter: str, particle: str) -> bool:
    final = (ord(letter) - 0xAC00) % 28
    if particle[0] in _AFTER_CLOSED:
        return final != 0 and not (particle[0] == "으" and final == _RIEUL)
    return final == 0 if particle[0] in _AFTER_OPEN else True


def _is_noun(word: str) -> bool:
    """Whether a word is a noun as it stands: 전공의, 국무회의, 사전동의; but 위원회의 and 주민의 are not."""
    if word.endswith(_MEETING):
        return not word[:-1].endswith(_BODIES)
    return word.endswith((*_WHOLE, *_ENDS)) or (len(word) % 2 == 0 and word[-2:] in _HALVES)
