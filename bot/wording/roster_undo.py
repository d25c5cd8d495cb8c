"""Words of taking back what somebody just did to people, and of names that changed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import SAY, particle, short, toward

_CANT = {
    "broadcast-sent": "보낸 공지는 거둘 수 없습니다. 바로잡으시려면 '공지 정정합니다. …'처럼 다시 보내 주십시오.",
    "access-cut": ("끊은 접속은 되돌리지 못합니다. 본인이 맞으면 '재연결'로 앞당기고 '초대'로 새 코드를 드리십시오."),
    "dead-retried": "다시 보낸 것은 거둘 수 없습니다. 남은 것은 '못 보낸 것'에서 보십니다.",
    "dead-dropped": "버린 것은 되살릴 수 없습니다. 필요하시면 같은 내용을 다시 보내 주십시오.",
    "uninvited": "취소한 코드는 되살리지 못합니다. '초대'로 새 코드를 드리십시오.",
    "invited-many": "초대장을 한꺼번에 거두지는 못합니다. 한 분씩 '초대 취소 홍길동'으로 끝내실 수 있습니다.",
}


def propose(done: str, press: str) -> Reply:
    """The last act, named, with its exact reverse."""
    return Reply(
        f"방금 하신 일: {done}\n되돌릴까요? 아직 아무것도 바꾸지 않았습니다.",
        buttons=(Button("되돌리기", press), Button("그만두기", "staff-leave:no")),
    )


def propose_instead(done: str, press: str, again: str) -> Reply:
    """The last act was meant for somebody else: its reverse, and the same for them."""
    say, quoted = f"{SAY}{again}", f"'{again}'"
    second = (Button(again, say),) if len(say.encode()) <= MAX_PRESS else ()
    return Reply(
        f"방금 하신 일: {done}\n'되돌리기'를 누르신 뒤 {particle(quoted, '을', '를')} 눌러 주십시오. "
        "아직 아무것도 바꾸지 않았습니다.",
        buttons=(Button("되돌리기", press), *second),
    )


def propose_uninvite(name: str, again: str) -> Reply:
    """A code was just made: it is ended; `again`: for whom it was meant."""
    words = f"초대 취소 {name}"
    second = (Button(again, f"{SAY}{again}"),) if again and len(f"{SAY}{again}".encode()) <= MAX_PRESS else ()
    return Reply(
        f"방금 하신 일: 초대 코드 발급 · {name}\n그 코드를 못 쓰게 할까요? 아직 아무것도 바꾸지 않았습니다.",
        buttons=(Button(words, f"{SAY}{words}"), *second),
    )


def cant(what: str, done: str) -> Reply:
    """The last act can't be taken back; what can be done instead."""
    told = _CANT.get(what, "이 일은 되돌리지 못합니다. 바로잡으실 내용을 써 주시면 도와 드립니다.")
    return Reply(f"방금 하신 일: {done}\n{told}")


def nothing() -> Reply:
    """Nothing was done lately that could be taken back."""
    return Reply(
        "방금 하신 일 가운데 되돌릴 것을 찾지 못했습니다. 아무것도 바꾸지 않았습니다.\n"
        "무엇을 되돌릴지 써 주십시오. 예: '직원 홍길동', '구독 목록', '출장 목록'"
    )


# --- names


def how_name() -> Reply:
    """How a person's name is corrected."""
    return Reply("누구의 이름을 무엇으로 바꿀지 적어 주십시오. 예: 이름 변경 김하나 김하늘")


def ask_name(before: str, after: str, department: str, press: str) -> Reply:
    """Before a name is another."""
    who, to = f"{department} {before}".strip(), toward(f"'{after}'")
    return Reply(
        f"{who} 님의 이름을 {to} 바꿀까요?\n"
        "연결, 역할, 구독, 출장 기록은 그대로입니다. 이미 나간 영수증의 이름은 바뀌지 않습니다.",
        buttons=(Button("이름 변경", press), Button("그만두기", "staff-leave:no")),
    )


def renamed(before: str, after: str, undo: str) -> Reply:
    """It is so."""
    return Reply(
        f"{before} 님의 이름을 {toward(after)} 바꿨습니다. 그 밖의 것은 그대로입니다.",
        buttons=(Button("되돌리기", f"staff-undo:{undo}"),),
    )


def same_name(name: str) -> Reply:
    """Nothing to change."""
    return Reply(f"이미 {name} 님으로 적혀 있습니다. 바꾸지 않았습니다.")


def taken(name: str, department: str) -> Reply:
    """Somebody of the department is called so."""
    return Reply(
        f"{department}에 {name} 님이 이미 있습니다. 동명이인이면 사번을 먼저 적어 주십시오. 바꾸지 않았습니다."
    )


def office(before: str, after: str, people: int, declared: int, *, slots: bool) -> Reply:
    """A department has another name: what can be done and by whom; `slots`: whoever asks may change when it eats."""
    told = f"'{short(before, 20)}'의 이름을 한 번에 바꾸는 기능은 없습니다. 아무것도 바꾸지 않았습니다."
    here = f"명부의 {people:,}명 가운데 " if people else ""
    file = f"설정 파일에 적힌 {declared:,}명은 파일에서" if declared else ""
    others = f"{people - declared:,}명은 '인사발령'과 함께 부서가 '{short(after, 20)}'인 엑셀을 보내시면 한 번에"
    sheet = others if people > declared else ""
    ways = ", ".join(one for one in (file, sheet) if one)
    press = f"{SAY}차례 변경 {particle(before, '을', '를')} {toward(after)} 이름 변경"
    buttons = (Button("식당 차례에서 바꾸기", press),) if slots and len(press.encode()) <= MAX_PRESS else ()
    table = "식당 차례에서는 아래 단추로 바꾸실 수 있습니다. " if buttons else ""
    rest = f"{table}부서 방은 지금 이름으로 남고, 구독과 기록은 그대로입니다."
    return Reply("\n".join([told, *([f"{here}{ways} 고칩니다."] if ways else []), rest]), buttons=buttons)


def how_office(departments: Sequence[str]) -> Reply:
    """Which department is called what from now on."""
    known = f" 지금 부서: {', '.join(departments[:8])}" if departments else ""
    return Reply(
        f"어느 부서가 무엇으로 바뀌었습니까? 예: 부서 이름 변경 총무과 행정과{known}\n아직 아무것도 바꾸지 않았습니다."
    )
