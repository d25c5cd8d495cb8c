"""What went wrong, as a log may hold it: where in our code, and a bounded line of its words. Refuses to log.

An error over foreign content may carry that content: a page's escape sequences, a megabyte of title, a forged line.
The frames are ours and stay whole.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator

from crawlers.characters import line

_WORDS = 300  # characters of one error's own words
_FRAMES = 8  # the innermost
_CHAIN = 4  # errors that led to one another


def trace(error: BaseException, tells: Callable[[BaseException], bool] = lambda _: True) -> str:
    """The error and what led to it, each with its innermost frames, one fact a line.

    Of an error that `tells` does not let speak, its name alone.
    """
    return "\n".join(one for fault in _chain(error) for one in _lines(fault, told=tells(fault)))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, then its causes; of a group the first member."""
    at: BaseException | None = error
    for _ in range(_CHAIN):
        if at is None:
            return
        yield at
        if isinstance(at, BaseExceptionGroup):
            at = at.exceptions[0]
        else:
            at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def _lines(error: BaseException, *, told: bool) -> Iterator[str]:
    try:
        words = repr(error) if told else type(error).__name__
    except Exception as odd:  # noqa: BLE001 - an error that cannot say what it is must not hide that it was
        words = f"<{type(error).__name__}, whose words raise {type(odd).__name__}>"
    yield line(words, _WORDS)
    for frame in traceback.format_tb(error.__traceback__)[-_FRAMES:]:
        yield frame.rstrip("\n")
