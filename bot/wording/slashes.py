"""Words of the bot's own account: the list behind `/`, and what is wrong with the account, for the operator.

Names behind `/` are ASCII on every platform that lists them; the Korean words work everywhere besides.
"""

from __future__ import annotations

from typing import Final

COMMANDS: Final = (
    ("help", "도움말"),
    ("cafeteria", "구내식당 줄과 차례"),
    ("menu", "식단"),
    ("subscribe", "구독 더하기 (예: /subscribe 재난안전)"),
    ("list", "내 구독"),
    ("unsubscribe", "구독 해지"),
    ("briefing", "오늘의 새 소식"),
    ("find", "지난 소식 찾기"),
    ("trip", "출장 적기와 영수증"),
    ("trips", "이번 달 출장"),
    ("claim", "이번 달 정산"),
    ("verify", "영수증 검증 (감사)"),
    ("me", "내 정보와 동의"),
)
"""The names that an app shows behind `/`, and what each does."""

UNSET: Final = (
    "텔레그램 봇 토큰이 없거나 형식이 다릅니다. @BotFather가 준 '123456:ABC…' 모양의 글자열을 "
    "[messenger.telegram]의 token에 적어 주십시오."
)
REFUSED: Final = (
    "텔레그램이 봇 토큰을 받아 주지 않습니다. @BotFather의 /mybots에서 토큰을 확인해 "
    "[messenger.telegram]의 token에 다시 적고 도비를 다시 시작해 주십시오."
)
NO_WEBHOOK: Final = (
    "텔레그램 웹훅을 쓰려면 [messenger.telegram]에 webhook_url(https 주소)과 "
    "webhook_secret(영문·숫자·_·- 16~256자)을 함께 적어 주십시오. "
    "바깥에서 들어오는 길이 없으면 mode를 지우시면 됩니다. 그러면 도비가 직접 받아 옵니다."
)
