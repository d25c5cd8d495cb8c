"""Words of the settlement: a month's trips, what each is paid, what is missing, and the claim sheets made of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.claim_record import Line
from bot.clock import KST
from bot.messenger import Button, OutFile, Reply
from bot.wording import clock, day, moment
from bot.wording.claim_sheet import (
    AREAS,
    ASKED,
    DISTANCE,
    STATED,
    UNCOUNTED,
    UNSET,
    VEHICLES,
    articles,
    reckoning,
    where,
)
from bot.wording.receipts import near

_SHOWN = 30
_LETTERS = 3_000  # some messengers take 4,096 letters
_HOW = "적으실 것은 '정산 1번 관용차', '정산 1번 운임 45,200', '정산 1번 거리 13.5'처럼 써 주시면 다시 셈합니다."
_FIELDS = frozenset({"area", "distance", "vehicle", "actual", "fare", "lodging_receipt"})
_DAYS_LEFT = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list: the sheet that holds it, whether its trip has ended, and until when it is settled."""

    number: int
    line: Line
    sheet: str
    finished: bool
    settle_by: date | None


def won(amount: int) -> str:
    """`20,000원`."""
    return f"{amount:,}원"


def nothing(month: int, *, this: bool) -> Reply:
    """A month without a trip; `this`: it is the current one."""
    if not this:
        return Reply(f"{month}월에 받으신 출장 영수증이 없습니다. '정산'을 쓰시면 이번 달 것을 보여 드립니다.")
    return Reply(f"{month}월에 받으신 출장 영수증이 없습니다. 출장지에서 '출장'이라고 써 주십시오.")


def due(rows: Sequence[Row]) -> Reply:
    """Until when each trip of the month is to be settled."""
    told = [f"{row.number}번 {day(row.settle_by)}까지" for row in rows if row.settle_by is not None and not row.sheet]
    rule = "정산 기한은 복귀한 다음 날부터 2주입니다."
    return Reply(f"{rule} {', '.join(told[:_SHOWN])}." if told else f"{rule} 지금 정산을 기다리는 출장은 없습니다.")


def no_month() -> Reply:
    """A month that no year has."""
    return Reply("없는 달입니다. '정산 10월'이나 '정산 지난달'처럼 써 주십시오.")


def month(rows: Sequence[Row], first: date, today: date) -> Reply:
    """A month's trips and receipts, what they are paid, and what is missing."""
    trips, slips = sum(bool(row.line.trip) for row in rows), sum(len(row.line.slips) for row in rows)
    counted = [total for row in rows if (total := row.line.total) is not None]
    head = f"{first.month}월 출장 영수증 {slips}장" + (f", 출장 {trips}건" if trips else "") + "입니다."
    if counted:
        head += f" 셈한 금액은 {won(sum(counted))}({len(counted)}건)입니다." + _examples(rows)
    told = list(itertools.takewhile(_fits(), (_row(row) for row in rows[:_SHOWN])))
    lines = [head, *(line for one in told for line in one)]
    if len(rows) > len(told):
        lines.append(f"외 {len(rows) - len(told)}건은 정산서에서 보실 수 있습니다.")
    free = [row for row in rows if row.finished and not row.sheet]
    lines += _limits(free, today) + _unset(rows)
    if any(_FIELDS & set(row.line.needs) for row in free):
        lines.append(_HOW)
    label = "정산서 받기" if free else "정산서 다시 받기"
    made = any(row.sheet for row in rows)
    buttons = (Button(label, f"sheet:{first:%Y-%m}"),) if free or made else ()
    if any(row.line.amounts for row in rows):
        buttons = (*buttons, Button("산출 근거", f"claim:{first.year}년 {first.month}월 근거"))
    return Reply("\n".join(lines), buttons=(*_asked(free, first), *buttons))


def _examples(rows: Sequence[Row]) -> str:
    """That amounts are only examples, where the rule that they come from says so of itself."""
    said = any("예시" in articles(row.line.amounts) for row in rows)
    return " 예시 금액으로 셈한 것입니다." if said else ""


