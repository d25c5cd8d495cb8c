"""언어 모델: which model is at work, and how far the past is."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import Reply
from bot.routes import Request, Route
from bot.settings import Role
from bot.wording import models as words
from nlp.adopted import ModelStore


class ModelTalk:
    """The one question. `model` is this process's."""

    def __init__(self, store: ModelStore, model: str) -> None:
        self._store, self._model = store, model

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "model",
                ("언어 모델", "언어모델", "모델"),
                ("model", "언어모델"),
                self.state,
                about="관리",
                help="언어 모델 — 무엇을 쓰고 있고, 지난 글을 어디까지 옮겼는지",
                roles=frozenset({Role.OPERATOR, Role.MANAGER}),
                private=True,
            ),
        )

    async def state(self, request: Request) -> Sequence[Reply]:  # noqa: ARG002 - the same for everyone who may ask
        """The model and how far the past is."""
        return [words.state(self._model, await self._store.progress())]
