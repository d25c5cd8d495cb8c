"""Words to whoever complains of what comes or does not: how it stands with them, and what may be changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Final

from bot.hours import Hours, Instant, Leave
from bot.messenger import Button, Reply
from bot.wording import SAY, moment, when
from bot.wording import hours as hour_words

_LIST: Final = Button("목록", "subs")
_SETTINGS: Final = Button("알림 설정", "hours")
_SUBSCRIBE: Final = Button("구독하기", "subscribe")
_BRIEFING: Final = Button("브리핑", "briefing")
_WAKE: Final = Button("다시 켜기", "rest:off")


def _said(words: str) -> Button:
    return Button(words, f"{SAY}{words}")


def _last(at: datetime | None, now: datetime) -> str:
    return f"마지막으로 보내 드린 것은 {when(at, now)}입니다." if at else "최근 이 대화로 보내 드린 소식은 없습니다."


def none_subscribed() -> Reply:
    """Nothing comes, for nothing was asked for."""
    return Reply(
        "받고 계신 구독이 없어 보내 드릴 소식이 없습니다. 받고 싶은 낱말을 '구독 재난안전'처럼 써 주십시오.",
        buttons=(_SUBSCRIBE, _BRIEFING),
    )


def all_rest(first: str) -> Reply:
    """Nothing comes, for each subscription rests."""
    return Reply(
        f"구독이 모두 쉬는 중이라 오지 않습니다. '다시 {first}'처럼 쓰시면 이어 받으십니다.", buttons=(_LIST, _SETTINGS)
    )


def resting(until: datetime, held: int, last: datetime | None, now: datetime) -> Reply:
    """Nothing comes, for everything was stopped for a while."""
    kept = f" 그동안 온 {held}건은 모아 두었습니다." if held else ""
    return Reply(
        f"{when(until, now)}까지 알림을 멈춰 두셔서 오지 않습니다.{kept}\n{_last(last, now)}",
        buttons=(_WAKE, _SETTINGS),
    )


def comes_again(until: datetime, free: datetime, now: datetime) -> Reply:
    """When what was stopped for a while comes again."""
    then = "그때부터" if free <= until else f"{when(free, now)}부터"
    return Reply(
        f"알림은 {when(until, now)}까지 멈춥니다. {then} 다시 보내 드리고, 그동안 온 것은 모아 드립니다.",
        buttons=(_WAKE, _SETTINGS),
    )


def after_leave(one: Leave, back: datetime) -> Reply:
    """When news comes again after a leave."""
    return Reply(
        f"{hour_words.leave(one)} 휴가로 적혀 있습니다. 그 뒤 {moment(back)}부터 다시 보내 드리고, "
        "그동안 온 것은 모아 드립니다.",
        buttons=(_said("휴가 목록"), _SETTINGS),
    )


def nothing_stopped() -> Reply:
    """Nothing was stopped."""
    return Reply("지금 멈춰 둔 알림은 없습니다. 구독에 맞는 새 글이 나오면 보내 드립니다.", buttons=(_LIST, _SETTINGS))


def on_leave(until: datetime, held: int, last: datetime | None, now: datetime) -> Reply:
    """Nothing comes, for they are on leave."""
    kept = f" 그동안 온 {held}건은 모아 두었습니다." if held else ""
    return Reply(
        f"휴가로 적으신 동안이라 {when(until, now)}까지 보내지 않습니다.{kept}\n{_last(last, now)}",
        buttons=(_said("휴가 목록"), _SETTINGS),
    )


def quiet_now(hours: Hours, free: datetime, held: int, last: datetime | None, now: datetime) -> Reply:
    """Nothing comes, for it is a quiet time."""
    kept = f"모인 {held}건과 함께 " if held else ""
    return Reply(
        f"지금은 조용한 시간이라 {kept}{when(free, now)}부터 보내 드립니다({hour_words.quiet(hours)}).\n"
        f"{_last(last, now)}",
        buttons=(_SETTINGS, _BRIEFING),
    )


def held_back(hours: Hours, next_at: datetime, held: int, last: datetime | None, now: datetime) -> Reply:
    """What comes is gathered, or only what is important comes at once."""
    how = "모아서만 받기로" if hours.instant is Instant.NONE else "중요한 것만 바로 받기로"
    kept = f"모인 {held}건은" if held else "나머지는"
    return Reply(
        f"{how} 하셔서 바로 오지 않습니다. {kept} {when(next_at, now)}에 모아 드립니다.\n{_last(last, now)}",
        buttons=(_said("모두 바로"), _SETTINGS),
    )


def over_limit(hours: Hours, next_at: datetime, held: int, last: datetime | None, now: datetime) -> Reply:
    """What is more than the limit waits."""
    return Reply(
        f"정하신 건수({hour_words.limits(hours)})를 넘은 {held}건이 모여 있습니다. "
        f"{when(next_at, now)}에 모아 드립니다.\n"
        f"{_last(last, now)}",
        buttons=(_said("건수 제한 없음"), _SETTINGS),
    )


def nothing_met(count: int, first: Sequence[str], last: datetime | None, now: datetime) -> Reply:
    """Nothing is in the way: nothing new met what was subscribed to."""
    named = ", ".join(f"'{one}'" for one in first)
    more = f" 등 {count}개" if count > len(first) else ""
    return Reply(
        f"막아 둔 것은 없습니다. {named}{more} 구독에 맞는 새 글이 없어 보내지 않았습니다.\n{_last(last, now)} "
        "더 넓은 낱말을 함께 구독하시면 좋습니다.",
        buttons=(_LIST, _BRIEFING),
    )


def again(last: datetime | None, now: datetime) -> Reply:
    """The same came again: why that may be, and what stops it."""
    if last is None:
        return Reply(_last(None, now), buttons=(_LIST, _BRIEFING))
    return Reply(
        "같은 글이 또 간 것으로 보이셨다면 죄송합니다. 정정되었거나, 다음 단계 소식이거나, 다시 보기로 하신 것이면 "
        f"다시 보내 드립니다.\n마지막으로 보내 드린 것은 {when(last, now)}입니다."
        " 왜 왔는지 보시거나 그만 받으실 수 있습니다.",
        buttons=(_said("왜?"), _said("관련 없음")),
    )


def no_briefing(hours: Hours, usual: time) -> Reply:
    """No briefing was asked for."""
    del hours
    return Reply(
        "아침 브리핑을 받기로 정하지 않으셔서 보내지 않았습니다. 몇 시에 보내 드릴까요?",
        buttons=(Button(f"{usual.hour}시 {usual.minute}분", f"morning:{usual:%H%M}"), Button("9시", "morning:0900")),
    )


def briefing_stands(at: time, next_at: datetime | None, why: str, last: datetime | None, now: datetime) -> Reply:
    """A briefing was asked for: why there was none today, and when the next one comes."""
    comes = f" 다음은 {when(next_at, now)}입니다." if next_at else ""
    reason = why or "오늘 것은 보내 드린 것으로 되어 있습니다. 오지 않았다면 '받는 곳'을 확인해 주십시오."
    return Reply(
        f"아침 브리핑은 근무일 {at:%H:%M}에 보내 드립니다. {reason}{comes}\n{_last(last, now)}",
        buttons=(_BRIEFING, _SETTINGS),
    )


DAY_OFF: Final = "오늘은 근무일이 아니라 없었습니다."
AWAY: Final = "그때 휴가로 적혀 있어 보내지 않았습니다."
NOT_YET: Final = "오늘 것은 아직 그 시각 전입니다."
EARLIER: Final = "오늘 그 시각 뒤에 정하신 것이면 내일부터 옵니다."
