"""Slack on odd days: pages in its place, and an organisation of many workspaces (Enterprise Grid)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from bot.messenger import Button, OutFile
from bot.messengers import Tools, open_messenger
from bot.messengers.slack.incoming import Me, foreign
from bot.messengers.slack.socket import CHECK_S
from bot.platforms import Ambiguous, Gone, Retry, Sent
from tests.odd import NOW, Memory, Odd, account, odd, out, page, sent, told

GRID, ALONE = Me("UBOT", "BBOT", "T1", "E1"), Me("UBOT", "BBOT", "T1")


def at(found: Odd):
    options = {"base_url": f"{found.url}/api/", "answer_s": "3"}
    return account("slack", options, bot_token="xoxb-1", app_token="xapp-1")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 407, 451])
async def test_a_page_of_something_in_between_loses_no_message(status):
    async with odd(lambda _: page(status)) as found:
        result = (await sent(at(found), out("slack", "C1")))[0]

    assert isinstance(result, Retry)
    assert result.scope == "whole"


@pytest.mark.parametrize("text", ["", "<html>", '{"ok": tr'])
async def test_an_answer_that_is_none_leaves_a_doubt(text):
    async with odd(lambda _: web.Response(text=text, content_type="application/json")) as found:
        assert isinstance((await sent(at(found), out("slack", "C1")))[0], Ambiguous)


@pytest.mark.parametrize("code", ["token_rotation_required", "not_allowed_token_type", "invalid_token"])
async def test_a_token_that_is_the_wrong_one_is_no_messages_fault(code):
    async with odd(lambda _: told({"ok": False, "error": code})) as found:
        result = (await sent(at(found), out("slack", "C1")))[0]

    assert isinstance(result, Retry)
    assert result.scope == "whole"


@pytest.mark.parametrize("code", ["external_channel_migrating", "failed_sending"])
async def test_what_passes_is_tried_again(code):
    async with odd(lambda _: told({"ok": False, "error": code})) as found:
        assert isinstance((await sent(at(found), out("slack", "C1")))[0], Retry)


async def test_a_floods_word_is_one_whatever_its_status():
    async with odd(lambda _: told({"ok": False, "error": "ratelimited"}, 200, Retry_After="17")) as found:
        result = (await sent(at(found), out("slack", "C1")))[0]

    assert isinstance(result, Retry)
    assert (result.after.total_seconds(), result.scope, result.flood) == (17, "chat", True)


async def test_an_archived_channel_is_gone():
    async with odd(lambda _: told({"ok": False, "error": "is_archived"})) as found:
        assert isinstance((await sent(at(found), out("slack", "C1")))[0], Gone)


async def test_a_slack_that_hangs_up_at_once_each_time_is_asked_more_and_more_slowly():
    """`apps.connections.open` allows a call a minute, and some at once."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0.02 if seconds == CHECK_S else 0)

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/ws":
            line = web.WebSocketResponse()
            await line.prepare(request)
            await line.send_str('{"type": "hello"}')
            await line.send_str('{"type": "disconnect", "reason": "refresh_requested"}')
            await line.receive()
            return line
        there = f"{request.url.origin()}/ws".replace("http", "ws", 1)
        return told({"ok": True, "url": there, "user_id": "UBOT", "bot_id": "B1", "team_id": "T1"})

    async def keep(_update: object) -> None:
        return None

    async with odd(answer) as found:
        messenger = open_messenger(at(found), Tools(lambda: NOW, sleep, Memory()))
        running = asyncio.create_task(messenger.run(keep))
        async with asyncio.timeout(60):
            while len([one for one in waits if one != CHECK_S]) < 6:  # noqa: ASYNC110 - it happens in the library
                await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await messenger.close()

    assert [one for one in waits if one != CHECK_S][:6] == [2, 4, 8, 16, 20, 20]


def event(team: str, **around: Any) -> dict[str, Any]:
    said = {"type": "message", "channel": "C1", "user": "W2", "text": "식당", "ts": "1.1", "user_team": team}
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": said} | around


