"""Which boards are read: people look, add, check, switch; operators hear of sickness once; readers of what they miss.

The demo's house with a further web site on loopback, which the tests change; crawled over HTTP, in the real sandbox.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.messenger import Outgoing
from crawlers.sources import BoardProfile, Source
from tests.crawlers.site import LONG, Site, page, serve
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


def board(*rows: tuple[int, str], title: str = "보도자료 | 해솔군청") -> str:
    """A plain board as an agency's site shows it: number, title, department, day."""
    told = "".join(
        f"<tr><td>{number}</td><td class='subject'><a href='/haesol/view.do?nttId={number}'>{name}</a></td>"
        f"<td>기획감사실</td><td>{DAYS[number]}</td></tr>"
        for number, name in rows
    )
    return (
        f"<html><head><title>{title}</title></head><body><h2>보도자료</h2><table class='board'>"
        "<thead><tr><th>번호</th><th>제목</th><th>부서</th><th>등록일</th></tr></thead>"
        f"<tbody>{told}</tbody></table></body></html>"
    )


TOPICS = (
    "재난안전 점검",
    "청년 일자리",
    "농산물 직거래",
    "도로 정비",
    "복지 상담",
    "문화 행사",
    "산림 보호",
    "수돗물 검사",
)
ROWS = [(number, f"해솔군 {topic} 추진 계획 발표") for number, topic in zip(range(8, 0, -1), TOPICS, strict=True)]
DAYS = {number: f"2026-11-{day}" for number, day in enumerate((12, 13, 16, 17, 18, 19, 20, 23, 23), 1)}


@dataclass(slots=True)
class Stage:
    """The house, the further site, and what was said unasked."""

    talk: Talk
    site: Site

    async def settle(self) -> list[Outgoing]:
        """All that is said while everything due now is done."""
        before = len(self.talk.messenger.sent)
        await self.talk.house.rota.drain()
        return self.talk.messenger.sent[before:]

    def publish(self, folder: str, rows: Sequence[tuple[int, str]] = ROWS, title: str = "보도자료 | 해솔군청") -> str:
        """Puts a board up in that folder; its address."""
        self.site.pages[f"/{folder}/list.do"] = board(*rows, title=title).replace("/haesol/", f"/{folder}/")
        for number, name in rows:
            self.site.pages[f"/{folder}/view.do?nttId={number}"] = page(f"{name}. {LONG}")
        return self.site.url(f"/{folder}/list.do")


def to(messages: Sequence[Outgoing], user: str) -> list[Outgoing]:
    return [one for one in messages if one.chat.id == f"dm:{user}"]


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sources")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(_folder) -> AsyncIterator[Stage]:
    site = Site(pages={"/robots.txt": "User-agent: *\nAllow: /\n"}, kinds={"/robots.txt": "text/plain"})
    runner = await serve(site)
    async with talking(_folder, roles=("crawl", "brief", "deliver", "chat")) as talk:
        yield Stage(talk, site)
    await runner.cleanup()


async def add(stage: Stage, url: str, user: str = "oh") -> Outgoing:
    """Asks for the board and returns what was found."""
    promise = await stage.talk.say(user, f"이 게시판 추가 {url}")
    assert "살펴보고 있습니다" in text(promise)
    return await answered(stage, promise, user)


async def answered(stage: Stage, promise: list[Outgoing], user: str = "oh") -> Outgoing:
    """What came of that promise; a late word on something earlier may come beside it."""
    return next(one for one in to(await stage.settle(), user) if one.reference == promise[0].reference)


# --- who may


@pytest.mark.parametrize("said", ["이 게시판 추가 https://www.haesol.go.kr/list.do", "출처 확인 창원시", "출처 상태"])
async def test_staff_are_told_whom_to_ask(stage, said):
    told = text(await stage.talk.say("kim", said))

    assert "관리자·운영자만" in told
    assert "정보화담당관 (내선 0000)" in told


