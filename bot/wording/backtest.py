"""What `dobi occupancy backtest` says: the score in plain words, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occupancy.counts import MAX_BYTES, MAX_ROWS, MIN_ROWS, CountsError, Fault

if TYPE_CHECKING:
    from occupancy.backtest import Score


def score(found: Score, horizon: float) -> str:
    """The score as a few lines."""
    mae = found.mae
    best = min(mae.last, mae.last_week, mae.four_week_mean)
    head = (
        f"마지막 30% ({found.n:,}건, 평균 {found.mean:,.1f})를 {_span(horizon)} 앞서 맞혀 보았습니다. "
        f"처음 70% ({found.trained:,}건)로 배웠고, 앞날은 보지 않았습니다."
    )
    better = f"가장 나은 단순한 방법보다 오차가 {_percent(1 - mae.model / best)} 적습니다." if mae.model < best else ""
    lines = (
        head,
        "평균 오차",
        f"  도비: {mae.model:,.2f}",
        f"  마지막 값: {mae.last:,.2f}",
        f"  지난주 같은 때: {mae.last_week:,.2f}",
        f"  4주 평균: {mae.four_week_mean:,.2f}",
        better or "단순한 방법보다 낫지 않았습니다.",
        f"80% 범위에는 실제 값의 {_percent(found.coverage)}가 들었습니다(폭 평균 {found.width:,.1f}).",
    )
    skipped = f"읽지 못한 줄 {found.skipped:,}개는 뺐습니다."
    return "\n".join((*lines, *([skipped] if found.skipped else ())))


def fault(error: CountsError) -> str:
    """Why the file could not be scored, and what to do."""
    there = ", ".join(name or "(빈 이름)" for name in error.columns)
    like = f" 예: '{error.example}'" if error.example else ""
    said = {
        Fault.MISSING: f"파일이 없습니다: {error.what}",
        Fault.TOO_LARGE: f"파일이 너무 큽니다. {MAX_BYTES >> 20}MB까지 읽습니다.",
        Fault.TOO_MANY_ROWS: f"줄이 너무 많거나 기간에 비해 너무 촘촘합니다. {MAX_ROWS:,}줄까지 읽습니다.",
        Fault.NO_TABLE: "표로 읽을 수 없는 파일입니다. 쉼표로 나눈 CSV로 저장해 주십시오.",
        Fault.NO_COLUMN: f"'{error.what}' 칸이 없습니다. 있는 칸: {there}. 이름 대신 번호(1부터)도 됩니다.",
        Fault.NO_TIMES: f"시각 칸을 시각으로 읽지 못했습니다.{like}",
        Fault.NO_VALUES: f"값 칸에서 수를 찾지 못했습니다.{like}",
        Fault.TOO_SHORT: f"기록이 짧아 시험할 수 없습니다(읽은 줄 {error.what}개, {MIN_ROWS}개부터).",
        Fault.SAME_VALUE: "값이 모두 같아 시험할 것이 없습니다.",
        Fault.HORIZON: _horizon(error),
    }
    return said[error.fault]


def _horizon(error: CountsError) -> str:
    most = error.columns[-1] if error.columns else ""
    return (
        f"--horizon {error.what}분은 이 기록에 맞지 않습니다. 0보다 크고 {most}분 이하로 해 주십시오(기간의 4분의 1)."
    )


def _span(minutes: float) -> str:
    if minutes % 1440 == 0:
        return f"{minutes / 1440:g}일"
    return f"{minutes / 60:g}시간" if minutes % 60 == 0 else f"{minutes:g}분"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
