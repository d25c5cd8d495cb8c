"""Buttons where a messenger has none: numbered lines below the text, and a number or a reaction as their press.

    Numbered(messenger): buttons → numbers of this chat → text ‖ Chooser: number or reaction → the press it stands for
    Spelled(messenger): buttons, and where the platform refuses those of a message, numbers as above

A chat's last messages with choices are kept durably, for several workers. No number names two buttons that somebody
may still mean: a new message takes the lowest numbers that are free, and those of answered ones are free again. What a
number stood for when it came first it stands for when it is told again.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import WatchError

from bot.messenger import Messenger, Outgoing, Through
from bot.platforms import Capabilities, Rejected, SendResult, Sent
from bot.wording import matrix as wording

log = logging.getLogger(__name__)

LIFE = timedelta(hours=24)
"""How long a number may be answered; a reaction names its message, and may come as long as that is kept."""
_KEPT = 8
_KEPT_FOR = timedelta(days=7)
_TOLD = 40
_HIGHEST = 99
_MOST = 20
_TRIES = 20
_ROOM = 1_000  # characters that numbered lines may take

T = TypeVar("T")

_NUMBER = re.compile(r"\(?([1-9][0-9]?)\)?(?: ?번(?:이요|요|입니다|으로)?)?[.!]?")
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_OPINIONS = {"👍": "good", "👎": "off"}
_PLAIN = {ord("\ufe0f"): None, **dict.fromkeys(range(0x1F3FB, 0x1F400))}


def number_of(text: str) -> int | None:
    """The number that a text is and nothing else: `2`, `2번`, `(2)`, `②`, `２`."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(found[1]) if found else None


def _sign_number(sign: str) -> int | None:
    keycap = _KEYCAP.fullmatch(sign)
    if keycap:
        return int(keycap[1]) or None
    return 10 if sign == "🔟" else number_of(sign)


def opinion(presses: Sequence[str], sign: str) -> str | None:
    """What 👍 or 👎 on a document stands for, by what its buttons carry; 좋아요 also where there was no room for it."""
    kind = _OPINIONS.get(sign.translate(_PLAIN))
    off = next((one for one in presses if one.startswith("off:")), "")
    if kind == "off":
        return off or None
    story = off.partition(":")[2].partition(":")[2]
    like = next((one for one in presses if one.startswith("good:")), f"good:{story}" if story else "")
    return (like or None) if kind == "good" else None


def withdrawing(press: str | None) -> str | None:
    """What takes back the opinion that a press stands for; None for a press that is none."""
    kind, _, rest = (press or "").partition(":")
    story = rest.partition(":")[2] if kind == "off" else rest
    return f"back:{kind}:{story}" if kind in _OPINIONS.values() and story else None


@dataclass(slots=True)
class _Entry:
    """A message with choices. `current`: nothing was answered there since; `free`: others may have its numbers."""

    message: str
    native: str
    at: datetime
    first: int
    presses: list[str]
    labels: list[str]
    reply: bool
    hint: bool
    spent: bool = False
    current: bool = True

    @property
    def last(self) -> int:
        return self.first + len(self.presses) - 1

    @property
    def free(self) -> bool:
        return self.spent or (self.reply and not self.current)


@dataclass(slots=True)
class _Chat:
    entries: list[_Entry]
    told: list[list[str]]

    @classmethod
    def read(cls, text: bytes | None) -> _Chat:
        if text is None:
            return cls([], [])
        record = json.loads(text)
        entries = [_Entry(**one | {"at": datetime.fromisoformat(one["at"])}) for one in record["entries"]]
        return cls(entries, record["told"])

    def write(self) -> str:
        entries = [_record(one) for one in self.entries[-_KEPT:]]
        return json.dumps({"entries": entries, "told": self.told[-_TOLD:]}, ensure_ascii=False)


def _record(entry: _Entry) -> dict[str, Any]:
    names = ("message", "native", "first", "presses", "labels", "reply", "hint", "spent", "current")
    return {"at": entry.at.isoformat(), **{name: getattr(entry, name) for name in names}}


@dataclass(frozen=True, slots=True)
class Shown:
    """From which number on a message's choices are counted, and whether it says how they are made."""

    first: int
    hint: bool


