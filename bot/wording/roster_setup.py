"""Words of beginnings: invitations, the first administrator of an empty deployment, institutions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messenger import Button, OutFile, Reply
from bot.wording import moment, particle, short

_LISTED = 8

# --- invitations


def invited(name: str, department: str, code: str, until: datetime) -> Reply:
    """A code for one person."""
    who = f"{name} 님({department})" if department else f"{name} 님"
    return Reply(
        f"{who}의 초대 코드: {code}\n{moment(until)}까지, 쓰실 메신저에서 도비에게 그대로 보내시면 됩니다.\n"
        "한 번만 되고, 전에 드린 코드는 이제 되지 않습니다. 본인에게만 전해 주십시오."
    )


def invited_cooling(name: str, until: datetime) -> str:
    """Behind a code that can't be used yet: their phone was lost a moment ago."""
    return (
        f"접속을 끊은 뒤라 {moment(until)}부터 연결됩니다. "
        f"급하시면 '재연결 {name} 새 전화기 받음'처럼 사유를 써 주십시오."
    )


def invited_resting(name: str) -> str:
    """Behind a code of somebody on leave of absence."""
    return f"{name} 님은 휴직 중이라 복직 뒤에 쓰실 수 있습니다. 돌아오셨으면 '복직 {name}'이라고 써 주십시오."


def invite_how() -> Reply:
    """How to invite."""
    return Reply(
        "초대하실 분을 적어 주십시오. 예: 초대 홍길동\n"
        "한 부서를 한꺼번에: 초대장 총무과 / 아직 연결되지 않은 모두: 초대장 전체"
    )


def uninvited(name: str, *, gone: bool) -> Reply:
    """A code was taken back, or there was none."""
    if not gone:
        return Reply(f"{name} 님에게는 남아 있는 초대 코드가 없습니다. 이미 쓰였거나 기한이 지났을 수 있습니다.")
    return Reply(f"{name} 님의 초대 코드를 못 쓰게 했습니다. 다시 드리시려면 '초대 {name}'이라고 써 주십시오.")


def invites(rows: Sequence[tuple[str, str, datetime, str]]) -> Reply:
    """The codes that stand: name, department, until when, mark."""
    if not rows:
        return Reply("아직 쓰지 않은 초대 코드가 없습니다. 만드시려면 '초대 홍길동'이라고 써 주십시오.")
    told = [f"· {department} {name} · {moment(until)}까지" for name, department, until, _ in rows[:_LISTED]]
    more = [f"외 {len(rows) - _LISTED:,}건. 없애시려면 '초대 취소 홍길동'"] if len(rows) > _LISTED else []
    return Reply(
        "\n".join([f"아직 쓰지 않은 초대 코드 {len(rows):,}건입니다.", *told, *more]),
        buttons=tuple(Button(f"{name} 취소", f"invite-end:{mark}") for name, _, _, mark in rows[:_LISTED]),
    )


def nobody_to_invite(department: str) -> Reply:
    """All of them are linked, or there is nobody."""
    where = f"{department}에는" if department else "명부에는"
    return Reply(f"{where} 아직 연결되지 않은 분이 없습니다. '직원 목록'으로 확인해 주십시오.")


def letters(data: bytes, count: int, until: datetime) -> Reply:
    """Codes for many."""
    return Reply(
        f"{count:,}명의 초대 코드입니다. {moment(until)}까지 씁니다.\n"
        "코드는 이 파일에만 있습니다. 본인에게만 전하시고 파일은 지워 주십시오. 다시 만들면 앞의 코드는 되지 않습니다.",
        file=OutFile("dobi-초대장.xlsx", data),
    )


LETTER = ("초대장", ("부서", "성명", "사번", "초대 코드", "기한", "쓰는 법"))
LETTER_HOW = "쓰실 메신저에서 도비를 찾아 코드를 그대로 보내 주십시오."

# --- the first administrator


def console_code(code: str, until: datetime) -> str:
    """What `dobi run` prints on an empty deployment."""
    return (
        f"아직 관리자가 없습니다. 설정 코드: {code} ({moment(until)}까지)\n"
        "메신저에서 도비에게 이 코드를 그대로 보내는 첫 분이 운영자가 됩니다."
    )


def ask_home() -> Reply:
    """The code was right: the first question."""
    return Reply(
        "설정 코드를 확인했습니다. 세 가지를 여쭙고 운영자로 등록하겠습니다.\n"
        "먼저 기관 이름을 적어 주십시오. 예: 진주시"
    )


def ask_which(names: Sequence[str]) -> Reply:
    """Which institution, where the file names several."""
    return Reply(
        "설정 코드를 확인했습니다. 세 가지를 여쭙고 운영자로 등록하겠습니다.\n"
        f"어느 기관이십니까? 이름을 적어 주십시오: {', '.join(names)}"
    )


def ask_name(home: str) -> Reply:
    """Who are you?"""
    return Reply(f"{home}입니다. 이제 본인의 성함을 적어 주십시오. 예: 홍길동")


