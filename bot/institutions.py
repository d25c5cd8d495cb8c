"""Institutions by name: as somebody types it, and as it is said; of one that is not found nothing is told."""

from __future__ import annotations

import re

from bot.settings import Institution
from bot.tenancy import Tenancy, UnknownInstitution

_ASIDE = re.compile(r"\(.*?\)")


def named(tenancy: Tenancy, name: str) -> Institution | None:
    """The institution of that name (`김해시`, `김해시청`) or id; None where there is none, or more than one."""
    wanted = _plain(name)
    found = [one for one in tenancy.institutions() if wanted and wanted in {_plain(one.name), one.id.casefold()}]
    return found[0] if len(found) == 1 else None


def called(tenancy: Tenancy, tenant: str) -> str:
    """What an institution is called; one that has left the house since by its id."""
    try:
        return tenancy.institution(tenant).name
    except UnknownInstitution:
        return tenant


def _plain(name: str) -> str:
    bare = "".join(_ASIDE.sub("", name).split()).casefold()
    return bare.removesuffix("청") if len(bare) > 2 else bare
