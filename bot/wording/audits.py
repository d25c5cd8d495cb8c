"""Words of an audit: its opening and end, what a look says of itself, consent between institutions, the traveller's
notice, and the monthly review of access records.

Facts and limits: who may see what, until when, and whom to ask; nobody is blamed for a look or for being looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from attest.audits import Audit, Hold
from attest.grants import Grant, Sent
from attest.looks import LookRecord
from attest.mandate import Mandate
from bot.clock import KST
from bot.messenger import Button, Reply
from bot.wording import day, moment, particle, short, toward, whom

_EXAMPLE = "예: '감사 시작 감사담당관-812, 10. 1.~10. 31., 출장여비 점검'"
_LIST = Button("감사 목록", "audits")
_END = Button("감사 끝", "auditend")
_SHOWN = 12
_SAYING = {"감사 시작": "이라고", "감사 요청": "이라고", "통지 보류": "라고"}


def period(mandate: Mandate, today: date) -> str:
    """`10. 1.~10. 31.`; the years where they are not this one."""
    first = mandate.since.astimezone(KST).date()
    last = (mandate.until - timedelta(seconds=1)).astimezone(KST).date()
    begun = "" if first.year == last.year == today.year else f"{first.year}. "
    ended = "" if first.year == last.year else f"{last.year}. "
    return f"{begun}{first.month}. {first.day}.~{ended}{last.month}. {last.day}."


def _about(mandate: Mandate, today: date) -> str:
    return f"영수증 기간 {period(mandate, today)} · 사유: {mandate.reason}"


# --- opening, listing, ending


def ask_number() -> Reply:
    """An audit has a document number."""
    return Reply(f"감사 문서번호를 써 주십시오. 예: 감사담당관-812\n한 번에 쓰셔도 됩니다. {_EXAMPLE}")


def ask_period(number: str) -> Reply:
    """An audit has a period."""
    return Reply(f"문서 {number}입니다. 어느 기간의 영수증을 보십니까? 예: 10. 1.~10. 31. 지난 기간도 됩니다.")


def ask_reason(number: str) -> Reply:
    """An audit has a reason."""
    return Reply(f"감사 사유를 한 줄로 써 주십시오. 문서 {number}와 함께 남습니다. 예: 출장여비 점검")


def unread_period() -> Reply:
    """No period was found in what was said."""
    return Reply("기간을 읽지 못했습니다. '10. 1.~10. 31.'이나 '10월'처럼 다시 써 주십시오. 그만두시려면 '취소'입니다.")


def no_period(*, backwards: bool) -> Reply:
    """A period that can't be."""
    fault = "끝나는 날이 시작하는 날보다 앞섭니다." if backwards else "달력에 없는 날짜입니다."
    return Reply(f"{fault} 시작하지 않았습니다. '10. 1.~10. 31.'처럼 다시 써 주십시오.")


def too_long(most: int) -> Reply:
    """A number or reason that is longer than a record takes."""
    return Reply(f"문서번호나 사유가 너무 깁니다. {most}자 안으로 줄여 다시 써 주십시오. 저장하지 않았습니다.")


def left(command: str) -> Reply:
    """The question is dropped, and nothing was done; `command` begins it again."""
    return Reply(f"알겠습니다. 아무것도 하지 않았습니다. 다시 하시려면 '{command}'{_SAYING[command]} 써 주십시오.")


def opened(audit: Audit, others: Sequence[str], today: date, *, otherwise: bool = False) -> Reply:
    """The audit is open, or was and is in hand again; every look goes under it.

    `otherwise`: another period or reason was told than that of the open one, which stays as it is.
    """
    quoted = particle(f"'{audit.number}'", "을", "를")
    lines = [
        f"감사 {quoted} 시작했습니다.",
        _about(audit.mandate, today),
        "이제 확인하시는 영수증마다 이 문서번호가 남고, 출장자에게 알립니다. 마치면 '감사 끝'입니다.",
    ]
    if otherwise:
        lines.append("이미 열려 있어 기간과 사유는 처음대로입니다. 바꾸시려면 '감사 끝' 뒤에 다시 시작해 주십시오.")
    elif others:
        lines.append(f"함께 열려 있는 감사: {', '.join(others)}. 바꾸려면 '감사 시작 {others[0]}'.")
    else:
        lines.append("알림을 미뤄야 하면 '통지 보류 7일 사유'라고 써 주십시오.")
    return Reply("\n".join(lines), buttons=(_END, _LIST))


def none_open() -> Reply:
    """Nothing is open in this person's hand."""
    return Reply(
        f"열려 있는 감사가 없습니다. 지금 확인하시면 문서번호 없는 확인으로 남습니다.\n{_EXAMPLE}", buttons=(_LIST,)
    )


