"""낱말: an institution's own synonyms and narrower words, and shipped ones that it does not want.

    낱말 추가 중기 = 중소벤처기업부 ─► Wordbook ─► every process's tables: subscriptions, previews, 찾기

Administrators decide, everybody may look and suggest. A line is written before it is confirmed and works from then on;
written twice it changes nothing. Who changed what stands in the record (낱말 기록).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from bot.messenger import Reply
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import words
from nlp.archive import Archive
from nlp.embedding import Embedder
from nlp.own_words import InvalidWordError, Line, OwnWords
from nlp.synonyms import key
from nlp.wordbook import TooManyWordsError, Wordbook, Wordbooks, Written

_WEEK: Final = timedelta(days=7)
_PAGE: Final = 15
_AT_ONCE: Final = 10
_RELATION: Final = re.compile(r"\s*(?:(?P<less>>|&gt;|→)|(?P<more><|&lt;)|=)\s*")
_MANAGERS: Final = frozenset({Role.MANAGER})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a command names: a term, and what it is set in relation to."""

    kind: Literal["=", ">"]
    term: str
    others: tuple[str, ...]


def _asked(argument: str) -> _Asked:
    """`중기 = 중소벤처기업부, 중기청`; without a relation the term alone."""
    parts = _RELATION.split(argument, maxsplit=1)
    if len(parts) < 4:
        return _Asked("=", argument.strip(), ())
    left, less, more, right = parts[0], parts[1], parts[2], parts[3]
    if more:
        left, right = right, left
    others = tuple(dict.fromkeys(word for one in right.split(",") if (word := one.strip())))
    return _Asked(">" if less or more else "=", left.strip(), others[:_AT_ONCE])


