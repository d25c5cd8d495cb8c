"""A shared point becomes a receipt, an auditor checks it, everybody else gets a polite no; no consent, no trace."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageFilter

from attest import qr
from bot.messenger import InFile, Location, Outgoing, VerdictFacts
from bot.platforms import Retry
from tests.talk import CHANGWON_CITY_HALL, Talk, button, labels, talking, text
from tests.traces import contents, files, traces

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET_PLACE = Location(36.123457, 128.987643, accuracy_m=17.0)
PLANTED = Location(37.246813, 127.135791)


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("receipts")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("deliver", "chat", "verify")) as stage:
        yield stage


async def token_of(talk: Talk, user: str, receipt: Outgoing) -> str:
    return text(await talk.press(user, receipt, "글자로 받기"))


def verdict(messages: list[Outgoing]) -> tuple[str, tuple[str, ...]]:
    assert len(messages) == 1
    facts = messages[0].reply.facts
    assert isinstance(facts, VerdictFacts)
    assert messages[0].reply.text.startswith(facts.verdict)
    return facts.verdict, facts.flags


def png(image: Image.Image, form: str = "PNG", **options: int) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


# --- consent first


async def test_a_point_before_consent_is_discarded_and_leaves_no_trace(talk, caplog):
    user = talk.newcomer()

    asked = await talk.say(user, location=SECRET_PLACE, update="early-1")

    assert "저장하지 않고 버렸습니다" in text(asked)
    assert "먼저 동의가 필요합니다" in text(asked)
    assert labels(asked[0]) == ["동의합니다", "동의하지 않습니다", "자세히"]
    kept = await contents(talk.house.redis) + files(talk.data) + caplog.text.encode()
    assert [trace for trace in traces(SECRET_PLACE) if trace in kept] == []
    assert "영수증 0장" in text(await talk.say(user, "내 정보"))


async def test_the_search_for_traces_finds_one(talk):
    await talk.house.redis.hset("dobi:{test}:trace", "point", json.dumps([PLANTED.lat, PLANTED.lon]))

    kept, stored = await contents(talk.house.redis), files(talk.data)

    await talk.house.redis.delete("dobi:{test}:trace")
    assert any(trace in kept for trace in traces(PLANTED))
    assert any(trace in stored for trace in traces(PLANTED))


async def test_even_with_consent_the_exact_point_stands_nowhere_in_the_open(talk, caplog):
    user, point = talk.newcomer(), Location(35.987651, 129.123453, accuracy_m=9.0)
    await talk.agree(user)

    receipt = await talk.say(user, location=point)

    assert receipt[0].reply.image is not None
    kept = await contents(talk.house.redis) + files(talk.data) + caplog.text.encode()
    assert [trace for trace in traces(point) if trace in kept] == []


@pytest.mark.parametrize("answer", ["네", "동의합니다", "예.", "동의"])
async def test_consent_is_given_by_word_as_by_button(talk, answer):
    user = talk.newcomer()
    await talk.say(user, location=CHANGWON_CITY_HALL)

    assert "동의를 기록했습니다" in text(await talk.say(user, answer))
    assert (await talk.say(user, location=CHANGWON_CITY_HALL))[0].reply.image is not None


async def test_no_consent_is_no_trouble_and_keeps_every_point_out(talk):
    user = talk.newcomer()
    asked = await talk.say(user, "출장 총무과-812")

    refused = await talk.press(user, asked[0], "동의하지 않습니다")

    assert "기존 서류로" in text(refused)
    assert "버렸습니다" in text(await talk.say(user, location=CHANGWON_CITY_HALL))
    assert "동의가 필요합니다" in text(await talk.say(user, "출장"))


async def test_consent_withdrawn_stops_it_and_earlier_receipts_stand(talk):
    user = talk.newcomer()
    await talk.receipt(user)

    assert "철회했습니다" in text(await talk.say(user, "위치 동의 철회"))
    assert "버렸습니다" in text(await talk.say(user, location=SECRET_PLACE))
    assert "영수증 1장" in text(await talk.say(user, "정산"))
    assert "동의하지 않음" in text(await talk.say(user, "내 정보"))


# --- the receipt


async def test_a_receipt_is_a_picture_that_holds_its_token_and_a_short_text(talk):
    user = talk.newcomer()

    receipt = await talk.receipt(user, "총무과-812")

    told = receipt.reply
    assert told.image is not None
    assert told.text.count("\n") <= 3
    assert "경상남도 창원시 부근 · 11. 23.(월) 11:30 · 오차 약 12m" in told.text
    assert "문서 총무과-812" in told.text
    assert "머문 시간은 증명하지 않습니다" in told.text
    assert "카드 영수증이 따로" in told.text
    assert told.alt is not None
    assert "QR" in told.alt
    assert qr.read(told.image) == [await token_of(talk, user, receipt)]
    settled = text(await talk.say(user, "정산"))
    assert "11. 23.(월) 11:30 경상남도 창원시 부근" in settled
    assert "문서 총무과-812" in settled


async def test_a_token_is_given_to_its_holder_only(talk):
    user, other = talk.newcomer(), talk.newcomer()
    press = button(await talk.receipt(user), "글자로 받기")

    for someone in (other, "lee", "yun"):
        assert "찾지 못했습니다" in text(await talk.say(someone, press=press))


@pytest.mark.parametrize("said", ["출장 왔어요", "출장 도착했습니다", "출장 증빙"])
async def test_what_is_no_document_number_is_not_signed_as_one(talk, said):
    user = talk.newcomer()
    await talk.agree(user)

    told = text(await talk.say(user, said))
    receipt = (await talk.say(user, location=CHANGWON_CITY_HALL))[0]

    assert "현재 위치" in told
    assert "문서" not in receipt.reply.text


@pytest.mark.parametrize("said", ["총무과-812", "총무과 812호", "2026-1234", "행정-812", "문서번호 총무과-812"])
async def test_a_document_number_is_taken_as_offices_write_it(talk, said):
    user = talk.newcomer()
    await talk.agree(user)
    number = said.removeprefix("문서번호 ")

    assert f"문서 '{number}'에 붙이겠습니다" in text(await talk.say(user, f"출장 {said}"))
    assert f"문서 {number}." in (await talk.say(user, location=CHANGWON_CITY_HALL))[0].reply.text


async def test_a_document_number_too_long_for_a_receipt_is_said_to_be(talk):
    user = talk.newcomer()
    await talk.agree(user)

    assert "길어" in text(await talk.say(user, "출장 기획조정실예산담당관재정운영-2026-000812"))


@pytest.mark.parametrize("kind", ["forwarded", "venue", "via_bot"])
async def test_a_share_that_proves_nothing_is_refused_and_not_kept(talk, kind):
    user = talk.newcomer()
    await talk.agree(user)

    refused = text(await talk.say(user, location=replace(SECRET_PLACE, **{kind: True})))

    assert "영수증을 드릴 수 없습니다" in refused
    assert "직접 보내 주십시오" in refused
    kept = await contents(talk.house.redis) + files(talk.data)
    assert [trace for trace in traces(SECRET_PLACE) if trace in kept] == []
    assert "받으신 출장 영수증이 없습니다" in text(await talk.say(user, "정산"))


@pytest.mark.parametrize(("lat", "lon"), [(999, 1), (-91, 0), (35, 181), (float("nan"), 0)])
async def test_coordinates_that_are_none_are_refused(talk, lat, lon):
    user = talk.newcomer()
    await talk.agree(user)

    assert "올바르지 않아" in text(await talk.say(user, location=Location(lat, lon)))


async def test_what_a_checker_will_ask_about_is_said_while_another_share_is_possible(talk):
    user = talk.newcomer()
    await talk.agree(user)

    edited = await talk.say(user, location=replace(CHANGWON_CITY_HALL, edited=True))
    await talk.say(user, "출장")
    late = await talk.say(user, location=CHANGWON_CITY_HALL, sent_at=talk.clock.now() - timedelta(minutes=10))

    assert "보낸 뒤에 고친 위치" in text(edited)
    assert "1분 넘게 다릅니다" in text(late)


async def test_a_repeated_update_is_one_receipt_also_when_it_comes_at_once(talk):
    user = talk.newcomer()
    await talk.agree(user)

    first = await talk.say(user, location=CHANGWON_CITY_HALL, update="p-1")
    again = await talk.say(user, location=CHANGWON_CITY_HALL, update="p-1")
    await asyncio.gather(*(talk.say(user, location=CHANGWON_CITY_HALL, update="p-2") for _ in range(5)))

    assert len(first) == 1
    assert again == []
    assert "영수증 2장" in text(await talk.say(user, "정산"))


async def test_a_receipt_arrives_although_the_messenger_failed_at_first(talk):
    user = talk.newcomer()
    await talk.agree(user)
    talk.messenger.results = [Retry(timedelta(seconds=5))]

    await talk.say(user, location=CHANGWON_CITY_HALL)
    later = [m for m in await talk.advance(timedelta(minutes=1)) if m.chat.id == f"dm:{user}"]

    assert len(later) == 1
    assert later[0].reply.image is not None
    assert qr.read(later[0].reply.image) == [await token_of(talk, user, later[0])]


# --- checking it


async def test_an_auditor_checks_a_token_and_the_holder_learns_of_it(talk):
    user = talk.newcomer()
    token = await token_of(talk, user, await talk.receipt(user))

    checked = await talk.say("lee", f"검증 {token}")

    assert verdict(checked) == ("유효", ())
    told = text(checked)
    assert "경상남도(예시) · 김하나 총무과" in told
    assert "경상남도 창원시 부근 · 11. 23.(월)" in told
    assert "서명과 발급 기록이 맞습니다" in told
    assert "확인하지 못한 것" in told
    assert told.count("\n") <= 4
    assert "확인한 횟수 1번" in text(await talk.say(user, "내 정보"))
    assert verdict(await talk.say("lee", f"/verify {token}"))[0] == "유효"
    assert verdict(await talk.say("lee", token))[0] == "유효"


async def test_a_token_is_found_in_whatever_a_mail_made_of_it(talk):
    user = talk.newcomer()
    token = await token_of(talk, user, await talk.receipt(user))

    for pasted in (
        f"검증\n{token}",
        f"이 영수증 좀 검증해 주세요 {token} 감사합니다",
        f"검증 {token[:120]}\n{token[120:]}",
        f"  {token}  ",
    ):
        assert verdict(await talk.say("lee", pasted))[0] == "유효", pasted[:30]


async def test_an_auditor_checks_pictures_good_and_photographed(talk):
    user = talk.newcomer()
    image = Image.open(io.BytesIO((await talk.receipt(user)).reply.image)).convert("RGB")
    photo = Image.new("RGB", (image.width + 400, image.height + 300), (180, 170, 160))
    photo.paste(image, (170, 140))
    photo = photo.rotate(4, fillcolor=(150, 150, 150)).filter(ImageFilter.GaussianBlur(1.2))

    by_command = await talk.say("lee", "검증", files=[InFile("영수증.png", png(image))])
    alone = await talk.say("lee", files=[InFile("photo.jpg", png(photo, "JPEG", quality=55))])

    assert verdict(by_command) == ("유효", ())
    assert verdict(alone) == ("유효", ())


async def test_several_pictures_get_a_verdict_each(talk):
    user = talk.newcomer()
    good = (await talk.receipt(user)).reply.image
    blank = png(Image.new("RGB", (640, 480), "white"))

    answers = await talk.say("lee", "검증", files=[InFile("a.png", good), InFile("b.png", blank)])

    assert [verdict([one])[0] for one in answers] == ["유효", "판독 불가"]
    assert "a.png" in answers[0].reply.text


@pytest.mark.parametrize("someone", ["kim", "park", "choi", "oh", "yun"])
async def test_everybody_but_an_auditor_gets_a_polite_no(talk, someone):
    user = talk.newcomer()
    receipt = await talk.receipt(user)
    token, picture = await token_of(talk, user, receipt), InFile("a.png", receipt.reply.image)

    answers = [
        await talk.say(someone, f"검증 {token}"),
        await talk.say(someone, f"/verify {token}"),
        await talk.say(someone, "검증", files=[picture]),
        await talk.say(someone, files=[picture]),
        await talk.say(someone, token),
    ]

    for answer in answers:
        assert "감사 담당만" in text(answer)
        assert answer[0].reply.facts is None
        assert "유효" not in text(answer)
    assert "확인한 횟수 0번" in text(await talk.say(user, "내 정보"))


async def test_another_institutions_auditor_learns_of_the_signature_only(talk):
    user = talk.newcomer()
    token = await token_of(talk, user, await talk.receipt(user))

    checked = await talk.say("baek", f"검증 {token}")

    assert verdict(checked) == ("유효하나 확인 필요", ("other_institution",))
    assert "김하나" not in text(checked)
    assert "경상남도(예시)" in text(checked)
    assert "확인한 횟수 0번" in text(await talk.say(user, "내 정보"))


async def test_a_changed_token_is_invalid_wherever_it_was_changed(talk):
    user = talk.newcomer()
    token = await token_of(talk, user, await talk.receipt(user))

    for at in (20, 100, 180, 260, 340):
        changed = token[:at] + ("7" if token[at] != "7" else "8") + token[at + 1 :]
        assert verdict(await talk.say("lee", f"검증 {changed}"))[0] == "무효", at
    for broken in (token[:-3], token.lower(), token[:200]):
        assert verdict(await talk.say("lee", f"검증 {broken}"))[0] == "무효"


@pytest.mark.parametrize(
    "data",
    [b"", b"not a picture", png(Image.new("RGB", (1200, 900), (90, 120, 90))), b"\x89PNG\r\n\x1a\n" + b"\x00" * 64],
    ids=["empty", "text", "photo", "broken"],
)
async def test_a_picture_of_nothing_is_unreadable_and_no_forgery(talk, data):
    checked = await talk.say("lee", "검증", files=[InFile("x.jpg", data)])

    assert verdict(checked)[0] == "판독 불가"
    assert "위조의 증거도 아닙니다" in text(checked)


@pytest.mark.parametrize("words", ["검증 ABC", "검증 " + "이것은 영수증이 아니라 그냥 글입니다. " * 10, "검증 RRQ"])
async def test_words_that_are_no_receipt_are_unreadable(talk, words):
    assert verdict(await talk.say("lee", words))[0] == "판독 불가"


async def test_the_bare_word_tells_what_to_send(talk):
    assert "QR 그림" in text(await talk.say("lee", "검증"))


# --- the commands of whoever has no messenger


async def dobi(*words: str | Path) -> tuple[int, str]:
    """Exit status and output of a real `dobi` process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *map(str, words),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    assert b"Traceback" not in err
    return process.returncode, out.decode()


