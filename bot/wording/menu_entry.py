"""Words of entering a menu: what was read from a file or a text, day by day, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.messenger import Button, Reply
from bot.wording import day, short, whom
from bot.wording.menus import MEALS, dish
from occupancy.menu import DayMenu, Doubt, Meal, Unread

PAGE = 7
"""Days that a readback shows at once."""
_REFUSALS = {
    "empty": "파일이 비어 있습니다.",
    "large": "파일이 너무 큽니다(5MB까지).",
    "bomb": "압축을 풀면 너무 커지는 파일입니다.",
    "password": "암호가 걸린 파일입니다. 암호를 풀어 다시 보내 주십시오.",
    "broken": "파일이 깨져 있어 열 수 없습니다.",
    "unsupported": "읽을 수 있는 형식이 아닙니다.",
    "time": "읽는 데 너무 오래 걸립니다.",
    "columns": "PDF나 HWP 파일에서는 표의 칸을 알 수 없습니다. 엑셀이나 HWPX로 저장해 보내 주십시오.",
    "scan": "글자가 없는 그림 파일입니다.",
}
_HOW = "엑셀(XLSX·XLS·ODS)·한글(HWPX)·CSV 파일을 보내시거나 식단을 그대로 붙여 넣어 주십시오."
_EXAMPLE = "예: 월: 쌀밥, 된장국(5.6), 제육볶음(5.6.10) / 화: …"


def how() -> Reply:
    """What to send."""
    return Reply(
        f"식단표를 보내 주십시오. {_HOW}\n{_EXAMPLE}\n읽은 것을 먼저 보여 드리고, '맞습니다' 하신 뒤에만 등록합니다."
    )


def which_dishes(on: date, *, missing: bool = False) -> Reply:
    """What is served on the day that was told; nothing was kept yet."""
    head = f"{day(on)} 식단은 아직 등록되지 않았습니다." if missing else f"{day(on)}에"
    return Reply(
        f"{head} 무엇이 나옵니까? 음식을 쉼표로 이어 써 주십시오. 식단표 파일을 보내셔도 됩니다.\n"
        "예: 쌀밥, 된장국(5.6), 제육볶음(5.6.10)"
    )


def for_which_day(dishes: str) -> Reply:
    """On which day dishes are served."""
    return Reply(f"'{short(dishes, 80)}', 어느 날 식단입니까? '내일'이나 '11/24'처럼 써 주십시오.")


def refused(reason: str) -> Reply:
    """A file that could not be read; nothing was kept."""
    return Reply(f"식단을 읽지 못했습니다. {_REFUSALS.get(reason, _REFUSALS['broken'])} 저장한 것은 없습니다.\n{_HOW}")


def nothing(unread: Sequence[Unread]) -> Reply:
    """No day was found in it."""
    told = f"\n{_doubts(unread)}" if unread else ""
    return Reply(
        f"식단에서 날짜와 음식을 찾지 못했습니다. 저장한 것은 없습니다.{told}\n"
        f"'11/23(월)'처럼 날짜나 요일이 있는 표로 다시 보내 주십시오. {_EXAMPLE}"
    )


def readback(
    name: str, draft_id: str, days: Sequence[DayMenu], unread: Sequence[Unread], notes: Sequence[str],
    start: int, others: Sequence[tuple[str, str]],
) -> Reply:  # fmt: skip
    """What was read, a line a day, with what needs a look; `others` are other cafeterias (id, name) it may be for."""
    shown = days[start : start + PAGE]
    lines = [f"이렇게 읽었습니다: {name} {_span(days)}"] if not start else [f"이어서 {start + 1}번째 날부터입니다."]
    lines += [day_line(one) for one in shown]
    left = len(days) - start - len(shown)
    if left:
        lines.append(f"… 외 {left}일")
    lines += notes
    if unread:
        lines.append(_doubts(unread))
    buttons = [Button("맞습니다", f"menu-yes:{draft_id}"), Button("고치기", f"menu-fix:{draft_id}")]
    if left:
        buttons.append(Button("나머지 보기", f"menu-more:{draft_id}:{start + PAGE}"))
    buttons += [Button(f"{short(label, 12)} 식단", f"menu-at:{draft_id}:{number}") for number, label in others]
    buttons.append(Button("취소", f"menu-no:{draft_id}"))
    return Reply("\n".join(lines), buttons=tuple(buttons))


def _span(days: Sequence[DayMenu]) -> str:
    if len(days) == 1:
        return day(days[0].day)
    return f"{day(days[0].day)}~{day(days[-1].day)} {len(days)}일"


def day_line(menu: DayMenu) -> str:
    """A day in a line: `11. 23.(월) 쌀밥, 제육볶음(5·6·10)`, its other meals after it."""
    if menu.closed:
        return f"{day(menu.day)} 쉼: {menu.closed}"
    parts = []
    for meal in (Meal.LUNCH, Meal.BREAKFAST, Meal.DINNER):
        dishes = menu.of(meal)
        corners = tuple(dict.fromkeys(one.corner for one in dishes))
        told = " / ".join(
            (f"[{corner}] " if corner else "") + ", ".join(dish(one) for one in dishes if one.corner == corner)
            for corner in corners
        )
        if told:
            parts.append(told if meal is Meal.LUNCH else f"{MEALS[meal]}: {told}")
    return f"{day(menu.day)} {' · '.join(parts)}"


def origins_note(days: Sequence[DayMenu]) -> str:
    """The origins that were read, in short."""
    found = tuple(dict.fromkeys(line for one in days for line in one.origins))
    return short("원산지: " + ", ".join(found), 120) if found else "원산지는 읽은 것이 없습니다."


def allergens_note(days: Sequence[DayMenu]) -> str:
    """How many dishes carry allergens."""
    dishes = [one for menu in days for one in menu.served]
    marked = sum(bool(one.allergens) for one in dishes)
    if not marked:
        return "알레르기 표시는 읽은 것이 없습니다. 있다면 '화요일 제육볶음 알레르기 5,6,10'처럼 알려 주십시오."
    return f"알레르기 표시: 음식 {len(dishes)}가지 중 {marked}가지"


def conflicts_note(changed: Sequence[date], same: int) -> str:
    """What stands already for these days."""
    lines = []
    if changed:
        lines.append(f"이미 등록된 식단과 다릅니다. '맞습니다' 하시면 바뀝니다: {', '.join(map(day, changed[:7]))}")
    if same:
        lines.append(f"{same}일은 이미 등록된 것과 같습니다.")
    return "\n".join(lines)


def shut_note(days: Sequence[date]) -> str:
    """Days with dishes on which the cafeteria is closed."""
    return f"쉬는 날로 되어 있는데 식단이 있습니다: {', '.join(map(day, days[:7]))}"


def past_note() -> str:
    """All days are over."""
    return "모두 지난 날짜입니다. 연도나 주가 맞는지 보아 주십시오."


def _doubts(unread: Sequence[Unread]) -> str:
    told = {
        Doubt.DAY: "어느 날인지 알 수 없음",
        Doubt.WEEKDAY: "날짜와 요일이 다름(날짜로 읽음)",
        Doubt.NUMBER: "1~19가 아닌 알레르기 번호는 뺌",
        Doubt.CELL: "읽지 못함",
        Doubt.ALLERGENS: "어느 음식의 알레르기인지 알 수 없음",
        Doubt.TWICE: "두 곳에 다르게 적힘(먼저 것으로 읽음)",
        Doubt.MORE: "너무 길어 다 읽지 않음",
    }
    rows = [
        f"{one.where} '{short(one.text, 20)}' {told[one.why]}" if one.text else f"{one.where} {told[one.why]}"
        for one in unread
    ]
    more = f" 외 {len(rows) - 4}곳" if len(rows) > 4 else ""
    return f"확인이 필요한 곳: {'; '.join(rows[:4])}{more}"


def what_to_fix() -> Reply:
    """How corrections are written."""
    return Reply(
        "고칠 것을 써 주십시오.\n"
        "'화요일 국을 미역국으로' · '수요일 제육 빼줘' · '금요일 돈까스(1.2.5) 추가' · '목요일 휴무'\n"
        "하루를 통째로 바꾸시려면 '수요일: 쌀밥, 미역국, 불고기'처럼 쓰시면 됩니다."
    )


def to_fix(menu: DayMenu) -> Reply:
    """A day's menu as it stands, for whoever wants to change it."""
    first = next((one.name for one in menu.served), "쌀밥")
    return Reply(
        f"지금 식단입니다: {day_line(menu)}\n"
        f"무엇을 바꿀까요? '{first} 대신 비빔밥으로', '{first} 빼줘', '요구르트 추가'"
        "처럼 써 주십시오. 새 식단을 통째로 쓰셔도 됩니다."
    )


