"""What a conversation is made of: a request, a route, and the grammar that leads from one to the other.

`Grammar` is pure: text in, route and argument out. Words and slash names work alike, a whole sentence only where it
plainly means a route, and nothing is guessed in a group that did not address Dobi.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Chat, InFile, Reply, Update
from bot.people import Question
from bot.settings import Role
from bot.tenancy import Member


@dataclass(frozen=True, slots=True)
class Request:
    """A known person asking for something. `argument` is what follows the command, or what a button carried."""

    member: Member
    chat: Chat
    update: Update
    argument: str
    now: datetime

    @property
    def tenant(self) -> str:
        """The person's institution: first argument of every store."""
        return self.member.tenant

    @property
    def person(self) -> str:
        """The person's id within the institution."""
        return self.member.person.id


Handle = Callable[[Request], Awaitable[Sequence[Reply]]]


@dataclass(frozen=True, slots=True)
class Route:
    """One thing people can ask for.

    `words` and `slash` are its names, the first of each shown in help; `sentences` are regular expressions over the
    whole text whose group `argument`, if any, is handed on; `press` is the first part of its buttons. `roles` empty
    means everybody known. `private` matters never answer in a group; `quiet` ones answer there only when Dobi is
    addressed. `takes` says which texts may answer this route's pending question, None that any may; a `free` one's
    answer may begin like a command with something behind it (출장 여비 점검). `sheets` says which files, sent alone,
    answer it; the question goes on waiting. `brings`: files that are its own though no word
    says so, `unless` whoever sent them has one of these roles. `files`: while
    its question waits, or beside one of its sentences, files are its own. `about` is the heading under which help shows
    the line `help`, `title` what a refusal calls it where it has no words; `refuse` answers whoever may not, where more
    can be said. A `subject`'s name may stand before what another route means (식당 12월 24일 휴무). An `eager` one's
    sentences are tried before all others for whoever may. `anywhere`: it is about the very room where it is asked, and
    answers there though no institution knows the room. What opens seals is answered by the audit office's `desk`,
    whichever process that is (`bot.desk`).
    """

    name: str
    words: tuple[str, ...]
    slash: tuple[str, ...]
    handle: Handle
    about: str = ""
    help: str = ""
    sentences: tuple[str, ...] = ()
    press: str = ""
    roles: frozenset[Role] = frozenset()
    private: bool = False
    quiet: bool = False
    title: str = ""
    takes: Callable[[str], bool] | None = None
    sheets: Callable[[Sequence[InFile]], bool] | None = None
    desk: bool = False
    free: bool = False
    brings: Callable[[Sequence[InFile]], bool] | None = None
    refuse: Handle | None = None
    eager: bool = False
    subject: bool = False
    unless: frozenset[Role] = frozenset()
    anywhere: bool = False

    @property
    def called(self) -> str:
        """What people call it."""
        return self.title or (self.words[0] if self.words else self.name)

    def allows(self, member: Member) -> bool:
        """Whether this person may ask for it."""
        return not self.roles or bool(self.roles & member.person.roles)


@dataclass(frozen=True, slots=True)
class Found:
    """A route and its argument; `answers` is the question that waits for it, which is over once it was answered."""

    route: Route
    argument: str
    answers: Question | None = None


_WIDE = {0xFF01 + step: 0x21 + step for step in range(94)}  # full-width ASCII, as a Korean keyboard may leave it
_OUTER = " \"'`“”‘’「」『』《》〈〉()[]<>?!.,~…·;:^*"
_PLEASE = re.compile(
    r"(?:이요|요|좀|부탁(?:해요|합니다|드립니다|드려요)?|(?:(?:알려|보여|해) ?)?(?:줘요?|주세요|주십시오|줄래요?))$"
)
_LONGEST_PLAIN = 40

_SPOKEN = (
    (re.compile(r"^낼(?=은? |은?$|도 )"), "내일"),
    (re.compile(r"(?<=[과관팀실] )낼(?=은? ?(?:점심|중식|메뉴|식단|차례|배식|급식|밥|몇))"), "내일"),
    (re.compile(r"(?<!\S)담 ?주(?=\s|[에는엔월화수목금토일]|$)"), "다음 주"),
    (re.compile(r"(?<!\S)금일(?=\s|[은의에엔]|$)"), "오늘"),
    (re.compile(r"(?<!\S)[익명]일(?=\s|[은의에엔]|$)"), "내일"),
)
"""Days as people say them, where nothing else can be meant."""

_NAME = re.compile(
    r"^(?:@?(?:도비|dobi)(?:야|님|씨|아|에게)?(?=$|[\s,!:~.?])|@(?:도비|dobi)\S*)[\s,!:~.?]*", re.IGNORECASE
)

_CALLED = re.compile(r"(?<=\S)[\s,]+@?도비야[\s!.~?]*$")


def tidy(text: str) -> str:
    """NFC, full-width ASCII as ASCII, control characters and what has no width out, white space folded."""
    kinds = ((char, unicodedata.category(char)) for char in text)
    visible = "".join(" " if kind == "Cc" else char for char, kind in kinds if kind != "Cf")
    told = " ".join(unicodedata.normalize("NFC", visible.translate(_WIDE)).split())
    for said, meant in _SPOKEN:
        told = said.sub(meant, told)
    return told


