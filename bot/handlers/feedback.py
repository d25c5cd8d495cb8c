"""좋아요 · 관련 없음 · 초기화 · 내 통계 · 통계 · 주간 점검: what people think of what they were sent.

A tap is written before it is answered, named by its story and person, so that a second press or a message that comes
again changes nothing. What is typed (👍, 👎 우리 과 일이 아님) is about what was really delivered last, and of a reason
in words only its kind is kept. Figures are one's own; an institution's are shown to its managers, of five at least.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from bot.digests_store import DigestStore
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.settings import Role
from bot.wording import feedback as words
from bot.wording import news
from nlp.archive import Archive
from nlp.feedback import Reason, Seen, Signal, Tap, fit, topic_of
from nlp.opinions import Impression, Opinions
from nlp.probes import Answered, ProbeStore, Unsent, recall
from nlp.subscriptions import Subscription, SubscriptionStore

_DAYS = 30
_PEOPLE = 5  # of fewer nothing is shown: it could be somebody's own
_ASKED_AT = 5  # opinions after which the weekly look is offered, once
_REASONED = timedelta(minutes=10)  # for so long what is typed after 관련 없음 may be why
_SIGNALS = {"good": Signal.LIKED, "off": Signal.UNRELATED}
_OFF = ("끄기", "끔", "꺼", "그만", "중지", "해지", "취소", "안 ")


class Feedback:
    """The conversation about what was sent."""

    def __init__(
        self,
        opinions: Opinions,
        probes: ProbeStore,
        subscriptions: SubscriptionStore,
        archive: Archive,
        model: str,
        people: PeopleStore,
        digests: DigestStore,
        others: Callable[[str], AbstractSet[str]] = lambda ref: {ref},
    ) -> None:
        self._others, self._people, self._digests = others, people, digests
        self._opinions, self._probes = opinions, probes
        self._subscriptions, self._archive, self._model = subscriptions, archive, model

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("good", (), (), self.like, press="good", title="좋아요"),
            Route("unrelated", (), (), self.unrelated, press="off", title="관련 없음"),
            Route("opinion-back", (), (), self.take_back, press="back", title="의견 거두기", quiet=True),
            Route("why-unrelated", (), (), self.why, press="why", title="관련 없음"),
            Route("good-said", (), (), self.like_last, title="좋아요", sentences=(words.LIKED,), quiet=True),
            Route(
                "unrelated-said",
                (),
                (),
                self.unrelated_last,
                title="관련 없음",
                sentences=(words.UNRELATED,),
                quiet=True,
            ),
            Route(
                "why-said",
                (),
                (),
                self.why_last,
                title="관련 없음",
                quiet=True,
                takes=lambda text: words.reason_of(text) is not None,
            ),
            Route("missed", (), (), self.missed, press="missed", title="주간 점검"),
            Route(
                "my-figures",
                ("내 통계", "나의 통계"),
                ("stats", "내통계"),
                self.mine,
                about="소식",
                help="내 통계 — 보내 드린 것이 얼마나 맞았는지와 배운 것",
                private=True,
                press="mystats",
            ),
            Route(
                "weekly",
                ("주간 점검", "주간점검"),
                ("weekly", "주간점검"),
                self.weekly,
                about="소식",
                help="주간 점검 — 금요일마다 보내지 않은 글 다섯 건을 보여 드립니다. 그만두려면 '주간 점검 끄기'",
                private=True,
                press="weekly",
            ),
            Route(
                "reset",
                ("초기화",),
                ("reset", "초기화"),
                self.reset,
                about="소식",
                help="초기화 — '좋아요'와 '관련 없음'으로 배운 것을 지웁니다",
                quiet=True,
            ),
            Route(
                "figures",
                ("통계",),
                ("institution-stats", "통계"),
                self.institution,
                about="관리",
                help="통계 — 우리 기관에 보낸 소식이 얼마나 맞았는지. 5명 이상의 합만",
                roles=frozenset({Role.MANAGER}),
                private=True,
            ),
        )

    async def like(self, request: Request) -> Sequence[Reply]:
        """좋아요."""
        done = await self._tap(request, request.argument, Signal.LIKED)
        if done is None:
            return [words.too_old()]
        if not done:
            stands = await self._stands(request, request.argument, Signal.LIKED)
            return [words.noted("good", request.argument)] if stands else []  # it came after it was taken back
        return [await self._with_question(request, words.liked())]

    async def unrelated(self, request: Request) -> Sequence[Reply]:
        """관련 없음: noted; which subscription brought it, a word why if one likes, and how to narrow it."""
        subscription_id, _, story = request.argument.partition(":")
        done = await self._tap(request, story, Signal.UNRELATED) if story else None
        if done is False and not await self._stands(request, story, Signal.UNRELATED):
            return []
        found, one = await self._brought(request, subscription_id)
        if one is None:
            return [news.no_longer()]
        reply = words.unrelated(
            one.text, found.index(one) + 1, one.id, story if done is not None else "", again=done is False
        )
        if done is not None:
            why = Question("why-said", story, _REASONED)
            await self._people.ask(request.tenant, request.person, request.chat.ref, why, request.now)
        return [await self._with_question(request, reply)]

    async def take_back(self, request: Request) -> Sequence[Reply]:
        """An opinion is taken back: the sign was taken off again, or its button says so."""
        kind, _, story = request.argument.partition(":")
        signal = _SIGNALS.get(kind)
        if signal is None or not story:
            return [words.too_old()]
        at, by, done = _when(request), _by(request), False
        for ref in self._others(request.chat.ref):
            done |= await self._opinions.take_back(request.tenant, ref, story, signal, at, by)
        if not done and request.update.answers is not None:  # a sign that is gone, and stood for nothing any more
            return []
        if not done:
            return [words.nothing_to_take_back()]
        left = [other for other, each in _SIGNALS.items() if await self._stands(request, story, each)]
        return [words.taken_back(kind, left[0] if left else "")]

    async def _stands(self, request: Request, story: str, signal: Signal) -> bool:
        """Whether that opinion of that person is kept."""
        for ref in self._others(request.chat.ref):
            if await self._opinions.holds(request.tenant, ref, story, signal, _by(request)):
                return True
        return False

    async def _brought(self, request: Request, subscription: str) -> tuple[list[Subscription], Subscription | None]:
        """The subscription, with all of the chat that it is of: this one, or where the person subscribed."""
        found: list[Subscription] = []
        for ref in sorted(self._others(request.chat.ref), key=lambda ref: ref != request.chat.ref):
            found = await self._subscriptions.of(request.tenant, ref)
            one = next((each for each in found if each.id == subscription), None)
            if one is not None:
                return found, one
        return found, None

    async def why(self, request: Request) -> Sequence[Reply]:
        """The one word after 관련 없음."""
        code, _, story = request.argument.partition(":")
        if code not in words.REASONS or await self._tap(request, story, Signal.UNRELATED, Reason(code)) is None:
            return [words.too_old()]
        return [words.reason(code)]

    async def like_last(self, request: Request) -> Sequence[Reply]:
        """👍, typed."""
        came = await self._digests.last(request.tenant, self._others(request.chat.ref))
        if came is None or not came.story:
            return [words.which_one() if came is not None and came.digest else words.nothing_came()]
        return await self.like(replace(request, argument=came.story))

    async def unrelated_last(self, request: Request) -> Sequence[Reply]:
        """👎, typed, perhaps with why."""
        refs = self._others(request.chat.ref)
        came = await self._digests.last(request.tenant, refs)
        if came is None or not came.story:
            return [words.which_one() if came is not None and came.digest else words.nothing_came()]
        code = words.reason_of(request.argument)
        if code is not None:
            return await self.why(replace(request, argument=f"{code}:{came.story}"))
        found = [await self._opinions.impression(request.tenant, ref, came.story) for ref in sorted(refs)]
        sent = next((one for one in found if one is not None), None)
        if sent is None:
            return [words.too_old()]
        return await self.unrelated(replace(request, argument=f"{sent.subscription}:{came.story}"))

    async def why_last(self, request: Request) -> Sequence[Reply]:
        """Why, in words, after 관련 없음: the story, then what was typed."""
        story, _, said = request.argument.partition(" ")
        return await self.why(replace(request, argument=f"{words.reason_of(said) or ''}:{story}"))

    async def opened(self, request: Request, story: str) -> bool:
        """자세히 was pressed: a weak sign that it was worth it. Whether it was sent here."""
        return await self._tap(request, story, Signal.OPENED) is not None

    async def snoozed(self, request: Request, subscription: Subscription) -> None:
        """A subscription was put to rest: a weak sign that it was too much."""
        tap = Tap(
            f"rest-{subscription.id}", Signal.SNOOZED, request.now, topic_of(subscription.text), 0.0, Seen("", ())
        )
        await self._opinions.tap(request.tenant, request.chat.ref, tap, _by(request))

    async def _tap(self, request: Request, story: str, signal: Signal, reason: Reason = Reason.NONE) -> bool | None:
        """Whether the tap changed anything; None for what was never sent here, or too long ago."""
        for ref in sorted(self._others(request.chat.ref), key=lambda ref: ref != request.chat.ref):
            sent = await self._opinions.impression(request.tenant, ref, story)
            if sent is not None:  # it may have come to another messenger than the one on which it was asked for
                seen = await self._seen(sent)
                tap = Tap(story, signal, _when(request), sent.topic, sent.score, seen, reason, sent.document)
                signed = bool(request.update.presses)
                return await self._opinions.tap(request.tenant, ref, tap, _by(request), signed=signed)
        return None

    async def _seen(self, one: Impression | Unsent) -> Seen:
        """What the head looks at: of a document that is gone, its agency and words alone."""
        document = await self._archive.get(one.document)
        if document is None:
            return Seen(one.agency, one.words)
        return Seen(one.agency, one.words, document.vector, document.model or "")

    async def _with_question(self, request: Request, reply: Reply) -> Reply:
        """With the question about the weekly look, put once, to somebody who has given some opinions already."""
        tenant, chat = request.tenant, request.chat.ref
        if not request.chat.private or await self._probes.is_on(tenant, chat):
            return reply
        if sum(tap.judges for tap in await self._opinions.taps(tenant, chat)) < _ASKED_AT:
            return reply
        return words.ask_weekly(reply) if await self._probes.ask_once(tenant, chat) else reply

    async def reset(self, request: Request) -> Sequence[Reply]:
        """Forgets every opinion of this chat; in a channel one's own, everybody's only for a manager."""
        chat = request.chat
        if not chat.private and Role.MANAGER not in request.member.person.roles:
            count = await self._opinions.reset(request.tenant, chat.ref, _by(request))
            return [words.reset_own(count, chat.id)]
        count = await self._opinions.reset(request.tenant, chat.ref)
        await self._probes.forget(request.tenant, chat.ref)
        return [words.reset(count, None if chat.private else chat.id)]

    async def weekly(self, request: Request) -> Sequence[Reply]:
        """Switches the weekly look on or off."""
        on = not any(one in f"{request.argument} " for one in _OFF)
        await self._probes.switch(request.tenant, request.chat.ref, on=on)
        return [words.weekly(on=on)]

    async def missed(self, request: Request) -> Sequence[Reply]:
        """받고 싶었음: noted for the estimate, and learned from."""
        week, _, number = request.argument.partition(":")
        probe = await self._probes.get(request.tenant, request.chat.ref, week)
        if probe is None or not number.isdecimal() or int(number) > len(probe.items):
            return [words.too_old()]
        await self._probes.answer(request.tenant, request.chat.ref, week, int(number))
        if int(number):
            one = probe.items[int(number) - 1].one
            seen = await self._seen(one)
            tap = Tap(one.story, Signal.MISSED, request.now, one.topic, one.score, seen, document=one.document)
            await self._opinions.tap(request.tenant, request.chat.ref, tap, _by(request))
        return [words.missed(int(number))]

    async def mine(self, request: Request) -> Sequence[Reply]:
        """One's own figures and what was learned."""
        tenant, chat = request.tenant, request.chat.ref
        since = request.now - timedelta(days=_DAYS)
        sent = [one for one in await self._opinions.impressions(tenant, chat) if one.at >= since]
        taps = await self._opinions.taps(tenant, chat)
        answered = await self._probes.answered(tenant, chat)
        texts = {one.id: one.text for one in await self._subscriptions.of(tenant, chat)}
        counts = Counter(texts.get(one.subscription, "끝난 구독") for one in sent)
        head = fit(taps, request.now, self._model)
        plus, minus = head.strongest(2) if head else ([], [])
        return [
            words.mine(
                _figures(len(sent), taps, answered, since),
                [words.Row(text, count) for text, count in counts.most_common()],
                [_name(one) for one in plus],
                [_name(one) for one in minus],
                weekly_on=await self._probes.is_on(tenant, chat),
            )
        ]

    async def institution(self, request: Request) -> Sequence[Reply]:
        """The institution's figures, each of five people at least."""
        since, sent, people = request.now - timedelta(days=_DAYS), 0, 0
        taps: list[Tap] = []
        answered: list[Answered] = []
        judging = answering = 0
        for chat in await self._opinions.chats(request.tenant):
            if ":dm:" not in chat:  # a channel is not a person
                continue
            here = [one for one in await self._opinions.impressions(request.tenant, chat) if one.at >= since]
            said = [one for one in await self._opinions.taps(request.tenant, chat) if one.judges and one.at >= since]
            looks = await self._probes.answered(request.tenant, chat)
            sent, people = sent + len(here), people + bool(here)
            taps, judging = taps + said, judging + bool(said)
            answered, answering = answered + looks, answering + bool(looks)
        if people < _PEOPLE:
            return [words.too_few()]
        figures = _figures(
            sent,
            taps if judging >= _PEOPLE else [],
            answered if answering >= _PEOPLE and judging >= _PEOPLE else [],
            since,
        )
        return [words.institution(figures, people, answering)]