def fixed(name: str, draft_id: str, menu: DayMenu, count: int) -> Reply:
    """The day as it is after a correction; nothing is entered yet."""
    rest = f"나머지 {count - 1}일은 그대로입니다. " if count > 1 else ""
    buttons = (
        Button("맞습니다", f"menu-yes:{draft_id}"), Button("고치기", f"menu-fix:{draft_id}"),
        Button("전체 보기", f"menu-more:{draft_id}:0"), Button("취소", f"menu-no:{draft_id}"),
    )  # fmt: skip
    return Reply(f"고쳤습니다: {name}\n{day_line(menu)}\n{rest}'맞습니다' 하시면 등록합니다.", buttons=buttons)


def which_day(days: Sequence[date]) -> Reply:
    """A correction without its day."""
    known = f"({', '.join(map(day, days[:7]))})" if days else ""
    return Reply(f"어느 날입니까? '화요일 국을 미역국으로'처럼 날이나 요일을 붙여 주십시오{known}.")


def no_such_dish(on: date, names: Sequence[str]) -> Reply:
    """A dish that the day does not have."""
    known = short(", ".join(names), 200) if names else "등록된 음식이 없음"
    return Reply(f"{day(on)}에 그런 음식이 없습니다. 그날 음식: {known}")


def which_dish(on: date, names: Sequence[str]) -> Reply:
    """Several dishes of that name."""
    return Reply(f"{day(on)}에 여러 가지가 있습니다: {short(', '.join(names), 200)}. 코너나 이름을 더 붙여 주십시오.")


