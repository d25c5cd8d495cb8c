"""Pasted places: what is one, what is not, what can't be read, and what only pretends to be a map."""

from __future__ import annotations

import io
import math
import re
import socket
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image, TiffImagePlugin

from bot.map_grids import from_mercator, from_wtm
from bot.messenger import InFile
from bot.pasted_places import SENTENCES, Place, Unread, find
from bot.photo_places import is_photo, may_hold_place, read
from bot.routes import tidy

HALL = (35.2279, 128.6811)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Whoever opens a socket fails."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a place was looked up on the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def plainly(text: str) -> bool:
    """Whether the route table would bring it here."""
    return any(re.search(one, tidy(text)) for one in SENTENCES)


@pytest.mark.parametrize(
    "text",
    [
        "35.2279, 128.6811",
        "35.2279,128.6811",
        "35.2279 128.6811",
        "128.6811, 35.2279",
        "(35.2279, 128.6811)",
        "위치 35.2279, 128.6811",
        "현재 위치는 35.2279, 128.6811 입니다.",
        "좌표: 35.2279 / 128.6811",
        "위도 35.2279 경도 128.6811",
        "경도 128.6811, 위도 35.2279",
        "N 35.2279 E 128.6811",
        "35.2279N, 128.6811E",
        "lat 35.2279, lng 128.6811",
        "３５．２２７９， １２８．６８１１",
        "geo:35.2279,128.6811",
        "geo:35.2279,128.6811,30;crs=wgs84",
        "geo:0,0?q=35.2279,128.6811(경남도청)",
        "https://www.google.com/maps?q=35.2279,128.6811",
        "https://www.google.com/maps/@35.2279,128.6811,17z",
        "https://www.google.com/maps/search/?api=1&query=35.2279%2C128.6811",
        "https://www.google.com/maps/dir/?api=1&destination=35.2279,128.6811",
        "https://www.google.co.kr/maps/place/도청/@35.1,128.5,17z/data=!3m1!4b1!4m6!3d35.2279!4d128.6811",
        "https://maps.google.com/?q=loc:35.2279,128.6811",
        "https://maps.google.com/maps?ll=35.2279,128.6811&z=16",
        "https://maps.apple.com/?ll=35.2279,128.6811&q=도청",
        "https://www.openstreetmap.org/?mlat=35.2279&mlon=128.6811#map=16/35.1/128.5",
        "https://www.openstreetmap.org/#map=16/35.2279/128.6811",
        "https://map.kakao.com/link/map/35.2279,128.6811",
        "https://map.kakao.com/link/map/경남도청,35.2279,128.6811",
        "https://map.kakao.com/link/to/%EB%8F%84%EC%B2%AD,35.2279,128.6811",
        "kakaomap://look?p=35.2279,128.6811",
        "nmap://place?lat=35.2279&lng=128.6811&name=도청&appname=x",
        "https://map.naver.com/?lng=128.6811&lat=35.2279&level=2",
        "https://m.map.naver.com/map.naver?lat=35.2279&lng=128.6811",
        "map.naver.com/p/entry/place/123?lng=128.6811&lat=35.2279",
        "[네이버 지도]\n경상남도청\n경남 창원시 의창구 중앙대로 300\nhttps://map.naver.com/?lat=35.2279&lng=128.6811",
        "여기입니다 https://www.google.com/maps?q=35.2279,128.6811.",
        "북위 35.2279도 동경 128.6811도",
        "GPS: 35.2279, 128.6811",
        "현위치 35.2279, 128.6811",
        "경남도청 (35.2279, 128.6811)",
        "위치 공유: 35.2279, 128.6811",
        "지금 여기 있습니다 35.2279, 128.6811",
        "35.2279, 128.6811 도청 앞",
        "https://www.google.com/maps/dir/37.5,127.0/35.2279,128.6811/@36,128,8z",
        "https://www.google.com/maps/dir/서울역/35.2279,128.6811/@35,128,12z",
        "https://www.google.com/maps/dir//35.2279,128.6811",
        "https://www.google.com/maps/dir/서울역/도청/@36,127,8z/data=!4m13!1m5!2m2!1d126.97!2d37.55!1m5!2m2!1d128.6811!2d35.2279",
        "https://www.google.com/maps/@35.2279,128.6811,3a,75y,90t",
        "https://maps.google.com/maps?q=loc:35.2279+128.6811",
        "https://maps.google.com/maps?saddr=37.5,127.0&daddr=35.2279,128.6811",
        "https://map.kakao.com/link/from/서울역,37.55,126.97/to/도청,35.2279,128.6811",
        "https://map.kakao.com/link/by/car/서울역,37.55,126.97/도청,35.2279,128.6811",
        "https://m.map.naver.com/route.nhn?menu=route&sx=126.97&sy=37.55&ex=128.6811&ey=35.2279",
        "https://m.map.naver.com/#/map?lat=35.2279&lng=128.6811",
        "tmap://route?goalname=도청&goalx=128.6811&goaly=35.2279",
        "https://apis.openapi.sk.com/tmap/app/routes?name=도청&lon=128.6811&lat=35.2279",
    ],
)
def test_a_place_is_read_in_every_form_that_maps_give(text):
    found = find(tidy(text))

    assert isinstance(found, Place)
    assert (found.lat, found.lon) == HALL
    assert found.in_korea
    assert plainly(text)


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("35°13'40.44\"N 128°40'51.96\"E", *HALL),
        ("북위 35도 13분 40.44초, 동경 128도 40분 51.96초", *HALL),
        ("35° 13.674' N, 128° 40.866' E", *HALL),
        ("https://www.google.com/maps/place/35°13'40.44\"N+128°40'51.96\"E/@35.1,128.5,17z", *HALL),
        ("35° 13′ 40.44″ N, 128° 40′ 51.96″ E", *HALL),
        ("35º13'40.44\"N 128º40'51.96\"E", *HALL),
        ("35 13 40.44 N 128 40 51.96 E", *HALL),
        ("N35° 13.674 E128° 40.866", *HALL),
        (
            "https://map.naver.com/p/directions/14134000,4518000,역,1,P/14324714.6,4194905.3,도청,2,P/-/car?c=142,43,7,dh",
            *HALL,
        ),
        ("https://map.naver.com/v5/?c=14324714.6,4194905.3,15,0,0,0,dh", 35.22797, 128.68110),
        ("https://map.kakao.com/?urlX=506190&urlY=1110730&itemId=1", 37.4980, 127.0280),
    ],
)
def test_degrees_minutes_and_map_grids_become_degrees(text, lat, lon):
    found = find(text)

    assert isinstance(found, Place)
    assert (found.lat, found.lon) == (pytest.approx(lat, abs=2e-4), pytest.approx(lon, abs=2e-4))
    assert plainly(text)


