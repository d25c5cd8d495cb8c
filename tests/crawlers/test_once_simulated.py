"""A simulated board that edits, re-posts, moves, reorders and fails, and workers that die: all is told, and once."""

from __future__ import annotations

import contextlib
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from crawlers.article import Article
from crawlers.sources import source_from
from crawlers.store import STREAM
from tests.crawlers.crash import Killed, crashing
from tests.crawlers.site import Site, crawler_over, hwpx, page

GENERIC = ("주간 행사계획", "공시송달 공고", "입찰 공고")
FILLER = (
    "도민의 안전과 편의를 위하여 관계 기관과 함께 사업을 추진하며, 현장의 의견을 들어 부족한 점을 보완할 계획이다. "
    "신청을 원하는 분은 누리집에서 서식을 내려받아 담당 부서에 내면 되고, 결과는 개별로 알린다."
)
WORDS = (
    "농업",
    "어업",
    "청년",
    "도로",
    "하천",
    "공원",
    "보건",
    "교통",
    "문화",
    "체육",
    "산림",
    "상수도",
    "복지",
    "관광",
)


@dataclass
class Doc:
    number: int
    title: str
    day: date
    thin: bool
    deadline: int = 1
    mark: str = ""
    edits: int = 0


@dataclass
class Posting:
    """A row of the board: a document in one of its states, under a name of the moment."""

    doc: Doc
    name: int
    state: tuple[str, int, str] | None = None  # title, deadline, mark; None follows the document


@dataclass
class Board:
    rng: random.Random
    today: date
    rows: list[Posting] = field(default_factory=list)
    docs: list[Doc] = field(default_factory=list)
    era: int = 0
    shown: int = 10
    hits: int = 0
    broken: bool = False
    was_broken: bool = False
    names: int = 0
    touched: set[int] = field(default_factory=set)  # what changed since the last good look: one thing at a time

    def name(self) -> int:
        self.names += 1
        return self.names

    def post(self) -> None:
        number = len(self.docs)
        thin = self.rng.random() < 0.3
        generic = thin and self.rng.random() < 0.7
        title = self.rng.choice(GENERIC) if generic else f"{self.rng.choice(WORDS)} 지원 사업 {number} 추진"
        doc = Doc(number, title, self.today, thin)
        self.docs.append(doc)
        self.rows.insert(0, Posting(doc, self.name()))

    def edit_deadline(self) -> None:
        doc = self._recent()
        if doc and doc.title not in GENERIC:
            doc.deadline += 1
            doc.edits += 1

    def edit_title(self) -> None:
        doc = self._recent()
        if doc and doc.title not in GENERIC:
            doc.title += " 계획"
            doc.edits += 1

    def post_again(self) -> None:
        """Taken down and put up again unchanged, under another name."""
        if row := self._row():
            row.name = self.name()

    def correct_anew(self) -> None:
        row = self._row()
        if row and row.doc.title not in GENERIC and not row.doc.mark and row.state is None:
            was = (row.doc.title, row.doc.deadline, row.doc.mark)
            row.doc.deadline += 1
            row.doc.mark = "[정정] "
            row.doc.edits += 1
            if self.rng.random() < 0.5:
                row.state = was  # the first posting stays as it was
            else:
                self.rows.remove(row)
            self.rows.insert(0, Posting(row.doc, self.name()))

    def move(self) -> None:
        if self.touched:
            return
        self.touched.update(range(len(self.docs)))
        self.era += 1
        for row in self.rows:
            row.name = self.name()

    def resize(self) -> None:
        self.shown = self.rng.choice((6, 10, 14))

    def pin(self) -> None:
        if self.rows:
            self.rows.insert(0, self.rows.pop(self.rng.randrange(len(self.rows))))

    def fail(self) -> None:
        self.broken = not self.was_broken

    def _row(self) -> Posting | None:
        rows = [row for row in self.listed() if (self.today - row.doc.day).days <= 1]
        rows = [row for row in rows if row.doc.number not in self.touched]
        row = self.rng.choice(rows) if rows else None
        self.touched.update({row.doc.number} if row else ())
        return row

    def _recent(self) -> Doc | None:
        row = self._row()
        return row.doc if row and row.state is None else None

    def listed(self) -> list[Posting]:
        return self.rows[: self.shown]

    def publish(self, site: Site) -> None:
        self.hits += 7
        path = f"/era{self.era}/view.do"
        told = []
        site.pages = {}
        for row in self.listed():
            title, deadline, mark = row.state or (row.doc.title, row.doc.deadline, row.doc.mark)
            told.append(
                f"<tr><td><a href='{path}?seq={row.name}'>{mark}{title}</a></td><td>총무과</td>"
                f"<td>{row.doc.day:%Y-%m-%d}</td><td>{self.hits}</td></tr>"
            )
            file = f"/file/{row.doc.number}/{deadline}.hwpx"
            link = f"<a href='{file}'>붙임.hwpx</a>" if row.doc.thin else ""
            site.pages[file] = hwpx(f"문서 {row.doc.number}호 내용, 기한 {deadline}일")
            body = (
                "붙임 참조"
                if row.doc.thin
                else f"사업 {row.doc.number}호의 접수 기한은 12월 {deadline}일이다. {FILLER}"
            )
            if not self.broken:
                site.pages[f"{path}?seq={row.name}"] = page(f"조회수 : {self.hits} {body}", link)
        head = "<tr><th>제목</th><th>담당부서</th><th>등록일</th><th>조회</th></tr>"
        site.pages["/list.do"] = f"<html><body><table class='board'>{head}{''.join(told)}</table></body></html>"