@dataclass(frozen=True, slots=True)
class State:
    """An audit as it stands: how many receipts were looked at, what is held, whose consent was asked for."""

    audit: Audit
    looks: int
    hold: Hold | None
    sent: Sequence[Sent]


def now_open(state: State, now: datetime) -> Reply:
    """The audit in hand."""
    audit, today = state.audit, now.astimezone(KST).date()
    lines = [
        f"열려 있는 감사: {audit.number}",
        _about(audit.mandate, today),
        f"확인 {state.looks}번({moment(now)} 기준)",
    ]
    if state.hold is not None:
        lines[2] += f" · 알림 보류 {moment(state.hold.ends_at)}까지"
    lines += [f"{one.name}: {_answer(one, now)}" for one in state.sent]
    return Reply("\n".join(lines), buttons=(_END, _LIST))


def _answer(sent: Sent, now: datetime) -> str:
    if sent.ends_at is not None:
        return f"동의 {day(sent.ends_at)}까지" if now < sent.ends_at else "동의가 끝났습니다"
    waiting = f"{day(sent.at)}에 요청. "
    return waiting + ("아직 동의가 없습니다" if sent.is_open(now) else "동의가 없었습니다. 다시 요청하실 수 있습니다")


def listed(audits: Sequence[Audit], names: Sequence[str], now: datetime) -> Reply:
    """The institution's audits, the newest first, with who opened each."""
    if not audits:
        return Reply(f"아직 시작한 감사가 없습니다.\n{_EXAMPLE}")
    today = now.astimezone(KST).date()
    rows = [
        f"{audit.number} · {period(audit.mandate, today)} · {name} · "
        + (f"마침 {day(audit.closed_at)}" if audit.closed_at else "열려 있음")
        for audit, name in zip(audits[:_SHOWN], names, strict=False)
    ]
    more = [f"그 밖에 {len(audits) - _SHOWN}건"] if len(audits) > _SHOWN else []
    return Reply("\n".join([f"감사 {len(audits)}건입니다.", *rows, *more]))


def closed(audit: Audit, looks: int, others: Sequence[str]) -> Reply:
    """It has ended."""
    quoted = particle(f"'{audit.number}'", "을", "를")
    text = f"감사 {quoted} 마쳤습니다. 확인 {looks}번이 이 문서번호로 남았습니다.\n"
    if others:
        return Reply(f"{text}아직 열려 있는 감사: {', '.join(others)}. 이어서 하시려면 '감사 시작 {others[0]}'.")
    return Reply(f"{text}이제 확인하시면 문서번호 없는 확인으로 남습니다.")


def no_such_audit(number: str) -> Reply:
    """No open audit has that number."""
    return Reply(f"문서 {toward(number)} 열려 있는 감사가 없습니다. '감사 목록'에서 보실 수 있습니다.")


def stopped(size: int, known: int, contact: str) -> Reply:
    """Nothing was done: the log was set back."""
    return Reply(
        f"기록을 새로 쓰지 않는 상태라 처리하지 못했습니다. 남은 확인표는 {known}건인데 지금 기록은 {size}건입니다.\n"
        f"예전 백업으로 되돌린 것으로 보입니다. {whom(contact)}에게 알려 주시고, 고쳐진 뒤 다시 해 주십시오."
    )


# --- a look


def recorded(audit: Audit | None) -> str:
    """What an auditor's answer says of the record that was made of the look."""
    if audit is None:
        return "문서번호 없는 확인입니다. '감사 시작 …'으로 문서번호를 적으실 수 있습니다."
    return f"감사 문서 {toward(audit.number)} 남겼습니다."


def notice(records: Sequence[LookRecord], office: str, contact: str, *, held: bool) -> Reply:
    """To the traveller: by which office, under which number, which receipts, when. `office` empty: the own one."""
    who = f"{office} 감사 담당이" if office else "감사 담당이"
    number = records[0].number
    paper = f"문서 {number}" if number else "문서번호 없이 확인했습니다"
    lines = [f"{who} {_which(records)} 확인했습니다. {paper}", f"확인한 때: {_times(records)}"]
    if held:
        lines.append("감사 절차 때문에 알림을 미루었다가 알려 드립니다.")
    lines.append(f"지금까지의 확인은 '내 정보'에서 보실 수 있습니다. 문의: {whom(contact)}")
    return Reply("\n".join(lines), buttons=(Button("내 정보", "mine"),))