def test_kakaos_grid_agrees_with_its_own_example():
    lat, lon = from_wtm(160710.37729270622, -4388.879299157299)  # developers.kakao.com, local API, transcoord

    assert (lat, lon) == (pytest.approx(33.4533577, abs=1e-7), pytest.approx(126.5774068, abs=1e-7))


@given(some.floats(33, 39), some.floats(124, 132))
def test_the_webs_grid_goes_back_and_forth(lat, lon):
    x = math.radians(lon) * 6_378_137
    y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) * 6_378_137

    assert from_mercator(x, y) == (pytest.approx(lat, abs=1e-9), pytest.approx(lon, abs=1e-9))


def test_an_uncertainty_is_kept_in_metres():
    found = find("geo:35.2279,128.6811;u=12.5")

    assert isinstance(found, Place)
    assert found.accuracy_m == 12.5


@pytest.mark.parametrize(
    "text",
    [
        "내일 3.5 12.5 회의",
        "35, 128",
        "35.2 128.6",
        "예산 35.2279억, 128.6811억",
        "35.2279",
        "출장 35.2279km 128.6811분",
        "12.25, 13.75",
        "점수는 95.25 87.50 입니다",
        "https://www.korea.kr/roadmap?lat=35.2279&lng=128.6811",
        "https://www.google.com/search?q=35.2279,128.6811",
        "https://example.com/?lat=35.2279&lng=128.6811",
        "전화 055.211.2114, 055.211.2115",
        "1.0.0.1 2.34.5.6",
        "",
        "91.2279, 190.6811",
        "35.2279, 128.6811, 35.3",
        "35°75'40\"N 128°40'51\"E",
    ],
)
def test_numbers_in_a_sentence_are_no_place(text):
    assert find(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("https://naver.me/GxAbCdEf", "short"),
        ("[네이버 지도] 경상남도청 https://naver.me/GxAbCdEf", "short"),
        ("https://kko.to/abc", "short"),
        ("https://kko.kakao.com/abc", "short"),
        ("https://maps.app.goo.gl/abc123", "short"),
        ("https://goo.gl/maps/abc", "short"),
        ("https://map.naver.com/p/entry/place/11628652?c=15.00,0,0,0,dh", "no_point"),
        ("https://place.map.kakao.com/8137464", "no_point"),
        ("https://map.kakao.com/link/map/8137464", "no_point"),
        ("https://www.google.com/maps/place/경상남도청", "no_point"),
        ("https://www.google.com/maps/place/창원/@35.9,128.9,9z", "no_point"),
        ("https://www.google.com/maps/dir/서울역/도청/@36.2,127.9,8z", "no_point"),
        ("https://www.google.com/maps/dir/35.2279,128.6811//@36.2,127.9,17z", "no_point"),
        ("https://map.naver.com/v5/directions/A/B/-/transit?c=14200000,4300000,16,0,0,0,dh", "no_point"),
        ("https://map.naver.com/v5/search/도청?c=14324714.6,4194905.3,9,0,0,0,dh", "no_point"),
        ("https://www.openstreetmap.org/#map=8/35.2279/128.6811", "no_point"),
        ("https://surl.tmobiapi.com/7bd5ae22", "short"),
        ("geo:35.2279,128.6811;crs=nad27", "no_point"),
        ("geo:x", "no_point"),
        ("https://www.google.com/maps?q=35.2279,128.6811 https://www.google.com/maps?q=35.5,128.7", "several"),
        ("https://map.naver.com.example.org/?lat=35.2279&lng=128.6811", "hostile"),
        ("https://map.naver.com@example.org/?lat=35.2279&lng=128.6811", "hostile"),
        ("https://user:pass@map.naver.com/?lat=35.2279&lng=128.6811", "hostile"),
        ("https://map.naver.com:8443/?lat=35.2279&lng=128.6811", "hostile"),
        ("https://www.google.com.evil.kr/maps?q=35.2279,128.6811", "hostile"),
        ("https://map.naver.com:99999/?lat=35.2279&lng=128.6811", "hostile"),
        ("https://[map.naver.com/?lat=35.2279", "hostile"),
        ("https://www.google.com/maps?q=35.2279,128.6811&x=" + "a" * 1_500, "hostile"),
        ("https://www.google.com/maps?q=35.2279,128.6811 https://naver.me.evil.kr/a", "hostile"),
    ],
)
def test_what_cant_be_read_says_why(text, why):
    assert find(text) == Unread(why)


