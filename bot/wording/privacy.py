"""Words of consent to location: the question, the whole notice, withdrawal, a rest, and what becomes of receipts.

The question names what 위치정보법 제18·19조 and 개인정보 보호법 제15조제2항·제22조 ask for: what is taken, for what,
how long it is kept, who can open it, that refusing costs nothing, and the equal way without it. Nothing in here may
put whoever refuses at a disadvantage.
"""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Button, Reply
from bot.settings_retention import Retention
from bot.wording import SAY, moment, whom

CONSENT_VERSION = "2026-12"  # raise it when the text changes in substance: then everybody is asked again

CONSENT_BUTTONS = (
    Button("동의합니다", "consent:yes"),
    Button("동의하지 않습니다", "consent:no"),
    Button("자세히", "consent:notice"),
)
_RESUME = Button("다시 시작", "location-resume")
_MINE = Button("내 정보", "mine")
_WITHDRAW = Button("위치 동의 철회", "do:위치 동의 철회")
_PAUSE = Button("위치 잠시 멈춤", "location-pause")
_KEEP = Button("그만두기", "sure:no")
_ERASE = (Button("영수증도 파기", "erase:now"), Button("정산할 것은 남기기", "erase:keep"))


def _months(count: int) -> str:
    return f"{count // 12}년" if count % 12 == 0 else f"{count}개월"


def ask_consent(kept: Retention, *, discarded: bool, renewed: bool = False) -> Reply:
    """Before the first share, and again when the text changed; a point that came too early was thrown away."""
    first = "방금 보내신 위치는 저장하지 않고 버렸습니다. " if discarded else ""
    first += "동의문이 바뀌어 다시 여쭙니다. " if renewed else ""
    first += "먼저 동의가 필요합니다." if first else "위치를 쓰려면 먼저 동의가 필요합니다."
    lines = [
        first,
        (
            "보내시는 순간의 한 점과 시각만 받아 출장 증빙에만 씁니다. "
            f"정산한 것은 {kept.claimed_years}년, 나머지는 {_months(kept.unclaimed_months)} 뒤 파기합니다."
        ),
        "정확한 위치는 잠가 두어 감사 담당만 열 수 있고, 누가 봤는지 '내 정보'에 나옵니다. 부서는 시군구만 봅니다.",
        "동의하지 않으셔도 불이익이 없고 사진·방문기관 확인으로 똑같이 정산합니다. 철회: '위치 동의 철회'",
    ]
    return Reply("\n".join(lines), buttons=CONSENT_BUTTONS)


def notice(institution: str, contact: str, kept: Retention) -> Reply:
    """The whole notice, for whoever presses 자세히."""
    rows = [
        f"위치정보 수집·이용 안내({institution}, {CONSENT_VERSION}판). 문의: {whom(contact)}",
        (
            "· 받는 것: 위치를 보내시는 순간의 한 점, 오차, 시각. 실시간 공유는 고르셨을 때만 받고, "
            "끄시거나 8시간이 되면 끝납니다. 그 밖에 위치를 살피는 일은 없습니다."
        ),
        "· 목적: 출장 증빙과 여비 정산, 그 확인. 근무 감시나 평가에는 쓰지 않습니다.",
        (
            "· 어떻게: 정확한 점은 감사 부서의 열쇠로 잠가 저도 열지 못합니다. "
            "잘못된 위치를 가려내려고 두는 점은 24시간 안에 지웁니다."
        ),
        (
            "· 누가: 감사 담당만 문서번호와 까닭을 남기고 엽니다. 여신 것은 '누가 봤나요'에 나옵니다. "
            "감사 중에는 까닭을 적어 30일까지 늦게 알려 드릴 수 있습니다."
        ),
        (
            f"· 보관: 정산에 쓴 것은 회계 증빙이라 다음 해 1월 1일부터 {kept.claimed_years}년, "
            f"쓰지 않은 것은 {_months(kept.unclaimed_months)}, 열람 기록은 {_months(kept.looks_months)}. "
            "지난 것은 밤에 저절로 파기하고 파기 대장에 남깁니다."
        ),
        (
            "· 권리: '위치 동의 철회', '위치 잠시 멈춤'은 바로 듣습니다. "
            "'내 정보'에서 보고 파일로 받고 지우실 수 있습니다. 틀린 곳은 고쳐 드립니다."
        ),
        (
            "· 동의하지 않으셔도 불이익이 없습니다. 출발·도착·복귀를 누르시고 사진, 방문기관이나 동행자 확인을 "
            "더하시면 같은 금액을 같은 절차로 정산합니다."
        ),
        (
            "· 텔레그램으로 보내시면 메시지가 국외 서버에 저장됩니다. "
            "원하지 않으시면 기관의 다른 메신저나 위 방법을 쓰십시오."
        ),
        "· 근거: 위치정보법 제15·18·19·23·24조, 개인정보 보호법 제15·17·21·22·35~37조.",
    ]
    return Reply("\n".join(rows), buttons=CONSENT_BUTTONS[:2])