class Choices:
    """The choices of every chat."""

    def __init__(self, redis: Redis, now: Callable[[], datetime]) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self._now = now

    @staticmethod
    def _key(tenant: str, chat: str) -> str:
        return f"dobi:{{{tenant}}}:choices:{chat}"

    async def show(self, tenant: str, message: Outgoing) -> Shown:
        """Keeps a message's buttons before it is sent; the same message again has the same numbers."""

        def change(chat: _Chat) -> Shown:
            return _shown(chat, message, self._now())

        return await self._changed(tenant, message.chat.ref, change)

    async def sent(self, tenant: str, message: Outgoing, native: str) -> None:
        """Remembers the platform's id of a message, by which reactions name it."""

        def change(chat: _Chat) -> None:
            for entry in chat.entries:
                if entry.message == (message.edits or message.message):
                    entry.native = message.edits_native or native

        await self._changed(tenant, message.chat.ref, change)

    async def answered(self, tenant: str, chat: str) -> None:
        """Something without choices was answered there: older questions are no longer the current one."""
        if await self._redis.exists(self._key(tenant, chat)):

            def change(found: _Chat) -> None:
                _outdated(found)

            await self._changed(tenant, chat, change)

    async def over(self, tenant: str, message: Outgoing) -> None:
        """What was said there before that message is no question any more: numbers stand for nothing of it."""
        if await self._redis.exists(self._key(tenant, message.chat.ref)):

            def change(found: _Chat) -> None:
                found.entries = [one for one in found.entries if one.message == (message.edits or message.message)]

            await self._changed(tenant, message.chat.ref, change)

    async def clear(self, tenant: str, chat: str) -> int:
        """Forgets a chat's choices; how many messages had any."""
        found = _Chat.read(await self._redis.getdel(self._key(tenant, chat)))
        return len(found.entries)

    async def numbered(
        self, tenant: str, chat: str, number: int, *, update: str | None, answers: str | None, current: bool
    ) -> str | None:
        """What a number stands for, of the message that it answers or the newest that shows it.

        `current`: only of the last direct answer, for a question waits that might mean the number itself.
        """

        def change(found: _Chat) -> str | None:
            return _once(found, update, lambda: _by_number(found, number, answers, current, self._now()))

        return await self._changed(tenant, chat, change)

    async def reacted(
        self, tenant: str, chat: str, message: str, sign: str, *, update: str | None, by: str = ""
    ) -> str | None:
        """What a reaction to a message stands for: a number of its choices, or the sign on one of them."""

        def change(found: _Chat) -> str | None:
            return _once(found, update, lambda: _by_sign(found, message, sign), by)

        return await self._changed(tenant, chat, change)

    async def told(self, tenant: str, chat: str, update: str, *, by: str) -> str | None:
        """What a reaction of that very person stood for; None where it stood for nothing, or long ago."""
        found = _Chat.read(await self._redis.get(self._key(tenant, chat)))
        return next((press for known, press, *who in found.told if known == update and who == [by]), None)

    async def _changed(self, tenant: str, chat: str, change: Callable[[_Chat], T]) -> T:
        key = self._key(tenant, chat)
        for _ in range(_TRIES):
            async with self._redis.pipeline() as pipe:
                try:
                    await pipe.watch(key)
                    before = await pipe.get(key)
                    found = _Chat.read(before)
                    result = change(found)
                    after = found.write()
                    if before is not None and after == before.decode():
                        return result
                    pipe.multi()
                    pipe.set(key, after, ex=_KEPT_FOR)
                    await pipe.execute()
                    return result
                except WatchError:
                    continue
        raise WatchError(f"a chat's choices were changed {_TRIES} times in between")


def _shown(chat: _Chat, message: Outgoing, now: datetime) -> Shown:
    buttons = message.reply.buttons
    known = next((one for one in chat.entries if one.message == (message.edits or message.message)), None)
    presses, labels = [one.press for one in buttons], [one.label for one in buttons]
    if known is not None and len(known.presses) == len(presses):
        known.presses, known.labels, known.at = presses, labels, max(known.at, now) if message.edits else known.at
        known.spent = known.spent and not message.edits
        return Shown(known.first, known.hint)
    if known is not None:
        chat.entries.remove(known)
    if message.kind == "reply":
        _outdated(chat)
    alive = [one for one in chat.entries if now - one.at < LIFE]
    first = _free(sorted((one.first, one.last) for one in alive if not one.free), len(presses))
    hint = not alive
    native = known.native if known is not None else ""
    name = message.edits or message.message
    chat.entries.append(_Entry(name, native, now, first, presses, labels, message.kind == "reply", hint))
    return Shown(first, hint)


def _free(taken: Sequence[tuple[int, int]], count: int) -> int:
    """The lowest number from which `count` are free; 1 where none are."""
    first = 1
    for start, end in taken:
        if first + count <= start:
            break
        first = max(first, end + 1)
    return first if first + count - 1 <= _HIGHEST else 1


def _outdated(chat: _Chat) -> None:
    for entry in chat.entries:
        entry.current = entry.current and not entry.reply


