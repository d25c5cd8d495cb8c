"""인사발령: a sheet is read back as a difference, applied in one act on its day, and can be taken back."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
import pytest_asyncio
from python_calamine import CalamineWorkbook

from bot.messenger import InFile, Outgoing
from bot.roster import Kind, Move, Roster
from tests.postings import ROSTER, book, everybody, plain, sections
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = "jinju"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("orders"), roles=("deliver", "chat")) as stage:
        added = await stage.press(
            "oh", (await stage.say("oh", "기관 추가 진주시, 관리자 서진주 정보통신과"))[0], "추가"
        )
        code = next(word for word in added[0].reply.text.split() if word.count("-") == 2)
        assert "반갑습니다" in text(await stage.say("seojinju", code))
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def talk(house: Talk) -> Talk:
    """진주시 with the people of `ROSTER` and its administrator, whatever a test did before."""
    stands = {one.id: one for one in house.house.mirror.entries(HOME)}
    roster, today = Roster(house.house.redis), house.clock.now().date()
    key = f"again-{house.clock.now().timestamp()}-{id(stands)}"
    keep = next(one.id for one in stands.values() if one.name == "서진주")
    gone = [Move(Kind.LEAVE, one) for one in stands.values() if one.id != keep]
    await roster.apply(HOME, f"{key}-out", gone, today)
    await roster.apply(HOME, f"{key}-in", [Move(Kind.JOIN, one) for one in ROSTER], today)
    for waiting in house.house.mirror.waiting(HOME):
        await roster.call_off(HOME, f"{key}-{waiting.batch}", waiting.field)
    await house.house.mirror.refresh()
    return house


async def sends(talk: Talk, data: bytes, name: str = "발령.xlsx", said: str = "인사발령") -> Outgoing:
    return (await talk.say("seojinju", said, files=[InFile(name, data)]))[0]


def department(talk: Talk, person: str) -> str | None:
    found = talk.house.tenancy.member(HOME, person)
    return None if found is None else found.person.department


def sheet_of(data: bytes) -> dict[str, Sequence[Sequence[object]]]:
    found = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: found.get_sheet_by_name(name).to_python() for name in found.sheet_names}


async def test_a_sheet_is_read_back_and_nothing_changes_before_it_is_said(talk):
    shown = await sends(talk, plain())

    assert "전출 1, 전입 1, 부서변경 1." in shown.reply.text
    assert "12. 1.(화)에 저절로 적용됩니다" in shown.reply.text
    assert shown.reply.text.endswith("적용할까요?")
    assert labels(shown) == ["적용", "자세히", "취소"]
    assert department(talk, "p1001") == "총무과"
    called_off = await talk.press("seojinju", shown, "취소")
    assert "적용하지 않았습니다" in text(called_off)
    assert "남아 있지 않습니다" in text(await talk.press("seojinju", shown, "적용"))
    assert department(talk, "p1001") == "총무과"


async def test_it_is_applied_at_once_and_on_its_day_and_once(talk):
    shown = await sends(talk, plain())

    applied = await talk.press("seojinju", shown, "적용")

    assert "적용했습니다: 전출 1, 전입 1, 부서변경 1." in text(applied)
    assert (department(talk, "p1001"), department(talk, "p1002")) == ("도로과", None)
    assert "서가을" not in {one.name for one in talk.house.mirror.entries(HOME)}
    assert "이미 적용한" in text(await talk.press("seojinju", shown, "적용"))
    assert "12. 1.(화)에 1건" in text(await talk.say("seojinju", "인사발령"))
    await talk.advance(timedelta(days=8))
    assert "서가을" in {one.name for one in talk.house.mirror.entries(HOME)}
    talk.clock.move_to(talk.clock.now())


async def test_it_is_taken_back_whole_with_what_waits(talk):
    applied = await talk.press("seojinju", await sends(talk, sections()), "적용")
    before = len(talk.house.mirror.waiting(HOME))

    undone = await talk.press("seojinju", applied[0], "되돌리기")

    assert "되돌렸습니다" in text(undone)
    assert {one.id: one for one in ROSTER}.items() <= {one.id: one for one in talk.house.mirror.entries(HOME)}.items()
    assert talk.house.mirror.waiting(HOME) == []
    assert before >= 0


async def test_what_waits_can_be_called_off(talk):
    today = talk.clock.now().date()
    rows = [["성명", "현부서", "발령부서", "발령일"], ["홍길동", "총무과", "도로과", today + timedelta(days=9)]]
    await talk.press("seojinju", await sends(talk, book(("", rows))), "적용")
    waiting = await talk.say("seojinju", "인사발령")

    stopped = await talk.say("seojinju", press=waiting[0].reply.buttons[0].press)

    assert "취소했습니다" in text(stopped)
    await talk.advance(timedelta(days=10))
    assert department(talk, "p1001") == "총무과"


async def test_unclear_lines_are_named_and_left_out(talk):
    rows = [
        ["성명", "현부서", "발령부서", "구분"],
        ["이강산", "", "총무과", "전보"],
        ["없는이", "총무과", "도로과", "전보"],
        ["한솔", "재난대응과", "", "직위해제"],
        ["홍길동", "예산담당관", "도로과", "전보"],
        ["최별", "총무과", "농정과", "전보"],
    ]
    shown = await sends(talk, book(("", rows)))

    assert "부서변경 1." in shown.reply.text
    assert "빼고 읽은 줄 4: 2행 이강산(이름이 같은 분이 여럿이라" in shown.reply.text
    detail = sheet_of((await talk.press("seojinju", shown, "자세히"))[0].reply.file.data)
    assert [row[2] for row in detail["뺀 줄"][1:]] == ["이강산", "없는이", "한솔", "홍길동"]
    assert [row[1] for row in detail["바뀌는 것"][1:]] == ["최별"]


async def test_a_pasted_table_works(talk):
    shown = await talk.say("seojinju", "인사발령\n성명\t현소속\t발령소속\n홍길동\t총무과\t도로과\n최별\t총무과\t농정과")

    assert "부서변경 2." in text(shown)
    assert "부서변경 1." in text(await talk.say("seojinju", "인사발령\n성명  현소속  발령소속\n홍길동  총무과  도로과"))


async def test_everybody_in_one_sheet_lets_nobody_go_by_silence(talk):
    shown = await sends(talk, everybody(), "명부.xlsx", "")

    assert "명부에 있는데 표에 없는 분 2명은 그대로 둡니다" in shown.reply.text
    assert labels(shown) == ["적용", "자세히", "없는 2명도 퇴직", "취소"]
    asked = await talk.press("seojinju", shown, "없는 2명도 퇴직")
    assert "한솔" in text(asked)
    assert department(talk, "p1008") == "재난대응과"
    assert "연결된 관리자가 한 분도" in text(await talk.press("seojinju", asked[0], "모두 적용"))
    assert department(talk, "p1008") == "재난대응과"
    await talk.press("seojinju", shown, "적용")
    assert department(talk, "p1008") == "재난대응과"
    assert department(talk, "p1003") == "예산담당관"


async def test_a_roster_that_changed_meanwhile_is_shown_again(talk):
    shown = await sends(talk, plain())
    await talk.say("seojinju", "부서 변경 홍길동 도로과")

    again = await talk.press("seojinju", shown, "적용")

    assert "그 사이 명부가 바뀌어" in text(again)
    assert department(talk, "p1002") == "예산담당관"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xlsx", b"PK\x03\x04broken", "읽"),
        ("a.xlsx", b"", "비어"),
        ("a.csv", "부서,직급\n총무과,7급".encode(), "'성명' 칸을 찾지 못했습니다"),
        ("a.pdf", b"%PDF-1.7", "복사해서 붙여"),
    ],
)
async def test_what_can_not_be_read_says_what_to_do(talk, name, data, says):
    assert says in (await sends(talk, data, name)).reply.text


async def test_formulas_and_markup_stay_text(talk):
    rows = [
        ["성명", "구분", "발령부서"],
        ["=1+1", "전입", "총무과"],
        ["<b>나</b>", "전입", "총무과"],
        ["나쁜이", "전입", "=HYPERLINK()"],
    ]

    shown = await sends(talk, book(("", rows)))

    assert "적용할까요" not in shown.reply.text
    assert "빼고 읽은 줄 3" in shown.reply.text
    assert labels(shown) == ["자세히", "취소"]


async def test_nobody_else_may_and_nothing_is_read(talk):
    told = await talk.say("kim", "인사발령", files=[InFile("발령.xlsx", plain())])

    assert "관리자" in text(told)
