"""직원 · 역할 · 부서 변경 · 퇴직 · 기관: whoever administers cares for people in chat, and for nobody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, timedelta

import pytest
import pytest_asyncio

from bot.acts import Acts
from bot.messenger import Outgoing
from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME, OTHER = "gyeongnam", "changwon"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("roster"), roles=("deliver", "chat")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def talk(house: Talk) -> Talk:
    await house.advance(timedelta(seconds=1))
    return house


async def acts(talk: Talk, tenant: str = HOME) -> list[str]:
    since = talk.clock.now() - timedelta(days=30)
    return [f"{one.by} {one.what}" for one in await Acts(talk.house.redis).listing(tenant, since)]


def code_in(message: Outgoing) -> str:
    return next(word for word in message.reply.text.split() if word.count("-") == 2 and len(word) == 11)


async def add(talk: Talk, name: str, department: str = "총무과", number: str = "") -> Outgoing:
    return (await talk.say("park", f"직원 추가 {name} {department} {number}".strip()))[0]


async def join(talk: Talk, name: str, user: str, department: str = "총무과") -> None:
    """Somebody is in the roster and linked as `user`."""
    added = await add(talk, name, department)
    invited = await talk.press("park", added, "초대 코드")
    assert "반갑습니다" in text(await talk.say(user, code_in(invited[0])))


async def test_somebody_is_added_invited_and_joins(talk):
    added = await add(talk, "홍가람")
    assert "총무과 홍가람 님을 명부에 더했습니다" in added.reply.text

    invited = await talk.press("park", added, "초대 코드")
    code = code_in(invited[0])
    assert "30.(월)" in text(invited)
    assert text(await talk.say("hong", "식당")).startswith("등록된 직원만")
    welcome = text(await talk.say("hong", code))

    assert "총무과 홍가람 님, 반갑습니다" in welcome
    assert "홍가람 님. 경상남도(예시) 비서" in (await talk.say("hong", "안녕하세요"))[0].reply.text
    assert {"park person-added", "park invited"} <= set(await acts(talk))


async def test_a_name_twice_in_a_department_needs_a_number(talk):
    await add(talk, "나동명")

    again = await add(talk, "나동명")
    other = await add(talk, "나동명", number="20113045")

    assert "이미 명부에 있습니다" in again.reply.text
    assert "더했습니다" in other.reply.text
    which = await talk.say("park", "퇴직 나동명")
    assert "2명입니다" in text(which)
    assert len(labels(which[0])) == 2
    assert "사번 20113045은(는) 이미" in (await add(talk, "다른이", number="20113045")).reply.text


async def test_the_same_update_twice_adds_once(talk):
    for _ in range(2):
        await talk.say("park", "직원 추가 두번이 농정과", update="add-twice-1")

    assert "농정과 두번이" in text(await talk.say("park", "직원 두번이"))
    assert "1명" not in text(await talk.say("park", "직원 두번이"))


async def test_lists_by_department_and_as_a_sheet(talk):
    await add(talk, "목록이", "목록과")
    overview = text(await talk.say("park", "직원 목록"))
    page = await talk.say("park", "직원 목록 목록과")

    assert "목록과 1" in overview
    assert "목록과 1명(연결 0명)" in text(page)
    assert "목록이" in text(page)
    sheet = await talk.press("park", page[0], "엑셀")
    assert sheet[0].reply.file.name == "dobi-명부.xlsx"


async def test_roles_are_given_and_taken_and_the_person_hears_of_it(talk):
    await join(talk, "역할이", "yeok")
    given = await talk.say("park", "역할 역할이 배식 추가")
    await talk.house.rota.drain()

    assert "배식을 더했습니다. 지금 역할: 직원, 배식" in text(given)
    assert any(one.chat.id == "dm:yeok" and "배식 역할이 더해졌습니다" in one.reply.text for one in talk.messenger.sent)
    assert "이미 가지고 있습니다" in text(await talk.say("park", "역할 역할이 배식 추가"))
    undone = await talk.press("park", given[0], "되돌리기")
    assert "되돌렸습니다" in text(undone)
    assert "지금 역할" not in text(await talk.say("park", "역할 역할이"))
    assert "역할: 직원." in text(await talk.say("park", "역할 역할이"))
    assert "배식을 가지고 있지 않습니다" in text(await talk.say("park", "역할 역할이 배식 빼기"))


async def test_nobody_grants_above_what_they_may_or_to_themselves(talk):
    await join(talk, "보통이", "botong")

    assert "운영자는 운영자만" in text(await talk.say("park", "역할 보통이 운영자 추가"))
    assert "그 기관의 관리자만" in text(await talk.say("oh", "역할 보통이 감사 추가"))
    assert "본인이 더하거나 뺄 수 없습니다" in text(await talk.say("park", "역할 박새로 감사 추가"))
    assert "관리자" in text(await talk.say("botong", "역할 보통이 관리자 추가"))
    assert "관리자" not in text(await talk.say("park", "역할 보통이"))


async def test_the_last_administrator_stays(talk):
    assert "연결된 관리자가 그분뿐" in text(
        await talk.press("park", (await talk.say("park", "퇴직 박새로"))[0], "퇴직 처리")
    )
    assert "파일에서만" in text(await talk.say("park", "역할 박새로 관리자 빼기"))

    await join(talk, "새관리", "saegwan")
    await talk.say("park", "역할 새관리 관리자 추가")
    assert "관리자를 뺐습니다" in text(await talk.say("saegwan", "역할 새관리 관리자 빼기"))


async def test_an_administrator_that_never_linked_does_not_count_as_one(talk):
    await add(talk, "안들어옴")
    await talk.say("park", "역할 안들어옴 관리자 추가")

    asked = await talk.say("park", "퇴직 박새로")

    assert "연결된 관리자가 그분뿐" in text(await talk.press("park", asked[0], "퇴직 처리"))


async def test_somebody_moves_and_it_is_taken_back(talk):
    await join(talk, "옮김이", "omgim")

    moved = await talk.say("park", "부서 변경 옮김이 예산담당관으로")

    assert "총무과에서 예산담당관으로 옮겼습니다" in text(moved)
    assert talk.house.tenancy.person("console", "omgim").person.department == "예산담당관"
    await talk.press("park", moved[0], "되돌리기")
    assert talk.house.tenancy.person("console", "omgim").person.department == "총무과"


async def test_the_file_wins(talk):
    assert "설정 파일에 적힌 분" in text(await talk.say("park", "부서 변경 정가온 총무과"))
    given = text(await talk.say("park", "역할 정가온 배식 추가"))
    assert "지금 역할: 직원, 배식" in given
    assert "배식을 뺐습니다" in text(await talk.say("park", "역할 정가온 배식 빼기"))


async def test_a_leaver_is_out_at_once_and_can_be_taken_back(talk):
    await join(talk, "떠난이", "tteonan")
    await talk.say("tteonan", "구독 재난안전")
    asked = await talk.say("park", "퇴직 떠난이")
    assert labels(asked[0]) == ["퇴직 처리", "그만두기"]
    assert "연결된 메신저" in text(await talk.say("tteonan", "연결"))

    left = await talk.press("park", asked[0], "퇴직 처리")

    assert "접속과 알림을 끝냈습니다" in text(left)
    assert text(await talk.say("tteonan", "도움말")).startswith("등록된 직원만")
    assert "찾지 못했습니다" in text(await talk.say("park", "직원 떠난이"))
    await talk.press("park", left[0], "되돌리기")
    assert "연결된 메신저" in text(await talk.say("tteonan", "연결"))
    assert {"park person-left", "park roster-undone"} <= set(await acts(talk))


async def test_somebody_of_the_file_can_be_let_go_too(talk):
    left = await talk.press("park", (await talk.say("park", "퇴직 한여울"))[0], "퇴직 처리")

    assert text(await talk.say("han", "식당")).startswith("등록된 직원만")
    await talk.press("park", left[0], "되돌리기")
    assert not text(await talk.say("han", "도움말")).startswith("등록된 직원만")


@pytest.mark.parametrize(
    "said",
    [
        "직원 목록",
        "직원 추가 남의 총무과",
        "역할 김하나 감사 추가",
        "퇴직 김하나",
        "초대 김하나",
        "초대장 전체",
        "접속 끊기 김하나",
    ],
)
async def test_nobody_else_may(talk, said):
    assert "관리자" in text(await talk.say("kim", said))
    assert "운영자" in text(await talk.say("lee", said))


async def test_nothing_of_it_answers_in_a_group(talk):
    assert "개인 대화에서만" in text(await talk.say("park", "직원 목록", chat="총무과", mention=True))


async def test_another_institution_is_not_seen(talk):
    await add(talk, "우리사람")

    assert "다른 기관의 명부는" in text(await talk.say("park", "직원 목록 @창원시(예시)"))
    assert "찾지 못했습니다" in text(await talk.say("oh", "직원 우리사람 @창원시(예시)"))


async def test_an_operator_adds_an_institution_with_its_first_administrator(talk):
    asked = await talk.say("oh", "기관 추가 진주시, 관리자 서진주 정보통신과")
    assert "'jinju'" in text(asked)

    added = await talk.press("oh", asked[0], "추가")
    code = code_in(added[0])
    welcome = text(await talk.say("seojin", code))

    assert "진주시 정보통신과 서진주 님" in welcome
    assert "진주시(jinju) 명부 1명, 관리자 1명" in text(await talk.say("oh", "기관 목록"))
    assert "더했습니다" in text(await talk.say("seojin", "직원 추가 강진주 총무과"))
    assert "찾지 못했습니다" in text(await talk.say("park", "직원 강진주"))
    assert "운영자만" in text(await talk.say("seojin", "기관 추가 사천시"))
    assert "이미 있는 기관" in text(await talk.say("oh", "기관 추가 진주시청"))
    assert "changwon/" not in str(await acts(talk, "jinju"))
    assert "gyeongnam/oh role-given" in await acts(talk, "jinju")


async def test_an_operator_cares_for_any_institution(talk):
    added = await talk.say("oh", "직원 추가 창원이 총무과 @창원시(예시)")
    assert "더했습니다" in text(added)
    assert "창원이" in text(await talk.say("oh", "직원 창원이 @창원시(예시)"))
    assert "찾지 못했습니다" in text(await talk.say("oh", "직원 창원이"))
    assert "gyeongnam/oh person-added" in await acts(talk, OTHER)


async def test_an_operator_may_name_an_institution_plainly_and_hears_which_it_was(talk):
    added = text(await talk.say("oh", "직원 추가 창원삼 창원시 총무과"))
    assert added.startswith("창원시(예시)\n총무과 창원삼 님을 명부에 더했습니다.")
    assert text(await talk.say("oh", "직원 목록 창원시")).startswith("창원시(예시)\n")
    assert "창원삼" in text(await talk.say("oh", "직원 창원삼 창원시청"))
    assert "찾지 못했습니다" in text(await talk.say("oh", "직원 창원삼"))
    assert text(await talk.say("oh", "직원 추가 도청인 총무과")).startswith("총무과 도청인 님을")


@pytest.mark.parametrize("name", ["=HYPERLINK", "<script>", "가" * 41, "홍\u202e길동", "{tenant}", "직원:추가", ""])
async def test_names_that_are_none_are_refused(talk, name):
    before = len(talk.house.mirror.entries(HOME))

    reply = text(await talk.say("park", f"직원 추가 {name}"))

    assert "이름과 부서를" in reply or "더했습니다" in reply
    assert len(talk.house.mirror.entries(HOME)) - before == ("더했습니다" in reply)
    assert "더했습니다" not in reply or name == "홍\u202e길동"


async def test_time_does_not_matter(talk):
    assert talk.clock.now().tzinfo is UTC
    assert button((await talk.say("park", "퇴직 조해솔"))[0], "퇴직 처리").startswith("staff-leave:yes:")
