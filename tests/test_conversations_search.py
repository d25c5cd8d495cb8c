"""찾기, 더 보기, 비슷한 것: people look into the archive by words, period, agency and likeness."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import AsyncIterator
from datetime import timedelta

import numpy as np
import pytest
import pytest_asyncio

from bot.commands.search import search
from nlp.archive import Archive, Document
from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROW = re.compile(r"\d+\. \[[^\]]+\] .+ · (?:\d{4}\. \d+\. \d+\.|\d+\. \d+\.\([월화수목금토일]\))$")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("search")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("crawl", "brief", "deliver", "chat")) as stage:
        archive, now = Archive(stage.house.redis), stage.clock.now()
        for days, title in ((35, "긴급재난지원금 이의신청 접수"), (390, "재난지원금 지급 결과 백서 발간")):
            await archive.put(_document(f"old/{days}", title, now - timedelta(days=days), "지원금 본문입니다."))
        await archive.put(
            _document("old/link", "심해잠수정 건조 착수 보고", now - timedelta(days=3), "", link_only=True)
        )
        await archive.drop_texts(now)
        yield stage


def _document(key, title, at, body, **more) -> Document:
    vectors = more.pop("vectors", None)
    assert vectors is None or isinstance(vectors, np.ndarray)
    return Document(
        key=key, source="old", agency="견본생활안전부(예시)", title=title, text=body,
        url=f"http://127.0.0.1/{key}", published_at=at, **more,
    )  # fmt: skip


# --- asking


async def test_an_answer_is_at_most_five_lines_dated_with_numbers_to_press(talk):
    answer = (await talk.say("kim", "찾기 소상공인"))[0]

    head, *rows = answer.reply.text.splitlines()
    assert re.fullmatch(r"'소상공인' \d+건입니다\. '소상공인'은 [가-힣, ]+외 \d가지로도 찾습니다\.", head)
    assert len(rows) == 4
    assert all(ROW.match(row) for row in rows), rows
    assert labels(answer) == ["1", "2", "3", "4", "더 보기"]


async def test_more_goes_on_with_the_numbers_and_ends_without_the_button(talk):
    user = talk.newcomer()
    first = (await talk.say(user, "찾기 소상공인"))[0]
    total = int(re.findall(r"(\d+)건", first.reply.text)[0])

    pages = [first]
    while "더 보기" in labels(pages[-1]):
        pages += await talk.press(user, pages[-1], "더 보기")

    rows = [row for page in pages for row in page.reply.text.splitlines()[1:]]
    assert [int(row.partition(".")[0]) for row in rows] == list(range(1, total + 1))
    assert len({row.partition(" ")[2] for row in rows}) == total


async def test_another_chat_cannot_turn_the_page(talk):
    first = (await talk.say("kim", "찾기 소상공인"))[0]

    assert "다시 찾아 주십시오" in text(await talk.say("yun", press=button(first, "더 보기")))


async def test_a_number_leads_to_the_document(talk):
    found = (await talk.say("kim", "찾기 전통시장 태양광 조명"))[0]

    details = (await talk.press("kim", found, "1"))[0]

    assert "전통시장 태양광" in details.reply.text.splitlines()[0]
    assert "원문: http" in details.reply.text
    assert "비슷한 것" in labels(details)


async def test_a_period_and_an_agency_are_understood_and_shown(talk):
    week = text(await talk.say("kim", "찾기 소상공인 지난주"))
    whose = text(await talk.say("kim", "찾기 소상공인 견본상생진흥원"))
    both = text(await talk.say("kim", "찾기 청년 누리시청 최근 14일"))

    assert week.startswith("'소상공인' · 11. 16.~11. 22. ")
    assert all(16 <= int(day) <= 22 for day in re.findall(r"11\. (\d+)\.\(", week))
    assert whose.startswith("'소상공인' · 견본상생진흥원(예시) ")
    assert all("[견본상생진흥원(예시)" in row for row in whose.splitlines()[1:])
    assert both.startswith("'청년' · 누리시청(예시) · 11. 10.~11. 23. ")


async def test_a_level_narrows_too(talk):
    cities = text(await talk.say("kim", "찾기 청년 시군"))

    assert cities.startswith("'청년' · 시·군·구 ")
    assert all(re.search(r"\[(?:가람|누리)시청", row) for row in cities.splitlines()[1:])


async def test_a_filter_alone_lists_the_newest_first(talk):
    today = text(await talk.say("kim", "찾기 가람시청 오늘"))

    assert today.startswith("가람시청(예시) · 11. 23. ")
    assert "고독사 예방" in today.splitlines()[1]


@pytest.mark.parametrize(
    "said",
    [
        "지난주 소상공인 관련 보도자료 찾아 줘",
        "소상공인 지난주 글 좀 찾아주세요",
        "/find 소상공인 지난주",
        "검색 지난주 소상공인",
    ],
)
async def test_the_same_is_understood_however_it_is_said(talk, said):
    assert text(await talk.say("kim", said)).startswith("'소상공인' · 11. 16.~11. 22. ")


async def test_without_words_it_asks_and_takes_the_answer(talk):
    user = talk.newcomer()

    asked = text(await talk.say(user, "찾기"))
    answered = text(await talk.say(user, "소상공인 지난주"))

    assert "무엇을 찾아 드릴까요?" in asked
    assert answered.startswith("'소상공인' · 11. 16.~11. 22. ")


async def test_a_quoted_phrase_must_stand_there_letter_by_letter(talk):
    exact = text(await talk.say("kim", '찾기 "급경사지·노후 옹벽"'))
    none = text(await talk.say("kim", '찾기 "옹벽 노후·급경사지"'))

    assert "1건입니다" in exact
    assert "찾지 못했습니다" in none


# --- nothing found


async def test_nothing_under_conditions_offers_to_drop_them(talk):
    nothing = (await talk.say("kim", "찾기 소상공인 작년 11월"))[0]

    assert "'소상공인' · 2025. 11. 1.~2025. 11. 30. 글을 찾지 못했습니다." in nothing.reply.text
    wider = text(await talk.press("kim", nothing, "조건 없이 찾기"))
    assert re.match(r"'소상공인' \d+건입니다", wider)


async def test_nothing_at_all_names_the_next_step_and_offers_to_subscribe(talk):
    user = talk.newcomer()

    nothing = (await talk.say(user, "찾기 잠수함 승조원 훈련병"))[0]
    subscribed = await talk.press(user, nothing, "구독하기")

    assert "찾지 못했습니다" in nothing.reply.text
    assert "구독해 두시면" in nothing.reply.text
    assert "'잠수함 승조원 훈련병' 소식을 여기로 보내 드리겠습니다" in text(subscribed)


async def test_a_question_too_long_is_refused_with_the_limit(talk):
    assert "300자까지" in text(await talk.say("kim", "찾기 " + "가 나" * 200))


# --- old documents, links only


async def test_a_document_past_its_days_is_found_and_told_without_a_text(talk):
    found = (await talk.say("kim", "찾기 재난지원금 지난달"))[0]
    details = (await talk.press("kim", found, "1"))[0]

    assert found.reply.text.splitlines()[1].startswith(
        "1. [견본생활안전부(예시)] 긴급재난지원금 이의신청 접수 · 10. 19.(월)"
    )
    assert "본문은 없고 제목과 주소만" in details.reply.text
    assert "지원금 본문" not in details.reply.text


async def test_a_document_of_another_year_shows_its_year(talk):
    assert "· 2025. 10. 29." in text(await talk.say("kim", "찾기 재난지원금 작년"))


async def test_of_a_link_only_document_title_date_and_link_are_shown(talk):
    found = (await talk.say("kim", "찾기 심해잠수정"))[0]
    details = text(await talk.press("kim", found, "1"))

    assert "심해잠수정 건조 착수 보고" in found.reply.text
    assert "제목과 주소만 보여 드립니다" in details
    assert "원문: http://127.0.0.1/old/link" in details


# --- alike


async def test_alike_leads_from_a_document_to_its_neighbours_and_not_to_itself(talk):
    found = (await talk.say("kim", "찾기 축사 화재 전기안전"))[0]
    details = (await talk.press("kim", found, "1"))[0]

    alike = (await talk.press("kim", details, "비슷한 것"))[0]

    head, *rows = alike.reply.text.splitlines()
    assert re.match(r"'축사 화재 .+'[과와] 비슷한 글 \d+건입니다\.", head)
    assert 1 <= len(rows) <= 4
    assert any("화재" in row for row in rows)
    assert not any("축사 화재 잇따라" in row for row in rows)
    assert labels(alike)[0] == "1"


async def test_alike_stands_below_the_details_of_a_push(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")

    told = [one for one in await talk.advance(timedelta(minutes=10)) if one.chat.id == f"dm:{user}"]

    assert told
    push = told[0]
    details = (await talk.press(user, push, "자세히"))[0]
    assert "비슷한 것" in labels(details)
    alike = text(await talk.press(user, details, "비슷한 것"))
    assert "비슷한 글" in alike


async def test_strange_buttons_are_answered_politely(talk):
    for press in ("doc:", "doc:zz", "doc:" + "f" * 16, "like:x", "find:", "find:none:4", "find:none:all"):
        assert "다시" in text(await talk.say("kim", press=press)), press


# --- groups


async def test_in_a_channel_it_answers_when_addressed_only(talk):
    assert await talk.say("kim", "찾기", chat="총무과") == []
    told = await talk.say("kim", "@도비 찾기 소상공인", chat="총무과", mention=True)
    assert re.match(r"'소상공인' \d+건입니다", text(told))


@pytest.mark.parametrize(
    "said", ["찾기 😀😀", "찾기 ☃", "찾기 -", "찾기 ''", '찾기 ""', "찾기 ㅋㅋㅋ", "찾기 \u1112\u1161\u11ab"]
)
async def test_whatever_is_asked_gets_a_short_answer(talk, said):
    answer = text(await talk.say("kim", said))

    assert len(answer.splitlines()) <= 5
    assert "접수번호" not in answer


# --- the command


async def test_the_command_searches_the_running_houses_archive(talk, capsys):
    args = Namespace(config=talk.config, data=talk.data, institution=None, limit=5, json=True)

    found = await search(Namespace(**vars(args), words=["소상공인", "지난주"]))
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    nothing = await search(Namespace(**vars(args), words=["잠수함 승조원 훈련병"]))

    assert (found, nothing) == (0, 1)
    assert 1 <= len(rows) <= 5
    assert all("2026-11-16" <= row["published_at"][:10] <= "2026-11-22" for row in rows)
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert {"id", "title", "agency", "url"} <= set(rows[0])


async def test_the_command_tells_people_a_line_each_or_what_it_looked_at(talk, capsys):
    args = Namespace(config=talk.config, data=talk.data, institution=None, limit=2, json=False)

    await search(Namespace(**vars(args), words=["소상공인"]))
    lines = capsys.readouterr().out.splitlines()
    await search(Namespace(**vars(args), words=["잠수함 승조원 훈련병"]))

    assert len(lines) == 2
    assert all(re.match(r"2026\. 11\. \d+\.\(.\) \[.+\] .+ http", line) for line in lines)
    assert re.search(r"찾지 못했습니다\. 모아 둔 글은 \d+건입니다\.", capsys.readouterr().out)


# --- what is left out, and questions


async def test_what_is_left_out_is_said_and_not_found(talk):
    everything = text(await talk.say("kim", "찾기 소상공인"))
    less = text(await talk.say("kim", "찾기 소상공인 -라이브방송"))
    word = text(await talk.say("kim", "찾기 라이브방송 빼고 소상공인"))

    assert "라이브방송" in everything
    assert re.match(r"'소상공인' · '라이브방송' 제외 \d+건입니다", less)
    assert less == word
    assert "라이브방송" not in less.partition("\n")[2]


async def test_a_question_is_looked_for_by_what_it_asks_about(talk):
    asked = text(await talk.say("kim", "찾기 소상공인 카드수수료 언제까지 신청해?"))

    assert re.match(r"'소상공인 카드수수료' \d+건입니다", asked)


async def test_days_since_are_a_period(talk):
    told = text(await talk.say("kim", "찾기 소상공인 3일 전부터"))

    assert re.match(r"'소상공인' · 11\. 20\.~11\. 23\. \d+건입니다", told) or "11. 20.~11. 23." in told