def _which(records: Sequence[LookRecord]) -> str:
    days = sorted({one.receipt_at.astimezone(KST).date() for one in records})
    receipts = len({one.serial for one in records})
    if receipts > 1:
        span = day(days[0]) if len(days) == 1 else f"{day(days[0])}~{day(days[-1])}"
        return f"{span} 출장 영수증 {receipts}장을"
    times = f" {len(records)}번" if len(records) > 1 else ""
    return f"{day(days[0])} 출장 영수증을{times}"


def _times(records: Sequence[LookRecord]) -> str:
    first, last = records[0].at, max(one.at for one in records)
    return moment(first) if moment(first) == moment(last) else f"{moment(first)}부터 {moment(last)}까지"


# --- holds


def ask_days() -> Reply:
    """A hold has a length."""
    return Reply("며칠 동안 알림을 미룰지 써 주십시오. 한 번에 30일까지입니다. 예: 7일, 12. 10.까지")


def ask_hold_reason(told: str) -> Reply:
    """A hold has a reason; `told` is how long it lasts: `7일`, `2026-12-10까지`."""
    return Reply(f"{told} 보류입니다. 미루는 사유를 써 주십시오. 기록에 남습니다. 예: 증거인멸 우려")


def hold_too_long(most: int) -> Reply:
    """Longer than the law lets notices be gathered."""
    return Reply(
        f"알림은 한 번에 {most}일까지만 미룰 수 있습니다(위치정보법 제19조제4항에서 모아 알리는 기간).\n"
        f"'통지 보류 {most}일 사유'처럼 다시 써 주십시오. 아직 미루지 않았습니다."
    )


def held(hold: Hold, audit: Audit) -> Reply:
    """Notices wait."""
    return Reply(
        f"문서 {audit.number}의 알림을 {moment(hold.ends_at)}까지 미룹니다. 사유: {hold.reason}\n"
        "그때가 지나면 출장자에게 자동으로 알립니다. 사유는 기록에 남았습니다.\n"
        "앞당기려면 '통지 보류 해제'라고 써 주십시오."
    )


def freed(audit: Audit, *, was_held: bool) -> Reply:
    """The hold is over, or there was none."""
    if not was_held:
        return Reply(f"문서 {audit.number}에는 미루고 있는 알림이 없습니다.")
    return Reply(f"보류를 끝냈습니다. 문서 {toward(audit.number)} 확인한 것을 근무 시간에 출장자에게 알립니다.")


# --- consent between institutions


def ask_institution() -> Reply:
    """A request names an institution."""
    return Reply("어느 기관에 요청할지 써 주십시오. 예: '감사 요청 김해시 감사관-90 10. 1.~10. 31. 출장여비 점검'")


def own_institution() -> Reply:
    """Nobody asks himself."""
    return Reply("우리 기관 영수증은 동의 없이 확인하실 수 있습니다. '감사 시작'으로 문서번호를 먼저 적어 주십시오.")


def asked(name: str, audit: Audit, today: date) -> Reply:
    """The request is noted: the same words whether there is such an institution or not."""
    return Reply(
        f"{name}에 동의를 요청하는 것으로 적었습니다. 문서 {audit.number}\n"
        f"{_about(audit.mandate, today)}\n"
        "동의하면 바로 알려 드립니다. 답이 없으면 동의하지 않은 것입니다. 공문으로도 요청해 주십시오."
    )


def has_consent(name: str, ends_at: datetime) -> Reply:
    """Consent stands already."""
    return Reply(f"{name}의 동의가 이미 있습니다. {day(ends_at)}까지 확인하실 수 있습니다.")


def request(grant: Grant, office: str, now: datetime) -> Reply:
    """To the institution that is asked."""
    ask = grant.ask
    return Reply(
        f"{office} 감사 담당이 우리 기관 출장 영수증을 확인하려고 동의를 요청했습니다. 문서 {ask.mandate.number}\n"
        f"{_about(ask.mandate, now.astimezone(KST).date())}\n"
        f"동의하시면 {day(ask.term(now))}까지 이 기간의 영수증만 볼 수 있고, 볼 때마다 우리 기록에 남아 출장자에게 "
        "알립니다.\n거두시려면 '감사 동의 철회'입니다. 답하지 않으시면 동의하지 않은 것입니다.",
        buttons=(Button("동의", f"grant:yes:{ask.id}"), Button("거절", f"grant:no:{ask.id}")),
    )


def decided(grant: Grant, office: str) -> Reply:
    """To whoever decided."""
    number = grant.ask.mandate.number
    if grant.granted and grant.ends_at is not None:
        return Reply(
            f"동의했습니다. {office}의 문서 {number}, {day(grant.ends_at)}까지입니다.\n"
            "거두시려면 '감사 동의 철회'라고 써 주십시오."
        )
    return Reply(
        f"거절했습니다. {office}의 문서 {toward(number)}는 우리 영수증을 열 수 없습니다.".replace("로는", "로는")
    )


