"""A question never executes an act: whoever asks what would become of it is answered, and nothing is written.

A request in a question's form ("취소해 주실 수 있나요?") is a request, and goes on working.
"""

from __future__ import annotations

import asyncio

import pytest

from bot.wondering import SHOWS, guarded, recalls, requested, wonders
from tests.talk import Talk, labels, talking, text
from tests.test_questions import writes

FORMS = (
    "{}하면 기록이 남아?", "{}하면 어떻게 되나요", "{}하면 되돌릴 수 있나", "{}해도 되나", "{}해도 괜찮을까요",
    "{}할 수 있나요", "{}할까요", "{}되는지 궁금합니다", "{} 하면 못 받나?", "{}하면 다른 사람도 알아?",
)  # fmt: skip
REQUESTS = (
    "{}해 주실 수 있나요?", "{}해 줄래?", "{}해 줄 수 있어?", "{}해 주시겠어요?", "{} 부탁드려도 될까요",
    "{}해 주시면 안 될까요", "{}해 주면 좋겠어요", "{}해 줄 수 있을까요?",
)  # fmt: skip
COMMANDS = {
    "new": ("출장 취소", "구독 해지", "위치 동의 철회", "휴가 취소", "내 정보 삭제", "알림 멈춤", "쉬기", "제외",
            "출발", "식당 알림 끄기", "아침 브리핑", "연결 해제", "정산"),
    "park": ("초대 취소", "공지", "접속 끊기", "휴직 처리", "낱말 추가", "방 등록"),
}  # fmt: skip
"""What writes, for everybody and for who keeps the roster."""


@pytest.mark.parametrize("form", FORMS)
def test_what_only_asks_is_heard_as_asking(form):
    for command in (*COMMANDS["new"], *COMMANDS["park"]):
        assert wonders(form.format(command)), (form, command)


@pytest.mark.parametrize("form", REQUESTS)
def test_a_request_in_a_questions_form_is_a_request(form):
    for command in (*COMMANDS["new"], *COMMANDS["park"]):
        assert not wonders(form.format(command)), (form, command)


@pytest.mark.parametrize(
    "said",
    [
        "출장 취소하면 기록 남아?", "취소하면 기록이 남나", "출장 안 가도 되나",
        "위치 동의 철회하면 출장비 못받나?",
        "접속 끊기 하면 다시 살릴 수 있나요", "해지하면 지난 소식도 못 봐?", "초대 취소하면 명부에서도 빠져?",
        "동의 거부하면 정산 늦어지나", "알림 꺼도 긴급한건 와?", "앞으로 이런 거 받지 말까", "퇴직하면 어떻게 되나요",
    ],
)  # fmt: skip
def test_consequences_rules_and_doubts_are_asked(said):
    assert wonders(said)


@pytest.mark.parametrize(
    "said",
    [
        "나 몇시에 출발했더라", "청년 해지했던가", "제가 동의를 했던가요", "내일 출장 있었나", "언제 구독했지?",
        "누가 퇴직 처리했죠?", "도착 찍었는지 기억이 안 나요", "휴가 썼든가",
    ],
)  # fmt: skip
def test_what_is_not_remembered_is_recalled(said):
    assert recalls(said)


@pytest.mark.parametrize(
    "said",
    [
        "출장 내일 10시 옥종면", "출장 내일 10시 진주",
        "한산해지면 알려줘", "한산해지면 알려줄 수 있어?",
        "비 오면 출장 취소",
        "새 소식 나오면 알려줘", "8시 되면 브리핑 보내줘", "회의 중이니까 조용히 해줘",
        "알림 안 보내도 돼요", "출장 하나",
        "내일 하동군 옥종면 출장 가요", "도착했어요", "하나 구독", "코로나 소식 구독",
        "해지해주면 안돼?", "취소해 주시겠습니까?",
        "줄이 길더라고요", "복귀했지요", "도착했어요 알려 드려요", "던가면 수박 축제", "출장 다녀왔습니다",
        "공지 전체: 내일 차를 빼 주시면 되는지 물어보신 분이 많아 알려 드립니다",
    ],
)  # fmt: skip
def test_what_tells_or_wants_something_is_no_question(said):
    assert not wonders(said)
    assert not recalls(said)


async def test_no_writing_route_is_entered_by_a_question(tmp_path):
    """Every route of the house that writes, by its own name: what is found is answered, not handled."""
    async with talking(tmp_path, roles=("chat",)) as talk:
        kim, park = await _asks(talk, "kim"), await _asks(talk, "park")

    assert kim > 60
    assert park > kim


