"""직원 · 역할 · 부서 변경 · 퇴직: the people of an institution, by whoever administers it, in private.

관리자 care for their own institution, 운영자 for any (`@진주시`). Nobody gives a role above what they may, or changes
their own; one administrator is always left; what ends somebody's access asks once. Everything can be taken back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.handlers.roster_desk import BOSSES, Desk, Place, Target
from bot.linking import Linking
from bot.messenger import Reply
from bot.papers import workbook
from bot.roster import LONGEST_NAME, MOST_PEOPLE, Entry, LastManagerError
from bot.roster_care import Refusal, RosterCare, Written
from bot.roster_names import bare, is_department, is_name, is_number, words_of
from bot.routes import Handle, Request, Route, tidy, unaddressed
from bot.settings import Role
from bot.wanting import asks_or_refuses, may_be_name, only_wants
from bot.wording import roster as words
from bot.wording.roster_linking import called
from bot.wording.roster_rests import away

PAGE: Final = 20
_HOLDERS: Final = (
    r"^(?:우리 ?(?:기관|과) ?|@?[가-힣]{2,10}(?:시|도|군|구|청|원)(?:의)? )?(?:지금 )?"
    r"(?:관리자|운영자|(?:관리자|운영자|감사|배식) ?(?:담당자?|역할|권한|맡은 ?(?:사람|분)|하는 ?(?:사람|분)))"
    r"(?:을|를|는|은|가|이)? ?(?:누구|누가|몇 ?명|명단|어느 ?분).{0,12}$"
    r"|^누가 ?(?:지금 )?(?:우리 ?(?:기관 ?)?)?(?:관리자|운영자|감사 ?담당|배식 ?담당).{0,6}$"
)
_LINKED: Final = (
    r"^(?P<argument>[가-힣]{2,4}(?: ?(?:주무관|팀장|과장|사무관|주사))?)(?: ?님| ?씨)?(?:이|가|은|는)? ?"
    r"(?:아직 |지금 )?연결(?:은|이)? ?(?:안 ?)?(?:됐|했|되었|되어|돼|하셨|된 ?거).{0,6}$"
)
_DATED: Final = re.compile(r"\d{1,2} ?월 ?\d{1,2} ?일|\d{1,2}[./]\d{1,2}|\d{4}-\d\d-\d\d|내일|모레|다음 ?주")
_AS_FILE: Final = re.compile(
    r"(?:전체 ?|명단 ?|목록 ?)?(?:엑셀|파일|표|내보내기|내려받기|다운로드|csv|xlsx)(?:로|으로|을|를)?"
    r"(?: ?(?:내보내기|받기|저장|줘요?|주세요|보내\S*|뽑아\S*|내려받기))*",
    re.IGNORECASE,
)
_TAKE: Final = re.compile(r"(?:빼기|빼|제거|삭제|해제|회수|취소)(?:줘|주세요|해|해줘)?$")
_GIVE: Final = re.compile(r"(?:추가|더하기|부여|주기|지정|임명)(?:줘|주세요|해|해줘)?$")


class RosterTalk:
    """The conversation about people. `dated` takes what names the day on which somebody leaves."""

    def __init__(self, desk: Desk, care: RosterCare, linking: Linking, dated: Handle | None = None) -> None:
        self._desk, self._care, self._linking, self._dated = desk, care, linking, dated

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""

        def route(
            name: str, called: tuple[str, ...], slash: str, handle: object, press: str = "", help_: str = ""
        ) -> Route:
            return Route(
                name, called, (slash,), handle, about="관리" if help_ else "", help=help_, press=press,  # type: ignore[arg-type]
                roles=BOSSES, private=True, title=called[0] if called else "되돌리기",
            )  # fmt: skip

        return (
            route(
                "staff", ("직원", "직원 목록", "직원 명단", "사람 목록"), "staff", self.staff, "staff",
                "직원 목록 총무과 — 명부와 연결 상태를 봅니다",
            ),
            route(
                "staff-add", ("직원 추가", "직원 등록", "사람 추가"), "staff-add", self.add, "",
                "직원 추가 홍길동 총무과 — 명부에 더합니다",
            ),
            route(
                "staff-role", ("역할", "역할 변경", "권한"), "roles", self.roles, "staff-role",
                "역할 홍길동 감사 추가 — 역할을 주고 뺍니다",
            ),
            Route(
                "staff-unlinked",
                (
                    "연결 안 한 사람", "연결 안 된 사람", "연결 안한 사람", "연결 안된 사람", "연결 안 한 직원",
                    "연결 안 된 직원", "미연결", "미연결 직원",
                ),
                ("unlinked",), self.unlinked, roles=BOSSES, private=True, title="직원",
            ),
            Route("staff-linked", (), (), self.staff, roles=BOSSES, private=True, title="직원", sentences=(_LINKED,),
                  eager=True),
            Route(
                "staff-holders", ("역할 목록", "관리자 목록", "운영자 목록", "감사 목록", "배식 목록"), ("holders",),
                self.holders, roles=BOSSES, private=True, sentences=(_HOLDERS,), eager=True, title="역할",
            ),
            route(
                "staff-move", ("부서 변경", "부서 이동"), "department", self.move, "",
                "부서 변경 홍길동 예산담당관 — 부서를 옮깁니다",
            ),
            route(
                "staff-leave", ("퇴직", "퇴직 처리"), "leaver", self.leave, "staff-leave",
                "퇴직 홍길동 — 접속과 알림을 끝냅니다",
            ),
            route("staff-undo", (), "staff-undo", self.undo, "staff-undo"),
        )  # fmt: skip

    # --- the list

    async def staff(self, request: Request) -> Sequence[Reply]:
        """Departments, one department's people, one person, or all of it as a sheet."""
        if request.update.press is not None:
            return [await self._pressed(request)]
        place = self._desk.place(
            request,
            re.sub(
                r"^(?:목록|명단|전체|보기|찾기|검색|조회)(?:\s+|$)|\s+(?:목록|명단|찾기|검색|조회)$",
                "",
                request.argument,
            ),
        )
        if isinstance(place, Reply):
            return [place]
        if _AS_FILE.fullmatch(place.text):
            return [await self._exported(request, place.tenant)]
        if not place.text:
            return [self._there(request, place.tenant, self._departments(place.tenant))]
        if self._of(place.tenant, place.text):
            return [self._there(request, place.tenant, self._page(place.tenant, place.text, 0))]
        found = self._desk.one(request, f"{place.text} @{place.tenant}", "staff:one")
        return [found if isinstance(found, Reply) else words.one(self._shown(found.tenant, found.entry))]

    def _there(self, request: Request, tenant: str, reply: Reply) -> Reply:
        """The reply with buttons that stay in the institution that it is about."""
        if tenant == request.tenant:
            return reply
        reply = self._desk.told(request, tenant, reply)
        at = f"@{self._desk.token(tenant, '')}"
        buttons = [
            replace(one, press=f"{one.press}{at}") if one.press.startswith(("staff:file", "staff:page")) else one
            for one in reply.buttons
        ]
        return replace(reply, buttons=tuple(buttons))

    def _home(self, request: Request, mark: str) -> str:
        """The institution that a button is about: one's own, or for operators the one that it names."""
        homes = self._desk.tenancy.institutions() if mark and self._desk.operates(request) else ()
        return next((one.id for one in homes if self._desk.token(one.id, "") == mark), request.tenant)

    async def _exported(self, request: Request, tenant: str) -> Reply:
        """All of it as a sheet: who took it along is written down."""
        await self._desk.note(request, tenant, "sheet-made", words.SHEET[0])
        return self._file(tenant)

    async def _pressed(self, request: Request) -> Reply:
        argument, _, at = request.argument.partition("@")
        what, _, rest = argument.partition(":")
        tenant = self._home(request, at)
        if what == "file":
            return await self._exported(request, tenant)
        if what == "page":
            number, _, mark = rest.partition(":")
            names = {self._desk.token("", entry.department): entry.department for entry in self._all(tenant)}
            page = self._page(tenant, names.get(mark, ""), int(number) if number.isdecimal() else 0)
            return self._there(request, tenant, page)
        target = self._desk.pressed(request, rest)
        return words.nobody("") if target is None else words.one(self._shown(target.tenant, target.entry))

    def _all(self, tenant: str) -> list[Entry]:
        return self._desk.mirror.entries(tenant)

    def _of(self, tenant: str, department: str) -> list[Entry]:
        wanted = bare(department)
        return sorted((one for one in self._all(tenant) if bare(one.department) == wanted), key=lambda one: one.name)

    def _departments(self, tenant: str) -> Reply:
        people = self._all(tenant)
        counts = Counter(one.department for one in people)
        return words.departments(counts.most_common(), len(people), self._linked(tenant, people))

    def _linked(self, tenant: str, people: Sequence[Entry]) -> int:
        return sum(bool(self._desk.mirror.places(tenant, one.id)) for one in people)

    def _page(self, tenant: str, department: str, number: int) -> Reply:
        people = self._of(tenant, department)
        shown = [self._shown(tenant, one) for one in people[number * PAGE : (number + 1) * PAGE]]
        more = len(people) > (number + 1) * PAGE
        name = people[0].department if people else department
        press = f"staff:page:{number + 1}:{self._desk.token('', name)}" if more else ""
        return words.listing(name, shown, len(people), press, linked=self._linked(tenant, people))

    def _shown(self, tenant: str, one: Entry) -> words.Person:
        return words.Person(
            one.name, one.department, _roles(one), [name for name, _ in self._desk.mirror.places(tenant, one.id)],
            self._desk.token(tenant, one.id), one.number, one.rank, self._desk.mirror.in_file(tenant, one.id),
            away(one.rest, one.home, one.sent),
        )  # fmt: skip

    def _file(self, tenant: str) -> Reply:
        people = sorted(self._all(tenant), key=lambda one: (one.department, one.name))
        rows = [
            (
                one.name, one.department, one.rank, one.number, ", ".join(one.roles),
                ", ".join(map(called, one.adapters)), words.DECLARED[one.in_file],
            )
            for one in (self._shown(tenant, entry) for entry in people)
        ]  # fmt: skip
        name, heads = words.SHEET
        columns = tuple(workbook.Column(head, 16) for head in heads)
        return words.roster_file(workbook.write(workbook.Book(name, (workbook.Sheet(name, columns, rows),))), len(rows))

    # --- one person

    async def add(self, request: Request) -> Sequence[Reply]:
        """A new person."""
        place = self._desk.place(request, request.argument)
        if isinstance(place, Reply):
            return [place]
        told = _told(place)
        if told is None:
            return [words.how_to_add()]
        found = await self._care.add(place.tenant, told, self._desk.key(request))
        if isinstance(found, Refusal):
            refusals = {
                Refusal.NUMBER: words.number_taken(told.number), Refusal.FULL: words.full(MOST_PEOPLE)
            }  # fmt: skip
            return [refusals.get(found, words.there_already(told.name, told.department))]
        await self._desk.note(request, place.tenant, "person-added", f"@{found.entry.id} {told.department}")
        mark = self._desk.token(place.tenant, found.entry.id)
        added = words.added(told.name, told.department, mark, _undo(place.tenant, request, found))
        return [self._desk.told(request, place.tenant, added)]

    async def roles(self, request: Request) -> Sequence[Reply]:
        """A role more or less; or who has which."""
        found = self._desk.one(request, request.argument, "")
        if not request.argument.strip():
            return [words.how_roles()]
        if isinstance(found, Reply):
            return [found]
        role = next((one for one in Role if one.value in words_of(found.rest)), None)
        if role is None:
            return [words.roles_of(found.entry.name, _roles(found.entry)) if not found.rest else words.how_roles()]
        given = _TAKE.search(found.rest) is None
        if given and not _GIVE.search(found.rest) and len(words_of(found.rest)) > 1:
            return [words.how_roles()]
        return [await self._role(request, found, role, given=given)]

    async def unlinked(self, request: Request) -> Sequence[Reply]:
        """Who is in the roster and on no messenger."""
        place = self._desk.place(request, request.argument)
        if isinstance(place, Reply):
            return [place]
        people = [one for one in self._all(place.tenant) if not self._desk.mirror.places(place.tenant, one.id)]
        people.sort(key=lambda one: (one.department, one.name))
        shown = [self._shown(place.tenant, one) for one in people[:PAGE]]
        return [self._desk.told(request, place.tenant, words.unlinked(shown, len(people)))]

    async def holders(self, request: Request) -> Sequence[Reply]:
        """Who administers, who audits, who serves: of one role, or of each but 직원."""
        said = unaddressed(tidy(request.update.text))
        place = self._desk.place(request, said)
        if isinstance(place, Reply):
            return [place]
        wanted = [role for role in Role if role is not Role.STAFF and role.value in said]
        rows = [
            (
                role.value,
                [f"{one.department} {one.name}".strip() for one in self._all(place.tenant) if role in one.roles],
            )
            for role in wanted or [role for role in Role if role is not Role.STAFF]
        ]
        return [self._desk.told(request, place.tenant, words.holders(rows))]

    async def _role(self, request: Request, target: Target, role: Role, *, given: bool) -> Reply:
        allowed = self._desk.grants(request, target.tenant)
        if role not in allowed:
            return words.may_not_grant(role.value, [one.value for one in Role if one in allowed])
        own = (target.tenant, target.entry.id) == (request.tenant, request.person)
        if own and (given or role is not Role.MANAGER):
            return words.not_oneself()
        try:
            done = await self._care.role(target.tenant, target.entry, role, self._desk.key(request), given=given)
        except LastManagerError:
            return words.last_manager()
        if isinstance(done, Refusal):
            same = words.role_same(target.entry.name, role.value, given=given)
            return words.in_file(target.entry.name, "그 역할은") if done is Refusal.FILE else same
        what = "role-given" if given else "role-taken"
        await self._desk.note(request, target.tenant, what, f"@{target.entry.id} {role.value}")
        await self._linking.tell(target.tenant, target.entry.id, done.change, words.told_role(role.value, given=given))
        return words.role_changed(
            target.entry.name, role.value, _roles(done.entry), _undo(target.tenant, request, done), given=given
        )

    async def move(self, request: Request) -> Sequence[Reply]:
        """Another department."""
        found = self._desk.one(request, request.argument, "")
        if isinstance(found, Reply):
            return [found if request.argument.strip() else words.how_department()]
        told = re.sub(r"(?:으로|로|에)$", "", bare(found.rest)) if found.rest else ""
        again = await self._care.mover(found.tenant, self._desk.key(request))
        before, department = again or (found.entry.department, told)
        if not department or len(department) > LONGEST_NAME:
            return [words.how_department()]
        new = not any(one.department == department for one in self._all(found.tenant))
        if new and not is_department(department):
            return [words.how_department()]
        done = await self._care.move(found.tenant, found.entry, department, self._desk.key(request))
        if done is Refusal.FILE:
            return [words.in_file(found.entry.name, "부서는")]
        if isinstance(done, Refusal):
            return [words.kept()]
        about = f"@{found.entry.id} {before} → {department}"
        await self._desk.note(request, found.tenant, "department-moved", about)
        undo = _undo(found.tenant, request, done)
        return [words.moved(found.entry.name, before, department, undo, new=new and again is None)]

    async def leave(self, request: Request) -> Sequence[Reply]:
        """Somebody left: asked once."""
        if request.update.press is None and self._dated is not None and _DATED.search(request.argument):
            return await self._dated(request)
        if request.update.press is None:
            found = self._desk.one(request, request.argument, "staff-leave:ask")
            return [found if isinstance(found, Reply) else self._ask_leave(found)]
        what, _, mark = request.argument.partition(":")
        target = self._desk.pressed(request, mark)
        if what == "no":
            return [words.kept()]
        if target is None and what == "yes":
            target = await self._gone(request)
        if target is None:
            return [words.nobody("")]
        return [await self._left(request, target) if what == "yes" else self._ask_leave(target)]

    async def _gone(self, request: Request) -> Target | None:
        """Whom this update let go already: it is told and logged all the same."""
        others = [home.id for home in self._desk.tenancy.institutions()] if self._desk.operates(request) else []
        for tenant in dict.fromkeys([request.tenant, *others]):
            entry = await self._care.leaver(tenant, self._desk.key(request))
            if entry is not None:
                return Target(tenant, entry)
        return None

    def _ask_leave(self, target: Target) -> Reply:
        adapters = [name for name, _ in self._desk.mirror.places(target.tenant, target.entry.id)]
        mark = self._desk.token(target.tenant, target.entry.id)
        return words.ask_leave(target.entry.name, target.entry.department, mark, adapters)

    async def _left(self, request: Request, target: Target) -> Reply:
        if Role.OPERATOR in target.entry.roles and not self._desk.operates(request):
            return words.may_not_grant(Role.OPERATOR.value, [])
        try:
            done = await self._care.leave(target.tenant, target.entry, self._desk.key(request))
        except LastManagerError:
            return words.last_manager()
        await self._linking.left(target.tenant, target.entry.id)
        about = f"@{target.entry.id} {target.entry.department}"
        await self._desk.note(request, target.tenant, "person-left", about, gone=target.entry)
        return words.left(target.entry.name, _undo(target.tenant, request, done))

    async def undo(self, request: Request) -> Sequence[Reply]:
        """The last thing done to somebody is taken back."""
        change, _, tenant = request.argument.partition("@")
        tenant = tenant or request.tenant
        if tenant != request.tenant and not self._desk.operates(request):
            return [words.undone(done=False, overtaken=0)]
        if not self._desk.operates(request) and await self._care.is_operators(tenant, change):
            return [words.may_not_grant(Role.OPERATOR.value, [])]
        undone = await self._care.undo(tenant, change)
        if undone.known and undone.now + undone.before > 0:
            await self._desk.note(request, tenant, "roster-undone", change, key=f"roster-undone:{change}")
        return [words.undone(done=undone.known and undone.now + undone.before > 0, overtaken=undone.overtaken)]


def _told(place: Place) -> Entry | None:
    """Name, department and number in whatever order; None where no name and department stand there."""
    if asks_or_refuses(place.text):
        return None
    said = words_of(re.sub(r"(?<!\S)(?:사번|부서|이름|성명|소속|직번)[:：]\s*", "", place.text))
    said = [word for word in said if not only_wants(word)]
    department = next((word for word in reversed(said) if is_department(word) and len(said) > 1), "")
    number = next((word for word in said if is_number(word)), "")
    rest = [word for word in said if word not in {department, number}]
    name = next((word for word in rest if is_name(word)), "")
    if not name or len(rest) > 2 or not (department or may_be_name(name)):
        return None
    rank = next((word for word in rest if word != name), "")
    return replace(Entry("", name, department), number=number, rank=rank)


def _roles(entry: Entry) -> list[str]:
    return [role.value for role in Role if role in entry.roles]


def _undo(tenant: str, request: Request, written: Written) -> str:
    """What the button of taking back carries."""
    return written.change if tenant == request.tenant else f"{written.change}@{tenant}"
