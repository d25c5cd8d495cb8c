"""Words of 내 정보: what is held about a person, who looked, what may be deleted, and where each thing is corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.messenger import Button, OutFile, Reply
from bot.wording import moment, short, whom

BUTTONS = (
    Button("구독", "mine:subscriptions"),
    Button("영수증", "mine:receipts"),
    Button("누가 봤나요", "mine:looks"),
    Button("동의 기록", "mine:consents"),
    Button("파일로 받기", "mine:file"),
    Button("내 정보 삭제", "mine-delete"),
)
_BACK = (Button("내 정보", "mine"),)
_SHOWN = 5

# what each kind is called in the file, and how long it stays there by itself
KINDS = {
    "roster": ("명부에 적힌 것", "퇴직·전출까지(되돌릴 수 있는 7일 뒤 지움)"),
    "address": ("연결된 메신저 계정", "연결 해제, 또는 퇴직·전출 뒤 7일까지"),
    "greeting": ("첫 인사", "퇴직·전출 뒤 정리할 때까지"),
    "consent": ("위치 동의 기록", "철회하시거나 떠나신 뒤 정한 기간"),
    "pause": ("위치 잠시 멈춤", "다시 시작하실 때까지"),
    "refusal": ("위치에 동의하지 않으신 때", "퇴직·전출 뒤 정리할 때까지"),
    "erasure": ("영수증 파기 예정", "파기할 때까지"),
    "receipt": ("출장 영수증", "정산한 것과 아닌 것에 따라 정한 기간"),
    "look": ("열람 기록", "정한 기간(1년 이상)"),
    "trip": ("출장", "정산한 것과 아닌 것에 따라 정한 기간"),
    "companion": ("동행·확인한 출장", "그 출장과 같음"),
    "subscription": ("구독", "해지하실 때까지"),
    "channel_subscription": ("채널에서 시작하신 구독", "채널에서 해지할 때까지"),
    "tap": ("눌러 주신 것", "최근 120개, '내 정보 삭제'로 지움"),
    "sent": ("보내 드린 소식", "최근 400개, '내 정보 삭제'로 지움"),
    "probe": ("한 주 확인", "끄거나 지우실 때까지"),
    "reminder": ("기한 알림", "기한이 지나거나 지우실 때까지"),
    "lunch": ("점심 알림", "한산 알림은 그날까지, 내 시간 알림은 끄실 때까지"),
    "meals": ("식수 알림", "끄거나 배식 담당을 그만두실 때까지"),
    "board": ("월요일 차례표·점심 소식", "'내 정보 삭제'나 퇴직·전출까지"),
    "report": ("식당 제보와 그 맞음 정도", "제보는 30분, 맞음 정도는 '내 정보 삭제'나 퇴직·전출까지"),
    "search": ("찾으신 말", "2일"),
    "proposal": ("업무에서 뽑은 제안", "2일"),
    "question": ("답을 기다리는 물음과 방금 하신 말", "다음 물음까지, 하신 말은 30분"),
    "message": ("보낼 글, 보낸 표시", "글은 보낼 때까지(모아 보기에 든 글은 30일), 보낸 표시는 30일"),
    "hours": ("알림 설정", "바꾸시거나 '내 정보 삭제', 퇴직·전출까지"),
    "leave": ("적어 두신 휴가", "지난 뒤 다음 설정 때까지, '내 정보 삭제'로 지움"),
    "later": ("미뤄 두신 글", "다시 보여 드릴 때까지"),
    "urgent": ("보내신 재난 알림", "최근 500건"),
    "word": ("낱말 제안·수정", "낱말 기록과 함께"),
    "source": ("수집원 변경", "수집원 기록과 함께"),
    "point": ("가려내려고 잠시 두는 점", "24시간"),
    "expense": ("정산에 적으신 것", "400일"),
    "sheet": ("정산서", "다음 해 1월 1일부터 정한 기간(회계 증빙)"),
    "allergy": ("적어 두신 알레르기(민감정보, 번호만)", "'내 알레르기 지우기'나 '내 정보 삭제'까지"),
    "act": ("관리 기록에 남은 일", "3년"),
    "handover": ("인수인계", "낱말은 정하실 때까지(길어도 30일), 누구와 언제는 3년"),
    "import": ("가져오려던 구독 파일", "2일"),
    "audit": ("여신 감사와 그 열람 기록", "정한 기간(1년 이상)"),
}

_MARKS = {
    "cut": "접속 끊음",
    "granted": "동의", "withdrawn": "철회", "claimed": "정산함", "paused": "쉬는 중", "on": "받음", "off": "받지 않음",
    "planned": "예정", "open": "진행", "closed": "마침", "cancelled": "취소", "pending": "보낼 차례", "sent": "보냄",
    "leased": "보내는 중", "retry": "다시 보낼 차례", "dead": "보내지 못함", "gone": "보내지 못함",
    "ambiguous": "보냈는지 모름", "liked": "유용", "unrelated": "관련 없음", "opened": "열어 보심", "missed": "빠뜨림",
    "held": "모아 둠", "digested": "모아 보냄", "folded": "모아 보낸 글에 담음",
    "all": "모두 바로", "important": "중요한 것만 바로", "none": "모아서만",
    "waiting": "기다림", "quiet": "알려 드림", "crowded": "알려 드림", "blind": "알려 드림",
    "shut": "알려 드림", "daily": "내 시간 알림",
    "by": "하신 일", "about": "나에 관한 일", "draft": "쓰는 중", "offered": "답을 기다림", "accepted": "받는 중",
    "done": "마침", "refused": "받지 않음",
    "snoozed": "쉬기", "added": "더함", "state": "상태", "profile": "읽는 법", "source": "수집원",
}  # fmt: skip


def mark(word: str) -> str:
    """A state in Korean; an unknown one as it is."""
    return _MARKS.get(word, word)


def standing(stands: str, since: datetime | None) -> str:
    """Where somebody stands with location, in one line."""
    at = moment(since) if since else ""
    return {
        "given": f"{at}부터 동의(보내실 때만 받습니다)",
        "paused": f"{at}부터 잠시 멈춤(받지 않습니다)",
        "withdrawn": f"{at}에 철회, 지금은 동의하지 않음(받지 않습니다)",
        "outdated": "동의문이 바뀌어 지금은 동의하지 않음(받지 않습니다)",
    }.get(stands, "동의하지 않음(받지 않습니다)")


def mine(
    name: str, department: str, location: str, erases_at: datetime | None, counted: Sequence[int], looks: int
) -> Reply:
    """What is held of a person; `counted` are subscriptions, taps, reminders, receipts, claimed ones, trips."""
    subscriptions, taps, reminders, receipts, claimed, trips = counted
    going = f" · 영수증 파기 예정 {moment(erases_at)}" if erases_at else ""
    paid = f"(정산 {claimed}장)" if claimed else ""
    rows = [
        f"{name} · {department} · 위치: {location}{going}",
        f"구독 {subscriptions}개 · 눌러 주신 것 {taps}개 · 기한 알림 {reminders}개",
        f"출장 {trips}건 · 영수증 {receipts}장{paid} · 감사 담당이 확인한 횟수 {looks}번",
        "정확한 위치는 암호로 잠겨 있어 저도 볼 수 없습니다. 보관하는 모든 것은 '파일로 받기'에 있습니다.",
    ]
    return Reply("\n".join(rows), buttons=BUTTONS)


def subscriptions(found: Sequence[str]) -> Reply:
    """The person's subscriptions."""
    if not found:
        return Reply("구독이 없습니다.", buttons=_BACK)
    return Reply(
        "\n".join([f"구독 {len(found)}개입니다. 지우시려면 '해지 1'을 써 주십시오.", *_listed(found)]), buttons=_BACK
    )


