"""`[messenger.matrix]`, `post`, `folder`, `mail`: what they take, what they miss, and that no secret is repeated."""

from __future__ import annotations

import pytest

from bot.platforms import Content
from bot.settings import SettingsError, parse

HOME = '[[institution]]\nid = "a"\nname = "가"\n'
MATRIX = '[messenger.matrix]\nhomeserver = "https://chat.example.go.kr"\nuser = "@dobi:chat.example.go.kr"\n'
MAIL = '[messenger.mail]\nhost = "mail.example.go.kr"\nsender = "dobi@example.go.kr"\n'
POST = '[messenger.post]\nurl = "https://in.example.go.kr/alerts"\nkey = "env:KEY"\n'
SECRETS = {"KEY": "hunter2hunter2", "TOKEN": "syt_hunter2"}


def read(text: str):
    return parse(HOME + text, SECRETS, file_mode=None).messengers[0]


def test_a_matrix_account_has_its_server_its_name_and_one_secret() -> None:
    account = read(MATRIX + 'token = "env:TOKEN"\ncontent = "업무"\nservers = "chat.example.go.kr, other.go.kr"\n')

    assert account.adapter == "matrix"
    assert account.secrets["token"].reveal() == "syt_hunter2"
    assert account.options == {
        "homeserver": "https://chat.example.go.kr", "user": "@dobi:chat.example.go.kr", "device": "DOBI",
        "servers": "chat.example.go.kr, other.go.kr",
    }  # fmt: skip
    assert account.content is Content.OFFICE


def test_the_outbound_ones_say_where_answers_go() -> None:
    assert read(POST + 'answers = "네이버웍스"\nmax_text = 1000\n').options == {
        "url": "https://in.example.go.kr/alerts", "answers": "네이버웍스", "max_text": "1000",
    }  # fmt: skip
    assert read('[messenger.folder]\npath = "/srv/out"\nformat = "csv"\nencoding = "cp949"\n').options == {
        "path": "/srv/out", "format": "csv", "encoding": "cp949",
    }  # fmt: skip
    assert read(MAIL + 'user = "dobi"\npassword = "env:KEY"\n').secrets["password"].reveal() == "hunter2hunter2"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MATRIX, "token과 password 중 하나만"),
        (MATRIX + 'token = "env:TOKEN"\npassword = "env:KEY"\n', "token과 password 중 하나만"),
        (MATRIX.replace("@dobi:", "dobi@") + 'token = "env:TOKEN"\n', "@이름:서버"),
        (MATRIX + 'token = "env:TOKEN"\ndevice = "빈 칸"\n', "messenger.matrix.device"),
        (POST.replace('key = "env:KEY"\n', ""), "messenger.post.key"),
        (POST + "max_text = 5\n", "messenger.post.max_text"),
        ('[messenger.folder]\npath = "/x"\nformat = "xml"\n', "messenger.folder.format"),
        (MAIL.replace("dobi@", "도비@"), "메일 주소"),
        (MAIL.replace("dobi@example.go.kr", "a@b.kr, c@d.kr"), "메일 주소"),
        (MAIL + 'user = "dobi"\n', "user와 password"),
        (MAIL + 'user = "dobi"\npassword = "env:KEY"\nsecurity = "none"\n', "security"),
        (MAIL + "port = 70000\n", "messenger.mail.port"),
    ],
)
def test_what_is_wrong_is_said_without_a_secret(text: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(text)

    assert says in str(caught.value)
    assert "hunter2" not in str(caught.value)
