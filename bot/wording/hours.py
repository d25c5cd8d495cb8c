"""Words about people's time: when Dobi may speak up, how much at once, leave, pauses, the place, what overrides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.clock import KST
from bot.hours import Hours, Instant, Leave
from bot.messenger import Button, Reply
from bot.wording import day, moment, particle, short, toward, when

_SETTINGS = Button("알림 설정", "hours")
MESSENGERS = {
    "console": "콘솔", "telegram": "텔레그램", "slack": "슬랙", "naverworks": "네이버웍스", "matrix": "매트릭스",
    "post": "사내 메신저", "folder": "공유 폴더", "mail": "메일",
}  # fmt: skip
_INSTANT = {Instant.ALL: "모두 바로", Instant.IMPORTANT: "중요한 것만 바로", Instant.NONE: "모아서만"}


def settings(hours: Hours, now: datetime, where: str | None, place: str) -> Reply:
    """All that was chosen, in four lines."""
    whose = f"{where} 채널" if where else "알림"
    rows = [
        f"{whose} 설정: {_INSTANT[hours.instant]} · {limits(hours)}",
        f"{quiet(hours)} · 모아 보기 {_times(hours)}",
        " · ".join(filter(None, (_briefing(hours), f"받는 곳 {MESSENGERS.get(place, place)}" if place else ""))),
        _away(hours, now),
        "바꾸실 때: '하루 10건까지' · '조용한 시간 19시~8시' · '알림 잠시 멈춤 2시간'"
        + ("" if where else " · '휴가 12/24~12/26' · '받는 곳'"),
    ]
    return Reply("\n".join(row for row in rows if row), buttons=_CHOICES)


_CHOICES = (
    Button("모두 바로", "hours:all"), Button("중요한 것만 바로", "hours:important"), Button("모아서만", "hours:none"),
)  # fmt: skip


def too_many(hours: Hours | None = None) -> Reply:
    """Somebody has had enough: how it stands, where that is known, and how less comes."""
    less = [one for one in _CHOICES[1:] if hours is None or one.label != _INSTANT[hours.instant]]
    stands = f" 지금은 {_INSTANT[hours.instant]}, {limits(hours)}로 되어 있습니다." if hours is not None else ""
    return Reply(
        f"많이 보내 드려 죄송합니다.{stands}\n"
        "중요한 것만 바로 보내거나 모아 드릴 수 있고, '하루 5건까지'처럼 건수로도 정하십니다. 넘는 것은 모아 드립니다.",
        buttons=(*less, _SETTINGS),
    )


def limits(hours: Hours) -> str:
    """How much comes at once."""
    told = [f"한 시간 {hours.hourly}건" if hours.hourly else "", f"하루 {hours.daily}건" if hours.daily else ""]
    return f"{'·'.join(filter(None, told))}까지" if any(told) else "건수 제한 없음"


def quiet(hours: Hours) -> str:
    """When nothing comes unasked."""
    days = "" if hours.weekends else ", 주말과 공휴일"
    noon = f", 낮 {_hm(hours.noon[0])}~{_hm(hours.noon[1])}" if hours.noon else ""
    if hours.always:
        return f"조용한 시간 {'' if hours.weekends else '주말과 공휴일'}{noon}".removesuffix(" ") + (
            " 없음" if hours.weekends and not noon else ""
        )
    return f"조용한 시간 {_hm(hours.closes)}~{_hm(hours.opens)}{days}{noon}"


def _times(hours: Hours) -> str:
    return ", ".join(_hm(one) for one in hours.digests)


def _briefing(hours: Hours) -> str:
    return f"아침 브리핑 {_hm(hours.briefing)}(근무일)" if hours.briefing else ""


def _away(hours: Hours, now: datetime) -> str:
    told = [f"휴가 {leave(one)}" for one in hours.leaves if one.until > now][:3]
    if hours.rests_until and hours.rests_until > now:
        told.append(f"{when(hours.rests_until, now)}까지 알림 멈춤")
    return " · ".join(told)


def chosen(hours: Hours, where: str | None) -> Reply:
    """What comes at once was chosen."""
    whom_for = f"{where} 채널에는 " if where else ""
    said = {
        Instant.ALL: f"{whom_for}맞는 소식을 모두 바로 보내 드리겠습니다({limits(hours)}, 넘으면 모아 드립니다).",
        Instant.IMPORTANT: f"{whom_for}뚜렷이 맞는 것만 바로 보내고 나머지는 {_times(hours)}에 모아 드리겠습니다.",
        Instant.NONE: f"{whom_for}바로 보내지 않고 {_times(hours)}, 그리고 조용한 시간이 끝날 때 모아 드리겠습니다.",
    }
    return Reply(said[hours.instant], buttons=(_SETTINGS,))


def limited(hours: Hours) -> Reply:
    """The budget was changed."""
    if not (hours.hourly or hours.daily):
        return Reply("건수 제한을 없앴습니다. 맞는 소식은 오는 대로 보내 드립니다.", buttons=(_SETTINGS,))
    text = f"바로 보내 드리는 소식을 {limits(hours)}로 정했습니다. 넘는 것은 버리지 않고 다음 모아 보기에 담습니다."
    return Reply(text, buttons=(_SETTINGS,))


def how_to_limit(hours: Hours) -> Reply:
    """The budget as it is, and how to change it."""
    return Reply(f"지금은 {limits(hours)} 바로 보내 드립니다. '하루 10건까지'나 '한 시간 3건까지'로 바꾸십니다.")


def hushed(hours: Hours, louder: Sequence[tuple[time, time]] = ()) -> Reply:
    """The quiet hours were changed; `louder`: what was quiet before and is not any more."""
    text = f"{quiet(hours)}로 정했습니다. 그동안 온 것은 끝날 때 한 번에 모아 드립니다."
    if louder:
        spans = ", ".join(f"{_hm(begins)}~{_hm(ends)}" for begins, ends in louder)
        text += f"\n지금까지 조용하던 {spans}에는 이제 알림이 갑니다."
    return Reply(text, buttons=(_SETTINGS,))


def how_to_hush(hours: Hours) -> Reply:
    """The quiet hours as they are, and how to change them."""
    return Reply(f"{quiet(hours)}입니다. '조용한 시간 19시~8시', '조용한 시간 없음', '주말에도 받기'로 바꾸십니다.")


def noon(hours: Hours) -> Reply:
    """A break within the day is quiet, or not any more; the night stays as it is."""
    if hours.noon is None:
        return Reply(f"낮에도 보내 드리겠습니다. {quiet(hours)}입니다.", buttons=(_SETTINGS,))
    begins, ends = map(_hm, hours.noon)
    return Reply(
        f"{begins}~{ends}에는 알리지 않고 끝날 때 모아 드리겠습니다. 식당에 물으시면 언제든 답합니다.\n"
        f"{quiet(hours)}입니다. 되돌리시려면 '낮에도 받기'라고 써 주십시오.",
        buttons=(_SETTINGS,),
    )


def not_one() -> Reply:
    """What comes at once is chosen for all subscriptions together."""
    return Reply(
        "구독 하나만 따로 모아 받게 하지는 못합니다. 모든 구독에 함께 정하시거나 그 구독만 쉬게 하실 수 있습니다.\n"
        "예: '쉬기 재난안전'. 아무것도 바꾸지 않았습니다.",
        buttons=(*_CHOICES[1:], Button("목록", "subs")),
    )


def weekends(hours: Hours) -> Reply:
    """Whether anything comes on days off."""
    if hours.weekends:
        return Reply("주말과 공휴일에도 보내 드리겠습니다. '주말에는 받지 않기'로 되돌리십니다.", buttons=(_SETTINGS,))
    return Reply("주말과 공휴일에는 보내지 않고 다음 근무일 아침에 모아 드리겠습니다.", buttons=(_SETTINGS,))


def digests_at(hours: Hours) -> Reply:
    """When digests come was changed."""
    return Reply(f"모아 보기를 {_times(hours)}에 보내 드리겠습니다.", buttons=(_SETTINGS,))


def how_to_digest(hours: Hours) -> Reply:
    """When digests come, and how to change it."""
    return Reply(f"모아 보기는 {_times(hours)}에 갑니다. '모아 보기 10시, 16시'처럼 바꾸십니다.")


# --- leave and pauses


def leave(one: Leave) -> str:
    """`12. 24.(목)~12. 26.(토)`, `11. 23.(월) 오후`."""
    first, last = one.since.astimezone(KST), (one.until - timedelta(microseconds=1)).astimezone(KST)
    if first.date() == last.date():
        half = "오후" if first.hour else "오전" if last.hour < 23 else ""
        return f"{day(first)} {half}".rstrip()
    return f"{day(first)}~{day(last)}"


def on_leave(one: Leave, back: datetime) -> Reply:
    """A leave was noted."""
    text = f"{leave(one)} 휴가로 적었습니다. 그동안 보내지 않고 {moment(back)}에 모아 드리겠습니다."
    return Reply(text, buttons=(Button("휴가 취소", f"leave:cancel:{int(one.since.timestamp())}"),))


def no_more_leaves(limit: int) -> Reply:
    """As many leaves are kept as we keep."""
    return Reply(f"휴가는 {limit}개까지 적어 둡니다. 지난 것이 지워진 뒤 다시 말씀해 주십시오.")


def leaves(found: Sequence[Leave]) -> Reply:
    """The leaves ahead, and how to note one."""
    if not found:
        return Reply("적어 두신 휴가가 없습니다. '휴가 12/24~12/26', '오늘 오후 반차'처럼 써 주십시오.")
    rows = [f"{number}. {leave(one)}" for number, one in enumerate(found[:10], 1)]
    buttons = [Button(f"{n} 취소", f"leave:cancel:{int(one.since.timestamp())}") for n, one in enumerate(found[:5], 1)]
    return Reply("\n".join([f"적어 두신 휴가 {len(found)}건입니다.", *rows]), buttons=tuple(buttons))


def no_balance() -> Reply:
    """Somebody asks how many days of leave are left, which Dobi does not know."""
    return Reply(
        "남은 연가 일수는 복무 시스템에 있어 저는 모릅니다.\n저에게 적어 두신 휴가는 '휴가'라고 쓰시면 보여 드립니다.",
        buttons=(Button("휴가", "say:휴가"),),
    )


def no_such_days() -> Reply:
    """Days that can't be."""
    return Reply("그런 날짜를 찾지 못했습니다. 시작일과 마지막 날을 '휴가 12/24~12/26'처럼 써 주십시오.")


