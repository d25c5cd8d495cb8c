"""How a subscription is named: by its chat and its words, so that whoever repeats a request changes nothing."""

from __future__ import annotations

import hashlib


def subscription_id(owner: str, words: str) -> str:
    """The same for the same words in the same chat."""
    return hashlib.blake2b(f"{owner}\x1f{words}".encode(), digest_size=6).hexdigest()
