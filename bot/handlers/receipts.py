"""출장 · 위치 · 위치 동의 · 정산 · 내 정보 · 검증: a shared point becomes a receipt, and an auditor checks it.

Consent comes first: a point sent before it is dropped unread. The receipt's log leaf is durable before the reply, the
reply itself goes through the outbox, and the update's own id makes all of it safe to repeat. No point, picture or token
is ever logged.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.messenger import Reply
