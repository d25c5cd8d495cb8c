from __future__ import annotations

import ipaddress
import re
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.article import GuardError
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard, PinnedResolver, public
from tests.crawlers.site import Site


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://10.1.2.3/", "http://169.254.169.254/latest/meta-data", "http://100.64.0.1/",
        "http://0.0.0.0/", "http://224.0.0.1/", "http://255.255.255.255/", "http://192.168.0.1:8080/x",
        "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:a00:1]/", "http://[fe80::1]/",
        "http://[fe80::1%25eth0]/", "http://[fd00::1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
        "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/", "http://127.0.0.1./",
        "http://127。0。0。1/", "http://①②⑦.0.0.1/", "http://１２７.0.0.1/",
        "file:///etc/passwd", "ftp://www.go.kr/", "gopher://www.go.kr/", "javascript:alert(1)", "//www.go.kr/",
        "http://www.go.kr@127.0.0.1/", "http://user:pw@www.go.kr/", "http://www.go.kr\\@127.0.0.1/",
        "http://www.go.kr\r\nHost: x/", "http:///x", "http://www.go.kr:0/", "http://www.go.kr:99999/", "",
        "http://" + "a" * 5000,
        # an IPv4 address inside an IPv6 one, and prefixes that are nobody's host
        "http://[::127.0.0.1]/", "http://[64:ff9b:1::7f00:1]/", "http://[2400::5efe:7f00:1]/",
        "http://[2400::200:5efe:a9fe:a9fe]/", "http://[2001:0:7f00:1::]/", "http://[3fff::1]/", "http://[5f00::1]/",
        "http://[ff02::1]/", "http://[fec0::1]/", "http://[fd00:ec2::254]/", "http://[::ffff:0:127.0.0.1]/",
        # machines' own addresses that the registries call global
        "http://168.63.129.16/", "http://192.0.0.192/", "http://192.0.0.9/", "http://192.88.99.1/",
        "http://100.100.100.200/", "http://198.19.0.1/", "http://240.0.0.1/",
        # names of one's own house
        "http://localhost/", "http://intranet/", "http://metadata.google.internal/", "http://printer.local/",
        "http://a.localhost/", "http://x.home.arpa/", "http://www.molit.onion/",
        # hosts that no host is called
        "http://www..go.kr/", "http://.go.kr/", "http://www.go.kr../", "http://www.go.kr%00.evil.com/",
        "http://www.go.kr /", "http://ex ample.kr/", "http://a‥b.kr/", "http://[1::2::3]/", "http://-a.kr/",
        "http://a\u200db.kr/", "http://a\u200bb.kr/", "http://" + "a" * 64 + ".kr/", "http://" + "a." * 127 + "kr/",
        "http://www.go.kr\u0085/", "http://127%2e0%2e0%2e1/", "http://0x7f000001/", "http://1/", "http://256.1.1.1/",
        # ports
        "http://www.go.kr:22/", "http://www.go.kr:25/", "http://www.go.kr:6379/", "http://www.go.kr:5432/",
        "http://www.go.kr:+80/", "http://www.go.kr: 80/", "http://www.go.kr:８０/", "http://www.go.kr:-1/",
        # user names, schemes and slashes
        "http://www.go.kr@evil.com/", "http://:@a.kr/", "http://@a.kr/", "http:/\\host/", "http:\\\\host",
        "http:host",
        "view-source:http://www.go.kr/", "blob:http://www.go.kr/x", "data:text/html,x", "HTTP+UNIX://%2ftmp%2fs/",
    ],
)  # fmt: skip
def test_an_address_that_is_not_a_public_page_is_refused(url: str) -> None:
    with pytest.raises(GuardError):
        Guard().check(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.gyeongnam.go.kr/board/list.gyeong?a=1",
        "http://8.8.8.8/",
        "http://한글.kr/가",
        "http://www.go.kr./",
        "http://www.go.kr:8080/",
        "http://eminwon.city.go.kr:18080/a?u=http://127.0.0.1@x",
        "http://a_b.go.kr/",
        "http://www。go．kr/",
        "http://[2606:4700::1111]/",
        "http://www.go.kr:/",
        "HTTP://WWW.GO.KR",
    ],
)
def test_a_public_address_passes(url: str) -> None:
    Guard().check(url)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "::ffff:192.168.0.1", "100.100.1.1", "169.254.1.1", "fe80::1%2", "not-an-address"],
)
async def test_a_name_is_refused_by_what_it_resolves_to(address: str) -> None:
    async def lookup(host: str) -> list[str]:
        return ["8.8.8.8", address]

    with pytest.raises(GuardError):
        await Guard(lookup=lookup).addresses("www.go.kr")


