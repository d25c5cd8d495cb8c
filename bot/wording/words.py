"""Words of the conversation about words (낱말): an institution's own table over the shipped one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import day, particle, short, toward, whom
from nlp.synonyms import Expansion

_SHOWN = 6
_LATIN = re.compile(r"[a-z0-9&]{1,5}")
_FAULTS = {
    "letters": "'{term}'에는 글자·숫자·가운뎃점만 쓰실 수 있습니다. 그림 문자나 기호를 빼고 다시 써 주십시오.",
    "short": "'{term}'처럼 한 글자나 숫자만으로는 더할 수 없습니다. 두 글자 이상으로 써 주십시오.",
    "long": "낱말은 40자까지 됩니다. 짧게 나누어 써 주십시오.",
    "same": "양쪽이 같은 낱말('{term}')이라 더할 것이 없습니다.",
    "circle": "거꾸로도 찾게 되어 더하지 못했습니다. 뜻이 같다면 '>' 대신 '='로 써 주십시오.",
    "clash": "두 낱말은 이미 다른 관계로 있습니다. '낱말 삭제'로 지운 뒤 다시 더해 주십시오.",
    "many": "'{term}'에는 우리 기관 낱말이 10개 있어 더 넣을 수 없습니다. '낱말 목록'에서 지운 뒤 더해 주십시오.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the institution's table in words, and who wrote it when."""

    text: str
    by: str
    at: datetime


def line(kind: str, term: str, other: str) -> str:
    """`중기 = 중소벤처기업부`, `재난 > 산사태`; a shipped line switched off as `끔: 중기부 = 중기청`."""
    if kind == "-":
        return f"끔: {term} = {other}" if other else f"끔: {term}"
    return f"{term} {kind} {other}"


def how() -> Reply:
    """When 낱말 추가 comes without two words."""
    return Reply(
        "같은 뜻이면 '낱말 추가 중기 = 중소벤처기업부', 더 좁은 말이면 '낱말 추가 재난 > 산사태'처럼 써 주십시오."
    )


def what() -> Reply:
    """When 낱말 comes alone."""
    return Reply(
        "낱말 뒤에 궁금한 말을 써 주십시오. 예: '낱말 중기부' — 무엇으로도 찾는지 보여 드립니다.\n"
        "우리 기관이 더한 것은 '낱말 목록'에 있습니다.",
        buttons=(Button("낱말 목록", "words"),),
    )


def which(verb: str) -> Reply:
    """When a command comes without its word."""
    return Reply(f"어느 낱말인지 함께 써 주십시오. 예: '낱말 {verb} 중기 = 중소벤처기업부'")


def fault(reason: str, term: str) -> Reply:
    """Why a line can't be added, and the next step."""
    return Reply(_FAULTS[reason].format(term=short(term, 20)))


def full(limit: int) -> Reply:
    """The table is full."""
    return Reply(f"우리 기관 낱말은 {limit}개까지 됩니다. '낱말 목록'에서 쓰지 않는 것을 지운 뒤 더해 주십시오.")


def added(lines: Sequence[str], again: Sequence[str], weeks: Sequence[tuple[str, int]]) -> Reply:
    """Lines that now stand; `weeks`: how many documents of seven days show each new word."""
    if not lines:
        return Reply(f"{_names(again, '은', '는')} 이미 있습니다. 바뀐 것은 없습니다.")
    told = [f"{_names(lines)} 더했습니다. 우리 기관의 구독과 찾기에 바로 적용됩니다."]
    if again:
        told.append(f"{_names(again, '은', '는')} 이미 있었습니다.")
    if weeks:
        told.append("지난 7일 글: " + ", ".join(f"{word} {count}건" for word, count in weeks[:5]))
    told.append(f"되돌리려면 {quoted(f'낱말 삭제 {lines[0]}', '이라고', '라고')} 써 주십시오.")
    return Reply("\n".join(told))


def _names(lines: Sequence[str], closed: str = "을", open_: str = "를") -> str:
    shown = ", ".join(f"'{one}'" for one in lines[:5])
    return particle(shown if len(lines) <= 5 else f"{shown} 외 {len(lines) - 5}가지", closed, open_)


def quoted(text: str, closed: str, open_: str) -> str:
    """The text in quotation marks, with its particle."""
    return particle(f"'{text}'", closed, open_)


def removed(text: str) -> Reply:
    """A line that no longer stands."""
    return Reply(f"{quoted(text, '을', '를')} 지웠습니다. 구독과 찾기에 바로 적용됩니다.")


