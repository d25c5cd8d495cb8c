"""Heavy arithmetic on one core: small matrices gain nothing by more threads, and the answers need the other core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]


@contextmanager
def one_core() -> Iterator[None]:
    """Within it the linear algebra and the trees of this process use one thread."""
    with threadpool_limits(limits=1):
        yield
