"""Words of the duties conversation (업무분장): what was read, what each would bring, what was subscribed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import Button, Reply
from bot.wording import short
from nlp.profile import MANY, Profile

_LABEL = 14


def ask() -> Reply:
    """When 업무 comes without duties."""
    return Reply(
        "담당 업무를 붙여 넣어 주십시오. 업무분장표 그대로도 됩니다.\n"
        "예: 업무 농업기술과: 스마트팜 보급, 농기계 임대, 귀농귀촌 교육"
    )


def nothing_read() -> Reply:
    """When no topic is left of a text."""
    return Reply(
        "붙여 넣으신 글에서 찾을 만한 업무를 읽지 못했습니다.\n"
        "'업무 농업기술과: 스마트팜 보급, 농기계 임대'처럼 쉼표로 나누어 써 주십시오."
    )


def nothing_new() -> Reply:
    """When every topic is subscribed already."""
    return Reply("읽은 업무는 모두 이미 구독하고 계십니다.", buttons=(Button("목록", "subs"),))


def proposed(profile: Profile, *, counted: bool) -> Reply:
    """What was read; each topic's button turns it, the last but one subscribes."""
    head = f"{profile.department} 업무를 이렇게 읽었습니다." if profile.department else "이렇게 읽었습니다."
    lines = [head + (" 괄호는 지난 7일 건수입니다." if counted else " 아직 모은 글이 없어 건수는 셈하지 못했습니다.")]
    taken = [_named(one.topic, one.week, counted=counted) for one in profile.proposals if one.taken]
    left = [_named(one.topic, one.week, counted=counted) for one in profile.proposals if not one.taken]
    lines.append("받을 것: " + (", ".join(taken) if taken else "없음"))
    if left:
        lines.append("뺀 것: " + ", ".join(left))
    if any(one.week >= MANY and not one.taken for one in profile.proposals):
        lines[-1] += ". 너무 많이 올 것은 빼 두었습니다."
    buttons = [
        Button(f"{short(one.topic, _LABEL)} {'빼기' if one.taken else '넣기'}", f"duty:{profile.id}:{number}")
        for number, one in enumerate(profile.proposals)
    ]
    if taken:
        buttons.append(Button("구독", f"duty-ok:{profile.id}"))
    return Reply("\n".join(lines), buttons=(*buttons, Button("그만", f"duty-no:{profile.id}")))


def _named(topic: str, week: int, *, counted: bool) -> str:
    return f"{topic}({week}건)" if counted else topic


def subscribed(topics: Sequence[str], where: str | None, refused: int, limit: int) -> Reply:
    """What stands from now on; `refused` found no room."""
    target = f"{where} 채널로" if where else "여기로"
    names = ", ".join(f"'{topic}'" for topic in topics)
    lines = [f"{len(topics)}가지 소식을 {target} 보내 드리겠습니다: {names}"] if topics else []
    if refused:
        lines.append(
            f"구독은 {limit}개까지여서 {refused}가지는 담지 못했습니다. 쓰지 않는 것을 해지한 뒤 다시 해 주십시오."
        )
    return Reply("\n".join(lines), buttons=(Button("목록", "subs"), Button("브리핑", "briefing")))


def none_taken() -> Reply:
    """구독 without any topic taken in."""
    return Reply("넣으신 업무가 없습니다. 받을 업무를 '넣기'로 고른 뒤 구독을 눌러 주십시오.")


def dropped() -> Reply:
    """After 그만."""
    return Reply("구독하지 않았습니다. 다시 하시려면 '업무'라고 써 주십시오.")


def gone() -> Reply:
    """A button of a proposal past its day, or of one that is done with."""
    return Reply("이 제안은 이미 끝났거나 하루가 지났습니다. '업무'라고 쓰고 다시 붙여 넣어 주십시오.")
