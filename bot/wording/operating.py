"""Words of operating: the log of acts, letters that did not arrive, the state of things.

For 관리자 of their own institution, 운영자 of the deployment, and auditors where they may read along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.messenger import Button, Reply
from bot.wording import day, moment, short, when
from bot.wording.acts import said
from bot.wording.channels import messenger

KINDS = {
    "reply": "답",
    "instant": "소식",
    "digest": "모음",
    "correction": "정정",
    "reminder": "기한 알림",
    "alert": "경보",
    "notice": "안내",
}
WHYS = {
    "tries": "메신저에 여러 번 닿지 못했습니다",
    "rejected": "메신저가 받지 않았습니다",
    "permission": (
        "도비의 앱 권한이 모자랍니다('상태'에 권한 이름). "
        "일주일 안에 권한을 더하고 다시 설치하시면 저절로 다시 보냅니다"
    ),
    "unknown": "도착했는지 알 수 없습니다",
    "crashed": "보내던 중 꺼져 도착했는지 알 수 없습니다",
    "blocked": "차단했거나 방에 도비가 없습니다. 방이면 다시 초대해 주십시오",
}


# --- the log of acts


@dataclass(frozen=True, slots=True)
class Line:
    """An act as it is read: who by name, what by its code, about whom or what."""

    at: datetime
    by: str
    what: str
    about: str


def left(name: str) -> str:
    """Somebody who is in the roster no more, as they were called when it happened."""
    return f"{name}(지금 명부에 없음)"


def acts(lines: Sequence[Line], total: int, span: str, buttons: Sequence[Button]) -> Reply:
    """A page of the log."""
    if not lines:
        return Reply(f"{span}에 남은 기록이 없습니다. 다른 기간은 '기록 11월'처럼 써 주십시오.")
    rows = [
        f"· {moment(one.at)} {one.by} · {said(one.what)}" + (f" · {one.about}" if one.about else "") for one in lines
    ]
    return Reply("\n".join([f"{span} 기록 {total:,}건입니다. 새것부터입니다.", *rows]), buttons=tuple(buttons))


def no_such_period() -> Reply:
    """A span that can't be."""
    return Reply("기간을 알아듣지 못했습니다. '기록 11월', '기록 11. 1.~11. 15.'처럼 써 주십시오.")


def span_of(first: date, last: date) -> str:
    """`11. 1.(일)~11. 30.(월)`."""
    return day(first) if first == last else f"{day(first)}~{day(last)}"


# --- letters that did not arrive


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that did not arrive, as it is listed; what it said is not shown."""

    id: str
    to: str
    adapter: str
    kind: str
    at: datetime
    why: str


def letters(found: Sequence[Letter], total: int, first: int, now: datetime, page: int) -> Reply:
    """A page of them, newest first; `first` is how many come before it."""
    if not total:
        return Reply("못 보낸 것이 없습니다.")
    rows = [
        f"{first + n}. {one.to}({messenger(one.adapter)}) · {KINDS.get(one.kind, one.kind)} · {when(one.at, now)}\n"
        f"   {WHYS.get(one.why, one.why)}"
        for n, one in enumerate(found, 1)
    ]
    each = tuple(
        button
        for n, one in enumerate(found, 1)
        for button in (
            Button(f"{first + n} 다시", f"dead:again:{one.id}"),
            Button(f"{first + n} 버리기", f"dead:drop:{one.id}"),
        )
    )
    more = (Button("더 보기", f"dead:page:{first + page}"),) if first + len(found) < total else ()
    every = (Button("모두 다시 보내기", "dead:again-all"), Button("모두 버리기", "dead:drop-all"))
    return Reply("\n".join([f"못 보낸 것 {total:,}건입니다. 새것부터입니다.", *rows]), buttons=(*each, *more, *every))


def channel_called(name: str) -> str:
    """A channel as a receiver."""
    return f"{name} 채널"


def person_called(name: str) -> str:
    """A person as a receiver; somebody who left has no name any more."""
    return f"{name} 님" if name else "명부에 없는 분"


def all_of(count: int) -> str:
    """All letters, in the log of acts."""
    return f"모두({count:,}건)"


def letter_again(to: str) -> Reply:
    """It waits to be sent once more."""
    return Reply(f"{to}께 다시 보냅니다. 또 못 보내면 여기에 다시 나옵니다.", buttons=(Button("못 보낸 것", "dead"),))


def letter_dropped(to: str) -> Reply:
    """It is gone."""
    return Reply(f"{to}께 못 보낸 것을 버렸습니다.", buttons=(Button("못 보낸 것", "dead"),))


def letter_gone() -> Reply:
    """Somebody was faster, or its time is over."""
    return Reply("이미 다시 보냈거나 버린 것입니다.", buttons=(Button("못 보낸 것", "dead"),))


def letters_again(count: int) -> Reply:
    """All of them wait to be sent once more."""
    return Reply(f"{count:,}건을 다시 보냅니다. 또 못 보내면 여기에 다시 나옵니다.")


def letters_drop(count: int) -> Reply:
    """Read back before all go."""
    return Reply(
        f"못 보낸 것 {count:,}건을 모두 버릴까요? 되돌릴 수 없습니다.",
        buttons=(Button("모두 버립니다", "dead:drop-sure"), Button("그만두기", "dead")),
    )


def letters_dropped(count: int) -> Reply:
    """All of them are gone."""
    return Reply(f"{count:,}건을 버렸습니다.")


def letters_by_home(found: Sequence[tuple[str, int]]) -> Reply:
    """For operators: how many each institution has; whose they are its own administrators see."""
    rows = [f"· {name}: {count:,}건" for name, count in found if count]
    if not rows:
        return Reply("못 보낸 것이 없습니다.")
    return Reply("\n".join(["기관별로 못 보낸 것입니다. 누구에게 갈 것인지는 그 기관의 관리자만 봅니다.", *rows]))


# --- the state of things


PARTS = {
    "messengers": "메신저",
    "sources": "수집원",
    "sensors": "센서",
    "sending": "보낼 것",
    "backup": "백업",
    "disk": "디스크",
}
INBOUND = "받은 말"  # a line of doctor's that the screen has no room for


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that can be well or not: a line, and more lines behind 자세히."""

    name: str
    ok: bool
    says: str
    details: tuple[str, ...] = ()


