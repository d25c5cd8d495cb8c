"""A homeserver, or what stands before it, on odd days: nobody is given up for it, and one room stops no other."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.messenger import OutFile, Update
from bot.messengers import Tools, open_messenger
from bot.platforms import Gone, Rejected, Retry, Sent
from tests.odd import NOW, Memory, account, at_once, odd, out, page, sent, told

ME, KIM, DIRECT, ROOM = "@dobi:h.kr", "@kim:h.kr", "!d:h.kr", "!g:h.kr"
PAGES = [200, 302, 403, 404, 407]


def member(user: str) -> dict[str, Any]:
    return {"type": "m.room.member", "state_key": user, "content": {"membership": "join"}}


def well(request) -> Any:
    path = request.path
    if path.endswith("/whoami"):
        return told({"user_id": ME})
    if path.endswith("/displayname"):
        return told({"displayname": "도비"})
    if path.endswith("/state"):
        return told([member(ME), member(KIM)])
    if path.endswith("/m.direct"):
        return told({KIM: [DIRECT]})
    if path.endswith("/upload"):
        return told({"content_uri": "mxc://h.kr/abc"})
    return told({"event_id": "$1"}) if "/send/" in path else told({"errcode": "M_NOT_FOUND"}, 404)


def at(url: str, **options: str):
    return account("matrix", {"homeserver": url, "user": ME, "timeout_s": "5", "poll_s": "1"} | options, token="t")


async def through(part: str, answer, *messages) -> list[Any]:
    async with odd(lambda request: answer() if part in request.path else well(request)) as found:
        return await sent(at(found.url), *messages or [out("matrix", f"dm:{KIM}")])


@pytest.mark.parametrize("part", ["/send/", "/state", "/whoami", "/m.direct"])
@pytest.mark.parametrize("status", PAGES[1:])
async def test_a_page_of_something_in_between_is_no_word_of_the_homeservers(part, status):
    for message in (out("matrix", f"dm:{KIM}"), out("matrix", ROOM)):
        if part == "/m.direct" and message.chat.id == ROOM:
            continue
        assert await through(part, lambda: page(status), message) == [Retry(timedelta(seconds=1), "whole")]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, "M_USER_SUSPENDED"), (403, "M_RESOURCE_LIMIT_EXCEEDED"), (400, "M_RESOURCE_LIMIT_EXCEEDED"),
        (403, "M_CONSENT_NOT_GIVEN"), (401, "M_USER_LOCKED"), (403, "M_USER_DEACTIVATED"), (404, "M_UNRECOGNIZED"),
        (405, "M_UNRECOGNIZED"), (403, "M_GUEST_ACCESS_FORBIDDEN"),
    ],
)  # fmt: skip
async def test_what_ails_dobis_own_account_is_nobody_elses_end(status, code):
    for part in ("/send/", "/state") if code != "M_UNRECOGNIZED" else ("/send/",):
        results = await through(part, lambda: told({"errcode": code}, status))
        assert results == [Retry(timedelta(minutes=1), "whole")]


async def test_who_dobi_is_may_be_refused_and_nobody_is_gone_for_it():
    results = await through("/whoami", lambda: told({"errcode": "M_FORBIDDEN"}, 403))

    assert results == [Retry(timedelta(minutes=1), "whole")]


async def test_a_password_that_is_refused_is_nobodys_end():
    def answer(request):
        if request.path.endswith("/login"):
            return told({"errcode": "M_FORBIDDEN", "error": "Invalid username or password"}, 403)
        return well(request)

    async with odd(answer) as found:
        options = {"homeserver": found.url, "user": ME}
        results = await sent(account("matrix", options, password="old"), out("matrix", f"dm:{KIM}"))

    assert results == [Retry(timedelta(minutes=1), "whole")]


@pytest.mark.parametrize(("status", "code", "kind"), [(403, "M_FORBIDDEN", Retry), (404, "M_NOT_FOUND", Gone)])
async def test_a_chat_that_is_no_more_is_gone_and_one_that_is_closed_is_looked_at_once_more(status, code, kind):
    assert isinstance((await through("/send/", lambda: told({"errcode": code}, status)))[0], kind)


async def test_a_gateway_that_takes_no_such_large_file_says_so():
    messages = out("matrix", f"dm:{KIM}", "", image=b"\x89PNG\r\n")
    assert isinstance((await through("/upload", lambda: page(413), messages))[0], Rejected)


@pytest.mark.parametrize("state", [{}, "x", {"chunk": []}])
async def test_a_state_that_is_none_is_no_empty_room(state):
    """Whether a room is sealed, and who is in it, is not known: nothing is said there, and nobody is gone."""
    for to in (f"dm:{KIM}", ROOM):
        assert isinstance((await through("/state", lambda: told(state), out("matrix", to)))[0], Retry)


@pytest.mark.parametrize("name", ["\ud800.txt", "줄\n바꿈.hwp", "../../x\x00.pdf"])
async def test_a_file_of_any_name_goes_out(name):
    message = out("matrix", f"dm:{KIM}", "", file=OutFile(name, b"abc"))
    assert await through("nowhere", lambda: None, message) == [Sent("$1")]


# --- what comes in


def said(number: int, text: str, room: str = DIRECT) -> dict[str, Any]:
    event = {
        "type": "m.room.message", "sender": KIM, "event_id": f"${number}", "origin_server_ts": 1_764_000_000_000,
        "content": {"msgtype": "m.text", "body": text},
    }  # fmt: skip
    return {room: {"timeline": {"events": [event], "limited": False, "prev_batch": "p"}}}


class Ear:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.came = asyncio.Event()
        self.now = NOW

    async def receive(self, update: Update) -> None:
        self.texts.append(update.text)
        self.came.set()


async def heard(url: str, ear: Ear, memory: Memory, starts: int = 1) -> None:
    """Runs the adapter until something was heard, started anew as often as it may end before."""
    messenger = open_messenger(at(url), Tools(lambda: ear.now, at_once, memory))
    try:
        async with asyncio.timeout(60):
            for _ in range(starts):
                running = asyncio.create_task(messenger.run(ear.receive))
                coming = asyncio.create_task(ear.came.wait())
                await asyncio.wait([running, coming], return_when=asyncio.FIRST_COMPLETED)
                for task in (running, coming):
                    task.cancel()
                await asyncio.gather(running, coming, return_exceptions=True)
                if ear.came.is_set():
                    return
                ear.now += timedelta(minutes=2)
    finally:
        await messenger.close()
    raise AssertionError("nothing was heard")


@pytest.mark.parametrize("code", ["M_UNKNOWN_POS", "M_INVALID_PARAM", "M_UNKNOWN"])
async def test_a_place_that_the_homeserver_knows_no_more_is_left_and_reading_goes_on(code):
    """A homeserver that was restored from its backup knows no place of afterwards: Dobi is not deaf for ever."""
    told_to = []

    def answer(request):
        if not request.path.endswith("/sync"):
            return well(request)
        told_to.append(request.query.get("since", ""))
        if told_to[-1] == "old":
            return told({"errcode": code}, 400)
        return told({"next_batch": "new", "rooms": {"join": said(len(told_to), "식당")}})

    ear, memory = Ear(), Memory(json.dumps({"since": "old"}))
    async with odd(answer) as found:
        await heard(found.url, ear, memory)

    assert told_to[:3] == ["old", "", "new"]
    assert ear.texts[0] == "식당"


@pytest.mark.parametrize("status", [403, 404, 413, 500])
async def test_a_room_that_cannot_be_looked_at_silences_no_other(status):
    """The homeserver says 500 of one broken room for ever: whoever writes elsewhere is heard all the same."""

    def answer(request):
        if request.path.endswith("/sync"):
            rooms = {**said(1, "고장", "!bad:h.kr"), **said(2, "식당")}
            return told({"next_batch": "s1", "rooms": {"join": rooms}})
        if request.path.endswith("/state") and "bad" in request.path:
            return told({"errcode": "M_X"}, status)
        return well(request)

    ear = Ear()
    async with odd(answer) as found:
        await heard(found.url, ear, Memory(json.dumps({"since": "s0"})), starts=20)

    assert ear.texts[0] == "식당"


async def test_a_homeserver_that_is_sick_for_a_while_loses_nothing():
    times = []

    def answer(request):
        if request.path.endswith("/sync"):
            return told({"next_batch": "s1", "rooms": {"join": said(1, "식당")}})
        if request.path.endswith("/state"):
            times.append(1)
            return told({"errcode": "M_UNKNOWN"}, 500) if len(times) < 4 else well(request)
        return well(request)

    ear = Ear()
    async with odd(answer) as found:
        await heard(found.url, ear, Memory(json.dumps({"since": "s0"})), starts=6)

    assert ear.texts[0] == "식당"
