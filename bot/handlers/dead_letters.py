"""못 보낸 것: letters that did not arrive, for the institution's administrators: listed, sent again, dropped; logged.

What they said is not shown. Operators see how many each institution has, and nobody's name.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.acts import Acts
from bot.dead_letters import DeadLetter, DeadLetters
from bot.messenger import Chat, Reply
from bot.outcomes import STATE
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import channels, when
from bot.wording import letters as told
from bot.wording import operating as words

_PAGE = 5
_DEEPEST = 200
_MOST_AGAIN = 1_000
"""So many that were sent again are known to this process, and so many people who sent them."""
_ASKED = (
    r"^(?:(?:메시지|알림|소식|글)(?:이|가|도)? ?)?(?:못|안) ?(?:보낸|보내진|간|갔던|도착한) ?"
    r"(?:것|거|게|건|메시지|알림).{0,12}$"
    r"|^(?:밀린|막힌|실패한) ?(?:것|거|게|건|메시지|알림)(?:들)?(?:을|를|이|은|는|도)? ?"
    r"(?:좀 )?(?:보여|있|뭐|볼|확인|목록|알려).{0,6}$"
)


_AGAIN = (
    r"^(?:못|안) ?(?:보낸|간|나간) ?(?:글|것|거|알림|메시지|공지)(?:들)?(?:을|를|은|는|도)? ?"
    r"(?:모두 |전부 |다 )?(?:다시|재).{0,10}$"
)


class DeadLetterTalk:
    """The conversation about them."""

    def __init__(self, tenancy: Tenancy, letters: DeadLetters, acts: Acts) -> None:
        self._tenancy, self._letters, self._acts = tenancy, letters, acts
        self._sent: dict[tuple[str, str], Sequence[str]] = {}

    def routes(self) -> tuple[Route, ...]:
        """What administrators and operators say."""
        return (
            Route(
                "dead-letters", ("못 보낸 것", "못보낸 것", "밀린 것", "못 보낸 메시지"), ("dead",), self.asked,
                about="관리", help="못 보낸 것 — 도착하지 않은 것을 다시 보내거나 버립니다",
                roles=frozenset({Role.MANAGER, Role.OPERATOR}), press="dead", private=True, quiet=True,
                sentences=(_ASKED, _AGAIN),
            ),
        )  # fmt: skip

    async def asked(self, request: Request) -> Sequence[Reply]:
        """A page, or what a button wants."""
        if Role.MANAGER not in request.member.person.roles:
            return [await self._by_home()]
        what, _, rest = request.argument.partition(":") if request.update.press is not None else ("", "", "")
        if request.argument == STATE and request.update.press is None:
            return [await self._fate(request)]
        match what:
            case "why":
                return [await self._why(request, rest)]
            case "rest" | "others" | "rest-sure" | "others-sure":
                return [await self._others(request, rest, what)]
            case "again" | "drop":
                return [await self._one(request, rest, again=what == "again")]
            case "again-all":
                return [await self._all(request, again=True)]
            case "drop-all":
                count = await self._letters.count(request.tenant)
                return [words.letters_drop(count) if count else words.letter_gone()]
            case "drop-sure":
                return [await self._all(request, again=False)]
        return [await self._page(request, int(rest) if what == "page" and rest.isdecimal() else 0)]

    async def _page(self, request: Request, first: int) -> Reply:
        first = min(first, _DEEPEST)
        found = (await self._letters.listing(request.tenant, first + _PAGE))[first:]
        rows = [
            words.Letter(one.id, self._to(request.tenant, one.chat), one.chat.adapter, one.kind, one.at, one.why.value)
            for one in found
        ]
        return words.letters(rows, await self._letters.count(request.tenant), first, request.now, _PAGE)

    async def _one(self, request: Request, name: str, *, again: bool) -> Reply:
        letter = await self._find(request.tenant, name)
        if letter is None:
            return words.letter_gone()
        to = self._to(request.tenant, letter.chat)
        what = "dead-retried" if again else "dead-dropped"
        key = f"{what}:{letter.id}:{letter.at.isoformat()}"
        await self._acts.note(request.tenant, request.person, what, self._about(request, letter), request.now, key=key)
        done = await (self._letters.retry if again else self._letters.drop)(request.tenant, name)
        if not done:
            return words.letter_gone()
        if again:
            self._remember(request, [name])
        return words.letter_again(to) if again else words.letter_dropped(to)

    async def _all(self, request: Request, *, again: bool) -> Reply:
        count = await self._letters.count(request.tenant)
        if not count:
            return words.letter_gone()
        what, source = "dead-retried" if again else "dead-dropped", request.update.id or request.now.isoformat()
        key = f"{what}:all:{request.person}:{source}"
        await self._acts.note(request.tenant, request.person, what, words.all_of(count), request.now, key=key)
        if again:
            self._remember(request, [one.id for one in await self._letters.listing(request.tenant, _MOST_AGAIN)])
        done = await (self._letters.retry_all if again else self._letters.drop_all)(request.tenant)
        return words.letters_again(done) if again else words.letters_dropped(done)

    async def _why(self, request: Request, name: str) -> Reply:
        letter = await self._find(request.tenant, name)
        if letter is None:
            return words.letter_gone()
        to, kind = self._to(request.tenant, letter.chat), words.KINDS.get(letter.kind, letter.kind)
        row = f"{to}({channels.messenger(letter.chat.adapter)}) · {kind} · {when(letter.at, request.now)}"
        return told.why(row, words.WHYS.get(letter.why.value, letter.why.value), name)

    async def _others(self, request: Request, name: str, what: str) -> Reply:
        """One is dropped or left, and the others go again: asked first."""
        letter = await self._find(request.tenant, name)
        if letter is None:
            return words.letter_gone()
        drops, to = what.startswith("rest"), self._to(request.tenant, letter.chat)
        every = await self._letters.listing(request.tenant, _MOST_AGAIN)
        others = [one for one in every if one.id != name]
        if not what.endswith("-sure") or not others:
            return told.rest(to, len(others), name, drops=drops)
        if drops:
            await self._one(request, name, again=False)
        source = request.update.id or request.now.isoformat()
        key = f"dead-retried:others:{request.person}:{source}"
        await self._acts.note(
            request.tenant, request.person, "dead-retried", words.all_of(len(others)), request.now, key=key
        )  # fmt: skip
        done = [one.id for one in reversed(others) if await self._letters.retry(request.tenant, one.id)]
        self._remember(request, done)
        return told.rested(to, len(done), dropped=drops)

    async def _fate(self, request: Request) -> Reply:
        """How what was sent again last stands; the list where this process sent nothing again."""
        sent = self._sent.get((request.tenant, request.person))
        if sent is None:
            return await self._page(request, 0)
        found = await self._letters.fates(request.tenant, sent)
        return told.fate(found.all, found.sent, found.waiting, found.failed)

    def _remember(self, request: Request, sent: Sequence[str]) -> None:
        self._sent.pop((request.tenant, request.person), None)
        self._sent[request.tenant, request.person] = sent
        if len(self._sent) > _MOST_AGAIN:
            del self._sent[next(iter(self._sent))]

    async def _find(self, tenant: str, name: str) -> DeadLetter | None:
        found = await self._letters.listing(tenant, _DEEPEST + _PAGE)
        return next((one for one in found if one.id == name), None)

    async def _by_home(self) -> Reply:
        homes = self._tenancy.institutions()
        return words.letters_by_home([(one.name, await self._letters.count(one.id)) for one in homes])

    def _to(self, tenant: str, chat: Chat) -> str:
        """To whom: a person by name, a channel by its own."""
        if not chat.private:
            return words.channel_called(chat.id)
        member = self._tenancy.person(chat.adapter, chat.id.removeprefix("dm:"))
        return words.person_called(member.person.name if member is not None and member.tenant == tenant else "")

    def _about(self, request: Request, letter: DeadLetter) -> str:
        """In the log: a person by id, a channel by its name, on which messenger."""
        chat = letter.chat
        member = self._tenancy.person(chat.adapter, chat.id.removeprefix("dm:")) if chat.private else None
        own = member is not None and member.tenant == request.tenant
        whom = f"@{member.person.id}" if own and member is not None else "" if chat.private else chat.id
        return f"{whom} {channels.messenger(chat.adapter)}".strip()
