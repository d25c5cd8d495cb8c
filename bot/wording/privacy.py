"""Words of consent to location, and of what is held about a person."""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Button, Reply
from bot.wording import moment, whom

CONSENT_VERSION = "2026-11"

CONSENT_BUTTONS = (Button("동의합니다", "consent:yes"), Button("동의하지 않습니다", "consent:no"))


def ask_consent(*, discarded: bool) -> Reply:
    """Before the first share; a point that came too early was thrown away."""
    first = (
        "방금 보내신 위치는 저장하지 않고 버렸습니다. 먼저 동의가 필요합니다.\n"
        if discarded
        else "위치를 쓰려면 먼저 동의가 필요합니다.\n"
    )
    return Reply(
        first
        + "쓰는 것: 보내신 한 점과 시각. 출장 증빙에만 씁니다. 정확한 위치는 감사 담당만 열 수 있게 암호로 잠급니다.\n"
        "동의하지 않으셔도 불이익이 없고, '위치 동의 철회'로 언제든 거두실 수 있습니다.",
        buttons=CONSENT_BUTTONS,
    )


def consented() -> Reply:
    """Consent is written down."""
    return Reply(
        "동의를 기록했습니다. 이제 출장지에서 위치를 한 번 보내 주십시오. 철회는 '위치 동의 철회'입니다.\n"
        "지금부터 1분 30초 안에 보내시면 현장에서 바로 답한 것으로 기록합니다. 늦어도 영수증은 드립니다."
    )


def declined(contact: str) -> Reply:
    """No consent: nothing kept, another way."""
    return Reply(f"알겠습니다. 위치를 받지 않겠습니다. 출장 증빙은 기존 서류로 하실 수 있습니다. 문의: {whom(contact)}")


def withdrawn() -> Reply:
    """Consent withdrawn."""
    return Reply(
        "위치 동의를 철회했습니다. 이제 보내시는 위치는 저장하지 않고 버립니다.\n"
        "이미 드린 영수증은 그대로 쓰실 수 있습니다. 다시 쓰시려면 '출장'이라고 써 주십시오."
    )


def mine(
    name: str, department: str, consent_since: datetime | None, subscriptions: int, receipts: int, looks: int
) -> Reply:
    """Everything held about a person, and who looked."""
    consent = f"{moment(consent_since)}부터 동의" if consent_since else "동의하지 않음(위치를 받지 않습니다)"
    rows = [
        f"{name} · {department}",
        f"위치: {consent}",
        f"구독 {subscriptions}개 · 영수증 {receipts}장 · 감사 담당이 확인한 횟수 {looks}번",
        "정확한 위치는 암호로 잠겨 있어 저도 볼 수 없습니다. 거두시려면 '위치 동의 철회'를 써 주십시오.",
    ]
    return Reply("\n".join(rows))
