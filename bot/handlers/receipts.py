"""출장 · 위치: a shared point becomes a receipt.

Consent comes first: a point sent before it is dropped. The receipt's log leaf is durable before the reply, the reply
goes through the outbox, and the update's own id makes all of it safe to repeat. No point and no token is ever logged.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from attest.errors import EvidenceRefusedError, InvalidShareError, LogBehindError
from attest.evidence import Challenge, grade
from attest.issue import KIND, Issued, Issuer
from attest.receipt import Holder, Point, Share, clean_document
from bot import challenge, consents
from bot.holdings import Holdings
from bot.messenger import Location, Reply, Update
from bot.people import PeopleStore
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.wording import receipts as words
from bot.wording import witness

_LISTED = 31
_DOCUMENT = re.compile(r"(?:문서(?:번호)?\s*)?(?P<number>[^\s\d]*\s?-?\s?제?\d[^\s]*)(?:\s*호)?")
_LONGEST_DOCUMENT = 60


class Receipts:
    """The traveller's conversation."""

    def __init__(self, tenancy: Tenancy, people: PeopleStore, issuer: Issuer, holdings: Holdings) -> None:
        self._tenancy = tenancy
        self._people = people
        self._issuer = issuer
        self._holdings = holdings

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
            Route("token", (), (), self.token, press="token", private=True, title="영수증"),
        )

    async def trip(self, request: Request) -> Sequence[Reply]:
        """Announces a trip: the next location, if it comes soon, answers it."""
        said = _DOCUMENT.fullmatch(request.argument) if len(request.argument) <= _LONGEST_DOCUMENT else None
        try:
            document = clean_document(said["number"]) if said else ""
        except InvalidShareError:
            return [words.document_too_long()]
        await challenge.issue(self._people, request, document)
        if not await consents.agreed(self._people, request):
            return [await consents.ask(self._people, self._tenancy, request, discarded=False)]
        return [words.how(document, unread=bool(request.argument) and not document)]

    async def location(self, request: Request) -> Sequence[Reply]:
        """A shared point; dropped without consent, refused where it proves nothing, else a receipt."""
        shared = request.update.location
        if shared is None:
            return [words.not_a_point()]
        if not await consents.agreed(self._people, request):
            if shared.edited:
                return []  # a live share that goes on: each of its points is dropped, and it is not said each time
            return [await consents.ask(self._people, self._tenancy, request, discarded=True)]
        key = _key(request.update)
        if shared.edited and await self._issuer.log.find(request.tenant, f"{KIND}:{key}") is not None:
            return []  # a live share that moves on: its first point has its receipt
        asked = await challenge.pending(self._people, request)
        try:
            share = _share(shared, request.update)
            evidence = grade(share, Challenge(asked.at) if asked else None)
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
                asked.about if asked else "",
                key,
            )
        except LogBehindError as error:
            return [witness.stopped(error.size, error.known, institution.contact)]
        await self._holdings.add(request.tenant, request.person, issued.index, issued.receipt.time)
        if asked:
            await challenge.settle(self._people, request)
        return [_reply(issued, shared.accuracy_m)]

    async def token(self, request: Request) -> Sequence[Reply]:
        """A receipt of one's own as text, for pasting where a picture can't go."""
        for index in await self._holdings.of(request.tenant, request.person, datetime.fromtimestamp(0, UTC), _LISTED):
            issued = await self._issuer.again(request.tenant, index)
            if issued is not None and issued.receipt.serial.hex() == request.argument:
                return [words.token(issued.token)]
        return [words.no_receipt()]


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
