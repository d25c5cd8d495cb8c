"""The ground of the package: what a vector is, the tree of errors.

errors:  NlpError ─┬─ ModelError        a model that can't be loaded
                   ├─ SubscriptionError (subscriptions)
                   └─ StoryError        (stories)
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Role = Literal["document", "query"]


class NlpError(Exception):
    """Root of what this package raises."""


class ModelError(NlpError):
    """A model can't be loaded.

    `cause`: "extra" (not installed), "folder" (there is none), "unknown" (to the hub), "offline", "broken", or "".
    """

    def __init__(self, message: str, cause: str = "") -> None:
        super().__init__(message)
        self.cause = cause


def unit(rows: Vectors) -> Vectors:
    """Each row divided by its length; a row of zeros stays one."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0), dtype=np.float32)
