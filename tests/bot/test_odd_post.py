"""Addresses that take posts, on odd days: a server that is being set up anew makes nobody gone."""

from __future__ import annotations

import pytest
from aiohttp import web

from bot.platforms import Gone, Rejected, Retry, Sent
from tests.odd import account, odd, out, page, sent, told


async def result(answer):
    async with odd(lambda _: answer) as found:
        return (await sent(account("post", {"url": f"{found.url}/in"}, key="k"), out("post", "dm:1")))[0]


@pytest.mark.parametrize("status", [301, 302, 307, 403, 404, 405])
async def test_a_page_or_a_way_to_another_door_is_no_word_about_a_person(status):
    """Nobody comes back by himself where nobody answers: who is given up there is given up for good."""
    said = await result(page(status))

    assert isinstance(said, Retry)
    assert said.scope == "whole"


@pytest.mark.parametrize("status", [404, 410])
async def test_the_receivers_own_word_is_one(status):
    assert isinstance(await result(told({"error": "no such person"}, status)), Gone)
    assert isinstance(await result(web.Response(status=status)), Gone)


async def test_what_it_never_takes_is_refused_and_what_it_took_is_sent():
    assert isinstance(await result(told({}, 422)), Rejected)
    assert isinstance(await result(web.Response(status=204)), Sent)
