"""Words of the news conversation: subscriptions, pushes, corrections, briefings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.clock import KST
from bot.messenger import Button, Facts, Reply
from bot.platforms import Content
from bot.wording import SAY, day, moment, particle, public, published, short

_CORRECTED = re.compile(r"^\s*[\[(（【]?\s*(?:정정|수정)\s*[\])）】]\s*")
_TITLE = 90
_EXCERPT = 110
_FILE = 40
_LISTED = 20
_REMINDED = 2  # days before a deadline from which a morning is left to remind of it
_LEAD = re.compile(r"^(?:은|는|이|가)\s")  # what is left of "견본도청은 …" beside the agency's name in the head
_LEARNED = {
    "lifted": "지난번 '좋아요'를 반영했습니다.",
    "lifted by peers": "같은 과에서 찾으신 내용과 가깝습니다.",
    "tried": "지난번 '관련 없음'과 비슷하지만, 놓치지 않으시도록 한 번 보내 드립니다.",
}
_REASONS = {
    "deadline": "기한 임박",
    "own region": "우리 지역",
    "around": "이웃 지역",
    "own duty": "우리 업무",
    "several agencies": "여러 기관",
}
_AREA = "분야 "
_OWN_QUOTES = frozenset("'\"‘“")


@dataclass(frozen=True, slots=True)
class Card:
    """What a push says. By `deadline`, an instant or a day, `who` must act (`counted`: the day is our count).

    `file`, if any, holds the excerpt.

    `link_only`: nothing of the text may be shown; the address stands in its place. `moved` (`nlp.panel.Moved`): what
    the chat's taps had to do with it, where they made the difference. `note` says what it follows, `also` who told it
    too (`bot.wording.stories`).
    """

    agency: str
    title: str
    published_at: datetime | None
    excerpt: str
    deadline: datetime | date | None
    subscription: str
    words: tuple[str, ...]
    file: str = ""
    who: str = ""
    others: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    link_only: bool = False
    url: str = ""
    moved: str = ""
    counted: bool = False
    note: str = ""
    also: str = ""
    reasons: tuple[str, ...] = ()


def until(deadline: datetime | date, *, counted: bool = False) -> str:
    """`12. 4.(금) 18:00까지`; a day that is our count says so."""
    told = f"{moment(deadline) if isinstance(deadline, datetime) else day(deadline)}까지"
    return f"{told}(계산한 날짜)" if counted else told


def can_wait(deadline: datetime | date | None, now: datetime) -> bool:
    """Whether a morning is left on which to remind of it: it is later than tomorrow."""
    if deadline is None:
        return False
    last = deadline.astimezone(KST).date() if isinstance(deadline, datetime) else deadline
    return (last - now.astimezone(KST).date()).days >= _REMINDED


def push(card: Card, now: datetime, story: str, subscription_id: str, facts: Facts | None) -> Reply:
    """A document that somebody subscribed to.

    Where a deadline is ahead, 기한 알림 takes the place of 좋아요, which 자세히 offers then.
    """
    waits = can_wait(card.deadline, now) and not card.link_only
    remind = (Button("기한 알림", f"remind:{story}"),) if waits else ()
    like = (Button("좋아요", f"good:{story}"),) if subscription_id and not waits else ()
    off = (Button("관련 없음", f"off:{subscription_id}:{story}"),) if subscription_id else ()
    buttons = (Button("자세히", f"more:{story}"), *remind, *like, *off, Button("나중에", f"later:{story}"))
    return Reply(_card(card, now), buttons=buttons, facts=facts, content=Content.PUBLIC)


def _card(card: Card, now: datetime) -> str:
    """At most four lines: what and when, what changed or by when, its key sentence, why."""
    at = f" · {published(card.published_at, now)}" if card.published_at else ""
    mark = "[정정] " if card.changed else ""
    title = _CORRECTED.sub("", card.title) if mark else card.title
    lines = [f"{mark}[{card.agency}] {short(title, _TITLE)}{at}", card.note]
    if card.changed:
        lines.append(f"바뀐 것: {', '.join(card.changed)}")
    if card.deadline is not None and not any(one.startswith("기한") for one in card.changed):
        lines.append(f"기한: {_who(card)}{until(card.deadline, counted=card.counted)}")
    if card.link_only or not (card.changed or (card.note and card.deadline)):
        lines.append(_excerpt(card))
    lines.append(_why(card))
    return "\n".join(line for line in lines if line)


def _who(card: Card) -> str:
    return f"{particle(card.who, '은', '는')} " if card.who else ""


def _excerpt(card: Card) -> str:
    """The key sentence, with the file's name where it stands in one."""
    if card.link_only:
        return f"원문: {card.url}" if card.url else ""
    rest = card.excerpt.removeprefix(card.agency)
    sentence = short(_LEAD.sub("", rest) if _LEAD.match(rest) else card.excerpt, _EXCERPT)
    return f"붙임 '{short(card.file, _FILE)}': {sentence}" if card.file else sentence


