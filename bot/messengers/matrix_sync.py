"""What a homeserver tells in one sync as updates: invitations, arrivals, words, points, files, reactions, removals.

    sync → gaps filled by /messages → updates, in each room's order

What was said before Dobi was asked into a room is nobody's question and is left alone.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.messenger import Event, Update
from bot.messengers.matrix_beacons import POINTS, Beacons
from bot.messengers.matrix_client import V3, Homeserver, RefusedError, UnansweredError, path_of
from bot.messengers.matrix_events import Heard, Json, addressed, block, command, events_of, heard, instant, text_at
from bot.messengers.matrix_rooms import Room, Rooms

ADAPTER = "matrix"
_STATE = ["m.room.name", "m.room.encryption", "m.room.tombstone"]
_SEALED = frozenset({"m.room.encryption", "m.room.encrypted"})
_TYPES = [*_STATE, "m.room.member", "m.room.message", "m.room.encrypted", "m.reaction", "m.room.redaction", *POINTS]
FILTER = {
    "presence": {"not_types": ["*"]},
    "account_data": {"types": ["m.direct"]},
    "room": {
        "account_data": {"not_types": ["*"]},
        "ephemeral": {"not_types": ["*"]},
        "state": {"types": _STATE},  # members come with the timeline: what stands there happened
        "timeline": {"types": _TYPES, "limit": 50},
    },
}
_PAGES = 20
_PAGE = 100
_JOINS = 3
_MAX_TEXT = 20_000
_BEARS = timedelta(minutes=10)
"""How long the homeserver may fail over one room before the others go on without it."""
_MOST_BROKEN = 1_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Place:
    """A room and who Dobi talks with there; `person` empty in a group."""

    room: Room
    person: str


class Follower:
    """Turns syncs into updates. `servers` are those whose people may invite.

    `encrypted` tells a room that it is not read; beside its id goes whose private chat it is, if it is one.
    """

    def __init__(
        self,
        server: Homeserver,
        rooms: Rooms,
        servers: frozenset[str],
        now: Callable[[], datetime],
        encrypted: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._server = server
        self._rooms = rooms
        self._servers = servers
        self._now = now
        self._encrypted = encrypted
        self._beacons = Beacons(server)
        self._failed_joins: dict[str, int] = {}
        self._broken: dict[str, datetime] = {}

    async def accept(self, batch: Json) -> None:
        """Joins the rooms that people of known servers ask Dobi into, and declines the others.

        Raises:
            HomeserverError: the homeserver is not well; the same batch may be tried again.
        """
        for room_id, room in block(batch, "rooms", "invite").items():
            events = events_of(room, "invite_state", "events")
            asked = next((one for one in events if text_at(one, "state_key") == self._rooms.me), {})
            known = text_at(asked, "sender").partition(":")[2] in self._servers
            await self._join(room_id) if known else await self._decline(room_id)

    async def _join(self, room_id: str) -> None:
        try:
            await self._server.ask("POST", path_of(f"{V3}/rooms", room_id, "join"), {})
        except RefusedError as refused:
            tries = self._failed_joins.get(room_id, 0) + 1
            self._failed_joins = {**self._failed_joins, room_id: tries} if len(self._failed_joins) < 100 else {}
            if (refused.status >= 500 or refused.status == 429) and tries < _JOINS:
                raise
            log.warning("an invitation could not be accepted: %s", refused)

    async def _decline(self, room_id: str) -> None:
        try:
            await self._server.ask("POST", path_of(f"{V3}/rooms", room_id, "leave"), {})
        except RefusedError as refused:
            log.info("an invitation could not be declined: %s", refused)

    async def updates(self, batch: Json, since: str) -> AsyncIterator[Update]:
        """What happened, each room's in its order; a room that can't be looked at comes last, and is left in the end.

        Raises:
            HomeserverError: something that belongs to it could not be asked.
        """
        for event in events_of(batch, "account_data", "events"):
            if event["type"] == "m.direct":
                self._rooms.take_directs(block(event, "content"))
        for room_id, room in block(batch, "rooms", "leave").items():
            for update in await self._left(room_id, room):
                yield update
        failed: RefusedError | UnansweredError | None = None
        for room_id, room in block(batch, "rooms", "join").items():
            try:
                found = await self._room(room_id, room, since)
                self._broken.pop(room_id, None)
            except (RefusedError, UnansweredError) as error:
                found, failed = [], failed if self._given_up(room_id, error) else error
            for update in found:
                yield update
        if failed is not None:
            raise failed

    def _given_up(self, room_id: str, error: RefusedError | UnansweredError) -> bool:
        """Whether the others go on without this room: one that is closed at once, one that is sick after a while."""
        if len(self._broken) > _MOST_BROKEN:
            self._broken.clear()
        since = self._broken.setdefault(room_id, self._now())
        closed = isinstance(error, RefusedError) and error.status not in {401, 408, 429} and error.status < 500
        if not closed and self._now() - since < _BEARS:
            return False
        log.warning("a room can't be looked at, and what was said there is not read: %s", error)
        return True

    async def _left(self, room_id: str, record: object) -> list[Update]:
        """Dobi was put out of a room that it was in."""
        events = [*events_of(record, "state", "events"), *events_of(record, "timeline", "events")]
        ours = [one for one in events if self._is_ours(one) and one.get("sender") != self._rooms.me]
        self._rooms.forget(room_id)
        gone = [one for one in ours if text_at(one, "content", "membership") in {"leave", "ban"}]
        if not gone or text_at(gone[-1], "unsigned", "prev_content", "membership") == "invite":
            return []
        person = next((user for user, all_ in (await self._rooms.directs()).items() if room_id in all_), "")
        told = self._update(gone[-1], person or text_at(gone[-1], "sender"), None if person else room_id)
        return [_with_event(told, "left")]

    def _is_ours(self, event: Json) -> bool:
        return event["type"] == "m.room.member" and text_at(event, "state_key") == self._rooms.me

    async def _room(self, room_id: str, record: object, since: str) -> list[Update]:
        events, timeline = events_of(record, "timeline", "events"), block(record, "timeline")
        if timeline.get("limited") is True and since:
            events = [*await self._missed(room_id, text_at(timeline, "prev_batch"), since, events), *events]
        self._rooms.heard(room_id, [*events_of(record, "state", "events"), *events])
        entered = next((one for one in reversed(events) if self._is_ours(one) and _entering(one)), None)
        if entered is not None:
            self._rooms.forget(room_id)  # what was known of it is from before
            events = [entered, *(one for one in self._since_invited(events) if one is not entered)]
        if not events:
            return []
        place = await self._place(room_id)
        found = [await self._one(place, event) for event in events]
        return [one for one in found if one is not None]

    async def _place(self, room_id: str) -> _Place:
        room, directs = await self._rooms.look(room_id), await self._rooms.directs()
        person = self._rooms.other(room) if self._rooms.is_direct(room) else ""
        if person in room.present() and not directs.get(person):  # a chat from before Dobi kept a list
            await self._rooms.note_direct(person, room_id)
        return _Place(room, person)

    def _since_invited(self, events: list[Json]) -> list[Json]:
        """What came after Dobi was asked in, or where that is not seen, after it came."""
        ours = {text_at(one, "content", "membership"): n for n, one in enumerate(events) if self._is_ours(one)}
        start = ours.get("invite", ours.get("join"))
        return events if start is None else events[start + 1 :]

    async def _missed(self, room_id: str, start: str, since: str, after: list[Json]) -> list[Json]:
        """What one sync had no room for, oldest first; bounded, and not what was before Dobi came."""
        found: list[Json] = []
        if not start or any(self._is_ours(one) and _entering(one) for one in after):
            return found
        rule = '{"types":[' + ",".join(f'"{kind}"' for kind in _TYPES) + "]}"
        for _ in range(_PAGES):
            query = {"dir": "b", "from": start, "to": since, "limit": str(_PAGE), "filter": rule}
            page = await self._server.ask("GET", path_of(f"{V3}/rooms", room_id, "messages", **query))
            events = events_of(page, "chunk")
            found += events
            start = text_at(page, "end")
            if not start or any(self._is_ours(one) and _entering(one) for one in events):
                return found[::-1]
        log.warning("a room said more while Dobi was away than is read back")
        self._rooms.forget(room_id)
        return found[::-1]

    async def _one(self, place: _Place, event: Json) -> Update | None:
        if self._is_ours(event):
            return await self._arrived(place, event) if _entering(event) else None
        if event["type"] in _SEALED and place.room.encrypted:
            await self._encrypted(place.room.id, place.person)
        if text_at(event, "sender") == self._rooms.me or not _person(text_at(event, "sender")):
            return None
        match event["type"]:
            case "m.room.message":
                return self._said(place, event)
            case "m.reaction":
                return self._reacted(place, event)
            case "m.room.redaction":
                return self._took_off(place, event)
            case kind if kind in POINTS and place.person:
                return await self._moving(place, event)
            case "m.room.member":
                return await self._went(place, event)
            case "m.room.tombstone":
                return await self._moved(place, event)
        return None

    async def _arrived(self, place: _Place, event: Json) -> Update | None:
        """Dobi came into a room by somebody's invitation; into one that it can't read, it says so."""
        if place.room.encrypted:
            await self._encrypted(place.room.id, place.person)
        if text_at(event, "unsigned", "prev_content", "membership") != "invite":
            return None
        again = bool(place.person) and await self._rooms.note_direct(place.person, place.room.id)
        inviter = place.person or text_at(event, "unsigned", "prev_sender")
        told = self._update(event, inviter, None if place.person else place.room.id)
        return _with_event(told, "returned" if again else "joined")

    async def _went(self, place: _Place, event: Json) -> Update | None:
        """Somebody left their private chat with Dobi, and has no other, or came back."""
        person = text_at(event, "state_key")
        now, before = text_at(event, "content", "membership"), text_at(event, "unsigned", "prev_content", "membership")
        if person != place.person:
            return None
        if now in {"leave", "ban"} and before in {"join", "invite"}:
            if await self._rooms.readable(person, besides=place.room.id):
                return None
            return _with_event(self._update(event, person, None), "left")
        if now == "join" and before in {"leave", "ban"}:
            return _with_event(self._update(event, person, None), "returned")
        return None

    async def _moved(self, place: _Place, event: Json) -> Update | None:
        """The room goes on elsewhere (an upgrade); Dobi follows where it may."""
        new = text_at(event, "content", "replacement_room")
        if event.get("state_key") != "" or not new.startswith("!") or len(new) > 255:  # anybody may say the word
            return None
        try:
            await self._server.ask("POST", path_of(f"{V3}/rooms", new, "join"), {})
        except RefusedError as refused:
            log.info("the room's successor asks for an invitation: %s", refused)
        told = self._update(event, text_at(event, "sender"), None if place.person else place.room.id)
        return _with_event(told, "moved", new) if not place.person else None

    def _said(self, place: _Place, event: Json) -> Update | None:
        said = heard(event)
        if said is None:
            return None
        told = self._update(event, text_at(event, "sender"), None if place.person else place.room.id)
        text, mention = self._addressed(said, private=bool(place.person))
        return _saying(told, said, text, mention, place)

    async def _moving(self, place: _Place, event: Json) -> Update | None:
        """A point of a live location share, as an edit of the share's first."""
        point = await self._beacons.point(place.room.id, event)
        if point is None:
            return None
        told = self._update(event, text_at(event, "sender"), None)
        edited = point.location.edited
        return replace(
            told, location=point.location, message=point.share, edit=edited, reference=place.room.id,
            name=place.room.names.get(told.sender, ""),
        )  # fmt: skip

    def _addressed(self, said: Heard, *, private: bool) -> tuple[str, bool]:
        """The words without Dobi's name before them, and whether they are for Dobi."""
        rest = addressed(said.text, self._rooms.names())
        text = command((said.text if rest is None else rest)[:_MAX_TEXT])
        named = said.mentioned is not None and self._rooms.me in said.mentioned
        return text, not private and (named or rest is not None)

    def _reacted(self, place: _Place, event: Json) -> Update | None:
        about = block(event, "content", "m.relates_to")
        sign, target = text_at(about, "key"), text_at(about, "event_id")
        if about.get("rel_type") != "m.annotation" or not sign or len(sign) > 40 or not target:
            return None
        told = self._update(event, text_at(event, "sender"), None if place.person else place.room.id)
        return _reacting(told, sign, target, place)

    def _took_off(self, place: _Place, event: Json) -> Update | None:
        """Somebody takes an event away: of a reaction nothing else is left, so that `bot.choices` knows what it was."""
        target = text_at(event, "redacts") or text_at(event, "content", "redacts")  # the latter from room version 11 on
        if not target:
            return None
        told = self._update(event, text_at(event, "sender"), None if place.person else place.room.id)
        return replace(_reacting(told, "", target[:255], place), withdrawn=True)

    def _update(self, event: Json, sender: str, chat: str | None) -> Update:
        return Update(
            adapter=ADAPTER,
            sender=sender,
            received_at=self._now(),
            id=text_at(event, "event_id")[:255] or None,
            chat=chat,
            sent_at=instant(event),
        )


def _entering(event: Json) -> bool:
    return text_at(event, "content", "membership") == "join" and (
        text_at(event, "unsigned", "prev_content", "membership") != "join"
    )


def _person(user: str) -> bool:
    return user.startswith("@") and ":" in user and len(user) <= 255 and user.isprintable()


def _with_event(told: Update, event: Event, moved_to: str | None = None) -> Update:
    return replace(told, event=event, moved_to=moved_to)


def _saying(told: Update, said: Heard, text: str, mention: bool, place: _Place) -> Update:
    return replace(
        told,
        text=text,
        mention=mention,
        thread=said.thread,
        location=said.location,
        refs=said.refs,
        message=said.original or told.id,
        edit=said.original is not None,
        answers=said.about,
        name=place.room.names.get(told.sender, ""),
        reference=place.room.id if place.person else None,
    )


def _reacting(told: Update, sign: str, target: str, place: _Place) -> Update:
    reference = place.room.id if place.person else None
    return replace(told, reaction=sign, answers=target, message=told.id, reference=reference)