def resting(until: datetime, now: datetime) -> Reply:
    """A pause begins."""
    return Reply(
        f"{when(until, now)}까지 알림을 멈춥니다. 그동안 온 것은 끝날 때 모아 드립니다. 물으시면 언제든 답합니다.",
        buttons=(Button("다시 켜기", "rest:off"),),
    )


def how_long() -> Reply:
    """A pause without its length."""
    return Reply("얼마나 멈출까요?", buttons=tuple(Button(name, f"rest:{code}") for name, code in _SPANS))


_SPANS = (("1시간", "60"), ("2시간", "120"), ("오늘 하루", "day"))


def awake(waiting: int) -> Reply:
    """A pause is over."""
    rest = f" 기다린 {waiting}건은 곧 모아 드립니다." if waiting else ""
    return Reply(f"알림을 다시 켰습니다.{rest}")


# --- the morning


def briefing(at: time, where: str | None) -> Reply:
    """The morning briefing was set."""
    to = f"{where} 채널에 " if where else ""
    return Reply(
        f"근무일마다 {_hm(at)}에 {to}아침 브리핑을 보내 드리겠습니다. 밤사이 온 것을 담고, 없으면 한 줄로 알립니다.",
        buttons=(Button("브리핑 끄기", "morning:off"),),
    )