def ask_department(name: str) -> Reply:
    """Where do you work?"""
    return Reply(f"{name} 님, 소속 부서를 적어 주십시오. 예: 정보통신과")


def ask_again(what: str) -> Reply:
    """That was no answer."""
    return Reply(f"알아듣지 못했습니다. {what}만 적어 주십시오. 그만두시려면 '취소'라고 써 주십시오.")


def called_off() -> Reply:
    """They gave up."""
    return Reply("설정을 그만두었습니다. 아무것도 저장하지 않았습니다. 같은 코드로 다시 시작하실 수 있습니다.")


def set_up(home: str, tenant: str, name: str) -> Reply:
    """Done; what comes next."""
    return Reply(
        f"설정을 마쳤습니다. {home}({tenant}), {name} 님은 운영자이자 관리자이십니다.\n"
        "직원을 부르시려면 '직원 추가 김하나 총무과' 뒤 '초대 김하나', 여러 분은 '명부'와 엑셀을 보내 주십시오.\n"
        "기관을 더하시려면 '기관 추가 이름'이라고 쓰십시오. 식당과 센서는 설정 파일에 적습니다.",
        buttons=(Button("도움말", "help"),),
    )


def set_up_already() -> Reply:
    """Somebody administers already."""
    return Reply("설정은 이미 끝났습니다. 들어오시려면 관리자에게 초대 코드를 부탁해 주십시오.")


def set_up_known(name: str) -> Reply:
    """Somebody whom the file knows said the code."""
    return Reply(
        f"설정 코드를 확인했습니다. {name} 님은 이제 운영자이자 관리자이십니다.\n"
        "'직원 추가 김하나 총무과'로 명부에 더하시고 '초대 김하나'로 코드를 드리십시오.\n"
        "여러 분은 '명부'라고 쓰고 엑셀을 함께 보내시면 됩니다.",
        buttons=(Button("도움말", "help"),),
    )


# --- institutions


def homes(rows: Sequence[tuple[str, str, int, int, bool]]) -> Reply:
    """Institutions: name, id, people, administrators who can be reached, and whether chat added them."""
    told = [
        f"· {name}({tenant}) 명부 {people:,}명, 관리자 {managers}명{' · 대화로 추가' if chat else ''}"
        for name, tenant, people, managers, chat in rows[:40]
    ]
    more = [f"외 {len(rows) - 40}곳"] if len(rows) > 40 else []
    return Reply("\n".join([f"기관 {len(rows)}곳", *told, *more]))


def home_how() -> Reply:
    """How an institution is added."""
    return Reply(
        "기관 이름을 적어 주십시오. 예: 기관 추가 진주시\n"
        "첫 관리자까지 한 번에: 기관 추가 진주시, 관리자 홍길동 정보통신과"
    )


def home_ask(name: str, tenant: str, manager: str, press: str) -> Reply:
    """Before an institution is added: its id, which never changes."""
    first = f" 첫 관리자는 {manager} 님입니다." if manager else ""
    return Reply(
        f"{particle(short(name, 40), '을', '를')} '{tenant}'라는 기관 id로 추가할까요? "
        f"id는 나중에 바꿀 수 없습니다.{first}\n"
        f"다른 id로 하시려면 '기관 추가 {short(name, 40)} 원하는id'처럼 적어 주십시오.",
        buttons=(Button("추가", press), Button("그만두기", "home:no")),
    )


def home_taken(tenant: str) -> Reply:
    """That id or name is somebody's."""
    return Reply(f"이미 있는 기관입니다: {tenant}. '기관 목록'으로 확인해 주십시오. 추가하지 않았습니다.")


def home_bad_id(tenant: str) -> Reply:
    """No id."""
    return Reply(f"'{short(tenant, 30)}' 같은 기관 id는 쓸 수 없습니다. 영문 소문자와 숫자로 적어 주십시오. 예: jinju")


def home_added(name: str, tenant: str, manager: str, code: str, until: datetime | None) -> Reply:
    """An institution is there."""
    head = f"{particle(name, '을', '를')} 추가했습니다(id {tenant})."
    if code and until is not None:
        return Reply(
            f"{head}\n첫 관리자 {manager} 님의 초대 코드: {code} ({moment(until)}까지)\n"
            "본인에게만 전해 주십시오. 한 번만 됩니다."
        )
    return Reply(
        f"{head} 첫 관리자를 정해 주십시오.\n예: 기관 관리자 {name} 홍길동 정보통신과",
    )


def home_gone() -> Reply:
    """A button of long ago."""
    return Reply("그 사이에 바뀌었습니다. '기관 추가 이름'으로 다시 말씀해 주십시오.")


def manager_how(name: str) -> Reply:
    """How a first administrator is named."""
    return Reply(f"기관과 이름, 부서를 적어 주십시오. 예: 기관 관리자 {name} 홍길동 정보통신과")


def first_manager(home: str, name: str, code: str, until: datetime) -> Reply:
    """A first administrator's code."""
    return Reply(
        f"{home}의 관리자 {name} 님의 초대 코드: {code} ({moment(until)}까지)\n"
        "본인에게만 전해 주십시오. 한 번만 됩니다."
    )
