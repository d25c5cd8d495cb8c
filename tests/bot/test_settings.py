"""Every fault of a settings file is told at once, by line, in plain Korean; what loads is frozen and hides secrets."""

from __future__ import annotations

import dataclasses
import os
import pickle
import time as stopwatch
import unicodedata
from datetime import date, time, timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.settings import Role, Secret, Settings, SettingsError, load, parse
from bot.toml_lines import read

# CONTRACT.md, "A minimal settings file", verbatim
MINIMAL = """\
[[institution]]
id = "gyeongnam"
name = "경상남도"
[[institution.person]]
id = "kim"                      # console user name; other messengers: telegram = 123, slack = "U…", naverworks = "…"
name = "김하나"
department = "총무과"
roles = ["직원"]                 # 직원 · 감사 · 관리자 (this institution) · 배식 ; and 운영자 (the deployment: institutions, sources, dead letters)
[[institution.channel]]
id = "총무과"
[[institution.cafeteria]]
id = "main"
name = "본관 구내식당"
seats = 300
slots = { first_monday = 2026-01-05, times = ["11:40", "12:00", "12:20", "12:40"], groups = [["총무과"], ["예산담당관"], ["농정과"], ["도로과"]] }
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"                 # camera · gate · beam · wifi
key = "env:CAM1_KEY"            # secrets by reference, or a literal in a file of mode 600
[[source]]                      # common to all institutions
id = "sample-press"
agency = "견본도청"
kind = "feed"                   # feed · board · eminwon · openapi
url = "http://127.0.0.1:8000/rss.xml"
[network]
allow_hosts = ["127.0.0.1"]     # tests and demo only; hosts listed here have no pace unless given one
"""  # noqa: E501 - as the contract has it
ENVIRON = {"CAM1_KEY": "a-key-of-the-camera", "EMPTY": "", "REDIS": "redis://:pw@db:6379/0"}

INSTITUTION = '[[institution]]\nid = "a"\nname = "가"\n'
PERSON = INSTITUTION + '[[institution.person]]\nid = "kim"\nname = "김"\n'
CAFETERIA = INSTITUTION + '[[institution.cafeteria]]\nid = "main"\nname = "본관"\nseats = 10\n'
SENSOR = CAFETERIA + '[[institution.cafeteria.sensor]]\nid = "cam1"\n'
SOURCE = '[[source]]\nid = "s"\nagency = "도청"\nkind = "feed"\nurl = "http://x.kr/rss"\n'


def faults(text: str, *, mode: int | None = 0o600) -> list[tuple[int, str, str]]:
    with pytest.raises(SettingsError) as caught:
        parse(text, ENVIRON, file_mode=mode)
    return [(fault.line, fault.key, fault.message) for fault in caught.value.faults]


def fate(text: str) -> Settings | SettingsError:
    try:
        return parse(text, ENVIRON, file_mode=0o644)
    except SettingsError as error:
        return error


def loaded(text: str) -> Settings:
    return parse(text, ENVIRON, file_mode=0o600)


def test_the_minimal_file_loads_and_everything_else_has_a_default() -> None:
    found = parse(MINIMAL, ENVIRON, file_mode=0o644)

    (home,) = found.institutions
    (kim,) = home.people
    (channel,) = home.channels
    (main,) = home.cafeterias
    (source,) = found.sources
    assert (home.id, home.name, home.contact) == ("gyeongnam", "경상남도", "")
    assert (kim.id, kim.name, kim.department, kim.roles) == ("kim", "김하나", "총무과", {Role.STAFF})
    assert kim.addresses == {"console": "kim"}
    assert (channel.id, channel.department, channel.addresses) == ("총무과", "총무과", {"console": "총무과"})
    assert (main.seats, main.servers, main.open, main.close, main.closed) == (300, 2, time(11, 30), time(13, 30), set())
    assert main.slots is not None
    assert main.slots.first_monday == date(2026, 1, 5)
    assert main.slots.times == (time(11, 40), time(12), time(12, 20), time(12, 40))
    assert main.slots.groups == (("총무과",), ("예산담당관",), ("농정과",), ("도로과",))
    assert main.slots.minutes == 20
    assert (main.sensors[0].kind, main.sensors[0].key.reveal()) == ("camera", "a-key-of-the-camera")
    assert (source.id, source.agency, source.kind, source.on) == ("sample-press", "견본도청", "feed", True)
    assert found.network.allow_hosts == {"127.0.0.1"}
    assert (found.http.host, found.http.port) == ("127.0.0.1", 8700)
    assert (found.redis.url, found.embedding.model, found.messengers, found.catalogue) == (None, None, (), True)


