"""The Slack adapter's websocket: renewed, cut, silent, refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.messengers.slack import socket
from tests.conformance.peers.slack_strict import BOT_TOKEN, PEOPLE, StrictSlack, opened
from tests.conformance.slack.listening import PATIENCE_S, Store, listening, now, until

KIM, LEE = PEOPLE


@pytest.fixture
async def socketed(tmp_path: Path) -> AsyncIterator[StrictSlack]:
    async with opened(tmp_path, now, hurry=10) as found:
        yield found


class TestConnection:
    async def test_a_connection_that_slack_renews_loses_nothing(self, socketed: StrictSlack) -> None:
        async with listening(socketed) as store:
            await socketed.say(KIM, "앞")
            await store.until()
            await socketed.handing.disconnect()
            await until(lambda: socketed.api.calls["apps.connections.open"] == 2)
            await socketed.say(KIM, "뒤")
            await store.until(2)

        assert [one.text for one in store.updates] == ["앞", "뒤"]

    async def test_a_large_frame_is_heard_and_ends_no_line(self, socketed: StrictSlack) -> None:
        async with listening(socketed) as store:
            await socketed.say(KIM, "a" * (5 * 2**20))
            await socketed.say(LEE, "뒤")
            told = await store.until(2)

        assert {len(one.text) for one in told} == {40_000, 1}
        assert socketed.api.calls["apps.connections.open"] == 1
        assert socketed.handing.retries == []

    async def test_a_frame_above_every_bound_costs_no_other_event_and_does_not_come_for_ever(
        self, tmp_path: Path
    ) -> None:
        hurried = opened(
            tmp_path, now, factor=500, hurry=100, deadline_s=1.0, sleep=lambda s: asyncio.sleep(s / 20)
        )  # fmt: skip
        async with hurried as peer, listening(peer) as store:
            await peer.say(KIM, "앞")
            await store.until()
            store.held = asyncio.Event()
            await peer.say(KIM, "한창")
            await peer.say(LEE, "a" * (socket.LARGEST + 2**20))
            await peer.say(KIM, "사이")
            store.held.set()
            await peer.settled()
            lines = peer.api.calls["apps.connections.open"]
            await peer.say(KIM, "뒤")
            await until(lambda: "뒤" in {one.text for one in store.updates})

        assert {one.text for one in store.updates} == {"앞", "한창", "사이", "뒤"}
        assert peer.handing.given_up >= 1
        assert 2 <= lines <= 6
        assert peer.api.calls["apps.connections.open"] == lines

    async def test_what_was_under_way_when_the_line_broke_comes_again(self, tmp_path: Path) -> None:
        async with opened(tmp_path, now) as peer, listening(peer) as store:
            store.held = asyncio.Event()
            await peer.say(KIM, "끊김")
            await asyncio.sleep(0.1)
            await peer.handing.cut()
            store.held.set()
            first, again = (await store.until(2))[:2]

        assert first.id == again.id

    async def test_a_slack_that_is_away_ends_the_run(self, tmp_path: Path) -> None:
        async with opened(tmp_path, now, sleep=lambda s: asyncio.sleep(s / 50)) as peer:
            task = asyncio.create_task(peer.messenger.run(Store().receive))
            await until(lambda: peer.handing.connections > 0)
            peer.api.refuse["apps.connections.open"] = "internal_error"
            await peer.handing.cut()

            with pytest.raises(ConnectionError):
                await asyncio.wait_for(task, PATIENCE_S)

    async def test_a_line_that_has_long_been_silent_is_made_anew(self, tmp_path: Path) -> None:
        beats: list[int] = []
        async with opened(tmp_path, now, sleep=lambda s: asyncio.sleep(s / 1500)) as peer:
            peer.messenger._beat = lambda: beats.append(1)
            async with listening(peer) as store:
                await until(lambda: peer.api.calls["apps.connections.open"] >= 2)
                await peer.say(KIM, "아직 있습니까")
                await store.until()

        assert peer.api.calls["auth.test"] >= socket.CHECKS_SILENT // socket.CHECKS_ALIVE
        assert beats

    async def test_a_moment_without_an_answer_is_no_reason_to_hang_up(self, tmp_path: Path) -> None:
        async with opened(tmp_path, now, sleep=lambda s: asyncio.sleep(s / 500)) as peer, listening(peer) as store:
            peer.api.refuse["auth.test"] = "internal_error"
            asked = peer.api.calls["auth.test"]
            await until(lambda: peer.api.calls["auth.test"] > asked + 1)
            peer.api.refuse.clear()
            asked = peer.api.calls["auth.test"]
            await until(lambda: peer.api.calls["auth.test"] > asked + 3)
            await peer.say(KIM, "들립니까")
            await store.until()

        assert peer.api.calls["apps.connections.open"] == 1

    @pytest.mark.parametrize("code", ["token_revoked", "internal_error"])
    async def test_a_slack_that_answers_no_more_ends_the_run(self, tmp_path: Path, code: str) -> None:
        async with opened(tmp_path, now, sleep=lambda s: asyncio.sleep(s / 1500)) as peer:
            task = asyncio.create_task(peer.messenger.run(Store().receive))
            await until(lambda: peer.handing.connections > 0)
            peer.api.refuse["auth.test"] = code

            with pytest.raises(ConnectionError):
                await asyncio.wait_for(task, PATIENCE_S)

    async def test_a_token_that_is_refused_ends_the_run_without_being_told(self, socketed: StrictSlack) -> None:
        socketed.api.refuse["auth.test"] = "invalid_auth"

        with pytest.raises(ConnectionError, match="invalid_auth") as caught:
            await socketed.messenger.run(Store().receive)

        assert BOT_TOKEN not in repr(caught.value)
