"""Telegram on odd days: what it says of one kind of message, waits of a week, files that lie where they should not."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.messenger import Button, FileRef, FileRefusedError, OutFile
from bot.messengers import open_messenger
from bot.platforms import Gone, Rejected, Retry, Sent
from tests.odd import Odd, account, odd, out, sent, told, tools

GROUP, KIM = "-100555", "dm:77"
WELL = {"ok": True, "result": {"message_id": 5, "date": 1, "chat": {"id": 77, "type": "private"}}}


def at(found: Odd):
    return account("telegram", {"api_url": found.url, "timeout_s": "3"}, token="123456:ABCDEFGHIJKLMNOP")


def refused(status: int, said: str, **parameters: Any):
    more = {"parameters": parameters} if parameters else {}
    return lambda _: told({"ok": False, "error_code": status, "description": said, **more}, status)


@pytest.mark.parametrize("kind", ["photos", "documents"])
async def test_a_group_that_takes_no_pictures_still_takes_words(kind):
    said = f"Bad Request: not enough rights to send {kind} to the chat"
    async with odd(refused(400, said)) as found:
        picture = out("telegram", GROUP, image=b"\x89PNG\r\n")
        assert isinstance((await sent(at(found), picture))[0], Rejected)


@pytest.mark.parametrize(
    "said",
    [
        "Bad Request: not enough rights to send text messages to the chat", "Bad Request: CHAT_WRITE_FORBIDDEN",
        "Bad Request: USER_IS_BLOCKED", "Bad Request: INPUT_USER_DEACTIVATED", "Bad Request: CHANNEL_PRIVATE",
        "Bad Request: USER_BANNED_IN_CHANNEL", "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN",
    ],
)  # fmt: skip
async def test_a_chat_in_which_nothing_can_be_said_is_gone(said):
    async with odd(refused(400, said)) as found:
        assert isinstance((await sent(at(found), out("telegram", GROUP)))[0], Gone)


@pytest.mark.parametrize(
    ("told_s", "waits"),
    [(0, 0), (86_400, 86_400), (10**7, 7 * 86_400), (10**30, 7 * 86_400), ("12", 12), (-3, 1), (None, 1), ("x", 1)],
)
async def test_a_wait_is_kept_as_it_was_said_and_never_made_short(told_s, waits):
    async with odd(refused(429, "Too Many Requests", retry_after=told_s)) as found:
        assert await sent(at(found), out("telegram", KIM)) == [Retry(timedelta(seconds=waits), "chat", flood=True)]


async def test_what_is_too_large_is_never_taken_and_no_doubt():
    async with odd(refused(413, "Request Entity Too Large")) as found:
        assert isinstance((await sent(at(found), out("telegram", KIM, "", file=OutFile("a", b"x"))))[0], Rejected)


@pytest.mark.parametrize("text", ["\ud83d 위치", "\udc00\ud800", "영\x00영"])
async def test_half_a_letter_does_not_keep_a_message_from_its_reader(text):
    async with odd(lambda _: told(WELL)) as found:
        assert await sent(at(found), out("telegram", KIM, text, buttons=(Button(text, "p"),))) == [Sent("5")]
        assert b"text=" in found.asked[0][1]


@pytest.mark.parametrize("name", ['a"\r\nX: y\r\n\r\n.txt', "\ud800.txt", "줄\n바꿈.hwp", "../../x\x00.pdf"])
async def test_a_file_of_any_name_goes_out(name):
    async with odd(lambda _: told(WELL)) as found:
        assert await sent(at(found), out("telegram", KIM, "말", file=OutFile(name, b"abc"))) == [Sent("5")]
        assert b"\r\nX: y" not in found.asked[0][1]


@pytest.mark.parametrize("path", ["/etc/hostname", "../../x", "a/../../../x", "https://evil.example/x", "//evil/x", ""])
async def test_a_file_lies_at_the_platform_and_nowhere_else(path):
    """The library reads a path that is a file of this machine's from its disk."""
    there = {"ok": True, "result": {"file_id": "f", "file_unique_id": "u", "file_path": path}}
    async with odd(lambda request: told(there) if "getFile" in request.path else told("remote")) as found:
        messenger = open_messenger(at(found), tools())
        try:
            with pytest.raises(FileRefusedError):
                await messenger.fetch(FileRef("a", "f"))
        finally:
            await messenger.close()

    assert len(found.asked) == 1


async def test_no_word_of_a_message_is_in_a_result_or_a_log(caplog):
    caplog.set_level(logging.DEBUG)
    async with odd(refused(400, "Bad Request: secret words")) as found:
        result = (await sent(at(found), out("telegram", KIM, "secret \ud800 words")))[0]

    assert isinstance(result, Rejected)
    assert "secret" not in "".join(one.getMessage() for one in caplog.records if one.name.startswith("bot"))