def test_an_empty_file_loads_with_nothing_in_it() -> None:
    assert loaded("").institutions == ()


def test_every_other_key_reaches_its_value() -> None:
    found = loaded(
        dedent("""
        [redis]
        url = "env:REDIS"
        [http]
        host = "0.0.0.0"
        port = 0
        [network]
        allow_hosts = ["LOCALHOST", "::1"]
        pace = { "127.0.0.1" = 2, "a.kr" = 0.5 }
        [embedding]
        model = "my-model"
        batch = 8
        window = 256
        threads = 1
        query_prompt = "query: "
        [matching]
        words = "kiwi"
        [catalogue]
        enabled = false
        [messenger.telegram]
        token = "env:CAM1_KEY"
        [messenger.slack]
        bot_token = "xoxb-1"
        app_token = "xapp-1"
        [[institution]]
        id = "a"
        name = "가"
        contact = "총무과 내선 1234"
        [[institution.person]]
        id = "kim"
        name = "김"
        telegram = 123
        slack = "U1"
        naverworks = "kim@a.kr"
        phone_ext = 2345
        roles = ["감사", "운영자"]
        [[institution.channel]]
        id = "r"
        department = "총무과"
        telegram = -1001
        [[institution.cafeteria]]
        id = "main"
        name = "본관"
        seats = 10
        servers = 3
        open = 11:00:00
        close = "14:00"
        closed = [2026-12-25]
        slots = { first_monday = 2026-01-05, times = ["11:40"], groups = [["총무과", "예산과"]], minutes = 40 }
        [[source]]
        id = "s"
        agency = "도청"
        kind = "board"
        url = "https://a.kr/list"
        interval_s = 600
        level = "province"
        state = "off"
        profile = { rows = "tr" }
        """)
    )

    (home,) = found.institutions
    assert found.redis.url is not None
    assert found.redis.url.reveal() == "redis://:pw@db:6379/0"
    assert (found.http.host, found.http.port) == ("0.0.0.0", 0)
    assert found.network.allow_hosts == {"localhost", "::1"}
    assert found.network.pace_s == {"127.0.0.1": 2, "a.kr": 0.5}
    assert (found.embedding.model, found.words, found.catalogue) == ("my-model", "kiwi", False)
    assert (found.embedding.batch, found.embedding.window, found.embedding.threads) == (8, 256, 1)
    assert (found.embedding.query_prompt, found.embedding.document_prompt) == ("query: ", None)
    tokens = {one.adapter: {name: secret.reveal() for name, secret in one.secrets.items()} for one in found.messengers}
    assert tokens == {
        "telegram": {"token": "a-key-of-the-camera"},
        "slack": {"bot_token": "xoxb-1", "app_token": "xapp-1"},
    }
    assert home.contact == "총무과 내선 1234"
    assert home.people[0].addresses == {"console": "kim", "telegram": "123", "slack": "U1", "naverworks": "kim@a.kr"}
    assert (home.people[0].phone_ext, home.people[0].roles) == ("2345", {Role.AUDITOR, Role.OPERATOR})
    assert home.channels[0].addresses == {"console": "r", "telegram": "-1001"}
    (main,) = home.cafeterias
    assert (main.servers, main.open, main.close, main.closed) == (3, time(11), time(14), {date(2026, 12, 25)})
    assert main.slots is not None
    assert (main.slots.groups, main.slots.minutes) == ((("총무과", "예산과"),), 40)
    (source,) = found.sources
    assert (source.interval, source.level, source.on) == (timedelta(minutes=10), "province", False)


def test_whom_to_ask_is_the_first_manager_unless_said() -> None:
    text = PERSON + 'department = "정보화담당관"\nroles = ["관리자"]\nphone_ext = "1234"\n'

    assert loaded(text).institutions[0].contact == "정보화담당관 김 내선 1234"


