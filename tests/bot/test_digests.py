"""Which document a card showed: never one of its story that was not told yet."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.digests import Kept
from nlp.stories import Part, Story

TOLD = Story(
    "s", "a/1", ("도청",), ("a/1@0", "b/1@0", "a/2@0"), is_new=False,
    parts=(Part("a/1@0"), Part("b/1@0", "report"), Part("a/2@0", "step", 1)),
)  # fmt: skip


class Stories:
    async def story(self, name: str) -> Story | None:
        return TOLD if name == "s" else None


class Archive:
    async def get(self, key: str) -> SimpleNamespace:
        return SimpleNamespace(key=key)


@pytest.mark.parametrize(("step", "key"), [(1, "a/1"), (2, "a/1"), (3, "a/2"), (0, "a/2"), (9, "a/2")])
async def test_a_step_is_the_document_that_its_card_showed(step, key):
    kept = Kept(Archive(), Stories(), None, None)  # type: ignore[arg-type]

    found = await kept.document("s", step)

    assert found is not None
    assert found.key == key
    assert await kept.document("other", step) is None
