"""더 보기 · 요약 · 원문 · 왜? · 나중에: what is done with a digest, with a card, or with what was sent last."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot import card_words
from bot import hours as rules
from bot.again_words import FARTHEST, SENTENCES, again_at
from bot.clock import KST
from bot.digests import SHOWN, Digests, Kept
from bot.digests_store import Came, DigestStore, Item
from bot.hours_store import HoursStore, Later
from bot.meant import LIFE
from bot.messenger import Reply
from bot.routes import Request, Route, tidy, unaddressed
from bot.sayings import normal
from bot.substance import body
from bot.wording import digests as words
from nlp.archive import Document
from nlp.subscriptions import SubscriptionStore
from nlp.summary import summarise

_AGAIN = r"(?:다시|또|보여|볼|읽|챙겨|보낼|보내)\S{0,6}"
_THIS = r"(?:이거|이건|그거|그건|방금 거|이 ?소식|이 ?글)?(?:는|은|를|을)? ?"
_LATER = (
    (
        rf"^{_THIS}(?:나중에|이따가?|있다가|조금 ?있다가?)(?:요|좀)?(?: ?(?:\d{{1,2}}|한|두|세|네) ?시간(?: ?(?:뒤"
        rf"|후|있다가?))?에?)?"
        rf"(?: ?{_AGAIN}){{0,2}}(?: ?(?:해|줘|주세요)\S{{0,4}})?$"
    ),
    (
        rf"^{_THIS}(?:\d{{1,2}}|한|두|세|네) ?시간 ?(?:뒤|후|있다가?|이따가?)에? ?(?:다시|또 보|보여|볼게|볼래)"
        r"(?: ?\S{1,6}){0,2}$"
    ),
    (
        rf"^{_THIS}(?:내일(?: ?(?:아침|오전|출근 ?해서))?|오늘 ?저녁|저녁|퇴근 ?전)(?:에|쯤)? ?(?:다시"
        rf"|또 ?(?:보[여내]|볼|알려)|보여|볼게|볼래|읽을게)"
        r"(?: ?\S{1,6}){0,2}$"
    ),
    *SENTENCES,
)
_WHAT = r"원문|본문|링크|요약|왜|펼쳐|열어|👍|👎|관련 ?없음|좋아요|나중에"
_NUMBERED = (
    rf"^(?:(?P<a>\d{{1,2}})번(?:째)? ?(?:거|것|건|소식|글)?(?:은|는|을|를|의)? ?(?P<what>(?:{_WHAT})).{{0,12}}"
    r"|(?:원문|요약|펼쳐 ?보기) (?P<b>\d{1,2})번?)$"
)
_WORDS = {"원문": "url", "본문": "url", "링크": "url", "요약": "sum", "왜": "why"}
_HOURS = re.compile(r"(\d{1,2})h")
_INSTANT = re.compile(r"t(\d{9,11})")
_DAY = 24
_LATELY = timedelta(hours=12)
"""A bare word means what came within the day."""
_EVENING, _NIGHT = time(18), time(21)
_LAST_MINUTES = timedelta(minutes=30)
_MOST_SPOKEN = 5_000
_WHY = (r"^왜(?:요|죠)?[?？]*$", r"^(?:이거|이건|이 소식|방금 거) ?왜 ?(?:왔|보냈|온).{0,6}$")


class DigestTalk:
    """The conversation about what came."""

    def __init__(
        self, digests: Digests, store: DigestStore, kept: Kept, choices: HoursStore, subscriptions: SubscriptionStore,
        is_holiday: rules.IsHoliday, others: Callable[[str], AbstractSet[str]],
    ) -> None:  # fmt: skip
        self._others, self._at_card = others, OrderedDict[tuple[str, str, str], tuple[str, int, datetime]]()
        self._digests, self._store, self._kept, self._choices = digests, store, kept, choices
        self._subscriptions, self._is_holiday = subscriptions, is_holiday

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("digest", (), (), self.pressed, press="digest", title="모아 보기"),
            Route("later", (), (), self.later, press="later", title="나중에", sentences=_LATER),
            Route("original", (), (), self.original, press="url", title="원문", sentences=_said("원문")),
            Route("because", (), (), self.because, press="because", title="왜?", sentences=_WHY),
            Route("sum-last", (), (), self.summary, title="요약", sentences=_said("요약")),
            Route("digest-numbered", (), (), self.numbered, title="모아 보기", sentences=(_NUMBERED,), eager=True),
            Route("card", (), (), self.card, title="소식", sentences=card_words.SENTENCES),
            Route("more-last", (), (), self.more, title="더 보기", sentences=_said("더 ?보기")),
        )

    # --- digests

    async def pressed(self, request: Request) -> Sequence[Reply]:
        """A button below a digest."""
        what, _, rest = request.argument.partition(":")
        digest, *numbers = rest.split(":")
        items = await self._items(request, digest) if digest.isdecimal() else None
        places = [int(one) for one in numbers if one.isdecimal()]
        if items is None or len(places) != (1 if what in {"more", "open"} else 2) or what not in _WHATS:
            return [words.gone()]
        if what == "more":
            return [await self._further(items, places[0], digest, request.now)]
        if what == "open":
            shown = items[places[0] - 1 : places[0]]
            return [shown[0].reply] if shown else [words.gone()]
        span = list(enumerate(items[places[0] : places[1]], places[0] + 1))
        return [await self._about(what, span)]

    async def _further(self, items: Sequence[Item], start: int, digest: str, now: datetime) -> Reply:
        shown = items[start : start + SHOWN]
        if not shown:
            return words.no_more(len(items))
        found = {line.item.id: line.line for line in await self._digests.lines(shown, now)}
        return words.more([found[one.id] for one in shown], start, len(items), digest)

    async def _about(self, what: str, span: Sequence[tuple[int, Item]]) -> Reply:
        if what == "why":
            rows = [(number, self._why(item)) for number, item in span]
            return words.reasons(rows, words.why_digest())
        told = []
        for number, item in span:
            document = await self._kept.document(item.push.story, item.push.step) if item.push else None
            title = document.title if document else words.first_line(item.reply.text)
            told.append((number, title, await self._sentence(document) if what == "sum" else _url(item, document)))
        return words.summaries(told) if what == "sum" else words.originals(told)

    @staticmethod
    def _why(item: Item) -> str:
        if item.push is None:
            return words.why_told()
        return words.why(item.push.why.subscription, item.push.why.words)

    @staticmethod
    async def _sentence(document: Document | None) -> str:
        if document is None or not document.text or document.link_only:
            return words.no_sentence()
        told = await asyncio.to_thread(
            summarise, document.title, body(document.title, document.text), document.published_at
        )
        return told[0].text if told else words.no_sentence()

    async def _items(self, request: Request, digest: str) -> Sequence[Item] | None:
        """What a digest told, here or where the same person heard it."""
        here = request.chat.ref
        for ref in (here, *sorted(self._others(here) - {here})):
            if (found := await self._store.items(request.tenant, ref, digest)) is not None:
                return found
        return None

    # --- a card, or what came last

    async def _last(self, request: Request) -> Came | None:
        """What was really delivered last: never what is still held back."""
        return await self._store.last(request.tenant, self._others(request.chat.ref))

    async def _told(self, request: Request, came: Came | None, what: str) -> Sequence[Reply] | None:
        """The same of the last digest, where that is what came last."""
        if came is None or not came.digest or not await self._items(request, came.digest):
            return None
        tail = f"{SHOWN}" if what == "more" else f"0:{SHOWN}"
        return await self.pressed(replace(request, argument=f"{what}:{came.digest}:{tail}"))

    async def original(self, request: Request) -> Sequence[Reply]:
        """원문: where it stands."""
        came = None if request.argument else await self._last(request)
        if found := await self._told(request, came, "url"):
            return found
        story, step = (came.story, came.step) if came else (request.argument, 0)
        document = await self._kept.document(story, step) if story else None
        self._speak(request, story)
        return [words.original(document.title, document.url) if document else words.nothing_sent()]

    async def because(self, request: Request) -> Sequence[Reply]:
        """왜?: which subscription brought it."""
        came = None if request.update.press is not None else await self._last(request)
        if said := await self._told(request, came, "why"):
            return said
        return await self._because(request, came.story if came else request.argument)

    async def _because(self, request: Request, story: str) -> Sequence[Reply]:
        refs = self._others(request.chat.ref)
        found = [await self._kept.opinions.impression(request.tenant, ref, story) for ref in refs] if story else []
        sent = next((one for one in found if one is not None), None)
        if sent is None:
            return [words.nothing_sent()]
        self._speak(request, story)
        mine = [one for ref in refs for one in await self._subscriptions.of(request.tenant, ref)]
        text = next((one.text for one in mine if one.id == sent.subscription), "")
        return [Reply(words.why(text, sent.words), buttons=words.after_why(sent.subscription, story))]

    async def numbered(self, request: Request) -> Sequence[Reply]:
        """2번 원문, 1번 요약, 3번 관련 없음: of the digest that came last; a card's own buttons do the rest."""
        said = re.search(_NUMBERED, unaddressed(tidy(request.update.text)))
        came = await self._last(request)
        items = await self._items(request, came.digest) if came is not None and came.digest else None
        number = int(said["a"] or said["b"]) if said is not None else 0
        if said is None or came is None or not items:
            return [words.nothing_sent()]
        if not 0 < number <= len(items):
            return [words.no_such_number(number, len(items))]
        what = next((code for word, code in _WORDS.items() if word in (said["what"] or said[0])), "open")
        self._speak(request, came.digest, number)
        return await self._numbered(request, what, came.digest, number)

    async def _numbered(self, request: Request, what: str, digest: str, number: int) -> Sequence[Reply]:
        rest = f"{number}" if what == "open" else f"{number - 1}:{number}"
        return await self.pressed(replace(request, argument=f"{what}:{digest}:{rest}"))

    async def summary(self, request: Request) -> Sequence[Reply]:
        """요약 of what came last."""
        came = await self._last(request)
        if found := await self._told(request, came, "sum"):
            return found
        document = await self._kept.document(came.story, came.step) if came else None
        if document is None or came is None:
            return [words.nothing_sent()]
        self._speak(request, came.story)
        return [words.summaries([(1, document.title, await self._sentence(document))])]

    async def card(self, request: Request) -> Sequence[Reply]:
        """요거 원문, 그 전꺼도 요약: the one spoken of last, or one before or after it."""
        told = card_words.card(unaddressed(tidy(request.update.text)))
        places = await self._places(request)
        if told is None or not places:
            return [words.nothing_sent()]
        story, number = self._spoken(request)
        at = next(
            (n for n, (came, place) in enumerate(places) if (came.story or came.digest, place) == (story, number)), 0
        )
        if told.back and not story and not request.update.answers and places[0][1]:
            return [words.which_of_digest()]
        if not 0 <= at + told.back < len(places):
            return [words.no_such_card(later=told.back < 0)]
        came, number = places[at + told.back]
        self._speak(request, came.story or came.digest, number)
        if number:
            return await self._numbered(request, told.what, came.digest, number)
        return await self._one_card(request, came, told.what)

    async def _one_card(self, request: Request, came: Came, what: str) -> Sequence[Reply]:
        document = await self._kept.document(came.story, came.step)
        if document is None:
            return [words.nothing_sent()]
        match what:
            case "sum":
                return [words.summaries([(1, document.title, await self._sentence(document))])]
            case "why":
                return await self._because(request, came.story)
            case "open":
                return await self._show(request, came)
        return [words.original(document.title, document.url)]

    async def _places(self, request: Request) -> list[tuple[Came, int]]:
        """What came lately, newest first; a digest's items by their numbers, the last first."""
        found: list[tuple[Came, int]] = []
        for came in await self._store.lately(request.tenant, self._others(request.chat.ref)):
            items = await self._items(request, came.digest) if came.digest else None
            found += [(came, number) for number in range(len(items or ()), 0, -1)] if came.digest else [(came, 0)]
        return found

    def _spoken(self, request: Request) -> tuple[str, int]:
        """The story, or the digest and the number, that was spoken of within ten minutes."""
        story, number, at = self._at_card.get((request.tenant, request.chat.ref, request.person), ("", 0, request.now))
        return (story, number) if request.now - at <= LIFE else ("", 0)

    def _speak(self, request: Request, story: str, number: int = 0) -> None:
        key = (request.tenant, request.chat.ref, request.person)
        self._at_card[key] = (story, number, request.now)
        self._at_card.move_to_end(key)
        if len(self._at_card) > _MOST_SPOKEN:
            self._at_card.popitem(last=False)

    async def more(self, request: Request) -> Sequence[Reply]:
        """더 보기 of what came last."""
        came = await self._last(request)
        if found := await self._told(request, came, "more"):
            return found
        return await self._show(request, came) if came else [words.nothing_sent()]

    async def _show(self, request: Request, came: Came) -> Sequence[Reply]:
        from bot.cards import details

        document = await self._kept.document(came.story, came.step)
        self._speak(request, came.story)
        return [details(document, request.now) if document else words.nothing_sent()]

    # --- put off

    async def later(self, request: Request) -> Sequence[Reply]:
        """나중에: when, then noted; by a word, what came last."""
        if request.update.press is None and not request.argument:
            return await self._put_off(request, unaddressed(tidy(request.update.text)))
        when, _, story = request.argument.partition(":")
        at = await self._at(request, when) if story else None
        if at is None:
            return [words.when_again(request.argument.rpartition(":")[2])]
        noted = await self._choices.remind(request.tenant, Later(request.chat.ref, story, at))
        if not noted and not any(
            one.story == story and one.at == at for one in await self._choices.waiting(request.tenant, request.chat.ref)
        ):
            waiting = await self._choices.waiting(request.tenant, request.chat.ref)
            if not any(one.story == story for one in waiting):
                return [words.too_many_later()]
        return [words.put_off(at, request.now)]

    async def _put_off(self, request: Request, text: str) -> Sequence[Reply]:
        """나중에 1시간, 4시에 다시: the card that is answered, or that came last, or whichever of a digest."""
        update, refs = request.update, self._others(request.chat.ref)
        answered = {one for one in (update.answers, update.thread) if one}
        came = await self._store.last(request.tenant, refs, answered) if answered else None
        if came is None and update.answers:
            return [words.no_news_of_mine()]
        came = came or await self._last(request)
        if came is None or (not answered and request.now - came.at > _LATELY):
            return [words.nothing_sent()]
        story = came.story
        if came.digest:
            found = [item for item in await self._items(request, came.digest) or () if item.push is not None]
            stories = [item.push.story for item in found if item.push is not None]
            if len(stories) != 1:
                return [words.which_later(stories) if stories else words.nothing_sent()]
            story = stories[0]
        at = again_at(text, request.now, await self._opens(request))
        when = _when(normal(text)) if at is None else f"t{int(at.timestamp())}"
        return await self.later(replace(request, argument=":".join(filter(None, (when, story)))))

    async def _opens(self, request: Request) -> time:
        """When the person's day begins."""
        owner = f"@{request.person}" if request.chat.private else request.chat.ref
        hours = await self._choices.of(request.tenant, owner)
        return rules.OPENS if hours.always else hours.opens

    async def _at(self, request: Request, when: str) -> datetime | None:
        now = request.now
        if (told := _HOURS.fullmatch(when)) is not None:
            many = int(told[1])
            return (now + timedelta(hours=many)).replace(microsecond=0) if 0 < many <= _DAY else None
        if (named := _INSTANT.fullmatch(when)) is not None:
            at = datetime.fromtimestamp(int(named[1]), UTC)
            return at if now < at <= now + FARTHEST else None
        local = now.astimezone(KST)
        if when == "eve":
            evening = datetime.combine(local.date(), _EVENING, KST)
            evening = evening if local < evening - _LAST_MINUTES else datetime.combine(local.date(), _NIGHT, KST)
            return evening if local < evening else None
        if when == "morning":
            owner = f"@{request.person}" if request.chat.private else request.chat.ref
            hours = await self._choices.of(request.tenant, owner)
            return rules.next_working_morning(now, hours, self._is_holiday)
        return None


def _when(text: str) -> str:
    """What a button would say; empty where no time was said, or none that can be kept."""
    if (told := re.search(r"(\d{1,2}) ?시간", text)) is not None:
        return f"{int(told[1])}h"
    if re.search(r"\d", text):
        return ""
    if re.search(r"내일|아침", text):
        return "morning"
    return "eve" if re.search(r"저녁|퇴근|밤", text) else ""


_WHATS = frozenset({"more", "open", "sum", "url", "why"})


def _url(item: Item, document: Document | None) -> str:
    if document is not None:
        return document.url
    return item.push.url if item.push else words.no_document()


def _said(word: str) -> tuple[str, ...]:
    """The word alone, as people say it."""
    return (rf"^{word}(?:을|를|좀| 좀)? ?(?:보여|알려|해|줘|주세요|보내).{{0,6}}$|^{word}[?.!]*$",)
