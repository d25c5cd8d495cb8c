"""What Dobi says of what it can't or mustn't do: that it can't, and the nearest thing that it can. By kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.messenger import Button, Reply
from bot.wording import SAY, public, whom


@dataclass(frozen=True, slots=True)
class _Kind:
    says: str
    nearest: tuple[str, ...]
    asks: bool = False
    """Whether there is somebody to ask instead."""


_KINDS: Final[Mapping[str, _Kind]] = {
    "날씨": _Kind(
        "날씨, 길, 시세, 경기 결과 같은 일은 알려 드리지 못합니다. 기관 소식과 구내식당은 바로 알려 드립니다.",
        ("식당", "브리핑"),
    ),
    "글": _Kind(
        (
            "글을 대신 쓰거나 옮기거나 고치는 일은 하지 못합니다. 받으신 소식의 요약과 출장 결과보고서 초안은 만들어 "
            "드립니다."
        ),
        ("요약", "출장 결과보고서"),
    ),
    "예약": _Kind(
        (
            "회의실, 차량, 표, 식당 예약은 하지 못합니다. 쓰시는 예약 시스템에서 해 주십시오. 출장은 적어 두시면 "
            "증빙을 "
            "도와 드립니다."
        ),
        ("출장",),
    ),
    "주문": _Kind("주문, 구매, 결제는 하지 못합니다. 구내식당 식단과 차례는 알려 드립니다.", ("오늘 메뉴",)),
    "신청": _Kind(
        "결재, 복무 신청(초과근무, 연가), 온나라 문서는 올리지 못합니다. 해당 시스템에서 해 주십시오. "
        "쉬시는 날을 알려 주시면 그동안 알림을 멈추고, 출장 증빙과 정산을 도와 드립니다.",
        ("휴가", "출장"),
    ),
    "사람": _Kind(
        "다른 분의 주소, 전화번호, 일정이나 지금 계신 곳은 알려 드리지 못합니다. 위치는 본인이 보내실 때만 받습니다.",
        (),
        asks=True,
    ),
    "거짓": _Kind(
        "가지 않은 출장이나 실제와 다른 시각, 장소를 증명하지 못합니다. "
        "출장이 없어졌으면 '출장 취소', 그때 못 보내신 것은 '사후 제출'로 적으실 수 있습니다.",
        ("출장 취소", "사후 제출"),
    ),
    "엿보기": _Kind(
        "다른 분의 대화, 구독, 출장은 보여 드리지 못합니다. 본인의 기록과 누가 그것을 보았는지는 보여 드립니다.",
        ("내 정보", "누가 봤나요"),
    ),
    "법": _Kind(
        "법률, 세금, 건강 상담이나 검토는 하지 못합니다. 담당 부서에 물어 주십시오. 관련 지침과 소식은 찾아 드립니다.",
        ("찾기",),
    ),
    "기기": _Kind(
        (
            "컴퓨터, 업무 시스템, 사무실 설비는 다루지 못합니다. 전산이나 청사 담당에 말씀해 주십시오. 제가 이상하면 "
            "알려 주십시오."
        ),
        (),
        asks=True,
    ),
    "급여": _Kind(
        (
            "급여, 수당, 남은 연가, 인사는 알려 드리지 못합니다. 인사 담당이나 해당 시스템에서 확인해 주십시오. 출장 "
            "여비는 셈해 드립니다."
        ),
        ("정산",),
    ),
    "민원": _Kind(
        "민원 신청이나 접수, 신고는 하지 못합니다. 담당 부서에서 해 주십시오. 관련 공고와 소식은 찾아 드립니다.",
        ("찾기",),
    ),
}
"""By the kinds of `ways.txt`."""
KINDS: Final = frozenset(_KINDS)


def beyond(kind: str, contact: str, besides: Sequence[str] = ()) -> Reply:
    """To what Dobi can't do; `besides` may have been meant instead."""
    told = _KINDS[kind]
    text = f"{told.says} 문의: {whom(contact)}" if told.asks else told.says
    words = dict.fromkeys(one for one in (*besides, *told.nearest) if one != "도움말")
    return public(text, buttons=(*(Button(one, f"{SAY}{one}") for one in words), Button("도움말", "help")))
