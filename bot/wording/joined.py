"""Words of several topics in one wish: what stands now, and whether they are several at all."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import MAX_PRESS, Button, Reply
from bot.wording import particle, short
from bot.wording.news import quote

_LABEL = 30


def asked(whole: str, parts: Sequence[str]) -> Reply | None:
    """Both readings, each with its button; None where they are too long for buttons."""
    one, several = f"subscribe:{whole}", f"each:{', '.join(parts)}"
    if any(len(press.encode()) > MAX_PRESS for press in (one, several)):
        return None
    listed = ", ".join(quote(part) for part in parts)
    return Reply(
        f"{quote(whole)} 한 가지로 받으시겠습니까, {particle(listed, '으로', '로')} 나누어 받으시겠습니까?"
        " 아직 아무것도 바꾸지 않았습니다.",
        buttons=(
            Button(short(f"나누어: {', '.join(parts)}", _LABEL), several),
            Button(short(f"한 가지: {whole}", _LABEL), one),
        ),
    )


def subscribed(topics: Sequence[str], exclude: Sequence[str], where: str | None, left: Sequence[str]) -> Reply:
    """What stands from now on, each by itself; what is `left` found no room or is somebody else's."""
    target = f"{where} 채널로" if where else "여기로"
    told = ", ".join(quote(one) for one in topics)
    lines = [f"{told} 소식을 따로따로 {target} 보내 드리겠습니다."] if topics else []
    if exclude and topics:
        lines[0] += f" {particle(', '.join(quote(word) for word in exclude), '이', '가')} 든 글은 뺍니다."
    if left:
        lines.append(f"{particle(', '.join(quote(one) for one in left), '은', '는')} 담지 못했습니다.")
    return Reply("\n".join(lines), buttons=(Button("목록", "subs"), Button("브리핑", "briefing")))
