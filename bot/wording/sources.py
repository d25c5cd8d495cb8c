"""Words about sources: which are read, which are not and why, what may be done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import day, particle, published, short, when
from bot.wording.faults import advice, brief_cause, cause

PAGE = 8
_TITLE = 40
LIST = Button("출처 상태", "sources")
_STATES = {
    "ok": "정상",
    "new": "아직 읽지 않음",
    "failing": "잠시 읽지 못함",
    "sick": "이상",
    "off": "꺼짐",
    "unsupported": "아직 지원하지 않음",
    "unverified": "확인 전",
    "dead": "없어진 출처",
}
KINDS = {"feed": "RSS", "board": "게시판", "eminwon": "새올 고시공고", "openapi": "공공데이터포털"}
_ORIGINS = {"file": "설정 파일", "catalogue": "기본 목록", "chat": "대화로 추가"}
LICENCES = {
    "KOGL-0": "공공누리 자유이용",
    "KOGL-1": "공공누리 제1유형",
    "KOGL-2": "공공누리 제2유형(제목과 링크만 보냄)",
    "KOGL-3": "공공누리 제3유형(제목과 링크만 보냄)",
    "KOGL-4": "공공누리 제4유형(제목과 링크만 보냄)",
    "state": "국가·지방자치단체 저작물",
    "forbidden": "전재 금지 표시(제목과 링크만 보냄)",
    "": "이용 조건 표시 없음(제목과 링크만 보냄)",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One source as a list or a page about it shows it; codes as the crawl gives them.

    `token` goes into buttons; `agency` is what it is called, `home` the agency whose board it is.
    """

    token: str
    agency: str
    home: str
    state: str
    url: str = ""
    kind: str = ""
    origin: str = ""
    error: str = ""
    detail: str = ""
    since: datetime | None = None
    ok_at: datetime | None = None
    newest_at: datetime | None = None
    gap: timedelta | None = None
    rows: int = 0
    usual: int = 0
    evidence: str = ""
    robots: str = ""
    licence: str = ""
    kogl: str = ""
    changed: bool = False


def listing(lines: Sequence[Line], now: datetime, page: int = 0) -> Reply:
    """What is read and what is not: the sick first, then who passes; the rest in numbers where there are many."""
    told = [line for line in lines if line.state in {"sick", "failing", "new", "ok"}]
    order = ("sick", "failing", "new", "ok")
    told.sort(key=lambda line: (order.index(line.state), line.agency))
    trouble = [line for line in told if line.state in {"sick", "failing"}]
    shown = told if len(told) <= 2 * PAGE else trouble
    head = _counts(lines)
    start = page * PAGE if page * PAGE < len(shown) else 0
    page_of = shown[start : start + PAGE]
    rows = [_row(line, now) + _todo(line, trouble) for line in page_of]
    left = len(shown) - start - PAGE
    buttons = [Button(short(line.agency, 12), f"sources:one:{line.token}") for line in shown[start : start + 4]
               if line.state in {"sick", "failing"}]  # fmt: skip
    if left > 0:
        buttons.append(Button(f"다음 {min(left, PAGE)}곳", f"sources:page:{start // PAGE + 1}"))
    waiting = sum(line.state == "unverified" for line in lines)
    if waiting:
        buttons.append(Button("확인 전", "sources:unverified:0"))
    if not told and waiting:
        rows = ["'출처 확인 기관' 또는 '출처 확인 전체'라고 쓰시면 주소를 실제로 읽어 보고 켭니다."]
    if not rows and told:
        rows = [f"읽고 있는 {len(told)}곳이 모두 정상입니다."]
    return Reply("\n".join([head, *rows]), buttons=tuple(buttons))


def _counts(lines: Sequence[Line]) -> str:
    sick = sum(line.state == "sick" for line in lines)
    on = sum(line.state in {"ok", "new", "failing", "sick"} for line in lines)
    named = ("unverified", "unsupported", "off", "dead")
    rest = [(sum(line.state == code for line in lines), _STATES[code]) for code in named]
    more = ", ".join(f"{word} {count}곳" for count, word in rest if count)
    if not on:
        return f"읽고 있는 출처가 아직 없습니다.{f' {more}.' if more else ''}"
    return f"출처 {on}곳 가운데 이상 {sick}곳입니다." + (f" 그 밖에 {more}." if more else "")


def _row(line: Line, now: datetime) -> str:
    state = _STATES.get(line.state, "알 수 없음")
    if line.state in {"sick", "failing"}:
        since = line.since or line.ok_at
        at = f"{when(since, now)}부터 " if since else ""
        return f"· {line.agency}: {at}{state} · {brief_cause(line.error)}"
    read = f" · {when(line.ok_at, now)}에 마지막으로 읽음" if line.ok_at else ""
    return f"· {line.agency}: {state}{read}"


