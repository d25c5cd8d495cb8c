"""The page says what is broken, what to look at and what is well, and no sick room hides another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from bot import doctor
from bot.doctor import Check, KeyFile, Rooms, SourceState, examine, exit_code, render
from bot.embedded import EmbeddedServer
from bot.models import moved
from bot.settings import Settings, SettingsError, parse
from nlp.adopted import Progress

if TYPE_CHECKING:
    from tests.conftest import FixedClock

TEXT = """
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "kim"
name = "김"
department = "총무과"
[[institution.person]]
id = "lee"
name = "이"
department = "감사관"
roles = ["감사", "관리자", "운영자"]
[[institution.cafeteria]]
id = "main"
name = "본관"
seats = 10
slots = { first_monday = 2026-01-05, times = ["11:40"], groups = [["총무과", "감사관"]] }
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "0123456789abcdef"
"""


def configured(text: str = TEXT) -> Settings:
    return parse(text, {}, file_mode=0o600)


def refused(text: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        parse(text, {}, file_mode=0o600)
    return caught.value


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


def contents(folder: Path) -> set[Path]:
    return set(folder.iterdir())


def named(checks: Sequence[Check], name: str) -> Check:
    (found,) = [check for check in checks if check.name == name]
    return found


def rooms(seen: datetime | None = None, sources: Sequence[SourceState] = ()) -> Rooms:
    async def schema() -> int:
        return 1

    async def sensor_seen(tenant: str, sensor: str) -> datetime | None:
        assert (tenant, sensor) == ("gyeongnam", "cam1")
        return seen

    async def met(tenant: str) -> int:
        return 1

    async def receipts(tenant: str) -> int:
        return 12

    async def all_sources() -> Sequence[SourceState]:
        return sources

    return Rooms(
        schema=schema,
        font=lambda: "NanumGothic",
        model=lambda: "ko-mini",
        sensor_seen=sensor_seen,
        people_met=met,
        receipts=receipts,
        sources=all_sources,
    )


async def test_a_house_in_order_has_nothing_broken_and_nothing_to_look_at(data: Path, clock: FixedClock) -> None:
    source = SourceState("press", "도청", on=True, sick="", last_good_at=clock(), declared="설정")
    server = EmbeddedServer(data)
    redis = server.client()
    try:
        checks = await examine(configured(), data, redis, rooms(clock() - timedelta(seconds=5), [source]), clock())
    finally:
        await redis.aclose()
        await server.close()

    assert [check for check in checks if not check.ok and check.name != "디스크"] == []
    assert exit_code([check for check in checks if check.name != "디스크"]) == 0
    page = render(checks, clock())
    assert page.startswith("도비 일일점검표 · 2026. 11. 23.(월) 11:30\n고장 0건 · ")
    for line in (
        "[정상] 설정: 기관 1곳, 사람 2명, 식당 1곳, 센서 1개, 수집원 0곳(기본 목록 사용)",
        "[정상] 저장 방식: 쓸 때마다 디스크에 남깁니다.",
        "[정상] 경상남도 본관 센서 cam1: 마지막 값 2026. 11. 23.(월) 11:29",
        "[정상] 경상남도 영수증 기록: 12건이 빠짐없이 맞습니다.",
        "[정상] 수집원: 켜짐 1곳, 꺼짐 0곳, 아픔 0곳",
    ):
        assert line in page.splitlines()


async def test_every_fault_of_the_settings_is_a_line_and_the_rest_is_still_looked_at(
    data: Path, clock: FixedClock
) -> None:
    error = refused("[http]\nport = 70000\nhots = 1\n")

    checks = await examine(error, data, None, Rooms(font=lambda: "NanumGothic"), clock())

    assert [check.says for check in checks if check.name == "설정"] == [str(fault) for fault in error.faults]
    assert not named(checks, "저장 서버").ok
    assert named(checks, "글꼴").ok
    assert exit_code(checks) == 1


async def test_a_server_that_keeps_nothing_is_broken(database: Redis, data: Path, clock: FixedClock) -> None:
    checks = await examine(configured(), data, database, Rooms(), clock())

    assert named(checks, "저장 서버").ok
    assert named(checks, "저장 방식") == Check(
        "저장 방식",
        ok=False,
        needed=True,
        says="쓴 것을 디스크에 남기지 않습니다. 서버가 멈추면 잃습니다.",
        hint="서버 설정을 appendonly yes, appendfsync always, maxmemory-policy noeviction으로 바꾸어 주십시오.",
    )
    assert exit_code(checks) == 1


async def test_why_there_is_no_server_is_told(data: Path, clock: FixedClock) -> None:
    gone = Redis(unix_socket_path=str(data / "nobody"))
    silent = await examine(configured(), data, gone, Rooms(), clock())
    reason = RedisConnectionError("the database is held by another\x1b[31m program\nsecond line")
    absent = await examine(configured(), data, reason, Rooms(), clock())
    await gone.aclose()

    assert named(silent, "저장 서버").says.startswith("응답하지 않습니다: ConnectionError")
    assert named(absent, "저장 서버").says == (
        "연결하지 못했습니다: ConnectionError the database is held by another[31m program"
    )
    assert (exit_code(silent), exit_code(absent)) == (1, 1)


async def test_a_sick_room_is_a_line_and_hides_no_other(database: Redis, data: Path, clock: FixedClock) -> None:
    async def broken(tenant: str) -> int:
        raise ValueError(f"leaf 3 of {tenant} was changed")

    def no_model() -> str:
        raise MemoryError

    found = await examine(
        configured(), data, database, Rooms(receipts=broken, model=no_model, people_met=rooms().people_met), clock()
    )

    assert named(found, "경상남도 영수증 기록").says == "고장입니다: ValueError leaf 3 of gyeongnam was changed"
    assert named(found, "언어 모델").says == "고장입니다: MemoryError"
    assert named(found, "경상남도 대화").says == "2명 가운데 1명이 말을 걸었습니다."


async def test_a_room_that_never_answers_is_given_up(database: Redis, data: Path, clock: FixedClock) -> None:
    async def given_up(tenant: str) -> int:
        raise TimeoutError

    assert isinstance(await doctor.patiently(asyncio.Event().wait, 0.01), TimeoutError)
    found = await examine(configured(), data, database, Rooms(receipts=given_up), clock())

    assert named(found, "경상남도 영수증 기록").says == "고장입니다: 기다려도 답이 없습니다"


@pytest.mark.parametrize(
    ("at", "ok"),
    [
        (None, False),
        (datetime(2026, 11, 23, 2, 29, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 2, 19, tzinfo=UTC), False),
    ],
)
async def test_a_sensor_silent_at_lunch_is_looked_at_but_breaks_nothing(
    database: Redis, data: Path, clock: FixedClock, at: datetime | None, *, ok: bool
) -> None:
    checks = await examine(configured(), data, database, Rooms(sensor_seen=rooms(at).sensor_seen), clock())

    found = named(checks, "경상남도 본관 센서 cam1")
    assert (found.ok, found.needed) == (ok, False)


async def test_a_gate_of_a_folder_is_not_sought_at_the_plug(database: Redis, data: Path, clock: FixedClock) -> None:
    gate = TEXT.replace('kind = "camera"\nkey = "0123456789abcdef"', f'kind = "gate"\nfolder = "{data}"')

    checks = await examine(configured(gate), data, database, Rooms(sensor_seen=rooms().sensor_seen), clock())

    assert named(checks, "경상남도 본관 센서 cam1").hint.startswith("식권 파일이 그 폴더에")


async def test_a_sensor_may_rest_while_the_cafeteria_is_closed(database: Redis, data: Path, clock: FixedClock) -> None:
    friday = clock() - timedelta(days=3)

    before_opening = clock() - timedelta(minutes=1)
    found = await examine(configured(), data, database, rooms(friday), before_opening)
    holiday = configured(TEXT.replace("seats = 10", "seats = 10\nclosed = [2026-11-23]"))
    on_holiday = await examine(holiday, data, database, rooms(friday), clock())

    assert named(found, "경상남도 본관 센서 cam1").ok
    assert named(on_holiday, "경상남도 본관 센서 cam1").ok


async def test_sick_sources_are_named_with_the_reason_and_since_when(
    database: Redis, data: Path, clock: FixedClock
) -> None:
    states = [
        SourceState("a", "도청", on=True, sick="404가 이어집니다", last_good_at=clock(), declared="설정"),
        SourceState("b", "시청", on=False, sick="꺼 두었습니다", last_good_at=None, declared="대화"),
    ]

    checks = await examine(configured(), data, database, rooms(sources=states), clock())

    assert named(checks, "수집원").says == "켜짐 1곳, 꺼짐 1곳, 아픔 1곳"
    assert named(checks, "수집원 a").says == "도청(설정) 404가 이어집니다. 마지막 수집 2026. 11. 23.(월) 11:30."
    assert [check for check in checks if check.name == "수집원 b"] == []


async def test_what_the_settings_lack_is_to_be_looked_at(database: Redis, data: Path, clock: FixedClock) -> None:
    text = (
        TEXT.replace('"감사", "관리자", "운영자"', '"배식"')
        .replace(', "감사관"]]', "]]")
        .replace("0123456789abcdef", "short")
    )

    checks = await examine(configured(text), data, database, Rooms(), clock())

    assert not named(checks, "운영자").ok
    assert named(checks, "경상남도 사람").says == "등록된 사람 2명, 없는 역할: 관리자, 감사"
    assert named(checks, "경상남도 본관").says == "점심 조에 없는 부서: 감사관"
    assert named(checks, "경상남도 본관 센서 cam1").says == "열쇠가 짧습니다(file)."
    assert "short" not in render(checks, clock())


async def test_a_house_without_institutions_is_broken(data: Path, clock: FixedClock) -> None:
    checks = await examine(configured(""), data, None, Rooms(), clock())

    assert named(checks, "설정") == Check(
        "설정",
        False,
        True,
        "기관이 하나도 없습니다.",
        "dobi run이 알려 주는 설정 코드를 도비에게 보내시거나, 설정 파일에 [[institution]]을 적어 주십시오.",
    )


@pytest.mark.parametrize(
    ("spoil", "ok", "piece"),
    [
        (lambda folder: None, True, "쓸 수 있고"),
        (lambda folder: folder.chmod(0o750), False, "다른 사용자가 볼 수 있습니다(권한 750)"),
        (lambda folder: folder.rmdir(), True, "처음 시작할 때 만듭니다"),
        (lambda folder: (folder.rmdir(), folder.touch()), False, "쓸 수 없습니다"),
    ],
)
async def test_the_data_directory_must_be_ours_alone(
    data: Path, clock: FixedClock, spoil: Callable[[Path], object], ok: bool, piece: str
) -> None:
    spoil(data)

    found = named(await examine(configured(), data, None, Rooms(), clock()), f"자료 폴더 {data}")

    assert (found.ok, found.needed) == (ok, True)
    assert piece in found.says


async def test_the_doctor_leaves_nothing_behind(database: Redis, data: Path, clock: FixedClock) -> None:
    await examine(configured(), data, database, rooms(), clock())

    assert contents(data) == set()
    assert await database.dbsize() == 0


async def test_keys_are_there_and_private(data: Path, clock: FixedClock) -> None:
    files = [KeyFile(name, data / name) for name in ("private", "open", "none")]
    for name, mode in (("private", 0o600), ("open", 0o644)):
        (data / name).touch(mode)
        (data / name).chmod(mode)

    checks = await examine(configured(), data, None, Rooms(key_files=tuple(files)), clock())

    assert named(checks, "열쇠 private").ok
    assert (named(checks, "열쇠 open").ok, named(checks, "열쇠 open").needed) == (False, True)
    assert "권한 644" in named(checks, "열쇠 open").says
    assert (named(checks, "열쇠 none").ok, named(checks, "열쇠 none").needed) == (False, False)


def test_the_exit_status_counts_only_what_is_needed() -> None:
    assert exit_code([]) == 0
    assert exit_code([Check("a", ok=False, needed=False, says=""), Check("b", ok=True, needed=True, says="")]) == 0
    assert exit_code([Check("a", ok=False, needed=True, says="")]) == 1


def test_the_page_begins_with_what_is_broken_and_shows_the_next_step_only_there(clock: FixedClock) -> None:
    checks = [
        Check("가", ok=True, needed=True, says="맞습니다.", hint="안 보임"),
        Check("나", ok=False, needed=False, says="봅니다.", hint="이렇게"),
        Check("다", ok=False, needed=True, says="고장입니다."),
    ]

    assert render(checks, clock()).splitlines() == [
        "도비 일일점검표 · 2026. 11. 23.(월) 11:30",
        "고장 1건 · 확인 1건 · 정상 1건",
        "",
        "[고장] 다: 고장입니다.",
        "[확인] 나: 봅니다.",
        "       → 이렇게",
        "[정상] 가: 맞습니다.",
    ]


PRESS = """
[[source]]
id = "press"
agency = "정책브리핑"
kind = "openapi"
url = "https://apis.data.go.kr/1371000/pressReleaseService/pressReleaseList"
"""


async def test_a_portal_source_without_a_key_is_told_and_one_with_a_key_shows_only_where_it_stands(
    data: Path, clock: FixedClock
) -> None:
    key = "Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFy+/=="
    named = '[openapi]\nkey = "env:DATA_GO_KR_KEY"\n'
    texts = (TEXT + PRESS, TEXT + PRESS + named, TEXT + PRESS.replace('List"', f'List?serviceKey={key}"'), TEXT)

    pages = []
    for text in texts:
        known = parse(text, {"DATA_GO_KR_KEY": key}, file_mode=0o600)
        pages.append(render(await examine(known, data, None, Rooms(), clock()), clock()))

    assert ["공공데이터포털" in page for page in pages] == [True, True, False, False]
    assert "press" in pages[0]
    assert "env:DATA_GO_KR_KEY" in pages[1]
    assert key not in "".join(pages)


async def test_a_room_may_say_itself_what_is_wrong_and_what_to_do(data: Path, clock: FixedClock) -> None:
    def unwell() -> str:
        raise doctor.Unwell("모델 파일이 빠졌습니다.", "폴더를 다시 옮겨 주십시오.")

    checks = await examine(configured(), data, None, Rooms(model=unwell), clock())

    (found,) = [check for check in checks if check.name == "언어 모델"]
    assert (found.ok, found.needed) == (False, True)
    assert (found.says, found.hint) == ("모델 파일이 빠졌습니다.", "폴더를 다시 옮겨 주십시오.")


@pytest.mark.parametrize(
    ("done", "keywords", "ok", "says"),
    [
        (10, 0, True, "모두 읽었습니다: m."),
        (
            4,
            0,
            False,
            "10건 가운데 4건을 새 언어 모델로 옮겼습니다. 60분쯤 남았습니다. (2026. 11. 23.(월) 11:30)",
        ),
        (10, 7, False, "구독 낱말 7개를 새 언어 모델로 읽는 중입니다. 새 글은 그동안 기다립니다."),
    ],
)
def test_how_far_the_past_is_moved(clock: FixedClock, done: int, keywords: int, ok: bool, says: str) -> None:
    (found,) = moved(Progress("m@12", done, 10, 600.0, keywords, clock()))

    assert (found.ok, found.needed) == (ok, False)
    assert found.says.endswith(says)
    assert moved(None) == moved(Progress("m@12", 0, 0, 0.0, 0, clock())) == []
