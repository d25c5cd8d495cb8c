"""The contract's minimal settings file gives a whole conversation: no contact, no sensor, no agency in reach."""

from __future__ import annotations

import asyncio
import io
import json
import re
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.bootstrap import House, open_house
from bot.clock import VirtualClock
from bot.commands.console import _Controls
from bot.messengers.console import JsonConsole, Pictures
from bot.settings import load

SETTINGS = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "kim"
name = "김하나"
department = "총무과"
[[institution.person]]
id = "lee"
name = "이보름"
department = "감사관"
roles = ["감사"]
[[institution.channel]]
id = "총무과"
[[institution.cafeteria]]
id = "main"
name = "본관 구내식당"
seats = 300
[institution.cafeteria.slots]
first_monday = 2026-01-05
times = ["11:40", "12:00", "12:20", "12:40"]
groups = [["총무과"], ["예산담당관"], ["농정과"], ["도로과"]]
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "0123456789abcdef0123456789abcdef"
[[source]]
id = "sample-press"
agency = "견본도청"
kind = "feed"
url = "http://127.0.0.1:{port}/rss.xml"
[network]
allow_hosts = ["127.0.0.1"]
[catalogue]
enabled = false
"""
START = datetime(2026, 11, 23, 2, 50, tzinfo=UTC)  # 11:50


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    config = folder / "dobi.toml"
    config.touch(mode=0o600)
    config.write_text(SETTINGS.format(port=closed_port()), encoding="utf-8")
    async with open_house(load(config), folder / "data", VirtualClock(START)) as opened:
        yield opened


async def converse(house: House, said: Sequence[dict[str, object] | str]) -> list[dict[str, object]]:
    """What the JSON console answers to these lines, with every role in this process."""
    source = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in said).encode()
    target = io.BytesIO()
    controls = _Controls(house)
    console = JsonConsole(controls, Pictures(house.data_dir / "console"), house.clock.now, io.BytesIO(source), target)
    async with AsyncExitStack() as stack:
        await house.sense(any_port=True)
        await house.crawl()
        await house.brief()
        house.deliver([console])
        router = await house.chat([console], opens_seals=True)
        await stack.enter_async_context(house.working())
        await console.run(router.receive)
    return [json.loads(line) for line in target.getvalue().decode().splitlines()]


def answers(records: Sequence[dict[str, object]], reference: object) -> list[dict[str, object]]:
    return [record for record in records if record.get("in_reply_to") == reference]


@pytest.fixture
async def records(tmp_path) -> list[dict[str, object]]:
    point = {"lat": 35.2279, "lon": 128.6811, "accuracy_m": 12, "live": False, "forwarded": False}
    async with house(tmp_path) as opened:
        return await converse(
            opened,
            [
                {"id": "hi", "user": "kim", "text": "안녕하세요"},
                {"id": "help", "user": "kim", "text": "도움말"},
                {"id": "line", "user": "kim", "text": "식당"},
                {"id": "topic", "user": "kim", "text": "구독 재난안전"},
                {"id": "brief", "user": "kim", "text": "브리핑"},
                {"id": "early", "user": "kim", "location": point},
                {"id": "no", "user": "kim", "press": "consent:no"},
                {"id": "yes", "user": "kim", "press": "consent:yes"},
                {"id": "point", "user": "kim", "location": point, "message": "u9", "update_id": 77},
                {"id": "point again", "user": "kim", "location": point, "message": "u9", "update_id": 77},
                {"id": "check", "user": "kim", "text": "검증 x"},
                {"id": "audit", "user": "lee", "text": "검증 x"},
                {"id": "sources", "user": "kim", "text": "출처 상태"},
                {"id": "who", "user": "nobody", "text": "안녕"},
                {"id": "channel", "user": "kim", "chat": "총무과", "mention": True, "text": "구독 농정"},
                {"id": "aside", "user": "kim", "chat": "총무과", "text": "구독 농정 어때요"},
                {"id": "drain", "control": "drain"},
                {"id": "claim", "user": "kim", "text": "정산"},
                {"id": "later", "control": "advance", "seconds": 600},
                {"id": "reading", "control": "sensor", "sensor": "cam1", "count": 18},
                {"id": "line again", "user": "kim", "text": "식당"},
                {"id": "old", "control": "advance", "seconds": 900},
                {"id": "line then", "user": "kim", "text": "식당"},
                "not json",
                {"id": "bad", "user": "kim", "text": "x", "strange": 1},
                {"id": "half", "user": "\ud800", "text": "x"},
                {"id": "broken", "user": "kim", "text": "구독 \ud800"},
                {"id": "silence", "control": "sensor", "sensor": "cam1", "silent": True},
                {"id": "none", "control": "sensor", "sensor": "cam7", "count": 1},
            ],
        )


async def test_the_minimal_settings_file_gives_a_whole_conversation(records):
    told = {str(record["in_reply_to"]): str(record.get("text")) for record in records if "text" in record}

    assert len(answers(records, "hi")) == 3
    assert "경상남도 비서 도비" in str(answers(records, "hi")[0]["text"])
    assert "검증" not in told["help"]
    assert "지금 줄을 알 수 없습니다. 센서가 아직 아무것도 보내지 않았습니다." in told["line"]
    assert "총무과는 이번 주 12:20~12:40입니다." in told["line"]
    assert "아직 모은 글이 없어" in told["topic"]
    assert "견본도청 게시판을 아직 읽지 못하고 있어" in told["brief"]
    assert "버렸습니다" in told["early"]
    assert "기존 서류로" in told["no"]
    assert "감사 담당만" in told["check"]
    assert answers(records, "audit")[0]["verdict"] == "판독 불가"
    assert "관리자·운영자만" in told["sources"]
    assert "등록된 직원만" in told["who"]
    assert "총무과 채널로" in told["channel"]
    assert answers(records, "aside") == []
    assert "영수증 1장" in told["claim"]


async def test_without_a_contact_every_sentence_still_reads_well(records):
    for record in records:
        told = str(record.get("text", ""))
        assert not re.search(r"문의: *$|문의: *\n|  | ,|\(\)|None| 에게|^에|다르면 에", told), told
    shown = "\n".join(str(record.get("text")) for record in records)
    assert "소속 기관의 정보화 담당자" in shown


async def test_the_console_speaks_its_protocol(records):
    point = answers(records, "point")
    assert len(point) == 1
    assert (await asyncio.to_thread(Path(str(point[0]["image"])).read_bytes)).startswith(b"\x89PNG")
    assert point[0]["alt"]
    assert {"institution", "chat", "thread", "message", "edits", "deletes", "file", "buttons"} <= point[0].keys()
    assert answers(records, "point again") == []
    assert answers(records, "drain") == [{"in_reply_to": "drain", "control": "drained"}]
    assert answers(records, "later")[0]["now"] == "2026-11-23T12:00:00+09:00"
    assert answers(records, "reading") == [{"in_reply_to": "reading", "control": "sensor"}]
    assert "error" in records[[record.get("in_reply_to") for record in records].index(None)]
    for bad in ("bad", "half", "silence", "none"):
        assert set(answers(records, bad)[0]) == {"in_reply_to", "error"}
    assert "글자로 읽을 수 없는" in str(answers(records, "broken")[0]["text"])


async def test_a_number_carries_its_age_in_the_json_too(records):
    before, now, then = (answers(records, name)[0]["cafeteria"] for name in ("line", "line again", "line then"))

    assert before == {
        "id": "main", "people": None, "level": None, "minutes": None, "low": None, "high": None, "age_s": None,
        "from": [],
    }  # fmt: skip
    assert (now["people"], now["age_s"], now["from"]) == (18, 0, ["camera"])
    assert now["low"] <= now["minutes"] <= now["high"]
    assert (then["people"], then["minutes"], then["age_s"]) == (None, None, timedelta(minutes=15).total_seconds())