def grounds(rows: Sequence[Row], month_: int) -> Reply:
    """How each amount came about, and by which articles."""
    told = [
        [f"{row.number}. {reckoning(row.line.amounts)}", f"· {articles(row.line.amounts)}"]
        for row in rows
        if row.line.amounts
    ]
    if not told:
        return Reply(f"{month_}월에는 셈한 출장이 없습니다. '정산'을 쓰시면 전체를 보여 드립니다.")
    shown = list(itertools.takewhile(_fits(), told))
    lines = [f"{month_}월 여비를 이렇게 셈했습니다." + _examples(rows), *(line for one in shown for line in one)]
    if len(shown) < len(told):
        lines.append(f"외 {len(told) - len(shown)}건의 근거는 정산서에 있습니다.")
    return Reply("\n".join(lines))


def _fits() -> Callable[[list[str]], bool]:
    """Whether one more piece still fits into a message."""
    used = 0

    def fits(piece: list[str]) -> bool:
        nonlocal used
        used += sum(len(line) + 1 for line in piece)
        return used <= _LETTERS

    return fits


def _asked(free: Sequence[Row], first: date) -> tuple[Button, ...]:
    """What one press can tell of the first trip that lacks it: its car, or whether it was inside the duty area."""
    for row in free:
        said = f"claim:{first.year}년 {first.month}월 {row.number}번"
        for need, words in (("area", ("관내", "관외")), ("vehicle", ("관용차", "자가용", "대중교통", "동승"))):
            if need in row.line.needs:
                return tuple(Button(f"{row.number}번 {word}", f"{said} {word}") for word in words)
    return ()


def _row(row: Row) -> list[str]:
    line = row.line
    if not line.trip:
        at = moment(line.begins) if line.begins else ""
        parts = [f"{row.number}. {at} {_near(line)}", *([f"문서 {line.document}"] if line.document else [])]
        return [" · ".join([*parts, row.sheet or UNCOUNTED])]
    place = where(line) or (near("") if line.located else "장소 미기재")
    parts = [f"{row.number}. {_span(line)} {place}"]
    if line.area != "unknown":
        parts.append(AREAS[line.area])
    if line.vehicle:
        parts.append(VEHICLES[line.vehicle])
    if line.document:
        parts.append(f"문서 {line.document}")
    if line.late:
        parts.append("사후 제출")
    if line.total is not None:
        parts.append(won(line.total))
    if row.sheet:
        parts.append(row.sheet)
    lines = [" · ".join(parts)]
    if row.sheet:
        return lines
    if "distance" in line.needs:
        lines.append(f"· {DISTANCE} 직선거리로는 12km나 왕복 2km 앞뒤를 정하지 않습니다.")
    missing = _missing(row)
    return lines + ([f"· 더 필요한 것: {', '.join(missing)}"] if missing else [])


def _missing(row: Row) -> list[str]:
    found = [] if row.finished else ["복귀"]
    said = {"distance"} if row.finished else {"distance", "minutes"}
    found += [ASKED[need] for need in row.line.needs if need in ASKED and need not in said]
    return found + ([] if row.line.document else ["문서번호"])


def _near(line: Line) -> str:
    place = where(line)
    return place or near("")


def _span(line: Line) -> str:
    if line.begins is None:
        return "출발 시각 모름"
    if line.ends is None:
        return moment(line.begins)
    same = line.begins.astimezone(KST).date() == line.ends.astimezone(KST).date()
    return f"{moment(line.begins)}~{clock(line.ends) if same else moment(line.ends)}"


def _limits(free: Sequence[Row], today: date) -> list[str]:
    """The settlement limits that are near or over."""
    over = [row for row in free if row.settle_by is not None and row.settle_by < today]
    soon = [row for row in free if row.settle_by is not None and 0 <= (row.settle_by - today).days <= _DAYS_LEFT]
    lines = []
    if over:
        numbers = ", ".join(f"{row.number}번" for row in over)
        lines.append(f"정산 기한 2주가 지난 것: {numbers}. 회계 담당과 상의해 주십시오.")
    if soon:
        lines.append(
            "정산 기한: " + ", ".join(f"{row.number}번 {day(row.settle_by)}까지" for row in soon if row.settle_by) + "."
        )
    return lines


