"""Words of moving: one's subscriptions as a file and back, and what an officer hands to a colleague."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.messenger import Button, Reply
from bot.wording import day, particle, short
from bot.wording.news import quote

_SHOWN = 10


# --- a file, and back


def nothing_to_export() -> Reply:
    """No subscription."""
    return Reply("내보낼 구독이 없습니다.", buttons=(Button("구독하기", "subscribe"),))


def exported(count: int) -> str:
    """What goes with the file."""
    return (
        f"구독 {count}개를 파일에 담았습니다. 이름이나 번호는 들어 있지 않습니다.\n"
        "다른 곳에서는 '구독 가져오기'라고 쓰며 이 파일을 보내시면 됩니다."
    )


def file_name(today: date) -> str:
    """The file's."""
    return f"도비-구독-{today:%Y-%m-%d}.json"


def which_file() -> Reply:
    """Waits for the file."""
    return Reply(
        "가져올 파일을 보내 주십시오. '구독 내보내기'로 받으신 파일이나, 한 줄에 하나씩 쓴 글 파일이면 됩니다."
    )


def no_such_file() -> Reply:
    """Bytes that are no such file."""
    return Reply(
        "구독 파일로 읽지 못했습니다. '구독 내보내기'로 받으신 파일이나, 한 줄에 하나씩 쓴 글 파일을 보내 주십시오. "
        "바꾼 것은 없습니다."
    )


def difference(new: Sequence[str], there: int, unread: int, mark: str) -> Reply:
    """What taking it in would change."""
    notes = [f"이미 있음 {there}개"] if there else []
    notes += [f"읽지 못한 것 {unread}줄"] if unread else []
    rest = f" ({', '.join(notes)})" if notes else ""
    if not new and not there:
        return Reply(
            f"파일에서 읽을 수 있는 구독을 찾지 못했습니다{rest}. '구독 내보내기'로 받은 파일을 보내 주십시오."
        )
    if not new:
        return Reply(f"파일에 든 구독이 모두 이미 있습니다{rest}. 바꿀 것이 없습니다.")
    rows = [f"· {short(one, 60)}" for one in new[:_SHOWN]]
    more = [f"외 {len(new) - _SHOWN}개"] if len(new) > _SHOWN else []
    return Reply(
        "\n".join([f"새로 {len(new)}개{rest}를 가져올까요?", *rows, *more]),
        buttons=(Button("가져오기", f"takein:{mark}"), Button("그만두기", "takein:no")),
    )


def imported(count: int, full: int) -> Reply:
    """They stand now."""
    more = f" {full}개는 자리가 없어 넣지 못했습니다." if full else ""
    return Reply(f"구독 {count}개를 가져왔습니다.{more}", buttons=(Button("목록", "subs"),))


def not_imported() -> Reply:
    """It was left."""
    return Reply("가져오지 않았습니다. 바꾼 것은 없습니다.")


def stale_import() -> Reply:
    """The draft is done, or a day old."""
    return Reply("지난 단추입니다. 파일을 다시 보내 주십시오.")


# --- handing over


def to_whom() -> Reply:
    """Nobody was named."""
    return Reply(
        "누구에게 넘기시겠습니까? '인수인계 이주무관'처럼 이름을 함께 써 주십시오.\n"
        "구독과 기한 알림, 채널에서 맡은 것을 넘기고, 출장과 위치, 반응은 넘기지 않습니다.",
        buttons=(Button("내역", "hand:list"),),
    )


def nobody(said: str) -> Reply:
    """A name that the roster of the institution does not know."""
    return Reply(f"{quote(short(said, 20))}: 우리 기관 명부에서 찾지 못했습니다. 이름을 모두 써 주십시오.")


def oneself() -> Reply:
    """Oneself was named."""
    return Reply("자신에게는 넘길 수 없습니다. 받으실 분의 이름을 써 주십시오.")


def who(found: Sequence[tuple[str, str, str]]) -> Reply:
    """More than one may be meant: name, department, token."""
    return Reply(
        "어느 분께 넘기시겠습니까?",
        buttons=tuple(Button(short(f"{name}({office})", 20), f"hand:who:{mark}") for name, office, mark in found),
    )


def nothing_to_give() -> Reply:
    """Neither subscriptions nor reminders nor channels."""
    return Reply("넘길 것이 없습니다. 구독도, 기한 알림도, 채널에서 맡은 것도 없습니다.")


def not_connected(name: str) -> Reply:
    """The colleague is in the roster and on no messenger yet."""
    again = particle(f"'인수인계 {name}'", "이라고", "라고")
    return Reply(
        f"{name} 님은 아직 도비에 연결하지 않으셔서 받으실 수 없습니다. 구독과 알림은 모두 그대로입니다.\n"
        f"관리자에게 초대 코드를 받아 연결하신 뒤에 {again} 다시 써 주십시오."
    )


def _counted(subscriptions: int, reminders: int, channels: int) -> str:
    return f"구독 {subscriptions}개, 기한 알림 {reminders}개, 채널에서 맡은 것 {channels}개"


@dataclass(frozen=True, slots=True)
class Given:
    """A subscription of the draft: its words, and whether it is left out."""

    words: str
    left: bool


