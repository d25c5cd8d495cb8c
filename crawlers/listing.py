"""A source's list, of whatever kind: which request, which parser. Refuses to remember, and to read what is listed.

source → request (304 ends here) → parser in the sandbox → Listing
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from crawlers.article import Listing, ParseError
from crawlers.board import parse_board
from crawlers.document import Sandbox, sandboxed
from crawlers.feed import parse_feed
from crawlers.fetch import Fetched, Fetcher, Validators
from crawlers.sources import Source

SUPPORTED = frozenset({"feed", "board"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered: the document, and the hash of its bytes ("" where the server said "unchanged")."""

    fetched: Fetched
    stamp: str


async def ask(
    fetcher: Fetcher,
    source: Source,  # noqa: ARG001 - kinds that post will ask by it
    url: str,
    validators: Validators | None,
) -> Answer:
    """The source's list as it came from `url` (its own address, or where it moved to).

    Raises:
        FetchError: the list could not be had.
    """
    fetched = await fetcher.get(url, validators=validators, stay=True)
    stamp = "" if fetched.not_modified else hashlib.blake2b(fetched.body, digest_size=12).hexdigest()
    return Answer(fetched, stamp)


async def read(sandbox: Sandbox, source: Source, answer: Answer) -> Listing:
    """What the list says.

    Raises:
        ParseError: it is no list of this kind, or it is empty.
    """
    fetched = answer.fetched
    if source.kind == "feed":
        listing = await sandboxed(sandbox, parse_feed, fetched.body, fetched.charset, fetched.url)
    else:
        arguments = (fetched.body, fetched.charset, fetched.url, source.profile)
        listing = await sandboxed(sandbox, parse_board, *arguments)
    if not listing.entries:
        raise ParseError("empty", f"{listing.kind} without entries")
    return listing
