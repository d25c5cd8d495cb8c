"""The strict Slack with signed requests instead of a websocket."""

from __future__ import annotations

from functools import partial

from tests.conformance.peers import slack_strict
from tests.conformance.peers.slack_strict import missing

__all__ = ["hurried", "missing", "opened"]

opened = partial(slack_strict.opened, http=True)
hurried = partial(slack_strict.hurried, http=True)
