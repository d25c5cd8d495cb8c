"""내 알레르기: a person's own allergens, kept with a consent of their own, so that a menu can warn them in private.

Health data (개인정보 보호법 제23조): only numbers, only after a yes to this very question, never in a group, gone with
one word. Whoever does not want that finds days by `알레르기 새우` without anything being kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.assent import agrees
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route, tidy
from bot.wording import allergies as words
from occupancy import allergens

_LESS: Final = re.compile(r"(?:빼기|빼|제외)(?:\s*(?:줘|주세요|고))?[.!~ ]*$")
_MORE: Final = re.compile(r"(?:추가|도)(?:\s*(?:해 ?줘|해 ?주세요|요))?[.!~ ]*$")
_DROP: Final = re.compile(r"지우|지워|삭제|없애|취소|철회|그만")


class OwnAllergies:
    """Everybody's conversation about their own allergens."""

    def __init__(self, people: PeopleStore) -> None:
        self._people = people

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "allergies",
                ("내 알레르기", "내 알러지", "제 알레르기", "나의 알레르기", "내 알레르기는"),
                ("myallergies",),
                self.mine,
                about="식당",
                help="내 알레르기 우유, 새우 — 동의하시면 저장하고, 식단에서 주의할 음식을 알려 드립니다",
                sentences=(
                    r"^(?:나|저)(?:는|도)? ?(?P<argument>[가-힣, ]{1,20}) ?알(?:레르기|러지)(?:가)? ?(?:있|야|예|입)",
                ),
                press="allergies",
                private=True,
                title="내 알레르기",
            ),
            Route("allergies-said", (), (), self.said, private=True, title="내 알레르기", takes=_answers),
        )

    async def of(self, request: Request) -> frozenset[int]:
        """The asker's own allergens; none in a group, and none under a consent to another text."""
        if not request.chat.private:
            return frozenset()
        found = await self._people.allergies(request.tenant, request.person)
        return found.numbers if found is not None and found.text_version == words.CONSENT_VERSION else frozenset()

    async def mine(self, request: Request) -> Sequence[Reply]:
        """What is kept, a new word about it, or the question before anything is."""
        if request.update.press is not None:
            return await self._pressed(request)
        said = request.argument or tidy(request.update.text)
        if _DROP.search(said):
            return await self._drop(request)
        numbers = allergens.numbers_in(said)
        stands = await self._people.allergies(request.tenant, request.person)
        agreed = stands is not None and stands.text_version == words.CONSENT_VERSION
        if not numbers:
            if request.argument:
                return [words.unknown()]
            return [words.shown(stands.numbers, stands.at) if stands is not None else words.none()]
        if agreed and stands is not None:
            return await self._keep(request, _beside(said, stands.numbers, numbers))
        carried = ".".join(map(str, sorted(numbers)))
        await self._people.ask(
            request.tenant, request.person, request.chat.ref, Question("allergies-said", carried), request.now
        )
        return [words.ask(numbers)]

    async def said(self, request: Request) -> Sequence[Reply]:
        """A typed answer to the question."""
        carried, _, told = request.argument.partition(" ")
        return await self._keep(request, _numbers(carried)) if _keeps(told) else [words.not_kept()]

    async def _pressed(self, request: Request) -> Sequence[Reply]:
        what, _, carried = request.argument.partition(":")
        if what == "keep" and (numbers := _numbers(carried)):
            return await self._keep(request, numbers)
        if what == "drop":
            return await self._drop(request)
        await self._settle(request)
        return [words.not_kept()]

    async def _keep(self, request: Request, numbers: frozenset[int]) -> Sequence[Reply]:
        await self._people.keep_allergies(request.tenant, request.person, numbers, request.now, words.CONSENT_VERSION)
        await self._settle(request)
        return [words.kept(numbers)]

    async def _drop(self, request: Request) -> Sequence[Reply]:
        were = await self._people.drop_allergies(request.tenant, request.person)
        await self._settle(request)
        return [words.dropped(were=were)]

    async def _settle(self, request: Request) -> None:
        """A button answers the question for words too; the router settles what words answered."""
        tenant, person, chat = request.tenant, request.person, request.chat.ref
        waiting = await self._people.pending(tenant, person, chat, request.now)
        if waiting is not None and waiting.route == "allergies-said" and request.update.press is not None:
            await self._people.settle(tenant, person, chat, waiting)


def _beside(said: str, stands: frozenset[int], numbers: frozenset[int]) -> frozenset[int]:
    """What is kept after `새우 추가`, `우유 빼기`, or a list of all; the last one is let go by `지우기` alone."""
    if _LESS.search(said):
        return (stands - numbers) or stands
    return stands | numbers if _MORE.search(said) else numbers


_SAVES = re.compile(r"(?:동의하고 )?저장(?:해 ?(?:주세요|줘요?|요)?|합니다|하겠습니다|할게요?)?[.!~ ]*")


def _answers(text: str) -> bool:
    return (
        agrees(text) is not None
        or _SAVES.fullmatch(text.strip()) is not None
        or re.fullmatch(r"저장하지 ?(?:않음|않을게요?|마세요|마)", text.strip()) is not None
    )


def _keeps(told: str) -> bool:
    return agrees(told) is True or _SAVES.fullmatch(told.strip()) is not None


def _numbers(carried: str) -> frozenset[int]:
    return frozenset(int(one) for one in carried.split(".") if one.isdecimal()) & allergens.NAMES.keys()
