"""What operators are told unasked about sources: sick, well, several at once, a repair to approve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.messenger import Button, Reply
from bot.wording import moment, published, short, when
from bot.wording.faults import advice, cause
from bot.wording.sources import Line, span

_TITLE = 40
_LIST = Button("출처 상태", "sources")


def sick(line: Line, now: datetime) -> Reply:
    """One source fell sick: what, since when, why, the evidence, what to do."""
    since = line.since or line.ok_at or now
    seen = [f"마지막으로 읽은 때 {when(line.ok_at, now)}" if line.ok_at else "아직 한 번도 읽지 못함"]
    if line.error == "stale" and line.newest_at:
        seen = [f"가장 새 글 {published(line.newest_at, now)}" + (f"(평소 간격 {span(line.gap)})" if line.gap else "")]
    if line.usual and line.error in {"fewer_rows", "no_rows", "empty"}:
        rows_now = line.rows if line.error == "fewer_rows" else 0
        seen.append(f"글 {rows_now}건(평소 {line.usual}건)")
    if line.detail:
        seen.append(f'기록: "{short(line.detail, 80)}"')
    head = f"[출처 이상] {line.agency} 게시판을 {moment(since)}부터 읽지 못하고 있습니다."
    if line.error in {"stale", "fewer_rows"}:
        head = f"[출처 이상] {line.agency} 게시판이 {moment(since)}부터 이상합니다."
    rows = [head, f"까닭: {cause(line.error)}. {', '.join(seen)}", f"할 일: {advice(line.error)}"]
    off = () if line.origin == "file" else (Button("끄기", f"source-off:{line.token}"),)
    return Reply("\n".join(rows), buttons=(Button("자세히", f"sources:one:{line.token}"), *off))


def many_sick(lines: Sequence[Line], since: datetime) -> Reply:
    """Several at once: one message, for there is one cause more often than many."""
    counted: dict[str, int] = {}
    for line in lines:
        told = cause(line.error)
        counted[told] = counted.get(told, 0) + 1
    causes = sorted(counted.items(), key=lambda pair: -pair[1])[:2]
    why = ", ".join(f"{told}({count}곳)" if len(counted) > 1 else told for told, count in causes)
    names = [line.agency for line in lines]
    others = f" 외 {len(names) - 5}곳" if len(names) > 5 else ""
    rows = [
        f"[출처 이상] 출처 {len(lines)}곳을 {moment(since)}부터 읽지 못하고 있습니다.",
        f"까닭: {why}.",
        f"{', '.join(names[:5])}{others}",
        "할 일: 여러 곳이 함께 그러니 우리 쪽 인터넷 연결과 방화벽을 먼저 보아 주십시오.",
    ]
    return Reply("\n".join(rows), buttons=(_LIST,))


def well(line: Line, since: datetime, now: datetime) -> Reply:
    """A source is read again."""
    lasted = span(max(now - since, timedelta(minutes=1)))
    return Reply(
        f"[출처 회복] {line.agency} 게시판을 다시 읽고 있습니다. {moment(since)}부터 {lasted} 동안 이상이 있었습니다.\n"
        "그사이 올라와 목록에 남아 있던 글은 함께 보내 드립니다."
    )


def many_well(count: int, since: datetime, now: datetime, left: Sequence[str]) -> Reply:
    """An outage of several is over, but for those that are `left`."""
    lasted = span(max(now - since, timedelta(minutes=1)))
    head = f"[출처 회복] 출처 {count}곳을 다시 읽고 있습니다. {moment(since)}부터 {lasted} 동안 이상이 있었습니다."
    if not left:
        return Reply(f"{head}\n그사이 올라와 목록에 남아 있던 글은 함께 보내 드립니다.")
    others = f" 외 {len(left) - 5}곳" if len(left) > 5 else ""
    return Reply(f"{head}\n아직 읽지 못하는 곳: {', '.join(left[:5])}{others}", buttons=(_LIST,))


def unsteady(line: Line, times: int) -> Reply:
    """A source that falls sick and well by turns: told once, then quiet until it holds."""
    return Reply(
        f"[출처 이상] {line.agency} 게시판이 하루 사이 {times}번 끊겼다 이어졌다 합니다.\n"
        f"까닭: {cause(line.error)}. 6시간 이어서 잘 읽히면 그때 알려 드리고, 그때까지는 더 알리지 않습니다.",
        buttons=(Button("자세히", f"sources:one:{line.token}"),),
    )


def repair(line: Line, mark: str, rows: int, again: int, before: int, sample: Sequence[str]) -> Reply:
    """A repaired profile, tested on what was stored, for approval. `mark` names the proposal in its buttons."""
    shown = " / ".join(f"'{short(title, _TITLE)}'" for title in sample[:3])
    return Reply(
        f"[출처 고치기] {line.agency} 게시판의 모양이 바뀐 듯하여 새로 읽는 방법을 찾았습니다.\n"
        f"새 방법으로 글 {rows}건이 보이고, 전에 읽은 {before}건 가운데 {again}건을 다시 찾았습니다.\n예: {shown}",
        buttons=(
            Button("고치기", f"repair:yes:{mark}"),
            Button("그대로 두기", f"repair:no:{mark}"),
            Button("자세히", f"sources:one:{line.token}"),
        ),
    )


def repaired(agency: str) -> Reply:
    """An approved repair."""
    return Reply(f"{agency} 게시판을 새 방법으로 고쳤습니다. 지금 다시 읽고 있습니다.")


def read_again(agency: str, rows: int, new: int, code: str = "") -> Reply:
    """What the poll after a repair came to."""
    if code:
        return Reply(f"{agency} 게시판을 고쳤으나 아직 읽지 못합니다. {cause(code)}. {advice(code)}", buttons=(_LIST,))
    return Reply(f"{agency} 게시판을 다시 읽었습니다. 글 {rows}건 가운데 새 글 {new}건입니다.")


def left_as_it_is(agency: str) -> Reply:
    """A repair that is not wanted."""
    return Reply(f"{agency} 게시판은 그대로 두었습니다. 모양이 다시 바뀌면 새로 제안해 드립니다.", buttons=(_LIST,))


def repair_gone() -> Reply:
    """A proposal that was decided, or replaced by another."""
    return Reply(
        "이미 정해졌거나 더 새로운 제안이 있습니다. '출처 상태'에서 지금 모습을 보실 수 있습니다.", buttons=(_LIST,)
    )
