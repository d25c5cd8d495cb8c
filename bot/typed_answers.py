"""A typed answer read as the button of Dobi's question that it stands for, or as the words that a question waits for.

    "네 그렇게 해주세요" → the press of the last question's own yes
    "두 번째 거요" → the second of its choices    "26일까지요" → "26일까지", where a question takes that

Only what was asked last is answered at once. What else was answered since, or a second question that the same answer
fits, has Dobi ask which one is meant: a misread yes costs more than a question. Nothing is read in a group that did not
address Dobi, and nobody answers for somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot import open_notices, open_sheets
from bot.again_words import again_at
from bot.answers import (
    LONGEST,
    UNCLEAR,
    Said,
    agreeing,
    asks,
    forms,
    labelled,
    names_something,
    polite,
    said,
    tells_time,
    which,
)
from bot.asked import Asked, AskedStore
from bot.hours import OPENS
from bot.later_turns import ends_one
from bot.messenger import Button, Reply
from bot.people import PeopleStore, Question
from bot.requests import pressing
from bot.requests import said as as_typed
from bot.routes import Found, Grammar, Request, tidy, unaddressed
from bot.wording import SAY
from bot.wording import answers as wording
from bot.wording.surely import DO

_RIVALS: Final = timedelta(minutes=10)
"""So long an unanswered question of yes and no is still one that an answer may mean."""
_MANY: Final = 20
_NAMES: Final = 4  # what names a draft or a trip is no shorter
_AT_ONCE: Final = timedelta(seconds=10)
_PUT_OFF: Final = "나중에"
_SLOTS: Final = {
    "rest": "알림 멈춤", "morning": "아침 브리핑", "quiet-hours": "조용한 시간", "digest-times": "모아 보기 시간",
    "later": _PUT_OFF,
}  # fmt: skip
"""Routes that ask about a time, and the command whose sentence the answer ends."""
_ANYTHING: Final = "가나다 라마바"
"""What only a question takes that takes any words: a yes is none of them."""
_BY_BUTTON: Final = ("lost:",)
"""What is done by its own button alone, whatever is typed."""
_POLITE: Final = re.compile(
    r"(?:(?<=[가-힣A-Za-z\d])(?:이요|이에요|예요|입니다)|\s?(?:으로|로)?\s?(?:부탁(?:해요|드려요|드립니다|합니다)"
    r"|찾아 ?(?:주세요|줘요?)|해 ?(?:주세요|줘요?)))[.!~\s]*$"
)
_LOOKED_FOR: Final = frozenset({"subscribe", "find"})
"""Routes that ask for words."""


class TypedAnswers:
    """Reads answers; `read` comes before anything else is made of a text, `answered` after each answer."""

    def __init__(self, store: AskedStore, people: PeopleStore, grammar: Grammar) -> None:
        self._store, self._people, self._grammar = store, people, grammar

    async def read(self, request: Request) -> Request | Sequence[Reply] | None:
        """The press or the words that an answer stands for, or what is asked back; None where it answers nothing."""
        text = unaddressed(tidy(request.update.text))
        if not text or len(text) > LONGEST or text.startswith("/"):
            return None
        what = said(text)
        if what is None and which(text, _MANY) is None and self._grammar.command(text) is not None:
            return None  # says what it wants: nothing needs to be looked up for it
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        questions = await self._store.of(request.tenant, request.person, request.chat.ref, request.now)
        repeated = next((one for one in questions if one.used and one.used == request.update.id), None)
        last = next((one for one in questions if one.last and not one.used), repeated)
        if what is None and last is not None and (turned := self._turned(request, text, last)) is not None:
            return turned
        await self._left(request, text, waiting)
        if what is not None:
            return await self._plainly(request, text, what, waiting, questions, last)
        return self._chosen(request, text, waiting, last) or self._worded(request, text, waiting, last)

    @staticmethod
    def _turned(request: Request, text: str, last: Asked) -> Request | Sequence[Reply] | None:
        """What is said of an open notice or of a sheet's open difference: their own routes answer it."""
        opened = last.buttons[0].press
        if opened.startswith("notice:send:"):
            turn = open_notices.said_of_open(text)
            return None if not turn else _typing(request, turn)
        if opened.startswith(f"{SAY}해지 ") and ends_one(text):
            return as_typed(pressing(request, opened))
        if opened.startswith(("posting:ok:", "posting:file:")) and (kind := open_sheets.kind_of(text)):
            if kind == "apply":
                return [_again(last)]
            press = opened.replace(opened[: opened.index(":", 8)], "posting:ask", 1)
            return replace(request, update=replace(request.update, press=press))
        return None

    # --- yes, no, later

    async def _plainly(
        self, request: Request, text: str, what: Said, waiting: Question | None, questions: Sequence[Asked],
        last: Asked | None,
    ) -> Request | Sequence[Reply] | None:  # fmt: skip
        taken = self._taken(waiting, text)
        together = waiting is not None and last is not None and _together(waiting, last)
        rivals = self._rivals(request, questions, last)
        if waiting is not None and taken:
            rivals = [one for one in rivals if not (isinstance(one, Asked) and _together(waiting, one))]
        others = rivals + ([waiting] if waiting is not None and taken and not together else [])
        if (last is not None) + len(others) > 1 and what is not Said.LATER and self._either(last, others):
            return [self._which(last, others)]
        if waiting is not None and taken and (last is None or together):
            return _typing(request, taken)
        if last is not None:
            return self._pressed(request, text, what, last)
        if waiting is not None and self._free(waiting):
            return await self._refused(request, what, waiting)
        older = [one for one in self._open(request, questions, last) if not wording.is_offer(one.line)]
        return [_again(older[0])] if what is Said.YES and older else None

    @staticmethod
    def _open(request: Request, questions: Sequence[Asked], last: Asked | None) -> list[Asked]:
        """The older questions of yes and no that nobody answered."""
        fresh = [one for one in questions if one is not last and not one.used and request.now - one.at <= _RIVALS]
        return [one for one in fresh if wording.yes_of(one.line, one.labels) is not None]

    def _rivals(self, request: Request, questions: Sequence[Asked], last: Asked | None) -> list[Asked | Question]:
        """Those that a bare answer may mean as well; what was only offered is over once another came."""
        found: list[Asked | Question] = []
        for one in self._open(request, questions, last):
            place = wording.yes_of(one.line, one.labels)
            if place is not None and not one.buttons[place].press.startswith(SAY):
                found.append(one)
        return found

    @staticmethod
    def _either(last: Asked | None, others: Sequence[Asked | Question]) -> bool:
        """Whether one answer may mean several: what was asked last is of yes and no, or two others are."""
        return len(others) > 1 or last is None or wording.yes_of(last.line, last.labels) is not None

    def _which(self, last: Asked | None, others: Sequence[Asked | Question]) -> Reply:
        lines, buttons = [], []
        everything: list[Asked | Question] = [*others] if last is None else [last, *others]
        for number, one in enumerate(everything, 1):
            if isinstance(one, Question):
                lines.append(wording.other_question(self._grammar.named(one.route, "").route.called))
                continue
            lines.append(one.line)
            yes = wording.yes_of(one.line, one.labels)
            if yes is not None:
                buttons.append(Button(f"{number}. {one.labels[yes]}", one.buttons[yes].press))
        return wording.which_question(lines, buttons)

    def _pressed(self, request: Request, text: str, what: Said, last: Asked) -> Request | Sequence[Reply]:
        labels = last.labels
        if what is Said.LATER:
            later = wording.later_of(labels)
            return [wording.not_now()] if later is None else _pressing(request, last, later)
        yes, no = wording.yes_of(last.line, labels), wording.no_of(labels)
        if what is Said.YES:
            return [_again(last)] if yes is None else _pressing(request, last, yes)
        undoes = yes is not None and labelled(text, [labels[yes]], wording.stems([labels[yes]])) != []
        if undoes and no is not None and labels[no] not in text:
            return _pressing(request, last, yes) if agreeing(text) and yes is not None else [_again(last)]
        return [wording.left_alone()] if no is None else _pressing(request, last, no)

    async def _refused(self, request: Request, what: Said, waiting: Question) -> Sequence[Reply]:
        """A yes is no word to look for, and a no ends the question."""
        if what is Said.YES:
            return [wording.in_words()]
        await self._people.settle(request.tenant, request.person, request.chat.ref, waiting)
        return [wording.left_alone()]

    # --- one of several, and words

    def _chosen(
        self, request: Request, text: str, waiting: Question | None, last: Asked | None
    ) -> Request | Sequence[Reply] | None:
        """The press of the one that is named by its place or by its own words."""
        if last is None or asks(text) or self._taken(waiting, text):
            return None
        labels = last.labels
        named = labelled(text, labels, wording.stems(labels))
        if len(named) == 1:
            return _pressing(request, last, named[0])
        rest = agreeing(text)
        yes = wording.yes_of(last.line, labels)
        if rest and yes is not None and labelled(rest, [labels[yes]], wording.stems([labels[yes]])):
            return _pressing(request, last, yes)
        among = wording.pickable(labels)
        place = which(text, len(among)) if yes is None or wording.chooses(last.line) else None
        if place == UNCLEAR:
            return [_again(last)]
        if place == 0:
            no = wording.no_of(labels)
            return [wording.left_alone()] if no is None else _pressing(request, last, no)
        return None if place is None else _pressing(request, last, among[place - 1])

    def _worded(self, request: Request, text: str, waiting: Question | None, last: Asked | None) -> Request | None:
        """The request with the words that a question takes, where politeness alone stood in between."""
        if self._grammar.command(text) is not None:
            return None
        if waiting is not None:
            taken = self._taken(waiting, text)
            plain = taken in {"", text} or self._grammar.sentence(text, request.member) is not None
            return None if plain else _typing(request, taken)
        if last is None or not last.slot:
            return None
        plainest = next((form for form in forms(text) if tells_time(form)), "")
        if plainest and last.slot == _PUT_OFF:
            at = again_at(plainest, request.now, OPENS)
            story = last.buttons[0].press.rpartition(":")[2]
            return None if at is None else pressing(request, f"later:t{int(at.timestamp())}:{story}")
        return _typing(request, f"{last.slot} {plainest}") if plainest else None

    def _taken(self, waiting: Question | None, text: str) -> str:
        """The form of the text that the waiting question takes; empty where it takes none, or anything at all."""
        takes = self._grammar.named(waiting.route, "").route.takes if waiting is not None else None
        if takes is None:
            return ""
        if waiting is not None and waiting.route == "find" and said(text) is None:
            return _named(text) if takes(text) else ""
        plainer = forms(text) if not takes(_ANYTHING) else polite(text) if said(text) is None else (text,)
        return next((form for form in plainer if takes(form)), "")

    def _free(self, waiting: Question) -> bool:
        """Whether it waits for words, whichever they are."""
        return self._grammar.named(waiting.route, "").route.takes in {None, names_something}

    async def _left(self, request: Request, text: str, waiting: Question | None) -> None:
        """Whoever says something else that is plain does not answer what to look for: the question is over."""
        if waiting is None or waiting.route not in _LOOKED_FOR or said(text) is not None:
            return
        found = self._grammar.command(text) or self._grammar.sentence(text, request.member)
        if found is not None and found.route.name not in _LOOKED_FOR:
            await self._people.settle(request.tenant, request.person, request.chat.ref, waiting)

    # --- what was asked

    async def answered(self, request: Request, found: Found | None, replies: Sequence[Reply]) -> None:
        """Remembers the question in an answer, and that what was asked before is no longer the last."""
        tenant, person, chat = request.tenant, request.person, request.chat.ref
        text = request.update.text
        presses = [request.update.press] if request.update.press else [f"{SAY}{text}", f"{DO}{text}"]
        if found is not None and found.answers is not None:  # in words, and so are its older wordings
            questions = await self._store.of(tenant, person, chat, request.now)
            settled = [one for one in questions if not one.used and _together(found.answers, one)]
            presses += [button.press for one in settled for button in one.buttons]
        slot = _SLOTS.get(found.route.name, "") if found is not None else ""
        asked = Asked.of(replies, request.now, slot)
        await self._store.answered(tenant, person, chat, asked, presses, request.update.id or "")