@pytest.mark.parametrize("said", ["출처 끄기 견본도청", "출처 켜기 견본도청"])
async def test_only_an_operator_switches(stage, said):
    assert "운영자만" in text(await stage.talk.say("park", said))


async def test_nothing_about_sources_answers_in_a_group(stage):
    said = await stage.talk.say("oh", "출처 상태", chat="총무과", mention=True)

    assert "개인 대화에서만" in text(said)


# --- looking


async def test_one_source_in_full_tells_what_is_known_of_it_and_where_it_comes_from(stage):
    told = text(await stage.talk.say("oh", "출처 상태 견본도청"))

    assert told.startswith("견본도청(예시) · 정상")
    assert "마지막으로 읽음 11:30" in told
    assert "설정 파일" in told
    assert "http://127.0.0.1" in told


@pytest.mark.parametrize("said", ["견본도청 출처 상태 알려줘", "출처 상태 견본 도청", "/sources 견본도청"])
async def test_one_source_is_asked_for_as_people_speak(stage, said):
    assert text(await stage.talk.say("oh", said)).startswith("견본도청(예시)")


async def test_a_source_of_that_name_is_not_there(stage):
    assert "'달나라' 출처를 찾지 못했습니다" in text(await stage.talk.say("oh", "출처 상태 달나라"))


async def test_several_that_fit_are_a_press_apart(stage):
    asked = await stage.talk.say("oh", "출처 상태 시청")

    assert "어느 것을 말씀하십니까?" in text(asked)
    assert "시청(예시) · 정상" in text(await stage.talk.press("oh", asked[0], "1"))


# --- what is never opened


@pytest.mark.parametrize(
    "address",
    [
        "http://10.0.0.1/board", "http://192.168.0.10:8080/list.do", "https://[::1]/list", "http://169.254.169.254/latest",
        "http://2130706433/", "http://0x7f.1/a", "ftp://www.haesol.go.kr/list", "http://admin:pw@www.haesol.go.kr/",
        "http://localhost/list.do", "http://db/list.do", "http://www.haesol.go.kr:22/list",
    ],
)  # fmt: skip
async def test_an_address_that_is_not_public_is_refused_politely_and_nothing_is_asked(stage, address):
    asked = len(stage.site.asked)

    told = text(await stage.talk.say("oh", f"이 게시판 추가 {address}"))

    assert "열지 않았습니다" in told
    assert await stage.talk.house.inquiries.open("gyeongnam") == []
    assert len(stage.site.asked) == asked


@pytest.mark.parametrize(
    "address",
    ["https://www.changwon.go.kr.evil.com/list.do", "https://www.gо.kr/list.do", "https://changwon-go-kr.com/list.do"],
)
async def test_an_address_that_only_looks_official_is_refused(stage, address):
    assert "비슷하게 꾸민 주소" in text(await stage.talk.say("oh", f"게시판 추가 {address}"))


async def test_an_address_is_asked_for_where_none_was_given_and_the_next_message_is_it(stage):
    assert "주소를 보내 주십시오" in text(await stage.talk.say("oh", "게시판 추가"))
    assert "열지 않았습니다" in text(await stage.talk.say("oh", "http://10.0.0.1/board"))


# --- adding


async def test_an_operator_adds_a_board_from_its_address_to_its_first_push(stage):
    url, reader = stage.publish("haesol"), stage.talk.newcomer()
    await stage.talk.say(reader, "구독 재난안전")

    found = await add(stage, url)

    told = found.reply.text
    assert told.startswith("게시판을 찾았습니다")
    assert "기관: 해솔군청" in told
    assert "글 8건" in told
    assert "수집 허용" in told
    assert "재난안전 점검 추진 계획 발표" in told
    done = await stage.talk.press("oh", found, "추가")
    assert "추가했습니다" in text(done)
    first = await stage.settle()
    assert "이미 나온 글 8건" in to(first, "oh")[0].reply.text
    assert to(first, reader) == []
    stage.publish("haesol", [(9, "해솔군 재난안전 훈련 시작"), *ROWS])
    pushed = to(await stage.talk.advance(timedelta(minutes=70)), reader)
    assert any(one.reply.text.startswith("[해솔군청] 해솔군 재난안전 훈련 시작") for one in pushed)


