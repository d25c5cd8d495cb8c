"""A place that somebody pasted: a map's link, a `geo:` address, coordinates, a grid's number. Text in, a finding; pure.

What it finds is what the person says, no measurement: receipts mark it as declared.
"""

from __future__ import annotations

from typing import Final

from bot import coordinates, grid_numbers, map_links
from bot.coordinates import Place
from bot.map_links import LINK, Unread, of_link

__all__ = ["SENTENCES", "Place", "Unread", "find"]

LONGEST_TEXT: Final = 2_000
_MOST_LINKS: Final = 4
SENTENCES: Final = (*map_links.SENTENCES, *coordinates.SENTENCES, *grid_numbers.SENTENCES)
"""What in a message plainly means a place, for the route table; `find` has the last word."""


def find(text: str) -> Place | Unread | None:
    """The place that a message is about; None where it is about none."""
    if len(text) > LONGEST_TEXT * 2:
        return None
    links = [found.group().rstrip(".,;)]}'\"") for found in LINK.finditer(text)]
    if not links:
        return (coordinates.coordinates(text) or grid_numbers.numbered(text)) if len(text) <= LONGEST_TEXT else None
    told = [one for one in map(of_link, links[:_MOST_LINKS]) if one is not None]
    places = list(dict.fromkeys(one for one in told if isinstance(one, Place)))
    if len(places) == 1 and Unread("hostile") not in told:
        return places[0]
    if places:
        return Unread("hostile" if Unread("hostile") in told else "several")
    return told[0] if told else None
