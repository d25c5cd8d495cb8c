"""Words of getting in and out: invitations, codes, linked messengers, a lost phone. No address ever stands here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import moment, particle, when

ADAPTERS = {
    "console": "콘솔", "telegram": "텔레그램", "slack": "슬랙", "naverworks": "네이버웍스", "matrix": "매트릭스",
    "post": "사내 메신저", "folder": "전달 폴더", "mail": "전자우편",
}  # fmt: skip


def called(adapter: str) -> str:
    """What people call the messenger."""
    return ADAPTERS.get(adapter, adapter)


def adapter_called(text: str) -> str | None:
    """The messenger that a word means."""
    bare = "".join(text.split()).casefold()
    return next((name for name, word in ADAPTERS.items() if bare in {word, name}), None)


def stranger() -> Reply:
    """To somebody who is not registered: one sentence, and nothing about any institution."""
    return Reply(
        "등록된 직원만 쓰실 수 있으니, 초대 코드를 받으셨으면 그대로 보내 주시고 없으시면 소속 기관의 도비 관리자에게 "
        "초대를 부탁해 주십시오."
    )


def wrong_code() -> Reply:
    """To a code that is none, or not any more; it does not say which."""
    return Reply(
        "맞지 않거나 기한이 지났거나 이미 쓰인 코드입니다. 다시 확인해 보내 주십시오.\n"
        "그래도 안 되면 코드를 주신 분께 새 코드를 부탁해 주십시오."
    )


def no_code() -> Reply:
    """To what was meant as a code but can be none."""
    return Reply("코드는 'K7Q-M3X-FA4'처럼 영문과 숫자 아홉 자입니다. 받으신 글에서 그대로 복사해 보내 주십시오.")


def not_here() -> Reply:
    """To a code that was said before others."""
    return Reply("코드는 저와의 개인 대화에서만 보내 주십시오. 여기에 쓰신 코드는 새로 받으시는 것이 안전합니다.")


def busy() -> Reply:
    """Too many wrong codes."""
    return Reply("틀린 코드가 여러 번 들어와 코드를 잠시 받지 않습니다. 한 시간쯤 뒤에 다시 보내 주십시오.")


def joined(name: str, department: str, institution: str, *, manages: bool = False) -> Reply:
    """To somebody whom a code has just let in; `manages`: they administer it."""
    of = f"{institution} {department}".strip()
    if manages:
        return Reply(
            f"{of} {name} 님, 반갑습니다. 이 기관의 관리자이십니다.\n"
            "'인사발령'으로 명부를 한 번에 들이시거나 '직원 추가 홍길동 총무과'로 한 분씩 더하십시오. "
            "방에 저를 초대해 '이 방 등록'이라고 쓰시면 방에서도 답합니다.\n"
            "본인이 아니시면 '연결 해제'라고 써 주십시오.",
            buttons=(Button("관리 도움말", "help:관리"), Button("도움말", "help")),
        )
    return Reply(
        f"{of} {name} 님, 반갑습니다. 이제 이 대화에서 도비를 쓰실 수 있습니다.\n"
        "'시작'이라고 쓰시면 안내해 드립니다. 본인이 아니시면 '연결 해제'라고 써 주십시오.",
        buttons=(Button("도움말", "help"),),
    )


def already(name: str) -> Reply:
    """A code of one's own said where one is known."""
    return Reply(f"{name} 님은 이 대화에 이미 연결되어 있습니다. 달리 하실 일은 없습니다.")


def taken() -> Reply:
    """The address is somebody else's."""
    return Reply("이미 다른 분에게 연결된 계정이라 연결하지 않았습니다. 소속 기관의 관리자에게 알려 주십시오.")


def cooling(until: datetime | None, now: datetime) -> Reply:
    """After a loss everything waits."""
    at = when(until, now) if until is not None else "잠시 뒤"
    return Reply(
        f"분실이나 접속 끊기 뒤에는 하루 동안 새로 연결하지 않습니다. {at} 뒤에 같은 코드를 다시 보내 주십시오.\n"
        "급하시면 소속 기관의 관리자가 사유를 적고 앞당길 수 있습니다."
    )


def second(adapter: str) -> Reply:
    """One account a messenger."""
    return Reply(
        f"{called(adapter)}에 이미 다른 계정이 연결되어 있습니다. 연결된 메신저에서 "
        f"'연결 해제 {called(adapter)}'라고 쓰신 뒤 같은 코드를 다시 보내 주십시오."
    )


def gone() -> Reply:
    """The code's person is not in the roster any more."""
    return Reply("이 코드의 주인이 지금 명부에 없어 연결하지 않았습니다. 코드를 주신 분께 확인해 주십시오.")


def joined_elsewhere(adapter: str, mark: str) -> Reply:
    """To the person's other messengers."""
    return Reply(
        f"{called(adapter)}에서 같은 분으로 새로 연결되었습니다. 본인이 하신 것이 아니면 바로 눌러 주십시오.",
        buttons=(Button("제가 아닙니다", f"unlink:cut:{mark}"),),
    )


def cut_elsewhere(adapters: Sequence[str], until: datetime) -> Reply:
    """To what stays of the person's messengers."""
    names = ", ".join(dict.fromkeys(map(called, adapters)))
    return Reply(
        f"{names} 접속을 끊었습니다. 새 연결은 {moment(until)}부터 됩니다.\n"
        "본인이 모르는 일이면 관리자에게 알려 주십시오."
    )