# The museum: (defect, text, faults as (line, key, piece of the message))
MUSEUM = [
    ("unknown key", INSTITUTION + 'nmae = "x"\n', [(4, "institution.nmae", "혹시 name입니까?")]),
    ("unknown table", "[nework]\n", [(1, "nework", "혹시 network입니까?")]),
    ("unknown key, nothing near", "[http]\nqqqq = 1\n", [(2, "http.qqqq", "쓸 수 있는 항목: host, port")]),
    ("table in the wrong place", '[[person]]\nid = "kim"\n', [(1, "person", "예: [[institution.person]]")]),
    ("one pair of brackets", '[institution]\nid = "a"\n', [(1, "institution", "예: [[institution]]")]),
    ("missing name", '\n[[institution]]\nid = "a"\n', [(2, "institution.name", "필요한 항목이 없습니다: name")]),
    (
        "a line that is not there",
        SENSOR + 'kind = "gate"\nkey = "k1"\nline = "b"\n',
        [(12, "institution.cafeteria.sensor.line", "이 식당에 없는 줄입니다: b")],
    ),
    ("levels that fall", CAFETERIA + "levels = [5, 2, 8]\n", [(8, "institution.cafeteria.levels", "작은 것부터")]),
    ("text for a number", CAFETERIA.replace("10", '"10"'), [(7, "institution.cafeteria.seats", "정수")]),
    ("number for text", INSTITUTION + "contact = 3\n", [(4, "institution.contact", "따옴표로 감싼 글")]),
    ("yes for true", '[catalogue]\nenabled = "yes"\n', [(2, "catalogue.enabled", "true 또는 false")]),
    ("text for a list", PERSON + 'roles = "직원"\n', [(7, "institution.person.roles", "목록")]),
    ("text for a table", CAFETERIA + 'slots = "11:40"\n', [(8, "institution.cafeteria.slots", "표여야")]),
    ("too many seats", CAFETERIA.replace("10", "99999999"), [(7, "institution.cafeteria.seats", "20000 이하")]),
    ("no seats", CAFETERIA.replace("10", "0"), [(7, "institution.cafeteria.seats", "1 이상")]),
    ("port too high", "[http]\nport = 70000\n", [(2, "http.port", "65535 이하")]),
    ("not a number", '[network]\npace = { "a.kr" = nan }\n', [(2, "network.pace.a.kr", "")]),
    (
        "braces in an id",
        INSTITUTION.replace('"a"', '"a{b}"'),
        [(2, "institution.id", "쓸 수 없는 글자가 있습니다: { }")],
    ),
    ("colon in an id", INSTITUTION.replace('"a"', '"a:b"'), [(2, "institution.id", "쓸 수 없는 글자가 있습니다: :")]),
    ("path as an id", INSTITUTION.replace('"a"', '"../a"'), [(2, "institution.id", "")]),
    ("control character in an id", PERSON.replace("kim", "k\\u0007"), [(5, "institution.person.id", "보이지 않는")]),
    ("long id", PERSON.replace("kim", "k" * 65), [(5, "institution.person.id", "64자까지")]),
    ("empty id", PERSON.replace("kim", ""), [(5, "institution.person.id", "1자에서")]),
    (
        "reserved institution",
        INSTITUTION.replace('"a"', '"crawl"'),
        [(2, "institution.id", "기관 id로 쓸 수 없습니다")],
    ),
    ("empty name", INSTITUTION.replace("가", " "), [(3, "institution.name", "비어 있지 않고")]),
    ("institution twice", INSTITUTION * 2, [(5, "institution.id", "이미 있습니다: a (2번째 줄)")]),
    (
        "person twice",
        PERSON + '[[institution.person]]\nid = "kim"\nname = "김"\n',
        [(8, "institution.person.id", "이 사람 id는 이미 있습니다: kim (5번째 줄)")],
    ),
    (
        "channel twice",
        INSTITUTION + '[[institution.channel]]\nid = "r"\n' * 2,
        [(7, "institution.channel.id", "이 채널 id는 이미 있습니다: r (5번째 줄)")],
    ),
    (
        "cafeteria twice",
        CAFETERIA + '[[institution.cafeteria]]\nid = "main"\nname = "별관"\nseats = 1\n',
        [(9, "institution.cafeteria.id", "이 식당 id는 이미 있습니다: main (5번째 줄)")],
    ),
    (
        "sensor twice, in two cafeterias",
        SENSOR
        + 'kind = "gate"\nkey = "k1"\n[[institution.cafeteria]]\nid = "b"\nname = "별관"\nseats = 1\n'
        + '[[institution.cafeteria.sensor]]\nid = "cam1"\nkind = "gate"\nkey = "k2"\n',
        [(17, "institution.cafeteria.sensor.id", "이 센서 id는 이미 있습니다: cam1 (9번째 줄)")],
    ),
    ("source twice", SOURCE * 2, [(7, "source.id", "이 수집원 id는 이미 있습니다: s (2번째 줄)")]),
    (
        "the same id, composed and in pieces",
        INSTITUTION + '[[institution.channel]]\nid = "가"\n[[institution.channel]]\nid = "\u1100\u1161"\n',
        [(7, "institution.channel.id", "이미 있습니다")],
    ),
    (
        "console user in two institutions",
        PERSON + PERSON.replace('"a"', '"b"'),
        [(11, "institution.person.id", "다른 기관에 같은 콘솔 사용자가 이미 있습니다: kim (5번째 줄)")],
    ),
    (
        "telegram user in two institutions, as number and text",
        PERSON + "telegram = 7\n" + PERSON.replace('"a"', '"b"').replace("kim", "lee") + 'telegram = "7"\n',
        [(14, "institution.person.telegram", "다른 기관에 같은 telegram 주소가 이미 있습니다: 7 (7번째 줄)")],
    ),
    (
        "slack user twice in one institution",
        PERSON + 'slack = "U"\n[[institution.person]]\nid = "lee"\nname = "이"\nslack = "U"\n',
        [(11, "institution.person.slack", "같은 기관의 다른 곳에 같은 slack 주소가")],
    ),
    (
        "slack room in two institutions",
        "".join(
            INSTITUTION.replace('"a"', f'"{name}"') + '[[institution.channel]]\nid = "r"\nslack = "C"\n'
            for name in "ab"
        ),
        [(12, "institution.channel.slack", "다른 기관에 같은 slack 주소가 이미 있습니다: C (6번째 줄)")],
    ),
    ("telegram name", PERSON + 'telegram = "@kim"\n', [(7, "institution.person.telegram", "숫자입니다")]),
    ("address of the wrong type", PERSON + "telegram = true\n", [(7, "institution.person.telegram", "숫자여야")]),
    ("unknown role", PERSON + 'roles = ["감사", "직윈"]\n', [(7, "institution.person.roles", "혹시 직원입니까?")]),
    ("no roles", PERSON + "roles = []\n", [(7, "institution.person.roles", "비어 있습니다")]),
    (
        "unknown role on a line of its own",
        PERSON + 'roles = [\n  "감사",\n  "왕",\n]\n',
        [(9, "institution.person.roles", "쓸 수 있는 값: 직원, 감사, 관리자, 배식, 운영자")],
    ),
    (
        "unknown sensor",
        SENSOR + 'kind = "camra"\nkey = "k"\n',
        [(10, "institution.cafeteria.sensor.kind", "혹시 camera")],
    ),
    ("unknown source kind", SOURCE.replace('"feed"', '"fed"'), [(4, "source.kind", "혹시 feed입니까?")]),
    ("ftp", SOURCE.replace("http:", "ftp:"), [(5, "source.url", "http:// 또는 https://로 시작")]),
    ("no host", SOURCE.replace("x.kr", ""), [(5, "source.url", "호스트가 없거나")]),
    ("a blank in the address", SOURCE.replace("x.kr", "x kr"), [(5, "source.url", "빈칸")]),
    ("broken address", SOURCE.replace("x.kr", "[::1"), [(5, "source.url", "형식이 맞지 않습니다")]),
    ("port 99999", SOURCE.replace("x.kr", "x.kr:99999"), [(5, "source.url", "형식이 맞지 않습니다")]),
    (
        "a password in the address",
        SOURCE.replace("x.kr", "u:p@x.kr"),
        [(5, "source.url", "비밀번호를 적을 수 없습니다")],
    ),
    ("source id with a blank", SOURCE.replace('"s"', '"a b"'), [(2, "source.id", "붙임표")]),
    ("interval as a word", SOURCE + 'interval = "soon"\n', [(6, "source.interval", "1초에서 7일")]),
    ("interval of no time", SOURCE + "interval_s = 0\n", [(6, "source.interval_s", "1초에서 7일")]),
    ("unknown state", SOURCE + 'state = "onn"\n', [(6, "source.state", "혹시 on입니까?")]),
    ("unknown selector", SOURCE + 'profile = { row = "tr" }\n', [(6, "source.profile.row", "혹시 rows입니까?")]),
    (
        "detail address without a place for the id",
        SOURCE + '[source.profile]\ndetail = "http://x"\n',
        [(7, "source.profile.detail", "{id}")],
    ),
    (
        "Tuesday",
        CAFETERIA + 'slots = { first_monday = 2026-01-06, times = ["11:40"], groups = [["총무과"]] }\n',
        [(8, "institution.cafeteria.slots.first_monday", "2026-01-06은 화요일입니다")],
    ),
    (
        "a date in quotes",
        CAFETERIA + 'slots = { first_monday = "2026-01-05", times = ["11:40"], groups = [["총무과"]] }\n',
        [(8, "institution.cafeteria.slots.first_monday", "따옴표 없는 날짜")],
    ),
    (
        "a department in two groups; groups and times of different number; times that go back; a time that is none",
        CAFETERIA
        + "[institution.cafeteria.slots]\nfirst_monday = 2026-01-05\n"
        + 'times = [\n  "11:40",\n  "25:00",\n  "11:20",\n]\n'
        + 'groups = [\n  ["총무과"],\n  ["예산과", "총무과"],\n]\n',
        [
            (12, "institution.cafeteria.slots.times", "적힌 값: 25:00"),
            (13, "institution.cafeteria.slots.times", "11:40 다음에 11:20"),
            (15, "institution.cafeteria.slots.groups", "시각 3개, 조 2개"),
            (17, "institution.cafeteria.slots.groups", "총무과 (1조와 2조)"),
        ],
    ),
    (
        "closes before it opens",
        CAFETERIA + 'open = "13:40"\n',
        [(8, "institution.cafeteria.open", "여는 시각(13:40)이 닫는 시각(13:30)보다")],
    ),
    (
        "a host with its scheme",
        '[network]\nallow_hosts = ["http://a"]\n',
        [(2, "network.allow_hosts", "http://나 포트")],
    ),
    ("a Redis that is none", '[redis]\nurl = "mysql://a"\n', [(2, "redis.url", "redis:// 또는 rediss://")]),
    (
        "a secret that is not in the environment",
        SENSOR + 'kind = "gate"\nkey = "env:NOPE"\n',
        [(11, "institution.cafeteria.sensor.key", "환경 변수가 없거나 비어 있습니다: NOPE")],
    ),
    (
        "an empty secret",
        SENSOR + 'kind = "gate"\nkey = "env:EMPTY"\n',
        [(11, "institution.cafeteria.sensor.key", "비어")],
    ),
    ("no secret", SENSOR + 'kind = "gate"\nkey = ""\n', [(11, "institution.cafeteria.sensor.key", "비어 있습니다")]),
    (
        "a broken reference",
        SENSOR + 'kind = "gate"\nkey = "env:A-B"\n',
        [(11, "institution.cafeteria.sensor.key", "env:")],
    ),
    ("a bot without its token", "[messenger.telegram]\n", [(1, "messenger.telegram.token", "필요한 항목이 없습니다")]),
    ("broken value", INSTITUTION + "contact = \n", [(4, "", "값을 읽을 수 없습니다")]),
    ("open string", INSTITUTION + 'contact = "총무과\n', [(4, "", "따옴표가 같은 줄에서 닫히지 않았습니다")]),
    ("open long string", INSTITUTION + 'contact = """총무과\n\n', [(6, "", "따옴표가 닫히지 않았습니다")]),
    ("open header", INSTITUTION + "[[institution.person]\n", [(4, "", "대괄호가 닫히지 않았습니다")]),
    ("open list", INSTITUTION + 'person = [\n{ id = "a" }\nchannel = []\n', [(6, "", "대괄호가 닫히지 않았거나")]),
    ("no equals sign", INSTITUTION + 'contact "x"\n', [(4, "", "= 이 없습니다")]),
    ("Hangul key", INSTITUTION + '이름 = "x"\n', [(4, "", "항목 = 값")]),
    ("key twice", INSTITUTION + 'name = "나"\n', [(4, "", "같은 항목을 두 번")]),
    ("no such day", CAFETERIA + "closed = [2026-02-30]\n", [(8, "", "없는 날짜")]),
    ("a number of 4,500 digits", INSTITUTION + f"x = {'1' * 4500}\n", [(4, "", "숫자가 너무 깁니다")]),
    ("a line of 6,000 characters", INSTITUTION + f"# {'x' * 6_000}\n", [(4, "", "한 줄이 너무 깁니다")]),
    ("brackets without end", f"x = {'[' * 4_000}\n", [(0, "", "너무 깊이 겹쳐")]),
    (
        "a broken line does not hide the faults around it",
        INSTITUTION + 'nmae = 3\ncontact = "\n' + SOURCE.replace('"feed"', '"fed"') + "[http\n",
        [(5, "", "따옴표"), (11, "", "대괄호")],
    ),
    (
        "a broken value is told together with the faults of meaning",
        INSTITUTION + 'nmae = 3\ncontact = "\n' + SOURCE.replace('"feed"', '"fed"'),
        [(4, "institution.nmae", "혹시 name"), (5, "", "따옴표"), (9, "source.kind", "혹시 feed")],
    ),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*row[1:], id=row[0]) for row in MUSEUM])
