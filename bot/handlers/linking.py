"""연결 · 연결 해제 · 분실 신고 · 접속 끊기 · 재연결: by which messengers a person is known, and how that ends.

Everybody for themselves; 관리자 for their institution and 운영자 for any. A code typed where one is known already is
taken here, too. What ends access asks once and acts at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.first_run import FirstRun
from bot.handlers.roster_desk import BOSSES, Desk, Target
from bot.handlers.roster_desk import Place as AtHome
from bot.invitations import LINKED_FOR, Code, Kind, Refused, code_in, shown
from bot.linking import Join, Joined, Linking
from bot.messenger import Reply
from bot.roster_bindings import Place, place_of
from bot.roster_names import meant
from bot.routes import Request, Route, tidy, unaddressed
from bot.settings import Role
from bot.wording import roster as desk_words
from bot.wording import roster_linking as words
from bot.wording import roster_setup as setup_words

_CODE_SENTENCE = r"^[2-9A-Za-z]{3}[-‐-― ][2-9A-Za-z]{3}[-‐-― ][2-9A-Za-z]{3}$"
_FOUND = re.compile(r"찾았|찾음|찾아서|다시 ?찾|되찾")
_ONE_NAME = re.compile(r"[가-힣]{3}(?: ?(?:주무관|주사|팀장|과장|님|씨)){0,2}")
"""What may be a name though nobody in the roster is called so: nobody's access is offered in its place."""
_WANTS_CODE = re.compile(r"^연결 ?코드(?!.*\d)(?:를|을|좀|\s|받|주|줘|요|만들|발급|새로|다시|[가-힣.!])*$")
_WHOSE = re.compile(
    r"(?P<who>[가-힣]{1,4} ?(?:주무관|주사|팀장|계장|과장|국장|실장|사무관|서기관|담당관|직원))"
    r"(?:님|씨)?(?:이|가|은|는|의|께서)? "
    r".{0,4}(?:폰|휴대전화|전화기)"
)