def _why(card: Card) -> str:
    if card.also:
        return f"{_why(replace(card, also='', others=()))} {card.also}".strip()
    others = f"같은 소식: {card.others[0]}" if card.others else ""
    others += f" 외 {len(card.others) - 1}곳" if len(card.others) > 1 else ""
    if not card.subscription:
        return others or ("앞서 보내 드린 소식이 이어져 알려 드립니다." if card.note else "")
    if card.subscription.startswith(_AREA):
        return f"{quote(card.subscription)} 글입니다. {others}".rstrip()
    found = ", ".join(f"'{word}'" for word in card.words[:3])
    shown = f" 글에 {particle(found, '이', '가')} 있습니다." if found else " 내용이 가깝습니다."
    learned = f" {_LEARNED[card.moved]}" if card.moved in _LEARNED else ""
    return f"{quote(card.subscription)} 구독이라 보내 드립니다.{shown}{learned} {others}".rstrip()


def details(
    agency: str,
    department: str,
    title: str,
    published_at: datetime | None,
    body: str,
    attachments: Sequence[str],
    deadline: datetime | date | None,
    url: str,
    now: datetime,
    *,
    counted: bool = False,
) -> Reply:
    """The document behind a push, for a work PC whose links are dead."""
    at = f" · {published(published_at, now)}" if published_at else ""
    lines = [f"[{agency}{' ' + department if department else ''}] {title}{at}"]
    if deadline is not None:
        lines.append(f"기한: {until(deadline, counted=counted)}")
    lines.append(body)
    if attachments:
        lines.append("붙임: " + ", ".join(attachments))
    lines.append(f"원문: {url}")
    return public("\n".join(line for line in lines if line))


def link_only(agency: str, title: str, published_at: datetime, url: str, now: datetime) -> Reply:
    """The document behind a push whose text may be neither shown nor kept."""
    lines = [
        f"[{agency}] {title} · {published(published_at, now)}",
        "이용 조건이 밝혀져 있지 않거나 제한되어 있어 제목과 주소만 보여 드립니다.",
        f"원문: {url}",
    ]
    return public("\n".join(lines))


def document_gone() -> Reply:
    """When the document behind a button is past its days."""
    return public("보관 기간(30일)이 지나 본문이 없습니다. 발표 기관 누리집에서 보실 수 있습니다.")


def quote(words: str) -> str:
    """The words in quotation marks, unless they bring their own; an area as `'농업·농촌' 분야`."""
    if words.startswith(_AREA):
        return f"'{words.removeprefix(_AREA)}' 분야"
    return words if words[:1] in _OWN_QUOTES else f"'{words}'"


def subscribed(
    words: str,
    exclude: Sequence[str],
    where: str | None,
    week: int | None,
    examples: Sequence[str],
    also: Sequence[str],
) -> Reply:
    """A subscription that now stands, with what it would have brought; `week` None: nothing was read yet to count.

    `also`: sentences that tell what else is looked for (`bot.wording.words.also_found`).
    """
    target = f"{where} 채널로" if where else "여기로"
    lines = [f"{quote(words)} 소식을 {target} 보내 드리겠습니다."]
    if exclude:
        names = ", ".join(quote(word) for word in exclude)
        lines[0] += f" {particle(names, '이', '가')} 든 글은 뺍니다."
    if also:
        lines.append(" ".join(also[:2]))
    if week is None:
        lines.append("아직 모은 글이 없어 얼마나 올지 미리 셈하지 못했습니다. 새 글이 나오면 바로 알려 드립니다.")
    elif week:
        lines.append(f"지난 7일이면 {week}건입니다. 예: {short(examples[0], 50)}")
    else:
        lines.append("지난 7일이면 0건입니다. 더 넓은 낱말을 함께 구독하시면 좋습니다.")
    return Reply("\n".join(lines), buttons=(Button("목록", "subs"), Button("브리핑", "briefing")))


