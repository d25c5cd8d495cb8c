"""Words of the trip receipt: the receipt itself, its flags, refusals. It says what it proves and what it does not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import moment

# what a flag in a receipt means to a person; unknown flags are shown as they stand
FLAGS = {
    "edited": "보낸 뒤에 고친 위치입니다",
    "stale": "보낸 시각과 받은 시각이 1분 넘게 다릅니다",
    "clock": "기기 시각이 앞서 있습니다",
    "live": "실시간 공유 가운데 한 점입니다",
    "no_challenge": "출장 시작을 먼저 알리지 않고 보낸 위치입니다",
    "early": "위치 요청보다 먼저 찍힌 위치입니다",
    "late_answer": "위치 요청에 늦게 답한 것입니다",
    "no_accuracy": "기기가 오차를 알려 주지 않았습니다",
    "coarse": "위치 오차가 큽니다",
    "grid": "좌표가 반듯해 손으로 넣었을 수 있습니다",
    "no_place": "가까운 시군구를 찾지 못했습니다",
    "no_location": "위치 없이 낸 증빙입니다",
    "late": "사후 제출입니다",
    "colleague": "동행자가 확인했습니다",
    "host": "방문 기관이 확인했습니다",
    "trace": "10분 넘게 실시간으로 공유한 위치가 함께 있습니다",
    "fast": "앞선 영수증의 위치에서 이 시간에 오기 어려운 거리입니다",
    "same_point": "24시간 안에 다른 사람이 보낸 것과 좌표가 끝자리까지 같습니다",
    "still": "실시간 위치의 움직임이 휴대전화의 것과 다릅니다",
    "replayed": "앞서 공유한 이동 기록과 같은 모양입니다",
    "declared": "기기가 잰 위치가 아니라 지도·좌표·사진으로 스스로 알린 위치입니다",
    "overlap": "같은 시간에 다른 출장이 있습니다",
    "not_in_log": "발급 기록에 아직 없습니다",
    "proof_wrong": "함께 낸 증명 파일이 온전하지 않아 맞춰 보지 못했습니다",
    "log_damaged": "발급 기록이 온전하지 않아 맞춰 보지 못했습니다",
    "revoked_key": "그 뒤에 사용을 중지한 열쇠로 서명한 것입니다",
    "used": "이미 정산에 쓰였습니다",
    "other_institution": "다른 기관의 영수증이라 서명만 확인했습니다",
}

_REFUSALS = {
    "forwarded": "전달된 위치로는 영수증을 드릴 수 없습니다.",
    "venue": "고른 장소로는 영수증을 드릴 수 없습니다.",
    "via_bot": "다른 프로그램을 거친 위치로는 영수증을 드릴 수 없습니다.",
}


HERE = "현재 위치 보내기"
"""On the button that shares where somebody is, on platforms that have one."""


def how(document: str, *, unread: bool) -> Reply:
    """What to do for a receipt; `unread`: what stood beside the command was no document number."""
    noted = f"문서 '{document}'에 붙이겠습니다. " if document else ""
    lines = [
        f"{noted}출장지에서 '현재 위치'를 한 번 보내 주십시오.",
        "지금부터 1분 30초 안에 보내시면 현장에서 바로 답한 것으로 기록합니다. 늦어도 영수증은 드립니다.",
        "위치 공유가 없는 메신저에서는 지도 링크나 좌표를 붙여 주십시오. 스스로 알린 위치로 적습니다.",
    ]
    if unread:
        lines.append("문서번호가 있으면 '출장 총무과-812'처럼 먼저 써 주십시오. 없어도 됩니다.")
    return Reply("\n".join(lines), asks_location=HERE)


def document_too_long() -> Reply:
    """A document number that does not fit a receipt."""
    return Reply("문서번호가 길어 영수증에 넣을 수 없습니다. 예: '출장 총무과-812'처럼 짧게 써 주십시오.")


def refused(reason: str) -> Reply:
    """A share that proves nothing."""
    first = _REFUSALS.get(reason, "이 위치로는 영수증을 드릴 수 없습니다.")
    return Reply(f"{first}\n출장지에서 '현재 위치'를 직접 보내 주십시오. 방금 위치는 저장하지 않았습니다.")


def not_a_point() -> Reply:
    """Coordinates that are none."""
    return Reply("위치 값이 올바르지 않아 저장하지 않았습니다. 위치를 다시 보내 주십시오.")


def also(flags: Sequence[str]) -> str:
    """The flags in words, the same for the traveller and for the auditor."""
    return ". ".join(FLAGS.get(flag, flag) for flag in flags) + "."


def near(place: str) -> str:
    """`경상남도 창원시 부근`; a point abroad or at sea says so."""
    return f"{place} 부근" if place.strip() else "국내 시군구를 찾지 못한 곳"


def receipt(
    place: str,
    at: datetime,
    accuracy_m: float | None,
    document: str,
    image: bytes,
    story: str,
    flags: Sequence[str],
) -> Reply:
    """The receipt: where, when, how exactly, what else the claim needs, and what a checker will ask about."""
    accuracy = f" · 오차 약 {accuracy_m:.0f}m" if accuracy_m is not None else ""
    paper = f"문서 {document}. " if document else ""
    text = (
        f"출장 영수증입니다. {near(place)} · {moment(at)}{accuracy}\n"
        f"{paper}이 시각에 이 위치를 보내셨다는 증빙입니다. 머문 시간은 증명하지 않습니다.\n"
        "교통비·숙박비는 카드 영수증이 따로 필요합니다. 감사 담당은 이 그림으로 확인합니다."
    )
    if flags:
        text += f"\n감사 때 함께 볼 것: {also(flags)}"
    alt = f"출장 영수증 QR. {near(place)}, {moment(at)}."
    serial = story.partition(":")[2]
    buttons = (Button("글자로 받기", f"token:{serial}"), Button("내 정보", "mine"))
    return Reply(text, alt=alt, image=image, receipt=story, buttons=buttons)


def token(text: str) -> Reply:
    """The receipt as text, and nothing besides, so that it can be copied whole."""
    return Reply(text)


def no_receipt() -> Reply:
    """No receipt of that number is the asker's."""
    return Reply("그 영수증을 찾지 못했습니다. '정산'을 쓰시면 이번 달 영수증을 보여 드립니다.")