def _todo(line: Line, trouble: Sequence[Line]) -> str:
    """What to do, where so few are in trouble that there is room for it."""
    return f"\n  할 일: {advice(line.error)}" if line in trouble[:3] and len(trouble) <= 3 else ""


def unverified(lines: Sequence[Line], page: int) -> Reply:
    """The shipped entries that nobody has checked from here, by agency."""
    count: dict[str, int] = {}
    for line in sorted((one for one in lines if one.state == "unverified" and one.url), key=lambda one: one.home):
        count[line.home] = count.get(line.home, 0) + 1
    if not count:
        return Reply("확인을 기다리는 출처가 없습니다.", buttons=(LIST,))
    names = list(count)
    start = page * PAGE if page * PAGE < len(names) else 0
    shown, left = names[start : start + PAGE], len(names) - start - PAGE
    rows = ["· " + name + (f" ({count[name]}개)" if count[name] > 1 else "") for name in shown]
    head = f"확인 전 출처는 {len(names)}개 기관의 게시판 {sum(count.values())}개입니다. 확인되기 전에는 읽지 않습니다."
    tail = "'출처 확인 기관'이라고 쓰시면 주소를 실제로 읽어 보고 켭니다. '출처 확인 전체'는 모두 살펴봅니다."
    presses = [(short(f"{name} 확인", 14), f"source-check:{name}") for name in shown[:4]]
    buttons = [Button(label, press) for label, press in presses if len(press.encode()) <= MAX_PRESS]
    if left > 0:
        buttons.append(Button(f"다음 {min(left, PAGE)}곳", f"sources:unverified:{start // PAGE + 1}"))
    return Reply("\n".join([head, *rows, tail]), buttons=tuple(buttons))


def one(line: Line, now: datetime, *, operator: bool) -> Reply:
    """Everything about one source."""
    rows = [f"{line.agency} · {_STATES.get(line.state, '알 수 없음')}"]
    if line.error and line.state in {"sick", "failing"}:
        since = f"{when(line.since, now)}부터 " if line.since else ""
        rows.append(f"{since}{cause(line.error)}. {advice(line.error)}")
        if line.detail:
            rows.append(f'기록: "{short(line.detail, 100)}"')
    rows.append(_reading(line, now))
    about = [KINDS.get(line.kind, line.kind), _ORIGINS.get(line.origin, "")]
    about += ["대화로 바꿈"] if line.changed else []
    about += [LICENCES.get(line.licence, LICENCES[""])]
    rows.append(" · ".join(each for each in about if each))
    rows.append(f"주소: {line.url}" if line.url else "주소: 아직 모름")
    rows.append(_evidence(line))
    return Reply("\n".join(row for row in rows if row), buttons=_doing(line, operator=operator))


_READ = re.compile(r"(?:(?:fetched (\d{4}-\d\d-\d\d)|board rows|read as \w+): (\d+))")


def _evidence(line: Line) -> str:
    """How the address is known: in Korean where Dobi wrote it down, else the catalogue's own note."""
    if found := _READ.search(line.evidence):
        on = f"{told_day(found[1])}에 " if found[1] else ""
        return f"근거: {on}주소를 실제로 읽어 보았습니다(글 {found[2]}건, 수집 허용)."
    notes = [each for each in (line.evidence, line.robots, line.kogl) if each]
    return f'근거: "{short(" / ".join(notes), 200)}"' if notes else ""


def _reading(line: Line, now: datetime) -> str:
    parts = []
    if line.ok_at:
        parts.append(f"마지막으로 읽음 {when(line.ok_at, now)}")
    if line.newest_at:
        usual = f"(평소 간격 {span(line.gap)})" if line.gap else ""
        parts.append(f"가장 새 글 {published(line.newest_at, now)}{usual}")
    if line.rows or line.usual:
        parts.append(f"그때 글 {line.rows}건" + (f"(평소 {line.usual}건)" if line.usual else ""))
    return " · ".join(parts)


def _doing(line: Line, *, operator: bool) -> tuple[Button, ...]:
    buttons = []
    if line.state in {"unverified", "dead"} and line.url:
        buttons.append(Button("확인", f"source-check:{line.token}"))
    if operator and line.origin != "file":
        if line.state in {"ok", "new", "failing", "sick"}:
            buttons.append(Button("끄기", f"source-off:{line.token}"))
        elif line.state == "off":
            buttons.append(Button("켜기", f"source-on:{line.token}"))
    return (*buttons, LIST)