def test_a_point_abroad_is_found_and_known_as_such():
    for text in ("35.6895, 139.6917", "https://www.google.com/maps?q=35.6895,139.6917", "S 33.8688, E 151.2093"):
        found = find(text)

        assert isinstance(found, Place)
        assert not found.in_korea


@pytest.mark.parametrize(
    "text",
    [
        "위치" + " " * 3_900,
        "(" * 3_900,
        "1." * 1_900,
        "35.2279 " * 480,
        "a." * 1_900 + "map.naver.com",
        "https://map.naver.com/?" + "lat=1&" * 300,
        "geo:" + "1" * 3_000,
        "https://www.google.com/maps/@" + "1,1" * 600,
        "위도" * 1_900,
        "35°" * 1_300,
        "https://map.kakao.com/link/map/" + "가," * 600,
    ],
)
def test_hostile_texts_are_short_work(text):
    assert not isinstance(find(text), Place)
    plainly(text)


@given(some.text(max_size=300))
def test_no_text_breaks_it(text):
    found = find(text)

    assert found is None or isinstance(found, (Place, Unread))


@given(some.text(alphabet="0123456789.,:/?=&!@;geo mapNE°'\"-", max_size=120))
def test_no_text_that_looks_like_one_breaks_it(text):
    for head in (
        "",
        "geo:",
        "https://map.naver.com/",
        "https://www.google.com/maps",
        "https://map.kakao.com/link/map/",
    ):
        found = find(head + text)

        assert not isinstance(found, Place) or (abs(found.lat) <= 90 and abs(found.lon) <= 180)


