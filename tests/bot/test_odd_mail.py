"""Mail servers that refuse, hang up and answer strangely: nothing is said twice, nobody is given up for a policy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.platforms import Ambiguous, Gone, Rejected, Retry, Sent
from tests.odd import account, out, sent


class Letters:
    def __init__(self) -> None:
        self.port = 0
        self.count = 0


@asynccontextmanager
async def server(**says: str) -> AsyncIterator[Letters]:
    """A mail server that says what it is told after each command (`end`: after a letter), else what RFC 5321 has."""
    usual = {"EHLO": "250 x", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", "end": "250 ok", "QUIT": "221 bye"}
    said, letters = usual | says, Letters()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 x\r\n")
        within = False
        while line := await reader.readline():
            if within and line != b".\r\n":
                continue
            word = "end" if within else line.decode().strip().upper().partition(" ")[0].partition(":")[0]
            letters.count += within
            within = not within and word == "DATA" and said[word].startswith("354")
            answer = said.get(word, "500 what")
            if not answer:
                break
            writer.write(f"{answer}\r\n".encode())
            if word == "QUIT":
                break
        writer.close()

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    letters.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield letters


async def handed(letters: Letters):
    options = {
        "host": "127.0.0.1", "port": str(letters.port), "security": "none", "sender": "dobi@example.go.kr",
        "timeout_s": "2",
    }  # fmt: skip
    return (await sent(account("mail", options), out("mail", "dm:kim@example.go.kr")))[0]


@pytest.mark.parametrize("farewell", ["221 bye", "250 ok", "421 4.4.2 closing", "500 what", ""])
async def test_a_letter_that_was_taken_is_sent_however_the_server_says_goodbye(farewell):
    async with server(QUIT=farewell) as letters:
        assert isinstance(await handed(letters), Sent)
        assert letters.count == 1


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("550 5.1.1 no such user", Gone),
        ("550 5.1.10 recipient not found", Gone),
        ("550 5.2.1 mailbox disabled", Gone),
        ("550 No such user here", Gone),
        ("551 5.1.6 moved", Gone),
        ("554 5.1.1 no such user", Gone),
        ("550-5.1.1 no such\r\n550 5.1.1 user", Gone),
        ("550 5.7.1 relaying denied", Rejected),
        ("550 5.7.606 banned sending IP", Rejected),
        ("550 5.4.1 access denied", Rejected),
        ("553 5.7.1 sender rejected", Rejected),
        ("552 5.2.2 mailbox full", Rejected),
        ("450 4.2.1 greylisted", Retry),
    ],
)
async def test_who_is_not_there_is_gone_and_a_policy_is_nobodys_end(answer, result):
    async with server(RCPT=answer) as letters:
        assert isinstance(await handed(letters), result)
        assert letters.count == 0


@pytest.mark.parametrize(("answer", "result"), [("", Ambiguous), ("451 later", Retry), ("554 5.7.1 spam", Rejected)])
async def test_the_word_after_a_letter_is_the_servers_last(answer, result):
    async with server(end=answer) as letters:
        assert isinstance(await handed(letters), result)
