"""Words of the search conversation: what was found, nothing found, what is alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.clock import KST
from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import day, particle, short
from bot.wording.news import quote, until

_TITLE = 60
_MOST_BUTTONS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A document in a list; `others` tell the same event."""

    agency: str
    title: str
    published_at: datetime
    handle: str
    others: int = 0


def heading(
    words: str, first: date | None, last: date | None, whose: Sequence[str], today: date, out: Sequence[str] = ()
) -> str:
    """What was asked for, as it was understood: `'소상공인' · 중소벤처기업부 · 11. 16.~11. 22. · '융자' 제외`."""
    parts = [quote(short(words, 40))] if words else []
    if whose:
        parts.append(whose[0] + (f" 외 {len(whose) - 1}곳" if len(whose) > 1 else ""))
    if first and last:
        parts.append(_period(first, last, today))
    if out:
        parts.append(f"{', '.join(quote(short(one, 20)) for one in out[:3])} 제외")
    return " · ".join(parts)


def _period(first: date, last: date, today: date) -> str:
    years = first.year != today.year or last.year != today.year
    ends = [f"{one.year}. {one.month}. {one.day}." if years else f"{one.month}. {one.day}." for one in (first, last)]
    return ends[0] if first == last else "~".join(ends)


def whose(levels: Sequence[str]) -> list[str]:
    """Levels by name."""
    names = {"central": "중앙부처", "province": "시·도", "city": "시·군·구", "other": "그 밖의 기관"}
    return [names[level] for level in sorted(levels)]


def _at(value: datetime, now: datetime) -> str:
    """The day, with its year where it isn't this one."""
    local = value.astimezone(KST)
    same = local.year == now.astimezone(KST).year
    return day(value) if same else f"{local.year}. {local.month}. {local.day}."


def results(head: str, rows: Sequence[Row], start: int, total: int, more: str, now: datetime, left: int) -> Reply:
    """A page of what was found, numbered on from `start`; `more` is carried by the button, `left` not yet read in."""
    note = f" (아직 {left:,}건은 읽어 들이는 중)" if left else ""
    first = (
        f"{head} {total}건입니다.{note}" if start == 0 else f"{head} {total}건 가운데 {start + 1}번부터입니다.{note}"
    )
    lines = [first]
    for number, row in enumerate(rows, start + 1):
        others = f" 외 {row.others}곳" if row.others else ""
        lines.append(f"{number}. [{row.agency}{others}] {short(row.title, _TITLE)} · {_at(row.published_at, now)}")
    buttons = [Button(str(number), f"doc:{row.handle}") for number, row in enumerate(rows, start + 1)]
    if more:
        buttons.append(Button("더 보기", more))
    return Reply("\n".join(lines), buttons=tuple(buttons))


def with_also(page: Reply, sentences: Sequence[str]) -> Reply:
    """The first page with what else was looked for (`bot.wording.words.also`) behind its head, in no further line."""
    if not sentences:
        return page
    head, line, rest = page.text.partition("\n")
    return replace(page, text=f"{head} {sentences[0]}{line}{rest}")


def nothing(head: str, words: str, wider: str, left: int) -> Reply:
    """Nothing found: without the conditions, or as a subscription; `wider` is carried by the button, if any."""
    lines = [f"{head} 글을 찾지 못했습니다."]
    if left:
        lines[0] += f" 아직 {left:,}건은 읽어 들이는 중이니 1분 뒤에 다시 찾아 주십시오."
    buttons = []
    if wider:
        lines.append("기간이나 기관을 빼고 다시 찾으시겠습니까?")
        buttons.append(Button("조건 없이 찾기", wider))
    elif words:
        lines.append("더 짧은 낱말로 다시 찾으시거나, 구독해 두시면 새 글이 나올 때 알려 드립니다.")
    subscribe = f"subscribe:{words}"
    if words and len(subscribe.encode()) <= MAX_PRESS:
        buttons.append(Button("구독하기", subscribe))
    return Reply("\n".join(lines), buttons=tuple(buttons))


def ask() -> Reply:
    """When 찾기 comes without a word."""
    return Reply(
        "무엇을 찾아 드릴까요? 낱말과 기간, 기관을 써 주십시오. 예: 재난지원금 지난달, 소상공인 중기부 이번 주"
    )


def too_long(limit: int) -> Reply:
    """A question longer than is read."""
    return Reply(f"찾는 말은 {limit}자까지 됩니다. 낱말 몇 개로 줄여 주십시오.")


def no_more() -> Reply:
    """After the last page."""
    return Reply("찾은 글을 모두 보여 드렸습니다. 낱말이나 기간을 바꾸어 다시 찾아 주십시오.")


def old_search() -> Reply:
    """더 보기 of a search that is forgotten."""
    return Reply("하루가 지난 찾기라 이어 보여 드리지 못합니다. '찾기 낱말'로 다시 찾아 주십시오.")


def not_yet(left: int) -> Reply:
    """A button of a document that isn't read in yet."""
    return Reply(f"글 {left:,}건을 아직 읽어 들이는 중입니다. 1분 뒤에 다시 눌러 주십시오.")


def like_heading(title: str) -> str:
    """What the alike are alike to."""
    return f"{particle(quote(short(title, 30)), '과', '와')} 비슷한 글"


def nothing_alike() -> Reply:
    """No document near to it."""
    return Reply("비슷한 글을 찾지 못했습니다. '찾기 낱말'로 찾아보실 수 있습니다.")


def past_its_days(
    agency: str, title: str, published_at: datetime, deadline: datetime | date | None, url: str, now: datetime
) -> Reply:
    """A document whose text is no longer kept."""
    lines = [f"[{agency}] {title} · {_at(published_at, now)}"]
    if deadline is not None:
        lines.append(f"기한: {until(deadline)}")
    lines += ["보관 기간(30일)이 지나 본문은 없고 제목과 주소만 있습니다.", f"원문: {url}"]
    return Reply("\n".join(lines))


def with_like(reply: Reply, handle: str) -> Reply:
    """The message with the button [비슷한 것], where there is room for one."""
    if len(reply.buttons) >= _MOST_BUTTONS:
        return reply
    return replace(reply, buttons=(*reply.buttons, Button("비슷한 것", f"like:{handle}")))
