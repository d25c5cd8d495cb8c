"""What a model costs on this machine: time to load, memory, speed; measured in a process of its own.

python -m nlp.weighing MODEL [JSON of Options]    → one line of JSON; MODEL "" is the built-in one
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from nlp.embedding import Embedder, load
from nlp.transformer import Options

_DOCUMENT: Final = "경상남도는 재난안전 대응을 강화하고 소상공인 지원사업을 공고한다. " * 8
_KEYWORD: Final = "소상공인 지원사업"
_LONGEST_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Weight:
    """Seconds to load, memory in MB (the whole process, the highest it was), documents a second, ms for a keyword.

    A document is one passage of 300 characters; a whole release has up to six.
    """

    load_s: float
    memory_mb: float
    passages_per_s: float
    keyword_ms: float


def weigh(name: str | None, options: Options | None = None) -> Weight:
    """Loads a model and measures it."""
    start = time.perf_counter()
    model = load(name or None, options)
    model.encode([_KEYWORD], role="query")
    loaded = time.perf_counter() - start
    speed, keyword = _speed(model), _keyword(model)
    memory = _memory()
    return Weight(round(loaded, 2), round(memory), round(speed, 1), round(1_000 * keyword, 2))


def _memory() -> float:
    """The highest this process was, in MB; not what its parent was, which the kernel's usage counts too."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _speed(model: Embedder) -> float:
    count, start = 0, time.perf_counter()
    while (took := time.perf_counter() - start) < _LONGEST_S and count < 512:
        model.encode([f"{_DOCUMENT[:290]} {count + number}" for number in range(16)])
        count += 16
    return count / took if took else 0.0


def _keyword(model: Embedder) -> float:
    times = []
    for number in range(9):
        start = time.perf_counter()
        model.encode([f"{_KEYWORD} {number}"], role="query")
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def main(words: Sequence[str]) -> None:
    """Prints the weight of the model named."""
    options = Options(**json.loads(words[1])) if len(words) > 1 else None
    sys.stdout.write(json.dumps(asdict(weigh(words[0], options))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
