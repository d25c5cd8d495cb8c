"""What is answered to a sentence that no route understood: offers that carry what was said, one honest refusal, or what
only shows something at once.

    text → likeliest abilities → each filled with names, times and words of the text → would it be understood, and may
         they? → offers, the full ones first │ who is nobody here │ what Dobi can't do │ help

Nothing is changed by it: whatever acts stands on a button with its full words.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final, Protocol

from bot import guessing, wording
from bot.answers import polite, tells_time
from bot.carried_own import OWN, bare_of, offers_of
from bot.carrying import BLANK, Carried, Known, plain
from bot.foretelling import asks_outcome, foretold
from bot.frames_desk import UNDO, undoing
from bot.guessing import Guessed
from bot.messenger import MAX_PRESS, Chat, Reply
from bot.routes import Grammar
from bot.sayings import normal
from bot.settings import Role
from bot.tenancy import Member, Tenancy
from bot.trip_advice import topic
from bot.wondering import HARMLESS, SHOWS
from bot.wording import foretelling, roster_undo, trip_advice
from bot.wording import offering as words
from bot.wording import roster as roster_words
from bot.wording.beyond import KINDS, beyond

FEW_WORDS: Final = 2
_SPAN: Final = re.compile(r"부터|까지")
"""An answer to a question that nobody asked, where nothing but a time is said."""
_SHOWS: Final = frozenset({"도움말", "문의", "쉬운 것부터"})
"""Abilities that only show something: they need no press."""
_MOVE: Final = "부서 변경 "
_ENDS: Final = ("퇴직 ", "접속 끊기 ", "휴직 처리 ", "부서 변경 ", "역할 ")
_LESS: Final = re.compile(r"안 ?(?:와|봐|받|보내|볼)|그만|필요 ?(?:없|가 없)|싫|끊|빼")
"""To whoever says so of a subscription of their own, none is offered."""
_AHEAD: Final = re.compile(
    r"내일|모레|다음 ?(?:주|달|해)|내달|담달|내년|[이그] ?(?:번 ?)?달 ?말|월말|연말|일부터|월부터|주부터|달부터"
)


@dataclass(frozen=True, slots=True)
class Offered:
    """What is said, or the command that is meant at once; `full`: the first offer carries what was said."""

    reply: Reply | None = None
    at_once: str = ""
    full: bool = False

    def beside(self, near: Reply | None, text: str) -> Reply | None:
        """What is said: a mistyped command (`near`) where there are few words, else what people ask for so."""
        few = len(text.split()) <= FEW_WORDS and not self.full
        return (near or self.reply) if few else (self.reply or near)


class Guess(Protocol):
    """Who says what somebody may have meant: the offers, or a test's own."""

    async def __call__(self, text: str, member: Member, chat: Chat) -> Offered:
        """What to answer."""


