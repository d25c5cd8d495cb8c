"""Who answers an update: the person, the right to ask, the route, and the one polite sentence when something breaks.

    update → who (unknown: invitation) → handled before? → press | location | files | command | pending question |
    sentence | first contact | nearest suggestion → may they? → handler → replies, in order

It is the last line: whatever a handler raises ends here, once in the log (without what the person wrote) and once in
plain Korean.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from redis.exceptions import RedisError

from bot import wording
from bot.answering import Answering
from bot.following_up import FollowUps
from bot.happenings import Listener
from bot.logs import failed, failed_for
from bot.messenger import MAX_PRESS, Chat, Messenger, Reply, Update
from bot.missing import Missing
from bot.nearest import nearest
from bot.offering import FEW_WORDS, Guess, Offered
from bot.outbox import Outbox
from bot.people import Inbox, PeopleStore, Repeat
from bot.requests import fault, pressing, said, unasked
from bot.routes import Found, Grammar, Request, tidy, unaddressed
from bot.taking_back import NAMED_FIRST, Key, LastUndo
from bot.tenancy import Member, Tenancy
from bot.wondering import asks_who, guarded, recollected

log = logging.getLogger(__name__)


class Router:
    """Leads each update to its handler. `suggest(word, names)` finds the command name nearest to a mistyped one."""

    def __init__(
        self,
        tenancy: Tenancy,
        grammar: Grammar,
        people: PeopleStore,
        inbox: Inbox,
        outbox: Outbox,
        now: Callable[[], datetime],
        suggest: Callable[[str, Sequence[str]], str | None],
        undo: LastUndo | None = None,
    ) -> None:
        self._tenancy = tenancy
        self._grammar = grammar
        self._people = people
        self._inbox = inbox
        self._outbox = outbox
        self._now = now
        self._suggest = suggest
        self._answering = Answering(outbox, now)
        self._used: set[tuple[str, str]] = set()  # who got on with Dobi already: no introduction amid a conversation
        self._undo = undo or LastUndo()
        self._listeners: list[Listener] = []
        self._only_addressed: Callable[[str, str], Awaitable[bool]] | None = None
        self._talked: Callable[[Member, str], Awaitable[None]] | None = None
        self._look: Callable[[], Awaitable[None]] | None = None
        self._strangers: Listener | None = None
        self._guess: Guess | None = None
        self._missing: Missing | None = None
        self._choose: Callable[[Request], Awaitable[Request | None]] | None = None
        self._follow: FollowUps | None = None

    def attach(self, messengers: Sequence[Messenger]) -> None:
        """The messengers through which replies go back."""
        self._answering.attach(messengers)

    def answer(self, answering: Answering) -> None:
        """Replies go back this way; before `attach`."""
        self._answering = answering

    def guess(self, guess: Guess, missing: Missing | None = None) -> None:
        """Who says what somebody may have meant whom no route understands, and who asks for what a command lacks."""
        self._guess, self._missing = guess, missing

    def hear(self, listener: Listener) -> None:
        """Hands every event to `listener` from now on, after those that listen already."""
        self._listeners.append(listener)

    def mind(self, only_addressed: Callable[[str, str], Awaitable[bool]]) -> None:
        """Asks, of an institution and a group's ref, whether bare words are left alone there."""
        self._only_addressed = only_addressed

    def know(self, look: Callable[[], Awaitable[None]], strangers: Listener) -> None:
        """Looks before each update who is known, and hands to `strangers` what comes from whoever is not."""
        self._look, self._strangers = look, strangers

    def heed(self, talked: Callable[[Member, str], Awaitable[None]]) -> None:
        """Tells on which messenger somebody just talked in private."""
        self._talked = talked

    def choose(self, choose: Callable[[Request], Awaitable[Request | None]]) -> None:
        """Reads what people send as the button that it stands for; None is a reaction that stands for nothing."""
        self._choose = choose

    def follow(self, follow: FollowUps) -> None:
        """Who reads what is left unsaid, and is told what was spoken of."""
        self._follow = follow

    async def receive(self, update: Update) -> None:
        """Handles one update and sends its replies; never raises for what the update holds."""
        await self._looked()
        await self._take(update)

    async def attend(self, update: Update) -> None:
        """As `receive`, for who keeps updates until they are handled and gives none twice: the inbox is not asked."""
        await self._looked()
        await self._take(update, counted=True)

    async def _take(self, update: Update, *, counted: bool = False) -> None:
        if update.event is not None:
            if update.event != "masked" or update.mention or self._grammar.exact(tidy(update.text)):
                await self._happened(update)
            return
        member = self._tenancy.person(update.adapter, update.sender)
        chat = self._chat(update, member)
        if chat is None:
            return
        if update.edit and update.location is None:  # what was read is answered; whoever meant something else says it
            if member is not None and chat.private and update.chat in {None, chat.id}:
                await self.say(update, [wording.read_before()])
            return
        if member is None:
            if not (update.reaction or update.withdrawn):
                await self._met(update, chat)
            return
        if update.chat is not None and chat.private and update.chat != chat.id:
            if not self._registers(update):
                await self._send(member.tenant, chat, update, [wording.unknown_channel()])
                return
            chat = Chat(update.adapter, update.chat, private=False)
        await self._handle(Request(member, chat, update, "", self._now()), counted=counted)

    async def _handle(self, request: Request, *, counted: bool) -> None:
        """Answers somebody who is known; whatever breaks, they hear of it."""
        member, chat, update = request.member, request.chat, request.update
        try:
            if counted or not await self._handled_before(request):
                if chat.private and self._talked is not None:
                    await self._talked(member, update.adapter)
                await self._answer(request)
                if update.id is not None and not counted:
                    await self._inbox.done(member.tenant, update.adapter, update.id)
        except Exception as error:  # noqa: BLE001 - whatever happens, whoever asked gets an answer
            case = secrets.token_hex(3).upper()
            failed_for(log, error, "case %s: an update could not be handled", case)
            await self._send(member.tenant, chat, update, [wording.failed(case, self._contact(request))])

    async def _looked(self) -> None:
        """What other processes changed about who is known; where that can't be learned, what was known last holds."""
        if self._look is not None:
            try:
                await self._look()
            except (RedisError, OSError) as error:
                failed(log, error, "the roster could not be looked at")

    async def _met(self, update: Update, chat: Chat) -> None:
        """Somebody whom the roster does not know."""
        try:
            heard = None if self._strangers is None else await self._strangers(update)
        except Exception as error:  # noqa: BLE001 - whatever happens, whoever asked gets an answer
            case = secrets.token_hex(3).upper()
            failed_for(log, error, "case %s: a stranger's update could not be handled", case)
            await self._send("", chat, update, [wording.failed(case, "")])
            return
        if self._strangers is None:
            await self._send("", chat, update, [wording.invitation()])
        elif heard is not None:
            await self._send(heard.tenant, heard.chat, update, heard.replies)

    async def say(self, update: Update, replies: Sequence[Reply]) -> None:
        """Says something of an update that no route was asked about; nothing where it is not answered at all."""
        member = self._tenancy.person(update.adapter, update.sender)
        chat = self._chat(update, member)
        if chat is not None and update.event is None:
            apart = None if update.id is None else f"{update.id}:apart"  # no route's replies have these ids
            await self._send("" if member is None else member.tenant, chat, replace(update, id=apart), replies)

    async def _happened(self, update: Update) -> None:
        """What became of a room, or of whoever blocked Dobi: each listener may have something to say there."""
        for hear in self._listeners:
            try:
                heard = await hear(update)
                if heard is not None:
                    await self._send(heard.tenant, heard.chat, update, heard.replies)
            except Exception as error:  # noqa: BLE001 - one listener's fault is not the next one's
                failed_for(log, error, "an event could not be handled")

    def _registers(self, update: Update) -> bool:
        """Whether it is about the room itself, which no institution knows yet."""
        text = unaddressed(tidy(update.text))
        pressed = update.press is not None
        found = self._grammar.press(tidy(update.press or "")) if pressed else self._grammar.command(text)
        found = found or (None if pressed else self._grammar.sentence(text))
        return found is not None and found.route.anywhere

    async def _handled_before(self, request: Request) -> bool:
        """Whether this very update was answered already; one whose handling died is handled again."""
        update = request.update
        if update.id is None:
            return False
        before = await self._inbox.begin(request.tenant, update.adapter, update.id, update.received_at)
        return isinstance(before, Repeat) and before.done

    def _chat(self, update: Update, member: Member | None) -> Chat | None:
        """Where to answer: a group that Dobi does not know is answered privately, and only when it was addressed."""
        private = Chat(update.adapter, f"dm:{update.sender}", private=True)
        if update.chat in {None, private.id}:
            return private
        known = self._tenancy.channel(update.adapter, member.tenant, update.chat or "") if member else None
        if known:
            return Chat(update.adapter, known.id, private=False)
        slashed = update.text.strip().startswith("/") and self._registers(update)
        return private if update.mention or update.press is not None or slashed else None

    async def _answer(self, request: Request) -> None:
        """Sends the replies; a question is over once its answer was handled and answered, not before."""
        request = said(request)
        request = await self._undo.bared(request, self._typed(request))
        chosen = request if self._choose is None else await self._choose(request)
        if chosen is None or chosen.update.reaction or chosen.update.withdrawn:
            return
        read: Request | Sequence[Reply] = chosen if self._missing is None else await self._missing.read(chosen)
        if isinstance(read, Request) and self._follow is not None:
            read = await self._follow.read(read)
        request = read if isinstance(read, Request) else chosen
        found = await self._find(request) if isinstance(read, Request) else read
        key = (request.tenant, request.person, request.chat.ref)
        request, found = await self._taken_back(request, key, found)
        shows = recollected(chosen, found)
        request = said(pressing(request, shows)) if shows else request
        found = await self._find(request) if shows else guarded(chosen, found, read)
        replies = await self._permitted(request, found) if isinstance(found, Found) else found
        await self._undo.answered(key, self._typed(request), request.update, replies, request.now)
        await self._send(request.tenant, request.chat, request.update, replies)
        if self._missing is not None:
            self._missing.spoke(request, found if isinstance(found, Found) else None)
        if self._follow is not None:
            await self._follow.spoke(request, found if isinstance(found, Found) else None, replies)
        if isinstance(found, Found) and found.answers is not None:
            await self._people.settle(request.tenant, request.person, request.chat.ref, found.answers)

    async def _taken_back(
        self, request: Request, key: Key, found: Found | Sequence[Reply]
    ) -> tuple[Request, Found | Sequence[Reply]]:
        """What was not understood may undo the last answer, or say its words again with another number."""
        typed = self._typed(request)
        press = await self._undo.press(key, typed, request.update, request.now)
        again = None if press is not None else await self._undo.otherwise(key, typed, request.now)
        if press is not None and not (isinstance(found, Found) and found.answers):
            if press.startswith(NAMED_FIRST):
                return request, self._grammar.named("undo-last", "")
            return pressing(request, press), self._grammar.press(press) or found
        if again is None or isinstance(found, Found):
            return request, found
        undone = self._grammar.press(again[0])
        anew = replace(request, update=replace(request.update, text=again[1]))
        meant = await self._find(anew)
        if undone is None or not isinstance(meant, Found) or not meant.route.allows(request.member):
            return request, found
        await self._permitted(pressing(request, again[0]), undone)
        return anew, meant

    @staticmethod
    def _typed(request: Request) -> str:
        """The words of somebody who speaks to Dobi; empty where they speak to others."""
        addressed = request.chat.private or request.update.mention
        return unaddressed(tidy(request.update.text)) if addressed and request.update.press is None else ""

    async def _find(self, request: Request) -> Found | Sequence[Reply]:
        update = request.update
        addressed = request.chat.private or update.mention
        if update.press is not None:
            known = len(update.press.encode("utf-8", "replace")) <= MAX_PRESS
            return (self._grammar.press(tidy(update.press)) if known else None) or [wording.stale_button()]
        if update.location is not None:
            return self._grammar.named("location", "") if addressed else []
        wrong = fault(update)
        if wrong is not None:
            return [wrong] if addressed else []
        text = tidy(update.text)
        if not addressed:
            found = self._grammar.exact(text)
            bare = found is not None and not text.startswith("/")
            return [] if found is None or (bare and await self._wordless(request)) else found
        text = unaddressed(text)
        if update.files:
            return await self._with_files(request, text)
        return await self._understand(request, text)

    async def _wordless(self, request: Request) -> bool:
        """Whether this group wants Dobi to leave bare words alone."""
        return self._only_addressed is not None and await self._only_addressed(request.tenant, request.chat.ref)

    async def _with_files(self, request: Request, text: str) -> Found | Sequence[Reply]:
        """Files belong to the command beside them, or to a question that waits for such; else they are receipts."""
        found = self._grammar.command(text) or self._grammar.with_files(text, request.update.files)
        found = found or await self._sheets(request)
        found = found or self._grammar.brought(request.update.files, request.member)
        verify = self._grammar.named("verify", text)
        return found or (verify if verify.route.allows(request.member) else [unasked(request.update.files)])

    async def _understand(self, request: Request, text: str) -> Found | Sequence[Reply]:
        if not text:
            return self._grammar.named("introduction", "")
        command = self._grammar.command(text)
        if command and command.argument and command.route.name == "introduction":
            command = self._beside_greeting(text, command)
        if command and not (command.argument and await self._waits_freely(request)):
            return command
        found = await self._answers(request, text) or command or self._grammar.sentence(text, request.member)
        if found:
            return found
        return await self._guessed(request, text)

    async def _guessed(self, request: Request, text: str) -> Found | Sequence[Reply]:
        """What may have been meant where nothing was understood; whoever writes first is greeted besides."""
        near = self._near(request, text)
        private = request.chat.private
        offered = Offered() if self._guess is None else await self._guess(text, request.member, request.chat)
        used = (request.tenant, request.person) in self._used
        meets = private and not used and await self._meets(request)
        shows = near is None or len(text.split()) > FEW_WORDS
        if offered.at_once and shows and not (meets and (asks_who(text) or offered.at_once == "도움말")):
            return self._grammar.command(offered.at_once) or [wording.unknown()]
        if meets:
            shown = near if asks_who(text) else offered.beside(near, text)
            first = self._grammar.named("introduction", "first" if shown else "unread")
            return [shown, *await self._permitted(request, first)] if shown else first
        return [offered.beside(near, text) or wording.unknown()]

    def _beside_greeting(self, text: str, greeting: Found) -> Found:
        """What a greeting leads up to, where that is plain."""
        return self._grammar.command(greeting.argument) or self._grammar.sentence(text) or greeting

    async def _answers(self, request: Request, text: str) -> Found | None:
        """The route whose pending question this text may answer; a question that it can't answer goes on waiting."""
        if text.startswith("/"):
            return None
        tenant, person, chat = request.tenant, request.person, request.chat.ref
        waiting = await self._people.pending(tenant, person, chat, request.now)
        takes = self._grammar.named(waiting.route, "").route.takes if waiting else None
        if waiting is None or (takes is not None and not takes(text)):
            return None
        found = self._grammar.named(waiting.route, f"{waiting.argument} {text}".strip())
        return replace(found, answers=waiting)

    async def _sheets(self, request: Request) -> Found | None:
        """The route whose waiting question these files answer; the question goes on waiting."""
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        found = self._grammar.named(waiting.route, waiting.argument) if waiting else None
        fits = found.route.sheets if found else None
        return found if fits is not None and fits(request.update.files) else None

    async def _waits_freely(self, request: Request) -> bool:
        """Whether a question waits whose answer may begin like a command."""
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        return waiting is not None and self._grammar.named(waiting.route, "").route.free

    def _near(self, request: Request, text: str) -> Reply | None:
        """The nearest command as a suggestion."""
        return nearest(self._grammar.meant(text.strip("/ "), request.member, self._suggest))

    async def _meets(self, request: Request) -> bool:
        """Whether this is the person's first message ever, or its repetition."""
        key = request.update.id or ""
        return await self._people.introduce_once(request.tenant, request.person, request.now, key=key)

    async def _permitted(self, request: Request, found: Found) -> Sequence[Reply]:
        route = found.route
        if not route.allows(request.member):
            if route.refuse is not None:
                return await route.refuse(request)
            roles = sorted(role.value for role in route.roles)
            return [wording.not_allowed(route.called, roles, self._contact(request))]
        if route.private and not request.chat.private:
            return [wording.only_private(route.called)]
        replies = await route.handle(
            Request(request.member, request.chat, request.update, found.argument, request.now),
        )
        self._used.add((request.tenant, request.person))
        return replies

    def _contact(self, request: Request) -> str:
        return self._tenancy.institution(request.tenant).contact

    async def _send(self, tenant: str, chat: Chat, update: Update, replies: Sequence[Reply]) -> None:
        """Every reply was sent, or is kept and will be."""
        await self._answering.send(tenant, chat, update, replies)