def stop_briefing() -> Reply:
    """Somebody wants no briefing any more: which comes by itself is the morning's."""
    return Reply(
        "저절로 가는 것은 아침 브리핑입니다. 끌까요? '브리핑'이라고 쓰시면 그때만 보여 드립니다.",
        buttons=(Button("브리핑 끄기", "morning:off"),),
    )


def no_briefing() -> Reply:
    """No morning briefing any more."""
    return Reply("아침 브리핑을 껐습니다. 밤사이 온 것은 아침에 있을 때만 모아 드립니다.")


def when_briefing(at: time | None) -> Reply:
    """A morning briefing without a time."""
    now = f"지금은 {_hm(at)}입니다. " if at else ""
    return Reply(f"{now}몇 시에 보내 드릴까요? 예: '아침 브리핑 8시 40분'",
                 buttons=(Button("8시 40분", "morning:0840"), Button("9시", "morning:0900")))  # fmt: skip


# --- the place


def place(current: str, known: Sequence[str], *, chosen: bool) -> Reply:
    """Where unasked things come."""
    name = MESSENGERS.get(current, current)
    if len(known) < 2:
        return Reply(f"알림은 {toward(name)} 보내 드립니다. 다른 메신저가 등록되면 고르실 수 있습니다.")
    how = "고르신 대로" if chosen else "마지막으로 말씀하신 곳이라"
    buttons = tuple(Button(MESSENGERS.get(one, one), f"place:{one}") for one in known)
    usual = (Button("말한 곳으로", "place:auto"),) if chosen else ()
    return Reply(
        f"알림은 {how} {toward(name)} 한 번만 보내 드립니다. 답은 물으신 곳에서 드립니다.", buttons=(*buttons, *usual)
    )


