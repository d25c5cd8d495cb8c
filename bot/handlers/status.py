"""상태: how the house is, on one phone screen, for administrators of their own institution and operators of all."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messenger import Reply
from bot.pulse import Pulse
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import operating as words

_ASKED = r"^(?:지금 |오늘 )?(?:도비|시스템|서버) ?(?:은|는|이|가)? ?(?:상태|괜찮|잘 ?(?:돼|되|돌아)|이상)"


class StatusTalk:
    """The conversation about the state of things."""

    def __init__(self, tenancy: Tenancy, pulse: Pulse) -> None:
        self._tenancy, self._pulse = tenancy, pulse

    def routes(self) -> tuple[Route, ...]:
        """What administrators and operators say."""
        return (
            Route(
                "state", ("상태", "시스템 상태", "도비 상태"), ("status",), self.state, about="관리",
                help="상태 — 메신저, 수집원, 센서, 못 보낸 것, 백업, 디스크를 한 화면으로",
                roles=frozenset({Role.MANAGER, Role.OPERATOR}), press="state", private=True, quiet=True,
                sentences=(_ASKED,),
            ),
        )  # fmt: skip

    async def state(self, request: Request) -> Sequence[Reply]:
        """One screen, or all of it."""
        everywhere = Role.OPERATOR in request.member.person.roles
        tenants = [one.id for one in self._tenancy.institutions()] if everywhere else [request.tenant]
        parts = await self._pulse.of(tenants, request.now)
        whole = request.argument in {"all", "자세히"}
        return [(words.state_whole if whole else words.state)(parts, request.now)]
