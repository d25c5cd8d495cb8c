"""구독 · 해지 · 쉬기 · 다시 · 제외 · 목록: what a person or a channel wants to hear about.

A subscription is written before it is confirmed and works from then on; its id is a hash of chat and words, so that a
repeated request changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.wording import FIRST_TOPICS, news
from nlp.archive import Archive
from nlp.embedding import Embedder
from nlp.subscriptions import InvalidSubscriptionError, Subscription, SubscriptionStore, TooManySubscriptionsError
from nlp.synonyms import built_in

_MAX_WORDS = 200
_WEEK = timedelta(days=7)
_FILLER = re.compile(r"(을|를|에 대한|에 관한|관련|관한|소식|보도자료|뉴스|알림)$")


class Subscriptions:
    """The subscription conversation."""

    def __init__(self, store: SubscriptionStore, archive: Archive, embedder: Embedder, people: PeopleStore) -> None:
        self._store = store
        self._archive = archive
        self._embedder = embedder
        self._people = people

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "subscribe",
                ("구독", "구독하기"),
                ("subscribe", "구독"),
                self.subscribe,
                help="구독 재난안전 — 그 낱말의 새 소식을 받습니다 (채널에서는 그 채널로)",
                sentences=(
                    r"^(?P<argument>.{2,60}?)\s*(?:소식|보도자료|뉴스|알림)?(?:을|를)?\s*구독(?:해|할|하고|하겠|해줘|해 줘|신청|하기)?[가-힣 .!]*$",
                    r"^(?P<argument>.{2,60}?)\s*(?:소식|보도자료|뉴스)(?:을|를|도|좀)?\s*(?:받고 싶|받아 보|알려|보내)[가-힣 .!?]*$",
                ),
                press="subscribe",
            ),
            Route("topic", (), (), self.topic, press="topic"),
            Route("list", ("목록", "구독 목록"), ("list", "목록"), self.listing, help="목록 — 내 구독", press="subs"),
            Route(
                "remove",
                ("해지", "구독 해지"),
                ("unsubscribe", "해지"),
                self.remove,
                help="해지 1 — 구독을 끝냅니다",
                sentences=(r"^(?P<argument>.{1,60}?)\s*(?:구독)?(?:을|를)?\s*(?:해지|취소)(?:해|할)?[가-힣 .!]*$",),
            ),
            Route("remove-one", (), (), self.remove_one, press="unsub"),
            Route(
                "pause",
                ("쉬기", "일시중지", "중지"),
                ("pause",),
                self.pause,
                help="쉬기 1 · 다시 1 — 잠시 쉬고 다시 받습니다",
            ),
            Route("resume", ("다시", "재개"), ("resume",), self.resume),
            Route("exclude", ("제외",), ("exclude",), self.exclude, help="제외 1 채용 — 그 말이 든 글은 빼고 받습니다"),
            Route("unrelated", (), (), self.unrelated, press="off"),
        )

    async def subscribe(self, request: Request) -> Sequence[Reply]:
        """New words, with a preview of what they would have brought."""
        words, exclude = _parse(request.argument)
        if not words:
            await self._people.ask(request.tenant, request.person, request.chat.ref, Question("subscribe"), request.now)
            return [news.ask_words()]
        if len(words) > _MAX_WORDS:
            return [news.words_too_long(_MAX_WORDS)]
        owner = request.chat.ref
        subscription = Subscription(
            id=_id(owner, words),
            owner=owner,
            text=words,
            exclude=exclude,
            paused=False,
            created_at=request.now,
            created_by=request.person,
        )
        known = await self._store.get(request.tenant, subscription.id)
        if known is not None and not known.paused and known.exclude == exclude:
            return [news.already(words)]
        try:
            await self._keep(request.tenant, subscription, known)
        except TooManySubscriptionsError as error:
            return [news.too_many(error.limit)]
        except InvalidSubscriptionError:
            return [news.ask_words()]
        hits = await self._archive.count_matches(words, exclude, request.now - _WEEK, self._embedder)
        where = None if request.chat.private else request.chat.id
        also = [one.instead for one in built_in().expand(words, limit=3)]
        return [news.subscribed(words, where, len(hits), [hit.title for hit in hits[:1]], also)]

    async def _keep(self, tenant: str, wanted: Subscription, known: Subscription | None) -> None:
        if known is None:
            await self._store.add(tenant, wanted)
        else:
            await self._store.update(tenant, wanted.id, exclude=wanted.exclude, paused=False)

    async def topic(self, request: Request) -> Sequence[Reply]:
        """One of the first question's buttons."""
        number = int(request.argument) if request.argument.isdigit() else 0
        words = FIRST_TOPICS[min(number, len(FIRST_TOPICS) - 1)]
        return await self.subscribe(replace(request, argument=words))

    async def listing(self, request: Request) -> Sequence[Reply]:
        """Every subscription of this chat."""
        found = await self._store.of(request.tenant, request.chat.ref)
        lines = [news.Line(one.id, one.text, one.exclude, one.paused) for one in found]
        return [news.listing(lines, None if request.chat.private else request.chat.id)]

    async def remove(self, request: Request) -> Sequence[Reply]:
        """Ends one, or with 전체 all."""
        found = await self._store.of(request.tenant, request.chat.ref)
        if request.argument in {"전체", "모두", "전부"}:
            chosen = found
        else:
            one = _choose(found, request.argument)
            chosen = [one] if one else []
        return await self._end(request, found, chosen)

    async def remove_one(self, request: Request) -> Sequence[Reply]:
        """Ends the one whose button was pressed."""
        found = await self._store.of(request.tenant, request.chat.ref)
        return await self._end(request, found, [one for one in found if one.id == request.argument])

    async def _end(
        self, request: Request, found: Sequence[Subscription], chosen: Sequence[Subscription]
    ) -> Sequence[Reply]:
        if not chosen:
            asked = request.argument or not found
            return [news.nothing_to_remove() if asked else news.which("해지")]
        for one in chosen:
            await self._store.remove(request.tenant, one.id)
        return [news.removed([one.text for one in chosen])]

    async def pause(self, request: Request) -> Sequence[Reply]:
        """A rest without forgetting."""
        return await self._set_paused(request, paused=True)

    async def resume(self, request: Request) -> Sequence[Reply]:
        """Ends a rest."""
        return await self._set_paused(request, paused=False)

    async def _set_paused(self, request: Request, *, paused: bool) -> Sequence[Reply]:
        found = await self._store.of(request.tenant, request.chat.ref)
        one = _choose(found, request.argument)
        if one is None:
            return [news.which("쉬기" if paused else "다시") if found else news.nothing_to_remove()]
        await self._store.update(request.tenant, one.id, paused=paused)
        return [news.paused(one.text) if paused else news.resumed(one.text)]

    async def exclude(self, request: Request) -> Sequence[Reply]:
        """Words whose documents are left out; none clears them."""
        found = await self._store.of(request.tenant, request.chat.ref)
        one, rest = _choose_first(found, request.argument)
        if one is None:
            return [news.how_to_exclude() if found else news.nothing_to_remove()]
        words = () if rest in {"없음", "지우기"} else tuple(dict.fromkeys((*one.exclude, *_list(rest))))
        if not rest:
            return [news.how_to_exclude()]
        try:
            await self._store.update(request.tenant, one.id, exclude=words)
        except InvalidSubscriptionError:
            return [news.how_to_exclude()]
        return [news.excluding(one.text, words)]

    async def unrelated(self, request: Request) -> Sequence[Reply]:
        """After 관련 없음: which subscription brought it, and how to narrow it."""
        found = await self._store.of(request.tenant, request.chat.ref)
        one = next((each for each in found if each.id == request.argument), None)
        return [news.unrelated(one.text) if one else news.nothing_to_remove()]


