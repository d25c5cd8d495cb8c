"""Words of a subscription that rests while all others go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from bot.clock import KST
from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import SAY, day, short, when
from bot.wording.news import quote

_LIST: Final = Button("목록", "subs")


def told(rests_until: datetime | None, now: datetime, *, paused: bool) -> str:
    """Behind a subscription in a list: that it rests, and until when; empty where it does not."""
    if rests_until is not None and now < rests_until:
        return f" · {until(rests_until, now)}까지 쉬는 중"
    return " · 쉬는 중" if paused else ""


def until(at: datetime, now: datetime) -> str:
    """An end as people say it: the midnight at which a day ends is that day."""
    local = at.astimezone(KST)
    if local.time() != time():
        return when(at, now)
    ends = local.date() - timedelta(days=1)
    return "오늘" if ends == now.astimezone(KST).date() else day(ends)


def resting(words: Sequence[str], at: datetime, now: datetime) -> Reply:
    """Subscriptions that rest for a while; all others go on."""
    names, again = ", ".join(quote(word) for word in words), f"{SAY}다시 {words[0]}"
    wakes = (Button("다시 받기", again),) if len(words) == 1 and len(again.encode()) <= MAX_PRESS else ()
    return Reply(
        f"{names} 소식만 {until(at, now)}까지 쉽니다. 다른 구독은 그대로 옵니다.\n"
        "그동안 나온 것은 나중에 따로 보내지 않습니다. 보시려면 '찾기'를 쓰십시오.",
        buttons=(*wakes, _LIST),
    )


def how_long(word: str, name: str) -> Reply:
    """One subscription is to rest, and how long was not said."""
    return Reply(
        f"{quote(short(word, 30))} 소식만 언제까지 쉴까요? '쉬기 {short(word, 30)} 3시까지'처럼 쓰셔도 됩니다.",
        buttons=(
            Button("1시간", f"hush:60:{name}"), Button("오늘", f"hush:day:{name}"),
            Button("다시 켤 때까지", f"hush:on:{name}"), Button("그만두기", "tidy:no"),
        ),
    )  # fmt: skip


def all_of_it(rows: Sequence[tuple[str, str]]) -> Reply:
    """News are to end, of what was not said: for a while, or which of them for good."""
    ends = tuple(Button(short(f"{text} 해지", 14), f"unsub:{one}") for text, one in rows[:4])
    text = "잠시 멈출까요, 구독을 끝낼까요? 아직 그대로입니다. 모두 끝내시려면 '해지 전체'라고 써 주십시오."
    return Reply(text, buttons=(Button("알림 멈춤", "rest"), *ends))
