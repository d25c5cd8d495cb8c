from __future__ import annotations

import asyncio
import gzip
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from crawlers.article import FetchError, GuardError
from crawlers.fetch import Fetcher, Validators, client
from crawlers.guard import Guard
from tests.crawlers.site import Site, serve


@pytest.fixture
def fetcher(session: Any, guard: Guard, clock: Any) -> Fetcher:
    return Fetcher(session, guard, clock, clock.sleep, timeout_s=5)


def redirect(to: str, status: int = 302) -> Any:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": to})

    return answer


def status(code: int, **headers: str) -> Any:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=code, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return answer


async def failing(fetcher: Fetcher, url: str, **kwargs: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.get(url, **kwargs)
    return caught.value


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://[::1]/",
        "http://u:p@127.0.0.1/",
        "http://10.0.0.1/",
    ],
)
async def test_every_hop_is_guarded(fetcher: Fetcher, site: Site, to: str) -> None:
    site.pages = {"/a": redirect("/b"), "/b": redirect(to)}

    with pytest.raises(GuardError):
        await fetcher.get(site.url("/a"))


async def test_a_name_that_resolves_inward_is_refused_by_the_client_itself(clock: Any, site: Site) -> None:
    async def inward(host: str) -> list[str]:
        return ["127.0.0.1"]

    guard = Guard(lookup=inward)
    async with client(guard) as session:
        error = await failing(Fetcher(session, guard, clock, clock.sleep), f"http://www.example.kr:{site.port}/")

    assert error.code in {"guard", "robots"}
    assert site.asked == []


async def test_redirects_end_after_five(fetcher: Fetcher, site: Site) -> None:
    site.pages = {"/a": redirect("/a")}

    assert (await failing(fetcher, site.url("/a"))).code == "redirects"
    assert site.times("/a") == 6


async def test_only_an_unbroken_chain_of_permanent_redirects_moves_a_source(fetcher: Fetcher, site: Site) -> None:
    site.pages = {"/old": redirect("/new", 301), "/new": "x", "/tmp": redirect("/old", 302)}

    assert (await fetcher.get(site.url("/old"))).moved_to == site.url("/new")
    assert (await fetcher.get(site.url("/tmp"))).moved_to is None


async def test_a_source_does_not_follow_out_of_its_domain(clock: Any, site: Site) -> None:
    async def lookup(host: str) -> list[str]:
        return ["127.0.0.1"]

    guard = Guard(["www.a.go.kr"], lookup)
    site.pages = {"/a": redirect(f"http://a.go.kr.evil.com:{site.port}/")}
    async with client(guard) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep)

        error = await failing(fetcher, f"http://www.a.go.kr:{site.port}/a", stay=True)

    assert error.code == "moved_away"


async def test_an_endless_body_stops_at_the_cap(fetcher: Fetcher, site: Site) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65536)

    site.pages = {"/a": endless}

    assert (await failing(fetcher, site.url("/a"), max_bytes=2**20)).code == "too_large"


async def test_a_declared_size_above_the_cap_is_not_even_read(fetcher: Fetcher, site: Site) -> None:
    site.pages = {"/a": b"x" * 1000}

    assert (await failing(fetcher, site.url("/a"), max_bytes=999)).code == "too_large"


async def test_a_gzip_bomb_is_counted_as_unpacked(fetcher: Fetcher, site: Site) -> None:
    bomb = gzip.compress(bytes(50 * 2**20))

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Encoding": "gzip"})

    site.pages = {"/a": answer}

    assert len(bomb) < 2**20
    assert (await failing(fetcher, site.url("/a"), max_bytes=2**20)).code == "too_large"


async def test_a_slow_drip_ends_at_the_total_time(session: Any, guard: Guard, clock: Any, site: Site) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.01)

    site.pages = {"/a": drip}

    error = await failing(Fetcher(session, guard, clock, clock.sleep, timeout_s=0.2), site.url("/a"))

    assert error.code == "timeout"


async def test_a_server_that_says_nonsense_is_an_error_of_its_own(fetcher: Fetcher) -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/9.9 banana\r\n\x00\xff\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(nonsense, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]

        # a host whose robots.txt cannot be read is not asked for more (RFC 9309 §2.3.1.4)
        assert (await failing(fetcher, f"http://127.0.0.1:{port}/")).code in {"bad_http", "connect"}


async def test_nobody_there_is_a_dead_server_and_not_a_closed_path(fetcher: Fetcher) -> None:
    assert (await failing(fetcher, "http://127.0.0.1:9/")).code == "connect"


