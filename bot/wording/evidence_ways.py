"""Words for whoever says how they will show a trip: how exactly that is done, and that nothing was changed."""

from __future__ import annotations

from attest.trip import LegKind, Trip
from bot.evidence_ways import Way
from bot.messenger import Button, Reply
from bot.wording.legs import kinds
from bot.wording.receipts import HERE
from bot.wording.trips import thread, where

_HOW = {
    Way.PHOTO: (
        "현장 사진을 이 대화로 보내 주십시오. 파일은 저장하지 않고, 나중에 같은 파일인지 맞춰 볼 값만 남깁니다."
    ),
    Way.TOLL: "하이패스 이용내역을 그림이나 파일로 보내 주십시오. 파일은 저장하지 않습니다.",
    Way.HOST: (
        "방문기관 직원이 도비에게 '방문 확인 번호'라고 쓰면 나오는 번호를 '방문확인 12345678'처럼 써 주십시오. "
        "확인서의 사진이나 파일을 보내셔도 됩니다."
    ),
    Way.LINK: (
        "지도 앱(네이버·카카오·구글)의 링크나 좌표(예: 35.2279, 128.6811)를 그대로 붙여 보내 주십시오. "
        "스스로 알린 위치로 적습니다."
    ),
    Way.LATER: (
        "지금 보내지 않으셔도 됩니다. 늦게 보내셔도 영수증을 드리고, 지난 뒤에는 '사후 제출'로 더하실 수 있습니다."
    ),
    Way.WITHOUT: (
        "위치 없이도 됩니다. 출발·도착·복귀를 알리시고 사진, 방문기관이나 동행자 확인을 더하시면 똑같이 정산합니다."
    ),
    Way.LOCATION: "출장지에서 '현재 위치'를 한 번 보내 주십시오.",
}


def how(way: Way, trip: Trip | None, kind: LegKind | None) -> Reply:
    """How that is done, for the trip at hand or in general."""
    lines = [_HOW[way]]
    if trip is None:
        lines.append("지금 열려 있는 출장은 없습니다. 출장 때 '도착'이라고 쓰신 뒤에 하시면 됩니다.")
        return Reply("\n".join(lines), asks_location=HERE if way is Way.LOCATION else "")
    lines.append(f"{where(trip)} 출장은 그대로이고, 바꾼 것은 없습니다.")
    buttons = (*kinds(trip), *(thread(trip) if kind is not LegKind.RETURNED else ()))
    return Reply("\n".join(lines), buttons=buttons, asks_location=HERE if way is Way.LOCATION else "")


def colleagues(trip: Trip | None) -> Reply:
    """동행자 확인: who is asked is told first, for somebody else gets a message."""
    if trip is None or not trip.companions:
        known = "적어 두신 동행자가 없습니다. " if trip is not None else ""
        return Reply(f"{known}출장에 '동행 서마루 주무관'처럼 적어 두시면 그분께 한 번 여쭙고, 답이 오면 적습니다.")
    return Reply(
        f"{where(trip)} 출장의 동행자께 함께 계셨는지 한 번 여쭐까요? 위치는 묻지 않습니다.",
        buttons=(Button("동행자 확인", f"late:{trip.id}:colleague"),),
    )
