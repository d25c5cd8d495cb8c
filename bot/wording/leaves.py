"""Words about leave that is taken back, moved, half told or only spoken of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.hours import Leave
from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import SAY, day
from bot.wording.hours import leave

_LISTED, _BUTTONS = 10, 5
_FRIDAY = 4


def ended(gone: Sequence[Leave], left: Sequence[Leave], undo: str) -> Reply:
    """Leaves were taken back; `undo` is the button that brings them again, where one can."""
    rest = f" 남은 휴가: {_named(left)}." if left else ""
    text = f"{_named(gone)} 휴가를 취소했습니다. 평소처럼 보내 드리겠습니다.{rest}"
    return Reply(text, buttons=(Button("되돌리기", undo),) if undo else ())


def back(found: Sequence[Leave]) -> Reply:
    """Leaves that were taken back stand again."""
    if not found:
        return Reply("되돌릴 휴가가 없습니다. '휴가'로 적어 두신 것을 보실 수 있습니다.")
    return Reply(f"{_named(found)} 휴가를 다시 적었습니다. 그동안 보내지 않고 모아 드리겠습니다.")


def which(standing: Sequence[Leave]) -> Reply:
    """Several stand, and nobody said which one is meant."""
    buttons = [_cancel(number, one) for number, one in enumerate(standing[:_BUTTONS], 1)]
    return Reply(
        "\n".join(["어느 휴가를 취소할까요? 아직 아무것도 취소하지 않았습니다.", *_rows(standing)]),
        buttons=(*buttons, Button("모두 취소", "leave:all")),
    )


def all_of(standing: Sequence[Leave]) -> Reply:
    """Read back before all are taken back."""
    count = len(standing)
    return Reply(
        "\n".join([f"휴가 {count}건을 모두 취소할까요?", *_rows(standing)]),
        buttons=(Button("모두 취소", f"leave:all:{count}"), Button("그만두기", "leave:keep")),
    )


def kept() -> Reply:
    """Nothing was taken back."""
    return Reply("휴가를 그대로 두었습니다.")


def not_there(standing: Sequence[Leave]) -> Reply:
    """No leave stands on the days that were told."""
    if not standing:
        return Reply("취소할 휴가가 없습니다. '휴가'로 적어 두신 것을 보실 수 있습니다.")
    buttons = tuple(_cancel(number, one) for number, one in enumerate(standing[:_BUTTONS], 1))
    return Reply(
        "\n".join(["그날 적어 두신 휴가가 없습니다. 적어 두신 휴가입니다.", *_rows(standing)]), buttons=buttons
    )


def confirm(first: date, last: date, half: str) -> Reply:
    """Days that were understood in a sentence that was not, wholly."""
    told = _days(first, last, half)
    words = f"휴가 {told}"
    return Reply(
        f"본인의 휴가로 적을까요? {told}\n아직 적지 않았습니다.", buttons=(Button("휴가로 적기", f"{SAY}{words}"),)
    )


def which_half(day: date) -> Reply:
    """Half a day of leave, and which one is not said."""
    told = f"{day:%Y.%-m.%-d}"
    return Reply(
        f"{day:%-m. %-d.} 오전입니까, 오후입니까? 아직 적지 않았습니다.",
        buttons=(
            Button("오전 반차", f"{SAY}휴가 {told} 오전 반차"),
            Button("오후 반차", f"{SAY}휴가 {told} 오후 반차"),
        ),
    )


def until_when(first: date) -> Reply:
    """From when a leave is was said; until when is asked."""
    friday = first + timedelta(days=_FRIDAY - first.weekday())
    week = (Button("금요일까지", f"{SAY}휴가 {_days(first, friday, '')}"),) if first < friday else ()
    return Reply(
        f"{day(first)}부터 휴가로 알아들었습니다. 언제까지입니까? '다음 주 화요일까지', '이틀'처럼 써 주십시오.\n"
        "아직 적지 않았습니다.",
        buttons=(Button("하루만", f"{SAY}휴가 {_days(first, first, '')}"), *week),
    )


def some_hours() -> Reply:
    """Some hours of a day, which are no leave here."""
    return Reply(
        "몇 시간 자리를 비우실 때는 '알림 멈춤 2시간'이나 '알림 멈춤 18시까지'로 멈추십니다. "
        "반나절은 '오늘 오후 반차'처럼 써 주십시오.",
        buttons=(Button("알림 멈춤", f"{SAY}알림 멈춤"),),
    )


def unread() -> Reply:
    """Part of the days was not understood; nothing was noted."""
    return Reply(
        "날짜를 다 알아듣지 못해 아무것도 적지 않았습니다. 한 번에 하나씩, 첫날과 마지막 날을 "
        "'휴가 12/24~12/26'이나 '12/24 오후 반차'처럼 써 주십시오."
    )


def move(old: tuple[date, date, str], new: tuple[date, date, str]) -> Reply:
    """Read back before one leave takes another's place."""
    words = f"휴가 변경 {_days(*old)} → {_days(*new)}"
    if len(f"{SAY}{words}".encode()) > MAX_PRESS:
        words = f"휴가 변경 {_days(old[0], old[0], old[2])} → {_days(*new)}"  # one of its days names it
    fits = len(f"{SAY}{words}".encode()) <= MAX_PRESS
    return Reply(
        f"{_days(*old)} 휴가를 {_days(*new)}로 바꿀까요? 아직 바꾸지 않았습니다."
        + ("" if fits else f"\n바꾸시려면 '{words}'라고 써 주십시오."),
        buttons=(Button("바꾸기", f"{SAY}{words}"),) if fits else (),
    )


def _days(first: date, last: date, half: str) -> str:
    told = f"{first:%Y.%-m.%-d}" if first == last else f"{first:%Y.%-m.%-d}~{last:%Y.%-m.%-d}"
    return f"{told} {half} 반차" if half else told


def _named(leaves: Sequence[Leave]) -> str:
    more = f" 외 {len(leaves) - _LISTED}건" if len(leaves) > _LISTED else ""
    return ", ".join(leave(one) for one in leaves[:_LISTED]) + more


def _rows(standing: Sequence[Leave]) -> list[str]:
    rows = [f"{number}. {leave(one)}" for number, one in enumerate(standing[:_LISTED], 1)]
    more = len(standing) - _LISTED
    return [*rows, f"그 밖에 {more}건"] if more > 0 else rows


def _cancel(number: int, one: Leave) -> Button:
    return Button(f"{number} 취소", f"leave:cancel:{int(one.since.timestamp())}")
