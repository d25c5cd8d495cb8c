"""Words of a cafeteria that an institution's administrator adds in chat."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import Button, Reply
from bot.wording import particle

HOW = (
    "식당 이름과 좌석 수, 배식 시간을 써 주십시오. 예: '식당 추가 구내식당 300석 11:30~13:30'\n"
    "부서별 차례가 있으면 이어서 '차례 11:40 총무과, 감사관 / 12:00 도로과'처럼 씁니다."
)
FAULTS = {
    "seats": "좌석은 1석부터 20,000석까지, 배식구는 100개까지입니다.",
    "hours": "배식이 끝나는 시각이 시작보다 뒤여야 합니다.",
    "slots": "차례 시각은 배식 시간 안에서 이른 것부터 한 번씩이어야 합니다.",
    "twice": "차례마다 부서가 있어야 하고, 한 부서는 한 차례에만 있어야 합니다.",
}


def how() -> Reply:
    """How one is added."""
    return Reply(HOW)


def wrong(fault: str) -> Reply:
    """What can't stand."""
    return Reply(f"{FAULTS[fault]} 바꾼 것이 없습니다.\n{HOW}")


def unknown(departments: Sequence[str]) -> Reply:
    """Departments that nobody is of."""
    return Reply(
        f"명부에 없는 부서입니다: {', '.join(departments[:5])}.\n"
        "부서 이름을 확인해 다시 써 주십시오. 바꾼 것이 없습니다."
    )


def by_file(institution: str) -> Reply:
    """Of an institution that the settings file declares."""
    return Reply(
        f"{institution}의 식당은 설정 파일에 적습니다.\n"
        "파일의 [[institution.cafeteria]]에 더해 달라고 운영자에게 부탁해 주십시오."
    )


def full(most: int) -> Reply:
    """No more than that."""
    return Reply(f"대화로는 식당을 {most}곳까지 더할 수 있습니다.")


def ask(name: str, seats: int, servers: int, hours: str, slots: Sequence[str], press: str, *, there: bool) -> Reply:
    """Read back before it stands."""
    head = f"{particle(name, '을', '를')} 이렇게 {'고칠까요' if there else '더할까요'}?"
    told = [head, f"좌석 {seats:,}석, 배식구 {servers}개, 배식 {hours}. 말씀하지 않은 것은 보통 값입니다."]
    told += [f"차례(한 주에 하나씩 뒤로): {' / '.join(slots)}"] if slots else ["부서별 차례는 없습니다."]
    yes = "고치기" if there else "추가"
    return Reply("\n".join(told), buttons=(Button(yes, f"kitchenset:yes:{press}"), Button("그만두기", "kitchenset:no")))


def done(name: str) -> Reply:
    """It stands."""
    return Reply(
        f"{particle(name, '을', '를')} 더했습니다. '식당'이라고 물으면 이곳을 답합니다.\n"
        "센서는 '센서 등록'으로 코드를 받아 이으시고, 식단은 식단표 파일을 보내 주시면 됩니다. "
        "배식 담당은 '역할 홍길동 배식 추가'로 정합니다.\n"
        "쉬는 날은 '식당 12월 24일 휴무'처럼 말씀하시고, 줄이 여럿인 식당은 설정 파일에 적습니다.",
        buttons=(Button("식당", "cafeteria"),),
    )


def gone() -> Reply:
    """An old button."""
    return Reply("지난 단추입니다. 다시 써 주십시오. 바꾼 것이 없습니다.")


def kept() -> Reply:
    """Nothing was done."""
    return Reply("더하지 않았습니다.")