async def test_the_vetted_answer_is_the_one_that_is_connected_to() -> None:
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])

    async def rebinding(host: str) -> list[str]:
        return next(answers)

    resolver = PinnedResolver(Guard(lookup=rebinding))

    assert [found["host"] for found in await resolver.resolve("evil.example", 80)] == ["8.8.8.8"]
    with pytest.raises(GuardError):
        await resolver.resolve("evil.example", 80)


async def test_an_allowed_host_is_let_through_by_name_only() -> None:
    guard = Guard(["127.0.0.1", "localhost"])

    guard.check("http://127.0.0.1:8000/")
    assert await guard.addresses("localhost")
    with pytest.raises(GuardError):
        guard.check("http://127.0.0.2/")
    with pytest.raises(GuardError):
        guard.check("http://127.0.0.1:6379/")  # not even there


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=" http:/[]@.%#?\\;0123456789abcdefx-_。．①٣ｅ\u200d\u202e\t\n\ud800", max_size=60))
def test_no_text_gets_past_the_guard_otherwise_than_vetted_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"http://127.0.0.1{text}", f"http://{text}.1/"):
        try:
            told = Guard().check(url)
        except GuardError:
            continue
        host = (told.raw_host or "").removesuffix(".")
        try:
            assert public(ipaddress.ip_address(host)), url
        except ValueError:
            assert re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", host), url
            assert not re.fullmatch(r"\d+|0x[0-9a-f]*", host.rsplit(".", 1)[1]), url


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "192.168.0.1", "127.0.0.1", "100.64.0.1"])
def test_a_private_address_stays_private_in_every_wrapping(address: str) -> None:
    number = int(ipaddress.IPv4Address(address))
    low, high = number & 0xFFFF, number >> 16
    wrapped = [
        f"::ffff:{address}", f"::{address}", f"64:ff9b::{address}", f"64:ff9b:1::{address}",
        f"2002:{high:x}:{low:x}::1", f"2001:0:808:808::{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}",
        f"2600:1::5efe:{high:x}:{low:x}", f"2600:1::200:5efe:{high:x}:{low:x}", f"::ffff:0:{address}",
    ]  # fmt: skip

    assert [one for one in wrapped if public(ipaddress.ip_address(one))] == []
    assert public(ipaddress.ip_address("2002:808:808::1"))
    assert public(ipaddress.ip_address("64:ff9b::8.8.8.8"))


class Dns:
    """Names and what they resolve to, changed by the test."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers = answers

    async def __call__(self, host: str) -> list[str]:
        return self.answers[host.split(".", maxsplit=1)[0]]


async def fetched(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url, allow_redirects=False) as response:
        return await response.read()


async def test_an_open_connection_is_not_lent_to_another_name(site: Site) -> None:
    site.pages = {"/": "inside"}
    guard = Guard(["friend.kr"], Dns(friend=["127.0.0.1"], evil=["127.0.0.1"]))
    async with client(guard) as session:
        assert await fetched(session, f"http://friend.kr:{site.port}/") == b"inside"  # and stays open

        with pytest.raises(GuardError):
            await fetched(session, f"http://evil.kr:{site.port}/")
    assert site.times("/") == 1


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["::ffff:127.0.0.1"]]
)
async def test_a_name_of_ours_is_never_connected_to_at_home(site: Site, answers: list[str]) -> None:
    async with client(Guard((), Dns(www=answers))) as session:
        with pytest.raises(GuardError):
            await fetched(session, f"http://www.evil.kr:{site.port}/")
    assert site.asked == []


async def test_a_proxy_in_the_environment_is_not_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.pages = {"/": "direct"}
    async with client(Guard(["127.0.0.1"])) as session:
        assert await fetched(session, site.url("/")) == b"direct"


@pytest.mark.parametrize(
    "headers", [{"Refresh": "0; url=/inside"}, {"Alt-Svc": 'h2="127.0.0.1:1"'}, {"Link": "</inside>; rel=next"}]
)
async def test_only_a_redirect_leads_elsewhere(site: Site, clock: Any, headers: dict[str, str]) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="<meta http-equiv=refresh content='0;url=/inside'>", headers=headers)

    site.pages = {"/a": answer, "/inside": "x"}
    guard = Guard(["127.0.0.1"])
    async with client(guard) as session:
        await Fetcher(session, guard, clock, clock.sleep).get(site.url("/a"))
    assert site.times("/inside") == 0


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "http://127.0.0.2/", "http://[::1]/", "//127.0.0.2/", "http://a@127.0.0.1/",
     "ftp://127.0.0.1/", "http://2130706434/", "http://www.go.kr:6379/", "javascript:alert(1)", "http://localhost/"],
)  # fmt: skip
async def test_every_hop_is_vetted(site: Site, clock: Any, location: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": location})

    site.pages = {"/a": answer}
    guard = Guard(["127.0.0.1"])
    async with client(guard) as session:
        with pytest.raises(GuardError):
            await Fetcher(session, guard, clock, clock.sleep).get(site.url("/a"))