def receipts(found: Sequence[tuple[datetime, str, bool]]) -> Reply:
    """The newest receipts: when, where, whether a claim rests on it."""
    if not found:
        return Reply("보관하는 영수증이 없습니다.", buttons=_BACK)
    rows = [
        " · ".join(filter(None, (moment(at), text, "정산함" if claimed else "")))
        for at, text, claimed in reversed(found)
    ]
    head = f"영수증 {len(found)}장입니다. 시군구까지만 보이고 정확한 점은 잠겨 있습니다."
    return Reply("\n".join([head, *_listed(rows)]), buttons=(Button("영수증도 파기", "erase:now"), *_BACK))


def looks(found: Sequence[tuple[datetime, str, str, datetime]]) -> Reply:
    """Who looked: when, which office, under which document number, at the receipt of when."""
    if not found:
        return Reply("아직 아무도 보지 않았습니다. 감사 담당이 보면 여기에 나옵니다.", buttons=_BACK)
    rows = [
        f"{moment(at)} · {office} 감사 담당 · {number or '문서번호 없이'} · {moment(receipt)} 영수증"
        for at, office, number, receipt in reversed(found)
    ]
    head = f"감사 담당이 {len(found)}번 봤습니다."
    tail = "까닭은 그 기관 감사 부서에 물으실 수 있습니다. 진행 중인 감사는 알림을 30일까지 늦출 수 있습니다."
    return Reply("\n".join([head, *_listed(rows), tail]), buttons=_BACK)


