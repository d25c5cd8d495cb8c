"""Places that are pasted: links, coordinates, photos, on messengers that can't share a location."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from PIL import Image, TiffImagePlugin

from bot.messenger import InFile, Update
from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

JINJU = "35.1800, 128.1076"


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("talk")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("deliver", "chat", "verify")) as stage:
        yield stage


async def pasted(talk: Talk, user: str, said: str, **more: object):
    """What comes of it, the outbox drained."""
    before = len(talk.messenger.sent)
    await talk.say(user, said, **more)
    await talk.house.rota.drain()
    return talk.messenger.sent[before:]


def photo(taken: str = "2026:11:23 11:25:00", *, place: bool = True) -> InFile:
    tags = Image.Exif()
    tags[0x0131] = "camera"
    if place:
        third = TiffImagePlugin.IFDRational
        tags.get_ifd(0x8825).update({
            1: "N", 2: (third(35), third(10), third(48)), 3: "E", 4: (third(128), third(6), third(27)),
        })  # fmt: skip
    tags.get_ifd(0x8769).update({0x9003: taken})
    kept = io.BytesIO()
    Image.new("RGB", (16, 12), "teal").save(kept, "JPEG", exif=tags)
    return InFile("IMG_1.jpg", kept.getvalue())


@pytest.mark.parametrize(
    "said",
    [
        JINJU,
        "현재 위치는 128.1076, 35.1800 입니다",
        "https://map.kakao.com/link/map/진주시청,35.1800,128.1076",
        "[네이버 지도] 진주시청 https://map.naver.com/?lat=35.1800&lng=128.1076",
        "geo:35.1800,128.1076;u=20",
        "도비야 https://www.google.com/maps?q=35.1800,128.1076",
    ],
)
async def test_a_pasted_place_gives_a_receipt_that_says_what_it_is_worth(talk, said):
    user = talk.newcomer()
    await talk.agree(user)
    await talk.say(user, "출장 총무과-812")

    told = text(await pasted(talk, user, said))

    assert told.startswith("출장 영수증입니다. 경상남도 진주시 부근")
    assert "스스로 알리셨다는 증빙입니다" in told
    assert "기기가 잰 위치가 아니라" in told
    assert "문서 총무과-812" in told


async def test_it_is_signed_as_declared_and_never_above_the_lowest_grade(talk):
    user = talk.newcomer()
    await talk.agree(user)
    await talk.say(user, "출장")
    await pasted(talk, user, JINJU)

    found = await _receipts(talk, user)
    assert [(one.grade, "declared" in one.flags) for one in found] == [(1, True)]


async def _receipts(talk: Talk, user: str):
    from attest.issue import Issuer
    from bot.holdings import Holdings

    house = talk.house
    issuer = Issuer(house.redis, house.keys(opens=False), talk.clock.now)
    indices = await Holdings(house.redis).of("gyeongnam", user, talk.clock.now() - timedelta(days=1), 9)
    return [(await issuer.again("gyeongnam", index)).receipt for index in indices]


async def test_without_consent_nothing_is_kept_and_consent_is_asked(talk):
    user = talk.newcomer()

    asked = (await pasted(talk, user, JINJU))[-1]

    assert "동의합니다" in labels(asked)
    assert await _receipts(talk, user) == []


async def test_the_same_message_twice_is_one_receipt(talk):
    user = talk.newcomer()
    await talk.agree(user)

    first = await pasted(talk, user, JINJU, update="place-1")
    again = await pasted(talk, user, JINJU, update="place-1")

    assert len(first) == 1
    assert again == []
    assert len(await _receipts(talk, user)) == 1


async def test_two_who_paste_the_same_link_are_not_told_apart_as_twins(talk):
    told = []
    for user in (talk.newcomer(), talk.newcomer()):
        await talk.agree(user)
        told.append(text(await pasted(talk, user, "https://map.kakao.com/link/map/도청,35.2382,128.6924")))

    assert all("다른 사람" not in one for one in told)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("https://naver.me/GxAbCdEf", "줄인 지도 링크는"),
        ("[카카오맵] 진주시청 https://kko.to/abc", "줄인 지도 링크는"),
        ("https://map.naver.com/p/entry/place/11628652", "좌표가 들어 있지 않아"),
        ("https://map.naver.com.example.org/?lat=35.18&lng=128.1", "아는 지도 주소가 아니어서"),
        ("https://map.naver.com@example.org/?lat=35.18&lng=128.1", "아는 지도 주소가 아니어서"),
        ("https://map.naver.com/?lat=35.18&lng=128.1&x=" + "가" * 1_300, "아는 지도 주소가 아니어서"),
        ("geo:35.1,128.1 geo:35.9,128.9", "여러 곳이라"),
    ],
)
async def test_what_cant_be_read_is_told_with_a_next_step_and_keeps_nothing(talk, said, expected):
    user = talk.newcomer()
    await talk.agree(user)

    told = text(await pasted(talk, user, said))

    assert expected in told
    assert "보내 주십시오" in told
    assert await _receipts(talk, user) == []


async def test_a_place_abroad_is_asked_back_first(talk):
    user = talk.newcomer()
    await talk.agree(user)

    asked = (await pasted(talk, user, "35.6895, 139.6917"))[0]
    before = await _receipts(talk, user)
    given = await pasted(talk, user, "", press=button(asked, "국외가 맞습니다"))

    assert "국내가 아닌 곳" in asked.reply.text
    assert before == []
    assert "국내 시군구를 찾지 못한 곳" in text(given)


async def test_a_place_abroad_is_asked_for_ten_minutes(talk):
    user = talk.newcomer()
    await talk.agree(user)
    asked = (await pasted(talk, user, "35.6895, 139.6917"))[0]
    await talk.advance(timedelta(minutes=11))

    assert "더 쓸 수 없습니다" in text(await pasted(talk, user, "", press=button(asked, "국외가 맞습니다")))


@pytest.mark.parametrize("argument", ["", "x", "35.1,128.1"])
async def test_a_forged_button_gives_nothing(talk, argument):
    user = talk.newcomer()
    await talk.agree(user)

    assert "더 쓸 수 없습니다" in text(await pasted(talk, user, "", press=f"abroad:{argument}"))


@pytest.mark.parametrize(
    "said", ["내일 3.5 12.5 회의", "예산 35.22 128.68 억", "35, 128", "https://www.korea.kr/roadmap?lat=35.2&lng=128.6"]
)
async def test_numbers_and_other_links_are_no_place(talk, said):
    user = talk.newcomer()
    await talk.agree(user)

    await pasted(talk, user, said)

    assert await _receipts(talk, user) == []


async def test_in_a_group_a_place_is_left_alone_and_addressed_it_is_sent_to_private(talk):
    assert await pasted(talk, "kim", JINJU, chat="총무과") == []

    told = text(await pasted(talk, "kim", JINJU, chat="총무과", mention=True))

    assert "영수증입니다" not in told
    assert await _receipts(talk, "kim") == []


async def test_a_photo_with_its_place_gives_a_receipt_too(talk):
    user = talk.newcomer()
    await talk.agree(user)

    told = text(await pasted(talk, user, "", files=[photo()]))

    assert "경상남도 진주시 부근" in told
    assert "스스로 알리셨다는" in told
    assert "보낸 시각과 받은 시각이 1분 넘게" in told
    (found,) = await _receipts(talk, user)
    assert (found.grade, "declared" in found.flags, "stale" in found.flags) == (1, True, True)


async def test_an_old_photo_is_no_place_of_now_and_one_without_a_place_says_what_to_do(talk):
    user = talk.newcomer()
    await talk.agree(user)

    old = text(await pasted(talk, user, "", files=[photo("2026:11:22 10:12:00")]))
    bare = text(await pasted(talk, user, "위치입니다", files=[photo(place=False)]))
    broken = text(await pasted(talk, user, "위치", files=[InFile("a.jpg", b"\xff\xd8\xffExif\x00\x00MM\x00*")]))

    assert "2026. 11. 22." in old
    assert "'사후 제출'" in old
    assert "사진 안에 위치가 없습니다" in bare
    assert "사진 안에 위치가 없습니다" in broken
    assert await _receipts(talk, user) == []


async def test_a_photo_that_lost_its_place_on_the_way_is_told_how_to_come(talk):
    user = talk.newcomer()
    await talk.agree(user)

    told = text(await pasted(talk, user, "", files=[InFile("a.png", b"\x89PNG\r\n\x1a\n")]))
    sheet = text(await pasted(talk, user, "", files=[InFile("a.bin", b"abc")]))

    assert "'파일로 보내기'" in told
    assert "파일로 보내기" not in sheet


async def test_a_photo_is_not_read_without_consent(talk):
    user = talk.newcomer()

    asked = (await pasted(talk, user, "", files=[photo()]))[-1]

    assert "동의합니다" in labels(asked)


async def test_an_auditors_photo_is_still_a_receipt_to_check(talk):
    told = await pasted(talk, "lee", "", files=[photo()])

    assert all("영수증입니다. 경상남도" not in one.reply.text for one in told)
    assert await _receipts(talk, "lee") == []


async def test_a_photo_that_was_asked_for_as_evidence_is_not_read_for_its_place(talk):
    user = talk.newcomer()
    await talk.agree(user)
    await talk.say(user, "출장 총무과-812")
    await pasted(talk, user, JINJU)
    asked = (await talk.say(user, "사후 제출"))[-1]
    photo_button = next((one for one in asked.reply.buttons if one.label == "사진"), None)
    assert photo_button is not None
    await talk.say(user, press=photo_button.press)

    told = await pasted(talk, user, "", files=[photo()])

    assert "사진" in told[-1].reply.text
    assert sum("declared" in one.flags for one in await _receipts(talk, user)) == 1


async def test_the_word_alone_explains_how(talk):
    told = text(await pasted(talk, talk.newcomer(), "위치"))

    assert "지도 링크나 좌표" in told
    assert told.count("\n") <= 4


async def _from(talk: Talk, user: str, message: str, **more) -> list:
    """What comes of a message that its platform has a name for."""
    before, now = len(talk.messenger.sent), talk.clock.now()
    await talk.router.receive(Update("console", user, now, id=f"u-{message}", message=message, sent_at=now, **more))
    await talk.house.rota.drain()
    return talk.messenger.sent[before:]


async def test_whatever_gave_the_point_goes_once_its_receipt_stands_and_nothing_else_does(talk, monkeypatch):
    gone, messenger = [], talk.messenger

    async def delete(chat, native):
        gone.append((chat.id, native))
        return True

    monkeypatch.setattr(messenger, "delete", delete)
    monkeypatch.setattr(messenger, "capabilities", replace(messenger.capabilities, delete=True))
    user = talk.newcomer()
    early = await _from(talk, user, "m0", text=JINJU)  # consent is only asked for
    await talk.press(user, early[-1], "동의합니다")
    await _from(talk, user, "m1", location=talk.here())
    await _from(talk, user, "m2", text=f"여기입니다 {JINJU}")
    await _from(talk, user, "m3", files=(photo(),))
    abroad = await _from(talk, user, "m4", text="35.6895, 139.6917")
    assert gone == [(f"dm:{user}", name) for name in ("m1", "m2", "m3")]

    await _from(talk, user, "m5", press=button(abroad[-1], "국외가 맞습니다"))
    await _from(talk, user, "m6", location=replace(talk.here(), live=True))
    await _from(talk, user, "m7", files=(photo(place=False),))
    await _from(talk, user, "m8", files=(photo("2026:11:22 10:12:00"),))
    assert gone[3:] == [(f"dm:{user}", "m4")]

    asked = (await talk.say(user, "사후 제출"))[-1]
    await talk.press(user, asked, "사진")
    handed = await _from(talk, user, "m9", files=(photo(),))
    assert "원본을 가지고 계시다가" in handed[-1].reply.text
    assert len(gone) == 4
