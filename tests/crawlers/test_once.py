"""Once, and only once: what agencies' sites do to their lists, and what may come of it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from crawlers.article import Article
from crawlers.crawler import Outcome
from crawlers.sources import Source, source_from
from crawlers.store import STREAM
from tests.crawlers.site import LONG, Site, crawler_over, feed, hwpx, page

HEAD = "<tr><th>번호</th><th>제목</th><th>담당부서</th><th>등록일</th></tr>"
TITLES = (
    "청년 농업인 모집",
    "하천 정비 공사 안내",
    "도로 통제 알림",
    "무료 독감 접종",
    "도서관 휴관 안내",
    "전통시장 행사",
)


def text(number: int, deadline: str = "12월 5일") -> str:
    return f"{TITLES[number % 6]} {number}호 사업의 접수 기한은 {deadline}이며 예산은 {number + 3}억 원이다. {LONG}"


def board(*rows: tuple[str, str, str], path: str = "/view.do?nttId=") -> str:
    """A list of (id, title, day) rows."""
    told = "".join(
        f"<tr><td>{number}</td><td><a href='{path}{name}'>{title}</a></td><td>총무과</td><td>2026-{day}</td></tr>"
        for number, (name, title, day) in enumerate(rows)
    )
    return f"<html><body><table class='board'>{HEAD}{told}</table></body></html>"


def ten(first: int = 0, *, name: int = 0, day: str = "11-20") -> list[tuple[str, str, str]]:
    return [(str(name + n), f"{TITLES[n % 6]} {n}호", day) for n in range(first + 9, first - 1, -1)]


class World:
    def __init__(self, database: Any, clock: Any, session: Any, guard: Any, site: Site) -> None:
        self.database, self.clock, self.site = database, clock, site
        self._session, self._guard = session, guard
        self.source = self.declared()

    def declared(self, path: str = "/list.do", name: str = "s", kind: str = "board") -> Source:
        return source_from(
            {"id": name, "agency": "견본도청", "kind": kind, "url": self.site.url(path), "interval": "10m"}
        )

    async def poll(
        self, source: Source | None = None, *, after: timedelta = timedelta(hours=2), **kwargs: Any
    ) -> Outcome:
        self.clock.advance(after)
        one = source or self.source
        outcome = await crawler_over(self.database, self.clock, self._session, self._guard, [one]).crawl(one, **kwargs)
        assert outcome.error == "", outcome
        return outcome

    async def stream(self) -> list[Article]:
        return [Article.from_json(fields[b"article"]) for _, fields in await self.database.xrange(STREAM)]

    def show(self, *rows: tuple[str, str, str], **bodies: str) -> None:
        """The list, and the page of each row that has none yet."""
        self.site.pages["/list.do"] = board(*rows)
        for name, title, _ in rows:
            number = int("".join(c for c in title.rpartition(" ")[2] if c.isdigit()) or 0)
            self.site.pages.setdefault(f"/view.do?nttId={name}", page(bodies.get(f"n{name}") or text(number)))


@pytest.fixture
def world(database: Any, clock: Any, session: Any, guard: Any, site: Site) -> World:
    return World(database, clock, session, guard, site)


async def test_a_correction_posted_anew_corrects_the_first_posting(world: World) -> None:
    world.show(*ten(), ("77", "청년 농업인 모집 공고", "11-23"), n77=text(77))
    (*_, first) = [one for one in (await world.poll()).articles if one.title == "청년 농업인 모집 공고"]
    world.show(
        ("99", "[정정] 청년 농업인 모집 공고", "11-23"), ("77", "청년 농업인 모집 공고", "11-23"), *ten(),
        n99=text(77, "12월 12일"),
    )  # fmt: skip

    (told,) = (await world.poll()).articles

    assert (told.key, told.corrects, told.revision, told.baseline) == (first.key, first.key, 1, False)
    assert told.url.endswith("nttId=99")
    assert "12월 12일" in told.text
    assert [(await world.poll(force=True)).new for _ in range(3)] == [0, 0, 0]


async def test_a_second_correction_posted_anew_corrects_the_same_document(world: World) -> None:
    row = ("77", "청년 농업인 모집 공고", "11-23")
    world.show(row, *ten(), n77=text(77))
    await world.poll()
    again = ("78", "청년 농업인 모집 정정공고", "11-23")
    world.show(again, row, *ten(), n78=text(77, "12월 12일"))
    await world.poll()
    world.show(("79", "청년 농업인 모집 공고(2차 정정)", "11-24"), again, row, *ten(), n79=text(77, "12월 19일"))

    (told,) = (await world.poll(after=timedelta(days=1))).articles

    assert (told.id, told.revision) == ("nttId:77", 2)


async def test_a_notice_taken_down_and_posted_anew_with_another_deadline_is_a_correction(world: World) -> None:
    world.show(("77", "청년 농업인 모집 공고", "11-23"), *ten(), n77=text(77))
    await world.poll()
    world.show(("99", "청년 농업인 모집 공고", "11-23"), *ten(), n99=text(77, "12월 12일"))

    (told,) = (await world.poll()).articles

    assert (told.id, told.corrects) == ("nttId:77", "s/nttId:77")


@pytest.mark.parametrize("days", [0, 1, 7])
async def test_the_same_notice_under_another_number_is_told_no_more(world: World, days: int) -> None:
    world.show(("77", "청년 농업인 모집 공고", "11-23"), *ten(), n77=text(77))
    await world.poll()
    world.clock.advance(timedelta(days=days))
    world.show(("99", "청년 농업인 모집 공고", f"11-{23 + days}"), *ten(), n99=text(77))

    assert (await world.poll()).new == 0
    assert (await world.poll(force=True)).new == 0


async def test_a_moved_board_is_adopted_without_reading_a_page(world: World) -> None:
    world.show(*ten())
    await world.poll()
    rows = [(f"A{name}", title, day) for name, title, day in ten()]
    world.site.pages = {"/new/list.do": board(*rows, path="/new/show.do?seq=")}
    moved = world.declared("/new/list.do")

    outcome = await world.poll(moved)

    assert (outcome.new, outcome.unchanged) == (0, 10)
    assert not [asked for asked in world.site.asked if asked.path.startswith("/new/show")]
    assert (await world.poll(moved)).new == 0


async def test_what_a_moved_board_says_anew_is_found_by_looking_again(world: World) -> None:
    world.show(*ten(day="11-23"))
    await world.poll()
    rows = [(f"A{name}", title, day) for name, title, day in ten(day="11-23")]
    world.site.pages = {"/list.do": board(*rows, path="/new/show.do?seq=")}
    for name, _, _ in rows:
        number = int(name[1:])
        body = text(number, "12월 9일") if number == 4 else text(number) + " 인쇄 공유"
        world.site.pages[f"/new/show.do?seq={name}"] = page(body)

    outcomes = [await world.poll() for _ in range(3)]

    (told,) = [article for outcome in outcomes for article in outcome.articles]
    assert (told.id, told.corrects is not None) == ("nttId:4", True)
    assert "12월 9일" in told.text


async def test_a_new_post_on_the_day_of_a_move_is_told_alone(world: World) -> None:
    world.show(*ten())
    await world.poll()
    rows = [(f"A{name}", title, day) for name, title, day in ten()]
    new = ("A50", "산불 예방 안내 50호", "11-23")
    world.site.pages = {"/list.do": board(new, *rows, path="/new/show.do?seq=")}
    world.site.pages["/new/show.do?seq=A50"] = page(text(50))

    (told,) = (await world.poll()).articles

    assert (told.title, told.baseline, told.corrects) == ("산불 예방 안내 50호", False, None)


async def test_a_board_that_moved_and_dated_every_row_anew_sends_nothing(world: World) -> None:
    rows = [(str(n), f"{TITLES[n % 6]} {n}호", f"11-{10 + n}") for n in range(9, -1, -1)]
    world.show(*rows)
    await world.poll()
    world.site.pages = {"/list.do": board(*[(f"A{n}", title, "11-23") for n, title, _ in rows], path="/n.do?seq=")}

    assert (await world.poll()).new == 0


async def test_an_address_that_shares_nothing_with_the_past_is_a_first_sight(world: World, caplog: Any) -> None:
    world.show(*ten())
    await world.poll()
    rows = [(str(n), f"전혀 다른 소식 {n}호", "11-23") for n in range(30, 24, -1)]
    world.site.pages["/other.do"] = board(*rows)
    world.site.pages |= {f"/view.do?nttId={n}": page(text(n)) for n in range(25, 31)}
    other = world.declared("/other.do")

    with caplog.at_level(logging.WARNING):
        outcome = await world.poll(other)

    assert {one.baseline for one in outcome.articles} == {True}
    assert len(outcome.articles) == 6
    assert "first sight" in caplog.text
    world.site.pages["/other.do"] = board(("31", "새 소식 31호", "11-23"), *rows)
    world.site.pages["/view.do?nttId=31"] = page(text(31))
    assert [one.baseline for one in (await world.poll(other)).articles] == [False]


async def test_weekly_posts_of_one_title_are_each_told(world: World) -> None:
    world.show(*ten())
    await world.poll()
    told = []
    rows = ten()
    for week, day in enumerate(["11-23", "11-30", "12-07"]):
        rows = [(f"{80 + week}", "주간 행사계획", day), *rows][:10]
        link = f"<a href='/f/{week}.hwpx'>주간행사계획.hwpx</a>"
        world.site.pages[f"/view.do?nttId={80 + week}"] = page("붙임 참조", link)
        world.site.pages[f"/f/{week}.hwpx"] = hwpx(f"{day} 주 행사")
        world.show(*rows)
        told += (await world.poll()).articles
        world.clock.advance(timedelta(days=7))

    assert [(one.id, one.corrects, one.same_as, one.baseline) for one in told] == [
        (f"nttId:{80 + week}", None, None, False) for week in range(3)
    ]


@pytest.mark.parametrize("readable", [True, False])
async def test_two_notices_of_one_title_and_one_thin_body_are_two(world: World, readable: bool) -> None:
    world.show(*ten())
    await world.poll()
    for n in (81, 82):
        world.site.pages[f"/view.do?nttId={n}"] = page("붙임 참조", f"<a href='/f/{n}.hwpx'>공고문.hwpx</a>")
        if readable:
            world.site.pages[f"/f/{n}.hwpx"] = hwpx(f"공시송달 대상 {n}")
    world.show(("82", "공시송달 공고", "11-23"), ("81", "공시송달 공고", "11-23"), *ten())

    told = (await world.poll()).articles

    assert [(one.id, one.corrects, one.same_as) for one in told] == [("nttId:81", None, None), ("nttId:82", None, None)]


async def test_an_annual_notice_of_the_same_words_is_told_every_year(world: World) -> None:
    world.show(("77", "재산세 납부 안내", "11-23"), *ten(), n77=text(77))
    await world.poll()
    world.clock.advance(timedelta(days=360))
    world.site.pages["/list.do"] = board(("99", "재산세 납부 안내", "11-23"), *ten()).replace(
        "<td>2026-11-23", "<td>2027-11-18"
    )
    world.site.pages["/view.do?nttId=99"] = page(text(77))

    assert [(one.id, one.baseline) for one in (await world.poll()).articles] == [("nttId:99", False)]


async def test_a_document_whose_text_swings_falls_silent(world: World) -> None:
    banners = ("12월 1일 축제", "12월 2일 음악회", "12월 3일 마라톤")
    world.show(("77", "청년 농업인 모집 공고", "11-23"), *ten(), n77=text(77))
    await world.poll()
    told = 0
    for turn in range(24):
        world.site.pages["/view.do?nttId=77"] = page(text(77) + " 오늘의 행사: " + banners[turn % 3])
        told += (await world.poll(force=True)).new

    assert told <= 5


async def test_a_text_that_is_another_at_each_look_falls_silent_and_a_real_change_is_still_told(world: World) -> None:
    world.show(("77", "청년 농업인 모집 공고", "11-23"), *ten(), n77=text(77))
    await world.poll()
    told = 0
    for turn in range(15):
        world.site.pages["/view.do?nttId=77"] = page(text(77) + f" 요청 번호 a{turn * 7919:x}")
        told += (await world.poll(force=True)).new
    world.site.pages["/view.do?nttId=77"] = page(text(77, "12월 24일"))

    late = [(await world.poll(force=True)).new for _ in range(4)]

    assert told <= 2
    assert sum(late) == 1


@pytest.mark.parametrize(
    "instead",
    ["", "로그인 후 이용하실 수 있는 서비스입니다. 아이디와 비밀번호를 입력하여 주십시오.", "서비스 점검 중입니다.",
     "요청을 처리하는 중 오류가 발생하였습니다. 잠시 후 다시 시도하여 주십시오."],
)  # fmt: skip
async def test_an_empty_page_a_login_or_an_error_is_no_correction(world: World, instead: str) -> None:
    world.show(("77", "청년 농업인 모집 공고", "11-23"), *ten(), n77=text(77))
    await world.poll()
    world.site.pages["/view.do?nttId=77"] = page(instead)
    told = [(await world.poll(force=True)).new for _ in range(3)]
    world.site.pages["/view.do?nttId=77"] = page(text(77))

    assert [*told, (await world.poll(force=True)).new] == [0, 0, 0, 0]


async def test_a_file_that_could_be_read_only_the_second_time_is_no_correction(world: World) -> None:
    files = "<a href='/f/1.hwpx'>공고문.hwpx</a>"
    world.site.pages["/view.do?nttId=77"] = page(text(77), files)
    world.show(("77", "청년 농업인 모집 공고", "11-23"), *ten())
    await world.poll()
    world.site.pages["/f/1.hwpx"] = hwpx("모집 인원 30명")
    assert (await world.poll(force=True)).new == 0
    del world.site.pages["/f/1.hwpx"]
    assert (await world.poll(force=True)).new == 0
    world.site.pages["/f/1.hwpx"] = hwpx("모집 인원 50명")

    assert (await world.poll(force=True)).new == 1


async def test_another_file_is_a_correction_and_another_order_is_none(world: World) -> None:
    one, two = "<a href='/f/1.hwpx'>공고문.hwpx</a>", "<a href='/f/2.hwpx'>서식.hwpx</a>"
    world.site.pages |= {"/f/1.hwpx": hwpx("가"), "/f/2.hwpx": hwpx("나")}
    world.site.pages["/view.do?nttId=77"] = page(text(77), one)
    world.show(("77", "청년 농업인 모집 공고", "11-23"), *ten())
    await world.poll()
    world.site.pages["/view.do?nttId=77"] = page(text(77), f"{one}<br>{two}")
    added = await world.poll(force=True)
    world.site.pages["/view.do?nttId=77"] = page(text(77), f"{two}<br>{one}")

    assert (added.new, (await world.poll(force=True)).new) == (1, 0)


async def test_a_list_that_shows_more_rows_than_before_pushes_no_old_one(world: World) -> None:
    rows = [(str(n), f"{TITLES[n % 6]} {n}호", f"11-{n:02d}") for n in range(20, 0, -1)]
    world.show(*rows[:10])
    await world.poll()
    world.show(*rows)

    later = await world.poll()

    assert {one.baseline for one in later.articles} == {True}
    assert len(later.articles) == 10


async def test_after_months_of_silence_only_what_appeared_meanwhile_is_news(world: World) -> None:
    world.show(*ten())
    await world.poll()
    world.clock.advance(timedelta(days=20))
    world.show(
        ("92", "새 소식 92호", "12-10"), ("91", "새 소식 91호", "11-25"), ("90", "묵은 공지 90호", "03-02"), *ten()
    )

    told = (await world.poll()).articles

    assert {one.title: one.baseline for one in told} == {
        "새 소식 92호": False, "새 소식 91호": False, "묵은 공지 90호": True,
    }  # fmt: skip


async def test_a_first_sight_completed_later_stays_one_even_under_other_ids(world: World) -> None:
    def items(mark: str) -> str:
        return feed(*[
            {"title": title, "link": f"/v?n={name}", "guid": f"{mark}{name}", "pubDate": "2026.11.20"}
            for name, title, _ in ten()
        ])  # fmt: skip

    source = world.declared("/rss", kind="feed")
    world.site.pages = {"/rss": items("a")} | {f"/v?n={n}": page(text(n)) for n in range(5)}
    first = await world.poll(source)
    world.site.pages = {"/rss": items("b")} | {f"/v?n={n}": page(text(n)) for n in range(10)}

    second = await world.poll(source)

    assert (first.new + second.new, {one.baseline for one in await world.stream()}) == (10, {True})


async def test_ids_that_are_others_at_each_poll_cost_neither_messages_nor_memory(world: World) -> None:
    source = world.declared("/rss", kind="feed")
    sizes = []
    for turn in range(12):
        items = [
            {"title": title, "guid": f"{turn}-{name}", "pubDate": "2026.11.20", "description": text(int(name))}
            for name, title, _ in ten()
        ]
        world.site.pages["/rss"] = feed(*items)
        outcome = await world.poll(source)
        assert outcome.new == (10 if turn == 0 else 0)
        sizes.append(await world.database.hlen("dobi:{crawl}:seen:s"))

    assert sizes[-1] == sizes[1] <= 20


async def test_an_address_that_always_leads_to_the_latest_names_no_document(world: World) -> None:
    source = world.declared("/rss", kind="feed")
    for number, day in enumerate(["11.21", "11.22", "11.23"]):
        item = {"title": f"{TITLES[number]} 발표", "link": "/latest.do", "guid": f"g{number}", "pubDate": f"2026.{day}"}
        world.site.pages = {"/rss": feed(item), "/latest.do": page(text(number))}
        assert [one.corrects for one in (await world.poll(source)).articles] == [None]


async def test_a_reworded_copy_of_another_agency_points_at_the_first(world: World) -> None:
    body = "\n".join(text(n) for n in range(3))
    world.site.pages = {
        "/list.do": board(("1", "겨울철 종합 대책 발표", "11-23")), "/view.do?nttId=1": page(body),
        "/b.do": board(("1", "견본시, 겨울철 종합 대책 발표", "11-23"), path="/v2.do?nttId="),
        "/v2.do?nttId=1": page(f"(견본시) 도의 발표를 알려 드립니다.</p><p>{body}</p><p>문의 안전과 055-111-2222"),
    }  # fmt: skip
    (first,) = (await world.poll()).articles

    (second,) = (await world.poll(world.declared("/b.do", "b"))).articles

    assert (first.same_as, second.same_as) == (None, first.key)


async def test_a_form_filled_in_for_another_place_is_another_document(world: World) -> None:
    form = "기상청은 11월 23일 10시를 기해 {0}에 한파주의보를 발표하였다. " + LONG + " {0} 주민은 유의하시기 바란다."
    world.site.pages = {
        "/list.do": board(("1", "한파주의보 발표", "11-23")), "/view.do?nttId=1": page(form.format("창원시")),
        "/b.do": board(("1", "한파주의보 발표", "11-23"), path="/v2.do?nttId="),
        "/v2.do?nttId=1": page(form.format("김해시")),
    }  # fmt: skip
    await world.poll()

    (second,) = (await world.poll(world.declared("/b.do", "b"))).articles

    assert second.same_as is None


async def test_two_quick_corrections_are_two_revisions_in_their_order(world: World) -> None:
    world.show(("77", "청년 농업인 모집 공고", "11-23"), *ten(), n77=text(77))
    await world.poll()
    for day in (12, 19):
        world.site.pages["/view.do?nttId=77"] = page(text(77, f"12월 {day}일"))
        await world.poll(force=True, after=timedelta(minutes=1))

    told = [one for one in await world.stream() if one.id == "nttId:77"]

    assert [(one.revision, one.corrects) for one in told] == [(0, None), (1, "s/nttId:77"), (2, "s/nttId:77")]


async def test_a_page_that_is_one_for_all_rows_names_none(world: World) -> None:
    async def same(request: web.Request) -> web.Response:
        return web.Response(text=page("자세한 내용은 담당 부서로 문의"), content_type="text/html")

    world.site.pages = {"/list.do": board(*ten()), "/view.do": same}

    first = await world.poll()

    assert len(first.articles) == 10
    assert {one.same_as for one in first.articles} == {None}


async def test_ids_that_are_numbers_of_rows_send_nothing_but_what_is_new(world: World) -> None:
    def numbered(newest: int) -> str:
        row = "<tr><td><a href=\"javascript:fn_view('{0}')\">{1}</a></td><td>총무과</td><td>2026-11-{2}</td></tr>"
        shown = enumerate(range(newest, newest - 8, -1))
        told = "".join(row.format(place, f"{TITLES[n % 6]} {n}호", n) for place, n in shown)
        return f"<html><body><table class='board'>{HEAD.replace('<th>번호</th>', '')}{told}</table></body></html>"

    told = []
    for newest in (20, 21, 21, 22, 23, 23):
        world.site.pages["/list.do"] = numbered(newest)
        told.append([(one.title, one.corrects) for one in (await world.poll()).articles])

    assert [len(one) for one in told] == [8, 1, 0, 1, 1, 0]
    assert [one[0] for one in told[1:] if one] == [(f"{TITLES[n % 6]} {n}호", None) for n in (21, 22, 23)]


async def test_a_list_without_dates_whose_newest_row_is_the_last_is_heard(world: World) -> None:
    source = world.declared("/rss", kind="feed")
    items = [{"title": title, "link": f"/v?n={name}", "guid": f"g{name}"} for name, title, _ in reversed(ten())]
    world.site.pages = {"/rss": feed(*items[:9])} | {f"/v?n={n}": page(text(n)) for n in range(10)}
    await world.poll(source)
    world.site.pages["/rss"] = feed(*items)

    assert [one.baseline for one in (await world.poll(source)).articles] == [False]


async def test_a_list_without_dates_that_grows_downwards_pushes_nothing(world: World) -> None:
    source = world.declared("/rss", kind="feed")
    items = [{"title": title, "link": f"/v?n={name}", "guid": f"g{name}"} for name, title, _ in ten()]
    world.site.pages = {"/rss": feed(*items[:5])} | {f"/v?n={n}": page(text(n)) for n in range(10)}
    await world.poll(source)
    world.site.pages["/rss"] = feed(*items)

    assert [one.baseline for one in (await world.poll(source)).articles] == [True] * 5
