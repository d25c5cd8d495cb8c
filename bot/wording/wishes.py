"""Words of what is proposed to somebody about what they receive, and of what was taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.hours import Hours, Instant
from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import SAY, particle, short
from bot.wording import hours as hour_words
from bot.wording.news import quote

_LIST: Final = Button("목록", "subs")
_SETTINGS: Final = Button("알림 설정", "hours")
_NO: Final = Button("그만두기", "tidy:no")


def _names(words: Sequence[str]) -> str:
    return ", ".join(quote(short(one, 30)) for one in words)


def which_topic(best: str, command: str) -> Reply:
    """A sentence stands where a topic should: the one that it may mean, to be pressed, or the topic is asked for."""
    press = f"{SAY}{command}"
    if not best or len(press.encode()) > MAX_PRESS:
        return Reply("어떤 낱말로 찾아 드릴까요? 아직 구독하지 않았습니다.\n'구독 재난안전'처럼 낱말만 써 주십시오.")
    asks = f"{particle(quote(best), '으로', '로')} 받아 보시겠습니까? 아직 아무것도 바꾸지 않았습니다."
    return Reply(f"{asks}\n다른 낱말이면 '구독 낱말'처럼 써 주십시오.", buttons=(Button(command, press),))


def swap(before: str, wanted: Sequence[str], token: str) -> Reply:
    """One subscription would end and others begin."""
    told = f"{particle(_names([before]), '을', '를')} 끝내고 {particle(_names(wanted), '을', '를')} 받으시겠습니까?"
    return Reply(
        f"{told} 아직 아무것도 바꾸지 않았습니다.",
        buttons=(Button("바꾸기", f"wish:swap:{token}"), _NO),
    )


def instead_of(before: str) -> Reply:
    """One is not wanted any more, and what is was not said."""
    return Reply(
        f"{quote(short(before, 30))} 대신 무엇을 받으시겠습니까? '{short(before, 30)} 말고 청년'처럼 써 주십시오.\n"
        "아직 아무것도 바꾸지 않았습니다.",
        buttons=(_LIST,),
    )


def was_none(what: str, reply: Reply) -> Reply:
    """What is not wanted was not subscribed to; the other stands now."""
    return Reply(
        f"{particle(_names([what]), '은', '는')} 받고 계신 구독이 아닙니다. {reply.text}", buttons=reply.buttons
    )


def swapped(before: str, replies: Sequence[Reply]) -> Reply:
    """One ended, the others begun."""
    told = " ".join(one.text.partition("\n")[0] for one in replies)
    return Reply(
        f"{_names([before])} 구독을 끝냈습니다. {told}\n잘못이면 '되돌려줘'라고 써 주십시오.", buttons=(_LIST,)
    )


def end(what: str, name: str, where: str | None) -> Reply:
    """A subscription of that very name may be meant."""
    head = f"{where} 채널의 " if where else ""
    return Reply(
        f"{head}{quote(what)} 구독을 끝낼까요? 아직 그대로입니다.", buttons=(Button("끝내기", f"wish:end:{name}"), _NO)
    )


def ends(rows: Sequence[tuple[str, str]]) -> Reply:
    """Subscriptions of those very names may be meant; each has its button."""
    told = ", ".join(quote(text) for text, _ in rows)
    buttons = tuple(Button(f"해지 {short(text, 20)}", f"wish:end:{one}") for text, one in rows[:4])
    return Reply(f"{told} 구독을 끝낼까요? 아직 그대로입니다.", buttons=(*buttons, _NO))


def bring(what: str) -> Reply | None:
    """Something may be a topic whose news are wanted in the room; None where it is too long for a button."""
    press = f"{SAY}구독 {what}"
    if len(press.encode()) > MAX_PRESS:
        return None
    asks = f"{quote(what)} 새 소식을 이 방으로 보낼까요? 파일이나 다른 글은 제가 올리지 못합니다."
    return Reply(asks, buttons=(Button("구독", press), _NO))


def leave_out(what: str, found: Sequence[tuple[str, str]], where: str | None) -> Reply:
    """No subscription is called that: from which one is it to be left out? `found`: tokens and words."""
    head = f"{where} 채널에는 " if where else ""
    return out_of(what, found, f"{head}{quote(what)} 구독이 없습니다. ")


def quiet_instead(when: str) -> Reply:
    """A day or a time is no word that news hold: what can be set instead."""
    weekend = re.search(r"주말|휴일|토|일요일|일욜|빨간", when) is not None
    first = "주말 알림 끄기" if weekend else "조용한 시간"
    return Reply(
        f"{particle(quote(short(when, 20)), '은', '는')} 때라서 낱말로 빼지 않습니다. "
        "아직 아무것도 바꾸지 않았습니다.\n"
        "그때 소식을 쉬시려면 아래에서 정해 주십시오.",
        buttons=(Button(first, f"{SAY}{first}"), _SETTINGS, _NO),
    )


def out_of(what: str, found: Sequence[tuple[str, str]], text: str = "") -> Reply:
    """From which subscription is it to be left out? `found`: tokens and words."""
    if len(found) == 1:
        token, words = found[0]
        asks = f"{quote(short(words, 30))} 소식에서 {particle(quote(what), '이', '가')} 든 글을 빼고 보낼까요?"
        return Reply(f"{text}{asks}", buttons=(Button("빼기", f"wish:out:{token}"), _NO))
    buttons = tuple(Button(short(words, 20), f"wish:out:{token}") for token, words in found[:4])
    asks = f"어느 구독의 소식에서 {particle(quote(what), '이', '가')} 든 글을 뺄까요?"
    return Reply(f"{text}{asks}", buttons=(*buttons, _NO))


def excepted(what: str, quiet: str, *, urgent: bool) -> Reply:
    """What passes in spite of what is quiet, and what does not."""
    passes = "관리자가 보내는 재난 알림과 재난 기관으로 정해진 곳의 소식은 조용한 시간, 주말, 휴가에도 바로 옵니다."
    held = (
        "그 밖에 급한 소식을 따로 가려 보내지는 못하고, 끝날 때 모아 드립니다."
        if urgent
        else f"{quote(what)}만 따로 보내지는 못하고, 끝날 때 모아 드립니다."
    )
    rest = f"지금 설정: {quiet}. " if quiet else ""
    return Reply(
        f"{passes}\n{held}\n{rest}바꾼 것은 없습니다.",
        buttons=(_SETTINGS,),
    )


# --- taken back


def back(told: str, token: str) -> Reply:
    """What was done last, before it is taken back."""
    return Reply(
        f"방금 {told} 것을 되돌릴까요? 다른 것을 원하시면 그대로 써 주십시오.",
        buttons=(Button("되돌리기", f"wish:back:{token}"), Button("그대로 두기", "tidy:no")),
    )


def backed(told: str) -> Reply:
    """It is as it was."""
    return Reply(f"{told} 것을 되돌렸습니다. 바꾸시기 전과 같습니다.", buttons=(_LIST, _SETTINGS))


def nothing_back() -> Reply:
    """Nothing was changed lately that can be taken back by a word."""
    return Reply(
        "방금 바꾸신 구독이나 알림 설정이 없습니다. 아무것도 바꾸지 않았습니다.\n"
        "되돌리실 것을 말씀해 주십시오. 예: '농업 해지', '주말에도 받기', '출장 취소'",
        buttons=(_LIST, _SETTINGS),
    )


def gone() -> Reply:
    """Too late, or changed since."""
    return Reply("시간이 지났거나 그 사이 바뀌어 그대로 두었습니다.", buttons=(_LIST, _SETTINGS))


def begun(words: str) -> str:
    """A subscription that did not stand before."""
    return f"{quote(short(words, 30))} 구독을 시작하신"


def ended(words: str) -> str:
    """A subscription that does not stand any more."""
    return f"{quote(short(words, 30))} 구독을 끝내신"


def rested(words: str, *, now_rests: bool) -> str:
    """A subscription put to rest, or woken."""
    return f"{quote(short(words, 30))} 구독을 {'쉬게 하신' if now_rests else '다시 받기로 하신'}"


def narrowed(words: str) -> str:
    """A subscription with other words left out."""
    return f"{quote(short(words, 30))} 구독의 제외어를 바꾸신"


def several(count: int, first: str) -> str:
    """Several subscriptions in one act."""
    return f"{quote(short(first, 30))} 등 구독 {count}개를 바꾸신"


_INSTANT: Final = {
    Instant.ALL: "모두 바로 받기로",
    Instant.IMPORTANT: "중요한 것만 바로 받기로",
    Instant.NONE: "모아서만 받기로",
}


def changed(before: Hours, now: Hours, at: datetime) -> str:
    """What of somebody's hours is otherwise than before; empty where nothing is."""
    told = []
    if before.weekends != now.weekends:
        told.append("주말에도 받기로" if now.weekends else "주말에 받지 않기로")
    if before.rests_until != now.rests_until:
        rests = now.rests_until is not None and now.rests_until > at
        told.append("알림을 멈추기로" if rests else "알림을 다시 켜기로")
    if before.leaves != now.leaves:
        told.append("휴가를 적기로" if len(now.leaves) > len(before.leaves) else "휴가를 바꾸기로")
    if before.briefing != now.briefing:
        told.append(f"아침 브리핑을 {now.briefing:%H:%M}에 받기로" if now.briefing else "아침 브리핑을 받지 않기로")
    if (before.opens, before.closes, before.noon) != (now.opens, now.closes, now.noon):
        told.append(f"{hour_words.quiet(now)}로")
    if before.instant != now.instant:
        told.append(_INSTANT[now.instant])
    if (before.hourly, before.daily) != (now.hourly, now.daily):
        told.append(f"{hour_words.limits(now)}로")
    if before.digests != now.digests:
        told.append("모아 보기 시간을")
    if before.place != now.place:
        told.append("받는 곳을")
    return (
        f"{', '.join(told)} 하신" if told and told[-1].endswith("로") else f"{', '.join(told)} 바꾸신" if told else ""
    )


# --- several in one breath


def together(acts: Sequence[str], unread: Sequence[str], token: str, *, passes: bool = False) -> Reply:
    """What was understood, one by one, and what was not, before any of it is done; `passes`: something pressing."""
    rows = [f"{number}. {one}" for number, one in enumerate(acts, 1)]
    if passes:
        rows.append("재난 알림은 언제든 옵니다. 그 밖에 급한 소식은 가려 보내지 못하고 모아 드립니다.")
    if unread:
        told = particle(", ".join(quote(short(one, 30)) for one in unread), "은", "는")
        rows.append(f"{told} 알아듣지 못해 빼 두었습니다. 따로 써 주십시오.")
    return Reply("\n".join([*rows, "이대로 할까요?"]), buttons=(Button("모두 하기", f"wish:all:{token}"), _NO))
