"""Words of letters that did not arrive, one of them or the others, and how what was sent stands."""

from __future__ import annotations

from bot.messenger import Button, Reply

_ALL: Button = Button("못 보낸 것", "dead")


def why(row: str, reason: str, mark: str) -> Reply:
    """Why one did not arrive, and what may be done with it."""
    return Reply(
        f"{row}\n이유: {reason}.",
        buttons=(Button("이것 다시", f"dead:again:{mark}"), Button("이것 버리기", f"dead:drop:{mark}"), _ALL),
    )


def rest(to: str, others: int, mark: str, *, drops: bool) -> Reply:
    """Read back before the others are sent again."""
    if not others:
        return Reply(
            f"{to}께 못 보낸 이 한 건이 전부입니다. 아직 아무것도 하지 않았습니다.",
            buttons=(Button("이것 다시", f"dead:again:{mark}"), Button("이것 버리기", f"dead:drop:{mark}")),
        )
    what = "버리고" if drops else "그대로 두고"
    ends = " 버린 것은 되살릴 수 없습니다." if drops else ""
    press = f"dead:{'rest' if drops else 'others'}-sure:{mark}"
    return Reply(
        f"{to}께 못 보낸 것은 {what} 나머지 {others:,}건을 다시 보낼까요?{ends}",
        buttons=(Button("그렇게 합니다", press), Button("그만두기", "dead")),
    )


def rested(to: str, others: int, *, dropped: bool) -> Reply:
    """The others wait to be sent once more."""
    lead = f"{to}께 못 보낸 것은 버리고, " if dropped else ""
    return Reply(
        f"{lead}나머지 {others:,}건을 다시 보냅니다. 또 못 보내면 '못 보낸 것'에 다시 나옵니다.", buttons=(_ALL,)
    )


def fate(every: int, sent: int, waiting: int, failed: int) -> Reply:
    """How what was sent, or sent again, stands now."""
    others = every - sent - waiting - failed
    parts = [
        f"{said} {number:,}건"
        for number, said in (
            (sent, "보낸 것"), (waiting, "차례를 기다리는 것"), (failed, "또 못 보낸 것"),
            (others, "쉬는 분이라 건너뛴 것"),
        )
        if number
    ]  # fmt: skip
    text = f"{every:,}건 모두 보냈습니다." if sent == every else f"{every:,}건 가운데 {', '.join(parts)}입니다."
    return Reply(f"{text} 읽었는지는 알지 못합니다.", buttons=(_ALL,) if failed else ())
