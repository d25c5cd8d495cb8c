"""Everything held about a person as a workbook: one row a thing, and a sheet that says what each kind is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.about import Item
from bot.papers.workbook import Book, Column, Sheet, write
from bot.wording import mine as words
from bot.wording import moment

_LONGEST = 1_000


def workbook(name: str, department: str, institution: str, location: str, items: Sequence[Item], at: datetime) -> bytes:
    """The XLSX, the same bytes for the same values."""
    rows = [
        (words.KINDS[item.kind][0], item.at, " ".join(item.text.split())[:_LONGEST], words.mark(item.mark))
        for item in items
    ]
    counts = {kind: sum(item.kind == kind for item in items) for kind in words.KINDS}
    kinds = [(words.KINDS[kind][0], count, words.KINDS[kind][1]) for kind, count in counts.items()]
    above = (
        f"{institution} · {name} · {department}",
        f"위치: {location}",
        f"{moment(at)}에 보관하고 있던 것 전부입니다.",
        "정확한 위치는 감사 부서의 열쇠로 잠겨 있어 여기에 풀어 적을 수 없습니다.",
    )
    return write(
        Book(
            "내 정보",
            (
                Sheet(
                    "보관 내역",
                    (
                        Column("종류", 20),
                        Column("시각", 18, "instant"),
                        Column("내용", 70),
                        Column("상태", 14),
                    ),
                    rows,
                    above=above,
                ),
                Sheet("종류와 기간", (Column("종류", 24), Column("건수", 10, "number"), Column("보관", 40)), kinds),
            ),
        )
    )
