"""What conversations about audits have in common: receipts, an open audit, a request to the other institution."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.messenger import Outgoing
from tests.talk import Talk, text

ROLES = ("deliver", "chat", "verify")
NOVEMBER = "11. 1.~11. 30."


async def token_of(talk: Talk, user: str, document: str = "총무과-812") -> str:
    receipt = await talk.receipt(user, document)
    return text(await talk.press(user, receipt, "글자로 받기"))


def to(user: str, messages: Sequence[Outgoing]) -> list[str]:
    """What that person was told of their own accord."""
    return [one.reply.text for one in messages if one.chat.id == f"dm:{user}" and one.kind == "notice"]


async def later(talk: Talk, span: timedelta) -> list[Outgoing]:
    """What is said after that time: a long one is gone over, not through, for every timer of the house would run."""
    before, long = len(talk.messenger.sent), timedelta(hours=1)
    if span > long:
        talk.clock.move_to(talk.clock.now() + span - timedelta(minutes=1))
        span = timedelta(minutes=1)
    await talk.advance(span)
    return talk.messenger.sent[before:]


async def told(talk: Talk, user: str, span: timedelta = timedelta(seconds=5)) -> list[str]:
    """The notices that the person gets meanwhile."""
    return to(user, await later(talk, span))


async def open_audit(talk: Talk, number: str = "감사담당관-812") -> str:
    return text(await talk.say("lee", f"감사 시작 {number}, {NOVEMBER}, 출장여비 점검"))


async def consent(talk: Talk, by: str = "nam") -> Outgoing:
    """The request as the other institution's manager gets it."""
    await talk.say("lee", f"감사 요청 창원시 감사관-90 {NOVEMBER} 출장여비 점검")
    pushed = await talk.advance(timedelta(seconds=5))
    return next(one for one in pushed if one.chat.id == f"dm:{by}")
