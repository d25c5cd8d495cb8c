"""내 정보 · 누가 봤나요: everything held about the asker, who looked, all of it as a file, and what may be deleted.

It shows nothing of anybody else, and only in private.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.about import About, Kind
from bot.erasing import Belongings, Eraser
from bot.messenger import Reply
from bot.operators import private_chats
from bot.routes import Request, Route
from bot.tenancy import Tenancy, UnknownInstitution
from bot.wording import mine as words

FILE = "dobi-내정보.xlsx"


class Mine:
    """Everybody's conversation about what is held of them."""

    def __init__(self, tenancy: Tenancy, about: About, eraser: Eraser, belongings: Belongings) -> None:
        self._tenancy = tenancy
        self._about = about
        self._eraser = eraser
        self._belongings = belongings

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "mine",
                ("내 정보", "내정보"),
                ("me",),
                self.mine,
                about="출장",
                help="내 정보 — 나에 관해 보관한 것 전부와 누가 봤는지",
                sentences=(
                    r"^(?:나|내|저|제)(?:에 ?대해|에 ?관해| ?정보).{0,14}(?:뭐|무엇|무슨|어떤|알고|보관|가지고)",
                ),
                press="mine",
                private=True,
            ),
            Route(
                "who-looked",
                ("누가 봤나요", "누가 봤어요", "누가 봤나", "열람 기록"),
                ("looks",),
                self.looks,
                sentences=(
                    r"^(?:내|제) ?(?:영수증|정보|위치|기록|출장).{0,6}누가.{0,4}(?:봤|보았|열었|열어|확인)",
                    r"^누가 (?:내|제) ",
                ),
                private=True,
            ),
            Route(
                "mine-delete",
                ("내 정보 삭제", "내정보 삭제", "내 정보 지우기"),
                ("forget-me",),
                self.delete,
                sentences=(r"^(?:내|제|저의|나의) ?(?:모든 ?)?(?:기록|정보|자료).{0,6}(?:지워|지우|삭제|파기|없애)",),
                press="mine-delete",
                private=True,
            ),
            Route(
                "mine-correct",
                ("내 정보 정정", "내 정보 수정", "내 정보 고치기"),
                ("correct-me",),
                self.correct,
                sentences=(r"^(?:내|제) ?(?:부서|이름|소속).{0,8}(?:틀리|틀렸|다르|다릅|바뀌|바꿔|고쳐|잘못)",),
                private=True,
            ),
        )

    async def mine(self, request: Request) -> Sequence[Reply]:
        """Everything in four lines, or one part of it in detail."""
        match "file" if "파일" in request.argument else request.argument:
            case "subscriptions":
                mine = await self._about.some(request.tenant, request.member, Kind.SUBSCRIPTION)
                return [words.subscriptions([one.text for one in mine])]
            case "receipts":
                found = await self._about.some(request.tenant, request.member, Kind.RECEIPT)
                return [words.receipts([(one.at, one.text, one.mark == "claimed") for one in found if one.at])]
            case "looks":
                return await self.looks(request)
            case "consents":
                found = await self._about.some(request.tenant, request.member, Kind.CONSENT)
                return [
                    words.consents(
                        [(one.at, one.mark, one.text) for one in found if one.at], await self._stands(request)
                    )
                ]
            case "file":
                return await self._file(request)
        return [await self._summary(request)]

    async def _summary(self, request: Request) -> Reply:
        person, counts = request.member.person, await self._about.counts(request.tenant, request.member)
        location = await self._about.location(request.tenant, request.person)
        counted = (
            counts.subscriptions, counts.taps, counts.reminders, counts.receipts, counts.claimed, counts.trips,
        )  # fmt: skip
        going = location.erases_at if counts.receipts > counts.claimed else None
        stands = words.standing(location.standing.value, location.since)
        return words.mine(person.name, person.department, stands, going, counted, counts.looks)

    async def _stands(self, request: Request) -> str:
        location = await self._about.location(request.tenant, request.person)
        return words.standing(location.standing.value, location.since)

    async def looks(self, request: Request) -> Sequence[Reply]:
        """Who looked at the asker's receipts: when, which office, under which document number."""
        found = await self._about.looks(request.tenant, request.person)
        return [words.looks([(one.at, self._office(one.office), one.number, one.receipt_at) for one in found])]

    def _office(self, tenant: str) -> str:
        try:
            return self._tenancy.institution(tenant).name
        except UnknownInstitution:
            return tenant

    async def _file(self, request: Request) -> Sequence[Reply]:
        from bot.papers import mine as papers

        items = await self._about.everything(request.tenant, request.member)
        person, institution = request.member.person, self._tenancy.institution(request.tenant)
        stands = await self._stands(request)
        data = await asyncio.to_thread(
            papers.workbook, person.name, person.department, institution.name, stands, items, request.now
        )
        return [words.file(FILE, data, len(items))]

    async def delete(self, request: Request) -> Sequence[Reply]:
        """What may be deleted, or `own`: what the person kept for themselves goes."""
        if request.argument == "own":
            chats = [chat.ref for chat in private_chats(request.member.person)]
            done = [await self._belongings.forget(request.tenant, chat, messages=True) for chat in chats]
            await self._belongings.forget_questions(request.tenant, request.person)
            return [words.deleted(sum(done))]
        counts = await self._about.counts(request.tenant, request.member)
        unclaimed = len((await self._eraser.held(request.tenant, request.person)).unclaimed)
        return [words.what_to_delete(counts.subscriptions, counts.taps, counts.reminders, unclaimed, counts.claimed)]

    async def correct(self, request: Request) -> Sequence[Reply]:
        """Where each thing is corrected (개인정보 보호법 제36조)."""
        institution = self._tenancy.institution(request.tenant)
        return [words.how_to_correct(request.member.person.department, institution.contact)]
