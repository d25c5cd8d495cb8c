"""The visited office's code: RFC 6238's own vectors, once a traveller, and a wrong one tells nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from attest.visit import STEP, VisitCodes, totp

VISITED = ("gyeongnam", "jinju", "changwon")


@pytest.fixture
def codes(database, tmp_path: Path, clock) -> VisitCodes:
    return VisitCodes(database, tmp_path / "keys", clock)


# RFC 6238 Appendix B, SHA-256: the secret of 32 bytes, time in steps of 30 seconds
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "46119246"), (1111111109, "68084774"), (1111111111, "67062674"), (1234567890, "91819424"),
        (2000000000, "90698825"), (20000000000, "77737706"),
    ],
)  # fmt: skip
def test_the_codes_are_those_of_the_rfc(seconds, code):
    assert totp(b"12345678901234567890123456789012", seconds // 30) == code


async def test_a_code_is_right_for_its_office_once_for_each_traveller(codes):
    code = await codes.show("jinju")

    assert await codes.check("gyeongnam", "kim", code, VISITED) == "jinju"
    assert await codes.check("gyeongnam", "kim", code, VISITED) is None
    assert await codes.check("gyeongnam", "lee", code, VISITED) == "jinju"
    assert await codes.check("changwon", "kim", code, VISITED) == "jinju"


async def test_the_same_request_again_gives_the_same_answer(codes):
    code = await codes.show("jinju")

    assert await codes.check("gyeongnam", "kim", code, VISITED, "u1") == "jinju"
    assert await codes.check("gyeongnam", "kim", code, VISITED, "u1") == "jinju"
    assert await codes.check("gyeongnam", "kim", code, VISITED, "u2") is None


async def test_at_once_only_one_request_wins(codes):
    code = await codes.show("jinju")

    answers = await asyncio.gather(
        *(codes.check("gyeongnam", "kim", code, VISITED, f"u{number}") for number in range(5))
    )

    assert sorted(answers, key=str) == [None] * 4 + ["jinju"]


async def test_it_changes_every_two_minutes_and_is_taken_for_one_step_more(codes, clock):
    code = await codes.show("jinju")
    clock.advance(STEP)
    assert await codes.show("jinju") != code

    assert await codes.check("gyeongnam", "kim", code, VISITED) == "jinju"
    clock.advance(STEP)
    assert await codes.check("gyeongnam", "lee", code, VISITED) is None


@pytest.mark.parametrize("typed", ["{a} {b}", "{a}-{b}", " {a}{b}\n", "full"])
async def test_it_is_read_as_people_type_it(codes, typed):
    code = await codes.show("jinju")
    text = (
        "".join(chr(ord(letter) + 0xFEE0) for letter in code)
        if typed == "full"
        else typed.format(a=code[:4], b=code[4:])
    )

    assert await codes.check("gyeongnam", "kim", text, VISITED) == "jinju"


@pytest.mark.parametrize("typed", ["", "00000000", "1234567", "abcdefgh", "１２３", "0" * 10_000, "진주시"])
async def test_what_is_no_code_is_nothing(codes, typed):
    await codes.show("jinju")

    assert await codes.check("gyeongnam", "kim", typed, VISITED) is None


async def test_ones_own_office_and_one_that_was_not_named_count_nothing(codes):
    own, other = await codes.show("gyeongnam"), await codes.show("busan")

    assert await codes.check("gyeongnam", "kim", own, VISITED) is None
    assert await codes.check("gyeongnam", "kim", other, VISITED) is None


async def test_the_sixth_try_in_ten_minutes_is_refused_even_if_right(codes, clock):
    for number in range(5):
        assert await codes.check("gyeongnam", "kim", f"1111111{number}", VISITED) is None
    code = await codes.show("jinju")

    assert await codes.check("gyeongnam", "kim", code, VISITED) is None
    assert await codes.check("gyeongnam", "lee", code, VISITED) == "jinju"
    clock.advance(timedelta(minutes=10))
    assert await codes.check("gyeongnam", "kim", await codes.show("jinju"), VISITED) == "jinju"


async def test_checking_makes_no_secret_and_showing_makes_one_of_mode_0600(codes, tmp_path):
    await codes.check("gyeongnam", "kim", "12345678", VISITED)
    assert list(tmp_path.rglob("visit.key")) == []

    first = await asyncio.gather(*(codes.show("jinju") for _ in range(8)))

    (path,) = tmp_path.rglob("visit.key")
    assert len(set(first)) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32


async def test_an_id_that_is_no_file_name_opens_no_file(codes):
    with pytest.raises(ValueError, match="institution"):
        await codes.show("../etc")
