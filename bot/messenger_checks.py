"""What `dobi doctor` says of the messengers: whether each account is whole, somebody listens, and how much waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.checklist import Check, when
from bot.platforms import Capabilities
from bot.receiving import State
from bot.troubles import Trouble

NAMES = {
    "telegram": "텔레그램",
    "slack": "슬랙",
    "naverworks": "네이버웍스",
    "matrix": "매트릭스",
    "post": "사내 메신저(HTTP)",
    "folder": "사내 메신저(폴더)",
    "mail": "전자우편",
}

_MANY = 1_000


@dataclass(frozen=True, slots=True)
class Account:
    """A messenger of the settings: what its account lacks, who listens, when somebody was heard last, what is wrong."""

    adapter: str
    fault: str
    capabilities: Capabilities | None
    state: State | None
    last: datetime | None
    troubles: tuple[Trouble, ...] = ()


def about_messengers(accounts: Sequence[Account], waiting: int) -> list[Check]:
    """A line an account, and one for what waits where that is much."""
    if not accounts:
        says = "연결한 메신저가 없습니다. 대화는 dobi console로 됩니다."
        return [Check("메신저", True, False, says)]
    checks = [_account(one) for one in accounts]
    hint = "dobi run이나 dobi work chat이 켜져 있는지 보아 주십시오."
    says = f"받은 말 {waiting:,}건이 처리를 기다립니다." if waiting else "기다리는 말이 없습니다."
    return [*checks, Check("받은 말", waiting < _MANY, False, says, hint)]


def _account(account: Account) -> Check:
    name = f"메신저 {NAMES.get(account.adapter, account.adapter)}"
    if account.fault:
        hint = f"설정 파일의 [messenger.{account.adapter}]를 고쳐 주십시오."
        return Check(name, False, True, f"{account.fault.rstrip('.')}.", hint)
    if account.troubles:
        return _troubled(name, account.troubles)
    if account.capabilities is not None and not account.capabilities.talks:
        return Check(name, True, False, "계정이 갖추어졌습니다. 보내기만 하는 메신저입니다.")
    last = f"마지막으로 받은 때 {when(account.last)}" if account.last else "아직 받은 것이 없습니다"
    if account.state is not None and account.state.owner:
        since = f", {when(account.state.since)}부터" if account.state.since else ""
        return Check(name, True, False, f"계정이 갖추어졌고, 받고 있습니다({account.state.owner}{since}). {last}.")
    cause = f"(마지막 까닭: {account.state.fault})" if account.state is not None and account.state.fault else ""
    hint = "dobi run이나 dobi work receive를 켜 주십시오. 켜져 있으면 그 기록을 보아 주십시오."
    return Check(name, False, False, f"계정은 갖추어졌으나, 지금 받는 프로세스가 없습니다{cause}. {last}.", hint)


def _troubled(name: str, troubles: Sequence[Trouble]) -> Check:
    """What whoever sends there saw lately; a permission first, for it may be why nothing leaves."""
    one = min(troubles, key=lambda each: each.kind != "permission")
    if one.kind == "permission":
        hint = "앱에 그 권한을 더하고 다시 설치해 주십시오. 그 뒤 5분쯤이면 못 보낸 것을 저절로 다시 보냅니다."
        return Check(name, False, False, f"앱에 {one.what} 권한이 없음. 그래서 보내지 못한 것이 있습니다.", hint)
    hint = "그 메신저가 답하지 않거나 받지 않습니다. 오래가면 계정과 연결을 보아 주십시오."
    return Check(name, False, False, f"{when(one.since)}부터 보내지지 않음. 저절로 다시 해 봅니다.", hint)
