"""Words about sources: which are read, which are not and why, what was found at an address, what may be done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import day, particle, published, short, when, whom
from bot.wording.faults import advice, brief_cause, cause

PAGE = 8
_TITLE = 40
_LIST = Button("출처 상태", "sources")
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
_KINDS = {"feed": "RSS", "board": "게시판", "eminwon": "새올 고시공고", "openapi": "공공데이터포털"}
_ORIGINS = {"file": "설정 파일", "catalogue": "기본 목록", "chat": "대화로 추가"}
_LICENCES = {
    "KOGL-0": "공공누리 자유이용",
    "KOGL-1": "공공누리 제1유형",
    "KOGL-2": "공공누리 제2유형(제목과 링크만 보냄)",
    "KOGL-3": "공공누리 제3유형(제목과 링크만 보냄)",
    "KOGL-4": "공공누리 제4유형(제목과 링크만 보냄)",
    "state": "국가·지방자치단체 저작물",
    "forbidden": "전재 금지 표시(제목과 링크만 보냄)",
    "": "이용 조건 표시 없음(제목과 링크만 보냄)",
}
_ROBOTS = {"allowed": "수집 허용", "refused": "수집 거부(robots.txt)", "unknown": "수집 허용 여부 모름"}


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
        return Reply("확인을 기다리는 출처가 없습니다.", buttons=(_LIST,))
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
    about = [_KINDS.get(line.kind, line.kind), _ORIGINS.get(line.origin, "")]
    about += ["대화로 바꿈"] if line.changed else []
    about += [_LICENCES.get(line.licence, _LICENCES[""])]
    rows.append(" · ".join(each for each in about if each))
    rows.append(f"주소: {line.url}" if line.url else "주소: 아직 모름")
    rows.append(_evidence(line))
    return Reply("\n".join(row for row in rows if row), buttons=_doing(line, operator=operator))


_READ = re.compile(r"(?:(?:fetched (\d{4}-\d\d-\d\d)|board rows|read as \w+): (\d+))")


def _evidence(line: Line) -> str:
    """How the address is known: in Korean where Dobi wrote it down, else the catalogue's own note."""
    if found := _READ.search(line.evidence):
        on = f"{_day(found[1])}에 " if found[1] else ""
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
    return (*buttons, _LIST)


