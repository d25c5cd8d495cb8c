"""Words of ending all but a few subscriptions, of putting one in another's place, and of taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.messenger import Button, Reply
from bot.wording import particle, short
from bot.wording.news import quote

_NAMED: Final = 12
_LIST: Final = (Button("목록", "subs"),)


def _names(words: Sequence[str]) -> str:
    told = ", ".join(quote(short(one, 30)) for one in words[:_NAMED])
    return f"{told} 외 {len(words) - _NAMED}개" if len(words) > _NAMED else told


def asked(ends: Sequence[str], stays: Sequence[str], where: str | None, token: str) -> Reply:
    """What would end and what stays, before anything is done."""
    head = f"{where} 채널의 구독" if where else "구독"
    lines = [f"끝낼 {head} {len(ends)}개: {_names(ends)}"]
    if stays:
        lines.append(f"그대로 둘 구독 {len(stays)}개: {_names(stays)}")
    lines.append("이대로 끝낼까요?")
    return Reply(
        "\n".join(lines), buttons=(Button("끝내기", f"tidy:yes:{token}"), Button("그만두기", "tidy:no"))
    )  # fmt: skip


def unknown(names: Sequence[str]) -> Reply:
    """What should stay is not there: nothing is ended."""
    told = particle(_names(names), "은", "는")
    text = f"{told} 받고 계신 구독에 없습니다. 아무것도 끝내지 않았습니다. '목록'에서 확인해 주십시오."
    return Reply(text, buttons=_LIST)


def nothing_else(stays: Sequence[str]) -> Reply:
    """There is nothing besides."""
    return Reply(f"{_names(stays)}밖에 없어 끝낼 구독이 없습니다.", buttons=_LIST)


def somebody_elses() -> Reply:
    """In a channel: all the others are other people's."""
    return Reply("나머지는 다른 분이 더한 구독이라 그분이나 관리자만 끝낼 수 있습니다.", buttons=_LIST)


def ended(words: Sequence[str], left: int, token: str) -> Reply:
    """They are ended; `left` were somebody else's."""
    note = f" 다른 분이 더한 {left}개는 그대로 두었습니다." if left else ""
    return Reply(
        f"{_names(words)} 구독을 끝냈습니다.{note} 잘못이면 10분 안에 되돌리실 수 있습니다.",
        buttons=(Button("되돌리기", f"tidy:undo:{token}"), *_LIST),
    )


def left_alone() -> Reply:
    """To a no."""
    return Reply("알겠습니다. 구독은 그대로입니다.")


def gone() -> Reply:
    """Too late, or somebody else's question."""
    return Reply("지난 물음이라 아무것도 바꾸지 않았습니다. '목록'에서 지금 구독을 보실 수 있습니다.", buttons=_LIST)


def restored(words: Sequence[str]) -> Reply:
    """They are as they were."""
    return Reply(f"{_names(words)} 구독을 되돌렸습니다.", buttons=_LIST)


def swapped(before: str, reply: Reply, token: str) -> Reply:
    """One took another's place."""
    text = f"{quote(before)} 대신, {reply.text}"
    return Reply(text, buttons=(Button("되돌리기", f"tidy:undo:{token}"), *_LIST))


def swapped_back(before: str, after: str) -> Reply:
    """The first one stands again."""
    return Reply(f"{quote(after)} 구독을 끝내고 {quote(before)} 구독으로 되돌렸습니다.", buttons=_LIST)


def how_to_swap() -> Reply:
    """Which for which was not said."""
    return Reply("무엇을 무엇으로 바꿀지 써 주십시오. 예: 구독 바꾸기 청년 → 노인복지", buttons=_LIST)


def which(buttons: Sequence[Button]) -> Reply:
    """Several of what was shown may be meant, or what to do with it was not said."""
    return Reply("어느 것을 어떻게 할까요? 아직 아무것도 바꾸지 않았습니다.", buttons=tuple(buttons))
