"""An institution by the name that somebody types; whoever asks is told nothing of one that is not found."""

from __future__ import annotations

import re

from bot.settings import Institution
from bot.tenancy import Tenancy

_ASIDE = re.compile(r"\(.*?\)")


def named(tenancy: Tenancy, name: str) -> Institution | None:
    """The institution of that name (`김해시`, `김해시청`) or id; None where there is none, or more than one."""
    wanted = _plain(name)
    found = [one for one in tenancy.institutions() if wanted and wanted in {_plain(one.name), one.id.casefold()}]
    return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    bare = "".join(_ASIDE.sub("", name).split()).casefold()
    return bare.removesuffix("청") if len(bare) > 2 else bare
