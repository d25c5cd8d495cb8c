"""Sheets for administrators: channels' subscriptions, people with roles, acts, what was sent; as plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.messenger import Button, Reply
from bot.papers.workbook import Book, Column, Sheet, Value
from bot.wording.acts import said
from bot.wording.channels import messenger
from bot.wording.operating import KINDS, Line


def acts_book(lines: Sequence[Line], span: str) -> Book:
    """The log as a sheet."""
    columns = (Column("일시", 18, "instant"), Column("한 사람", 14), Column("일", 24), Column("대상", 50))
    rows: list[Sequence[Value]] = [(one.at, one.by, said(one.what), one.about) for one in lines]
    return Book("기록", (Sheet("기록", columns, rows, (f"기록 {span}",)),))


def sheets(*, auditor_only: bool) -> Reply:
    """Which sheet?"""
    if auditor_only:
        return Reply("어느 표를 드릴까요?", buttons=(Button("기록", "sheets:acts"),))
    return Reply(
        "어느 표를 드릴까요? 만드신 것은 기록에 남습니다.\n"
        "개인 구독은 사람을 밝히지 않고, 세 분 이상이 함께 받는 주제의 수만 담습니다.",
        buttons=(
            Button("구독", "sheets:subscriptions"),
            Button("사람과 역할", "sheets:people"),
            Button("기록", "sheets:acts"),
            Button("발송", "sheets:delivery"),
        ),
    )


def sheet_made(name: str, rows: int, *, cut: bool) -> str:
    """What goes with a sheet."""
    more = " 너무 많아 앞부분만 담았습니다." if cut else ""
    return f"{name} 표입니다({rows:,}줄).{more} 개인정보가 들어 있으니 필요한 곳에서만 쓰시고 지워 주십시오."


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel's subscription in a sheet."""

    channel: str
    words: str
    exclude: str
    by: str
    at: datetime
    paused: bool


def subscriptions_book(channels: Sequence[ChannelRow], topics: Sequence[tuple[str, int]], rest: int) -> Book:
    """Channels' subscriptions whole; people's as topics that three or more share."""
    of_channels = (
        Column("채널", 16), Column("구독", 30), Column("제외어", 24), Column("넣은 사람", 14),
        Column("넣은 때", 18, "instant"), Column("상태", 8),
    )  # fmt: skip
    rows: list[Sequence[Value]] = [
        (one.channel, one.words, one.exclude, one.by, one.at, "쉼" if one.paused else "받음") for one in channels
    ]
    shared: list[Sequence[Value]] = [(words, count) for words, count in topics]
    note = f"세 분 미만이 받는 주제 {rest:,}개는 사람이 드러날 수 있어 담지 않았습니다."
    return Book(
        "구독",
        (
            Sheet("채널 구독", of_channels, rows, ("채널 구독",)),
            Sheet(
                "개인 구독 주제",
                (Column("주제", 40), Column("사람 수", 10, "number")),
                shared,
                ("개인 구독 주제", note),
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a sheet."""

    id: str
    name: str
    department: str
    roles: str
    messengers: str
    extension: str


def people_book(people: Sequence[PersonRow]) -> Book:
    """Everybody of the roster, their roles, and on which messengers they are; no address of theirs."""
    columns = (
        Column("번호", 14), Column("이름", 12), Column("부서", 18), Column("역할", 18), Column("메신저", 24),
        Column("내선", 10),
    )  # fmt: skip
    rows: list[Sequence[Value]] = [
        (one.id, one.name, one.department, one.roles, one.messengers, one.extension) for one in people
    ]
    return Book("사람과 역할", (Sheet("사람과 역할", columns, rows, ("사람과 역할",)),))


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """How a day's messages of one kind ended on one messenger."""

    day: date
    adapter: str
    kind: str
    sent: int
    dead: int
    unknown: int
    gone: int


def delivery_book(rows: Sequence[DeliveryRow], *, cut: bool) -> Book:
    """What was sent in the last 30 days, counted."""
    note = "누구에게 무엇을 보냈는지는 담지 않습니다." + (" 너무 많아 최근 것만 셌습니다." if cut else "")
    columns = (
        Column("날", 12, "date"), Column("메신저", 14), Column("종류", 12), Column("보냄", 10, "number"),
        Column("못 보냄", 10, "number"), Column("알 수 없음", 10, "number"), Column("차단·나감", 10, "number"),
    )  # fmt: skip
    found: list[Sequence[Value]] = [
        (one.day, messenger(one.adapter), KINDS.get(one.kind, one.kind), one.sent, one.dead, one.unknown, one.gone)
        for one in rows
    ]
    return Book("발송", (Sheet("발송", columns, found, ("지난 30일 발송", note)),))


MEANT = {
    "구독": "subscriptions", "사람": "people", "사람과역할": "people", "명부": "people", "기록": "acts",
    "발송": "delivery", "발송현황": "delivery",
}  # fmt: skip
"""Sheets as people call them."""


def sheet_about(title: str, rows: int) -> str:
    """A sheet in the log of acts."""
    return f"{title} {rows:,}줄"


def file_name(title: str, today: date) -> str:
    """A sheet's file."""
    return f"도비 {title} {today:%Y-%m-%d}.xlsx"
