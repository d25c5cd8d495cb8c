"""Command line: `python -m nlp.training --data FOLDER --out FOLDER [--steps N]`."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import numpy as np

from nlp.embedding import save_static
from nlp.synonyms import built_in
from nlp.training.bags import train_tokenizer
from nlp.training.contrast import Matrix
from nlp.training.corpus import load_corpus
from nlp.training.held_out import hold_out
from nlp.training.loop import Recipe, corpus_idf, finish, prepare, start, train
from nlp.training.statistics import save_statistics

LOG = logging.getLogger("nlp.training")


def main() -> None:
    """Trains and writes a model."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with ko-embeddings/ and press-releases/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model and terms.npz")
    parser.add_argument("--steps", type=int, default=Recipe().steps, help="0 writes the random-IDF start")
    parser.add_argument("--examined", action="store_true", help="keep a part of the synonyms out, to measure on them")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(relativeCreated)d ms %(message)s")
    recipe = Recipe(steps=arguments.steps)

    corpus = load_corpus(arguments.data, built_in(), recipe.seed, examined=arguments.examined)
    save_statistics(arguments.out / "terms.npz", corpus)
    LOG.info("read %s", ", ".join(f"{part.name} {len(part.anchors)}" for part in corpus.pairs))
    tokenizer = train_tokenizer(corpus.tokenizer_texts(np.random.default_rng(recipe.seed)))
    LOG.info("tokenizer of %d pieces", tokenizer.get_vocab_size())
    sources = prepare(corpus, tokenizer)
    LOG.info("tokenised")
    rarity = corpus_idf(sources, tokenizer.get_vocab_size())
    weights = start(rarity, recipe.seed)
    held = hold_out(arguments.data, tokenizer, built_in())

    def score(rows: Matrix) -> float:
        figures = held.parts(finish(rows, rarity))
        LOG.info("%s", ", ".join(f"{name} {figure:.3f}" for name, figure in figures.items()))
        return float(np.mean(list(figures.values())))

    weights = finish(train(sources, weights, recipe, score), rarity)
    LOG.info("end %s", held.parts(weights))
    save_static(arguments.out, tokenizer, weights, f"dobi-ko-256-s{recipe.steps}")


if __name__ == "__main__":
    main()