async def test_the_same_board_again_is_known(stage):
    url = stage.publish("twice", title="공지사항 | 여울군청")
    found = await add(stage, url)
    await stage.talk.press("oh", found, "추가")
    await stage.settle()

    assert "이미 읽고 있는 게시판입니다. 기관: 여울군청" in text(await stage.talk.say("oh", f"게시판 추가 {url}"))
    assert "이미 정해진 일입니다" in text(await stage.talk.press("oh", found, "추가"))
    again = f"{url}?pageIndex=1"
    assert "이미 읽고 있는" in text(await stage.talk.say("park", f"이 게시판 추가 {again}"))


async def test_a_page_that_names_no_agency_makes_dobi_ask(stage):
    url = stage.publish("plain", title="게시판 목록")

    found = await add(stage, url)
    asked = await stage.talk.press("oh", found, "추가")

    assert "어느 기관의 게시판입니까?" in text(asked)
    assert "나래군을 추가했습니다" in text(await stage.talk.say("oh", "나래군"))
    assert "나래군 · " in text(await stage.talk.say("oh", "출처 상태 나래군"))


async def test_the_agency_may_be_named_beside_the_address_and_corrected_later(stage):
    url = stage.publish("named", title="게시판 목록")
    found = await answered(stage, await stage.talk.say("oh", f"이 게시판 추가해 줘 {url} 미르군"))
    assert "기관: 미르군" in found.reply.text

    await stage.talk.press("oh", found, "기관 이름")

    assert "미르군청을 추가했습니다" in text(await stage.talk.say("oh", "미르군청"))


async def test_a_find_that_is_not_wanted_adds_nothing(stage):
    url = stage.publish("unwanted", title="보도자료 | 도담군청")
    found = await add(stage, url)

    assert "추가하지 않았습니다" in text(await stage.talk.press("oh", found, "취소"))
    assert "찾지 못했습니다" in text(await stage.talk.say("oh", "출처 상태 도담군청"))


async def test_a_page_without_a_list_says_what_to_send_instead(stage):
    stage.site.pages["/about.do"] = page(LONG)

    told = (await add(stage, stage.site.url("/about.do"))).reply.text

    assert "글 목록을 찾지 못했습니다" in told
    assert "목록 화면" in told


async def test_a_page_that_is_not_there_says_so_in_plain_words(stage):
    assert "주소에 글이 없습니다(404)" in (await add(stage, stage.site.url("/nowhere.do"))).reply.text


async def test_a_manager_asks_sees_the_find_and_hears_what_the_operator_decides(stage):
    url = stage.publish("asked", title="보도자료 | 라온군청")
    await stage.talk.say("park", f"이 게시판 추가 {url}")
    said = await stage.settle()
    seen, request = to(said, "park")[0], to(said, "oh")[0]

    assert "운영자에게 추가를 요청했습니다" in seen.reply.text
    assert "추가" not in labels(seen)
    assert request.kind == "alert"
    assert "박새로 님이 게시판 추가를 요청했습니다" in request.reply.text
    assert {"추가", "취소"} <= set(labels(request))
    await stage.talk.press("oh", request, "추가")
    told = to(await stage.settle(), "park")
    assert any("요청하신 라온군청 게시판을 이제 읽습니다" in one.reply.text for one in told)


async def test_a_manager_can_decide_nothing_with_a_button_that_was_not_theirs(stage):
    url = stage.publish("guarded", title="보도자료 | 가온군청")
    found = await add(stage, url)

    assert "운영자만" in text(await stage.talk.press("park", found, "추가"))
    assert "찾지 못했습니다" in text(await stage.talk.say("oh", "출처 상태 가온군청"))