def _id(owner: str, words: str) -> str:
    return hashlib.blake2b(f"{owner}\x1f{words}".encode(), digest_size=6).hexdigest()


def _parse(argument: str) -> tuple[str, tuple[str, ...]]:
    """`재난안전 제외 채용, 입찰` or `재난안전 -채용` → the words and what to leave out."""
    words, _, exclude = re.sub(r"\s+-(?=\S)", " 제외 ", f" {argument}").partition(" 제외 ")
    left_out = _list(exclude.replace(" 제외 ", " "))
    stripped = words.strip().strip(".,!?~ ")
    if " " in stripped:
        stripped = _FILLER.sub("", stripped).strip()
    return stripped, left_out


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in re.split(r"[,\s]+", text) if word))[:20]


def _choose(found: Sequence[Subscription], argument: str) -> Subscription | None:
    """By number, by exact words, by the only subscription that holds the words; the only one when nothing is said."""
    if not argument:
        return found[0] if len(found) == 1 else None
    if argument.rstrip("번").isdecimal():
        number = int(argument.rstrip("번")[:6])
        return found[number - 1] if 1 <= number <= len(found) else None
    exact = [one for one in found if one.text == argument]
    near = exact or [one for one in found if argument in one.text]
    return near[0] if len(near) == 1 or exact else None


def _choose_first(found: Sequence[Subscription], argument: str) -> tuple[Subscription | None, str]:
    """The subscription that the argument starts with, by number or by its words, and the rest."""
    head, _, rest = argument.partition(" ")
    if head.rstrip("번").isdecimal() and rest:
        return _choose(found, head), rest.strip()
    for one in sorted(found, key=lambda each: -len(each.text)):
        if argument.startswith(one.text + " "):
            return one, argument[len(one.text) :].strip()
    return (found[0], argument) if len(found) == 1 else (None, argument)
