"""`[messenger.slack]`: what it takes, what it misses, and that it never repeats a secret."""

from __future__ import annotations

from dataclasses import fields

import pytest

from bot.messengers.slack import make
from bot.messengers.tools import Tools
from bot.platforms import Content
from bot.settings import SettingsError, parse

HOME = '[[institution]]\nid = "a"\nname = "가"\n[messenger.slack]\n'


def refused(table: str) -> str:
    with pytest.raises(SettingsError) as caught:
        parse(HOME + table, {}, file_mode=0o600)
    told = " ".join(str(getattr(fault, one.name)) for fault in caught.value.faults for one in fields(fault))
    assert "xoxb-hidden" not in told
    return told


def test_an_account_becomes_an_adapter() -> None:
    table = (
        'bot_token = "env:BOT"\napp_token = "xapp-1"\nmode = "socket"\ncontent = "공개"\n'
        'proxy = "http://10.0.0.1:3128"\nbase_url = "http://127.0.0.1:9/api/"\n'
    )
    (account,) = parse(HOME + table, {"BOT": "xoxb-1"}, file_mode=0o600).messengers

    messenger = make(account, Tools(lambda: None, lambda _: None, None))  # type: ignore[arg-type, return-value]

    assert account.secrets["bot_token"].reveal() == "xoxb-1"
    assert messenger.capabilities.content is Content.PUBLIC
    assert not messenger.capabilities.callbacks
    assert messenger._calls.base_url == "http://127.0.0.1:9/api/"
    assert messenger._calls.web.proxy == "http://10.0.0.1:3128"


def test_over_http_the_path_is_handed_to_the_one_server() -> None:
    table = 'bot_token = "xoxb-1"\nsigning_secret = "s"\nmode = "http"\npath = "/in/slack"\n'
    (account,) = parse(HOME + table, {}, file_mode=0o600).messengers
    routes: list[tuple[str, str]] = []

    tools = Tools(lambda: None, lambda _: None, None, lambda *route: routes.append(route[:2]))  # type: ignore[arg-type, return-value]
    messenger = make(account, tools)

    assert routes == [("POST", "/in/slack")]
    assert messenger.capabilities.callbacks


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('bot_token = "xoxb-hidden"\n', "app_token"),
        ('bot_token = "xoxb-hidden"\nmode = "http"\n', "signing_secret"),
        ('bot_token = "xoxb-hidden"\nmode = "http"\napp_token = "xapp-1"\n', "signing_secret"),
        ('bot_token = "xoxb-hidden"\napp_token = "x"\nmode = "sokcet"\n', "socket"),
        ('bot_token = "xoxb-hidden"\nsigning_secret = "s"\nmode = "http"\npath = "slack"\n', "/slack/events"),
        ('bot_token = "xoxb-hidden"\nsigning_secret = "s"\nmode = "http"\npath = "/a/../{b}"\n', "/slack/events"),
        ('app_token = "x"\n', "bot_token"),
        ('bot_token = "xoxb-hidden"\napp_token = "x"\nbase_url = "ftp://a"\n', "base_url"),
    ],
)
def test_what_is_missing_or_wrong_is_told(table: str, says: str) -> None:
    assert says in refused(table)