def several(lines: Sequence[str]) -> Reply:
    """When a word stands in several lines."""
    rows = "\n".join(f"· 낱말 삭제 {one}" for one in lines[:_SHOWN])
    return Reply(f"그 낱말이 든 줄이 {len(lines)}개입니다. 하나를 골라 그대로 써 주십시오.\n{rows}")


def not_own(text: str) -> Reply:
    """When what is to be removed was shipped."""
    return Reply(
        f"{quoted(text, '은', '는')} 도비가 처음부터 알던 낱말이라 지울 수 없습니다.\n"
        f"우리 기관에서만 쓰지 않으려면 {quoted(f'낱말 끄기 {text}', '이라고', '라고')} 써 주십시오."
    )


def unknown(text: str) -> Reply:
    """When a line to be removed, or switched, does not stand."""
    return Reply(
        f"{quoted(short(text, 40), '은', '는')} 우리 기관 낱말에 없습니다. '낱말 목록'에서 보고 다시 써 주십시오.",
        buttons=(Button("낱말 목록", "words"),),
    )


def own_line(text: str) -> Reply:
    """When what is to be switched off is the institution's own."""
    remove = quoted(f"낱말 삭제 {text}", "이라고", "라고")
    return Reply(f"{quoted(text, '은', '는')} 우리 기관이 더한 낱말입니다. 빼시려면 {remove} 써 주십시오.")


def off(term: str, other: str, *, narrower: bool, again: bool) -> Reply:
    """A shipped line that is switched off."""
    what_ = f"'{term}'과 '{other}'" if other else f"'{term}'"
    if again:
        return Reply(f"{particle(what_, '은', '는')} 이미 꺼져 있습니다.")
    told = (
        f"이제 {quoted(term, '을', '를')} 찾을 때 {quoted(other, '은', '는')} 함께 찾지 않습니다."
        if other
        else f"이제 {quoted(term, '은', '는')} 기본 낱말표의 다른 말로 찾지 않습니다."
    )
    back = f"낱말 켜기 {term} {'>' if narrower else '='} {other}" if other else f"낱말 켜기 {term}"
    return Reply(f"{told} 우리 기관에만 적용됩니다.\n되돌리려면 {quoted(back, '이라고', '라고')} 써 주십시오.")


def on(text: str) -> Reply:
    """What was switched off works again."""
    return Reply(f"{quoted(text, '을', '를')} 다시 켰습니다.")


def not_off(text: str) -> Reply:
    """When something to be switched on was never off."""
    return Reply(f"{quoted(short(text, 40), '은', '는')} 꺼져 있지 않습니다.")


def nothing_to_switch(term: str, other: str) -> Reply:
    """When the shipped table says nothing of it."""
    what_ = f"'{term}'에서 '{other}'" if other else f"'{term}'"
    return Reply(f"{particle(what_, '은', '는')} 기본 낱말표에 없어 끌 것이 없습니다.")


def explained(term: str, own: Sequence[str], shipped: Sequence[str], narrower: Sequence[str], off_: int) -> Reply:
    """What a word is also looked for as, from which table."""
    if not (own or shipped or off_):
        return Reply(
            f"{quoted(term, '은', '는')} 그 말 그대로 찾습니다. 함께 찾는 다른 말은 없습니다.\n"
            f"더하시려면 '낱말 제안 {term} = 다른 말'이라고 써 주십시오."
        )
    rows = [
        also_found(term, [*own, *shipped]) if own or shipped else f"{quoted(term, '은', '는')} 그 말 그대로 찾습니다."
    ]
    if own and shipped:
        rows.append(f"우리 기관 낱말: {_some(own)} · 기본 낱말: {_some(shipped)}")
    elif own:
        rows.append("우리 기관이 더한 낱말입니다.")
    elif shipped:
        rows.append("기본 낱말표에 있는 것입니다.")
    if narrower:
        rows.append(f"{quoted(term, '보다', '보다')} 좁은 말({_some(narrower)})만 든 글은 조금 낮게 봅니다.")
    if off_:
        rows.append(f"우리 기관이 끈 것이 {off_}가지 있습니다. '낱말 목록'에서 보실 수 있습니다.")
    return Reply("\n".join(rows))


def _some(words: Sequence[str]) -> str:
    return ", ".join(words[:_SHOWN]) + (f" 외 {len(words) - _SHOWN}가지" if len(words) > _SHOWN else "")


def also_found(term: str, others: Sequence[str]) -> str:
    """`'중기부'는 중소벤처기업부, 중소기업청으로도 찾습니다`."""
    names = ", ".join(_spelled(one) for one in others[:3])
    rest = f" 외 {len(others) - 3}가지" if len(others) > 3 else ""
    return f"{quoted(_spelled(term), '은', '는')} {toward(names + rest)}도 찾습니다."


