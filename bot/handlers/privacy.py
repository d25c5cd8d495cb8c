"""위치 동의 · 철회 · 잠시 멈춤: what people decide about their location, at once and without being asked why.

A sentence that may want a withdrawal is asked about first; the command, or the button below that question, asks nothing
more and is durable before its answer: the very next point is dropped. What was collected and
no claim rests on is destroyed a day later unless the person keeps it, at once if they say so (위치정보법 제24조).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from bot import challenge, consents
from bot.assent import agrees
from bot.consents import Standing
from bot.erasing import GRACE, Eraser, Erasures
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.wording import privacy as words

_NOTICE = frozenset({"notice", "자세히", "자세히 보기", "전문"})
_LATER = re.compile(
    r"^(?:나중에?|다음에|이따가?|좀 ?있다가?|생각 ?(?:해|좀))(?:요| ?할게요?| ?하겠습니다| ?볼게요?| ?해 ?볼게요?)?$"
)
_NO_QUESTION = r"^(?!.*(?:나요|까요|니까|되나|하면|언제|어떻게|누가|왜|방법|\?))"
_GONE = re.compile(r"지워|지우|지울|삭제|없애|파기|날려")
_CONSENT = re.compile(r"동의|철회|거두")
_MARKS = " .!~,"  # no question mark: "네?" agrees to nothing


class Privacy:
    """Everybody's decisions about their location; `wake` rouses whoever destroys on a date."""

    def __init__(
        self, tenancy: Tenancy, people: PeopleStore, eraser: Eraser, erasures: Erasures, wake: Callable[[], None]
    ) -> None:
        self._tenancy = tenancy
        self._people = people
        self._eraser = eraser
        self._erasures = erasures
        self._wake = wake

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("consent", ("위치 동의",), ("consent",), self.consent, press="consent", private=True, takes=_answers),
            Route(
                "withdraw",
                ("위치 동의 철회", "동의 철회"),
                ("withdraw",),
                self.withdraw,
                about="출장",
                help="위치 동의 철회 — 위치를 더는 받지 않습니다",
                private=True,
            ),
            Route(
                "withdraw-asked",
                ("위치 철회",),
                (),
                self.ask_first,
                quiet=True,
                title="위치 동의 철회",
                sentences=(
                    rf"{_NO_QUESTION}.*위치.{{0,10}}(?:철회|거두|그만)",
                    rf"{_NO_QUESTION}.*(?:위치|동선|좌표|GPS|gps).{{0,24}}(?:지워|지우|지울|삭제|없애|파기|날려)",
                    rf"{_NO_QUESTION}.*동의.{{0,4}}(?:철회|취소|거두)",
                    rf"{_NO_QUESTION}.*위치.{{0,10}}동의(?:는|를|도)? ?(?:안|못) ?(?:할|합|해|하)",
                ),
                private=True,
            ),
            Route(
                "location-pause",
                ("위치 잠시 멈춤", "위치 멈춤", "위치 일시 중지", "위치 일시정지"),
                ("pause-location",),
                self.pause,
                about="출장",
                help="위치 잠시 멈춤 — 다시 시작하실 때까지 위치를 받지 않습니다",
                sentences=(
                    r"^(?:내 )?위치.{0,6}(?:잠시|잠깐|일시|당분간).{0,8}(?:멈|중지|정지|쉬|끄|꺼|안 ?(?:쓸|보낼|켤))",
                ),
                press="location-pause",
                private=True,
            ),
            Route(
                "location-resume",
                ("다시 시작", "위치 다시 시작", "위치 다시"),
                ("resume-location",),
                self.resume,
                press="location-resume",
                private=True,
            ),
            Route(
                "location-notice",
                (),
                (),
                self.notice,
                private=True,
                title="위치 안내",
                sentences=(
                    r"(?:위치|동선).{0,6}(?:추적|감시|따라)",
                    r"(?:추적|감시)(?:하|당하).{0,12}(?:\?|나요|까|죠|니)",
                ),
            ),
            Route("erase", (), (), self.erase, press="erase", private=True, title="영수증 파기"),
        )

    async def consent(self, request: Request) -> Sequence[Reply]:
        """The answer to the consent question; the word alone asks it."""
        institution = self._tenancy.institution(request.tenant)
        answer = request.argument.strip(_MARKS)
        said = agrees(request.argument)
        if said is True:
            await self._people.grant(request.tenant, request.person, request.now, words.CONSENT_VERSION)
            await self._people.resume(request.tenant, request.person)
            announced = await challenge.pending(self._people, request)
            await challenge.issue(self._people, request, announced.about if announced else "")
            return [words.consented(await self._going(request))]
        if said is None and _LATER.match(answer):
            return [words.later()]
        if said is False:
            await self._people.decline(request.tenant, request.person, request.now)
            return [words.declined(institution.contact)]
        if answer in _NOTICE:
            await consents.ask(self._people, self._tenancy, request, discarded=False)  # goes on waiting
            return [words.notice(institution.name, institution.contact, institution.retention)]
        return [await consents.ask(self._people, self._tenancy, request, discarded=False)]

    async def notice(self, request: Request) -> Sequence[Reply]:
        """What is done with a location and what is not, asked without being asked back."""
        institution = self._tenancy.institution(request.tenant)
        return [words.notice(institution.name, institution.contact, institution.retention)]

    async def _going(self, request: Request) -> datetime | None:
        """When receipts go that an earlier withdrawal left; None where there are none."""
        at = await self._erasures.due_at(request.tenant, request.person)
        return at if at and (await self._eraser.held(request.tenant, request.person)).unclaimed else None

    async def withdraw(self, request: Request) -> Sequence[Reply]:
        """No point is taken from here on; what was collected goes tomorrow unless it is kept for a claim."""
        tenant, person = request.tenant, request.person
        stood = await self._people.consent(tenant, person)
        await self._people.withdraw(tenant, person, request.now)
        await self._people.resume(tenant, person)
        await challenge.settle(self._people, request)
        await self._eraser.stop(tenant, person)
        held = await self._eraser.held(tenant, person)
        # also for a share that is on its way; a withdrawal said again moves nothing
        anew = stood is not None and stood.granted
        at = await self._erasures.schedule(tenant, person, request.now + GRACE, anew=anew)
        kept = self._tenancy.institution(tenant).retention
        return [words.withdrawn(len(held.unclaimed), len(held.claimed), at, kept)]

    async def ask_first(self, request: Request) -> Sequence[Reply]:
        """What a withdrawal would end and destroy, before any; or what is kept, to whoever wants points gone."""
        tenant, person = request.tenant, request.person
        held = await self._eraser.held(tenant, person)
        kept = self._tenancy.institution(tenant).retention
        unclaimed, claimed = len(held.unclaimed), len(held.claimed)
        said = request.update.text
        if _GONE.search(said) is not None and _CONSENT.search(said) is None:
            return [words.kept_how_long(unclaimed, claimed, kept)]
        stands = await consents.standing(self._people, tenant, person)
        if stands in {Standing.NEVER, Standing.DECLINED, Standing.WITHDRAWN}:
            return [words.nothing_to_withdraw(await self._going(request))]
        return [words.withdrawing(unclaimed, claimed, kept)]

    async def pause(self, request: Request) -> Sequence[Reply]:
        """Location rests, whatever else stands: that may not be refused (제24조제2항)."""
        stands = await consents.standing(self._people, request.tenant, request.person)
        if stands in {Standing.NEVER, Standing.DECLINED, Standing.WITHDRAWN}:
            return [words.nothing_to_pause()]
        await self._people.pause(request.tenant, request.person, request.now)
        return [words.paused()]

    async def resume(self, request: Request) -> Sequence[Reply]:
        """Ends the rest."""
        rested = await self._people.resume(request.tenant, request.person)
        return [words.resumed() if rested else words.not_paused()]

    async def erase(self, request: Request) -> Sequence[Reply]:
        """`now`: the receipts on which no claim rests are destroyed; `keep`: they stay to their date."""
        tenant, person = request.tenant, request.person
        if request.argument == "keep":
            await self._erasures.cancel(tenant, person)
            held = await self._eraser.held(tenant, person)
            return [words.spared(len(held.unclaimed), self._tenancy.institution(tenant).retention)]
        await self._eraser.stop(tenant, person)
        done = await self._eraser.receipts(tenant, person)
        await self._erasures.cancel(tenant, person)
        self._wake()  # the file that still holds old commands is rewritten now
        return [words.erased(done)]


def _answers(text: str) -> bool:
    """Whether a text can be the answer to the consent question."""
    answer = text.strip(_MARKS)
    return agrees(text) is not None or answer in _NOTICE or _LATER.match(answer) is not None