async def test_a_search_that_was_promised_survives_the_end_of_the_process(stage):
    url = stage.publish("later", title="보도자료 | 한별군청")
    await stage.talk.say("oh", f"게시판 추가 {url}")
    assert len(await stage.talk.house.inquiries.open("gyeongnam")) == 1
    inquiry = (await stage.talk.house.inquiries.open("gyeongnam"))[0]
    # a worker that died with the inquiry in its hands
    await stage.talk.house.redis.hset("dobi:{gyeongnam}:inquiries:held", inquiry.id, "dead.1.00000000 1")

    said = to(await stage.settle(), "oh")

    assert ["기관: 한별군청" in one.reply.text for one in said] == [True]
    assert await stage.talk.house.inquiries.open("gyeongnam") == []


# --- switching


async def test_an_added_board_is_switched_off_and_on(stage):
    url = stage.publish("switch", title="보도자료 | 별빛군청")
    await stage.talk.press("oh", await add(stage, url), "추가")
    await stage.settle()

    off = await stage.talk.say("oh", "출처 끄기 별빛군청")

    assert "별빛군청을 껐습니다" in text(off)
    assert "별빛군청 · 꺼짐" in text(await stage.talk.say("oh", "출처 상태 별빛군청"))
    assert "별빛군청을 다시 읽습니다" in text(await stage.talk.press("oh", off[0], "켜기"))
    assert "별빛군청 · 정상" in text(await stage.talk.say("oh", "출처 상태 별빛군청"))


async def test_what_the_settings_file_declares_is_changed_there(stage):
    told = text(await stage.talk.say("oh", "출처 끄기 견본도청"))

    assert "설정 파일에 적힌 출처" in told
    assert 'state = "off"' in told


# --- sickness


@pytest.fixture(scope="module")
def _ward(tmp_path_factory):
    return tmp_path_factory.mktemp("ward")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ward(_ward) -> AsyncIterator[Stage]:
    """Another house, in which boards fall sick."""
    site = Site(pages={"/robots.txt": "User-agent: *\nAllow: /\n"}, kinds={"/robots.txt": "text/plain"})
    runner = await serve(site)
    async with talking(_ward, roles=("crawl", "brief", "deliver", "chat")) as talk:
        yield Stage(talk, site)
    await runner.cleanup()


async def added(stage: Stage, folder: str, agency: str) -> str:
    """A board that is read and well."""
    url = stage.publish(
        folder, [(number, name.replace("해솔군", agency)) for number, name in ROWS], f"소식 | {agency}청"
    )
    await stage.talk.press("oh", await add(stage, url), "추가")
    await stage.settle()
    return f"/{folder}/list.do"


async def test_an_operator_hears_once_of_a_sick_board_with_its_evidence_and_once_of_its_recovery(ward):
    path, other = await added(ward, "sick", "달빛군"), await added(ward, "fine", "햇살군")
    reader, stranger = ward.talk.newcomer(), ward.talk.newcomer()
    await ward.talk.say(reader, "구독 농산물 직거래")
    await ward.talk.say(stranger, "구독 우주 발사체")
    ward.site.pages[path] = "<html><head><title>점검</title></head><body><p>누리집 점검 중입니다.</p></body></html>"

    told = await ward.talk.advance(timedelta(minutes=70))

    alerts = [one for one in told if one.kind == "alert"]
    assert {one.chat.id for one in alerts} == {"dm:oh"}
    assert [one.reply.text.partition("\n")[0] for one in alerts] == [
        "[출처 이상] 달빛군청 게시판을 11. 23.(월) 12:00부터 읽지 못하고 있습니다."
    ] or "달빛군청 게시판을 11. 23.(월)" in alerts[0].reply.text
    assert len(alerts) == 1
    assert "까닭: " in alerts[0].reply.text
    assert "할 일: " in alerts[0].reply.text
    listed = text(await ward.talk.say("oh", "출처 상태"))
    assert listed.splitlines()[0].startswith("출처 9곳 가운데 이상 1곳입니다.")
    assert listed.splitlines()[1].startswith("· 달빛군청: ")
    assert "이상" in listed.splitlines()[1]
    assert "달빛군청 게시판을 11. 23.(월)" in text(await ward.talk.say(reader, "브리핑"))
    assert "달빛군" not in text(await ward.talk.say(stranger, "브리핑"))

    ward.publish("sick", [(number, name.replace("해솔군", "달빛군")) for number, name in ROWS], "소식 | 달빛군청")
    told = await ward.talk.advance(timedelta(hours=2))

    alerts = [one for one in told if one.kind == "alert"]
    assert ["[출처 회복] 달빛군청 게시판을 다시 읽고 있습니다." in one.reply.text for one in alerts] == [True]
    assert alerts[0].edits is None
    assert ward.site.times(other) > 2


