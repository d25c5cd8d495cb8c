"""Words of notices to everybody of an institution or a department."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import clock, short


def notice_empty() -> Reply:
    """공지 without a word."""
    return Reply(
        "무엇을 알릴지 함께 써 주십시오. 예: '공지 오늘 18시부터 청사 정전 점검이 있습니다'\n"
        "한 부서에는 '공지 총무과: 내용'이라고 쓰시면 됩니다. 급한 재난은 '재난 알림 내용'입니다."
    )


def notice_words(to: str, said: str) -> Reply:
    """For whom it is, is known; its words are not."""
    whom = f"{to}에" if to and to != "전체" else "모두에게"
    kept = f"'{short(said, 60)}'까지는 받았는데, 공지에 어떻게 적을지 알지 못했습니다.\n" if said else ""
    return Reply(f"{kept}{whom} 보낼 글을 그대로 써 주십시오. 보내기 전에 다시 보여 드립니다. 아직 보내지 않았습니다.")


def notice_not_left_out(said: str, near: Sequence[str]) -> Reply:
    """Whom to leave out is not known; the open notice stays as it is."""
    like = f" 혹시 {', '.join(near)}입니까?" if near else ""
    return Reply(
        f"'{short(said, 30)}' 부서를 찾지 못해 아무도 빼지 않았습니다.{like} "
        "'총무과는 빼고'처럼 다시 써 주십시오. 아직 보내지 않았습니다."
    )


def notice_nobody_left() -> Reply:
    """All whom it was for are left out."""
    return Reply("그러면 받으실 분이 없습니다. 보내지 않았습니다. 받으실 부서를 '총무과만'처럼 써 주십시오.")


def notice_too_long(limit: int) -> Reply:
    """Beyond what a notice may hold."""
    return Reply(f"공지는 {limit:,}자까지 됩니다. 줄여서 다시 써 주십시오. 보내지 않았습니다.")


def notice_ask(text: str, whom: str, count: int, mark: str) -> Reply:
    """Read back before it goes."""
    return Reply(
        f"{whom} {count:,}명에게 이렇게 보냅니다. 조용한 시간인 분께는 모아서 갑니다. "
        "누가 읽었는지는 남기지 않습니다.\n"
        f"———\n{text}\n———\n보낸 뒤에는 되돌릴 수 없습니다.",
        buttons=(Button("보내기", f"notice:send:{mark}"), Button("그만두기", f"notice:drop:{mark}")),
    )


def notice_which_hour() -> Reply:
    """Another hour was said, and it is not plain which of the notice's it stands for."""
    return Reply(
        "공지의 어느 시각을 고칠지 알지 못했습니다. '9시 아니고 9시 반'처럼 쓰시거나 공지를 다시 써 주십시오.\n"
        "아직 보내지 않았습니다."
    )


def notice_nobody(whom: str) -> Reply:
    """Nobody there."""
    return Reply(
        f"{whom}에는 아직 도비에 연결한 분이 없습니다. 보내지 않았습니다. '초대장 전체'로 코드를 드리실 수 있습니다."
    )


def notice_no_such(said: str, near: Sequence[tuple[str, str]], mark: str) -> Reply:
    """A department that is none: not sent, with the nearest names and what their buttons carry."""
    asks = "이 부서를 말씀하신 건가요?" if near else "부서 이름을 확인해 다시 써 주십시오."
    return Reply(
        f"'{short(said, 30)}'(이)라는 부서를 찾지 못했습니다. 아직 아무에게도 보내지 않았습니다.\n{asks}",
        buttons=_whom(near, mark),
    )


def notice_whom(department: str, near: Sequence[tuple[str, str]], mark: str) -> Reply:
    """A department's name stands first, and nobody knows whether it is meant."""
    return Reply(
        f"{department}에만 보낼까요, 모두에게 보낼까요? 아직 보내지 않았습니다.\n"
        f"다음부터 한 부서에는 '공지 {department}: 내용'이라고 쓰시면 됩니다.",
        buttons=_whom(near, mark),
    )


def _whom(near: Sequence[tuple[str, str]], mark: str) -> tuple[Button, ...]:
    offered = [Button(name, press) for name, press in near]
    return (*offered, Button("모두에게", f"notice:all:{mark}"), Button("그만두기", f"notice:drop:{mark}"))


def notice(text: str, by: str, department: str, at: datetime) -> Reply:
    """The notice itself."""
    return Reply(f"[공지] {text}\n{department} {by} · {clock(at)}")


def notice_sending(count: int) -> Reply:
    """It is on its way, whoever presses again."""
    return Reply(
        f"{count:,}명에게 보냅니다. 메신저가 허락하는 빠르기로 차례로 갑니다.", buttons=(Button("상태", "state"),)
    )


def notice_waits() -> Reply:
    """A draft that nobody sent yet."""
    return Reply("아직 보내지 않았습니다. 위의 '보내기'를 누르셔야 갑니다. 그만두시려면 '공지 취소'라고 써 주십시오.")


def notice_dropped() -> Reply:
    """It was left."""
    return Reply("보내지 않았습니다.")


def notice_withdrawn(*, waited: bool) -> Reply:
    """공지 취소: a draft was left, or what was sent can't be taken back."""
    if waited:
        return Reply("쓰시던 공지를 거두었습니다. 아무에게도 보내지 않았습니다.")
    return Reply(
        "보내기를 기다리는 공지가 없습니다. 이미 보낸 공지는 거둘 수 없습니다.\n"
        "바로잡으시려면 '공지 정정합니다. …'처럼 다시 보내 주십시오."
    )


def notice_unread() -> Reply:
    """Who read it is kept nowhere."""
    return Reply(
        "누가 읽었는지는 남기지 않습니다. 언제 몇 명에게 보냈는지는 '기록'에, 못 간 것은 '못 보낸 것'에 있습니다."
    )


def notice_over() -> Reply:
    """The draft's day is over, or it was left."""
    return Reply("지난 공지입니다. 보내지 않았습니다. 다시 써 주십시오.")


def notice_sent_already() -> Reply:
    """Pressed again."""
    return Reply("이미 보낸 공지입니다. 한 번만 갑니다.")


def receivers_called(institutions: Sequence[str], department: str) -> str:
    """Whom a notice goes to."""
    home = institutions[0] if len(institutions) == 1 else f"기관 {len(institutions)}곳"
    return f"{home} {department}".strip()


def notice_about(department: str, count: int) -> str:
    """A notice in the log of acts: to whom, and to how many."""
    return f"{department or '전체'} {count:,}명"