def _unset(rows: Sequence[Row]) -> list[str]:
    unset = dict.fromkeys(UNSET[need] for row in rows for need in row.line.needs if need in UNSET)
    if not unset:
        return []
    return [f"기관에 등록되지 않아 셈하지 못한 것: {', '.join(unset)}. 정산서에는 빈칸으로 둡니다."]


def sheet(number: str, pdf: bytes, xlsx: bytes, left: int, *, again: bool) -> tuple[Reply, ...]:
    """A claim sheet as two files; `left` trips are not in it because their return is missing."""
    if again:
        text = f"{number} 정산서입니다. 앞서 드린 것과 같은 파일입니다."
    else:
        text = (
            f"{number} 정산서를 만들었습니다. 여기에 든 영수증은 다른 정산에 쓸 수 없습니다.\n"
            "결재란은 비워 두었습니다. 카드 영수증은 따로 붙여 주십시오."
        )
    if left:
        text += f"\n복귀가 없는 {left}건은 넣지 않았습니다."
    return Reply(text, file=OutFile(f"{number}.pdf", pdf)), Reply(
        "같은 내용의 엑셀 파일입니다.", file=OutFile(f"{number}.xlsx", xlsx)
    )


def none_ready(month_: int, left: int) -> Reply:
    """Nothing of the month can go into a sheet."""
    if left:
        return Reply(f"{month_}월 출장 {left}건은 복귀가 없어 정산서에 넣지 못합니다. 먼저 복귀를 알려 주십시오.")
    return Reply(f"{month_}월에 정산할 출장이 없습니다.")


def no_sheet(number: str, contact: str) -> Reply:
    """No sheet of that number may be shown to the asker."""
    return Reply(
        f"'{number}' 정산서를 찾지 못했습니다. '정산 10월'처럼 달을 쓰시면 그 달 것을 보여 드립니다.\n문의: {contact}"
    )


def gone(number: str) -> Reply:
    """The record was destroyed on its date."""
    return Reply(f"{number} 정산서는 보관 기간이 지나 지웠습니다. 만든 기록만 남아 있습니다.")


def stated(number: int, fields: Sequence[str], line: Line) -> Reply:
    """What was written down for a trip, and what it is paid now."""
    what = ", ".join(STATED[field] for field in fields)
    paid = f"이제 {won(line.total)}입니다." if line.total is not None else "아직 셈하지 못한 것이 있습니다."
    return Reply(f"{number}번에 적었습니다: {what}. {paid}\n'정산'을 쓰시면 전체를 보여 드립니다.")


def no_such(number: int) -> Reply:
    """No trip of that number in the month."""
    return Reply(
        f"{number}번 출장이 없습니다. '정산'을 쓰시면 번호를 보여 드립니다. 지난달은 '정산 10월 2번 …'처럼 써 주십시오."
    )


def a_receipt_alone(number: int) -> Reply:
    """To a correction of a receipt that belongs to no trip."""
    return Reply(f"{number}번은 출장에 묶이지 않은 영수증이라 적을 것이 없습니다. {UNCOUNTED}.")


def in_a_sheet(number: int, sheet_: str) -> Reply:
    """To a correction of a trip that is in a sheet."""
    return Reply(
        f"{number}번은 {sheet_} 정산서에 들어 있어 고칠 수 없습니다.\n"
        "잘못된 정산서는 관리자가 '정산 취소 번호 이유'로 취소한 뒤에 다시 만들 수 있습니다."
    )


def vehicle_known(number: int, vehicle: int) -> Reply:
    """The trip itself names another vehicle."""
    return Reply(
        f"{number}번 출장에는 {VEHICLES[vehicle]}로 적혀 있어 정산에서 바꾸지 않습니다.\n"
        "틀렸으면 출장 담당과 바로잡아 주십시오. 정산서에는 출장에 적힌 대로 들어갑니다."
    )


