"""일일점검표's lines on people: who stands in the file, whom chat added, and where the two say different things."""

from __future__ import annotations

from bot.checklist import Check, when
from bot.clock import KST
from bot.roster import moves_of
from bot.roster_mirror import RosterMirror
from bot.settings import Institution, Role, Settings
from bot.tenancy import Tenancy

_NAMED = 10


def roster_checks(settings: Settings, tenancy: Tenancy, mirror: RosterMirror) -> list[Check]:
    """Each institution's people by where they are declared; institutions of chat; what waits for its day."""
    checks = [check for home in tenancy.institutions() for check in _of(home, tenancy, mirror)]
    added = [home for home in tenancy.institutions() if mirror.by_chat(home)]
    if added:
        shown = ", ".join(f"{home.name}({home.id})" for home in added[:_NAMED])
        says = f"설정 파일 {len(settings.institutions)}곳, 대화로 추가 {len(added)}곳: {shown}"
        checks.append(Check("기관이 적힌 곳", True, False, says))
    return checks


def _of(home: Institution, tenancy: Tenancy, mirror: RosterMirror) -> list[Check]:
    people = tenancy.people_with(home.id, Role.STAFF)
    by_file = sum(mirror.in_file(home.id, one.id) for one in people)
    linked = sum(bool(mirror.places(home.id, one.id)) for one in people)
    reached = len(mirror.managers(home.id))
    chat = len(people) - by_file
    says = f"{len(people):,}명(설정 파일 {by_file:,}, 대화 {chat:,}), 연결 {linked:,}명, 관리자 {reached}명"
    hint = "연결된 관리자가 없습니다. dobi run을 다시 시작하면 설정 코드를 알려 드립니다."
    checks = [Check(f"{home.name} 명부", bool(reached), False, says, hint)]
    gone = sorted(mirror.gone(home.id))
    if gone:
        shown = ", ".join(gone[:_NAMED]) + (f" 외 {len(gone) - _NAMED}명" if gone[_NAMED:] else "")
        told = f"대화로 퇴직·전출 처리했으나 설정 파일에 남은 사람 {len(gone)}명: {shown}"
        checks.append(Check(f"{home.name} 명부와 파일", False, False, told, "설정 파일에서도 지워 주십시오."))
    overlaid = [one.id for one in people if _differs(home.id, one.id, tenancy)]
    if overlaid:
        shown = ", ".join(sorted(overlaid)[:_NAMED])
        told = f"설정 파일에 적힌 사람 가운데 대화로 더한 것이 있는 사람 {len(overlaid)}명: {shown}"
        checks.append(Check(f"{home.name} 명부의 출처", True, False, told))
    for one in mirror.waiting(home.id):
        told = f"{one.day.isoformat()}에 {len(moves_of(one.text)):,}건이 저절로 적용됩니다."
        checks.append(Check(f"{home.name} 인사발령", True, False, told))
    resting = [until for person in people if (until := mirror.rests_until(home.id, person.id)) is not None]
    if resting:
        told = f"분실·접속 끊기로 새 연결을 기다리는 사람 {len(resting)}명, 마지막 {when(max(resting).astimezone(KST))}"
        checks.append(Check(f"{home.name} 접속", True, False, told))
    return checks


def _differs(tenant: str, person: str, tenancy: Tenancy) -> bool:
    """Whether somebody of the file stands otherwise than it declares."""
    told, stands = tenancy.declared(tenant, person), tenancy.member(tenant, person)
    return told is not None and stands is not None and told != stands.person
