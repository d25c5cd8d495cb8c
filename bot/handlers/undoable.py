"""What was set can be set back with one press: a button below the answer to whatever was changed just now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from bot.last_deeds import LastDeeds, mark_of, token_of
from bot.messenger import Button, Reply
from bot.routes import Handle, Request, Route

_LABEL: Final = "되돌리기"
_WAYS_BACK: Final = frozenset({_LABEL, "다시 켜기", "취소", "알림 취소", "휴가 취소", "다시 받기"})


def undoable(routes: Sequence[Route], deeds: LastDeeds | None, but: Collection[str] = ()) -> tuple[Route, ...]:
    """The same routes, whose answers carry the way back of what they changed, `but` those of these names."""
    if deeds is None:
        return tuple(routes)
    return tuple(one if one.name in but else replace(one, handle=_with_way_back(one.handle, deeds)) for one in routes)


def _with_way_back(handle: Handle, deeds: LastDeeds) -> Handle:
    async def answered(request: Request) -> Sequence[Reply]:
        replies = await handle(request)
        here = request.chat.id == (request.update.chat or f"dm:{request.update.sender}")
        deed = await deeds.last(request) if here and len(replies) == 1 else None
        if deed is None or deed.mark != mark_of(request) or _WAYS_BACK & {one.label for one in replies[0].buttons}:
            return replies
        back = Button(_LABEL, f"wish:undo:{token_of(deed.mark)}")
        return [replace(replies[0], buttons=(*replies[0].buttons, back))]

    return answered
