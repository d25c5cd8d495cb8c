"""What a channel's members have in common: topics that at least three of them subscribe to, and nothing else of them.

A topic is shown in the form that most of them use; who they are, how many they are, and every topic of fewer people
stay unsaid, also to administrators.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.operators import private_chats
from bot.settings import Channel
from bot.tenancy import Tenancy
from nlp.keywords import key_of
from nlp.subscriptions import SubscriptionStore

LEAST: Final = 3
MOST: Final = 8
_MEMBERS: Final = 500


async def shared(
    tenancy: Tenancy, store: SubscriptionStore, tenant: str, channel: Channel, owner: str
) -> Sequence[str]:
    """The topics to propose for the channel whose ref is `owner`, the most common first; those it has are left out."""
    have = {key_of(one.text) for one in await store.of(tenant, owner)}
    people: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    members = [one for one in tenancy.institution(tenant).people if one.department == channel.department]
    for person in members[:_MEMBERS]:
        own: dict[str, str] = {}
        for chat in private_chats(person):
            for one in await store.of(tenant, chat.ref):
                own.setdefault(_flat(one.text), one.text)
        people.update(own.keys())
        for key, text in own.items():
            forms.setdefault(key, Counter())[text] += 1
    common = [key for key, count in people.items() if count >= LEAST]
    common.sort(key=lambda key: (-people[key], key))
    texts = [min(forms[key], key=lambda text: (-forms[key][text], len(text), text)) for key in common]
    return [text for text in texts if key_of(text) not in have][:MOST]


def _flat(text: str) -> str:
    """What counts as the same topic: its spelling apart from spaces."""
    return key_of(text).replace(" ", "")