def plain(text: str) -> Iterator[str]:
    """Ever plainer forms of a short tidy text: without what stands around it, then without each polite ending."""
    bare = text.strip(_OUTER)
    while bare and bare != text and len(text) <= _LONGEST_PLAIN:
        yield bare
        text, bare = bare, _PLEASE.sub("", bare).strip(_OUTER)


def unaddressed(text: str) -> str:
    """A tidy text without Dobi's name at its start: `도비야, 식당` is `식당`, and the name alone is empty."""
    return _CALLED.sub("", _NAME.sub("", _NAME.sub("", text, count=1), count=1))  # `@도비 도비야 식당`


class Grammar:
    """The names and sentences of all routes. A longer name wins over a shorter one."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self.routes = tuple(routes)
        named = [(word, route) for route in routes for word in route.words]
        named.sort(key=lambda pair: -len(pair[0]))
        self._by_first: dict[str, list[tuple[str, tuple[str, ...], Route]]] = {}
        for word, route in named:
            self._by_first.setdefault(word[:1], []).append((word, (f"{word} ", f"{word}, ", f"{word}:"), route))
        self._alone = dict(named)
        self._slashes = {slash: route for route in routes for slash in route.slash}
        self._sentences = [(re.compile(one), route) for route in routes for one in route.sentences]
        self._names = {route.name: route for route in routes}
        self._presses = {route.press: route for route in routes if route.press}

    def command(self, text: str) -> Found | None:
        """A slash command anywhere, or a command word at the start of the text."""
        if text.startswith("/"):
            text = text[1:].lstrip()
            head, _, argument = text.partition(" ")
            name = head.partition("@")[0].casefold()
            route = self._slashes.get(name)
            if route is not None:
                return Found(route, argument.strip())
        for word, before, route in self._by_first.get(text[:1], ()):
            if text == word or text.startswith(before):
                argument = text[len(word) :].removeprefix(",").removeprefix(":").strip()
                return self._behind(route, argument) or Found(route, argument)
        return self._dressed(text)

    def _behind(self, route: Route, argument: str) -> Found | None:
        """What stands behind the name of a whole subject and means something by itself: `식당 12월 24일 휴무`."""
        if not route.subject or not argument:
            return None
        found = self.command(argument) or self.sentence(argument)
        if found is None or found.route is route:
            return None
        return Found(found.route, found.argument or argument)

    def _dressed(self, text: str) -> Found | None:
        """A command word alone in quotes, with marks or a polite ending: `"식당"`, `식당요?`, `식당 좀`."""
        names = self._alone
        forms = plain(f"{text}.")  # the mark makes the text itself the first form
        return next((Found(names[form], "") for form in forms if form in names), None)

    def exact(self, text: str) -> Found | None:
        """A slash command, or a text that is exactly a command's first word: all that counts in a group unaddressed."""
        found = self.command(text)
        if found is None or text.startswith("/"):
            return found
        return found if text == found.route.words[0] and not found.route.quiet else None

    def sentence(self, text: str, member: Member | None = None) -> Found | None:
        """A whole sentence that plainly means a route; first of those that are this member's trade."""
        trade = [pair for pair in self._sentences if member and pair[1].eager and pair[1].allows(member)]
        for pattern, route in (*trade, *self._sentences):
            match = pattern.search(text)
            if match:
                return Found(route, (match.groupdict().get("argument") or "").strip())
        return None

    def with_files(self, text: str, files: Sequence[InFile]) -> Found | None:
        """A sentence beside files that plainly means a route which takes them."""
        taking = (pair for pair in self._sentences if pair[1].sheets is not None and pair[1].sheets(files))
        return next((Found(route, text) for pattern, route in taking if pattern.search(text)), None)

    def brought(self, files: Sequence[InFile], member: Member) -> Found | None:
        """The route to which files, sent by who may use it, plainly belong, whatever is said beside them."""
        bringing = (route for route in self.routes if route.brings is not None and route.brings(files))
        mine = (route for route in bringing if route.allows(member) and not route.unless & member.person.roles)
        return next((Found(route, "") for route in mine), None)

    def named(self, name: str, argument: str) -> Found:
        """The route of that name; KeyError if there is none."""
        return Found(self._names[name], argument)

    def press(self, press: str) -> Found | None:
        """The route of a pressed button."""
        head, _, argument = press.partition(":")
        route = self._presses.get(head)
        return Found(route, argument) if route else None

    def meant(self, text: str, member: Member, suggest: Callable[[str, Sequence[str]], str | None]) -> Found | None:
        """The nearest command to a mistyped one, of those that this person may use; `suggest(word, names)` picks."""
        names = {word: route for route in self.routes if route.allows(member) for word in route.words}
        for count in (2, 1):
            parts = text.split(" ")
            word = suggest(" ".join(parts[:count]), list(names)) if len(parts) >= count else None
            if word is not None:
                return Found(names[word], " ".join(parts[count:]))
        return None
