"""Words of personnel orders by sheet: what was read, what is left out and why, what was applied, what waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.messenger import Button, OutFile, Reply
from bot.wording import day, moment, short

REASONS = {
    "name": "성명을 읽지 못했습니다",
    "day": "발령일을 읽지 못했습니다",
    "nobody": "명부에 없는 분입니다",
    "several": "이름이 같은 분이 여럿이라 사번이나 현 소속이 필요합니다",
    "department": "발령 부서가 적혀 있지 않습니다",
    "elsewhere": "명부의 부서와 현 소속이 다릅니다",
    "number": "사번과 성명이 서로 다른 분의 것입니다",
    "rest": "직위해제·교육훈련 등은 명부에 적용하지 않습니다",
    "file": "설정 파일에 적힌 분이라 파일에서 고쳐야 합니다",
    "twice": "한 분이 서로 다르게 두 번 나옵니다",
    "operator": "운영자여서 운영자만 처리할 수 있습니다",
}
WHATS = {
    "out": "전출·퇴직",
    "in": "전입·임용",
    "moved": "부서변경",
    "rest": "휴직",
    "lent": "파견",
    "back": "복직·복귀",
    "other": "직급 등",
}
REFUSED = {
    "empty": "파일이 비어 있습니다.",
    "too_large": "파일이 너무 큽니다. 나누어 보내 주십시오.",
    "large": "파일이 너무 큽니다. 2만 줄까지 읽습니다. 나누어 보내 주십시오.",
    "bomb": "파일이 너무 큽니다. 나누어 보내 주십시오.",
    "password": "암호가 걸려 있어 읽지 못했습니다. 암호를 풀고 다시 보내 주십시오.",
    "broken": "파일이 깨져 있어 읽지 못했습니다. 엑셀에서 다시 저장해 보내 주십시오.",
    "time": "읽는 데 너무 오래 걸려 그만두었습니다. 필요한 시트만 남겨 다시 보내 주십시오.",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a sheet would do."""

    out: int
    into: int
    moved: int
    other: int
    same: int
    unclear: int
    missing: int
    rest: int = 0
    lent: int = 0
    back: int = 0

    @property
    def paused(self) -> int:
        """What is for a time only."""
        return self.rest + self.lent + self.back

    @property
    def noted(self) -> str:
        """What is for a time only, in a line of the log."""
        told = [("휴직", self.rest), ("파견", self.lent), ("복귀", self.back)]
        return " ".join(f"{word} {count}" for word, count in told if count)

    @property
    def text(self) -> str:
        """`전출 41, 전입 38, 부서변경 112`."""
        told = [("전출", self.out), ("전입", self.into), ("부서변경", self.moved)]
        told += [("휴직", self.rest), ("파견", self.lent), ("복직·복귀", self.back), ("직급 등", self.other)]
        return ", ".join(f"{word} {count:,}" for word, count in told if count) or "바뀌는 것이 없습니다"


def how() -> Reply:
    """How orders are brought."""
    return Reply(
        "발령 엑셀이나 CSV를 보내시거나 표를 그대로 붙여 주십시오. 성명, 현 소속, 발령 부서, 발령일을 찾아 읽습니다.\n"
        "먼저 바뀌는 것을 보여 드리고, 적용을 누르시기 전에는 아무것도 바꾸지 않습니다. 전 직원 명부도 됩니다.",
    )


def what_sheet(unread: Reply) -> Reply:
    """A sheet that came without a word and holds no orders: what it may be instead."""
    return Reply(
        f"{unread.text}\n다른 표라면 무엇인지 함께 써 주십시오. 예: 파일과 함께 '출장명령', '식단', '구독 가져오기'"
    )


def nothing_to_undo() -> Reply:
    """Nothing was applied lately."""
    return Reply("지난 7일 안에 적용한 인사발령이 없어 되돌릴 것이 없습니다. 바뀐 것은 '기록'에서 보실 수 있습니다.")


def undo_which(at: datetime, press: str) -> Reply:
    """The order that was applied last, before it is taken back."""
    return Reply(
        f"{moment(at)}에 적용한 인사발령을 되돌릴까요? 그 뒤에 따로 바꾼 것은 그대로 둡니다.",
        buttons=(Button("되돌리기", f"posting:undo:{press}"),),
    )


