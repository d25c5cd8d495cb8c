"""The client half of the sensor entrance: says readings, keeps what could not be sent, sets its own clock right.

    say ──> spool (figures only, bounded, in memory) ──> flush: sign ──> post ──> answered: forget · else: again later

An answer that was lost is asked for again with the same bytes, so that nothing counts twice. A clock that is off by
hours learns ours from the entrance's signed answer, and what waits is sent with instants put right. Refuses to hold
anything but figures, to write a file, and to go on for ever: what is older than the entrance takes is dropped.

    sender = Sender(Address("gyeongnam", "main", "cam1"), key, Kind.CAMERA, over(session, "http://10.0.0.5:8700"), now)
    sender.say(18)
    await sender.flush()          # again at every reading; waits by itself between two tries
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import aiohttp

from occupancy.reading import Condition, Kind, Reading
from occupancy.sensors import KINDS, Gives
from occupancy.sensors import http as wire
from occupancy.sensors.announcing import Announcement, announce

MOST: Final = 5_000
"""Readings that wait at a time; the oldest give way."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=1), timedelta(seconds=60)
_SAME_BYTES_FOR: Final = timedelta(seconds=240)  # the entrance knows a nonce for longer than it takes its timestamp
_WORTH: Final = timedelta(seconds=2)  # a clock nearer than this is left alone
_OLDEST: Final = wire.MAX_AGE - timedelta(minutes=1)
_ROUNDS: Final = 40
_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)


class SendError(Exception):
    """The entrance could not be reached: nobody knows whether the post arrived."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What the entrance answered."""

    status: int
    headers: Mapping[str, str]
    text: str = ""


Post = Callable[[str, Mapping[str, str], bytes], Awaitable[Posted]]
"""(path, headers, body) → answer. Raises SendError."""


