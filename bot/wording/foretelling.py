"""What is said to whoever asks what an act of administering, or one upon themselves, would lead to: what the code does.

Two sentences each; nothing is done, and no button does anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.messenger import Button, Reply
from bot.wording import SAY

_SAID: Final[Mapping[str, str]] = {
    "leave-undo": (
        "퇴직 처리한 뒤 7일 안에는 '되돌리기'로 명부와 접속이 그대로 돌아옵니다.\n"
        "그 뒤에는 '직원 추가'와 새 초대 코드로 다시 모시면 됩니다."
    ),
    "leave": (
        "퇴직하면 접속과 알림이 바로 끝나고, 구독 같은 개인 설정은 정해진 날이 지나면 지워집니다.\n"
        "출장 기록과 영수증은 회계 증빙이라 보관 기간 동안 남습니다."
    ),
    "code-lost": (
        "관리자가 '초대 홍길동'으로 새 코드를 드리면 되고, 앞서 드린 코드는 그때 못 쓰게 됩니다.\n"
        "코드는 한 번만 쓸 수 있고 7일이 지나면 저절로 끝납니다."
    ),
    "code-other": (
        "코드를 먼저 보낸 사람이 그분으로 연결되니 남에게 보이지 않게 해 주십시오.\n"
        "새어 나갔으면 관리자가 '초대 취소 홍길동'으로 끝내고, 이미 연결됐으면 '접속 끊기 홍길동'으로 끊습니다."
    ),
    "code": (
        "초대 코드는 만든 때부터 7일, '연결'로 받는 코드는 10분 동안 한 번만 쓸 수 있습니다.\n"
        "기한이 지나면 새 코드를 받으시면 됩니다."
    ),
    "notice-undo": (
        "'보내기'를 누르시기 전에는 언제든 그만두실 수 있지만, 보낸 공지는 거둘 수 없습니다.\n"
        "바로잡으시려면 '공지 정정합니다. …'처럼 다시 보내 주십시오."
    ),
    "notice": (
        "먼저 읽어 드리고 '보내기'를 누르셔야 나가며, 누가 읽었는지는 남기지 않습니다.\n"
        "조용한 시간이거나 쉬시는 분께는 모아서 나중에 갑니다."
    ),
    "managers": (
        "네, 관리자는 여러 분을 둘 수 있습니다. '역할 홍길동 관리자 추가'로 더합니다.\n"
        "연결된 관리자 한 분은 늘 남아 있어야 합니다."
    ),
    "last": (
        "연결된 마지막 관리자는 역할을 빼거나 퇴직·휴직으로 처리하지 않습니다.\n"
        "먼저 다른 분에게 관리자 역할을 주고 연결하게 해 주십시오."
    ),
    "logged": (
        "네, 관리하신 일은 누가 언제 무엇을 했는지 '기록'에 남고, 누구도 끄거나 지울 수 없습니다.\n"
        "우리 기관의 관리자와 감사 담당이 3년 동안 볼 수 있습니다."
    ),
    "move": (
        "부서가 바뀌어도 구독과 출장 기록은 그대로 따라갑니다.\n부서로 정해지는 식당 차례와 부서 공지는 새 부서 "
        "것이 됩니다."
    ),
    "rest": (
        "휴직하면 접속과 알림이 멈추고 구독과 역할은 그대로 남습니다.\n복직하시면 이어지고, 끝나는 날을 적어 "
        "두면 저절로 복직됩니다."
    ),
    "lend": (
        "파견을 가셔도 원소속은 남고, 다른 기관이면 부서와 구독도 그대로입니다.\n끝나는 날을 적어 두면 저절로 "
        "돌아옵니다."
    ),
    "cut": (
        "끊은 메신저로는 바로 아무것도 오가지 않고, 구독과 출장 기록은 그대로 남습니다.\n"
        "하루가 지나면 새 초대 코드로 다시 연결하고, 급하면 관리자가 '재연결'로 앞당깁니다."
    ),
    "unlink": (
        "해제한 메신저로만 오가지 않고, 구독과 기록은 그대로 남습니다.\n"
        "다시 쓰시려면 다른 메신저의 '연결' 코드나 관리자의 초대 코드가 필요합니다."
    ),
    "role": (
        "역할은 바로 바뀌고 그분께도 알려 드립니다. 누가 바꿨는지는 '기록'에 남습니다.\n"
        "7일 안에는 '되돌리기'로 되돌리실 수 있습니다."
    ),
    "handover": (
        "받는 분이 '받겠습니다'를 눌러야 넘어가고, 내 것을 그대로 둘지 끝낼지는 그 뒤에 고르십니다.\n"
        "출장, 위치, 반응은 넘어가지 않습니다."
    ),
    "posting": (
        "무엇이 바뀌는지 먼저 보여 드리고 '적용'을 누르셔야 바뀝니다. 앞날 발령은 그날 저절로 적용됩니다.\n"
        "적용한 뒤 7일 안에는 '인사발령 되돌리기'로 되돌리실 수 있습니다."
    ),
    "delete": (
        "구독과 알림, 눌러 주신 것이 지워지고 되살릴 수 없습니다. 지우기 전에 한 번 더 여쭙니다.\n"
        "정산에 쓴 영수증은 회계 증빙이라 정한 기간 동안 남습니다."
    ),
    "dead": (
        "다시 보내면 그 대화의 차례에 한 번 더 가고, 버리면 되살릴 수 없습니다.\n어느 쪽이든 누가 했는지 "
        "'기록'에 남습니다."
    ),
    "source": (
        "출처를 끄면 그 게시판의 새 글만 모으지 않고, 이미 모은 글은 그대로입니다.\n'출처 켜기'로 언제든 다시 모읍니다."
    ),
    "add": (
        "명부에 더하기만 하면 아직 연결되지 않아, 초대 코드를 드리셔야 쓰실 수 있습니다.\n7일 안에는 "
        "'되돌리기'로 되돌리실 수 있습니다."
    ),
}
"""By the topics of `bot.foretelling`."""
_SHOWS: Final[Mapping[str, str]] = {"logged": "기록", "code": "초대 목록", "dead": "못 보낸 것", "source": "출처 상태"}
TOPICS: Final = frozenset(_SAID)


def told(topic: str, *, boss: bool) -> Reply:
    """What the act leads to; `boss`: whoever administers is shown where it can be seen."""
    shows = _SHOWS.get(topic, "") if boss else ""
    buttons = (Button(shows, f"{SAY}{shows}"),) if shows else ()
    return Reply(_SAID[topic], buttons=(*buttons, Button("도움말", "help")))
