"""`dobi sources check` and `discover` against a real local site: what is verified, what fails, what can be pasted."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bot.__main__ import main
from crawlers.sources import source_from

ROWS = "".join(
    f"<tr><td>{n}</td><td><a href='/view.do?nttId={n}'>해솔군 소식 {n}번째 알림</a></td><td>2026-11-{10 + n}</td></tr>"
    for n in range(9, 0, -1)
)
PAGES = {
    "/robots.txt": ("text/plain", "User-agent: *\nDisallow: /closed/\n"),
    "/list.do": ("text/html", f"<title>보도자료 | 해솔군청</title><table><tbody>{ROWS}</tbody></table>"),
    "/empty.do": ("text/html", "<title>점검</title><p>누리집 점검 중입니다.</p>"),
    "/closed/list.do": ("text/html", f"<table><tbody>{ROWS}</tbody></table>"),
}


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, body = PAGES.get(self.path.partition("?")[0], ("text/html", ""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


SETTINGS = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[network]
allow_hosts = ["127.0.0.1"]
[catalogue]
enabled = false
"""


def source(name: str, url: str, more: str = "") -> str:
    return f'[[source]]\nid = "{name}"\nagency = "{name} 기관"\nkind = "board"\nurl = "{url}"\n{more}\n'


def run(folder: Path, sources: str, *words: str) -> int:
    config = folder / "dobi.toml"
    config.write_text(SETTINGS + sources, encoding="utf-8")
    return main(["sources", *words, "--config", str(config), "--data", str(folder / "data")])


def test_a_check_verifies_what_gives_its_list_and_says_why_the_rest_does_not(site, tmp_path, capsys):
    sources = (
        source("good", f"{site}/list.do", 'state = "unverified"')
        + source("gone", f"{site}/nothing.do", 'state = "unverified"')
        + source("shut", f"{site}/closed/list.do", 'state = "unverified"')
        + source("mine", f"{site}/list.do?a=1")
    )

    status = run(tmp_path, sources, "check", "--json")

    lines = {one["source"]: one for one in map(json.loads, capsys.readouterr().out.splitlines())}
    assert status == 0  # nothing that runs is sick
    assert (lines["good"]["before"], lines["good"]["state"], lines["good"]["rows"]) == ("unverified", "verified", 9)
    assert lines["good"]["newest"].startswith("2026-11-19")
    assert (lines["gone"]["state"], lines["gone"]["error"]) == ("unverified", "status_404")
    assert (lines["shut"]["state"], lines["shut"]["error"], lines["shut"]["robots"]) == (
        "unverified", "robots", "refused",
    )  # fmt: skip
    assert (lines["mine"]["state"], lines["mine"]["error"]) == ("on", None)
    assert run(tmp_path, sources, "check", "good") == 0
    assert capsys.readouterr().out.startswith("good · good 기관 · verified · 글 9건 · 가장 새 글 2026-11-19")


def test_a_source_that_runs_and_does_not_read_is_told_by_the_exit_status(site, tmp_path, capsys):
    sources = source("good", f"{site}/list.do") + source("sick", f"{site}/empty.do")

    assert run(tmp_path, sources, "check") == 1

    good, sick = capsys.readouterr().out.splitlines()
    assert "글 9건" in good
    assert "글 목록이 보이지 않음 [no_rows]" in sick


def test_a_source_that_is_not_there_is_refused(site, tmp_path, capsys):
    assert run(tmp_path, source("good", f"{site}/list.do"), "check", "other") == 2
    assert "그런 출처가 없습니다: other" in capsys.readouterr().err


def test_an_address_gives_an_entry_to_paste_with_its_evidence(site, tmp_path, capsys):
    assert run(tmp_path, "", "discover", f"{site}/list.do") == 0

    told = capsys.readouterr().out
    entry = tomllib.loads(told)["source"][0]
    assert source_from(entry).url == f"{site}/list.do"
    assert "글 9건" in told
    assert "해솔군 소식 9번째 알림" in told


def test_the_same_for_scripts(site, tmp_path, capsys):
    assert run(tmp_path, "", "discover", f"{site}/list.do", "--json") == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["robots"], found["drafts"][0]["rows"], found["drafts"][0]["kind"]) == ("allowed", 9, "board")
    assert tomllib.loads(found["drafts"][0]["toml"])["source"][0]["kind"] == "board"


@pytest.mark.parametrize("url", ["http://10.0.0.1/list", "ftp://x.go.kr/", "https://www.changwon.go.kr.evil.com/"])
def test_an_address_that_is_never_opened_is_refused(url, tmp_path, capsys):
    assert run(tmp_path, "", "discover", url) == 2
    assert "열지 않았습니다" in capsys.readouterr().err or "열지 않" in capsys.readouterr().err


def test_a_page_without_a_list_gives_nothing_and_says_so(site, tmp_path, capsys):
    assert run(tmp_path, "", "discover", f"{site}/empty.do") == 1
    assert "글 목록을 찾지 못했습니다" in capsys.readouterr().out
