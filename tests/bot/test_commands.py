"""The command line: what a wrong word, a missing file or a pasted text gives, as a person meets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from attest.crypto import PublicKey, PublicKeys, SigningKey, key_name
from bot.__main__ import main

# the receipt of attest/FORMAT.md §7, under the published key of RFC 8032 §7.1 test 1
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
GOLDEN = (
    "RRQ+D9 60CO08OQ-*G8CKJ1JD70H00PE4XS8-.CDF3XK0R25IB3/D5S798JJGXNO2SKCW:XOBLN GM5W58469%6*96DL6:S00445KCFO821D Y"
    "0NLNM/9HKEVRN:WHO80G61DMQCUTMSA9BH7-VRQD-3FA8V3/I.+UKWP*O2WZ557J%LMOGDXKCNRIKCN*N7ZG9T63*V69 FFLV%SVQOFHAUVQMS"
    "Q1C5KKMIE-BRCA0Q6 GK6H4%KQP$E898%PKHS9DL3 FO/GAJBL$:41H5%ONVQA1-A+9SS%8M4S-TC:+MWVK5M6CZF37L$GD53CQE2SP50M7A/C"
    ".43EQR:J1:OMAAR10"
)


@pytest.fixture
def public_keys(tmp_path: Path) -> Path:
    signer = SigningKey.from_seed(key_name("gyeongnam"), SEED)
    begin, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    key = PublicKey(signer.kid, "receipt", "gyeongnam", "시험", signer.public, begin, end)
    path = tmp_path / "public.json"
    path.write_text(PublicKeys((key,)).to_json())
    return path


def verified(text: str, public_keys: Path) -> int:
    # a token may begin with a dash
    return main(["verify", "--keys", str(public_keys), "--", text])


@pytest.mark.parametrize("text", ["/nonexist.png", "foo.jpg", "hello", "-", "", "/tmp/" + "a" * 90, "가" * 400])
def test_what_is_no_receipt_is_unreadable_and_nobodys_forgery(text, public_keys, capsys):
    assert verified(text, public_keys) == 2
    assert "판독 불가" in capsys.readouterr().out


WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)} | {" ": "\u00a0"})


@pytest.mark.parametrize("text", [GOLDEN, f'"{GOLDEN}"', f" “{GOLDEN}”\n", GOLDEN.translate(WIDE)])
def test_a_receipt_is_read_as_it_was_pasted(text, public_keys, capsys):
    assert verified(text, public_keys) == 0
    assert "유효" in capsys.readouterr().out


@pytest.mark.parametrize("text", [GOLDEN[:-1] + "1", GOLDEN[:200], "RRQ/" + GOLDEN[4:], GOLDEN.lower()])
def test_a_changed_receipt_is_invalid(text, public_keys, capsys):
    assert verified(text, public_keys) == 1
    assert "무효" in capsys.readouterr().out


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("dobi ")


TWO = """
[[institution]]
id = "gyeongnam"
name = "경상남도청"
[[institution.cafeteria]]
id = "main"
name = "구내식당"
seats = 100
[[institution.cafeteria.sensor]]
id = "gate"
kind = "gate"
key = "0123456789abcdef0123456789abcdef"
[[institution]]
id = "busan"
name = "부산시청"
[[institution.cafeteria]]
id = "main"
name = "구내식당"
seats = 100
[[institution.cafeteria.sensor]]
id = "gate"
kind = "gate"
key = "fedcba9876543210fedcba9876543210"
"""


@pytest.fixture
def office(tmp_path: Path) -> list[str]:
    config = tmp_path / "dobi.toml"
    config.write_text(TWO)
    config.chmod(0o600)
    return ["--config", str(config), "--data", str(tmp_path / "data")]


def test_a_sensor_of_two_institutions_needs_the_institutions_name(office, capsys):
    assert main(["sensor", "send", "--sensor", "gate", "--count", "3", *office]) == 2
    told = capsys.readouterr().err
    assert "gyeongnam, busan" in told
    assert "--institution" in told


LUNCH = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.cafeteria]]
id = "main"
name = "구내식당"
seats = 100
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "fedcba9876543210fedcba9876543210"
[[institution.cafeteria.sensor]]
id = "gate1"
kind = "gate"
folder = "FOLDER"
"""


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        (["cam1", "--served", "3"], "'카메라'입니다. 사람 수만 보냅니다: --count"),
        (["cam1", "--count=-4"], "0부터 5,000까지"),
        (["gate1", "--served", "3"], "식권 파일을 넣는 폴더로 들어옵니다"),
    ],
)
def test_figures_that_no_entrance_would_take_say_why(figures, says, tmp_path, capsys):
    config = tmp_path / "dobi.toml"
    config.write_text(LUNCH.replace("FOLDER", str(tmp_path)))
    config.chmod(0o600)

    assert main(["sensor", "send", "--config", str(config), "--data", str(tmp_path / "d"), "--sensor", *figures]) == 2

    told = capsys.readouterr().err
    assert says in told
    assert "dobi run" not in told