async def _asks(talk: Talk, user: str) -> int:
    """How many of the names of writing routes were asked about."""
    router = talk.router
    member = router._tenancy.person("console", user)
    grammar, asked = router._grammar, 0
    for route in grammar.routes:
        if route.name in SHOWS or not route.allows(member):
            continue
        for word in route.words[:2]:
            for form in FORMS:
                said = form.format(word)
                found = grammar.sentence(said, member) if grammar.command(said) is None else grammar.command(said)
                if found is None or found.route.name in SHOWS or not found.route.allows(member):
                    continue
                told = guarded(_request(talk, member, said), found)
                assert not hasattr(told, "route"), (said, found.route.name)
                asked += 1
    return asked


@pytest.mark.parametrize(
    ("said", "plain"),
    [("알림 꺼 줄 수 있어?", "알림 꺼 줘"), ("해지해 주시겠어요?", "해지해 줘"),
     ("취소해 주실 수 있나요?", "취소해 줘"),
     ("꺼 주시면 안 될까요", "꺼 줘"), ("취소하면 기록 남아?", "취소하면 기록 남아?"), ("줄 길어?", "줄 길어?")],
)  # fmt: skip
def test_a_request_is_read_without_its_question(said, plain):
    assert requested(said) == plain


def _request(talk: Talk, member, said: str):
    from bot.messenger import Chat, Update
    from bot.routes import Request

    now = talk.clock.now()
    chat = Chat("console", f"dm:{member.person.id}", private=True)
    return Request(
        member, chat, Update(adapter="console", sender="x", received_at=now, text=said, reference=""), "", now
    )


async def test_asking_changes_nothing_durable_and_a_polite_request_does_it(tmp_path):
    async with talking(tmp_path, roles=("chat",)) as talk:
        user = talk.newcomer()
        for said in ("구독 청년", "휴가 12/24~12/26", "식당"):
            await talk.say(user, said)
        written = await talk.say(user, "출장 내일 13시 진주 스마트팜, 관용차")
        await talk.press(user, written[0], "맞습니다")
        await talk.say("park", "식당")
        await talk.say(user, "식당")
        before = await writes(talk)

        told = await asyncio.gather(
            *(talk.say(user, form.format(command)) for command in COMMANDS["new"][:5] for form in FORMS)
        )
        told += await asyncio.gather(*(talk.say("park", form.format("초대 취소")) for form in FORMS))

        assert all(told)
        assert await writes(talk) == before
        assert "취소로 적었습니다" in text(await talk.say(user, "출장 취소해 주실 수 있나요?"))
        assert "구독을 끝냈습니다" in text(await talk.say(user, "청년 구독 해지해 주시겠어요?"))


@pytest.mark.parametrize(
    ("said", "shows"),
    [
        ("내가 몇시에 복귀했더라", "출장 중"), ("오늘 출장 취소했던가", "출장 중"),
        ("청년 해지했던가", "1. 청년"), ("구독 언제 했더라", "1. 청년"), ("휴가 썼던가요", "12. 24.(목)"),
    ],
)  # fmt: skip
async def test_what_is_not_remembered_is_shown_and_not_done_again(said, shows, tmp_path):
    async with talking(tmp_path, roles=("chat",)) as talk:
        user = talk.newcomer()
        for one in ("구독 청년", "휴가 12/24"):
            await talk.say(user, one)
        written = await talk.say(user, "출장 오늘 13시 진주 스마트팜, 관용차")
        await talk.press(user, written[0], "맞습니다")
        await talk.say(user, "출발")

        assert shows in text(await talk.say(user, said))
        assert "출장 중" in text(await talk.say(user, "출장 목록"))
        assert "1. 청년" in text(await talk.say(user, "목록"))


async def test_who_asks_hears_what_is_known_and_how_it_is_done(tmp_path):
    async with talking(tmp_path, roles=("chat",)) as talk:
        user = talk.newcomer()
        written = await talk.say(user, "출장 내일 13시 진주 스마트팜, 관용차")
        await talk.press(user, written[0], "맞습니다")

        told = await talk.say(user, "출장 취소하면 기록 남아?")

        assert "아무것도 바꾸지 않았습니다" in text(told)
        assert "'취소'로 남고" in text(told)
        assert "출장 취소" in labels(told[0])[1:]
        assert "예정" in text(await talk.say(user, "출장 목록"))
        assert "취소로 적었습니다" in text(await talk.press(user, told[0], "출장 취소"))
