"""Group channels: kept from inside or privately, and by whom; rooms bound from inside; proposals that name nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.acts import Acts
from bot.messenger import Chat, Kind, Outgoing, Reply, Update
from bot.outbox import Outbox, Row
from bot.subscribing import subscription_id
from nlp.subscriptions import Subscription, SubscriptionStore
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

TENANT = "gyeongnam"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("channels"), roles=("deliver", "chat")) as stage:
        yield stage


async def joined(talk: Talk, room: str, event: str = "joined") -> list[Outgoing]:
    before = len(talk.messenger.sent)
    name = f"event {next(talk._numbers)}"
    await talk.router.receive(
        Update("console", "somebody", talk.clock.now(), name, chat=room, event=event)  # type: ignore[arg-type]
    )
    await talk.house.rota.drain()
    return talk.messenger.sent[before:]


async def acts(talk: Talk) -> list[tuple[str, str]]:
    found = await Acts(talk.house.redis).listing(TENANT, talk.clock.now() - timedelta(days=1))
    return [(one.by, one.what) for one in found]


# --- kept from inside or privately


async def test_a_channel_is_subscribed_privately_and_shows_it_inside(talk):
    said = text(await talk.say("jung", "예산담당관 채널 구독 지방세"))
    assert "'지방세' 소식을 예산담당관 채널로 보내 드리겠습니다." in said

    assert "1. 지방세" in text(await talk.say("jung", "목록", chat="예산담당관", mention=True))
    listed = (await talk.say("jung", "예산담당관 채널 목록"))[0]
    assert listed.reply.text.splitlines()[:2] == ["예산담당관 채널의 구독 1개입니다.", "1. 지방세"]
    assert "아직 구독이 없습니다" in text(await talk.say("jung", "목록"))
    assert ("jung", "channel-subscribed") in await acts(talk)

    ended = text(await talk.press("jung", listed, "1 해지"))
    assert "'지방세' 구독을 끝냈습니다" in ended
    assert "아직 구독이 없습니다" in text(await talk.say("jung", "목록", chat="예산담당관", mention=True))
    assert ("jung", "channel-ended") in await acts(talk)


@pytest.mark.parametrize(
    "said",
    [
        "농정과 채널에 스마트팜 구독",
        "농정과 채널 구독 스마트팜",
        "농정과 채널에 스마트팜 구독해 줘",
        "농정과 채널에 스마트팜 구독 추가해 주세요",
        "농정과 방에 스마트팜 구독해줘",
    ],
)
async def test_people_say_it_in_several_ways(talk, said):
    assert "'스마트팜' 소식을 농정과 채널로" in text(await talk.say("kang", said))
    assert "끝냈습니다" in text(await talk.say("kang", "농정과 채널 해지 스마트팜"))


async def test_every_word_about_a_channel_works_privately(talk):
    await talk.say("kang", "농정과 채널 구독 쌀값")
    assert "쉽니다" in text(await talk.say("kang", "농정과 채널 쉬기 1"))
    assert "쉬는 중" in text(await talk.say("kang", "농정과 채널 목록"))
    assert "다시 보내 드리겠습니다" in text(await talk.say("kang", "농정과 채널 다시 1"))
    assert "빼고 보내" in text(await talk.say("kang", "농정과 채널 제외 1 채용"))
    assert "(제외: 채용)" in text(await talk.say("kang", "농정과 채널 구독 목록"))
    assert "끝냈습니다" in text(await talk.say("kang", "농정과 채널 해지 전체"))


async def test_who_is_of_another_department_is_told_who_may(talk):
    said = text(await talk.say("cho", "예산담당관 채널 구독 지방세"))
    assert said.startswith("예산담당관 채널은 예산담당관 직원과 관리자가")
    assert "예산담당관 채널은" in text(await talk.say("cho", "예산담당관 채널 목록"))


async def test_a_manager_administers_every_channel_of_the_institution_and_of_no_other(talk):
    assert "도로과 채널로" in text(await talk.say("park", "도로과 채널 구독 제설"))
    assert "끝냈습니다" in text(await talk.say("park", "도로과 채널 해지 제설"))
    assert "그런 채널이 없습니다" in text(await talk.say("park", "기획예산과 채널 구독 제설"))
    assert "총무과" in text(await talk.say("park", "채널"))


async def test_without_words_dobi_says_how(talk):
    assert "예산담당관 채널 구독 재난안전" in text(await talk.say("jung", "예산담당관 채널 구독"))


# --- who may end what


async def test_what_somebody_else_added_only_they_or_a_manager_end(talk):
    await talk.say("cho", "구독 노면 결빙", chat="도로과", mention=True)

    refused = text(await talk.say("kim", "해지 1", chat="도로과", mention=True))
    assert "넣은 분이나 관리자" in refused
    assert "조해솔" not in refused
    assert "넣은 분이나 관리자" in text(await talk.say("kim", "쉬기 1", chat="도로과", mention=True))
    assert "넣은 분이나 관리자" in text(await talk.say("kim", "제외 1 채용", chat="도로과", mention=True))
    assert "넣은 분이나 관리자" in text(await talk.say("kim", "제외 1 노면 결빙 채용", chat="도로과", mention=True))
    assert "노면 결빙" in text(await talk.say("kim", "목록", chat="도로과", mention=True))

    await talk.say("kim", "구독 제설함", chat="도로과", mention=True)
    assert "넣은 분이나 관리자" in text(await talk.say("kim", "제외 2 노면 결빙 채용", chat="도로과", mention=True))
    await talk.say("kim", "해지 2", chat="도로과", mention=True)

    assert "끝냈습니다" in text(await talk.say("park", "해지 1", chat="도로과", mention=True))


async def test_what_a_leaver_added_anybody_of_the_department_may_end(talk):
    ref = "console:도로과"
    one = Subscription(subscription_id(ref, "교량"), ref, "교량", talk.clock.now(), "left-last-year")
    await SubscriptionStore(talk.house.redis).add(TENANT, one)

    assert "끝냈습니다" in text(await talk.say("cho", "해지 교량", chat="도로과", mention=True))


async def test_of_several_only_ones_own_end(talk):
    await talk.say("cho", "구독 포장", chat="도로과", mention=True)
    await talk.say("kim", "구독 가로수", chat="도로과", mention=True)

    said = text(await talk.say("kim", "해지 전체", chat="도로과", mention=True))
    assert "'가로수' 구독을 끝냈습니다" in said
    assert "넣은 분이나 관리자" in said
    assert "1. 포장" in text(await talk.say("kim", "목록", chat="도로과", mention=True))
    await talk.say("cho", "해지 1", chat="도로과", mention=True)


# --- how Dobi behaves in a room


async def test_by_default_the_very_word_is_enough_and_a_room_may_want_it_otherwise(talk):
    assert await talk.say("han", "목록", chat="재난대응과")
    said = text(await talk.say("han", "부를 때만", chat="재난대응과", mention=True))
    assert "부르실 때만" in said

    assert await talk.say("han", "목록", chat="재난대응과") == []
    assert await talk.say("han", "식당", chat="재난대응과") == []
    assert await talk.say("han", "목록", chat="재난대응과", mention=True)
    assert await talk.say("han", "/list", chat="재난대응과")

    assert "낱말" in text(await talk.say("han", "재난대응과 채널 낱말에도"))
    assert await talk.say("han", "목록", chat="재난대응과")
    assert ("han", "channel-settings") in await acts(talk)


async def test_whoever_is_not_of_the_department_does_not_change_how_dobi_behaves(talk):
    assert "재난대응과 직원과 관리자" in text(await talk.say("kim", "부를 때만", chat="재난대응과", mention=True))


async def test_a_known_room_is_greeted_once_and_again_after_dobi_was_put_out(talk):
    told = await joined(talk, "총무과")
    assert [one.chat.id for one in told] == ["총무과"]
    assert "도비입니다" in text(told)
    assert await joined(talk, "총무과") == []

    assert await joined(talk, "총무과", "left") == []
    assert len(await joined(talk, "총무과")) == 1


async def test_an_unknown_room_hears_once_how_it_is_registered_and_nothing_private(talk):
    told = await joined(talk, "새 방")
    assert told[0].chat.id == "새 방"
    assert "이 방 등록" in text(told)
    assert "경상남도" not in text(told)
    assert await joined(talk, "새 방") == []


# --- rooms bound from inside


async def test_a_manager_registers_the_room_from_inside(talk):
    asked = (await talk.say("park", "이 방 등록", chat="감사관 새 방", mention=True))[0]
    assert asked.chat.id == "감사관 새 방"
    assert "감사관" in labels(asked)

    done = (await talk.press("park", asked, "감사관", chat="감사관 새 방"))[0]
    assert "이 방을 감사관 방으로 등록했습니다." in done.reply.text
    assert ("park", "room-bound") in await acts(talk)

    heard = (await talk.say("lee", "구독 감사", chat="감사관 새 방", mention=True))[0]
    assert "감사관 채널로 보내" in heard.reply.text
    assert heard.chat.id == "감사관 새 방"
    again = text(await talk.say("park", "이 방 등록 감사관", chat="감사관 새 방", mention=True))
    assert "이미 감사관 방으로" in again


async def test_a_room_whose_binder_died_before_it_was_logged_is_logged_when_it_is_asked_for_again(talk):
    await talk.say("park", "이 방 등록 재난대응과", chat="반쯤 된 방", mention=True)
    log, bound = Acts(talk.house.redis), ("park", "room-bound")
    await log.forget(TENANT, talk.clock.now() + timedelta(seconds=1))

    assert "이미" in text(await talk.say("park", "이 방 등록 재난대응과", chat="반쯤 된 방", mention=True))
    assert (await acts(talk)).count(bound) == 1
    await talk.say("park", "이 방 등록 재난대응과", chat="반쯤 된 방", mention=True)
    assert (await acts(talk)).count(bound) == 1


async def test_what_waits_for_a_bound_room_reaches_the_platforms_own_room(talk):
    await talk.say("park", "이 방 등록 청년정책과", chat="-100777", mention=True)
    place = talk.house.tenancy.room("console", "-100777")
    assert (place.tenant, place.channel.id) == (TENANT, "청년정책과")
    before = len(talk.messenger.sent)
    row = Row(Chat("console", "청년정책과", private=False), "s-bound", 1, "notice", Reply("글"), talk.clock.now())
    await talk.house.outbox.put(TENANT, [row])
    await talk.house.rota.drain()

    assert [one.chat.id for one in talk.messenger.sent[before:]] == ["-100777"]


async def test_a_room_of_another_department_keeps_what_it_was_subscribed_to(talk):
    await talk.say("park", "이 방 등록 감사관", chat="옮길 방", mention=True)
    before = talk.house.tenancy.room("console", "옮길 방").channel.id
    await talk.say("lee", "구독 감사 제외 채용", chat="옮길 방", mention=True)

    told = text(await talk.say("park", "이 방 등록 재난대응과", chat="옮길 방", mention=True))

    name = talk.house.tenancy.room("console", "옮길 방").channel.id
    store = SubscriptionStore(talk.house.redis)
    [kept] = await store.of(TENANT, Chat("console", name, private=False).ref)
    assert name.startswith("재난대응과")
    assert "소식 1개는 그대로" in told
    assert (kept.text, kept.exclude, kept.created_by) == ("감사", ("채용",), "lee")
    left = await store.of(TENANT, Chat("console", before, private=False).ref)
    assert kept.id not in {one.id for one in left}
    assert all(not one.exclude for one in left)


async def test_a_second_room_of_a_department_has_a_name_of_its_own_and_a_room_may_be_let_go(talk):
    await talk.say("park", "이 방 등록 구내식당", chat="주방 1", mention=True)
    await talk.say("park", "이 방 등록 구내식당", chat="주방 2", mention=True)
    assert talk.house.tenancy.room("console", "주방 2").channel.id == "구내식당-2"

    listed = (await talk.say("park", "방 목록"))[0]
    assert "구내식당-2" in listed.reply.text
    said = text(await talk.say("park", "이 방 등록 해제", chat="주방 2", mention=True))
    assert "등록을 해제했습니다" in said
    assert talk.house.tenancy.room("console", "주방 2") is None
    assert ("park", "room-unbound") in await acts(talk)


async def test_only_a_manager_registers_a_room_and_never_another_institutions(talk):
    assert "관리자만" in text(await talk.say("kim", "이 방 등록 총무과", chat="몰래 방", mention=True))
    assert talk.house.tenancy.room("console", "몰래 방") is None
    await talk.say("park", "이 방 등록 총무과", chat="우리 방", mention=True)
    refused = text(await talk.say("nam", "이 방 등록 기획예산과", chat="우리 방", mention=True))
    assert "다른 기관" in refused
    assert "경상남도" not in refused


async def test_a_department_that_nobody_is_of_is_asked_about(talk):
    said = text(await talk.say("park", "이 방 등록 없는과", chat="빈 방", mention=True))
    assert "없는과" in said
    assert "부서" in said
    assert talk.house.tenancy.room("console", "빈 방") is None


async def test_a_slash_is_enough_where_a_platform_hands_over_nothing_else(talk):
    asked = (await talk.say("park", "/room", chat="빗금 방"))[0]
    assert asked.chat.id == "빗금 방"
    assert "어느 부서" in asked.reply.text
    assert await talk.say("park", "/list", chat="빗금 방") == []


async def test_a_room_is_registered_from_inside_only(talk):
    assert "그 방에서" in text(await talk.say("park", "이 방 등록"))


async def test_everything_else_in_an_unknown_room_is_answered_privately_as_before(talk):
    answer = await talk.say("kim", "목록", chat="또 다른 방", mention=True)
    assert answer[0].chat.id == "dm:kim"
    assert "이 방 등록" in text(answer)


# --- a profile from what members share


async def test_a_profile_is_what_three_members_share_and_names_nobody(talk):
    people = [talk.newcomer() for _ in range(4)]
    for user in people[:3]:
        await talk.say(user, "구독 입찰 공고")
    for user in people[:2]:
        await talk.say(user, "구독 육아휴직")

    proposed = (await talk.say(people[3], "이 채널에 맞는 구독을 제안해 줘", chat="총무과", mention=True))[0]
    assert "입찰 공고" in proposed.reply.text
    assert "육아휴직" not in proposed.reply.text
    assert "3" not in proposed.reply.text.replace("3명", "").replace("세 ", "")
    for user in people:
        assert user not in proposed.reply.text
    assert "김하나" not in proposed.reply.text

    taken = text(await talk.press(people[3], proposed, "입찰 공고", chat="총무과"))
    assert "'입찰 공고' 소식을 총무과 채널로" in taken
    again = text(await talk.say(people[3], "총무과 채널 구독 제안"))
    assert "입찰 공고" not in again


async def test_two_people_on_two_topics_make_no_profile(talk):
    said = text(await talk.say("han", "구독 제안", chat="재난대응과", mention=True))
    assert "제안할 것이 없습니다" in said


async def test_one_person_with_three_spellings_is_one_person(talk):
    for words in ("청소년 상담", "청소년상담", "청소년  상담"):
        await talk.say("shin", f"구독 {words}")
    await talk.say("park", "이 방 등록 청년정책과", chat="-100777", mention=True)
    assert "청소년" not in text(await talk.say("shin", "청년정책과 채널 구독 제안"))


async def test_another_institutions_people_are_not_counted(talk):
    await talk.say("yun", "구독 주민참여예산")
    for user in (talk.newcomer(), talk.newcomer()):
        await talk.say(user, "구독 주민참여예산")
    assert "주민참여예산" not in text(await talk.say("seo", "총무과 채널 구독 제안"))


# --- one thread a story


def story_row(talk: Talk, chat: Chat, step: int, kind: Kind, said: str) -> Row:
    return Row(chat, f"thread-{chat.id}", step, kind, Reply(said), talk.clock.now())


async def told_of(talk: Talk, chat: Chat, *, threads: bool) -> list[Outgoing]:
    """A story's first message, its card's new state, two corrections."""
    before, able = len(talk.messenger.sent), talk.messenger.capabilities
    talk.messenger.capabilities = replace(able, threads=threads)
    kinds: list[Kind] = ["instant", "instant", "correction", "correction"]
    for step, kind in enumerate(kinds, 1):
        await Outbox.put(talk.house.outbox, TENANT, [story_row(talk, chat, step, kind, f"{step}번째")])
        await talk.house.rota.drain()
    talk.messenger.capabilities = able
    return [one for one in talk.messenger.sent[before:] if one.chat == chat]


async def test_a_storys_corrections_go_into_its_thread_and_its_card_is_edited(talk):
    first, card, *corrections = await told_of(talk, Chat("console", "농정과", private=False), threads=True)

    assert (first.thread, first.edits) == (None, None)
    assert card.edits == first.message
    assert [(one.thread, one.edits) for one in corrections] == [(f"native-{first.message}", None)] * 2


async def test_without_threads_and_in_private_a_correction_stays_an_edit(talk):
    for chat, threads in ((Chat("console", "도로과", private=False), False), (Chat("console", "dm:kim", True), True)):
        first, *others = await told_of(talk, chat, threads=threads)
        assert [(one.thread, one.edits) for one in others] == [(None, first.message)] * 3


# --- posts together


async def test_a_channel_may_take_its_news_together(talk):
    chat = Chat("console", "재난대응과", private=False)
    await talk.say("han", "모아서만", chat=chat.id, mention=True)
    before = len(talk.messenger.sent)
    rows = [Row(chat, f"news-{n}", 1, "instant", Reply(f"[견본도청] 소식 {n}"), talk.clock.now()) for n in (1, 2)]
    await talk.house.outbox.put(TENANT, rows)
    await talk.house.rota.drain()
    assert [one for one in talk.messenger.sent[before:] if one.chat == chat] == []

    told = [one for one in await talk.advance(timedelta(days=1)) if one.chat == chat]
    assert [one.kind for one in told] == ["digest"]
    assert "소식 1" in told[0].reply.text
    await talk.say("han", "모두 바로", chat=chat.id, mention=True)


async def test_a_room_that_got_a_new_id_stays_the_same_channel(talk):
    await talk.say("park", "이 방 등록 감사관", chat="-200", mention=True)
    name = talk.house.tenancy.room("console", "-200").channel.id
    await talk.router.receive(Update("console", "x", talk.clock.now(), chat="-200", event="moved", moved_to="-300"))

    assert talk.house.tenancy.room("console", "-200") is None
    assert talk.house.tenancy.room("console", "-300").channel.id == name


# --- as people speak in a room


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("이 방은 중요한 것만", "농정과 채널에는 뚜렷이 맞는 것만"),
        ("이 방은 모아서만 보내줘", "농정과 채널에는 바로 보내지 않고"),
        ("이 방은 아침에만 모아서", "08:30"),
        ("이 방 밤 8시부터 조용히", "조용한 시간 20:00~"),
        ("이 방 하루 5건까지만", "하루 5건"),
        ("이 방 설정", "농정과 채널: 구독"),
        ("이 방 멘션 규칙", "낱말만 쓰셔도 답합니다"),
        ("이 방 관심사 제안해줘", "직원 세 분 이상이"),
        ("우리 관심사로 구독 추천해줘", "직원 세 분 이상이"),
    ],
)
async def test_this_room_is_spoken_of_as_people_do(talk, said, expected):
    assert expected in text(await talk.say("kang", said, chat="농정과", mention=True))


async def test_what_is_said_of_a_channel_outside_it_names_the_channel(talk):
    await talk.say("cho", "도로과 채널 구독 교량")

    ended = text(await talk.say("cho", "도로과 채널 구독 해지 교량"))

    assert "'도로과 채널 구독 교량'이라고" in ended


# --- whoever speaks without a name


async def masked(talk: Talk, room: str, said: str, *, mention: bool = False) -> list[str]:
    before, now = len(talk.messenger.sent), talk.clock.now()
    await talk.router.receive(
        Update("console", room, now, f"m {next(talk._numbers)}", room, said, mention, event="masked", thread="5")
    )
    await talk.house.rota.drain()
    told = talk.messenger.sent[before:]
    assert all((one.chat.id, one.thread) == (room, "5") for one in told)
    return [one.reply.text for one in told]


@pytest.mark.parametrize("room", ["농정과", "누구의 것도 아닌 방"])
async def test_who_speaks_to_dobi_without_a_name_hears_so_once_an_hour(talk, room):
    assert await masked(talk, room, "오늘 점심 뭐 먹죠") == []
    assert await masked(talk, room, "식당에 갈까요") == []
    (told,) = await masked(talk, room, "식당")
    assert "본인 이름으로" in told
    assert told.count("\n") == 1
    assert await masked(talk, room, "이 방 등록", mention=True) == []
    await talk.advance(timedelta(minutes=61))
    assert len(await masked(talk, room, "구독 스마트팜", mention=True)) == 1
