"""Mail: alerts as plain text through an office's mail server.

The Message-ID is made of Dobi's id of the message, so that a repetition can be recognised; most servers deliver it
twice all the same, and `idempotent_send` says so. Headers are made by the library from checked values: a text never
becomes a header, an address never two.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import smtplib
import ssl
from dataclasses import dataclass, replace
from datetime import timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from typing import TYPE_CHECKING

from bot.messengers.one_way import CAPABILITIES, OneWay, bounded, recipient, words
from bot.platforms import Ambiguous, Gone, Rejected, Retry, SendResult, Sent
from bot.wording import matrix as wording

if TYPE_CHECKING:
    from datetime import datetime

    from bot.messenger import Outgoing
    from bot.messengers.tools import Tools
    from bot.settings import MessengerAccount

MAIL = replace(CAPABILITIES, idempotent_send=False, image_out=True, file_out=True, max_text=100_000)

_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}")
_LONGEST_SUBJECT = 80
_LATER = timedelta(seconds=20)  # and longer each time: delivery backs off
_NO_SUCH = frozenset({550, 551, 553})
_ENHANCED = re.compile(rb"5\.(\d{1,3})\.(\d{1,3})(?!\d)")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. `security`: `starttls`, `tls` from the start, or `none`."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""
    ca: str | None = None
    timeout_s: float = 8.0


class MailMessenger(OneWay):
    """One sender's address."""

    name = "mail"

    def __init__(self, server: Server, title: str, account: MessengerAccount, tools: Tools) -> None:
        self.capabilities = bounded(MAIL, account)
        self._server = server
        self._title = title
        self._now = tools.now

    async def send(self, message: Outgoing) -> SendResult:
        """Hands one mail to the server."""
        to = recipient(message)
        if not is_address(to):
            return Rejected("no mail address")
        letter = written(message, self._server.sender, to, self._title, self._now())
        result = await asyncio.to_thread(_handed, self._server, to, letter.as_bytes(policy=policy.SMTP))
        return Sent(letter["Message-ID"]) if result is None else result


def is_address(text: str) -> bool:
    """Whether it is one plain mail address."""
    return _ADDRESS.fullmatch(text) is not None


def written(message: Outgoing, sender: str, to: str, title: str, now: datetime) -> EmailMessage:
    """The mail: its subject is the first line, a picture and a file are attached, the picture's words stand below."""
    domain = sender.rpartition("@")[2]
    text = words(message).encode("utf-8", "replace").decode()
    letter = EmailMessage(policy=policy.SMTP)
    letter["From"] = Address(title, addr_spec=sender)
    letter["To"] = Address(addr_spec=to)
    letter["Subject"] = _line(text.strip().partition("\n")[0]) or title
    letter["Date"] = now
    letter["Message-ID"] = f"<{_token(message.message)}@{domain}>"
    if message.edits:
        letter["References"] = f"<{_token(message.edits)}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    letter.set_content(text, cte="base64")
    reply = message.reply
    if reply.image is not None:
        kind = "png" if reply.image.startswith(b"\x89PNG") else "jpeg"
        letter.add_attachment(reply.image, maintype="image", subtype=kind, filename=f"dobi.{kind}")
        _describe(letter, reply.alt or "")
    if reply.file is not None:
        name = _line(reply.file.name) or "file"
        letter.add_attachment(reply.file.data, maintype="application", subtype="octet-stream", filename=name)
    return letter


def _describe(letter: EmailMessage, alt: str) -> None:
    part = list(letter.iter_attachments())[-1]
    if alt:
        part["Content-Description"] = _line(alt)


def _line(text: str) -> str:
    """One line for a header: what is no visible letter is a space."""
    clean = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(clean.split())[:_LONGEST_SUBJECT]


def _token(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", text)


def _handed(server: Server, to: str, letter: bytes) -> SendResult | None:
    """None when the server took it over. Blocking: for a thread."""
    try:
        line = _connected(server)
    except smtplib.SMTPAuthenticationError as error:
        log.warning("the mail server refuses Dobi's account: %d", error.smtp_code)
        return Retry(timedelta(minutes=5), "whole")
    except (OSError, smtplib.SMTPException) as error:
        return _unreached(error)
    try:
        return _spoken(line, server.sender, to, letter)
    except (OSError, smtplib.SMTPException) as error:  # before anything was handed over
        return _unreached(error)
    finally:
        _ended(line)


def _unreached(error: Exception) -> Retry:
    log.warning("the mail server was not reached: %s", type(error).__name__)
    return Retry(timedelta(seconds=5), "whole")


def _ended(line: smtplib.SMTP) -> None:
    """Says goodbye; what is answered to that changes nothing of what was said before."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        line.docmd("QUIT")
    line.close()


def _connected(server: Server) -> smtplib.SMTP:
    trust = None if server.security == "none" else ssl.create_default_context(cafile=server.ca)
    if server.security == "tls":
        line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_s, context=trust)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
    try:
        if server.security == "starttls":
            line.starttls(context=trust)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _spoken(line: smtplib.SMTP, sender: str, to: str, letter: bytes) -> SendResult | None:
    line.ehlo_or_helo_if_needed()
    code, _ = line.mail(sender)
    if code != 250:
        log.warning("the mail server refuses Dobi's address: %d", code)
        return Retry(timedelta(minutes=5), "whole")
    code, why = line.rcpt(to)
    if code not in {250, 251}:
        return Gone(str(code)) if _nobody(code, why) else _refused(code)
    try:
        code, _ = line.data(letter)
    except smtplib.SMTPDataError as error:  # refused before a byte of it
        return _refused(error.smtp_code)
    except (OSError, smtplib.SMTPException) as error:
        return Ambiguous(type(error).__name__)
    return None if code == 250 else _refused(code)


def _nobody(code: int, why: bytes) -> bool:
    """Whether there is no such mailbox (RFC 3463, 5.1.z and 5.2.1); a policy against Dobi's own mail says 550 too."""
    told = _ENHANCED.match(why.lstrip())
    if told is None:
        return code in _NO_SUCH
    return 500 <= code < 600 and (told[1] == b"1" or (told[1], told[2]) == (b"2", b"1"))


def _refused(code: int) -> Retry | Rejected:
    """4yz: later; 5yz: never (RFC 5321, 4.2.1). 421 ends the connection for everybody."""
    if 400 <= code < 500:
        return Retry(_LATER, "whole" if code == 421 else "chat", flood=code == 421)
    return Rejected(str(code))


def make(account: MessengerAccount, tools: Tools) -> MailMessenger:
    """The adapter of an account.

    Raises:
        ValueError: it lacks a server or a sender; in Korean, for the operator.
    """
    options = account.options
    if not options.get("host") or not is_address(options.get("sender", "")):
        raise ValueError(wording.unset("mail", "host, sender"))
    security = options.get("security", "starttls")
    usual = {"starttls": 587, "tls": 465}.get(security, 25)
    server = Server(
        host=options["host"],
        port=int(options.get("port", usual)),
        security=security,
        sender=options["sender"],
        user=options.get("user", ""),
        password=account.secrets["password"].reveal() if "password" in account.secrets else "",
        ca=options.get("ca"),
        timeout_s=float(options.get("timeout_s", "8")),
    )
    return MailMessenger(server, options.get("name", wording.sender_name()), account, tools)
