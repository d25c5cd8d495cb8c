"""An act that a guess offered, and that can't be undone or is evidence: shown first, done by one more tap."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import Reply
from bot.routes import Request, Route
from bot.wording import surely as words


class SureTalk:
    """The conversation before such an act; the act is its own route's."""

    def routes(self) -> tuple[Route, ...]:
        """What buttons carry, and which method answers."""
        return (Route("sure", (), (), self.sure, press="sure", title="확인"),)

    async def sure(self, request: Request) -> Sequence[Reply]:
        """What would be done, or that it is not."""
        if not words.at_once(request.argument):
            return [words.dropped()]
        return [words.shown(request.argument, request.now)]
