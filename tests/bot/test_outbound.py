"""Messengers that carry one way only: signed posts, a watched folder, mail."""

from __future__ import annotations

import asyncio
import csv
import email
import email.policy
import errno
import io
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from bot.messenger import Chat, OutFile, Outgoing, PushFacts, Reply, Why
from bot.messengers import Tools, open_messenger
from bot.messengers import folder as folders
from bot.messengers.mail import is_address, written
from bot.messengers.one_way import after
from bot.messengers.post import signature
from bot.platforms import Content, Gone, Rejected, Retry, Sent
from bot.settings import MessengerAccount, Secret
from tests.conformance.peers.mail import MailPeer, serving
from tests.conformance.peers.one_way import Nowhere

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
KIM = "kim@example.go.kr"


def tools(clock: Any) -> Tools:
    return Tools(clock, clock.sleep, Nowhere())


def out(text: str = "폭설 대비 점검", message: str = "m1", to: str = "dm:kim", **more: Any) -> Outgoing:
    reply = more.pop("reply", None) or Reply(text)
    return Outgoing("gyeongnam", Chat("post", to, to.startswith("dm:")), message, reply, **{"kind": "alert", **more})


# signed posts


@asynccontextmanager
async def answering(status: int, **headers: str) -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    taken: list[tuple[dict[str, str], bytes]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append((dict(request.headers), await request.read()))
        return web.Response(status=status, headers=headers)

    app = web.Application()
    app.router.add_post("/alerts", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/alerts", taken
    finally:
        await runner.cleanup()


def poster(clock: Any, url: str, **options: str) -> Any:
    account = MessengerAccount("post", {"key": Secret("열쇠", "test")}, {"url": url, **options})
    return open_messenger(account, tools(clock))


async def test_a_post_says_what_and_to_whom_and_is_signed(clock) -> None:
    facts = PushFacts("s1", 1, "견본도청", "https://example.go.kr/1", Why(0.7, (), "sub"))
    async with answering(204) as (url, taken):
        messenger = poster(clock, url)
        result = await messenger.send(
            out('폭설 "대비"\n점검', reply=Reply('폭설 "대비"\n점검', facts=facts), edits="m0")
        )
        await messenger.close()

    headers, body = taken[0]
    assert result == Sent("m1")
    assert json.loads(body) == {
        "id": "m1", "to": "kim", "text": '폭설 "대비"\n점검', "kind": "alert", "url": "https://example.go.kr/1",
        "at": NOW.isoformat(), "edits": "m0",
    }  # fmt: skip
    stamp = headers["X-Dobi-Timestamp"]
    assert stamp == str(int(NOW.timestamp()))
    assert headers["X-Dobi-Signature"] == "sha256=" + signature("열쇠".encode(), stamp, body)


def test_the_signature_is_the_published_one() -> None:
    # as `openssl dgst -sha256 -hmac key` makes it
    assert signature(b"key", "1795401000", b'{"id":"m1"}') == (
        "1a25454d2c77c85a7d01ebc8f56a93e6bd56495c9d3574193bb0451eef36a34e"
    )


@pytest.mark.parametrize(
    ("status", "headers", "result"),
    [
        (200, {}, Sent("m1")),
        (429, {"Retry-After": "7"}, Retry(timedelta(seconds=7), "whole", flood=True)),
        (503, {"Retry-After": "Mon, 23 Nov 2026 02:30:09 GMT"}, Retry(timedelta(seconds=9), "whole")),
        (503, {}, Retry(timedelta(seconds=5), "whole")),
        (500, {}, Retry(timedelta(seconds=5))),
        (401, {}, Retry(timedelta(minutes=1), "whole")),
        (410, {}, Gone("410")),
        (404, {}, Gone("404")),
        (400, {}, Rejected("400")),
        (413, {}, Rejected("413")),
        (302, {"Location": "http://127.0.0.1:9/"}, Retry(timedelta(minutes=1), "whole")),
    ],
)
async def test_an_answer_is_a_result(clock, status: int, headers: dict[str, str], result: object) -> None:
    async with answering(status, **headers) as (url, _):
        messenger = poster(clock, url)
        found = await messenger.send(out())
        await messenger.close()

    assert found == result


async def test_nobody_listening_is_asked_again(clock) -> None:
    messenger = poster(clock, "http://127.0.0.1:9/")

    assert await messenger.send(out()) == Retry(timedelta(seconds=5), "whole")
    await messenger.close()


@pytest.mark.parametrize(
    ("header", "span"),
    [("0", 0), ("99999999", 3600), ("-3", None), ("", None), ("bald", None), ("Mon, 23 Nov 2020 02:30:00 GMT", 0),
     ("Mon, 23 Nov 2026 02:30:00", None)],
)  # fmt: skip
def test_a_wait_is_bounded_and_a_strange_one_is_none(header: str, span: int | None) -> None:
    assert after(header, NOW) == (None if span is None else timedelta(seconds=span))


# a watched folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def carrier(clock: Any, path: Path, **options: str) -> Any:
    return open_messenger(MessengerAccount("folder", {}, {"path": str(path), **options}), tools(clock))


async def test_a_message_is_one_whole_file_and_a_repetition_the_same(clock, tmp_path: Path) -> None:
    messenger = carrier(clock, tmp_path)

    results = [await messenger.send(out()), await messenger.send(out()), await messenger.send(out("둘째", "m2"))]

    assert results == [Sent("m1.json"), Sent("m1.json"), Sent("m2.json")]
    assert names(tmp_path) == ["m1.json", "m2.json"]
    assert json.loads((tmp_path / "m1.json").read_text(encoding="utf-8")) == {
        "id": "m1", "to": "kim", "text": "폭설 대비 점검", "kind": "alert", "url": "", "at": NOW.isoformat(),
    }  # fmt: skip


async def test_old_systems_read_their_own_letters(clock, tmp_path: Path) -> None:
    text = '줄 하나, "둘"\n셋 \U0001f3db 똠'

    await carrier(clock, tmp_path, format="csv", encoding="cp949").send(out(text))
    await carrier(clock, tmp_path, format="txt", encoding="cp949").send(out(text, to="총무과"))

    rows = list(csv.reader(io.StringIO((tmp_path / "m1.csv").read_bytes().decode("cp949"), newline="")))
    assert rows == [["m1", NOW.isoformat(), "kim", "alert", "", '줄 하나, "둘"\n셋 ? 똠']]
    assert (tmp_path / "m1.txt").read_bytes().decode("cp949") == '총무과\n\n\n줄 하나, "둘"\n셋 ? 똠\n'


async def test_a_folder_that_is_not_there_or_full_is_tried_again(clock, tmp_path: Path, monkeypatch) -> None:
    assert await carrier(clock, tmp_path / "없는 곳").send(out()) == Retry(timedelta(seconds=30), "whole")

    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(folders.os, "fsync", full)
    assert await carrier(clock, tmp_path).send(out()) == Retry(timedelta(seconds=30), "whole")
    assert names(tmp_path) == []


async def test_an_id_never_leads_out_of_the_folder(clock, tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()

    assert isinstance(await carrier(clock, inside).send(out(message="../m1")), Rejected)
    assert names(tmp_path) == ["in"]


# mail


def mailer(clock: Any, port: int, **options: str) -> Any:
    told = {"host": "127.0.0.1", "port": str(port), "security": "none", "sender": "dobi@example.go.kr",
            "timeout_s": "3", **options}  # fmt: skip
    secrets = {"password": Secret("비밀", "test")} if "user" in options else {}
    return open_messenger(MessengerAccount("mail", secrets, told), tools(clock))


def letter_of(message: Outgoing) -> Any:
    raw = written(message, "dobi@example.go.kr", KIM, "도비", NOW).as_bytes(policy=email.policy.SMTP)
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_letter_has_its_first_line_as_subject_and_an_id_that_stays() -> None:
    letter = letter_of(out("[견본도청] 폭설 대비\n기한 12. 1.(화)", edits="m0"))

    assert letter["Subject"] == "[견본도청] 폭설 대비"
    assert letter["From"] == "도비 <dobi@example.go.kr>"
    assert letter["Message-ID"] == "<m1@example.go.kr>"
    assert letter["References"] == "<m0@example.go.kr>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == NOW
    assert letter.get_body().get_content() == "[견본도청] 폭설 대비\r\n기한 12. 1.(화)\r\n"


@given(st.text(max_size=300))
def test_a_text_never_becomes_a_header(text: str) -> None:
    letter = letter_of(out(text))

    assert set(letter.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding",
        "MIME-Version",
    }  # fmt: skip
    assert letter["To"] == KIM
    assert len(letter.get_all("To")) == 1


@pytest.mark.parametrize(
    ("text", "good"),
    [(KIM, True), ("a.b+c@x-y.go.kr", True), ("a@b", True), ("a@b, c@d", False), ("a@b\r\nBcc: c@d", False),
     ("<a@b>", False), ("a b@c", False), ("", False), ("김@b.kr", False), ("a@-", True), ("a@b\n", False)],
)  # fmt: skip
def test_an_address_is_one(text: str, good: bool) -> None:
    assert is_address(text) is good


async def test_a_letter_arrives_with_its_picture_and_the_picture_in_words(clock) -> None:
    peer = MailPeer(MessengerAccount("mail", {}, {"host": "h", "sender": "a@b.kr"}), clock)
    reply = Reply(
        "줄 18명", alt="오늘 줄 그래프", image=b"\x89PNG\r\n\x1a\n123", file=OutFile("정산\r\n서.xlsx", b"PK")
    )
    async with serving(peer) as port:
        result = await mailer(clock, port).send(out(to=f"dm:{KIM}", reply=reply))

    seen = (await peer.seen(f"dm:{KIM}"))[0]
    assert result == Sent("<m1@example.go.kr>")
    assert (seen.text, seen.image, seen.file) == ("줄 18명\n오늘 줄 그래프", reply.image, ("정산 서.xlsx", b"PK"))
    described = [part["Content-Description"] for part in peer.letters[0][1].iter_attachments()]
    assert described == ["오늘 줄 그래프", None]


class Refusing(MailPeer):
    """Answers one step with what it is told."""

    step, answer = "", ""

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.answer if self.step == "mail" else "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.answer if self.step == "rcpt" else "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        return self.answer if self.step == "data" else "250 OK"


@pytest.mark.parametrize(
    ("step", "answer", "result"),
    [
        ("mail", "550 who are you", Retry(timedelta(minutes=5), "whole")),
        ("rcpt", "550 5.1.1 no such box", Gone("550")),
        ("rcpt", "450 4.2.0 greylisted", Retry(timedelta(seconds=20))),
        ("rcpt", "421 4.7.0 too fast", Retry(timedelta(seconds=20), "whole", flood=True)),
        ("data", "554 5.7.1 looks like spam", Rejected("554")),
        ("data", "452 4.3.1 disk full", Retry(timedelta(seconds=20))),
    ],
)
async def test_a_servers_no_is_typed(clock, step: str, answer: str, result: object) -> None:
    peer = Refusing(MessengerAccount("mail", {}, {"host": "h", "sender": "a@b.kr"}), clock)
    peer.step, peer.answer = step, answer
    async with serving(peer) as port:
        found = await mailer(clock, port).send(out(to=f"dm:{KIM}"))

    assert found == result


async def test_a_server_that_is_away_or_speaks_something_else_is_tried_again(clock) -> None:
    async def rude(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(rude, "127.0.0.1", 0)
    async with server:
        results = [
            await mailer(clock, port).send(out(to=f"dm:{KIM}")) for port in (9, server.sockets[0].getsockname()[1])
        ]

    assert results == [Retry(timedelta(seconds=5), "whole")] * 2


def certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = datetime.now(timezone.utc)  # noqa: UP017
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made - timedelta(days=1))
        .not_valid_after(made + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return cert, secret


async def test_what_should_be_encrypted_is_never_sent_in_the_clear(clock, tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    peer = MailPeer(MessengerAccount("mail", {}, {"host": "h", "sender": "a@b.kr"}), clock)
    sealed = {"host": "localhost", "security": "starttls"}
    async with serving(peer, tls_context=context, require_starttls=True) as port:
        good = await mailer(clock, port, **sealed, ca=str(cert)).send(out(to=f"dm:{KIM}"))
        unknown = await mailer(clock, port, **sealed).send(out(to=f"dm:{KIM}", message="m2"))
    async with serving(peer) as port:
        stripped = await mailer(clock, port, **sealed, ca=str(cert)).send(out(to=f"dm:{KIM}", message="m3"))

    assert good == Sent("<m1@example.go.kr>")
    assert unknown == stripped == Retry(timedelta(seconds=5), "whole")
    assert len(peer.letters) == 1


# all of them


@pytest.mark.parametrize(
    "account",
    [
        MessengerAccount("post", {"key": Secret("k", "test")}, {"url": "http://127.0.0.1:9/", "max_text": "700"}),
        MessengerAccount("folder", {}, {"path": "/nowhere", "max_text": "700"}),
        MessengerAccount("mail", {}, {"host": "h", "sender": "a@b.kr", "max_text": "700"}),
    ],
    ids=lambda account: account.adapter,
)
async def test_they_carry_and_hear_nothing(clock, account: MessengerAccount) -> None:
    messenger = open_messenger(account, tools(clock))
    capable = messenger.capabilities

    async def never(_: object) -> None:
        raise AssertionError("nobody speaks there")

    listening = asyncio.create_task(messenger.run(never))
    await asyncio.sleep(0)
    assert not listening.done()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert (capable.talks, capable.location_in, capable.buttons, capable.max_text) == (False, False, False, 700)
    assert capable.content is Content.OFFICE
    told = open_messenger(replace(account, content=Content.PUBLIC), tools(clock)).capabilities
    assert told.content is Content.PUBLIC
    lacking = replace(account, options={}, secrets={})
    with pytest.raises(ValueError, match=account.adapter):
        open_messenger(lacking, tools(clock))
