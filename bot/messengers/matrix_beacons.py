"""Live location shares: the points that a client sends while it shares, each referring to the share's beginning.

Wire formats: MSC3489 and MSC3672 (`beacon_info`, a state event of the sharer's own, and `beacon`), MSC3488 (location
blocks); clients still send the unstable names. All points of a share have one name, the share's; which of them is its
first the homeserver tells, so that a restart in between makes no second beginning.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.messenger import Location
from bot.messengers.matrix_client import V3, Homeserver, RefusedError, path_of
from bot.messengers.matrix_events import Json, block, events_of, instant, point_of, text_at

SHARES = ("org.matrix.msc3672.beacon_info", "m.beacon_info")
POINTS = ("org.matrix.msc3672.beacon", "m.beacon")

_V1 = "/_matrix/client/v1"
_LATE = timedelta(minutes=1)
_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the live share of that event id."""

    location: Location
    share: str


@dataclass(frozen=True, slots=True)
class _Share:
    """Whose it is, until when it is live (ms), and its first point's event; `venue`: a chosen place, nobody's own."""

    owner: str
    until: float
    first: str
    venue: bool


class Beacons:
    """What is known of the shares that go on."""

    def __init__(self, server: Homeserver) -> None:
        self._server = server
        self._shares: OrderedDict[tuple[str, str], _Share | None] = OrderedDict()

    async def point(self, room_id: str, event: Json) -> Point | None:
        """The point of a `beacon` event; None where it belongs to no live share of its sender's.

        Raises:
            HomeserverError: the homeserver is not well; it may be tried again.
        """
        relation = block(event, "content", "m.relates_to")
        name = text_at(relation, "event_id")
        if relation.get("rel_type") != "m.reference" or not name:
            return None
        share = await self._share(room_id, name, event)
        at, found = instant(event), _where(block(event, "content"))
        if share is None or found is None or at is None or share.owner != text_at(event, "sender"):
            return None
        if at.timestamp() > share.until / 1000 + _LATE.total_seconds():
            return None
        edited = text_at(event, "event_id") != share.first
        return Point(replace(found, live=True, edited=edited, venue=share.venue), name)

    async def _share(self, room_id: str, name: str, event: Json) -> _Share | None:
        key = (room_id, name)
        if key not in self._shares:
            self._shares[key] = await self._asked(room_id, name, event)
            while len(self._shares) > _KEPT:
                self._shares.popitem(last=False)
        return self._shares[key]

    async def _asked(self, room_id: str, name: str, event: Json) -> _Share | None:
        try:
            begun = await self._server.ask("GET", path_of(f"{V3}/rooms", room_id, "event", name))
        except RefusedError as refused:
            if refused.status not in {403, 404}:
                raise
            return None
        content, owner = block(begun, "content"), text_at(begun, "sender")
        until = _until(content)
        if begun.get("type") not in SHARES or text_at(begun, "state_key") != owner or until is None:
            return None
        asset = block(content, "m.asset") or block(content, "org.matrix.msc3488.asset")
        first = await self._first(room_id, name, str(event["type"])) or text_at(event, "event_id")
        return _Share(owner, until, first, asset.get("type") == "m.pin")

    async def _first(self, room_id: str, name: str, kind: str) -> str:
        """The event of the share's first point; empty where the homeserver does not say."""
        path = path_of(f"{_V1}/rooms", room_id, "relations", name, "m.reference", kind, dir="f", limit="1")
        try:
            answer = await self._server.ask("GET", path)
        except RefusedError as refused:
            if refused.status == 429 or refused.status >= 500:
                raise
            return ""
        return next((text_at(one, "event_id") for one in events_of(answer, "chunk")), "")


def _where(content: Json) -> Location | None:
    told = block(content, "m.location") or block(content, "org.matrix.msc3488.location")
    return point_of(text_at(told, "uri"))


def _until(content: Json) -> float | None:
    """Until when a share is live, in ms since 1970; None for one that was ended, or says no time."""
    start, timeout = content.get("m.ts", content.get("org.matrix.msc3488.ts")), content.get("timeout")
    if content.get("live") is not True or not _number(start) or not _number(timeout):
        return None
    return float(start) + float(timeout)  # type: ignore[arg-type]


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1e13
