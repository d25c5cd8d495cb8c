"""Reads what people write as the full sentence that it stands for: beside what was just spoken of, or restated.

    text → astray? → command → short, and something was spoken of? → no route's sentence → restated
         → the same request with the full sentence as its text, or an offer where somebody has to choose

What was spoken of is kept ten minutes for each person and conversation and goes with the person; what only showed
something is kept by the process that showed it, for a question must cost the disk nothing. A sentence is read as
if typed: rights, privacy and every read-back are those of its route. Files, places, presses and what was not said to
Dobi are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot import restating, wording
from bot.answers import Said, polite, tells_time
from bot.answers import said as answer_of
from bot.card_words import CARDS
from bot.ellipses import FOLLOWED, SHOWN, complete
from bot.ellipses_desk import announces
from bot.later_turns import asked_aside, disputed, ends_one, for_so_long, frees, held_for, only_now, waits
from bot.listed import Lists
from bot.meant import LIFE, Meant, Spoken
from bot.messenger import Reply
from bot.notice_speech import awaited
from bot.outcomes import Outcomes, asks_done
from bot.people import PeopleStore
from bot.requests import pressing
from bot.requests import said as as_typed
from bot.routes import Found, Grammar, Request, tidy, unaddressed
from bot.sayings import led, normal, unled
from bot.several import together
from bot.tenancy import Tenancy
from bot.together import each, fitting
from bot.typed_answers import TypedAnswers
from bot.wondering import requested
from bot.wording import later_turns
from bot.wording.clearing import which

ASKED: Final = "asked"
KEPT: Final = ""
_SHORT: Final = 48
_LONGEST: Final = 1_000
_MOST_SHOWN: Final = 5_000
_YIELDING: Final = frozenset(
    {
        "resume",
        "pause",
        "menu",
        "link-code",
        "trip",
        "consent",
        "list",
        "leave",
        "reminders",
        "briefing",
        "link",
        "duties",
        "sensors",
    }
)
"""Routes whose command words also begin what is left unsaid, or another sentence."""
_ASIDE: Final = frozenset(
    {"help", "introduction", "thanks", "trip-ok", "trip-number", "leg", "leg-yes", "late", "late-hour"}
)
"""Routes that leave alone what was spoken of before them."""

_ACCESS: Final = frozenset({"lost", "link", "unlink", "cutoff"})
"""Routes beside which `끊어` means an access."""
_OWN: Final = frozenset({"list", "subscribe", "pause", "resume", "hush", "exclude", "too-many"})
"""Routes beside which `끊어` means one of one's own: which one is asked where there are several."""
_RESTS: Final = frozenset({"pause", "hush"})
"""Routes by which single subscriptions rest."""

_STAYS_ENDED: Final = re.compile(
    r"(?:아니\S?|아냐|아뇨|아이다|됐어|됐고|[ ,.!])*(?:그냥|그대로|걍|마) ?(?:끊|빼|해지|지워|없애|둬|놔)\S{0,5}[ .!~]*"
)
"""To the offer of what was just ended, once more."""