def placed(name: str, *, talks: bool) -> Reply:
    """A place was chosen."""
    called = MESSENGERS.get(name, name)
    rest = "" if talks else " 그곳은 받기만 되니 대화는 여기서 이어 가십시오."
    return Reply(f"앞으로 알림은 {toward(called)} 한 번만 보내 드리겠습니다.{rest}")


def place_unknown(known: Sequence[str]) -> Reply:
    """A messenger on which they have no address."""
    names = ", ".join(MESSENGERS.get(one, one) for one in known)
    return Reply(f"그 메신저는 등록되어 있지 않습니다. 고르실 수 있는 곳: {names}")


# --- what overrides


def urgent_ask(text: str, people: int, mark: str, department: str) -> Reply:
    """Read back before it goes to everybody, or to a department."""
    return Reply(
        f"재난 알림을 {f'{department} ' if department else ''}{people}명에게 지금 보낼까요? "
        "조용한 시간과 휴가에도 갑니다. 보낸 분의 이름이 남습니다.\n"
        f"「{short(text, 200)}」",
        buttons=(Button("지금 보내기", f"urgent:send:{mark}"), Button("그만두기", "urgent:drop")),
    )


def urgent_empty() -> Reply:
    """Without a text."""
    return Reply(
        "보낼 내용을 함께 써 주십시오. 예: '재난 알림 태풍 경보로 비상 1단계입니다. 담당자는 상황실로 와 주십시오.'"
    )


def urgent_sent(people: int) -> Reply:
    """It is on its way."""
    return Reply(f"재난 알림을 {people}명에게 보냈습니다. '재난 기록'에 남겼습니다.")


def urgent_dropped() -> Reply:
    """It was not sent."""
    return Reply("보내지 않았습니다.")


def urgent_over() -> Reply:
    """The question is too old."""
    return Reply("확인 시간이 지나 보내지 않았습니다. '재난 알림'부터 다시 해 주십시오.")


def urgent(text: str, sender: str, at: datetime, name: str) -> Reply:
    """What everybody reads."""
    return Reply(f"[재난 알림] {text}\n{sender} · {moment(at)}", buttons=(Button("왜?", f"urgent:why:{name}"),))


def urgent_why(by: str, at: datetime, agency: str) -> Reply:
    """Why it came at this hour."""
    if agency:
        return Reply(f"{agency}의 소식은 관리자가 재난 소식으로 정해 두어 조용한 시간에도 옵니다({moment(at)}).")
    return Reply(
        f"{particle(by, '이', '가')} {moment(at)}에 재난 알림으로 보냈습니다. 이것만 조용한 시간과 휴가에도 옵니다."
    )


def former() -> str:
    """A manager who is on the roster no longer."""
    return "예전 관리자"


def urgent_gone() -> Reply:
    """It is not kept."""
    return Reply("오래된 알림이라 기록이 없습니다.")


def urgent_log(rows: Sequence[tuple[datetime, str, str, int]]) -> Reply:
    """What overrode the quiet hours, newest first."""
    if not rows:
        return Reply("재난 알림을 보낸 적이 없습니다.")
    told = [f"· {moment(at)} {who}, {people}명: {short(text, 50)}" for at, who, text, people in rows]
    return Reply("\n".join([f"재난 알림 최근 {len(rows)}건입니다.", *told]))


def urgent_source(agency: str, *, on: bool) -> Reply:
    """An agency's documents are urgent, or no longer."""
    if on:
        return Reply(
            f"{agency} 소식은 구독한 사람에게 조용한 시간에도 바로 갑니다. 되돌리기: '재난 기관 해제 {agency}'"
        )
    return Reply(f"{agency} 소식도 이제 조용한 시간을 지킵니다.")


def urgent_sources(found: Sequence[str]) -> Reply:
    """Which agencies are urgent."""
    names = ", ".join(found) if found else "없습니다"
    return Reply(
        f"조용한 시간에도 바로 가는 기관: {names}\n'재난 기관 소방청'으로 더하고 '재난 기관 해제 소방청'으로 뺍니다."
    )


def unknown_agency(agency: str) -> Reply:
    """No source of that name."""
    return Reply(f"'{short(agency, 30)}'의 소식은 모으고 있지 않습니다. '소스'에서 기관 이름을 확인해 주십시오.")


def only_person() -> Reply:
    """Leave and the place are a person's own."""
    return Reply("휴가와 받는 곳은 개인 대화에서 정해 주십시오. 채널은 조용한 시간과 모아 보기만 정합니다.")


def _hm(value: time) -> str:
    return f"{value:%H:%M}"
