"""Whatever an auditor hands over: a word for each receipt, the sum of many, and a numbered report for the file."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio
from PIL import Image

from attest import qr
from attest.claims import Claims
from attest.evidence import Challenge, grade
from attest.issue import Issuer
from attest.papers import page, rows
from attest.receipt import Holder, Point, Share
from attest.trip import Basis, Leg, LegKind, Trip
from attest.trips import Trips
from bot.messenger import InFile, Outgoing, VerdictFacts
from bot.verifying.batches import Batches
from bot.verifying.running import Aftermath
from tests.attest.sheets_of_receipts import jpeg, pdf, scanned, tiff, zipped
from tests.attest.test_papers import locked
from tests.attest.test_sheets import workbook
from tests.talk import Talk, button, labels, talking, text
from tests.test_conversations_desk import answered, office
from tests.test_conversations_receipts import token_of, verdict

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(500)
AUDIT = "감사 시작 감사관-77, 11. 1.~11. 30., 여비 실태점검"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("verify"), roles=("deliver", "chat", "verify")) as stage:
        yield stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tokens(talk) -> Sequence[str]:
    """Receipts of forty travellers, as the house issues them."""
    return [await issued(talk, number) for number in range(40)]


def issuer(talk: Talk) -> Issuer:
    return Issuer(talk.house.redis, talk.house.keys(opens=True), talk.clock.now)


async def issued(talk: Talk, number: int, *, days_ago: int = 0) -> str:
    now = talk.clock.now() - timedelta(hours=20) * days_ago
    share = Share(Point(35.18 + number / 1000, 128.1076, 12.0), now, now, messenger="console", message=str(number))
    holder = Holder(f"holder{number}", f"여행자{number}", "총무과")
    evidence = grade(share, Challenge(now - timedelta(seconds=20)))
    made = await issuer(talk).issue(
        "gyeongnam", "경상남도(예시)", holder, share, evidence, f"총무과-{number}", f"bulk {number}"
    )  # fmt: skip
    return made.token


async def handed(talk: Talk, words: str = "검증", *files: InFile, update: str | None = None) -> list[Outgoing]:
    """Everything that is said for it, also what goes through the outbox."""
    before = len(talk.messenger.sent)
    await talk.say("lee", words, files=files, update=update)
    await talk.house.rota.drain()
    return talk.messenger.sent[before:]


def told(messages: Sequence[Outgoing]) -> list[str]:
    """The word of each verdict."""
    return [verdict([one])[0] for one in messages]


def broken(token: str) -> str:
    return token[:100] + ("7" if token[100] != "7" else "8") + token[101:]


def picture(token: str, name: str = "영수증.png") -> InFile:
    return InFile(name, qr.write(token))


def sheet(tokens: Sequence[str], header: str = "영수증") -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows([["번호", header], *([at, token] for at, token in enumerate(tokens, 1))])
    return target.getvalue().encode("cp949")


async def looks(talk: Talk) -> int:
    return int(await talk.house.redis.zcard("dobi:{gyeongnam}:looks:all"))


# --- what an auditor may hand over


async def test_several_receipts_in_one_text_get_a_word_each(talk, tokens):
    answers = await handed(talk, f"검증\n{tokens[0]}\n그리고 이것도 {tokens[1]}\n{tokens[2][:300]}\n감사합니다")

    assert told(answers) == ["유효", "유효", "무효"]


async def test_every_code_of_a_scanned_page_gets_its_own_word_and_number(talk, tokens):
    page_of_four = scanned([*tokens[:3], broken(tokens[3])], 150)

    answers = await handed(talk, "검증", InFile("묶음.jpg", jpeg(page_of_four)))

    assert told(answers) == ["유효", "유효", "유효", "무효"]
    assert [one.reply.text.partition(")")[0].partition("(")[2] for one in answers] == [
        f"묶음.jpg {number}번째 QR" for number in range(1, 5)
    ]


async def test_a_code_that_was_seen_and_not_read_is_told_beside_the_others(talk, tokens):
    answers = await handed(talk, "검증", InFile("묶음.jpg", jpeg(scanned(tokens[:6], 150, spoilt={4: "scribbled"}))))

    assert sorted(told(answers)) == ["유효"] * 5 + ["판독 불가"]
    assert "QR이 보이지만 읽지 못했습니다" in answers[-1].reply.text


async def test_each_page_of_a_pdf_is_looked_at_and_pages_without_a_code_are_named(talk, tokens):
    blank = Image.new("L", (1240, 1754), 245)
    pile = pdf([blank, scanned(tokens[:2], 150), blank, blank, scanned(tokens[2:3], 150)], 150)

    answers = await handed(talk, "검증", InFile("증빙.pdf", pile))

    assert told(answers) == ["유효"] * 3
    assert "증빙.pdf 2쪽 1번째 QR" in answers[0].reply.text
    assert "증빙.pdf 5쪽" in answers[2].reply.text
    assert "QR을 찾지 못한 쪽 3개(1, 3–4쪽)" in answers[2].reply.text


async def test_a_pdf_without_any_code_is_unreadable_once(talk):
    pile = pdf([Image.new("L", (400, 600), 245)] * 3, 72)

    answers = await handed(talk, "검증", InFile("공문.pdf", pile))

    assert told(answers) == ["판독 불가"]
    assert answers[0].reply.text.startswith("판독 불가(공문.pdf)")


async def test_a_scanners_tiff_and_a_list_of_any_program_are_read(talk, tokens):
    listed = workbook([["성명", "영수증"], ["김하나", tokens[1]], ["이보름", ""], ["박새로", broken(tokens[2])]])

    answers = await handed(
        talk, "검증", InFile("팩스.tif", tiff([scanned(tokens[:1], 150), scanned(tokens[3:4], 150)], "group4")),
        InFile("명부.xlsx", listed), InFile("명부.csv", sheet(tokens[4:6])),
    )  # fmt: skip

    assert told(answers) == ["유효", "유효", "유효", "무효", "유효", "유효"]
    assert [one.reply.text.split(")")[0].split("(")[1] for one in answers] == [
        "팩스.tif 1쪽", "팩스.tif 2쪽", "명부.xlsx 2행", "명부.xlsx 4행", "명부.csv 2행", "명부.csv 3행",
    ]  # fmt: skip
    assert "영수증 칸이 빈 행 1개" in answers[3].reply.text


async def test_an_archive_is_opened_and_what_is_bad_in_it_costs_nothing_else(talk, tokens):
    data = zipped(
        {
            "총무과/a.png": qr.write(tokens[0]),
            "총무과/10월/b.pdf": pdf([scanned(tokens[1:3], 150)], 150),
            "총무과/far.xlsx": workbook([["a"]], far=True),
            "inner.zip": locked(),
            "c.hwp": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "../../d.heic": HEIC,
            "e.png": qr.write(tokens[3])[:400],
            "f.png": qr.write(tokens[4]),
        }
    )

    answers = await handed(talk, "검증", InFile("모음.zip", data))

    said = {one.reply.text.partition("(")[2].partition(")")[0]: one for one in answers}
    assert {name: told([one])[0] for name, one in said.items()} == {
        "모음.zip › 총무과/a.png": "유효",
        "모음.zip › 총무과/10월/b.pdf 1번째 QR": "유효",
        "모음.zip › 총무과/10월/b.pdf 2번째 QR": "유효",
        "모음.zip › 총무과/far.xlsx": "판독 불가",
        "모음.zip › inner.zip": "판독 불가",
        "모음.zip › c.hwp": "판독 불가",
        "모음.zip › d.heic": "판독 불가",
        "모음.zip › e.png": "판독 불가",
        "모음.zip › f.png": "유효",
    }
    assert "암호" not in said["모음.zip › inner.zip"].reply.text
    assert "한 번 풀어서" in said["모음.zip › inner.zip"].reply.text
    assert "PDF로 저장" in said["모음.zip › c.hwp"].reply.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (HEIC, "사진을 JPEG로"),
        (HEIC, "설정 > 카메라 > 포맷"),
        (zipped({"word/document.xml": b"<w/>"}), "문서 파일"),
        (zipped({}), "빈 파일"),
        (locked(), "암호가 걸려"),
        (zipped({"zeros.bin": bytes(19_000_000)}), "지나치게 커지는"),
        (b"%PDF-1.7\n%%EOF", "깨졌거나"),
        (b"\x7fELF" + bytes(600), "읽을 수 있는 종류"),
    ],
    ids=["heic", "iphone", "docx", "empty", "locked", "bomb", "pdf", "elf"],
)
async def test_what_can_not_be_read_says_why_and_what_to_do(talk, data, said):
    answers = await handed(talk, "검증", InFile("x", data))

    assert told(answers) == ["판독 불가"]
    assert said in answers[0].reply.text
    assert "위조의 증거도 아닙니다" in answers[0].reply.text


async def test_one_receipt_twice_is_said_and_is_no_flag(talk, tokens):
    answers = await handed(
        talk, "검증", picture(tokens[0], "a.png"), picture(tokens[1], "b.png"), picture(tokens[0], "c.png")
    )

    assert told(answers) == ["유효"] * 3
    assert ["같은 영수증이 앞에도 있습니다: a.png" in one.reply.text for one in answers] == [False, False, True]


async def test_a_verdict_tells_the_grade_in_words(talk, tokens):
    (answer,) = await handed(talk, f"검증 {tokens[0]}")

    assert "증빙 5단계 가운데 2단계(위치 요청에 바로 답한 한 점)" in answer.reply.text
    assert "E2" not in answer.reply.text


async def test_a_file_that_was_handed_in_late_is_known_by_its_print_and_stays_no_receipt(talk, tokens):
    photo, other = jpeg(Image.new("L", (640, 480), 120)), jpeg(Image.new("L", (640, 480), 121))
    now = talk.clock.now()
    leg = Leg(LegKind.ARRIVED, now - timedelta(days=1), now, Basis.PHOTO, digest=hashlib.sha256(photo).digest())
    await Trips(talk.house.redis).add("gyeongnam", Trip("late1", "kim", now, starts_at=now, legs=(leg,)))

    answers = await handed(
        talk, "검증", InFile("a.jpg", photo), InFile("b.jpg", other), InFile("c.zip", zipped({"d/e.jpg": photo}))
    )

    assert told(answers) == ["판독 불가"] * 3
    known = [text for one in answers if "사후 제출된 자료와" in (text := one.reply.text)]
    assert ["a.jpg" in known[0], "c.zip › d/e.jpg" in known[1], len(known)] == [True, True, 2]
    assert "이 파일은 11. 23.(월) 사후 제출된 자료와 같습니다" in known[0]
    assert "사후 제출된 자료와" not in (await talk.say("baek", "검증", files=[InFile("a.jpg", photo)]))[0].reply.text


async def test_the_report_of_what_was_unreadable_says_so(talk):
    pile = pdf([Image.new("L", (400, 600), 245)] * 2, 72)
    answer = (await handed(talk, "검증", InFile("공문.pdf", pile)))[-1]

    made = await talk.press("lee", answer, "검증서")

    said = "\n".join("\t".join(row) for row in rows(made[1].reply.file.data))
    assert "공문.pdf\t판독 불가" in said


# --- many at once


async def test_many_are_counted_while_they_are_checked_and_summed_up_in_one_message(talk, tokens):
    await Claims(talk.house.redis, issuer(talk).log, talk.clock.now).mark(
        "gyeongnam", bytes.fromhex(await serial(talk, tokens[7])), "used", "test"
    )
    before = await looks(talk)
    listed = sheet([*tokens[:30], broken(tokens[30]), tokens[3], tokens[5]])

    answers = await handed(
        talk, "검증", InFile("10월.csv", listed), *(picture(tokens[at], f"{at}.png") for at in range(31, 36)),
        InFile("x.heic", HEIC), InFile("묶음.zip", zipped({f"{at}.png": qr.write(tokens[at]) for at in range(10, 32)})),
    )  # fmt: skip

    summary, workbook_ = [one for one in answers if one.reply.file is not None]
    progress = [one for one in answers if one.reply.file is None]
    first, *edits = progress
    assert first.reply.text.startswith("61건을 확인하고 있습니다")
    assert len(edits) >= 1
    assert {one.edits for one in edits} == {first.message}
    assert "모두 보았습니다" in edits[-1].reply.text
    assert "61건을 확인했습니다" in summary.reply.text
    assert "유효 58 · 유효하나 확인 필요 1 · 무효 1 · 판독 불가 1" in summary.reply.text
    assert "이미 정산에 쓰였습니다: 1건" in summary.reply.text
    assert "10월.csv 33행 = 10월.csv 5행" in summary.reply.text
    assert "무효: 10월.csv 32행" in summary.reply.text
    assert "판독 불가: x.heic" in summary.reply.text
    assert summary.reply.facts is None
    assert workbook_.reply.file.name.endswith(".xlsx")
    assert await looks(talk) - before == 4  # a leaf a chunk, not one a receipt


async def test_a_long_pdf_is_counted_in_pages(talk, tokens):
    answers = await handed(talk, "검증", InFile("스캔.pdf", pdf([scanned([token], 100) for token in tokens[:9]], 100)))

    progress = [one.reply.text for one in answers if not isinstance(one.reply.facts, VerdictFacts)]
    assert progress[0].startswith("9쪽을 확인하고 있습니다")
    assert "7쪽까지 보았습니다" in progress[1]
    assert told([one for one in answers if isinstance(one.reply.facts, VerdictFacts)])[:2] == ["유효", "유효"]


async def serial(talk: Talk, token: str) -> str:
    (answer,) = await handed(talk, f"검증 {token}")
    batch = button(answer, "검증서").partition(":")[2]
    (piece,) = await Batches(talk.house.redis).done("gyeongnam", batch)
    return piece[0].seen.serial


async def test_the_report_says_what_was_checked_by_whom_and_what_was_not(talk, tokens):
    await talk.say("lee", AUDIT)
    data = sheet(tokens[:25])

    answers = await handed(talk, "검증", InFile("10월.csv", data))
    await talk.say("lee", "감사 끝")

    files = [one.reply.file for one in answers if one.reply.file]
    assert [file.name.partition("-2026-")[0] for file in files] == ["검증-경상남도", "검증-경상남도"]
    said = "\n".join("\t".join(row) for row in rows(files[1].data))
    for needed in (
        "감사관-77", "2026. 11. 1. ~ 2026. 11. 30.", "여비 실태점검", "감사관 이보름", "2단계", "경상남도 진주시",
        "총무과-3", "여행자3", "위치 요청에 바로 답한 한 점", "확인하지 못한 것", hashlib.sha256(data).hexdigest(),
        "공개 열쇠 목록의 SHA-256", "발급 기록의 머리 해시",
    ):  # fmt: skip
        assert needed in said, needed
    point = await issuer(talk).log.checkpoint("gyeongnam")
    assert point is not None
    assert hashlib.sha256(exported(talk).encode()).hexdigest() in said
    assert page(files[0].data, 0).texts == ()  # the report is no receipt


def exported(talk: Talk) -> str:
    return talk.house.keys(opens=True).export(talk.house.tenants).to_json()


async def test_a_report_is_known_again_by_its_number_and_by_its_file_and_only_as_it_was_issued(talk, tokens):
    answers = await handed(talk, "검증", InFile("10월.csv", sheet(tokens[8:30])))
    pdf_, xlsx = [one.reply.file for one in answers if one.reply.file]
    number = pdf_.name.removesuffix(".pdf")

    by_number = text(await talk.say("lee", f"검증서 확인 {number}"))
    by_file = text(await talk.say("lee", "검증", files=[InFile("받은 것.pdf", pdf_.data)]))
    by_sheet = text(await talk.say("lee", "검증서 확인", files=[InFile("받은 것.xlsx", xlsx.data)]))
    altered = text(await talk.say("lee", "검증서 확인", files=[InFile("받은 것.pdf", pdf_.data + b" ")]))

    assert "유효 22" in by_number
    assert hashlib.sha256(pdf_.data).hexdigest() in by_number
    for said in (by_file, by_sheet):
        assert number in said
        assert "한 글자도 다르지 않습니다" in said
    assert "같은 파일이 없습니다" in altered
    assert "발급한 검증서가 없습니다" in text(await talk.say("lee", "검증서 확인 검증-경상남도-2026-9999"))
    assert "발급한 검증서가 없습니다" in text(await talk.say("baek", f"검증서 확인 {number}"))


async def test_a_few_get_their_report_by_a_button_and_numbers_go_on(talk, tokens):
    first = (await handed(talk, f"검증 {tokens[0]}"))[-1]
    second = (await handed(talk, "검증", picture(tokens[1]), picture(tokens[2])))[-1]

    made = await talk.press("lee", first, "검증서")
    again = await talk.press("lee", first, "검증서")
    other = await talk.press("lee", second, "검증서")

    assert made[0].reply.file.data == again[0].reply.file.data
    numbers = [int(one[0].reply.file.name.removesuffix(".pdf").rpartition("-")[2]) for one in (made, other)]
    assert numbers[1] == numbers[0] + 1
    assert "지웠습니다" in text(await talk.say("baek", press=button(first, "검증서")))


async def test_where_a_look_can_not_be_written_down_nothing_is_answered(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        token = await issued(talk, 1)
        await talk.house.redis.set("dobi:{gyeongnam}:log:state", b"\0" * 40)

        said = text(await talk.say("lee", f"검증 {token}"))

        assert "결과를 드리지 않았습니다" in said
        assert "유효" not in said


async def test_results_are_gone_after_a_day(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        answer = (await handed(talk, f"검증 {await issued(talk, 1)}"))[-1]

        await talk.advance(timedelta(hours=25))

        assert "지웠습니다" in text(await talk.press("lee", answer, "검증서"))
        assert await talk.house.redis.keys("dobi:{gyeongnam}:checks:batch:*") == []


# --- twice, and killed on the way


async def test_a_repeated_update_looks_once_and_gives_the_same_report(talk, tokens):
    data = InFile("10월.csv", sheet(tokens[:25]))
    first = await handed(talk, "검증", data, update="batch-1")
    before = await looks(talk)
    await talk.house.redis.delete("dobi:{gyeongnam}:people:handled:console")  # as if it died before it was done

    again = await handed(talk, "검증", data, update="batch-1")

    assert await looks(talk) == before
    assert [one.reply.file.data for one in again if one.reply.file] == [
        one.reply.file.data for one in first if one.reply.file
    ]


async def test_a_batch_whose_process_died_goes_on_where_it_was(talk, tokens):
    data = InFile("묶음.zip", zipped({f"{at}.png": qr.write(tokens[at]) for at in range(30)}))
    await handed(talk, "검증", data, update="batch-2")
    name = kept("batch-2")
    chunks = {key: value for key, value in (await talk.house.redis.hgetall(name)).items() if key.isdigit()}
    assert len(chunks) == 2
    await talk.house.redis.hdel(name, "1")  # it died in the second chunk
    marked = json.loads(chunks[b"0"])
    marked[0][0]["name"] = "이미 본 것"
    await talk.house.redis.hset(name, "0", json.dumps(marked, ensure_ascii=False))
    await talk.house.redis.delete("dobi:{gyeongnam}:people:handled:console")
    before = await looks(talk)

    answers = await handed(talk, "검증", data, update="batch-2")

    last = [one.reply.file for one in answers if one.reply.file][-1]
    assert "이미 본 것" in "\n".join("\t".join(row) for row in rows(last.data))  # the first was not read again
    assert "30건을 확인했습니다" in next(one.reply.text for one in answers if one.reply.file)
    assert await looks(talk) == before


def kept(update: str) -> str:
    """Under which name an update's batch is kept."""
    batch = hashlib.blake2b(f"console\x1flee\x1f{update}".encode(), digest_size=10).hexdigest()
    return f"dobi:{{gyeongnam}}:checks:batch:{batch}"