class FollowUps:
    """Completes requests; `read` and `spoke` are for the router."""

    def __init__(
        self, people: PeopleStore, grammar: Grammar, tenancy: Tenancy, answers: TypedAnswers | None = None
    ) -> None:
        self._people, self._grammar, self._tenancy, self._answers = people, grammar, tenancy, answers
        self._shown: dict[tuple[str, str, str], Spoken] = {}
        self._answering: dict[tuple[str, str, str], str] = {}
        self._lists, self._outcomes = Lists(people), Outcomes()

    async def read(self, request: Request) -> Request | Sequence[Reply]:
        """The request in full words, itself where nothing is left unsaid, or what is asked back."""
        update = request.update
        if update.press is not None or update.location is not None or update.files or update.reaction:
            return request
        if not (request.chat.private or update.mention) or len(update.text) > _LONGEST:
            return request
        text = unaddressed(tidy(update.text))
        if not text or text.startswith("/"):
            return request
        beside = await self._at_hand(request, text)
        if beside is not None:
            return beside
        found = await self._first_meant(request, dict.fromkeys((led(text), text)))
        if found is None:
            return await self._plainer(request, text)
        if found.asks:
            return await self._ask(request, found)
        if found.words[0] == KEPT:
            return [wording.left_alone()]
        return self._typing(request, found.words[0])

    async def _at_hand(self, request: Request, text: str) -> Request | Sequence[Reply] | None:
        """What it is to what was just done, asked, shown or spoken of, in this order; None for all else."""
        done = self._outcomes.read(request, text)
        if done is not None and self._grammar.command(text) is None:
            return [done] if isinstance(done, Reply) else self._typing(request, done)
        answer = await self._answers.read(request) if self._answers is not None else None
        if answer is None:
            answer = await self._pointed(request, text)
        if answer is None:
            answer = await self._narrowed(request, text)
        return answer if answer is not None else await self._turned(request, text)

    async def _narrowed(self, request: Request, text: str) -> Request | Sequence[Reply] | None:
        """What was just held or rests, for so long alone, or as it was; None for all else."""
        if not (frees(text) or for_so_long(text)):
            return None
        spoken = await self._last(request) if len(text) <= _SHORT else None
        if spoken is None or request.now - spoken.at > LIFE or await self._waited_for(request, text):
            return None
        if frees(text) and self._answering.get((request.tenant, request.person, request.chat.ref)) in _RESTS:
            return self._typing(request, "다시 전체")
        if only_now(spoken, text):
            return [later_turns.aside("only-now")]
        meant = held_for(spoken, text)
        return self._typing(request, meant.words[0]) if meant is not None else None

    async def spoke(self, request: Request, found: Found | None, replies: Sequence[Reply]) -> None:
        """Remembers what was asked, and what was spoken of, where something may be left unsaid about it."""
        if self._answers is not None:
            await self._answers.answered(request, found, replies)
        self._outcomes.spoke(request, found, replies)
        key = (request.tenant, request.person, request.chat.ref)
        self._answering.pop(key, None)
        if found is not None:
            self._answering[key] = found.route.name
            if len(self._answering) > _MOST_SHOWN:
                del self._answering[next(iter(self._answering))]
        if found is None:
            return
        await self._lists.answered(request, found.route.name, replies)
        name = found.route.name
        if name == "broadcast-press" and found.argument.startswith("send:"):
            self._show(request, Spoken("notice-sent", "", "", request.now))
        if name in CARDS and request.update.press is not None:
            self._show(request, Spoken(name, "", "", request.now))
        if name not in FOLLOWED and name not in _ASIDE and self._said(request):
            self._show(request, Spoken(name, "", "", request.now))  # what was spoken of before is over
        if name in FOLLOWED and request.update.press is None and len(request.update.text) <= _LONGEST:
            words = unaddressed(tidy(request.update.text))
            spoken = Spoken(name, words, found.argument, request.now)
            if name in SHOWN:
                self._show(request, spoken)
            else:
                self._shown.pop((request.tenant, request.person, request.chat.ref), None)
                await self._people.speak(request.tenant, request.person, request.chat.ref, spoken)

    async def _pointed(self, request: Request, text: str) -> Request | Sequence[Reply] | None:
        """What is meant of the list that was shown: a press, or which one is asked; None where it speaks of none."""
        choice = await self._lists.meant(request, text)
        if choice is None or (not self._lists.just(request) and await self._waited_for(request, text)):
            return None  # of a list that was shown this moment the place is plainer than any older question
        if choice.told:
            return [Reply(choice.told)]
        if not choice.sure:
            return [which(choice.buttons)]
        if choice.ended:
            self._shown.pop((request.tenant, request.person, request.chat.ref), None)
            spoken = Spoken("remove", f"해지 {choice.ended}", choice.ended, request.now)
            await self._people.speak(request.tenant, request.person, request.chat.ref, spoken)
        return as_typed(pressing(request, choice.buttons[0].press))

    async def _turned(self, request: Request, text: str) -> Request | Sequence[Reply] | None:
        """What is said against a refusal, beside what was spoken of, or to have Dobi wait; None for all else."""
        kind = disputed(text)
        spoken = await self._last(request) if not kind else None
        if spoken is not None and request.now - spoken.at > LIFE:
            spoken = None
        aside = asked_aside(spoken, normal(text)) if spoken is not None else ""
        held = not kind and not aside
        if (held and not (waits(text) or frees(text))) or await self._waited_for(request, text):
            return None
        if kind:
            contact = self._tenancy.institution(request.tenant).contact
            return [later_turns.disputed(kind, contact)]
        if aside:
            return [later_turns.aside(aside)]
        if frees(text):
            limited = spoken is not None and spoken.topic == "limit"
            return self._typing(request, "건수 제한 없음" if limited else "알림 다시 켜기")
        if spoken is not None and spoken.topic == "remove" and spoken.argument and not spoken.argument.isdecimal():
            await self._ask(request, Meant((f"구독 {spoken.argument}",), asks=True))
            return [later_turns.ended(spoken.argument)]
        return [later_turns.waiting()]

    @staticmethod
    def _typing(request: Request, words: str) -> Request:
        return replace(request, update=replace(request.update, text=words))

    async def _ask(self, request: Request, found: Meant) -> Sequence[Reply]:
        """Offers what may be meant, and remembers that."""
        asked = Spoken(ASKED, found.words[0], str(len(found.words)), request.now)
        self._shown.pop((request.tenant, request.person, request.chat.ref), None)
        await self._people.speak(request.tenant, request.person, request.chat.ref, asked)
        return [wording.asked_back(found.words)]

    async def _plainer(self, request: Request, text: str) -> Request | Sequence[Reply]:
        """Several acts one by one, or a known phrase without what leads up to it or trails behind it."""
        if self._grammar.command(text) is not None or await self._waited_for(request, text):
            return request
        last = self._answering.get((request.tenant, request.person, request.chat.ref))
        if ends_one(text) and last not in _ACCESS:
            return self._typing(request, "해지" if last in _OWN else "목록")
        if asks_done(text) and self._grammar.sentence(text, request.member) is None:
            return [later_turns.nothing_done(boss=bool(request.member.person.roles & restating.BOSSES))]

        def known(said: str) -> bool:
            return fitting(self._grammar, said, request) is not None

        acts = next(filter(None, (together(form, known) for form in (text, *unled(text)))), ())
        if acts:
            return await each(self._grammar, acts, request)
        roles, room = request.member.person.roles, not request.chat.private
        for form in unled(text):
            meant = restating.first(form, roles, room=room)
            if (
                meant is None
                and self._grammar.command(form) is None
                and not self._grammar.sentence(form, request.member)
            ):
                meant = restating.plainly(form, roles, room=room)
                if meant is None:
                    continue
            if meant is None or not meant.asks:
                return replace(request, update=replace(request.update, text=meant.words[0] if meant else form))
        return request

    @staticmethod
    def _said(request: Request) -> bool:
        """Whether it was typed, to Dobi."""
        update = request.update
        spoken = request.chat.private or update.mention
        return spoken and update.press is None and update.location is None and not update.files

    def _show(self, request: Request, spoken: Spoken) -> None:
        """Remembered here alone, the newest ones."""
        key = (request.tenant, request.person, request.chat.ref)
        self._shown.pop(key, None)
        self._shown[key] = spoken
        if len(self._shown) > _MOST_SHOWN:
            del self._shown[next(iter(self._shown))]

    async def _last(self, request: Request) -> Spoken | None:
        """What was spoken of last, in this process or durably."""
        shown = self._shown.get((request.tenant, request.person, request.chat.ref))
        if shown is not None and request.now - shown.at > LIFE:
            shown = None
        kept = await self._people.spoken(request.tenant, request.person, request.chat.ref)
        return max((one for one in (shown, kept) if one is not None), key=lambda one: one.at, default=None)

    async def _first_meant(self, request: Request, texts: Iterable[str]) -> Meant | None:
        for text in texts:
            if (found := await self._meant(request, text)) is not None:
                return found
        return None

    async def _meant(self, request: Request, text: str) -> Meant | None:
        roles, room = request.member.person.roles, not request.chat.private
        command = self._grammar.command(text)
        if command is not None and command.route.name not in _YIELDING:
            return restating.clears(text) if command.route.name == "subscribe" else None
        astray = restating.first(text, roles, room=room)
        if astray is not None:
            return astray
        beside = await self._beside(request, text)
        if beside is not None or command is not None:
            return beside
        return await self._restated(request, text)

    async def _beside(self, request: Request, text: str) -> Meant | None:
        """What it means beside what was spoken of."""
        spoken = await self._last(request)
        if spoken is None or request.now - spoken.at > LIFE:
            return None
        if len(text) <= _SHORT:
            found = self._answered(spoken, text) if spoken.topic == ASKED else _completed(spoken, text, request.now)
            last = self._answering.get((request.tenant, request.person, request.chat.ref))
            if found is not None and found.words[0].startswith("제외 ") and last != spoken.topic:
                what = found.words[0].removeprefix("제외 ").removeprefix(spoken.argument).strip()
                found = Meant((f"낱말 빼기 {what}",))  # something else came between
            if found is not None and not (spoken.topic in SHOWN and await self._waited_for(request, text)):
                return found
        to = awaited(spoken.argument) if spoken.topic == "broadcast" and announces(text) else None
        if to is not None and restating.plainly(text, request.member.person.roles, room=False) is None:
            return Meant(
                (f"공지 {to}: {request.update.text.strip()}" if to else f"공지 {request.update.text.strip()}",)
            )
        return None

    def _answered(self, spoken: Spoken, text: str) -> Meant | None:
        """A yes or a no to the one sentence that was offered, or what is left unsaid beside it."""
        answer = answer_of(text)
        if answer is Said.NO or (spoken.words.startswith("구독 ") and _STAYS_ENDED.fullmatch(text)):
            return Meant((KEPT,))
        if answer is Said.YES:
            return Meant((spoken.words,)) if spoken.argument == "1" else None
        found = self._grammar.command(spoken.words)
        if found is None:
            return None
        return complete(replace(spoken, topic=found.route.name, argument=found.argument), text, spoken.at)

    async def _asked_to_do(self, request: Request, text: str) -> Meant | None:
        """What a request in a question's form comes to, where nothing understands it as it stands."""
        plain, member = requested(text), request.member
        if plain == text or self._grammar.sentence(text, member) is not None:
            return None
        found = await self._meant(request, plain)
        if found is not None or self._grammar.command(text) is not None or await self._waited_for(request, text):
            return found
        return Meant((plain,)) if self._grammar.sentence(plain, member) is not None else None

    async def _restated(self, request: Request, text: str) -> Meant | None:
        roles = request.member.person.roles
        found = restating.plainly(text, roles, room=not request.chat.private) or self._somebody(request, text)
        if found is None or self._grammar.sentence(text, request.member) is not None:
            return None
        return None if await self._waited_for(request, text) else found

    async def _waited_for(self, request: Request, text: str) -> bool:
        """Whether a question waits that takes the text."""
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        takes = self._grammar.named(waiting.route, "").route.takes if waiting is not None else None
        return waiting is not None and (takes is None or takes(text))

    def _somebody(self, request: Request, text: str) -> Meant | None:
        """A bare name, by whoever keeps the roster."""
        if not request.chat.private or not request.member.person.roles & restating.BOSSES or len(text) > 16:
            return None
        people = self._tenancy.institution(request.tenant).people
        who = restating.named(text, (person.name for person in people)) or restating.titled(text)
        return Meant((f"직원 {who}",)) if who else None


def _completed(spoken: Spoken, text: str, now: datetime) -> Meant | None:
    """What it means beside what was spoken of, also without its politeness."""
    plainer = (form for form in polite(text) if form != text and tells_time(form))
    found = (complete(spoken, form, now) for form in (text, *plainer))
    return next((one for one in found if one is not None), None)
