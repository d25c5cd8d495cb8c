"""First contact and help: what Dobi is, and what this person may do."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bot import wording
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.wondering import asks_who
from bot.wording import areas as words
from bot.wording import offering
from bot.wording.beyond import beyond
from nlp.areas import areas, areas_of_department

_UNTRUE: Final = (
    r"^(?!.*(?:취소|지워|빼|삭제|없던|철회|사후|어떻게|하면|되나|아직|잘못|찍혔|눌렀|\?))"
    r"(?=.*(?:(?<!\S)안 ?(?:간|갔|다녀)|가지 ?(?:도|는)? ?않)).*"
    r"(?:도착(?:으로|했다고|한 ?[걸것거]|처리| ?찍)|(?:다녀온|갔다 ?온|(?<![안못] )(?<![안못])간) ?(?:걸|것|거)(?:로"
    r"|으로|처럼)"
    r"|(?:증빙|영수증)(?:을|를)? ?(?:만들|발급|해 ?줘)).*$"
)
_FOR_ANOTHER: Final = (
    r"^(?=.*(?:도착|출발|복귀|출장|영수증))(?!.*(?:사진|메모|\?)).*대신 ?(?:눌러|누를|찍어|찍을|찍겠|해 ?줄|해 ?줘).*$"
)
"""Somebody else's moment, told by who was not asked."""
"""A trip that was not made is to be certified."""


_GREETS: Final = re.compile(
    r"^[\sㄱ-ㅎㅏ-ㅣ\W\d]*$|안녕|하이|방가|반[갑가]|처음|인사|잘 ?부탁|수고|ㅎㅇ"
    r"|들어왔|가입|등록 ?(?:했|됐)|초대|테스트|도비|여보세요|계세요|저기요|(?i:hi|hello|test)"
)
"""Says nothing that could have been understood."""
_THANKS: Final = (
    r"^(?:(?:정말|너무|진짜|매번|항상|아이고|네|넵|아|오) ?){0,2}(?:(?:고마|고맙|수고)[가-힣]{0,10}"
    r"|감사(?:(?:[합해드하함할히]|요(?![청구]))[가-힣]{0,9})?(?: 많이\S{0,3})?)[\s!.~^ㅎㅋㅠ]*$"
)
"""감사 is an office too: 감사담당자, 감사기간."""


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
                ("시작", "처음", "안녕", "안녕하세요", "안녕하십니까", "반갑습니다"),
                ("start", "시작"),
                self.introduce,
                sentences=(r"^(?:안녕|반갑|처음 ?뵙)[가-힣]{0,8}[\s?!.~]*$", r"(?i)^(?:hi|hello)[\s!.~]*$"),
                quiet=True,
            ),
            Route(
                "thanks",
                (),
                (),
                self.thank,
                sentences=(_THANKS,),
            ),
            Route(
                "help",
                ("도움말", "도움", "사용법", "메뉴", "?", "help", "Help", "HELP"),
                ("help", "도움말"),
                self.help,
                press="help",
                sentences=(r"뭐 ?(?:할 수|해 ?줄)", r"어떻게 (?:써|쓰|사용)", r"할 수 있(?:어|나|는)"),
            ),
            Route("contact", ("문의", "문의처"), (), self.contact, title="문의", quiet=True),
            Route("untrue", (), (), self.untrue, title="도착", sentences=(_UNTRUE, _FOR_ANOTHER), eager=True),
            Route("easiest", ("쉬운 것부터", "쉬운 것"), (), self.easiest, title="쉬운 것부터", quiet=True),
        )

    async def introduce(self, request: Request) -> Sequence[Reply]:
        """Who, what, and the first question, once or when asked for by 시작; later a greeting is just answered."""
        if not request.chat.private:
            return [wording.group_greeting()]
        person, institution = request.member.person, self._tenancy.institution(request.tenant)
        key = request.update.id or ""
        first = await self._people.introduce_once(request.tenant, request.person, request.now, key=key)
        unread = request.argument == "unread" and not (
            asks_who(request.update.text) or _GREETS.search(request.update.text)
        )
        if (
            first
            or request.argument in {"first", "unread"}
            or request.update.text.strip(" /") in {"시작", "처음", "start"}
        ):
            told = wording.introduction(person.name, person.department, institution.name, institution.contact)
            told = (wording.met_unread(told[0]), *told[1:]) if unread else told
            return (*told[:-1], _with_area(told[-1], person.department))
        return [wording.greeting(person.name)]

    async def thank(self, _request: Request) -> Sequence[Reply]:
        """A word back."""
        return [wording.welcome()]

    async def contact(self, request: Request) -> Sequence[Reply]:
        """Who cares for Dobi here."""
        return [offering.contact(self._tenancy.institution(request.tenant).contact)]

    async def untrue(self, request: Request) -> Sequence[Reply]:
        """What was not so is certified for nobody."""
        return [beyond("거짓", self._tenancy.institution(request.tenant).contact)]

    async def easiest(self, _request: Request) -> Sequence[Reply]:
        """The simplest thing to begin with."""
        return [offering.easiest()]

    async def help(self, request: Request) -> Sequence[Reply]:
        """Only what this person may do here; a heading's explanations where one is named."""
        private = request.chat.private
        lines = [
            wording.HelpLine(route.about, route.help, route.slash[0] if route.slash else "")
            for route in self._routes()
            if route.help and route.allows(request.member) and (private or not route.private)
        ]
        some = [line for line in lines if line.about == request.argument]
        if some:
            return [wording.help_about(request.argument, some)]
        contact = self._tenancy.institution(request.tenant).contact
        return [wording.help_page(lines, contact, private=private)]


def _with_area(question: Reply, department: str) -> Reply:
    """The first question with the department's own policy area, where its name tells one."""
    own = areas_of_department(department)[:1]
    if not own:
        return question
    offered = words.button(areas().index(own[0]), own[0].name)
    text = f"{question.text}\n{words.suggestion(department, own[0].name)}"
    return replace(question, text=text, buttons=(offered, *question.buttons))
