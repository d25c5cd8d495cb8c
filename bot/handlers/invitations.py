"""초대 · 초대장, and what strangers meet: one polite sentence, a code if they have one, the first set-up.

관리자 make codes for their institution, 운영자 for any. A stranger learns nothing of any institution; whoever writes
on and on is answered no more for a while.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.first_run import FirstRun, Setup
from bot.handlers.linking import outcome
from bot.handlers.roster_desk import BOSSES, Desk, Target
from bot.happenings import Heard
from bot.invitations import INVITED_FOR, Code, Kind, Refused, code_in, shown
from bot.linking import Join, Linking
from bot.messenger import Chat, Reply, Update
from bot.papers import workbook
from bot.roster import LONGEST_NAME, Entry
from bot.roster_bindings import Place, place_of
from bot.roster_names import bare, is_name
from bot.routes import Request, Route, tidy
from bot.wording import moment
from bot.wording import roster as desk_words
from bot.wording import roster_linking as words
from bot.wording import roster_rests as rest_words
from bot.wording import roster_setup as setup_words

MOST_ANSWERS: Final = 12
_WINDOW: Final = timedelta(hours=1)
_MOST_STRANGERS: Final = 10_000
_REVOKED: Final = (
    r"^(?:(?P<argument>.{2,40}?)(?:의|에게|한테|께)? ?)?(?:보낸 |준 |발급한 )?초대(?:장| ?코드)?(?:를|을|는|은)? ?"
    r"(?:보낸 ?거 ?|준 ?거 ?|잘못 ?\S{1,5} ?)?"
    r"(?:취소|철회|회수|무효|없던 ?(?:일|걸)|거둬|거두|막아)[가-힣 ]{0,12}[.!]*$"
)
_NOBODY: Final = re.compile(r"보냈|보낸|줬|드렸|나갔|취소|회수|철회|막아")
"""What stands behind the word where nobody is named: `초대 코드 잘못 보냈어요`."""
_STOP: Final = frozenset({"취소", "그만", "그만두기", "중단"})
MOST_LETTERS: Final = 5_000


class InvitationTalk:
    """The conversation about codes, for whoever administers."""

    def __init__(self, desk: Desk, linking: Linking) -> None:
        self._desk, self._linking = desk, linking

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""
        return (
            Route(
                "invite",
                ("초대", "초대하기"),
                ("invite",),
                self.invite,
                about="관리",
                help="초대 홍길동 — 일주일 동안 한 번 쓰는 초대 코드를 만듭니다",
                press="invite",
                roles=BOSSES,
                private=True,
            ),
            Route(
                "invite-end",
                (
                    "초대 취소",
                    "초대 철회",
                    "초대 회수",
                    "초대 무효",
                    "초대 코드 취소",
                    "초대 코드 회수",
                    "초대 코드 철회",
                    "초대 코드 무효",
                    "초대장 취소",
                    "초대장 회수",
                    "초대 코드 잘못",
                    "초대장 잘못",
                ),
                ("uninvite",),
                self.revoke,
                about="관리",
                help="초대 취소 홍길동 — 아직 쓰지 않은 초대 코드를 못 쓰게 합니다. '초대 목록'은 남은 코드",
                sentences=(_REVOKED,),
                press="invite-end",
                roles=BOSSES,
                private=True,
                title="초대 취소",
                eager=True,
            ),
            Route(
                "invite-list",
                ("초대 목록", "초대 현황", "초대 내역"),
                ("invites",),
                self.standing,
                roles=BOSSES,
                private=True,
                title="초대",
            ),
            Route(
                "letters",
                ("초대장", "초대장 만들기"),
                ("letters",),
                self.letters,
                about="관리",
                help="초대장 총무과 — 아직 연결되지 않은 분들의 코드를 엑셀로",
                roles=BOSSES,
                private=True,
            ),
        )

    async def invite(self, request: Request) -> Sequence[Reply]:
        """A code for one person; a new one ends the one before."""
        if request.update.press is not None:
            target = self._desk.pressed(request, request.argument.removeprefix("one:"))
            return [desk_words.nobody("") if target is None else await self._invited(request, target)]
        if not request.argument:
            return [setup_words.invite_how()]
        found = self._desk.one(request, request.argument, "invite:one")
        return [found if isinstance(found, Reply) else await self._invited(request, found)]

    async def _invited(self, request: Request, target: Target) -> Reply:
        role = self._desk.beyond(request, target)
        if role is not None:
            return desk_words.may_not_let_in(target.entry.name, role.value)
        code = await self.code(request, target.tenant, target.entry)
        told = setup_words.invited(target.entry.name, target.entry.department, code, request.now + INVITED_FOR)
        note = self._not_yet(target, request.now)
        return replace(told, text=f"{told.text}\n{note}") if note else told

    def _not_yet(self, target: Target, now: datetime) -> str:
        """Why the code can't be used at once; empty where it can."""
        until = self._linking.mirror.rests_until(target.tenant, target.entry.id)
        if target.entry.rest:
            return setup_words.invited_resting(target.entry.name)
        return setup_words.invited_cooling(target.entry.name, until) if until is not None and until > now else ""

    async def code(self, request: Request, tenant: str, entry: Entry) -> str:
        """A new code as it is shown."""
        by = self._desk.by(request, tenant)
        made = await self._linking.codes.make(tenant, [entry.id], Kind.INVITE, by, request.now, INVITED_FOR)
        await self._desk.note(request, tenant, "invited", f"@{entry.id}")
        return shown(made[entry.id])

    async def revoke(self, request: Request) -> Sequence[Reply]:
        """A code that was given to the wrong hands: nobody gets in by it."""
        if request.update.press is not None:
            target = self._desk.pressed(request, request.argument)
            return [desk_words.nobody("") if target is None else await self._revoked(request, target)]
        if not request.argument or _NOBODY.search(request.argument):
            return await self.standing(replace(request, argument=""))
        found = self._desk.one(request, request.argument, "invite-end")
        return [found if isinstance(found, Reply) else await self._revoked(request, found)]

    async def _revoked(self, request: Request, target: Target) -> Reply:
        gone = await self._linking.codes.revoke(target.tenant, target.entry.id, Kind.INVITE)
        if gone:
            await self._desk.note(request, target.tenant, "uninvited", f"@{target.entry.id}")
        return setup_words.uninvited(target.entry.name, gone=gone)

    async def standing(self, request: Request) -> Sequence[Reply]:
        """The codes that may still be said: whose, until when, with a button that ends each."""
        place = self._desk.place(request, request.argument)
        if isinstance(place, Reply):
            return [place]
        codes = await self._linking.codes.standing(place.tenant, Kind.INVITE, request.now)
        known = {one.id: one for one in self._desk.mirror.entries(place.tenant)}
        rows = [
            (
                known[one.person].name,
                known[one.person].department,
                one.until,
                self._desk.token(place.tenant, one.person),
            )
            for one in codes
            if one.person in known
        ]
        return [self._desk.told(request, place.tenant, setup_words.invites(rows))]

    async def letters(self, request: Request) -> Sequence[Reply]:
        """Codes for everybody of a department (전체: of the institution) who is not linked, as a sheet."""
        place = self._desk.place(request, request.argument)
        if isinstance(place, Reply):
            return [place]
        if not place.text:
            return [setup_words.invite_how()]
        everybody = place.text in {"전체", "모두", "전 직원", "전직원"}
        wanted = "" if everybody else bare(place.text)
        known = [one for one in self._desk.mirror.entries(place.tenant) if everybody or bare(one.department) == wanted]
        known = [one for one in known if self._desk.beyond(request, Target(place.tenant, one)) is None]
        people = sorted(
            (one for one in known if not self._linked(place.tenant, one.id)), key=lambda one: (one.department, one.name)
        )[:MOST_LETTERS]
        if not people:
            return [setup_words.nobody_to_invite("" if everybody else place.text)]
        until = request.now + INVITED_FOR
        codes = await self._linking.codes.make(
            place.tenant, [one.id for one in people], Kind.INVITE, self._desk.by(request, place.tenant), request.now,
            INVITED_FOR,
        )  # fmt: skip
        rows = [
            (one.department, one.name, one.number, shown(codes[one.id]), moment(until), setup_words.LETTER_HOW)
            for one in people
        ]
        await self._desk.note(request, place.tenant, "invited-many", f"{place.text} {len(rows)}")
        return [setup_words.letters(_sheet(rows), len(rows), until)]

    def _linked(self, tenant: str, person: str) -> bool:
        """Whether they are known on any messenger besides the console that the file gives everybody."""
        places = set(self._desk.mirror.places(tenant, person))
        told = self._desk.mirror.declared(tenant, person)
        return bool(places - ({("console", told.addresses.get("console", ""))} if told is not None else set()))


