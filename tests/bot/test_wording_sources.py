"""No code of the crawl is unworded, and none is worded in English or at length."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import crawlers
from bot.wording.faults import FAULTS, advice, brief_cause, cause
from crawlers import openapi
from crawlers.health import AT_ONCE

_FOLDER = Path(crawlers.__file__).parent
_ERRORS = {"CrawlError", "FetchError", "GuardError", "ParseError"}
# codes of what never ends a poll of a source: a lease that was lost, a file of one document
_ELSEWHERE = {"stale", "password", "scan", "broken", "too_many", "duplicate"}


def raised() -> set[str]:
    """Every literal code of an error that the crawl makes, and of its table of sickness."""
    found = {*AT_ONCE, *(code for _, code in openapi._WORDS if code != openapi.QUIET)}
    for path in _FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in _ERRORS and node.args:
                found |= {one for one in _literals(node.args[0]) if not one.startswith("status_")}
    return found


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _literals(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _literals(node.body) | _literals(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        return {node.value}
    return set()


def test_every_code_that_the_crawl_gives_is_worded():
    assert {"timeout", "robots", "no_rows", "guard"} <= raised()
    assert raised() - set(FAULTS) - _ELSEWHERE == set()


@pytest.mark.parametrize("code", [*FAULTS, "status_404", "status_403", "status_429", "status_503", "new_one"])
def test_a_code_is_told_in_korean_sentences_with_the_next_step(code):
    assert re.search(r"(?:니다|니다\([\w.·]+\))$", cause(code))
    assert advice(code).endswith(".")
    assert code not in cause(code) + advice(code) or code == "robots"
    assert "니다" not in brief_cause(code)
    assert len(cause(code)) <= 40