def _together(waiting: Question, last: Asked) -> bool:
    """Whether both are the same question: put at once, or about the same thing."""
    about = waiting.argument.partition(" ")[0].partition(":")[0]
    kin = waiting.route.partition("-")[0]
    same = any(one.press.partition(":")[0].partition("-")[0] == kin for one in last.buttons)
    same = same or (len(about) >= _NAMES and any(about in one.press for one in last.buttons))
    return same or (waiting.asked_at is not None and timedelta() <= waiting.asked_at - last.at <= _AT_ONCE)


def _named(text: str) -> str:
    """Words to look for, without the politeness of an answer."""
    return _POLITE.sub("", text).strip(" .!~") or text


def _again(asked: Asked) -> Reply:
    return wording.still(asked.line, asked.buttons, final=asked.final)


def _typing(request: Request, text: str) -> Request:
    return replace(request, update=replace(request.update, text=text))


def _pressing(request: Request, asked: Asked, number: int) -> Request | Sequence[Reply]:
    """The press; the question once more where only a finger on the button is plain enough."""
    press = asked.buttons[number].press
    keeps = asked.labels[number] in wording.DECLINES
    chosen = asked.final and (wording.chooses(asked.line) or wording.yes_of(asked.line, asked.labels) is None)
    if not keeps and (chosen or press.startswith(_BY_BUTTON)):
        return [_again(asked)]
    return as_typed(pressing(request, press))
