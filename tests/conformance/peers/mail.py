"""A mail server (aiosmtpd) and two people with a mailbox."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.settings import MessengerAccount
from tests.conformance.peer import Can, Fault, Seen
from tests.conformance.peers.one_way import OneWayPeer

WAITS_S = 1.0


def missing() -> str:
    """It needs nothing."""
    return ""


class MailPeer(OneWayPeer):
    """The mailboxes; each delivery stands in them, repetitions too."""

    name = "mail"
    can = frozenset({Can.FAULTS, Can.BLOCK, Can.GROUP})
    people = ("kim@example.go.kr", "park@example.go.kr")
    group = "chongmu@example.go.kr"

    def __init__(self, account: MessengerAccount, now: Callable[[], datetime]) -> None:
        super().__init__(account, now)
        self.letters: list[tuple[str, EmailMessage]] = []

    async def seen(self, chat: str) -> list[Seen]:
        """A mailbox."""
        return [_seen(letter) for to, letter in self.letters if to == chat.removeprefix("dm:")]

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Somebody's box."""
        self.counts["rcpt"] += 1
        if self.faults and self.faults[0] is Fault.FLOOD:
            self.faults.popleft()
            self.counts["refused"] += 1
            return "421 4.7.0 too many messages, come again later"
        if self.faults and self.faults[0] is Fault.CUT:
            self.faults.popleft()
            _abort(server)
            return "421 gone"
        if address not in {*self.people, self.group} or address in self.blocked:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A letter."""
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.ERROR:
            return "451 4.3.0 not now"
        assert isinstance(envelope.content, bytes)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters += [(to, letter) for to in envelope.rcpt_tos]
        if fault is Fault.LOST:
            _abort(server)
        if fault is Fault.SLOW:
            await asyncio.sleep(WAITS_S * 1.5)
        return "250 OK"


def _abort(server: SMTP) -> None:
    transport: Any = server.transport
    transport.abort()


def _seen(letter: EmailMessage) -> Seen:
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n").removesuffix("\n")
    image: bytes | None = None
    file: tuple[str, bytes] | None = None
    for part in letter.iter_attachments():
        if part.get_content_maintype() == "image":
            image = part.get_content()
        else:
            file = (part.get_filename() or "", part.get_content())
    return Seen(str(letter["Message-ID"]), text, image=image, file=file)


@asynccontextmanager
async def serving(peer: MailPeer, **more: Any) -> AsyncIterator[int]:
    """The port on 127.0.0.1."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(peer, hostname="mail.example.go.kr", ident="a mail server", loop=loop, **more), "127.0.0.1", 0
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def opened(folder: Path, now: Callable[[], datetime]) -> AsyncIterator[MailPeer]:
    """A server without encryption, as inside an office."""
    options = {
        "host": "127.0.0.1",
        "port": "1",
        "security": "none",
        "sender": "dobi@example.go.kr",
        "timeout_s": str(WAITS_S),
    }
    draft = MailPeer(MessengerAccount("mail", {}, options), now)
    async with serving(draft) as port:
        account = MessengerAccount("mail", {}, {**options, "port": str(port)})
        known = MailPeer(account, now)
        draft.account, draft.messenger = account, known.messenger
        yield draft
