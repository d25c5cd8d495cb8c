"""Words about a new source: what was found at an address, who may decide, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import particle, short, when, whom
from bot.wording.faults import advice, cause
from bot.wording.sources import KINDS, LICENCES, LIST, Line, told_day

_TITLE = 40
_ROBOTS = {"allowed": "수집 허용", "refused": "수집 거부(robots.txt)", "unknown": "수집 허용 여부 모름"}


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
            buttons=(Button("확인", f"source-check:{line.token}"), LIST),
        )
    if line.state in {"off", "dead"}:
        back = (Button("켜기", f"source-on:{line.token}"),) if operator and line.origin != "file" else ()
        return Reply(f"{line.agency} 출처로 이미 있으나 꺼져 있습니다.", buttons=(*back, LIST))
    read = f" {when(line.ok_at, now)}에 읽었습니다." if line.ok_at else ""
    return Reply(f"이미 읽고 있는 게시판입니다. 기관: {line.agency}.{read}", buttons=(LIST,))


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
    licence = LICENCES.get(find.licence, LICENCES[""])
    newest = f"가장 새 글 {told_day(find.newest)}" if find.newest else "날짜 없음"
    robots = _ROBOTS.get(find.robots, find.robots)
    facts = [KINDS.get(find.kind, find.kind), f"글 {find.rows}건", newest, robots, licence]
    rows = [" · ".join(each for each in facts if each)]
    if find.sample:
        rows.append("예: " + " / ".join(f"'{short(title, _TITLE)}'" for title in find.sample[:3]))
    how = "누리집이 알리는 RSS를 실제로 읽었습니다." if find.kind == "feed" else "그 화면의 목록을 실제로 읽었습니다."
    return [*rows, f"{how} {find.url}"]


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
        return Reply(f"{agency} 게시판을 처음 읽지 못했습니다. {cause(code)}. {advice(code)}", buttons=(LIST,))
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
    return Reply(f"이미 정해진 일입니다.{f' {agency}' if agency else ''} 더 하실 일은 없습니다.", buttons=(LIST,))


def draft_gone() -> Reply:
    """A find that is too old."""
    return Reply("찾은 지 오래되어 지워졌습니다. 주소를 다시 보내 주십시오.")


def operators_only(contact: str) -> Reply:
    """A manager at what only an operator decides."""
    return Reply(f"이것은 운영자만 정할 수 있습니다. 필요하시면 요청해 주십시오. 문의: {whom(contact)}")