class WordTalk:
    """The conversation about words."""

    def __init__(
        self, store: Wordbook, tables: Wordbooks, archive: Archive, embedder: Embedder, tenancy: Tenancy, outbox: Outbox
    ) -> None:
        self._store, self._tables = store, tables
        self._archive, self._embedder = archive, embedder
        self._tenancy, self._outbox = tenancy, outbox

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        about = "관리"
        return (
            Route(
                "word-add",
                ("낱말 추가", "낱말추가", "동의어 추가", "유의어 추가", "단어 추가"),
                ("addword", "낱말추가"),
                self.add,
                about=about,
                help="낱말 추가 중기 = 중소벤처기업부 — 같은 뜻으로 찾습니다. 좁은 말은 '재난 > 산사태'처럼",
                sentences=(r"^(?:낱말|동의어|유의어)\S*\s.{0,10}(?:어떻게|방법).{0,20}$",),
                quiet=True,
                title="낱말 추가",
            ),
            Route("word-remove", ("낱말 삭제", "낱말 지우기"), ("removeword", "낱말삭제"), self.remove, quiet=True),
            Route("word-off", ("낱말 끄기", "낱말끄기"), ("offword", "낱말끄기"), self.switch_off, quiet=True),
            Route("word-on", ("낱말 켜기", "낱말켜기"), ("onword", "낱말켜기"), self.switch_on, quiet=True),
            Route(
                "word-suggest", ("낱말 제안", "낱말제안"), ("suggestword", "낱말제안"), self.suggest, quiet=True
            ),
            Route("word-history", ("낱말 기록", "낱말기록"), ("wordlog", "낱말기록"), self.history, quiet=True),
            Route(
                "words", ("낱말 목록", "낱말목록"), ("words", "낱말목록"), self.listing, quiet=True, press="words"
            ),
            Route(
                "word",
                ("낱말", "동의어", "유의어"),
                ("word", "낱말"),
                self.explain,
                about="소식",
                help="낱말 중기부 — 어떤 말로도 찾는지 보여 드립니다. '낱말 제안'으로 새 낱말을 제안하실 수 있습니다",
                quiet=True,
            ),
            Route("word-take", (), (), self.take, press="word-take", roles=_MANAGERS, title="낱말 추가"),
            Route("word-drop", (), (), self.drop, press="word-drop", roles=_MANAGERS, title="낱말 추가"),
        )  # fmt: skip

    # --- administrators

    async def add(self, request: Request) -> Sequence[Reply]:
        """New lines, with how much each new word brought in a week."""
        refused = self._refused(request)
        if refused:
            return [refused]
        asked = _asked(request.argument)
        if not (asked.term and asked.others):
            return [words.how()]
        try:
            lines = [Line.of(asked.kind, asked.term, other) for other in asked.others]
        except InvalidWordError as error:
            return [words.fault(error.reason, error.term)]
        return [await self._add(request, lines)]

    async def _add(self, request: Request, lines: Sequence[Line]) -> Reply:
        table = await self._tables.table(request.tenant)
        new: list[Line] = []
        again = [_said(line) for line in lines if _stands(line, table)]
        try:
            for number, line in enumerate(line for line in lines if not _stands(line, table)):
                at = request.now + timedelta(microseconds=number)  # the list keeps their order
                done = await self._store.add(request.tenant, line, request.person, at)
                new += [line] if done else []
                again += [] if done else [_said(line)]
        except InvalidWordError as error:
            if not new:
                return words.fault(error.reason, error.term)
        except TooManyWordsError as error:
            if not new:
                return words.full(error.limit)
        names = [line.other for line in new]
        weeks = await self._archive.count_each(names, request.now - _WEEK, self._embedder) if names else []
        counted = list(zip(names, weeks, strict=True)) if await self._archive.count() else []
        return words.added([_said(line) for line in new], again, counted)

    async def remove(self, request: Request) -> Sequence[Reply]:
        """A line of the institution's own."""
        refused = self._refused(request)
        if refused:
            return [refused]
        if not request.argument.strip():
            return [words.which("삭제")]
        asked, table = _asked(request.argument), await self._tables.table(request.tenant)
        meant = _meant(asked, [line for line in table.lines if line.kind != "-"])
        if len(meant) > 1 and not asked.others:
            return [words.several([_said(line) for line in meant])]
        if not meant:
            shipped = bool(asked.others) and key(asked.others[0]) in map(key, table.of(asked.term))
            said = f"{asked.term} = {asked.others[0]}" if asked.others else asked.term
            return [words.not_own(said) if shipped or table.knows(asked.term) else words.unknown(said)]
        for line in meant:
            await self._store.remove(request.tenant, line, request.person, request.now)
        return [words.removed(", ".join(_said(line) for line in meant))]

    async def switch_off(self, request: Request) -> Sequence[Reply]:
        """A shipped line that the institution does not want."""
        refused = self._refused(request)
        if refused:
            return [refused]
        asked = _asked(request.argument)
        if not asked.term:
            return [words.which("끄기")]
        other, table = asked.others[0] if asked.others else "", await self._tables.table(request.tenant)
        try:
            line = Line.of("-", asked.term, other)
        except InvalidWordError as error:
            return [words.fault(error.reason, error.term)]
        if line.id in {one.id for one in table.lines}:
            return [words.off(line.term, line.other, narrower=asked.kind == ">", again=True)]
        if other and table.is_own(line.term, line.other):
            return [words.own_line(words.line(asked.kind, line.term, line.other))]
        known = {key(one) for one in table.of(line.term)}
        if not known or (other and key(other) not in known and key(line.term) not in map(key, table.of(other))):
            return [words.nothing_to_switch(line.term, line.other)]
        try:
            await self._store.add(request.tenant, line, request.person, request.now)
        except TooManyWordsError as error:
            return [words.full(error.limit)]
        return [words.off(line.term, line.other, narrower=asked.kind == ">", again=False)]

    async def switch_on(self, request: Request) -> Sequence[Reply]:
        """What was switched off, again."""
        refused = self._refused(request)
        if refused:
            return [refused]
        asked, table = _asked(request.argument), await self._tables.table(request.tenant)
        if not asked.term:
            return [words.which("켜기")]
        meant = _meant(asked, [line for line in table.lines if line.kind == "-"])
        for line in meant:
            await self._store.remove(request.tenant, line, request.person, request.now)
        return [words.on(request.argument.strip()) if meant else words.not_off(request.argument)]

    def _refused(self, request: Request) -> Reply | None:
        if request.member.person.roles & _MANAGERS:
            return None
        asked = _asked(request.argument)
        said = f"{asked.term} {asked.kind} {', '.join(asked.others)}" if asked.others else ""
        return words.managers_only(said, self._contact(request))

    def _contact(self, request: Request) -> str:
        return self._tenancy.institution(request.tenant).contact

    # --- everybody

    async def explain(self, request: Request) -> Sequence[Reply]:
        """What a word is also looked for as, from which table."""
        term = request.argument.strip().strip("'\"?")
        if not term:
            return [words.what()]
        if _RELATION.search(term):
            return [words.how()]
        if len(term) > 60:
            return [words.fault("long", term)]
        table = await self._tables.table(request.tenant)
        others = table.of(term)
        own = [one for one in others if table.is_own(term, one)]
        shipped = [one for one in others if one not in own]
        off = sum(line.kind == "-" and key(term) in (key(line.term), key(line.other)) for line in table.lines)
        return [words.explained(term, own, shipped, table.narrower(term), off)]

    async def listing(self, request: Request) -> Sequence[Reply]:
        """The institution's lines, newest first."""
        lines = list(reversed(await self._store.lines(request.tenant)))
        start = int(request.argument) if request.argument.isdecimal() and len(request.argument) < 4 else 0
        page = [self._told(request, one) for one in lines[start : start + _PAGE]]
        more = start + _PAGE if start + _PAGE < len(lines) else 0
        manager = bool(request.member.person.roles & _MANAGERS)
        return [words.listing(page, start, len(lines), more, manager=manager)]

    async def history(self, request: Request) -> Sequence[Reply]:
        """Who changed what."""
        refused = self._refused(request)
        if refused:
            return [refused]
        rows = []
        for one in await self._store.audit(request.tenant, _PAGE):
            line, told = one.written.line, self._told(request, one.written)
            changed = words.change(line.kind, line.term, line.other, added=one.added)
            rows.append(words.Said(changed, told.by, told.at))
        return [words.history(rows)]

    def _told(self, request: Request, one: Written) -> words.Said:
        return words.Said(_said(one.line), self._name(request.tenant, one.by), one.at)

    def _name(self, tenant: str, person: str) -> str:
        member = self._tenancy.member(tenant, person)
        return member.person.name if member else person

    # --- suggestions

    async def suggest(self, request: Request) -> Sequence[Reply]:
        """A line for the administrators to decide; one of theirs is added at once."""
        asked = _asked(request.argument)
        if not (asked.term and asked.others):
            return [words.how()]
        try:
            line = Line.of(asked.kind, asked.term, asked.others[0])
        except InvalidWordError as error:
            return [words.fault(error.reason, error.term)]
        if request.member.person.roles & _MANAGERS:
            return [await self._add(request, [line])]
        if _stands(line, await self._tables.table(request.tenant)):
            return [words.stands(_said(line))]
        managers = self._tenancy.people_with(request.tenant, Role.MANAGER)
        try:
            new = bool(managers) and await self._store.propose(request.tenant, line, request.person, request.now)
        except TooManyWordsError:
            return [words.proposals_full()]
        reply = words.suggestion(_said(line), self._name(request.tenant, request.person), line.id)
        story = f"words/{line.id}/{int(request.now.timestamp())}"
        rows = [Row(chat, story, 1, "notice", reply, request.now) for one in managers for chat in private_chats(one)]
        if new:
            await self._outbox.put(request.tenant, rows)
        return [
            words.proposed(_said(line), again=not new, anybody=bool(managers), contact=self._contact(request))
        ]  # fmt: skip

    async def take(self, request: Request) -> Sequence[Reply]:
        """A suggestion becomes a line."""
        found = await self._store.proposed(request.tenant, request.argument)
        if found is None:
            return [words.suggestion_gone()]
        reply = await self._add(request, [found.line])
        if found.line in (await self._tables.table(request.tenant)).lines:
            await self._decide(request, found, taken=True)
        return [reply]

    async def drop(self, request: Request) -> Sequence[Reply]:
        """A suggestion is turned down."""
        found = await self._store.proposed(request.tenant, request.argument)
        if found is None:
            return [words.suggestion_gone()]
        await self._decide(request, found, taken=False)
        return [words.dropped()]

    async def _decide(self, request: Request, found: Written, *, taken: bool) -> None:
        member = self._tenancy.member(request.tenant, found.by)
        reply = words.decided(_said(found.line), taken=taken, contact=self._contact(request))
        story = f"words/{found.line.id}/{int(found.at.timestamp())}/told"
        chats = private_chats(member.person)[:1] if member else ()
        await self._outbox.put(request.tenant, [Row(chat, story, 1, "notice", reply, request.now) for chat in chats])
        await self._store.decided(request.tenant, found.line.id)


def _said(line: Line) -> str:
    return words.line(line.kind, line.term, line.other)


def _stands(line: Line, table: OwnWords) -> bool:
    """Whether the table, the shipped part or the institution's, says so already."""
    others = (
        table.narrower(line.term) if line.kind == ">" else set(table.of(line.term)) - set(table.narrower(line.term))
    )
    return key(line.other) in map(key, others)


def _meant(asked: _Asked, lines: Sequence[Line]) -> list[Line]:
    """The lines that name these terms, whichever way round; those of the term where it stands alone."""
    if not asked.others:
        return [line for line in lines if key(asked.term) in (key(line.term), key(line.other))]
    wanted = [{key(asked.term), key(other)} for other in asked.others]
    return [line for line in lines if {key(line.term), key(line.other)} in wanted]
