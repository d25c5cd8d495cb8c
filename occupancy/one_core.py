"""Heavy arithmetic on one core: small matrices gain nothing by more threads, and the answers need the other core."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal

from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

_WITH_THREADS = frozenset({"numpy", "scipy", "sklearn"})


@contextmanager
def one_core(kind: Literal["blas", "openmp"] | None = None) -> Iterator[None]:
    """Within it the linear algebra and the trees of this process use one thread, as far as they are loaded by then.

    "openmp" is the trees alone, and in this thread alone; what is done to the linear algebra holds for the process.
    """
    with _controller(_WITH_THREADS.intersection(sys.modules)).limit(limits=1, user_api=kind):
        yield


@cache
def _controller(_loaded: frozenset[str]) -> ThreadpoolController:
    """Looked up anew (3 ms) only when another of the libraries has come."""
    return ThreadpoolController()