def test_each_defect_is_told_with_its_line(text: str, expected: list[tuple[int, str, str]]) -> None:
    found = faults(text)

    assert [(line, key) for line, key, _ in found] == [(line, key) for line, key, _ in expected]
    for (_, _, message), (_, _, piece) in zip(found, expected, strict=True):
        assert piece in message


def test_all_faults_of_a_file_are_told_at_once_by_line() -> None:
    text = MINIMAL.replace('"직원"', '"사장"').replace("2026-01-05", "2026-01-07").replace("env:CAM1_KEY", "env:GONE")
    text = text.replace("seats", "seat").replace("http://127", "gopher://127").replace('id = "kim"', 'id = "k:m"')

    found = faults(text)

    assert [line for line, _, _ in found] == sorted(line for line, _, _ in found)
    assert [(line, key.rpartition(".")[2]) for line, key, _ in found] == [
        (5, "id"),
        (8, "roles"),
        (11, "seats"),
        (14, "seat"),
        (15, "first_monday"),
        (19, "key"),
        (24, "url"),
    ]


def test_an_error_reads_as_one_line_a_fault() -> None:
    found = fate("[http]\nport = 70000\nhots = 1\n")

    assert str(found) == (
        "2번째 줄 http.port: 65535 이하여야 합니다.\n3번째 줄 http.hots: 모르는 항목입니다: hots. 혹시 host입니까?"
    )


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_literal_secret_in_a_file_that_others_read_is_refused_and_never_repeated(mode: int) -> None:
    text = SENSOR + 'kind = "gate"\nkey = "hunter2-hunter2"\n[redis]\nurl = "redis://u:hunter2@h"\n'

    found = faults(text, mode=mode)

    assert [(line, key) for line, key, _ in found] == [(11, "institution.cafeteria.sensor.key"), (13, "redis.url")]
    assert all("600이어야" in message and "hunter2" not in message for _, _, message in found)


