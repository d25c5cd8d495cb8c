"""방금 한 것 되돌리기 · 이름 변경: the last act on people, named before it is taken back; a name that is another now.

What was done last stands in the log of acts, so that it is known after a restart, and on another process; nothing is
taken back but by the button below its name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.acts import Act
from bot.handlers.roster_desk import BOSSES, Desk, Target
from bot.messenger import MAX_PRESS, Reply
from bot.roster_care import Refusal, RosterCare
from bot.roster_names import bare, is_name, words_of
from bot.routes import Request, Route
from bot.settings import Role
from bot.wording import acts as act_words
from bot.wording import roster as roster_words
from bot.wording import roster_undo as words

_LATELY: Final = timedelta(minutes=30)
_CHANGES: Final = {
    "person-added": "add", "role-given": "role", "role-taken": "role", "department-moved": "dept",
    "leave-begun": "rest", "leave-over": "back", "person-left": "leave", "person-renamed": "name",
}  # fmt: skip
"""Acts whose change has the same key as their line in the log."""
_AGAIN: Final = {
    "person-added": "직원 추가 {who} {rest}",
    "role-given": "역할 {who} {rest} 추가", "role-taken": "역할 {who} {rest} 빼기",
    "department-moved": "부서 변경 {who} {to}", "person-left": "퇴직 {who}", "leave-begun": "휴직 처리 {who}",
    "leave-over": "복직 {who}", "invited": "초대 {who}", "access-cut": "접속 끊기 {who}",
}  # fmt: skip
_ARROW: Final = re.compile(r"[-=~‐-―]*[>→⇒➡▶»]+|[/,:]")
_OF_NAMES: Final = re.compile(
    r"(?:부서|과|팀|조직)?(?:이름|명칭|명|부서명|과명)[을를이가은는]?|(?:조직)?개편|(?:변경|수정|개칭|정정)(?:해\S*|하\S*|요청|부탁\S*)?"
    r"|바꿔\S*|바꾸\S*|고쳐\S*|해줘|해주세요|주세요|이제|새로|앞으로|오늘부터|기존|현재|지금|에서|부서"
)
"""What stands beside the two names."""
_ASIDE: Final = frozenset({"acts-read", "sheet-made", "roster-undone", "posting-undone"})


class RosterUndoTalk:
    """The conversation of whoever administers and did it wrong."""

    def __init__(self, desk: Desk, care: RosterCare) -> None:
        self._desk, self._care = desk, care

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""
        return (
            Route(
                "undo-last", ("방금 한 것 되돌리기", "방금 한 일 되돌리기"), ("undo-last",), self.undo, roles=BOSSES,
                private=True, title="되돌리기",
            ),
            Route(
                "staff-name", ("이름 변경", "성명 변경", "개명"), ("rename",), self.rename, about="관리",
                help="이름 변경 김하나 김하늘 — 명부의 이름만 고치고 나머지는 그대로 둡니다", press="staff-name",
                roles=BOSSES, private=True,
            ),
            Route(
                "office-name", ("부서 이름 변경", "부서명 변경", "부서 이름"), ("rename-department",), self.office,
                roles=BOSSES, private=True, title="부서 이름 변경",
            ),
        )  # fmt: skip

    # --- the last act

    async def undo(self, request: Request) -> Sequence[Reply]:
        """What they did last, and its reverse; `argument` is whom it was meant for."""
        last = await self._last(request)
        if last is None:
            return [words.nothing()]
        done = f"{act_words.said(last.what)} · {self._named(request, last)}".rstrip(" ·")
        again = self._again(request, last) if request.argument.strip() else ""
        press = await self._press(request, last)
        if press:
            return [words.propose_instead(done, press, again) if again else words.propose(done, press)]
        if last.what == "invited":
            return [words.propose_uninvite(self._named(request, last), again)]
        return [words.cant(last.what, done)]

    async def _last(self, request: Request) -> Act | None:
        """The last act of theirs that was not taken back already."""
        acts = await self._desk.acts.listing(request.tenant, request.now - _LATELY)
        own = [one for one in acts if one.by == request.person]
        over = {one.about.split()[0] for one in own if one.what in {"roster-undone", "posting-undone"} and one.about}
        standing = (one for one in own if one.what not in _ASIDE and _change(one) not in over)
        return next(standing, None)

    def _named(self, request: Request, act: Act) -> str:
        """What it concerned, with the names of today, or of its day for whoever is gone."""
        about = act.about.split()
        about = about[:1] if act.what == "access-cut" else about[1:] if act.what == "person-renamed" else about
        names = lambda person: self._desk.name(request.tenant, person) or act.names.get(person)  # noqa: E731
        told = act_words.named(" ".join(about), names)
        return " ".join(told.split())

    async def _press(self, request: Request, last: Act) -> str:
        """The button that takes it back; empty where nothing does."""
        change = _change(last)
        if last.what == "posting-applied":
            return f"posting:undo:{change}::{self._desk.token(request.tenant, '')[:6]}"
        known = bool(change) and await self._care.undoable(request.tenant, change)
        return f"staff-undo:{change}" if known else ""

    def _again(self, request: Request, last: Act) -> str:
        """The same act for somebody else, as it would be typed."""
        form = _AGAIN.get(last.what)
        if form is None:
            return ""
        _, _, rest = last.about.partition(" ")
        to = rest.rpartition("→")[2].strip()
        return form.format(who=request.argument.strip(), rest=rest, to=to).strip()

    # --- a name

    async def rename(self, request: Request) -> Sequence[Reply]:
        """Another name for the same person: asked once."""
        if request.update.press is not None:
            what, _, tail = request.argument.partition(":")
            mark, _, after = tail.partition(":")
            target = self._desk.pressed(request, mark)
            return [
                roster_words.nobody("")
                if target is None or what != "yes"
                else await self._renamed(request, target, after)
            ]
        found = self._desk.one(request, request.argument, "")
        if isinstance(found, Reply):
            return [found if request.argument.strip() else words.how_name()]
        said = [one for one in (_bare(word) for word in words_of(found.rest)) if one]
        after = said[0] if len(said) == 1 and is_name(said[0]) else ""
        if not after:
            return [words.how_name()]
        press = f"staff-name:yes:{self._desk.token(found.tenant, found.entry.id)}:{after}"
        if found.entry.name == after:
            return [words.same_name(after)]
        if self._desk.mirror.in_file(found.tenant, found.entry.id):
            return [roster_words.in_file(found.entry.name, "이름은")]
        if len(press.encode()) > MAX_PRESS:
            return [words.how_name()]
        return [words.ask_name(found.entry.name, after, found.entry.department, press)]

    async def _renamed(self, request: Request, target: Target, after: str) -> Reply:
        before = target.entry.name
        done = await self._care.rename(target.tenant, target.entry, after, self._desk.key(request))
        if done is Refusal.FILE:
            return roster_words.in_file(before, "이름은")
        if done is Refusal.THERE:
            return words.taken(after, target.entry.department)
        if isinstance(done, Refusal):
            return words.same_name(after)
        await self._desk.note(request, target.tenant, "person-renamed", f"@{target.entry.id} {before} → {after}")
        undo = done.change if target.tenant == request.tenant else f"{done.change}@{target.tenant}"
        return words.renamed(before, after, undo)

    async def office(self, request: Request) -> Sequence[Reply]:
        """A department is called otherwise: what can be done, and by whom."""
        people = self._desk.mirror.entries(request.tenant)
        known = sorted({one.department for one in people if one.department})
        said = [_bare(word) for word in words_of(_ARROW.sub(" ", request.argument))]
        said = [word for word in said if word and _OF_NAMES.fullmatch(word) is None]
        names = {bare(one): one for one in known}
        before = next((names[word] for word in said if word in names), said[0] if len(said) > 1 else "")
        after = next((word for word in said if word != bare(before)), "")
        if not before or not after:
            return [words.how_office(known)]
        of = [one for one in people if one.department == before]
        declared = sum(
            told is not None and bool(told.department)
            for told in (self._desk.tenancy.declared(request.tenant, one.id) for one in of)
        )
        manages = Role.MANAGER in request.member.person.roles
        home = self._desk.tenancy.institution(request.tenant)
        slots = manages and any(one.slots is not None for one in home.cafeterias)
        return [words.office(before, after, len(of), declared, slots=slots)]


def _change(act: Act) -> str:
    """The change that the act made, as the roster names it."""
    if act.what == "posting-applied":
        return act.about.split()[0]
    prefix, key = _CHANGES.get(act.what), act.key.partition(":")[2]
    return f"{prefix}-{key}" if prefix and key else ""


def _bare(word: str) -> str:
    return re.sub(r"(?:으로|로|에서|이에요|예요|입니다|[을를이가은는])$", "", word) if len(word) > 3 else word