def also(expansions: Sequence[Expansion]) -> list[str]:
    """What else a keyword is looked for as, a sentence a word that the table knows."""
    others: dict[str, list[str]] = {}
    for one in expansions:
        others.setdefault(one.term, []).append(one.instead)
    return [also_found(term, instead) for term, instead in others.items()]


def _spelled(term: str) -> str:
    """Short Latin words as people write them: AI, R&D; the tables hold small letters."""
    return term.upper() if _LATIN.fullmatch(term) else term


def listing(lines: Sequence[Said], start: int, total: int, more: int, *, manager: bool) -> Reply:
    """The institution's lines, newest first, a page of them; an administrator is told what else there is to do."""
    if not total:
        return Reply(
            "우리 기관이 더한 낱말이 아직 없습니다. 도비가 아는 기본 낱말로 찾고 있습니다.\n"
            "관리자는 '낱말 추가 중기 = 중소벤처기업부'처럼 더하실 수 있습니다."
        )
    rows = [f"{number}. {one.text} ({one.by}, {day(one.at)})" for number, one in enumerate(lines, start + 1)]
    if manager:
        rows.append("지우기 '낱말 삭제 …', 기본 낱말을 쓰지 않기 '낱말 끄기 중기부', 누가 바꿨는지 '낱말 기록'")
    return Reply(
        "\n".join([f"우리 기관 낱말 {total}개입니다.", *rows]),
        buttons=(Button("더 보기", f"words:{more}"),) if more else (),
    )


def change(kind: str, term: str, other: str, *, added: bool) -> str:
    """`중기 = 중소벤처기업부 더함`, `중기부 끔`."""
    if kind == "-":
        return f"{line('=', term, other) if other else term} {'끔' if added else '다시 켬'}"
    return f"{line(kind, term, other)} {'더함' if added else '지움'}"


def history(changes: Sequence[Said]) -> Reply:
    """The last changes, newest first."""
    if not changes:
        return Reply("아직 바꾼 낱말이 없습니다.")
    return Reply("\n".join(["낱말을 바꾼 기록입니다.", *(f"· {day(one.at)} {one.by}: {one.text}" for one in changes)]))


def managers_only(asked: str, contact: str) -> Reply:
    """To somebody who is no administrator: what they can do instead."""
    line_ = asked or "중기 = 중소벤처기업부"
    return Reply(
        f"낱말표는 관리자만 고칩니다. 문의: {whom(contact)}\n"
        f"{quoted(f'낱말 제안 {short(line_, 60)}', '이라고', '라고')} 써 주시면 관리자에게 바로 전해 드립니다."
    )


def proposed(text: str, *, again: bool, anybody: bool, contact: str) -> Reply:
    """A suggestion on its way."""
    if not anybody:
        return Reply(f"낱말을 고칠 관리자가 등록되어 있지 않아 전하지 못했습니다. 문의: {whom(contact)}")
    if again:
        return Reply(f"{quoted(text, '은', '는')} 이미 제안되어 관리자의 답을 기다리고 있습니다.")
    return Reply(f"{quoted(text, '을', '를')} 관리자에게 전했습니다. 정해지면 알려 드립니다.")


def proposals_full() -> Reply:
    """Too many suggestions wait."""
    return Reply("기다리는 낱말 제안이 많아 더 받지 못했습니다. 관리자가 살펴본 뒤 다시 써 주십시오.")


def stands(text: str) -> Reply:
    """A suggestion of what stands already."""
    return Reply(f"{quoted(text, '은', '는')} 이미 그렇게 찾고 있습니다.")


def suggestion(text: str, by: str, id_: str) -> Reply:
    """To an administrator: what somebody suggests."""
    return Reply(
        f"{by} 님이 낱말을 제안했습니다: {text}\n더하시면 우리 기관의 구독과 찾기에 바로 적용됩니다.",
        buttons=(Button("더하기", f"word-take:{id_}"), Button("그만", f"word-drop:{id_}")),
    )


def decided(text: str, *, taken: bool, contact: str = "") -> Reply:
    """To whoever suggested it."""
    if taken:
        return Reply(f"제안하신 낱말 {quoted(text, '을', '를')} 더했습니다. 고맙습니다.")
    return Reply(f"제안하신 낱말 {quoted(text, '은', '는')} 더하지 않기로 했습니다. 문의: {whom(contact)}")


def dropped() -> Reply:
    """A suggestion that was turned down."""
    return Reply("제안을 받지 않았습니다. 제안한 분께 알려 드립니다.")


def suggestion_gone() -> Reply:
    """A suggestion that was decided before."""
    return Reply("이미 정해진 제안입니다. 더 하실 일은 없습니다.")
