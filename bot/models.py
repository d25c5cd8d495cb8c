"""The embedding model of a process: which one, made ready so that its figures mean something here.

    [embedding] model ─┬─ none: the built-in one, or what its training left
                       └─ a name or folder: loaded, read on the built-in's scale, its keywords remembered

Whoever can't have the model that was asked for is told why and starts nothing: to fall back in silence would have the
whole archive read again, twice.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from redis.asyncio import Redis

from bot.checklist import Check, when
from bot.commands import Refused
from bot.demo.press import agencies
from bot.settings import Embedding
from bot.wording import models as words
from nlp.adopted import Adopted, ModelStore, Progress
from nlp.archive import Archive
from nlp.continued import ContinuedStore
from nlp.document import passages
from nlp.embedding import Embedder, ModelError, StaticEmbedder, load
from nlp.morphemes import Morphemes, installed
from nlp.scale import Scale, fit
from nlp.tokens import BIGRAMS, Words
from nlp.transformer import Options
from nlp.usual import keywords
from nlp.words import normalise

MEASURED = 400
"""Documents by which a scale is fitted."""

_ENOUGH = 200  # a scale from fewer is fitted again once the archive has as many


class NoModel(Refused):
    """The model that was asked for can't be had: why, and the next step."""

    def __init__(self, says: str, hint: str) -> None:
        super().__init__(f"{says} {hint}")
        self.says, self.hint = says, hint


async def open_model(settings: Embedding, redis: Redis, now: datetime) -> Embedder:
    """The configured model, ready; a transformer's first start takes some seconds more, to fit its scale.

    From now on it is the one that the past is to be read by.

    Raises:
        NoModel: it can't be had; says why and what to do.
    """
    model = await asyncio.to_thread(load_named, settings)
    if settings.model is None and isinstance(model, StaticEmbedder):
        model = await ContinuedStore(redis).load(model)
    else:
        model = await adopt(model, redis)
    await ModelStore(redis).want(model.name, now)
    return model


def load_named(settings: Embedding, name: str | None = None) -> Embedder:
    """The model `name`, by default the configured one, as it is; computing and reading only.

    Raises:
        NoModel: it can't be had.
    """
    name = name or settings.model
    try:
        return load(name, options_of(settings))
    except ModelError as error:
        raise NoModel(*words.no_model(name or "", error.cause)) from error


def options_of(settings: Embedding) -> Options:
    """How the settings want a transformer to be run."""
    return Options(settings.batch, settings.window, settings.threads, settings.query_prompt, settings.document_prompt)


async def words_of(setting: str) -> Words:
    """By what words new documents are compared with subscriptions: bigrams, or Kiwi's morphemes.

    Raises:
        NoModel: Kiwi was asked for and can't be had.
    """
    if setting != "kiwi":
        return BIGRAMS
    try:
        return await asyncio.to_thread(Morphemes)
    except ModelError as error:
        raise NoModel(*words.no_kiwi()) from error


async def adopt(model: Embedder, redis: Redis) -> Embedder:
    """The model as the house uses it: one of the built-in kind as it is, any other on the built-in's scale."""
    if isinstance(model, StaticEmbedder):
        return model
    store = ModelStore(redis)
    scale = await scale_for(model, store, Archive(redis))
    return Adopted(model, scale, await store.keywords(model.name))


async def scale_for(model: Embedder, store: ModelStore, archive: Archive) -> Scale:
    """The model's scale as it is kept, else fitted now and kept."""
    known = await store.scale(model.name)
    if known is not None and (known.count >= _ENOUGH or await archive.count() < _ENOUGH):
        return known
    texts = await _documents(archive)
    scale = await asyncio.to_thread(fit, model, load(), keywords(), texts)
    await store.keep_scale(scale)
    return scale


async def _documents(archive: Archive) -> list[str]:
    """Title with lead of the newest documents; while they are few, beside those that were written for the demo."""
    found = await archive.get_many(await archive.newest_keys(0, MEASURED))
    texts = list(dict.fromkeys(lead_of(one.title, one.text) for one in found.values()))
    return texts if len(texts) >= _ENOUGH else list(dict.fromkeys((*texts, *usual_documents())))


def kiwi(setting: str) -> list[Check]:
    """For the doctor: whether Kiwi is there where it was asked for."""
    if setting != "kiwi":
        return []
    if not installed():
        return [Check("낱말 나누기", False, True, *words.no_kiwi())]
    return [Check("낱말 나누기", True, True, "새 글과 구독을 Kiwi 형태소로 견줍니다. 기억을 500 MB쯤 더 씁니다.")]


def moved(progress: Progress | None) -> list[Check]:
    """For the doctor: how far the past is read by the present model; nothing where nothing was ever read."""
    if progress is None or not progress.total:
        return []
    name, hint = "지난 글과 언어 모델", "저절로 이어집니다. dobi run이 돌고 있어야 합니다."
    if progress.keywords:
        return [Check(name, False, False, words.keywords_left(progress.keywords), hint)]
    if progress.finished:
        return [Check(name, True, False, f"모두 읽었습니다: {words.called(progress.model)}.")]
    says = f"{words.moving(progress.done, progress.total, progress.left)} ({when(progress.at)})"
    return [Check(name, False, False, says, hint)]


def usual_documents() -> list[str]:
    """Title with lead of the documents that were written for the demo: what there is before anything was read."""
    documents = [document for agency in agencies() for document in agency.documents]
    return [lead_of(document.title, " ".join(document.lines)) for document in documents]


def lead_of(title: str, text: str) -> str:
    """What stands for a document where it has one vector."""
    return passages(normalise(title), normalise(text[:1_000]))[:2][-1]
