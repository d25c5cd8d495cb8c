"""`[messenger.*]`: the bot's account on each messenger. Each form names which of its fields are secrets."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from bot.settings_fields import STRICT, SecretText, WebUrl, nearest, wrong

ContentWord = Literal["공개", "업무", "위치"]


class AccountForm(BaseModel):
    """What every account may say: how private a thing may pass there (bot.platforms.Content)."""

    model_config = STRICT

    SECRETS: ClassVar[tuple[str, ...]] = ()

    content: ContentWord | None = None


def _mode(text: str) -> str:
    if text not in {"polling", "webhook"}:
        raise wrong(f"polling이나 webhook이어야 합니다. {nearest(text, ('polling', 'webhook'))}".rstrip())
    return text


class TelegramForm(AccountForm):
    """`[messenger.telegram]`. `mode` webhook needs both `webhook_url` and `webhook_secret`.

    `api_url` and `file_url` are those of a Bot API server of one's own; `timeout_s` is how long an answer may take.
    """

    SECRETS = ("token", "webhook_secret")

    token: SecretText
    mode: Annotated[str, AfterValidator(_mode)] | None = None
    webhook_url: WebUrl | None = None
    webhook_secret: SecretText | None = None
    api_url: WebUrl | None = None
    file_url: WebUrl | None = None
    timeout_s: Annotated[float, Field(ge=0.05, le=120)] | None = None

    @model_validator(mode="after")
    def _hooked(self) -> Self:
        if self.mode == "webhook" and (self.webhook_url is None or self.webhook_secret is None):
            raise wrong("webhook을 쓰려면 webhook_url과 webhook_secret을 함께 적어 주십시오.")
        return self


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
