"""Slack, the one door of slack_bolt and slack_sdk: `make` reads the account, `messenger` is the adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messengers.slack.calls import ANSWER_S, BASE_URL, Calls
from bot.messengers.slack.messenger import Account, SlackMessenger

if TYPE_CHECKING:
    from bot.messengers.tools import Tools
    from bot.settings import MessengerAccount

PATH = "/slack/events"
"""Where Slack posts events, buttons and commands in HTTP mode."""


def make(account: MessengerAccount, tools: Tools) -> SlackMessenger:
    """The adapter of an account; it opens no connection yet.

    Raises:
        ValueError: the account lacks what its mode needs.
    """
    secrets = {name: secret.reveal() for name, secret in account.secrets.items()}
    options = account.options
    http = options.get("mode", "socket") == "http"
    needed = "signing_secret" if http else "app_token"
    missing = [name for name in ("bot_token", needed) if not secrets.get(name)]
    if missing:
        raise ValueError(f"messenger.slack: {', '.join(missing)}")
    known = Account(
        bot_token=secrets["bot_token"],
        app_token=secrets.get("app_token", ""),
        signing_secret=secrets.get("signing_secret", ""),
        base_url=options.get("base_url", BASE_URL),
        proxy=options.get("proxy"),
        path=options.get("path", PATH) if http else "",
    )
    calls = Calls(known.bot_token, known.base_url, known.proxy, float(options.get("answer_s", ANSWER_S)))
    return SlackMessenger(known, tools, calls, account.content)
