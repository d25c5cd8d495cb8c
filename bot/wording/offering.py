"""Words of what is offered with its content, and of what is asked where a piece of it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.messenger import Button, Reply
from bot.wording import SAY, particle, public, short, whom
from bot.wording.surely import at_once

_ASKED: Final = {
    "who": "어느 분입니까? 이름을 써 주십시오.",
    "new": "어느 분입니까? 이름을 써 주십시오.",
    "to": "어느 부서입니까? 부서 이름을 써 주십시오.",
    "role": "어느 역할입니까? '감사 추가'나 '배식 빼기'처럼 써 주십시오.",
    "home": "어느 기관입니까? 기관 이름을 써 주십시오.",
    "source": "어느 기관의 출처입니까? 기관 이름을 써 주십시오.",
}
BLANK: Final = "○○"
_HELP: Final = Button("도움말", "help")


def one(words: str, *, ahead: bool) -> Reply:
    """One full command, before it is said; `ahead`: a day to come was named, and it can't wait for that."""
    later = "\n날을 미리 정해 두지는 못합니다. 그날 눌러 주십시오." if ahead else ""
    text = f"'{words}', 이렇게 할까요? 아직 아무것도 바꾸지 않았습니다.{later}"
    return Reply(text, buttons=(_saying(words), _HELP))


def several(words: Sequence[str], *, ahead: bool) -> Reply:
    """Several, of which the first carries what was said."""
    later = " 날을 미리 정해 두지는 못하니 그날 눌러 주십시오." if ahead else ""
    buttons = tuple(_saying(each) for each in words if each != _HELP.label)
    text = f"혹시 이 가운데 있습니까? 아직 아무것도 바꾸지 않았습니다.{later}"
    return Reply(text, buttons=(*buttons, _HELP))


def only_when(text: str) -> Reply:
    """A time, and nothing that is to be then."""
    return Reply(
        f"'{short(text, 20)}'만으로는 무엇을 말씀하시는지 알지 못했습니다. 하실 일을 함께 써 주십시오. "
        "예: '내일까지 알림 꺼 줘'\n아직 아무것도 바꾸지 않았습니다.",
        buttons=(Button("도움말", "help"),),
    )


def unanswered(shows: Sequence[str]) -> Reply:
    """To a question whose answer is not known; `shows` only show something."""
    text = (
        "물어보신 것에 맞는 설명을 찾지 못했습니다. 아무것도 바꾸지 않았습니다.\n"
        "다르게 물어 주시거나 아래에서 보십시오."
    )
    return Reply(text, buttons=(*(_saying(one) for one in shows if one != _HELP.label), _HELP))


def stranger(name: str, add: str) -> Reply:
    """Somebody was named whom the roster does not know; `add` takes them in."""
    text = f"'{short(name, 20)}' 님을 명부에서 찾지 못했습니다. 이름을 다시 보시거나, 새로 오신 분이면 더해 주십시오."
    return Reply(text, buttons=(_saying(add), Button("직원 목록", f"{SAY}직원 목록"), _HELP))


def missing(command: str, slot: str) -> Reply:
    """What a command still lacks; the answer may be that alone."""
    told = _without_blanks(command)
    return Reply(f"{told}: {_ASKED[slot]}\n아직 아무것도 바꾸지 않았습니다. 그만두시려면 '취소'라고 쓰십시오.")


def _saying(words: str) -> Button:
    """A button that says them; a piece that is asked for stands in none."""
    return Button(_without_blanks(words), f"{'sure:' if at_once(words) else SAY}{words}")


def _without_blanks(words: str) -> str:
    return " ".join(word for word in words.split() if word != BLANK)


def contact(told: str) -> Reply:
    """To whoever wants to speak with somebody."""
    text = (
        "저는 프로그램이라 사람을 바꿔 드리지 못합니다. "
        f"도비에 관한 일은 {particle(whom(told), '이', '가')} 맡고 있습니다.\n"
        "하실 말씀을 저에게 쓰셔도 됩니다. 할 수 있는 일은 '도움말'에 있습니다."
    )
    return public(text, buttons=(_HELP,))


def easiest() -> Reply:
    """To whoever wants the simplest thing first."""
    text = (
        "가장 간단한 것은 '식당' 한마디입니다. 지금 줄과 우리 과 차례를 알려 드립니다.\n"
        "오늘 나온 소식은 '브리핑', 단추만 누르셔도 됩니다."
    )
    return public(text, buttons=(Button("식당", f"{SAY}식당"), Button("브리핑", f"{SAY}브리핑"), _HELP))
