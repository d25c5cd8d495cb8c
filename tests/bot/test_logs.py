"""What a stranger wrote stays a bounded, plain part of one line, whoever logs it."""

from __future__ import annotations

import io
import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import VirtualClock
from bot.logs import Formatter, failed
from bot.rota import Rota
from crawlers.characters import INVISIBLE
from crawlers.traces import trace

FOUL = "\x1b[2J\u202egpj.exe\n2026-11-23 CRITICAL dobi: all is lost\u2028" + "가" * 100_000


@pytest.fixture
def written():
    """What a handler of ours writes of one record."""

    def write(level: int, message: str, *args: object, error: BaseException | None = None) -> str:
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(Formatter("%(levelname)s %(message)s"))
        told = (type(error), error, error.__traceback__) if error else None
        handler.handle(logging.LogRecord("x", level, __file__, 1, message, args, told))
        return out.getvalue()

    return write


def fails(error: BaseException, cause: BaseException | None = None) -> None:
    raise error from cause


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        fails(error, cause)
    except BaseException as caught:  # noqa: BLE001 - with its traceback
        return caught
    raise AssertionError("unreachable")


def test_foreign_words_of_an_error_neither_act_nor_fill_the_log(written):
    told = written(logging.ERROR, "failed", error=raised(ValueError(FOUL)))

    assert not INVISIBLE.search(told.replace("\n", ""))
    assert not any(line.startswith("2026-11-23") for line in told.splitlines())
    assert len(told) < 2_000
    assert "in fails" in told


def test_a_long_message_of_a_library_is_cut(written):
    told = written(logging.WARNING, "got %r and %s", FOUL, FOUL)

    assert len(told) < 3_000
    assert not INVISIBLE.search(told.replace("\n", ""))


def test_what_led_to_an_error_is_told_too():
    told = trace(raised(RuntimeError("outer"), raised(KeyError(FOUL))))

    assert told.startswith("RuntimeError('outer')")
    assert "KeyError(" in told
    assert len(told) < 2_000


def test_a_group_tells_of_its_first_member_and_an_error_without_words_of_its_kind():
    class Mute(Exception):  # noqa: N818 - as bad as it gets
        def __repr__(self) -> str:
            raise ValueError(FOUL)

    told = trace(raised(BaseExceptionGroup("several", [Mute(), OSError("second")])))

    assert "Mute" in told
    assert not INVISIBLE.search(told.replace("\n", ""))


async def test_a_worker_that_fails_over_foreign_content_leaves_bounded_lines(database, caplog):
    clock = VirtualClock(datetime(2026, 11, 23, tzinfo=UTC))
    rota = Rota(clock, database)

    async def step():
        raise ValueError(FOUL)

    rota.add("brief", step)
    await rota.advance(clock, timedelta(seconds=1))

    assert "the brief worker failed: ValueError(" in caplog.text
    for record in caplog.records:
        assert record.exc_info is None
        assert len(record.getMessage()) < 2_000
        assert not INVISIBLE.search(record.getMessage().replace("\n", ""))


def test_an_update_and_its_arguments_are_told(caplog):
    failed(logging.getLogger("x"), raised(OSError("away")), "case %s: %d", "A1", 3)

    assert "case A1: 3: OSError('away')" in caplog.text
