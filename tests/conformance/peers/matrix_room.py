"""A room of the small homeserver: its events in their order, and what is told of them to whoever asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class RefusalError(Exception):
    """An error answer."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass
class Room:
    """Events in their order, each with its place in the stream of all."""

    id: str
    creator: str
    events: list[Json] = field(default_factory=list)
    state: dict[tuple[str, str], Json] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)

    def membership(self, user: str) -> str:
        found = self.state.get(("m.room.member", user))
        return "leave" if found is None else str(found["content"]["membership"])

    def levels(self) -> Json:
        return dict(self.state["m.room.power_levels", ""]["content"])

    def power(self, user: str) -> int:
        return int(self.levels()["users"].get(user, self.levels().get("users_default", 0)))


def messages(query: Mapping[str, str], room: Room) -> Json:
    """Backwards; a token is a place in the stream."""
    end = int(query.get("from", "t999999999")[1:])
    start = int(query.get("to", "t0")[1:] or 0)
    rule = json.loads(query.get("filter", "{}"))
    count = min(int(query["limit"]), 200)
    found = [
        (place, one)
        for place, one in zip(reversed(room.places), reversed(room.events), strict=True)
        if start < place <= end
    ]
    page = found[:count]
    kept = [
        one
        for _, one in page
        if one["type"] in rule.get("types", [one["type"]]) and one["sender"] in rule.get("senders", [one["sender"]])
    ]
    return {"chunk": kept, "start": f"t{end}"} | ({"end": f"t{page[-1][0] - 1}"} if len(found) > count else {})


def related(query: Mapping[str, str], room: Room, names: list[str]) -> Json:
    """Events that refer to one, newest first unless asked otherwise."""
    target, relation, kind = names
    found = [one for one in room.events if one["type"] == kind and _relates(one, target, relation)]
    found = found if query.get("dir") == "f" else found[::-1]
    return {"chunk": found[: int(query.get("limit", "5"))]}


def timeline(room: Room, since: int, rule: Json, user: str, limit: int) -> Json:
    """What a sync tells somebody of it; at most `limit` events."""
    ours = [(place, one) for place, one in zip(room.places, room.events, strict=True) if one.get("state_key") == user]
    came = any(place > since and one["content"].get("membership") == "join" for place, one in ours)
    since = 0 if came else since  # a room that is new to somebody is told from its start
    types = rule.get("room", {}).get("timeline", {}).get("types")
    fresh = [
        (place, one)
        for place, one in zip(room.places, room.events, strict=True)
        if place > since and (types is None or one["type"] in types)
    ]
    kept = fresh[-limit:]
    limited = came or len(fresh) > len(kept)
    before = kept[0][0] - 1 if kept else since
    timeline = {"events": [one for _, one in kept], "limited": limited, "prev_batch": f"t{before}"}
    return {"timeline": timeline, "state": {"events": []}}


def _relates(event: Json, target: str, relation: str) -> bool:
    about = event["content"].get("m.relates_to", {})
    return about.get("event_id") == target and about.get("rel_type") == relation
