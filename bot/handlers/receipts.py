"""출장 · 위치 · 위치 동의 · 정산 · 내 정보: a shared point becomes a receipt.

Consent comes first: a point sent before it is dropped. The receipt's log leaf is durable before the reply, the reply
goes through the outbox, and the update's own id makes all of it safe to repeat. No point and no token is ever logged.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from attest.crypto import KeyStore
from attest.errors import EvidenceRefusedError, InvalidShareError, LogBehindError
from attest.evidence import Challenge, grade
from attest.issue import KIND, Issued, Issuer
from attest.receipt import Holder, Point, Share, clean_document
from bot.clock import KST
from bot.handlers import days
from bot.holdings import Holdings
from bot.messenger import Location, Reply, Update
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.wording import receipts as words
from bot.wording import witness
from nlp.subscriptions import SubscriptionStore

_TRIP = "trip"  # the chat name under which the announced trip waits; no real chat has it
_TRIP_LIFE = timedelta(hours=12)
_LISTED = 31
_SEARCHED = 400  # receipts back to the month that is asked for
_DOCUMENT = re.compile(r"(?:문서(?:번호)?\s*)?(?P<number>[^\s\d]*\s?-?\s?제?\d[^\s]*)(?:\s*호)?")
_LONGEST_DOCUMENT = 60
_YES = frozenset(
    {"yes", "동의", "동의합니다", "동의해요", "동의함", "동의할게요", "동의하겠습니다", "예", "네", "넵", "넹", "응"}
)
_NO = frozenset(
    {"no", "동의하지 않습니다", "동의 안 함", "동의 안 합니다", "동의 안 해요", "동의하지 않아요", "동의하지 않음"}
    | {"미동의", "비동의", "아니오", "아니요", "아니", "거절", "거절합니다", "거부", "싫어요", "싫습니다"}
)
_MARKS = " .!~,"  # no question mark: "네?" agrees to nothing


class Receipts:
    """The traveller's conversation."""

    def __init__(
        self,
        tenancy: Tenancy,
        people: PeopleStore,
        issuer: Issuer,
        keys: KeyStore,
        holdings: Holdings,
        subscriptions: SubscriptionStore,
    ) -> None:
        self._tenancy = tenancy
        self._people = people
        self._issuer = issuer
        self._keys = keys
        self._holdings = holdings
        self._subscriptions = subscriptions

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "trip",
                ("출장", "출장 증빙", "출장 시작"),
                ("trip", "출장"),
                self.trip,
                about="출장",
                help="출장 총무과-812 — 출장지에서 위치를 보내 QR 영수증을 받습니다. 문서번호는 없어도 됩니다",
                sentences=(
                    r"출장.{0,10}(왔|도착|증빙|영수증|시작|나왔|가는|갑니다)",
                    r"영수증.{0,6}(받|필요|주세요|줘)",
                ),
                press="trip",
                private=True,
            ),
            Route("location", (), (), self.location, private=True, title="위치"),
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
                "claim",
                ("정산",),
                ("claim", "정산"),
                self.claim,
                about="출장",
                help="정산 — 이번 달 출장 영수증. '정산 10월'은 그 달",
                sentences=(r"^(?P<argument>\d{1,2}월|지난 ?달|저번 ?달|이번 ?달) ?(?:출장 ?)?(?:정산|영수증)",),
                press="claim",
                private=True,
            ),
            Route("token", (), (), self.token, press="token", private=True, title="영수증"),
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

    async def trip(self, request: Request) -> Sequence[Reply]:
        """Announces a trip: the next location, if it comes soon, answers it."""
        said = _DOCUMENT.fullmatch(request.argument) if len(request.argument) <= _LONGEST_DOCUMENT else None
        try:
            document = clean_document(said["number"]) if said else ""
        except InvalidShareError:
            return [words.document_too_long()]
        agreed = await self._agreed(request)
        await self._await_location(request, document)
        if not agreed:
            return [await self._ask_consent(request, discarded=False)]
        return [words.how(document, unread=bool(request.argument) and not document)]

    async def _ask_consent(self, request: Request, *, discarded: bool) -> Reply:
        """The consent question; a typed 네 answers it as the button does."""
        await self._people.ask(request.tenant, request.person, request.chat.ref, Question("consent"), request.now)
        return words.ask_consent(discarded=discarded)

    async def _await_location(self, request: Request, document: str) -> None:
        question = Question(_TRIP, f"{request.now.isoformat()} {document}", _TRIP_LIFE)
        await self._people.ask(request.tenant, request.person, _TRIP, question, request.now)

    async def location(self, request: Request) -> Sequence[Reply]:
        """A shared point; dropped without consent, refused where it proves nothing, else a receipt."""
        shared = request.update.location
        if shared is None:
            return [words.not_a_point()]
        if not await self._agreed(request):
            return [await self._ask_consent(request, discarded=True)]
        key = _key(request.update)
        if shared.edited and await self._issuer.log.find(request.tenant, f"{KIND}:{key}") is not None:
            return []  # a live share that moves on: its first point has its receipt
        announced = await self._people.pending(request.tenant, request.person, _TRIP, request.now)
        asked, _, document = announced.argument.partition(" ") if announced else ("", "", "")
        try:
            share = _share(shared, request.update)
            evidence = grade(share, Challenge(datetime.fromisoformat(asked)) if asked else None)
        except InvalidShareError:
            return [words.not_a_point()]
        except EvidenceRefusedError as error:
            return [words.refused(error.reason)]
        person = request.member.person
        institution = self._tenancy.institution(request.tenant)
        try:
            issued = await self._issuer.issue(
                request.tenant,
                institution.name,
                Holder(person.id, person.name, person.department),
                share,
                evidence,
                document,
                key,
            )
        except LogBehindError as error:
            return [witness.stopped(error.size, error.known, institution.contact)]
        await self._holdings.add(request.tenant, request.person, issued.index, issued.receipt.time)
        if announced:
            await self._people.answer(request.tenant, request.person, _TRIP, request.now)
        return [_reply(issued, shared.accuracy_m)]

    async def consent(self, request: Request) -> Sequence[Reply]:
        """The answer to the consent question; the word alone asks it."""
        contact = self._tenancy.institution(request.tenant).contact
        answer = request.argument.strip(_MARKS)
        if answer in _YES:
            await self._people.grant(request.tenant, request.person, request.now, words.CONSENT_VERSION)
            announced = await self._people.pending(request.tenant, request.person, _TRIP, request.now)
            await self._await_location(request, announced.argument.partition(" ")[2] if announced else "")
            return [words.consented()]
        if answer in _NO:
            return [words.declined(contact)]
        return [await self._ask_consent(request, discarded=False)]

    async def withdraw(self, request: Request) -> Sequence[Reply]:
        """No point is taken from here on."""
        await self._people.withdraw(request.tenant, request.person, request.now)
        return [words.withdrawn()]

    async def claim(self, request: Request) -> Sequence[Reply]:
        """This month's receipts, or those of the month named."""
        today = request.now.astimezone(KST).date()
        first = days.month(request.argument, today) or today.replace(day=1)
        since = datetime.combine(first, time(), KST)
        until = (since + timedelta(days=31)).replace(day=1)
        found = [one for one in await self._mine(request, since, _SEARCHED) if one.at < until]
        return [words.claims(found, first.month, this=first == today.replace(day=1))]

    async def mine(self, request: Request) -> Sequence[Reply]:
        """Everything held about the asker, and how often it was looked at."""
        person = request.member.person
        consent = await self._people.consent(request.tenant, request.person)
        subscriptions = await self._subscriptions.of(request.tenant, request.chat.ref)
        looks = await self._holdings.looks(request.tenant, self._keys.pseudonym(request.tenant, request.person))
        receipts = await self._mine(request, datetime.fromtimestamp(0, UTC))
        since = consent.at if consent and consent.granted else None
        return [words.mine(person.name, person.department, since, len(subscriptions), len(receipts), looks)]

    async def token(self, request: Request) -> Sequence[Reply]:
        """A receipt of one's own as text, for pasting where a picture can't go."""
        for index in await self._holdings.of(request.tenant, request.person, datetime.fromtimestamp(0, UTC), _LISTED):
            issued = await self._issuer.again(request.tenant, index)
            if issued is not None and issued.receipt.serial.hex() == request.argument:
                return [words.token(issued.token)]
        return [words.no_receipt()]

    async def _agreed(self, request: Request) -> bool:
        consent = await self._people.consent(request.tenant, request.person)
        return consent is not None and consent.granted

    async def _mine(self, request: Request, since: datetime, most: int = _LISTED) -> Sequence[words.Issued]:
        found = []
        for index in await self._holdings.of(request.tenant, request.person, since, most):
            issued = await self._issuer.again(request.tenant, index)
            if issued is not None:
                found.append(words.Issued(issued.receipt.time, issued.place.title, issued.receipt.document))
        return found


def _yes_or_no(text: str) -> bool:
    """Whether a text can be the answer to the consent question."""
    return text.strip(_MARKS) in _YES | _NO


def _share(shared: Location, update: Update) -> Share:
    return Share(
        point=Point(shared.lat, shared.lon, shared.accuracy_m),
        sent_at=update.sent_at or update.received_at,
        received_at=update.received_at,
        live=shared.live,
        forwarded=shared.forwarded,
        venue=shared.venue,
        via_bot=shared.via_bot,
        edited=shared.edited,
        messenger=update.adapter,
        message=update.message or "",
    )


def _key(update: Update) -> str:
    """What makes it the same receipt: the platform's message, else its update; without either it is a new one."""
    if update.message:
        return f"{update.adapter}:{update.sender}:{update.chat or ''}:message:{update.message}"
    return f"{update.adapter}:{update.sender}:{update.id or secrets.token_hex(8)}"


def _reply(issued: Issued, accuracy_m: float | None) -> Reply:
    receipt = issued.receipt
    story = f"receipt:{receipt.serial.hex()}"
    return words.receipt(
        issued.place.title, receipt.time, accuracy_m, receipt.document, issued.png, story, receipt.flags
    )