def consented(erases_at: datetime | None) -> Reply:
    """Consent is written down; receipts that an earlier withdrawal left to be destroyed are still named."""
    text = (
        "동의를 기록했습니다. 이제 출장지에서 위치를 한 번 보내 주십시오. 철회는 '위치 동의 철회'입니다.\n"
        "지금부터 1분 30초 안에 보내시면 현장에서 바로 답한 것으로 기록합니다. 늦어도 영수증은 드립니다."
    )
    if erases_at is None:
        return Reply(text)
    told = f"\n앞서 철회하셨을 때의 영수증은 {moment(erases_at)}에 파기합니다. 정산할 것이면 남겨 주십시오."
    return Reply(text + told, buttons=_ERASE[1:])


def later() -> Reply:
    """Neither yes nor no: nothing is recorded."""
    return Reply(
        "알겠습니다. 동의하신 것이 아니므로 위치는 받지 않습니다. 출발·도착·복귀는 위치 없이 쓰시면 됩니다.\n"
        "마음을 정하시면 '위치 동의'라고 써 주십시오."
    )


def declined(contact: str) -> Reply:
    """No consent: nothing kept, the equal way."""
    return Reply(
        "알겠습니다. 위치를 받지 않겠습니다. 불이익은 없습니다.\n"
        "'출장'에서 출발·도착·복귀를 누르시고 사진이나 방문기관·동행자 확인을 더하시면 똑같이 정산합니다. "
        f"기존 서류로 하셔도 됩니다. 문의: {whom(contact)}"
    )


def withdrawing(unclaimed: int, claimed: int, kept: Retention) -> Reply:
    """Before a consent is withdrawn: what that ends and destroys."""
    lines = [
        "위치 동의를 거두시겠습니까? 아직 아무것도 바꾸지 않았습니다.",
        "거두시면 켜 두신 위치 공유가 끝나고, 이제 보내시는 위치는 저장하지 않고 버립니다.",
        *_standing(unclaimed, claimed, kept, "하루 뒤 파기되어 되살릴 수 없습니다."),
        "출장은 위치 없이도 똑같이 정산하실 수 있습니다. 잠깐 쉬시려면 '위치 잠시 멈춤'입니다.",
    ]
    return Reply("\n".join(lines), buttons=(_WITHDRAW, _PAUSE, _KEEP))


def kept_how_long(unclaimed: int, claimed: int, kept: Retention) -> Reply:
    """To whoever wants points of some time gone: what is kept how long, and what they can do."""
    months = _months(kept.unclaimed_months)
    lines = [
        "지난 위치를 골라 지우지는 못합니다. 아직 아무것도 바꾸지 않았습니다.",
        *(
            _standing(unclaimed, claimed, kept, f"받으신 지 {months} 뒤 저절로 파기합니다.")
            or ["위치가 든 영수증은 없습니다. 잘못된 위치를 가려내려고 두는 점은 24시간 안에 지웁니다."]
        ),
    ]
    if not unclaimed:
        return Reply("\n".join(lines), buttons=(_MINE,))
    lines.append("먼저 파기하시려면 위치 동의를 거두시면 됩니다. 누르시면 무엇이 없어지는지부터 보여 드립니다.")
    return Reply("\n".join(lines), buttons=(Button("위치 철회", f"{SAY}위치 철회"), _MINE))


def nothing_to_withdraw(erases_at: datetime | None) -> Reply:
    """No consent stands; receipts that an earlier withdrawal left are still named."""
    told = f"\n철회하실 때의 영수증은 {moment(erases_at)}에 파기합니다." if erases_at else ""
    return Reply(f"위치에 동의하지 않으셔서 지금도 받지 않고 있습니다. 철회할 것이 없습니다.{told}", buttons=(_MINE,))