def consents(found: Sequence[tuple[datetime, str, str]], location: str) -> Reply:
    """Every decision about location, newest first: when, what, to which text."""
    rows = [
        f"{moment(at)} · {mark(what)}{f'({version}판)' if version else ''}" for at, what, version in reversed(found)
    ]
    head = f"위치: {location}" if rows else f"위치: {location}. 동의나 철회 기록이 없습니다."
    return Reply("\n".join([head, *_listed(rows)]), buttons=(Button("동의문 보기", "consent:notice"), *_BACK))


def file(name: str, data: bytes, things: int) -> Reply:
    """The file with everything."""
    return Reply(
        f"보관하는 모든 것을 파일에 담았습니다({things}건). 틀린 곳이 있으면 알려 주십시오.",
        file=OutFile(name, data),
        buttons=_BACK,
    )


def what_to_delete(subscriptions: int, taps: int, reminders: int, unclaimed: int, claimed: int) -> Reply:
    """What may be deleted, and what stays and why."""
    rows = [
        (
            f"지울 수 있는 것: 구독 {subscriptions}개, 눌러 주신 것 {taps}개, 기한 알림 {reminders}개와 지난 대화, "
            f"정산에 쓰지 않은 위치 영수증 {unclaimed}장."
        ),
        f"정한 날까지 남는 것: 정산에 쓴 영수증 {claimed}장과 출장(회계 증빙), 동의·열람 기록(법에 따른 기록).",
        "무엇을 지울까요? 지우면 되살릴 수 없습니다.",
    ]
    buttons = [Button("구독·알림 지우기", "mine-delete:own")]
    if unclaimed:
        buttons.append(Button("영수증도 파기", "erase:now"))
    return Reply("\n".join(rows), buttons=(*buttons, *_BACK))


def deleted(count: int) -> Reply:
    """What the person kept for themselves is gone."""
    return Reply(
        f"구독·눌러 주신 것·알림 {count}건과 지난 대화를 지웠습니다. 언제든 다시 시작하실 수 있습니다.", buttons=_BACK
    )


def how_to_correct(department: str, contact: str) -> Reply:
    """Where each thing is corrected."""
    return Reply(
        f"이름·부서({department})는 기관의 인사 자료를 따릅니다. 고치실 곳: {whom(contact)}\n"
        "영수증은 발급 뒤 고칠 수 없어 취소하고 다시 받습니다. 구독·알림은 '목록', '알림'에서 바로 고치십니다.",
        buttons=_BACK,
    )


def _listed(rows: Sequence[str]) -> list[str]:
    shown = [f"· {short(row, 80)}" for row in rows[:_SHOWN]]
    more = len(rows) - _SHOWN
    return [*shown, f"그 밖에 {more}건은 '파일로 받기'에 있습니다."] if more > 0 else shown