def test_a_key_that_is_not_there_can_not_be_revoked(office, capsys):
    assert main(["keys", "revoke", "nosuch", *office]) == 2
    assert "'nosuch' 열쇠가 없습니다" in capsys.readouterr().err


FEED = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title><item>
<title>\xea\xb3\xb5\xea\xb3\xa0</title><link>http://HOST/1</link><guid>1</guid>
<pubDate>Mon, 16 Nov 2026 09:00:00 +0900</pubDate><description>x</description></item></channel></rss>"""


class _Feed(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answers = {
            "/rss": ("application/rss+xml", FEED.replace(b"HOST", self.headers["Host"].encode())),
            "/1": ("text/html; charset=utf-8", "<html><body><p>채용 공고입니다.</p></body></html>".encode()),
        }
        kind, body = answers.get(self.path, ("text/plain", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def feed() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Feed) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/rss"
        server.shutdown()
        thread.join()


def test_a_list_of_sources_is_crawled_without_any_settings(feed, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    listed = tmp_path / "list.toml"
    source = f'[[source]]\nid = "a"\nagency = "도청"\nkind = "feed"\nurl = "{feed}"\n'
    listed.write_text('[network]\nallow_hosts = ["127.0.0.1"]\n' + source)

    assert main(["crawl", "--once", "--json", "--sources", str(listed), "--data", str(tmp_path / "data")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["new"], told["error"]) == ("a", 1, None), told


def test_the_faults_of_a_list_of_sources_are_told_all_at_once_by_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    listed = tmp_path / "list.toml"
    listed.write_text('[[source]]\nid = "a"\nagency = "도청"\nkind = "fed"\nurl = "x"\n')

    assert main(["crawl", "--once", "--sources", str(listed)]) == 2
    told = capsys.readouterr().err
    assert "4번째 줄" in told
    assert "5번째 줄" in told


@pytest.mark.parametrize("words", [["search", "청년"], ["console"], ["run"]])
def test_a_database_that_is_away_is_told_in_a_line(words, tmp_path, capsys):
    config = tmp_path / "dobi.toml"
    config.write_text('[redis]\nurl = "redis://127.0.0.1:1/0"\n')

    told = main([*words, "--config", str(config), "--data", str(tmp_path / "data")])

    says = capsys.readouterr().err
    assert told == 1
    assert says.startswith("저장 서버를 쓸 수 없습니다: ")
    assert says.count("\n") == 1
    assert "dobi doctor" in says


def test_a_data_folder_that_is_none_is_told_in_a_line(tmp_path, capsys):
    data = tmp_path / "data"
    data.write_text("")

    told = main(["console", "--demo", "--data", str(data)])

    says = capsys.readouterr().err
    assert told == 1
    assert says.startswith("파일이나 폴더를 쓸 수 없습니다: ")
    assert str(data) in says
    assert says.count("\n") == 1
