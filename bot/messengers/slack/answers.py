"""What Slack answered, as one of the port's results. Pure, but for the names of aiohttp's errors.

Codes: docs.slack.dev/reference/methods/chat.postMessage and /conversations.open, section "Errors". Only a code ever
becomes a reason: what Slack says beside it may repeat the message.
"""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import Final

import aiohttp

from bot.platforms import Ambiguous, Gone, Rejected, Retry

GONE: Final = frozenset({
    "is_archived", "channel_not_found", "channel_is_archived", "not_in_channel", "user_not_found", "users_not_found",
    "user_disabled", "user_not_visible", "cannot_dm_bot", "is_inactive",
})  # fmt: skip
ACCOUNT: Final = frozenset({
    "not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "team_access_not_granted",
    "access_denied", "org_login_required", "two_factor_setup_required", "ekm_access_denied", "enterprise_is_restricted",
    "accesslimited", "token_rotation_required", "not_allowed_token_type", "invalid_token",
})  # fmt: skip
"""Dobi's own account is sick, and no chat is to blame: `account_inactive` too is said of the token's."""
UNKNOWN_FATE: Final = frozenset({"internal_error", "fatal_error"})
"""Slack: "It's possible some aspect of the operation succeeded before the error was raised."."""
NOT_YET: Final = frozenset({
    "service_unavailable", "request_timeout", "team_added_to_org", "external_channel_migrating", "failed_sending",
})  # fmt: skip
FLOODS: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
CANNOT_EDIT: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"})

BLOCKS: Final = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
"""The words may still go, without their blocks."""
LACKS: Final = "missing_scope"
OUTSIDE: Final = "not_in_channel"

NO_CODE: Final = "unknown_error"
"""Slack gives each refusal a code: what has none was said by something on the way, or was cut off."""

_SCOPES: Final = re.compile(r"[a-z.:_]{1,40}(?:, ?[a-z.:_]{1,40}){0,5}")
_CODE: Final = re.compile(r"[a-z0-9_]{1,60}")
_WRITE: Final = frozenset({"chat:write", "chat:write:bot"})
_SOON: Final = timedelta(seconds=1)
_ACCOUNT_AFTER: Final = timedelta(minutes=5)
_UNREACHED_AFTER: Final = timedelta(seconds=2)
_LONGEST_WAIT_S: Final = 3_600.0


class CallFailedError(Exception):
    """Slack did not do it, or nobody knows. Its words are Slack's code alone.

    `left` says whether the request had left when the connection failed; None where Slack did answer. `needed`: the
    scopes that the app lacks. `posting`: it was said of a new message, whose limit is its chat's own.
    """

    def __init__(
        self, code: str, *, status: int = 200, after_s: float | None = None, left: bool | None = None, needed: str = ""
    ) -> None:
        super().__init__(code)
        self.needed = needed
        self.posting = False
        self.code = code
        self.status = status
        self.after_s = after_s
        self.left = left


def code_of(error: object) -> str:
    """Slack's code, or a word of our own where it is none."""
    return error if isinstance(error, str) and _CODE.fullmatch(error) else NO_CODE


def scopes_of(needed: object) -> str:
    """The names of scopes, where Slack's answer tells any."""
    return needed if isinstance(needed, str) and _SCOPES.fullmatch(needed) else ""


def wait_of(header: str | None) -> float | None:
    """The seconds of a `Retry-After`."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return None if math.isnan(seconds) else min(max(seconds, 0.0), _LONGEST_WAIT_S)


def unreached(error: Exception) -> CallFailedError:
    """A connection that failed: before the request left it did nothing, afterwards nobody knows."""
    before = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return CallFailedError("no_connection" if before else "no_answer", status=0, left=not before)


def result(error: CallFailedError, *, chat: bool) -> Retry | Ambiguous | Gone | Rejected:
    """What delivery is to make of it; `chat`: the method's limit is the chat's own (`chat.postMessage`)."""
    if error.left is not None:
        return Ambiguous(error.code) if error.left else Retry(_UNREACHED_AFTER, "whole")
    if error.status == 429 or error.code in FLOODS:
        after = _SOON if error.after_s is None else timedelta(seconds=error.after_s)
        return Retry(after, "chat" if chat else "whole", flood=True)
    if error.status == 503 or error.code in NOT_YET:
        return Retry(timedelta(seconds=error.after_s or 0.0))  # else as delivery says
    if error.status >= 500 or error.code in UNKNOWN_FATE:
        return Ambiguous(error.code)
    if error.code == NO_CODE and error.status != 413:
        return Ambiguous(error.code) if error.status < 300 else Retry(_UNREACHED_AFTER, "whole")
    if error.code in ACCOUNT:
        return Retry(_ACCOUNT_AFTER, "whole")
    if error.code == LACKS:
        lacked = error.needed or LACKS
        # without that one nothing leaves at all: it waits for the operator; what else lacks is this message's own
        return Retry(_ACCOUNT_AFTER, "whole", permission=lacked) if lacked in _WRITE else Rejected(error.code, lacked)
    return Gone(error.code) if error.code in GONE else Rejected(error.code)