def _sheet(rows: Sequence[tuple[str, ...]]) -> bytes:
    name, heads = setup_words.LETTER
    widths = (16, 12, 12, 16, 20, 44)
    columns = tuple(workbook.Column(head, width) for head, width in zip(heads, widths, strict=True))
    return workbook.write(workbook.Book(name, (workbook.Sheet(name, columns, rows),)))


class Newcomers:
    """What somebody meets who is not registered."""

    def __init__(self, linking: Linking, first: FirstRun) -> None:
        self._linking, self._first = linking, first
        self._answered: dict[Place, list[datetime]] = {}

    async def meet(self, update: Update) -> Heard | None:
        """The answer to a stranger, in private; None where they have been answered often enough for now."""
        place = place_of(update.adapter, update.sender)
        chat = Chat(update.adapter, f"dm:{update.sender}", private=True)
        if not self._may_answer(place, update.received_at):
            return None
        tenant, replies = await self._answer(update, place, grouped=update.chat not in {None, chat.id})
        return Heard(tenant, chat, replies)

    def _may_answer(self, place: Place, now: datetime) -> bool:
        lately = [at for at in self._answered.pop(place, ()) if now - at < _WINDOW]
        if len(self._answered) >= _MOST_STRANGERS:  # whoever wrote longest ago; the others' count stands
            del self._answered[next(iter(self._answered))]
        self._answered[place] = [*lately, now][-MOST_ANSWERS - 1 :]
        return len(lately) < MOST_ANSWERS

    async def _answer(self, update: Update, place: Place, *, grouped: bool) -> tuple[str, Sequence[Reply]]:
        text = tidy(update.text[:500])
        code = code_in(text)
        if grouped:
            return "", [words.not_here() if code else words.stranger()]
        resting = self._linking.mirror.resting_at(place)
        if resting is not None:
            return "", [rest_words.resting(resting.rest)]
        setup = await self._first.of(place)
        if code:
            return await self._code(code, place, update.received_at)
        if setup is not None and text:
            return await self._set_up(setup, text)
        return "", [words.no_code() if code == "" else words.stranger()]

    async def _code(self, said: str, place: Place, now: datetime) -> tuple[str, Sequence[Reply]]:
        claimed = await self._linking.codes.claim("", said, place, now)
        if isinstance(claimed, Refused):
            return "", [words.busy() if claimed is Refused.BUSY else words.wrong_code()]
        if claimed.kind is Kind.SETUP:
            return "", [await self._begin(claimed, place)]
        joined = await self._linking.join(claimed, place)
        home = self._linking.tenancy.institution(claimed.tenant).name if joined.member is not None else ""
        tenant = claimed.tenant if joined.what in {Join.DONE, Join.ALREADY} else ""
        return tenant, [outcome(joined, place, home, now)]

    # --- the first administrator

    async def _begin(self, code: Code, place: Place) -> Reply:
        if not self._first.needed():
            await self._linking.codes.spend("", code)
            return setup_words.set_up_already()
        setup = await self._first.begin(code, place)
        return self._asks(setup)

    def _asks(self, setup: Setup) -> Reply:
        homes = self._linking.tenancy.institutions()
        if setup.asks == "home":
            return setup_words.ask_which([one.name for one in homes]) if homes else setup_words.ask_home()
        if setup.asks == "name":
            named = next((one.name for one in homes if one.id == setup.tenant), setup.home)
            return setup_words.ask_name(named)
        return setup_words.ask_department(setup.name)

    async def _set_up(self, setup: Setup, text: str) -> tuple[str, Sequence[Reply]]:
        if text in _STOP:
            await self._first.forget()
            return "", [setup_words.called_off()]
        told = text.strip(" .!").removesuffix("입니다").removesuffix("이에요").removesuffix("예요").strip()
        fault = self._fault(setup, told)
        if fault:
            return "", [setup_words.ask_again(fault)]
        if setup.asks != "department":
            return "", [self._asks(await self._first.answer(setup, told))]
        member = await self._first.finish(setup, bare(told))
        if member is None:
            return "", [setup_words.set_up_already()]
        home = self._linking.tenancy.institution(member.tenant).name
        return member.tenant, [setup_words.set_up(home, member.tenant, member.person.name)]

    def _fault(self, setup: Setup, told: str) -> str:
        """What is asked for again, in words; empty where the answer will do."""
        printable = told.isprintable() and 1 < len(told) <= LONGEST_NAME
        if setup.asks == "home":
            homes = [one.name for one in self._linking.tenancy.institutions()]
            known = not homes or any(bare(told) == bare(name) for name in homes) or len(homes) == 0
            return "" if printable and known else "기관 이름"
        if setup.asks == "name":
            return "" if printable and is_name(bare(told)) else "성함"
        return "" if printable else "부서 이름"