@pytest.mark.parametrize(("after", "wait"), [({}, None), ({"Retry_After": "120"}, timedelta(seconds=120))])
async def test_rules_out_of_reach_close_a_host_under_their_own_cause(
    fetcher: Fetcher, site: Site, after: dict[str, str], wait: timedelta | None
) -> None:
    site.pages = {"/robots.txt": status(503, **after), "/a": "x"}

    errors = [await failing(fetcher, site.url("/a")) for _ in range(2)]

    assert [(error.code, error.retry_after) for error in errors] == [("status_503", wait)] * 2
    assert (site.times("/a"), site.times("/robots.txt")) == (0, 1)


async def test_validators_go_back_verbatim_and_a_304_has_no_body(fetcher: Fetcher, site: Site) -> None:
    site.pages = {"/a": status(304, ETag='W/"7"')}

    fetched = await fetcher.get(site.url("/a"), validators=Validators('W/"7"', "yesterday, perhaps"))

    assert fetched.not_modified
    assert site.asked[-1].headers["If-None-Match"] == 'W/"7"'
    assert site.asked[-1].headers["If-Modified-Since"] == "yesterday, perhaps"


@pytest.mark.parametrize(
    ("answer", "code", "after"),
    [
        (status(410), "gone", None),
        (status(404), "status_404", None),
        (status(503, Retry_After="120"), "status_503", timedelta(seconds=120)),
        (status(503, Retry_After="Mon, 23 Nov 2026 03:30:00 GMT"), "status_503", timedelta(hours=1)),
        (status(503, Retry_After="99999999"), "status_503", timedelta(days=1)),
        (status(429), "status_429", timedelta(hours=4)),
        (status(503, Retry_After="soon"), "status_503", None),
    ],
)
async def test_refusals_are_told_with_the_wait_they_ask_for(
    fetcher: Fetcher, site: Site, answer: Any, code: str, after: timedelta | None
) -> None:
    site.pages = {"/a": answer}

    error = await failing(fetcher, site.url("/a"))

    assert (error.code, error.retry_after) == (code, after)


async def test_a_host_that_asked_for_a_pause_is_left_alone_until_it_is_over(
    fetcher: Fetcher, site: Site, clock: Any
) -> None:
    site.pages = {"/a": status(429, Retry_After="60"), "/b": "x"}
    await failing(fetcher, site.url("/a"))

    assert (await failing(fetcher, site.url("/b"))).code == "held"
    assert site.times("/b") == 0
    clock.advance(timedelta(seconds=61))
    assert (await fetcher.get(site.url("/b"))).body == b"x"


async def test_robots_closes_paths_to_us_and_is_asked_for_once_a_day(fetcher: Fetcher, site: Site, clock: Any) -> None:
    site.pages = {
        "/robots.txt": "User-agent: *\nAllow: /\n\nUser-agent: DobiBot\nDisallow: /closed\n",
        "/open": "x",
        "/closed": "x",
    }

    assert (await fetcher.get(site.url("/open"))).body == b"x"
    assert (await failing(fetcher, site.url("/closed"))).code == "robots"
    assert (site.times("/closed"), site.times("/robots.txt")) == (0, 1)
    clock.advance(timedelta(hours=25))
    await fetcher.get(site.url("/open"))
    assert site.times("/robots.txt") == 2


async def test_a_redirect_into_a_closed_path_is_not_followed(fetcher: Fetcher, site: Site) -> None:
    site.pages = {"/robots.txt": "User-agent: *\nDisallow: /closed\n", "/open": redirect("/closed"), "/closed": "x"}

    assert (await failing(fetcher, site.url("/open"))).code == "robots"


@pytest.mark.parametrize(
    ("robots", "open_"),
    [
        (status(404), True),
        (status(403), True),
        (status(500), False),
        (status(503), False),
        ("<html><body>User-agent: *\nDisallow: /</body></html>", True),
        (redirect("/elsewhere.txt"), False),
        (redirect("/robots.txt"), True),
        (b"\xff\xfe\x00garbage\nUser-agent", True),
        ("User-agent: *\nDisallow: /" + "*a" * 900 + "$\n", True),
    ],
)
async def test_robots_that_cannot_be_had_mean_what_the_rfc_says(
    fetcher: Fetcher, site: Site, robots: Any, open_: bool
) -> None:
    site.pages = {"/robots.txt": robots, "/elsewhere.txt": "User-agent: *\nDisallow: /\n", "/" + "a" * 200: "x"}

    url = site.url("/" + "a" * 200)

    assert await fetcher.permits(url) is open_


class Gauge:
    """A page that notes when it was asked and how many asked at once."""

    def __init__(self, clock: Any) -> None:
        self.clock, self.at, self.now, self.most = clock, [], 0, 0

    async def __call__(self, request: web.Request) -> web.Response:
        self.now += 1
        self.most = max(self.most, self.now)
        self.at.append(self.clock())
        await asyncio.sleep(0)
        self.now -= 1
        return web.Response(text="x")


