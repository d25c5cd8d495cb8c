"""The log on standard error: whatever is written to it, by us or by a library, stays lines of plain, bounded text.

It refuses to decide what is worth a line; nobody's location, picture or message belongs into one.
"""

from __future__ import annotations

import logging
import sys
from types import TracebackType

from redis.exceptions import RedisError

from attest.errors import AttestError
from crawlers.characters import line
from crawlers.traces import trace

# errors whose words are a machine's or our own: they repeat nothing that a person wrote, shared or sent
_OWN = (OSError, RedisError, AttestError, MemoryError, RecursionError, AssertionError)
_LONGEST = 1000
_MOST_LINES = 80


class Formatter(logging.Formatter):
    """Lines without what acts on a terminal; tracebacks with our frames whole and the error's words cut short."""

    def formatException(  # noqa: N802 - logging's own name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """See `logging.Formatter`."""
        return trace(ei[1]) if ei[1] is not None else ""

    def format(self, record: logging.LogRecord) -> str:
        """See `logging.Formatter`."""
        record.exc_text = None  # another handler may have written it in its own way
        lines = super().format(record).split("\n")
        told = [" " * (len(one) - len(one.lstrip(" "))) + line(one, _LONGEST) for one in lines[:_MOST_LINES]]
        return "\n".join(told)


def to_stderr(level: int) -> None:
    """From now on everything of that level, or graver, is written to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler])


def failed(log: logging.Logger, error: BaseException, message: str, *args: object) -> None:
    """Logs `message` as an error with what `error` says and where it was raised, bounded and plain."""
    log.error("%s: %s", message % args, trace(error))


def failed_for(log: logging.Logger, error: BaseException, message: str, *args: object) -> None:
    """As `failed`, where somebody's message was at hand: an error that might repeat a word of it is named only.

    `int("…")` and `"…".encode()` put what they were given into their errors; a point or a text would stand in the log.
    """
    log.error("%s: %s", message % args, trace(error, lambda fault: isinstance(fault, _OWN)))