def draft(name: str, office: str, things: Sequence[Given], reminders: int, channels: int, mark: str) -> Reply:
    """What would go, for its owner to look at."""
    rows = [
        f"{number}. {short(one.words, 50)}" + (" · 뺌" if one.left else "") for number, one in enumerate(things, 1)
    ][:_SHOWN]
    more = [f"외 {len(things) - _SHOWN}개"] if len(things) > _SHOWN else []
    kept = sum(not one.left for one in things)
    turns = tuple(
        Button(f"{number} {'넣기' if one.left else '빼기'}", f"hand:turn:{mark}:{number}")
        for number, one in enumerate(things[:_SHOWN], 1)
    )
    return Reply(
        "\n".join(
            [
                f"{office} {name} 님께 {_counted(kept, reminders, channels)}를 넘깁니다.",
                *rows,
                *more,
                "출장, 위치, 반응은 넘어가지 않습니다. 받겠다고 하셔야 넘어갑니다.",
            ]
        ),
        buttons=(Button("보내기", f"hand:send:{mark}"), *turns, Button("그만두기", f"hand:drop:{mark}")),
    )


def asked(name: str) -> Reply:
    """The colleague is asked."""
    return Reply(
        f"{name} 님께 여쭈었습니다. 2주 안에 답이 없으면 없던 일로 합니다. 거두시려면 '인수인계 취소'라고 써 주십시오."
    )


def offer(giver: str, office: str, words: Sequence[str], reminders: int, channels: int, mark: str) -> Reply:
    """To the colleague."""
    rows = [f"· {short(one, 50)}" for one in words[:_SHOWN]]
    more = [f"외 {len(words) - _SHOWN}개"] if len(words) > _SHOWN else []
    head = f"{office} {giver} 님이 업무를 넘깁니다: {_counted(len(words), reminders, channels)}."
    return Reply(
        "\n".join([head, *rows, *more, "받으시면 이 대화에 더해집니다. 지금 있는 것은 그대로입니다."]),
        buttons=(Button("받겠습니다", f"hand:yes:{mark}"), Button("받지 않습니다", f"hand:no:{mark}")),
    )


def taken(giver: str, subscriptions: int, reminders: int, channels: int, there: int) -> Reply:
    """The colleague has it."""
    more = f" 이미 있거나 자리가 없는 {there}개는 더하지 않았습니다." if there else ""
    return Reply(
        f"{_titled(giver)}께 {_counted(subscriptions, reminders, channels)}를 받았습니다.{more}",
        buttons=(Button("목록", "subs"), Button("내역", "hand:list")),
    )


def taken_before() -> Reply:
    """Pressed again."""
    return Reply("이미 받으셨습니다. 한 번만 더해집니다.", buttons=(Button("목록", "subs"),))


def given(taker: str, mark: str, subscriptions: int, reminders: int, channels: int) -> Reply:
    """To the giver: keep or end one's own?"""
    return Reply(
        f"{taker} 님이 {_counted(subscriptions, reminders, channels)}를 받았습니다.\n"
        "넘긴 구독과 알림을 나에게서는 어떻게 할까요? 30일 안에 정하실 수 있습니다.",
        buttons=(Button("그대로 두기", f"hand:keep:{mark}"), Button("내 것 끝내기", f"hand:end:{mark}")),
    )


def kept() -> Reply:
    """Theirs stay."""
    return Reply("그대로 두었습니다. 저도 계속 보내 드립니다.", buttons=(Button("목록", "subs"),))


def ended(count: int) -> Reply:
    """Theirs are over."""
    return Reply(f"넘긴 구독과 알림 {count}개를 끝냈습니다.", buttons=(Button("목록", "subs"),))


def refused() -> Reply:
    """To the colleague who did not take it."""
    return Reply("받지 않으셨습니다. 바뀐 것은 없습니다.")


def was_refused(taker: str) -> Reply:
    """To the giver."""
    return Reply(f"{taker} 님이 받지 않으셨습니다. 구독과 알림은 그대로입니다.")


def withdrawn(count: int) -> Reply:
    """Open offers were taken back."""
    return Reply(f"답을 기다리던 인수인계 {count}건을 거두었습니다." if count else "답을 기다리는 인수인계가 없습니다.")


def dropped() -> Reply:
    """The draft was left."""
    return Reply("보내지 않았습니다. 바뀐 것은 없습니다.")


def over() -> Reply:
    """Answered, taken back, too late, or somebody else's."""
    return Reply("지난 인수인계입니다. 바뀐 것은 없습니다.")


STAGES = {
    "offered": "답을 기다림",
    "accepted": "받는 중",
    "done": "마침",
    "refused": "받지 않음",
    "withdrawn": "거둠",
}


def listing(rows: Sequence[tuple[datetime, str, bool, str]]) -> Reply:
    """What somebody gave and got: when, with whom, whether they gave, how it stands."""
    if not rows:
        return Reply("인수인계한 것이 없습니다. '인수인계 이주무관'처럼 쓰시면 시작합니다.")
    lines = [
        f"· {day(at)} {_titled(name)}께 {'드림' if gave else '받음'} · {STAGES.get(stage, stage)}"
        for at, name, gave, stage in rows
    ]
    return Reply("\n".join(["인수인계 내역입니다.", *lines]))


def about(taker: str, subscriptions: int, reminders: int, channels: int) -> str:
    """A hand-over in the log of acts: the other by id, and how many; never which."""
    return f"@{taker} 구독 {subscriptions} 알림 {reminders} 채널 {channels}"


def somebody(name: str) -> str:
    """Whoever left has no name."""
    return name or _LEFT


def _titled(name: str) -> str:
    return name if name == _LEFT else f"{name} 님"


_LEFT = "떠난 분"
