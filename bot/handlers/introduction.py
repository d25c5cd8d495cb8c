"""First contact and help: what Dobi is, and what this person may do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot import wording
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Request, Route
from bot.tenancy import Tenancy


class Introduction:
    """도움말 and the three messages of a first contact. `routes` gives the whole table, to show what is allowed."""

    def __init__(self, tenancy: Tenancy, people: PeopleStore, routes: Callable[[], Sequence[Route]]) -> None:
        self._tenancy = tenancy
        self._people = people
        self._routes = routes

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "introduction",
                ("시작", "안녕", "안녕하세요", "안녕하십니까", "반갑습니다", "처음"),
                ("start", "시작"),
                self.introduce,
            ),
            Route(
                "help",
                ("도움말", "도움", "사용법", "메뉴", "?"),
                ("help", "도움말"),
                self.help,
                press="help",
                sentences=(r"뭐 ?(?:할 수|해 ?줄)", r"어떻게 (?:써|쓰|사용)", r"할 수 있(?:어|나|는)"),
            ),
        )

    async def introduce(self, request: Request) -> Sequence[Reply]:
        """Who, what, and the first question."""
        await self._people.introduce_once(request.tenant, request.person, request.now)
        contact = self._tenancy.institution(request.tenant).contact
        person = request.member.person
        return wording.introduction(person.name, person.department, contact)

    async def help(self, request: Request) -> Sequence[Reply]:
        """Only what this person may do here."""
        roles = request.member.person.roles
        lines = [
            f"· {route.help}"
            for route in self._routes()
            if route.help and (not route.roles or route.roles & roles) and (request.chat.private or not route.private)
        ]
        contact = self._tenancy.institution(request.tenant).contact
        note = f"영문 이름(/help, /subscribe …)으로도 됩니다. 문의: {contact}"
        if not request.chat.private:
            note = "채널에서는 저를 부르거나 낱말만 쓰시면 됩니다. 개인적인 일은 따로 말씀해 주십시오."
        return [wording.help_page(lines, note)]
