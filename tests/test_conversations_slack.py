"""What Slack's forms and commands lead to in a whole house, and the manifest with which an operator makes the app."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import open_house, wall
from bot.clock import TickingClock
from bot.messengers.slack import forms, incoming
from bot.settings import parse
from bot.wording.forms import FORMS, Form
from tests.conformance.peers.slack_strict import opened
from tests.conformance.slack import manifest as app
from tests.conformance.slack.listening import now, until
from tests.talk import Talk, labels, talking, text

SOURCE = Path(forms.__file__).parent
MANIFEST = Path(__file__).parents[1] / "docs" / "slack-manifest.yaml"

# https://slack.com/help/articles/201259356-Use-built-in-slash-commands: no app may have these
SLACKS_OWN = frozenset({
    "/me", "/status", "/away", "/dnd", "/shrug", "/remind", "/msg", "/dm", "/feed", "/who", "/collapse", "/expand",
    "/leave", "/join", "/open", "/search", "/topic", "/mute", "/pro", "/shortcuts", "/help", "/invite", "/apps",
    "/archive", "/call", "/feedback", "/star", "/remove", "/rename", "/kick", "/prefs", "/active", "/keys",
})  # fmt: skip


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return dict(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("slack"), roles=("deliver", "chat")) as stage:
        yield stage


def filled(name: str, **values: str) -> str:
    """What a form says that was filled so."""
    form: Form = next(one for one in FORMS if one.name == name)
    return f"{form.slash} {form.sentence({field.name: values.get(field.name, '') for field in form.fields})}"


@pytest.mark.asyncio(loop_scope="module")
class TestForms:
    async def test_the_trips_form_is_a_memo_to_be_confirmed(self, talk: Talk) -> None:
        user = talk.newcomer()
        await talk.agree(user)

        answer = await talk.say(
            user,
            filled(
                "trip", day="2026-11-24", since="13:00", until="18:00", where="진주 스마트팜 현장 점검",
                vehicle="관용차", mates="박주무관 이주무관", document="농정과-812",
            ),
        )  # fmt: skip

        said = "\n".join(one.reply.text for one in answer)
        for part in ("11. 24.", "13:00", "진주 스마트팜", "관용차", "농정과-812"):
            assert part in said, said

    async def test_a_trip_of_which_only_the_day_and_place_are_known_is_one(self, talk: Talk) -> None:
        user = talk.newcomer()
        await talk.agree(user)

        said = (await talk.say(user, filled("trip", day="2026-11-25", where="사천시청")))[0].reply.text

        assert "11. 25." in said
        assert "사천시청" in said

    async def test_the_subscriptions_form_subscribes(self, talk: Talk) -> None:
        user = talk.newcomer()
        await talk.say(user, "안녕하세요")

        answer = await talk.say(user, filled("subscribe", words="스마트팜"))

        assert "스마트팜" in text(answer)
        assert "스마트팜" in (await talk.say(user, "목록"))[0].reply.text
        assert isinstance(labels(answer[0]), list)

    async def test_every_form_and_command_of_the_manifest_leads_somewhere(
        self, talk: Talk, manifest: dict[str, Any]
    ) -> None:
        known = {slash for route in talk.router._grammar.routes for slash in route.slash}
        commands = {one["command"] for one in manifest["features"]["slash_commands"]}

        assert {one.removeprefix("/") for one in commands - {incoming.ANY_COMMAND}} <= known
        assert {form.slash for form in FORMS} <= commands
        assert "help" in known  # what the bare /dobi asks for


HOUSE = """
[catalogue]
enabled = false
[[institution]]
id = "gyeongnam"
name = "경상남도"
contact = "총무과 내선 1234"
[[institution.person]]
id = "kim"
name = "김하나"
department = "총무과"
roles = ["직원"]
slack = "U0KIM"
[[institution.channel]]
id = "총무과"
slack = "C0GENERAL"
"""


async def test_a_whole_house_talks_over_slack(tmp_path: Path) -> None:
    """Privately, in a channel, by a command, and with a stranger: the roles of `dobi run` in one process."""
    async with opened(tmp_path, now) as peer:
        settings = replace(parse(HOUSE, {}, file_mode=None), messengers=(peer.account,))
        async with open_house(settings, tmp_path / "data", TickingClock(wall)) as house:
            house.receive()
            house.deliver(house.messengers)
            house.attend(await house.chat(house.messengers, opens_seals=False))
            async with house.working():
                kim, lee = peer.people
                await peer.say(kim, "도움말")
                await until(lambda: len(peer.space.room(kim).messages) >= 2)
                await peer.say(kim, "구독 재난안전", chat=peer.group, mention=True)
                await until(lambda: len(peer.space.channels[peer.group].messages) >= 2)
                await peer.say(kim, "/dobi 목록", chat=peer.group)
                await until(lambda: len(peer.space.channels[peer.group].messages) >= 3)
                await peer.say(lee, "안녕하세요")
                await until(lambda: len(peer.space.room(lee).messages) >= 2)

                helped, group = await peer.seen(f"dm:{kim}"), await peer.seen(peer.group)
                strange = await peer.seen(f"dm:{lee}")

    assert "구독" in helped[0].text
    assert helped[0].buttons
    assert "총무과" in group[0].text
    assert "재난안전" in group[1].text
    assert "초대" in strange[0].text
    assert peer.handing.given_up == 0


async def test_buttons_that_slack_refuses_are_answered_by_a_number(tmp_path: Path) -> None:
    async with opened(tmp_path, now) as peer:
        settings = replace(parse(HOUSE, {}, file_mode=None), messengers=(peer.account,))
        async with open_house(settings, tmp_path / "data", TickingClock(wall)) as house:
            house.receive()
            house.deliver(house.messengers)
            house.attend(await house.chat(house.messengers, opens_seals=False))
            async with house.working():
                kim = peer.people[0]
                room = peer.space.room(kim).messages
                await peer.say(kim, "구독 재난안전")
                await until(lambda: len(room) >= 2)
                peer.api.no_blocks = "invalid_blocks"
                await peer.say(kim, "목록")
                await until(lambda: len(room) >= 4)
                told = (await peer.seen(f"dm:{kim}"))[-1]
                number = re.findall(r"(?m)^(\d+)\. 1 해지$", told.text)[0]
                await peer.say(kim, f"{number}번")
                await until(lambda: len(room) >= 6)
                done = (await peer.seen(f"dm:{kim}"))[-1]

    assert told.buttons == ()
    assert "재난안전" in told.text
    assert "끝냈습니다" in done.text
    assert "재난안전" in done.text


def test_the_manifest_is_one_that_slack_takes(manifest: dict[str, Any]) -> None:
    """The limits of slackapi/manifest-schema."""
    features = manifest["features"]
    commands = features["slash_commands"]

    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert 1 <= len(commands) <= 50
    assert all(one["command"].startswith("/") and 2 <= len(one["command"]) <= 32 for one in commands)
    assert all(one["command"].isascii() and one["command"] == one["command"].lower() for one in commands)
    assert len({one["command"] for one in commands}) == len(commands)
    assert not {one["command"] for one in commands} & SLACKS_OWN
    assert all(len(one["name"]) <= 24 and one["type"] == "global" for one in features["shortcuts"])
    assert manifest["settings"]["socket_mode_enabled"] is True


def test_the_manifest_asks_for_what_the_adapter_uses_and_nothing_more(manifest: dict[str, Any]) -> None:
    """The methods that its code names, and the events that it reads, against the scopes that each needs."""
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    handled = {*incoming._EVENTS, *incoming._MEMBERS, "app_mention", "channel_id_changed", *incoming.WORDLESS}
    shortcuts = {one["callback_id"] for one in manifest["features"]["shortcuts"]}
    known = {name.replace(".", "_"): name for name in app.METHODS}
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("*.py"))
    called = {name for name in re.findall(r"\.([a-z]+_[A-Za-z]+)\(", code) if hasattr(AsyncWebClient, name)}

    assert called <= set(known)  # a new one has to say which scope it needs
    assert {one for one in events if not one.startswith("message.")} == handled
    assert {one for one in events if one.startswith("message.")} == {
        "message.channels", "message.groups", "message.im",
    }  # fmt: skip
    assert shortcuts == {form.name for form in FORMS if form.offered}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == {
        "commands",
        *(scope for name in called for scope in app.METHODS[known[name]] if known[name] not in app.OPTIONAL),
        *(scope for event in events for scope in app.EVENTS[event]),
    }