def cards(*rows: tuple[int, str], folder: str) -> str:
    """The same documents after the agency has rebuilt its site."""
    told = "".join(
        f"<li class='card'><strong><a href='/{folder}/view.do?nttId={number}'>{name}</a></strong>"
        f"<span class='day'>{DAYS[number]}</span></li>"
        for number, name in rows
    )
    return f"<html><head><title>소식</title></head><body><ul class='news'>{told}</ul></body></html>"


async def test_a_board_that_changed_its_looks_is_repaired_by_a_press_and_sends_nothing_again(ward):
    path, reader = await declared(ward, "moved", "은하군"), ward.talk.newcomer()
    await ward.talk.say(reader, "구독 수돗물 검사")
    rows = [(number, name.replace("해솔군", "은하군")) for number, name in ROWS]
    ward.site.pages[path] = cards(*rows, folder="moved")

    told = await ward.talk.advance(timedelta(minutes=70))

    alerts = [one for one in to(told, "oh") if one.kind == "alert"]
    assert ["[출처 이상]" in one.reply.text for one in alerts] == [True, False]
    proposal = alerts[1]
    assert "[출처 고치기] 은하군청 게시판의 모양이 바뀐 듯하여" in proposal.reply.text
    assert "글 8건이 보이고, 전에 읽은 8건 가운데 8건을 다시 찾았습니다." in proposal.reply.text
    assert labels(proposal)[:2] == ["고치기", "그대로 두기"]
    assert "은하군청 게시판을 새 방법으로 고쳤습니다" in text(await ward.talk.press("oh", proposal, "고치기"))
    after = await ward.settle()
    assert any("글 8건 가운데 새 글 0건" in one.reply.text for one in to(after, "oh"))
    assert to(after, reader) == []
    assert "이미 정해졌거나" in text(await ward.talk.press("oh", proposal, "고치기"))
    assert "운영자만" in text(await ward.talk.press("park", proposal, "그대로 두기"))
    changes = await ward.talk.house.register.audit()
    assert (changes[-1].what, changes[-1].by) == ("profile", "gyeongnam/oh")
    ward.site.pages[path] = cards((9, "은하군 수돗물 검사 결과"), *rows, folder="moved")
    ward.site.pages["/moved/view.do?nttId=9"] = page(f"은하군 수돗물 검사 결과. {LONG}")
    pushed = to(await ward.talk.advance(timedelta(minutes=70)), reader)
    assert [one.reply.text.startswith("[은하군청] 은하군 수돗물 검사 결과") for one in pushed] == [True]