def span(value: timedelta) -> str:
    """`3시간`, `2일`, `40분`."""
    minutes = max(1, round(value.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes}분"
    return f"{round(minutes / 60)}시간" if minutes < 48 * 60 else f"{round(minutes / 1440)}일"


def not_found(wanted: str) -> Reply:
    """No source of that name."""
    text = f"'{short(wanted, 40)}' 출처를 찾지 못했습니다. 이름을 다시 보아 주십시오."
    return Reply(f"{text}\n새로 더하시려면 '이 게시판 추가 주소'라고 써 주십시오.", buttons=(_LIST,))


def which(lines: Sequence[Line], verb: str) -> Reply:
    """Several sources fit: one press picks."""
    rows = [f"{number}. {line.agency} · {short(line.url, 60)}" for number, line in enumerate(lines[:PAGE], 1)]
    more = [f"그 밖에 {len(lines) - PAGE}곳이 더 있습니다. 이름을 더 길게 써 주십시오."] if len(lines) > PAGE else []
    buttons = tuple(Button(f"{number}", f"{verb}:{line.token}") for number, line in enumerate(lines[:PAGE], 1))
    return Reply("\n".join(["어느 것을 말씀하십니까?", *rows, *more]), buttons=buttons)


def ask_which(verb: str) -> Reply:
    """A verb without an agency."""
    return Reply(f"어느 기관인지 함께 써 주십시오. 예: '출처 {verb} 창원시'", buttons=(_LIST,))


# --- adding


def ask_address() -> Reply:
    """게시판 추가 without an address."""
    return Reply(
        "추가할 게시판의 주소를 보내 주십시오. 누리집에서 그 게시판을 열고 주소창의 글을 그대로 붙이시면 됩니다."
    )


def refused_address(reason: str = "") -> Reply:
    """An address that is never opened; nothing was fetched."""
    why = {
        "scheme": "http나 https로 시작하는 주소만 엽니다.",
        "look_alike": "기관 누리집과 비슷하게 꾸민 주소로 보입니다. 주소를 다시 확인해 주십시오.",
    }.get(reason, "공개된 누리집의 주소가 아닙니다. 내부망이나 숫자로 된 주소는 열지 않습니다.")
    return Reply(f"그 주소는 열지 않았습니다. {why}\n기관 누리집의 주소창에 보이는 주소를 그대로 보내 주십시오.")


def looking(agency: str = "") -> Reply:
    """A search that takes a while has begun."""
    what = f"{agency} 게시판을" if agency else "그 주소를"
    return Reply(f"{what} 살펴보고 있습니다. 1분쯤 걸립니다. 끝나면 여기로 알려 드립니다.")


def looking_already() -> Reply:
    """The same was asked a moment ago."""
    return Reply("그 주소는 이미 살펴보고 있습니다. 끝나면 여기로 알려 드립니다.")


def too_many_searches() -> Reply:
    """More at once than are carried."""
    return Reply("지금 살펴보는 주소가 많습니다. 먼저 부탁하신 것이 끝난 뒤에 다시 보내 주십시오.")


def known(line: Line, now: datetime, *, operator: bool) -> Reply:
    """Adding what is there."""
    if line.state == "unverified":
        name = particle(line.agency, "은", "는")
        return Reply(
            f"{name} 기본 목록에 있으나 확인 전입니다.\n'확인'을 누르시면 읽어 보고 켭니다.",
            buttons=(Button("확인", f"source-check:{line.token}"), _LIST),
        )
    if line.state in {"off", "dead"}:
        back = (Button("켜기", f"source-on:{line.token}"),) if operator and line.origin != "file" else ()
        return Reply(f"{line.agency} 출처로 이미 있으나 꺼져 있습니다.", buttons=(*back, _LIST))
    read = f" {when(line.ok_at, now)}에 읽었습니다." if line.ok_at else ""
    return Reply(f"이미 읽고 있는 게시판입니다. 기관: {line.agency}.{read}", buttons=(_LIST,))


@dataclass(frozen=True, slots=True)
class Find:
    """What was found at an address; `number` of `count`, `draft` and `offer` name it in buttons."""

    draft: str
    offer: int
    count: int
    agency: str
    title: str
    kind: str
    url: str
    rows: int
    newest: str
    sample: tuple[str, ...]
    robots: str
    licence: str


def found(find: Find, *, decides: bool) -> Reply:
    """A find, for the operator to decide, or for a manager to see."""
    rows = [f"게시판을 찾았습니다{_number(find)}. {_agency(find)}", *_facts(find)]
    if not decides:
        rows.append("운영자에게 추가를 요청했습니다. 정해지면 알려 드립니다.")
    return Reply("\n".join(rows), buttons=_choices(find) if decides else _others(find))


def requested(find: Find, asker: str) -> Reply:
    """A find that somebody else asked for; "" is somebody of another institution, whose name is not told."""
    who = f"{asker} 님" if asker else "다른 기관의 관리자"
    head = f"[출처 추가 요청] {particle(who, '이', '가')} 게시판 추가를 요청했습니다{_number(find)}. {_agency(find)}"
    return Reply("\n".join([head, *_facts(find)]), buttons=_choices(find))


def _number(find: Find) -> str:
    return f" ({find.offer + 1}/{find.count})" if find.count > 1 else ""


def _agency(find: Find) -> str:
    return f"기관: {find.agency}" if find.agency else "기관: 아직 모름"


def _facts(find: Find) -> list[str]:
    licence = _LICENCES.get(find.licence, _LICENCES[""])
    newest = f"가장 새 글 {_day(find.newest)}" if find.newest else "날짜 없음"
    robots = _ROBOTS.get(find.robots, find.robots)
    facts = [_KINDS.get(find.kind, find.kind), f"글 {find.rows}건", newest, robots, licence]
    rows = [" · ".join(each for each in facts if each)]
    if find.sample:
        rows.append("예: " + " / ".join(f"'{short(title, _TITLE)}'" for title in find.sample[:3]))
    how = "누리집이 알리는 RSS를 실제로 읽었습니다." if find.kind == "feed" else "그 화면의 목록을 실제로 읽었습니다."
    return [*rows, f"{how} {find.url}"]


def _day(told: str) -> str:
    """A day as the search tells it: `2026-11-19`, or the text of one without a year."""
    try:
        return day(date.fromisoformat(told))
    except ValueError:
        return short(told, 20)


def _choices(find: Find) -> tuple[Button, ...]:
    add = Button("추가", f"draft:{find.draft}:add:{find.offer}")
    rename = (Button("기관 이름", f"draft:{find.draft}:name:{find.offer}"),) if find.agency else ()
    return (add, *_others(find), *rename, Button("취소", f"draft:{find.draft}:no:{find.offer}"))


def _others(find: Find) -> tuple[Button, ...]:
    if find.count < 2:
        return ()
    return (Button("다른 후보", f"draft:{find.draft}:show:{(find.offer + 1) % find.count}"),)


def nothing_found(url: str, code: str, robots: str) -> Reply:
    """No list at that address, or it could not be read."""
    if code and code not in {"no_rows", "empty", "wrong_kind"}:  # which say no more than what follows
        return Reply(f"{short(url, 80)}\n읽지 못했습니다. {cause(code)}. {advice(code)}")
    if robots == "refused":
        return Reply(f"{short(url, 80)}\n읽지 않았습니다. {cause('robots')}. {advice('robots')}")
    return Reply(
        f"{short(url, 80)}\n이 주소에서 글 목록을 찾지 못했습니다.\n"
        "글 제목이 줄줄이 보이는 목록 화면(보도자료, 공지사항 등)의 주소를 보내 주십시오."
    )


def ask_agency() -> Reply:
    """The agency's name is not plain from the page."""
    return Reply("어느 기관의 게시판입니까? 소식 앞에 붙일 이름을 써 주십시오. 예: 창원시")


def bad_agency() -> Reply:
    """No name that could stand before a message."""
    return Reply("기관 이름은 한 줄, 40자까지 됩니다. 다시 써 주십시오. 예: 창원시")


def added(agency: str) -> Reply:
    """An approved board."""
    return Reply(
        f"{particle(agency, '을', '를')} 추가했습니다. 지금 처음 읽고 있습니다.\n"
        "처음 읽는 글은 이미 나온 글로 보고 보내지 않으며, 그 뒤의 새 글부터 알려 드립니다."
    )


def first_read(agency: str, count: int, code: str = "") -> Reply:
    """What the first poll came to."""
    if code:
        return Reply(f"{agency} 게시판을 처음 읽지 못했습니다. {cause(code)}. {advice(code)}", buttons=(_LIST,))
    return Reply(
        f"{agency} 게시판에서 이미 나온 글 {count}건을 읽어 두었습니다. 새 글이 나오면 구독에 맞추어 알려 드립니다."
    )


def declined() -> Reply:
    """A find that is not wanted."""
    return Reply("추가하지 않았습니다.")


def decided(agency: str, *, accepted: bool, contact: str = "") -> Reply:
    """To whoever asked: what the operator decided."""
    if accepted:
        return Reply(f"요청하신 {agency} 게시판을 이제 읽습니다. 그 뒤의 새 글부터 구독에 맞추어 알려 드립니다.")
    return Reply(
        f"요청하신 게시판은 추가하지 않기로 했습니다. 까닭은 운영자에게 물어보아 주십시오. 문의: {whom(contact)}"
    )


def decided_before(agency: str = "") -> Reply:
    """A button of a find that somebody decided already."""
    return Reply(f"이미 정해진 일입니다.{f' {agency}' if agency else ''} 더 하실 일은 없습니다.", buttons=(_LIST,))


def draft_gone() -> Reply:
    """A find that is too old."""
    return Reply("찾은 지 오래되어 지워졌습니다. 주소를 다시 보내 주십시오.")


def operators_only(contact: str) -> Reply:
    """A manager at what only an operator decides."""
    return Reply(f"이것은 운영자만 정할 수 있습니다. 필요하시면 요청해 주십시오. 문의: {whom(contact)}")


# --- checking, switching


def on_already(agency: str) -> Reply:
    """Checking or switching on what runs."""
    return Reply(f"{particle(agency, '은', '는')} 이미 읽고 있습니다.", buttons=(_LIST,))


def off_already(agency: str) -> Reply:
    """Switching off what is off."""
    return Reply(f"{particle(agency, '은', '는')} 이미 꺼져 있습니다.", buttons=(_LIST,))


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
        buttons=(_LIST,),
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
    return Reply("\n".join(rows), buttons=(_LIST,))


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
            f"{particle(agency, '을', '를')} 다시 읽습니다.", buttons=(Button("끄기", f"source-off:{token}"), _LIST)
        )
    text = f"{particle(agency, '을', '를')} 껐습니다. 이제 읽지 않고, 구독하신 분들께 이 기관의 새 글이 가지 않습니다."
    return Reply(text, buttons=(Button("켜기", f"source-on:{token}"), _LIST))