def already(words: str) -> Reply:
    """A subscription that stood before."""
    return Reply(f"{quote(words)} 소식은 이미 보내 드리고 있습니다.", buttons=(Button("목록", "subs"),))


def ask_words() -> Reply:
    """When 구독 comes without a word."""
    return Reply("어떤 소식을 받아 보시겠습니까? 낱말을 써 주십시오. 예: 재난안전, 청년 일자리")


def words_too_long(limit: int) -> Reply:
    """A keyword beyond what we match."""
    return Reply(f"구독 낱말은 {limit}자까지 됩니다. 짧게 나누어 여러 번 구독해 주십시오.")


def too_many(limit: int) -> Reply:
    """One chat has as many subscriptions as we carry."""
    return Reply(
        f"구독은 {limit}개까지 됩니다. 쓰지 않는 것을 해지한 뒤 다시 해 주십시오.", buttons=(Button("목록", "subs"),)
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A subscription in a list."""

    id: str
    words: str
    exclude: tuple[str, ...]
    rest: str = ""


def listing(lines: Sequence[Line], where: str | None) -> Reply:
    """All subscriptions of this chat."""
    if not lines:
        return nothing_yet()
    rows = [
        f"{number}. {line.words}" + (f" (제외: {', '.join(line.exclude)})" if line.exclude else "") + line.rest
        for number, line in enumerate(lines, 1)
    ]
    head = f"{where} 채널의 구독 {len(lines)}개입니다." if where else f"구독 {len(lines)}개입니다."
    tail = "'해지 1', '쉬기 1', '제외 1 채용'처럼 쓰실 수 있습니다."
    return Reply(
        "\n".join([head, *rows, tail]),
        buttons=tuple(Button(f"{n} 해지", f"unsub:{line.id}") for n, line in enumerate(lines[:5], 1)),
    )


def which(action: str, rows: Sequence[tuple[str, str]] = ()) -> Reply:
    """When it is not clear which subscription is meant; `rows`: the words and the id of those that can end."""
    how = "번호나 낱말로 말씀해 주십시오."
    asked = f"어느 구독을 {action}할까요? {how}" if rows else f"어느 구독을 {action}할지 {how} 예: '{action} 1'"
    shown = [f"{n}. {text}" for n, (text, _) in enumerate(rows[:5], 1)]
    ends = tuple(Button(f"{n} {action}", f"unsub:{one}") for n, (_, one) in enumerate(rows[:5], 1))
    return Reply("\n".join([asked, *shown]), buttons=(*ends, Button("목록", "subs")))


def spared(words: str, *, stands: bool) -> Reply:
    """What was to stay when something else ended."""
    if stands:
        return Reply(f"{quote(words)} 구독은 그대로입니다.")
    return Reply(
        f"{quote(words)} 구독은 지금 없습니다. 다시 받으시려면 눌러 주십시오.",
        buttons=(Button(f"구독 {words}", f"{SAY}구독 {words}"),),
    )


def removed(words: Sequence[str]) -> Reply:
    """Subscriptions ended."""
    names = ", ".join(quote(word) for word in words)
    again = particle(f"'구독 {words[0]}'", "이라고", "라고")
    return Reply(f"{names} 구독을 끝냈습니다. 다시 받으시려면 {again} 써 주십시오.")


def nothing_yet() -> Reply:
    """This chat has no subscription."""
    return Reply("아직 구독이 없습니다. '구독 재난안전'처럼 써 보십시오.", buttons=(Button("구독하기", "subscribe"),))


def not_found(wanted: str) -> Reply:
    """No subscription, or more than one, of that name."""
    return Reply(
        f"{quote(short(wanted, 40))} 구독을 찾지 못했습니다. '목록'에서 번호를 보고 다시 말씀해 주십시오.",
        buttons=(Button("목록", "subs"),),
    )


def no_longer() -> Reply:
    """A button of a subscription that has ended."""
    return Reply("이미 끝난 구독입니다. 더 하실 일은 없습니다.", buttons=(Button("목록", "subs"),))


def paused(words: Sequence[str]) -> Reply:
    """Subscriptions that rest."""
    names = ", ".join(quote(word) for word in words)
    again = particle(f"'다시 {words[0]}'", "이라고", "라고")
    return Reply(f"{names} 소식을 쉽니다. 다시 받으시려면 {again} 써 주십시오.")


def resumed(words: Sequence[str]) -> Reply:
    """Subscriptions that run again."""
    return Reply(f"{', '.join(quote(word) for word in words)} 소식을 다시 보내 드리겠습니다.")


def excluding(words: str, exclude: Sequence[str], undo: str = "") -> Reply:
    """Words that silence a subscription; `undo`: what takes it back carries."""
    back = (Button("되돌리기", f"wish:back:{undo}"),) if undo else ()
    if not exclude:
        return Reply(f"'{words}' 구독의 제외어를 모두 지웠습니다.", buttons=back)
    names = ", ".join(f"'{word}'" for word in exclude)
    return Reply(f"'{words}' 소식에서 {particle(names, '이', '가')} 든 글은 빼고 보내 드리겠습니다.", buttons=back)


def which_word(subscriptions: Sequence[tuple[str, str]]) -> Reply:
    """Words that only point at something, where a word is left out: nothing was changed. Ids and words."""
    return Reply(
        "어느 낱말인지 분명하지 않아 아무것도 바꾸지 않았습니다.\n"
        "그 낱말이 든 글만 빼시려면 '제외 채용'처럼 써 주십시오. 구독을 끝내시려면 아래를 눌러 주십시오.",
        buttons=tuple(Button(short(f"{text} 해지", 14), f"unsub:{one}") for one, text in subscriptions[:3]),
    )


def how_to_exclude() -> Reply:
    """When 제외 comes without words."""
    return Reply(
        "무엇을 뺄지 함께 써 주십시오. 예: '제외 재난안전 채용' 또는 '제외 1 채용'", buttons=(Button("목록", "subs"),)
    )


def briefing(cards: Sequence[Card], total: int, now: datetime, sick: Sequence[Silent], held_back: int = 0) -> Reply:
    """Today's documents for this person, best first; `sick` names sources that can't be reached.

    `held_back` counts what taps kept out.
    """
    if not cards:
        text = f"{day(now)} 오늘은 구독하신 낱말에 맞는 새 소식이 아직 없습니다."
        return Reply(with_sick(text, sick), buttons=(Button("목록", "subs"),))
    rows = []
    for number, card in enumerate(cards, 1):
        limit = f" (기한 {until(card.deadline, counted=card.counted)})" if card.deadline else ""
        at = f" · {published(card.published_at, now)}" if card.published_at else ""
        why = "".join(f" · {_REASONS[one]}" for one in card.reasons if one in _REASONS)
        rows.append(f"{number}. [{card.agency}] {short(card.title, 60)}{limit}{at} — {card.subscription}{why}")
    head = f"{day(now)} 브리핑입니다. 맞는 소식 {total}건 가운데 {len(cards)}건입니다."
    if held_back:
        rows.append(f"지난번 '관련 없음'을 반영해 {held_back}건을 뺐습니다.")
    return Reply(with_sick("\n".join([head, *rows]), sick), buttons=(Button("목록", "subs"),))


@dataclass(frozen=True, slots=True)
class Silent:
    """An agency whose board can't be read, and since when."""

    agency: str
    since: datetime | None


def with_sick(text: str, sick: Sequence[Silent]) -> str:
    """The digest with the boards of which something may be missing: since when, so that the reader can judge."""
    if not sick:
        return text
    since = min((one.since for one in sick if one.since), default=None)
    others = f" 외 {len(sick) - 1}곳" if len(sick) > 1 else ""
    at = f"{moment(since)}부터" if since else "아직"
    return (
        f"{text}\n{particle(f'{sick[0].agency} 게시판{others}', '을', '를')} {at} 읽지 못하고 있어 빠졌을 수 있습니다."
    )


def briefing_without_subscriptions(titles: Sequence[str]) -> Reply:
    """Today's documents for somebody who has told no interest yet."""
    rows = "\n".join(f"· {short(title, 70)}" for title in titles)
    seen = f"\n오늘 나온 것은 이렇습니다.\n{rows}" if titles else ""
    return Reply(
        f"아직 구독이 없어 골라 드리지 못합니다. '구독 재난안전'처럼 써 주십시오.{seen}",
        buttons=(Button("구독하기", "subscribe"),),
    )
