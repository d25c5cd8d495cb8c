"""What is said of a model that is continued on the installation's own documents: how far, better or not, what now."""

from __future__ import annotations

from datetime import datetime

from bot.clock import KST
from bot.wording import day

NOTHING_LEFT = "이어 배운 모델이 없습니다. 내장 모델을 그대로 씁니다."
WENT_BACK = "내장 모델로 돌아갔습니다. 이어 배운 모델은 지웠습니다. {restart}"
RESTART = "켜져 있는 dobi run·work·console은 다시 시작할 때부터 이 모델을 씁니다."
ANOTHER_MODEL = (
    "설정 파일이 다른 언어 모델({name})을 쓰도록 정하고 있어 이어 배우지 않습니다. "
    "내장 모델을 이어 배우시려면 [embedding]의 model 줄을 지우고 다시 실행해 주십시오."
)
STEPS = "--steps는 1에서 {most:,}까지입니다."
STOPPED = "그만두었습니다. 쓰던 모델은 그대로입니다."


def began(documents: int, titles: int, held_out: int) -> str:
    """What is learnt from."""
    besides = f", 제목만 있는 글 {titles:,}건" if titles else ""
    return f"본문이 있는 글 {documents:,}건{besides}으로 배웁니다. 새 글 {held_out:,}건은 시험용으로 남겨 둡니다."


def progress(share: float, minutes_left: float | None) -> str:
    """How far it is."""
    left = "" if minutes_left is None else f", {max(round(minutes_left), 1)}분쯤 남았습니다"
    return f"배우는 중 {share:.0%}{left}."


def few(documents: int, needed: int) -> str:
    """That there are too few documents, and when to come back."""
    return (
        f"본문이 있는 글이 {documents:,}건뿐이라 배우지 않았습니다. {needed:,}건부터 나아졌는지 가릴 수 있습니다. "
        "본문은 30일 동안만 보관하니, 수집원을 더 켜시거나 글이 더 모인 뒤에 다시 실행해 주십시오."
    )


def _percent(before: float, after: float) -> str:
    return f"{100 * before:.1f} → {100 * after:.1f}"


def figures(title_body: tuple[float, float], split: tuple[float, float], held_out: int) -> str:
    """What was measured on the documents kept out."""
    return (
        f"남겨 둔 글 {held_out:,}건으로 잰 점수(100점 만점): 제목과 본문 짝 찾기 {_percent(*title_body)}, "
        f"낱말 몇 개로 제목 찾기 {_percent(*split)}."
    )


VERDICTS = {
    "better": "더 잘 찾으므로 새 모델로 바꾸었습니다. 되돌리려면 dobi train --back을 실행해 주십시오. {restart}",
    "same": "나아졌다고 할 만한 차이가 아니어서 쓰던 모델을 그대로 둡니다.",
    "overtaken": "배우는 동안 다른 모델이 들어와, 그것을 두고 이번 것은 버렸습니다. 다시 실행해 주십시오.",
    "forgets": "이 글들은 더 잘 찾지만 다른 낱말을 아는 힘이 줄어, 쓰던 모델을 그대로 둡니다.",
}


def kept(made_at: datetime, documents: int, title_body: tuple[float, float], *, resting: bool) -> str:
    """For the check-up: which model is used, and since when."""
    local = made_at.astimezone(KST)
    born = f"{local.year}. {day(made_at)}에 글 {documents:,}건으로 이어 배운 모델"
    if resting:
        return f"{born}이 있으나 내장 모델이 새것으로 바뀌어 쓰지 않습니다. dobi train으로 다시 배울 수 있습니다."
    return f"{born}을 씁니다(제목과 본문 짝 찾기 {_percent(*title_body)})."


UNTRAINED = "내장 모델을 그대로 씁니다. 글이 300건 넘게 모이면 dobi train으로 이어 배울 수 있습니다."
UNUSED = "설정 파일이 다른 언어 모델을 쓰도록 정하고 있어 쓰지 않습니다."
