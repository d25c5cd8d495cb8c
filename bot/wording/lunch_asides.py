"""What is said around the cafeteria that its line does not tell: what is not known is said, and whom to ask."""

from __future__ import annotations

from datetime import time

from bot.messenger import Button, Reply
from bot.wording import SAY, particle, public, whom

SEATS = "빈 자리는 세지 못하고 줄만 봅니다."
_BUTTONS = (Button("식당", f"{SAY}식당"), Button("오늘 메뉴", f"{SAY}오늘 메뉴"))


def told(about: str, name: str, opens: time, closes: time, slot: str, contact: str) -> Reply:
    """The answer to what `bot.lunch_speech.aside` named."""
    said = {
        "price": f"식권 값은 제가 알지 못합니다. 문의: {whom(contact)}",
        "guests": f"직원이 아닌 분이 드실 수 있는지는 제가 알지 못합니다. 문의: {whom(contact)}",
        "where": f"{name}입니다. 몇 층 어디인지는 제가 알지 못합니다. 문의: {whom(contact)}",
        "hours": (
            f"{name} 배식은 {opens:%H:%M}~{closes:%H:%M}입니다. 다른 끼니의 배식은 제가 알지 못합니다.\n{slot}"
        ).strip(),
        "eaten": "맛있게 드셨기를 바랍니다. 보신 줄을 '지금 줄 18명'처럼 알려 주시면 다른 분께 도움이 됩니다.",
    }[about]
    return public(said, buttons=_BUTTONS)


def unknown_place(name: str, known: str) -> str:
    """A cafeteria is named that the institution has not."""
    named = particle(f"'{name}'", "은", "는")
    return f"{named} 제가 아는 식당이 아닙니다. 아는 식당: {known}"


def there(dish: str, when: str, *, served: bool) -> str:
    """Whether a dish is on a day's menu."""
    if served:
        return f"네, {when}에 {particle(dish, '이', '가')} 있습니다."
    return f"아니요, {when} 식단에 {particle(dish, '은', '는')} 없습니다."


def comes(dish: str, days: str, last: str) -> str:
    """On which days a dish comes, of those that are entered."""
    if days:
        return f"{particle(dish, '은', '는')} {days}에 나옵니다."
    return (
        f"등록된 식단({last}까지)에 {particle(dish, '은', '는')} 없습니다." if last else "등록된 식단이 아직 없습니다."
    )
