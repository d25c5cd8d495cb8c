"""`[messenger.*]`: the bot's account on each messenger. Each form names which of its fields are secrets."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel

from bot.settings_fields import STRICT, SecretText

ContentWord = Literal["공개", "업무", "위치"]


class AccountForm(BaseModel):
    """What every account may say: how private a thing may pass there (bot.platforms.Content)."""

    model_config = STRICT

    SECRETS: ClassVar[tuple[str, ...]] = ()

    content: ContentWord | None = None


class TelegramForm(AccountForm):
    """`[messenger.telegram]`."""

    SECRETS = ("token",)

    token: SecretText


class SlackForm(AccountForm):
    """`[messenger.slack]`."""

    SECRETS = ("bot_token", "app_token", "signing_secret")

    bot_token: SecretText
    app_token: SecretText | None = None
    signing_secret: SecretText | None = None


class MessengerForm(BaseModel):
    """`[messenger.*]`: one table an adapter."""

    model_config = STRICT

    telegram: TelegramForm | None = None
    slack: SlackForm | None = None