def over(session: aiohttp.ClientSession, base_url: str) -> Post:
    """Posts to the entrance at `base_url`; the session stays the caller's."""

    async def post(path: str, headers: Mapping[str, str], body: bytes) -> Posted:
        try:
            async with session.post(
                base_url.rstrip("/") + path, data=body, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as response:
                text = (await response.content.read(1_000)).decode("utf-8", "replace")
                return Posted(response.status, dict(response.headers), text)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SendError(f"the sensor entrance can't be reached: {type(error).__name__}") from error

    return post


class Sent(StrEnum):
    """How sending stands."""

    DONE = "done"
    LATER = "later"
    """Something waits: the entrance could not be reached, or is busy."""
    REFUSED = "refused"
    """The entrance does not know this sensor or its key; it is asked again, ever more seldom."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    at: datetime
    value: int
    noise: float | None
    seq: int


@dataclass(frozen=True, slots=True)
class _Envelope:
    """A post as it went out, and the readings in it."""

    headers: Mapping[str, str]
    body: bytes
    signed_at: datetime
    readings: int


class Enrolled(StrEnum):
    """How an announcement stands."""

    WAITING = "waiting"
    """An administrator is asked."""
    APPROVED = "approved"
    REFUSED = "refused"
    """The enrolment key or code is not good (any more), or an administrator said no."""
    TAKEN = "taken"
    """Another sensor has this name."""
    NOWHERE = "nowhere"
    """There is no such cafeteria or line."""
    LATER = "later"
    """The entrance can't be reached, or too many wait."""


_ENROLLED: Final = {200: Enrolled.APPROVED, 202: Enrolled.WAITING, 409: Enrolled.TAKEN, 404: Enrolled.NOWHERE}
_ENROLLED_LATER: Final = frozenset({408, 429, 500, 502, 503, 504})


async def enrol(one: Announcement, enrolment: bytes, post: Post, now: Callable[[], datetime]) -> Enrolled:
    """Announces a sensor; safe to repeat. Its key is `announcing.key_of(enrolment, one.address, one.salt)`."""
    path, offset = f"/sensors/{quote(one.address.tenant, safe='')}", timedelta()
    for _ in range(2):
        headers, body = announce(one, enrolment, now() + offset)
        try:
            answer = await post(path, headers, body)
        except SendError:
            return Enrolled.LATER
        theirs = wire.time_of(enrolment, headers, answer.headers)
        if answer.status == HTTPStatus.FORBIDDEN and theirs is not None:
            offset = theirs - now()  # refused for its clock alone
            continue
        if answer.status in _ENROLLED_LATER:
            return Enrolled.LATER
        return _ENROLLED.get(answer.status, Enrolled.REFUSED)
    return Enrolled.LATER


class Sender:
    """One sensor's way to the entrance.

    Args:
        address: where the sensor stands.
        key: its own.
        kind: what it is; tells whether `say` means people in line or meals served.
        post: carries a signed post.
        now: the sensor's own clock, however wrong.
    """

    def __init__(
        self,
        address: wire.Address,
        key: bytes,
        kind: Kind,
        post: Post,
        now: Callable[[], datetime],
        *,
        most: int = MOST,
    ) -> None:
        self._address, self._key, self._kind, self._post, self._now = address, key, kind, post, now
        self._spool: deque[_Waiting] = deque(maxlen=most)
        self._state: tuple[Condition, datetime] | None = None
        self._under_way: _Envelope | None = None
        self._seq = secrets.randbits(40)  # another start of the agent never says the same numbers
        self._wait = _FIRST_WAIT
        self._again_at: datetime | None = None
        self.offset = timedelta()
        """What must be added to the own clock, as far as the entrance has told."""
        self.dropped = 0
        """Readings that could never be delivered."""

    @property
    def waiting(self) -> int:
        """Readings that wait."""
        return len(self._spool)

    def say(self, value: int, *, noise: float | None = None, at: datetime | None = None) -> None:
        """Takes a reading: people in line, or meals since the last one; `at` is by the own clock, now if not given."""
        self._seq += 1
        self.dropped += len(self._spool) == self._spool.maxlen
        if self._under_way is not None and len(self._spool) == self._spool.maxlen:
            self._under_way = None  # what it carries loses its oldest: it is packed anew
        self._spool.append(_Waiting(at or self._now(), value, noise, self._seq))

    def tell(self, state: Condition) -> None:
        """Tells how the sensor itself is; only the newest word is sent."""
        self._state = (state, self._now())

    async def flush(self, *, force: bool = False) -> Sent:
        """Sends what waits, unless it is too early for another try (`force` tries anyhow)."""
        if not force and self._again_at is not None and self._now() < self._again_at:
            return Sent.LATER
        for _ in range(_ROUNDS):
            envelope = self._envelope()
            if envelope is None:
                return self._rested(Sent.DONE)
            try:
                answer = await self._post(self._path, envelope.headers, envelope.body)
            except SendError:
                return self._rested(Sent.LATER)
            outcome = self._answered(envelope, answer)
            if outcome is not None:
                return self._rested(outcome)
        return self._rested(Sent.LATER)

    @property
    def _path(self) -> str:
        return f"/sensors/{quote(self._address.tenant, safe='')}/{quote(self._address.sensor, safe='')}"

    def _rested(self, outcome: Sent) -> Sent:
        if outcome is Sent.DONE:
            self._wait, self._again_at = _FIRST_WAIT, None
        else:
            self._again_at = self._now() + self._wait
            self._wait = min(self._wait * 2, _LONGEST_WAIT)
        return outcome

    def _answered(self, envelope: _Envelope, answer: Posted) -> Sent | None:
        """What became of a post; None: go on with what waits now."""
        skewed = self._learn(envelope, answer)
        if answer.status < HTTPStatus.MULTIPLE_CHOICES:
            self._delivered(envelope)
            return None
        if skewed:
            self._under_way = None  # refused for its clock alone: nothing of it was kept, so it may say other instants
            return None
        if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
            self.dropped += envelope.readings  # it would be refused for ever
            self._delivered(envelope)
            return None
        refused = answer.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.UNAUTHORIZED}
        return Sent.REFUSED if refused else Sent.LATER

    def _learn(self, envelope: _Envelope, answer: Posted) -> bool:
        """Takes over the entrance's time; whether the post was refused because ours was another."""
        theirs = wire.time_of(self._key, envelope.headers, answer.headers)
        if theirs is None:
            return False
        off = theirs - (self._now() + self.offset)
        if abs(off) <= _WORTH:
            return False
        self.offset += off
        return answer.status == HTTPStatus.FORBIDDEN

    def _delivered(self, envelope: _Envelope) -> None:
        self._under_way = None
        if not envelope.readings:
            self._state = None
        for _ in range(envelope.readings):
            self._spool.popleft()

    def _envelope(self) -> _Envelope | None:
        """The post to send next: the one whose answer was lost, signed anew once its timestamp is too old."""
        now = self._now() + self.offset
        known = self._under_way
        if known is not None and timedelta() <= now - known.signed_at < _SAME_BYTES_FOR:
            return known
        if known is not None:
            self._under_way = self._signed(known.body, now, known.readings)
            return self._under_way
        while self._spool and now - (self._spool[0].at + self.offset) > _OLDEST:
            self._spool.popleft()
            self.dropped += 1
        if self._state is not None:
            body = wire.encode_state(self._state[0], min(self._state[1] + self.offset, now))
            self._under_way = self._signed(body, now, 0)
        elif self._spool:
            some = list(self._spool)[: wire.MAX_READINGS]
            self._under_way = self._signed(wire.encode([self._reading(one, now) for one in some]), now, len(some))
        return self._under_way

    def _signed(self, body: bytes, now: datetime, readings: int) -> _Envelope:
        headers = wire.sign(self._key, self._address, body, now, secrets.token_hex(8))
        return _Envelope(headers, body, now, readings)

    def _reading(self, one: _Waiting, now: datetime) -> Reading:
        at, counts = min(one.at + self.offset, now), KINDS[self._kind].gives is Gives.COUNT
        return Reading(
            self._address.sensor, self._kind, at, now, one.value if counts else None, None if counts else one.value,
            one.seq, None, one.noise if counts else None,
        )  # fmt: skip
