"""Codes, linked messengers, a lost phone: who gets in, by what, and how that ends at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.acts import Acts
from bot.invitations import WRONG_ALL, WRONG_EACH
from bot.people import Question
from nlp.subscriptions import Subscription, SubscriptionStore
from tests.phones import Phones, button, code_in, phones
from tests.traces import contents

pytestmark = pytest.mark.asyncio(loop_scope="module")
HOME = "gyeongnam"
MANAGER, KIM, KIM_PHONE = "console:park", "console:kim", "telegram:111"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory) -> AsyncIterator[Phones]:
    async with phones(tmp_path_factory.mktemp("linking")) as stage:
        yield stage


@pytest_asyncio.fixture(loop_scope="module")
async def stage(house: Phones) -> Phones:
    """The roster of the file, and nothing that another test did."""
    for pattern in ("dobi:{deployment}:addresses*", "dobi:{deployment}:codes*", "dobi:{gyeongnam}:roster*"):
        for key in [key async for key in house.house.redis.scan_iter(pattern)]:
            if not key.endswith(b":version"):
                await house.house.redis.delete(key)
    mirror = house.house.mirror
    mirror.__init__(house.house.redis, house.house.tenancy, house.house.tenants)
    for person in [one.id for one in house.house.tenancy.institution(HOME).people]:
        told = house.house.tenancy.declared(HOME, person)
        house.house.tenancy.unseat(HOME, person)
        if told is not None:
            house.house.tenancy.seat(HOME, told)
    for told in ("kim", "park"):
        if house.house.tenancy.member(HOME, told) is None:
            house.house.tenancy.seat(HOME, house.house.tenancy.declared(HOME, told))
    return house


async def invited(stage: Phones, name: str) -> str:
    if await found(stage, name) is None:
        await stage.says(MANAGER, f"직원 추가 {name} 총무과")
    return code_in(await stage.read(MANAGER, f"초대 {name}"))


async def found(stage: Phones, name: str) -> str | None:
    return next((one.id for one in stage.house.mirror.entries(HOME) if one.name == name), None)


async def acts(stage: Phones) -> list[str]:
    since = stage.clock.now() - timedelta(days=30)
    return [f"{one.by} {one.what}" for one in await Acts(stage.house.redis).listing(HOME, since)]


# --- strangers and codes


async def test_a_stranger_hears_one_polite_sentence_and_nothing_of_the_institution(stage):
    told = await stage.read("telegram:900", "안녕하세요")

    assert told.count(".") == 1
    assert "초대 코드" in told
    assert "경상남도" not in told
    answers = [await stage.says("telegram:901", "식당") for _ in range(30)]
    assert 1 <= sum(map(bool, answers)) <= 12


async def test_a_code_works_once_for_one_and_a_new_one_ends_the_old(stage):
    old = await invited(stage, "새사람")
    code = await invited(stage, "새사람")
    assert "맞지 않거나" in await stage.read("telegram:501", old)

    assert "새사람 님, 반갑습니다" in await stage.read("telegram:501", f"초대 코드 {code.lower()} 입니다")

    assert "맞지 않거나" in await stage.read("telegram:502", code)
    assert "연결된 메신저" in await stage.read("telegram:501", "연결")
    assert any(one.endswith(" joined") for one in await acts(stage))


async def test_two_who_say_one_code_at_once_are_not_both_let_in(stage):
    code = await invited(stage, "하나뿐")

    told = await asyncio.gather(*(stage.read(f"telegram:{number}", code) for number in range(520, 526)))

    assert sum("반갑습니다" in one for one in told) == 1


async def test_a_code_dies_after_a_week(stage):
    code = await invited(stage, "늦은이")
    stage.clock.move_to(stage.clock.now() + timedelta(days=7, minutes=1))

    assert "맞지 않거나" in await stage.read("telegram:530", code)


async def test_guessing_ends_soon_for_one_and_for_all(stage):
    good = await invited(stage, "지킨이")
    wrong = [await stage.read("telegram:540", f"AAA-AAA-AA{letter}") for letter in "234679"]
    assert ["맞지 않거나" in one for one in wrong] == [True] * WRONG_EACH + [False]
    assert "한 시간" in await stage.read("telegram:540", good)
    assert "반갑습니다" in await stage.read("telegram:541", good)

    codes = stage.house.linking.codes
    for number in range(WRONG_ALL):
        await codes.claim("", "AAAAAAAAA", ("telegram", f"x{number}"), stage.clock.now())
    other = await invited(stage, "다음이")
    assert "한 시간" in await stage.read("telegram:542", other)
    stage.clock.move_to(stage.clock.now() + timedelta(minutes=61))
    assert "반갑습니다" in await stage.read("telegram:542", other)


async def test_no_code_stands_in_the_database(stage):
    code = await invited(stage, "숨은이")

    kept = await contents(stage.house.redis)

    assert code.encode() not in kept
    assert code.replace("-", "").encode() not in kept


async def test_a_code_in_a_group_is_not_taken(stage):
    code = await invited(stage, "공개이")

    await stage.says("telegram:550", code, chat="-100200")

    assert stage.house.tenancy.person("telegram", "550") is None


async def test_letters_for_a_department(stage):
    for name in ("편지하나", "편지둘"):
        await stage.says(MANAGER, f"직원 추가 {name} 편지과")

    reply = (await stage.says(MANAGER, "초대장 편지과"))[0].reply

    assert reply.text.startswith("2명의 초대 코드")
    assert reply.file.name == "dobi-초대장.xlsx"
    assert "아직 연결되지 않은 분이 없습니다" in await stage.read(MANAGER, "초대장 없는과")


# --- linking


async def test_a_second_messenger_is_linked_shown_and_unlinked(stage):
    await stage.says("telegram:601", await invited(stage, "둘쓰는이"))
    asked = await stage.says("telegram:601", "연결")
    assert "텔레그램(이 대화)" in asked[0].reply.text
    code = code_in((await stage.says("telegram:601", press=button(asked[0], "코드 받기")))[0].reply.text)

    assert "반갑습니다" in await stage.read("console:dul", code)

    assert any("콘솔에서 같은 분으로" in one for one in await stage.got("telegram:601"))
    shown = await stage.says("console:dul", "연결")
    sure = await stage.says("console:dul", press=button(shown[0], "텔레그램 해제"))
    assert "해제했습니다" in (await stage.says("console:dul", press=button(sure[0], "해제")))[0].reply.text
    assert "등록된 직원만" in await stage.read("telegram:601", "도움말")
    assert "이 대화뿐" in await stage.read("console:dul", "연결 해제")


async def test_that_was_not_me(stage):
    await stage.says("telegram:611", await invited(stage, "주인이"))
    stolen = await invited(stage, "주인이")
    await stage.says("console:thief", stolen)
    await stage.house.rota.drain()
    warned = next(one for one in reversed(stage.messengers[1].sent) if "제가 아닙니다" in str(one.reply.buttons))

    await stage.says("telegram:611", press=button(warned, "제가 아닙니다"))

    assert "등록된 직원만" in await stage.read("console:thief", "도움말")
    assert "연결된 메신저" in await stage.read("telegram:611", "연결")


async def test_one_account_a_messenger_and_one_person_an_account(stage):
    await stage.says("telegram:621", await invited(stage, "하나이"))
    again = await invited(stage, "하나이")
    other = await invited(stage, "남이")

    assert "이미 다른 계정이 연결되어" in await stage.read("telegram:622", again)
    assert "이미 다른 분에게 연결된 계정" in await stage.read("telegram:621", other)
    assert "이미 다른 분에게 연결된 계정" in await stage.read(KIM_PHONE, other)
    assert "남이 님, 반갑습니다" in await stage.read("telegram:623", other)


async def test_no_name_no_account_and_no_code_goes_into_a_log(stage, caplog):
    caplog.set_level("DEBUG")
    code = await invited(stage, "기록이름")
    await stage.says("telegram:777123", "안녕하세요")
    await stage.says("telegram:777123", "QQQ-QQQ-QQQ")
    await stage.says("telegram:777123", code)
    asked = await stage.says(MANAGER, "접속 끊기 기록이름")
    await stage.says(MANAGER, press=button(asked[0], "접속 끊기"))
    await stage.house.rota.drain()

    written = caplog.text + "".join(str(one.args) + str(one.exc_info) for one in caplog.records)

    assert [one for one in ("기록이름", "777123", code, code.replace("-", "")) if one in written] == []


# --- what ends access


async def test_a_lost_phone_ends_at_once_what_went_there(stage):
    await stage.says("telegram:701", await invited(stage, "잃은이"))
    code = await stage.says("telegram:701", "연결")
    code = code_in((await stage.says("telegram:701", press=button(code[0], "코드 받기")))[0].reply.text)
    await stage.says("console:ilh", code)
    person = await found(stage, "잃은이")
    subscriptions = SubscriptionStore(stage.house.redis)
    now = stage.clock.now()
    await subscriptions.add(HOME, Subscription("s1", "telegram:dm:701", "재난안전", now, person))
    await stage.house.people.ask(HOME, person, "trip", Question("leg", "x"), now)

    asked = await stage.says("console:ilh", "분실 신고")
    lost = await stage.says("console:ilh", press=button(asked[0], "텔레그램 끊기"))

    assert "접속을 끊었습니다" in lost[0].reply.text
    assert "등록된 직원만" in await stage.read("telegram:701", "도움말")
    assert await stage.house.people.pending(HOME, person, "trip", now) is None
    before = len(stage.messengers[1].sent)
    await tell(stage, "telegram:dm:701")
    assert "새 소식" not in await stage.got("telegram:701", before)
    assert any(one.endswith("access-cut") for one in await acts(stage))

    stage.clock.move_to(stage.clock.now() + timedelta(hours=25))
    assert "반갑습니다" in await stage.read("telegram:702", await invited(stage, "잃은이"))
    assert [one.text for one in await subscriptions.of(HOME, "telegram:dm:702")] == ["재난안전"]
    assert await subscriptions.of(HOME, "telegram:dm:701") == []


async def tell(stage: Phones, chat: str) -> None:
    """Something is written for a chat."""
    from bot.messenger import Reply, chat_of
    from bot.outbox import Outbox, Row

    row = Row(chat_of(chat), f"story-{stage.clock.now().timestamp()}", 1, "reply", Reply("새 소식"), stage.clock.now())
    await Outbox(stage.house.redis, "elsewhere").put(HOME, [row])


async def test_after_a_loss_a_new_phone_waits_a_day_unless_an_administrator_says_why(stage):
    await stage.says("telegram:711", await invited(stage, "기다림"))
    asked = await stage.says(MANAGER, "접속 끊기 기다림")
    assert "새 연결은" in (await stage.says(MANAGER, press=button(asked[0], "접속 끊기")))[0].reply.text
    code = await invited(stage, "기다림")
    assert "하루 동안" in await stage.read("telegram:712", code)

    assert "까닭을" in await stage.read(MANAGER, "재연결 기다림")
    assert "앞당" not in await stage.read(MANAGER, "재연결 기다림 사유 새 전화기를 직접 확인함")
    assert "반갑습니다" in await stage.read("telegram:712", code)
    assert "park access-warm" in await acts(stage)


async def test_after_a_day_the_same_code_is_good(stage):
    await stage.says("telegram:721", await invited(stage, "하루뒤"))
    asked = await stage.says(MANAGER, "접속 끊기 하루뒤")
    await stage.says(MANAGER, press=button(asked[0], "접속 끊기"))
    code = await invited(stage, "하루뒤")
    assert "하루 동안" in await stage.read("telegram:721", code)

    stage.clock.move_to(stage.clock.now() + timedelta(hours=24, minutes=1))

    assert "반갑습니다" in await stage.read("telegram:721", code)


async def test_an_address_of_the_file_can_be_lost_too(stage):
    await stage.says(KIM, "분실 신고 텔레그램")

    assert "등록된 직원만" in await stage.read(KIM_PHONE, "도움말")
    assert "연결된 메신저" in await stage.read(KIM, "연결")
    stage.clock.move_to(stage.clock.now() + timedelta(hours=25))
    code = await stage.says(KIM, "연결")
    code = code_in((await stage.says(KIM, press=button(code[0], "코드 받기")))[0].reply.text)
    assert "반갑습니다" in await stage.read(KIM_PHONE, code)


async def test_a_leavers_messages_stop_at_the_last_instant(stage):
    await stage.says("telegram:731", await invited(stage, "가는이"))
    before = len(stage.messengers[1].sent)
    await tell(stage, "telegram:dm:731")
    assert "새 소식" in await stage.got("telegram:731", before)
    asked = await stage.says(MANAGER, "퇴직 가는이")
    await stage.says(MANAGER, press=button(asked[0], "퇴직 처리"))
    stage.clock.move_to(stage.clock.now() + timedelta(seconds=1))

    before = len(stage.messengers[1].sent)
    await tell(stage, "telegram:dm:731")

    assert await stage.got("telegram:731", before) == []


async def test_whoever_left_is_forgotten_when_it_can_not_be_undone_any_more(stage):
    await stage.says("telegram:741", await invited(stage, "잊힐이"))
    person = await found(stage, "잊힐이")
    asked = await stage.says(MANAGER, "퇴직 잊힐이")
    await stage.says(MANAGER, press=button(asked[0], "퇴직 처리"))
    await stage.house.rota.drain()

    stage.clock.move_to(stage.clock.now() + timedelta(days=8))
    for _ in range(3):
        await stage.house.rota.drain()

    assert stage.house.mirror.bound(HOME, person) == ()
    assert await stage.house.redis.hget("dobi:{deployment}:addresses", "a:telegram:741") is None


async def test_another_process_sees_it_at_the_next_update(stage, tmp_path_factory):
    from bot.roster_mirror import RosterMirror
    from bot.tenancy import Tenancy

    other = Tenancy(stage.house.settings.institutions)
    mirror = RosterMirror(stage.house.redis, other, [HOME])
    await stage.says("telegram:751", await invited(stage, "둘보는이"))

    await mirror.refresh()

    assert other.person("telegram", "751").person.name == "둘보는이"
    asked = await stage.says(MANAGER, "접속 끊기 둘보는이")
    await stage.says(MANAGER, press=button(asked[0], "접속 끊기"))
    await mirror.refresh()
    assert other.person("telegram", "751") is None
