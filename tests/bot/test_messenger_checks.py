"""What an operator hears of the messengers."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.messenger_checks import Account, about_messengers
from bot.platforms import Capabilities
from bot.receiving import State

AT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TALKS = Capabilities(
    location_in=True, image_out=True, buttons=True, edit=False, idempotent_send=False, max_text=100
)  # fmt: skip


def test_a_house_without_messengers_says_so_plainly():
    (check,) = about_messengers([], 0)

    assert check.ok
    assert "dobi console" in check.says


def test_an_account_that_lacks_something_is_broken_and_says_what():
    check, _ = about_messengers([Account("naverworks", "bot_secret가 비어 있습니다.", None, None, None)], 0)

    assert (check.ok, check.needed) == (False, True)
    assert check.says == "bot_secret가 비어 있습니다."
    assert "[messenger.naverworks]" in check.hint


def test_who_listens_since_when_and_when_somebody_was_heard():
    state = State("pc1.77.abcd", AT, "")
    check, waiting = about_messengers([Account("telegram", "", TALKS, state, AT)], 3)

    assert check.ok
    assert "받고 있습니다(pc1.77.abcd, 2026. 11. 23.(월) 11:30부터)" in check.says
    assert "마지막으로 받은 때 2026. 11. 23.(월) 11:30" in check.says
    assert waiting.says == "받은 말 3건이 처리를 기다립니다."


def test_an_account_that_nobody_listens_to_is_to_be_looked_at():
    check, _ = about_messengers([Account("telegram", "", TALKS, State("", AT, "Conflict"), None)], 0)

    assert (check.ok, check.needed) == (False, False)
    assert "Conflict" in check.says
    assert "dobi work receive" in check.hint


def test_much_that_waits_is_to_be_looked_at():
    *_, waiting = about_messengers([Account("telegram", "", TALKS, State("a", AT, ""), AT)], 5_000)

    assert not waiting.ok
    assert "5,000건" in waiting.says