async def test_one_host_is_asked_one_at_a_time_with_a_rest_between(
    session: Any, guard: Guard, clock: Any, site: Site
) -> None:
    gauge = Gauge(clock)
    site.pages = {"/a": gauge}
    fetcher = Fetcher(session, guard, clock, clock.sleep, paces={"127.0.0.1": timedelta(seconds=2)})

    await asyncio.gather(*(fetcher.get(site.url("/a")) for _ in range(5)))

    gaps = [later - earlier for earlier, later in zip(gauge.at, gauge.at[1:], strict=False)]
    assert gauge.most == 1
    assert len(gaps) == 4
    assert min(gaps) >= timedelta(seconds=2)


async def test_a_crawl_delay_is_kept_even_by_a_host_that_has_no_pace(fetcher: Fetcher, site: Site, clock: Any) -> None:
    gauge = Gauge(clock)
    site.pages = {"/a": gauge, "/robots.txt": "User-agent: *\nCrawl-delay: 10\n"}

    await asyncio.gather(*(fetcher.get(site.url("/a")) for _ in range(3)))

    assert gauge.at[2] - gauge.at[0] >= timedelta(seconds=20)


async def test_an_allowed_host_without_robots_has_no_pace(fetcher: Fetcher, site: Site, clock: Any) -> None:
    start = clock()
    site.pages = {"/a": "x"}

    await asyncio.gather(*(fetcher.get(site.url("/a")) for _ in range(5)))

    assert clock() == start


async def test_we_say_who_we_are(fetcher: Fetcher, site: Site) -> None:
    site.pages = {"/a": "x"}

    await fetcher.get(site.url("/a"))

    assert all(asked.headers["User-Agent"].startswith("DobiBot/") for asked in site.asked)


async def test_a_chain_of_redirects_takes_no_more_than_twice_the_time_of_one_request(
    session: Any, guard: Guard, clock: Any, site: Site
) -> None:
    def slowly(to: str) -> Any:
        async def answer(request: web.Request) -> web.Response:
            await asyncio.sleep(0.3)
            return web.Response(status=302, headers={"Location": to})

        return answer

    site.pages = {"/0": slowly("/1"), "/1": "x"} | {f"/{n}": slowly(f"/{n + 1}") for n in range(1, 5)} | {"/5": "x"}
    fetcher = Fetcher(session, guard, clock, clock.sleep, timeout_s=0.5)

    assert (await failing(fetcher, site.url("/0"))).code == "timeout"
    assert site.times("/5") == 0
    assert (await fetcher.get(site.url("/4"))).body == b"x"


async def test_a_chain_that_spent_its_time_does_not_spoil_what_all_know_of_the_host_it_leads_to(
    clock: Any, site: Site
) -> None:
    def slowly(answer: web.Response) -> Any:
        async def answered(request: web.Request) -> web.Response:
            await asyncio.sleep(0.4)
            return answer.__class__(status=answer.status, headers=dict(answer.headers), body=answer.body)

        return answered

    guard, there = Guard(["127.0.0.1", "127.0.0.2"]), Site()
    runner = await serve(there, "127.0.0.2")
    far = f"http://127.0.0.2:{there.port}"
    there.pages = {"/robots.txt": slowly(web.Response(body=b"User-agent: *\nDisallow: /closed\n")), "/a": "x"}
    site.pages = {"/1": slowly(web.Response(status=302, headers={"Location": "/2"}))}
    site.pages["/2"] = slowly(web.Response(status=302, headers={"Location": f"{far}/a"}))
    async with client(guard) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep, timeout_s=0.5)

        error = await failing(fetcher, site.url("/1"))
        known = await fetcher.permits(f"{far}/a"), await fetcher.permits(f"{far}/closed")
    await runner.cleanup()

    assert error.code == "timeout"
    assert known == (True, False)
    assert [asked.path for asked in there.asked] == ["/robots.txt"]


class Everywhere(Guard):
    """A guard for whom every public name stands on this machine."""

    async def addresses(self, host: str) -> list[str]:
        return ["127.0.0.1"]


@pytest.mark.parametrize("code", [301, 302, 308])
async def test_a_list_does_not_follow_to_a_host_that_pretends_to_be_another_agency(
    clock: Any, site: Site, code: int
) -> None:
    fake = f"http://www.molit.go.kr.evil.com:{site.port}/b"
    site.pages = {"/a": redirect(fake, code), "/b": "x"}
    async with client(guard := Everywhere(["127.0.0.1"])) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep)

        error = await failing(fetcher, f"http://www.evil.com:{site.port}/a", stay=True)
        declared = await fetcher.get(fake, stay=True)

    async with client(guard := Everywhere(["www.molit.go.kr.evil.com", "www.evil.com"])) as session:
        allowed = await Fetcher(session, guard, clock, clock.sleep).get(f"http://www.evil.com:{site.port}/a", stay=True)

    assert error.code == "look_alike"
    assert declared.body == allowed.body == b"x"
