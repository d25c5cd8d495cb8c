from __future__ import annotations

import pytest

from crawlers.article import GuardError
from crawlers.guard import Guard, PinnedResolver


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
    ],
)  # fmt: skip
def test_an_address_that_is_not_a_public_page_is_refused(url: str) -> None:
    with pytest.raises(GuardError):
        Guard().check(url)


@pytest.mark.parametrize(
    "url", ["https://www.gyeongnam.go.kr/board/list.gyeong?a=1", "http://8.8.8.8/", "http://한글.kr/가"]
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