async def test_the_commands_agree_with_the_conversation(talk, tmp_path):
    user = talk.newcomer()
    receipt = await talk.receipt(user)
    token, keys = await token_of(talk, user, receipt), tmp_path / "keys.json"
    changed = token[:100] + ("7" if token[100] != "7" else "8") + token[101:]
    picture, blank = tmp_path / "receipt.png", tmp_path / "blank.png"
    picture.write_bytes(receipt.reply.image)
    blank.write_bytes(png(Image.new("RGB", (300, 300), "white")))
    place = ("--config", talk.config, "--data", talk.data)
    assert (await dobi("keys", "export", keys, *place))[0] == 0

    good, shown, bad, none = await asyncio.gather(
        dobi("verify", token, "--keys", keys, "--json"),
        dobi("verify", picture, "--keys", keys),
        dobi("verify", changed, "--keys", keys, "--json"),
        dobi("verify", blank, "--keys", keys, "--json"),
    )
    log = await dobi("log", "check", "--json", *place)

    assert [status for status, _ in (good, shown, bad, none)] == [0, 0, 1, 2]
    assert json.loads(good[1])["verdict"] == verdict(await talk.say("lee", f"검증 {token}"))[0]
    assert json.loads(good[1])["receipt"]["document"] == "총무과-812"
    assert "유효" in shown[1]
    assert (json.loads(bad[1])["verdict"], json.loads(none[1])["verdict"]) == ("무효", "판독 불가")
    reports = [json.loads(line) for line in log[1].splitlines()]
    assert log[0] == 0
    assert {report["institution"]: report["ok"] for report in reports} == {"gyeongnam": True, "changwon": True}
    assert reports[0]["size"] >= 1


async def test_one_flipped_byte_in_the_log_is_found_by_its_place(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        user = talk.newcomer()
        token = await token_of(talk, user, await talk.receipt(user))
        await talk.say(user, location=CHANGWON_CITY_HALL)
        name = "dobi:{gyeongnam}:log:records"
        leaf = await talk.house.redis.lindex(name, 1)
        await talk.house.redis.lset(name, 1, leaf[:-1] + bytes([leaf[-1] ^ 1]))

        status, said = await dobi("log", "check", "--json", "--config", talk.config, "--data", talk.data)
        shown = await dobi("log", "check", "--config", talk.config, "--data", talk.data)

        report = json.loads(said.splitlines()[0])
        assert (status, report["ok"], report["first_bad_index"]) == (1, False, 1)
        assert shown[0] == 1
        assert "1번 기록부터 맞지 않습니다" in shown[1]
        assert len(await talk.say("lee", f"검증 {token}")) == 1  # and an auditor is still answered
