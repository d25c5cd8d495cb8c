"""식단: what a kitchen only means to enter is asked for; the plain answer goes on; allergens told are the dish's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.talk import Talk, labels, talking, text

DISHES = "보리밥, 된장찌개, 제육볶음, 시금치나물, 깍두기요"


@pytest.fixture
async def talk(tmp_path) -> AsyncIterator[Talk]:
    async with talking(tmp_path, roles=("chat",)) as found:
        yield found


async def stands(talk: Talk) -> str:
    """Tomorrow's menu for everybody."""
    return text(await talk.say("kim", "내일 메뉴"))


@pytest.mark.parametrize(
    "said",
    [
        "내일 식단 올리려고요", "내일 메뉴 등록할게요", "내일 식단 넣어야 하는데", "내일 식단 올리려는데요",
        "내일 식단 등록할 건데요",
        "내일 식단 올릴라고요", "내일 식단표 올려야 되는데 바빠 죽겠네",
        "내일 식단 좀 이따 올릴게요", "내일 식단 올릴까 하는데",
        "내일 식단 어떻게 올려요", "내일 식단 등록 예정입니다", "내일 식단 제가 올리겠습니다",
        "내일 점심 메뉴 적으려고 합니다",
        "내일 식단 입력하려는데 어디서 하죠", "내일 식단 올리는 거 깜빡했네",
    ],
)  # fmt: skip
async def test_an_intent_is_no_dish_and_the_dishes_are_asked_for(talk, said):
    asked = await talk.say("choi", said)

    assert "맞습니다" not in labels(asked[0])
    assert text(asked).startswith("11. 24.(화)에 무엇이 나옵니까?")
    assert "아직 등록되지 않았습니다" in await stands(talk)

    shown = await talk.say("choi", DISHES)
    assert "11. 24.(화) 보리밥, 된장찌개, 제육볶음, 시금치나물, 깍두기\n" in text(shown)
    await talk.say("choi", "네")
    assert "보리밥, 된장찌개, 제육볶음, 시금치나물, 깍두기" in await stands(talk)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("내일 식단 보리밥, 된장찌개, 제육볶음 올릴게요", "보리밥, 된장찌개, 제육볶음"),
        ("내일 식단은 비빔밥으로 올려주세요", "비빔밥"),
        ("내일 식단 쌀밥, 미역국, 김치입니다", "쌀밥, 미역국, 김치"),
        (
            "내일 식단 순대국밥, 열라면, 가지볶음, 묵은지, 감자, 깍두기요",
            "순대국밥, 열라면, 가지볶음, 묵은지, 감자, 깍두기",
        ),
    ],
)
async def test_dishes_beside_an_intent_are_dishes(talk, said, read):
    assert f"11. 24.(화) {read}\n" in text(await talk.say("choi", said))


@pytest.mark.parametrize("dishes", [DISHES, "보리밥 된장찌개 제육볶음 시금치나물 깍두기"])
async def test_dishes_without_a_day_are_kept_until_it_is_told(talk, dishes):
    asked = text(await talk.say("choi", dishes))
    assert "어느 날 식단입니까?" in asked

    assert "11. 25.(수) 보리밥, 된장찌개, 제육볶음, 시금치나물, 깍두기" in text(await talk.say("choi", "모레요"))


async def test_what_a_dish_holds_is_the_dishs_and_a_look_shows_the_menu(talk):
    await talk.say("choi", "내일 식단 올리려고요")
    await talk.say("choi", DISHES)

    assert "제육볶음(5·6·10)" in text(await talk.say("choi", "제육볶음엔 돼지고기 대두 밀 들어가요"))
    assert "아직 하지 않았습니다" in text(await talk.say("choi", "잘 들어갔는지 볼게요"))
    await talk.say("choi", "네")
    assert "점심: 보리밥, 된장찌개, 제육볶음(5·6·10)" in text(await talk.say("choi", "잘 들어갔는지 볼게요"))

    waits = text(await talk.say("choi", "된장찌개에는 대두랑 새우 들어갑니다"))
    assert "된장찌개(5·9)" in waits
    assert "된장찌개(5·9)" not in await stands(talk)


async def test_whoever_wants_a_menu_changed_sees_it_and_the_plain_correction_is_read_back(talk):
    await talk.say("choi", f"내일 식단 {DISHES}")
    await talk.say("choi", "네")

    for said in (
        "내일 식단 바꿀게요",
        "내일 메뉴 바꾸고 싶어요",
        "내일 식단 좀 고쳐야 하는데요",
        "내일 메뉴 어떻게 바꿔요?",
    ):
        shown = text(await talk.say("choi", said))
        assert "지금 식단입니다: 11. 24.(화) 보리밥" in shown
        assert "무엇을 바꿀까요?" in shown
    fixed = text(await talk.say("choi", "시금치나물 대신 콩나물무침으로요"))
    assert "콩나물무침, 깍두기" in fixed
    assert "시금치나물" in await stands(talk)


async def test_an_exchange_on_a_named_day_is_read_back_and_never_a_whole_menu(talk):
    await talk.say("choi", f"내일 식단 {DISHES}")
    await talk.say("choi", "네")

    missing = text(await talk.say("choi", "수요일 메뉴에 계란찜 대신 두부조림으로 바꿔주세요"))
    assert missing.startswith("11. 25.(수) 식단은 아직 등록되지 않았습니다")
    fixed = text(await talk.say("choi", "내일 메뉴에 깍두기 대신 배추김치로 바꿔주세요"))
    assert "11. 24.(화) 보리밥, 된장찌개, 제육볶음, 시금치나물, 배추김치" in fixed
    assert "깍두기" in await stands(talk)
    none = text(await talk.say("choi", "내일 메뉴에 잡채 대신 두부조림으로 바꿔주세요"))
    assert "그런 음식이 없습니다" in none


@pytest.mark.parametrize("said", ["내일 메뉴 바뀌었어요", "제육볶음에 돼지고기 들어가요", "메뉴 등록할게요"])
async def test_everybody_else_is_shown_the_menu(talk, said):
    assert "식단은 아직 등록되지 않았습니다" in text(await talk.say("kim", said))
