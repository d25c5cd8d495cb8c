"""The first command of a newcomer: it names what is missing, and CI's script tells the truth."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    return tmp_path


def fake_python(folder: Path, script: str) -> str:
    program = folder / "fake-python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def test_make_alone_says_what_there_is(clone: Path) -> None:
    said = run(clone, "make").stdout

    assert all(f"make {target}" in said for target in ("run", "test", "coverage", "check", "bench"))


def test_an_old_python_is_named(clone: Path) -> None:
    python = fake_python(clone, "exit 1")

    done = run(clone, "make", "run", f"PYTHON={python}")

    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stdout
    assert not (clone / ".venv").exists()


def test_a_python_without_ensurepip_is_told_apart_and_the_way_out_named(clone: Path) -> None:
    python = fake_python(clone, 'case "$2" in *ensurepip*) exit 1;; esac')

    done = run(clone, "make", "run", f"PYTHON={python}")

    assert done.returncode != 0
    assert "python3-venv" in done.stdout


def test_an_interrupted_environment_is_not_taken_for_a_finished_one(clone: Path) -> None:
    python = fake_python(clone, 'case "$*" in *"-m venv"*) mkdir -p .venv/bin; exit 1;; esac')

    first = run(clone, "make", "run", f"PYTHON={python}")
    second = run(clone, "make", "run", f"PYTHON={python}")

    assert first.returncode != 0
    assert "-m venv" in second.stdout


@pytest.mark.parametrize(
    ("check", "test", "conformance", "fails"),
    [
        ("true", "true", "true", False),
        ("false", "true", "true", True),
        ("true", "false", "true", True),
        ("true", "true", "false", True),
    ],
)
def test_the_ci_script_fails_when_either_part_fails_and_ends_with_pytests_line(
    clone: Path, check: str, test: str, conformance: str, fails: bool
) -> None:
    closing = "===== 12 passed, 1 skipped in 3.45s ====="
    parts = f"check:\n\t{check}\ntest:\n\t@echo '{closing}'\n\t@echo later\n\t{test}\nconformance:\n\t{conformance}\n"
    (clone / "Makefile").write_text(parts)

    done = run(clone, "bash", ".ci/run")

    assert (done.returncode != 0) is fails
    assert done.stdout.splitlines()[-1] == closing
