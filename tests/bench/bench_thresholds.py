"""Thresholds of an archive against the shipped ones. Run: python tests/bench/bench_thresholds.py FOLDER

FOLDER is the shared press-releases data. On the labels: precision, recall and F1 of what is pushed, with the shipped
moments, with every second title of the stream as the archive, and with archives of one ministry alone. Then how often
twenty rare compounds and twenty broad topics are pushed among all releases, beside how many documents show the word:
a rare compound must not flood, a broad topic must not be mute.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests/bench"))

from fit_calibration import Stream, independent, labels, stream  # noqa: E402
from shared_data import PRESS  # noqa: E402

from nlp.calibration import Spread  # noqa: E402
from nlp.embedding import load  # noqa: E402
from nlp.matching import Matcher  # noqa: E402
from nlp.words import normalise, occurs  # noqa: E402

FILES = ("labels", "labels_second", "labels_independent")
RARE = """
재난안전통신망 과수화상병 럼피스킨 스마트그린산단 해상풍력발전 폐배터리 구상나무 고준위방폐물 전세사기피해자
소부장특화단지 공공야간심야약국 반려해변 국가지질공원 빈용기보증금
재생의료 이륜차소음 갯벌복원 독도의용수비대 무궁화품종 도시숲가드너
"""
BROAD = """
농업 복지 교육 안전 환경 교통 의료 수출 관광 청년 인공지능 산림 식품 고용 주택 에너지 재난 문화 해양 소상공인
"""


def pushed(read_: Stream, words: list[str], spread: Spread | None) -> np.ndarray:
    """Which document is pushed to whom, shape (words, documents)."""
    matcher, place = Matcher(load(), spread=spread), {word: number for number, word in enumerate(words)}
    for word in words:
        matcher.add(word, word)
    found = np.zeros((len(words), len(read_.titles)), dtype=bool)
    for number, matches in enumerate(matcher.match_many(read_.leads, read_.titles)):
        for match in matches:
            found[place[match.subscription_id], number] = match.push
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=PRESS)
    folder = parser.parse_args().folder
    if folder is None:
        print("thresholds: skipped, no folder given (its texts aren't ours to ship)")
        return
    read_, embedder = stream(folder), load()
    with gzip.open(folder / "titles.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    archives: dict[str, list[str]] = {"shipped": [], "every second title": read_.titles[::2]}
    for agency in ("산업통상자원부", "과학기술정보통신부", "보건복지부"):
        archives[f"{agency} alone"] = [row["title"] for row in rows if row["agency"] == agency][:2_000]
    for name, titles in archives.items():
        spread = Spread(embedder, titles=embedder.encode(titles)) if titles else None
        for file in FILES:
            wanted = labels(file, read_.place)
            found, truth = pushed(read_, list(wanted), spread), np.array(list(wanted.values()))
            if file == "labels_independent":
                some = independent(read_.place)
                found, truth = found[:, some], truth[:, some]
            hit = (found & truth).sum()
            p, r = hit / found.sum(), hit / truth.sum()
            print(f"{name:<22} {file[6:]:<12} P {100 * p:.1f} R {100 * r:.1f} F1 {200 * p * r / (p + r):.1f}")
    flats = [normalise(f"{title} {lead}") for title, lead in zip(read_.titles, read_.leads, strict=True)]
    spread = Spread(embedder, titles=embedder.encode(read_.titles[::2]))
    for kind, words in (("rare", RARE.split()), ("broad", BROAD.split())):
        before, after = (pushed(read_, words, one).sum(axis=1).tolist() for one in (None, spread))
        shown = [sum(occurs(flat, word) for flat in flats) for word in words]
        print(f"{kind}: shown by {shown}\n  pushed, shipped {before}\n  pushed, archive {after}")


if __name__ == "__main__":
    main()
