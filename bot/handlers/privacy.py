"""위치 동의 · 위치 동의 철회 · 내 정보: what people decide about their location, and what is held about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from attest.crypto import KeyStore
from bot import challenge, consents
from bot.holdings import Holdings
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.wording import privacy as words
from nlp.subscriptions import SubscriptionStore

_LISTED = 1_000
_YES = frozenset(
    {"yes", "동의", "동의합니다", "동의해요", "동의함", "동의할게요", "동의하겠습니다", "예", "네", "넵", "넹", "응"}
)
_NO = frozenset(
    {"no", "동의하지 않습니다", "동의 안 함", "동의 안 합니다", "동의 안 해요", "동의하지 않아요", "동의하지 않음"}
    | {"미동의", "비동의", "아니오", "아니요", "아니", "거절", "거절합니다", "거부", "싫어요", "싫습니다"}
)
_MARKS = " .!~,"  # no question mark: "네?" agrees to nothing


class Privacy:
    """Everybody's conversation about their own data."""

    def __init__(
        self,
        tenancy: Tenancy,
        people: PeopleStore,
        keys: KeyStore,
        holdings: Holdings,
        subscriptions: SubscriptionStore,
    ) -> None:
        self._tenancy = tenancy
        self._people = people
        self._keys = keys
        self._holdings = holdings
        self._subscriptions = subscriptions

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "consent", ("위치 동의",), ("consent",), self.consent, press="consent", private=True, takes=_yes_or_no
            ),
            Route(
                "withdraw",
                ("위치 동의 철회", "동의 철회"),
                ("withdraw",),
                self.withdraw,
                about="출장",
                help="위치 동의 철회 — 위치를 더는 받지 않습니다",
                sentences=(r"(?:내 )?위치.{0,10}(?:지워|삭제|철회|거두|그만)", r"동의.{0,4}(?:철회|취소|거두)"),
                private=True,
            ),
            Route(
                "mine",
                ("내 정보", "내정보"),
                ("me",),
                self.mine,
                about="출장",
                help="내 정보 — 나에 관해 보관한 것",
                press="mine",
                private=True,
            ),
        )

    async def consent(self, request: Request) -> Sequence[Reply]:
        """The answer to the consent question; the word alone asks it."""
        contact = self._tenancy.institution(request.tenant).contact
        answer = request.argument.strip(_MARKS)
        if answer in _YES:
            await self._people.grant(request.tenant, request.person, request.now, words.CONSENT_VERSION)
            announced = await challenge.pending(self._people, request)
            await challenge.issue(self._people, request, announced.about if announced else "")
            return [words.consented()]
        if answer in _NO:
            return [words.declined(contact)]
        return [await consents.ask(self._people, request, discarded=False)]

    async def withdraw(self, request: Request) -> Sequence[Reply]:
        """No point is taken from here on."""
        await self._people.withdraw(request.tenant, request.person, request.now)
        return [words.withdrawn()]

    async def mine(self, request: Request) -> Sequence[Reply]:
        """Everything held about the asker, and how often it was looked at."""
        person = request.member.person
        consent = await self._people.consent(request.tenant, request.person)
        subscriptions = await self._subscriptions.of(request.tenant, request.chat.ref)
        looks = await self._holdings.looks(request.tenant, self._keys.pseudonym(request.tenant, request.person))
        since_ever = datetime.fromtimestamp(0, UTC)
        receipts = await self._holdings.of(request.tenant, request.person, since_ever, _LISTED)
        since = consent.at if consent and consent.granted else None
        return [words.mine(person.name, person.department, since, len(subscriptions), len(receipts), looks)]


def _yes_or_no(text: str) -> bool:
    """Whether a text can be the answer to the consent question."""
    return text.strip(_MARKS) in _YES | _NO