async def declared(stage: Stage, folder: str, agency: str) -> str:
    """A board that is read by a profile, and well."""
    url = stage.publish(
        folder, [(number, name.replace("해솔군", agency)) for number, name in ROWS], f"소식 | {agency}청"
    )
    profile = BoardProfile(
        rows="table.board tbody tr", title="td.subject a", link="td.subject a", date="td:nth-child(4)"
    )
    source = Source(f"{folder}-press", f"{agency}청", "board", url, profile=profile)
    await stage.talk.house.register.add(source, "gyeongnam/oh", stage.talk.clock.now())
    await stage.settle()
    return f"/{folder}/list.do"


# --- what is shipped and unverified


@pytest.fixture(scope="module")
def _office(tmp_path_factory):
    return tmp_path_factory.mktemp("office")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(_office, stage) -> AsyncIterator[Stage]:
    """The same house with entries that nobody has checked: two boards of one agency, one that is gone, one unknown."""
    house, site = stage.talk.house, stage.site
    stage.publish("silver", title="보도자료 | 은빛시")
    stage.publish("silver2", title="공지사항 | 은빛시")
    stage.publish("gold", title="보도자료 | 금빛군")
    shipped = (
        Source(
            "silver-press", "은빛시", "board", site.url("/silver/list.do"), state="unverified", evidence="public code"
        ),
        Source("silver-notice", "은빛시", "board", site.url("/silver2/list.do"), state="unverified"),
        Source("gold-press", "금빛군", "board", site.url("/gold/list.do"), state="unverified"),
        Source("lost-press", "먼지군", "board", site.url("/lost/list.do"), state="unverified"),
        Source("blank-press", "안개군", "board", "", state="unverified"),
    )
    before, house.register._shipped = house.register._shipped, shipped
    await house.redis.incr("dobi:{crawl}:register:version")
    yield stage
    house.register._shipped = before
    await house.redis.incr("dobi:{crawl}:register:version")


async def test_unverified_entries_are_counted_by_agency_with_what_to_do(office):
    shown = await office.talk.say("park", "출처 확인")

    assert "3개 기관의 게시판 4개" in text(shown)
    assert "· 은빛시 (2개)" in text(shown)
    assert "안개군" not in text(shown)
    assert "확인 전" in labels((await office.talk.say("park", "출처 상태"))[0])


async def test_a_manager_checks_an_entry_and_it_runs_from_then_on_with_evidence(office):
    await office.talk.say("park", "출처 확인 금빛군")

    told = to(await office.settle(), "park")

    assert "금빛군 게시판을 읽어 확인했습니다. 글 8건, 가장 새 글 11. 23." in told[0].reply.text
    detail = text(await office.talk.say("oh", "출처 상태 금빛군"))
    assert detail.startswith("금빛군 · 정상")
    assert "근거: 11. 23.(월)에 주소를 실제로 읽어 보았습니다(글 8건, 수집 허용)." in detail
    assert "기본 목록" in detail
    assert "이미 읽고 있습니다" in text(await office.talk.say("park", "출처 확인 금빛군"))


async def test_all_boards_of_an_agency_are_checked_at_once(office):
    await office.talk.say("oh", "출처 확인 은빛시")

    told = to(await office.settle(), "oh")

    assert told[0].reply.text.startswith("확인 전이던 게시판 2개를 읽어 보아 2개를 켰습니다. 켠 곳: 은빛시 보도자료")


async def test_an_entry_that_gives_nothing_stays_off_and_says_why(office):
    await office.talk.say("oh", "출처 확인 먼지군")

    told = to(await office.settle(), "oh")

    assert "먼지군 게시판을 확인하지 못했습니다. 주소에 글이 없습니다(404)." in told[0].reply.text
    assert "꺼진 채로 두었습니다" in told[0].reply.text
    assert "게시판 주소를 아직 모릅니다" in text(await office.talk.say("oh", "출처 확인 안개군"))


async def test_adding_what_is_shipped_offers_its_check(office):
    told = await office.talk.say("oh", f"이 게시판 추가 {office.site.url('/lost/list.do')}")

    assert "기본 목록에 있으나 확인 전입니다" in text(told)
    assert labels(told[0])[0] == "확인"
