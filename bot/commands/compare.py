"""`dobi compare MODEL`: another embedding model beside the present one, on the installation's own opinions and archive.

    opinions, weekly looks, archive ─► both models ─► figures with n and interval ─► one sentence; numbers only, no text

It changes nothing: whoever wants the other model writes its name into the settings and starts again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from typing import Final

from bot.bootstrap import House, open_house
from bot.commands import Refused
from bot.commands.place import demo_clock, place, say, settings
from bot.models import adopt, load_named, options_of
from bot.settings import Embedding
from bot.wording import models as words
from nlp.archive import Archive, Document
from nlp.comparing import MOST, Figure, by_opinions, by_titles, judgements
from nlp.embedding import Embedder, StaticEmbedder, load
from nlp.opinions import Opinions
from nlp.probes import ProbeStore
from nlp.subscriptions import SubscriptionStore
from nlp.weighing import Weight

_BUILT_IN: Final = frozenset({"내장", "built-in"})
_PATIENCE_S: Final = 300
_PAGE: Final = 200


async def compare(args: argparse.Namespace) -> int:
    """Prints the comparison; exit 0 where it could be made, whatever it says."""
    where = place(args)
    async with open_house(settings(where), where.data, demo_clock(where)) as house:
        asked = house.settings.embedding
        wanted = Embedding(
            None if args.model in _BUILT_IN else args.model, asked.batch, asked.window, asked.threads,
            args.query_prompt, args.document_prompt,
        )  # fmt: skip
        present, candidate = await house.embedder(), await adopt(await _loaded(wanted), house.redis)
        if present.name == candidate.name:
            raise Refused("지금 쓰는 모델과 같은 모델입니다.")
        opinions, titles = await _figures(house, present, candidate)
        weights = [await _weight(asked, present), await _weight(wanted, candidate)]
    names = words.called(present.name), words.called(candidate.name)
    if args.json:
        say(json.dumps(_row((present.name, candidate.name), opinions, titles, weights), ensure_ascii=False))
    else:
        say("\n".join([*words.comparison(*names, opinions, titles), "", *words.weight(weights[0], weights[1])]))
    return 0


async def _loaded(wanted: Embedding) -> Embedder:
    return load() if wanted.model is None else await asyncio.to_thread(load_named, wanted)


async def _figures(house: House, present: Embedder, candidate: Embedder) -> tuple[Figure | None, Figure | None]:
    redis, archive = house.redis, Archive(house.redis)
    judged = await judgements(Opinions(redis), ProbeStore(redis), SubscriptionStore(redis), archive, house.tenants)
    documents: list[Document] = []
    while len(documents) < MOST and (keys := await archive.newest_keys(len(documents), _PAGE)):
        documents += (await archive.get_many(keys)).values()
    return (
        await asyncio.to_thread(by_opinions, judged, present, candidate),
        await asyncio.to_thread(by_titles, documents, present, candidate),
    )


async def _weight(settings: Embedding, model: Embedder) -> Weight:
    """What the model costs, in a process of its own; what was continued here weighs what the built-in one does."""
    name = "" if isinstance(model, StaticEmbedder) and settings.model is None else settings.model or ""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "nlp.weighing", name, json.dumps(asdict(options_of(settings))),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with asyncio.timeout(_PATIENCE_S):
        told, _ = await process.communicate()
    return Weight(**json.loads(told))


def _row(
    names: tuple[str, str], opinions: Figure | None, titles: Figure | None, weights: list[Weight]
) -> dict[str, object]:
    return {
        "present": {"model": names[0], **asdict(weights[0])},
        "candidate": {"model": names[1], **asdict(weights[1])},
        "opinions": _told(opinions),
        "titles": _told(titles),
        "says": words.verdict(opinions, titles),
    }


def _told(found: Figure | None) -> dict[str, object] | None:
    if found is None:
        return None
    return {**asdict(found), "difference": round(found.difference, 6), "verdict": found.verdict}
