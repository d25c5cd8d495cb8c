"""채널: what a group is subscribed to, from inside or privately; how Dobi behaves there; topics its members share.

Whatever is said about a channel privately is the channel's own conversation with another chat in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.acts import Acts
from bot.channel_care import SET, ChannelCare
from bot.channel_profile import shared
from bot.channel_sayings import SENTENCE, Act, Saying, parse
from bot.handlers.subscriptions import Subscriptions, lines_of
from bot.messenger import Chat, Reply
from bot.rooms import RoomBook
from bot.routes import Request, Route
from bot.settings import Channel
from bot.tenancy import Tenancy
from bot.wording import channels as words
from nlp.subscriptions import SubscriptionStore

_INTERESTS = (
    r"^(?:(?:이|우리|여기) ?(?:채널|방)?(?:에|의|에서)? ?)?(?:직원들?의? ?|우리 ?)?(?:관심사|관심 ?분야|구독 ?주제)"
    r"(?:로|를|을|대로|에 ?맞게)? ?(?:구독(?:을)? ?)?(?:제안|추천|모아).{0,12}$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel and the chat that it is on one messenger."""

    channel: Channel
    chat: Chat

    @property
    def token(self) -> str:
        """Names it on a button."""
        return token(self.chat.ref)


class ChannelTalk:
    """The conversation about channels."""

    def __init__(
        self, tenancy: Tenancy, store: SubscriptionStore, talk: Subscriptions, care: ChannelCare, rooms: RoomBook,
        acts: Acts,
    ) -> None:  # fmt: skip
        self._tenancy, self._store, self._talk, self._care = tenancy, store, talk, care
        self._rooms, self._acts = rooms, acts

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "channels", ("채널", "채널 목록"), ("channels", "채널"), self.channels, about="소식",
                help="총무과 채널 구독 재난안전 — 채널의 구독을 밖에서 돌봅니다. '채널'은 다룰 수 있는 채널",
                press="channels", quiet=True,
            ),
            Route(
                "channel-propose", ("구독 제안", "채널 구독 제안", "구독 추천"), ("propose",), self.propose,
                about="소식", help="구독 제안 — 직원 세 분 이상이 함께 받는 주제를 채널에 제안합니다", quiet=True,
                sentences=(
                    r"^(?:이|우리|여기) ?(?:채널|방)에? ?(?:맞|어울리|좋|필요).{0,10}구독.{0,12}(?:제안|추천|알려|뭐)",
                    r"^(?:이|우리) ?(?:채널|방)(?:에|은|는)? ?(?:뭐|무엇).{0,6}구독.{0,12}$",
                    _INTERESTS,
                ), eager=True,
            ),
            Route(
                "channel-settings", ("채널 설정", "방 설정", "멘션 규칙", "방 규칙"), (), self.settings, quiet=True,
                title="채널 설정",
            ),
            Route("channel-named", (), (), self.named, sentences=(SENTENCE,), title="채널", eager=True, quiet=True),
            Route("channel", (), (), self.pressed, press="channel", title="채널"),
            Route("manners-called", ("부를 때만", "부를때만"), ("called",), self.called, quiet=True, title="부를 때만"),
            Route("manners-words", ("낱말에도",), ("words",), self.worded, quiet=True, title="낱말에도"),
        )  # fmt: skip

    # --- which channel

    def _places(self, request: Request) -> list[Place]:
        """Every channel of the institution, once: on the asker's messenger where it is there, else where it is."""
        here = request.chat.adapter
        found = []
        for channel in self._tenancy.institution(request.tenant).channels:
            adapter = here if here in channel.addresses else min(channel.addresses, default="")
            if adapter:
                found.append(Place(channel, Chat(adapter, channel.id, private=False)))
        return found

    def _named(self, request: Request, name: str) -> Place | None:
        """By its name, else by its department where that has one channel; the one in which it is said."""
        places = self._places(request)
        if not name:
            return None if request.chat.private else self._here(request)
        flat = name.replace(" ", "")
        exact = [one for one in places if one.channel.id.replace(" ", "") == flat]
        near = exact or [one for one in places if one.channel.department.replace(" ", "") == flat]
        return near[0] if near else None

    def _here(self, request: Request) -> Place | None:
        channel = self._tenancy.channel_named(request.tenant, request.chat.id)
        return None if channel is None else Place(channel, request.chat)

    def _own(self, request: Request) -> Place | None:
        """The channel in which it is said; privately, that of one's own department."""
        if not request.chat.private:
            return self._here(request)
        mine = request.member.person.department
        return next((one for one in self._places(request) if one.channel.department == mine), None)

    def _may(self, request: Request, place: Place) -> bool:
        inside = not request.chat.private and request.chat.ref == place.chat.ref
        return inside or self._care.may_keep(request.member, place.channel)

    # --- what is said

    async def channels(self, request: Request) -> Sequence[Reply]:
        """The channels that the asker may keep."""
        places = [one for one in self._places(request) if self._care.may_keep(request.member, one.channel)]
        rows = [
            words.Known(
                place.channel.id, place.channel.department, tuple(sorted(place.channel.addresses)),
                len(await self._store.of(request.tenant, place.chat.ref)), place.token,
            )
            for place in places
        ]  # fmt: skip
        return [words.channels(rows)]

    async def settings(self, request: Request) -> Sequence[Reply]:
        """How Dobi behaves in this channel, and where the rest is set; privately, of one's own department's."""
        place = self._own(request)
        if place is None:
            return [words.channels([])]
        addressed = await self._rooms.only_addressed(request.tenant, place.chat.ref)
        count = len(await self._store.of(request.tenant, place.chat.ref))
        return [words.settings(place.channel.id, count, addressed=addressed)]

    async def named(self, request: Request) -> Sequence[Reply]:
        """A whole sentence about a channel that it names."""
        saying = parse(request.argument)
        if saying is None:
            return [words.channels([])]
        place = self._named(request, saying.channel)
        if place is None:
            known = [one.channel.id for one in self._places(request)]
            return [words.no_such(saying.channel or "이 방", known)]
        return await self._do(request, place, saying)

    async def pressed(self, request: Request) -> Sequence[Reply]:
        """A button below a channel's list or proposal."""
        mark, _, rest = request.argument.partition(":")
        act, _, what = rest.partition(":")
        place = next((one for one in self._places(request) if one.token == mark), None)
        if place is None:
            return [words.no_such("", [])]
        if act == "take":
            return await self._take(request, place, what)
        if act == "end":
            return await self._do(request, place, Saying("", Act.END, ""), subscription=what)
        return await self._do(request, place, Saying("", Act.PROPOSE if act == "propose" else Act.LIST))

    async def _do(
        self, request: Request, place: Place, saying: Saying, subscription: str = ""
    ) -> Sequence[Reply]:  # fmt: skip
        if not self._may(request, place):
            return [words.not_yours(place.channel.id, place.channel.department)]
        match saying.act:
            case Act.LIST:
                return await self._listing(request, place)
            case Act.PROPOSE:
                return await self._proposed(request, place)
            case Act.CALLED | Act.WORDS:
                return await self._behave(request, place, addressed=saying.act is Act.CALLED)
        if saying.act is Act.ADD and not saying.rest:
            return [words.how(place.channel.id)]
        inside = replace(request, chat=place.chat, argument=subscription or saying.rest)
        if subscription:
            return self._apart(request, place, await self._talk.remove_one(inside))
        handle = {
            Act.ADD: self._talk.subscribe, Act.END: self._talk.remove, Act.PAUSE: self._talk.pause,
            Act.RESUME: self._talk.resume, Act.EXCLUDE: self._talk.exclude,
        }[saying.act]  # fmt: skip
        return self._apart(request, place, await handle(inside))

    @staticmethod
    def _apart(request: Request, place: Place, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Outside the channel, buttons that mean the chat in which they stand give way to one for the channel."""
        if request.chat.ref == place.chat.ref:
            return replies
        lists = words.list_button(place.channel.id, place.token)
        return [
            replace(one, text=words.apart(one.text, place.channel.id), buttons=(lists,) if one.buttons else ())
            for one in replies
        ]

    async def _listing(self, request: Request, place: Place) -> Sequence[Reply]:
        if request.chat.ref == place.chat.ref:
            return await self._talk.listing(request)
        found = await self._store.of(request.tenant, place.chat.ref)
        lines = lines_of(found, request.now)
        return [words.listing(place.channel.id, place.token, lines)]

    # --- topics that members share

    async def propose(self, request: Request) -> Sequence[Reply]:
        """For this channel; privately for that of one's own department."""
        place = self._own(request)
        if place is None:
            return [words.channels([])]
        return await self._do(request, place, Saying("", Act.PROPOSE))

    async def _proposed(self, request: Request, place: Place) -> Sequence[Reply]:
        topics = await self._shared(request, place)
        return [words.proposed(place.channel.id, place.token, [(one, token(one)) for one in topics])]

    async def _shared(self, request: Request, place: Place) -> Sequence[str]:
        return await shared(self._tenancy, self._store, request.tenant, place.channel, place.chat.ref)

    async def _take(self, request: Request, place: Place, mark: str) -> Sequence[Reply]:
        if not self._may(request, place):
            return [words.not_yours(place.channel.id, place.channel.department)]
        topics = [one for one in await self._shared(request, place) if mark in {"all", token(one)}]
        if not topics:
            return [words.no_longer_proposed()]
        told: list[Reply] = []
        for one in topics:
            told += await self._talk.subscribe(replace(request, chat=place.chat, argument=one))
        return [words.took_all(place.channel.id, topics)] if len(topics) > 1 else self._apart(request, place, told)

    # --- how Dobi behaves there

    async def called(self, request: Request) -> Sequence[Reply]:
        """Bare words are left alone from now on."""
        return await self._behave_here(request, addressed=True)

    async def worded(self, request: Request) -> Sequence[Reply]:
        """Bare words are answered again."""
        return await self._behave_here(request, addressed=False)

    async def _behave_here(self, request: Request, *, addressed: bool) -> Sequence[Reply]:
        place = None if request.chat.private else self._here(request)
        return [words.manners_where()] if place is None else await self._behave(request, place, addressed=addressed)

    async def _behave(self, request: Request, place: Place, *, addressed: bool) -> Sequence[Reply]:
        if not self._care.may_keep(request.member, place.channel):
            return [words.not_yours(place.channel.id, place.channel.department)]
        ref = place.chat.ref
        await self._rooms.behave(request.tenant, ref, request.person, request.now, addressed=addressed)
        about = f"{place.channel.id} {words.settings_said(addressed=addressed)}"
        key = f"{SET}:{ref}:{request.update.id or request.now.isoformat()}"
        await self._acts.note(request.tenant, request.person, SET, about, request.now, key=key)
        return [words.manners(place.channel.id, addressed=addressed)]


def token(text: str) -> str:
    """Ten letters that name a chat or a topic on a button."""
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()