def _standing(unclaimed: int, claimed: int, kept: Retention, goes: str) -> list[str]:
    """The receipts that tell of a location, and when they go."""
    open_ = [f"정산에 쓰지 않은 영수증 {unclaimed}장과 그 기록은 {goes}"] if unclaimed else []
    years = f"다음 해 1월 1일부터 {kept.claimed_years}년 뒤에 파기합니다."
    return [*open_, *([f"정산에 쓴 {claimed}장은 회계 증빙이라 {years}"] if claimed else [])]


def withdrawn(unclaimed: int, claimed: int, erases_at: datetime | None, kept: Retention) -> Reply:
    """Consent withdrawn: collection has ended; what happens to what was collected."""
    lines = ["위치 동의를 철회했습니다. 이제 보내시는 위치는 저장하지 않고 버립니다."]
    if unclaimed and erases_at:
        lines.append(
            f"정산에 쓰지 않은 영수증 {unclaimed}장과 그 기록은 {moment(erases_at)}에 파기합니다. "
            "정산할 것이 있으면 그 전에 남겨 주십시오."
        )
    if claimed:
        lines.append(
            f"정산에 쓴 {claimed}장은 회계 증빙이라 다음 해 1월 1일부터 {kept.claimed_years}년 뒤에 파기합니다."
        )
    lines.append("출장은 위치 없이도 똑같이 정산하실 수 있습니다. 다시 쓰시려면 '위치 동의'라고 써 주십시오.")
    return Reply("\n".join(lines), buttons=_ERASE if unclaimed else (_MINE,))


def erased(receipts: int) -> Reply:
    """Receipts destroyed at the person's word."""
    if not receipts:
        return Reply(
            "파기할 영수증이 없습니다. 정산에 쓴 영수증은 정한 날까지 회계 증빙으로 보관합니다.", buttons=(_MINE,)
        )
    return Reply(
        f"정산에 쓰지 않은 영수증 {receipts}장과 그 기록을 파기했습니다. 되살릴 수 없습니다.\n"
        "손에 가지신 영수증 그림은 지금처럼 확인됩니다.",
        buttons=(_MINE,),
    )


def spared(receipts: int, kept: Retention) -> Reply:
    """Receipts stay at the person's word: the withdrawal is for what comes."""
    return Reply(
        f"알겠습니다. 정산에 쓰지 않은 영수증 {receipts}장은 남겨 두겠습니다. 위치는 더 받지 않습니다.\n"
        f"정산하지 않으시면 받으신 지 {_months(kept.unclaimed_months)} 뒤에 파기합니다. 그 전에도 지우실 수 있습니다.",
        buttons=(Button("영수증도 파기", "erase:now"), _MINE),
    )


def paused() -> Reply:
    """Location rests."""
    return Reply(
        "위치를 잠시 멈췄습니다. 다시 시작하실 때까지 보내시는 위치는 저장하지 않고 버립니다.\n"
        "동의와 받으신 영수증은 그대로이고, 출장은 위치 없이도 똑같이 하실 수 있습니다.",
        buttons=(_RESUME,),
    )


def nothing_to_pause() -> Reply:
    """Nobody's point is taken who never agreed."""
    return Reply("위치에 동의하지 않으셔서 지금도 받지 않고 있습니다. 멈출 것이 없습니다.", buttons=(_MINE,))


def resting(*, discarded: bool) -> Reply:
    """To a share, or to its announcement, while location rests."""
    first = "방금 보내신 위치는 저장하지 않고 버렸습니다. 위치를" if discarded else "위치를"
    return Reply(
        f"{first} 잠시 멈추신 동안입니다. 다시 받으려면 '다시 시작'을 눌러 주십시오.\n"
        "위치 없이 출발·도착·복귀를 누르셔도 똑같이 정산합니다.",
        buttons=(_RESUME,),
    )


def resumed() -> Reply:
    """The rest has ended."""
    return Reply("위치를 다시 받습니다. 보내실 때만 봅니다. 멈추시려면 '위치 잠시 멈춤'을 써 주십시오.")


def not_paused() -> Reply:
    """A 다시 시작 with nothing to begin again."""
    return Reply("위치는 멈춰 있지 않습니다. 쉬던 소식을 다시 받으시려면 '다시 1'처럼 써 주십시오.")