# --- photos


def photo(
    place: dict[int, object] | None = None, details: dict[int, object] | None = None, kind: str = "JPEG"
) -> bytes:
    tags = Image.Exif()
    tags[0x0131] = "camera"
    if place is not None:
        tags.get_ifd(0x8825).update(place)
    if details is not None:
        tags.get_ifd(0x8769).update(details)
    kept = io.BytesIO()
    Image.new("RGB", (16, 12), "teal").save(kept, kind, exif=tags)
    return kept.getvalue()


def angle(degrees: int, minutes: int, seconds: float) -> tuple[TiffImagePlugin.IFDRational, ...]:
    return tuple(TiffImagePlugin.IFDRational(round(one * 100), 100) for one in (degrees, minutes, seconds))


def gps(**more: object) -> dict[int, object]:
    return {
        1: "N",
        2: angle(35, 13, 40.44),
        3: "E",
        4: angle(128, 40, 51.96),
        **{int(k[1:]): v for k, v in more.items()},
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_tells_where_and_when_by_its_satellites(kind):
    data = photo(gps(_7=angle(2, 25, 30), _29="2026:11:23", _31=TiffImagePlugin.IFDRational(8, 1)), kind=kind)

    found = read(data)

    assert found is not None
    assert (found.lat, found.lon) == (pytest.approx(HALL[0]), pytest.approx(HALL[1]))
    assert found.accuracy_m == 8
    assert found.taken_at == datetime(2026, 11, 23, 2, 25, 30, tzinfo=UTC)
    assert found.by_satellite
    assert is_photo(InFile("a", data))


def test_a_cameras_clock_is_korean_unless_it_says_otherwise():
    korean = read(photo(gps(), {0x9003: "2026:11:23 11:25:30"}))
    other = read(photo(gps(), {0x9003: "2026:11:23 11:25:30", 0x9011: "+01:00"}))
    none = read(photo(gps(), {0x9003: "0000:00:00 00:00:00"}))

    assert korean is not None
    assert other is not None
    assert none is not None
    assert korean.taken_at == datetime(2026, 11, 23, 2, 25, 30, tzinfo=UTC)
    assert other.taken_at == datetime(2026, 11, 23, 10, 25, 30, tzinfo=UTC)
    assert none.taken_at is None
    assert not korean.by_satellite


def test_a_block_of_exif_in_a_kind_that_cant_be_opened_is_read():
    data = photo(gps())
    start = data.index(b"Exif\x00\x00")
    heic = b"\x00\x00\x00\x18ftypheic" + bytes(60) + data[start : start + 2_000]

    found = read(heic)

    assert found is not None
    assert found.lat == pytest.approx(HALL[0])
    assert may_hold_place(InFile("a.heic", heic))


@pytest.mark.parametrize(
    "data",
    [
        photo(),
        photo({1: "N", 2: angle(35, 13, 40), 3: "E"}),
        photo({1: "N", 2: angle(0, 0, 0), 3: "E", 4: angle(0, 0, 0)}),
        photo({1: "N", 2: angle(95, 0, 0), 3: "E", 4: angle(128, 0, 0)}),
        photo({1: "N", 2: (TiffImagePlugin.IFDRational(1, 0),) * 3, 3: "E", 4: angle(128, 0, 0)}),
        photo(gps())[:120],
        b"\xff\xd8\xff" + b"Exif\x00\x00" + b"MM\x00*" + b"\xff" * 500,
        b"%PDF-1.7",
        b"",
    ],
)
def test_a_photo_without_a_usable_place_has_none(data):
    assert read(data) is None


def test_what_is_no_picture_is_not_looked_into():
    assert not is_photo(InFile("a.jpg", b"%PDF-1.7 Exif\x00\x00"))
    assert not may_hold_place(InFile("a.jpg", b"Exif\x00\x00"))
    assert may_hold_place(InFile("a", photo(gps())))
    assert not may_hold_place(InFile("a", b"\xff\xd8\xff" + bytes(500)))