class LinkTalk:
    """The conversation about messengers."""

    def __init__(self, linking: Linking, desk: Desk, first: FirstRun) -> None:
        self._linking, self._desk, self._first = linking, desk, first

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "link",
                ("연결", "메신저 연결", "계정 연결"),
                ("link",),
                self.link,
                about="소식",
                help="연결 — 연결된 메신저를 보고, 다른 메신저에서도 쓰게 합니다",
                press="link",
                private=True,
            ),
            Route(
                "link-code",
                ("코드", "초대 코드", "연결 코드", "설정 코드"),
                ("code",),
                self.code,
                sentences=(_CODE_SENTENCE,),
                private=True,
                title="코드",
            ),
            Route("unlink", ("연결 해제", "연결 끊기"), ("unlink",), self.unlink, press="unlink", private=True),
            Route(
                "lost",
                ("분실 신고", "분실", "휴대폰 분실", "휴대전화 분실"),
                ("lost",),
                self.lost,
                about="소식",
                help="분실 신고 — 잃어버린 휴대전화의 접속을 바로 끊습니다",
                sentences=(r"(?:휴대폰|휴대전화|핸드폰|전화기|폰)(?:을|를)? ?(?:잃어|분실|도난|도둑)",),
                press="lost",
                private=True,
            ),
            Route(
                "cutoff",
                ("접속 끊기", "접속 해제"),
                ("cut-off",),
                self.cut,
                about="관리",
                help="접속 끊기 홍길동 — 그분의 접속을 모두 바로 끊습니다",
                press="cutoff",
                roles=BOSSES,
                private=True,
            ),
            Route("relink", ("재연결", "재연결 허용"), ("relink",), self.warm, roles=BOSSES, private=True),
        )

    # --- one's own

    async def link(self, request: Request) -> Sequence[Reply]:
        """Which are linked; a code for another; or a code that was typed behind the word."""
        if code_in(request.argument):
            return await self.code(request)
        if request.argument != "code":
            return [words.linked(self._marked(request), request.chat.adapter)]
        codes = await self._linking.codes.make(
            request.tenant, [request.person], Kind.LINK, request.person, request.now, LINKED_FOR
        )
        return [words.link_code(shown(codes[request.person]), request.now + LINKED_FOR, request.now)]

    async def code(self, request: Request) -> Sequence[Reply]:
        """A code said by somebody who is known here."""
        said = code_in(request.argument or request.update.text)
        if not said and _WANTS_CODE.search(request.update.text):
            return await self.link(replace(request, argument="code"))
        if not said:
            return [words.no_code()]
        place = place_of(request.update.adapter, request.update.sender)
        claimed = await self._linking.codes.claim(request.tenant, said, place, request.now)
        if isinstance(claimed, Refused):
            return [words.busy() if claimed is Refused.BUSY else words.wrong_code()]
        if claimed.kind is Kind.SETUP:
            made = await self._first.known(request.member, claimed)
            return [setup_words.set_up_known(request.member.person.name) if made else setup_words.set_up_already()]
        return [await self._known(request, claimed)]

    async def _known(self, request: Request, code: Code) -> Reply:
        if (code.tenant, code.person) == (request.tenant, request.person):
            await self._linking.codes.spend(code.tenant, code)
            return words.already(request.member.person.name)
        await self._linking.codes.release(code.tenant, code)
        return words.taken()

    async def unlink(self, request: Request) -> Sequence[Reply]:
        """One messenger less: asked once."""
        what, _, mark = request.argument.partition(":")
        if request.update.press is None:
            return [self._asks(request)]
        if what == "no":
            return [words.kept()]
        place = self._here(request) if what == "last" else self._by_mark(request, mark)
        if place is None:
            return [words.none_such()]
        if what == "ask":
            return [words.ask_unlink(place[0], mark)]
        if what == "cut":
            return [await self._cut_own(request, [place])]
        await self._linking.unlink(request.tenant, request.person, place, key=self._desk.key(request))
        return [words.unlinked(place[0])]

    def _asks(self, request: Request) -> Reply:
        """What `연결 해제`, with or without a messenger's name, asks back."""
        places = self._marked(request)
        named = words.adapter_called(request.argument)
        found = [one for one in places if one[0] == named]
        if len(places) == 1 and (not request.argument or found):
            return words.last_one()
        if found and named == request.chat.adapter:
            return words.unlink_here_first()
        if found:
            return words.ask_unlink(*found[0])
        return words.none_such() if request.argument else words.linked(places, request.chat.adapter)

    async def lost(self, request: Request) -> Sequence[Reply]:
        """A phone is gone: which one, then at once."""
        what, _, mark = request.argument.partition(":")
        pressed = request.update.press is not None
        if pressed and what == "all":
            return [await self._cut_own(request, self._linking.mirror.places(request.tenant, request.person))]
        if pressed and what == "yes":
            place = self._by_mark(request, mark)
            return [words.none_such() if place is None else await self._cut_own(request, [place])]
        if not pressed and _FOUND.search(request.update.text):
            return [words.found_again()]
        other = "" if pressed else self._other(request)
        if other:
            allowed = bool(BOSSES & request.member.person.roles)
            return await self.cut(replace(request, argument=other)) if allowed else [words.lost_by_other()]
        named = words.adapter_called(request.argument)
        places = [place for place in self._linking.mirror.places(request.tenant, request.person) if place[0] == named]
        if places and named != request.chat.adapter:
            return [await self._cut_own(request, places)]
        return [words.ask_lost(self._marked(request), request.chat.adapter)]

    def _other(self, request: Request) -> str:
        """Whose phone it is, where that is said and it is not one's own: `분실 신고 홍길동`, `이 주무관 폰을 …`."""
        said = _WHOSE.match(unaddressed(tidy(request.update.text)))
        if said is not None:
            return said["who"]
        place = self._desk.place(request, request.argument) if request.argument else None
        if not isinstance(place, AtHome):
            return ""
        people = meant(self._linking.mirror.entries(place.tenant), place.text).people
        if place.tenant == request.tenant and [one.id for one in people] == [request.person]:
            return ""
        return request.argument if people or _ONE_NAME.fullmatch(place.text) else ""

    async def _cut_own(self, request: Request, places: Sequence[Place]) -> Reply:
        until = await self._linking.cut(
            request.tenant, request.person, places, request.person, key=self._desk.key(request)
        )
        return words.lost([name for name, _ in places], until, request.now)

    # --- somebody else's

    async def cut(self, request: Request) -> Sequence[Reply]:
        """An administrator ends somebody's access: asked once."""
        if request.update.press is None:
            found = self._desk.one(request, request.argument, "cutoff:ask")
            return [found if isinstance(found, Reply) else self._ask_cut(found)]
        what, _, token = request.argument.partition(":")
        target = self._desk.pressed(request, token)
        if target is None:
            return [desk_words.nobody("")]
        return [await self._ended(request, target) if what == "yes" else self._ask_cut(target)]

    def _ask_cut(self, target: Target) -> Reply:
        entry, tenant = target.entry, target.tenant
        names = [name for name, _ in self._linking.mirror.places(tenant, entry.id)]
        return words.ask_cut(entry.name, entry.department, names, self._desk.token(tenant, entry.id))

    async def _ended(self, request: Request, target: Target) -> Reply:
        tenant, person = target.tenant, target.entry.id
        places = {*self._linking.mirror.places(tenant, person), *self._linking.mirror.bound(tenant, person)}
        key, by = self._desk.key(request), self._desk.by(request, tenant)
        until = await self._linking.cut(tenant, person, sorted(places), by, key=key)
        await self._desk.oversee(request, tenant, "access-cut", f"@{person}", key=f"cut:{person}:{key}")
        return words.cut(target.entry.name, until, request.now)

    async def warm(self, request: Request) -> Sequence[Reply]:
        """The rest after a loss is shortened, for a reason."""
        found = self._desk.one(request, request.argument, "")
        if isinstance(found, Reply):
            return [found]
        entry, tenant = found.entry, found.tenant
        why = re.sub(r"^(?:(?:허용|바로|사유|즉시)[:：]?\s*)+", "", found.rest).strip()
        until = self._linking.mirror.rests_until(tenant, entry.id)
        if until is None or until <= request.now:
            return [words.not_resting(entry.name)]
        role = self._desk.beyond(request, found)
        if role is not None:
            return [desk_words.may_not_let_in(entry.name, role.value)]
        if len(why) < 2:
            return [words.why_needed(entry.name)]
        key = self._desk.key(request)
        await self._linking.warm(tenant, entry.id, self._desk.by(request, tenant), why, key=key)
        await self._desk.oversee(request, tenant, "access-warm", f"@{entry.id} {why}", key=f"warm:{entry.id}:{key}")
        return [words.warmed(entry.name)]

    # --- places

    def _marked(self, request: Request) -> list[tuple[str, str]]:
        places = self._linking.mirror.places(request.tenant, request.person)
        return [(name, self._linking.mirror_press((name, address))) for name, address in places]

    def _by_mark(self, request: Request, mark: str) -> Place | None:
        places = self._linking.mirror.places(request.tenant, request.person)
        return next((place for place in places if self._linking.mirror_press(place) == mark), None)

    @staticmethod
    def _here(request: Request) -> Place:
        return place_of(request.update.adapter, request.update.sender)


def outcome(joined: Joined, place: Place, institution: str, now: datetime) -> Reply:
    """What somebody reads who has just said a code."""
    person = joined.member.person if joined.member is not None else None
    if person is not None and joined.what is Join.DONE:
        manages = Role.MANAGER in person.roles
        return words.joined(person.name, person.department, institution, manages=manages)
    if person is not None and joined.what is Join.ALREADY:
        return words.already(person.name)
    told = {
        Join.TAKEN: words.taken(), Join.SECOND: words.second(place[0]), Join.COOLING: words.cooling(joined.until, now)
    }  # fmt: skip
    return told.get(joined.what, words.gone())