@pytest.mark.parametrize("mode", [0o600, 0o400, None])
def test_a_literal_secret_in_a_private_file_is_taken(mode: int | None) -> None:
    found = parse(SENSOR + 'kind = "gate"\nkey = "hunter2"\n', {}, file_mode=mode)

    assert found.institutions[0].cafeterias[0].sensors[0].key.reveal() == "hunter2"


def test_no_fault_of_a_secret_field_shows_its_value() -> None:
    text = (
        SENSOR
        + 'kind = "gate"\nkey = ["hunter2"]\n[messenger.slack]\nbot_token = "hunter2\\u0001"\ntokne = "hunter2"\n'
    )

    with pytest.raises(SettingsError) as caught:
        parse(text, {}, file_mode=0o600)

    assert len(caught.value.faults) == 3
    assert "hunter2" not in str(caught.value) + repr(caught.value)
    assert caught.value.__context__ is None  # a traceback would print pydantic's own words


def test_a_secret_shows_where_it_stands_and_not_what_it_is() -> None:
    found = parse(MINIMAL, ENVIRON, file_mode=None)

    key = found.institutions[0].cafeterias[0].sensors[0].key
    assert f"{key} {key!r} {found!r}".count("a-key-of-the-camera") == 0
    assert repr(key) == "Secret(env:CAM1_KEY)"
    assert key == Secret("a-key-of-the-camera", "env:CAM1_KEY")


