"""The verifier in a browser agrees with the house on every published vector; what runs it here is Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "vectors"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="no Node here: the browser's verifier was not run")


@cache
def in_browser() -> dict[str, Any]:
    script = Path(__file__).parent / "vectors_in_browser.js"
    done = subprocess.run(
        [str(NODE), str(script), str(ROOT / "attest" / "checker.js"), str(FOLDER)],
        capture_output=True, check=True, timeout=300,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_it_finds_in_each_vector_what_is_expected():
    expected: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
    results = in_browser()["results"]

    assert set(results) == set(expected)
    for name, want in expected.items():
        got = results[name]
        if name.startswith("keylists/"):
            got = {"ok": False} if "error" in got else got
        elif name.startswith("checkpoints/"):
            got |= {"institution": want["institution"]}
        elif "receipt" in got:
            got["receipt"].pop("flags")
        assert got == {field: value for field, value in want.items() if field not in {"sealed", "token"}}, name


def test_it_knows_the_very_letters_of_cp949():
    known = {
        code: text
        for code in range(0x8141, 0xFEFF)
        if len(text := code.to_bytes(2, "big").decode("cp949", "ignore")) == 1
        and code >> 8 >= 0x81
        and code & 255 > 127
    }
    theirs = dict(in_browser()["cp949"])

    assert {code: letter for code, letter in theirs.items() if code & 255 > 127} == known
    assert all(code.to_bytes(2, "big").decode("cp949") == letter for code, letter in theirs.items())
    assert len(theirs) == 17_048