OPS = {
    "post": 6, "edit_deadline": 2, "edit_title": 1, "post_again": 2, "correct_anew": 1, "move": 1, "resize": 1,
    "pin": 1, "fail": 1,
}  # fmt: skip


def told_of(article: Article) -> tuple[int, int]:
    """The document an article is about, and the deadline it tells."""
    said = article.text + " ".join(file.text for file in article.attachments)
    number, deadline = re.search(r"(\d+)호", said), re.search(r"(\d+)일(?:이다|$)", said)
    assert number
    assert deadline
    return int(number[1]), int(deadline[1])


@pytest.mark.parametrize("seed", range(4))
async def test_each_document_is_told_once_and_each_change_once(
    database: Any, clock: Any, session: Any, guard: Any, site: Site, seed: int
) -> None:
    rng = random.Random(seed)
    board = Board(rng, clock().date())
    source = source_from(
        {"id": "s", "agency": "견본도청", "kind": "board", "url": site.url("/list.do"), "interval": "10m"}
    )
    for _ in range(8):
        board.post()
    first = len(board.docs)
    stayed: Counter[int] = Counter()
    history: list[str] = []
    for step in range(40):
        clock.advance(timedelta(hours=3))
        board.today = clock().date()
        board.was_broken, board.broken = board.broken, False
        operations = rng.choices(list(OPS), list(OPS.values()), k=rng.randint(0, 2)) if step else []
        for name in operations:
            getattr(board, name)()
        history.append(f"{step} {board.today:%d} {operations}")
        board.publish(site)
        crawler = crawler_over(database, clock, session, guard, [source])
        if rng.random() < 0.2:
            crashing(crawler, rng.randrange(1, 30))
            with contextlib.suppress(Killed):
                await crawler.crawl(source, force=rng.random() < 0.3)
            clock.advance(timedelta(minutes=15))
            crawler = crawler_over(database, clock, session, guard, [source])
        outcome = await crawler.crawl(source, force=rng.random() < 0.1)
        assert outcome.state in {"ok", "unchanged"}, outcome
        if not board.broken:
            board.touched.clear()
            stayed.update({row.doc.number for row in board.listed()})
    stream = [Article.from_json(fields[b"article"]) for _, fields in await database.xrange(STREAM)]
    check(stream, board, first, stayed, history)


def check(stream: list[Article], board: Board, first: int, stayed: Counter[int], history: list[str]) -> None:
    """Each document told once, at the first sight never pushed; nothing lost; no change told twice."""
    new, corrected = defaultdict[int, list[Article]](list), defaultdict[int, list[tuple[str, int]]](list)
    for article in stream:
        number, deadline = told_of(article)
        if article.corrects is None:
            new[number].append(article)
        else:
            corrected[number].append((article.title, deadline))
    twice = [
        f"{one.fetched_at:%d %H:%M} {one.id} {one.title}" for told in new.values() if len(told) > 1 for one in told
    ]
    assert not twice, "\n".join([*twice, *history])
    pushed = {number for number, told in new.items() if not told[0].baseline}
    assert pushed == {number for number in new if number >= first}, history
    lost = [board.docs[number] for number, polls in stayed.items() if polls >= 2 and number not in new]
    assert not lost, history
    for number, told in corrected.items():
        assert len(told) <= board.docs[number].edits, (number, told, board.docs[number], history)
        assert len(set(told)) == len(told), (number, told, history)