def test_values_are_frozen_hashable_and_cross_a_process_border() -> None:
    found = loaded(MINIMAL)

    with pytest.raises(dataclasses.FrozenInstanceError):
        found.http.port = 1  # type: ignore[misc]
    assert hash(found.institutions[0]) == hash(loaded(MINIMAL).institutions[0])
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_file_is_read_with_its_mode_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "dobi.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").replace("env:CAM1_KEY", "literal").encode())
    path.chmod(0o600)

    assert load(path, {}).institutions[0].name == "경상남도"

    path.chmod(0o644)
    with pytest.raises(SettingsError) as caught:
        load(path, {})
    assert [fault.line for fault in caught.value.faults] == [19]


def test_the_process_environment_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dobi.toml"
    path.write_text(MINIMAL, encoding="utf-8")
    monkeypatch.setenv("CAM1_KEY", "from-the-process")

    assert load(path).institutions[0].cafeterias[0].sensors[0].key.reveal() == "from-the-process"


@pytest.mark.parametrize(
    ("content", "line", "piece"),
    [
        (MINIMAL.encode("cp949", "replace"), 3, "UTF-8이 아닌"),
        (MINIMAL.encode("utf-16"), 0, "UTF-16"),
        (b"#" + b"\n" * (2**20 + 1), 0, "너무 큽니다"),
        (b"a = '\x00'\n", 1, "보이지 않는 글자"),
    ],
)
def test_bytes_that_are_no_settings_are_told_as_such(tmp_path: Path, content: bytes, line: int, piece: str) -> None:
    path = tmp_path / "dobi.toml"
    path.write_bytes(content)

    with pytest.raises(SettingsError) as caught:
        load(path, ENVIRON)

    assert [fault.line for fault in caught.value.faults] == [line]
    assert piece in str(caught.value)


