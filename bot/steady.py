"""No answer waits for the garbage collector: what a process holds since its start is not looked through again.

A process that talks holds some 200,000 objects (routes, words, models), and a full collection looks at each of them:
120 ms of CPU in which nobody is answered, measured; a fraction of a millisecond once they are set aside (`gc.freeze`).
What comes later is collected as ever.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable

_WARM_S = 30.0
"""By then what is loaded beside the first answers is there: charts, the ways to ask, the search's vectors."""


async def keep_steady(sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Sets aside what is there now, and once more what the first moments brought."""
    _set_aside()
    await sleep(_WARM_S)
    _set_aside()


def _set_aside() -> None:
    gc.collect()  # rubbish would be kept for good
    gc.freeze()
