"""Words of group channels: kept from inside or privately, how Dobi behaves there, how a room is registered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import day, short
from bot.wording.news import Line, quote

MESSENGERS = {
    "console": "콘솔",
    "telegram": "텔레그램",
    "slack": "슬랙",
    "naverworks": "네이버웍스",
    "matrix": "매트릭스",
    "post": "HTTP 전달",
    "folder": "폴더 전달",
    "mail": "메일",
}


def messenger(name: str) -> str:
    """What a messenger is called."""
    return MESSENGERS.get(name, name)


@dataclass(frozen=True, slots=True)
class Known:
    """A channel in a list: its name, its department, where it is, how many subscriptions, the token of its button."""

    name: str
    department: str
    places: tuple[str, ...]
    subscriptions: int
    token: str


def channels(found: Sequence[Known]) -> Reply:
    """The channels that somebody may keep."""
    if not found:
        return Reply(
            "다룰 수 있는 채널이 없습니다. 도비를 방에 초대한 뒤, 관리자가 그 방에서 저를 불러 "
            "'이 방 등록'이라고 쓰시면 됩니다."
        )
    rows = [
        f"· {one.name}({', '.join(messenger(place) for place in one.places)}): 구독 {one.subscriptions}개"
        for one in found[:20]
    ]
    tail = f"'{found[0].name} 채널 목록', '{found[0].name} 채널 구독 재난안전'처럼 쓰실 수 있습니다."
    more = [f"외 {len(found) - 20}곳"] if len(found) > 20 else []
    buttons = tuple(Button(short(one.name, 20), f"channel:{one.token}:list") for one in found[:6])
    return Reply("\n".join([f"채널 {len(found)}곳입니다.", *rows, *more, tail]), buttons=buttons)


def listing(name: str, token: str, lines: Sequence[Line]) -> Reply:
    """A channel's subscriptions, told privately."""
    if not lines:
        return Reply(
            f"{name} 채널에는 아직 구독이 없습니다. '{name} 채널 구독 재난안전'처럼 써 보십시오.",
            buttons=(Button("구독 제안", f"channel:{token}:propose"),),
        )
    rows = [
        f"{number}. {line.words}" + (f" (제외: {', '.join(line.exclude)})" if line.exclude else "") + line.rest
        for number, line in enumerate(lines, 1)
    ]
    head, tail = (
        f"{name} 채널의 구독 {len(lines)}개입니다.",
        f"'{name} 채널 해지 1', '{name} 채널 쉬기 1'처럼 쓰십시오.",
    )
    ends = tuple(Button(f"{n} 해지", f"channel:{token}:end:{line.id}") for n, line in enumerate(lines[:5], 1))
    return Reply("\n".join([head, *rows, tail]), buttons=ends)


def list_button(name: str, token: str) -> Button:
    """Shows the channel's list."""
    return Button(short(f"{name} 채널 목록", 20), f"channel:{token}:list")


def no_such(name: str, known: Sequence[str]) -> Reply:
    """A name that no channel of the institution has."""
    list_ = f" 있는 채널: {', '.join(known[:8])}." if known else ""
    return Reply(
        f"그런 채널이 없습니다({short(name, 20)}).{list_} '채널'이라고 쓰시면 보여 드립니다.",
        buttons=(Button("채널", "channels"),),
    )


def not_yours(name: str, department: str) -> Reply:
    """To somebody of another department."""
    return Reply(
        f"{name} 채널은 {department} 직원과 관리자가 다룹니다. 그 채널 안에서 말씀하시거나 관리자에게 요청해 주십시오."
    )


def how(name: str) -> Reply:
    """Where it is not said what to subscribe to."""
    return Reply(f"어떤 소식을 받을지 함께 써 주십시오. 예: '{name} 채널 구독 재난안전'")


def somebody_elses(count: int) -> str:
    """Why some were left as they were; by whom they were added is not said."""
    return f"다른 분이 넣은 구독 {count}개는 넣은 분이나 관리자만 바꾸거나 끝낼 수 있어 그대로 두었습니다."