def decided_before(name: str, *, granted: bool) -> Reply:
    """A colleague was faster."""
    said = "동의" if granted else "거절"
    return Reply(f"이미 {particle(name, '이', '가')} {said}했습니다. 바꾸시려면 {name}에게 말씀해 주십시오.")


def no_request() -> Reply:
    """No such request here, or it is over."""
    return Reply("지금 결정할 요청이 아닙니다. 기한이 지났거나 우리 기관의 요청이 아닙니다.")


def consented(institution: str, grant: Grant, today: date) -> Reply:
    """To the auditor who asked."""
    until = day(grant.ends_at) if grant.ends_at is not None else ""
    return Reply(
        f"{particle(institution, '이', '가')} 동의했습니다. 문서 {grant.ask.mandate.number}, {until}까지입니다.\n"
        f"{period(grant.ask.mandate, today)} 영수증을 보내시면 그 기관의 기록과 함께 확인합니다."
    )


def ended(institution: str, grant: Grant) -> Reply:
    """To the auditor whose grant was taken back."""
    return Reply(
        f"{particle(institution, '이', '가')} 문서 {grant.ask.mandate.number}의 동의를 거두었습니다.\n"
        "이제 그 기관 영수증은 서명만 확인합니다. 더 필요하시면 공문으로 요청해 주십시오."
    )


def which_grant(grants: Sequence[Grant], offices: Sequence[str]) -> Reply:
    """Which of several is to be taken back."""
    rows = [
        f"{office} 문서 {grant.ask.mandate.number}" + (f" · {day(grant.ends_at)}까지" if grant.ends_at else "")
        for grant, office in zip(grants, offices, strict=True)
    ]
    buttons = tuple(
        Button(f"{short(grant.ask.mandate.number, 20)} 거두기", f"ungrant:{grant.ask.id}") for grant in grants[:_SHOWN]
    )
    return Reply("\n".join(["지금 있는 동의입니다. 거두실 것을 눌러 주십시오.", *rows]), buttons=buttons)


def no_grants() -> Reply:
    """Nothing to take back."""
    return Reply("지금 다른 기관 감사에 준 동의가 없습니다.")


def taken_back(grant: Grant, office: str) -> Reply:
    """Consent is over."""
    return Reply(f"동의를 거두었습니다. {office}의 문서 {toward(grant.ask.mandate.number)} 더는 열 수 없습니다.")


# --- the monthly review


@dataclass(frozen=True, slots=True)
class Counted:
    """How often one auditor looked under one document number; `number` empty: under none."""

    number: str
    name: str
    looks: int


def review(month: int, counts: Sequence[Counted], holds: int, now: datetime) -> Reply:
    """A month's access records by number and auditor, those without a number first."""
    total = sum(one.looks for one in counts)
    if not counts:
        return Reply(f"{month}월에 영수증을 확인한 기록이 없습니다({moment(now)} 기준). 점검한 것으로 적었습니다.")
    rows = [f"{one.number or '문서번호 없음'} · {one.name} · {one.looks}건" for one in counts[:_SHOWN]]
    more = [f"그 밖에 {sum(one.looks for one in counts[_SHOWN:])}건"] if len(counts) > _SHOWN else []
    kept = f"알림 보류 {holds}건. " if holds else ""
    return Reply(
        "\n".join(
            [
                f"{month}월 접속기록: 확인 {total}건({moment(now)} 기준)",
                *rows,
                *more,
                f"{kept}문서번호 없는 확인은 사유를 물어 주십시오. 점검한 것으로 적었습니다.",
            ]
        )
    )


def review_due(month: int, counts: Sequence[Counted]) -> Reply:
    """A month has ended, and its access records are to be looked through."""
    bare = sum(one.looks for one in counts if not one.number)
    without = f" 그 가운데 문서번호 없는 확인 {bare}건." if bare else ""
    return Reply(
        f"{month}월 접속기록을 점검하실 때입니다(안전성 확보조치 기준 제8조, 매월).\n"
        f"영수증 확인 {sum(one.looks for one in counts)}건입니다.{without}",
        buttons=(Button("접속기록 보기", f"accesslog:{month}월"),),
    )


def not_kept(contact: str) -> Reply:
    """To whoever asks when an audit is, or what it wants: Dobi keeps no such thing."""
    return Reply(
        "우리 기관의 감사 일정과 낼 자료는 제가 가지고 있지 않습니다. 감사 부서에 여쭤 주십시오.\n"
        f"문의: {whom(contact)}"
    )
