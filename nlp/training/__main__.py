"""Command line: `python -m nlp.training --data FOLDER --out FOLDER [--steps N]`."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import numpy as np

from nlp.embedding import save_static
from nlp.synonyms import built_in
from nlp.training.bags import train_tokenizer
from nlp.training.corpus import Corpus, PairSet, SplitSet, load_corpus
from nlp.training.held_out import hold_out
from nlp.training.loop import Recipe, corpus_idf, prepare, start, train
from nlp.training.statistics import save_statistics

LOG = logging.getLogger("nlp.training")
LAW_HELD, HEADLINES_HELD = 1_000, 1_500


def _keep_out(corpus: Corpus) -> tuple[Corpus, PairSet, list[str]]:
    """The corpus less every 140th law article and every 24th headline, and those."""
    law, *others = corpus.pairs
    headlines, *splits = corpus.splits
    step, skip = len(law.anchors) // LAW_HELD, len(headlines.texts) // HEADLINES_HELD
    held = PairSet("law", 0, law.anchors[::step], law.positives[::step])
    kept = [i for i in range(len(law.anchors)) if i % step]
    less = PairSet("law", law.weight, [law.anchors[i] for i in kept], [law.positives[i] for i in kept])
    rest = [text for i, text in enumerate(headlines.texts) if i % skip]
    return (
        Corpus([less, *others], [SplitSet(headlines.name, headlines.weight, rest), *splits], corpus.scored),
        held,
        headlines.texts[::skip],
    )


def main() -> None:
    """Trains and writes a model."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with ko-embeddings/ and press-releases/")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.npz, tokenizer.json, terms.npz")
    parser.add_argument("--steps", type=int, default=Recipe().steps, help="0 writes the random-IDF start")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(relativeCreated)d ms %(message)s")
    recipe = Recipe(steps=arguments.steps)

    corpus, law, headlines = _keep_out(load_corpus(arguments.data, built_in(), recipe.seed))
    save_statistics(arguments.out / "terms.npz", corpus)
    LOG.info("read %s", ", ".join(f"{part.name} {len(part.anchors)}" for part in corpus.pairs))
    tokenizer = train_tokenizer(corpus.tokenizer_texts(np.random.default_rng(recipe.seed)))
    LOG.info("tokenizer of %d pieces", tokenizer.get_vocab_size())
    sources = prepare(corpus, tokenizer)
    LOG.info("tokenised")
    weights = start(corpus_idf(sources, tokenizer.get_vocab_size()), recipe.seed)
    held = hold_out(arguments.data, tokenizer, law, headlines)
    LOG.info("start %s", held.parts(weights))
    weights = train(sources, weights, recipe, held)
    LOG.info("end %s", held.parts(weights))
    save_static(arguments.out, tokenizer, weights, f"dobi-ko-256-s{recipe.steps}")


if __name__ == "__main__":
    main()