def proposed(name: str, token: str, topics: Sequence[tuple[str, str]]) -> Reply:
    """Topics that three or more members share, with their tokens; who they are stays unsaid."""
    if not topics:
        return Reply(
            f"{name} 채널에 제안할 것이 없습니다. 직원 세 분 이상이 함께 구독하는 주제가 생기면 제안해 드립니다.\n"
            "누가 무엇을 구독하는지는 아무에게도 보여 드리지 않습니다."
        )
    rows = [f"· {text}" for text, _ in topics]
    one = tuple(Button(short(text, 20), f"channel:{token}:take:{mark}") for text, mark in topics[:6])
    every = (Button("모두 구독", f"channel:{token}:take:all"),) if len(topics) > 1 else ()
    return Reply(
        "\n".join([
            f"{name} 직원 세 분 이상이 함께 받고 있는 주제입니다. {name} 채널에도 넣으시겠습니까?",
            *rows,
            "누가 받는지는 보여 드리지 않습니다.",
        ]),
        buttons=(*one, *every),
    )  # fmt: skip


def took_all(name: str, topics: Sequence[str]) -> Reply:
    """All that was proposed now stands."""
    names = ", ".join(quote(one) for one in topics)
    return Reply(f"{names} 소식을 {name} 채널로 보내 드리겠습니다.")


def no_longer_proposed() -> Reply:
    """A topic that is shared no more, or stands already."""
    return Reply("이미 넣었거나 더는 제안하지 않는 주제입니다.")


def manners(name: str, *, addressed: bool) -> Reply:
    """How Dobi behaves from now on."""
    if addressed:
        return Reply(
            f"{name} 채널에서는 부르실 때만 답하겠습니다. '/식당'처럼 빗금으로 쓰셔도 됩니다.\n"
            "되돌리시려면 저를 부르며 '낱말에도'라고 써 주십시오."
        )
    return Reply(
        f"{name} 채널에서는 부르지 않아도 '식당', '목록'처럼 낱말만 쓰시면 답하겠습니다.\n"
        "부를 때만 답하게 하시려면 '부를 때만'이라고 써 주십시오."
    )


def settings(name: str, count: int, *, addressed: bool) -> Reply:
    """How Dobi behaves in a channel, in three lines."""
    way = "부르실 때만 답합니다('낱말에도'로 되돌림)" if addressed else "낱말만 쓰셔도 답합니다('부를 때만'으로 바꿈)"
    return Reply(
        f"{name} 채널: 구독 {count}개 · {way}.\n"
        "개인적인 것은 채널에서 답하지 않습니다. 그 채널에서 '중요한 것만 바로', '모아서만', '조용한 시간 19시~8시'로 "
        "정하시고, '알림 설정'으로 보십니다."
    )


def apart(text: str, name: str) -> str:
    """What a channel's own conversation says, told outside it: the commands in it name the channel."""
    return re.sub(r"'(구독|해지|쉬기|다시|제외|목록)(?=[ '])", rf"'{name} 채널 \1", text)


def manners_where() -> Reply:
    """Asked privately without a channel."""
    return Reply("어느 채널인지 함께 써 주십시오. 예: '총무과 채널 부를 때만', '총무과 채널 낱말에도'")


# --- rooms


def welcome(department: str) -> Reply:
    """To a room that Dobi was let into."""
    return Reply(
        f"안녕하십니까, 도비입니다. {department} 방에서 소식 구독과 브리핑, 식당을 도와드립니다.\n"
        "저를 부르거나 '식당', '목록'처럼 낱말만 쓰시면 됩니다. 개인적인 일은 저에게 따로 말씀해 주십시오.",
        buttons=(Button("브리핑", "briefing"), Button("식당", "cafeteria"), Button("도움말", "help")),
    )


def stranger() -> Reply:
    """To a room that no institution knows: nothing but how it is registered."""
    return Reply(
        "안녕하십니까, 도비입니다. 이 방은 아직 등록되지 않아 여기서는 답하지 않습니다.\n"
        "기관의 도비 관리자가 이 방에서 저를 불러 '이 방 등록'이라고 쓰시면 쓸 수 있습니다."
    )


def masked() -> Reply:
    """To somebody who speaks in a room without a name."""
    return Reply(
        "익명으로 말씀하셔서 누구신지 알 수 없어 답해 드리지 못합니다.\n"
        "본인 이름으로 다시 말씀하시거나, 저에게 따로 말씀해 주십시오."
    )