def span(value: timedelta) -> str:
    """`3시간`, `2일`, `40분`."""
    minutes = max(1, round(value.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes}분"
    return f"{round(minutes / 60)}시간" if minutes < 48 * 60 else f"{round(minutes / 1440)}일"


def not_found(wanted: str) -> Reply:
    """No source of that name."""
    text = f"'{short(wanted, 40)}' 출처를 찾지 못했습니다. 이름을 다시 보아 주십시오."
    return Reply(f"{text}\n새로 더하시려면 '이 게시판 추가 주소'라고 써 주십시오.", buttons=(LIST,))


def which(lines: Sequence[Line], verb: str) -> Reply:
    """Several sources fit: one press picks."""
    rows = [f"{number}. {line.agency} · {short(line.url, 60)}" for number, line in enumerate(lines[:PAGE], 1)]
    more = [f"그 밖에 {len(lines) - PAGE}곳이 더 있습니다. 이름을 더 길게 써 주십시오."] if len(lines) > PAGE else []
    buttons = tuple(Button(f"{number}", f"{verb}:{line.token}") for number, line in enumerate(lines[:PAGE], 1))
    return Reply("\n".join(["어느 것을 말씀하십니까?", *rows, *more]), buttons=buttons)


def ask_which(verb: str) -> Reply:
    """A verb without an agency."""
    return Reply(f"어느 기관인지 함께 써 주십시오. 예: '출처 {verb} 창원시'", buttons=(LIST,))


# --- checking, switching


def on_already(agency: str) -> Reply:
    """Checking or switching on what runs."""
    return Reply(f"{particle(agency, '은', '는')} 이미 읽고 있습니다.", buttons=(LIST,))


def off_already(agency: str) -> Reply:
    """Switching off what is off."""
    return Reply(f"{particle(agency, '은', '는')} 이미 꺼져 있습니다.", buttons=(LIST,))


def file_decides(agency: str, key: str) -> Reply:
    """What the settings file declares is changed there."""
    return Reply(
        f"{particle(agency, '은', '는')} 설정 파일에 적힌 출처라 대화로 바꿀 수 없습니다.\n"
        f"설정 파일의 그 [[source]]에 {key}라고 적고 다시 시작해 주십시오."
    )


def verified(agency: str, rows: int, newest: date | None) -> Reply:
    """An entry that was checked and now runs."""
    latest = f", 가장 새 글 {newest.month}. {newest.day}." if newest else ""
    return Reply(
        f"{agency} 게시판을 읽어 확인했습니다. 글 {rows}건{latest}\n지금부터 읽고, 새 글부터 알려 드립니다.",
        buttons=(LIST,),
    )


def not_verified(agency: str, code: str, detail: str = "") -> Reply:
    """An entry whose check failed; it stays off."""
    seen = f' 기록: "{short(detail, 80)}"' if detail else ""
    return Reply(f"{agency} 게시판을 확인하지 못했습니다. {cause(code)}.{seen}\n꺼진 채로 두었습니다. {advice(code)}")


def checked_all(good: Sequence[str], bad: Sequence[tuple[str, str]]) -> Reply:
    """What came of checking several entries: who runs now, and the others by what kept them."""
    on = f" 켠 곳: {_named(good)}" if good else ""
    rows = [f"확인 전이던 게시판 {len(good) + len(bad)}개를 읽어 보아 {len(good)}개를 켰습니다.{on}"]
    why: dict[str, list[str]] = {}
    for agency, code in bad:
        why.setdefault(brief_cause(code), []).append(agency)
    ordered = sorted(why.items(), key=lambda pair: -len(pair[1]))
    rows += [f"· {told} {len(names)}개: {_named(names)}" for told, names in ordered[:PAGE]]
    return Reply("\n".join(rows), buttons=(LIST,))


def _named(names: Sequence[str]) -> str:
    others = f" 외 {len(names) - 5}개" if len(names) > 5 else ""
    return ", ".join(names[:5]) + others


def looking_all(count: int) -> Reply:
    """A check of everything has begun."""
    return Reply(
        f"확인 전 출처 {count}곳을 차례로 살펴봅니다. 서버마다 쉬어 가며 읽어 몇 분 걸립니다. 끝나면 알려 드립니다."
    )


def switched(agency: str, token: str, *, on: bool) -> Reply:
    """A source switched on or off."""
    if on:
        return Reply(
            f"{particle(agency, '을', '를')} 다시 읽습니다.", buttons=(Button("끄기", f"source-off:{token}"), LIST)
        )
    text = f"{particle(agency, '을', '를')} 껐습니다. 이제 읽지 않고, 구독하신 분들께 이 기관의 새 글이 가지 않습니다."
    return Reply(text, buttons=(Button("켜기", f"source-on:{token}"), LIST))


def told_day(told: str) -> str:
    """A day as the search tells it: `2026-11-19`, or the text of one without a year."""
    try:
        return day(date.fromisoformat(told))
    except ValueError:
        return short(told, 20)
