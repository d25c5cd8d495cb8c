"""Receipts in plain text: whatever stands around them, and wherever a mail program or a sheet broke the line."""

from __future__ import annotations

import re

from attest.receipt import TOKEN_BYTES, looks_like_token
from attest.verify import SHORTEST

TOKEN_LENGTH = TOKEN_BYTES // 2 * 3 + 2  # characters of base45
_RUN = re.compile(rf"[0-9A-Z $%*+\-./:]{{{SHORTEST},}}")  # base45's alphabet (RFC 9285 §4.2)
_HEAD = re.compile("(?=RRQ)")  # every receipt's first letters (FORMAT.md §1), wherever they stand
_ANY_RUN = re.compile(_RUN.pattern, re.IGNORECASE)
_REST = 100  # a run beside good receipts that is as long as this, and no words, is a broken one


def tokens(text: str, most: int) -> list[str]:
    """The receipts in a text, right and wrong, each once: whole ones first, then runs that can only be broken ones.

    Without any whole one: the longest run of a receipt's letters, to be judged as it is; empty where there is none.
    """
    # small letters are another spelling, and refused (FORMAT.md §1)
    for joined in (text, text.replace("\r", "").replace("\n", ""), " ".join(text.split("\n"))):
        whole = [run[at : at + TOKEN_LENGTH] for run in _RUN.findall(joined) for at in _starts(run)]
        if whole:
            return list(dict.fromkeys([*whole, *_broken(joined, whole)]))[:most]
    runs = _ANY_RUN.findall(text.replace("\r", "").replace("\n", ""))
    return [max(runs, key=len).strip()] if runs else []


def _starts(run: str) -> list[int]:
    return [
        one.start() for one in _HEAD.finditer(run) if looks_like_token(run[one.start() : one.start() + TOKEN_LENGTH])
    ]


def _broken(text: str, whole: list[str]) -> list[str]:
    for token in whole:
        text = text.replace(token, "\n")
    return [run.strip() for run in _RUN.findall(text) if len(run.strip()) >= _REST and run.count(" ") * 8 < len(run)]