def test_what_is_not_a_file_is_told_as_such(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, piece in [(tmp_path / "none.toml", "없습니다"), (tmp_path, "읽지 못했습니다"), (pipe, "보통 파일이")]:
        with pytest.raises(SettingsError, match=piece):
            load(path, {})


def test_a_hostile_megabyte_is_judged_in_seconds() -> None:
    begun = stopwatch.process_time()

    dotted = "".join(f"k{number}" + ".a" * 2_400 + " = 1\n" for number in range(20))
    for text in ["a" + ".a" * 500_000 + " = 1", dotted, "[[a]]\n" * 170_000, "a=[\n" * 200_000]:
        with pytest.raises(SettingsError):
            parse(text, {}, file_mode=None)

    assert stopwatch.process_time() - begun < 60  # with the whole square of their lengths these take many minutes


@settings(max_examples=400, deadline=None)
@given(place=st.integers(0, len(MINIMAL) - 1), letter=st.characters(), insert=st.booleans())
@example(place=0, letter="\ud800", insert=True)
@example(place=MINIMAL.index('kim"'), letter="\ud800", insert=True)
@example(place=MINIMAL.index('env:CAM1_KEY"'), letter="\\", insert=False)
def test_a_mistyped_character_gives_settings_or_a_settings_error(place: int, letter: str, insert: bool) -> None:
    text = MINIMAL[:place] + letter + MINIMAL[place + (0 if insert else 1) :]

    found = fate(text)

    assert isinstance(found, Settings) or found.faults
    assert all(0 <= fault.line <= text.count("\n") + 1 and fault.message for fault in getattr(found, "faults", ()))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(MINIMAL)), st.integers(0, 80), st.text(max_size=20))
def test_a_cut_or_pasted_piece_gives_settings_or_a_settings_error(place: int, cut: int, pasted: str) -> None:
    found = fate(MINIMAL[:place] + pasted + MINIMAL[place + cut :])

    assert isinstance(found, Settings) or found.faults


