"""The demo's documents, files and settings: what a newcomer and the other rooms must be able to rely on."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pypdfium2
import pytest
import unhwp

from bot import demo
from bot.demo import attachments
from bot.demo.addresses import list_path
from bot.demo.press import DemoError, Press, Release, agencies, fill, offset
from nlp.embedding import load
from nlp.matching import Matcher
from nlp.sameness import Known, relate
from nlp.tellings import telling

START = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # Monday 11:30 in Korea
LATER = START + timedelta(days=10)
SOON = timedelta(minutes=9)


@pytest.fixture
def press() -> Press:
    return Press(START)


def live(press: Press) -> list[Release]:
    return [each for each in press.published(LATER) if each.published_at > START]


def test_sixty_documents_of_six_agencies_stand_at_the_start_and_more_follow(press):
    at_start = press.published(START)

    assert len(at_start) >= 60
    assert len({each.agency.id for each in at_start}) >= 6
    assert all(START - each.published_at <= timedelta(days=11) for each in at_start)
    assert sum(each.published_at > START - timedelta(days=1) for each in at_start) >= 10
    assert len(live(press)) >= 10
    assert len({each.area for each in at_start}) >= 14


def test_every_document_is_natural_in_length_and_has_no_placeholder_left(press):
    for each in press.published(LATER):
        text = each.text + "".join("\n".join(file.lines) for file in each.attachments)

        assert 3 <= text.count("\n") + 1 <= 16, each.title
        assert 300 <= len(text) <= 1500, each.title
        assert not re.search(r"[{}]", each.title + text), each.title


def test_whatever_is_simulated_says_so(press):
    for each in press.published(LATER):
        assert "(예시)" in each.agency.name
        assert each.agency.name in each.text + "".join("\n".join(file.lines) for file in each.attachments), each.title
        assert all("(예시)" in file.name for file in each.attachments)
    settings = tomllib.loads(demo.settings_text("http://127.0.0.1:1", dict.fromkeys(demo.sensor_names(), "k" * 32)))
    for institution in settings["institution"]:
        assert "(예시)" in institution["name"]
        assert all("(예시)" in cafeteria["name"] for cafeteria in institution["cafeteria"])
    assert all("(예시)" in source["agency"] for source in settings["source"])


def test_no_telephone_number_or_address_could_be_a_real_one(press):
    for each in press.published(LATER):
        whole = each.text + "".join("\n".join(file.lines) for file in each.attachments)
        for number in re.findall(r"\d{2,4}-\d{3,4}-\d{4}", whole):
            assert number.startswith("055-000-"), number
        assert not re.search(r"\w+@\w+\.|\d{6}-\d{7}|https?://", whole)


@pytest.mark.parametrize("area", ["재난안전", "소상공인", "청년 일자리", "농정", "복지"])
def test_a_newcomer_gets_a_live_document_within_three_minutes(press, area):
    instants = sorted(each.published_at - START for each in live(press) if each.area == area)

    for joined in range(7):  # minutes after the start
        wait = min(each for each in instants if each > timedelta(minutes=joined)) - timedelta(minutes=joined)
        assert wait <= timedelta(minutes=3, seconds=30)


@pytest.mark.parametrize("words", ["재난안전", "소상공인", "청년", "농업", "복지"])
def test_a_common_subscription_has_a_past_to_preview_and_pushes_at_once(press, words):
    matcher = Matcher(load())
    matcher.add("it", words)

    pushed = [each for each in press.published(LATER) if any(m.push for m in matcher.match(each.text, each.title))]

    assert sum(START - timedelta(days=7) <= each.published_at <= START for each in pushed) >= 2
    assert sum(START < each.published_at <= START + timedelta(minutes=10) for each in pushed) >= 2


def test_live_documents_keep_coming_for_days(press):
    assert {each.published_at - START > timedelta(hours=3) for each in live(press)} == {True, False}
    assert len({(each.published_at - START).days for each in live(press)}) >= 4


def test_a_document_of_each_required_kind_is_there(press):
    titles = {each.title: each for each in press.published(LATER)}

    hwpx_only = [
        each
        for each in titles.values()
        if len(each.text) < 150 and [file.kind for file in each.attachments] == ["hwpx"]
    ]
    with_pdf = [each for each in titles.values() if any(file.kind == "pdf" for file in each.attachments)]
    deadline = titles["소상공인 겨울철 전기·가스요금 특별지원 신청 접수"]
    assert len([each for each in hwpx_only if each.published_at <= START]) >= 1
    assert with_pdf
    assert "2026. 12. 4.(금) 18:00까지" in Press(START).find(START + SOON, "sme-agency", deadline.id).text
    assert "시·군 소상공인 담당 부서는" in deadline.text


def test_one_event_is_told_by_two_agencies_minutes_apart_and_nothing_else_is_one_story(press):
    releases = press.published(LATER)
    vectors = load().encode([each.text for each in releases])
    tellings = {
        each.id: telling(each.title, each.text, vector, each.agency.id, each.published_at)
        for each, vector in zip(releases, vectors, strict=True)
    }

    def known(release):
        told = tellings[release.id]
        return Known(release.id, release.id, 0, told, float(told.vector @ told.vector))

    pairs = [pair for pair in combinations(releases, 2) if relate(tellings[pair[0].id], [known(pair[1])]) is not None]

    assert len(pairs) == 1
    second, first = pairs[0]
    assert "합동훈련" in first.title
    assert first.agency != second.agency
    assert first.published_at > START
    assert timedelta(0) < second.published_at - first.published_at < timedelta(minutes=5)
    assert first.text != second.text


def test_a_correction_changes_exactly_the_facts_it_says(press):
    agency, title = "sme-agency", "소상공인 겨울철 전기·가스요금 특별지원 신청 접수"
    before = next(each for each in press.published(START + timedelta(minutes=10), agency) if each.title == title)
    after = press.find(START + timedelta(minutes=11), agency, before.id)

    changed = [(old, new) for old, new in zip(before.lines, after.lines, strict=True) if old != new]

    assert changed == [
        (
            "○ (지원내용) 업체당 최대 20만 원을 전기요금 고지서에서 차감하거나 계좌로 지급",
            "○ (지원내용) 업체당 최대 30만 원을 전기요금 고지서에서 차감하거나 계좌로 지급",
        ),
        ("○ (신청기한) 2026. 12. 4.(금) 18:00까지", "○ (신청기한) 2026. 12. 11.(금) 18:00까지"),
    ]
    assert (after.title, after.published_at) == (before.title, before.published_at)
    assert after.updated_at - before.updated_at == timedelta(minutes=9, seconds=30)


def test_the_same_day_gives_the_same_documents_and_another_day_gives_others():
    first = {each.id: each.text for each in Press(START).published(START)}
    again = {each.id: each.text for each in Press(START + timedelta(hours=2)).published(START + timedelta(hours=2))}
    other = {each.id for each in Press(START + timedelta(days=7)).published(START + timedelta(days=7))}

    assert first == again
    assert not other & first.keys()


def test_dates_are_written_as_offices_write_them():
    today = date(2026, 11, 23)

    assert fill("{date:+11d} 18:00까지", today) == "2026. 12. 4.(금) 18:00까지"
    assert fill("{day:-3d} / {month:+30d} / {year:+40d}", today) == "11. 20.(금) / 12월 / 2027년"
    assert offset("-3d1h20m") == -timedelta(days=3, hours=1, minutes=20)
    assert offset("+90s") == timedelta(seconds=90)


@pytest.mark.parametrize("text", ["", "+", "3m", "+3x", "+m", "+3m1h"])
def test_an_offset_that_says_nothing_clear_is_refused(text):
    with pytest.raises(DemoError):
        offset(text)


def test_hwpx_and_pdf_give_their_text_back():
    lines = (
        "□ 접수: 2026. 12. 4.(금) 18:00까지 <1차> & 2차",
        "○ 최대 2,000만 원 · 국비 50%",
        "○ " + " ".join(f"낱말{n:03d}" for n in range(300)),
    )

    read = unhwp.parse_bytes(attachments.hwpx("제목(예시)", lines)).text
    document = pypdfium2.PdfDocument(attachments.pdf("제목(예시)", lines))
    printed = " ".join(page.get_textpage().get_text_range() for page in document)

    assert read.splitlines()[:2] == ["제목(예시)", lines[0]]
    assert lines[1] in read
    assert re.findall(r"낱말(\d{3})", printed) == [f"{n:03d}" for n in range(300)]
    assert lines[1] in printed
    assert len(document) > 1


def test_files_are_the_same_bytes_each_time():
    assert attachments.hwpx("제목", ("본문",)) == attachments.hwpx("제목", ("본문",))
    assert attachments.pdf("제목", ("본문",)) == attachments.pdf("제목", ("본문",))


def test_the_settings_are_complete_and_name_the_sites_lists():
    keys = {name: f"key-of-{name}" for name in demo.sensor_names()}

    settings = tomllib.loads(demo.settings_text("http://127.0.0.1:4321", keys))

    people = {person["id"]: person for one in settings["institution"] for person in one["person"]}
    assert {name: people[name].get("roles", ["직원"])[-1] for name in ("kim", "lee", "park", "choi", "oh", "yun")} == {
        "kim": "직원", "lee": "감사", "park": "관리자", "choi": "배식", "oh": "운영자", "yun": "직원",
    }  # fmt: skip
    assert people["kim"]["department"] == "총무과"
    assert {"gyeongnam/cam1", "gyeongnam/gate1"} <= keys.keys()
    cafeteria = settings["institution"][0]["cafeteria"][0]
    assert [sensor["key"] for sensor in cafeteria["sensor"]] == ["key-of-gyeongnam/cam1", "key-of-gyeongnam/gate1"]
    assert [group[0] for group in cafeteria["slots"]["groups"]] == ["총무과", "예산담당관", "농정과", "도로과"]
    assert {source["url"]: source["agency"] for source in settings["source"]} == {
        "http://127.0.0.1:4321" + list_path(agency): agency.name for agency in agencies()
    }


def test_a_sensor_without_a_key_is_told():
    with pytest.raises(KeyError, match="gyeongnam/gate1"):
        demo.settings_text("http://127.0.0.1:1", {"gyeongnam/cam1": "k"})