def waiting(rows: Sequence[tuple[date, int, str]]) -> Reply:
    """What waits for its day."""
    told = [f"· {day(when)}에 {count:,}건" for when, count, _ in rows[:8]]
    buttons = tuple(Button(f"{day(when)} 취소", press) for when, _, press in rows[:8])
    return Reply("\n".join([how().text, "날짜를 기다리는 발령:", *told]), buttons=buttons)


def unread(name: str, reason: str) -> Reply:
    """A file that could not be read."""
    said = REFUSED.get(reason, "엑셀(xlsx, xls), CSV만 읽습니다. 한글이나 PDF 표는 복사해서 붙여 주십시오.")
    return Reply(f"{short(name, 40) or '보내신 표'}: {said}\n아무것도 바꾸지 않았습니다.")


def no_head(name: str, headings: Sequence[str]) -> Reply:
    """No column of names."""
    seen = f" 보이는 칸: {', '.join(headings[:8])}." if headings else ""
    return Reply(
        f"{short(name, 40) or '보내신 표'}에서 '성명' 칸을 찾지 못했습니다.{seen}\n"
        "첫 줄에 성명, 현 소속, 발령 부서, 발령일 같은 제목을 적어 다시 보내 주십시오. 아무것도 바꾸지 않았습니다."
    )


def difference(
    counts: Counts, days: Sequence[date], today: date, unclear: Sequence[str], press: str, *, whole: bool
) -> Reply:
    """What was read, and the question."""
    later = [one for one in days if one > today]
    told = [counts.text + ("" if counts.text.endswith("다") else ".")]
    if counts.same:
        told[0] += f" 그대로인 분 {counts.same:,}명."
    if later:
        told.append(
            f"발령일 {', '.join(day(one) for one in later[:3])}{' 등' if len(later) > 3 else ''}에 저절로 적용됩니다."
        )
    if counts.unclear:
        told.append(f"빼고 읽은 줄 {counts.unclear:,}: {'; '.join(unclear)}")
    if whole and counts.missing:
        told.append(f"명부에 있는데 표에 없는 분 {counts.missing:,}명은 그대로 둡니다.")
    if counts.rest:
        told.append("휴직 중에는 접속과 알림을 멈추고 구독은 그대로 둡니다. 복직일에 이어집니다.")
    if counts.lent:
        told.append("파견은 원소속을 남겨 두고, 다른 기관으로 가신 분은 부서와 구독이 그대로입니다.")
    does = counts.out + counts.into + counts.moved + counts.other + counts.paused
    buttons = [Button("자세히", f"posting:file:{press}")]
    if does:
        buttons.insert(0, Button("적용", f"posting:ok:{press}"))
    if whole and counts.missing:
        buttons.append(Button(f"없는 {counts.missing:,}명도 퇴직", f"posting:all:{press}"))
    question = "적용할까요?" if does else ""
    told[-1] = f"{told[-1]} {question}".strip()
    return Reply("\n".join(told), buttons=(*buttons, Button("취소", f"posting:no:{press}")))


def beside(said: str, shown: Reply) -> Reply:
    """An answer about an open difference, which stays open."""
    return replace(shown, text=f"{said}\n{shown.text}")


def stands(who: str, lines: Sequence[str]) -> str:
    """What the sheet says of somebody."""
    if not lines:
        return f"{who} 님은 이 표의 바뀌는 분 가운데 없습니다. 아직 아무것도 적용하지 않았습니다."
    return f"{who} 님: {'; '.join(lines)}. 아직 아무것도 적용하지 않았습니다."


def is_moved(where: int, what: str, when: date) -> str:
    """`3행 부서변경, 12. 1.(화)`."""
    return f"{where}행 {what}, {day(when)}"


def without(who: str) -> str:
    """One line of the sheet was put aside."""
    return f"{who} 님의 줄은 빼고 다시 보여 드립니다. 아직 아무것도 적용하지 않았습니다."


