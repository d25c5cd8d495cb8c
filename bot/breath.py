"""Several settings said in one breath, as the commands that they come to, and how each is shown. Pure.

    "아침 9시에 브리핑 주고 주말엔 보내지 말고 청년 소식은 바로 줘"
        → 아침 9시에 브리핑 줘 · 주말엔 보내지 마 · 구독 청년

They are read back before any of them is done (`bot.handlers.wishes`), with what was not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.hours_words import clocks_in
from bot.joined import respelt
from bot.routes import Found
from bot.several import OF_PEOPLE, acts_of
from bot.topics import core
from bot.wishing import excepted, hush, is_topic
from bot.wording import particle, short
from bot.wording.news import quote

MOST: Final = 6
LONGEST: Final = 140
_CUT: Final = re.compile(
    r"(?<=[가-힣])(?:(?<=지 말)|(?<=지말)|(?<=[주받하내끄켜빼줄쉬추꾸넣우])|(?<=맞춰 주))(?:고(?:요)?|구(?:요)?"
    r"|고서)[, ]+(?!싶|있)"
    r"|(?<=[가-힣])(?:(?:(?<=하지)|(?<=받지)|(?<=되지)|(?<=있지)|(?<=없지)|(?<=좋지))만|는데) |, ?| 그리고 | 또 "
    r"|(?<=[요다줘해])[.!] +|(?<=[게세]요) (?=\S{2,12}(?: \S{1,8})? ?(?:빼|제외))"
)
_STEMS: Final = (
    (re.compile(r"지 ?말$"), "지 마"), (re.compile(r"(?<!\S)주$|주$"), "줘"), (re.compile(r"받$"), "받을게"),
    (re.compile(r"하$"), "해줘"), (re.compile(r"내$"), "내줘"), (re.compile(r"끄$"), "꺼줘"),
    (re.compile(r"켜$"), "켜줘"),
    (re.compile(r"빼$"), "빼줘"), (re.compile(r"줄$"), "줄여줘"), (re.compile(r"쉬$"), "쉬게 해줘"),
    (re.compile(r"바꾸$"), "바꿔줘"), (re.compile(r"추$"), "춰줘"), (re.compile(r"넣$"), "넣어줘"),
)  # fmt: skip
"""Stems before 고, as a sentence ends."""
_LEADS: Final = re.compile(r"^(?:(?:그리고|또|이제|앞으로|그냥|저는|나는|난|아|음|일단|우선|혹시|근데)[ ,]+)+")
_NEWS: Final = re.compile(
    r"^(?P<what>\S.{0,24}?) ?(?:관련 ?)?(?:소식|뉴스|보도 ?자료|구독|꺼|거|것|건)(?:은|는|을|를|만|도)? ?"
    r"(?:(?:바로(?:바로)?|나오면|오면|계속|꼭|다) ?)*(?:줘|주세요|주십시오|보내\S*|받\S*|알려\S*|챙겨\S*|해줘)(?: "
    r"?\S{1,4})?$"
)
_AT_ONCE: Final = re.compile(
    r"^(?P<what>\S.{0,24}?)(?:은|는|도) ?바로(?:바로)? ?(?:줘|주세요|보내\S*|받\S*"
    r"|알려\S*)(?: ?\S{1,4})?$"
)
_NO_TOPIC: Final = re.compile(
    r"(?:알림|브리핑|소식|주말|평일|아침|점심|저녁|밤|낮|새벽|중요한|급한|모든|전부|다|오늘|내일|나머지|그|이|저|하루"
    r"|식당|메뉴)(?:에|엔|은|는|의)?"
    r"|.*\d.*"
)
SETS: Final = frozenset({
    "subscribe", "remove", "pause", "resume", "exclude", "leave-out", "hours-all", "hours-important", "hours-none",
    "limit", "quiet-hours", "weekends", "lunch-hours", "digest-times", "rest", "awake", "morning",
})  # fmt: skip
"""Routes that set one's own subscriptions and time."""
_QUIETS: Final = frozenset({"weekends", "quiet-hours", "lunch-hours", "rest", "hours-none", "limit"})
_SHOWN: Final = {
    "hours-all": "모두 바로 받기", "hours-important": "중요한 것만 바로 받기", "hours-none": "모아서만 받기",
    "awake": "알림 다시 켜기",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Breath:
    """The commands in order, as they are shown, and what was not understood."""

    acts: tuple[str, ...]
    shown: tuple[str, ...]
    unread: tuple[str, ...]
    passes: bool = False
    """Something pressing is to come all the same."""


def breath(text: str, known: Callable[[str], tuple[str, Found] | None]) -> Breath | None:
    """The settings of one breath; None where the text holds fewer than two. `known`: a sentence's command and route."""
    clauses = _clauses(text)
    if not 1 < len(clauses) <= MOST or OF_PEOPLE.search(text):
        return None
    acts, shown, unread, passes = list[str](), list[str](), list[str](), False
    quiet = False
    for clause in clauses:
        apart = excepted(clause)
        if apart is not None and apart.urgent and (not apart.topical or quiet):
            passes = True
            continue
        found = [one for said in _said(clause) if (one := known(said)) is not None and _sets(one[1])]
        if not found:
            unread.append(clause)
        for command, route in found:
            acts.append(command)
            shown.append(_as_shown(command, route))
            quiet = quiet or route.route.name in _QUIETS
    enough = len(acts) > (0 if passes else 1) and len(acts) > len(unread)
    return Breath(tuple(acts), tuple(shown), tuple(unread), passes) if enough else None


def _sets(found: Found) -> bool:
    """Whether it sets something, and a topic where it needs one."""
    name = found.route.name
    return name in SETS and (name not in {"subscribe", "remove"} or is_topic(core(found.argument)))


def _clauses(text: str) -> Sequence[str]:
    if len(text) > LONGEST or "?" in text:
        return []
    found = [_LEADS.sub("", one.strip(" ,.!~")) for one in _CUT.split(respelt(text))]
    return [_ended(one) for one in found if one]


def _ended(clause: str) -> str:
    for pattern, ends in _STEMS:
        if pattern.search(clause):
            return pattern.sub(ends, clause)
    return clause


def _said(clause: str) -> Sequence[str]:
    """The commands of a clause, itself where it is about none of its own."""
    told = _NEWS.match(clause) or _AT_ONCE.match(clause)
    what = core(told["what"]) if told is not None else ""
    if what and _NO_TOPIC.fullmatch(what) is None and not re.search(r"지 ?마|안 ?(?:받|보)", clause):
        return (f"구독 {what}",)
    rests = hush(clause)
    if rests is not None and rests.span:
        return (f"쉬기 {rests.what} {rests.span}",)
    return tuple(map(_plainer, acts_of(clause))) or (clause,)


def _plainer(act: str) -> str:
    """`구독 산불 구독` as `구독 산불`."""
    command, _, what = act.partition(" ")
    return f"{command} {core(what) or what}" if command in {"구독", "해지"} else act


def _as_shown(command: str, found: Found) -> str:
    """An act as it is read back."""
    name, rest = found.route.name, short(found.argument or command, 40)
    if name in {"subscribe", "remove", "pause", "resume"}:
        does = {"subscribe": "받기", "remove": "구독 끝내기", "pause": "쉬기", "resume": "다시 받기"}[name]
        return f"'{rest}' {'소식 ' if name == 'subscribe' else ''}{does}"
    if name in {"leave-out", "exclude"}:
        return f"{particle(quote(rest), '이', '가')} 든 글 빼기"
    if name == "morning" and (told := clocks_in(command)):
        return f"아침 브리핑 {told[-1]:%H:%M}에 받기"
    if name == "weekends":
        off = re.search(r"않|안 ?[받보]|(?<!주)말|마|쉬게|꺼|끄|조용|ㄴㄴ|싫", command)
        return "주말과 공휴일에 받지 않기" if off else "주말에도 받기"
    return _SHOWN.get(name, f"'{short(command, 40)}'")