def state(parts: Sequence[Part], now: datetime) -> Reply:
    """One phone screen: what is not well first."""
    sick = sum(not one.ok for one in parts)
    head = f"{moment(now)} 상태입니다. " + (f"살펴볼 것 {sick}가지" if sick else "모두 정상입니다.")
    ranked = sorted(parts, key=lambda one: one.ok)
    rows = [f"{'·' if one.ok else '!'} {one.name}: {short(one.says, 60)}" for one in ranked]
    buttons = (Button("자세히", "state:all"), Button("못 보낸 것", "dead"))
    return Reply("\n".join([head, *rows]), buttons=buttons)


def state_whole(parts: Sequence[Part], now: datetime) -> Reply:
    """Every line."""
    rows: list[str] = []
    for one in sorted(parts, key=lambda each: each.ok):
        rows += [f"[{one.name}] {one.says}", *(f"  - {short(line, 100)}" for line in one.details[:12])]
        if len(one.details) > 12:
            rows.append(f"  - 외 {len(one.details) - 12}가지")
    return Reply("\n".join([f"{moment(now)} 상태", *rows]), buttons=(Button("상태", "state"),))


def messengers_said(connected: int, total: int, last: datetime | None, now: datetime, sick: Sequence[str] = ()) -> str:
    """How many messengers are heard, and when somebody was heard last; of what is wrong the first."""
    if not total:
        return "연결한 메신저가 없습니다(콘솔만 씁니다)"
    heard = f", 마지막 수신 {when(last, now)}" if last else ", 아직 받은 것이 없음"
    if sick:
        return f"{total}개 가운데 {connected}개 정상. {sick[0]}"
    return f"{total}개 가운데 {connected}개 정상{heard}"


def sources_said(on: int, sick: Sequence[str]) -> str:
    """How many sources are read."""
    names = f": {', '.join(sick[:3])}" + (f" 외 {len(sick) - 3}곳" if len(sick) > 3 else "") if sick else ""
    return f"{on}곳 가운데 {len(sick)}곳 읽지 못함{names}" if sick else f"{on}곳 모두 읽는 중"


def source_line(agency: str, since: datetime | None) -> str:
    """One sick source."""
    return f"{agency}: {moment(since) + '부터 ' if since else ''}읽지 못함"


def sensors_said(total: int, sick: Sequence[str]) -> str:
    """How many sensors speak."""
    if not total:
        return "센서가 없습니다"
    return f"{total}개 가운데 {len(sick)}개 이상: {', '.join(sick[:3])}" if sick else f"{total}개 정상"


def outbox_said(waiting: int, overdue: timedelta | None, dead: int) -> str:
    """What waits to be sent, how late the first of it is, what did not arrive."""
    late = f", 가장 오래된 것 {_span(overdue)}째" if overdue is not None and overdue > timedelta(minutes=1) else ""
    return f"보낼 차례인 대화방 {waiting:,}곳{late}, 못 보낸 것 {dead:,}건"


def backup_said(at: datetime | None, now: datetime) -> str:
    """When the last backup was made."""
    if at is None:
        return "한 번도 만들지 않았습니다. dobi backup으로 만드실 수 있습니다"
    return f"마지막 {moment(at)}, {_span(now - at)} 전"


LAST_BACKUP = "마지막 백업"


def backup_hint() -> str:
    """The next step where the last backup is old, or none was made."""
    return "dobi backup 파일이름으로 만들어 다른 장비에 옮겨 두십시오. 7일에 한 번은 권합니다."


def disk_said(free: int, total: int) -> str:
    """What is left of the disk."""
    return f"{free / 2**30:.1f} GB 남음({100 * free // max(total, 1)}%)"


def not_told(name: str) -> Part:
    """Something that can't be looked at now."""
    return Part(name, ok=False, says="지금 알 수 없습니다")


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes}분"
    hours = minutes // 60
    return f"{hours}시간" if hours < 48 else f"{hours // 24}일"