SLASH = {"command": "/dobi", "text": "식당", "user_id": "W2", "channel_id": "C1", "team_id": "T2", "trigger_id": "t"}
PRESS = {"type": "block_actions", "user": {"id": "W2", "team_id": "T2"}, "team": {"id": "T2"}, "actions": []}


@pytest.mark.parametrize(
    "body",
    [
        event("T2", enterprise_id="E1", is_ext_shared_channel=False),
        SLASH | {"enterprise_id": "E1"},
        PRESS | {"enterprise": {"id": "E1", "name": "x"}},
        PRESS | {"enterprise": None, "team": {"id": "T2", "enterprise_id": "E1"}},
    ],
)
def test_a_colleague_of_another_workspace_of_the_organisation_is_heard(body):
    assert not foreign(body, GRID)


@pytest.mark.parametrize(
    "body",
    [
        event("T9", enterprise_id="E1", is_ext_shared_channel=True),
        event("T9", enterprise_id="E1"),
        event("T9"),
        SLASH | {"enterprise_id": "E9"},
        SLASH,
        PRESS | {"enterprise": {"id": "E9"}},
        PRESS | {"enterprise": "E1"},
        PRESS,
    ],
)
def test_another_organisations_are_not(body):
    assert foreign(body, GRID)


def test_where_there_is_one_workspace_there_are_no_colleagues_elsewhere():
    assert foreign(event("T2", enterprise_id="E1", is_ext_shared_channel=False), ALONE)
    assert foreign(SLASH | {"enterprise_id": ""}, ALONE)


# --- what Slack itself hardly says, and what nobody should write


@pytest.mark.parametrize("body", ["[1]", '{"ok": true}', '{"ok": true, "channel": null, "ts": null}', '"x"'])
async def test_an_answer_without_a_message_leaves_a_doubt_and_breaks_nothing(body):
    async with odd(lambda _: web.Response(text=body, content_type="application/json")) as found:
        assert isinstance((await sent(at(found), out("slack", "C1")))[0], Ambiguous)


async def test_letters_that_are_none_are_a_doubt_too():
    body = b'{"ok": true, "channel": "C1", "ts": "\xff"}'
    async with odd(lambda _: web.Response(body=body, content_type="application/json")) as found:
        assert isinstance((await sent(at(found), out("slack", "C1")))[0], Ambiguous)


def sharing(**over: Any):
    """Slack, with which files are shared; `over`: what a step says instead."""

    def answer(request: web.Request) -> web.StreamResponse:
        step = request.path.rpartition("/")[2]
        if step in over:
            return over[step]
        place = {"ok": True, "upload_url": f"{request.url.origin()}/put", "file_id": "F1"}
        return told(place) if step == "files.getUploadURLExternal" else told({"ok": True})

    return answer


@pytest.mark.parametrize(
    "over",
    [
        {"files.getUploadURLExternal": page(200)}, {"files.getUploadURLExternal": page(403)},
        {"files.getUploadURLExternal": told({"ok": True})}, {"put": page(302)}, {"put": page(500)},
    ],
)  # fmt: skip
async def test_what_fails_before_the_last_step_of_a_file_is_tried_again(over):
    """A redirection loses the bytes, and the address behind it says 200."""
    async with odd(sharing(**over)) as found:
        assert isinstance((await sent(at(found), out("slack", "C1", "", file=OutFile("a.txt", b"abc"))))[0], Retry)


@pytest.mark.parametrize("name", ['a"\r\nX: y.txt', "\ud800.txt", "줄\n바꿈.hwp", "../../x\x00.pdf"])
async def test_a_file_of_any_name_goes_out(name):
    async with odd(sharing()) as found:
        assert isinstance((await sent(at(found), out("slack", "C1", "", file=OutFile(name, b"abc"))))[0], Sent)


async def test_half_a_letter_does_not_keep_a_message_from_its_reader():
    async with odd(lambda _: told({"ok": True, "channel": "C1", "ts": "1.1"})) as found:
        message = out("slack", "C1", "반\ud83d쪽\x00", buttons=(Button("반\ud83d쪽", "p"),))
        assert await sent(at(found), message) == [Sent("C1:1.1")]
        assert b"\\ud83d" not in found.asked[0][1]
        assert b"\\u0000" not in found.asked[0][1]