def entered(name: str, draft_id: str, days: Sequence[DayMenu]) -> Reply:
    """It stands."""
    on = days[0].day
    shown = Button(f"{day(on)} 식단", f"menu:{on.month}/{on.day}")
    shown = Button("이번 주 식단", "menu:week") if len(days) > 1 else shown
    buttons = (Button("되돌리기", f"menu-undo:{draft_id}"), shown)
    return Reply(f"등록했습니다: {name} {_span(days)}. 이제 '식단'으로 누구나 볼 수 있습니다.", buttons=buttons)


def undone(count: int) -> Reply:
    """It is as it was."""
    if not count:
        return Reply("되돌릴 것이 없습니다. 그 뒤에 다시 바뀐 날은 그대로 두었습니다.")
    return Reply(f"{count}일의 식단을 등록 전으로 되돌렸습니다.", buttons=(Button("이번 주 식단", "menu:week"),))


def dropped() -> Reply:
    """What was read is forgotten."""
    return Reply("취소했습니다. 등록한 것은 없습니다.")


def over(contact: str) -> Reply:
    """A draft that is no more."""
    return Reply(
        f"하루가 지나 읽은 내용을 지웠습니다. 식단표를 다시 보내 주십시오. 문의: {whom(contact)}",
        buttons=(Button("식단 등록", "menu-add"),),
    )


def too_late() -> Reply:
    """An undoing that comes too late."""
    return Reply("등록한 지 30일이 지나 되돌릴 수 없습니다. 식단표를 다시 보내 주십시오.")


def changed_meanwhile() -> Reply:
    """Somebody corrected at the same instant."""
    return Reply("그사이 다른 고침이 들어왔습니다. 다시 한번 말씀해 주십시오. 등록한 것은 없습니다.")


def nothing_to_fix() -> Reply:
    """No menu for a correction."""
    return Reply(
        "고칠 식단이 아직 없습니다. '식단 등록'으로 먼저 올려 주십시오.", buttons=(Button("식단 등록", "menu-add"),)
    )
