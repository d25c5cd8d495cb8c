"""Words of the settlement: a month's trips and their receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Reply
from bot.wording import moment
from bot.wording.receipts import near


@dataclass(frozen=True, slots=True)
class Issued:
    """A receipt in a person's own list."""

    at: datetime
    place: str
    document: str


def claims(receipts: Sequence[Issued], month: int, *, this: bool) -> Reply:
    """A month's receipts, for the claim; `this`: it is the current one."""
    if not receipts and not this:
        return Reply(f"{month}월에 받으신 출장 영수증이 없습니다. '정산'을 쓰시면 이번 달 것을 보여 드립니다.")
    if not receipts:
        return Reply(f"{month}월에 받으신 출장 영수증이 없습니다. 출장지에서 '출장'이라고 써 주십시오.")
    rows = [
        f"{number}. {moment(issued.at)} {near(issued.place)}"
        + (f" · 문서 {issued.document}" if issued.document else "")
        for number, issued in enumerate(receipts, 1)
    ]
    return Reply("\n".join([f"{month}월 출장 영수증 {len(receipts)}장입니다.", *rows]))