def not_without(who: str, count: int) -> str:
    """Somebody can't be put aside here."""
    if not who:
        said = "어느 분인지 이름을 함께 써 주십시오. 예: '홍길동은 빼고'"
    elif not count:
        said = f"{who} 님은 이 표에 없습니다."
    else:
        said = f"이 표에서는 {who} 님만 빼고 적용할 수 없습니다. 표를 고쳐 다시 보내 주십시오."
    return f"{said} 아직 아무것도 적용하지 않았습니다."


def changed(reply: Reply) -> Reply:
    """The roster changed meanwhile."""
    return Reply(f"그 사이 명부가 바뀌어 다시 보여 드립니다.\n{reply.text}", buttons=reply.buttons)


def ask_all(count: int, names: Sequence[str], press: str) -> Reply:
    """Before whoever is missing is let go."""
    shown = ", ".join(names[:8]) + (" 등" if count > len(names[:8]) else "")
    return Reply(
        f"표에 없는 {count:,}명({shown})의 접속과 알림도 끝낼까요? 나머지도 함께 적용합니다.",
        buttons=(Button("모두 적용", f"posting:yes:{press}"), Button("취소", f"posting:no:{press}")),
    )


def applied(counts: Counts, later: Sequence[tuple[date, int]], press: str) -> Reply:
    """It was applied."""
    told = [f"적용했습니다: {counts.text}."]
    if later:
        told.append(
            f"이 가운데 {', '.join(f'{day(when)} {count:,}건' for when, count in later[:3])}은 그날 0시에 적용됩니다."
        )
    told.append(
        "7일 안에는 되돌릴 수 있습니다." + (" 새로 오신 분은 '초대장 전체'로 코드를 드리십시오." if counts.into else "")
    )
    return Reply("\n".join(told), buttons=(Button("되돌리기", f"posting:undo:{press}"),))


def applied_already() -> Reply:
    """A second press."""
    return Reply("이미 적용한 발령입니다. 다시 적용하지 않았습니다.")


def called_off() -> Reply:
    """Nothing was done."""
    return Reply("적용하지 않았습니다. 보내신 표도 지웠습니다.")


def not_waiting() -> Reply:
    """It waits no more."""
    return Reply("기다리는 발령이 없습니다. 이미 적용했거나 취소했습니다.")


def waits_no_more(when: date) -> Reply:
    """What waited is called off."""
    return Reply(f"{day(when)}의 발령을 취소했습니다. 이미 적용된 것은 그대로입니다.")


def gone() -> Reply:
    """A draft of long ago."""
    return Reply("오래된 표라 남아 있지 않습니다. 다시 보내 주십시오. 아무것도 바꾸지 않았습니다.")


def undone(count: int, overtaken: int) -> Reply:
    """It was taken back."""
    if count <= 0:
        return Reply("되돌릴 것이 없습니다. 이미 되돌렸거나 7일이 지났습니다.")
    rest = f" 그 뒤에 다시 바뀐 {overtaken:,}건은 그대로 두었습니다." if overtaken else ""
    return Reply(f"되돌렸습니다({count:,}건). 날짜를 기다리던 것도 취소했습니다.{rest}")


def last_manager() -> Reply:
    """Nobody would be left who administers."""
    return Reply(
        "적용하면 연결된 관리자가 한 분도 남지 않아 적용하지 않았습니다.\n"
        "다른 분에게 먼저 관리자 역할을 주고 연결하게 해 주십시오. 예: 역할 홍길동 관리자 추가"
    )


def unclear_line(where: int, name: str, reason: str) -> str:
    """`12행 홍길동(명부에 없는 분입니다)`."""
    return f"{where}행 {short(name, 10)}({REASONS[reason]})"


def detail(data: bytes) -> Reply:
    """Everything, as a sheet."""
    return Reply("읽은 것 전부입니다. '뺀 줄'에 까닭을 적었습니다.", file=OutFile("dobi-발령대조.xlsx", data))


CHANGES = ("바뀌는 것", ("무엇", "성명", "사번", "현재 부서", "새 부서", "직급", "적용일", "시트", "행"))
LEFT_OUT = ("뺀 줄", ("시트", "행", "성명", "사번", "현 소속", "발령 부서", "까닭"))
MISSING = ("표에 없는 분", ("성명", "부서", "사번"))
