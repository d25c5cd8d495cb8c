"""How a subscription is named, by its chat and its words, and which of them somebody means."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot import topics
from bot.hours_words import rest_until
from bot.joined import apart
from bot.unwanted import unwanted
from nlp.subscriptions import Subscription

_ALL: Final = frozenset({"전체", "모두", "전부", "다", "모든"})
_NUMBER: Final = re.compile(r"(\d{1,4})번?")
_SUBSCRIPTION: Final = re.compile(r"\s*(?:구독|소식)(?:을|를|은|는)?$")


def subscription_id(owner: str, words: str) -> str:
    """The same for the same words in the same chat."""
    return hashlib.blake2b(f"{owner}\x1f{words}".encode(), digest_size=6).hexdigest()


def chosen_of(found: Sequence[Subscription], argument: str) -> Sequence[Subscription]:
    """By numbers, by exact words, by the only one that holds the words; the only one there is when nothing is said."""
    meant = _SUBSCRIPTION.sub("", argument).strip()
    if meant in _ALL:
        return found
    if not meant:
        return found if len(found) == 1 else ()
    numbers = numbers_of(meant)
    if numbers:
        return [one for number, one in enumerate(found, 1) if number in numbers]
    flat = meant.replace(" ", "").casefold()
    exact = [one for one in found if one.text.replace(" ", "").casefold() == flat]
    near = exact or [one for one in found if flat in one.text.replace(" ", "").casefold()]
    return near if len(near) == 1 else ()


def chosen_each(found: Sequence[Subscription], argument: str) -> Sequence[Subscription]:
    """As `chosen_of`, and each of several that are joined; none where one of them is not there."""
    chosen, named = chosen_of(found, argument), apart(_SUBSCRIPTION.sub("", argument).strip())
    if chosen or len(named) < 2:
        return chosen
    each = [chosen_of(found, one) for one in named]
    return (
        [one for one in found if any(one in those for those in each)] if all(len(those) == 1 for those in each) else ()
    )


def numbers_of(text: str) -> set[int]:
    """The numbers of `1, 2번 3`; none where anything else is said."""
    found = [_NUMBER.fullmatch(part) for part in text.replace(",", " ").split()]
    return {int(one[1]) for one in found if one} if all(found) else set()


def for_a_while(
    found: Sequence[Subscription], argument: str, now: datetime
) -> tuple[Sequence[Subscription], datetime | None]:
    """`청년 오늘만`, `1 2시간 30분`: those that are meant, and until when; none where either is not said."""
    told = argument.split()
    for count in range(len(told) - 1, 0, -1):
        chosen, until = chosen_of(found, " ".join(told[:count])), rest_until(" ".join(told[count:]), now)
        if chosen and until is not None and until > now:
            return chosen, until
    return (), None


def first_chosen(found: Sequence[Subscription], argument: str) -> tuple[Subscription | None, str]:
    """The subscription that the argument starts with, by number or by its words, and the rest."""
    head, _, rest = argument.partition(" ")
    if numbers_of(head) and rest:
        return next(iter(chosen_of(found, head)), None), rest.strip()
    for one in sorted(found, key=lambda each: -len(each.text)):
        if argument.startswith(one.text + " "):
            return one, argument[len(one.text) :].strip()
    return (found[0], argument) if len(found) == 1 else (None, argument)


def narrowed(found: Sequence[Subscription], argument: str) -> str:
    """`재난안전 소식에서 훈련 얘기는 빼 줘` as `재난안전 훈련`; anything else as it is."""
    told = unwanted(argument)
    if told is None or not told.of:
        return topics.narrowing(argument)
    one = next(iter(chosen_of(found, told.of)), None)
    return f"{told.of if one is None else one.text} {told.what}"
