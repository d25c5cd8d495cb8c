"""Where the shared data lies that isn't ours to ship: beside the checkout, or nowhere. Benches that need it say so."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"


def _there(path: Path) -> Path | None:
    return path if path.exists() else None


DATA = _there(_FOLDER)
PRESS = _there(_FOLDER / "press-releases")
RELEASES = _there(_FOLDER / "press-releases" / "releases.jsonl.gz")
TITLES = _there(_FOLDER / "press-releases" / "titles.jsonl.gz")
