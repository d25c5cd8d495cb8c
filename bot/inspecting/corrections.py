"""What somebody says of a sheet read wrong: `2열은 출발시각`, `C열은 성명, 4열은 아님`, `이 파일은 출입기록`. Pure.

It also says which files are sheets: what comes while an inspection waits and is none stays a receipt to be checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.messenger import InFile
from bot.papers.columns import Correction, field_called, source_called

_COLUMN = re.compile(
    r"(?:(?P<file>[^,]*?)\s*(?:의|에서)?\s+)?(?P<column>\d{1,2}|[A-Za-z])\s?(?:번째\s?)?열\s?(?:은|는|이|가|:|=|→)?\s*"
    r"(?P<field>[가-힣A-Za-z ]+?)\s*(?:입니다|이에요|예요|이다|임|이야|야)?\s*[.!]?$"
)
_BOOK = re.compile(
    r"(?P<file>.+?)\s*(?:은|는|:|=)\s*(?P<book>[가-힣 ]+?)"
    r"\s*(?:입니다|이에요|예요|이다|임|이야|야|으?로 읽어.*)?\s*[.!]?$"
)
_THIS = frozenset({"이", "이 파일", "그 파일", "이파일", "파일", "이것", "이거", "이 자료", "자료", "이 시트"})
_NAMES = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".txt")


def are_sheets(files: Sequence[InFile]) -> bool:
    """Whether these files are books to lay beside the trips, by their names."""
    return bool(files) and all(file.name.lower().endswith(_NAMES) for file in files)


def fits(text: str) -> bool:
    """Whether a text speaks of a sheet."""
    return bool(read(text, ()))


def read(text: str, files: Sequence[str]) -> list[Correction]:
    """The corrections in a text; none where it is about something else."""
    parts = [part.strip() for part in re.split(r"[,\n;]|(?<=[가-힣])\s+그리고\s+", text) if part.strip()]
    found = [one for part in parts for one in _one(part, files)]
    return found if len(found) == len(parts) else []


def _one(part: str, files: Sequence[str]) -> Iterator[Correction]:
    column = _COLUMN.fullmatch(part)
    if column is not None:
        field = field_called(column["field"], None)
        about = (column["file"] or "").strip()
        if field is None or len(about) > 60:
            return
        source = source_called(about)
        field = field_called(column["field"], source) or field if source else field
        yield Correction(column=_number(column["column"]), field=field, file=_file(about, files))
        return
    book = _BOOK.fullmatch(part)
    source = source_called(book["book"]) if book else None
    if book is not None and source is not None:
        yield Correction(source=source, file=_file(book["file"].strip(), files))


def _number(text: str) -> int:
    return int(text) - 1 if text.isdigit() else ord(text.upper()) - ord("A")


def _file(text: str, files: Sequence[str]) -> str:
    """The file that is meant; without one that fits, the one that came last."""
    if not files:
        return ""
    named = [name for name in files if text and text not in _THIS and (text in name or name.partition(".")[0] in text)]
    return (named or list(files))[-1]
