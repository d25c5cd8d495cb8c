"""Bolt between Slack and `receive`: it verifies and unpacks; one middleware translates, stores, and only then answers.

A request whose update could not be stored is not acknowledged, so that Slack hands it out again. Updates of one
conversation are handed on in the order in which they came. Bolt asks Slack nothing here: who Dobi is, is known before.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from weakref import WeakValueDictionary

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.http import Answer
from bot.logs import failed
from bot.messenger import Receive
from bot.messengers.slack import forms
from bot.messengers.slack.answers import CallFailedError
from bot.messengers.slack.asked import Asked
from bot.messengers.slack.calls import SILENT, Calls
from bot.messengers.slack.incoming import Me, foreign, update_of
from bot.wording.forms import Form

log = logging.getLogger(__name__)

_FORM_S: Final = 1.5  # of the three that Slack waits
_LONGEST_STAMP: Final = 12


def _signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether the signature is Slack's (docs.slack.dev/authentication/verifying-requests-from-slack), in constant time.

    That it is fresh Bolt tells.
    """
    told = {name.lower(): value for name, value in headers.items()}
    stamp, shown = told.get("x-slack-request-timestamp", ""), told.get("x-slack-signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_STAMP):
        return False
    made = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made.encode(), shown.encode("utf-8", "replace"))


class Dispatch:
    """The way of every payload, whichever door it came through. `me` and `receive` are set while the adapter runs."""

    def __init__(self, calls: Calls, signing_secret: str, now: Callable[[], datetime]) -> None:
        self._calls = calls
        self._secret = signing_secret
        self._now = now
        self._app: AsyncApp | None = None
        self._asked = Asked(calls)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.me: Me | None = None
        self.receive: Receive | None = None

    async def socket(self, payload: Mapping[str, Any]) -> bool:
        """Takes what came through Socket Mode; whether it may be acknowledged."""
        response = await self._dispatch(AsyncBoltRequest(mode="socket_mode", body=dict(payload)))
        return response.status == 200

    async def http(self, path: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:  # noqa: ARG002 - a handler's shape
        """Takes a request that Slack signed at most five minutes ago.

        Bolt verifies that as well, but reads the body before it does, and breaks over heads that are none.
        """
        if not _signed(headers, body, self._secret):
            return Answer(401)
        if self.me is None or self.receive is None:
            return Answer(503)
        try:
            response = await self._dispatch(AsyncBoltRequest(body=body.decode(), headers=dict(headers)))
        except (ValueError, RecursionError, AttributeError, TypeError):  # signed, and yet nothing that Slack sends
            return Answer(400)
        kinds = response.headers.get("content-type") or ["text/plain"]
        return Answer(response.status, response.body or "", {"Content-Type": kinds[0]})

    async def _dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        if self._app is None:
            self._app = self._bolt()
        response = await self._app.async_dispatch(request)
        if response.status >= 500:
            log.warning("slack: a payload is not acknowledged")
        return response

    def _bolt(self) -> AsyncApp:
        async def authorize() -> AuthorizeResult:  # Bolt asks functions for what they are called with: no methods
            me = self.me or Me("", "", "")
            # Bolt wants a token there and calls nothing with it
            return AuthorizeResult(
                enterprise_id=None, team_id=me.team, bot_id=me.bot, bot_user_id=me.user, bot_token="-"  # noqa: S106
            )  # fmt: skip

        async def taken(body: dict[str, Any]) -> BoltResponse:
            return await self._taken(body)

        app = AsyncApp(
            name="dobi",
            logger=SILENT,
            client=self._calls.client(),
            signing_secret=self._secret,
            authorize=authorize,
            process_before_response=True,
        )
        app.use(taken)
        return app

    async def _taken(self, body: dict[str, Any]) -> BoltResponse:
        """Every payload ends here: stored, or of no concern; 500 keeps it at Slack."""
        try:
            await self._take(body)
        except Exception as error:  # noqa: BLE001 - whatever it was, Slack hands the payload out again
            failed(log, error, "a payload of Slack's was not stored")
            return BoltResponse(status=500)
        return BoltResponse(status=200, body="")

    async def _take(self, body: Mapping[str, Any]) -> None:
        if self.me is None or self.receive is None:
            raise RuntimeError("nobody listens yet")
        if foreign(body, self.me):
            return
        form = forms.asked_for(body)
        if form is not None and await self._opened(form, body):
            return
        if body.get("type") == "app_rate_limited":  # over 30,000 events an hour: Slack keeps the others to itself
            log.warning("slack: more events an hour than Slack hands out; some were not told")
        update = update_of(body, self.me, self._now())
        update = None if update is None else await self._asked.completed(update)
        if update is None:
            return
        turn = self._turns.setdefault(update.chat or update.sender, asyncio.Lock())
        async with turn:
            await self.receive(update)

    async def _opened(self, form: Form, body: Mapping[str, Any]) -> bool:
        """Whether the form stands before the person; where it can't, the bare command goes its usual way."""
        channel = str(body.get("channel_id") or "")
        view = forms.view(form, "" if form.private or channel.startswith("D") else channel)
        opening = self._calls.ready().views_open(trigger_id=str(body.get("trigger_id") or ""), view=view)
        try:
            await asyncio.wait_for(self._calls.done(opening), _FORM_S)
        except (CallFailedError, TimeoutError):
            return False
        return True
