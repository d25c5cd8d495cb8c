"""업무 · 업무분장: a department's duties, typed or pasted, become subscriptions that one chooses by buttons.

    업무 농업기술과: 스마트팜 보급, … ─► 이렇게 읽었습니다 + counts ─► 넣기 · 빼기 ─► 구독

The text itself is kept nowhere: only the topics read of it, for a day. Subscribing twice changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.answers import names_something
from bot.joined import joined
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route, unaddressed
from bot.subscribing import subscription_id
from bot.wording import duties as wording
from nlp import duties
from nlp.archive import Archive
from nlp.embedding import Embedder
from nlp.profile import Profile, ProfileStore, propose
from nlp.subscriptions import Subscription, SubscriptionStore, TooManySubscriptionsError
from nlp.wordbook import Wordbooks

_OFFICES = r"[가-힣A-Za-z0-9·]{1,16}(?:과|팀|실|국|관|센터|소|단|담당관)"
_NO_MEMO = r"(?!.*(?:일시|기간|장소)\s*[:：])"  # a trip's or a meeting's form
_SENTENCES = (
    rf"^{_NO_MEMO}(?P<argument>{_OFFICES}\s*(?:(?:담당\s*)?업무\s*)?[:：]\s*\S.*[,，·ㆍ、].*)$",
    r"^(?P<argument>(?:담당|주요|분장)\s?(?:업무|사무)\s*[:：]\s*\S.*)$",
    rf"^{_NO_MEMO}(?P<argument>(?:1[.)]|[-○□•])\s\S.*\s(?:2[.)]|[-○□•])\s\S.*)$",
    r"^(?:제|저의|우리|내)\s?(?:담당\s?)?업무는\s+(?P<argument>\S.*?)(?:입니다|이에요|예요)[.!]*$",
)
_FEW = 3
_COMMAND = re.compile(r"^\s*/?(?:업무\s?분장표?|업무|duties)(?=[\s:：]|$)\s*[:：]?\s*")


class DutiesTalk:
    """The duties conversation."""

    def __init__(
        self,
        profiles: ProfileStore,
        store: SubscriptionStore,
        archive: Archive,
        embedder: Embedder,
        people: PeopleStore,
        tables: Wordbooks,
    ) -> None:
        self._tables = tables
        self._profiles = profiles
        self._store = store
        self._archive = archive
        self._embedder = embedder
        self._people = people

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "duties",
                ("업무", "업무분장", "업무 분장", "업무분장표"),
                ("duties", "업무"),
                self.read,
                about="소식",
                help="업무 농업기술과: 스마트팜 보급, 농기계 임대 — 업무분장을 읽어 구독을 제안합니다",
                sentences=_SENTENCES,
                quiet=True,
                takes=names_something,
            ),
            Route("duty", (), (), self.turn, press="duty", title="업무"),
            Route("duty-ok", (), (), self.subscribe, press="duty-ok", title="업무"),
            Route("duty-no", (), (), self.drop, press="duty-no", title="업무"),
        )

    async def read(self, request: Request) -> Sequence[Reply]:
        """What was read of the duties, with what each would have brought."""
        text = _pasted(request)
        if not text:
            await self._people.ask(request.tenant, request.person, request.chat.ref, Question("duties"), request.now)
            return [wording.ask()]
        found = _with_all("\n".join(_listed(line) for line in text.splitlines()))
        if not found.topics:
            return [wording.nothing_read()]
        mine = [one.text for one in await self._store.of(request.tenant, request.chat.ref)]
        table = await self._tables.table(request.tenant)
        profile = await propose(found, request.chat.ref, self._archive, self._embedder, request.now, mine, table)
        if not profile.proposals:
            return [wording.nothing_new()]
        await self._profiles.put(request.tenant, profile)
        return [await self._shown(profile)]

    async def _shown(self, profile: Profile) -> Reply:
        return wording.proposed(profile, counted=await self._archive.count() > 0)

    async def _of(self, request: Request, id_: str) -> Profile | None:
        return await self._profiles.get(request.tenant, id_, request.chat.ref, request.now)

    async def turn(self, request: Request) -> Sequence[Reply]:
        """One topic taken in or left out."""
        id_, _, number = request.argument.partition(":")
        profile = await self._of(request, id_)
        if profile is None or not number.isdecimal():
            return [wording.gone()]
        profile = profile.with_turned(int(number))
        await self._profiles.put(request.tenant, profile)
        return [await self._shown(profile)]

    async def subscribe(self, request: Request) -> Sequence[Reply]:
        """Every topic that is taken becomes a subscription of this chat, written before it is confirmed."""
        profile = await self._of(request, request.argument)
        if profile is None:
            return [wording.gone()]
        if not profile.taken:
            return [wording.none_taken()]
        kept: list[str] = []
        limit = 0
        for number, topic in enumerate(profile.taken):
            try:
                await self._store.add(request.tenant, _subscription(request, topic, number))
                kept.append(topic)
            except TooManySubscriptionsError as error:
                limit = error.limit
                break
        if len(kept) == len(profile.taken):
            await self._profiles.remove(request.tenant, profile.id)
        where = None if request.chat.private else request.chat.id
        return [wording.subscribed(kept, where, len(profile.taken) - len(kept), limit)]

    async def drop(self, request: Request) -> Sequence[Reply]:
        """Nothing is subscribed, the proposal is forgotten."""
        profile = await self._of(request, request.argument)
        if profile is None:
            return [wording.gone()]
        await self._profiles.remove(request.tenant, profile.id)
        return [wording.dropped()]


def _listed(line: str) -> str:
    """A line with commas in the place of what joins its items."""
    several = joined(line)
    return several.listed if several is not None else line


def _with_all(text: str) -> duties.Duties:
    """The duties in a text; of few that were told in a sentence, none is left out as everybody's."""
    found, items = duties.read(text), [item.strip() for item in text.split(",")]
    if not 1 < len(items) <= _FEW or "\n" in text or found.department:
        return found
    kept = [duties.read(item).topics or ((item,) if " " in item else ()) for item in items]
    return duties.Duties("", tuple(dict.fromkeys(one for topics in kept for one in topics)))


def _pasted(request: Request) -> str:
    """The duties as they were pasted, with their lines, which a request's argument has no longer."""
    raw = request.update.text
    if "\n" in raw.strip() and request.update.press is None:
        return _COMMAND.sub("", unaddressed(raw.strip()), count=1).strip()
    return request.argument.strip()


def _subscription(request: Request, topic: str, number: int) -> Subscription:
    owner = request.chat.ref
    return Subscription(
        id=subscription_id(owner, topic),
        owner=owner,
        text=topic,
        created_at=request.now + timedelta(microseconds=number),  # the list keeps their order
        created_by=request.person,
    )
