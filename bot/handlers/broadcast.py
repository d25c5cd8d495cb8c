"""공지: an administrator's notice to the institution or a department, an operator's to everybody; once, and logged.

Read back with the number of people before it goes. What comes in spite of quiet hours is 재난 알림 alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from bot.acts import DEPLOYMENT, Acts
from bot.broadcasts import Broadcasts, Notice, made, receivers
from bot.messenger import Reply
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import broadcast as words

LONGEST: Final = 1_000
_WISH: Final = re.compile(
    r"(?:(?:좀|하나|한번|한 번|한 건|새로) )*(?:올리|올려|보내|하고|쓰고|띄우|띄워)[가-힣 ]{0,8}[.!?]*"
)  # no notice, but to write one
_TO: Final = re.compile(r"^(?P<to>[^:：\n]{1,20})\s?[:：]\s*(?P<text>.+)$", re.DOTALL)


class BroadcastTalk:
    """The conversation about notices. `wake` rouses the worker."""

    def __init__(self, tenancy: Tenancy, store: Broadcasts, acts: Acts, wake: Callable[[], None]) -> None:
        self._tenancy, self._store, self._acts, self._wake = tenancy, store, acts, wake

    def routes(self) -> tuple[Route, ...]:
        """What administrators and operators say."""
        return (
            Route(
                "broadcast", ("공지", "공지하기", "공지 보내기"), ("notice",), self.write, about="관리",
                help="공지 총무과: 내용 — 기관이나 부서의 모두에게 한 번 보냅니다. 보내기 전에 확인합니다",
                roles=frozenset({Role.MANAGER, Role.OPERATOR}), private=True, quiet=True,
                sentences=(
                    r"^(?:전 ?직원|모두|전체|우리 ?기관)(?:에게|에|한테|께)? ?공지.{0,12}$",
                    r"^공지(?:사항)?(?:을|를)? ?(?:보내|하고|올리|올려|띄우|띄워|해).{0,10}$",
                ),
            ),
            Route(
                "broadcast-press", (), (), self.pressed, press="notice", title="공지", private=True,
                roles=frozenset({Role.MANAGER, Role.OPERATOR}),
            ),
        )  # fmt: skip

    def _homes(self, request: Request) -> list[str]:
        """An administrator's own institution; whoever is operator alone speaks to all."""
        if Role.MANAGER in request.member.person.roles:
            return [request.tenant]
        return [one.id for one in self._tenancy.institutions()]

    async def write(self, request: Request) -> Sequence[Reply]:
        """Reads it back, and waits for the button."""
        department, text = self._meant(request)
        if not text or _WISH.fullmatch(text):
            return [words.notice_empty()]
        if len(text) > LONGEST:
            return [words.notice_too_long(LONGEST)]
        homes = self._homes(request)
        count = sum(len(receivers(self._tenancy, home, department)) for home in homes)
        whom = words.receivers_called([self._tenancy.institution(home).name for home in homes], department)
        if not count:
            return [words.notice_nobody(whom)]
        source = request.update.id or request.now.isoformat()
        notice = made(request.tenant, request.person, department, text, count, request.now, source)
        await self._store.draft(request.tenant, notice)
        return [words.notice_ask(text, whom, count, notice.id)]

    def _meant(self, request: Request) -> tuple[str, str]:
        """The department and the words: as they were typed, lines and all, where the text is still there."""
        text = _typed(request)
        found = _TO.match(text)
        homes = self._homes(request)
        known = {one.department for home in homes for one in self._tenancy.institution(home).people if one.department}
        named = next((one for one in known if found and one.replace(" ", "") == found["to"].replace(" ", "")), "")
        return (named, found["text"].strip()) if found is not None and named else ("", text)

    async def pressed(self, request: Request) -> Sequence[Reply]:
        """보내기, 그만두기."""
        what, _, name = request.argument.partition(":")
        notice = await self._store.drafted(request.tenant, name, request.now)
        if what == "drop":
            await self._store.drop(request.tenant, name)
            return [words.notice_dropped()]
        if notice is not None and notice.by == request.person:
            await self._log(request, notice)
            for home in self._homes(request):
                if home != request.tenant:
                    await self._store.draft(home, notice)
                    await self._store.send(home, name)
            await self._store.send(request.tenant, name)
            self._wake()
            return [words.notice_sending(notice.count)]
        state = await self._store.state(request.tenant, name)
        return [words.notice_sent_already() if state else words.notice_over()]

    async def _log(self, request: Request, notice: Notice) -> None:
        about = words.notice_about(notice.department, notice.count)
        key = f"broadcast:{notice.id}"
        homes = self._homes(request)
        await self._acts.note(request.tenant, request.person, "broadcast-sent", about, request.now, key=key)
        if len(homes) > 1:
            by = f"{request.tenant}/{request.person}"
            await self._acts.note(DEPLOYMENT, by, "broadcast-sent", about, request.now, key=key)


def _typed(request: Request) -> str:
    """What stands behind the command, with its lines; the tidy argument where that can't be told."""
    raw, first = request.update.text.strip(), request.argument.partition(" ")[0]
    place = raw.find(first) if first else -1
    typed = raw[place:].strip() if place >= 0 else ""
    return typed if " ".join(typed.split()) == request.argument else request.argument
