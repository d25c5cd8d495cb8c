"""Whether a document that was told before says something else now. Pure: decides, touches nothing.

Told is a changed title, file or text. Not told are counters and layout, a file that could be read only the second time,
an emptied page, a login or an error in its place; and what comes and goes: after two returns to what was told before a
document's swings are silence, and after two corrections of the text alone the next must be seen twice to be believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crawlers.article import Article, Attachment
from crawlers.headlines import short
from crawlers.identity import fingerprint, normal
from crawlers.memory import Seen
from crawlers.near import figures

MAX_FLIPS = 2
MAX_WORDY = 2
_PAST = 12
_TELLING = 100  # normal characters of body and files
_SOME = 40  # below that, a body ("붙임 참조") says nothing at all
_UNREAD_OK = {"", "duplicate"}
_EXCUSE = re.compile(
    r"로그인\s*(?:이|을|후|하|페이지|필요)|세션이?\s*(?:만료|종료)|권한이\s*없|찾을\s*수\s*없|존재하지\s*않|비정상적인?\s*접근|"
    r"잘못된\s*(?:접근|요청|경로)|접근이?\s*(?:차단|제한|거부)|차단되었|(?:서비스|시스템|서버|정기)\s*점검|일시적(?:인|으로)?\s*(?:오류|장애|중단)|"
    r"오류가\s*발생|에러가\s*발생|본인\s*(?:인증|확인)|자바스크립트|javascript|not\s*found|forbidden|access\s*denied|"
    r"service\s*unavailable|internal\s*server\s*error|bad\s*gateway|captcha",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(r"취소|철회|연기|중단|중지|정정|변경|삭제|종료|마감")
_EXCUSE_CHARS = 500


@dataclass(frozen=True, slots=True)
class Print:
    """What one reading of a document says, in hashes.

    `telling`: 2 all of it was read and is long enough, 1 one of both holds, 0 it says nothing of its own. A short body
    with a file that was read tells as much as a long one with a file that was not.
    """

    title: str
    body: str
    files: str
    said: str
    whole: str
    facts: str
    size: int
    telling: int


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done about a reading: nothing (`same`), look once more (`wait`), or tell (`told`)."""

    what: str
    seen: Seen
    root: Seen


def print_of(article: Article) -> Print:
    """The print of an article."""
    files = [(item.name, item.text) for item in article.attachments]
    unread = any(item.reason not in _UNREAD_OK for item in article.attachments)
    body, texts = normal(article.text), "".join(normal(text) for _, text in files)
    named = "" if texts and not unread else " ".join(sorted(normal(name) for name, _ in files))
    told = fingerprint(article.title, article.text, files, unread=unread)
    enough = len(body) + len(texts) >= _TELLING
    some = bool(texts) or len(body) >= _SOME
    telling = 2 if enough and not unread else 1 if enough or (some and not unread) else 0
    return Print(
        title=told.title,
        body=told.body,
        files=_marks(article.attachments),
        said=short(f"{body} {texts} {named}") if body or texts or named else "",
        whole=told.whole if telling else "",  # two offices' "see the file" are not one document
        facts=short(" ".join(sorted(figures(article.text)))),
        size=len(body),
        telling=telling,
    )


def is_hollow(seen: Seen, article: Article, new: Print) -> bool:
    """Whether a page stands in its document's place that is none: empty, a login, an error."""
    if new.size == 0:
        return seen.size > 0
    excuse = new.size <= _EXCUSE_CHARS and bool(_EXCUSE.search(article.text))
    return excuse and not figures(article.text) and not article.attachments


def judge(seen: Seen, root: Seen, new: Print, text: str, *, near: bool = False) -> Change:
    """What a reading of the row `seen` of the document `root` comes to; the records as they are then.

    `near` says that the text is the old one but for layout: the first reading of a row that was adopted unread.
    """
    title, body = new.title != seen.title, new.body != seen.body
    files, changed = _files(seen.files, new.files)
    if not (title or body or changed):
        return Change("same", replace(seen, files=files, maybe="", adopted=0), root)
    now = _one(new)
    kept = replace(seen, title=new.title, body=new.body, files=new.files, size=new.size, facts=new.facts)
    kept = replace(kept, maybe="", adopted=0)
    past = root.past.split() or [_of(seen)]
    flips = root.flips + (now in past)
    if flips > MAX_FLIPS or (seen.adopted and not title and (near or new.facts == seen.facts)):
        return Change("same", kept, replace(root, past=root.past or _of(seen)))
    wordy = not title and not changed
    if wordy and seen.maybe != now and (root.wordy >= MAX_WORDY or _shrunk(seen, new, text)):
        return Change("wait", replace(seen, maybe=now), root)
    told = " ".join([*(one for one in past if one != now), now][-_PAST:])
    return Change("told", kept, replace(root, past=told, flips=flips, wordy=root.wordy + wordy))


def posted(root: Seen, fresh: Seen) -> Seen:
    """The document's record when another posting corrected it."""
    past = root.past.split() or [_of(root)]
    now = _of(fresh)
    told = " ".join([*(one for one in past if one != now), now][-_PAST:])
    return replace(root, past=told, whole=wholes(root.whole, fresh.whole))


def wholes(known: str, new: str) -> str:
    """The texts that a document was told with, the last four."""
    return " ".join(list(dict.fromkeys([*known.split(), *new.split()]))[-4:])


def _one(new: Print) -> str:
    return short(f"{new.title} {new.body} {new.files}")[:8]


def _of(seen: Seen) -> str:
    return short(f"{seen.title} {seen.body} {seen.files}")[:8]


def _shrunk(seen: Seen, new: Print, text: str) -> bool:
    return seen.size >= 200 and new.size < 0.3 * seen.size and not _WITHDRAWN.search(text)


def _marks(files: Sequence[Attachment]) -> str:
    """Each file's name and text, hashed; "-" where its text is unknown."""
    return " ".join(sorted(f"{short(one.name)[:8]}:{short(one.text)[:8] if one.text else '-'}" for one in files))


def _files(old: str, new: str) -> tuple[str, bool]:
    """The marks of files as they are known now, and whether a file came, went or says something else."""
    before, after = (dict(mark.split(":", 1) for mark in marks.split() if ":" in mark) for marks in (old, new))
    if before.keys() != after.keys():
        return new, True
    both = {name: text if text != "-" else before[name] for name, text in after.items()}
    changed = any("-" != before[name] != text for name, text in both.items())
    return " ".join(sorted(f"{name}:{text}" for name, text in both.items())), changed