def linked(adapters: Sequence[tuple[str, str]], here: str) -> Reply:
    """Which messengers are linked; each but this one can be unlinked. `adapters`: name and mark."""
    shown = ", ".join(f"{called(name)}(이 대화)" if name == here else called(name) for name, _ in adapters)
    buttons = tuple(Button(f"{called(name)} 해제", f"unlink:ask:{mark}") for name, mark in adapters if name != here)
    return Reply(
        f"연결된 메신저: {shown}.\n"
        "다른 메신저에서도 쓰시려면 아래를 눌러 코드를 받아 그 메신저의 도비에게 보내 주십시오.",
        buttons=(Button("코드 받기", "link:code"), *buttons[:6], Button("분실 신고", "lost:ask")),
    )


def link_code(code: str, until: datetime, now: datetime) -> Reply:
    """A code for another messenger."""
    return Reply(
        f"연결 코드: {code}\n{when(until, now)}까지, 다른 메신저의 도비에게 그대로 보내 주십시오. 한 번만 됩니다.\n"
        "남에게 알려 주시면 그분이 본인으로 들어오게 됩니다."
    )


def ask_unlink(adapter: str, mark: str) -> Reply:
    """Before one is unlinked."""
    return Reply(
        f"{called(adapter)} 연결을 해제할까요? 그 대화로는 더 보내지도 받지도 않습니다.",
        buttons=(Button("해제", f"unlink:yes:{mark}"), Button("그만두기", "unlink:no")),
    )


def unlinked(adapter: str) -> Reply:
    """It is unlinked."""
    return Reply(f"{called(adapter)} 연결을 해제했습니다. 다시 쓰시려면 '연결'로 새 코드를 받아 주십시오.")


def last_one() -> Reply:
    """The only one can't be unlinked by a slip."""
    return Reply(
        "연결된 메신저가 이 대화뿐이라, 해제하시면 다시 들어오실 때 관리자의 초대 코드가 필요합니다.\n"
        "그래도 해제할까요?",
        buttons=(Button("해제", "unlink:last"), Button("그만두기", "unlink:no")),
    )


def none_such() -> Reply:
    """No messenger of that name is linked."""
    return Reply("그 메신저는 연결되어 있지 않습니다. '연결'이라고 쓰시면 연결된 메신저를 보여 드립니다.")


def kept() -> Reply:
    """Nothing was changed."""
    return Reply("그대로 두었습니다.")


def found_again() -> Reply:
    """The phone that was lost is there again."""
    return Reply(
        "찾으셨으면 하실 일이 없습니다. 아무것도 끊지 않았습니다.\n"
        "이미 끊으셨으면 관리자에게 '재연결'과 새 초대 코드를 부탁해 주십시오."
    )


def lost_by_other() -> Reply:
    """Somebody tells of a colleague's phone: who may end its access."""
    return Reply("동료의 휴대전화는 그분이 다른 메신저에서 '분실 신고'를 하시거나 기관 관리자가 바로 끊을 수 있습니다.")


def ask_lost(adapters: Sequence[tuple[str, str]], here: str) -> Reply:
    """Which one was lost."""
    others = [(name, mark) for name, mark in adapters if name != here]
    if not others:
        return Reply(
            "연결된 메신저가 이 대화뿐입니다. 이 계정을 남이 쓰게 되었다면 바로 끊어 주십시오.",
            buttons=(Button("이 대화 끊기", "lost:all"), Button("그만두기", "unlink:no")),
        )
    buttons = tuple(Button(f"{called(name)} 끊기", f"lost:yes:{mark}") for name, mark in others[:6])
    return Reply(
        "어느 메신저를 잃어버리셨습니까? 누르시면 그 대화로는 바로 아무것도 오가지 않습니다.",
        buttons=(*buttons, Button("모두 끊기", "lost:all"), Button("그만두기", "unlink:no")),
    )


def lost(adapters: Sequence[str], until: datetime, now: datetime) -> Reply:
    """It was cut off."""
    names = ", ".join(dict.fromkeys(map(called, adapters)))
    return Reply(
        f"{names} 접속을 끊었습니다. 그 대화의 알림과 기다리던 질문도 멈췄습니다.\n"
        f"출장 기록과 구독은 그대로 있습니다. 새 연결은 {when(until, now)}부터 됩니다."
    )


def ask_cut(name: str, department: str, adapters: Sequence[str], mark: str) -> Reply:
    """Before an administrator ends somebody's access."""
    shown = ", ".join(map(called, adapters)) or "연결된 메신저 없음"
    return Reply(
        f"{department} {name} 님의 접속을 끊을까요? ({shown}) 알림과 기다리던 질문이 멈추고, 기록은 남습니다.",
        buttons=(Button("접속 끊기", f"cutoff:yes:{mark}"), Button("그만두기", "unlink:no")),
    )


def cut(name: str, until: datetime, now: datetime) -> Reply:
    """An administrator ended somebody's access."""
    return Reply(
        f"{name} 님의 접속을 끊었습니다. 새 연결은 {when(until, now)}부터 되고, 새 초대 코드가 필요합니다.\n"
        f"급하면 '재연결 {name} 사유'로 앞당기실 수 있습니다."
    )


def warmed(name: str) -> Reply:
    """The rest is over."""
    return Reply(
        f"{name} 님은 지금부터 새로 연결하실 수 있습니다. 사유와 함께 기록했습니다. '초대 {name}'로 코드를 드리십시오."
    )


def why_needed(name: str) -> Reply:
    """A reason is needed."""
    return Reply(f"앞당기는 까닭을 함께 적어 주십시오. 예: 재연결 {name} 휴대전화 교체를 직접 확인함")


def not_resting(name: str) -> Reply:
    """Nothing waits."""
    return Reply(
        f"{particle(name + ' 님', '은', '는')} 기다리는 중이 아닙니다. '초대 {name}'로 바로 코드를 드리시면 됩니다."
    )


def unlink_here_first() -> Reply:
    """What cannot be done where one speaks."""
    return Reply("지금 쓰시는 대화는 다른 메신저에서 해제해 주십시오.")