_KEYS = st.text("ab.\"' é", max_size=4).map(lambda text: '"' + text.replace('"', '\\"') + '"') | st.sampled_from("abc")
_VALUES = st.recursive(
    st.sampled_from(["1", "true", '"x # [y]"', "'z'", '"""m\n"q" """', "'''n\n'''", "1979-05-27 07:32:00", "-1.5e3"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[ # c\n" + ",\n".join(items) + "]")
        | st.dictionaries(_KEYS, inner, max_size=2).map(
            lambda d: "{" + ", ".join(f"{k} = {v}" for k, v in d.items()) + "}"
        )
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_KEYS, _VALUES, st.sampled_from(["pair", "table", "row"])), max_size=6))
def test_every_value_of_a_toml_text_has_the_line_on_which_it_stands(parts: list[tuple[str, str, str]]) -> None:
    text = ""
    for number, (key, value, kind) in enumerate(parts):
        text += {"pair": f"k{number}.{key} = {value}\n", "table": f"[t{number}.{key}]\nv = {value}\n", "row": ""}[kind]
        text += f"[[r.{key}]] # {number}\nw = {value}\n" if kind == "row" else ""

    document = read(text)

    lines = text.split("\n")
    for path, line in document.lines.items():
        if path[-1] in {"v", "w"}:
            assert lines[line - 1].startswith(f"{path[-1]} = ")
    if not document.broken:
        assert _paths(document.data) == set(document.lines)


def _paths(value: object, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    found = {path} if path else set()
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found |= _paths(inner, (*path, key))
    return found


def test_a_file_that_a_mac_saved_in_single_letters_means_the_same() -> None:
    text = MINIMAL + SOURCE
    apart = unicodedata.normalize("NFD", text)

    assert apart != text
    assert loaded(apart) == loaded(text)


def test_the_portals_key_is_a_secret_by_reference_or_literal_and_shown_nowhere() -> None:
    found = parse(
        '[openapi]\nkey = "env:K"\n[network]\nlegacy_tls = ["eminwon.x.go.kr"]\n', {"K": "abc%2Bdef"}, file_mode=0o644
    )

    assert found.openapi.key is not None
    assert found.openapi.key.reveal() == "abc%2Bdef"
    assert "abc" not in repr(found)
    assert found.network.legacy_tls == {"eminwon.x.go.kr"}
    assert parse("", {}, file_mode=None).openapi.key is None
    for text, environ, mode in (('key = "env:K"', {}, None), ('key = "abc"', {}, 0o644), ("key = 3", {}, None)):
        with pytest.raises(SettingsError):
            parse(f"[openapi]\n{text}\n", environ, file_mode=mode)


def test_a_key_in_a_sources_address_is_taken_out_of_it() -> None:
    text = '[[source]]\nid = "p"\nagency = "a"\nkind = "openapi"\nurl = "https://apis.data.go.kr/x?serviceKey=abc%2B&y=1"\n'

    (source,) = parse(text, {}, file_mode=None).sources

    assert (source.url, source.key) == ("https://apis.data.go.kr/x?y=1", "abc%2B")
    assert "abc" not in repr(source)


# --- the office


OFFICE = INSTITUTION + "[institution.office]\nlat = 35.2279\nlon = 128.6811\n"


def test_an_office_has_a_point_and_its_duty_area_by_name_or_code():
    office = (
        parse(OFFICE + 'inside = ["창원시", "48170", "경상남도 고성군"]\n', {}, file_mode=0o600).institutions[0].office
    )

    assert office is not None
    assert (office.point.lat, office.point.lon) == (35.2279, 128.6811)
    assert office.inside == {48120, 48170, 48820}
    assert parse(INSTITUTION, {}, file_mode=0o600).institutions[0].office is None


@pytest.mark.parametrize(
    ("inside", "told"),
    [('"고성군"', "여럿"), ('"창원"', "모르는 시군구"), ('"경상남도"', "모르는 시군구"), ('"1"', "모르는")],
)
def test_a_duty_area_that_means_no_place_or_several_is_told(inside, told):
    assert told in faults(OFFICE + f"inside = [{inside}]\n")[0][2]


def test_a_cafeteria_may_have_several_lines_each_with_its_sensors(tmp_path: Path) -> None:
    text = CAFETERIA + (
        '[[institution.cafeteria.line]]\nid = "a"\nname = "한식"\nservers = 3\n'
        '[[institution.cafeteria.line]]\nid = "b"\nname = "분식"\n'
        '[[institution.cafeteria.sensor]]\nid = "cam1"\nkind = "camera"\nkey = "key-of-camera-one"\nline = "b"\n'
        '[[institution.cafeteria.sensor]]\nid = "gate1"\nkind = "gate"\nkey = "key-of-gate-one"\nperiod_s = 60\n'
    )
    path = tmp_path / "dobi.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)

    (main,) = load(path, {}).institutions[0].cafeterias

    assert [(line.name, line.servers) for line in main.lines] == [("한식", 3), ("분식", 2)]
    assert (main.line_of("cam1").id, main.line_of("gate1").id) == ("b", "a")
    assert (main.place("a"), main.place("b"), main.place()) == ("main", "main/b", "main")
    assert main.sensors[1].period_s == 60
