"""What Dobi showed last in a chat, as things with what can be done to each; and which of them a text means. Pure.

    구독 목록 + "맨 밑에꺼만 지워줘"     → the press of that row's own [3 해지]
    찾은 글 + "두번째 자세히"           → the press of [2]
    구독 목록 + "그거 지워줘"           → which one: a button for each

A list's rows and the buttons below it are the record: a number means the row that was printed with it, however the list
has changed since, and never what was not shown. What is half said, asked or denied is never done: it is offered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.messenger import MAX_PRESS, Button, Reply
from bot.sayings import closed, normal, opened
from bot.wording import SAY

END, REST, AGAIN, OPEN, SPARE, WHEN = "end", "rest", "again", "open", "spare", "when"
_ROW: Final = re.compile(r"^(?:(?P<n>\d{1,3})\.|(?P<dot>·)) +(?P<told>\S.*)$", re.MULTILINE)
_NUMBERED: Final = re.compile(r"(?P<n>\d{1,3})번?(?: (?P<does>.+))?")
_DOES: Final = {
    "해지": END, "취소": END, "버리기": END, "지우기": END, "삭제": END, "빼기": END, "쉬기": REST, "끄기": REST,
    "다시": AGAIN, "켜기": AGAIN, "자세히": OPEN, "보기": OPEN,
}  # fmt: skip
_SAID: Final = {END: "해지", REST: "쉬기", AGAIN: "다시", OPEN: "자세히"}
_LISTS: Final = frozenset(
    {"list", "find", "find-more", "alike", "trips", "dead-letters", "invite-list", "sources", "trip-off",
     "trip-off-asked", "trip-show", "trip-row", "reminders"}
)  # fmt: skip
"""Routes whose rows may be spoken of by their place."""
_TRIPS: Final = frozenset({"trips", "trip-show", "trip-off", "trip-off-asked", "trip-row"})
"""Lists of one's own trips: whatever is said of a row is read by the trips' own conversation, which asks first."""
_OTHERS: Final = frozenset({"dead-letters", "invite-list"})
"""Lists of other people: only what their buttons carry is kept, for names live in the roster."""
_MOST: Final = 30
_ASKED: Final = 5
_LONGEST: Final = 48

_NOUN: Final = r"(?:거|것|꺼|건|걸|구독|소식|글|출장|사람|분|항목|줄|기사|자료|공문|출처|게시판|메시지|코드)"
_PLAIN: Final = frozenset({"거", "것", "꺼", "건", "걸", "항목", "줄"})
_NEWS: Final = frozenset({"소식", "글", "기사", "자료", "공문"})
_NOUNS: Final = {
    "list": {"구독", "소식"}, "find": _NEWS, "find-more": _NEWS, "alike": _NEWS, "trips": {"출장"},
    "trip-off": {"출장"}, "trip-off-asked": {"출장"},
    "trip-show": {"출장"}, "trip-row": {"출장"}, "staff": {"사람", "분"}, "sources": {"출처", "게시판"},
    "dead-letters": {"메시지"}, "invite-list": {"코드", "사람", "분"},
}  # fmt: skip
"""What the rows of a list are called: `1번 출장 취소` is none of the subscriptions."""
_STRONG: Final = (
    r"(?:(?P<n>\d{1,3}) ?번(?:째)?|(?P<first>맨 ?(?:위|앞|처음)|제일 ?(?:위|앞|처음)|첫째)"
    r"|(?P<last>맨 ?(?:아래|밑|끝|뒤|마지막)|제일 ?(?:아래|밑|끝|뒤|마지막))|(?P<second>둘째)|(?P<third>셋째))"
)
_WEAK: Final = (
    r"(?:(?P<start>처음)|(?P<end>마지막|끝)|(?P<upper>위|윗)|(?P<lower>아래|아랫|밑)"
    r"|(?P<middle>가운데|중간))"
)
_THERE: Final = r"(?:에 ?있는|에|의|쪽)?"
_REF: Final = re.compile(
    rf"(?:{_STRONG}{_THERE}(?P<noun>{_NOUN}| (?!꺼$){_NOUN})?|{_WEAK}{_THERE}(?P<named> ?{_NOUN}))"
    r"(?P<also>이랑|랑|하고|와|과|,)?"
)
_AFTER: Final = re.compile(r"(?P<only>만)?(?:도|은|는|을|를|이|가|요)?(?=\s|$|,)[, ]*")
_THAT: Final = re.compile(
    rf"(?:방금|아까|지금)? ?(?:그|이|저) ?(?P<noun>{_NOUN})(?P<only>만)?(?:도|은|는|을|를|이|가)?(?=\s|$)[, ]*"
)
_INSTEAD: Final = re.compile(rf"^(?:(?:그|이|저|방금) ?{_NOUN}|\d{{1,3}} ?번(?: ?{_NOUN})?)(?:은|는)? ?말고[, ]*")
_LEADS: Final = r"(?:(?:좀|그냥|이제|제발|바로|먼저|일단|더|그만|한번|한 번|잠깐|잠시|당분간) ?)*"
_VERBS: Final = (
    (SPARE, r"(?:남기|남겨|살리|살려 ?두|놔 ?두|두고|빼고|말고|제외|유지)"),
    (AGAIN, r"(?:다시(?: ?(?:켜|켤|받|보내|살려|시작|해|줘))?|켜|켤|살려|살리|재개|되살)"),
    (REST, r"(?:쉬|쉴|멈춰|멈추|꺼|끄|중지|정지)"),
    (
        END,
        (
            r"(?:지워|지우|지울|삭제|빼|뺄|해지|취소|없애|버려|버리|버릴|끊|제거|날려|필요 ?(?:없|가 ?없)|안 ?(?:받"
            r"|볼|봐)"
            r"|받지 ?않|(?<=그만 )(?:받|볼|보))"
        ),
    ),
    (WHEN, r"(?:(?:신청|접수|제출|마감|기한|유효)(?:은|이|일은|기간은)? ?)?(?:언제|며칠|몇 ?일|몇 ?시|마감|기한)"),
    (
        OPEN,
        (
            r"(?:자세|상세|보여|열어|열|내용|본문|전문|원문|링크|읽|뭐|무슨|뭔|궁금|알려|볼래|보자|볼게|봐|보고 ?싶"
            r"|확인|상태|요약|어떤)"
        ),
    ),
)
_FREE: Final = r"\S{0,6}(?: \S{1,6}){0,2}"
_POLITE: Final = (
    r"\S{0,5}(?: ?(?:줘|줄래|주세요|주실래요|줄 ?수 ?있\S{0,4}|할게|할래|해|버려|버릴래|싶어|싶은데|놔|둬|둘래"
    r"|부탁\S{0,4}|바람))?"
    r"(?:요|\?)*"
)
_DENIED: Final = re.compile(r"지 ?(?:마|말|않|는)|어떻게|하면|으면|우면|빼면|되나|될까|려면|려고|는지|을지|라면")
_PLEASE: Final = re.compile(r"(?:줄래|주실래|줄 ?수 ?있|주실 ?수 ?있)\S{0,3}[ ?!.~]*$")
_WHY: Final = re.compile(r"(?:.{0,10} )?(?:왜|이유|어째서|어쩌다|무슨 ?문제|뭐가 ?문제|원인|뭐 ?때문)(?:.{0,14})?")
_OTHERS_AGAIN: Final = re.compile(
    r"(?:(?P<drops>버리|지우|삭제하|날리|없애|빼 ?버리)|(?:버리|지우)지 ?(?:말|않)|빼|말|제외하"
    r"|놔 ?두|냅 ?두|두|남기|남겨 ?두)[고구][ ,]*"
    r"(?:나머지|다른 ?(?:거|것|건)|남은 ?(?:거|것|건)|그 ?외)(?:는|은|만|를|을|들|거|것|도)* ?"
    r"(?:(?:다|모두|전부|싹|그냥|한 ?번 ?더) ?)*(?:다시|재전송|재발송|보내|재시도)\S{0,5}(?: ?\S{1,5}){0,2}"
)
_LEFT_OVER: Final = re.compile(
    r"(?:나머지|남은 ?(?:거|것|건))(?:는|은|만|를|을|들|도)* ?(?:(?:다|모두|전부|싹|그냥) ?)*"
    r"(?:(?P<again>다시|재전송|재발송|보내)|(?P<drops>버려|버리|지워|삭제|날려))\S{0,5}(?: ?\S{1,5})?"
)
_ASKS: Final = re.compile(r"\?|(?:나|나요|까|까요|니|는데|던데|을래|지요?)$")


@dataclass(frozen=True, slots=True)
class Thing:
    """A row: the number that it was printed with, what it is called, what its buttons do, and all that was printed."""

    number: int
    label: str
    acts: tuple[tuple[str, str], ...]
    told: str = ""

    def does(self, act: str) -> str:
        """What a button of that act carries; empty where there is none."""
        return next((press for name, press in self.acts if name == act), "")


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows of one list."""

    kind: str
    things: tuple[Thing, ...]

    def to_json(self) -> str:
        """As it is kept."""
        return json.dumps([[one.number, one.label, one.acts, one.told] for one in self.things], ensure_ascii=False)

    @classmethod
    def from_json(cls, kind: str, text: str) -> Shown:
        """What `to_json` gave."""
        rows = [
            (n, label, tuple((act, press) for act, press in acts), told) for n, label, acts, told in json.loads(text)
        ]
        return cls(kind, tuple(Thing(*row) for row in rows))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a text means of what was shown: buttons, done at once if `sure`; or a row, `told` again.

    `ended`: the words of a subscription that is no more.
    """

    buttons: tuple[Button, ...]
    sure: bool = False
    ended: str = ""
    told: str = ""
    place: int = 0
    """The row that is spoken of from now on."""


def shown_in(route: str, replies: Sequence[Reply]) -> Shown | None:
    """The list in what a route answered; None where it showed none."""
    if route not in _LISTS or len(replies) != 1:
        return None
    rows = list(_ROW.finditer(replies[0].text))[:_MOST]
    numbers = [int(row["n"]) if row["n"] else place for place, row in enumerate(rows, 1)]
    if not rows or len(set(numbers)) < len(numbers):
        return None
    things = [_thing(route, number, row["told"], replies[0]) for number, row in zip(numbers, rows, strict=True)]
    return Shown(route, tuple(things)) if route in _TRIPS or any(one.acts for one in things) else None


def _thing(route: str, number: int, told: str, reply: Reply) -> Thing:
    label, acts = _label(route, told), []
    for button in reply.buttons:
        found = _NUMBERED.fullmatch(button.label)
        if found is not None and int(found["n"]) == number:
            act = _DOES.get(found["does"], "") if found["does"] else OPEN
            acts.append((act, button.press))
        elif found is None and route in {"invite-list", "sources"}:
            name, does = (button.label.rpartition(" ")[0], "취소") if route == "invite-list" else (button.label, "")
            acts += [(_DOES.get(does, OPEN), button.press)] if name in label else []
    said = [(act, f"{SAY}{words}") for act, words in _words(route, label)]
    acts += [(act, press) for act, press in said if len(press.encode()) <= MAX_PRESS and act not in dict(acts)]
    plain = route not in _OTHERS
    return Thing(number, label if plain else "", tuple(one for one in acts if one[0]), told if plain else "")


def _label(route: str, told: str) -> str:
    """What a row is called: without what is told of its state."""
    if route == "list":
        return re.sub(r"(?: \(제외: .*\))?(?: · 쉬는 중)?$", "", told)
    if route == "sources":
        return told.partition(": ")[0]
    return re.split(r" · (?!\d)", told)[0] if route in {"trips", "trip-show"} else told


def _words(route: str, label: str) -> list[tuple[str, str]]:
    """What else can be said of a row."""
    if route == "list" and not re.fullmatch(r"[\d ,번]+|전체|모두|전부|다|모든", label):
        return [(REST, f"쉬기 {label}"), (AGAIN, f"다시 {label}")]
    if route == "reminders" or route in _TRIPS:
        return []
    return [(OPEN, f"출처 상태 {label}"), (REST, f"출처 끄기 {label}")] if route == "sources" else []


def rows_in(replies: Sequence[Reply]) -> bool:
    """Whether there are numbered rows in an answer: whatever was listed before is not what a number means now."""
    return any(row["n"] for reply in replies for row in _ROW.finditer(reply.text))


def points(text: str) -> bool:
    """Whether a text may speak of what was shown, by its place or as `그거`."""
    said = _bare(text)
    return len(text) <= _LONGEST and any(one.match(said) is not None for one in (_THAT, _REF, _LEFT_OVER))


def by_that(text: str) -> bool:
    """Whether it says no place."""
    return _THAT.match(_bare(text)) is not None


def _bare(text: str) -> str:
    said = _INSTEAD.sub("", opened(normal(text))[0])
    return re.sub(r"^왜 (?P<what>\S.*)$", r"\g<what> 왜", said)


def meant_of(shown: Shown, text: str, place: int = 0) -> Choice | None:
    """What the text means of the things; None where it speaks of none of them. `그거` is the row at `place`, if any."""
    asks = _ASKS.search(text.strip(" .!~")) is not None and _PLEASE.search(text) is None
    said = closed(_bare(text))
    things, rest, exact = _named(shown, said, place)
    if shown.kind == "dead-letters" and (found := _of_letters(shown, said, things, rest, place)) is not None:
        return found
    if things is not None and shown.kind in _TRIPS:
        return _of_trips(shown, said, things, rest, exact=exact)
    if things is None or _DENIED.search(rest):
        return None
    act = _act(rest)
    if act is None or (not act and said.endswith("도")):
        return None
    if act == SPARE:
        ends = re.search(r"지워|지우|삭제|해지|취소|없애|끊|꺼|끄|정리|그만|버려", rest)
        return _sparing(shown, things, exact=exact) if ends is not None else None
    if act == WHEN:
        return _when(things) if exact else None
    if not things:
        return _which(shown, act)
    if not act or not all(one.does(act) for one in things):
        return _whats(things, act)
    if act == END and shown.kind == "list" and len(things) > 1:
        return _sparing(shown, [one for one in shown.things if one not in things], exact=exact)
    buttons = tuple(_button(one, act) for one in things)
    sure = exact and len(things) == 1 and (act == OPEN or not asks)
    return Choice(buttons, sure, things[0].label if sure and act == END and shown.kind == "list" else "")


def _of_trips(shown: Shown, said: str, things: Sequence[Thing], rest: str, *, exact: bool) -> Choice | None:
    """What is said of a trip by its place, with its row, or with the place that no row has."""
    if re.match(r"주(?:\s|에|$)", rest):
        return None  # 첫째 주
    number = re.match(r"(\d{1,3}) ?번", said)
    row = things[0].label if exact and len(things) == 1 else "?"
    if not things and number is not None and all(one.number != int(number[1]) for one in shown.things):
        row = f"?{number[1]}/{len(shown.things)}"
    return Choice((Button(row, f"{SAY}출장 고르기 {row} // {rest}"),), sure=True)


def _of_letters(shown: Shown, said: str, things: Sequence[Thing] | None, rest: str, place: int) -> Choice | None:
    """Why a letter did not arrive, or the others sent again without it; None for all else."""
    left, others = _LEFT_OVER.fullmatch(said), _OTHERS_AGAIN.fullmatch(rest)
    if left is not None:
        return _left_over(shown, place, drops=left["drops"] is not None)
    if things is None or (others is None and _WHY.fullmatch(rest) is None):
        return None
    what, does = ("why", "이유") if others is None else ("rest", "버리고") if others["drops"] else ("others", "빼고")
    buttons = tuple(
        Button(f"{one.number} {does}", f"dead:{what}:{one.does(END).rpartition(':')[2]}")
        for one in things or shown.things[:_ASKED]
    )
    alone = len(things) == 1
    return Choice(buttons, sure=alone, place=things[0].number if alone and others is None else 0)


def _left_over(shown: Shown, place: int, *, drops: bool) -> Choice:
    """All that are left: dropped after a question of its own; sent again without the one just spoken of."""
    if drops:
        return Choice((Button("모두 버리기", "dead:drop-all"),), sure=True)
    one = next((one for one in shown.things if one.number == place), None)
    mark = one.does(END).rpartition(":")[2] if one is not None else ""
    every = Button("모두 다시 보내기", "dead:again-all")
    return Choice((Button("나머지 다시", f"dead:others:{mark}"),), sure=True) if mark else Choice((every,))


def _named(shown: Shown, said: str, place: int = 0) -> tuple[list[Thing] | None, str, bool]:
    """The things that are named, what is said of them, and whether they are plain; no things where it is not clear."""
    that = _THAT.match(said)
    if that is not None and not _called(shown, that["noun"]):
        return None, "", False
    if that is not None:
        those = [one for one in shown.things if one.number == place] or list(shown.things)
        return (those if len(those) == 1 else []), said[that.end() :], len(those) == 1
    found: list[Thing] = []
    at, clear = 0, True
    while (ref := _REF.match(said, at)) is not None and ref.end() > at:
        if not _called(shown, (ref["noun"] or ref["named"] or "").strip()):
            return None, "", False
        one = _placed(shown, ref)
        clear = clear and one is not None
        found += [one] if one is not None and one not in found else []
        at = ref.end()
        if not ref["also"]:
            break
        at += len(said[at:]) - len(said[at:].lstrip())
    after = _AFTER.match(said, at)
    if not at or after is None:
        return None, "", False
    rest = said[after.end() :]
    if re.match(r"(?:다|모두|전부|싹|죄다)(?: |$)", rest) and len(found) == 1:
        return None, "", False  # all of those above, or all but that one
    return (found if clear else []), rest, clear


def _called(shown: Shown, noun: str) -> bool:
    """Whether a row may be called that."""
    return not noun or noun in _PLAIN or noun in _NOUNS.get(shown.kind, set())


def _placed(shown: Shown, ref: re.Match[str]) -> Thing | None:
    things = shown.things
    if ref["n"]:
        return next((one for one in things if one.number == int(ref["n"])), None)
    two = len(things) == 2
    last = len(things) - 1
    places = {
        "first": 0, "start": 0, "last": last, "end": last, "second": 1, "third": 2, "upper": 0 if two else None,
        "lower": 1 if two else None, "middle": len(things) // 2 if len(things) % 2 else None,
    }  # fmt: skip
    place = next(places[name] for name in places if ref[name])
    return things[place] if place is not None and place < len(things) else None


def _act(rest: str) -> str | None:
    """What is said of the things: empty where nothing is, None where it is something else."""
    rest = rest.strip(" .!?~")
    if not rest:
        return ""
    for act, verb in _VERBS:
        tail = _FREE if act in {SPARE, WHEN, OPEN} else _POLITE
        if re.fullmatch(rf"{_LEADS}{verb}{tail}", rest):
            return act
    return None


def _when(things: Sequence[Thing]) -> Choice | None:
    """Until when: the document says it, or the row did."""
    one = things[0] if len(things) == 1 else None
    if one is None:
        return None
    return Choice((_button(one, OPEN),), sure=True) if one.does(OPEN) else _told(one)


def _told(thing: Thing) -> Choice | None:
    return Choice((), sure=True, told=thing.told) if thing.told else None


def _button(thing: Thing, act: str) -> Button:
    off = "끄기" if act == REST and thing.does(act).startswith(f"{SAY}출처") else _SAID[act]
    return Button(f"{thing.number} {off}", thing.does(act))


def _which(shown: Shown, act: str) -> Choice | None:
    """Which of them is meant."""
    found = tuple(_button(one, act) for one in shown.things[:_ASKED] if act and one.does(act))
    return Choice(found) if found else None


def _whats(things: Sequence[Thing], act: str) -> Choice | None:
    """What can be done with what was named; one thing of which only one is possible is that."""
    only = [name for name in (OPEN, END, REST, AGAIN) if all(one.does(name) for one in things)]
    if not act and only == [OPEN] and len(things) == 1:
        return Choice((_button(things[0], OPEN),), sure=True)
    found = tuple(_button(one, name) for one in things[:2] for name in only)
    return Choice(found) if found else None


def _sparing(shown: Shown, things: Sequence[Thing], *, exact: bool) -> Choice | None:
    """`2번만 남기고 다 지워줘`: what would end is read back by its own route."""
    if shown.kind != "list" or not exact:
        return None
    words = f"구독 정리 {', '.join(one.label for one in things)}".strip()
    return Choice((Button("구독 정리", f"{SAY}{words}"),), sure=True)