async def nobody_lives(_: str) -> bool:
    return False


async def test_who_never_hears_again_is_told_how_far_it_got(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat", "verify")) as talk:
        mine = [await issued(talk, number) for number in range(30)]
        data = InFile("묶음.zip", zipped({f"{at}.png": qr.write(token) for at, token in enumerate(mine)}))
        await handed(talk, "검증", data, update="batch-3")
        name = kept("batch-3")
        batch = name.rpartition(":")[2]
        await talk.house.redis.hdel(name, "1")
        await talk.house.redis.hset("dobi:{gyeongnam}:checks:open", batch, "a process that is gone")

        house = talk.house
        aftermath = Aftermath(
            Batches(house.redis), house.outbox, house.tenants, nobody_lives, talk.clock.now, lambda: None
        )  # fmt: skip

        await aftermath.step()
        early = await talk.advance(timedelta(minutes=2))
        await aftermath.step()
        await aftermath.step()
        said = await talk.advance(timedelta(minutes=2))

        assert early == []  # the update may come again
        assert len(said) == 1
        assert "30건 가운데 20건까지 보았고" in said[0].reply.text
        made = await talk.press("lee", said[0], "여기까지 검증서")
        assert "20건의 검증서입니다" in made[0].reply.text


async def test_nobody_is_woken_each_minute_while_nothing_is_under_way(talk):
    house, now = talk.house, talk.clock.now
    aftermath = Aftermath(Batches(house.redis), house.outbox, house.tenants, nobody_lives, now, lambda: None)

    idle = await aftermath.step()
    await house.redis.hset("dobi:{gyeongnam}:checks:open", "b1", "a process that is gone")
    busy = await aftermath.step()
    await house.redis.hdel("dobi:{gyeongnam}:checks:open", "b1")

    assert idle is not None
    assert idle - now() >= timedelta(minutes=10)
    assert busy is not None
    assert busy - now() <= timedelta(minutes=1)


async def test_no_two_conversations_share_a_name_or_a_button(talk):
    owners: dict[str, set[str]] = {}
    for route in talk.router._grammar.routes:
        for name in {f"name {route.name}", f"press {route.press}" if route.press else ""} - {""}:
            owner = getattr(route.handle, "__self__", route.handle)
            owners.setdefault(name, set()).add(type(owner).__name__)

    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


# --- what stays closed


async def test_names_are_shown_only_of_receipts_that_the_open_audit_covers(talk, tokens):
    await talk.say("lee", "감사 시작 감사관-78, 10. 1.~10. 31., 지난달 점검")
    outside = (await handed(talk, f"검증 {tokens[0]}"))[-1]
    await talk.say("lee", "감사 끝")
    await talk.say("lee", AUDIT)
    inside = (await handed(talk, f"검증 {tokens[0]}"))[-1]
    await talk.say("lee", "감사 끝")

    assert "여행자0" not in outside.reply.text
    assert "감사 기간 밖" in outside.reply.text
    assert "여행자0 총무과" in inside.reply.text
    made = await talk.press("lee", outside, "검증서")
    assert "여행자0" not in "\n".join("\t".join(row) for row in rows(made[1].reply.file.data))


async def test_the_exact_point_is_shown_for_a_reason_and_leaves_its_mark(talk, tokens):
    await talk.say("lee", AUDIT)
    answer = (await handed(talk, f"검증 {tokens[5]}"))[-1]
    before = await issuer(talk).log.tip("gyeongnam")

    asked = text(await talk.press("lee", answer, "정확한 위치 열람"))
    short = text(await talk.say("lee", "음"))
    shown = text(await talk.say("lee", "방문지 주소와 맞춰 보기 위함"))
    await talk.say("lee", "감사 끝")

    assert "35.18" not in answer.reply.text
    assert "사유를 써 주십시오" in asked
    assert "한 문장으로" in short
    assert "위도 35.185000, 경도 128.107600" in shown
    kinds = [(await issuer(talk).log.get("gyeongnam", before.size + at)) for at in range(2)]
    assert [entry.kind for entry in kinds] == ["access", "looked"]
    assert kinds[0].fields["why"] == "방문지 주소와 맞춰 보기 위함"
    assert kinds[0].fields["audit"] == "감사관-77"


async def test_who_thinks_again_has_looked_at_nothing(talk, tokens):
    await talk.say("lee", AUDIT)
    answer = (await handed(talk, f"검증 {tokens[5]}"))[-1]
    await talk.press("lee", answer, "정확한 위치 열람")
    before = await looks(talk)

    assert "아무것도 바꾸지 않았습니다" in text(await talk.say("lee", "취소"))
    await talk.say("lee", "감사 끝")
    assert await looks(talk) == before


async def test_without_an_audit_there_is_no_such_button_and_an_old_one_opens_nothing(talk, tokens):
    await talk.say("lee", AUDIT)
    during = (await handed(talk, f"검증 {tokens[5]}"))[-1]
    await talk.say("lee", "감사 끝")
    after = (await handed(talk, f"검증 {tokens[5]}"))[-1]

    assert "정확한 위치 열람" in labels(during)
    assert "정확한 위치 열람" not in labels(after)
    assert "감사를 연 뒤에만" in text(await talk.press("lee", during, "정확한 위치 열람"))
    assert "감사 담당만" in text(await talk.say("kim", press=button(during, "정확한 위치 열람")))
    assert "지웠습니다" in text(await talk.say("baek", press=button(during, "정확한 위치 열람")))


async def test_another_institutions_receipts_stay_closed_in_the_report(talk, tokens):
    answer = (await talk.say("baek", f"검증 {tokens[0]}"))[-1]

    made = await talk.press("baek", answer, "검증서")

    assert answer.reply.facts == VerdictFacts("유효하나 확인 필요", ("other_institution",))
    said = "\n".join("\t".join(row) for row in rows(made[1].reply.file.data))
    assert "여행자0" not in said
    assert "다른 기관의 영수증이라 서명만 확인했습니다" in said


async def test_many_are_checked_by_the_audit_offices_own_process_as_here(tmp_path):
    async with talking(tmp_path, roles=("deliver", "chat")) as talk:
        mine = [await issued(talk, number) for number in range(24)]
        async with office(talk) as house:
            await talk.say("lee", AUDIT)
            asked = await talk.say("lee", "검증", files=[InFile("10월.csv", sheet(mine))])
            said = await answered(talk, house)
            await talk.say("lee", f"검증 {mine[3]}")
            one = (await answered(talk, house))[-1]
            await talk.say("lee", press=button(one, "정확한 위치 열람"))
            why = await answered(talk, house)
            await talk.say("lee", "방문지 주소와 맞춰 보기 위함")
            point = await answered(talk, house)

        here = [each for each in said if each.chat.id == "dm:lee"]
        assert asked == []
        assert [each.edits is not None for each in here] == [False, True, True, False, False]
        assert "24건을 확인했습니다" in here[3].reply.text
        assert here[3].reply.file.data.startswith(b"%PDF")
        assert "여행자3" in "\n".join("\t".join(row) for row in rows(here[4].reply.file.data))
        assert "사유를 써 주십시오" in why[-1].reply.text
        assert any("위도 35.183000" in each.reply.text for each in point)


async def test_no_word_of_a_receipt_goes_into_a_log_line(talk, tokens, caplog):
    caplog.set_level("DEBUG")

    await handed(talk, "검증", InFile("비밀이름.csv", sheet(tokens[:25])), InFile("x.pdf", b"%PDF-1.7"))

    assert "비밀이름" not in caplog.text
    assert tokens[0][:40] not in caplog.text
    assert "여행자" not in caplog.text


async def test_two_auditors_batches_at_once_do_not_meet(talk, tokens):
    mine, theirs = await asyncio.gather(
        talk.say("lee", "검증", files=[picture(tokens[at], f"{at}.png") for at in range(5)]),
        talk.say("baek", "검증", files=[picture(tokens[at], f"b{at}.png") for at in range(5)]),
    )

    assert told(mine) == ["유효"] * 5
    assert told(theirs) == ["유효하나 확인 필요"] * 5
    assert all("b" not in one.reply.text.partition(")")[0] for one in mine)
    assert replace(mine[0].reply, buttons=()).facts is not None
    traveller = talk.newcomer()
    assert await token_of(talk, traveller, await talk.receipt(traveller))


# --- the report in words


async def test_the_report_of_what_was_checked_last_comes_by_its_word(talk, tokens):
    await talk.say("lee", AUDIT)
    await talk.say("lee", f"검증 {tokens[0]}")

    made = await talk.say("lee", "검증서")
    again = await talk.say("lee", "검증서 다시 줘")
    await talk.house.redis.delete("dobi:{changwon}:checks:dates")
    nobody = text(await talk.say("baek", "검증서"))

    assert made[0].reply.file is not None
    assert made[0].reply.file.name.endswith(".pdf")
    assert again[0].reply.file == made[0].reply.file
    assert "번호" in nobody