def unread(number: int) -> Reply:
    """A correction that was not understood."""
    return Reply(
        f"{number}번에 무엇을 적을지 읽지 못했습니다. 이렇게 써 주십시오.\n"
        "관용차·자가용·대중교통·동승 / 관내·관외 / 거리 13.5(편도 km) / 운임 45,200 / 숙박 60,000 70,000 / "
        "숙박 없음 / 실비 3,000 / 식사 2(제공받은 끼니) / 문서 총무과-812"
    )


def managers_only(contact: str) -> Reply:
    """A department's settlement is the manager's."""
    return Reply(f"부서의 정산은 관리자만 볼 수 있습니다. '정산'을 쓰시면 본인 것을 보여 드립니다.\n관리자: {contact}")


def no_department(name: str) -> Reply:
    """No such department in the institution."""
    return Reply(f"'{name}' 부서를 찾지 못했습니다. 부서 이름을 그대로 써 주십시오. 예: 정산 총무과 10월")


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part of a department's month: sheets with their amounts, and how many trips are in none."""

    name: str
    sheets: tuple[str, ...]
    amount: int
    free: int
    unfinished: int


def department(name: str, month_: int, shares: Sequence[Share], xlsx: bytes | None) -> tuple[Reply, ...]:
    """A department's month for the clerk."""
    active = [one for one in shares if one.sheets or one.free or one.unfinished]
    active.sort(key=lambda one: not one.sheets)
    if not active:
        return (Reply(f"{name} {month_}월에는 출장이 없습니다."),)
    total, sheets = sum(one.amount for one in active), sum(len(one.sheets) for one in active)
    lines = [f"{name} {month_}월 정산서 {sheets}건, {won(total)}입니다."]
    for one in active[:_SHOWN]:
        parts = [one.name]
        parts += [f"{', '.join(one.sheets)} {won(one.amount)}"] if one.sheets else []
        parts += [f"정산하지 않은 출장 {one.free}건"] if one.free else []
        parts += [f"복귀 없는 출장 {one.unfinished}건"] if one.unfinished else []
        lines.append(" · ".join(parts))
    if len(active) > _SHOWN:
        lines.append(f"외 {len(active) - _SHOWN}명은 엑셀 파일에서 보실 수 있습니다.")
    replies = [Reply("\n".join(lines))]
    if xlsx is not None:
        file = OutFile(f"정산 {' '.join(re.findall(r'[0-9A-Za-z가-힣]+', name))} {month_}월.xlsx", xlsx)
        replies.append(Reply("정산서의 내용을 모은 엑셀 파일입니다.", file=file))
    return tuple(replies)


def how_to_void() -> Reply:
    """What a withdrawal of a sheet needs."""
    return Reply(
        "정산 번호와 이유를 함께 써 주십시오. 예: 정산 취소 정산-총무과-2026-3 차량을 잘못 적음\n"
        "지급이 끝난 정산서는 회계에서 먼저 되돌려 주십시오. 취소한 기록은 지워지지 않습니다."
    )


def not_ones_own() -> Reply:
    """Nobody takes back a sheet of their own."""
    return Reply("본인의 정산서는 본인이 취소할 수 없습니다. 다른 관리자에게 요청해 주십시오.")


def voided(number: str, name: str, at: datetime, reason: str, *, before: bool) -> Reply:
    """A sheet that was taken back, and what that means for its receipts."""
    if before:
        return Reply(f"{number} 정산서는 {moment(at)}에 이미 취소되었습니다. 이유: {reason}")
    return Reply(
        f"{number} 정산서를 취소했습니다. 이유와 취소하신 분을 기록했습니다.\n"
        f"{name} 님에게 알렸습니다. 든 영수증은 새 정산서 한 장에만 다시 쓸 수 있습니다."
    )


def told_of_void(number: str, reason: str, contact: str) -> Reply:
    """To whoever made the sheet."""
    return Reply(
        f"{number} 정산서가 취소되었습니다. 이유: {reason}\n'정산'에서 새 정산서를 받으실 수 있습니다. 문의: {contact}"
    )
