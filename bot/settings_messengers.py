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


def _door(text: str) -> str:
    if text not in {"socket", "http"}:
        raise wrong(f"socket이나 http여야 합니다. {nearest(text, ('socket', 'http'))}".rstrip())
    return text


def _way(text: str) -> str:
    if not re.fullmatch(r"(?:/[A-Za-z0-9._-]{1,64}){1,8}", text):
        raise wrong("경로는 /로 시작하는 영문입니다. 예: /slack/events")
    return text


class SlackForm(AccountForm):
    """`[messenger.slack]`. Mode socket needs `app_token` and no inbound port, http `signing_secret`.

    `path` is where Slack posts in mode http, `base_url` the API of another server than Slack's own.
    """

    SECRETS = ("bot_token", "app_token", "signing_secret")

    bot_token: SecretText
    app_token: SecretText | None = None
    signing_secret: SecretText | None = None
    mode: Annotated[str, AfterValidator(_door)] | None = None
    path: Annotated[str, AfterValidator(_way)] | None = None
    base_url: WebUrl | None = None
    proxy: WebUrl | None = None

    @model_validator(mode="after")
    def _entered(self) -> Self:
        if self.mode == "http" and self.signing_secret is None:
            raise wrong("http로 받으려면 signing_secret을 적어 주십시오. Slack 앱 화면의 Basic Information에 있습니다.")
        if self.mode != "http" and self.app_token is None:
            raise wrong("app_token(xapp-…)을 적어 주십시오. 밖에서 들어오는 포트로 받으려면 mode를 http로 적습니다.")
        return self


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


class NaverWorksForm(AccountForm):
    """`[messenger.naverworks]`: a bot, and the app with its service account, of the developer console.

    `plan` says how many calls a minute the platform takes; `per_minute` where it is neither. `bot_name` is how the bot
    is called in rooms. `callback_path` is where the platform's calls come in.
    """

    SECRETS = ("client_secret", "private_key", "bot_secret")

    client_id: str
    client_secret: SecretText
    service_account: str
    private_key: SecretText
    bot_id: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
    bot_secret: SecretText
    bot_name: Annotated[str, Field(max_length=40)] | None = None
    plan: Literal["free", "paid"] | None = None
    per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = None
    callback_path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9/_-]{1,200}$")] | None = None
    auth_url: WebUrl | None = None
    api_url: WebUrl | None = None
    timeout_s: Annotated[float, Field(ge=0.05, le=120)] | None = None


class MessengerForm(BaseModel):
    """`[messenger.*]`: one table an adapter."""

    model_config = STRICT

    telegram: TelegramForm | None = None
    naverworks: NaverWorksForm | None = None
    slack: SlackForm | None = None
    matrix: MatrixForm | None = None
    post: PostForm | None = None
    folder: FolderForm | None = None
    mail: MailForm | None = None
