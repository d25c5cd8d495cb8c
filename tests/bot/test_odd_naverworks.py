"""NAVER WORKS on odd days: answers in pieces, pages of something in between, a bot shut out, strange figures."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.messenger import OutFile
from bot.platforms import Gone, Rejected, Retry, Sent
from tests.odd import Odd, account, odd, out, page, sent, told

TOKEN = {"access_token": "t", "expires_in": "3600", "token_type": "Bearer"}
PEM = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    .decode()
)  # fmt: skip


async def through(found: Odd, *messages) -> list[Any]:
    options = {
        "client_id": "i", "service_account": "s@x", "bot_id": "2000001", "auth_url": found.url, "api_url": found.url,
        "timeout_s": "5",
    }  # fmt: skip
    return await sent(account("naverworks", options, client_secret="c", private_key=PEM, bot_secret="b"), *messages)


def saying(answer, token=lambda _: told(TOKEN)):
    return lambda request: token(request) if request.path.endswith("/token") else answer(request)


async def in_pieces(request: web.Request, data: Any) -> web.StreamResponse:
    """An answer that comes in two packets, as one behind a load balancer may."""
    answer = web.StreamResponse(headers={"Content-Type": "application/json"})
    await answer.prepare(request)
    raw = json.dumps(data).encode()
    await answer.write(raw[:9])
    await asyncio.sleep(0.02)
    await answer.write(raw[9:])
    return answer


async def test_an_answer_in_pieces_is_read_to_its_end():
    def answer(request):
        place = {"fileId": "F", "uploadUrl": f"{request.url.origin()}/put"}
        return in_pieces(request, place) if request.path.endswith("/attachments") else told({}, 201)

    async with odd(saying(answer, lambda request: in_pieces(request, TOKEN))) as found:
        assert await through(found, out("naverworks", "dm:kim"), out("naverworks", "dm:kim", image=b"\x89PNG")) == [
            Sent(""), Sent(""),
        ]  # fmt: skip


@pytest.mark.parametrize("status", [200, 302, 403, 404, 407])
async def test_a_page_of_something_in_between_is_no_word_of_the_platforms(status):
    async with odd(saying(lambda _: page(status))) as found:
        result = (await through(found, out("naverworks", "dm:kim")))[0]

    assert isinstance(result, Retry)
    assert result.scope == "whole"


@pytest.mark.parametrize("status", [302, 403, 404])
async def test_nor_is_one_in_the_place_of_a_token(status):
    async with odd(saying(lambda _: told({}), lambda _: page(status))) as found:
        result = (await through(found, out("naverworks", "dm:kim")))[0]

    assert isinstance(result, Retry)
    assert result.scope == "whole"


async def test_one_who_may_not_be_written_to_is_gone_and_many_in_a_row_are_the_bot_shut_out():
    async with odd(saying(lambda _: told({"code": "FORBIDDEN"}, 403))) as found:
        results = await through(found, *(out("naverworks", f"dm:{name}") for name in ("kim", "lee", "park", "choi")))

    assert results[:2] == [Gone("403 FORBIDDEN")] * 2
    assert results[2:] == [Retry(timedelta(minutes=1), "whole")] * 2


async def test_a_word_that_got_through_says_that_the_bot_is_let_in():
    async with odd(saying(lambda r: told({"code": "X"}, 403) if "gone" in r.path else told({}, 201))) as found:
        results = await through(
            found, *(out("naverworks", f"dm:{name}") for name in ("gone1", "gone2", "kim", "gone3", "gone4"))
        )

    assert [type(one) for one in results] == [Gone, Gone, Sent, Gone, Gone]


@pytest.mark.parametrize("reset", ["nan", "inf", "-5", "soon", "1e999", ""])
async def test_a_strange_figure_is_no_reason_to_break(reset):
    async with odd(saying(lambda _: told({"code": "X"}, 429, RateLimit_Reset=reset))) as found:
        result = (await through(found, out("naverworks", "dm:kim")))[0]

    assert isinstance(result, Retry)
    assert result.flood
    assert timedelta() <= result.after <= timedelta(minutes=2)


@pytest.mark.parametrize(
    "token",
    [
        {"access_token": "t", "expires_in": "-1e400"}, {"access_token": "t\r\nX: y", "expires_in": "3600"},
        {"access_token": "", "expires_in": "3600"}, {"access_token": ["t"], "expires_in": "3600"},
    ],
)  # fmt: skip
async def test_a_token_that_is_none_is_asked_for_again_later(token):
    async with odd(saying(lambda _: told({}), lambda _: told(token))) as found:
        assert await through(found, out("naverworks", "dm:kim")) == [Retry(timedelta(seconds=1), "whole")]


@pytest.mark.parametrize("name", ['a"\r\nX: y\r\n\r\n.txt', "\ud800.txt", "줄\n바꿈.hwp", "../../x\x00.pdf"])
async def test_a_file_of_any_name_goes_out(name):
    def answer(request):
        place = {"fileId": "F", "uploadUrl": f"{request.url.origin()}/put"}
        return told(place) if request.path.endswith("/attachments") else told({}, 201)

    async with odd(saying(answer)) as found:
        assert await through(found, out("naverworks", "dm:kim", "", file=OutFile(name, b"abc"))) == [Sent("")]
        assert b"\r\nX: y" not in b"".join(body for _, body in found.asked)


@pytest.mark.parametrize("url", ["//x", "https://user:pw@a.worksmobile.com/x", "https://[x", 7])
async def test_an_address_that_is_none_is_a_refusal(url):
    answer = saying(lambda r: told({"fileId": "F", "uploadUrl": url}) if "attach" in r.path else told({}, 201))
    async with odd(answer) as found:
        assert isinstance((await through(found, out("naverworks", "dm:kim", "", image=b"\x89PNG")))[0], Rejected)


@pytest.mark.parametrize("status", [408, 425])
async def test_what_did_not_come_through_is_tried_again(status):
    async with odd(saying(lambda _: web.Response(status=status))) as found:
        assert await through(found, out("naverworks", "dm:kim")) == [Retry(timedelta())]


async def test_a_huge_page_is_a_page():
    async with odd(saying(lambda _: web.Response(status=403, text="<html>" * 50_000))) as found:
        assert await through(found, out("naverworks", "dm:kim")) == [Retry(timedelta(seconds=1), "whole")]