def _figures(sent: int, taps: Sequence[Tap], answered: Sequence[Answered], since: datetime) -> words.Figures:
    """Counts, and recall over all weekly looks that were answered; without opinions all that was sent counts as right.

    What the weekly look brought up is no opinion on what was sent.
    """
    judged = [tap for tap in taps if tap.judges and tap.at >= since]
    liked = sum(tap.signal is Signal.LIKED for tap in judged)
    unrelated = sum(tap.signal is Signal.UNRELATED for tap in judged)
    precision = liked / (liked + unrelated) if liked + unrelated else 1.0
    answers = sum(len(one.probe.items) for one in answered)
    return words.Figures(_DAYS, sent, liked, unrelated, recall(answered, precision), answers)


def _name(token: str) -> str:
    """A token as people read it: an agency by its name, a word in quotation marks."""
    kind, _, name = token.partition(":")
    return name if kind == "agency" else f"'{name}'"


def _when(request: Request) -> datetime:
    """When it was done, where the platform says so: what comes in another order is put in its own."""
    return min(request.update.sent_at or request.now, request.now)


def _by(request: Request) -> str:
    """Who taps in a channel, as a digest: enough to count everybody once."""
    if request.chat.private:
        return ""
    return hashlib.blake2b(f"{request.tenant}\x1f{request.person}".encode(), digest_size=6).hexdigest()
