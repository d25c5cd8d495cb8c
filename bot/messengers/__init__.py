"""The messengers Dobi speaks through, one file (or one small package) a platform, and the table of how each is made.

An adapter module has `make(account, tools) -> Messenger`; making one opens no connection. The console is made by its
command: it needs a keyboard, not an account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.messengers.tools import Bookmark, Tools

if TYPE_CHECKING:
    from bot.messenger import Messenger
    from bot.settings import MessengerAccount

__all__ = ["Bookmark", "Tools", "UnknownMessengerError", "open_messenger"]


class UnknownMessengerError(LookupError):
    """There is no adapter of that name."""


def open_messenger(account: MessengerAccount, tools: Tools) -> Messenger:
    """The adapter of an account.

    Raises:
        UnknownMessengerError: there is none of that name.
        ValueError: the account lacks what this platform needs; the message is Korean, for the operator.
    """
    if account.adapter == "telegram":
        from bot.messengers import telegram

        return telegram.make(account, tools)
    if account.adapter == "matrix":
        from bot.messengers import matrix

        return matrix.make(account, tools)
    if account.adapter == "post":
        from bot.messengers import post

        return post.make(account, tools)
    if account.adapter == "folder":
        from bot.messengers import folder

        return folder.make(account, tools)
    if account.adapter == "mail":
        from bot.messengers import mail

        return mail.make(account, tools)
    if account.adapter == "naverworks":
        from bot.messengers import naverworks

        return naverworks.make(account, tools)
    if account.adapter == "slack":
        from bot.messengers import slack

        return slack.make(account, tools)
    raise UnknownMessengerError(account.adapter)
