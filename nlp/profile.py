"""A department's duties as subscriptions to choose from, with what each would have brought; kept while one chooses.

    duties.read ─ topics ─ Archive.count_each ─► Profile ─ take in, leave out ─► the topics that are taken

Nothing is subscribed here. A proposal lives for a day, is one chat's of one institution, and says nothing of who asked.

    keys of a tenant:  dobi:{tenant}:profile:<id>        string, JSON
                       dobi:{tenant}:profile:of:<chat>   set of ids
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from redis.asyncio import Redis

from nlp.archive import Archive
from nlp.duties import Duties
from nlp.embedding import Embedder
from nlp.synonyms import Synonyms

LIFE: Final = timedelta(days=1)
MAX_PROPOSED: Final = 12
MANY: Final = 70
"""From so many documents a week on, ten a working day and more, a topic is proposed but not taken by itself."""

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A topic, how many documents it would have brought in seven days, and whether it is taken."""

    topic: str
    week: int
    taken: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """What was read of a chat's duties; `id` is the same for the same text in the same chat."""

    id: str
    chat: str
    department: str
    proposals: tuple[Proposal, ...]
    until: datetime

    @property
    def taken(self) -> tuple[str, ...]:
        """The topics to subscribe to."""
        return tuple(one.topic for one in self.proposals if one.taken)

    def with_turned(self, number: int) -> Self:
        """The profile with one topic taken in or left out; an unknown number changes nothing."""
        turned = tuple(
            replace(one, taken=not one.taken) if place == number else one for place, one in enumerate(self.proposals)
        )
        return replace(self, proposals=turned)

    def dump(self) -> bytes:
        """The stored form."""
        row = {
            "chat": self.chat,
            "department": self.department,
            "proposals": [[one.topic, one.week, one.taken] for one in self.proposals],
            "until": self.until.astimezone(UTC).isoformat(),
        }
        return json.dumps(row, ensure_ascii=False).encode()

    @classmethod
    def load(cls, id_: str, stored: bytes) -> Self:
        """Reads the stored form."""
        row = json.loads(stored)
        proposals = tuple(Proposal(*one) for one in row["proposals"])
        return cls(id_, row["chat"], row["department"], proposals, datetime.fromisoformat(row["until"]))


async def propose(
    duties: Duties,
    chat: str,
    archive: Archive,
    embedder: Embedder,
    now: datetime,
    known: Sequence[str] = (),
    synonyms: Synonyms | None = None,
) -> Profile:
    """A profile of at most twelve topics with counts of the last seven days; `known` topics are left out."""
    have = {words.casefold().replace(" ", "") for words in known}
    topics = [one for one in duties.topics if one.casefold().replace(" ", "") not in have][:MAX_PROPOSED]
    counts = await archive.count_each(topics, now - _WEEK, embedder, synonyms) if topics else []
    proposals = tuple(Proposal(topic, week, week < MANY) for topic, week in zip(topics, counts, strict=True))
    seed = "\x1f".join((chat, duties.department, *topics))
    return Profile(
        hashlib.blake2b(seed.encode(), digest_size=6).hexdigest(), chat, duties.department, proposals, now + LIFE
    )


class ProfileStore:
    """Proposals of all institutions, each under its own key."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(tenant: str, id_: str) -> str:
        return f"dobi:{{{tenant}}}:profile:{id_}"

    async def put(self, tenant: str, profile: Profile) -> None:
        """Keeps a profile, instead of one of the same id."""
        # twice its life: the server's clock only clears away, what counts is `until`
        life, index = int(2 * LIFE.total_seconds()), self._key(tenant, f"of:{profile.chat}")
        async with self._redis.pipeline() as pipe:
            pipe.set(self._key(tenant, profile.id), profile.dump(), ex=life)
            pipe.sadd(index, profile.id)
            pipe.expire(index, life)
            await pipe.execute()

    async def of(self, tenant: str, chat: str) -> list[Profile]:
        """The proposals made to a chat that are still kept."""
        ids = sorted(one.decode() for one in await self._redis.smembers(self._key(tenant, f"of:{chat}")))
        stored = await self._redis.mget([self._key(tenant, one) for one in ids]) if ids else []
        return [Profile.load(one, row) for one, row in zip(ids, stored, strict=True) if row is not None]

    async def forget(self, tenant: str, chat: str) -> None:
        """Forgets the proposals made to a chat."""
        index = self._key(tenant, f"of:{chat}")
        ids = [self._key(tenant, one.decode()) for one in await self._redis.smembers(index)]
        await self._redis.delete(index, *ids)

    async def get(self, tenant: str, id_: str, chat: str, now: datetime) -> Profile | None:
        """That profile, or None: unknown, another chat's, or older than a day."""
        stored = await self._redis.get(self._key(tenant, id_))
        profile = Profile.load(id_, stored) if stored else None
        return profile if profile and profile.chat == chat and now < profile.until else None

    async def remove(self, tenant: str, id_: str) -> None:
        """Forgets a profile; an unknown one is no error."""
        await self._redis.delete(self._key(tenant, id_))
