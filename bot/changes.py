"""What changed between two revisions of a document, in the words of the message that corrects it. Pure.

Title, deadline, amounts and files are changes; a mended comma is none. Of a document whose text is not kept (a link
only, or past its days) only a digest of its facts remains: it tells that they changed, not which.
"""

from __future__ import annotations

import hashlib

from bot.wording import news
from nlp.archive import Document
from nlp.facts import Deadline, amounts
from nlp.stages import head


def digest_of_facts(text: str, deadline: Deadline | None, files: tuple[str, ...]) -> str:
    """What stands for deadline, amounts and files where the text may not be kept: 32 hexadecimal digits."""
    at = deadline.at.isoformat() if deadline else ""
    told = "|".join([at, *sorted(str(one.won) for one in amounts(text)), *files])
    return hashlib.blake2b(told.encode(errors="replace"), digest_size=16).hexdigest()


def changes(before: Document, after: Document) -> tuple[str, ...]:
    """The facts that differ."""
    # a mark ("[정정]") changes no title
    title = ("제목",) if before.title != after.title and head(before.title) != head(after.title) else ()
    if before.text and after.text:
        return title + _deadline(before, after) + _amounts(before, after) + _files(before, after)
    known = bool(before.facts and after.facts)
    return title + (("내용",) if known and before.facts != after.facts else ())


def _deadline(before: Document, after: Document) -> tuple[str, ...]:
    if after.deadline is None or before.deadline == after.deadline:
        return ()
    was = f"{news.until(before.deadline)} → " if before.deadline else ""
    return (f"기한 {was}{news.until(after.deadline)}",)


def _amounts(before: Document, after: Document) -> tuple[str, ...]:
    old, new = ({one.won: one.text for one in amounts(document.text)} for document in (before, after))
    if old.keys() == new.keys():
        return ()
    gone, come = [old[won] for won in old if won not in new], [new[won] for won in new if won not in old]
    return (f"금액 {gone[0]} → {come[0]}",) if len(gone) == len(come) == 1 else ("금액",)


def _files(before: Document, after: Document) -> tuple[str, ...]:
    return ("붙임",) if before.attachments != after.attachments else ()
