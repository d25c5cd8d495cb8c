"""`[messenger.*]`: the bot's account on each messenger. Each form names which of its fields are secrets."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from bot.settings_fields import STRICT, Host, Name, Path, SecretText, WebUrl, nearest, wrong

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


def _user(text: str) -> str:
    if not re.fullmatch(r"@[^:@\s]{1,128}:[A-Za-z0-9.:\[\]-]{1,120}", text):
        raise wrong("매트릭스 이름은 @이름:서버 꼴입니다. 예: @dobi:chat.example.go.kr")
    return text


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}", text):
        raise wrong("메일 주소는 하나만, 영문으로 적어 주십시오. 예: dobi@example.go.kr")
    return text


Waits = Annotated[float, Field(ge=0.05, le=120)]
LongestText = Annotated[int, Field(ge=100, le=100_000)]


class MatrixForm(AccountForm):
    """`[messenger.matrix]`: one of `token` and `password`. `servers`: whose people may invite, with commas between.

    `poll_s` is how long the homeserver holds a question open, `timeout_s` how long another answer may take.
    """

    SECRETS = ("token", "password")

    homeserver: WebUrl
    user: Annotated[str, AfterValidator(_user)]
    token: SecretText | None = None
    password: SecretText | None = None
    device: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = "DOBI"
    servers: Name | None = None
    poll_s: Annotated[int, Field(ge=1, le=120)] | None = None
    timeout_s: Waits | None = None

    @model_validator(mode="after")
    def _entered(self) -> Self:
        if (self.token is None) == (self.password is None):
            raise wrong("token과 password 중 하나만 적어 주십시오.")
        return self


class OneWayForm(AccountForm):
    """What carries Dobi's words to an office's own system. `answers`: where people talk with Dobi instead."""

    answers: Name | None = None
    max_text: LongestText | None = None


class PostForm(OneWayForm):
    """`[messenger.post]`: `key` signs each post."""

    SECRETS = ("key",)

    url: WebUrl
    key: SecretText
    timeout_s: Waits | None = None


class FolderForm(OneWayForm):
    """`[messenger.folder]`."""

    path: Path
    format: Literal["json", "csv", "txt"] = "json"
    encoding: Literal["utf-8", "cp949"] = "utf-8"


class MailForm(OneWayForm):
    """`[messenger.mail]`. `security` none sends no password; `ca` is the file of an authority of one's own."""

    SECRETS = ("password",)

    host: Host
    port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, AfterValidator(_mail_address)]
    name: Name | None = None
    user: Name | None = None
    password: SecretText | None = None
    ca: Path | None = None
    timeout_s: Waits | None = None

    @model_validator(mode="after")
    def _guarded(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise wrong("user와 password는 함께 적어 주십시오.")
        if self.password is not None and self.security == "none":
            raise wrong(
                "암호화하지 않는 연결로 비밀번호를 보낼 수 없습니다. security를 starttls나 tls로 적어 주십시오."
            )
        return self


class MessengerForm(BaseModel):
    """`[messenger.*]`: one table an adapter."""

    model_config = STRICT

    telegram: TelegramForm | None = None
    slack: SlackForm | None = None
    matrix: MatrixForm | None = None
    post: PostForm | None = None
    folder: FolderForm | None = None
    mail: MailForm | None = None
