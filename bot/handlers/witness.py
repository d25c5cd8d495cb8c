"""영수증 로그 확인 · 게시: anyone compares a checkpoint that they kept with the log; the office chooses who keeps them.

What was pasted is foreign text: it is read in one form, and binds the log only where the log's own key signed it.
"""

from __future__ import annotations

from collections.abc import Sequence

from attest.checkpoint import from_paste
from attest.errors import LogCorruptError
from attest.log import ReceiptLog
from attest.witness import Seen, Witnessing
from bot.messenger import Reply
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.witnessing import Rooms
from bot.wording import witness as words

_OFF = frozenset({"끄기", "끔", "중지", "그만", "off"})


class WitnessTalk:
    """The conversation about the log itself; no receipt is named in it."""

    def __init__(self, tenancy: Tenancy, log: ReceiptLog, witnessing: Witnessing, rooms: Rooms) -> None:
        self._tenancy = tenancy
        self._log = log
        self._witnessing = witnessing
        self._rooms = rooms

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "log",
                ("영수증 로그 확인", "영수증 기록 확인", "영수증 로그"),
                ("log",),
                self.check,
                about="감사",
                help="영수증 로그 확인 — 받아 둔 확인표를 붙이면 지워지거나 바뀐 기록이 없는지 대조합니다",
            ),
            Route(
                "show_log",
                ("영수증 로그 게시", "영수증 기록 게시"),
                ("showlog",),
                self.show,
                roles=frozenset({Role.MANAGER}),
                quiet=True,
            ),
        )

    async def check(self, request: Request) -> Sequence[Reply]:
        """The log as it is, or beside a checkpoint that was pasted."""
        if request.argument:
            return [await self._compared(request)]
        point = await self._log.checkpoint(request.tenant)
        return [words.now(point.note, point.size, request.now) if point else words.nothing_yet()]

    async def show(self, request: Request) -> Sequence[Reply]:
        """This room keeps checkpoints from now on, or no more."""
        if request.chat.private:
            return [words.only_in_rooms()]
        if request.argument in _OFF:
            await self._rooms.close(request.tenant, request.chat.ref)
            return [words.shown_no_more()]
        await self._rooms.open(request.tenant, request.chat.ref)
        return [words.showing()]

    async def _compared(self, request: Request) -> Reply:
        try:
            kept = from_paste(request.argument)
        except LogCorruptError:
            return words.unread()
        found = await self._witnessing.compare(request.tenant, kept)
        size = found.log.size if found.log else 0
        contact = self._tenancy.institution(request.tenant).contact
        return {
            Seen.SAME: words.same(size),
            Seen.GROWN: words.grown(kept.size, size),
            Seen.BEHIND: words.behind(kept.size, size, contact),
            Seen.OTHER: words.other(kept.size, contact),
            Seen.FOREIGN: words.foreign(),
        }[found.seen]