class Offers:
    """The offers to whoever asks; `sources` are the agencies that are read."""

    def __init__(
        self, grammar: Grammar, tenancy: Tenancy, sources: Callable[[], Awaitable[Sequence[str]]],
        now: Callable[[], datetime], topics: Callable[[Member, Chat], Awaitable[Sequence[str]]],
    ) -> None:  # fmt: skip
        self._grammar, self._tenancy = grammar, tenancy
        self._sources, self._now, self._topics = sources, now, topics

    async def known(self, member: Member) -> Known:
        """What their institution knows by name."""
        people = self._tenancy.people_with(member.tenant, Role.STAFF)
        operates, home = Role.OPERATOR in member.person.roles, self._tenancy.institution(member.tenant)
        told = (self._tenancy.declared(member.tenant, one.id) for one in people)
        return Known(
            [one.name for one in people], sorted({one.department for one in people if one.department}),
            await self._sources() if operates else (), self._now(), home.name, home.contact,
            frozenset(one.name for one in told if one is not None and one.department),
        )  # fmt: skip

    async def offered(self, text: str, member: Member, chat: Chat) -> Offered:
        """What to answer; nothing where nothing is near. In a group nobody hears who stands in the roster."""
        private = chat.private
        if _SPAN.search(text) and any(map(tells_time, polite(text))):
            return Offered(words.only_when(text), full=True)
        if undoing(text) and private:
            return _undo(member)
        known = await self.known(member)
        guessed = guessing.guessed(text, member, partial(plain, known=known))
        plainly = self._without_pieces(guessed, text, member, private=private)
        if plainly is not None:
            return plainly
        if OWN.intersection(guessed.offers):
            known = replace(known, topics=await self._topics(member, chat))
        pairs = _each(guessed, text, known)
        if not pairs:
            return Offered()
        found = [one for _, one in pairs]
        if guessed.plain and BLANK not in found[0].words and self._only_shows(found[0].words):
            return Offered(at_once=found[0].words)
        if refused := self._refused(found[0], known):
            return Offered(refused, full=True)
        may = [pair for pair in pairs if _moved(pair[1]) not in known.declared] or pairs
        fitting = self._fitting([own for own, _ in may], [one for _, one in may], member)
        alone = fitting[0].full and guessed.sure and len([own for own, _ in pairs if own == pairs[0][0]]) == 1
        return self._shown(fitting[:1] if alone else fitting, text)

    def _without_pieces(self, guessed: Guessed, text: str, member: Member, *, private: bool) -> Offered | None:
        """What is said where nothing of the text is carried along; None where offers carry it."""
        if guessed.beyond in KINDS:
            contact = self._tenancy.institution(member.tenant).contact
            return Offered(beyond(guessed.beyond, contact, guessed.besides))
        if guessed.forbidden and private:
            return Offered(at_once=guessed.forbidden)  # whose it is, its own route says
        if not guessed.offers:
            return Offered()
        explained = _explained(guessed.offers[0], member) if guessed.sure or asks_outcome(text) else None
        if explained is not None:
            return Offered(explained, full=True)
        if asks_outcome(text):
            return self._only_shown([bare_of(one) for one in guessed.offers], member)
        if guessed.offers[0] in _SHOWS and guessed.sure:
            return Offered(at_once=guessed.offers[0])
        if not private:
            return Offered(wording.offers([bare_of(one) for one in guessed.offers]))
        return None

    def _refused(self, first: Carried, known: Known) -> Reply | None:
        """What would be refused is not offered: somebody whom nobody knows, a department that the file says."""
        if first.stranger:
            return words.stranger(first.stranger, self._adding(first.stranger))
        who = _moved(first)
        return roster_words.in_file(who, "부서는") if who in known.declared and BLANK not in first.words else None

    def _only_shown(self, offers: Sequence[str], member: Member) -> Offered:
        """To a question of what something leads to: what can be looked at; no act is a press away from asking."""
        found = [(one, self._grammar.command(one) or self._grammar.sentence(one, member)) for one in offers]
        shows = [
            one for one, route in found
            if _explained(one, member) is not None or (route is not None and route.route.name in SHOWS)
        ]  # fmt: skip
        return Offered(words.unanswered(shows), full=True)

    def _fitting(self, bare: Sequence[str], found: Sequence[Carried], member: Member) -> list[Carried]:
        """The offers that would be understood and fit on a button, the full ones first, each once."""
        fit = [
            one if self._fits(one.words) and self._understood(one.words, member) else Carried(own, full=False)
            for own, one in zip(bare, found, strict=True)
        ]
        once = {one.words: one for one in sorted(fit, key=lambda one: not one.full)}
        full = any(one.full for one in fit)
        return [one for one in once.values() if not (full and BLANK in one.words)]

    def _only_shows(self, said: str) -> bool:
        """Whether the command changes nothing, whoever says it."""
        found = self._grammar.command(said)
        return found is not None and found.route.name in HARMLESS

    def _understood(self, said: str, member: Member) -> bool:
        """Whether the command is one that this member may use."""
        found = self._grammar.command(said) or self._grammar.sentence(said, member)
        return found is not None and found.route.allows(member)

    @staticmethod
    def _fits(said: str) -> bool:
        return len(f"{wording.SAY}{said}".encode()) <= MAX_PRESS

    def _adding(self, name: str) -> str:
        full = f"직원 추가 {name} {BLANK}"
        return full if self._fits(full) else "직원 추가"

    @staticmethod
    def _shown(offers: Sequence[Carried], text: str) -> Offered:
        said = [one.words for one in offers]
        if not offers[0].full:
            return Offered(wording.offers(said))
        ahead = said[0].startswith(_ENDS) and _AHEAD.search(text) is not None
        reply = words.one(said[0], ahead=ahead) if len(said) == 1 else words.several(said, ahead=ahead)
        return Offered(reply, full=True)


def _each(guessed: Guessed, text: str, known: Known) -> list[tuple[str, Carried]]:
    """The offers with what was said, each behind its bare words."""
    likely = guessed.scores or (1.0,) * len(guessed.offers)
    each = [
        (bare_of(own), one)
        for own, score in zip(guessed.offers, likely, strict=True) for one in offers_of(own, text, known, score)
    ]  # fmt: skip
    ends = _LESS.search(text) is not None and any(own == "해지" and one.full for own, one in each)
    return [pair for pair in each if not (ends and pair[0] == "구독")]


def _moved(offer: Carried) -> str:
    """Who would be in another department by it."""
    return offer.words.removeprefix(_MOVE).split(" ")[0] if offer.words.startswith(_MOVE) else ""


def _explained(question: str, member: Member) -> Reply | None:
    """The answer to a question about what something leads to, where the words are such a one."""
    about = topic(normal(question))
    if about:
        return trip_advice.told(about)
    about = foretold(question)
    boss = bool(member.person.roles & {Role.MANAGER, Role.OPERATOR})
    return foretelling.told(about, boss=boss) if about else None


def _undo(member: Member) -> Offered:
    """The last act on people is named; whoever administers nobody is asked what is meant."""
    boss = bool(member.person.roles & {Role.MANAGER, Role.OPERATOR})
    return Offered(at_once=UNDO) if boss else Offered(roster_undo.nothing(), full=True)
