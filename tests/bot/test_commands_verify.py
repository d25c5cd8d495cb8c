"""`dobi verify` on files and folders: an item a line, the worst of them as exit status, and no network at all."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from attest import qr
from attest.verify import Verdict
from bot.__main__ import main
from tests.attest.conftest import GOLDEN
from tests.attest.sheets_of_receipts import jpeg, pdf, scanned, zipped
from tests.bot.test_commands import public_keys  # noqa: F401 - a fixture

CHANGED = GOLDEN[:100] + "7" + GOLDEN[101:]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever asks for an address fails; sockets of this machine's own processes go on."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            raise AssertionError("verify went on-line")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("verify went on-line"))


def said(target: Path, keys: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, list[dict]]:
    status = main(["verify", str(target), "--keys", str(keys), "--json", *more])
    return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def words(lines: list[dict]) -> list[tuple[str, str]]:
    return [(line["item"], line["verdict"]) for line in lines]


def test_each_receipt_of_a_pdf_is_a_line(tmp_path, public_keys, capsys):  # noqa: F811
    pages = [scanned([GOLDEN], 150), Image.new("L", (600, 800), 240), scanned([CHANGED], 150)]

    status, lines = said(put(tmp_path / "a.pdf", pdf(pages, 150)), public_keys, capsys)

    assert status == 1
    assert words(lines) == [("a.pdf 1쪽", "유효"), ("a.pdf 3쪽", "무효")]
    assert lines[0]["receipt"]["document"] == "총무과-2026-1234"


def test_what_can_not_be_read_outweighs_what_is_valid_and_not_what_is_invalid(tmp_path, public_keys, capsys):  # noqa: F811
    good, bad, blank = qr.write(GOLDEN), qr.write(CHANGED), jpeg(Image.new("L", (300, 300), 200))

    unread = said(put(tmp_path / "a.zip", zipped({"가/a.png": good, "b.jpg": blank})), public_keys, capsys)
    forged = said(put(tmp_path / "b.zip", zipped({"a.png": good, "b.jpg": blank, "c.png": bad})), public_keys, capsys)

    assert (unread[0], words(unread[1])) == (2, [("a.zip › 가/a.png", "유효"), ("a.zip › b.jpg", "판독 불가")])
    assert forged[0] == 1


def test_a_folder_is_gone_through_in_order_and_links_lead_nowhere(tmp_path, public_keys, capsys):  # noqa: F811
    folder = tmp_path / "자료"
    put(folder / "b" / "목록.csv", f"번호,영수증\n1,{GOLDEN}\n".encode("cp949"))
    put(folder / "a.png", qr.write(GOLDEN))
    put(folder / ".hidden.png", b"x")
    (folder / "link.png").symlink_to(put(tmp_path / "outside.png", b"x"))

    status, lines = said(folder, public_keys, capsys)

    assert (status, words(lines)) == (0, [("a.png", "유효"), ("b/목록.csv 2행", "유효")])


def test_an_empty_folder_is_unreadable(tmp_path, public_keys, capsys):  # noqa: F811
    (tmp_path / "빈").mkdir()

    assert main(["verify", str(tmp_path / "빈"), "--keys", str(public_keys)]) == 2
    assert "판독 불가" in capsys.readouterr().out


def test_a_proof_is_of_one_receipt_alone(tmp_path, public_keys, capsys):  # noqa: F811
    target = put(tmp_path / "a.csv", f"{GOLDEN}\n{CHANGED}\n".encode())
    proof = put(tmp_path / "x.tlog-proof", b"")

    assert main(["verify", str(target), "--keys", str(public_keys), "--proof", str(proof)]) == 2
    assert "하나에만" in capsys.readouterr().err


def test_a_picture_from_a_phone_that_is_not_read_says_how_to_send_it(tmp_path, public_keys, capsys):  # noqa: F811
    target = put(tmp_path / "IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + bytes(300))

    assert main(["verify", str(target), "--keys", str(public_keys)]) == 2
    assert "JPEG로" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_said_to_be_none(tmp_path, public_keys, capsys):  # noqa: F811
    status = main(["verify", str(tmp_path / "없음.png"), "--keys", str(public_keys)])

    assert status == 2
    assert "판독 불가(없음.png): 그런 파일이 없습니다" in capsys.readouterr().out


def test_a_proof_of_another_receipt_accuses_no_log(public_keys, monkeypatch, capsys, tmp_path):  # noqa: F811
    def of_another(finding, *_):
        return replace(finding, verdict=Verdict.VALID_BUT, flags=(*finding.flags, "log_damaged"))

    monkeypatch.setattr("bot.commands.verify.proofs.with_proof", of_another)
    proof = put(tmp_path / "x.tlog-proof", b"")

    assert main(["verify", GOLDEN, "--keys", str(public_keys), "--proof", str(proof)]) == 0
    assert "증명 파일이 이 영수증의 것이 아니거나 온전하지 않아" in capsys.readouterr().out


def test_the_keys_of_one_institution_may_be_exported_alone(tmp_path, capsys):
    settings = put(
        tmp_path / "dobi.toml",
        '[[institution]]\nid = "a"\nname = "가"\n[[institution]]\nid = "b"\nname = "나"\n'.encode(),
    )
    told = ["--config", str(settings), "--data", str(tmp_path / "data")]

    for more, expected in ([], {"a", "b"}), (["--institution", "b"], {"b"}):
        assert main(["keys", "export", str(tmp_path / "k.json"), *told, *more]) == 0
        keys = json.loads((tmp_path / "k.json").read_bytes())["keys"]
        assert {key["institution"] for key in keys} == expected
    assert main(["keys", "export", str(tmp_path / "k.json"), *told, "--institution", "c"]) == 2
    assert "'c'" in capsys.readouterr().err
