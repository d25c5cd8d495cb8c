"""Matching with other models and other words, on the labelled stream. Run: python tests/bench/bench_models.py [MODEL …]

Beside the built-in model: a turned and leaning copy of it (tests/nlp/other_models.py), which knows exactly as much, as
it is and read on the built-in's scale; the words of Kiwi, where installed; and every MODEL named, by name or folder.
The leaning copy shows what the scale loses: without any loss its lines would equal the first.
Needs the shared releases; without them it says so.
"""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from fit_calibration import FILES, figures, labels, stream

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "nlp")]
SHARED = ROOT.parent / "shared" / "data" / "press-releases"

from other_models import Leaning  # noqa: E402

from bot.models import keywords as usual_keywords  # noqa: E402
from bot.models import usual_documents  # noqa: E402
from nlp.adopted import Adopted  # noqa: E402
from nlp.embedding import Embedder, load  # noqa: E402
from nlp.matching import PUSH_AT, Matcher  # noqa: E402
from nlp.scale import fit  # noqa: E402


def scores(matcher: Matcher, keywords: list[str], titles: list[str], leads: list[str]) -> dict[str, np.ndarray]:
    for words in keywords:
        matcher.add(words, words)
    found = {words: np.zeros(len(titles)) for words in keywords}
    for number, matches in enumerate(matcher.match_many(leads, titles)):
        for match in matches:
            found[match.subscription_id][number] = match.score
    return found


def main() -> None:
    if not SHARED.is_dir():
        print("the shared releases are not here: nothing measured")
        return
    read = stream(SHARED)
    files = {name: labels(name, read.place) for name in FILES[:2]}
    keywords = sorted({words for file in files.values() for words in file})
    own, demo = load(), usual_documents()
    texts = [f"{title} {lead[:300]}" for title, lead in zip(read.titles, read.leads, strict=True)]
    models: dict[str, Embedder] = {"built in": own}
    for lean in (0.5, 1.5):
        other = Leaning(lean)
        models[f"leaning {lean}, raw"] = other
        models[f"leaning {lean}, scale of the demo's {len(demo)}"] = Adopted(
            other, fit(other, own, usual_keywords(), demo)
        )
        models[f"leaning {lean}, scale of 400 releases"] = Adopted(
            other, fit(other, own, usual_keywords(), texts[::2][:400])
        )
    if find_spec("kiwipiepy"):
        from nlp.morphemes import Morphemes

        show("built in, Kiwi's words", Matcher(own, cut=Morphemes()), keywords, files, read.titles, read.leads)
    for name in sys.argv[1:]:
        model = load(name)
        models[f"{name}, scaled"] = Adopted(model, fit(model, own, usual_keywords(), texts[::2][:400]))
    for name, model in models.items():
        show(name, Matcher(model), keywords, files, read.titles, read.leads)


def show(name: str, matcher: Matcher, keywords: list[str], files: dict, titles: list[str], leads: list[str]) -> None:
    start = time.perf_counter()
    found = scores(matcher, keywords, titles, leads)
    took = time.perf_counter() - start
    for file, wanted in files.items():
        rows = np.array([found[words] for words in wanted])
        print(f"{name:<36} {file[6:] or 'first':<8} {figures(rows, np.array(list(wanted.values())), PUSH_AT)}")
    print(f"{'':<36} {len(titles) / took:.0f} releases/s with {len(keywords)} keywords", flush=True)


if __name__ == "__main__":
    main()
