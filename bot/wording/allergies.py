"""Words of a person's own allergens: asked for with their own consent, shown to themselves, gone at a word."""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import day
from bot.wording.menus import named

CONSENT_VERSION = "allergies-2026-11"
_GO = (Button("오늘 메뉴", "menu"), Button("지우기", "allergies:drop"))


def ask(numbers: frozenset[int]) -> Reply:
    """The question before anything is kept (개인정보 보호법 제23조제1항제1호, 제15조제2항)."""
    carried = ".".join(map(str, sorted(numbers)))
    return Reply(
        "알레르기는 건강에 관한 민감정보라 따로 동의를 받습니다(개인정보 보호법 제23조).\n"
        f"저장할 것: {named(numbers)}(번호만) · 쓰는 곳: 나와의 대화에서 식단의 주의 표시\n"
        "기간: 지우실 때까지, 떠나시면 함께 지웁니다. 다른 사람과 채널에는 보이지 않습니다.\n"
        "동의하지 않으셔도 식단과 '알레르기 새우' 찾기는 그대로 쓰실 수 있습니다.",
        buttons=(Button("동의하고 저장", f"allergies:keep:{carried}"), Button("저장하지 않음", "allergies:no")),
    )


def kept(numbers: frozenset[int]) -> Reply:
    """They are kept."""
    return Reply(
        f"저장했습니다: {named(numbers)}. '오늘 메뉴'와 '식당'에서 주의할 음식을 먼저 알려 드립니다.\n"
        "식단표에 적힌 표시만 봅니다. 표시가 없는 음식은 배식 담당자에게 물어 주십시오.",
        buttons=_GO,
    )


def shown(numbers: frozenset[int], at: datetime) -> Reply:
    """What is kept."""
    return Reply(
        f"적어 두신 알레르기: {named(numbers)}({day(at)}에 동의하고 저장). 나에게만 보입니다.\n"
        "바꾸시려면 '내 알레르기 우유, 새우'처럼 쓰시고, 지우시려면 '내 알레르기 지우기'를 써 주십시오.",
        buttons=_GO,
    )


def none() -> Reply:
    """Nothing is kept."""
    return Reply(
        "적어 두신 알레르기가 없습니다. '내 알레르기 우유, 새우'처럼 쓰시면 동의를 받은 뒤 저장하고, "
        "그 음식이 나오는 날 미리 알려 드립니다."
    )


def not_kept() -> Reply:
    """They said no."""
    return Reply("저장하지 않았습니다. '알레르기 새우'로 나오는 날을 찾아보실 수 있습니다.")


def dropped(*, were: bool) -> Reply:
    """They are gone."""
    return Reply("지웠습니다. 동의도 함께 거두어졌습니다." if were else "적어 두신 알레르기가 없습니다.")


def unknown() -> Reply:
    """No allergen was understood."""
    return Reply(
        "어느 것인지 모르겠습니다. '내 알레르기 우유, 새우'처럼 이름이나 번호(1~19)로 써 주십시오.\n"
        "저장한 것은 없습니다."
    )
