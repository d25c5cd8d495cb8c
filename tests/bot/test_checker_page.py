"""The page that checks a receipt in a browser: driven here in Node, with as much of a document as it needs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from attest.places import by_code, everywhere
from bot.wording import checker

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "attest" / "vectors"
NODE = shutil.which("node")
EXPECTED = json.loads((VECTORS / "expected.json").read_text("utf-8"))

# what a browser gives: elements with a value, rows of a table, no barcode reader
DOCUMENT = """
const made = {};
const cell = (cells) => () => { const one = {}; cells.push(one); return one; };
const element = () => ({ value: "", textContent: "", files: [], rows: [],
  insertRow() { const cells = []; this.rows.push(cells); return { insertCell: cell(cells) }; } });
global.document = { getElementById: (id) => (made[id] = made[id] || element()), querySelectorAll: () => [] };
global.window = {};
"""
ASK = """
const answers = [];
(async () => {
  for (const [token, proof] of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
    document.getElementById("token").value = token; made.facts = element();
    document.getElementById("proof").files = proof === null ? [] : [{ size: proof.length, text: async () => proof }];
    await made.check.onclick();
    answers.push({ verdict: made.verdict.textContent, reason: made.reason.textContent,
      facts: Object.fromEntries(made.facts.rows.map((row) => row.map((cell) => cell.textContent))) });
  }
  console.log(JSON.stringify({ answers, list: made.list.textContent }));
})();
"""


def page() -> str:
    keys = (VECTORS / "keys.json").read_text("utf-8")
    return checker.page(keys, (ROOT / "attest" / "checker.js").read_text("utf-8"), everywhere())


def ask(folder: Path, *questions: tuple[str, str | None]) -> dict:
    if NODE is None:
        pytest.skip("no Node here: the page was not run")
    scripts = re.findall(r"<script[^>]*>(.*?)</script>", page(), re.DOTALL)
    program = DOCUMENT + "\n".join(scripts).replace('"use strict";', "") + ASK
    program = program.replace("if (typeof module", "if (false && typeof module")
    (folder / "page.js").write_text(program, "utf-8")
    done = subprocess.run(
        [NODE, str(folder / "page.js")],
        input=json.dumps(questions).encode(),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()[-600:]
    return json.loads(done.stdout)


def token(name: str) -> str:
    return (VECTORS / "receipts" / name).read_text("utf-8")


def one_of(verdict: str) -> str:
    return next(
        name.partition("/")[2] for name, said in EXPECTED.items()
        if said.get("verdict") == verdict and name.startswith("receipts/1-valid")
    )  # fmt: skip


def test_it_is_one_file_that_asks_nobody():
    html = page()

    assert "default-src 'none'" in html
    assert not re.search(r"\b(?:src|href)=|https?:|\bimport\b|\bfetch\b|XMLHttpRequest|WebSocket", html)


def test_a_name_in_the_list_of_keys_cannot_break_out_of_it():
    keys = json.loads((VECTORS / "keys.json").read_text("utf-8"))
    for key in keys["keys"]:
        key["institution_name"] = "</script><script>alert(1)</script>"

    html = checker.page(json.dumps(keys), "", ())

    assert "<script>alert" not in html


def test_it_says_one_of_the_four_words_and_the_facts(tmp_path):
    valid, doubtful = one_of("valid"), one_of("valid_but")
    changed = token(valid).strip()[:-1] + ("0" if token(valid).strip()[-1] != "0" else "1")

    said = ask(
        tmp_path, (token(valid), None), (token(doubtful), None), (changed, None), ("안녕하세요", None), ("", None)
    )

    words = [answer["verdict"] for answer in said["answers"]]
    assert words == ["유효", "유효하나 확인 필요", "무효", "판독 불가", "판독 불가"]
    place = EXPECTED[f"receipts/{doubtful}"]["receipt"]["place"]
    assert said["answers"][1]["facts"]["곳"] == (f"{by_code(place).title} 부근" if place else "시군구를 알 수 없음")
    assert "위조의 증거도 아닙니다" in said["answers"][3]["reason"]
    assert "SHA-256" in said["list"]


def test_a_token_is_found_in_what_a_mail_made_of_it(tmp_path):
    text = token(one_of("valid")).strip()
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isalnum() else letter for letter in text)

    said = ask(tmp_path, (f"영수증입니다\n{text[:100]}\n{text[100:]}\n끝", None), (wide, None), (f"  {text}  ", None))

    assert [answer["verdict"] for answer in said["answers"]] == ["유효"] * 3


def test_a_proof_file_is_held_against_it(tmp_path):
    proofs = [name for name in EXPECTED if name.startswith("proofs/")]

    said = ask(tmp_path, *((EXPECTED[name]["token"], (VECTORS / name).read_bytes().decode()) for name in proofs))

    named = {"valid": "유효", "valid_but": "유효하나 확인 필요", "invalid": "무효"}
    assert [answer["verdict"] for answer in said["answers"]] == [named[EXPECTED[name]["verdict"]] for name in proofs]


def test_keys_export_writes_it_under_a_web_pages_name(tmp_path):
    (tmp_path / "dobi.toml").write_text('[[institution]]\nid = "gyeongnam"\nname = "경상남도"\n', "utf-8")
    words = ["--config", str(tmp_path / "dobi.toml"), "--data", str(tmp_path / "data")]

    for name in ("keys.json", "확인.html"):
        command = [sys.executable, "-m", "bot", "keys", "export", str(tmp_path / name), *words]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    listed = (tmp_path / "keys.json").read_text("utf-8")
    assert checker.page(listed, (ROOT / "attest" / "checker.js").read_text("utf-8"), everywhere()) == (
        tmp_path / "확인.html"
    ).read_text("utf-8")
