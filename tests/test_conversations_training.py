"""`dobi train` as an operator meets it: too little, better, back again; killed at any time, nothing is half done."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import House, open_house
from bot.clock import VirtualClock
from bot.commands import Refused
from bot.commands.train import _materials, train
from bot.settings import load
from bot.wording.models import called
from nlp.archive import Archive, Document
from nlp.continued import ContinuedStore, Figures
from nlp.embedding import MODEL, load_static
from tests.nlp.lessons import made_up

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SETTINGS = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "oh"
name = "오운영"
department = "정보화담당관"
roles = ["운영자"]
"""


class Office:
    """A data directory with documents, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.config, self.data = folder / "dobi.toml", folder / "data"
        self.config.write_text(SETTINGS)

    @asynccontextmanager
    async def house(self) -> AsyncIterator[House]:
        async with open_house(load(self.config), self.data, VirtualClock(NOW)) as house:
            yield house

    async def fill(self, documents: int) -> None:
        async with self.house() as house:
            archive = Archive(house.redis)
            for number, one in enumerate(made_up(documents)):
                at = NOW - timedelta(minutes=10 * (documents - number))
                await archive.put(Document(f"d{number}", "s", "견본군청", one.title, one.body, "http://x/", at))

    def start(self, *words: str) -> subprocess.Popen[str]:
        line = [sys.executable, "-m", "bot", *words, "--config", str(self.config), "--data", str(self.data)]
        return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)

    def run(self, *words: str) -> tuple[int, str, str]:
        process = self.start(*words)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    async def model(self) -> str:
        """The model that the next process reads with."""
        async with self.house() as house:
            return (await house.embedder()).name


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


BUILT_IN = load_static(MODEL).name


def asked(office: Office, **more: object) -> Namespace:
    known = {"config": office.config, "data": office.data, "institution": None, "json": False, "back": False}
    return Namespace(**known | {"steps": 12} | more)


async def test_a_small_archive_is_refused_with_what_is_missing(office, capsys) -> None:
    await office.fill(60)

    told = await train(asked(office))
    says = capsys.readouterr().out
    for_scripts = await train(asked(office, json=True))
    row = json.loads(capsys.readouterr().out)

    assert told == for_scripts == 1
    assert says.startswith("본문이 있는 글이 60건뿐이라 배우지 않았습니다. 300건부터")
    assert "30일" in says
    assert (row["switched"], row["reason"], row["documents"], row["needed"]) == (False, "few", 60, 300)
    assert row["model"] == BUILT_IN
    assert await office.model() == BUILT_IN


async def test_an_archive_that_teaches_something_changes_the_model_until_it_is_taken_back(office) -> None:
    await office.fill(320)

    code, out, err = office.run("train", "--steps", "20", "--json")

    row = json.loads(out)
    assert (code, row["switched"], row["reason"]) == (0, True, "better")
    assert set(row["before"]) == set(row["after"]) == set(Figures.__dataclass_fields__)
    assert row["after"]["title_body"] > row["before"]["title_body"]
    assert 0 < row["lift_at_least"] <= row["lift"]
    assert (row["documents"], row["held_out"], row["titles"]) == (320, 64, 0)
    assert row["seconds"] > 0
    assert "새 글 64건은 시험용으로 남겨 둡니다." in err
    assert "배우는 중 50%" in err

    assert await office.model() == row["model"] != BUILT_IN
    assert called(row["model"]) == "도비 내장 모델(이 도비의 글로 이어 배움)"
    _, page, _ = office.run("doctor")
    assert re.search(r"20\d\d\. \d+\. \d+\.\(.\)에 글 320건으로 이어 배운 모델을 씁니다", page)

    code, out, _ = office.run("train", "--back")
    assert code == 0
    assert out.startswith("내장 모델로 돌아갔습니다.")
    assert "다시 시작" in out
    assert await office.model() == BUILT_IN
    _, out, _ = office.run("train", "--back", "--json")
    assert json.loads(out) == {"switched": False, "reason": "nothing", "model": BUILT_IN}


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
async def test_whoever_stops_it_keeps_what_was_in_use(office, number, code) -> None:
    await office.fill(320)
    process = office.start("train", "--steps", "2000")  # far from its end when the signal comes
    assert process.stdout is not None
    while "배우는 중" not in (line := process.stdout.readline()):
        assert line, process.communicate()

    os.kill(process.pid, number)
    out, _ = process.communicate(timeout=120)

    assert process.returncode == code
    if number == signal.SIGINT:
        assert out.rstrip().endswith("그만두었습니다. 쓰던 모델은 그대로입니다.")
    assert await office.model() == BUILT_IN
    async with office.house() as house:
        assert await ContinuedStore(house.redis).card() is None


async def test_a_text_that_may_not_be_kept_is_not_learnt_from(office) -> None:
    async with office.house() as house:
        archive = Archive(house.redis)
        for key, link_only in (("free", False), ("bound", True)):
            await archive.put(
                Document(key, "s", "a", f"{key} 제목", "본문 " * 50, "http://x/", NOW, link_only=link_only)
            )

        materials = {one.title: one.body for one in await _materials(archive)}

    assert materials["bound 제목"] == ""
    assert materials["free 제목"]


async def test_another_configured_model_is_not_continued(office) -> None:
    with office.config.open("a") as file:
        file.write('[embedding]\nmodel = "jhgan/ko-sroberta-multitask"\n')

    with pytest.raises(Refused, match="다른 언어 모델"):
        await train(asked(office))


@pytest.mark.parametrize("steps", [0, -1, 100_000])
async def test_strange_numbers_of_steps_are_refused(office, steps) -> None:
    with pytest.raises(Refused, match="--steps"):
        await train(asked(office, steps=steps))


def test_the_chat_never_loads_the_trainer() -> None:
    code = "import sys, bot.bootstrap, bot.models, nlp.continued; print([m for m in sys.modules if 'training' in m])"

    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert json.loads(seen.stdout.replace("'", '"')) == []
