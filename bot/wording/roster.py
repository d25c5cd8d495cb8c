"""Words of people and roles, for whoever cares for them; of a person never more than an administrator needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.messenger import Button, OutFile, Reply
from bot.wording import particle, short, toward
from bot.wording.roster_linking import called

ROLES = ("직원", "감사", "관리자", "배식", "운영자")


@dataclass(frozen=True, slots=True)
class Person:
    """One person as a list shows them. `adapters`: where they are linked; `mark` names them on a button."""

    name: str
    department: str
    roles: Sequence[str]
    adapters: Sequence[str]
    mark: str
    number: str = ""
    rank: str = ""
    in_file: bool = False
    away: str = ""

    @property
    def line(self) -> str:
        """`홍길동 총무과 · 감사 · 텔레그램`."""
        more = [role for role in self.roles if role != "직원"]
        linked = [self.away] if self.away else []
        linked += [called(name) for name in self.adapters] or ([] if self.away.startswith("휴직") else ["연결 전"])
        who = " ".join(filter(None, (self.department, self.name, self.rank)))
        return " · ".join([who, *more, *linked])


def nobody(name: str, near: Sequence[str] = ()) -> Reply:
    """No such person in the institution; `near` are those in whose name the words stand."""
    if near:
        return Reply(
            f"'{short(name, 20)}' 님을 명부에서 찾지 못했습니다. 혹시 {', '.join(near)} 님이십니까? "
            "이름을 모두 써 주십시오."
        )
    who = f"'{short(name, 20)}' 님을" if name else "그분을"
    return Reply(
        f"{who} 명부에서 찾지 못했습니다. '직원 목록 총무과'로 보시거나 '직원 추가 홍길동 총무과'로 더하실 수 있습니다."
    )


def which_one(name: str, people: Sequence[tuple[object, str]], press: str, count: int) -> Reply:
    """Several of one name: by department and number, never guessed."""
    told, buttons = [], []
    for one, mark in people:
        own = getattr(one, "name", name)
        of = " ".join(
            filter(None, (getattr(one, "department", ""), own if own != name else "", getattr(one, "number", "")))
        )
        told.append(of or "부서 없음")
        if press:
            buttons.append(Button(short(of or "부서 없음", 20), f"{press}:{mark}"))
    more = f" 외 {count - len(people)}명" if count > len(people) else ""
    hint = "고르시거나 부서를" if press else "부서나 사번을"
    return Reply(
        f"{name} 님이 {count}명입니다: {', '.join(told)}{more}. {hint} 함께 적어 주십시오.", buttons=tuple(buttons)
    )


def no_institution(name: str, *, operator: bool) -> Reply:
    """An institution that is not there, or not theirs."""
    if operator:
        return Reply(f"'{short(name, 30)}' 기관을 찾지 못했습니다. '기관 목록'으로 이름을 확인해 주십시오.")
    return Reply("다른 기관의 명부는 그 기관의 관리자만 다룹니다. 우리 기관의 일은 기관 이름 없이 적어 주십시오.")


def holders(rows: Sequence[tuple[str, Sequence[str]]]) -> Reply:
    """Who has which role."""
    told = []
    for role, people in rows:
        more = f" 외 {len(people) - _HOLDERS}명" if len(people) > _HOLDERS else ""
        told.append(f"· {role} {len(people):,}명: {', '.join(people[:_HOLDERS]) or '없음'}{more}")
    return Reply("\n".join([*told, "바꾸시려면 '역할 홍길동 감사 추가', '역할 홍길동 감사 빼기'라고 써 주십시오."]))


_HOLDERS = 8


def unlinked(people: Sequence[Person], total: int) -> Reply:
    """Who has no messenger yet."""
    if not total:
        return Reply("명부에 있는 모든 분이 연결되어 있습니다.")
    more = [f"외 {total - len(people):,}명"] if total > len(people) else []
    return Reply(
        "\n".join([
            f"아직 연결되지 않은 분 {total:,}명입니다.", *(f"· {one.line}" for one in people), *more,
            "한 분은 '초대 홍길동', 한꺼번에는 '초대장 전체'로 코드를 드리실 수 있습니다.",
        ])
    )  # fmt: skip


def how_to_add() -> Reply:
    """How somebody is added."""
    return Reply(
        "이름과 부서를 적어 주십시오. 예: 직원 추가 홍길동 총무과\n"
        "동명이인이면 사번도 적어 주십시오. 예: 직원 추가 홍길동 총무과 20113045\n"
        "여러 분은 '인사발령'이나 '명부'와 함께 엑셀을 보내 주시면 한 번에 됩니다."
    )


def added(name: str, department: str, mark: str, change: str) -> Reply:
    """Somebody is in the roster now."""
    who = f"{department} {name}".strip()
    return Reply(
        f"{who} 님을 명부에 더했습니다. 아직 연결 전이니 초대 코드를 드리십시오.",
        buttons=(Button("초대 코드", f"invite:one:{mark}"), Button("되돌리기", f"staff-undo:{change}")),
    )


def there_already(name: str, department: str) -> Reply:
    """Somebody of that name is there."""
    return Reply(
        f"{department} {name} 님이 이미 명부에 있습니다. 이름이 같은 다른 분이면 사번을 함께 적어 주십시오.\n"
        f"예: 직원 추가 {name} {department} 20113045"
    )


def number_taken(number: str) -> Reply:
    """An employee's number is one person's."""
    return Reply(f"사번 {number}은(는) 이미 다른 분의 것입니다. 번호를 확인해 주십시오. 아무것도 바꾸지 않았습니다.")


def full(most: int) -> Reply:
    """There is no room."""
    return Reply(f"한 기관의 명부는 {most:,}명까지입니다. 더하지 않았습니다.")


def listing(title: str, people: Sequence[Person], total: int, next_press: str, *, linked: int) -> Reply:
    """A page of people."""
    if not people:
        return Reply(f"{title}: 명부에 아무도 없습니다. '직원 추가 홍길동 총무과'로 더하실 수 있습니다.")
    head = f"{title} {total:,}명(연결 {linked:,}명)"
    buttons = [Button("더 보기", next_press)] if next_press else []
    return Reply(
        "\n".join([head, *(f"· {one.line}" for one in people)]), buttons=(*buttons, Button("엑셀", "staff:file"))
    )


def departments(counts: Sequence[tuple[str, int]], total: int, linked: int) -> Reply:
    """Departments with how many they are."""
    shown = ", ".join(f"{name or '부서 없음'} {count}" for name, count in counts[:40])
    more = f" 외 {len(counts) - 40}개 부서" if len(counts) > 40 else ""
    return Reply(
        f"명부 {total:,}명, 연결 {linked:,}명.\n{shown}{more}\n"
        "'직원 목록 총무과'처럼 부서를 적으시면 이름을 보여 드립니다.",
        buttons=(Button("엑셀", "staff:file"),),
    )


def one(person: Person) -> Reply:
    """One person, and what can be done."""
    told = [person.line]
    if person.number:
        told.append(f"사번 {person.number}")
    if person.in_file:
        told.append("설정 파일에 적힌 분(이름·부서는 파일에서 고칩니다)")
    buttons = (
        Button("초대 코드", f"invite:one:{person.mark}"),
        Button("접속 끊기", f"cutoff:ask:{person.mark}"),
        Button("퇴직", f"staff-leave:ask:{person.mark}"),
    )
    return Reply("\n".join(told), buttons=buttons)


def roster_file(data: bytes, count: int) -> Reply:
    """Everybody, as a sheet."""
    return Reply(
        f"명부 {count:,}명입니다. 개인정보이니 업무에 쓰신 뒤 지워 주십시오.", file=OutFile("dobi-명부.xlsx", data)
    )


def how_roles() -> Reply:
    """How roles are given."""
    return Reply(
        "이름과 역할을 적어 주십시오. 예: 역할 홍길동 감사 추가 / 역할 홍길동 감사 빼기\n"
        f"쓸 수 있는 역할: {', '.join(ROLES)}"
    )


def roles_of(name: str, roles: Sequence[str]) -> Reply:
    """What roles somebody has."""
    return Reply(f"{name} 님의 역할: {', '.join(roles)}. 바꾸시려면 '역할 {name} 감사 추가'처럼 적어 주십시오.")


def role_changed(name: str, role: str, roles: Sequence[str], change: str, *, given: bool) -> Reply:
    """A role was given or taken."""
    what = f"{particle(role, '을', '를')} {'더했습니다' if given else '뺐습니다'}"
    return Reply(
        f"{name} 님에게{'' if given else '서'} {what}. 지금 역할: {', '.join(roles)}.",
        buttons=(Button("되돌리기", f"staff-undo:{change}"),),
    )


def role_same(name: str, role: str, *, given: bool) -> Reply:
    """Nothing was to be done."""
    stands = "이미 가지고 있습니다" if given else "가지고 있지 않습니다"
    return Reply(f"{name} 님은 {particle(role, '을', '를')} {stands}. 바꾸지 않았습니다.")


def may_not_grant(role: str, allowed: Sequence[str]) -> Reply:
    """A role that is above what they may."""
    who = {"운영자": "운영자", "감사": "그 기관의 관리자"}.get(role, "관리자")
    may = f"주실 수 있는 역할: {', '.join(allowed)}." if allowed else ""
    return Reply(f"{particle(role, '은', '는')} {who}만 주고 뺄 수 있습니다. {may}")


def may_not_let_in(name: str, role: str) -> Reply:
    """A code would make its bearer somebody with a role that is above what they may give."""
    who = {"감사": "그 기관의 관리자"}.get(role, role)
    return Reply(f"{name} 님은 {role} 역할이 있어 코드를 {who}만 만들 수 있습니다. {who}에게 부탁해 주십시오.")


def not_oneself() -> Reply:
    """One's own roles are others' to give."""
    return Reply("본인의 역할은 본인이 더하거나 뺄 수 없습니다. 다른 관리자나 운영자에게 부탁해 주십시오.")


def last_manager() -> Reply:
    """Somebody must be left who administers."""
    return Reply(
        "연결된 관리자가 그분뿐이라 바꾸지 않았습니다. 다른 분에게 먼저 관리자 역할을 주고 연결하게 해 주십시오.\n"
        "예: 역할 홍길동 관리자 추가"
    )


def in_file(name: str, what: str) -> Reply:
    """The settings file wins."""
    return Reply(
        f"{particle(name + ' 님', '은', '는')} 설정 파일에 적힌 분이라 {what} 파일에서만 고칠 수 있습니다. "
        "도비를 돌리는 분(정보화 담당)에게 부탁해 주십시오."
    )


def how_department() -> Reply:
    """How a department is changed."""
    return Reply("이름과 새 부서를 적어 주십시오. 예: 부서 변경 홍길동 예산담당관")


def moved(name: str, before: str, after: str, change: str, *, new: bool) -> Reply:
    """Somebody is in another department."""
    note = " 명부에 처음 나오는 부서입니다." if new else ""
    return Reply(
        f"{name} 님을 {before or '부서 없음'}에서 {toward(after)} 옮겼습니다.{note}\n"
        "구독과 출장 기록은 그대로 따라갑니다.",
        buttons=(Button("되돌리기", f"staff-undo:{change}"),),
    )


def ask_leave(name: str, department: str, mark: str, adapters: Sequence[str]) -> Reply:
    """Before somebody leaves."""
    linked = ", ".join(map(called, adapters)) or "연결된 메신저 없음"
    return Reply(
        f"{f'{department} {name}'.strip()} 님을 퇴직으로 처리할까요? ({linked})\n"
        "접속과 알림이 바로 끝납니다. 출장 기록과 영수증은 정해진 기간 동안 남습니다.",
        buttons=(Button("퇴직 처리", f"staff-leave:yes:{mark}"), Button("그만두기", "staff-leave:no")),
    )


def left(name: str, change: str) -> Reply:
    """Somebody left."""
    return Reply(
        f"{name} 님의 접속과 알림을 끝냈습니다. 7일 안에는 되돌릴 수 있습니다.",
        buttons=(Button("되돌리기", f"staff-undo:{change}"),),
    )


def kept() -> Reply:
    """Nothing was changed."""
    return Reply("그대로 두었습니다.")


def undone(*, done: bool, overtaken: int) -> Reply:
    """Something was taken back."""
    if not done:
        return Reply("되돌릴 수 없습니다. 7일이 지났거나 그 뒤에 다시 바뀌었습니다.")
    rest = f" 그 뒤에 다시 바뀐 {overtaken}건은 그대로 두었습니다." if overtaken else ""
    return Reply(f"되돌렸습니다.{rest}")


def told_role(role: str, *, given: bool) -> Reply:
    """To the person whose roles changed."""
    return Reply(f"{role} 역할이 {'더해졌습니다' if given else '빠졌습니다'}. 할 수 있는 일은 '도움말'에 있습니다.")


SHEET = ("명부", ("성명", "부서", "직급", "사번", "역할", "연결된 메신저", "적힌 곳"))
DECLARED = {True: "설정 파일", False: "대화"}