def which_department(departments: Sequence[tuple[str, str]], wanted: str = "") -> Reply:
    """Whose room it is; `departments` with their tokens, and a name that nobody is of."""
    head = f"{short(wanted, 20)}에 등록된 직원이 없습니다. " if wanted else ""
    return Reply(
        f"{head}어느 부서의 방입니까? 고르시거나 '이 방 등록 총무과'처럼 부서 이름을 함께 써 주십시오.\n"
        "등록하면 이 방에 있는 모든 사람이 도비의 답을 봅니다.",
        buttons=tuple(Button(short(name, 20), f"room:{token}") for name, token in departments[:8]),
    )


def bound(department: str, name: str, moved: int = 0) -> Reply:
    """The room stands; `moved` subscriptions came to it under another name before."""
    stay = f"\n이 방에서 받으시던 소식 {moved}개는 그대로 이어집니다." if moved else ""
    return Reply(
        f"이 방을 {department} 방으로 등록했습니다. 이제 저를 부르거나 '구독 재난안전', '식당'이라고 쓰시면 답합니다.\n"
        f"따로 말씀하실 때 이름은 '{name} 채널'입니다. 개인적인 것은 방에서 답하지 않습니다.{stay}",
        buttons=(Button("도움말", "help"),),
    )


def bound_already(department: str) -> Reply:
    """It stood before."""
    return Reply(f"이 방은 이미 {department} 방으로 등록되어 있습니다.")


def taken() -> Reply:
    """Another institution has the room; which one is not said."""
    return Reply(
        "이 방은 다른 기관의 방으로 등록되어 있어 등록하지 않았습니다. 그 기관의 관리자가 먼저 해제해야 합니다."
    )


def too_many_rooms(limit: int) -> Reply:
    """As many rooms as an institution may bind."""
    return Reply(f"방은 {limit}곳까지 등록됩니다. 쓰지 않는 방을 '방 목록'에서 해제한 뒤 다시 해 주십시오.")


def from_inside() -> Reply:
    """Asked privately."""
    return Reply(
        "등록할 방에 도비를 초대하신 뒤, 그 방에서 저를 불러 '이 방 등록'이라고 써 주십시오.",
        buttons=(Button("방 목록", "rooms"),),
    )


def unbound(name: str) -> Reply:
    """The room was let go; what was subscribed stays for the case that it comes back."""
    return Reply(
        f"{name} 방의 등록을 해제했습니다. 그 방으로는 더 보내지 않습니다. 구독은 남아 있어 다시 등록하면 이어집니다."
    )


def not_bound() -> Reply:
    """Nothing to let go: the room was never bound by chat."""
    return Reply("대화로 등록한 방이 아닙니다. 설정 파일에 적힌 방은 설정에서 바꾸실 수 있습니다.")


@dataclass(frozen=True, slots=True)
class BoundRoom:
    """A room in the administrators' list."""

    name: str
    department: str
    place: str
    by: str
    at: datetime
    token: str


def rooms(bound_: Sequence[BoundRoom], declared: int) -> Reply:
    """The rooms bound by chat."""
    if not bound_:
        return Reply(
            f"대화로 등록한 방이 없습니다. 설정 파일에 적힌 채널은 {declared}곳입니다.\n"
            "방에 도비를 초대하고 그 방에서 '이 방 등록'이라고 쓰시면 됩니다."
        )
    rows = [f"· {one.name}({messenger(one.place)}) · {one.by or '떠난 분'} · {day(one.at)}" for one in bound_[:20]]
    more = [f"외 {len(bound_) - 20}곳"] if len(bound_) > 20 else []
    buttons = tuple(Button(short(f"{one.name} 해제", 20), f"room-off:{one.token}") for one in bound_[:6])
    return Reply("\n".join([f"대화로 등록한 방 {len(bound_)}곳입니다.", *rows, *more]), buttons=buttons)


def settings_said(*, addressed: bool) -> str:
    """How Dobi behaves, in the log of acts."""
    return "부를 때만" if addressed else "낱말에도"