def _once(chat: _Chat, update: str | None, find: Callable[[], str | None], by: str = "") -> str | None:
    """What an update stood for the first time it was asked about."""
    for known, press, *_ in chat.told:
        if update is not None and known == update:
            return press or None
    found = find()
    if update is not None and found is not None:
        chat.told.append([update, found, by] if by else [update, found])
    return found


def _by_number(chat: _Chat, number: int, answers: str | None, current: bool, now: datetime) -> str | None:
    named = [one for one in chat.entries if answers and one.native == answers]
    fresh = [one for one in reversed(chat.entries) if now - one.at < LIFE]
    for entry in named or fresh:
        if current and not named and not (entry.reply and entry.current):
            continue
        if entry.first <= number <= entry.last:
            entry.spent = True
            return entry.presses[number - entry.first]
    return None


def _by_sign(chat: _Chat, message: str, sign: str) -> str | None:
    entry = next((one for one in chat.entries if one.native and one.native == message), None)
    if entry is None:
        return None
    number, plain = _sign_number(sign), sign.translate(_PLAIN)
    if number is not None and entry.first <= number <= entry.last:
        entry.spent = True
        return entry.presses[number - entry.first]
    for label, press in zip(entry.labels, entry.presses, strict=True):
        if plain and label.translate(_PLAIN).startswith(plain) and not plain.isalnum():
            entry.spent = True
            return press
    return opinion(entry.presses, sign)


class Numbered(Through):
    """A messenger without buttons, or with few, as one that shows numbers; else the messenger itself does it all."""

    def __init__(self, messenger: Messenger, choices: Choices, elsewhere: str = "") -> None:
        super().__init__(messenger)
        self._choices = choices
        self._elsewhere = elsewhere

    @property
    def capabilities(self) -> Capabilities:
        """The platform's, as if it had buttons; the numbered lines take their room from the text's."""
        capable = self._messenger.capabilities
        return replace(
            capable, buttons=True, max_buttons=_MOST, max_text=max(capable.max_text - _ROOM, capable.max_text // 2)
        )

    async def send(self, message: Outgoing) -> SendResult:
        """Sends the message with its buttons as numbered lines; what nobody can answer there says where to."""
        buttons = message.reply.buttons
        if not self._messenger.capabilities.talks:
            return await self._messenger.send(_elsewhere(message, self._elsewhere))
        if not message.institution:
            return await self._messenger.send(_saying(message, message.reply.text))
        if not buttons:
            if message.kind == "reply":
                await self._choices.answered(message.institution, message.chat.ref)
            return await self._messenger.send(message)
        shown = await self._choices.show(message.institution, message)
        lines = [message.reply.text, wording.choices(shown.first, [one.label for one in buttons])]
        if shown.hint:
            lines.append(wording.how_to_choose(shown.first))
        result = await self._messenger.send(_saying(message, "\n".join(filter(None, lines))))
        if isinstance(result, Sent):
            await self._choices.sent(message.institution, message, result.native)
        return result


def _saying(message: Outgoing, text: str) -> Outgoing:
    return replace(message, reply=replace(message.reply, text=text, buttons=()))


def _elsewhere(message: Outgoing, where: str) -> Outgoing:
    """Where an answer goes that this messenger can't take: said where there is something to answer."""
    text = message.reply.text
    if message.reply.buttons and where:
        text = "\n".join(filter(None, [text, wording.answer_elsewhere(where)]))
    return _saying(message, text)


class Spelled(Through):
    """A messenger with buttons, whose platform may refuse those of a message: they are numbers there, until the next
    direct answer of the same process, which may tell numbers of its own; of another's they stay until they expire."""

    def __init__(self, messenger: Messenger, choices: Choices) -> None:
        super().__init__(messenger)
        self._choices = choices
        self._numbered = Numbered(messenger, choices)
        self._spelt: set[str] = set()  # where this process wrote numbers: hardly anywhere, and nowhere else is asked

    async def send(self, message: Outgoing) -> SendResult:
        """See the port; what one person alone sees in a group has no numbers, which anybody there could tell."""
        if message.kind == "reply" and message.chat.ref in self._spelt:
            self._spelt.discard(message.chat.ref)
            await self._choices.over(message.institution, message)
        result = await self._messenger.send(message)
        if not (isinstance(result, Rejected) and result.buttons):
            return result
        log.warning("%s: the buttons of %s are refused, and become numbers", self.name, message.message)
        if message.only:
            return await self._messenger.send(_saying(message, message.reply.text))
        self._spelt.add(message.chat.ref)
        return await self._numbered.send(message)


def numbered(messenger: Messenger, choices: Choices, elsewhere: str = "") -> Messenger:
    """The messenger as one that can always show choices."""
    buttons = messenger.capabilities.buttons
    return Spelled(messenger, choices) if buttons else Numbered(messenger, choices, elsewhere)
